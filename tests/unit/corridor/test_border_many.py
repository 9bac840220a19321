"""Many trains at a border at once are taken in as one after the other would be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel_calls import Server
from keruen.corridor.network.borders import Intake
from keruen.units import MS_PER_DAY

RATES = st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 7.0]), min_size=1, max_size=8)
COMES = st.lists(st.integers(-2 * MS_PER_DAY, 9 * MS_PER_DAY), max_size=30)


@given(rates=RATES, comes=COMES, amount=st.sampled_from([0.25, 1.0, 3.0]))
def test_many_are_taken_in_like_one_by_one(
    rates: list[float], comes: list[int], amount: float
) -> None:
    """The same moments, to what rounding of amounts makes; the server is as busy after them."""
    edges = [n * MS_PER_DAY for n in range(len(rates) + 1)]
    arrives = np.array(sorted(comes), np.int64)
    many = Intake(edges, [*rates, 1.0])
    single = Server(many)
    one_by_one = [single.admit(at_ms, amount) for at_ms in arrives.tolist()]
    assert many.admit_all(arrives, amount).tolist() == pytest.approx(one_by_one, abs=2)
    last = 10 * MS_PER_DAY
    assert many.admit_all(np.array([last]), amount)[0] == pytest.approx(
        single.admit(last, amount), abs=2
    )


def test_the_second_of_two_waits_half_a_day() -> None:
    """Two trains a day, two that come together."""
    found = Intake([0], [2.0]).admit_all(np.array([0, 0]), 1.0)
    assert (found / MS_PER_DAY).tolist() == [0, 0.5]
