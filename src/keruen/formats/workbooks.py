"""Writing a workbook that people can fill: titles, drop-downs, a guide; the same bytes each time.

Knows openpyxl and how a spreadsheet shows things; knows nothing of projects. Every text is written
as text: one that begins like a formula stays what it is.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from keruen.formats.cells import CellError, plain, read, tidy
from keruen.formats.gtfs import READABLE, UNIX
from keruen.formats.list_content import Say
from keruen.formats.sheets import GUIDE, Sheet, SheetColumn, letters

OpenpyxlPart = Any
"""A cell, a page or a book of openpyxl, which has no types and is loaded late."""

Rows = Mapping[str, Sequence[Mapping[str, str]]]
"""Sheet key → rows, each column key → value as a record keeps it."""

MOST_LETTERS: Final = 32_000
"""A cell of the usual spreadsheets holds 32 767 letters."""

LIST_ADVICE: Final = (
    "sheets.guide_rows",
    "sheets.guide_required",
    "sheets.guide_languages",
    "sheets.guide_columns",
    "sheets.guide_kept",
)
"""What the guide of the joint list begins with."""

_SPARE_ROWS: Final = 500
_FIRST_YEAR: Final = 1901
"""Spreadsheets take 1900 for a leap year: days before are written as text."""
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_HEAD_COLOUR: Final = "1F3A5F"
_REQUIRED_COLOUR: Final = "8C2F1B"


def shown(column: SheetColumn, value: str) -> str:
    """A value as its cell will say it back; empty when the cell could not be read back.

    Parameters
    ----------
    value : what a record keeps, which another side may have written in another way.
    """
    if column.kind == "text":
        return tidy(tidy(value)[:MOST_LETTERS])
    codes = {code.casefold(): code for code in column.codes} | ({"": ""} if column.is_open else {})
    try:
        return read(value, column.kind, codes)
    except CellError:
        return ""


def workbook(
    sheets: Sequence[Sheet],
    rows: Rows,
    language: str,
    say: Say,
    kept: Sequence[Sequence[str]] = (),
    advice: Sequence[str] = LIST_ADVICE,
) -> bytes:
    """A workbook with a guide and one sheet for each of `sheets`; without rows it is a form.

    Parameters
    ----------
    language : of titles, guide and names of codes.
    kept : plain texts for a hidden sheet that is read back as it is; see `grids`.
    advice : catalogue keys of the lines at the top of the guide.

    Returns
    -------
    The file; the same for the same arguments.
    """
    # Only what writes a workbook pays for loading openpyxl.
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook()
    _guide(book.active, sheets, advice, language, say)
    lists = _Lists(book.create_sheet("codes"))
    for sheet in sheets:
        page = book.create_sheet(sheet_name(say(sheet.title, language)))
        _head(page, sheet, language, say)
        for number, row in enumerate(rows.get(sheet.key, ()), 3):
            for at, column in enumerate(sheet.columns, 1):
                _write(page.cell(number, at), column, row.get(column.key, ""), language, say)
        _drop_downs(page, sheet, lists, language, say)
    # Behind the others, where nobody looks for something to fill.
    book.move_sheet("codes", offset=len(sheets))
    if kept:
        page = book.create_sheet("kept")
        page.sheet_state = "hidden"
        for number, texts in enumerate(kept, 1):
            for at, text in enumerate(texts, 1):
                put_text(page.cell(number, at), text)
    return same_bytes(book)


def plain_workbook(
    tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[str | float]]]],
) -> bytes:
    """A workbook to read and calculate with: a sheet for each title, its heads, its rows.

    Parameters
    ----------
    tables : title of a sheet → heads and rows; what is a number stays one.

    Returns
    -------
    The file; the same for the same arguments.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook()
    book.remove(book.active)
    for title, (heads, rows) in tables.items():
        page = book.create_sheet(sheet_name(title))
        for number, row in enumerate([heads, *rows], 1):
            for at, value in enumerate(row, 1):
                cell = page.cell(number, at)
                if isinstance(value, str):
                    put_text(cell, value)
                else:
                    cell.value = value
        for at, _ in enumerate(heads, 1):
            page.cell(1, at).font = Font(bold=True)
            longest = max((len(str(row[at - 1])) for row in [heads, *rows]), default=0)
            page.column_dimensions[letters(at)].width = min(max(longest + 2, 8), 60)
        page.freeze_panes = "A2"
        page.auto_filter.ref = page.dimensions
    return same_bytes(book)


def sheet_name(title: str) -> str:
    """A title as a spreadsheet takes it for a sheet: 31 letters, none of which means anything."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31]


def put_text(cell: OpenpyxlPart, text: str) -> None:
    """Write a text as a text, whatever it begins with."""
    cell.value = text
    # A text like "=1+1" or "#REF!" would else become a formula or an error.
    cell.data_type = "s"
    if text[:1] in {"=", "+", "-", "@"}:
        cell.quotePrefix = True


def _head(page: OpenpyxlPart, sheet: Sheet, language: str, say: Say) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415

    for at, column in enumerate(sheet.columns, 1):
        put_text(page.cell(1, at), f"{sheet.key}.{column.key}")
        title = page.cell(2, at)
        put_text(title, column.words(language, say) + (" *" if column.is_required else ""))
        colour = _REQUIRED_COLOUR if column.is_required else _HEAD_COLOUR
        title.font = Font(bold=True, color="FFFFFF")
        title.fill = PatternFill("solid", start_color=colour)
        title.alignment = Alignment(wrap_text=True, vertical="top")
        width = page.column_dimensions[letters(at)]
        width.width = column.width
        if column.kind not in {"decimal", "whole", "date"}:
            width.number_format = "@"
    page.row_dimensions[1].hidden = True
    page.row_dimensions[2].height = 48
    page.freeze_panes = "B3"


def _write(cell: OpenpyxlPart, column: SheetColumn, value: str, language: str, say: Say) -> None:
    from openpyxl.styles import Alignment  # noqa: PLC0415

    said = shown(column, value)
    if not said:
        return
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if column.kind in {"decimal", "whole"} and _is_exact(said):
        cell.value = int(said) if "." not in said else float(said)
    elif column.kind == "date" and int(said[:4]) >= _FIRST_YEAR:
        cell.value = date.fromisoformat(said)
        cell.number_format = "yyyy-mm-dd"
    else:
        put_text(cell, in_words(column, said, language, say))


def _is_exact(decimal: str) -> bool:
    """A spreadsheet's number, which has 15 digits, says exactly this."""
    digits = len(Decimal(decimal).as_tuple().digits) if _NUMBER.fullmatch(decimal) else 99
    return digits <= 15 and plain(float(decimal)) == decimal


def in_words(column: SheetColumn, value: str, language: str, say: Say) -> str:
    """A value as people read it: codes by their titles, an interval with a stroke."""
    if column.kind == "interval":
        first, last = value.split("/")
        return first if first == last else f"{first} – {last}"
    if column.codes:
        codes = value.split("; ") if column.kind == "codes" else [value]
        titles = (
            say(column.codes[code], language) if code in column.codes else code for code in codes
        )
        return "; ".join(titles)
    return value


class _Lists:
    """Lists for drop-downs, each in a column of a hidden sheet."""

    def __init__(self, page: OpenpyxlPart) -> None:
        self.page = page
        self.page.sheet_state = "hidden"
        put_text(self.page["A1"], GUIDE)
        self.n_lists = 0

    def add(self, words: Sequence[str]) -> str:
        """The address of a new list of `words`."""
        self.n_lists += 1
        for number, word in enumerate(words, 2):
            put_text(self.page.cell(number, self.n_lists), word)
        column = letters(self.n_lists)
        return f"codes!${column}$2:${column}${len(words) + 1}"


def _drop_downs(page: OpenpyxlPart, sheet: Sheet, lists: _Lists, language: str, say: Say) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    for at, column in enumerate(sheet.columns, 1):
        if not column.codes:
            continue
        titles = [say(title, language) for title in column.codes.values()]
        rule = DataValidation(type="list", formula1=lists.add(titles), allow_blank=True)
        # Several codes in one cell, or codes of one's own, are none of the list.
        rule.showErrorMessage = column.kind == "code" and not column.is_open
        rule.errorTitle = column.words(language, say)[:31]
        rule.error = say("sheets.guide_code", language)[:250]
        last = max(page.max_row, 3) + _SPARE_ROWS
        rule.add(f"{letters(at)}3:{letters(at)}{last}")
        page.add_data_validation(rule)


def _guide(
    page: OpenpyxlPart, sheets: Sequence[Sheet], advice: Sequence[str], language: str, say: Say
) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415

    page.title = sheet_name(say("sheets.guide", language))
    put_text(page["A1"], GUIDE)
    page.row_dimensions[1].hidden = True
    lines: list[tuple[str, ...]] = [(say("sheets.guide", language),)]
    # A line with bars is the head of the columns below it.
    lines += [tuple(say(key, language).split(" | ")) for key in advice]
    for sheet in sheets:
        lines += [("",), (say(sheet.title, language), say(sheet.about, language))]
        lines += [_advice(column, language, say) for column in sheet.columns]
    for number, line in enumerate(lines, 2):
        for at, text in enumerate(line, 1):
            put_text(page.cell(number, at), text)
            page.cell(number, at).alignment = Alignment(wrap_text=len(line) > 1, vertical="top")
        is_head = len(line) == 3 and number == len(advice) + 2
        if len(line) == 2 or number == 2 or is_head:
            for at in range(1, len(line) + 1 if is_head else 2):
                page.cell(number, at).font = Font(bold=True)
    for column, width in zip("ABC", (38, 60, 60), strict=True):
        page.column_dimensions[column].width = width


_KINDS: Final[Mapping[str, str]] = {
    "text": "sheets.guide_text",
    "decimal": "sheets.guide_decimal",
    "whole": "sheets.guide_whole",
    "date": "sheets.guide_date",
    "partial": "sheets.guide_partial",
    "interval": "sheets.guide_interval",
    "code": "sheets.guide_code",
    "codes": "sheets.guide_codes",
    "unit": "sheets.guide_unit",
}


def _advice(column: SheetColumn, language: str, say: Say) -> tuple[str, str, str]:
    """Title, how it is written, and the words that may stand there."""
    title = column.words(language, say) + (" *" if column.is_required else "")
    allowed = "; ".join(say(key, language) for key in column.codes.values())
    # The marks of code are for terminals; a spreadsheet would print them.
    return title, say(_KINDS[column.kind], language).replace("`", ""), allowed


def same_bytes(book: OpenpyxlPart) -> bytes:
    """The file without the time of its making, which would make each one another."""
    saved = io.BytesIO()
    book.save(saved)
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(saved) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in sorted(
            source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)
        ):
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:(\w+)[^>]*>)[^<]*(?=</dcterms:)",
                    rb"\g<1>2000-01-01T00:00:00Z",
                    content,
                )
            member = zipfile.ZipInfo(name, date_time=_FIXED_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = READABLE
            member.create_system = UNIX
            target.writestr(member, content)
    return packed.getvalue()
