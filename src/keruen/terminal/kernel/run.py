"""The one switch over event kinds, and the loop around it.

Knows which part of the terminal an event concerns; knows none of their rules. A handler only
records what is complete; what can start because of it is started afterwards, in one fixed order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel.compiled import borrowed, compiled
from keruen.terminal.kernel.cranes import (
    on_tractor_at_block,
    on_tractor_back,
    on_yard_machine_done,
    start_yard_machines,
)
from keruen.terminal.kernel.customs import on_hold_ended, start_inspections
from keruen.terminal.kernel.gate import (
    admit_trucks,
    expect_truck,
    on_gate_in_done,
    on_gate_out_done,
    on_pickup_arrives,
    on_truck_arrives,
    on_truck_at_block,
    on_truck_at_exit,
    start_gate,
)
from keruen.terminal.kernel.state import N_STORAGES
from keruen.terminal.kernel.trace import MARGIN_ROWS
from keruen.terminal.kernel.tracks import (
    admit_trains,
    expect_train,
    on_gantry_done,
    on_tractor_at_track,
    on_train_arrives,
    on_train_due,
    on_train_inspected,
    on_train_placed,
    on_train_pulled,
    on_train_tested,
    start_shunting,
    start_train_work,
)
from keruen.terminal.kernel.verify import verify_state
from keruen.units import MS_PER_DAY

# What can start because of an event: all else would be looked at in vain. Paranoid runs check it.
_TRAIN_WORK = 1
_YARD = 2
_SHUNTING = 4
_TRUCKS = 8
_CUSTOMS = 16
EVERYTHING = _TRAIN_WORK | _YARD | _SHUNTING | _TRUCKS | _CUSTOMS
_STARTS = np.zeros(queue.TRAIN_DUE + 1, np.int64)
_STARTS[queue.TRAIN_INSPECTED] = _SHUNTING
_STARTS[queue.TRAIN_PLACED] = _TRAIN_WORK | _SHUNTING
_STARTS[queue.TRAIN_PULLED] = _SHUNTING
_STARTS[queue.GANTRY_DONE] = _TRAIN_WORK | _YARD | _SHUNTING | _TRUCKS
_STARTS[queue.TRACTOR_AT_BLOCK] = _YARD
_STARTS[queue.TRACTOR_AT_TRACK] = _TRAIN_WORK
_STARTS[queue.TRACTOR_BACK] = _TRAIN_WORK
_STARTS[queue.YARD_MACHINE_DONE] = _TRAIN_WORK | _YARD | _SHUNTING | _TRUCKS | _CUSTOMS
_STARTS[queue.GATE_IN_DONE] = _TRUCKS
_STARTS[queue.TRUCK_AT_BLOCK] = _YARD
_STARTS[queue.TRUCK_AT_EXIT] = _TRUCKS
_STARTS[queue.GATE_OUT_DONE] = _TRAIN_WORK | _TRUCKS
_STARTS[queue.HOLD_ENDED] = _TRAIN_WORK | _CUSTOMS
_STARTS[queue.TRAIN_ARRIVES] = _SHUNTING
_STARTS[queue.TRUCK_ARRIVES] = _TRUCKS
_STARTS[queue.PICKUP_ARRIVES] = _TRUCKS
_STARTS[queue.GATE_OPENS] = _TRUCKS
_STARTS[queue.TRAIN_DUE] = _SHUNTING


@compiled
def begin(s: Any, p: Any, visits: Any, trains: Any, order: Any) -> None:
    """Put the first event of everything that comes from outside into the queue."""
    expect_train(s, trains)
    for stream in range(N_STORAGES):
        expect_truck(s, p, visits, order, stream)
    queue.put(s, s.now_ms + p.gate_opens_ms, queue.GATE_OPENS, 0)


@compiled
def run(
    s: Any,
    p: Any,
    visits: Any,
    trains: Any,
    order: Any,
    trace: Any,
    until_ms: Any,
    is_paranoid: Any,
) -> Any:
    """Advance the state until no event lies before `until_ms`, or the trace is nearly full.

    Parameters
    ----------
    s, p : the state and the parameters, one record each (`state`).
    visits, trains : arrays of VISIT_DTYPE and TRAIN_DTYPE.
    order : int32; the boxes of each train, then the trucks that bring boxes by kind of storage in
        the order of arrival.
    trace : table `trace`; shape (0,) to count events only.
    until_ms : simulated time to stop at, exclusive.
    is_paranoid : verify the whole state after every event.

    Returns
    -------
    True when `until_ms` is reached, False when the caller must empty the trace and call again.
    """
    v = borrowed(visits)
    t = borrowed(trains)
    o = borrowed(order)
    rows = borrowed(trace)
    keeps_trace = trace.shape[0] > 0
    while s.queue_length > 0 and s.queue_time_ms[0] < until_ms:
        if keeps_trace and s.n_trace + MARGIN_ROWS > trace.shape[0]:
            return False
        step(s, p, v, t, o, rows)
        if is_paranoid:
            verify_state(s, p, v, t, o)
            n_started = s.serial
            start_all(s, p, v, t, o, rows, EVERYTHING)
            assert s.serial == n_started, "something could have started and did not"
    return True


@compiled
def step(s: Any, p: Any, visits: Any, trains: Any, order: Any, trace: Any) -> None:
    """One event and all that starts because of it."""
    what = queue.take(s)
    kind = queue.kind_of(what)
    subject = queue.subject_of(what)
    if kind <= queue.GANTRY_DONE:
        _train_event(s, p, visits, trains, trace, kind, subject)
    elif kind <= queue.YARD_MACHINE_DONE:
        _yard_event(s, p, visits, trace, kind, subject)
    else:
        _outside_event(s, p, visits, trains, order, trace, kind, subject)
    start_all(s, p, visits, trains, order, trace, _STARTS[kind])


@compiled
def start_all(s: Any, p: Any, visits: Any, trains: Any, order: Any, trace: Any, which: Any) -> None:
    """Start all that can start, of what `which` names (a sum of the constants above)."""
    if which & _TRAIN_WORK:
        start_train_work(s, p, visits, trains, order, trace)
    if which & _YARD:
        for group in range(p.n_groups):
            start_yard_machines(s, p, group)
    # Looking for work may find that a train has none left.
    if which & (_SHUNTING | _TRAIN_WORK):
        start_shunting(s, p)
        admit_trains(s, p, trace)
    if which & _TRUCKS:
        admit_trucks(s, p, visits, order)
        start_gate(s, p)
    if which & _CUSTOMS:
        start_inspections(s, p, visits, trace)


@compiled
def _train_event(
    s: Any, p: Any, visits: Any, trains: Any, trace: Any, kind: Any, subject: Any
) -> None:
    if kind == queue.GANTRY_DONE:
        on_gantry_done(s, p, visits, trace, subject)
    elif kind == queue.TRAIN_INSPECTED:
        on_train_inspected(s, trace, subject)
    elif kind == queue.TRAIN_PLACED:
        on_train_placed(s, p, trains, trace, subject)
    elif kind == queue.TRAIN_PULLED:
        on_train_pulled(s, p, trace, subject)
    else:
        on_train_tested(s, trains, trace, subject)


@compiled
def _yard_event(s: Any, p: Any, visits: Any, trace: Any, kind: Any, subject: Any) -> None:
    if kind == queue.YARD_MACHINE_DONE:
        on_yard_machine_done(s, p, visits, trace, subject)
    elif kind == queue.TRACTOR_AT_BLOCK:
        on_tractor_at_block(s, p, subject)
    elif kind == queue.TRACTOR_AT_TRACK:
        on_tractor_at_track(s, subject)
    else:
        on_tractor_back(s, p, trace, subject)


@compiled
def _outside_event(
    s: Any, p: Any, visits: Any, trains: Any, order: Any, trace: Any, kind: Any, subject: Any
) -> None:
    if kind == queue.GATE_IN_DONE:
        on_gate_in_done(s, p, trace, subject)
    elif kind == queue.TRUCK_AT_BLOCK:
        on_truck_at_block(s, p, subject)
    elif kind == queue.TRUCK_AT_EXIT:
        on_truck_at_exit(s, subject)
    elif kind == queue.GATE_OUT_DONE:
        on_gate_out_done(s, p, trace, subject)
    elif kind == queue.HOLD_ENDED:
        on_hold_ended(s, p, visits, trace, subject)
    elif kind == queue.TRAIN_ARRIVES:
        on_train_arrives(s, trains, trace)
    elif kind == queue.TRUCK_ARRIVES:
        on_truck_arrives(s, p, visits, order, trace, subject)
    elif kind == queue.PICKUP_ARRIVES:
        on_pickup_arrives(s, trace, subject)
    elif kind == queue.TRAIN_DUE:
        on_train_due(s, trace, subject)
    else:
        queue.put(s, s.now_ms + MS_PER_DAY, queue.GATE_OPENS, 0)
