"""Candidates as whole numbers, and the ways to choose within a component.

Knows what ties candidates together; compares nothing. A component is all that `requires`,
`excludes`, a synergy or the sizes of one project tie together, and is taken whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.portfolios.choice import Candidate, Choice
from keruen.appraisal.portfolios.dominance import Rows

MOST_CHOICES: Final = 4096
"""Ways to choose within one component."""
_FINEST: Final = 2**24
"""Steps into which the largest score of a state, and each budget, is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeScores:
    """Scores and costs as whole numbers.

    A step is a power of two, so scores that are whole themselves stay exactly what they are. Each
    state has its own step: money in billions beside a count of jobs leaves the jobs as fine.
    """

    values: Rows  # (n_candidates, n_values)
    synergies: Rows  # (n_synergies, n_values)
    costs: Rows  # (n_candidates, n_budgets)
    budgets: Rows  # (n_budgets,)
    n_corners: int

    @property
    def n_values(self) -> int:
        """States times corners of the weights."""
        return int(self.values.shape[1])

    @classmethod
    def of(cls, choice: Choice, weights: NDArray[np.float64]) -> WholeScores:
        """Scores of a choice under weights, shape (n_corners, n_criteria), as whole numbers."""
        names = sorted(choice.budgets)
        scores = [candidate.scores for candidate in choice.candidates]
        values = _over_states(scores, weights)
        extra = _over_states([one.scores for one in choice.synergies], weights)
        together = np.vstack([values, extra.reshape(-1, values.shape[1])])
        steps_of_states = np.array([_step(largest) for largest in np.abs(together).max(axis=0)])
        whole = np.rint(together / steps_of_states).astype(np.int64)
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
            n_corners=weights.shape[0],
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
class Partial:
    """Portfolios of the components so far, or the ways to choose within one."""

    bits: NDArray[np.int64]  # (n,)
    values: Rows  # (n, n_values)
    costs: Rows  # (n, n_budgets)

    @classmethod
    def empty(cls, grid: WholeScores) -> Partial:
        """The one portfolio that holds nothing."""
        return cls(
            bits=np.zeros(1, np.int64),
            values=np.zeros((1, grid.n_values), np.int64),
            costs=np.zeros((1, grid.budgets.size), np.int64),
        )

    def only(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Partial:
        """Those of some rows."""
        return Partial(bits=self.bits[rows], values=self.values[rows], costs=self.costs[rows])

    def extended(self, component: Partial, budgets: Rows) -> Partial:
        """Each portfolio with each way of a component that the budgets allow."""
        grown = [self.only(np.zeros(self.bits.size, np.bool_))]
        for way in range(component.bits.size):
            costs = self.costs + component.costs[way]
            fits = (costs <= budgets).all(axis=1)
            grown.append(
                Partial(
                    bits=self.bits[fits] | component.bits[way],
                    values=self.values[fits] + component.values[way],
                    costs=costs[fits],
                )
            )
        return _joined(grown)


def _joined(parts: Sequence[Partial]) -> Partial:
    return Partial(
        bits=np.concatenate([part.bits for part in parts]),
        values=np.vstack([part.values for part in parts]),
        costs=np.vstack([part.costs for part in parts]),
    )


def components_of(choice: Choice, grid: WholeScores) -> list[Partial] | None:
    """Components with their ways, the most worth for its money first; None if one has too many."""
    place = {candidate.key: index for index, candidate in enumerate(choice.candidates)}
    # What a project's sizes share is tied through them: whoever requires one is tied to all.
    ties = [
        {index, *(place[key] for key in (*candidate.requires, *candidate.excludes))}
        for index, candidate in enumerate(choice.candidates)
    ]
    ties += [{place[key] for key in synergy.members} for synergy in choice.synergies]
    ties += [{place[key] for key in sizes} for sizes in _sizes(choice).values()]
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


def _merit(ways: Partial, scale: Rows, budgets: Rows) -> float:
    """Worth of all of a component for the share of the budgets that it takes."""
    worth = float(np.max((ways.values / scale).mean(axis=1), initial=0.0))
    taken = float(np.max((ways.costs / np.maximum(budgets, 1)).sum(axis=1), initial=0.0))
    return worth / (taken + 1e-9)


def _ways(choice: Choice, grid: WholeScores, members: list[int]) -> Partial | None:
    """Every feasible way to choose among the members of a component."""
    needs = {member: _needs(choice, choice.candidates[member]) for member in members}
    ways = [0]
    for member in _required_first(needs):
        # One that needs another in any of its sizes is looked at again when all have been chosen.
        needed = sum(met_by for met_by in needs[member] if met_by.bit_count() == 1)
        ways += [way | 1 << member for way in ways if way & needed == needed]
        if len(ways) > MOST_CHOICES * 16:
            return None
    ways = [way for way in ways if _is_allowed(choice, way, needs)]
    if len(ways) > MOST_CHOICES:
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
    return Partial(bits=np.array(ways, np.int64), values=values, costs=costs).only(fits)


def _required_first(needs: Mapping[int, tuple[int, ...]]) -> list[int]:
    """Members so that each comes after all that it cannot do without."""
    ordered: list[int] = []
    chosen = 0
    while len(ordered) < len(needs):
        ready = [
            member
            for member, met in needs.items()
            if not chosen >> member & 1
            and all(met_by & chosen for met_by in met if met_by.bit_count() == 1)
        ]
        assert ready, "candidates that require one another in a circle"
        ordered += ready
        chosen |= sum(1 << member for member in ready)
    return ordered


def _is_allowed(choice: Choice, way: int, needs: Mapping[int, tuple[int, ...]]) -> bool:
    """Whether a way holds what it must, and nothing beside what excludes it."""
    members = sum(1 << member for member in needs)
    if _bits(choice, choice.held) & members & ~way or _bits(choice, choice.left_out) & way:
        return False
    if any((way & _bits(choice, sizes)).bit_count() > 1 for sizes in _sizes(choice).values()):
        return False
    return all(
        all(met_by & way for met_by in met)
        and not any(
            _any_size(choice, choice.candidates[member], key) & way
            for key in choice.candidates[member].excludes
        )
        for member, met in needs.items()
        if way >> member & 1
    )


def _needs(choice: Choice, candidate: Candidate) -> tuple[int, ...]:
    """For each that a candidate requires, the bits of those that meet it."""
    return tuple(_any_size(choice, candidate, key) for key in sorted(set(candidate.requires)))


def _any_size(choice: Choice, candidate: Candidate, key: str) -> int:
    """Bits of what a key names: a project in all its sizes, or among them one of another's."""
    is_own = choice.project_of[candidate.key] == key
    return _bits(choice, (key,) if is_own else _sizes(choice).get(key, (key,)))


def _sizes(choice: Choice) -> Mapping[str, tuple[str, ...]]:
    """Sizes of each project that has several."""
    gathered: dict[str, list[str]] = {}
    for key, project in choice.project_of.items():
        gathered.setdefault(project, []).append(key)
    return {project: tuple(keys) for project, keys in gathered.items() if len(keys) > 1}


def _bits(choice: Choice, keys: Sequence[str]) -> int:
    places = {candidate.key: index for index, candidate in enumerate(choice.candidates)}
    return sum(1 << places[key] for key in sorted(set(keys)))


def rows_of(choice: Choice, partial: Partial) -> NDArray[np.bool_]:
    """Which candidates each portfolio holds, shape (n, n_candidates); sorted by their bits."""
    places = np.arange(len(choice.candidates), dtype=np.int64)
    return (np.sort(partial.bits)[:, None] >> places[None, :] & 1).astype(np.bool_)
