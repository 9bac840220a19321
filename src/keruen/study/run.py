"""The verb of this floor: replications, estimates, verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from pathlib import Path

from keruen.domain.results import Estimate, Probe, Provenance, Replication, Verdict
from keruen.errors import CancelledError, KeruenError, RunFolderError, UsageError
from keruen.scenario import Scenario, read
from keruen.scenario.world import PlannedWorld
from keruen.store import RunFolder, alone, code_commit, code_version, open_run, platform_name
from keruen.study import probes as probing
from keruen.study.intervals import estimates
from keruen.study.limits import replications_and_seed
from keruen.study.prepare import prepare
from keruen.study.replicate import replicate
from keruen.study.results import Progress, Study
from keruen.study.verdict import is_threatened, verdict_on

Report = Callable[[Progress], None]


def run(  # noqa: PLR0913 - two of what, five of how, all keyword-only
    scenario: Scenario | PlannedWorld | str | Path,
    case: str = "",
    *,
    replications: int | None = None,
    seed: int | None = None,
    executor: Executor | None = None,
    out: Path | str | None = None,
    progress: Report | None = None,
) -> Study:
    """Run all replications of a scenario and judge them.

    Parameters
    ----------
    scenario : Scenario or PlannedWorld or str or Path
        Read with its case; or the path of a folder or the name of a packaged scenario, read here
        with `case`.
    case : str, optional
        Cases joined by ``+``; only for a scenario that is not read yet.
    replications, seed : int, optional
        Default to the scenario's own.
    executor : Executor, optional
        Where replications run; None is this process, one after the other.
    out : Path or str, optional
        Run folder; complete replications found there are not run again. None keeps nothing.
    progress : Report, optional
        Called after each replication and before the experiments; may raise `CancelledError`.

    Returns
    -------
    Study
        The same for any executor.

    Raises
    ------
    ScenarioError
        With every problem of a scenario that is read here.
    UsageError
        When no scenario has this name, or the number of replications or the seed is impossible.
    RunFolderError
        When `out` holds another run.
    StorageError
        When the disk refuses.
    CancelledError
        When the work was stopped; complete replications are kept.
    """
    world, provenance = asked(scenario, case, replications, seed)
    if out is None:
        return _conducted(world, provenance, executor, None, progress)
    folder = open_run(Path(out), provenance)
    with alone(folder.path):
        keep_scenario(folder, world.scenario)
        return _conducted(world, provenance, executor, folder, progress)


def asked(
    scenario: Scenario | PlannedWorld | str | Path,
    case: str,
    replications: int | None,
    seed: int | None,
) -> tuple[PlannedWorld, Provenance]:
    """The world that was asked for, prepared, and the provenance of a study of it.

    Raises
    ------
    UsageError
        When the number of replications or the seed is impossible.
    """
    if isinstance(scenario, str | Path):
        scenario = read(scenario, (), tuple(part for part in case.split("+") if part))
    elif case:
        raise UsageError("error.case_of_read_scenario", case=case)
    described = scenario if isinstance(scenario, Scenario) else scenario.scenario
    n, chosen_seed = replications_and_seed(described, replications, seed)
    world = prepare(scenario)
    return world, _provenance(world.scenario, chosen_seed, n)


def load(path: Path | str) -> Study:
    """Read a finished run back from its folder.

    Parameters
    ----------
    path : Path or str
        The folder of one case of a run, such as ``runs/NAME/base``: an `out` of `run`.

    Returns
    -------
    Study
        The same as the run gave when it ended.

    Raises
    ------
    RunFolderError
        When the folder is no run, is damaged, or is not finished.
    """
    path = Path(path)
    folder = RunFolder(path)
    provenance = folder.provenance()
    n = provenance.n_replications
    if provenance.version != code_version():
        found = provenance.version
        raise RunFolderError("error.run_other_version", path=str(path), found=found)
    probes = probes_kept(folder, n)
    n_complete = len([index for index in folder.complete() if index < n])
    if probes is None or n_complete < n:
        raise RunFolderError("error.run_unfinished", path=str(path), done=n_complete, total=n)
    cases = () if provenance.case == "base" else tuple(provenance.case.split("+"))
    scenario = read(path / "scenario", tuple(folder.noted("overrides").get("overrides", ())), cases)
    scenario = scenario.model_copy(update={"name": provenance.scenario})
    if scenario.digest != provenance.scenario_digest:
        raise RunFolderError("error.run_scenario_changed", path=str(path / "scenario"))
    ordered = tuple(folder.read(index) for index in range(n))
    return _study(prepare(scenario), provenance, ordered, probes, str(path))


def _provenance(scenario: Scenario, seed: int, n: int) -> Provenance:
    return Provenance(
        version=code_version(),
        commit=code_commit(),
        scenario=scenario.name,
        case=scenario.case,
        scenario_digest=scenario.digest,
        seed=seed,
        n_replications=n,
        days=scenario.calendar.days,
        platform=platform_name(),
    )


def _conducted(
    world: PlannedWorld,
    provenance: Provenance,
    executor: Executor | None,
    folder: RunFolder | None,
    progress: Report | None,
) -> Study:
    n = provenance.n_replications
    done: dict[int, Replication] = {}
    if folder is not None:
        done = {index: folder.read(index) for index in folder.complete() if index < n}
    # When nothing is left to run, the experiments of the last time are those of this time.
    probes = None if folder is None or len(done) < n else probes_kept(folder, n)
    try:
        _run_pending(world, provenance, executor, folder, (done, progress))
        ordered = tuple(done[index] for index in range(n))
        if probes is None:
            verdict = verdict_on(world, _estimates(ordered), ordered)
            probes = []
            if is_threatened(verdict):
                if progress is not None:
                    progress(Progress(n, n, "experiments"))
                probes = _experiments(world, provenance.seed, (verdict, ordered[0]), executor)
    except (KeyboardInterrupt, CancelledError) as stopped:
        raise _cancelled(len(done), n, folder) from stopped
    except BrokenExecutor as broken:
        raise KeruenError("error.worker_died", done=len(done), total=n) from broken
    study = _study(world, provenance, ordered, probes, str(folder.path) if folder else "")
    if folder is not None:
        _note_study(folder, study)
    return study


def _study(
    world: PlannedWorld,
    provenance: Provenance,
    ordered: tuple[Replication, ...],
    probes: Sequence[Probe],
    folder: str,
) -> Study:
    estimated = _estimates(ordered)
    verdict = verdict_on(world, estimated, ordered)
    return Study(
        world=world,
        provenance=provenance,
        replications=ordered,
        estimates=estimated,
        verdict=probing.with_probes(verdict, probes),
        demand_rows=ordered[0].demand_rows,
        folder=folder,
    )


def _estimates(ordered: Sequence[Replication]) -> dict[str, Estimate]:
    return estimates([replication.measures for replication in ordered])


def _run_pending(
    world: PlannedWorld,
    provenance: Provenance,
    executor: Executor | None,
    folder: RunFolder | None,
    so_far: tuple[dict[int, Replication], Report | None],
) -> None:
    """Run what is not done yet, and put it there as it comes."""
    done, progress = so_far
    n, seed = provenance.n_replications, provenance.seed
    path = None if folder is None else folder.path
    pending = [index for index in range(n) if index not in done]
    _tell(progress, len(done), n)
    for index, replication in _results(world, seed, pending, executor, path):
        done[index] = replication
        _tell(progress, len(done), n)


def _results(
    world: PlannedWorld,
    seed: int,
    pending: Sequence[int],
    executor: Executor | None,
    path: Path | None,
) -> Iterator[tuple[int, Replication]]:
    if executor is None:
        for index in pending:
            yield index, replicate(world, seed, index, path)
        return
    futures: dict[Future[Replication], int] = {
        executor.submit(replicate, world, seed, index, path): index for index in pending
    }
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        for future in futures:
            future.cancel()


def _tell(progress: Report | None, done: int, total: int) -> None:
    if progress is not None:
        progress(Progress(done, total))


def _cancelled(done: int, total: int, folder: RunFolder | None) -> CancelledError:
    if folder is None:
        return CancelledError("error.cancelled", done=done, total=total)
    return CancelledError("error.cancelled_kept", done=done, total=total, path=str(folder.path))


def _experiments(
    world: PlannedWorld,
    seed: int,
    judged: tuple[Verdict, Replication],
    executor: Executor | None,
) -> list[Probe]:
    """Experiments on the most likely constraints of a case that does not hold.

    `judged` is the verdict without experiments, and the replication whose busiest groups of
    machines are relieved.
    """
    verdict, replication = judged
    measures = [check.measure for check in verdict.limits]
    changed = probing.variants(world, verdict, replication.tables["machine_results"])
    scenarios = [world.scenario, *changed.values()]
    if executor is None:
        values = [probing.watch(scenario, seed, measures) for scenario in scenarios]
    else:
        futures = [
            executor.submit(probing.watch, scenario, seed, measures) for scenario in scenarios
        ]
        try:
            values = [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()
    return probing.probes_of(verdict.limits, tuple(changed), values)


def keep_scenario(folder: RunFolder, scenario: Scenario) -> None:
    """Keep the files of the scenario, and what was changed on top of them, with a run."""
    for name, text in sorted(scenario.documents.items()):
        folder.keep_text(f"scenario/{name}", text)
    folder.note("overrides", {"overrides": list(scenario.overrides)})


def _note_study(folder: RunFolder, study: Study) -> None:
    probes = [probing.as_words(probe) for probe in study.verdict.probes]
    folder.note(
        "study",
        {
            "n_replications": len(study.replications),
            "outcome": study.verdict.outcome,
            "probes": probes,
        },
    )


def probes_kept(folder: RunFolder, n: int) -> list[Probe] | None:
    """The experiments of a finished run of `n` replications; None when it is not finished."""
    kept = folder.noted("study")
    if kept.get("n_replications") != n:
        return None
    try:
        return [probing.from_words(words) for words in kept["probes"]]
    except (KeyError, OverflowError, TypeError, ValueError) as broken:
        path = str(folder.path / "study.json")
        raise RunFolderError("error.run_damaged", path=path) from broken
