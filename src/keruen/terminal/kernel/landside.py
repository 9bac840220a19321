"""The landside by days: trucks that can fetch, boxes that are moved away, and a yard that is full.

Knows how many of each there are a day and how much room is left; knows no truck and no train. A
book of days is a ring (`state.N_DAYS_AHEAD`), as that of the windows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled
from keruen.domain.codes import Event, Storage
from keruen.terminal.kernel import state
from keruen.terminal.kernel.trace import NO_TIME, NOBODY, NOWHERE, write
from keruen.units import MS_PER_DAY

_YARD_FULL = np.int64(Event.YARD_FULL)
_YARD_RELIEVED = np.int64(Event.YARD_RELIEVED)
_LADEN_BIT = np.int64(1 << Storage.LADEN)
_TEU_OF_40 = np.int64(2)


@compiled
def forget_past_days(s: Any) -> None:
    """Days that are over make room in the rings for new ones."""
    today = s.now_ms // MS_PER_DAY
    while s.day_from < today:
        s.day_fetched[s.day_from % state.N_DAYS_AHEAD] = 0
        s.day_removed[s.day_from % state.N_DAYS_AHEAD] = 0
        s.day_from += 1


@compiled
def free_day_ms(s: Any, booked: Any, most: Any, wanted_ms: Any) -> Any:
    """The wanted moment, or the same hour of the first day that is not full; `most` 0: no limit.

    So far ahead that no day is kept in the book nothing is full.
    """
    if most == 0:
        return wanted_ms
    time_ms = wanted_ms
    while _is_kept(s, time_ms) and booked[time_ms // MS_PER_DAY % state.N_DAYS_AHEAD] >= most:
        time_ms += MS_PER_DAY
    return time_ms


@compiled
def _is_kept(s: Any, time_ms: Any) -> Any:
    return time_ms // MS_PER_DAY < s.day_from + state.N_DAYS_AHEAD


@compiled
def has_truck(s: Any, p: Any, time_ms: Any) -> Any:
    """Whether a truck that can fetch a box is left on the day."""
    return free_day_ms(s, s.day_fetched, p.trucks_per_day, time_ms) == time_ms


@compiled
def note_day(s: Any, booked: Any, time_ms: Any) -> None:
    """One more on the day of a moment."""
    if _is_kept(s, time_ms):
        booked[time_ms // MS_PER_DAY % state.N_DAYS_AHEAD] += 1


@compiled
def removal_ms(s: Any, p: Any, in_ms: Any, planned_ms: Any) -> Any:
    """When a box is moved to another place, which is noted; −1 when its truck comes before that."""
    if p.removals_per_day == 0:
        return np.int64(-1)
    overdue_ms = max(s.now_ms, in_ms + p.removal_after_ms)
    removed_ms = free_day_ms(s, s.day_removed, p.removals_per_day, overdue_ms)
    # At the same moment its own truck has it.
    if planned_ms <= removed_ms:
        return np.int64(-1)
    note_day(s, s.day_removed, removed_ms)
    return removed_ms


@compiled
def note_fullness(s: Any, p: Any, trace: Any) -> None:
    """Say when the yard has become full for laden boxes, and when it has room again.

    Between the two thresholds it stays what it was: else it would change with every box.
    """
    free_teu = free_teu_of_laden(s, p)
    if s.is_yard_full == 0 and free_teu <= p.stop_free_teu:
        s.is_yard_full = 1
        write(s, trace, _YARD_FULL, NOBODY, NOBODY, NOBODY, NOWHERE, NO_TIME)
    elif s.is_yard_full != 0 and free_teu >= p.resume_free_teu:
        s.is_yard_full = 0
        write(s, trace, _YARD_RELIEVED, NOBODY, NOBODY, NOBODY, NOWHERE, NO_TIME)


@compiled
def free_teu_of_laden(s: Any, p: Any) -> Any:
    """TEU that further 40-ft boxes could take in the blocks for laden ones, promises kept.

    A cell with one 20-ft box has no place for one of 40 ft: what cannot be used is not free.
    """
    free_teu = np.int64(0)
    for block in range(p.n_blocks):
        if p.block_kinds[block] & _LADEN_BIT != 0:
            boxes = s.open_40[block] + p.block_tiers[block] * s.empty_cells[block]
            free_teu += _TEU_OF_40 * (boxes - s.reserved_40[block])
    return free_teu
