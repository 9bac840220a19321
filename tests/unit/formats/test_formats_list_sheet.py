"""The joint list as a workbook that an office fills."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from keruen.domain.joint import Interval, MText, Organisation, Project, Quantity, Risk, Words
from keruen.domain.joint_state import JointState
from keruen.errors import RegisterError
from keruen.formats import Content, list_workbook, read_list
from keruen.formats.list_columns import FIELDS, SHEETS
from keruen.formats.sheets import accepted_words
from keruen.i18n import LANGUAGES, describe
from keruen.i18n import text as say
from made_up_lists import hostile, joint_list


def content(state: JointState) -> Content:
    """The records of a list."""
    claims = {said.entry: said.body for found in state.projects.values() for said in found.claims}
    return Content(
        projects=tuple(found.agreed or found.latest for found in state.projects.values()),
        commitments=tuple(found.agreed or found.latest for found in state.commitments.values()),
        claims=tuple(claims.values()),  # type: ignore[arg-type]
    )


CONTENT = content(joint_list())


def edited(folder: Path, edit: Callable[[Any], None], language: str = "en") -> Path:
    """The list's workbook after somebody has changed something in it."""
    opened = load_workbook(io.BytesIO(list_workbook(CONTENT, language=language, say=say)))
    edit(opened)
    path = folder / "list.xlsx"
    opened.save(path)
    return path


def at(page: Any, row: int, key: str) -> Any:
    """The cell of a column, found by its hidden key; on the second sheet where it stands there."""
    for cell in page[1]:
        if cell.value == key:
            return page.cell(row, cell.column)
    second = page.parent[page.parent.sheetnames[page.parent.index(page) + 1]]
    kind, name = key.split(".")
    for cell in second[1]:
        if cell.value == f"{kind}_more.{name}":
            second.cell(row, 1).value = page.cell(row, 1).value
            return second.cell(row, cell.column)
    raise AssertionError(key)


def problems(path: Path) -> list[tuple[str, Any]]:
    """What is wrong with a file, by cell."""
    with pytest.raises(RegisterError) as told:
        read_list(path, say)
    for language in LANGUAGES:
        assert path.name in describe(told.value, language)
    return [(one.key, one.parameters.get("cell")) for one in told.value.problems]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_goes_out_and_in(tmp_path: Path, language: str) -> None:
    """In each language of titles and codes, the same records come back, whatever the other side wrote."""
    for state in (joint_list(), hostile(joint_list())):
        path = tmp_path / "list.xlsx"
        before = content(state)
        path.write_bytes(list_workbook(before, language=language, say=say))
        back = read_list(path, say)
        assert (back.projects, back.commitments, back.claims) == (
            before.projects,
            before.commitments,
            before.claims,
        )
        assert not back.notes


def test_an_unfilled_form_is_told(tmp_path: Path) -> None:
    """A form without a filled row is no list."""
    path = tmp_path / "form.xlsx"
    path.write_bytes(list_workbook(Content(), language="kk", say=say))
    assert problems(path) == [("problem.sheet_no_rows", None)]


def test_a_filled_form_makes_drafts(tmp_path: Path) -> None:
    """New rows become records whose texts are drafts that follow nothing yet."""
    opened = load_workbook(io.BytesIO(list_workbook(Content(), language="ru", say=say)))
    page = opened["Проекты"]
    for key, value in {
        "id": "KH-0009",
        "title_ru": "Холодильный склад",
        "title_zh": "冷库",
        "kind": "торговля",
        "sectors": "экономика; железнодорожный транспорт",
        "lead_a_ru": "Управление торговли",
        "period_completion": "2027Q4",
        "budget_value": "1,5",
        "budget_unit": "KZT",
        "open_questions": "кто платит",
    }.items():
        at(page, 3, f"projects.{key}").value = value
    opened.save(tmp_path / "form.xlsx")
    (project,) = read_list(tmp_path / "form.xlsx", say).projects
    assert project.title.zh == Words(text="冷库", state="draft", follows="")
    assert project.title.authentic == ()
    assert (project.kind, project.sectors) == ("trade", ("economy", "transport.rail"))
    assert isinstance(project.lead_a, Organisation)
    assert project.lead_a.side == "A"
    assert project.baseline == {"completion": Interval(first="2027-10-01", last="2027-12-31")}
    assert project.budget is not None
    assert (project.budget.value, project.budget.basis) == ("1.5", "declared")
    assert project.open_questions == ("who_pays",)


def test_a_changed_text_is_a_draft_and_the_rest_stays(tmp_path: Path) -> None:
    """Changing one language touches that language only: states, figures and places stay as they were."""

    def edit(opened: Any) -> None:
        at(opened["Projects"], 3, "projects.title_ru").value = "Сухой порт"

    before, after = CONTENT.projects[0], read_list(edited(tmp_path, edit), say).projects[0]
    assert after.title.ru == Words(text="Сухой порт")
    assert after.title.kk == before.title.kk
    assert after.title.authentic == before.title.authentic
    assert (after.budget, after.dependencies) == (before.budget, before.dependencies)


def test_an_emptied_cell_takes_its_part_away(tmp_path: Path) -> None:
    """A figure whose cells are all emptied is gone; an emptied language is no original any more."""

    def edit(opened: Any) -> None:
        page = opened["Projects"]
        for part in ("value", "unit", "currency", "price_year", "basis"):
            at(page, 3, f"projects.budget_{part}").value = None
        at(page, 3, "projects.title_zh").value = None

    after = read_list(edited(tmp_path, edit), say).projects[0]
    assert after.budget is None
    assert after.title.zh is None
    assert after.title.authentic == ("kk", "ru")


def test_a_copied_row_with_a_new_number_takes_nothing_hidden_along(tmp_path: Path) -> None:
    """What has no column belongs to the row's number: a new number has none of it."""

    def edit(opened: Any) -> None:
        page = opened["Projects"]
        for cell in page[3]:
            page.cell(6, cell.column).value = cell.value
        page["A6"].value = "KH-0010"

    copied = read_list(edited(tmp_path, edit), say).projects[3]
    assert copied.dependencies == ()
    assert copied.title.kk == Words(text=CONTENT.projects[0].title.kk.text)  # type: ignore[union-attr]


def test_a_deleted_row_is_noted(tmp_path: Path) -> None:
    """Who deletes a row is told that nothing in the register is deleted by that."""
    found = read_list(edited(tmp_path, lambda opened: opened["Projects"].delete_rows(4)), say)
    assert [project.id for project in found.projects] == ["KH-0001", "KH-0003"]
    assert [(one.key, one.parameters["id"]) for one in found.notes] == [
        ("problem.sheet_row_gone", "KH-0002")
    ]


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Problems of cells and of rows, of all sheets, in one go, and nothing is taken."""

    def edit(opened: Any) -> None:
        page = opened["Projects"]
        at(page, 3, "projects.kind").value = "harbour"
        at(page, 4, "projects.id").value = "KH-0001"
        for language in LANGUAGES:
            at(page, 5, f"projects.title_{language}").value = None
        at(page, 5, "projects.budget_currency").value = "KZT"
        page = opened["Commitments"]
        at(page, 3, "commitments.due").value = "03/04/2027"
        page = opened["Claims"]
        at(page, 3, "claims.quantity_unit").value = None
        at(page, 4, "claims.quantity_low").value = 99
        at(page, 5, "claims.source_document").value = None

    found = dict(problems(edited(tmp_path, edit)))
    assert set(found) == {
        "problem.sheet_code_words",
        "problem.sheet_id_twice",
        "problem.sheet_text_missing",
        "problem.sheet_figure_missing",
        "problem.sheet_unit_missing",
        "problem.sheet_date_two_ways",
        "problem.sheet_limits",
        "problem.sheet_required",
    }
    assert found["problem.sheet_id_twice"] == "A4"


def test_a_damaged_hidden_sheet_is_told(tmp_path: Path) -> None:
    """Hidden content that is no record is refused, not half used."""

    def edit(opened: Any) -> None:
        opened["kept"]["D2"].value = '{"id":"KH-0001","kind":"castle"}'

    assert problems(edited(tmp_path, edit)) == [("problem.sheet_kept", None)]


def test_a_long_record_comes_back(tmp_path: Path) -> None:
    """What is longer than a cell holds is kept in parts."""
    long = "тяжело =+@ " * 8_000
    risk = Risk(category="long", cause=CONTENT.projects[0].title)
    project = Project(
        id="KH-0099",
        title=MText(ru=Words(text=long)),
        kind="trade",
        risks=(risk,),
    )
    path = tmp_path / "list.xlsx"
    path.write_bytes(list_workbook(Content(projects=(project,)), language="ru", say=say))
    assert read_list(path, say).projects == (project,)


def test_what_nobody_changed_is_not_for_this_office_to_mend(tmp_path: Path) -> None:
    """The other side's record with limits out of order and no unit comes back as it was."""
    odd = Quantity(low="5", high="1", unit="")
    project = Project(id="KH-0098", title=CONTENT.projects[0].title, kind="trade", budget=odd)
    path = tmp_path / "list.xlsx"
    path.write_bytes(list_workbook(Content(projects=(project,)), language="ru", say=say))
    assert read_list(path, say).projects == (project,)


def test_no_escape_of_a_spreadsheet_stands_in_what_is_kept() -> None:
    """A spreadsheet that saves the file anew turns `_x0041_` into a letter: no such thing is there."""
    project = Project(id="KH-0097", title=MText(ru=Words(text="_x0041_")), kind="trade")
    book = load_workbook(
        io.BytesIO(list_workbook(Content(projects=(project,)), language="ru", say=say))
    )
    assert "_x" not in "".join(str(cell.value) for row in book["kept"].iter_rows() for cell in row)


def test_one_sheet_may_come_as_csv(tmp_path: Path) -> None:
    """A table with our titles is known by them and read like a sheet."""
    path = tmp_path / "обязательства.csv"
    heads = [
        "Номер в перечне",
        "Содержание обязательства: русский",
        "Основание обязательства",
        "Срок",
    ]
    path.write_bytes(
        (";".join(heads) + "\r\nKH-C-9;Отправить поезд;протокол встречи;31.12.2027\r\n").encode(
            "cp1251"
        )
    )
    (promise,) = read_list(path, say).commitments
    assert promise.text.ru == Words(text="Отправить поезд")
    assert promise.due == Interval(first="2027-12-31", last="2027-12-31")
    assert promise.strength == "protocol"


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    """A workbook that is not the list says which sheets were looked for, in every language."""
    path = tmp_path / "other.xlsx"
    Workbook().save(path)
    assert problems(path) == [("problem.sheet_none", None)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_are_different_within_a_sheet(language: str) -> None:
    """No two columns of a sheet have one title, so that titles alone can tell them apart."""
    for sheet in SHEETS:
        titles = [column.words(language, say) for column in sheet.columns]
        assert len(set(titles)) == len(titles)


def test_words_of_codes_mean_one_code() -> None:
    """In whichever language a code's title is written, it means that code and no other."""
    for fields in FIELDS.values():
        for column in (field.column for field in fields if field.column.codes):
            words = accepted_words(column, say)
            for code, key in column.codes.items():
                for language in LANGUAGES:
                    title = say(key, language)
                    assert words[title.casefold()] == code, (column.key, title)
                    assert not set(title) & set(";；,，、\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_sheet_of_each_kind_fits_a_screen(language: str) -> None:
    """At most fifteen columns with all that is required; the rest stands on a second sheet."""
    opened = load_workbook(io.BytesIO(list_workbook(Content(), language=language, say=say)))
    for kind, fields in FIELDS.items():
        first, more = (
            [cell.value for cell in opened[say(f"sheets.sheet_{kind}{suffix}", language)][1]]
            for suffix in ("", "_more")
        )
        assert len(first) <= 15
        assert {f"{kind}.{one.column.key}" for one in fields if one.column.is_required} <= set(
            first
        )
        names = {name.split(".")[1] for name in (*first, *more)}
        assert names == {one.column.key for one in fields}
        assert {name.split(".")[1] for name in first} & {name.split(".")[1] for name in more} == {
            "id"
        }


def test_a_cell_of_the_second_sheet_is_named_there(tmp_path: Path) -> None:
    """What is wrong on the second sheet is told with that sheet; a row of no number of the first too."""

    def edit(opened: Any) -> None:
        page = opened["Projects, more"]
        at(page, 3, "projects_more.budget_low").value = "99999999999999"
        page.cell(9, 1).value = "KH-0099"

    with pytest.raises(RegisterError) as told:
        read_list(edited(tmp_path, edit), say)
    found = {(one.key, one.parameters["sheet"]) for one in told.value.problems}
    assert found == {
        ("problem.sheet_limits", "Projects, more"),
        ("problem.sheet_more_alone", "Projects, more"),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_allowed_words_are_those_of_the_drop_down(tmp_path: Path, language: str) -> None:
    """Whoever reads the error, the words to choose from are in the workbook's language."""
    kind = say("sheets.sheet_projects", language)

    def edit(opened: Any) -> None:
        at(opened[kind], 3, "projects.kind").value = "?"

    with pytest.raises(RegisterError) as told:
        read_list(edited(tmp_path, edit, language), say)
    for reader in LANGUAGES:
        assert say("sheets.kind_trade", language) in describe(told.value, reader)
