"""The railway part of a design: plans asked for less where runs leave more, and what runs spare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np

from keruen.corridor.plan.expansion import Expansion, Widening
from keruen.study.design.railway import RailwayProblem, railway_additions


class OneLever(RailwayProblem):
    """Each step of one lever takes two hundredths off ten; whole steps only."""

    def least_unserved(self, steps: Mapping[str, int]) -> float:
        """By the steps."""
        return max(0.0, 0.1 - 0.02 * steps.get("wagons", 0))

    def cheapest(self, most_unserved: float) -> Expansion:
        """The fewest steps."""
        for n in range(self.widenings[0].most + 1):
            left = self.least_unserved({"wagons": n})
            if left <= most_unserved + 1e-12:
                return Expansion(steps=(n,), cost=5.0 * n, bound=5.0 * n, unserved_share=left)
        return Expansion(steps=None, cost=float("inf"), bound=0.0, unserved_share=float("nan"))


def one_lever(most: int) -> OneLever:
    """The world with so many steps at most."""
    lever = Widening(most=most, cost=5.0, limits=np.zeros(1), arcs=np.zeros(1))
    week = cast("object", None)
    return OneLever(keys=("wagons",), week=week, widenings=(lever,))  # type: ignore[arg-type]


def test_a_plan_that_is_enough_is_taken_with_its_bound() -> None:
    """A run that leaves what its plan leaves: the bound is the cost."""
    world = one_lever(9)
    answer = railway_additions(world, 0.05, world.least_unserved)
    assert answer.is_enough
    assert answer.steps == {"wagons": 3}
    assert answer.part.gap_kzt2025 == 0


def test_a_run_that_leaves_more_than_its_plan_asks_for_a_better_plan() -> None:
    """Three hundredths more in runs: two steps more than the plan's, and the bound stays."""
    world = one_lever(9)
    answer = railway_additions(world, 0.05, lambda steps: world.least_unserved(steps) + 0.03)
    assert answer.is_enough
    assert answer.steps == {"wagons": 4}
    assert answer.part.bound_kzt2025 == 15.0
    assert answer.part.cost_kzt2025 == 20.0
    assert answer.part.target_share < 0.05


def test_steps_that_no_run_needs_are_given_back() -> None:
    """The plan was asked for too much, because the first run was far off."""
    world = one_lever(9)

    def measured(steps: Mapping[str, int]) -> float:
        return 0.12 if steps["wagons"] < 4 else 0.01

    answer = railway_additions(world, 0.05, measured)
    assert answer.steps == {"wagons": 4}


def test_where_nothing_is_enough_all_is_taken_and_said() -> None:
    """Two steps at most of the three that the limit needs."""
    world = one_lever(2)
    answer = railway_additions(world, 0.05, world.least_unserved)
    assert not answer.is_enough
    assert answer.steps == {"wagons": 2}
