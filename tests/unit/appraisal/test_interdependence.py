"""Coalitions: shares that add up, treat equals alike, and respect what must come first."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keruen.appraisal.interdependence import (
    Coalition,
    Interdependence,
    Player,
    Worth,
    feasible_orders,
    groups,
    interdependence,
    of_best_levels,
    players_of,
)


def players(*keys: str, **requires: tuple[str, ...]) -> list[Player]:
    return [Player(key=key, limits=("border",), requires=requires.get(key, ())) for key in keys]


def at_a_border(coalition: Coalition) -> Worth:
    """Each works on one border that takes 13 more, and each alone would bring 10."""
    return np.array([min(13.0, 10.0 * len(coalition))])


def shares(found: Interdependence) -> dict[str, float]:
    return {
        worth.key: float(np.mean(worth.shapley))
        for worth in found.players
        if worth.shapley is not None
    }


def test_two_substitutes_on_one_border() -> None:
    """Alone 10 each, together 13: 1.3 times one of them, and each is worth half of it."""
    found = interdependence(players("bakhty", "dostyk"), at_a_border)
    assert sum(float(p.first_in[0]) for p in found.players) > float(found.joint[0])
    assert found.relation == "substitutes"
    assert found.ratio == pytest.approx(1.3)
    assert [float(p.last_in[0]) for p in found.players] == [3, 3]
    assert shares(found) == {"bakhty": 6.5, "dostyk": 6.5}
    assert found.n_values == 3


def test_a_loss_together_is_no_number_of_times_the_best() -> None:
    """One brings 10 alone, both together lose 4: a ratio below nought would say nothing."""
    found = interdependence(
        players("bakhty", "dostyk"), lambda c: np.array([-4.0 if len(c) == 2 else 10.0])
    )
    assert found.relation == "substitutes"
    assert found.ratio is None


def test_two_that_need_each_other_are_complements() -> None:
    """Nothing alone, 8 together; there is no best single one to compare with."""
    found = interdependence(
        players("gantry", "stacker"), lambda c: np.array([8.0 if len(c) == 2 else 0.0])
    )
    assert found.relation == "complements"
    assert found.ratio is None
    assert shares(found) == {"gantry": 4, "stacker": 4}


def test_what_adds_up_is_independent() -> None:
    """A sum of 0.1 and 0.2 is no complement for its last bit."""
    worth = {"a": 0.1, "b": 0.2, "c": 0.7}
    found = interdependence(players(*worth), lambda c: np.array([sum(worth[k] for k in sorted(c))]))
    assert found.relation == "independent"
    assert shares(found) == pytest.approx(worth)


def test_noise_of_replications_leaves_the_relation_open() -> None:
    """Where replications disagree about the sign, so does the answer; shares carry the spread."""

    def value(coalition: Coalition) -> Worth:
        return np.array([5.0, -5.0, 1.0]) + 10 if len(coalition) == 2 else np.full(3, 5.0)

    found = interdependence(players("a", "b"), value)
    assert found.relation == "uncertain"
    (a, _) = found.players
    assert a.shapley is not None
    assert a.shapley.tolist() == [7.5, 2.5, 5.5]


def test_what_requires_another_enters_after_it() -> None:
    """Stage 2 without stage 1 is never valued; last-in of stage 1 takes both away."""
    asked: list[Coalition] = []

    def value(coalition: Coalition) -> Worth:
        asked.append(coalition)
        return np.array([float(len(coalition))])

    group = players("one", "two", two=("one",))
    assert list(feasible_orders(group)) == [("one", "two")]
    found = interdependence(group, value)
    assert frozenset({"two"}) not in asked
    one, two = found.players
    assert (float(one.last_in[0]), float(two.last_in[0])) == (2, 1)
    assert (float(one.first_in[0]), float(two.first_in[0])) == (1, 1)


def test_no_coalition_is_valued_twice() -> None:
    """Runs are dear: five players are 31 coalitions, each asked for once."""
    asked: list[Coalition] = []

    def value(coalition: Coalition) -> Worth:
        asked.append(coalition)
        return np.array([float(len(coalition) ** 2)])

    interdependence(players(*"abcde"), value)
    assert len(asked) == len(set(asked)) == 31


def test_a_larger_group_has_no_shapley_value() -> None:
    """Of six players only first-in and last-in: 14 coalitions with all of them."""
    found = interdependence(players(*"abcdef"), at_a_border)
    assert all(worth.shapley is None for worth in found.players)
    assert found.n_values == 6 + 6 + 1


TABLE = st.lists(st.integers(-50, 50), min_size=16, max_size=16)


@given(table=TABLE, needs=st.booleans())
def test_shares_are_efficient(table: list[int], needs: bool) -> None:
    """Whatever coalitions are worth, the shares sum to what all are worth together."""
    keys = "abcd"
    index = {
        frozenset(some): number
        for number, some in enumerate(s for n in range(5) for s in itertools.combinations(keys, n))
    }
    group = players(*keys, d=("b",)) if needs else players(*keys)
    found = interdependence(group, lambda c: np.array([float(table[index[c]])]))
    assert sum(shares(found).values()) == pytest.approx(float(found.joint[0]))


@given(table=st.lists(st.integers(-50, 50), min_size=8, max_size=8))
def test_equals_are_treated_alike(table: list[int]) -> None:
    """Two players that bring the same to every coalition have the same share."""

    def value(coalition: Coalition) -> Worth:
        twins = len(coalition & {"a", "b"})
        return np.array([float(table[2 * twins + ("c" in coalition)])])

    found = shares(interdependence(players("a", "b", "c"), value))
    assert found["a"] == pytest.approx(found["b"])


def test_groups_share_a_limit_or_a_need() -> None:
    """a and b share a border, c needs b, e shares nothing: three and one."""
    listed = [
        Player(key="e", limits=("yard",)),
        Player(key="c", requires=("b",)),
        Player(key="b", limits=("dostyk", "wagons")),
        Player(key="a", limits=("dostyk",)),
    ]
    assert [[one.key for one in group] for group in groups(listed)] == [["a", "b", "c"], ["e"]]


def test_sizes_of_a_project_are_one_player() -> None:
    """Two sizes of wagons touch what either touches, and require what both do.

    The larger size needs a depot too, the smaller does not, so the player does not.
    """
    listed = [
        Player(key="wagons", limits=("wagons",), requires=("yard",)),
        Player(key="wagons-more", limits=("dostyk", "wagons"), requires=("depot", "yard")),
        Player(key="yard", limits=("yard",)),
        Player(key="depot"),
    ]
    found, sizes = players_of(listed, {"wagons-more": "wagons"})
    assert [player.key for player in found] == ["depot", "wagons", "yard"]
    assert found[1] == Player(key="wagons", limits=("dostyk", "wagons"), requires=("yard",))
    assert sizes["wagons"] == ("wagons", "wagons-more")


def test_a_player_is_built_in_the_size_that_serves_best() -> None:
    """Wagons bring 4 or, more of them, 9 less 3 for their cost; the border lets only 7 through.

    Alone the larger size is best: min(9, 7) − 3 = 4 against 4 − 0 = 4 of the smaller, which is
    first where both are equal. With Bakhty the border lets 12 through and the larger brings
    9 − 3 = 6, and Bakhty alone nothing: first-in 0 and 4, jointly 6, shares 1 and 5.
    """
    asked: list[Coalition] = []

    def value(coalition: Coalition) -> Worth:
        asked.append(coalition)
        carried = 9 if "wagons-more" in coalition else 4 if "wagons" in coalition else 0
        border = 12 if "bakhty" in coalition else 7
        return np.array([float(min(carried, border) - 3 * ("wagons-more" in coalition))])

    sizes = {"wagons": ("wagons", "wagons-more"), "bakhty": ("bakhty",)}
    found = interdependence(players("bakhty", "wagons"), of_best_levels(value, sizes))
    assert [float(p.first_in[0]) for p in found.players] == [0, 4]
    assert float(found.joint[0]) == 6
    assert shares(found) == {"bakhty": 1, "wagons": 5}
    assert not [one for one in asked if {"wagons", "wagons-more"} <= one]
    assert len(asked) == len(set(asked)) == 5
