"""What happens: late trains, missed connections, trucks that fetch boxes; numbers by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from keruen import corridor, demand
from keruen.corridor.visits.pickups import pickups_ms, truck_days
from keruen.domain.codes import Mode
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Gate
from keruen.scenario.models import Scenario
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from worlds import demand_of, world

HOUR, DAY = MS_PER_HOUR, MS_PER_DAY
EVEN = (1 / 7,) * 7
NO_WEEKEND = (0.2,) * 5 + (0.0, 0.0)


def ran(
    *boxes: dict[str, int], services: dict[str, dict[str, Any]], **changes: Any
) -> tuple[Table, Table]:
    """Trains and visits of boxes by hand."""
    scenario = world({"f": {"service": next(iter(services))}}, services=services, **changes)
    plan = corridor.plan_timetabled(scenario, demand_of(*boxes))
    return corridor.run_timetabled(plan, scenario, 1)


def gate(weekday_shares: tuple[float, ...], hours: dict[int, float] | None = None) -> Gate:
    shares = [(hours or {8: 1.0}).get(hour, 0.0) for hour in range(24)]
    return world(
        {"f": {}},
        terminal__gate__weekday_shares=list(weekday_shares),
        terminal__gate__hour_shares=shares,
    ).terminal.gate


# --- trains ---------------------------------------------------------------------------------


def test_trains_come_late_with_their_boxes() -> None:
    """A delay of 20 h moves arrival and boxes, not the scheduled departure."""
    trains, visits = ran(
        {"in_service": 0, "ready_ms": 13 * HOUR},
        {"in_service": 0, "ready_ms": 14 * HOUR},
        services={"a": {"delay": "20 h"}},
        calendar__days=4,
    )
    # Noon of four days; the last one would come at 12 + 72 + 20 = 104 h, after the end.
    assert trains["scheduled_ms"].tolist() == [12 * HOUR, 36 * HOUR, 60 * HOUR]
    assert trains["arrival_ms"].tolist() == [32 * HOUR, 56 * HOUR, 80 * HOUR]
    assert trains["departure_ms"].tolist() == [15 * HOUR, 39 * HOUR, 63 * HOUR]
    assert trains["n_boxes_in"].tolist() == [0, 2, 0]
    assert visits["in_train"].tolist() == [1, 1]
    assert visits["in_ms"].tolist() == [56 * HOUR] * 2


def test_who_comes_after_the_horizon_does_not_come() -> None:
    """The boxes of a train that is too late for the horizon are no visits."""
    boxes = [{"in_service": 0, "ready_ms": day * DAY} for day in range(3)]
    trains, visits = ran(*boxes, services={"a": {"delay": "30 h"}}, calendar__days=3)
    assert trains["arrival_ms"].tolist() == [42 * HOUR, 66 * HOUR]
    assert visits["booking"].tolist() == [0, 1]


def test_a_faster_train_overtakes() -> None:
    """Trains are numbered by their arrival, and the boxes follow."""
    trains, visits = ran(
        {"in_service": 0},
        {"in_service": 1},
        services={"a": {"delay": "5 h"}, "b": {"first_arrival": "14 h"}},
        calendar__days=1,
    )
    assert trains["service"].tolist() == [1, 0]
    assert trains["arrival_ms"].tolist() == [14 * HOUR, 17 * HOUR]
    assert visits["booking"].tolist() == [1, 0]
    assert visits["in_train"].tolist() == [0, 1]


def test_delays_are_drawn_by_law() -> None:
    """An exponential delay of 6 h on average is early never and late as often as it should."""
    law = {"law": "exponential", "mean": "6 h"}
    scenario = world(
        {"f": {}},
        services={"shuttle": {"delay": law, "trains_per_week": 700}},
    )
    plan = corridor.plan_timetabled(scenario, demand.generate(scenario, 1))
    trains, _ = corridor.run_timetabled(plan, scenario, 1)
    # The last day's trains may be too late for the horizon.
    trains = trains[trains["scheduled_ms"] < 25 * DAY]
    late_ms = trains["arrival_ms"] - trains["scheduled_ms"]
    assert late_ms.min() >= 0
    assert abs(late_ms.mean() / HOUR - 6) < 4 * 6 / np.sqrt(len(trains))
    assert abs((late_ms > 6 * HOUR).mean() - np.exp(-1)) < 4 * 0.48 / np.sqrt(len(trains))


def test_delays_are_a_service_s_own() -> None:
    """A service added changes no other train's luck; another seed changes it."""
    law = {"law": "exponential", "mean": "6 h"}
    alone = world({"f": {"service": "b"}}, services={"b": {"delay": law}})
    both = world({"f": {"service": "b"}}, services={"a": {"delay": law}, "b": {"delay": law}})

    def late(scenario: Scenario, index: int, seed: int) -> list[int]:
        plan = corridor.plan_timetabled(scenario, demand.generate(scenario, 1))
        trains, _ = corridor.run_timetabled(plan, scenario, seed)
        own = trains[trains["service"] == index]
        return np.sort(own["arrival_ms"]).tolist()

    assert late(alone, 0, 1) == late(both, 1, 1)
    assert late(both, 0, 1) != late(both, 1, 1)
    assert late(alone, 0, 1) != late(alone, 0, 2)


# --- outbound -------------------------------------------------------------------------------


def test_outbound_visits() -> None:
    """A box by truck comes when it is ready and leaves by its planned train, if there is one."""
    trains, visits = ran(
        {"out_service": 0, "ready_ms": 1 * HOUR, "stay_ms": 0},
        {"out_service": 0, "ready_ms": 30 * HOUR, "stay_ms": 40 * HOUR},
        services={"a": {}},
        calendar__days=2,
    )
    assert visits["in_ms"].tolist() == [1 * HOUR, 30 * HOUR]
    assert (visits["in_train"] == -1).all()
    assert visits["out_train"].tolist() == [0, -1]
    # By train: its departure. Without one: from when the box may leave, 30 + 40 h.
    assert visits["out_ms"].tolist() == [15 * HOUR, 70 * HOUR]
    assert (visits["out_service"] == 0).all()
    assert len(trains) == 2


TRANSIT = {"in_service": 0, "out_service": 1}


@pytest.mark.parametrize(
    ("delay", "arrives", "departs"),
    # Onward trains leave at 15 h of each day; twelve hours are needed.
    [("0 h", 12, 39), ("15 h", 27, 39), ("16 h", 28, 63), ("40 h", 52, 87)],
)
def test_missed_connections(delay: str, arrives: int, departs: int) -> None:
    """A transit box whose train is too late for its onward train leaves by the next."""
    trains, visits = ran(TRANSIT, services={"a": {"delay": delay}, "b": {}}, calendar__days=5)
    assert visits["in_ms"].tolist() == [arrives * HOUR]
    assert visits["out_ms"].tolist() == [departs * HOUR]
    assert trains["service"][visits["out_train"]].tolist() == [1]


def test_the_next_train_may_be_full() -> None:
    """Who has missed the train gets only the room that is left."""
    # One platform a day on the onward service; a box by truck holds the place of day 2.
    by_truck = {"out_service": 1, "ready_ms": 2 * DAY, "stay_ms": 0}
    services = {"a": {"delay": "16 h"}, "b": {"n_wagons": 1}}
    trains, visits = ran(TRANSIT, by_truck, services=services, calendar__days=5)
    departures = dict(
        zip(
            visits["booking"].tolist(),
            trains["departure_ms"][visits["out_train"]].tolist(),
            strict=True,
        )
    )
    assert departures == {0: 87 * HOUR, 1: 63 * HOUR}


def test_the_next_train_may_be_too_heavy() -> None:
    """Room that is left counts in mass too: 20 t and 20 t are too much for a platform of 30 t."""
    by_truck = {"out_service": 1, "ready_ms": 2 * DAY, "stay_ms": 0, "n_teu": 1}
    services = {"a": {"delay": "16 h"}, "b": {"n_wagons": 1, "payload_per_wagon": "30 t"}}
    boxes = ({**TRANSIT, "n_teu": 1}, by_truck)
    trains, visits = ran(*boxes, services=services, calendar__days=5)
    is_transit = visits["booking"] == 0
    assert trains["departure_ms"][visits["out_train"][is_transit]].tolist() == [87 * HOUR]


def test_the_next_train_is_the_one_that_leaves_next() -> None:
    """Who has missed a train takes the next by departure, not by arrival."""
    scenario = world(
        {"f": {"service": "a"}}, services={"a": {"delay": "16 h"}, "b": {}}, calendar__days=5
    )
    plan = corridor.plan_timetabled(scenario, demand_of(TRANSIT))
    # The onward train of day 2 is to stay until 90 h; that of day 3 leaves at 87 h.
    slow = (plan.trains["service"] == 1) & (plan.trains["departure_ms"] == 63 * HOUR)
    plan.trains["departure_ms"][slow] = 90 * HOUR
    trains, visits = corridor.run_timetabled(plan, scenario, 1)
    assert trains["departure_ms"][visits["out_train"]].tolist() == [87 * HOUR]


def test_a_late_onward_train_waits_for_its_boxes() -> None:
    """A box that misses the schedule of a train that is itself late does not miss the train."""
    # The box comes at 28 h and may leave from 40 h; the train of 39 h comes at 41 h.
    services = {"a": {"delay": "16 h"}, "b": {"delay": "5 h"}}
    trains, visits = ran(TRANSIT, services=services, calendar__days=5)
    assert visits["out_ms"].tolist() == [39 * HOUR]
    assert trains["arrival_ms"][visits["out_train"]].tolist() == [41 * HOUR]


def test_no_onward_train_is_left() -> None:
    """A transit box that misses the last train has none planned, and may leave after twelve hours."""
    _, visits = ran(TRANSIT, services={"a": {"delay": "16 h"}, "b": {}}, calendar__days=2)
    assert visits["out_train"].tolist() == [-1]
    assert visits["out_ms"].tolist() == [40 * HOUR]
    assert visits["out_mode"].tolist() == [Mode.TRAIN]


# --- trucks ---------------------------------------------------------------------------------


def test_even_weeks_bend_nothing() -> None:
    """With trucks evenly through the week a box is fetched on the day on which it is wanted."""
    wanted_ms = np.arange(HOUR // 2, 30 * DAY, 5 * HOUR)
    for weekday in range(7):
        assert (truck_days(wanted_ms, weekday, EVEN) == wanted_ms // DAY).all()


@pytest.mark.parametrize(
    "shares", [NO_WEEKEND, (1.0,) + (0.0,) * 6, (0.19, 0.2, 0.2, 0.2, 0.19, 0.02, 0.0)]
)
@pytest.mark.parametrize("first_weekday", [0, 3])
def test_weeks_are_bent_to_the_profile(shares: tuple[float, ...], first_weekday: int) -> None:
    """Boxes wanted evenly are fetched by the shares of the weekdays, neither sooner nor later."""
    wanted_ms = np.arange(0, 70 * DAY, 7 * 60_000)
    day = truck_days(wanted_ms, first_weekday, shares)
    assert (np.diff(day) >= 0).all()
    # The outermost weeks are broken; those between are whole.
    inner = (day >= 7 - first_weekday) & (day < 63 - first_weekday)
    counted = np.bincount((day[inner] + first_weekday) % 7, minlength=7) / inner.sum()
    assert np.abs(counted - shares).max() < 0.002
    moved_days = (day * DAY + DAY // 2 - wanted_ms)[inner].mean() / DAY
    assert abs(moved_days) < 0.02


def test_pickups_keep_days_hours_and_the_least_time() -> None:
    """Trucks come on their days and hours, and never before the box can be fetched."""
    hours = {7: 0.5, 20: 0.5}
    some_gate = gate(NO_WEEKEND, hours)
    in_ms = np.arange(0, 40 * DAY, 37 * 60_000)
    uniform = np.linspace(0, 0.999, len(in_ms))
    earliest_ms = in_ms + 3 * HOUR
    out_ms = pickups_ms(in_ms, earliest_ms, uniform, gate=some_gate, first_weekday=2)
    assert (out_ms >= earliest_ms).all()
    assert set(np.unique(out_ms // HOUR % 24)) == {7, 20}
    assert set(np.unique((out_ms // DAY + 2) % 7)) == {0, 1, 2, 3, 4}
    assert (out_ms - earliest_ms <= 4 * DAY).all()


@pytest.mark.parametrize(
    ("arrives_h", "hour", "expected_h"),
    [
        # Monday: a truck of 8 h comes to a box of 5 h; a box of 6 h waits for Tuesday.
        (5, 8, 8),
        (6, 8, 32),
        # Friday at noon: the hour of 15 h is just right, with 14 h it is Monday.
        (108, 15, 111),
        (108, 14, 182),
    ],
)
def test_pickup_by_hand(arrives_h: int, hour: int, expected_h: int) -> None:
    """Three hours after the train at the earliest, else on the next day with trucks."""
    out_ms = pickups_ms(
        # Wanted long ago: only the earliest time counts.
        np.array([-30 * DAY]),
        np.array([(arrives_h + 3) * HOUR]),
        np.array([0.0]),
        gate=gate(NO_WEEKEND, {hour: 1.0}),
        first_weekday=0,
    )
    assert out_ms.tolist() == [expected_h * HOUR]


def test_stay_counts_from_the_train() -> None:
    """A box that comes on Monday at noon and stays two days is fetched on Wednesday."""
    hours = [0.0] * 24
    hours[9] = 1.0
    _, visits = ran(
        {"in_service": 0, "stay_ms": 2 * DAY},
        services={"a": {}},
        terminal__gate__hour_shares=hours,
    )
    assert (visits["out_ms"] // HOUR).tolist() == [2 * 24 + 9]
    assert visits["out_service"].tolist() == [-1]


def test_pickups_are_a_flow_s_own() -> None:
    """Boxes are fetched at the same times when another flow comes, before or behind them."""
    import_ = {"boxes": "3650 boxes/yr", "stay": "2 d"}
    alone = world({"m": import_})
    among = world({"a": import_, "m": import_, "z": {**import_, "kind": "export"}})

    def fetched(scenario: Scenario, index: int) -> list[tuple[int, int]]:
        plan = corridor.plan_timetabled(scenario, demand.generate(scenario, 1))
        _, visits = corridor.run_timetabled(plan, scenario, 1)
        own = visits[visits["flow"] == index]
        return sorted(zip(own["in_ms"].tolist(), own["out_ms"].tolist(), strict=True))

    assert fetched(alone, 0) == fetched(among, 1)
    assert fetched(among, 0) != fetched(among, 1)


def test_visits_are_in_order_and_complete() -> None:
    """Visits stand by arrival and flow; all columns of a box come along."""
    scenario = world(
        {"a": {"customs": True, "boxes": "3650 boxes/yr"}, "b": {"kind": "export"}},
        commodities={"goods": {"dangerous_share": 0.5}},
    )
    plan = corridor.plan_timetabled(scenario, demand.generate(scenario, 1))
    _, visits = corridor.run_timetabled(plan, scenario, 1)
    order = np.lexsort((visits["booking"], visits["flow"], visits["in_ms"]))
    assert (order == np.arange(len(visits))).all()
    boxes = plan.bookings[visits["booking"]]
    for name in ("flow", "n_teu", "gross_mass_kg", "storage", "channel", "hold_ms", "out_service"):
        assert (visits[name] == boxes[name]).all(), name
    assert len(np.unique(visits["booking"])) == len(visits)
