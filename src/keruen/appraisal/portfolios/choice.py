"""What can be chosen, and what is left when everything that is beaten is dropped.

Knows candidates with scores, costs by side, what requires and excludes what, and which are sizes of
one project; searches nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_CANDIDATES: Final = 60
"""A portfolio is kept as the bits of one number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A project that can be chosen.

    Parameters
    ----------
    key : its name.
    scores : float64, shape (n_draws, n_criteria): what it brings in each, the more the better.
    costs : money that it takes from a budget, by budget; not below 0.
    requires, excludes : keys of other candidates; a project that has several sizes and is required
        by its own key is there in any of them.
    level_of : the project of which this is another size: at most one of all sizes is chosen.
    """

    key: str
    scores: NDArray[np.float64] = field(compare=False)
    costs: Mapping[str, float] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    level_of: str | None = None


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

    @property
    def project_of(self) -> Mapping[str, str]:
        """The project of each candidate: its own key unless it is a size of another one."""
        level_of = {candidate.key: candidate.level_of for candidate in self.candidates}
        found = {}
        for key in level_of:
            project, seen = key, {key}
            while (larger := level_of.get(project)) is not None:
                assert larger not in seen, "sizes of one another in a circle"
                seen.add(larger)
                project = larger
            found[key] = project
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolios:
    """Every portfolio that no feasible one beats.

    Parameters
    ----------
    keys : candidates.
    chosen : bool, shape (n_portfolios, n_candidates), rows in a fixed order.
    project_of : the project of a candidate that is one of its sizes; others are their own.
    """

    keys: tuple[str, ...]
    chosen: NDArray[np.bool_] = field(compare=False)
    project_of: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def core_index(self) -> Mapping[str, float]:
        """Share of the portfolios that hold a candidate: 1 core, 0 exterior, else borderline."""
        n = self.chosen.shape[0]
        assert n, "no feasible portfolio"
        counts = self.chosen.sum(axis=0)
        return {key: int(count) / n for key, count in zip(self.keys, counts, strict=True)}

    @property
    def core_index_by_project(self) -> Mapping[str, float]:
        """Share of the portfolios that hold a project in any of its sizes."""
        # At most one size is in a portfolio, so the shares of the sizes add up.
        n = self.chosen.shape[0]
        assert n, "no feasible portfolio"
        counts: dict[str, int] = {}
        for key, count in zip(self.keys, self.chosen.sum(axis=0), strict=True):
            project = self.project_of.get(key, key)
            counts[project] = counts.get(project, 0) + int(count)
        return {project: count / n for project, count in sorted(counts.items())}


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyPortfolios:
    """Nothing beats so many portfolios that no core index is worth telling.

    Parameters
    ----------
    reached : partial portfolios when it was given up.
    """

    reached: int
