"""Where a portfolio could still lie that no known one beats.

Knows points of whole numbers; knows nothing of projects. What known points leave open is a union of
quadrants, each everything at least as high as its *corner* (the local bounds of Klamroth, Lacour
and Vanderpooten 2015, which number about twice the points in three dimensions). A partial portfolio
is worth following while some corner lies below its bounds, those on weighted sums included: these
cut far more than the bounds of each value alone, which no single portfolio reaches together.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.portfolios.dominance import Rows, has_at_least

MOST_VALUES: Final = 3
"""Corners multiply with the dimensions: in four they cost more than they cut."""
_LOWEST: Final = -(2**53)
"""Below every value; a whole number that weighted sums in machine fractions hold exactly."""


class OpenRegion:
    """What known points leave open; grows smaller with each point.

    Parameters
    ----------
    n_values : dimensions of a point, at most `MOST_VALUES`.
    weights : of the sums that are bounded, shape (n_weights, n_values), not negative.
    """

    def __init__(self, n_values: int, weights: NDArray[np.float64]) -> None:
        assert n_values <= MOST_VALUES, n_values
        self.weights = weights
        self._corners: Rows = np.full((1, n_values), _LOWEST, np.int64)

    def close(self, points: Rows) -> None:
        """Take out what each of `points` beats; points equal to one stay open."""
        for point in points:
            below = (self._corners < point).all(axis=1)
            if below.any():
                self._corners = self._without(below, point)

    def _without(self, below: NDArray[np.bool_], point: Rows) -> Rows:
        touched, kept = self._corners[below], self._corners[~below]
        raised = []
        for value in range(touched.shape[1]):
            new = touched.copy()
            new[:, value] = point[value]
            raised.append(new)
        new = np.unique(np.vstack(raised), axis=0)
        # A corner with another one at or below it opens nothing that the other does not.
        others = np.vstack([kept, new])
        at_or_below = (others[:, None, :] <= new[None, :, :]).all(axis=2)
        is_same = np.arange(others.shape[0])[:, None] == np.arange(new.shape[0]) + kept.shape[0]
        return np.vstack([kept, new[~(at_or_below & ~is_same).any(axis=0)]])

    def holds(self, bounds: Rows, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether anything open lies within bounds.

        Parameters
        ----------
        bounds : highest value in each dimension, shape (n, n_values).
        sums : highest weighted sum by weight, shape (n, n_weights).

        Returns
        -------
        bool, shape (n,).
        """
        heights = self._corners @ self.weights.T
        return has_at_least([*-heights.T, *-self._corners.T], [*-sums.T, *-bounds.T], is_more=False)
