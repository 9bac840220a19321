"""Rules for the network: what is named exists, everything is joined, every flow has a way.

Knows lengths and ends; knows nothing of cost, time or capacity over a route.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from keruen.scenario.check_goods import check_sum, is_known
from keruen.scenario.geography import distances_m, great_circle_m
from keruen.scenario.models import Scenario
from keruen.scenario.network import (
    Border,
    Episode,
    Network,
    Railway,
    Section,
    Station,
    TrainsRange,
)
from keruen.scenario.reading import ScenarioReading
from keruen.units import MS_PER_DAY

_SPOT_SLACK: Final = 0.99
"""A length may fall a hundredth short of the straight line: a station is more than one spot."""

_PARTS_TOLERANCE: Final = 1e-6
"""Trains a day: parts are written in tenths, and their sum may miss the whole by rounding only."""

_STATIONS: Final = "network.stations"
_POPULATION_WORDS: Final = {
    "all-trains": "problem.counts_all_trains",
    "container-trains": "problem.counts_container_trains",
    "boxes": "problem.counts_boxes",
    "nothing": "problem.counts_nothing",
}
_ESR_WEIGHTS: Final = ((1, 2, 3, 4, 5), (3, 4, 5, 6, 7))


def check_network(reading: ScenarioReading, scenario: Scenario) -> None:
    """Note every broken rule for the network in `reading`; there may be none."""
    network = scenario.network
    if network is None:
        return
    for key, station in sorted(network.stations.items()):
        _check_station(reading, f"{_STATIONS}.{key}", station)
    for key, railway in sorted(network.railways.items()):
        _check_railway(reading, f"network.railways.{key}", railway)
    for key, section in sorted(network.sections.items()):
        _check_section(reading, network, f"network.sections.{key}", section)
    for key, border in sorted(network.borders.items()):
        _check_border(reading, scenario, f"network.borders.{key}", border)
    _check_disruptions(reading, scenario, network)
    _check_tables(reading, scenario, network)
    _check_services(reading, scenario, network)
    if _is_whole(reading):
        _check_joined(reading, network)
    _check_origins(reading, scenario, network)


def esr_check_digit(code: str) -> int:
    """The sixth digit of an ESR station code, from its first five.

    The digits are weighed by their places; when the remainder by 11 is 10, the weights are moved
    on by two; when it is 10 again, the check digit is 0.

    Examples
    --------
    >>> esr_check_digit("06000")
    1
    """
    for weights in _ESR_WEIGHTS:
        rest = sum(int(digit) * w for digit, w in zip(code[:5], weights, strict=True)) % 11
        if rest < 10:
            return rest
    return 0


def _is_whole(reading: ScenarioReading) -> bool:
    return all(
        reading.is_whole(f"network.{table}") for table in ("stations", "sections", "borders")
    )


def _check_station(reading: ScenarioReading, path: str, station: Station) -> None:
    code = station.esr
    if code:
        is_form = len(code) == 6 and code.isascii() and code.isdigit()
        if not is_form or esr_check_digit(code) != int(code[5]):
            expected = str(esr_check_digit(code)) if is_form else "-"
            reading.complain_at(f"{path}.esr", "esr_code", value=code, expected=expected)
    has_address = station.evidence.startswith(("http://", "https://"))
    if not station.reason.strip() or not (has_address or station.evidence == "assumption"):
        reading.complain_at(path, "station_evidence")
    is_wrong = {"dispatch": "CN", "dry-port": "KZ"}.get(station.kind, station.country)
    if is_wrong != station.country:
        _complain_country(reading, f"{path}.country", path.rpartition(".")[2], station, is_wrong)
    if station.is_hub and station.kind != "dispatch":
        reading.complain_at(
            f"{path}.is_hub", "not_a_dispatch", value=path.rpartition(".")[2], kind=station.kind
        )


def _complain_country(
    reading: ScenarioReading, path: str, key: str, station: Station, needed: str
) -> None:
    reading.complain_at(path, "wrong_country", value=key, found=station.country, needed=needed)


def _check_railway(reading: ScenarioReading, path: str, railway: Railway) -> None:
    speeds = [
        railway.slow_speed_m_per_s,
        railway.usual_speed_m_per_s,
        railway.fast_speed_m_per_s,
    ]
    if speeds != sorted(speeds):
        slow, usual, fast = (f"{speed * 86.4:g} km/d" for speed in speeds)
        reading.complain_at(f"{path}.usual_speed", "range_order", value=usual, low=slow, high=fast)


def _check_range(reading: ScenarioReading, path: str, trains: TrainsRange) -> None:
    given = [trains.low_trains_per_d, trains.mode_trains_per_d, trains.high_trains_per_d]
    if given != sorted(given):
        low, mode, high = (f"{value:g} trains/d" for value in given)
        reading.complain_at(path, "range_order", value=mode, low=low, high=high)


def _check_others(reading: ScenarioReading, network: Network, path: str, section: Section) -> None:
    """The range of other trains is in order, and its parts are known goods that sum to it."""
    others = section.other_traffic
    _check_range(reading, path, others)
    for key, part in sorted(others.parts.items()):
        is_known(reading, network.goods, f"{path}.parts.{key}", key, "network.goods")
        _check_range(reading, f"{path}.parts.{key}", part)
    for name in ("low", "mode", "high") if others.parts else ():
        field = f"{name}_trains_per_d"
        total = sum(getattr(part, field) for part in others.parts.values())
        whole = getattr(others, field)
        if abs(total - whole) > _PARTS_TOLERANCE:
            reading.complain_at(
                f"{path}.parts", "goods_sum", name=name, total=f"{total:g}", whole=f"{whole:g}"
            )


def _check_section(reading: ScenarioReading, network: Network, path: str, section: Section) -> None:
    ends = {"start": section.start, "end": section.end}
    if section.start == section.end:
        reading.complain_at(path, "same_ends", value=section.start)
        return
    known = {
        side: network.stations[key]
        for side, key in ends.items()
        if is_known(reading, network.stations, f"{path}.{side}", key, _STATIONS)
    }
    _check_others(reading, network, f"{path}.other_traffic", section)
    others, capacity = section.other_traffic.mean_trains_per_d, section.capacity_trains_per_d
    if others >= capacity:
        reading.complain_at(
            f"{path}.capacity", "no_paths_left", others=f"{others:g}", capacity=f"{capacity:g}"
        )
    where = "network.railways"
    if is_known(reading, network.railways, f"{path}.railway", section.railway, where):
        railway = network.railways[section.railway]
        for side, station in known.items():
            if station.gauge != railway.gauge:
                reading.complain_at(
                    f"{path}.{side}",
                    "gauge_differs",
                    railway=railway.gauge,
                    value=ends[side],
                    gauge=station.gauge,
                )
    if len(known) == 2:
        _check_length(reading, path, section.length_m, known["start"], known["end"])


def _check_length(
    reading: ScenarioReading, path: str, length_m: float, one: Station, other: Station
) -> None:
    straight_m = great_circle_m(one, other)
    if length_m < straight_m * _SPOT_SLACK:
        reading.complain_at(
            f"{path}.length",
            "shorter_than_straight",
            length=f"{length_m / 1000:.1f} km",
            straight=f"{straight_m / 1000:.1f} km",
        )


def _check_border(reading: ScenarioReading, scenario: Scenario, path: str, border: Border) -> None:
    network = scenario.network
    assert network is not None
    sides = {"china_station": ("CN", "1435 mm"), "kazakh_station": ("KZ", "1520 mm")}
    known = []
    for side, (country, gauge) in sides.items():
        key = getattr(border, side)
        if not is_known(reading, network.stations, f"{path}.{side}", key, _STATIONS):
            continue
        station = network.stations[key]
        known.append(station)
        if station.country != country:
            _complain_country(reading, f"{path}.{side}", key, station, country)
        elif station.gauge != gauge:
            reading.complain_at(
                f"{path}.{side}", "gauge_differs", railway=gauge, value=key, gauge=station.gauge
            )
    if len(known) == 2:
        _check_length(reading, path, border.length_m, known[0], known[1])
    _check_range(reading, f"{path}.to_china", border.to_china)
    _check_range(reading, f"{path}.to_kazakhstan", border.to_kazakhstan)
    _check_populations(reading, path, border)
    if border.is_open and border.opens is not None and reading.is_whole("calendar"):
        calendar = scenario.calendar
        last_day = calendar.first_day + timedelta(days=calendar.days - 1)
        if border.opens > last_day:
            reading.complain_at(
                f"{path}.is_open",
                "border_not_yet",
                opens=border.opens.isoformat(),
                last=last_day.isoformat(),
            )


def _check_populations(reading: ScenarioReading, path: str, border: Border) -> None:
    """What others have is a share of the very things that a limit counts.

    A share of all trains taken of container trains would deduct bulk goods that are not in them.
    """
    limits = {
        "to_china": (border.to_china.counts, border.others.to_china),
        "to_kazakhstan": (border.to_kazakhstan.counts, border.others.to_kazakhstan),
        "transshipment": ("boxes", border.others.transshipment),
    }
    for limit, (counts, of_others) in limits.items():
        if of_others.counts != counts and (of_others.counts or of_others.share > 0):
            given = of_others.counts or "nothing"
            reading.complain_at(
                f"{path}.others.{limit}.counts",
                "populations_differ",
                share=f"{of_others.share:.0%}",
                found=_POPULATION_WORDS[given],
                limit=limit,
                needed=_POPULATION_WORDS[counts],
                allowed=counts,
            )


def _check_disruptions(reading: ScenarioReading, scenario: Scenario, network: Network) -> None:
    for key, episode in sorted(network.episodes.items()):
        path = f"network.episodes.{key}"
        _check_days(reading, scenario, path, episode)
        is_known(reading, network.borders, f"{path}.border", episode.border, "network.borders")
        if (episode.n_backlog is None) != (episode.backlog_unit is None):
            reading.complain_at(path, "goes_together", first="n_backlog", second="backlog_unit")
    for key, disruption in sorted(network.disruptions.items()):
        path = f"network.disruptions.{key}"
        is_known(reading, network.borders, f"{path}.border", disruption.border, "network.borders")
        check_sum(reading, f"{path}.months", disruption.months)


def _check_days(reading: ScenarioReading, scenario: Scenario, path: str, episode: Episode) -> None:
    """An episode is a record: it is over before the scenario begins, and loading follows in it."""
    last = episode.first_day + timedelta(days=episode.days - 1)
    if reading.is_whole("calendar") and last >= scenario.calendar.first_day:
        reading.complain_at(
            f"{path}.first_day",
            "episode_not_over",
            last=last.isoformat(),
            begins=scenario.calendar.first_day.isoformat(),
        )
    after_ms = episode.loading_follows_after_ms
    if after_ms is not None and after_ms > episode.days * MS_PER_DAY:
        reading.complain_at(
            f"{path}.loading_follows_after",
            "loading_after_episode",
            after=f"{after_ms / MS_PER_DAY:g} d",
            days=episode.days,
        )


def _check_tables(reading: ScenarioReading, scenario: Scenario, network: Network) -> None:
    """Fleet and prices name what the rest of the scenario has."""
    for key, fleet in sorted(network.fleet.items()):
        if fleet.wagon_type is not None and not reading.is_cut:
            path = f"network.fleet.{key}.wagon_type"
            is_known(reading, scenario.wagon_types, path, fleet.wagon_type, "wagon_types")
    for key in network.without_goods:
        is_known(reading, network.goods, "network.without_goods", key, "network.goods")
    for key in network.every_other_week:
        is_known(reading, network.stations, "network.every_other_week", key, _STATIONS)
    for key in sorted(network.costs.values_of_time):
        path = f"network.costs.values_of_time.{key}"
        is_known(reading, scenario.commodities, path, key, "commodities")


def _check_services(reading: ScenarioReading, scenario: Scenario, network: Network) -> None:
    """No train runs through a border that is closed."""
    closed = {
        word.casefold(): key
        for key, border in sorted(network.borders.items())
        if not border.is_open
        for word in (key, border.title.en)
    }
    for key, service in sorted(scenario.services.items()):
        border_key = closed.get(service.border.casefold())
        if border_key is not None:
            reading.complain_at(f"services.{key}.border", "border_closed", border=border_key)


def _check_joined(reading: ScenarioReading, network: Network) -> None:
    """Every station can be reached from every other, closed borders included."""
    if not network.stations:
        return
    dry_ports = [key for key, s in sorted(network.stations.items()) if s.kind == "dry-port"]
    start = dry_ports[0] if dry_ports else min(network.stations)
    reached = distances_m(network, start, is_open_only=False)
    for key in sorted(network.stations.keys() - reached.keys()):
        reading.complain_at(f"{_STATIONS}.{key}", "not_joined", station=key, other=start)


def _check_origins(reading: ScenarioReading, scenario: Scenario, network: Network) -> None:
    for key, origin in sorted(network.origins.items()):
        path = f"network.origins.{key}"
        is_known(reading, scenario.flows, path, key, "flows")
        check_sum(reading, f"{path}.shares", origin.shares.values())
        is_end = is_known(reading, network.stations, f"{path}.end", origin.end, _STATIONS)
        for station_key in sorted(origin.shares):
            at = f"{path}.shares.{station_key}"
            if not is_known(reading, network.stations, at, station_key, _STATIONS):
                continue
            kind = network.stations[station_key].kind
            if kind != "dispatch":
                reading.complain_at(at, "not_a_dispatch", value=station_key, kind=kind)
        if is_end and _is_whole(reading):
            _check_ways(reading, network, path, origin.shares, origin.end)
    if network.origins and reading.is_whole("network.origins"):
        for key, flow in sorted(scenario.flows.items()):
            if flow.kind != "empty" and key not in network.origins:
                reading.complain_at("network.origins", "no_origin", flow=key)


def _check_ways(
    reading: ScenarioReading, network: Network, path: str, shares: Mapping[str, float], end: str
) -> None:
    """Open lines lead from each station of a flow to its other end."""
    reached = distances_m(network, end)
    behind_closed = distances_m(network, end, is_open_only=False)
    for key in sorted(shares.keys() & network.stations.keys() - reached.keys()):
        place = reading.place(f"{path}.shares.{key}")
        if key in behind_closed:
            borders = [name for name, b in sorted(network.borders.items()) if not b.is_open]
            reading.complain("border_closed", place=place, border=", ".join(borders))
        else:
            reading.complain("no_way", place=place, start=key, end=end)
