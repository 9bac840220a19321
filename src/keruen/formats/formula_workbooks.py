"""A workbook that calculates: what is given, and formulas that make everything else of it.

Knows cells and how a spreadsheet shows them; knows nothing of what is calculated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keruen.formats.sheets import letters
from keruen.formats.workbooks import OpenpyxlPart, put_text, same_bytes, sheet_name


@dataclass(frozen=True, slots=True)
class Formula:
    """What a spreadsheet calculates, without its equals sign."""

    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """A number that a reader may change; shown as such."""

    value: float


@dataclass(frozen=True, slots=True)
class Heading:
    """A text in bold letters."""

    text: str


CellValue = str | float | Formula | Given | Heading | None

_GIVEN_COLOUR = "FFF3C4"
_WIDTHS = (44.0, 16.0)
"""Of the first column and of all others."""


def address(sheet: str, column: int, row: int) -> str:
    """A cell as a formula of any sheet names it, fixed.

    Parameters
    ----------
    column, row : from 1.

    Examples
    --------
    >>> address("Inputs", 2, 7)
    "'Inputs'!$B$7"
    """
    quoted = sheet_name(sheet).replace("'", "''")
    return f"'{quoted}'!${letters(column)}${row}"


def formula_workbook(sheets: Mapping[str, Sequence[Sequence[CellValue]]]) -> bytes:
    """A workbook of sheets that may refer to one another.

    Parameters
    ----------
    sheets : title → rows of cells, from the first row on.

    Returns
    -------
    The file; the same for the same arguments. A spreadsheet calculates it when it opens it.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import

    book = Workbook()
    book.remove(book.active)
    book.calculation.fullCalcOnLoad = True
    for title, rows in sheets.items():
        page = book.create_sheet(sheet_name(title))
        for number, row in enumerate(rows, 1):
            for at, value in enumerate(row, 1):
                _put(page.cell(number, at), value)
        for at in range(1, max(map(len, rows), default=0) + 1):
            page.column_dimensions[letters(at)].width = _WIDTHS[at > 1]
    return same_bytes(book)


def _put(cell: OpenpyxlPart, value: CellValue) -> None:
    from openpyxl.styles import Font, PatternFill  # noqa: PLC0415

    if value is None:
        return
    if isinstance(value, str):
        put_text(cell, value)
    elif isinstance(value, Heading):
        put_text(cell, value.text)
        cell.font = Font(bold=True)
    elif isinstance(value, Formula):
        cell.value = f"={value.text}"
        cell.number_format = "#,##0"
    elif isinstance(value, Given):
        cell.value = value.value
        cell.fill = PatternFill("solid", start_color=_GIVEN_COLOUR)
    else:
        cell.value = value
