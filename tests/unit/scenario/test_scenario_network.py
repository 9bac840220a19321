"""The railway of a scenario: the packaged one is whole, and each rule says what is wrong."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from keruen.errors import ScenarioError
from keruen.i18n import LANGUAGES, describe
from keruen.scenario import cases, read, review
from keruen.scenario.check_network import esr_check_digit
from keruen.scenario.geography import distances_m, great_circle_m, links
from keruen.scenario.network import Network
from networks import RANGE, TITLE, network, section, station
from scenarios import DROP, changed, keys, problems, problems_of, read_changed, write

ORE = "without-iron-ore"
BOUNDS = {"CN": (18, 54, 73, 135), "KZ": (40.5, 55.5, 46.4, 87.4), "RU": (50, 57, 56, 64)}
"""South, north, west, east: the two countries, and the South Urals."""


@pytest.fixture(scope="module")
def packaged() -> Network:
    """The packaged network."""
    found = read("kostanay-hefei").network
    assert found is not None
    return found


def with_network(**changes: Any) -> dict[str, Any]:
    """The toy with the network of four stations, changed; `__` stands for a point."""
    document = changed({key.replace("__", "/"): value for key, value in changes.items()}, network())
    return {"network": document}


def others(limit: str, counts: str) -> dict[str, Any]:
    """A border three quarters of whose limit belong to others."""
    return {"borders__gate__others": {limit: {"share": "75 %", "counts": counts}}}


# --- the packaged network ------------------------------------------------------------------


def test_there_are_as_many_dispatching_stations_as_claimed(packaged: Network) -> None:
    """42 Chinese stations dispatch, and the claim of 42 is held against that count."""
    assert packaged.n_dispatching_stations == 42
    found = {r.key: r for r in review(read("kostanay-hefei"))}["stations"]
    assert [(c.key, c.value, c.is_plausible) for c in found.checks] == [("listed", 1.0, True)]


def test_another_count_is_a_finding_and_no_error() -> None:
    """With two stations fewer the claim is implausible; nothing is refused."""
    scenario = read("kostanay-hefei")
    assert scenario.network is not None
    gone = ("kunming", "nanning")
    fewer = {key: s for key, s in scenario.network.stations.items() if key not in gone}
    thinner = scenario.model_copy(
        update={"network": scenario.network.model_copy(update={"stations": fewer})}
    )
    found = {r.key: r for r in review(thinner)}["stations"]
    assert found.checks[0].value == pytest.approx(40 / 42)
    assert found.outcome == "implausible"


def test_every_station_has_its_ground(packaged: Network) -> None:
    """Each station is named by an address, or is an assumption with a reason; codes stay blank."""
    sourced = 0
    for key, place in packaged.stations.items():
        assert len(place.reason.split()) >= 3, key
        sourced += place.kind == "dispatch" and place.evidence != "assumption"
        assert place.esr == "", key
    assert sourced > packaged.n_dispatching_stations / 2


def test_every_station_lies_in_its_country(packaged: Network) -> None:
    """Coordinates are inside the country's bounds; names differ between stations in every language."""
    for key, place in packaged.stations.items():
        south, north, west, east = BOUNDS[place.country]
        assert south <= place.latitude_deg <= north, key
        assert west <= place.longitude_deg <= east, key
    for language in LANGUAGES:
        names = [place.title.in_language(language) for place in packaged.stations.values()]
        assert len(set(names)) == len(names)


def test_no_line_is_shorter_than_straight_or_absurdly_long(packaged: Network) -> None:
    """Every section and crossing is between the straight line and two and a half times it."""
    for start, end, length_m in links(packaged, is_open_only=False):
        straight_m = great_circle_m(packaged.stations[start], packaged.stations[end])
        assert straight_m * 0.99 <= length_m <= 2.5 * straight_m, (start, end)


def test_everything_is_joined(packaged: Network) -> None:
    """Every station can be reached from the dry port; with Bakhty closed as well."""
    reached = distances_m(packaged, "tobol-dry-port", is_open_only=False)
    assert reached.keys() == packaged.stations.keys()
    assert distances_m(packaged, "tobol-dry-port").keys() == packaged.stations.keys()


@pytest.mark.parametrize(
    ("start", "end", "published_km", "tolerance"),
    [
        ("hefei-north", "dostyk", 4152, 0.005),
        ("dostyk", "moiynty", 836, 0.002),
        ("xian", "almaty", 3860, 0.08),
        ("hefei-north", "almaty", 4954, 0.08),
        ("baotou", "astana", 4332, 0.08),
        ("dostyk", "almaty", 700, 0.08),
    ],
)
def test_ways_are_as_long_as_published(
    packaged: Network, start: str, end: str, published_km: float, tolerance: float
) -> None:
    """The shortest way along the sections agrees with distances that operators have published."""
    way_km = distances_m(packaged, start)[end] / 1000
    assert way_km == pytest.approx(published_km, rel=tolerance)


def test_the_way_to_the_dry_port(packaged: Network) -> None:
    """Hefei is 6 280 km away through Dostyk, within the range of that estimate."""
    assert 6200 <= distances_m(packaged, "hefei-north")["tobol-dry-port"] / 1000 <= 6360


def test_recorded_episodes_are_there(packaged: Network) -> None:
    """The recorded backlogs of 2023 and 2025 stand with their days and shares."""
    grain = packaged.episodes["altynkol-2025-10"]
    assert (grain.n_backlog, grain.backlog_unit) == (3000, "wagons")
    assert grain.intake_share == pytest.approx(10 / 14, abs=0.005)
    ban = packaged.episodes["dostyk-2023-09"]
    assert (ban.first_day, ban.days, ban.loading_share) == (date(2023, 9, 4), 5, 0)
    assert (ban.n_backlog, ban.backlog_unit, ban.backlog_at) == (120, "trains", "start")
    wind = packaged.episodes["dostyk-wind-2023-12"]
    assert (wind.days, wind.intake_share) == (2, pytest.approx(3 / 15))


def test_every_flow_has_its_ends(packaged: Network) -> None:
    """Each flow but the empties is spread over dispatching stations and ends somewhere."""
    scenario = read("kostanay-hefei")
    spread = {key for key, flow in scenario.flows.items() if flow.kind != "empty"}
    assert packaged.origins.keys() == spread
    for origin in packaged.origins.values():
        assert sum(origin.shares.values()) == pytest.approx(1)
    assert packaged.origins["kits-jac"].shares["hefei-north"] == pytest.approx(0.8)


def test_three_trains_become_two(packaged: Network) -> None:
    """The boxes of three trains of 1435 mm fill two of 1520 mm, to within one box."""
    for border in packaged.borders.values():
        assert abs(3 * border.n_feu_1435 - 2 * border.n_feu_1520) <= 1


def test_bakhty_is_open_by_2030_and_a_case_takes_it_out() -> None:
    """Bakhty is open in the base and closed in its case; Ürümqi is then farther from Ayagoz."""
    assert "without-bakhty" in cases("kostanay-hefei")
    closed, opened = (
        read("kostanay-hefei", cases=["without-bakhty"]).network,
        read("kostanay-hefei").network,
    )
    assert closed is not None
    assert opened is not None
    assert not closed.borders["bakhty"].is_open
    assert opened.borders["bakhty"].is_open
    before = distances_m(closed, "urumqi")["ayagoz"]
    assert distances_m(opened, "urumqi")["ayagoz"] < before


# --- the small network, followed by hand ------------------------------------------------------


def test_a_scenario_without_a_network_is_whole() -> None:
    """The toy has no network."""
    assert read("toy").network is None


def test_the_network_changes_the_digest_and_its_words_do_not(tmp_path: Path) -> None:
    """A length is a change; a name, a reason and evidence are not."""
    plain = read_changed(tmp_path / "a", with_network())
    reworded = with_network(stations__port__reason="another reason")
    longer = with_network(sections__china__length="130 km")
    assert read_changed(tmp_path / "b", reworded).digest == plain.digest
    assert read_changed(tmp_path / "c", longer).digest != plain.digest
    assert plain.digest != read("toy").digest


def test_distances_on_the_equator(tmp_path: Path) -> None:
    """One degree is 111.195 km over the globe; three lines of 120 km are 360 km."""
    found = read_changed(tmp_path, with_network()).network
    assert found is not None
    one_degree_m = great_circle_m(found.stations["origin"], found.stations["east"])
    assert one_degree_m == pytest.approx(111_195, rel=1e-4)
    assert distances_m(found, "origin") == {
        "origin": 0,
        "east": 120e3,
        "west": 240e3,
        "port": 360e3,
    }


def test_units_inside(tmp_path: Path) -> None:
    """800 km a day are 9.26 m/s; 100 boxes a day are 36 500 a year; prices stay as written."""
    found = read_changed(tmp_path, with_network()).network
    assert found is not None
    assert found.railways["cn"].usual_speed_m_per_s == pytest.approx(800_000 / 86_400)
    assert found.borders["gate"].transshipment_boxes_per_yr == 36_500
    assert found.borders["gate"].gauge_change_usd2025_per_box == 300
    assert found.railways["kz"].electric_g_per_tkm == 20


def test_running_time_follows_from_the_speeds(tmp_path: Path) -> None:
    """120 km at 1 000, 800 and 600 km a day are 2.88, 3.6 and 4.8 hours."""
    found = read_changed(tmp_path, with_network()).network
    assert found is not None
    law = found.running_time(found.sections["china"])
    assert (law.law, law.least_ms, law.mode_ms, law.most_ms) == (
        "triangular",
        10_368_000,
        12_960_000,
        17_280_000,
    )


def test_a_section_may_have_its_own_running_time(tmp_path: Path) -> None:
    """The law of the section comes before the speeds of the railway."""
    changes = with_network(sections__china__running_time="5 h")
    found = read_changed(tmp_path, changes).network
    assert found is not None
    assert found.running_time(found.sections["china"]).value_ms == 5 * 3_600_000
    assert found.running_time(found.sections["steppe"]).value_ms is None


@pytest.mark.parametrize(
    ("changes", "key", "place"),
    [
        ({"sections__china__end": "eest"}, "no_such_id", "sections.china.end"),
        ({"sections__china__railway": "cm"}, "no_such_id", "sections.china.railway"),
        ({"borders__gate__china_station": "eest"}, "no_such_id", "borders.gate.china_station"),
        ({"episodes__storm__border": "gata"}, "no_such_id", "episodes.storm.border"),
        ({"disruptions__gale__border": "gata"}, "no_such_id", "disruptions.gale.border"),
        ({"fleet__flat__wagon_type": "platform"}, "no_such_id", "fleet.flat.wagon_type"),
        ({"costs__values_of_time": {"good": "5 USD2025/box-d"}}, "no_such_id", "values_of_time"),
        ({"origins__arrivals__end": "part"}, "no_such_id", "origins.arrivals.end"),
        ({"origins__arrivals__shares": {"orign": 1.0}}, "no_such_id", "shares.orign"),
        ({"origins__arrival": {"shares": {"origin": 1.0}, "end": "port"}}, "no_such_id", "arrival"),
        ({"origins__arrivals__shares": {"origin": "90 %"}}, "shares_sum", "arrivals.shares"),
        ({"origins__arrivals__shares": {"east": 1.0}}, "not_a_dispatch", "shares.east"),
        ({"origins__arrivals": DROP}, "no_origin", "network.origins"),
        ({"disruptions__gale__months": [0.5] * 12}, "shares_sum", "gale.months"),
        ({"stations__lost": station("junction", "KZ", 40)}, "not_joined", "stations.lost"),
        ({"sections__china__capacity": "0 trains/d"}, "not_above", "china.capacity"),
        ({"sections__china__capacity": "2 trains/d"}, "no_paths_left", "china.capacity"),
        ({"sections__china__length": "-5 km"}, "quantity_negative", "china.length"),
        ({"sections__china__length": "100 km"}, "shorter_than_straight", "china.length"),
        ({"borders__gate__length": "100 km"}, "shorter_than_straight", "gate.length"),
        ({"sections__china__end": "origin"}, "same_ends", "sections.china"),
        ({"sections__china__railway": "kz"}, "gauge_differs", "sections.china"),
        ({"borders__gate__to_china__mode": "9 trains/d"}, "range_order", "gate.to_china"),
        ({"railways__cn__slow_speed": "900 km/d"}, "range_order", "cn.usual_speed"),
        ({"borders__gate__others": {"to_china": {"share": 1.0}}}, "not_below", "to_china.share"),
        (others("to_china", "container-trains"), "populations_differ", "others.to_china.counts"),
        (others("to_kazakhstan", "boxes"), "populations_differ", "others.to_kazakhstan.counts"),
        (others("transshipment", "all-trains"), "populations_differ", "transshipment.counts"),
        (
            {"borders__gate__others": {"to_china": {"share": "75 %"}}},
            "populations_differ",
            "counts",
        ),
        ({"borders__gate__is_open": False}, "border_closed", "shares.origin"),
        ({"borders__gate__opens": date(2099, 1, 1)}, "border_not_yet", "gate.is_open"),
        ({"stations__east__country": "RU"}, "wrong_country", "gate.china_station"),
        ({"stations__west__gauge": "1435 mm"}, "gauge_differs", "gate.kazakh_station"),
        ({"stations__origin__country": "KZ"}, "wrong_country", "origin.country"),
        ({"stations__port__is_hub": True}, "not_a_dispatch", "port.is_hub"),
        ({"stations__port__esr": "060002"}, "esr_code", "port.esr"),
        ({"stations__port__esr": "6000"}, "esr_code", "port.esr"),
        ({"stations__port__reason": " "}, "station_evidence", "stations.port"),
        ({"stations__port__evidence": "somebody"}, "station_evidence", "stations.port"),
        ({"stations__port__latitude": "91 deg"}, "too_large", "port.latitude"),
        ({"stations__port__kind": "port"}, "not_a_choice", "port.kind"),
        ({"episodes__storm__backlog_unit": DROP}, "goes_together", "episodes.storm"),
        ({"episodes__storm__first_day": date(2099, 1, 1)}, "episode_not_over", "storm.first_day"),
        (
            {"episodes__storm__loading_follows_after": "3 d"},
            "loading_after_episode",
            "storm.loading_follows_after",
        ),
        ({"sections__china__season": {"en": "x"}}, "missing_key", "china.season"),
        ({"sections__china__running_time": {"law": "fixed"}}, "law_parameters", "running_time"),
        ({"disruptions__gale__n_per_year": True}, "wrong_type", "gale.n_per_year"),
        ({"costs__time_weight": "1"}, "wrong_type", "costs.time_weight"),
        ({"sections__china__length": "5 d"}, "quantity_unit", "china.length"),
        ({"costs__handling": "5 USD/box"}, "quantity_price_year", "costs.handling"),
        ({"costs__handling": "5 USD2024/box"}, "quantity_unit", "costs.handling"),
        ({"stations__port__titel": "x"}, "unknown_key", "port.titel"),
    ],
)
def test_each_slip_has_its_problem(
    tmp_path: Path, changes: dict[str, Any], key: str, place: str
) -> None:
    """One slip is named with its place, in every language."""
    document = with_network()["network"]
    found = problems_of(tmp_path, {"network": changed(_slashed(changes), document)})
    named = [problem for problem in found if problem.key == f"problem.{key}"]
    assert named, keys(found)
    assert any(place in str(problem.parameters["place"]) for problem in named)
    for problem in named:
        assert len({describe(problem, language) for language in LANGUAGES}) == len(LANGUAGES)


def _slashed(changes: dict[str, Any]) -> dict[str, Any]:
    return {key.replace("__", "/"): value for key, value in changes.items()}


def test_an_episode_ends_before_the_scenario_begins(tmp_path: Path) -> None:
    """It may last until the day before, and loading may follow on its last day."""
    first_day = read("toy").calendar.first_day
    late, in_time = (
        with_network(
            episodes__storm__first_day=first_day - timedelta(days=n_days),
            episodes__storm__loading_follows_after="2 d",
        )
        for n_days in (1, 2)
    )
    assert keys(problems_of(tmp_path / "late", late)) == ["episode_not_over"]
    assert read_changed(tmp_path / "in-time", in_time).network is not None


def test_what_the_corridor_may_have_is_a_share_of_the_mean(tmp_path: Path) -> None:
    """Of 1, 2 and 6 trains a day, 3 on average, a quarter is for the corridor; the top is 2."""
    trains = {"low": "1 trains/d", "mode": "2 trains/d", "high": "6 trains/d"}
    changes = {**others("to_china", "all-trains"), "borders__gate__to_china": trains}
    found = read_changed(tmp_path, with_network(**changes)).network
    assert found is not None
    gate = found.borders["gate"]
    assert gate.to_china.mean_trains_per_d == pytest.approx(3)
    assert gate.own_trains_per_d(to_china=True) == pytest.approx(0.75)


def test_the_nearest_name_is_offered(tmp_path: Path) -> None:
    """A slip in a station's name is answered with the station that was meant."""
    found = problems_of(tmp_path, with_network(sections__china__end="eeast"))
    assert found[0].parameters["nearest"] == "east"


def test_a_flow_without_a_way(tmp_path: Path) -> None:
    """Without the section in Kazakhstan no flow reaches the dry port."""
    found = problems_of(tmp_path, with_network(sections__steppe=DROP))
    assert {"not_joined", "no_way"} == set(keys(found))


def test_a_service_may_not_use_a_closed_border(tmp_path: Path) -> None:
    """A service that names a closed border is told so, beside the flows behind it."""
    document = with_network(borders__gate__is_open=False)
    found = problems_of(tmp_path, {**document, "services.shuttle.border": "Gate"})
    places = [str(p.parameters["place"]) for p in found if p.key == "problem.border_closed"]
    assert any("services.shuttle.border" in place for place in places)


def test_a_packaged_border_cannot_be_closed_under_its_trains() -> None:
    """With Dostyk closed the services through it are named; the flows still have Altynkol."""
    with pytest.raises(ScenarioError) as caught:
        read("kostanay-hefei", ["network.borders.dostyk.is_open=false"])
    found = caught.value.problems
    assert set(keys(found)) == {"border_closed"}
    places = sorted(str(problem.parameters["place"]).rpartition(" ")[2] for problem in found)
    assert places == ["services.hefei.border", "services.urumqi.border"]


def test_every_figure_needs_its_source(tmp_path: Path) -> None:
    """A network without any source is refused, figure by figure."""
    document = with_network()["network"]
    del document["source"], document["note"]
    found = problems(write(tmp_path, {**_without_source(), "network": document}))
    assert set(keys(found)) == {"no_source"}
    assert any("sections.china.length" in str(p.parameters["place"]) for p in found)


def _without_source() -> dict[str, Any]:
    """The toy with its source moved into its tables."""
    document = changed({})
    origin = {key: document.pop(key) for key in ("source", "note")}
    return {
        key: {**origin, **value} if isinstance(value, dict) and key != "scenario" else value
        for key, value in document.items()
    }


def test_one_wrong_table_does_not_hide_the_others(tmp_path: Path) -> None:
    """A section that does not fit its model is named together with a wrong border."""
    changes = with_network(sections__china__n_tracks="two", borders__gate__kazakh_station="wast")
    assert {"wrong_type", "no_such_id"} <= set(keys(problems_of(tmp_path, changes)))


def test_a_second_section_makes_the_way_shorter(tmp_path: Path) -> None:
    """Of two ways the shorter one counts."""
    document = with_network()
    second = {**section("origin", "east", "cn"), "length": "115 km"}
    document["network"]["sections"]["direct"] = second
    found = read_changed(tmp_path, document).network
    assert found is not None
    assert distances_m(found, "origin")["port"] == 355e3


@pytest.mark.parametrize(
    ("code", "digit"),
    [
        ("00000", 0),
        ("10000", 1),  # 1·1
        ("00009", 1),  # 9·5 = 45 = 4·11 + 1
        ("00002", 3),  # 2·5 = 10: again with 3 to 7, 2·7 = 14 = 11 + 3
    ],
)
def test_esr_check_digit(code: str, digit: int) -> None:
    """The check digit is the weighed sum modulo 11, with other weights when that is 10."""
    assert esr_check_digit(code) == digit


# --- goods of others on the lines ---------------------------------------------------------------


def test_a_case_takes_one_of_the_goods_away() -> None:
    """Six trains of ore a day leave the line between Esil and Tobol; a line without ore keeps all.

    At Altynkol 2.5 trains of 2025 have become three: others grow by a fifth.
    """
    usual, freed = (read("kostanay-hefei", (), cases_).network for cases_ in ((), (ORE,)))
    assert usual is not None
    assert freed is not None
    for key, gone in (("esil-tobol", 6.0), ("altynkol-zhetigen", 3.0), ("astana-esil", 0.0)):
        others = [one.others_on(one.sections[key]).mode_trains_per_d for one in (usual, freed)]
        assert others[0] - others[1] == pytest.approx(gone)
        assert usual.others_on(usual.sections[key]) is usual.sections[key].other_traffic


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"without_goods": ["ore"]}, "no_such_id"),
        ({"every_other_week": ["nowhere"]}, "no_such_id"),
        ({"sections__steppe__other_traffic__parts": {"ore": RANGE}}, "no_such_id"),
        (
            {
                "goods": {"ore": {"title": TITLE}},
                "sections__steppe__other_traffic__parts": {"ore": {**RANGE, "low": "0 trains/d"}},
            },
            "goods_sum",
        ),
    ],
)
def test_goods_and_stations_that_do_not_fit_are_refused(
    tmp_path: Path, changes: dict[str, Any], key: str
) -> None:
    """Unknown keys, and parts that do not sum to the whole, are named."""
    assert key in keys(problems_of(tmp_path, with_network(**changes)))
