"""Rows under portals by every rule: the same boxes leave, and no pile is higher than its tiers."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from keruen.domain.codes import Event, PlaceKind
from keruen.domain.tables import place_parts, slot_parts
from terminals import rows_of
from two_modules import N_TIERS, busy_modules, busy_traffic

RULES = (
    "lowest_stack", "first_fit", "random", "reshuffle_index", "min_max", "expected_minimum", "score",
)  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_every_rule_moves_the_same_boxes(seed: int) -> None:
    """All 70 boxes are off the site, by train or truck, whatever rule stacks them; a box stands on the
    ground or on another in its pile. Rules differ, or none of them was asked."""
    _, table = busy_traffic(seed)
    digests = set()
    for (slot, reshuffle), order in zip(
        product(RULES, ("as_slot", "random", "min_max")),
        ("nearest", "least_work") * 11,
        strict=False,
    ):
        trace = busy_modules(seed, slot, reshuffle, order).trace
        loaded = rows_of(trace, Event.LOADED)["visit"]
        left = rows_of(trace, Event.TRUCK_LEFT)["visit"]
        gone = np.union1d(loaded, left[table["out_service"][left] < 0])
        assert gone.tolist() == list(range(len(table)))
        for kind in (Event.STACKED, Event.RESHUFFLED):
            for place in rows_of(trace, kind)["destination"].tolist():
                of_kind, number = place_parts(place)
                assert of_kind == PlaceKind.SLOT
                assert 0 <= slot_parts(number)[2] < N_TIERS
        digests.add(trace.tobytes())
    assert len(digests) > len(RULES)


def test_the_index_digs_less_than_chance() -> None:
    """Over a few seeds the reshuffle index, which knows departures, moves fewer boxes aside than piles
    taken at random."""
    n_moved = {
        slot: sum(
            len(rows_of(busy_modules(seed, slot).trace, Event.RESHUFFLED)) for seed in range(4)
        )
        for slot in ("reshuffle_index", "random")
    }
    assert n_moved["reshuffle_index"] < n_moved["random"]
