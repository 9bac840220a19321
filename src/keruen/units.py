"""Integer time, TEU, and the numbers that turn one unit into another.

Time is int64 milliseconds since the start of the simulation (conventions §1). Nothing here knows
a calendar: dates exist only in `scenario` and in the faces.
"""

from __future__ import annotations

from typing import Final, NewType

# The two that kill when mixed up are types of their own.
Millis = NewType("Millis", int)
Teu = NewType("Teu", int)

# Row indexes into one table each.
FlowId = NewType("FlowId", int)
CommodityId = NewType("CommodityId", int)
ServiceId = NewType("ServiceId", int)
BlockId = NewType("BlockId", int)
TrainId = NewType("TrainId", int)
VisitId = NewType("VisitId", int)

MS_PER_SECOND: Final = 1_000
MS_PER_MINUTE: Final = 60_000
MS_PER_HOUR: Final = 3_600_000
MS_PER_DAY: Final = 86_400_000
MS_PER_WEEK: Final = 7 * MS_PER_DAY
DAYS_PER_YEAR: Final = 365
"""Of the year that yearly figures are meant for; leap days are no part of a plan."""
DAYS_PER_WEEK: Final = 7
HOURS_PER_WEEK: Final = 168

NONE: Final = -1
"""The index that means "there is none" in every index column (conventions §3)."""


def hours(milliseconds: float) -> float:
    """Milliseconds as hours.

    Parameters
    ----------
    milliseconds : of a duration or since simulation start; any sign.

    Examples
    --------
    >>> hours(5_400_000)
    1.5
    """
    return milliseconds / MS_PER_HOUR


def days(milliseconds: float) -> float:
    """Milliseconds as days.

    Parameters
    ----------
    milliseconds : of a duration or since simulation start; any sign.

    Examples
    --------
    >>> days(43_200_000)
    0.5
    """
    return milliseconds / MS_PER_DAY
