"""The cells that are compared: published figures with their source, and which of them score."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CELLS: Final = Path(__file__).parent / "cells.toml"
UNITS: Final = {
    "boxes_per_crane_h": ("boxes/h",),
    "train_emptied_min": ("min",),
    "train_turnaround_h": ("h",),
    "trucks_on_busy_day": ("trucks/d",),
    "best_year": ("TEU/yr", "boxes/yr"),
    "capacity": ("TEU/yr", "boxes/yr"),
}
"""Quantity → units it may be published in."""
TESTS: Final = {
    "within": {
        "boxes_per_crane_h",
        "train_emptied_min",
        "train_turnaround_h",
        "trucks_on_busy_day",
    },
    "at_least": {"best_year"},
    "shown": set(UNITS),
}
"""Test → quantities it may be made on: a nameplate (`capacity`) is never scored."""
REASONS: Final = ("nameplate", "unknown", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One published figure of one terminal; `cells.toml` says what the words mean."""

    terminal: str
    quantity: str
    published: float
    unit: str
    test: str
    year: str
    source: str
    why: str = ""
    record: str = ""
    note: str = ""


def read_cells(file: Path = CELLS) -> tuple[Cell, ...]:
    """All cells in the order of the file.

    Raises
    ------
    ValueError
        With the place, when a cell is not what it may be.
    """
    written = tomllib.loads(file.read_text(encoding="utf-8")).get("cells", [])
    cells = []
    for number, words in enumerate(written, 1):
        place = f"{file.name}, cell {number}"
        try:
            cell = Cell(**words)
        except TypeError as wrong:
            problem = f"{place}: {wrong}"
            raise ValueError(problem) from None
        problem = _problem_of(cell, file.parent)
        if problem:
            problem = f"{place} ({cell.terminal}, {cell.quantity}): {problem}"
            raise ValueError(problem)
        cells.append(cell)
    keys = [(cell.terminal, cell.quantity) for cell in cells]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        problem = f"{file.name}: {twice} more than once"
        raise ValueError(problem)
    return tuple(cells)


def _problem_of(cell: Cell, folder: Path) -> str:
    """What is wrong with a cell; empty when nothing is."""
    problems = {
        "no folder of this terminal": not (folder / cell.terminal / "terminal.toml").is_file(),
        f"unit {cell.unit!r} of an unknown or other quantity": (
            cell.unit not in UNITS.get(cell.quantity, ())
        ),
        f"no test {cell.test!r} of this quantity": (
            cell.quantity not in TESTS.get(cell.test, set())
        ),
        "what is not scored says why, and nothing else does": (
            (cell.test == "shown") != (cell.why in REASONS)
        ),
        f"published {cell.published}": not 0 < cell.published < math.inf,
        "no source": not cell.source.startswith(("http://", "https://")),
    }
    return next((problem for problem, is_so in problems.items() if is_so), "")
