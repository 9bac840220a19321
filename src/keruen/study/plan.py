"""The average week of a scenario, planned from the bookings of a whole year: the door for faces.

Knows from what a week is planned; how it is planned is the corridor's. The solver takes a while to
load, so it is loaded when a week is planned, and not when a face is opened.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from keruen import demand
from keruen.domain.results import Demand
from keruen.scenario import Scenario
from keruen.scenario.week import Week
from keruen.units import DAYS_PER_YEAR

if TYPE_CHECKING:
    from keruen.corridor.plan.timing import TimedWeek as TimedWeek  # noqa: PLC0414 - for faces
    from keruen.corridor.plan.week_plan import Binding as Binding  # noqa: PLC0414 - for faces
    from keruen.corridor.plan.week_plan import Served as Served  # noqa: PLC0414 - for faces
    from keruen.corridor.plan.week_plan import WeekPlan as WeekPlan  # noqa: PLC0414 - for faces
    from keruen.corridor.plan.week_problem import Limit as Limit  # noqa: PLC0414 - for faces


def plan_week(
    scenario: Scenario,
    *,
    gap: float,
    time_limit_s: float = math.inf,
    progress: Callable[[str, float, float], None] | None = None,
) -> WeekPlan:
    """Plan the average week of a scenario's railway, whatever week it brings.

    Parameters
    ----------
    scenario : Scenario
        With a network.
    gap : float
        Share of its cost by which a plan may be dearer than its bound; departures are searched for
        until then, or to the end.
    time_limit_s : float
        Seconds of the solver; where they cut off, the answer depends on the machine.
    progress : Callable[[str, float, float], None], optional
        Told after each step of the search: its name, the best cost so far and the bound, in US
        dollars of 2025 a week.

    Returns
    -------
    WeekPlan
        Services, departures and ways, with costs and a bound.
    """
    from keruen.corridor.plan import week_plan  # noqa: PLC0415 - loads the solver

    assert scenario.network is not None, "a week without a network"
    year, bookings = whole_year(scenario)
    return week_plan.plan_week(
        year, scenario.network, bookings, time_limit_s=time_limit_s, gap=gap, progress=progress
    )


def week_of(plan: WeekPlan) -> Week:
    """The week that was planned, as a scenario may bring one: trains, departures and routes."""
    from keruen.corridor.plan.week_as_data import week_as_data  # noqa: PLC0415 - loads the solver

    return Week.model_validate(week_as_data(plan))


def whole_year(scenario: Scenario) -> tuple[Scenario, Demand]:
    """What a week is planned from: the scenario over a whole year, and its bookings.

    The bookings are those of the scenario's own seed, whatever seed is simulated.
    """
    year = year_of(scenario)
    return year, demand.generate(year, scenario.scenario.seed)


def year_of(scenario: Scenario) -> Scenario:
    """The scenario over the whole calendar year of its first day, without a warm-up."""
    calendar = scenario.calendar.model_copy(
        update={
            "first_day": date(scenario.calendar.first_day.year, 1, 1),
            "days": DAYS_PER_YEAR,
            "warm_up_ms": 0,
        }
    )
    return scenario.model_copy(update={"calendar": calendar})
