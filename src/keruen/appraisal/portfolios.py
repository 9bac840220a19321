"""Which sets of projects no other set beats: Robust Portfolio Modelling.

Knows candidates with scores, costs by side, what requires and excludes what; knows no twin and no
money of its own. After Liesiö, Mild and Salo (2007, 2008): a feasible portfolio is dropped only
when another one is at least as good in every admitted state of the world, and better in one. The
states are common draws × corners of the weights: a figure has the same draw for all projects, so
its luck cancels where two portfolios share it.

Portfolios are built component by component (projects tied by `requires`, `excludes` or a synergy
are one component, taken whole) with three exact cuts: a partial portfolio that another one beats
with no more money; one whose best conceivable completion a known portfolio beats; and money left
over beyond what all later components could cost counts as that much only.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.dominance import Rows, beaten_by, undominated
from keruen.appraisal.open_region import MOST_VALUES, OpenRegion

MOST_CANDIDATES: Final = 60
"""A portfolio is kept as the bits of one number."""
MOST_PORTFOLIOS: Final = 200_000
"""Partial portfolios at once; beyond it nothing separates the projects, and that is the answer."""
_MOST_CHOICES: Final = 4096
"""Ways to choose within one component."""
_FINEST: Final = 2**24
"""Steps into which the largest score, and each budget, is cut."""
_MOST_FILLED: Final = 200
"""Partial portfolios that are filled up for each mixture of values."""
_MOST_KNOWN: Final = 1500
"""Known portfolios that bounds are held against; more cost more than they cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A project that can be chosen.

    Parameters
    ----------
    key : its name.
    scores : float64, shape (n_draws, n_criteria): what it brings in each, the more the better.
    costs : money that it takes from a budget, by budget; not below 0.
    requires, excludes : keys of other candidates.
    """

    key: str
    scores: NDArray[np.float64] = field(compare=False)
    costs: Mapping[str, float] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Synergy:
    """What candidates bring on top, below 0 for substitutes, when all of them are chosen."""

    members: tuple[str, ...]
    scores: NDArray[np.float64] = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What can be chosen, and within which budgets.

    Parameters
    ----------
    candidates : sorted by key.
    synergies : between them.
    budgets : by name; a cost for which there is none is not limited.
    held, left_out : keys that every portfolio, or none, holds.
    """

    candidates: tuple[Candidate, ...]
    synergies: tuple[Synergy, ...] = ()
    budgets: Mapping[str, float] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        keys = [candidate.key for candidate in self.candidates]
        assert keys == sorted(set(keys)), "candidates in order, each once"
        assert 1 <= len(keys) <= MOST_CANDIDATES, len(keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolios:
    """Every portfolio that no feasible one beats.

    Parameters
    ----------
    keys : candidates.
    chosen : bool, shape (n_portfolios, n_candidates), rows in a fixed order.
    """

    keys: tuple[str, ...]
    chosen: NDArray[np.bool_] = field(compare=False)

    @property
    def core_index(self) -> Mapping[str, float]:
        """Share of the portfolios that hold a candidate: 1 core, 0 exterior, else borderline."""
        n = self.chosen.shape[0]
        assert n, "no feasible portfolio"
        counts = self.chosen.sum(axis=0)
        return {key: int(count) / n for key, count in zip(self.keys, counts, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyPortfolios:
    """Nothing beats so many portfolios that no core index is worth telling.

    Parameters
    ----------
    reached : partial portfolios when it was given up.
    """

    reached: int


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
    """
    grid = _Grid.of(choice, weights)
    components = _components(choice, grid)
    if components is None:
        return TooManyPortfolios(reached=_MOST_CHOICES)
    partial = _Partial.empty(grid)
    if not all(component.bits.size for component in components):
        partial, components = partial.only(np.zeros(1, np.bool_)), []
    known = np.empty((0, grid.n_values), np.int64)
    mixtures = _mixtures(grid)
    region = OpenRegion(grid.n_values, mixtures) if grid.n_values <= MOST_VALUES else None
    for place, component in enumerate(components):
        partial = partial.extended(component, grid.budgets)
        if not partial.bits.size:
            break
        later = components[place + 1 :]
        tops, sums = _highest(partial, later, grid.budgets, mixtures)
        completions = _completed(partial, later, grid.budgets, mixtures, sums)
        known = _best_known(np.vstack([known, completions]))
        if region is None:
            partial = partial.only(~beaten_by(tops, known))
        else:
            region.close(known)
            partial = partial.only(region.holds(tops, sums))
        room = sum((c.costs.max(axis=0) for c in later), np.zeros(len(grid.budgets), np.int64))
        # Money beyond what everything later could cost is worth nothing any more.
        spent = np.maximum(partial.costs, grid.budgets - room)
        partial = partial.only(undominated(partial.values, spent))
        if partial.bits.size > most:
            return TooManyPortfolios(reached=int(partial.bits.size))
    partial = partial.only(undominated(partial.values, partial.costs[:, :0]))
    return Portfolios(
        keys=tuple(candidate.key for candidate in choice.candidates),
        chosen=_rows_of(choice, partial),
    )


def _mixtures(grid: _Grid) -> NDArray[np.float64]:
    """Weights of the sums that are bounded and aimed at, shape (n_mixtures, n_values).

    Of few values every mixture in quarters, each value in shares of its largest; of many the mean.
    """
    n = grid.n_values
    scale = np.maximum(np.abs(grid.values).max(axis=0), 1)
    shares = scale.max() / scale
    if n > MOST_VALUES:
        return np.asarray(shares.reshape(1, n) / n, np.float64)
    mixed = [m for m in itertools.product(range(5), repeat=n) if sum(m) == 4]
    return np.asarray(np.array(mixed) / 4 * shares, np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Scores and costs as whole numbers.

    A step is a power of two, so scores that are whole themselves stay exactly what they are.
    """

    values: Rows  # (n_candidates, n_values)
    synergies: Rows  # (n_synergies, n_values)
    costs: Rows  # (n_candidates, n_budgets)
    budgets: Rows  # (n_budgets,)

    @property
    def n_values(self) -> int:
        return int(self.values.shape[1])

    @classmethod
    def of(cls, choice: Choice, weights: NDArray[np.float64]) -> _Grid:
        names = sorted(choice.budgets)
        scores = [candidate.scores for candidate in choice.candidates]
        values = _over_states(scores, weights)
        extra = _over_states([one.scores for one in choice.synergies], weights)
        together = np.vstack([values, extra.reshape(-1, values.shape[1])])
        step = _step(float(np.max(np.abs(together))))
        whole = np.rint(together / step).astype(np.int64)
        costs = np.array(
            [[c.costs.get(name, 0.0) for name in names] for c in choice.candidates]
        ).reshape(len(choice.candidates), len(names))
        assert (costs >= 0).all(), "a cost below nought"
        budgets = np.array([choice.budgets[name] for name in names])
        steps = np.array([_step(budget) for budget in budgets])
        return cls(
            values=whole[: len(scores)],
            synergies=whole[len(scores) :],
            costs=np.rint(costs / steps).astype(np.int64),
            budgets=np.rint(budgets / steps).astype(np.int64),
        )


def _step(largest: float) -> float:
    return 2.0 ** math.ceil(math.log2(largest)) / _FINEST if largest > 0 else 1.0


def _over_states(
    scores: Sequence[NDArray[np.float64]], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weighted scores in each state, shape (n, n_draws × n_corners)."""
    if not scores:
        return np.empty(0)
    return np.array([(one @ weights.T).ravel() for one in scores])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Partial:
    """Portfolios of the components so far, or the ways to choose within one."""

    bits: NDArray[np.int64]  # (n,)
    values: Rows  # (n, n_values)
    costs: Rows  # (n, n_budgets)

    @classmethod
    def empty(cls, grid: _Grid) -> _Partial:
        return cls(
            bits=np.zeros(1, np.int64),
            values=np.zeros((1, grid.n_values), np.int64),
            costs=np.zeros((1, grid.budgets.size), np.int64),
        )

    def only(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> _Partial:
        return _Partial(bits=self.bits[rows], values=self.values[rows], costs=self.costs[rows])

    def extended(self, component: _Partial, budgets: Rows) -> _Partial:
        """Each portfolio with each way of a component that the budgets allow."""
        grown = [self.only(np.zeros(self.bits.size, np.bool_))]
        for way in range(component.bits.size):
            costs = self.costs + component.costs[way]
            fits = (costs <= budgets).all(axis=1)
            grown.append(
                _Partial(
                    bits=self.bits[fits] | component.bits[way],
                    values=self.values[fits] + component.values[way],
                    costs=costs[fits],
                )
            )
        return _joined(grown)


def _joined(parts: Sequence[_Partial]) -> _Partial:
    return _Partial(
        bits=np.concatenate([part.bits for part in parts]),
        values=np.vstack([part.values for part in parts]),
        costs=np.vstack([part.costs for part in parts]),
    )


def _components(choice: Choice, grid: _Grid) -> list[_Partial] | None:
    """Components with their ways, the most worth for its money first; None if one has too many."""
    place = {candidate.key: index for index, candidate in enumerate(choice.candidates)}
    ties = [
        {index, *(place[key] for key in (*candidate.requires, *candidate.excludes))}
        for index, candidate in enumerate(choice.candidates)
    ]
    ties += [{place[key] for key in synergy.members} for synergy in choice.synergies]
    gathered: list[set[int]] = []
    for tie in ties:
        apart = [members for members in gathered if not members & tie]
        touched = [members for members in gathered if members & tie]
        gathered = [*apart, tie.union(*touched)]
    found = []
    for members in sorted(gathered, key=min):
        ways = _ways(choice, grid, sorted(members))
        if ways is None:
            return None
        found.append(ways)
    scale = np.maximum(np.abs(grid.values).max(axis=0), 1)
    # What must be held comes first, so that later components may stay empty.
    return sorted(
        found,
        key=lambda ways: (0 not in ways.bits, _merit(ways, scale, grid.budgets)),
        reverse=True,
    )


def _merit(ways: _Partial, scale: Rows, budgets: Rows) -> float:
    """Worth of all of a component for the share of the budgets that it takes."""
    worth = float(np.max((ways.values / scale).mean(axis=1), initial=0.0))
    taken = float(np.max((ways.costs / np.maximum(budgets, 1)).sum(axis=1), initial=0.0))
    return worth / (taken + 1e-9)


def _ways(choice: Choice, grid: _Grid, members: list[int]) -> _Partial | None:
    """Every feasible way to choose among the members of a component."""
    ways = [0]
    for member in _required_first(choice, members):
        candidate = choice.candidates[member]
        needed = _bits(choice, candidate.requires)
        ways += [way | 1 << member for way in ways if way & needed == needed]
        if len(ways) > _MOST_CHOICES * 16:
            return None
    held = _bits(choice, choice.held) & sum(1 << member for member in members)
    left_out = _bits(choice, choice.left_out)
    ways = [
        way
        for way in ways
        if way & held == held and not way & left_out and not _has_excluded(choice, way, members)
    ]
    if len(ways) > _MOST_CHOICES:
        return None
    together = [_bits(choice, synergy.members) for synergy in choice.synergies]
    values = np.zeros((len(ways), grid.n_values), np.int64)
    costs = np.zeros((len(ways), grid.budgets.size), np.int64)
    for row, way in enumerate(ways):
        taken = [member for member in members if way >> member & 1]
        values[row] = grid.values[taken].sum(axis=0)
        costs[row] = grid.costs[taken].sum(axis=0)
        for number, needed in enumerate(together):
            if way & needed == needed:
                values[row] += grid.synergies[number]
    fits: NDArray[np.bool_] = np.asarray((costs <= grid.budgets).all(axis=1))
    return _Partial(bits=np.array(ways, np.int64), values=values, costs=costs).only(fits)


def _required_first(choice: Choice, members: list[int]) -> list[int]:
    """Members so that each comes after all that it requires."""
    keys = {choice.candidates[member].key: member for member in members}
    ordered: list[int] = []
    left = list(members)
    while left:
        ready = [
            member
            for member in left
            if all(keys[key] in ordered for key in choice.candidates[member].requires)
        ]
        assert ready, "candidates that require one another in a circle"
        ordered += ready
        left = [member for member in left if member not in ready]
    return ordered


def _bits(choice: Choice, keys: Sequence[str]) -> int:
    places = {candidate.key: index for index, candidate in enumerate(choice.candidates)}
    return sum(1 << places[key] for key in sorted(set(keys)))


def _has_excluded(choice: Choice, way: int, members: list[int]) -> bool:
    return any(
        way >> member & 1 and way & _bits(choice, choice.candidates[member].excludes)
        for member in members
    )


def _completed(
    partial: _Partial,
    later: Sequence[_Partial],
    budgets: Rows,
    mixtures: NDArray[np.float64],
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


def _best_known(values: Rows) -> Rows:
    values = np.unique(values, axis=0)
    # Unsorted rows of many states would all be kept: the largest sums cut the most.
    values = values[np.argsort(-values.sum(axis=1), kind="stable")[: 4 * _MOST_KNOWN]]
    kept = values[undominated(values, values[:, :0])]
    if kept.shape[0] <= _MOST_KNOWN:
        return kept
    return kept[np.linspace(0, kept.shape[0] - 1, _MOST_KNOWN).astype(np.int64)]


def _most_of(
    heights: NDArray[np.float64],
    of_ways: Sequence[NDArray[np.float64]],
    partial: _Partial,
    later: Sequence[_Partial],
    budgets: Rows,
) -> NDArray[np.float64]:
    """No completion of a partial portfolio has more of one value, or of one weighted sum.

    For each budget apart, and for their sum, each in shares of it: the fractional knapsack of what
    is left, whose steps are those of the upper hulls of all components, the steepest first.

    Parameters
    ----------
    heights : of the partial portfolios, shape (n,).
    of_ways : of the ways of each later component.
    """
    gain = np.full(heights.shape, math.fsum(float(ways.max()) for ways in of_ways))
    shares = np.maximum(budgets, 1).astype(np.float64)
    columns = [np.eye(budgets.size)[budget] for budget in range(budgets.size)]
    columns += [1.0 / shares] if budgets.size > 1 else []
    for column in columns:
        hulls: list[tuple[float, list[tuple[float, float]]]] = [
            _hull(component.costs @ column, ways)
            for component, ways in zip(later, of_ways, strict=True)
        ]
        steps = [step for _, one in hulls for step in one]
        steps.sort(key=lambda step: -step[1] / step[0])
        cost = np.cumsum([0.0, *(step[0] for step in steps)])
        worth = math.fsum(base for base, _ in hulls) + np.cumsum([0.0, *(s[1] for s in steps)])
        left = (budgets - partial.costs) @ column
        gain = np.minimum(gain, np.interp(left, cost, worth))
    return np.asarray(heights + gain, np.float64)


def _highest(
    partial: _Partial,
    later: Sequence[_Partial],
    budgets: Rows,
    mixtures: NDArray[np.float64],
) -> tuple[Rows, NDArray[np.float64]]:
    """Bounds on every completion, of each value, (n, n_values), and mixture, (n, n_mixtures)."""

    def most_of(weight: NDArray[np.float64]) -> NDArray[np.float64]:
        ways = [component.values @ weight for component in later]
        return _most_of(partial.values @ weight, ways, partial, later, budgets)

    # Bounds are fractions: half a step is more than rounding can move, and cuts no whole number.
    n_values = partial.values.shape[1]
    tops = np.array([most_of(unit) for unit in np.eye(n_values)]).T
    sums = np.array([most_of(weight) for weight in mixtures]).T
    return np.floor(tops + 0.5).astype(np.int64), sums + 0.5


def _hull(
    costs: NDArray[np.float64], values: NDArray[np.float64]
) -> tuple[float, list[tuple[float, float]]]:
    """Best value for nothing, and the rising steps (cost, value) of the upper hull from there."""
    start = float(np.max(values[costs == 0], initial=0))
    corner = (0.0, start)
    steps: list[tuple[float, float]] = []
    points = [(float(c), float(v)) for c, v in zip(costs, values, strict=True) if c > 0]
    while True:
        above = [(c, v) for c, v in points if c > corner[0] and v > corner[1]]
        if not above:
            return start, steps
        best = max(above, key=lambda p: ((p[1] - corner[1]) / (p[0] - corner[0]), p[0]))
        steps.append((best[0] - corner[0], best[1] - corner[1]))
        corner = best


def all_portfolios(choice: Choice, most: int) -> NDArray[np.bool_] | None:
    """Every feasible portfolio, shape (n, n_candidates), in a fixed order; None beyond `most`."""
    grid = _Grid.of(choice, np.eye(choice.candidates[0].scores.shape[1]))
    components = _components(choice, grid)
    partial = _Partial.empty(grid)
    for component in components or ():
        partial = partial.extended(component, grid.budgets)
        if partial.bits.size > most:
            return None
    return None if components is None else _rows_of(choice, partial)


def _rows_of(choice: Choice, partial: _Partial) -> NDArray[np.bool_]:
    places = np.arange(len(choice.candidates), dtype=np.int64)
    return (np.sort(partial.bits)[:, None] >> places[None, :] & 1).astype(np.bool_)
