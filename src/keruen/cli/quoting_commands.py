"""The commands that weigh designs and ways: `corridor compare` and `quote`."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.core import TyperCommand

from keruen.i18n import text


def add_compare(group: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    """Add the command `compare` to the group of the corridor."""

    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    @group.command("compare", cls=kind, help=say("corridor_compare"))
    def compare_command(
        *,
        scenario: str = typer.Argument("kostanay-hefei", help=say("option_scenario")),
        case: str = typer.Option("", "--case", help=say("option_one_case")),
        set_: list[str] = typer.Option([], "--set", help=say("option_set")),
        against: str = typer.Option("", "--against", help=say("option_against")),
        against_set: list[str] = typer.Option([], "--against-set", help=say("option_against_set")),
        seconds: float = typer.Option(300.0, "--seconds", help=say("option_plan_seconds")),
        gap: float = typer.Option(2.0, "--gap", help=say("option_plan_gap")),
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> int:
        from keruen.cli.corridor_comparing import TwoWeeks, compare_weeks

        return compare_weeks(
            TwoWeeks(
                name=scenario,
                case=case,
                overrides=tuple(set_),
                against=against,
                against_overrides=tuple(against_set),
                limits=(seconds, gap),
                language=language_,
            )
        )


def add_quote(app: typer.Typer, kind: type[TyperCommand], language: str) -> None:
    """Add the command `quote` to the command group."""

    def say(key: str) -> str:
        return text(f"cli.{key}", language)

    @app.command("quote", cls=kind, help=say("quote"))
    def quote_command(
        *,
        origin: str = typer.Option(..., "--from", help=say("option_quote_from")),
        destination: str = typer.Option(..., "--to", help=say("option_quote_to")),
        commodity: str = typer.Option(..., "--commodity", help=say("option_quote_commodity")),
        when: str = typer.Option(..., "--when", help=say("option_quote_when")),
        size: int | None = typer.Option(None, "--size", help=say("option_quote_size")),
        scenario: str = typer.Option(
            "kostanay-hefei", "--scenario", help=say("option_quote_scenario")
        ),
        case: str = typer.Option("", "--case", help=say("option_one_case")),
        set_: list[str] = typer.Option([], "--set", help=say("option_set")),
        workbook: Path | None = typer.Option(None, "--workbook", help=say("option_workbook")),
        most: int = typer.Option(8, "--most", help=say("option_quote_most")),
        as_json: bool = typer.Option(False, "--json", help=say("option_quote_json")),
        language_: str = typer.Option(language, "--language", help=say("option_language")),
    ) -> int:
        from keruen.cli.quoting import QuoteWish, print_quote
        from keruen.cli.week_files import WeekFiles

        return print_quote(
            QuoteWish(
                origin=origin,
                destination=destination,
                commodity=commodity,
                when=when,
                size_ft=size,
                scenario=scenario,
                case=case,
                overrides=tuple(set_),
                files=WeekFiles(workbook=workbook),
                most=most,
                as_json=as_json,
                language=language_,
            )
        )
