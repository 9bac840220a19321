"""The day and hour at which a truck fetches a box, one box at a time: compiled for every run.

Knows a week of trucks; knows no gate and no scenario (`pickups` makes the week from the gate).
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from keruen.compiled import compiled, entry_point, reader
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY, MS_PER_HOUR

TRUCK_WEEK_DTYPE: Final = np.dtype(
    [
        ("bounds", np.float64, (DAYS_PER_WEEK + 1,)),
        ("mean_day", np.float64),
        ("last_with_trucks", np.int64),
        ("first_weekday", np.int64),
        ("days_until_trucks", np.int64, (DAYS_PER_WEEK,)),
    ]
)
"""Trucks by weekday, Monday first: sums of their shares, their mean day, the last day that has any,
the weekday of the simulation's start, and from each weekday on the days until the next one with
trucks, itself included."""

LEAST_STAY_MS: Final = 3 * MS_PER_HOUR
"""No truck is ordered for sooner after the arrival of its box than this."""

week_at = reader(TRUCK_WEEK_DTYPE)


@compiled
def truck_day(week: Any, wanted_ms: Any) -> Any:
    """The day on which a box is fetched that is wanted at a moment (`pickups.truck_days`)."""
    since_monday = wanted_ms / MS_PER_DAY + week.first_weekday
    weeks = (since_monday + DAYS_PER_WEEK / 2 - week.mean_day) / DAYS_PER_WEEK
    whole = math.floor(weeks)
    weekday = -1
    for bound in week.bounds:
        if bound <= weeks - whole:
            weekday += 1
    return int(whole) * DAYS_PER_WEEK + min(weekday, week.last_with_trucks) - week.first_weekday


@compiled
def pickup_ms(week: Any, wanted_ms: Any, earliest_ms: Any, time_of_day_ms: Any) -> Any:
    """When the truck is at the gate: not before the earliest moment, on a day with trucks."""
    day = max(truck_day(week, wanted_ms), earliest_ms // MS_PER_DAY)
    if day * MS_PER_DAY + time_of_day_ms < earliest_ms:
        day += 1
    day += week.days_until_trucks[(week.first_weekday + day) % DAYS_PER_WEEK]
    return day * MS_PER_DAY + time_of_day_ms


@compiled
def fetched_ms(week: Any, stay_ms: Any, in_ms: Any, time_of_day_ms: Any) -> Any:
    """When the truck comes for a box that arrived at `in_ms` and is wanted `stay_ms` later."""
    wanted_ms = in_ms + max(stay_ms, LEAST_STAY_MS)
    return pickup_ms(week, wanted_ms, in_ms + LEAST_STAY_MS, time_of_day_ms)


@entry_point
def fill_truck_days(weeks: Any, wanted_ms: Any, days: Any) -> None:
    """`truck_day` of many moments."""
    for place in range(len(wanted_ms)):
        days[place] = truck_day(weeks[0], wanted_ms[place])


@entry_point
def fill_pickups(
    weeks: Any, wanted_ms: Any, earliest_ms: Any, time_of_day_ms: Any, pickups_ms: Any
) -> None:
    """`pickup_ms` of many boxes."""
    for place in range(len(wanted_ms)):
        pickups_ms[place] = pickup_ms(
            weeks[0], wanted_ms[place], earliest_ms[place], time_of_day_ms[place]
        )
