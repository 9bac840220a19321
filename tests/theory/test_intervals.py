"""Intervals over replications cover as often as they say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from keruen import draws
from keruen.study.intervals import estimate, t_975


@pytest.mark.parametrize("degrees", [1, 2, 3, 7, 30, 31, 60, 1000])
def test_quantiles_of_student(degrees: int) -> None:
    """The table and the expansion agree with SciPy to one in ten thousand."""
    assert t_975(degrees) == pytest.approx(stats.t.ppf(0.975, degrees), rel=1e-4)


def test_interval_by_hand() -> None:
    """1, 2, 3, 4: mean 2.5, standard deviation √(5/3), half width 3.1824 × √(5/3)/2."""
    found = estimate("x", [1.0, 2.0, 3.0, 4.0])
    assert found.mean == 2.5
    assert found.high - found.mean == pytest.approx(3.1824 * math.sqrt(5 / 3) / 2)


def test_one_replication_has_no_interval() -> None:
    """From one value nothing is said about uncertainty."""
    assert math.isnan(estimate("x", [5.0]).low)


def test_coverage() -> None:
    """Of 4 000 samples of four normal values, 95 % of the intervals hold the true mean."""
    uniform = draws.uniform_array(1, 77, np.arange(16_000))
    normal = stats.norm.ppf(np.clip(uniform, 1e-12, 1 - 1e-12)).reshape(-1, 4)
    covered = 0
    for sample in normal:
        found = estimate("x", sample.tolist())
        covered += found.low <= 0 <= found.high
    share = covered / len(normal)
    assert abs(share - 0.95) < 4 * math.sqrt(0.95 * 0.05 / len(normal))
