"""Which combinations are tried: trajectories for elementary effects, and Latin hypercubes.

Knows names and levels from −1 to 1. Every draw is keyed by the name of what it is for, so the order
in which names are given changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.study.sensitivity.factors import Levels
from keruen.study.sensitivity.results import GroupEffect

Evaluate = Callable[[Sequence[Levels]], Sequence[Mapping[str, float]]]
"""Levels → measures of each, empty where the scenario refuses them."""

_GRID: Final = 4
"""Levels of a trajectory: −1, −1/3, 1/3, 1, the usual choice (Morris 1991)."""
_STEP: Final = 4 / 3
"""Two of three steps of the grid: each level is then begun from and arrived at equally often."""
_WHOLE: Final = 2.0
"""From one end of a range to the other."""


def elementary_effects(
    groups: Mapping[str, Sequence[str]],
    evaluate: Evaluate,
    *,
    n_trajectories: int,
    seed: int,
) -> tuple[GroupEffect, ...]:
    """Effects of moving each group at once, on every measure; the largest first.

    Each factor of a group begins at a level of its own and moves up or down as it has room, so that
    effects of opposite sign in one group do not always cancel.

    Parameters
    ----------
    groups : group → keys of its factors; each factor is in one group.
    evaluate : gives the measures.
    n_trajectories : each costs one point more than there are groups.
    """
    paths = [_trajectory(groups, seed, index) for index in range(n_trajectories)]
    points = [levels for path in paths for _, levels in path]
    measured = list(evaluate(points))
    changes: dict[tuple[str, str], list[float]] = {}
    at = 0
    for path in paths:
        for offset in range(1, len(path)):
            before, after = measured[at + offset - 1], measured[at + offset]
            for measure in sorted(before.keys() & after.keys()):
                effect = abs(after[measure] - before[measure]) * _WHOLE / _STEP
                changes.setdefault((path[offset][0], measure), []).append(effect)
        at += len(path)
    effects = [
        GroupEffect(
            group=group,
            measure=measure,
            mean_size=float(np.mean(sizes)),
            spread=float(np.std(sizes)),
            n=len(sizes),
        )
        for (group, measure), sizes in changes.items()
    ]
    return tuple(sorted(effects, key=lambda e: (e.measure, -e.mean_size, e.group)))


def _trajectory(
    groups: Mapping[str, Sequence[str]], seed: int, index: int
) -> list[tuple[str, Levels]]:
    """Points of one trajectory, each with the group that moved to it; the first with none."""
    levels = {key: _start(key, seed, index) for members in groups.values() for key in members}
    path: list[tuple[str, Levels]] = [("", dict(levels))]
    order = sorted(groups, key=lambda g: (_bits(draws.STREAM_TRAJECTORY_ORDER, g, seed, index), g))
    for group in order:
        for key in groups[group]:
            levels[key] += _STEP if levels[key] < 0 else -_STEP
        path.append((group, dict(levels)))
    return path


def _start(key: str, seed: int, index: int) -> float:
    place = _bits(draws.STREAM_TRAJECTORY, key, seed, index) >> 32
    return float(-1 + _WHOLE * (place % _GRID) / (_GRID - 1))


def _bits(stream: int, key: str, seed: int, index: int) -> int:
    return int(draws.bits_array(seed, stream, np.array([draws.text_key(key)]), index)[0])


def latin_hypercube(keys: Sequence[str], n: int, seed: int) -> NDArray[np.float64]:
    """Combinations of levels in which every n-th part of each range is tried once.

    Parameters
    ----------
    keys : of the factors, in the order of the columns.

    Returns
    -------
    float64, shape (n, n_keys), from −1 to 1.
    """
    columns = []
    index = np.arange(n)
    for key in keys:
        entity = np.full(n, draws.text_key(key), np.int64)
        bits = draws.bits_array(seed, draws.STREAM_STRATUM, entity, index)
        stratum = np.argsort(np.argsort(bits, kind="stable"), kind="stable")
        within = draws.bits_array(seed, draws.STREAM_IN_STRATUM, entity, index) / 2.0**64
        columns.append(-1 + _WHOLE * (stratum + within) / n)
    return np.stack(columns, axis=1) if columns else np.zeros((n, 0))


def settled_share(levels: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """Share of the spread of values that goes away when one factor is known.

    The correlation ratio: variance of the means over classes of the factor, as a share of the
    variance of all. It estimates the first-order index of Sobol; the part that chance gives to the
    means is taken off.

    Parameters
    ----------
    levels, values : shape (n,).
    """
    n = len(values)
    total = float(np.var(values))
    n_classes = max(2, math.isqrt(n) // 2)
    if total <= 0 or n < 2 * n_classes:
        return 0.0
    order = np.argsort(levels, kind="stable")
    classes = np.array_split(values[order], n_classes)
    within = sum(len(c) * float(np.var(c)) for c in classes) / (n - n_classes)
    return max(0.0, 1 - within * (n - 1) / n / total)
