"""Laws of demand and corridor, over random small worlds."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from keruen import corridor, demand
from keruen.domain import tables
from keruen.domain.codes import Mode
from keruen.domain.iso6346 import is_valid
from keruen.domain.results import CorridorPlan, Demand
from keruen.domain.tables import Table
from keruen.scenario.models import Scenario
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from worlds import FLAT, world

COMMODITIES: dict[str, dict[str, Any]] = {
    "goods": {"load_spread": "30 %", "dangerous_share": 0.1},
    "meat": {"is_reefer": True, "laboratory_share": 0.2, "laboratory_time": "1 d"},
    "none": {"net_load_20": "0 t", "net_load_40": "0 t"},
}
SIZES: list[dict[str, float]] = [{"22G1": 1.0}, {"45G1": 1.0}, {"22G1": 0.4, "42G1": 0.6}]
SERVICES = ("north", "south")
EMPTY = {"kind": "empty", "sizes": {}, "boxes": "0 boxes/yr", "commodity": "none"}

flow = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["import", "export", "transit"]),
        "boxes": st.integers(0, 4000).map(lambda boxes: f"{boxes} boxes/yr"),
        "service": st.sampled_from(SERVICES),
        "commodity": st.sampled_from(["goods", "meat"]),
        "sizes": st.sampled_from(SIZES),
        "customs": st.booleans(),
        "stay": st.integers(0, 200).map(lambda hours: f"{hours} h"),
        "months": st.sampled_from([FLAT, [0.5, 0.5] + [0.0] * 10]),
    }
).map(
    lambda words: {**words, "onward_service": SERVICES[0]} if words["kind"] == "transit" else words
)
flows = st.dictionaries(st.sampled_from(["a", "c", "e", "g"]), flow, min_size=1)
service = st.fixed_dictionaries(
    {
        "trains_per_week": st.integers(1, 21),
        "first_arrival": st.integers(0, 200).map(lambda hours: f"{hours} h"),
        "n_wagons": st.integers(1, 12),
        "teu_per_wagon": st.integers(1, 2),
        "payload_per_wagon": st.integers(15, 70).map(lambda mass: f"{mass} t"),
        "delay": st.integers(0, 100).map(lambda hours: f"{hours} h"),
        "layover": st.integers(0, 40).map(lambda hours: f"{hours} h"),
    }
)
services = st.fixed_dictionaries(dict.fromkeys(SERVICES, service))
weekday_shares = st.sampled_from([[1 / 7] * 7, [0.2] * 5 + [0, 0], [0.5, 0, 0, 0.5, 0, 0, 0]])
seeds = st.integers(0, 2**63 - 1)
first_days = st.sampled_from(["2030-01-07", "2029-12-30", "2028-02-25"])


def built(flows: Any, services: Any = None, **changes: Any) -> Scenario:
    """A world with empties, of the given flows and services."""
    return world(
        {**flows, "z-empties": {**EMPTY, "service": SERVICES[1]}},
        services=services or {key: {} for key in SERVICES},
        commodities=COMMODITIES,
        **changes,
    )


def played(scenario: Scenario, seed: int) -> tuple[CorridorPlan, Table, Table]:
    plan = corridor.plan_timetabled(scenario, demand.generate(scenario, seed))
    return plan, *corridor.run_timetabled(plan, scenario, seed)


def loads(train_of: Any, values: Any, n_trains: int) -> Any:
    """Sum of `values` on each train."""
    on = train_of >= 0
    return np.bincount(train_of[on], values[on], n_trains)


@settings(max_examples=40, deadline=None)
@given(flows, services, weekday_shares, first_days, seeds)
def test_plans_are_possible(
    flows: Any, services: Any, shares: Any, first_day: str, seed: int
) -> None:
    """No train is over its TEU or mass, nobody boards before being ready or on a foreign train."""
    scenario = built(
        flows,
        services,
        calendar__first_day=first_day,
        terminal__gate__weekday_shares=shares,
    )
    plan, trains, visits = played(scenario, seed)
    payload_kg = np.array([scenario.services[key].payload_per_wagon_kg for key in SERVICES])
    bookings = plan.bookings
    boxes_of_visits = bookings[visits["booking"]]
    for trains_of, column, boxes, which in (
        (plan.in_train, "in_service", bookings, plan.trains),
        (plan.out_train, "out_service", bookings, plan.trains),
        (visits["in_train"], "in_service", boxes_of_visits, trains),
        (visits["out_train"], "out_service", boxes_of_visits, trains),
    ):
        assert (loads(trains_of, boxes["n_teu"], len(which)) <= which["capacity_teu"]).all()
        most_kg = which["n_wagons"] * payload_kg[which["service"]]
        assert (loads(trains_of, boxes["gross_mass_kg"], len(which)) <= most_kg).all()
        on = trains_of >= 0
        assert (which["service"][trains_of[on]] == boxes[column][on]).all()
    comes = plan.in_train >= 0
    assert (plan.trains["arrival_ms"][plan.in_train] >= bookings["ready_ms"])[comes].all()
    leaves = plan.out_train >= 0
    away_ms = plan.trains["departure_ms"][plan.out_train]
    by_truck = leaves & (bookings["in_mode"] == Mode.TRUCK)
    assert (away_ms >= bookings["ready_ms"] + bookings["stay_ms"])[by_truck].all()
    assert (away_ms >= bookings["ready_ms"] + 12 * MS_PER_HOUR)[by_truck].all()
    by_train = leaves & comes
    in_ms = plan.trains["arrival_ms"][plan.in_train]
    assert (away_ms >= in_ms + 12 * MS_PER_HOUR)[by_train].all()
    assert (comes | (bookings["in_mode"] == Mode.TRUCK) | ~by_train).all()


@settings(max_examples=40, deadline=None)
@given(flows, services, seeds)
def test_every_box_is_somewhere(flows: Any, services: Any, seed: int) -> None:
    """A booking is refused, too late, or exactly one visit; a refused one is on no train."""
    scenario = built(flows, services)
    plan, trains, visits = played(scenario, seed)
    assert (plan.in_train[~plan.is_served] == -1).all()
    assert (plan.out_train[~plan.is_served] == -1).all()
    assert len(np.unique(visits["booking"])) == len(visits)
    is_visit = np.zeros(len(plan.bookings), bool)
    is_visit[visits["booking"]] = True
    assert plan.is_served[is_visit].all()
    by_truck = plan.bookings["in_mode"] == Mode.TRUCK
    assert is_visit[by_truck & plan.is_served].all()
    delay_ms = np.array([scenario.services[key].delay.value_ms for key in SERVICES])
    comes = plan.in_train >= 0
    on = plan.trains[plan.in_train[comes]]
    in_time = on["arrival_ms"] + delay_ms[on["service"]] < 28 * MS_PER_DAY
    assert (is_visit[comes] == in_time).all()
    assert trains["n_boxes_in"].sum() == (visits["in_train"] >= 0).sum()
    assert (np.diff(trains["arrival_ms"]) >= 0).all()


@settings(max_examples=40, deadline=None)
@given(flows, services, weekday_shares, seeds)
def test_times_of_a_visit_follow_one_another(
    flows: Any, services: Any, shares: Any, seed: int
) -> None:
    """A box leaves after it has come: by train 12 h later, by truck 3 h, on a day with trucks."""
    scenario = built(flows, services, terminal__gate__weekday_shares=shares)
    _, trains, visits = played(scenario, seed)
    by_truck = visits["out_mode"] == Mode.TRUCK
    assert (visits["out_ms"] >= visits["in_ms"] + 3 * MS_PER_HOUR)[by_truck].all()
    weekday = visits["out_ms"][by_truck] // MS_PER_DAY % 7
    assert (np.array(shares)[weekday] > 0).all()
    planned = visits[visits["out_train"] >= 0]
    train = trains[planned["out_train"]]
    leaves_ms = np.maximum(train["arrival_ms"], train["departure_ms"])
    assert (leaves_ms >= planned["in_ms"] + 12 * MS_PER_HOUR).all()
    unplanned = visits[~by_truck & (visits["out_train"] < 0)]
    assert (unplanned["out_ms"] >= unplanned["in_ms"] + 12 * MS_PER_HOUR).all()


@settings(max_examples=40, deadline=None)
@given(flows, flow, st.sampled_from(["b", "d", "y"]), seeds)
def test_a_flow_added_moves_no_other(flows: Any, added: Any, key: str, seed: int) -> None:
    """With one flow more, wherever it stands, all others have the same boxes with the same luck."""
    before, after = built(flows), built({**flows, key: added})
    old, new = (demand.generate(found, seed).bookings for found in (before, after))
    columns = [
        name
        for name in tables.dtype("bookings").names or ()
        if name not in ("flow", "container_number")
    ]
    for other in flows:
        here = old[old["flow"] == sorted(before.flows).index(other)]
        there = new[new["flow"] == sorted(after.flows).index(other)]
        assert (here[columns] == there[columns]).all()


@settings(max_examples=25, deadline=None)
@given(flows, services, seeds, st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(flows: Any, services: Any, seed: int, mixer: Any) -> None:
    """Flows, sizes, services and commodities in another order give the same bytes."""

    def mixed(table: dict[str, Any]) -> dict[str, Any]:
        keys = list(table)
        mixer.shuffle(keys)
        return {key: table[key] for key in keys}

    scenario = built(flows, services)
    turned = scenario.model_copy(
        update={
            "flows": mixed(
                {
                    key: found.model_copy(update={"sizes": mixed(found.sizes)})
                    for key, found in scenario.flows.items()
                }
            ),
            "services": mixed(scenario.services),
            "commodities": mixed(scenario.commodities),
        }
    )
    plan, trains, visits = played(scenario, seed)
    other, other_trains, other_visits = played(turned, seed)
    assert plan.bookings.tobytes() == other.bookings.tobytes()
    assert plan.in_train.tobytes() == other.in_train.tobytes()
    assert plan.out_train.tobytes() == other.out_train.tobytes()
    assert trains.tobytes() == other_trains.tobytes()
    assert visits.tobytes() == other_visits.tobytes()


@settings(max_examples=25, deadline=None)
@given(flows, weekday_shares, st.integers(-5, 40), seeds)
def test_whole_weeks_shift_nothing(flows: Any, shares: Any, weeks: int, seed: int) -> None:
    """With flat months, the same four weeks begun some weeks later bring the same boxes."""
    flat = {key: {**found, "months": FLAT} for key, found in flows.items()}
    day = np.datetime64("2030-02-11")
    here, there = (
        demand.generate(
            built(
                flat,
                calendar__first_day=str(first),
                terminal__gate__weekday_shares=shares,
            ),
            seed,
        ).bookings
        for first in (day, day + 7 * weeks)
    )
    exact = [name for name in here.dtype.names if name not in ("ready_ms", "due_ms")]
    # Sorted by number: a rounding of the rate may move a box by a millisecond.
    here, there = (np.sort(rows, order="container_number") for rows in (here, there))
    assert (here[exact] == there[exact]).all()
    assert (np.abs(here["ready_ms"] - there["ready_ms"]) <= 1).all()


@settings(max_examples=25, deadline=None)
@given(flows, st.floats(0.1, 5), seeds)
def test_scale_multiplies_every_flow(flows: Any, scale: float, seed: int) -> None:
    """A scale multiplies the boxes of every flow, to rounding; empties too."""
    plain, scaled = built(flows), built(flows, demand__scale=scale)
    counts = [
        np.bincount(demand.generate(found, seed).bookings["flow"], minlength=len(plain.flows))
        for found in (plain, scaled)
    ]
    # Empties are up to two streams of each of five kinds of box, each rounded for itself.
    streams = np.array([1] * len(flows) + [10])
    assert (np.abs(counts[1] - scale * counts[0]) <= 0.5 * (scale + 1) * streams + 1e-3).all()


@settings(max_examples=25, deadline=None)
@given(flows, first_days, seeds)
def test_numbers_are_different_and_valid(flows: Any, first_day: str, seed: int) -> None:
    """All boxes of a run have different, valid numbers, whatever the flows."""
    rows = demand.generate(built(flows, calendar__first_day=first_day), seed).bookings
    assert len(np.unique(rows["container_number"])) == len(rows)
    assert all(is_valid(number.decode()) for number in rows["container_number"][:50])


@settings(max_examples=25, deadline=None)
@given(flows, services, seeds)
def test_stages_leave_their_input_alone(flows: Any, services: Any, seed: int) -> None:
    """Planning and running twice gives the same, and changes neither bookings nor plan."""
    scenario = built(flows, services)
    found = demand.generate(scenario, seed)
    bytes_before = found.bookings.tobytes()
    plan = corridor.plan_timetabled(scenario, found)
    first = corridor.run_timetabled(plan, scenario, seed)
    again = corridor.run_timetabled(
        corridor.plan_timetabled(scenario, Demand(bookings=found.bookings)), scenario, seed
    )
    assert found.bookings.tobytes() == bytes_before
    assert [table.tobytes() for table in first] == [table.tobytes() for table in again]
