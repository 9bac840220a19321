"""Figures become factors: ranges keep their form, causes move together, the unused drop out."""

from __future__ import annotations

from pathlib import Path

import pytest

from keruen import study
from keruen.errors import ScenarioError
from keruen.scenario import Scenario, read
from keruen.scenario.models import Figure
from keruen.study.sensitivity.examine import WATCHED
from keruen.study.sensitivity.factors import FactorList, factors_of, overrides_at
from keruen.study.sensitivity.ranges import Variation, variation_of

SPREAD = {"": 0.25, "share": 0.25, "duration": 0.25, "law": 0.25, "months": 0.5}


def varied(text: str, low: str = "", high: str = "", source: str = "assumption") -> Variation:
    """How a figure with this text varies."""
    found = variation_of(Figure(path="t.x", text=text, low=low, high=high, source=source), SPREAD)
    assert isinstance(found, Variation), found
    return found


@pytest.fixture(scope="module")
def growth() -> Scenario:
    return read("kostanay-hefei", (), ("growth",))


@pytest.fixture(scope="module")
def factors(growth: Scenario) -> FactorList:
    return factors_of(growth)


@pytest.mark.parametrize(
    ("text", "low", "high", "ends"),
    [
        ("57 %", "14 %", "83 %", ("t.x=14 %", "t.x=83 %")),
        ("90 %", "", "", ("t.x=67.5 %", "t.x=100 %")),
        ("0.9", "", "", ("t.x=0.675", "t.x=1.125")),
        ("2 d", "36 h", "3 d", ("t.x=1.5 d", "t.x=3 d")),
        ("8", "", "", ("t.x=6", "t.x=10")),
        ("1", "", "", (None, "t.x=2")),
        ("10093", "3501", "10694", ("t.x=3501", "t.x=10694")),
        (
            "law triangular, least 30 min, mode 2 h, most 4 h",
            "",
            "",
            (
                "t.x.least=0.375 h t.x.mode=1.5 h t.x.most=3 h",
                "t.x.least=0.625 h t.x.mode=2.5 h t.x.most=5 h",
            ),
        ),
    ],
)
def test_ends_are_written_as_the_figure_is(
    text: str, low: str, high: str, ends: tuple[str | None, str]
) -> None:
    """Its own range, or the default of its kind; counts stay whole, shares at most the whole."""
    found = varied(text, low, high)
    changes = [" ".join(found.overrides_at(level)) or None for level in (-1.0, 1.0)]
    assert changes == list(ends)
    assert found.overrides_at(0.0) == ()
    assert found.is_stated == bool(low)


def test_beyond_the_range_a_share_ends_at_the_whole() -> None:
    """A level beyond the range goes on in a straight line, to what can be."""
    share = varied("80 %", "60 %", "90 %")
    assert [share.amount_at(level) for level in (-0.5, 0.5, 2.0, 3.0)] == [70, 85, 100, 100]
    assert varied("2").amount_at(-3.0) == 1


def test_a_season_moves_along_its_calendar() -> None:
    """Half a month later: each month has half of its own share and half of the one before."""
    shares = [10, 20, 10, 10, 10, 10, 5, 5, 5, 5, 5, 5]
    season = varied(", ".join(f"{share} %" for share in shares))
    (change,) = season.overrides_at(1.0)
    moved = [float(part) for part in change.partition("=[")[2][:-1].split(", ")]
    assert moved[:3] == pytest.approx([0.075, 0.15, 0.15])
    assert sum(moved) == pytest.approx(1)
    (earlier,) = season.overrides_at(-1.0)
    assert float(earlier.partition("=[")[2].split(",")[0]) == pytest.approx(0.15)


def test_a_range_without_its_value_is_refused_with_its_place() -> None:
    """A figure outside of its own range is no figure that can be varied."""
    with pytest.raises(ScenarioError) as caught:
        varied("50 %", "60 %", "90 %")
    (problem,) = caught.value.problems
    assert problem.key == "problem.range_order"
    assert problem.parameters["place"] == "t.x"


@pytest.mark.parametrize(
    ("text", "source", "reason"),
    [("5 d", "https://example.org", "published"), ("0 %", "assumption", "zero")],
)
def test_what_is_known_or_nothing_stays(text: str, source: str, reason: str) -> None:
    """A published figure without a range is taken as it is; of nothing there is no part."""
    assert variation_of(Figure(path="t.x", text=text, source=source), SPREAD) == reason


def test_every_figure_is_varied_once_or_left_out_with_a_reason(
    growth: Scenario, factors: FactorList
) -> None:
    """No figure is lost, none moves twice."""
    moved = [figure.path for f in factors.factors for one in f.variations for figure in one.figures]
    left = [one.path for one in factors.left_out]
    assert sorted(moved + left) == sorted(figure.path for figure in growth.figures)
    assert all(one.reason for one in factors.left_out)


def test_a_common_cause_moves_all_its_figures(growth: Scenario, factors: FactorList) -> None:
    """What others have at the borders is one factor, each figure to its own end."""
    changes = factors["others-at-borders"].overrides_at(1.0)
    others = [
        one for one in growth.figures if ".others." in one.path and one.path.endswith(".share")
    ]
    assert {one.path.split(".")[2] for one in others} == {"altynkol", "bakhty", "dostyk"}
    assert set(changes) == {f"{one.path}={one.high}" for one in others if one.high}
    assert factors["others-at-borders"].group == "border"


def test_a_moved_scenario_keeps_its_own_rules(factors: FactorList) -> None:
    """Shares of a table still sum to the whole, intakes keep their order: the scenario is read."""
    keys = ("network.origins.consumer-goods.shares", "border-intake.altynkol.to_china", "seasons")
    for level in (-1.0, 1.0):
        changes = overrides_at(factors, dict.fromkeys(keys, level))
        moved = read("kostanay-hefei", changes, ("growth",))
        assert moved.network is not None
        shares = moved.network.origins["consumer-goods"].shares
        assert sum(shares.values()) == pytest.approx(1, abs=1e-9)
        # The largest, 10.9 %, by a quarter.
        assert shares["shanghai"] == pytest.approx(0.109 * (1 + 0.25 * level))
        # A fifth of the published 14 trains: the assumed ends of the same law move as much.
        usual = moved.network.borders["altynkol"].to_china.mode_trains_per_d
        assert usual == pytest.approx(14 * (1 + 0.2 * level))


def test_what_a_case_does_not_use_drops_out() -> None:
    """A closed border, a flow without boxes, goods that no flow has."""
    scenario = read(
        "kostanay-hefei",
        ("network.borders.bakhty.is_open=false", "flows.milk.boxes=0 boxes/yr"),
        ("growth",),
    )
    reasons = {one.path: one.reason for one in factors_of(scenario).left_out}
    assert reasons["network.borders.bakhty.others.to_china.share"] == "unused"
    assert reasons["flows.milk.stay"] == "unused"
    assert reasons["limits.unserved_share"] == "requirement"
    assert reasons["services.hefei.transit_time"] == "timetable"
    assert "flows.meat.stay" not in reasons


def test_the_verdicts_limits_are_watched(tmp_path: Path) -> None:
    """Every limit that the verdict looks at, by the measure that it looks at."""
    verdict = study.run(read("toy"), replications=1, out=tmp_path / "run").verdict
    assert {check.limit: check.measure for check in verdict.limits} == WATCHED
