"""Trucks before the gate and in its lanes.

Knows weighbridges, lanes, opening hours and who is let in; knows nothing of stacks and trains. A
truck that brings a box is let in only when the yard can promise room; until then it waits outside,
in the order of arrival among the trucks for the same kind of block, and its turn time runs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled
from keruen.domain.codes import Event, Mode
from keruen.draws import millis_from
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel import state
from keruen.terminal.kernel.reading import order_at, visit_at
from keruen.terminal.kernel.rows import (
    GENERATION_SHIFT,
    NOT_LISTED,
    ROW_MASK,
    append,
    give_back_row,
    has_free_row,
    idle_machine,
    leave_pickups,
    occupy,
    pop,
    release,
    take_row,
)
from keruen.terminal.kernel.trace import NO_TIME, NOBODY, NOWHERE, write
from keruen.terminal.kernel.trucks import (
    DRAW_IN,
    DRAW_OUT,
    DRAW_RECOGNISED,
    DRAW_TO_BLOCK,
    DRAW_TO_EXIT,
    DRAW_WEIGH,
    gate_draw,
    is_gate_open,
    order_truck,
    permille_of,
)
from keruen.terminal.kernel.yard import KEEPING_RESERVE, block_for, reserve, rows_for

_TRUCK_ARRIVED = np.int64(Event.TRUCK_ARRIVED)
_TRUCK_WEIGHED = np.int64(Event.TRUCK_WEIGHED)
_TRUCK_ENTERED = np.int64(Event.TRUCK_ENTERED)
_TRUCK_LEFT = np.int64(Event.TRUCK_LEFT)
_REMOVED = np.int64(Event.REMOVED)
_SHUTTLE_BACK = np.int64(Event.SHUTTLE_BACK)
_BY_TRUCK = np.int64(Mode.TRUCK)
_BY_TRAIN = np.int64(Mode.TRAIN)


@compiled
def expect_truck(s: Any, p: Any, visits: Any, order: Any, stream: Any) -> None:
    """Put the next bringing truck of a stream into the queue, if known and not there yet.

    A stream is the trucks for one kind of box: only they wait for one another. One arrival of each
    is pending, as of trains (`tracks.expect_train`).
    """
    if s.n_trucks_expected[stream] > s.n_trucks_arrived[stream]:
        return
    index = p.stream_first[stream] + s.n_trucks_arrived[stream]
    if index < p.stream_end[stream]:
        s.n_trucks_expected[stream] += 1
        queue.put(
            s, visit_at(visits, order_at(order, index).visit).in_ms, queue.TRUCK_ARRIVES, stream
        )


@compiled
def on_truck_arrives(s: Any, p: Any, visits: Any, order: Any, trace: Any, stream: Any) -> None:
    """A truck that brings a box is before the gate."""
    visit = np.int64(order_at(order, p.stream_first[stream] + s.n_trucks_arrived[stream]).visit)
    s.n_trucks_arrived[stream] += 1
    s.trucks_outside |= np.int64(1) << stream
    s.may_admit_trucks = 1
    write(s, trace, _TRUCK_ARRIVED, NOBODY, visit, NOBODY, NOWHERE, NO_TIME)
    expect_truck(s, p, visits, order, stream)


@compiled
def on_pickup_arrives(s: Any, p: Any, trace: Any, subject: Any) -> None:
    """A truck that fetches a box is before the gate, unless another has taken the box."""
    row = subject & ROW_MASK
    # The row has gone on to another generation: its box was taken, or has left.
    if s.row_generation[row] != subject >> GENERATION_SHIFT:
        return
    if s.row_queue_back[row] != NOT_LISTED:
        leave_pickups(s, row)
    if s.row_truck[row] == state.TRUCK_REMOVING:
        write(s, trace, _REMOVED, NOBODY, s.row_visit[row], NOBODY, NOWHERE, NO_TIME)
    pickup_joins_gate(s, p, trace, row)


@compiled
def pickup_joins_gate(s: Any, p: Any, trace: Any, row: Any) -> None:
    """A truck that fetches a box queues at the gate."""
    s.row_truck[row] = state.TRUCK_AT_GATE
    write(s, trace, _TRUCK_ARRIVED, NOBODY, s.row_visit[row], NOBODY, NOWHERE, NO_TIME)
    _queue_at_gate(s, p, row)


@compiled
def _queue_at_gate(s: Any, p: Any, row: Any) -> None:
    first = state.WEIGHBRIDGE if p.weighbridge_group >= 0 else state.GATE_IN
    append(s.queue_head, s.queue_tail, s.row_truck_next, first, row)


@compiled
def admit_trucks(s: Any, p: Any, visits: Any, order: Any) -> None:
    """Let bringing trucks join the queue of the gate as far as the yard has room."""
    # Saves looking at all kinds after most events: those who were not let in wait until a row is
    # given back or the yard changes, and for another who arrives first of his kind.
    if s.trucks_outside == 0 or s.may_admit_trucks == 0:
        return
    s.may_admit_trucks = 0
    stream = np.int64(0)
    while s.trucks_outside >> stream != 0:
        while s.n_trucks_admitted[stream] < s.n_trucks_arrived[stream] and has_free_row(s):
            visit = np.int64(
                order_at(order, p.stream_first[stream] + s.n_trucks_admitted[stream]).visit
            )
            teu = np.int64(visit_at(visits, visit).n_teu)
            block = np.int64(-1)
            if visit_at(visits, visit).out_mode == _BY_TRAIN:
                service = np.int64(visit_at(visits, visit).out_service)
                block = np.int64(rows_for(s, p, stream, teu, service))
            if block < 0:
                block = np.int64(block_for(s, p, stream, teu, KEEPING_RESERVE))
            # The first of the kind waits, so all behind it wait: nobody overtakes.
            if block < 0:
                break
            s.n_trucks_admitted[stream] += 1
            row = take_row(s, visit)
            s.row_block[row] = block
            s.row_truck[row] = state.TRUCK_AT_GATE
            reserve(s, block, teu)
            _queue_at_gate(s, p, row)
        if s.n_trucks_admitted[stream] == s.n_trucks_arrived[stream]:
            s.trucks_outside &= ~(np.int64(1) << stream)
        stream += 1


@compiled
def start_gate(s: Any, p: Any, visits: Any) -> None:
    """Serve waiting trucks on the weighbridges and in the lanes that are free."""
    # Who is being served at closing time is served to the end; lanes out serve at any hour, so that
    # nobody is locked in.
    is_anybody_waiting = s.queue_head[state.GATE_IN] >= 0 or s.queue_head[state.WEIGHBRIDGE] >= 0
    if is_anybody_waiting and is_gate_open(p, s.now_ms):
        if p.weighbridge_group >= 0:
            _weigh(s, p, visits)
        while s.queue_head[state.GATE_IN] >= 0:
            lane = idle_machine(s, p, p.lane_in_group)
            if lane < 0:
                break
            row = pop(s.queue_head, s.queue_tail, s.row_truck_next, state.GATE_IN)
            occupy(s, p, lane, row)
            done_ms = s.now_ms + _entry_ms(p, visits, s.row_visit[row])
            queue.put(s, done_ms, queue.GATE_IN_DONE, lane)
    while s.queue_head[state.GATE_OUT] >= 0:
        lane = idle_machine(s, p, p.lane_out_group)
        if lane < 0:
            break
        row = pop(s.queue_head, s.queue_tail, s.row_truck_next, state.GATE_OUT)
        occupy(s, p, lane, row)
        draw = gate_draw(p, visits, s.row_visit[row], DRAW_OUT)
        queue.put(s, s.now_ms + millis_from(p.gate_out_ms, draw), queue.GATE_OUT_DONE, lane)


@compiled
def _weigh(s: Any, p: Any, visits: Any) -> None:
    while s.queue_head[state.WEIGHBRIDGE] >= 0:
        bridge = idle_machine(s, p, p.weighbridge_group)
        if bridge < 0:
            return
        row = pop(s.queue_head, s.queue_tail, s.row_truck_next, state.WEIGHBRIDGE)
        occupy(s, p, bridge, row)
        draw = gate_draw(p, visits, s.row_visit[row], DRAW_WEIGH)
        queue.put(s, s.now_ms + millis_from(p.weigh_ms, draw), queue.TRUCK_WEIGHED, bridge)


@compiled
def _entry_ms(p: Any, visits: Any, visit: Any) -> Any:
    """How long the truck is in the lane: read by cameras, or entered by hand."""
    draw = gate_draw(p, visits, visit, DRAW_IN)
    if p.recognised_permille > 0:
        is_read = gate_draw(p, visits, visit, DRAW_RECOGNISED)
        if permille_of(is_read) < p.recognised_permille:
            return millis_from(p.recognised_ms, draw)
    return millis_from(p.gate_in_ms, draw)


@compiled
def on_truck_weighed(s: Any, p: Any, trace: Any, bridge: Any) -> None:
    """A truck drives from the weighbridge to the lanes."""
    row = np.int64(s.machine_row[bridge])
    busy_ms = release(s, p, bridge)
    write(s, trace, _TRUCK_WEIGHED, bridge, s.row_visit[row], NOBODY, NOWHERE, busy_ms)
    append(s.queue_head, s.queue_tail, s.row_truck_next, state.GATE_IN, row)


@compiled
def on_gate_in_done(s: Any, p: Any, visits: Any, trace: Any, lane: Any) -> None:
    """A truck drives from the in-gate to its block, or to the train."""
    row = np.int64(s.machine_row[lane])
    visit = np.int64(s.row_visit[row])
    busy_ms = release(s, p, lane)
    write(s, trace, _TRUCK_ENTERED, lane, visit, NOBODY, NOWHERE, busy_ms)
    s.row_truck[row] = state.TRUCK_IN_YARD
    draw = gate_draw(p, visits, visit, DRAW_TO_BLOCK)
    queue.put(s, s.now_ms + millis_from(p.gate_drive_ms, draw), queue.TRUCK_AT_BLOCK, row)


@compiled
def on_truck_at_exit(s: Any, row: Any) -> None:
    """A truck queues for a lane out."""
    append(s.queue_head, s.queue_tail, s.row_truck_next, state.GATE_OUT, row)


@compiled
def on_gate_out_done(s: Any, p: Any, visits: Any, trace: Any, lane: Any) -> None:
    """A truck has left; its row is recycled if its box is not here any more."""
    row = np.int64(s.machine_row[lane])
    visit = np.int64(s.row_visit[row])
    busy_ms = release(s, p, lane)
    write(s, trace, _TRUCK_LEFT, lane, visit, NOBODY, NOWHERE, busy_ms)
    s.row_truck[row] = state.TRUCK_NONE
    # An outbound box without a train has left with this truck, or with the shuttle that is its
    # truck.
    if s.row_box[row] == state.BOX_OUTBOUND and s.row_train[row] < 0:
        shuttle = np.int64(s.row_machine[row])
        if shuttle >= 0:
            _drive_to_plant(s, p, visits, shuttle, visit)
        s.row_box[row] = state.BOX_ABSENT
    if s.row_box[row] == state.BOX_ABSENT:
        give_back_row(s, row)
    elif s.row_box[row] == state.BOX_FREE and visit_at(visits, visit).out_mode == _BY_TRUCK:
        # Released while the truck that brought it was still inside.
        order_truck(s, p, visits, row)


@compiled
def _drive_to_plant(s: Any, p: Any, visits: Any, shuttle: Any, visit: Any) -> None:
    # The box's row is free for another from now on: the shuttle keeps the visit.
    s.machine_row[shuttle] = visit
    draw = gate_draw(p, visits, visit, DRAW_TO_EXIT)
    trip_ms = millis_from(p.cycle_ms[p.shuttle_group], draw)
    queue.put(s, s.now_ms + trip_ms, queue.SHUTTLE_BACK, shuttle)


@compiled
def on_shuttle_back(s: Any, p: Any, trace: Any, shuttle: Any) -> None:
    """A shuttle is back from the plant, empty."""
    visit = np.int64(s.machine_row[shuttle])
    busy_ms = release(s, p, shuttle)
    write(s, trace, _SHUTTLE_BACK, shuttle, visit, NOBODY, NOWHERE, busy_ms)
