"""Swings, switching values, futures and regret, on functions and against brute force."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from keruen.scenario import read
from keruen.scenario.models import Figure
from keruen.study.experiments import Experiment, measures_of
from keruen.study.sensitivity.examine import finding_out
from keruen.study.sensitivity.factors import Factor, FactorList, Levels, factors_of
from keruen.study.sensitivity.futures import confirm, futures_of, regret_of
from keruen.study.sensitivity.points import (
    Subject,
    TwinRun,
    plan_measures,
    plan_points,
    twin_points,
)
from keruen.study.sensitivity.ranges import Variation
from keruen.study.sensitivity.sampling import Evaluate
from keruen.study.sensitivity.switching import swings_of, switching_value

LIMITS = {"unserved_share": ("unserved_share", 0.02)}


def factor(key: str, low: float = 0.0, value: float = 50.0, high: float = 100.0) -> Factor:
    """A factor of one bare amount."""
    figure = Figure(path=key, text=str(value), source=f"office of {key}")
    varied = Variation(figures=(figure,), form="amount", low=low, value=value, high=high)
    return Factor(key=key, group="g", by="plan", variations=(varied,))


def unserved(function: Callable[[Levels], float | None]) -> Evaluate:
    """A function of levels as the share that is left behind; None where it refuses."""

    def evaluate(points: Sequence[Levels]) -> list[Mapping[str, float]]:
        values = [function(levels) for levels in points]
        return [{} if value is None else {"unserved_share": value} for value in values]

    return evaluate


def test_a_switching_value_is_where_the_limit_turns() -> None:
    """0.05 + 0.05 x passes 0.08 at x = 0.6: at 80 of 50 to 100."""
    rising = unserved(lambda levels: 0.05 + 0.05 * levels.get("a", 0.0))
    found = switching_value(factor("a"), rising, "unserved_share", 0.08)
    assert found.level == pytest.approx(0.6, abs=0.01)
    assert float(found.figures["a"]) == pytest.approx(80, abs=0.5)
    assert found.is_kept_before
    assert found.is_inside


def test_beyond_the_range_it_is_told_and_not_inside() -> None:
    """It passes 0.13 at x = 1.6, beyond the high end; a limit of 1 it never passes."""
    rising = unserved(lambda levels: 0.05 + 0.05 * levels.get("a", 0.0))
    found = switching_value(factor("a"), rising, "unserved_share", 0.13)
    assert found.level == pytest.approx(1.6, abs=0.01)
    assert not found.is_inside
    never = switching_value(factor("a"), rising, "unserved_share", 1.0)
    assert never.level is None
    assert not never.is_inside
    broken = switching_value(factor("a"), rising, "unserved_share", 0.03)
    assert not broken.is_kept_before
    assert broken.level == pytest.approx(-0.4, abs=0.01)


def test_what_is_refused_ends_the_search() -> None:
    """Beyond a level that the scenario refuses nothing is claimed."""
    cut = unserved(lambda x: None if x.get("a", 0.0) > 0.4 else 0.05 + 0.05 * x.get("a", 0.0))
    assert switching_value(factor("a"), cut, "unserved_share", 0.13).level is None


def test_swings_are_the_two_ends_and_the_widest_is_first() -> None:
    """Each factor moves alone, from the base that is given."""
    evaluate = unserved(lambda x: 0.1 + 0.01 * x.get("a", 0) + 0.02 * x.get("b", 0) * x.get("c", 1))
    swings = swings_of(["a", "b"], evaluate)
    assert [swing.factor for swing in swings] == ["b", "a"]
    assert [swing.low for swing in swings] == pytest.approx([0.08, 0.09])
    assert [swing.base for swing in swings] == pytest.approx([0.1, 0.1])
    assert [swing.high for swing in swings] == pytest.approx([0.12, 0.11])
    (strained,) = swings_of(["b"], evaluate, {"c": -1.0})
    assert strained.low == pytest.approx(0.12)
    assert strained.worst_level == -1.0


def test_futures_find_the_planted_part_and_say_what_is_refused() -> None:
    """Broken where a is above 0.5 and b below 0: an eighth; with c above 0.8, a tenth, refused."""
    names = FactorList(factors=tuple(factor(key) for key in "abc"), left_out=())
    evaluate = unserved(
        lambda x: None if x["c"] > 0.8 else 0.2 if x["a"] > 0.5 and x["b"] < 0 else 0.0
    )
    found = futures_of(names, ["c", "b", "a"], evaluate, n=400, seed=2, limits=LIMITS)
    assert found == futures_of(names, ["a", "b", "c"], evaluate, n=400, seed=2, limits=LIMITS)
    assert len(found.refused) == 40
    assert len(found.unserved_share) == 360
    assert found.kept_share == pytest.approx(1 - 1 / 8, abs=0.04)
    assert found.box is not None
    assert [side.factor for side in found.box.sides] == ["a", "b"]
    assert float(found.box.sides[0].figures["a"][0]) == pytest.approx(75, abs=3)
    assert found.box.fresh_density > 0.85
    assert found.box.fresh_coverage > 0.85
    full = unserved(lambda x: 0.3 if x["a"] > 0.5 else 0.0)
    confirmed, kept = confirm(found, full, LIMITS, 9)
    assert len(confirmed) == 9
    assert confirmed[-1].plan_unserved_share == 0.2
    broken = sum(one.measures["unserved_share"] > 0.02 for one in confirmed)
    assert kept == {"unserved_share": pytest.approx(1 - broken / 9)}


def test_regret_is_against_the_best_of_each_future() -> None:
    """x against −x: the worse of the two loses 2 |x|, at most 2, a quarter of 2 on average."""
    designs = {
        "up": unserved(lambda x: x["a"]),
        "down": unserved(lambda x: -x["a"]),
    }
    down, up = regret_of(designs, ["a"], n=200, seed=1, most=0.0)
    assert (down.design, up.design) == ("down", "up")
    assert up.regret_max == pytest.approx(2, abs=0.03)
    assert up.regret_mean == pytest.approx(0.5, abs=0.02)
    assert up.kept_share == pytest.approx(0.5, abs=0.01)
    assert (up.n, down.n) == (200, 200)


def test_the_first_to_ask_for_is_the_nearest_that_turns_the_limit() -> None:
    """Inside before outside, near before far; the office is the figure's source."""
    names = FactorList(factors=tuple(factor(key) for key in "abc"), left_out=())
    evaluate = unserved(lambda x: 0.01 * x.get("a", 0) + 0.05 * x.get("b", 0))
    keys = ["a", "b", "c"]
    switching = [switching_value(names[k], evaluate, "unserved_share", 0.02) for k in keys]
    found = finding_out(names, switching, swings_of(keys, evaluate), None)
    assert [one.factor for one in found] == ["b", "a", "c"]
    assert found[0].sources == ("office of b",)
    assert found[0].span == pytest.approx(0.1)


def test_the_twin_is_asked_as_by_hand() -> None:
    """On the toy terminal every point is what a changed scenario measures with the same luck."""
    subject = Subject(path="toy")
    factors = factors_of(subject.at(()))
    keys = ["terminal.machines.tractor.count", "gate-times"]
    swings = swings_of(keys, twin_points(subject, factors, TwinRun(seed=1)))
    for key in keys:
        for level in (-1.0, 1.0):
            changed = read("toy", factors[key].overrides_at(level))
            (measures,) = measures_of([Experiment(scenario=changed, seed=1)])
            own = [swing for swing in swings if swing.factor == key]
            assert own
            for swing in own:
                assert (swing.low if level < 0 else swing.high) == measures[swing.measure]
    assert any(swing.span > 0 for swing in swings)


def test_refused_points_are_said() -> None:
    """A gate that opens after the first trucks is refused by the scenario, with its own sentence."""
    subject = Subject(path="toy")
    points = twin_points(subject, factors_of(subject.at(())), TwinRun(seed=1))
    assert points([{"terminal.gate.opens": 1.0}]) == [{}]
    (refused,) = points.refused
    assert refused.levels == {"terminal.gate.opens": 1.0}
    assert [problem.key for problem in refused.problems] == ["problem.trucks_at_closed_gate"]


def test_the_share_of_others_at_which_growth_breaks() -> None:
    """Just below the switching value the relaxation keeps the limit, at it no longer: read anew."""
    subject = Subject(path="kostanay-hefei", cases=("growth",))
    scenario = subject.at(())
    factors = factors_of(scenario)
    others, most = factors["others-at-borders"], scenario.limits.unserved_share
    found = switching_value(others, plan_points(subject, factors), "unserved_share", most)
    assert found.level is not None
    before = found.level - (0.02 if found.is_kept_before else -0.02)
    shares = [
        plan_measures(subject, others.overrides_at(level))["unserved_share"]
        for level in (before, found.level)
    ]
    assert (shares[0] <= most) is found.is_kept_before
    assert (shares[1] <= most) is not found.is_kept_before
