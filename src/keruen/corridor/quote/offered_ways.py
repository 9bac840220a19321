"""The ways that a network offers to one box: border by border, in block trains or wagon groups.

Knows stations, lines, services and prices; knows no luck. A way need not be one that a plan runs:
where no timetable says how often a train runs, an assumption is made and named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from keruen.corridor.network.ways import Way, nearest_hubs, ways_from
from keruen.scenario.models import Scenario
from keruen.scenario.network import Border, Network

LegKind = Literal["block-train", "wagon-group", "crossing"]
Grounds = Literal["week", "services", "assumption"]

FILL_SHARE: Final = 0.85
"""Share of a block train's places that are taken, over both directions: an assumption. Goods are
fewer towards China than from it, and empty boxes do not fill the difference."""
STATION_TRAINS_PER_WEEK: Final = 1
"""Trains of a station that no timetable names: an assumption. Once a week is the least that is
sold as a regular service."""
HUB_TRAINS_PER_WEEK: Final = 7
"""The same of a hub, which gathers the goods of several stations: once a day."""

_TEU_PER_FEU: Final = 2
_NO_WAY: Final = Way()
_KG_PER_T: Final = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One part of a way, in the direction of the box.

    Parameters
    ----------
    kind : a full train, wagons in other trains, or the change of gauge at a border.
    start, end : keys of stations.
    border : key of the border that is crossed; empty otherwise.
    way : lines, length, prices and emissions; of a crossing an empty one.
    trains_per_week : of a full train, a half for one every other week; 0 otherwise.
    grounds : where `trains_per_week` comes from: the planned week, the scenario's services, or an
        assumption.
    capacity_teu : of one full train; 0 otherwise.
    """

    kind: LegKind
    start: str
    end: str
    border: str = ""
    way: Way = _NO_WAY
    trains_per_week: float = 0
    grounds: Grounds = "assumption"
    capacity_teu: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedBox:
    """What travels: TEU and gross tonnes of one box."""

    teu: int
    gross_t: float


def can_end(network: Network, station: str) -> bool:
    """Whether a box may begin or end its way there: not where trains only pass."""
    return network.stations[station].kind in ("dispatch", "destination", "dry-port")


def ways_over(
    scenario: Scenario, network: Network, origin: str, destination: str, *, border: str
) -> Iterator[tuple[Leg, ...]]:
    """Every way from one station to another over a border.

    Parameters
    ----------
    origin, destination : keys of stations; exactly one of them lies in China.
    border : key of the border.

    Yields
    ------
    Legs in the direction of the box. In China: a block train of the station itself, or wagons to
    one of the hubs that are quickest to reach and a block train of the hub. Beyond the border: the
    train to the dry port; for another place also a train that goes there without the dry port.
    """
    is_west = network.stations[origin].gauge == "1435 mm"
    china, beyond = (origin, destination) if is_west else (destination, origin)
    crossing = network.borders[border]
    for first in _in_china(scenario, network, china, crossing):
        for last in _beyond(scenario, network, beyond, crossing):
            gate = Leg(
                kind="crossing",
                start=crossing.china_station,
                end=crossing.kazakh_station,
                border=border,
            )
            legs = (*first, gate, *last)
            yield legs if is_west else tuple(_turned(leg) for leg in reversed(legs))


def open_borders(network: Network, last_day: date) -> tuple[str, ...]:
    """Keys of the borders that are open by a day."""
    return tuple(
        key
        for key, border in sorted(network.borders.items())
        if border.is_open and (border.opens is None or border.opens <= last_day)
    )


def trains_per_week(
    scenario: Scenario, network: Network, start: str, end: str
) -> tuple[float, Grounds]:
    """How often full trains run between two stations, each way, and how that is known."""
    if network.week is not None:
        own = [
            train.mean_trains_per_week
            for _, train in sorted(network.week.trains.items())
            if {train.start, train.end} == {start, end}
        ]
        if own:
            return sum(own), "week"
    else:
        listed = services_per_week(scenario, network, start, end)
        if listed:
            return listed, "services"
    is_hub = any(network.stations[key].is_hub for key in (start, end))
    return (HUB_TRAINS_PER_WEEK if is_hub else STATION_TRAINS_PER_WEEK), "assumption"


def services_per_week(scenario: Scenario, network: Network, start: str, end: str) -> int:
    """Trains a week, each way, of the scenario's services between the dry port and a station."""
    kinds = {key: network.stations[key].kind for key in (start, end)}
    if "dry-port" not in kinds.values():
        return 0
    far = end if kinds[start] == "dry-port" else start
    words = {far, network.stations[far].title.en.casefold()}
    words |= {
        word.casefold()
        for key, border in sorted(network.borders.items())
        if border.kazakh_station == far
        for word in (key, border.title.en)
    }
    return sum(
        service.trains_per_week
        for _, service in sorted(scenario.services.items())
        if service.border.casefold() in words
        or (not service.border and service.partner.en.casefold() in words)
    )


def usd2025_of(network: Network, legs: tuple[Leg, ...], box: QuotedBox) -> float:
    """What a box costs: trains, changes of gauge, fees, and a handling wherever it is moved.

    Notes
    -----
    A train's own cost is shared by the TEU on it at `FILL_SHARE`. Boxes are handled where they
    begin, end, and change the train at the dry port; wagon groups are shunted with their boxes on.
    """
    costs = network.costs
    n_handlings = 2 + sum(network.stations[leg.end].kind == "dry-port" for leg in legs[:-1])
    total = n_handlings * costs.handling_usd2025_per_box
    for leg in legs:
        if leg.kind == "crossing":
            border = network.borders[leg.border]
            total += border.gauge_change_usd2025_per_box + border.fee_usd2025_per_box
        else:
            total += leg_usd2025(network, leg, box)
    return total


def leg_usd2025(network: Network, leg: Leg, box: QuotedBox) -> float:
    """What a box costs on one leg on rails."""
    teu = leg.capacity_teu or _TEU_PER_FEU * min(b.n_feu_1435 for b in network.borders.values())
    each = leg.way.train_usd2025 / (teu * FILL_SHARE) + leg.way.teu_usd2025
    factor = network.costs.wagon_group_factor if leg.kind == "wagon-group" else 1.0
    return box.teu * each * factor


def leg_co2e_kg(leg: Leg, box: QuotedBox) -> float:
    """Emissions of a box on one leg: its gross tonne-kilometres by the line's intensity."""
    return leg.way.co2e_g_per_t * box.gross_t / _KG_PER_T


def _in_china(
    scenario: Scenario, network: Network, station: str, border: Border
) -> Iterator[tuple[Leg, ...]]:
    """Legs from a Chinese station to the border: by itself, then over each of the nearest hubs."""
    gate = border.china_station
    ways = ways_from(network, station, "1435 mm")
    if gate not in ways:
        return
    capacity = _TEU_PER_FEU * border.n_feu_1435
    yield (_block(scenario, network, station, gate, ways[gate], capacity),)
    for hub in nearest_hubs(network, ways, station, among=ways):
        onward = ways_from(network, hub, "1435 mm")[gate]
        group = Leg(kind="wagon-group", start=station, end=hub, way=ways[hub])
        yield (group, _block(scenario, network, hub, gate, onward, capacity))


def _beyond(
    scenario: Scenario, network: Network, station: str, border: Border
) -> Iterator[tuple[Leg, ...]]:
    """Legs from the border to a place on 1520 mm: without the dry port, then through it."""
    gate = border.kazakh_station
    ways = ways_from(network, gate, "1520 mm")
    if station not in ways:
        return
    capacity = _TEU_PER_FEU * border.n_feu_1520
    yield (_block(scenario, network, gate, station, ways[station], capacity),)
    ports = [key for key, s in sorted(network.stations.items()) if s.kind == "dry-port"]
    for port in ports:
        if port in (station, gate) or port not in ways:
            continue
        onward = ways_from(network, port, "1520 mm")[station]
        yield (
            _block(scenario, network, gate, port, ways[port], capacity),
            _block(scenario, network, port, station, onward, capacity),
        )


def _block(
    scenario: Scenario, network: Network, start: str, end: str, way: Way, capacity_teu: int
) -> Leg:
    often, grounds = trains_per_week(scenario, network, start, end)
    return Leg(
        kind="block-train",
        start=start,
        end=end,
        way=way,
        trains_per_week=often,
        grounds=grounds,
        capacity_teu=capacity_teu,
    )


def _turned(leg: Leg) -> Leg:
    """The same leg the other way; lines, prices and frequency are those of both directions."""
    return replace(leg, start=leg.end, end=leg.start)
