"""`keruen verify terminals`: built terminals in the twin, as a table and sentences.

Each sentence is made of the figures of its own row, so that it cannot say otherwise.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import typer

from keruen.cli.printing import print_table, print_title
from keruen.i18n import quantity, share, text
from keruen.report.measure_units import unit_of
from keruen.scenario.value_types import LocalText

MOST_ERROR: Final = 0.25
"""A scored figure may be so far from the published one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalRow:
    """One published figure of a built terminal beside the twin's, in the same unit.

    Parameters
    ----------
    test : ``within`` (both ways), ``at_least`` (one-sided) or ``shown`` (not scored, see `why`).
    first_limit : measure whose limit breaks first above what the twin carries; empty if none does.
    aside : measure → the twin's value at the replayed flow.
    """

    terminal: str
    title: LocalText
    summary: LocalText
    quantity: str
    unit: str
    published: float
    year: str
    test: str
    why: str
    twin: float
    first_limit: str
    source: str
    aside: Mapping[str, float]

    @property
    def error(self) -> float:
        """How far the twin is above the published figure, as a share of it."""
        return self.twin / self.published - 1.0

    @property
    def holds(self) -> bool:
        """Whether a scored figure is as it should be; what is not scored always is."""
        if self.test == "within":
            return abs(self.error) <= MOST_ERROR
        return self.test != "at_least" or self.error >= 0


def print_terminals(rows: Sequence[TerminalRow], language: str) -> None:
    """Print the table, and a sentence for each row."""
    print_table(heads(language), (line_of(row, language) for row in rows), figures=(2, 3, 4))
    for before, row in zip((None, *rows[:-1]), rows, strict=True):
        if before is None or before.terminal != row.terminal:
            typer.echo("")
            print_title(row.title.in_language(language))
            typer.echo(f"  {row.summary.in_language(language)}")
            typer.echo(f"  {aside_of(row, language)}")
        typer.echo(f"  {sentence_of(row, language)}")
    typer.echo("")
    typer.echo(summary_of(rows, language))


def heads(language: str) -> tuple[str, ...]:
    """Heads of the table."""
    names = ("terminal", "quantity", "published", "twin", "error", "scored")
    return tuple(text(f"verify.head_{name}", language) for name in names)


def line_of(row: TerminalRow, language: str) -> tuple[str, ...]:
    """A row of the table in words."""
    return (
        row.title.in_language(language),
        text(f"verify.quantity_{row.quantity}", language),
        _amount(row.published, row, language),
        _amount(row.twin, row, language),
        _signed(row.error, language),
        text(f"verify.scored_{row.why or row.test}", language),
    )


def sentence_of(row: TerminalRow, language: str) -> str:
    """What the figures of a row say."""
    kind = {"within": "within", "at_least": "carried", "shown": "shown"}[row.test]
    outcome = "held" if row.holds else "missed"
    key = f"verify.shown_{row.why}" if kind == "shown" else f"verify.{kind}_{outcome}"
    limit = text(f"measure.{row.first_limit}", language) if row.first_limit else "–"
    return text(
        key,
        language,
        quantity=text(f"verify.quantity_{row.quantity}", language),
        twin=_amount(row.twin, row, language),
        published=_amount(row.published, row, language),
        error=_signed(row.error, language),
        part=share(row.twin / row.published, language),
        most=share(MOST_ERROR, language),
        year=row.year,
        limit=limit,
    )


def aside_of(row: TerminalRow, language: str) -> str:
    """The twin's other figures at the replayed flow: moves of all kinds, times, stays."""
    figures = "; ".join(
        f"{text(f'measure.{name}', language)}: {quantity(value, unit_of(name), language)}"
        for name, value in row.aside.items()
    )
    return text("verify.aside", language, figures=figures)


def summary_of(rows: Sequence[TerminalRow], language: str) -> str:
    """How many scored figures are as they should be, and their median error."""
    within = [row for row in rows if row.test == "within"]
    carried = [row for row in rows if row.test == "at_least"]
    median = statistics.median(abs(row.error) for row in within) if within else float("nan")
    return text(
        "verify.summary",
        language,
        near=sum(row.holds for row in within),
        within=len(within),
        most=share(MOST_ERROR, language),
        median=share(median, language),
        passed=sum(row.holds for row in carried),
        carried=len(carried),
    )


def _amount(value: float, row: TerminalRow, language: str) -> str:
    return quantity(value, row.unit, language)


def _signed(value: float, language: str) -> str:
    sign = "+" if round(100 * value) > 0 else ""
    return sign + share(value, language)
