"""Portfolios that nothing beats: the same as by trying every set, and the same in any order."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from box_core_index import box_core_index
from keruen.appraisal.portfolios import (
    Candidate,
    Choice,
    Portfolios,
    Synergy,
    TooManyPortfolios,
    all_portfolios,
    problems_of,
    undominated_portfolios,
)
from keruen.appraisal.portfolios.dominance import beaten_by, undominated
from keruen.appraisal.portfolios.open_region import OpenRegion
from keruen.appraisal.weights import WeightSet, corners
from keruen.draws import uniform_array
from keruen.errors import UsageError
from keruen.i18n import text

N_SETS = int(os.environ.get("KERUEN_FUZZ_SETS", "120"))
"""Random sets of at most twelve projects; 10 000 take some minutes."""
EITHER = np.eye(2)


def scores(*values: float) -> NDArray[np.float64]:
    return np.array([values], float)


def found_by(choice: Choice, weights: NDArray[np.float64] = EITHER) -> Portfolios:
    found = undominated_portfolios(choice, weights)
    assert isinstance(found, Portfolios)
    return found


def by_trying_all(choice: Choice, weights: NDArray[np.float64]) -> set[tuple[bool, ...]]:
    """Every feasible set that no other feasible set beats, straight from the definition."""
    keys = [candidate.key for candidate in choice.candidates]
    project = {c.key: c.level_of or c.key for c in choice.candidates}  # no sizes of sizes here

    def named(key: str, by: Candidate) -> set[str]:
        """A project's key stands for all its sizes, except where it is one's own project."""
        return {key} if project[by.key] == key else {key, *(k for k in keys if project[k] == key)}

    feasible, values = [], []
    for number in range(2 ** len(keys)):
        held = {key for place, key in enumerate(keys) if number >> place & 1}
        members = [c for c in choice.candidates if c.key in held]
        if any(not named(key, c) & held for c in members for key in c.requires):
            continue
        if any(named(key, c) & held for c in members for key in c.excludes):
            continue
        if len({project[key] for key in held}) < len(held):
            continue
        if not set(choice.held) <= held or set(choice.left_out) & held:
            continue
        if any(
            sum(c.costs.get(name, 0) for c in members) > budget
            for name, budget in choice.budgets.items()
        ):
            continue
        gained = [c.scores for c in members]
        gained += [one.scores for one in choice.synergies if set(one.members) <= held]
        feasible.append(tuple(key in held for key in keys))
        values.append((sum(gained, np.zeros_like(choice.candidates[0].scores)) @ weights.T).ravel())
    if not feasible:
        return set()
    table = np.array(values)
    at_least = (table[:, None, :] >= table[None, :, :]).all(axis=2)
    above = (table[:, None, :] > table[None, :, :]).any(axis=2)
    beaten = (at_least & above).any(axis=0)
    return {row for row, is_beaten in zip(feasible, beaten, strict=True) if not is_beaten}


def random_choice(seed: int) -> tuple[Choice, NDArray[np.float64]]:
    """A list of two to twelve projects with whole scores, ties of all kinds, one to three states."""
    luck = uniform_array(seed, 1, np.arange(400))
    n, n_criteria = 2 + int(luck[0] * 9.5), 1 + int(luck[1] * 3)
    n_draws, n_budgets = 1 + int(luck[2] * 2.5), int(luck[3] * 3)
    table = np.rint(luck[10 : 10 + n * n_draws * n_criteria] * 12 - 3)
    table = table.reshape(n, n_draws, n_criteria)
    prices = np.rint(luck[150 : 150 + 2 * n] * 9).reshape(n, 2)
    keys = [f"p{place:02}" for place in range(n)]
    candidates = []
    for place, key in enumerate(keys):
        tie, other = luck[200 + place], keys[int(luck[220 + place] * n)]
        # Every third list has sizes: of the first project, and of the one that others may require.
        is_size = luck[7] < 0.34 and place % 4 == 3
        candidates.append(
            Candidate(
                key=key,
                scores=table[place],
                costs={f"b{b}": float(prices[place, b]) for b in range(n_budgets)},
                requires=(keys[place - 1],) if place and tie < 0.15 else (),
                excludes=(other,) if tie > 0.85 and other != key else (),
                level_of=keys[place - 3 if luck[240 + place] < 0.5 else 0] if is_size else None,
            )
        )
    extra = np.rint(luck[300 : 300 + n_draws * n_criteria] * 10 - 5).reshape(n_draws, n_criteria)
    choice = Choice(
        candidates=tuple(candidates),
        synergies=(Synergy(members=(keys[0], keys[-1]), scores=extra),) if luck[4] < 0.5 else (),
        budgets={
            f"b{b}": float(np.floor(prices[:, b].sum() * luck[5 + b])) for b in range(n_budgets)
        },
        held=(keys[0],) if luck[8] < 0.1 else (),
        left_out=(keys[-1],) if luck[8] > 0.9 else (),
    )
    weights = np.eye(n_criteria)
    if luck[9] < 0.3:  # whole mixtures, so that trying all is exact as well
        weights = np.vstack([weights, np.ones((1, n_criteria))])
    return choice, weights


@pytest.mark.parametrize("block", range(4))
def test_random_sets_as_by_trying_all(block: int) -> None:
    """The same portfolios, all of them, as from the definition."""
    n_of_some = 0
    for seed in range(block, N_SETS, 4):
        choice, weights = random_choice(seed)
        found = found_by(choice, weights)
        rows = [tuple(row) for row in found.chosen.tolist()]
        assert len(set(rows)) == len(rows), seed
        assert set(rows) == by_trying_all(choice, weights), seed
        n_of_some += len(rows) > 1
    assert n_of_some > 0.3 * N_SETS / 4, "sets in which there is nothing to choose prove little"


def three(budget: float) -> Choice:
    """Two projects that cost one each, and one that costs two and is worth less than both."""
    return Choice(
        candidates=(
            Candidate(key="a", scores=scores(4, 1), costs={"A": 1}),
            Candidate(key="b", scores=scores(1, 4), costs={"A": 1}),
            Candidate(key="c", scores=scores(3, 3), costs={"A": 2}),
        ),
        budgets={"A": budget},
    )


def test_core_borderline_and_exterior_by_hand() -> None:
    """With money for two, a and b together (5, 5) beat c (3, 3); with money for one it is a or b."""
    assert found_by(three(2)).core_index == {"a": 1, "b": 1, "c": 0}
    assert found_by(three(1)).core_index == {"a": 0.5, "b": 0.5, "c": 0}
    assert found_by(three(9)).core_index == {"a": 1, "b": 1, "c": 1}


def test_weights_that_agree_leave_less_open() -> None:
    """Whoever gives the first criterion all the weight takes a alone."""
    assert found_by(three(1), np.array([[1.0, 0.0]])).core_index == {"a": 1, "b": 0, "c": 0}


def test_a_shared_figure_cancels() -> None:
    """Both are worth 1 to 9 by the same draw, and b 1 more: a is beaten, though ranges overlap."""
    luck = np.array([[1.0], [9.0]])
    choice = Choice(
        candidates=(
            Candidate(key="a", scores=luck, costs={"A": 1}),
            Candidate(key="b", scores=luck + 1, costs={"A": 1}),
        ),
        budgets={"A": 1},
    )
    one = np.eye(1)
    assert found_by(choice, one).core_index == {"a": 0, "b": 1}
    assert box_core_index(choice, one) == {"a": 0.5, "b": 0.5}, "independent ranges cannot tell"


def test_box_check_agrees_where_nothing_is_uncertain() -> None:
    """Of points, ranges are as exact as draws."""
    assert box_core_index(three(1), EITHER) == found_by(three(1)).core_index


def wagons(requires: str = "wagons", budget: float = 3) -> Choice:
    """Wagons in two sizes, and a yard that needs wagons."""
    return Choice(
        candidates=(
            Candidate(key="wagons", scores=scores(2, 2), costs={"A": 1}),
            Candidate(key="wagons-more", scores=scores(3, 2), costs={"A": 2}, level_of="wagons"),
            Candidate(key="yard", scores=scores(1, 2), costs={"A": 1}, requires=(requires,)),
        ),
        budgets={"A": budget},
    )


def test_of_the_sizes_of_a_project_one_is_chosen() -> None:
    """Both sizes together would cost 3 and bring (5, 4), but they are one project.

    With money for 2 what is left is wagons with the yard (3, 4), which beats the larger size alone
    (3, 2). With money for 3 the larger size with the yard (4, 4) beats everything.
    """
    two, three = found_by(wagons(budget=2)), found_by(wagons(budget=3))
    assert two.core_index == {"wagons": 1, "wagons-more": 0, "yard": 1}
    assert three.core_index == {"wagons": 0, "wagons-more": 1, "yard": 1}
    assert two.core_index_by_project == three.core_index_by_project == {"wagons": 1, "yard": 1}


def test_a_project_is_core_though_its_size_is_open() -> None:
    """A small size at (2, 3), a large one at (3, 2): half of the lists each, the project in all."""
    found = found_by(
        Choice(
            candidates=(
                Candidate(key="large", scores=scores(3, 2), level_of="small"),
                Candidate(key="small", scores=scores(2, 3)),
            )
        )
    )
    assert found.core_index == {"large": 0.5, "small": 0.5}
    assert found.core_index_by_project == {"small": 1}


def test_one_size_can_be_required_by_its_own_key() -> None:
    """The yard needs the larger wagons: 3 together, and with money for 2 there is no yard."""
    assert found_by(wagons("wagons-more", 3)).core_index == {
        "wagons": 0,
        "wagons-more": 1,
        "yard": 1,
    }
    assert found_by(wagons("wagons-more", 2)).core_index == {
        "wagons": 0,
        "wagons-more": 1,
        "yard": 0,
    }


def test_a_small_criterion_stays_as_fine_as_a_large_one() -> None:
    """Money in thousands of billions beside places of work: one place more still counts."""
    found = found_by(
        Choice(
            candidates=(
                Candidate(key="a", scores=scores(3e12, 7), costs={"A": 1}),
                Candidate(key="b", scores=scores(3e12, 8), costs={"A": 1}),
            ),
            budgets={"A": 1},
        )
    )
    assert found.core_index == {"a": 0, "b": 1}


def test_portfolios_are_counted_not_points() -> None:
    """Two sets of the same worth are two portfolios."""
    choice = Choice(
        candidates=tuple(Candidate(key=k, scores=scores(2, 2), costs={"A": 1}) for k in "ab"),
        budgets={"A": 1},
    )
    assert found_by(choice).core_index == {"a": 0.5, "b": 0.5}


def test_nothing_feasible_is_no_portfolio() -> None:
    """What must be held and cannot be paid leaves nothing."""
    choice = Choice(
        candidates=(Candidate(key="a", scores=scores(1, 1), costs={"A": 2}),),
        budgets={"A": 1},
        held=("a",),
    )
    assert found_by(choice).chosen.shape == (0, 1)


def test_weights_that_admit_nothing_are_refused() -> None:
    """No weights, no order: said, not an empty list."""
    none = corners(WeightSet(criteria=("a", "b"), low=(0.6, 0.6), high=(1, 1)))
    with pytest.raises(UsageError) as refused:
        undominated_portfolios(three(2), none)
    assert refused.value.key == "problem.weights_admit_nothing"


def test_what_leaves_nothing_to_choose_is_told_at_once() -> None:
    """Of one budget nothing can be paid, the other pays for one; B's weights admit nothing."""
    choice = Choice(
        candidates=(
            Candidate(key="a", scores=scores(1, 1), costs={"A": 7, "B": 3}),
            Candidate(key="b", scores=scores(1, 1), costs={"A": 5}),
        ),
        budgets={"A": 4, "B": 3},
    )
    weights = {"terms.weights.A": EITHER, "terms.weights.B": EITHER[:0]}
    places = {"A": "terms.budgets.A", "B": "terms.budgets.B"}
    found = problems_of(choice, weights, places, money="KZT2025")
    assert [(one.key, one.parameters["place"]) for one in found] == [
        ("problem.weights_admit_nothing", "terms.weights.B"),
        ("problem.budget_below_cheapest", "terms.budgets.A"),
    ]
    assert found[1].parameters["project"] == "b"
    assert found[1].parameters["cost"] == "5 KZT2025"
    for problem in found:
        for language in ("en", "ru", "kk", "zh"):
            assert "{" not in text(problem.key, language, **problem.parameters)


def test_too_many_is_an_answer() -> None:
    """Twenty projects that are all a matter of taste: more than a thousand lists, and it says so."""
    taste = tuple(
        Candidate(key=f"p{place:02}", scores=scores(2.0**place, -(2.0**place)))
        for place in range(20)
    )
    found = undominated_portfolios(Choice(candidates=taste), EITHER, most=1000)
    assert isinstance(found, TooManyPortfolios)
    assert found.reached > 1000


def test_all_portfolios_are_all_feasible_ones() -> None:
    """Of three with money for two: none, a, b, c and a with b."""
    feasible = all_portfolios(three(2), 100)
    assert feasible is not None
    assert sorted(map(tuple, feasible.tolist())) == sorted(
        [
            (False,) * 3,
            (True, False, False),
            (False, True, False),
            (True, True, False),
            (False, False, True),
        ]
    )
    assert all_portfolios(three(9), 3) is None


def test_rows_beaten_by_hand() -> None:
    """More of one value and no less of another beats, unless it costs more; equals do not."""
    values = np.array([[3, 3], [3, 2], [2, 4], [3, 3], [1, 1]])
    free = np.zeros((5, 0), np.int64)
    assert undominated(values, free).tolist() == [True, False, True, True, False]
    costs = np.array([[9], [1], [9], [5], [9]])
    assert undominated(values, costs).tolist() == [True, True, True, True, False]
    assert beaten_by(values, np.array([[3, 3]])).tolist() == [False, True, False, False, True]


@pytest.mark.parametrize("n_columns", [4, 10, 30])
def test_many_columns_are_compared_too(n_columns: int) -> None:
    """A row that is better in the last column alone stays."""
    values = np.ones((3, n_columns), np.int64)
    values[1, -1], values[2] = 2, 0
    assert undominated(values, values[:, :0]).tolist() == [False, True, False]


def test_more_rows_than_one_table_holds() -> None:
    """Five thousand rows on a falling line beat nobody; one below each is beaten by it alone."""
    rising = np.arange(5000)
    line = np.column_stack([3 * rising, 3 * rising[::-1], 3 * rising])
    below = line - np.array([1, 0, 0])
    both = np.vstack([below, line])
    assert undominated(both, both[:, :0]).tolist() == [False] * 5000 + [True] * 5000
    assert beaten_by(below, line).all()
    assert not beaten_by(line, below).any()


def test_open_region_is_what_no_known_point_beats() -> None:
    """On a small lattice: a point is in the region unless a known one is above it everywhere."""
    lattice = np.array([[a, b, c] for a in range(5) for b in range(5) for c in range(5)])
    luck = uniform_array(3, 2, np.arange(18)).reshape(6, 3)
    known = np.floor(luck * 5).astype(np.int64)
    region = OpenRegion(3, np.ones((1, 3)))
    region.close(known)
    held = region.holds(lattice, lattice.sum(axis=1, keepdims=True).astype(float))
    above = (known[None, :, :] > lattice[:, None, :]).all(axis=2).any(axis=1)
    assert not (above & held).any()
    level = (known[None, :, :] >= lattice[:, None, :]).all(axis=2).any(axis=1)
    assert (held | level).all()
    assert above.any()


def test_order_of_budgets_and_synergies_changes_nothing() -> None:
    """The same list written in another order is the same list."""
    choice, weights = random_choice(11)
    turned: Mapping[str, float] = dict(reversed(choice.budgets.items()))
    other = Choice(candidates=choice.candidates, synergies=choice.synergies[::-1], budgets=turned)
    assert (
        found_by(other, weights).chosen.tolist()
        == found_by(
            Choice(
                candidates=choice.candidates, synergies=choice.synergies, budgets=choice.budgets
            ),
            weights,
        ).chosen.tolist()
    )
