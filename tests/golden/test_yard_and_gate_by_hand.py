"""Yard, gate, customs and stops: each process on a case small enough for a clock in the hand.

The plain terminal (`tests/terminals.py`): a lane takes a minute, the way to the block another, a lift of
the stacker 3; at the train a lift takes 2, after 15 minutes of inspection and placing.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from keruen.domain.codes import Channel, Event, Mode, Storage
from keruen.domain.tables import Table, place_parts, slot_parts
from keruen.scenario import read
from keruen.terminal import measure, simulate
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE
from terminals import NAME, PLAIN, imports, rows_of, terminal, trains, visits

HOUR = MS_PER_HOUR
DAY = MS_PER_DAY
MINUTE = MS_PER_MINUTE
BLOCK = PLAIN["blocks"]["a"]
SHIFT = {"starts": "8 h", "length": "12 h"}


def play(visit_table: Table, train_table: Table, days: int = 3, **changes: Any) -> Table:
    """The trace of some days from a Monday, verified after every event."""
    return simulate(
        terminal(**changes),
        train_table,
        visit_table,
        seed=1,
        horizon_ms=days * DAY,
        n_services=2,
        is_paranoid=True,
    ).trace


def minutes(trace: Table, kind: Event) -> list[float]:
    """When events of a kind happened."""
    return [round(time / MINUTE, 3) for time in rows_of(trace, kind)["time_ms"].tolist()]


def brought(*boxes: dict[str, int]) -> Table:
    """Boxes that trucks bring at midnight and trains would take."""
    return visits(*({"in_ms": 0, "out_mode": Mode.TRAIN, **box} for box in boxes))


def blocks_of(trace: Table) -> list[int]:
    """The block of each box by its row, in the order of stacking."""
    return [int(d) >> 16 for d in rows_of(trace, Event.STACKED)["destination"]]


def block_of_each(trace: Table) -> dict[int, int]:
    """Visit → block."""
    rows = rows_of(trace, Event.STACKED)
    return {int(v): int(d) >> 16 for v, d in zip(rows["visit"], rows["destination"], strict=True)}


# --- blocks and machines ----------------------------------------------------------------------


def test_empties_go_to_their_block_and_machine() -> None:
    """The laden box is stacked at 1 + 1 + 3 = 5, the empty one, let in a minute later, at 2 + 1 + 1.5.

    Without an empty block the world has no place for it, and its truck stays outside.
    """
    machines = deepcopy(PLAIN["machines"])
    machines["handler"] = {
        **machines["stacker"],
        "kind": "empty_handler",
        "lifting_capacity": "10 t",
        "cycle_time": "90 s",
    }
    boxes = brought({}, {"storage": Storage.EMPTY, "gross_mass_kg": 3_900})
    both = {"a": BLOCK, "b": {**BLOCK, "kind": "empty", "machines": "handler"}}
    trace = play(boxes, trains(), blocks=both, machines=machines)
    assert minutes(trace, Event.STACKED) == [4.5, 5]
    assert block_of_each(trace) == {0: 0, 1: 1}
    assert minutes(play(boxes, trains()), Event.STACKED) == [5]


def test_dangerous_goods_by_class() -> None:
    """Class 3 goes to the block that takes it, class 8 to the other; a block without classes takes both."""
    dangerous = {**BLOCK, "kind": "dangerous"}
    boxes = brought(
        {"storage": Storage.DANGEROUS, "hazard": 5}, {"storage": Storage.DANGEROUS, "hazard": 14}
    )
    # Places in the list of classes, from 1: class 3 is the fifth, class 8 the fourteenth.
    split = {
        "a": BLOCK,
        "b": {**dangerous, "classes": ["3"]},
        "c": {**dangerous, "classes": ["8"]},
    }
    assert block_of_each(play(boxes, trains(), blocks=split)) == {0: 1, 1: 2}
    together = {"a": BLOCK, "b": dangerous}
    assert block_of_each(play(boxes, trains(), blocks=together)) == {0: 1, 1: 1}


def test_boxes_that_customs_will_open_stand_apart() -> None:
    """A red box goes to the inspection block when there is one, a green one never."""
    boxes = visits(
        *imports(1, out_ms=DAY, channel=Channel.RED, hold_ms=HOUR),
        *imports(1, out_ms=DAY, channel=Channel.GREEN, hold_ms=HOUR),
    )
    with_block = {"a": BLOCK, "b": {**BLOCK, "kind": "inspection"}}
    assert block_of_each(play(boxes, trains(0), blocks=with_block)) == {0: 1, 1: 0}
    assert block_of_each(play(boxes, trains(0))) == {0: 0, 1: 0}


@pytest.mark.parametrize(("weight", "tier"), [(100, 0), (0, 1)])
def test_heavy_boxes_not_on_light_ones(weight: int, tier: int) -> None:
    """A box of 30 t after one of 10 t: an empty pile costs 10, a heavy box on a light one `weight`."""
    scores = {"opens_cell": 10, "heavier_on_lighter": weight}
    boxes = brought({"gross_mass_kg": 10_000}, {"gross_mass_kg": 30_000, "in_ms": HOUR})
    trace = play(boxes, trains(), policy__slot="score", policy__slot_scores=scores)
    heavy = rows_of(trace, Event.STACKED)[1]
    assert slot_parts(place_parts(int(heavy["destination"]))[1])[2] == tier


def test_stacking_rules_of_the_literature() -> None:
    """Boxes for 10, 5 and 20 o'clock on two piles: each rule's choice can be seen.

    Lowest stack and reshuffle index (the lower pile of equals): piles 0, 1, 0, so the box for 20 stands on
    that for 10: one reshuffle. Min-max and expected minimum put the box for 5 on that for 10, which it does
    not bar, and keep the empty pile for the box for 20: none.
    """
    block = {**BLOCK, "n_bays": 2, "n_rows": 1}
    boxes = visits(
        *(
            {"in_ms": k * 10 * MINUTE, "out_mode": Mode.TRUCK, "out_ms": out * HOUR}
            for k, out in enumerate((10, 5, 20))
        )
    )
    for rule, n in (
        ("lowest_stack", 1),
        ("reshuffle_index", 1),
        ("min_max", 0),
        ("expected_minimum", 0),
    ):
        trace = play(
            boxes, trains(), blocks={"a": block}, policy__slot=rule, policy__yard_reserve=0
        )
        assert len(rows_of(trace, Event.RESHUFFLED)) == n


def three(*boxes: tuple[float, int]) -> Table:
    """Boxes that trucks bring every ten minutes and fetch at an hour of the day: hour and mass."""
    return visits(
        *(
            {
                "in_ms": k * 10 * MINUTE,
                "out_mode": Mode.TRUCK,
                "out_ms": round(hour * HOUR),
                "gross_mass_kg": kg,
            }
            for k, (hour, kg) in enumerate(boxes)
        )
    )


TWO_PILES = {"blocks": {"a": {**BLOCK, "n_bays": 2, "n_rows": 1}}, "policy__yard_reserve": 0}


@pytest.mark.parametrize(("window", "n"), [("0 h", 0), ("1 h", 1), (None, 1)])
def test_trucks_of_one_hour_are_not_known_before(window: str | None, n: int) -> None:
    """Boxes for 10:10 and 10:50 on two piles, then one for 10:40.

    Who knows the minutes puts it on that for 10:50. Who knows the hour sees three equal boxes, takes
    the first pile, and must move it when the truck of 10:10 comes. Left out, the hour is known.
    """
    boxes = three((10 + 1 / 6, 20_000), (10 + 5 / 6, 20_000), (10 + 4 / 6, 20_000))
    known = {} if window is None else {"policy__departure_window": window}
    trace = play(boxes, trains(), policy__slot="min_max", **TWO_PILES, **known)
    assert len(rows_of(trace, Event.RESHUFFLED)) == n


@pytest.mark.parametrize(("weight", "n"), [(0, 0), (100, 1)])
def test_weight_order_costs_reshuffles(weight: int, n: int) -> None:
    """A light box for 20 o'clock and a heavy one for 5 have a pile each, then a heavy one for 10 comes.

    By departures it goes on the light box; by weight on the heavy one, and is in the way at 5.
    """
    scores = {"height": 1, "earlier_below": 10, "heavier_on_lighter": weight}
    boxes = three((20, 10_000), (5, 30_000), (10, 30_000))
    trace = play(boxes, trains(), policy__slot="score", policy__slot_scores=scores, **TWO_PILES)
    assert len(rows_of(trace, Event.RESHUFFLED)) == n


@pytest.mark.parametrize("has_windows", [False, True])
def test_appointments_cost_reshuffles(has_windows: bool) -> None:
    """One pile: a box for 10:40, and on it one for 10:10. Nothing is in the way.

    With one truck a window of an hour the box that was released first has the window of ten, the other
    comes at 11:10, and stands in the way at 10:40.
    """
    windows = {"gate__appointments": {"window": "1 h", "quota": 1}} if has_windows else {}
    one_pile = {"blocks": {"a": {**BLOCK, "n_bays": 1, "n_rows": 1}}, "policy__yard_reserve": 0}
    boxes = three((10 + 4 / 6, 20_000), (10 + 1 / 6, 20_000))
    trace = play(boxes, trains(), **one_pile, **windows)
    assert len(rows_of(trace, Event.RESHUFFLED)) == 2 * has_windows


# --- the gate ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("weighing", "entered"), [(None, [1, 2]), ("2 min", [3, 5])])
def test_weighbridge(weighing: str | None, entered: list[float]) -> None:
    """Two trucks, one weighbridge of 2 minutes before one lane of 1: 2 + 1 and 4 + 1."""
    changes = (
        {} if weighing is None else {"gate__weighing_time": weighing, "gate__n_weighbridges": 1}
    )
    assert minutes(play(brought({}, {}), trains(), **changes), Event.TRUCK_ENTERED) == entered


@pytest.mark.parametrize(("share", "entered"), [(0, [1, 2]), (1, [0.5, 1])])
def test_cameras(share: int, entered: list[float]) -> None:
    """A truck that cameras have read takes half a minute in the lane."""
    changes = {"gate__recognised_share": share, "gate__recognised_time": "30 s"}
    assert minutes(play(brought({}, {}), trains(), **changes), Event.TRUCK_ENTERED) == entered


def test_appointments() -> None:
    """One truck an hour: of two that would bring boxes at midnight, the second comes at 1 o'clock. Those
    that do not show up come a day later."""
    book = {"window": "1 h", "quota": 1}
    trace = play(brought({}, {}), trains(), gate__appointments=book)
    assert minutes(trace, Event.TRUCK_ARRIVED) == [0, 60]
    late = play(brought({}, {}), trains(), gate__appointments={**book, "no_show_share": 1})
    assert minutes(late, Event.TRUCK_ARRIVED) == [24 * 60, 25 * 60]
    assert minutes(play(brought({}, {}), trains()), Event.TRUCK_ARRIVED) == [0, 0]


@pytest.mark.parametrize("share", [0, 1])
def test_a_truck_brings_one_box_and_takes_another(share: int) -> None:
    """A truck brings a box at 60; a box from the morning's train is to be fetched at 120. With dual
    transactions the same truck takes it, and only one truck comes."""
    boxes = visits(
        *imports(1, out_ms=2 * HOUR),
        {"in_ms": HOUR, "out_mode": Mode.TRAIN, "out_service": 1},
    )
    trace = play(boxes, trains(0), gate__dual_share=share)
    assert len(rows_of(trace, Event.TRUCK_ARRIVED)) == 2 - share
    assert len(rows_of(trace, Event.TRUCK_REUSED)) == share
    # In at 61, at the block 62, stacked 65; a minute to the other box, lifted by 69, out by 71.
    assert minutes(trace, Event.RETRIEVED) == ([69] if share else [125])
    assert minutes(trace, Event.TRUCK_LEFT)[-1] == (71 if share else 127)


# --- customs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", [Channel.GREEN, Channel.YELLOW, Channel.LABORATORY])
def test_holds(channel: Channel) -> None:
    """Stacked at 20:10 and held for an hour."""
    boxes = visits(*imports(1, out_ms=DAY, channel=channel, hold_ms=HOUR))
    assert minutes(play(boxes, trains(0)), Event.HOLD_ENDED) == [round(80 + 1 / 6, 3)]


def test_a_scanner_takes_one_yellow_box_at_a_time() -> None:
    """Stacked at 20:10 and 23:10, held an hour, scanned in 10 minutes: 90:10, and 100:10 as the scanner is
    busy. Without a scanner the check on paper is all."""
    boxes = visits(*imports(2, out_ms=DAY, channel=Channel.YELLOW, hold_ms=HOUR))
    trace = play(boxes, trains(0), n_scanners=1, scan_time="10 min")
    sixth = 1 / 6
    assert minutes(trace, Event.SCANNED) == [round(90 + sixth, 3), round(100 + sixth, 3)]
    assert minutes(play(boxes, trains(0)), Event.SCANNED) == []


# --- stops ------------------------------------------------------------------------------------


def lifts(**changes: Any) -> list[float]:
    """When two boxes of a train at midnight are off; 17 and 19 when nothing stops the gantry."""
    return minutes(play(visits(*imports(2, out_ms=2 * DAY)), trains(0), **changes), Event.UNLOADED)


def test_nothing_stops_the_gantry() -> None:
    """The same case without any of the processes below."""
    assert lifts() == [17, 19]


def test_a_shift() -> None:
    """Manned from 8 o'clock: the first box is off at 482."""
    assert lifts(machines__gantry__shift="day", shifts={"day": SHIFT}) == [482, 484]


def test_a_break() -> None:
    """A pause from 0:16 to 0:46: the lift that has begun is ended, the next one ends at 48."""
    pause = {"starts": "16 min", "length": "30 min"}
    shifts = {"all": {"starts": "0 h", "length": "24 h", "breaks": [pause]}}
    assert lifts(machines__gantry__shift="all", shifts=shifts) == [17, 48]


def test_a_holiday() -> None:
    """On a holiday the shift that closes does not begin: the first box is off on Tuesday."""
    shifts = {"all": {"starts": "0 h", "length": "24 h", "closes_on_holidays": True}}
    holiday = {"title": NAME, "country": "KZ", "month": 1, "day": 7}
    changes = {"machines__gantry__shift": "all", "shifts": shifts}
    # The simulation of the tests begins on Monday 7 January 2030.
    assert lifts(**changes, holidays={"x": holiday}) == [24 * 60 + 2, 24 * 60 + 4]
    assert lifts(**changes, holidays={"x": {**holiday, "country": "CN"}}) == [17, 19]


def test_cold() -> None:
    """At half the pace a lift takes four minutes."""
    cold = {"cold": {"day_share_by_month": [1] * 12, "pace": 0.5}}
    assert lifts(machines__gantry__slows_in_cold=True, weather=cold) == [19, 23]
    assert lifts(weather=cold) == [17, 19]


def test_a_failure() -> None:
    """It fails 16 minutes after the start and is repaired in 30: 46, and again 16 minutes later."""
    failures = {"between": "16 min", "repair": "30 min"}
    assert lifts(machines__gantry__failures=failures) == [17, 48]


def test_maintenance() -> None:
    """An hour of it each day from 0:16."""
    care = {"every": "1 d", "time": "1 h", "starts": "16 min"}
    assert lifts(machines__gantry__maintenance=care) == [17, 78]


def test_wind() -> None:
    """No lift begins while the wind stops the gantry; a gantry that it does not stop works on."""
    weather = {"wind": {"stops_per_year": 1000, "stop_time": "3 h"}}
    boxes = visits(*imports(40, out_ms=2 * DAY))
    train = trains(0, capacity_teu=80)
    run = simulate(
        terminal(
            weather=weather,
            machines__gantry__stops_in_wind=True,
            machines__gantry__cycle_time="30 min",
        ),
        train,
        boxes,
        seed=1,
        horizon_ms=3 * DAY,
        n_services=2,
        is_paranoid=True,
    )
    assert len(run.outages) > 3
    lifted = rows_of(run.trace, Event.UNLOADED)
    begun = lifted["time_ms"] - lifted["busy_ms"]
    for stop in run.outages:
        assert not ((begun >= stop["begins_ms"]) & (begun < stop["ends_ms"])).any()
    calm = play(boxes, train, weather=weather, machines__gantry__cycle_time="30 min")
    # Without stops the boxes are off every half hour, as fast as tractors come back.
    assert minutes(calm, Event.UNLOADED)[-1] < lifted["time_ms"][-1] / MINUTE


# --- energy -----------------------------------------------------------------------------------


def test_energy_emissions_and_cost_of_two_lifts() -> None:
    """A gantry of 60 kW lifts for 4 minutes: 4 kWh, at 20 KZT and 0.5 kg; the stacker of 15 l/h works 4
    lifts of 3 minutes: 3 l, at 300 KZT and 3 kg. A year has 365 such days."""
    energy = {
        "electricity_price": "20 KZT2025/kWh",
        "electricity_emission": "0.5 kg/kWh",
        "diesel_price": "300 KZT2025/l",
        "diesel_emission": "3 kg/l",
        "reefer_power": "5 kW",
    }
    changes: dict[str, Any] = {
        "energy": energy,
        "machines__gantry__power": "60 kW",
        "machines__stacker__fuel": "15 l/h",
    }
    toy = read("toy", ["calendar.days=1", 'calendar.warm_up="0 d"'])
    world = toy.model_copy(update={"terminal": terminal(**changes)})
    train, boxes = trains(0), visits(*imports(2, out_ms=HOUR))
    run = simulate(
        world.terminal, train, boxes, seed=1, horizon_ms=DAY, n_services=2, is_paranoid=True
    )
    found, _ = measure(world, run.trace, train, boxes, run.outages)
    assert found["electricity_kwh_per_year"] == pytest.approx(4 * 365)
    assert found["diesel_l_per_year"] == pytest.approx(3 * 365)
    assert found["operating_cost_kzt_per_box"] == pytest.approx((4 * 20 + 3 * 300) / 2)
    assert found["co2e_kg_per_box"] == pytest.approx((4 * 0.5 + 3 * 3) / 2)
    plain = toy.model_copy(update={"terminal": terminal()})
    without, _ = measure(plain, run.trace, train, boxes, run.outages)
    assert without["electricity_kwh_per_year"] == 0
