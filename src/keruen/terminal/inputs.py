"""From a described terminal, trains and visits to the arrays that the kernel reads.

Knows the scenario's words and the kernel's records, and is the only place that knows both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.domain.codes import Channel, Mode, Resource, Storage
from keruen.domain.hazards import HAZARD_CLASSES, hazard_number
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Appointments, Block, Scores, Terminal, Tracks
from keruen.scenario.duration_laws import law_table
from keruen.scenario.models import Scenario
from keruen.terminal.direct_ways import fill_direct_ways
from keruen.terminal.groups import drives_ms, machine_groups
from keruen.terminal.kernel.state import (
    MAX_WAGON_20,
    MAX_WAGON_40,
    ONE_OF_ITS_KIND,
    SIZE_CLASSES,
    TRAIN_DTYPE,
    VISIT_DTYPE,
    SizeClass,
    parameters_dtype,
    state_dtype,
)
from keruen.units import MS_PER_DAY, MS_PER_SECOND, NONE

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
    "block_policy": ("emptiest", "nearest", "first_fit"),
    "track_policy": ("first_free", "longest", "shortest_fit"),
    "crane_policy": ("nearest", "lowest_number", "zones", "shared_zones"),
    "work_order": ("front_to_back", "nearest"),
    "train_order": ("first_placed", "earliest_departure", "most_left"),
    "job_order": ("first_come", "trains_first", "trucks_first"),
    "load_plan": ("front_to_back", "nearest_wagon", "heaviest_middle", "by_section"),
    "train_box_block": ("as_others", "under_portal"),
    "fetch_order": ("released_first", "nearest", "least_work"),
    "load_start": ("when_empty", "ahead"),
}
"""Column of the parameters → names of its policies in the order of the kernel's numbers."""

_LIFTING: Final = (Resource.GANTRY, Resource.REACH_STACKER, Resource.EMPTY_HANDLER)
_DM_PER_M: Final = 10
"""Lengths are whole decimetres in the kernel: wagons are 13.9 m and 14.6 m, and sums must be
exact."""
_DM2_PER_M2: Final = 100
_UNLIMITED_KG: Final = 2**31 - 1
"""More than any train weighs; the most that its column (int32) holds."""
_PERMILLE: Final = 1000


def size_class(terminal: Terminal, n_services: int, trains: Table | None = None) -> SizeClass:
    """The smallest capacity class that holds the terminal, and the longest of the trains if given.

    Parameters
    ----------
    terminal : Terminal
        The dry port.
    n_services : int
        Train services in the scenario.
    trains : Table, optional
        Table `train_arrivals`.

    Returns
    -------
    SizeClass
        Rows are counted for every box that fits the yard (as if all were 20 ft), and half as
        many again on machines and at the gate. The largest class when none is large enough.
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
        "machines": sum(group.n_machines for group in groups),
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
) -> NDArray[np.void]:
    """The kernel's parameters.

    Parameters
    ----------
    terminal : the dry port.
    size : a class that holds it.
    seed : of the keyed draws, 0 ≤ seed < 2**63.
    patterns : load patterns of each `wagon_type` of the trains, at most `N_WAGON_TYPES`.

    Returns
    -------
    An array of one record of `parameters_dtype`; what is told later (trains, trucks, outages,
    paces) is still zero.
    """
    array = np.zeros(1, parameters_dtype(size))
    p = array[0]
    p["seed"] = seed
    _fill_policies(p, terminal)
    _fill_groups(p, terminal)
    _fill_tracks(p, terminal)
    _fill_blocks(p, terminal)
    fill_direct_ways(p, terminal)
    _fill_times(p, terminal)
    _fill_gate_and_warehouse(p, terminal)
    _fill_landside(p, terminal)
    for number, names in enumerate(patterns):
        p["pattern_ok"][number] = allowed_loads(names)
    return array


def allowed_loads(patterns: Sequence[str]) -> NDArray[np.int8]:
    """Which numbers of 20-ft and 40-ft boxes may stand on a platform.

    Parameters
    ----------
    patterns : lengths joined by ``+``, each the most that may stand there: what is part of a
    pattern
        is allowed too, since a platform may be filled in part.

    Returns
    -------
    int8, 0 or 1, shape (`MAX_WAGON_20`, `MAX_WAGON_40`), by the two numbers.

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
    """Load patterns of a platform of which only the TEU are known: all that fill it.

    Parameters
    ----------
    n_teu : places of 20 ft, 0 ≤ n_teu < `MAX_WAGON_20`.

    Examples
    --------
    >>> patterns_of_teu(3)
    ('20+20+20', '40+20')
    """
    return tuple(
        "+".join(["40"] * n_40 + ["20"] * (n_teu - 2 * n_40)) for n_40 in range(n_teu // 2 + 1)
    )


def _fill_policies(p: np.void, terminal: Terminal) -> None:
    policy = terminal.policy
    p["slot_policy"] = _RULES.index(policy.slot)
    reshuffle = policy.slot if policy.reshuffle == "as_slot" else policy.reshuffle
    p["reshuffle_policy"] = _RULES.index(reshuffle)
    for column, choices in _CHOICES.items():
        p[column] = choices.index(getattr(policy, column.removesuffix("_policy")))
    p["score"] = [getattr(policy.scores, name) for name in Scores.model_fields]
    p["departure_window_ms"] = policy.departure_window_ms
    p["direct_permille"] = round(_PERMILLE * policy.direct_share)


def _fill_groups(p: np.void, terminal: Terminal) -> None:
    groups = machine_groups(terminal)
    distances_m = [terminal.blocks[key].distance_m for key in sorted(terminal.blocks)]
    p["n_groups"] = len(groups)
    for g, group in enumerate(groups):
        resource, machines = group.resource, group.machines
        p["group_first"][g] = group.first
        p["group_count"][g] = group.n_machines
        p["machine_group"][group.numbers] = g
        if machines is None:
            continue
        if machines.cycle_time is not None:
            p["cycle_ms"][g] = law_table(machines.cycle_time)
        p["is_slowed"][g] = machines.slows_in_cold
        p["max_load_jobs"][g] = _LOAD_JOBS_PER_MACHINE * group.n_machines
        if resource is Resource.TRACTOR:
            p["drive_ms"][g][: len(distances_m)] = drives_ms(machines, distances_m)
            if terminal.warehouse is not None:
                (p["door_drive_ms"][g],) = drives_ms(machines, [terminal.warehouse.distance_m])
        if resource is Resource.GANTRY and machines.speed_m_per_s > 0:
            us_per_dm = 1000 * MS_PER_SECOND / machines.speed_m_per_s / _DM_PER_M
            # 0 means that positions are left out, so the fastest gantry still takes 1.
            p["travel_us_per_dm"][g] = max(1, round(us_per_dm))
            p["safety_dm"][g] = math.ceil(machines.safety_distance_m * _DM_PER_M)
    resources = [group.resource for group in groups]
    # Groups of one kind stand side by side, lifting machines before tractors.
    lifting = [g for g, resource in enumerate(resources) if resource in _LIFTING]
    p["yard_groups"] = lifting[0], lifting[-1] + 1
    tractors = [g for g, resource in enumerate(resources) if resource is Resource.TRACTOR]
    p["tractor_groups"] = tractors[0], tractors[-1] + 1
    for resource in ONE_OF_ITS_KIND:
        g = resources.index(resource) if resource in resources else -1
        p[f"{resource.name.lower()}_group"] = g


def _fill_tracks(p: np.void, terminal: Terminal) -> None:
    """Handling tracks by group key and number; which reception tracks each is joined to."""
    groups = machine_groups(terminal)
    gantries = [g for g, group in enumerate(groups) if group.resource is Resource.GANTRY]
    workers = {
        group.machines.tracks: g
        for g, group in enumerate(groups)
        if group.machines is not None and group.machines.tracks is not None
    }
    # One bit for each group of reception tracks, so that the kernel asks in one operation.
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
        # Tracks that no machines name are worked by the first group of gantries.
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


def _tracks(terminal: Terminal, use: str) -> list[tuple[str, Tracks]]:
    return [(key, tracks) for key, tracks in sorted(terminal.tracks.items()) if tracks.use == use]


def _fill_blocks(p: np.void, terminal: Terminal) -> None:
    group_of = {group.key: g for g, group in enumerate(machine_groups(terminal))}
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

    Parameters
    ----------
    terminal : its blocks.
    visits : table `container_visits`.

    Returns
    -------
    int8, shape of `visits`, 0 ≤ kind < `N_KINDS`: a `Storage`, from ``len(Storage)`` on the classes
    of `HAZARD_CLASSES`.
    """
    kinds: NDArray[np.int8] = visits["storage"].astype(np.int8)
    if any(block.kind == "inspection" for block in terminal.blocks.values()):
        is_plain = (visits["storage"] == Storage.LADEN) | (visits["storage"] == Storage.EMPTY)
        kinds[is_plain & (visits["channel"] == Channel.RED)] = Storage.INSPECTION
    is_known = (visits["storage"] == Storage.DANGEROUS) & (visits["hazard"] > 0)
    kinds[is_known] = (len(Storage) + visits["hazard"][is_known] - 1).astype(np.int8)
    return kinds


def _fill_times(p: np.void, terminal: Terminal) -> None:
    shunting, gate, warehouse = terminal.shunting, terminal.gate, terminal.warehouse
    for column, law in {
        "inspect_ms": shunting.inspection_time,
        "place_ms": shunting.placing_time,
        "pull_ms": shunting.pulling_time,
        "brake_test_ms": shunting.brake_test_time,
        "coupling_ms": shunting.coupling_time,
        "scan_ms": terminal.scan_time,
        "gate_in_ms": gate.in_time,
        "gate_out_ms": gate.out_time,
        "gate_drive_ms": gate.drive_time,
        "weigh_ms": gate.weighing_time,
        "recognised_ms": gate.recognised_time,
        "unpack_ms": warehouse.unpacking_time if warehouse else None,
        "call_off_ms": warehouse.call_off if warehouse else None,
    }.items():
        # What the scenario leaves out takes no time.
        p[column] = draws.fixed_table(0) if law is None else law_table(law)
    p["path_interval_ms"] = shunting.path_interval_ms
    p["path_taken_permille"] = round(_PERMILLE * shunting.path_taken_share)


def _fill_gate_and_warehouse(p: np.void, terminal: Terminal) -> None:
    gate, warehouse = terminal.gate, terminal.warehouse
    # Open all day long is from midnight to midnight, whenever it is said to open: else it would
    # close at the moment of its opening, and so never serve.
    opens_ms = gate.opens_ms if gate.open_time_ms < MS_PER_DAY else 0
    p["gate_opens_ms"] = opens_ms
    closes_ms = opens_ms + gate.open_time_ms
    # A gate that closes on the next day has its closing before its opening; one that closes at
    # midnight keeps 24 h, which no time of day reaches.
    p["gate_closes_ms"] = closes_ms if closes_ms <= MS_PER_DAY else closes_ms - MS_PER_DAY
    p["recognised_permille"] = round(_PERMILLE * gate.recognised_share)
    p["dual_permille"] = round(_PERMILLE * gate.dual_share)
    if gate.appointments is not None:
        p["window_ms"] = gate.appointments.window_ms
        p["window_quota"] = gate.appointments.quota
        p["no_show_permille"] = round(_PERMILLE * gate.appointments.no_show_share)
    if warehouse is not None and warehouse.n_teams:
        p["floor_dm2"] = round(_DM2_PER_M2 * warehouse.floor_area_m2)
        p["floor_per_box_dm2"] = round(_DM2_PER_M2 * warehouse.area_per_box_m2)


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """How the trains of a service are shunted.

    Parameters
    ----------
    stands : whether a finished train stays on its handling track until it leaves.
    n_wagons_of_group : wagons that are fed and removed together; 0: no groups.
    tracks : its handling tracks by number, the first and the one behind the last; (0, 0): any.
    """

    stands: bool = False
    n_wagons_of_group: int = 0
    tracks: tuple[int, int] = (0, 0)


def service_rules(scenario: Scenario) -> tuple[ServiceRule, ...]:
    """The rules of each of `services`, by key.

    Parameters
    ----------
    scenario : with its services.
    """
    tracks_of: dict[str | None, tuple[int, int]] = {None: (0, 0)}
    n_handling = 0
    for key, tracks in _tracks(scenario.terminal, "handling"):
        tracks_of[key] = (n_handling, n_handling + tracks.count)
        n_handling += tracks.count
    return tuple(
        ServiceRule(
            stands=service.departure_standing == "handling_track",
            n_wagons_of_group=service.wagons_per_group,
            tracks=tracks_of[service.tracks],
        )
        for _, service in sorted(scenario.services.items())
    )


def fill_services(p: np.void, rules: Sequence[ServiceRule]) -> None:
    """Put the rules of the services into the parameters; of others the usual ones hold.

    Parameters
    ----------
    p : the record of parameters.
    rules : by number of the service.
    """
    for number, rule in enumerate(rules):
        p["service_stands"][number] = rule.stands
        p["service_group"][number] = rule.n_wagons_of_group
        p["service_track"][number], p["service_track_end"][number] = rule.tracks
    p["has_standing"] = any(rule.stands for rule in rules)


def _fill_landside(p: np.void, terminal: Terminal) -> None:
    landside = terminal.landside
    if landside is None:
        return
    p["trucks_per_day"] = landside.trucks_per_day
    if landside.removal is not None:
        p["removals_per_day"] = landside.removal.boxes_per_day
        p["removal_after_ms"] = landside.removal.after_ms
    if landside.intake_stop is not None:
        laden_teu = sum(b.capacity_teu for b in terminal.blocks.values() if b.kind == "laden")
        p["has_intake_stop"] = 1
        # Towards more room in both cases; shares of decimals such as 0.1 miss by a rounding.
        for column, share in (
            ("stop_free_teu", landside.intake_stop.stop_share),
            ("resume_free_teu", landside.intake_stop.resume_share),
        ):
            p[column] = math.ceil(round((1 - share) * laden_teu, 6))


_NONE_AT_FIRST: Final = (
    *("free_row", "held_since_ms", "slot", "machine_row", "machine_put_back", "blocked_since_ms"),
    *("row_next", "row_truck_next", "row_visit", "row_position", "row_machine", "row_train"),
    *("job_head", "job_tail", "wait_head", "wait_tail", "queue_head", "queue_tail"),
    *("train_row", "train_load_head", "train_load_tail", "train_direct"),
)
"""Columns of the state that say at first that there is none; all others begin at zero."""


def fresh_state(size: SizeClass, p: np.void) -> NDArray[np.void]:
    """The state of an empty terminal before its first event.

    Parameters
    ----------
    size : the capacity class.
    p : the record of parameters, of the same class.

    Returns
    -------
    An array of one record of `state_dtype`.
    """
    array = np.zeros(1, state_dtype(size))
    s = array[0]
    for name in _NONE_AT_FIRST:
        s[name] = NONE
    s["empty_cells"] = p["block_cells"]
    s["n_idle"] = p["group_count"]
    s["free_reception"] = p["n_reception"]
    s["free_handling"] = p["n_handling"]
    s["free_floor_dm2"] = p["floor_dm2"]
    _spread_gantries(s, p)
    return array


def _spread_gantries(s: np.void, p: np.void) -> None:
    """Gantries begin evenly along their rails, no nearer than the safety distance."""
    for g in range(int(p["n_groups"])):
        if p["travel_us_per_dm"][g] == 0:
            continue
        first, count = int(p["group_first"][g]), int(p["group_count"][g])
        step_dm = max(int(p["safety_dm"][g]), int(p["module_dm"][g]) // count)
        for name in ("machine_x_dm", "machine_low_dm", "machine_high_dm"):
            s[name][first : first + count] = step_dm // 2 + step_dm * np.arange(count)


def kernel_visits(terminal: Terminal, visits: Table, seed: int) -> NDArray[np.void]:
    """Visits as the kernel reads them; trucks that bring boxes have their appointments.

    Parameters
    ----------
    terminal : the dry port.
    visits : table `container_visits`; no two may have the same `entity`.
    seed : of the keyed draws, 0 ≤ seed < 2**63.

    Returns
    -------
    Array of VISIT_DTYPE, row by row.
    """
    kernel_rows = with_same_columns(visits, VISIT_DTYPE)
    # Sorted, not `np.unique`, which takes thirty times as long.
    entities = np.sort(visits["entity"])
    assert (entities[1:] != entities[:-1]).all(), "two boxes would share their luck"
    kernel_rows["mass_kg"] = visits["gross_mass_kg"]
    kernel_rows["kind"] = kinds_of_visits(terminal, visits)
    if terminal.gate.appointments is not None:
        _book_bringing(kernel_rows, terminal.gate.appointments, seed)
    return kernel_rows


def with_same_columns(table: Table, dtype: np.dtype[np.void]) -> NDArray[np.void]:
    """A table as the kernel reads it: the columns that both know, the others zero.

    Parameters
    ----------
    table : any of `fields.toml`.
    dtype : of the kernel.
    """
    rows = np.zeros(len(table), dtype)
    for name in dtype.names or ():
        if name in (table.dtype.names or ()):
            rows[name] = table[name]
    return rows


def kernel_trains(trains: Table, on_board: NDArray[np.int8], first_box: int) -> NDArray[np.void]:
    """Trains as the kernel reads them.

    Parameters
    ----------
    trains : table `train_arrivals`.
    on_board : TEU of each box on them, 1 or 2, train by train, ``n_boxes_in`` of each.
    first_box : place of the first of these boxes in the kernel's `order`.

    Returns
    -------
    Array of TRAIN_DTYPE, row by row; a train or platform without a limit has a huge one.

    Raises
    ------
    AssertionError
        When boxes and trains do not agree, or a train carries more TEU than it can.
    """
    bounds = np.concatenate(([0], np.cumsum(trains["n_boxes_in"], dtype=np.int64)))
    assert bounds[-1] == len(on_board), "trains and their boxes do not agree"
    kernel_rows = with_same_columns(trains, TRAIN_DTYPE)
    kernel_rows["first_box"] = first_box + bounds[:-1]
    kernel_rows["end_box"] = first_box + bounds[1:]
    teu = np.concatenate(([0], np.cumsum(on_board, dtype=np.int64)))
    onboard_teu = teu[bounds[1:]] - teu[bounds[:-1]]
    assert (onboard_teu <= trains["capacity_teu"]).all(), "a train too full"
    for column, limit in (("load_limit_kg", "load_limit_kg"), ("wagon_kg", "wagon_limit_kg")):
        kernel_rows[column] = np.where(trains[limit] > 0, trains[limit], _UNLIMITED_KG)
    kernel_rows["wagon_dm"] = np.rint(trains["length_m"] / trains["n_wagons"] * _DM_PER_M)
    return kernel_rows


def _book_bringing(visits: NDArray[np.void], appointments: Appointments, seed: int) -> None:
    """Move the trucks that bring boxes to windows with room: the first not before their wish.

    A truck that does not show up comes a day later, in a window that has room then.
    """
    rows = np.flatnonzero(visits["in_mode"] == Mode.TRUCK)
    window_ms, quota = appointments.window_ms, appointments.quota
    luck = draws.uniform_array(seed, draws.STREAM_BRINGING, visits["entity"][rows])
    wanted = visits["in_ms"][rows].astype(np.int64)
    wanted[luck < appointments.no_show_share] += MS_PER_DAY
    booked: dict[int, int] = {}
    # By the wished time, and of equal wishes by row: who wishes earlier never has the later window.
    for row, wanted_ms in sorted(
        zip(rows.tolist(), wanted.tolist(), strict=True), key=lambda pair: (pair[1], pair[0])
    ):
        window = wanted_ms // window_ms
        while booked.get(window, 0) >= quota:
            window += 1
        booked[window] = booked.get(window, 0) + 1
        visits["in_ms"][row] = window * window_ms + wanted_ms % window_ms
