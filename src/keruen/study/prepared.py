"""A scenario whose railway has its week of trains: brought by the scenario, or planned now.

Knows when a plan is needed; the plan itself is the corridor's.
"""

from __future__ import annotations

from typing import Final

from keruen import corridor, demand
from keruen.corridor.lines import lines_of_dry_port
from keruen.scenario import Scenario, with_planned_week

PLAN_SECONDS: Final = 600.0
"""So long a plan may take; on the packaged scenario one within the gap takes seconds. A plan that
was cut off by time alone would not be the same on another machine."""

PLAN_GAP: Final = 0.02
"""A plan may cost this share more than its bound."""


def prepared(scenario: Scenario) -> Scenario:
    """The scenario with its trains: those of its week where it has a network.

    Parameters
    ----------
    scenario : without a network it is returned as it is. With a week, its services become those of
        the week; without one, a week is planned from its bookings first, and is from then on part
        of it.

    Returns
    -------
    A scenario that is prepared already is returned unchanged.
    """
    network = scenario.network
    if network is None:
        return scenario
    week = network.week
    if week is None:
        from keruen.corridor.routes import week_as_data  # noqa: PLC0415 - the solver takes a while
        from keruen.corridor.week_plan import plan_week  # noqa: PLC0415

        bookings = demand.generate(scenario, scenario.scenario.seed)
        plan = plan_week(scenario, network, bookings, time_limit_s=PLAN_SECONDS, gap=PLAN_GAP)
        scenario = with_planned_week(scenario, week_as_data(plan))
        assert scenario.network is not None, "a plan took the network away"
        week = scenario.network.week
        assert week is not None, "a plan without a week"
    if set(scenario.services) == set(lines_of_dry_port(scenario)):
        return scenario
    return corridor.with_week(scenario, week)
