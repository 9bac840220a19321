"""Rules for the processes that a dry port may have: who works where and when, and what they need.

Knows shifts, crews, ladders, warehouse, wagons and dangerous goods; layout and lifting are in
`check_terminal`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from keruen.scenario.check_goods import is_known
from keruen.scenario.dry_port import Terminal
from keruen.scenario.models import Scenario, WagonType
from keruen.scenario.reading import ScenarioReading
from keruen.units import MS_PER_DAY

_PATTERN: Final = re.compile(r"(20|40)(\+(20|40)){0,3}")
_MOST_ON_FLOOR: Final = 1000
"""Boxes whose goods can lie in the warehouse at the same time."""
_MOST_WAGONS: Final = 160


def check_processes(reading: ScenarioReading, scenario: Scenario) -> None:
    """Note every broken rule for the processes of the dry port in `reading`."""
    terminal = scenario.terminal
    for path, shift in _shifts(terminal):
        is_known(reading, terminal.shifts, path, shift, "terminal.shifts")
    _check_pairs(reading, terminal)
    _check_who_works_tracks(reading, terminal)
    _check_gantries(reading, terminal)
    _check_warehouse(reading, terminal)
    _check_deliveries(reading, scenario)
    _check_wagons(reading, scenario)
    _check_hazards(reading, scenario)
    for key, holiday in sorted(terminal.holidays.items()):
        is_yearly = holiday.month > 0 and holiday.day > 0
        if is_yearly == bool(holiday.days):
            reading.complain_at(f"terminal.holidays.{key}", "holiday_day")
        if holiday.trains_run and holiday.country != "CN":
            reading.complain_at(f"terminal.holidays.{key}.trains_run", "holiday_trains")
    appointments = terminal.gate.appointments
    if appointments and (not appointments.window_ms or MS_PER_DAY % appointments.window_ms):
        reading.complain_at("terminal.gate.appointments.window", "window_of_day")


def _shifts(terminal: Terminal) -> Iterator[tuple[str, str]]:
    """Where a shift is named, and which."""
    named = {
        **{f"terminal.machines.{key}.shift": m.shift for key, m in terminal.machines.items()},
        "terminal.gate.shift": terminal.gate.shift,
        "terminal.shunting.shift": terminal.shunting.shift,
        "terminal.inspection_shift": terminal.inspection_shift,
        "terminal.warehouse.shift": terminal.warehouse.shift if terminal.warehouse else None,
    }
    for path, shift in sorted(named.items()):
        if shift is not None:
            yield path, shift


def _check_pairs(reading: ScenarioReading, terminal: Terminal) -> None:
    """What is nothing without the other."""
    gate, policy = terminal.gate, terminal.policy
    uses_scores = "score" in (policy.slot, policy.reshuffle)
    has_leads = any(tracks.lead_length_m > 0 for tracks in terminal.tracks.values())
    for path, first, second, has_first, has_second in (
        (
            *("terminal.gate", "weighing_time", "n_weighbridges"),
            *(gate.weighing_time is not None, gate.n_weighbridges > 0),
        ),
        (
            *("terminal.gate", "recognised_share", "recognised_time"),
            *(gate.recognised_share > 0, gate.recognised_time is not None),
        ),
        (
            *("terminal", "n_scanners", "scan_time"),
            *(terminal.n_scanners > 0, terminal.scan_time is not None),
        ),
        (
            *("terminal.shunting", "speed", "lead_length"),
            *(terminal.shunting.speed_m_per_s > 0, has_leads),
        ),
        (
            *("terminal.policy", "score", "slot_scores"),
            *(uses_scores, policy.slot_scores is not None),
        ),
    ):
        if has_first != has_second and reading.is_whole(path):
            reading.complain_at(path, "goes_together", first=first, second=second)


def _check_who_works_tracks(reading: ScenarioReading, terminal: Terminal) -> None:
    """Each group of handling tracks has one group of machines, and joins known tracks."""
    if not reading.is_whole("terminal.machines") or not reading.is_whole("terminal.tracks"):
        return
    handling = {key: t for key, t in terminal.tracks.items() if t.use == "handling"}
    reception = {key: t for key, t in terminal.tracks.items() if t.use == "reception"}
    workers: dict[str, int] = {}
    n_anywhere = 0
    for key, machines in sorted(terminal.machines.items()):
        path = f"terminal.machines.{key}.tracks"
        if machines.tracks is None:
            n_anywhere += machines.kind == "gantry"
        elif is_known(reading, handling, path, machines.tracks, "terminal.tracks"):
            workers[machines.tracks] = workers.get(machines.tracks, 0) + 1
    for key, tracks in sorted(handling.items()):
        # A group of gantries that names no tracks works those that nobody names.
        n = workers.get(key, 0) or n_anywhere
        if n != 1:
            reading.complain_at(f"terminal.tracks.{key}", "who_works_tracks", found=n)
        for name in tracks.joins:
            is_known(reading, reception, f"terminal.tracks.{key}.joins", name, "terminal.tracks")


def _check_gantries(reading: ScenarioReading, terminal: Terminal) -> None:
    """Gantries with positions have room beside one another."""
    lengths = [t.useful_length_m for t in terminal.tracks.values() if t.use == "handling"]
    for key, machines in sorted(terminal.machines.items()):
        needed_m = machines.safety_distance_m * machines.count
        if machines.kind != "gantry" or not lengths or machines.speed_m_per_s == 0:
            continue
        if needed_m > max(lengths):
            reading.complain_at(
                f"terminal.machines.{key}.safety_distance",
                "gantries_too_close",
                needed=f"{needed_m:g} m",
                track=f"{max(lengths):g} m",
            )


def _check_warehouse(reading: ScenarioReading, terminal: Terminal) -> None:
    warehouse = terminal.warehouse
    if warehouse is None or not warehouse.n_teams:
        return
    place = reading.place("terminal.warehouse")
    for key, is_given in (
        ("n_doors", warehouse.n_doors > 0),
        ("unpacking_time", warehouse.unpacking_time is not None),
        ("call_off", warehouse.call_off is not None),
        ("area_per_box", warehouse.area_per_box_m2 > 0),
    ):
        if not is_given:
            reading.complain("needs", place=place, what=key, because="n_teams")
    if warehouse.area_per_box_m2 > 0:
        on_floor = int(warehouse.floor_area_m2 / warehouse.area_per_box_m2)
        if not 1 <= on_floor <= _MOST_ON_FLOOR:
            reading.complain("boxes_on_floor", place=place, found=on_floor, most=_MOST_ON_FLOOR)


def _check_deliveries(reading: ScenarioReading, scenario: Scenario) -> None:
    """A flow that shuttles or the warehouse take is an import, and there are such."""
    terminal = scenario.terminal
    warehouse = terminal.warehouse
    exists = {
        "truck": True,
        "shuttle": any(m.kind == "shuttle" for m in terminal.machines.values()),
        "warehouse": warehouse is not None and warehouse.n_teams > 0,
    }
    for key, flow in sorted(scenario.flows.items()):
        place = reading.place(f"flows.{key}.delivery")
        if flow.delivery != "truck" and flow.kind != "import":
            reading.complain("delivery_of_import", place=place, value=flow.delivery)
        elif not exists[flow.delivery] and reading.is_whole("terminal"):
            reading.complain("no_delivery", place=place, value=flow.delivery)


def _check_wagons(reading: ScenarioReading, scenario: Scenario) -> None:
    """Patterns can be read, and a service's platform is the type that it names."""
    types = scenario.wagon_types
    for key, wagon in sorted(types.items()):
        for pattern in wagon.patterns:
            if not _PATTERN.fullmatch(pattern):
                reading.complain_at(f"wagon_types.{key}.patterns", "wagon_pattern", value=pattern)
    for key, service in sorted(scenario.services.items()):
        place = reading.place(f"services.{key}.wagon_type")
        if service.n_wagons > _MOST_WAGONS:
            reading.complain_at(
                f"services.{key}.n_wagons", "too_many", found=service.n_wagons, most=_MOST_WAGONS
            )
        name = service.wagon_type
        if name is None or not is_known(
            reading, types, f"services.{key}.wagon_type", name, "wagon_types"
        ):
            continue
        wagon = types[name]
        if _teu(wagon) != service.teu_per_wagon:
            reading.complain(
                "wagon_teu", place=place, value=name, found=_teu(wagon), teu=service.teu_per_wagon
            )
        tare_kg = wagon.tare_kg * service.n_wagons
        if service.mass_limit_kg and service.mass_limit_kg <= tare_kg:
            reading.complain_at(
                f"services.{key}.mass_limit",
                "not_above",
                value=f"{service.mass_limit_kg / 1000:g} t",
                bound=f"{tare_kg / 1000:g} t",
            )


def _teu(wagon: WagonType) -> int:
    """TEU of the fullest pattern."""
    return max(
        (sum(int(length) // 20 for length in p.split("+")) for p in wagon.patterns if p.isascii()),
        default=0,
    )


def _check_hazards(reading: ScenarioReading, scenario: Scenario) -> None:
    """Dangerous boxes have a block that takes their class, and no block takes two that may not."""
    blocks = {
        key: block for key, block in scenario.terminal.blocks.items() if block.kind == "dangerous"
    }
    taken = {name for block in blocks.values() for name in block.classes}
    takes_all = any(not block.classes for block in blocks.values())
    for key, commodity in sorted(scenario.commodities.items()):
        if commodity.dangerous_share == 0 or not reading.is_whole("terminal.blocks"):
            continue
        name = commodity.hazard_class
        if blocks and not takes_all and name not in taken:
            reading.complain_at(
                f"commodities.{key}.hazard_class", "no_block_of_class", value=name or "-"
            )
    for key, block in sorted(blocks.items()):
        for pair in scenario.terminal.segregation:
            both = pair.first in block.classes and pair.second in block.classes
            if both or not block.classes:
                reading.complain_at(
                    f"terminal.blocks.{key}.classes",
                    "segregated",
                    first=pair.first,
                    second=pair.second,
                )
