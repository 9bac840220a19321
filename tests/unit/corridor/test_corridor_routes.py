"""From a design to trains and routes by name."""

from __future__ import annotations

import numpy as np
import pytest

from keruen.corridor.network.ways import Way
from keruen.corridor.plan.design import DesignPlan, DesignProblem
from keruen.corridor.plan.design.problem import ModelSize
from keruen.corridor.plan.offers import CandidateService, Kind
from keruen.corridor.plan.streams import Stream
from keruen.corridor.plan.week_plan import WeekPlan
from keruen.corridor.plan.week_problem import WeekProblem
from keruen.study.plan import week_of

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
    amounts: list[dict[tuple[int, ...], float]],
    units: dict[int, int],
    ends: tuple[tuple[Kind, str, str], ...] = ENDS,
) -> WeekPlan:
    """A plan whose streams have these TEU on these ways; `units` are trains of an offer."""
    offers = tuple(CandidateService(kind=kind, start=a, end=b, way=Way()) for kind, a, b in ends)
    rows = [(n, way, teu) for n, own in enumerate(amounts) for way, teu in sorted(own.items())]
    none, no_ints = np.zeros(0), np.zeros(0, np.int64)
    problem = DesignProblem(
        unit_cost=np.zeros(len(offers)),
        most_units=np.full(len(offers), 9),
        arc_service=np.full(2 * len(offers), -1),
        arc_capacity=np.full(2 * len(offers), np.inf),
        amount=np.array([one.teu for one in streams], float),
        unserved_price=np.zeros(len(streams)),
        way_commodity=np.array([n for n, _, _ in rows], np.int64),
        way_cost=np.zeros(len(rows)),
        way_start=np.cumsum([0, *(len(way) for _, way, _ in rows)]).astype(np.int64),
        way_arc=np.array([arc for _, way, _ in rows for arc in way], np.int64),
        resource_start=np.zeros(1, np.int64),
        resource_service=no_ints,
        resource_use=none,
        resource_limit=none,
    )
    design = DesignPlan(
        units=np.array([units.get(k, 0) for k in range(len(offers))]),
        way_amount=np.array([teu for _, _, teu in rows]),
        unserved=np.zeros(len(streams)),
        least_unserved=0.0,
        objective=0.0,
        bound=0.0,
        cheapest=0.0,
        seconds=0.0,
        nodes=0,
        resource_price=none,
        size=ModelSize(n_columns=0, n_rows=0, n_nonzeros=0),
    )
    week = WeekProblem(problem=problem, offers=offers, streams=tuple(streams), limits=())
    return WeekPlan(week=week, design=design)


def ways(plan: WeekPlan) -> list[tuple[str, str, float]]:
    """Flow, stations and share of every route."""
    routes = week_of(plan).routes
    return [(r.flow, " ".join(r.stations), r.share) for _, r in sorted(routes.items())]


def test_trains_are_those_that_run() -> None:
    """Services with trains have a row; those without, crossings and wagon groups have none."""
    plan = plan_of([], [], {0: 7, 3: 4})
    found = {key: (t.start, t.end, t.trains_per_week) for key, t in week_of(plan).trains.items()}
    assert found == {
        "north-gate-cn": ("north", "gate-cn", 7),
        "gate-kz-port": ("gate-kz", "port", 4),
    }


def test_a_stream_on_two_ways_has_two_routes() -> None:
    """Of 10 TEU of the south 6 go by train to the border and 4 in wagons over the north."""
    south = stream("kits", "south", "port", 10.0)
    plan = plan_of([south], [{(8, 0, 4, 6): 4.0, (2, 4, 6): 6.0}], {})
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
    full, half = {(0, 4, 6): 30.0}, {(2, 4, 6): 5.0}
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
        [{(0, 4, 6): 8.0}, {(7, 5, 1): 2.0}],
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
    plan = plan_of(flows, [{(0, 4): 2.0}, {(2, 6): 2.0}], {0: 1, 1: 1}, ends)
    week = week_of(plan)
    assert sorted(t.end for t in week.trains.values()) == ["gate-cn", "other-cn"]
    assert sorted(r.flow[-1] for r in week.routes.values()) == ["4", "5"]
    assert all(len(key) <= 40 for key in (*week.trains, *week.routes))
