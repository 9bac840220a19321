"""A list appraised: two projects on one border by hand, sides that sum, honest answers."""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from appraised_lists import PRICES, SOURCE, TITLE, listed
from keruen.study.appraising import (
    AppraisalEffort,
    AppraisalProgress,
    ListAppraisal,
    Subject,
    appraisal_work,
    appraise,
)
from keruen.study.appraising.results import CoalitionYear, ProjectAppraisal

CHEAP = AppraisalEffort(replications=1, days=1, most_run=0, draws=40)
TWO: dict[str, dict[str, Any]] = {"north": {"effect": "wider"}, "south": {"effect": "wider"}}
LEFT_PER_YEAR = (700 - 2 * 7 * 41) / 7 * 365
"""Boxes that two trains a day with 41 boxes each leave of 700 a week."""
BY_RAIL_USD = {
    "gauge-change": 300.0,
    "border-fee": 50.0,
    "handling": 45.0,
    # A train there and back over 120 km at 20 dollars for its 41 boxes, and 2 TEU at 0.1.
    "carriage-cn": 2 * 120 * 20 / 41 + 2 * 120 * 0.1,
    "carriage-kz": 2 * 120 * 20 / 61 + 2 * 120 * 0.1,
}
DAYS = 0.125 + 1.25 + 0.125
"""120 km at 960 km a day, thirty hours at the border, and 120 km again."""
BY_RAIL_TIME_USD = 15 * DAYS
KZT = 500.0


def result(path: Path, effort: AppraisalEffort = CHEAP, **asked: Any) -> ListAppraisal:
    """The list of a folder."""
    return appraise(Subject(path=path), effort=effort, **asked)


def of(found: ListAppraisal, key: str) -> ProjectAppraisal:
    """One project of a list."""
    (one,) = (project for project in found.projects if project.key == key)
    return one


def year_of(found: ListAppraisal, *built: str) -> CoalitionYear:
    """A coalition in the only year, by the relaxation."""
    (one,) = (c for c in found.coalitions if c.built == built and c.by == "relaxation")
    return one


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> ListAppraisal:
    """Two projects that each let all boxes over the border."""
    return result(listed(tmp_path_factory.mktemp("two"), TWO))


def test_a_border_by_hand(two: ListAppraisal) -> None:
    """Boxes left, and the whole difference of cost for each of them, price by price."""
    base, north = year_of(two), year_of(two, "north")
    assert base.other_ways == pytest.approx({"road": LEFT_PER_YEAR})
    (flow,) = base.flows
    assert (flow.boxes, flow.boxes - flow.carried) == pytest.approx((36500, LEFT_PER_YEAR))
    assert north.other_ways == {}
    assert north.moved == pytest.approx(LEFT_PER_YEAR)
    wanted = {
        f"price|{price}|import": -LEFT_PER_YEAR * usd * KZT for price, usd in BY_RAIL_USD.items()
    }
    wanted["time||import"] = -LEFT_PER_YEAR * BY_RAIL_TIME_USD * KZT
    wanted["way|road:cost|import"] = LEFT_PER_YEAR * 9000 * KZT
    assert dict(north.parts) == pytest.approx(wanted)
    assert north.amount == pytest.approx(math.fsum(wanted.values()))


def test_two_substitutes(two: ListAppraisal) -> None:
    """Each alone brings all, the other then nothing: together they bring one of them."""
    (group,) = two.groups
    north, south = group.players
    assert group.limits == ("border-west:gate",)
    assert group.relation == "substitutes"
    assert group.ratio == pytest.approx(1)
    assert north.first_in + south.first_in == pytest.approx(2 * group.joint)
    assert group.joint > 0
    assert (north.last_in, south.last_in) == pytest.approx((0, 0))
    assert north.shapley == south.shapley == pytest.approx(group.joint / 2)
    assert two.portfolios is not None
    assert len(two.portfolios.best) == 1, "one is enough"


def test_sides_sum_to_the_joint_account(two: ListAppraisal) -> None:
    """Yearly, undiscounted, and at one rate; half of each price is used up."""
    north = of(two, "north")
    yearly = [0.0] * two.n_years
    for line in north.lines:
        used = 1.0 if line.resource_share is None else -line.resource_share
        yearly = [a + used * b for a, b in zip(yearly, line.amounts, strict=True)]
    first, *later = yearly
    assert first == pytest.approx(-1e9), "built in the first year"
    gains = LEFT_PER_YEAR * KZT * (9000 - BY_RAIL_TIME_USD - sum(BY_RAIL_USD.values()) / 2)
    assert later[0] == pytest.approx(gains - 10e6)
    for at in north.curve:
        sides = [amount for amount in (at.a, at.b, at.third) if amount is not None]
        assert len(sides) == 3
        assert math.fsum(sides) == pytest.approx(at.joint_low)
        assert at.joint_low == at.joint_high
        by_hand = math.fsum(flow / (1 + at.rate) ** t for t, flow in enumerate(yearly))
        assert at.joint_low == pytest.approx(by_hand)
    assert [at.rate for at in north.curve] == [0.03, 0.05, 0.08, 0.09, 0.12]


def test_a_price_without_a_resource_share_has_no_split(tmp_path: Path) -> None:
    """Two ends of the joint account instead of a number; the price is named as to be found out."""
    prices = {key: {"payer": "shippers-a", "payee": "ktz"} for key in PRICES}
    north = of(result(listed(tmp_path, {"north": {"effect": "wider", "prices": prices}})), "north")
    assert north.unknown_prices == tuple(sorted(f"price:{key}" for key in PRICES))
    for at in north.curve:
        assert (at.a, at.b, at.third) == (None, None, None)
        assert at.joint_low < at.joint_high


def test_base_or_project_never_both(tmp_path: Path) -> None:
    """What is built anyway brings nothing as a project, and is said to be there already."""
    works = {
        "works": {
            "border": {
                **SOURCE,
                "year": 2029,
                "title": TITLE,
                "changes": {"network": {"borders": {"gate": _intake(3)}}},
            }
        }
    }
    found = result(listed(tmp_path, {"north": {"effect": "wider"}}, base=works))
    assert year_of(found).other_ways == {}
    assert year_of(found, "north").amount == 0
    north = of(found, "north")
    assert north.in_base_from == (2030,)
    assert north.first_in == 0
    assert north.curve[0].joint_high < 0, "only costs are left"


def _intake(trains: int) -> dict[str, Any]:
    intake = dict.fromkeys(("low", "mode", "high"), f"{trains} trains/d")
    return {"to_china": intake, "to_kazakhstan": intake}


def test_without_figures_not_yet(tmp_path: Path) -> None:
    """No number is made up: what is missing is named, also for those that require it."""
    missing = {"cost": {"what": TITLE, "whom": TITLE}}
    dream = {"capital": {}, "paid_by": {}, "missing": missing}
    projects = {**TWO, "dream": dream, "second-dream": {"effect": "wider", "requires": ["dream"]}}
    found = result(listed(tmp_path, projects))
    one, other = of(found, "dream"), of(found, "second-dream")
    assert (one.answer, other.answer) == ("not_yet", "not_yet")
    assert [(word.key, word.about) for word in one.missing] == [("cost", "")]
    assert [(word.key, word.about) for word in other.missing] == [("requires", "dream")]
    assert (one.curve, one.risk, one.core) == ((), None, None)


def test_order_and_cores_change_nothing(tmp_path: Path, two: ListAppraisal) -> None:
    """Files written in another order, and several workers, give the same bytes."""
    backwards = dict(reversed(TWO.items()))
    with ThreadPoolExecutor(2) as pool:
        found = result(listed(tmp_path / two.scenario, backwards), executor=pool)
    assert as_json(found) == as_json(two)


def as_json(found: ListAppraisal) -> str:
    """A result as text: all of it is plain."""
    return json.dumps(asdict(found), allow_nan=False)


def test_two_additions_to_one_number_are_two(tmp_path: Path) -> None:
    """Each lets a fifth of a train a day more over the border; both let two fifths more,
    though each file tells the number that there is then."""
    fifth = dict.fromkeys(("low", "mode", "high"), "2.2 trains/d")
    gate = {"to_china": fifth, "to_kazakhstan": fifth}
    case = {"case": {"title": TITLE}, "network": {**SOURCE, "borders": {"gate": gate}}}
    projects = {"north": {"effect": "fifth"}, "south": {"effect": "fifth"}}
    found = result(listed(tmp_path, projects, cases={"fifth": case}))
    carried = [
        year_of(found, *built).flows[0].carried / 365
        for built in ((), ("north",), ("north", "south"))
    ]
    assert carried == pytest.approx([2 * 41, 2.2 * 41, 2.4 * 41])
    assert found.clashes == ()


def test_runs_stand_beside_the_relaxation(tmp_path: Path) -> None:
    """Coalitions that the twin plays too have both values, and the gap between them is told."""
    told: list[AppraisalProgress] = []
    effort = AppraisalEffort(replications=1, days=1, most_run=2, draws=10)
    found = result(listed(tmp_path, {"north": {"effect": "wider"}}), effort, progress=told.append)
    (pair,) = found.error.pairs
    by_runs = [one for one in found.coalitions if one.by == "runs"]
    assert [one.built for one in by_runs] == [(), ("north",)]
    assert all(len(one.runs) == 1 for one in by_runs)
    assert pair.cheap == year_of(found, "north").amount
    assert pair.dear == by_runs[1].amount
    assert found.error.typical == pytest.approx(abs(pair.cheap - pair.dear))
    assert {one.stage for one in told} == {"relaxations", "weeks", "runs"}


def test_the_work_is_known_before(tmp_path: Path, two: ListAppraisal) -> None:
    """Relaxations and runs at most, and their seconds, without any of them."""
    path = listed(tmp_path, TWO)
    work = appraisal_work(Subject(path=path), effort=CHEAP)
    assert (work.n_projects, work.n_judged, work.n_runs) == (2, 2, 0)
    assert work.n_relaxations >= len(two.coalitions)
    assert work.seconds == pytest.approx(work.n_relaxations * 0.5)


def test_a_project_of_the_dry_port_is_valued_by_runs(tmp_path: Path) -> None:
    """The relaxation of a week knows no gate: the twin plays it with the trains of the base."""
    gate = {"case": {"title": TITLE}, "terminal": {**SOURCE, "gate": {"n_lanes_in": 3}}}
    projects = {"north": {"effect": "wider"}, "gate": {"effect": "gate"}}
    effort = AppraisalEffort(replications=2, days=1, most_run=2, draws=10)
    found = result(listed(tmp_path, projects, cases={"gate": gate}), effort)
    assert (of(found, "gate").by, of(found, "north").by) == ("runs", "relaxation")
    assert [group.limits for group in found.groups] == [("dry-port",), ("border-west:gate",)]
    (alone,) = (c for c in found.coalitions if c.by == "runs" and c.built == ("gate",))
    assert len(alone.runs) == 2
    opening = of(found, "gate").opening - found.first_year
    worth = math.fsum(
        alone.amount / (1 + found.common_rate) ** year for year in range(opening, found.n_years)
    )
    assert of(found, "gate").first_in == pytest.approx(worth)
    assert found.error.pairs == (), "a project that only runs know has no cheap value"


def test_levels_are_one_player_and_never_both(tmp_path: Path) -> None:
    """Two sizes of one project: one player of the group, and no list holds both."""
    projects = {
        "small": {"effect": "wider"},
        "large": {"effect": "widest", "level_of": "small", "capital": {"2030": "2 bn KZT2025"}},
    }
    found = result(listed(tmp_path, projects))
    assert [[player.key for player in group.players] for group in found.groups] == [["small"]]
    assert of(found, "large").player == "small"
    assert found.portfolios is not None
    assert found.portfolios.best == ("small",), "both sizes let all boxes through"


def test_a_range_of_the_capital(tmp_path: Path) -> None:
    """Each end of the tornado is the account with that capital; draws lie between the ends."""
    capital = {"2030": {"value": "1 bn KZT2025", "low": "0.5 bn KZT2025", "high": "3 bn KZT2025"}}
    # Thirty-year life from 2031: at the end of the thirty years of accounts one year is left.
    found = result(listed(tmp_path, {"north": {"effect": "wider", "capital": capital}}))
    north = of(found, "north")
    (stated,) = (at.joint_low for at in north.curve if at.rate == found.common_rate)
    ((name, low, high),) = north.tornado
    assert name == "projects.north.capital"
    kept = 1 - 1 / 30 / (1 + found.common_rate) ** 29
    assert (low - stated, high - stated) == pytest.approx((0.5e9 * kept, -2e9 * kept))
    assert north.risk is not None
    assert high < north.risk["joint"].p5 < north.risk["joint"].p95 < low
