"""Which first: the core indices of both sides as one of five answers, each with what it needs.

Knows portfolios and draws; makes no sentence. The order of the questions decides: what cannot be
judged is not judged, what both sides would do in every state comes first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.portfolios import Choice, Portfolios, undominated_portfolios
from keruen.appraisal.uncertainty import CommonDraws

Answer = Literal["do_now", "talk_about", "find_out_first", "leave", "not_yet"]
"""`do_now`: core for both sides; `talk_about`: core for one; `leave`: exterior for both, or in no
state part of what is best for both together, so that no transfer helps; `not_yet`: figures are
missing; `find_out_first`: everything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreIndices:
    """Share of the portfolios that nothing beats which hold a project: for A, for B, for both."""

    a: float
    b: float
    joint: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatingFigure:
    """The figure whose value best tells when a project belongs to the best list.

    Parameters
    ----------
    name : of the figure.
    threshold : its value that separates.
    is_in_above : the project belongs to the list above the threshold, else below.
    share_right : draws that this rule tells rightly.
    share_without : draws that are right when one always says the more frequent answer.
    """

    name: str
    threshold: float
    is_in_above: bool
    share_right: float
    share_without: float


def answer_of(indices: CoreIndices, *, is_judged: bool, is_joint_gain: bool = True) -> Answer:
    """The answer for one project.

    Parameters
    ----------
    indices : its core indices.
    is_judged : no figure is missing.
    is_joint_gain : in some state it belongs to the list that is best for both together. A side
        likes whatever the other pays for; only what both have together tells that it is worth it.
    """
    if not is_judged:
        return "not_yet"
    ends = indices.a, indices.b
    if ends == (1, 1):
        return "do_now"
    if ends == (0, 0) or not is_joint_gain:
        return "leave"
    return "talk_about" if 1 in ends else "find_out_first"


def core_indices(a: Portfolios, b: Portfolios, joint: Portfolios) -> Mapping[str, CoreIndices]:
    """Core indices by project, from the portfolios under each side's weights and under both."""
    assert a.keys == b.keys == joint.keys, "portfolios of different lists"
    of_a, of_b, of_both = a.core_index, b.core_index, joint.core_index
    return {key: CoreIndices(a=of_a[key], b=of_b[key], joint=of_both[key]) for key in a.keys}


def indifference_transfer(choice: Choice, key: str, criterion: int) -> float:
    """What a side must be paid so that building a project costs it nothing.

    The side's best list without the project against its best with it, under all budgets and at the
    mean of the draws; what the project crowds out of the budget is counted.

    Parameters
    ----------
    choice : candidates with scores in money.
    key : the project.
    criterion : column of the side's ENPV.

    Returns
    -------
    Money at the common rate, not below 0; infinite where no list can hold the project.
    """
    without = _best(replace(choice, left_out=(key,)), criterion)
    with_it = _best(replace(choice, held=(key,)), criterion)
    return max(0.0, without - with_it)


def _best(choice: Choice, criterion: int) -> float:
    """The most that one criterion can be on average; with one value all that nothing beats are
    equal."""
    single = _averaged(choice, criterion)
    found = undominated_portfolios(single, np.ones((1, 1)))
    assert isinstance(found, Portfolios), "one value has one best"
    if not found.chosen.shape[0]:
        return -math.inf
    chosen = dict(zip(found.keys, found.chosen[0].tolist(), strict=True))
    total = [float(c.scores[0, 0]) for c in single.candidates if chosen[c.key]]
    total += [
        float(one.scores[0, 0]) for one in single.synergies if all(chosen[k] for k in one.members)
    ]
    return math.fsum(total)


def _averaged(choice: Choice, criterion: int) -> Choice:
    """The choice by the mean of one criterion over the draws."""

    def mean(scores: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(scores[:, [criterion]].mean(axis=0, keepdims=True))

    return replace(
        choice,
        candidates=tuple(replace(c, scores=mean(c.scores)) for c in choice.candidates),
        synergies=tuple(replace(one, scores=mean(one.scores)) for one in choice.synergies),
    )


def separating_figure(
    draws: CommonDraws, is_in: NDArray[np.bool_], names: Sequence[str] | None = None
) -> SeparatingFigure | None:
    """The one figure, with its threshold, that best tells the draws apart.

    Parameters
    ----------
    draws : values of all figures.
    is_in : whether the project belongs to the best list of each draw, shape (n_draws,).
    names : figures that can be found out; left out: all.

    Returns
    -------
    None where no figure tells more than the more frequent answer does.
    """
    n = draws.n
    n_in = int(np.count_nonzero(is_in))
    without = max(n_in, n - n_in)
    best: tuple[int, str, float, bool] | None = None
    for name in draws.names if names is None else names:
        values = draws.of(name)
        order = np.argsort(values, kind="stable")
        ranked = values[order]
        in_below = np.cumsum(is_in[order])[:-1]
        below = np.arange(1, n)
        right_above = (below - in_below) + (n_in - in_below)  # out below, in above
        right = np.where(ranked[1:] > ranked[:-1], np.maximum(right_above, n - right_above), 0)
        if not right.size:
            continue
        place = int(np.argmax(right))
        if right[place] > (best[0] if best else without):
            middle = float(ranked[place] + ranked[place + 1]) / 2
            above = bool(right_above[place] >= n - right_above[place])
            best = int(right[place]), name, middle, above
    if best is None:
        return None
    right_draws, name, threshold, is_in_above = best
    return SeparatingFigure(
        name=name,
        threshold=threshold,
        is_in_above=is_in_above,
        share_right=right_draws / n,
        share_without=without / n,
    )
