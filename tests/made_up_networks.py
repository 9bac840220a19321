"""Small networks to design, spelled out as arcs, and laws that every plan keeps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from keruen.corridor.plan.design import DesignPlan, DesignProblem

Arc = tuple[int, int, float, float, int, float]
"""Tail, head, capacity, cost of a unit, most units (0: no service, room of its own), flow cost."""
Wish = tuple[int, int, float, float]
"""From, to, amount, price of what is left behind."""


def network(
    arcs: list[Arc],
    wanted: list[Wish],
    *,
    limits: tuple[tuple[tuple[int, ...], float], ...] = (),
    both_ways: tuple[tuple[int, int], ...] = (),
) -> DesignProblem:
    """Return the problem with every way between two nodes that passes none twice.

    Parameters
    ----------
    limits : services that share a limit, by the number of their arc, and its most.
    both_ways : pairs of arcs with the units of the first, at the cost of both.
    """
    service = [n if most else -1 for n, (_, _, _, _, most, _) in enumerate(arcs)]
    unit_cost = [arc[3] for arc in arcs]
    for first, second in both_ways:
        service[second], unit_cost[first] = first, unit_cost[first] + unit_cost[second]
    ways = [
        (n, way)
        for n, (start, end, _, _) in enumerate(wanted)
        for way in sorted(_ways(arcs, start, end))
    ]
    lengths = [len(way) for _, way in ways]
    used = [True] * len(arcs)
    for _, second in both_ways:
        used[second] = False
    return DesignProblem(
        unit_cost=np.array(unit_cost, float),
        most_units=np.array([arc[4] * use for arc, use in zip(arcs, used, strict=True)], np.int64),
        arc_service=np.array(service, np.int64),
        arc_capacity=np.array([arc[2] for arc in arcs], float),
        amount=np.array([wish[2] for wish in wanted], float),
        unserved_price=np.array([wish[3] for wish in wanted], float),
        way_commodity=np.array([n for n, _ in ways], np.int64),
        way_cost=np.array([sum(arcs[arc][5] for arc in way) for _, way in ways], float),
        way_start=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        way_arc=np.array([arc for _, way in ways for arc in way], np.int64),
        resource_start=np.cumsum([0, *(len(members) for members, _ in limits)]).astype(np.int64),
        resource_service=np.array([n for members, _ in limits for n in members], np.int64),
        resource_use=np.ones(sum(len(members) for members, _ in limits)),
        resource_limit=np.array([most for _, most in limits], float),
    )


def _ways(
    arcs: list[Arc], at: int, end: int, passed: tuple[int, ...] = ()
) -> Iterator[tuple[int, ...]]:
    for number, (tail, head, *_) in enumerate(arcs):
        if tail == at and head not in (*passed, at):
            if head == end:
                yield (number,)
            else:
                for rest in _ways(arcs, head, end, (*passed, at)):
                    yield (number, *rest)


def assert_lawful(problem: DesignProblem, plan: DesignPlan) -> None:
    """Assert that all is carried or left, within capacity and limits, at the plan's cost."""
    carried = np.bincount(problem.way_commodity, plan.way_amount, len(problem.amount))
    assert np.allclose(carried + plan.unserved, problem.amount, atol=1e-5)
    units = np.where(problem.arc_service < 0, 1, plan.units[problem.arc_service])
    assert np.all(problem.arc_flow(plan.way_amount) <= problem.arc_capacity * units + 1e-5)
    assert np.all((plan.units >= 0) & (plan.units <= problem.most_units))
    row = np.repeat(np.arange(len(problem.resource_limit)), np.diff(problem.resource_start))
    use = problem.resource_use * plan.units[problem.resource_service]
    used = np.bincount(row, use, len(problem.resource_limit))
    assert np.all(used <= problem.resource_limit + 1e-6)
    cost = problem.unit_cost @ plan.units + problem.way_cost @ plan.way_amount
    cost += problem.unserved_price @ plan.unserved
    assert np.isclose(cost, plan.objective, rtol=1e-6, atol=1e-4)
    assert plan.bound <= plan.objective + 1e-6
    assert plan.cheapest <= plan.objective + 1e-6
    assert plan.least_unserved <= plan.unserved.sum() + 1e-6
    assert np.all(plan.resource_price >= 0)
