"""When boxes come: months, weeks and weekdays, counted by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from keruen import demand, draws
from keruen.demand import spread
from keruen.domain.codes import Mode
from keruen.scenario.models import Scenario
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_SECOND
from worlds import FLAT, world

ONLY_MONDAY = [1.0, 0, 0, 0, 0, 0, 0]
ONLY_FRIDAY = [0, 0, 0, 0, 1.0, 0, 0]
NO_WEEKEND = [0.2] * 5 + [0, 0]


def days_of_boxes(scenario: Scenario, seed: int = 1) -> list[int]:
    """The day of each box."""
    ready_ms = demand.generate(scenario, seed).bookings["ready_ms"]
    return sorted((ready_ms // MS_PER_DAY).tolist())


@pytest.mark.parametrize(
    ("boxes", "days", "expected"),
    [(365, 28, 28), (547.5, 2, 3), (730, 1, 2), (182.5, 1, 0), (184, 1, 1), (0, 28, 0)],
)
def test_whole_boxes(boxes: float, days: int, expected: int) -> None:
    """A flat year gives rate * days / 365 boxes, rounded; an exact half is left out."""
    flows = {"a": {"boxes": f"{boxes} boxes/yr"}}
    assert len(demand.generate(world(flows, calendar__days=days), 1).bookings) == expected


def test_a_month_keeps_its_share() -> None:
    """310 boxes a year, all in January, are ten a day: 30 on its last three, none in February."""
    january = [1.0] + [0.0] * 11
    scenario = world(
        {"a": {"kind": "export", "boxes": "310 boxes/yr", "months": january}},
        calendar__first_day="2030-01-29",
        calendar__days=7,
        # From a Tuesday: trucks on Tuesday, Wednesday, Thursday and Sunday.
        terminal__gate__weekday_shares=[0, 0.25, 0.25, 0.25, 0, 0, 0.25],
    )
    by_day = np.bincount(days_of_boxes(scenario), minlength=7)
    # The week's 30 boxes are spread over its truck days, 7.5 on each; the next week has none.
    assert by_day.sum() == 30
    assert all(by_day[day] in (7, 8) for day in (0, 1, 2, 5))


def test_leap_february() -> None:
    """A month's share falls on its days, be they 28 or 29."""
    february = [0.0, 1.0] + [0.0] * 10
    for year, days in ((2028, 29), (2030, 28)):
        flows = {"a": {"boxes": "290 boxes/yr", "months": february}}
        scenario = world(flows, calendar__first_day=f"{year}-02-01", calendar__days=days)
        assert len(demand.generate(scenario, 1).bookings) == 290


def test_a_measured_year_has_the_yearly_figure() -> None:
    """After four weeks of warm-up a calendar year sees its figure, to one box."""
    months = [0.02, 0.03, 0.05, 0.1, 0.1, 0.1, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05]
    scenario = world(
        {"a": {"kind": "export", "boxes": "5000 boxes/yr", "months": months}},
        calendar__first_day="2030-01-01",
        calendar__days=365,
        calendar__warm_up="28 d",
    )
    # Even weekdays: the week that New Year breaks mixes December's rate with January's.
    measured = [day for day in days_of_boxes(scenario) if day >= 28]
    mixed = (5000 * 0.05 / 31 - 5000 * 0.02 / 31) * 6 / 7
    assert abs(len(measured) - 5000) <= mixed + 1


def test_weeks_go_to_their_truck_days() -> None:
    """Boxes of a week come on the days on which trucks come, and the week keeps its total."""
    flows = {"a": {"kind": "export"}}
    scenario = world(flows, terminal__gate__weekday_shares=ONLY_FRIDAY)
    assert days_of_boxes(scenario) == [4] * 7 + [11] * 7 + [18] * 7 + [25] * 7


def test_weekday_shares() -> None:
    """Of 700 boxes a week, each weekday has its share."""
    shares = [0.3, 0.1, 0.1, 0.1, 0.3, 0.1, 0]
    flows = {"a": {"kind": "export", "boxes": "36500 boxes/yr"}}
    scenario = world(flows, terminal__gate__weekday_shares=shares)
    weekday = np.array(days_of_boxes(scenario)) % 7
    counted = np.bincount(weekday, minlength=7)
    # Each of the four weeks is right to a box.
    assert np.abs(counted - 2800 * np.array(shares)).max() <= 4


@pytest.mark.parametrize(
    ("first_day", "days", "shares", "expected"),
    [
        # From Saturday: two boxes of the broken week wait for Monday's seven.
        ("2030-01-12", 9, ONLY_MONDAY, [2] * 9),
        # To Tuesday: the last two boxes have no Friday any more and come a week before.
        ("2030-01-07", 9, ONLY_FRIDAY, [4] * 9),
        # Two days of a weekend alone: no truck comes, no box.
        ("2030-01-12", 2, NO_WEEKEND, []),
    ],
)
def test_broken_weeks(first_day: str, days: int, shares: list[float], expected: list[int]) -> None:
    """A broken week without a truck day gives its boxes to the next week, or to the last before."""
    scenario = world(
        {"a": {"kind": "export"}},
        calendar__first_day=first_day,
        calendar__days=days,
        terminal__gate__weekday_shares=shares,
    )
    assert days_of_boxes(scenario) == expected


def test_trucks_keep_the_hours() -> None:
    """A box that comes by truck is before the gate in an hour of the profile."""
    hours = [0.0] * 24
    hours[8], hours[15] = 0.25, 0.75
    flows = {"a": {"kind": "export", "boxes": "36500 boxes/yr"}}
    scenario = world(flows, terminal__gate__hour_shares=hours)
    ready_ms = demand.generate(scenario, 1).bookings["ready_ms"]
    hour, counted = np.unique(ready_ms // MS_PER_HOUR % 24, return_counts=True)
    assert hour.tolist() == [8, 15]
    # 2800 draws, four standard errors.
    assert abs(counted[0] - 700) < 4 * np.sqrt(2800 * 0.25 * 0.75)
    assert (ready_ms % 1000 == 0).all()


def test_train_boxes_are_ready_an_interval_before() -> None:
    """Of one box a day, box i is ready in day i - 1 for daily trains, a week before for weekly ones."""
    scenario = world({"a": {}}, services={"shuttle": {"trains_per_week": 7}})
    every_day = np.sort(demand.generate(scenario, 1).bookings["ready_ms"])
    assert every_day[0] == 0
    assert (every_day[1:] // MS_PER_DAY == np.arange(27)).all()
    weekly = world({"a": {}}, services={"shuttle": {"trains_per_week": 1}})
    ready_ms = np.sort(demand.generate(weekly, 1).bookings["ready_ms"])
    assert (ready_ms[:7] == 0).all()
    assert (ready_ms[7:] == every_day[7:] - 6 * MS_PER_DAY).all()


def test_the_last_moment_belongs_to_the_last_day_with_boxes() -> None:
    """A box at the very end of the expectation is not put on a day that expects none."""
    scenario = world({"a": {}})
    entities = np.arange(1000)
    expected = np.array([0.0, 500.0, 500.0, 0.0])
    times_ms = spread.times_ms(scenario, expected, entities, seed=3, is_at_gate=False)
    day = times_ms // MS_PER_DAY
    assert np.bincount(day, minlength=4).tolist() == [0, 500, 500, 0]
    assert (np.diff(times_ms) >= 0).all()


@pytest.mark.parametrize("is_at_gate", [True, False])
@pytest.mark.parametrize("n_boxes", [2, 3, 1000])
def test_the_largest_draw_lies_within_the_last_day_with_boxes(
    monkeypatch: pytest.MonkeyPatch, n_boxes: int, is_at_gate: bool
) -> None:
    """A draw just below 1 rounds up to the very end: still the day that expects boxes."""

    def almost_one(*key: Any) -> NDArray[np.float64]:
        return np.full(len(key[2]), 1 - 2.0**-53)

    monkeypatch.setattr(draws, "uniform_array", almost_one)
    expected = np.array([0.0, float(n_boxes), 0.0])
    times_ms = spread.times_ms(
        world({"a": {}}), expected, np.arange(n_boxes), seed=1, is_at_gate=is_at_gate
    )
    assert (times_ms // MS_PER_DAY == 1).all()
    assert 0 < 2 * MS_PER_DAY - times_ms[-1] <= MS_PER_SECOND


def test_modes_follow_the_kind() -> None:
    """Imports come by train and leave by truck, exports the other way, transit never by truck."""
    scenario = world(
        {
            "a": {},
            "b": {"kind": "export"},
            "c": {"kind": "transit", "onward_service": "beyond"},
        },
        services={"shuttle": {}, "beyond": {}},
    )
    rows = demand.generate(scenario, 1).bookings
    train, truck = Mode.TRAIN, Mode.TRUCK
    for flow, modes, services in (
        (0, (train, truck), (1, -1)),
        (1, (truck, train), (-1, 1)),
        (2, (train, train), (1, 0)),
    ):
        own = rows[rows["flow"] == flow]
        assert len(own) == 28
        assert set(zip(own["in_mode"].tolist(), own["out_mode"].tolist(), strict=True)) == {modes}
        assert (own["in_service"] == services[0]).all()
        assert (own["out_service"] == services[1]).all()


def test_flat_months_are_flat() -> None:
    """The helper's flat year is a year."""
    assert sum(FLAT) == pytest.approx(1)
