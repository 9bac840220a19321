"""Laws of the network design, over random small networks."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keruen.corridor.plan.design import DesignProblem, solve
from made_up_networks import Arc, Wish, assert_lawful, network

scipy_optimize = pytest.importorskip("scipy.optimize", reason="needs scipy")

node = st.integers(0, 3)
arc = st.tuples(
    node, node, st.integers(1, 9), st.integers(0, 30), st.integers(0, 2), st.integers(0, 5)
)
wish = st.tuples(node, node, st.integers(1, 9), st.integers(1, 40))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Arc], list[Wish], tuple[int, ...], float]:
    """Arcs, wishes, the services under one limit, and the limit."""
    arcs = draw(st.lists(arc, min_size=1, max_size=6))
    wanted = draw(st.lists(wish.filter(lambda one: one[0] != one[1]), min_size=1, max_size=3))
    members = sorted(draw(st.sets(st.integers(0, len(arcs) - 1))))
    return (
        [(t, h, float(c), float(f), m, float(p)) for t, h, c, f, m, p in arcs],
        [(o, d, float(a), float(p)) for o, d, a, p in wanted],
        tuple(members),
        float(draw(st.integers(0, 4))),
    )


World = tuple[list[Arc], list[Wish], tuple[int, ...], float]


def problem_of(world: World) -> DesignProblem:
    arcs, wanted, members, most = world
    return network(arcs, wanted, limits=((members, most),))


def by_enumeration(world: World) -> tuple[float, float, float]:
    """Every design, each with flows of an independent programme that knows arcs and no ways.

    The least cost, the least left behind, and the least cost of what leaves so little behind.
    """
    arcs, wanted, members, most = world
    n, many = len(arcs), len(wanted)
    balance = np.zeros((many * 4, many * (n + 1)))
    right = np.zeros(len(balance))
    for k, (origin, destination, amount, _) in enumerate(wanted):
        for a, (tail, head, *_) in enumerate(arcs):
            balance[4 * k + tail, k * n + a] += 1
            balance[4 * k + head, k * n + a] -= 1
        for place, sign in ((origin, 1), (destination, -1)):
            balance[4 * k + place, many * n + k] += sign
            right[4 * k + place] += sign * amount
    room = np.hstack([np.tile(np.eye(n), many), np.zeros((n, many))])
    price = np.array([one[5] for one in arcs] * many + [one[3] for one in wanted])
    left = np.array([0.0] * (n * many) + [1.0] * many)
    designs = []
    for units in itertools.product(*(range(one[4] + 1) for one in arcs)):
        if sum(units[a] for a in members) <= most:
            limits = [
                one[2] * (count if one[4] else 1) for one, count in zip(arcs, units, strict=True)
            ]
            fixed = float(sum(one[3] * count for one, count in zip(arcs, units, strict=True)))
            designs.append((np.array(limits), fixed))

    def best(cost: np.ndarray, limits: np.ndarray, most_left: float | None = None) -> float:
        more = (room, limits)
        if most_left is not None:
            more = (np.vstack([room, left]), np.append(limits, most_left))
        found = scipy_optimize.linprog(cost, *more, balance, right)
        return float(found.fun) if found.success else np.inf

    cheapest = min(best(price, limits) + fixed for limits, fixed in designs)
    least = min(best(left, limits) for limits, _ in designs)
    plan = min(best(price, limits, least + 1e-7) + fixed for limits, fixed in designs)
    return cheapest, least, plan


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_equals_enumeration_and_keeps_the_laws(world: World) -> None:
    """The plan leaves least behind, is the cheapest of those, is proved so, and keeps every law."""
    problem = problem_of(world)
    plan = solve(problem, gap=0)
    cheapest, least, cost = by_enumeration(world)
    assert_lawful(problem, plan)
    slack = 1e-4 * float(problem.amount.sum())
    assert plan.unserved.sum() == pytest.approx(least, abs=slack)
    assert plan.least_unserved == pytest.approx(least, abs=slack)
    # What may be left behind is rounded, and each unit of it saves at most its price.
    assert plan.objective == pytest.approx(cost, abs=40 * slack)
    assert plan.bound == pytest.approx(cost, abs=40 * slack)
    assert plan.cheapest == pytest.approx(cheapest, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_order_does_not_matter(world: World, luck: object) -> None:
    """Commodities in another order cost the same."""
    arcs, wanted, members, most = world
    other = list(wanted)
    luck.shuffle(other)  # type: ignore[attr-defined]
    one, two = (solve(problem_of((arcs, some, members, most)), gap=0) for some in (wanted, other))
    assert two.objective == pytest.approx(one.objective, abs=1e-2)


@settings(max_examples=15, deadline=None)
@given(worlds())
def test_same_problem_same_plan(world: World) -> None:
    """Twice the same gives equal arrays."""
    one, two = solve(problem_of(world), gap=0), solve(problem_of(world), gap=0)
    for name in ("units", "way_amount", "unserved", "resource_price"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


@settings(max_examples=25, deadline=None)
@given(worlds())
def test_more_room_never_carries_less(world: World) -> None:
    """With one more unit under the shared limit no more is left behind."""
    arcs, wanted, members, most = world
    one = solve(problem_of((arcs, wanted, members, most)), gap=0)
    two = solve(problem_of((arcs, wanted, members, most + 1)), gap=0)
    assert two.least_unserved <= one.unserved.sum() + 1e-6
    assert replace(two, seconds=0.0).cheapest <= one.cheapest + 1e-4
