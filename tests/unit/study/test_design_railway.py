"""The railway part of a design: plans asked for less where runs leave more, and what runs spare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import numpy as np
import pytest

from keruen.corridor.plan.expansion import Expansion, Widening
from keruen.corridor.plan.week_problem import WeekProblem
from keruen.study.design.railway import (
    AT_ONCE,
    MOST_TAKEN_AWAY,
    Measured,
    RailwayProblem,
    railway_additions,
    without_needless,
)


class OneLever(RailwayProblem):
    """Each step of one lever takes two hundredths off ten; whole steps only."""

    def least_unserved(self, steps: Mapping[str, int]) -> float:
        """By the steps."""
        return max(0.0, 0.1 - 0.02 * steps.get("wagons", 0))

    def cheapest(self, most_unserved: float, more: float = 0.0) -> Expansion:
        """The fewest steps; each box more is left."""
        for n in range(self.widenings[0].most + 1):
            left = self.least_unserved({"wagons": n}) + more
            if left <= most_unserved + 1e-12:
                return Expansion(steps=(n,), cost=5.0 * n, bound=5.0 * n, unserved_share=left)
        return Expansion(
            steps=None, cost=float("inf"), bound=float("inf"), unserved_share=float("nan")
        )


def one_lever(most: int) -> OneLever:
    """The world with so many steps at most."""
    return OneLever(keys=("wagons",), week=WEEK, widenings=levers(5.0, most=most))


class NoPlanTells(OneLever):
    """Plans carry all boxes whatever the steps: only runs tell."""

    def least_unserved(self, steps: Mapping[str, int]) -> float:
        """Nothing."""
        return 0.0 * len(steps)


def levers(*costs: float, most: int = 9) -> tuple[Widening, ...]:
    """One for each cost."""
    return tuple(
        Widening(most=most, cost=cost, limits=np.zeros(1), arcs=np.zeros(1)) for cost in costs
    )


WEEK = cast("WeekProblem", None)


def by(share: Callable[[Mapping[str, int]], float]) -> Measured:
    """Runs that leave a share by the steps, the same in each replication."""
    return lambda sets, _: [share(steps) for steps in sets]


def test_a_plan_that_is_enough_is_taken_with_its_bound() -> None:
    """A run that leaves what its plan leaves: the bound is the cost."""
    world = one_lever(9)
    answer = railway_additions(world, 0.05, by(world.least_unserved))
    assert answer.is_enough
    assert answer.steps == {"wagons": 3}
    assert answer.part.cost_kzt2025 == answer.part.bound_kzt2025
    assert answer.part.margin_share == 0


def test_a_run_that_leaves_more_than_its_plan_asks_for_a_margin() -> None:
    """Three hundredths more in runs: two steps more than the plan's, and the bound stays."""
    world = one_lever(9)
    runs = by(lambda steps: world.least_unserved(steps) + 0.03)
    answer = railway_additions(world, 0.05, runs)
    assert answer.is_enough
    assert answer.steps == {"wagons": 4}
    assert answer.part.bound_kzt2025 == 15.0
    assert answer.part.cost_kzt2025 == 20.0
    assert 0 < answer.part.margin_share <= 0.05


def test_steps_that_no_run_needs_are_given_back() -> None:
    """A margin of two hundredths asks for four steps; runs spare one where three are enough."""
    world = one_lever(9)

    def left(steps: Mapping[str, int]) -> float:
        return 0.01 if steps["wagons"] in (3, 5) else 0.12

    def measured(sets: Sequence[Mapping[str, int]], is_whole: bool) -> list[float]:
        return [left(steps) if is_whole else 0.12 * (steps["wagons"] < 5) for steps in sets]

    answer = railway_additions(world, 0.05, measured)
    assert answer.is_enough
    assert answer.steps == {"wagons": 5}, "the step before leaves too much: none is given back"
    answer = railway_additions(world, 0.05, by(lambda steps: 0.12 * (steps["wagons"] < 3)))
    assert answer.steps == {"wagons": 3}


def test_one_good_replication_does_not_decide() -> None:
    """One replication is enough with three steps, all together only with five."""
    world = one_lever(9)

    def measured(sets: Sequence[Mapping[str, int]], is_whole: bool) -> list[float]:
        return [0.12 * (steps["wagons"] < (5 if is_whole else 3)) for steps in sets]

    answer = railway_additions(world, 0.05, measured)
    assert answer.is_enough
    assert answer.steps == {"wagons": 5}


def test_where_nothing_is_enough_all_is_taken_and_said() -> None:
    """Two steps at most of the three that the limit needs."""
    world = one_lever(2)
    answer = railway_additions(world, 0.05, by(world.least_unserved))
    assert not answer.is_enough
    assert answer.steps == {"wagons": 2}
    assert answer.part.bound_kzt2025 == float("inf")


@pytest.mark.parametrize("needed", range(10))
def test_many_needless_steps_go_in_few_rounds(needed: int) -> None:
    """Of nine steps so many are needed, six can go at most: two sets side by side, thrice at most."""
    world = NoPlanTells(keys=("wagons",), week=WEEK, widenings=levers(5.0))
    asked: list[int] = []

    def measured(sets: Sequence[Mapping[str, int]], is_whole: bool) -> list[float]:
        asked.append(0 if is_whole else len(sets))
        return [0.12 * (steps["wagons"] < needed) for steps in sets]

    left = without_needless(world, {"wagons": 9}, 0.05, measured)
    assert left == {"wagons": max(needed, 9 - MOST_TAKEN_AWAY)}
    rounds = [n for n in asked if n]
    assert len(rounds) <= 3
    assert max(rounds) <= AT_ONCE


def test_a_lever_that_is_needed_is_left_and_others_go() -> None:
    """Dearest first: of two that replace each other the dearer goes, then the other is needed."""
    world = NoPlanTells(keys=("paths", "wagons"), week=WEEK, widenings=levers(5.0, 9.0))
    runs = by(lambda steps: 0.12 * (steps["paths"] + steps["wagons"] < 3))
    left = without_needless(world, {"paths": 3, "wagons": 3}, 0.05, runs)
    assert left == {"paths": 3, "wagons": 0}
