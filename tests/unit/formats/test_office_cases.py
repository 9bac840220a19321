"""Small lists and packages of real offices, each standing for its kind, and what is right for each.

Files of the kinds lie beside the project in ``shared/cases``; made-up siblings stand here, so that
each kind is proved without them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from keruen.errors import KeruenError
from keruen.formats import Content, list_workbook, read_list, read_package
from keruen.i18n import LANGUAGES, describe
from keruen.i18n import text as say

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"

Outcome = Callable[[Content], Any]

FIRST_QUARTER = ("2028-01-01", "2028-03-31")
LAST_QUARTER = ("2027-10-01", "2027-12-31")


def _title(content: Content, language: str) -> str:
    words = getattr(content.projects[0].title, language)
    said: str = words.text if words is not None else ""
    return said


def _built(content: Content) -> tuple[str, str]:
    span = content.projects[0].baseline["implementation"]
    return span.first, span.last


def _source_day(content: Content) -> str:
    source = content.projects[0].source
    return source.date if source is not None else ""


READ: dict[str, tuple[Outcome, Any]] = {
    "list-csv/kz1048.csv": (lambda found: _title(found, "kk"), "Тобыл көпірі"),
    "list-csv/cp1251-ru.csv": (lambda found: _title(found, "ru"), "Мост через Тобол"),
    "list-xlsx/ru-dots-short.xlsx": (_source_day, "2025-08-12"),
    "list-xlsx/ru-quarter.xlsx": (_built, LAST_QUARTER),
}
REFUSED = {
    "list-csv/cp1251-kk-lossy.csv": ("error.table_lost_letters", "cp1251-kk-lossy.csv:2:3"),
    "list-xlsx/id-cyr.xlsx": ("problem.sheet_id_letters", "KH-0901"),
    "list-xlsx/title-bidi.xlsx": ("problem.sheet_unseen", "C3"),
    "oc4ids/control.json": ("problem.oc4ids_unseen", "projects[0].description"),
    "oc4ids/lang-none-ru.json": ("problem.oc4ids_language_unstated", "projects[0]"),
    "oc4ids/date-bad.json": ("problem.oc4ids_unreadable", "projects[0].period."),
}


def opened(path: Path) -> Content:
    """The records of a list or a package."""
    return read_package(path) if path.suffix == ".json" else read_list(path, say)


def refused(path: Path) -> list[tuple[str, str]]:
    """Key of each problem of a file, and what it says to a reader of each language."""
    with pytest.raises(KeruenError) as told:
        opened(path)
    return [
        (problem.key, describe(problem, language))
        for problem in told.value.problems
        for language in LANGUAGES
    ]


@pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases is not here")
@pytest.mark.parametrize("folder", ["list-csv", "list-xlsx", "oc4ids"])
def test_every_case_is_right(folder: str) -> None:
    """What can be read is read as meant; the rest is refused with its reason and place."""
    paths = sorted((CASES / folder).iterdir())
    assert paths
    for path in paths:
        name = f"{folder}/{path.name}"
        if name in READ:
            outcome, wanted = READ[name]
            assert outcome(opened(path)) == wanted, name
        else:
            key, place = REFUSED[name]
            found = [told for kind, told in refused(path) if kind == key]
            assert len(found) >= len(LANGUAGES), name
            assert all(place in told for told in found if path.name in told), name


@pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases is not here")
def test_every_folder_of_cases_is_known() -> None:
    """Lists and packages are tried here, yards with their reader; a new folder must not lie unread."""
    folders = {path.name for path in CASES.iterdir() if path.is_dir()}
    assert folders == {"list-csv", "list-xlsx", "oc4ids", "yard-csv"}


HEADER = "Номер в перечне;Название: русский;Название: казахский;Вид проекта;Период: реализация;Источник: дата"


def csv(folder: Path, row: str, encoding: str = "utf-8") -> Path:
    """A list of one project as an office's spreadsheet saves it."""
    path = folder / "list.csv"
    path.write_bytes(f"{HEADER}\r\n{row}\r\n".encode(encoding))
    return path


def book(folder: Path, **cells: str) -> Path:
    """A filled form of one project; cells by the hidden key of their column."""
    filled = load_workbook(io.BytesIO(list_workbook(Content(), language="ru", say=say)))
    values = {"id": "KH-0501", "title_ru": "Мост", "kind": "инфраструктура", **cells}
    for page in filled.worksheets:
        for cell in page[1]:
            kind, _, key = str(cell.value).partition(".")
            if kind in {"projects", "projects_more"} and key in values:
                page.cell(3, cell.column).value = values[key]
    path = folder / "list.xlsx"
    filled.save(path)
    return path


def json_file(folder: Path, **fields: Any) -> Path:
    """A package of one project."""
    project = {"id": "oc4ids-xx-5", "title": "Склад", "language": "ru", **fields}
    path = folder / "package.json"
    path.write_text(json.dumps({"version": "0.9", "projects": [project]}), encoding="utf-8")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "kz1048"])
def test_a_kazakh_list_is_read_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    """Kazakh letters come through whichever way the office saved them."""
    row = "KH-0501;Склад зерна;Астық қоймасы үшін әзірленген өңір;инфраструктура;;"
    found = opened(csv(tmp_path, row, encoding))
    assert _title(found, "kk") == "Астық қоймасы үшін әзірленген өңір"


@pytest.mark.parametrize("lost", ["Астық ?оймасы", "к?пір", "Қо\ufffdма"])
def test_a_list_with_lost_letters_is_refused(tmp_path: Path, lost: str) -> None:
    """A question mark where a letter was is told with row and column."""
    found = refused(csv(tmp_path, f"KH-0501;Склад;{lost};инфраструктура;;"))
    assert {key for key, _ in found} == {"error.table_lost_letters"}
    assert all("list.csv:2:3" in told for _, told in found)


@pytest.mark.parametrize("name", ["КН-0501", "KН-0501", "ΚΗ-0501", "ＫＨ-0501"])
def test_an_id_of_another_alphabet_is_refused(tmp_path: Path, name: str) -> None:
    """In a workbook and in CSV; the id that it looks like is named."""
    row = f"{name};Склад;;инфраструктура;;"
    for path in (book(tmp_path, id=name), csv(tmp_path, row)):
        found = refused(path)
        assert {key for key, _ in found} == {"problem.sheet_id_letters"}
        assert all("KH-0501" in told and "A" in told for _, told in found)


def test_an_id_that_the_register_has_is_right(tmp_path: Path) -> None:
    """Whatever both sides have signed under, its rows can be filled again."""
    path = book(tmp_path, id="КН-0501")
    assert read_list(path, say, known={"КН-0501"}).projects[0].id == "КН-0501"


@pytest.mark.parametrize("letter", ["\u202e", "\u2067", "\u200b", "\u00ad"])
def test_a_text_with_unseen_letters_is_refused(tmp_path: Path, letter: str) -> None:
    """Its cell and the letter's number are told."""
    for path in (
        book(tmp_path, title_ru=f"Сумма {letter}000 1"),
        csv(tmp_path, f"KH-0501;Сумма {letter}000 1;;инфраструктура;;"),
    ):
        found = refused(path)
        assert {key for key, _ in found} == {"problem.sheet_unseen"}
        assert all(f"U+{ord(letter):04X}" in told for _, told in found)


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("1 квартал 2028 года", FIRST_QUARTER),
        ("I кв. 2028 г.", FIRST_QUARTER),
        ("2028 жылғы 1-тоқсан", FIRST_QUARTER),
        ("2028年第一季度", FIRST_QUARTER),
        ("Q1 2028", FIRST_QUARTER),
        ("01.10.27 – 31.12.27", LAST_QUARTER),
        ("октябрь – декабрь 2027", LAST_QUARTER),
    ],
)
def test_periods_of_four_languages_are_read(
    tmp_path: Path, written: str, span: tuple[str, str]
) -> None:
    """As an office writes them, in a workbook and in CSV."""
    row = f"KH-0501;Склад;;инфраструктура;{written};"
    for path in (book(tmp_path, period_implementation=written), csv(tmp_path, row)):
        assert _built(opened(path)) == span


@pytest.mark.parametrize("written", ["03.02.26", "3 февраля 2026 г.", "2026 жылғы 3 ақпан"])
def test_days_of_a_source_are_read(tmp_path: Path, written: str) -> None:
    """A source of which only the day is known is read; its document is asked for."""
    found = opened(book(tmp_path, source_date=written))
    assert _source_day(found) == "2026-02-03"
    assert [note.key for note in found.notes] == ["problem.sheet_source"]


def test_forms_that_a_column_takes_are_listed(tmp_path: Path) -> None:
    """A period that is none hears of quarters, in the reader's language."""
    found = refused(book(tmp_path, period_implementation="скоро"))
    assert {key for key, _ in found} == {"problem.sheet_interval"}
    assert any("квартал" in told for _, told in found)
    assert any("тоқсан" in told for _, told in found)
    assert any("季度" in told for _, told in found)


@pytest.mark.parametrize(
    ("fields", "key", "place"),
    [
        ({"language": None}, "problem.oc4ids_language_unstated", "projects[0]"),
        ({"purpose": "a\u200fb"}, "problem.oc4ids_unseen", "projects[0].purpose"),
        (
            {"parties": [{"name": "a\u0001"}]},
            "problem.oc4ids_unseen",
            "projects[0].parties[0].name",
        ),
        ({"id": "ОС-1"}, "problem.oc4ids_id_letters", "OC-1"),
    ],
)
def test_packages_are_refused_by_kind(
    tmp_path: Path, fields: dict[str, Any], key: str, place: str
) -> None:
    """Each with its place, in four languages."""
    found = refused(json_file(tmp_path, **fields))
    assert {one for one, _ in found} == {key}
    assert all(place in told for _, told in found)
