"""Two modules of gantries with rows under them, and a busy day of boxes that all leave."""

from __future__ import annotations

import random
from typing import Any, Final

from keruen.domain.codes import Mode
from keruen.domain.results import TerminalRun
from keruen.domain.tables import Table
from keruen.terminal import simulate
from keruen.terminal.inputs import ServiceRule
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from terminals import PLAIN, terminal, trains, visits

N_TIERS: Final = 3
DAYS: Final = 4
"""Boxes come on the first and are called by the third."""
_FIRST_CALL_MS: Final = 3 * MS_PER_DAY // 2

_GANTRY: Final[dict[str, Any]] = {
    **PLAIN["machines"]["gantry"],
    "count": 2,
    "speed": "2 m/s",
    "safety_distance": "20 m",
    "cycle_time": {"law": "lognormal", "median": "35 s", "p90": "80 s"},
    "portal": {
        "span": "40 m",
        "track_width": "5 m",
        "n_lanes": 1,
        "lane_width": "4 m",
        "row_width": "3 m",
        "lift_height": "14 m",
        "trolley_speed": "1 m/s",
        "hoist_speed": "0.5 m/s",
    },
}
_ROWS: Final = {
    **PLAIN["blocks"]["a"],
    "n_bays": 5,
    "n_rows": 2,
    "n_tiers": N_TIERS,
    "distance": "0 m",
}


def busy_traffic(seed: int) -> tuple[Table, Table]:
    """Trains of both services and boxes of both lengths: fetched, brought, and from train to train."""
    luck = random.Random(seed)
    times = [0, MS_PER_HOUR, 8 * MS_PER_HOUR, 60 * MS_PER_HOUR, 61 * MS_PER_HOUR]
    train_table = trains(*times, layover_ms=10 * MS_PER_HOUR, capacity_teu=60)
    train_table["service"] = [0, 1, 0, 1, 0]
    rows: list[dict[str, Any]] = []
    for _ in range(70):
        length: dict[str, Any] = {"n_teu": luck.choice([1, 2, 2]), "entity": luck.randrange(10**12)}
        length["gross_mass_kg"] = luck.randrange(3_000, 28_000)
        out_ms = _FIRST_CALL_MS + luck.randrange(MS_PER_DAY)
        came = luck.randrange(3)
        if luck.random() < 0.4:
            rows.append({"in_train": came, "in_ms": times[came], "out_ms": out_ms, **length})
        elif luck.random() < 0.4:
            onward = {"out_mode": Mode.TRAIN, "out_service": 1 - came % 2, "out_ms": out_ms}
            rows.append({"in_train": came, "in_ms": times[came], **onward, **length})
        else:
            brought = {"in_ms": luck.randrange(MS_PER_DAY), "out_service": luck.randrange(2)}
            rows.append({**brought, "out_ms": out_ms, **length})
    return train_table, visits(*rows)


def busy_modules(
    seed: int, slot: str, reshuffle: str = "as_slot", fetch_order: str = "nearest"
) -> TerminalRun:
    """A run of the two modules by some rules, verified after every event."""
    train_table, table = busy_traffic(seed)
    place = terminal(
        machines={
            **PLAIN["machines"],
            "tractor": {**PLAIN["machines"]["tractor"], "count": 4},
            "gantry": {**_GANTRY, "tracks": "handling"},
            "far": {**_GANTRY, "tracks": "other"},
        },
        tracks={**PLAIN["tracks"], "other": PLAIN["tracks"]["handling"]},
        blocks={
            "a": {**_ROWS, "machines": "gantry"},
            "b": {**_ROWS, "machines": "far"},
            "c": {**PLAIN["blocks"]["a"], "n_tiers": N_TIERS},
        },
        policy={
            "slot": slot,
            "reshuffle": reshuffle,
            "slot_scores": {"height": 3, "earlier_below": 20, "gap": 1, "heavier_on_lighter": 5},
            "fetch_order": fetch_order,
        },
    )
    return simulate(
        place,
        train_table,
        table,
        seed=seed,
        horizon_ms=DAYS * MS_PER_DAY,
        n_services=2,
        is_paranoid=True,
        service_rules=[ServiceRule(tracks=(0, 1)), ServiceRule(tracks=(1, 2))],
    )
