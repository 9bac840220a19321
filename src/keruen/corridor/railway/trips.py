"""Which way each box takes: by the planned week, one draw for each box.

Knows bookings, routes and lines; knows no train and no clock of the railway.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.corridor.network.lines import Lines, dry_port_of
from keruen.corridor.network.ways import Ways, mean_days
from keruen.corridor.visits.visits import box_entities
from keruen.domain.codes import Mode
from keruen.domain.results import Demand
from keruen.domain.tables import Table
from keruen.scenario.duration_laws import law_table
from keruen.scenario.models import Scenario
from keruen.scenario.network import Network
from keruen.scenario.world import PlannedNetwork
from keruen.units import MS_PER_DAY, NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Trips:
    """What the week means for each booking; arrays have one entry for each row of `bookings`.

    Parameters
    ----------
    bookings : with the services of the lines that the boxes take.
    entity : int64, key of the draws of a box.
    route : int16, index among the routes sorted by key; −1: no train is to carry the box.
    into_line, out_line : int16, place among the lines of the dry port; −1: a truck.
    china_line : int16, place among the Chinese lines; −1: the box does not go through China.
    is_west : bool, the box comes from China.
    group_ms : int64, gathering or spreading in wagons of other trains.
    group_running_ms : int64, part of it: on the way, without the wait.
    ready_ms : int64, from when the box waits at its origin; may lie before the simulation.
    """

    bookings: Table
    entity: NDArray[np.int64]
    route: NDArray[np.int16]
    into_line: NDArray[np.int16]
    out_line: NDArray[np.int16]
    china_line: NDArray[np.int16]
    is_west: NDArray[np.bool_]
    group_ms: NDArray[np.int64]
    group_running_ms: NDArray[np.int64]
    ready_ms: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteLines:
    """What one route of the week is made of.

    Parameters
    ----------
    into_line, out_line, china_line : places among the lines; −1 for none.
    hops : pairs of Chinese stations between which the boxes go in wagons of other trains.
    is_west : it begins in China.
    """

    into_line: int
    out_line: int
    china_line: int
    hops: tuple[tuple[str, str], ...]
    is_west: bool


def lines_of_route(stations: tuple[str, ...], lines: Lines, port: str) -> RouteLines:
    """Take a route apart.

    Parameters
    ----------
    stations : of the route, in the order of the way; `port` is one of them.
    """
    at = stations.index(port)
    before, after = stations[:at], stations[at + 1 :]
    is_west = len(before) > 1
    far = {line.far: n for n, line in enumerate(lines.port)}
    chinese = before[:-1] if is_west else after[1:][::-1]
    # From the station to the border; the last pair has a train of its own.
    pairs = list(pairwise(chinese))
    by_ends = {(line.far, line.near): n for n, line in enumerate(lines.china)}
    return RouteLines(
        into_line=far[before[-1]] if before else NONE,
        out_line=far[after[0]] if after and not is_west else NONE,
        china_line=by_ends[pairs[-1]] if pairs else NONE,
        hops=tuple(pairs[:-1]),
        is_west=is_west,
    )


def trips_of(
    scenario: Scenario, planned: PlannedNetwork, demand: Demand, lines: Lines, seed: int
) -> Trips:
    """Choose a route for each booking.

    Parameters
    ----------
    scenario : its services are the lines of the dry port.
    planned : its railway and week.
    demand : the bookings.
    lines : of the week.
    seed : of the keyed draws.

    Returns
    -------
    Trips. A box is ready at its origin so long before it may be at the dry port as its way takes on
    average, waits for trains not counted.
    """
    bookings = demand.bookings.copy()
    n = len(bookings)
    entity = box_entities(bookings, scenario)
    is_west = (bookings["in_mode"] == Mode.TRAIN) & _is_no_transit(scenario)[bookings["flow"]]
    luck = draws.uniform_array(seed, draws.STREAM_ROUTE, entity)
    found = Trips(
        bookings=bookings,
        entity=entity,
        route=np.full(n, NONE, np.int16),
        into_line=np.full(n, NONE, np.int16),
        out_line=np.full(n, NONE, np.int16),
        china_line=np.full(n, NONE, np.int16),
        is_west=is_west,
        group_ms=np.zeros(n, np.int64),
        group_running_ms=np.zeros(n, np.int64),
        ready_ms=bookings["ready_ms"].astype(np.int64),
    )
    flows = {key: index for index, key in enumerate(sorted(scenario.flows))}
    port = dry_port_of(planned.network)
    gathering = _Gathering(planned.network)
    by_side: dict[tuple[str, bool], list[tuple[int, float, RouteLines]]] = {}
    for number, (_, route) in enumerate(sorted(planned.week.routes.items())):
        leg = lines_of_route(route.stations, lines, port)
        by_side.setdefault((route.flow, leg.is_west), []).append((number, route.share, leg))
    for (flow, west), routes in by_side.items():
        own = np.flatnonzero((bookings["flow"] == flows[flow]) & (is_west == west))
        chosen = np.searchsorted(np.cumsum([share for _, share, _ in routes]), luck[own], "right")
        for place, (number, _, leg) in enumerate(routes):
            _take_route(found, own[chosen == place], (number, leg), lines, gathering, seed)
    return found


def _is_no_transit(scenario: Scenario) -> NDArray[np.bool_]:
    return np.array([flow.kind != "transit" for _, flow in sorted(scenario.flows.items())])


class _Gathering:
    """Time in wagons of other trains: mean running time, and a drawn wait."""

    def __init__(self, network: Network) -> None:
        self._ways = Ways(network)
        self.wait = law_table(network.costs.wagon_group_wait)
        self.mean_wait_ms = round(mean_days(self.wait) * MS_PER_DAY)

    def running_ms(self, start: str, end: str) -> int:
        return round(self._ways.of(start)[end].days * MS_PER_DAY)


def _take_route(
    trips: Trips,
    rows: NDArray[np.int64],
    chosen: tuple[int, RouteLines],
    lines: Lines,
    gathering: _Gathering,
    seed: int,
) -> None:
    """Note the route of some rows; changes the arrays of `trips`."""
    number, leg = chosen
    trips.route[rows] = number
    trips.into_line[rows] = leg.into_line
    trips.out_line[rows] = leg.out_line
    trips.china_line[rows] = leg.china_line
    for name, line in (("in_service", leg.into_line), ("out_service", leg.out_line)):
        trips.bookings[name][rows] = line
    lead_ms = 0
    for hop, (start, end) in enumerate(leg.hops):
        running_ms = gathering.running_ms(start, end)
        bits = draws.bits_array(seed, draws.STREAM_WAGON_GROUP, trips.entity[rows], hop)
        trips.group_ms[rows] += running_ms + draws.millis_array(gathering.wait, bits)
        trips.group_running_ms[rows] += running_ms
        lead_ms += running_ms + gathering.mean_wait_ms
    if leg.is_west:
        lead_ms += lines.china[leg.china_line].mean_ms + lines.dwell_ms[leg.into_line]
        lead_ms += lines.port[leg.into_line].mean_ms
    elif leg.into_line >= 0:
        lead_ms = lines.port[leg.into_line].mean_ms
    else:
        lead_ms = 0
    trips.ready_ms[rows] -= lead_ms
