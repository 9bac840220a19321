"""Consent to texts: which revision of one subject both sides signed, and how each offer stands.

This rule is about *texts* of any kind (charter, project, commitment, decision, step). Where a
project stands in its life, and what a step asks for beyond two signatures, is `lifecycle`'s rule.

Knows offers, the answers to them, and who had seen what; knows nothing of what a text means. An
answer counts only by what its author had *seen*: no clock decides, but for the last day that an
offer itself names. What is agreed is never un-agreed by one side alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeVar

import msgspec

from keruen.domain.joint import (
    Charter,
    Commitment,
    Decision,
    MText,
    Project,
    Side,
    Transition,
)
from keruen.domain.joint_state import OfferStatus, Revision
from keruen.errors import Problem, RegisterError
from keruen.register.log.causal_order import is_past
from keruen.register.record import canonical, figures, texts
from keruen.register.record.entries import Entry, Offer
from keruen.register.record.field_places import with_fields

Core = Charter | Project | Commitment | Decision | Transition
SomeCore = TypeVar("SomeCore", Charter, Project, Commitment, Decision, Transition)
Answer = Literal["countersign", "decline", "withdraw", "counter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedEntry:
    """An entry of either log with its id and its place in the order of the fold.

    Parameters
    ----------
    moment : the latest time that its side has said by then (`causal_order.moments`).
    """

    id: str
    entry: Entry
    place: int
    moment: str


def knew(later: Entry, earlier: Entry) -> bool:
    """The author of one entry had the other before it: it is in the entry's causal past."""
    return is_past(earlier, later)


@dataclass(slots=True, kw_only=True)
class OfferedText:
    """An offer with everything that was answered to it; filled while the logs are read.

    Parameters
    ----------
    line, offer, core : the offer's entry, its body, and its core as a record.
    answers : countersignatures, refusals, withdrawals and counter-offers in order, with the reason
        of each; only from the side that may give them, and that had the offer.
    number : 1, 2, … along the chain of parents.
    consent : the other side's effective countersignature; none while there is none.
    over : agreed texts between which this one decided, when it settled a clash.
    """

    line: OrderedEntry
    offer: Offer
    core: Core
    answers: list[tuple[Answer, OrderedEntry, MText | None]] = field(default_factory=list)
    number: int = 1
    consent: OrderedEntry | None = None
    over: tuple[str, ...] = ()

    def core_as(self, kind: type[SomeCore]) -> SomeCore:
        """The core, of a subject whose kind is known."""
        assert isinstance(self.core, kind), "a text filed under another kind"
        return self.core


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """All texts of one subject and the one in force.

    Parameters
    ----------
    texts, revisions : everything ever put, in order, and the same for a reader.
    chain : the texts that were agreed one after the other; the last is in force.
    is_torn : two agreed texts follow the last of the chain, and neither holds.
    """

    texts: tuple[OfferedText, ...]
    revisions: tuple[Revision, ...]
    chain: tuple[OfferedText, ...]
    is_torn: bool

    @property
    def latest(self) -> OfferedText:
        """The newest text that anybody put."""
        return self.texts[-1]

    @property
    def agreed(self) -> OfferedText | None:
        """The text in force; none when nothing was agreed."""
        return self.chain[-1] if self.chain else None

    @property
    def shown(self) -> OfferedText:
        """The text in force, else the newest that anybody put."""
        return self.agreed or self.latest


def decide(offered: Sequence[OfferedText], today: str) -> Consent:
    """Find what is agreed among the texts of one subject.

    Parameters
    ----------
    offered : every text of the subject in the order of the fold, with its answers.
    today : the day on which an offer with a last day may have lapsed.
    """
    by_id = {text.line.id: text for text in offered}
    children: dict[str, list[OfferedText]] = {}
    for text in offered:
        above = by_id.get(text.offer.parent)
        text.number = above.number + 1 if above is not None else 1
    # By the order of the fold, not by the time that the signers tell: a clock may be set.
    signings = sorted(
        ((line, text) for text in offered for kind, line, _ in text.answers if kind in _SIGNING),
        key=lambda signing: signing[0].place,
    )
    for line, text in signings:
        _countersign(line, text, by_id, children)
    chain, is_torn = _chain(children)
    agreed = {text.line.id for text in chain}
    revisions = tuple(
        _revision(text, text.line.id in agreed, children.get(text.offer.parent, ()), today)
        for text in offered
    )
    return Consent(texts=tuple(offered), revisions=revisions, chain=chain, is_torn=is_torn)


_SIGNING: Final = frozenset({"countersign"})


def _countersign(
    line: OrderedEntry,
    text: OfferedText,
    by_id: Mapping[str, OfferedText],
    children: dict[str, list[OfferedText]],
) -> None:
    """Let a countersignature take effect, if what its author had seen allows it."""
    # Each test asks what the signer *had seen*: a withdrawal on its way does not undo a signature
    # that was given without knowing it, and both logs give the same answer whenever they arrive.
    entry, offer = line.entry, text.offer
    if text.consent is not None or entry.body.get("core_hash") != offer.core_hash:
        return
    # Not its own time alone: dated back before its author's earlier entries it would come in time.
    if offer.lapses and line.moment[:10] > offer.lapses:
        return
    if any(kind not in _SIGNING and knew(entry, other.entry) for kind, other, _ in text.answers):
        return
    if offer.parent and not _stood(by_id[offer.parent], entry, children):
        return
    siblings = children.setdefault(offer.parent, [])
    known = _known(siblings, entry)
    open_ones = _undecided(known)
    if open_ones:
        is_settling = len(open_ones) > 1 and offer.answers in {one.line.id for one in open_ones}
        if not is_settling:
            return
        text.over = tuple(one.line.id for one in known)
    text.consent = line
    siblings.append(text)


def _known(agreed: Iterable[OfferedText], entry: Entry) -> list[OfferedText]:
    """Texts whose countersignature the author of `entry` had before it."""
    return [one for one in agreed if one.consent is not None and knew(entry, one.consent.entry)]


def _undecided(agreed: Sequence[OfferedText]) -> list[OfferedText]:
    """Agreed texts with one parent that no later one of them has settled."""
    settled = {one for text in agreed for one in text.over}
    return [text for text in agreed if text.line.id not in settled]


def _stood(parent: OfferedText, entry: Entry, children: Mapping[str, list[OfferedText]]) -> bool:
    """As far as the author of `entry` had seen, the parent was agreed and in no clash."""
    known = _undecided(_known(children.get(parent.offer.parent, ()), entry))
    return [one.line.id for one in known] == [parent.line.id]


def _chain(children: Mapping[str, Sequence[OfferedText]]) -> tuple[tuple[OfferedText, ...], bool]:
    """The agreed texts from the first to the one in force; whether two tear the end."""
    chain: list[OfferedText] = []
    parent = ""
    while True:
        following = _undecided(children.get(parent, ()))
        if len(following) != 1:
            return tuple(chain), len(following) > 1
        chain.append(following[0])
        parent = following[0].line.id


def unanswered(name: str, entry: Entry, offer: Offer) -> Revision:
    """An offer as a reader sees it before anything was decided about it."""
    return Revision(
        entry=name,
        side=entry.side,
        at=entry.at,
        number=0,
        kind=offer.kind,
        subject=offer.subject,
        parent=offer.parent,
        answers=offer.answers,
        core=offer.core,
        core_hash=offer.core_hash,
        status="offered",
        lapses=offer.lapses,
        reason=offer.reason,
    )


def _revision(
    text: OfferedText, is_agreed: bool, siblings: Sequence[OfferedText], today: str
) -> Revision:
    status, reason = _status(text, is_agreed, siblings, today)
    return replace(
        unanswered(text.line.id, text.line.entry, text.offer),
        number=text.number,
        status=status,
        countersigned=text.consent.id if text.consent is not None else "",
        countersigned_at=text.consent.entry.at if text.consent is not None else "",
        answer_reason=reason,
        behind=_behind(text) if status == "offered" else (),
    )


def _behind(text: OfferedText) -> tuple[str, ...]:
    """Languages that keep an open offer from being signed; what was signed had none."""
    return tuple(dict.fromkeys(one for _, one in texts.all_behind(text.core)))


def _status(
    text: OfferedText, is_agreed: bool, siblings: Sequence[OfferedText], today: str
) -> tuple[OfferStatus, MText | None]:
    """How an offer stands, and the reason that was given with the answer that decided it."""
    if is_agreed:
        return "agreed", None
    if text.consent is not None:
        return "clash", None
    # Reversed, so that of several answers of one kind the first one's reason stands.
    reasons = {kind: reason for kind, _, reason in reversed(text.answers)}
    for kind, status in _ENDS:
        if kind in reasons:
            return status, reasons[kind]
    if siblings and text.offer.answers not in {one.line.id for one in _torn(siblings)}:
        return "superseded", None
    if text.offer.lapses and today > text.offer.lapses:
        return "lapsed", None
    return "offered", None


def _torn(siblings: Sequence[OfferedText]) -> Sequence[OfferedText]:
    """The agreed texts between which an offer may still decide."""
    undecided = _undecided(siblings)
    return undecided if len(undecided) > 1 else ()


_ENDS: Final[tuple[tuple[Answer, OfferStatus], ...]] = (
    ("withdraw", "withdrawn"),
    ("decline", "declined"),
    ("counter", "countered"),
)
"""What ended an offer, the weightiest first."""


def record_of(offer: Offer) -> Core | None:
    """The core of an offer as the record of its kind; none when it is no such record."""
    try:
        core: Core = msgspec.convert(offer.core, canonical.CORES[offer.kind])
    except msgspec.ValidationError:
        return None
    return core if core.id == offer.subject else None


def offer_problems(offer: Offer, known: Iterable[Revision], place: str) -> tuple[Problem, ...]:
    """Why an offer must be written by nobody and refused when it comes in.

    Parameters
    ----------
    offer : the body of an ``offer`` or ``counter`` entry.
    known : revisions that are already there, of any subject.
    place : what to call the entry: ``A 17``, or a file and its line.

    Returns
    -------
    All problems with their places; empty for a valid offer.
    """
    try:
        canonical.check_core(offer, place)
    except RegisterError as wrong:
        return wrong.problems
    core = record_of(offer)
    found: list[Problem] = []
    found += [
        Problem(
            "problem.offer_behind",
            {"place": f"{place}: {path}", "language": language},
        )
        for path, language in texts.all_behind(core)
    ]
    found = [*with_fields(found, offer.kind, place)]
    found += figures.problems(core, place)
    if offer.lapses and (len(offer.lapses) != 10 or figures.day_number(offer.lapses) is None):
        found.append(Problem("problem.figure_day", {"place": place, "found": offer.lapses[:80]}))
    return (*found, *_parent_problems(offer, known, place))


def _parent_problems(offer: Offer, known: Iterable[Revision], place: str) -> Iterator[Problem]:
    """What the offer follows and answers must be there, and be about the same."""
    wanted = {"parent": offer.parent, "answers": offer.answers}
    lacking = {name: entry for name, entry in wanted.items() if entry}
    for one in known if lacking else ():
        if one.entry in lacking.values() and (one.kind, one.subject) == (offer.kind, offer.subject):
            lacking = {name: entry for name, entry in lacking.items() if entry != one.entry}
            if not lacking:
                return
    for name, entry in lacking.items():
        what = {"place": place, "key": name, "entry": entry[:12], "subject": offer.subject[:80]}
        yield Problem("problem.offer_follows", {**what, "record": "offer", "lacking": name})


def answer_problems(
    revision: Revision, answer: Answer, side: Side, of_subject: Sequence[Revision]
) -> tuple[Problem, ...]:
    """Why a side cannot answer an offer so, as far as it knows now.

    Parameters
    ----------
    revision : the offer to answer.
    of_subject : every revision of the same subject.

    Returns
    -------
    Problems with the offer's entry as their place; empty when the answer would take effect.
    """
    place = {"place": revision.entry[:12], "subject": revision.subject[:80]}
    is_author = revision.side == side
    if is_author is not (answer == "withdraw"):
        key = "problem.answer_own" if is_author else "problem.answer_not_own"
        return (Problem(key, place),)
    if revision.status != "offered":
        return (
            Problem("problem.answer_closed", {**place, "status": f"joint.offer_{revision.status}"}),
        )
    if answer != "countersign":
        return ()
    in_force = {one.entry for one in of_subject if one.status == "agreed"}
    if revision.parent and revision.parent not in in_force:
        return (Problem("problem.answer_parent", {**place, "parent": revision.parent[:12]}),)
    return ()
