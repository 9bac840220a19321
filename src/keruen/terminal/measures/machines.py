"""How heavily machines, lanes, tracks and slots are used, and when in the day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keruen.domain import tables
from keruen.domain.codes import Event, Outage, PlaceKind, Resource, Storage
from keruen.domain.tables import Table
from keruen.terminal.groups import drives_ms, machine_groups
from keruen.terminal.measures.window import Window, busiest_hours, time_by_hour_of_busiest_day
from keruen.terminal.measures.yard import capacity_teu
from keruen.units import MS_PER_DAY, MS_PER_HOUR, NONE

_WORK = (
    Event.UNLOADED,
    Event.LOADED,
    Event.STACKED,
    Event.RESHUFFLED,
    Event.RETRIEVED,
    Event.TRACTOR_DELIVERED,
    Event.TRAIN_PLACED,
    Event.TRAIN_PULLED,
    Event.TRUCK_ENTERED,
    Event.TRUCK_LEFT,
    Event.HOLD_ENDED,
    Event.TRUCK_WEIGHED,
    Event.UNPACKED,
    Event.SHUTTLE_BACK,
    Event.SCANNED,
)
"""Rows that carry a machine and how long it worked."""

_MOST_PORTIONS = 1 << 10
"""More portions than a train has wagons (at most 200), so that train and portion make one
number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Every piece of work that ended in the measured time, one entry for each.

    Parameters
    ----------
    machine : its number, int16.
    resource : what the machine is (`domain.codes.Resource`), int64.
    starts_ms, ends_ms : from when to when, int64; the start may lie in the warm-up.
    """

    machine: NDArray[np.int16]
    resource: NDArray[np.int64]
    starts_ms: NDArray[np.int64]
    ends_ms: NDArray[np.int64]


def work_of(window: Window) -> Work:
    """All work of all machines, in the order of kinds of work.

    Parameters
    ----------
    window : the run.
    """
    parts = [window.measured(kind) for kind in _WORK]
    machine = np.concatenate([rows["machine"] for rows in parts])
    ends_ms = np.concatenate([rows["time_ms"] for rows in parts])
    starts_ms = ends_ms - np.concatenate([rows["busy_ms"] for rows in parts])
    is_machine = machine != NONE
    doors, door_starts_ms, door_ends_ms = _stays_at_doors(window)
    machine = np.concatenate((machine[is_machine], doors))
    return Work(
        machine=machine,
        resource=resources_of(window)[machine],
        starts_ms=np.concatenate((starts_ms[is_machine], door_starts_ms)),
        ends_ms=np.concatenate((ends_ms[is_machine], door_ends_ms)),
    )


def _stays_at_doors(
    window: Window,
) -> tuple[NDArray[np.int16], NDArray[np.int64], NDArray[np.int64]]:
    """A door is taken from when a box is put to it until it is unpacked, nights included."""
    unpacked = window.measured(Event.UNPACKED)
    put = window.time_by(Event.AT_DOOR, "visit", len(window.visits))
    doors = (unpacked["origin"] & 0xFFFFFF).astype(np.int16)
    return doors, put[unpacked["visit"]], unpacked["time_ms"]


def machine_results(window: Window, work: Work) -> Table:
    """Table `machine_results`: one row for each machine in the order of numbers.

    Parameters
    ----------
    window : the run.
    work : of all machines (`work_of`).

    Notes
    -----
    Shares are of the time in which the machine could work: the measured time (of a lane the opening
    hours) without its outages. A tractor works while it drives and waits while it is busy
    otherwise.
    """
    resources = resources_of(window)
    n = len(resources)
    rows = tables.empty("machine_results", n)
    rows["machine"] = np.arange(n)
    rows["resource"] = resources
    rows["n_moves"] = np.bincount(work.machine, minlength=n)
    measured_ms = work.ends_ms - np.maximum(work.starts_ms, window.start_ms)
    busy_ms = np.bincount(work.machine, measured_ms, n)
    driving_ms = _driving_ms(window, n)
    open_ms = np.where(_is_lane(rows["resource"]), _open_ms(window), window.length_ms)
    broken_ms, off_ms = stopped_ms(window, n)
    rows["broken_share"] = broken_ms / window.length_ms
    rows["off_share"] = off_ms / window.length_ms
    # At least 1 ms: a machine that never could work has shares of nothing, which are 0.
    open_ms = np.maximum(1.0, open_ms - broken_ms - off_ms)
    is_tractor = rows["resource"] == Resource.TRACTOR
    working_ms = np.where(is_tractor, np.minimum(driving_ms, busy_ms), busy_ms)
    rows["working_share"] = np.minimum(1.0, working_ms / open_ms)
    rows["waiting_share"] = np.clip((busy_ms - working_ms) / open_ms, 0.0, 1.0)
    return rows


def stopped_ms(window: Window, n_machines: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Measured time for which each machine was broken or in maintenance, and was off otherwise.

    Parameters
    ----------
    window : the run.
    n_machines : how many there are.

    Returns
    -------
    Two times float64 ms, shape (n_machines,), by number.
    """
    rows = window.outages
    begins = np.clip(rows["begins_ms"], window.start_ms, window.end_ms)
    lasted = np.clip(rows["ends_ms"], window.start_ms, window.end_ms) - begins
    is_broken = np.isin(rows["cause"], (Outage.FAILURE, Outage.MAINTENANCE))
    broken_ms = np.bincount(rows["machine"], (lasted * is_broken).astype(np.float64), n_machines)
    off_ms = np.bincount(rows["machine"], (lasted * ~is_broken).astype(np.float64), n_machines)
    return broken_ms.astype(np.float64), off_ms.astype(np.float64)


def utilisation_measures(window: Window, work: Work, by_hour: Table) -> dict[str, float]:
    """Mean and peak use of every resource.

    Parameters
    ----------
    window : the run.
    work : of all machines (`work_of`).
    by_hour : table `hourly`.

    Returns
    -------
    For each `Resource` of the dry port: mean share, 0 to 1; share in the busiest hours; first of
    those, hour of the day.
    """
    resources = resources_of(window)
    broken_ms, off_ms = stopped_ms(window, len(resources))
    out_ms = broken_ms + off_ms
    measures: dict[str, float] = {}
    # Sorted once by resource: a slice for each, not a search through all work.
    order = np.argsort(work.resource.astype(np.int8), kind="stable")
    starts_ms, ends_ms = work.starts_ms[order], work.ends_ms[order]
    bounds = np.searchsorted(work.resource[order], np.arange(len(Resource) + 1))
    for resource in Resource:
        if resource is Resource.YARD_SLOT:
            measures.update(_yard_use(window, by_hour))
            continue
        if resource in (Resource.RECEPTION_TRACK, Resource.HANDLING_TRACK):
            starts, ends, n_units = _track_intervals(window, resource)
        else:
            own = slice(bounds[resource], bounds[resource + 1])
            starts, ends = starts_ms[own], ends_ms[own]
            n_units = int((resources == resource).sum())
        lost_ms = float(out_ms[resources == resource].sum())
        measures.update(_use(window, resource, (starts, ends), n_units, lost_ms))
    return measures


def resources_of(window: Window) -> NDArray[np.int64]:
    """What each machine is (`Resource`): int64, shape (machines,), by number.

    Parameters
    ----------
    window : the run.
    """
    groups = machine_groups(window.terminal)
    return np.repeat(
        [int(group.resource) for group in groups], [group.n_machines for group in groups]
    )


def _is_lane(resources: NDArray[np.int8]) -> NDArray[np.bool_]:
    return np.isin(resources, (Resource.LANE_IN, Resource.LANE_OUT))


def _open_ms(window: Window) -> float:
    """Measured time during which the gate is open."""
    return window.length_ms * window.terminal.gate.open_time_ms / MS_PER_DAY


def _driving_ms(window: Window, n_machines: int) -> NDArray[np.float64]:
    """Time that each tractor drove: to the block and back for every box."""
    blocks = [window.terminal.blocks[key].distance_m for key in sorted(window.terminal.blocks)]
    driving = np.zeros(n_machines)
    groups = machine_groups(window.terminal)
    tractors = [group for group in groups if group.resource is Resource.TRACTOR]
    for kind, tractor_side, block_side in (
        (Event.STACKED, "origin", "destination"),
        (Event.RETRIEVED, "destination", "origin"),
    ):
        rows = window.measured(kind)
        rows = rows[rows[tractor_side] >> 24 == PlaceKind.TRACTOR]
        tractor = rows[tractor_side] & 0xFFFFFF
        block = rows[block_side] >> 16
        for group in tractors:
            assert group.machines is not None
            drive_ms = np.array(drives_ms(group.machines, blocks))
            own = (tractor >= group.first) & (tractor < group.first + group.n_machines)
            driving += np.bincount(tractor[own], 2 * drive_ms[block[own]], n_machines)
    return driving


def _track_intervals(
    window: Window, resource: Resource
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    n = len(window.trains)
    placed, pulled = window.rows(Event.TRAIN_PLACED), window.rows(Event.TRAIN_PULLED)
    if resource is Resource.HANDLING_TRACK:
        pairs = [_portions(window, placed, pulled)]
        use = "handling"
    else:
        placing = window.first_start_by(Event.TRAIN_PLACED, "train", n)
        pulling = window.start_by(Event.TRAIN_PULLED, "train", n)
        received = window.time_by(Event.TRAIN_RECEIVED, "train", n)
        departed = window.time_by(Event.TRAIN_DEPARTED, "train", n)
        # A train in portions keeps its reception track throughout.
        keeps = np.bincount(window.rows(Event.PORTION_WORKED)["train"], minlength=n) > 0
        pairs = [
            (received, np.where(keeps, departed, placing)),
            (np.where(keeps, NONE, pulling), departed),
        ]
        use = "reception"
    starts = np.concatenate([start[start != NONE] for start, _ in pairs])
    ends = np.concatenate([end[start != NONE] for start, end in pairs])
    ends = np.where(ends == NONE, window.end_ms, ends)
    groups = window.terminal.tracks.values()
    return starts, ends, sum(group.count for group in groups if group.use == use)


def _portions(
    window: Window, placed: Table, pulled: Table
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """From when until when each portion (most trains are one) has a handling track."""
    starts = placed["time_ms"] - placed["busy_ms"]
    ends = np.full(len(placed), NONE, np.int64)
    # The k-th pulling of a train ends its k-th portion.
    placed_number = _portion_number(placed)
    by_number = np.argsort(placed_number, kind="stable")
    at = by_number[np.searchsorted(placed_number[by_number], _portion_number(pulled))]
    ends[at] = pulled["time_ms"] - pulled["busy_ms"]
    # A train that is never pulled stays until it leaves.
    departed = window.time_by(Event.TRAIN_DEPARTED, "train", len(window.trains))
    ends = np.where(ends == NONE, departed[placed["train"]], ends)
    # A portion that is being placed at the end counts from the start of the placing.
    is_started = starts < window.end_ms
    return starts[is_started], ends[is_started]


def _portion_number(rows: Table) -> NDArray[np.int64]:
    """One number for the train and the portion of each row: rows of a train are in order."""
    order = np.argsort(rows["train"], kind="stable")
    first = np.searchsorted(rows["train"][order], rows["train"][order])
    portion = np.empty(len(rows), np.int64)
    portion[order] = np.arange(len(rows)) - first
    return rows["train"].astype(np.int64) * _MOST_PORTIONS + portion


def _use(
    window: Window,
    resource: Resource,
    intervals: tuple[NDArray[np.int64], NDArray[np.int64]],
    n_units: int,
    lost_ms: float,
) -> dict[str, float]:
    """`lost_ms`: the machine time in which the units were out of work."""
    total_ms, by_hour_ms = time_by_hour_of_busiest_day(window, *intervals)
    lane = resource in (Resource.LANE_IN, Resource.LANE_OUT)
    open_ms = (_open_ms(window) if lane else window.length_ms) * max(1, n_units)
    open_ms = max(1.0, open_ms - lost_ms)
    first, peak = busiest_hours(by_hour_ms / (max(1, n_units) * MS_PER_HOUR))
    name = resource.name.lower()
    return {
        f"utilisation_share_{name}": min(1.0, total_ms / open_ms),
        f"utilisation_peak_share_{name}": min(1.0, peak),
        f"utilisation_peak_hour_{name}": float(first),
    }


def _yard_use(window: Window, by_hour: Table) -> dict[str, float]:
    """The fullest kind of block stands for the yard."""
    shares = []
    for storage in Storage:
        capacity = capacity_teu(window, storage)
        if capacity > 0:
            shares.append(by_hour["occupied_teu"][by_hour["storage"] == storage] / capacity)
    fullest = max(shares, key=lambda share: float(share.mean()))
    first, peak = busiest_hours(fullest.reshape(-1, 24).mean(axis=0))
    return {
        "utilisation_share_yard_slot": float(fullest.mean()),
        "utilisation_peak_share_yard_slot": peak,
        "utilisation_peak_hour_yard_slot": float(first),
    }
