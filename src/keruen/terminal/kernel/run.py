"""The one switch over event kinds, and the loop around it.

Knows which part of the terminal an event concerns; knows none of their rules. A handler only
records what is complete; what can start because of it is started afterwards, in one fixed order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled, entry_point, handle, spliced
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel import state
from keruen.terminal.kernel.cranes import (
    on_tractor_at_block,
    on_tractor_back,
    on_yard_machine_done,
    start_yard_machines,
)
from keruen.terminal.kernel.customs import (
    on_hold_ended,
    on_scanned,
    start_inspections,
    start_scanners,
)
from keruen.terminal.kernel.direct import on_direct_done, start_portal_jobs
from keruen.terminal.kernel.from_trucks import is_train_there
from keruen.terminal.kernel.gate import (
    admit_trucks,
    expect_truck,
    on_gate_in_done,
    on_gate_out_done,
    on_pickup_arrives,
    on_shuttle_back,
    on_truck_arrives,
    on_truck_at_exit,
    on_truck_weighed,
    start_gate,
)
from keruen.terminal.kernel.handling import (
    on_gantry_done,
    on_tractor_at_track,
    serve_trucks_beside,
    start_train_work,
)
from keruen.terminal.kernel.initial_yard import on_initial_box
from keruen.terminal.kernel.landside import note_fullness
from keruen.terminal.kernel.outages import expect_outage, on_outage_begins, on_outage_ends
from keruen.terminal.kernel.trace import MARGIN_ROWS
from keruen.terminal.kernel.tracks import (
    admit_trains,
    expect_train,
    on_train_arrives,
    on_train_due,
    on_train_inspected,
    on_train_placed,
    on_train_pulled,
    on_train_tested,
    start_shunting,
)
from keruen.terminal.kernel.trucks import on_truck_at_block
from keruen.terminal.kernel.verify import verify_state
from keruen.terminal.kernel.wagons import assign_wagons, forget_refusals_of
from keruen.terminal.kernel.warehouse import (
    on_called_off,
    on_tractor_at_door,
    on_unpacked,
    start_deliveries,
    start_teams,
)
from keruen.terminal.kernel.yard import forget_refusals
from keruen.units import MS_PER_DAY

# What can start because of an event: all else would be looked at in vain. Looking at everything
# after every event would give the same trace, slower; forgetting something would leave work waiting
# for the next event, so a paranoid run looks at everything and asserts that nothing starts. Bits of
# a sum, in no order of importance; `start_all` says in which order they are looked at.
_TRAIN_WORK = 1
_YARD = 2
_SHUNTING = 4
_TRUCKS = 8
_CUSTOMS = 16
_DELIVERIES = 32
_TEAMS = 64
EVERYTHING = np.int64(_TRAIN_WORK | _YARD | _SHUNTING | _TRUCKS | _CUSTOMS | _DELIVERIES | _TEAMS)
# Where one resource serves two kinds of work, an event starts both: a tractor that is back may go
# to a train or to the warehouse, a lifted box makes room for trains and for trucks, a row given
# back lets in a box of either; a truck at its train gives back the room that was promised to it.
# GATE_OPENS only wakes the gate; stops that begin (OUTAGE_BEGINS) start nothing.
_STARTS = np.zeros(queue.N_EVENTS, np.int64)
_STARTS[queue.TRAIN_INSPECTED] = _SHUNTING
_STARTS[queue.TRAIN_PLACED] = _TRAIN_WORK | _SHUNTING
_STARTS[queue.TRAIN_PULLED] = _SHUNTING
_STARTS[queue.GANTRY_DONE] = _TRAIN_WORK | _YARD | _SHUNTING | _TRUCKS | _DELIVERIES
_STARTS[queue.TRACTOR_AT_BLOCK] = _YARD
_STARTS[queue.TRACTOR_AT_TRACK] = _TRAIN_WORK
_STARTS[queue.TRACTOR_BACK] = _TRAIN_WORK | _DELIVERIES
_STARTS[queue.TRACTOR_AT_DOOR] = _TRAIN_WORK | _DELIVERIES | _TEAMS
_STARTS[queue.YARD_MACHINE_DONE] = EVERYTHING
_STARTS[queue.TRUCK_WEIGHED] = _TRUCKS
_STARTS[queue.GATE_IN_DONE] = _TRUCKS
_STARTS[queue.TRUCK_AT_BLOCK] = _YARD | _TRAIN_WORK | _TRUCKS
_STARTS[queue.TRUCK_AT_EXIT] = _TRUCKS
_STARTS[queue.GATE_OUT_DONE] = _TRAIN_WORK | _TRUCKS
_STARTS[queue.SHUTTLE_BACK] = _DELIVERIES | _TRUCKS
_STARTS[queue.UNPACKED] = _DELIVERIES | _TEAMS | _TRAIN_WORK | _TRUCKS
_STARTS[queue.CALLED_OFF] = _DELIVERIES
_STARTS[queue.HOLD_ENDED] = _TRAIN_WORK | _CUSTOMS | _DELIVERIES | _TRUCKS | _YARD
_STARTS[queue.SCANNED] = _TRAIN_WORK | _CUSTOMS | _DELIVERIES | _TRUCKS | _YARD
_STARTS[queue.OUTAGE_ENDS] = EVERYTHING
_STARTS[queue.INITIAL_BOX] = EVERYTHING
_STARTS[queue.TRAIN_ARRIVES] = _SHUNTING
_STARTS[queue.TRUCK_ARRIVES] = _TRUCKS
_STARTS[queue.PICKUP_ARRIVES] = _TRUCKS
_STARTS[queue.GATE_OPENS] = _TRUCKS
_STARTS[queue.TRAIN_DUE] = _SHUNTING


@entry_point
def begin(s: Any, p: Any, outages: Any) -> None:
    """Put the first events of an empty terminal into the queue: gate, stops, the initial yard.

    Parameters
    ----------
    s, p : the state and the parameters, one record each (`state`); `s` as `inputs.fresh_state`
        made it. A state that is continued has its first events already.
    outages : array of OUTAGE_DTYPE, shape (p.n_outages,), sorted by begin.
    """
    queue.put(s, s.now_ms + p.gate_opens_ms, queue.GATE_OPENS, queue.NOBODY)
    expect_outage(s, p, handle(outages))
    if p.n_initial_boxes > 0:
        queue.put(s, s.now_ms, queue.INITIAL_BOX, queue.NOBODY)


@entry_point
def tell(s: Any, p: Any, visits: Any, trains: Any, order: Any, first_train: Any) -> None:
    """Expect what is known by now: trains from `first_train` on, whose boxes get their wagons in
    `order`, and the trucks up to ``p.stream_end``.

    Parameters
    ----------
    s, p, visits, trains, order : as for `run`; `order` is written: the wagons of the boxes.
    first_train : the first train told of now, 0 ≤ first_train ≤ p.n_trains.

    Raises
    ------
    AssertionError
        When something is told of that lies before the state's time (`event_queue.put`).
    """
    assign_wagons(p, handle(visits), handle(trains), handle(order), first_train)
    expect_train(s, p, handle(trains))
    for stream in range(state.N_KINDS):
        expect_truck(s, p, handle(visits), handle(order), stream)


@entry_point
def run(
    s: Any,
    p: Any,
    visits: Any,
    trains: Any,
    order: Any,
    outages: Any,
    trace: Any,
    until_ms: Any,
    is_paranoid: Any,
) -> Any:
    """Advance the state until no event lies before `until_ms`, or the trace is nearly full.

    Parameters
    ----------
    s, p : the state and the parameters, one record each (`state`); `s` is changed.
    visits, trains : arrays of VISIT_DTYPE and TRAIN_DTYPE; of the trains ``p.n_trains`` are known.
    order : ORDER_DTYPE, shape of `visits`; room for the boxes of each train with their wagons, then
        for the trucks that bring boxes by kind of box in the order of arrival, then the boxes of
        the initial yard, lower tiers first.
    outages : OUTAGE_DTYPE, shape (p.n_outages,), sorted by begin.
    trace : table `trace`, written from row ``s.n_trace`` on; shape (0,) to count events only.
    until_ms : simulated time to stop at, ms, exclusive.
    is_paranoid : verify the whole state after every event.

    Returns
    -------
    True when `until_ms` is reached, False when the caller must enlarge the trace and call again.

    Raises
    ------
    AssertionError
        When an invariant is broken: a fault of ours.
    """
    return run_on(s, p, visits, trains, order, outages, trace, until_ms, is_paranoid)


@spliced
def run_on(
    s: Any,
    p: Any,
    visits: Any,
    trains: Any,
    order: Any,
    outages: Any,
    trace: Any,
    until_ms: Any,
    is_paranoid: Any,
) -> Any:
    """`run`, as a part of a compiled loop over more than a terminal: that compiles it once."""
    v, t, o, u = handle(visits), handle(trains), handle(order), handle(outages)
    rows = handle(trace)
    s.trace_rows = trace.shape[0]
    while queue.next_ms(s) < until_ms:
        # Asked between events, because nothing inside one can wait for a larger trace.
        if s.trace_rows > 0 and s.n_trace + MARGIN_ROWS > s.trace_rows:
            return False
        step(s, p, v, t, o, u, rows)
        if is_paranoid:
            verify_state(s, p, v, t)
            # What was refused is remembered: here all is asked again.
            forget_refusals(s)
            for place in range(s.train_phase.shape[0]):
                forget_refusals_of(s, place)
            # Whatever starts puts an event into the queue.
            n_started = s.serial
            start_all(s, p, v, t, o, rows, EVERYTHING)
            assert s.serial == n_started, "something could have started and did not"
    return True


@spliced
def step(s: Any, p: Any, visits: Any, trains: Any, order: Any, outages: Any, trace: Any) -> None:
    """One event and all that starts because of it."""
    # Kinds of one part stand side by side in `event_queue`, so one comparison finds the part.
    what = queue.take(s)
    kind = queue.kind_of(what)
    subject = queue.subject_of(what)
    if kind == queue.GATE_OPENS:
        queue.put(s, s.now_ms + MS_PER_DAY, queue.GATE_OPENS, queue.NOBODY)
    elif kind == queue.INITIAL_BOX:
        on_initial_box(s, p, visits, order, trace, subject)
    elif kind <= queue.GANTRY_DONE:
        _train_event(s, p, visits, trains, order, trace, kind, subject)
    elif kind <= queue.YARD_MACHINE_DONE:
        _yard_event(s, p, visits, trains, trace, kind, subject)
    elif kind <= queue.SHUTTLE_BACK:
        _gate_event(s, p, visits, trains, trace, kind, subject)
    elif kind <= queue.SCANNED:
        _goods_event(s, p, visits, trace, kind, subject)
    elif kind == queue.OUTAGE_BEGINS:
        on_outage_begins(s, p, outages, trace)
    elif kind == queue.OUTAGE_ENDS:
        on_outage_ends(s, p, trace, subject)
    else:
        _outside_event(s, p, visits, trains, order, trace, kind, subject)
    start_all(s, p, visits, trains, order, trace, _STARTS[kind])
    if p.has_intake_stop != 0:
        note_fullness(s, p, trace)


@compiled
def start_all(s: Any, p: Any, visits: Any, trains: Any, order: Any, trace: Any, parts: Any) -> None:
    """Start all that can start, of the `parts` of the terminal (a sum of the constants above).

    The order is who gets a tractor, a machine or a place in the yard when several could: trains
    before the warehouse and before trucks outside, because a train that waits holds a track.
    """
    if parts & _TRAIN_WORK:
        serve_trucks_beside(s, p, visits, trains, order)
        # Gantries whose turn it is to serve a truck under their portal, before they see the trains.
        if p.n_portals > 0 and s.n_jobs > 0:
            start_portal_jobs(s, p, visits, trains, True)
        start_train_work(s, p, visits, trains, order, trace)
    if parts & _YARD:
        start_yard_machines(s, p, visits)
        if p.n_portals > 0 and s.n_jobs > 0:
            start_portal_jobs(s, p, visits, trains, False)
    # Looking for work may find that a train has none left.
    if parts & (_SHUNTING | _TRAIN_WORK):
        start_shunting(s, p, trains)
        # Behind the shunting: a train that is placed leaves its reception track.
        admit_trains(s, p, trains, trace)
    if parts & _DELIVERIES:
        start_deliveries(s, p, trace)
    if parts & _TEAMS:
        start_teams(s, p, visits)
    if parts & _TRUCKS:
        admit_trucks(s, p, visits, order)
        start_gate(s, p, visits)
    if parts & _CUSTOMS:
        start_inspections(s, p, visits, trace)
        start_scanners(s, p, visits)


@spliced
def _train_event(
    s: Any, p: Any, visits: Any, trains: Any, order: Any, trace: Any, kind: Any, subject: Any
) -> None:
    if kind == queue.GANTRY_DONE:
        on_gantry_done(s, p, visits, trace, subject)
    elif kind == queue.TRAIN_INSPECTED:
        on_train_inspected(s, trace, subject)
    elif kind == queue.TRAIN_PLACED:
        on_train_placed(s, p, visits, trains, order, trace, subject)
    elif kind == queue.TRAIN_PULLED:
        on_train_pulled(s, p, trains, trace, subject)
    else:
        on_train_tested(s, p, trains, trace, subject)


@spliced
def _yard_event(
    s: Any, p: Any, visits: Any, trains: Any, trace: Any, kind: Any, subject: Any
) -> None:
    if kind == queue.YARD_MACHINE_DONE and p.is_direct[p.machine_group[subject]] != 0:
        on_direct_done(s, p, visits, trains, trace, subject)
    elif kind == queue.YARD_MACHINE_DONE:
        on_yard_machine_done(s, p, visits, trace, subject)
    elif kind == queue.TRACTOR_AT_BLOCK:
        if not is_train_there(s, p, visits, trains, np.int64(s.machine_row[subject])):
            on_tractor_at_block(s, p, subject)
    elif kind == queue.TRACTOR_AT_TRACK:
        on_tractor_at_track(s, subject)
    elif kind == queue.TRACTOR_AT_DOOR:
        on_tractor_at_door(s, p, trace, subject)
    else:
        on_tractor_back(s, p, trace, subject)


@spliced
def _gate_event(
    s: Any, p: Any, visits: Any, trains: Any, trace: Any, kind: Any, subject: Any
) -> None:
    if kind == queue.GATE_IN_DONE:
        on_gate_in_done(s, p, visits, trace, subject)
    elif kind == queue.TRUCK_AT_BLOCK:
        if not is_train_there(s, p, visits, trains, subject):
            on_truck_at_block(s, p, subject)
    elif kind == queue.TRUCK_AT_EXIT:
        on_truck_at_exit(s, subject)
    elif kind == queue.GATE_OUT_DONE:
        on_gate_out_done(s, p, visits, trace, subject)
    elif kind == queue.TRUCK_WEIGHED:
        on_truck_weighed(s, p, trace, subject)
    else:
        on_shuttle_back(s, p, trace, subject)


@spliced
def _goods_event(s: Any, p: Any, visits: Any, trace: Any, kind: Any, subject: Any) -> None:
    if kind == queue.HOLD_ENDED:
        on_hold_ended(s, p, visits, trace, subject)
    elif kind == queue.SCANNED:
        on_scanned(s, p, visits, trace, subject)
    elif kind == queue.UNPACKED:
        on_unpacked(s, p, visits, trace, subject)
    else:
        on_called_off(s, p, trace, subject)


@spliced
def _outside_event(
    s: Any, p: Any, visits: Any, trains: Any, order: Any, trace: Any, kind: Any, subject: Any
) -> None:
    if kind == queue.TRAIN_ARRIVES:
        on_train_arrives(s, p, trains, trace)
    elif kind == queue.TRUCK_ARRIVES:
        on_truck_arrives(s, p, visits, order, trace, subject)
    elif kind == queue.PICKUP_ARRIVES:
        on_pickup_arrives(s, p, trace, subject)
    else:
        on_train_due(s, trace, subject)
