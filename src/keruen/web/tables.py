"""A table of a page, and the same table as CSV, XLSX and JSON.

Each cell has what a person reads and what a program takes; the three files say both or the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import overload

from pydantic import BaseModel

from keruen.formats.csv_tables import plain_csv
from keruen.formats.workbooks import plain_workbook
from keruen.report.document import Sign

CellValue = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """A column: its name for programs, its title for people, and how it is set.

    Parameters
    ----------
    is_number : right-aligned.
    sort : address that sorts by it; empty where a table cannot be sorted.
    order : ``ascending`` or ``descending`` where the table is sorted by it.
    """

    key: str
    title: str
    is_number: bool = False
    sort: str = ""
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """One cell.

    Parameters
    ----------
    text : what a person reads.
    value : what a program takes; None where it is the text.
    sign : a light before the text, which says it too.
    href : where it leads.
    language : of the text, where it is not the page's.
    """

    text: str
    value: CellValue = None
    sign: Sign = ""
    href: str = ""
    language: str = ""

    @property
    def plain(self) -> CellValue:
        """What a program takes."""
        return self.text if self.value is None else self.value


TableRow = tuple[TableCell, ...]


class LateRows(Sequence[TableRow]):
    """Rows that are put into words when somebody looks: a page shows twelve, a file has all."""

    def __init__(self, makers: Sequence[Callable[[], TableRow]]) -> None:
        self._makers = makers

    def __len__(self) -> int:
        return len(self._makers)

    @overload
    def __getitem__(self, index: int) -> TableRow: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[TableRow, ...]: ...
    def __getitem__(self, index: int | slice) -> TableRow | tuple[TableRow, ...]:
        if isinstance(index, slice):
            return tuple(make() for make in self._makers[index])
        return self._makers[index]()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebTable:
    """A table with the command and the Python that give the same.

    Parameters
    ----------
    name : of the table in the address of its file (``?table=``).
    n_shown : rows of the page where it leaves the rest to the files; None for all.
    """

    name: str
    title: str
    columns: tuple[TableColumn, ...]
    rows: Sequence[TableRow]
    command: str
    python: str
    n_shown: int | None = None

    @property
    def shown(self) -> Sequence[TableRow]:
        """The rows of the page; files have all."""
        return self.rows if self.n_shown is None else self.rows[: self.n_shown]


class CellDocument(BaseModel):
    """One cell of a table."""

    text: str
    """What a person reads, in the language of the address."""
    value: CellValue
    """Code, day or figure, the same in every language."""


class ColumnDocument(BaseModel):
    """One column of a table."""

    key: str
    title: str


class TableDocument(BaseModel):
    """One table of a page."""

    name: str
    title: str
    columns: list[ColumnDocument]
    rows: list[dict[str, CellDocument]]
    command: str
    python: str


class PageDocument(BaseModel):
    """The tables of one page."""

    title: str
    language: str
    as_of: str
    """The day for which the page was made."""
    tables: list[TableDocument]


def page_document(
    title: str, language: str, as_of: str, tables: Sequence[WebTable]
) -> PageDocument:
    """The tables of a page for programs."""
    return PageDocument(
        title=title, language=language, as_of=as_of, tables=[_document(one) for one in tables]
    )


def _document(table: WebTable) -> TableDocument:
    keys = [column.key for column in table.columns]
    return TableDocument(
        name=table.name,
        title=table.title,
        columns=[ColumnDocument(key=one.key, title=one.title) for one in table.columns],
        rows=[
            {
                key: CellDocument(text=cell.text, value=cell.plain)
                for key, cell in zip(keys, row, strict=True)
            }
            for row in table.rows
        ],
        command=table.command,
        python=table.python,
    )


def csv_of(table: WebTable, language: str) -> bytes:
    """A table as CSV, as people read it."""
    rows = [[cell.text for cell in row] for row in table.rows]
    return plain_csv([column.title for column in table.columns], rows, language)


def workbook_of(tables: Sequence[WebTable]) -> bytes:
    """All tables of a page, a sheet for each; what is a number stays one."""
    return plain_workbook(
        {
            table.title: (
                [column.title for column in table.columns],
                [[_for_sheet(cell) for cell in row] for row in table.rows],
            )
            for table in tables
        }
    )


def _for_sheet(cell: TableCell) -> str | float:
    is_number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    return cell.value if is_number and cell.value is not None else cell.text
