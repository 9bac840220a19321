"""Even and odd weeks, by which trains run every other week: those of the calendar (ISO 8601).

Knows days; knows no train. A year of 53 weeks is followed by an odd one too, as in print.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

AlternateWeeks = Literal["even", "odd"]
"""The weeks in which a train that goes every other week runs."""


def weeks_of(day: date) -> AlternateWeeks:
    """Whether the week of a day, Monday to Sunday, has an even or an odd number.

    Examples
    --------
    >>> weeks_of(date(2030, 1, 6)), weeks_of(date(2030, 1, 7))
    ('odd', 'even')
    """
    return "odd" if day.isocalendar().week % 2 else "even"
