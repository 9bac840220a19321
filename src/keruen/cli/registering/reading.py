"""What a person reads before signing: the whole text, what it changes, its fingerprint last."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from keruen.cli.registering.opening import day, open_reader
from keruen.cli.registering.words import is_confirmed, short, tell, tell_json, title_of
from keruen.domain.joint_state import JointState, Revision
from keruen.errors import InputError, UsageError
from keruen.i18n import text
from keruen.i18n.field_names import field_name
from keruen.register.joint_list import editions, find_offer
from keruen.register.record import written_form
from keruen.report.joint.whole_text import changes_in_words, fields_in_words

if TYPE_CHECKING:
    from keruen.register import waiting as offices

FEWEST_DIGITS: Final = 12
"""Digits of a fingerprint that are printed beside every entry: nobody guesses so many."""


def text_lines(kind: str, core: Mapping[str, Any], language: str) -> Iterator[str]:
    """Every field of a text by its name."""
    for name, value in fields_in_words(kind, core, language):
        yield "  " + text("register.field_line", language, name=name, value=value)


def change_of_text_lines(
    kind: str, before: Mapping[str, Any], after: Mapping[str, Any], language: str
) -> Iterator[str]:
    """Where two editions differ, a line for each field."""
    nothing = text("register.no_value", language)
    for name, old, new in changes_in_words(kind, before, after, language):
        words = {"name": name, "before": old or nothing, "after": new or nothing}
        yield "  " + text("register.field_changed", language, **words)


def edition_lines(
    state: JointState, kind: str, core: Mapping[str, Any], language: str
) -> Iterator[str]:
    """A whole text and its differences to the text in force."""
    yield text("register.whole_text", language)
    yield from text_lines(kind, core, language)
    before = editions.in_force(state, kind, str(core.get("id", "")))
    if before is None:
        yield text("register.nothing_in_force", language)
        return
    if before.core == core:
        yield text("register.is_in_force", language)
        return
    yield text("register.differences_to_force", language, id=short(before.entry))
    yield from change_of_text_lines(kind, before.core, core, language)


def print_to_sign(state: JointState, offer: Revision, language: str) -> None:
    """Print an offer as it is to be signed."""
    typer.echo(typer.style(title_of(offer.kind, offer.core, language), bold=True))
    for line in edition_lines(state, offer.kind, offer.core, language):
        typer.echo(line)
    tell("fingerprint_line", language, id=short(offer.entry), hash=offer.core_hash)


def print_waiting(state: JointState | None, waiting: offices.WaitingEntry, language: str) -> None:
    """Print what a file says that waits for signatures, the fingerprint that is signed last.

    Parameters
    ----------
    state : the list; None at the place of an office, which has no log.
    """
    body = waiting.body
    offered = waiting.kind in {"offer", "counter"}
    if offered:
        typer.echo(typer.style(title_of(body["kind"], body["core"], language), bold=True))
    around = {name: value for name, value in body.items() if name != "core"}
    lines = [*text_lines(waiting.record, around, language)]
    if offered:
        lines += _offered_lines(state, str(body["kind"]), body["core"], language)
    elif waiting.offered is not None:
        offer = waiting.offered
        lines.append(title_of(offer["kind"], offer["core"], language))
        lines += _offered_lines(state, str(offer["kind"]), offer["core"], language)
    elif state is not None and waiting.kind == "withdraw":
        found = find_offer(state, str(body["offer"]))
        lines += edition_lines(state, found.kind, found.core, language)
    for line in lines:
        typer.echo(line)
    tell("fingerprint_to_sign", language, hash=waiting.fingerprint)


def _offered_lines(
    state: JointState | None, kind: str, core: Mapping[str, Any], language: str
) -> Iterator[str]:
    if state is not None:
        return edition_lines(state, kind, core, language)
    return iter((text("register.whole_text", language), *text_lines(kind, core, language)))


def is_agreed(
    fingerprints: Sequence[str], named: Sequence[str], language: str, option: str = "--yes"
) -> bool:
    """Whether the person signs what was printed: asked at a terminal, else named beforehand.

    Parameters
    ----------
    fingerprints : of the texts above.
    named : those that the person has read, by their first digits.
    option : under which they are named.

    Raises
    ------
    UsageError
        When there is nobody to ask, or another text was read.
    """
    read = [one.strip().lower() for one in named]
    if read:
        unread = [
            one
            for one in fingerprints
            if not any(len(start) >= FEWEST_DIGITS and one.startswith(start) for start in read)
        ]
        if unread:
            raise UsageError("error.other_fingerprint", found=", ".join(unread))
        return True
    if not sys.stdin.isatty():
        listed = " ".join(f"{option} {one[:FEWEST_DIGITS]}" for one in fingerprints)
        raise UsageError("error.answer_needed", options=listed)
    if is_confirmed("ask_sign", language):
        return True
    tell("not_signed", language)
    return False


def compare_editions(
    folder: Path | None, names: Sequence[str], *, as_json: bool, language: str
) -> int:
    """Print where two editions differ, field by field."""
    if len(names) != 2:
        raise UsageError("error.two_editions")
    state = open_reader(folder).state(day(""))
    before, after = (editions.find_edition(state, name) for name in names)
    if before.kind != after.kind:
        raise InputError("error.other_kind", first=names[0], second=names[1])
    changes = list(changes_in_words(before.kind, before.core, after.core, language))
    if as_json:
        tell_json([{"field": name, "before": old, "after": new} for name, old, new in changes])
        return 0
    words = {"first": short(before.entry), "second": short(after.entry)}
    tell("editions_differ" if changes else "editions_equal", language, **words)
    for line in change_of_text_lines(before.kind, before.core, after.core, language):
        typer.echo(line)
    return 0


def print_form(folder: Path | None, name: str, language: str) -> int:
    """Print the present text of a subject, or an edition, as a form to change."""
    edition = editions.find_edition(open_reader(folder).state(day("")), name)

    def comment(path: str) -> str:
        return field_name(edition.kind, path, language)

    typer.echo(written_form(edition.kind, edition.core, comment), nl=False)
    return 0
