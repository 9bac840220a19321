"""Holds: customs channels and laboratory, and what happens when a box is released.

Knows inspection slots and releases; knows neither machines nor trains. A box is held in its slot:
the drive to an inspection place is part of the hold.
"""

from __future__ import annotations

from typing import Any

from keruen.domain.codes import Channel, Event, Mode
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel.compiled import compiled
from keruen.terminal.kernel.rows import append, idle_machine, occupy, pop, release
from keruen.terminal.kernel.state import BOX_FREE, BOX_HELD, INSPECTION, TRUCK_EXPECTED
from keruen.terminal.kernel.trace import write
from keruen.units import MS_PER_DAY

_BY_TRUCK = int(Mode.TRUCK)
_RED = int(Channel.RED)
_HOLD_STARTED = int(Event.HOLD_STARTED)
_HOLD_ENDED = int(Event.HOLD_ENDED)


@compiled
def begin_hold(s: Any, visits: Any, trace: Any, row: Any) -> None:
    """A box was put down for the first time: hold it, or release it at once."""
    visit = s.row_visit[row]
    if visits[visit].channel == _RED:
        s.row_box[row] = BOX_HELD
        append(s.queue_head, s.queue_tail, s.row_next, INSPECTION, row)
    elif visits[visit].hold_ms > 0:
        s.row_box[row] = BOX_HELD
        write(s, trace, _HOLD_STARTED, -1, visit, -1, (-1, -1), 0)
        queue.put(s, s.now_ms + visits[visit].hold_ms, queue.HOLD_ENDED, row)
    else:
        _release_box(s, visits, row)


@compiled
def start_inspections(s: Any, p: Any, visits: Any, trace: Any) -> None:
    """Open the boxes that wait for a slot, as long as slots are free."""
    while s.queue_head[INSPECTION] >= 0:
        slot = idle_machine(s, p, p.inspection_group)
        if slot < 0:
            return
        row = pop(s.queue_head, s.queue_tail, s.row_next, INSPECTION)
        occupy(s, p, slot, row)
        s.row_machine[row] = slot
        visit = s.row_visit[row]
        write(s, trace, _HOLD_STARTED, slot, visit, -1, (-1, -1), 0)
        queue.put(s, s.now_ms + visits[visit].hold_ms, queue.HOLD_ENDED, row)


@compiled
def on_hold_ended(s: Any, p: Any, visits: Any, trace: Any, row: Any) -> None:
    """The box is released."""
    slot = s.row_machine[row]
    busy_ms = 0
    if slot >= 0:
        busy_ms = release(s, p, slot)
        s.row_machine[row] = -1
    write(s, trace, _HOLD_ENDED, slot, s.row_visit[row], -1, (-1, -1), busy_ms)
    _release_box(s, visits, row)


@compiled
def _release_box(s: Any, visits: Any, row: Any) -> None:
    s.row_box[row] = BOX_FREE
    visit = visits[s.row_visit[row]]
    if visit.out_mode != _BY_TRUCK:
        append(s.wait_head, s.wait_tail, s.row_next, visit.out_service, row)
        return
    # A truck planned for a time before the release comes at the same hour of a later day.
    time_ms = visit.out_ms
    if time_ms < s.now_ms:
        time_ms += (s.now_ms - time_ms + MS_PER_DAY - 1) // MS_PER_DAY * MS_PER_DAY
    s.row_truck[row] = TRUCK_EXPECTED
    queue.put(s, time_ms, queue.PICKUP_ARRIVES, row)
