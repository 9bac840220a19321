"""Trains: they leave when they are due and have wagons, run on their paths, and pass borders.

Knows lines, sets of wagons and borders; knows nothing of the dry port but that trains come and
leave. A train that gets no wagons within a week is cancelled. Sets belong to their line.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from keruen.compiled import compiled
from keruen.corridor.railway.kernel import events
from keruen.corridor.railway.kernel.border import admit
from keruen.corridor.railway.kernel.standing import (
    has_place,
    leave_standing,
    let_go,
    start,
)
from keruen.corridor.railway.kernel.state import (
    NOTHING,
    box_at,
    crossing_at,
    fullness_at,
    line_at,
    number_at,
    on_board_at,
    run_at,
    set_change_at,
    slot_at,
)
from keruen.corridor.railway.kernel.waiting import end_batch, take, wait
from keruen.units import MS_PER_WEEK

CANCELLED_MS: Final = MS_PER_WEEK
"""A train that gets no wagons so long after its time does not run."""

_ONE_TRAIN: Final = np.float64(1.0)


@compiled
def far_queue(line: Any) -> Any:
    """The queue at the far end of a line."""
    return 2 * line


@compiled
def near_queue(line: Any) -> Any:
    """The queue at the near end of a line, used at borders."""
    return 2 * line + 1


@compiled
def server_of(border: Any, to_china: Any, is_crane: Any) -> Any:
    """Place of what takes in trains at a border, or boxes onto the other gauge."""
    return 4 * border + 2 * to_china + is_crane


@compiled
def on_slot(r: Any, time_ms: Any, line: Any, slot: Any) -> None:
    """A train of the timetable is due."""
    own = line_at(r.lines, line)
    if slot + 1 < own.n_slots:
        next_ms = slot_at(r.slots, own.first_slot + slot + 1).scheduled_ms
        events.put(r, next_ms, events.SLOT, line, slot + 1, NOTHING)
    own.end_due = slot + 1
    _send(r, time_ms, line)


@compiled
def on_set_free(r: Any, time_ms: Any, line: Any) -> None:
    """A set of wagons is at the far end, ready for the next train."""
    _change_sets(r, time_ms, line, 1)
    _send(r, time_ms, line)


@compiled
def _change_sets(r: Any, time_ms: Any, line: Any, step: Any) -> None:
    line_at(r.lines, line).n_free += step
    change = set_change_at(r.set_changes, r.n_set_changes)
    change.line = line
    change.time_ms = time_ms
    change.step = step
    r.n_set_changes += 1


@compiled
def _send(r: Any, time_ms: Any, line: Any) -> None:
    """Let the trains that are due leave the far end, as far as there are wagons."""
    own = line_at(r.lines, line)
    while (
        own.first_due < own.end_due
        and slot_at(r.slots, own.first_slot + own.first_due).scheduled_ms < time_ms - CANCELLED_MS
    ):
        own.first_due += 1
        own.n_cancelled += 1
    while own.first_due < own.end_due and own.n_free > 0 and may_leave(r, line):
        _change_sets(r, time_ms, line, -1)
        own.first_due += 1
        depart(r, time_ms, line, own.first_due - 1, 0)
        if own.is_port and r.is_port_full:
            leave_standing(r, time_ms, r.n_runs - 1)


@compiled
def may_leave(r: Any, line: Any) -> Any:
    """Whether a train may leave the far end: for a full dry port it needs a station to stand at."""
    own = line_at(r.lines, line)
    return not (own.is_port and r.is_port_full) or has_place(r, own, 0)


@compiled
def note_port(r: Any, day_ms: Any, is_full: Any) -> None:
    """Tell at midnight whether the dry port takes trains; all before it has been told.

    When it takes none any more, trains under way to it are left standing, those that left first
    first; when it takes some again, those that were left first go on first, then those that wait at
    the far ends. Who loads trains learns of either `ban_delay_ms` later.
    """
    if is_full != r.is_port_full:
        change = fullness_at(r.fullness, r.n_fullness)
        r.n_fullness += 1
        change.time_ms = day_ms
        change.is_full = is_full
        r.is_port_full = is_full
        if is_full:
            for number in range(r.n_runs):
                run = run_at(r.runs, number)
                is_coming = not run.is_away and not run.has_come and not run.is_standing
                if is_coming and line_at(r.lines, run.line).is_port:
                    leave_standing(r, day_ms, number)
        else:
            let_go(r, day_ms)
            for line in range(r.n_port):
                _send(r, day_ms, line)
    while r.n_known_at_origins < r.n_fullness:
        change = fullness_at(r.fullness, r.n_known_at_origins)
        if change.time_ms + r.ban_delay_ms > day_ms:
            break
        r.is_loading_banned = change.is_full
        r.n_known_at_origins += 1


@compiled
def depart(r: Any, time_ms: Any, line: Any, slot: Any, is_away: Any) -> None:
    """A train leaves the far end, or (of China) the border, with the boxes that wait."""
    own = line_at(r.lines, line)
    first = r.n_on_board
    queue = near_queue(line) if is_away else far_queue(line)
    take(r, queue, time_ms, own.capacity_teu, own.capacity_kg)
    scheduled_ms = time_ms
    if not is_away:
        scheduled_ms = slot_at(r.slots, own.first_slot + slot).scheduled_ms
    number = new_run(r, line, slot, is_away, scheduled_ms, first)
    departure_ms = start(r, number, time_ms, 0)
    for place in range(first, r.n_on_board):
        box = box_at(r.boxes, on_board_at(r.on_board, place).box)
        if is_away:
            box.left_border = departure_ms
        elif own.is_port:
            box.left_far = departure_ms
        else:
            box.left_china = departure_ms


@compiled
def new_run(r: Any, line: Any, slot: Any, is_away: Any, scheduled_ms: Any, first_box: Any) -> Any:
    """A train with all that came on board since row `first_box`; returns its number."""
    number = r.n_runs
    r.n_runs += 1
    run = run_at(r.runs, number)
    run.line = line
    run.slot = slot
    run.is_away = is_away
    run.scheduled_ms = scheduled_ms
    run.first_box = first_box
    run.end_box = r.n_on_board
    return number


@compiled
def on_arrival(r: Any, time_ms: Any, line: Any, number: Any) -> None:
    """A train is at the other end of its line."""
    own, run = line_at(r.lines, line), run_at(r.runs, number)
    # A train that was left standing meanwhile arrives by another event.
    if run.has_come or run.arrival_ms != time_ms:
        return
    run.has_come = 1
    if own.is_port and not run.is_away:
        _at_port(r, time_ms, number)
    elif own.is_port and own.border >= 0:
        _at_border_from_port(r, time_ms, line, number)
    elif own.is_port:
        _ended(r, time_ms, number, False)
        _free_after(r, time_ms, line, run.slot, time_ms)
    elif run.is_away:
        _ended(r, time_ms, number, True)
        half_ms = slot_at(r.slots, own.first_slot + run.slot).turnaround_ms // 2
        events.put(r, time_ms + half_ms, events.SET_FREE, line, run.slot, NOTHING)
    else:
        _at_border_from_china(r, time_ms, line, number)


@compiled
def _at_port(r: Any, time_ms: Any, number: Any) -> None:
    run = run_at(r.runs, number)
    for place in range(run.first_box, run.end_box):
        box = on_board_at(r.on_board, place).box
        box_at(r.boxes, box).at_port = time_ms
        note_at_port(r, box)
    number_at(r.came, r.n_came).number = number
    r.n_came += 1


@compiled
def note_at_port(r: Any, box: Any) -> None:
    """Count a box at the dry port that is to leave by train."""
    line = box_at(r.boxes, box).out_line
    if line >= 0:
        line_at(r.lines, line).at_port_teu += box_at(r.boxes, box).teu


@compiled
def _ended(r: Any, time_ms: Any, number: Any, is_spread: Any) -> None:
    """The journeys of the boxes end, those in China after the wagons of other trains."""
    run = run_at(r.runs, number)
    for place in range(run.first_box, run.end_box):
        box = box_at(r.boxes, on_board_at(r.on_board, place).box)
        box.ended = time_ms + (box.group_ms if is_spread else 0)


@compiled
def _free_after(r: Any, time_ms: Any, line: Any, slot: Any, taken_ms: Any) -> None:
    """The wagons of a train from the dry port are ready for the next one.

    The turnaround holds the layover at the dry port, which has passed already.
    """
    own = line_at(r.lines, line)
    turnaround_ms = slot_at(r.slots, own.first_slot + slot).turnaround_ms
    rest_ms = max(0, turnaround_ms - own.layover_ms)
    events.put(r, max(taken_ms, time_ms + rest_ms), events.SET_FREE, line, slot, NOTHING)


@compiled
def _at_border_from_port(r: Any, time_ms: Any, line: Any, number: Any) -> None:
    taken_ms, shifted_ms = _pass_border(r, time_ms, number, 1)
    own, run = line_at(r.lines, line), run_at(r.runs, number)
    ready_ms = shifted_ms + slot_at(r.slots, own.first_slot + run.slot).back_dwell_ms
    for place in range(run.first_box, run.end_box):
        box = box_at(r.boxes, on_board_at(r.on_board, place).box)
        box.at_border_back = time_ms
        box.shifted_back = shifted_ms
        box.other_gauge_back = ready_ms
    for china in range(r.n_lines - r.n_port):
        first = r.n_waiting
        for place in range(run.first_box, run.end_box):
            box = on_board_at(r.on_board, place).box
            if box_at(r.boxes, box).china_line == china:
                wait(r, box, ready_ms)
        end_batch(r, near_queue(r.n_port + china), first)
    _free_after(r, time_ms, line, run.slot, taken_ms)


@compiled
def _at_border_from_china(r: Any, time_ms: Any, line: Any, number: Any) -> None:
    taken_ms, shifted_ms = _pass_border(r, time_ms, number, 0)
    own, run = line_at(r.lines, line), run_at(r.runs, number)
    slot = slot_at(r.slots, own.first_slot + run.slot)
    ready_ms = shifted_ms + slot.dwell_ms
    for place in range(run.first_box, run.end_box):
        box = box_at(r.boxes, on_board_at(r.on_board, place).box)
        box.at_border = time_ms
        box.shifted = shifted_ms
        box.other_gauge = ready_ms
    for into in range(r.n_port):
        first = r.n_waiting
        for place in range(run.first_box, run.end_box):
            box = on_board_at(r.on_board, place).box
            if box_at(r.boxes, box).into_line == into:
                wait(r, box, ready_ms)
        end_batch(r, far_queue(into), first)
    leaves_ms = max(taken_ms, time_ms + slot.turnaround_ms // 2)
    events.put(r, leaves_ms, events.LEAVES_BORDER, line, run.slot, NOTHING)


@compiled
def _pass_border(r: Any, time_ms: Any, number: Any, to_china: Any) -> Any:
    """When the border takes a train in, and when the change of gauge of its boxes begins."""
    run = run_at(r.runs, number)
    border = line_at(r.lines, run.line).border
    load_teu = 0
    for place in range(run.first_box, run.end_box):
        load_teu += box_at(r.boxes, on_board_at(r.on_board, place).box).teu
    taken_ms = admit(r, server_of(border, to_china, 0), time_ms, _ONE_TRAIN)
    shifted_ms = admit(r, server_of(border, to_china, 1), taken_ms, np.float64(load_teu))
    crossing = crossing_at(r.crossings, r.n_crossings)
    r.n_crossings += 1
    crossing.border = border
    crossing.is_to_china = to_china
    crossing.arrived_ms = time_ms
    crossing.taken_in_ms = taken_ms
    crossing.n_boxes = run.end_box - run.first_box
    return taken_ms, shifted_ms
