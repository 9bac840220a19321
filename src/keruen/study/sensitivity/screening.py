"""Which of many factors matter: groups are moved at once, and those that matter are halved.

Sequential bifurcation (Bettonvil, Kleijnen 1997, European Journal of Operational Research 96,
180–194): all factors of a part go to the ends at which they do harm, then to the others, so that in
a part nothing cancels; what moves nothing is dropped whole. Elementary effects of the groups stand
beside it, for what shows only where others have strained the system.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from keruen.study.sensitivity.factors import Levels
from keruen.study.sensitivity.results import GroupEffect
from keruen.study.sensitivity.sampling import Evaluate, elementary_effects

LEAST_EFFECT: Final = 0.02
"""A part whose effect is below this share of the largest is not looked at closely."""
_ENDS: Final = (1.0, -1.0)
"""Where a part is tried: all its factors at the end that does harm, and all at the other."""

_MOST_JOINT: Final = 8
"""Factors of a part that are looked at singly where none of its halves shows what it does whole."""

Parts = Mapping[str, Sequence[str]]
"""Name → keys of factors that are moved at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What is left of all factors.

    Parameters
    ----------
    effects : of the groups, the largest first for each measure.
    keys : of the factors that may matter, those of the strongest parts first.
    """

    effects: tuple[GroupEffect, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """How factors are screened.

    Parameters
    ----------
    measures : that count.
    n_trajectories : of the elementary effects of the groups, each a point more than groups.
    seed : of the trajectories.
    harmful_low : factors that do harm at their low end; all others do at their high end.
    most_points : nothing is halved beyond so many; None: as far as it goes.
    """

    measures: Sequence[str]
    n_trajectories: int
    seed: int
    harmful_low: frozenset[str] = frozenset()
    most_points: int | None = None


def screen(groups: Parts, evaluate: Evaluate, how: Screening) -> Screened:
    """Move groups, drop what has no effect, and halve the rest down to single factors.

    Parameters
    ----------
    groups : group → keys of its factors; each factor is in one group.
    evaluate : gives the measures.
    how : which measures count, and what may be spent.
    """
    found = elementary_effects(groups, evaluate, n_trajectories=how.n_trajectories, seed=how.seed)
    effects = tuple(effect for effect in found if effect.measure in how.measures)
    halving = _Halving(evaluate=evaluate, measures=how.measures, harmful_low=how.harmful_low)
    spent = how.n_trajectories * (len(groups) + 1)
    parts = [tuple(keys) for _, keys in sorted(groups.items()) if keys]
    strong = halving.strong(parts)
    spent += 2 * len(parts) + 1
    while any(len(part) > 1 for part in strong):
        halves = [half for part in strong for half in _halved(part)]
        spent += 2 * sum(len(part) > 1 for part in strong) * 2
        if how.most_points is not None and spent > how.most_points:
            break
        left = halving.strong(halves)
        # What only a whole part does, neither half alone, is looked at factor by factor.
        lost = [part for part in strong if len(part) > 1 and not set(_halved(part)) & set(left)]
        strong = [*left, *((key,) for part in lost for key in part[:_MOST_JOINT])]
    return Screened(effects=effects, keys=tuple(key for part in strong for key in part))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Halving:
    """Parts at their ends."""

    evaluate: Evaluate
    measures: Sequence[str]
    harmful_low: frozenset[str]

    def strong(self, parts: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Parts with an effect of some size on any measure, the strongest first."""
        points: list[Levels] = [{}]
        points += [self._at(part, end) for part in parts for end in _ENDS]
        base, *found = self.evaluate(points)
        sizes = {
            measure: [
                max(
                    (abs(one[measure] - base[measure]) for one in ends if measure in one),
                    default=0.0,
                )
                for ends in zip(found[::2], found[1::2], strict=True)
            ]
            for measure in self.measures
        }
        weights = [
            max(
                (of[index] / max(of) for of in sizes.values() if max(of) > 0),
                default=0.0,
            )
            for index in range(len(parts))
        ]
        order = sorted(range(len(parts)), key=lambda index: (-weights[index], parts[index]))
        return [parts[index] for index in order if weights[index] >= LEAST_EFFECT]

    def _at(self, part: Sequence[str], end: float) -> Levels:
        return {key: -end if key in self.harmful_low else end for key in part}


def _halved(part: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A part as two; a single factor as it is."""
    middle = (len(part) + 1) // 2
    return [half for half in (part[:middle], part[middle:]) if half]
