"""Lines of the planned week: between which stations trains run, over which sections, with what.

Knows the network and the week; knows no box and no draw. The far end of a line is the one away from
the dry port, or the station in China; every line is run both ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from keruen.corridor.network.ways import Way, Ways
from keruen.domain.alternate_weeks import AlternateWeeks
from keruen.scenario.duration_laws import law_table
from keruen.scenario.models import Service
from keruen.scenario.network import Network
from keruen.scenario.week import Week, WeekTrain, mean_trains
from keruen.scenario.world import PlannedNetwork

_TEU_PER_FEU = 2
_PAYLOAD_1435_KG = 61_000
"""Boxes on a 40-ft platform of 1435 mm, an assumption: one box of 30.5 t, or two of 20 ft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Full trains between two stations of one gauge.

    Parameters
    ----------
    key : of the train in the planned week; `number` is its place among all sorted by key.
    far, near : keys of stations.
    border : key of the border at one of its ends; empty for none.
    trains_per_week : each way in the average week.
    departures_ms : from the far end, since Monday 00:00; empty: evenly through the week.
    every_other_week : the weeks in which the last of these trains runs; None: in all.
    n_wagons, capacity_teu, capacity_kg : of one train.
    way : from the far end to the near one.
    sections : key of each section on that way, and whether it is run from its start to its end.
    least_ms, mean_ms : running time without waiting.
    """

    key: str
    number: int
    far: str
    near: str
    border: str
    trains_per_week: int
    departures_ms: tuple[int, ...]
    every_other_week: AlternateWeeks | None
    n_wagons: int
    capacity_teu: int
    capacity_kg: int
    way: Way
    sections: tuple[tuple[str, bool], ...]
    least_ms: int
    mean_ms: int

    @property
    def mean_trains_per_week(self) -> float:
        """Each way, over even and odd weeks."""
        return mean_trains(self.trains_per_week, self.every_other_week)

    def back(self) -> tuple[tuple[str, bool], ...]:
        """The sections from the near end to the far one."""
        return tuple((key, not is_forward) for key, is_forward in reversed(self.sections))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """All lines: those of the dry port by far end, those of China by near and far end.

    `dwell_ms` is the mean time at the border of each line of the dry port; 0 without one.
    """

    port: tuple[Line, ...]
    china: tuple[Line, ...]
    dwell_ms: tuple[int, ...]


def dry_port_of(network: Network) -> str:
    """Key of the dry port among the stations."""
    return next(key for key, s in sorted(network.stations.items()) if s.kind == "dry-port")


def lines_of_dry_port(network: Network, week: Week) -> tuple[str, ...]:
    """Far ends of the trains of a week that begin or end at the dry port, sorted."""
    port = dry_port_of(network)
    ends = [(train.start, train.end) for train in week.trains.values()]
    own = [pair for pair in ends if port in pair]
    return tuple(sorted(end if start == port else start for start, end in own))


def lines_of(planned: PlannedNetwork, services: Mapping[str, Service]) -> Lines:
    """The lines of a planned week.

    Parameters
    ----------
    planned : the railway and its week.
    services : of each line of the dry port, by its far end: what one of its trains is.
    """
    network = planned.network
    port = dry_port_of(network)
    port_lines, china_lines = [], []
    ways = Ways(network)
    for number, (key, train) in enumerate(sorted(planned.week.trains.items())):
        if port in (train.start, train.end):
            far = train.start if train.end == port else train.end
            service = services[far]
            borders = [k for k, b in sorted(network.borders.items()) if b.kazakh_station == far]
            capacity = _Capacity(
                n_wagons=service.n_wagons,
                teu=service.n_wagons * service.teu_per_wagon,
                kg=service.n_wagons * service.payload_per_wagon_kg,
            )
            ends = far, port, borders[0] if borders else ""
            way = ways.of(far)[port]
            port_lines.append(_line(network, (number, key, train), ends, capacity, way))
        else:
            border = next(
                k for k, b in sorted(network.borders.items()) if b.china_station == train.end
            )
            n_wagons = network.borders[border].n_feu_1435
            capacity = _Capacity(
                n_wagons=n_wagons, teu=_TEU_PER_FEU * n_wagons, kg=n_wagons * _PAYLOAD_1435_KG
            )
            ends = train.start, train.end, border
            way = ways.of(train.start)[train.end]
            china_lines.append(_line(network, (number, key, train), ends, capacity, way))
    ordered = tuple(sorted(port_lines, key=lambda line: line.far))
    dwells = [network.borders[line.border].dwell if line.border else None for line in ordered]
    return Lines(
        port=ordered,
        dwell_ms=tuple(
            0 if law is None else round(float(np.mean(law_table(law)))) for law in dwells
        ),
        china=tuple(sorted(china_lines, key=lambda line: (line.near, line.far))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Capacity:
    n_wagons: int
    teu: int
    kg: int


def _line(
    network: Network,
    train: tuple[int, str, WeekTrain],
    ends: tuple[str, str, str],
    capacity: _Capacity,
    way: Way,
) -> Line:
    far, near, border = ends
    sections = []
    at = far
    for key in way.sections:
        section = network.sections[key]
        sections.append((key, section.start == at))
        at = section.end if section.start == at else section.start
    tables = [law_table(network.running_time(network.sections[key])) for key in way.sections]
    number, train_key, words = train
    return Line(
        key=train_key,
        number=number,
        far=far,
        near=near,
        border=border,
        trains_per_week=words.trains_per_week,
        departures_ms=words.departures_ms,
        every_other_week=words.every_other_week,
        n_wagons=capacity.n_wagons,
        capacity_teu=capacity.teu,
        capacity_kg=capacity.kg,
        way=way,
        sections=tuple(sections),
        least_ms=int(sum(int(table[0]) for table in tables)),
        mean_ms=round(float(sum(np.mean(table) for table in tables))),
    )
