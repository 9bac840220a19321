"""What came before what: causal past, and one order for two logs.

Knows how much of the other log each author had seen; knows neither clocks nor contents. The order
is a function of the two logs alone: how and when they were delivered cannot change it.
"""

from __future__ import annotations

from collections.abc import Sequence

from keruen.domain.joint import Side
from keruen.register.record.entries import Entry

Named = tuple[str, Entry]
"""An entry with its id."""


def is_past(earlier: Entry, later: Entry) -> bool:
    """Whether the author of `later` knew `earlier` when writing."""
    if earlier.side == later.side:
        return earlier.seq < later.seq
    return earlier.seq <= later.seen.seq


def merge(
    log_a: Sequence[Named], log_b: Sequence[Named]
) -> tuple[list[Named], tuple[tuple[Side, int], ...]]:
    """Put two logs into one order, in which every entry follows all that its author knew.

    Parameters
    ----------
    log_a, log_b : verified entries of each side from seq 0 on.

    Returns
    -------
    The entries in order, side A first where both could go; and side and seq of those that wait for
    entries of the other log that are not here.
    """
    logs = (log_a, log_b)
    taken = [0, 0]
    ordered: list[Named] = []
    moved = True
    while moved:
        moved = False
        for own, other in ((0, 1), (1, 0)):
            log = logs[own]
            while taken[own] < len(log) and log[taken[own]][1].seen.seq < taken[other]:
                ordered.append(log[taken[own]])
                taken[own] += 1
                moved = True
                # As soon as A can go on it goes first: so the order depends on the logs alone, not
                # on which entries of B happened to be there when A's arrived.
                if own == 1 and _can_go(log_a, taken[0], taken[1]):
                    break
    parked = [(entry.side, entry.seq) for own in (0, 1) for _, entry in logs[own][taken[own] :]]
    return ordered, tuple(parked)


def _can_go(log: Sequence[Named], at: int, n_other: int) -> bool:
    return at < len(log) and log[at][1].seen.seq < n_other


def moments(ordered: Sequence[Named]) -> list[str]:
    """When each entry was written at the earliest: the latest time in its causal past and itself.

    Parameters
    ----------
    ordered : entries as `merge` gives them.

    Returns
    -------
    Of each entry in that order; nothing that comes later changes any of them.
    """
    known: dict[Side, list[str]] = {"A": [], "B": []}
    found = []
    for _, entry in ordered:
        own, other = known[entry.side], known["B" if entry.side == "A" else "A"]
        seen = entry.seen.seq
        before = [*own[-1:], *other[seen : seen + 1]] if seen >= 0 else own[-1:]
        own.append(max([entry.at, *before]))
        found.append(own[-1])
    return found
