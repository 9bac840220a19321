"""A scenario whose railway has its week of trains: brought by the scenario, or planned now.

Knows when a plan is needed and what it depends on; the plan itself is the corridor's. A week is
planned for a whole year, whatever the days that are simulated, and kept on this machine.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from keruen import caches, corridor, demand
from keruen.corridor.network.lines import lines_of_dry_port
from keruen.domain.results import Demand
from keruen.scenario import Scenario, with_planned_week
from keruen.scenario.week import Week
from keruen.scenario.week_file import week_from, week_text
from keruen.store import code_version
from keruen.units import DAYS_PER_YEAR

PLAN_SECONDS: Final = 600.0
"""So long a plan may take; on the packaged scenario one within the gap takes seconds. A plan that
was cut off by time alone would not be the same on another machine."""

PLAN_GAP: Final = 0.02
"""A plan may cost this share more than its bound."""

_KIND: Final = "weeks"
"""Of what is kept in the caches."""


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
        week = _week_of(scenario)
        scenario = with_planned_week(scenario, week)
    if set(scenario.services) == set(lines_of_dry_port(scenario)):
        return scenario
    return corridor.with_week(scenario, week)


def whole_year(scenario: Scenario) -> tuple[Scenario, Demand]:
    """What a week is planned from: the scenario over a whole year, and its bookings.

    The bookings are those of the scenario's own seed, whatever seed is simulated.
    """
    calendar = scenario.calendar.model_copy(
        update={
            "first_day": date(scenario.calendar.first_day.year, 1, 1),
            "days": DAYS_PER_YEAR,
            "warm_up_ms": 0,
        }
    )
    year = scenario.model_copy(update={"calendar": calendar})
    return year, demand.generate(year, scenario.scenario.seed)


def _week_of(scenario: Scenario) -> Week:
    key = _key(scenario)
    found = week_from(caches.kept_text(_KIND, key) or "")
    if found is not None:
        return found
    from keruen.corridor.plan.week_as_data import week_as_data  # noqa: PLC0415 - the solver takes a while
    from keruen.corridor.plan.week_plan import plan_week  # noqa: PLC0415

    network = scenario.network
    assert network is not None, "no network"
    year, bookings = whole_year(scenario)
    plan = plan_week(year, network, bookings, time_limit_s=PLAN_SECONDS, gap=PLAN_GAP)
    week = week_as_data(plan)
    if plan.gap <= PLAN_GAP:
        caches.keep_text(_KIND, key, week_text(week))
    return week


def _key(scenario: Scenario) -> str:
    """A digest of all that a week depends on: goods, railway, days of trucks, and our own code."""
    words: dict[str, Any] = scenario.model_dump(
        mode="json", include={"demand", "commodities", "flows", "services", "network"}
    )
    words["gate"] = scenario.terminal.gate.model_dump(mode="json")
    words["year"] = scenario.calendar.first_day.year
    words["seed"] = scenario.scenario.seed
    words["code"] = code_version() + _sources()
    canonical = json.dumps(words, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _sources() -> str:
    """A digest of the planner's sources and of the solver: another planner plans another week."""
    digest = hashlib.sha256()
    for folder in (Path(corridor.__file__).parent, Path(demand.__file__).parent):
        for source in sorted(folder.rglob("*.py")):
            digest.update(source.read_bytes())
    digest.update(version("highspy").encode())
    return digest.hexdigest()
