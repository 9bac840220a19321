"""Who works at the terminal, in the order of their numbers.

Machines are numbered through all groups: locomotives, gantries, reach stackers, empty handlers,
tractors, lanes in, lanes out, inspection teams, then shuttles, weighbridges, scanners, doors and
teams of the warehouse; groups of one kind by key (conventions §6). What came later stands
behind, so that a terminal without it keeps its numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from keruen.domain.codes import Resource
from keruen.scenario.dry_port import Machines, Terminal
from keruen.units import MS_PER_SECOND

_KINDS = {
    "gantry": Resource.GANTRY,
    "reach_stacker": Resource.REACH_STACKER,
    "empty_handler": Resource.EMPTY_HANDLER,
    "tractor": Resource.TRACTOR,
}
"""Kinds of `terminal.machines` → what they are, in the order of their numbers; shuttles follow."""


class MachineGroup(NamedTuple):
    """Machines that are alike.

    Parameters
    ----------
    resource : what they are.
    key : of the group in the scenario, or the part of the terminal that they belong to.
    first : number of the first.
    n_machines : how many there are.
    machines : the scenario's table of the group, when it is one of `terminal.machines`.
    """

    resource: Resource
    key: str
    first: int
    n_machines: int
    machines: Machines | None = None

    @property
    def numbers(self) -> slice:
        """Their numbers, to cut them out of a column by machine."""
        return slice(self.first, self.first + self.n_machines)


def machine_groups(terminal: Terminal) -> tuple[MachineGroup, ...]:
    """The groups of machines in the order of their numbers.

    Parameters
    ----------
    terminal : the dry port.
    """
    groups: list[MachineGroup] = []
    first = 0
    for resource, key, count, machines in _listed(terminal):
        groups.append(MachineGroup(resource, key, first, count, machines))
        first += count
    return tuple(groups)


def _listed(terminal: Terminal) -> Iterator[tuple[Resource, str, int, Machines | None]]:
    """Resource, key, count and table of each group."""
    gate, warehouse = terminal.gate, terminal.warehouse
    yield Resource.LOCOMOTIVE, "shunting", terminal.shunting.n_locomotives, None
    for kind, resource in _KINDS.items():
        yield from _of_kind(terminal, kind, resource)
    yield Resource.LANE_IN, "gate", gate.n_lanes_in, None
    yield Resource.LANE_OUT, "gate", gate.n_lanes_out, None
    yield Resource.INSPECTION_SLOT, "customs", terminal.n_inspection_slots, None
    yield from _of_kind(terminal, "shuttle", Resource.SHUTTLE)
    if gate.weighing_time is not None:
        yield Resource.WEIGHBRIDGE, "gate", gate.n_weighbridges, None
    if terminal.n_scanners:
        yield Resource.SCANNER, "customs", terminal.n_scanners, None
    if warehouse is not None and warehouse.n_teams:
        yield Resource.DOOR, "warehouse", warehouse.n_doors, None
        yield Resource.TEAM, "warehouse", warehouse.n_teams, None


def _of_kind(
    terminal: Terminal, kind: str, resource: Resource
) -> Iterator[tuple[Resource, str, int, Machines]]:
    for key, machines in sorted(terminal.machines.items()):
        if machines.kind == kind:
            yield resource, key, machines.count, machines


def machine_numbers(terminal: Terminal) -> tuple[tuple[Resource, str, int], ...]:
    """Every machine in the order of its number.

    Parameters
    ----------
    terminal : Terminal
        The dry port.

    Returns
    -------
    tuple[tuple[Resource, str, int], ...]
        For each number from 0: what the machine is, its group's key, its index in the group.
    """
    return tuple(
        (group.resource, group.key, index)
        for group in machine_groups(terminal)
        for index in range(group.n_machines)
    )


def drives_ms(tractors: Machines, distances_m: list[float]) -> list[int]:
    """Driving time of a tractor, one way.

    Parameters
    ----------
    tractors : the group, with its speed.
    distances_m : from the tracks to each block, m, not negative.

    Returns
    -------
    Whole ms, one for each distance; rounded here once, so that kernel and measures agree.
    """
    return [
        round(distance_m / tractors.speed_m_per_s * MS_PER_SECOND) for distance_m in distances_m
    ]
