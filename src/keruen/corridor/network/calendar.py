"""Days of the calendar that railways share: the first weekday of a run, and holidays.

Knows the scenario's calendar; knows no train.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from keruen.scenario.dry_port import Holiday
from keruen.scenario.models import Scenario


def first_weekday(scenario: Scenario) -> int:
    """Weekday on which the simulation starts; 0 is Monday."""
    return scenario.calendar.starts_on.weekday()


def is_holiday(holidays: Sequence[Holiday], day: date) -> bool:
    """Whether a day is one of the holidays."""
    return any(
        day in holiday.days or (holiday.month, holiday.day) == (day.month, day.day)
        for holiday in holidays
    )
