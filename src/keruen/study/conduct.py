"""The verb of this floor: replications, estimates, verdict."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    as_completed,
)
from multiprocessing import get_context
from pathlib import Path

from keruen.domain.codes import Resource
from keruen.domain.results import Probe, Provenance, Replication, Study, Verdict
from keruen.errors import CancelledError, KeruenError, RunFolderError, UsageError
from keruen.scenario import Scenario, read
from keruen.store import RunFolder, code_commit, code_version, open_run, platform_name
from keruen.study import probes as probing
from keruen.study.intervals import estimates as estimate_all
from keruen.study.replicate import Progress, replicate
from keruen.study.verdict import verdict_on

Report = Callable[[Progress], None]
_Result = tuple[Replication, dict[str, int]]


def run(  # noqa: PLR0913 - two of what, five of how, all keyword-only
    scenario: Scenario | str | Path,
    case: str = "",
    *,
    replications: int | None = None,
    seed: int | None = None,
    executor: Executor | None = None,
    out: Path | None = None,
    progress: Report | None = None,
) -> Study:
    """Run all replications of a scenario and judge them.

    Parameters
    ----------
    scenario : read with its case; or a folder or packaged name, read here with `case`.
    case : cases joined by ``+``; only for a scenario that is not read yet.
    replications, seed : default to the scenario's own.
    executor : where replications run; None is this process, one after the other.
    out : run folder; complete replications found there are not run again. None keeps nothing.
    progress : called after each replication; may raise `CancelledError`.

    Returns
    -------
    Study; the same for any executor.

    Raises
    ------
    UsageError
        When the number of replications or the seed is impossible.
    RunFolderError
        When `out` holds another run.
    StorageError
        When the disk refuses.
    CancelledError
        When the work was stopped; complete replications are kept.
    """
    if not isinstance(scenario, Scenario):
        scenario = read(scenario, (), tuple(part for part in case.split("+") if part))
    elif case:
        raise UsageError("error.case_of_read_scenario", case=case)
    n = scenario.scenario.replications if replications is None else replications
    chosen_seed = scenario.scenario.seed if seed is None else seed
    if not 1 <= n <= 10_000:
        raise UsageError("error.replications", found=n)
    if not 0 <= chosen_seed < 2**63:
        raise UsageError("error.seed", found=chosen_seed)
    provenance = _provenance(scenario, chosen_seed, n)
    folder = None if out is None else open_run(out, provenance)
    if folder is not None:
        _keep_scenario(folder, scenario)
    results = _replications(scenario, provenance, executor, folder, progress)
    ordered = tuple(results[index][0] for index in range(n))
    estimated = estimate_all([replication.measures for replication in ordered])
    verdict = verdict_on(scenario, estimated, ordered)
    try:
        verdict = _probed(scenario, chosen_seed, verdict, executor)
    except KeyboardInterrupt as stopped:
        raise _cancelled(n, n, folder) from stopped
    if folder is not None:
        _note_study(folder, verdict, results[0][1])
    return Study(
        scenario=scenario,
        provenance=provenance,
        replications=ordered,
        estimates=estimated,
        verdict=verdict,
        demand_rows=results[0][1],
        folder="" if out is None else str(out),
    )


def load(path: Path) -> Study:
    """Read a finished run back from its folder.

    Raises
    ------
    RunFolderError
        When the folder is no run, is damaged, or is not finished.
    """
    folder = RunFolder(path)
    provenance = folder.provenance()
    kept = folder.noted("study")
    if not kept or len(folder.complete()) < provenance.n_replications:
        raise RunFolderError(
            "error.run_unfinished",
            path=str(path),
            done=len(folder.complete()),
            total=provenance.n_replications,
        )
    cases = () if provenance.case == "base" else tuple(provenance.case.split("+"))
    scenario = read(path / "scenario", tuple(folder.noted("overrides").get("overrides", ())), cases)
    scenario = scenario.model_copy(update={"name": provenance.scenario})
    ordered = tuple(folder.read(index) for index in range(provenance.n_replications))
    estimated = estimate_all([replication.measures for replication in ordered])
    found = [Probe(**{**p, "resource": Resource[p["resource"]]}) for p in kept["probes"]]
    verdict = probing.with_probes(verdict_on(scenario, estimated, ordered), found)
    return Study(
        scenario=scenario,
        provenance=provenance,
        replications=ordered,
        estimates=estimated,
        verdict=verdict,
        demand_rows={str(k): int(v) for k, v in kept["demand_rows"].items()},
        folder=str(path),
    )


def processes(n_workers: int) -> ProcessPoolExecutor:
    """Replications on so many processes of this machine.

    Workers are spawned, not forked: a fork would copy threads of DuckDB and Numba half alive.
    """
    return ProcessPoolExecutor(
        max_workers=n_workers, mp_context=get_context("spawn"), initializer=_leave_interrupts
    )


def _leave_interrupts() -> None:
    # Ctrl-C reaches the whole group of processes; the parent alone decides what to do about it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


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


def _replications(
    scenario: Scenario,
    provenance: Provenance,
    executor: Executor | None,
    folder: RunFolder | None,
    progress: Report | None,
) -> dict[int, _Result]:
    n, seed = provenance.n_replications, provenance.seed
    path = None if folder is None else folder.path
    done: dict[int, _Result] = {}
    if folder is not None:
        rows = {str(k): int(v) for k, v in folder.noted("demand").items()}
        done = {index: (folder.read(index), rows) for index in folder.complete() if index < n}
    pending = [index for index in range(n) if index not in done]
    try:
        _tell(progress, len(done), n)
        for index, result in _results(scenario, seed, pending, executor, path):
            done[index] = result
            if folder is not None and index == 0:
                folder.note("demand", result[1])
            _tell(progress, len(done), n)
    except (KeyboardInterrupt, CancelledError) as stopped:
        raise _cancelled(len(done), n, folder) from stopped
    except BrokenExecutor as broken:
        raise KeruenError("error.worker_died", done=len(done), total=n) from broken
    return done


def _results(
    scenario: Scenario,
    seed: int,
    pending: Sequence[int],
    executor: Executor | None,
    path: Path | None,
) -> Iterator[tuple[int, _Result]]:
    if executor is None:
        for index in pending:
            yield index, replicate(scenario, seed, index, path)
        return
    futures: dict[Future[_Result], int] = {
        executor.submit(replicate, scenario, seed, index, path): index for index in pending
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


def _probed(scenario: Scenario, seed: int, verdict: Verdict, executor: Executor | None) -> Verdict:
    """The verdict with experiments on the most likely constraints, when a limit does not hold."""
    if verdict.outcome == "holds":
        return verdict
    measures = [check.measure for check in verdict.limits]
    resources = probing.candidates(verdict)
    variants = [scenario, *(probing.with_one_more(scenario, r) for r in resources)]
    if executor is None:
        values = [probing.watch(variant, seed, measures) for variant in variants]
    else:
        futures = [executor.submit(probing.watch, variant, seed, measures) for variant in variants]
        values = [future.result() for future in futures]
    return probing.with_probes(verdict, probing.probes_of(verdict.limits, resources, values))


def _keep_scenario(folder: RunFolder, scenario: Scenario) -> None:
    for name, text in sorted(scenario.documents.items()):
        folder.keep_text(f"scenario/{name}", text)
    folder.note("overrides", {"overrides": list(scenario.overrides)})


def _note_study(folder: RunFolder, verdict: Verdict, demand_rows: dict[str, int]) -> None:
    probes = [
        {
            "resource": probe.resource.name,
            "measure": probe.measure,
            "before": probe.before,
            "after": probe.after,
        }
        for probe in verdict.probes
    ]
    folder.note("study", {"demand_rows": demand_rows, "probes": probes, "outcome": verdict.outcome})
