"""The week of the corridor as a design problem: services that may run, flows, shared limits.

Knows the network and the bookings, and what a train costs; does not know how a design is found.
Departures are taken as even through the week, so the week is one period: a service is so many
trains a week, each way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from keruen.corridor.network.ways import mean_days
from keruen.corridor.plan.design import DesignPlan, DesignProblem
from keruen.corridor.plan.offers import CandidateService, offers_of
from keruen.corridor.plan.streams import Stream, streams_of
from keruen.corridor.plan.ways_of_streams import StreamWays, WaysMaker, ways_of
from keruen.domain.tables import Table
from keruen.scenario.duration_laws import law_table
from keruen.scenario.models import Scenario
from keruen.scenario.network import Network
from keruen.units import DAYS_PER_WEEK

LimitKind = Literal["border-west", "border-east", "section", "fleet"]

_MOST_TRAINS: Final = 140
"""Trains a week of one service: twenty a day, more than a border takes in."""
_GRAMS_PER_T: Final = 1e6


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


def departures_per_week(week: WeekProblem, design: DesignPlan, offer: int) -> int:
    """Trains of an offer in a week in which all of them run."""
    return math.ceil(int(design.units[offer]) / week.offers[offer].parts)


def is_alternate(week: WeekProblem, design: DesignPlan, offer: int) -> bool:
    """Whether the last of an offer's trains runs every other week only."""
    return bool(design.units[offer] % week.offers[offer].parts)


def trains_per_week(week: WeekProblem, design: DesignPlan, offer: int) -> float:
    """Trains of an offer in a mean week; whole where all of them run every week."""
    n = departures_per_week(week, design, offer)
    return n - 0.5 if is_alternate(week, design, offer) else n


def week_of(
    scenario: Scenario, network: Network, bookings: Table, ways: WaysMaker = ways_of
) -> WeekProblem:
    """The average week of the bookings.

    Parameters
    ----------
    network : of the scenario.
    bookings : table `bookings` of the whole horizon.
    ways : makes the ways of the streams; another one may keep those that it made before.
    """
    streams = tuple(streams_of(scenario, network, bookings))
    port = next(k for k, s in sorted(network.stations.items()) if s.kind == "dry-port")
    ends = sorted(
        {stream.origin for stream in streams} | {stream.destination for stream in streams}
    )
    beyond = [k for k in ends if network.stations[k].kind not in ("dispatch", "dry-port")]
    offers = tuple(offers_of(network, port, beyond))
    uses = dict(_uses(network, offers))
    limits = tuple(uses)
    return WeekProblem(
        problem=_problem(
            network,
            offers,
            streams,
            uses,
            ways(offers, streams, costs_of(network, offers, streams), port),
        ),
        offers=offers,
        streams=streams,
        limits=limits,
    )


def _uses(
    network: Network, offers: tuple[CandidateService, ...]
) -> Iterator[tuple[Limit, dict[int, float]]]:
    """Each limit that services share, with what one train a week of a service takes of it.

    Services run as often there as back, so the count of one stands for both.
    """
    trains = [(k, offer) for k, offer in enumerate(offers) if offer.kind == "block-train"]
    kept = 1 - network.reserve_share
    for key, border in sorted(network.borders.items()):
        if not border.is_open:
            continue
        west, east = (
            kept * DAYS_PER_WEEK * border.own_trains_per_d(to_china=to_china)
            for to_china in (False, True)
        )
        to_border = {k: 1.0 / o.parts for k, o in trains if o.end == border.china_station}
        from_border = {k: 1.0 / o.parts for k, o in trains if o.start == border.kazakh_station}
        yield Limit(kind="border-west", key=key, most=west), to_border
        yield Limit(kind="border-east", key=key, most=east), from_border
    for key, section in sorted(network.sections.items()):
        free = section.capacity_trains_per_d - network.others_on(section).mean_trains_per_d
        users = {k: 1.0 / offer.parts for k, offer in trains if key in offer.way.sections}
        if users:
            yield Limit(kind="section", key=key, most=kept * DAYS_PER_WEEK * max(0.0, free)), users
    for key, fleet in sorted(network.fleet.items()):
        turn_d = mean_days(law_table(fleet.turnaround))
        users = {
            k: offer.n_wagons * (2 * offer.way.days + turn_d) / DAYS_PER_WEEK / offer.parts
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
    ways: StreamWays,
) -> DesignProblem:
    numbers = np.arange(len(offers))
    is_train = np.array([offer.kind == "block-train" for offer in offers])
    parts = np.array([offer.parts for offer in offers])
    train_usd = np.array([offer.way.train_usd2025 for offer in offers])
    counts = [len(users) for users in uses.values()]
    return DesignProblem(
        # A train that goes comes back, and both are paid for.
        unit_cost=np.where(is_train, 2 * train_usd / parts, 0.0),
        most_units=np.where(is_train, _MOST_TRAINS * parts, 0),
        arc_service=np.repeat(np.where(is_train, numbers, -1), 2),
        arc_capacity=np.repeat([offer.capacity_teu / offer.parts for offer in offers], 2),
        amount=np.array([stream.teu for stream in streams]),
        unserved_price=np.array(
            [network.costs.unserved_usd2025_per_box * s.boxes / s.teu for s in streams]
        ),
        way_commodity=ways.stream,
        way_cost=ways.cost,
        way_start=ways.start,
        way_arc=ways.arc,
        resource_start=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        resource_service=np.array([k for users in uses.values() for k in users], np.int64),
        resource_use=np.array([use for users in uses.values() for use in users.values()]),
        resource_limit=np.array([limit.most for limit in uses]),
    )


def costs_of(
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
