"""`keruen runs list|remove`: what is kept of earlier work, how much it takes, and making room."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from keruen import caches
from keruen.cli.printing import print_json, print_table
from keruen.errors import UsageError
from keruen.i18n import text
from keruen.i18n.numbers import number
from keruen.store import alone
from keruen.store.disk import storing
from keruen.store.runs.kept_runs import runs_in

if TYPE_CHECKING:
    from keruen.cli.runs_commands import ListRunsOptions, RemoveRunsOptions

_KINDS: Final = {"experiments": caches.EXPERIMENTS, "weeks": caches.WEEKS}
"""What of the caches may be removed by name; compiled code is looked after by itself."""
_MB: Final = 1e6


def list_runs(asked: ListRunsOptions) -> int:
    """Print the runs of a folder, then what is kept for all runs."""
    runs = runs_in(asked.folder)
    kept = {name: caches.usage(kind) for name, kind in _KINDS.items()}
    if asked.as_json:
        print_json(
            {
                "runs": [
                    {
                        "name": run.folder.name,
                        "scenario": run.scenario,
                        "cases": [case.name for case in run.cases],
                        "replications": run.n_complete,
                        "bytes": run.n_bytes,
                    }
                    for run in runs
                ],
                "kept": {name: {"files": n, "bytes": size} for name, (n, size) in kept.items()},
                "folder_of_kept": str(caches.root()),
            }
        )
        return 0
    language = asked.language
    heads = ("run", "scenario", "cases", "replications", "size")
    rows = [
        (
            run.folder.name,
            run.scenario or text("runs.other_version", language),
            ", ".join(case.name for case in run.cases),
            number(run.n_complete, language),
            _size(run.n_bytes, language),
        )
        for run in runs
    ]
    if rows:
        words = tuple(text(f"runs.column_{head}", language) for head in heads)
        print_table(words, rows, figures=(3, 4), unbroken=(0,))
    else:
        typer.echo(text("runs.none", language, folder=str(asked.folder)))
    typer.echo("")
    for name, (n, size) in kept.items():
        parameters = {"n": number(n, language), "size": _size(size, language)}
        typer.echo(text(f"runs.kept_{name}", language, **parameters))
    typer.echo(text("runs.kept_in", language, path=str(caches.root())))
    return 0


def remove_runs(asked: RemoveRunsOptions) -> int:
    """Remove runs by name, and kept results by kind; nothing is removed unless all can be."""
    chosen = [name for name in _KINDS if getattr(asked, name)]
    if not asked.names and not chosen:
        raise UsageError("error.runs_nothing_named")
    _remove_folders(asked.folder, asked.names, asked.language)
    for name in chosen:
        n, size = caches.usage(_KINDS[name])
        caches.forget(_KINDS[name])
        parameters = {"n": number(n, asked.language), "size": _size(size, asked.language)}
        typer.echo(text(f"runs.removed_{name}", asked.language, **parameters))
    return 0


def _remove_folders(folder: Path, names: Sequence[str], language: str) -> None:
    runs = {run.folder.name: run for run in runs_in(folder)}
    unknown = [name for name in names if name not in runs]
    if unknown:
        raise UsageError("error.runs_unknown", names=", ".join(unknown), folder=str(folder))
    chosen = [runs[name] for name in dict.fromkeys(names)]
    with ExitStack() as locks:
        for run in chosen:
            for case in run.cases:
                # Raises where somebody is at work, before anything is removed.
                locks.enter_context(alone(case))
        for run in chosen:
            size = _size(run.n_bytes, language)
            with storing(run.folder):
                shutil.rmtree(run.folder)
            typer.echo(text("runs.removed", language, name=run.folder.name, size=size))


def _size(n_bytes: int, language: str) -> str:
    return text("runs.megabytes", language, n=number(n_bytes / _MB, language, digits=1))
