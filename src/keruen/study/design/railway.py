"""The railway part of a design: the cheapest additions in the plan of the week, with a bound.

Knows how a scenario's levers become columns of the week's problem, and that a run leaves more
boxes than its plan: the plan is then asked for less. The bound is always that of the limit itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from keruen.scenario import Scenario
from keruen.scenario.world import network_of
from keruen.study.design.changed import with_levers
from keruen.study.design.results import RailwayPart
from keruen.study.plan import whole_year

if TYPE_CHECKING:
    from keruen.corridor.plan.expansion import Expansion, Widening
    from keruen.corridor.plan.week_problem import WeekProblem

MOST_ROUNDS: Final = 4
"""Plans that are asked for less and less, where runs leave more than their plans."""

_MARGIN: Final = 1.1
"""The next plan is asked for a little more than what the run was short of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailwayProblem:
    """The week of a scenario with its railway levers, by key.

    Parameters
    ----------
    keys : of the levers, ascending.
    week : without any.
    widenings : of each lever.
    """

    keys: tuple[str, ...]
    week: WeekProblem
    widenings: tuple[Widening, ...]

    def least_unserved(self, steps: Mapping[str, int]) -> float:
        """No plan with these steps leaves less than this share of the boxes."""
        from keruen.corridor.plan import expansion  # noqa: PLC0415 - loads the solver

        return expansion.least_unserved(
            self.week, self.widenings, [steps.get(key, 0) for key in self.keys]
        )

    def cost(self, steps: Mapping[str, int]) -> float:
        """Of steps, a year."""
        return math.fsum(
            steps.get(key, 0) * w.cost for key, w in zip(self.keys, self.widenings, strict=True)
        )

    def cheapest(self, most_unserved: float) -> Expansion:
        """The cheapest steps with which a plan leaves at most a share of the boxes."""
        from keruen.corridor.plan import expansion  # noqa: PLC0415 - loads the solver

        return expansion.cheapest(self.week, self.widenings, most_unserved)


@dataclass(frozen=True, slots=True, kw_only=True)
class RailwayAnswer:
    """Steps by key, what they promise, and whether they keep the limit in a run too."""

    steps: Mapping[str, int]
    part: RailwayPart
    is_enough: bool


def railway_problem(
    scenario: Scenario, keys: Sequence[str], costs: Mapping[str, float]
) -> RailwayProblem:
    """The week's problem of a scenario with its levers.

    Parameters
    ----------
    keys : of the railway levers.
    costs : of one step of each, a year.
    """
    from keruen.corridor.plan.expansion import widening_of  # noqa: PLC0415 - loads the solver
    from keruen.corridor.plan.week_problem import week_of  # noqa: PLC0415 - loads the solver

    ordered = tuple(sorted(keys))
    year, demand = whole_year(scenario)

    def week_with(steps: Mapping[str, int]) -> WeekProblem:
        return week_of(year, network_of(with_levers(scenario, steps)), demand.bookings)

    week = week_with({})
    widenings = []
    for key in ordered:
        most = scenario.levers[key].most_steps
        before_last, widest = week_with({key: most - 1}), week_with({key: most})
        widenings.append(widening_of(week, before_last, widest, most, costs[key]))
    return RailwayProblem(keys=ordered, week=week, widenings=tuple(widenings))


def railway_additions(
    problem: RailwayProblem, limit: float, measured: Callable[[Mapping[str, int]], float]
) -> RailwayAnswer:
    """The cheapest railway levers with which the plan, and then the run, keep the limit.

    Parameters
    ----------
    problem : the week with its levers.
    limit : on the share of boxes that no train carries.
    measured : the same share in a run with some steps.
    """
    first = expansion = problem.cheapest(limit)
    target = limit
    steps: dict[str, int] = {}
    is_enough = False
    for _ in range(MOST_ROUNDS):
        if expansion.steps is None:
            break
        steps = dict(zip(problem.keys, expansion.steps, strict=True))
        cost, planned = expansion.cost, problem.least_unserved(steps)
        beyond = measured(steps) - limit
        is_enough = beyond <= 0
        if is_enough or target <= 0:
            break
        # From what the plan with these steps leaves: to ask for more than that changes nothing.
        target = max(0.0, min(target, planned) - _MARGIN * beyond)
        expansion = problem.cheapest(target)
    if not is_enough and expansion.steps is None:
        steps = {
            key: widening.most
            for key, widening in zip(problem.keys, problem.widenings, strict=True)
        }
        cost = problem.cost(steps)
        planned = problem.least_unserved(steps)
        is_enough = measured(steps) <= limit
    elif is_enough and target < limit:
        # The plan was asked for more than the limit: a run tells whether each step is needed.
        steps = _pruned(problem, steps, limit, measured)
        cost, planned = problem.cost(steps), problem.least_unserved(steps)
    part = RailwayPart(
        bound_kzt2025=first.bound, cost_kzt2025=cost, planned_share=planned, target_share=target
    )
    return RailwayAnswer(steps=steps, part=part, is_enough=is_enough)


def _pruned(
    problem: RailwayProblem,
    steps: Mapping[str, int],
    limit: float,
    measured: Callable[[Mapping[str, int]], float],
) -> dict[str, int]:
    """Without the steps that a run does not need, the dearest levers first."""
    costs = {key: w.cost for key, w in zip(problem.keys, problem.widenings, strict=True)}
    left = dict(steps)
    for key in sorted(costs, key=lambda key: (-costs[key], key)):
        while left[key]:
            less = {**left, key: left[key] - 1}
            if problem.least_unserved(less) > limit or measured(less) > limit:
                break
            left = less
    return left
