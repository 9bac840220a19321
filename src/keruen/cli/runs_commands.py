"""`keruen runs …`: the commands that show and clear what is kept, with their options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from keruen.cli import options
from keruen.cli.help import Command, new_group
from keruen.cli.options import asking, group_alone

group = new_group("cli.runs")
group.callback(invoke_without_command=True)(group_alone)

_RUNS: Final = Path("runs")
"""Where runs lie that were given no folder."""
_Folder = Annotated[Path, typer.Option("--folder", help="cli.option_runs_folder")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRunsOptions:
    """The options of `keruen runs list`."""

    folder: _Folder = _RUNS
    as_json: options.AsJson = False
    language: options.Language


@group.command("list", cls=Command, help="cli.runs_list")
@asking(ListRunsOptions)
def list_(asked: ListRunsOptions) -> int:
    """Show what is kept."""
    from keruen.cli.run_folders import list_runs

    return list_runs(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveRunsOptions:
    """The options of `keruen runs remove`."""

    names: Annotated[list[str], typer.Argument(help="cli.option_run_names", default_factory=list)]
    experiments: Annotated[
        bool, typer.Option("--experiments", help="cli.option_remove_experiments")
    ] = False
    weeks: Annotated[bool, typer.Option("--weeks", help="cli.option_remove_weeks")] = False
    folder: _Folder = _RUNS
    language: options.Language


@group.command("remove", cls=Command, help="cli.runs_remove")
@asking(RemoveRunsOptions)
def remove(asked: RemoveRunsOptions) -> int:
    """Remove what is kept."""
    from keruen.cli.run_folders import remove_runs

    return remove_runs(asked)
