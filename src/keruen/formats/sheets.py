"""A table that people fill in a spreadsheet, described as columns, and what was filled in.

Knows columns and rows; knows nothing of projects. What is wrong is told for every cell at once,
with the sheet and the cell. Columns are known by hidden keys, so that titles may be translated,
renamed and put in another order; where the keys are gone, by their titles in any language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from keruen.domain.languages import LANGUAGES
from keruen.errors import Problem
from keruen.formats.cells import CellError, Kind, Raw, read
from keruen.formats.grids import Grid, grids
from keruen.formats.list_content import Say
from keruen.tabular.decoding import ENCODINGS

GUIDE: Final = "keruen:guide"
"""Stands in the first cell of a sheet that is written for people and not read back."""

KEPT: Final = "keruen:kept"
"""Stands in the first cell of a sheet of plain texts that are read back as they are."""

_SEARCHED_ROWS: Final = 10
_ALIKE: Final = 2
"""So many titles in one row make it the row of titles, when the hidden keys are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """One column.

    Parameters
    ----------
    key : its name within the sheet, the same in every language.
    title, part : catalogue keys of its title: "Budget", or with a part "Budget: currency".
    kind : what its cells hold.
    is_required : a row without it is refused.
    codes : of ``code`` and ``codes``: code → catalogue key of its title.
    is_open : other codes than these are taken as well.
    width : in letters.
    """

    key: str
    title: str
    part: str = ""
    kind: Kind = "text"
    is_required: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    is_open: bool = False
    width: int = 18

    def words(self, language: str, say: Say) -> str:
        """The title in words."""
        title = say(self.title, language)
        return f"{title}: {say(self.part, language)}" if self.part else title


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet; `title` and `about` are catalogue keys of its name and of what belongs in it."""

    key: str
    title: str
    about: str
    columns: tuple[SheetColumn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One filled row.

    Parameters
    ----------
    number : as the spreadsheet counts.
    values : column key → what a record keeps; empty for an empty cell; a column that the file does
        not have is not there.
    places : column key → its cell, such as ``D7``.
    is_sound : every cell of it could be read.
    elsewhere : column key → name of the sheet where its cell is, when that is another one.
    """

    number: int
    values: Mapping[str, str]
    places: Mapping[str, str]
    is_sound: bool = True
    elsewhere: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What one sheet held; `name` is the sheet's name as the file has it."""

    sheet: Sheet
    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledSheets:
    """What a file held, everything that is wrong with it, and what was left out of it.

    `kept` are the rows of the sheet that begins with `KEPT`, that row left out.
    """

    tables: tuple[Table, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    kept: tuple[tuple[str, ...], ...] = ()


def read_sheets(path: Path, sheets: Sequence[Sheet], say: Say, encoding: str = "") -> FilledSheets:
    """Every sheet of `sheets` that a workbook or CSV file has.

    Parameters
    ----------
    say : words of a catalogue key in a language.
    encoding : of a CSV file, as of `keruen.tabular.decoded`; empty to find it out.

    Raises
    ------
    InputError
        When the file as a whole cannot be read.
    """
    tables: list[Table] = []
    problems: list[Problem] = []
    notes: list[Problem] = []
    kept: tuple[tuple[str, ...], ...] = ()
    for grid in grids(path, encoding):
        if grid.encoding not in {"", "utf-8"}:
            name = ENCODINGS[grid.encoding]
            notes.append(Problem("note.table_encoding", {"place": path.name, "encoding": name}))
        if grid.cells.get((1, 1)) == KEPT:
            kept = _plain_rows(grid)
        if grid.cells.get((1, 1)) in {GUIDE, KEPT}:
            continue
        found = _recognised(grid, sheets, say)
        if found is None:
            if grid.cells or grid.unread:
                notes.append(Problem("problem.sheet_unknown", _place(path, grid)))
            continue
        sheet, header, columns = found
        reader = _Reader(path=path, grid=grid, sheet=sheet, header=header, columns=columns, say=say)
        tables.append(reader.table())
        problems.extend(reader.problems)
        notes.extend(reader.notes)
    if not tables and not problems:
        known = ", ".join(say(sheet.title, language) for sheet in sheets for language in LANGUAGES)
        problems.append(Problem("problem.sheet_none", {"place": path.name, "known": known}))
    return FilledSheets(
        tables=tuple(tables), problems=tuple(problems), notes=tuple(notes), kept=kept
    )


def _plain_rows(grid: Grid) -> tuple[tuple[str, ...], ...]:
    rows: dict[int, list[str]] = {}
    for (row, _), raw in sorted(grid.cells.items()):
        if row > 1:
            rows.setdefault(row, []).append(str(raw))
    return tuple(tuple(found) for _, found in sorted(rows.items()))


def _place(path: Path, grid: Grid) -> dict[str, str | int | float]:
    return {"place": path.name, "sheet": grid.name}


def _recognised(
    grid: Grid, sheets: Sequence[Sheet], say: Say
) -> tuple[Sheet, int, dict[int, SheetColumn]] | None:
    """The sheet that a grid is, the row of its titles, and its columns by place."""
    rows = _first_rows(grid)
    for number, words in rows:
        for sheet in sheets:
            keys = {f"{sheet.key}.{column.key}": column for column in sheet.columns}
            found = {at: keys[word] for at, word in words.items() if word in keys}
            if found:
                titles = dict(rows).get(number + 1, {})
                return sheet, number + 1, _with_titles(found, titles, sheet, say)
    best: tuple[int, Sheet, int, dict[int, SheetColumn]] | None = None
    for number, words in rows:
        for sheet in sheets:
            found = _with_titles({}, words, sheet, say)
            if len(found) >= _ALIKE and (best is None or len(found) > best[0]):
                best = (len(found), sheet, number, found)
    return best[1:] if best else None


def _first_rows(grid: Grid) -> list[tuple[int, dict[int, str]]]:
    rows: dict[int, dict[int, str]] = {}
    for (row, column), raw in sorted(grid.cells.items()):
        if row <= _SEARCHED_ROWS and isinstance(raw, str):
            rows.setdefault(row, {})[column] = raw.strip()
    return sorted(rows.items())


def _with_titles(
    known: Mapping[int, SheetColumn], titles: Mapping[int, str], sheet: Sheet, say: Say
) -> dict[int, SheetColumn]:
    """The columns of `known` and those that a title of any language names."""
    named = {
        _bare(column.words(language, say)): column
        for column in reversed(sheet.columns)
        for language in LANGUAGES
    }
    named |= {column.key: column for column in sheet.columns}
    taken = {column.key for column in known.values()}
    found = dict(known)
    for at, title in titles.items():
        column = named.get(_bare(title))
        if at not in known and column is not None and column.key not in taken:
            found[at] = column
    return found


def _bare(title: str) -> str:
    return " ".join(title.replace("*", " ").split()).casefold()


def accepted_words(column: SheetColumn, say: Say) -> dict[str, str]:
    """Every word that a cell of codes may hold, in small letters → its code."""
    words = {code.casefold(): code for code in column.codes}
    for code, title in column.codes.items():
        for language in LANGUAGES:
            words.setdefault(say(title, language).casefold(), code)
    return words | ({"": ""} if column.is_open else {})


@dataclass(slots=True, kw_only=True)
class _Reader:
    """One sheet on its way from cells to rows."""

    path: Path
    grid: Grid
    sheet: Sheet
    header: int
    columns: Mapping[int, SheetColumn]
    say: Say
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    language: str = ""
    """In which the titles are written; empty when they are in none of ours."""

    def __post_init__(self) -> None:
        titles = {at: _bare(str(self.grid.cells.get((self.header, at), ""))) for at in self.columns}
        matching = {
            language: sum(
                titles[at] == _bare(column.words(language, self.say))
                for at, column in self.columns.items()
            )
            for language in LANGUAGES
        }
        best = max(LANGUAGES, key=lambda language: matching[language])
        self.language = best if matching[best] else ""

    def table(self) -> Table:
        """Rows of the sheet; what is wrong is put into `problems`."""
        if self.grid.merged:
            ranges = ", ".join(self.grid.merged[:5])
            self._tell("problem.sheet_merged", range=ranges)
        columns = self._once()
        self._look_for_required(columns)
        self._look_for_unknown(columns)
        codes = {
            column.key: accepted_words(column, self.say)
            for column in columns.values()
            if column.codes
        }
        numbers = sorted(
            {
                row
                for row, at in (*self.grid.cells, *self.grid.unread)
                if row > self.header and at in columns
            }
        )
        rows = (self._row(number, columns, codes) for number in numbers)
        found = tuple(row for row in rows if any(row.values.values()) or not row.is_sound)
        return Table(sheet=self.sheet, name=self.grid.name, rows=found)

    def _tell(self, key: str, **more: str | int | float) -> None:
        self.problems.append(Problem(key, {**_place(self.path, self.grid), **more}))

    def _once(self) -> dict[int, SheetColumn]:
        """The columns, each at one place only."""
        places: dict[str, int] = {}
        for at, column in sorted(self.columns.items()):
            if column.key in places:
                cells = f"{letters(places[column.key])}, {letters(at)}"
                self._tell("problem.sheet_column_twice", column=cells)
            else:
                places[column.key] = at
        return {at: self.columns[at] for at in sorted(places.values())}

    def _look_for_required(self, columns: Mapping[int, SheetColumn]) -> None:
        here = {column.key for column in columns.values()}
        for column in self.sheet.columns:
            if column.is_required and column.key not in here:
                titles = [column.words(language, self.say) for language in LANGUAGES]
                shown = " / ".join(dict.fromkeys(titles))
                self._tell("problem.sheet_column_missing", column=shown)

    def _look_for_unknown(self, columns: Mapping[int, SheetColumn]) -> None:
        unknown: dict[int, None] = {}
        for row, at in sorted((*self.grid.cells, *self.grid.unread)):
            if row > self.header and at not in columns and at not in self.columns:
                unknown.setdefault(at)
        for at in sorted(unknown):
            title = str(self.grid.cells.get((self.header, at), "")) or letters(at)
            more = {"column": letters(at), "title": title}
            self.notes.append(
                Problem("problem.sheet_column_unknown", {**_place(self.path, self.grid), **more})
            )

    def _row(
        self,
        number: int,
        columns: Mapping[int, SheetColumn],
        codes: Mapping[str, Mapping[str, str]],
    ) -> Row:
        places = {column.key: f"{letters(at)}{number}" for at, column in columns.items()}
        before = len(self.problems)
        values = {
            column.key: self._value((number, at), column, codes.get(column.key))
            for at, column in columns.items()
        }
        if any(values.values()):
            for column in columns.values():
                if column.is_required and not values[column.key] and len(self.problems) == before:
                    title = column.title
                    self._tell("problem.sheet_required", cell=places[column.key], column=title)
        return Row(
            number=number, values=values, places=places, is_sound=len(self.problems) == before
        )

    def _value(
        self, place: tuple[int, int], column: SheetColumn, codes: Mapping[str, str] | None
    ) -> str:
        cell = f"{letters(place[1])}{place[0]}"
        if place in self.grid.unread:
            key, found = self.grid.unread[place]
            self._tell(key, cell=cell, found=found)
            return ""
        raw: Raw = self.grid.cells.get(place)
        try:
            return read(raw, column.kind, codes)
        except CellError as wrong:
            more, key = dict(wrong.parameters), wrong.key
            if key == "problem.sheet_code" and self.language:
                # The words of the drop-down list, whoever reads the sentence.
                words = (self.say(title, self.language) for title in column.codes.values())
                key, more["known"] = "problem.sheet_code_words", "; ".join(words)
            elif key == "problem.sheet_code":
                more["known"] = " ".join(column.codes.values())
            self._tell(key, cell=cell, **more)
            return ""


def letters(column: int) -> str:
    """The letters of a column from its number.

    Examples
    --------
    >>> letters(1), letters(27), letters(703)
    ('A', 'AA', 'AAA')
    """
    found = ""
    while column:
        column, left = divmod(column - 1, 26)
        found = chr(ord("A") + left) + found
    return found
