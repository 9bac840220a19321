"""Which machines of the tracks serve stacks themselves, and where all of it lies under a portal.

Knows the scenario's words for portals and for reach stackers that carry, and the kernel's
parameters; knows no order of work.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from keruen.domain.codes import Resource
from keruen.scenario.dry_port import Block, Portal, Terminal
from keruen.scenario.duration_laws import law_table
from keruen.terminal.groups import MachineGroup, drives_ms, machine_groups
from keruen.terminal.kernel.state import DIRECT, DIRECT_WITHOUT_TRACTOR
from keruen.units import MS_PER_SECOND, NONE

_DM_PER_M: Final = 10
_MEDIAN: Final = 128
"""Place of the median in a quantile table (256 intervals)."""


def fill_direct_ways(p: np.void, terminal: Terminal) -> None:
    """Fill what the kernel knows of portals and of reach stackers that carry.

    Parameters
    ----------
    p : record of `parameters_dtype`, whose groups, tracks and blocks are filled already.
    terminal : the dry port.
    """
    groups = machine_groups(terminal)
    keys = sorted(terminal.blocks)
    p["block_portal"] = NONE
    p["block_rows"] = 1
    for b, key in enumerate(keys):
        p["block_rows"][b] = terminal.blocks[key].n_rows
    for g, group in enumerate(groups):
        if group.machines is None:
            continue
        own = [b for b, key in enumerate(keys) if terminal.blocks[key].machines == group.key]
        if group.machines.portal is not None:
            blocks = {b: terminal.blocks[keys[b]] for b in own}
            _fill_portal(p, g, group.machines.portal, blocks)
        elif group.machines.carries_within_m > 0:
            _fill_carriers(p, g, group, {b: terminal.blocks[keys[b]] for b in own}, groups)


def _us_per_dm(speed_m_per_s: float) -> int:
    return max(1, round(1000 * MS_PER_SECOND / speed_m_per_s / _DM_PER_M))


def _fill_portal(p: np.void, g: int, portal: Portal, blocks: dict[int, Block]) -> None:
    """Across the rails: the tracks first, then the lanes, then the rows."""
    p["n_portals"] += 1
    p["is_portal"][g] = p["is_direct"][g] = 1
    p["trolley_us_per_dm"][g] = _us_per_dm(portal.trolley_speed_m_per_s)
    p["hoist_us_per_dm"][g] = _us_per_dm(portal.hoist_speed_m_per_s)
    p["lift_dm"][g] = round(portal.lift_height_m * _DM_PER_M)
    across_m = 0.0
    for track in range(int(p["n_handling"])):
        if p["track_group"][track] == g:
            p["track_y_dm"][track] = _middle_dm(across_m, portal.track_width_m)
            across_m += portal.track_width_m
    lanes_m = portal.n_lanes * portal.lane_width_m
    p["lane_dm"][g] = _middle_dm(across_m, lanes_m)
    for b, block in blocks.items():
        p["block_portal"][b] = g
        p["block_x_dm"][b] = round(block.starts_m * _DM_PER_M)
        p["block_y_dm"][b] = _middle_dm(across_m + lanes_m, portal.row_width_m)
        p["block_row_dm"][b] = round(portal.row_width_m * _DM_PER_M)
        p["direct_way"][g][b] = DIRECT


def _middle_dm(from_m: float, width_m: float) -> int:
    return round((from_m + width_m / 2) * _DM_PER_M)


def _fill_carriers(
    p: np.void,
    g: int,
    group: MachineGroup,
    blocks: dict[int, Block],
    groups: tuple[MachineGroup, ...],
) -> None:
    """Carrying is chosen when it takes no longer than a tractor and the second lift.

    Without an idle tractor it is chosen anyway: waiting for one takes longer.
    """
    machines = group.machines
    assert machines is not None
    assert machines.cycle_time is not None
    tractors = next(one.machines for one in groups if one.resource is Resource.TRACTOR)
    assert tractors is not None
    second_lift_ms = int(law_table(machines.cycle_time)[_MEDIAN])
    for b, block in blocks.items():
        if block.distance_m > machines.carries_within_m:
            continue
        p["is_direct"][g] = 1
        # There and back: the machine is free again where its next box stands.
        carry_ms = 2 * round(block.distance_m / machines.carrying_speed_m_per_s * MS_PER_SECOND)
        (drive_ms,) = drives_ms(tractors, [block.distance_m])
        p["carry_ms"][g][b] = carry_ms
        is_quicker = carry_ms <= drive_ms + second_lift_ms
        p["direct_way"][g][b] = DIRECT if is_quicker else DIRECT_WITHOUT_TRACTOR
