"""Train paths: by hand on an empty and a busy line, in wind, and laws over random askers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel_calls import enter
from keruen.corridor.network.disruptions import Closure
from keruen.corridor.railway.train_paths import Paths
from keruen.scenario.network import Network
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from networks import TITLE, network

DAY, HOUR = MS_PER_DAY, MS_PER_HOUR
SIDES = (("steppe", True), ("steppe", False))


def line(others: int = 0, **changes: Any) -> Network:
    """The network of four stations; its line to the port has twelve paths, two hours apart."""
    words = network()
    taken = dict.fromkeys(("low", "mode", "high"), f"{others} trains/d")
    steppe = words["sections"]["steppe"]
    steppe.update({"capacity": "12 trains/d", "other_traffic": taken, **changes})
    for key in ("source", "note"):
        words.pop(key)
    return Network.model_validate(words)


def paths(railway: Network, *storms: tuple[int, int], seed: int = 1, days: int = 10) -> Paths:
    gales = tuple(
        Closure(border="gate", begins_ms=b, ends_ms=e, intake_share=0.2, is_wind=True)
        for b, e in storms
    )
    return Paths(railway, seed, from_ms=0, until_ms=days * DAY, storms={"gate": gales}, used=SIDES)


# --- by hand --------------------------------------------------------------------------------


def test_a_free_path_is_taken_at_once() -> None:
    """On an empty line nobody waits, whether at the begin of a path or within it."""
    empty = paths(line())
    assert enter(empty, "steppe", True, 4 * HOUR) == 4 * HOUR
    assert enter(empty, "steppe", True, 7 * HOUR) == 7 * HOUR
    assert enter(empty, "steppe", True, 7 * HOUR) == 8 * HOUR


def test_a_path_serves_one_train() -> None:
    """Three that ask for noon enter at noon, at 14:00 and at 16:00; the other way is free."""
    empty = paths(line())
    assert [enter(empty, "steppe", True, 12 * HOUR) for _ in range(3)] == [
        12 * HOUR,
        14 * HOUR,
        16 * HOUR,
    ]
    assert enter(empty, "steppe", False, 12 * HOUR) == 12 * HOUR


def test_a_full_line_lets_nobody_through_before_the_end_of_the_time() -> None:
    """Twelve others a day on twelve paths: who asks waits for the end of the time looked at."""
    full = paths(line(others=12), days=3)
    assert enter(full, "steppe", True, 5 * HOUR) == 3 * DAY
    assert enter(full, "steppe", True, 3 * DAY + HOUR) == 3 * DAY + HOUR


def test_wind_holds_trains_until_its_end() -> None:
    """Who comes in wind enters when it has ended; who comes before it or after it does not wait."""
    windy = paths(line(stops_in_wind=True), (10 * HOUR, 20 * HOUR))
    hours = (8, 10, 14, 22)
    got = [enter(windy, "steppe", True, hour * HOUR) // HOUR for hour in hours]
    assert got == [8, 20, 22, 24]


def test_no_train_enters_in_wind_because_its_path_is_late() -> None:
    """All paths before the wind are taken: the next one in it is not used, but that after it."""
    windy = paths(line(stops_in_wind=True), (9 * HOUR, 15 * HOUR))
    assert [enter(windy, "steppe", True, 8 * HOUR) // HOUR for _ in range(3)] == [8, 15, 16]


def test_one_storm_after_another_holds_until_the_last() -> None:
    """A second storm that begins before the first one ends goes on holding."""
    windy = paths(line(stops_in_wind=True), (2 * HOUR, 9 * HOUR), (8 * HOUR, 14 * HOUR))
    assert enter(windy, "steppe", True, 3 * HOUR) == 14 * HOUR


def test_wind_elsewhere_holds_nobody() -> None:
    """A section that does not stop in wind, or does not end at the border, runs on."""
    assert enter(paths(line(), (0, DAY)), "steppe", True, 4 * HOUR) == 4 * HOUR
    railway = line(stops_in_wind=True)
    gate = railway.borders["gate"].model_copy(update={"kazakh_station": "port"})
    far = railway.sections["steppe"].model_copy(update={"end": "west", "start": "west"})
    elsewhere = railway.model_copy(
        update={"borders": {"gate": gate}, "sections": {**railway.sections, "steppe": far}}
    )
    assert enter(paths(elsewhere, (0, DAY)), "steppe", True, 4 * HOUR) == 4 * HOUR


def test_others_take_their_share_of_the_paths() -> None:
    """Nine others a day on twelve paths: in 1 000 days a quarter is left, each way by itself.

    12 000 paths, each free with probability 1/4: deviation sqrt(12000 · 3/16) = 47.
    """
    busy = paths(line(others=9), days=1000)
    free = []
    for side in (True, False):
        times = []
        while (at_ms := enter(busy, "steppe", side, 0)) < 1000 * DAY:
            times.append(at_ms)
        free.append(times)
        assert len(times) == pytest.approx(3000, abs=190)
    assert free[0] != free[1]


def test_a_later_start_of_the_time_has_the_same_others() -> None:
    """The paths that others take are keyed by day, so a shorter look finds the same ones."""
    changing = {"low": "0 trains/d", "mode": "6 trains/d", "high": "12 trains/d"}
    railway = line(other_traffic=changing)
    whole = Paths(railway, 1, from_ms=0, until_ms=9 * DAY, storms={}, used=SIDES)
    part = Paths(railway, 1, from_ms=4 * DAY, until_ms=9 * DAY, storms={}, used=SIDES)
    assert [enter(whole, "steppe", True, 4 * DAY) for _ in range(20)] == [
        enter(part, "steppe", True, 4 * DAY) for _ in range(20)
    ]


def with_ore(*, without: tuple[str, ...] = (), **parts: int) -> Network:
    """Nine trains of others a day on the line to the port, ore and the rest told apart."""
    words = network()
    for key in ("source", "note"):
        words.pop(key)
    steppe = words["sections"]["steppe"]
    levels = ("low", "mode", "high")
    steppe["capacity"] = "12 trains/d"
    steppe["other_traffic"] = {
        **dict.fromkeys(levels, "9 trains/d"),
        "parts": {key: dict.fromkeys(levels, f"{n} trains/d") for key, n in parts.items()},
    }
    words["goods"] = {key: {"title": TITLE} for key in parts}
    words["without_goods"] = list(without)
    return Network.model_validate(words)


def test_goods_that_are_taken_away_free_their_paths() -> None:
    """Nine of twelve paths are taken; without six trains of ore a day three of twelve are.

    1 200 paths in a hundred days: 300 are free, or 900; deviation 15.
    """

    def n_free(railway: Network) -> int:
        found, n = paths(railway, days=100), 0
        while enter(found, "steppe", True, 0) < 100 * DAY:
            n += 1
        return n

    whole = with_ore(ore=6, other=3)
    assert n_free(whole) == n_free(line(others=9)) == pytest.approx(300, abs=60)
    assert n_free(with_ore(ore=6, other=3, without=("ore",))) == pytest.approx(900, abs=60)
    # Goods that do not use the line free nothing, and nobody can free more than all.
    assert n_free(with_ore(ore=9, without=("ore",))) == 1200


# --- laws -----------------------------------------------------------------------------------

asked = st.lists(st.integers(0, 9 * DAY), min_size=1, max_size=40)
gales = st.lists(st.tuples(st.integers(0, 9 * DAY), st.integers(1, DAY)), max_size=3)
busy = st.integers(0, 12)


def entries(
    others: int, blown: list[tuple[int, int]], times_ms: list[int]
) -> tuple[list[int], list[tuple[int, int]]]:
    storms = sorted((begin, begin + length) for begin, length in blown)
    found = paths(line(others, stops_in_wind=True), *storms)
    return [enter(found, "steppe", True, at) for at in times_ms], storms


@given(busy, gales, asked)
def test_no_two_trains_on_one_path(
    others: int, blown: list[tuple[int, int]], times_ms: list[int]
) -> None:
    """Within the time looked at no two trains enter in one path, whoever asks in which order."""
    got, _ = entries(others, blown, times_ms)
    used = [at // (2 * HOUR) for at in got if at < 10 * DAY]
    assert len(used) == len(set(used))


@given(busy, gales, asked)
def test_who_asks_and_comes_later_enters_later(
    others: int, blown: list[tuple[int, int]], times_ms: list[int]
) -> None:
    """In the order of coming nobody overtakes, nobody enters before it comes, or in wind."""
    ordered = sorted(times_ms)
    got, storms = entries(others, blown, ordered)
    assert got == sorted(got)
    assert all(at >= came for came, at in zip(ordered, got, strict=True))
    assert not any(begin <= at < end for at in got for begin, end in storms if at < 10 * DAY)


@given(busy, asked, st.integers(0, 9 * DAY))
def test_one_that_asks_last_changes_nobody(others: int, times_ms: list[int], at_ms: int) -> None:
    """Paths are given in the order of asking: the last one to ask takes nothing from the others."""
    got, _ = entries(others, [], times_ms)
    more, _ = entries(others, [], [*times_ms, at_ms])
    assert more[:-1] == got


@given(gales, asked)
def test_wind_makes_nobody_earlier(blown: list[tuple[int, int]], times_ms: list[int]) -> None:
    """In the order of coming every train enters as late as without wind, or later."""
    calm, _ = entries(4, [], sorted(times_ms))
    windy, _ = entries(4, blown, sorted(times_ms))
    assert all(late >= early for early, late in zip(calm, windy, strict=True))
