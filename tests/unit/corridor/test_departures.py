"""Departures of small weeks that a person can solve."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from keruen.corridor.plan.design import Departures, DeparturesProblem, choose_departures, cost_from
from keruen.corridor.plan.design import departures_search as search
from keruen.corridor.plan.design.departures_model import (
    build_departures,
    even_relaxation,
    strengthening,
)
from keruen.corridor.plan.design.engine import Engine


def week(
    n_slots: int,
    services: list[tuple[int, float, int]],
    queues: list[tuple[int, bool, int, int, float, float]],
    **more: Any,
) -> DeparturesProblem:
    """Services (trains, capacity, back slots); queues (service, back, next, lag, amount, price)."""
    given: dict[str, Any] = {
        "n_slots": n_slots,
        "trains": np.array([one[0] for one in services], np.int64),
        "capacity": np.array([one[1] for one in services], np.float64),
        "back_slots": np.array([one[2] for one in services], np.int64),
        "queue_service": np.array([one[0] for one in queues], np.int64),
        "queue_is_back": np.array([one[1] for one in queues], np.bool_),
        "queue_next": np.array([one[2] for one in queues], np.int64),
        "queue_lag": np.array([one[3] for one in queues], np.int64),
        "queue_amount": np.array([one[4] for one in queues], np.float64),
        "queue_price": np.array([one[5] for one in queues], np.float64),
        "left_price": np.full(len(queues), 1000.0),
        "limit_start": np.array([0]),
        "limit_service": np.zeros(0, np.int64),
        "limit_shift": np.zeros(0, np.int64),
        "limit_slots": np.zeros(0, np.int64),
        "limit_most": np.zeros(0, np.int64),
        "excess_price": 1e6,
    }
    return DeparturesProblem(**{**given, **more})


def one_limit(services: list[tuple[int, int]], slots: int, most: int) -> dict[str, Any]:
    """A limit on services (number, shift)."""
    return {
        "limit_start": np.array([0, len(services)]),
        "limit_service": np.array([one[0] for one in services]),
        "limit_shift": np.array([one[1] for one in services]),
        "limit_slots": np.array([slots]),
        "limit_most": np.array([most]),
    }


def solved(problem: DeparturesProblem) -> Departures:
    found = choose_departures(problem, time_limit_s=30, gap=0, node_limit=5000)
    assert_lawful(problem, found)
    return found


def assert_lawful(problem: DeparturesProblem, found: Departures) -> None:
    """Assert trains, balances, room, limits, and the cost."""
    n = problem.n_slots
    assert found.trains.sum(axis=1).tolist() == problem.trains.tolist()
    comes = np.repeat((problem.queue_amount - found.left)[:, None] / n, n, axis=1)
    for queue, follower in enumerate(problem.queue_next.tolist()):
        if follower >= 0:
            comes[follower] += np.roll(found.boarding[queue], problem.queue_lag[queue])
    before = np.roll(found.waiting, 1, axis=1)
    assert before + comes == pytest.approx(found.boarding + found.waiting, abs=1e-6)
    for service, is_back in itertools.product(range(problem.n_services), (False, True)):
        own = (problem.queue_service == service) & (problem.queue_is_back == is_back)
        shift = problem.back_slots[service] if is_back else 0
        room = problem.capacity[service] * np.roll(found.trains[service], shift)
        assert np.all(found.boarding[own].sum(axis=0) <= room + 1e-6)
    for limit in range(problem.n_limits):
        for last in range(n):
            counted = sum(
                found.trains[service, (last - earlier - shift) % n]
                for service, shift in problem.counted(limit)
                for earlier in range(problem.limit_slots[limit])
            )
            assert found.used[limit, last] == counted
    too_many = np.maximum(found.used - problem.limit_most[:, None], 0).sum()
    cost = problem.queue_price @ found.waiting.sum(axis=1) + problem.left_price @ found.left
    assert found.objective == pytest.approx(cost + problem.excess_price * too_many, abs=1e-6)
    assert found.bound <= found.objective + 1e-9


def cheapest_by_enumeration(problem: DeparturesProblem) -> float:
    """Every choice of slots for every train, each priced without branch and bound or moves."""
    n = problem.n_slots
    weeks = [
        [
            np.bincount(slots, minlength=n)
            for slots in itertools.combinations_with_replacement(range(n), k)
        ]
        for k in problem.trains.tolist()
    ]
    return min(greedy_cost(problem, np.array(trains)) for trains in itertools.product(*weeks))


def greedy_cost(problem: DeparturesProblem, trains: np.ndarray) -> float:
    """Who is ready boards; by hand, three weeks one after the other, priced in the last.

    The best there is where each side of a service has one queue, a day costs the same all the way,
    and no box is worth leaving.
    """
    n = problem.n_slots
    ready = np.zeros((problem.n_queues, 5 * n))
    ready += problem.queue_amount[:, None] / n
    held = np.zeros(problem.n_queues)
    cost = 0.0
    for slot in range(4 * n):
        for queue in range(problem.n_queues):
            service = problem.queue_service[queue]
            shift = problem.back_slots[service] if problem.queue_is_back[queue] else 0
            room = problem.capacity[service] * trains[service, (slot - shift) % n]
            there = held[queue] + ready[queue, slot]
            taken = min(there, room)
            held[queue] = there - taken
            follower = problem.queue_next[queue]
            if follower >= 0:
                ready[follower, slot + problem.queue_lag[queue]] += taken
        if slot >= 3 * n:
            cost += float(problem.queue_price @ held)
    for limit in range(problem.n_limits):
        for last in range(n):
            counted = sum(
                trains[service, (last - earlier - shift) % n]
                for service, shift in problem.counted(limit)
                for earlier in range(problem.limit_slots[limit])
            )
            cost += problem.excess_price * max(0, counted - problem.limit_most[limit])
    return cost


def test_one_train_waits_half_a_week() -> None:
    """Eight boxes, one in each slot, on one train: 7 + 6 + … + 1 slots of waiting, and no less."""
    found = solved(week(8, [(1, 9, 0)], [(0, False, -1, 0, 8, 1)]))
    assert found.objective == pytest.approx(28)
    assert found.bound == pytest.approx(28)


def test_two_trains_leave_half_a_week_apart() -> None:
    """With two trains it is twice 3 + 2 + 1 slots, four slots apart."""
    found = solved(week(8, [(2, 9, 0)], [(0, False, -1, 0, 8, 1)]))
    assert found.objective == pytest.approx(12)
    first, second = np.flatnonzero(found.trains[0])
    assert second - first == 4


def test_trains_connect() -> None:
    """The second service leaves just when the first one's boxes are there: three slots later."""
    found = solved(
        week(8, [(1, 9, 0), (1, 9, 0)], [(0, False, 1, 3, 8, 1), (1, False, -1, 0, 0, 1)])
    )
    (first,), (second,) = np.flatnonzero(found.trains[0]), np.flatnonzero(found.trains[1])
    assert (second - first) % 8 == 3
    assert found.objective == pytest.approx(28)


def test_a_train_set_goes_back_when_it_must() -> None:
    """Boxes for the way back board the same sets five slots later, wherever the week begins.

    The set fetches boxes of the second service on its way back; that service is free, so it
    comes two slots before.
    """
    found = solved(
        week(8, [(1, 9, 5), (1, 9, 0)], [(1, False, 1, 2, 8, 1), (0, True, -1, 0, 0, 1)])
    )
    (out,), (feeder,) = np.flatnonzero(found.trains[0]), np.flatnonzero(found.trains[1])
    assert (out + 5 - (feeder + 2)) % 8 == 0


def test_a_full_train_leaves_boxes_for_the_next() -> None:
    """Four of eight boxes fit each of two trains, so they leave as evenly as without the limit."""
    found = solved(week(8, [(2, 4, 0)], [(0, False, -1, 0, 8, 1)]))
    assert found.boarding.max() == pytest.approx(4)
    assert found.objective == pytest.approx(12)


def test_what_finds_no_room_is_left_and_priced() -> None:
    """Ten boxes, one train of eight: two stay behind, and the rest wait."""
    found = solved(week(8, [(1, 8, 0)], [(0, False, -1, 0, 10, 1)]))
    assert found.left.tolist() == pytest.approx([2])
    assert found.objective == pytest.approx(2 * 1000 + 28)


def test_no_window_over_its_limit() -> None:
    """Two services would leave together; one train in any three slots keeps them three apart."""
    services = [(1, 9.0, 0), (1, 9.0, 0), (1, 9.0, 0)]
    queues = [
        (0, False, 2, 0, 8.0, 1.0),
        (1, False, 2, 0, 8.0, 1.0),
        (2, False, -1, 0, 0.0, 1.0),
    ]
    free = solved(week(8, services, queues, capacity=np.array([9.0, 9.0, 18.0])))
    assert free.objective == pytest.approx(2 * 28)
    kept = solved(
        week(
            8,
            services,
            queues,
            capacity=np.array([9.0, 9.0, 18.0]),
            **one_limit([(0, 0), (1, 0)], 3, 1),
        )
    )
    assert kept.used.max() == 1
    # The earlier one's eight boxes wait three slots for the later one.
    assert kept.objective == pytest.approx(2 * 28 + 8 * 3)


def test_a_limit_counts_trains_where_they_come() -> None:
    """Two services may leave together where one reaches the limit three slots after the other."""
    problem = week(
        8,
        [(1, 9.0, 0), (1, 9.0, 0), (1, 18.0, 0)],
        [(0, False, 2, 0, 8.0, 1.0), (1, False, 2, 0, 8.0, 1.0), (2, False, -1, 0, 0.0, 1.0)],
        **one_limit([(0, 0), (1, 3)], 3, 1),
    )
    assert solved(problem).objective == pytest.approx(2 * 28)


def test_a_limit_that_cannot_be_kept_is_priced() -> None:
    """Two trains a week where none may leave: each is counted in its slot."""
    problem = week(4, [(2, 9, 0)], [(0, False, -1, 0, 4, 1)], **one_limit([(0, 0)], 1, 0))
    assert solved(problem).objective == pytest.approx(2e6 + 2)


def test_the_cost_does_not_depend_on_where_the_week_begins() -> None:
    """Departures turned by any number of slots cost the same."""
    problem = week(
        8,
        [(2, 5, 3), (1, 9, 0)],
        [(0, False, 1, 3, 8, 1), (1, False, -1, 0, 0, 2), (0, True, -1, 0, 6, 1)],
        **one_limit([(0, 1), (1, 2)], 2, 1),
    )
    found = solved(problem)
    for turn in range(8):
        turned = np.roll(found.trains, turn, axis=1)
        assert cost_from(problem, turned, time_limit_s=10) == pytest.approx(found.objective)


@pytest.mark.parametrize("seed", range(6))
def test_no_other_departures_are_cheaper(seed: int) -> None:
    """The search finds what trying every slot for every train finds."""
    draw = np.random.Generator(np.random.PCG64(seed))
    n = int(draw.integers(4, 7))
    trains = draw.integers(1, 3, 3)
    back = int(draw.integers(0, n))
    price = float(draw.integers(1, 4))
    problem = week(
        n,
        [(int(k), 12.0 if one == 2 else 8.0, back) for one, k in enumerate(trains)],
        [
            (0, False, 2, int(draw.integers(1, 4)), 6.0, price),
            (1, False, 2, int(draw.integers(1, 4)), 4.0, price),
            (2, False, -1, 0, 0.0, price),
            (0, True, -1, 0, 3.0, float(draw.integers(1, 4))),
        ],
        **one_limit([(0, int(draw.integers(0, 3))), (1, 1)], 2, 2),
    )
    found = solved(problem)
    assert found.objective == pytest.approx(cheapest_by_enumeration(problem))


@pytest.mark.parametrize("seed", range(3))
def test_branch_and_bound_alone_finds_the_best(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any move the integer model ends at the cheapest departures."""
    monkeypatch.setattr(search, "_improve", lambda *_, **__: None)
    problem = week(
        6,
        [(2, 8.0, 0), (1, 8.0, 0), (1, 16.0, 0)],
        [
            (0, False, 2, 1 + seed, 6.0, 2.0),
            (1, False, 2, 2, 4.0, 2.0),
            (2, False, -1, 0, 0.0, 2.0),
        ],
    )
    found = solved(problem)
    assert found.objective == pytest.approx(cheapest_by_enumeration(problem))
    assert found.bound == pytest.approx(found.objective)


def test_the_relaxation_of_one_slot_is_that_of_all() -> None:
    """The strengthened relaxation over all slots costs what the small one says."""
    problem = week(
        12,
        [(1, 19, 5), (3, 5, 0), (2, 13, 3)],
        [
            (0, False, 2, 1, 12, 1),
            (1, False, 2, 4, 12, 2),
            (2, False, -1, 0, 0, 3),
            (2, True, 4, 2, 8, 1),
            (0, True, -1, 0, 0, 1),
        ],
    )
    bounds = []
    for model, cuts in (
        (build_departures(problem), strengthening(problem)),
        (even_relaxation(problem), None),
    ):
        engine = Engine(model, model.upper, is_relaxed=True)
        if cuts is not None:
            engine.add(cuts)
        bounds.append(engine.run(seconds=10).bound)
    assert bounds[0] == pytest.approx(bounds[1])
    assert bounds[0] > 0


def test_the_bound_counts_each_stage_that_holds_back_most() -> None:
    """Twelve slots, a box in each: 66 before the one train; 30 before two, after three.

    The first queue's boxes wait 11 + 10 + … + 1 slots for their one train a week. The second's may
    take three trains, but two carry them on: 2 × (5 + 4 + … + 1) slots before either.
    """
    problem = week(
        12,
        [(1, 99, 0), (3, 99, 0), (2, 99, 0)],
        [(0, False, 2, 1, 12, 1), (1, False, 2, 1, 12, 1), (2, False, -1, 0, 0, 1)],
    )
    found = choose_departures(problem, time_limit_s=10, gap=0, enough=1e9)
    assert found.bound == pytest.approx(66 + 30)


def test_progress_is_told_and_enough_is_enough() -> None:
    """Every step has a bound below the value; a value that is enough ends the search."""
    told: list[tuple[str, float, float]] = []
    problem = week(8, [(2, 9, 0)], [(0, False, -1, 0, 8, 1)])
    choose_departures(
        problem, time_limit_s=5, gap=0, enough=1e9, progress=lambda *one: told.append(one)
    )
    assert [step for step, _, _ in told] == ["even departures", "moved services"]
    assert all(bound <= value + 1e-9 for _, value, bound in told)
