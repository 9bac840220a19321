"""From text to rows: separators, quotation marks, line ends, empty edges.

Knows CSV as spreadsheets of many countries write it (RFC 4180, and what they do beside it); knows
nothing of what a cell means. A row's number is that which a spreadsheet shows.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from keruen.errors import InputError
from keruen.tabular.decoding import decoded
from keruen.tabular.numbers import DecimalSign

_MARKS: Final = (";", "\t", ",")
"""Of equally likely ones the first: where ``;`` separates, ``,`` is the decimal sign."""

_HEAD_ROWS: Final = 20
_LOST: Final = re.compile(r"[^\W\d_]\?[^\W\d_]|(?:^|\s)\?[^\W\d_]|\ufffd")
"""A question mark where a letter was: what a save in a poorer encoding leaves of a letter."""
_ADDRESS: Final = re.compile(r"\S*(?:://|www\.)\S*")


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row that has something in it: its number from 1, its cells, and how many were written."""

    number: int
    cells: tuple[str, ...]
    n_written: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A table read from text.

    Parameters
    ----------
    rows : those with something in them; each as long as the widest.
    encoding : key of `keruen.tabular.ENCODINGS` that the file was read in.
    separator : between cells.
    text : the whole table as text, line ends made alike.
    """

    rows: tuple[TextRow, ...]
    encoding: str
    separator: str
    text: str

    @property
    def decimal_sign(self) -> DecimalSign:
        """A comma where semicolons separate cells, for they do so because it is; else unknown."""
        return "," if self.separator == ";" else ""


def text_table(content: bytes, *, place: str, encoding: str = "") -> TextTable:
    """The rows of a CSV file.

    Parameters
    ----------
    content : the bytes of the file.
    place : its name, for messages.
    encoding : as of `decoded`.

    Raises
    ------
    InputError
        When the encoding stays open, a quotation mark is not closed, or letters were lost before
        the file came here (``к?пірі``), with the first place of each.

    Examples
    --------
    >>> table = text_table("a;b;\\rёж;1,5;\\r".encode("cp1251"), place="list.csv")
    >>> table.encoding, [row.cells for row in table.rows]
    ('cp1251', [('a', 'b'), ('ёж', '1,5')])
    """
    read = decoded(content, place=place, encoding=encoding)
    text = read.text.replace("\r\n", "\n").replace("\r", "\n")
    separator, text = _separator(text)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except csv.Error as broken:
        raise InputError("error.table_quotes", place=place) from broken
    rows = [
        TextRow(number, tuple(cells), len(cells))
        for number, cells in enumerate(lines, 1)
        if any(cell.strip() for cell in cells)
    ]
    width = max((_width(row.cells) for row in rows), default=0)
    whole = tuple(
        TextRow(row.number, (*row.cells[:width], *[""] * (width - row.n_written)), row.n_written)
        for row in rows
    )
    _refuse_lost_letters(whole, place)
    return TextTable(rows=whole, encoding=read.encoding, separator=separator, text=text)


def _width(cells: tuple[str, ...]) -> int:
    """Cells up to the last one with something in it: spreadsheets keep empty columns behind."""
    return max((number for number, cell in enumerate(cells, 1) if cell.strip()), default=0)


def _separator(text: str) -> tuple[str, str]:
    """The separator, and the text without the line that names it (``sep=;``)."""
    named = re.match(r"sep=(.)\n", text, re.IGNORECASE)
    if named:
        return named.group(1), text[named.end() :]
    counts = {mark: _counts(text, mark) for mark in _MARKS}
    # The separator stands equally often in most rows, and often.
    best = max(_MARKS, key=lambda mark: (counts[mark][0], counts[mark][1], -_MARKS.index(mark)))
    return (best if counts[best][1] else ","), text


def _counts(text: str, mark: str) -> tuple[int, int]:
    """In how many of the first rows a mark stands the usual number of times, and that number."""
    head = csv.reader(io.StringIO(text), delimiter=mark)
    lengths: Counter[int] = Counter()
    try:
        for _, cells in zip(range(_HEAD_ROWS), head, strict=False):
            if any(cells):
                lengths[len(cells) - 1] += 1
    except csv.Error:
        return 0, 0
    lengths.pop(0, None)
    if not lengths:
        return 0, 0
    usual, n_rows = max(lengths.items(), key=lambda item: (item[1], item[0]))
    return n_rows, usual


def _refuse_lost_letters(rows: tuple[TextRow, ...], place: str) -> None:
    lost = list(_lost_letters(rows))
    if lost:
        row, column, word = lost[0]
        raise InputError(
            "error.table_lost_letters",
            place=f"{place}:{row}:{column}",
            word=word,
            count=len(lost),
        )


def _lost_letters(rows: tuple[TextRow, ...]) -> Iterator[tuple[int, int, str]]:
    """Row, column and word of each cell in which a letter was lost."""
    for row in rows:
        for column, cell in enumerate(row.cells, 1):
            # An address may have a question mark anywhere.
            words = _ADDRESS.sub(" ", cell)
            found = _LOST.search(words)
            if found:
                word = next(w for w in words.split() if "?" in w or "\ufffd" in w)
                yield row.number, column, word
