"""Rules for what lies under gantries, and for reach stackers that carry."""

from __future__ import annotations

from typing import Final

from keruen.scenario.dry_port import Block, Machines, Portal, Tracks
from keruen.scenario.models import Scenario
from keruen.scenario.reading import ScenarioReading

BAY_M: Final = 13.0
"""A 40-ft bay along the rails: a box of 12.19 m and the gap beside it."""
_BOX_WIDTH_M: Final = 2.438
_BOX_HEIGHT_M: Final = 2.6
"""As the kernel counts it: between 8 ft 6 in and 9 ft 6 in."""
_TRUCK_WIDTH_M: Final = 2.55
_LOADING_GAUGE_M: Final = 3.25
"""Width of a freight wagon of 1520 mm: two of them must pass side by side."""


def check_portals(reading: ScenarioReading, scenario: Scenario) -> None:
    """Note every broken rule for portals and carrying in `reading`.

    Parameters
    ----------
    reading : what was read, with its places.
    scenario : the scenario.
    """
    for key, machines in sorted(scenario.terminal.machines.items()):
        path = f"terminal.machines.{key}"
        if machines.portal is not None:
            _check_portal(reading, scenario, key, machines, machines.portal)
        if machines.carries_within_m > 0:
            if machines.kind != "reach_stacker" or machines.tracks is None:
                reading.complain_at(f"{path}.carries_within", "carries_nothing")
            elif machines.carrying_speed_m_per_s <= 0:
                reading.complain_at(path, "missing_key", key="carrying_speed")


def _check_portal(
    reading: ScenarioReading, scenario: Scenario, key: str, machines: Machines, portal: Portal
) -> None:
    path = f"terminal.machines.{key}.portal"
    if (
        machines.kind != "gantry"
        or machines.speed_m_per_s <= 0
        or machines.safety_distance_m < BAY_M
    ):
        reading.complain_at(path, "no_portal_here", least=f"{BAY_M:g} m")
        return
    for name in ("trolley_speed", "hoist_speed"):
        if getattr(portal, f"{name}_m_per_s") <= 0:
            reading.complain_at(path, "missing_key", key=name)
    blocks = {
        name: block
        for name, block in sorted(scenario.terminal.blocks.items())
        if block.machines == key
    }
    needs = {"track_width": _LOADING_GAUGE_M}
    if portal.n_lanes:
        needs["lane_width"] = _TRUCK_WIDTH_M
    if blocks:
        needs["row_width"] = _BOX_WIDTH_M
    for name, least_m in needs.items():
        width_m = getattr(portal, f"{name}_m")
        if width_m < least_m:
            reading.complain_at(
                f"{path}.{name}", "too_narrow", width=f"{width_m:g} m", least=f"{least_m:g} m"
            )
    _check_width(reading, scenario, key, portal, blocks)
    _check_lanes(reading, scenario, path, portal)
    _check_rows(reading, scenario, key, portal, blocks)


def _check_width(
    reading: ScenarioReading, scenario: Scenario, key: str, portal: Portal, blocks: dict[str, Block]
) -> None:
    """Tracks, lanes and the block with the most rows fit span and cantilevers."""
    n_tracks = sum(tracks.count for tracks in _tracks_of(scenario, key).values())
    n_rows = max((block.n_rows for block in blocks.values()), default=0)
    needed_m = (
        n_tracks * portal.track_width_m
        + portal.n_lanes * portal.lane_width_m
        + n_rows * portal.row_width_m
    )
    room_m = portal.span_m + 2 * portal.cantilever_m
    # A millimetre, for sums of decimal fractions.
    if needed_m > room_m + 0.001:
        reading.complain_at(
            f"terminal.machines.{key}.portal.span",
            "portal_too_wide",
            needed=f"{needed_m:g} m",
            room=f"{room_m:g} m",
        )


def _tracks_of(scenario: Scenario, key: str) -> dict[str, Tracks]:
    """Groups of handling tracks that the gantries work."""
    terminal = scenario.terminal
    workers = {group.tracks: name for name, group in terminal.machines.items() if group.tracks}
    gantries = sorted(name for name, group in terminal.machines.items() if group.kind == "gantry")
    # Tracks that no machines name are worked by the first group of gantries.
    return {
        name: tracks
        for name, tracks in terminal.tracks.items()
        if tracks.use == "handling" and workers.get(name, gantries[0]) == key
    }


def _check_lanes(reading: ScenarioReading, scenario: Scenario, path: str, portal: Portal) -> None:
    """A lane where trucks come, and none where all boxes stay on rails."""
    has_trucks = any(flow.kind != "transit" for flow in scenario.flows.values())
    if portal.n_lanes and not has_trucks and reading.is_whole("flows"):
        reading.complain_at(f"{path}.n_lanes", "lane_without_trucks")
    if not portal.n_lanes and has_trucks:
        reading.complain_at(f"{path}.n_lanes", "no_truck_lane")


def _check_rows(
    reading: ScenarioReading, scenario: Scenario, key: str, portal: Portal, blocks: dict[str, Block]
) -> None:
    """Rows lie beside the tracks, not over one another, and a box passes above the highest."""
    tracks_m = [tracks.useful_length_m for tracks in _tracks_of(scenario, key).values()]
    tiers = max((block.n_tiers for block in blocks.values()), default=0)
    needed_m = (tiers + 1) * _BOX_HEIGHT_M
    if portal.lift_height_m < needed_m:
        reading.complain_at(
            f"terminal.machines.{key}.portal.lift_height",
            "portal_too_low",
            lift=f"{portal.lift_height_m:g} m",
            needed=f"{needed_m:g} m",
        )
    last_end_m, last = 0.0, ""
    for name, block in sorted(blocks.items(), key=lambda item: (item[1].starts_m, item[0])):
        end_m = block.starts_m + block.n_bays * BAY_M
        if tracks_m and end_m > max(tracks_m):
            reading.complain_at(
                f"terminal.blocks.{name}.n_bays",
                "rows_off_track",
                end=f"{end_m:g} m",
                track=f"{max(tracks_m):g} m",
            )
        if last and block.starts_m < last_end_m:
            reading.complain_at(f"terminal.blocks.{name}.starts", "rows_overlap", other=last)
        last_end_m, last = end_m, name
