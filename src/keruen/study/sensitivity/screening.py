"""Which of many factors matter: groups are moved at once, and those that matter are halved.

Knows groups, measures and how many points may be spent; does not know what a factor means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from keruen.study.sensitivity.results import GroupEffect
from keruen.study.sensitivity.sampling import Evaluate, elementary_effects

LEAST_EFFECT: Final = 0.02
"""A part whose effect is below this share of the largest is not looked at closely."""
_FEW: Final = 3
"""Factors of a part that is not halved any more: one by one they cost as little."""
_LATER_TRAJECTORIES: Final = 2
"""Of the halves: what matters was found with more of them, when its group was moved at once."""

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


def screen(
    groups: Parts,
    evaluate: Evaluate,
    *,
    measures: Sequence[str],
    n_trajectories: int,
    seed: int,
    most_points: int | None = None,
) -> Screened:
    """Move groups, drop what has no effect, and halve the rest until parts are small.

    Parameters
    ----------
    groups : group → keys of its factors; each factor is in one group.
    evaluate : gives the measures.
    measures : that count.
    n_trajectories : of the groups, each a point more than there are groups.
    most_points : nothing is halved beyond so many; None: as far as it goes.
    """
    effects = _effects(groups, evaluate, measures, n_trajectories, seed)
    spent = n_trajectories * (len(groups) + 1)
    parts, order = _strong(groups, effects)
    while any(len(keys) > _FEW for keys in parts.values()):
        halves = _halved(parts)
        spent += _LATER_TRAJECTORIES * (len(halves) + 1)
        if most_points is not None and spent > most_points:
            break
        found = _effects(halves, evaluate, measures, _LATER_TRAJECTORIES, seed)
        parts, order = _strong(halves, found)
    keys = tuple(key for part in order for key in parts[part])
    return Screened(effects=effects, keys=keys)


def _effects(
    parts: Parts, evaluate: Evaluate, measures: Sequence[str], n_trajectories: int, seed: int
) -> tuple[GroupEffect, ...]:
    found = elementary_effects(parts, evaluate, n_trajectories=n_trajectories, seed=seed)
    return tuple(effect for effect in found if effect.measure in measures)


def _strong(parts: Parts, effects: Sequence[GroupEffect]) -> tuple[dict[str, list[str]], list[str]]:
    """Parts with an effect of some size on any measure, and their names, the strongest first."""
    largest: dict[str, float] = {}
    for effect in effects:
        largest[effect.measure] = max(largest.get(effect.measure, 0.0), effect.mean_size)
    weight: dict[str, float] = {}
    for effect in effects:
        if effect.mean_size > 0:
            of_largest = effect.mean_size / largest[effect.measure]
            weight[effect.group] = max(weight.get(effect.group, 0.0), of_largest)
    order = sorted(
        (part for part, of_largest in weight.items() if of_largest >= LEAST_EFFECT),
        key=lambda part: (-weight[part], part),
    )
    return {part: list(parts[part]) for part in order}, order


def _halved(parts: Parts) -> dict[str, list[str]]:
    """Each large part as two; small ones as they are, since they strain what the others meet."""
    halves: dict[str, list[str]] = {}
    for part, keys in parts.items():
        if len(keys) <= _FEW:
            halves[part] = list(keys)
            continue
        middle = (len(keys) + 1) // 2
        halves[f"{part}/0"], halves[f"{part}/1"] = list(keys[:middle]), list(keys[middle:])
    return halves
