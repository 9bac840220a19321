"""Rules for flows, commodities and the trains that carry them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from keruen.domain.hazards import UN_CLASSES
from keruen.domain.iso6346 import MOST_GROSS_KG, SIZE_TYPES, SizeType
from keruen.scenario.documents import nearest
from keruen.scenario.models import Commodity, Flow, Scenario, Service
from keruen.scenario.reading import ScenarioReading, written

_SUM_TOLERANCE: Final = 1e-6


def check_goods(reading: ScenarioReading, scenario: Scenario) -> None:
    """Note every broken rule for flows and commodities in `reading`."""
    for key, flow in sorted(scenario.flows.items()):
        _check_flow(reading, scenario, f"flows.{key}", flow)
    for key, commodity in sorted(scenario.commodities.items()):
        if (commodity.laboratory_share > 0) != (commodity.laboratory_time is not None):
            reading.complain_at(f"commodities.{key}", "laboratory")
        _check_un_numbers(reading, f"commodities.{key}", commodity)
    empties = [key for key, flow in sorted(scenario.flows.items()) if flow.kind == "empty"]
    for key in empties[1:]:
        reading.complain_at(f"flows.{key}.kind", "two_empty_flows", other=empties[0])


def _check_un_numbers(reading: ScenarioReading, path: str, commodity: Commodity) -> None:
    """Four digits each, and the class of what they stand for."""
    for number in commodity.un_numbers:
        at = f"{path}.un_numbers"
        if not (len(number) == 4 and number.isascii() and number.isdigit()):
            reading.complain_at(at, "un_form", value=written(number))
        elif (needed := UN_CLASSES.get(number)) not in (None, commodity.hazard_class):
            found = commodity.hazard_class or "-"
            reading.complain_at(at, "un_class", value=number, needed=str(needed), found=found)
    if commodity.un_numbers and commodity.dangerous_share == 0:
        reading.complain_at(path, "goes_together", first="un_numbers", second="dangerous_share")


def check_sum(reading: ScenarioReading, path: str, shares: Iterable[float]) -> None:
    """Shares make up a whole, to one in a million."""
    total = sum(shares)
    if abs(total - 1) > _SUM_TOLERANCE:
        reading.complain_at(path, "shares_sum", total=round(total, 6))


def is_known(
    reading: ScenarioReading, table: Mapping[str, object], path: str, key: str, where: str
) -> bool:
    """Whether `table` (called `where`) has the entry that `path` asks for."""
    if key in table:
        return True
    if not reading.is_left_out(f"{where}.{key}") and where not in reading.left_out:
        reading.complain_at(path, "no_such_id", value=key, table=where, nearest=nearest(key, table))
    return False


def gross_kg(commodity: Commodity, size: SizeType, *, is_heaviest: bool = False) -> int:
    """Gross mass of a box: the mean one, or the heaviest that the spread allows."""
    net_kg = commodity.net_load_20_kg if size.length_ft == 20 else commodity.net_load_40_kg
    if not is_heaviest:
        return size.tare_kg + net_kg
    return min(size.tare_kg + round(net_kg * (1 + commodity.load_spread)), MOST_GROSS_KG)


def _check_flow(reading: ScenarioReading, scenario: Scenario, path: str, flow: Flow) -> None:
    services = [("service", flow.service)]
    if flow.onward_service is not None:
        services.append(("onward_service", flow.onward_service))
    if (flow.kind == "transit") != (flow.onward_service is not None):
        reading.complain_at(path, "onward_service")
    check_sum(reading, f"{path}.months", flow.months)
    if flow.kind == "empty":
        if flow.boxes or flow.sizes:
            reading.complain_at(path, "empty_has_no_rate")
    else:
        check_sum(reading, f"{path}.sizes", flow.sizes.values())
    for code in sorted(flow.sizes):
        if code not in SIZE_TYPES:
            reading.complain_at(
                f"{path}.sizes",
                "no_such_id",
                value=code,
                table="ISO 6346",
                nearest=", ".join(sorted(SIZE_TYPES)),
            )
    commodity_path = f"{path}.commodity"
    if is_known(reading, scenario.commodities, commodity_path, flow.commodity, "commodities"):
        commodity = scenario.commodities[flow.commodity]
        _check_load(reading, path, flow, commodity)
        _check_block(reading, scenario, path, flow, commodity)
    for key, service_id in services:
        if is_known(reading, scenario.services, f"{path}.{key}", service_id, "services"):
            _check_wagon(reading, scenario, flow, service_id)


def sizes_of(flow: Flow) -> list[SizeType]:
    """The known size-types of a flow, by code."""
    return [SIZE_TYPES[code] for code in sorted(flow.sizes) if code in SIZE_TYPES]


def _check_load(reading: ScenarioReading, path: str, flow: Flow, commodity: Commodity) -> None:
    """Each box has a load that the box may hold, and a cooling machine when it needs one."""
    place = f"commodities.{flow.commodity}"
    is_loaded = commodity.net_load_20_kg > 0 or commodity.net_load_40_kg > 0
    if flow.kind == "empty" and is_loaded:
        reading.complain_at(f"{path}.commodity", "empty_has_load")
        return
    for size in sizes_of(flow):
        key = f"{place}.net_load_{size.length_ft}"
        mass_kg = gross_kg(commodity, size)
        if mass_kg > MOST_GROSS_KG:
            reading.complain_at(
                key,
                "box_too_heavy",
                gross=_tonnes(mass_kg),
                feet=size.length_ft,
                tare=_tonnes(size.tare_kg),
                most=_tonnes(MOST_GROSS_KG),
            )
        if is_loaded and mass_kg == size.tare_kg:
            reading.complain_at(key, "no_load", code=size.code, flow=path.partition(".")[2])
        if commodity.is_reefer and not size.is_reefer:
            reading.complain_at(
                f"{path}.sizes",
                "not_a_reefer",
                code=size.code,
                allowed=", ".join(s.code for s in SIZE_TYPES.values() if s.is_reefer),
            )


def _tonnes(mass_kg: int) -> str:
    return f"{mass_kg / 1000:g} t"


def _check_block(
    reading: ScenarioReading, scenario: Scenario, path: str, flow: Flow, commodity: Commodity
) -> None:
    """There is a yard block for the boxes of the flow."""
    if not reading.is_whole("terminal.blocks"):
        return
    kinds = {block.kind for block in scenario.terminal.blocks.values()}
    needed = [storage_kind(flow, commodity)]
    if commodity.dangerous_share > 0:
        needed.append("dangerous")
    for kind in needed:
        if kind not in kinds:
            reading.complain_at(path, "no_block", kind=kind)


def storage_kind(flow: Flow, commodity: Commodity) -> str:
    """Kind of block that stores the boxes of a flow, but for the dangerous ones."""
    is_loaded = commodity.net_load_20_kg > 0 or commodity.net_load_40_kg > 0
    if flow.kind == "empty" or not is_loaded:
        return "empty"
    return "reefer" if commodity.is_reefer else "laden"


def _check_wagon(reading: ScenarioReading, scenario: Scenario, flow: Flow, service_id: str) -> None:
    """A platform of the service can carry each box of the flow."""
    service: Service = scenario.services[service_id]
    commodity = scenario.commodities.get(flow.commodity)
    for size in sizes_of(flow):
        if size.n_teu > service.teu_per_wagon:
            reading.complain_at(
                f"services.{service_id}.teu_per_wagon",
                "wagon_too_short",
                code=size.code,
                teu=service.teu_per_wagon,
            )
        if commodity is None:
            continue
        mass_kg = gross_kg(commodity, size, is_heaviest=True)
        if mass_kg > service.payload_per_wagon_kg:
            reading.complain_at(
                f"services.{service_id}.payload_per_wagon",
                "wagon_too_weak",
                payload=_tonnes(service.payload_per_wagon_kg),
                gross=_tonnes(mass_kg),
                commodity=flow.commodity,
            )
