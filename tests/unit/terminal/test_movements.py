"""Who was where when: movements of the toy, followed by hand, and their invariants on a real case."""

from __future__ import annotations

import numpy as np
import pytest

from keruen import study, terminal
from keruen.domain.codes import Event, Mover, PlaceKind
from keruen.domain.tables import Table
from keruen.scenario import read
from keruen.study.results import Played
from keruen.units import MS_PER_DAY, MS_PER_HOUR


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


def test_trains_stand_on_one_track_at_a_time(moves: Table) -> None:
    """A handling track holds one train at a time."""
    stays = moves[(moves["mover"] == Mover.TRAIN) & (moves["place"] >= 0)]
    stays = stays[stays["place"] >> 24 == PlaceKind.HANDLING_TRACK]
    assert len(stays) > 10
    for place in np.unique(stays["place"]):
        own = np.sort(stays[stays["place"] == place], order="begins_ms")
        assert (own["begins_ms"][1:] >= own["ends_ms"][:-1]).all()
