"""Small networks to design, drawn or spelled out, and laws that every plan keeps."""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.corridor.plan.design import DesignPlan, DesignProblem


def network(
    arcs: list[tuple[int, int, float, float, int, float]],
    wanted: list[tuple[int, int, float, float]],
    **more: Any,
) -> DesignProblem:
    """Arcs (tail, head, capacity, fixed cost, most units, flow cost); (from, to, amount, price)."""
    a, k = np.array(arcs, dtype=float).reshape(-1, 6), np.array(wanted, dtype=float).reshape(-1, 4)
    given: dict[str, Any] = {
        "n_nodes": int(max(a[:, :2].max(initial=0), k[:, :2].max(initial=0))) + 1,
        "tail": a[:, 0].astype(np.int64),
        "head": a[:, 1].astype(np.int64),
        "capacity": a[:, 2],
        "fixed_cost": a[:, 3],
        "most_units": a[:, 4].astype(np.int64),
        "flow_cost": a[:, 5],
        "is_integer": np.ones(len(a), dtype=np.bool_),
        "origin": k[:, 0].astype(np.int64),
        "destination": k[:, 1].astype(np.int64),
        "amount": k[:, 2],
        "unserved_price": k[:, 3],
    }
    return DesignProblem(**{**given, **more})


def assert_lawful(problem: DesignProblem, plan: DesignPlan) -> None:
    """Assert flow conservation, capacity, forcing, shared limits, balance, and the plan's cost."""
    flow = np.zeros((problem.n_commodities, problem.n_arcs))
    flow[plan.flow_commodity, plan.flow_arc] = plan.flow_amount
    for k in range(problem.n_commodities):
        net = np.bincount(problem.tail, flow[k], problem.n_nodes)
        net -= np.bincount(problem.head, flow[k], problem.n_nodes)
        served = problem.amount[k] - plan.unserved[k]
        if problem.origin[k] != problem.destination[k]:
            net[problem.origin[k]] -= served
            net[problem.destination[k]] += served
        assert np.allclose(net, 0, atol=1e-5)
    room = problem.capacity * np.where(problem.most_units == 0, 1.0, plan.units)
    assert np.all(flow.sum(axis=0) <= room + 1e-5)
    assert np.all(flow <= np.minimum(problem.amount[:, None], room) + 1e-5)
    assert np.all((plan.units >= 0) & (plan.units <= problem.most_units))
    assert np.array_equal(plan.units, np.round(plan.units))
    row = np.repeat(np.arange(len(problem.resource_limit)), np.diff(problem.resource_start))
    use = np.bincount(
        row, problem.resource_use * plan.units[problem.resource_arc], len(problem.resource_limit)
    )
    assert np.all(use <= problem.resource_limit + 1e-6)
    if len(problem.balance_group):
        for group in np.unique(problem.balance_group[problem.balance_group >= 0]):
            units = np.where(problem.balance_group == group, plan.units, 0.0)
            out = np.bincount(problem.tail, units, problem.n_nodes)
            assert np.allclose(out, np.bincount(problem.head, units, problem.n_nodes))
    price = np.where(plan.unserved > 0, problem.unserved_price, 0.0)
    cost = problem.fixed_cost @ plan.units + problem.flow_cost @ flow.sum(axis=0)
    assert np.isclose(cost + price @ plan.unserved, plan.objective, rtol=1e-6, atol=1e-4)
    assert plan.bound <= plan.objective + 1e-6
    assert np.all(plan.resource_price >= 0)
    assert np.all(plan.capacity_price >= 0)
