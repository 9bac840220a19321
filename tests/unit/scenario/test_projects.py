"""Projects as data: what is read, and everything that is wrong, all at once with its place."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from keruen.cli.main import run
from keruen.errors import Problem, ScenarioError
from keruen.scenario import read
from keruen.scenario.check_projects import admits_weights
from keruen.scenario.projects import ProjectDocument, WeightsOfSide
from keruen.scenario.read_projects import read_projects, register_effects
from scenarios import toy, write

TITLE = dict.fromkeys(("en", "ru", "kk", "zh"), "Lanes")
SOURCE = {"source": "assumption", "note": "by hand"}
LANES: dict[str, Any] = {
    **SOURCE,
    "title": TITLE,
    "kind": "infrastructure",
    "decided_by": "company",
    "hosts": ["A"],
    "beneficiaries": ["A", "B"],
    "capital": {"2028": {"value": "3 bn KZT2025", "low": "2 bn KZT2025", "high": "5 bn KZT2025"}},
    "paid_by": {"company": 0.5, "hefei": 0.5},
    "yearly": "20 mln KZT2025",
    "life": "30 yr",
    "earliest": 2028,
    "build_time": "18 mo",
    "effect": "more",
}
CASE = {"case": {"title": TITLE}, "terminal": {**SOURCE, "gate": {"n_lanes_in": 3}}}


def claim(side: str, **more: Any) -> dict[str, Any]:
    return {
        "title": TITLE,
        "thing": "jobs",
        "side": side,
        "amount": "1 bn KZT2025",
        "first": 2030,
        **more,
    }


def folder(path: Path, projects: dict[str, dict[str, Any]], **files: dict[str, Any]) -> Path:
    """The toy with projects, each the lanes with some keys of its own."""
    write(path, toy())
    write(path, CASE, "cases/more.toml")
    for key, own in projects.items():
        write(path, {**deepcopy(LANES), **own}, f"projects/{key}.toml")
    for name, document in files.items():
        write(path, document, f"projects/{name}.toml" if name == "terms" else f"{name}.toml")
    return path


def problems(path: Path) -> dict[str, Problem]:
    """All problems by the place they name; no two at one place."""
    with pytest.raises(ScenarioError) as caught:
        read_projects(path)
    found = {str(problem.parameters["place"]): problem for problem in caught.value.problems}
    assert len(found) == len(caught.value.problems)
    return found


def test_a_project_is_read_with_its_sources(tmp_path: Path) -> None:
    """Key, money as written, years as numbers, and the range and reason of each figure."""
    path = folder(
        tmp_path,
        {"lanes": {}, "more-lanes": {"requires": ["lanes"]}},
        years={"years": {"2030": {**SOURCE, "demand": {"value": 1.2, "low": 1, "high": 1.9}}}},
        terms={"terms": {**SOURCE, "common_rate": "8 %", "budgets": {"A": "9 bn KZT2025"}}},
    )
    document = read_projects(path)
    assert list(document.projects) == ["lanes", "more-lanes"]
    lanes = document.projects["lanes"]
    assert lanes.capital == {"2028": "3 bn KZT2025"}
    assert (lanes.life_yr, lanes.build_time_yr, lanes.is_judged) == (30, 1.5, True)
    assert document.years["2030"].demand == 1.2
    assert document.terms is not None
    assert document.terms.common_rate == 0.08
    (capital,) = (f for f in document.figures if f.path == "projects.lanes.capital.2028")
    assert (capital.low, capital.high, capital.note) == ("2 bn KZT2025", "5 bn KZT2025", "by hand")


def test_projects_change_no_run(tmp_path: Path) -> None:
    """The scenario beside projects and years has the digest that it has without."""
    years = {"years": {"2030": {**SOURCE, "demand": 1.2}}}
    assert read(folder(tmp_path, {"lanes": {}}, years=years)).digest == read("toy").digest


def other_way(**more: Any) -> dict[str, Any]:
    return {
        **SOURCE,
        "title": TITLE,
        "cost": {"value": "9000 USD2025/box", "low": "8000 USD2025/box"},
        "time": "10 d",
        "time_p90": "14 d",
        "capacity": "500 boxes/yr",
        "length": "5000 km",
        "emission": "85 g/tkm",
        "payer": "shippers-a",
        "paid_to": {"china-railway": 0.4, "third": 0.6},
        **more,
    }


def test_other_ways_are_read_and_change_no_run(tmp_path: Path) -> None:
    """In inside units, with the range of each figure; the digest stays that of the toy."""
    path = folder(tmp_path, {}, other_ways={"other_ways": {"road": other_way()}})
    document = read_projects(path)
    road = document.other_ways["road"]
    assert (road.cost_usd2025_per_box, road.capacity_boxes_per_yr) == (9000, 500)
    assert (road.time_p90_ms, road.resource_share) == (14 * 86_400_000, None)
    (cost,) = (f for f in document.figures if f.path == "other_ways.road.cost")
    assert cost.low == "8000 USD2025/box"
    assert read(path).digest == read("toy").digest


def test_an_other_way_that_cannot_be(tmp_path: Path) -> None:
    """P90 below the median, shares that are not all of it, no room at all; the others are read."""
    ways = {
        "fast": other_way(time_p90="9 d"),
        "half": other_way(paid_to={"third": 0.5}),
        "shut": other_way(capacity="0 boxes/yr"),
    }
    found = problems(folder(tmp_path, {}, other_ways={"other_ways": ways}))
    assert {place: problem.key for place, problem in found.items()} == {
        "other_ways.toml: other_ways.fast.time_p90": "problem.p90_below_median",
        "other_ways.toml: other_ways.half.paid_to": "problem.shares_sum",
        "other_ways.toml: other_ways.shut.capacity": "problem.not_above",
    }


def test_a_scenario_without_projects_has_none() -> None:
    """The toy has no folder of projects."""
    assert read_projects("toy") == ProjectDocument()


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Each kind of mistake at its place, in one reading."""
    path = folder(
        tmp_path,
        {
            "alone": {"requires": ["alone"]},
            "first": {"requires": ["second"]},
            "second": {"requires": ["first"]},
            "lost": {"excludes": ["lanse"], "level_of": "lost"},
            "lanes": {"effect": "mroe"},
            "dollars": {"yearly": "1 mln USD2025"},
            "half": {"paid_by": {"company": 0.5}},
            "old": {"capital": {"2028": "3 bn KZT"}},
            "claimed": {"benefits": {"a": claim("A")}},
            "claimed-too": {"benefits": {"b": claim("B")}},
            "odd": {"colour": "red"},
            "idle": {"effect": ""},
            "early": {"earliest": 2029},
            "torn": {"requires": ["half"], "excludes": ["half"]},
        },
        terms={
            "terms": {
                **SOURCE,
                "common_rate": "8 %",
                "budgets": {"A": "1 bn KZT2025"},
                "weights": {"B": {"bounds": {"a": {"low": 0.7}, "b": {"low": 0.6}}}},
            }
        },
        years={"years": {"2030": {**SOURCE, "demand": 1.2, "works": ["bridge"]}}},
    )
    found = problems(path)
    assert {place: problem.key.removeprefix("problem.") for place, problem in found.items()} == {
        "projects/alone.toml: projects.alone.requires": "requires_itself",
        "projects/first.toml: projects.first.requires": "requires_itself",
        "projects/second.toml: projects.second.requires": "requires_itself",
        "projects/lost.toml: projects.lost.excludes": "no_such_id",
        "projects/lost.toml: projects.lost.level_of": "project_of_itself",
        "projects/lanes.toml: projects.lanes.effect": "no_such_id",
        "projects/dollars.toml: projects.dollars.yearly": "no_rate",
        "projects/half.toml: projects.half.paid_by": "shares_sum",
        "projects/old.toml: projects.old.capital.2028": "quantity_price_year",
        "projects/claimed-too.toml: projects.claimed-too.benefits.b": "benefit_twice",
        "projects/odd.toml: projects.odd.colour": "unknown_key",
        "projects/idle.toml: projects.idle": "nothing_to_judge",
        "projects/early.toml: projects.early.capital.2028": "capital_too_early",
        "projects/torn.toml: projects.torn.requires": "requires_excluded",
        "projects/terms.toml: terms.budgets.A": "budget_below_cheapest",
        "projects/terms.toml: terms.weights.B": "weights_admit_nothing",
        "years.toml: years.2030.works": "no_such_id",
    }
    chain = found["projects/first.toml: projects.first.requires"].parameters["chain"]
    assert chain == "first → second → first"
    cheapest = found["projects/terms.toml: terms.budgets.A"].parameters
    assert cheapest["cost"] == "1500000000 KZT2025", "half of three billions is this side's"


def test_an_effect_that_the_scenario_refuses(tmp_path: Path) -> None:
    """The case is there, but the scenario does not take it: both are told."""
    path = folder(tmp_path, {"lanes": {"effect": "bad"}})
    bad = {"case": {"title": TITLE}, "terminal": {**SOURCE, "gate": {"n_lanes_in": -1}}}
    write(path, bad, "cases/bad.toml")
    keys = [problem.key for problem in problems(path).values()]
    assert keys == ["problem.effect_refused", "problem.too_small"]


def gate_case(path: Path, name: str, lanes: int) -> None:
    gate = {"gate": {"n_lanes_in": {"value": lanes, "note": f"for {name}"}}}
    write(path, {"case": {"title": TITLE}, "terminal": {**SOURCE, **gate}}, f"cases/{name}.toml")


@pytest.mark.parametrize(
    ("own", "n_lanes", "meets"),
    [
        ({}, 4, True),
        ({}, 3, False),
        ({"excludes": ["lanes"]}, 4, False),
        ({"level_of": "lanes"}, 4, False),
    ],
    ids=["other value", "same value", "excluded", "size"],
)
def test_two_effects_that_would_undo_each_other(
    tmp_path: Path, own: dict[str, Any], n_lanes: int, meets: bool
) -> None:
    """Each sets one key to a value of its own, and nothing keeps them apart."""
    path = folder(tmp_path, {"lanes": {}, "wider": {**own, "effect": "wide"}})
    gate_case(path, "wide", n_lanes)
    if not meets:
        assert len(read_projects(path).projects) == 2
        return
    (found,) = problems(path).values()
    assert found.key == "problem.effects_meet"
    assert found.parameters["place"] == "projects/wider.toml: projects.wider.effect"
    assert found.parameters["path"] == "terminal.gate.n_lanes_in"


def test_a_figure_without_source_is_refused(tmp_path: Path) -> None:
    """Costs need a source or a reason, as every figure of a scenario does."""
    path = folder(tmp_path, {"lanes": {"source": "", "note": ""}})
    assert {problem.key for problem in problems(path).values()} == {"problem.no_source"}


def test_each_side_may_mean_its_own_part(tmp_path: Path) -> None:
    """Asked and answered: both claims stand when both say that they are apart."""
    benefits = {"a": claim("A", apart=True), "b": claim("B", apart=True)}
    found = read_projects(folder(tmp_path, {"lanes": {"benefits": {**SOURCE, **benefits}}}))
    assert len(found.projects["lanes"].benefits) == 2


@pytest.mark.parametrize(
    ("bounds", "order", "admits"),
    [
        ({"a": {}, "b": {}}, (), True),
        ({"a": {"low": 0.6}, "b": {"low": 0.4}}, (), True),
        ({"a": {"high": 0.4}, "b": {"high": 0.5}}, (), False),
        ({"a": {"low": 0.5, "high": 0.4}, "b": {}}, (), False),
        ({"a": {"high": 0.4}, "b": {}}, ("a", "b"), False),
        ({"a": {}, "b": {"low": 0.5}}, ("a", "b"), True),
        ({"a": {}, "b": {"low": 0.4}, "c": {}, "d": {"low": 0.3}}, ("a", "b"), False),
    ],
)
def test_weights_that_admit_something(
    bounds: dict[str, Any], order: tuple[str, ...], admits: bool
) -> None:
    """Low ends up to 1, high ends from 1, and an order that tightens both."""
    weights = WeightsOfSide.model_validate({"bounds": bounds, "order": order})
    assert admits_weights(weights) is admits


def test_packaged_projects_are_sound() -> None:
    """At least fifteen; each is judged by a case or says which figures are missing, from whom."""
    document = read_projects("kostanay-hefei")
    projects = document.projects
    judged = {key for key, project in projects.items() if project.is_judged}
    assert len(judged) >= 15
    assert {"ai-in-education", "ai-in-medicine", "ai-in-industry", "embankment", "courtyards"} == {
        key for key, project in projects.items() if not project.is_judged and not project.effect
    } - {"industrial-zone"}
    for key, project in projects.items():
        if key in judged:
            assert project.effect, key
            assert project.capital, key
        else:
            assert not project.capital, f"{key}: a number that nobody has said"
    ranged = {figure.path for figure in document.figures if figure.low and figure.high}
    unranged = [
        path
        for key in judged
        for path in (
            *(f"projects.{key}.capital.{year}" for year in projects[key].capital),
            *(f"projects.{key}.{name}" for name in ("yearly", "life", "build_time")),
        )
        if path not in ranged
    ]
    assert not unranged


def test_packaged_shared_capacity_names_its_part() -> None:
    """At a border and on a line others have a part of what is built."""
    projects = read_projects("kostanay-hefei").projects
    for key in ("dostyk-trains", "bakhty-trains", "second-track"):
        assert projects[key].own_share < 1, key
        assert "third" in projects[key].beneficiaries


def test_packaged_dostyk_gives_the_corridor_its_part_of_what_is_built() -> None:
    """Four trains a day are built each way, and the corridor's own grow by a quarter of them."""
    project = read_projects("kostanay-hefei").projects["dostyk-trains"]
    before, after = (
        read("kostanay-hefei", cases=cases).network.borders["dostyk"]  # type: ignore[union-attr]
        for cases in ([], [project.effect])
    )
    for to_china in (True, False):
        grown = after.own_trains_per_d(to_china=to_china) - before.own_trains_per_d(
            to_china=to_china
        )
        assert grown == pytest.approx(4 * project.own_share, abs=0.02)
    assert after.own_boxes_per_d - before.own_boxes_per_d == pytest.approx(50, abs=1)


def test_packaged_wagons_all_work_here() -> None:
    """A set that is bought for the corridor works on it, beside the wagons of the plan."""
    fleets = [
        read("kostanay-hefei", cases=cases).network.fleet["platforms-1520"]  # type: ignore[union-attr]
        for cases in ([], ["flat-wagons-305"], ["flat-wagons-610"], ["flat-wagons-1220"])
    ]
    working = [fleet.n_platforms * fleet.available_share for fleet in fleets]
    assert [n - working[0] for n in working] == pytest.approx([0, 305, 610, 1220], abs=2)


def test_packaged_years_and_other_ways() -> None:
    """2030 is the scenario itself; each later figure and each way has its range."""
    document = read_projects("kostanay-hefei")
    assert list(document.years) == ["2028", "2030", "2035", "2045"]
    assert document.years["2030"].demand == 1
    assert len(document.other_ways) == 3
    ranges = {figure.path for figure in document.figures if figure.low and figure.high}
    for key in document.other_ways:
        for name in ("cost", "time", "time_p90", "capacity"):
            assert f"other_ways.{key}.{name}" in ranges
    for year in ("2028", "2035", "2045"):
        assert f"years.{year}.demand" in ranges
    network = read("kostanay-hefei").network
    assert network is not None
    dearest = max(way.cost_usd2025_per_box for way in document.other_ways.values())
    assert network.costs.unserved_usd2025_per_box >= dearest, "the plan would leave boxes"


def test_the_registers_effects_are_found_by_number() -> None:
    """The case of each project with a number; a project without an effect has none."""
    found = register_effects("kostanay-hefei")
    assert found["KH-0005"] == "cold-chain"
    assert "KH-0008" not in found
    assert "" not in found


@pytest.mark.parametrize("language", ["en", "ru", "kk", "zh"])
def test_the_check_of_a_scenario_names_problems_of_projects(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command tells how many can be judged, or each problem with its place."""
    unjudged = {"missing": {"cost": {"what": TITLE, "whom": TITLE}}}
    path = folder(tmp_path / "sound", {"lanes": {}, "later": unjudged})
    check = ["scenario", "check", "--language", language]
    assert run([*check, str(path)]) == 0
    told = capsys.readouterr().out.splitlines()[-1]
    assert [int(word) for word in re.findall(r"\d+", told)][:2] == [2, 1]
    broken = folder(tmp_path / "broken", {"alone": {"requires": ["alone"]}, "idle": {"effect": ""}})
    assert run([*check, str(broken)]) == 2
    complaint = capsys.readouterr().err
    assert "projects/alone.toml: projects.alone.requires" in complaint
    assert "projects/idle.toml: projects.idle" in complaint
