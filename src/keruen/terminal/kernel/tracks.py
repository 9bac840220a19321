"""Trains on site: reception, shunting, and their work under the gantries.

Knows tracks, locomotives, gantries and which box comes next; knows nothing of stacks. Trains are
admitted in the order of arrival and worked in the order of placing: first all boxes off, then
boxes of the train's service on, in the order in which they became free, until the train is full
or none waits. Only when the yard has no room for the next box are boxes put on before, into the
places already emptied: that makes room.

A reception track is kept free while any train stands beyond, so that a worked train can always be
pulled back and two trains can never block one another.
"""

from __future__ import annotations

from typing import Any

from keruen.domain.codes import Event, PlaceKind
from keruen.draws import STREAM_CRANE, STREAM_SHUNTING, bits, millis_from
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel.compiled import compiled
from keruen.terminal.kernel.cranes import TRACTOR_PLACE, free_tractor, send_tractor
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
    BLOCKED_ROOM,
    BLOCKED_TRACTOR,
    BOX_ABSENT,
    BOX_CALLED,
    BOX_INBOUND,
    TRAIN_INSPECTING,
    TRAIN_LOADING,
    TRAIN_NONE,
    TRAIN_PLACING,
    TRAIN_PULLING,
    TRAIN_READY,
    TRAIN_TESTING,
    TRAIN_UNLOADING,
    TRAIN_WAITING_PLACE,
    TRAIN_WORKED,
    TRUCK_NONE,
)
from keruen.terminal.kernel.trace import place_code, write
from keruen.terminal.kernel.yard import block_for, reserve

_TRAIN_ARRIVED = int(Event.TRAIN_ARRIVED)
_TRAIN_RECEIVED = int(Event.TRAIN_RECEIVED)
_TRAIN_INSPECTED = int(Event.TRAIN_INSPECTED)
_TRAIN_PLACED = int(Event.TRAIN_PLACED)
_UNLOADED = int(Event.UNLOADED)
_LOADED = int(Event.LOADED)
_TRAIN_WORKED = int(Event.TRAIN_WORKED)
_TRAIN_PULLED = int(Event.TRAIN_PULLED)
_TRAIN_READY = int(Event.TRAIN_READY)
_TRAIN_DEPARTED = int(Event.TRAIN_DEPARTED)
_RECEPTION = int(PlaceKind.RECEPTION_TRACK) << 24
_HANDLING = int(PlaceKind.HANDLING_TRACK) << 24
_WAGON = int(PlaceKind.WAGON) << 24

# Draws of one train and of one box under the gantry: the last part of the key.
_DRAW_INSPECT = 0
_DRAW_PLACE = 1
_DRAW_PULL = 2
_DRAW_TEST = 3
_DRAW_UNLOAD = 0
_DRAW_LOAD = 1


@compiled
def expect_train(s: Any, trains: Any) -> None:
    """Put the next train's arrival into the queue."""
    if s.n_trains_arrived < trains.shape[0]:
        queue.put(s, trains[s.n_trains_arrived].arrival_ms, queue.TRAIN_ARRIVES, 0)


@compiled
def on_train_arrives(s: Any, trains: Any, trace: Any) -> None:
    """A train is at the station."""
    write(s, trace, _TRAIN_ARRIVED, -1, -1, s.n_trains_arrived, (-1, -1), 0)
    if s.n_trains_arrived == s.n_trains_admitted:
        s.held_since_ms = s.now_ms
    s.n_trains_arrived += 1
    expect_train(s, trains)


@compiled
def _first_free(busy: Any, n: Any) -> Any:
    for index in range(n):
        if busy[index] == 0:
            return index
    return -1


@compiled
def admit_trains(s: Any, p: Any, trace: Any) -> None:
    """Let waiting trains in as long as a reception track may be taken."""
    while s.n_trains_admitted < s.n_trains_arrived:
        kept_free = 1 if s.n_beyond_reception > 0 else 0
        if s.free_reception <= kept_free:
            return
        train = s.n_trains_admitted
        s.n_trains_admitted += 1
        t = _first_free(s.train_phase, s.train_phase.shape[0])
        track = _first_free(s.reception_busy, p.n_reception)
        s.reception_busy[track] = 1
        s.free_reception -= 1
        s.train_phase[t] = TRAIN_INSPECTING
        s.train_row[t] = train
        s.train_track[t] = track
        write(s, trace, _TRAIN_RECEIVED, -1, -1, train, (-1, place_code(_RECEPTION, track)), 0)
        draw = bits(p.seed, STREAM_SHUNTING, train, _DRAW_INSPECT)
        queue.put(s, s.now_ms + millis_from(p.inspect_ms, draw), queue.TRAIN_INSPECTED, t)


@compiled
def on_train_inspected(s: Any, trace: Any, t: Any) -> None:
    """The train may be placed."""
    s.train_phase[t] = TRAIN_WAITING_PLACE
    s.n_to_place += 1
    place = place_code(_RECEPTION, s.train_track[t])
    write(s, trace, _TRAIN_INSPECTED, -1, -1, s.train_row[t], (place, place), 0)


@compiled
def _oldest_in_phase(s: Any, phase: Any) -> Any:
    best = -1
    for t in range(s.train_phase.shape[0]):
        if s.train_phase[t] == phase and (best < 0 or s.train_row[t] < s.train_row[best]):
            best = t
    return best


@compiled
def start_shunting(s: Any, p: Any) -> None:
    """Pull worked trains back and place inspected ones, as long as locomotives are idle."""
    while s.n_idle[p.locomotive_group] > 0:
        if s.n_worked > 0 and s.free_reception > 0:
            _start_pulling(s, p, _oldest_in_phase(s, TRAIN_WORKED))
        elif s.n_to_place > 0 and s.free_handling > 0:
            _start_placing(s, p, _oldest_in_phase(s, TRAIN_WAITING_PLACE))
        else:
            return


@compiled
def _start_pulling(s: Any, p: Any, t: Any) -> None:
    track = _first_free(s.reception_busy, p.n_reception)
    s.reception_busy[track] = 1
    s.free_reception -= 1
    s.handling_busy[s.train_track[t]] = 0
    s.free_handling += 1
    s.train_track[t] = track
    s.train_phase[t] = TRAIN_PULLING
    s.n_worked -= 1
    _send_locomotive(s, p, t, queue.TRAIN_PULLED)


@compiled
def _start_placing(s: Any, p: Any, t: Any) -> None:
    track = _first_free(s.handling_busy, p.n_handling)
    s.handling_busy[track] = 1
    s.free_handling -= 1
    s.reception_busy[s.train_track[t]] = 0
    s.free_reception += 1
    s.n_beyond_reception += 1
    s.train_track[t] = track
    s.train_phase[t] = TRAIN_PLACING
    s.n_to_place -= 1
    _send_locomotive(s, p, t, queue.TRAIN_PLACED)


@compiled
def _send_locomotive(s: Any, p: Any, t: Any, kind: Any) -> None:
    locomotive = idle_machine(s, p, p.locomotive_group)
    occupy(s, p, locomotive, t)
    train = s.train_row[t]
    if kind == queue.TRAIN_PULLED:
        draw = bits(p.seed, STREAM_SHUNTING, train, _DRAW_PULL)
        shunting_ms = millis_from(p.pull_ms, draw)
    else:
        draw = bits(p.seed, STREAM_SHUNTING, train, _DRAW_PLACE)
        shunting_ms = millis_from(p.place_ms, draw)
    queue.put(s, s.now_ms + shunting_ms, kind, locomotive)


@compiled
def on_train_placed(s: Any, p: Any, trains: Any, trace: Any, locomotive: Any) -> None:
    """The gantries may start."""
    t = s.machine_row[locomotive]
    train = s.train_row[t]
    busy_ms = release(s, p, locomotive)
    place = place_code(_HANDLING, s.train_track[t])
    write(s, trace, _TRAIN_PLACED, locomotive, -1, train, (-1, place), busy_ms)
    s.train_next_box[t] = trains[train].first_box
    s.train_to_unload[t] = trains[train].end_box - trains[train].first_box
    s.train_in_flight[t] = 0
    s.train_teu_left[t] = trains[train].capacity_teu - trains[train].onboard_teu
    s.train_load_head[t] = -1
    s.train_load_tail[t] = -1
    empty = trains[train].first_box == trains[train].end_box
    s.train_phase[t] = TRAIN_LOADING if empty else TRAIN_UNLOADING
    s.at_work[s.n_at_work] = t
    s.n_at_work += 1


@compiled
def on_train_pulled(s: Any, p: Any, trace: Any, locomotive: Any) -> None:
    """The train stands on a reception track again: brake test."""
    t = s.machine_row[locomotive]
    train = s.train_row[t]
    busy_ms = release(s, p, locomotive)
    s.n_beyond_reception -= 1
    place = place_code(_RECEPTION, s.train_track[t])
    write(s, trace, _TRAIN_PULLED, locomotive, -1, train, (-1, place), busy_ms)
    s.train_phase[t] = TRAIN_TESTING
    draw = bits(p.seed, STREAM_SHUNTING, train, _DRAW_TEST)
    queue.put(s, s.now_ms + millis_from(p.brake_test_ms, draw), queue.TRAIN_TESTED, t)


@compiled
def on_train_tested(s: Any, trains: Any, trace: Any, t: Any) -> None:
    """The train is ready and waits for its departure time."""
    train = s.train_row[t]
    place = place_code(_RECEPTION, s.train_track[t])
    write(s, trace, _TRAIN_READY, -1, -1, train, (place, place), 0)
    s.train_phase[t] = TRAIN_READY
    due_ms = trains[train].departure_ms
    queue.put(s, due_ms if due_ms > s.now_ms else s.now_ms, queue.TRAIN_DUE, t)


@compiled
def on_train_due(s: Any, trace: Any, t: Any) -> None:
    """The train leaves."""
    track = s.train_track[t]
    write(s, trace, _TRAIN_DEPARTED, -1, -1, s.train_row[t], (place_code(_RECEPTION, track), -1), 0)
    s.reception_busy[track] = 0
    s.free_reception += 1
    s.n_trains_departed += 1
    s.train_phase[t] = TRAIN_NONE
    s.train_row[t] = -1


@compiled
def _idle_in(s: Any, p: Any, is_wanted_group: Any) -> Any:
    for group in range(p.n_groups):
        if is_wanted_group[group] != 0 and s.n_idle[group] > 0:
            return idle_machine(s, p, group)
    return -1


@compiled
def start_train_work(s: Any, p: Any, visits: Any, trains: Any, order: Any, trace: Any) -> None:
    """Give gantries and tractors to the trains under the gantries, the first placed first."""
    n_started = -1
    blocked = -1
    # What one train takes can open the way for an older one: its service's next box may fit.
    while s.serial != n_started:
        n_started = s.serial
        blocked = _look_through_trains(s, p, visits, trains, order, trace)
    _account_blocked(s, BLOCKED_TRACTOR, blocked == BLOCKED_TRACTOR)
    _account_blocked(s, BLOCKED_ROOM, blocked == BLOCKED_ROOM)


@compiled
def _look_through_trains(s: Any, p: Any, visits: Any, trains: Any, order: Any, trace: Any) -> Any:
    """One look at each train; returns what the oldest blocked one waits for, or −1."""
    blocked = -1
    index = 0
    while index < s.n_at_work:
        t = s.at_work[index]
        _start_loading(s, p, t)
        if s.train_phase[t] == TRAIN_UNLOADING:
            reason = _start_unloading(s, p, visits, trains, order, t)
            if blocked < 0:
                blocked = reason
            if reason == BLOCKED_ROOM:
                _call_boxes(s, p, visits, trains, t)
        elif not _call_boxes(s, p, visits, trains, t) and s.train_in_flight[t] == 0:
            _finish(s, trace, index)
            continue
        index += 1
    return blocked


@compiled
def _account_blocked(s: Any, cause: Any, is_blocked: Any) -> None:
    if is_blocked and s.blocked_since_ms[cause] < 0:
        s.blocked_since_ms[cause] = s.now_ms
    elif not is_blocked and s.blocked_since_ms[cause] >= 0:
        s.blocked_ms[cause] += s.now_ms - s.blocked_since_ms[cause]
        s.blocked_since_ms[cause] = -1


@compiled
def _start_lift(s: Any, p: Any, gantry: Any, row: Any, which: Any) -> None:
    occupy(s, p, gantry, row)
    draw = bits(p.seed, STREAM_CRANE, s.row_visit[row], which)
    lift_ms = millis_from(p.cycle_ms[p.machine_group[gantry]], draw)
    queue.put(s, s.now_ms + lift_ms, queue.GANTRY_DONE, gantry)


@compiled
def _start_loading(s: Any, p: Any, t: Any) -> None:
    """Lift boxes that tractors have brought to the train."""
    while s.train_load_head[t] >= 0:
        gantry = _idle_in(s, p, p.is_gantry_group)
        if gantry < 0:
            return
        row = pop(s.train_load_head, s.train_load_tail, s.row_next, t)
        _start_lift(s, p, gantry, row, _DRAW_LOAD)


@compiled
def _start_unloading(s: Any, p: Any, visits: Any, trains: Any, order: Any, t: Any) -> Any:
    """Lift boxes off the train; returns what an idle gantry waits for, or −1."""
    while s.train_next_box[t] < trains[s.train_row[t]].end_box:
        gantry = _idle_in(s, p, p.is_gantry_group)
        if gantry < 0:
            return -1
        tractor = _idle_in(s, p, p.is_tractor_group)
        if tractor < 0:
            return BLOCKED_TRACTOR
        visit = order[s.train_next_box[t]]
        teu = visits[visit].n_teu
        block = block_for(s, p, visits[visit].storage, teu, False)
        if block < 0 or not has_free_row(s):
            return BLOCKED_ROOM
        s.train_next_box[t] += 1
        row = take_row(s, visit)
        s.row_box[row] = BOX_INBOUND
        s.row_block[row] = block
        s.row_train[row] = t
        s.row_machine[row] = tractor
        reserve(s, block, teu)
        occupy(s, p, tractor, row)
        _start_lift(s, p, gantry, row, _DRAW_UNLOAD)
    return -1


@compiled
def _call_boxes(s: Any, p: Any, visits: Any, trains: Any, t: Any) -> Any:
    """Send tractors for boxes of the train's service; returns whether one waits that has room."""
    service = trains[s.train_row[t]].service
    while s.wait_head[service] >= 0:
        row = s.wait_head[service]
        teu = visits[s.row_visit[row]].n_teu
        if teu > s.train_teu_left[t]:
            return False
        tractor = _idle_in(s, p, p.is_tractor_group)
        if tractor < 0 or s.train_in_flight[t] >= p.max_load_jobs:
            return True
        pop(s.wait_head, s.wait_tail, s.row_next, service)
        s.train_teu_left[t] -= teu
        s.train_in_flight[t] += 1
        s.row_box[row] = BOX_CALLED
        s.row_train[row] = t
        s.row_machine[row] = tractor
        occupy(s, p, tractor, row)
        send_tractor(s, p, tractor, queue.TRACTOR_AT_BLOCK)
    return False


@compiled
def _finish(s: Any, trace: Any, index: Any) -> None:
    t = s.at_work[index]
    s.train_phase[t] = TRAIN_WORKED
    s.n_worked += 1
    place = place_code(_HANDLING, s.train_track[t])
    write(s, trace, _TRAIN_WORKED, -1, -1, s.train_row[t], (place, place), 0)
    s.n_at_work -= 1
    for later in range(index, s.n_at_work):
        s.at_work[later] = s.at_work[later + 1]


@compiled
def on_gantry_done(s: Any, p: Any, visits: Any, trace: Any, gantry: Any) -> None:
    """A box is off its wagon, or on it."""
    row = s.machine_row[gantry]
    t = s.row_train[row]
    train = s.train_row[t]
    visit = s.row_visit[row]
    tractor = s.row_machine[row]
    busy_ms = release(s, p, gantry)
    if s.row_box[row] == BOX_INBOUND:
        s.row_train[row] = -1
        s.train_teu_left[t] += visits[visit].n_teu
        places = (_WAGON, place_code(TRACTOR_PLACE, tractor))
        write(s, trace, _UNLOADED, gantry, visit, train, places, busy_ms)
        send_tractor(s, p, tractor, queue.TRACTOR_AT_BLOCK)
        s.train_to_unload[t] -= 1
        if s.train_to_unload[t] == 0:
            s.train_phase[t] = TRAIN_LOADING
        return
    places = (place_code(TRACTOR_PLACE, tractor), _WAGON)
    write(s, trace, _LOADED, gantry, visit, train, places, busy_ms)
    free_tractor(s, p, trace, tractor, visit)
    s.train_in_flight[t] -= 1
    s.row_box[row] = BOX_ABSENT
    if s.row_truck[row] == TRUCK_NONE:
        give_back_row(s, row)


@compiled
def on_tractor_at_track(s: Any, tractor: Any) -> None:
    """A tractor with a box for a train asks for a gantry."""
    row = s.machine_row[tractor]
    append(s.train_load_head, s.train_load_tail, s.row_next, s.row_train[row], row)
