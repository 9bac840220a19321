"""How many trains a week has: one line with one train of 122 TEU a week, counted by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from keruen.corridor.network.lines import lines_of
from keruen.corridor.network.time_limits import patience_ms
from keruen.corridor.railway.scheduled_trains import slots_of
from keruen.scenario import Scenario
from keruen.units import MS_PER_DAY, MS_PER_WEEK
from railways import every_other_week, railway_of, weekly

FULL_TEU = 122
"""61 wagons with two places each."""


def trains_by_week(scenario: Scenario, *wanted: list[float]) -> list[int]:
    """Trains of each week when so many full loads a week want to go each way, from Monday on."""
    (line,) = lines_of(railway_of(scenario), scenario.services).port
    assert line.capacity_teu == FULL_TEU
    n_weeks = len(wanted[0])
    loads = [
        (
            np.arange(n_weeks) * MS_PER_WEEK + MS_PER_DAY,
            np.array([round(load * FULL_TEU) for load in one]),
        )
        for one in wanted
    ]
    slots = slots_of(
        scenario, railway_of(scenario), line, loads, (0, n_weeks * MS_PER_WEEK), seed=1
    )
    return np.bincount(slots.scheduled_ms // MS_PER_WEEK, minlength=n_weeks).tolist()


@pytest.mark.parametrize(
    ("loads", "trains"),
    [
        # Half a load more than the train takes is no reason for another, 62 of 122 places are.
        ([1.5, 0.0], [1, 1]),
        ([1 + 62 / FULL_TEU, 0.0], [2, 1]),
        # 0.4 stay behind in each week: 1.4, then 1.8 with what was left; 0 is left after that.
        ([1.4, 1.4, 1.4], [1, 2, 1]),
        # 0.3, then 0.6 too much; a week with little to carry clears what was left.
        ([1.3, 1.3, 1.3], [1, 2, 1]),
        ([1.4, 0.4, 1.4], [1, 1, 1]),
        # 3.4 ask for three trains: 0.4 stay behind, and the next week has 1.2 more.
        ([3.4, 1.2, 0.0], [3, 2, 1]),
        # What a train has no boxes for is not there in the next week.
        ([0.0, 1.6, 0.0], [1, 2, 1]),
    ],
)
def test_a_week_has_extra_trains_for_what_was_left(loads: list[float], trains: list[int]) -> None:
    """A train is put on when over half a load would stay behind, with what earlier weeks left."""
    nothing = [0.0] * len(loads)
    assert trains_by_week(weekly(), loads, nothing) == trains
    assert trains_by_week(weekly(), nothing, loads) == trains


def test_directions_do_not_share_what_was_left() -> None:
    """A train goes both ways: 0.4 left in one direction each week ask for none together."""
    assert trains_by_week(weekly(), [1.4, 0.0], [0.0, 1.4]) == [1, 1]


def test_a_fixed_week_has_no_extra_trains() -> None:
    """The trains of the week run, however many boxes there are."""
    assert trains_by_week(weekly(is_fixed=True), [5.0, 5.0], [0.0, 0.0]) == [1, 1]


def test_what_comes_before_the_first_week_counts_in_it() -> None:
    """Boxes that are ready weeks before the first train ask for trains of the first week."""
    scenario = weekly()
    (line,) = lines_of(railway_of(scenario), scenario.services).port
    nothing = np.zeros(0, np.int64), np.zeros(0, np.int64)
    early = np.array([-3, -1]) * MS_PER_WEEK, np.array([FULL_TEU, FULL_TEU])
    slots = slots_of(
        scenario, railway_of(scenario), line, [early, nothing], (0, 2 * MS_PER_WEEK), seed=1
    )
    assert (slots.scheduled_ms // MS_PER_WEEK).tolist() == [0, 0, 1]


@pytest.mark.parametrize(("weeks", "trains"), [("even", [1, 0, 1, 0]), ("odd", [0, 1, 0, 1])])
def test_a_train_every_other_week_leaves_the_others_out(weeks: str, trains: list[int]) -> None:
    """The toy begins on Monday 7 January 2030, in week 2: half a load a week fills every second."""
    scenario = every_other_week(weekly(), weeks)
    assert scenario.calendar.starts_on == date(2030, 1, 7)
    nothing = [0.0] * 4
    assert trains_by_week(scenario, [0.5] * 4, nothing) == trains
    # More than half a load calls for one in the other weeks too.
    assert trains_by_week(scenario, [0.7] * 2, [0.0] * 2) == [1, 1]


@pytest.mark.parametrize(("n", "weeks", "patience_d"), [(1, "odd", 28), (3, "odd", 14)])
def test_a_box_may_miss_a_train_every_other_week(n: int, weeks: str, patience_d: int) -> None:
    """Two intervals of the line, and two weeks at least: one train in two weeks is waited for 28 d."""
    scenario = every_other_week(weekly(), weeks, n=n)
    (line,) = lines_of(railway_of(scenario), scenario.services).port
    assert patience_ms(line.mean_trains_per_week) == patience_d * MS_PER_DAY
    assert patience_ms(1) == patience_ms(20) == 14 * MS_PER_DAY


def test_only_the_last_of_several_trains_runs_every_other_week() -> None:
    """Three a week with the last one in even weeks: three and two in turn, the first two kept."""
    scenario = every_other_week(weekly(), "even", n=3)
    (line,) = lines_of(railway_of(scenario), scenario.services).port
    assert line.mean_trains_per_week == 2.5
    assert trains_by_week(scenario, [2.0] * 4, [0.0] * 4) == [3, 2, 3, 2]
