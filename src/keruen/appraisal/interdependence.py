"""What projects are worth together: who replaces whom, who needs whom.

Knows coalitions and an injected function that values them; knows no twin. A value is an array with
one number for each replication, so all that follows is linear in it and carries the noise along:
the interval of a share is that of its replications.

Projects that share no binding limit add up. Inside a group of at most `MOST_EXACT` the Shapley
value is exact, over the orders that respect `requires`; in larger groups only first-in and last-in
are told, since a sample of orders would be noise.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

MOST_EXACT: Final = 5
"""Players of a group valued exactly: 32 coalitions, 120 orders; one more doubles the dear runs."""

Coalition = frozenset[str]
"""Players that are built, by key."""
Worth = NDArray[np.float64]
"""A value in money, shape (n_replications,); the same replications for every coalition."""
Valuation = Callable[[Coalition], Worth]
"""What building a coalition brings against the base; called once for each, never for the empty
one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """Who enters a coalition: a project, or all levels of one together.

    Parameters
    ----------
    key : its name.
    limits : binding limits that it touches, or would.
    requires : players without which it cannot be built.
    """

    key: str
    limits: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()


def groups(players: Sequence[Player]) -> tuple[tuple[Player, ...], ...]:
    """Players that share a binding limit or require one another, each group sorted by key.

    Players of different groups add up.
    """
    by_key = {player.key: player for player in players}
    group_of = {key: key for key in by_key}

    def root(key: str) -> str:
        while group_of[key] != key:
            key = group_of[key]
        return key

    first_with: dict[str, str] = {}
    for key, player in sorted(by_key.items()):
        others = [first_with.setdefault(limit, key) for limit in player.limits]
        for other in (*others, *player.requires):
            low, high = sorted((root(key), root(other)))
            group_of[high] = low
    gathered: dict[str, list[Player]] = {}
    for key in sorted(by_key):
        gathered.setdefault(root(key), []).append(by_key[key])
    return tuple(tuple(members) for _, members in sorted(gathered.items()))


def players_of(
    candidates: Sequence[Player], level_of: Mapping[str, str]
) -> tuple[tuple[Player, ...], Mapping[str, tuple[str, ...]]]:
    """Projects as players, all sizes of one together.

    A player touches every limit that one of its sizes touches. It requires what all of its sizes
    require: what only one size needs is between that size and the others, which `of_best_levels`
    leaves to the valuation.

    Parameters
    ----------
    candidates : each size for itself.
    level_of : the project of which a candidate is another size; the others are their own.

    Returns
    -------
    Players by key, and the sizes of each.
    """
    project = {
        candidate.key: level_of.get(candidate.key, candidate.key) for candidate in candidates
    }
    gathered: dict[str, list[Player]] = {}
    for candidate in sorted(candidates, key=lambda one: one.key):
        gathered.setdefault(project[candidate.key], []).append(candidate)
    players = []
    for key, sizes in sorted(gathered.items()):
        needs = [{project[other] for other in size.requires} - {key} for size in sizes]
        limits = sorted({limit for size in sizes for limit in size.limits})
        common = sorted(set.intersection(*needs))
        players.append(Player(key=key, limits=tuple(limits), requires=tuple(common)))
    sizes_of = {key: tuple(size.key for size in sizes) for key, sizes in gathered.items()}
    return tuple(players), sizes_of


def of_best_levels(value: Valuation, levels: Mapping[str, Sequence[str]]) -> Valuation:
    """What a coalition of players is worth when each is built in the size that serves all best.

    Parameters
    ----------
    value : of a coalition in which each project stands in one size.
    levels : sizes of each player; each choice of sizes is valued once.

    Returns
    -------
    A valuation of players: the sizes with the highest mean over the replications, the first in
    order of keys where several are equal; their mean alone is what could be chosen beforehand.
    """
    values = _Values(value)

    def best(coalition: Coalition) -> Worth:
        sizes = [sorted(levels[key]) for key in sorted(coalition)]
        worths = [values.of(frozenset(chosen)) for chosen in itertools.product(*sizes)]
        return max(worths, key=lambda worth: float(np.mean(worth)))

    return best


def feasible_orders(players: Sequence[Player]) -> Iterator[tuple[str, ...]]:
    """Every order of building in which nobody comes before a player that it requires."""
    required = {player.key: frozenset(player.requires) for player in players}
    for order in itertools.permutations(sorted(required)):
        built: set[str] = set()
        for key in order:
            if not required[key] <= built:
                break
            built.add(key)
        else:
            yield order


Relation = Literal["substitutes", "complements", "independent", "uncertain"]
"""`uncertain`: the interval of the replications holds both signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerWorth:
    """What one player brings within its group.

    Parameters
    ----------
    key : the player.
    first_in : with nothing built but what it requires.
    last_in : with all others built; what requires it leaves with it.
    shapley : mean over feasible orders; None in a group too large for it.
    """

    key: str
    first_in: Worth = field(compare=False)
    last_in: Worth = field(compare=False)
    shapley: Worth | None = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interdependence:
    """A group valued.

    Parameters
    ----------
    players : each with its worth, by key.
    joint : all of them together.
    relation : `substitutes` where the group is worth less than its first-ins summed.
    ratio : the joint value over the best single one, "together they bring 1.3 times one of them";
        None where the best single one, or all together, bring nothing.
    n_values : coalitions that were valued.
    """

    players: tuple[PlayerWorth, ...]
    joint: Worth = field(compare=False)
    relation: Relation
    ratio: float | None
    n_values: int


def interdependence(
    group: Sequence[Player], value: Valuation, *, deviation: float = 2.0
) -> Interdependence:
    """Value a group: first-in, last-in, and the Shapley value where it can be exact.

    Parameters
    ----------
    group : of `groups`; whoever is required is in it.
    value : of a coalition, against the base.
    deviation : standard errors that the sum must lie off the joint value for a relation.
    """
    values = _Values(value)
    keys = sorted(player.key for player in group)
    everybody = frozenset(keys)
    joint = values.of(everybody)
    shapley = _shapley(group, values) if len(group) <= MOST_EXACT else {}
    worths = []
    for player in sorted(group, key=lambda one: one.key):
        before = _closure(group, player.key) - {player.key}
        after = everybody - _dependants(group, player.key)
        worths.append(
            PlayerWorth(
                key=player.key,
                first_in=values.of(before | {player.key}) - values.of(before),
                last_in=joint - values.of(after),
                shapley=shapley.get(player.key),
            )
        )
    alone = [float(np.mean(worth.first_in)) for worth in worths]
    best = max(alone)
    surplus = joint - np.sum([worth.first_in for worth in worths], axis=0)
    return Interdependence(
        players=tuple(worths),
        joint=joint,
        relation=_relation(surplus, joint, deviation),
        ratio=float(np.mean(joint)) / best if best > 0 and np.mean(joint) > 0 else None,
        n_values=len(values.known) - 1,
    )


class _Values:
    """Coalitions valued so far: runs are dear, none is asked for twice."""

    def __init__(self, value: Valuation) -> None:
        self._value = value
        self.known: dict[Coalition, Worth] = {}

    def of(self, coalition: Coalition) -> Worth:
        if coalition not in self.known:
            self.known[coalition] = self._value(coalition) if coalition else np.zeros(1)
        return self.known[coalition]


def _shapley(group: Sequence[Player], values: _Values) -> Mapping[str, Worth]:
    total: dict[str, Worth] = {player.key: np.zeros(1) for player in group}
    n_orders = 0
    for order in feasible_orders(group):
        n_orders += 1
        built: Coalition = frozenset()
        for key in order:
            grown = built | {key}
            total[key] = total[key] + (values.of(grown) - values.of(built))
            built = grown
    assert n_orders, "players that require one another in a circle"
    return {key: worth / n_orders for key, worth in total.items()}


def _closure(group: Sequence[Player], key: str) -> Coalition:
    """A player with all that it requires, directly or not."""
    required = {player.key: player.requires for player in group}
    found, open_keys = {key}, [key]
    while open_keys:
        for other in required[open_keys.pop()]:
            if other not in found:
                found.add(other)
                open_keys.append(other)
    return frozenset(found)


def _dependants(group: Sequence[Player], key: str) -> Coalition:
    """A player with all that require it, directly or not."""
    return frozenset(player.key for player in group if key in _closure(group, player.key))


def _relation(surplus: Worth, joint: Worth, deviation: float) -> Relation:
    mean = float(np.mean(surplus))
    scale = float(np.max(np.abs(joint)))
    # Rounding of sums is no relation: a billionth of what is told.
    if float(np.max(np.abs(surplus))) <= 1e-9 * scale:
        return "independent"
    if surplus.size > 1:
        error = float(np.std(surplus, ddof=1)) / surplus.size**0.5
        if abs(mean) <= deviation * error:
            return "uncertain"
    return "substitutes" if mean < 0 else "complements"
