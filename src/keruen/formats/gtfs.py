"""A timetable of freight trains in the shape of GTFS, which timetable programs open.

Knows the tables and fields of GTFS; knows nothing of scenarios. It is GTFS in shape: the format is
made for passengers, and a plan has no web address, so a validator will find fault. The same input
gives the same bytes.

Source of the fields: https://gtfs.org/documentation/schedule/reference/ (agency, stops, routes,
trips, stop_times, calendar, translations, feed_info).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from keruen.units import DAYS_PER_WEEK, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND

_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_RAIL: Final = "2"
_NOT_SERVED: Final = "1"
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FEED_INFO: Final = (
    "feed_publisher_name,feed_publisher_url,feed_lang,default_lang,"
    "feed_start_date,feed_end_date,feed_version"
)
_DECIMALS: Final = 5

Names = Mapping[str, str]
"""Language → name; English is among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GtfsStop:
    """A station: unique key, names, WGS 84."""

    key: str
    names: Names
    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GtfsCall:
    """A train at a station, ms since midnight of the day on which the trip began.

    Parameters
    ----------
    arrives_ms, departs_ms : may lie on later days.
    is_end : goods are loaded or unloaded; elsewhere the train only passes.
    """

    stop: str
    arrives_ms: int
    departs_ms: int
    is_end: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GtfsTrip:
    """One train of the week.

    Parameters
    ----------
    key : unique.
    direction : 0 from the route's first name, 1 back.
    weekday : 0 for Monday, on which it begins.
    calls : in the order of the way.
    """

    key: str
    direction: int
    weekday: int
    calls: tuple[GtfsCall, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GtfsRoute:
    """A line of trains with its trips."""

    key: str
    names: Names
    trips: tuple[GtfsTrip, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A whole timetable.

    Parameters
    ----------
    publisher : who planned it, in English.
    timezone : of all times, such as ``Etc/GMT-5``.
    first_day, last_day : of its validity.
    version : fingerprint of what it was made from.
    """

    publisher: str
    timezone: str
    first_day: date
    last_day: date
    version: str
    stops: tuple[GtfsStop, ...]
    routes: tuple[GtfsRoute, ...]


def gtfs_files(feed: Feed) -> dict[str, str]:
    """The tables by file name.

    Returns
    -------
    Text of each file: a head and one line for each row, ended by CR LF as RFC 4180 asks.
    """
    span = _day(feed.first_day), _day(feed.last_day)
    routes = [(route.key, "keruen", route.names["en"], _RAIL) for route in feed.routes]
    trips = [
        (route.key, _DAYS[trip.weekday], trip.key, str(trip.direction))
        for route in feed.routes
        for trip in route.trips
    ]
    used = {trip.weekday for route in feed.routes for trip in route.trips}
    calendar = [
        (_DAYS[day], *("1" if other == day else "0" for other in range(DAYS_PER_WEEK)), *span)
        for day in sorted(used)
    ]
    tables: dict[str, tuple[str, Iterable[Sequence[str]]]] = {
        "agency": (
            "agency_id,agency_name,agency_url,agency_timezone,agency_lang",
            [("keruen", feed.publisher, "", feed.timezone, "en")],
        ),
        "stops": ("stop_id,stop_name,stop_lat,stop_lon", _stops(feed.stops)),
        "routes": ("route_id,agency_id,route_long_name,route_type", routes),
        "trips": ("route_id,service_id,trip_id,direction_id", trips),
        "stop_times": (
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type",
            _stop_times(feed.routes),
        ),
        "calendar": (f"service_id,{','.join(_DAYS)},start_date,end_date", calendar),
        "translations": (
            "table_name,field_name,language,translation,record_id",
            _translations(feed),
        ),
        "feed_info": (
            _FEED_INFO,
            [(feed.publisher, "", "mul", "en", *span, feed.version)],
        ),
    }
    return {f"{name}.txt": _table(head.split(","), rows) for name, (head, rows) in tables.items()}


def zipped(files: Mapping[str, str]) -> bytes:
    """The files in one zip; the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in sorted(files.items()):
            member = zipfile.ZipInfo(name, date_time=_FIXED_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, text.encode())
    return packed.getvalue()


def clock(time_ms: int) -> str:
    """A time since midnight as GTFS writes it; hours go on after 24.

    Examples
    --------
    >>> clock(25 * MS_PER_HOUR + 90 * MS_PER_SECOND)
    '25:01:30'
    """
    hour, rest = divmod(time_ms, MS_PER_HOUR)
    minute, rest = divmod(rest, MS_PER_MINUTE)
    return f"{hour:02d}:{minute:02d}:{rest // MS_PER_SECOND:02d}"


def weekday_of(time_of_week_ms: int) -> tuple[int, int]:
    """Day of the week, 0 for Monday, and ms since its midnight, of a time since Monday 00:00."""
    day, within = divmod(time_of_week_ms, MS_PER_DAY)
    return day % DAYS_PER_WEEK, within


def _stops(stops: Sequence[GtfsStop]) -> Iterator[tuple[str, ...]]:
    for stop in sorted(stops, key=lambda stop: stop.key):
        place = (f"{deg:.{_DECIMALS}f}" for deg in (stop.latitude_deg, stop.longitude_deg))
        yield (stop.key, stop.names["en"], *place)


def _stop_times(routes: Sequence[GtfsRoute]) -> Iterator[tuple[str, ...]]:
    for route in routes:
        for trip in route.trips:
            for n, call in enumerate(trip.calls, 1):
                served = "0" if call.is_end else _NOT_SERVED
                times = clock(call.arrives_ms), clock(call.departs_ms)
                yield (trip.key, *times, call.stop, str(n), served, served)


def _translations(feed: Feed) -> Iterator[tuple[str, ...]]:
    for stop in sorted(feed.stops, key=lambda stop: stop.key):
        for language, name in sorted(stop.names.items()):
            yield ("stops", "stop_name", language, name, stop.key)
    for route in feed.routes:
        for language, name in sorted(route.names.items()):
            yield ("routes", "route_long_name", language, name, route.key)


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return written.getvalue()
