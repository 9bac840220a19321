"""The commands that search and compare, with their options, in the reader's language."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.core import TyperCommand

from keruen.i18n import text


def add_measuring(app: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    """Add `capacity`, `compare` and `verify` to the command group."""
    _add_capacity(app, kind, language)
    _add_compare(app, kind, language)
    _add_verify(app, kind, language)


def _add_capacity(app: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    @app.command("capacity", cls=kind, help=say("capacity"))
    def capacity_command(
        *,
        scenario: str = typer.Argument("kostanay-hefei", help=say("option_scenario")),
        case: str = typer.Option("", "--case", help=say("option_one_case")),
        replications: int | None = typer.Option(None, help=say("option_replications")),
        seed: int | None = typer.Option(None, help=say("option_seed")),
        days: int | None = typer.Option(None, help=say("option_days")),
        set_: list[str] = typer.Option([], "--set", help=say("option_set")),
        tolerance: str = typer.Option("2%", help=say("option_tolerance")),
        fixed_trains: bool = typer.Option(False, "--fixed-trains", help=say("option_fixed_trains")),
        out: Path | None = typer.Option(None, help=say("option_out")),
        executor: str = typer.Option("processes", help=say("option_executor")),
        format_: str = typer.Option("both", "--format", help=say("option_format")),
        as_json: bool = typer.Option(False, "--json", help=say("option_json")),
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> int:
        from keruen.cli.measuring import CapacityWish, find_capacity

        wish = CapacityWish(
            scenario=scenario,
            case=case,
            replications=replications,
            seed=seed,
            days=days,
            overrides=tuple(set_),
            out=out,
            executor=executor,
            format=format_,
            as_json=as_json,
            tolerance=tolerance,
            fixed_trains=fixed_trains,
            language=language_,
        )
        return find_capacity(wish)


def _add_compare(app: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    @app.command("compare", cls=kind, help=say("compare"))
    def compare_command(
        *,
        compared: list[str] = typer.Argument(..., help=say("option_compared")),
        case: list[str] = typer.Option([], "--case", help=say("option_two_cases")),
        replications: int | None = typer.Option(None, help=say("option_replications")),
        seed: int | None = typer.Option(None, help=say("option_seed")),
        days: int | None = typer.Option(None, help=say("option_days")),
        set_: list[str] = typer.Option([], "--set", help=say("option_set")),
        out: Path | None = typer.Option(None, help=say("option_out")),
        executor: str = typer.Option("processes", help=say("option_executor")),
        as_json: bool = typer.Option(False, "--json", help=say("option_json")),
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> int:
        from keruen.cli.comparing import CompareWish, compare_two

        wish = CompareWish(
            compared=tuple(compared),
            cases=tuple(case),
            replications=replications,
            seed=seed,
            days=days,
            overrides=tuple(set_),
            out=out,
            executor=executor,
            as_json=as_json,
            language=language_,
        )
        return compare_two(wish)


def _add_verify(app: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    """`keruen verify`: the verification programme."""

    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    @app.command("verify", cls=kind, help=say("verify"))
    def verify_command(
        *,
        out: Path = typer.Option(Path("docs"), help=say("option_verify_out")),
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> int:
        from keruen.cli.verifying import verify

        return verify(out, language_)
