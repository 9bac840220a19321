"""The cheapest additions to what trains share, with a bound: the week's design, levers as columns.

Knows the week's problem and what a step of each lever widens and costs; does not know what the
lever builds. Trains cost nothing here: which additions do is asked, not which plan is best. The
bound holds for the plan: no cheaper set of these levers lets any plan carry so much.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from keruen.corridor.plan.design.engine import Engine
from keruen.corridor.plan.design.model import Model, Rows, build, rows_of, stacked
from keruen.corridor.plan.design.problem import Flags, Floats, Ints
from keruen.corridor.plan.week_problem import WeekProblem

N_NODES: Final = 3_000
"""Of one branch and bound: it ends by nodes, so that equal problems give equal answers."""

_NONE: Final = 1e-7


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
    unserved_share : of all boxes, in the plan that was found with the steps.
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


def cheapest(
    week: WeekProblem,
    levers: Sequence[Widening],
    most_unserved: float,
    *,
    seconds: float = math.inf,
) -> Expansion:
    """The cheapest steps with which some plan leaves at most a share of the boxes.

    Parameters
    ----------
    week : without any step.
    levers : what can be widened.
    most_unserved : share of all boxes that may find no train.
    seconds : of the solver; where they cut off, the answer depends on the machine.
    """
    model, left = _with_levers(week, levers)
    total = sum(stream.boxes for stream in week.streams)
    columns = np.flatnonzero(left)
    row = rows_of(
        np.zeros(len(columns), np.int64),
        columns,
        left[columns],
        np.array([-np.inf]),
        np.array([most_unserved * total]),
    )
    model = model.with_rows(row)
    n = len(levers)
    answer = Engine(model, model.upper, is_relaxed=False).run(seconds=seconds, nodes=N_NODES)
    if not len(answer.values):
        bound = math.inf if not math.isfinite(answer.bound) else max(0.0, answer.bound)
        return Expansion(steps=None, cost=math.inf, bound=bound, unserved_share=math.nan)
    steps = tuple(int(step) for step in np.round(answer.values[len(answer.values) - n :]))
    cost = math.fsum(lever.cost * step for lever, step in zip(levers, steps, strict=True))
    return Expansion(
        steps=steps,
        cost=cost,
        bound=min(max(0.0, answer.bound), cost),
        unserved_share=float(left @ answer.values) / total,
    )


def least_unserved(week: WeekProblem, levers: Sequence[Widening], steps: Sequence[int]) -> float:
    """No plan of the week with these steps leaves less than this share of the boxes."""
    model, left = _with_levers(week, levers)
    total = sum(stream.boxes for stream in week.streams)
    n = len(model.cost)
    model = replace(model, cost=left)
    engine = Engine(model, model.upper, is_relaxed=False)
    fixed = np.array(steps, np.float64)
    engine.set_bounds(np.arange(n - len(levers), n), fixed, fixed)
    answer = engine.run(seconds=math.inf, gap=0.0, slack=1e-5 * total, nodes=N_NODES)
    return max(0.0, answer.bound) / total


def _with_levers(week: WeekProblem, levers: Sequence[Widening]) -> tuple[Model, Floats]:
    """The model with a whole column for each lever, and the boxes that each column leaves."""
    problem = week.problem
    model = build(problem)
    n_before, n = len(model.cost), len(levers)
    rows, columns, values = _entries(week, levers, model)
    costs = np.array([lever.cost for lever in levers], np.float64)
    most = np.array([lever.most for lever in levers], np.float64)
    is_lever: Flags = np.arange(n_before + n) >= n_before
    boxes = np.array([stream.boxes for stream in week.streams])
    left = np.concatenate((np.zeros(model.n_services + model.n_ways), boxes, np.zeros(n)))
    return (
        replace(
            model,
            cost=np.where(is_lever, np.concatenate((np.zeros(n_before), costs)), 0.0),
            upper=np.concatenate((model.upper, most)),
            is_integer=np.concatenate((model.is_integer, np.ones(n, np.bool_))),
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
