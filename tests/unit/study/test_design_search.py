"""The search for additions against exhaustive search on small worlds, and what it promises."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keruen.study.design.certificate import lower_end, removals_of, t_quantile
from keruen.study.design.search import (
    LeverChoice,
    SetSearch,
    Steps,
    Values,
    excess_of,
    worst_replication,
)

BOUNDS = {"a": 1.0, "b": 0.5, "plugs": 0.0}


class World:
    """Additive effects on three measures, by the key of a lever; a set may not suffice."""

    def __init__(
        self, options: Sequence[LeverChoice], effects: dict[str, tuple[float, ...]]
    ) -> None:
        self.options, self.effects, self.n = options, effects, 0

    def evaluate(self, sets: Sequence[Steps]) -> list[Values]:
        """What sets measure, steps in the order of the keys."""
        self.n += len(sets)
        return [self.values(steps) for steps in sets]

    def values(self, steps: Sequence[int]) -> Values:
        """Of one set."""
        keys = sorted(option.key for option in self.options)
        found = {}
        for place, (measure, start) in enumerate((("a", 4.0), ("b", 2.0), ("plugs", 0.3))):
            gone = sum(self.effects[k][place] * n for k, n in zip(keys, steps, strict=True))
            found[measure] = [max(0.0, start - gone)]
        return found

    def keeps(self, steps: Sequence[int]) -> bool:
        """Whether a set keeps every limit."""
        return not any(excess_of(self.values(steps), BOUNDS).values())

    def cost(self, steps: Sequence[int]) -> float:
        """Of a set."""
        ordered = sorted(self.options, key=lambda option: option.key)
        return math.fsum(o.cost * n for o, n in zip(ordered, steps, strict=True))

    def exhaustive(self) -> float:
        """The least cost of a set that keeps every limit; infinite where none does."""
        sets = product(*(range(o.most + 1) for o in sorted(self.options, key=lambda o: o.key)))
        return min((self.cost(s) for s in sets if self.keeps(s)), default=math.inf)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """At most four levers with at most four steps."""
    n = draw(st.integers(1, 4))
    effect = st.sampled_from([0.0, 0.1, 0.3, 0.7, 1.5, 3.5])
    options = [
        LeverChoice(
            key=f"lever-{k}",
            most=draw(st.integers(1, 4)),
            cost=draw(st.sampled_from([1.0, 2.5, 4.0, 9.0])),
        )
        for k in range(n)
    ]
    effects = {o.key: (draw(effect), draw(effect), draw(effect)) for o in options}
    return World(options, effects)


def search_of(
    world: World, options: Sequence[LeverChoice] | None = None, n_at_once: int = 1
) -> SetSearch:
    """A search in a world."""
    return SetSearch(options or world.options, BOUNDS, world.evaluate, n_at_once)


@given(world=worlds(), n_at_once=st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_where_it_enumerates_nothing_is_cheaper(world: World, n_at_once: int) -> None:
    """Sets of at most 256: the cost of exhaustive search, or none where there is none."""
    n = math.prod(option.most + 1 for option in world.options)
    found = search_of(world, n_at_once=n_at_once).run()
    if n <= 256:
        assert found.is_cheapest
        assert found.cost == world.exhaustive()
    assert (found.steps is None) == (world.exhaustive() == math.inf)


@given(world=worlds())
@settings(max_examples=150, deadline=None)
def test_from_above_it_keeps_the_limits_and_no_single_step_can_go(world: World) -> None:
    """Where it does not enumerate: a set that suffices, never below the least, and irreducible."""
    found = search_of(world).run(may_enumerate=False)
    assert found.cost >= world.exhaustive()
    assert found.bound <= world.exhaustive(), "no set costs less than the bound"
    assert (found.steps is None) == (world.exhaustive() == math.inf)
    if found.steps is None:
        return
    assert world.keeps(found.steps)
    for n, steps in enumerate(found.steps):
        if steps:
            less = (*found.steps[:n], steps - 1, *found.steps[n + 1 :])
            assert not world.keeps(less), "a step could go"


@given(world=worlds(), seed=st.integers(0, 10))
@settings(max_examples=80, deadline=None)
def test_the_order_of_levers_changes_nothing(world: World, seed: int) -> None:
    """Steps by key are the same in whatever order levers are named, however it searches."""
    others = list(world.options)
    random.Random(seed).shuffle(others)
    for may_enumerate in (True, False):
        found = search_of(world).run(may_enumerate=may_enumerate)
        again = search_of(world, others).run(may_enumerate=may_enumerate)
        if found.steps is None:
            assert again.steps is None
            continue
        assert again.steps is not None
        by_key = {o.key: n for o, n in zip(world.options, found.steps, strict=True)}
        assert by_key == {o.key: n for o, n in zip(others, again.steps, strict=True)}


def test_dearer_sets_are_not_tried_once_one_keeps_the_limits() -> None:
    """Of the sets by cost only those up to the first that suffices are measured."""
    options = [LeverChoice(key="x", most=10, cost=1.0), LeverChoice(key="y", most=10, cost=100.0)]
    world = World(options, {"x": (3.0, 1.5, 0.3), "y": (9.0, 9.0, 9.0)})
    found = search_of(world).run()
    assert found.steps == (1, 0)
    assert world.n == 2


@pytest.mark.parametrize("is_refined", [False, True])
def test_queues_in_series_are_relieved_together(is_refined: bool) -> None:
    """Where no single step helps: one of each goes forward, and what is not needed goes back."""

    def evaluate(sets: Sequence[Steps]) -> list[Values]:
        return [{"a": [4.0 - min(x, y)]} for x, y, _ in sets]

    options = [LeverChoice(key=key, most=9, cost=1.0) for key in "xyz"]
    search = SetSearch(options, {"a": 1.0}, evaluate)
    found = search.refine((0, 0, 0)) if is_refined else search.run(may_enumerate=False)
    assert found.steps == (3, 3, 0)


def many_levers(evaluate_one: dict[str, int], most: int = 8) -> tuple[SetSearch, list[Steps]]:
    """A search among eighteen levers of which some are needed, each so often, and what it tried."""
    options = [LeverChoice(key=f"{n:02}", most=most, cost=1.0 + n) for n in range(18)]
    tried: list[Steps] = []

    def evaluate(sets: Sequence[Steps]) -> list[Values]:
        tried.extend(sets)
        return [
            {key: [float(need - steps[int(key)])] for key, need in evaluate_one.items()}
            for steps in sets
        ]

    return SetSearch(options, dict.fromkeys(evaluate_one, 0.0), evaluate), tried


def test_among_many_levers_few_sets_are_tried() -> None:
    """Once each lever at nothing, then only those that are needed; nothing is cheaper."""
    needs = {"03": 2, "08": 5, "17": 1}
    search, tried = many_levers(needs)
    found = search.run()
    assert found.steps == tuple(needs.get(f"{n:02}", 0) for n in range(18))
    assert found.bound == found.cost
    assert len(tried) == len(set(tried))
    assert len(tried) <= 1 + 18 + 3 * 3 + 2, "all, each without, three levers halved, two at once"


def test_a_lever_that_does_harm_is_left_out() -> None:
    """A quota that turns trucks away: with everything at its most no limit would be kept."""
    options = [LeverChoice(key=key, most=9, cost=1.0) for key in ("lanes", "quota", "windows")]

    def evaluate(sets: Sequence[Steps]) -> list[Values]:
        return [{"a": [4.0 - lanes + 5.0 * quota + windows]} for lanes, quota, windows in sets]

    found = SetSearch(options, {"a": 1.0}, evaluate).run(may_enumerate=False)
    assert found.steps == (3, 0, 0)


def test_of_two_levers_for_one_need_the_cheaper_is_taken() -> None:
    """Either is enough, so that neither alone is needed: the bound is nothing, the answer is not."""
    options = [LeverChoice(key=key, most=9, cost=cost) for key, cost in (("x", 5.0), ("y", 1.0))]

    def evaluate(sets: Sequence[Steps]) -> list[Values]:
        return [{"a": [4.0 - x - y]} for x, y in sets]

    found = SetSearch(options, {"a": 1.0}, evaluate).run(may_enumerate=False)
    assert (found.steps, found.cost, found.bound) == ((0, 3), 3.0, 0.0)


def test_a_refined_search_adds_and_takes_away() -> None:
    """From a start that is too little in one lever and too much in another."""
    options = [LeverChoice(key=key, most=9, cost=1.0) for key in "xy"]

    def evaluate(sets: Sequence[Steps]) -> list[Values]:
        return [{"a": [5.0 - x], "b": [3.0 - y]} for x, y in sets]

    found = SetSearch(options, {"a": 1.0, "b": 1.0}, evaluate).refine((1, 8))
    assert found.steps == (4, 2)


def search_by(*values: Callable[[Steps], float]) -> SetSearch:
    """A search among twelve levers that measures the first, with the next as its gauge, and so on."""
    return SetSearch(
        [LeverChoice(key=f"{n:02}", most=3, cost=1.0) for n in range(12)],
        {"a": 0.0},
        lambda sets: [{"a": [values[0](steps)]} for steps in sets],
        gauge=search_by(*values[1:]) if len(values) > 1 else None,
    )


@pytest.mark.parametrize(
    ("gauges", "n_tried"),
    [
        # It sees what helps: nothing, three steps, and two steps to see whether one can go.
        pytest.param([lambda steps: 3.0 - steps[7]], 3, id="sees"),
        # It is off by one where it is asked, which is known from there.
        pytest.param([lambda steps: 2.0 - steps[7]], 3, id="is off"),
        # The gauge of the gauge is blind: it looks for itself.
        pytest.param([lambda steps: 3.0 - steps[7], lambda _: 2.0], 3, id="the first sees"),
        # It sees half of what helps: what it holds for too little is enough.
        pytest.param([lambda steps: 3.0 - steps[7] / 2], 3, id="sees half"),
        # It sees twice: two steps, not enough, and once more from there.
        pytest.param([lambda steps: 3.0 - 2 * steps[7]], 3, id="sees twice"),
        # It sees nothing, or the wrong lever: all twelve are measured here after all.
        pytest.param([lambda _: 2.0], 15, id="blind"),
        pytest.param([lambda steps: 2.0 - steps[3]], 16, id="wrong"),
    ],
)
def test_a_gauge_saves_runs_and_decides_nothing(
    gauges: Sequence[Callable[[Steps], float]], n_tried: int
) -> None:
    """Of twelve levers the eighth alone helps: three steps of it, whatever the gauge says."""
    found = search_by(lambda steps: 3.0 - steps[7], *gauges).refine((0,) * 12)
    assert found.steps == tuple(3 * (n == 7) for n in range(12))
    assert found.n_tried == n_tried


@pytest.mark.parametrize("gauge", [lambda s: 3.0 - s[7] - s[2], lambda _: 0.0])
def test_what_a_gauge_adds_in_vain_goes_again(gauge: Callable[[Steps], float]) -> None:
    """From too much of everything: what is needed stays, whatever the gauge holds for needed."""
    found = search_by(lambda steps: 3.0 - steps[7], gauge).refine((2,) * 12)
    assert found.steps == tuple(3 * (n == 7) for n in range(12))


def test_a_gauge_is_read_along_the_line_through_what_was_measured() -> None:
    """Ten minutes without a queue, and as many more as steps are missing; the gauge has eight, and
    half as many. Read so that both ends agree it finds the set at once; moved alone, as far as the
    start tells, its eight minutes would stay above the limit of eleven whatever is added."""

    def search_of_time(free: float, each: float) -> SetSearch:
        def evaluate(sets: Sequence[Steps]) -> list[Values]:
            return [{"a": [free + each * (9 - x)]} for x, _ in sets]

        options = [LeverChoice(key=key, most=9, cost=1.0) for key in "xy"]
        return SetSearch(options, {"a": 11.0}, evaluate)

    search = search_of_time(10.0, 1.0)
    search.gauge = search_of_time(8.0, 0.5)
    search.measured((9, 9))
    assert search.corrected(search.gauge, (0, 0)).read_as == {"a": (-6.0, 2.0)}
    assert search.refine((0, 0)).steps == (8, 0)
    assert len(search.tried) == 4, "all, nothing, eight, and seven to see whether one can go"


def test_a_lever_that_gives_less_than_another_is_not_asked_again() -> None:
    """Eighteen levers, the first two help: all are asked once, then those two, and once a third
    because two are asked side by side."""
    options = [LeverChoice(key=f"{n:02}", most=8, cost=1.0) for n in range(18)]
    tried: list[Steps] = []

    def evaluate(sets: Sequence[Steps]) -> list[Values]:
        tried.extend(sets)
        return [{"a": [9.0 - 2.0 * min(s[0], 1) - s[1] - 1e-3 * sum(s[2:])]} for s in sets]

    found = SetSearch(options, {"a": 3.0}, evaluate).refine((0,) * 18)
    assert found.steps == (1, 4, *(0,) * 16)
    assert sum(any(steps[2:]) for steps in tried) == 16 + 1


def test_the_worst_replication_is_the_farthest_beyond_all_limits() -> None:
    """Limits 1.0, 0.5, 0: beyond by 0.2 + 0; 0 + 0.4 + 0; 0 + 0; the second, and of equals the first.
    A measure far within its limit makes nothing good."""
    values = {"a": [1.2, 0.1, 0.9], "b": [0.5, 0.7, 0.1], "plugs": [0.0, 0.0, 0.0]}
    assert worst_replication(values, BOUNDS) == 1
    assert worst_replication({name: [0.0] * 3 for name in BOUNDS}, BOUNDS) == 0


def test_quantiles_of_student() -> None:
    """Against printed tables, one-sided."""
    assert t_quantile(0.025, 3) == pytest.approx(3.1824, abs=1e-4)
    assert t_quantile(0.05, 1) == pytest.approx(6.3138, abs=1e-4)
    assert t_quantile(0.005, 10) == pytest.approx(3.1693, abs=1e-4)


def test_claims_of_a_certificate_share_their_error() -> None:
    """A removal that alone is sure is inconclusive beside many others."""
    values = [1.3, 1.5, 1.4, 1.7]
    alone = removals_of({"x": {"a": values}}, {"a": 1.0})[0]
    assert alone.outcome == "needed"
    many = removals_of({f"x{n}": {"a": values} for n in range(40)}, {"a": 1.0})
    assert {removal.outcome for removal in many} == {"inconclusive"}
    kept = removals_of({"x": {"a": [0.5, 0.9]}}, {"a": 1.0})[0]
    assert kept.outcome == "removable"


def test_joint_confidence_holds_on_draws() -> None:
    """Of certificates whose steps are not needed at all, at most one in twenty claims one is."""
    draws = random.Random(5)
    wrong = 0
    n = 1500
    for _ in range(n):
        without = {f"x{k}": {"a": [draws.gauss(1.0, 0.1) for _ in range(4)]} for k in range(5)}
        wrong += any(r.outcome == "needed" for r in removals_of(without, {"a": 1.0}))
    assert wrong / n < 0.05 + 3 * math.sqrt(0.05 * 0.95 / n)
    assert wrong / n > 0.02, "far more careful than stated"


def test_one_replication_proves_nothing() -> None:
    """Without a spread there is no lower end."""
    assert lower_end([2.0], 0.05) == -math.inf
    assert lower_end([2.0, 2.0], 0.05) == 2.0
