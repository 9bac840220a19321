"""What a side says of the importance of its criteria: bounds and an order, no single number.

Knows the set of weights that this admits and its corners. A linear function over the set has its
ends at the corners, so comparing portfolios there compares them for every weight in the set.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_CRITERIA: Final = 6
"""Corners are found by trying every choice of active limits, which grows fast with the criteria."""

_TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightSet:
    """Weights that are not negative and sum to 1, within bounds and in an order.

    Parameters
    ----------
    criteria : their keys.
    low, high : bounds of each weight, 0 … 1, as `criteria`.
    order : criteria, the weightiest first; those left out have no rank.
    """

    criteria: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    order: tuple[str, ...] = ()


def corners(weights: WeightSet) -> NDArray[np.float64]:
    """Corners of the set, shape (n_corners, n_criteria), sorted; none when it admits nothing.

    Examples
    --------
    Two criteria, the first at least as weighty as the second:

    >>> two = WeightSet(criteria=("a", "b"), low=(0, 0), high=(1, 1), order=("a", "b"))
    >>> corners(two).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    n = len(weights.criteria)
    assert 1 <= n <= MOST_CRITERIA, n
    rows, bounds = _limits(weights)
    found: list[tuple[float, ...]] = []
    for chosen in itertools.combinations(range(len(rows)), n - 1):
        system = np.vstack([np.ones((1, n)), *(rows[index : index + 1] for index in chosen)])
        if abs(np.linalg.det(system)) < _TOLERANCE:
            continue
        point = np.linalg.solve(system, np.array([1.0, *(bounds[index] for index in chosen)]))
        if np.all(rows @ point >= bounds - _TOLERANCE):
            found.append(tuple(float(x) for x in np.round(point, 12) + 0.0))  # + 0: no minus zero
    return np.array(sorted(set(found))).reshape(-1, n)


def _limits(weights: WeightSet) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every limit as row · w ≥ bound."""
    n = len(weights.criteria)
    unit = np.eye(n)
    places = [weights.criteria.index(key) for key in weights.order]
    ranks = [unit[first] - unit[second] for first, second in itertools.pairwise(places)]
    rows = np.vstack([unit, -unit, *(rank.reshape(1, n) for rank in ranks)])
    bounds = np.array([*weights.low, *(-high for high in weights.high), *(0.0 for _ in ranks)])
    return rows, bounds
