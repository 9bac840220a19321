"""What is asked of the departures of a planned week: its services, queues and limits of a day.

Knows the week, its ways and running times, on slots of a cyclic week; does not know how departures
are found. Boxes become ready evenly through the week. A train set that comes to the dry port leaves
it a layover later, and one that comes to a border in China leaves it after half of the border's
dwell: so each service is free only in when it leaves its far end. What a connection misses of a
whole slot is waiting too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.network.lines import dry_port_of
from keruen.corridor.network.ways import mean_days
from keruen.corridor.plan.design import DeparturesProblem, DesignPlan
from keruen.corridor.plan.offers import CandidateService
from keruen.corridor.plan.trains_of_ways import Boarding, Itinerary, PathFlow, chains_of, trips_of
from keruen.corridor.plan.week_problem import WeekProblem, departures_per_week, is_alternate
from keruen.scenario.duration_laws import law_table
from keruen.scenario.models import Scenario
from keruen.scenario.network import Network
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY

N_SLOTS: Final = 28
"""Slots of a week: six hours each."""
SLOT_D: Final = DAYS_PER_WEEK / N_SLOTS
DAY_SLOTS: Final = N_SLOTS // DAYS_PER_WEEK

_ZERO: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLimit:
    """What a border or the dry port's own section takes in of one direction, in any window.

    Parameters
    ----------
    kind : `border-west`, `border-east`, `section-in` or `section-out`.
    key : of the border or section.
    slots : length of the window.
    most : trains in it.
    """

    kind: str
    key: str
    slots: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The problem of the departures, with what its services, queues and limits stand for.

    Parameters
    ----------
    problem : what is asked.
    offers : of each service, its number in the week.
    chains : ways of the streams that take trains.
    stages : of each chain, its queues in order.
    lost_d : of each chain, days that it waits whatever departs when: half a slot for the first
        train, what connections miss of whole slots, and what trains every other week add.
    limits : of the problem, in order.
    border_lost_d : of each chain, part of `lost_d`: what connections at borders miss.
    is_at_border : of each chain, whether each of its queues stands at a border.
    """

    problem: DeparturesProblem
    offers: tuple[int, ...]
    chains: tuple[PathFlow, ...]
    stages: tuple[tuple[int, ...], ...]
    lost_d: tuple[float, ...]
    limits: tuple[DayLimit, ...]
    border_lost_d: tuple[float, ...]
    is_at_border: tuple[tuple[bool, ...], ...]

    def single_size(self, joined: tuple[int, int, int]) -> tuple[int, int, int]:
        """Columns, rows and entries of the model if no two ways shared a queue.

        Parameters
        ----------
        joined : the same of the model in which they do.
        """
        problem, n = self.problem, self.problem.n_slots
        columns, rows, entries = joined
        n_single = sum(len(stages) for stages in self.stages)
        more = n_single - problem.n_queues
        # Of each queue and slot: three entries of its balance, one of its trains' room, and one for
        # what comes from outside or from the queue before.
        n_joined = 4 * problem.n_queues + int((problem.queue_amount > 0).sum())
        n_joined += int((problem.queue_next >= 0).sum())
        return (
            columns + more * (2 * n + 1),
            rows + more * n,
            entries + n * (5 * n_single - n_joined),
        )


def timing_of(
    scenario: Scenario, network: Network, week: WeekProblem, design: DesignPlan
) -> Timing | None:
    """The problem of the departures; None where no train runs.

    Parameters
    ----------
    scenario, network, week, design : as for `time_week`.
    """
    offers = trains_of(week, design)
    if not offers:
        return None
    port = dry_port_of(network)
    trips = [trip for chain in chains_of(week, design) for trip in trips_of(week, chain, port)]
    windows = [
        (limit, terms)
        for limit, terms in _limits(scenario, network, week, offers)
        if sum(departures_per_week(week, design, offers[service]) for service, _ in terms)
        > limit.most
    ]
    queues = _numbered(trips)
    more_d = _alternate_waits_d(week, design)
    return Timing(
        problem=_problem(scenario, network, week, design, trips, windows),
        offers=offers,
        chains=tuple(trip.chain for trip in trips),
        stages=tuple(tuple(queues[key] for key in trip.queues()) for trip in trips),
        lost_d=tuple(_lost_d(trip, more_d) for trip in trips),
        limits=tuple(limit for limit, _ in windows),
        border_lost_d=tuple(_border_lost_d(trip, more_d) for trip in trips),
        is_at_border=tuple((False, *_at_borders(trip)) for trip in trips),
    )


def trains_of(week: WeekProblem, design: DesignPlan) -> tuple[int, ...]:
    """Numbers of the offers whose trains run."""
    return tuple(
        k
        for k, offer in enumerate(week.offers)
        if offer.kind == "block-train" and design.units[k] > 0
    )


def _slots(days: float) -> int:
    """Whole slots that a time takes up."""
    return math.ceil(days / SLOT_D - _ZERO)


def teu_day_usd(week: WeekProblem, chain: PathFlow) -> float:
    """Value of a day of one TEU of a chain."""
    stream = week.streams[chain.stream]
    return stream.usd2025_per_box_d * stream.boxes / stream.teu


def _alternate_waits_d(week: WeekProblem, design: DesignPlan) -> dict[int, float]:
    """What boxes wait longer for an offer's trains because the last one runs every other week.

    Of n departures evenly through the week, with one left out in every other week, the mean wait
    is (n + 1) / (2 n) of their headway, which is a week / n: by a week / (2 n²) more than if all
    ran. Boxes are taken as coming evenly, also those that change trains.
    """
    return {
        k: DAYS_PER_WEEK / 2 / departures_per_week(week, design, k) ** 2
        for k in trains_of(week, design)
        if is_alternate(week, design, k)
    }


def _lost_d(trip: Itinerary, more_d: Mapping[int, float]) -> float:
    """Days that a trip waits whatever departs when; see `Timing`."""
    connections = zip(trip.ready_d, trip.travel_d, strict=True)
    alternate_d = sum(more_d.get(offer, 0.0) for offer, _ in trip.legs)
    return (
        SLOT_D / 2
        + sum(_slots(ready_d) * SLOT_D - travel_d for ready_d, travel_d in connections)
        + alternate_d
    )


def _at_borders(trip: Itinerary) -> tuple[bool, ...]:
    """Whether each connection is at a border: at the dry port boxes must be there earlier."""
    return tuple(
        ready_d == travel_d for ready_d, travel_d in zip(trip.ready_d, trip.travel_d, strict=True)
    )


def _border_lost_d(trip: Itinerary, more_d: Mapping[int, float]) -> float:
    return sum(
        _slots(travel_d) * SLOT_D - travel_d + more_d.get(offer, 0.0)
        for travel_d, is_at_border, (offer, _) in zip(
            trip.travel_d, _at_borders(trip), trip.legs[1:], strict=True
        )
        if is_at_border
    )


def _back_slots(scenario: Scenario, network: Network, offer: CandidateService, port: str) -> int:
    """Slots from a set's departure at the far end to its departure at the near end."""
    if port in (offer.start, offer.end):
        layovers = [service.layover_ms for _, service in sorted(scenario.services.items())]
        return _slots(offer.way.days + float(np.mean(layovers)) / MS_PER_DAY)
    return _slots(offer.way.days + mean_days(law_table(network.borders[offer.border].dwell)) / 2)


_Terms = list[tuple[int, int]]
"""Services that a limit counts, and how long after their departure."""


def _limits(
    scenario: Scenario, network: Network, week: WeekProblem, offers: tuple[int, ...]
) -> Iterator[tuple[DayLimit, _Terms]]:
    """What borders and the dry port's own sections take in, in a slot and in a day."""
    port = dry_port_of(network)
    own = [(n, week.offers[k]) for n, k in enumerate(offers)]
    runs = [_slots(offer.way.days) for _, offer in own]
    backs = [_back_slots(scenario, network, offer, port) for _, offer in own]
    found: list[tuple[str, str, float, _Terms]] = []
    for key, border in sorted(network.borders.items()):
        west = [(n, runs[n]) for n, o in own if o.end == border.china_station]
        east = [(n, backs[n] + runs[n]) for n, o in own if o.start == border.kazakh_station]
        rate = border.own_trains_per_d(to_china=False)
        found.append(("border-west", key, rate, west))
        found.append(("border-east", key, border.own_trains_per_d(to_china=True), east))
    for key, section in sorted(network.sections.items()):
        if port in (section.start, section.end):
            rate = max(
                0.0, section.capacity_trains_per_d - network.others_on(section).mean_trains_per_d
            )
            users = [n for n, o in own if key in o.way.sections]
            found.append(("section-in", key, rate, [(n, runs[n]) for n in users]))
            found.append(("section-out", key, rate, [(n, backs[n]) for n in users]))
    for kind, key, rate, terms in found:
        for slots in (1, DAY_SLOTS):
            most = math.ceil(rate * slots * SLOT_D - _ZERO)
            yield DayLimit(kind=kind, key=key, slots=slots, most=most), terms


def _problem(
    scenario: Scenario,
    network: Network,
    week: WeekProblem,
    design: DesignPlan,
    trips: list[Itinerary],
    windows: list[tuple[DayLimit, _Terms]],
) -> DeparturesProblem:
    offers = trains_of(week, design)
    port = dry_port_of(network)
    own = [week.offers[k] for k in offers]
    queues = _numbered(trips)
    flows = _flows(week, trips, queues)
    places = [(offers.index(key[0][0]), key[0][1]) for key in queues]
    n_trains = np.array([departures_per_week(week, design, k) for k in offers], np.int64)
    # One of them has half its room, because it runs every other week: shared evenly.
    full = n_trains - np.array([0.5 if is_alternate(week, design, k) else 0.0 for k in offers])
    capacity = np.array([offer.capacity_teu for offer in own]) * (full / n_trains)
    weight = network.costs.time_weight
    counts = [len(terms) for _, terms in windows]
    dearest = float(flows.left_price.max(initial=0.0))
    return DeparturesProblem(
        n_slots=N_SLOTS,
        trains=n_trains,
        capacity=capacity,
        back_slots=np.array(
            [_back_slots(scenario, network, offer, port) for offer in own], np.int64
        ),
        queue_service=np.array([service for service, _ in places], np.int64),
        queue_is_back=np.array([is_back for _, is_back in places], np.bool_),
        queue_next=np.array([queues.get(key[1:], -1) for key in queues], np.int64),
        queue_lag=flows.lag,
        queue_amount=flows.amount,
        queue_price=flows.day_usd * SLOT_D * weight,
        left_price=flows.left_price,
        limit_start=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        limit_service=np.array([n for _, terms in windows for n, _ in terms], np.int64),
        limit_shift=np.array([shift for _, terms in windows for _, shift in terms], np.int64),
        limit_slots=np.array([limit.slots for limit, _ in windows], np.int64),
        limit_most=np.array([limit.most for limit, _ in windows], np.int64),
        # A train that finds no room on its day leaves all its boxes behind.
        excess_price=dearest * float(capacity.max()),
    )


def _numbered(trips: list[Itinerary]) -> dict[tuple[Boarding, ...], int]:
    """Queues by the trains still to take, in the order in which chains name them."""
    keys = dict.fromkeys(key for trip in trips for key in trip.queues())
    return {key: n for n, key in enumerate(keys)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flows:
    """What comes to each queue: TEU from outside, value of a TEU-day, price of a TEU left, lag."""

    amount: NDArray[np.float64]
    day_usd: NDArray[np.float64]
    left_price: NDArray[np.float64]
    lag: NDArray[np.int64]


def _flows(
    week: WeekProblem, trips: list[Itinerary], queues: dict[tuple[Boarding, ...], int]
) -> _Flows:
    problem = week.problem
    amount, through, value, price = (np.zeros(len(queues)) for _ in range(4))
    lag = np.zeros(len(queues), np.int64)
    for trip in trips:
        chain = trip.chain
        for n, key in enumerate(trip.queues()):
            queue = queues[key]
            through[queue] += chain.teu
            value[queue] += chain.teu * teu_day_usd(week, chain)
            lag[queue] = _slots(trip.ready_d[n]) if n < len(trip.ready_d) else 0
        first = queues[trip.legs]
        # What is left behind saves the price of its way.
        net = max(0.0, float(problem.unserved_price[chain.stream]) - chain.usd_per_teu)
        amount[first] += chain.teu
        price[first] += chain.teu * net
    return _Flows(
        amount=amount,
        day_usd=value / np.maximum(through, _ZERO),
        left_price=price / np.maximum(amount, _ZERO),
        lag=lag,
    )
