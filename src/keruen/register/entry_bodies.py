"""What somebody wants to say, as the body of an entry; and what writing it changes on the disk.

Knows records and where an offer's text comes from; knows nothing of keys and of what is allowed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from keruen.domain.joint import Evidence, MText, Side
from keruen.errors import RegisterError
from keruen.register import opening
from keruen.register.joint_list import rules
from keruen.register.log import new_entries as writing
from keruen.register.log.new_entries import Written
from keruen.register.record.entries import BODIES
from keruen.store.register.intents import Change


@dataclass(frozen=True, slots=True)
class NewOffer:
    """An offer whose parent is still to be found."""

    kind: Any
    core: Any
    answers: str
    lapses: str
    reason: MText | None


def body_of(view: rules.WriterView, kind: str, body: Any) -> Any:
    """The body as the record of its type; an offer with the parent that it follows.

    Raises
    ------
    RegisterError
        When it is no such record.
    """
    if not isinstance(body, NewOffer):
        return record_of(kind, body)
    plain = msgspec.to_builtins(body.core)
    subject = str(plain.get("id", "")) if isinstance(plain, dict) else ""
    return writing.offer_of(
        body.kind,
        body.core,
        parent=rules.parent_of(view, body.kind, subject),
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
        raise RegisterError.of("body_form", kind, type=kind, detail=str(wrong)[:200]) from wrong


def check_content(evidence: Evidence, content: bytes, most_bytes: int) -> None:
    """Refuse a file that is not the one that the evidence names, or too large.

    Raises
    ------
    RegisterError
        Naming the evidence.
    """
    sha256, named = hashlib.sha256(content).hexdigest(), evidence.document.sha256
    if named != sha256:
        raise RegisterError.of("register_other_file", evidence.id, found=sha256, named=named[:64])
    if len(content) > most_bytes:
        raise RegisterError.of("register_file_large", evidence.id, limit=most_bytes >> 20)


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
