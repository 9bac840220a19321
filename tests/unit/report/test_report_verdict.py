"""The verdict in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from keruen.domain.codes import Resource
from keruen.domain.results import Estimate, Jam
from keruen.i18n import LANGUAGES
from keruen.report import verdict_sentences
from keruen.report.chapters.verdict import case_subtitle, case_title, estimate_text
from keruen.study.results import Study
from made_up_studies import DAY, HOUR, scenario, study


def plain(sentences: list[str]) -> str:
    """All sentences with ordinary blanks."""
    return "\n".join(sentences).replace("\u00a0", " ")


def test_a_case_that_holds_says_what_would_bind_first(light: Study) -> None:
    """The first sentence says that it holds and at which flow, the second what would bind."""
    said = plain(verdict_sentences(light, "en")).splitlines()
    assert said[0] == (
        "light – the Steppe terminal: capacity is sufficient at 90,000 boxes a year; "
        "all service limits are met."
    )
    assert said[1] == (
        "First bottleneck if the flow grew: gantry cranes (3), in use 50% of the time, "
        "60% from 06:00 to 09:00."
    )
    assert said[2] == (
        "Next bottleneck: reach stackers (3), in use 40% of the time, 48% at the peak."
    )
    assert len(said) == 3


def test_a_case_that_fails_names_limits_cause_and_evidence(heavy: Study) -> None:
    """Every broken limit is named with its value and bound, then what binds, then experiments."""
    said = plain(verdict_sentences(heavy, "en")).splitlines()
    assert (
        said[0] == "heavy – the Steppe terminal: capacity is insufficient at 400,000 boxes a year."
    )
    assert said[1] == ("Limit exceeded: train turnaround (P90) – 32 h ± 58 min; the limit is 12 h.")
    assert "the limit is 85%" in said[2]
    assert said[3].startswith("Bottleneck: gantry cranes (3), in use 97% of the time")
    assert said[5] == (
        "Test run (shorter period) with one more gantry crane: train turnaround (P90) – "
        "10 h instead of 20 h (−50%)."
    )
    assert said[6].startswith("Test run (shorter period) with one more gate lane in: no effect")


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
    check = replace(light.verdict.limits[0], outcome="inconclusive")
    verdict = replace(light.verdict, outcome="inconclusive", limits=(check,))
    said = plain(verdict_sentences(replace(light, verdict=verdict), "en"))
    assert "the result at 90,000 boxes a year is inconclusive" in said
    assert "Inconclusive: train turnaround" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_verdict_is_said_in_every_language(heavy: Study, language: str) -> None:
    """The same facts stand in every language, without a placeholder left."""
    said = plain(verdict_sentences(heavy, language))
    assert "97" in said
    assert "{" not in said
    assert "400" in said.splitlines()[0]
    assert len(said.splitlines()) == 7


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
