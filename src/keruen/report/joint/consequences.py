"""What follows from signing a text: sentences for whoever is about to sign it.

Knows the kinds of texts and what the register makes of them once both have signed; decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from keruen.domain.joint import OTHER_SIDE, Charter, Commitment, Decision, Project, Side, Transition
from keruen.domain.joint_state import JointState, Revision
from keruen.i18n import text
from keruen.report.joint.sentences import (
    code_name,
    date_in_words,
    debt_in_words,
    id_in_words,
    interval_in_words,
    schedule_stage,
    side_name,
)


def consequences(state: JointState, offer: Revision, side: Side, language: str) -> list[str]:
    """What the other side's offer brings about when `side` signs it, the weightiest first."""
    other = side_name(state, OTHER_SIDE[side], language)
    found = [text("web.follows_in_force", language)]
    found += _of_kind(state, offer, language)
    if offer.parent:
        found.append(text("web.follows_replaces", language))
    if offer.lapses:
        found.append(
            text("web.follows_lapses", language, date=date_in_words(offer.lapses, language))
        )
    found.append(text("web.follows_sent", language, side=other))
    return found


def _of_kind(state: JointState, offer: Revision, language: str) -> Iterator[str]:
    record, tell = _READERS[offer.kind]
    try:
        core = msgspec.convert(offer.core, record)
    except msgspec.ValidationError:
        # A text of a newer form is shown whole above; nothing is guessed of what it brings about.
        return
    yield from tell(state, core, language)


def _project(state: JointState, core: Project, language: str) -> Iterator[str]:
    known = state.projects.get(core.id)
    if known is None or known.agreed is None:
        yield text("web.follows_project", language, project=id_in_words(core.id, language))
    for stage, dates in core.baseline.items():
        words = interval_in_words(dates, language)
        yield text(
            "web.follows_stage", language, stage=schedule_stage(stage, language), dates=words
        )
    if known is not None and known.commitments:
        yield text("web.follows_commitments_stay", language, n=len(known.commitments))


def _commitment(state: JointState, core: Commitment, language: str) -> Iterator[str]:
    who = debt_in_words(state, core.debtor, core.creditor, language)
    yield text("web.follows_owes", language, who=who)
    if core.due is not None:
        date = date_in_words(core.due.last, language)
        yield text("web.follows_due", language, date=date)
    creditor = side_name(state, core.creditor, language)
    yield text("web.follows_fulfilled", language, creditor=creditor)


def _decision(state: JointState, core: Decision, language: str) -> Iterator[str]:
    del state
    for item in core.items:
        action = code_name("action", item.action, language)
        yield text(
            "web.follows_decided",
            language,
            project=id_in_words(item.project, language),
            action=action,
        )
        if item.review:
            yield text("web.follows_review", language, date=date_in_words(item.review, language))


def _transition(state: JointState, core: Transition, language: str) -> Iterator[str]:
    known = state.projects.get(core.project)
    before = code_name("lifecycle", known.lifecycle, language) if known else "–"
    yield text(
        "web.follows_step",
        language,
        project=id_in_words(core.project, language),
        before=before,
        after=code_name("lifecycle", core.to, language),
    )


def _charter(state: JointState, core: Charter, language: str) -> Iterator[str]:
    del state
    yield text("web.follows_charter", language, days=core.notice_days)


_Reader = Callable[[JointState, Any, str], Iterator[str]]
"""Any: each takes its own record."""
_READERS: Final[Mapping[str, tuple[type[object], _Reader]]] = {
    "project": (Project, _project),
    "commitment": (Commitment, _commitment),
    "decision": (Decision, _decision),
    "transition": (Transition, _transition),
    "charter": (Charter, _charter),
}
"""Kind of a text → its record, and what tells of it."""
