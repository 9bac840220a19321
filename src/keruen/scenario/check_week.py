"""Rules for the planned week: trains run where they can, and every way is joined by them.

Knows stations, gauges and which trains there are; knows nothing of capacity, cost or time.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from keruen.scenario.check_goods import is_known
from keruen.scenario.models import Scenario
from keruen.scenario.network import Network
from keruen.scenario.reading import ScenarioReading
from keruen.scenario.week import Route, WeekTrain
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY

_SUM_TOLERANCE: Final = 1e-6
_STATIONS: Final = "network.stations"
_TRAINS: Final = "network.week.trains"
_ROUTES: Final = "network.week.routes"


def check_week(reading: ScenarioReading, scenario: Scenario) -> None:
    """Note every broken rule for the planned week in `reading`; there may be none."""
    network = scenario.network
    if network is None or network.week is None:
        return
    seen: dict[frozenset[str], str] = {}
    is_sound = reading.is_whole(_TRAINS)
    for key, train in sorted(network.week.trains.items()):
        path = f"{_TRAINS}.{key}"
        if _check_ends(reading, network, path, train):
            ends = frozenset((train.start, train.end))
            if ends in seen:
                reading.complain_at(path, "week_twice", other=seen[ends])
            seen.setdefault(ends, key)
        else:
            is_sound = False
        _check_departures(reading, path, train)
    port = _port_of(network)
    if is_sound and not any(port in ends for ends in seen):
        reading.complain_at(_TRAINS, "week_no_trains", port=port or "-")
    for key, route in sorted(network.week.routes.items()):
        path = f"{_ROUTES}.{key}"
        is_flow = is_known(reading, scenario.flows, f"{path}.flow", route.flow, "flows")
        if _check_stations(reading, network, f"{path}.stations", route):
            place = reading.place(f"{path}.stations")
            if is_sound:
                _check_joined(reading, network, place, route)
            if is_flow:
                _check_sides(reading, scenario, place, route)
    _check_shares(reading, network)


def _port_of(network: Network) -> str:
    ports = [key for key, s in sorted(network.stations.items()) if s.kind == "dry-port"]
    return ports[0] if ports else ""


def _check_ends(reading: ScenarioReading, network: Network, path: str, train: WeekTrain) -> bool:
    """Whether a train runs between two stations that can be its ends."""
    ends = {"start": train.start, "end": train.end}
    known = [
        is_known(reading, network.stations, f"{path}.{side}", key, _STATIONS)
        for side, key in ends.items()
    ]
    if not all(known):
        return False
    if train.start == train.end:
        reading.complain_at(path, "same_ends", value=train.start)
        return False
    if not reading.is_whole("network.borders"):
        return False
    gauges = [network.stations[key].gauge for key in ends.values()]
    if gauges[0] != gauges[1]:
        reading.complain_at(
            path, "week_gauges", start=train.start, end=train.end, first=gauges[0], second=gauges[1]
        )
        return False
    partners = _partners(network, train)
    wrong = "start" if train.start not in partners else "end"
    if train.end not in partners.get(train.start, ()):
        reading.complain_at(
            f"{path}.{wrong}",
            "week_ends",
            value=ends[wrong],
            allowed=", ".join(sorted(partners.get(train.start, partners))) or "-",
        )
        return False
    return _is_open_and_joined(reading, network, path, train)


def _partners(network: Network, train: WeekTrain) -> Mapping[str, tuple[str, ...]]:
    """Every station where a train of this gauge may start → where it may then end."""
    port = _port_of(network)
    stations = sorted(network.stations.items())
    if network.stations[train.start].gauge == "1435 mm":
        gates = tuple(border.china_station for _, border in sorted(network.borders.items()))
        return {key: gates for key, s in stations if s.kind == "dispatch"}
    far = {border.kazakh_station for _, border in sorted(network.borders.items())}
    far |= {key for key, s in stations if s.kind == "destination" and s.gauge == "1520 mm"}
    ends = tuple(sorted(far))
    return {**dict.fromkeys(ends, (port,)), port: ends} if port else {}


def _is_open_and_joined(
    reading: ScenarioReading, network: Network, path: str, train: WeekTrain
) -> bool:
    for side in (train.start, train.end):
        for key, border in sorted(network.borders.items()):
            if side in (border.china_station, border.kazakh_station) and not border.is_open:
                reading.complain_at(path, "border_closed", border=key)
                return False
    if reading.is_whole("network.sections") and train.end not in _on_rails(network, train.start):
        reading.complain_at(path, "no_way", start=train.start, end=train.end)
        return False
    return True


def _on_rails(network: Network, start: str) -> frozenset[str]:
    """Stations that sections alone join with `start`."""
    beside: dict[str, list[str]] = {}
    for _, section in sorted(network.sections.items()):
        beside.setdefault(section.start, []).append(section.end)
        beside.setdefault(section.end, []).append(section.start)
    found = {start}
    waiting = [start]
    while waiting:
        for other in beside.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return frozenset(found)


def _check_departures(reading: ScenarioReading, path: str, train: WeekTrain) -> None:
    times = train.departures_ms
    place = reading.place(f"{path}.departures")
    if times and len(times) != train.trains_per_week:
        reading.complain("week_count", place=place, found=len(times), needed=train.trains_per_week)
    if any(one >= other for one, other in pairwise(times)):
        reading.complain("week_order", place=place)
    if times and max(times) >= DAYS_PER_WEEK * MS_PER_DAY:
        reading.complain(
            "not_below", place=place, value=f"{max(times) / MS_PER_DAY:g} d", bound="7 d"
        )


def _check_stations(reading: ScenarioReading, network: Network, path: str, route: Route) -> bool:
    """Whether the stations of a way exist, each once, the dry port among them."""
    known = [is_known(reading, network.stations, path, key, _STATIONS) for key in route.stations]
    if not all(known) or not reading.is_whole("network.borders"):
        return False
    port = _port_of(network)
    if len(frozenset(route.stations)) < len(route.stations):
        reading.complain_at(path, "week_again")
        return False
    if port and port not in route.stations:
        reading.complain_at(path, "week_no_port", port=port)
        return False
    return True


def _check_joined(reading: ScenarioReading, network: Network, place: str, route: Route) -> None:
    """Each two stations of a way are joined by a train, a crossing, or wagon groups in China."""
    assert network.week is not None
    trains = {frozenset((t.start, t.end)) for t in network.week.trains.values()}
    gates = {
        frozenset((border.china_station, border.kazakh_station)): key
        for key, border in sorted(network.borders.items())
    }
    for start, end in pairwise(route.stations):
        pair = frozenset((start, end))
        kinds = [network.stations[key].kind for key in (start, end)]
        if pair in trains or kinds == ["dispatch", "dispatch"]:
            continue
        if pair not in gates:
            reading.complain("week_not_joined", place=place, start=start, end=end)
        elif not network.borders[gates[pair]].is_open:
            reading.complain("border_closed", place=place, border=gates[pair])


def _check_sides(reading: ScenarioReading, scenario: Scenario, place: str, route: Route) -> None:
    """A way begins and ends where its flow does: imports in China, exports at their other end."""
    network = scenario.network
    assert network is not None
    origin = network.origins.get(route.flow)
    end = origin.end if origin is not None else _port_of(network)
    ends = route.stations[0], route.stations[-1]
    kind = scenario.flows[route.flow].kind
    allowed = {"import": (1,), "export": (0,)}.get(kind, (0, 1))
    for at in allowed:
        if ends[at] == end and network.stations[ends[1 - at]].kind == "dispatch":
            return
    reading.complain("week_sides", place=place, flow=route.flow, kind=kind, end=end)


def _check_shares(reading: ScenarioReading, network: Network) -> None:
    """What the ways of a flow carry in one direction is not more than there is."""
    assert network.week is not None
    totals: dict[tuple[str, bool], float] = {}
    last: dict[tuple[str, bool], str] = {}
    for key, route in sorted(network.week.routes.items()):
        first = network.stations.get(route.stations[0])
        if first is None:
            continue
        side = route.flow, first.gauge == "1435 mm"
        totals[side] = totals.get(side, 0.0) + route.share
        last[side] = key
    for side, total in sorted(totals.items()):
        if total > 1 + _SUM_TOLERANCE:
            reading.complain_at(
                f"{_ROUTES}.{last[side]}.share", "week_shares", flow=side[0], total=round(total, 6)
            )
