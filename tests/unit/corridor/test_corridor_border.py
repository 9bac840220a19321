"""What a border takes in: queues by hand, and laws over random arrivals and closures."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel_calls import Server
from keruen.corridor.network.borders import Intake, intake_of, transshipment_of
from keruen.corridor.network.disruptions import Closure
from keruen.scenario.network import Border
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from networks import border

DAY, HOUR = MS_PER_DAY, MS_PER_HOUR
DAYS = np.arange(10)


def closed(begins_d: float, ends_d: float, share: float, *, is_wind: bool = False) -> Closure:
    return Closure(
        border="gate",
        begins_ms=round(begins_d * DAY),
        ends_ms=round(ends_d * DAY),
        intake_share=share,
        is_wind=is_wind,
    )


def crossing(trains_per_d: int = 4, **changes: object) -> Border:
    """A border that takes in the same number of trains every day."""
    always = dict.fromkeys(("low", "mode", "high"), f"{trains_per_d} trains/d")
    words = {**border("east", "west"), "to_china": always, "to_kazakhstan": always, **changes}
    return Border.model_validate(words)


def taken_in(intake: Intake, arrivals_ms: list[int]) -> list[int]:
    server = Server(intake)
    return [server.admit(at_ms, 1.0) for at_ms in arrivals_ms]


# --- by hand --------------------------------------------------------------------------------


def test_trains_that_come_together_are_taken_in_one_by_one() -> None:
    """At four a day, three that come at noon are taken in at noon, at 18:00 and at midnight."""
    got = taken_in(Intake([0], [4.0]), [12 * HOUR] * 3)
    assert got == [12 * HOUR, 18 * HOUR, 24 * HOUR]


def test_a_queue_stands_while_nothing_is_taken_in() -> None:
    """A day closed: who comes in it waits for its end, and those behind follow by the rate."""
    intake = Intake([0, DAY, 2 * DAY], [4.0, 0.0, 4.0])
    got = taken_in(intake, [DAY + HOUR, DAY + 2 * HOUR, 2 * DAY + HOUR])
    assert got == [2 * DAY, 2 * DAY + 6 * HOUR, 2 * DAY + 12 * HOUR]


def test_a_slow_day_stretches_the_distance_between_trains() -> None:
    """Four a day, then one: the second of two at 23:00 needs six hours of the first day's work.

    One hour of it is done by midnight; the other five take four times as long.
    """
    intake = Intake([0, DAY], [4.0, 1.0])
    assert taken_in(intake, [23 * HOUR] * 2) == [23 * HOUR, 24 * HOUR + 20 * HOUR]


def test_who_comes_before_the_first_edge_waits_for_it() -> None:
    """The intake begins with its first edge."""
    assert taken_in(Intake([DAY], [2.0]), [0, 0]) == [DAY, DAY + 12 * HOUR]


def test_a_free_border_takes_in_at_once_to_the_millisecond() -> None:
    """Rounding of the work done makes nobody early."""
    times = [n * 7_777_777 for n in range(1, 100)]
    assert [taken_in(Intake([0, DAY], [7.0, 11.0]), [at]) for at in times] == [[at] for at in times]


def test_the_corridor_has_what_others_leave() -> None:
    """Of four trains a day, three are of others: one a day is left, each way."""
    of_trains = {"share": "75 %", "counts": "all-trains"}
    gate = crossing(others={"to_china": of_trains, "to_kazakhstan": of_trains})
    for to_china in (True, False):
        intake = intake_of(gate, "gate", 1, to_china=to_china, days=DAYS, closed=())
        assert taken_in(intake, [0] * 3) == [0, DAY, 2 * DAY]


def test_china_takes_in_less_only_of_what_goes_to_it() -> None:
    """Congestion halves the way to China; wind halves both."""
    for is_wind, of_west in ((False, 6), (True, 12)):
        jam = closed(0, 5, 0.5, is_wind=is_wind)
        east = intake_of(crossing(), "gate", 1, to_china=True, days=DAYS, closed=(jam,))
        west = intake_of(crossing(), "gate", 1, to_china=False, days=DAYS, closed=(jam,))
        assert taken_in(east, [0] * 2) == [0, 12 * HOUR]
        assert taken_in(west, [0] * 2) == [0, of_west * HOUR]


def test_the_strongest_closure_of_a_moment_holds() -> None:
    """A quarter within a half is a quarter, and a half again after it: they do not multiply."""
    jams = (closed(0, 4, 0.5), closed(1, 2, 0.25))
    intake = intake_of(crossing(), "gate", 1, to_china=True, days=DAYS, closed=jams)
    # Work done: two trains by the end of day 0, three of day 1, five of day 2.
    assert taken_in(intake, [0] * 6) == [
        0,
        12 * HOUR,
        DAY,
        2 * DAY,
        2 * DAY + 12 * HOUR,
        3 * DAY,
    ]


def test_boxes_under_a_roof_go_on_in_wind() -> None:
    """A hundred boxes a day, half each way, of 1.6 TEU: 80 TEU; in wind two fifths: 32."""
    gate = crossing(sheltered_share="40 %")
    calm = Server(transshipment_of(gate, DAYS, (closed(0, 9, 0.0),)))
    windy = Server(transshipment_of(gate, DAYS, (closed(0, 9, 0.0, is_wind=True),)))
    assert [calm.admit(0, 80.0), calm.admit(0, 1.0)] == [0, pytest.approx(DAY, abs=1)]
    assert [windy.admit(0, 32.0), windy.admit(0, 1.0)] == [0, pytest.approx(DAY, abs=1)]


def test_the_days_of_a_border_follow_its_law() -> None:
    """Triangular days of 1, 2 and 3 trains have the mean 2 and lie between; seeds differ."""
    gate = Border.model_validate(border("east", "west"))
    ends = []
    for seed in range(200):
        intake = intake_of(gate, "gate", seed, to_china=True, days=np.arange(400), closed=())
        ends.append(taken_in(intake, [0] * 61)[-1] / DAY)
    # Sixty trains take 30 days in the mean; a day has a deviation of 0.41 trains, thirty 2.2,
    # so a run has one of 1.1 days, and the mean of 200 runs one of 0.08.
    assert np.mean(ends) == pytest.approx(30, abs=0.4)
    assert 20 <= min(ends) < max(ends) <= 60
    assert len(set(ends)) == 200


def test_another_start_of_the_days_is_the_same_luck() -> None:
    """A day keeps its number of trains whichever days are looked at."""
    gate = Border.model_validate(border("east", "west"))
    found = []
    for first in (-30, 0):
        days = np.arange(first, 60)
        intake = intake_of(gate, "gate", 7, to_china=True, days=days, closed=())
        found.append(taken_in(intake, [10 * DAY] * 20))
    assert np.abs(np.subtract(*found)).max() <= 1


# --- laws -----------------------------------------------------------------------------------

rates = st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0, 8.0]), min_size=0, max_size=8)
arrivals = st.lists(st.integers(0, 10 * DAY), min_size=1, max_size=30).map(sorted)


def by_day(rates_per_d: list[float]) -> tuple[list[int], list[float]]:
    """One rate a day; two a day for ever after."""
    return [n * DAY for n in range(len(rates_per_d) + 1)], [*rates_per_d, 2.0]


def work(edges_ms: list[int], rates_per_d: list[float], begin_ms: int, end_ms: int) -> float:
    """Trains that the rates give between two moments, counted day by day."""
    total = 0.0
    for edge, after, rate in zip(edges_ms, [*edges_ms[1:], 10**15], rates_per_d, strict=True):
        total += rate * max(0, min(after, end_ms) - max(edge, begin_ms)) / DAY
    return total


@given(rates, arrivals)
def test_first_come_first_served(rates_per_d: list[float], arrivals_ms: list[int]) -> None:
    """Nobody is taken in before it comes, nor before those that came earlier."""
    got = taken_in(Intake(*by_day(rates_per_d)), arrivals_ms)
    assert got == sorted(got)
    assert all(at <= taken for at, taken in zip(arrivals_ms, got, strict=True))


@given(rates, arrivals)
def test_no_interval_has_more_than_its_rate_and_one(
    rates_per_d: list[float], arrivals_ms: list[int]
) -> None:
    """Between any two trains that are taken in, the rates give at least all but one of them."""
    edges, per_day = by_day(rates_per_d)
    got = taken_in(Intake(edges, per_day), arrivals_ms)
    for first in range(len(got)):
        for last in range(first + 1, len(got)):
            given_ = work(edges, per_day, got[first], got[last])
            assert last - first <= given_ + 1e-6


@given(rates, arrivals)
def test_nobody_waits_while_there_is_work_left(
    rates_per_d: list[float], arrivals_ms: list[int]
) -> None:
    """Work is conserved: who waits is taken in exactly when the one before is worked off.

    So at any moment those taken in and those waiting are all that came, and the queue shrinks by
    the rates alone.
    """
    edges, per_day = by_day(rates_per_d)
    got = taken_in(Intake(edges, per_day), arrivals_ms)
    for before, at, taken in zip(got, arrivals_ms[1:], got[1:], strict=False):
        if taken > at and work(edges, per_day, at, taken) > 1e-6:
            assert work(edges, per_day, before, taken) == pytest.approx(1.0, abs=1e-6)
    for moment in (DAY, 5 * DAY, 9 * DAY):
        came = bisect_right(arrivals_ms, moment)
        went = bisect_right(got, moment)
        waits = sum(at <= moment < taken for at, taken in zip(arrivals_ms, got, strict=True))
        assert came == went + waits


@given(rates, arrivals, st.integers(0, 10 * DAY))
def test_who_comes_later_changes_nobody_before(
    rates_per_d: list[float], arrivals_ms: list[int], later_ms: int
) -> None:
    """One more train leaves all that came before it as they were, and makes nobody earlier."""
    got = taken_in(Intake(*by_day(rates_per_d)), arrivals_ms)
    place = bisect_right(arrivals_ms, later_ms)
    more = [*arrivals_ms[:place], later_ms, *arrivals_ms[place:]]
    with_it = taken_in(Intake(*by_day(rates_per_d)), more)
    assert with_it[:place] == got[:place]
    assert all(new >= old for new, old in zip(with_it[place + 1 :], got[place:], strict=True))


closures_of_nine_days = st.lists(
    st.tuples(
        st.integers(-DAY, 9 * DAY), st.integers(1, 4 * DAY), st.sampled_from([0.0, 0.2, 0.7])
    ),
    max_size=4,
)


@given(closures_of_nine_days, arrivals, st.booleans())
def test_a_closure_makes_nobody_earlier(
    jams: list[tuple[int, int, float]], arrivals_ms: list[int], to_china: bool
) -> None:
    """With closures every train is taken in as late as without them, or later."""
    gate = Border.model_validate(border("east", "west"))
    found = []
    for felt in ((), tuple(closed(b / DAY, (b + n) / DAY, share) for b, n, share in jams)):
        days = np.arange(-2, 40)
        intake = intake_of(gate, "gate", 3, to_china=to_china, days=days, closed=felt)
        found.append(taken_in(intake, arrivals_ms))
    free, jammed = found
    # A millisecond is what times are rounded to.
    assert all(late >= early - 1 for early, late in zip(free, jammed, strict=True))
    if not to_china:
        assert jammed == free
