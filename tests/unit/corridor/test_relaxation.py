"""The relaxation of a design: a bound that no plan goes below, with gains that hold by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keruen.corridor.plan.design import DesignProblem, solve
from keruen.corridor.plan.design.relaxed import relax
from made_up_networks import network


def one_line(limit: float, room: float = 100.0) -> DesignProblem:
    """A train of 10 from 0 to 1, at most `limit` of them, then a crane that moves `room`; 50 to go.

    Leaving one behind costs 100, so all that fits goes.
    """
    return network(
        [(0, 1, 10.0, 7.0, 20, 1.0), (1, 2, room, 0.0, 0, 0.0)],
        [(0, 2, 50.0, 100.0)],
        limits=(((0,), limit),),
    )


def test_what_is_left_and_what_one_train_more_carries() -> None:
    """Three and a half trains of ten leave 15 of 50; one more carries ten, whatever a box weighs."""
    relaxed = relax(one_line(3.5), np.array([50.0]))
    assert relaxed.left.tolist() == pytest.approx([15.0])
    assert relaxed.resource_gain.tolist() == pytest.approx([10.0])
    assert relaxed.arc_gain.tolist() == pytest.approx([0.0, 0.0])
    # 3.5 trains at 7, 35 boxes at 1, 15 left at 100.
    assert relaxed.cost == pytest.approx(3.5 * 7 + 35 + 1500)
    half = relax(one_line(3.5), np.array([25.0]))
    assert half.left.tolist() == pytest.approx([7.5])
    assert half.resource_gain.tolist() == pytest.approx([5.0])


def test_room_that_no_service_brings_has_its_gain() -> None:
    """A crane that moves 20 leaves 30, and moves one more for one unit more of its own."""
    relaxed = relax(one_line(20.0, room=20.0), np.array([50.0]))
    assert relaxed.left.tolist() == pytest.approx([30.0])
    assert relaxed.resource_gain.tolist() == pytest.approx([0.0])
    assert relaxed.arc_gain.tolist() == pytest.approx([0.0, 1.0])


def test_what_is_dear_is_not_left_where_it_could_go() -> None:
    """The least left does not depend on prices, the cost does."""
    problem = replace(one_line(20.0), unserved_price=np.array([0.1]))
    relaxed = relax(problem, np.array([50.0]))
    assert relaxed.left.tolist() == pytest.approx([0.0])
    assert relaxed.cost == pytest.approx(0.1 * 50)


@given(
    limit=st.floats(0, 8),
    amounts=st.lists(st.floats(1, 60), min_size=1, max_size=3),
    capacity=st.floats(3, 20),
)
def test_no_plan_leaves_less(limit: float, amounts: list[float], capacity: float) -> None:
    """Whole trains leave at least what broken ones leave, at no less cost."""
    problem = network(
        [(0, 1, capacity, 7.0, 5, 1.0), (1, 2, capacity, 3.0, 5, 1.0), (0, 2, 9.0, 5.0, 2, 4.0)],
        [(0, 2, amount, 100.0) for amount in amounts],
        limits=(((0, 2), limit),),
    )
    relaxed = relax(problem, problem.amount)
    plan = solve(problem, gap=0.0)
    assert relaxed.left.sum() <= plan.unserved.sum() + 1e-4
    assert relaxed.cost <= plan.objective + 1e-4
