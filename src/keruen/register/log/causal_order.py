"""What came before what: causal past, and one order for two logs.

Knows how much of the other log each author had seen; knows neither clocks nor contents. The order
is a function of the two logs alone: how and when they were delivered cannot change it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

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
    """When each entry was written at the earliest: the latest time that its own side ever said.

    A time counts against its own author only. If what the other side says counted too, one entry
    dated years ahead would make every later countersignature of ours come after its last day.

    Parameters
    ----------
    ordered : entries as `merge` gives them.

    Returns
    -------
    Of each entry in that order; nothing that comes later changes any of them.
    """
    latest: dict[Side, str] = {"A": "", "B": ""}
    found = []
    for _, entry in ordered:
        latest[entry.side] = max(entry.at, latest[entry.side])
        found.append(latest[entry.side])
    return found


def apart(ordered: Sequence[Named]) -> Iterator[tuple[Named, Named]]:
    """Entries dated more than a day after the time at which the other side had them already.

    Either the author's date lies ahead, or the other side's behind: no clock says which.

    Parameters
    ----------
    ordered : entries as `merge` gives them.

    Returns
    -------
    The entry, and the first one of the other side that had it; of those that came together only
    the one with the latest date.
    """
    logs: dict[Side, list[Named]] = {"A": [], "B": []}
    seen: dict[Side, int] = {"A": 0, "B": 0}
    for named in ordered:
        reader = named[1].side
        author: Side = "B" if reader == "A" else "A"
        new = logs[author][seen[author] : named[1].seen.seq + 1]
        seen[author] += len(new)
        logs[reader].append(named)
        ahead = max(new, key=lambda one: one[1].at, default=named)
        if ahead[1].at > _a_day_after(named[1].at):
            yield ahead, named


def _a_day_after(moment: str) -> str:
    """The same time of the next day; of the last day of the calendar itself."""
    try:
        day = dt.date.fromisoformat(moment[:10]) + dt.timedelta(days=1)
    except (ValueError, OverflowError):
        return moment
    return day.isoformat() + moment[10:]
