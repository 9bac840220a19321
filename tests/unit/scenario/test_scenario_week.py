"""A planned week of a scenario: every rule says what is wrong, and nothing else is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keruen.i18n import LANGUAGES, describe
from keruen.scenario import read
from networks import network, station
from scenarios import DROP, changed, keys, problems_of, read_changed

WEEK: dict[str, Any] = {
    "trains": {
        "east": {"start": "origin", "end": "east", "trains_per_week": 2},
        "west": {"start": "west", "end": "port", "trains_per_week": 2},
    },
    "routes": {
        "in": {
            "flow": "arrivals",
            "stations": ["origin", "east", "west", "port"],
            "share": "100 %",
        },
        "out": {
            "flow": "departures",
            "stations": ["port", "west", "east", "origin"],
            "share": "50 %",
        },
    },
}


def with_week(**changes: Any) -> dict[str, Any]:
    """The toy with the network of four stations and a week, changed; `__` stands for a point."""
    from copy import deepcopy

    document = network()
    document["week"] = deepcopy(WEEK)
    # A second dispatching station on the same spot, and a destination, to be named by routes.
    document["stations"]["other"] = station("dispatch", "CN", 10)
    document["sections"]["branch"] = {**document["sections"]["china"], "start": "other"}
    return {"network": changed({k.replace("__", "/"): v for k, v in changes.items()}, document)}


def test_a_week_may_be_brought(tmp_path: Path) -> None:
    """A week that keeps every rule is read, with departures or without."""
    plain = read_changed(tmp_path / "plain", with_week())
    timed = read_changed(
        tmp_path / "timed", with_week(week__trains__east__departures=["1 h", "3 d"])
    )
    assert plain.network is not None
    assert plain.network.week is not None
    assert plain.network.week.trains["east"].departures_ms == ()
    assert timed.digest != plain.digest


@pytest.mark.parametrize(
    ("changes", "key", "named"),
    [
        ({"week__trains__east__start": "orign"}, "no_such_id", "origin"),
        ({"week__trains__east__end": "origin"}, "same_ends", "origin"),
        ({"week__trains__east__end": "port"}, "week_gauges", "1520 mm"),
        (
            {"week__trains__east__start": "east", "week__trains__east__end": "origin"},
            "week_ends",
            "dispatching",
        ),
        ({"week__trains__east__end": "other"}, "week_ends", "Allowed here: east"),
        (
            {"week__trains__again": {"start": "origin", "end": "east", "trains_per_week": 1}},
            "week_twice",
            "`again`|`east`",
        ),
        ({"week__trains__east__trains_per_week": 0}, "too_small", "1"),
        (
            {"week__trains__east__departures": ["1 h"]},
            "week_count",
            "1 departures are given for 2",
        ),
        ({"week__trains__east__departures": ["2 h", "1 h"]}, "week_order", "only once"),
        ({"week__trains__east__departures": ["2 h", "2 h"]}, "week_order", "only once"),
        ({"week__trains__east__departures": ["2 h", "7 d"]}, "not_below", "7 d"),
        ({"week__routes__in__flow": "arivals"}, "no_such_id", "arrivals"),
        ({"week__routes__in__stations": ["origin", "eas", "west", "port"]}, "no_such_id", "east"),
        (
            {"week__routes__in__stations": ["other", "east", "west", "port"]},
            "week_not_joined",
            "`other` and `east`",
        ),
        ({"week__routes__in__stations": ["origin", "east", "west"]}, "week_no_port", "`port`"),
        (
            {"week__routes__in__stations": ["origin", "east", "west", "port", "west"]},
            "week_again",
            "twice",
        ),
        (
            {"week__routes__in__stations": ["port", "west", "east", "origin"]},
            "week_sides",
            "import",
        ),
        ({"week__routes__in__stations": ["east", "west", "port"]}, "week_sides", "dispatching"),
        ({"week__routes__in__share": "101 %"}, "quantity_share", "101 %"),
        (
            {
                "week__routes__more": {
                    "flow": "arrivals",
                    "stations": ["origin", "east", "west", "port"],
                    "share": "1 %",
                }
            },
            "week_shares",
            "1.01",
        ),
    ],
)
def test_each_rule_says_what_is_wrong(
    tmp_path: Path, changes: dict[str, Any], key: str, named: str
) -> None:
    """One fault, one problem, with its place and what is allowed; in four languages."""
    (found,) = problems_of(tmp_path, with_week(**changes))
    assert keys((found,)) == [key]
    assert "network.week." in str(found.parameters["place"])
    said = str(found)
    assert any(word in said for word in named.split("|")), said
    assert len({describe(found, language) for language in LANGUAGES}) == 4


def test_wagon_groups_join_two_stations_of_china(tmp_path: Path) -> None:
    """Between two dispatching stations no train is needed."""
    way = ["other", "origin", "east", "west", "port"]
    read_changed(tmp_path, with_week(week__routes__in__stations=way))


def test_no_train_and_no_way_over_a_closed_border(tmp_path: Path) -> None:
    """A closed border is said of the trains that end there; ways on them are not told as well."""
    shut = with_week(borders__gate__is_open=False, origins=DROP)
    found = problems_of(tmp_path, shut)
    places = [str(p.parameters["place"]) for p in found if p.key == "problem.border_closed"]
    assert len(places) == 2
    assert all("network.week.trains" in place for place in places)


def test_a_week_needs_a_train_of_the_dry_port(tmp_path: Path) -> None:
    """Trains in China alone serve no dry port."""
    found = problems_of(tmp_path, with_week(week__trains__west=DROP, week__routes={}))
    assert keys(found) == ["week_no_trains"]


def test_shares_are_of_one_direction(tmp_path: Path) -> None:
    """What comes and what goes of a transit flow is not added up."""
    both = {
        "a": {"flow": "arrivals", "stations": ["origin", "east", "west", "port"], "share": "90 %"},
        "b": {"flow": "arrivals", "stations": ["port", "west", "east", "origin"], "share": "90 %"},
    }
    transit = {"flows.arrivals.kind": "transit", "flows.arrivals.onward_service": "shuttle"}
    read_changed(tmp_path, {**with_week(week__routes=both), **transit})


def test_the_packaged_scenario_brings_no_week() -> None:
    """Its week is planned from the bookings."""
    packaged = read("kostanay-hefei").network
    assert packaged is not None
    assert packaged.week is None
