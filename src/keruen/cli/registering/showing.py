"""`keruen register status|list|fiche|meeting`: the whole list at a glance, and papers to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import typer

from keruen.cli.registering.opening import day, open_reader
from keruen.cli.registering.words import (
    heading,
    print_list_table,
    short,
    speaker,
    tell,
    tell_json,
    title_of,
    words_of,
)
from keruen.domain.joint import OTHER_SIDE
from keruen.domain.joint_state import JointState, ProjectState, Status, Waiting
from keruen.domain.untyped import JsonValue
from keruen.i18n import describe, plural, text
from keruen.register.joint_list import duplicates
from keruen.report.joint.list_standing import consent_of, next_due
from keruen.report.joint.sentences import (
    code_name,
    date_in_words,
    debt_in_words,
    form_problems,
    id_in_words,
    interval_in_words,
    offices_in_words,
    plain,
    saying_value,
    side_name,
)

if TYPE_CHECKING:
    from keruen.register import waiting as offices

_MOST = 12
"""How many lines of one kind are shown before the rest is counted."""
_SHOWN_WHEN_THERE: Final = frozenset({"signing", "differs", "implausible", "duplicates", "broken"})
"""Headings that stay away when nothing stands below them."""


def listing(folder: Path | None, today: str, *, as_json: bool, language: str) -> int:
    """The joint list."""
    state = open_reader(folder).state(day(today))
    if as_json:
        tell_json(state)
        return 0
    print_list(state, language)
    return 0


def print_list(state: JointState, language: str) -> None:
    """Print the list as a table, what is not on it behind."""
    if not state.projects:
        tell("list_empty", language)
        return
    order = sorted(state.projects.items(), key=lambda item: (not item[1].is_listed, item[0]))
    titles = ("project", "title", "consent", "stage", "light", "next_due")
    print_list_table(titles, [_row(name, one, state, language) for name, one in order], language)
    print_form_problems(state, language)


def print_form_problems(state: JointState, language: str) -> None:
    """Name every part of the list that breaks the rules of form; the parts are shown escaped."""
    lines = form_problems(state, None, language)
    for line in lines[:_MOST]:
        typer.echo(f"! {line}")
    if len(lines) > _MOST:
        typer.echo("  " + text("register.status_more", language, n=len(lines) - _MOST))


def _row(name: str, project: ProjectState, state: JointState, language: str) -> Sequence[str]:
    core = project.core
    return (
        id_in_words(name, language),
        words_of(core.title, language, 80),
        text(f"register.{consent_of(project)}", language),
        code_name("lifecycle", project.lifecycle, language),
        code_name("light", project.health.light, language),
        plain(next_due(project, state)) or "–",
    )


def status(folder: Path | None, today: str, *, as_json: bool, language: str) -> int:
    """What waits for whom, what is late, what contradicts."""
    register = open_reader(folder)
    standing = register.status(day(today))
    signing = register.waiting() if register.pair else ()
    if as_json:
        tell_json({**msgspec.to_builtins(standing), "signing": [*map(_signing_words, signing)]})
        return 0
    print_status(standing, register.state(day(today)), language, signing)
    return 0


def _signing_words(one: offices.WaitingEntry) -> dict[str, JsonValue]:
    """What waits for signatures, for a program."""
    return {
        "file": str(one.path),
        "fingerprint": one.fingerprint,
        "kind": one.kind,
        "signed": list(one.signed),
        "needed": one.needed,
        "void": one.void.key if one.void is not None else "",
    }


def print_status(
    standing: Status,
    state: JointState,
    language: str,
    signing: Sequence[offices.WaitingEntry] = (),
) -> None:
    """Print the standing of the list in sentences, as this side reads it.

    Parameters
    ----------
    signing : what waits for signatures of this side's own offices.
    """
    name = side_name(state, OTHER_SIDE[standing.side], language)
    subjects = subjects_of(state, language)
    groups = (
        ("waits_for_me", [_wait(one, subjects, language) for one in standing.waits_for_me]),
        ("waits_for_them", [_wait(one, subjects, language) for one in standing.waits_for_them]),
        ("signing", [_signing(one, subjects, language) for one in signing]),
        ("overdue", list(_overdue(standing.overdue, state, language))),
        ("contradicts", list(_torn(state, language))),
        ("differs", list(_differing(state, language))),
        ("implausible", list(_doubtful(state, language))),
        ("duplicates", list(_checked(state, language, duplicates.DUPLICATE))),
        ("broken", list(_broken(state, language))),
    )
    tell("status_head", language, name=plain(state.name), date=date_in_words(state.today, language))
    in_charge = offices_in_words(state, language)
    if in_charge:
        typer.echo(in_charge)
    for key, lines in groups:
        if not lines and key in _SHOWN_WHEN_THERE:
            continue
        heading(f"status_{key}", language, n=len(lines), name=name)
        for line in lines[:_MOST]:
            typer.echo(f"  {line}")
        if len(lines) > _MOST:
            typer.echo("  " + text("register.status_more", language, n=len(lines) - _MOST))
        if not lines:
            typer.echo("  " + text("register.status_nothing", language))


def subjects_of(state: JointState, language: str) -> dict[str, str]:
    """Subject and entry → how it is called: its id and title."""
    called: dict[str, str] = {}
    for one in state.all_revisions():
        title = title_of(one.kind, one.core, language)
        # There is one charter: its title says all, and its id is a word of the code.
        number = "" if one.kind == "charter" and title else id_in_words(one.subject, language)
        called[one.subject] = f"{number} {title}".strip()
    return called


def _wait(one: Waiting, subjects: Mapping[str, str], language: str) -> str:
    words = text(
        f"register.wait_{one.kind}",
        language,
        subject=subjects.get(one.subject, id_in_words(one.subject, language)),
        id=short(one.entry),
        date=date_in_words(one.since, language),
    )
    if not one.lapses:
        return words
    last = date_in_words(one.lapses, language)
    return text("register.wait_until", language, words=words, date=last)


def _signing(one: offices.WaitingEntry, subjects: Mapping[str, str], language: str) -> str:
    """What waits for signatures: what it is, who is missing, and its file; or why it is void."""
    if one.void is not None:
        return describe(one.void, language)
    body = one.body
    target = str(body.get("offer", body.get("target", "")))
    about = subjects.get(target, short(target))
    if "core" in body:
        about = title_of(str(body["kind"]), body["core"], language)
    return text(
        "register.signing",
        language,
        what=text(f"register.signing_{one.kind}", language, about=about),
        signed=len(one.signed),
        needed=one.needed,
        id=short(one.fingerprint),
        path=str(one.path),
    )


def _overdue(names: Sequence[str], state: JointState, language: str) -> Iterator[str]:
    for name in names:
        promise = state.commitments[name]
        core = promise.core
        yield plural(
            "register.late",
            promise.days_late,
            language,
            subject=f"{id_in_words(name, language)} {words_of(core.text, language, 120)}",
            who=debt_in_words(state, core.debtor, core.creditor, language),
            due=interval_in_words(core.due, language),
        )


def _torn(state: JointState, language: str) -> Iterator[str]:
    for one in state.contradictions:
        said = [
            text(
                "register.said_by",
                language,
                value=saying_value(saying, language, 60),
                side=speaker(saying, state, language),
            )
            for saying in one.claims
        ]
        field = code_name("field", one.field, language)
        subject = id_in_words(one.project, language) or "–"
        yield text("register.torn", language, subject=subject, field=field, values="; ".join(said))


def _differing(state: JointState, language: str) -> Iterator[str]:
    for one in state.differences:
        yield text(
            "register.differing",
            language,
            subject=id_in_words(one.project, language),
            quarter=plain(one.quarter),
            field=code_name("field", one.field, language),
            a=plain(one.a),
            b=plain(one.b),
        )


def _doubtful(state: JointState, language: str) -> Iterator[str]:
    """Figures that cannot stand together though none contradicts another."""
    for key, parameters in state.checks:
        if key != duplicates.DUPLICATE and not key.startswith(_DAMAGE):
            yield text(key, language, **parameters)


def _checked(state: JointState, language: str, wanted: str) -> Iterator[str]:
    for key, parameters in state.checks:
        if key == wanted:
            yield text(key, language, **parameters)


_DAMAGE: Final = "problem."
"""Checks whose key begins so say what is wrong with the register, not with its figures."""


def _broken(state: JointState, language: str) -> Iterator[str]:
    """What was lost from the logs, and proofs that a side showed two histories."""
    for key, parameters in state.checks:
        if key.startswith(_DAMAGE):
            yield text(key, language, **parameters)
    for one in state.equivocations:
        yield text(
            "register.forked",
            language,
            side=one.side,
            seq=one.seq,
            first=short(one.first),
            second=short(one.second),
        )
    if state.parked:
        yield text("register.parked", language, n=len(state.parked))


def fiche(folder: Path | None, project: str, out: Path | None, today: str, language: str) -> int:
    """Write the fiche of one project."""
    from keruen.report.joint import write_fiche

    state = open_reader(folder).state(day(today))
    path = write_fiche(state, project, out or Path(), language=language)
    tell("written", language, path=str(path))
    return 0


def meeting(folder: Path | None, out: Path | None, today: str, language: str) -> int:
    """Write the sheet for the meeting."""
    from keruen.report.joint import write_meeting_sheet

    state = open_reader(folder).state(day(today))
    path = write_meeting_sheet(state, out or Path(), language=language)
    tell("written", language, path=str(path))
    return 0
