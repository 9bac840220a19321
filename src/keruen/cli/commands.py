"""All commands and their options, in the reader's language. What they do is elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand

from keruen.cli.arguments import check_language
from keruen.cli.corridor_commands import add_corridor
from keruen.cli.help import spoken_classes
from keruen.cli.measuring_commands import add_measuring
from keruen.cli.quoting_commands import add_quote
from keruen.cli.registering.commands import add_register
from keruen.i18n import text


def build(language: str) -> Any:
    """The command group in `language`."""

    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    command_class, group_class = spoken_classes(language)
    app = typer.Typer(
        cls=group_class,
        help=say("app"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    _add_run(app, command_class, language)
    _add_again(app, command_class, language)
    add_measuring(app, command_class, language)
    scenarios = typer.Typer(
        cls=group_class, help=say("scenario"), no_args_is_help=True, rich_markup_mode=None
    )
    _add_scenario_readers(scenarios, command_class, language)
    _add_scenario_lists(scenarios, command_class, language)
    app.add_typer(scenarios, name="scenario")
    add_corridor(app, command_class, group_class, language)
    add_quote(app, command_class, language)
    add_register(app, command_class, group_class, language)

    @app.callback(invoke_without_command=True)
    def about(
        ctx: typer.Context,
        *,
        version: bool = typer.Option(False, "--version", help=say("option_version")),
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> None:
        if version:
            from keruen.store import code_commit, code_version

            typer.echo(" ".join(part for part in ("keruen", code_version(), code_commit()) if part))
            raise typer.Exit
        check_language(language_)
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())

    return typer.main.get_command(app)


def _add_run(app: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    @app.command("run", cls=kind, help=say("run"))
    def run_command(
        *,
        scenario: str = typer.Argument("kostanay-hefei", help=say("option_scenario")),
        case: list[str] = typer.Option([], "--case", help=say("option_case")),
        replications: int | None = typer.Option(None, help=say("option_replications")),
        seed: int | None = typer.Option(None, help=say("option_seed")),
        days: int | None = typer.Option(None, help=say("option_days")),
        set_: list[str] = typer.Option([], "--set", help=say("option_set")),
        yard: Path | None = typer.Option(None, help=say("option_yard")),
        workbook: Path | None = typer.Option(None, "--workbook", help=say("option_workbook")),
        out: Path | None = typer.Option(None, help=say("option_out")),
        executor: str = typer.Option("processes", help=say("option_executor")),
        format_: str = typer.Option("both", "--format", help=say("option_format")),
        as_json: bool = typer.Option(False, "--json", help=say("option_json")),
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> int:
        from keruen.cli.running import Wish, run_cases

        wish = Wish(
            scenario=scenario,
            cases=tuple(case),
            replications=replications,
            seed=seed,
            days=days,
            overrides=tuple(set_),
            yard=yard,
            workbook=workbook,
            out=out,
            executor=executor,
            format=format_,
            as_json=as_json,
            language=language_,
        )
        return run_cases(wish)


def _add_again(app: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    """Commands on what has run before."""

    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    @app.command("replay", cls=kind, help=say("replay"))
    def replay_command(
        *,
        scenario: str = typer.Argument("kostanay-hefei", help=say("option_scenario")),
        case: str = typer.Option("", "--case", help=say("option_case")),
        seed: int | None = typer.Option(None, help=say("option_seed")),
        replication: int = typer.Option(0, help=say("option_replication")),
        until: str = typer.Option("1d", help=say("option_until")),
        set_: list[str] = typer.Option([], "--set", help=say("option_set")),
        yard: Path | None = typer.Option(None, help=say("option_yard")),
        from_state: Path | None = typer.Option(None, help=say("option_from_state")),
        save_state: Path | None = typer.Option(None, help=say("option_save_state")),
        ocel: Path | None = typer.Option(None, help=say("option_ocel")),
        movements: Path | None = typer.Option(None, help=say("option_movements")),
        frames: Path | None = typer.Option(None, help=say("option_frames")),
        from_: str | None = typer.Option(None, "--from", help=say("option_from")),
        step: str = typer.Option("5min", help=say("option_step")),
        paranoid: bool = typer.Option(False, "--paranoid", help=say("option_paranoid")),
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> int:
        from keruen.cli.replay_files import Files
        from keruen.cli.replaying import print_replay, what_to_replay

        chosen = what_to_replay(
            scenario,
            case,
            tuple(set_),
            seed,
            replication,
            yard=yard,
            from_state=from_state,
            to_state=save_state,
            files=Files(ocel=ocel, movements=movements, frames=frames, from_=from_, step=step),
        )
        return print_replay(chosen, until, is_paranoid=paranoid, language=language_)

    @app.command("report", cls=kind, help=say("report"))
    def report_command(
        *,
        run: list[Path] = typer.Argument(..., help=say("option_run")),
        format_: str = typer.Option("both", "--format", help=say("option_format")),
        out: Path | None = typer.Option(None, help=say("option_report_out")),
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> int:
        from keruen.cli.running import write_again

        return write_again(tuple(run), format_, out, language_)


def _add_scenario_readers(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    """Commands on one scenario."""

    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    name = typer.Argument("kostanay-hefei", help=say("option_scenario"))
    case_help, language_help = say("option_case"), say("option_language")

    @group.command("check", cls=kind, help=say("scenario_check"))
    def check_command(
        scenario: str = name,
        case: str = typer.Option("", "--case", help=case_help),
        set_: list[str] = typer.Option([], "--set", help=say("option_set")),
        language_: str = typer.Option(language, "--language", help=language_help),
    ) -> int:
        from keruen.cli import showing

        return showing.check(scenario, case, tuple(set_), language_)

    @group.command("show", cls=kind, help=say("scenario_show"))
    def show_command(
        scenario: str = name,
        case: str = typer.Option("", "--case", help=case_help),
        language_: str = typer.Option(language, "--language", help=language_help),
    ) -> int:
        from keruen.cli import showing

        return showing.show(scenario, case, language_)

    @group.command("diff", cls=kind, help=say("scenario_diff"))
    def diff_command(
        scenario: str = name,
        case: str = typer.Argument(..., help=case_help),
        against: str = typer.Argument("", help=case_help),
        language_: str = typer.Option(language, "--language", help=language_help),
    ) -> int:
        from keruen.cli import showing

        return showing.difference(scenario, case, against, language_)

    @group.command("claims", cls=kind, help=say("scenario_claims"))
    def claims_command(
        scenario: str = name,
        language_: str = typer.Option(language, "--language", help=language_help),
    ) -> int:
        from keruen.cli import showing

        return showing.claims(scenario, language_)


def _add_scenario_lists(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    """Commands that need no scenario, and what the group says of itself."""

    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    @group.callback(invoke_without_command=True)
    def about_scenarios(
        ctx: typer.Context,
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> None:
        check_language(language_)
        if ctx.invoked_subcommand is None:
            typer.echo(ctx.get_help())

    @group.command("schema", cls=kind, help=say("scenario_schema"))
    def schema_command(
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> int:
        from keruen.cli import showing

        return showing.schema(language_)

    @group.command("list", cls=kind, help=say("scenario_list"))
    def list_command(
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> int:
        from keruen.cli import showing

        return showing.listing(language_)
