"""A railway with round figures: four stations, three hours between two, one train a day each way."""

from __future__ import annotations

from typing import Any

from keruen.scenario import Scenario
from keruen.scenario.week import Route, Week, WeekTrain
from keruen.scenario.world import PlannedNetwork, PlannedWorld
from keruen.study.week_services import with_week
from networks import TITLE, network, railway, section, station
from terminals import terminal
from worlds import world

ALL_DAY = {"low": "0 trains/d", "mode": "0 trains/d", "high": "0 trains/d"}
MANY = {"low": "99 trains/d", "mode": "99 trains/d", "high": "99 trains/d"}
EVEN = {"slow_speed": "960 km/d", "usual_speed": "960 km/d", "fast_speed": "960 km/d"}


def plain(*, boxes: int = 3650, **changes: Any) -> Scenario:
    """Four stations 120 km apart: three hours between two, nobody else on the line, no gales.

    One import and one export of `boxes` a year each; one train a day of each gauge, each way.
    `changes` are of the network: ``fleet__flat__n_platforms=61``.
    """
    words = network()
    for key in ("source", "note"):
        words.pop(key)
    words["stations"]["west"]["title"] = {**TITLE, "en": "West"}
    words["railways"] = {"cn": {**railway("CN"), **EVEN}, "kz": {**railway("KZ"), **EVEN}}
    for one in words["sections"].values():
        one.update({"other_traffic": ALL_DAY, "capacity": "96 trains/d"})
    gate = words["borders"]["gate"]
    gate.update({"to_china": MANY, "to_kazakhstan": MANY, "transshipment": "99999 boxes/d"})
    words["disruptions"] = {}
    words["origins"] = {
        key: {"shares": {"origin": "100 %"}, "end": "port"} for key in ("in", "out")
    }
    words["fleet"]["flat"]["n_platforms"] = 1000
    for path, value in changes.items():
        *parents, last = path.split("__")
        table = words
        for parent in parents:
            table = table[parent]
        table[last] = value
    given = world(
        {
            "in": {"boxes": f"{boxes} boxes/yr"},
            "out": {"kind": "export", "boxes": f"{boxes} boxes/yr"},
        },
        services={"shuttle": {"border": "West", "n_wagons": 61}},
        network=words,
    )
    week = Week(
        trains={
            "a": WeekTrain(start="origin", end="east", trains_per_week=7),
            "b": WeekTrain(start="west", end="port", trains_per_week=7),
        },
        routes={
            "1": Route(flow="in", stations=("origin", "east", "west", "port"), share=1.0),
            "2": Route(flow="out", stations=("port", "west", "east", "origin"), share=1.0),
        },
    )
    return with_week(given, week)


def halfway(n_tracks: int, **changes: Any) -> Scenario:
    """The railway with a station in the middle of its last line, on which trains may stand.

    `changes` are of the terminal: ``landside__trucks_per_day=3``.
    """
    second = section("halfway", "port", "kz")
    scenario = plain(
        stations__halfway={
            **station("junction", "KZ", 12),
            "longitude": "12.5 deg",
            "standing_tracks": n_tracks,
        },
        sections__steppe__end="halfway",
        sections__second={**second, "other_traffic": ALL_DAY, "capacity": "96 trains/d"},
    )
    return scenario.model_copy(update={"terminal": terminal(**changes)})


def weekly(*, is_fixed: bool = False) -> Scenario:
    """The railway with round figures, with one train a week between the border and the dry port."""
    scenario = plain()
    assert scenario.network is not None
    week = scenario.network.week
    assert week is not None
    train = week.trains["b"].model_copy(update={"trains_per_week": 1})
    changes: dict[str, Any] = {"trains": {**week.trains, "b": train}, "is_fixed": is_fixed}
    return with_week(scenario, week.model_copy(update=changes))


def railway_of(scenario: Scenario) -> PlannedNetwork:
    """The railway of a scenario that has its week."""
    found = PlannedWorld.of(scenario).railway
    assert found is not None
    return found


def every_other_week(scenario: Scenario, weeks: str, n: int = 1) -> Scenario:
    """The trains between the border and the dry port, `n` a week, the last in some weeks only."""
    assert scenario.network is not None
    week = scenario.network.week
    assert week is not None
    changes = {"trains_per_week": n, "every_other_week": weeks, "departures_ms": ()}
    train = week.trains["b"].model_copy(update=changes)
    return with_week(scenario, week.model_copy(update={"trains": {**week.trains, "b": train}}))
