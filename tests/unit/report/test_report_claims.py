"""The chapter on claims."""

from __future__ import annotations

from dataclasses import replace

import pytest

from keruen.i18n import LANGUAGES
from keruen.report.chapters.claims import claims_section
from keruen.report.document import Bullets, Cell, Folded, TableBlock
from keruen.scenario.claims import NO_ADDRESS
from keruen.scenario.world import PlannedWorld
from keruen.study.results import Study


def stating(study: Study, **changed: str) -> Study:
    """The study with another first statement on the capacity, beside one of 1 Mt/yr."""
    claim = study.scenario.claims["capacity"]
    statements = dict(claim.statements)
    statements["boxes"] = statements["boxes"].model_copy(update=changed)
    statements["mass"] = statements["mass"].model_copy(update={"value": "1 Mt/yr"})
    other = claim.model_copy(update={"statements": statements, "checks": {}})
    stated = study.scenario.model_copy(update={"claims": {"capacity": other}})
    return replace(study, world=PlannedWorld.of(stated))


def statements(study: Study, language: str) -> TableBlock:
    """The table of statements, which paper leaves to the page and the workbook."""
    (fold,) = (b for b in claims_section(study, language).blocks if isinstance(b, Folded))
    (table,) = fold.blocks
    assert isinstance(table, TableBlock)
    return table


def first_row(study: Study, language: str) -> tuple[Cell, ...]:
    """The first statement as it stands in the table."""
    table = statements(study, language)
    return table.rows[0]


def test_what_cannot_be_true_is_said_with_its_figure(light: Study) -> None:
    """Eleven million tonnes in 400 000 boxes are 27.5 t in each, more than a box holds."""
    said = [
        sentence
        for language in LANGUAGES
        for block in claims_section(light, language).blocks
        if isinstance(block, Bullets)
        for sentence in block.items
    ]
    assert len(said) == len(LANGUAGES)
    assert all("27.5" in sentence or "27,5" in sentence for sentence in said)
    assert all("26.5" in sentence or "26,5" in sentence for sentence in said)


def test_every_statement_stands_with_who_said_it_and_when(light: Study) -> None:
    """Statements are kept side by side, each with its source; none is left out."""
    table = statements(light, "en")
    rows = [[cell.text for cell in row] for row in table.rows]
    assert rows == [
        ["Capacity", "400,000 boxes/yr", "The promoter", "2025", "published"],
        ["", "11 Mt/yr", "The ministry", "2025", "published"],
    ]
    assert table.rows[0][4].links == ("https://example.org/boxes?a=1&b=2",)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "no address published"),
        ("ru", "адрес не опубликован"),
        ("kk", "мекенжайы жарияланбаған"),
        ("zh", "未公布网址"),
    ],
)
def test_a_source_without_an_address_is_said_in_the_readers_language(
    light: Study, language: str, expected: str
) -> None:
    """What all languages share in the data is not left standing in English."""
    source = first_row(stating(light, source=NO_ADDRESS), language)[4]
    assert (source.text, source.note, source.links) == (expected, "", ())


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2025-08-12", "12 августа 2025 г."), ("2025-11", "ноябрь 2025 г."), ("–", "–")],
)
def test_the_time_of_a_statement_is_written_as_all_dates_are(
    light: Study, as_of: str, expected: str
) -> None:
    """A day is written out, a month has its name, and what is not known stays a dash."""
    when = first_row(stating(light, as_of=as_of), "ru")[3].text
    assert " ".join(when.split()) == expected  # its blanks are no-break ones


@pytest.mark.parametrize(
    ("mass", "expected"),
    [
        ("2 Mt/yr", "в 2 раза."),
        ("1.5 Mt/yr", "в 1,5 раза."),
        ("5.01 Mt/yr", "в 5 раз."),
        ("10 Mt/yr", "в 10 раз."),
        ("21 Mt/yr", "в 21 раз."),
        ("35.4 Mt/yr", "в 35 раз."),
    ],
)
def test_a_factor_has_the_form_of_its_figure(light: Study, mass: str, expected: str) -> None:
    """Russian counts by the figure that is written: «в 1,5 раза», but «в 35 раз»."""
    block = claims_section(stating(light, value=mass), "ru").blocks[1]
    assert isinstance(block, Bullets)
    (sentence,) = block.items
    assert sentence.endswith(expected)


def test_a_scenario_without_claims_says_so(light: Study) -> None:
    """An empty chapter is a sentence, not a gap."""
    silent = replace(light, world=PlannedWorld.of(light.scenario.model_copy(update={"claims": {}})))
    (block,) = claims_section(silent, "en").blocks
    assert "no claims" in getattr(block, "text", "")
