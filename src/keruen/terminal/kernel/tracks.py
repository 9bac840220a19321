"""Trains on site: reception, shunting, brake test, train path.

Knows tracks, ladders, locomotives and paths; knows nothing of boxes (`handling`). Trains are
admitted in the order of arrival. A train longer than its handling track is worked in portions, one
after the other, and keeps its reception track meanwhile.

A reception track is kept free while any train stands beyond without one, so that a worked train can
always be pulled back and two trains can never block one another.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled, inlined
from keruen.domain.codes import Event, PlaceKind
from keruen.draws import STREAM_OTHER_PATH, STREAM_SHUNTING, bits, millis_from
from keruen.terminal.kernel import event_queue as queue
from keruen.terminal.kernel import state
from keruen.terminal.kernel.handling import begin_work
from keruen.terminal.kernel.reading import train_at
from keruen.terminal.kernel.rows import idle_machine, occupy, paced_ms, release
from keruen.terminal.kernel.trace import NO_TIME, NOBODY, NOWHERE, place_code, write
from keruen.terminal.kernel.trucks import permille_of

_TRAIN_ARRIVED = np.int64(Event.TRAIN_ARRIVED)
_TRAIN_RECEIVED = np.int64(Event.TRAIN_RECEIVED)
_TRAIN_INSPECTED = np.int64(Event.TRAIN_INSPECTED)
_TRAIN_PLACED = np.int64(Event.TRAIN_PLACED)
_TRAIN_PULLED = np.int64(Event.TRAIN_PULLED)
_TRAIN_READY = np.int64(Event.TRAIN_READY)
_TRAIN_DEPARTED = np.int64(Event.TRAIN_DEPARTED)
_RECEPTION = np.int64(PlaceKind.RECEPTION_TRACK << 24)
_HANDLING = np.int64(PlaceKind.HANDLING_TRACK << 24)

# Draws of one train: the last part of the key; those of a portion follow with its number, so that
# how many portions a train has shifts no draw of another kind.
_DRAW_INSPECT = np.int64(0)
_DRAW_PLACE = np.int64(1)
_DRAW_PULL = np.int64(2)
_DRAW_TEST = np.int64(3)
_DRAW_COUPLE = np.int64(4)
_DRAWS_PER_PORTION = 8
"""More than there are kinds, so a further one needs no other numbers (which would change
results)."""
_MOST_PATHS_TAKEN = 1000
"""So many paths in a row are not all taken, unless all are: then a train leaves all the same."""


@compiled
def _write(s: Any, trace: Any, kind: Any, train: Any, places: Any) -> None:
    # What happens to a train without a machine.
    write(s, trace, kind, NOBODY, NOBODY, train, places, NO_TIME)


@compiled
def expect_train(s: Any, p: Any, trains: Any) -> None:
    """Put the next train's arrival into the queue, if it is known and not there yet.

    One arrival at a time is pending: trains are sorted by arrival, and the heap stays small.
    """
    if s.n_trains_expected == s.n_trains_arrived and s.n_trains_arrived < p.n_trains:
        s.n_trains_expected += 1
        queue.put(
            s, train_at(trains, s.n_trains_arrived).arrival_ms, queue.TRAIN_ARRIVES, queue.NOBODY
        )


@compiled
def on_train_arrives(s: Any, p: Any, trains: Any, trace: Any) -> None:
    """A train is at the station."""
    _write(s, trace, _TRAIN_ARRIVED, s.n_trains_arrived, NOWHERE)
    # The first of those held: since when a train has waited outside without a break (conventions
    # §8).
    if s.n_trains_arrived == s.n_trains_admitted:
        s.held_since_ms = s.now_ms
    s.n_trains_arrived += 1
    expect_train(s, p, trains)


@inlined
def _first_free(busy: Any, n: Any) -> Any:
    for index in range(n):
        if busy[index] == 0:
            return index
    return -1


@compiled
def admit_trains(s: Any, p: Any, trains: Any, trace: Any) -> None:
    """Let waiting trains in as long as a reception track may be taken.

    Tracks and places of trains: the free one with the lowest index.
    """
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
        s.train_phase[t] = state.TRAIN_INSPECTING
        s.train_row[t] = train
        s.train_track[t] = track
        s.train_reception[t] = track
        s.train_portion[t] = 0
        s.train_portion_wagons[t] = 0
        _write(s, trace, _TRAIN_RECEIVED, train, (NOBODY, place_code(_RECEPTION, track)))
        draw = bits(p.seed, STREAM_SHUNTING, train_at(trains, train).entity, _DRAW_INSPECT)
        queue.put(s, s.now_ms + millis_from(p.inspect_ms, draw), queue.TRAIN_INSPECTED, t)


@compiled
def on_train_inspected(s: Any, trace: Any, t: Any) -> None:
    """The train may be placed."""
    s.train_phase[t] = state.TRAIN_WAITING_PLACE
    s.n_to_place += 1
    place = place_code(_RECEPTION, s.train_track[t])
    _write(s, trace, _TRAIN_INSPECTED, s.train_row[t], (place, place))


@compiled
def _oldest_in_phase(s: Any, phase: Any) -> Any:
    best = -1
    for t in range(s.train_phase.shape[0]):
        if s.train_phase[t] == phase and (best < 0 or s.train_row[t] < s.train_row[best]):
            best = t
    return best


@compiled
def _is_in_portions(s: Any, trains: Any, t: Any) -> Any:
    return s.train_portion_wagons[t] < train_at(trains, s.train_row[t]).n_wagons


@compiled
def _handling_track_for(s: Any, p: Any, trains: Any, t: Any) -> Any:
    """A free handling track of the service that the ladder joins, by the track policy, or −1."""
    train = train_at(trains, s.train_row[t])
    first, end = np.int64(0), np.int64(p.n_handling)
    if p.service_track_end[train.service] > 0:
        first = np.int64(p.service_track[train.service])
        end = np.int64(p.service_track_end[train.service])
    bit = p.reception_bit[s.train_reception[t]]
    train_dm = train.n_wagons * train.wagon_dm
    best = -1
    for track in range(first, end):
        if s.handling_busy[track] != 0 or (p.track_reception[track] & bit) == 0:
            continue
        # Portions are cut once, for the track of the first: a shorter one would not hold the next.
        if p.track_dm[track] < s.train_portion_wagons[t] * train.wagon_dm:
            continue
        if p.track_policy == state.FIRST_TRACK:
            return track
        if best < 0:
            best = track
        elif p.track_policy == state.LONGEST_TRACK:
            if p.track_dm[track] > p.track_dm[best]:
                best = track
        else:
            # SHORTEST_TRACK: the shortest that holds the whole train; when none does the longest,
            # for fewest portions (of equally long ones the last).
            fits = p.track_dm[track] >= train_dm
            best_fits = p.track_dm[best] >= train_dm
            is_shorter = p.track_dm[track] < p.track_dm[best]
            if (fits and (not best_fits or is_shorter)) or (
                not fits and not best_fits and not is_shorter
            ):
                best = track
    return best


@compiled
def start_shunting(s: Any, p: Any, trains: Any) -> None:
    """Pull worked trains back and place inspected ones, as long as locomotives are idle.

    Pulling comes first: it frees the handling track that the next train is to be placed on.
    """
    if p.has_standing != 0 and s.n_worked > 0:
        _leave_on_track(s, p, trains)
    while s.n_idle[p.locomotive_group] > 0:
        worked = _next_worked(s, trains) if s.n_worked > 0 else -1
        if worked >= 0:
            _start_pulling(s, p, trains, worked)
            continue
        t, track = _next_to_place(s, p, trains)
        if t < 0:
            return
        _start_placing(s, p, trains, t, track)


@compiled
def _leave_on_track(s: Any, p: Any, trains: Any) -> None:
    """Worked trains of services that stay where they were handled are tested there at once.

    Their locomotive of the line comes to them, so none is needed for shunting. A train in portions
    must be put together again, on its reception track.
    """
    for t in range(s.train_phase.shape[0]):
        if s.train_phase[t] != state.TRAIN_WORKED or _is_in_portions(s, trains, t):
            continue
        if p.service_stands[train_at(trains, s.train_row[t]).service] == 0:
            continue
        s.n_worked -= 1
        # It will not go back: no reception track need be kept for it.
        s.n_beyond_reception -= 1
        s.train_reception[t] = -1
        _test_brakes(s, p, trains, t)


@compiled
def _test_brakes(s: Any, p: Any, trains: Any, t: Any) -> None:
    s.train_phase[t] = state.TRAIN_TESTING
    entity = train_at(trains, s.train_row[t]).entity
    draw = bits(p.seed, STREAM_SHUNTING, entity, _DRAW_TEST)
    queue.put(s, s.now_ms + millis_from(p.brake_test_ms, draw), queue.TRAIN_TESTED, t)


@compiled
def _departure_place(s: Any, t: Any) -> Any:
    """The place code of a train that is ready: without a reception track it stands where it was
    handled."""
    kind = _HANDLING if s.train_reception[t] < 0 else _RECEPTION
    return place_code(kind, s.train_track[t])


@compiled
def _next_worked(s: Any, trains: Any) -> Any:
    """The oldest worked train (or portion) that has a reception track to go back to, or −1."""
    best = -1
    # By row of the train, that is by arrival: places of trains are given anew and tell no age.
    for t in range(s.train_phase.shape[0]):
        if s.train_phase[t] != state.TRAIN_WORKED:
            continue
        if s.free_reception == 0 and not _is_in_portions(s, trains, t):
            continue
        if best < 0 or s.train_row[t] < s.train_row[best]:
            best = t
    return best


@compiled
def _next_to_place(s: Any, p: Any, trains: Any) -> Any:
    """The oldest inspected train for which a handling track is free, with the track, or −1."""
    if s.n_to_place == 0 or s.free_handling == 0:
        return -1, -1
    best = -1
    best_track = -1
    for t in range(s.train_phase.shape[0]):
        if s.train_phase[t] != state.TRAIN_WAITING_PLACE:
            continue
        if best >= 0 and s.train_row[t] > s.train_row[best]:
            continue
        track = _handling_track_for(s, p, trains, t)
        if track >= 0:
            best = t
            best_track = track
    return best, best_track


@compiled
def _start_pulling(s: Any, p: Any, trains: Any, t: Any) -> None:
    handling = np.int64(s.train_track[t])
    if _is_in_portions(s, trains, t):
        track = np.int64(s.train_reception[t])
    else:
        track = _first_free(s.reception_busy, p.n_reception)
        s.reception_busy[track] = 1
        s.free_reception -= 1
        s.train_reception[t] = track
    s.handling_busy[handling] = 0
    s.free_handling += 1
    s.train_track[t] = track
    s.train_phase[t] = state.TRAIN_PULLING
    s.n_worked -= 1
    _send_locomotive(s, p, trains, t, handling, queue.TRAIN_PULLED)


@compiled
def _start_placing(s: Any, p: Any, trains: Any, t: Any, track: Any) -> None:
    train = train_at(trains, s.train_row[t])
    if s.train_portion_wagons[t] == 0:
        # At least one wagon a portion: a train must not stand on a track without an end.
        n_fit = p.track_dm[track] // max(1, train.wagon_dm)
        n_group = np.int64(p.service_group[train.service])
        if n_group > 0:
            n_fit = min(n_fit, n_group)
        s.train_portion_wagons[t] = max(1, min(n_fit, train.n_wagons))
    s.handling_busy[track] = 1
    s.free_handling -= 1
    if not _is_in_portions(s, trains, t):
        s.reception_busy[s.train_reception[t]] = 0
        s.free_reception += 1
        s.n_beyond_reception += 1
    s.train_track[t] = track
    s.train_phase[t] = state.TRAIN_PLACING
    s.n_to_place -= 1
    _send_locomotive(s, p, trains, t, track, queue.TRAIN_PLACED)


@compiled
def _send_locomotive(s: Any, p: Any, trains: Any, t: Any, handling: Any, kind: Any) -> None:
    locomotive = idle_machine(s, p, p.locomotive_group)
    occupy(s, p, locomotive, t)
    entity = train_at(trains, s.train_row[t]).entity
    first_draw = s.train_portion[t] * _DRAWS_PER_PORTION
    if kind == queue.TRAIN_PULLED:
        draw = bits(p.seed, STREAM_SHUNTING, entity, first_draw + _DRAW_PULL)
        shunting_ms = millis_from(p.pull_ms, draw)
    else:
        draw = bits(p.seed, STREAM_SHUNTING, entity, first_draw + _DRAW_PLACE)
        shunting_ms = millis_from(p.place_ms, draw)
    draw = bits(p.seed, STREAM_SHUNTING, entity, first_draw + _DRAW_COUPLE)
    shunting_ms += millis_from(p.coupling_ms, draw) + p.lead_ms[handling]
    shunting_ms = paced_ms(s, p, p.locomotive_group, shunting_ms)
    queue.put(s, s.now_ms + shunting_ms, kind, locomotive)


@compiled
def on_train_placed(
    s: Any, p: Any, visits: Any, trains: Any, order: Any, trace: Any, locomotive: Any
) -> None:
    """The machines of the track may start."""
    t = np.int64(s.machine_row[locomotive])
    busy_ms = release(s, p, locomotive)
    place = place_code(_HANDLING, s.train_track[t])
    write(s, trace, _TRAIN_PLACED, locomotive, NOBODY, s.train_row[t], (NOBODY, place), busy_ms)
    begin_work(s, p, visits, trains, order, t)


@compiled
def on_train_pulled(s: Any, p: Any, trains: Any, trace: Any, locomotive: Any) -> None:
    """The train stands on a reception track again: brake test, or the next portion."""
    t = np.int64(s.machine_row[locomotive])
    train = np.int64(s.train_row[t])
    busy_ms = release(s, p, locomotive)
    place = place_code(_RECEPTION, s.train_track[t])
    write(s, trace, _TRAIN_PULLED, locomotive, NOBODY, train, (NOBODY, place), busy_ms)
    if _is_in_portions(s, trains, t):
        s.train_portion[t] += 1
        if s.train_portion[t] * s.train_portion_wagons[t] < train_at(trains, train).n_wagons:
            s.train_phase[t] = state.TRAIN_WAITING_PLACE
            s.n_to_place += 1
            return
    else:
        s.n_beyond_reception -= 1
    _test_brakes(s, p, trains, t)


@compiled
def on_train_tested(s: Any, p: Any, trains: Any, trace: Any, t: Any) -> None:
    """The train is ready and waits for its departure time, or for a path if it has missed it."""
    train = np.int64(s.train_row[t])
    place = _departure_place(s, t)
    _write(s, trace, _TRAIN_READY, train, (place, place))
    s.train_phase[t] = state.TRAIN_READY
    # In time it leaves on the path it has booked; late it takes a free one, and nobody else may.
    due_ms = train_at(trains, train).departure_ms
    if due_ms < s.now_ms:
        due_ms = s.now_ms
        if p.path_interval_ms > 0:
            due_ms = _next_free_path_ms(s, p)
            s.next_path_ms = due_ms + p.path_interval_ms
    queue.put(s, due_ms, queue.TRAIN_DUE, t)


@compiled
def _next_free_path_ms(s: Any, p: Any) -> Any:
    """The first path from now on that neither another train nor one of ours has."""
    # Path k of the timetable leaves at k × interval; whether a foreign train has it is a draw by k
    # alone, so every train finds the same paths taken.
    interval_ms = p.path_interval_ms
    k = (max(s.now_ms, s.next_path_ms) + interval_ms - 1) // interval_ms
    last = k + _MOST_PATHS_TAKEN
    while k < last and permille_of(bits(p.seed, STREAM_OTHER_PATH, k, 0)) < p.path_taken_permille:
        k += 1
    return k * interval_ms


@compiled
def on_train_due(s: Any, trace: Any, t: Any) -> None:
    """The train leaves."""
    track = np.int64(s.train_track[t])
    _write(s, trace, _TRAIN_DEPARTED, s.train_row[t], (_departure_place(s, t), NOBODY))
    if s.train_reception[t] < 0:
        s.handling_busy[track] = 0
        s.free_handling += 1
    else:
        s.reception_busy[track] = 0
        s.free_reception += 1
    s.n_trains_departed += 1
    s.train_phase[t] = state.TRAIN_NONE
    s.train_row[t] = -1
