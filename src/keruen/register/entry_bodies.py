"""What somebody wants to say, as the body of an entry; and what writing it changes on the disk.

Knows records and where an offer's text comes from; knows nothing of keys and of what is allowed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from keruen.domain.joint import Appraisal, Evidence, MText, Side
from keruen.errors import RegisterError
from keruen.register import opening
from keruen.register.joint_list import rules
from keruen.register.log import new_entries as writing
from keruen.register.log.new_entries import Written
from keruen.register.record.entries import BODIES
from keruen.store import JointFolder
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


def check_plans(appraisal: Appraisal, plans: bytes | None, most_bytes: int) -> None:
    """Refuse a file of plans that is not the one that the appraisal names, or lacks.

    Raises
    ------
    RegisterError
        Naming the appraisal.
    """
    named = appraisal.basis.plans_sha256 if appraisal.basis is not None else ""
    if plans is None and not named:
        return
    found = hashlib.sha256(plans).hexdigest() if plans is not None else ""
    if found != named:
        raise RegisterError.of("register_other_file", appraisal.id, found=found, named=named[:64])
    if plans is not None and len(plans) > most_bytes:
        raise RegisterError.of("register_file_large", appraisal.id, limit=most_bytes >> 20)


def kept_file(folder: JointFolder, sha256: str) -> bytes | None:
    """The content of a kept file; None where it is not here, or is not what its name says."""
    content = folder.read(f"files/{sha256}") if re.fullmatch(r"[0-9a-f]{64}", sha256) else None
    is_whole = content is not None and hashlib.sha256(content).hexdigest() == sha256
    return content if is_whole else None


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
