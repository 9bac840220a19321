"""Which projects share a limit, what they are worth together, and whether groups add up.

Knows coalitions through the years; knows no side and no budget. Limits are told by the prices of
the relaxation: a project touches those that hold boxes back and that it widens or whose price it
moves. Sizes of one project are one player: the project of which they are sizes stands for all.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from keruen.appraisal.interdependence import (
    MOST_EXACT,
    Coalition,
    Player,
    Relation,
    groups,
    interdependence,
)
from keruen.study.appraising.results import AddingUp, GroupPlayer, GroupWorth
from keruen.study.appraising.values import NOBODY
from keruen.study.appraising.worth import CoalitionWorth

PORT: Final = "dry-port"
"""The limit that all projects share which touch the dry port alone."""

_LEAST_PRICE: Final = 0.01
"""Dollars a week: what is less is a rounding of the solver."""
_LEAST_MOVE: Final = 0.01
"""Share of its price by which a project must move a limit's."""
MOST_GAP: Final = 0.02
"""Share of all gains that groups may miss and still be said to add up."""

Group = tuple[Player, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """Groups of players, those that are set aside, and whether the groups add up."""

    groups: tuple[Group, ...]
    set_aside: dict[str, tuple[str, ...]]
    adding_up: AddingUp | None


def player_of(worth: CoalitionWorth, key: str) -> str:
    """The project of which a project is a size."""
    level = worth.document.projects[key].level_of
    return level or key


def players_of(worth: CoalitionWorth, keys: Sequence[str]) -> tuple[Player, ...]:
    """The players of a list: those of its projects that a run can show.

    Parameters
    ----------
    keys : projects that are judged and have an effect.
    """
    found = []
    for key in sorted({player_of(worth, key) for key in keys} & set(keys)):
        requires = {player_of(worth, other) for other in worth.document.projects[key].requires}
        is_port = key in worth.values.of_port
        limits = (PORT,) if is_port else _touched(worth, key)
        found.append(Player(key=key, limits=limits, requires=tuple(sorted(requires & set(keys)))))
    return tuple(found)


def _touched(worth: CoalitionWorth, key: str) -> tuple[str, ...]:
    found = set()
    built = worth.closure(key) - worth.values.of_port
    for one in worth.ahead:
        base = worth.values.relaxations[NOBODY, one.year, one.value]
        other = worth.values.relaxations[built, one.year, one.value]
        for name in sorted(base.keys() | other.keys()):
            if not (name.startswith("limit|") and name.endswith("|usd")):
                continue
            limit = name.split("|")[1]
            prices = base.get(name, 0.0), other.get(name, 0.0)
            room = f"limit|{limit}|most"
            widens = not math.isclose(base.get(room, 0.0), other.get(room, 0.0), rel_tol=1e-9)
            moves = abs(prices[0] - prices[1]) > _LEAST_MOVE * max(prices)
            if max(prices) > _LEAST_PRICE and (widens or moves):
                found.add(limit)
    return tuple(sorted(found))


def members_of(worth: CoalitionWorth, group: Group) -> tuple[Group, tuple[str, ...]]:
    """A group without those beside whom another of it cannot be built, and these."""
    kept: list[Player] = []
    aside: list[str] = []
    for player in group:
        projects = worth.document.projects
        clash = any(
            other.key in projects[player.key].excludes or player.key in projects[other.key].excludes
            for other in kept
        )
        missing = any(key in aside for key in player.requires)
        if clash or missing:
            aside.append(player.key)
        else:
            kept.append(player)
    return tuple(kept), tuple(aside)


def grouped(worth: CoalitionWorth, players: Sequence[Player]) -> Grouped:
    """Groups by limits; where they do not add up, those that do not are one.

    Asks the relaxation for each group whole, and for all together.
    """
    parts = groups(players)
    merged = 0
    while True:
        wholes = [_whole(worth, group) for group in parts]
        worth.values.relax(
            ask
            for built in (*wholes, frozenset().union(*wholes))
            for ask in worth.asks(built, with_ends=False)
        )
        checked = _adding_up(worth, wholes, merged)
        if checked is None or checked.adds_up or len(parts) < 2 or merged:
            break
        parts = _joined(worth, parts, checked.year)
        merged = len(wholes) - len(parts)
        if not merged:
            break
    aside = {group[0].key: members_of(worth, group)[1] for group in parts}
    return Grouped(groups=parts, set_aside=aside, adding_up=checked)


def _whole(worth: CoalitionWorth, group: Group) -> Coalition:
    return frozenset(player.key for player in members_of(worth, group)[0])


def _at(worth: CoalitionWorth, built: Coalition, place: int) -> float:
    rail = worth.feasible(built) - worth.values.of_port
    one = worth.ahead[place]
    return worth.values.gain(rail, one.year, one.value).amount if rail else 0.0


def _adding_up(worth: CoalitionWorth, wholes: Sequence[Coalition], merged: int) -> AddingUp | None:
    rail = [whole for whole in wholes if whole - worth.values.of_port]
    if not rail:
        return None
    worst: tuple[float, AddingUp] | None = None
    for place, one in enumerate(worth.ahead):
        single = [_at(worth, whole, place) for whole in rail]
        summed, together = math.fsum(single), _at(worth, frozenset().union(*rail), place)
        scale = math.fsum(abs(amount) for amount in single)
        gap = abs(summed - together) / scale if scale else 0.0
        found = AddingUp(
            year=one.year,
            summed=summed,
            together=together,
            adds_up=gap <= MOST_GAP,
            merged=merged,
        )
        if worst is None or gap > worst[0]:
            worst = gap, found
    return worst[1] if worst else None


def _joined(worth: CoalitionWorth, parts: tuple[Group, ...], year: int) -> tuple[Group, ...]:
    """Groups of which two together are not worth what both are alone, as one."""
    place = [one.year for one in worth.ahead].index(year)
    wholes = [_whole(worth, group) for group in parts]
    pairs = list(itertools.combinations(range(len(parts)), 2))
    worth.values.relax(
        ask
        for a, b in pairs
        for ask in worth.asks(wholes[a] | wholes[b], with_ends=False)
        if ask[1] == year
    )
    tied: list[Player] = [player for group in parts for player in group]
    extra: dict[str, list[str]] = {player.key: [] for player in tied}
    for a, b in pairs:
        single = _at(worth, wholes[a], place), _at(worth, wholes[b], place)
        gap = _at(worth, wholes[a] | wholes[b], place) - math.fsum(single)
        if abs(gap) > MOST_GAP * math.fsum(abs(amount) for amount in single):
            for player in (*parts[a], *parts[b]):
                extra[player.key].append(f"together:{a}:{b}")
    return groups(
        [
            Player(
                key=player.key,
                limits=(*player.limits, *extra[player.key]),
                requires=player.requires,
            )
            for player in tied
        ]
    )


def coalitions_of(worth: CoalitionWorth, group: Group) -> tuple[Coalition, ...]:
    """The coalitions of a group that are valued: all of a small one, else first and last in."""
    members, aside = members_of(worth, group)
    keys = [player.key for player in members]
    everybody = frozenset(keys)
    if len(keys) <= MOST_EXACT:
        chosen = {
            frozenset(part)
            for n in range(1, len(keys) + 1)
            for part in itertools.combinations(keys, n)
        }
    else:
        chosen = {everybody}
        for key in keys:
            chosen |= {worth.closure(key), worth.closure(key) - {key}}
            chosen.add(frozenset(other for other in keys if key not in worth.closure(other)))
    chosen |= {worth.closure(key) for key in aside}
    feasible = {worth.feasible(built) for built in chosen}
    return tuple(sorted(feasible - {NOBODY}, key=lambda built: (len(built), sorted(built))))


def group_worth(worth: CoalitionWorth, group: Group) -> GroupWorth:
    """A group valued; its coalitions are asked for before."""
    members, aside = members_of(worth, group)
    found = interdependence(members, worth.present)
    limits = sorted({limit for player in members for limit in player.limits})
    return GroupWorth(
        players=tuple(
            GroupPlayer(
                key=one.key,
                first_in=float(np.mean(one.first_in)),
                last_in=float(np.mean(one.last_in)),
                shapley=None if one.shapley is None else float(np.mean(one.shapley)),
                noise=noise_of(one.first_in),
            )
            for one in found.players
        ),
        limits=tuple(limit for limit in limits if not limit.startswith("together:")),
        joint=float(np.mean(found.joint)),
        relation=_said(found.relation, len(members)),
        ratio=found.ratio,
        set_aside=aside,
    )


def _said(relation: Relation, n: int) -> Relation:
    return "independent" if n == 1 else relation


def noise_of(values: np.ndarray) -> float:
    """Standard error of a mean over replications; 0 of a single number."""
    return float(np.std(values, ddof=1)) / values.size**0.5 if values.size > 1 else 0.0
