"""The commands on the corridor, with their options, in the reader's language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

from keruen.cli.arguments import check_language
from keruen.cli.quoting_commands import add_compare
from keruen.i18n import text


def add_corridor(
    app: typer.Typer, kind: type[TyperCommand], group_class: Any, language: str
) -> None:
    """Add the group `corridor` to the command group."""

    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    group = typer.Typer(
        cls=group_class, help=say("corridor"), no_args_is_help=True, rich_markup_mode=None
    )
    app.add_typer(group, name="corridor")

    @group.callback(invoke_without_command=True)
    def about_corridor(
        ctx: typer.Context,
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> None:
        check_language(language_)
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())

    _add_show(group, kind, language)
    _add_plan(group, kind, language)
    _add_run(group, kind, language)
    add_compare(group, kind, language)


def _add_show(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    @group.command("show", cls=kind, help=say("corridor_show"))
    def show_command(
        *,
        scenario: str = typer.Argument("kostanay-hefei", help=say("option_scenario")),
        case: str = typer.Option("", "--case", help=say("option_one_case")),
        set_: list[str] = typer.Option([], "--set", help=say("option_set")),
        geojson: Path | None = typer.Option(None, "--geojson", help=say("option_geojson")),
        workbook: Path | None = typer.Option(None, "--workbook", help=say("option_workbook")),
        save_workbook: Path | None = typer.Option(
            None, "--save-workbook", help=say("option_save_workbook")
        ),
        gtfs: Path | None = typer.Option(None, "--gtfs", help=say("option_gtfs")),
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> int:
        from keruen.cli.corridor_showing import show
        from keruen.cli.week_files import WeekFiles

        files = WeekFiles(workbook=workbook, save_workbook=save_workbook, gtfs=gtfs)
        return show(scenario, case, tuple(set_), geojson, language_, files)


def _add_plan(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    @group.command("plan", cls=kind, help=say("corridor_plan"))
    def plan_command(
        *,
        scenario: str = typer.Argument("kostanay-hefei", help=say("option_scenario")),
        case: str = typer.Option("", "--case", help=say("option_one_case")),
        set_: list[str] = typer.Option([], "--set", help=say("option_set")),
        seconds: float = typer.Option(300.0, "--seconds", help=say("option_plan_seconds")),
        gap: float = typer.Option(2.0, "--gap", help=say("option_plan_gap")),
        workbook: Path | None = typer.Option(None, "--workbook", help=say("option_workbook")),
        save_workbook: Path | None = typer.Option(
            None, "--save-workbook", help=say("option_save_workbook")
        ),
        gtfs: Path | None = typer.Option(None, "--gtfs", help=say("option_gtfs")),
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> int:
        from keruen.cli.corridor_planning import plan
        from keruen.cli.week_files import WeekFiles

        files = WeekFiles(workbook=workbook, save_workbook=save_workbook, gtfs=gtfs)
        return plan(scenario, case, tuple(set_), (seconds, gap), language_, files)


def _add_run(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    @group.command("run", cls=kind, help=say("corridor_run"))
    def run_command(
        *,
        scenario: str = typer.Argument("kostanay-hefei", help=say("option_scenario")),
        case: str = typer.Option("", "--case", help=say("option_one_case")),
        set_: list[str] = typer.Option([], "--set", help=say("option_set")),
        workbook: Path | None = typer.Option(None, "--workbook", help=say("option_workbook")),
        replications: int | None = typer.Option(None, help=say("option_replications")),
        seed: int | None = typer.Option(None, help=say("option_seed")),
        out: Path | None = typer.Option(None, help=say("option_tables")),
        as_json: bool = typer.Option(False, "--json", help=say("option_json")),
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> int:
        from keruen.cli.corridor_running import run

        return run(
            scenario,
            case,
            tuple(set_),
            workbook=workbook,
            replications=replications,
            seed=seed,
            out=out,
            as_json=as_json,
            language=language_,
        )
