"""Cost against flow: a stair that never falls, whatever order the designs were found in."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from design_answers import answer
from keruen.study.design.envelope import lower_envelope


@given(st.lists(st.tuples(st.floats(0.0, 1e9), st.booleans()), min_size=1, max_size=6))
def test_the_cost_of_a_flow_is_the_least_of_all_sets_for_it_or_more(
    designs: list[tuple[float, bool]],
) -> None:
    """Against the definition; where no set for as much or more is enough, there is none."""
    found = [
        (1.0 + n, answer(annual=cost, is_sufficient=enough, offered=100.0 * (n + 1)))
        for n, (cost, enough) in enumerate(designs)
    ]
    stair = lower_envelope(found)
    assert [step.factor for step in stair] == [factor for factor, _ in found]
    costs = []
    for n, step in enumerate(stair):
        enough = [cost for cost, is_enough in designs[n:] if is_enough]
        assert step.flow == 100.0 * (n + 1)
        if not enough:
            assert step.additions is None
            continue
        assert step.additions is not None
        assert step.additions.annual_kzt2025.value == pytest.approx(min(enough))
        assert step.found_at >= step.factor
        costs.append(step.additions.annual_kzt2025.value)
    assert costs == sorted(costs)


def test_a_flow_beyond_all_levers_has_no_step() -> None:
    """The last of three: the others keep theirs."""
    cheap, dear = answer(annual=1.0), answer(annual=2.0)
    stair = lower_envelope([(1.0, cheap), (1.5, dear), (2.0, replace(dear, is_sufficient=False))])
    assert [step.additions for step in stair] == [cheap, dear, None]
    assert math.isclose(stair[0].found_at, 1.0)
