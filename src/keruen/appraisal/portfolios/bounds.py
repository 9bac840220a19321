"""What a partial portfolio can still become: no less than some portfolio, no more than a bound.

Knows partial portfolios and the components that are still to come; drops nothing itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.portfolios.dominance import Rows, undominated
from keruen.appraisal.portfolios.grid import Partial

_MOST_FILLED: Final = 200
"""Partial portfolios that are filled up for each mixture of values."""
_MOST_KNOWN: Final = 1500
"""Known portfolios that bounds are held against; more cost more than they cut."""

Weights = NDArray[np.float64]
"""Of the sums of values that are bounded, shape (n_sums, n_values)."""


class Bounds:
    """No completion of a partial portfolio has more of a weighted sum.

    For each budget apart, and for their sum, each in shares of it: the fractional knapsack of what
    is left, whose steps are those of the upper hulls of all components, the steepest first. Hulls
    do not change while the search goes on, so they are made and sorted once.

    Parameters
    ----------
    components : in the order in which they are taken.
    budgets : shape (n_budgets,).
    weights : of the sums.
    """

    def __init__(self, components: Sequence[Partial], budgets: Rows, weights: Weights) -> None:
        self._weights = np.ascontiguousarray(weights.T)
        self._budgets = budgets
        ways = [component.values @ self._weights for component in components]
        self._most = np.array([one.max(axis=0) for one in ways])
        shares = 1.0 / np.maximum(budgets, 1)
        columns = [np.eye(budgets.size)[budget] for budget in range(budgets.size)]
        columns += [shares] if budgets.size > 1 else []
        self._knapsacks = [
            _Knapsack([component.costs @ column for component in components], ways, column)
            for column in columns
        ]

    def above(self, partial: Partial, place: int) -> NDArray[np.float64]:
        """Bounds on every completion with the components after `place`, shape (n, n_sums)."""
        gain = np.broadcast_to(
            self._most[place + 1 :].sum(axis=0), (partial.bits.size, self._most.shape[1])
        )
        for knapsack in self._knapsacks:
            left = (self._budgets - partial.costs) @ knapsack.column
            gain = np.minimum(gain, knapsack.most(left, place))
        return np.asarray(partial.values @ self._weights + gain)


class _Knapsack:
    """Steps of all components for one way to count money.

    Parameters
    ----------
    costs : of the ways of each component, in that money.
    ways : their weighted sums, shape (n_ways, n_sums).
    column : weights of the budgets in that money.
    """

    def __init__(
        self,
        costs: Sequence[NDArray[np.float64]],
        ways: Sequence[NDArray[np.float64]],
        column: NDArray[np.float64],
    ) -> None:
        self.column = column
        self._for_nothing = np.array(
            [one[cost == 0].max(axis=0, initial=0) for cost, one in zip(costs, ways, strict=True)]
        )
        steps = [_steps(cost, one) for cost, one in zip(costs, ways, strict=True)]
        places = np.repeat(np.arange(len(steps)), [step.shape[1] for step in steps])
        cost, worth = np.concatenate(steps, axis=1)
        steepness = np.divide(worth, cost, out=np.zeros_like(cost), where=cost > 0)
        order = np.argsort(-steepness, axis=0, kind="stable")
        self._cost = np.take_along_axis(cost, order, axis=0)
        self._worth = np.take_along_axis(worth, order, axis=0)
        self._place = places[order]

    def most(self, left: NDArray[np.float64], place: int) -> NDArray[np.float64]:
        """The most that the components after `place` bring for what is left, (n, n_sums)."""
        is_later = self._place > place
        start = self._for_nothing[place + 1 :].sum(axis=0, keepdims=True)
        cost = np.cumsum(np.vstack([np.zeros_like(start), self._cost * is_later]), axis=0)
        worth = np.cumsum(np.vstack([start, self._worth * is_later]), axis=0)
        found = np.empty((left.size, start.size))
        for number in range(start.size):
            found[:, number] = np.interp(left, cost[:, number], worth[:, number])
        return found


def _steps(costs: NDArray[np.float64], ways: NDArray[np.float64]) -> NDArray[np.float64]:
    """Costs and worths of the steps of each hull, (2, n_steps, n_sums), filled up with nothing."""
    if costs.size == 2 and costs.min() == 0 < costs.max() and not ways[costs.argmin()].any():
        # One project, taken or not: most components are, and all sums are had at once.
        worth = np.maximum(ways[costs.argmax()], 0)
        return np.array([[np.where(worth > 0, costs.max(), 0)], [worth]])
    hulls = [_hull(costs, way) for way in ways.T]
    steps = np.zeros((2, max(map(len, hulls)), len(hulls)))
    for number, hull in enumerate(hulls):
        steps[:, : len(hull), number] = np.array(hull).reshape(-1, 2).T
    return steps


def _hull(costs: NDArray[np.float64], values: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Rising steps (cost, value) of the upper hull from the best value for nothing."""
    corner = (0.0, float(np.max(values[costs == 0], initial=0)))
    steps: list[tuple[float, float]] = []
    points = [(float(c), float(v)) for c, v in zip(costs, values, strict=True) if c > 0]
    while True:
        above = [(c, v) for c, v in points if c > corner[0] and v > corner[1]]
        if not above:
            return steps
        best = max(above, key=lambda p: ((p[1] - corner[1]) / (p[0] - corner[0]), p[0]))
        steps.append((best[0] - corner[0], best[1] - corner[1]))
        corner = best


def completed(
    partial: Partial,
    later: Sequence[Partial],
    budgets: Rows,
    mixtures: Weights,
    sums: NDArray[np.float64],
) -> Rows:
    """Values of promising partial portfolios, filled up greedily: all are feasible.

    For each mixture the partial portfolios with the highest bound are filled with the component
    that brings the most of it for its money first.
    """
    found = []
    for number, mixture in enumerate(mixtures):
        rows = np.argsort(-sums[:, number], kind="stable")[:_MOST_FILLED]
        values, costs = partial.values[rows].copy(), partial.costs[rows].copy()
        ways = [
            (float(component.values[way] @ mixture), component, way)
            for component in later
            for way in range(component.bits.size)
            if component.bits[way]
        ]
        shares = np.maximum(budgets, 1)
        ways.sort(key=lambda one: -one[0] / (float((one[1].costs[one[2]] / shares).sum()) + 1e-9))
        is_open = {id(component): np.ones(rows.size, np.bool_) for component in later}
        for worth, component, way in ways:
            if worth <= 0:
                continue
            grown = costs + component.costs[way]
            takes = is_open[id(component)] & (grown <= budgets).all(axis=1)
            values[takes] += component.values[way]
            costs[takes] = grown[takes]
            is_open[id(component)] &= ~takes
        found.append(values)
    return np.vstack(found)


def best_known(values: Rows) -> Rows:
    """Known portfolios that others do not beat, as many as are worth comparing with."""
    values = np.unique(values, axis=0)
    # Unsorted rows of many states would all be kept: the largest sums cut the most.
    values = values[np.argsort(-values.sum(axis=1), kind="stable")[: 4 * _MOST_KNOWN]]
    kept = values[undominated(values, values[:, :0])]
    if kept.shape[0] <= _MOST_KNOWN:
        return kept
    return kept[np.linspace(0, kept.shape[0] - 1, _MOST_KNOWN).astype(np.int64)]
