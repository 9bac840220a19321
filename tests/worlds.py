"""Small worlds for tests of demand and corridor: a few flows and services, every number plain."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import numpy as np

from keruen.domain import tables
from keruen.domain.codes import Mode
from keruen.domain.results import Demand
from keruen.scenario.models import Scenario
from keruen.units import NONE
from terminals import NAME, PLAIN

LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
FLAT = [days / 365 for days in LENGTHS]
"""Months by their lengths: the same boxes on every day of an ordinary year."""

GOODS = {"title": NAME, "net_load_20": "20 t", "net_load_40": "20 t"}
FLOW = {
    "title": NAME,
    "kind": "import",
    "commodity": "goods",
    "boxes": "365 boxes/yr",
    "service": "shuttle",
    "sizes": {"42G1": 1.0},
    "months": FLAT,
    "stay": "1 d",
}
SERVICE = {
    "title": NAME,
    "partner": NAME,
    "distance": "100 km",
    "trains_per_week": 7,
    "first_arrival": "12 h",
    "n_wagons": 50,
    "wagon_length": "14 m",
    "teu_per_wagon": 2,
    "payload_per_wagon": "60 t",
    "transit_time": "1 d",
    "delay": "0 min",
    "layover": "3 h",
}
CUSTOMS = {
    "yellow_share": "20 %",
    "red_share": "10 %",
    "green_time": "1 h",
    "yellow_time": "2 h",
    "red_time": "3 h",
}
LIMITS = {
    "truck_turn_time_p90": "1 h",
    "train_turnaround_p90": "12 h",
    "trains_held_share": 0.05,
    "yard_occupancy_p95": 0.85,
    "unserved_share": 0.02,
}


def world(
    flows: Mapping[str, Mapping[str, Any]],
    *,
    services: Mapping[str, Mapping[str, Any]] | None = None,
    commodities: Mapping[str, Mapping[str, Any]] | None = None,
    **changes: Any,
) -> Scenario:
    """A scenario of four weeks from a Monday, without warm-up, trucks at all hours.

    Each flow, service and commodity is a plain one with the given keys changed; `changes` change the
    rest: ``calendar__days=7``, ``terminal__gate__hour_shares=[...]``.
    """
    words: dict[str, Any] = {
        "scenario": {"title": NAME, "summary": NAME},
        "calendar": {
            "first_day": "2030-01-07",
            "days": 28,
            "warm_up": "0 d",
            "utc_offset": "5 h",
        },
        "demand": {},
        "commodities": {
            key: {**GOODS, **goods} for key, goods in (commodities or {"goods": {}}).items()
        },
        "flows": {key: {**FLOW, **flow} for key, flow in flows.items()},
        "customs": dict(CUSTOMS),
        "services": {
            key: {**SERVICE, **service} for key, service in (services or {"shuttle": {}}).items()
        },
        "terminal": deepcopy(PLAIN),
        "limits": LIMITS,
    }
    for path, value in changes.items():
        *parents, last = path.split("__")
        table = words
        for parent in parents:
            table = table[parent]
        table[last] = value
    return Scenario.model_validate(words)


def demand_of(*boxes: Mapping[str, Any]) -> Demand:
    """Bookings by hand, in the given order: 40-ft boxes of 20 t that come by train, if not told."""
    rows = tables.empty("bookings", len(boxes))
    rows["n_teu"] = 2
    rows["gross_mass_kg"] = 20_000
    rows["in_service"] = rows["out_service"] = NONE
    for row, box in enumerate(boxes):
        for name, value in box.items():
            rows[name][row] = value
    rows["in_mode"] = np.where(rows["in_service"] >= 0, Mode.TRAIN, Mode.TRUCK)
    rows["out_mode"] = np.where(rows["out_service"] >= 0, Mode.TRAIN, Mode.TRUCK)
    return Demand(bookings=rows)
