"""The planned week as a timetable: times by hand on lines of 120 km."""

from __future__ import annotations

from pathlib import Path

import pytest

from keruen.scenario import Scenario
from keruen.study.timetable import timetable_of, trains_on_sections
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from networks import network
from scenarios import changed, read_changed


@pytest.fixture
def world(tmp_path: Path) -> Scenario:
    """The toy on four stations in a row, with two trains a week in China and three beyond."""
    week = {
        "trains": {
            "east": {
                "start": "origin",
                "end": "east",
                "trains_per_week": 2,
                "departures": ["30 h", "5 d"],
            },
            "west": {"start": "west", "end": "port", "trains_per_week": 3},
        },
        "routes": {
            "in": {
                "flow": "arrivals",
                "stations": ["origin", "east", "west", "port"],
                "share": "100 %",
            }
        },
    }
    return read_changed(tmp_path, {"network": changed({"week": week}, network())})


def test_trains_leave_when_the_week_says(world: Scenario) -> None:
    """Departures of the week stand as day and time; without them trains are even from Monday on."""
    assert world.network is not None
    assert world.network.week is not None
    feed = timetable_of(world, world.network.week)
    routes = {route.key: route for route in feed.routes}
    there = [trip for trip in routes["origin-east"].trips if trip.direction == 0]
    assert [(t.weekday, t.calls[0].departs_ms) for t in there] == [(1, 6 * MS_PER_HOUR), (5, 0)]
    back = [trip for trip in routes["west-port"].trips if trip.direction == 1]
    # Three trains a week: every 56 h.
    assert [(t.weekday, t.calls[0].departs_ms // MS_PER_HOUR) for t in back] == [
        (0, 0),
        (2, 8),
        (4, 16),
    ]


def test_running_times_are_means(world: Scenario) -> None:
    """120 km at 1 000, 800 and 600 km a day: (0.12 + 0.15 + 0.20) / 3 of a day."""
    assert world.network is not None
    assert world.network.week is not None
    feed = timetable_of(world, world.network.week)
    for route in feed.routes:
        for trip in route.trips:
            first, last = trip.calls
            assert last.arrives_ms - first.departs_ms == pytest.approx(
                0.47 / 3 * MS_PER_DAY, rel=0.002
            )
    assert {stop.key for stop in feed.stops} == {"origin", "east", "west", "port"}
    assert feed.version == world.digest[:12]


def test_trains_are_counted_on_sections(world: Scenario) -> None:
    """Two trains a week each way on the line in China, three beyond the border."""
    assert world.network is not None
    assert world.network.week is not None
    found = trains_on_sections(world.network, world.network.week, world)
    assert found == {"china": 2, "steppe": 3}
