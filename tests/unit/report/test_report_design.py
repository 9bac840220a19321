"""What a design found, in words, page, workbook and picture, in four languages."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from design_answers import addition, answer
from keruen.i18n import LANGUAGES
from keruen.report.chapters.design import frontier_picture, write_design
from keruen.report.chapters.design_words import design_sentences
from keruen.scenario import read
from keruen.study.design.certificate import StepRemoval
from keruen.study.design.envelope import lower_envelope
from keruen.study.design.results import RailwayPart, Shortage
from keruen.study.design.sufficiency import sufficiency_of

SCENARIO = read("kostanay-hefei", (), ("growth",))
REMOVALS = (
    StepRemoval(
        key="gantry",
        outcome="needed",
        measure="train_turnaround_ms_p90",
        bound=43_200_000,
        value=46_800_000,
        low=45_000_000,
    ),
    StepRemoval(
        key="bakhty-trains",
        outcome="needed",
        measure="unserved_share",
        bound=0.02,
        value=0.031,
        low=0.031,
        by="plan",
    ),
    StepRemoval(
        key="gate-hours",
        outcome="inconclusive",
        measure="truck_turn_time_ms_p90",
        bound=3_600_000,
        value=3_700_000,
        low=3_500_000,
    ),
)
FOUND = answer(
    additions=(
        addition("bakhty-trains", 3, 9e9, others=1.5),
        addition("gantry", 1, 5e8),
        addition("gate-hours", 1, 5e7),
    ),
    removals=REMOVALS,
    railway=RailwayPart(bound_kzt2025=8e9, cost_kzt2025=9e9, planned_share=0.01, margin_share=0.05),
    idle=("kokshetau-kostanay", "trucks"),
)


def name(key: str, language: str) -> str:
    """Of a lever."""
    return SCENARIO.levers[key].title.in_language(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_names_what_is_added_who_decides_and_what_breaks(language: str) -> None:
    """Each addition by its name; each removal with its limit; what has no effect."""
    said = design_sentences(FOUND, SCENARIO, language)
    for key in ("bakhty-trains", "gantry", "gate-hours"):
        assert name(key, language) in said[1], "the answer comes first"
    whole = "\n".join(said)
    for key in ("kokshetau-kostanay", "trucks"):
        assert name(key, language) in whole
    for office in ("akimat", "china-railway", "company"):
        own = [key for key in FOUND.additions if SCENARIO.levers[key.key].decided_by == office]
        assert any(
            all(name(one.key, language) in sentence for one in own) for sentence in said[2:6]
        )
    removals = [sentence for sentence in said if any(n in sentence for n in ("3.1", "3,1"))]
    assert len(removals) == 1, "the plan's share without the step"
    assert not any("{" in sentence or "KZT2025" in sentence for sentence in said)


def test_money_and_years_are_those_of_the_additions() -> None:
    """90 to 180 bn of the railway, 1 to 3.5 years; the others' gain; the bound."""
    said = "\n".join(design_sentences(FOUND, SCENARIO, "en")).replace("\xa0", " ")
    assert "Capital 90 to 180 bn KZT; from decision to operation: 1 to 3.5 years" in said
    assert "of 3 trains/d built, 1.50 trains/d serve this corridor; the others gain 1.50" in said
    assert "Railway part: 9.0 bn KZT a year" in said
    assert "below 8.0 bn KZT a year" in said
    assert "not proved: 1 inconclusive" in said
    assert "No single step can be taken away" not in said
    proved = replace(FOUND, removals=REMOVALS[:2])
    assert "No single step can be taken away" in "\n".join(design_sentences(proved, SCENARIO, "en"))


def test_a_shortage_names_the_limit_and_the_missing_lever() -> None:
    """With the levers that touch it at their most, and where none does."""
    touched = Shortage(
        measure="unserved_share",
        bound=0.02,
        value=0.3,
        levers=("platforms-1520",),
        missing=("section",),
    )
    untouched = replace(touched, measure="yard_occupancy_share_p95", levers=(), missing=("blocks",))
    found = replace(FOUND, is_sufficient=False, shortages=(touched, untouched), removals=())
    said = "\n".join(design_sentences(found, SCENARIO, "en"))
    assert "30% even with all levers at their most" in said
    assert "train paths on sections" in said
    assert "No lever of the scenario touches it" in said
    assert "yard blocks" in said
    assert "becomes sufficient" not in said
    assert sufficiency_of(SCENARIO, found).not_kept == (
        "unserved_share",
        "yard_occupancy_share_p95",
    )


def test_the_plain_result_has_steps_capital_and_the_first_year() -> None:
    """Decided in 2026, two years to build: 2028."""
    plain = sufficiency_of(SCENARIO, FOUND)
    assert {one.lever: one.amount for one in plain.additions} == {
        "bakhty-trains": 3,
        "gantry": 1,
        "gate-hours": 1,
    }
    assert math.isclose(plain.cost_low, 95.5e9)
    assert math.isclose(plain.cost_high, 191e9)
    assert plain.earliest_year == 2028
    assert plain.is_confirmed


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_workbook_and_picture_are_written(language: str, tmp_path: Path) -> None:
    """The stair names what each step adds to the one before."""
    first = answer(annual=1e9, offered=100_000)
    second = replace(FOUND, offered_per_year=200_000.0)
    beyond = replace(FOUND, offered_per_year=300_000.0, is_sufficient=False)
    frontier = lower_envelope([(0.5, first), (1.0, second), (1.5, beyond)])
    page = write_design(FOUND, SCENARIO, tmp_path, frontier=frontier, language=language)
    html = page.read_text(encoding="utf-8")
    assert name("bakhty-trains", language) in html
    book = load_workbook(io.BytesIO((tmp_path / f"design-{language}.xlsx").read_bytes()))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == [
        name(key, language) for key in ("bakhty-trains", "gantry", "gate-hours")
    ]
    assert rows[1][5:8] == (90_000, 90_000, 180_000), "capital in millions"
    assert (tmp_path / f"frontier-{language}.svg").exists()
    picture = frontier_picture(frontier, SCENARIO, language)
    assert picture is not None
    assert picture.svg.count(name("gantry", language)) == 1, "the second step has it already"
    assert frontier_picture((), SCENARIO, language) is None
