"""Where the entries of two logs belong: offers to their subject, answers to what they answer.

Knows who may answer what, and only what they had seen; decides nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from keruen.domain.joint import OTHER_SIDE, Side, SubjectKind
from keruen.register.joint_list import statements as sayings
from keruen.register.joint_list.consent import Answer, OfferedText, OrderedEntry, knew, record_of
from keruen.register.joint_list.statements import AnsweredSaying
from keruen.register.record.entries import (
    BODIES,
    Accept,
    Countersign,
    Decline,
    Dispute,
    Genesis,
    Offer,
    Withdraw,
)


@dataclass(slots=True)
class EntriesBySubject:
    """Everything that the entries say, put where it belongs.

    Parameters
    ----------
    lines, seens : of each side: its entries, and how much of the other log each had seen.
    genesis : the pair, by the first log that names it.
    offers, subjects : texts by the entry that put them, and by (kind, subject).
    spoken : claims, reports, evidence and appraisals by their entries, in order.
    """

    lines: dict[Side, list[OrderedEntry]] = field(default_factory=lambda: {"A": [], "B": []})
    seens: dict[Side, list[int]] = field(default_factory=lambda: {"A": [], "B": []})
    genesis: Genesis | None = None
    offers: dict[str, OfferedText] = field(default_factory=dict)
    subjects: dict[tuple[SubjectKind, str], list[OfferedText]] = field(default_factory=dict)
    spoken: dict[str, AnsweredSaying] = field(default_factory=dict)

    def receipt(self, line: OrderedEntry) -> OrderedEntry | None:
        """The other side's first entry whose author had this one."""
        other = OTHER_SIDE[line.entry.side]
        place = bisect_left(self.seens[other], line.entry.seq)
        return self.lines[other][place] if place < len(self.lines[other]) else None


def read(lines: Iterable[OrderedEntry]) -> EntriesBySubject:
    """Put everything that the entries say where it belongs.

    Parameters
    ----------
    lines : in the order of the fold; nothing is said before what it answers.
    """
    reading = EntriesBySubject()
    for line in lines:
        entry = line.entry
        reading.lines[entry.side].append(line)
        reading.seens[entry.side].append(entry.seen.seq)
        reader = _READERS.get(entry.type)
        if reader is None:
            continue
        try:
            body = msgspec.convert(entry.body, BODIES[entry.type])
        except msgspec.ValidationError:
            continue  # Never signed here, and refused on the way in: it says nothing.
        reader(reading, line, body)
    return reading


def _genesis(reading: EntriesBySubject, _: OrderedEntry, body: Genesis) -> None:
    reading.genesis = reading.genesis or body


def _offer(reading: EntriesBySubject, line: OrderedEntry, body: Offer) -> None:
    core = record_of(body)
    about = (body.kind, body.subject)
    parent = reading.offers.get(body.parent) if body.parent else None
    is_orphan = bool(body.parent) and (
        parent is None or (parent.offer.kind, parent.offer.subject) != about
    )
    if core is None or is_orphan:
        return
    text = OfferedText(line=line, offer=body, core=core)
    reading.offers[line.id] = text
    reading.subjects.setdefault(about, []).append(text)
    answered = reading.offers.get(body.answers) if line.entry.type == "counter" else None
    if answered is not None and _may_answer(line, answered, "counter"):
        answered.answers.append(("counter", line, body.reason))


def _may_answer(line: OrderedEntry, text: OfferedText, answer: Answer) -> bool:
    """The right side answers, and had what it answers."""
    is_author = line.entry.side == text.line.entry.side
    return is_author is (answer == "withdraw") and knew(line.entry, text.line.entry)


def _answer(
    reading: EntriesBySubject, line: OrderedEntry, body: Countersign | Decline | Withdraw
) -> None:
    text = reading.offers.get(body.offer)
    kind = ANSWERS[type(body)]
    if text is not None and _may_answer(line, text, kind):
        text.answers.append((kind, line, getattr(body, "reason", None)))


ANSWERS: Final[Mapping[type, Answer]] = {
    Countersign: "countersign",
    Decline: "decline",
    Withdraw: "withdraw",
}


def _say(reading: EntriesBySubject, line: OrderedEntry, body: sayings.Body) -> None:
    reading.spoken[line.id] = AnsweredSaying(line=line, body=body)


def _target(reading: EntriesBySubject, line: OrderedEntry, target: str) -> AnsweredSaying | None:
    """The saying of the other side that an entry is about."""
    spoken = reading.spoken.get(target)
    if spoken is None or spoken.line.entry.side == line.entry.side:
        return None
    return spoken if knew(line.entry, spoken.line.entry) else None


def _accept(reading: EntriesBySubject, line: OrderedEntry, body: Accept) -> None:
    spoken = _target(reading, line, body.target)
    if spoken is not None and spoken.acceptance is None:
        spoken.acceptance = line


def _dispute(reading: EntriesBySubject, line: OrderedEntry, body: Dispute) -> None:
    spoken = _target(reading, line, body.target)
    if spoken is not None and spoken.acceptance is None:
        spoken.dispute, spoken.reason = line, body.reason


_READERS: Final[Mapping[str, Callable[[EntriesBySubject, OrderedEntry, Any], None]]] = {
    "genesis": _genesis,
    "offer": _offer,
    "counter": _offer,
    "countersign": _answer,
    "decline": _answer,
    "withdraw": _answer,
    "claim": _say,
    "report": _say,
    "evidence": _say,
    "appraisal": _say,
    "accept": _accept,
    "dispute": _dispute,
}
