"""The fiche: one project of the joint list on one sheet of paper, for somebody who must decide.

Knows what a state of the register says of one project and in which order a stranger asks for it;
changes nothing and judges nothing.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from keruen.domain.joint import OTHER_SIDE, SIDES, Organisation
from keruen.domain.joint_state import Health, JointState, ProjectState, Revision
from keruen.errors import UsageError
from keruen.i18n import text
from keruen.report.document import Block, Cell, Chapter, Facts, PrintedDocument
from keruen.report.joint import chapters
from keruen.report.joint.sentences import (
    clipped,
    code_name,
    date_in_words,
    fingerprint,
    id_in_words,
    interval_in_words,
    label,
    names,
    offices_in_words,
    other_titles,
    quantity_in_words,
    reason_in_words,
    said,
    schedule_stage,
    side_name,
    title_of,
)
from keruen.report.joint.sheet_limits import SheetLimits, fitting
from keruen.report.write import put_document, verify_format
from keruen.store.file_names import file_name


def fiche(state: JointState, project_id: str, *, language: str) -> PrintedDocument:
    """One project on one A4 page: what it is, who leads, who owes what, what is open or disputed.

    Lists too long for the page end with how many more there are; long texts likewise.

    Parameters
    ----------
    state : as `register` folds it; its day is the day of the fiche.
    project_id : number of the project, whole.
    language : ``kk``, ``ru``, ``zh`` or ``en``.

    Raises
    ------
    UsageError
        When the language or the project is unknown.
    """
    if project_id not in state.projects:
        text("fiche.foot", language, heads="")  # an unknown language is named first
        known = ", ".join(label(name, language) for name in sorted(state.projects)[:20])
        asked = label(project_id, language)
        raise UsageError("error.fiche_project_unknown", project=asked, known=known or "–")
    return fitting(lambda limits: _composed(state, project_id, language, limits), 1)


_WHOLE = SheetLimits(rows=100_000, letters=100_000)
"""A screen can be scrolled: nothing is shortened there."""


def whole_fiche(state: JointState, project_id: str, *, language: str) -> PrintedDocument:
    """The same chapters with nothing shortened, for a page on a screen.

    Parameters
    ----------
    state, project_id, language : as for `fiche`; the project must be there.
    """
    return _composed(state, project_id, language, _WHOLE)


def write_fiche(
    state: JointState,
    project_id: str,
    folder: str | os.PathLike[str],
    *,
    language: str,
    format: Literal["html", "pdf"] = "pdf",  # noqa: A002 - the word a person would say
) -> Path:
    """Write the fiche of one project.

    Parameters
    ----------
    state, project_id, language : as for `fiche`.
    folder : made when it does not exist.
    format : ``pdf`` (one page, tagged, PDF/UA-1) or ``html`` (one self-contained file).

    Returns
    -------
    The file, ``fiche-<project>-<language>.<format>`` in `folder`.

    Raises
    ------
    UsageError
        When the format, the language or the project is unknown.
    StorageError
        When the disk refuses.
    """
    verify_format(format)
    document = fiche(state, project_id, language=language)
    path = Path(folder) / f"fiche-{file_name(project_id)}-{language}.{format}"
    return put_document(document, path, format)


def _composed(
    state: JointState, project_id: str, language: str, limits: SheetLimits
) -> PrintedDocument:
    project = state.projects[project_id]
    core = project.core
    title = title_of(core, language, min(limits.letters, 240))
    sections = (
        Chapter(name="facts", title="", blocks=_facts(state, project, language, limits)),
        chapters.promises(state, project, language, limits),
        chapters.questions(state, project, language, limits),
        *chapters.figures(state, project, language, limits),
        *chapters.dependencies(state, project, language, limits),
        chapters.history(state, project, language, limits),
        *chapters.documents(state, project, language, limits),
    )
    return PrintedDocument(
        language=language,
        title=title.text,
        title_language=title.language,
        summary="",
        sections=tuple(sections),
        words=frame_words(
            state,
            language,
            text("fiche.project_number", language, id=id_in_words(core.id, language)),
        ),
        form="sheet",
        points=limits.points,
        lines=other_titles(core.title, language, min(limits.letters, 160)),
    )


def frame_words(state: JointState, language: str, what: str) -> dict[str, str]:
    """Words above and below the sheet: which list, which day, from which entries."""
    heads = names(
        [
            text(
                "fiche.head",
                language,
                side=side_name(state, side, language),
                n=state.heads[side][0],
                id=fingerprint(state.heads[side][1]),
            )
            for side in SIDES
            if side in state.heads and state.heads[side][0] >= 0
        ],
        language,
    )
    kicker = text(
        "fiche.kicker",
        language,
        list=label(state.name, language, 80),
        what=label(what, language, 60),
        date=date_in_words(state.today, language),
    )
    foot = text("fiche.foot", language, heads=heads or "–")
    offices = offices_in_words(state, language)
    return {"kicker": kicker, "foot": f"{offices} {foot}".strip()}


def _facts(
    state: JointState, project: ProjectState, language: str, limits: SheetLimits
) -> tuple[Block, ...]:
    core = project.core
    listed = "fiche.listed" if project.is_listed else "fiche.not_listed"
    stage = text(
        "fiche.stage_and_list",
        language,
        stage=code_name("lifecycle", project.lifecycle, language),
        listed=text(listed, language),
    )
    about = said(core.description or core.purpose, language, limits.letters)
    items = chapters.warnings(state, language, core.id)
    items += chapters.form_warnings(state, project, language)
    items += [(text("fiche.about", language), about.cell())] if about.text else []
    items += [
        (text("fiche.stage", language), Cell(text=stage)),
        (text("fiche.light", language), light_cell(state, project.health, language, limits)),
        (text("fiche.standing", language), _standing(state, project, language)),
    ]
    items.append(_terms(project, language))
    worth = chapters.value_in_words(state, project, language)
    items += [(text("fiche.value", language), Cell(text=worth))] if worth else []
    for side, lead in zip(SIDES, (core.lead_a, core.lead_b), strict=True):
        label = text("fiche.lead_of", language, side=side_name(state, side, language))
        items.append((label, lead_cell(lead, language, limits)))
    missing = [text(key, language) for step in project.steps[-1:] for key in step.missing]
    if missing:
        items.append((text("fiche.lacks", language), Cell(text=names(missing, language))))
    if language in _behind(project):
        items.append((text("fiche.text", language), Cell(text=text("fiche.behind", language))))
    return (Facts(items=tuple(items)),)


def _terms(project: ProjectState, language: str) -> tuple[str, Cell]:
    """When and for how much: as both sides signed it, or as one offers it."""
    core = project.core
    stages = [
        text(
            "fiche.stage_dates",
            language,
            stage=schedule_stage(stage, language),
            dates=interval_in_words(period, language),
        )
        for stage, period in sorted(core.baseline.items(), key=lambda item: item[1].first)
    ]
    schedule = "; ".join(stages) if stages else text("fiche.no_date", language)
    budget = core.budget
    cost = quantity_in_words(budget, language) if budget else text("fiche.no_cost", language)
    key = "fiche.agreed" if project.agreed is not None else "fiche.proposed"
    terms = text("fiche.terms", language, schedule=schedule, cost=cost)
    return text(key, language), Cell(text=terms)


def light_cell(state: JointState, health: Health, language: str, limits: SheetLimits) -> Cell:
    """The traffic light in words, with its reasons."""
    name = code_name("light", health.light, language)
    reasons = [
        reason_in_words(state, key, parameters, language)
        for key, parameters in health.reasons[: limits.of()]
    ]
    if not reasons:
        return Cell(text=name, sign=health.light)
    because = text("fiche.because", language, light=name, reasons="; ".join(reasons))
    return Cell(text=clipped(because, max(limits.letters, 120), language), sign=health.light)


def lead_cell(lead: Organisation | None, language: str, limits: SheetLimits) -> Cell:
    """Who leads, or that nobody is named yet."""
    found = said(lead.name if lead else None, language, min(limits.letters, 120))
    return found.cell() if found.text else Cell(text=text("fiche.nobody", language))


def _standing(state: JointState, project: ProjectState, language: str) -> Cell:
    """What both sides have signed, and what is only offered."""
    revisions = project.revisions
    signed = [revision for revision in revisions if revision.status == "agreed"]
    open_ = [revision for revision in revisions if revision.status == "offered"]
    parts = []
    if project.agreed is not None and signed:
        last = max(signed, key=lambda revision: revision.number)
        parts.append(text("fiche.both_signed", language, n=last.number))
    else:
        parts.append(text("fiche.not_agreed", language))
    parts += [_offered(state, revision, language) for revision in open_[:2]]
    if any(revision.status == "clash" for revision in revisions):
        parts.append(text("fiche.clash", language))
    sign: Literal["green", "amber"] = "green" if project.agreed is not None else "amber"
    return Cell(
        text=("" if language == "zh" else " ").join(parts), sign="amber" if len(parts) > 1 else sign
    )


def _offered(state: JointState, revision: Revision, language: str) -> str:
    return text(
        "fiche.open_offer",
        language,
        n=revision.number,
        by=side_name(state, revision.side, language),
        other=side_name(state, OTHER_SIDE[revision.side], language),
        date=date_in_words(revision.at, language),
    )


def _behind(project: ProjectState) -> tuple[str, ...]:
    return project.revisions[-1].behind if project.revisions else ()
