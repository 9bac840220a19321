"""A small terminal written independently in SimPy agrees with the kernel within intervals."""

from __future__ import annotations

from functools import cache

import pytest
from verification.simpy_terminal import Agreement, compare_models


@cache
def agreements() -> dict[str, Agreement]:
    """Both models, played once."""
    return {agreement.what: agreement for agreement in compare_models()}


@pytest.mark.slow
@pytest.mark.parametrize("what", ["turnaround", "turn_time"])
def test_both_models_agree(what: str) -> None:
    """Mean train turnaround and truck turn time of both models differ by less than their noise.

    The noise is small enough (5 %) for a difference of a fifth to be seen.
    """
    found = agreements()[what]
    assert found.noise < 0.05 * found.simpy
    assert found.agrees
