"""A scenario at some levels of its factors: what the plan's relaxation and the twin say there.

Knows how a point becomes a scenario, which is read and checked anew. Points are answered once, and
kept by content, as experiments are: who asks again, or goes on after a stop, waits for new ones.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from keruen import demand
from keruen.domain.tables import Table
from keruen.errors import Problem, ScenarioError
from keruen.scenario import Scenario, read, with_planned_week
from keruen.scenario.read import digest_of
from keruen.scenario.week import Week
from keruen.store import platform_name
from keruen.store.runs.provenance import code_digest
from keruen.study.experiments import Experiment, keep_measures, kept_measures, play
from keruen.study.plan import year_of
from keruen.study.results import Progress
from keruen.study.sensitivity.allowed import allowed_ends
from keruen.study.sensitivity.factors import FactorList, Levels, overrides_at
from keruen.study.sensitivity.results import RefusedPoint
from keruen.study.tasks import each, together

PLAN_MEASURES = ("unserved_share", "cost_usd2025_per_week")
"""What the relaxation measures; of the plan, not of a run."""

_NOT_DEMAND: Mapping[str, object] = {
    "network": None,
    "figures": (),
    "documents": {},
    "notes": (),
    "overrides": (),
    "digest": "",
}
"""Parts of a scenario that its bookings do not depend on."""


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


@dataclass(slots=True)
class Tally:
    """How many points are answered, told to whoever waits.

    Parameters
    ----------
    total : points that are expected; what follows from answers is not known before.
    progress : called after each point. May raise `CancelledError`.
    """

    total: int
    progress: Callable[[Progress], None] | None = None
    done: int = 0

    def add(self, n: int = 1) -> None:
        """Count points that were answered."""
        self.done += n
        self.total = max(self.total, self.done)
        if self.progress is not None:
            self.progress(Progress(self.done, self.total, "points"))


def plan_measures(subject: Subject, changes: Sequence[str]) -> Mapping[str, float]:
    """Least unserved share in boxes and cost of the relaxation of a scenario's week.

    Raises
    ------
    ScenarioError
        When the scenario refuses the changes.
    """
    return _plan_of(subject).measures(changes)


class _Plan:
    """The plan of a subject at many changes: what they leave as it was is made once."""

    def __init__(self, subject: Subject) -> None:
        from keruen.corridor.plan.relaxation import SimilarWeeks  # noqa: PLC0415 - loads the solver

        self._subject = subject
        self._weeks = SimilarWeeks()
        self._base = subject.at(())
        self._bookings = _bookings_of(self._base)
        # The first week is the one that all others begin from: that of the scenario itself.
        self.base_measures = self._least(self._base)

    def measures(self, changes: Sequence[str]) -> Mapping[str, float]:
        """Measures of the relaxation."""
        return self._least(self._subject.at(changes)) if changes else self.base_measures

    def _least(self, scenario: Scenario) -> Mapping[str, float]:
        assert scenario.network is not None, "a week without a network"
        is_same = scenario.model_copy(update=_NOT_DEMAND) == self._base.model_copy(
            update=_NOT_DEMAND
        )
        bookings = self._bookings if is_same else _bookings_of(scenario)
        values = self._weeks.least(year_of(scenario), scenario.network, bookings)
        return dict(zip(PLAN_MEASURES, values, strict=True))


def _bookings_of(scenario: Scenario) -> Table:
    return demand.generate(year_of(scenario), scenario.scenario.seed).bookings


@lru_cache(maxsize=2)
def _plan_of(subject: Subject) -> _Plan:
    return _Plan(subject)


_Answer = Mapping[str, float] | tuple[Problem, ...]


def _planned(subject: Subject, changes: tuple[str, ...]) -> _Answer:
    try:
        return plan_measures(subject, changes)
    except ScenarioError as refused:
        return refused.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinRun:
    """How the twin runs a point.

    Parameters
    ----------
    seed, days : as of an `Experiment`.
    week : of trains that run at every point; None: each point's own, planned where it brings none.
    """

    seed: int
    days: int | None = None
    week: Week | None = None


def _ran(subject: Subject, changes: tuple[str, ...], run: TwinRun) -> _Answer:
    try:
        scenario = subject.at(changes)
    except ScenarioError as refused:
        return refused.problems
    if run.week is not None:
        scenario = with_planned_week(scenario, run.week)
    days = min(scenario.calendar.days, run.days or scenario.calendar.days)
    calendar = scenario.calendar.model_copy(update={"days": days})
    shortened = scenario.model_copy(update={"calendar": calendar})
    return play(Experiment(scenario=shortened, seed=run.seed))


def kept_ends(subject: Subject, factors: FactorList) -> dict[str, float]:
    """How far each factor may move (`allowed_ends`), kept on this machine."""
    key = _about(subject, "ends")
    kept = kept_measures(key)
    if kept is not None:
        return {name: value for name, value in kept.items() if name}

    def refuses(levels: Levels) -> bool:
        try:
            subject.at(overrides_at(factors, levels))
        except ScenarioError:
            return True
        return False

    ends = allowed_ends([factor.key for factor in factors.factors], refuses)
    keep_measures(key, {"": 0.0, **ends})  # what is empty is not kept
    return ends


class Points:
    """Measures at levels of the factors; each point is computed once, refused ones are kept.

    Parameters
    ----------
    factors : whose levels make the points.
    answer : what is called for each new point, with its changes first; it may travel to a worker.
    executor : where; None is this process.
    about : what the answers depend on beside the changes; with it they are kept on this machine.
    tally : told of each answer.
    """

    def __init__(
        self,
        factors: FactorList,
        answer: Callable[[tuple[str, ...]], _Answer],
        *,
        executor: Executor | None = None,
        about: str = "",
        tally: Tally | None = None,
    ) -> None:
        self._factors, self._answer, self._executor = factors, answer, executor
        self._about, self._tally = about, tally or Tally(total=0)
        self._known: dict[tuple[str, ...], _Answer] = {}
        self._refused: dict[tuple[str, ...], RefusedPoint] = {}

    def __call__(self, points: Sequence[Levels]) -> list[Mapping[str, float]]:
        """Measures of each point, empty where it is refused."""
        changes = [overrides_at(self._factors, levels) for levels in points]
        self._find(tuple(one for one in dict.fromkeys(changes) if one not in self._known))
        measured: list[Mapping[str, float]] = []
        for one, levels in zip(changes, points, strict=True):
            answer = self._known[one]
            if isinstance(answer, tuple):
                self._refused.setdefault(one, RefusedPoint(levels=levels, problems=answer))
            measured.append({} if isinstance(answer, tuple) else answer)
        return measured

    def _find(self, new: Sequence[tuple[str, ...]]) -> None:
        for changes in new:
            kept = kept_measures(self._key(changes)) if self._about else None
            if kept is not None:
                self._known[changes] = kept
        self._tally.add(sum(one in self._known for one in new))
        calls = {one: (self._answer, (one,)) for one in new if one not in self._known}
        together([each(self._executor, calls, self._take, late=self._keep)])

    def _take(self, changes: tuple[str, ...], answer: _Answer) -> None:
        self._known[changes] = answer
        self._keep(changes, answer)
        self._tally.add()

    def _keep(self, changes: tuple[str, ...], answer: _Answer) -> None:
        # What refuses a point is said anew each time: that costs only its reading.
        if self._about and not isinstance(answer, tuple):
            keep_measures(self._key(changes), answer)

    def _key(self, changes: tuple[str, ...]) -> str:
        return hashlib.sha256(json.dumps([self._about, *changes]).encode()).hexdigest()

    @property
    def refused(self) -> tuple[RefusedPoint, ...]:
        """Points that the scenario refuses, in the order of their changes."""
        return tuple(self._refused[key] for key in sorted(self._refused))


def _about(subject: Subject, kind: str, run: TwinRun | None = None) -> str:
    """Everything that the answers to a subject's points depend on, beside their changes."""
    scenario = subject.at(())
    words = [
        kind,
        digest_of(scenario),
        dict(scenario.documents),
        [*subject.cases, "", *subject.overrides],
        scenario.scenario.seed,
        [run.seed, run.days, run.week and run.week.model_dump(mode="json")] if run else None,
        code_digest(),
        version("highspy"),
        platform_name(),
    ]
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()


def plan_points(
    subject: Subject,
    factors: FactorList,
    executor: Executor | None = None,
    tally: Tally | None = None,
) -> Points:
    """The relaxation of the week at levels of the factors, a third of a second for each point."""
    return Points(
        factors,
        _Planned(subject),
        executor=executor,
        about=_about(subject, "relaxation"),
        tally=tally,
    )


@dataclass(frozen=True, slots=True)
class _Planned:
    """A point's relaxation, as a thing that can travel."""

    subject: Subject

    def __call__(self, changes: tuple[str, ...]) -> _Answer:
        return _planned(self.subject, changes)


@dataclass(frozen=True, slots=True)
class _Played:
    """A point's run, as a thing that can travel."""

    subject: Subject
    run: TwinRun

    def __call__(self, changes: tuple[str, ...]) -> _Answer:
        return _ran(self.subject, changes, self.run)


def twin_points(
    subject: Subject,
    factors: FactorList,
    run: TwinRun,
    executor: Executor | None = None,
    tally: Tally | None = None,
) -> Points:
    """One replication of the whole twin at levels of the factors, always with the same luck.

    Parameters
    ----------
    run : with which luck, how long, with which trains.
    executor : where the runs are played; None is this process.
    tally : told of each run.
    """
    return Points(
        factors,
        _Played(subject, run),
        executor=executor,
        about=_about(subject, "run", run),
        tally=tally,
    )
