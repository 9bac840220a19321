"""A list of the boxes in the yard (CSV, one row for each) as a table of the scenario.

Knows columns and cells as text; whether a box can stand there is checked with the terminal.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

from keruen.domain import iso6346
from keruen.scenario.documents import nearest
from keruen.scenario.files import text_of
from keruen.scenario.reading import Document, ScenarioReading, written

NAME: Final = "yard.csv"
"""The file of a scenario folder that is read when it is there."""

MOST_BOXES: Final = 20_000
_UNITS: Final = {"gross_mass_kg": ("gross_mass", "kg"), "hold_h": ("hold", "h")}
_WHOLE: Final = ("bay", "row", "tier")
_NEEDED: Final = (
    *("container_number", "size_type", "gross_mass_kg", "block", "bay", "row", "tier"),
    "leaves_by",
)
COLUMNS: Final = (*_NEEDED, "half", "service", "leaves", "hold_h", "hazard_class", "delivery")
"""Names in the first row; their order is free, and those after `leaves_by` may be left out."""


def read_standing(reading: ScenarioReading, file: Path) -> Document:
    """The boxes of a file by container number; what is wrong is noted in `reading`."""
    name = written(file.name)
    text = text_of(reading, file, name)
    if text is None:
        return {}
    # Kept with a run, the list is found again whatever it was called.
    reading.texts[NAME] = reading.texts.pop(name)
    # Spreadsheets in Russian and Kazakh part the cells by semicolons.
    head = text.partition("\n")[0]
    apart = ";" if ";" in head and "," not in head else ","
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=apart, strict=True))
    except csv.Error:
        reading.complain("csv_syntax", place=name)
        return {}
    header = [cell.strip() for cell in lines[0]] if lines else []
    if not _is_header(reading, header, name):
        return {}
    if len(lines) > MOST_BOXES + 1:
        reading.complain("too_large", place=name, value=len(lines) - 1, bound=MOST_BOXES)
        return {}
    boxes: Document = {}
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            place = f"{name}:{number}"
            reading.complain("csv_cells", place=place, found=len(cells), needed=len(header))
            continue
        _take_box(reading, boxes, dict(zip(header, cells, strict=True)), f"{name}:{number}")
    return boxes


def _is_header(reading: ScenarioReading, header: list[str], name: str) -> bool:
    n_problems = len(reading.problems)
    for column in header:
        if column not in COLUMNS:
            near = nearest(column, COLUMNS)
            key = written(column)
            reading.complain("unknown_key", place=f"{name}:1", key=key, nearest=near)
    for column in _NEEDED:
        if column not in header:
            reading.complain("missing_key", place=f"{name}:1", key=column)
    for column in sorted(column for column in set(header) if header.count(column) > 1):
        reading.complain("key_twice", place=f"{name}:1: {written(column)}", other=f"{name}:1")
    return len(reading.problems) == n_problems


def _take_box(reading: ScenarioReading, boxes: Document, cells: dict[str, str], place: str) -> None:
    said = cells.pop("container_number")
    number = said.replace(" ", "").replace("-", "").upper()
    if iso6346.parse(number) is None:
        reading.complain("container_number", place=place, value=written(said))
        return
    if number in boxes:
        other = reading.place(f"standing.{number}")
        reading.complain("key_twice", place=f"{place}: {number}", other=other)
        return
    boxes[number] = _entry({key: cell.strip() for key, cell in cells.items() if cell.strip()})
    reading.origin[f"standing.{number}"] = place


def _entry(cells: dict[str, str]) -> Document:
    """Cells as a TOML file would hold them; what is no number stays a text and is refused later."""
    entry: Document = {}
    for key, cell in cells.items():
        name, unit = _UNITS.get(key, (key, ""))
        if unit:
            entry[name] = f"{cell} {unit}"
        elif key in _WHOLE and cell.isascii() and cell.isdecimal():
            entry[name] = int(cell[:9])
        else:
            entry[name] = cell.lower() if key == "half" else cell
    return entry
