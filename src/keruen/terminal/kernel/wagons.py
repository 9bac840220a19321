"""Platforms: what stands on them, what else fits, and which one takes the next box.

Knows load patterns, masses and places along the train; knows no machine. A wagon is loaded by a
pattern of its type (so many boxes of 20 ft and of 40 ft at most), within its mass limit and that
of the train.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled, inlined
from keruen.terminal.kernel import state
from keruen.terminal.kernel.reading import order_at, train_at, visit_at

_HEAVY_KG = 20_000
"""What the load plan `heaviest_middle` calls heavy: about the mean laden box. Lower, and nearly all
boxes go to the middle; higher, and nearly all to the ends."""
_HEAVIEST_KG = 40_000
"""No box weighs more: an ISO 668 container of any length has at most 36 t."""
_TOO_HEAVY_KG = 2**31 - 1
"""In `train_refused_kg`: nothing was refused. The most that the column holds."""


@compiled
def pattern_allows(p: Any, wagon_type: Any, n_20: Any, n_40: Any) -> Any:
    """Whether so many boxes of each length may stand on one wagon of a type."""
    if n_20 >= state.MAX_WAGON_20 or n_40 >= state.MAX_WAGON_40:
        return False
    return p.pattern_ok[wagon_type, n_20, n_40] != 0


@compiled
def assign_wagons(p: Any, visits: Any, trains: Any, order: Any, first_train: Any) -> None:
    """Give the boxes of the trains from `first_train` on their wagons: front to back, by pattern
    and mass.

    A train that was filled by TEU alone may hold a box that no pattern allows; it rides on the
    wagon with the most room left, and nothing is added to that wagon before it is gone.
    """
    # Boxes of 20 ft and of 40 ft, and mass in kg, on each wagon; for the longest train of any size
    # class, so that the array's shape needs no argument. It is no part of the state: when trains
    # are told of they are not on site yet.
    load = np.zeros((3, 512), np.int64)
    for t in range(first_train, p.n_trains):
        load[:] = 0
        for k in range(train_at(trains, t).first_box, train_at(trains, t).end_box):
            visit = visit_at(visits, order_at(order, k).visit)
            wagon = _wagon_with_room(p, train_at(trains, t), load, visit)
            if wagon < 0:
                wagon = _wagon_with_least(train_at(trains, t), load)
            order_at(order, k).wagon = wagon
            load[0, wagon] += visit.n_teu == 1
            load[1, wagon] += visit.n_teu == 2
            load[2, wagon] += visit.mass_kg


@compiled
def _wagon_with_room(p: Any, train: Any, load: Any, visit: Any) -> Any:
    is_20 = 1 if visit.n_teu == 1 else 0
    for wagon in range(train.n_wagons):
        if load[2, wagon] + visit.mass_kg > train.wagon_kg:
            continue
        if pattern_allows(p, train.wagon_type, load[0, wagon] + is_20, load[1, wagon] + 1 - is_20):
            return wagon
    return -1


@compiled
def _wagon_with_least(train: Any, load: Any) -> Any:
    # The wagon with the fewest TEU on it, the first of equals.
    best = 0
    for wagon in range(train.n_wagons):
        if load[0, wagon] + 2 * load[1, wagon] < load[0, best] + 2 * load[1, best]:
            best = wagon
    return best


@compiled
def put_on_wagon(s: Any, t: Any, wagon: Any, n_teu: Any, mass_kg: Any) -> None:
    """A box stands on the wagon, or its place is kept."""
    if n_teu == 1:
        s.wagon_20[t, wagon] += 1
    else:
        s.wagon_40[t, wagon] += 1
    s.wagon_kg[t, wagon] += mass_kg
    s.train_teu_left[t] -= n_teu
    s.train_kg_left[t] -= mass_kg


@compiled
def load_arrived_wagons(s: Any, visits: Any, trains: Any, order: Any, t: Any) -> None:
    """The arriving boxes take up places and mass until they are off: with the first portion, of the
    whole train, since its limits are the train's."""
    train = train_at(trains, s.train_row[t])
    for wagon in range(train.n_wagons):
        s.wagon_20[t, wagon] = 0
        s.wagon_40[t, wagon] = 0
        s.wagon_kg[t, wagon] = 0
    s.train_teu_left[t] = train.capacity_teu
    s.train_kg_left[t] = train.load_limit_kg
    for k in range(train.first_box, train.end_box):
        visit = visit_at(visits, order_at(order, k).visit)
        put_on_wagon(s, t, order_at(order, k).wagon, visit.n_teu, visit.mass_kg)


@compiled
def take_off_wagon(s: Any, t: Any, wagon: Any, n_teu: Any, mass_kg: Any) -> None:
    """A box has left the wagon."""
    if n_teu == 1:
        s.wagon_20[t, wagon] -= 1
    else:
        s.wagon_40[t, wagon] -= 1
    s.wagon_kg[t, wagon] -= mass_kg
    s.train_teu_left[t] += n_teu
    s.train_kg_left[t] += mass_kg
    forget_refusals_of(s, t)


@inlined
def forget_refusals_of(s: Any, t: Any) -> None:
    """A wagon of the train has more room, or another portion stands under the machines."""
    s.train_refused_kg[t, 0] = _TOO_HEAVY_KG
    s.train_refused_kg[t, 1] = _TOO_HEAVY_KG
    s.train_vain_reach[t] = -1


@compiled
def place_on_track_dm(s: Any, trains: Any, t: Any, wagon: Any) -> Any:
    """Middle of a wagon of the portion on the track, from the track's end, dm.

    Every portion begins at the track's end, whichever wagons it has.
    """
    first = s.train_portion[t] * s.train_portion_wagons[t]
    wagon_dm = train_at(trains, s.train_row[t]).wagon_dm
    return (np.int64(wagon) - first) * wagon_dm + wagon_dm // 2


@compiled
def length_on_track_dm(s: Any, trains: Any, t: Any) -> Any:
    """How long the portion under the machines is, dm: from the track's end on."""
    train = train_at(trains, s.train_row[t])
    first = np.int64(s.train_portion[t]) * s.train_portion_wagons[t]
    end = min(first + s.train_portion_wagons[t], np.int64(train.n_wagons))
    return (end - first) * np.int64(train.wagon_dm)


@compiled
def _fits_on_wagon(s: Any, p: Any, train: Any, t: Any, wagon: Any, visit: Any) -> Any:
    if s.wagon_kg[t, wagon] + visit.mass_kg > train.wagon_kg:
        return False
    is_20 = 1 if visit.n_teu == 1 else 0
    return pattern_allows(
        p, train.wagon_type, s.wagon_20[t, wagon] + is_20, s.wagon_40[t, wagon] + 1 - is_20
    )


@inlined
def has_room_for_any(s: Any, t: Any) -> Any:
    """Whether `may_fit` holds for every box: then nobody needs to look at the box."""
    return (
        s.train_teu_left[t] >= 2
        and s.train_kg_left[t] >= _HEAVIEST_KG
        and min(s.train_refused_kg[t, 0], s.train_refused_kg[t, 1]) > _HEAVIEST_KG
    )


@inlined
def may_fit(s: Any, t: Any, visit: Any) -> Any:
    """False where no wagon of the train takes the box, as far as that is known without a look."""
    # Neither TEU nor mass of the train may be exceeded, whatever its wagons would allow.
    if visit.n_teu > s.train_teu_left[t] or visit.mass_kg > s.train_kg_left[t]:
        return False
    # Boxes that are put on only take room away, so what no wagon took stays refused, and a heavier
    # one of that length with it, until a box leaves its wagon.
    return visit.mass_kg < s.train_refused_kg[t, visit.n_teu - 1]


@compiled
def wagon_for(s: Any, p: Any, trains: Any, t: Any, visit: Any) -> Any:
    """The wagon of the portion under the machines that takes the box, or −1.

    By the scenario's load plan: from the front, nearest to a machine of the track, or heavy boxes
    in the middle and light ones towards the ends.
    """
    if not may_fit(s, t, visit):
        return -1
    train = train_at(trains, s.train_row[t])
    first = s.train_portion[t] * s.train_portion_wagons[t]
    end = min(first + s.train_portion_wagons[t], train.n_wagons)
    best = -1
    best_score = np.int64(0)
    for wagon in range(first, end):
        if not _fits_on_wagon(s, p, train, t, wagon, visit):
            continue
        # BY_SECTION asks here only whether there is one: which one, when the box is sent for.
        if p.load_plan == state.FRONT_TO_BACK or p.load_plan == state.BY_SECTION:
            return wagon
        if p.load_plan == state.HEAVIEST_MIDDLE:
            # Twice the distance from the middle, which may lie between two wagons.
            score = np.int64(abs(2 * wagon - first - end + 1))
            if visit.mass_kg < _HEAVY_KG:
                score = -score
        else:
            # NEAREST_WAGON
            score = _nearest_machine_dm(s, p, trains, t, wagon)
        if best < 0 or score < best_score:
            best = wagon
            best_score = score
    if best < 0:
        s.train_refused_kg[t, visit.n_teu - 1] = visit.mass_kg
    return best


@compiled
def wagon_by_section(s: Any, p: Any, trains: Any, t: Any, visit: Any) -> Any:
    """The wagon that takes the box in the section with the least on it (in TEU), or −1.

    Each gantry of the track has a section of the portion, equally long; of equal ones the first,
    and there the first wagon that takes the box. What is on its way counts, as its place is kept.
    """
    train = train_at(trains, s.train_row[t])
    group = p.track_group[s.train_track[t]]
    # Gantries without positions are never in each other's way: one section for all.
    n_sections = p.group_count[group] if p.travel_us_per_dm[group] > 0 else np.int64(1)
    first = np.int64(s.train_portion[t]) * s.train_portion_wagons[t]
    n_wagons = min(first + s.train_portion_wagons[t], np.int64(train.n_wagons)) - first
    best = np.int64(-1)
    best_teu = np.int64(0)
    for section in range(n_sections):
        own = np.int64(-1)
        own_teu = np.int64(0)
        # Rounded as `gantries.zone_at` does: the wagon whose middle lies in the zone is its own.
        begin = first + (2 * section * n_wagons + n_sections - 1) // (2 * n_sections)
        end = first + (2 * (section + 1) * n_wagons + n_sections - 1) // (2 * n_sections)
        for wagon in range(begin, end):
            own_teu += s.wagon_20[t, wagon] + 2 * s.wagon_40[t, wagon]
            if own < 0 and _fits_on_wagon(s, p, train, t, wagon, visit):
                own = np.int64(wagon)
        if own >= 0 and (best < 0 or own_teu < best_teu):
            best = own
            best_teu = own_teu
    return best


@compiled
def wagon_near(
    s: Any, p: Any, trains: Any, t: Any, visit: Any, x_dm: Any, low_dm: Any, high_dm: Any
) -> Any:
    """The wagon under the machines, within reach, that takes the box and is nearest to `x_dm`, or
    −1: whatever the load plan, since a portal would carry the box along the rails."""
    if not may_fit(s, t, visit):
        return np.int64(-1)
    train = train_at(trains, s.train_row[t])
    first = np.int64(s.train_portion[t]) * s.train_portion_wagons[t]
    end = min(first + s.train_portion_wagons[t], np.int64(train.n_wagons))
    wagon_dm = np.int64(train.wagon_dm)
    half_dm = wagon_dm // 2
    # Those within reach, then outwards from the place: the first that takes it is the nearest, of
    # two equally far the one nearer to the front.
    least = max(first, first - (half_dm - low_dm) // wagon_dm)
    most = min(end - 1, first + (high_dm - half_dm) // wagon_dm)
    before = min(most, first + (x_dm - half_dm) // wagon_dm)
    behind = max(least, before + 1)
    while before >= least or behind <= most:
        before_dm = x_dm - half_dm - (before - first) * wagon_dm
        behind_dm = half_dm + (behind - first) * wagon_dm - x_dm
        if behind > most or (before >= least and before_dm <= behind_dm):
            wagon = before
            before -= 1
        else:
            wagon = behind
            behind += 1
        if _fits_on_wagon(s, p, train, t, wagon, visit):
            return wagon
    return np.int64(-1)


@compiled
def _nearest_machine_dm(s: Any, p: Any, trains: Any, t: Any, wagon: Any) -> Any:
    x_dm = place_on_track_dm(s, trains, t, wagon)
    group = p.track_group[s.train_track[t]]
    first = p.group_first[group]
    # Farther than any machine; its own group is never empty.
    nearest = np.int64(1 << 40)
    for machine in range(first, first + p.group_count[group]):
        nearest = min(nearest, abs(x_dm - s.machine_x_dm[machine]))
    return nearest


@compiled
def take_wagon(s: Any, p: Any, trains: Any, t: Any, visit: Any, wagon: Any) -> Any:
    """The wagon for a box that comes some minutes later, its place taken: that, or the one that the
    load plan likes better."""
    if p.load_plan == state.BY_SECTION:
        wagon = np.int64(wagon_by_section(s, p, trains, t, visit))
    put_on_wagon(s, t, wagon, visit.n_teu, visit.mass_kg)
    return wagon
