"""What it would take: the cheapest additions with which every limit is kept, and what they promise.

First the railway, in the plan of the week and with a bound; then the dry port, by simulation on the
week so planned; then everything once more over all replications, with what breaks without each
step. Terminal levers do not change the week, and the railway's are not searched for by simulation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Final

from keruen.domain.results import LimitCheck
from keruen.errors import UsageError
from keruen.scenario import Scenario
from keruen.study.design.certificate import CONFIDENCE, StepRemoval, removals_of
from keruen.study.design.changed import changes_anything, is_railway, with_levers
from keruen.study.design.costs import StepCost, others_units, step_cost
from keruen.study.design.railway import (
    USUAL_MARGIN,
    RailwayAnswer,
    RailwayProblem,
    railway_additions,
    railway_problem,
)
from keruen.study.design.results import Additions, LeverUse, RailwayPart, Shortage
from keruen.study.design.search import (
    MOST_ENUMERATED,
    EvaluateSets,
    Found,
    LeverChoice,
    SetSearch,
    Steps,
    Values,
    excess_of,
    mean_of,
    n_sets,
    worst_replication,
)
from keruen.study.executors import shares_disk
from keruen.study.experiments import Experiment, measures_of
from keruen.study.intervals import estimate
from keruen.study.limits import replications_and_seed
from keruen.study.prepare import prepare
from keruen.study.results import Progress
from keruen.study.verdict import LIMITS, limit_check

SEARCH_DAYS: Final = 91
"""Measured days while sets are compared; the found one is confirmed over all days."""

FLOW: Final = "boxes_per_year"
OFFERED: Final = "offered_per_year"
UNSERVED: Final = "unserved_share"

_TRAINS: Final = frozenset({"train_turnaround_ms_p90", "trains_held_share"})
_TRUCKS: Final = frozenset({"truck_turn_time_ms_p90"})
_YARD: Final = frozenset({"yard_occupancy_share_p95"})
_CARRIED: Final = frozenset({UNSERVED})
TOUCHES: Final[Mapping[str, frozenset[str]]] = {
    "tracks": _TRAINS | _CARRIED,
    "machines": _TRAINS | _TRUCKS | _YARD | _CARRIED,
    "blocks": _YARD | _TRAINS | _TRUCKS | _CARRIED,
    "plugs": frozenset({"reefers_without_plug_share"}) | _YARD,
    "shift-hours": _TRAINS | _TRUCKS | _YARD,
    "gate-lanes": _TRUCKS,
    "gate-hours": _TRUCKS | _YARD,
    "appointments": _TRUCKS,
    "locomotives": _TRAINS | _CARRIED,
    "inspection-slots": _TRUCKS | _YARD,
    "trucks": _YARD | _TRAINS,
    "border-trains": _CARRIED,
    "transshipment": _CARRIED,
    "section": _CARRIED,
    "platforms": _CARRIED,
}
"""Kind of lever → the measures that it may improve. A full yard holds trains up, slow machines fill
the yard, and a train that is held leaves boxes behind, so all are wide; what a lever does is always
measured."""

_TRIES_OF_LEVER: Final = 9
"""Of the short runs: a lever alone at nothing, and in between where it is needed; then again each
time that whole years say that it is not enough, and one step less of it in the end."""
_RUNS_OF_RAILWAY: Final = 4
"""Margins that are tried, as the packaged cases need them."""


@dataclass(slots=True)
class _Runs:
    """Experiments of one design: the same seeds throughout."""

    seed: int
    executor: Executor | None
    progress: Callable[[Progress], None] | None
    n_expected: int
    n: int = 0
    stage: str = "before"

    def planned(self, scenarios: Sequence[Scenario]) -> list[Scenario]:
        """The scenarios with weeks, side by side where the executor sees this machine's disk."""
        if self.executor is None or not shares_disk(self.executor) or len(scenarios) < 2:
            return [prepare(scenario).scenario for scenario in scenarios]
        return [world.scenario for world in self.executor.map(prepare, scenarios)]

    def values(
        self, worlds: Sequence[Scenario], n_replications: int, days: int | None, first: int = 0
    ) -> list[Values]:
        """All measures of each world over so many replications."""
        experiments = [
            Experiment(scenario=world, seed=self.seed, replication=r, days=days)
            for world in worlds
            for r in range(first, first + n_replications)
        ]

        def tell(part: Progress) -> None:
            if self.progress is not None:
                # Near the end of what was expected the total grows along: it is an estimate.
                done = self.n + part.done
                self.progress(Progress(done, max(self.n_expected, self.n + part.total), "search"))

        rows = measures_of(experiments, self.executor, progress=tell)
        self.n += len(rows)
        groups = [rows[n : n + n_replications] for n in range(0, len(rows), n_replications)]
        return [{name: [row[name] for row in group] for name in group[0]} for group in groups]


def cheapest_additions(  # noqa: PLR0913 - one of what, five of how, those keyword-only
    scenario: Scenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    search_days: int = SEARCH_DAYS,
    n_at_once: int = 1,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Additions:
    """Find the cheapest additions with which a scenario keeps every limit.

    Parameters
    ----------
    scenario : Scenario
        Read with its case, with levers.
    replications : int, optional
        Of the confirmation and of the certificate; None is the scenario's own number.
    seed : int, optional
        Of the study; None is the scenario's own.
    search_days : int, default 91
        Measured days while sets are compared, at least 1; what is found is confirmed over all days.
    n_at_once : int, default 1
        Sets that are worth measuring side by side, at least 1: as many as the executor has workers.
    executor : Executor, optional
        Plays replications side by side; None: this process, one after the other.
    progress : Callable[[Progress], None], optional
        Told the runs made so far and how many are expected. May raise `CancelledError`; every run
        that was made is kept.

    Returns
    -------
    Additions
        What is added, for how much, and what breaks without each step.

    Raises
    ------
    UsageError
        When the scenario has no levers, or a number is impossible.
    """
    if not scenario.levers:
        raise UsageError("error.no_levers", scenario=scenario.name)
    n, own_seed = replications_and_seed(scenario, replications, seed)
    n_expected = expected_runs(scenario, n)
    runs = _Runs(seed=own_seed, executor=executor, progress=progress, n_expected=n_expected)
    answer = _Design(scenario, runs, n, search_days, n_at_once).answer()
    if progress is not None:
        progress(Progress(runs.n, runs.n, "search"))
    return answer


def additions_at_a_glance(
    scenario: Scenario,
    *,
    seed: int | None = None,
    days: int,
    n_at_once: int = 1,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Additions:
    """About the cheapest additions: nothing is confirmed, and nothing is certified.

    Parameters
    ----------
    scenario, seed, n_at_once, executor, progress : as of `cheapest_additions`.
    days : measured days of each run.

    Returns
    -------
    Additions
        With `is_confirmed` false and no removals.
    """
    _, own_seed = replications_and_seed(scenario, 1, seed)
    runs = _Runs(
        seed=own_seed,
        executor=executor,
        progress=progress,
        n_expected=expected_runs(scenario, 1),
    )
    return _Design(scenario, runs, 1, days, n_at_once).glance()


def expected_runs(scenario: Scenario, n_replications: int) -> int:
    """About as many runs as a design makes; nobody knows before what it will find."""
    levers = [lever for lever in scenario.levers.values() if changes_anything(scenario, lever)]
    n_railway = sum(is_railway(lever) for lever in levers) if scenario.network else 0
    n_terminal = len(levers) - sum(is_railway(lever) for lever in levers)
    sets = math.prod(lever.most_steps + 1 for lever in levers if not is_railway(lever))
    if sets <= MOST_ENUMERATED:
        searched = math.ceil(sets / 2) * n_replications
    else:
        searched = _TRIES_OF_LEVER * n_terminal
    # Some third of the levers is used in the end, and each of those is taken away once.
    certified = math.ceil((n_terminal + n_railway) / 3) * n_replications
    railway = (_RUNS_OF_RAILWAY + n_replications) * bool(n_railway)
    return 2 * n_replications + railway + searched + certified


class _Design:
    """The stages of one design, in their order."""

    def __init__(
        self, scenario: Scenario, runs: _Runs, n: int, search_days: int, n_at_once: int
    ) -> None:
        self.scenario, self.runs, self.n = scenario, runs, n
        self.search_days, self.n_at_once = search_days, n_at_once
        levers = {k: v for k, v in scenario.levers.items() if changes_anything(scenario, v)}
        self.idle: tuple[str, ...] = tuple(sorted(scenario.levers.keys() - levers.keys()))
        self.costs = {key: step_cost(scenario, key) for key in levers}
        has_railway = scenario.network is not None
        self.railway_keys = sorted(k for k, v in levers.items() if is_railway(v) and has_railway)
        self.terminal_keys = sorted(k for k, v in levers.items() if not is_railway(v))
        self.bounds = {
            measure: float(getattr(scenario.limits, limit)) for limit, measure in LIMITS.items()
        }

    def answer(self) -> Additions:
        """From what is there to what it takes."""
        runs = self.runs
        before = runs.values(runs.planned([self.scenario]), self.n, None)[0]
        railway = self._railway(before)
        steps = dict(railway.steps) if railway else {}
        (world,) = runs.planned([with_levers(self.scenario, steps)])
        is_carried = railway.is_enough if railway else not self._is_left(before)
        known = None if any(steps.values()) else before
        found, values = self._terminal(world, known, is_carried=is_carried)
        steps |= self._terminal_steps(found)
        if found.steps is None:
            values = runs.values([with_levers(world, self._of_terminal(steps))], self.n, None)[0]
        shortages = self._shortages(values)
        removals = () if shortages else self._removals(steps, railway)
        return self._additions_of(
            steps, found, (before, values), railway.part if railway else None, removals
        )

    def glance(self) -> Additions:
        """The railway by its bound with a usual margin, the dry port by short runs; no proof."""
        runs, days = self.runs, self.search_days
        before = runs.values(runs.planned([self.scenario]), 1, days)[0]
        steps: dict[str, int] = {}
        part = None
        if self.railway_keys and self._is_left(before):
            problem = self._railway_problem()
            bound = self.bounds[UNSERVED]
            expansion = problem.cheapest(bound, USUAL_MARGIN)
            enough = expansion.steps is not None
            steps = problem.steps_of(expansion) if enough else problem.everything()
            part = RailwayPart(
                bound_kzt2025=problem.cheapest(bound).bound,
                cost_kzt2025=problem.cost(steps),
                planned_share=problem.least_unserved(steps),
                margin_share=USUAL_MARGIN if enough else math.inf,
            )
        (world,) = runs.planned([with_levers(self.scenario, steps)])
        bounds = {name: bound for name, bound in self.bounds.items() if name != UNSERVED}
        search = SetSearch(self._options(), bounds, self._evaluator(world, 1, days), self.n_at_once)
        found = search.run(may_enumerate=False)
        steps |= self._terminal_steps(found)
        values = search.measured([steps[key] for key in self.terminal_keys])
        return self._additions_of(steps, found, (before, values), part, (), is_confirmed=False)

    def _additions_of(
        self,
        steps: Mapping[str, int],
        found: Found,
        measured: tuple[Values, Values],
        railway: RailwayPart | None,
        removals: tuple[StepRemoval, ...],
        *,
        is_confirmed: bool = True,
    ) -> Additions:
        before, after = measured
        shortages = self._shortages(after)
        if not is_confirmed and railway is not None and math.isfinite(railway.margin_share):
            # A few weeks of the year do not tell what the railway leaves in it: the bound does.
            shortages = tuple(one for one in shortages if one.measure != UNSERVED)
        return Additions(
            is_sufficient=not shortages,
            additions=self._additions(steps),
            before=self._checks(before),
            after=self._checks(after),
            shortages=shortages,
            railway=railway,
            idle=tuple(sorted(self.idle)),
            is_cheapest=found.is_cheapest,
            dry_port_bound_kzt2025=found.bound,
            removals=removals,
            confidence=CONFIDENCE,
            boxes_per_year=mean_of(after[FLOW]),
            offered_per_year=mean_of(after[OFFERED]),
            n_runs=self.runs.n,
            n_replications=self.n,
            days=self.scenario.calendar.days if is_confirmed else self.search_days,
            is_confirmed=is_confirmed,
        )

    def _terminal_steps(self, found: Found) -> dict[str, int]:
        """Those found; where there are none, all that may be."""
        if found.steps is None:
            return {key: self.scenario.levers[key].most_steps for key in self.terminal_keys}
        return dict(zip(self.terminal_keys, found.steps, strict=True))

    def _is_left(self, values: Values) -> bool:
        return mean_of(values[UNSERVED]) > self.bounds[UNSERVED]

    def _railway(self, before: Values) -> RailwayAnswer | None:
        """Of the railway alone: the dry port has everything that it may, and is in nobody's way."""
        if not self.railway_keys or not self._is_left(before):
            return None
        self.runs.stage = "railway"
        problem = self._railway_problem()
        roomy = {key: self.scenario.levers[key].most_steps for key in self.terminal_keys}

        def measured(sets: Sequence[Mapping[str, int]], is_whole: bool) -> list[float]:
            worlds = self.runs.planned([with_levers(self.scenario, one) for one in sets])
            worlds = [with_levers(world, roomy) for world in worlds]
            n = self.n if is_whole else 1
            return [mean_of(values[UNSERVED]) for values in self.runs.values(worlds, n, None)]

        return railway_additions(problem, self.bounds[UNSERVED], measured)

    def _railway_problem(self) -> RailwayProblem:
        costs = {key: self.costs[key].annual_kzt2025.value for key in self.railway_keys}
        self.problem = railway_problem(self.scenario, self.railway_keys, costs)
        self.idle += self.problem.idle_keys
        return self.problem

    def _options(self) -> list[LeverChoice]:
        return [
            LeverChoice(
                key=key,
                most=self.scenario.levers[key].most_steps,
                cost=self.costs[key].annual_kzt2025.value,
                touches=TOUCHES[self.scenario.levers[key].adds],
            )
            for key in self.terminal_keys
        ]

    def _evaluator(self, world: Scenario, n: int, days: int | None, first: int = 0) -> EvaluateSets:
        def evaluate(sets: Sequence[Steps]) -> list[Values]:
            worlds = [
                with_levers(world, dict(zip(self.terminal_keys, one, strict=True))) for one in sets
            ]
            return self.runs.values(worlds, n, days, first)

        return evaluate

    def _terminal(
        self, world: Scenario, known: Values | None, *, is_carried: bool
    ) -> tuple[Found, Values]:
        """Search in short runs, and go on from what they find over all days of all replications.

        Boxes that the railway must leave are no reason to add to the dry port; those of which a
        slow dry port robs the railway are.
        """
        options = self._options()
        bounds = {
            name: bound for name, bound in self.bounds.items() if is_carried or name != UNSERVED
        }

        nothing: Steps = (0,) * len(options)
        whole = SetSearch(options, bounds, self._evaluator(world, self.n, None), self.n_at_once)
        if known is not None:
            whole.tried[nothing] = known
        self.runs.stage = "confirmation"
        is_broken = any(excess_of(whole.measured(nothing), bounds).values())
        if is_broken and n_sets(options) <= MOST_ENUMERATED:
            found = whole.run()
        elif is_broken:
            self.runs.stage = "search"
            # What is short in the mean is short most in the worst replication: a quarter of it,
            # corrected by whole years, tells what helps.
            worst = worst_replication(whole.measured(nothing), bounds)
            evaluate = self._evaluator(world, 1, self.search_days, worst)
            whole.gauge = SetSearch(options, bounds, evaluate, self.n_at_once)
            most = tuple(option.most for option in options)
            coarse = whole.corrected(whole.gauge, most).run()
            start = coarse.steps or most
            self.runs.stage = "confirmation"
            found = whole.refine(start)
            found = replace(found, bound=coarse.bound)
        else:
            found = whole.refine(nothing)
        self.whole = whole
        return found, whole.measured(found.steps if found.steps is not None else nothing)

    def _removals(
        self, steps: Mapping[str, int], railway: RailwayAnswer | None
    ) -> tuple[StepRemoval, ...]:
        self.runs.stage = "certificate"
        used = [key for key in self.terminal_keys if steps.get(key)]
        own = self._of_terminal(steps)
        without = {
            key: self.whole.measured([own[k] - (k == key) for k in self.terminal_keys])
            for key in used
        }
        n_used = sum(bool(n) for n in steps.values())
        confidence = 1 - (1 - CONFIDENCE) * len(used) / max(1, n_used)
        found = list(removals_of(without, self.bounds, confidence))
        if railway is not None:
            found += self._railway_removals(steps)
        return tuple(sorted(found, key=lambda removal: removal.key))

    def _railway_removals(self, steps: Mapping[str, int]) -> list[StepRemoval]:
        """By the plan where no plan carries enough without the step; else by runs."""
        bound = self.bounds[UNSERVED]
        less = {key: {**steps, key: steps[key] - 1} for key in self.railway_keys if steps.get(key)}
        least = {key: self.problem.least_unserved(one) for key, one in less.items()}
        found = [
            StepRemoval(
                key=key,
                outcome="needed",
                measure=UNSERVED,
                bound=bound,
                value=share,
                low=share,
                by="plan",
            )
            for key, share in least.items()
            if share > bound
        ]
        open_keys = [key for key, share in least.items() if share <= bound]
        # The week is that of the railway alone, as of the set itself: longer gate hours give no
        # reason for another, and the weeks without a step are known from the search.
        railway = [{k: less[key].get(k, 0) for k in self.railway_keys} for key in open_keys]
        worlds = self.runs.planned([with_levers(self.scenario, one) for one in railway])
        own = self._of_terminal(steps)
        values = self.runs.values([with_levers(world, own) for world in worlds], self.n, None)
        # Each claim of the certificate has its part of the error, whichever way it was made.
        used = sum(bool(n) for n in steps.values())
        confidence = 1 - (1 - CONFIDENCE) * len(open_keys) / max(1, used)
        return [
            *found,
            *removals_of(dict(zip(open_keys, values, strict=True)), self.bounds, confidence),
        ]

    def _of_terminal(self, steps: Mapping[str, int]) -> dict[str, int]:
        return {key: steps.get(key, 0) for key in self.terminal_keys}

    def _additions(self, steps: Mapping[str, int]) -> tuple[LeverUse, ...]:
        return tuple(
            _addition(self.scenario, key, n, self.costs[key])
            for key, n in sorted(steps.items())
            if n
        )

    def _checks(self, values: Values) -> tuple[LimitCheck, ...]:
        return tuple(
            limit_check(limit, measure, self.bounds[measure], estimate(measure, values[measure]))
            for limit, measure in LIMITS.items()
        )

    def _shortages(self, values: Values) -> tuple[Shortage, ...]:
        kinds = {
            self.scenario.levers[key].adds for key in (*self.railway_keys, *self.terminal_keys)
        }
        return tuple(
            Shortage(
                measure=measure,
                bound=self.bounds[measure],
                value=mean_of(values[measure]),
                levers=tuple(
                    key
                    for key in sorted((*self.railway_keys, *self.terminal_keys))
                    if measure in TOUCHES[self.scenario.levers[key].adds]
                ),
                missing=tuple(
                    kind
                    for kind, touched in TOUCHES.items()
                    if measure in touched - {""}
                    if kind not in kinds
                ),
            )
            for measure, beyond in excess_of(values, self.bounds).items()
            if beyond > 0
        )


def _addition(scenario: Scenario, key: str, n: int, cost: StepCost) -> LeverUse:
    lever = scenario.levers[key]
    units, others = n * lever.step, others_units(lever, n)
    return LeverUse(
        key=key, steps=n, units=units, own_units=units - others, others_units=others, cost=cost
    )
