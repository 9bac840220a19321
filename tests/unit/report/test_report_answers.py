"""What decides a case and what it would take: asked once, told on page one, kept with the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from keruen.cli import asking
from keruen.domain.results import Addition, DecidingFigure, Outcome, OverRanges, Sufficiency
from keruen.i18n import LANGUAGES, text
from keruen.report.chapters.decision import (
    answer_section,
    decision_sentences,
    next_section,
)
from keruen.report.chapters.verdict import case_title
from keruen.report.document import Bullets, Code, Paragraph, TableBlock
from keruen.scenario.levers import Lever
from keruen.study.results import Study
from made_up_studies import local

FIGURE = DecidingFigure(
    path="network.borders.dostyk.others.to_china.share",
    name=local(
        "share of others at Dostyk", "доля прочих на Достыке", "өзгелердің үлесі", "他方占比"
    ),
    unit="share",
    value=0.87,
    low=0.74,
    high=0.97,
    switching=0.9,
    office=local("KTZ", "КТЖ", "ҚТЖ", "哈铁"),
)
ENOUGH = Sufficiency(
    additions=(
        Addition(
            lever="gantries",
            name=local("gantry cranes", "козловые краны", "козлды крандар", "门吊"),
            amount=2.0,
        ),
    ),
    cost_low=2e9,
    cost_high=3e9,
    price_year=2025,
    earliest_year=2028,
)
RANGES = OverRanges(n_tried=20, n_kept=13, n_kept_by_limit={"unserved_share": 13})


def broken(study: Study) -> Study:
    """The study with a limit broken."""
    return replace(study, verdict=replace(study.verdict, outcome="broken"))


@pytest.fixture
def asked_for(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Both questions answered at once; what was asked is written down."""
    asked: list[str] = []

    def deciding(*_: object, **__: object) -> tuple[tuple[DecidingFigure, ...], OverRanges]:
        asked.append("deciding")
        return (FIGURE,), RANGES

    def sufficiency(*_: object, **__: object) -> Sufficiency:
        asked.append("sufficiency")
        return ENOUGH

    monkeypatch.setattr(asking, "deciding_figures", deciding)
    monkeypatch.setattr(asking, "sufficiency_at_a_glance", sufficiency)
    return asked


def options(**more: object) -> SimpleNamespace:
    """Options of `keruen run` as far as the questions need them."""
    given = {"scenario": "x", "overrides": (), "days": None, "yard": None, "workbook": None}
    return SimpleNamespace(
        **{**given, "as_json": True, "executor": "serial", "language": "en", **more}
    )


def test_a_broken_case_is_asked_both_once(
    railway: Study, tmp_path: Path, asked_for: list[str]
) -> None:
    """The answers stand in the study and beside the run; the next time nobody asks again."""
    study = replace(broken(railway), folder=str(tmp_path))
    (answered,) = asking._answered([study], [study.scenario], options())
    assert asked_for == ["deciding", "sufficiency"]
    assert answered.deciding == (FIGURE,)
    assert answered.sufficiency == ENOUGH
    assert answered.verdict.over_ranges == RANGES
    assert asking._answered([study], [study.scenario], options()) == [answered]
    assert asked_for == ["deciding", "sufficiency"]


def test_what_cannot_be_asked_stays_open(railway: Study, asked_for: list[str]) -> None:
    """A kept case needs nothing; boxes from a list beside the scenario leave what decides open."""
    kept = replace(railway, verdict=replace(railway.verdict, outcome="kept"))
    (answered,) = asking._answered([kept], [kept.scenario], options(yard=Path("y.csv")))
    assert asked_for == []
    assert (answered.deciding, answered.sufficiency) == (None, None)


def test_a_stop_keeps_the_verdict(
    railway: Study, asked_for: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C at the second case leaves the first answered and the second as it was."""
    first, second = broken(railway), broken(railway)

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def asked_once(*_: object, **__: object) -> object:
        monkeypatch.setattr(asking, "deciding_figures", stopped)
        return (FIGURE,), RANGES

    monkeypatch.setattr(asking, "deciding_figures", asked_once)
    scenarios = [first.scenario, second.scenario]
    answered = asking._answered([first, second], scenarios, options())
    assert answered[0].deciding == (FIGURE,)
    assert answered[1] == second
    assert asked_for == ["sufficiency"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_one_tells_both(railway: Study, language: str) -> None:
    """Page one has the additions with their cost, and the figure with where it turns the verdict."""
    study = replace(broken(railway), deciding=(FIGURE,), sufficiency=ENOUGH)
    blocks = answer_section([study], language).blocks
    (table,) = (block for block in blocks if isinstance(block, TableBlock))
    (cells,) = table.rows
    assert ENOUGH.additions[0].name[language] in cells[-1].text
    assert "2028" in cells[-1].text
    (bullets,) = (block for block in blocks if isinstance(block, Bullets))
    assert FIGURE.name[language] in bullets.items[0]
    assert "90" in bullets.items[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", ["inconclusive", "broken", "kept"])
def test_a_short_check_does_not_contradict_the_run(
    railway: Study, language: str, outcome: Outcome
) -> None:
    """That nothing needs to be added is said plainly only where the run keeps its limits too."""
    nothing = replace(ENOUGH, additions=(), is_confirmed=False)
    verdict = replace(railway.verdict, outcome=outcome)
    study = replace(railway, verdict=verdict, deciding=(FIGURE,), sufficiency=nothing)
    plain = text("decision.none_needed", language)
    unsure = text("decision.none_needed_unsure", language)
    (table,) = (b for b in answer_section([study], language).blocks if isinstance(b, TableBlock))
    bullets = [b for b in next_section([study], [], language).blocks if isinstance(b, Bullets)]
    said = [table.rows[0][-1].text, bullets[0].items[0], decision_sentences(study, language)[-1]]
    assert said == [plain if outcome == "kept" else unsure] * 3
    confirmed = replace(study, sufficiency=replace(nothing, is_confirmed=True))
    assert decision_sentences(confirmed, language)[-1] == plain


@pytest.mark.parametrize(("a_year", "words"), [(1_825.4, "1,825"), (411_234.0, "411,000")])
def test_containers_of_a_small_case_are_those_of_its_verdict(
    railway: Study, a_year: float, words: str
) -> None:
    """In thousands a terminal of a training course would have other containers than it says."""
    offered = replace(railway.estimates["offered_per_year"], mean=a_year)
    study = replace(railway, estimates={**railway.estimates, "offered_per_year": offered})
    (table,) = (b for b in answer_section([study], "en").blocks if isinstance(b, TableBlock))
    assert table.rows[0][1].text == words


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_command_names_its_case(railway: Study, language: str) -> None:
    """Of two cases, each with its command, a reader sees which sentence is about which."""
    unconfirmed = replace(ENOUGH, is_confirmed=False)
    study = replace(broken(railway), deciding=(FIGURE,), sufficiency=unconfirmed)
    blocks = next_section([study], [], language).blocks
    leads = [b.text for b in blocks if isinstance(b, Paragraph)]
    case = case_title(study, language)
    assert text("report.ask_confirmation", language, case=case) in leads
    assert case in text("report.ask_confirmation", language, case=case)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_two_says_how_sure_a_case_is(railway: Study, language: str) -> None:
    """Behind the figure that decides stands how many of the tried combinations keep the limits."""
    verdict = replace(broken(railway).verdict, over_ranges=RANGES)
    study = replace(railway, verdict=verdict, deciding=(FIGURE,), sufficiency=ENOUGH)
    blocks = next_section([study, study], [], language).blocks
    first, second = (block for block in blocks if isinstance(block, Bullets))
    for bullets in (first, second):
        assert "13" in bullets.items[-1]
        assert "20" in bullets.items[-1]
    assert not any(FIGURE.name[language] in said for said in first.items), "page one has told it"


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_two_tells_the_figure_of_a_case_that_page_one_leaves_out(
    railway: Study, language: str
) -> None:
    """Of two cases page one has the figures of the one whose limits are broken."""
    asked = replace(broken(railway), deciding=(FIGURE,), sufficiency=ENOUGH)
    kept = replace(asked, verdict=replace(asked.verdict, outcome="kept", over_ranges=RANGES))
    blocks = next_section([kept, asked], [], language).blocks
    of_kept, of_asked = (block for block in blocks if isinstance(block, Bullets))
    assert FIGURE.name[language] in of_kept.items[-2]
    assert not any(FIGURE.name[language] in said for said in of_asked.items)


def test_an_answer_is_kept_before_the_next_question(
    railway: Study, tmp_path: Path, asked_for: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped while the second question is asked, the first answer is in the report and kept."""

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(asking, "sufficiency_at_a_glance", stopped)
    study = replace(broken(railway), folder=str(tmp_path))
    (answered,) = asking._answered([study], [study.scenario], options())
    assert answered.deciding == (FIGURE,)
    assert answered.sufficiency is None
    assert asked_for == ["deciding"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_two_says_what_was_not_asked(railway: Study, language: str) -> None:
    """Whoever has not asked finds the commands; whoever has, finds none. Nobody asks what would make
    a capacity sufficient that is, nor where the scenario names nothing that can be added."""

    def commands(study: Study) -> list[str]:
        blocks = next_section([study], [], language).blocks
        return [block.text.split()[1] for block in blocks if isinstance(block, Code)]

    levers = {"gantries": Lever.model_construct()}
    with_lever = railway.scenario.model_copy(update={"levers": levers})
    study = replace(broken(railway), world=replace(railway.world, scenario=with_lever))
    assert commands(study) == ["sensitivity", "design"]
    assert commands(replace(study, deciding=(FIGURE,), sufficiency=ENOUGH)) == []
    kept = replace(study, verdict=replace(study.verdict, outcome="kept"))
    assert commands(kept) == ["sensitivity"]
    assert commands(replace(study, world=railway.world)) == ["sensitivity"]
