"""Laws of the railway as it runs, with a dry port in which nothing waits, over made-up lines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from keruen import corridor, demand
from keruen.corridor.railway.kernel.state import UNKNOWN_MS
from keruen.corridor.railway.railway import LiveRailway
from keruen.domain.results import Demand
from keruen.scenario import Scenario
from keruen.units import MS_PER_DAY
from railways import plain, railway_of

WEEK_MS = 7 * MS_PER_DAY
SEED = 3
PLATFORMS_PER_SET = 61
DAYS = 112
ENDS = {True: "at_port", False: "ended"}
"""The moment that ends a box's way on the rails, by whether it came from China."""


def line(
    n_sets: int, *, boxes: int = 3650, intake_d: float = 99, turnaround_h: int = 40
) -> Scenario:
    """The railway with round figures and sets of wagons enough for so many trains."""
    intake = dict.fromkeys(("low", "mode", "high"), f"{intake_d} trains/d")
    scenario = plain(
        boxes=boxes,
        borders__gate__to_china=intake,
        borders__gate__to_kazakhstan=intake,
        fleet__flat__n_platforms=n_sets * PLATFORMS_PER_SET,
        fleet__flat__turnaround=f"{turnaround_h} h",
    )
    calendar = scenario.calendar.model_copy(update={"days": DAYS})
    return scenario.model_copy(update={"calendar": calendar})


def played(scenario: Scenario, bookings: Demand) -> LiveRailway:
    """The railway after its run."""
    return corridor.run_alone(scenario, railway_of(scenario), bookings, SEED)[0]


def ends_ms(railway: LiveRailway) -> NDArray[np.int64]:
    """When each box ended its way on the rails; `UNKNOWN_MS` while it has not."""
    is_west = railway.trips.is_west
    return np.where(is_west, railway.times[ENDS[True]], railway.times[ENDS[False]])


def n_carried(scenario: Scenario) -> int:
    """Boxes that ended their way within the horizon."""
    ends = ends_ms(played(scenario, demand.generate(scenario, SEED)))
    return int(np.count_nonzero((ends != UNKNOWN_MS) & (ends < scenario.calendar.horizon_ms)))


@settings(max_examples=15, deadline=None)
@given(
    n_sets=st.integers(2, 6),
    more=st.integers(1, 6),
    boxes=st.sampled_from([3650, 7300, 14600]),
    intake_d=st.sampled_from([1.0, 2.0, 99.0]),
    turnaround_h=st.sampled_from([40, 90, 160]),
)
def test_more_wagons_never_carry_fewer_boxes(
    n_sets: int, more: int, boxes: int, intake_d: float, turnaround_h: int
) -> None:
    """The same plan with more sets of wagons, and borders that take in the trains of the plan.

    Before a border that takes in fewer than the plan sends, the law does not hold: with more sets
    trains leave in time but half full, and stand before the border as one that is full does.
    """
    few, many = (
        line(n, boxes=boxes, intake_d=intake_d, turnaround_h=turnaround_h)
        for n in (n_sets, n_sets + more)
    )
    assert n_carried(many) >= n_carried(few)


def test_few_wagons_carry_fewer() -> None:
    """The law above is not kept because nothing depends on wagons."""
    few, many = (line(n, boxes=14600, turnaround_h=160) for n in (2, 12))
    assert n_carried(few) < n_carried(many)


@pytest.mark.parametrize("weeks", [1, 3])
def test_boxes_of_a_later_week_come_so_much_later(weeks: int) -> None:
    """The timetable is that of a week: boxes booked whole weeks later are later by just that."""
    scenario = line(12, intake_d=2)
    first = demand.generate(scenario, SEED).bookings
    # The last weeks are left out, so that nobody's way is cut by the end of the horizon.
    first = first[first["ready_ms"] < scenario.calendar.horizon_ms - 8 * WEEK_MS]
    later = first.copy()
    moments = [name for name in later.dtype.names or () if name.endswith("_ms")]
    for name in moments:
        later[name][later[name] >= 0] += weeks * WEEK_MS
    before, after = (ends_ms(played(scenario, Demand(bookings=rows))) for rows in (first, later))
    assert np.count_nonzero(before != UNKNOWN_MS) == len(first) > 100
    np.testing.assert_array_equal(after - before, weeks * WEEK_MS)
