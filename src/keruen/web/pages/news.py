"""What was last written to the register by either side, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from keruen.domain.joint import Appraisal, Claim, Evidence, Report, Side
from keruen.domain.joint_state import JointState, Revision, Saying
from keruen.report.joint.meeting import subject_in_words
from keruen.report.joint.sentences import (
    code_name,
    date_in_words,
    id_in_words,
    saying_name,
    side_name,
)
from keruen.web.asked import PageRequest
from keruen.web.tables import LateRows, TableCell, TableColumn, WebTable

_NAME: Final = 120
"""Letters of what a claim is about: more would hide the other columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """One text or saying: when, whose, of which kind, about what, and how it stands."""

    at: str
    entry: str
    side: Side
    kind: str
    subject: str
    project: str
    status: str
    saying: Saying | None = None


def news(
    state: JointState, asked: PageRequest, since: str = "", most: int | None = None
) -> WebTable:
    """A row for each text and saying.

    Parameters
    ----------
    since : first day; empty for all.
    most : rows of the page; None for all. The files have all.
    """
    written = [*_texts(state), *_sayings(state)]
    found = [one for one in written if one.at[:10] >= since]
    found.sort(key=lambda one: (one.at, one.entry), reverse=True)
    columns = ("date", "side", "kind", "about", "project", "standing")
    return WebTable(
        name="changes",
        title=asked.say("web.changes"),
        columns=tuple(
            TableColumn(key=name, title=asked.say(f"web.column_{name}")) for name in columns
        ),
        rows=LateRows([partial(_row, one, state, asked) for one in found]),
        command="keruen register diff --folder register --against before",
        python=f'Register.open("register").state("{asked.today}").all_revisions()',
        n_shown=most,
    )


def _texts(state: JointState) -> list[_Written]:
    return [
        _Written(
            at=one.at,
            entry=one.entry,
            side=one.side,
            kind=one.kind,
            subject=one.subject,
            project=_project_of(one),
            status=one.status,
        )
        for one in state.all_revisions()
    ]


def _project_of(one: Revision) -> str:
    return one.subject if one.kind == "project" else str(one.core.get("project", ""))


def _sayings(state: JointState) -> list[_Written]:
    found: dict[str, _Written] = {}
    for one in state.all_sayings():
        body = one.body
        project = _about(body, state)
        found[one.entry] = _Written(
            at=one.at,
            entry=one.entry,
            side=one.side,
            kind=type(body).__name__.lower(),
            subject=body.about if isinstance(body, Evidence) else project,
            project=project,
            status="disputed" if one.disputed else "accepted" if one.accepted else "",
            saying=one,
        )
    return list(found.values())


def _about(body: Claim | Report | Evidence | Appraisal, state: JointState) -> str:
    """The project that something is said about; of an appraisal of several the first."""
    if isinstance(body, Appraisal):
        return next(iter(body.projects), "")
    if not isinstance(body, Evidence):
        return body.project
    commitment = state.commitments.get(body.about)
    return commitment.core.project if commitment else body.about


def _row(one: _Written, state: JointState, asked: PageRequest) -> tuple[TableCell, ...]:
    language = asked.language
    is_text = one.saying is None
    kind = asked.say(f"joint.subject_{one.kind}" if is_text else f"web.kind_{one.kind}")
    status = code_name("offer" if is_text else "commitment", one.status, language)
    is_known = one.project in state.projects
    return (
        TableCell(text=date_in_words(one.at, language), value=one.at),
        TableCell(text=side_name(state, one.side, language), value=one.side),
        TableCell(text=kind, value=one.kind),
        TableCell(text=_about_what(one, state, language), value=one.subject),
        TableCell(
            text=id_in_words(one.project, language) or "–",
            value=one.project,
            href=asked.address("projects", one.project) if is_known else "",
        ),
        TableCell(text=status if one.status else "–", value=one.status),
    )


def _about_what(one: _Written, state: JointState, language: str) -> str:
    if one.saying is not None and isinstance(one.saying.body, Claim):
        return saying_name(one.saying, language, _NAME).text
    return subject_in_words(state, one.subject, one.project, language)
