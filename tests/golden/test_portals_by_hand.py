"""Gantries with rows under their portal, reach stackers that carry, and work that is shared.

The plain terminal (`tests/terminals.py`), its train placed at 15 minutes. The portal: one track of
5 m (its middle at 2.5 m), a lane of 4 m (7 m), two rows of 3 m (10.5 m and 13.5 m); the spreader
travels at 13.8 m, so it comes down 10 m to a box on a wagon or truck (1.2 m + 2.6 m) and 11.2 m to
one on the ground; trolley 1 m/s, hoist 0.5 m/s, rails 1 m/s; aligning and locking 60 s. The gantry
begins at 250 m, its trolley at 0. Wagons are 14 m long, bays 13 m. Every expected time was worked
out before the run; each case is played without its process too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from keruen.domain.codes import Channel, Event, Mode, Mover, PlaceKind, Storage
from keruen.domain.tables import Table, place_parts, slot_parts
from keruen.terminal import movements, simulate
from keruen.terminal.inputs import ServiceRule
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND
from terminals import PLAIN, imports, rows_of, terminal, trains, visits

DAY = MS_PER_DAY
MINUTE = MS_PER_MINUTE
PLACED = 15 * 60

PORTAL: dict[str, Any] = {
    "span": "16 m",
    "track_width": "5 m",
    "n_lanes": 1,
    "lane_width": "4 m",
    "row_width": "3 m",
    "lift_height": "13.8 m",
    "trolley_speed": "1 m/s",
    "hoist_speed": "0.5 m/s",
}
GANTRY = {
    **PLAIN["machines"]["gantry"],
    "speed": "1 m/s",
    "safety_distance": "20 m",
    "cycle_time": "60 s",
    "portal": PORTAL,
}
ROWS = {**PLAIN["blocks"]["a"], "machines": "gantry", "distance": "0 m"}
UNDER = {"machines__gantry": GANTRY, "blocks": {"a": ROWS}}
APART = {"machines__gantry": GANTRY}
"""The same portal, with tracks and lane only: the block is 100 m away, of the reach stacker."""


def play(visit_table: Table, train_table: Table, *, rules: Any = (), **changes: Any) -> Table:
    """The trace of two days, verified after every event."""
    return simulate(
        terminal(**changes),
        train_table,
        visit_table,
        seed=1,
        horizon_ms=2 * DAY,
        n_services=2,
        is_paranoid=True,
        service_rules=rules,
    ).trace


def seconds(trace: Table, kind: Event) -> list[float]:
    """When events of a kind happened, s after the train was placed."""
    return [
        round(time / MS_PER_SECOND - PLACED, 3) for time in rows_of(trace, kind)["time_ms"].tolist()
    ]


def test_from_the_wagon_to_a_stack_under_the_portal() -> None:
    """To the wagon at 7 m 243 s; 60 s; down and up 2 × (10 + 11.2) m at 0.5 m/s, 84.8 s; over from
    2.5 m to 10.5 m, 8 s, and 0.5 m along the rails meanwhile: 395.8 s, and no tractor drives.

    Apart: to the lane 4.5 s and 2 × (10 + 10) m, 80 s: 387.5 s; then 10 s by tractor and three
    minutes of the reach stacker."""
    boxes = visits(*imports(1, out_ms=DAY))
    trace = play(boxes, trains(0), **UNDER)
    assert seconds(trace, Event.UNLOADED) == [395.8]
    assert seconds(trace, Event.STACKED) == [395.8]
    (place,) = rows_of(trace, Event.STACKED)["destination"].tolist()
    assert slot_parts(place_parts(place)[1]) == (0, 0, 0)
    assert len(rows_of(trace, Event.TRACTOR_DELIVERED)) == 0
    apart = play(boxes, trains(0), **APART)
    assert seconds(apart, Event.UNLOADED) == [387.5]
    assert seconds(apart, Event.STACKED) == [387.5 + 10 + 180]


def test_a_truck_fetches_from_the_rows() -> None:
    """The truck is in at a day and a minute, at the stack a minute later. The gantry stands there,
    its trolley too: 60 s, 84.8 s, and over to the lane, 3.5 s. Two crane moves for the box.

    Apart: one move of the gantry, and one of the reach stacker for the truck."""
    boxes = visits(*imports(1, out_ms=DAY))
    trace = play(boxes, trains(0), **UNDER)
    (row,) = rows_of(trace, Event.RETRIEVED)
    assert row["time_ms"] == DAY + 2 * MINUTE + 148_300
    gantry = row["machine"]
    moves = trace[(trace["machine"] == gantry) & (trace["busy_ms"] > 0)]
    assert [Event(kind) for kind in moves["kind"]] == [Event.UNLOADED, Event.RETRIEVED]
    apart = play(boxes, trains(0), **APART)
    moves = apart[(apart["machine"] == gantry) & (apart["busy_ms"] > 0)]
    assert [Event(kind) for kind in moves["kind"]] == [Event.UNLOADED]
    assert rows_of(apart, Event.RETRIEVED)["time_ms"] == DAY + 2 * MINUTE + 180_000


def test_from_a_stack_to_the_wagon() -> None:
    """A truck brings a box at midnight: in at 60 s, in the lane at 120 s. The gantry is at 250 m, in
    bay 19, but the block has five bays: the nearest is bay 4, from 52 m to 65 m, so 58.5 m. It
    drives 191.5 s; 60 s; 84.8 s; from the lane to the first row 3.5 s: 459.8 s. The train is placed
    at 900 s: 60 s, 84.8 s, and to the nearest wagon (56 m to 70 m, its middle 63 m) 4.5 m along and
    8 m across: 152.8 s.

    Apart the box goes by reach stacker and tractor: placed, it drives 10 s to the block, 180 s,
    10 s back, and the gantry has the wagon at 7 m, 243 s away, 60 s, 80 s and 4.5 s."""
    boxes = visits({"in_ms": 0, "out_mode": Mode.TRAIN})
    trace = play(boxes, trains(0), **UNDER)
    (stacked,) = rows_of(trace, Event.STACKED)
    assert stacked["time_ms"] == 459_800
    assert slot_parts(place_parts(int(stacked["destination"]))[1]) == (0, 4 * 2 * 2, 0)
    assert seconds(trace, Event.LOADED) == [152.8]
    assert len(rows_of(trace, Event.TRACTOR_DELIVERED)) == 0
    apart = play(boxes, trains(0), **APART)
    assert seconds(apart, Event.LOADED) == [200 + 243 + 60 + 80 + 4.5]


TWO_TRACKS = {
    "tracks__handling__count": 2,
    "shunting__n_locomotives": 2,
    "machines__gantry": {**GANTRY, "portal": {**PORTAL, "span": "21 m"}},
    "blocks": {"a": ROWS},
}


def test_from_train_to_train() -> None:
    """Two trains side by side on tracks at 2.5 m and 7.5 m, rows from 14 m on: 15.5 m and 18.5 m.

    The first brings a box that is fetched from the stack: 243 s, 60 s, 84.8 s and 13 m across,
    400.8 s. The box of the second goes on by the first, onto the wagon that is free now: the trolley
    comes back 8 m, 60 s, 2 × 20 m at 0.5 m/s, 80 s, and 5 m across, 153 s: one move; so long the
    first waits for it. A box that customs hold for an hour goes to the stack, into the second row:
    8 s, 60 s, 84.8 s and 11 m, 163.8 s; the first train waits for nothing."""
    pair = trains(0, 0, layover_ms=6 * 60 * MINUTE)
    pair["service"] = [0, 1]
    (fetched,) = imports(1, out_ms=DAY)
    onward = {"in_train": 1, "out_mode": Mode.TRAIN, "out_service": 0, "out_ms": 0}
    trace = play(visits(fetched, onward), pair, **TWO_TRACKS)
    assert seconds(trace, Event.UNLOADED) == [400.8, 553.8]
    assert seconds(trace, Event.LOADED) == [553.8]
    assert rows_of(trace, Event.LOADED)["train"].tolist() == [0]
    assert rows_of(trace, Event.LOADED)["machine"].tolist() == [-1]
    assert rows_of(trace, Event.STACKED)["visit"].tolist() == [0]
    assert seconds(trace, Event.TRAIN_WORKED) == [553.8, 553.8]
    held = {**onward, "channel": Channel.GREEN, "hold_ms": 60 * MINUTE}
    trace = play(visits(fetched, held), pair, **TWO_TRACKS)
    assert seconds(trace, Event.STACKED) == [400.8, 564.6]
    assert seconds(trace, Event.TRAIN_WORKED)[0] == 400.8


def export_trucks(n: int) -> list[dict[str, int]]:
    """Trucks that stand at the gate as the train is placed."""
    return [
        {"in_ms": 13 * MINUTE, "out_mode": Mode.TRAIN, "out_service": 1, "out_ms": DAY}
        for _ in range(n)
    ]


def test_trucks_under_the_portal_slow_the_train() -> None:
    """Six boxes on the train; three trucks take turns with them, or come after the train, or before.

    A truck is in the lane at 15 minutes, the others a minute apart: the train loses what the gantry
    spends on each that it serves before the last box."""
    on_train = imports(6, out_ms=DAY)
    alone = play(visits(*on_train), trains(0), **UNDER)
    orders = {}
    for order in ("first_come", "trains_first", "trucks_first"):
        trace = play(
            visits(*on_train, *export_trucks(3)), trains(0), **UNDER, policy__job_order=order
        )
        gantry_rows = trace[(trace["machine"] == 1) & (trace["busy_ms"] > 0)]
        gantry_rows = gantry_rows[gantry_rows["time_ms"] < DAY]
        orders[order] = [Event(kind) for kind in gantry_rows["kind"]]
        end = seconds(trace, Event.TRAIN_WORKED)[0]
        if order == "trains_first":
            assert orders[order] == [Event.UNLOADED] * 6 + [Event.STACKED] * 3
            assert end == seconds(alone, Event.TRAIN_WORKED)[0]
        else:
            assert end > seconds(alone, Event.TRAIN_WORKED)[0] + 3 * (60 + 84.8)
    turn = [Event.UNLOADED, Event.STACKED]
    assert orders["first_come"] == turn * 3 + [Event.UNLOADED] * 3
    # Trucks of a block of its own machines slow nobody who has tractors enough.
    many = {**APART, "machines__tractor__count": 40}
    apart = play(visits(*on_train, *export_trucks(3)), trains(0), **many)
    end = seconds(apart, Event.TRAIN_WORKED)[0]
    assert end == seconds(play(visits(*on_train), trains(0), **many), Event.TRAIN_WORKED)[0]


def test_a_full_block_under_the_portal_leaves_the_tractor() -> None:
    """One bay of two rows, one high: two of three boxes are set under the portal, the third goes by
    tractor to the other block. Without that block it stays on its wagon, and the train with it."""
    small = {**ROWS, "n_bays": 1, "n_rows": 2, "n_tiers": 1}
    far = PLAIN["blocks"]["a"]
    boxes = visits(*imports(3, out_ms=DAY))
    trace = play(boxes, trains(0), machines__gantry=GANTRY, blocks={"a": small, "b": far})
    kinds = [place_parts(int(place))[0] for place in rows_of(trace, Event.UNLOADED)["destination"]]
    assert kinds == [PlaceKind.SLOT, PlaceKind.SLOT, PlaceKind.TRACTOR]
    alone = play(boxes, trains(0), machines__gantry=GANTRY, blocks={"a": small})
    assert len(rows_of(alone, Event.UNLOADED)) == 3
    assert seconds(alone, Event.UNLOADED)[2] > DAY / 1000 - PLACED


def test_what_stands_above_is_moved_within_its_bay() -> None:
    """Three boxes in one bay of two rows: the first lies in row 0, the second in row 1, the third on
    the first (the lowest pile, the first of equals). The first is fetched: from 13.8 m down to the
    box above (5.2 m) 8.6 m, and as far again onto the second, 2 × 17.2 m at 0.5 m/s, 68.8 s, 3 m
    across, 60 s. The trolley starts where the third was set, at 10.5 m: 131.8 s. Then back 3 m, 60 s,
    84.8 s and 3.5 s to the lane: 151.3 s."""
    small = {**ROWS, "n_bays": 1}
    first, *others = imports(3, out_ms=DAY)
    others = [{**box, "out_ms": DAY + (20 - 8 * k) * 60 * MINUTE} for k, box in enumerate(others)]
    trace = play(visits(first, *others), trains(0), machines__gantry=GANTRY, blocks={"a": small})
    (moved,) = rows_of(trace, Event.RESHUFFLED)
    assert moved["visit"] == 2
    assert moved["busy_ms"] == 131_800
    retrieved = rows_of(trace, Event.RETRIEVED)[0]
    assert retrieved["busy_ms"] == 151_300
    at_block = DAY + 2 * MINUTE
    assert retrieved["time_ms"] == at_block + 131_800 + 151_300


def test_the_slot_rule_holds_under_the_portal() -> None:
    """The same three boxes: the first leaves at a day, the second 20 hours later, the third 12 hours
    later. By the reshuffle index the third goes onto the second, which leaves after it, and nothing
    stands in anybody's way. The trolley is over row 1 (13.5 m) then: 3 m back, 60 s, 84.8 s and 3.5 s
    to the lane: 151.3 s. By height alone it stands on the first: one reshuffle (above)."""
    small = {**ROWS, "n_bays": 1}
    boxes = imports(3, out_ms=DAY)
    for box, hours in zip(boxes, (0, 20, 12), strict=True):
        box["out_ms"] = DAY + hours * MS_PER_HOUR
    changes: dict[str, Any] = {"machines__gantry": GANTRY, "blocks": {"a": small}}
    trace = play(visits(*boxes), trains(0), **changes, policy__slot="reshuffle_index")
    slots = [
        slot_parts(place_parts(int(place))[1])
        for place in rows_of(trace, Event.STACKED)["destination"]
    ]
    # Two positions a cell: row 1 is position 2.
    assert slots == [(0, 0, 0), (0, 2, 0), (0, 2, 1)]
    assert len(rows_of(trace, Event.RESHUFFLED)) == 0
    assert rows_of(trace, Event.RETRIEVED)["time_ms"][0] == DAY + 2 * MINUTE + 151_300
    by_height = play(visits(*boxes), trains(0), **changes)
    assert len(rows_of(by_height, Event.RESHUFFLED)) == 1


def test_the_reshuffle_rule_holds_under_the_portal() -> None:
    """Four boxes in one bay of three rows (10.5 m, 13.5 m, 16.5 m), set by height: one each, the
    fourth on the first. They leave at a day, 4, 20 and 12 hours later. For the first the fourth must
    go: by height onto the second (3 m: 131.8 s, as above), where it stands in the way again after four
    hours. By the reshuffle index onto the third, which leaves after it: 6 m across, 68.8 s and 60 s:
    134.8 s; then 6 m back, 60 s, 84.8 s and 3.5 s: 154.3 s, and nothing is moved again."""
    wide = {**GANTRY, "portal": {**PORTAL, "span": "19 m"}}
    bay = {**ROWS, "n_bays": 1, "n_rows": 3}
    boxes = imports(4, out_ms=DAY)
    for box, hours in zip(boxes, (0, 4, 20, 12), strict=True):
        box["out_ms"] = DAY + hours * MS_PER_HOUR
    changes: dict[str, Any] = {"machines__gantry": wide, "blocks": {"a": bay}}
    by_height = play(visits(*boxes), trains(0), **changes)
    assert rows_of(by_height, Event.RESHUFFLED)["visit"].tolist() == [3, 3]
    assert rows_of(by_height, Event.RESHUFFLED)["busy_ms"][0] == 131_800
    trace = play(visits(*boxes), trains(0), **changes, policy__reshuffle="reshuffle_index")
    (moved,) = rows_of(trace, Event.RESHUFFLED)
    assert (moved["visit"], moved["busy_ms"]) == (3, 134_800)
    assert slot_parts(place_parts(int(moved["destination"]))[1]) == (0, 4, 1)
    assert rows_of(trace, Event.RETRIEVED)["busy_ms"][0] == 154_300


def test_of_equal_piles_under_the_portal_the_nearest() -> None:
    """Boxes on wagons at 7 m and 21 m, bays of 13 m: the second stands over bay 1. `first_fit` finds
    nothing to tell piles apart, so it stays there; `min_max` sets it on the first, two bays wide
    nearby, as it leaves before that and an empty pile has no departure to be near to."""
    boxes = imports(2, out_ms=DAY)
    boxes[0]["out_ms"] = DAY + 5 * MS_PER_HOUR
    for rule, bay, tier in (("lowest_stack", 1, 0), ("first_fit", 1, 0), ("min_max", 0, 1)):
        trace = play(visits(*boxes), trains(0), **UNDER, policy__slot=rule)
        place = int(rows_of(trace, Event.STACKED)["destination"][1])
        assert slot_parts(place_parts(place)[1]) == (0, bay * 2 * 2, tier)


def test_of_two_boxes_of_one_train_the_upper_goes_first() -> None:
    """Trucks bring two boxes for a train into the only column. The gantry stands there, its trolley over
    it. By least work the upper one goes first: from 13.8 m down to 5.2 m and to 3.8 m, 2 × (8.6 + 10)
    m at 0.5 m/s, 74.4 s; 60 s; 8 m across, 142.4 s. Then back 8 s, 60 s, 84.8 s, and to the next
    wagon (21 m, 14.5 m away) 14.5 s: 309.7 s. The nearest, of equals the one released first, is the
    lower one: the upper one is lifted off and put back before."""
    boxes = visits(*[{"in_ms": 0, "out_mode": Mode.TRAIN}] * 2)
    column = {**ROWS, "n_bays": 1, "n_rows": 1}
    changes = {**UNDER, "blocks": {"a": column}, "policy__yard_reserve": 0.0}
    least = play(boxes, trains(6 * MS_PER_HOUR), **changes, policy__fetch_order="least_work")
    assert [round(s - 6 * 3600, 3) for s in seconds(least, Event.LOADED)] == [142.4, 309.7]
    assert len(rows_of(least, Event.RESHUFFLED)) == 0
    nearest = play(boxes, trains(6 * MS_PER_HOUR), **changes)
    assert len(rows_of(nearest, Event.RESHUFFLED)) == 2
    assert rows_of(nearest, Event.LOADED)["visit"][0] == rows_of(least, Event.LOADED)["visit"][1]


STACKERS = {
    **PLAIN["machines"]["stacker"],
    "tracks": "handling",
    "count": 1,
    "carries_within": "50 m",
    "carrying_speed": "2 m/s",
}


def without_gantry(distance: str, **stacker: Any) -> dict[str, Any]:
    """A terminal whose reach stacker works the train and the block."""
    machines = {"stacker": {**STACKERS, **stacker}, "tractor": PLAIN["machines"]["tractor"]}
    return {"machines": machines, "blocks__a__distance": distance}


def test_a_reach_stacker_carries_to_a_block_nearby() -> None:
    """30 m at 2 m/s, there and back 30 s, and three minutes for the lift: 210 s for each box, and no
    tractor. At 60 m, beyond what is stated, or without carrying: off after 180 s, the tractor drives,
    and the same machine lifts the box once more.

    At 40 m and 0.2 m/s it would take 400 s, longer than a tractor (4 s) and a second lift (180 s): it
    carries only while both tractors are away."""
    boxes = visits(*imports(2, out_ms=DAY))
    carried = play(boxes, trains(0), **without_gantry("30 m"))
    assert seconds(carried, Event.STACKED) == [210, 420]
    assert len(rows_of(carried, Event.TRACTOR_DELIVERED)) == 0
    for distance, changes in (("60 m", {}), ("30 m", {"carries_within": "0 m"})):
        trace = play(boxes, trains(0), **without_gantry(distance, **changes))
        assert seconds(trace, Event.UNLOADED) == [180, 360]
        assert len(rows_of(trace, Event.TRACTOR_DELIVERED)) == 2
    slow = play(boxes, trains(0), **without_gantry("40 m", carrying_speed="0.2 m/s"))
    kinds = [place_parts(int(place))[0] for place in rows_of(slow, Event.UNLOADED)["destination"]]
    assert kinds == [PlaceKind.TRACTOR, PlaceKind.TRACTOR]
    three = play(
        visits(*imports(3, out_ms=DAY)),
        trains(0),
        **without_gantry("40 m", carrying_speed="0.2 m/s"),
    )
    kinds = [place_parts(int(place))[0] for place in rows_of(three, Event.UNLOADED)["destination"]]
    assert kinds == [PlaceKind.TRACTOR, PlaceKind.TRACTOR, PlaceKind.SLOT]


def test_a_reach_stacker_carries_to_the_train() -> None:
    """The box lies 30 m away as the train is placed: 30 s and three minutes. By tractor: 6 s in all
    (60 m at 10 m/s), and two lifts."""
    boxes = visits({"in_ms": 0, "out_mode": Mode.TRAIN})
    carried = play(boxes, trains(0), **without_gantry("30 m"))
    assert seconds(carried, Event.LOADED) == [210]
    trace = play(boxes, trains(0), **without_gantry("30 m", carries_within="0 m"))
    assert seconds(trace, Event.LOADED) == [366]


@pytest.mark.parametrize(
    ("policy", "of_the_second", "last_s"),
    [("shared_zones", 10, 1554), ("zones", 2, 2516)],
)
def test_zones_share_the_train(policy: str, of_the_second: int, last_s: int) -> None:
    """Twenty boxes on 280 m of wagons, two gantries at 125 m and 375 m, 1 m/s, two minutes a lift.

    Shared zones end at 140 m: the first has the wagons at 7 m to 133 m, 118 + 120 s and nine times
    14 + 120 s: 1444 s; the second those from 147 m on, 228 + 120 s and as often: 1554 s. Zones of the
    track of 500 m end at 250 m: eighteen boxes are the first one's, 238 + 17 × 134 s, two the
    second's."""
    gantry = {
        **PLAIN["machines"]["gantry"],
        "count": 2,
        "speed": "1 m/s",
        "safety_distance": "10 m",
    }
    trace = play(
        visits(*imports(20, out_ms=DAY)),
        trains(0),
        machines__gantry=gantry,
        machines__tractor__count=40,
        policy__crane=policy,
    )
    lifted = rows_of(trace, Event.UNLOADED)
    assert (lifted["machine"] == 2).sum() == of_the_second
    assert max(seconds(trace, Event.UNLOADED)) == last_s


def test_who_has_no_box_in_its_zone_helps() -> None:
    """Four boxes on the first wagons, 7 m to 49 m, all in the first gantry's zone; 14 m apart at least.

    The first lifts at 7 m until 238 s. The second comes to 21 m, 354 s, and lifts until 474 s; so long
    the first has no way to go on. Then it takes the wagon at 35 m, 28 s away, until 622 s, as its zone
    is looked at first; the second is pushed to 49 m and lifts there until 594 s. With zones that
    nobody leaves the first does all: 238, 372, 506, 640 s."""
    gantry = {
        **PLAIN["machines"]["gantry"],
        "count": 2,
        "speed": "1 m/s",
        "safety_distance": "14 m",
    }
    for policy, times in (("shared_zones", [238, 474, 594, 622]), ("zones", [238, 372, 506, 640])):
        trace = play(
            visits(*imports(4, out_ms=DAY)),
            trains(0),
            machines__gantry=gantry,
            machines__tractor__count=40,
            policy__crane=policy,
        )
        assert seconds(trace, Event.UNLOADED) == times


def test_the_load_plan_keeps_gantries_apart() -> None:
    """Two boxes in the block, a train of twenty wagons (280 m), gantries at 125 m and 375 m, 14 m apart.

    Tractors bring them at 200 s and 380 s (10 s, three minutes of the one stacker each, 10 s). The
    first goes on the wagon at 7 m: 118 s and two minutes, 438 s. By section the second goes on the
    first wagon beyond 140 m, at 147 m: the second gantry drives 228 s: 728 s. From front to back it
    goes on the wagon at 21 m, where the second gantry must come for it, 354 s: 854 s."""
    gantry = {
        **PLAIN["machines"]["gantry"],
        "count": 2,
        "speed": "1 m/s",
        "safety_distance": "14 m",
    }
    for plan, last_s in (("by_section", 728), ("front_to_back", 854)):
        trace = play(
            visits(*[{"in_ms": 0, "out_mode": Mode.TRAIN}] * 2),
            trains(0),
            machines__gantry=gantry,
            policy__load_plan=plan,
        )
        assert seconds(trace, Event.LOADED) == [438, last_s]


ROWS_AND_BLOCK = {"machines__gantry": GANTRY, "blocks": {"a": PLAIN["blocks"]["a"], "b": ROWS}}


def test_a_box_for_a_train_is_set_under_the_portal() -> None:
    """As in `test_from_a_stack_to_the_wagon`, with both blocks: by `under_portal` the truck that brings
    a box for a train goes to the rows, although the other block is as empty and comes first: 152.8 s.
    As all others are, it is set in the other block: 587.5 s, with a tractor. A box that a truck fetches
    goes there in any case, and so does one for a train when the rows have but their reserve."""
    boxes = visits({"in_ms": 0, "out_mode": Mode.TRAIN})
    under = {"policy__train_box_block": "under_portal"}
    trace = play(boxes, trains(0), **ROWS_AND_BLOCK, **under)
    assert seconds(trace, Event.LOADED) == [152.8]
    assert len(rows_of(trace, Event.TRACTOR_DELIVERED)) == 0
    as_others = play(boxes, trains(0), **ROWS_AND_BLOCK)
    assert seconds(as_others, Event.LOADED) == [587.5]
    by_truck = visits({"in_ms": 0, "out_mode": Mode.TRUCK, "out_ms": DAY})
    one_cell = {**ROWS_AND_BLOCK["blocks"], "b": {**ROWS, "n_bays": 1, "n_rows": 1}}
    for table, changes in (
        (by_truck, ROWS_AND_BLOCK),
        (boxes, {**ROWS_AND_BLOCK, "blocks": one_cell}),
    ):
        (stacked,) = rows_of(play(table, trains(0), **changes, **under), Event.STACKED)
        assert slot_parts(place_parts(int(stacked["destination"]))[1])[0] == 0


TWO_MODULES: dict[str, Any] = {
    "machines": {
        **PLAIN["machines"],
        "gantry": {**GANTRY, "tracks": "handling"},
        "far": {**GANTRY, "tracks": "other"},
    },
    "tracks": {**PLAIN["tracks"], "other": PLAIN["tracks"]["handling"]},
    "blocks": {"a": ROWS, "b": {**ROWS, "machines": "far"}},
}


def test_a_box_for_a_train_is_set_beside_its_own_tracks() -> None:
    """Two modules alike, a track and rows each. Both boxes are brought at once for one service: with tracks
    of its own, those of the second, both are set there (block 1), by whatever rule; without, one in
    each, by what stands there. Boxes of a service with other tracks go to the first."""
    boxes = visits(*[{"in_ms": 0, "out_mode": Mode.TRAIN}] * 2)
    for rule, tracks, blocks in (
        ("as_others", (1, 2), [1, 1]),
        ("as_others", (0, 1), [0, 0]),
        ("under_portal", (1, 2), [1, 1]),
        ("under_portal", (0, 0), [0, 1]),
    ):
        trace = play(
            boxes,
            trains(0),
            rules=[ServiceRule(tracks=tracks)],
            policy__train_box_block=rule,
            **TWO_MODULES,
        )
        stacked = rows_of(trace, Event.STACKED)["destination"].tolist()
        assert sorted(slot_parts(place_parts(int(place))[1])[0] for place in stacked) == blocks


def _lifts(trace: Table, visit: int) -> list[tuple[Event, int]]:
    """What the gantries did with a box: behind two locomotives 2 is `far`, 3 is `gantry`."""
    own = trace[(trace["visit"] == visit) & np.isin(trace["machine"], (2, 3))]
    return [(Event(row["kind"]), int(row["machine"])) for row in own]


def test_from_module_to_module() -> None:
    """Two modules. The train of the second brings a box of its own, and an export box waits for it in bay 4:
    the far gantry, at 58.5 m, comes to 7 m, 51.5 s, 60 s, 84.8 s, 8 s across: 204.3 s; back 52 s,
    60 s, 84.8 s, 8 s: the export box is on at 409.1 s. Meanwhile the other gantry lifts the box that goes
    on by that train onto a tractor: 387.5 s, and as it stands there, the far gantry puts it on: from 63 m
    56 s, 60 s, 80 s and 4.5 s: 609.6 s. Two lifts. When its train comes later, it is set in the rows
    there: three. Without tracks of its own it is set down where it comes: three, two of them there."""
    brought = {"in_ms": 0, "out_mode": Mode.TRAIN, "out_service": 1}
    onward = {"in_train": 0, "out_mode": Mode.TRAIN, "out_service": 1, "out_ms": 0}
    (own,) = imports(1, 1, out_ms=DAY)
    table = visits(brought, onward, own)
    (number,) = np.flatnonzero((table["in_train"] == 0) & (table["out_mode"] == Mode.TRAIN))
    rules = [ServiceRule(tracks=(0, 1)), ServiceRule(tracks=(1, 2))]
    changes = {**TWO_MODULES, "shunting__n_locomotives": 2}
    pair = trains(0, 0, layover_ms=12 * MS_PER_HOUR)
    pair["service"] = [0, 1]
    trace = play(table, pair, rules=rules, **changes)
    assert seconds(trace, Event.LOADED) == [409.1, 609.6]
    assert _lifts(trace, int(number)) == [(Event.UNLOADED, 3), (Event.LOADED, 2)]
    late = trains(0, 6 * MS_PER_HOUR, layover_ms=12 * MS_PER_HOUR)
    late["service"] = [0, 1]
    trace = play(table, late, rules=rules, **changes)
    assert _lifts(trace, int(number)) == [
        (Event.UNLOADED, 3),
        (Event.STACKED, 2),
        (Event.LOADED, 2),
    ]
    trace = play(table, pair, rules=[ServiceRule(), ServiceRule()], **changes)
    assert _lifts(trace, int(number)) == [
        (Event.UNLOADED, 3),
        (Event.RETRIEVED, 3),
        (Event.LOADED, 2),
    ]


def test_from_the_truck_to_its_train() -> None:
    """One box stands in the rows, in bay 0, and is on its wagon after 152.8 s, as in
    `test_from_a_stack_to_the_wagon`. Meanwhile, 120 s after the train was placed, a truck with another is at the
    rows (one minute in the lane, one of driving). Its wagon is the first of the section, at 7 m: the
    gantry comes from 63 m, 56 s; 60 s; down and up 2 × (10 + 10) m, 80 s; from the lane 4.5 s: 353.3 s.
    No stack, no second move. Without own tracks the box is stacked, and so is one that customs
    look at."""
    brought = {"in_ms": 15 * MINUTE, "out_mode": Mode.TRAIN}
    waits = {"in_ms": 0, "out_mode": Mode.TRAIN, "gross_mass_kg": 30_000}
    own = [ServiceRule(tracks=(0, 1))]
    table = visits(waits, brought)
    trace = play(table, trains(0), rules=own, **UNDER)
    loaded = rows_of(trace, Event.LOADED)
    assert [place_parts(int(place))[0] for place in loaded["origin"]] == [
        PlaceKind.SLOT,
        PlaceKind.TRUCK,
    ]
    assert len(rows_of(trace, Event.STACKED)) == 1
    assert seconds(trace, Event.LOADED) == [152.8, 353.3]
    assert len(rows_of(trace, Event.TRUCK_LEFT)) == 2
    apart = play(table, trains(0), **UNDER)
    assert len(rows_of(apart, Event.STACKED)) == 2
    held = visits(waits, {**brought, "hold_ms": MINUTE})
    assert len(rows_of(play(held, trains(0), rules=own, **UNDER), Event.STACKED)) == 2


def test_the_nearest_box_is_fetched_first() -> None:
    """Five boxes are set into bays 0 to 4 beside their wagons, each into the first row; those of bay 0
    and bay 4 go on with a train at six hours. The gantry stands at 58.5 m in bay 4, its trolley over
    the row. Nearest first: 60 s, 84.8 s, to the wagon at 63 m 8 s across, 152.8 s; to bay 0 (6.5 m)
    56.5 s, 60 s, 84.8 s and 8 s across to the wagon at 7 m: 362.1 s. Released first: to bay 0 52 s,
    152.8 s: 204.8 s; from 7 m back 51.5 s, 152.8 s: 409.1 s."""
    pair = trains(0, 6 * 60 * MINUTE)
    pair["service"] = [0, 1]
    boxes = imports(5, out_ms=DAY)
    for box in (boxes[0], boxes[4]):
        box.update(out_mode=Mode.TRAIN, out_service=1)
    for order, first, times in (
        ("nearest", 4, [152.8, 362.1]),
        ("released_first", 0, [204.8, 409.1]),
    ):
        trace = play(visits(*boxes), pair, **UNDER, policy__fetch_order=order)
        loaded = rows_of(trace, Event.LOADED)
        assert loaded["visit"][0] == first
        assert [round(s - 6 * 3600, 3) for s in seconds(trace, Event.LOADED)] == times


def test_boxes_of_tractors_hide_none_under_the_portal() -> None:
    """Nineteen laden boxes wait in the block, then an empty one is set into the rows: at three hours a
    train takes them. The gantry stands over the empty one and loads it first, 152.8 s, long before
    the first tractor is there (200 s), and while tractors bring the others."""
    laden: list[dict[str, Any]] = [{"in_ms": 0, "out_mode": Mode.TRAIN}] * 19
    empty = {"in_ms": 100 * MINUTE, "out_mode": Mode.TRAIN, "storage": Storage.EMPTY}
    trace = play(
        visits(*laden, empty),
        trains(3 * 60 * MINUTE),
        machines__gantry=GANTRY,
        blocks={"a": PLAIN["blocks"]["a"], "b": {**ROWS, "kind": "empty"}},
    )
    loaded = rows_of(trace, Event.LOADED)
    assert loaded["visit"][0] == 19
    assert round(seconds(trace, Event.LOADED)[0] - 3 * 3600, 3) == 152.8
    assert len(loaded) == 20


def test_the_first_box_is_called_while_the_last_goes_off() -> None:
    """One box comes, one goes; two minutes a lift, two stackers of three minutes, 10 s to the block.

    Ahead: called as the unloading begins, the box is there at 200 s and on at 320 s. When the train is
    empty: called at 120 s, there at 320 s, on at 440 s. With five boxes to come, four are left as the
    first is lifted, one more than may be under way: it is called with the second lift, at 120 s, by
    the tractor that is left: there at 320 s."""
    going = {"in_ms": 0, "out_mode": Mode.TRAIN}
    for start, last_s in (("ahead", 320), ("when_empty", 440)):
        trace = play(
            visits(*imports(1, out_ms=DAY), going),
            trains(0),
            machines__stacker__count=2,
            policy__load_start=start,
        )
        assert seconds(trace, Event.LOADED) == [last_s]
    trace = play(
        visits(*imports(5, out_ms=DAY), going),
        trains(0),
        machines__stacker__count=4,
        machines__tractor__count=9,
        policy__load_start="ahead",
    )
    arrived = [time for time in seconds(trace, Event.RETRIEVED) if time < DAY / 1000 - PLACED]
    assert arrived == [120 + 10 + 180]


def test_boxes_put_back_under_the_portal_stand_a_tier_lower() -> None:
    """One column of three that trucks brought; the train takes the lowest, whose way out is that
    the two above are lifted off and put back. They stand on the ground and on one another then."""
    one_column = {"n_bays": 1, "n_rows": 1}
    boxes = visits(
        *({"in_ms": 0, "out_mode": Mode.TRAIN, "out_service": service} for service in (0, 1, 1))
    )
    changes = {**UNDER, "blocks": {"a": {**ROWS, **one_column}}, "policy__yard_reserve": 0.0}
    trace = play(boxes, trains(6 * MS_PER_HOUR), **changes)
    (loaded,) = rows_of(trace, Event.LOADED)
    assert slot_parts(place_parts(int(loaded["origin"]))[1]) == (0, 0, 0)
    assert len(rows_of(trace, Event.RESHUFFLED)) == 4
    stays = movements(trace, boxes, 2 * DAY)
    stays = stays[(stays["mover"] == Mover.BOX) & (stays["place"] >> 24 == PlaceKind.SLOT)]
    at_the_end = stays[stays["ends_ms"] == 2 * DAY]
    tiers = dict(
        zip(at_the_end["number"].tolist(), (at_the_end["place"] & 0xF).tolist(), strict=True)
    )
    was = {
        int(row["visit"]): int(row["destination"]) & 0xF for row in rows_of(trace, Event.STACKED)
    }
    others = {0, 1, 2} - {int(loaded["visit"])}
    assert tiers == {visit: was[visit] - 1 for visit in others}
    assert sorted(tiers.values()) == [0, 1]
