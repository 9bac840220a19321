"""Who works at the terminal, in the order of their numbers.

Machines are numbered through all groups: locomotives, gantries, reach stackers, empty handlers,
tractors, lanes in, lanes out, inspection teams, then shuttles, weighbridges, scanners, doors and
teams of the warehouse; groups of one kind by key.
"""

from __future__ import annotations

from keruen.domain.codes import Resource
from keruen.scenario.dry_port import Machines, Terminal
from keruen.units import MS_PER_SECOND

_KINDS = {
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
    for kind, resource in _KINDS.items():
        groups += _of_kind(terminal, kind, resource)
    gate, warehouse = terminal.gate, terminal.warehouse
    groups.append((Resource.LANE_IN, "gate", gate.n_lanes_in))
    groups.append((Resource.LANE_OUT, "gate", gate.n_lanes_out))
    groups.append((Resource.INSPECTION_SLOT, "customs", terminal.n_inspection_slots))
    groups += _of_kind(terminal, "shuttle", Resource.SHUTTLE)
    if gate.weighing_time is not None:
        groups.append((Resource.WEIGHBRIDGE, "gate", gate.n_weighbridges))
    if terminal.n_scanners:
        groups.append((Resource.SCANNER, "customs", terminal.n_scanners))
    if warehouse is not None and warehouse.n_teams:
        groups.append((Resource.DOOR, "warehouse", warehouse.n_doors))
        groups.append((Resource.TEAM, "warehouse", warehouse.n_teams))
    return tuple(groups)


def _of_kind(terminal: Terminal, kind: str, resource: Resource) -> list[Group]:
    return [
        (resource, key, group.count)
        for key, group in sorted(terminal.machines.items())
        if group.kind == kind
    ]


def machines_of(terminal: Terminal, group: Group) -> Machines | None:
    """The scenario's table of a group, when it is one of `machines`."""
    resource, key, _ = group
    is_machine = resource in _KINDS.values() or resource is Resource.SHUTTLE
    return terminal.machines[key] if is_machine else None


def machine_numbers(terminal: Terminal) -> tuple[tuple[Resource, str, int], ...]:
    """Every machine in the order of its number: what it is, its group's key, its index there."""
    return tuple(
        (resource, key, index)
        for resource, key, count in machine_groups(terminal)
        for index in range(count)
    )


def drives_ms(tractors: Machines, distances_m: list[float]) -> list[int]:
    """Driving time of a tractor to blocks at the given distances, one way, ms."""
    return [
        round(distance_m / tractors.speed_m_per_s * MS_PER_SECOND) for distance_m in distances_m
    ]
