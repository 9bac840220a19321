"""Laws of departures, over made-up weeks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keruen.corridor.plan.design import Departures, DeparturesProblem, choose_departures, cost_from

few = st.integers(0, 5)


@st.composite
def weeks(draw: st.DrawFn) -> DeparturesProblem:
    """Two feeders into a third service, boxes back on the first, and one limit."""
    n = draw(st.integers(3, 8))
    amounts = [float(draw(st.integers(1, 9))), float(draw(few)), 0.0, float(draw(few))]
    return DeparturesProblem(
        n_slots=n,
        trains=np.array([draw(st.integers(1, 3)) for _ in range(3)]),
        capacity=np.array([float(draw(st.integers(1, 9))) for _ in range(3)]),
        back_slots=np.array([draw(few) for _ in range(3)]),
        queue_service=np.array([0, 1, 2, 0]),
        queue_is_back=np.array([False, False, False, True]),
        queue_next=np.array([2, 2, -1, -1]),
        queue_lag=np.array([draw(few) for _ in range(4)]),
        queue_amount=np.array(amounts),
        queue_price=np.array([float(draw(few)) for _ in range(4)]),
        left_price=np.array([float(draw(st.integers(0, 99))) for _ in range(4)]),
        limit_start=np.array([0, 2]),
        limit_service=np.array([0, 1]),
        limit_shift=np.array([draw(few), draw(few)]),
        limit_slots=np.array([draw(st.integers(1, 2))]),
        limit_most=np.array([draw(st.integers(1, 3))]),
        excess_price=1000.0,
    )


def found_for(problem: DeparturesProblem) -> Departures:
    return choose_departures(problem, time_limit_s=10, gap=0, node_limit=200)


@settings(max_examples=25, deadline=None)
@given(weeks())
def test_what_comes_boards_or_is_left(problem: DeparturesProblem) -> None:
    """Each queue lets go what comes to it, from outside and from the queues before."""
    found = found_for(problem)
    comes = problem.queue_amount - found.left
    for queue, follower in enumerate(problem.queue_next.tolist()):
        if follower >= 0:
            comes[follower] += found.boarding[queue].sum()
    assert found.boarding.sum(axis=1) == pytest.approx(comes, abs=1e-6)
    assert found.trains.sum(axis=1).tolist() == problem.trains.tolist()
    assert np.all(found.left <= problem.queue_amount + 1e-9)


@settings(max_examples=25, deadline=None)
@given(weeks(), st.integers(0, 7))
def test_a_turned_week_costs_the_same(problem: DeparturesProblem, turn: int) -> None:
    """Turned departures cost what the found ones cost, and moving services gains as much."""
    found = found_for(problem)
    turned = np.roll(found.trains, turn, axis=1)
    here = cost_from(problem, found.trains, time_limit_s=10)
    assert cost_from(problem, turned, time_limit_s=10) == pytest.approx(here, abs=1e-6)
    assert found.bound <= found.objective + 1e-6


@settings(max_examples=25, deadline=None)
@given(weeks())
def test_bound_holds_and_more_room_never_costs_more(problem: DeparturesProblem) -> None:
    """Larger trains and a wider limit keep every plan, so the best of them costs no more."""
    found = found_for(problem)
    wider = replace(problem, capacity=problem.capacity * 2, limit_most=problem.limit_most + 1)
    assert cost_from(wider, found.trains, time_limit_s=10) <= found.objective + 1e-6
    assert found_for(wider).bound <= found.objective + 1e-6
