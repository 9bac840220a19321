"""What must not be written: everything that is wrong with a new entry, before it is signed.

Knows what the list says now and asks the rules of each kind of text; knows nothing of files and
keys. What comes from the other side is checked for its form only: what it may mean is decided by
the fold, so that both sides decide alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from keruen.domain.joint import Appraisal, Decision, Evidence, Project, Side
from keruen.domain.joint_state import JointState, Revision
from keruen.errors import Problem, RegisterError
from keruen.register.joint_list import appraisals, consent, meetings
from keruen.register.joint_list.lookup import listed_in
from keruen.register.joint_list.subjects import ANSWERS
from keruen.register.record import figures, signable, texts
from keruen.register.record.canonical import CORES
from keruen.register.record.entries import (
    BODIES,
    Accept,
    Countersign,
    Decline,
    Dispute,
    Entry,
    Offer,
    Withdraw,
)
from keruen.register.record.field_places import with_fields
from keruen.register.record.signable import ListedIds
from keruen.tabular.letters import escaped_id

_SAID: Final = frozenset({"claim", "report", "evidence", "appraisal"})


@dataclass(frozen=True, slots=True)
class WriterView:
    """What one side knows before it writes.

    Parameters
    ----------
    revisions : every text that anybody put, by its entry.
    by_subject : the same by (kind, subject).
    sayings : claims, reports, evidence and appraisals by their entries: whose each is.
    listed : the ids that the list holds.
    """

    state: JointState
    side: Side
    revisions: Mapping[str, Revision]
    by_subject: Mapping[tuple[str, str], list[Revision]]
    sayings: Mapping[str, Side]
    listed: ListedIds


def view_of(state: JointState, side: Side) -> WriterView:
    """What a side knows of the list as it is now."""
    revisions = {one.entry: one for one in state.all_revisions()}
    by_subject: dict[tuple[str, str], list[Revision]] = {}
    for one in revisions.values():
        by_subject.setdefault((one.kind, one.subject), []).append(one)
    said = {one.entry: one.side for one in state.all_sayings()}
    return WriterView(state, side, revisions, by_subject, said, listed_in(state))


def parent_of(view: WriterView, kind: str, subject: str) -> str:
    """The text in force of a subject; empty when nothing was agreed."""
    found = [one for one in view.by_subject.get((kind, subject), ()) if one.status == "agreed"]
    return found[-1].entry if found else ""


def problems_together(
    view: WriterView, bodies: Sequence[tuple[str, Any]], first: int
) -> tuple[Problem, ...]:
    """Why this side must not write some entries one after the other.

    Parameters
    ----------
    bodies : type and record of each; each may name what any of the others brings.
    first : place of the first one in the side's log.
    """
    records = [consent.record_of(one) if isinstance(one, Offer) else one for _, one in bodies]
    view = replace(view, listed=view.listed.with_new(records))
    return tuple(
        problem
        for place, (kind, record) in enumerate(bodies, start=first)
        for problem in problems(view, kind, record, f"{view.side} {place} {kind}")
    )


def problems(view: WriterView, kind: str, record: Any, place: str) -> tuple[Problem, ...]:
    """Why this side must not write this.

    Parameters
    ----------
    kind : type of the entry.
    record : its body as the record of that type.
    place : what to call the entry.

    Returns
    -------
    Every problem with its place; empty when it may be signed.
    """
    return (*form_problems(record, place, view.listed), *_meant_problems(view, kind, record, place))


def form_problems(record: Any, place: str, listed: ListedIds | None) -> tuple[Problem, ...]:
    """What is wrong with the letters, ids, words and references of a body that is to be signed.

    Parameters
    ----------
    record : a body as the record of its type; of an offer its core is looked at too.
    listed : the ids that the list holds, and those that come with this one.
    """
    if isinstance(record, Offer) and consent.record_of(record) is None:
        return ()  # That it is no such record says everything.
    found = signable.problems(msgspec.to_builtins(record), type(record), place, listed)
    if isinstance(record, Offer):
        found += signable.problems(record.core, CORES[record.kind], place, listed)
    return found


def refuse_form(record: Any, place: str) -> None:
    """Refuse to sign a body by its letters, ids and words, where the list is not asked.

    Raises
    ------
    RegisterError
        With every problem.
    """
    found = form_problems(record, place, None)
    if found:
        raise RegisterError(found)


def form_checks(state: JointState) -> Iterator[tuple[str, Mapping[str, str | int | float]]]:
    """What stands in the list and would not be signed here: named, and shown escaped.

    Entries of the other side, or of an older version, that are validly signed stay what they are.
    """
    parts: list[tuple[Side, str, Any, type[Any]]] = [
        (one.side, one.entry, one.core, CORES[one.kind])
        for one in state.all_revisions()
        if one.status in _SHOWN
    ]
    parts += [
        (one.side, one.entry, msgspec.to_builtins(one.body), type(one.body))
        for one in state.all_sayings()
    ]
    for side, entry, value, record in parts:
        for problem in signable.problems(value, record, f"{side} {entry[:12]}"):
            yield problem.key, problem.parameters
    listed = listed_in(state)
    for text in state.all_revisions():
        for other in listed.alike(text.subject) if text.status == "offered" else ():
            problem = _twin(text.subject, other, f"{text.side} {text.entry[:12]}")
            yield problem.key, problem.parameters


_SHOWN: Final = frozenset({"offered", "agreed", "clash"})
"""How a text stands that a reader of the list meets."""


def _meant_problems(view: WriterView, kind: str, record: Any, place: str) -> tuple[Problem, ...]:
    if isinstance(record, Offer):
        return tuple(_offer_problems(view, kind, record, place))
    if isinstance(record, Countersign | Decline | Withdraw):
        return _answer_problems(view, record.offer, ANSWERS[type(record)])
    if isinstance(record, Accept | Dispute):
        return tuple(_target_problems(view, record.target))
    if kind in _SAID:
        return (*_said_problems(record, place), *_behind(record, place), *_own(view, record, place))
    return ()


def _said_problems(record: Any, place: str) -> tuple[Problem, ...]:
    """What no figure may be, whoever says it."""
    found = figures.problems(record, place)
    if isinstance(record, Appraisal):
        found += tuple(appraisals.form_problems(record, place))
    return found


def _own(view: WriterView, record: Any, place: str) -> tuple[Problem, ...]:
    is_appraisal = isinstance(record, Appraisal)
    return tuple(appraisals.own_problems(record, view.side, place)) if is_appraisal else ()


def _offer_problems(view: WriterView, kind: str, offer: Offer, place: str) -> Iterator[Problem]:
    known = view.by_subject.get((offer.kind, offer.subject), [])
    found = consent.offer_problems(offer, known, place)
    yield from found
    yield from _lapsed_problems(view, offer, place)
    if kind == "counter":
        yield from _answer_problems(view, offer.answers, "counter")
    core = consent.record_of(offer)
    if found or core is None:
        return
    if isinstance(core, Decision):
        yield from meetings.decision_problems(view.state, core)
    if isinstance(core, Project) and core.effect is not None:
        # The scenarios take long to load, and few projects name an effect.
        from keruen.register.joint_list.scenario_effects import effect_problems  # noqa: PLC0415

        yield from effect_problems(core)


def _lapsed_problems(view: WriterView, offer: Offer, place: str) -> Iterator[Problem]:
    """A last day that is over is a slip of the pen: nobody could ever sign the offer."""
    if offer.lapses and offer.lapses < view.state.today:
        yield Problem("problem.offer_lapsed", {"place": place, "found": offer.lapses[:80]})


def _answer_problems(view: WriterView, target: str, answer: consent.Answer) -> tuple[Problem, ...]:
    revision = view.revisions.get(target)
    if revision is None:
        return (Problem("problem.register_no_entry", {"place": target[:12], "entry": target[:64]}),)
    of_subject = view.by_subject[(revision.kind, revision.subject)]
    found = consent.answer_problems(revision, answer, view.side, of_subject)
    if answer == "countersign":
        place = target[:12]
        found += signable.problems(revision.core, CORES[revision.kind], place, view.listed)
        found += tuple(_twin_problems(view, revision, place))
    if found or answer != "countersign" or revision.kind != "decision":
        return found
    decision = msgspec.convert(revision.core, Decision)
    return meetings.decision_problems(view.state, decision)


def _twin_problems(view: WriterView, revision: Revision, place: str) -> Iterator[Problem]:
    """A new subject that looks like one that both sides signed."""
    if parent_of(view, revision.kind, revision.subject):
        return
    for other in view.listed.alike(revision.subject):
        if any(parent_of(view, kind, other) for kind in CORES):
            yield _twin(revision.subject, other, place)


def _twin(found: str, known: str, place: str) -> Problem:
    """One id is taken for another: its letters are told by their numbers."""
    words = {"found": signable.shown(escaped_id(found)), "known": signable.shown(escaped_id(known))}
    return Problem("problem.content_twin", {"place": f"{place}: id", **words})


def _target_problems(view: WriterView, target: str) -> Iterator[Problem]:
    author = view.sayings.get(target)
    names = {"place": target[:12], "entry": target[:64]}
    if author is None:
        yield Problem("problem.register_no_entry", names)
    elif author == view.side:
        yield Problem("problem.register_own", names)


def _behind(record: Any, place: str) -> tuple[Problem, ...]:
    behind = (
        Problem("problem.offer_behind", {"place": f"{place}: {path}", "language": language})
        for path, language in texts.all_behind(record)
    )
    return with_fields(behind, type(record).__name__.lower(), place)


def incoming_problems(
    entry: Entry, place: str, known: Mapping[str, Revision]
) -> tuple[Problem, ...]:
    """What is wrong with the form of an entry of the other side.

    Parameters
    ----------
    known : texts that may be followed or answered, by their entries.
    """
    record = msgspec.convert(entry.body, BODIES[entry.type])
    if isinstance(record, Offer):
        return consent.offer_problems(record, known.values(), place)
    return _said_problems(record, place) if entry.type in _SAID else ()


def cited_files(entry: Entry) -> tuple[str, ...]:
    """Fingerprints of the files that an entry brings with it."""
    if entry.type == "appraisal":
        basis = msgspec.convert(entry.body, Appraisal).basis
        return (basis.plans_sha256,) if basis is not None and basis.plans_sha256 else ()
    if entry.type != "evidence":
        return ()
    return (msgspec.convert(entry.body, Evidence).document.sha256,)
