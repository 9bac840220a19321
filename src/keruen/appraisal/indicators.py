"""What flows of many years are worth: ENPV, EIRR, BCR, what stays at the end, what would turn it.

Knows rates; the only place where anything is discounted. The first year counts in full:
ENPV(r) = Σ_t flow_t / (1 + r)^t, t = 0 in the first year.

Sides may be summed at one common rate, never at rates of their own: at different rates what one
side pays the other would no longer cancel. So the two are different types. `CommonValue` adds to
others of its own rate and money; `OwnRateValue` has no sum at all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.cash_flows import PriceBasis, SideFlows, Yearly
from keruen.appraisal.sides import ACCOUNTS, Account

RATES: Final = (0.03, 0.05, 0.08, 0.09, 0.12)
"""Real rates of the curve. China appraises by 8 %, the Asian Development Bank by 9 % (12 before
2017), the EU by 3 or 5 %; for Kazakhstan none was found, so none is hidden behind a default."""

LATE_YEAR: Final = 2035
"""What comes after it rests on forecasts of more than a decade: its share is told apart."""

_LEAST_RATE: Final = -0.99
_MOST_RATE: Final = 10.0
"""Internal rates are looked for from here to there; beyond, a rate says nothing to anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonValue:
    """A present value at the rate that all sides share; adds to others of that rate and money."""

    amount: float
    rate: float
    basis: PriceBasis

    def __add__(self, other: CommonValue) -> CommonValue:
        if not isinstance(other, CommonValue):
            return NotImplemented
        if (self.rate, self.basis) != (other.rate, other.basis):
            raise ValueError("values of different rates or money have no sum")
        return CommonValue(amount=self.amount + other.amount, rate=self.rate, basis=self.basis)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRateValue:
    """A side's present value at the rate that it signed for itself: shown alone, never summed."""

    account: Account
    amount: float
    rate: float
    basis: PriceBasis


def present_value(flows: NDArray[np.float64], rate: float) -> float:
    """Σ_t flow_t / (1 + rate)^t.

    Parameters
    ----------
    flows : by year, shape (n_years,), the first undiscounted.
    rate : real, above −1.

    Examples
    --------
    >>> present_value(np.array([-100.0, 110.0]), 0.10)
    0.0
    """
    assert rate > -1, rate
    return math.fsum(flow / (1.0 + rate) ** year for year, flow in enumerate(flows.tolist()))


def common_values(flows: SideFlows, rate: float) -> Mapping[Account, CommonValue]:
    """ENPV of each side at one common rate; they sum to the joint ENPV."""
    basis = flows.period.basis
    return {
        account: CommonValue(
            amount=present_value(flows.by_account[account], rate), rate=rate, basis=basis
        )
        for account in ACCOUNTS
    }


def joint_value(values: Mapping[Account, CommonValue]) -> CommonValue:
    """The joint ENPV: all sides at one common rate, in their fixed order."""
    first, *others = (values[account] for account in ACCOUNTS)
    for value in others:
        first = first + value
    return first


def own_value(flows: SideFlows, account: Account, rate: float) -> OwnRateValue:
    """ENPV of a side at its own signed rate."""
    amount = present_value(flows.by_account[account], rate)
    return OwnRateValue(account=account, amount=amount, rate=rate, basis=flows.period.basis)


def enpv_curve(
    flows: NDArray[np.float64], rates: tuple[float, ...] = RATES
) -> tuple[tuple[float, float], ...]:
    """Rate and ENPV at each of `rates`."""
    return tuple((rate, present_value(flows, rate)) for rate in rates)


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalRates:
    """Every real rate at which the flows are worth nothing.

    Parameters
    ----------
    kind : ``none``, ``one`` or ``many``; of many none is *the* EIRR.
    rates : from −99 % to 1000 %, ascending.
    """

    kind: Literal["none", "one", "many"]
    rates: tuple[float, ...]


def internal_rates(flows: NDArray[np.float64]) -> InternalRates:
    """EIRR: none, one or many, said as it is.

    Parameters
    ----------
    flows : by year, shape (n_years,).

    Notes
    -----
    Rates are the positive roots x = 1 / (1 + r) of a polynomial with the flows as coefficients.
    By Descartes there are at most as many as the flows change their sign; each eigenvalue that
    looks real is polished by halving where the value changes its sign around it, and kept as it is
    where the curve only touches nought.
    """
    amounts = np.trim_zeros(flows)
    signs = np.sign(amounts[amounts != 0])
    if not np.any(signs[1:] != signs[:-1]):
        return InternalRates(kind="none", rates=())
    scaled = amounts / np.max(np.abs(amounts))
    roots = np.roots(scaled[::-1])
    real = sorted(float(1 / z.real - 1) for z in roots if _looks_real(complex(z)))
    found: list[float] = []
    for rate in real:
        polished = _polished(scaled, rate)
        # Twins of a double root lie this close; two rates so near say one thing.
        if _LEAST_RATE <= polished <= _MOST_RATE and not any(
            abs(polished - known) < 1e-6 for known in found
        ):
            found.append(polished)
    kind: Literal["none", "one", "many"] = ("none", "one", "many")[min(len(found), 2)]
    return InternalRates(kind=kind, rates=tuple(sorted(found)))


def _looks_real(root: complex) -> bool:
    # A double root of machine numbers splits by the square root of their precision, 1.5e-8.
    return root.real > 0 and abs(root.imag) < 1e-6 * abs(root)


def _polished(flows: Yearly, rate: float) -> float:
    step = 1e-5 * (1 + rate)
    low, high = rate - step, rate + step
    is_low_positive = present_value(flows, low) > 0
    if is_low_positive == (present_value(flows, high) > 0):
        return rate
    for _ in range(60):
        middle = (low + high) / 2
        if (present_value(flows, middle) > 0) == is_low_positive:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def benefit_cost_ratio(
    benefits: NDArray[np.float64], costs: NDArray[np.float64], rate: float
) -> float | None:
    """PV(B) / PV(C); None where nothing is spent.

    Parameters
    ----------
    benefits, costs : by year, shape (n_years,), both as amounts above nought.
    rate : real.
    """
    spent = present_value(costs, rate)
    return present_value(benefits, rate) / spent if spent > 0 else None


def straight_line(capital: float, life_yr: float, served_yr: float) -> float:
    """Residual value at the end of the last year, undiscounted: capital less what was used up,
    evenly over its life; nothing once that is over."""
    return capital * max(0.0, 1.0 - served_yr / life_yr)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchingLine:
    """By how much one line must change until the ENPV is nought.

    Parameters
    ----------
    key : the line.
    change : share of the line's own value: −0.2 is a fifth less; None when it is worth nothing.
    is_critical : one per cent of it moves the ENPV by more than one per cent.
    """

    key: str
    change: float | None
    is_critical: bool


def switching_values(worth: Mapping[str, float]) -> tuple[SwitchingLine, ...]:
    """The switching value of every line, the nearest to turning first.

    Parameters
    ----------
    worth : present value of each line, signed; their sum is the ENPV, which is linear in each.
    """
    enpv = math.fsum(worth.values())
    found = [
        SwitchingLine(
            key=key,
            change=-enpv / value if value else None,
            is_critical=abs(value) > abs(enpv),
        )
        for key, value in worth.items()
    ]
    return tuple(
        sorted(
            found, key=lambda one: (math.inf if one.change is None else abs(one.change), one.key)
        )
    )


def late_share(flows: SideFlows, rate: float, after: int = LATE_YEAR) -> float | None:
    """Share of the joint ENPV that comes after a year; None where the ENPV is nought.

    It may lie below 0 or above 1: early costs and late benefits have different signs.
    """
    joint = flows.joint
    total = present_value(joint, rate)
    late = np.where(np.array(flows.period.years) > after, joint, 0.0)
    return present_value(late, rate) / total if total else None
