"""In which combinations a limit is broken: a box of few sides around most of them.

The patient rule induction method (Friedman, Fisher 1999, "Bump hunting in high-dimensional data",
Statistics and Computing 9, 123–143), as scenario discovery uses it (Bryant, Lempert 2010,
Technological Forecasting and Social Change 77, 34–49). Knows levels and hits only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_SIDES: Final = 3
"""A box that a person can say in one sentence."""
_PEELED: Final = 0.05
"""Share of the combinations inside that one step takes off or puts back."""
_LEAST_INSIDE: Final = 0.03
"""Of all combinations, a box keeps at least this share: fewer are chance."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBox:
    """Bounds by factor, infinite where a side is free: float64, shape (n_factors,)."""

    low: Floats
    high: Floats

    def holds(self, levels: Floats) -> Flags:
        """Which combinations lie inside: bool, shape (n,), of levels (n, n_factors)."""
        inside: Flags = np.all((levels >= self.low) & (levels <= self.high), axis=1)
        return inside

    @property
    def bound(self) -> Flags:
        """Which factors it bounds."""
        bounded: Flags = np.isfinite(self.low) | np.isfinite(self.high)
        return bounded


def coverage_and_density(box: FoundBox, levels: Floats, is_hit: Flags) -> tuple[float, float]:
    """Share of the hits inside, and share of hits among those inside; 0 where there are none."""
    inside = box.holds(levels)
    hits = int((inside & is_hit).sum())
    return hits / max(1, int(is_hit.sum())), hits / max(1, int(inside.sum()))


def find_box(levels: Floats, is_hit: Flags, most_sides: int = MOST_SIDES) -> FoundBox:
    """The box with the best balance of coverage and density, of at most so many factors.

    Columns are to be in the order of the factors' names: of equals the first is taken.

    Parameters
    ----------
    levels : float64, shape (n, n_factors).
    is_hit : bool, shape (n,).
    """
    n_factors = levels.shape[1]
    box = FoundBox(low=np.full(n_factors, -np.inf), high=np.full(n_factors, np.inf))
    best = box
    while (smaller := _peeled(box, levels, is_hit, most_sides)) is not None:
        box = smaller
        if _balance(box, levels, is_hit) > _balance(best, levels, is_hit):
            best = box
    return _without_idle_sides(_pasted(best, levels, is_hit), levels, is_hit)


def _balance(box: FoundBox, levels: Floats, is_hit: Flags) -> float:
    """Harmonic mean of coverage and density: high only where both are."""
    coverage, density = coverage_and_density(box, levels, is_hit)
    return 2 * coverage * density / (coverage + density) if coverage + density else 0.0


def _peeled(box: FoundBox, levels: Floats, is_hit: Flags, most_sides: int) -> FoundBox | None:
    """The box less the twentieth whose loss makes it densest; None at the end."""
    inside = box.holds(levels)
    n_inside = int(inside.sum())
    n_off = max(1, round(n_inside * _PEELED))
    if is_hit[inside].all() or n_inside - n_off < max(1, _LEAST_INSIDE * len(levels)):
        return None
    bounded = box.bound
    is_full = int(bounded.sum()) >= most_sides
    found, densest = None, -1.0
    for column in range(levels.shape[1]):
        if is_full and not bounded[column]:
            continue
        ordered = np.sort(levels[inside, column])
        for side, edge in (("low", ordered[n_off]), ("high", ordered[-1 - n_off])):
            smaller = _with(box, column, side, float(edge))
            kept = smaller.holds(levels)
            # A factor of few values may have nothing to take off: a step must take something.
            if not 0 < kept.sum() < n_inside:
                continue
            density = float(is_hit[kept].mean())
            if density > densest:
                found, densest = smaller, density
    return found


def _pasted(box: FoundBox, levels: Floats, is_hit: Flags) -> FoundBox:
    """The box made larger as long as that makes its balance better."""
    while True:
        now = _balance(box, levels, is_hit)
        wider = [
            other
            for column in np.flatnonzero(box.bound).tolist()
            for side in ("low", "high")
            if (other := _wider(box, levels, column, side)) is not None
        ]
        better = [other for other in wider if _balance(other, levels, is_hit) > now]
        if not better:
            return box
        box = max(better, key=lambda other: _balance(other, levels, is_hit))


def _wider(box: FoundBox, levels: Floats, column: int, side: str) -> FoundBox | None:
    """One side moved out by a twentieth of what is inside; None where it is free already."""
    bounds = box.low if side == "low" else box.high
    if not np.isfinite(bounds[column]):
        return None
    free = _with(box, column, side, -np.inf if side == "low" else np.inf)
    inside = box.holds(levels)
    beyond = np.sort(levels[free.holds(levels) & ~inside, column])
    n_back = max(1, round(int(inside.sum()) * _PEELED))
    if len(beyond) <= n_back:
        return free
    edge = beyond[-n_back] if side == "low" else beyond[n_back - 1]
    return _with(box, column, side, float(edge))


def _without_idle_sides(box: FoundBox, levels: Floats, is_hit: Flags) -> FoundBox:
    """The box without the sides that do not make its balance better."""
    for column in np.flatnonzero(box.bound).tolist():
        for side in ("low", "high"):
            free = _with(box, column, side, -np.inf if side == "low" else np.inf)
            if _balance(free, levels, is_hit) >= _balance(box, levels, is_hit):
                box = free
    return box


def _with(box: FoundBox, column: int, side: str, edge: float) -> FoundBox:
    low, high = box.low.copy(), box.high.copy()
    (low if side == "low" else high)[column] = edge
    return FoundBox(low=low, high=high)
