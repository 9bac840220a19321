"""Ways of the streams through a designed week, and the trains that they take.

Knows arcs, flows, stations and running times; knows no moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from keruen.corridor.network.time_limits import CUT_OFF_MS
from keruen.corridor.plan.design import DesignPlan
from keruen.corridor.plan.week_problem import WeekProblem
from keruen.units import MS_PER_DAY

_LEAST_TEU: Final = 1e-4
"""Smaller amounts are roundings of the solver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PathFlow:
    """A way of a part of a stream.

    Parameters
    ----------
    stream : its number.
    arcs : from origin to destination.
    teu : a week.
    usd_per_teu : weighted money of freight, time and CO2e, without the trains.
    """

    stream: int
    arcs: tuple[int, ...]
    teu: float
    usd_per_teu: float


Boarding = tuple[int, bool]
"""Number of an offer, and whether its trains are taken from the near end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Itinerary:
    """The trains of a chain.

    Parameters
    ----------
    legs : in order.
    travel_d : from each departure but the last to the arrival where the next train departs.
    ready_d : the same until boxes may board there: at the dry port they must be at hand some time
        before the train.
    """

    chain: PathFlow
    legs: tuple[Boarding, ...]
    travel_d: tuple[float, ...]
    ready_d: tuple[float, ...]

    def queues(self) -> tuple[tuple[Boarding, ...], ...]:
        """What each of its queues is known by: the trains still to take."""
        return tuple(self.legs[n:] for n in range(len(self.legs)))


def arc_head(week: WeekProblem, arc: int) -> str:
    """Key of the station where an arc ends."""
    offer = week.offers[arc // 2]
    return offer.start if arc % 2 else offer.end


def chains_of(week: WeekProblem, design: DesignPlan) -> tuple[PathFlow, ...]:
    """The ways that carry something, by stream, the widest first."""
    problem = week.problem
    chains = [
        PathFlow(
            stream=int(problem.way_commodity[way]),
            arcs=tuple(problem.way_arc[slice(*problem.way_start[way : way + 2])].tolist()),
            teu=float(design.way_amount[way]),
            usd_per_teu=float(problem.way_cost[way]),
        )
        for way in np.flatnonzero(design.way_amount > _LEAST_TEU)
    ]
    return tuple(sorted(chains, key=lambda chain: (chain.stream, -chain.teu)))


def trips_of(week: WeekProblem, chain: PathFlow, port: str) -> Iterator[Itinerary]:
    """The trains of a chain; nothing if it takes wagon groups only.

    Parameters
    ----------
    port : key of the dry port: the near end of its lines, whichever way an offer is written.
    """
    legs: list[Boarding] = []
    travel_d: list[float] = []
    ready_d: list[float] = []
    since_d = 0.0
    for arc in chain.arcs:
        offer = week.offers[arc // 2]
        if offer.kind == "block-train":
            if legs:
                is_at_port = port == (offer.end if arc % 2 else offer.start)
                travel_d.append(since_d)
                ready_d.append(since_d + (CUT_OFF_MS / MS_PER_DAY if is_at_port else 0.0))
            legs.append((arc // 2, (arc % 2 == 1) == (offer.start != port)))
            since_d = 0.0
        since_d += offer.way.days + offer.days
    if legs:
        yield Itinerary(
            chain=chain, legs=tuple(legs), travel_d=tuple(travel_d), ready_d=tuple(ready_d)
        )
