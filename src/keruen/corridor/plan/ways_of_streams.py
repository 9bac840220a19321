"""The ways that boxes of a stream may take over the services of a week.

A way boards a full train at one station in China, changes gauge at one border, and ends with the
trains from there; to the boarding station, wagon groups bring the boxes the cheapest way. Wagon
groups have room for all and cost nothing while they run empty, so no plan gains by a dearer way
between two stations, and one way for each stream, boarding station and border is enough.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from keruen.corridor.plan.design.problem import Floats, Ints
from keruen.corridor.plan.offers import CandidateService
from keruen.corridor.plan.streams import Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamWays:
    """Ways of all streams, as `DesignProblem` takes them.

    Parameters
    ----------
    stream : int64, shape (n_ways,), ascending.
    cost : float64, shape (n_ways,), money for each TEU.
    start, arc : int64, shapes (n_ways + 1,) and (n,), arcs in the order of the way. Offer k has
        arcs 2k (from start to end) and 2k + 1 (back).
    """

    stream: Ints
    cost: Floats
    start: Ints
    arc: Ints


WaysMaker = Callable[[Sequence[CandidateService], Sequence[Stream], Floats, str], StreamWays]
"""As `ways_of`."""


def ways_of(
    offers: Sequence[CandidateService], streams: Sequence[Stream], costs: Floats, port: str
) -> StreamWays:
    """All ways of all streams.

    Parameters
    ----------
    offers, streams : of the week.
    costs : float64, shape (n_streams, n_offers), money for each TEU of a stream on an offer.
    port : key of the dry port.
    """
    chains = _Chains(offers, port)
    ways = [
        (n, cost, arcs)
        for n, stream in enumerate(streams)
        for cost, arcs in chains.of(stream, costs[n])
    ]
    lengths = [len(arcs) for _, _, arcs in ways]
    return StreamWays(
        stream=np.array([n for n, _, _ in ways], np.int64),
        cost=np.array([cost for _, cost, _ in ways], np.float64),
        start=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        arc=np.array([arc for _, _, arcs in ways for arc in arcs], np.int64),
    )


class _Chains:
    """The offers by what they connect."""

    def __init__(self, offers: Sequence[CandidateService], port: str) -> None:
        self._port = port
        self._groups: dict[str, list[tuple[str, int, int]]] = {}
        self._over: dict[str, int] = {}
        self._from_border: dict[str, int] = {}
        self._beyond: dict[str, int] = {}
        self._to_border: list[tuple[str, str, int]] = []
        for k, offer in enumerate(offers):
            if offer.kind == "wagon-group":
                self._groups.setdefault(offer.start, []).append((offer.end, k, 2 * k))
                self._groups.setdefault(offer.end, []).append((offer.start, k, 2 * k + 1))
            elif offer.kind == "crossing":
                self._over[offer.border] = k
            elif offer.start == port:
                self._beyond[offer.end] = k
            elif offer.end == port:
                self._from_border[offer.border] = k
            else:
                self._to_border.append((offer.start, offer.border, k))

    def of(self, stream: Stream, costs: Floats) -> Iterator[tuple[float, tuple[int, ...]]]:
        """Cost of a TEU and arcs of each way of a stream."""
        prices: list[float] = costs.tolist()  # plain numbers add faster, one by one as numpy does
        is_west = stream.destination == self._port or stream.destination in self._beyond
        far, near = stream.origin, stream.destination
        if not is_west:
            far, near = near, far
        last = () if near == self._port else (self._beyond[near],)
        reached = self._reached(far, prices)
        for station, border, k in self._to_border:
            if station in reached:
                cost, wagons = reached[station]
                trains = (k, self._over[border], self._from_border[border], *last)
                arcs = (*wagons, *(2 * offer for offer in trains))
                way = arcs if is_west else tuple(arc ^ 1 for arc in reversed(arcs))
                of_trains = 0.0
                for offer in trains:
                    of_trains += prices[offer]
                yield cost + of_trains, way

    def _reached(
        self, start: str, prices: Sequence[float]
    ) -> Mapping[str, tuple[float, tuple[int, ...]]]:
        """The cheapest chain of wagon groups to every station, by Dijkstra's method."""
        found: dict[str, tuple[float, tuple[int, ...]]] = {}
        waiting: list[tuple[float, str, tuple[int, ...]]] = [(0.0, start, ())]
        while waiting:
            cost, station, arcs = heapq.heappop(waiting)
            if station not in found:
                found[station] = cost, arcs
                for other, k, arc in self._groups.get(station, ()):
                    if other not in found:
                        heapq.heappush(waiting, (cost + prices[k], other, (*arcs, arc)))
        return found
