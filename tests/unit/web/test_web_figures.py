"""Figures by their names, units and laws in the reader's language; what is in English says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from keruen.i18n import LANGUAGES, text
from keruen.report.figure_words import amount_in_words, name_of
from keruen.scenario.read import read
from made_up_pages import pages

OTHERS = [one for one in LANGUAGES if one != "en"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scenario", ["kostanay-hefei", "toy"])
def test_every_packaged_figure_has_a_name(scenario: str, language: str) -> None:
    """In words of the language; no key, no placeholder, and no value left as the file writes it."""
    found = read(scenario)
    assert found.figures
    for figure in found.figures:
        name, amount = name_of(figure.path, found, language), amount_in_words(figure.text, language)
        assert name, figure.path
        assert figure.path not in name
        assert "{" not in name + amount
        if language in {"ru", "kk"}:
            letters = re.findall(r"[^\W\d_]", name)
            cyrillic = [one for one in letters if "\u0400" <= one <= "\u04ff"]
            assert len(cyrillic) > len(letters) / 2, name
        if language == "zh":
            assert re.search(r"[\u4e00-\u9fff]", name), name
        assert not amount.startswith("law "), figure.text


@pytest.mark.parametrize(
    ("written", "language", "words"),
    [
        ("law exponential, mean 250 h", "zh", "服从指数分布：均值 250\xa0小时"),
        ("1.2 bn KZT2025", "ru", "1,2 млрд тенге (2025)"),
        ("-31.5 degC", "kk", "-31,5\xa0°C"),
        ("82.4866 deg", "ru", "82,4866°"),
        ("12 %", "en", "12%"),
        # What is not known stays as the file has it, whole.
        ("law strange, mean 3 h", "ru", "law strange, mean 3 h"),
        ("law exponential, spread 3 h", "ru", "law exponential, spread 3 h"),
        ("5 %, often", "ru", "5 %, often"),
        ("weekly", "ru", "weekly"),
        ("", "ru", ""),
    ],
)
def test_a_value_in_words(written: str, language: str, words: str) -> None:
    """Numbers, units, money and laws as the language writes them."""
    assert amount_in_words(written, language).replace("−", "-") == words


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_in_english_says_so(tmp_path: Path, language: str) -> None:
    """The head by a word, each cell by its language; and the names are found by searching."""
    with pages(tmp_path) as browser:
        page = browser.get(f"/{language}/figures").text
        assert text("web.column_note_english", language) in page
        assert text("web.column_note_english", language) != text("web.column_note", language)
        tables = browser.get(f"/{language}/figures.json").json()["tables"][0]
        notes = {row["note"]["text"] for row in tables["rows"]} - {"–"}
        assert notes
        for note in notes:
            assert f'<span lang="en">{note}</span>' in page
        name = tables["rows"][0]["figure"]["text"]
        assert name not in {"", "–"}
        found = browser.get(f"/{language}/figures.json", params={"q": name.upper()}).json()
        rows = found["tables"][0]["rows"]
        assert rows
        assert {row["figure"]["text"] for row in rows} == {name}
        english = browser.get("/en/figures").text
        assert text("web.column_note", "en") in english
        assert '<span lang="en">' not in english


def test_the_widths_are_those_of_their_columns(tmp_path: Path) -> None:
    """Reasons and sources have the room that the stylesheet gives by the place of a column."""
    with pages(tmp_path) as browser:
        heads = re.findall(r'<th scope="col"[^>]*>([^<]*)', browser.get("/en/figures").text)
        address = re.search(r"/static/style\.css[^\"]*", browser.get("/en/figures").text)
        assert address is not None
        style = browser.get(address[0]).text
    wide = re.findall(r"table\.figures td:nth-child\((\d+)\)[^{}]*\{ min-width: \d+rem", style)
    named = [heads[int(one) - 1] for one in wide]
    assert named == [text(f"web.column_{one}", "en") for one in ("origin", "note")]
