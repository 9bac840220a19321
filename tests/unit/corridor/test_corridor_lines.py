"""Lines of a planned week and the services that follow from it, by hand on four stations."""

from __future__ import annotations

import pytest

from keruen.corridor.network.lines import Lines, dry_port_of, lines_of
from keruen.scenario.models import Scenario
from keruen.scenario.week import Route, Week, WeekTrain
from keruen.study.week_services import beside, with_week
from keruen.units import MS_PER_DAY
from networks import TITLE, network, railway, section, station
from railways import railway_of
from worlds import world

DAY = MS_PER_DAY
KM_900 = {"slow_speed": "900 km/d", "usual_speed": "900 km/d", "fast_speed": "900 km/d"}


def train(start: str, end: str, trains_per_week: int) -> WeekTrain:
    return WeekTrain(start=start, end=end, trains_per_week=trains_per_week)


def route(flow: str, share: float, *stations: str) -> Route:
    return Route(flow=flow, stations=stations, share=share)


def lines_in(scenario: Scenario) -> Lines:
    return lines_of(railway_of(scenario), scenario.services)


def plain() -> Scenario:
    """Four stations and one beyond the dry port, 120 km apart, trains at 900 km a day in Kazakhstan.

    The flow `in` is an import, `out` an export, `through` a transit to the end beyond.
    """
    words = network()
    for key in ("source", "note"):
        words.pop(key)
    words["stations"]["beyond"] = station("destination", "KZ", 14)
    words["sections"]["far"] = section("beyond", "port", "kz")
    words["railways"]["kz"] = {**railway("KZ"), **KM_900}
    words["origins"] = {}
    name = {**TITLE, "en": "West"}
    words["stations"]["west"]["title"] = name
    return world(
        {
            "in": {},
            "out": {"kind": "export", "service": "other"},
            "through": {"kind": "transit", "onward_service": "other"},
        },
        services={"other": {"n_wagons": 30}, "shuttle": {"border": "West", "layover": "5 h"}},
        network=words,
    )


WEEK = Week(
    trains={
        "a": train("origin", "east", 9),
        "b": train("west", "port", 6),
        "c": train("port", "beyond", 2),
    },
    routes={
        "1": route("in", 1.0, "origin", "east", "west", "port"),
        "2": route("out", 0.3, "port", "beyond"),
        "3": route("out", 0.7, "port", "west", "east", "origin"),
        "4": route("through", 1.0, "origin", "east", "west", "port", "beyond"),
    },
)


@pytest.fixture(scope="module")
def planned() -> Scenario:
    return with_week(plain(), WEEK)


def test_each_end_of_the_dry_ports_lines_is_a_service(planned: Scenario) -> None:
    """Six trains a week from the border with its 61 wagons and two to the end beyond."""
    found = {
        key: (s.trains_per_week, s.n_wagons, s.border, s.distance_m)
        for key, s in planned.services.items()
    }
    assert found == {"west": (6, 61, "West", 120_000), "beyond": (2, 61, "", 120_000)}


def test_wagons_are_those_of_the_given_service_through_the_border(planned: Scenario) -> None:
    """The one through West keeps the shuttle's five hours, the other those of the first service."""
    hours = {key: s.layover_ms // 3_600_000 for key, s in planned.services.items()}
    assert hours == {"west": 5, "beyond": 3}


def test_a_service_takes_what_its_way_takes(planned: Scenario) -> None:
    """120 km at 900 km a day are 3.2 hours; the delay is the railway's, so none is added."""
    service = planned.services["west"]
    assert service.transit_time.value_ms == pytest.approx(3.2 * 3_600_000, abs=1)
    assert service.delay.value_ms == 0


def test_flows_go_by_the_service_that_most_of_them_take(planned: Scenario) -> None:
    """The import comes and most of the export leaves through West; transit comes there, and on."""
    assert planned.flows["in"].service == "west"
    assert planned.flows["out"].service == "west"
    through = planned.flows["through"]
    assert (through.service, through.onward_service) == ("west", "beyond")


def test_a_flow_without_a_way_still_has_a_service() -> None:
    """A flow that the week leaves behind is put on the first service by key."""
    week = WEEK.model_copy(update={"routes": {"1": WEEK.routes["1"]}})
    assert with_week(plain(), week).flows["out"].service == "beyond"


def test_the_one_section_of_the_port_gives_its_paths_to_the_terminal() -> None:
    """A port with one section of 10 paths a day, 2 of them of others: 2.4 h apart, a fifth taken."""
    week = Week(trains={"b": WEEK.trains["b"]}, routes={})
    given = plain()
    assert given.network is not None
    sections = {k: s for k, s in given.network.sections.items() if k != "far"}
    stub = given.model_copy(
        update={"network": given.network.model_copy(update={"sections": sections})}
    )
    shunting = with_week(stub, week).terminal.shunting
    assert (shunting.path_interval_ms, shunting.path_taken_share) == (DAY // 10, 0.2)
    assert with_week(given, WEEK).terminal == given.terminal


def test_what_stands_beside_the_port_on_a_way() -> None:
    """Stations before and after the dry port; nothing where the way begins or ends there."""
    assert beside(WEEK.routes["4"], "port") == ("west", "beyond")
    assert beside(WEEK.routes["1"], "port") == ("west", "")
    assert beside(WEEK.routes["2"], "port") == ("", "beyond")


def test_lines_are_those_of_the_week(planned: Scenario) -> None:
    """Those of the port by far end, those of China by near end; what each carries."""
    assert planned.network is not None
    assert dry_port_of(planned.network) == "port"
    lines = lines_in(planned)
    assert [(x.far, x.near, x.border, x.trains_per_week) for x in lines.port] == [
        ("beyond", "port", "", 2),
        ("west", "port", "gate", 6),
    ]
    assert [(x.far, x.near, x.border, x.trains_per_week) for x in lines.china] == [
        ("origin", "east", "gate", 9)
    ]
    assert [(x.n_wagons, x.capacity_teu) for x in (*lines.port, *lines.china)] == [
        (61, 122),
        (61, 122),
        (41, 82),
    ]
    assert lines.port[1].capacity_kg == 61 * 60_000


def test_a_line_written_the_other_way_round_is_the_same(planned: Scenario) -> None:
    """Whether the port is written as the start or the end of a train changes nothing."""
    turned = WEEK.model_copy(
        update={
            "trains": {
                "a": WEEK.trains["a"],
                "b": train("port", "west", 6),
                "c": train("beyond", "port", 2),
            }
        }
    )
    assert lines_in(with_week(plain(), turned)) == lines_in(planned)


def test_sections_are_run_in_their_direction(planned: Scenario) -> None:
    """From West the steppe is run forwards, home again backwards, times as the speeds say."""
    lines = lines_in(planned)
    beyond, west = lines.port
    assert west.sections == (("steppe", True),)
    assert west.back() == (("steppe", False),)
    assert beyond.sections == (("far", True),)
    assert west.least_ms == west.mean_ms == pytest.approx(DAY * 120 / 900, abs=1)
    (china,) = lines.china
    # Triangular between 600, 800 and 1 000 km a day; the mean of the three times, near enough.
    assert china.least_ms == pytest.approx(DAY * 0.12, abs=1)
    assert china.mean_ms == pytest.approx(DAY * (0.12 + 0.15 + 0.2) / 3, rel=2e-3)


def test_ways_over_several_sections_hang_together() -> None:
    """A line over two sections lists them in the order of the run, and turns them round for home.

    The far one is written from its end beyond to the port: it is run backwards on the way out.
    """
    given = plain()
    assert given.network is not None
    far_off = given.network.stations["beyond"].model_copy(update={"kind": "dry-port"})
    port = given.network.stations["port"].model_copy(update={"kind": "junction"})
    stations = {**given.network.stations, "beyond": far_off, "port": port}
    longer = given.model_copy(
        update={"network": given.network.model_copy(update={"stations": stations})}
    )
    week = Week(trains={"b": train("west", "beyond", 3)}, routes={})
    (line,) = lines_in(with_week(longer, week)).port
    assert line.sections == (("steppe", True), ("far", False))
    assert line.back() == (("far", True), ("steppe", False))
    assert line.way.length_km == 240
