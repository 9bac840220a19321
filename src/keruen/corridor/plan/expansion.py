"""The cheapest additions to what trains share, with a bound: levers above the week's relaxation.

Knows the week's problem and what a step of each lever widens and costs; does not know what the
lever builds. Trains may be broken numbers here, and cost nothing: which additions do is asked, not
which plan is best. The bound holds for every plan: no cheaper set of these levers lets any carry so
much. Which of the sets that seem enough is enough for whole trains, a plan and a run tell.

Notes
-----
Benders (1962), "Partitioning procedures for solving mixed-variables programming problems",
Numerische Mathematik 4, 238-252: for given steps the least that is left is a linear programme; its
prices say how much each step more takes off at most, and a small programme over whole steps alone
finds the cheapest that all these cuts allow. In one programme the same took a hundred times as
long.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from keruen.corridor.plan.design.engine import Engine
from keruen.corridor.plan.design.model import Model, Rows, build, rows_of, stacked
from keruen.corridor.plan.design.problem import Flags, Floats, Ints
from keruen.corridor.plan.week_problem import WeekProblem

MOST_CUTS: Final = 200
"""Of one search; the packaged week takes a dozen."""

_NONE: Final = 1e-7
_ENOUGH: Final = 1e-6
"""Share of all boxes that is a rounding of the solver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Widening:
    """What one step of a lever widens.

    Parameters
    ----------
    most : whole steps at most.
    cost : of one step; any money, the same for all.
    limits : float64, shape (n_limits,), units of each shared limit of the week.
    arcs : float64, shape (n_arcs,), TEU a week of each arc that has room of its own.
    """

    most: int
    cost: float
    limits: Floats
    arcs: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """A cheapest set of additions.

    Parameters
    ----------
    steps : of each lever; None where no set within the levers does.
    cost : of them; infinite where there is none.
    bound : no set of levers that does costs less.
    unserved_share : of all boxes, that trains in broken numbers leave with the steps.
    """

    steps: tuple[int, ...] | None
    cost: float
    bound: float
    unserved_share: float


def widening_of(
    week: WeekProblem, before_last: WeekProblem, widest: WeekProblem, most: int, cost: float
) -> Widening:
    """What a step widens, from the week with all steps of a lever and with all but one.

    The last step counts: where others take more than there is, the first steps may show nothing.
    """
    assert len(widest.limits) == len(week.limits), "other limits in the same world"
    limits = np.array(
        [b.most - a.most for a, b in zip(before_last.limits, widest.limits, strict=True)]
    )
    before, after = before_last.problem.arc_capacity, widest.problem.arc_capacity
    has_service = week.problem.arc_service >= 0
    known = ~has_service & np.isfinite(before) & np.isfinite(after)
    arcs = np.where(known, np.where(known, after, 0.0) - np.where(known, before, 0.0), 0.0)
    return Widening(most=most, cost=cost, limits=limits, arcs=arcs)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """With `steps` so much is left; each step more of a lever takes off at most its `gain`."""

    left: float
    gain: Floats
    steps: Floats


@dataclass(slots=True)
class WidenedWeek:
    """A week with levers: how few boxes any plan leaves with some steps, and the cheapest that do.

    Parameters
    ----------
    week : without any step.
    levers : what can be widened.
    more : share of boxes that want to travel beyond those of the week: room to spare.
    """

    week: WeekProblem
    levers: Sequence[Widening]
    more: float = 0.0
    _engine: Engine = field(init=False, repr=False)
    _columns: Ints = field(init=False, repr=False)
    _cuts: list[_Cut] = field(init=False, default_factory=list, repr=False)

    def __post_init__(self) -> None:
        """Put the levers into the week's relaxation, as columns that are fixed."""
        model, left = _with_levers(self.week, self.levers, self.more)
        n = len(model.cost)
        self._columns = np.arange(n - len(self.levers), n)
        boxes = sum(stream.boxes for stream in self.week.streams)
        model = replace(model, cost=left / boxes)
        self._engine = Engine(model, model.upper, is_relaxed=True)

    def least_unserved(self, steps: Sequence[int]) -> float:
        """No plan of the week with these steps leaves less than this share of the boxes."""
        return self._cut(np.array(steps, np.float64)).left

    def cheapest(self, most_unserved: float) -> Expansion:
        """The cheapest steps with which at most a share of the boxes must be left.

        Parameters
        ----------
        most_unserved : share of all boxes that may find no train.
        """
        steps: Floats | None = np.zeros(len(self.levers))
        bound = 0.0
        for _ in range(MOST_CUTS):
            assert steps is not None
            cut = self._cut(steps)
            if cut.left <= most_unserved + _ENOUGH:
                whole = tuple(int(step) for step in steps)
                cost = math.fsum(
                    lever.cost * step for lever, step in zip(self.levers, whole, strict=True)
                )
                return Expansion(steps=whole, cost=cost, bound=cost, unserved_share=cut.left)
            steps, bound = self._cheapest_by_cuts(most_unserved)
            if steps is None:
                break
        return Expansion(steps=None, cost=math.inf, bound=bound, unserved_share=math.nan)

    def _cut(self, steps: Floats) -> _Cut:
        known = next((cut for cut in self._cuts if np.array_equal(cut.steps, steps)), None)
        if known is not None:
            return known
        self._engine.set_bounds(self._columns, steps, steps)
        answer = self._engine.run(seconds=math.inf)
        assert answer.is_done, "all may be left behind, so there is always an answer"
        # Of a column that is fixed the price is what one more of it would change.
        gain = np.maximum(-answer.column_dual[self._columns], 0.0)
        cut = _Cut(left=max(0.0, answer.objective), gain=gain, steps=steps)
        self._cuts.append(cut)
        return cut

    def _cheapest_by_cuts(self, most_unserved: float) -> tuple[Floats | None, float]:
        """The cheapest whole steps that no cut forbids, and their cost; none where none is left."""
        n = len(self.levers)
        cuts = [cut for cut in self._cuts if cut.left > most_unserved]
        gains = np.array([cut.gain for cut in cuts])
        rows, columns = np.nonzero(gains)
        # By the share itself the coefficients would be near what the solver takes for nothing.
        scale = np.maximum(gains.max(axis=1), _NONE)
        needed = np.array(
            [cut.left - most_unserved + float(cut.gain @ cut.steps) for cut in cuts], np.float64
        )
        model = _Master(
            cost=np.array([lever.cost for lever in self.levers], np.float64),
            is_integer=np.ones(n, np.bool_),
            rows=rows_of(
                rows,
                columns,
                gains[rows, columns] / scale[rows],
                needed / scale,
                np.full(len(cuts), np.inf),
            ),
        )
        most = np.array([lever.most for lever in self.levers], np.float64)
        answer = Engine(model, most, is_relaxed=False).run(seconds=math.inf)
        if not len(answer.values):
            return None, math.inf
        return np.round(answer.values), max(0.0, answer.bound)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Master:
    """The small programme over steps alone."""

    cost: Floats
    is_integer: Flags
    rows: Rows


def _with_levers(
    week: WeekProblem, levers: Sequence[Widening], more: float
) -> tuple[Model, Floats]:
    """The model with a column for each lever, and the boxes that each column leaves."""
    problem = replace(week.problem, amount=week.problem.amount * (1 + more))
    model = build(problem)
    n_before, n = len(model.cost), len(levers)
    rows, columns, values = _entries(week, levers, model)
    most = np.array([lever.most for lever in levers], np.float64)
    boxes = np.array([stream.boxes for stream in week.streams])
    left = np.concatenate((np.zeros(model.n_services + model.n_ways), boxes, np.zeros(n)))
    return (
        replace(
            model,
            cost=np.zeros(n_before + n),
            upper=np.concatenate((model.upper, most)),
            is_integer=np.zeros(n_before + n, np.bool_),
            rows=_with_entries(model.rows, rows, columns, values),
        ),
        left,
    )


def _entries(
    week: WeekProblem, levers: Sequence[Widening], model: Model
) -> tuple[Ints, Ints, Floats]:
    """Where a step loosens a row: minus what it widens, in the lever's column."""
    problem = week.problem
    # Rows of `build`: one for each commodity, then one for each arc on a way that has bounds.
    arcs = np.unique(problem.way_arc[np.isfinite(problem.arc_capacity[problem.way_arc])])
    row_of_arc = np.full(len(problem.arc_capacity), -1)
    row_of_arc[arcs] = len(problem.amount) + np.arange(len(arcs))
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for index, lever in enumerate(levers):
        for limit in np.flatnonzero(np.abs(lever.limits) > _NONE):
            rows.append(model.first_resource_row + int(limit))
            columns.append(len(model.cost) + index)
            values.append(-float(lever.limits[limit]))
        for arc in np.flatnonzero((np.abs(lever.arcs) > _NONE) & (row_of_arc >= 0)):
            rows.append(int(row_of_arc[arc]))
            columns.append(len(model.cost) + index)
            values.append(-float(lever.arcs[arc]))
    return np.array(rows, np.int64), np.array(columns, np.int64), np.array(values, np.float64)


def _with_entries(rows: Rows, row: Ints, column: Ints, value: Floats) -> Rows:
    own = np.repeat(np.arange(len(rows.lower)), np.diff(rows.start))
    return stacked(
        rows_of(
            np.concatenate((own, row)),
            np.concatenate((rows.column.astype(np.int64), column)),
            np.concatenate((rows.value, value)),
            rows.lower,
            rows.upper,
        )
    )
