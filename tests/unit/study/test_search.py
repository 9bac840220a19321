"""The search for capacity: one ceiling for each replication, whatever the response is like."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from keruen.domain.results import Bracket, Trial
from keruen.study.search import (
    FLOW,
    Attempts,
    Evaluate,
    Ladder,
    Tried,
    bracket,
    climb,
    curve_steps,
    is_capped,
    ladder_of,
    next_step,
    spread,
)

LADDER = ladder_of(0.02, 6, 6)
OWN = 1_000.0
"""Boxes a year at a factor of 1."""


def response(
    holds: Callable[[float, int], bool], passes: Callable[[float], float] = lambda flow: flow
) -> Evaluate:
    """A made-up terminal: whether it holds at a flow, and how much of the flow passes."""

    def evaluate(factor: float, replication: int) -> Trial:
        flow = OWN * factor
        broken = () if holds(flow, replication) else ("x",)
        return Trial(
            replication=replication, factor=factor, measures={FLOW: passes(flow)}, broken=broken
        )

    return evaluate


def searched(evaluate: Evaluate, n: int = 1, ladder: Ladder = LADDER) -> list[Tried]:
    """The whole search as `study.capacity` makes it: climb, curve, climb again."""
    searches: list[Tried] = [{} for _ in range(n)]
    attempts = Attempts(evaluate)
    climb(attempts, searches, ladder)
    spread(attempts, searches, ladder, curve_steps(searches, ladder))
    climb(attempts, searches, ladder)
    return searches


def found(evaluate: Evaluate, n: int = 1, ladder: Ladder = LADDER) -> list[Bracket]:
    return [bracket(r, tried, ladder) for r, tried in enumerate(searched(evaluate, n, ladder))]


@pytest.mark.parametrize("limit", [17.0, 400.0, 999.0, 1_000.0, 1_234.0, 50_000.0])
@pytest.mark.parametrize("tolerance", [0.01, 0.02, 0.1])
def test_a_monotone_response(limit: float, tolerance: float) -> None:
    """The capacity is within the tolerance below the flow at which a monotone response breaks."""
    (one,) = found(response(lambda flow, _: flow <= limit), ladder=ladder_of(tolerance, 6, 6))
    assert one.end == "found"
    assert one.kept_at is not None
    assert one.broken_at is not None
    assert OWN * one.kept_at <= limit < OWN * one.broken_at
    assert one.broken_at / one.kept_at <= 1 + tolerance + 1e-4
    assert one.flow_per_year == OWN * one.kept_at


def test_each_replication_has_its_own() -> None:
    """Replications with different luck have different capacities, and do not disturb one another."""
    limits = [700.0, 1_500.0, 5_000.0]
    together = found(response(lambda flow, r: flow <= limits[r]), n=3)
    apart = [found(response(lambda flow, _, at=at: flow <= at))[0] for at in limits]
    assert [one.kept_at for one in together] == [one.kept_at for one in apart]


def test_the_smallest_failure_below_counts() -> None:
    """A dip 20 % below the bracket is met by the curve: the search goes on beneath it."""
    dip = (1_050.0, 1_300.0)
    one = found(response(lambda flow, _: flow <= 1_500 and not dip[0] < flow < dip[1]))[0]
    assert one.end == "found"
    assert one.kept_at is not None
    assert OWN * one.kept_at <= dip[0]
    assert OWN * one.kept_at > dip[0] / 1.02
    assert one.again_at
    assert all(dip[1] <= OWN * factor <= 1_500 for factor in one.again_at)


def test_an_island_above_does_not_count() -> None:
    """Where everything holds again above the first failure, the capacity stays below it, and it is told."""
    one = found(response(lambda flow, _: flow <= 1_500 or 2_050 < flow < 2_200))[0]
    assert one.kept_at is not None
    assert 1_500 / 1.02 < OWN * one.kept_at <= 1_500
    assert one.again_at


def test_no_end_and_no_beginning() -> None:
    """Without any failure the end is *unlimited*, without any success *impossible*."""
    endless, never = found(response(lambda _, r: r == 0), n=2)
    assert (endless.end, endless.kept_at, endless.broken_at) == ("unlimited", 64.0, None)
    assert endless.flow_per_year == 64 * OWN
    assert (never.end, never.kept_at, never.flow_per_year) == ("impossible", None, 0.0)


def test_nothing_holds_vacuously() -> None:
    """Where no box passes, limits hold without saying anything: that is no capacity."""
    one = found(response(lambda flow, _: flow < 20, passes=lambda flow: flow if flow > 20 else 0))[
        0
    ]
    assert (one.end, one.kept_at, one.flow_per_year) == ("impossible", None, 0.0)


def test_full_trains_end_the_search() -> None:
    """When a doubled demand lets nothing more through, it is the timetable that caps the flow."""
    one = found(response(lambda *_: True, passes=lambda flow: min(flow, 1_700.0)))[0]
    assert (one.end, one.flow_per_year) == ("timetable", 1_700.0)


def test_nothing_is_tried_twice() -> None:
    """A trial is made once, and trials that were kept from another time not at all."""
    made: list[tuple[float, int]] = []

    def evaluate(factor: float, replication: int) -> Trial:
        made.append((factor, replication))
        return response(lambda flow, r: flow <= (900, 2_300)[r])(factor, replication)

    searches: list[Tried] = [{}, {}]
    attempts = Attempts(evaluate)
    climb(attempts, searches, LADDER)
    assert len(made) == len(set(made)) == sum(len(tried) for tried in searches)
    again: list[Tried] = [{}, {}]
    climb(Attempts(evaluate, kept=dict(attempts.kept)), again, LADDER)
    assert again == searches
    assert len(made) == len(set(made))


def test_any_executor_finds_the_same() -> None:
    """Whichever replication is first, the trials of each are the same."""
    evaluate = response(lambda flow, r: flow <= 700 + 450 * r)
    alone: list[Tried] = [{} for _ in range(4)]
    climb(Attempts(evaluate), alone, LADDER)
    shared: list[Tried] = [{} for _ in range(4)]
    with ThreadPoolExecutor(3) as pool:
        climb(Attempts(evaluate, pool), shared, LADDER)
    assert shared == alone


def test_steps_of_a_coarse_ladder_are_steps_of_a_finer_one() -> None:
    """A finer search can go on from a coarser one: its ladder has the same flows and more."""
    coarse, fine = ladder_of(0.1, 1, 1), ladder_of(0.02, 1, 1)
    flows = {fine.factor(step) for step in range(fine.lowest, fine.highest + 1)}
    assert {coarse.factor(step) for step in range(coarse.lowest, coarse.highest + 1)} <= flows
    assert coarse.factor(0) == fine.factor(0) == 1.0


@pytest.mark.parametrize("tolerance", [0.001, 0.01, 0.02, 0.05, 1.0])
def test_neighbouring_steps_are_within_the_tolerance(tolerance: float) -> None:
    """The coarsest ladder that is fine enough, and no finer."""
    ladder = ladder_of(tolerance, 1, 1)
    assert 2 ** (1 / ladder.per_doubling) <= 1 + tolerance + 1e-12
    assert ladder.per_doubling == 1 or 2 ** (2 / ladder.per_doubling) > 1 + tolerance


def test_the_first_trial_is_the_case_itself() -> None:
    """A search begins at the case's own flow, and one trial cannot be capped."""
    assert next_step({}, LADDER) == 0
    trial = response(lambda *_: True)(1.0, 0)
    assert not is_capped({0: trial}, LADDER)
