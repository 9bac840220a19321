"""Coalitions valued: all by the relaxation, few by the twin; each is asked once and kept.

Knows worlds, quantities and gains; knows no rate and no side. A coalition that only touches the
dry port shows nothing in the relaxation of the railway's week, so runs value it: with the trains of
the base, so that nothing differs but the dry port.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field

from keruen.appraisal.interdependence import Coalition
from keruen.errors import InputError
from keruen.scenario import Scenario, with_planned_week
from keruen.scenario.week import Week
from keruen.scenario.world import network_of
from keruen.study.appraising.gains import OtherWays, YearGain, gain_of
from keruen.study.appraising.quantities import Quantities, key_of, of_run, relaxed
from keruen.study.appraising.results import AppraisalProgress, AppraisalStage
from keruen.study.appraising.worlds import Worlds
from keruen.study.experiments import Experiment, keep_measures, kept_measures, measures_of
from keruen.study.experiments import key_of as run_key_of
from keruen.study.prepare import prepare
from keruen.study.results import Progress
from keruen.study.tasks import each, together

NOBODY: Coalition = frozenset()

Ask = tuple[Coalition, int, float]
"""Who is built, in which year, at which demand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """How the twin plays.

    Parameters
    ----------
    seed : of the study; all coalitions have the same luck.
    n : replications.
    days : measured days at most; None: the scenario's own.
    """

    seed: int
    n: int
    days: int | None = None


@dataclass(slots=True)
class CoalitionYears:
    """Years with coalitions, asked in heaps.

    Parameters
    ----------
    worlds : scenarios.
    ways : other ways of a box.
    runs : of the twin.
    executor : where weeks are relaxed and runs are played; None is this process.
    progress : told after each answer. May raise `CancelledError`.
    weeks : that somebody else planned, by coalition: then none is planned here.
    """

    worlds: Worlds
    ways: OtherWays
    runs: Runs
    executor: Executor | None = None
    progress: Callable[[AppraisalProgress], None] | None = None
    weeks: Mapping[Coalition, Week] | None = None
    of_port: frozenset[str] = frozenset()
    relaxations: dict[Ask, Quantities] = field(default_factory=dict)
    played: dict[Coalition, tuple[Quantities, ...]] = field(default_factory=dict)
    run_keys: dict[Coalition, tuple[str, ...]] = field(default_factory=dict)
    _planned: dict[Coalition, Scenario] = field(default_factory=dict)

    def relax(self, asks: Iterable[Ask]) -> None:
        """Value coalitions by the relaxation, where they are not yet."""
        new = sorted({ask for ask in asks if ask not in self.relaxations}, key=_in_order)
        scenarios = {ask: _light(self.worlds.at(*ask)) for ask in new}
        keys = {ask: key_of(scenario) for ask, scenario in scenarios.items()}
        found = {
            key: kept
            for key in dict.fromkeys(keys.values())
            if (kept := kept_measures(key)) is not None
        }
        calls = {key: (relaxed, (scenarios[ask],)) for ask, key in keys.items() if key not in found}
        total = len(found) + len(calls)

        def take(key: str, quantities: Quantities) -> None:
            keep_measures(key, quantities)
            found[key] = quantities
            self._tell("relaxations", len(found), total)

        self._tell("relaxations", len(found), total)
        together([each(self.executor, calls, take, late=keep_measures)])
        self.relaxations.update({ask: found[key] for ask, key in keys.items()})

    def play(self, coalitions: Iterable[Coalition]) -> None:
        """Play coalitions by the twin in the scenario's own year, where they are not yet."""
        new = sorted({one for one in coalitions if one not in self.played}, key=sorted)
        year = self.worlds.own_year
        self.relax([(one, year, 1.0) for one in new])
        if self.weeks is None:
            self._plan(one for one in new if not self.is_of_port(one))
        experiments = [
            Experiment(
                scenario=self._playable(one),
                seed=self.runs.seed,
                replication=replication,
                days=self.runs.days,
            )
            for one in new
            for replication in range(self.runs.n)
        ]
        told = self.progress

        def tell(progress: Progress) -> None:
            if told is not None:
                self._tell("runs", progress.done, progress.total)

        measures = measures_of(experiments, self.executor, progress=tell)
        for place, one in enumerate(new):
            own = slice(place * self.runs.n, (place + 1) * self.runs.n)
            relaxation = self.relaxations[one, year, 1.0]
            self.played[one] = tuple(of_run(relaxation, found) for found in measures[own])
            self.run_keys[one] = tuple(run_key_of(experiment) for experiment in experiments[own])

    def gain(
        self,
        built: Coalition,
        year: int,
        demand: float,
        shares: Mapping[str, float] | None = None,
    ) -> YearGain:
        """What a coalition brings in a year by the relaxation; it is asked for before.

        Parameters
        ----------
        shares : project → share of its boxes that are new, in place of what its file says.
        """
        base, other = self.relaxations[NOBODY, year, demand], self.relaxations[built, year, demand]
        return gain_of(base, other, self.ways, self.worlds.induced(built, shares or {}))

    def run_gains(self, built: Coalition) -> tuple[YearGain, ...]:
        """What a coalition brings in the scenario's own year, by replication."""
        pairs = zip(self.played[NOBODY], self.played[built], strict=True)
        induced = self.worlds.induced(built, {})
        return tuple(gain_of(base, other, self.ways, induced) for base, other in pairs)

    def is_of_port(self, built: Coalition) -> bool:
        """Whether nothing of a coalition touches the railway."""
        return built <= self.of_port

    def _plan(self, coalitions: Iterable[Coalition]) -> None:
        """Plan the week of each coalition once: replications that each planned it would all wait
        for the same week."""
        wanted = {NOBODY, *coalitions} - self._planned.keys()
        year = self.worlds.own_year
        calls = {
            one: (_with_week, (_light(self.worlds.at(one, year, 1.0)),))
            for one in sorted(wanted, key=sorted)
        }
        done: list[Coalition] = []

        def take(built: Coalition, scenario: Scenario) -> None:
            self._planned[built] = scenario
            done.append(built)
            self._tell("weeks", len(done), len(calls))

        self._tell("weeks", 0, len(calls))
        together([each(self.executor, calls, take)])

    def _playable(self, built: Coalition) -> Scenario:
        scenario = _light(self.worlds.at(built, self.worlds.own_year, 1.0))
        planned = NOBODY if self.is_of_port(built) else built
        if self.weeks is not None:
            if planned not in self.weeks:
                raise InputError("error.plan_missing", plan=", ".join(sorted(planned)) or "–")
            return with_planned_week(scenario, self.weeks[planned])
        if built and planned == NOBODY:
            week = network_of(self._planned[NOBODY]).week
            assert week is not None, "the base is planned before"
            return with_planned_week(scenario, week)
        return self._planned[built]

    def _tell(self, stage: AppraisalStage, done: int, total: int) -> None:
        if self.progress is not None and total:
            self.progress(AppraisalProgress(stage=stage, done=done, total=total))


def _light(scenario: Scenario) -> Scenario:
    """Without files and origins: most of what would travel to another machine."""
    update: Mapping[str, object] = {"documents": {}, "figures": (), "notes": (), "overrides": ()}
    return scenario.model_copy(update=update)


def _with_week(scenario: Scenario) -> Scenario:
    """A scenario with its planned week, kept where it was planned before."""
    return prepare(scenario).scenario


def _in_order(ask: Ask) -> tuple[int, float, list[str]]:
    built, year, demand = ask
    return year, demand, sorted(built)
