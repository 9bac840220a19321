"""The network design on networks that a person can solve."""

from __future__ import annotations

import numpy as np
import pytest

from keruen.corridor.plan.design import solve
from keruen.corridor.plan.design.model import broken, build, forcing_rows
from made_up_networks import assert_lawful, network

DEAR = 1000.0


def test_one_way_is_opened_for_two() -> None:
    """Two commodities share the dear arc rather than open two cheap ones each."""
    problem = network(
        [(0, 1, 10, 5, 1, 0), (1, 2, 10, 5, 1, 0), (0, 2, 4, 8, 1, 0)],
        [(0, 2, 4, DEAR), (1, 2, 4, DEAR)],
    )
    plan = solve(problem, gap=0)
    assert plan.objective == pytest.approx(10)
    assert plan.units.tolist() == [1, 1, 0]
    assert_lawful(problem, plan)


def test_least_is_left_behind_before_cost_counts() -> None:
    """A unit for 50 carries what would cost 20 to leave: it runs, and what that costs more is known."""
    plan = solve(network([(0, 1, 10, 50, 3, 1)], [(0, 1, 5, 4)]), gap=0)
    assert plan.objective == pytest.approx(55)
    assert plan.unserved.tolist() == [0]
    assert plan.least_unserved == 0
    assert plan.cheapest == pytest.approx(20)
    assert plan.bound == pytest.approx(55)


def test_the_cheaper_of_those_that_leave_least() -> None:
    """Two arcs of five for ten boxes on one train each: both run; of two ways for five the cheap one."""
    both = network([(0, 1, 5, 7, 1, 0), (0, 1, 5, 9, 1, 0)], [(0, 1, 12, 1)])
    plan = solve(both, gap=0)
    assert plan.unserved.tolist() == pytest.approx([2])
    assert plan.objective == pytest.approx(7 + 9 + 2)
    assert solve(network([(0, 1, 5, 7, 1, 0), (0, 1, 5, 9, 1, 0)], [(0, 1, 5, 1)]), gap=0).units[0]


def test_where_nothing_goes_all_is_left() -> None:
    """No way is an answer, not an error."""
    plan = solve(network([(1, 0, 9, 1, 1, 1)], [(0, 1, 5, 3)]), gap=0)
    assert plan.unserved.tolist() == [5]
    assert plan.least_unserved == pytest.approx(5)
    assert plan.objective == pytest.approx(15)


def test_units_come_in_whole_numbers() -> None:
    """Twelve boxes on trains of five need three trains."""
    plan = solve(network([(0, 1, 5, 7, 9, 0)], [(0, 1, 12, DEAR)]), gap=0)
    assert plan.units.tolist() == [3]
    assert plan.objective == pytest.approx(21)


def test_shared_limit_binds_and_has_a_price() -> None:
    """One train over the border: the rest stays, and one more train is worth what it would carry."""
    problem = network([(0, 1, 5, 1, 9, 0)], [(0, 1, 20, 10)], limits=(((0,), 1.0),))
    plan = solve(problem, gap=0)
    assert plan.unserved.tolist() == [15]
    assert plan.units.tolist() == [1]
    assert plan.resource_price[0] == pytest.approx(49)


def test_trains_that_go_come_back() -> None:
    """The empty way back is paid for, and one unit makes room both ways."""
    arcs: list[tuple[int, int, float, float, int, float]] = [(0, 1, 5, 3, 1, 0), (1, 0, 5, 2, 1, 0)]
    plan = solve(network(arcs, [(0, 1, 5, 10)], both_ways=((0, 1),)), gap=0)
    assert plan.units.tolist() == [1, 0]
    assert plan.objective == pytest.approx(5)
    laden = solve(network(arcs, [(0, 1, 5, 10), (1, 0, 5, 10)], both_ways=((0, 1),)), gap=0)
    assert laden.objective == pytest.approx(5)


def test_room_of_its_own_needs_no_unit() -> None:
    """Without a service an arc carries what it can, and no more."""
    plan = solve(network([(0, 1, 3, 0, 0, 2)], [(0, 1, 5, 4)]), gap=0)
    assert plan.units.tolist() == [0]
    assert plan.unserved.tolist() == pytest.approx([2])
    assert plan.objective == pytest.approx(3 * 2 + 2 * 4)


def test_nothing_wanted_nothing_opened() -> None:
    """No commodity: an empty plan."""
    plan = solve(network([(0, 1, 5, 7, 9, 0)], []), gap=0)
    assert plan.objective == 0
    assert plan.units.tolist() == [0]


def test_progress_is_told() -> None:
    """Every step is reported, with a bound that does not pass the value."""
    told: list[tuple[str, float, float]] = []
    solve(
        network([(0, 1, 5, 7, 9, 0)], [(0, 1, 12, 1)]),
        gap=0,
        progress=lambda *one: told.append(one),
    )
    assert [step for step, _, _ in told] == ["relaxation", "cheapest", "least left behind", "plan"]
    assert all(bound <= value + 1e-6 for _, value, bound in told)


def test_forcing_row_asks_for_the_whole_unit() -> None:
    """All of a small commodity on four tenths of a unit breaks its row; on one unit it does not."""
    model = build(network([(0, 1, 10, 5, 1, 0)], [(0, 1, 4, DEAR)]))
    assert broken(model, np.array([0.4, 1.0, 0.0]), 1e-6).tolist() == [0]
    assert broken(model, np.array([1.0, 1.0, 0.0]), 1e-6).tolist() == []


def test_ways_of_one_commodity_force_together() -> None:
    """Two ways over one arc with half of the boxes each need the whole unit, not half."""
    problem = network(
        [(0, 1, 9, 5, 1, 0), (1, 2, 9, 0, 0, 1), (1, 2, 9, 0, 0, 1)], [(0, 2, 4, DEAR)]
    )
    model = build(problem)
    point = np.array([0.5, 0.0, 0.0, 0.5, 0.5, 0.0])
    pairs = broken(model, point, 1e-6)
    rows = forcing_rows(model, pairs)
    assert rows.column.tolist() == [0, 3, 4]
    assert rows.value.tolist() == [-1, 1, 1]


def test_a_limit_of_nodes_ends_the_search_the_same_way_twice() -> None:
    """Cut off at once, the plan is lawful, its bounds hold, and it is the same again."""
    rng = np.random.default_rng(1)
    arcs = [
        (a, b, 7.0, float(rng.integers(5, 30)), 3, float(rng.integers(0, 4)))
        for a in range(5)
        for b in range(5)
        if a != b
    ]
    wanted = [(int(a), int(a + 1) % 5, 6.5, 40.0) for a in rng.integers(0, 5, 6)]
    problem = network(arcs, wanted, limits=((tuple(range(20)), 6.0),))
    one, two = (solve(problem, gap=0, node_limit=1) for _ in range(2))
    best = solve(problem, gap=0)
    assert_lawful(problem, one)
    assert np.array_equal(one.units, two.units)
    assert np.array_equal(one.way_amount, two.way_amount)
    assert one.bound <= best.objective + 1e-6
    assert one.least_unserved <= best.unserved.sum() + 1e-6
