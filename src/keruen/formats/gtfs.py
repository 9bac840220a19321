"""A timetable of freight trains in the shape of GTFS, which timetable programs open.

Knows the tables and fields of GTFS; knows nothing of scenarios. It is GTFS in shape: the format is
made for passengers, and a plan has no web address, so a validator will find fault. The same input
gives the same bytes.

Source of the fields: https://gtfs.org/documentation/schedule/reference/ (agency, stops, routes,
trips, stop_times, calendar, calendar_dates, translations, feed_info).
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from keruen.domain.alternate_weeks import AlternateWeeks, weeks_of
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND

_FIXED_TIME: Final = (1980, 1, 1, 0, 0, 0)
_RAIL: Final = "2"
_RUNS: Final = "1"
_NOT_SERVED: Final = "1"
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FEED_INFO: Final = (
    "feed_publisher_name,feed_publisher_url,feed_lang,default_lang,"
    "feed_start_date,feed_end_date,feed_version"
)
_DECIMALS: Final = 5
_MOST_MS: Final = 100 * MS_PER_HOUR

READABLE: Final = 0o644 << 16
"""Rights of a file in a zip: its owner writes, everybody reads."""

UNIX: Final = 3
"""System of these rights, said on every machine, so that the same files are the same bytes."""

Names = Mapping[str, str]
"""Language → name; English is among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GtfsStop:
    """A station: unique key, names, WGS 84, and its own time zone (IANA), for display.

    The times of a feed are all in the zone of its agency, as GTFS wants it.
    """

    key: str
    names: Names
    latitude_deg: float
    longitude_deg: float
    timezone: str


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
    block : key that all parts of one train share; empty for a train in one part.
    only_in : the weeks in which the train begins, even or odd ones; None for every week.
    weeks_later : of a part of a train, how many weeks after the train it begins.
    """

    key: str
    direction: int
    weekday: int
    calls: tuple[GtfsCall, ...]
    block: str = ""
    only_in: AlternateWeeks | None = None
    weeks_later: int = 0

    @property
    def service(self) -> str:
        """Key of the days on which it runs."""
        if self.only_in is None:
            return _DAYS[self.weekday]
        later = f"-{self.weeks_later}-later" if self.weeks_later else ""
        return f"{_DAYS[self.weekday]}-{self.only_in}{later}"


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
    parts = [
        (route.key, part) for route in feed.routes for trip in route.trips for part in _parts(trip)
    ]
    trips = [
        (route, part.service, part.key, str(part.direction), part.block) for route, part in parts
    ]
    used = {part.weekday for _, part in parts if part.only_in is None}
    alternate = {part.service: part for _, part in parts if part.only_in is not None}
    calendar = [
        (_DAYS[day], *("1" if other == day else "0" for other in range(DAYS_PER_WEEK)), *span)
        for day in sorted(used)
    ]
    tables: dict[str, tuple[str, Iterable[Sequence[str]]]] = {
        "agency": (
            "agency_id,agency_name,agency_url,agency_timezone,agency_lang",
            [("keruen", feed.publisher, "", feed.timezone, "en")],
        ),
        "stops": ("stop_id,stop_name,stop_lat,stop_lon,stop_timezone", _stops(feed.stops)),
        "routes": ("route_id,agency_id,route_long_name,route_type", routes),
        "trips": ("route_id,service_id,trip_id,direction_id,block_id", trips),
        "stop_times": (
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type",
            _stop_times([part for _, part in parts]),
        ),
        "calendar": (f"service_id,{','.join(_DAYS)},start_date,end_date", calendar),
        # A service that is not in `calendar` runs on the dates given here, and on no other.
        **(
            {"calendar_dates": ("service_id,date,exception_type", _dates(feed, alternate))}
            if alternate
            else {}
        ),
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
            # Without rights, unpacking leaves files that nobody may read.
            member.external_attr = READABLE
            member.create_system = UNIX
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


def _dates(feed: Feed, alternate: Mapping[str, GtfsTrip]) -> Iterator[tuple[str, ...]]:
    """The dates of the trains that run every other week."""
    days = [
        feed.first_day + timedelta(days=n) for n in range((feed.last_day - feed.first_day).days + 1)
    ]
    for key, part in sorted(alternate.items()):
        for day in days:
            began_in = weeks_of(day - timedelta(weeks=part.weeks_later))
            if day.weekday() == part.weekday and began_in == part.only_in:
                yield key, _day(day), _RUNS


def _stops(stops: Sequence[GtfsStop]) -> Iterator[tuple[str, ...]]:
    for stop in sorted(stops, key=lambda stop: stop.key):
        place = (f"{deg:.{_DECIMALS}f}" for deg in (stop.latitude_deg, stop.longitude_deg))
        yield (stop.key, stop.names["en"], *place, stop.timezone)


def _parts(trip: GtfsTrip) -> Iterator[GtfsTrip]:
    """The trip in parts of less than a hundred hours: GTFS writes hours with two digits.

    A part ends where the next one begins, which is one day or more later in the week; all parts
    bear the key of the trip as their block, which says that one vehicle runs them.
    """
    calls, key, day, n_parts = trip.calls, trip.key, trip.weekday, 1
    while calls[-1].departs_ms >= _MOST_MS:
        last = max(n for n, call in enumerate(calls) if call.departs_ms < _MOST_MS)
        assert last > 0, "no section takes a hundred hours"
        yield replace(_on_day(trip, day), key=key, calls=calls[: last + 1], block=trip.key)
        n_days = calls[last].departs_ms // MS_PER_DAY
        calls = tuple(_days_earlier(call, n_days) for call in calls[last:])
        day += n_days
        n_parts += 1
        key = f"{trip.key}-part-{n_parts}"
    block = trip.key if n_parts > 1 else ""
    yield replace(_on_day(trip, day), key=key, calls=calls, block=block)


def _on_day(trip: GtfsTrip, day: int) -> GtfsTrip:
    """The trip begun so many days after the Monday of its train's week."""
    weeks, weekday = divmod(day, DAYS_PER_WEEK)
    return replace(trip, weekday=weekday, weeks_later=weeks)


def _days_earlier(call: GtfsCall, n_days: int) -> GtfsCall:
    earlier_ms = n_days * MS_PER_DAY
    return replace(
        call, arrives_ms=call.arrives_ms - earlier_ms, departs_ms=call.departs_ms - earlier_ms
    )


def _stop_times(trips: Sequence[GtfsTrip]) -> Iterator[tuple[str, ...]]:
    for trip in trips:
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
