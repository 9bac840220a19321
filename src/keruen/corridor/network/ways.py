"""Ways along the rails of one gauge: the quickest from a station to all others, and their cost.

Knows sections and railways; knows no service and no border.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from keruen.scenario.duration_laws import law_table
from keruen.scenario.network import Gauge, Network
from keruen.units import MS_PER_DAY

_M_PER_KM: Final = 1000.0
_TEU_PER_FEU: Final = 2

N_NEAREST_HUBS: Final = 3
"""A station may send wagon groups to so many hubs, the quickest to reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The quickest way of a train between two stations.

    Parameters
    ----------
    sections : keys in the order of the way.
    length_km : along the rails.
    days : mean running time.
    train_usd2025 : for a train, however full.
    teu_usd2025 : for each TEU on top.
    co2e_g_per_t : for each net tonne.
    """

    sections: tuple[str, ...] = ()
    length_km: float = 0.0
    days: float = 0.0
    train_usd2025: float = 0.0
    teu_usd2025: float = 0.0
    co2e_g_per_t: float = 0.0


class Ways:
    """The quickest ways on a network; each start is looked at once.

    Examples
    --------
    >>> from keruen.scenario import read
    >>> ways = Ways(read("kostanay-hefei").network)
    >>> round(ways.of("dostyk")["moiynty"].length_km)
    836
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._sections: dict[Gauge, dict[str, Way]] = {}
        self._found: dict[tuple[str, Gauge], dict[str, Way]] = {}

    def of(self, start: str, gauge: Gauge | None = None) -> dict[str, Way]:
        """As `ways_from`, on the station's own gauge if none is told."""
        own = self._network.stations[start].gauge if gauge is None else gauge
        if own not in self._sections:
            self._sections[own] = _sections(self._network, own)
        if (start, own) not in self._found:
            self._found[start, own] = _quickest(self._network, self._sections[own], start)
        return self._found[start, own]

    def group_usd2025_per_teu(self, start: str, end: str) -> float:
        """What a TEU costs in wagons of other trains: a share of a full train, times the factor."""
        way = self.of(start)[end]
        n_feu = min(border.n_feu_1435 for border in self._network.borders.values())
        full = way.train_usd2025 / (_TEU_PER_FEU * n_feu) + way.teu_usd2025
        return full * self._network.costs.wagon_group_factor


def ways_from(network: Network, start: str, gauge: Gauge) -> dict[str, Way]:
    """The quickest way from a station to every one that its gauge reaches.

    Parameters
    ----------
    start : key in `stations`.
    gauge : of the sections that may be used.

    Returns
    -------
    Key of the station → way; `start` itself has an empty one. Of equally quick ways the one whose
    sections come first by key.

    Examples
    --------
    >>> from keruen.scenario import read
    >>> network = read("kostanay-hefei").network
    >>> round(ways_from(network, "dostyk", "1520 mm")["moiynty"].length_km)
    836
    """
    return Ways(network).of(start, gauge)


def _quickest(network: Network, sections: dict[str, Way], start: str) -> dict[str, Way]:
    beside: dict[str, list[tuple[str, Way]]] = {}
    for key, one in sorted(sections.items()):
        section = network.sections[key]
        beside.setdefault(section.start, []).append((section.end, one))
        beside.setdefault(section.end, []).append((section.start, one))
    found: dict[str, Way] = {}
    waiting: list[tuple[float, tuple[str, ...], str]] = [(0.0, (), start)]
    ways: dict[tuple[tuple[str, ...], str], Way] = {((), start): Way()}
    while waiting:
        _, keys, station = heapq.heappop(waiting)
        if station in found:
            continue
        found[station] = ways[keys, station]
        for other, one in beside.get(station, ()):
            if other not in found:
                way = _joined(found[station], one)
                ways[way.sections, other] = way
                heapq.heappush(waiting, (way.days, way.sections, other))
    return found


def nearest_hubs(
    network: Network, ways: Mapping[str, Way], station: str, *, among: Iterable[str]
) -> list[str]:
    """The hubs that a station may send wagon groups to: the `N_NEAREST_HUBS` quickest to reach.

    Parameters
    ----------
    ways : from `station`, by station.
    among : stations that may be hubs.
    """
    hubs = [key for key in among if network.stations[key].is_hub and key != station and key in ways]
    # Of equally quick hubs the first by key, so that no order of rows decides.
    return sorted(hubs, key=lambda key: (ways[key].days, key))[:N_NEAREST_HUBS]


def mean_days(law_ms: np.ndarray) -> float:
    """The mean of a quantile table, in days."""
    return float(np.mean(law_ms)) / MS_PER_DAY


def _sections(network: Network, gauge: Gauge) -> dict[str, Way]:
    found = {}
    for key, section in network.sections.items():
        railway = network.railways[section.railway]
        if railway.gauge != gauge:
            continue
        length_km = section.length_m / _M_PER_KM
        grams = railway.electric_g_per_tkm if section.is_electrified else railway.diesel_g_per_tkm
        found[key] = Way(
            sections=(key,),
            length_km=length_km,
            days=mean_days(law_table(network.running_time(section))),
            train_usd2025=length_km * railway.train_usd2025_per_train_km,
            teu_usd2025=length_km * railway.teu_usd2025_per_teu_km,
            co2e_g_per_t=length_km * grams,
        )
    return found


def _joined(one: Way, other: Way) -> Way:
    return Way(
        sections=one.sections + other.sections,
        length_km=one.length_km + other.length_km,
        days=one.days + other.days,
        train_usd2025=one.train_usd2025 + other.train_usd2025,
        teu_usd2025=one.teu_usd2025 + other.teu_usd2025,
        co2e_g_per_t=one.co2e_g_per_t + other.co2e_g_per_t,
    )
