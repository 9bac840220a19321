"""Trains, wagons and machines: each process on a case small enough for a clock in the hand.

The plain terminal (`tests/terminals.py`): a train is inspected for 10 minutes, placed in 5, pulled in 5
and tested for 10; a lift at the train takes 2 minutes, one of the stacker 3, a tractor drives 100 m in
10 seconds. Every expected time was worked out before the run; each case is played without its
process too.
"""

from __future__ import annotations

from typing import Any

import pytest

from keruen.domain.codes import Delivery, Event, Mode, PlaceKind
from keruen.domain.tables import Table, place_parts, slot_parts
from keruen.terminal import simulate
from keruen.terminal.inputs import ServiceRule
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE
from terminals import PLAIN, imports, rows_of, terminal, trains, visits

HOUR = MS_PER_HOUR
DAY = MS_PER_DAY
MINUTE = MS_PER_MINUTE
HANDLING = PLAIN["tracks"]["handling"]
GANTRY = PLAIN["machines"]["gantry"]


def play(
    visit_table: Table, train_table: Table, *, patterns: Any = (), rules: Any = (), **changes: Any
) -> Table:
    """The trace of two days, verified after every event."""
    return simulate(
        terminal(**changes),
        train_table,
        visit_table,
        seed=1,
        horizon_ms=2 * DAY,
        n_services=2,
        is_paranoid=True,
        patterns=patterns,
        service_rules=rules,
    ).trace


def minutes(trace: Table, kind: Event) -> list[float]:
    """When events of a kind happened."""
    return [round(time / MINUTE, 3) for time in rows_of(trace, kind)["time_ms"].tolist()]


def two_boxes() -> Table:
    """A train brings two boxes whose trucks come the next day."""
    return visits(*imports(2, out_ms=DAY))


def test_which_track_takes_the_train() -> None:
    """20 platforms of 14 m are 280 m: tracks of 300 m and 500 m both hold them; the policy says which."""
    tracks = {
        "a-short": {**HANDLING, "useful_length": "300 m"},
        "b-long": HANDLING,
        "reception": PLAIN["tracks"]["reception"],
    }
    for policy, track in (("longest", 1), ("shortest_fit", 0), ("first_free", 0)):
        trace = play(two_boxes(), trains(0), tracks=tracks, policy__track=policy)
        placed = rows_of(trace, Event.TRAIN_PLACED)
        place = (PlaceKind.HANDLING_TRACK, track)
        assert [place_parts(int(d)) for d in placed["destination"]] == [place]


def test_a_service_has_tracks_of_its_own() -> None:
    """Two trains of the service arrive together, both inspected at 10; its own track is the second of two
    alike. The first is placed there, 10-15, lifts until 17 and 19, is pulled 19-24; then the other is
    placed, 24-29, although the first track is free all the time. Of another service's rule nothing
    is seen: both tracks are taken, 15 and 20, by the one locomotive.
    """
    boxes = visits(*imports(2, out_ms=DAY), *imports(1, train=1, out_ms=DAY))
    both = trains(0, 0, layover_ms=HOUR)
    tracks = {
        "a": {**HANDLING, "count": 1},
        "b": {**HANDLING, "count": 1},
        "reception": {**PLAIN["tracks"]["reception"], "count": 3},
    }
    for rules, numbers, times in (
        ([ServiceRule(tracks=(1, 2))], [1, 1], [15, 29]),
        ([ServiceRule(), ServiceRule(tracks=(1, 2))], [0, 1], [15, 20]),
    ):
        trace = play(boxes, both, rules=rules, tracks=tracks)
        placed = rows_of(trace, Event.TRAIN_PLACED)
        assert [place_parts(int(d))[1] for d in placed["destination"]] == numbers
        assert minutes(trace, Event.TRAIN_PLACED) == times


def test_a_train_in_portions() -> None:
    """A track of 150 m holds 10 of the 20 platforms; both boxes stand on the first ones.

    Placed 15, lifts until 17 and 19, the portion is pulled 19-24; the second is placed 24-29, has no
    boxes, is pulled 29-34; test until 44. On a track that holds all: ready at 34.
    """
    trace = play(two_boxes(), trains(0), tracks__handling__useful_length="150 m")
    assert minutes(trace, Event.TRAIN_PLACED) == [15, 29]
    assert minutes(trace, Event.UNLOADED) == [17, 19]
    assert minutes(trace, Event.PORTION_WORKED) == [19]
    assert minutes(trace, Event.TRAIN_PULLED) == [24, 34]
    assert minutes(trace, Event.TRAIN_READY) == [44]
    whole = play(two_boxes(), trains(0))
    assert minutes(whole, Event.TRAIN_READY) == [34]
    assert minutes(whole, Event.PORTION_WORKED) == []


def test_wagons_in_groups() -> None:
    """Groups of 10 of the 20 platforms on a track that would hold all: as on a track of 150 m.

    Of another service's rule nothing is seen.
    """
    trace = play(two_boxes(), trains(0), rules=[ServiceRule(n_wagons_of_group=10)])
    assert minutes(trace, Event.TRAIN_PLACED) == [15, 29]
    assert minutes(trace, Event.PORTION_WORKED) == [19]
    assert minutes(trace, Event.TRAIN_PULLED) == [24, 34]
    assert minutes(trace, Event.TRAIN_READY) == [44]
    other = play(two_boxes(), trains(0), rules=[ServiceRule(), ServiceRule(n_wagons_of_group=10)])
    assert minutes(other, Event.TRAIN_READY) == [34]


def test_a_finished_train_stays_on_its_track() -> None:
    """Worked at 19, it is tested where it stands until 29 and leaves from there at its hour, 60.

    The second train is inspected at 10 and has the only handling track when the first has left: placed
    at 65. Set back, the first is pulled 19-24 and the second placed at 29.
    """
    boxes = visits(*imports(2, out_ms=DAY), *imports(1, train=1, out_ms=DAY))
    both = trains(0, 0, layover_ms=HOUR)
    stays = play(boxes, both, rules=[ServiceRule(stands=True)])
    ready = rows_of(stays, Event.TRAIN_READY)[0]
    assert place_parts(int(ready["origin"])) == (PlaceKind.HANDLING_TRACK, 0)
    assert minutes(stays, Event.TRAIN_READY)[0] == 29
    assert minutes(stays, Event.TRAIN_PULLED) == []
    assert minutes(stays, Event.TRAIN_DEPARTED)[0] == 60
    assert minutes(stays, Event.TRAIN_PLACED) == [15, 65]
    back = play(boxes, both)
    assert minutes(back, Event.TRAIN_READY)[0] == 34
    assert minutes(back, Event.TRAIN_PLACED) == [15, 29]


def test_a_train_in_portions_is_set_back_all_the_same() -> None:
    """On a track of 150 m the two portions are put together again on the reception track."""
    rules = [ServiceRule(stands=True)]
    short = {"tracks__handling__useful_length": "150 m"}
    trace = play(two_boxes(), trains(0), rules=rules, **short)
    assert minutes(trace, Event.TRAIN_PULLED) == [24, 34]
    assert minutes(trace, Event.TRAIN_READY) == [44]


def test_one_locomotive_for_two_trains() -> None:
    """Both are inspected at 10; one locomotive places them at 15 and 20, two at 15 and 15."""
    for n, placed in ((1, [15, 20]), (2, [15, 15])):
        trace = play(
            visits(*imports(1, out_ms=DAY), *imports(1, train=1, out_ms=DAY)),
            trains(0, 0),
            tracks__handling__count=2,
            shunting__n_locomotives=n,
        )
        assert minutes(trace, Event.TRAIN_PLACED) == placed


@pytest.mark.parametrize(("minutes_of_test", "ready"), [(10, 34), (0, 24)])
def test_brake_test(minutes_of_test: int, ready: float) -> None:
    """Pulled at 24, the train is ready when its brakes are tested."""
    changed = f"{minutes_of_test} min"
    trace = play(two_boxes(), trains(0), shunting__brake_test_time=changed)
    assert minutes(trace, Event.TRAIN_READY) == [ready]


@pytest.mark.parametrize(
    ("interval", "layover", "departs"), [(0, 0, 34), (30, 0, 60), (30, 40, 40), (30, 20, 60)]
)
def test_train_paths(interval: int, layover: int, departs: float) -> None:
    """Ready at 34: a train that misses its booking takes the next path (0, 30, 60 …); one that is
    ready in time leaves as booked."""
    trace = play(
        two_boxes(),
        trains(0, layover_ms=layover * MINUTE),
        shunting__path_interval=f"{interval} min",
    )
    assert minutes(trace, Event.TRAIN_DEPARTED) == [departs]


def test_leads_and_coupling() -> None:
    """A lead of 600 m at 3.6 km/h is 10 minutes, coupling 2: placed at 10 + 5 + 10 + 2 = 27."""
    trace = play(
        two_boxes(),
        trains(0),
        tracks__handling__lead_length="600 m",
        shunting__speed="3.6 km/h",
        shunting__coupling_time="2 min",
    )
    assert minutes(trace, Event.TRAIN_PLACED) == [27]
    assert minutes(play(two_boxes(), trains(0)), Event.TRAIN_PLACED) == [15]


def exports(*boxes: dict[str, int]) -> Table:
    """Boxes that trucks bring at midnight for the first service."""
    return visits(*({"in_ms": 0, "out_mode": Mode.TRAIN, **box} for box in boxes))


@pytest.mark.parametrize(
    ("pattern", "limit_kg", "loaded"),
    [
        (("20+20", "40"), 0, [0, 1]),
        (("40",), 0, [0]),
        (("20+20",), 0, [1]),
        (("20+20", "40"), 22_000, [0]),
    ],
)
def test_load_patterns_and_limits_of_a_platform(
    pattern: tuple[str, ...], limit_kg: int, loaded: list[int]
) -> None:
    """A 40-ft box of 20 t and a 20-ft box of 24 t: what no platform may carry stays in the yard."""
    train = trains(2 * HOUR, capacity_teu=4)
    train["wagon_limit_kg"] = limit_kg
    boxes = exports({"n_teu": 2}, {"n_teu": 1, "gross_mass_kg": 24_000})
    trace = play(boxes, train, patterns=(pattern,))
    assert sorted(rows_of(trace, Event.LOADED)["visit"].tolist()) == loaded


@pytest.mark.parametrize(("limit_kg", "n_loaded"), [(0, 3), (41_000, 2)])
def test_mass_limit_of_a_train(limit_kg: int, n_loaded: int) -> None:
    """Three boxes of 20 t: a train that may carry 41 t takes two."""
    train = trains(2 * HOUR, capacity_teu=6)
    train["load_limit_kg"] = limit_kg
    trace = play(exports({}, {}, {}), train)
    assert len(rows_of(trace, Event.LOADED)) == n_loaded


@pytest.mark.parametrize(("safety_m", "second_s"), [(50, 372), (0, 474)])
def test_gantries_do_not_cross(safety_m: int, second_s: int) -> None:
    """Two gantries at 125 m and 375 m of a track of 500 m, at 1 m/s; boxes at 7 m and 21 m.

    The first drives 118 s and lifts until 238 s after the placing. The second may not come within
    50 m of it, so the first goes on: 14 s and 120 s, at 372 s. Without that distance the second
    drives 354 s and lifts until 474 s.
    """
    gantry = {**GANTRY, "count": 2, "speed": "1 m/s", "safety_distance": f"{safety_m} m"}
    trace = play(two_boxes(), trains(0), machines__gantry=gantry)
    assert minutes(trace, Event.UNLOADED) == [
        round(15 + second / 60, 3) for second in (238, second_s)
    ]


@pytest.mark.parametrize(
    ("order", "boxes", "seconds"),
    [("front_to_back", [0, 1, 2], [363, 497, 631]), ("nearest", [2, 1, 0], [335, 469, 603])],
)
def test_the_nearest_box_goes_first(order: str, boxes: list[int], seconds: list[int]) -> None:
    """One gantry at 250 m of a track of 500 m, at 1 m/s, lifts of 2 minutes; boxes at 7, 21 and 35 m.

    From the front: 243 s and 120 s, then twice 14 s and 120 s. The nearest first: 215 s and 120 s,
    then the same backwards. Tractors are many.
    """
    gantry = {**GANTRY, "count": 1, "speed": "1 m/s", "safety_distance": "0 m"}
    trace = play(
        visits(*imports(3, out_ms=DAY)),
        trains(0),
        machines__gantry=gantry,
        machines__tractor__count=3,
        policy__work_order=order,
    )
    assert rows_of(trace, Event.UNLOADED)["visit"].tolist() == boxes
    assert minutes(trace, Event.UNLOADED) == [round(15 + second / 60, 3) for second in seconds]


def test_a_gantry_without_a_speed_has_no_position() -> None:
    """Two gantries without positions lift at once: both boxes are off at 17."""
    trace = play(two_boxes(), trains(0), machines__gantry={**GANTRY, "count": 2})
    assert minutes(trace, Event.UNLOADED) == [17, 17]


@pytest.mark.parametrize(("distance_m", "stacked"), [(100, 20.167), (600, 21.0), (0, 20.0)])
def test_tractors_drive_to_the_block(distance_m: int, stacked: float) -> None:
    """Off at 17, a tractor drives at 10 m/s, the stacker lifts for 3 minutes."""
    trace = play(visits(*imports(1, out_ms=DAY)), trains(0), blocks__a__distance=f"{distance_m} m")
    assert minutes(trace, Event.STACKED) == [stacked]


def test_one_tractor_makes_the_gantry_wait() -> None:
    """Two tractors: off at 17 and 19. One: it is back at 17 + 10 s + 3 min + 10 s, so 20:20 + 2."""
    both = play(two_boxes(), trains(0))
    one = play(two_boxes(), trains(0), machines__tractor__count=1)
    assert minutes(both, Event.UNLOADED) == [17, 19]
    assert minutes(one, Event.UNLOADED) == [17, round(22 + 1 / 3, 3)]


def test_from_the_wagon_to_the_truck() -> None:
    """Six boxes, one tractor: trucks are ordered for when the train is unloaded, 15 to 27, and are beside it
    at once. The first box goes by tractor, as no truck is there at 15; while the tractor is away (until
    20:20) a box goes to its truck if that is there. Its truck is out a minute after the lift, or after the
    truck before it. Without direct transfer every box is stacked."""
    boxes = visits(*imports(6, out_ms=5 * MINUTE))
    near = {"gate__in_time": "0 min", "gate__drive_time": "0 min", "machines__tractor__count": 1}
    trace = play(boxes, trains(0), policy__direct_share=1, **near)
    lifted = rows_of(trace, Event.UNLOADED)
    direct = lifted[lifted["destination"] >> 24 == PlaceKind.TRUCK]
    assert 0 < len(direct) < 6
    assert minutes(trace, Event.UNLOADED)[0] == 17
    assert lifted["destination"][0] >> 24 == PlaceKind.TRACTOR
    stacked = rows_of(trace, Event.STACKED)["visit"].tolist()
    assert sorted(stacked + direct["visit"].tolist()) == list(range(6))
    left = rows_of(trace, Event.TRUCK_LEFT)
    left_ms = dict(zip(left["visit"].tolist(), left["time_ms"].tolist(), strict=True))
    for row in direct:
        assert left_ms[row["visit"]] - row["time_ms"] == MINUTE
    through = play(boxes, trains(0), **near)
    assert len(rows_of(through, Event.STACKED)) == 6


def test_no_truck_is_ordered_to_the_train_while_the_gate_is_closed() -> None:
    """The train is unloaded from 15 to 19 minutes past midnight. Trucks ordered for then would stand before
    the gate until six o'clock: none is, and both boxes go to the stack. A gate that is open sees them come."""
    boxes = visits(*imports(2, out_ms=DAY))
    asked = {"policy__direct_share": 1, "gate__in_time": "0 min", "gate__drive_time": "0 min"}
    shut = play(boxes, trains(0), **asked, gate__opens="6 h", gate__open_time="16 h")
    assert len(rows_of(shut, Event.STACKED)) == 2
    assert minutes(shut, Event.TRUCK_ARRIVED) == [24 * 60, 24 * 60]
    around_the_clock = play(boxes, trains(0), **asked, gate__opens="6 h", gate__open_time="24 h")
    assert all(15 <= time <= 19 for time in minutes(around_the_clock, Event.TRUCK_ARRIVED))


def test_a_truck_beside_the_train_goes_before_other_boxes() -> None:
    """Five boxes under hold on the first train, off from 15 to 25 one by one, on their own train's account. The
    second stands at 20 with one box, whose truck is beside it before 22. First placed, first served: it waits
    for the five, 27. Trucks first: it is next when the lift ends that was under way as it came, 23 or 25."""
    boxes = visits(
        *imports(5, out_ms=DAY, hold_ms=HOUR), *imports(1, train=1, in_ms=1, out_ms=5 * MINUTE)
    )
    asked = {
        "policy__direct_share": 1,
        "gate__in_time": "0 min",
        "gate__drive_time": "0 min",
        "machines__tractor__count": 9,
        "tracks__handling__count": 2,
    }

    def lifted(**more: Any) -> tuple[list[float], float]:
        trace = play(boxes, trains(0, 1), **asked, **more)
        off = rows_of(trace, Event.UNLOADED)
        truck = minutes(trace[trace["visit"] == 5], Event.TRUCK_ARRIVED)
        ends = minutes(off[off["visit"] == 5], Event.UNLOADED)
        assert len(truck) == len(ends) == 1
        assert 20 <= truck[0] <= 22
        return minutes(off, Event.UNLOADED), ends[0]

    assert lifted() == ([17, 19, 21, 23, 25, 27], 27)
    times, end = lifted(policy__job_order="trucks_first")
    assert times == [17, 19, 21, 23, 25, 27]
    assert end in (23, 25)
    # The trains go before the trucks: the same as first come, first served.
    assert lifted(policy__job_order="trains_first") == ([17, 19, 21, 23, 25, 27], 27)


SHUTTLE = {"title": PLAIN["title"], "kind": "shuttle", "count": 1, "cycle_time": "60 min"}


def test_a_shuttle_takes_one_box_after_the_other() -> None:
    """Stacked at 20:10 and 23:10; the stacker lifts the first onto the shuttle until 26:10. One minute to
    the gate, one in the lane out, an hour to the plant and back: 88:10. In again by lane and yard, a minute
    each, and three for the second lift: 93:10. With two shuttles it is lifted at 29:10."""
    boxes = visits(*imports(2, out_ms=DAY, delivery=Delivery.SHUTTLE))
    one = play(boxes, trains(0), machines__shuttle=SHUTTLE)
    sixth = 1 / 6
    assert minutes(one, Event.STACKED) == [round(20 + sixth, 3), round(23 + sixth, 3)]
    assert minutes(one, Event.RETRIEVED) == [round(26 + sixth, 3), round(93 + sixth, 3)]
    assert minutes(one, Event.SHUTTLE_BACK) == [round(88 + sixth, 3), round(155 + sixth, 3)]
    two = play(boxes, trains(0), machines__shuttle={**SHUTTLE, "count": 2})
    assert minutes(two, Event.RETRIEVED) == [round(26 + sixth, 3), round(29 + sixth, 3)]
    none = play(boxes, trains(0))
    assert minutes(none, Event.SHUTTLE_BACK) == []
    assert len(rows_of(none, Event.TRUCK_ARRIVED)) == 2


def test_the_kit_warehouse() -> None:
    """One door, one team, 30 minutes a box, goods called off after an hour; the door is 200 m away.

    Stacked at 20:10. A tractor is at the block 10 s later, the stacker is free at 23:10 (it stacks the
    other box) and lifts until 26:10. Block and door lie 100 m and 200 m from the tracks, and the way leads
    over them: 30 s, 26:40. Unpacked at 56:40, called off at 116:40. Without teams the boxes wait for trucks.
    """
    warehouse = {
        "floor_area": "1000 m2",
        "n_doors": 1,
        "n_teams": 1,
        "unpacking_time": "30 min",
        "area_per_box": "20 m2",
        "call_off": "60 min",
        "distance": "200 m",
    }
    boxes = visits(*imports(2, out_ms=DAY, delivery=Delivery.WAREHOUSE))
    trace = play(boxes, trains(0), warehouse=warehouse)
    assert minutes(trace, Event.AT_DOOR)[0] == round(26 + 2 / 3, 3)
    assert minutes(trace, Event.UNPACKED)[0] == round(56 + 2 / 3, 3)
    assert minutes(trace, Event.CALLED_OFF)[0] == round(116 + 2 / 3, 3)
    off = play(boxes, trains(0), warehouse={**warehouse, "n_teams": 0})
    assert minutes(off, Event.AT_DOOR) == []
    # With floor for one box, the second is sent for when the first is called off: 10 s to the block,
    # 3 minutes, 30 s to the door, 30 minutes of the team.
    small = play(boxes, trains(0), warehouse={**warehouse, "floor_area": "30 m2"})
    first, second = minutes(small, Event.UNPACKED)
    assert first == round(56 + 2 / 3, 3)
    assert second == round(150 + 1 / 3, 3)


def test_places_of_both_lengths() -> None:
    """Two 20-ft boxes share a ground position side by side; a 40-ft box takes another."""
    boxes = exports({"n_teu": 1}, {"n_teu": 1, "in_ms": 20 * MINUTE}, {"in_ms": 40 * MINUTE})
    stacked = rows_of(play(boxes, trains()), Event.STACKED)
    assert [slot_parts(place_parts(int(d))[1])[1:] for d in stacked["destination"]] == [
        (0, 0),
        (1, 0),
        (2, 0),
    ]
