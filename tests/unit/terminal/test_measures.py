"""Measures of runs that are small enough to measure with a pencil."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from keruen.domain.codes import Delivery, Event, Resource, Storage
from keruen.domain.tables import Table, columns, verify
from keruen.scenario import Scenario, read
from keruen.terminal import measure, simulate
from keruen.terminal.measures.window import (
    busiest_hours,
    time_by_hour_of_busiest_day,
    window_of,
)
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE
from terminals import PLAIN, imports, terminal, trains, visits

HOUR = MS_PER_HOUR


def world(days: int = 1, warm_up_days: int = 0, **changes: Any) -> Scenario:
    """The toy scenario with the plain terminal of the tests."""
    toy = read("toy", [f"calendar.days={days}", f'calendar.warm_up="{warm_up_days} d"'])
    return toy.model_copy(update={"terminal": terminal(**changes)})


def measured(
    scenario: Scenario, train_table: Table, visit_table: Table
) -> tuple[dict[str, float], dict[str, Table]]:
    """Simulate and measure."""
    calendar = scenario.calendar
    run = simulate(
        scenario.terminal,
        train_table,
        visit_table,
        seed=1,
        horizon_ms=calendar.warm_up_ms + calendar.days * MS_PER_DAY,
        n_services=2,
    )
    found, tables = measure(scenario, run.trace, train_table, visit_table)
    for name, table in tables.items():
        verify(name, table)
        assert [column.name for column in columns(name)] == list(table.dtype.names or ())
    return found, tables


def test_one_train_two_trucks() -> None:
    """The train of the small case is ready after 34 minutes, its trucks turn in 7 and 10.

    Lifts 15-19, pulled from 19: four minutes on the handling track. The stacker works 4 × 3 minutes,
    the gantry 2 × 2, each of two tractors one job of 5:20 and 6:20.
    """
    found, tables = measured(world(), trains(0), visits(*imports(2, out_ms=HOUR)))
    train = tables["train_results"][0]
    assert train["turnaround_ms"] == 34 * MS_PER_MINUTE
    assert train["handling_ms"] == 4 * MS_PER_MINUTE
    assert train["placed_wait_ms"] == 0
    assert train["held_ms"] == 0
    assert (train["n_boxes_in"], train["n_boxes_out"]) == (2, 0)
    trucks = tables["truck_results"]
    assert trucks["queue_ms"].tolist() == [0, MS_PER_MINUTE]
    assert (trucks["queue_ms"] + trucks["terminal_ms"]).tolist() == [
        7 * MS_PER_MINUTE,
        10 * MS_PER_MINUTE,
    ]
    assert found["truck_turn_time_ms_mean"] == 8.5 * MS_PER_MINUTE
    day = MS_PER_DAY / MS_PER_MINUTE
    assert found["utilisation_share_gantry"] == pytest.approx(4 / day)
    assert found["utilisation_share_reach_stacker"] == pytest.approx(12 / day)
    assert found["utilisation_share_tractor"] == pytest.approx((5 + 1 / 3 + 6 + 1 / 3) / 2 / day)
    # A track is the train's from the moment the locomotive starts: 10-19.
    assert found["utilisation_share_handling_track"] == pytest.approx(9 / day)
    # Received 0-10 (placing starts at 10), and 19-34 after pulling starts, on one of two tracks.
    assert found["utilisation_share_reception_track"] == pytest.approx((10 + 15) / 2 / day)
    # Two gantry moves in the four minutes between placing and the last box.
    assert found["gantry_moves_per_h"] == pytest.approx(2 / (4 / 60))
    assert found["boxes_per_year"] == 2 * 365
    assert found["teu_per_year"] == 4 * 365
    assert found["tonnes_per_year"] == 40 * 365
    assert found["mean_load_t"] == pytest.approx(20 - 3.9)
    dwell = tables["dwell_results"]["dwell_ms"] / MS_PER_MINUTE
    assert dwell.tolist() == [67, 70]


def test_tractors_driving_and_waiting() -> None:
    """Of its 5:20 a tractor drives twice ten seconds; the rest it is held by gantry and stacker."""
    _, tables = measured(world(), trains(0), visits(*imports(2, out_ms=HOUR)))
    machines = tables["machine_results"]
    tractors = machines[machines["resource"] == Resource.TRACTOR]
    assert tractors["working_share"] * MS_PER_DAY == pytest.approx([20_000, 20_000])
    total = (tractors["working_share"] + tractors["waiting_share"]) * MS_PER_DAY
    assert total == pytest.approx([320_000, 380_000])


def test_yard_by_hour() -> None:
    """Two 40-ft boxes stand at the end of hour 0 and none at the end of hour 1."""
    _, tables = measured(world(), trains(0), visits(*imports(2, out_ms=HOUR)))
    laden = tables["hourly"][tables["hourly"]["storage"] == Storage.LADEN]
    assert laden["occupied_teu"][:3].tolist() == [4, 0, 0]
    assert laden["n_boxes"][:3].tolist() == [2, 0, 0]
    assert len(laden) == 24


def test_warm_up_is_cut() -> None:
    """What happened before the measured time is in no count, what was begun is there to be seen."""
    boxes = [*imports(1, out_ms=HOUR), {"in_ms": 30 * HOUR}]
    found, tables = measured(world(1, 1), trains(0), visits(*boxes))
    assert len(tables["train_results"]) == 0
    assert tables["truck_results"]["visit"].tolist() == [1]
    assert found["boxes_per_year"] == 0
    assert len(tables["hourly"]) == 24 * len(Storage)


def test_a_jam_cannot_look_good() -> None:
    """Trains that never get in count with the time they have waited.

    One track that may be taken and a train that stays: the second train, come at hour 1, has waited
    23 hours at the end of the day.
    """
    place = world(tracks__reception__count=1, tracks__handling__count=1)
    found, tables = measured(
        place, trains(0, HOUR, layover_ms=MS_PER_DAY * 2), visits(*imports(1, out_ms=HOUR))
    )
    held = tables["train_results"][1]
    assert held["turnaround_ms"] == -1
    assert held["held_ms"] == 23 * HOUR
    assert found["trains_held_share"] == 0.5
    assert found["n_trains_held_end"] == 1
    assert found["train_turnaround_ms_p90"] > 20 * HOUR


def test_a_trace_is_sorted_by_kind_and_jobs_end_by_machine() -> None:
    """Rows keep their order within a kind; a machine's reshuffles end with its next job."""
    events = [
        (Event.TRAIN_ARRIVED, -1, -1),
        (Event.RESHUFFLED, 0, 3),
        (Event.RESHUFFLED, 1, 3),
        (Event.RETRIEVED, 0, 0),  # One of its own, not that of the other machine.
        (Event.RESHUFFLED, 0, 3),
        (Event.STACKED, 0, 2),  # The job that the reshuffle was for, whatever it was.
        (Event.RETRIEVED, 0, 1),  # None since.
        (Event.RETRIEVED, 1, 2),  # The one from before.
        (Event.RETRIEVED, 1, 3),  # None since.
        (Event.TRAIN_ARRIVED, -1, -1),
    ]
    trace = np.zeros(len(events), _trace_dtype())
    trace["time_ms"] = np.arange(len(events))
    trace["kind"], trace["machine"], trace["visit"] = zip(*events, strict=True)
    window = window_of(world(), trace, trains(0), visits(*imports(4, out_ms=HOUR)))
    assert window.n_reshuffles.tolist() == [1, 0, 1, 0]
    assert window.rows(Event.RETRIEVED)["time_ms"].tolist() == [3, 6, 7, 8]
    assert window.rows(Event.TRAIN_ARRIVED)["time_ms"].tolist() == [0, 9]
    assert not len(window.rows(Event.TRUCK_LEFT))
    assert sum(len(window.rows(kind)) for kind in Event) == len(trace)


def test_reshuffles_are_told_of_the_box_they_were_for() -> None:
    """Two reshuffles above the lowest box of one pile are charged to it, and to no other."""
    place = world(
        days=2,
        blocks__a__n_bays=1,
        blocks__a__n_rows=1,
        policy={"yard_reserve": 0.0},
    )
    boxes = [*imports(1, out_ms=HOUR), *imports(2, out_ms=30 * HOUR)]
    found, tables = measured(place, trains(0), visits(*boxes))
    dwell = tables["dwell_results"]
    # Lifted off twice and put back twice, see the small cases.
    assert dict(zip(dwell["visit"].tolist(), dwell["n_reshuffles"].tolist(), strict=True))[0] == 4
    assert found["reshuffles_per_retrieval"] > 1


def test_time_by_hour_of_the_busiest_day() -> None:
    """An interval from 23:30 to 01:30 of the next day lies in its hours, on the day with most of it."""
    run_world = world(days=7)
    window = window_of(run_world, np.zeros(0, _trace_dtype()), trains(), visits())
    starts = np.array([MS_PER_DAY - HOUR // 2])
    total, by_hour = time_by_hour_of_busiest_day(window, starts, starts + 2 * HOUR)
    assert total == 2 * HOUR
    assert by_hour[:3].tolist() == [HOUR, HOUR // 2, 0]
    assert by_hour.sum() == 1.5 * HOUR


def test_busiest_hours_wrap_around_midnight() -> None:
    """Three consecutive hours may start before midnight."""
    by_hour = np.zeros(24)
    by_hour[[22, 23, 0]] = 3.0
    assert busiest_hours(by_hour) == (22, 3.0)


def _trace_dtype() -> np.dtype[Any]:
    from keruen.domain import tables

    return tables.dtype("trace")


def test_parts_of_a_visit_are_measured_where_they_began() -> None:
    """A train that never came under the gantries does not make their handling look short.

    One train is handled for four minutes, the other waits outside: the mean is four minutes.
    """
    place = world(tracks__reception__count=1, tracks__handling__count=1)
    found, _ = measured(
        place, trains(0, HOUR, layover_ms=MS_PER_DAY * 2), visits(*imports(2, out_ms=HOUR))
    )
    assert found["train_handling_ms_mean"] == 4 * MS_PER_MINUTE
    assert found["train_placed_wait_ms_mean"] == 0


def test_waiting_for_a_track_is_a_mean_of_those_inspected() -> None:
    """Of three trains one is placed at once, one after 14 minutes, one never gets in: 7 minutes.

    The locomotive places the first from 10 to 15, two boxes are off at 19, it is pulled until 24;
    then the second is placed. Both stay on the two reception tracks for longer than the day.
    """
    found, tables = measured(
        world(), trains(0, 0, 0, layover_ms=MS_PER_DAY * 2), visits(*imports(2, out_ms=HOUR))
    )
    waits = tables["train_results"]["placed_wait_ms"] / MS_PER_MINUTE
    assert waits.tolist() == [0, 14, 0]
    assert found["train_placed_wait_ms_mean"] == 7 * MS_PER_MINUTE
    assert found["n_trains_held_end"] == 1


def test_work_is_cut_at_the_warm_up() -> None:
    """Of three minutes of work from 23:58 to 00:01, the one after midnight is measured."""
    box = {"in_ms": MS_PER_DAY - 4 * MS_PER_MINUTE}
    found, tables = measured(world(1, 1), trains(0), visits(box))
    machines = tables["machine_results"]
    stacker = machines[machines["resource"] == Resource.REACH_STACKER]
    assert stacker["working_share"] * MS_PER_DAY == pytest.approx([MS_PER_MINUTE])
    assert found["utilisation_share_reach_stacker"] * MS_PER_DAY == pytest.approx(MS_PER_MINUTE)


def test_lanes_are_measured_against_their_opening_time() -> None:
    """A minute of work in a gate that is open twelve hours is a share of those twelve hours."""
    place = world(gate__opens="6 h", gate__open_time="12 h")
    found, tables = measured(place, trains(0), visits({"in_ms": 8 * HOUR}))
    machines = tables["machine_results"]
    lane = machines[machines["resource"] == Resource.LANE_IN]
    assert lane["working_share"] * 12 * HOUR == pytest.approx([MS_PER_MINUTE])
    assert found["utilisation_share_lane_in"] * 12 * HOUR == pytest.approx(MS_PER_MINUTE)
    assert found["utilisation_peak_hour_lane_in"] == 6
    assert found["utilisation_peak_share_lane_in"] * 3 * HOUR == pytest.approx(MS_PER_MINUTE)


def test_a_truck_inside_at_the_end_counts_so_far() -> None:
    """A truck that comes to a free lane at 23:58 has been inside for two minutes at midnight."""
    found, _ = measured(world(), trains(0), visits({"in_ms": MS_PER_DAY - 2 * MS_PER_MINUTE}))
    assert found["truck_queue_ms_mean"] == 0
    assert found["truck_terminal_ms_mean"] == 2 * MS_PER_MINUTE
    assert found["truck_turn_time_ms_p50"] == 2 * MS_PER_MINUTE


def test_trucks_still_there_count_so_far() -> None:
    """A truck that the closed gate keeps waiting counts with its wait until the end of the run.

    It comes at 20:00 to a gate that closes at 18:00: four hours before the gate, none inside.
    """
    place = world(gate__opens="6 h", gate__open_time="12 h")
    found, tables = measured(place, trains(0), visits({"in_ms": 20 * HOUR}))
    assert len(tables["truck_results"]) == 0
    assert found["n_trucks_end"] == 1
    assert found["truck_queue_ms_mean"] == 4 * HOUR
    assert found["truck_terminal_ms_mean"] == 0
    assert found["truck_turn_time_ms_mean"] == 4 * HOUR
    assert found["truck_turn_time_ms_p90"] == 4 * HOUR


def test_weekdays_that_come_twice_are_means() -> None:
    """In eight days the first weekday comes twice: a machine at work on both is not twice as busy."""
    window = window_of(world(days=8), np.zeros(0, _trace_dtype()), trains(), visits())
    starts = np.array([0, 7 * MS_PER_DAY, MS_PER_DAY])
    ends = starts + np.array([HOUR, HOUR, HOUR // 2])
    total, by_hour = time_by_hour_of_busiest_day(window, starts, ends)
    assert total == 2.5 * HOUR
    assert by_hour.tolist() == [HOUR, *[0] * 23]


def test_littles_law_in_the_yard() -> None:
    """Boxes in the yard, on average, are those that come in an hour times the hours that each stays.

    Ten trains a week apart bring two boxes each, fetched a day after; no box is there at the ends.
    """
    place = world(days=70)
    arrivals = [week * 7 * MS_PER_DAY for week in range(10)]
    boxes = [
        box
        for train, at in enumerate(arrivals)
        for box in imports(2, train, in_ms=at, out_ms=at + MS_PER_DAY)
    ]
    calendar = place.calendar
    train_table, visit_table = trains(*arrivals), visits(*boxes)
    run = simulate(
        place.terminal,
        train_table,
        visit_table,
        seed=1,
        horizon_ms=calendar.days * MS_PER_DAY,
        n_services=2,
    )
    found, tables = measure(place, run.trace, train_table, visit_table)
    stay_ms = 0
    for kind, sign in ((Event.STACKED, -1), (Event.RETRIEVED, 1)):
        stay_ms += sign * int(run.trace["time_ms"][run.trace["kind"] == kind].sum())
    mean_boxes = tables["hourly"]["n_boxes"][tables["hourly"]["storage"] == Storage.LADEN].mean()
    # Sampled once an hour: each of 20 stays may be counted up to an hour too long or too short.
    assert mean_boxes == pytest.approx(stay_ms / (70 * MS_PER_DAY), abs=20 / (70 * 24))
    assert found["boxes_per_year"] == pytest.approx(20 * 365 / 70)


def test_a_cooled_box_that_finds_every_plug_taken_is_counted() -> None:
    """Two trucks bring cooled boxes, there is one plug, and the first is fetched after ten hours."""
    reefer = {
        **PLAIN["blocks"]["a"],
        "kind": "reefer",
        "n_plugs": 1,
    }
    cooled = {"storage": Storage.REEFER, "out_mode": 1, "out_service": -1, "out_ms": 10 * HOUR}
    for minutes_between, share in ((1, 0.5), (12 * 60, 0.0)):
        both = visits(
            {**cooled, "in_ms": 0},
            {**cooled, "in_ms": minutes_between * MS_PER_MINUTE, "out_ms": 20 * HOUR},
        )
        found, _ = measured(world(blocks={"a": reefer}), trains(), both)
        assert found["reefers_without_plug_share"] == share
    found, _ = measured(world(blocks={"a": {**reefer, "n_plugs": 2}}), trains(), both)
    assert found["reefers_without_plug_share"] == 0


def test_a_door_is_taken_until_the_box_is_unpacked() -> None:
    """One box at the only door for the 30 minutes of its unpacking: 30 of 1440 minutes of the day."""
    warehouse = {
        "floor_area": "1000 m2",
        "n_doors": 1,
        "n_teams": 1,
        "unpacking_time": "30 min",
        "area_per_box": "20 m2",
        "call_off": "60 min",
        "distance": "200 m",
    }
    boxes = visits(*imports(1, out_ms=20 * HOUR, delivery=Delivery.WAREHOUSE))
    found, tables = measured(world(warehouse=warehouse), trains(0), boxes)
    assert found["utilisation_share_door"] == pytest.approx(30 / 1440)
    doors = tables["machine_results"]
    assert doors["n_moves"][doors["resource"] == Resource.DOOR].tolist() == [1]
