"""The calendar that railways share: the first weekday of a run.

Knows the scenario's calendar; knows no train.
"""

from __future__ import annotations

from keruen.scenario.models import Scenario


def first_weekday(scenario: Scenario) -> int:
    """Weekday on which the simulation starts; 0 is Monday."""
    return scenario.calendar.starts_on.weekday()
