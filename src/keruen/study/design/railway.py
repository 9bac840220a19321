"""The railway part of a design: the cheapest additions in the plan of the week, with a bound.

Knows how a scenario's levers become columns of the week's problem, and that a run leaves more boxes
than the week's relaxation: the additions are then asked for more boxes than there are. The bound
is always that of the limit itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from keruen.scenario import Scenario
from keruen.scenario.world import network_of
from keruen.study.design.changed import with_levers
from keruen.study.design.results import RailwayPart
from keruen.study.plan import whole_year

if TYPE_CHECKING:
    from keruen.corridor.plan.expansion import Expansion, WidenedWeek, Widening
    from keruen.corridor.plan.week_problem import WeekProblem

MARGINS: Final = (
    *(0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08),
    *(0.1, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5),
)
"""Boxes beyond those of the week that additions are asked for, until a run leaves few enough: for
whole trains, days of departure, months above the mean, disruptions."""

USUAL_MARGIN: Final = 0.05
"""As many boxes more as whole years needed on the packaged case: where the search begins, and what
is given where no run tells."""

AT_ONCE: Final = 2
"""Margins that are tried side by side: each takes a week that is planned anew. A constant, so that
the answer is the same on any machine."""

MOST_TAKEN_AWAY: Final = 6
"""Steps that are taken away again at most: each set that is tried is a week planned anew."""

Steps = Mapping[str, int]
Measured = Callable[[Sequence[Steps], bool], Sequence[float]]
"""Mean share left in runs with each of some steps; true: over all replications."""


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
    _widened: dict[float, WidenedWeek] = field(default_factory=dict, repr=False, compare=False)

    @property
    def idle_keys(self) -> tuple[str, ...]:
        """Levers that widen nothing which a train of the corridor could use."""
        return tuple(
            key
            for key, widening in zip(self.keys, self.widenings, strict=True)
            if not widening.limits.any() and not widening.arcs.any()
        )

    def least_unserved(self, steps: Steps) -> float:
        """No plan with these steps leaves less than this share of the boxes."""
        return self._with_more(0.0).least_unserved([steps.get(key, 0) for key in self.keys])

    def cost(self, steps: Steps) -> float:
        """Of steps, a year."""
        return math.fsum(
            steps.get(key, 0) * w.cost for key, w in zip(self.keys, self.widenings, strict=True)
        )

    def cheapest(self, most_unserved: float, more: float = 0.0) -> Expansion:
        """The cheapest steps with which at most a share is left, of so many boxes more."""
        return self._with_more(more).cheapest(most_unserved)

    def steps_of(self, expansion: Expansion) -> dict[str, int]:
        """By key, of an expansion that has some."""
        assert expansion.steps is not None, "no steps are enough"
        return dict(zip(self.keys, expansion.steps, strict=True))

    def everything(self) -> dict[str, int]:
        """All steps of every lever."""
        return {key: w.most for key, w in zip(self.keys, self.widenings, strict=True)}

    def _with_more(self, more: float) -> WidenedWeek:
        from keruen.corridor.plan.expansion import WidenedWeek  # noqa: PLC0415 - loads the solver

        if more not in self._widened:
            self._widened[more] = WidenedWeek(self.week, self.widenings, more)
        return self._widened[more]


@dataclass(frozen=True, slots=True, kw_only=True)
class RailwayAnswer:
    """Steps by key, what they promise, and whether they keep the limit in a run too."""

    steps: Steps
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

    def week_with(steps: Steps) -> WeekProblem:
        return week_of(year, network_of(with_levers(scenario, steps)), demand.bookings)

    week = week_with({})
    widenings = []
    for key in ordered:
        most = scenario.levers[key].most_steps
        before_last, widest = week_with({key: most - 1}), week_with({key: most})
        widenings.append(widening_of(week, before_last, widest, most, costs[key]))
    return RailwayProblem(keys=ordered, week=week, widenings=tuple(widenings))


def railway_additions(problem: RailwayProblem, limit: float, measured: Measured) -> RailwayAnswer:
    """The cheapest railway levers with which the plan, and then the run, keep the limit.

    Parameters
    ----------
    problem : the week with its levers.
    limit : on the share of boxes that no train carries.
    measured : the same share in runs.
    """
    margin = _first_enough(problem, limit, measured)
    if margin is None:
        steps = problem.everything()
        is_enough = measured([steps], True)[0] <= limit
    else:
        steps = problem.steps_of(problem.cheapest(limit, margin))
        is_enough = True
    if is_enough:
        steps = without_needless(problem, steps, limit, measured)
    part = RailwayPart(
        bound_kzt2025=problem.cheapest(limit).bound,
        cost_kzt2025=problem.cost(steps),
        planned_share=problem.least_unserved(steps),
        margin_share=math.inf if margin is None else margin,
    )
    return RailwayAnswer(steps=steps, part=part, is_enough=is_enough)


def _first_enough(problem: RailwayProblem, limit: float, measured: Measured) -> float | None:
    """The least margin whose steps keep the limit in runs; None where none does.

    By one replication first, then by all of them. Each try takes a week that is planned anew, so
    few are made: a run that leaves a share too much asks for about that share more, so the next
    margins are tried there.
    """
    low, high = 0, len(MARGINS)
    wanted = USUAL_MARGIN
    while low < high:
        places = sorted(sorted(range(low, high), key=lambda n: abs(MARGINS[n] - wanted))[:AT_ONCE])
        possible = [place for place in places if _steps_at(problem, limit, place) is not None]
        shares = measured([_steps_at(problem, limit, place) or {} for place in possible], False)
        high = min([high, *(place for place in places if place not in possible)])
        for place, share in zip(possible, shares, strict=True):
            wanted = MARGINS[place] + share - limit
            if share <= limit:
                high = min(high, place)
                break
            low = place + 1
    place = low
    while place < len(MARGINS):
        steps = _steps_at(problem, limit, place)
        if steps is None:
            break
        share = measured([steps], True)[0]
        if share <= limit:
            return MARGINS[place]
        wanted = MARGINS[place] + share - limit
        place += 1
        while place < len(MARGINS) and MARGINS[place] < wanted:
            place += 1
    return None


def _steps_at(problem: RailwayProblem, limit: float, place: int) -> dict[str, int] | None:
    expansion = problem.cheapest(limit, MARGINS[place])
    return None if expansion.steps is None else problem.steps_of(expansion)


def without_needless(
    problem: RailwayProblem, steps: Steps, limit: float, measured: Measured
) -> dict[str, int]:
    """Without the steps that runs do not need, lever by lever, the dearest first.

    What is needed with more of the other levers is needed with less, so a lever of which no step
    could go at first is not asked about again. One replication tells each set; all of them tell the
    end.
    """

    def can_carry(one: Steps) -> bool:
        # What no plan carries no run carries.
        return problem.least_unserved(one) <= limit

    shares = _remembered(measured, problem.keys)
    left = {key: steps.get(key, 0) for key in problem.keys}
    costs = {key: w.cost for key, w in zip(problem.keys, problem.widenings, strict=True)}
    order = sorted((key for key in left if left[key]), key=lambda key: (-costs[key], key))
    order = [key for key in order if can_carry(_with_fewer(left, key, 1))]
    needless = []
    for begin in range(0, len(order), AT_ONCE):
        asked = order[begin : begin + AT_ONCE]
        sets = [_with_fewer(left, key, 1) for key in asked]
        # Where a place beside is free, what is asked next.
        most = _most_that_can_go(left, asked[-1], can_carry)
        sets += [_with_fewer(left, asked[-1], by) for by in _places(1, most)[: AT_ONCE - len(sets)]]
        found = shares(sets)
        needless += [key for key, share in zip(asked, found, strict=False) if share <= limit]
    gone: list[str] = []
    for key in needless:
        # Of the first lever one step can go, whatever the others.
        low = int(not gone)
        high = min(_most_that_can_go(left, key, can_carry), MOST_TAKEN_AWAY - len(gone))
        while low < high:
            places = _places(low, high)
            found = shares([_with_fewer(left, key, by) for by in places])
            for by, share in zip(places, found, strict=True):
                if share > limit:
                    high = by - 1
                    break
                low = by
        gone += [key] * low
        left = _with_fewer(left, key, low)
    while gone and measured([left], True)[0] > limit:
        left = _with_fewer(left, gone.pop(), -1)
    return left


def _with_fewer(left: Steps, key: str, by: int) -> dict[str, int]:
    return {**left, key: left[key] - by}


def _remembered(
    measured: Measured, keys: Sequence[str]
) -> Callable[[Sequence[Steps]], list[float]]:
    """Shares left in one replication; what was measured once is not measured again."""
    known: dict[tuple[int, ...], float] = {}

    def shares(sets: Sequence[Steps]) -> list[float]:
        places = [tuple(one[key] for key in keys) for one in sets]
        new = {place: one for place, one in zip(places, sets, strict=True) if place not in known}
        if new:
            known.update(zip(new, measured(list(new.values()), False), strict=True))
        return [known[place] for place in places]

    return shares


def _most_that_can_go(left: Steps, key: str, can_carry: Callable[[Steps], bool]) -> int:
    """Steps of a lever without which a plan may still carry enough, of those that are tried."""
    most = 0
    while most < min(left[key], MOST_TAKEN_AWAY) and can_carry(_with_fewer(left, key, most + 1)):
        most += 1
    return most


def _places(low: int, high: int) -> list[int]:
    """Where to look between what can go and what may: as many places as are tried at once."""
    ways = AT_ONCE + 1
    return sorted({low - (-k * (high - low) // ways) for k in range(1, ways)} - {low})
