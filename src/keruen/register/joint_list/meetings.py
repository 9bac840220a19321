"""What meetings decided about the list: its history, and what carries a commitment on.

Knows decisions and their items; knows nothing of gates or lights. A decision holds when both sides
signed it; until then it is shown as offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from keruen.domain.joint import Decision, DecisionItem
from keruen.domain.joint_state import JointState, ListChange
from keruen.errors import Problem
from keruen.register.joint_list.consent import Consent, OfferedText, OrderedEntry
from keruen.register.record.field_places import with_fields

_SHOWN: Final = frozenset({"agreed", "offered", "clash"})
"""How an offered decision stands that belongs in the history of the list."""
_TAKES_OFF: Final = frozenset({"drop", "split", "merge"})
_DIVIDES: Final = frozenset({"split", "merge"})
SETTLED: Final = frozenset({"accepted", "offered"})
"""How a commitment stands that nobody owes: it is kept, or was never agreed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedItem:
    """One item of a decision that both sides signed, with the signature that made it hold."""

    decision: Decision
    item: DecisionItem
    text: OfferedText
    signed: OrderedEntry


def agreed_items(decisions: Mapping[str, Consent]) -> tuple[AgreedItem, ...]:
    """Every item of every decision in force, in the order in which they were signed."""
    held: list[AgreedItem] = []
    for consent in decisions.values():
        text = consent.agreed
        if text is None or text.consent is None:
            continue
        decision = text.core_as(Decision)
        held += [
            AgreedItem(decision=decision, item=item, text=text, signed=text.consent)
            for item in decision.items
        ]
    return tuple(sorted(held, key=lambda one: one.signed.place))


def history(decisions: Mapping[str, Consent]) -> tuple[ListChange, ...]:
    """Every step in the history of the list, the oldest meeting first.

    What was withdrawn, declined or lapsed changed nothing and stays out; it remains readable among
    the revisions of its decision.
    """
    changes: list[tuple[tuple[str, int, int], ListChange]] = []
    for consent in decisions.values():
        for text, revision in zip(consent.texts, consent.revisions, strict=True):
            is_past = revision.status == "agreed" and text is not consent.agreed
            if revision.status not in _SHOWN or is_past:
                continue
            decision = text.core_as(Decision)
            for place, item in enumerate(decision.items):
                order = (decision.date, text.line.place, place)
                changes.append((order, _change(text, item, text is consent.agreed)))
    changes.sort(key=lambda change: change[0])
    return tuple(change for _, change in changes)


def _change(text: OfferedText, item: DecisionItem, is_agreed: bool) -> ListChange:
    decision = text.core_as(Decision)
    return ListChange(
        entry=text.line.id,
        date=decision.date,
        decision=decision.id,
        project=item.project,
        action=item.action,
        into=item.into,
        reason=item.reason,
        is_agreed=is_agreed,
    )


def carried(items: Sequence[AgreedItem], known: Mapping[str, object]) -> Mapping[str, str]:
    """Commitment → the one that carries it on.

    Parameters
    ----------
    items : agreed items in the order in which they were signed; the last one counts.
    known : ids of the agreed commitments: one that is only offered carries nothing yet, and what
        it is to carry stays owed.
    """
    heirs: dict[str, str] = {}
    for one in items:
        if one.item.action in _TAKES_OFF:
            for old, new in one.item.mapping.items():
                if new in known and new != old and not _leads_to(heirs, new, old):
                    heirs[old] = new
    return heirs


def _leads_to(heirs: Mapping[str, str], start: str, end: str) -> bool:
    """Following the heirs from one commitment comes to another: a ring would lose both."""
    seen = start
    while seen in heirs:
        seen = heirs[seen]
        if seen == end:
            return True
    return False


def is_taken_off(item: DecisionItem) -> bool:
    """The project leaves the list: a project that a merger keeps stays."""
    return item.action in _TAKES_OFF and item.project not in item.into


def decision_problems(state: JointState, decision: Decision) -> tuple[Problem, ...]:
    """Why a decision must not be offered or signed: above all, that a commitment would vanish.

    Parameters
    ----------
    state : the list as it is known now.
    decision : the text to offer or to countersign.

    Returns
    -------
    Problems, each with the place in the decision; empty when it may be signed. Every commitment of
    a split or merged project that is agreed and not accepted must be carried by one of a project
    that it goes into; of a dropped project it may also stay as it is, named as its own heir.
    """
    return with_fields(_problems(state, decision), "decision", decision.id)


def _problems(state: JointState, decision: Decision) -> Iterator[Problem]:
    named: list[str] = []
    if not decision.items:
        yield Problem("problem.decision_empty", {"place": decision.id})
    for n, item in enumerate(decision.items, start=1):
        place = f"{decision.id}: items[{n}]"
        if item.project in named:
            yield Problem("problem.decision_twice", {"place": place, "project": item.project})
        named.append(item.project)
        for project in (item.project, *item.into):
            if project not in state.projects:
                yield Problem("problem.decision_project", {"place": place, "project": project})
        if item.action in _DIVIDES and not item.into:
            yield Problem("problem.decision_into", {"place": place, "project": item.project})
        yield from _mapping_problems(state, item, place)


def _mapping_problems(state: JointState, item: DecisionItem, place: str) -> Iterator[Problem]:
    project = state.projects.get(item.project)
    own = project.commitments if project is not None else ()
    for old, new in sorted(item.mapping.items()):
        at = f"{place}.mapping.{old}"
        if old not in own:
            yield Problem("problem.decision_not_own", {"place": at, "project": item.project})
        elif not _may_carry(state, item, old, new):
            yield Problem("problem.decision_heir", {"place": at, "commitment": new})
    if not is_taken_off(item):
        return
    for name in own:
        commitment = state.commitments[name]
        is_open = commitment.agreed is not None and commitment.status not in SETTLED
        if is_open and not commitment.carried_by and name not in item.mapping:
            yield Problem("problem.decision_loses", {"place": place, "commitment": name})


def _may_carry(state: JointState, item: DecisionItem, old: str, new: str) -> bool:
    """The heir is there, is another one, and belongs to a project that goes on."""
    if old == new:
        return item.action == "drop"
    heir = state.commitments.get(new)
    if heir is None:
        return False
    belongs = heir.core.project
    return item.action == "drop" or belongs in item.into
