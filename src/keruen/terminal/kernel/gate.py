"""Trucks: before the gate, in its lanes, on the way to and from the block.

Knows lanes, opening hours and who is let in; knows nothing of stacks and trains. A truck that
brings a box is let in only when the yard can promise room; until then it waits outside, in the
order of arrival among the trucks for the same kind of block, and its turn time runs.
"""

from __future__ import annotations

from typing import Any

from keruen.domain.codes import Event
from keruen.draws import STREAM_GATE, bits, millis_from
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel.compiled import compiled
from keruen.terminal.kernel.rows import (
    append,
    give_back_row,
    has_free_row,
    idle_machine,
    occupy,
    pop,
    release,
    take_row,
)
from keruen.terminal.kernel.state import (
    BOX_ABSENT,
    BOX_CALLED,
    BOX_OUTBOUND,
    GATE_IN,
    GATE_OUT,
    JOB_RETRIEVE_TO_TRUCK,
    JOB_STACK_FROM_TRUCK,
    N_STORAGES,
    TRUCK_AT_GATE,
    TRUCK_IN_YARD,
    TRUCK_NONE,
)
from keruen.terminal.kernel.trace import write
from keruen.terminal.kernel.yard import block_for, reserve
from keruen.units import MS_PER_DAY

_TRUCK_ARRIVED = int(Event.TRUCK_ARRIVED)
_TRUCK_ENTERED = int(Event.TRUCK_ENTERED)
_TRUCK_LEFT = int(Event.TRUCK_LEFT)

# Draws of one truck: the last part of the key.
_DRAW_IN = 0
_DRAW_OUT = 1
_DRAW_TO_BLOCK = 2
_DRAW_TO_EXIT = 3


@compiled
def drive_to_exit_ms(p: Any, visit: Any) -> Any:
    """Driving time from the block to the out-gate, drawn for the visit."""
    return millis_from(p.gate_drive_ms, bits(p.seed, STREAM_GATE, visit, _DRAW_TO_EXIT))


@compiled
def expect_truck(s: Any, p: Any, visits: Any, order: Any, stream: Any) -> None:
    """Put the next arrival of a stream of bringing trucks into the queue."""
    index = p.stream_first[stream] + s.n_trucks_arrived[stream]
    if index < p.stream_first[stream + 1]:
        queue.put(s, visits[order[index]].in_ms, queue.TRUCK_ARRIVES, stream)


@compiled
def on_truck_arrives(s: Any, p: Any, visits: Any, order: Any, trace: Any, stream: Any) -> None:
    """A truck that brings a box is before the gate."""
    visit = order[p.stream_first[stream] + s.n_trucks_arrived[stream]]
    s.n_trucks_arrived[stream] += 1
    write(s, trace, _TRUCK_ARRIVED, -1, visit, -1, (-1, -1), 0)
    expect_truck(s, p, visits, order, stream)


@compiled
def on_pickup_arrives(s: Any, trace: Any, row: Any) -> None:
    """A truck that fetches a box is before the gate."""
    s.row_truck[row] = TRUCK_AT_GATE
    write(s, trace, _TRUCK_ARRIVED, -1, s.row_visit[row], -1, (-1, -1), 0)
    append(s.queue_head, s.queue_tail, s.row_truck_next, GATE_IN, row)


@compiled
def admit_trucks(s: Any, p: Any, visits: Any, order: Any) -> None:
    """Let bringing trucks join the queue of the gate as far as the yard has room."""
    for stream in range(N_STORAGES):
        while s.n_trucks_admitted[stream] < s.n_trucks_arrived[stream] and has_free_row(s):
            visit = order[p.stream_first[stream] + s.n_trucks_admitted[stream]]
            teu = visits[visit].n_teu
            block = block_for(s, p, stream, teu, True)
            if block < 0:
                break
            s.n_trucks_admitted[stream] += 1
            row = take_row(s, visit)
            s.row_block[row] = block
            s.row_truck[row] = TRUCK_AT_GATE
            reserve(s, block, teu)
            append(s.queue_head, s.queue_tail, s.row_truck_next, GATE_IN, row)


@compiled
def is_open(s: Any, p: Any) -> Any:
    """Whether the in-gate serves now."""
    time_of_day_ms = s.now_ms % MS_PER_DAY
    if p.gate_opens_ms <= p.gate_closes_ms:
        return p.gate_opens_ms <= time_of_day_ms < p.gate_closes_ms
    return time_of_day_ms >= p.gate_opens_ms or time_of_day_ms < p.gate_closes_ms


@compiled
def start_gate(s: Any, p: Any) -> None:
    """Serve waiting trucks in the lanes that are free."""
    while s.queue_head[GATE_IN] >= 0 and is_open(s, p):
        lane = idle_machine(s, p, p.lane_in_group)
        if lane < 0:
            break
        row = pop(s.queue_head, s.queue_tail, s.row_truck_next, GATE_IN)
        occupy(s, p, lane, row)
        draw = bits(p.seed, STREAM_GATE, s.row_visit[row], _DRAW_IN)
        queue.put(s, s.now_ms + millis_from(p.gate_in_ms, draw), queue.GATE_IN_DONE, lane)
    while s.queue_head[GATE_OUT] >= 0:
        lane = idle_machine(s, p, p.lane_out_group)
        if lane < 0:
            break
        row = pop(s.queue_head, s.queue_tail, s.row_truck_next, GATE_OUT)
        occupy(s, p, lane, row)
        draw = bits(p.seed, STREAM_GATE, s.row_visit[row], _DRAW_OUT)
        queue.put(s, s.now_ms + millis_from(p.gate_out_ms, draw), queue.GATE_OUT_DONE, lane)


@compiled
def on_gate_in_done(s: Any, p: Any, trace: Any, lane: Any) -> None:
    """A truck drives from the in-gate to its block."""
    row = s.machine_row[lane]
    visit = s.row_visit[row]
    busy_ms = release(s, p, lane)
    write(s, trace, _TRUCK_ENTERED, lane, visit, -1, (-1, -1), busy_ms)
    s.row_truck[row] = TRUCK_IN_YARD
    draw = bits(p.seed, STREAM_GATE, visit, _DRAW_TO_BLOCK)
    queue.put(s, s.now_ms + millis_from(p.gate_drive_ms, draw), queue.TRUCK_AT_BLOCK, row)


@compiled
def on_truck_at_block(s: Any, p: Any, row: Any) -> None:
    """A truck asks the machines of its block to take or give its box."""
    if s.row_box[row] == BOX_ABSENT:
        s.row_job[row] = JOB_STACK_FROM_TRUCK
    else:
        s.row_box[row] = BOX_CALLED
        s.row_job[row] = JOB_RETRIEVE_TO_TRUCK
    append(s.job_head, s.job_tail, s.row_next, p.block_group[s.row_block[row]], row)


@compiled
def on_truck_at_exit(s: Any, row: Any) -> None:
    """A truck queues for a lane out."""
    append(s.queue_head, s.queue_tail, s.row_truck_next, GATE_OUT, row)


@compiled
def on_gate_out_done(s: Any, p: Any, trace: Any, lane: Any) -> None:
    """A truck has left; its row is recycled if its box is not here any more."""
    row = s.machine_row[lane]
    busy_ms = release(s, p, lane)
    write(s, trace, _TRUCK_LEFT, lane, s.row_visit[row], -1, (-1, -1), busy_ms)
    s.row_truck[row] = TRUCK_NONE
    if s.row_box[row] == BOX_OUTBOUND and s.row_train[row] < 0:
        s.row_box[row] = BOX_ABSENT
    if s.row_box[row] == BOX_ABSENT:
        give_back_row(s, row)
