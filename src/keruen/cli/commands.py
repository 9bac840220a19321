"""The commands outside the groups, with their options; what they do is loaded on call."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from keruen.cli import corridor_commands, options, runs_commands, scenario_commands, web_commands
from keruen.cli.help import Command, new_group
from keruen.cli.options import PACKAGED, asking, check_language, group_alone
from keruen.cli.registering.whole_register import group as register_group
from keruen.errors import UsageError
from keruen.i18n import text

app = new_group("cli.app")


@app.callback(invoke_without_command=True)
def about(
    ctx: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="cli.option_version")] = False,
    language: options.UncheckedLanguage,
) -> None:
    """Say which version this is, or show the help."""
    if version:
        from keruen.store import code_commit, code_version

        typer.echo(" ".join(part for part in ("keruen", code_version(), code_commit()) if part))
        raise typer.Exit
    group_alone(ctx, check_language(language))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """The options of `keruen run`."""

    scenario: options.Scenario = PACKAGED
    cases: options.Cases
    replications: options.Replications = None
    seed: options.Seed = None
    days: options.Days = None
    overrides: options.Overrides
    yard: options.Yard = None
    encoding: options.Encoding = ""
    workbook: options.Workbook = None
    out: options.Out = None
    executor: options.Executor = "processes"
    format: options.ReportFormat = "both"
    verdict_only: Annotated[
        bool, typer.Option("--verdict-only", help="cli.option_verdict_only")
    ] = False
    as_json: options.AsJson = False
    language: options.Language


@app.command("run", cls=Command, help="cli.run")
@asking(RunOptions)
def run(asked: RunOptions) -> int:
    """Run a scenario and write the report."""
    from keruen.cli.asking import run_cases

    return run_cases(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """The options of `keruen replay`; a path that is None is a file that is not wanted."""

    scenario: options.Scenario = PACKAGED
    case: options.Case = ""
    seed: options.Seed = None
    replication: Annotated[int, typer.Option("--replication", help="cli.option_replication")] = 0
    until: Annotated[str, typer.Option("--until", help="cli.option_until")] = "1d"
    overrides: options.Overrides
    yard: options.Yard = None
    encoding: options.Encoding = ""
    from_state: Annotated[
        Path | None, typer.Option("--from-state", help="cli.option_from_state")
    ] = None
    save_state: Annotated[
        Path | None, typer.Option("--save-state", help="cli.option_save_state")
    ] = None
    ocel: Annotated[Path | None, typer.Option("--ocel", help="cli.option_ocel")] = None
    movements: Annotated[Path | None, typer.Option("--movements", help="cli.option_movements")] = (
        None
    )
    frames: Annotated[Path | None, typer.Option("--frames", help="cli.option_frames")] = None
    film_from: Annotated[str | None, typer.Option("--from", help="cli.option_from")] = None
    film_step: Annotated[str, typer.Option("--step", help="cli.option_step")] = "5min"
    is_paranoid: Annotated[bool, typer.Option("--paranoid", help="cli.option_paranoid")] = False
    language: options.Language


@app.command("replay", cls=Command, help="cli.replay")
@asking(ReplayOptions)
def replay(asked: ReplayOptions) -> int:
    """Play one replication again."""
    from keruen.cli.replaying import print_replay

    return print_replay(asked)


@app.command("report", cls=Command, help="cli.report")
def report(
    *,
    run: Annotated[list[Path], typer.Argument(help="cli.option_run")],
    format_: options.ReportFormat = "both",
    out: Annotated[Path | None, typer.Option("--out", help="cli.option_report_out")] = None,
    language: options.Language,
) -> int:
    """Write the report of finished runs."""
    from keruen.cli.running import write_again

    return write_again(tuple(run), format_, out, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityOptions:
    """The options of `keruen capacity`."""

    scenario: options.Scenario = PACKAGED
    case: options.OneCase = ""
    replications: options.Replications = None
    seed: options.Seed = None
    days: options.Days = None
    overrides: options.Overrides
    tolerance: Annotated[str, typer.Option("--tolerance", help="cli.option_tolerance")] = "2%"
    fixed_trains: Annotated[
        bool, typer.Option("--fixed-trains", help="cli.option_fixed_trains")
    ] = False
    out: options.Out = None
    executor: options.Executor = "processes"
    format: options.ReportFormat = "both"
    as_json: options.AsJson = False
    language: options.Language


@app.command("capacity", cls=Command, help="cli.capacity")
@asking(CapacityOptions)
def capacity(asked: CapacityOptions) -> int:
    """Find how much a design carries."""
    from keruen.cli.measuring import find_capacity

    return find_capacity(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityOptions:
    """The options of `keruen sensitivity`."""

    scenario: options.Scenario = PACKAGED
    case: options.OneCase = ""
    seed: options.Seed = None
    overrides: options.Overrides
    futures: Annotated[int, typer.Option("--futures", help="cli.option_futures")] = 0
    runs: Annotated[int, typer.Option("--runs", help="cli.option_sensitivity_runs")] = 60
    full: Annotated[int, typer.Option("--full", help="cli.option_full_runs")] = 0
    out: Annotated[Path | None, typer.Option("--out", help="cli.option_sensitivity_out")] = None
    executor: options.Executor = "processes"
    format: options.ReportFormat = "both"
    as_json: Annotated[bool, typer.Option("--json", help="cli.option_sensitivity_json")] = False
    language: options.Language


@app.command("sensitivity", cls=Command, help="cli.sensitivity")
@asking(SensitivityOptions)
def sensitivity(asked: SensitivityOptions) -> int:
    """Find which figures decide."""
    from keruen.cli.deciding import find_deciding

    return find_deciding(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignOptions:
    """The options of `keruen design`."""

    scenario: options.Scenario = PACKAGED
    case: options.OneCase = ""
    replications: options.Replications = None
    seed: options.Seed = None
    days: options.Days = None
    overrides: options.Overrides
    frontier: Annotated[bool, typer.Option("--frontier", help="cli.option_frontier")] = False
    out: Annotated[Path | None, typer.Option("--out", help="cli.option_design_out")] = None
    executor: options.Executor = "processes"
    format: options.ReportFormat = "both"
    as_json: Annotated[bool, typer.Option("--json", help="cli.option_design_json")] = False
    language: options.Language


@app.command("design", cls=Command, help="cli.design")
@asking(DesignOptions)
def design(asked: DesignOptions) -> int:
    """Find what would make a capacity sufficient."""
    from keruen.cli.designing import find_additions

    return find_additions(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAppraiseOptions:
    """The options of `keruen appraise`."""

    scenario: options.Scenario = PACKAGED
    case: options.OneCase = ""
    projects: Annotated[
        list[str], typer.Option("--project", help="cli.option_project", default_factory=list)
    ]
    budgets: Annotated[
        list[str], typer.Option("--budget", help="cli.option_budget", default_factory=list)
    ]
    weights: Annotated[Path | None, typer.Option("--weights", help="cli.option_weights")] = None
    replications: options.Replications = None
    most_run: Annotated[int, typer.Option("--runs", help="cli.option_appraise_runs")] = 40
    seed: options.Seed = None
    days: options.Days = None
    overrides: options.Overrides
    out: Annotated[Path | None, typer.Option("--out", help="cli.option_appraise_out")] = None
    executor: options.Executor = "processes"
    as_json: Annotated[bool, typer.Option("--json", help="cli.option_appraise_json")] = False
    language: options.Language


@app.command("appraise", cls=Command, help="cli.appraise")
@asking(ListAppraiseOptions)
def appraise(asked: ListAppraiseOptions) -> int:
    """Say which projects come first, and for whom."""
    from keruen.cli.appraising import appraise_list

    return appraise_list(asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareOptions:
    """The options of `keruen compare`."""

    compared: Annotated[list[str], typer.Argument(help="cli.option_compared")]
    cases: Annotated[
        list[str], typer.Option("--case", help="cli.option_two_cases", default_factory=list)
    ]
    replications: options.Replications = None
    seed: options.Seed = None
    days: options.Days = None
    overrides: options.Overrides
    out: options.Out = None
    executor: options.Executor = "processes"
    format: Annotated[str, typer.Option("--format", help="cli.option_compare_format")] = ""
    as_json: options.AsJson = False
    language: options.Language


@app.command("compare", cls=Command, help="cli.compare")
@asking(CompareOptions)
def compare(asked: CompareOptions) -> int:
    """Compare two designs under the same luck."""
    from keruen.cli.measuring import compare_two

    return compare_two(asked)


@app.command("verify", cls=Command, help="cli.verify")
def verify(
    what: Annotated[str, typer.Argument(help="cli.option_verify_what")] = "all",
    *,
    out: Annotated[Path, typer.Option("--out", help="cli.option_verify_out")] = Path("docs"),
    language: options.Language,
) -> int:
    """Run the verification programme of a checkout; exit code 2 when something did not hold."""
    if what not in ("all", "terminals"):
        raise UsageError("error.verify_what", what=what, allowed="all, terminals")
    try:
        from verification import __main__ as programme
    except ImportError as missing:
        raise UsageError("error.verification_missing") from missing
    try:
        if what == "terminals":
            return programme.verify_terminals(out, language)
        page, failed = programme.verify(out, lambda line: sys.stderr.write(f"{line}\n"))
    except FileNotFoundError as missing:
        raise UsageError("error.verification_missing") from missing
    for failure in failed:
        typer.echo(text("cli.verify_failed", language, what=failure))
    if not failed:
        typer.echo(text("cli.verify_held", language, path=str(page)))
    return 2 if failed else 0


app.add_typer(scenario_commands.group, name="scenario")
app.add_typer(corridor_commands.group, name="corridor")
app.add_typer(runs_commands.group, name="runs")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteOptions:
    """The options of `keruen quote`."""

    origin: Annotated[str, typer.Option("--from", help="cli.option_quote_from")]
    destination: Annotated[str, typer.Option("--to", help="cli.option_quote_to")]
    commodity: Annotated[str, typer.Option("--commodity", help="cli.option_quote_commodity")]
    when: Annotated[str, typer.Option("--when", help="cli.option_quote_when")]
    size_ft: Annotated[int | None, typer.Option("--size", help="cli.option_quote_size")] = None
    scenario: Annotated[str, typer.Option("--scenario", help="cli.option_quote_scenario")] = (
        PACKAGED
    )
    case: options.OneCase = ""
    overrides: options.Overrides
    workbook: options.Workbook = None
    most: Annotated[int, typer.Option("--most", help="cli.option_quote_most")] = 8
    as_json: Annotated[bool, typer.Option("--json", help="cli.option_quote_json")] = False
    language: options.Language


@app.command("quote", cls=Command, help="cli.quote")
@asking(QuoteOptions)
def quote(asked: QuoteOptions) -> int:
    """Offer ways for one box."""
    from keruen.cli.quoting import print_quote

    return print_quote(asked)


app.add_typer(register_group, name="register")


app.add_typer(web_commands.group, name="web")
