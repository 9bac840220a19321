"""What somebody wants to say, as the body of an entry; and what writing it changes on the disk.

Knows records and where an offer's text comes from; knows nothing of keys and of what is allowed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from keruen.domain.joint import MText, Side
from keruen.errors import Problem, RegisterError
from keruen.register import opening
from keruen.register.joint_list import rules
from keruen.register.log import new_entries as writing
from keruen.register.log.new_entries import Written
from keruen.register.record.entries import BODIES
from keruen.store.register.intents import Change


@dataclass(frozen=True, slots=True)
class Wish:
    """An offer whose parent is still to be found."""

    kind: Any
    core: Any
    answers: str
    lapses: str
    reason: MText | None


def body_of(sight: rules.Sight, kind: str, body: Any) -> Any:
    """The body as the record of its type; an offer with the parent that it follows.

    Raises
    ------
    RegisterError
        When it is no such record.
    """
    if not isinstance(body, Wish):
        return record_of(kind, body)
    plain = msgspec.to_builtins(body.core)
    subject = str(plain.get("id", "")) if isinstance(plain, dict) else ""
    return writing.offer_of(
        body.kind,
        body.core,
        parent=rules.parent_of(sight, body.kind, subject),
        answers=body.answers,
        lapses=body.lapses,
        reason=body.reason,
    )


def record_of(kind: str, body: Any) -> Any:
    """A record, or plain words, as the record of a type of entry.

    Raises
    ------
    RegisterError
        When it is none.
    """
    try:
        return msgspec.convert(msgspec.to_builtins(body), BODIES[kind])
    except msgspec.ValidationError as wrong:
        names = {"place": kind, "type": kind, "detail": str(wrong)[:200]}
        raise RegisterError((Problem("problem.body_form", names),)) from wrong


def change_of(side: Side, made: Sequence[Written]) -> Change:
    """What new entries change: lines of the log, and files of those that wait for signatures."""
    lines = b"".join(one.line + b"\n" for one in made if not one.missing)
    left = {opening.pending_name(one.name): one.line for one in made if one.missing}
    return Change(appended={f"log/{side}.jsonl": lines} if lines else {}, put=left)


def both(first: Change, second: Change) -> Change:
    """Two changes as one."""
    return Change(
        appended={**first.appended, **second.appended},
        put={**first.put, **second.put},
        removed=(*first.removed, *second.removed),
        staged=(*first.staged, *second.staged),
    )
