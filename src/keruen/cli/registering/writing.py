"""`keruen register offer|counter|commit|decide|move|claim|report|evidence`: what this side says."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec

from keruen.cli.arguments import check_language
from keruen.cli.registering.content import read_content, texts_of
from keruen.cli.registering.opening import check_day, day, now, open_writer
from keruen.cli.registering.words import short, tell_written, title_of
from keruen.domain.joint import MText, SubjectKind
from keruen.domain.joint_state import JointState
from keruen.errors import InputError, UsageError
from keruen.register.joint_list.lookup import kind_of, text_in_force
from keruen.register.record.forms import record_of, text_from
from keruen.register.record.texts import LANGUAGES

if TYPE_CHECKING:
    from keruen.register import Register

OFFERED: Final = ("project", "commitment", "decision", "transition", "charter")
_MOST_EVIDENCE_BYTES: Final = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Writing:
    """What every command that writes was asked for."""

    folder: Path | None
    passphrase_file: Path | None
    content: Path | None
    changes: tuple[str, ...]
    confirm: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Step:
    """What `move` was asked for."""

    project: str
    to: str
    evidence: tuple[str, ...]
    reason: tuple[str, ...]
    review: str


@dataclass(frozen=True, slots=True)
class Showing:
    """What `evidence` was asked for."""

    file: Path
    about: str
    type: str
    title: tuple[str, ...]
    claims_met: bool
    document_language: str


def offer(wish: Writing, kind: str, reason: Sequence[str], lapses: str) -> int:
    """Offer a text; of one that is in force, a new revision."""
    check_language(wish.language)
    if kind not in OFFERED:
        raise UsageError("error.unknown_content", kind=kind, known=", ".join(OFFERED))
    if lapses:
        check_day(lapses, "--lapses")
    words = read_content(wish.content, wish.changes)
    register = opened(wish)
    before = text_in_force(register.state(day("")), kind, str(words.get("id", "")))
    core = record_of(words, kind, _place(wish), before, _confirmed(wish))
    why = text_of(reason, "--reason")
    entry = register.offer(cast("SubjectKind", kind), core, at=now(), lapses=lapses, reason=why)
    title = title_of(kind, msgspec.to_builtins(core), wish.language)
    tell_written(register, entry, "offered", wish.language, title=title)
    return 0


def counter(wish: Writing, entry: str, reason: Sequence[str]) -> int:
    """Put another text in place of the other side's."""
    check_language(wish.language)
    words = read_content(wish.content, wish.changes)
    why = needed_text(reason, "--reason")
    register = opened(wish)
    found = register.find_offer(entry, day(""))
    core = record_of(words, found.kind, _place(wish), found.core, _confirmed(wish))
    written = register.counter(found.entry, core, at=now(), reason=why)
    title = title_of(found.kind, msgspec.to_builtins(core), wish.language)
    tell_written(register, written, "countered", wish.language, title=title)
    return 0


def say_it(wish: Writing, name: str) -> int:
    """Write a claim or a report."""
    check_language(wish.language)
    record = record_of(read_content(wish.content, wish.changes), name, _place(wish))
    register = opened(wish)
    write = register.claim if name == "claim" else register.report
    tell_written(register, write(record, at=now()), f"{name}_written", wish.language)
    return 0


def move(wish: Writing, step: Step) -> int:
    """Offer a step of a project's life."""
    check_language(wish.language)
    if step.review:
        check_day(step.review, "--review")
    register = opened(wish)
    state = register.state(day(""))
    words: dict[str, Any] = {
        "id": _step_id(state, register, step),
        "project": step.project,
        "to": step.to,
        "evidence": list(step.evidence),
        "review": step.review,
    }
    if step.reason:
        words["reason"] = texts_of(step.reason, "--reason")
    core = record_of(words, "transition", "move")
    entry = register.move(core, at=now())
    tell_written(register, entry, "moved", wish.language, title=step.project, to=step.to)
    return 0


def _step_id(state: JointState, register: Register, step: Step) -> str:
    project = state.projects.get(step.project)
    if project is None:
        known = ", ".join(state.projects) or "–"
        raise InputError("error.register_no_project", project=step.project, known=known)
    return f"{step.project}-{step.to}-{register.side}{len(project.steps) + 1}"


def give_evidence(wish: Writing, showing: Showing) -> int:
    """Keep a file in the register and say what it shows."""
    check_language(wish.language)
    content = _bytes_of(showing.file)
    register = opened(wish)
    state = register.state(day(""))
    digest = hashlib.sha256(content).hexdigest()
    words = {
        "id": f"E-{digest[:12]}-{showing.about}",
        "about": showing.about,
        "about_kind": kind_of(state, showing.about),
        "claims_met": showing.claims_met,
        "document": {
            "sha256": digest,
            "kind": showing.type,
            "title": texts_of(showing.title, "--title"),
            "language": showing.document_language,
            "size": len(content),
        },
    }
    record = record_of(words, "evidence", str(showing.file))
    entry = register.evidence(record, content, at=now())
    tell_written(register, entry, "evidence_written", wish.language, digest=short(digest))
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


def opened(wish: Writing) -> Register:
    """The register that the command writes to."""
    return open_writer(wish.folder, wish.passphrase_file, wish.language)


def text_of(options: Sequence[str], option: str) -> MText | None:
    """A text from ``language=words`` options; none of none."""
    named = texts_of(options, option)
    return text_from(named) if named else None


def needed_text(options: Sequence[str], option: str) -> MText:
    """…that must not be left out.

    Raises
    ------
    UsageError
        When it is.
    """
    found = text_of(options, option)
    if found is None:
        raise UsageError("error.text_needed", option=option)
    return found


def _confirmed(wish: Writing) -> tuple[str, ...]:
    for language in wish.confirm:
        if language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise UsageError("error.unknown_language", language=language, known=known)
    return wish.confirm


def _place(wish: Writing) -> str:
    return str(wish.content) if wish.content is not None else "--set"
