"""A week that somebody brings: whether it keeps the limits, what it costs, what bounds the cost.

Knows the week's problem; plans nothing. Cost and bound are reckoned from the trains alone, by two
linear problems, so that another machine finds the same in a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from keruen.corridor.plan.design.engine import Engine
from keruen.corridor.plan.design.model import build
from keruen.corridor.plan.design.problem import Floats, Ints
from keruen.corridor.plan.week_problem import WeekProblem
from keruen.scenario.network import Network
from keruen.scenario.week import Route, Week

_SLACK: Final = 1e-6
"""Of a limit: what sums of shares with nine digits may be off by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekProof:
    """A week weighed.

    Parameters
    ----------
    broken : the first limit that it does not keep, ``border-west:dostyk``, or the ends of a train
        that cannot run or is too full, ``dostyk–kostanay``; blank where it keeps all.
    cost_usd2025_per_week : the least that carriage by its trains costs, boxes left behind at their
        price; no waiting for trains is in it.
    bound_usd2025_per_week : no week costs less.
    """

    broken: str
    cost_usd2025_per_week: float
    bound_usd2025_per_week: float


def proof_of(network: Network, problem: WeekProblem, week: Week) -> WeekProof:
    """Weigh a week that is sound by the rules of the scenario (`scenario.check_week`).

    Parameters
    ----------
    network : of the scenario.
    problem : the scenario's average week.
    week : trains and ways.
    """
    units, stranger = _units(problem, week)
    broken = stranger or _over_limit(problem, units) or _over_full(network, problem, week, units)
    if broken:
        return WeekProof(broken=broken, cost_usd2025_per_week=0.0, bound_usd2025_per_week=0.0)
    model = build(problem.problem)
    engine = Engine(model, model.upper, is_relaxed=True)
    least = engine.run(seconds=np.inf)
    columns = np.arange(model.n_services)
    engine.set_bounds(columns, units.astype(np.float64), units.astype(np.float64))
    by_trains = engine.run(seconds=np.inf)
    return WeekProof(
        broken="",
        cost_usd2025_per_week=by_trains.objective,
        bound_usd2025_per_week=least.objective,
    )


def _units(problem: WeekProblem, week: Week) -> tuple[Ints, str]:
    """Units of each offer by the week's trains; the ends of a train that no offer is like."""
    place = {
        (offer.start, offer.end): k
        for k, offer in enumerate(problem.offers)
        if offer.kind == "block-train"
    }
    units = np.zeros(len(problem.offers), np.int64)
    for _, train in sorted(week.trains.items()):
        k = place.get((train.start, train.end), place.get((train.end, train.start)))
        if k is None:
            return units, f"{train.start}–{train.end}"
        units[k] = round(train.mean_trains_per_week * problem.offers[k].parts)
    return units, ""


def _over_limit(problem: WeekProblem, units: Ints) -> str:
    """The first shared limit that the trains go beyond."""
    design = problem.problem
    of_limit = np.repeat(np.arange(len(design.resource_limit)), np.diff(design.resource_start))
    used = np.bincount(
        of_limit, design.resource_use * units[design.resource_service], len(design.resource_limit)
    )
    over = np.flatnonzero(used > design.resource_limit * (1 + _SLACK) + _SLACK)
    limits = [problem.limits[n] for n in over]
    return f"{limits[0].kind}:{limits[0].key}" if limits else ""


def _over_full(network: Network, problem: WeekProblem, week: Week, units: Ints) -> str:
    """The ends of the first train, group or crossing on which more is to go than it takes."""
    design, offers = problem.problem, problem.offers
    arcs = {
        ends: 2 * k + back
        for k, offer in enumerate(offers)
        for back, ends in enumerate(((offer.start, offer.end), (offer.end, offer.start)))
    }
    load = np.zeros(2 * len(offers))
    amounts = _amounts(network, problem)
    for _, route in sorted(week.routes.items()):
        teu = route.share * amounts.get((route.flow, _is_to_china(network, route)), 0.0)
        for ends in pairwise(route.stations):
            if ends not in arcs:
                return "–".join(ends)
            load[arcs[ends]] += teu
    room: Floats = design.arc_capacity * np.where(design.arc_service >= 0, np.repeat(units, 2), 1)
    over = np.flatnonzero(load > room * (1 + _SLACK) + _SLACK)
    full = [offers[arc // 2] for arc in over]
    return f"{full[0].start}–{full[0].end}" if full else ""


def _amounts(network: Network, problem: WeekProblem) -> dict[tuple[str, bool], float]:
    """TEU a week of each flow in each direction."""
    found: dict[tuple[str, bool], float] = {}
    for stream in problem.streams:
        side = stream.flow, network.stations[stream.destination].country == "CN"
        found[side] = found.get(side, 0.0) + stream.teu
    return found


def _is_to_china(network: Network, route: Route) -> bool:
    return network.stations[route.stations[-1]].country == "CN"
