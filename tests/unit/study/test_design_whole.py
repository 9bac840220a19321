"""What it would take, on the toy: the answer against all sets, and its certificate run again."""

from __future__ import annotations

import math
from copy import deepcopy
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from keruen.errors import UsageError
from keruen.scenario import Scenario, read
from keruen.study.design import cheapest_additions
from keruen.study.design.changed import with_levers
from keruen.study.design.costs import annuity, step_cost
from keruen.study.experiments import Experiment, measures_of
from scenarios import changed, problems, write

TITLE = dict.fromkeys(("en", "ru", "kk", "zh"), "Something more")
SOURCE = {"source": "assumption", "note": "made up"}


def lever(
    adds: str, to: str = "", capital: str = "1 mln KZT2025", **changes: Any
) -> dict[str, Any]:
    """A lever as it is written."""
    return {
        "title": TITLE,
        "adds": adds,
        "to": to,
        "step": 1,
        "most": 2,
        "capital": capital,
        "yearly": "100 thousand KZT2025",
        "life": "20 yr",
        "decided_by": "company",
        "build_time": "6 mo",
        **SOURCE,
        **changes,
    }


LEVERS = {
    "tractor": lever("machines", "tractor", "20 mln KZT2025"),
    "crane": lever("machines", "gantry", "900 mln KZT2025"),
    "lane": lever("gate-lanes", capital="3 mln USD2025"),
    "plain": lever("blocks", "a", "9 mln KZT2025"),
}
INVESTMENT = {"discount_rate": "9 %", "rates": {"USD2025": 500.0}, **SOURCE}


def toy_with(folder: Path, changes: dict[str, Any], levers: dict[str, Any] = LEVERS) -> Scenario:
    """The toy with levers, and limits that it breaks."""
    document = changed(deepcopy({"levers": levers, "investment": INVESTMENT, **changes}))
    return read(write(folder, document))


MEASURED = {
    "truck_turn_time_p90_ms": "truck_turn_time_ms_p90",
    "train_turnaround_p90_ms": "train_turnaround_ms_p90",
    "trains_held_share": "trains_held_share",
    "yard_occupancy_p95": "yard_occupancy_share_p95",
}
"""Limit → measure of those that levers of the dry port touch."""


def between(scenario: Scenario, most: dict[str, int]) -> Scenario:
    """The scenario with limits halfway from what it measures to what all its levers reach."""
    nothing, everything = (
        measures_of([Experiment(scenario=with_levers(scenario, steps), seed=1)])[0]
        for steps in ({}, most)
    )
    middle = {
        limit: type(getattr(scenario.limits, limit))((nothing[m] + everything[m]) / 2)
        for limit, m in MEASURED.items()
        if everything[m] < nothing[m]
    }
    assert len(middle) > 1, "levers that improve too little to test with"
    limits = scenario.limits.model_copy(update=middle)
    return scenario.model_copy(update={"limits": limits})


def kept(scenario: Scenario, steps: dict[str, int], seeds: range, seed: int) -> bool:
    """Whether a set keeps turn time and yard, by runs of its own."""
    world = with_levers(scenario, steps)
    rows = measures_of([Experiment(scenario=world, seed=seed, replication=r) for r in seeds])
    return all(
        math.fsum(row[measure] for row in rows) / len(rows) <= getattr(scenario.limits, limit)
        for limit, measure in MEASURED.items()
    )


def test_the_cheapest_set_is_that_of_all_sets_and_its_certificate_is_true(tmp_path: Path) -> None:
    """No cheaper set keeps the limits, and without any step a limit breaks in runs of our own."""
    levers = {key: LEVERS[key] for key in ("crane", "plain", "tractor")}
    most = dict.fromkeys(levers, 2)
    roomy = {"calendar.days": 14, "terminal.blocks.a.n_bays": 15}
    scenario = between(toy_with(tmp_path, roomy, levers), most)
    answer = cheapest_additions(scenario, replications=2)
    assert answer.is_sufficient
    assert answer.is_cheapest
    assert answer.additions, "the toy keeps its limits already"
    steps = {addition.key: addition.steps for addition in answer.additions}
    cost = {key: step_cost(scenario, key).annual_kzt2025.value for key in scenario.levers}
    own = sum(cost[key] * n for key, n in steps.items())
    assert answer.annual_kzt2025.value == pytest.approx(own)
    seeds = range(2)
    assert kept(scenario, steps, seeds, 1)
    for tried in product(range(3), repeat=len(levers)):
        other = dict(zip(sorted(levers), tried, strict=True))
        if sum(cost[key] * n for key, n in other.items()) < own - 1:
            assert not kept(scenario, other, seeds, 1), f"{other} is cheaper"
    assert {removal.key for removal in answer.removals} == set(steps)
    for removal in answer.removals:
        assert removal.outcome in ("needed", "inconclusive")
        less = {**steps, removal.key: steps[removal.key] - 1}
        assert not kept(scenario, less, range(3), 987), "broken under luck of another study too"


def test_nothing_is_added_where_every_limit_is_kept(tmp_path: Path) -> None:
    """The toy as it is."""
    answer = cheapest_additions(toy_with(tmp_path, {}))
    assert answer.is_sufficient
    assert not answer.additions
    assert answer.annual_kzt2025.value == 0


def test_a_limit_that_no_lever_touches_is_said(tmp_path: Path) -> None:
    """With the kinds of lever that would: the yard is too full, and only lanes can be added."""
    scenario = toy_with(tmp_path, {"limits.yard_occupancy_p95": "5 %"}, {"lane": LEVERS["lane"]})
    answer = cheapest_additions(scenario)
    assert not answer.is_sufficient
    (shortage,) = answer.shortages
    assert shortage.measure == "yard_occupancy_share_p95"
    assert shortage.value > shortage.bound
    assert shortage.levers == ()
    assert "blocks" in shortage.missing
    assert "gate-lanes" not in shortage.missing


def test_without_levers_there_is_nothing_to_ask() -> None:
    """The packaged toy has none."""
    with pytest.raises(UsageError) as caught:
        cheapest_additions(read("toy"))
    assert caught.value.key == "error.no_levers"


@pytest.mark.parametrize(
    ("change", "key", "place"),
    [
        ({"levers.lane.capital": "-3 mln USD2025"}, "quantity_negative", "levers.lane.capital"),
        ({"levers.lane.capital": "3 mln USD"}, "quantity_price_year", "levers.lane.capital"),
        ({"levers.lane.capital": "3 mln EUR2025"}, "no_rate", "levers.lane.capital"),
        ({"levers.lane.capital": "3 parsecs"}, "quantity_unit", "levers.lane.capital"),
        ({"levers.lane.step": 0}, "too_small", "levers.lane.step"),
        ({"levers.lane.most": 0}, "too_small", "levers.lane.most"),
        ({"levers.lane.step": 3}, "too_small", "levers.lane.most"),
        ({"levers.crane.to": "crane"}, "no_such_id", "levers.crane.to"),
        ({"levers.crane.adds": "cranes"}, "not_a_choice", "levers.crane.adds"),
        ({"levers.crane.adds": "platforms"}, "no_such_id", "levers.crane.to"),
        ({"levers.lane.decided_by": "nobody"}, "not_a_choice", "levers.lane.decided_by"),
    ],
)
def test_bad_levers_are_refused_with_their_place(
    tmp_path: Path, change: dict[str, Any], key: str, place: str
) -> None:
    """Each by its own sentence."""
    document = changed(change, changed(deepcopy({"levers": LEVERS, "investment": INVESTMENT})))
    found = problems(write(tmp_path, document))
    assert [problem.key for problem in found] == [f"problem.{key}"]
    assert str(found[0].parameters["place"]).endswith(place)


def test_a_lever_without_a_step_is_refused(tmp_path: Path) -> None:
    """The key is missing."""
    without = {key: value for key, value in LEVERS["lane"].items() if key != "step"}
    document = changed({"levers": {"lane": without}, "investment": INVESTMENT})
    (problem,) = problems(write(tmp_path, document))
    assert problem.key == "problem.missing_key"
    assert problem.parameters["key"] == "step"


def test_costs_are_an_annuity_and_the_yearly_sum(tmp_path: Path) -> None:
    """3 mln USD at 500 over 20 years at 9 per cent: 1 500 mln × 0.109546 (tables of annuities)."""
    scenario = toy_with(tmp_path, {})
    cost = step_cost(scenario, "lane")
    assert annuity(0.09, 20) == pytest.approx(0.109546, abs=1e-6)
    assert cost.capital_kzt2025.value == 1.5e9
    assert cost.annual_kzt2025.value == pytest.approx(1.5e9 * 0.109546 + 1e5, rel=1e-5)
    assert cost.build_time_yr.value == 0.5


def test_the_range_of_a_cost_is_that_of_its_source(tmp_path: Path) -> None:
    """Low and high as they are written beside the value, both converted."""
    capital = {"value": "3 mln USD2025", "low": "2 mln USD2025", "high": "5 mln USD2025", **SOURCE}
    scenario = toy_with(tmp_path, {}, {"lane": lever("gate-lanes", capital=capital)})  # type: ignore[arg-type]
    cost = step_cost(scenario, "lane").capital_kzt2025
    assert (cost.low, cost.value, cost.high) == (1.0e9, 1.5e9, 2.5e9)


def test_levers_change_no_digest(tmp_path: Path) -> None:
    """They change no result of a run."""
    assert toy_with(tmp_path, {}).digest == read("toy").digest
