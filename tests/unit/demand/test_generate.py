"""Demand: yearly figures become boxes, and a flow is nobody's business but its own."""

from __future__ import annotations

import numpy as np
import pytest

from keruen import demand
from keruen.domain.codes import Channel, Mode, Storage
from keruen.domain.iso6346 import MOST_GROSS_KG, is_valid
from keruen.domain.tables import Table
from keruen.scenario import Scenario, read
from keruen.units import MS_PER_DAY, MS_PER_HOUR


@pytest.fixture(scope="module")
def dry_port() -> Scenario:
    return read("kostanay-hefei")


@pytest.fixture(scope="module")
def bookings(dry_port: Scenario) -> Table:
    return demand.generate(dry_port, 1).bookings


def test_toy_has_three_and_two_boxes() -> None:
    """1 116 and 744 boxes a year in equal months are 3 and 2 on a day of January."""
    toy = read("toy")
    rows = demand.generate(toy, 1).bookings
    assert np.bincount(rows["flow"]).tolist() == [3, 2]
    assert (rows["gross_mass_kg"] == 23_900).all()
    by_truck = rows[rows["in_mode"] == Mode.TRUCK]
    assert (by_truck["ready_ms"] // MS_PER_HOUR == 8).all()


def test_yearly_figures_are_met(dry_port: Scenario, bookings: Table) -> None:
    """Each flow brings its boxes: a year and the warm-up in December, to the box."""
    for index, (_, flow) in enumerate(sorted(dry_port.flows.items())):
        if flow.kind == "empty":
            continue
        expected = flow.boxes * (1 + flow.months[11] * 28 / 31)
        assert abs(int((bookings["flow"] == index).sum()) - expected) <= 1


def test_seasons_are_met(dry_port: Scenario, bookings: Table) -> None:
    """October, with 15 % of the wheat, has 900 of 6 000 boxes, but for what its broken weeks move."""
    wheat = sorted(dry_port.flows).index("wheat")
    rows = bookings[bookings["flow"] == wheat]
    day = rows["ready_ms"] // MS_PER_DAY - 28
    october = (day >= 273) & (day < 304)
    assert abs(int(october.sum()) - 900) < 0.04 * 900


def test_empties_balance_lengths(dry_port: Scenario, bookings: Table) -> None:
    """Of each length, laden in and empty in are laden out and empty out, over the year."""
    flows = sorted(dry_port.flows.items())
    kinds = np.array([flow.kind for _, flow in flows])[bookings["flow"]]
    for teu in (1, 2):
        of_length = (bookings["n_teu"] == teu) & (kinds != "transit")
        arrives = (bookings["in_mode"] == Mode.TRAIN) & of_length
        leaves = (bookings["out_mode"] == Mode.TRAIN) & of_length
        # The warm-up's December is not an average month of every flow: a percent of play.
        assert abs(int(arrives.sum()) - int(leaves.sum())) < 0.02 * int(leaves.sum())


def test_boxes_are_plausible(bookings: Table) -> None:
    """Numbers are valid and all different, masses possible, holds only where there is a channel."""
    numbers = [number.decode() for number in bookings["container_number"].tolist()]
    assert len(set(numbers)) == len(numbers)
    assert all(is_valid(number) for number in numbers[::50])
    assert (bookings["gross_mass_kg"] <= MOST_GROSS_KG).all()
    assert ((bookings["hold_ms"] == 0) | (bookings["channel"] != Channel.NONE)).all()
    empty = bookings["storage"] == Storage.EMPTY
    assert (bookings["gross_mass_kg"][empty] <= 4_600).all()


def test_customs_shares(dry_port: Scenario, bookings: Table) -> None:
    """A fifth of the imported boxes is yellow and one in a hundred red, within four errors."""
    passed = bookings[np.isin(bookings["channel"], (Channel.GREEN, Channel.YELLOW, Channel.RED))]
    for channel, share in (
        (Channel.YELLOW, dry_port.customs.yellow_share),
        (Channel.RED, dry_port.customs.red_share),
    ):
        error = np.sqrt(share * (1 - share) / len(passed))
        assert abs((passed["channel"] == channel).mean() - share) < 4 * error


def test_no_truck_on_sunday(bookings: Table) -> None:
    """Trucks bring boxes only on days and in hours when they come: 2029-12-04 is a Tuesday."""
    by_truck = bookings["ready_ms"][bookings["in_mode"] == Mode.TRUCK]
    weekday = (by_truck // MS_PER_DAY + 1) % 7
    assert (weekday != 6).all()
    hour = by_truck // MS_PER_HOUR % 24
    assert ((hour >= 6) & (hour < 22)).all()


def test_a_flow_added_moves_no_other(dry_port: Scenario, bookings: Table) -> None:
    """Without the consumer goods every other laden box is the same, to the second and kilogram."""
    flows = {key: flow for key, flow in dry_port.flows.items() if key != "consumer-goods"}
    fewer = dry_port.model_copy(update={"flows": flows})
    rows = demand.generate(fewer, 1).bookings
    columns = ["container_number", "gross_mass_kg", "ready_ms", "stay_ms", "hold_ms", "channel"]
    for key in ("kits-jac", "wheat", "south-urals"):
        before = bookings[bookings["flow"] == sorted(dry_port.flows).index(key)]
        after = rows[rows["flow"] == sorted(flows).index(key)]
        assert (before[columns] == after[columns]).all()


def test_scale_multiplies(dry_port: Scenario, bookings: Table) -> None:
    """Twice the scale is twice the boxes, empties included."""
    twice = dry_port.model_copy(
        update={"demand": dry_port.demand.model_copy(update={"scale": 2.0})}
    )
    assert len(demand.generate(twice, 1).bookings) == pytest.approx(2 * len(bookings), rel=1e-3)


def test_another_seed_is_other_luck(dry_port: Scenario, bookings: Table) -> None:
    """Another seed keeps the totals and changes the boxes."""
    other = demand.generate(dry_port, 2).bookings
    assert len(other) == len(bookings)
    assert (other["ready_ms"] != bookings["ready_ms"]).mean() > 0.9
