"""Small terminals and visits for tests: as few words as possible, every number adjustable."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from keruen.domain import tables
from keruen.domain.codes import Mode
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Terminal

NAME = {"en": "x", "ru": "x", "kk": "x", "zh": "x"}

PLAIN: dict[str, Any] = {
    "title": NAME,
    "site_area": "1 ha",
    "tracks": {
        "handling": {"title": NAME, "use": "handling", "count": 1, "useful_length": "500 m"},
        "reception": {"title": NAME, "use": "reception", "count": 2, "useful_length": "500 m"},
    },
    "shunting": {
        "n_locomotives": 1,
        "inspection_time": "10 min",
        "placing_time": "5 min",
        "pulling_time": "5 min",
        "brake_test_time": "10 min",
    },
    "machines": {
        "gantry": {
            "title": NAME,
            "kind": "gantry",
            "count": 1,
            "lifting_capacity": "41 t",
            "cycle_time": "2 min",
        },
        "stacker": {
            "title": NAME,
            "kind": "reach_stacker",
            "count": 1,
            "lifting_capacity": "41 t",
            "cycle_time": "3 min",
        },
        "tractor": {"title": NAME, "kind": "tractor", "count": 2, "speed": "36 km/h"},
    },
    "blocks": {
        "a": {
            "title": NAME,
            "kind": "laden",
            "n_bays": 5,
            "n_rows": 2,
            "n_tiers": 3,
            "machines": "stacker",
            "distance": "100 m",
        }
    },
    "gate": {
        "n_lanes_in": 1,
        "n_lanes_out": 1,
        "in_time": "1 min",
        "out_time": "1 min",
        "drive_time": "1 min",
        "opens": "0 h",
        "open_time": "24 h",
        "weekday_shares": [1 / 7] * 7,
        "hour_shares": [1 / 24] * 24,
    },
    "n_inspection_slots": 1,
}


def terminal(**changes: Any) -> Terminal:
    """The plain terminal with some keys changed: ``gate__n_lanes_in=2``."""
    words = deepcopy(PLAIN)
    for path, value in changes.items():
        *parents, last = path.split("__")
        table = words
        for parent in parents:
            table = table.setdefault(parent, {})
        table[last] = value
    return Terminal.model_validate(words)


def trains(*arrivals_ms: int, capacity_teu: int = 40, layover_ms: int = 0) -> Table:
    """Trains of service 0 that arrive as given and may leave `layover_ms` later."""
    table = tables.empty("train_arrivals", len(arrivals_ms))
    table["scheduled_ms"] = table["arrival_ms"] = arrivals_ms
    table["departure_ms"] = table["arrival_ms"] + layover_ms
    table["n_wagons"] = max(1, capacity_teu // 2)
    table["length_m"] = table["n_wagons"] * 14
    table["capacity_teu"] = capacity_teu
    table["entity"] = np.arange(len(arrivals_ms))
    return table


def visits(*rows: dict[str, int]) -> Table:
    """Container visits: by default a 40-ft laden box that comes and leaves by truck at once."""
    table = tables.empty("container_visits", len(rows))
    for i, row in enumerate(rows):
        filled = {
            "entity": i,
            "n_teu": 2,
            "gross_mass_kg": 20_000,
            "in_train": -1,
            "out_train": -1,
            **row,
        }
        filled.setdefault("in_mode", Mode.TRAIN if filled["in_train"] >= 0 else Mode.TRUCK)
        filled.setdefault("out_mode", Mode.TRAIN if filled["in_mode"] == Mode.TRUCK else Mode.TRUCK)
        filled.setdefault("out_service", 0 if filled["out_mode"] == Mode.TRAIN else -1)
        for name, value in filled.items():
            table[name][i] = value
    return table


def imports(n: int, train: int = 0, *, in_ms: int = 0, out_ms: int, **more: int) -> list[dict]:
    """`n` boxes that one train brings and trucks fetch."""
    return [{"in_train": train, "in_ms": in_ms, "out_ms": out_ms, **more} for _ in range(n)]


def rows_of(trace: Table, kind: int) -> Table:
    """The rows of one kind of event."""
    return trace[trace["kind"] == kind]


def as_minutes(times_ms: np.ndarray) -> list[float]:
    """Milliseconds as minutes, for numbers that a person can check."""
    return [float(time) / 60_000 for time in times_ms]
