"""What decides a case: screen all figures, look closely at a few, combine those.

Knows the order of the steps; each step is in a file of its own. The relaxation of the plan answers
for the railway, short runs of the twin for the terminal, full runs for what decides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from keruen.scenario import Scenario
from keruen.study.limits import chosen_seed
from keruen.study.prepare import prepare
from keruen.study.results import Progress
from keruen.study.sensitivity.allowed import Ends, within
from keruen.study.sensitivity.factors import (
    Answerer,
    FactorList,
    Levels,
    factors_of,
    is_harmful_low,
)
from keruen.study.sensitivity.futures import confirm, futures_of
from keruen.study.sensitivity.points import (
    PLAN_MEASURES,
    Points,
    Subject,
    Tally,
    TwinRun,
    kept_ends,
    plan_points,
    twin_points,
)
from keruen.study.sensitivity.results import (
    FindingOut,
    Futures,
    Sensitivity,
    Swing,
    SwitchingValue,
)
from keruen.study.sensitivity.sampling import settled_share
from keruen.study.sensitivity.screening import Screened, Screening, screen
from keruen.study.sensitivity.switching import swings_of, switching_value, switching_within

WATCHED: Final = {
    "truck_turn_time_p90_ms": "truck_turn_time_ms_p90",
    "train_turnaround_p90_ms": "train_turnaround_ms_p90",
    "trains_held_share": "trains_held_share",
    "yard_occupancy_p95": "yard_occupancy_share_p95",
    "unserved_share": "unserved_share",
    "reefers_without_plug_share": "reefers_without_plug_share",
}
"""Service limit → the measure that is held against it, as the verdict does."""

_PLANNED: Final = "unserved_share"
_NEAR_LIMIT: Final = 0.7
"""Of a limit: a terminal below it on every measure is not asked what would break it."""
_PLAN_POINTS: Final = 300
"""What a look at the railway of a corridor takes, as counted on the packaged one: an estimate."""
_POINTS_PER_RUN_FACTOR: Final = 2
"""The same for a scenario without a railway, for each of its factors."""
_NOTHING: Final = 1e-9
"""A share below which a swing is a rounding of the solver."""
NO_SCREENING: Final = Screened(effects=(), keys=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is computed.

    Parameters
    ----------
    n_trajectories : of the screening by the relaxation.
    n_run_trajectories : of the screening by short runs.
    run_days : measured days of a short run.
    most_runs : short runs at most where a plan answers for the railway; 0 leaves the terminal out.
        Without a railway every figure is asked of runs, as many as it takes.
    n_deciding : factors that are looked at closely.
    n_futures : combinations; 0 for none.
    n_full : full runs of the twin, each with a week of its own where there is a railway: switching
        values first, then combinations.
    """

    n_trajectories: int = 4
    n_run_trajectories: int = 2
    run_days: int = 28
    most_runs: int = 60
    n_deciding: int = 8
    n_futures: int = 0
    n_full: int = 0


def expected_points(scenario: Scenario, effort: Effort) -> tuple[int, int]:
    """About how many points of the relaxation and how many runs an examination asks for.

    Kept ones count too: how many of them there are is seen when they are asked for.
    """
    n_futures = 2 * effort.n_futures
    if scenario.network is None:
        return 0, _POINTS_PER_RUN_FACTOR * len(factors_of(scenario).factors) + n_futures
    return _PLAN_POINTS + n_futures, effort.most_runs + effort.n_full


def examine(
    subject: Subject,
    effort: Effort | None = None,
    *,
    seed: int | None = None,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Sensitivity:
    """What decides a case.

    Parameters
    ----------
    subject : Subject
        The scenario with its case and changes.
    effort : Effort, optional
        How much is computed.
    seed : int, optional
        Of the samples and of all runs; the scenario's own when left out.
    executor : Executor, optional
        Where points are computed; left out: here.
    progress : Callable[[Progress], None], optional
        Called after each point; the total is an estimate. May raise `CancelledError`; what was
        computed is kept.

    Raises
    ------
    ScenarioError
        When the scenario is wrong, or a figure lies outside of its own range.
    UsageError
        When the seed is impossible.
    """
    effort = effort or Effort()
    scenario = subject.at(())
    number = chosen_seed(scenario, seed)
    factors = factors_of(scenario)
    tally = Tally(total=sum(expected_points(scenario, effort)), progress=progress)
    look = _Look(
        scenario=scenario,
        factors=factors,
        effort=effort,
        seed=number,
        ends=kept_ends(subject, factors),
    )
    plan = None
    if scenario.network is not None:
        plan = plan_points(subject, factors, executor, tally)
    short = None
    if plan is None or effort.most_runs:
        # What the terminal does to its trains changes no week: all short runs have the same trains.
        prepared = prepare(scenario).scenario.network if plan is not None else None
        week = None if prepared is None else prepared.week
        run = TwinRun(seed=number, days=effort.run_days, week=week)
        short = twin_points(subject, factors, run, executor, tally)
    full = twin_points(subject, factors, TwinRun(seed=number), executor, tally)
    return look.result(plan, short, full)


def finding_out(
    factors: FactorList,
    switching: Sequence[SwitchingValue],
    swings: Sequence[Swing],
    futures: Futures | None,
) -> tuple[FindingOut, ...]:
    """What to ask for first: what turns a limit within its range, the nearest first.

    After those, by how much of the spread of the tried combinations it settles, then by its swing.
    """
    spans = {(swing.factor, swing.measure): swing.span for swing in swings}
    found = [
        FindingOut(
            factor=one.factor,
            switching=one,
            span=spans.get((one.factor, one.measure), 0.0),
            settled_share=_settled(futures, one.factor),
            sources=factors[one.factor].sources,
        )
        for one in switching
    ]

    def rank(one: FindingOut) -> tuple[bool, float, float, float, str]:
        level = one.switching.level
        near = abs(level) if level is not None and one.switching.is_inside else np.inf
        return not one.switching.is_inside, near, -(one.settled_share or 0.0), -one.span, one.factor

    return tuple(sorted(found, key=rank))


def _settled(futures: Futures | None, factor: str) -> float | None:
    if futures is None or factor not in futures.factors:
        return None
    column = futures.factors.index(factor)
    levels = np.array([row[column] for row in futures.levels])
    return settled_share(levels, np.array(futures.unserved_share))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One examination: its scenario, factors, effort and seed."""

    scenario: Scenario
    factors: FactorList
    effort: Effort
    seed: int
    ends: Ends

    def result(self, plan: Points | None, short: Points | None, full: Points) -> Sensitivity:
        """All steps, each with what the one before found."""
        planned = self.screened_plan(plan)
        plan_swings = self.plan_swings(plan, planned)
        strained = self.strained_swings(plan, plan_swings)
        ran = self.screened_runs(plan, short)
        run_swings = self.run_swings(short, ran)
        keys = self.deciding((*plan_swings, *strained), run_swings)
        switching = self.plan_switching(keys, plan) + self.run_switching(run_swings, short)
        futures = self.futures(plan, short, keys)
        switching, futures = self.confirmed(switching, futures, full)
        return Sensitivity(
            case=self.scenario.case,
            seed=self.seed,
            left_out=self.factors.left_out,
            default_ranges=tuple(
                sorted(
                    variation.figures[0].path
                    for factor in self.factors.factors
                    for variation in factor.variations
                    if not variation.is_stated
                )
            ),
            groups=planned.effects + ran.effects,
            plan_swings=plan_swings,
            strained_swings=strained,
            full_swings=run_swings,
            finding_out=finding_out(self.factors, switching, (*plan_swings, *run_swings), futures),
            futures=futures,
            refused=tuple(
                one
                for points in (plan, short, full)
                if points is not None
                for one in points.refused
            ),
        )

    def screened_plan(self, plan: Points | None) -> Screened:
        """What may matter to the railway, by the relaxation."""
        if plan is None or not self.effort.n_trajectories:
            return NO_SCREENING
        plan([{}])  # the scenario itself first: all others begin from it
        return screen(
            self._groups("plan"),
            within(plan, self.ends),
            Screening(
                measures=PLAN_MEASURES,
                harmful_low=self._harmful_low(),
                n_trajectories=self.effort.n_trajectories,
                seed=self.seed,
            ),
        )

    def screened_runs(self, plan: Points | None, short: Points | None) -> Screened:
        """What may matter to the terminal, by short runs; nothing where no limit is near."""
        if short is None or not self.effort.n_run_trajectories:
            return NO_SCREENING
        (base,) = short([{}])
        near = [
            measure
            for limit, measure in WATCHED.items()
            if base[measure] >= _NEAR_LIMIT * getattr(self.scenario.limits, limit) > 0
        ]
        if plan is None:
            # A terminal alone has few figures and short runs: each is tried.
            return Screened(effects=(), keys=tuple(f.key for f in self.factors.factors))
        if not near:
            return NO_SCREENING
        return screen(
            self._groups("run"),
            within(short, self.ends),
            Screening(
                measures=near,
                harmful_low=self._harmful_low(),
                n_trajectories=self.effort.n_run_trajectories,
                seed=self.seed,
                # Half of the runs are for the factors one by one, and for where they turn a limit.
                most_points=self.effort.most_runs // 2,
            ),
        )

    def plan_swings(self, plan: Points | None, screened: Screened) -> tuple[Swing, ...]:
        """Factor by factor on the relaxation, all others at their values."""
        return swings_of(screened.keys, plan) if plan is not None and screened.keys else ()

    def strained_swings(self, plan: Points | None, swings: Sequence[Swing]) -> tuple[Swing, ...]:
        """The same beside the worst end of the widest, where no box is unserved at the values.

        A case that keeps its limit with room to spare hides what matters once it is strained.
        """
        own = [swing for swing in swings if swing.measure == _PLANNED]
        if plan is None or not own or not own[0].span or own[0].base:
            return ()
        worst: Levels = {own[0].factor: own[0].worst_level}
        others = [swing.factor for swing in own[1:]]
        found = swings_of(others, plan, worst)
        return tuple(swing for swing in found if swing.measure == _PLANNED and swing.span > 0)

    def run_swings(self, short: Points | None, screened: Screened) -> tuple[Swing, ...]:
        """Factor by factor on short runs, the measures that are held against limits."""
        if short is None or not screened.keys:
            return ()
        keys = screened.keys
        if self.scenario.network is not None:
            keys = keys[: self.effort.most_runs // 6]  # two runs each: a third of all
        return tuple(s for s in swings_of(keys, short) if s.measure in WATCHED.values())

    def deciding(
        self, plan_swings: Sequence[Swing], run_swings: Sequence[Swing]
    ) -> tuple[str, ...]:
        """The factors to look at closely: those of the plan, and those of the terminal in turn."""
        moving = [s.factor for s in plan_swings if s.measure == _PLANNED and s.span > _NOTHING]
        planned = list(dict.fromkeys(moving))
        of_runs = [
            (swing.span / max(self._most(swing.measure), 1e-9), swing.factor)
            for swing in run_swings
            if swing.span > 0
        ]
        ranked = list(dict.fromkeys(key for _, key in sorted(of_runs, key=lambda x: (-x[0], x[1]))))
        n_planned = self.effort.n_deciding - min(len(ranked), self.effort.n_deciding // 2)
        chosen = [*planned[:n_planned], *ranked]
        return tuple(chosen[: self.effort.n_deciding])

    def plan_switching(
        self, keys: Sequence[str], plan: Points | None
    ) -> tuple[SwitchingValue, ...]:
        """Where factors of the plan turn the limit of boxes not carried, on the relaxation."""
        if plan is None:
            return ()
        planned = [self.factors[key] for key in keys if self.factors[key].by == "plan"]
        return tuple(
            switching_value(factor, plan, _PLANNED, self._most(_PLANNED)) for factor in planned
        )

    def run_switching(
        self, swings: Sequence[Swing], short: Points | None
    ) -> tuple[SwitchingValue, ...]:
        """Where factors turn a limit of the terminal between the ends of their ranges."""
        if short is None:
            return ()
        moving = [s for s in swings if s.span > 0]
        turning = [s for s in moving if s.turns(self._most(s.measure))]
        if self.scenario.network is not None:
            # What is left of the runs, at most five for each.
            turning = turning[: max(1, self.effort.most_runs // 6 // 5)]
        found = [
            switching_within(self.factors[s.factor], short, s, self._most(s.measure))
            for s in turning
        ]
        asked = {one.factor for one in found}
        still = [s for s in moving if s.factor not in asked and not s.turns(self._most(s.measure))]
        by_use = sorted(still, key=lambda s: (-s.span / max(self._most(s.measure), 1e-9), s.factor))
        for swing in by_use[: max(0, self.effort.n_deciding - len(found))]:
            if swing.factor not in asked:
                asked.add(swing.factor)
                found.append(switching_within(self.factors[swing.factor], short, swing, math.inf))
        return tuple(found)

    def futures(
        self, plan: Points | None, short: Points | None, keys: Sequence[str]
    ) -> Futures | None:
        """Combinations of the deciding factors: of the plan; without a railway, of all."""
        if not self.effort.n_futures:
            return None
        points = plan if plan is not None else short
        combined = [k for k in keys if plan is None or self.factors[k].by == "plan"]
        assert points is not None, "without a plan there are runs"
        limits = self._limits() if plan is None else {_PLANNED: self._limits()[_PLANNED]}
        return futures_of(
            self.factors,
            combined,
            within(points, self.ends),
            n=self.effort.n_futures,
            seed=self.seed,
            limits=limits,
        )

    def confirmed(
        self, switching: tuple[SwitchingValue, ...], futures: Futures | None, full: Points
    ) -> tuple[tuple[SwitchingValue, ...], Futures | None]:
        """Switching values and combinations with what the whole twin says there."""
        left = self.effort.n_full
        found = []
        for one in switching:
            if left and one.level is not None:
                left -= 1
                (measures,) = full([{one.factor: one.level}])
                one = replace(one, full=measures.get(one.measure))  # noqa: PLW2901 - the same one
            found.append(one)
        if futures is not None and left:
            runs, kept = confirm(futures, full, self._limits(), left)
            futures = replace(futures, confirmed=runs, confirmed_kept_share=kept)
        return tuple(found), futures

    def _limits(self) -> dict[str, tuple[str, float]]:
        return {limit: (measure, self._most(measure)) for limit, measure in WATCHED.items()}

    def _harmful_low(self) -> frozenset[str]:
        return frozenset(f.key for f in self.factors.factors if is_harmful_low(f))

    def _groups(self, by: Answerer) -> dict[str, list[str]]:
        """Group → its factors, of those for whom one answers."""
        groups: dict[str, list[str]] = {}
        for factor in self.factors.factors:
            if factor.by == by:
                groups.setdefault(factor.group, []).append(factor.key)
        return groups

    def _most(self, measure: str) -> float:
        limit = next(limit for limit, watched in WATCHED.items() if watched == measure)
        return float(getattr(self.scenario.limits, limit))
