"""Who was where when: movements of the toy, followed by hand, and their invariants on a real case."""

from __future__ import annotations

import numpy as np
import pytest

from keruen import study, terminal
from keruen.domain.codes import Event, Mover, PlaceKind
from keruen.domain.tables import Table
from keruen.scenario import read
from keruen.study.results import Played
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE
from terminals import imports, trains, visits
from terminals import terminal as plain_terminal


@pytest.fixture(scope="module")
def growth() -> Played:
    scenario = read("kostanay-hefei", [], ("growth",))
    return study.replay(scenario, 5, until_ms=12 * MS_PER_DAY)


@pytest.fixture(scope="module")
def moves(growth: Played) -> Table:
    return terminal.movements(growth.run.trace, growth.visits, growth.run.end_ms)


def test_the_boxes_of_the_toy_one_by_one() -> None:
    """Two boxes come by truck and leave by train, three come by train and are fetched."""
    played = study.replay(read("toy"), study.replication_seed(1, 0))
    found = terminal.movements(played.run.trace, played.visits, played.run.end_ms)
    boxes = found[found["mover"] == Mover.BOX]
    lives = {
        int(n): [PlaceKind(p >> 24).name for p in boxes[boxes["number"] == n]["place"].tolist()]
        for n in np.unique(boxes["number"])
    }
    by_truck = ["TRUCK", "SLOT", "TRACTOR", "WAGON"]
    by_train = ["WAGON", "TRACTOR", "SLOT"]
    for n, places in lives.items():
        came = played.visits["in_train"][n] >= 0
        wanted = by_train if came else by_truck
        kept = [place for i, place in enumerate(places) if i == 0 or place != places[i - 1]]
        assert kept[: len(wanted)] == wanted[: len(kept)], (n, places)
    assert len(lives) == len(played.visits)


def test_nobody_is_in_two_places(moves: Table) -> None:
    """The stays of a box or train follow one another; the work of a machine does not overlap."""
    assert (moves["ends_ms"] >= moves["begins_ms"]).all()
    same = (moves["mover"][1:] == moves["mover"][:-1]) & (
        moves["number"][1:] == moves["number"][:-1]
    )
    assert same.sum() > 1000
    assert (moves["begins_ms"][1:][same] >= moves["ends_ms"][:-1][same]).all()
    boxes = moves[moves["mover"] == Mover.BOX]
    follows = boxes["number"][1:] == boxes["number"][:-1]
    assert (boxes["begins_ms"][1:][follows] == boxes["ends_ms"][:-1][follows]).all()


def test_no_slot_holds_two_boxes(moves: Table, growth: Played) -> None:
    """At any hour every slot of the yard holds one box at most, and none floats."""
    boxes = moves[(moves["mover"] == Mover.BOX) & (moves["place"] >= 0)]
    boxes = boxes[boxes["place"] >> 24 == PlaceKind.SLOT]
    for hour in range(24, 12 * 24, 7):
        at = hour * MS_PER_HOUR
        places = boxes[(boxes["begins_ms"] <= at) & (boxes["ends_ms"] > at)]["place"]
        assert len(np.unique(places)) == len(places)
        trace = growth.run.trace[growth.run.trace["time_ms"] <= at]
        stacked = (trace["kind"] == Event.STACKED).sum() - (trace["kind"] == Event.RETRIEVED).sum()
        assert len(places) == stacked
        below = places[(places & 0xF) > 0] - 1
        # A 20-ft box is named by its own half, a 40-ft box by the first: below stands one of either.
        assert np.isin(below, places).all()


def test_a_track_is_one_trains_at_a_time(moves: Table) -> None:
    """A track is a train's from when it sets out for it until it sets out for elsewhere.

    Not until it stands elsewhere: one locomotive pulls it off while another brings the next, and
    either may be there first.
    """
    stays = moves[moves["mover"] == Mover.TRAIN]
    sets_out_ms = stays["begins_ms"] - stays["moving_ms"]
    leaves_ms = stays["ends_ms"].copy()
    goes_on = stays["number"][1:] == stays["number"][:-1]
    leaves_ms[:-1][goes_on] = sets_out_ms[1:][goes_on]
    kinds = stays["place"] >> 24
    for kind in (PlaceKind.RECEPTION_TRACK, PlaceKind.HANDLING_TRACK):
        assert (kinds == kind).sum() > 10
        for place in np.unique(stays["place"][kinds == kind]):
            own = np.flatnonzero(stays["place"] == place)
            own = own[np.lexsort((leaves_ms[own], sets_out_ms[own]))]
            assert (sets_out_ms[own][1:] >= leaves_ms[own][:-1]).all()


def test_boxes_above_one_that_is_taken_out_come_down() -> None:
    """One column of three: the lowest is fetched first, and after it those that were put back.

    The lowest is out at 77 minutes (worked out in the small cases); those above stand a tier lower
    then. Of those, again, the upper one comes down to the ground if it is fetched last.
    """
    boxes = visits(*imports(1, out_ms=MS_PER_HOUR), *imports(2, out_ms=30 * MS_PER_HOUR))
    changes = {"blocks__a__n_bays": 1, "blocks__a__n_rows": 1, "policy__yard_reserve": 0.0}
    run = terminal.simulate(
        plain_terminal(**changes),
        trains(0),
        boxes,
        seed=1,
        horizon_ms=3 * MS_PER_DAY,
        n_services=2,
        is_paranoid=True,
    )
    found = terminal.movements(run.trace, boxes, run.end_ms)
    in_slots = found[(found["mover"] == Mover.BOX) & (found["place"] >> 24 == PlaceKind.SLOT)]
    taken_out_ms = 77 * MS_PER_MINUTE
    before = in_slots[
        (in_slots["begins_ms"] < taken_out_ms) & (in_slots["ends_ms"] == taken_out_ms)
    ]
    after = in_slots[in_slots["begins_ms"] == taken_out_ms]
    assert sorted((before["place"] & 0xF).tolist()) == [0, 1, 2]
    tier_before = dict(
        zip(before["number"].tolist(), (before["place"] & 0xF).tolist(), strict=True)
    )
    tier_after = dict(zip(after["number"].tolist(), (after["place"] & 0xF).tolist(), strict=True))
    assert tier_before[0] == 0
    assert tier_after == {visit: tier_before[visit] - 1 for visit in (1, 2)}
    retrieved = run.trace[run.trace["kind"] == Event.RETRIEVED]
    for visit, place in zip(retrieved["visit"].tolist(), retrieved["origin"].tolist(), strict=True):
        assert in_slots[in_slots["number"] == visit]["place"][-1] == place
