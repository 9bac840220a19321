"""Railway and dry port by time, as one compiled loop: what leaves one is told to the other.

Knows both kernels, which know nothing of each other; knows no rule of either. Both are advanced in
steps no longer than the quickest run between them, so that nothing which leaves one in a step can
reach the other in the same step. The length of a step changes nothing; every midnight ends one,
because loading bans are decided then.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from keruen.compiled import compiled, entry_point, handle, reader, spliced
from keruen.corridor.network.time_limits import CUT_OFF_MS
from keruen.corridor.railway.kernel import (
    advance,
    begin_day,
    end_of_step,
    note_port,
    planned_arrival_ms,
    take_over,
    verify_railway,
)
from keruen.corridor.railway.kernel.state import box_at, number_at, on_board_at, run_at, slot_at
from keruen.corridor.railway.kernel.state import line_at as railway_line_at
from keruen.corridor.visits.truck_days import fetched_ms, week_at
from keruen.domain.codes import Event
from keruen.terminal.kernel import run_on, tell
from keruen.terminal.kernel.reading import order_at, row_at, train_at, visit_at
from keruen.units import MS_PER_DAY

LOAD_DTYPE: Final = np.dtype([("first_box", np.int64), ("last_box", np.int64)])
"""Boxes that were put on a train at the dry port so far: the ends of a list (`next_loaded`)."""

DEPARTED_DTYPE: Final = np.dtype([("time_ms", np.int64), ("train", np.int64)])
"""A train that has left the dry port."""

COUPLING_TABLES: Final = ("templates", "weeks", "bookings", "loads", "departed")
"""Tables that the record `c` leads to: a train of each line as the terminal reads it, the week of
trucks, the booking of each visit, what is loaded, what has left."""

COUPLING_NUMBERS: Final = (
    *("starts_ms", "ends_ms", "is_in_step"),
    *("n_scanned", "n_told_boxes", "n_told_trucks", "n_departed", "n_taken_over"),
    *("n_initial_boxes", "step_ms", "known_until_ms", "is_port_full"),
)
"""Numbers in the record `c`."""

_load_at = reader(LOAD_DTYPE)
_departed_at = reader(DEPARTED_DTYPE)
_LOADED: Final = int(Event.LOADED)
_DEPARTED: Final = int(Event.TRAIN_DEPARTED)
_YARD_FULL: Final = int(Event.YARD_FULL)
_YARD_RELIEVED: Final = int(Event.YARD_RELIEVED)
TOLD_EVENTS: Final = (_LOADED, _DEPARTED, _YARD_FULL, _YARD_RELIEVED)
"""What the railway is told of the dry port: from these rows of the trace it can be made again."""
_NOTHING: Final = np.int64(-1)


@entry_point
def run_both(
    s: Any,
    p: Any,
    visits: Any,
    trains: Any,
    order: Any,
    outages: Any,
    trace: Any,
    known: Any,
    r: Any,
    c: Any,
    until_ms: Any,
    is_paranoid: Any,
) -> Any:
    """Advance both sides until `until_ms`, or until the trace is nearly full.

    Parameters
    ----------
    s, p, visits, trains, order, outages, trace : the terminal's, as of its `run`; `trains`, `order`
        and `visits` are filled as trains come.
    known : table `trace`: what was loaded and left up to ``c.known_until_ms``; until then the
        terminal does not run, because its state is of that moment.
    r, c : the records of the railway and of the coupling.
    until_ms : simulated time to stop at, ms, exclusive.
    is_paranoid : verify the whole state of both sides, slow.

    Returns
    -------
    True when `until_ms` is reached, False when the caller must enlarge the trace and call again.
    """
    v, t, o = handle(visits), handle(trains), handle(order)
    while c.starts_ms < until_ms:
        is_known = c.starts_ms < c.known_until_ms
        if not c.is_in_step:
            limit_ms = c.known_until_ms if is_known else until_ms
            c.ends_ms = end_of_step(c.starts_ms, limit_ms, c.step_ms)
            first = p.n_trains
            _pass_on(p, v, t, o, r, c)
            tell(s, p, visits, trains, order, first)
            c.is_in_step = 1
        if is_known:
            c.n_scanned = _scan(handle(known), c.n_scanned, known.shape[0], r, c)
            if c.ends_ms == c.known_until_ms:
                c.n_scanned = 0
        else:
            if not run_on(s, p, visits, trains, order, outages, trace, c.ends_ms, is_paranoid):
                return False
            c.n_scanned = _scan(handle(trace), c.n_scanned, s.n_trace, r, c)
        if is_paranoid:
            verify_railway(r, c.ends_ms)
        c.is_in_step = 0
        c.starts_ms = c.ends_ms
    return True


@spliced
def _pass_on(p: Any, visits: Any, trains: Any, order: Any, r: Any, c: Any) -> None:
    """What left the dry port is told to the railway; what comes to it is put into its tables."""
    for place in range(c.n_taken_over, c.n_departed):
        left = _departed_at(c.departed, place)
        first_box = r.n_on_board
        number = _load_at(c.loads, left.train).first_box
        while number >= 0:
            on_board_at(r.on_board, r.n_on_board).box = number
            r.n_on_board += 1
            number = box_at(r.boxes, number).next_loaded
        take_over(r, left.time_ms, number_at(r.came, left.train).number, first_box)
    c.n_taken_over = c.n_departed
    if c.starts_ms % MS_PER_DAY == 0:
        # At midnight only: it ends a step however long steps are.
        note_port(r, c.starts_ms, c.is_port_full)
        begin_day(r, c.starts_ms)
    advance(r, c.ends_ms)
    for place in range(p.n_trains, r.n_came):
        _expect_train(visits, trains, order, r, c, place)
    p.n_trains = r.n_came
    for place in range(c.n_told_trucks, r.n_by_truck):
        visit = box_at(r.boxes, number_at(r.by_truck, place).number).visit
        kind = visit_at(visits, visit).kind
        order_at(order, p.stream_end[kind]).visit = visit
        p.stream_end[kind] += 1
    c.n_told_trucks = r.n_by_truck


@compiled
def _expect_train(visits: Any, trains: Any, order: Any, r: Any, c: Any, place: Any) -> None:
    """A train that has come, with its boxes, as the terminal reads them."""
    number = number_at(r.came, place).number
    came = run_at(r.runs, number)
    of_line, train = train_at(c.templates, came.line), train_at(trains, place)
    first_slot = railway_line_at(r.lines, came.line).first_slot
    train.arrival_ms = came.arrival_ms
    train.departure_ms = planned_arrival_ms(r, number) + of_line.departure_ms
    train.entity = slot_at(r.slots, first_slot + came.slot).entity
    train.service = of_line.service
    train.capacity_teu = of_line.capacity_teu
    train.load_limit_kg = of_line.load_limit_kg
    train.wagon_kg = of_line.wagon_kg
    train.wagon_dm = of_line.wagon_dm
    train.n_wagons = of_line.n_wagons
    train.wagon_type = of_line.wagon_type
    train.first_box = c.n_told_boxes
    teu = 0
    for k in range(came.first_box, came.end_box):
        box = box_at(r.boxes, on_board_at(r.on_board, k).box)
        visit = visit_at(visits, box.visit)
        visit.in_ms = came.arrival_ms
        visit.out_ms = came.arrival_ms + CUT_OFF_MS
        if box.is_fetched:
            visit.out_ms = fetched_ms(
                week_at(c.weeks, 0), box.stay_ms, came.arrival_ms, box.fetched_ms
            )
        order_at(order, c.n_told_boxes).visit = box.visit
        c.n_told_boxes += 1
        teu += box.teu
    assert teu <= train.capacity_teu, "a train too full"
    train.end_box = c.n_told_boxes


@compiled
def _scan(trace: Any, first: Any, end: Any, r: Any, c: Any) -> Any:
    """Note what was loaded and which trains left, before the end of the step; where it stopped."""
    for place in range(first, end):
        row = row_at(trace, place)
        if row.time_ms >= c.ends_ms:
            return place
        if row.kind == _LOADED:
            _note_loaded(r, c, row.train, row.visit)
        elif row.kind == _DEPARTED:
            left = _departed_at(c.departed, c.n_departed)
            left.time_ms = row.time_ms
            left.train = row.train
            c.n_departed += 1
        elif row.kind == _YARD_FULL:
            c.is_port_full = 1
        elif row.kind == _YARD_RELIEVED:
            c.is_port_full = 0
    return end


@compiled
def _note_loaded(r: Any, c: Any, train: Any, visit: Any) -> None:
    # Boxes that stood in the yard at the start are nobody's booking.
    if visit < c.n_initial_boxes:
        return
    number = number_at(c.bookings, visit - c.n_initial_boxes).number
    load = _load_at(c.loads, train)
    if load.first_box < 0:
        load.first_box = number
    else:
        box_at(r.boxes, load.last_box).next_loaded = number
    load.last_box = number
