"""How far each factor may move before the scenario's own rules refuse it.

Knows levels and who refuses them. A trajectory moves all factors at once: one that is refused by
itself (a load beyond what a box may weigh) would take all that is beside it along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from keruen.study.sensitivity.factors import Levels
from keruen.study.sensitivity.sampling import Evaluate

Ends = Mapping[str, float]
"""Key of a factor with the sign of a side → how far it may go there; 1 where it is not listed."""
_NEAR: Final = 1 / 16
"""Levels: nearer to where it is refused nothing is gained."""


def allowed_ends(keys: Sequence[str], refuses: Callable[[Levels], bool]) -> dict[str, float]:
    """The factors that are refused at an end of their range, with how far they may go.

    Parameters
    ----------
    keys : of the factors.
    refuses : whether the scenario refuses some levels.
    """
    ends: dict[str, float] = {}
    for side in (-1.0, 1.0):
        for key in _refused_alone(list(keys), side, refuses):
            kept, lost = 0.0, 1.0
            while lost - kept > _NEAR:
                middle = (kept + lost) / 2
                if refuses({key: side * middle}):
                    lost = middle
                else:
                    kept = middle
            ends[_name(key, side)] = kept
    return ends


def within(evaluate: Evaluate, ends: Ends) -> Evaluate:
    """The same points with each factor no farther than it may go."""

    def evaluated(points: Sequence[Levels]) -> Sequence[Mapping[str, float]]:
        return evaluate(
            [{key: _nearer(key, level, ends) for key, level in one.items()} for one in points]
        )

    return evaluated


def _refused_alone(keys: list[str], side: float, refuses: Callable[[Levels], bool]) -> list[str]:
    """Those that are refused at an end: all at once first, then by halves."""
    if not keys or not refuses(dict.fromkeys(keys, side)):
        return []
    if len(keys) == 1:
        return keys
    middle = len(keys) // 2
    return [
        key
        for half in (keys[:middle], keys[middle:])
        for key in _refused_alone(half, side, refuses)
    ]


def _nearer(key: str, level: float, ends: Ends) -> float:
    most = ends.get(_name(key, level), 1.0)
    return level * most if abs(level) <= 1 else level


def _name(key: str, side: float) -> str:
    return f"{key} {'+' if side > 0 else '-'}"
