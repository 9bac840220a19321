"""Distances of a network: over the globe and along its open lines.

Knows coordinates and lengths; chooses no route by cost.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from typing import Final

from keruen.scenario.network import Network, Station

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""


def great_circle_m(one: Station, other: Station) -> float:
    """The shortest way over a spherical Earth, in metres (haversine formula)."""
    latitudes = [math.radians(station.latitude_deg) for station in (one, other)]
    north = math.sin((latitudes[1] - latitudes[0]) / 2) ** 2
    east = math.sin(math.radians(other.longitude_deg - one.longitude_deg) / 2) ** 2
    chord = north + math.cos(latitudes[0]) * math.cos(latitudes[1]) * east
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def links(network: Network, *, is_open_only: bool = True) -> Iterator[tuple[str, str, float]]:
    """The two ends and the length in metres of every section and border, by key."""
    for _, section in sorted(network.sections.items()):
        yield section.start, section.end, section.length_m
    for _, border in sorted(network.borders.items()):
        if border.is_open or not is_open_only:
            yield border.china_station, border.kazakh_station, border.length_m


def distances_m(network: Network, start: str, *, is_open_only: bool = True) -> dict[str, float]:
    """The shortest way along the rails from `start` to every station that can be reached.

    Returns
    -------
    Key of the station → metres; `start` itself has 0.

    Examples
    --------
    >>> from keruen.scenario import read
    >>> network = read("kostanay-hefei").network
    >>> round(distances_m(network, "dostyk")["moiynty"] / 1000)
    836
    """
    beside: dict[str, list[tuple[str, float]]] = {}
    for one, other, length_m in links(network, is_open_only=is_open_only):
        beside.setdefault(one, []).append((other, length_m))
        beside.setdefault(other, []).append((one, length_m))
    found: dict[str, float] = {}
    waiting = [(0.0, start)]
    while waiting:
        so_far_m, station = heapq.heappop(waiting)
        if station in found:
            continue
        found[station] = so_far_m
        for other, length_m in beside.get(station, ()):
            if other not in found:
                heapq.heappush(waiting, (so_far_m + length_m, other))
    return found
