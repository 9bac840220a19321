"""Rules for the dry port: tracks, machines, blocks and the gate."""

from __future__ import annotations

from typing import Final

from keruen.scenario.check_goods import check_sum, gross_kg, is_known, sizes_of, storage_kind
from keruen.scenario.check_portals import check_portals
from keruen.scenario.dry_port import Block, Machines
from keruen.scenario.models import Scenario
from keruen.scenario.reading import ScenarioReading
from keruen.units import MS_PER_DAY, MS_PER_HOUR

MOST_POSITIONS: Final = 2048
"""40-ft positions of one block: the number of a yard slot has twelve bits for 20-ft piles."""

MOST: Final = {
    "terminal.blocks": 64,
    "terminal.machines": 60,
    "services": 128,
    "terminal.tracks": 128,
}
"""Entries (of tracks: tracks) that the largest compiled terminal holds."""

_MOST_MACHINES: Final = 2000
_MOST_ALL_POSITIONS: Final = 12_288


def check_terminal(reading: ScenarioReading, scenario: Scenario) -> None:
    """Note every broken rule for the dry port in `reading`."""
    _check_tracks(reading, scenario)
    _check_blocks(reading, scenario)
    _check_train_fits_yard(reading, scenario)
    _check_machines(reading, scenario)
    _check_lifting(reading, scenario)
    _check_counts(reading, scenario)
    check_portals(reading, scenario)
    if reading.is_whole("terminal.gate"):
        _check_gate(reading, scenario)


def _check_tracks(reading: ScenarioReading, scenario: Scenario) -> None:
    """Each train fits every reception track (a handling track takes portions), a wagon any."""
    tracks = scenario.terminal.tracks
    for use in ("reception", "handling"):
        lengths = [group.useful_length_m for group in tracks.values() if group.use == use]
        if not lengths and reading.is_whole("terminal.tracks"):
            reading.complain_at("terminal.tracks", "no_tracks", use=use)
    lengths = [group.useful_length_m for group in tracks.values() if group.use == "reception"]
    for key, service in sorted(scenario.services.items()):
        train_m = service.n_wagons * service.wagon_length_m
        if lengths and train_m > min(lengths):
            reading.complain_at(
                f"services.{key}.n_wagons",
                "train_too_long",
                wagons=service.n_wagons,
                wagon=f"{service.wagon_length_m:g} m",
                train=f"{train_m:g} m",
                track=f"{min(lengths):g} m",
                use="reception",
            )
    _check_groups(reading, scenario)
    _check_own_tracks(reading, scenario)
    wagon_m = min((s.wagon_length_m for s in scenario.services.values()), default=0.0)
    for key, group in sorted(tracks.items()):
        if group.useful_length_m < wagon_m:
            reading.complain_at(
                f"terminal.tracks.{key}.useful_length",
                "track_too_short",
                track=f"{group.useful_length_m:g} m",
                wagon=f"{wagon_m:g} m",
            )


def _check_groups(reading: ScenarioReading, scenario: Scenario) -> None:
    """Each group of wagons fits every handling track."""
    tracks = scenario.terminal.tracks.values()
    lengths = [group.useful_length_m for group in tracks if group.use == "handling"]
    for key, service in sorted(scenario.services.items()):
        group_m = service.wagons_per_group * service.wagon_length_m
        if lengths and group_m > min(lengths):
            reading.complain_at(
                f"services.{key}.wagons_per_group",
                "group_too_long",
                wagons=service.wagons_per_group,
                group=f"{group_m:g} m",
                track=f"{min(lengths):g} m",
            )


def _check_own_tracks(reading: ScenarioReading, scenario: Scenario) -> None:
    """A service's own handling tracks are there and joined to every reception track: else a train
    might stand for ever where it was received."""
    tracks = scenario.terminal.tracks
    handling = {key: group for key, group in tracks.items() if group.use == "handling"}
    reception = {key for key, group in tracks.items() if group.use == "reception"}
    for key, service in sorted(scenario.services.items()):
        path = f"services.{key}.tracks"
        if service.tracks is None:
            continue
        if not is_known(reading, handling, path, service.tracks, "terminal.tracks"):
            continue
        joins = handling[service.tracks].joins
        apart = sorted(reception.difference(joins)) if joins else []
        if apart:
            reading.complain_at(path, "tracks_apart", tracks=service.tracks, apart=apart[0])


def _check_blocks(reading: ScenarioReading, scenario: Scenario) -> None:
    machines = scenario.terminal.machines
    for key, block in sorted(scenario.terminal.blocks.items()):
        path = f"terminal.blocks.{key}"
        if is_known(
            reading, machines, f"{path}.machines", block.machines, "terminal.machines"
        ) and machines[block.machines].kind in ("tractor", "shuttle"):
            reading.complain_at(f"{path}.machines", "tractor_block", value=block.machines)
        positions = block.n_bays * block.n_rows
        if positions > MOST_POSITIONS:
            reading.complain_at(path, "block_too_large", found=positions, most=MOST_POSITIONS)
        if block.kind == "reefer" and block.n_plugs == 0:
            reading.complain_at(f"{path}.n_plugs", "no_plugs")


def _check_train_fits_yard(reading: ScenarioReading, scenario: Scenario) -> None:
    """The laden blocks take at least one full train, or no train could be emptied."""
    if not reading.is_whole("terminal.blocks"):
        return
    blocks = scenario.terminal.blocks.values()
    laden_teu = sum(block.capacity_teu for block in blocks if block.kind == "laden")
    for key, service in sorted(scenario.services.items()):
        train_teu = service.n_wagons * service.teu_per_wagon
        if train_teu > laden_teu and _brings_laden(scenario, key):
            reading.complain_at(
                "terminal.blocks",
                "yard_too_small",
                yard_teu=laden_teu,
                train_teu=train_teu,
                service=key,
            )


def _brings_laden(scenario: Scenario, service: str) -> bool:
    """Whether laden boxes come on a service; none come on a train that only fetches."""
    return any(
        flow.service == service and flow.kind in ("import", "transit")
        for flow in scenario.flows.values()
    )


def _check_machines(reading: ScenarioReading, scenario: Scenario) -> None:
    machines = scenario.terminal.machines
    kinds = {group.kind for group in machines.values()}
    works_tracks = any(m.kind == "gantry" or m.tracks is not None for m in machines.values())
    for kind, is_there in (("gantry", works_tracks), ("tractor", "tractor" in kinds)):
        if not is_there and reading.is_whole("terminal.machines"):
            reading.complain_at("terminal.machines", "no_machine", kind=kind)
    for key, group in sorted(machines.items()):
        path = f"terminal.machines.{key}"
        if group.kind == "tractor":
            if group.cycle_time is not None or group.speed_m_per_s <= 0:
                reading.complain_at(path, "tractor_speed")
            continue
        if group.speed_m_per_s and group.kind != "gantry":
            reading.complain_at(f"{path}.speed", "speed_of_lifter")
        if group.cycle_time is None:
            reading.complain_at(path, "missing_key", key="cycle_time")


def _check_lifting(reading: ScenarioReading, scenario: Scenario) -> None:
    """Each machine lifts the heaviest box that comes to it: over tracks all, in a block its own."""
    heaviest_kg = _heaviest_kg(scenario)
    machines = scenario.terminal.machines
    for key, group in sorted(machines.items()):
        if group.kind in ("tractor", "shuttle"):
            continue
        kinds = _kinds_worked(scenario, key, group)
        mass_kg = max((heaviest_kg.get(kind, 0) for kind in kinds), default=0)
        if group.lifting_capacity_kg < mass_kg:
            reading.complain_at(
                f"terminal.machines.{key}.lifting_capacity",
                "lifts_too_little",
                capacity=f"{group.lifting_capacity_kg / 1000:g} t",
                heaviest=f"{mass_kg / 1000:g} t",
            )


def _kinds_worked(scenario: Scenario, key: str, group: Machines) -> list[str]:
    blocks: list[Block] = list(scenario.terminal.blocks.values())
    if group.kind == "gantry" or group.tracks is not None:
        return ["laden", "empty", "reefer", "dangerous"]
    return sorted({block.kind for block in blocks if block.machines == key})


def _heaviest_kg(scenario: Scenario) -> dict[str, int]:
    """Heaviest gross box of each kind of block."""
    heaviest_kg: dict[str, int] = {}
    for _, flow in sorted(scenario.flows.items()):
        commodity = scenario.commodities.get(flow.commodity)
        if commodity is None:
            continue
        kinds = [storage_kind(flow, commodity)]
        if commodity.dangerous_share > 0:
            kinds.append("dangerous")
        for size in sizes_of(flow):
            mass_kg = gross_kg(commodity, size, is_heaviest=True)
            for kind in kinds:
                heaviest_kg[kind] = max(heaviest_kg.get(kind, 0), mass_kg)
            # Emptied boxes of the same size are moved on as empties.
            heaviest_kg["empty"] = max(heaviest_kg.get("empty", 0), size.tare_kg)
    return heaviest_kg


def _check_counts(reading: ScenarioReading, scenario: Scenario) -> None:
    """The whole fits the largest compiled terminal."""
    terminal = scenario.terminal
    n_machines = sum(group.count for group in terminal.machines.values())
    positions = sum(block.n_bays * block.n_rows for block in terminal.blocks.values())
    for path, found, most in (
        ("terminal.blocks", len(terminal.blocks), MOST["terminal.blocks"]),
        ("terminal.machines", len(terminal.machines), MOST["terminal.machines"]),
        ("services", len(scenario.services), MOST["services"]),
        (
            "terminal.tracks",
            sum(g.count for g in terminal.tracks.values()),
            MOST["terminal.tracks"],
        ),
        ("terminal.machines", n_machines, _MOST_MACHINES),
        ("terminal.blocks", positions, _MOST_ALL_POSITIONS),
    ):
        if found > most:
            reading.complain_at(path, "too_many", found=found, most=most)


def _check_gate(reading: ScenarioReading, scenario: Scenario) -> None:
    gate = scenario.terminal.gate
    check_sum(reading, "terminal.gate.weekday_shares", gate.weekday_shares)
    check_sum(reading, "terminal.gate.hour_shares", gate.hour_shares)
    if gate.opens_ms >= MS_PER_DAY or not 0 < gate.open_time_ms <= MS_PER_DAY:
        reading.complain_at("terminal.gate", "gate_hours")
        return
    for hour, share in enumerate(gate.hour_shares):
        # The whole hour must lie in the opening time: trucks come evenly through it.
        since_opening_ms = (hour * MS_PER_HOUR - gate.opens_ms) % MS_PER_DAY
        if share > 0 and since_opening_ms + MS_PER_HOUR > gate.open_time_ms:
            reading.complain_at("terminal.gate.hour_shares", "trucks_at_closed_gate", hour=hour)
