"""What this side says in the register, and how it answers what the other side said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import msgspec

from keruen.cli.registering.content import confirmed, needed_text, read_content, text_of, texts_of
from keruen.cli.registering.opening import check_day, day, now, open_writer
from keruen.cli.registering.reading import is_agreed, print_to_sign
from keruen.cli.registering.words import short, tell_duplicates, tell_written, title_of
from keruen.domain.joint import SubjectKind
from keruen.errors import InputError, UsageError
from keruen.register.joint_list import (
    editions,
    find_offer,
    listed_in,
    text_in_force,
    wording,
)
from keruen.register.record import record_of

if TYPE_CHECKING:
    from keruen.cli.registering.commands import (
        CounterOptions,
        DisputeOptions,
        EvidenceOptions,
        MoveOptions,
        OfferOptions,
        RecordOptions,
        RefusalOptions,
        SayingOptions,
    )

OFFERED: Final = ("project", "commitment", "decision", "transition", "charter")
_MOST_EVIDENCE_BYTES: Final = 256 * 1024 * 1024


def offer(asked: OfferOptions | RecordOptions, kind: str) -> int:
    """Offer a text; of one that is in force, a new revision."""
    if kind not in OFFERED:
        raise UsageError("error.unknown_content", kind=kind, known=", ".join(OFFERED))
    lapses = check_day(asked.lapses, "--lapses") if asked.lapses else ""
    # A change that is no change is refused before anybody is asked for a passphrase.
    words = read_content(asked.content, asked.changes)
    register = open_writer(asked.folder, asked.passphrase_file, asked.language, asked.allowed)
    state = register.state(day(""))
    present = editions.present_edition(state, str(words.get("id", "")), kind)
    if asked.content is None and present is not None:
        words = read_content(None, asked.changes, present.core)
    before = text_in_force(state, kind, str(words.get("id", "")))
    confirm, place = confirmed(asked.confirm), _place(asked.content)
    core = record_of(words, kind, place, before, confirm, listed_in(state))
    why = text_of(asked.reason, "--reason")
    tell_duplicates(state, core, asked.language)
    entry = register.offer(cast("SubjectKind", kind), core, at=now(), lapses=lapses, reason=why)
    title = title_of(kind, msgspec.to_builtins(core), asked.language)
    tell_written(register, entry, "offered", asked.language, title=title)
    return 0


def counter(asked: CounterOptions) -> int:
    """Put another text in place of the other side's."""
    read_content(asked.content, asked.changes)
    why = needed_text(asked.reason, "--reason")
    register = open_writer(asked.folder, asked.passphrase_file, asked.language, asked.allowed)
    state = register.state(day(""))
    offered = find_offer(state, asked.entry)
    words = read_content(asked.content, asked.changes, offered.core)
    confirm, place = confirmed(asked.confirm), _place(asked.content)
    core = record_of(words, offered.kind, place, offered.core, confirm, listed_in(state))
    written = register.counter(offered.entry, core, at=now(), reason=why)
    title = title_of(offered.kind, msgspec.to_builtins(core), asked.language)
    tell_written(register, written, "countered", asked.language, title=title)
    return 0


def say_it(asked: SayingOptions, name: str) -> int:
    """Write a claim or a report."""
    words = read_content(asked.content, asked.changes)
    register = open_writer(asked.folder, asked.passphrase_file, asked.language, asked.allowed)
    listed = listed_in(register.state(day("")))
    record = record_of(words, name, _place(asked.content), listed=listed)
    write = register.claim if name == "claim" else register.report
    tell_written(register, write(record, at=now()), f"{name}_written", asked.language)
    return 0


def move(asked: MoveOptions) -> int:
    """Offer a step of a project's life."""
    review = check_day(asked.review, "--review") if asked.review else ""
    register = open_writer(asked.folder, asked.passphrase_file, asked.language, asked.allowed)
    state = register.state(day(""))
    words = wording.step_words(state, register.side, asked.project, asked.to, asked.evidence)
    words["review"] = review
    if asked.reason:
        words["reason"] = texts_of(asked.reason, "--reason")
    core = record_of(words, "transition", "move", listed=listed_in(state))
    entry = register.move(core, at=now())
    tell_written(register, entry, "moved", asked.language, title=asked.project, to=asked.to)
    return 0


def give_evidence(asked: EvidenceOptions) -> int:
    """Keep a file in the register and say what it shows."""
    content = _bytes_of(asked.file)
    register = open_writer(asked.folder, asked.passphrase_file, asked.language, asked.allowed)
    state = register.state(day(""))
    document = {
        "kind": asked.type,
        "title": texts_of(asked.title, "--title"),
        "language": asked.document_language,
    }
    words = wording.evidence_words(state, asked.about, content, document, is_met=asked.claims_met)
    record = record_of(words, "evidence", str(asked.file), listed=listed_in(state))
    entry = register.evidence(record, content, at=now())
    tell_written(
        register,
        entry,
        "evidence_written",
        asked.language,
        digest=short(words["document"]["sha256"]),
    )
    return 0


def _bytes_of(file: Path) -> bytes:
    try:
        with file.open("rb") as page:
            content = page.read(_MOST_EVIDENCE_BYTES + 1)
    except OSError as refused:
        reason = refused.strerror or type(refused).__name__
        raise InputError("error.evidence_unreadable", path=str(file), reason=reason) from refused
    if not content or len(content) > _MOST_EVIDENCE_BYTES:
        limit = _MOST_EVIDENCE_BYTES // 1024 // 1024
        raise InputError("error.evidence_size", path=str(file), limit=limit)
    return content


def _place(content: Path | None) -> str:
    return str(content) if content is not None else "--set"


def countersign(
    folder: Path | None,
    passphrase_file: Path | None,
    entries: Sequence[str],
    *,
    read: Sequence[str],
    language: str,
) -> int:
    """Show each whole text and what it changes, its fingerprint last; ask once more, and sign."""
    register = open_writer(folder, passphrase_file, language)
    state = register.state(day(""))
    offers = [find_offer(state, entry) for entry in entries]
    for one in offers:
        print_to_sign(state, one, language)
        tell_duplicates(state, one.core, language)
    if not is_agreed([one.core_hash for one in offers], read, language):
        return 130
    for one in offers:
        entry = register.countersign(one.entry, at=now())
        tell_written(register, entry, "countersigned", language, offer=short(one.entry))
    return 0


def refuse(asked: RefusalOptions | DisputeOptions, name: str) -> int:
    """Decline, withdraw or dispute, with the reason."""
    why = needed_text(asked.reason, "--reason")
    register = open_writer(asked.folder, asked.passphrase_file, asked.language, asked.allowed)
    find = register.find_entry if name == "dispute" else register.find_offer
    target = find(asked.entry, day(""))
    write = {
        "decline": register.decline,
        "withdraw": register.withdraw,
        "dispute": register.dispute,
    }[name]
    written = write(target.entry, why, at=now())
    tell_written(register, written, f"{name}_written", asked.language, entry=short(target.entry))
    return 0


def accept(folder: Path | None, passphrase_file: Path | None, entry: str, language: str) -> int:
    """Accept evidence of the other side."""
    register = open_writer(folder, passphrase_file, language)
    target = register.find_entry(entry, day("")).entry
    written = register.accept(target, at=now())
    tell_written(register, written, "accept_written", language, entry=short(target))
    return 0
