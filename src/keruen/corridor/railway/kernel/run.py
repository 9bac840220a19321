"""The switch over the railway's events, the loop around it, and steps of a time.

Knows which part an event concerns; knows none of their rules.
"""

from __future__ import annotations

from typing import Any

from keruen.compiled import compiled, entry_point
from keruen.corridor.railway.kernel import events
from keruen.corridor.railway.kernel.standing import start
from keruen.corridor.railway.kernel.state import (
    NOTHING,
    box_at,
    event_at,
    line_at,
    on_board_at,
    run_at,
    slot_at,
)
from keruen.corridor.railway.kernel.trains import (
    depart,
    new_run,
    on_arrival,
    on_set_free,
    on_slot,
)
from keruen.units import MS_PER_DAY


@entry_point
def begin(r: Any) -> None:
    """Put the first train of each line into the queue of events."""
    for line in range(r.n_lines):
        own = line_at(r.lines, line)
        if own.n_slots > 0:
            first_ms = slot_at(r.slots, own.first_slot).scheduled_ms
            events.put(r, first_ms, events.SLOT, line, 0, NOTHING)


@compiled
def advance(r: Any, until_ms: Any) -> None:
    """Run up to `until_ms`, exclusive: no further at once than the quickest run to the dry port.

    Trains that come to the dry port are added to `came`.
    """
    while events.next_ms(r) < until_ms:
        event = event_at(r.events, 0)
        time_ms, order, run = event.time_ms, event.order, event.run
        kind, line = events.kind_of(order), events.line_of(order)
        events.drop_first(r)
        if kind == events.SLOT:
            on_slot(r, time_ms, line, events.slot_of(order))
        elif kind == events.SET_FREE:
            on_set_free(r, time_ms, line)
        elif kind == events.ARRIVES:
            on_arrival(r, time_ms, line, run)
        else:
            depart(r, time_ms, line, events.slot_of(order), 1)


@compiled
def take_over(r: Any, time_ms: Any, came_as: Any, first_box: Any) -> None:
    """A train has left the dry port; to be told before the railway runs on.

    Parameters
    ----------
    time_ms : when it left, on a path that it waited for.
    came_as : the run as which its wagons came.
    first_box : what it has on board: all rows of `on_board` from here on.
    """
    came = run_at(r.runs, came_as)
    for place in range(first_box, r.n_on_board):
        box = box_at(r.boxes, on_board_at(r.on_board, place).box)
        box.left_port = time_ms
        line_at(r.lines, came.line).at_port_teu -= box.teu
    number = new_run(r, came.line, came.slot, 1, time_ms, first_box)
    start(r, number, time_ms, 1)


@compiled
def planned_arrival_ms(r: Any, number: Any) -> Any:
    """When a train is expected at the dry port by the timetable."""
    run = run_at(r.runs, number)
    return max(0, run.scheduled_ms + line_at(r.lines, run.line).mean_ms)


@compiled
def end_of_step(starts_ms: Any, until_ms: Any, length_ms: Any) -> Any:
    """Where a step ends: no longer than may be, and every midnight ends one."""
    midnight_ms = (starts_ms // MS_PER_DAY + 1) * MS_PER_DAY
    return min(starts_ms + length_ms, midnight_ms, until_ms)
