"""Boxes between wagon and stack in one move, without a tractor.

Knows machines of a track that serve stacks themselves: gantries with rows under their portal, and
reach stackers that carry a box to a block nearby. Under a portal a box also goes from one train to
another beside it. A box that goes neither way takes a tractor, as everywhere (`handling`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled, spliced
from keruen.domain.codes import Event, PlaceKind
from keruen.draws import STREAM_CRANE, STREAM_YARD_MACHINE, bits, millis_from
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel import state
from keruen.terminal.kernel.beside import (
    block_beside,
    is_elsewhere,
    onward_bit,
    train_beside,
)
from keruen.terminal.kernel.cranes import (
    clear_above,
    next_job_queue,
    on_yard_machine_done,
    retrieve,
    stack,
)
from keruen.terminal.kernel.customs import begin_hold
from keruen.terminal.kernel.gantries import (
    drive_gantry,
    end_way,
    gantry_for,
    reach_dm,
    travel_ms,
)
from keruen.terminal.kernel.portals import (
    bay_x_dm,
    clearing_ms,
    has_waiting_jobs,
    in_stack,
    is_under_portal,
    lift_over,
    may_serve_job,
    on_wheels,
    pile_near,
    reshuffle_ms,
)
from keruen.terminal.kernel.reading import train_at, visit_at
from keruen.terminal.kernel.rows import (
    give_back_row,
    has_free_row,
    is_idle,
    leave_waiting,
    occupy,
    paced_ms,
    pop_after,
    release,
    take_row,
)
from keruen.terminal.kernel.trace import NO_TIME, NOBODY, write
from keruen.terminal.kernel.wagons import (
    has_room_for_any,
    may_fit,
    place_on_track_dm,
    put_on_wagon,
    take_off_wagon,
    wagon_for,
    wagon_near,
)
from keruen.terminal.kernel.yard import (
    CARE_NONE,
    claim_pile,
    find_position,
    n_boxes_above,
    pick_up,
    place_of,
    put_down,
    reserve,
    room_bit,
    top_row,
    use_reservation,
)

_UNLOADED = np.int64(Event.UNLOADED)
_LOADED = np.int64(Event.LOADED)
_STACKED = np.int64(Event.STACKED)
_RETRIEVED = np.int64(Event.RETRIEVED)
_WAGON = np.int64(PlaceKind.WAGON << 24)
_DRAW_UNLOAD = np.int64(0)
"""The same draw as of a lift on a tractor: which way a box goes shifts no luck."""
STARTED = np.int64(-1)
"""Result of `start_direct` that is no set of bits."""
_LOOKAHEAD = 16
"""How many jobs or boxes are tried when the first is out of reach."""
MOST_PASSED = 128
"""How many waiting boxes are looked through for those to be tried: about two trains' worth."""


@compiled
def _start(s: Any, p: Any, gantry: Any, row: Any, entity: Any, way_ms: Any) -> None:
    """The machine works for `row` from now on: the drawn part of the move comes on top."""
    group = p.machine_group[gantry]
    occupy(s, p, gantry, row)
    s.machine_served_train[gantry] = 1
    draw = bits(p.seed, STREAM_CRANE, entity, _DRAW_UNLOAD)
    work_ms = paced_ms(s, p, group, way_ms + millis_from(p.cycle_ms[group], draw))
    queue.put(s, s.now_ms + work_ms, queue.YARD_MACHINE_DONE, gantry)


@compiled
def lift_to_stack(
    s: Any,
    p: Any,
    visits: Any,
    trains: Any,
    gantry: Any,
    t: Any,
    wagon: Any,
    visit: Any,
    block: Any,
) -> Any:
    """Start the move of a box from its wagon to `block`; returns whether it could be."""
    group = p.machine_group[gantry]
    v = visit_at(visits, visit)
    teu = np.int64(v.n_teu)
    x_dm = place_on_track_dm(s, trains, t, wagon)
    pile = np.int64(-1)
    if is_under_portal(p, block):
        low_dm, high_dm = reach_dm(s, p, group, gantry)
        pile = pile_near(s, p, visits, block, visit, x_dm, low_dm, high_dm, p.slot_policy)
        if pile < 0:
            return False
    row = take_row(s, visit)
    s.row_train[row] = t
    s.row_wagon[row] = wagon
    s.row_block[row] = block
    s.row_job[row] = state.JOB_WAGON_TO_STACK
    if pile >= 0:
        # The place is its own from now on: no other gantry comes near before it is there.
        put_down(s, p, row, pile, teu)
        s.row_box[row] = state.BOX_HELD
        origin = on_wheels(x_dm, p.track_y_dm[s.train_track[t]])
        goal = in_stack(p, block, pile, s.row_tier[row])
        way_ms = lift_over(s, p, group, gantry, origin, goal)
    else:
        s.row_box[row] = state.BOX_INBOUND
        reserve(s, block, teu)
        way_ms = p.carry_ms[group, block]
    _start(s, p, gantry, row, v.entity, way_ms)
    return True


@compiled
def lift_to_train(
    s: Any,
    p: Any,
    visits: Any,
    trains: Any,
    gantry: Any,
    t: Any,
    wagon: Any,
    visit: Any,
    other: Any,
) -> Any:
    """Start the move of a box to the train `other` beside its own; returns whether it could be."""
    group = p.machine_group[gantry]
    v = visit_at(visits, visit)
    x_dm = place_on_track_dm(s, trains, t, wagon)
    low_dm, high_dm = reach_dm(s, p, group, gantry)
    onto = wagon_near(s, p, trains, other, v, x_dm, low_dm, high_dm)
    if onto < 0:
        return False
    row = take_row(s, visit)
    s.row_train[row] = t
    s.row_wagon[row] = wagon
    s.row_job[row] = state.JOB_WAGON_TO_WAGON
    s.row_box[row] = state.BOX_OUTBOUND
    s.machine_to_train[gantry] = other
    put_on_wagon(s, other, onto, v.n_teu, v.mass_kg)
    s.train_in_flight[other] += 1
    origin = on_wheels(x_dm, p.track_y_dm[s.train_track[t]])
    goal_dm = place_on_track_dm(s, trains, other, onto)
    goal = on_wheels(goal_dm, p.track_y_dm[s.train_track[other]])
    _start(s, p, gantry, row, v.entity, lift_over(s, p, group, gantry, origin, goal))
    return True


@compiled
def start_direct(
    s: Any,
    p: Any,
    visits: Any,
    trains: Any,
    gantry: Any,
    t: Any,
    wagon: Any,
    visit: Any,
    no_room: Any,
    has_tractor: Any,
) -> Any:
    """Move a box to a train beside its own, or to a stack that the machine serves itself.

    Returns `STARTED`, or what it found in vain, in the bits of `no_room`.
    """
    if not has_free_row(s):
        return np.int64(0)
    v = visit_at(visits, visit)
    group = p.machine_group[gantry]
    in_vain = np.int64(0)
    if p.is_portal[group] != 0 and no_room & onward_bit(v.n_teu) == 0:
        other = train_beside(s, p, visits, trains, t, visit)
        if other >= 0:
            if lift_to_train(s, p, visits, trains, gantry, t, wagon, visit, other):
                return STARTED
            in_vain = onward_bit(v.n_teu)
    # A box for other tracks goes to the rows there while a tractor is free, as it needs one in any
    # case: set down here first, the gantries here would lift it twice.
    if has_tractor and is_elsewhere(p, group, v):
        return in_vain
    if no_room & room_bit(v.kind, v.n_teu) == 0:
        block = block_beside(s, p, group, v.kind, np.int64(v.n_teu), has_tractor)
        if block >= 0 and lift_to_stack(s, p, visits, trains, gantry, t, wagon, visit, block):
            return STARTED
    return in_vain


@compiled
def fetch_for_train(
    s: Any, p: Any, visits: Any, trains: Any, t: Any, row: Any, has_tractor: Any
) -> Any:
    """By which idle machine of the track a box in a stack beside it can be loaded, with the wagon.

    Returns machine and wagon: −1, −1 when a tractor is to bring it; −1, 0 when no machine is free
    to do so now.
    """
    group = p.track_group[s.train_track[t]]
    block = np.int64(s.row_block[row])
    v = visit_at(visits, s.row_visit[row])
    way = p.direct_way[group, block]
    none, later = (np.int64(-1), np.int64(-1)), (np.int64(-1), np.int64(0))
    if way == state.NOT_DIRECT or (way == state.DIRECT_WITHOUT_TRACTOR and has_tractor):
        return none
    if s.n_idle[group] == 0:
        return later
    if not is_under_portal(p, block):
        gantry = np.int64(gantry_for(s, p, group, np.int64(0), np.int64(0)))
        return (gantry, np.int64(wagon_for(s, p, trains, t, v))) if gantry >= 0 else later
    x_dm = bay_x_dm(p, block, s.row_position[row])
    gantry = np.int64(gantry_for(s, p, group, x_dm, np.int64(0)))
    if gantry < 0:
        return later
    low_dm, high_dm = reach_dm(s, p, group, gantry)
    wagon = np.int64(wagon_near(s, p, trains, t, v, x_dm, low_dm, high_dm))
    return (gantry, wagon) if wagon >= 0 else later


@compiled
def start_fetching(
    s: Any, p: Any, visits: Any, trains: Any, gantry: Any, t: Any, row: Any, wagon: Any
) -> None:
    """The machine fetches the box of `row` for a wagon: first what stands above it."""
    v = visit_at(visits, s.row_visit[row])
    put_on_wagon(s, t, wagon, v.n_teu, v.mass_kg)
    s.train_in_flight[t] += 1
    s.row_box[row] = state.BOX_CALLED
    s.row_train[row] = t
    s.row_wagon[row] = wagon
    s.row_machine[row] = -1
    s.row_job[row] = state.JOB_STACK_TO_WAGON
    occupy(s, p, gantry, row)
    s.machine_served_train[gantry] = 1
    s.machine_put_back[gantry] = -1
    claim_pile(s, row)
    _start_part(s, p, visits, trains, gantry, row)


@compiled
def fetch_nearest(s: Any, p: Any, visits: Any, trains: Any, t: Any) -> None:
    """Let idle gantries fetch boxes for the train from the rows under them, each time the one with
    the least way, or the least work (`fetch_order`)."""
    service = train_at(trains, s.train_row[t]).service
    group = p.track_group[s.train_track[t]]
    # As long as neither gantries nor the boxes change, and no wagon gets more room, a look in vain
    # stays in vain.
    if (
        s.is_reach_known[group] != 0
        and s.train_vain_reach[t] == s.n_reaches[group]
        and s.train_vain_wait[t] == s.n_waits[service]
    ):
        return
    while True:
        before, gantry, wagon = _nearest_waiting(s, p, visits, trains, t)
        if gantry < 0:
            if s.is_reach_known[group] != 0:
                s.train_vain_reach[t] = s.n_reaches[group]
                s.train_vain_wait[t] = s.n_waits[service]
            return
        row = leave_waiting(s, p, service, before)
        start_fetching(s, p, visits, trains, gantry, t, row, wagon)


@compiled
def _nearest_waiting(s: Any, p: Any, visits: Any, trains: Any, t: Any) -> Any:
    """Of the boxes under the portal that wait for the train the one with the least way (LEAST_WORK:
    and time to clear it) to an idle gantry that reaches it and a wagon for it, of equals the one
    released first.

    Returns the box before it in the queue (−1: it is the first), gantry and wagon; no gantry: −1.
    """
    group = p.track_group[s.train_track[t]]
    train = train_at(trains, s.train_row[t])
    before = best_before = best_gantry = best_wagon = np.int64(-1)
    best_ms = np.int64(0)
    row = np.int64(s.wait_head[train.service])
    most_tried = min(_LOOKAHEAD, s.n_waiting_under[train.service, group])
    n_tried = 0
    n_passed = 0
    # Boxes that tractors bring are passed over, not counted: else they would hide those behind.
    while row >= 0 and n_tried < most_tried and n_passed < MOST_PASSED and s.n_idle[group] > 0:
        if p.block_portal[s.row_block[row]] == group:
            n_tried += 1
            v = visit_at(visits, s.row_visit[row])
            x_dm = bay_x_dm(p, np.int64(s.row_block[row]), s.row_position[row])
            gantry = np.int64(-1)
            # A train that is nearly full takes few: that is known soonest.
            if has_room_for_any(s, t) or may_fit(s, t, v):
                gantry = np.int64(gantry_for(s, p, group, x_dm, np.int64(0)))
            wagon = np.int64(-1)
            way_ms = np.int64(travel_ms(s, p, group, gantry, x_dm)) if gantry >= 0 else best_ms
            if p.fetch_order == state.LEAST_WORK:
                way_ms += clearing_ms(s, p, group, row)
            # The wagon last: to look for one takes longest.
            if gantry >= 0 and (best_gantry < 0 or way_ms < best_ms):
                low_dm, high_dm = reach_dm(s, p, group, gantry)
                wagon = np.int64(wagon_near(s, p, trains, t, v, x_dm, low_dm, high_dm))
            if wagon >= 0:
                best_before, best_gantry, best_wagon = before, gantry, wagon
                best_ms = way_ms
        n_passed += 1
        before = row
        row = np.int64(s.row_next[row])
    return best_before, best_gantry, best_wagon


@compiled
def _is_cleared(s: Any, machine: Any, row: Any) -> Any:
    return n_boxes_above(s, row) == 0 or s.machine_put_back[machine] == 1


@compiled
def _way_of_part_ms(s: Any, p: Any, visits: Any, trains: Any, machine: Any, row: Any) -> Any:
    """The way of a move that ends with the box of `row` or one above it, without the drawn part."""
    group = p.machine_group[machine]
    block = np.int64(s.row_block[row])
    job = s.row_job[row]
    if not is_under_portal(p, block):
        # Empty to the block and loaded back.
        return p.carry_ms[group, block] if _is_cleared(s, machine, row) else np.int64(0)
    if not _is_cleared(s, machine, row):
        above = np.int64(top_row(s, s.row_position[row]))
        way_ms = reshuffle_ms(s, p, visits, group, machine, row, above)
        if job == state.JOB_STACK_TO_WAGON:
            # The way to the wagon is kept free from the first move on: later it may be shut.
            wagon_dm = place_on_track_dm(s, trains, s.row_train[row], s.row_wagon[row])
            low_dm, high_dm = (
                np.int64(s.machine_low_dm[machine]),
                np.int64(s.machine_high_dm[machine]),
            )
            drive_gantry(s, p, machine, wagon_dm, np.int64(s.machine_x_dm[machine]))
            s.machine_low_dm[machine] = min(low_dm, np.int64(s.machine_low_dm[machine]))
            s.machine_high_dm[machine] = max(high_dm, np.int64(s.machine_high_dm[machine]))
            s.is_reach_known[group] = 0
        return way_ms
    box = in_stack(p, block, s.row_position[row], s.row_tier[row])
    lane = on_wheels(box[0], p.lane_dm[group])
    if job == state.JOB_STACK_TO_WAGON:
        t = s.row_train[row]
        wagon_dm = place_on_track_dm(s, trains, t, s.row_wagon[row])
        goal = on_wheels(wagon_dm, p.track_y_dm[s.train_track[t]])
        return lift_over(s, p, group, machine, box, goal)
    if job in (state.JOB_STACK_FROM_TRACTOR, state.JOB_STACK_FROM_TRUCK):
        return lift_over(s, p, group, machine, lane, box)
    return lift_over(s, p, group, machine, box, lane)


@compiled
def _start_part(s: Any, p: Any, visits: Any, trains: Any, machine: Any, row: Any) -> None:
    """One move of a job at a stack; draws are numbered as those of all yard machines (`cranes`)."""
    way_ms = _way_of_part_ms(s, p, visits, trains, machine, row)
    k = np.int64(s.row_moves[row])
    s.row_moves[row] = k + 1
    draw = bits(p.seed, STREAM_YARD_MACHINE, visit_at(visits, s.row_visit[row]).entity, k)
    group = p.machine_group[machine]
    move_ms = paced_ms(s, p, group, way_ms + millis_from(p.cycle_ms[group], draw))
    queue.put(s, s.now_ms + move_ms, queue.YARD_MACHINE_DONE, machine)


@compiled
def start_portal_jobs(s: Any, p: Any, visits: Any, trains: Any, only_in_turn: Any) -> None:
    """Serve the trucks and tractors that wait under portals, as long as gantries reach them."""
    for group in range(p.yard_groups[0], p.yard_groups[1]):
        if p.is_portal[group] == 0:
            continue
        while s.n_idle[group] > 0 and has_waiting_jobs(s, group):
            jobs = np.int64(next_job_queue(s, p, group))
            # The other queue when nobody of the first is within reach: 2 × group, or one more.
            has_started = _start_first_job(s, p, visits, trains, jobs, only_in_turn)
            if not has_started:
                has_started = _start_first_job(s, p, visits, trains, jobs ^ 1, only_in_turn)
            if not has_started:
                break


@compiled
def _start_first_job(s: Any, p: Any, visits: Any, trains: Any, jobs: Any, only_in_turn: Any) -> Any:
    before = np.int64(-1)
    row = np.int64(s.job_head[jobs])
    n_tried = 0
    while row >= 0 and n_tried < _LOOKAHEAD:
        n_tried += 1
        gantry = _gantry_for_job(s, p, visits, jobs // 2, row, only_in_turn)
        if gantry >= 0:
            pop_after(s.job_head, s.job_tail, s.row_next, jobs, before)
            s.n_jobs -= 1
            occupy(s, p, gantry, row)
            s.machine_served_train[gantry] = 0
            s.machine_put_back[gantry] = -1
            if s.row_job[row] not in (state.JOB_STACK_FROM_TRACTOR, state.JOB_STACK_FROM_TRUCK):
                claim_pile(s, row)
            _start_part(s, p, visits, trains, gantry, row)
            return True
        before = row
        row = np.int64(s.row_next[row])
    return False


@compiled
def _gantry_for_job(s: Any, p: Any, visits: Any, group: Any, row: Any, only_in_turn: Any) -> Any:
    """The idle gantry that does the job of a row, or −1; a box to be stacked gets its place."""
    is_brought = s.row_job[row] in (state.JOB_STACK_FROM_TRACTOR, state.JOB_STACK_FROM_TRUCK)
    block = np.int64(s.row_block[row])
    best = np.int64(-1)
    best_ms = np.int64(0)
    first = p.group_first[group]
    for gantry in range(first, first + p.group_count[group]):
        if not is_idle(s, gantry) or not may_serve_job(s, p, gantry, only_in_turn):
            continue
        low_dm, high_dm = reach_dm(s, p, group, gantry)
        if is_brought:
            visit = np.int64(s.row_visit[row])
            teu = np.int64(visit_at(visits, visit).n_teu)
            # Before the search: else its own promise would keep it out of the last empty cell.
            use_reservation(s, block, teu)
            here_dm = np.int64(s.machine_x_dm[gantry])
            pile = pile_near(s, p, visits, block, visit, here_dm, low_dm, high_dm, p.slot_policy)
            if pile >= 0:
                put_down(s, p, row, pile, teu)
                s.row_box[row] = state.BOX_HELD
                return np.int64(gantry)
            reserve(s, block, teu)
            continue
        x_dm = bay_x_dm(p, block, s.row_position[row])
        if x_dm < low_dm or x_dm > high_dm:
            continue
        way_ms = np.int64(travel_ms(s, p, group, gantry, x_dm))
        if best < 0 or way_ms < best_ms:
            best = np.int64(gantry)
            best_ms = way_ms
    return best


@spliced
def on_direct_done(s: Any, p: Any, visits: Any, trains: Any, trace: Any, machine: Any) -> None:
    """A machine that serves stacks beside the track has ended a move."""
    row = np.int64(s.machine_row[machine])
    job = s.row_job[row]
    if job < state.JOB_WAGON_TO_STACK and not is_under_portal(p, s.row_block[row]):
        on_yard_machine_done(s, p, visits, trace, machine)
        return
    if job == state.JOB_WAGON_TO_STACK:
        _end_in_stack(s, p, visits, trace, machine, row)
    elif job == state.JOB_WAGON_TO_WAGON:
        _end_on_train(s, p, visits, trace, machine, row)
    elif not _is_cleared(s, machine, row):
        clear_above(s, p, visits, trace, machine)
        _start_part(s, p, visits, trains, machine, row)
        return
    elif job == state.JOB_STACK_TO_WAGON:
        _end_on_wagon(s, p, visits, trace, machine, row)
    elif job in (state.JOB_STACK_FROM_TRACTOR, state.JOB_STACK_FROM_TRUCK):
        stack(s, p, visits, trace, machine)
    else:
        retrieve(s, p, visits, trace, machine)
    end_way(s, p, machine)


@compiled
def _leave_wagon(s: Any, visits: Any, row: Any, visit: Any) -> None:
    t = np.int64(s.row_train[row])
    v = visit_at(visits, visit)
    take_off_wagon(s, t, s.row_wagon[row], v.n_teu, v.mass_kg)
    s.row_train[row] = -1
    s.row_job[row] = state.JOB_NONE
    s.train_to_unload[t] -= 1
    if s.train_to_unload[t] == 0:
        s.train_phase[t] = state.TRAIN_LOADING


@compiled
def _end_in_stack(s: Any, p: Any, visits: Any, trace: Any, machine: Any, row: Any) -> None:
    visit = np.int64(s.row_visit[row])
    train = np.int64(s.train_row[s.row_train[row]])
    busy_ms = release(s, p, machine)
    if s.row_position[row] < 0:
        teu = np.int64(visit_at(visits, visit).n_teu)
        block = np.int64(s.row_block[row])
        use_reservation(s, block, teu)
        position = find_position(s, p, visits, block, visit, CARE_NONE, p.slot_policy)
        assert position >= 0
        put_down(s, p, row, position, teu)
    _leave_wagon(s, visits, row, visit)
    place = place_of(s, p, row)
    write(s, trace, _UNLOADED, machine, visit, train, (_WAGON, place), busy_ms)
    # The same move: the row of the slot names no machine, so that nothing is counted twice.
    write(s, trace, _STACKED, NOBODY, visit, NOBODY, (_WAGON, place), NO_TIME)
    begin_hold(s, p, visits, trace, row)


@compiled
def _end_on_train(s: Any, p: Any, visits: Any, trace: Any, machine: Any, row: Any) -> None:
    visit = np.int64(s.row_visit[row])
    train = np.int64(s.train_row[s.row_train[row]])
    other = np.int64(s.machine_to_train[machine])
    busy_ms = release(s, p, machine)
    _leave_wagon(s, visits, row, visit)
    write(s, trace, _UNLOADED, machine, visit, train, (_WAGON, _WAGON), busy_ms)
    write(s, trace, _LOADED, NOBODY, visit, s.train_row[other], (_WAGON, _WAGON), NO_TIME)
    s.train_in_flight[other] -= 1
    s.row_box[row] = state.BOX_ABSENT
    give_back_row(s, row)


@compiled
def _end_on_wagon(s: Any, p: Any, visits: Any, trace: Any, machine: Any, row: Any) -> None:
    visit = np.int64(s.row_visit[row])
    t = np.int64(s.row_train[row])
    busy_ms = release(s, p, machine)
    origin = place_of(s, p, row)
    pick_up(s, p, row, np.int64(visit_at(visits, visit).n_teu))
    s.row_claim[row] = 0
    s.row_job[row] = state.JOB_NONE
    write(s, trace, _RETRIEVED, NOBODY, visit, NOBODY, (origin, _WAGON), NO_TIME)
    write(s, trace, _LOADED, machine, visit, s.train_row[t], (origin, _WAGON), busy_ms)
    s.train_in_flight[t] -= 1
    s.row_box[row] = state.BOX_ABSENT
    # The truck that brought it may still be inside; then the row is given back as it leaves.
    if s.row_truck[row] == state.TRUCK_NONE:
        give_back_row(s, row)
