"""Boxes that go another way: the whole difference of cost; half only for boxes that are new."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keruen.appraisal.box_costs import (
    DemandResponse,
    PricedWay,
    Spread,
    TimeValues,
    fixed_demand_benefit,
    generalised_cost,
    induced_benefit,
    spread,
)
from keruen.appraisal.emissions import HubElement, TransportElement, co2e_t


def rail_and_road(places: float, *, road_room: float = 1e9, boxes: float = 100) -> Spread:
    """Rail at 4 000 with so many places; the other way at 9 000."""
    rail = PricedWay(key="rail", cost=4_000, capacity=places)
    road = PricedWay(key="road", cost=9_000, capacity=road_room)
    return spread(boxes, [(rail, rail.cost), (road, road.cost)])


def test_ten_places_more_by_hand() -> None:
    """100 boxes, the other way 9 000, rail 4 000: ten places more bring 50 000, not 25 000."""
    found = fixed_demand_benefit(rail_and_road(20), rail_and_road(30))
    assert found.amount == 50_000
    assert found.moved == 10
    assert found.is_whole


def test_ways_are_filled_from_the_cheapest() -> None:
    """Twenty go by rail, the other eighty by road, whatever the order of the ways."""
    found = rail_and_road(20)
    assert [(one.key, one.boxes) for one in found.carried] == [("rail", 20), ("road", 80)]
    assert found.total_cost == 20 * 4_000 + 80 * 9_000


def test_the_other_way_can_be_full() -> None:
    """Boxes that no way takes are counted, and no price is made up for them."""
    before, after = rail_and_road(20, road_room=70), rail_and_road(30, road_room=70)
    found = fixed_demand_benefit(before, after)
    assert (before.not_carried, after.not_carried, found.newly_carried) == (10, 0, 10)
    assert not found.is_whole
    assert found.amount == -10 * 4_000, "what carrying them costs, and nothing of their worth"


def test_other_boxes_are_no_fixed_demand() -> None:
    """The same boxes before and after, or the rule is another one."""
    with pytest.raises(ValueError, match="demand is not fixed"):
        fixed_demand_benefit(rail_and_road(20), rail_and_road(20, boxes=101))


@given(places=st.integers(0, 100), more=st.integers(0, 50), saved=st.integers(0, 9_000))
def test_the_benefit_is_boxes_times_the_difference(places: int, more: int, saved: int) -> None:
    """At any size: boxes that change over times the whole difference, while there are any."""

    def at(room: float) -> Spread:
        rail = PricedWay(key="rail", cost=9_000 - saved, capacity=room)
        return spread(100, [(rail, rail.cost), (PricedWay(key="road", cost=9_000.5), 9_000.5)])

    moved = min(100, places + more) - places
    found = fixed_demand_benefit(at(places), at(places + more))
    assert found.amount == pytest.approx(moved * (saved + 0.5))


def test_new_boxes_bring_half_the_fall() -> None:
    """An elasticity of −1 at half the cost doubles 100 boxes: 100 new ones at half of 500."""
    response = DemandResponse(elasticity=-1, source="assumption")
    found = induced_benefit(100, 1_000, 500, response)
    assert found.boxes == pytest.approx(100)
    assert found.amount == pytest.approx(0.5 * 100 * 500)
    assert found.response is response
    assert induced_benefit(100, 1_000, 1_000, response).amount == 0
    with pytest.raises(AssertionError, match="without a source"):
        DemandResponse(elasticity=-1, source="")


def test_time_has_its_cost() -> None:
    """4 000 + 2·100 h + 8.76 % of 100 000 over 100 h (100) + 3·20 h of spread + 50 of loss."""
    way = PricedWay(key="rail", cost=4_000, hours=100, hours_p90=120, loss=50)
    times = TimeValues(per_hour=2, interest=0.0876, per_late_hour=3)
    assert generalised_cost(way, times, 100_000) == pytest.approx(4_000 + 200 + 100 + 60 + 50)


def test_emissions_of_a_chain() -> None:
    """10 t over 100 km at 50 g are 50 kg, and 2 kg a tonne at a hub are 20 kg."""
    rail = TransportElement(key="rail", mass_t=10, distance_km=100, intensity_g_per_tkm=50)
    hub = HubElement(key="hub", mass_t=10, intensity_kg_per_t=2)
    assert (rail.co2e_kg, hub.co2e_kg) == (50, 20)
    assert co2e_t([rail, hub]) == pytest.approx(0.07)
