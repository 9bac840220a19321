"""Yard machines and tractors: stacking, reshuffling, retrieving, driving.

Knows the jobs of machines; knows nothing of trains beyond their number. The jobs of a group are
served in the order of the scenario's policy, those of one kind as they came. A machine decides
where a box goes at the moment it puts it down, so that two machines in one block never disagree.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.domain.codes import Event, PlaceKind
from keruen.draws import STREAM_YARD_MACHINE, bits, millis_from
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel.compiled import compiled
from keruen.terminal.kernel.customs import begin_hold
from keruen.terminal.kernel.reading import visit_at
from keruen.terminal.kernel.rows import idle_machine, occupy, paced, pop, release
from keruen.terminal.kernel.state import (
    BOX_AT_DOOR,
    BOX_INBOUND,
    BOX_OUTBOUND,
    JOB_NONE,
    JOB_RETRIEVE_TO_DOOR,
    JOB_RETRIEVE_TO_TRACTOR,
    JOB_RETRIEVE_TO_TRUCK,
    JOB_STACK_FROM_TRACTOR,
    TRAINS_FIRST,
    TRUCKS_FIRST,
)
from keruen.terminal.kernel.trace import NOBODY, NOWHERE, place_code, write
from keruen.terminal.kernel.trucks import ask_for_move, send_truck_off, stay_or_leave
from keruen.terminal.kernel.yard import (
    CARE_CLAIMS,
    CARE_NONE,
    boxes_above,
    claim,
    find_position,
    keep_promise,
    pick_up,
    place_of,
    put_down,
    top_row,
)

_STACKED = np.int64(Event.STACKED)
_RESHUFFLED = np.int64(Event.RESHUFFLED)
_RETRIEVED = np.int64(Event.RETRIEVED)
_TRACTOR_DELIVERED = np.int64(Event.TRACTOR_DELIVERED)
TRACTOR_PLACE = int(PlaceKind.TRACTOR) << 24
TRUCK_PLACE = int(PlaceKind.TRUCK) << 24


@compiled
def to_block(s: Any, p: Any, tractor: Any, kind: Any) -> None:
    """The tractor drives between tracks and block; `kind` says what it reaches."""
    group = p.machine_group[tractor]
    drive_ms = paced(s, p, group, p.drive_ms[group, s.row_block[s.machine_row[tractor]]])
    queue.put(s, s.now_ms + drive_ms, kind, tractor)


@compiled
def on_tractor_at_block(s: Any, p: Any, tractor: Any) -> None:
    """A tractor asks the machines of the block to take or give its box."""
    row = s.machine_row[tractor]
    if s.row_box[row] == BOX_INBOUND:
        s.row_job[row] = JOB_STACK_FROM_TRACTOR
    elif s.row_box[row] == BOX_AT_DOOR:
        s.row_job[row] = JOB_RETRIEVE_TO_DOOR
    else:
        s.row_job[row] = JOB_RETRIEVE_TO_TRACTOR
    ask_for_move(s, p, row, 0)


@compiled
def free_tractor(s: Any, p: Any, trace: Any, tractor: Any, visit: Any) -> None:
    """A tractor has ended its job at the tracks."""
    busy_ms = release(s, p, tractor)
    write(s, trace, _TRACTOR_DELIVERED, tractor, visit, NOBODY, NOWHERE, busy_ms)


@compiled
def on_tractor_back(s: Any, p: Any, trace: Any, tractor: Any) -> None:
    """A tractor is back at the tracks, empty."""
    # Its box may have left the site meanwhile, so `_stack` kept the visit here instead of the row.
    free_tractor(s, p, trace, tractor, s.machine_row[tractor])


@compiled
def start_yard_machines(s: Any, p: Any, visits: Any) -> None:
    """Start waiting jobs, as long as machines are idle."""
    if s.n_jobs > 0:
        for group in range(p.yard_groups[0], p.yard_groups[1]):
            if s.n_idle[group] > 0:
                _start_group(s, p, visits, group)


@compiled
def _start_group(s: Any, p: Any, visits: Any, group: Any) -> None:
    while s.job_head[2 * group] >= 0 or s.job_head[2 * group + 1] >= 0:
        machine = idle_machine(s, p, group)
        if machine < 0:
            return
        row = pop(s.job_head, s.job_tail, s.row_next, _next_queue(s, p, group))
        s.n_jobs -= 1
        occupy(s, p, machine, row)
        s.machine_put_back[machine] = -1
        if s.row_position[row] >= 0:
            claim(s, row)
        _start_move(s, p, visits, machine, row)


@compiled
def _next_queue(s: Any, p: Any, group: Any) -> Any:
    """Whose job is next: that of a tractor (2 × group) or of a truck (2 × group + 1)."""
    tractor = s.job_head[2 * group]
    truck = s.job_head[2 * group + 1]
    if tractor < 0 or truck < 0:
        return 2 * group + (1 if tractor < 0 else 0)
    if p.job_order == TRAINS_FIRST:
        return 2 * group
    if p.job_order == TRUCKS_FIRST:
        return 2 * group + 1
    return 2 * group + (1 if s.row_asked[truck] < s.row_asked[tractor] else 0)


@compiled
def _start_move(s: Any, p: Any, visits: Any, machine: Any, row: Any) -> None:
    k = s.row_moves[row]
    s.row_moves[row] = k + 1
    draw = bits(p.seed, STREAM_YARD_MACHINE, visit_at(visits, s.row_visit[row]).entity, k)
    group = p.machine_group[machine]
    move_ms = paced(s, p, group, millis_from(p.cycle_ms[group], draw))
    queue.put(s, s.now_ms + move_ms, queue.YARD_MACHINE_DONE, machine)


@compiled
def on_yard_machine_done(s: Any, p: Any, visits: Any, trace: Any, machine: Any) -> None:
    """A move is complete: the box stands, or the next move of the same job begins."""
    row = s.machine_row[machine]
    job = s.row_job[row]
    if job in (JOB_RETRIEVE_TO_TRACTOR, JOB_RETRIEVE_TO_TRUCK, JOB_RETRIEVE_TO_DOOR):
        if boxes_above(s, row) > 0 and s.machine_put_back[machine] != 1:
            _clear_above(s, p, visits, trace, machine)
        else:
            _retrieve(s, p, visits, trace, machine)
    else:
        _stack(s, p, visits, trace, machine)


@compiled
def _stack(s: Any, p: Any, visits: Any, trace: Any, machine: Any) -> None:
    row = s.machine_row[machine]
    visit = s.row_visit[row]
    teu = visit_at(visits, visit).n_teu
    block = s.row_block[row]
    busy_ms = release(s, p, machine)
    keep_promise(s, block, teu)
    position = find_position(s, p, visits, block, visit, CARE_NONE, p.slot_policy)
    assert position >= 0
    put_down(s, p, row, position, teu)
    from_tractor = s.row_job[row] == JOB_STACK_FROM_TRACTOR
    s.row_job[row] = JOB_NONE
    place = place_of(s, p, row)
    if from_tractor:
        tractor = s.row_machine[row]
        s.row_machine[row] = -1
        write(
            s,
            trace,
            _STACKED,
            machine,
            visit,
            NOBODY,
            (place_code(TRACTOR_PLACE, tractor), place),
            busy_ms,
        )
        to_block(s, p, tractor, queue.TRACTOR_BACK)
        s.machine_row[tractor] = visit
    else:
        write(s, trace, _STACKED, machine, visit, NOBODY, (TRUCK_PLACE, place), busy_ms)
        stay_or_leave(s, p, visits, trace, row)
    begin_hold(s, p, visits, trace, row)


@compiled
def _clear_above(s: Any, p: Any, visits: Any, trace: Any, machine: Any) -> None:
    """One move of a box that stands above the wanted one.

    When the block has no other pile for it, the boxes above are lifted off and put back on the same
    pile afterwards: two moves for each, the last of which is the retrieval itself.
    """
    row = s.machine_row[machine]
    busy_ms = s.now_ms - s.machine_since_ms[machine]
    above = top_row(s, s.row_position[row])
    visit = s.row_visit[above]
    origin = place_of(s, p, above)
    left = s.machine_put_back[machine]
    position = -1
    if left < 0:
        teu = visit_at(visits, visit).n_teu
        block = s.row_block[row]
        position = find_position(s, p, visits, block, visit, CARE_CLAIMS, p.reshuffle_policy)
        if position >= 0:
            pick_up(s, p, above, teu)
            put_down(s, p, above, position, teu)
        else:
            left = 2 * boxes_above(s, row) + 1
    if position < 0:
        s.machine_put_back[machine] = left - 1
    write(s, trace, _RESHUFFLED, machine, visit, NOBODY, (origin, place_of(s, p, above)), busy_ms)
    # The machine goes on with the same job; its time so far is accounted for.
    s.machine_busy_ms[machine] += busy_ms
    s.machine_since_ms[machine] = s.now_ms
    _start_move(s, p, visits, machine, row)


@compiled
def _retrieve(s: Any, p: Any, visits: Any, trace: Any, machine: Any) -> None:
    row = s.machine_row[machine]
    visit = s.row_visit[row]
    teu = visit_at(visits, visit).n_teu
    busy_ms = release(s, p, machine)
    origin = place_of(s, p, row)
    pick_up(s, p, row, teu)
    s.row_claim[row] = 0
    job = s.row_job[row]
    s.row_job[row] = JOB_NONE
    if job == JOB_RETRIEVE_TO_TRUCK:
        s.row_box[row] = BOX_OUTBOUND
        write(s, trace, _RETRIEVED, machine, visit, NOBODY, (origin, TRUCK_PLACE), busy_ms)
        send_truck_off(s, p, visits, row)
        return
    tractor = s.row_machine[row]
    places = (origin, place_code(TRACTOR_PLACE, tractor))
    write(s, trace, _RETRIEVED, machine, visit, NOBODY, places, busy_ms)
    if job == JOB_RETRIEVE_TO_DOOR:
        group = p.machine_group[tractor]
        way_ms = p.drive_ms[group, s.row_block[row]] + p.door_drive_ms[group]
        queue.put(s, s.now_ms + paced(s, p, group, way_ms), queue.TRACTOR_AT_DOOR, tractor)
        return
    s.row_box[row] = BOX_OUTBOUND
    to_block(s, p, tractor, queue.TRACTOR_AT_TRACK)
