"""Leaves of a kernel are compiled once, whatever width of number they are handed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from keruen.compiled import IS_INTERPRETED, compiled, entry_point

NARROW = np.zeros(1, np.dtype([("small", np.int16), ("middle", np.int32), ("whole", np.int64)]))


@compiled
def twice(number: int) -> int:
    """A leaf."""
    return 2 * number


@entry_point
def all_widths(record: Any, loops: int) -> int:
    """A caller with numbers of a table, of a loop, and a constant."""
    total = twice(record.small) + twice(record.middle) + twice(record.whole) + twice(7)
    for number in range(loops):
        total += twice(number)
    return total


@compiled
def half(draw: np.uint64) -> np.uint64:
    """A leaf that is handed a draw of 64 bits."""
    return draw >> np.uint64(1)


@entry_point
def half_of_a_draw(draw: np.uint64) -> np.uint64:
    """Its caller."""
    return half(draw)


@pytest.mark.skipif(IS_INTERPRETED, reason="nothing is compiled")
def test_one_compilation_for_all_widths() -> None:
    """Numbers of 16, 32 and 64 bits and constants go to the same code."""
    record = NARROW.copy()
    record[0] = (-3, 2**31 - 1, 2**40)
    # 2 * (2**31 - 1) needs more bits than its column has.
    assert all_widths(record[0], 4) == 2 * (-3 + 2**31 - 1 + 2**40 + 7 + 0 + 1 + 2 + 3)
    # From a warm cache the caller comes whole, and its leaf is not looked at.
    all_widths.recompile()  # type: ignore[attr-defined]
    assert len(twice.signatures) == 1  # type: ignore[attr-defined]


@pytest.mark.skipif(IS_INTERPRETED, reason="nothing is compiled")
def test_draws_keep_their_sign() -> None:
    """A draw of 64 bits stays unsigned."""
    assert half_of_a_draw(np.uint64(2**64 - 2)) == 2**63 - 1
