"""Which first: five answers, what the other side must be paid, and which figure would separate."""

from __future__ import annotations

import numpy as np
import pytest

from keruen.appraisal.answers import (
    CoreIndices,
    answer_of,
    core_indices,
    indifference_transfer,
    separating_figure,
)
from keruen.appraisal.portfolios import Candidate, Choice, Portfolios, undominated_portfolios
from keruen.appraisal.uncertainty import FigureRange, common_draws
from keruen.appraisal.weights import WeightSet, corners


@pytest.mark.parametrize(
    ("a", "b", "is_judged", "answer"),
    [
        (1.0, 1.0, True, "do_now"),
        (1.0, 0.0, True, "talk_about"),
        (0.4, 1.0, True, "talk_about"),
        (0.4, 0.0, True, "find_out_first"),
        (0.0, 0.0, True, "leave"),
        (1.0, 1.0, False, "not_yet"),
    ],
)
def test_five_answers(a: float, b: float, is_judged: bool, answer: str) -> None:
    """Core for both, for one, exterior for both, missing figures, everything else."""
    assert answer_of(CoreIndices(a=a, b=b, joint=0.5), is_judged=is_judged) == answer


def test_what_never_pays_for_both_together_is_left() -> None:
    """A side that likes what the other pays for is no reason to look into it."""
    liked = CoreIndices(a=0.0, b=0.5, joint=0.5)
    assert answer_of(liked, is_judged=True, is_joint_gain=True) == "find_out_first"
    assert answer_of(liked, is_judged=True, is_joint_gain=False) == "leave"


def listed(*, budget: float) -> Choice:
    """`first` brings A 5 and costs B 2; `second` brings both 3."""
    return Choice(
        candidates=(
            Candidate(key="first", scores=np.array([[5.0, -2.0]]), costs={"B": 1}),
            Candidate(key="second", scores=np.array([[3.0, 3.0]]), costs={"B": 1}),
        ),
        budgets={"B": budget},
    )


def test_the_transfer_is_what_the_other_side_loses() -> None:
    """With money for both B loses 2; with money for one it gives up the second's 3 as well."""
    assert indifference_transfer(listed(budget=2), "first", criterion=1) == pytest.approx(2)
    assert indifference_transfer(listed(budget=1), "first", criterion=1) == pytest.approx(5)
    assert indifference_transfer(listed(budget=2), "second", criterion=1) == 0
    assert indifference_transfer(listed(budget=0), "first", criterion=1) == np.inf


def test_each_side_has_its_own_core() -> None:
    """By A's money alone both are core, by B's only the second."""
    found = [
        undominated_portfolios(listed(budget=2), weights)
        for weights in (np.array([[1.0, 0]]), np.array([[0, 1.0]]), np.eye(2))
    ]
    a, b, joint = (one for one in found if isinstance(one, Portfolios))
    indices = core_indices(a, b, joint)
    assert indices["first"] == CoreIndices(a=1, b=0, joint=0.5)
    assert indices["second"] == CoreIndices(a=1, b=1, joint=1)


def test_the_figure_that_separates() -> None:
    """A project belongs to the list where the fee is above 4: the fee is named, with about 4."""
    ranges = {
        "fee": FigureRange(low=0, value=4, high=10),
        "noise": FigureRange(low=0, value=1, high=2),
    }
    draws = common_draws(ranges, 400, seed=2)
    figure = separating_figure(draws, draws.of("fee") > 4)
    assert figure is not None
    assert (figure.name, figure.is_in_above, figure.share_right) == ("fee", True, 1.0)
    assert figure.threshold == pytest.approx(4, abs=0.2)
    assert 0.5 <= figure.share_without < 1
    below = separating_figure(draws, draws.of("fee") < 4)
    assert below is not None
    assert not below.is_in_above


def test_nothing_separates_what_is_always_in() -> None:
    """A project that belongs to every best list asks for no figure."""
    draws = common_draws({"fee": FigureRange(low=0, value=4, high=10)}, 50, seed=2)
    assert separating_figure(draws, np.ones(50, bool)) is None
    assert separating_figure(draws, draws.of("fee") > 4, names=()) is None


def test_corners_of_weights() -> None:
    """Any weights of three have three corners; a half for each leaves none over; an order halves."""
    any_weight = WeightSet(criteria=("a", "b", "c"), low=(0,) * 3, high=(1,) * 3)
    assert corners(any_weight).tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    half = WeightSet(criteria=("a", "b"), low=(0.5, 0.5), high=(1, 1))
    assert corners(half).tolist() == [[0.5, 0.5]]
    nothing = WeightSet(criteria=("a", "b"), low=(0.6, 0.6), high=(1, 1))
    assert corners(nothing).shape == (0, 2)
    ranked = WeightSet(criteria=("a", "b", "c"), low=(0,) * 3, high=(1,) * 3, order=("b", "a", "c"))
    assert corners(ranked).tolist() == pytest.approx(
        np.array([[0, 1, 0], [1 / 3, 1 / 3, 1 / 3], [0.5, 0.5, 0]])
    )
