"""What the railway's run is measured as: cost, emissions, queues and use, added up by hand."""

from __future__ import annotations

import numpy as np
import pytest

from keruen import corridor
from keruen.corridor.railway.journeys import journeys_of
from keruen.corridor.railway.railway import LiveRailway
from keruen.corridor.railway.tables import border_days, route_boxes, train_tables
from keruen.corridor.railway.use import corridor_use
from keruen.domain import tables
from keruen.domain.codes import Resource
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from railways import plain, railway_of
from worlds import demand_of

DAY, HOUR = MS_PER_DAY, MS_PER_HOUR


@pytest.fixture(scope="module")
def one_box() -> tuple[LiveRailway, np.ndarray]:
    """One import of 2 TEU and 20 t that is fetched, and nobody else."""
    box = {"in_service": 0, "flow": 0, "ready_ms": 10 * DAY, "stay_ms": DAY}
    scenario = plain()
    return corridor.run_alone(scenario, railway_of(scenario), demand_of(box), 1)


def test_a_box_costs_what_its_trains_cost(one_box: tuple[LiveRailway, np.ndarray]) -> None:
    """Alone it pays all trains of a year: 120 km at 20 USD each, both ways, and 0.1 USD a TEU-km.

    At the border 300 for the change of gauge and 50 of fees; 45 for a handling at the dry port.
    """
    railway, left_ms = one_box
    journeys = journeys_of(railway, left_ms, 0, 28 * DAY)
    assert journeys.rows.tolist() == [0]
    for part, key in (("china", "a"), ("railway", "b")):
        place = [line.key for line in railway.all_lines].index(key)
        n_runs = int((railway.runs["line"] == place).sum())
        # The trains are shared by the 2 TEU that all of them carried, and the box has both.
        assert journeys.parts_usd2025[part][0] == pytest.approx(n_runs * 2400 + 2 * 12)
    assert journeys.parts_usd2025["border"][0] == 350
    assert journeys.parts_usd2025["dry_port"][0] == 45


def test_a_box_emits_by_tonne_kilometres(one_box: tuple[LiveRailway, np.ndarray]) -> None:
    """20 t over 120 km in China and 120 km in Kazakhstan, at 20 g for a tonne-kilometre: 96 kg."""
    railway, left_ms = one_box
    assert journeys_of(railway, left_ms, 0, 28 * DAY).co2e_kg[0] == pytest.approx(96)


def test_the_parts_of_a_journey_are_the_whole(one_box: tuple[LiveRailway, np.ndarray]) -> None:
    """Waiting, three hours, thirty hours, waiting and three hours, and the stay at the dry port."""
    railway, left_ms = one_box
    journeys = journeys_of(railway, left_ms, 0, 28 * DAY)
    parts = {part: int(times[0]) for part, times in journeys.parts_ms.items()}
    assert parts["china"] == 3 * HOUR
    assert parts["border"] == 30 * HOUR
    assert 3 * HOUR <= parts["railway"] < DAY + 3 * HOUR
    assert 0 <= parts["origin"] < DAY
    assert parts["dry_port"] == left_ms[0] - railway.times["at_port"][0]
    assert journeys.whole_ms[0] == left_ms[0] - railway.trips.ready_ms[0] == sum(parts.values())


def test_a_journey_counts_when_it_ends(one_box: tuple[LiveRailway, np.ndarray]) -> None:
    """It belongs to the time in which the box leaves the dry port, and to no other."""
    railway, left_ms = one_box
    end = int(left_ms[0])
    assert len(journeys_of(railway, left_ms, 0, end).rows) == 0
    assert len(journeys_of(railway, left_ms, end, end + 1).rows) == 1


def test_trains_and_passings_agree(one_box: tuple[LiveRailway, np.ndarray]) -> None:
    """Every run has a row for each section of its line, in the order of the way, without gaps."""
    railway, _ = one_box
    trains, passings = train_tables(railway)
    assert len(trains) == len(railway.runs)
    assert (np.diff(trains["departure_ms"]) >= 0).all()
    assert np.bincount(passings["train"]).tolist() == [1] * len(trains)
    assert (passings["entered_ms"] == trains["departure_ms"][passings["train"]]).all()
    assert (passings["left_ms"] == trains["arrival_ms"][passings["train"]]).all()
    assert trains["n_boxes"].sum() == 2
    assert trains["load_teu"].sum() == 4


def test_days_of_a_border_add_up(one_box: tuple[LiveRailway, np.ndarray]) -> None:
    """What came less what was taken in is what waits; a train a day comes each way."""
    railway, _ = one_box
    days = border_days(railway, 0, 28 * DAY)
    for to_china in (0, 1):
        own = days[days["is_to_china"] == to_china]
        assert len(own) == 28
        assert own["n_arrived"].sum() == pytest.approx(28, abs=2)
        assert (own["n_waiting"] == 0).all()
        assert own["intake_trains_per_d"] == pytest.approx(99, rel=1e-6)


def test_ways_count_who_took_them(one_box: tuple[LiveRailway, np.ndarray]) -> None:
    """One box on the way of the import, none on that of the export, none refused."""
    railway, _ = one_box
    ways = route_boxes(railway, np.ones(1, np.bool_))
    assert ways["n_boxes"].tolist() == [1, 0]
    assert ways["n_refused"].tolist() == [0, 0]


def test_use_is_trains_over_room(one_box: tuple[LiveRailway, np.ndarray]) -> None:
    """A train a day over 96 paths is 1.04 %, at a border of 99 trains 1.01 %; sets stand idle.

    A round of the wagons is 54 hours, so 8 sets of 61 are used 54 / 24 / 8 of the time: 28 %.
    """
    railway, _ = one_box
    _, passings = train_tables(railway)
    use = corridor_use(railway, passings, 7 * DAY, 28 * DAY)
    by_kind = {kind: use[use["resource"] == kind] for kind in Resource}
    assert by_kind[Resource.SECTION]["load_share"] == pytest.approx(1 / 96, rel=0.1)
    assert by_kind[Resource.BORDER]["load_share"] == pytest.approx(1 / 99, rel=0.1)
    (fleet,) = by_kind[Resource.WAGON_SET]
    assert fleet["trains_per_d"] == 8
    assert fleet["load_share"] == pytest.approx(54 / 24 / 8, rel=0.05)


def test_the_peak_is_the_fullest_four_weeks(one_box: tuple[LiveRailway, np.ndarray]) -> None:
    """A day of 96 trains on 96 paths among 35: of four weeks on end it is one part in 28."""
    railway, _ = one_box
    passings = tables.empty("train_passings", 96)
    passings["section"] = 0
    passings["is_forward"] = True
    passings["entered_ms"] = 10 * DAY
    use = corridor_use(railway, passings, 0, 35 * DAY)
    (row,) = use[use["resource"] == Resource.SECTION]
    assert row["peak_share"] == pytest.approx(1 / 28)
