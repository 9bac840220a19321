"""Workbooks and CSV files that anybody may have made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from keruen.errors import InputError, Problem
from keruen.formats import grids as opening
from keruen.formats.list_columns import KINDS
from keruen.formats.sheets import FilledSheets, Sheet, SheetColumn, read_sheets
from keruen.formats.workbooks import workbook
from keruen.i18n import describe
from keruen.i18n import text as say

SHEET = Sheet(
    key="projects",
    title="sheets.sheet_projects",
    about="sheets.about_projects",
    columns=(
        SheetColumn(key="id", title="sheets.column_id", is_required=True),
        SheetColumn(key="title", title="sheets.column_title"),
        SheetColumn(key="kind", title="sheets.column_kind", kind="code", codes=KINDS),
        SheetColumn(key="budget", title="sheets.column_budget", kind="decimal"),
        SheetColumn(key="due", title="sheets.column_due", kind="date"),
    ),
)
KEYS = ("projects.id", "projects.title", "projects.kind", "projects.budget", "projects.due")
TITLES = ("Number in the list *", "Title", "Kind of project", "Budget", "Due")


def book(tmp_path: Path, rows: Sequence[Sequence[Any]], keys: Sequence[Any] = KEYS) -> Path:
    """A workbook with hidden keys, titles and these rows."""
    opened = Workbook()
    opened.active.title = "Projects"
    for row in (keys, TITLES, *rows):
        opened.active.append(list(row))
    path = tmp_path / "list.xlsx"
    opened.save(path)
    return path


def read(path: Path) -> FilledSheets:
    """What the file holds."""
    return read_sheets(path, [SHEET], say)


def rows(path: Path) -> list[dict[str, str]]:
    """The filled rows of a file that has nothing wrong."""
    found = read(path)
    assert not found.problems, "\n".join(describe(one, "en") for one in found.problems)
    return [dict(row.values) for table in found.tables for row in table.rows]


def keys(problems: Sequence[Problem]) -> list[tuple[str, Any]]:
    """Problems with their cells."""
    return [(problem.key, problem.parameters.get("cell")) for problem in problems]


FULL = ["KH-1", "Dry port", "infrastructure", 63.8, datetime.fromisoformat("2027-12-31")]
READ = {
    "id": "KH-1",
    "title": "Dry port",
    "kind": "infrastructure",
    "budget": "63.8",
    "due": "2027-12-31",
}


class TestColumns:
    """How columns are found."""

    def test_by_their_hidden_keys(self, tmp_path: Path) -> None:
        """A row is read by the keys above it, whatever the titles say."""
        assert rows(book(tmp_path, [FULL])) == [READ]

    def test_in_another_order_and_renamed(self, tmp_path: Path) -> None:
        """Columns may change places and titles: the keys tell."""
        order = [4, 2, 0, 3, 1]
        opened = Workbook()
        opened.active.append([KEYS[at] for at in order])
        opened.active.append(["?", "our name", "", None, "x"])
        opened.active.append([FULL[at] for at in order])
        path = tmp_path / "list.xlsx"
        opened.save(path)
        assert rows(path) == [READ]

    @pytest.mark.parametrize("language", ["kk", "ru", "zh", "en"])
    def test_by_titles_where_keys_are_gone(self, tmp_path: Path, language: str) -> None:
        """Without the hidden row, titles in any language find the columns, with the file's own rows above."""
        opened = Workbook()
        opened.active.append(["Our list, as of today"])
        opened.active.append([column.words(language, say) + " *" for column in SHEET.columns])
        opened.active.append(FULL)
        path = tmp_path / "list.xlsx"
        opened.save(path)
        assert rows(path) == [READ]

    def test_a_missing_column_is_named_only_when_it_is_needed(self, tmp_path: Path) -> None:
        """Without the column of numbers nothing can be read; without a budget it can."""
        found = read(book(tmp_path, [["x", "Port"]], keys=["", "projects.title", "", "", ""]))
        assert [one.key for one in found.problems] == []
        path = book(tmp_path, [["Port"]], keys=["projects.title"])
        opened = load_workbook(path)
        opened.active["A2"] = "Title"
        for at in "BCDE":
            opened.active[f"{at}2"] = None
        opened.save(path)
        problems = read(path).problems
        assert [one.key for one in problems] == ["problem.sheet_column_missing"]
        assert "Number in the list" in describe(problems[0], "en")

    def test_a_column_that_stands_twice_is_refused(self, tmp_path: Path) -> None:
        """Of two columns with one key nobody knows which holds."""
        path = book(tmp_path, [FULL], keys=(*KEYS[:4], "projects.title"))
        problems = read(path).problems
        assert [one.key for one in problems] == ["problem.sheet_column_twice"]
        assert problems[0].parameters["column"] == "B, E"

    def test_an_unknown_column_is_noted(self, tmp_path: Path) -> None:
        """An office's own remarks are left out, and that is said."""
        path = book(tmp_path, [[*FULL, "ask again"]])
        found = read(path)
        assert not found.problems
        assert [one.key for one in found.notes] == ["problem.sheet_column_unknown"]
        assert found.notes[0].parameters["column"] == "F"


class TestCells:
    """What is wrong is told by cell, all at once."""

    def test_every_problem_is_told_with_its_cell(self, tmp_path: Path) -> None:
        """Four wrong cells in two rows are four problems, each with sheet and cell."""
        path = book(
            tmp_path,
            [
                ["KH-1", "Port", "harbour", "63,800", "03/04/2027"],
                [None, "Corridor", "trade", "a lot", "2027-02-30"],
            ],
        )
        problems = read(path).problems
        assert keys(problems) == [
            ("problem.sheet_code_words", "C3"),
            ("problem.sheet_comma", "D3"),
            ("problem.sheet_date_two_ways", "E3"),
            ("problem.sheet_decimal", "D4"),
            ("problem.sheet_no_day", "E4"),
        ]
        assert describe(problems[2], "en").startswith("list.xlsx, sheet “Projects”, cell E3: ")

    def test_the_words_of_a_column_are_those_of_its_form(self, tmp_path: Path) -> None:
        """Where the titles say which form it is, the words are those of its drop-down list."""
        (problem,) = read(book(tmp_path, [["KH-1", "Port", "harbour"]])).problems
        for language in ("kk", "ru", "zh", "en"):
            assert "infrastructure; trade" in describe(problem, language)

    def test_without_titles_the_words_are_the_readers(self, tmp_path: Path) -> None:
        """Who reads Russian is offered the words of the Russian form, and no codes."""
        opened = Workbook()
        for row in (KEYS, ["?"] * len(KEYS), ["KH-1", "Port", "harbour"]):
            opened.active.append(list(row))
        opened.save(tmp_path / "list.xlsx")
        (problem,) = read(tmp_path / "list.xlsx").problems
        assert "торговля" in describe(problem, "ru")
        assert "贸易" in describe(problem, "zh")
        for language in ("kk", "ru", "zh"):
            assert "trade" not in describe(problem, language)

    @pytest.mark.parametrize("language", ["kk", "ru", "zh", "en"])
    def test_problems_speak_the_readers_language(self, tmp_path: Path, language: str) -> None:
        """The cell is in the sentence of every language."""
        problems = read(book(tmp_path, [["KH-1", "Port", "harbour"]])).problems
        assert "C3" in describe(problems[0], language)

    def test_a_needed_cell_that_is_empty_is_told(self, tmp_path: Path) -> None:
        """A row with words but without its number is named."""
        problems = read(book(tmp_path, [FULL, [None, "Corridor"]])).problems
        assert keys(problems) == [("problem.sheet_required", "A4")]

    def test_empty_rows_and_trailing_blanks_are_nothing(self, tmp_path: Path) -> None:
        """Rows of blanks are skipped, blanks around words are not part of them."""
        path = book(tmp_path, [["  KH-1 ", "Port\n "], [" ", None], [], ["KH-2"]])
        assert [row["id"] for row in rows(path)] == ["KH-1", "KH-2"]
        assert rows(path)[0]["title"] == "Port"

    def test_numbers_as_text_and_texts_as_numbers(self, tmp_path: Path) -> None:
        """A number kept as text is a figure, a text kept as a number is words."""
        assert rows(book(tmp_path, [[7, 2027, None, " 63,8 "]])) == [
            {"id": "7", "title": "2027", "kind": "", "budget": "63.8", "due": ""}
        ]

    def test_a_formula_without_value_is_told(self, tmp_path: Path) -> None:
        """A formula that was never computed is not zero."""
        problems = read(book(tmp_path, [["KH-1", "Port", "trade", "=1+1"]])).problems
        assert keys(problems) == [("problem.sheet_formula", "D3")]
        assert problems[0].parameters["found"] == "=1+1"

    def test_a_formula_with_a_value_is_its_value(self, tmp_path: Path) -> None:
        """What a spreadsheet has computed and stored is read."""
        path = book(tmp_path, [["KH-1", "Port", "trade", "=1+1"]])
        packed = tmp_path / "computed.xlsx"
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(packed, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                target.writestr(
                    name, content.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")
                )
        assert rows(packed)[0]["budget"] == "2"

    def test_an_error_cell_is_told(self, tmp_path: Path) -> None:
        """#REF! is no text."""
        problems = read(book(tmp_path, [["KH-1", "#REF!"]])).problems
        assert keys(problems) == [("problem.sheet_error", "B3")]

    def test_merged_cells_are_refused_with_their_range(self, tmp_path: Path) -> None:
        """Nobody knows for which rows a merged cell speaks."""
        path = book(tmp_path, [FULL, FULL])
        opened = load_workbook(path)
        opened.active.merge_cells("B3:B4")
        opened.save(path)
        problems = read(path).problems
        assert [one.key for one in problems] == ["problem.sheet_merged"]
        assert problems[0].parameters["range"] == "B3:B4"

    def test_a_cell_in_the_far_corner_costs_nothing(self, tmp_path: Path) -> None:
        """One stray cell in the last row and column is a note, not a thousand million cells."""
        path = book(tmp_path, [FULL])
        opened = load_workbook(path)
        opened.active["XFD1048576"] = "stray"
        opened.save(path)
        found = read(path)
        assert not found.problems
        assert found.notes[0].parameters["column"] == "XFD"


class TestFiles:
    """Files that cannot be read as a whole."""

    def refusal(self, path: Path) -> str:
        """The key of what is wrong; its words name the file in every language."""
        with pytest.raises(InputError) as told:
            read(path)
        assert all(
            path.name in describe(told.value, language) for language in ("kk", "ru", "zh", "en")
        )
        return told.value.key

    @pytest.mark.parametrize(
        ("name", "content", "key"),
        [
            ("a.xlsx", b"", "error.sheet_no_content"),
            ("a.csv", b" \n ", "error.sheet_no_content"),
            ("a.xlsx", b"PK\x03\x04 and then nothing", "error.sheet_broken"),
            ("a.xlsx", b"not a workbook", "error.sheet_kind"),
            ("a.pdf", b"%PDF-1.7", "error.sheet_kind"),
            ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "error.sheet_old"),
            (
                "a.xlsx",
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
                "error.sheet_locked",
            ),
            ("a.csv", b"a\x00b,c", "error.sheet_encoding"),
            ("a.csv", bytes(range(128, 256)), "error.sheet_encoding"),
        ],
    )
    def test_each_is_refused_with_its_reason(
        self, tmp_path: Path, name: str, content: bytes, key: str
    ) -> None:
        """Empty, broken, locked, old and foreign files are told apart."""
        path = tmp_path / name
        path.write_bytes(content)
        assert self.refusal(path) == key

    def test_a_missing_file_is_told(self, tmp_path: Path) -> None:
        """A file that is not there is an error of input."""
        assert self.refusal(tmp_path / "nothing.xlsx") == "error.sheet_unreadable"

    def test_a_large_file_is_not_opened(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its size is looked at before a byte is read."""
        path = tmp_path / "huge.xlsx"
        with path.open("wb") as file:
            file.truncate(5_000_000_000)
        monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was opened"))
        assert self.refusal(path) == "error.sheet_too_large"

    def test_a_zip_bomb_is_not_unpacked(self, tmp_path: Path) -> None:
        """What would unpack to a multiple is refused by what its directory says."""
        path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/workbook.xml", b"0" * (opening.MOST_BYTES_UNPACKED + 1))
        assert path.stat().st_size < 200_000
        assert self.refusal(path) == "error.sheet_unpacks"

    def test_a_sheet_of_countless_cells_is_not_opened(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Cells are counted before they become objects."""
        monkeypatch.setattr(opening, "MOST_CELLS", 9)
        monkeypatch.setattr(opening, "_loaded", lambda *_, **__: pytest.fail("it was opened"))
        assert self.refusal(book(tmp_path, [FULL])) == "error.sheet_cells"

    def test_xml_with_words_of_its_own_is_refused(self, tmp_path: Path) -> None:
        """A document type could grow without end or name other files."""
        path = book(tmp_path, [FULL])
        evil = tmp_path / "evil.xlsx"
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(evil, "w") as target:
            for name in source.namelist():
                target.writestr(name, b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + source.read(name))
        assert self.refusal(evil) == "error.sheet_broken"

    def test_a_damaged_sheet_is_refused(self, tmp_path: Path) -> None:
        """Half of a workbook is told as damaged, whatever the library says."""
        path = book(tmp_path, [FULL])
        broken = tmp_path / "broken.xlsx"
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(broken, "w") as target:
            for name in source.namelist():
                content = source.read(name)
                target.writestr(name, content[:200] if "sheet1" in name else content)
        assert self.refusal(broken) == "error.sheet_broken"

    def test_a_workbook_of_other_sheets_has_none_of_ours(self, tmp_path: Path) -> None:
        """A foreign workbook says which sheets were looked for."""
        opened = Workbook()
        opened.active.append(["a", "b"])
        path = tmp_path / "other.xlsx"
        opened.save(path)
        found = read(path)
        assert [one.key for one in found.problems] == ["problem.sheet_none"]
        assert [one.key for one in found.notes] == ["problem.sheet_unknown"]

    def test_an_empty_workbook_has_none_of_ours(self, tmp_path: Path) -> None:
        """A sheet without a cell is told."""
        path = tmp_path / "empty.xlsx"
        Workbook().save(path)
        assert [one.key for one in read(path).problems] == ["problem.sheet_none"]


class TestText:
    """CSV files."""

    @pytest.mark.parametrize(
        ("language", "encoding", "mark"),
        [
            ("ru", "utf-8", ","),
            ("ru", "utf-8-sig", ";"),
            ("kk", "utf-16", "\t"),
            ("ru", "cp1251", ";"),
            ("zh", "gb18030", ","),
            ("zh", "utf-8-sig", ","),
        ],
    )
    def test_in_each_encoding_of_an_office(
        self, tmp_path: Path, language: str, encoding: str, mark: str
    ) -> None:
        """The letters come out as they were written, in whichever code."""
        title = {"ru": "Сухой порт «Далакент»", "kk": "Құрғақ порт", "zh": "达拉肯特无水港一期"}[
            language
        ]
        heads = mark.join(column.words(language, say) for column in SHEET.columns)
        kind = say("sheets.kind_trade", language)
        line = mark.join(["KH-1", title, kind, '"63,8"', "31.12.2027"])
        path = tmp_path / "list.csv"
        path.write_bytes(f"{heads}\r\n{line}\r\n".encode(encoding))
        assert rows(path) == [{**READ, "title": title, "kind": "trade"}]

    def test_letters_that_may_be_two_things_are_refused(self, tmp_path: Path) -> None:
        """A few bytes that are Russian in one code and Chinese in another are not guessed at."""
        path = tmp_path / "list.csv"
        path.write_bytes("id;name\nKH;Порт".encode("cp1251"))
        with pytest.raises(InputError) as told:
            read(path)
        assert told.value.key == "error.table_two_encodings"

    def test_an_error_cell_of_a_csv_is_told(self, tmp_path: Path) -> None:
        """What a spreadsheet wrote instead of a value is no value."""
        path = tmp_path / "list.csv"
        path.write_text("id,title\nKH-1,#REF!\n", encoding="utf-8")
        assert keys(read(path).problems) == [("problem.sheet_error", "B2")]


class TestWriting:
    """A workbook that people fill."""

    def written(self, language: str = "en", **row: str) -> Any:
        """The workbook, opened again."""
        return load_workbook(io.BytesIO(workbook([SHEET], {"projects": [row]}, language, say)))

    def test_it_has_titles_keys_and_frozen_heads(self) -> None:
        """Row 1 holds the hidden keys, row 2 the titles, and both stay in sight when scrolling."""
        page = self.written(id="KH-1")["Projects"]
        assert [cell.value for cell in page[1]] == list(KEYS)
        assert [cell.value for cell in page[2]] == list(TITLES)
        assert page.row_dimensions[1].hidden
        assert page.freeze_panes == "B3"
        assert all(page.column_dimensions[at].width >= 10 for at in "ABCDE")

    @pytest.mark.parametrize("language", ["kk", "ru", "zh", "en"])
    def test_it_explains_itself_in_the_readers_language(self, language: str) -> None:
        """The first sheet says how to fill each column, with every allowed word."""
        opened = self.written(language, id="KH-1")
        guide = opened.worksheets[0]
        said = [str(cell.value) for row in guide.iter_rows() for cell in row if cell.value]
        assert guide.title == say("sheets.guide", language)
        assert all(
            any(column.words(language, say) in line for line in said) for column in SHEET.columns
        )
        assert any(say("sheets.kind_trade", language) in line for line in said)

    def test_codes_have_a_drop_down(self) -> None:
        """The column of codes offers the titles of its codes and refuses others."""
        opened = self.written("ru", id="KH-1")
        page = opened["Проекты"]
        (rule,) = page.data_validations.dataValidation
        assert (rule.type, rule.showErrorMessage) == ("list", True)
        assert "C3" in rule.sqref
        sheet, cells = rule.formula1.split("!")
        words = [row[0].value for row in opened[sheet][cells.replace("$", "")]]
        assert words == [say(key, "ru") for key in KINDS.values()]
        assert opened[sheet].sheet_state == "hidden"

    @pytest.mark.parametrize(
        "text", ["=1+1", "+7", "-5 км", "@SUM(A1)", "#REF!", "=cmd|' /C calc'!A0"]
    )
    def test_a_text_is_never_a_formula(self, text: str) -> None:
        """What begins like a formula is written as text and comes back as it was."""
        cell = self.written(id="KH-1", title=text)["Projects"]["B3"]
        assert (cell.value, cell.data_type) == (text, "s")

    def test_figures_are_numbers_only_when_nothing_is_lost(self) -> None:
        """63.8 is a number of the spreadsheet; 63.80 and 20 digits stay text."""
        values = ["63.8", "63.80", "12345678901234567890", "63800000000"]
        page = load_workbook(
            io.BytesIO(
                workbook(
                    [SHEET], {"projects": [{"id": "x", "budget": one} for one in values]}, "en", say
                )
            )
        )["Projects"]
        assert [page[f"D{row}"].value for row in range(3, 7)] == [
            63.8,
            "63.80",
            "12345678901234567890",
            63800000000,
        ]

    def test_the_same_content_makes_the_same_bytes(self) -> None:
        """No clock is in the file."""
        rows = {"projects": [{"id": "KH-1", "title": "Port"}]}
        assert workbook([SHEET], rows, "zh", say) == workbook([SHEET], rows, "zh", say)
        with zipfile.ZipFile(io.BytesIO(workbook([SHEET], rows, "zh", say))) as packed:
            assert b"2000-01-01T00:00:00Z" in packed.read("docProps/core.xml")
            assert {member.date_time[0] for member in packed.infolist()} == {1980}
