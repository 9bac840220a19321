"""Laws of the network design, over random small networks."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keruen.corridor.plan.design import DesignPlan, DesignProblem, solve
from keruen.corridor.plan.design.cuts import Cut, Cutter
from keruen.corridor.plan.design.model import build, forcing_rows, violated
from made_up_networks import assert_lawful, network

scipy_optimize = pytest.importorskip("scipy.optimize", reason="needs scipy")

node = st.integers(0, 3)
arc = st.tuples(
    node, node, st.integers(1, 9), st.integers(0, 30), st.integers(0, 2), st.integers(0, 5)
)
wish = st.tuples(node, node, st.integers(0, 9), st.integers(1, 40))


@st.composite
def problems(draw: st.DrawFn) -> DesignProblem:
    arcs = draw(st.lists(arc, min_size=1, max_size=6))
    wanted = draw(st.lists(wish, min_size=1, max_size=3))
    members = sorted(draw(st.sets(st.integers(0, len(arcs) - 1))))
    return network(
        [(float(t), h, float(c), float(f), m, float(p)) for t, h, c, f, m, p in arcs],
        [(o, d, float(a), float(p)) for o, d, a, p in wanted],
        n_nodes=4,
        resource_start=np.array([0, len(members)]),
        resource_arc=np.array(members, dtype=np.int64),
        resource_use=np.ones(len(members)),
        resource_limit=np.array([float(draw(st.integers(0, 4)))]),
        balance_group=np.array(
            draw(st.lists(st.integers(-1, 0), min_size=len(arcs), max_size=len(arcs)))
        ),
    )


def cheapest_by_enumeration(problem: DesignProblem) -> float:
    """Every design, each with the best flows of an independent linear programme."""
    n, many = problem.n_arcs, problem.n_commodities
    columns = many * n + many
    balance = np.zeros((many * problem.n_nodes, columns))
    right = np.zeros(len(balance))
    for k in range(many):
        first = k * problem.n_nodes
        for a in range(n):
            balance[first + problem.tail[a], k * n + a] += 1
            balance[first + problem.head[a], k * n + a] -= 1
        for place, sign in ((problem.origin[k], 1), (problem.destination[k], -1)):
            balance[first + place, many * n + k] += sign
            right[first + place] += sign * problem.amount[k]
    room = np.hstack([np.tile(np.eye(n), many), np.zeros((n, many))])
    costs = np.concatenate([np.tile(problem.flow_cost, many), problem.unserved_price])
    for k in range(many):
        if problem.origin[k] == problem.destination[k]:
            costs[many * n + k] = 0.0
    best = np.inf
    for units in itertools.product(*(range(most + 1) for most in problem.most_units)):
        chosen = np.array(units, dtype=float)
        grouped = np.where(problem.balance_group == 0, chosen, 0.0)
        out = np.bincount(problem.tail, grouped, problem.n_nodes)
        if not np.array_equal(out, np.bincount(problem.head, grouped, problem.n_nodes)):
            continue
        if chosen[problem.resource_arc].sum() > problem.resource_limit[0]:
            continue
        limits = problem.capacity * np.where(problem.most_units == 0, 1.0, chosen)
        found = scipy_optimize.linprog(costs, room, limits, balance, right)
        best = min(best, float(found.fun + problem.fixed_cost @ chosen))
    return best


def answer(problem: DesignProblem) -> DesignPlan:
    return solve(problem, time_limit_s=20.0, gap=0.0)


@settings(max_examples=60, deadline=None)
@given(problems())
def test_equals_enumeration_and_keeps_the_laws(problem: DesignProblem) -> None:
    """The plan is the cheapest of all, is proved so, and keeps every law."""
    plan = answer(problem)
    assert_lawful(problem, plan)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(cheapest_by_enumeration(problem), abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_order_does_not_matter(problem: DesignProblem, luck: object) -> None:
    """Commodities in another order cost the same."""
    order = list(range(problem.n_commodities))
    luck.shuffle(order)  # type: ignore[attr-defined]
    names = ("origin", "destination", "amount", "unserved_price")
    other = replace(problem, **{name: getattr(problem, name)[order] for name in names})
    assert answer(other).objective == pytest.approx(answer(problem).objective, abs=1e-5)


@settings(max_examples=15, deadline=None)
@given(problems())
def test_same_problem_same_plan(problem: DesignProblem) -> None:
    """Twice the same gives equal arrays."""
    one, two = answer(problem), answer(problem)
    for name in ("units", "flow_arc", "flow_amount", "unserved", "resource_price"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


near_node = st.integers(0, 2)
small_arc = st.tuples(
    near_node, near_node, st.integers(1, 9), st.integers(0, 30), st.integers(1, 2)
)


@st.composite
def small_problems(draw: st.DrawFn) -> DesignProblem:
    """Up to five arcs on three nodes; some commodities may stay, at a price."""
    arcs = draw(st.lists(small_arc, min_size=2, max_size=5))
    wanted = draw(
        st.lists(st.tuples(near_node, near_node, st.integers(1, 9)), min_size=1, max_size=3)
    )
    return network(
        [(float(t), h, float(c), float(f), m, 1.0) for t, h, c, f, m in arcs],
        [(o, d, float(a), draw(st.sampled_from((20.0, 90.0)))) for o, d, a in wanted],
        n_nodes=3,
    )


def least_cost(
    problem: DesignProblem, cost: np.ndarray, limits: list[tuple[float, float]], cuts: list[Cut]
) -> tuple[float, np.ndarray]:
    """Cheapest point of the relaxation between these limits, by an independent programme."""
    rows = build(problem).rows
    matrix = np.zeros((len(rows.lower), len(cost)))
    for i, (first, last) in enumerate(itertools.pairwise(rows.start)):
        matrix[i, rows.column[first:last]] = rows.value[first:last]
    more = np.zeros((len(cuts), len(cost)))
    for i, cut in enumerate(cuts):
        more[i, cut.column] = -cut.value
    is_equal = rows.lower == rows.upper
    found = scipy_optimize.linprog(
        cost,
        np.vstack((matrix[~is_equal], more)),
        np.concatenate((rows.upper[~is_equal], [-cut.lower for cut in cuts])),
        matrix[is_equal],
        rows.upper[is_equal],
        limits,
    )
    return float(found.fun), found.x


def least_left_side(problem: DesignProblem, column: np.ndarray, value: np.ndarray) -> float:
    """The least value·column over every design, each with flows of an independent programme."""
    model = build(problem)
    cost, n = np.zeros(len(model.cost)), model.n_designs
    cost[column] = value
    flows = [(0.0, most) for most in model.upper[n:].tolist()]
    designs = itertools.product(*(range(int(most) + 1) for most in model.upper[:n]))
    return min(
        least_cost(problem, cost, [*((count, count) for count in units), *flows], [])[0]
        for units in designs
    )


@settings(max_examples=30, deadline=None)
@given(small_problems())
def test_no_plan_is_cut_off(problem: DesignProblem) -> None:
    """Every inequality is broken by the relaxation and kept by every design with any flows."""
    model = build(problem)
    limits = [(0.0, most) for most in model.upper.tolist()]
    found: list[Cut] = []
    for _ in range(3):
        _, point = least_cost(problem, model.cost, limits, found)
        cuts = Cutter(problem, model).cuts(point, 2)
        for cut in cuts:
            assert cut.value @ point[cut.column] < cut.lower
            assert least_left_side(problem, cut.column, cut.value) >= cut.lower - 1e-6
        found += cuts
    for pair in violated(problem, model, point, 1e-6)[:2]:
        rows = forcing_rows(problem, model, np.array([pair]))
        assert least_left_side(problem, rows.column, -rows.value) >= -1e-6


@settings(max_examples=15, deadline=None)
@given(small_problems())
def test_free_networks_equal_enumeration(problem: DesignProblem) -> None:
    """Without shared limits, too, the plan is the cheapest of all; cut off early, no bound is above."""
    model = build(problem)
    best = least_left_side(problem, np.arange(len(model.cost)), model.cost)
    for n_threads in (1, 2):
        plan = solve(problem, time_limit_s=20.0, gap=0.0, n_threads=n_threads)
        assert_lawful(problem, plan)
        assert plan.status == "optimal"
        assert plan.objective == pytest.approx(best, abs=1e-4)
    early = solve(problem, time_limit_s=20.0, gap=0.0, node_limit=1)
    assert early.bound <= best + 1e-4
    assert early.objective >= best - 1e-4
