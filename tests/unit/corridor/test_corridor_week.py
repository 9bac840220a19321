"""The plan of a week on the packaged network: what holds whatever the solver finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from keruen import demand
from keruen.cli.main import run
from keruen.corridor.network.ways import ways_from
from keruen.corridor.plan.trains_of_ways import chains_of
from keruen.corridor.plan.week_plan import WeekPlan, plan_week
from keruen.corridor.plan.week_problem import costs_of
from keruen.domain.results import Demand
from keruen.scenario import Scenario, read
from keruen.study.plan import week_of
from keruen.units import DAYS_PER_WEEK, MS_PER_WEEK


@pytest.fixture(scope="module")
def world() -> Scenario:
    return read("kostanay-hefei", [], ("nameplate",))


@pytest.fixture(scope="module")
def bookings(world: Scenario) -> Demand:
    return demand.generate(world, 1)


@pytest.fixture(scope="module")
def plan(world: Scenario, bookings: Demand) -> WeekPlan:
    assert world.network is not None
    return plan_week(world, world.network, bookings, gap=0.05)


def test_ways_are_whole(world: Scenario) -> None:
    """The sections of a way follow one another, and its length is their sum."""
    network = world.network
    assert network is not None
    for station, way in ways_from(network, "alashankou", "1435 mm").items():
        at = "alashankou"
        for key in way.sections:
            section = network.sections[key]
            assert at in (section.start, section.end)
            at = section.end if at == section.start else section.start
        assert at == station
        length_m = sum(network.sections[key].length_m for key in way.sections)
        assert way.length_km == pytest.approx(length_m / 1000)


def test_the_plan_lies_within_its_bound(plan: WeekPlan) -> None:
    """The cost is the plan's own, the bound lies below it, and the gap is between them."""
    problem, design = plan.week.problem, plan.design
    total = problem.way_cost @ design.way_amount + problem.unit_cost @ design.units
    total += problem.unserved_price @ design.unserved
    assert design.objective == pytest.approx(total, rel=1e-6)
    assert design.bound <= design.objective
    assert design.gap <= 0.05
    assert plan.gap <= 0.05
    assert plan.cost_usd2025_per_week > design.objective


def test_ways_go_from_end_to_end(plan: WeekPlan) -> None:
    """Each way begins and ends with its stream, each arc where the last ended; over one border."""
    offers = plan.week.offers
    for chain in chains_of(plan.week, plan.design):
        stream = plan.week.streams[chain.stream]
        at = stream.origin
        for arc in chain.arcs:
            ends = (offers[arc // 2].start, offers[arc // 2].end)
            tail, head = ends[::-1] if arc % 2 else ends
            assert tail == at
            at = head
        assert at == stream.destination
        assert [offers[arc // 2].kind for arc in chain.arcs].count("crossing") == 1


def test_no_chain_of_wagon_groups_is_cheaper(plan: WeekPlan, world: Scenario) -> None:
    """To its boarding station each way takes the cheapest groups (Bellman and Ford)."""
    week = plan.week
    groups = [k for k, offer in enumerate(week.offers) if offer.kind == "wagon-group"]
    assert world.network is not None
    costs = costs_of(world.network, week.offers, week.streams)
    dispatch = sorted(k for k, s in world.network.stations.items() if s.kind == "dispatch")
    for n in range(0, len(week.streams), 7):
        stream = week.streams[n]
        far = stream.origin if stream.origin in dispatch else stream.destination
        cheapest = dict.fromkeys(dispatch, np.inf) | {far: 0.0}
        for _ in dispatch:
            for k in groups:
                a, b = week.offers[k].start, week.offers[k].end
                cheapest[a] = min(cheapest[a], cheapest[b] + costs[n, k])
                cheapest[b] = min(cheapest[b], cheapest[a] + costs[n, k])
        for way in np.flatnonzero(week.problem.way_commodity == n):
            arcs = week.problem.way_arc[slice(*week.problem.way_start[way : way + 2])]
            own = [arc // 2 for arc in arcs.tolist()]
            boards = next(k for k in own if week.offers[k].start in dispatch and k not in groups)
            by_groups = float(costs[n, [k for k in own if k in groups]].sum())
            assert by_groups == pytest.approx(cheapest[week.offers[boards].start])


def test_shared_limits_hold(plan: WeekPlan) -> None:
    """Trains at borders and sections and platforms stay within what there is."""
    problem, units = plan.week.problem, plan.design.units
    for n, limit in enumerate(plan.week.limits):
        own = slice(problem.resource_start[n], problem.resource_start[n + 1])
        used = problem.resource_use[own] @ units[problem.resource_service[own]]
        assert used <= limit.most + 1e-6, limit
    teu = problem.arc_flow(plan.design.way_amount)
    is_train = problem.arc_service >= 0
    room = units[problem.arc_service[is_train]] * problem.arc_capacity[is_train]
    assert (teu[is_train] <= room + 1e-4).all()


def test_no_plan_carries_more(plan: WeekPlan) -> None:
    """What is left behind is the least that can be, and what that costs more is small and known."""
    teu = sum(stream.teu for stream in plan.week.streams)
    assert plan.design.least_unserved == pytest.approx(plan.design.unserved.sum(), abs=2e-5 * teu)
    assert 0 < plan.least_unserved_share <= plan.unserved_share + 1e-9
    assert 0 <= plan.cost_of_least_unserved < 0.05


def test_places_become_boxes(plan: WeekPlan) -> None:
    """25 TEU left at least are all 10 long boxes and 5 short ones: 15 of 20 boxes."""
    long, short = plan.week.streams[0], plan.week.streams[1]
    streams = (replace(short, boxes=10.0, teu=10.0), replace(long, boxes=10.0, teu=20.0))
    design = replace(plan.design, least_unserved=25.0, unserved=np.array([10.0, 16.0]))
    small = replace(plan, week=replace(plan.week, streams=streams), design=design, timing=None)
    assert small.least_unserved_share == pytest.approx(15 / 20)
    assert small.unserved_share == pytest.approx((10 + 8) / 20)


def test_the_week_carries_what_the_year_asks_for(
    plan: WeekPlan, bookings: Demand, world: Scenario
) -> None:
    """Boxes a week are those of the horizon, scaled."""
    days = world.calendar.days + world.calendar.warm_up_ms / 86_400_000
    boxes = sum(stream.boxes for stream in plan.week.streams)
    assert boxes == pytest.approx(len(bookings.bookings) * DAYS_PER_WEEK / days)


def test_what_binds_is_used_up(plan: WeekPlan) -> None:
    """The nameplate week does not fit, and a limit with a price is nearly full."""
    assert plan.unserved_share > 0.1
    (first, *_) = plan.bindings()
    n = plan.week.limits.index(first.limit)
    problem = plan.week.problem
    own = slice(problem.resource_start[n], problem.resource_start[n + 1])
    used = problem.resource_use[own] @ plan.design.units[problem.resource_service[own]]
    assert used >= 0.9 * first.limit.most


def test_more_platforms_never_cost_more(bookings: Demand, plan: WeekPlan) -> None:
    """Twice the platforms of 1520 mm carry more, for less."""
    more = read(
        "kostanay-hefei", ["network.fleet.platforms-1520.n_platforms=20000"], ("nameplate",)
    )
    assert more.network is not None
    richer = plan_week(more, more.network, bookings, gap=0.05)
    assert richer.design.cheapest <= plan.design.objective
    assert richer.least_unserved_share <= plan.unserved_share + 1e-9


def test_the_ways_of_a_flow_sum_to_what_is_carried(plan: WeekPlan, world: Scenario) -> None:
    """In each direction the shares of a flow's ways are what the design carries of it."""
    assert world.network is not None
    in_china = {k for k, s in world.network.stations.items() if s.kind == "dispatch"}
    carried: dict[tuple[str, bool], float] = {}
    wanted: dict[tuple[str, bool], float] = {}
    for stream, left in zip(plan.week.streams, plan.design.unserved.tolist(), strict=True):
        side = stream.flow, stream.origin in in_china
        carried[side] = carried.get(side, 0.0) + stream.teu - left
        wanted[side] = wanted.get(side, 0.0) + stream.teu
    found = dict.fromkeys(wanted, 0.0)
    week = week_of(plan)
    for route in week.routes.values():
        found[route.flow, route.stations[0] in in_china] += route.share
    shares = {side: teu / wanted[side] for side, teu in carried.items()}
    assert found == pytest.approx(shares, abs=1e-5)
    assert len(week.trains) == len(plan.trains())


def test_every_step_of_a_way_is_a_service_that_runs(plan: WeekPlan) -> None:
    """Boxes change only where trains of the week meet, at a border, or at a hub."""
    week = week_of(plan)
    runs = {frozenset((t.start, t.end)) for t in week.trains.values()}
    others = {frozenset((o.start, o.end)) for o in plan.week.offers if o.kind != "block-train"}
    for route in week.routes.values():
        for here, there in zip(route.stations, route.stations[1:], strict=False):
            assert frozenset((here, there)) in runs | others, route


def test_boxes_board_or_stay(plan: WeekPlan) -> None:
    """What boards first trains and what finds no room are all that the streams carry."""
    assert plan.timing is not None
    timing, departures = plan.timing.timing, plan.timing.departures
    carried = np.zeros(len(plan.week.streams))
    boards = np.zeros(timing.problem.n_queues)
    for chain, stages in zip(timing.chains, timing.stages, strict=True):
        carried[chain.stream] += chain.teu
        for queue in stages:
            boards[queue] += chain.teu * (1 - plan.timing.left_share(stages[0]))
    # Every way of the packaged week takes a train.
    assert carried == pytest.approx(plan.week.problem.amount - plan.design.unserved, abs=0.01)
    assert departures.boarding.sum(axis=1) == pytest.approx(boards, abs=1e-3)


def test_trains_leave_as_often_as_they_run(plan: WeekPlan) -> None:
    """One departure for each train of the week, none outside it."""
    for offer, trains, _, _ in plan.trains():
        times = plan.departures_ms(offer)
        assert len(times) == trains
        assert list(times) == sorted(times)
        assert 0 <= times[0] <= times[-1] < MS_PER_WEEK


def test_no_border_takes_more_on_a_day_than_it_can(plan: WeekPlan, world: Scenario) -> None:
    """Trains from China that come within any 24 hours: at most what is ours a day, rounded up."""
    assert world.network is not None
    for key, border in sorted(world.network.borders.items()):
        most = np.ceil(border.own_trains_per_d(to_china=False))
        comes = np.zeros(28, np.int64)
        for offer, _, _, _ in plan.trains():
            if offer.border == key and offer.end == border.china_station:
                for departure_ms in plan.departures_ms(offer):
                    slots = departure_ms // (MS_PER_WEEK // 28) + int(np.ceil(offer.way.days * 4))
                    comes[slots % 28] += 1
        in_a_day = sum(np.roll(comes, late) for late in range(4))
        assert np.all(in_a_day <= most), key


def test_waiting_is_part_of_the_days(plan: WeekPlan) -> None:
    """Each flow that is carried waits, for less than two weeks, and travels besides."""
    for one in plan.served():
        if one.share > 0:
            assert 0 < one.waiting_days < min(14, one.days)


def test_ways_that_share_trains_share_queues(plan: WeekPlan) -> None:
    """The model is smaller than if every way waited by itself, in each of its three sizes."""
    assert plan.timing is not None
    found = plan.timing.departures
    joined = found.n_columns, found.n_rows, found.n_nonzeros
    single = plan.timing.timing.single_size(joined)
    assert all(2 * small < large for small, large in zip(joined, single, strict=True))


@pytest.fixture(scope="module")
def planned_once() -> Iterator[None]:
    """The command's plan is made by the first that asks for it; the same question, the same plan."""
    made: dict[tuple[str, float], WeekPlan] = {}

    def plan_of(year: Scenario, *rest: Any, gap: float, **others: Any) -> WeekPlan:
        if (year.digest, gap) not in made:
            made[year.digest, gap] = plan_week(year, *rest, gap=gap, **others)
        return made[year.digest, gap]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("keruen.corridor.plan.week_plan.plan_week", plan_of)
        yield


@pytest.mark.usefixtures("planned_once")
@pytest.mark.parametrize("language", ["en", "ru", "kk", "zh"])
def test_the_command_prints_a_plan(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every table and the proof, in each language."""
    command = ["corridor", "plan", "--case", "nameplate", "--gap", "10", "--language", language]
    assert run(command) == 0
    said = capsys.readouterr().out
    assert {"ru": "долл. США"}.get(language, "USD") in said
    assert "10" in said
    assert "plan." not in said


@pytest.mark.parametrize("words", [["--seconds", "0"], ["--gap", "200"], ["--case", "nameplat"]])
def test_limits_of_the_search_are_checked(words: list[str]) -> None:
    """Exit code 2 and a sentence."""
    assert run(["corridor", "plan", *words]) == 2


def test_a_scenario_without_a_railway() -> None:
    """The toy has no network to plan."""
    assert run(["corridor", "plan", "toy"]) == 2
