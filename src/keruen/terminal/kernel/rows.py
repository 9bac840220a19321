"""Rows of boxes on site: taken, given back, and queued.

Knows free rows and singly linked queues through `row_next` (boxes) and `row_truck_next` (trucks);
knows nothing of why a box waits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled, inlined
from keruen.terminal.kernel import state
from keruen.units import MS_PER_DAY

GENERATION_SHIFT = 17
"""Bits of a row in the subject of a truck's event: more than the rows of any size class."""
GENERATION_MASK = 0x3FFF
"""14 bits of a row's generation: with the row 31, so that the subject fits an event
(`event_queue`), and 15 with the sign, so that it fits its column. An event of a generation that is
over is void; the 16 384th later one would be taken for it, long after its time."""
ROW_MASK = (1 << GENERATION_SHIFT) - 1
NOT_LISTED = -2
"""In `row_queue_back`: the box is not among those whose truck is expected."""


@compiled
def has_free_row(s: Any) -> Any:
    """Whether another box can come on site."""
    return s.free_row >= 0 or s.n_rows_used < s.row_visit.shape[0]


@compiled
def take_row(s: Any, visit: Any) -> Any:
    """A fresh row for `visit`; there must be one (`has_free_row`)."""
    # The one given back last comes first: its columns are still in the cache.
    if s.free_row >= 0:
        row = np.int64(s.free_row)
        s.free_row = s.row_next[row]
    else:
        row = s.n_rows_used
        s.n_rows_used = row + 1
    s.row_next[row] = -1
    s.row_truck_next[row] = -1
    s.row_visit[row] = visit
    s.row_position[row] = -1
    s.row_machine[row] = -1
    s.row_train[row] = -1
    s.row_moves[row] = 0
    s.row_wagon[row] = -1
    s.row_queue_back[row] = NOT_LISTED
    s.row_generation[row] = (s.row_generation[row] + 1) & GENERATION_MASK
    s.row_block[row] = -1
    s.row_tier[row] = -1
    s.row_box[row] = state.BOX_ABSENT
    s.row_truck[row] = state.TRUCK_NONE
    s.row_job[row] = state.JOB_NONE
    s.row_claim[row] = 0
    return row


@compiled
def give_back_row(s: Any, row: Any) -> None:
    """Recycle a row whose box and truck have left."""
    # Given back twice, a row would be handed to two boxes.
    assert s.row_visit[row] >= 0
    s.may_admit_trucks = 1
    s.row_visit[row] = -1
    s.row_box[row] = state.BOX_ABSENT
    s.row_truck[row] = state.TRUCK_NONE
    s.row_next[row] = s.free_row
    s.free_row = row


@inlined
def append(heads: Any, tails: Any, links: Any, queue: Any, row: Any) -> None:
    """Put `row` at the end of one of several queues."""
    links[row] = -1
    if heads[queue] < 0:
        heads[queue] = row
    else:
        links[tails[queue]] = row
    tails[queue] = row


@inlined
def pop(heads: Any, tails: Any, links: Any, queue: Any) -> Any:
    """Take the first row of a queue that is not empty."""
    row = np.int64(heads[queue])
    heads[queue] = links[row]
    if heads[queue] < 0:
        tails[queue] = -1
    links[row] = -1
    return row


@inlined
def pop_after(heads: Any, tails: Any, links: Any, queue: Any, before: Any) -> Any:
    """Take the row behind `before` (−1: the first) out of a queue."""
    if before < 0:
        return pop(heads, tails, links, queue)
    row = np.int64(links[before])
    links[before] = links[row]
    if tails[queue] == row:
        tails[queue] = before
    links[row] = -1
    return row


@compiled
def join_waiting(s: Any, p: Any, service: Any, row: Any) -> None:
    """A released box waits for a train of the service."""
    append(s.wait_head, s.wait_tail, s.row_next, service, row)
    s.n_waiting[service] += 1
    s.n_waits[service] += 1
    portal = p.block_portal[s.row_block[row]]
    if portal >= 0:
        s.n_waiting_under[service, portal] += 1


@compiled
def leave_waiting(s: Any, p: Any, service: Any, before: Any) -> Any:
    """The box behind `before` (−1: the first) is sent for; returns its row."""
    row = pop_after(s.wait_head, s.wait_tail, s.row_next, service, before)
    s.n_waiting[service] -= 1
    s.n_waits[service] += 1
    portal = p.block_portal[s.row_block[row]]
    if portal >= 0:
        s.n_waiting_under[service, portal] -= 1
    return row


@compiled
def join_pickups(s: Any, row: Any) -> None:
    """A released box waits for its own truck, which is not here yet.

    This queue alone is linked backwards as well: a box leaves it from the middle when its truck
    comes, and looking for the one before would take as long as the queue.
    """
    s.row_queue_back[row] = s.queue_tail[state.PICKUP]
    append(s.queue_head, s.queue_tail, s.row_truck_next, state.PICKUP, row)


@compiled
def leave_pickups(s: Any, row: Any) -> None:
    """The box has a truck now; the event of an expected one is void.

    Events cannot be taken out of the queue: the row's next generation makes it void instead.
    """
    before = np.int64(s.row_queue_back[row])
    behind = np.int64(s.row_truck_next[row])
    pop_after(s.queue_head, s.queue_tail, s.row_truck_next, state.PICKUP, before)
    if behind >= 0:
        s.row_queue_back[behind] = before
    s.row_queue_back[row] = NOT_LISTED
    s.row_generation[row] = (s.row_generation[row] + 1) & GENERATION_MASK


@compiled
def idle_machine(s: Any, p: Any, group: Any) -> Any:
    """The idle machine with the lowest number in `group`, or −1.

    Lowest, not longest idle: machines of a group are alike, so only who is counted as busy depends
    on it, and a fixed choice needs no memory.
    """
    if s.n_idle[group] == 0:
        return -1
    first = p.group_first[group]
    for machine in range(first, first + p.group_count[group]):
        if is_idle(s, machine):
            return machine
    return -1


@compiled
def is_idle(s: Any, machine: Any) -> Any:
    """Whether the machine can start something now."""
    return s.machine_busy[machine] == 0 and s.machine_off[machine] == 0


@compiled
def paced_ms(s: Any, p: Any, group: Any, work_ms: Any) -> Any:
    """How long work takes in today's weather, ms: the day on which it begins counts."""
    # A pace of 0.8 is 800: the same work takes 1000/800 of its time.
    if p.is_slowed[group] == 0:
        return work_ms
    return work_ms * 1000 // p.pace_permille[s.now_ms // MS_PER_DAY]


@compiled
def occupy(s: Any, p: Any, machine: Any, row: Any) -> None:
    """The machine starts to work for `row` (or for a train on site) now."""
    assert is_idle(s, machine)
    s.machine_busy[machine] = 1
    s.machine_row[machine] = row
    s.machine_since_ms[machine] = s.now_ms
    s.n_idle[p.machine_group[machine]] -= 1
    s.is_reach_known[p.machine_group[machine]] = 0


@compiled
def release(s: Any, p: Any, machine: Any) -> Any:
    """The machine is idle again; returns how long it was not, in ms."""
    assert s.machine_busy[machine] == 1
    busy_ms = s.now_ms - s.machine_since_ms[machine]
    s.machine_busy[machine] = 0
    s.machine_row[machine] = -1
    s.machine_busy_ms[machine] += busy_ms
    s.is_reach_known[p.machine_group[machine]] = 0
    if s.machine_off[machine] == 0:
        s.n_idle[p.machine_group[machine]] += 1
    return busy_ms
