"""When trucks come to fetch boxes: near the wanted time, on the days and hours when trucks come.

Knows the gate's profile; knows nothing of trains.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.scenario.dry_port import Gate
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY


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
    shares = np.array(weekday_shares) / np.sum(weekday_shares)
    bounds = np.concatenate(([0.0], np.cumsum(shares)))
    mean_day = float(shares @ (np.arange(DAYS_PER_WEEK) + 0.5))
    since_monday = wanted_ms / MS_PER_DAY + first_weekday
    weeks = (since_monday + DAYS_PER_WEEK / 2 - mean_day) / DAYS_PER_WEEK
    week = np.floor(weeks)
    weekday = np.searchsorted(bounds, weeks - week, side="right") - 1
    last_with_trucks = int(np.flatnonzero(shares)[-1])
    weekday = np.minimum(weekday, last_with_trucks)
    return week.astype(np.int64) * DAYS_PER_WEEK + weekday - first_weekday


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
    day = truck_days(wanted_ms, first_weekday, gate.weekday_shares)
    day = np.maximum(day, earliest_ms // MS_PER_DAY)
    day += day * MS_PER_DAY + time_of_day_ms < earliest_ms
    day += _days_until_trucks(gate.weekday_shares)[(first_weekday + day) % DAYS_PER_WEEK]
    return day * MS_PER_DAY + time_of_day_ms


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
