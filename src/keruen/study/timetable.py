"""The planned week of a scenario as a timetable: trains, days and mean times at every station.

Knows lines and departures; knows no delay and no box. Trains go as often back as there; a return
train leaves the near end when the plan says nothing of it, so it is taken as evenly through the
week.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

import numpy as np

from keruen.corridor.network.lines import Line, Lines, lines_of
from keruen.domain.alternate_weeks import AlternateWeeks
from keruen.formats.gtfs import Feed, GtfsCall, GtfsRoute, GtfsStop, GtfsTrip, weekday_of
from keruen.i18n import LANGUAGES
from keruen.scenario import Scenario
from keruen.scenario.duration_laws import law_table
from keruen.scenario.network import Network, Station
from keruen.scenario.week import Week
from keruen.scenario.world import PlannedNetwork, network_of
from keruen.study.week_services import with_week
from keruen.units import MS_PER_HOUR, MS_PER_WEEK

_RUSSIAN_ZONES: Final = (
    (50.0, "Europe/Moscow"),
    (54.0, "Europe/Samara"),
    (68.0, "Asia/Yekaterinburg"),
    (76.0, "Asia/Omsk"),
    (88.0, "Asia/Novosibirsk"),
    (98.0, "Asia/Krasnoyarsk"),
    (108.0, "Asia/Irkutsk"),
    (126.0, "Asia/Chita"),
    (180.1, "Asia/Vladivostok"),
)
"""Eastern edge, degrees → zone. An assumption: zones follow regions, whose edges lie near these."""


def timetable_of(scenario: Scenario, week: Week) -> Feed:
    """The week as a feed of trains with their times.

    Parameters
    ----------
    scenario : with a network.
    week : its planned week; trains without departures leave evenly through the week, the first one
        at Monday 00:00.

    Returns
    -------
    Feed in the local time of the dry port. A train calls at every junction and border on its way,
    by the mean running times; goods are loaded at its two ends only.
    """
    network = network_of(scenario)
    lines = _lines(scenario, week)
    routes = tuple(_routes(network, lines))
    used = {call.stop for route in routes for trip in route.trips[:1] for call in trip.calls}
    offset_h = scenario.calendar.utc_offset_ms // MS_PER_HOUR
    days = timedelta(days=scenario.calendar.days - 1)
    return Feed(
        publisher=f"{scenario.scenario.title.en} ({scenario.case})",
        # The sign of these zones is turned: five hours ahead of UTC is called GMT-5.
        timezone=f"Etc/GMT-{offset_h}" if offset_h else "Etc/UTC",
        first_day=scenario.calendar.first_day,
        last_day=scenario.calendar.first_day + days,
        version=scenario.digest[:12],
        stops=tuple(_stop(network, key) for key in sorted(used)),
        routes=routes,
    )


def trains_on_sections(network: Network, week: Week, scenario: Scenario) -> Mapping[str, float]:
    """Full trains of the week on each section, each way in an average week, by its key."""
    found: dict[str, float] = {}
    lines = _lines(scenario, week)
    for line in (*lines.port, *lines.china):
        for key, _ in line.sections:
            found[key] = found.get(key, 0) + line.mean_trains_per_week
    return {key: found[key] for key in sorted(found) if key in network.sections}


def _lines(scenario: Scenario, week: Week) -> Lines:
    world = with_week(scenario, week)
    return lines_of(PlannedNetwork(network=network_of(world), week=week), world.services)


def _routes(network: Network, lines: Lines) -> Iterator[GtfsRoute]:
    for line in (*lines.port, *lines.china):
        there = line.departures_ms or _even(line.trains_per_week)
        stops = _times(network, line)
        back = [(key, stops[-1][1] - at_ms) for key, at_ms in reversed(stops)]
        key = f"{line.far}-{line.near}"
        yield GtfsRoute(
            key=key,
            names=_names(network, line.far, line.near),
            trips=(
                *_trips(f"{key}-there", 0, there, stops, line.every_other_week),
                *_trips(f"{key}-back", 1, _even(line.trains_per_week), back, line.every_other_week),
            ),
        )


def _even(trains_per_week: int) -> tuple[int, ...]:
    return tuple(n * MS_PER_WEEK // trains_per_week for n in range(trains_per_week))


def _times(network: Network, line: Line) -> list[tuple[str, int]]:
    """Every station of a line from its far end, and the mean time from there, ms."""
    at_ms = 0.0
    found = [(line.far, 0)]
    for key, is_forward in line.sections:
        section = network.sections[key]
        at_ms += float(np.mean(law_table(network.running_time(section))))
        found.append((section.end if is_forward else section.start, round(at_ms)))
    return found


def _trips(
    key: str,
    direction: int,
    departures_ms: tuple[int, ...],
    stops: list[tuple[str, int]],
    last_in: AlternateWeeks | None,
) -> Iterator[GtfsTrip]:
    """The trips of a week; the last one in even or odd weeks only, where `last_in` says so."""
    for n, departs_ms in enumerate(departures_ms, 1):
        weekday, within_ms = weekday_of(departs_ms)
        calls = tuple(
            GtfsCall(
                stop=stop,
                arrives_ms=within_ms + after_ms,
                departs_ms=within_ms + after_ms,
                is_end=place in (0, len(stops) - 1),
            )
            for place, (stop, after_ms) in enumerate(stops)
        )
        yield GtfsTrip(
            key=f"{key}-{n}",
            direction=direction,
            weekday=weekday,
            calls=calls,
            only_in=last_in if n == len(departures_ms) else None,
        )


def _names(network: Network, start: str, end: str) -> dict[str, str]:
    titles = [network.stations[key].title for key in (start, end)]
    return {
        language: " – ".join(title.in_language(language) for title in titles)
        for language in LANGUAGES
    }


def _zone(station: Station) -> str:
    """The time zone of a station; in Russia, which has eleven, by its longitude."""
    if station.country != "RU":
        return {"CN": "Asia/Shanghai", "KZ": "Asia/Almaty"}[station.country]
    return next(zone for east_deg, zone in _RUSSIAN_ZONES if station.longitude_deg < east_deg)


def _stop(network: Network, key: str) -> GtfsStop:
    station = network.stations[key]
    return GtfsStop(
        key=key,
        names={language: station.title.in_language(language) for language in LANGUAGES},
        latitude_deg=station.latitude_deg,
        longitude_deg=station.longitude_deg,
        timezone=_zone(station),
    )
