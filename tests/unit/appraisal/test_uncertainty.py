"""Common draws: by name and seed alone, of the law that is said; and what others needed."""

from __future__ import annotations

import numpy as np
import pytest

from keruen.appraisal.optimism import (
    TRANSPORT_COMPLETION,
    TRANSPORT_START,
    outside_view,
)
from keruen.appraisal.uncertainty import FigureRange, common_draws, risk_of

WIDE = FigureRange(low=0, value=3, high=10)


def test_a_figure_draws_by_its_name_alone() -> None:
    """Others that come or go, and the number of draws, change none of its values."""
    alone = common_draws({"fee": WIDE}, 50, seed=4)
    more = common_draws({"fee": WIDE, "aaa": WIDE, "zzz": WIDE}, 80, seed=4)
    assert more.of("fee")[:50].tolist() == alone.of("fee").tolist()
    assert more.of("fee").tolist() != more.of("aaa").tolist()
    assert common_draws({"fee": WIDE}, 50, seed=5).of("fee").tolist() != alone.of("fee").tolist()


def test_draws_follow_the_triangle() -> None:
    """Within the range; mean (0 + 3 + 10) / 3; three tenths lie below the mode (3 / 10)."""
    values = common_draws({"fee": WIDE}, 20_000, seed=1).of("fee")
    assert values.min() >= 0
    assert values.max() <= 10
    deviation = np.sqrt((0 + 9 + 100 - 0 - 30 - 0) / 18)
    assert values.mean() == pytest.approx(13 / 3, abs=4 * deviation / np.sqrt(20_000))
    assert np.mean(values < 3) == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 20_000))


def test_a_certain_figure_stays() -> None:
    """A range of no width is its value in every draw; the mode may lie at an end."""
    ranges = {"a": FigureRange(low=2, value=2, high=2), "b": FigureRange(low=1, value=1, high=3)}
    draws = common_draws(ranges, 30, seed=1)
    assert set(draws.of("a").tolist()) == {2.0}
    assert draws.of("b").min() >= 1


def test_risk_by_hand() -> None:
    """Of −2, −1, 0, 1, 2 two in five lie below nought, and the middle is 0."""
    risk = risk_of(np.array([2.0, -1, 0, 1, -2]))
    assert (risk.n, risk.p_negative, risk.p50) == (5, 0.4, 0)
    assert (risk.p5, risk.p95) == (pytest.approx(-1.8), pytest.approx(1.8))


def test_a_stated_time_stands_beside_its_class() -> None:
    """Half of 526 projects needed 3.6 years or more: 3 years are optimistic, 4 are not."""
    view = outside_view(3.0)
    assert view.is_optimistic
    assert (view.reference.n, view.p50_yr, view.p80_yr) == (526, 3.6, 5.2)
    assert view.reference.is_lower_bound
    assert not outside_view(4.0).is_optimistic


def test_a_class_says_nothing_beyond_what_is_published() -> None:
    """Linear between published quantiles, nothing outside."""
    assert TRANSPORT_COMPLETION.at(0.65) == pytest.approx((3.6 + 5.2) / 2)
    assert TRANSPORT_COMPLETION.at(0.95) is None
    assert TRANSPORT_START.at(0.9) is None
