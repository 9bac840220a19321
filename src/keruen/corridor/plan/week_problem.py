"""The week of the corridor as a design problem: services that may run, flows, shared limits.

Knows the network and the bookings, and what a train costs; does not know how a design is found.
Departures are taken as even through the week, so the week is one period: a service is so many
trains a week, each way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from keruen.corridor.network.borders import TEU_PER_BOX
from keruen.corridor.network.ways import Way, Ways, mean_days, nearest_hubs
from keruen.corridor.plan.design import DesignProblem
from keruen.domain.codes import Mode
from keruen.domain.tables import Table
from keruen.scenario.duration_laws import law_table
from keruen.scenario.models import Scenario
from keruen.scenario.network import Network, Origin
from keruen.units import DAYS_PER_WEEK, DAYS_PER_YEAR, MS_PER_DAY

Kind = Literal["block-train", "wagon-group", "crossing"]
LimitKind = Literal["border-west", "border-east", "section", "fleet"]

_TEU_PER_FEU: Final = 2
_MOST_TRAINS: Final = 140
"""Trains a week of one service: twenty a day, more than a border takes in."""
_GRAMS_PER_T: Final = 1e6


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
    fee_usd2025_per_box, days : on top of the way, for each box.
    """

    kind: Kind
    start: str
    end: str
    way: Way
    border: str = ""
    capacity_teu: float = np.inf
    n_wagons: int = 0
    fee_usd2025_per_box: float = 0.0
    days: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Boxes of one flow between one station and one end, in one direction, a week.

    Parameters
    ----------
    flow : key in `flows`.
    origin, destination : keys of stations.
    boxes, teu, tonnes : a week; tonnes are net of nothing: box and goods.
    usd2025_per_box_d : value of a day.
    """

    flow: str
    origin: str
    destination: str
    boxes: float
    teu: float
    tonnes: float
    usd2025_per_box_d: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Something that services share, by kind and key: trains a week, or platforms."""

    kind: LimitKind
    key: str
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekProblem:
    """The problem with what its arcs, commodities and resources stand for.

    Offer k has arcs 2k (from start to end) and 2k + 1 (back).
    """

    problem: DesignProblem
    offers: tuple[CandidateService, ...]
    streams: tuple[Stream, ...]
    limits: tuple[Limit, ...]
    stations: tuple[str, ...] = field(default=())


def week_of(scenario: Scenario, network: Network, bookings: Table) -> WeekProblem:
    """The average week of the bookings.

    Parameters
    ----------
    network : of the scenario.
    bookings : table `bookings` of the whole horizon.
    """
    streams = tuple(_streams(scenario, network, bookings))
    port = next(k for k, s in sorted(network.stations.items()) if s.kind == "dry-port")
    ends = sorted(
        {stream.origin for stream in streams} | {stream.destination for stream in streams}
    )
    beyond = [k for k in ends if network.stations[k].kind not in ("dispatch", "dry-port")]
    offers = tuple(_offers(network, port, beyond))
    stations = tuple(
        sorted({key for offer in offers for key in (offer.start, offer.end)} | set(ends))
    )
    uses = dict(_uses(network, offers))
    limits = tuple(uses)
    return WeekProblem(
        problem=_problem(network, offers, streams, uses, stations),
        offers=offers,
        streams=streams,
        limits=limits,
        stations=stations,
    )


def _streams(scenario: Scenario, network: Network, bookings: Table) -> Iterator[Stream]:
    """Each flow by station and direction; bookings of the horizon, scaled to a week."""
    horizon_d = scenario.calendar.days + scenario.calendar.warm_up_ms / MS_PER_DAY
    per_week = DAYS_PER_WEEK / horizon_d
    everywhere = _laden_origins(scenario, network)
    for index, (key, flow) in enumerate(sorted(scenario.flows.items())):
        origin: Origin | _Ends = network.origins.get(key) or everywhere
        own = bookings[bookings["flow"] == index]
        by_train = own["in_mode"] == Mode.TRAIN
        comes = by_train & (flow.kind != "transit")
        day_usd = network.costs.values_of_time.get(
            flow.commodity, network.costs.value_of_time_usd2025_per_box_d
        )
        for is_west, rows in ((True, own[comes]), (False, own[~comes])):
            for station, share in sorted(origin.shares.items()):
                if not len(rows) or not share:
                    continue
                part = share * per_week
                yield Stream(
                    flow=key,
                    origin=station if is_west else origin.end,
                    destination=origin.end if is_west else station,
                    boxes=len(rows) * part,
                    teu=float(rows["n_teu"].sum(dtype=np.int64)) * part,
                    tonnes=float(rows["gross_mass_kg"].sum(dtype=np.int64)) / 1000 * part,
                    usd2025_per_box_d=day_usd,
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ends:
    """Where boxes begin and end, as an `Origin` of the scenario says it."""

    shares: Mapping[str, float]
    end: str


def _laden_origins(scenario: Scenario, network: Network) -> _Ends:
    """Ends of boxes without an origin of their own, the empty ones: those of the laden imports."""
    totals: dict[str, float] = {}
    for key, origin in sorted(network.origins.items()):
        if scenario.flows[key].kind != "import":
            continue
        for station, part in origin.shares.items():
            totals[station] = totals.get(station, 0.0) + part * scenario.flows[key].boxes
    port = next(k for k, s in sorted(network.stations.items()) if s.kind == "dry-port")
    whole = sum(totals.values())
    shares = {station: total / whole for station, total in sorted(totals.items()) if total > 0}
    return _Ends(shares=shares, end=port)


def _offers(network: Network, port: str, beyond: list[str]) -> Iterator[CandidateService]:
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
                )
        boxes = border.transshipment_boxes_per_yr / DAYS_PER_YEAR * DAYS_PER_WEEK
        yield CandidateService(
            kind="crossing",
            start=border.china_station,
            end=border.kazakh_station,
            way=Way(),
            border=key,
            # Half of what both sides can move together is for each direction.
            capacity_teu=kept * boxes * (1 - border.other_share) * TEU_PER_BOX / 2,
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
        )
    yield from _wagon_groups(network, dispatch, ways)


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


def _uses(
    network: Network, offers: tuple[CandidateService, ...]
) -> Iterator[tuple[Limit, dict[int, float]]]:
    """Each limit that services share, with what one train of a service takes of it, by its arc.

    Services run as often there as back, so one direction stands for both, except at a border,
    where each direction has a limit of its own.
    """
    trains = [(k, offer) for k, offer in enumerate(offers) if offer.kind == "block-train"]
    kept = 1 - network.reserve_share
    for key, border in sorted(network.borders.items()):
        if not border.is_open:
            continue
        own = kept * (1 - border.other_share)
        west = DAYS_PER_WEEK * border.to_kazakhstan.mode_trains_per_d * own
        east = DAYS_PER_WEEK * border.to_china.mode_trains_per_d * own
        to_border = {2 * k: 1.0 for k, o in trains if o.end == border.china_station}
        from_border = {2 * k + 1: 1.0 for k, o in trains if o.start == border.kazakh_station}
        yield Limit(kind="border-west", key=key, most=west), to_border
        yield Limit(kind="border-east", key=key, most=east), from_border
    for key, section in sorted(network.sections.items()):
        free = section.capacity_trains_per_d - section.other_traffic.mode_trains_per_d
        users = {2 * k: 1.0 for k, offer in trains if key in offer.way.sections}
        if users:
            yield Limit(kind="section", key=key, most=kept * DAYS_PER_WEEK * max(0.0, free)), users
    for key, fleet in sorted(network.fleet.items()):
        turn_d = mean_days(law_table(fleet.turnaround))
        users = {
            2 * k: offer.n_wagons * (2 * offer.way.days + turn_d) / DAYS_PER_WEEK
            for k, offer in trains
            if network.stations[offer.start].gauge == fleet.gauge
        }
        if users:
            yield (
                Limit(kind="fleet", key=key, most=kept * fleet.n_platforms * fleet.available_share),
                users,
            )


def _problem(
    network: Network,
    offers: tuple[CandidateService, ...],
    streams: tuple[Stream, ...],
    uses: dict[Limit, dict[int, float]],
    stations: tuple[str, ...],
) -> DesignProblem:
    node = {key: n for n, key in enumerate(stations)}
    both = [(offer, side) for offer in offers for side in (0, 1)]
    is_train = np.array([offer.kind == "block-train" for offer, _ in both])
    groups = np.repeat(np.arange(len(offers)), 2)
    counts = [len(users) for users in uses.values()]
    cost = _costs(network, offers, streams)
    n = len(streams)
    return DesignProblem(
        n_nodes=len(stations),
        tail=np.array([node[(o.start, o.end)[side]] for o, side in both]),
        head=np.array([node[(o.end, o.start)[side]] for o, side in both]),
        capacity=np.array([offer.capacity_teu for offer, _ in both]),
        fixed_cost=np.array(
            [o.way.train_usd2025 * t for (o, _), t in zip(both, is_train, strict=True)]
        ),
        most_units=np.where(is_train, _MOST_TRAINS, 0),
        flow_cost=np.zeros(len(both)),
        is_integer=is_train,
        origin=np.array([node[stream.origin] for stream in streams], np.int64),
        destination=np.array([node[stream.destination] for stream in streams], np.int64),
        amount=np.array([stream.teu for stream in streams]),
        unserved_price=np.array(
            [network.costs.unserved_usd2025_per_box * s.boxes / s.teu for s in streams]
        ),
        special_commodity=np.repeat(np.arange(n), len(both)),
        special_arc=np.tile(np.arange(len(both)), n),
        special_cost=np.repeat(cost, 2, axis=1).ravel(),
        resource_start=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        resource_arc=np.array([arc for users in uses.values() for arc in users], np.int64),
        resource_use=np.array([use for users in uses.values() for use in users.values()]),
        resource_limit=np.array([limit.most for limit in uses]),
        balance_group=np.where(is_train, groups, -1),
    )


def _costs(
    network: Network, offers: tuple[CandidateService, ...], streams: tuple[Stream, ...]
) -> np.ndarray:
    """Weighted dollars for each TEU of a stream on an offer: shape (n_streams, n_offers)."""
    costs = network.costs
    boxes_per_teu = np.array([s.boxes / s.teu for s in streams])[:, None]
    tonnes_per_teu = np.array([s.tonnes / s.teu for s in streams])[:, None]
    day_usd = np.array([s.usd2025_per_box_d for s in streams])[:, None]
    freight = np.array([o.way.teu_usd2025 for o in offers])[None, :]
    fees = np.array([o.fee_usd2025_per_box for o in offers])[None, :]
    days = np.array([o.way.days + o.days for o in offers])[None, :]
    grams = np.array([o.way.co2e_g_per_t for o in offers])[None, :]
    money = freight + fees * boxes_per_teu
    time = days * day_usd * boxes_per_teu
    co2e = grams * tonnes_per_teu / _GRAMS_PER_T * costs.co2e_usd2025_per_t
    weighted: np.ndarray = (
        costs.cost_weight * money + costs.time_weight * time + costs.co2e_weight * co2e
    )
    return weighted
