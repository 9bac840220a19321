"""The joint list as CSV tables."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from keruen.domain.joint import MText, Words
from keruen.formats import list_tables
from keruen.i18n import LANGUAGES
from keruen.i18n import text as say
from made_up_lists import hostile, joint_list


def table(name: str, language: str = "ru") -> list[dict[str, str]]:
    """The rows of one table, by title."""
    content = list_tables(joint_list(), language=language, say=say)[name]
    mark = ";" if language in {"kk", "ru"} else ","
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=mark))


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_stand_beside_codes(language: str) -> None:
    """Every code has its name in the reader's language beside it."""
    row = table("list.csv", language)[0]
    code, name = say("sheets.part_code", language), say("sheets.part_name", language)
    kind = say("sheets.column_kind", language)
    assert row[f"{kind}: {code}"] == "infrastructure"
    assert row[f"{kind}: {name}"] == say("sheets.kind_infrastructure", language)
    light = say("sheets.column_light", language)
    assert row[f"{light}: {name}"] == say("sheets.light_red", language)


def test_a_commitment_says_who_owes_what_to_whom_by_when() -> None:
    """Sides by name, days as days, the standing in words."""
    row = table("commitments.csv")[2]
    assert row["Сторона-должник: код"] == "A"
    assert row["Сторона-должник: название"] == "Далакент"
    assert row["Сторона-кредитор: название"] == "Шаньхэ"
    assert (row["Срок до"], row["Состояние: название"]) == ("2026-10-31", "просрочено")
    assert row["Дней просрочки"] == "23"


def test_contradicting_claims_stand_side_by_side() -> None:
    """Both figures of jobs are there, each with its source and the side that entered it."""
    rows = [row for row in table("claims.csv") if row["Предмет заявления"] == "jobs"]
    assert [row["Показатель: число"] for row in rows] == ["500", "50"]
    assert [row["Внесла сторона: код"] for row in rows] == ["A", "B"]


def test_spreadsheets_are_told_the_encoding() -> None:
    """Each file begins with the byte order mark and has a line for every record."""
    for content in list_tables(joint_list(), language="zh", say=say).values():
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")


@pytest.mark.parametrize("text", ["=1+1", "+7 (714)", "-5 км", "@SUM(A1)", "\t=1", "|calc", "'=1"])
def test_a_text_is_never_a_formula(text: str) -> None:
    """What begins like a formula has an apostrophe before it, and only one."""
    state = joint_list()
    found = state.projects["KH-0003"]
    core = type(found.latest)(id="KH-0003", title=MText(ru=Words(text=text)), kind="trade")
    changed = replace(
        state, projects={"KH-0003": replace(found, latest=core)}, commitments={}, claims=()
    )
    content = list_tables(changed, language="ru", say=say)["list.csv"].decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(content), delimiter=";")
    assert row["Название"] == f"'{text}"


def test_figures_stay_figures() -> None:
    """A figure, also a negative one, is no formula and has no apostrophe."""
    assert table("list.csv")[0]["Бюджет: число"] == "63800000000"


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_the_other_side_wrote_stays_in_its_cell(language: str) -> None:
    """Markup, quotation marks and line ends break no row, and the bytes are the same each time."""
    state = hostile(joint_list(), 'a";\n=b\r\n,\x00"c')
    files = list_tables(state, language=language, say=say)
    assert files == list_tables(state, language=language, say=say)
    mark = ";" if language in {"kk", "ru"} else ","
    for content in files.values():
        rows = list(
            csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=mark)
        )
        assert {len(row) for row in rows} == {len(rows[0])}
