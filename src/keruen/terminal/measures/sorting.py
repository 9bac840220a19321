"""The trace in one compiled pass: its rows by kind of event, and what fetching each box took.

Knows the columns of the trace; knows no measured time and no measure.
"""

from __future__ import annotations

from typing import Any

from keruen.compiled import entry_point, handle
from keruen.domain.codes import Event
from keruen.terminal.kernel.reading import row_at

_STACKED = int(Event.STACKED)
_RESHUFFLED = int(Event.RESHUFFLED)
_RETRIEVED = int(Event.RETRIEVED)


@entry_point
def sort_by_kind(trace: Any, rows: Any, ends: Any, n_reshuffles: Any, since: Any) -> None:
    """Copy the rows of the trace kind by kind, and count the reshuffles for each box.

    A machine ends a job before it begins another, so its reshuffles since its last job were for the
    box that it fetches next.

    Parameters
    ----------
    trace, rows : tables `trace` of the same length; the second is filled, rows of a kind in order.
    ends : int64, one for each `Event`, zeros; filled with where the rows of the kind end.
    n_reshuffles : int64, one for each visit, zeros; filled with those that fetching it last needed.
    since : int64, one for each machine and one more for rows without any (−1), zeros.
    """
    source, target = handle(trace), handle(rows)
    for place in range(trace.shape[0]):
        ends[row_at(source, place).kind] += 1
    # Where the next row of each kind goes: at the end of the loop below, where the kind ends.
    first = 0
    for kind in range(ends.shape[0]):
        n = ends[kind]
        ends[kind] = first
        first += n
    for place in range(trace.shape[0]):
        row = row_at(source, place)
        to = row_at(target, ends[row.kind])
        ends[row.kind] += 1
        to.time_ms = row.time_ms
        to.kind = row.kind
        to.machine = row.machine
        to.visit = row.visit
        to.train = row.train
        to.origin = row.origin
        to.destination = row.destination
        to.busy_ms = row.busy_ms
        if row.kind == _RESHUFFLED:
            since[row.machine] += 1
        elif row.kind == _RETRIEVED:
            n_reshuffles[row.visit] = since[row.machine]
            since[row.machine] = 0
        elif row.kind == _STACKED:
            since[row.machine] = 0
