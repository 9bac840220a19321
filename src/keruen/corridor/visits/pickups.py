"""When trucks come to fetch boxes: near the wanted time, on the days and hours when trucks come.

Knows the gate's profile; knows nothing of trains.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.compiled import call
from keruen.corridor.visits.truck_days import (
    TRUCK_WEEK_DTYPE,
    fill_pickups,
    fill_truck_days,
)
from keruen.scenario.dry_port import Gate
from keruen.units import DAYS_PER_WEEK


def truck_week(first_weekday: int, weekday_shares: tuple[float, ...]) -> NDArray[np.void]:
    """The week of trucks as compiled code reads it.

    Parameters
    ----------
    first_weekday : of simulation start, 0 is Monday.
    weekday_shares : share of the week's trucks on each weekday, Monday first; any positive sum.

    Returns
    -------
    TRUCK_WEEK_DTYPE, shape (1,).
    """
    shares = np.array(weekday_shares) / np.sum(weekday_shares)
    week = np.zeros(1, TRUCK_WEEK_DTYPE)
    week["bounds"][0, 1:] = np.cumsum(shares)
    week["mean_day"] = float(shares @ (np.arange(DAYS_PER_WEEK) + 0.5))
    week["last_with_trucks"] = int(np.flatnonzero(shares)[-1])
    week["first_weekday"] = first_weekday
    week["days_until_trucks"] = _days_until_trucks(weekday_shares)
    return week


def truck_days(
    wanted_ms: NDArray[np.int64], first_weekday: int, weekday_shares: tuple[float, ...]
) -> NDArray[np.int64]:
    """The day on which each box is fetched, if only the week's profile counts.

    Parameters
    ----------
    wanted_ms : int64, ms since simulation start.
    first_weekday : of simulation start, 0 is Monday.
    weekday_shares : share of the week's trucks on each weekday, Monday first.

    Returns
    -------
    int64, day since simulation start.

    Notes
    -----
    Time is bent so that boxes wanted evenly through the week are fetched by `weekday_shares`, in
    the order in which they are wanted, and neither sooner nor later on average: the k-th part of
    the wants meets the k-th part of the trucks. A box wanted on a Sunday is fetched about Monday,
    and those of Monday make room. Even shares change nothing.

    Examples
    --------
    >>> noons_ms = np.arange(7) * MS_PER_DAY + MS_PER_DAY // 2
    >>> truck_days(noons_ms, 0, (0.2, 0.2, 0.2, 0.2, 0.2, 0.0, 0.0)).tolist()
    [1, 1, 2, 3, 3, 4, 7]
    """
    days = np.empty(len(wanted_ms), np.int64)
    call(fill_truck_days, truck_week(first_weekday, weekday_shares), wanted_ms, days)
    return days


def pickups_ms(
    wanted_ms: NDArray[np.int64],
    earliest_ms: NDArray[np.int64],
    uniform: NDArray[np.float64],
    *,
    gate: Gate,
    first_weekday: int,
) -> NDArray[np.int64]:
    """When the truck of each box is to be at the gate.

    Parameters
    ----------
    wanted_ms, earliest_ms : int64, ms since simulation start.
    uniform : in [0, 1), one for each box: the hour of the day by the gate's profile.
    gate : weekdays and hours of trucks.
    first_weekday : of simulation start, 0 is Monday.

    Returns
    -------
    int64 ms: by `truck_days`, but never before `earliest_ms`: then on the next day with trucks.
    """
    time_of_day_ms = draws.time_of_day_millis(gate.hour_shares, uniform)
    week = truck_week(first_weekday, gate.weekday_shares)
    found = np.empty(len(wanted_ms), np.int64)
    call(fill_pickups, week, wanted_ms, earliest_ms, time_of_day_ms, found)
    return found


def _days_until_trucks(weekday_shares: tuple[float, ...]) -> NDArray[np.int64]:
    """For each weekday, days until the next one (itself included) on which trucks come."""
    twice = weekday_shares * 2
    return np.array(
        [
            next(later for later, share in enumerate(twice[weekday:]) if share > 0)
            for weekday in range(DAYS_PER_WEEK)
        ],
        np.int64,
    )
