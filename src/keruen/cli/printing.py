"""How the commands print: tables, JSON and titles on a terminal. Knows no result."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Sequence

import typer

from keruen.cli.console import print_machine_words
from keruen.i18n import text


def print_title(title: str) -> None:
    """Print a title in bold letters."""
    typer.echo(typer.style(title, bold=True))


def print_answer(sentences: Iterable[str]) -> None:
    """Print a title and the sentences below it, between free lines."""
    title, *others = sentences
    typer.echo("")
    print_title(title)
    for sentence in others:
        typer.echo(f"  {sentence}")
    typer.echo("")


def print_json(value: object) -> None:
    """Print plain values as JSON."""
    print_machine_words(json.dumps(value, indent=1, ensure_ascii=False))


def print_inputs(inputs: Iterable[tuple[str, str | None, str | None]], language: str) -> None:
    """Print what two designs were told differently, with both values."""
    rows = [(key, first or "–", second or "–") for key, first, second in inputs]
    print_title(text("compare.inputs", language))
    if rows:
        heads = (text("compare.column_key", language), "A", "B")
        print_table(heads, rows, is_ruled=False)
    else:
        typer.echo(text("compare.no_inputs", language))
    typer.echo("")


def inputs_in_words(
    inputs: Iterable[tuple[str, str | None, str | None]],
) -> dict[str, dict[str, str | None]]:
    """The same as JSON words."""
    return {key: {"first": first, "second": second} for key, first, second in inputs}


def print_table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    figures: Container[int] = (),
    unbroken: Container[int] = (),
    name_width: int | None = None,
    is_ruled: bool = True,
) -> None:
    """Print rows below heads.

    Parameters
    ----------
    figures, unbroken : indexes of the columns that stand to the right, and of those that are read
        as one word; other columns share the width.
    name_width : letters that the first column gets at least.
    is_ruled : lines stand between the columns.
    """
    # Rich takes a while to load, and help needs no table.
    from rich.console import Console
    from rich.table import Table

    table = Table(show_edge=False, pad_edge=False)
    if not is_ruled:
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for index, head in enumerate(heads):
        table.add_column(
            head,
            overflow="fold",
            justify="right" if index in figures else "left",
            no_wrap=index in unbroken,
            min_width=name_width if index == 0 else None,
        )
    for row in rows:
        # Rich would take what stands in brackets for its own marks.
        table.add_row(*(cell.replace("[", "\\[") for cell in row))
    Console().print(table)
