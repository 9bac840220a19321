"""Lines of the planned week: between which stations trains run, over which sections, with what.

Knows the network and the week; knows no box and no draw. The far end of a line is the one away from
the dry port, or the station in China; every line is run both ways.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keruen.corridor.ways import Way, ways_from
from keruen.scenario.laws import law_table
from keruen.scenario.models import Scenario, Service
from keruen.scenario.network import Network

_TEU_PER_FEU = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Full trains between two stations of one gauge.

    Parameters
    ----------
    far, near : keys of stations.
    border : key of the border at one of its ends; empty for none.
    trains_per_week : each way in the average week.
    n_wagons, capacity_teu, capacity_kg : of one train.
    way : from the far end to the near one.
    sections : key of each section on that way, and whether it is run from its start to its end.
    least_ms, mean_ms : running time without waiting.
    """

    far: str
    near: str
    border: str
    trains_per_week: int
    n_wagons: int
    capacity_teu: int
    capacity_kg: int
    way: Way
    sections: tuple[tuple[str, bool], ...]
    least_ms: int
    mean_ms: int

    def back(self) -> tuple[tuple[str, bool], ...]:
        """The sections from the near end to the far one."""
        return tuple((key, not is_forward) for key, is_forward in reversed(self.sections))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """All lines: those of the dry port by far end, those of China by near and far end."""

    port: tuple[Line, ...]
    china: tuple[Line, ...]


def dry_port_of(network: Network) -> str:
    """Key of the dry port among the stations."""
    return next(key for key, s in sorted(network.stations.items()) if s.kind == "dry-port")


def lines_of(scenario: Scenario) -> Lines:
    """The lines of the week that a scenario brings or was given.

    Parameters
    ----------
    scenario : with a network and its week; `services` are those of the lines of the dry port.
    """
    network = scenario.network
    assert network is not None, "no network"
    assert network.week is not None, "no week"
    port = dry_port_of(network)
    near_port, in_china = [], []
    for _, train in sorted(network.week.trains.items()):
        if train.end == port:
            near_port.append((train.start, train.trains_per_week))
        elif train.start == port:
            near_port.append((train.end, train.trains_per_week))
        else:
            in_china.append((train.end, train.start, train.trains_per_week))
    port_lines = (_port_line(scenario, network, far, n) for far, n in sorted(near_port))
    china_lines = (_china_line(network, far, near, n) for near, far, n in sorted(in_china))
    return Lines(port=tuple(port_lines), china=tuple(china_lines))


def _port_line(scenario: Scenario, network: Network, far: str, trains_per_week: int) -> Line:
    service: Service = scenario.services[far]
    borders = [key for key, b in sorted(network.borders.items()) if b.kazakh_station == far]
    return _line(
        network,
        (far, dry_port_of(network), borders[0] if borders else ""),
        trains_per_week,
        n_wagons=service.n_wagons,
        capacity_teu=service.n_wagons * service.teu_per_wagon,
        capacity_kg=service.n_wagons * service.payload_per_wagon_kg,
    )


def _china_line(network: Network, far: str, near: str, trains_per_week: int) -> Line:
    key = next(k for k, b in sorted(network.borders.items()) if b.china_station == near)
    n_wagons = network.borders[key].n_feu_1435
    return _line(
        network,
        (far, near, key),
        trains_per_week,
        n_wagons=n_wagons,
        capacity_teu=_TEU_PER_FEU * n_wagons,
        capacity_kg=n_wagons * 61_000,
    )


def _line(
    network: Network,
    ends: tuple[str, str, str],
    trains_per_week: int,
    *,
    n_wagons: int,
    capacity_teu: int,
    capacity_kg: int,
) -> Line:
    far, near, border = ends
    way = ways_from(network, far, network.stations[far].gauge)[near]
    sections = []
    at = far
    for key in way.sections:
        section = network.sections[key]
        sections.append((key, section.start == at))
        at = section.end if section.start == at else section.start
    tables = [law_table(network.running_time(network.sections[key])) for key in way.sections]
    return Line(
        far=far,
        near=near,
        border=border,
        trains_per_week=trains_per_week,
        n_wagons=n_wagons,
        capacity_teu=capacity_teu,
        capacity_kg=capacity_kg,
        way=way,
        sections=tuple(sections),
        least_ms=int(sum(int(table[0]) for table in tables)),
        mean_ms=round(float(sum(np.mean(table) for table in tables))),
    )
