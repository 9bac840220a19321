"""Indicators against published cases and closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from keruen.appraisal.cash_flows import AppraisalYears, PriceBasis, SideFlows
from keruen.appraisal.indicators import (
    RATES,
    benefit_cost_ratio,
    enpv_curve,
    internal_rates,
    late_share,
    present_value,
    straight_line,
    switching_values,
)

NPV_CASES = [
    # The manual of a spreadsheet program: first amounts at once, the others at the ends of years.
    (0.08, [-40_000, 8_000, 9_200, 10_000, 12_000, 14_500], 1_922.06),
    (0.08, [-40_000, 8_000, 9_200, 10_000, 12_000, 14_500, -9_000], -3_749.47),
    # numpy-financial, documentation of npv.
    (0.08, [-40_000, 5_000, 8_000, 12_000, 30_000], 3_065.22),
]
"""Rate, flows, published value."""

IRR_CASES = [
    # numpy-financial, documentation and tests of irr.
    ([-250_000, 100_000, 150_000, 200_000, 250_000, 300_000], 0.5672303344358536),
    ([-100, 39, 59, 55, 20], 0.28095),
    ([-100, 0, 0, 74], -0.0955),
    # The manual of a spreadsheet program.
    ([-70_000, 12_000, 15_000, 18_000, 21_000], -0.02124),
    ([-70_000, 12_000, 15_000, 18_000, 21_000, 26_000], 0.08663),
]
"""Flows, published rate."""


@pytest.mark.parametrize(("rate", "flows", "published"), NPV_CASES)
def test_published_present_values(rate: float, flows: list[float], published: float) -> None:
    """Present values are those that are published."""
    assert present_value(np.array(flows, float), rate) == pytest.approx(published, abs=0.011)


@pytest.mark.parametrize(("flows", "published"), IRR_CASES)
def test_published_internal_rates(flows: list[float], published: float) -> None:
    """Internal rates are those that are published, and there is one."""
    found = internal_rates(np.array(flows, float))
    assert found.kind == "one"
    assert found.rates[0] == pytest.approx(published, abs=6e-6)


def test_numpy_financial_agrees() -> None:
    """The same numbers from another program, where it is installed."""
    npf = pytest.importorskip("numpy_financial")
    for flows, _ in IRR_CASES:
        array = np.array(flows, float)
        assert internal_rates(array).rates == pytest.approx((npf.irr(array),))
        assert present_value(array, 0.07) == pytest.approx(npf.npv(0.07, array))


def test_many_rates_are_all_told() -> None:
    """The oil pump of Lorie and Savage (1955): −1 600, 10 000, −10 000 has 25 % and 400 %."""
    found = internal_rates(np.array([-1_600.0, 10_000, -10_000]))
    assert found.kind == "many"
    assert found.rates == pytest.approx((0.25, 4.0))


def test_a_curve_that_only_touches_nought_has_one_rate() -> None:
    """(x − 1/1.1)² is nought at 10 % alone, and changes no sign there."""
    x = 1 / 1.1
    found = internal_rates(np.array([x * x, -2 * x, 1.0]))
    assert found.kind == "one"
    assert found.rates[0] == pytest.approx(0.1, abs=1e-5)


@pytest.mark.parametrize("flows", [[100.0, 5, 5], [-3.0, -4], [0.0, 0.0], [-100.0, 210, -150]])
def test_no_rate_is_said(flows: list[float]) -> None:
    """Flows of one sign, none at all, and two changes of sign without a root have no rate."""
    assert internal_rates(np.array(flows)).kind == "none"


def test_long_flows_have_their_rate() -> None:
    """An annuity of 30 years: the capital is its present value at 7 %, so that is the rate."""
    capital = (1 - 1.07**-30) / 0.07
    flows = np.array([-capital, *np.ones(30)])
    assert internal_rates(flows).rates == pytest.approx((0.07,))


def test_the_curve_has_every_rate() -> None:
    """ENPV at 3, 5, 8, 9 and 12 %; of a payment in a year it is 1 / (1 + r)."""
    curve = enpv_curve(np.array([0.0, 1.0]))
    assert [rate for rate, _ in curve] == list(RATES) == [0.03, 0.05, 0.08, 0.09, 0.12]
    assert [value for _, value in curve] == pytest.approx([1 / (1 + rate) for rate in RATES])


def test_ratio_of_benefits_to_costs() -> None:
    """110 in a year for 50 now, at 10 %: twice; without costs there is no ratio."""
    benefits, costs = np.array([0.0, 110.0]), np.array([50.0, 0.0])
    assert benefit_cost_ratio(benefits, costs, 0.10) == pytest.approx(2.0)
    assert benefit_cost_ratio(benefits, np.zeros(2), 0.10) is None


def test_what_is_left_in_a_straight_line() -> None:
    """A third of 90 is left after 20 of 30 years, and nothing of what serves 10."""
    assert straight_line(90, 30, 20) == pytest.approx(30)
    assert straight_line(90, 10, 20) == 0


def test_switching_values_turn_the_enpv() -> None:
    """Benefits of 150 and costs of 100: a third fewer benefits, or half more costs, and it is nought."""
    benefits, costs, small = switching_values({"benefits": 150, "costs": -100, "nothing": 0})
    assert (benefits.key, benefits.change) == ("benefits", pytest.approx(-1 / 3))
    assert (costs.key, costs.change) == ("costs", pytest.approx(0.5))
    assert benefits.is_critical
    assert small.change is None
    assert not small.is_critical


def test_share_that_comes_late() -> None:
    """Of −10, 5, 15 in 2034 … 2036 the whole sum is 10 undiscounted, and 15 come after 2035."""
    period = AppraisalYears(first_year=2034, n_years=3, basis=PriceBasis("KZT", 2025))
    zero, flows = np.zeros(3), np.array([-10.0, 5, 15])
    sides = SideFlows(period=period, by_account={"A": flows, "B": zero, "third": zero}, by_scope={})
    assert late_share(sides, 0.0) == pytest.approx(1.5)
    nothing = SideFlows(
        period=period, by_account={"A": zero, "B": zero, "third": zero}, by_scope={}
    )
    assert late_share(nothing, 0.05) is None
