"""When a group's boxes come: months, weekdays and hours become a time for each box.

Knows the calendar and the gate's profile; knows nothing of what a box is.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.scenario.models import Scenario
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY

_TOLERANCE: Final = 1e-6
"""What a sum of shares may miss: half a box more or less is not decided by rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days of the horizon, warm-up included: int64, one entry for each day.

    Parameters
    ----------
    month : 0 is January.
    month_length : days of that month in that year.
    week : 0 is the week, from Monday, in which the horizon begins.
    weekday : 0 is Monday.
    """

    month: NDArray[np.int64]
    month_length: NDArray[np.int64]
    week: NDArray[np.int64]
    weekday: NDArray[np.int64]


def days_of(scenario: Scenario) -> Days:
    """The days that are simulated."""
    start = scenario.calendar.starts_on
    n_days = scenario.calendar.horizon_ms // MS_PER_DAY
    dates = [start + timedelta(days=day) for day in range(n_days)]
    since_monday = start.weekday() + np.arange(len(dates), dtype=np.int64)
    return Days(
        month=np.array([date.month - 1 for date in dates], np.int64),
        month_length=np.array([calendar.monthrange(d.year, d.month)[1] for d in dates], np.int64),
        week=since_monday // DAYS_PER_WEEK,
        weekday=since_monday % DAYS_PER_WEEK,
    )


def boxes_by_day(
    days: Days, n_boxes_per_year: float, months: tuple[float, ...]
) -> NDArray[np.float64]:
    """Boxes expected on each day: the month's share of the year, the same on all its days.

    Examples
    --------
    >>> january = np.zeros(2, np.int64)
    >>> days = Days(month=january, month_length=january + 31, week=january, weekday=january)
    >>> boxes_by_day(days, 1116, (1 / 12,) * 12).round(9).tolist()
    [3.0, 3.0]
    """
    return n_boxes_per_year * np.array(months)[days.month] / days.month_length


def on_truck_days(
    days: Days, expected: NDArray[np.float64], weekday_shares: tuple[float, ...]
) -> NDArray[np.float64]:
    """Move boxes within each week to the weekdays on which trucks come, by their shares.

    The total of each week stays. A broken week at an end of the horizon, without any day on which
    trucks come, goes to the next week, the last one to the week before. When trucks come on no day
    of the horizon at all, no box does.
    """
    weight = np.array(weekday_shares)[days.weekday]
    wanted = np.bincount(days.week, weights=expected)
    weights = np.bincount(days.week, weights=weight)
    open_weeks = np.flatnonzero(weights > 0)
    if not len(open_weeks):
        return np.zeros_like(expected)
    # Each week → the first week from it on that is open, or the last open one.
    goes_to = open_weeks[
        np.minimum(np.searchsorted(open_weeks, np.arange(len(wanted))), len(open_weeks) - 1)
    ]
    total = np.bincount(goes_to, weights=wanted, minlength=len(wanted))
    rate = np.divide(total, weights, out=np.zeros_like(total), where=weights > 0)
    spread: NDArray[np.float64] = rate[days.week] * weight
    return spread


def whole_boxes(expected: NDArray[np.float64]) -> int:
    """Whole boxes of the horizon: the nearest number, an exact half is left out.

    Examples
    --------
    >>> whole_boxes(np.array([1.5, 1.4999999999])), whole_boxes(np.array([0.5]))
    (3, 0)
    """
    return int(np.floor(expected.sum() + 0.5 - _TOLERANCE))


def times_ms(
    scenario: Scenario,
    expected: NDArray[np.float64],
    entities: NDArray[np.int64],
    *,
    seed: int,
    is_at_gate: bool,
) -> NDArray[np.int64]:
    """A time for each box of a group, ascending by day.

    Parameters
    ----------
    scenario : the gate's profile.
    expected : boxes on each day, shape (n_days,), with a positive sum.
    entities : int64, shape (n_boxes,), keys of the draws.
    seed : of the keyed draws.
    is_at_gate : by the gate's hours, to the second; otherwise evenly through the day.

    Returns
    -------
    int64 ms since simulation start. Box i lies at a random point of the i-th of n_boxes equal parts
    of the cumulative expectation: totals of any period are right to one box, single days vary.
    """
    cumulative = np.concatenate(([0.0], np.cumsum(expected)))
    uniform = draws.uniform_array(seed, draws.STREAM_BOOKING_READY, entities)
    place = (np.arange(len(entities)) + uniform) * (cumulative[-1] / len(entities))
    # The very end belongs to the last day that expects boxes, not to a day after it.
    place = np.minimum(place, np.nextafter(cumulative[-1], 0))
    day = np.searchsorted(cumulative, place, side="right") - 1
    if is_at_gate:
        uniform = draws.uniform_array(seed, draws.STREAM_BOOKING_HOUR, entities)
        time_of_day_ms = draws.time_of_day_millis(scenario.terminal.gate.hour_shares, uniform)
    else:
        within = np.minimum((place - cumulative[day]) / expected[day], 1.0)
        time_of_day_ms = (within * (MS_PER_DAY - 1)).astype(np.int64)
    times: NDArray[np.int64] = day * MS_PER_DAY + time_of_day_ms
    return times
