"""The calendar that railways share: the first weekday of a run.

Knows the scenario's calendar; knows no train.
"""

from __future__ import annotations

from datetime import timedelta

from keruen.scenario.models import Scenario


def first_weekday(scenario: Scenario) -> int:
    """Weekday on which the simulation starts; 0 is Monday."""
    warm_up = timedelta(milliseconds=scenario.calendar.warm_up_ms)
    return (scenario.calendar.first_day - warm_up).weekday()
