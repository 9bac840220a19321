"""Work at the handling tracks: boxes off the train and on it.

Knows which box comes next and who moves it; knows nothing of tracks and stacks. Of each train (or
portion) first all boxes go off, then boxes of its service on, in the order in which they became
free, until the train is full or none that fits waits. Only when the yard has no room for the next
box are boxes put on before, into the places already emptied: that makes room. A box whose truck is
ordered to the train stays on its wagon until the truck is beside it or no other box is left.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled, inlined, spliced
from keruen.domain.codes import Channel, Delivery, Event, Mode, PlaceKind
from keruen.draws import STREAM_CRANE, STREAM_DIRECT, bits, millis_from
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel import state
from keruen.terminal.kernel.beside import awaits_neighbour, block_away
from keruen.terminal.kernel.cranes import (
    TRACTOR_PLACE,
    TRUCK_PLACE,
    account_blocked,
    free_tractor,
    idle_tractor,
    send_tractor,
)
from keruen.terminal.kernel.direct import (
    MOST_PASSED,
    STARTED,
    fetch_for_train,
    fetch_nearest,
    start_direct,
    start_fetching,
)
from keruen.terminal.kernel.from_trucks import end_on_its_wagon
from keruen.terminal.kernel.gantries import (
    drive_gantry,
    gantry_for,
    is_way_free,
    travel_ms,
    zones_dm,
)
from keruen.terminal.kernel.portals import MEDIAN, lift_over, on_wheels
from keruen.terminal.kernel.reading import order_at, train_at, visit_at
from keruen.terminal.kernel.rows import (
    GENERATION_SHIFT,
    append,
    give_back_row,
    has_free_row,
    leave_waiting,
    occupy,
    paced_ms,
    pop_after,
    release,
    take_row,
)
from keruen.terminal.kernel.trace import NO_TIME, NOBODY, place_code, write
from keruen.terminal.kernel.trucks import is_gate_open, permille_of, send_truck_to_exit
from keruen.terminal.kernel.unloading import DIRECT_TOO_BIT, next_unload, only_direct_boxes_left
from keruen.terminal.kernel.wagons import (
    forget_refusals_of,
    length_on_track_dm,
    load_arrived_wagons,
    place_on_track_dm,
    take_off_wagon,
    take_wagon,
    wagon_for,
)
from keruen.terminal.kernel.yard import reserve, room_bit

_UNLOADED = np.int64(Event.UNLOADED)
_LOADED = np.int64(Event.LOADED)
_TRAIN_WORKED = np.int64(Event.TRAIN_WORKED)
_PORTION_WORKED = np.int64(Event.PORTION_WORKED)
_HANDLING = np.int64(PlaceKind.HANDLING_TRACK << 24)
_WAGON = np.int64(PlaceKind.WAGON << 24)
_BY_TRUCK = np.int64(Mode.TRUCK)
_NO_CHANNEL = np.int64(Channel.NONE)
_OWN_TRUCK = np.int64(Delivery.TRUCK)

# Draws of one box at the train, and of its truck there: the last parts of their keys.
_DRAW_UNLOAD = np.int64(0)
_DRAW_LOAD = np.int64(1)
_DRAW_IS_DIRECT = np.int64(0)
_DRAW_DIRECT_TIME = np.int64(1)
_LOOKAHEAD = 16
"""How many waiting boxes are tried when the first does not fit the train's empty places. With 1 a
box too heavy for what is left would stop the loading; with many, each look takes long, and boxes
overtake those that were released before them."""


@compiled
def begin_work(s: Any, p: Any, visits: Any, trains: Any, order: Any, t: Any) -> None:
    """A train, or its next portion, stands under the machines."""
    train = train_at(trains, s.train_row[t])
    if s.train_portion[t] == 0:
        load_arrived_wagons(s, visits, trains, order, t)
    first = s.train_portion[t] * s.train_portion_wagons[t]
    end = first + s.train_portion_wagons[t]
    n_left = 0
    # The boxes of this portion in the order of the train's list, which is from the front.
    for k in range(train.end_box - train.first_box):
        wagon = order_at(order, train.first_box + k).wagon
        if first <= wagon < end:
            s.train_left[t, n_left] = k
            s.train_direct[t, n_left] = -1
            n_left += 1
    s.train_n_left[t] = n_left
    s.train_to_unload[t] = n_left
    s.train_in_flight[t] = 0
    forget_refusals_of(s, t)
    s.train_load_head[t] = -1
    s.train_load_tail[t] = -1
    if p.direct_permille > 0:
        _order_trucks(s, p, visits, trains, order, t)
    s.train_phase[t] = state.TRAIN_LOADING if n_left == 0 else state.TRAIN_UNLOADING
    _queue_for_work(s, p, trains, t)


@compiled
def _order_trucks(s: Any, p: Any, visits: Any, trains: Any, order: Any, t: Any) -> None:
    """Order trucks to the train for some boxes, spread over the time that unloading may take; none
    for an hour in which the gate is closed: it would wait there until morning."""
    first = train_at(trains, s.train_row[t]).first_box
    group = p.track_group[s.train_track[t]]
    span_ms = p.cycle_ms[group, MEDIAN] * s.train_n_left[t] // max(1, p.group_count[group])
    for i in range(s.train_n_left[t]):
        visit = np.int64(order_at(order, first + s.train_left[t, i]).visit)
        v = visit_at(visits, visit)
        if v.out_mode != _BY_TRUCK or v.channel != _NO_CHANNEL or v.hold_ms > 0:
            continue
        if v.delivery != _OWN_TRUCK or not has_free_row(s):
            continue
        draw = bits(p.seed, STREAM_DIRECT, v.entity, _DRAW_IS_DIRECT)
        if permille_of(draw) >= p.direct_permille:
            continue
        draw = bits(p.seed, STREAM_DIRECT, v.entity, _DRAW_DIRECT_TIME)
        # Any moment of the span alike; one bit off, so that the number is not negative.
        time_ms = s.now_ms + np.int64(draw >> np.uint64(1)) % max(1, span_ms)
        if not is_gate_open(p, time_ms):
            continue
        row = take_row(s, visit)
        s.row_box[row] = state.BOX_ON_WAGON
        s.row_train[row] = t
        s.row_truck[row] = state.TRUCK_EXPECTED
        s.train_direct[t, i] = row
        subject = row | (np.int64(s.row_generation[row]) << GENERATION_SHIFT)
        queue.put(s, time_ms, queue.PICKUP_ARRIVES, subject)


@compiled
def _queue_for_work(s: Any, p: Any, trains: Any, t: Any) -> None:
    """Put the train among those at work, at its place by the scenario's policy."""
    place = s.n_at_work
    # Steps before those that it goes before, never before an equal one: equals stay as placed.
    if p.train_order != state.FIRST_PLACED:
        while place > 0 and _goes_before(s, p, trains, t, s.at_work[place - 1]):
            s.at_work[place] = s.at_work[place - 1]
            place -= 1
    s.at_work[place] = t
    s.n_at_work += 1


@compiled
def _goes_before(s: Any, p: Any, trains: Any, t: Any, other: Any) -> Any:
    if p.train_order == state.EARLIEST_DEPARTURE:
        due_ms = train_at(trains, s.train_row[t]).departure_ms
        return due_ms < train_at(trains, s.train_row[other]).departure_ms
    # MOST_LEFT: compared once, as the train is placed; the order is not looked at again.
    return s.train_n_left[t] > s.train_n_left[other]


@compiled
def serve_trucks_beside(s: Any, p: Any, visits: Any, trains: Any, order: Any) -> None:
    """Lift the boxes whose trucks stand beside their train: with `trucks_first` before all others,
    of other trains as well, since these drivers wait at the machine."""
    if p.job_order != state.TRUCKS_FIRST or s.n_trucks_beside == 0:
        return
    for index in range(s.n_at_work):
        t = np.int64(s.at_work[index])
        group = p.track_group[s.train_track[t]]
        while s.train_n_left[t] > 0 and s.n_idle[group] > 0:
            # Without a way for a box none is ready but those of trucks.
            i, gantry = next_unload(s, p, visits, trains, order, t, np.int64(0), False)
            if i < 0:
                break
            nobody, all_room = np.int64(-1), np.int64(0)
            _start_move_off(s, p, visits, trains, order, t, i, gantry, nobody, all_room)


@spliced
def start_train_work(s: Any, p: Any, visits: Any, trains: Any, order: Any, trace: Any) -> None:
    """Give machines and tractors to the trains at work, in their order."""
    n_started = -1
    blocked = -1
    # What one train takes can open the way for an older one: its service's next box may fit.
    while s.serial != n_started:
        n_started = s.serial
        blocked = _work_on_each_train(s, p, visits, trains, order, trace)
    account_blocked(s, state.BLOCKED_TRACTOR, blocked == state.BLOCKED_TRACTOR)
    account_blocked(s, state.BLOCKED_ROOM, blocked == state.BLOCKED_ROOM)


@spliced
def _work_on_each_train(s: Any, p: Any, visits: Any, trains: Any, order: Any, trace: Any) -> Any:
    """One look at each train; returns what the first blocked one waits for, or −1."""
    blocked = -1
    index = np.int64(0)
    while index < s.n_at_work:
        t = np.int64(s.at_work[index])
        # Boxes that tractors have brought come first: each sets a tractor free.
        _start_loading(s, p, visits, trains, t)
        if s.train_phase[t] == state.TRAIN_UNLOADING:
            reason = _start_unloading(s, p, visits, trains, order, t)
            if blocked < 0:
                blocked = reason
            if reason == state.BLOCKED_ROOM or _may_load_ahead(s, p, t):
                _call_boxes(s, p, visits, trains, t)
        elif (
            not _call_boxes(s, p, visits, trains, t)
            and s.train_in_flight[t] == 0
            and not awaits_neighbour(s, p, visits, trains, order, t)
        ):
            # The next train has moved up to this index.
            _finish_train(s, trains, trace, index)
            continue
        index += 1
    return blocked


@compiled
def _may_load_ahead(s: Any, p: Any, t: Any) -> Any:
    """Whether boxes are called while the last ones are still to go off: no more than are under way
    to a train at once, so that unloading never lacks tractors for long."""
    most = p.max_load_jobs[p.track_group[s.train_track[t]]]
    return p.load_start == state.AHEAD and s.train_n_left[t] <= most


@compiled
def _start_move(
    s: Any, p: Any, visits: Any, trains: Any, gantry: Any, row: Any, draw_number: Any
) -> None:
    """A machine of the track moves the box of `row` off its wagon or on it."""
    group = p.machine_group[gantry]
    x_dm = np.int64(place_on_track_dm(s, trains, s.row_train[row], s.row_wagon[row]))
    assert is_way_free(s, p, group, gantry, x_dm), "a gantry would pass another"
    if p.is_portal[group] != 0:
        # Between the wagon and a tractor or truck in the lane: who brings it waits beside.
        wagon = on_wheels(x_dm, p.track_y_dm[s.train_track[s.row_train[row]]])
        lane = on_wheels(x_dm, p.lane_dm[group])
        if draw_number == _DRAW_LOAD:
            way_ms = lift_over(s, p, group, gantry, lane, wagon)
        else:
            way_ms = lift_over(s, p, group, gantry, wagon, lane)
        s.machine_served_train[gantry] = 1
    else:
        way_ms = travel_ms(s, p, group, gantry, x_dm)
        drive_gantry(s, p, gantry, x_dm, x_dm)
    occupy(s, p, gantry, row)
    draw = bits(p.seed, STREAM_CRANE, visit_at(visits, s.row_visit[row]).entity, draw_number)
    work_ms = paced_ms(s, p, group, way_ms + millis_from(p.cycle_ms[group], draw))
    queue.put(s, s.now_ms + work_ms, queue.GANTRY_DONE, gantry)


@compiled
def _start_loading(s: Any, p: Any, visits: Any, trains: Any, t: Any) -> None:
    """Move boxes that tractors or trucks have brought to the train."""
    if s.train_load_head[t] < 0:
        return
    group = p.track_group[s.train_track[t]]
    zone_dm = zones_dm(p, group, length_on_track_dm(s, trains, t))
    before = np.int64(-1)
    row = np.int64(s.train_load_head[t])
    # In the order in which they came; one that no gantry reaches now is passed over, not waited
    # for.
    while row >= 0 and s.n_idle[group] > 0:
        behind = np.int64(s.row_next[row])
        x_dm = place_on_track_dm(s, trains, t, s.row_wagon[row])
        gantry = gantry_for(s, p, group, x_dm, zone_dm)
        # A box that is here already waits for no gantry of its own zone.
        if gantry < 0 and zone_dm > 0 and p.crane_policy == state.SHARED_ZONES:
            gantry = gantry_for(s, p, group, x_dm, np.int64(0))
        if gantry < 0:
            before = row
        else:
            pop_after(s.train_load_head, s.train_load_tail, s.row_next, t, before)
            _start_move(s, p, visits, trains, gantry, row, _DRAW_LOAD)
        row = behind


@compiled
def _start_unloading(s: Any, p: Any, visits: Any, trains: Any, order: Any, t: Any) -> Any:
    """Move boxes off the train; returns what an idle machine waits for, or −1."""
    group = p.track_group[s.train_track[t]]
    no_room = np.int64(0)
    if p.direct_permille > 0 and only_direct_boxes_left(s, t):
        no_room = DIRECT_TOO_BIT
    is_direct = p.is_direct[group] != 0
    while s.train_n_left[t] > 0 and s.n_idle[group] > 0:
        tractor = idle_tractor(s, p)
        has_way = tractor >= 0 or is_direct
        # Without trucks beside the train every move needs a tractor: no need to look further.
        if p.direct_permille == 0 and not has_way:
            return state.BLOCKED_TRACTOR
        i, gantry = next_unload(s, p, visits, trains, order, t, no_room, has_way)
        if i < 0:
            if tractor < 0 and (not is_direct or no_room & ~DIRECT_TOO_BIT != 0):
                return state.BLOCKED_TRACTOR
            return state.BLOCKED_ROOM if no_room & ~DIRECT_TOO_BIT != 0 else -1
        no_room |= _start_move_off(s, p, visits, trains, order, t, i, gantry, tractor, no_room)
    return -1


@compiled
def _start_move_off(
    s: Any,
    p: Any,
    visits: Any,
    trains: Any,
    order: Any,
    t: Any,
    i: Any,
    gantry: Any,
    tractor: Any,
    no_room: Any,
) -> Any:
    """Move one box off the train; returns what it found in vain instead, in bits of `no_room`."""
    first_box = train_at(trains, s.train_row[t]).first_box
    row = np.int64(s.train_direct[t, i])
    visit = np.int64(order_at(order, first_box + s.train_left[t, i]).visit)
    wagon = order_at(order, first_box + s.train_left[t, i]).wagon
    if row >= 0 and s.row_truck[row] == state.TRUCK_BESIDE:
        s.row_box[row] = state.BOX_OUTBOUND
        s.n_trucks_beside -= 1
    else:
        teu = np.int64(visit_at(visits, visit).n_teu)
        in_vain = np.int64(0)
        if p.is_direct[p.machine_group[gantry]] != 0 and row < 0:
            in_vain = start_direct(
                s, p, visits, trains, gantry, t, wagon, visit, no_room, tractor >= 0
            )
            if in_vain == STARTED:
                _drop_from_list(s, t, i)
                return np.int64(0)
        block = np.int64(-1)
        if tractor >= 0 and (row >= 0 or has_free_row(s)):
            group = p.machine_group[gantry]
            block = np.int64(block_away(s, p, group, visit_at(visits, visit), teu))
        if block < 0:
            return in_vain | room_bit(visit_at(visits, visit).kind, teu)
        if row < 0:
            row = take_row(s, visit)
        s.row_box[row] = state.BOX_INBOUND
        s.row_block[row] = block
        s.row_machine[row] = tractor
        reserve(s, block, teu)
        occupy(s, p, tractor, row)
    _drop_from_list(s, t, i)
    s.row_train[row] = t
    s.row_wagon[row] = wagon
    _start_move(s, p, visits, trains, gantry, row, _DRAW_UNLOAD)
    return np.int64(0)


@compiled
def _drop_from_list(s: Any, t: Any, i: Any) -> None:
    # The rest moves up, so that the list stays in order: boxes are looked for from its front.
    n_left = s.train_n_left[t] - 1
    s.train_n_left[t] = n_left
    for later in range(i, n_left):
        s.train_left[t, later] = s.train_left[t, later + 1]
        s.train_direct[t, later] = s.train_direct[t, later + 1]


@inlined
def _is_by_way(p: Any, group: Any) -> Any:
    """Whether gantries choose among the boxes under their portal by the way to them."""
    return p.is_portal[group] != 0 and p.fetch_order != state.RELEASED_FIRST


@inlined
def _n_for_tractors(s: Any, p: Any, service: Any, group: Any) -> Any:
    """Boxes that wait for the service and are not chosen by way."""
    n_waiting = np.int64(s.n_waiting[service])
    return n_waiting - s.n_waiting_under[service, group] if _is_by_way(p, group) else n_waiting


@compiled
def _call_boxes(s: Any, p: Any, visits: Any, trains: Any, t: Any) -> Any:
    """Send tractors for boxes of the train's service; returns whether one waits that has room, or
    may: as long as boxes are under way nobody needs to know."""
    service = train_at(trains, s.train_row[t]).service
    group = p.track_group[s.train_track[t]]
    if _is_by_way(p, group):
        fetch_nearest(s, p, visits, trains, t)
        can_send = s.train_in_flight[t] < p.max_load_jobs[group] and idle_tractor(s, p) >= 0
        is_for_nobody = _n_for_tractors(s, p, service, group) == 0 or not can_send
        if s.train_in_flight[t] > 0 and is_for_nobody:
            return True
    return _call_waiting(s, p, visits, trains, t)


@compiled
def _call_waiting(s: Any, p: Any, visits: Any, trains: Any, t: Any) -> Any:
    """Send for boxes in the order in which they were released, but for those chosen by way."""
    service = train_at(trains, s.train_row[t]).service
    # More under way than this would only stand before the machines and keep tractors from
    # unloading.
    group = p.track_group[s.train_track[t]]
    most = p.max_load_jobs[group]
    is_direct = p.is_direct[group] != 0
    is_by_way = _is_by_way(p, group)
    n_for_tractors = _n_for_tractors(s, p, service, group)
    is_waiting = s.train_in_flight[t] > 0
    before = np.int64(-1)
    row = np.int64(s.wait_head[service])
    n_tried = 0
    n_passed = 0
    while row >= 0 and n_tried < _LOOKAHEAD and n_passed < MOST_PASSED and s.train_teu_left[t] > 0:
        n_passed += 1
        visit = visit_at(visits, s.row_visit[row])
        if is_by_way and p.block_portal[s.row_block[row]] == group:
            # `fetch_nearest` has looked at it: it waits for a gantry, and no tractor comes for it.
            is_waiting = is_waiting or wagon_for(s, p, trains, t, visit) >= 0
            if is_waiting and n_for_tractors == 0:
                return True
            before = row
            row = np.int64(s.row_next[row])
            continue
        n_tried += 1
        tractor = idle_tractor(s, p)
        can_send = tractor >= 0 and s.train_in_flight[t] < most
        # No need to look for a wagon then.
        if not can_send and (is_by_way or not is_direct) and s.train_in_flight[t] > 0:
            return True
        wagon = wagon_for(s, p, trains, t, visit)
        if wagon < 0:
            before = row
            row = np.int64(s.row_next[row])
            continue
        machine = np.int64(-1)
        if is_direct:
            machine, near = fetch_for_train(s, p, visits, trains, t, row, tractor >= 0)
            if machine < 0 and (near >= 0 or not can_send):
                is_waiting = True
                before = row
                row = np.int64(s.row_next[row])
                continue
            wagon = near if machine >= 0 else wagon
        elif not can_send:
            return True
        behind = np.int64(s.row_next[row])
        leave_waiting(s, p, service, before)
        if machine >= 0:
            start_fetching(s, p, visits, trains, machine, t, row, wagon)
            row = behind
            continue
        wagon = np.int64(take_wagon(s, p, trains, t, visit, wagon))
        _send_for(s, p, t, row, wagon, tractor)
        row = behind
    return is_waiting


@compiled
def _send_for(s: Any, p: Any, t: Any, row: Any, wagon: Any, tractor: Any) -> None:
    """A tractor fetches the box for a wagon that has its place already."""
    s.train_in_flight[t] += 1
    s.row_box[row] = state.BOX_CALLED
    s.row_train[row] = t
    s.row_wagon[row] = wagon
    s.row_machine[row] = tractor
    occupy(s, p, tractor, row)
    send_tractor(s, p, tractor, queue.TRACTOR_AT_BLOCK)


@compiled
def _finish_train(s: Any, trains: Any, trace: Any, index: Any) -> None:
    t = np.int64(s.at_work[index])
    s.train_phase[t] = state.TRAIN_WORKED
    s.n_worked += 1
    place = place_code(_HANDLING, s.train_track[t])
    is_last = (s.train_portion[t] + 1) * s.train_portion_wagons[t] >= train_at(
        trains, s.train_row[t]
    ).n_wagons
    kind = _TRAIN_WORKED if is_last else _PORTION_WORKED
    write(s, trace, kind, NOBODY, NOBODY, s.train_row[t], (place, place), NO_TIME)
    s.n_at_work -= 1
    for later in range(index, s.n_at_work):
        s.at_work[later] = s.at_work[later + 1]


@compiled
def on_gantry_done(s: Any, p: Any, visits: Any, trace: Any, gantry: Any) -> None:
    """A box is off its wagon, or on it."""
    row = np.int64(s.machine_row[gantry])
    t = np.int64(s.row_train[row])
    train = np.int64(s.train_row[t])
    visit = np.int64(s.row_visit[row])
    busy_ms = release(s, p, gantry)
    if s.row_box[row] == state.BOX_ABSENT:
        end_on_its_wagon(s, p, visits, trace, gantry, row, busy_ms)
        return
    # A box with a tractor that is not inbound came from the yard: it has been put on.
    if s.row_machine[row] >= 0 and s.row_box[row] != state.BOX_INBOUND:
        tractor = np.int64(s.row_machine[row])
        places = (place_code(TRACTOR_PLACE, tractor), _WAGON)
        write(s, trace, _LOADED, gantry, visit, train, places, busy_ms)
        s.row_machine[row] = -1
        free_tractor(s, p, trace, tractor, visit)
        s.train_in_flight[t] -= 1
        s.row_box[row] = state.BOX_ABSENT
        # The truck that brought it may still be inside; then the row is given back as it leaves.
        if s.row_truck[row] == state.TRUCK_NONE:
            give_back_row(s, row)
        return
    s.row_train[row] = -1
    take_off_wagon(
        s, t, s.row_wagon[row], visit_at(visits, visit).n_teu, visit_at(visits, visit).mass_kg
    )
    if s.row_box[row] == state.BOX_INBOUND:
        tractor = np.int64(s.row_machine[row])
        places = (_WAGON, place_code(TRACTOR_PLACE, tractor))
        write(s, trace, _UNLOADED, gantry, visit, train, places, busy_ms)
        send_tractor(s, p, tractor, queue.TRACTOR_AT_BLOCK)
    else:
        write(s, trace, _UNLOADED, gantry, visit, train, (_WAGON, TRUCK_PLACE), busy_ms)
        send_truck_to_exit(s, p, visits, row)
    s.train_to_unload[t] -= 1
    if s.train_to_unload[t] == 0:
        s.train_phase[t] = state.TRAIN_LOADING


@compiled
def on_tractor_at_track(s: Any, tractor: Any) -> None:
    """A tractor with a box for a train asks for a machine of the track."""
    row = np.int64(s.machine_row[tractor])
    append(s.train_load_head, s.train_load_tail, s.row_next, s.row_train[row], row)
