"""The services that may run in a week: full trains, wagons in other trains, changes of gauge.

Knows the network and what a service offers; does not know how many boxes want to travel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from keruen.corridor.network.borders import TEU_PER_BOX
from keruen.corridor.network.ways import Way, Ways, mean_days, nearest_hubs
from keruen.scenario.duration_laws import law_table
from keruen.scenario.network import Network
from keruen.units import DAYS_PER_WEEK

Kind = Literal["block-train", "wagon-group", "crossing"]

_TEU_PER_FEU: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateService:
    """A service that may run, both ways alike.

    Parameters
    ----------
    kind : a full train, wagons in other trains, or the change of gauge at a border.
    start, end : keys of stations, the Chinese or eastern end first.
    border : key of the border it leads to or crosses; empty for none.
    capacity_teu : of one train; of a crossing, of the week.
    n_wagons : of one train.
    parts : units of the design that make one train a week: two where half a train may run, which
        is one every other week.
    fee_usd2025_per_box, days : on top of the way, for each box.
    """

    kind: Kind
    start: str
    end: str
    way: Way
    border: str = ""
    capacity_teu: float = np.inf
    n_wagons: int = 0
    parts: int = 1
    fee_usd2025_per_box: float = 0.0
    days: float = 0.0


def offers_of(network: Network, port: str, beyond: list[str]) -> Iterator[CandidateService]:
    """All services that may run.

    Parameters
    ----------
    port : key of the dry port.
    beyond : keys of the stations behind it.
    """
    stations = network.stations
    dispatch = [key for key in sorted(stations) if stations[key].kind == "dispatch"]
    borders = [(key, b) for key, b in sorted(network.borders.items()) if b.is_open]
    ways = Ways(network)
    from_port = ways.of(port, "1520 mm")
    kept = 1 - network.reserve_share
    for key, border in borders:
        to_border = ways.of(border.china_station, "1435 mm")
        for station in dispatch:
            if station in to_border:
                yield CandidateService(
                    kind="block-train",
                    start=station,
                    end=border.china_station,
                    way=to_border[station],
                    border=key,
                    capacity_teu=_TEU_PER_FEU * border.n_feu_1435,
                    n_wagons=border.n_feu_1435,
                    parts=_parts(network, station),
                )
        boxes = border.own_boxes_per_d * DAYS_PER_WEEK
        yield CandidateService(
            kind="crossing",
            start=border.china_station,
            end=border.kazakh_station,
            way=Way(),
            border=key,
            capacity_teu=kept * boxes * TEU_PER_BOX,
            fee_usd2025_per_box=border.gauge_change_usd2025_per_box + border.fee_usd2025_per_box,
            days=mean_days(law_table(border.dwell)),
        )
        yield CandidateService(
            kind="block-train",
            start=border.kazakh_station,
            end=port,
            way=from_port[border.kazakh_station],
            border=key,
            capacity_teu=_TEU_PER_FEU * border.n_feu_1520,
            n_wagons=border.n_feu_1520,
            parts=_parts(network, border.kazakh_station),
            fee_usd2025_per_box=network.costs.handling_usd2025_per_box,
        )
    n_feu = max(border.n_feu_1520 for _, border in borders)
    for key in beyond:
        yield CandidateService(
            kind="block-train",
            start=port,
            end=key,
            way=from_port[key],
            capacity_teu=_TEU_PER_FEU * n_feu,
            n_wagons=n_feu,
            parts=_parts(network, key),
        )
    yield from _wagon_groups(network, dispatch, ways)


def _parts(network: Network, far: str) -> int:
    return 2 if far in network.every_other_week else 1


def _wagon_groups(network: Network, dispatch: list[str], along: Ways) -> Iterator[CandidateService]:
    """Wagons in other trains, from each station to the hubs that are quickest to reach."""
    costs = network.costs
    for station in dispatch:
        ways = along.of(station, "1435 mm")
        for hub in nearest_hubs(network, ways, station, among=dispatch):
            way = ways[hub]
            yield CandidateService(
                kind="wagon-group",
                start=station,
                end=hub,
                way=Way(
                    sections=way.sections,
                    length_km=way.length_km,
                    days=way.days,
                    teu_usd2025=along.group_usd2025_per_teu(station, hub),
                    co2e_g_per_t=way.co2e_g_per_t,
                ),
                days=mean_days(law_table(costs.wagon_group_wait)),
            )
