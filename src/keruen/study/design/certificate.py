"""What a found set of additions can promise: what breaks without each of them, and how surely.

Knows values of measures over replications; knows no terminal. Claims are made together: each has
its part of the error that all may have (Bonferroni), so that with the stated confidence every one
of them is true.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from keruen.study.design.search import Values, excess_of
from keruen.study.intervals import p_value

CONFIDENCE: Final = 0.95
"""Of all claims of a certificate together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRemoval:
    """What happens without one step of a lever.

    Parameters
    ----------
    key : of the lever.
    outcome : `needed`: a limit is broken, surely; `removable`: all limits are kept on average, so
        the step could go; `inconclusive`: a limit is broken on average and may not be.
    measure, bound : of the limit that is broken most; of those kept, the one that is closest.
    value, low : its mean without the step, and the lower end of the joint interval.
    by : `plan`: no plan of the week carries enough without it; `simulation`.
    """

    key: str
    outcome: Literal["needed", "inconclusive", "removable"]
    measure: str
    bound: float
    value: float
    low: float
    by: Literal["plan", "simulation"] = "simulation"


def removals_of(
    without: Mapping[str, Values], bounds: Mapping[str, float], confidence: float = CONFIDENCE
) -> tuple[StepRemoval, ...]:
    """The removals of a set, by key.

    Parameters
    ----------
    without : key of a lever → what is measured with one step less of it.
    bounds : measure → its limit.
    confidence : that all removals called `needed` are.
    """
    # The broken limit is chosen by the same values that test it: each could have been chosen.
    error = (1 - confidence) / max(1, len(without) * len(bounds))
    return tuple(_removal(key, values, bounds, error) for key, values in sorted(without.items()))


def _removal(key: str, values: Values, bounds: Mapping[str, float], error: float) -> StepRemoval:
    excess = excess_of(values, bounds)
    means = {name: math.fsum(values[name]) / len(values[name]) for name in bounds}
    # Of those kept the closest: by its share of the bound.
    measure = max(
        sorted(bounds), key=lambda name: (excess[name], means[name] / (bounds[name] or 1.0))
    )
    low = lower_end(values[measure], error)
    outcome: Literal["needed", "inconclusive", "removable"] = "removable"
    if excess[measure] > 0:
        outcome = "needed" if low > bounds[measure] else "inconclusive"
    return StepRemoval(
        key=key,
        outcome=outcome,
        measure=measure,
        bound=bounds[measure],
        value=means[measure],
        low=low,
    )


def lower_end(values: Sequence[float], error: float) -> float:
    """The mean is above this but for a probability of `error`, by Student's t.

    Of one value, or of equal ones, there is no spread: one says nothing, equal ones are certain.
    """
    n = len(values)
    if n == 1:
        return -math.inf
    mean = math.fsum(values) / n
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1))
    if deviation == 0:
        return mean
    return mean - t_quantile(error, n - 1) * deviation / math.sqrt(n)


def t_quantile(error: float, degrees: int) -> float:
    """Student's t that is exceeded with probability `error`, one way; by halving.

    Examples
    --------
    >>> round(t_quantile(0.025, 3), 3)
    3.182
    """
    low, high = 0.0, 1.0
    while p_value(high, degrees) / 2 > error:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        if p_value(middle, degrees) / 2 > error:
            low = middle
        else:
            high = middle
    return high
