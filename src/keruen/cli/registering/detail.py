"""`keruen register show`: everything about one project, commitment, decision or entry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from keruen.cli.registering.opening import day, open_reader
from keruen.cli.registering.reading import edition_lines
from keruen.cli.registering.words import (
    short,
    speaker,
    tell_json,
    title_of,
    words_of,
)
from keruen.domain.joint import Decision, MText, Source
from keruen.domain.joint_state import CommitmentState, JointState, ProjectState, Revision, Saying
from keruen.i18n import LANGUAGES, text
from keruen.register.joint_list import editions
from keruen.report.joint.sentences import (
    code_name,
    date_in_words,
    debt_in_words,
    form_problems,
    id_in_words,
    interval_in_words,
    plain,
    saying_value,
    side_name,
    source_in_words,
)

_Decided = tuple[Decision, tuple[Revision, ...]]
"""A decision, and the texts that were put for it."""


def show(folder: Path | None, name: str, today: str, *, as_json: bool, language: str) -> int:
    """Print one thing of the register, by its id or by the beginning of an entry's id."""
    register = open_reader(folder)
    state = register.state(day(today))
    found = register.find(name, day(today))
    if as_json:
        tell_json(found)
        return 0
    for line in (*_lines(found, state, language), *_present_text(found, state, language)):
        typer.echo(line)
    for line in form_problems(state, _entries(found), language):
        typer.echo(f"! {line}")
    return 0


def _entries(found: Any) -> set[str]:
    """Ids of every entry of which something is shown."""
    if isinstance(found, Revision | Saying):
        return {found.entry}
    if isinstance(found, ProjectState):
        said: tuple[Any, ...] = (*found.revisions, *found.claims, *found.reports, *found.documents)
    elif isinstance(found, CommitmentState):
        said = (*found.revisions, *found.evidence)
    else:
        said = found[1]
    return {one.entry for one in said}


def _present_text(found: Any, state: JointState, language: str) -> Iterator[str]:
    """The whole present text of a subject, below what stands about it."""
    if isinstance(found, Revision | Saying):
        return
    decided = found[0].id if isinstance(found, tuple) else found.core.id
    kind = {ProjectState: "project", CommitmentState: "commitment"}.get(type(found), "decision")
    edition = editions.present_edition(state, decided, kind)
    if edition is not None:
        yield from edition_lines(state, kind, edition.core, language)
        yield text(
            "register.fingerprint_line", language, id=short(edition.entry), hash=edition.core_hash
        )


def _lines(found: Any, state: JointState, language: str) -> Iterator[str]:
    if isinstance(found, ProjectState):
        return _project(found, state, language)
    if isinstance(found, CommitmentState):
        return _commitment(found, state, language)
    if isinstance(found, Revision):
        return _revision(found, state, language)
    if isinstance(found, Saying):
        return iter([_saying(found, state, language)])
    return _decision(found, state, language)


def _head(words: str) -> str:
    return typer.style(words, bold=True)


def _texts(words: MText) -> Iterator[str]:
    """A text in every language that it has; originals are marked."""
    for one in LANGUAGES:
        said = getattr(words, one)
        if said is not None:
            mark = "*" if one in words.authentic else " "
            yield f"  {one}{mark} {plain(said.text)}"


def _project(project: ProjectState, state: JointState, language: str) -> Iterator[str]:
    core = project.core
    key = "agreed_text" if project.agreed is not None else "offered_text"
    yield _head(f"{id_in_words(core.id, language)}  {words_of(core.title, language)}")
    yield "  " + text(f"register.{key}", language)
    yield from _texts(core.title)
    stage = code_name("lifecycle", project.lifecycle, language)
    light = code_name("light", project.health.light, language)
    yield "  " + text("register.stage_line", language, stage=stage, light=light)
    if core.description is not None:
        yield "  " + words_of(core.description, language, 1000)
    yield from _questions(core.open_questions, language)
    for name in project.commitments:
        promise = state.commitments.get(name)
        if promise is not None:
            yield from _promise(promise, state, language)
    for claim in project.claims:
        yield "  " + _saying(claim, state, language)
    for report in project.reports:
        yield "  " + _saying(report, state, language)
    for revision in project.revisions:
        yield "  " + _revision_line(revision, state, language)
    for step in project.steps:
        sides = ", ".join(side_name(state, side, language) for side in step.sides)
        to = code_name("lifecycle", step.to, language)
        date = date_in_words(step.at, language)
        yield "  " + text("register.step_line", language, to=to, date=date, sides=sides)
        for key in step.missing:
            yield "    " + text("register.step_lacks", language, what=text(key, language))


def _questions(names: tuple[str, ...], language: str) -> Iterator[str]:
    if names:
        listed = ", ".join(code_name("question", name, language) for name in names)
        yield "  " + text("register.questions_line", language, questions=listed)


def _promise(promise: CommitmentState, state: JointState, language: str) -> Iterator[str]:
    core = promise.core
    yield "  " + text(
        "register.promise_line",
        language,
        id=id_in_words(core.id, language),
        words=words_of(core.text, language),
        who=debt_in_words(state, core.debtor, core.creditor, language),
        due=interval_in_words(core.due, language),
        status=code_name("commitment", promise.status, language),
    )


def _commitment(promise: CommitmentState, state: JointState, language: str) -> Iterator[str]:
    core = promise.core
    yield from (line.lstrip() for line in _promise(promise, state, language))
    yield from _texts(core.text)
    yield from _questions(core.open_questions, language)
    yield from _source(core.source, language)
    for one in promise.evidence:
        yield "  " + _saying(one, state, language)
    for slip in promise.slips:
        yield "  " + text(
            "register.slip_line",
            language,
            before=interval_in_words(slip.before, language),
            after=interval_in_words(slip.after, language),
            side=side_name(state, slip.asked_by, language),
            reason=words_of(slip.reason, language) or "–",
        )
    for revision in promise.revisions:
        yield "  " + _revision_line(revision, state, language)


def _source(source: Source | None, language: str) -> Iterator[str]:
    if source is None:
        return
    words = source_in_words(source, language, 160)
    yield "  " + text("register.source_line", language, source=words)
    if source.quote:
        yield f"    «{plain(source.quote)}»"
    if source.address:
        yield f"    {plain(source.address)}"


def _decision(found: _Decided, state: JointState, language: str) -> Iterator[str]:
    decision, texts = found
    yield _head(f"{id_in_words(decision.id, language)}  {words_of(decision.meeting, language)}")
    yield "  " + date_in_words(decision.date, language)
    for item in decision.items:
        action = code_name("action", item.action, language)
        reason = words_of(item.reason, language)
        yield f"  {id_in_words(item.project, language)}: {action}. {reason}"
    for revision in texts:
        yield "  " + _revision_line(revision, state, language)


def _revision_line(revision: Revision, state: JointState, language: str) -> str:
    return text(
        "register.revision_line",
        language,
        n=revision.number,
        id=short(revision.entry),
        by=side_name(state, revision.side, language),
        date=date_in_words(revision.at, language),
        status=text(f"register.offer_{revision.status}", language),
    )


def _revision(revision: Revision, state: JointState, language: str) -> Iterator[str]:
    yield _head(title_of(revision.kind, revision.core, language))
    yield "  " + _revision_line(revision, state, language)
    yield from edition_lines(state, revision.kind, revision.core, language)
    yield text(
        "register.fingerprint_line", language, id=short(revision.entry), hash=revision.core_hash
    )


def _saying(saying: Saying, state: JointState, language: str) -> str:
    body: Any = saying.body  # Any: `kind` says which of its classes
    kind = type(body).__name__.lower()
    words = {
        "claim": lambda: saying_value(saying, language, 160),
        "report": lambda: words_of(body.summary, language),
        "evidence": lambda: words_of(body.document.title, language),
        "appraisal": lambda: plain(body.model),
    }[kind]()
    subject = code_name("field", body.field, language) if kind == "claim" else ""
    quarter = plain(body.quarter) if kind == "report" else ""
    answer = "accepted" if saying.accepted else "disputed" if saying.disputed else "unanswered"
    # Most claims are never answered, and nobody has to.
    is_noted = kind != "claim" or answer != "unanswered"
    noted = text(f"register.answer_{answer}", language) if is_noted else ""
    return text(
        f"register.{kind}_line",
        language,
        note=", ".join(part for part in (noted, short(saying.entry)) if part),
        side=speaker(saying, state, language),
        subject=subject or quarter,
        words=words,
    )
