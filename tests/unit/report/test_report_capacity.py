"""A capacity and a comparison in words and pictures, in four languages."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from keruen import report, study
from keruen.domain.results import SearchEnd
from keruen.errors import UsageError
from keruen.i18n import LANGUAGES, text
from keruen.report.chapters.capacity import command, curve_picture, own_outcome
from keruen.report.chapters.capacity_words import flow_text
from keruen.report.chapters.comparison import change_text, names_of
from keruen.report.pictures.capacity_curve import CurvePanel, CurvePoint, draw_curve
from keruen.scenario import read
from keruen.study.results import Capacity, Comparison
from pdf_structure import faults

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def found() -> Capacity:
    """The toy for a week: it holds about a third of its own flow, and its yard binds."""
    return study.capacity(read("toy", ["calendar.days=7"]), replications=2)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    """The toy against the toy with a slower crane."""
    change = 'terminal.machines.gantry.cycle_time="5 min"'
    designs = (read("toy"), read("toy", [change]))
    return study.compare(*(study.run(one, replications=2) for one in designs))


def ended(found: Capacity, end: SearchEnd) -> Capacity:
    """The same search with another end."""
    brackets = tuple(replace(one, end=end) for one in found.brackets)
    return replace(found, outcome=end, brackets=brackets, first_limit=None, verdict=None)


def test_the_answer_comes_first(found: Capacity) -> None:
    """The first sentence says how much; then the case's own flow, the limit, what binds, the assumption."""
    sentences = report.capacity_sentences(found, "en")
    assert "capacity is 313 boxes a year" in sentences[0]
    assert "0." in sentences[2]
    limit = next(s for s in sentences if s.startswith("First limit broken"))
    assert "2 of 2" in limit
    assert "85%" in limit
    assert any("no replication keeps every limit" in s for s in sentences)
    assert any(s.startswith("Bottleneck: yard slots") for s in sentences)
    assert any("a larger yard" in s for s in sentences)
    assert sentences[-1].startswith("Assumption: train services (7 trains a week")


def test_one_replication_has_no_interval(found: Capacity) -> None:
    """A single replication says so, and gives no interval."""
    single = study.capacity(found.scenario, replications=1, tolerance=0.2)
    sentences = report.capacity_sentences(single, "en")
    assert "interval" not in sentences[0]
    assert text("report.one_replication", "en") in sentences


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("end", ["unlimited", "timetable", "impossible"])
def test_other_ends_are_said(found: Capacity, end: SearchEnd, language: str) -> None:
    """A search without a capacity says why, in every language, and its page can be drawn."""
    other = ended(found, end)
    first = report.capacity_sentences(other, language)[0]
    assert "capacity." not in first
    assert re.search(r"2\D+2", first)
    assert curve_picture(other, language).svg


def test_the_timetable_is_named(found: Capacity) -> None:
    """When refused boxes break first, it is said that the timetable binds before the terminal."""
    assert found.first_limit is not None
    first = replace(found.first_limit, limit="unserved_share", measure="unserved_share")
    sentences = report.capacity_sentences(replace(found, first_limit=first), "en")
    assert text("capacity.timetable_first", "en") in sentences


def test_what_holds_again_is_told(found: Capacity) -> None:
    """A flow above the capacity at which all held again is mentioned, and not counted."""
    brackets = (replace(found.brackets[0], again_at=(0.45,)), found.brackets[1])
    sentences = report.capacity_sentences(replace(found, brackets=brackets), "en")
    assert text("capacity.again", "en", k=1, n=2) in sentences


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_in_every_language(found: Capacity, language: str, tmp_path: Path) -> None:
    """The page is whole in both formats, with the curve, its table and the command."""
    html = report.write_capacity(found, tmp_path, language=language)
    page = html.read_text(encoding="utf-8")
    assert text("capacity.section_curve", language) in page
    assert page.count("<svg ") == 1
    assert page.count("<table") == 3
    assert "keruen capacity toy" in page
    assert not re.search(r"\b(capacity|measure|report)\.[a-z_]+\b", page)
    pdf = report.write_capacity(found, tmp_path, format="pdf", language=language)
    assert faults(pdf) == []


def test_unknown_formats_are_refused(found: Capacity, tmp_path: Path) -> None:
    """A format that no report has is refused before anything is written."""
    with pytest.raises(UsageError):
        report.write_capacity(found, tmp_path, format="docx")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_the_case_itself_decides_the_mark(found: Capacity) -> None:
    """The toy as it is written asks for more than its capacity: the page is marked as failing."""
    assert own_outcome(found) == "broken"


def test_the_command_makes_it_again(found: Capacity) -> None:
    """The command names everything that decides the answer."""
    words = command(replace(found, trains="fixed"), "en")
    assert words == (
        "keruen capacity toy --set calendar.days=7 --replications 2 --seed 1 --tolerance 2%"
        " --fixed-trains --language en"
    )


@pytest.mark.parametrize(
    ("value", "written"), [(231_234.0, "231,000"), (12_345.0, "12,300"), (312.9, "313")]
)
def test_flows_are_written_as_exactly_as_they_are_known(value: float, written: str) -> None:
    """Three figures are as much as a search to 2 % knows."""
    assert flow_text(value, "en") == written


def panel(values: Sequence[float], bound: float = 1.0, unit: str = "share") -> CurvePanel:
    points = tuple(
        CurvePoint(flow=100.0 * n, mean=v, low=v, high=v, is_kept=v <= bound)
        for n, v in enumerate(values, 1)
    )
    return CurvePanel(title="x", unit=unit, bound=bound, points=points)


def dots(svg: str) -> list[ET.Element]:
    return ET.fromstring(svg).findall(f"{SVG}circle")


def test_what_is_far_beyond_its_limit_leaves_the_panel() -> None:
    """A jam does not flatten the curve: points beyond the scale are not drawn, nor is anything outside."""
    picture = draw_curve([panel([0.1, 0.2, 5_000.0], 0.5)], (250.0, 240.0, 260.0), ("t", "d"), "en")
    assert len(dots(picture.svg)) == 2
    numbers = [float(n) for n in re.findall(r"[ML]-?[\d.]+ (-?[\d.]+)", picture.svg)]
    assert min(numbers) >= 0


@pytest.mark.parametrize("unit", ["ms", "share", ""])
@pytest.mark.parametrize("bound", [0.0, 0.05, 40.0])
def test_every_kind_of_limit_can_be_drawn(unit: str, bound: float) -> None:
    """Durations, shares and counts; a bound of zero; a single point; no interval."""
    lone = panel([0.02], bound, unit)
    assert dots(draw_curve([lone, panel([0, 0.01, 60.0], bound, unit)], None, ("t", "d"), "kk").svg)


def test_a_comparison_in_words(compared: Comparison) -> None:
    """A slower crane makes trains slower: worse; what it does not touch is the same."""
    head, *sentences = report.comparison_sentences(compared, "en")
    assert "2 replications with the same random draws" in head
    trains = next(s for s in sentences if s.startswith("Train turnaround, median"))
    assert "worse" in trains
    assert any("the same in every replication" in s for s in sentences)
    assert "Holm" in sentences[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_in_every_language(compared: Comparison, language: str) -> None:
    """Each outcome has its sentence in every language."""
    for outcome in ("better", "worse", "higher", "lower", "same", "unsure"):
        for n_needed in (None, 12):
            differences = tuple(
                replace(one, outcome=outcome, n_needed=n_needed) for one in compared.differences
            )
            changed = replace(compared, differences=differences)
            assert not any("compare." in s for s in report.comparison_sentences(changed, language))


def test_designs_of_one_title_are_told_apart(compared: Comparison) -> None:
    """Two designs with the same title are named by what else they are."""
    first, second = names_of(compared, "en")
    assert first != second


def test_a_change_of_a_share_is_in_points(compared: Comparison) -> None:
    """A change of a share is in percentage points, with its sign."""
    one = next(d for d in compared.differences if d.measure == "trains_held_share")
    change = replace(one.change, mean=0.012, low=0.010, high=0.014)
    assert change_text(replace(one, change=change), "en") == "+1.2 ± 0.2 percentage points"
