"""One side's log, entry by entry: nothing left out, nothing changed, nothing written by others.

Knows hashes, places, keys in force and what the author had seen; knows nothing of what entries
mean together. A `Chain` holds only its end, so that one entry more does not walk the log.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec

from keruen.domain.joint import Side
from keruen.errors import Problem, RegisterError
from keruen.register.log.key_policy import policy_problem, succession_problem
from keruen.register.log.signing import signatures_problem
from keruen.register.record.canonical import body_of, entry_id, fingerprint, statement_of
from keruen.register.record.entries import Entry, Envelope, Genesis, Head, Keys

MOMENT: Final = re.compile(r"\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}Z")
"""What is taken in as a moment: wider than what is written here, so that old logs stay valid."""
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def is_moment(written: str) -> bool:
    """Whether this side may write a moment so: UTC in whole seconds, in ASCII digits, one way.

    Texts then sort as times. The moment must be one of the calendar.

    Examples
    --------
    >>> is_moment("2026-11-23T10:00:00Z"), is_moment("2026-02-30T10:00:00Z")
    (True, False)
    """
    if not _MOMENT.fullmatch(written):
        return False
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The end of one side's verified log.

    Parameters
    ----------
    side, pair : whose log, of which pair.
    head : the last entry; seq −1 for an empty log.
    keys : the policy in force after it; the root keys at first.
    highest : largest policy number so far.
    seen : how much of the other log the author had seen last.
    stated : fingerprints of the statements that the log has brought; each may come once.
    """

    side: Side
    pair: str
    head: Head
    keys: Keys
    highest: int
    seen: Head
    stated: frozenset[str] = frozenset()


def start(genesis: Genesis, side: Side) -> Chain:
    """The chain of an empty log.

    Raises
    ------
    RegisterError
        When the side's root keys are not in order.
    """
    root = (genesis.a if side == "A" else genesis.b).root
    wrong = policy_problem(root, f"genesis {side}")
    if wrong is not None:
        raise RegisterError((wrong,))
    return Chain(
        side=side,
        pair=fingerprint(genesis),
        head=Head(),
        keys=root,
        highest=root.number,
        seen=Head(),
    )


def extend(chain: Chain, envelope: Envelope) -> tuple[Chain, str]:
    """The chain with one entry more, and the entry's id.

    Raises
    ------
    RegisterError
        When the entry does not belong there: the message names side, place and id.
    """
    entry = envelope.entry
    name = entry_id(entry)
    place = place_of(entry, name)
    stated = stated_by(entry)
    problem = _place_problem(chain, entry, place) or _draft_problem(chain, entry, stated, place)
    if problem is None and entry.type == "policy":
        new = msgspec.convert(entry.body, Keys)
        problem = succession_problem(envelope, chain.keys, new, chain.highest, place)
    elif problem is None:
        problem = signatures_problem(envelope, chain.keys, place)
    if problem is not None:
        raise RegisterError((problem,))
    grown = replace(
        chain,
        head=Head(seq=entry.seq, id=name),
        seen=entry.seen,
        stated=chain.stated | stated if stated else chain.stated,
    )
    if entry.type == "policy":
        grown = replace(grown, keys=new, highest=new.number)
    return grown, name


def place_of(entry: Entry, name: str = "") -> str:
    """Side, place and id of an entry, for a message."""
    return f"{entry.side} {entry.seq} {name or entry_id(entry)}"


def _place_problem(chain: Chain, entry: Entry, place: str) -> Problem | None:
    """Whether the entry stands where it may stand: the first thing that is wrong, or None."""
    # The order matters for the reader only: an entry of another pair or side would fail checks
    # behind as well, and the first sentence must name what is really wrong.
    found = entry.policy
    is_genesis = entry.type == "genesis"
    checks: tuple[tuple[bool, str, dict[str, str | int]], ...] = (
        (entry.pair == chain.pair, "other_pair", {}),
        (entry.side == chain.side, "other_side", {"wanted": chain.side}),
        (entry.seq == chain.head.seq + 1, "seq_gap", {"wanted": chain.head.seq + 1}),
        (entry.prev == chain.head.id, "prev_differs", {}),
        (is_genesis == (entry.seq == 0), "genesis_first", {}),
        (entry.seq > 0 or fingerprint(body_of(entry)) == chain.pair, "other_pair", {}),
        (found == chain.keys.number, "policy_other", {"found": found, "wanted": chain.keys.number}),
        # An author cannot forget what it had seen: else it could answer an old offer as if it did
        # not know the newer word, and both readings of the list would be defensible.
        (entry.seen.seq >= chain.seen.seq, "seen_falls", {}),
        (entry.seen.seq > chain.seen.seq or entry.seen.id == chain.seen.id, "seen_differs", {}),
        (MOMENT.fullmatch(entry.at) is not None, "moment", {"value": entry.at[:40]}),
    )
    for is_right, kind, parameters in checks:
        if not is_right:
            return _problem(kind, place, **parameters)
    return None


def stated_by(entry: Entry) -> frozenset[str]:
    """The fingerprint of the statement that an entry brings; nothing of version 1."""
    return frozenset() if entry.drafted is None else frozenset({fingerprint(statement_of(entry))})


def _draft_problem(
    chain: Chain, entry: Entry, stated: frozenset[str], place: str
) -> Problem | None:
    """Whether a statement may stand where its entry brings it; None of version 1."""
    if entry.drafted is None:
        return None
    at, seen = entry.drafted.at, entry.drafted.seen
    if MOMENT.fullmatch(at) is None:
        return _problem("moment", place, value=at[:40])
    # Whoever holds the key that seals could otherwise say again what was taken back.
    if stated & chain.stated:
        return _problem("statement_repeated", place)
    if entry.seen.seq < seen.seq or (entry.seen.seq == seen.seq and entry.seen.id != seen.id):
        return _problem("drafted_seen", place)
    if entry.at < at:
        return _problem("drafted_later", place, at=entry.at, drafted=at)
    return None


def fork_problem(entry: Entry, other: Sequence[tuple[str, Entry]]) -> Problem | None:
    """Whether the author had seen another entry than ours at the place that its `seen` names.

    Parameters
    ----------
    other : the other side's log as it lies here, from seq 0 on.
    """
    # What the offices had seen when they signed counts like what the writer had seen.
    for seen in (entry.seen, *((entry.drafted.seen,) if entry.drafted is not None else ())):
        if 0 <= seen.seq < len(other) and other[seen.seq][0] != seen.id:
            return _problem("fork", place_of(entry), seq=seen.seq, seen=seen.id[:12])
    return None


def _problem(kind: str, place: str, **parameters: str | int) -> Problem:
    return Problem(f"problem.{kind}", {"place": place, **parameters})
