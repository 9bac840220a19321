"""`keruen scenario …`: what a scenario says, as tables on a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import typer
from rich.console import Console
from rich.table import Table

from keruen import scenario as scenarios
from keruen.cli.arguments import check_language, stacked
from keruen.i18n import text


def check(name: str, case: str, overrides: tuple[str, ...], language: str) -> int:
    """Read the scenario; say that all is well, or let the problems out."""
    check_language(language)
    found = scenarios.read(name, overrides, stacked(case))
    assumed = sum(figure.is_assumption for figure in found.figures)
    typer.echo(
        text(
            "cli.scenario_fine",
            language,
            name=found.name,
            figures=len(found.figures),
            sourced=len(found.figures) - assumed,
            assumed=assumed,
        )
    )
    return 0


def show(name: str, case: str, language: str) -> int:
    """Every figure with its value, range and source."""
    check_language(language)
    found = scenarios.read(name, (), stacked(case))
    assumption = text("cli.assumption", language)
    rows = []
    for figure in found.figures:
        limits = f"{figure.low} … {figure.high}" if figure.low or figure.high else ""
        source = assumption if figure.is_assumption else figure.source
        reason = f"{source}: {figure.note}" if figure.note else source
        rows.append((figure.path, figure.text, limits, reason))
    _print_table(("key", "value", "range", "source"), rows, language)
    return 0


def difference(name: str, case: str, against: str, language: str) -> int:
    """What a case changes."""
    check_language(language)
    before = scenarios.read(name, (), stacked(against))
    after = scenarios.read(name, (), stacked(case))
    rows = [
        (path, "-" if old is None else str(old), "-" if new is None else str(new))
        for path, old, new in scenarios.diff(before, after)
    ]
    if not rows:
        typer.echo(text("cli.no_difference", language))
        return 0
    _print_table(("key", "before", "after"), rows, language)
    return 0


def claims(name: str, language: str) -> int:
    """What sources claim, side by side, and what cannot be true."""
    from keruen.report import claims_in_words

    check_language(language)
    for claim in claims_in_words(scenarios.read(name), language):
        typer.echo(typer.style(claim.title, bold=True))
        for value, who, when in claim.statements:
            typer.echo(f"  {value} – {who}, {when}")
        for finding in claim.findings:
            typer.echo(f"  → {finding}")
        typer.echo("")
    return 0


def schema(language: str) -> int:
    """The JSON Schema of scenario files; it is in English, as the keys are."""
    check_language(language)
    typer.echo(json.dumps(scenarios.json_schema(), indent=1, ensure_ascii=False))
    return 0


def listing(language: str) -> int:
    """Packaged scenarios and their cases."""
    check_language(language)
    rows = [(name, ", ".join(scenarios.cases(name)) or "-") for name in scenarios.names()]
    _print_table(("scenario", "cases"), rows, language)
    return 0


def _print_table(titles: Sequence[str], rows: Iterable[Sequence[str]], language: str) -> None:
    table = Table(show_edge=False, pad_edge=False)
    for title in titles:
        table.add_column(text(f"cli.column_{title}", language), overflow="fold")
    for row in rows:
        table.add_row(*(cell.replace("[", "\\[") for cell in row))
    Console().print(table)
