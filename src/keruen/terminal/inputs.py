"""From a described terminal, trains and visits to the arrays that the kernel reads.

Knows the scenario's words and the kernel's records, and is the only place that knows both. Machines
are numbered through all groups: locomotives, gantries, reach stackers, empty handlers, tractors,
lanes in, lanes out, inspection slots; groups of one kind by key.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keruen.domain.codes import Mode, Resource, Storage
from keruen.domain.tables import Table
from keruen.scenario.laws import law_table
from keruen.scenario.models import Machines, Terminal
from keruen.terminal.kernel.state import (
    N_STORAGES,
    SIZE_CLASSES,
    TRAIN_DTYPE,
    VISIT_DTYPE,
    SizeClass,
    parameters_dtype,
    state_dtype,
)
from keruen.units import MS_PER_DAY, MS_PER_SECOND

_LOAD_JOBS_PER_GANTRY = 3
"""Boxes under way to a train for each gantry: enough that a gantry seldom waits for a tractor."""

_SLOT_POLICIES = ("lowest_stack", "first_fit", "random")

_MACHINE_RESOURCES = {
    "gantry": Resource.GANTRY,
    "reach_stacker": Resource.REACH_STACKER,
    "empty_handler": Resource.EMPTY_HANDLER,
    "tractor": Resource.TRACTOR,
}

Group = tuple[Resource, str, int]
"""What a group of machines is, its key in the scenario, and how many there are."""


def machine_groups(terminal: Terminal) -> tuple[Group, ...]:
    """The groups of machines in the order of their numbers."""
    groups: list[Group] = [(Resource.LOCOMOTIVE, "shunting", terminal.shunting.n_locomotives)]
    for kind, resource in _MACHINE_RESOURCES.items():
        groups += [
            (resource, key, group.count)
            for key, group in sorted(terminal.machines.items())
            if group.kind == kind
        ]
    groups.append((Resource.LANE_IN, "gate", terminal.gate.n_lanes_in))
    groups.append((Resource.LANE_OUT, "gate", terminal.gate.n_lanes_out))
    groups.append((Resource.INSPECTION_SLOT, "customs", terminal.n_inspection_slots))
    return tuple(groups)


def machine_numbers(terminal: Terminal) -> tuple[tuple[Resource, str, int], ...]:
    """Every machine in the order of its number: what it is, its group's key, its index there."""
    return tuple(
        (resource, key, index)
        for resource, key, count in machine_groups(terminal)
        for index in range(count)
    )


def size_class(terminal: Terminal, n_services: int) -> SizeClass:
    """The smallest capacity class that holds the terminal.

    Rows: every box that fits the yard (as if all were 20 ft), and half as many again on machines
    and at the gate.
    """
    groups = machine_groups(terminal)
    cells = sum(block.n_bays * block.n_rows for block in terminal.blocks.values())
    rows = sum(block.capacity_teu for block in terminal.blocks.values()) * 3 // 2
    n_tracks = sum(tracks.count for tracks in terminal.tracks.values())
    needs = {
        "rows": rows,
        "cells": cells,
        "blocks": len(terminal.blocks),
        "groups": len(groups),
        "machines": sum(count for _, _, count in groups),
        "services": n_services,
        "trains": n_tracks,
    }
    for size in SIZE_CLASSES:
        if all(getattr(size, name) >= need for name, need in needs.items()):
            return size
    # Rows only bound how many trucks are let in at once, so the largest class always serves.
    return SIZE_CLASSES[-1]


def parameters(terminal: Terminal, size: SizeClass, seed: int, horizon_ms: int) -> Any:
    """The kernel's parameters: an array of one record."""
    array = np.zeros(1, parameters_dtype(size))
    p = array[0]
    p["seed"] = seed
    p["horizon_ms"] = horizon_ms
    p["slot_policy"] = _SLOT_POLICIES.index(terminal.policy.slot)
    p["n_reception"] = _n_tracks(terminal, "reception")
    p["n_handling"] = _n_tracks(terminal, "handling")
    _fill_groups(p, terminal)
    _fill_blocks(p, terminal)
    _fill_times(p, terminal)
    return array


def _n_tracks(terminal: Terminal, use: str) -> int:
    return sum(tracks.count for tracks in terminal.tracks.values() if tracks.use == use)


def _fill_groups(p: Any, terminal: Terminal) -> None:
    groups = machine_groups(terminal)
    distances_m = [terminal.blocks[key].distance_m for key in sorted(terminal.blocks)]
    first = 0
    n_gantries = 0
    p["n_groups"] = len(groups)
    for g, (resource, key, count) in enumerate(groups):
        p["group_first"][g] = first
        p["group_count"][g] = count
        p["machine_group"][first : first + count] = g
        first += count
        machines = terminal.machines.get(key) if resource in _MACHINE_RESOURCES.values() else None
        if machines is not None and machines.cycle_time is not None:
            p["cycle_ms"][g] = law_table(machines.cycle_time)
        if machines is not None and resource is Resource.TRACTOR:
            p["is_tractor_group"][g] = 1
            p["drive_ms"][g][: len(distances_m)] = drives_ms(machines, distances_m)
        if resource is Resource.GANTRY:
            p["is_gantry_group"][g] = 1
            n_gantries += count
    names = [resource for resource, _, _ in groups]
    p["locomotive_group"] = names.index(Resource.LOCOMOTIVE)
    p["lane_in_group"] = names.index(Resource.LANE_IN)
    p["lane_out_group"] = names.index(Resource.LANE_OUT)
    p["inspection_group"] = names.index(Resource.INSPECTION_SLOT)
    p["max_load_jobs"] = _LOAD_JOBS_PER_GANTRY * n_gantries


def drives_ms(tractors: Machines, distances_m: list[float]) -> list[int]:
    """Driving time of a tractor to blocks at the given distances, one way, ms."""
    return [
        round(distance_m / tractors.speed_m_per_s * MS_PER_SECOND) for distance_m in distances_m
    ]


def _fill_blocks(p: Any, terminal: Terminal) -> None:
    group_of = {key: g for g, (_, key, _) in enumerate(machine_groups(terminal))}
    first_cell = 0
    p["n_blocks"] = len(terminal.blocks)
    for b, key in enumerate(sorted(terminal.blocks)):
        block = terminal.blocks[key]
        storage = Storage[block.kind.upper()]
        p["block_first_cell"][b] = first_cell
        p["block_cells"][b] = block.n_bays * block.n_rows
        first_cell += block.n_bays * block.n_rows
        p["block_tiers"][b] = block.n_tiers
        p["block_storage"][b] = storage
        p["block_group"][b] = group_of[block.machines]
        most = block.n_plugs if storage == Storage.REEFER else block.capacity_teu
        p["block_boxes_most"][b] = most
        spare = math.ceil(terminal.policy.yard_reserve * block.n_bays * block.n_rows)
        p["block_spare_cells"][b] = spare


def _fill_times(p: Any, terminal: Terminal) -> None:
    shunting, gate = terminal.shunting, terminal.gate
    p["inspect_ms"] = law_table(shunting.inspection_time)
    p["place_ms"] = law_table(shunting.placing_time)
    p["pull_ms"] = law_table(shunting.pulling_time)
    p["brake_test_ms"] = law_table(shunting.brake_test_time)
    p["gate_in_ms"] = law_table(gate.in_time)
    p["gate_out_ms"] = law_table(gate.out_time)
    p["gate_drive_ms"] = law_table(gate.drive_time)
    p["gate_opens_ms"] = gate.opens_ms
    closes_ms = gate.opens_ms + gate.open_time_ms
    p["gate_closes_ms"] = closes_ms if closes_ms <= MS_PER_DAY else closes_ms - MS_PER_DAY


def fresh_state(size: SizeClass, p: Any) -> Any:
    """The state of an empty terminal before its first event: an array of one record."""
    array = np.zeros(1, state_dtype(size))
    s = array[0]
    for name in ("free_row", "held_since_ms"):
        s[name] = -1
    for name in (
        "row_next",
        "row_truck_next",
        "row_visit",
        "row_position",
        "row_machine",
        "row_train",
        "slot",
        "machine_row",
        "machine_put_back",
        "blocked_since_ms",
        "job_head",
        "job_tail",
        "wait_head",
        "wait_tail",
        "queue_head",
        "queue_tail",
        "train_row",
        "train_load_head",
        "train_load_tail",
    ):
        s[name][...] = -1
    s["empty_cells"] = p["block_cells"]
    s["n_idle"] = p["group_count"]
    s["free_reception"] = p["n_reception"]
    s["free_handling"] = p["n_handling"]
    return array


def kernel_arrays(
    p: Any, trains: Table, visits: Table
) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.int32]]:
    """Visits, trains and order as the kernel reads them; sets ``stream_first`` in `p`.

    Returns
    -------
    visits (VISIT_DTYPE), trains (TRAIN_DTYPE) and order (int32; see `kernel.run.run`).
    """
    small_visits = np.zeros(len(visits), VISIT_DTYPE)
    for name in VISIT_DTYPE.names or ():
        small_visits[name] = visits[name]
    by_train = np.argsort(visits["in_train"], kind="stable").astype(np.int32)
    by_train = by_train[visits["in_train"][by_train] >= 0]
    bounds = np.searchsorted(visits["in_train"][by_train], np.arange(len(trains) + 1))
    small_trains = np.zeros(len(trains), TRAIN_DTYPE)
    for name in ("arrival_ms", "departure_ms", "service", "capacity_teu"):
        small_trains[name] = trains[name]
    small_trains["first_box"] = bounds[:-1]
    small_trains["end_box"] = bounds[1:]
    onboard_teu = np.concatenate(([0], np.cumsum(visits["n_teu"][by_train], dtype=np.int64)))
    small_trains["onboard_teu"] = onboard_teu[bounds[1:]] - onboard_teu[bounds[:-1]]
    assert (small_trains["onboard_teu"] <= small_trains["capacity_teu"]).all(), "a train too full"
    parts = [by_train]
    p["stream_first"][0] = len(by_train)
    by_truck = visits["in_mode"] == Mode.TRUCK
    for storage in range(N_STORAGES):
        stream = np.flatnonzero(by_truck & (visits["storage"] == storage))
        stream = stream[np.argsort(visits["in_ms"][stream], kind="stable")]
        parts.append(stream.astype(np.int32))
        p["stream_first"][storage + 1] = p["stream_first"][storage] + len(stream)
    return small_visits, small_trains, np.concatenate(parts)
