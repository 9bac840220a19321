"""Means over replications with 95 % intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from keruen.domain.results import Estimate, IntervalPart

_T_975 = (
    *(12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281),
    *(2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860),
    *(2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423),
)
_Z_975 = 1.959964


def t_975(degrees: int) -> float:
    """The 97.5 % quantile of Student's t.

    Tabulated to 30 degrees of freedom, then the expansion of Abramowitz and Stegun (1964), 26.7.5.

    Examples
    --------
    >>> t_975(3)
    3.1824
    """
    assert degrees >= 1, "an interval from one value"
    if degrees <= len(_T_975):
        return _T_975[degrees - 1]
    z = _Z_975
    first = (z**3 + z) / (4 * degrees)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
    return z + first + second


def estimates(measures: Sequence[Mapping[str, float]]) -> dict[str, Estimate]:
    """An estimate for each measure, from its values in the replications."""
    return {
        name: estimate(name, [replication[name] for replication in measures])
        for name in sorted(measures[0])
    }


def estimate(name: str, values: Sequence[float]) -> Estimate:
    """Mean and interval of one measure."""
    n = len(values)
    mean = math.fsum(values) / n
    if n == 1:
        return Estimate(name=name, mean=mean, low=math.nan, high=math.nan, n=1)
    variance = math.fsum((value - mean) ** 2 for value in values) / (n - 1)
    half = t_975(n - 1) * math.sqrt(variance / n)
    return Estimate(name=name, mean=mean, low=mean - half, high=mean + half, n=n)


def widened(estimate: Estimate, doubts: Sequence[IntervalPart]) -> tuple[float, float]:
    """The interval of a mean with everything else that may move it.

    The spread of the replications and the luck of the week are independent draws: their widths add
    as squares. The planner's gap and the season are no draws: theirs add as they are.

    Parameters
    ----------
    estimate : of a measure that is never negative.
    doubts : what else may move it.

    Returns
    -------
    tuple[float, float]
        Both ends, the lower one at least 0; the mean twice with one replication and no doubt.

    Examples
    --------
    >>> mean = Estimate(name="unserved_share", mean=0.5, low=0.2, high=0.8, n=4)
    >>> week = IntervalPart(cause="week", below=0.4, above=0.4)
    >>> [round(end, 6) for end in widened(mean, [week])]
    [0.0, 1.0]
    """
    drawn = [part for part in doubts if part.cause == "week"]
    sure = [part for part in doubts if part.cause != "week"]
    if not doubts:
        low, high = estimate.low, estimate.high
        return (estimate.mean, estimate.mean) if estimate.n == 1 else (max(0.0, low), high)
    half = 0.0 if estimate.n == 1 else (estimate.high - estimate.low) / 2
    below = math.hypot(half, *(part.below for part in drawn)) + sum(part.below for part in sure)
    above = math.hypot(half, *(part.above for part in drawn)) + sum(part.above for part in sure)
    return max(0.0, estimate.mean - below), estimate.mean + above


def p_value(t: float, degrees: int) -> float:
    """The probability that Student's t is further from 0 than `t`, either way.

    The regularised incomplete beta function by its continued fraction: Press et al., "Numerical
    Recipes", third edition, 6.4 and 6.14.

    Examples
    --------
    >>> round(p_value(3.1824, 3), 4)
    0.05
    """
    assert degrees >= 1, "a test from one value"
    if math.isinf(t):
        return 0.0
    x = degrees / (degrees + t * t)
    return min(1.0, _beta_share(degrees / 2, 0.5, x))


def _beta_share(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function."""
    if x in (0.0, 1.0):
        return x
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(log_front + a * math.log(x) + b * math.log1p(-x))
    # The fraction converges fast only on this side of the mean.
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, 1 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1 + step * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + step / c
            c = c if abs(c) > tiny else tiny
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
