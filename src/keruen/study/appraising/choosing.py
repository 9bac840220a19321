"""Which projects first: the sets that nothing beats, by the weights of each side, and the answers.

Knows scores draw by draw; knows no run. Criteria are the present values of both sides at the common
rate. A side that says nothing of weights counts its own value alone.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.answers import (
    CoreIndices,
    SeparatingFigure,
    core_indices,
    indifference_transfer,
    separating_figure,
)
from keruen.appraisal.interdependence import Coalition
from keruen.appraisal.portfolios import (
    Candidate,
    Choice,
    Portfolios,
    Synergy,
    all_portfolios,
    undominated_portfolios,
)
from keruen.appraisal.sides import PARTIES
from keruen.appraisal.uncertainty import CommonDraws
from keruen.appraisal.weights import WeightSet, corners
from keruen.scenario.check_projects import in_own_money
from keruen.scenario.projects import WeightsOfSide
from keruen.study.appraising.groups import player_of
from keruen.study.appraising.results import PortfolioIndices
from keruen.study.appraising.values import NOBODY
from keruen.study.appraising.worth import BySide, CoalitionWorth, is_noise_figure

CRITERIA: Final = ("enpv-a", "enpv-b")
"""What is weighed: present value of each side at the common rate."""

N_STATES: Final = 16
"""Draws in which a list must be no worse to beat another; with more, hardly any list is beaten."""
_TRACE: Final = 1e-5
"""Weight of the other side's value where a side counts its own alone: it is not against what costs
it nothing."""
_MOST_FEASIBLE: Final = 100_000

Draws = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListScores:
    """What candidates and their coalitions bring, draw by draw.

    Parameters
    ----------
    choice : criteria of all draws: side A, side B.
    joint : the same choice with the joint account as its one criterion.
    """

    choice: Choice
    joint: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Core indices and what follows from them, by project."""

    indices: PortfolioIndices
    core: Mapping[str, CoreIndices]
    transfers: Mapping[str, tuple[float | None, float | None]]
    separating: Mapping[str, SeparatingFigure | None]
    joint_gains: frozenset[str]
    """Projects that the list best for both together holds in some draw."""


def scores_of(
    worth: CoalitionWorth,
    keys: Sequence[str],
    exact: Sequence[Coalition],
    draws: CommonDraws,
) -> ListScores:
    """Scores of candidates, and of coalitions what they bring beyond their members.

    Parameters
    ----------
    keys : projects that can be chosen, sorted.
    exact : coalitions of players whose every part was valued; of others only what each brings.
    """
    known: dict[Coalition, BySide] = {NOBODY: _nothing(draws)}

    def gains(built: Coalition) -> BySide:
        built = worth.feasible(built)
        if built not in known:
            known[built] = worth.drawn_sides(built, draws)
        return known[built]

    levels = {key: player_of(worth, key) for key in keys}
    candidates, lone = [], []
    for key in keys:
        costs = worth.drawn_costs(key, draws)
        needs = worth.closure(key)
        whole = any(levels[key] in built for built in exact)
        # Within a group that is valued whole, what needs another brings nothing without it.
        before = NOBODY if whole else needs - {key}
        own = _minus(gains(frozenset((key,)) if whole else needs), gains(before))
        rivals = {other for other in keys if other != key and levels[other] == levels[key]}
        project = worth.document.projects[key]
        candidate = Candidate(
            key=key,
            scores=np.column_stack([own["A"] + costs["A"], own["B"] + costs["B"]]),
            costs=_budget_costs(worth, key),
            requires=tuple(sorted(project.requires)),
            excludes=tuple(sorted((rivals | set(project.excludes)) & set(keys))),
        )
        candidates.append(candidate)
        joint = joint_of(own) + joint_of(costs)
        lone.append(replace(candidate, scores=joint.reshape(-1, 1)))
    synergies, together = [], []
    for built in sorted(exact, key=lambda one: (len(one), sorted(one))):
        if len(built) < 2 or not built <= set(keys):
            continue
        extra = _dividend(built, gains, draws)
        scores = np.column_stack([extra["A"], extra["B"]])
        joint = joint_of(extra).reshape(-1, 1)
        # Sizes of a player share its luck with others: the same surplus for each.
        for members in itertools.product(
            *([key for key in keys if levels[key] == one] for one in sorted(built))
        ):
            if np.any(np.abs(joint) > 1.0):  # less than a tenge is rounding
                synergies.append(Synergy(members=members, scores=scores))
                together.append(Synergy(members=members, scores=joint))
    choice = Choice(
        candidates=tuple(candidates), synergies=tuple(synergies), budgets=_budgets(worth)
    )
    return ListScores(
        choice=choice, joint=replace(choice, candidates=tuple(lone), synergies=tuple(together))
    )


def _nothing(draws: CommonDraws) -> BySide:
    return {"A": np.zeros(draws.n), "B": np.zeros(draws.n), "third": np.zeros(draws.n)}


def _minus(one: BySide, other: BySide) -> BySide:
    return {account: one[account] - other[account] for account in one}


def joint_of(sides: BySide) -> Draws:
    """The joint account: sides in their fixed order."""
    return sides["A"] + sides["B"] + sides["third"]


def _dividend(built: Coalition, gains: Callable[[Coalition], BySide], draws: CommonDraws) -> BySide:
    """What a coalition brings beyond all smaller ones in it (Harsanyi)."""
    total = _nothing(draws)
    keys = sorted(built)
    for n in range(1, len(keys) + 1):
        sign = (-1.0) ** (len(keys) - n)
        for part in itertools.combinations(keys, n):
            found = gains(frozenset(part))
            for account in total:
                total[account] = total[account] + sign * found[account]
    return total


def _budget_costs(worth: CoalitionWorth, key: str) -> dict[str, float]:
    """What a project takes of each side's budget: its capital, undiscounted."""
    project = worth.document.projects[key]
    whole = math.fsum(worth.rules.kzt(text) for _, text in sorted(project.capital.items()))
    found = {"A": 0.0, "B": 0.0}
    for party, share in sorted(project.paid_by.items()):
        account = PARTIES[party].account
        if account in found:
            found[account] += share * whole
    return found


def _budgets(worth: CoalitionWorth) -> dict[str, float]:
    terms = worth.document.terms
    found = {}
    for side, text in sorted(terms.budgets.items() if terms else ()):
        amount = in_own_money(text, worth.rules.rates)
        assert amount is not None, "a budget without a rate is refused when the list is read"
        found[str(side)] = amount
    return found


def weights_of(worth: CoalitionWorth) -> tuple[Draws, Draws]:
    """Corners of the weights of A and of B."""
    terms = worth.document.terms
    found = []
    for place, side in enumerate(("A", "B")):
        said = {str(key): one for key, one in terms.weights.items()} if terms else {}
        if side in said:
            found.append(corners(_weight_set(said[side])))
        else:
            own = np.full((1, 2), _TRACE)
            own[0, place] = 1 - _TRACE
            found.append(own)
    return found[0], found[1]


def _weight_set(said: WeightsOfSide) -> WeightSet:
    return WeightSet(
        criteria=CRITERIA,
        low=tuple(said.bounds[key].low if key in said.bounds else 0.0 for key in CRITERIA),
        high=tuple(said.bounds[key].high if key in said.bounds else 1.0 for key in CRITERIA),
        order=tuple(key for key in said.order if key in CRITERIA),
    )


def choose(worth: CoalitionWorth, scores: ListScores, draws: CommonDraws) -> Chosen:
    """Core indices by each side's weights and by both, and what each answer needs."""
    a, b = weights_of(worth)
    n_states, found = min(N_STATES, draws.n), None
    while found is None:
        cut = _cut(scores.choice, n_states)
        by = [undominated_portfolios(cut, one) for one in (a, b, np.vstack([a, b]))]
        done = [one for one in by if isinstance(one, Portfolios)]
        if len(done) == len(by):
            found = done
        elif n_states == 1:
            return _too_many(scores, draws)
        else:
            n_states = (n_states + 1) // 2
    core = core_indices(found[0], found[1], found[2])
    counts = [one.chosen.shape[0] for one in found]
    best, in_best = _best_lists(scores.joint, draws)
    transfers: dict[str, tuple[float | None, float | None]] = {}
    for key, one in core.items():
        is_talk = (one.a == 1) != (one.b == 1)
        pays = [
            _finite(indifference_transfer(scores.choice, key, place)) if is_talk else None
            for place in (0, 1)
        ]
        transfers[key] = pays[0], pays[1]
    return Chosen(
        indices=PortfolioIndices(
            n_draws=n_states, n_a=counts[0], n_b=counts[1], n_joint=counts[2], best=best
        ),
        core=core,
        transfers=transfers,
        separating=_separating(draws, in_best),
        joint_gains=_ever(in_best),
    )


def _too_many(scores: ListScores, draws: CommonDraws) -> Chosen:
    best, in_best = _best_lists(scores.joint, draws)
    keys = [candidate.key for candidate in scores.choice.candidates]
    return Chosen(
        indices=PortfolioIndices(n_draws=1, n_a=None, n_b=None, n_joint=None, best=best),
        core={},
        transfers=dict.fromkeys(keys, (None, None)),
        separating=_separating(draws, in_best),
        joint_gains=_ever(in_best),
    )


def _separating(
    draws: CommonDraws, in_best: Mapping[str, NDArray[np.bool_]]
) -> dict[str, SeparatingFigure | None]:
    """The luck of replications is no figure that somebody could find out."""
    names = [name for name in draws.names if not is_noise_figure(name)]
    return {key: separating_figure(draws, is_in, names) for key, is_in in in_best.items()}


def _ever(in_best: Mapping[str, NDArray[np.bool_]]) -> frozenset[str]:
    return frozenset(key for key, is_in in in_best.items() if is_in.any())


def _finite(amount: float) -> float | None:
    return amount if math.isfinite(amount) else None


def _cut(choice: Choice, n: int) -> Choice:
    """The choice in the first draws alone; all of them are alike."""
    return replace(
        choice,
        candidates=tuple(replace(one, scores=one.scores[:n]) for one in choice.candidates),
        synergies=tuple(replace(one, scores=one.scores[:n]) for one in choice.synergies),
    )


def _best_lists(
    joint: Choice, draws: CommonDraws
) -> tuple[tuple[str, ...], Mapping[str, NDArray[np.bool_]]]:
    """The best list at the mean of the draws, and in which draws each project is in the best."""
    keys = [candidate.key for candidate in joint.candidates]
    rows = all_portfolios(joint, _MOST_FEASIBLE)
    if rows is None or not rows.shape[0]:
        return (), {key: np.zeros(draws.n, np.bool_) for key in keys}
    held = rows.astype(np.float64)
    total = held @ np.array([candidate.scores[:, 0] for candidate in joint.candidates])
    for one in joint.synergies:
        places = [keys.index(key) for key in one.members]
        total = total + np.outer(rows[:, places].all(axis=1), one.scores[:, 0])
    best = rows[int(np.argmax(total.mean(axis=1)))]
    chosen = rows[np.argmax(total, axis=0)]
    names = tuple(key for key, is_in in zip(keys, best, strict=True) if is_in)
    return names, {key: chosen[:, place] for place, key in enumerate(keys)}
