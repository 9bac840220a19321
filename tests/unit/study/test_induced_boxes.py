"""Boxes that travel only because of a project are worth half of the fall of their cost; by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appraised_lists import SOURCE, TITLE, listed
from keruen.appraisal.box_costs import PricedWay
from keruen.study.appraising import AppraisalEffort, Subject, appraise
from keruen.study.appraising.gains import Induced, OtherWays, gain_of

WAYS = OtherWays(
    ways=(PricedWay(key="road", cost=9000.0),),
    km={},
    g_per_tkm={},
    kzt_per_usd=1.0,
    co2e_usd2025_per_t=0.0,
)
BASE = {"flow|old|import|west|boxes": 100.0, "flow|old|import|west|carried": 100.0}
BASE |= {"flow|old|import|west|days_usd": 0.0, "import|usd|handling": 100 * 4000.0}
GRAIN = {"flow|grain|export|east|boxes": 10.0, "flow|grain|export|east|carried": 10.0}
GRAIN |= {"flow|grain|export|east|days_usd": 0.0, "flow|grain|export|east|own_usd": 10 * 4000.0}
WITH = {**BASE, **GRAIN, "export|usd|handling": 10 * 4000.0}


@pytest.mark.parametrize(
    ("share", "is_claimed", "amount"),
    [
        (0.0, False, 50_000.0),  # all went by road: ten boxes, 9 000 less 4 000
        (1.0, False, 25_000.0),  # none would travel: half of it
        (0.4, False, 0.6 * 50_000 + 0.4 * 25_000),
        (1.0, True, 0.0),  # what they are worth is claimed elsewhere: only their carriage is here
    ],
)
def test_half_for_new_boxes(share: float, is_claimed: bool, amount: float) -> None:
    """Ten boxes of grain, 4 000 by rail, 9 000 by road."""
    induced = {"grain": Induced(share=share, is_claimed=is_claimed)}
    found = gain_of(BASE, WITH, WAYS, induced)
    assert found.amount == pytest.approx(amount)
    assert found.benefit.moved == pytest.approx((1 - share) * 10)


def test_new_boxes_would_take_the_way_with_room() -> None:
    """The cheap other way has room for the boxes that are left; the dear one only when it is full."""
    ways = (
        PricedWay(key="cheap", cost=6000.0, capacity=5.0),
        PricedWay(key="dear", cost=9000.0),
    )
    short = {**BASE, "flow|old|import|west|carried": 95.0}
    both = {**WITH, "flow|old|import|west|carried": 95.0}
    found = gain_of(
        short,
        both,
        replace(WAYS, ways=ways),
        {"grain": Induced(share=1.0, is_claimed=False)},
    )
    assert found.amount == pytest.approx(0.5 * 10 * (9000 - 4000))


def grain(share: Any) -> dict[str, Any]:
    """A project that brings a flow, of which a share is new."""
    return {"effect": "grain", "induced_share": share}


def test_a_list_with_new_boxes(tmp_path: Path) -> None:
    """More new boxes are worth less, and the range of their share widens the value."""
    case = {"case": {"title": TITLE}, **SOURCE, "flows": {"arrivals": {"boxes": "40000 boxes/yr"}}}
    effort = AppraisalEffort(replications=1, days=1, most_run=0, draws=40)

    def value(folder: str, share: Any) -> Any:
        path = listed(
            tmp_path / folder,
            {"north": {"effect": "wider"}, "grain": {**grain(share), "requires": ["north"]}},
            cases={"grain": case},
        )
        found = appraise(Subject(path=path), effort=effort)
        return next(one for one in found.projects if one.key == "grain")

    none, some, all_new = (value(f"s{n}", n) for n in (0.0, 0.5, 1.0))
    worth = [one.curve[-1].joint_low for one in (none, some, all_new)]
    assert worth[0] > worth[1] > worth[2]
    assert worth[1] == pytest.approx((worth[0] + worth[2]) / 2, rel=1e-6)
    wide = value("wide", {"value": 0.5, "low": 0.0, "high": 1.0, **SOURCE})
    (swing,) = (one for one in wide.tornado if one[0] == "projects.grain.induced_share")
    at_value = wide.curve[2].joint_low
    half = (none.curve[2].joint_low - all_new.curve[2].joint_low) / 2
    assert swing[1:] == pytest.approx((at_value + half, at_value - half))
