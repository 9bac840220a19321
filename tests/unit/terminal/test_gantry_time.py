"""The rate of gantries and where their time with trains goes, of rows made by hand."""

from __future__ import annotations

import pytest

from keruen.domain import tables
from keruen.domain.codes import Event, Outage, Resource
from keruen.domain.tables import Table
from keruen.scenario import Scenario, read
from keruen.terminal import machine_numbers
from keruen.terminal.measures.gantries import gantry_measures
from keruen.terminal.measures.window import window_of
from keruen.units import MS_PER_MINUTE
from terminals import PLAIN, imports, terminal, trains, visits

NOBODY = -1
Row = tuple[int, Event, int, int, int]
"""End in minutes, kind, machine, train, minutes of work."""


def two_gantries(warm_up: str = "0 d") -> tuple[Scenario, list[int], int]:
    """The plain terminal with two gantries; their numbers and that of the reach stacker."""
    toy = read("toy", ["calendar.days=1", f'calendar.warm_up="{warm_up}"'])
    own = terminal(machines__gantry={**PLAIN["machines"]["gantry"], "count": 2})
    kinds = [resource for resource, _, _ in machine_numbers(own)]
    gantries = [n for n, resource in enumerate(kinds) if resource is Resource.GANTRY]
    return (
        toy.model_copy(update={"terminal": own}),
        gantries,
        kinds.index(Resource.REACH_STACKER),
    )


def measures(
    scenario: Scenario, rows: list[Row], stops: list[tuple[int, int, int]] | None = None
) -> dict[str, float]:
    """Measures of a trace of these rows and of stops (machine, from and to in minutes)."""
    trace = tables.empty("trace", len(rows))
    for row, (end, kind, machine, train, work) in zip(trace, sorted(rows), strict=True):
        row["time_ms"], row["busy_ms"] = end * MS_PER_MINUTE, work * MS_PER_MINUTE
        row["kind"], row["machine"], row["train"] = kind, machine, train
    outages = tables.empty("outages", len(stops or []))
    for row, (machine, begin, end) in zip(outages, stops or [], strict=True):
        row["machine"], row["cause"] = machine, Outage.FAILURE
        row["begins_ms"], row["ends_ms"] = begin * MS_PER_MINUTE, end * MS_PER_MINUTE
    boxes: Table = visits(*imports(1, out_ms=0))
    return gantry_measures(window_of(scenario, trace, trains(0, 1), boxes, outages))


def stand(train: int, begin: int, end: int) -> list[Row]:
    """A train is placed and worked."""
    return [
        (begin, Event.TRAIN_PLACED, NOBODY, train, 0),
        (end, Event.TRAIN_WORKED, NOBODY, train, 0),
    ]


def test_shares_of_the_time_in_which_any_train_is_worked() -> None:
    """Trains stand from 60 to 120 and from 90 to 180 minutes: two hours, four of two gantries.

    Three lifts of 12 minutes for them: 9/60 of 4 h and 3 / 4 an hour. Rows: 24 minutes that end
    12 after the trains' end, and 12 of a tractor's: 24 of 240. One stops for 48, 24 of them
    before: 24 of 240. What the reach stacker does, or the second row of one lift, counts nowhere.
    """
    scenario, (one, two), stacker = two_gantries()
    lifts: list[Row] = [
        (80, Event.UNLOADED, one, 0, 12),
        (100, Event.UNLOADED, two, 0, 12),
        (140, Event.LOADED, one, 1, 12),
        (140, Event.LOADED, NOBODY, 1, 0),
        (192, Event.RETRIEVED, one, NOBODY, 24),
        (150, Event.RESHUFFLED, two, NOBODY, 12),
        (150, Event.STACKED, stacker, NOBODY, 30),
    ]
    found = measures(scenario, [*stand(0, 60, 120), *stand(1, 90, 180), *lifts], [(two, 36, 84)])
    assert found["gantry_moves_per_h"] == pytest.approx(3 / 4)
    assert found["gantry_train_share"] == pytest.approx(36 / 240)
    assert found["gantry_rows_share"] == pytest.approx(24 / 240)
    assert found["gantry_stopped_share"] == pytest.approx(24 / 240)
    assert found["gantry_waiting_share"] == pytest.approx(156 / 240)


def test_a_train_without_an_end_is_worked_to_the_end_of_the_run() -> None:
    """Placed half an hour before the end of the day: one lift in an hour of two gantries."""
    scenario, (one, _), _ = two_gantries()
    day = 24 * 60
    rows: list[Row] = [
        (day - 30, Event.TRAIN_PLACED, NOBODY, 0, 0),
        (day - 10, Event.UNLOADED, one, 0, 15),
    ]
    found = measures(scenario, rows)
    assert found["gantry_moves_per_h"] == pytest.approx(1)
    assert found["gantry_train_share"] == pytest.approx(15 / 60)


def test_time_before_the_measured_time_does_not_count() -> None:
    """A day of warm-up: the train stands half an hour before its end and half an hour after."""
    scenario, (one, two), _ = two_gantries("1 d")
    day = 24 * 60
    rows: list[Row] = [
        *stand(0, day - 30, day + 30),
        (day - 5, Event.UNLOADED, one, 0, 10),
        (day + 5, Event.UNLOADED, two, 0, 10),
    ]
    found = measures(scenario, rows)
    assert found["gantry_moves_per_h"] == pytest.approx(1)
    assert found["gantry_train_share"] == pytest.approx(5 / 60)


def test_without_trains_all_is_nothing() -> None:
    """No train was worked: no rate and no shares."""
    scenario, (one, _), _ = two_gantries()
    found = measures(scenario, [(80, Event.RETRIEVED, one, NOBODY, 12)])
    assert set(found.values()) == {0.0}
    assert len(found) == 5
