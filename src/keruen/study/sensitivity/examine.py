"""What decides a case: screen all figures, look closely at a few, combine those.

Knows the order of the steps; each step is in a file of its own. The relaxation of the plan answers
for the railway, short runs of the twin for the terminal, full runs for what decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from keruen.scenario import Scenario
from keruen.study.limits import chosen_seed
from keruen.study.sensitivity.factors import (
    Answerer,
    Factor,
    FactorList,
    Levels,
    factors_of,
)
from keruen.study.sensitivity.futures import confirm, futures_of
from keruen.study.sensitivity.points import Points, Subject, plan_points, twin_points
from keruen.study.sensitivity.results import (
    FindingOut,
    Futures,
    GroupEffect,
    Sensitivity,
    Swing,
    SwitchingValue,
)
from keruen.study.sensitivity.sampling import elementary_effects, settled_share
from keruen.study.sensitivity.switching import swings_of, switching_value

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
_LEAST_EFFECT: Final = 0.02
"""A group whose effect is below this share of the largest is not looked at closely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is computed.

    Parameters
    ----------
    n_trajectories : of the screening by the relaxation.
    n_run_trajectories : of the screening by short runs.
    run_days : measured days of a short run.
    full_days : measured days of a full run; None is the scenario's own.
    n_deciding : factors that are looked at in full.
    n_futures : combinations; 0 for none.
    n_confirmed : of them, run in full.
    """

    n_trajectories: int = 4
    n_run_trajectories: int = 2
    run_days: int = 28
    full_days: int | None = None
    n_deciding: int = 8
    n_futures: int = 0
    n_confirmed: int = 10


def examine(
    subject: Subject,
    effort: Effort | None = None,
    *,
    seed: int | None = None,
    executor: Executor | None = None,
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
    plan = plan_points(subject, factors, executor) if scenario.network is not None else None
    short = twin_points(subject, factors, seed=number, days=effort.run_days, executor=executor)
    full = twin_points(subject, factors, seed=number, days=effort.full_days, executor=executor)
    look = _Look(scenario=scenario, factors=factors, effort=effort, seed=number)
    groups = look.screened(plan, short)
    plan_swings = look.plan_swings(plan, groups)
    keys = look.deciding(plan_swings, groups, short)
    full_swings = tuple(s for s in swings_of(keys, full) if s.measure in WATCHED.values())
    switching = look.switching(keys, plan, full)
    futures = look.futures(plan, full, keys)
    return Sensitivity(
        case=scenario.case,
        seed=number,
        left_out=factors.left_out,
        default_ranges=tuple(
            sorted(
                variation.figures[0].path
                for factor in factors.factors
                for variation in factor.variations
                if not variation.is_stated
            )
        ),
        groups=groups,
        plan_swings=plan_swings,
        full_swings=full_swings,
        finding_out=finding_out(factors, switching, full_swings, futures),
        futures=futures,
        refused=tuple(
            one for points in (plan, short, full) if points is not None for one in points.refused
        ),
    )


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

    def screened(self, plan: Points | None, short: Points) -> tuple[GroupEffect, ...]:
        """Elementary effects of each group, by whoever answers for it."""
        effects: tuple[GroupEffect, ...] = ()
        if plan is not None and self.effort.n_trajectories:
            effects += elementary_effects(
                self._groups("plan"),
                plan,
                n_trajectories=self.effort.n_trajectories,
                seed=self.seed,
            )
        if self.effort.n_run_trajectories:
            of_runs = elementary_effects(
                self._groups(None if plan is None else "run"),
                short,
                n_trajectories=self.effort.n_run_trajectories,
                seed=self.seed,
            )
            effects += tuple(e for e in of_runs if e.measure in WATCHED.values())
        return effects

    def plan_swings(self, plan: Points | None, groups: Sequence[GroupEffect]) -> tuple[Swing, ...]:
        """Factor by factor on the relaxation; where that shows nothing, beside the worst one.

        A case that keeps its limit with room to spare hides what matters once it is strained.
        """
        if plan is None:
            return ()
        strong = _strong(groups)
        keys = [f.key for f in self.factors.factors if f.by == "plan" and f.group in strong]
        swings = swings_of(keys, plan)
        own = [swing for swing in swings if swing.measure == _PLANNED]
        if own and own[0].span and not own[0].base:
            worst: Levels = {own[0].factor: own[0].worst_level}
            others = [key for key in keys if key != own[0].factor]
            strained = [s for s in swings_of(others, plan, worst) if s.measure == _PLANNED]
            rest = [swing for swing in swings if swing.measure != _PLANNED]
            return (*_widest(own, strained), *rest)
        return swings

    def deciding(
        self, plan_swings: Sequence[Swing], groups: Sequence[GroupEffect], short: Points
    ) -> tuple[str, ...]:
        """The factors to look at in full: those of the plan, and those of the terminal in turn."""
        planned = [s.factor for s in plan_swings if s.measure == _PLANNED and s.span > 0]
        strong = _strong(groups)
        has_plan = self.scenario.network is not None
        run_keys = [
            f.key
            for f in self.factors.factors
            if f.group in strong and (f.by == "run" or not has_plan)
        ]
        of_runs = [
            (swing.span / max(self._most(swing.measure), 1e-9), swing.factor)
            for swing in swings_of(run_keys, short)
            if swing.measure in WATCHED.values() and swing.span > 0
        ]
        ranked = list(dict.fromkeys(key for _, key in sorted(of_runs, key=lambda x: (-x[0], x[1]))))
        n_planned = self.effort.n_deciding - min(len(ranked), self.effort.n_deciding // 2)
        chosen = [*planned[:n_planned], *ranked]
        return tuple(chosen[: self.effort.n_deciding])

    def switching(
        self, keys: Sequence[str], plan: Points | None, full: Points
    ) -> tuple[SwitchingValue, ...]:
        """Switching values on the relaxation, each run once in full where there is one."""
        if plan is None:
            return ()
        found = []
        for factor in self._planned(keys):
            one = switching_value(factor, plan, _PLANNED, self._most(_PLANNED))
            if one.level is not None:
                (measures,) = full([{factor.key: one.level}])
                one = replace(one, full=measures.get(_PLANNED))
            found.append(one)
        return tuple(found)

    def futures(self, plan: Points | None, full: Points, keys: Sequence[str]) -> Futures | None:
        """Combinations of the deciding factors of the plan."""
        if plan is None or not self.effort.n_futures:
            return None
        planned = [factor.key for factor in self._planned(keys)]
        tried = futures_of(
            self.factors,
            planned,
            plan,
            n=self.effort.n_futures,
            seed=self.seed,
            most=self._most(_PLANNED),
        )
        limits = {limit: (measure, self._most(measure)) for limit, measure in WATCHED.items()}
        confirmed, kept = confirm(tried, full, limits, self.effort.n_confirmed)
        return replace(tried, confirmed=confirmed, confirmed_kept_share=kept)

    def _planned(self, keys: Sequence[str]) -> list[Factor]:
        return [self.factors[key] for key in keys if self.factors[key].by == "plan"]

    def _groups(self, by: Answerer | None) -> dict[str, list[str]]:
        """Group → its factors, of those for whom one answers; None: of all."""
        groups: dict[str, list[str]] = {}
        for factor in self.factors.factors:
            if by is None or factor.by == by:
                groups.setdefault(factor.group, []).append(factor.key)
        return groups

    def _most(self, measure: str) -> float:
        limit = next(limit for limit, watched in WATCHED.items() if watched == measure)
        return float(getattr(self.scenario.limits, limit))


def _strong(groups: Sequence[GroupEffect]) -> set[str]:
    """Groups with an effect of some size on any measure."""
    largest: dict[str, float] = {}
    for effect in groups:
        largest[effect.measure] = max(largest.get(effect.measure, 0.0), effect.mean_size)
    return {
        effect.group
        for effect in groups
        if effect.mean_size > 0 and effect.mean_size >= _LEAST_EFFECT * largest[effect.measure]
    }


def _widest(one: Sequence[Swing], other: Sequence[Swing]) -> list[Swing]:
    """Of each factor the wider of two swings, the widest first."""
    best: dict[str, Swing] = {}
    for swing in (*one, *other):
        if swing.factor not in best or swing.span > best[swing.factor].span:
            best[swing.factor] = swing
    return sorted(best.values(), key=lambda swing: (-swing.span, swing.factor))
