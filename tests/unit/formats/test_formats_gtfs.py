"""A timetable in the shape of GTFS: tables and times by hand."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date

from keruen.formats.gtfs import (
    Feed,
    GtfsCall,
    GtfsRoute,
    GtfsStop,
    GtfsTrip,
    clock,
    gtfs_files,
    weekday_of,
    zipped,
)
from keruen.units import MS_PER_DAY, MS_PER_HOUR

NAMES = {"en": "A, B", "kk": "Ә", "ru": "Э", "zh": "甲"}


def feed() -> Feed:
    """One train on Tuesday at 22:00 that takes five hours."""
    calls = (
        GtfsCall(stop="b", arrives_ms=22 * MS_PER_HOUR, departs_ms=22 * MS_PER_HOUR, is_end=True),
        GtfsCall(stop="m", arrives_ms=25 * MS_PER_HOUR, departs_ms=25 * MS_PER_HOUR, is_end=False),
        GtfsCall(stop="a", arrives_ms=27 * MS_PER_HOUR, departs_ms=27 * MS_PER_HOUR, is_end=True),
    )
    trip = GtfsTrip(key="one", direction=0, weekday=1, calls=calls)
    places = (
        GtfsStop(
            key=key, names=NAMES, latitude_deg=50.1234567, longitude_deg=60, timezone="Asia/Almaty"
        )
        for key in "bma"
    )
    return Feed(
        publisher="A plan",
        timezone="Etc/GMT-5",
        first_day=date(2030, 1, 1),
        last_day=date(2030, 12, 31),
        version="0123",
        stops=tuple(places),
        routes=(GtfsRoute(key="b-a", names=NAMES, trips=(trip,)),),
    )


def rows(name: str) -> list[dict[str, str]]:
    """One table as any reader of CSV sees it."""
    return list(csv.DictReader(io.StringIO(gtfs_files(feed())[name], newline="")))


def test_times_go_on_after_midnight() -> None:
    """A train that leaves at 22:00 is there at 27:00, on the day that it began."""
    times = rows("stop_times.txt")
    assert [row["arrival_time"] for row in times] == ["22:00:00", "25:00:00", "27:00:00"]
    assert [row["stop_sequence"] for row in times] == ["1", "2", "3"]
    assert [row["pickup_type"] for row in times] == ["0", "1", "0"]
    assert clock(100 * MS_PER_HOUR) == "100:00:00"


def test_a_train_runs_on_its_weekday() -> None:
    """Only the days that trains begin on are services, each on one day."""
    (day,) = rows("calendar.txt")
    assert day["service_id"] == "tuesday" == rows("trips.txt")[0]["service_id"]
    assert [day[name] for name in ("monday", "tuesday", "wednesday")] == ["0", "1", "0"]
    assert (day["start_date"], day["end_date"]) == ("20300101", "20301231")
    assert weekday_of(MS_PER_DAY + MS_PER_HOUR) == (1, MS_PER_HOUR)
    assert weekday_of(7 * MS_PER_DAY) == (0, 0)


def test_what_is_referred_to_exists() -> None:
    """Stops, routes, services and the agency that tables name stand in their own tables."""
    stops = {row["stop_id"] for row in rows("stops.txt")}
    assert {row["stop_id"] for row in rows("stop_times.txt")} == stops
    assert {row["route_id"] for row in rows("trips.txt")} == {"b-a"}
    assert rows("routes.txt")[0]["agency_id"] == rows("agency.txt")[0]["agency_id"]
    names = {(r["table_name"], r["record_id"], r["language"]) for r in rows("translations.txt")}
    assert len(names) == 4 * (3 + 1)
    assert rows("stops.txt")[0]["stop_name"] == "A, B"
    assert rows("stops.txt")[0]["stop_lat"] == "50.12346"


def test_the_zip_holds_the_same_tables() -> None:
    """The zip is the same each time and holds every table as UTF-8."""
    files = gtfs_files(feed())
    packed = zipped(files)
    assert packed == zipped(gtfs_files(feed()))
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        assert {n: opened.read(n).decode() for n in opened.namelist()} == files


def test_a_train_of_more_than_four_days_is_split_into_parts() -> None:
    """Hours have two digits in GTFS: a train of 130 h goes on as another trip, four days later."""
    hours = (10, 90, 130)
    calls = tuple(
        GtfsCall(stop=stop, arrives_ms=h * MS_PER_HOUR, departs_ms=h * MS_PER_HOUR, is_end=h != 90)
        for stop, h in zip("bma", hours, strict=True)
    )
    trip = GtfsTrip(key="long", direction=0, weekday=5, calls=calls)
    long = replace(feed(), routes=(GtfsRoute(key="b-a", names=NAMES, trips=(trip,)),))
    files = gtfs_files(long)
    times = list(csv.DictReader(io.StringIO(files["stop_times.txt"], newline="")))
    # 90 h after Saturday's midnight is Tuesday, 18:00.
    assert [(row["trip_id"], row["stop_id"], row["arrival_time"]) for row in times] == [
        ("long", "b", "10:00:00"),
        ("long", "m", "90:00:00"),
        ("long-part-2", "m", "18:00:00"),
        ("long-part-2", "a", "58:00:00"),
    ]
    trips = list(csv.DictReader(io.StringIO(files["trips.txt"], newline="")))
    assert [(row["trip_id"], row["service_id"], row["block_id"]) for row in trips] == [
        ("long", "saturday", "long"),
        ("long-part-2", "tuesday", "long"),
    ]


def test_stations_say_their_time_zone_and_files_can_be_read() -> None:
    """Each stop has its zone, and unpacked files have rights to be read."""
    assert {row["stop_timezone"] for row in rows("stops.txt")} == {"Asia/Almaty"}
    with zipfile.ZipFile(io.BytesIO(zipped(gtfs_files(feed())))) as packed:
        assert {member.external_attr >> 16 for member in packed.infolist()} == {0o644}


def test_a_train_every_other_week_has_its_dates() -> None:
    """Tuesdays of even weeks in January 2030: the 8th and 22nd, and two days later the rest."""
    one = feed()
    (route,) = one.routes
    (trip,) = route.trips
    long = tuple(
        replace(
            call, stop=f"s{n}", arrives_ms=n * 70 * MS_PER_HOUR, departs_ms=n * 70 * MS_PER_HOUR
        )
        for n, call in enumerate(trip.calls)
    )
    trips = (trip, replace(trip, key="two", only_in="even", calls=long))
    files = gtfs_files(
        replace(one, last_day=date(2030, 1, 31), routes=(replace(route, trips=trips),))
    )
    dates: dict[str, list[str]] = {}
    for row in csv.DictReader(io.StringIO(files["calendar_dates.txt"], newline="")):
        assert row["exception_type"] == "1"
        dates.setdefault(row["service_id"], []).append(row["date"])
    assert dates == {
        "tuesday-even": ["20300108", "20300122"],
        "thursday-even": ["20300110", "20300124"],
    }
    assert [row["service_id"] for row in csv.DictReader(io.StringIO(files["calendar.txt"]))] == [
        "tuesday"
    ]
    assert "calendar_dates.txt" not in gtfs_files(one)


def test_a_part_in_the_next_week_keeps_the_weeks_of_its_train() -> None:
    """A train of Sunday in even weeks: its second part is on the Tuesday after, in odd weeks."""
    one = feed()
    (route,) = one.routes
    (trip,) = route.trips
    calls = tuple(
        replace(call, arrives_ms=n * 70 * MS_PER_HOUR, departs_ms=n * 70 * MS_PER_HOUR)
        for n, call in enumerate(trip.calls)
    )
    sunday = replace(trip, weekday=6, only_in="even", calls=calls)
    files = gtfs_files(
        replace(one, last_day=date(2030, 1, 31), routes=(replace(route, trips=(sunday,)),))
    )
    rows_of_dates = csv.DictReader(io.StringIO(files["calendar_dates.txt"], newline=""))
    assert [(row["service_id"], row["date"]) for row in rows_of_dates] == [
        ("sunday-even", "20300113"),
        ("sunday-even", "20300127"),
        ("tuesday-even-1-later", "20300101"),
        ("tuesday-even-1-later", "20300115"),
        ("tuesday-even-1-later", "20300129"),
    ]
