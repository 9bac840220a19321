"""A scenario at some levels of its factors: what the plan's relaxation and the twin say there.

Knows how a point becomes a scenario, which is read and checked anew; points are answered once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from keruen.errors import Problem, ScenarioError
from keruen.scenario import Scenario, read
from keruen.study.experiments import Experiment, measures_of
from keruen.study.plan import whole_year
from keruen.study.sensitivity.factors import FactorList, Levels, overrides_at
from keruen.study.sensitivity.results import RefusedPoint

PLAN_MEASURES = ("unserved_share", "cost_usd2025_per_week")
"""What the relaxation measures; of the plan, not of a run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The scenario that is examined: where it is, with its cases and changes."""

    path: str | Path
    cases: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()

    def at(self, changes: Sequence[str]) -> Scenario:
        """The scenario with more changes.

        Raises
        ------
        ScenarioError
            When its own rules refuse them.
        """
        return read(self.path, (*self.overrides, *changes), self.cases)


def plan_measures(subject: Subject, changes: Sequence[str]) -> Mapping[str, float]:
    """Least unserved share in boxes and cost of the relaxation of a scenario's week.

    Raises
    ------
    ScenarioError
        When the scenario refuses the changes.
    """
    from keruen.corridor.plan.relaxation import relax_week  # noqa: PLC0415 - loads the solver

    scenario = subject.at(changes)
    assert scenario.network is not None, "a week without a network"
    year, demand = whole_year(scenario)
    relaxed = relax_week(year, scenario.network, demand.bookings)
    values = relaxed.unserved_share, relaxed.cost_usd2025_per_week
    return dict(zip(PLAN_MEASURES, values, strict=True))


_Answer = Mapping[str, float] | tuple[Problem, ...]


def _planned(subject: Subject, changes: tuple[str, ...]) -> _Answer:
    try:
        return plan_measures(subject, changes)
    except ScenarioError as refused:
        return refused.problems


class Points:
    """Measures at levels of the factors; each point is computed once, refused ones are kept.

    Parameters
    ----------
    answers : changes of the scenario, of many points → measures of each, or what refuses it.
    """

    def __init__(
        self,
        factors: FactorList,
        answers: Callable[[Sequence[tuple[str, ...]]], Sequence[_Answer]],
    ) -> None:
        self._factors, self._answers = factors, answers
        self._known: dict[tuple[str, ...], _Answer] = {}
        self._refused: dict[tuple[str, ...], RefusedPoint] = {}

    def __call__(self, points: Sequence[Levels]) -> list[Mapping[str, float]]:
        """Measures of each point, empty where it is refused."""
        changes = [overrides_at(self._factors, levels) for levels in points]
        new = list(dict.fromkeys(one for one in changes if one not in self._known))
        self._known.update(zip(new, self._answers(new), strict=True))
        measured: list[Mapping[str, float]] = []
        for one, levels in zip(changes, points, strict=True):
            answer = self._known[one]
            if isinstance(answer, tuple):
                self._refused.setdefault(one, RefusedPoint(levels=levels, problems=answer))
            measured.append({} if isinstance(answer, tuple) else answer)
        return measured

    @property
    def refused(self) -> tuple[RefusedPoint, ...]:
        """Points that the scenario refuses, in the order of their changes."""
        return tuple(self._refused[key] for key in sorted(self._refused))


def plan_points(subject: Subject, factors: FactorList, executor: Executor | None = None) -> Points:
    """The relaxation of the week at levels of the factors, a second for each point."""

    def answers(new: Sequence[tuple[str, ...]]) -> list[_Answer]:
        if executor is None:
            return [_planned(subject, changes) for changes in new]
        return list(executor.map(_planned, [subject] * len(new), new))

    return Points(factors, answers)


def twin_points(
    subject: Subject,
    factors: FactorList,
    *,
    seed: int,
    days: int | None = None,
    executor: Executor | None = None,
) -> Points:
    """One replication of the whole twin at levels of the factors, always with the same luck."""

    def answers(new: Sequence[tuple[str, ...]]) -> list[_Answer]:
        read_ones = [_scenario_or_problems(subject, changes) for changes in new]
        scenarios = [one for one in read_ones if isinstance(one, Scenario)]
        experiments = [Experiment(scenario=one, seed=seed, days=days) for one in scenarios]
        measures = iter(measures_of(experiments, executor))
        return [next(measures) if isinstance(one, Scenario) else one for one in read_ones]

    return Points(factors, answers)


def _scenario_or_problems(
    subject: Subject, changes: tuple[str, ...]
) -> Scenario | tuple[Problem, ...]:
    try:
        return subject.at(changes)
    except ScenarioError as refused:
        return refused.problems
