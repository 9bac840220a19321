"""Which box goes off a train next, and by which machine.

Knows what may go now (a truck beside the train, room in a block, a train beside) and where gantries
stand; moves nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled, inlined
from keruen.terminal.kernel import state
from keruen.terminal.kernel.beside import onward_bit, train_beside
from keruen.terminal.kernel.gantries import gantry_for, own_reach_dm, travel_ms, zones_dm
from keruen.terminal.kernel.reading import order_at, train_at, visit_at
from keruen.terminal.kernel.rows import is_idle
from keruen.terminal.kernel.wagons import length_on_track_dm, place_on_track_dm
from keruen.terminal.kernel.yard import room_bit

DIRECT_TOO_BIT = np.int64(-(1 << 63))
"""The sign bit, beyond those of kinds and lengths (2 × `N_KINDS` = 48): see `_is_ready`."""


@compiled
def only_direct_boxes_left(s: Any, t: Any) -> Any:
    """No box is left that does not wait for its truck."""
    for i in range(s.train_n_left[t]):
        row = np.int64(s.train_direct[t, i])
        if row < 0 or s.row_truck[row] == state.TRUCK_BESIDE:
            return False
    return True


@inlined
def _is_ready(
    s: Any,
    p: Any,
    visits: Any,
    trains: Any,
    order: Any,
    first_box: Any,
    t: Any,
    i: Any,
    no_room: Any,
    has_way: Any,
) -> Any:
    """Whether a box may go now: to a truck beside it, to a block with room, or to another train.

    `has_way`: a tractor is idle, or the machines of the track serve a block themselves.

    `no_room` has the bit of each kind and length that no block takes; its sign bit is set when
    boxes that wait for trucks may go to the yard as well.
    """
    row = np.int64(s.train_direct[t, i])
    if row >= 0 and s.row_truck[row] == state.TRUCK_BESIDE:
        return True
    # With the sign bit `no_room` is negative: then a box with a row, that is with a truck ordered,
    # goes.
    if not has_way or (row >= 0 and no_room >= 0):
        return False
    visit = np.int64(order_at(order, first_box + s.train_left[t, i]).visit)
    v = visit_at(visits, visit)
    if no_room & room_bit(v.kind, v.n_teu) == 0:
        return True
    # What no stack takes may still go to a train beside.
    if p.is_portal[p.track_group[s.train_track[t]]] == 0 or no_room & onward_bit(v.n_teu) != 0:
        return False
    return train_beside(s, p, visits, trains, t, visit) >= 0


@compiled
def next_unload(
    s: Any, p: Any, visits: Any, trains: Any, order: Any, t: Any, no_room: Any, has_way: Any
) -> Any:
    """Which box goes next, as its place in the list of those left, and by which machine, or −1.

    With SHARED_ZONES each looks in its own zone first, and helps when none finds anything there.
    """
    group = p.track_group[s.train_track[t]]
    zone_dm = zones_dm(p, group, length_on_track_dm(s, trains, t))
    i, gantry = _next_in_zones(s, p, visits, trains, order, t, no_room, has_way, zone_dm)
    if i < 0 and zone_dm > 0 and p.crane_policy == state.SHARED_ZONES:
        return _next_in_zones(s, p, visits, trains, order, t, no_room, has_way, np.int64(0))
    return i, gantry


@compiled
def _next_in_zones(
    s: Any,
    p: Any,
    visits: Any,
    trains: Any,
    order: Any,
    t: Any,
    no_room: Any,
    has_way: Any,
    zone_dm: Any,
) -> Any:
    group = p.track_group[s.train_track[t]]
    first_box = train_at(trains, s.train_row[t]).first_box
    is_by_place = p.work_order != state.FRONT_TO_BACK and p.travel_us_per_dm[group] > 0
    if is_by_place and p.crane_policy != state.FIRST_CRANE:
        return _nearest_unload(s, p, visits, trains, order, t, no_room, has_way, zone_dm)
    best = -1
    best_gantry = -1
    best_ms = np.int64(0)
    wagon_seen = np.int64(-1)
    for i in range(s.train_n_left[t]):
        # Boxes of one wagon stand at one place: what was found for the first of them that may go,
        # no gantry or a way, holds for the others, and of equal ways the first is taken.
        wagon = np.int64(order_at(order, first_box + s.train_left[t, i]).wagon)
        if wagon == wagon_seen:
            continue
        if not _is_ready(s, p, visits, trains, order, first_box, t, i, no_room, has_way):
            continue
        wagon_seen = wagon
        x_dm = place_on_track_dm(s, trains, t, wagon)
        gantry = gantry_for(s, p, group, x_dm, zone_dm)
        if gantry < 0:
            continue
        if not is_by_place:
            return i, gantry
        # NEAREST_WAGON: the least way, the first of equals from the front.
        way_ms = travel_ms(s, p, group, gantry, x_dm)
        if best < 0 or way_ms < best_ms:
            best = i
            best_gantry = gantry
            best_ms = way_ms
    return best, best_gantry


@compiled
def _nearest_unload(
    s: Any,
    p: Any,
    visits: Any,
    trains: Any,
    order: Any,
    t: Any,
    no_room: Any,
    has_way: Any,
    zone_dm: Any,
) -> Any:
    """What `_next_in_zones` finds where each gantry looks for itself, from the place it stands at:
    the least way, of equals the box nearest to the front, of equals the gantry with the lowest
    number. Which gantry does what does not depend on the others then, and looking so is quicker."""
    group = p.track_group[s.train_track[t]]
    first_box = train_at(trains, s.train_row[t]).first_box
    wagon_dm = np.int64(train_at(trains, s.train_row[t]).wagon_dm)
    first_dm = place_on_track_dm(s, trains, t, np.int64(0))
    travel_us_per_dm = p.travel_us_per_dm[group]
    n_left = np.int64(s.train_n_left[t])
    best = -1
    best_gantry = -1
    best_ms = np.int64(0)
    first = p.group_first[group]
    for gantry in range(first, first + p.group_count[group]):
        if not is_idle(s, gantry):
            continue
        low_dm, high_dm = own_reach_dm(s, p, group, gantry, zone_dm)
        here_dm = np.int64(s.machine_x_dm[gantry])
        wagon_seen = np.int64(-1)
        for i in range(n_left):
            wagon = np.int64(order_at(order, first_box + s.train_left[t, i]).wagon)
            x_dm = first_dm + wagon * wagon_dm
            if wagon == wagon_seen or x_dm < low_dm or x_dm > high_dm:
                continue
            way_ms = abs(x_dm - here_dm) * travel_us_per_dm // 1000
            if best >= 0 and (way_ms > best_ms or (way_ms == best_ms and i >= best)):
                continue
            # The box last: to look for its block takes longest.
            if _is_ready(s, p, visits, trains, order, first_box, t, i, no_room, has_way):
                wagon_seen = wagon
                best = i
                best_gantry = gantry
                best_ms = way_ms
    return best, best_gantry
