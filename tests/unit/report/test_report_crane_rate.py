"""The sentence on the gantries' rate, and the rows under them in the plan of the dry port."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from keruen.domain.results import Estimate
from keruen.i18n import LANGUAGES, duration, number, share, text
from keruen.report.chapters.crane_rate import crane_rate_sentences
from keruen.report.pictures import draw_yard_plan
from keruen.scenario import read
from keruen.study.results import Study
from keruen.units import MS_PER_MINUTE


def with_rate(study: Study, rate: float, **shares: float) -> Study:
    """The study with these figures of the gantries."""
    figures = {"gantry_moves_per_h": rate} | {
        f"gantry_{name}_share": shares.get(name, 0.0)
        for name in ("train", "rows", "stopped", "waiting")
    }
    own = {name: Estimate(name=name, mean=m, low=m, high=m, n=3) for name, m in figures.items()}
    return replace(study, estimates={**study.estimates, **own})


@pytest.mark.parametrize("language", LANGUAGES)
def test_within_the_published_range_no_reason_is_needed(light: Study, language: str) -> None:
    """Rate, range and all four shares stand in the sentence, and nothing else follows."""
    shares = {"train": 0.61, "rows": 0.12, "stopped": 0.08, "waiting": 0.19}
    said = crane_rate_sentences(with_rate(light, 14.26, **shares), language)
    assert number(14.26, language, 1) in said
    for value in shares.values():
        assert share(value, language) in said
    for key in ("report.crane_rate_above", "report.crane_rate_below"):
        assert text(key, language, move="", loss="", part=0.0)[:12] not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("loss", ["waiting", "rows", "stopped"])
def test_below_it_the_largest_loss_is_named(light: Study, loss: str, language: str) -> None:
    """Lifts for trains are no loss, though they take most of the time."""
    shares = {"train": 0.5, "rows": 0.1, "stopped": 0.1, "waiting": 0.1, loss: 0.3}
    said = crane_rate_sentences(with_rate(light, 9.0, **shares), language)
    reason = text(
        "report.crane_rate_below", language, loss=text(f"report.crane_{loss}", language), part=0.3
    )
    assert said.endswith(reason)


@pytest.mark.parametrize("language", LANGUAGES)
def test_above_it_the_time_of_a_lift_is_named(light: Study, language: str) -> None:
    """24 lifts an hour in 80 % of the time: two minutes each."""
    said = crane_rate_sentences(with_rate(light, 24.0, train=0.8, waiting=0.2), language)
    lift = duration(2 * MS_PER_MINUTE, language)
    assert said.endswith(text("report.crane_rate_above", language, move=lift))


def test_a_study_without_the_figures_says_nothing(light: Study) -> None:
    """Runs of older versions do not know the gantries' time; without a train there is no rate."""
    bare = {name: e for name, e in light.estimates.items() if not name.startswith("gantry_")}
    assert crane_rate_sentences(replace(light, estimates=bare), "en") == ""
    assert crane_rate_sentences(with_rate(light, 0.0), "en") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_lie_under_the_gantries(language: str) -> None:
    """In the plan of Tobol the rows' name stands between the legs of the gantries, once, and to the
    scale of the tracks; the blocks of other machines lie below all gantries."""
    dry_port = read("kostanay-hefei").terminal
    drawn = draw_yard_plan(dry_port, {}, {}, ("title", "words"), language)
    root = ElementTree.fromstring(drawn.svg)
    rects = [e.attrib for e in root.iter() if e.tag.endswith("}rect")]
    legs = [(float(r["y"]), float(r["y"]) + float(r["height"])) for r in rects if _is_gantry(r)]
    assert len(legs) == 3
    (top, bottom), *_ = legs
    # The first word is enough: a name that is too long for its place is cut.
    said = [(e.text or "", float(e.attrib["y"])) for e in root.iter() if e.tag.endswith("}text")]
    name = dry_port.blocks["laden-rows"].title.in_language(language)
    places = [y for words, y in said if words and name.startswith(words.rstrip("…"))]
    assert len(places) == 1
    assert top < places[0] < bottom
    other = dry_port.blocks["empty-a"].title.in_language(language)
    assert all(y > bottom for words, y in said if words == other)
    inside = [r for r in rects if top < float(r["y"]) < bottom and float(r["width"]) > 100]
    tracks, rows = inside[:4], inside[4]
    assert float(rows["y"]) > max(float(r["y"]) + float(r["height"]) for r in tracks)
    ratio = float(rows["width"]) / float(tracks[0]["width"])
    assert ratio == pytest.approx(75 * 12.8 / 1050, rel=0.01)


def _is_gantry(rect: dict[str, str]) -> bool:
    return float(rect["width"]) == 14 and float(rect["height"]) > 40
