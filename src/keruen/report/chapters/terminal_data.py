"""What the pictures show, taken from the tables of the replications.

Pure functions from a `Study` to arrays; nothing here knows words or shapes. Values over time are
means over the replications, distributions pool the replications.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keruen.domain.codes import Storage
from keruen.domain.results import Replication
from keruen.domain.tables import Table
from keruen.study.results import Study
from keruen.units import DAYS_PER_YEAR, MS_PER_DAY

HOURS_PER_DAY = 24
DAYS_BEFORE_WEEKS = 28
"""From this many measured days on, a column of the heat map is a week."""


def measured_days(study: Study) -> int:
    """How many days were measured."""
    return int(study.provenance.days)


def capacity_teu(study: Study) -> dict[Storage, int]:
    """TEU of all blocks of a kind, for the kinds that exist."""
    capacity: dict[Storage, int] = {}
    for _, block in sorted(study.scenario.terminal.blocks.items()):
        kind = Storage[block.kind.upper()]
        capacity[kind] = capacity.get(kind, 0) + block.capacity_teu
    return dict(sorted(capacity.items()))


def occupancy_by_hour(study: Study, kind: Storage) -> NDArray[np.float64]:
    """Occupied share of the blocks of a kind at the end of each measured hour."""
    capacity = capacity_teu(study)[kind]
    occupied: NDArray[np.float64] = _hourly_mean(study, kind, "occupied_teu")
    return occupied / capacity


def heat_cells(study: Study, kind: Storage) -> tuple[NDArray[np.float64], int]:
    """Mean occupancy by hour of the day and column, shape (24, n_columns); days for each column."""
    by_hour = occupancy_by_hour(study, kind)
    days = len(by_hour) // HOURS_PER_DAY
    per_column = 7 if days >= DAYS_BEFORE_WEEKS else 1
    n_columns = -(-days // per_column)
    padded = np.full((n_columns * per_column, HOURS_PER_DAY), np.nan)
    padded[:days] = by_hour[: days * HOURS_PER_DAY].reshape(days, HOURS_PER_DAY)
    cells = padded.reshape(n_columns, per_column, HOURS_PER_DAY)
    seen = ~np.isnan(cells)
    counts = np.maximum(seen.sum(axis=1), 1)
    means = np.where(seen, cells, 0.0).sum(axis=1) / counts
    means[~seen.any(axis=1)] = np.nan
    return means.T, per_column


def largest_by_day(study: Study, column: str) -> NDArray[np.float64]:
    """The largest value of an hourly column on each day, mean over the replications.

    `column` is one that is the same on the rows of all kinds: ``n_trucks``, ``n_trains_held``.
    """
    rows = []
    for replication in study.replications:
        values = _one_kind(replication)[column].astype(np.float64)
        days = len(values) // HOURS_PER_DAY
        rows.append(values[: days * HOURS_PER_DAY].reshape(days, HOURS_PER_DAY).max(axis=1))
    return _mean(rows)


def truck_turn_times(study: Study, *, is_delivery: bool) -> NDArray[np.float64]:
    """Turn times in ms of all trucks that brought (or fetched) a box."""
    found = []
    for replication in study.replications:
        trucks = replication.tables["truck_results"]
        chosen = trucks[trucks["is_delivery"] == int(is_delivery)]
        found.append((chosen["queue_ms"] + chosen["terminal_ms"]).astype(np.float64))
    return np.concatenate(found) if found else np.empty(0)


def train_turnarounds(study: Study, service: int) -> NDArray[np.float64]:
    """Turnarounds in ms of the trains of a service; unready ones count until the end."""
    calendar = study.scenario.calendar
    end = calendar.warm_up_ms + measured_days(study) * MS_PER_DAY
    found = []
    for replication in study.replications:
        trains = replication.tables["train_results"]
        chosen = trains[trains["service"] == service]
        until_end = np.maximum(end - chosen["arrival_ms"], 0)
        turnaround = np.where(chosen["turnaround_ms"] < 0, until_end, chosen["turnaround_ms"])
        found.append(turnaround.astype(np.float64))
    return np.concatenate(found) if found else np.empty(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowWay:
    """Boxes and TEU a year of a flow by the services that bring and take them; empty: trucks."""

    flow: str
    in_service: str
    out_service: str
    boxes: float
    teu: float


def flow_ways(study: Study) -> list[FlowWay]:
    """What came to the dry port by flow and services, mean over the replications."""
    flows, services = sorted(study.scenario.flows), [*sorted(study.scenario.services), ""]
    sums: dict[tuple[str, str, str], tuple[float, float]] = {}
    scale = DAYS_PER_YEAR / measured_days(study) / len(study.replications)
    for replication in study.replications:
        for row in replication.tables["flow_services"]:
            way = (flows[row["flow"]], services[row["in_service"]], services[row["out_service"]])
            boxes, teu = sums.get(way, (0.0, 0.0))
            sums[way] = (boxes + row["n_boxes"] * scale, teu + row["n_teu"] * scale)
    return [
        FlowWay(flow=flow, in_service=comes, out_service=leaves, boxes=boxes, teu=teu)
        for (flow, comes, leaves), (boxes, teu) in sorted(sums.items())
    ]


def room_teu_per_year(study: Study, service_id: str) -> float:
    """TEU a year, one direction, that the trains of a service have places for."""
    service = study.scenario.services[service_id]
    trains = service.trains_per_week * DAYS_PER_YEAR / 7
    return float(trains * service.n_wagons * service.teu_per_wagon)


def _hourly_mean(study: Study, kind: Storage, column: str) -> NDArray[np.float64]:
    rows = []
    for replication in study.replications:
        hourly = replication.tables["hourly"]
        rows.append(hourly[hourly["storage"] == kind][column].astype(np.float64))
    return _mean(rows)


def _mean(rows: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The mean over the replications, as long as the shortest."""
    shortest = min(len(row) for row in rows)
    mean: NDArray[np.float64] = np.mean([row[:shortest] for row in rows], axis=0)
    return mean


def _one_kind(replication: Replication) -> Table:
    hourly: Table = replication.tables["hourly"]
    rows: Table = hourly[hourly["storage"] == hourly["storage"].min()]
    return rows
