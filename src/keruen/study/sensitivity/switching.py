"""One factor at a time: what its ends do to each measure, and where it turns a limit.

Knows levels and measures; does not know what a figure means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from keruen.study.sensitivity.factors import Factor, Levels
from keruen.study.sensitivity.results import Swing, SwitchingValue
from keruen.study.sensitivity.sampling import Evaluate

REACH: Final = 3.0
"""How far beyond its value a factor is searched, in levels: its range three times over."""
_N_STRIDES: Final = 6
"""Strides from the value to the end of the search: one that turns and turns back is found."""
_NEAR: Final = 0.01
"""Levels: a hundredth of half a range is nearer than any figure is known."""

_NEAR_IN_RUNS: Final = 1 / 16
"""The same of runs, whose luck moves a switching value by more than that: four of them."""


def swings_of(
    keys: Sequence[str], evaluate: Evaluate, base: Levels | None = None
) -> tuple[Swing, ...]:
    """Every measure with each factor at its low and high end, the widest swing first.

    Parameters
    ----------
    keys : of the factors.
    base : levels of the others; none: the scenario's own values.
    """
    others = dict(base or {})
    ordered = sorted(keys)
    points: list[Levels] = [others]
    points += [{**others, key: level} for key in ordered for level in (-1.0, 1.0)]
    measured = evaluate(points)
    swings = [
        Swing(
            factor=key,
            measure=measure,
            low=measured[1 + 2 * k].get(measure),
            base=value,
            high=measured[2 + 2 * k].get(measure),
        )
        for k, key in enumerate(ordered)
        for measure, value in measured[0].items()
    ]
    return tuple(sorted(swings, key=lambda swing: (swing.measure, -swing.span, swing.factor)))


def switching_value(
    factor: Factor, evaluate: Evaluate, measure: str, most: float
) -> SwitchingValue:
    """Where a factor, all others at their values, takes a measure over its limit or back.

    Parameters
    ----------
    evaluate : gives the measures.
    most : the limit of the measure.

    Notes
    -----
    The nearer of the two sides counts; where both are as near, the low one. What the scenario
    refuses ends the search on that side.
    """

    def is_kept(level: float) -> bool | None:
        (measures,) = evaluate([{factor.key: level}])
        return measures[measure] <= most if measure in measures else None

    at_value = is_kept(0.0)
    assert at_value is not None, "the scenario itself is not refused"
    turns = [_first_turn(is_kept, side, is_kept_before=at_value) for side in (-1.0, 1.0)]
    levels = sorted(
        (turn for turn in turns if turn is not None), key=lambda turn: (abs(turn), turn)
    )
    level = levels[0] if levels else None
    return SwitchingValue(
        factor=factor.key,
        measure=measure,
        level=level,
        figures={} if level is None else figures_at(factor, level),
        is_kept_before=at_value,
    )


def switching_within(
    factor: Factor, evaluate: Evaluate, swing: Swing, most: float
) -> SwitchingValue:
    """The same between the ends of a known swing only, in few points: a run costs seconds.

    Parameters
    ----------
    swing : of the factor, with all others at their values.
    most : the limit of its measure; where it turns at neither end, nothing is evaluated.
    """

    def is_kept(level: float) -> bool | None:
        (measures,) = evaluate([{factor.key: level}])
        return measures[swing.measure] <= most if swing.measure in measures else None

    at_value = swing.base <= most
    ends = {
        level: value <= most
        for level, value in ((-1.0, swing.low), (1.0, swing.high))
        if value is not None
    }
    turned = [level for level, kept in ends.items() if kept is not at_value]
    level = (
        _bisected(is_kept, 0.0, turned[0], is_kept_before=at_value, near=_NEAR_IN_RUNS)
        if turned
        else None
    )
    return SwitchingValue(
        factor=factor.key,
        measure=swing.measure,
        level=level,
        figures={} if level is None else figures_at(factor, level),
        is_kept_before=at_value,
    )


def figures_at(factor: Factor, level: float) -> dict[str, str]:
    """Path → the figure at a level, as written; a law or a profile by its factor."""
    return {one.figures[0].path: one.text_of(one.amount_at(level)) for one in factor.variations}


def _first_turn(
    is_kept: Callable[[float], bool | None], side: float, *, is_kept_before: bool
) -> float | None:
    """The level nearest to the value, on one side, from which on the answer is another."""
    before = 0.0
    for stride in range(1, _N_STRIDES + 1):
        level = side * REACH * stride / _N_STRIDES
        kept = is_kept(level)
        if kept is None:
            return None
        if kept is not is_kept_before:
            return _bisected(is_kept, before, level, is_kept_before=is_kept_before)
        before = level
    return None


def _bisected(
    is_kept: Callable[[float], bool | None],
    before: float,
    after: float,
    *,
    is_kept_before: bool,
    near: float = _NEAR,
) -> float:
    while abs(after - before) > near:
        middle = (before + after) / 2
        if is_kept(middle) is is_kept_before:
            before = middle
        else:
            after = middle
    return after
