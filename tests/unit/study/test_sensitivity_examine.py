"""Screening finds what matters in few points; an examination ranks as brute force does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from keruen.domain.results import DecidingFigure
from keruen.errors import CancelledError, ScenarioError
from keruen.i18n import LANGUAGES
from keruen.scenario import read
from keruen.study.experiments import Experiment, measures_of
from keruen.study.results import Progress
from keruen.study.sensitivity import (
    Effort,
    Sensitivity,
    Subject,
    deciding_figures,
    examine,
    factors_of,
    study_sensitivity,
)
from keruen.study.sensitivity.allowed import allowed_ends, within
from keruen.study.sensitivity.examine import WATCHED
from keruen.study.sensitivity.factors import Levels
from keruen.study.sensitivity.points import Tally, plan_measures, plan_points
from keruen.study.sensitivity.results import Swing
from keruen.study.sensitivity.sampling import Evaluate
from keruen.study.sensitivity.screening import Screening, screen
from networks import network
from scenarios import changed, toy, write

KEYS = tuple(f"f{n:02}" for n in range(64))


def function(value: Callable[[Levels], float], count: list[int] | None = None) -> Evaluate:
    """A function of levels as a measure; counts the points."""

    def evaluate(points: Sequence[Levels]) -> list[Mapping[str, float]]:
        if count is not None:
            count[0] += len(points)
        return [{"m": value(levels)} for levels in points]

    return evaluate


def test_of_many_factors_those_that_matter_are_found_in_few_points() -> None:
    """Three of 64 matter, one of them where it is low: found by halves, not one by one."""
    count = [0]
    evaluate = function(
        lambda x: max(0.0, x.get("f05", 0) - x.get("f06", 0) + 0.5 * x.get("f40", 0)), count
    )
    found = screen(
        {"all": KEYS},
        evaluate,
        Screening(measures=("m",), n_trajectories=1, seed=1, harmful_low=frozenset({"f06"})),
    )
    assert sorted(found.keys) == ["f05", "f06", "f40"]
    assert found.keys[-1] == "f40"
    assert count[0] < len(KEYS)


def test_nothing_is_halved_beyond_what_may_be_spent() -> None:
    """The parts are left as large as they are then."""
    evaluate = function(lambda x: x.get("f05", 0.0))
    how = Screening(measures=("m",), n_trajectories=1, seed=1, most_points=12)
    found = screen({"all": KEYS}, evaluate, how)
    assert "f05" in found.keys
    assert 8 <= len(found.keys) <= 32


def test_what_the_scenario_refuses_is_kept_apart() -> None:
    """a is refused above a quarter: it stops there, and takes nobody else along."""
    ends = allowed_ends(["a", "b", "c"], lambda levels: levels.get("a", 0.0) > 0.25)
    assert set(ends) == {"a +"}
    assert 0.15 <= ends["a +"] <= 0.25
    seen: list[Levels] = []

    def evaluate(points: Sequence[Levels]) -> list[Mapping[str, float]]:
        seen.extend(points)
        return [{} for _ in points]

    within(evaluate, ends)([{"a": 1.0, "b": 1.0}, {"a": -1.0}])
    assert seen == [{"a": ends["a +"], "b": 1.0}, {"a": -1.0}]


def spans(swings: Sequence[Swing]) -> dict[tuple[str, str], float]:
    """How far each factor moves each measure, as far as it does."""
    return {(s.measure, s.factor): round(s.span, 9) for s in swings if s.span > 1e-9}


def test_on_toy_the_ranking_is_that_of_brute_force() -> None:
    """Every figure to both ends by hand, through a scenario read anew, and compared."""
    subject = Subject(path="toy")
    factors = factors_of(subject.at(()))
    (base,) = measures_of([Experiment(scenario=read("toy"), seed=1)])
    by_hand: dict[tuple[str, str], float] = {}

    for factor in factors.factors:
        found = [base]
        for level in (-1.0, 1.0):
            try:
                scenario = read("toy", factor.overrides_at(level))
            except ScenarioError:
                continue
            found += measures_of([Experiment(scenario=scenario, seed=1)])
        for measure in WATCHED.values():
            values = [one[measure] for one in found]
            if max(values) - min(values) > 1e-9:
                by_hand[measure, factor.key] = round(max(values) - min(values), 9)
    assert spans(examine(subject).full_swings) == by_hand
    assert len(by_hand) > 5


@pytest.fixture(scope="module")
def corridor(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """A small corridor that comes near its limit."""
    changes = {
        "network": network(),
        "flows.arrivals.boxes": "7500 boxes/yr",
        "flows.departures.boxes": "7500 boxes/yr",
    }
    return Subject(path=write(tmp_path_factory.mktemp("corridor"), changed(changes)))


@pytest.fixture(scope="module")
def examined(corridor: Subject) -> Sensitivity:
    return examine(corridor, Effort(most_runs=0))


def test_on_a_small_corridor_the_ranking_is_that_of_brute_force(
    corridor: Subject, examined: Sensitivity
) -> None:
    """Every figure of the plan to both ends; those below the threshold of screening may lack."""
    factors = factors_of(corridor.at(()))
    points = plan_points(corridor, factors)
    by_hand = {}
    (base,) = points([{}])
    for factor in factors.factors:
        if factor.by == "plan":
            found = [base, *points([{factor.key: -1.0}, {factor.key: 1.0}])]
            values = [one["unserved_share"] for one in found if one]
            by_hand[factor.key] = max(values) - min(values)
    largest = max(by_hand.values())
    assert largest > 0.05
    expected = {k: v for k, v in by_hand.items() if v >= 0.02 * largest}
    got = {s.factor: s.span for s in examined.plan_swings if s.measure == "unserved_share"}
    assert {k: got.get(k) for k in expected} == pytest.approx(expected, abs=1e-9)
    assert len(expected) > 3


def test_points_near_a_known_answer_are_those_of_a_cold_start(corridor: Subject) -> None:
    """Warm or cold, in this order or that: the same least share and cost."""
    from keruen.corridor.plan.relaxation import relax_week
    from keruen.study.plan import whole_year

    factors = factors_of(corridor.at(()))
    for factor in [f for f in factors.factors if f.by == "plan"][:12]:
        changes = factor.overrides_at(1.0)
        scenario = corridor.at(changes)
        assert scenario.network is not None
        year, demand = whole_year(scenario)
        cold = relax_week(year, scenario.network, demand.bookings)
        warm = plan_measures(corridor, changes)
        assert warm["unserved_share"] == pytest.approx(cold.unserved_share, abs=1e-9)
        assert warm["cost_usd2025_per_week"] == pytest.approx(cold.cost_usd2025_per_week)


def test_what_was_computed_is_kept_and_not_computed_again(
    corridor: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A study that is stopped leaves its points; the next one begins behind them."""
    from keruen.study.sensitivity import points

    computed: list[object] = []
    original = points._planned
    monkeypatch.setattr(points, "_planned", lambda s, c: (computed.append(c), original(s, c))[1])
    other = replace(corridor, overrides=("network.reserve_share=11 %",))
    factors = factors_of(other.at(()))

    def stop(progress: Progress) -> None:
        if progress.done == 3:
            raise CancelledError("error.cancelled")

    asked = [{factors.factors[0].key: level / 10} for level in range(1, 7)]
    with pytest.raises(CancelledError):
        plan_points(other, factors, tally=Tally(total=6, progress=stop))(asked)
    n = len(computed)
    assert n == 3
    plan_points(other, factors)(asked)
    assert len(computed) == 6


def test_deciding_figures_are_told_in_every_language(corridor: Subject) -> None:
    """Name, range, switching value and office, for the report; combinations are counted."""
    deciding, over = deciding_figures(corridor)
    assert deciding
    for figure in deciding:
        assert isinstance(figure, DecidingFigure)
        assert set(figure.name) == set(LANGUAGES) == set(figure.office)
        assert figure.low <= figure.value <= figure.high
    assert over is not None
    assert 0 <= over.n_kept == over.n_kept_by_limit["unserved_share"] <= over.n_tried == 20


def test_a_limit_of_the_terminal_that_turns_within_a_range_is_found(tmp_path: Path) -> None:
    """Toy's yard limit between what one and two tiers fill: bisected to the figure, by runs."""
    folder = write(tmp_path, changed({"limits.yard_occupancy_p95": "50 %"}, toy()))
    study = study_sensitivity(Subject(path=folder))
    turned = {
        (one.factor, one.switching.measure): one.switching
        for one in study.found.finding_out
        if one.switching.is_inside
    }
    assert turned
    measures = {measure for _, measure in turned}
    assert measures == {"yard_occupancy_share_p95"}
    assert ("terminal.blocks.a.n_tiers", "yard_occupancy_share_p95") in turned
