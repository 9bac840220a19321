"""The report "Which first?": pictures and parts say the result's numbers, every answer has its page."""

from __future__ import annotations

import io
import math
import re
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from appraised_lists import listed
from hand_made_appraisals import Told, appraised, judged, of_every_kind, unjudged
from keruen.appraisal.indicators import InternalRates, SwitchingLine
from keruen.errors import UsageError
from keruen.i18n import LANGUAGES
from keruen.report.chapters.appraisal_names import ListNames
from keruen.report.chapters.appraisal_pictures import (
    N_VALUES,
    curve_picture,
    index_picture,
    side_bars,
    value_picture,
)
from keruen.report.chapters.appraisal_words import beside_words
from keruen.report.chapters.project_page import project_chapter
from keruen.report.chapters.project_parts import pairs_of, parts_of, year_groups
from keruen.report.chapters.which_first import compose_appraisal, write_appraisal
from keruen.report.chapters.which_first_words import headline, in_order, reason, to_find_out
from keruen.report.document import Bullets, Facts, Folded, Paragraph, PrintedDocument, TableBlock
from keruen.report.html import render_html
from keruen.report.pdf import render_pdf
from keruen.report.pictures.value_bars import ValueBar
from keruen.scenario import Scenario
from keruen.scenario.projects import ProjectDocument
from keruen.scenario.read import read
from keruen.scenario.read_projects import read_projects
from keruen.study.appraising import AppraisalEffort, ListAppraisal, Subject, appraise
from keruen.study.appraising.line_worth import account_flows, joint_flows, line_worths
from keruen.study.appraising.results import ProjectAppraisal
from pdf_structure import faults

Listed = tuple[Scenario, ProjectDocument]


@pytest.fixture(scope="module")
def packaged() -> Listed:
    """The packaged scenario and its list."""
    return read("kostanay-hefei"), read_projects("kostanay-hefei")


@pytest.fixture(scope="module")
def found(packaged: Listed) -> ListAppraisal:
    """Every packaged project with an answer, by hand."""
    return of_every_kind(*packaged)


def names_of(found: ListAppraisal, packaged: Listed, language: str = "en") -> ListNames:
    """Names in a language."""
    return ListNames(found=found, document=packaged[1], scenario=packaged[0], language=language)


def one_of(found: ListAppraisal, key: str) -> ProjectAppraisal:
    """A project by key."""
    return next(one for one in found.projects if one.key == key)


def words_of(document: PrintedDocument) -> str:
    """Everything that a person reads on the screen."""
    page = render_html(document)
    body = page[page.index("<body>") :]
    return re.sub(r"<[^>]+>", " ", body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_whole_in_every_language(
    found: ListAppraisal, packaged: Listed, language: str
) -> None:
    """No key and no placeholder is left; every project has its page; nothing but the fold is cut."""
    document = compose_appraisal(found, packaged, language)
    said = words_of(document)
    assert "which_first." not in said
    assert "appraisal." not in said
    assert "{" not in said
    assert " nan" not in said
    pages = {section.name for section in document.sections}
    for one in found.projects:
        kind = "project" if one.risk else "unjudged"
        assert f"{kind}-{one.key}" in pages
        assert packaged[1].projects[one.key].title.in_language(language) in said
    with pikepdf.open(io.BytesIO(render_pdf(document))) as pdf:
        assert faults(pdf) == []


def test_the_first_sentence_is_the_decision(found: ListAppraisal, packaged: Listed) -> None:
    """It names what to start; without such a project what to talk about, then what to find out."""
    told = headline(names_of(found, packaged))
    assert told.startswith("Of 22 projects, start these now: “Artificial intelligence in logistics")
    assert "Gate open day and night" in told
    left = replace(found, projects=tuple(p for p in found.projects if p.answer != "do_now"))
    told = headline(names_of(left, packaged))
    assert told.startswith("None of the 20 projects is right for both sides")
    assert "Dostyk" in told
    left = replace(found, projects=tuple(p for p in left.projects if p.answer == "find_out_first"))
    assert "Find out first" in headline(names_of(left, packaged))
    left = replace(found, projects=tuple(p for p in found.projects if p.answer == "not_yet"))
    assert "figures are missing" in headline(names_of(left, packaged))
    left = replace(found, projects=tuple(p for p in found.projects if p.answer == "leave"))
    assert headline(names_of(left, packaged)).startswith("None of the 2 projects is worth its cost")


def test_every_project_stands_under_its_answer(found: ListAppraisal, packaged: Listed) -> None:
    """A line for each, in the order of the answers."""
    chapter = compose_appraisal(found, packaged, "en").sections[0]
    lines = [len(block.items) for block in chapter.blocks if isinstance(block, Bullets)]
    answers = ("do_now", "talk_about", "find_out_first", "leave", "not_yet")
    assert lines == [sum(p.answer == answer for p in found.projects) for answer in answers]


def test_each_answer_has_its_one_reason(found: ListAppraisal, packaged: Listed) -> None:
    """The transfer; the figure with its threshold and who knows it; what is missing, from whom."""
    names = names_of(found, packaged)
    talk = reason(one_of(found, "dostyk-trains"), names)
    assert "A transfer of 3.2 bn KZT would make it all the same to China (B)." in talk
    find = reason(one_of(found, "flat-wagons-305"), names)
    assert "above 82% of the stated value" in find
    assert "Ask: forwarders" in find
    missing = reason(one_of(found, "ai-in-medicine"), names)
    assert "(and 2 more)" in missing
    assert "Ask: Hefei" in missing
    for transfer, said in (
        (None, "no room"),
        (math.inf, "no room"),
        (0.0, "no transfer is needed"),
    ):
        project = replace(one_of(found, "dostyk-trains"), transfer_to_b=transfer)
        assert said in reason(project, names)


def test_what_to_find_out_is_ranked_by_what_it_tells(
    found: ListAppraisal, packaged: Listed
) -> None:
    """The figure that two projects wait for comes before that of one."""
    first, second, *_ = to_find_out(names_of(found, packaged))
    assert set(first.projects) >= {"flat-wagons-305"}
    assert first.told == pytest.approx(0.93 - 0.62)
    assert second.projects == ("second-track",)


def widths(svg: str, colour: str) -> list[float]:
    """Widths of the bars of a colour, the key of the picture left out."""
    found = re.findall(rf'width="([\d.]+)" height="[\d.]+" fill="{colour}"', svg)
    return [float(one) for one in found if one != "18"]


def test_index_bars_are_the_core_indices(found: ListAppraisal, packaged: Listed) -> None:
    """Each bar is as long as its share of the frame; a share of nought has none."""
    picture = index_picture(names_of(found, packaged))
    assert picture is not None
    svg = picture.picture.svg
    shares = [one.core.joint for one in found.projects if one.core and one.core.joint]
    drawn = widths(svg, "#007a5a")
    frame = widths(svg, "#f2f2f2")[0]
    assert sorted(one / frame for one in drawn) == pytest.approx(sorted(shares), abs=1e-3)
    assert "A 50%, B 40%, together 60%" in picture.picture.description


def test_value_bars_are_the_medians_by_side(found: ListAppraisal, packaged: Listed) -> None:
    """Bars stand to one another as the medians do; an open split has a text, no bar."""
    names = names_of(found, packaged)
    picture = value_picture(names)
    assert picture is not None
    shown = [one for one in found.projects if one.risk]
    bars = {one.key: side_bars(one, names) for one in shown}
    assert bars["dostyk-trains"][:2] == ["split not known"] * 2
    for one in shown:
        assert one.risk is not None
        joint = bars[one.key][2]
        assert isinstance(joint, ValueBar)
        spread = one.risk["joint"]
        told = (joint.low * 1e9, joint.value * 1e9, joint.high * 1e9)
        assert told == pytest.approx((spread.p5, spread.p50, spread.p95))
    drawn = widths(picture.picture.svg, "#007a5a")
    largest = max(drawn)
    first = in_order(shown)[:N_VALUES]
    medians = [bar.value for one in first if isinstance(bar := bars[one.key][2], ValueBar)]
    told = [abs(one) / max(medians) for one in medians]
    assert [one / largest for one in drawn] == pytest.approx(told, abs=2e-3)


def test_the_curve_shows_every_rate(found: ListAppraisal, packaged: Listed) -> None:
    """Five points a line; where the split is open two ends of the joint account, no side."""
    names = names_of(found, packaged)
    known = curve_picture(one_of(found, "second-track"), names).picture
    assert known.svg.count("<circle") == 3 * 5
    value = one_of(found, "second-track").curve[0]
    assert f"{value.joint_low / 1e9:.1f} at 3%" in known.description
    split = curve_picture(one_of(found, "dostyk-trains"), names).picture
    assert split.svg.count("<circle") == 2 * 5
    assert "Kazakhstan" not in split.description


def test_lines_sum_to_the_value_of_each_side(found: ListAppraisal) -> None:
    """Every side's ENPV is the sum of its lines; so are both ends of the joint one."""
    for one in found.projects:
        for value in one.curve:
            worths = line_worths(one.lines, value.rate)
            low, high = (
                math.fsum(getattr(w, f"joint_{end}") for w in worths) for end in ("low", "high")
            )
            assert (low, high) == pytest.approx((value.joint_low, value.joint_high))
            sides = [w.by_account for w in worths]
            if value.a is None:
                assert None in sides
                continue
            for account, told in (("A", value.a), ("B", value.b), ("third", value.third)):
                parts = [side[account] for side in sides if side is not None]
                assert math.fsum(parts) == pytest.approx(told)


def test_a_real_appraisal_opens_to_its_parts(tmp_path: Path) -> None:
    """Of a list that was really appraised: lines sum to ENPV by side, parts to the year's gain."""
    folder = listed(tmp_path, {"north": {"effect": "wider"}, "south": {"effect": "wider"}})
    effort = AppraisalEffort(replications=1, days=1, most_run=3, draws=40)
    result = appraise(Subject(path=folder), effort=effort)
    own = read(folder), read_projects(folder)
    names = names_of(result, own)
    for one in result.projects:
        value = next(at for at in one.curve if at.rate == result.common_rate)
        worths = line_worths(one.lines, result.common_rate)
        for account, told in (("A", value.a), ("B", value.b), ("third", value.third)):
            parts = [w.by_account[account] for w in worths if w.by_account]
            assert math.fsum(parts) == pytest.approx(told, abs=1.0)
        pairs = pairs_of(one, names)
        assert pairs
        for before, with_it in pairs:
            saved = with_it.amount - (before.amount if before else 0.0)
            assert math.fsum(part for _, part in parts_of(before, with_it)) == pytest.approx(saved)
    document = compose_appraisal(result, own, "en")
    said = words_of(document)
    runs = [key for year in result.coalitions for key in year.runs if not year.built]
    assert runs
    assert all(key in said for key in runs)
    with pikepdf.open(io.BytesIO(render_pdf(document))) as pdf:
        assert faults(pdf) == []


def test_groups_of_years_hold_every_year_once(found: ListAppraisal, packaged: Listed) -> None:
    """The cash flows of the groups sum to those of all years, by side and together."""
    names = names_of(found, packaged)
    project = one_of(found, "second-track")
    groups = year_groups(project, names)
    assert sum(mask.sum() for _, mask in groups) == found.n_years
    assert groups[0][0] == "2027–2029"
    flows = [account_flows(line) for line in project.lines]
    for year in range(found.n_years):
        sides = [sum(side[year] for side in one.values()) for one in flows if one]
        joint = [joint_flows(line)[0][year] for line in project.lines]
        assert math.fsum(sides) == pytest.approx(math.fsum(joint))


def test_a_page_without_a_judgement_has_no_money(found: ListAppraisal, packaged: Listed) -> None:
    """What is missing, from whom; no value of any kind."""
    page = project_chapter(one_of(found, "ai-in-medicine"), names_of(found, packaged))
    tables = [block for block in page.blocks if isinstance(block, TableBlock)]
    assert len(tables) == 1
    assert len(tables[0].rows) == 3
    said = " ".join(cell.text for row in tables[0].rows for cell in row) + " ".join(
        block.text for block in page.blocks if isinstance(block, Paragraph)
    )
    assert "KZT" not in said
    assert "the department of health of the region" in said


def facts_of(chapter_blocks: tuple[object, ...]) -> dict[str, str]:
    """Names and texts of a page's facts."""
    return {
        name: cell.text
        for block in chapter_blocks
        if isinstance(block, Facts)
        for name, cell in block.items
    }


def test_a_page_says_what_is_not_known(found: ListAppraisal, packaged: Listed) -> None:
    """An open split is said with whom to ask; the others' gain is said not to be valued."""
    facts = facts_of(
        project_chapter(one_of(found, "dostyk-trains"), names_of(found, packaged)).blocks
    )
    assert "not known" in facts["Split"]
    assert "China Railway" in facts["Split"]
    assert "75%" in facts["Others' gain"]
    assert "not valued" in facts["Others' gain"]
    facts = facts_of(
        project_chapter(one_of(found, "bakhty-trains"), names_of(found, packaged)).blocks
    )
    assert "2035" in facts["Built anyway"]
    assert "they replace it" in facts["Other projects"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_infinities_and_nothing_at_all_become_sentences(packaged: Listed, language: str) -> None:
    """No EIRR, many, none of a ratio, no group, no tornado, no years, no portfolios."""
    scenario, document = packaged
    bare = judged(
        "cold-chain",
        Told(answer="find_out_first", core=None),
        document,
        eirr_low=InternalRates(kind="none", rates=()),
        eirr_high=InternalRates(kind="many", rates=(0.02, 0.4)),
        bcr_low=None,
        bcr_high=math.inf,
        late_share=None,
        tornado=(),
        switching=(SwitchingLine(key="capital", change=None, is_critical=False),),
        outside=None,
        last_in=None,
        shapley=None,
        by="claims",
        own_rates=None,
    )
    found = appraised(scenario, (bare, unjudged("courtyards", document)))
    found = replace(found, groups=(), adding_up=None, portfolios=None, coalitions=(), own_rates={})
    written = compose_appraisal(found, packaged, language)
    said = words_of(written)
    assert not re.search(r"\b(None(?! of)|nan|inf)\b", said)
    facts = facts_of(project_chapter(bare, names_of(found, packaged, language)).blocks)
    assert all(words.strip() for words in facts.values())
    with pikepdf.open(io.BytesIO(render_pdf(written))) as pdf:
        assert faults(pdf) == []


def test_no_project_at_all_is_a_report(packaged: Listed) -> None:
    """An empty list is told, not a crash."""
    found = replace(appraised(packaged[0], ()), portfolios=None)
    assert "0" in headline(names_of(found, packaged))
    assert render_html(compose_appraisal(found, packaged, "en"))


def test_figures_open_on_the_screen_only(found: ListAppraisal, packaged: Listed) -> None:
    """Details in details, no script; paper has none of it."""
    document = compose_appraisal(found, packaged, "en")
    page = render_html(document)
    assert "<script" not in page
    assert page.count("<details") > 5 * sum(one.risk is not None for one in found.projects)
    folds = [b for s in document.sections for b in s.blocks if isinstance(b, Folded)]
    assert any(isinstance(inner, Folded) for fold in folds for inner in fold.blocks)
    assert "0a1b2c3d" in page


def test_files_are_written_by_language_and_format(
    found: ListAppraisal, packaged: Listed, tmp_path: Path
) -> None:
    """One file for each; an unknown format is refused before any is written."""
    paths = write_appraisal(found, packaged, tmp_path, languages=("kk",), formats=("html",))
    assert [path.name for path in paths] == ["which-first-kk.html"]
    assert paths[0].read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    with pytest.raises(UsageError) as refused:
        write_appraisal(found, packaged, tmp_path / "new", formats=("docx",))  # type: ignore[list-item]
    assert refused.value.key == "error.unknown_format"
    assert not (tmp_path / "new").exists()


def test_a_project_that_loses_alone_says_where_it_gains(
    found: ListAppraisal, packaged: Listed
) -> None:
    """A range wholly below nought and no word of others would contradict the answer."""
    (talked, *_) = (one for one in found.projects if one.answer == "talk_about")
    assert talked.risk is not None
    below = replace(talked.risk["joint"], p5=-3e9, p50=-2e9, p95=-1e9)
    above = replace(below, p95=1e9)
    names = names_of(found, packaged)
    for joint, is_said in ((below, True), (above, False)):
        one = replace(talked, risk={**talked.risk, "joint": joint})
        assert bool(beside_words(one, names)) is is_said
