"""Figures with ranges drawn together: the same draw of a figure for every project and side.

Knows ranges and keyed draws; knows nothing of what a figure does. A figure's draws follow from the
seed and its own name alone, so projects that share it share its luck, and one more figure moves
nobody else's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.draws import STREAM_APPRAISAL, text_key, uniform_array

MOST_DRAWS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRange:
    """Lowest credible value, stated value, highest credible value of a figure."""

    low: float
    value: float
    high: float

    def __post_init__(self) -> None:
        assert self.low <= self.value <= self.high, self


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonDraws:
    """Values of figures, draw by draw.

    Parameters
    ----------
    seed : what they follow from.
    names : figures, sorted.
    values : float64, shape (n_draws, n_figures), columns as `names`.
    """

    seed: int
    names: tuple[str, ...]
    values: NDArray[np.float64] = field(compare=False)

    @property
    def n(self) -> int:
        """Number of draws."""
        return int(self.values.shape[0])

    def of(self, name: str) -> NDArray[np.float64]:
        """The draws of one figure, shape (n_draws,)."""
        return self.values[:, self.names.index(name)]


def common_draws(ranges: Mapping[str, FigureRange], n: int, seed: int) -> CommonDraws:
    """Draw every figure `n` times by a triangular law over its range, its value the mode.

    Parameters
    ----------
    ranges : by name.
    n : draws, 1 … 100 000.
    seed : 0 ≤ seed < 2**63.
    """
    assert 1 <= n <= MOST_DRAWS, n
    names = tuple(sorted(ranges))
    values = np.empty((n, len(names)))
    numbers = np.arange(n, dtype=np.int64)
    for column, name in enumerate(names):
        # 40 bits of the name lead, the number of the draw follows: the pairs never meet.
        entity = np.int64(text_key(name) << 20) + numbers
        values[:, column] = _triangular(ranges[name], uniform_array(seed, STREAM_APPRAISAL, entity))
    return CommonDraws(seed=seed, names=names, values=values)


def _triangular(span: FigureRange, uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    """Inverse of the distribution; only square roots, which all machines round alike."""
    width = span.high - span.low
    if width == 0:
        return np.full(uniform.shape, span.value)
    below = (span.value - span.low) / width
    rising = span.low + np.sqrt(uniform * width * (span.value - span.low))
    falling = span.high - np.sqrt((1 - uniform) * width * (span.high - span.value))
    return np.where(uniform < below, rising, falling)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnpvSpread:
    """How an ENPV spreads over the draws.

    Parameters
    ----------
    n : draws.
    p_negative : share of draws below nought.
    mean : money.
    p5, p50, p95 : percentiles, money.
    """

    n: int
    p_negative: float
    mean: float
    p5: float
    p50: float
    p95: float


def risk_of(enpv: NDArray[np.float64]) -> EnpvSpread:
    """P(ENPV < 0) and percentiles, linear between neighbours.

    Parameters
    ----------
    enpv : by draw, shape (n_draws,), at least one.
    """
    assert enpv.ndim == 1, enpv.shape
    assert enpv.size, "no draws"
    p5, p50, p95 = (float(p) for p in np.percentile(enpv, (5, 50, 95)))
    p_negative = float(np.count_nonzero(enpv < 0)) / enpv.size
    mean = math.fsum(enpv) / enpv.size
    return EnpvSpread(n=int(enpv.size), p_negative=p_negative, mean=mean, p5=p5, p50=p50, p95=p95)
