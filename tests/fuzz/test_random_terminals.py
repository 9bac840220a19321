"""A seed makes a random terminal and random boxes; every invariant holds after every event.

`scripts/check --long` runs a thousand seeds. A seed that fails becomes a test of its own.
"""

from __future__ import annotations

import os
import random
from typing import Any

import numpy as np
import pytest

from keruen.domain.codes import Channel, Event, Mode, Storage
from keruen.domain.tables import Table
from keruen.scenario.models import Terminal
from keruen.terminal import simulate
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


def random_terminal(luck: random.Random) -> Terminal:
    """A terminal with one block of each kind, from absurdly small to sufficient."""
    name = {"en": "x", "ru": "x", "kk": "x", "zh": "x"}
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
        for kind in KINDS
        for number in range(luck.randint(1, 2))
    }
    hours = luck.randint(1, 24)
    return terminal(
        blocks=blocks,
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
        policy={
            "slot": luck.choice(["lowest_stack", "first_fit", "random"]),
            "yard_reserve": luck.choice([0.0, 0.1, 0.5]),
        },
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
                "storage": luck.choice(list(Storage)),
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
    place = random_terminal(luck)
    train_table, table = random_traffic(luck)
    run = simulate(
        place,
        train_table,
        table,
        seed=seed,
        horizon_ms=DAYS * MS_PER_DAY,
        n_services=2,
        is_paranoid=True,
    )
    trace = run.trace
    assert (np.diff(trace["time_ms"]) >= 0).all()
    seen = {
        kind: rows_of(trace, kind)["visit"]
        for kind in (Event.UNLOADED, Event.STACKED, Event.RETRIEVED, Event.LOADED, Event.TRUCK_LEFT)
    }
    for kind, boxes in seen.items():
        assert len(np.unique(boxes)) == len(boxes), f"{kind.name} twice"
    assert np.isin(seen[Event.RETRIEVED], seen[Event.STACKED]).all()
    assert np.isin(seen[Event.LOADED], seen[Event.RETRIEVED]).all()
    assert (table["out_service"][seen[Event.LOADED]] >= 0).all()
    assert (table["in_train"][seen[Event.UNLOADED]] >= 0).all()
    again = simulate(
        place, train_table, table, seed=seed, horizon_ms=DAYS * MS_PER_DAY, n_services=2
    )
    assert again.digest == run.digest
