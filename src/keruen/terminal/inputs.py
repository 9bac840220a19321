"""From a described terminal, trains and visits to the arrays that the kernel reads.

Knows the scenario's words and the kernel's records, and is the only place that knows both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.domain.codes import Channel, Mode, Resource, Storage
from keruen.domain.hazards import HAZARD_CLASSES, hazard_number
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Appointments, Block, Gate, Scores, Terminal
from keruen.scenario.duration_laws import law_table
from keruen.scenario.value_types import DurationLaw
from keruen.terminal.groups import drives_ms, machine_groups, machines_of
from keruen.terminal.kernel.state import (
    MAX_WAGON_20,
    MAX_WAGON_40,
    SIZE_CLASSES,
    TRAIN_DTYPE,
    VISIT_DTYPE,
    SizeClass,
    parameters_dtype,
    state_dtype,
)
from keruen.units import MS_PER_DAY, MS_PER_SECOND

_LOAD_JOBS_PER_MACHINE: Final = 3
"""Boxes under way to a train for each machine of its track: enough that it seldom waits."""

_RULES: Final = (
    "lowest_stack",
    "first_fit",
    "random",
    "reshuffle_index",
    "min_max",
    "expected_minimum",
    "score",
)
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "block": ("emptiest", "nearest", "first_fit"),
    "track": ("first_free", "longest", "shortest_fit"),
    "crane": ("nearest", "lowest_number", "zones"),
    "work_order": ("front_to_back", "nearest"),
    "train_order": ("first_placed", "earliest_departure", "most_left"),
    "job_order": ("first_come", "trains_first", "trucks_first"),
    "load_plan": ("front_to_back", "nearest_wagon", "heaviest_middle"),
}
"""Names of policies in the order of the kernel's numbers."""

_LIFTING: Final = (Resource.GANTRY, Resource.REACH_STACKER, Resource.EMPTY_HANDLER)
_DM_PER_M: Final = 10
_UNLIMITED_KG: Final = 2**31 - 1
_PERMILLE: Final = 1000


def size_class(terminal: Terminal, n_services: int, trains: Table | None = None) -> SizeClass:
    """The smallest capacity class that holds the terminal, and the longest of the trains if given.

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
    if trains is not None:
        needs["wagons"] = int(trains["n_wagons"].max(initial=0))
        needs["train_boxes"] = int(trains["n_boxes_in"].max(initial=0))
    for size in SIZE_CLASSES:
        if all(getattr(size, name) >= need for name, need in needs.items()):
            return size
    # Rows only bound how many trucks are let in at once, so the largest class always serves.
    return SIZE_CLASSES[-1]


def parameters(
    terminal: Terminal, size: SizeClass, seed: int, patterns: Sequence[Sequence[str]]
) -> Any:
    """The kernel's parameters: an array of one record."""
    array = np.zeros(1, parameters_dtype(size))
    p = array[0]
    p["seed"] = seed
    _fill_policies(p, terminal)
    _fill_groups(p, terminal)
    _fill_tracks(p, terminal)
    _fill_blocks(p, terminal)
    _fill_times(p, terminal)
    _fill_warehouse(p, terminal)
    for number, names in enumerate(patterns):
        p["pattern_ok"][number] = allowed_loads(names)
    return array


def allowed_loads(patterns: Sequence[str]) -> NDArray[np.int8]:
    """Which numbers of 20-ft and 40-ft boxes may stand on a platform: int8, by both numbers.

    Examples
    --------
    >>> allowed_loads(("20+20", "40"))[:3, :2].tolist()
    [[1, 1], [1, 0], [1, 0]]
    """
    allowed = np.zeros((MAX_WAGON_20, MAX_WAGON_40), np.int8)
    for pattern in patterns:
        lengths = pattern.split("+")
        n_20, n_40 = lengths.count("20"), lengths.count("40")
        allowed[: n_20 + 1, : n_40 + 1] = 1
    return allowed


def patterns_of_teu(n_teu: int) -> tuple[str, ...]:
    """Load patterns of a platform of which only the TEU are known.

    Examples
    --------
    >>> patterns_of_teu(3)
    ('20+20+20', '40+20')
    """
    return tuple(
        "+".join(["40"] * n_40 + ["20"] * (n_teu - 2 * n_40)) for n_40 in range(n_teu // 2 + 1)
    )


def _fill_policies(p: Any, terminal: Terminal) -> None:
    policy = terminal.policy
    p["slot_policy"] = _RULES.index(policy.slot)
    reshuffle = policy.slot if policy.reshuffle == "as_slot" else policy.reshuffle
    p["reshuffle_policy"] = _RULES.index(reshuffle)
    for name, choices in _CHOICES.items():
        column = name if name in ("work_order", "train_order", "job_order", "load_plan") else ""
        p[column or f"{name}_policy"] = choices.index(getattr(policy, name))
    scores = policy.slot_scores or Scores()
    p["score"] = [getattr(scores, name) for name in Scores.model_fields]
    p["departure_window_ms"] = policy.departure_window_ms
    p["direct_permille"] = round(_PERMILLE * policy.direct_share)


def _fill_groups(p: Any, terminal: Terminal) -> None:
    groups = machine_groups(terminal)
    distances_m = [terminal.blocks[key].distance_m for key in sorted(terminal.blocks)]
    first = 0
    p["n_groups"] = len(groups)
    for g, group in enumerate(groups):
        resource, _, count = group
        p["group_first"][g] = first
        p["group_count"][g] = count
        p["machine_group"][first : first + count] = g
        first += count
        machines = machines_of(terminal, group)
        if machines is None:
            continue
        if machines.cycle_time is not None:
            p["cycle_ms"][g] = law_table(machines.cycle_time)
        p["is_slowed"][g] = machines.slows_in_cold
        p["max_load_jobs"][g] = _LOAD_JOBS_PER_MACHINE * count
        if resource is Resource.TRACTOR:
            p["drive_ms"][g][: len(distances_m)] = drives_ms(machines, distances_m)
            if terminal.warehouse is not None:
                (p["door_drive_ms"][g],) = drives_ms(machines, [terminal.warehouse.distance_m])
        if resource is Resource.GANTRY and machines.speed_m_per_s > 0:
            us_per_dm = 1000 * MS_PER_SECOND / machines.speed_m_per_s / _DM_PER_M
            p["travel_us_per_dm"][g] = max(1, round(us_per_dm))
            p["safety_dm"][g] = math.ceil(machines.safety_distance_m * _DM_PER_M)
    names = [resource for resource, _, _ in groups]
    # Groups of one kind stand side by side, lifting machines before tractors.
    lifting = [g for g, name in enumerate(names) if name in _LIFTING]
    p["yard_groups"] = lifting[0], lifting[-1] + 1
    tractors = [g for g, name in enumerate(names) if name is Resource.TRACTOR]
    p["tractor_groups"] = tractors[0], tractors[-1] + 1
    for column, resource in (
        ("locomotive_group", Resource.LOCOMOTIVE),
        ("lane_in_group", Resource.LANE_IN),
        ("lane_out_group", Resource.LANE_OUT),
        ("inspection_group", Resource.INSPECTION_SLOT),
        ("shuttle_group", Resource.SHUTTLE),
        ("weighbridge_group", Resource.WEIGHBRIDGE),
        ("scanner_group", Resource.SCANNER),
        ("door_group", Resource.DOOR),
        ("team_group", Resource.TEAM),
    ):
        p[column] = names.index(resource) if resource in names else -1


def _fill_tracks(p: Any, terminal: Terminal) -> None:
    """Handling tracks by group key and number; which reception tracks each is joined to."""
    groups = machine_groups(terminal)
    gantries = [g for g, group in enumerate(groups) if group[0] is Resource.GANTRY]
    workers = {
        machines.tracks: g
        for g, group in enumerate(groups)
        if (machines := machines_of(terminal, group)) is not None and machines.tracks is not None
    }
    bits = {}
    n_reception = 0
    for number, (key, tracks) in enumerate(_tracks(terminal, "reception")):
        bits[key] = 1 << number
        p["reception_bit"][n_reception : n_reception + tracks.count] = bits[key]
        n_reception += tracks.count
    p["n_reception"] = n_reception
    n_handling = 0
    for key, tracks in _tracks(terminal, "handling"):
        own = slice(n_handling, n_handling + tracks.count)
        n_handling += tracks.count
        group = workers[key] if key in workers else gantries[0]
        length_dm = int(tracks.useful_length_m * _DM_PER_M)
        p["track_group"][own] = group
        p["track_dm"][own] = length_dm
        p["track_reception"][own] = sum(bits[name] for name in tracks.joins or bits)
        speed = terminal.shunting.speed_m_per_s
        if tracks.lead_length_m and speed:
            p["lead_ms"][own] = round(tracks.lead_length_m / speed * MS_PER_SECOND)
        p["module_dm"][group] = max(int(p["module_dm"][group]), length_dm)
    p["n_handling"] = n_handling


def _tracks(terminal: Terminal, use: str) -> list[tuple[str, Any]]:
    return [(key, tracks) for key, tracks in sorted(terminal.tracks.items()) if tracks.use == use]


def _fill_blocks(p: Any, terminal: Terminal) -> None:
    group_of = {key: g for g, (_, key, _) in enumerate(machine_groups(terminal))}
    first_cell = 0
    p["n_blocks"] = len(terminal.blocks)
    for b, key in enumerate(sorted(terminal.blocks)):
        block = terminal.blocks[key]
        n_cells = block.n_bays * block.n_rows
        p["block_first_cell"][b] = first_cell
        p["block_cells"][b] = n_cells
        first_cell += n_cells
        p["block_tiers"][b] = block.n_tiers
        p["block_kinds"][b] = sum(1 << kind for kind in _kinds_of(block))
        p["block_group"][b] = group_of[block.machines]
        p["block_distance_m"][b] = round(block.distance_m)
        p["block_boxes_most"][b] = block.n_plugs if block.kind == "reefer" else block.capacity_teu
        p["block_spare_cells"][b] = math.ceil(terminal.policy.yard_reserve * n_cells)


def _kinds_of(block: Block) -> list[int]:
    """Kinds of boxes that a block takes (see `kinds_of_visits`)."""
    storage = Storage[block.kind.upper()]
    if storage is not Storage.DANGEROUS:
        return [int(storage)]
    numbers = [hazard_number(name) for name in block.classes or HAZARD_CLASSES]
    return [int(storage), *(len(Storage) + number - 1 for number in numbers)]


def kinds_of_visits(terminal: Terminal, visits: Table) -> NDArray[np.int8]:
    """The kind of each box for the blocks: its storage, or the class of dangerous goods.

    Boxes that customs will open go to the inspection blocks, where there are any; cooled and
    dangerous ones are inspected in their own.
    """
    kinds: NDArray[np.int8] = visits["storage"].astype(np.int8)
    if any(block.kind == "inspection" for block in terminal.blocks.values()):
        is_plain = (visits["storage"] == Storage.LADEN) | (visits["storage"] == Storage.EMPTY)
        kinds[is_plain & (visits["channel"] == Channel.RED)] = Storage.INSPECTION
    is_known = (visits["storage"] == Storage.DANGEROUS) & (visits["hazard"] > 0)
    kinds[is_known] = (len(Storage) + visits["hazard"][is_known] - 1).astype(np.int8)
    return kinds


def _table(law: DurationLaw | None) -> NDArray[np.int64]:
    return draws.fixed_table(0) if law is None else law_table(law)


def _fill_times(p: Any, terminal: Terminal) -> None:
    shunting, gate = terminal.shunting, terminal.gate
    p["inspect_ms"] = law_table(shunting.inspection_time)
    p["place_ms"] = law_table(shunting.placing_time)
    p["pull_ms"] = law_table(shunting.pulling_time)
    p["brake_test_ms"] = law_table(shunting.brake_test_time)
    p["coupling_ms"] = _table(shunting.coupling_time)
    p["path_interval_ms"] = shunting.path_interval_ms
    p["path_taken_permille"] = round(_PERMILLE * shunting.path_taken_share)
    p["scan_ms"] = _table(terminal.scan_time)
    _fill_gate(p, gate)


def _fill_gate(p: Any, gate: Gate) -> None:
    p["gate_in_ms"] = law_table(gate.in_time)
    p["gate_out_ms"] = law_table(gate.out_time)
    p["gate_drive_ms"] = law_table(gate.drive_time)
    p["gate_opens_ms"] = gate.opens_ms
    closes_ms = gate.opens_ms + gate.open_time_ms
    p["gate_closes_ms"] = closes_ms if closes_ms <= MS_PER_DAY else closes_ms - MS_PER_DAY
    p["weigh_ms"] = _table(gate.weighing_time)
    p["recognised_ms"] = _table(gate.recognised_time)
    p["recognised_permille"] = round(_PERMILLE * gate.recognised_share)
    p["dual_permille"] = round(_PERMILLE * gate.dual_share)
    if gate.appointments is not None:
        p["window_ms"] = gate.appointments.window_ms
        p["window_quota"] = gate.appointments.quota
        p["no_show_permille"] = round(_PERMILLE * gate.appointments.no_show_share)


def _fill_warehouse(p: Any, terminal: Terminal) -> None:
    warehouse = terminal.warehouse
    if warehouse is None or not warehouse.n_teams:
        return
    p["unpack_ms"] = _table(warehouse.unpacking_time)
    p["call_off_ms"] = _table(warehouse.call_off)
    p["floor_dm2"] = round(100 * warehouse.floor_area_m2)
    p["floor_per_box_dm2"] = round(100 * warehouse.area_per_box_m2)


_NONE_AT_FIRST: Final = (
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
    "train_direct",
)


def fresh_state(size: SizeClass, p: Any) -> Any:
    """The state of an empty terminal before its first event: an array of one record."""
    array = np.zeros(1, state_dtype(size))
    s = array[0]
    for name in ("free_row", "held_since_ms"):
        s[name] = -1
    for name in _NONE_AT_FIRST:
        s[name][...] = -1
    s["empty_cells"] = p["block_cells"]
    s["n_idle"] = p["group_count"]
    s["free_reception"] = p["n_reception"]
    s["free_handling"] = p["n_handling"]
    s["free_floor_dm2"] = p["floor_dm2"]
    _spread_gantries(s, p)
    return array


def _spread_gantries(s: Any, p: Any) -> None:
    """Gantries begin evenly along their rails, no nearer than the safety distance."""
    for g in range(int(p["n_groups"])):
        if p["travel_us_per_dm"][g] == 0:
            continue
        first, count = int(p["group_first"][g]), int(p["group_count"][g])
        step_dm = max(int(p["safety_dm"][g]), int(p["module_dm"][g]) // count)
        s["machine_x_dm"][first : first + count] = step_dm // 2 + step_dm * np.arange(count)


def kernel_visits(terminal: Terminal, visits: Table, seed: int) -> NDArray[Any]:
    """Visits as the kernel reads them; trucks that bring boxes have their appointments."""
    small = np.zeros(len(visits), VISIT_DTYPE)
    for name in VISIT_DTYPE.names or ():
        if name in (visits.dtype.names or ()):
            small[name] = visits[name]
    assert len(np.unique(visits["entity"])) == len(visits), "two boxes would share their luck"
    small["mass_kg"] = visits["gross_mass_kg"]
    small["kind"] = kinds_of_visits(terminal, visits)
    if terminal.gate.appointments is not None:
        _book_bringing(small, terminal.gate.appointments, seed)
    return small


def kernel_trains(trains: Table, on_board: NDArray[np.int8], first_box: int) -> NDArray[Any]:
    """Trains as the kernel reads them.

    Parameters
    ----------
    trains : table `train_arrivals`.
    on_board : TEU of each box on them, train by train.
    first_box : place of the first of these boxes in the kernel's `order`.
    """
    bounds = np.concatenate(([0], np.cumsum(trains["n_boxes_in"], dtype=np.int64)))
    assert bounds[-1] == len(on_board), "trains and their boxes do not agree"
    small = np.zeros(len(trains), TRAIN_DTYPE)
    for name in (
        *("arrival_ms", "departure_ms", "entity", "service", "capacity_teu", "n_wagons"),
        "wagon_type",
    ):
        small[name] = trains[name]
    small["first_box"] = first_box + bounds[:-1]
    small["end_box"] = first_box + bounds[1:]
    teu = np.concatenate(([0], np.cumsum(on_board, dtype=np.int64)))
    small["onboard_teu"] = teu[bounds[1:]] - teu[bounds[:-1]]
    assert (small["onboard_teu"] <= small["capacity_teu"]).all(), "a train too full"
    limited = trains["load_limit_kg"]
    small["load_limit_kg"] = np.where(limited > 0, limited, _UNLIMITED_KG)
    limited = trains["wagon_limit_kg"]
    small["wagon_kg"] = np.where(limited > 0, limited, _UNLIMITED_KG)
    small["wagon_dm"] = np.rint(trains["length_m"] / trains["n_wagons"] * _DM_PER_M)
    return small


def _book_bringing(visits: NDArray[Any], appointments: Appointments, seed: int) -> None:
    """Move the trucks that bring boxes to windows with room: the first not before their wish.

    A truck that does not show up comes a day later, in a window that has room then.
    """
    rows = np.flatnonzero(visits["in_mode"] == Mode.TRUCK)
    window_ms, quota = appointments.window_ms, appointments.quota
    luck = draws.uniform_array(seed, draws.STREAM_BRINGING, visits["entity"][rows])
    wanted = visits["in_ms"][rows].astype(np.int64)
    wanted[luck < appointments.no_show_share] += MS_PER_DAY
    booked: dict[int, int] = {}
    for row, wanted_ms in sorted(
        zip(rows.tolist(), wanted.tolist(), strict=True), key=lambda pair: (pair[1], pair[0])
    ):
        window = wanted_ms // window_ms
        while booked.get(window, 0) >= quota:
            window += 1
        booked[window] = booked.get(window, 0) + 1
        visits["in_ms"][row] = window * window_ms + wanted_ms % window_ms
