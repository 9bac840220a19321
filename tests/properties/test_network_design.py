"""Laws of the network design, over random small networks."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("highspy", reason="needs the extra keruen[corridor]")

from keruen.corridor.design import DesignPlan, DesignProblem, solve
from keruen.corridor.design.cuts import Cutter
from keruen.corridor.design.model import build, forcing_rows, violated
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


small_arc = st.tuples(node, node, st.integers(1, 9), st.just(1), st.integers(0, 2), st.just(1))


@st.composite
def problems_and_points(draw: st.DrawFn) -> tuple[DesignProblem, np.ndarray]:
    """A network of up to five arcs, and any point between the bounds of its columns."""
    arcs = draw(st.lists(small_arc, min_size=2, max_size=5))
    wanted = draw(st.lists(wish, min_size=1, max_size=3))
    problem = network(
        [(float(t), h, float(c), float(f), m, float(p)) for t, h, c, f, m, p in arcs],
        [(o, d, float(a), draw(st.sampled_from((float(p), np.inf)))) for o, d, a, p in wanted],
        n_nodes=4,
    )
    model = build(problem)
    shares = draw(st.lists(st.integers(0, 10), min_size=len(model.cost), max_size=len(model.cost)))
    return problem, model.upper * np.array(shares) / 10


def least_left_side(problem: DesignProblem, column: np.ndarray, value: np.ndarray) -> float:
    """The least value·column over every design, each with flows of an independent programme."""
    model = build(problem)
    rows, n = model.rows, model.n_designs
    matrix = np.zeros((len(rows.lower), len(model.cost)))
    for i, (first, last) in enumerate(itertools.pairwise(rows.start)):
        matrix[i, rows.column[first:last]] = rows.value[first:last]
    cost = np.zeros(len(model.cost))
    cost[column] = value
    is_equal = rows.lower == rows.upper
    best = np.inf
    for units in itertools.product(*(range(int(most) + 1) for most in model.upper[:n])):
        limits = [(count, count) for count in units] + [(0, most) for most in model.upper[n:]]
        found = scipy_optimize.linprog(
            cost,
            matrix[~is_equal] if (~is_equal).any() else None,
            rows.upper[~is_equal] if (~is_equal).any() else None,
            matrix[is_equal] if is_equal.any() else None,
            rows.upper[is_equal] if is_equal.any() else None,
            limits,
        )
        best = min(best, float(found.fun)) if found.status == 0 else best
    return best


@settings(max_examples=60, deadline=None)
@given(problems_and_points())
def test_no_plan_is_cut_off(given_: tuple[DesignProblem, np.ndarray]) -> None:
    """Every inequality is broken by the point at hand and kept by every design with any flows."""
    problem, point = given_
    cuts = Cutter(problem, build(problem)).cuts(point, 3)
    for cut in cuts:
        assert cut.value @ point[cut.column] < cut.lower
        assert least_left_side(problem, cut.column, cut.value) >= cut.lower - 1e-6
    model = build(problem)
    pairs = violated(problem, model, point, 1e-6)[:2]
    rows = forcing_rows(problem, model, pairs)
    for first, last in itertools.pairwise(rows.start):
        column, value = rows.column[first:last], rows.value[first:last]
        assert least_left_side(problem, column, -value) >= -1e-6
