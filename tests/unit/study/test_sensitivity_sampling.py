"""Elementary effects, Latin hypercubes and settled shares agree with what is known exactly."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest

from keruen.study.sensitivity.factors import Levels
from keruen.study.sensitivity.sampling import (
    Evaluate,
    elementary_effects,
    latin_hypercube,
    settled_share,
)


def measuring(function: Callable[[Levels], float]) -> Evaluate:
    """A function of levels as what measures points."""

    def evaluate(points: Sequence[Levels]) -> list[Mapping[str, float]]:
        return [{"y": function(levels)} for levels in points]

    return evaluate


def sobol_g(levels: Levels, a: Mapping[str, float]) -> float:
    """Product of (|4u − 2| + a) / (1 + a) with u from 0 to 1."""
    us = {key: (level + 1) / 2 for key, level in levels.items()}
    return math.prod((abs(4 * us[key] - 2) + a[key]) / (1 + a[key]) for key in a)


def test_effects_of_a_sum_are_its_coefficients() -> None:
    """Of a linear function every effect is the coefficient times the whole range, without spread.

    Levels go from −1 to 1, so a coefficient of 3 changes the sum by 6.
    """
    coefficients = {"a": 3.0, "b": -1.0, "c": 0.0}
    effects = elementary_effects(
        {key: [key] for key in coefficients},
        measuring(lambda levels: sum(c * levels[k] for k, c in coefficients.items())),
        n_trajectories=5,
        seed=1,
    )
    assert [effect.group for effect in effects] == ["a", "b", "c"]
    assert [effect.mean_size for effect in effects] == pytest.approx([6, 2, 0])
    assert [effect.spread for effect in effects] == pytest.approx([0, 0, 0], abs=1e-9)
    assert {effect.n for effect in effects} == {5}


def test_effects_rank_sobols_g_function() -> None:
    """Its factors matter the less, the larger their a (Saltelli et al. 2008, §2.9)."""
    a = {"f78": 78.0, "f0": 0.78, "f1": 1.2, "f12": 12.0, "f97": 97.0, "f001": 0.001}
    effects = elementary_effects(
        {key: [key] for key in a},
        measuring(lambda levels: sobol_g(levels, a)),
        n_trajectories=60,
        seed=7,
    )
    assert [effect.group for effect in effects] == sorted(a, key=lambda key: a[key])


def test_a_group_does_not_cancel() -> None:
    """Two factors of opposite effect in one group are seen: they do not always move alike."""
    effects = elementary_effects(
        {"both": ["up", "down"], "none": ["idle"]},
        measuring(lambda levels: levels["up"] - levels["down"]),
        n_trajectories=30,
        seed=3,
    )
    sizes = {effect.group: effect.mean_size for effect in effects}
    assert sizes["none"] == 0
    # Each moves by 4/3 up or down as it has room: in half of the cases apart, by 2 × 4/3, which
    # over the whole range of 2 are 4; else they cancel.
    assert 1.0 < sizes["both"] < 3.0


def test_refused_points_give_no_effect() -> None:
    """An effect needs both of its points; where one is refused it is not counted."""

    def evaluate(points: Sequence[Levels]) -> list[Mapping[str, float]]:
        return [{} if levels["a"] > 0 else {"y": levels["b"]} for levels in points]

    effects = elementary_effects({"a": ["a"], "b": ["b"]}, evaluate, n_trajectories=40, seed=1)
    counts = {effect.group: effect.n for effect in effects}
    # Moving a crosses zero every time: never both points. b counts where a stands below zero.
    assert counts.keys() == {"b"}
    assert 5 < counts["b"] < 35


def test_the_order_of_names_changes_nothing() -> None:
    """Permuted groups and members give the same effects, permuted columns the same columns."""
    names = ["a", "b", "c", "d"]
    evaluate = measuring(
        lambda levels: levels["a"] * levels["b"] + levels["c"] ** 3 - math.exp(levels["d"])
    )
    one = elementary_effects(
        {"x": ["a", "b"], "y": ["c"], "z": ["d"]}, evaluate, n_trajectories=6, seed=5
    )
    other = elementary_effects(
        {"z": ["d"], "x": ["b", "a"], "y": ["c"]}, evaluate, n_trajectories=6, seed=5
    )
    assert one == other
    sample, turned = latin_hypercube(names, 50, 9), latin_hypercube(names[::-1], 50, 9)
    assert np.array_equal(sample, turned[:, ::-1])
    assert not np.array_equal(sample, latin_hypercube(names, 50, 10))


def test_a_hypercube_tries_every_part_of_every_range_once() -> None:
    """Cut into as many parts as there are combinations, each range has one in each part."""
    n = 40
    sample = latin_hypercube(["a", "b", "c"], n, 2)
    assert sample.shape == (n, 3)
    for column in sample.T:
        assert sorted(np.floor((column + 1) / 2 * n).astype(int).tolist()) == list(range(n))
    correlation = np.asarray(np.corrcoef(sample.T))
    assert np.abs(correlation[~np.eye(3, dtype=bool)]).max() < 0.5


def test_settled_shares_of_ishigamis_function() -> None:
    """sin x + 7 sin² y + 0.1 z⁴ sin x on (−π, π): first-order indices 0.3139, 0.4424 and 0.

    Ishigami, Homma (1990), "An importance quantification technique in uncertainty analysis".
    """
    sample = latin_hypercube(["x", "y", "z"], 8000, 1)
    x, y, z = sample.T * math.pi
    values = np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
    found = [settled_share(column, values) for column in sample.T]
    assert found == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)


def test_settled_shares_of_sobols_g_function() -> None:
    """First-order variance of a factor is 1 / (3 (1 + a)²), the whole is Π(1 + that) − 1."""
    a = {"p": 0.0, "q": 1.0, "r": 4.5, "s": 99.0}
    parts = {key: 1 / (3 * (1 + one) ** 2) for key, one in a.items()}
    whole = math.prod(1 + part for part in parts.values()) - 1
    sample = latin_hypercube(list(a), 8000, 4)
    values = np.array([sobol_g(dict(zip(a, row, strict=True)), a) for row in sample.tolist()])
    for column, key in zip(sample.T, a, strict=True):
        assert settled_share(column, values) == pytest.approx(parts[key] / whole, abs=0.03)


def test_nothing_is_settled_where_nothing_varies() -> None:
    """Without spread, or with too few combinations, no share is claimed."""
    assert settled_share(np.linspace(-1, 1, 50), np.ones(50)) == 0
    assert settled_share(np.array([0.0, 1.0]), np.array([0.0, 1.0])) == 0
