"""A run of the railway becomes its measures and tables."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.railway.journeys import flow_journeys, journeys_of
from keruen.corridor.railway.railway import LiveRailway
from keruen.corridor.railway.tables import border_days, route_boxes, train_tables
from keruen.corridor.railway.use import corridor_use
from keruen.domain.codes import Resource
from keruen.domain.tables import Table
from keruen.units import MS_PER_DAY


def measure(
    railway: LiveRailway, left_ms: NDArray[np.int64]
) -> tuple[dict[str, float], dict[str, Table]]:
    """Measure the railway's part of a run.

    Parameters
    ----------
    railway : LiveRailway
        After its run.
    left_ms : NDArray[np.int64]
        When each booking left the dry port by truck; −1 if it did not.

    Returns
    -------
    measures : name (`domain/measures.toml`) → value in its unit.
    tables : `corridor_trains`, `train_passings`, `border_days`, `route_boxes`, `flow_journeys`,
        `corridor_use`.
    """
    calendar = railway.scenario.calendar
    start_ms = calendar.warm_up_ms
    end_ms = start_ms + calendar.days * MS_PER_DAY
    trains, passings = train_tables(railway)
    use = corridor_use(railway, passings, start_ms, end_ms)
    journeys = journeys_of(railway, left_ms, start_ms, end_ms)
    wanted = railway.trips.bookings["ready_ms"] >= start_ms
    found = {
        "corridor_trains": trains,
        "train_passings": passings,
        "border_days": border_days(railway, start_ms, end_ms),
        "route_boxes": route_boxes(railway, wanted),
        "flow_journeys": flow_journeys(railway, journeys, wanted, len(railway.scenario.flows)),
        "corridor_use": use,
    }
    whole_ms = journeys.whole_ms
    measures = {
        "door_to_door_ms_p50": _quantile(whole_ms, 0.5),
        "door_to_door_ms_p90": _quantile(whole_ms, 0.9),
        "transit_ms_p50": _quantile(journeys.transit_whole_ms, 0.5),
        "transit_ms_p90": _quantile(journeys.transit_whole_ms, 0.9),
        "corridor_usd2025_per_box": _mean(journeys.whole_usd2025),
        "corridor_co2e_kg_per_box": _mean(journeys.co2e_kg),
        "unserved_share": float((railway.is_gone & wanted).sum()) / max(1, int(wanted.sum())),
        **_waits(railway, start_ms),
        **_loads(use),
    }
    return measures, found


def _waits(railway: LiveRailway, start_ms: int) -> dict[str, float]:
    crossings, runs = railway.crossings, railway.runs
    crossings = crossings[crossings["arrived_ms"] >= start_ms]
    runs = runs[runs["departure_ms"] >= start_ms]
    n_port = len(railway.lines.port)
    to_port = runs[(runs["line"] < n_port) & (runs["is_away"] == 0)]
    at_borders = crossings["taken_in_ms"] - crossings["arrived_ms"]
    for_wagons = to_port["departure_ms"] - to_port["scheduled_ms"] - to_port["first_wait_ms"]
    states = railway.line_states[:n_port]
    return {
        "border_wait_ms_mean": _mean(at_borders),
        "border_wait_ms_p90": _quantile(at_borders, 0.9),
        "path_wait_ms_mean": _mean(runs["path_wait_ms"]),
        "wagon_wait_ms_mean": _mean(for_wagons),
        "trains_cancelled_share": int(states["n_cancelled"].sum())
        / max(1, int(states["n_slots"].sum())),
    }


def _loads(use: Table) -> dict[str, float]:
    """Use of the fullest of each kind of resource."""
    measures = {}
    for resource in (Resource.BORDER, Resource.SECTION, Resource.WAGON_SET):
        name = resource.name.lower()
        own = use[use["resource"] == resource]
        fullest = own[np.argmax(own["peak_share"])] if len(own) else np.zeros(1, use.dtype)[0]
        measures[f"utilisation_share_{name}"] = float(fullest["load_share"])
        measures[f"utilisation_peak_share_{name}"] = float(fullest["peak_share"])
        measures[f"utilisation_peak_hour_{name}"] = 0.0
    return measures


def _mean(values: NDArray[np.float64] | NDArray[np.int64]) -> float:
    return float(values.astype(np.float64).mean()) if len(values) else 0.0


def _quantile(values: NDArray[np.float64] | NDArray[np.int64], q: float) -> float:
    return float(np.quantile(values, q)) if len(values) else 0.0
