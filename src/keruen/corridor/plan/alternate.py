"""Trains that a planned week sends every other week: which, and in even or in odd weeks.

Knows the design and what waiting costs; knows no moment of the week.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from keruen.corridor.plan.departures_problem import teu_day_usd
from keruen.corridor.plan.design import DesignPlan
from keruen.corridor.plan.trains_of_ways import chains_of
from keruen.corridor.plan.week_problem import (
    WeekProblem,
    departures_per_week,
    is_alternate,
)
from keruen.domain.alternate_weeks import AlternateWeeks
from keruen.scenario.network import Network
from keruen.units import DAYS_PER_WEEK


def alternate_weeks(week: WeekProblem, design: DesignPlan) -> dict[int, AlternateWeeks]:
    """The weeks of each offer whose last train runs every other week, by its number.

    Each takes the weeks that have fewer such trains at its border so far, then in all: neither
    week is the one in which all of them come.
    """
    found: dict[int, AlternateWeeks] = {}
    counts: Counter[tuple[str, AlternateWeeks]] = Counter()
    sides: tuple[AlternateWeeks, AlternateWeeks] = ("even", "odd")
    for k, offer in enumerate(week.offers):
        if not is_alternate(week, design, k):
            continue
        place = f"{offer.border}>{offer.end}"
        found[k] = min(sides, key=lambda side: (counts[place, side], counts["", side]))
        counts.update([(place, found[k]), ("", found[k])])
    return found


def whole_where_cheaper(network: Network, week: WeekProblem, design: DesignPlan) -> DesignPlan:
    """Send a train every week where the longer wait for one every other week costs more.

    The design knows no waiting. A half train is made a whole one where that saves more waiting
    than it costs, and where the shared limits have room for it.
    """
    problem = week.problem
    day_usd = np.zeros(len(week.offers))
    for chain in chains_of(week, design):
        for arc in chain.arcs:
            day_usd[arc // 2] += chain.teu * teu_day_usd(week, chain) * network.costs.time_weight
    units = design.units.copy()
    of_limit = np.repeat(np.arange(len(problem.resource_limit)), np.diff(problem.resource_start))
    for k in range(len(week.offers)):
        if not is_alternate(week, design, k):
            continue
        saved_usd = day_usd[k] * DAYS_PER_WEEK / 2 / departures_per_week(week, design, k) ** 2
        more = units + (np.arange(len(units)) == k)
        used = np.bincount(
            of_limit,
            problem.resource_use * more[problem.resource_service],
            len(problem.resource_limit),
        )
        if saved_usd > problem.unit_cost[k] and np.all(used <= problem.resource_limit):
            units = more
    if np.array_equal(units, design.units):
        return design
    added = float(problem.unit_cost @ (units - design.units))
    return replace(design, units=units, objective=design.objective + added)
