"""What a verdict stands on: measured days, replications, seed, assumptions; and the week it shares.

Knows which doubts there are beside the spread of the replications; judges nothing.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Final

from keruen.domain.results import Basis, IntervalPart, Provenance
from keruen.scenario import Scenario
from keruen.scenario.world import PlannedWorld
from keruen.units import DAYS_PER_YEAR

UNSERVED: Final = "unserved_share"
"""The measure that a better week could lower."""


def basis_of(scenario: Scenario, provenance: Provenance) -> Basis:
    """What a verdict on a scenario and case stands on.

    Parameters
    ----------
    scenario : as it was run.
    provenance : of the study or the search.

    Returns
    -------
    Basis
        Figures are all those of the scenario that have a source or a reason.
    """
    first_day, days = scenario.calendar.first_day, scenario.calendar.days
    return Basis(
        first_day=first_day,
        last_day=first_day + timedelta(days=days - 1),
        days=days,
        n_replications=provenance.n_replications,
        seed=provenance.seed,
        n_figures=len(scenario.input_figures),
        n_assumed=sum(figure.is_assumption for figure in scenario.input_figures),
    )


def varies_over_year(scenario: Scenario) -> bool:
    """Whether months differ, so that others than those measured could be worse."""
    months = [flow.months for flow in scenario.flows.values()]
    if scenario.network is not None:
        months += [one.months for one in scenario.network.disruptions.values()]
    weather = scenario.terminal.weather
    if weather is not None and weather.cold is not None:
        months.append(weather.cold.day_share_by_month)
    return any(len(set(shares)) > 1 for shares in months)


def doubts_of(world: PlannedWorld, measure: str) -> tuple[IntervalPart, ...]:
    """Why a measure may lie elsewhere than its replications say; empty where nothing is in doubt.

    A planner that had found the best week would leave fewer boxes behind, never more: its gap
    widens the interval downwards only. A part of a year may be its best part, so where months
    differ a measure may be any amount higher over the year.

    Parameters
    ----------
    world : as it was run.
    measure : name of the measure.
    """
    doubts = []
    unserved = None if world.railway is None else world.railway.unserved
    if measure == UNSERVED and unserved is not None and unserved.planned > unserved.least:
        gap = unserved.planned - unserved.least
        doubts.append(IntervalPart(cause="planner", below=gap, above=0.0))
    if world.scenario.calendar.days < DAYS_PER_YEAR and varies_over_year(world.scenario):
        doubts.append(IntervalPart(cause="season", below=0.0, above=math.inf))
    return tuple(doubts)
