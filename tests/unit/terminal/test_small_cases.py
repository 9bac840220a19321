"""Cases small enough to follow with a clock in hand: every expected time is worked out in words."""

from __future__ import annotations

import numpy as np
import pytest

from keruen.domain.codes import Channel, Event, Mode, PlaceKind, Storage
from keruen.domain.tables import Table, place_parts, slot_parts
from keruen.terminal import simulate
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE
from terminals import as_minutes, imports, rows_of, terminal, trains, visits

HOUR = MS_PER_HOUR


def run(visit_table: Table, train_table: Table, days: float = 3, **changes: object) -> Table:
    """The trace of a paranoid run of the plain terminal."""
    result = simulate(
        terminal(**changes),
        train_table,
        visit_table,
        seed=1,
        horizon_ms=int(days * MS_PER_DAY),
        n_services=2,
        is_paranoid=True,
    )
    return result.trace


def test_one_train_two_boxes_two_trucks() -> None:
    """A train with two boxes is worked, and two trucks fetch them, at the minutes worked out here.

    Inspection 10, placing 5: lifts from 15 to 17 and 17 to 19. Ten seconds of driving, then three
    minutes of the only stacker for each: 17:10 to 20:10 and, as it is busy, 20:10 to 23:10. The
    train has no load: pulled 19 to 24, tested until 34. Trucks at 60: lane 60-61 and 61-62, one
    minute to the block, stacker 62-65 and 65-68, one minute to the exit, lane out one minute.
    """
    trace = run(visits(*imports(2, out_ms=HOUR)), trains(0))
    times = {kind: as_minutes(rows_of(trace, kind)["time_ms"]) for kind in Event}
    sixth = 1 / 6
    assert times[Event.TRAIN_ARRIVED] == [0]
    assert times[Event.TRAIN_RECEIVED] == [0]
    assert times[Event.TRAIN_INSPECTED] == [10]
    assert times[Event.TRAIN_PLACED] == [15]
    assert times[Event.UNLOADED] == [17, 19]
    assert times[Event.STACKED] == pytest.approx([20 + sixth, 23 + sixth])
    assert times[Event.TRACTOR_DELIVERED] == pytest.approx([20 + 2 * sixth, 23 + 2 * sixth])
    assert times[Event.TRAIN_WORKED] == [19]
    assert times[Event.TRAIN_PULLED] == [24]
    assert times[Event.TRAIN_READY] == [34]
    assert times[Event.TRAIN_DEPARTED] == [34]
    assert times[Event.TRUCK_ARRIVED] == [60, 60]
    assert times[Event.TRUCK_ENTERED] == [61, 62]
    assert times[Event.RETRIEVED] == [65, 68]
    assert times[Event.TRUCK_LEFT] == [67, 70]
    assert times[Event.RESHUFFLED] == []
    assert (np.diff(trace["time_ms"]) >= 0).all()


def test_exports_go_on_the_train_of_their_service() -> None:
    """Two boxes brought by trucks leave on the next train of their service, a third for another stays.

    Trucks at 0: lane 0-1, 1-2, 2-3; block at 2, 3, 4; stacker 2-5, 5-8, 8-11. The train comes at
    60, is placed at 75; both tractors drive 10 s, the stacker fetches 75:10-78:10 and 78:10-81:10,
    10 s back, lifts 78:20-80:20 and 81:20-83:20.
    """
    exports = [{"in_ms": 0, "out_service": service} for service in (0, 0, 1)]
    trace = run(visits(*exports), trains(HOUR))
    assert as_minutes(rows_of(trace, Event.STACKED)["time_ms"]) == [5, 8, 11]
    loaded = rows_of(trace, Event.LOADED)
    assert as_minutes(loaded["time_ms"]) == pytest.approx([80 + 1 / 3, 83 + 1 / 3])
    assert loaded["visit"].tolist() == [0, 1]
    assert as_minutes(rows_of(trace, Event.TRAIN_WORKED)["time_ms"]) == pytest.approx([83 + 1 / 3])


def test_a_train_takes_no_more_than_its_capacity() -> None:
    """A train for three TEU takes one 40-ft box of two, and a 20-ft box fills the gap that is left."""
    exports = [{"n_teu": 2}, {"n_teu": 2}, {"n_teu": 1}]
    trace = run(visits(*exports), trains(HOUR, capacity_teu=3))
    assert rows_of(trace, Event.LOADED)["visit"].tolist() == [0, 2]


def test_a_train_waits_for_its_departure_time() -> None:
    """A train that is ready before its scheduled departure leaves at it, and not before."""
    trace = run(visits(*imports(1, out_ms=HOUR)), trains(0, layover_ms=5 * HOUR))
    assert as_minutes(rows_of(trace, Event.TRAIN_READY)["time_ms"]) == [32]
    assert as_minutes(rows_of(trace, Event.TRAIN_DEPARTED)["time_ms"]) == [300]


def test_a_train_is_held_while_no_reception_track_may_be_taken() -> None:
    """With two reception tracks and one train beyond, the third train is held until one departs."""
    trace = run(visits(*imports(1, out_ms=HOUR)), trains(0, 1, 2, layover_ms=2 * HOUR))
    received = rows_of(trace, Event.TRAIN_RECEIVED)
    # The first is placed from 10 to 15 and needs a track to come back to: the one that it left.
    assert received["train"].tolist() == [0, 1, 2]
    departed = as_minutes(rows_of(trace, Event.TRAIN_DEPARTED)["time_ms"])
    assert as_minutes(received["time_ms"])[2] >= departed[0]


def test_reshuffle_when_the_wanted_box_is_below() -> None:
    """In a block of one column a box under two others costs two lifts off and two back.

    One cell, three tiers, no other pile: five moves of three minutes for the lowest box.
    """
    block = {"blocks__a__n_bays": 1, "blocks__a__n_rows": 1, "policy": {"yard_reserve": 0.0}}
    boxes = [*imports(1, out_ms=HOUR), *imports(2, out_ms=30 * HOUR)]
    trace = run(visits(*boxes), trains(0), **block)
    moves = trace[(trace["kind"] == Event.RESHUFFLED) | (trace["kind"] == Event.RETRIEVED)]
    first = moves[: np.flatnonzero(moves["kind"] == Event.RETRIEVED)[0] + 1]
    assert as_minutes(first["time_ms"]) == [65, 68, 71, 74, 77]
    assert first["busy_ms"].tolist() == [3 * MS_PER_MINUTE] * 5
    assert first["visit"][-1] == 0


def test_reshuffle_onto_another_pile() -> None:
    """With a second pile the box above is moved there, once."""
    block = {"blocks__a__n_bays": 2, "blocks__a__n_rows": 1, "policy__yard_reserve": 0.0}
    # Lowest stack first: boxes 0 and 1 on the ground, box 2 on one of them.
    boxes = imports(3, out_ms=30 * HOUR)
    boxes[0]["out_ms"] = HOUR
    trace = run(visits(*boxes), trains(0), **block)
    stacked = rows_of(trace, Event.STACKED)
    slots = {
        int(row["visit"]): slot_parts(place_parts(int(row["destination"]))[1]) for row in stacked
    }
    assert {slots[0][2], slots[1][2], slots[2][2]} == {0, 1}
    on_first = slots[2][1] == slots[0][1]
    reshuffled = rows_of(trace, Event.RESHUFFLED)
    before = reshuffled[reshuffled["time_ms"] < 2 * HOUR]
    assert before["visit"].tolist() == ([2] if on_first else [])
    if on_first:
        assert place_parts(int(before["destination"][0]))[0] == PlaceKind.SLOT


def test_red_channel_waits_for_a_slot() -> None:
    """Two boxes for one inspection slot: the second is opened when the first is closed.

    Stacked at 20:10 and 23:10; the slot takes 60 minutes for each.
    """
    held = {"channel": Channel.RED, "hold_ms": HOUR}
    trace = run(visits(*imports(2, out_ms=HOUR, **held)), trains(0))
    sixth = 1 / 6
    started = rows_of(trace, Event.HOLD_STARTED)
    assert as_minutes(started["time_ms"]) == pytest.approx([20 + sixth, 80 + sixth])
    ended = rows_of(trace, Event.HOLD_ENDED)
    assert as_minutes(ended["time_ms"]) == pytest.approx([80 + sixth, 140 + sixth])
    # Planned for 60 but released later: the trucks come at the same hour of the next day.
    assert as_minutes(rows_of(trace, Event.TRUCK_ARRIVED)["time_ms"]) == [60 + 1440, 60 + 1440]


def test_the_gate_serves_only_while_it_is_open() -> None:
    """A truck that comes at night is served when the gate opens."""
    hours = [0.0] * 24
    hours[6] = 1.0
    gate = {"gate__opens": "6 h", "gate__open_time": "16 h", "gate__hour_shares": hours}
    trace = run(visits({"in_ms": HOUR}), trains(), **gate)
    assert as_minutes(rows_of(trace, Event.TRUCK_ENTERED)["time_ms"]) == [6 * 60 + 1]


def test_a_gate_that_is_open_all_day_long_serves_at_any_hour() -> None:
    """Open for 24 hours from 6 h is open at 1 h as well: the truck is through its lane a minute later."""
    trace = run(visits({"in_ms": HOUR}), trains(), gate__opens="6 h", gate__open_time="24 h")
    assert as_minutes(rows_of(trace, Event.TRUCK_ENTERED)["time_ms"]) == [61]


def test_a_bringing_truck_waits_outside_while_the_yard_is_full() -> None:
    """With room for one box and no train to take it, the second truck never enters."""
    block = {"blocks__a__n_bays": 1, "blocks__a__n_rows": 1, "blocks__a__n_tiers": 1}
    trace = run(visits({}, {}), trains(), policy__yard_reserve=0.0, **block)
    assert len(rows_of(trace, Event.TRUCK_ARRIVED)) == 2
    assert rows_of(trace, Event.TRUCK_ENTERED)["visit"].tolist() == [0]


def test_reefers_need_plugs() -> None:
    """With two plugs a third cooled box stays outside although the block has room."""
    block = {"blocks__a__kind": "reefer", "blocks__a__n_plugs": 2}
    boxes = [{"storage": Storage.REEFER} for _ in range(3)]
    trace = run(visits(*boxes), trains(), **block)
    assert rows_of(trace, Event.STACKED)["visit"].tolist() == [0, 1]


def test_transit_goes_from_train_to_train() -> None:
    """A transit box is unloaded from one train and loaded on one of its onward service."""
    box = {"in_train": 0, "out_mode": Mode.TRAIN, "out_service": 1}
    train_table = trains(0, 2 * HOUR)
    train_table["service"] = [0, 1]
    trace = run(visits(box), train_table)
    assert rows_of(trace, Event.UNLOADED)["train"].tolist() == [0]
    assert rows_of(trace, Event.LOADED)["train"].tolist() == [1]


def test_a_run_continues_from_its_saved_state() -> None:
    """Stopping at noon of the second day and going on gives the trace of an unbroken run."""
    boxes = visits(*imports(6, out_ms=HOUR), *[{"in_ms": i * HOUR} for i in range(8)])
    train_table = trains(0, 5 * HOUR, 30 * HOUR)
    options = {"seed": 5, "n_services": 2}
    stacker = terminal(machines__stacker__cycle_time={"law": "exponential", "mean": "9 min"})
    horizon_ms, middle_ms = 3 * MS_PER_DAY, 4 * HOUR
    whole = simulate(stacker, train_table, boxes, horizon_ms=horizon_ms, **options)
    first = simulate(stacker, train_table, boxes, horizon_ms=middle_ms, **options)
    rest = simulate(
        stacker, train_table, boxes, horizon_ms=horizon_ms, state=first.state, **options
    )
    assert len(first.trace) > 0
    assert len(rest.trace) > 0
    assert (np.concatenate([first.trace, rest.trace]) == whole.trace).all()
    assert rest.n_events == whole.n_events
