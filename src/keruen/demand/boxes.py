"""What a box is: size, goods, mass, storage, hold, number.

Knows commodities and customs; knows nothing of when a flow's boxes come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.domain.codes import Channel, Mode, Storage
from keruen.domain.iso6346 import MOST_GROSS_KG, SIZE_TYPES
from keruen.domain.tables import Table
from keruen.scenario.laws import law_table
from keruen.scenario.models import Commodity, Flow, Scenario
from keruen.units import NONE

_BOXES_PER_FLOW_BITS = 22
"""A flow may have four million boxes in a run: the low part of the entity key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxGroup:
    """A stream of equal boxes: a flow, or one part of the derived empties.

    Parameters
    ----------
    key : stable 40-bit number of the group.
    by_train, to_train : how the boxes come and leave.
    months : share of the year in each month.
    sizes : shares by ISO 6346 size-type code.
    """

    flow: Flow
    flow_index: int
    key: int
    by_train: bool
    to_train: bool
    n_boxes_per_year: float
    months: tuple[float, ...]
    sizes: Mapping[str, float]

    def serials(self, n_boxes: int) -> NDArray[np.int64]:
        """Serial numbers of the group's boxes, below 10**6, all different up to a million boxes."""
        # The multiplier has no factor in common with 10**6, so the map is one to one.
        return (np.arange(n_boxes, dtype=np.int64) * 382_711 + self.key % 1_000_000) % 1_000_000

    def entities(self, n_boxes: int) -> NDArray[np.int64]:
        """Entity keys of the group's boxes: int64, shape (n_boxes,)."""
        assert n_boxes < 1 << _BOXES_PER_FLOW_BITS, "more boxes than a flow may have"
        return (self.key << _BOXES_PER_FLOW_BITS) + np.arange(n_boxes, dtype=np.int64)


def flow_key(flow_id: str, part: str = "") -> int:
    """A stable 40-bit number for a flow: the high part of the entity key of its draws."""
    return draws.text_key(f"{flow_id}/{part}")


def fill_rows(
    rows: Table, scenario: Scenario, group: BoxGroup, entities: NDArray[np.int64], seed: int
) -> None:
    """Fill all columns of a group's bookings but ``ready_ms``, which must be there."""
    flow = group.flow
    commodity = scenario.commodities[flow.commodity]
    rows["flow"] = group.flow_index
    rows["commodity"] = sorted(scenario.commodities).index(flow.commodity)
    _fill_sizes(rows, group, commodity, entities, seed)
    _fill_route(rows, scenario, group)
    rows["storage"] = _storage(rows, commodity, group, entities, seed)
    _fill_holds(rows, scenario, group, commodity, entities, seed)
    stay = law_table(flow.stay)
    stay_bits = draws.bits_array(seed, draws.STREAM_BOOKING_STAY, entities)
    rows["stay_ms"] = draws.millis_array(stay, stay_bits)
    rows["due_ms"] = rows["ready_ms"] + rows["stay_ms"]


def _fill_sizes(
    rows: Table, group: BoxGroup, commodity: Commodity, entities: NDArray[np.int64], seed: int
) -> None:
    codes = list(group.sizes)
    bounds = np.cumsum(list(group.sizes.values()))
    uniform = draws.uniform_array(seed, draws.STREAM_BOOKING_SIZE, entities)
    chosen = np.minimum(np.searchsorted(bounds, uniform, side="right"), len(codes) - 1)
    sizes = [SIZE_TYPES[code] for code in codes]
    rows["size_type"] = np.array([code.encode() for code in codes])[chosen]
    rows["n_teu"] = np.array([size.n_teu for size in sizes])[chosen]
    net_kg = np.array(
        [
            commodity.net_load_20_kg if size.length_ft == 20 else commodity.net_load_40_kg
            for size in sizes
        ]
    )[chosen]
    spread = 2 * draws.uniform_array(seed, draws.STREAM_BOOKING_MASS, entities) - 1
    gross = np.array([size.tare_kg for size in sizes])[chosen] + net_kg * (
        1 + commodity.load_spread * spread
    )
    rows["gross_mass_kg"] = np.minimum(np.rint(gross), MOST_GROSS_KG)


def _fill_route(rows: Table, scenario: Scenario, group: BoxGroup) -> None:
    services = sorted(scenario.services)
    flow = group.flow
    rows["in_mode"] = Mode.TRAIN if group.by_train else Mode.TRUCK
    rows["out_mode"] = Mode.TRAIN if group.to_train else Mode.TRUCK
    rows["in_service"] = services.index(flow.service) if group.by_train else NONE
    onward = flow.onward_service or flow.service
    rows["out_service"] = services.index(onward) if group.to_train else NONE


def _storage(
    rows: Table,
    commodity: Commodity,
    group: BoxGroup,
    entities: NDArray[np.int64],
    seed: int,
) -> NDArray[np.int8]:
    is_laden = commodity.net_load_20_kg > 0 or commodity.net_load_40_kg > 0
    if group.flow.kind == "empty" or not is_laden:
        usual = Storage.EMPTY
    else:
        usual = Storage.REEFER if commodity.is_reefer else Storage.LADEN
    uniform = draws.uniform_array(seed, draws.STREAM_BOOKING_OWNER, entities)
    dangerous = uniform < commodity.dangerous_share
    return np.where(dangerous, Storage.DANGEROUS, usual).astype(np.int8)[: len(rows)]


def _fill_holds(
    rows: Table,
    scenario: Scenario,
    group: BoxGroup,
    commodity: Commodity,
    entities: NDArray[np.int64],
    seed: int,
) -> None:
    uniform = draws.uniform_array(seed, draws.STREAM_BOOKING_HOLD, entities)
    bits = draws.bits_array(seed, draws.STREAM_BOOKING_HOLD_TIME, entities)
    channel = np.full(len(rows), Channel.NONE, np.int8)
    hold_ms = np.zeros(len(rows), np.int64)
    customs = scenario.customs
    if group.flow.customs:
        red = customs.red_share
        yellow = red + customs.yellow_share
        channel[:] = np.select(
            [uniform < red, uniform < yellow], [Channel.RED, Channel.YELLOW], Channel.GREEN
        )
        for which, law in (
            (Channel.RED, customs.red_time),
            (Channel.YELLOW, customs.yellow_time),
            (Channel.GREEN, customs.green_time),
        ):
            held = channel == which
            hold_ms[held] = draws.millis_array(law_table(law), bits[held])
    if commodity.laboratory_time is not None:
        sampled = (uniform < commodity.laboratory_share) & (channel == Channel.NONE)
        channel[sampled] = Channel.LABORATORY
        hold_ms[sampled] = draws.millis_array(law_table(commodity.laboratory_time), bits[sampled])
    rows["channel"] = channel
    rows["hold_ms"] = hold_ms


def owner_prefixes(groups: Sequence[BoxGroup]) -> dict[int, str]:
    """An owner prefix for each group, by its key: Z and two letters, which belong to nobody here.

    A group keeps its prefix when others come and go, unless two want the same.
    """
    prefixes: dict[int, str] = {}
    taken: list[int] = []
    for key in sorted(group.key for group in groups):
        number = key % 676
        while number in taken:
            number = (number + 1) % 676
        taken.append(number)
        prefixes[key] = f"Z{chr(65 + number // 26)}{chr(65 + number % 26)}U"
    return prefixes
