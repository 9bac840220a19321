"""Departures of a made-up week on a railway of four stations, and what they must keep."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from keruen import demand
from keruen.corridor.network.ways import Way
from keruen.corridor.plan.alternate import alternate_weeks
from keruen.corridor.plan.departures_problem import Timing, timing_of
from keruen.corridor.plan.design import DeparturesProblem
from keruen.corridor.plan.design.departures_model import build_departures
from keruen.corridor.plan.offers import CandidateService
from keruen.corridor.plan.trains_of_ways import PathFlow, trips_of
from keruen.corridor.plan.week_plan import WeekPlan, plan_week
from keruen.corridor.plan.week_problem import WeekProblem
from keruen.scenario import Scenario
from keruen.scenario.week_file import week_from, week_text
from keruen.study.plan import week_of
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_WEEK
from made_up_networks import network as network_design
from networks import network
from scenarios import read_changed

RUN_D = (0.12 + 0.15 + 0.20) / 3
"""120 km at 1000, 800 and 600 km a day, triangular: the mean of the three times."""
CROSSING_D = 1.25
"""Thirty hours from one side of the border to the other."""


@pytest.fixture
def world(tmp_path: Path) -> Scenario:
    """Five boxes a day: three to the dry port, two away from it."""
    return read_changed(tmp_path, {"network": network()})


def planned(world: Scenario, *flows: int) -> WeekPlan:
    """The plan for some flows only."""
    assert world.network is not None
    bookings = demand.generate(world, 1)
    own = bookings.bookings[np.isin(bookings.bookings["flow"], flows)]
    return plan_week(world, world.network, replace(bookings, bookings=own), gap=0)


def test_imports_wait_half_a_week_and_what_the_connection_misses(world: Scenario) -> None:
    """One train a week from the origin, and the one from the border leaves as soon as it may.

    Boxes are ready for it after 1.41 days, that is six slots of six hours later, 36 hours. So they
    wait half a week for the first train and 1.5 − 1.41 days for the second.
    """
    plan = planned(world, 0)
    (from_origin,), (from_border,) = (plan.departures_ms(offer) for offer, *_ in plan.trains())
    assert (from_border - from_origin) % MS_PER_WEEK == 36 * MS_PER_HOUR
    (arrivals,) = plan.served()
    assert arrivals.share == pytest.approx(1)
    assert arrivals.waiting_days == pytest.approx(3.5 + 1.5 - (RUN_D + CROSSING_D), abs=1e-4)
    assert arrivals.days == pytest.approx(2 * RUN_D + CROSSING_D + arrivals.waiting_days, abs=1e-4)


def test_waiting_costs_its_days(world: Scenario) -> None:
    """Twenty-one boxes a week at 15 dollars a day, on top of the week without waiting."""
    plan = planned(world, 0)
    (arrivals,) = plan.served()
    assert plan.timing is not None
    cost = 21 * 15 * arrivals.waiting_days
    assert plan.timing.cost_usd2025_per_week == pytest.approx(cost, rel=1e-6)
    assert plan.cost_usd2025_per_week == pytest.approx(plan.design.objective + cost)
    assert plan.timing.bound_usd2025_per_week <= cost + 1e-6
    assert plan.bound_usd2025_per_week <= plan.design.objective + 1e-6
    assert plan.gap == pytest.approx(1 - plan.bound_usd2025_per_week / plan.cost_usd2025_per_week)


def test_time_that_costs_nothing_is_waited_for_nothing(tmp_path: Path) -> None:
    """With a weight of none on time the waiting has days and no price."""
    document = network()
    document["costs"]["time_weight"] = 0.0
    plan = planned(read_changed(tmp_path, {"network": document}), 0)
    assert plan.timing is not None
    assert plan.timing.cost_usd2025_per_week == pytest.approx(0)
    assert plan.served()[0].waiting_days >= 3.5


def test_a_set_goes_back_after_its_layover(world: Scenario) -> None:
    """Exports take the sets that imports brought, and the offset that is best for both is found.

    The set leaves the dry port after the run and the toy's layover, and the border in China after
    the run and half of the dwell. With d slots between the two departures, twenty-one imports wait
    d − 6 slots at the border for the second train, and fourteen exports for the Chinese set.
    """
    plan = planned(world, 0, 1)
    assert plan.timing is not None
    layover_d = world.services["shuttle"].layover_ms / MS_PER_DAY
    back = [int(np.ceil(days * 4)) for days in (RUN_D + CROSSING_D / 2, RUN_D + layover_d)]
    assert plan.timing.timing.problem.back_slots.tolist() == back
    (from_origin,), (from_border,) = (plan.departures_ms(offer) for offer, *_ in plan.trains())

    def waits(offset: int) -> tuple[int, int]:
        return (offset - 6) % 28, (back[0] - (offset + back[1] + 6)) % 28

    costs = [21 * west + 14 * east for west, east in map(waits, range(28))]
    offset = (from_border - from_origin) // (6 * MS_PER_HOUR) % 28
    assert costs[offset] == min(costs)
    lost_d = 1.5 - (RUN_D + CROSSING_D)
    days = {one.flow: one.waiting_days for one in plan.served()}
    for flow, slots in zip(("arrivals", "departures"), waits(offset), strict=True):
        assert days[flow] == pytest.approx(3.5 + lost_d + slots / 4, abs=1e-4)


def test_every_train_of_the_week_has_its_departure(world: Scenario) -> None:
    """As data each service departs as often as it runs, in order, within the week."""
    week = week_of(planned(world, 0, 1))
    for _, train in sorted(week.trains.items()):
        assert len(train.departures_ms) == train.trains_per_week
        assert list(train.departures_ms) == sorted(train.departures_ms)
        assert train.departures_ms[0] >= 0
        assert train.departures_ms[-1] < MS_PER_WEEK


def test_no_trains_no_departures(world: Scenario) -> None:
    """Where nothing wants to travel no train runs, there is nothing to time, and the plan says so."""
    assert world.network is not None
    plan = planned(world)
    assert plan.trains() == ()
    assert plan.timing is None
    assert plan.cost_usd2025_per_week == plan.design.objective == 0
    assert timing_of(world, world.network, plan.week, plan.design) is None


def made_up_week() -> WeekProblem:
    """Origin – border – dry port – beyond, with wagon groups to the origin; days are round."""
    train = {"kind": "block-train", "capacity_teu": 82.0, "n_wagons": 41}
    offers = (
        CandidateService(kind="wagon-group", start="a", end="b", way=Way(days=1.0), days=2.0),
        CandidateService(**train, start="b", end="east", way=Way(days=4.0), border="gate"),
        CandidateService(
            kind="crossing", start="east", end="west", way=Way(), border="gate", days=1.3
        ),
        CandidateService(**train, start="west", end="port", way=Way(days=2.0), border="gate"),
        CandidateService(**train, start="port", end="beyond", way=Way(days=0.4)),
    )
    return WeekProblem(problem=network_design([], []), offers=offers, streams=(), limits=())


def test_trains_of_a_way() -> None:
    """Westward: wagons in other trains need no train; two trains, the crossing between them."""
    chain = PathFlow(stream=0, arcs=(0, 2, 4, 6), teu=1.0, usd_per_teu=0.0)
    (trip,) = trips_of(made_up_week(), chain, "port")
    assert trip.legs == ((1, False), (3, False))
    assert trip.travel_d == pytest.approx((4.0 + 1.3,))
    assert trip.ready_d == trip.travel_d


def test_transit_boards_at_the_dry_port_twelve_hours_later() -> None:
    """From beyond the dry port to China: the far end is beyond, and both next trains go back."""
    chain = PathFlow(stream=0, arcs=(9, 7, 5, 3, 1), teu=1.0, usd_per_teu=0.0)
    (trip,) = trips_of(made_up_week(), chain, "port")
    assert trip.legs == ((4, False), (3, True), (1, True))
    assert trip.travel_d == pytest.approx((0.4, 2.0 + 1.3))
    assert trip.ready_d == pytest.approx((0.4 + 0.5, 2.0 + 1.3))
    assert trip.queues() == (trip.legs, trip.legs[1:], trip.legs[2:])


def test_wagons_alone_take_no_train() -> None:
    """A way of wagon groups only has no departures to wait for."""
    assert (
        list(
            trips_of(
                made_up_week(), PathFlow(stream=0, arcs=(0,), teu=1.0, usd_per_teu=0.0), "port"
            )
        )
        == []
    )


def sharing(n_queues: int, following: list[int], amounts: list[float]) -> DeparturesProblem:
    """Two services into a third; the third's queue is shared or not."""
    flags = [n >= 2 for n in range(n_queues)]
    none = np.zeros(0, np.int64)
    return DeparturesProblem(
        n_slots=4,
        trains=np.ones(3, np.int64),
        capacity=np.full(3, 9.0),
        back_slots=np.zeros(3, np.int64),
        queue_service=np.array([2 if late else n for n, late in enumerate(flags)]),
        queue_is_back=np.zeros(n_queues, np.bool_),
        queue_next=np.array(following),
        queue_lag=np.ones(n_queues, np.int64),
        queue_amount=np.array(amounts),
        queue_price=np.ones(n_queues),
        left_price=np.ones(n_queues),
        limit_start=np.zeros(1, np.int64),
        limit_service=none,
        limit_shift=none,
        limit_slots=none,
        limit_most=none,
        excess_price=1.0,
    )


def test_size_without_sharing_is_that_of_the_model_without_sharing() -> None:
    """Two ways over one last train: counted as they would be, each with a last queue of its own."""
    joined = sharing(3, [2, 2, -1], [5.0, 3.0, 0.0])
    single = sharing(4, [2, 3, -1, -1], [5.0, 3.0, 0.0, 0.0])
    timing = Timing(
        problem=joined,
        offers=(0, 1, 2),
        chains=(),
        stages=((0, 2), (1, 2)),
        lost_d=(0.0, 0.0),
        limits=(),
        border_lost_d=(0.0, 0.0),
        is_at_border=((False, True), (False, True)),
    )
    sizes = []
    for problem in (joined, single):
        model = build_departures(problem)
        sizes.append((len(model.cost), len(model.rows.lower), len(model.rows.column)))
    assert timing.single_size(sizes[0]) == sizes[1]


def alternating(folder: Path, *, day_usd: str) -> WeekPlan:
    """Imports of five TEU a week on trains that may run every other week, at a price of a day."""
    rails = network()
    rails["every_other_week"] = ["origin", "west"]
    rails["costs"]["value_of_time"] = day_usd
    return planned(read_changed(folder, {"network": rails}), 0)


def test_a_train_that_a_weekly_one_would_not_fill_runs_every_other_week(tmp_path: Path) -> None:
    """42 TEU a week fill more than half of a train of 82, and less than half of one of 122.

    Boxes wait for the second train as if it were weekly, and half a week more, because every other
    one is left out: 73 dollars a week, while half a train of 120 km there and back costs 2 400.
    """
    plan = alternating(tmp_path, day_usd="1 USD2025/box-d")
    trains = plan.trains()
    assert [(offer.start, n) for offer, n, _, _ in trains] == [("origin", 1), ("west", 0.5)]
    assert [plan.every_other_week(offer) for offer, *_ in trains] == [None, "even"]
    week = week_of(plan)
    assert [t.trains_per_week for t in week.trains.values()] == [1, 1]
    assert sorted(t.mean_trains_per_week for t in week.trains.values()) == [0.5, 1]
    assert week_from(week_text(week)) == week
    (arrivals,) = plan.served()
    assert arrivals.share == pytest.approx(1)
    late_d = 1.5 - (RUN_D + CROSSING_D)
    assert arrivals.waiting_days == pytest.approx(3.5 + late_d + 3.5, abs=1e-4)
    assert plan.bound_usd2025_per_week <= plan.cost_usd2025_per_week + 1e-6


def test_weeks_are_balanced_at_a_border(world: Scenario) -> None:
    """Three trains every other week to one border and one elsewhere: two in either kind of week."""
    start = {"kind": "block-train", "way": Way(), "parts": 2}
    offers = (
        *(CandidateService(start=key, end="gate", border="a", **start) for key in "xyz"),
        CandidateService(start="p", end="q", border="b", **start),
        CandidateService(start="p", end="r", border="b", **start),
    )
    week = replace(made_up_week(), offers=offers)
    design = replace(planned(world, 0).design, units=np.array([1, 3, 1, 1, 2]))
    assert alternate_weeks(week, design) == {
        0: "even",
        1: "odd",
        2: "even",
        3: "odd",
    }


def test_a_weekly_train_runs_where_waiting_costs_more(tmp_path: Path) -> None:
    """At a thousand dollars a day the longer wait costs more than half a train."""
    plan = alternating(tmp_path, day_usd="1000 USD2025/box-d")
    assert [n for _, n, _, _ in plan.trains()] == [1, 1]
    assert all(plan.every_other_week(offer) is None for offer, *_ in plan.trains())


def test_trains_are_weekly_where_nobody_asked(world: Scenario) -> None:
    """Without stations in `every_other_week` every train runs every week."""
    assert all(n == int(n) for _, n, _, _ in planned(world, 0).trains())
