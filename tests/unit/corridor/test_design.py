"""The network design on networks that a person can solve."""

from __future__ import annotations

import numpy as np
import pytest

from keruen.corridor.plan.design import DesignProblem, solve
from keruen.corridor.plan.design.cuts import Cutter
from keruen.corridor.plan.design.model import build, violated
from made_up_networks import assert_lawful, network

INF = float("inf")


def test_one_way_is_opened_for_two() -> None:
    """Two commodities share the dear arc rather than open two cheap ones each."""
    problem = network(
        [(0, 1, 10, 5, 1, 0), (1, 2, 10, 5, 1, 0), (0, 2, 4, 8, 1, 0)],
        [(0, 2, 4, INF), (1, 2, 4, INF)],
    )
    plan = solve(problem, time_limit_s=10, gap=0)
    assert plan.objective == pytest.approx(10)
    assert plan.units.tolist() == [1, 1, 0]
    assert_lawful(problem, plan)


def test_what_does_not_pay_stays_and_is_priced() -> None:
    """A unit that costs more than the price of leaving all behind is not opened."""
    problem = network([(0, 1, 10, 50, 3, 1)], [(0, 1, 5, 4)])
    plan = solve(problem, time_limit_s=10, gap=0)
    assert plan.objective == pytest.approx(20)
    assert plan.unserved.tolist() == [5]


def test_what_must_go_and_cannot_is_said() -> None:
    """No way for what must be served is an answer, not an error."""
    plan = solve(network([(1, 0, 9, 1, 1, 1)], [(0, 1, 5, INF)]), time_limit_s=10, gap=0)
    assert plan.status == "infeasible"
    assert plan.objective == INF
    assert plan.unserved.tolist() == [5]


def test_units_come_in_whole_numbers() -> None:
    """Twelve boxes on trains of five need three trains."""
    plan = solve(network([(0, 1, 5, 7, 9, 0)], [(0, 1, 12, INF)]), time_limit_s=10, gap=0)
    assert plan.units.tolist() == [3]
    assert plan.objective == pytest.approx(21)


def test_shared_limit_binds_and_has_a_price() -> None:
    """One train over the border: the rest stays, and one more train is worth what it would carry."""
    problem = network(
        [(0, 1, 5, 1, 9, 0)],
        [(0, 1, 20, 10)],
        resource_start=np.array([0, 1]),
        resource_arc=np.array([0]),
        resource_use=np.array([1.0]),
        resource_limit=np.array([1.0]),
    )
    plan = solve(problem, time_limit_s=10, gap=0)
    assert plan.unserved.tolist() == [15]
    assert plan.units.tolist() == [1]
    assert plan.resource_price[0] == pytest.approx(49)
    assert plan.capacity_price[0] == pytest.approx(10)


def test_trains_that_go_come_back() -> None:
    """With a balance group the empty way back is paid for."""
    problem = network(
        [(0, 1, 5, 3, 1, 0), (1, 0, 5, 2, 1, 0)],
        [(0, 1, 5, 10)],
        balance_group=np.array([0, 0]),
    )
    plan = solve(problem, time_limit_s=10, gap=0)
    assert plan.units.tolist() == [1, 1]
    assert plan.objective == pytest.approx(5)


def test_special_cost_and_allowed_arcs() -> None:
    """A commodity with a cost of its own, and one that may not take the cheap arc."""
    arcs: list[tuple[int, int, float, float, int, float]] = [(0, 1, 9, 0, 1, 1), (0, 1, 9, 0, 1, 5)]
    problem = network(
        arcs,
        [(0, 1, 2, INF), (0, 1, 2, INF)],
        allowed_start=np.array([0, 1, 3]),
        allowed_arc=np.array([1, 0, 1]),
        special_commodity=np.array([1]),
        special_arc=np.array([0]),
        special_cost=np.array([3.0]),
    )
    assert solve(problem, time_limit_s=10, gap=0).objective == pytest.approx(2 * 5 + 2 * 3)


def test_whole_commodity_does_not_split() -> None:
    """Six boxes over two arcs of three each split only where they may."""
    arcs: list[tuple[int, int, float, float, int, float]] = [(0, 1, 3, 0, 1, 0), (0, 1, 3, 0, 1, 0)]
    assert solve(network(arcs, [(0, 1, 6, 2)]), time_limit_s=10, gap=0).objective == 0
    whole = network(arcs, [(0, 1, 6, 2)], is_whole=np.array([True]))
    assert solve(whole, time_limit_s=10, gap=0).objective == pytest.approx(12)


def test_nothing_wanted_nothing_opened() -> None:
    """No commodity, no arc: an empty plan."""
    plan = solve(network([(0, 1, 5, 7, 9, 0)], []), time_limit_s=10, gap=0)
    assert plan.status == "optimal"
    assert plan.objective == 0
    assert plan.units.tolist() == [0]


def test_progress_is_told() -> None:
    """Every step is reported, with a bound that does not pass the value."""
    told: list[tuple[str, float, float]] = []
    problem: DesignProblem = network([(0, 1, 5, 7, 9, 0)], [(0, 1, 12, INF)])
    solve(problem, time_limit_s=10, gap=0, progress=lambda *one: told.append(one), node_limit=100)
    assert told[0][0] == "relaxation"
    assert all(bound <= value + 1e-6 for _, value, bound in told)


def test_forcing_row_asks_for_the_whole_unit() -> None:
    """All of a small commodity on four tenths of a unit breaks its row; on one unit it does not."""
    problem = network([(0, 1, 10, 5, 1, 0)], [(0, 1, 4, INF)])
    model = build(problem)
    assert violated(problem, model, np.array([0.4, 1.0, 0.0]), 1e-6).tolist() == [0]
    assert violated(problem, model, np.array([1.0, 1.0, 0.0]), 1e-6).tolist() == []


def test_part_of_a_unit_may_carry_all() -> None:
    """Where units need not be whole, four boxes take four tenths of a unit of ten."""
    problem = network([(0, 1, 10, 5, 1, 0)], [(0, 1, 4, INF)], is_integer=np.array([False]))
    plan = solve(problem, time_limit_s=10, gap=0)
    assert plan.objective == pytest.approx(2)
    assert plan.units.tolist() == pytest.approx([0.4])


def test_cut_asks_for_the_whole_second_unit() -> None:
    """Eight boxes on units of five: the relaxation opens 1.6 units, the inequality asks for two."""
    problem = network([(0, 1, 5, 7, 3, 0)], [(0, 1, 8, INF)])
    model = build(problem)
    cuts = Cutter(problem, model).cuts(np.array([1.6, 1.0, 0.0]), 10)
    least = [cut.lower / cut.value[0] for cut in cuts if cut.column.tolist() == [0]]
    assert least == pytest.approx([2.0])
    assert not Cutter(problem, model).cuts(np.array([2.0, 1.0, 0.0]), 10)


def test_cut_over_a_border_of_two_arcs() -> None:
    """Six boxes over arcs of five and five, neither enough alone: both must open."""
    arcs: list[tuple[int, int, float, float, int, float]] = [(0, 1, 5, 9, 1, 0), (0, 1, 5, 9, 1, 0)]
    problem = network(arcs, [(0, 1, 3, INF), (0, 1, 3, INF)])
    point = np.array([1.0, 0.2, 1.0, 0.0, 2 / 3, 1 / 3, 0.0, 0.0])
    for cut in Cutter(problem, build(problem)).cuts(point, 10):
        both = np.array([1.0, 1.0, 1.0, 0.0, 2 / 3, 1 / 3, 0.0, 0.0])
        assert cut.value @ both[cut.column] >= cut.lower - 1e-9
        assert cut.value @ point[cut.column] < cut.lower


def test_two_threads_find_the_same_cost() -> None:
    """A search for plans beside the proof changes the way, not the optimum."""
    arcs: list[tuple[int, int, float, float, int, float]] = [
        (0, 1, 5, 9, 1, 1),
        (1, 2, 5, 7, 1, 1),
        (0, 2, 4, 11, 1, 1),
        (1, 0, 6, 3, 1, 1),
    ]
    problem = network(arcs, [(0, 2, 6, INF), (1, 2, 2, INF)])
    plans = [solve(problem, time_limit_s=20, gap=0, n_threads=n) for n in (1, 2)]
    assert plans[0].objective == pytest.approx(plans[1].objective)
    for plan in plans:
        assert plan.status == "optimal"
        assert_lawful(problem, plan)
