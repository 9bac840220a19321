"""A seed makes a random terminal and random boxes; every invariant holds after every event.

`scripts/check --long` runs a thousand seeds. A seed that fails becomes a test of its own.
"""

from __future__ import annotations

import os
import random
from typing import Any

import numpy as np
import pytest

from keruen.domain.codes import Channel, Delivery, Event, Mode, Storage
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Terminal
from keruen.terminal import simulate
from keruen.terminal.inputs import ServiceRule
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from terminals import rows_of, terminal, trains, visits

N_SEEDS = int(os.environ.get("KERUEN_FUZZ_SEEDS", "20"))
DAYS = 4
KINDS = ("laden", "empty", "reefer", "dangerous")


def random_law(luck: random.Random, minutes: int) -> object:
    """A duration by one of the four laws, about so many minutes long."""
    return luck.choice(
        [
            f"{minutes} min",
            {"law": "exponential", "mean": f"{minutes} min"},
            {"law": "lognormal", "median": f"{minutes} min", "p90": f"{2 * minutes} min"},
            {
                "law": "triangular",
                "least": "0 s",
                "mode": f"{minutes} min",
                "most": f"{3 * minutes} min",
            },
        ]
    )


def random_blocks(luck: random.Random) -> dict[str, Any]:
    """One or two blocks of each kind, from absurdly small to sufficient; some kinds may be split."""
    name = {"en": "x", "ru": "x", "kk": "x", "zh": "x"}
    kinds = [*KINDS, *(["inspection"] if luck.random() < 0.3 else [])]
    blocks = {
        f"{kind}-{number}": {
            "title": name,
            "kind": kind,
            "n_bays": luck.randint(1, 4),
            "n_rows": luck.randint(1, 3),
            "n_tiers": luck.randint(1, 5),
            "machines": luck.choice(["stacker", "gantry"]),
            "distance": f"{luck.randint(0, 900)} m",
            "n_plugs": luck.randint(1, 6) if kind == "reefer" else 0,
        }
        for kind in kinds
        for number in range(luck.randint(1, 2))
    }
    if luck.random() < 0.5:
        blocks["dangerous-0"]["classes"] = ["3", "8"]
        blocks["dangerous-1"] = {**blocks["dangerous-0"], "classes": ["9"]}
    return blocks


def random_rules(luck: random.Random) -> dict[str, Any]:
    """Any combination of policies."""
    rules = ["lowest_stack", "first_fit", "random", "reshuffle_index", "min_max"]
    rules += ["expected_minimum", "score"]
    return {
        "slot": luck.choice(rules),
        "reshuffle": luck.choice(["as_slot", *rules]),
        "slot_scores": {"height": 3, "earlier_below": 20, "gap": 1, "heavier_on_lighter": 5},
        "departure_window": luck.choice(["0 h", "6 h"]),
        "block": luck.choice(["emptiest", "nearest", "first_fit"]),
        "track": luck.choice(["first_free", "longest", "shortest_fit"]),
        "crane": luck.choice(["nearest", "lowest_number", "zones", "shared_zones"]),
        "work_order": luck.choice(["front_to_back", "nearest"]),
        "train_order": luck.choice(["first_placed", "earliest_departure", "most_left"]),
        "job_order": luck.choice(["first_come", "trains_first", "trucks_first"]),
        "load_plan": luck.choice(
            ["front_to_back", "nearest_wagon", "heaviest_middle", "by_section"]
        ),
        "train_box_block": luck.choice(["as_others", "under_portal"]),
        "fetch_order": luck.choice(["released_first", "nearest", "least_work"]),
        "load_start": luck.choice(["when_empty", "ahead"]),
        "direct_share": luck.choice([0.0, 0.5, 1.0]),
        "yard_reserve": luck.choice([0.0, 0.1, 0.5]),
    }


def random_stops(luck: random.Random) -> dict[str, Any]:
    """Shifts, failures, maintenance, wind and cold, or none of them."""
    if luck.random() < 0.4:
        return {}
    changes: dict[str, Any] = {
        "shifts": {
            "day": {
                "starts": f"{luck.randint(0, 23)} h",
                "length": f"{luck.randint(4, 20)} h",
                "breaks": [{"starts": f"{luck.randint(0, 23)} h", "length": "30 min"}],
            }
        },
        "weather": {
            "wind": {"stops_per_year": 300, "stop_time": random_law(luck, 200)},
            "cold": {"day_share_by_month": [0.5] * 12, "pace": 0.7},
        },
    }
    for key in ("gantry", "stacker", "tractor"):
        changes[f"machines__{key}__shift"] = luck.choice([None, "day"])
        changes[f"machines__{key}__slows_in_cold"] = luck.random() < 0.5
        changes[f"machines__{key}__stops_in_wind"] = luck.random() < 0.5
        if luck.random() < 0.5:
            failures = {"between": random_law(luck, 600), "repair": random_law(luck, 90)}
            changes[f"machines__{key}__failures"] = failures
        if luck.random() < 0.3:
            maintenance = {"every": "2 d", "time": "3 h", "starts": "9 h"}
            changes[f"machines__{key}__maintenance"] = maintenance
    changes["shunting__shift"] = luck.choice([None, "day"])
    changes["inspection_shift"] = luck.choice([None, "day"])
    return changes


def random_extras(luck: random.Random) -> dict[str, Any]:
    """Processes that a small terminal may do without."""
    changes: dict[str, Any] = {}
    name = {"en": "x", "ru": "x", "kk": "x", "zh": "x"}
    if luck.random() < 0.7:
        changes["machines__gantry__speed"] = "2 m/s"
        changes["machines__gantry__safety_distance"] = f"{luck.randint(0, 40)} m"
    if luck.random() < 0.5:
        changes["tracks__handling__useful_length"] = f"{luck.randint(20, 300)} m"
        changes["tracks__handling__lead_length"] = "600 m"
        changes["shunting__speed"] = "3 m/s"
        changes["shunting__coupling_time"] = random_law(luck, 5)
    if luck.random() < 0.5:
        changes["shunting__path_interval"] = "2 h"
    if luck.random() < 0.5:
        changes["gate__weighing_time"] = random_law(luck, 1)
        changes["gate__n_weighbridges"] = 1
        changes["gate__recognised_share"] = 0.5
        changes["gate__recognised_time"] = "30 s"
    if luck.random() < 0.5:
        changes["gate__dual_share"] = luck.choice([0.3, 1.0])
    if luck.random() < 0.5:
        changes["gate__appointments"] = {
            "window": luck.choice(["30 min", "1 h", "4 h"]),
            "quota": luck.randint(1, 5),
            "no_show_share": luck.choice([0.0, 0.3]),
        }
    if luck.random() < 0.5:
        changes["n_scanners"] = 1
        changes["scan_time"] = random_law(luck, 10)
    if luck.random() < 0.5:
        changes["machines__shuttle"] = {
            "title": name,
            "kind": "shuttle",
            "count": luck.randint(1, 2),
            "cycle_time": random_law(luck, 30),
        }
    if luck.random() < 0.5:
        changes["warehouse"] = {
            "floor_area": f"{luck.randint(30, 300)} m2",
            "n_doors": luck.randint(1, 3),
            "n_teams": luck.randint(1, 2),
            "unpacking_time": random_law(luck, 90),
            "area_per_box": "30 m2",
            "call_off": random_law(luck, 600),
            "distance": "500 m",
        }
    return changes


def random_direct_ways(luck: random.Random) -> dict[str, Any]:
    """Rows under the gantries, reach stackers that carry, or every box by tractor."""
    which = luck.choice(["portal", "portal", "carrying", "tractor"])
    if which == "portal":
        return {
            "machines__gantry__speed": "2 m/s",
            "machines__gantry__safety_distance": f"{luck.randint(13, 40)} m",
            "machines__gantry__portal": {
                "span": "60 m",
                "track_width": "5 m",
                "n_lanes": 1,
                "lane_width": "4 m",
                "row_width": "3 m",
                "lift_height": "16 m",
                "trolley_speed": "1 m/s",
                "hoist_speed": "0.5 m/s",
            },
        }
    if which == "carrying":
        return {
            "machines__stacker__tracks": "handling",
            "machines__stacker__carries_within": f"{luck.randint(1, 900)} m",
            "machines__stacker__carrying_speed": f"{luck.randint(1, 6)} m/s",
        }
    return {}


def random_landside(luck: random.Random) -> dict[str, Any]:
    """Trucks a day, removal and a yard that stops trains; each or none."""
    changes: dict[str, Any] = {}
    if luck.random() < 0.5:
        changes["trucks_per_day"] = luck.randint(1, 10)
    if luck.random() < 0.5:
        changes["removal"] = {
            "after": f"{luck.randint(0, 40)} h",
            "boxes_per_day": luck.randint(1, 5),
        }
    if luck.random() < 0.5:
        changes["intake_stop"] = {"stop_share": luck.uniform(0.3, 1), "resume_share": 0.2}
    return {"landside": changes} if changes else {}


def random_service_rules(luck: random.Random) -> list[ServiceRule]:
    """Of the two services, trains that stay on their tracks, groups of wagons and own tracks.

    Every terminal has one handling track at least: the first.
    """
    return [
        ServiceRule(luck.random() < 0.5, luck.choice([0, 1, 4]), luck.choice([(0, 0), (0, 1)]))
        for _ in range(2)
    ]


def random_terminal(luck: random.Random, landside: dict[str, Any]) -> Terminal:
    """A terminal of any layout, with any of the processes and policies."""
    hours = luck.randint(1, 24)
    return terminal(
        blocks=random_blocks(luck),
        tracks__reception__count=luck.randint(1, 3),
        tracks__handling__count=luck.randint(1, 3),
        shunting__n_locomotives=luck.randint(1, 2),
        shunting__placing_time=random_law(luck, 10),
        machines__gantry__count=luck.randint(1, 3),
        machines__gantry__cycle_time=random_law(luck, 3),
        machines__stacker__count=luck.randint(1, 3),
        machines__stacker__cycle_time=random_law(luck, 4),
        machines__tractor__count=luck.randint(1, 4),
        gate__n_lanes_in=luck.randint(1, 2),
        gate__in_time=random_law(luck, 2),
        gate__opens=f"{luck.randint(0, 24 - hours)} h",
        gate__open_time=f"{hours} h",
        n_inspection_slots=luck.randint(1, 2),
        policy=random_rules(luck),
        **random_stops(luck),
        **{**random_extras(luck), **random_direct_ways(luck)},
        **landside,
    )


def random_traffic(luck: random.Random) -> tuple[Table, Table]:
    """Trains and boxes of every kind of visit, many of them at the same instant."""
    times = sorted(
        luck.choice([0, luck.randrange(DAYS * MS_PER_DAY)]) for _ in range(luck.randint(0, 8))
    )
    train_table = trains(
        *times, capacity_teu=luck.randint(0, 30), layover_ms=luck.randrange(20 * MS_PER_HOUR)
    )
    train_table["service"] = [luck.randrange(2) for _ in times]
    rows: list[dict[str, Any]] = []
    for _ in range(luck.randint(0, 120)):
        by_train = bool(times) and luck.random() < 0.5
        in_train = luck.randrange(len(times)) if by_train else -1
        in_ms = times[in_train] if by_train else luck.randrange(DAYS * MS_PER_DAY)
        to_train = not by_train or luck.random() < 0.2
        channel = luck.choice(list(Channel))
        rows.append(
            {
                "in_train": in_train,
                "in_ms": in_ms,
                "out_ms": in_ms + luck.randrange(2 * MS_PER_DAY),
                "out_mode": Mode.TRAIN if to_train else Mode.TRUCK,
                "out_service": luck.randrange(2) if to_train else -1,
                "n_teu": luck.choice([1, 2]),
                "gross_mass_kg": luck.randrange(3_000, 33_000),
                "entity": luck.randrange(10**12),
                "hazard": luck.choice([0, 5, 14, 15]),
                "delivery": luck.choice(list(Delivery)) if by_train else Delivery.TRUCK,
                "storage": luck.choice([Storage[kind.upper()] for kind in KINDS]),
                "channel": channel,
                "hold_ms": 0 if channel == Channel.NONE else luck.randrange(MS_PER_DAY),
            }
        )
    table = visits(*rows)
    for train in range(len(times)):
        onboard_teu = int(table["n_teu"][table["in_train"] == train].sum())
        train_table["capacity_teu"][train] = max(onboard_teu, train_table["capacity_teu"][train])
    return train_table, table


@pytest.mark.parametrize("seed", range(N_SEEDS))
def test_every_invariant_holds(seed: int) -> None:
    """A random terminal keeps every invariant, loses no box, and moves each in the right order."""
    luck = random.Random(seed)
    # Luck of their own: what was found with the others stays found.
    own_luck = random.Random(f"landside {seed}")
    place = random_terminal(luck, random_landside(own_luck))
    rules = random_service_rules(own_luck)
    train_table, table = random_traffic(luck)
    run, quick = (
        simulate(
            place,
            train_table,
            table,
            seed=seed,
            horizon_ms=DAYS * MS_PER_DAY,
            n_services=2,
            is_paranoid=is_paranoid,
            service_rules=rules,
        )
        for is_paranoid in (True, False)
    )
    trace = run.trace
    # A paranoid run asks all again that another remembers.
    assert quick.trace.tobytes() == trace.tobytes()
    assert (np.diff(trace["time_ms"]) >= 0).all()
    seen = {
        kind: rows_of(trace, kind)["visit"]
        for kind in (Event.UNLOADED, Event.STACKED, Event.RETRIEVED, Event.LOADED, Event.TRUCK_LEFT)
    }
    for kind, boxes in seen.items():
        assert len(np.unique(boxes)) == len(boxes), f"{kind.name} twice"
    assert np.isin(seen[Event.RETRIEVED], seen[Event.STACKED]).all()
    # From a stack, from a train beside, or from the truck that brought it.
    elsewhere = ~np.isin(seen[Event.LOADED], seen[Event.RETRIEVED])
    from_wagon = np.isin(seen[Event.LOADED], seen[Event.UNLOADED])
    came_by_truck = table["in_train"][seen[Event.LOADED]] < 0
    from_truck = came_by_truck & ~np.isin(seen[Event.LOADED], seen[Event.STACKED])
    assert (~elsewhere | from_wagon | from_truck).all()
    assert (table["out_service"][seen[Event.LOADED]] >= 0).all()
    assert (table["in_train"][seen[Event.UNLOADED]] >= 0).all()
    again = simulate(
        place,
        train_table,
        table,
        seed=seed,
        horizon_ms=DAYS * MS_PER_DAY,
        n_services=2,
        service_rules=rules,
    )
    assert again.digest == run.digest
