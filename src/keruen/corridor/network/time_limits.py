"""How early a box must be at a train, and how long it waits for one: the same plan or no plan.

Knows two moments that every way of running trains keeps to; knows no train and no box.
"""

from __future__ import annotations

from typing import Final

from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_WEEK

CUT_OFF_MS: Final = 12 * MS_PER_HOUR
"""A box is at the dry port this long before the departure of its train."""

PATIENCE_MS: Final = 14 * MS_PER_DAY
"""A box that no train takes within this time goes another way: it is not served. Two weeks: it may
miss a weekly train and take the next one."""


def patience_ms(trains_per_week: float) -> int:
    """How long a box waits for a train of a line before it goes another way.

    Parameters
    ----------
    trains_per_week : on average, above 0; half a train runs every other week.

    Returns
    -------
    `PATIENCE_MS`, or two intervals of the line where these are longer: whoever misses a train every
    other week by an hour would else be gone before the next one comes, on time or not.
    """
    return max(PATIENCE_MS, round(2 * MS_PER_WEEK / trains_per_week))
