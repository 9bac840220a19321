"""From a design to ways by name: amounts on arcs taken apart by hand."""

from __future__ import annotations

import numpy as np
import pytest

from keruen.corridor.network.ways import Way
from keruen.corridor.plan.design import DesignPlan
from keruen.corridor.plan.design.problem import ModelSize
from keruen.corridor.plan.week_plan import WeekPlan
from keruen.corridor.plan.week_problem import CandidateService, Kind, Stream, WeekProblem
from keruen.study.plan import week_of
from made_up_networks import network

ENDS: tuple[tuple[Kind, str, str], ...] = (
    ("block-train", "north", "gate-cn"),
    ("block-train", "south", "gate-cn"),
    ("crossing", "gate-cn", "gate-kz"),
    ("block-train", "gate-kz", "port"),
    ("wagon-group", "south", "north"),
)
"""Offers 0 to 4; offer k has arc 2k there and 2k + 1 back."""


def stream(flow: str, origin: str, destination: str, teu: float) -> Stream:
    return Stream(
        flow=flow,
        origin=origin,
        destination=destination,
        boxes=teu / 2,
        teu=teu,
        tonnes=teu,
        usd2025_per_box_d=1.0,
    )


def plan_of(
    streams: list[Stream],
    amounts: list[dict[int, float]],
    units: dict[int, float],
    ends: tuple[tuple[Kind, str, str], ...] = ENDS,
) -> WeekPlan:
    """A plan whose streams have these TEU on these arcs; `units` are trains of an offer."""
    offers = tuple(CandidateService(kind=kind, start=a, end=b, way=Way()) for kind, a, b in ends)
    rows = [(n, arc, teu) for n, own in enumerate(amounts) for arc, teu in sorted(own.items())]
    trains = np.zeros(2 * len(offers))
    for offer, n in units.items():
        trains[2 * offer : 2 * offer + 2] = n
    design = DesignPlan(
        status="optimal",
        units=trains,
        flow_commodity=np.array([n for n, _, _ in rows], np.int64),
        flow_arc=np.array([arc for _, arc, _ in rows], np.int64),
        flow_amount=np.array([teu for _, _, teu in rows]),
        unserved=np.zeros(len(streams)),
        objective=0.0,
        bound=0.0,
        gap=0.0,
        seconds=0.0,
        iterations=0,
        n_forcing=0,
        resource_price=np.zeros(0),
        capacity_price=np.zeros(2 * len(offers)),
        size=ModelSize(full_columns=0, full_rows=0, n_columns=0, n_rows=0, n_nonzeros=0),
    )
    week = WeekProblem(problem=network([], []), offers=offers, streams=tuple(streams), limits=())
    return WeekPlan(week=week, design=design)


def ways(plan: WeekPlan) -> list[tuple[str, str, float]]:
    """Flow, stations and share of every route."""
    routes = week_of(plan).routes
    return [(r.flow, " ".join(r.stations), r.share) for _, r in sorted(routes.items())]


def test_trains_are_those_that_run() -> None:
    """Services with trains have a row; those without, crossings and wagon groups have none."""
    plan = plan_of([], [], {0: 7.0, 3: 4.0})
    found = {key: (t.start, t.end, t.trains_per_week) for key, t in week_of(plan).trains.items()}
    assert found == {
        "north-gate-cn": ("north", "gate-cn", 7),
        "gate-kz-port": ("gate-kz", "port", 4),
    }


def test_a_stream_on_two_ways_is_taken_apart() -> None:
    """Of 10 TEU of the south 6 go by train to the border and 4 in wagons over the north."""
    south = stream("kits", "south", "port", 10.0)
    plan = plan_of([south], [{2: 6.0, 8: 4.0, 0: 4.0, 4: 10.0, 6: 10.0}], {})
    assert ways(plan) == [
        ("kits", "south gate-cn gate-kz port", 0.6),
        ("kits", "south north gate-cn gate-kz port", 0.4),
    ]


def test_shares_are_of_the_whole_flow() -> None:
    """Two stations of 30 and 10 TEU: three quarters and a quarter; what is left behind is missing."""
    north, south = (
        stream("kits", "north", "port", 30.0),
        stream("kits", "south", "port", 10.0),
    )
    full, half = {4: 30.0, 6: 30.0, 0: 30.0}, {4: 5.0, 6: 5.0, 2: 5.0}
    assert ways(plan_of([north, south], [full, half], {})) == [
        ("kits", "north gate-cn gate-kz port", 0.75),
        ("kits", "south gate-cn gate-kz port", 0.125),
    ]


@pytest.mark.parametrize("has_hubs", [True, False])
def test_the_two_directions_of_a_flow_are_counted_apart(has_hubs: bool) -> None:
    """Empties that come and go have shares that sum to one each way, with hubs or without."""
    there, back = stream("empty", "north", "port", 8.0), stream("empty", "port", "north", 2.0)
    plan = plan_of(
        [there, back],
        [{0: 8.0, 4: 8.0, 6: 8.0}, {7: 2.0, 5: 2.0, 1: 2.0}],
        {},
        ENDS if has_hubs else ENDS[:-1],
    )
    assert ways(plan) == [
        ("empty", "north gate-cn gate-kz port", 1.0),
        ("empty", "port gate-kz gate-cn north", 1.0),
    ]


def test_what_is_not_carried_has_no_way() -> None:
    """A stream that is left behind brings no route."""
    assert ways(plan_of([stream("kits", "north", "port", 3.0)], [{}], {})) == []


def test_long_names_lose_no_train_and_no_way() -> None:
    """Names alike in their first forty characters still have a key each."""
    far = "a-station-with-a-name-of-forty-letters-x"
    ends: tuple[tuple[Kind, str, str], ...] = (
        ("block-train", far, "gate-cn"),
        ("block-train", far, "other-cn"),
        ("crossing", "gate-cn", "port"),
        ("crossing", "other-cn", "port"),
    )
    flows = [stream(f"a-flow-with-a-name-of-over-thirty-{n}", far, "port", 2.0) for n in (4, 5)]
    plan = plan_of(flows, [{0: 2.0, 4: 2.0}, {2: 2.0, 6: 2.0}], {0: 1.0, 1: 1.0}, ends)
    week = week_of(plan)
    assert sorted(t.end for t in week.trains.values()) == ["gate-cn", "other-cn"]
    assert sorted(r.flow[-1] for r in week.routes.values()) == ["4", "5"]
    assert all(len(key) <= 40 for key in (*week.trains, *week.routes))
