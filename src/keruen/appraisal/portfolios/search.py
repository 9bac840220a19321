"""The search for every portfolio that no other one beats.

Portfolios are built component by component with three exact cuts: a partial portfolio that another
one beats with no more money; one whose best conceivable completion a known portfolio beats; and
money left over beyond what all later components could cost counts as that much only.
"""

from __future__ import annotations

import itertools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.portfolios.bounds import Bounds, Weights, best_known, completed
from keruen.appraisal.portfolios.choice import Choice, Portfolios, TooManyPortfolios
from keruen.appraisal.portfolios.dominance import beaten_by, undominated
from keruen.appraisal.portfolios.grid import (
    MOST_CHOICES,
    Partial,
    WholeScores,
    components_of,
    rows_of,
)
from keruen.appraisal.portfolios.open_region import MOST_VALUES, OpenRegion
from keruen.errors import UsageError

MOST_PORTFOLIOS: Final = 200_000
"""Partial portfolios at once; beyond it nothing separates the projects, and that is the answer."""


def undominated_portfolios(
    choice: Choice,
    weights: NDArray[np.float64],
    *,
    most: int = MOST_PORTFOLIOS,
) -> Portfolios | TooManyPortfolios:
    """All portfolios that no feasible one beats over draws × corners of the weights.

    Parameters
    ----------
    choice : candidates, synergies, budgets.
    weights : corners of the set of weights, shape (n_corners, n_criteria); at least one.
    most : partial portfolios at once, at most.

    Returns
    -------
    Portfolios, exact, without a row where nothing is feasible; or TooManyPortfolios.

    Raises
    ------
    UsageError : without any weights (`problems_of` tells it with its place, and before).
    """
    if not weights.shape[0]:
        raise UsageError("problem.weights_admit_nothing", place="weights")
    grid = WholeScores.of(choice, weights)
    components = components_of(choice, grid)
    if components is None:
        return TooManyPortfolios(reached=MOST_CHOICES)
    found = Partial.empty(grid)
    if not all(component.bits.size for component in components):
        found, components = found.only(np.zeros(1, np.bool_)), []
    cuts = _Cuts(components, grid)
    for place, component in enumerate(components):
        found = cuts.of(found.extended(component, grid.budgets), place)
        if found.bits.size > most:
            return TooManyPortfolios(reached=int(found.bits.size))
    found = found.only(undominated(found.values, found.costs[:, :0]))
    return Portfolios(
        keys=tuple(candidate.key for candidate in choice.candidates),
        chosen=rows_of(choice, found),
        project_of=choice.project_of,
    )


class _Cuts:
    """Drops what cannot become a portfolio that nothing beats."""

    def __init__(self, components: list[Partial], grid: WholeScores) -> None:
        self._components, self._budgets = components, grid.budgets
        self._n_values = grid.n_values
        self._mixtures = _mixtures(grid)
        # A bound on each value, then on each mixture.
        sums = np.vstack([np.eye(grid.n_values), self._mixtures])
        self._bounds = Bounds(components, grid.budgets, sums) if components else None
        self._known = np.empty((0, grid.n_values), np.int64)
        self._region: OpenRegion | None = None
        if grid.n_values <= MOST_VALUES:
            self._region = OpenRegion(grid.n_values, self._mixtures)

    def of(self, partial: Partial, place: int) -> Partial:
        """What is worth following of the portfolios of the components up to `place`."""
        if not partial.bits.size:
            return partial
        assert self._bounds is not None, "a place without components"
        later = self._components[place + 1 :]
        # Bounds are fractions: half a step is more than rounding can move, and cuts no whole
        # number.
        bounds = self._bounds.above(partial, place) + 0.5
        tops = np.floor(bounds[:, : self._n_values]).astype(np.int64)
        sums = bounds[:, self._n_values :]
        completions = completed(partial, later, self._budgets, self._mixtures, sums)
        self._known = best_known(np.vstack([self._known, completions]))
        if self._region is None:
            partial = partial.only(~beaten_by(tops, self._known))
        else:
            self._region.close(self._known)
            partial = partial.only(self._region.holds(tops, sums))
        room = sum((c.costs.max(axis=0) for c in later), np.zeros(self._budgets.size, np.int64))
        # Money beyond what everything later could cost is worth nothing any more.
        spent = np.maximum(partial.costs, self._budgets - room)
        return partial.only(undominated(partial.values, spent))


def _mixtures(grid: WholeScores) -> Weights:
    """Weights of the sums that are bounded and aimed at, shape (n_mixtures, n_values).

    Of few values every mixture in quarters, each value in shares of its largest; of many the
    mean of all, and of those of each corner of the weights and each two.
    """
    n = grid.n_values
    scale = np.maximum(np.abs(grid.values).max(axis=0), 1)
    shares = scale.max() / scale
    if n > MOST_VALUES:
        corners = np.equal.outer(np.arange(grid.n_corners), np.arange(n) % grid.n_corners)
        pairs = [
            corners[i] + 1 * corners[j] for i, j in itertools.combinations(range(len(corners)), 2)
        ]
        return np.asarray(np.vstack([np.ones(n), *corners, *pairs]) * shares / n, np.float64)
    mixed = [m for m in itertools.product(range(5), repeat=n) if sum(m) == 4]
    return np.asarray(np.array(mixed) / 4 * shares, np.float64)


def all_portfolios(choice: Choice, most: int) -> NDArray[np.bool_] | None:
    """Every feasible portfolio, shape (n, n_candidates), in a fixed order; None beyond `most`."""
    grid = WholeScores.of(choice, np.eye(choice.candidates[0].scores.shape[1]))
    components = components_of(choice, grid)
    partial = Partial.empty(grid)
    for component in components or ():
        partial = partial.extended(component, grid.budgets)
        if partial.bits.size > most:
            return None
    return None if components is None else rows_of(choice, partial)
