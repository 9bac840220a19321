"""A list of the boxes in the yard (CSV, one row for each) as a table of the scenario.

Knows columns and cells as text; whether a box can stand there is checked with the terminal.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

from keruen.domain import iso6346
from keruen.domain.size_codes import size_code
from keruen.errors import InputError, Problem
from keruen.scenario.documents import nearest
from keruen.scenario.files import bytes_of
from keruen.scenario.reading import Document, ScenarioReading, written
from keruen.tabular import decimal_of, moment_of, text_table
from keruen.tabular.dates import DateError
from keruen.tabular.decoding import ENCODINGS
from keruen.tabular.numbers import DecimalSign

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


def read_standing(reading: ScenarioReading, file: Path, encoding: str = "") -> Document:
    """The boxes of a file by container number; what is wrong is noted in `reading`.

    Parameters
    ----------
    encoding : of the file, as of `keruen.tabular.decoded`; empty to find it out.
    """
    name = written(file.name)
    content = bytes_of(reading, file, name)
    if content is None:
        return {}
    try:
        table = text_table(content, place=name, encoding=encoding)
    except InputError as refused:
        reading.problems.append(Problem(refused.key, refused.parameters))
        return {}
    # Kept with a run, the list is found again whatever it was called, in UTF-8.
    reading.texts[NAME] = table.text
    if table.encoding != "utf-8":
        reading.note("note.table_encoding", place=name, encoding=ENCODINGS[table.encoding])
    header = [cell.strip() for cell in table.rows[0].cells] if table.rows else []
    if not _is_header(reading, header, name):
        return {}
    rows = table.rows[1:]
    if len(rows) > MOST_BOXES:
        reading.complain("too_large", place=name, value=len(rows), bound=MOST_BOXES)
        return {}
    yard = _YardRows(reading, name, table.decimal_sign)
    for row in rows:
        place = f"{name}:{row.number}"
        if row.n_written < len(header):
            reading.complain("csv_cells", place=place, found=row.n_written, needed=len(header))
            continue
        yard.take(dict(zip(header, row.cells, strict=True)), place)
    yard.tell_what_was_mapped()
    return yard.boxes


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


class _YardRows:
    """Rows of the list on their way to boxes of the scenario."""

    def __init__(self, reading: ScenarioReading, name: str, decimal_sign: DecimalSign) -> None:
        self.boxes: Document = {}
        self._reading, self._name, self._sign = reading, name, decimal_sign
        self._mapped: Counter[tuple[str, str]] = Counter()

    def take(self, cells: dict[str, str], place: str) -> None:
        """One row: a box, or what is wrong with it."""
        said = cells.pop("container_number")
        number = said.replace(" ", "").replace("-", "").upper()
        if not self._is_number(said, number, place):
            return
        if number in self.boxes:
            other = self._reading.place(f"standing.{number}")
            self._reading.complain("key_twice", place=f"{place}: {number}", other=other)
            return
        filled = {key: cell.strip() for key, cell in cells.items() if cell.strip()}
        self.boxes[number] = self._entry(filled, place)
        self._reading.origin[f"standing.{number}"] = place

    def tell_what_was_mapped(self) -> None:
        """Say once for each size and type code what the twin takes it for."""
        for (code, modelled), count in sorted(self._mapped.items()):
            self._reading.note(
                "note.size_type_mapped",
                place=self._name,
                code=code,
                modelled=modelled,
                count=count,
            )

    def _is_number(self, said: str, number: str, place: str) -> bool:
        """Whether it is a container number; which fault it has is told apart."""
        if iso6346.parse(number) is not None:
            return True
        foreign = sorted({letter for letter in said if letter.isalpha() and not letter.isascii()})
        hidden = sorted({f"U+{ord(letter):04X}" for letter in said if not letter.isprintable()})
        digit = iso6346.correct_check_digit(number)
        value = written(said)
        if hidden:
            self._reading.complain(
                "container_invisible", place=place, value=value, found=", ".join(hidden)
            )
        elif foreign:
            self._reading.complain(
                "container_letters", place=place, value=value, found=", ".join(foreign)
            )
        elif digit is not None:
            self._reading.complain("container_check", place=place, value=value, digit=digit)
        else:
            self._reading.complain("container_number", place=place, value=value)
        return False

    def _entry(self, cells: dict[str, str], place: str) -> Document:
        """Cells as a TOML file would hold them; what cannot be read is refused with the models."""
        entry: Document = {}
        for key, cell in cells.items():
            name, unit = _UNITS.get(key, (key, ""))
            if unit:
                entry[name] = f"{decimal_of(cell, self._sign) or cell} {unit}"
            elif key in _WHOLE and cell.isascii() and cell.isdecimal():
                entry[name] = int(cell[:9])
            elif key == "leaves":
                moment = self._moment(cell, place)
                if moment:
                    entry[name] = moment
            elif key == "size_type":
                entry[name] = self._size_type(cell)
            else:
                entry[name] = cell.lower() if key == "half" else cell
        return entry

    def _moment(self, cell: str, place: str) -> str:
        """The moment as a scenario writes it; empty, with a problem noted, where it is none."""
        try:
            return moment_of(cell).isoformat(sep=" ")
        except DateError as wrong:
            where = f"{place}: leaves"
            if wrong.readings:
                first, second = wrong.readings
                self._reading.complain(
                    "local_time_two_ways",
                    place=where,
                    value=written(cell),
                    first=first,
                    second=second,
                )
            else:
                self._reading.complain("local_time", place=where, value=written(cell))
            return ""

    def _size_type(self, cell: str) -> str:
        """The code of a kind that is modelled; what the standard does not have stays as it is."""
        code = size_code(cell)
        if code is None:
            return cell
        if code.modelled != code.code:
            self._mapped[code.code, code.modelled] += 1
        return code.modelled
