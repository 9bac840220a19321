"""The meeting sheet: the whole list on a few wide pages, for the table at which it is discussed.

Knows what each side must do next and what happened since the last meeting; decides nothing.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

from keruen.domain.joint import SIDES, Side
from keruen.domain.joint_state import (
    CommitmentState,
    JointState,
    ListChange,
    ProjectState,
    Waiting,
)
from keruen.errors import UsageError
from keruen.i18n import number, plural, text
from keruen.register.joint_list import waiting
from keruen.report.document import (
    Block,
    Bullets,
    Cell,
    Chapter,
    Facts,
    Paragraph,
    PrintedDocument,
    TableBlock,
)
from keruen.report.joint import chapters
from keruen.report.joint.fiche import frame_words, lead_cell
from keruen.report.joint.sentences import (
    code_name,
    date_in_words,
    debt_in_words,
    fingerprint,
    id_in_words,
    interval_in_words,
    label,
    said,
    side_name,
    title_of,
)
from keruen.report.joint.sheet_limits import SheetLimits, easiest, more_row, shortened
from keruen.report.write import put_document, verify_format

_LIMITS: Final = SheetLimits(rows=200, letters=240)
"""A list of more rows than this is no paper for a meeting; its rest is counted."""
_UNMET: Final = frozenset({"open", "overdue", "claimed_met", "disputed"})


def meeting_sheet(state: JointState, *, language: str, since: str | None = None) -> PrintedDocument:
    """The list for a meeting: every project, what waits for whom, what is late or contradicts.

    Parameters
    ----------
    state : as `register` folds it; its day is the day of the sheet.
    language : ``kk``, ``ru``, ``zh`` or ``en``.
    since : day of the last meeting (``2026-08-01``): decisions before it are history, those from
        it on stand apart. None shows all of them as history.

    Raises
    ------
    UsageError
        When the language is unknown, or `since` is no day.
    """
    if since is not None and not _is_day(since):
        raise UsageError("error.meeting_since", given=label(since, language))
    return easiest(lambda points: replace(_composed(state, language, since), points=points))


def _is_day(written: str) -> bool:
    try:
        return dt.date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False


def _composed(state: JointState, language: str, since: str | None) -> PrintedDocument:
    recent = [change for change in state.history if since and change.date >= since]
    earlier = [change for change in state.history if not since or change.date < since]
    sections = [
        Chapter(name="facts", title="", blocks=(_counts(state, language),)),
        chapters.section("projects", language, _projects(state, language)),
        *_values(state, language),
        *(_waiting(state, side, language) for side in SIDES),
        chapters.section("overdue", language, _overdue(state, language)),
        chapters.section("contradictions", language, *_contradictions(state, language)),
    ]
    if state.differences:
        sections.append(chapters.section("differences", language, _differences(state, language)))
    if since:
        title = text("fiche.section_decisions_since", language, date=date_in_words(since, language))
        blocks = (_changes(state, recent, language),)
        sections.append(Chapter(name="decisions", title=title, blocks=blocks))
    if earlier or not since:
        name = "decisions_before" if since else "decisions"
        sections.append(chapters.section(name, language, _changes(state, earlier, language)))
    return PrintedDocument(
        language=language,
        title=text("fiche.meeting_title", language),
        summary="",
        sections=tuple(sections),
        words=frame_words(state, language, text("fiche.meeting_what", language)),
        form="wide_sheet",
    )


def write_meeting_sheet(
    state: JointState,
    folder: str | os.PathLike[str],
    *,
    language: str,
    since: str | None = None,
    format: Literal["html", "pdf"] = "pdf",  # noqa: A002 - the word a person would say
) -> Path:
    """Write the meeting sheet of the list.

    Parameters
    ----------
    state, language, since : as for `meeting_sheet`.
    folder : made when it does not exist.
    format : ``pdf`` (wide A4, tagged, PDF/UA-1) or ``html`` (one self-contained file).

    Returns
    -------
    The file, ``meeting-<language>.<format>`` in `folder`.

    Raises
    ------
    UsageError
        When the format or the language is unknown, or `since` is no day.
    StorageError
        When the disk refuses.
    """
    verify_format(format)
    document = meeting_sheet(state, language=language, since=since)
    return put_document(document, Path(folder) / f"meeting-{language}.{format}", format)


def _nothing(language: str) -> Paragraph:
    return Paragraph(text=text("fiche.nothing", language))


def _counts(state: JointState, language: str) -> Facts:
    listed = [project for project in state.projects.values() if project.is_listed]
    standings = [promise.status for promise in state.commitments.values()]
    counts = {
        "projects": len(listed),
        "offered": standings.count("offered"),
        "promises": len([status for status in standings if status in _UNMET]),
        "overdue": standings.count("overdue"),
        "contradictions": len(state.contradictions),
    }
    items = [
        (text(f"fiche.count_{name}", language), Cell(text=number(n, language)))
        for name, n in counts.items()
    ]
    return Facts(items=(*chapters.warnings(state, language), *items))


def _projects(state: JointState, language: str) -> Block:
    # What is on the list stands first; what was only offered or taken off follows.
    ordered = sorted(state.projects.values(), key=lambda one: (not one.is_listed, one.core.id))
    if not ordered:
        return _nothing(language)
    shown, n_left = shortened(ordered, _LIMITS.of())
    rows = [_project_row(state, project, language) for project in shown]
    header = ("number", "project", "stage", "light", "lead_a", "lead_b", "next_due")
    titles = tuple(_column(state, name, language) for name in header)
    rest = more_row(n_left, len(header), language)
    return TableBlock(
        caption="", header=titles, rows=(*rows, *rest), widths=(18, 84, 36, 28, 46, 46, 42)
    )


def _values(state: JointState, language: str) -> tuple[Chapter, ...]:
    """A line for each project that was appraised; no chapter where none was."""
    found = [
        f"{id_in_words(project.core.id, language)} {worth}"
        for _, project in sorted(state.projects.items())
        if (worth := chapters.value_in_words(state, project, language))
    ]
    shown, n_left = shortened(found, _LIMITS.of())
    rest = (plural("fiche.more", n_left, language),) if n_left else ()
    block = Bullets(items=(*shown, *rest))
    return (chapters.section("values", language, block),) if found else ()


def _column(state: JointState, name: str, language: str) -> str:
    leads: dict[str, Side] = {"lead_a": "A", "lead_b": "B"}
    if name in leads:
        return text("fiche.lead_of", language, side=side_name(state, leads[name], language))
    return text(f"fiche.column_{name}", language)


def _project_row(state: JointState, project: ProjectState, language: str) -> tuple[Cell, ...]:
    core = project.core
    stage = code_name("lifecycle", project.lifecycle, language)
    if not project.is_listed:
        stage = text(
            "fiche.stage_and_list", language, stage=stage, listed=text("fiche.not_listed", language)
        )
    return (
        Cell(text=id_in_words(core.id, language)),
        title_of(core, language, _LIMITS.letters).cell(),
        Cell(text=stage),
        Cell(text=code_name("light", project.health.light, language), sign=project.health.light),
        lead_cell(core.lead_a, language, _LIMITS),
        lead_cell(core.lead_b, language, _LIMITS),
        Cell(text=_next_due(state, project, language)),
    )


def _next_due(state: JointState, project: ProjectState, language: str) -> str:
    found = [
        promise.core.due
        for name in project.commitments
        if (promise := state.commitments.get(name)) is not None
        and promise.status not in {"accepted", "offered"}
    ]
    dues = sorted((due for due in found if due is not None), key=lambda due: (due.last, due.first))
    return interval_in_words(dues[0], language) if dues else "–"


def _waiting(state: JointState, side: Side, language: str) -> Chapter:
    """What the register says that this side has to do next, the oldest first."""
    shown, n_left = shortened(waiting(state, side), _LIMITS.of(0.2))
    items = [task_in_words(state, task, language) for task in shown]
    items += [plural("fiche.more", n_left, language)] if n_left else []
    title = text("fiche.waits_for", language, side=side_name(state, side, language))
    block: Block = Bullets(items=tuple(items)) if items else _nothing(language)
    return Chapter(name=f"waits_{side.lower()}", title=title, blocks=(block,))


def task_in_words(state: JointState, task: Waiting, language: str) -> str:
    """What a side has to do, since when, and until when if there is a last day."""
    since = date_in_words(task.since, language)
    what = _subject_named(state, task, language)
    if not task.lapses:
        return text(f"fiche.wait_{task.kind}", language, what=what, date=since)
    last = date_in_words(task.lapses, language)
    said_ = text(f"fiche.wait_{task.kind}", language, what=what, date=since)
    return text("fiche.wait_until", language, task=said_, date=last)


def _subject_named(state: JointState, task: Waiting, language: str) -> str:
    return subject_in_words(state, task.subject, task.project, language)


def subject_in_words(state: JointState, subject: str, project_id: str, language: str) -> str:
    """What an offer or a task is about, by its title wherever it has one.

    Parameters
    ----------
    subject : its id, ``charter``, or the field of a claim.
    project_id : of the project that it belongs to; empty for none.
    """
    project = label(project_id, language)
    if subject in state.commitments:
        return _promise_named(state, state.commitments[subject], language)
    if subject in state.projects:
        title = title_of(state.projects[subject].latest, language, 200).text
        return f"{label(subject, language)} {title}"
    if subject in state.decisions:
        meeting = said(state.decisions[subject][0].meeting, language, 200).text
        return meeting or label(subject, language)
    if subject in state.transitions:
        stage = code_name("lifecycle", state.transitions[subject][0].to, language)
        return f"{project} → {stage}"
    if subject == "charter":
        return text("fiche.charter", language)
    return f"{project} {code_name('field', subject, language)}".strip()


def _promise_named(state: JointState, promise: CommitmentState, language: str) -> str:
    core = promise.core
    words = said(core.text, language, 200).text or id_in_words(core.id, language)
    # Its own number, which an answer has to name; that of its project stands behind.
    named = f"{label(core.id, language)} {words}".rstrip(".。")
    if core.project not in state.projects:
        return named
    return text("fiche.promise_of", language, promise=named, project=label(core.project, language))


def _overdue(state: JointState, language: str) -> Block:
    late = [promise for promise in state.commitments.values() if promise.status == "overdue"]
    late.sort(key=lambda promise: (-promise.days_late, promise.latest.id))
    if not late:
        return _nothing(language)
    shown, n_left = shortened(late, _LIMITS.of(0.3))
    rows = []
    for promise in shown:
        core = promise.core
        sides = debt_in_words(state, core.debtor, core.creditor, language)
        rows.append(
            (
                Cell(text=label(core.id, language)),
                Cell(text=label(core.project, language)),
                said(core.text, language, _LIMITS.letters).cell(),
                Cell(text=sides),
                Cell(text=interval_in_words(core.due, language)),
                chapters.promise_standing(promise, language),
            )
        )
    header = ("number", "project", "promise", "who_to_whom", "due", "how_late")
    return chapters.table(header, rows, (20, 18, 106, 50, 50, 56), language, n_left)


def _contradictions(state: JointState, language: str) -> tuple[Block, ...]:
    found_ = chapters.checked(state, None, language)
    if not state.contradictions:
        return found_ or (_nothing(language),)
    ordered = sorted(state.contradictions, key=lambda found: (found.project, found.field))
    shown, n_left = shortened(ordered, _LIMITS.of(0.3))
    width = chapters.n_side_by_side(state.contradictions)
    rows = [
        (
            Cell(text=label(found.project, language)),
            *chapters.torn_row(state, found, width, language, _LIMITS),
        )
        for found in shown
    ]
    header = ("project", "figure", *chapters.SAYERS[:width])
    widths = (18, 48, *([234 / width] * width))
    return (chapters.table(header, rows, widths, language, n_left), *found_)


def _differences(state: JointState, language: str) -> Block:
    shown, n_left = shortened(state.differences, _LIMITS.of(0.3))
    rows = [
        (
            Cell(text=label(found.project, language)),
            Cell(text=label(found.quarter, language)),
            Cell(text=code_name("field", found.field, language)),
            Cell(text=label(found.a, language, 200)),
            Cell(text=label(found.b, language, 200)),
        )
        for found in shown
    ]
    names = [text(f"fiche.column_{name}", language) for name in ("project", "quarter", "figure")]
    titles = (*names, *(side_name(state, side, language) for side in SIDES))
    return TableBlock(
        caption="",
        header=titles,
        rows=(*rows, *more_row(n_left, 5, language)),
        widths=(18, 24, 58, 100, 100),
    )


def _changes(state: JointState, changes: list[ListChange], language: str) -> Block:
    if not changes:
        return _nothing(language)
    newest_first = sorted(changes, key=lambda change: change.date, reverse=True)
    shown, n_left = shortened(newest_first, _LIMITS.of(0.3))
    rows = []
    for change in shown:
        action = code_name("action", change.action, language)
        key = "fiche.offer_agreed" if change.is_agreed else "fiche.not_signed"
        rows.append(
            (
                Cell(text=date_in_words(change.date, language)),
                Cell(text=_change_target(state, change, language)),
                Cell(text=action),
                said(change.reason, language, _LIMITS.letters).cell(),
                Cell(text=text(key, language)),
                Cell(text=fingerprint(change.entry), is_code=True),
            )
        )
    header = ("date", "project", "decision", "reason", "standing", "fingerprint")
    return chapters.table(header, rows, (34, 80, 36, 80, 40, 30), language, n_left)


def _change_target(state: JointState, change: ListChange, language: str) -> str:
    title = ""
    if change.project in state.projects:
        project = state.projects[change.project]
        title = title_of(project.core, language, 200).text
    into = f" → {', '.join(label(name, language) for name in change.into)}" if change.into else ""
    return f"{label(change.project, language)} {title}{into}".strip()
