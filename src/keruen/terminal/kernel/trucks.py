"""Trucks inside: asking for a move, staying for another box, leaving; and when they are ordered.

Knows trucks behind the gate and their bookings; knows nothing of lanes (`gate`) and stacks. A
truck that has brought a box may stay to fetch another that is free: a dual transaction.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled
from keruen.domain.codes import Event
from keruen.draws import STREAM_APPOINTMENT, STREAM_DUAL, STREAM_GATE, bits, millis_from
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel import state
from keruen.terminal.kernel.landside import (
    forget_past_days,
    free_day_ms,
    has_truck,
    note_day,
    removal_ms,
)
from keruen.terminal.kernel.reading import visit_at
from keruen.terminal.kernel.rows import GENERATION_SHIFT, append, join_pickups, leave_pickups
from keruen.terminal.kernel.trace import NO_TIME, NOBODY, NOWHERE, write
from keruen.units import MS_PER_DAY

_TRUCK_REUSED = np.int64(Event.TRUCK_REUSED)
_TRUCK_TURNED = np.int64(Event.TRUCK_TURNED)

# Draws of one truck: the last part of the key, under the entity of its box. A truck that brings a
# box and one that fetches it later share these keys, so both are served equally long.
DRAW_IN = np.int64(0)
DRAW_OUT = np.int64(1)
DRAW_TO_BLOCK = np.int64(2)
DRAW_TO_EXIT = np.int64(3)
DRAW_WEIGH = np.int64(4)
DRAW_RECOGNISED = np.int64(5)
DRAW_TO_NEXT = np.int64(6)

# Whose job it is (`ask_for_move`).
BY_TRACTOR = np.int64(0)
_BY_TRUCK = np.int64(1)


@compiled
def gate_draw(p: Any, visits: Any, visit: Any, draw_number: Any) -> Any:
    """Random bits of the truck of a visit."""
    return bits(p.seed, STREAM_GATE, visit_at(visits, visit).entity, draw_number)


@compiled
def permille_of(draw: Any) -> Any:
    """A number from 0 to 999 out of random bits.

    The upper 31 bits: as an int64 they are not negative, and some of the 1000 values are more
    likely than others by one in two million only.
    """
    return np.int64(draw >> np.uint64(33)) % 1000


@compiled
def is_gate_open(p: Any, time_ms: Any) -> Any:
    """Whether the in-gate serves at a time, ms; a gate that closes after midnight wraps around."""
    time_of_day_ms = time_ms % MS_PER_DAY
    if p.gate_opens_ms <= p.gate_closes_ms:
        return p.gate_opens_ms <= time_of_day_ms < p.gate_closes_ms
    return time_of_day_ms >= p.gate_opens_ms or time_of_day_ms < p.gate_closes_ms


@compiled
def ask_for_move(s: Any, p: Any, row: Any, by_truck: Any) -> None:
    """Put the job of a row into the queue of its block's machines.

    `by_truck` is 1 for a truck's job and 0 for a tractor's: each has its queue (`cranes`).
    """
    s.n_asked += 1
    s.n_jobs += 1
    s.row_asked[row] = s.n_asked
    jobs = 2 * p.block_group[s.row_block[row]] + by_truck
    append(s.job_head, s.job_tail, s.row_next, jobs, row)


@compiled
def on_truck_at_block(s: Any, p: Any, row: Any) -> None:
    """A truck asks for its box, or waits until the box can be had."""
    box = s.row_box[row]
    if box == state.BOX_ABSENT:
        s.row_job[row] = state.JOB_STACK_FROM_TRUCK
        ask_for_move(s, p, row, _BY_TRUCK)
    elif box == state.BOX_ON_WAGON:
        s.row_truck[row] = state.TRUCK_BESIDE
        s.n_trucks_beside += 1
    elif box == state.BOX_FREE:
        _ask_for_box(s, p, row)
    else:
        s.row_truck[row] = state.TRUCK_WAITING


@compiled
def _ask_for_box(s: Any, p: Any, row: Any) -> None:
    s.row_truck[row] = state.TRUCK_IN_YARD
    s.row_box[row] = state.BOX_CALLED
    s.row_job[row] = state.JOB_RETRIEVE_TO_TRUCK
    ask_for_move(s, p, row, _BY_TRUCK)


@compiled
def order_truck(s: Any, p: Any, visits: Any, row: Any) -> None:
    """A box that a truck is to fetch was released: order one, unless one is there already."""
    if s.row_truck[row] == state.TRUCK_WAITING:
        _ask_for_box(s, p, row)
        return
    if s.row_truck[row] != state.TRUCK_NONE:
        return
    visit = np.int64(s.row_visit[row])
    # A truck planned for a time before the release comes at the same hour of a later day.
    time_ms = visit_at(visits, visit).out_ms
    if time_ms < s.now_ms:
        time_ms += (s.now_ms - time_ms + MS_PER_DAY - 1) // MS_PER_DAY * MS_PER_DAY
    forget_past_days(s)
    planned_ms = _free_ms(s, p, time_ms)
    removed_ms = removal_ms(s, p, visit_at(visits, visit).in_ms, planned_ms)
    subject = row | (np.int64(s.row_generation[row]) << GENERATION_SHIFT)
    if removed_ms >= 0:
        s.row_truck[row] = state.TRUCK_REMOVING
        queue.put(s, removed_ms, queue.PICKUP_ARRIVES, subject)
        return
    _book(s, p, planned_ms)
    if p.no_show_permille > 0 and p.window_ms > 0:
        draw = bits(p.seed, STREAM_APPOINTMENT, visit_at(visits, visit).entity, 0)
        if permille_of(draw) < p.no_show_permille:
            planned_ms = _free_ms(s, p, planned_ms + MS_PER_DAY)
            _book(s, p, planned_ms)
    s.row_truck[row] = state.TRUCK_EXPECTED
    join_pickups(s, row)
    queue.put(s, planned_ms, queue.PICKUP_ARRIVES, subject)


@compiled
def _free_ms(s: Any, p: Any, wanted_ms: Any) -> Any:
    """When a truck can be ordered for: the wanted time, or the same moment of the next window that
    has room, in which the gate is open, on a day that has a truck; without windows of the next
    day."""
    if p.window_ms == 0:
        return free_day_ms(s, s.day_fetched, p.trucks_per_day, wanted_ms)
    # Windows that are over make room in the ring for new ones.
    now = s.now_ms // p.window_ms
    while s.window_from < now:
        s.window_booked[s.window_from % state.N_WINDOWS] = 0
        s.window_from += 1
    window = wanted_ms // p.window_ms
    within_ms = wanted_ms % p.window_ms
    while window < s.window_from + state.N_WINDOWS:
        opens_ms = window * p.window_ms
        if (
            is_gate_open(p, opens_ms)
            and s.window_booked[window % state.N_WINDOWS] < p.window_quota
            and has_truck(s, p, opens_ms)
        ):
            return opens_ms + within_ms
        window += 1
    # So far ahead nothing is booked: the truck comes when it wanted, or when the book ends.
    return max(wanted_ms, window * p.window_ms)


@compiled
def _book(s: Any, p: Any, planned_ms: Any) -> None:
    """A truck comes at a moment that was free (`_free_ms`)."""
    if p.window_ms > 0:
        window = planned_ms // p.window_ms
        if window < s.window_from + state.N_WINDOWS:
            s.window_booked[window % state.N_WINDOWS] += 1
    if p.trucks_per_day > 0:
        note_day(s, s.day_fetched, planned_ms)


@compiled
def send_truck_to_exit(s: Any, p: Any, visits: Any, row: Any) -> None:
    """The truck of a row drives to the gate."""
    s.row_truck[row] = state.TRUCK_LEAVING
    draw = gate_draw(p, visits, s.row_visit[row], DRAW_TO_EXIT)
    queue.put(s, s.now_ms + millis_from(p.gate_drive_ms, draw), queue.TRUCK_AT_EXIT, row)


@compiled
def stay_or_leave(s: Any, p: Any, visits: Any, trace: Any, row: Any) -> None:
    """A truck has brought its box: it fetches another one or leaves."""
    if p.dual_permille > 0 and s.queue_head[state.PICKUP] >= 0:
        visit = np.int64(s.row_visit[row])
        draw = bits(p.seed, STREAM_DUAL, visit_at(visits, visit).entity, 0)
        if permille_of(draw) < p.dual_permille:
            # The one released first, whichever block it stands in.
            other = np.int64(s.queue_head[state.PICKUP])
            leave_pickups(s, other)
            write(s, trace, _TRUCK_REUSED, NOBODY, visit, NOBODY, NOWHERE, NO_TIME)
            write(s, trace, _TRUCK_TURNED, NOBODY, s.row_visit[other], NOBODY, NOWHERE, NO_TIME)
            s.row_truck[row] = state.TRUCK_NONE
            s.row_truck[other] = state.TRUCK_IN_YARD
            draw = gate_draw(p, visits, visit, DRAW_TO_NEXT)
            way_ms = millis_from(p.gate_drive_ms, draw)
            queue.put(s, s.now_ms + way_ms, queue.TRUCK_AT_BLOCK, other)
            return
    send_truck_to_exit(s, p, visits, row)
