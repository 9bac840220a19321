"""What decides a case is told in four languages, drawn to scale, and never as a probability."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from keruen.domain.results import OverRanges
from keruen.i18n import LANGUAGES
from keruen.i18n.messages import catalogue
from keruen.report.chapters.sensitivity import tornadoes, write_sensitivity
from keruen.report.chapters.sensitivity_words import sensitivity_sentences
from keruen.report.pictures.colours import CASES
from keruen.report.pictures.tornado import TornadoBar, draw_tornado
from keruen.study.sensitivity import Effort, SensitivityStudy, Subject, study_sensitivity
from keruen.study.sensitivity.results import BoxSide, FutureBox

PROBABILITY = re.compile("probab|likel|вероятн|ықтимал|概率", re.IGNORECASE)


@pytest.fixture(scope="module")
def study() -> SensitivityStudy:
    return study_sensitivity(
        Subject(path="toy", overrides=("limits.yard_occupancy_p95=50 %",)), Effort(n_futures=20)
    )


def test_a_count_of_combinations_is_never_called_a_probability() -> None:
    """In no language, in no sentence of the study."""
    for language in LANGUAGES:
        words = {k: v for k, v in catalogue(language).items() if k.startswith("sensitivity.")}
        assert len(words) > 40
        assert not [key for key, said in words.items() if PROBABILITY.search(said)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_names_value_range_office_and_combinations(
    study: SensitivityStudy, language: str
) -> None:
    """The figure that turns the limit comes first; the count of combinations follows."""
    title, first, *others = sensitivity_sentences(study, language)
    figure = study.deciding[0]
    assert title
    assert figure.switching is not None
    assert figure.name[language] in first
    assert figure.office[language] in first
    over = study.over_ranges
    assert isinstance(over, OverRanges)
    assert any(str(over.n_tried) in said and str(over.n_kept) in said for said in others)


def test_a_box_is_said_by_its_bounds_and_an_end_of_the_range_is_none() -> None:
    """Above the low bound, since the other side is free."""
    study = study_sensitivity(Subject(path="toy"), Effort(n_futures=20))
    assert study.found.futures is not None
    side = BoxSide(factor="terminal.blocks.a.n_tiers", low=0.0, high=1.0)
    box = FutureBox(
        sides=(side,), coverage=0.75, density=0.9, fresh_coverage=0.7, fresh_density=0.85
    )
    found = replace(study.found, futures=replace(study.found.futures, box=box))
    said = " ".join(sensitivity_sentences(replace(study, found=found), "en"))
    assert "Where Tiers: Block A is above 2, a limit is broken in 90% of the tried" in said
    assert "75% of all broken ones" in said
    assert "85% and 70%" in said


def test_a_bar_is_as_long_as_the_swing() -> None:
    """Twice the swing, twice the length; the low end has the first colour."""
    bars = [
        TornadoBar(name="wide", low=0.0, base=0.2, high=0.4),
        TornadoBar(name="narrow", low=0.1, base=0.2, high=None),
    ]
    svg = draw_tornado(bars, 0.3, "share", ("low", "high"), ("t", "d"), "en").svg
    widths = [
        (float(width), fill)
        for width, height, fill in re.findall(
            r'<rect[^>]*width="([\d.]+)" height="([\d.]+)" fill="(#\w+)"', svg
        )
        if height == "14"
    ]
    (wide_low, first), (wide_high, second), (narrow, third) = widths
    assert wide_low == pytest.approx(wide_high, abs=0.02)
    assert wide_low == pytest.approx(2 * narrow, abs=0.02)
    assert (first, second, third) == (CASES[0], CASES[1], CASES[0])


def test_page_workbook_and_pictures_lie_side_by_side(
    study: SensitivityStudy, tmp_path: Path
) -> None:
    """All swings are in the workbook; each picture is a file of its own."""
    page = write_sensitivity(study, tmp_path, language="ru")
    assert page.name == "sensitivity-ru.html"
    book = load_workbook(io.BytesIO((tmp_path / "sensitivity-ru.xlsx").read_bytes()))
    figures, swings, left_out, futures = book.worksheets
    assert swings.max_row == 1 + len(study.found.full_swings)
    assert left_out.max_row == 1 + len(study.found.left_out)
    assert study.over_ranges is not None
    assert futures.max_row == 1 + study.over_ranges.n_tried
    assert figures.max_row > len(study.deciding)
    pictures = sorted(path.name for path in tmp_path.glob("*.svg"))
    assert len(pictures) == len(tornadoes(study, "ru")) > 0
    assert write_sensitivity(study, tmp_path, format="pdf", language="zh").stat().st_size > 10_000
