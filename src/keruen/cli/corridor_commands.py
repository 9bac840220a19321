"""The commands on the corridor, with their options; what they do is loaded on call."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from keruen.cli import options
from keruen.cli.help import Command, new_group
from keruen.cli.options import PACKAGED, asking, group_alone

group = new_group("cli.corridor")
group.callback(invoke_without_command=True)(group_alone)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOptions:
    """The options of `keruen corridor show`."""

    scenario: options.Scenario = PACKAGED
    case: options.OneCase = ""
    overrides: options.Overrides
    geojson: Annotated[Path | None, typer.Option("--geojson", help="cli.option_geojson")] = None
    workbook: options.Workbook = None
    save_workbook: options.SaveWorkbook = None
    gtfs: options.Gtfs = None
    language: options.Language


@group.command("show", cls=Command, help="cli.corridor_show")
@asking(ShowOptions)
def show(asked: ShowOptions) -> int:
    """Show stations, sections and borders."""
    from keruen.cli.corridor_showing import print_network

    return print_network(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """The options of `keruen corridor plan`."""

    scenario: options.Scenario = PACKAGED
    case: options.OneCase = ""
    overrides: options.Overrides
    seconds: options.PlanSeconds = options.PLAN_SECONDS
    gap_percent: options.PlanGap = options.PLAN_GAP_PERCENT
    workbook: options.Workbook = None
    save_workbook: options.SaveWorkbook = None
    gtfs: options.Gtfs = None
    is_verbose: options.Verbose = False
    language: options.Language


@group.command("plan", cls=Command, help="cli.corridor_plan")
@asking(PlanOptions)
def plan(asked: PlanOptions) -> int:
    """Plan the trains of the average week."""
    from keruen.cli.corridor_planning import print_plan

    return print_plan(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class RailwayOptions:
    """The options of `keruen corridor run`."""

    scenario: options.Scenario = PACKAGED
    case: options.OneCase = ""
    overrides: options.Overrides
    workbook: options.Workbook = None
    replications: options.Replications = None
    seed: options.Seed = None
    days: options.Days = None
    out: Annotated[Path | None, typer.Option("--out", help="cli.option_tables")] = None
    as_json: options.AsJson = False
    language: options.Language


@group.command("run", cls=Command, help="cli.corridor_run")
@asking(RailwayOptions)
def run(asked: RailwayOptions) -> int:
    """Run the railway alone."""
    from keruen.cli.corridor_running import run_alone

    return run_alone(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoWeeksOptions:
    """The options of `keruen corridor compare`: one scenario, twice."""

    scenario: options.Scenario = PACKAGED
    cases: Annotated[
        list[str], typer.Option("--case", help="cli.option_week_cases", default_factory=list)
    ]
    overrides: options.Overrides
    against: Annotated[str, typer.Option("--against", help="cli.option_against")] = ""
    against_overrides: Annotated[
        list[str],
        typer.Option("--against-set", help="cli.option_against_set", default_factory=list),
    ]
    replications: options.Replications = None
    seed: options.Seed = None
    days: options.Days = None
    seconds: options.PlanSeconds = options.PLAN_SECONDS
    gap_percent: options.PlanGap = options.PLAN_GAP_PERCENT
    as_json: options.AsJson = False
    language: options.Language


@group.command("compare", cls=Command, help="cli.corridor_compare")
@asking(TwoWeeksOptions)
def compare(asked: TwoWeeksOptions) -> int:
    """Plan two weeks and show them side by side."""
    from keruen.cli.corridor_comparing import compare_weeks

    return compare_weeks(asked)
