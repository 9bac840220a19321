"""The cheapest railway additions against exhaustive search on made-up weeks."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from keruen.corridor.network.ways import Way
from keruen.corridor.plan.design import DesignProblem
from keruen.corridor.plan.expansion import WidenedWeek, Widening
from keruen.corridor.plan.offers import CandidateService
from keruen.corridor.plan.streams import Stream
from keruen.corridor.plan.week_problem import Limit, WeekProblem

TRAIN_TEU = 10.0


def week(amounts: list[float], trains: float, fleet: float, crossing: float) -> WeekProblem:
    """Streams that each have a service of their own, then one crossing that all share.

    A train takes one of the `trains` and three of the `fleet`.
    """
    n = len(amounts)
    both = np.arange(n, dtype=np.int64)
    problem = DesignProblem(
        unit_cost=np.ones(n),
        most_units=np.full(n, 50, np.int64),
        arc_service=np.append(both, -1),
        arc_capacity=np.append(np.full(n, TRAIN_TEU), crossing),
        amount=np.array(amounts),
        unserved_price=np.full(n, 100.0),
        way_commodity=both,
        way_cost=np.zeros(n),
        way_start=2 * np.arange(n + 1),
        way_arc=np.array([arc for k in range(n) for arc in (k, n)], np.int64),
        resource_start=np.array([0, n, 2 * n], np.int64),
        resource_service=np.concatenate((both, both)),
        resource_use=np.concatenate((np.ones(n), np.full(n, 3.0))),
        resource_limit=np.array([trains, fleet]),
    )
    streams = tuple(
        Stream(
            flow=f"flow-{k}",
            origin="east",
            destination="west",
            boxes=amount / 2,
            teu=amount,
            tonnes=1.0,
            usd2025_per_box_d=1.0,
        )
        for k, amount in enumerate(amounts)
    )
    offer = CandidateService(kind="block-train", start="east", end="west", way=Way())
    limits = (
        Limit(kind="border-west", key="gate", most=trains),
        Limit(kind="fleet", key="wagons", most=fleet),
    )
    return WeekProblem(problem=problem, offers=(offer,) * n, streams=streams, limits=limits)


def least_left(amounts: list[float], trains: float, fleet: float, crossing: float) -> float:
    """The least share of boxes left, by all numbers of whole trains."""
    runs = math.floor(min(trains, fleet / 3) + 1e-9)
    best = 0.0
    for counts in product(range(runs + 1), repeat=len(amounts)):
        if sum(counts) <= runs:
            carried = sum(min(a, TRAIN_TEU * c) for a, c in zip(amounts, counts, strict=True))
            best = max(best, min(carried, crossing))
    return 1 - best / sum(amounts)


def least_left_by_parts(
    amounts: list[float], trains: float, fleet: float, crossing: float
) -> float:
    """The same where a train may be a part of one: what is narrowest carries."""
    whole = sum(amounts)
    return 1 - min(whole, TRAIN_TEU * min(trains, fleet / 3), crossing) / whole


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """A week that may not carry everything, with three levers of up to three steps."""
    amounts = draw(st.lists(st.sampled_from([7.0, 12.0, 24.0]), min_size=1, max_size=2))
    return {
        "amounts": amounts,
        "room": (
            float(draw(st.integers(0, 3))),
            float(draw(st.integers(0, 9))),
            float(draw(st.integers(0, 40))),
        ),
        "most": [draw(st.integers(1, 3)) for _ in range(3)],
        "cost": [draw(st.sampled_from([1.0, 2.5, 7.0])) for _ in range(3)],
        "limit": draw(st.sampled_from([0.0, 0.1, 0.35])),
    }


def widenings(case: dict[str, Any]) -> list[Widening]:
    """One train, four wagons, eight TEU of crossing a step."""
    n = len(case["amounts"])
    nothing, no_arcs = np.zeros(2), np.zeros(n + 1)
    gains = [(np.array([1.0, 0.0]), no_arcs), (np.array([0.0, 4.0]), no_arcs)]
    gains.append((nothing, np.append(np.zeros(n), 8.0)))
    return [
        Widening(most=most, cost=cost, limits=limits, arcs=arcs)
        for most, cost, (limits, arcs) in zip(case["most"], case["cost"], gains, strict=True)
    ]


def room_with(case: dict[str, Any], steps: tuple[int, ...]) -> tuple[float, float, float]:
    """Trains, wagons and crossing with steps."""
    trains, fleet, crossing = case["room"]
    return trains + steps[0], fleet + 4 * steps[1], crossing + 8 * steps[2]


@given(case=cases(), more=st.sampled_from([0.0, 0.25]))
@settings(max_examples=60, deadline=None)
def test_the_found_set_is_the_cheapest_and_no_plan_does_with_less(
    case: dict[str, Any], more: float
) -> None:
    """Against every set of steps, by parts of trains; whole trains never need fewer steps."""
    world = week(case["amounts"], *case["room"])
    amounts = [amount * (1 + more) for amount in case["amounts"]]
    levers = widenings(case)
    found = WidenedWeek(world, levers, more).cheapest(case["limit"])
    least = least_whole = math.inf
    for steps in product(*(range(most + 1) for most in case["most"])):
        room = room_with(case, steps)
        cost = sum(c * n for c, n in zip(case["cost"], steps, strict=True))
        if least_left_by_parts(amounts, *room) <= case["limit"] + 1e-6:
            least = min(least, cost)
        if least_left(amounts, *room) <= case["limit"] + 1e-9:
            least_whole = min(least_whole, cost)
    assert math.isclose(found.cost, least, abs_tol=1e-6) or found.cost == least == math.inf
    assert found.bound == found.cost
    assert found.bound <= least_whole + 1e-6
    if found.steps is not None:
        assert found.unserved_share <= case["limit"] + 1e-5


@given(case=cases(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_left_with_steps_is_by_the_narrowest(
    case: dict[str, Any], data: st.DataObject
) -> None:
    """For any steps, whatever was asked before."""
    widened = WidenedWeek(week(case["amounts"], *case["room"]), widenings(case))
    for _ in range(2):
        steps = tuple(data.draw(st.integers(0, most)) for most in case["most"])
        expected = least_left_by_parts(case["amounts"], *room_with(case, steps))
        assert math.isclose(widened.least_unserved(steps), expected, abs_tol=1e-6)
