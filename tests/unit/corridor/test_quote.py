"""A quote for one box: what must hold of its days, cost, emissions and risk, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from keruen.corridor.quote.offered_ways import FILL_SHARE, open_borders
from keruen.corridor.quote.quote import Option, QuoteRequest, box_of, sizes_of
from keruen.corridor.quote.spoilage import Spoilage, spoilage
from keruen.scenario import Scenario, read
from keruen.scenario.week import Week, WeekTrain
from keruen.study import quote
from networks import network
from scenarios import changed, read_changed

QUIET = {"disruptions/gale/n_per_year": 0.0}
WISH = QuoteRequest(
    origin="origin",
    destination="port",
    commodity="goods",
    size_ft=40,
    year=2031,
    month=3,
)


def world(folder: Path, changes: Mapping[str, Any] = QUIET) -> Scenario:
    """The toy with the network of four stations in a row, 120 km apart."""
    return read_changed(folder, {"network": changed(changes, network())})


def only(options: tuple[Option, ...]) -> Option:
    """The one option that there is."""
    (found,) = options
    return found


@pytest.fixture(scope="module")
def packaged() -> Scenario:
    """The packaged network with all three borders."""
    return read("kostanay-hefei")


def test_days_are_waits_running_and_dwell(tmp_path: Path) -> None:
    """Two weekly trains, two lines of 0.15 d, 30 h at the border: the median and the ninth tenth.

    The wait for two weekly trains is the sum of two uniforms on a week: its median is 7 d, and nine
    tenths lie below 14 − 7·√0.2 = 10.87 d. On a line a train takes 0.12 to 0.20 d, 0.157 d on
    average; the border takes in 2 trains a day and one comes, which never waits for long.
    """
    found = only(quote(world(tmp_path), WISH))
    rest = 2 * 0.157 + 1.25
    assert found.days_p50 == pytest.approx(7 + rest, abs=0.25)
    assert found.days_p90 == pytest.approx(10.87 + rest, abs=0.25)
    assert found.cause == "train"
    assert found.disrupted_share == 0
    assert found.disruption == ""
    assert found.is_assumed


def test_cost_is_trains_shared_boxes_and_fees(tmp_path: Path) -> None:
    """A train-km of 20 USD is shared by the TEU on it; then TEU-km, change of gauge, handlings."""
    found = only(quote(world(tmp_path), WISH))
    east = 2 * (20 * 120 / (82 * FILL_SHARE) + 0.1 * 120)
    west = 2 * (20 * 120 / (122 * FILL_SHARE) + 0.1 * 120)
    assert [e.usd2025 for e in found.elements] == pytest.approx([east, west])
    assert found.usd2025 == pytest.approx(east + west + 300 + 50 + 2 * 45)


def test_emissions_are_gross_tonne_kilometres(tmp_path: Path) -> None:
    """Behind electric locomotives of 20 g: 240 km times the gross tonnes times 20 g."""
    scenario = world(tmp_path)
    found = only(quote(scenario, WISH))
    gross_t = box_of(scenario.commodities["goods"], 40).gross_t
    assert found.co2e_kg == pytest.approx(240 * gross_t * 0.020)
    assert [e.tonne_km for e in found.elements] == pytest.approx([120 * gross_t] * 2)


def test_the_way_back_is_the_way_turned(tmp_path: Path) -> None:
    """From the dry port the same legs come the other way, and cost the same."""
    scenario = world(tmp_path)
    there = only(quote(scenario, WISH))
    back = only(quote(scenario, replace(WISH, origin="port", destination="origin")))
    assert [(leg.start, leg.end) for leg in back.legs] == [
        (leg.end, leg.start) for leg in reversed(there.legs)
    ]
    assert back.usd2025 == pytest.approx(there.usd2025)
    assert back.co2e_kg == pytest.approx(there.co2e_kg)


def test_a_planned_week_says_how_often_trains_run(tmp_path: Path) -> None:
    """With 14 trains a week on both lines the wait is a quarter of a day each, and is no assumption."""
    scenario = world(tmp_path)
    assert scenario.network is not None
    trains = {
        "a": WeekTrain(start="origin", end="east", trains_per_week=14),
        "b": WeekTrain(start="west", end="port", trains_per_week=14),
    }
    planned = scenario.network.model_copy(update={"week": Week(trains=trains, routes={})})
    found = only(quote(scenario.model_copy(update={"network": planned}), WISH))
    assert not found.is_assumed
    assert {leg.trains_per_week for leg in found.legs if leg.kind == "block-train"} == {14}
    # A border of 2 trains a day is loaded to nine tenths at most.
    assert 0.5 + 2 * 0.157 + 1.25 <= found.days_p50 < 4


def test_disruptions_make_late_and_never_early(tmp_path: Path) -> None:
    """A border that stops for two weeks ten times a year is disrupted, late, and never faster."""
    stormy = {
        "disruptions/gale/n_per_year": 10.0,
        "disruptions/gale/length": "14 d",
        "disruptions/gale/intake_share": "0 %",
    }
    calm = only(quote(world(tmp_path / "calm"), WISH))
    storm = only(quote(world(tmp_path / "storm", stormy), WISH))
    assert storm.days_p50 >= calm.days_p50
    assert storm.days_p90 > calm.days_p90 + 5
    assert storm.late_share_low > calm.late_share_low
    # Without disruptions the sum of two uniforms on a week is above 12 d with (14 − 12)²/2/49.
    assert calm.late_share_low == pytest.approx(4 / 98, abs=0.015)
    for found in (calm, storm):
        assert found.late_share_low <= found.late_share_high
    assert storm.cause == "disruption"
    assert storm.disruption == "gale"
    # One begins every 36.5 d and lasts 14 d: within the 31 d of March at least one is under way
    # with 1 − exp(−10·(31 + 14)/365) = 71 %; months are equal, days of March are a little more.
    assert storm.disrupted_share == pytest.approx(0.71, abs=0.06)


def test_congestion_towards_china_does_not_hold_imports_back(tmp_path: Path) -> None:
    """A quota of China is felt towards China only; wind stops both ways."""
    quota = {"disruptions/gale/kind": "quota", "disruptions/gale/n_per_year": 10.0}
    scenario = world(tmp_path, quota)
    west = only(quote(scenario, WISH))
    east = only(quote(scenario, replace(WISH, origin="port", destination="origin")))
    assert (west.disrupted_share, west.disruption) == (0, "")
    assert east.disrupted_share > 0.3
    assert east.disruption == "gale"


def test_one_queue_with_all_goods_is_longer(packaged: Scenario) -> None:
    """In the grain season at Altynkol: hardly late with a share kept, late behind all goods.

    As others grow to 2030 the share that is kept does not suffice either.
    """
    wish = replace(
        WISH, origin="tobol-dry-port", destination="xian", commodity="wheat", year=2030, month=10
    )
    world = read("kostanay-hefei", (), ("without-growth-of-others",))
    grain, grown = (
        next(o for o in quote(scenario, wish) if o.border == "altynkol")
        for scenario in (world, packaged)
    )
    # In the month 60 % of one season a year begins, at 71 % of the intake against 90 % that comes.
    assert grain.late_share_low < 0.02
    assert 0.05 < grain.late_share_high < 0.40
    assert grain.late_share_low < grown.late_share_low <= grown.late_share_high
    assert (grain.cause, grain.disruption) == ("disruption", "altynkol-grain")


def test_the_same_wish_has_the_same_answer(tmp_path: Path) -> None:
    """Luck is drawn by key: the same seed, the same days; another seed, others."""
    scenario = world(tmp_path)
    assert quote(scenario, WISH) == quote(scenario, WISH)
    assert quote(scenario, WISH) != quote(scenario, replace(WISH, seed=2))


def test_every_border_and_hub_is_offered(packaged: Scenario) -> None:
    """Hefei North: itself and three hubs, over three borders: twelve ways to the dry port."""
    wish = replace(WISH, origin="hefei-north", destination="tobol-dry-port", commodity="car-kits")
    found = quote(packaged, wish)
    assert len(found) == 12
    assert {option.border for option in found} == {"dostyk", "altynkol", "bakhty"}
    for option in found:
        assert option.legs[0].start == "hefei-north"
        assert option.legs[-1].end == "tobol-dry-port"
        for one, other in zip(option.legs, option.legs[1:], strict=False):
            assert one.end == other.start
        assert option.days_p50 <= option.days_p90
    assert found[0].usd2025 == min(option.usd2025 for option in found)
    marks = [mark for option in found for mark in option.marks]
    assert sorted(marks) == ["cheapest", "fastest", "surest"]
    n_best = sum(bool(option.marks) for option in found)
    rest = [option.usd2025 for option in found[n_best:]]
    assert rest == sorted(rest)


def test_a_destination_is_reached_with_and_without_the_dry_port(packaged: Scenario) -> None:
    """To Almaty a train may go by itself, or over the dry port with one handling more."""
    wish = replace(WISH, origin="xian", destination="almaty", commodity="machinery")
    ways = [tuple(leg.end for leg in o.legs) for o in quote(packaged, wish) if len(o.legs) < 5]
    assert ("khorgos", "altynkol", "almaty") in ways
    assert ("khorgos", "altynkol", "tobol-dry-port", "almaty") in ways


def test_a_border_is_used_from_the_day_it_opens(packaged: Scenario) -> None:
    """Bakhty opens in 2028: no way over it in December 2027."""
    from datetime import date

    assert packaged.network is not None
    assert "bakhty" not in open_borders(packaged.network, date(2027, 12, 31))
    assert "bakhty" in open_borders(packaged.network, date(2028, 1, 31))


def test_a_wagon_group_costs_its_factor(packaged: Scenario) -> None:
    """From Wuhu to Hefei in wagons of other trains a TEU costs 1.6 times what a full train asks."""
    wish = replace(WISH, origin="wuhu", destination="tobol-dry-port", commodity="car-kits")
    group = next(
        element
        for option in quote(packaged, wish)
        for element in option.elements
        if element.leg.kind == "wagon-group" and element.leg.end == "hefei-north"
    )
    km = group.length_km
    assert group.usd2025 == pytest.approx(2 * 1.6 * (15 * km / (82 * FILL_SHARE) + 0.12 * km))


def test_sizes_are_those_that_the_commodity_goes_in(packaged: Scenario) -> None:
    """Oil goes in 20 ft, kits in 40 ft, machinery and empty boxes in both."""
    goods = packaged.commodities
    assert sizes_of(goods["vegetable-oil"], is_empty=False) == (20,)
    assert sizes_of(goods["car-kits"], is_empty=False) == (40,)
    assert sizes_of(goods["machinery"], is_empty=False) == (20, 40)
    assert sizes_of(goods["none"], is_empty=True) == (20, 40)


def test_a_train_every_other_week_is_waited_for_a_week(tmp_path: Path) -> None:
    """Ready at any moment of a fortnight: the mean wait for its train is a week, for a weekly half."""
    scenario = world(tmp_path)
    assert scenario.network is not None

    def wait_d(weeks: str | None) -> float:
        trains = {
            "a": WeekTrain(start="origin", end="east", trains_per_week=1, every_other_week=weeks),
            "b": WeekTrain(start="west", end="port", trains_per_week=14),
        }
        planned = scenario.network.model_copy(update={"week": Week(trains=trains, routes={})})
        return only(
            quote(scenario.model_copy(update={"network": planned}), WISH)
        ).transit.train_wait_d

    assert wait_d("odd") == pytest.approx(7, rel=0.05)
    assert wait_d(None) == pytest.approx(3.5, rel=0.05)


def test_goods_that_spoil_say_what_a_day_costs(packaged: Scenario) -> None:
    """Meat keeps a year at −18 °C, and its owner loses 60 dollars a day; machinery does not spoil."""
    network = packaged.network
    assert network is not None
    meat = spoilage(network, "meat", packaged.commodities["meat"])
    assert meat == Spoilage(shelf_life_d=365, temperature_c=-18, delay_usd2025_per_box_d=60)
    assert spoilage(network, "machinery", packaged.commodities["machinery"]) is None
