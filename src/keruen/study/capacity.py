"""Capacity: the largest yearly flow at which every service limit of a scenario is kept.

Knows how a scenario grows and what a search needs; the rule of the search is in `search`. Each
replication has its own luck, the same at every flow, and gives one capacity; the answer is their
mean with its interval. What was evaluated is kept beside the result, so that work that was stopped
goes on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from keruen.domain.results import (
    Bracket,
    FlowPoint,
    LimitCheck,
    Probe,
    Provenance,
    SearchEnd,
    Trial,
    Verdict,
)
from keruen.errors import CancelledError, KeruenError, UsageError
from keruen.scenario import Scenario
from keruen.scenario.network import BorderIntake, TrainsRange
from keruen.scenario.world import PlannedWorld
from keruen.store import RunFolder, alone
from keruen.study import probes as probing
from keruen.study.experiments import Experiment, measures_of
from keruen.study.intervals import estimate, estimates
from keruen.study.prepare import prepare
from keruen.study.replicate import measured, replay, replicate, replication_seed
from keruen.study.results import Capacity, Progress
from keruen.study.run import asked, keep_scenario
from keruen.study.search import (
    CURVE_DOUBLINGS,
    FLOW,
    Attempts,
    Ladder,
    Tried,
    bounds,
    bracket,
    climb,
    curve_steps,
    ladder_of,
    spread,
)
from keruen.study.trials import keep, keep_probes, kept_probes, kept_trials, opened
from keruen.study.verdict import limit_check, limit_checks, verdict_on

Trains = Literal["grow", "fixed"]

_PLENTY = BorderIntake.model_construct(
    low_trains_per_d=10_000.0, mode_trains_per_d=10_000.0, high_trains_per_d=10_000.0
)
_PLENTY_PER_YEAR = 1e8
"""More than any railway: what an open one takes."""

DOUBLINGS = 6
"""How far from the case's own flow is searched, either way: from a 64th to 64 times of it."""

N_PROBED = 5
"""Experiments just above capacity: they are what the next investment is chosen by."""

_WORST_FIRST: tuple[SearchEnd, ...] = ("impossible", "timetable", "unlimited", "found")


def capacity(  # noqa: PLR0913 - two of what, seven of how, all keyword-only
    scenario: Scenario | PlannedWorld | str | Path,
    case: str = "",
    *,
    replications: int | None = None,
    seed: int | None = None,
    tolerance: float = 0.02,
    trains: Trains = "grow",
    executor: Executor | None = None,
    out: Path | str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Capacity:
    """Find the largest yearly flow at which every service limit is kept.

    Parameters
    ----------
    scenario : Scenario or PlannedWorld or str or Path
        Read with its case; or the path of a folder or the name of a packaged scenario, read here
        with `case`.
    case : str, optional
        Cases joined by ``+``; only for a scenario that is not read yet.
    replications, seed : int, optional
        Default to the scenario's own.
    tolerance : float, default 0.02
        A flow so much above the capacity of each replication was tried and breaks a limit.
    trains : Trains, default 'grow'
        ``grow``: train services grow with the flow, rounded up to whole trains a week, so that
        the terminal is what is searched; a railway refuses nobody (`with_open_railway`).
        ``fixed``: they stay, and full trains can end the search.
    executor : Executor, optional
        Where trials run; None is this process, one after the other.
    out : Path or str, optional
        Folder of the search; trials found there are not made again. None keeps nothing.
    progress : Callable[[Progress], None], optional
        Called before each trial and experiment; its total is an estimate. May raise
        `CancelledError`.

    Returns
    -------
    Capacity
        The same for any executor.

    Raises
    ------
    ScenarioError
        With every problem of a scenario that is read here.
    UsageError
        When no scenario has this name, or the number of replications, the seed, the tolerance or
        the word for trains is impossible.
    RunFolderError
        When `out` holds something else.
    StorageError
        When the disk refuses.
    CancelledError
        When the work was stopped; finished trials are kept.
    """
    if not 0.001 <= tolerance <= 1:
        raise UsageError("error.tolerance", found=tolerance)
    if trains not in ("grow", "fixed"):
        raise UsageError("error.trains", found=str(trains))
    world, provenance = asked(scenario, case, replications, seed)
    folder = None if out is None else opened(Path(out), provenance)
    inquiry = _Inquiry(
        world=with_open_railway(world) if trains == "grow" else world,
        provenance=provenance,
        tolerance=tolerance,
        trains=trains,
        ladder=ladder_of(tolerance, DOUBLINGS, DOUBLINGS),
        folder=folder,
        progress=progress,
    )
    with nullcontext() if out is None else alone(Path(out)):
        if folder is not None:
            keep_scenario(folder, world)
        return _answered(inquiry, executor)


def with_open_railway(world: PlannedWorld) -> PlannedWorld:
    """The world with a railway that refuses nobody, so that the dry port is what is searched.

    Borders take in whatever comes, wagons are there, nobody else is on the line, and nothing
    disturbs; its week is planned anew. Running times, prices and the border's own time stay.
    """
    if world.railway is None:
        return world
    network = world.railway.network
    borders = {
        key: border.model_copy(
            update={
                "to_china": _PLENTY,
                "to_kazakhstan": _PLENTY,
                "transshipment_boxes_per_yr": _PLENTY_PER_YEAR,
            }
        )
        for key, border in network.borders.items()
    }
    nobody = TrainsRange(low_trains_per_d=0.0, mode_trains_per_d=0.0, high_trains_per_d=0.0)
    sections = {
        key: section.model_copy(update={"other_traffic": nobody})
        for key, section in network.sections.items()
    }
    update = {"borders": borders, "sections": sections, "fleet": {}, "disruptions": {}}
    opened_up = network.model_copy(update={**update, "week": None})
    return prepare(world.scenario.model_copy(update={"network": opened_up}))


def at_flow(world: PlannedWorld, factor: float, trains: Trains) -> PlannedWorld:
    """The world with its demand multiplied, and the train services as the assumption wants.

    At a factor of 1 nothing changes, so that the trial is what `study.run` would find. Trains of a
    planned week grow by themselves with the bookings, unless they are fixed.
    """
    scenario = world.scenario
    demand = scenario.demand.model_copy(update={"scale": scenario.demand.scale * factor})
    services = scenario.services
    if trains == "grow" and world.railway is None:
        services = {
            key: service.model_copy(
                update={"trains_per_week": _grown(service.trains_per_week, factor)}
            )
            for key, service in services.items()
        }
    network = scenario.network
    if world.railway is not None and trains == "fixed" and factor != 1:
        week = world.railway.week.model_copy(update={"is_fixed": True})
        network = world.railway.network.model_copy(update={"week": week})
    update = {"demand": demand, "services": services, "network": network}
    return PlannedWorld.of(scenario.model_copy(update=update))


def _grown(trains_per_week: int, factor: float) -> int:
    return max(1, math.ceil(trains_per_week * factor - 1e-9))


def attempt(world: PlannedWorld, seed: int, trains: Trains, factor: float, index: int) -> Trial:
    """One replication at one flow, held against the service limits."""
    world = at_flow(world, factor, trains)
    played = replay(world, replication_seed(seed, index))
    measures, _ = measured(world.scenario, played)
    checks = limit_checks(world.scenario, estimates([measures]))
    # A measure that is not a number keeps no promise.
    broken = tuple(check.limit for check in checks if check.outcome != "kept")
    return Trial(replication=index, factor=factor, measures=measures, broken=broken)


# --- the course of a search -------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Inquiry:
    """What was asked, and what was found out so far."""

    world: PlannedWorld
    provenance: Provenance
    tolerance: float
    trains: Trains
    ladder: Ladder
    folder: RunFolder | None
    progress: Callable[[Progress], None] | None
    kept: dict[tuple[int, float], Trial] = field(default_factory=dict)
    searches: list[Tried] = field(default_factory=list)
    n_done: int = 0

    def tell(self, n_to_come: int, stage: Literal["search", "experiments"] = "search") -> None:
        """Say how far it is."""
        if self.progress is not None:
            self.progress(Progress(self.n_done, self.n_done + n_to_come, stage))

    def tell_of_experiments(self, progress: Progress) -> None:
        """The same, among the experiments."""
        self.tell(progress.total - progress.done, "experiments")

    def note(self, trial: Trial, is_new: bool) -> None:
        """Count a trial, and keep it on disk when it is new."""
        self.n_done += 1
        if is_new and self.folder is not None:
            keep(self.folder, self.trains, self.kept, trial.replication)


def _answered(inquiry: _Inquiry, executor: Executor | None) -> Capacity:
    provenance = inquiry.provenance
    inquiry.kept = (
        {}
        if inquiry.folder is None
        else kept_trials(inquiry.folder, inquiry.trains, provenance.n_replications)
    )
    inquiry.searches = [{} for _ in range(provenance.n_replications)]
    attempts = Attempts(
        evaluate=partial(attempt, inquiry.world, provenance.seed, inquiry.trains),
        executor=executor,
        kept=inquiry.kept,
        on_made=inquiry.note,
    )
    try:
        _searched(inquiry, attempts)
        brackets = [bracket(r, t, inquiry.ladder) for r, t in enumerate(inquiry.searches)]
        first = _first_limit(inquiry, brackets)
        above = _step_above(inquiry.searches)
        verdict = None if above is None else _verdict_above(inquiry, above, executor)
    except (KeyboardInterrupt, CancelledError) as stopped:
        raise _cancelled(inquiry) from stopped
    except BrokenExecutor as broken:
        raise KeruenError("error.capacity_worker_died", done=len(inquiry.kept)) from broken
    finally:
        attempts.stop()
    return _capacity(inquiry, brackets, first, (above, verdict))


def _searched(inquiry: _Inquiry, attempts: Attempts) -> None:
    """Every replication to its capacity, then the curve, then what the curve changed."""
    searches, ladder = inquiry.searches, inquiry.ladder
    n_curve = len(searches) * len(CURVE_DOUBLINGS)
    climb(attempts, searches, ladder, lambda n: inquiry.tell(n + n_curve))
    spread(attempts, searches, ladder, curve_steps(searches, ladder), inquiry.tell)
    climb(attempts, searches, ladder, inquiry.tell)
    above = _step_above(searches)
    if above is not None:
        spread(attempts, searches, ladder, [above], inquiry.tell)


def _step_above(searches: Sequence[Tried]) -> int | None:
    """The lowest step at which no replication keeps all limits any more."""
    ceilings = [ceiling for tried in searches if (ceiling := bounds(tried)[1]) is not None]
    return max(ceilings) if len(ceilings) == len(searches) else None


def _verdict_above(inquiry: _Inquiry, step: int, executor: Executor | None) -> Verdict:
    """What binds just above capacity, from loads and from experiments over the whole time."""
    factor = inquiry.ladder.factor(step)
    world = at_flow(inquiry.world, factor, inquiry.trains)
    measures = [tried[step].measures for tried in inquiry.searches]
    verdict = verdict_on(world, estimates(measures), ())
    folder, key = inquiry.folder, f"{inquiry.trains} {factor} {len(measures)}"
    probes = None if folder is None else kept_probes(folder, key)
    if probes is None:
        probes = _experiments(inquiry, world, verdict, executor)
        if folder is not None:
            keep_probes(folder, key, probes)
    return probing.with_probes(verdict, probes)


def _experiments(
    inquiry: _Inquiry, world: PlannedWorld, verdict: Verdict, executor: Executor | None
) -> list[Probe]:
    """One unit more of each likely constraint, for the first replication."""
    seed = inquiry.provenance.seed
    inquiry.tell(1 + N_PROBED, "experiments")
    if executor is None:
        replication = replicate(world, seed, 0, None)
    else:
        replication = executor.submit(replicate, world, seed, 0, None).result()
    table = replication.tables["machine_results"]
    changed = probing.variants(world, verdict, table, N_PROBED)
    asked_for = [Experiment(scenario=one, seed=seed) for one in changed.values()]
    made = measures_of(asked_for, executor, progress=inquiry.tell_of_experiments)
    found = probing.probes_of(verdict.limits, tuple(changed), [replication.measures, *made])
    inquiry.tell(0, "experiments")
    return found


def _cancelled(inquiry: _Inquiry) -> CancelledError:
    if inquiry.folder is None:
        return CancelledError("error.capacity_cancelled", done=len(inquiry.kept))
    path = str(inquiry.folder.path)
    return CancelledError("error.capacity_cancelled_kept", done=len(inquiry.kept), path=path)


# --- the answer -------------------------------------------------------------------------------


def _capacity(
    inquiry: _Inquiry,
    brackets: Sequence[Bracket],
    first: LimitCheck | None,
    above: tuple[int | None, Verdict | None],
) -> Capacity:
    step, verdict = above
    searches = inquiry.searches
    common = sorted(step for step in searches[0] if all(step in tried for tried in searches))
    ends = {one.end for one in brackets}
    return Capacity(
        scenario=inquiry.world.scenario,
        provenance=inquiry.provenance,
        tolerance=inquiry.tolerance,
        trains=inquiry.trains,
        outcome=next(end for end in _WORST_FIRST if end in ends),
        flow=estimate(FLOW, [one.flow_per_year for one in brackets]),
        brackets=tuple(brackets),
        curve=tuple(_point(inquiry, step) for step in common),
        first_limit=first,
        above=None if step is None else _point(inquiry, step),
        verdict=verdict,
        trials=tuple(tried[step] for tried in searches for step in sorted(tried)),
        folder="" if inquiry.folder is None else str(inquiry.folder.path),
    )


def _checks(inquiry: _Inquiry, trial: Trial) -> tuple[LimitCheck, ...]:
    return tuple(limit_checks(inquiry.world.scenario, estimates([trial.measures])))


def _point(inquiry: _Inquiry, step: int) -> FlowPoint:
    trials = [tried[step] for tried in inquiry.searches]
    found = estimates([trial.measures for trial in trials])
    return FlowPoint(
        factor=inquiry.ladder.factor(step),
        offered=found["offered_per_year"],
        flow=found[FLOW],
        checks=tuple(limit_checks(inquiry.world.scenario, found)),
        n_keeping=sum(not trial.broken for trial in trials),
    )


def _first_limit(inquiry: _Inquiry, brackets: Sequence[Bracket]) -> LimitCheck | None:
    """The limit that most replications break first; of equals, the one that is broken furthest."""
    trials = [
        inquiry.kept[one.replication, one.broken_at]
        for one in brackets
        if one.broken_at is not None
    ]
    counts = Counter(limit for trial in trials for limit in trial.broken)
    if not counts:
        return None
    checks = [_checks(inquiry, trial) for trial in trials]
    candidates = []
    for place, check in enumerate(checks[0]):
        broken = [c[place].estimate.mean for c in checks if c[place].outcome != "kept"]
        if broken:
            found = estimate(check.measure, broken)
            excess = probing.excess(found.mean, check.bound)
            candidates.append((len(broken), excess, -place, found))
    _, _, place, found = max(candidates, key=lambda one: one[:3])
    chosen = checks[0][-place]
    return limit_check(chosen.limit, chosen.measure, chosen.bound, found)
