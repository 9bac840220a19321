"""What must hold between the tables of a scenario, beyond what one table says of itself."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from keruen.domain.iso6346 import MOST_GROSS_KG, SIZE_TYPES
from keruen.scenario.documents import Reading
from keruen.scenario.models import Commodity, DurationLaw, Flow, Scenario
from keruen.units import MS_PER_DAY, MS_PER_HOUR

_SUM_TOLERANCE = 1e-6
_MOST_MS = 2**31 - 1
"""Quantile tables multiply by 2**32 in 64 bits: no single duration of 24 days or more."""

_LAW_PARAMETERS = {
    "fixed": ("value_ms",),
    "exponential": ("mean_ms",),
    "triangular": ("least_ms", "mode_ms", "most_ms"),
    "lognormal": ("median_ms", "p90_ms"),
}


def check(reading: Reading, scenario: Scenario) -> None:
    """Note every broken rule in `reading`."""
    _check_laws(reading, scenario, "")
    _check_calendar(reading, scenario)
    for key, flow in sorted(scenario.flows.items()):
        _check_flow(reading, scenario, f"flows.{key}", flow)
    _check_trains(reading, scenario)
    _check_yard(reading, scenario)
    _check_machines(reading, scenario)
    _check_gate(reading, scenario)
    customs = scenario.customs
    if customs.yellow_share + customs.red_share > 1:
        total = customs.yellow_share + customs.red_share
        reading.complain("shares_above_one", place=reading.place("customs"), total=total)


def _check_laws(reading: Reading, node: object, path: str) -> None:
    """Each law has exactly its parameters, in order and not too long."""
    if isinstance(node, DurationLaw):
        _check_law(reading, node, path)
    elif isinstance(node, Mapping):
        for key in sorted(node):
            _check_laws(reading, node[key], f"{path}.{key}" if path else str(key))
    elif hasattr(type(node), "model_fields"):
        for name, field in type(node).model_fields.items():  # type: ignore[attr-defined]
            if not field.exclude:
                key = field.alias or name
                _check_laws(reading, getattr(node, name), f"{path}.{key}" if path else key)


def _check_law(reading: Reading, law: DurationLaw, path: str) -> None:
    needed = _LAW_PARAMETERS[law.law]
    given = [
        name
        for name in DurationLaw.model_fields
        if name != "law" and getattr(law, name) is not None
    ]
    if sorted(given) != sorted(needed):
        reading.complain(
            "law_parameters",
            place=reading.place(path),
            law=law.law,
            needed=_keys(needed),
            found=_keys(given) or "-",
        )
        return
    values = [getattr(law, name) for name in needed]
    if values != sorted(values) or (law.law == "lognormal" and values[0] in (0, values[1])):
        reading.complain("law_order", place=reading.place(path), needed=" < ".join(map(_key, needed)))
    # An exponential or lognormal duration has a tail of several times its parameter.
    tail = 12 if law.law in ("exponential", "lognormal") else 1
    if max(values) * tail > _MOST_MS and max(values) > 2 * MS_PER_DAY * 10:
        reading.complain("law_too_long", place=reading.place(path), most="20 d")


def _key(name: str) -> str:
    return name.removesuffix("_ms")


def _keys(names: Iterable[str]) -> str:
    return ", ".join(map(_key, names))


def _check_calendar(reading: Reading, scenario: Scenario) -> None:
    if scenario.calendar.warm_up_ms % MS_PER_DAY:
        reading.complain("not_whole_days", place=reading.place("calendar.warm_up"))


def _known(
    reading: Reading, table: Mapping[str, object], path: str, key: str, kind: str
) -> bool:
    if key in table:
        return True
    near = difflib.get_close_matches(key, sorted(table), 1, cutoff=0.4)
    reading.complain(
        "no_such_id",
        place=reading.place(path),
        value=key,
        table=kind,
        nearest=near[0] if near else ", ".join(sorted(table)),
    )
    return False


def _check_sum(reading: Reading, path: str, shares: Iterable[float]) -> None:
    total = sum(shares)
    if abs(total - 1) > _SUM_TOLERANCE:
        reading.complain("shares_sum", place=reading.place(path), total=round(total, 6))


def _check_flow(reading: Reading, scenario: Scenario, path: str, flow: Flow) -> None:
    _known(reading, scenario.services, f"{path}.service", flow.service, "services")
    if flow.onward_service is not None:
        onward = f"{path}.onward_service"
        _known(reading, scenario.services, onward, flow.onward_service, "services")
    if (flow.kind == "transit") != (flow.onward_service is not None):
        reading.complain("onward_service", place=reading.place(path))
    _check_sum(reading, f"{path}.months", flow.months)
    if flow.kind == "empty":
        if flow.boxes or flow.sizes:
            reading.complain("empty_has_no_rate", place=reading.place(path))
    else:
        _check_sum(reading, f"{path}.sizes", flow.sizes.values())
    for code in sorted(flow.sizes):
        if code not in SIZE_TYPES:
            reading.complain(
                "no_such_id",
                place=reading.place(f"{path}.sizes.{code}"),
                value=code,
                table="ISO 6346",
                nearest=", ".join(sorted(SIZE_TYPES)),
            )
    commodity_path = f"{path}.commodity"
    if _known(reading, scenario.commodities, commodity_path, flow.commodity, "commodities"):
        _check_load(reading, scenario, path, flow)


def _check_load(reading: Reading, scenario: Scenario, path: str, flow: Flow) -> None:
    """The box can be as heavy as its goods say, and somebody can lift it and store it."""
    commodity = scenario.commodities[flow.commodity]
    sizes = [SIZE_TYPES[code] for code in sorted(flow.sizes) if code in SIZE_TYPES]
    for size in sizes:
        net_kg = commodity.net_load_20_kg if size.length_ft == 20 else commodity.net_load_40_kg
        gross_kg = size.tare_kg + net_kg
        if gross_kg > MOST_GROSS_KG:
            reading.complain(
                "box_too_heavy",
                place=reading.place(f"commodities.{flow.commodity}.net_load_{size.length_ft}"),
                gross_t=gross_kg / 1000,
                feet=size.length_ft,
                most_t=MOST_GROSS_KG / 1000,
            )
    kinds = {block.kind for block in scenario.terminal.blocks.values()}
    kind = _storage_kind(commodity)
    if kind not in kinds:
        reading.complain(
            "no_block", place=reading.place(path), kind=kind, commodity=flow.commodity
        )
    if commodity.dangerous_share > 0 and "dangerous" not in kinds:
        reading.complain(
            "no_block", place=reading.place(path), kind="dangerous", commodity=flow.commodity
        )
    if (commodity.laboratory_share > 0) != (commodity.laboratory_time is not None):
        reading.complain("laboratory", place=reading.place(f"commodities.{flow.commodity}"))


def _storage_kind(commodity: Commodity) -> str:
    if commodity.is_reefer:
        return "reefer"
    return "laden" if commodity.net_load_20_kg or commodity.net_load_40_kg else "empty"


def _check_trains(reading: Reading, scenario: Scenario) -> None:
    """Each train fits a track of each use, and a track is longer than a wagon."""
    tracks = scenario.terminal.tracks
    for use in ("reception", "handling"):
        lengths = [group.useful_length_m for group in tracks.values() if group.use == use]
        if not lengths:
            reading.complain("no_tracks", place=reading.place("terminal.tracks"), use=use)
            continue
        for key, service in sorted(scenario.services.items()):
            train_m = service.n_wagons * service.wagon_length_m
            if train_m > min(lengths):
                reading.complain(
                    "train_too_long",
                    place=reading.place(f"services.{key}"),
                    train_m=round(train_m),
                    track_m=round(min(lengths)),
                    use=use,
                )
    wagon_m = min((s.wagon_length_m for s in scenario.services.values()), default=0.0)
    for key, group in sorted(tracks.items()):
        if group.useful_length_m < wagon_m:
            reading.complain(
                "track_too_short",
                place=reading.place(f"terminal.tracks.{key}.useful_length"),
                track_m=group.useful_length_m,
                wagon_m=wagon_m,
            )


def _check_yard(reading: Reading, scenario: Scenario) -> None:
    blocks = scenario.terminal.blocks
    for key, block in sorted(blocks.items()):
        path = f"terminal.blocks.{key}"
        machines = scenario.terminal.machines
        if _known(reading, machines, f"{path}.machines", block.machines, "terminal.machines"):
            kind = machines[block.machines].kind
            if kind == "tractor":
                reading.complain("tractor_block", place=reading.place(f"{path}.machines"))
        if block.n_bays * block.n_rows * 2 > 4096:
            reading.complain("block_too_large", place=reading.place(path), most=2048)
        if block.kind == "reefer" and block.n_plugs == 0:
            reading.complain("no_plugs", place=reading.place(f"{path}.n_plugs"))
    if len(blocks) > 64:
        reading.complain("too_many_blocks", place=reading.place("terminal.blocks"), most=64)
    laden_teu = sum(block.capacity_teu for block in blocks.values() if block.kind == "laden")
    for key, service in sorted(scenario.services.items()):
        train_teu = service.n_wagons * service.teu_per_wagon
        if train_teu > laden_teu:
            reading.complain(
                "yard_too_small",
                place=reading.place("terminal.blocks"),
                yard_teu=laden_teu,
                train_teu=train_teu,
                service=key,
            )


def _check_machines(reading: Reading, scenario: Scenario) -> None:
    machines = scenario.terminal.machines
    kinds = {group.kind for group in machines.values()}
    for kind in ("gantry", "tractor"):
        if kind not in kinds:
            reading.complain("no_machine", place=reading.place("terminal.machines"), kind=kind)
    heaviest_kg = _heaviest_laden_kg(scenario)
    for key, group in sorted(machines.items()):
        path = f"terminal.machines.{key}"
        if group.kind == "tractor":
            if group.cycle_time is not None or group.speed_m_per_s <= 0:
                reading.complain("tractor_speed", place=reading.place(path))
            continue
        if group.cycle_time is None:
            reading.complain("missing_key", place=reading.place(path), key="cycle_time")
        if group.kind != "empty_handler" and group.lifting_capacity_kg < heaviest_kg:
            reading.complain(
                "lifts_too_little",
                place=reading.place(f"{path}.lifting_capacity"),
                capacity_t=group.lifting_capacity_kg / 1000,
                heaviest_t=heaviest_kg / 1000,
            )


def _heaviest_laden_kg(scenario: Scenario) -> int:
    heaviest_kg = 0
    for flow in scenario.flows.values():
        commodity = scenario.commodities.get(flow.commodity)
        for code in flow.sizes:
            if commodity is None or code not in SIZE_TYPES:
                continue
            size = SIZE_TYPES[code]
            net_kg = commodity.net_load_20_kg if size.length_ft == 20 else commodity.net_load_40_kg
            gross_kg = size.tare_kg + round(net_kg * (1 + commodity.load_spread))
            heaviest_kg = max(heaviest_kg, min(gross_kg, MOST_GROSS_KG))
    return heaviest_kg


def _check_gate(reading: Reading, scenario: Scenario) -> None:
    gate = scenario.terminal.gate
    _check_sum(reading, "terminal.gate.weekday_shares", gate.weekday_shares)
    _check_sum(reading, "terminal.gate.hour_shares", gate.hour_shares)
    if gate.opens_ms >= MS_PER_DAY or not 0 < gate.open_time_ms <= MS_PER_DAY:
        reading.complain("gate_hours", place=reading.place("terminal.gate"))
        return
    for hour, share in enumerate(gate.hour_shares):
        since_opening_ms = (hour * MS_PER_HOUR - gate.opens_ms) % MS_PER_DAY
        if share > 0 and since_opening_ms >= gate.open_time_ms:
            reading.complain(
                "trucks_at_closed_gate", place=reading.place("terminal.gate.hour_shares"), hour=hour
            )
