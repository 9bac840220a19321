"""A planted box is found, in few sides, and holds on combinations that it was not made from."""

from __future__ import annotations

import numpy as np
import pytest

from keruen.study.sensitivity.prim import coverage_and_density, find_box
from keruen.study.sensitivity.sampling import latin_hypercube

NAMES = ["a", "b", "c", "d", "e"]


def planted(levels: np.ndarray) -> np.ndarray:
    """Hits where a is above 0.4 and c is below −0.2."""
    inside: np.ndarray = (levels[:, 0] > 0.4) & (levels[:, 2] < -0.2)
    return inside


def test_a_planted_box_is_found() -> None:
    """Its two factors, its two edges to within a step, nearly all hits and little else."""
    levels = latin_hypercube(NAMES, 600, 1)
    box = find_box(levels, planted(levels))
    assert box.bound.tolist() == [True, False, True, False, False]
    assert box.low[0] == pytest.approx(0.4, abs=0.06)
    assert box.high[2] == pytest.approx(-0.2, abs=0.06)
    assert np.isinf(box.high[0])
    assert np.isinf(box.low[2])
    fresh = latin_hypercube(NAMES, 600, 2)
    coverage, density = coverage_and_density(box, fresh, planted(fresh))
    assert coverage > 0.9
    assert density > 0.9


def test_coverage_and_density_by_hand() -> None:
    """Of four hits three lie inside, beside one that is none: three in four of both."""
    levels = np.array([[0.1], [0.2], [0.3], [0.4], [0.9], [0.95]])
    is_hit = np.array([True, True, True, False, True, False])
    box = find_box(levels, np.ones(6, bool))
    assert not box.bound.any()
    inside = type(box)(low=np.array([-np.inf]), high=np.array([0.5]))
    assert coverage_and_density(inside, levels, is_hit) == (0.75, 0.75)


def test_no_more_sides_than_a_sentence_has() -> None:
    """Where four factors matter three are told, or as many as are asked for."""
    levels = latin_hypercube(NAMES, 800, 3)
    is_hit = np.asarray((levels[:, :4] > -0.3).all(axis=1), np.bool_)
    assert find_box(levels, is_hit).bound.sum() == 3
    assert find_box(levels, is_hit, most_sides=1).bound.sum() == 1


def test_chance_alone_is_seen_on_a_fresh_sample() -> None:
    """Hits without any reason: a box may look dense, but not on other combinations."""
    levels, fresh = latin_hypercube(NAMES, 300, 5), latin_hypercube(NAMES, 300, 6)
    coin = np.asarray(latin_hypercube(["coin"], 300, 7)[:, 0] > 0.8)
    other_coin = np.asarray(latin_hypercube(["coin"], 300, 8)[:, 0] > 0.8)
    box = find_box(levels, coin)
    _, density = coverage_and_density(box, levels, coin)
    _, fresh_density = coverage_and_density(box, fresh, other_coin)
    assert fresh_density < 0.2
    assert fresh_density < density
