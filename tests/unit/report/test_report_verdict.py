"""The verdict in words."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from keruen.cli.running import as_words
from keruen.domain.codes import Resource
from keruen.domain.results import (
    Estimate,
    IntervalPart,
    Jam,
    LimitCheck,
    OverRanges,
    UnservedProof,
)
from keruen.i18n import LANGUAGES, text
from keruen.report import verdict_sentences
from keruen.report.chapters.terminal_pictures import load_picture
from keruen.report.chapters.verdict import case_subtitle, case_title, estimate_text
from keruen.study.results import Study
from keruen.study.verdict import limit_check
from made_up_studies import DAY, HOUR, scenario, study


def plain(sentences: list[str]) -> str:
    """All sentences with ordinary blanks."""
    return "\n".join(sentences).replace("\u00a0", " ")


def test_a_case_that_holds_says_what_would_bind_first(light: Study) -> None:
    """The first sentence says that it holds and at which flow, the second what would bind."""
    said = plain(verdict_sentences(light, "en")).splitlines()
    assert said[0] == (
        "light – the Steppe terminal: at these figures, capacity is sufficient at 90,000 boxes a year; "
        "all service limits are kept. Only 14 days were measured (January 2030), not a whole year."
    )
    assert said[1].startswith("Basis: January 2030, 14 days measured; replications: 3; seed: 7; ")
    assert said[2] == (
        "First bottleneck if the flow grew: gantry cranes (3), in use 50% of the time, "
        "60% from 06:00 to 09:00."
    )
    assert said[3] == (
        "Next bottleneck: reach stackers (3), in use 40% of the time, 48% at the peak."
    )
    assert len(said) == 4


def test_a_case_that_fails_names_limits_cause_and_evidence(heavy: Study) -> None:
    """Every broken limit is named with its value and bound, then what binds, then experiments."""
    said = plain(verdict_sentences(heavy, "en")).splitlines()
    assert said[0].startswith(
        "heavy – the Steppe terminal: at these figures, capacity is insufficient at 400,000 boxes a year. "
    )
    assert said[2] == ("Limit broken: train turnaround (P90) – 32 h ± 58 min; the limit is 12 h.")
    assert "the limit is 85%" in said[3]
    assert said[4].startswith("Bottleneck: gantry cranes (3), in use 97% of the time")
    assert said[6] == (
        "Test run (shorter period) with one more gantry crane: train turnaround (P90) – "
        "10 h instead of 20 h (−50%)."
    )
    assert said[7].startswith("Test run (shorter period) with one more gate lane in: no effect")


def test_a_long_title_of_a_case_is_cut_at_its_colon() -> None:
    """Tables and pictures name a case by its title up to the colon; the rest is said once."""
    titled = study(scenario(case_title="Growth: every flow high: really"))
    assert case_title(titled, "en") == "Growth"
    assert case_subtitle(titled, "en") == "Every flow high: really"
    assert case_title(study(scenario()), "en") == "Base case"


def test_a_jam_is_dated(heavy: Study) -> None:
    """A jam is told with the calendar day on which it began and what stands outside."""
    # The made-up calendar starts measuring on 1 January 2030 after one day of warm-up.
    jam = Jam(since_ms=DAY + 9 * DAY, cause=Resource.GANTRY, n_trains_held=12, n_trucks_waiting=345)
    jammed = replace(heavy, verdict=replace(heavy.verdict, jam=jam))
    said = plain(verdict_sentences(jammed, "en"))
    assert "From 10 January 2030 the terminal is congested" in said
    assert "12 trains are held outside and 345 trucks wait" in said


def test_a_passive_resource_is_occupied_not_at_work(heavy: Study) -> None:
    """Tracks and yard slots are occupied; only machines are at work."""
    tracks = next(p for p in heavy.verdict.pressures if p.resource == Resource.HANDLING_TRACK)
    bound = replace(heavy, verdict=replace(heavy.verdict, binding=tracks))
    said = plain(verdict_sentences(bound, "en"))
    assert "Bottleneck: handling tracks (3), 73% occupied on average" in said


def test_one_replication_has_no_interval_and_says_so() -> None:
    """With a single replication no interval is shown and the reader is warned."""
    single = study(scenario(), load=0.95, n_replications=1)
    said = plain(verdict_sentences(single, "en"))
    assert "±" not in said
    assert said.endswith(
        "Only one replication was run, so no statement about uncertainty is possible."
    )


def test_an_undecided_case_says_that_nothing_can_be_said(light: Study) -> None:
    """When a limit lies within an interval, the verdict claims nothing."""
    said = plain(verdict_sentences(with_check(light, unserved(bound=0.02)), "en"))
    assert "the result at 90,000 boxes a year is inconclusive" in said
    assert (
        "Inconclusive: unserved boxes – 2.1% ± 0.3%; allowing for the spread of the replications, "
        "between 1.8% and 2.4%; the limit is 2%."
    ) in said


def unserved(bound: float, *doubts: IntervalPart) -> LimitCheck:
    """Boxes not carried: 2.1 % ± 0.3 %, held against a limit."""
    estimate = Estimate(name="unserved_share", mean=0.021, low=0.018, high=0.024, n=4)
    return limit_check("unserved_share", "unserved_share", bound, estimate, doubts)


def with_check(study: Study, check: LimitCheck, **more: object) -> Study:
    """The study with one limit alone."""
    verdict = replace(study.verdict, outcome=check.outcome, limits=(check,), **more)  # type: ignore[arg-type]
    return replace(study, verdict=verdict)


PLANNER = IntervalPart(cause="planner", below=0.011, above=0.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_gap_of_the_plan_is_told_and_is_the_plans(light: Study, language: str) -> None:
    """An interval that a better week could lower says why, and what the plan itself leaves."""
    doubted = with_check(
        light, unserved(0.015, PLANNER), unserved=UnservedProof(planned=0.019, least=0.008)
    )
    said = plain(verdict_sentences(doubted, language)).replace(",", ".").replace(" %", "%")
    assert "0.7%" in said
    assert "2.4%" in said
    assert "1.9%" in said
    assert "0.8%" in said
    assert text("report.cause_planner", language) in said
    kept = with_check(
        light, unserved(0.5, PLANNER), unserved=UnservedProof(planned=0.019, least=0.008)
    )
    assert "0.8%" not in plain(verdict_sentences(kept, language)).replace(",", ".").replace(
        " %", "%"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_that_carries_all_is_said_so(light: Study, language: str) -> None:
    """Shares that would be written 0.0 % are no shares; what is above is told as one."""
    nothing = UnservedProof(planned=0.0004, least=0.0)
    said = verdict_sentences(
        with_check(light, unserved(0.015, PLANNER), unserved=nothing), language
    )
    all_carried = text("report.plan_all_carried", language)
    assert all_carried in said
    little = UnservedProof(planned=0.0006, least=0.0)
    said = verdict_sentences(with_check(light, unserved(0.015, PLANNER), unserved=little), language)
    assert all_carried not in said


def test_a_part_of_a_year_is_no_year(light: Study) -> None:
    """A limit that is kept on the days measured is inconclusive for the year, and nothing is broken."""
    season = IntervalPart(cause="season", below=0.0, above=math.inf)
    said = plain(verdict_sentences(with_check(light, unserved(0.05, season)), "en"))
    assert (
        "Kept on the days measured, inconclusive for a whole year, because the other months may be "
        "worse: unserved boxes."
    ) in said
    assert "First bottleneck if the flow grew" in said
    said = plain(verdict_sentences(with_check(light, unserved(0.01, season)), "en"))
    assert "Limit broken: unserved boxes" in said


def test_a_whole_year_is_told_by_its_months() -> None:
    """365 days are a year: the first sentence stops at the outcome."""
    said = plain(verdict_sentences(study(scenario(days=365)), "en")).splitlines()
    assert "days were measured" not in said[0]
    assert said[1].startswith("Basis: January 2030 – December 2030, 365 days measured;")


@pytest.mark.parametrize("language", LANGUAGES)
def test_over_the_ranges_is_a_line_of_its_own(light: Study, language: str) -> None:
    """How many of the tried combinations keep all limits, and each; nothing without a study of them."""
    found = OverRanges(n_tried=500, n_kept=317, n_kept_by_limit={"unserved_share": 322})
    ranged = replace(light, verdict=replace(light.verdict, over_ranges=found))
    said = plain(verdict_sentences(ranged, language)).splitlines()
    without = plain(verdict_sentences(light, language)).splitlines()
    assert [line for line in said if line not in without] == said[2:4]
    assert "317" in said[2]
    assert "500" in said[2]
    assert "322" in said[3]


def test_an_experiment_against_the_load_says_so(heavy: Study) -> None:
    """Where test runs name another bottleneck than the picture shows first, the reader is told."""
    lanes = next(p for p in heavy.verdict.pressures if p.resource == Resource.LANE_IN)
    moved = replace(heavy, verdict=replace(heavy.verdict, binding=lanes))
    said = plain(verdict_sentences(moved, "en"))
    assert "By load alone gantry cranes would come first (100% at the peak)" in said
    assert "By load alone" not in plain(verdict_sentences(heavy, "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_verdict_is_said_in_every_language(heavy: Study, language: str) -> None:
    """The same facts stand in every language, without a placeholder left."""
    said = plain(verdict_sentences(heavy, language))
    assert "97" in said
    assert "{" not in said
    assert "400" in said.splitlines()[0]
    assert len(said.splitlines()) == 8


@pytest.mark.parametrize(
    ("mean", "half", "expected"),
    [
        (8 * HOUR, 14 * 60_000, "8 h ± 14 min"),
        (8 * HOUR, 0.0, "8 h"),
        (8 * HOUR, 1.0, "8 h"),
        (18 * DAY, 44 * HOUR, "18 d ± 1.8 d"),
    ],
)
def test_an_interval_is_half_its_width(mean: float, half: float, expected: str) -> None:
    """An estimate is written as mean ± half width, and a negligible width is left out."""
    name = "train_turnaround_ms_mean"
    estimate = Estimate(name=name, mean=mean, low=mean - half, high=mean + half, n=3)
    assert estimate_text(estimate, "en").replace("\u00a0", " ") == expected


def test_the_picture_shows_the_bottleneck_first(heavy: Study) -> None:
    """Tracks that are fuller than the gantries behind which they fill stand below them."""
    order = [p.resource for p in heavy.verdict.pressures]
    fuller = tuple(
        replace(p, load_share=1.0, peak_share=1.0) if p.resource == Resource.HANDLING_TRACK else p
        for p in heavy.verdict.pressures
    )
    assert order[0] == Resource.GANTRY
    full = replace(heavy, verdict=replace(heavy.verdict, pressures=fuller))
    drawn = load_picture((full,), "en").svg
    gantries, tracks = (drawn.index(f">{name}<") for name in ("gantry cranes", "handling tracks"))
    assert gantries < tracks


def test_a_verdict_in_json_has_its_interval_and_its_basis(light: Study) -> None:
    """Each limit with both ends and its parts; what has no end is null; the basis beside it."""
    season = IntervalPart(cause="season", below=0.0, above=math.inf)
    words: Any = as_words(with_check(light, unserved(0.05, season)))
    assert words["verdict"]["outcome"] == "inconclusive"
    (limit,) = words["verdict"]["limits"].values()
    assert (limit["outcome"], limit["bound"], limit["high"]) == ("inconclusive", 0.05, None)
    assert limit["low"] == pytest.approx(0.018)
    assert limit["parts"]["replications"]["above"] == pytest.approx(0.003)
    assert limit["parts"]["season"] == {"below": 0.0, "above": None}
    assert words["basis"]["first_day"] == "2030-01-01"
    assert words["basis"]["last_day"] == "2030-01-14"
    assert words["basis"]["n_replications"] == 3
    json.dumps(words, allow_nan=False)
