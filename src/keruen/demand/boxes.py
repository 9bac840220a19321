"""What a box is: size, goods, mass, storage, hold, stay.

Knows commodities and customs; knows nothing of when a group's boxes come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.domain.codes import Channel, Mode, Storage
from keruen.domain.iso6346 import MOST_GROSS_KG, SIZE_TYPES
from keruen.domain.tables import Table
from keruen.scenario.duration_laws import law_table
from keruen.scenario.landside import Landside
from keruen.scenario.models import Commodity, Flow, Scenario
from keruen.units import NONE

_BOXES_BITS: Final = 22
MOST_BOXES_OF_A_GROUP: Final = (1 << _BOXES_BITS) - 1
"""Four million boxes in a run: the low part of the entity key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxGroup:
    """Boxes that come and leave in the same way: a flow, or one part of the derived empties.

    Parameters
    ----------
    flow, flow_index : the flow, and its place among all flows sorted by key.
    key : stable 40-bit number of the group.
    by_train, to_train : how the boxes come and leave.
    n_boxes_per_year : expected boxes, scale applied.
    months : share of the year in each month.
    sizes : shares by ISO 6346 size-type code, sorted by code.
    """

    flow: Flow
    flow_index: int
    key: int
    by_train: bool
    to_train: bool
    n_boxes_per_year: float
    months: tuple[float, ...]
    sizes: Mapping[str, float]

    def entities(self, n_boxes: int) -> NDArray[np.int64]:
        """Entity keys of the group's boxes: int64, shape (n_boxes,)."""
        assert n_boxes <= MOST_BOXES_OF_A_GROUP, "more boxes than a group may have"
        return (self.key << _BOXES_BITS) + np.arange(n_boxes, dtype=np.int64)


def group_key(flow_id: str, part: str = "") -> int:
    """A stable 40-bit number for a group: the high part of the entity key of its draws."""
    return draws.text_key(f"{flow_id}/{part}")


def fill_rows(
    rows: Table, scenario: Scenario, group: BoxGroup, entities: NDArray[np.int64], seed: int
) -> None:
    """Fill all columns of a group's bookings but number and ``ready_ms``, which must be there.

    Parameters
    ----------
    rows : table `bookings`, changed in place.
    scenario : commodities, customs, services.
    group : whose boxes they are.
    entities : int64, shape (n_boxes,), keys of the draws.
    seed : of the keyed draws.
    """
    flow = group.flow
    commodity = scenario.commodities[flow.commodity]
    rows["flow"] = group.flow_index
    rows["commodity"] = sorted(scenario.commodities).index(flow.commodity)
    _fill_sizes(rows, group, commodity, entities, seed)
    _fill_route(rows, scenario, group)
    rows["storage"] = _storage(commodity, entities, seed)
    _fill_holds(rows, scenario, group, entities, seed)
    rows["stay_ms"] = _stays_ms(scenario.terminal.landside, group, entities, seed)
    rows["due_ms"] = rows["ready_ms"] + rows["stay_ms"]


def _stays_ms(
    landside: Landside | None, group: BoxGroup, entities: NDArray[np.int64], seed: int
) -> NDArray[np.int64]:
    """How long the owner leaves each box: by the flow, within the free time, or as a long-stayer.

    Only owners who send a truck for an import box care for what storage costs.
    """
    flow = group.flow
    luck = draws.bits_array(seed, draws.STREAM_BOOKING_STAY, entities)
    stays_ms = draws.millis_array(law_table(flow.stay), luck)
    if landside is None or flow.kind != "import" or flow.delivery != "truck" or group.to_train:
        return stays_ms
    if landside.free_time_ms:
        stays_ms = np.minimum(stays_ms, landside.free_time_ms)
    if landside.long_stay is not None:
        is_long = (
            draws.uniform_array(seed, draws.STREAM_BOOKING_LONG_STAY, entities)
            < landside.long_stay_share
        )
        beyond_ms = draws.millis_array(law_table(landside.long_stay), luck[is_long])
        stays_ms[is_long] = landside.free_time_ms + beyond_ms
    return stays_ms


def _fill_sizes(
    rows: Table, group: BoxGroup, commodity: Commodity, entities: NDArray[np.int64], seed: int
) -> None:
    sizes = [SIZE_TYPES[code] for code in group.sizes]
    bounds = np.cumsum(list(group.sizes.values()))
    uniform = draws.uniform_array(seed, draws.STREAM_BOOKING_SIZE, entities)
    # Scaled to the sum, because shares may miss 1 by a rounding.
    chosen = np.searchsorted(bounds, uniform * bounds[-1], side="right")
    chosen = np.minimum(chosen, len(sizes) - 1)
    rows["size_type"] = np.array([size.code.encode() for size in sizes])[chosen]
    rows["n_teu"] = np.array([size.n_teu for size in sizes])[chosen]
    net_kg = np.array(
        [
            commodity.net_load_20_kg if size.length_ft == 20 else commodity.net_load_40_kg
            for size in sizes
        ]
    )[chosen]
    spread = 2 * draws.uniform_array(seed, draws.STREAM_BOOKING_MASS, entities) - 1
    tare_kg = np.array([size.tare_kg for size in sizes])[chosen]
    gross_kg = tare_kg + net_kg * (1 + commodity.load_spread * spread)
    rows["gross_mass_kg"] = np.minimum(np.rint(gross_kg), MOST_GROSS_KG)


def _fill_route(rows: Table, scenario: Scenario, group: BoxGroup) -> None:
    services = sorted(scenario.services)
    flow = group.flow
    rows["in_mode"] = Mode.TRAIN if group.by_train else Mode.TRUCK
    rows["out_mode"] = Mode.TRAIN if group.to_train else Mode.TRUCK
    rows["in_service"] = services.index(flow.service) if group.by_train else NONE
    onward = flow.onward_service or flow.service
    rows["out_service"] = services.index(onward) if group.to_train else NONE


def _storage(commodity: Commodity, entities: NDArray[np.int64], seed: int) -> NDArray[np.int8]:
    """Kind of block: dangerous goods before cooled, cooled before laden; an empty box is empty."""
    if not is_laden(commodity):
        return np.full(len(entities), Storage.EMPTY, np.int8)
    usual = Storage.REEFER if commodity.is_reefer else Storage.LADEN
    uniform = draws.uniform_array(seed, draws.STREAM_BOOKING_DANGEROUS, entities)
    is_dangerous = uniform < commodity.dangerous_share
    return np.where(is_dangerous, Storage.DANGEROUS, usual).astype(np.int8)


def is_laden(commodity: Commodity) -> bool:
    """Whether boxes of a commodity hold goods: empty boxes are a commodity without a load."""
    return commodity.net_load_20_kg > 0 or commodity.net_load_40_kg > 0


def _fill_holds(
    rows: Table, scenario: Scenario, group: BoxGroup, entities: NDArray[np.int64], seed: int
) -> None:
    """Customs channel, or the laboratory: a sampled box waits whatever its channel."""
    commodity = scenario.commodities[group.flow.commodity]
    if not is_laden(commodity):
        return
    bits = draws.bits_array(seed, draws.STREAM_BOOKING_HOLD_TIME, entities)
    channel = np.full(len(rows), Channel.NONE, np.int8)
    if group.flow.customs:
        uniform = draws.uniform_array(seed, draws.STREAM_BOOKING_HOLD, entities)
        channel[:] = Channel.GREEN
        channel[uniform < scenario.customs.red_share + scenario.customs.yellow_share] = (
            Channel.YELLOW
        )
        channel[uniform < scenario.customs.red_share] = Channel.RED
    sampled = draws.uniform_array(seed, draws.STREAM_BOOKING_HOLD, entities, 1)
    channel[sampled < commodity.laboratory_share] = Channel.LABORATORY
    rows["channel"] = channel
    laws = {
        Channel.GREEN: scenario.customs.green_time,
        Channel.YELLOW: scenario.customs.yellow_time,
        Channel.RED: scenario.customs.red_time,
        Channel.LABORATORY: commodity.laboratory_time,
    }
    for which, law in laws.items():
        is_held = channel == which
        if law is not None and is_held.any():
            rows["hold_ms"][is_held] = draws.millis_array(law_table(law), bits[is_held])
