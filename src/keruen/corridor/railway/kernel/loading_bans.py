"""Loading bans: decided each midnight, who may begin a journey on the day.

Knows how many boxes wait at either end of the lines of the dry port, and when trucks are to come;
knows no train that runs. When more boxes wait at one end of a line than its trains take away in
`LOADING_STOP_MS`, no more are let in until the next day. Nor are any while those who load know that
the dry port is full (`trains.note_port`).
"""

from __future__ import annotations

from typing import Any, Final

from keruen.compiled import compiled
from keruen.corridor.railway.kernel.state import (
    begin_at,
    box_at,
    line_at,
    number_at,
    queue_at,
    slot_at,
)
from keruen.corridor.railway.kernel.trains import far_queue, note_at_port
from keruen.units import MS_PER_DAY

LOADING_STOP_MS: Final = 7 * MS_PER_DAY
"""A line with more boxes waiting than its trains take in this time lets no more in. Assumption: the
recorded bans were of 5 and 13 days."""

_LEAST_LOADS: Final = 2
"""So many full trains may always wait: a weekly train must be able to be full."""


@compiled
def begin_day(r: Any, day_ms: Any) -> None:
    """Decide at midnight who may begin a journey on the day; all before it has been told.

    Boxes that trucks bring to the dry port on the day are added to `by_truck`.
    """
    for line in range(r.n_port):
        _decide(r, line, day_ms)
    for place in range(_first_begin(r, day_ms), _first_begin(r, day_ms + MS_PER_DAY)):
        number = begin_at(r.begins, place).box
        box = box_at(r.boxes, number)
        if box.into_line >= 0 and line_at(r.lines, box.into_line).is_far_stopped:
            box.is_gone = 1
        if box.out_line >= 0 and line_at(r.lines, box.out_line).is_near_stopped:
            box.is_gone = 1
        if box.by_truck and not box.is_gone:
            note_at_port(r, number)
            number_at(r.by_truck, r.n_by_truck).number = number
            r.n_by_truck += 1


@compiled
def _decide(r: Any, line: Any, day_ms: Any) -> None:
    """Whether too many boxes wait at the far end of a line, and for it at the dry port."""
    own = line_at(r.lines, line)
    n_week = _first_slot(r, own, day_ms) - _first_slot(r, own, day_ms - LOADING_STOP_MS)
    most = max(float(n_week), own.n_usual, float(_LEAST_LOADS)) * own.capacity_teu
    # What waits from the beginning at an end beyond the dry port is not a backlog.
    far_teu = queue_at(r.queues, far_queue(line)).teu if own.border >= 0 else 0
    own.is_far_stopped = 1 if far_teu > most or r.is_loading_banned else 0
    own.is_near_stopped = 1 if own.at_port_teu > most else 0


@compiled
def _first_slot(r: Any, own: Any, time_ms: Any) -> Any:
    """How many trains of a line are scheduled before a moment."""
    low, high = 0, own.n_slots
    while low < high:
        middle = (low + high) // 2
        if slot_at(r.slots, own.first_slot + middle).scheduled_ms < time_ms:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def _first_begin(r: Any, time_ms: Any) -> Any:
    """How many journeys begin before a moment."""
    low, high = 0, r.n_begins
    while low < high:
        middle = (low + high) // 2
        if begin_at(r.begins, middle).time_ms < time_ms:
            low = middle + 1
        else:
            high = middle
    return low
