"""The verb of this floor: replications, estimates, verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from keruen.domain.results import Estimate, Probe, Provenance, Replication, UnservedProof, Verdict
from keruen.domain.tables import Table
from keruen.errors import CancelledError, KeruenError, RunFolderError, UsageError
from keruen.scenario import Scenario, read
from keruen.scenario.world import PlannedWorld
from keruen.store import RunFolder, alone, code_commit, code_version, open_run, platform_name
from keruen.study import probes as probing
from keruen.study.decision import with_kept_decision
from keruen.study.executors import shares_disk
from keruen.study.experiments import Experiment, course_of
from keruen.study.intervals import estimates
from keruen.study.limits import replications_and_seed
from keruen.study.prepare import prepare
from keruen.study.replicate import made, replicate
from keruen.study.results import Progress, Study
from keruen.study.tasks import Course, each, together
from keruen.study.verdict import is_threatened, verdict_on

_PROOF = "plan"
"""Note of a run folder: what the planner proved of its week."""

Report = Callable[[Progress], None]
Tell = Callable[[Literal["replications", "experiments"]], None]
"""Say how far all is; the word is what was just done."""


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
        Called after each replication and among the experiments; may raise `CancelledError`.

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
    (study,) = _together([_Case(world=world, provenance=provenance)], (out,), executor, progress)
    return study


def run_all(
    worlds: Sequence[PlannedWorld],
    outs: Sequence[Path | str],
    *,
    replications: int | None = None,
    seed: int | None = None,
    executor: Executor | None = None,
    progress: Report | None = None,
) -> list[Study]:
    """Run several worlds as `run` does each, none waiting for another: they share the executor.

    Parameters
    ----------
    worlds : Sequence[PlannedWorld]
        Such as the cases of one scenario.
    outs : Sequence[Path or str]
        A run folder for each.
    replications, seed, executor : as of `run`.
    progress : Report, optional
        Told of all worlds together.

    Returns
    -------
    list[Study]
        In the order of `worlds`, each the same as of `run`. It raises what `run` raises.
    """
    asked_for = [asked(world, "", replications, seed) for world in worlds]
    cases = [_Case(world=world, provenance=provenance) for world, provenance in asked_for]
    return _together(cases, outs, executor, progress)


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
    return world, provenance_of(world.scenario, chosen_seed, n)


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
    world = _with_kept_proof(prepare(scenario), folder)
    return with_kept_decision(_study(world, provenance, ordered, probes, str(path)))


def load_cases(paths: Sequence[Path]) -> list[Study]:
    """Finished runs of one scenario in the order in which it names its cases, others by name.

    Parameters
    ----------
    paths : folders of one case each, at least one; raises as `load` does.
    """
    studies = [load(path) for path in paths]
    order = {case: n for n, case in enumerate(studies[0].scenario.scenario.main_cases)}
    return sorted(
        studies, key=lambda one: (order.get(one.provenance.case, len(order)), one.provenance.case)
    )


def provenance_of(scenario: Scenario, seed: int, n: int) -> Provenance:
    """Enough to make the same bytes of a study of a scenario again."""
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


@dataclass(slots=True, kw_only=True)
class _Case:
    """One world that is run, and how far it is."""

    world: PlannedWorld
    provenance: Provenance
    folder: RunFolder | None = None
    done: dict[int, Replication] = field(default_factory=dict)
    probes: list[Probe] | None = None
    n_experiments: int = 0
    n_played: int = 0

    @property
    def n(self) -> int:
        """Replications that are wanted."""
        return self.provenance.n_replications

    def begin(self, out: Path | str) -> RunFolder:
        """Begin or go on in a run folder, with what is complete there."""
        folder = open_run(Path(out), self.provenance)
        self.folder = folder
        return folder

    def look(self) -> None:
        """Take what the folder holds already."""
        if self.folder is not None:
            complete = [index for index in self.folder.complete() if index < self.n]
            self.done = {index: self.folder.read(index) for index in complete}
            # When nothing is left to run, the experiments of the last time are those of this time.
            if len(self.done) == self.n:
                self.probes = probes_kept(self.folder, self.n)


def _together(
    cases: Sequence[_Case],
    outs: Sequence[Path | str | None],
    executor: Executor | None,
    progress: Report | None,
) -> list[Study]:
    def tell(stage: Literal["replications", "experiments"]) -> None:
        if progress is not None:
            done = sum(len(case.done) + case.n_played for case in cases)
            total = sum(case.n + case.n_experiments for case in cases)
            progress(Progress(done, total, stage))

    with ExitStack() as locks:
        for case, out in zip(cases, outs, strict=True):
            if out is not None:
                folder = case.begin(out)
                locks.enter_context(alone(folder.path))
                keep_scenario(folder, case.world)
            case.look()
        with _stopped(cases):
            tell("replications")
            return together([_course(case, executor, tell) for case in cases])


@contextmanager
def _stopped(cases: Sequence[_Case]) -> Iterator[None]:
    """Say how far the cases were when a person or a dying worker stopped them."""
    try:
        yield
    except (KeyboardInterrupt, CancelledError, BrokenExecutor) as stopped:
        done = sum(len(case.done) for case in cases)
        total = sum(case.n for case in cases)
        if isinstance(stopped, BrokenExecutor):
            raise KeruenError("error.worker_died", done=done, total=total) from stopped
        folders = [case.folder.path for case in cases if case.folder is not None]
        if not folders:
            raise CancelledError("error.cancelled", done=done, total=total) from stopped
        path = str(folders[0] if len(folders) == 1 else folders[0].parent)
        raise CancelledError("error.cancelled_kept", done=done, total=total, path=path) from stopped


def _course(case: _Case, executor: Executor | None, tell: Tell) -> Course[Study]:
    """The replications that are missing, then experiments where a limit may be broken."""
    world, seed, folder = case.world, case.provenance.seed, case.folder

    def take(index: int, replication: Replication) -> None:
        case.done[index] = replication
        tell("replications")

    def take_home(index: int, brought: tuple[Replication, dict[str, Table]]) -> None:
        replication, extra = brought
        if folder is not None:
            folder.write(replication, extra)
        take(index, replication)

    missing = [index for index in range(case.n) if index not in case.done]
    if shares_disk(executor):
        path = None if folder is None else folder.path
        calls = {index: (replicate, (world, seed, index, path)) for index in missing}
        yield from each(executor, calls, take)
    else:
        away = {index: (made, (world, seed, index)) for index in missing}
        yield from each(executor, away, take_home)
    ordered = tuple(case.done[index] for index in range(case.n))
    if case.probes is None:
        verdict = verdict_on(world, _estimates(ordered), ordered)
        case.probes = []
        if is_threatened(verdict):
            case.probes = yield from _experiments(case, (verdict, ordered[0]), executor, tell)
    study = _study(world, case.provenance, ordered, case.probes, str(folder.path) if folder else "")
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


def _experiments(
    case: _Case, judged: tuple[Verdict, Replication], executor: Executor | None, tell: Tell
) -> Course[list[Probe]]:
    """Experiments on the most likely constraints of a case that does not hold.

    `judged` is the verdict without experiments, and the replication whose busiest groups of
    machines are relieved.
    """

    def told(progress: Progress) -> None:
        case.n_played, case.n_experiments = progress.done, progress.total
        tell("experiments")

    verdict, replication = judged
    changed = probing.variants(case.world, verdict, replication.tables["machine_results"])
    experiments = [
        Experiment(scenario=scenario, seed=case.provenance.seed, days=probing.PROBED_DAYS)
        for scenario in (case.world.scenario, *changed.values())
    ]
    values = yield from course_of(experiments, executor, told)
    return probing.probes_of(verdict.limits, tuple(changed), values)


def keep_scenario(folder: RunFolder, world: PlannedWorld) -> None:
    """Keep the files of the scenario, what was changed on top, and what its week leaves behind.

    The files hold the planned week, but not what the planner proved of it.
    """
    scenario = world.scenario
    for name, text in sorted(scenario.documents.items()):
        folder.keep_text(f"scenario/{name}", text)
    folder.note("overrides", {"overrides": list(scenario.overrides)})
    unserved = None if world.railway is None else world.railway.unserved
    if unserved is not None:
        folder.note(_PROOF, asdict(unserved))


def _with_kept_proof(world: PlannedWorld, folder: RunFolder) -> PlannedWorld:
    words = folder.noted(_PROOF)
    if not words or world.railway is None:
        return world
    try:
        unserved = UnservedProof(planned=float(words["planned"]), least=float(words["least"]))
    except (KeyError, OverflowError, TypeError, ValueError) as broken:
        path = str(folder.path / f"{_PROOF}.json")
        raise RunFolderError("error.run_damaged", path=path) from broken
    return PlannedWorld.of(world.scenario, unserved)


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
