"""`keruen run` and `keruen report`: studies with progress, the report, the verdict."""

from __future__ import annotations

import hashlib
import math
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from keruen import report, study
from keruen.cli.options import stacked
from keruen.domain.results import Basis, Estimate, LimitCheck
from keruen.errors import UsageError
from keruen.i18n import text
from keruen.report.measure_units import unit_of
from keruen.scenario import Scenario, read
from keruen.scenario.world import PlannedWorld
from keruen.store import code_commit, code_version
from keruen.store.disk import storing
from keruen.store.file_names import file_name
from keruen.study import results
from keruen.study.basis import basis_of
from keruen.study.cluster import on_cluster
from keruen.study.decision import decision_in_words
from keruen.study.executors import shares_disk
from keruen.study.limits import days_override
from keruen.study.results import Study
from keruen.study.run import load_cases, run_all

if TYPE_CHECKING:
    from keruen.cli.commands import CompareOptions, RunOptions

Format = Literal["html", "pdf"]

_CLUSTER: Final = re.compile(r"dask(://(?P<address>(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):\d{1,5}))?")
"""A cluster on this machine, or the address of another's scheduler."""


def run_each(
    scenarios: Sequence[Scenario], asked: RunOptions | CompareOptions, folder: Path
) -> list[Study]:
    """Run the scenarios side by side, with progress.

    Parameters
    ----------
    folder : each run gets a folder in it, named after its case.
    """
    console = Console(stderr=True, quiet=asked.as_json)
    with chosen_executor(asked.executor) as executor:
        at_hand = executor if shares_disk(executor) else None
        worlds = planned(scenarios, asked.language, console, at_hand)
        compile_for(worlds, asked.language, console)
        cases = [world.scenario.case for world in worlds]
        outs = [folder / file_name(case) for case in cases]
        side_by_side = [n for n, out in enumerate(outs) if outs.index(out) == n]
        with progress_bar(", ".join(cases), asked.language, console) as progress:
            together = run_all(
                [worlds[n] for n in side_by_side],
                [outs[n] for n in side_by_side],
                replications=asked.replications,
                seed=asked.seed,
                executor=executor,
                progress=progress,
            )
            studies = dict(zip(side_by_side, together, strict=True))
            # Two worlds of one folder cannot write it at the same time: the second finds there
            # what the first has run, or that it is another run.
            for n, (world, out) in enumerate(zip(worlds, outs, strict=True)):
                if n not in studies:
                    studies[n] = study.run(
                        world,
                        replications=asked.replications,
                        seed=asked.seed,
                        executor=executor,
                        out=out,
                    )
            return [studies[n] for n in range(len(worlds))]


def write_reports(
    studies: Sequence[Study], folder: Path, formats: Sequence[Format], language: str
) -> None:
    """Write the report in each format and say where it is."""
    for chosen in formats:
        path = report.write(studies, folder, format=chosen, language=language)
        typer.echo(text("cli.report_at", language, path=str(path)))


def default_folder(scenarios: Sequence[Scenario], seed: int | None) -> Path:
    """Where a run lies that was given no folder: named after everything that makes it what it is.

    The same command finds its run again and goes on with it; another seed, scenario or version of
    the code gets a folder of its own.
    """
    words = [code_version(), code_commit(), str(seed)]
    words += [f"{one.case} {one.digest} {one.calendar.days}" for one in scenarios]
    key = hashlib.sha256("\n".join(words).encode()).hexdigest()[:8]
    return Path("runs") / f"{file_name(scenarios[0].name)}-{key}"


def answer_folder(out: Path | None, scenario: Scenario, seed: int | None, kind: str) -> Path:
    """The folder of an answer about one case, made."""
    root = out or default_folder([scenario], seed)
    return made_folder(root / kind / file_name(scenario.case))


def made_folder(folder: Path) -> Path:
    """Make the folder of a result before anything is computed for it.

    Whoever names a place that takes nothing is to hear of it now, not after the minutes of work.

    Raises
    ------
    StorageError
        When it cannot be made or written to.
    """
    with storing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    return folder


def write_again(runs: Sequence[Path], format_: str, out: Path | None, language: str) -> int:
    """Write the report of finished runs; a folder that holds runs stands for all of them."""
    formats = chosen_formats(format_)
    folders: list[Path] = []
    for run in runs:
        inside = runs_inside(run)
        folders += [run] if (run / "provenance.json").exists() or not inside else inside
    studies = load_cases(folders)
    write_reports(studies, out or runs[0], formats, language)
    return 0


def runs_inside(folder: Path) -> list[Path]:
    """The folders of runs that lie in a folder, by name."""
    return sorted(child.parent for child in folder.glob("*/provenance.json"))


def chosen_formats(format_: str) -> tuple[Format, ...]:
    """Formats of the report: one or both."""
    if format_ == "both":
        return ("html", "pdf")
    if format_ == "html":
        return ("html",)
    if format_ == "pdf":
        return ("pdf",)
    raise UsageError("error.unknown_format", format=format_, known="html, pdf, both")


@contextmanager
def chosen_executor(words: str) -> Iterator[Executor | None]:
    """The executor that was asked for; ``processes`` and ``dask`` alone take one for each core."""
    kind, colon, number = words.partition(":")
    if kind == "serial" and not colon:
        yield None
        return
    cluster = _CLUSTER.fullmatch(words)
    if cluster is not None:
        with on_cluster(cluster["address"]) as executor:
            yield executor
        return
    n_workers = int(number) if number.isdecimal() else (os.cpu_count() or 1)
    if kind != "processes" or (colon and not number.isdecimal()) or not 1 <= n_workers <= 512:
        raise UsageError("error.executor", found=words)
    pool = study.processes(n_workers)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def as_words(one: Study) -> dict[str, object]:
    """A study as JSON words: measures with units and intervals, verdict codes, digests."""
    verdict = one.verdict
    return {
        "provenance": asdict(one.provenance),
        "trace_digests": [replication.trace_digest for replication in one.replications],
        "verdict": {
            "outcome": verdict.outcome,
            "binding": verdict.binding.resource.name.lower(),
            "next_binding": verdict.next_binding.resource.name.lower()
            if verdict.next_binding
            else None,
            "limits": {check.limit: limit_in_words(check) for check in verdict.limits},
            "plan": verdict.unserved and asdict(verdict.unserved),
        },
        "decision": decision_in_words(one),
        "basis": basis_in_words(basis_of(one.scenario, one.provenance)),
        "measures": {name: in_unit(value) for name, value in one.estimates.items()},
        "folder": one.folder,
    }


def limit_in_words(check: LimitCheck) -> dict[str, object]:
    """A limit as JSON words: outcome, bound, the interval held against it, and its parts."""
    return {
        "outcome": check.outcome,
        "measure": check.measure,
        "bound": check.bound,
        "low": finite(check.low),
        "high": finite(check.high),
        "parts": {
            part.cause: {"below": finite(part.below), "above": finite(part.above)}
            for part in check.parts
        },
        "unit": unit_of(check.measure),
    }


def basis_in_words(basis: Basis) -> dict[str, object]:
    """What a verdict stands on as JSON words."""
    return {
        **asdict(basis),
        "first_day": basis.first_day.isoformat(),
        "last_day": basis.last_day.isoformat(),
    }


def in_unit(estimate: Estimate) -> dict[str, object]:
    """An estimate of a measure as JSON words, with its unit."""
    return {**interval(estimate), "unit": unit_of(estimate.name)}


def interval(estimate: Estimate) -> dict[str, float | None]:
    """An estimate as JSON words: the mean and the ends of its interval."""
    return {name: finite(getattr(estimate, name)) for name in ("mean", "low", "high")}


def finite(value: float) -> float | None:
    """The value, or none where it is not one: JSON knows no not-a-number."""
    return value if math.isfinite(value) else None


def chosen_scenarios(
    name: str,
    cases: Sequence[str],
    overrides: tuple[str, ...],
    days: int | None,
    yard: tuple[Path | None, str] = (None, ""),
) -> list[Scenario]:
    """The scenario with each case, of none its main ones; all are read before anything runs.

    Parameters
    ----------
    yard : the list of the boxes in the yard, and its encoding where that was told.
    """
    if days is not None:
        overrides = (*overrides, days_override(days))
    chosen = cases or read(name, overrides).scenario.main_cases or ("",)
    file, encoding = yard
    return [read(name, overrides, stacked(case), yard=file, encoding=encoding) for case in chosen]


def print_notes(scenario: Scenario, language: str) -> None:
    """Say how the files of a scenario were read, where that is not plain; apart from the answer."""
    for note in scenario.notes:
        typer.echo(text(note.key, language, **note.parameters), err=True)


def planned(
    scenarios: Sequence[Scenario],
    language: str,
    console: Console,
    executor: Executor | None = None,
) -> list[PlannedWorld]:
    """The scenarios as worlds: weeks of trains are planned now where they bring none."""
    missing = [s.case for s in scenarios if s.network is not None and s.network.week is None]
    if not missing:
        return [study.prepare(one) for one in scenarios]
    words = text("cli.planning_trains", language, case=", ".join(missing))
    if not console.is_terminal:
        console.print(words)
    with console.status(words):
        return list((map if executor is None else executor.map)(study.prepare, scenarios))


def compile_for(worlds: Sequence[PlannedWorld], language: str, console: Console) -> None:
    """Compile what the scenarios need, once, with progress; nothing is shown when all is cached."""
    with console.status("") as status:

        def tell(class_name: str, done: int, total: int) -> None:
            words = text("cli.compiling", language, name=class_name, done=done, total=total)
            status.update(words)
            # Where no line can be rewritten (a log file), one line says why it takes a while.
            if done == 1 and not console.is_terminal:
                console.print(words)

        for world in worlds:
            study.prepare(world, tell)


@contextmanager
def progress_bar(
    case: str, language: str, console: Console, *, is_search: bool = False, counted: str = ""
) -> Iterator[Callable[[results.Progress], None]]:
    """A bar with the time that is left, and the callback that moves it.

    Parameters
    ----------
    counted : catalogue key of what is counted, where it is neither trials nor replications.
    """
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(text(counted or ("cli.trials" if is_search else "cli.replications"), language)),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) if not console.quiet else nullcontext() as bar:
        key = "cli.capacity_starts" if is_search else "cli.case_starts"
        title = text(key, language, case=case)
        task = bar.add_task(title, total=None) if bar is not None else None

        def tell(progress: results.Progress) -> None:
            if bar is not None and task is not None:
                bar.update(task, total=progress.total, completed=progress.done)

        yield tell
