"""The design with broken units: what must be left behind at least, and which limit holds it back.

Knows arrays; the caller says what a unit of flow weighs. Two linear programmes at most: where the
cheapest relaxed design leaves nothing, nothing need be left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from highspy import HighsBasis

from keruen.corridor.plan.design.engine import Answer, Engine
from keruen.corridor.plan.design.model import Model, build
from keruen.corridor.plan.design.problem import DesignProblem, Floats

_NOTHING: Final = 1e-9
"""Share of all weight below which what is left is a rounding of the solver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaxedDesign:
    """A bound on every design, and what one unit more of each limit would let through.

    Parameters
    ----------
    left : float64, shape (n_commodities,), weight left behind where the sum of it is least.
    cost : no design costs less, what is left behind at its price.
    resource_gain : float64, shape (n_resources,), weight that one unit more of a shared limit lets
        through; not negative.
    arc_gain : float64, shape (n_arcs,), the same for a unit of room of an arc without a service.
    """

    left: Floats
    cost: float
    resource_gain: Floats
    arc_gain: Floats


def relax(problem: DesignProblem, weight: Floats) -> RelaxedDesign:
    """Solve the relaxation for its cost and for the least weight left behind.

    Parameters
    ----------
    problem : what is asked.
    weight : float64, shape (n_commodities,), of the whole of each commodity, not negative.
    """
    model = build(problem)
    cheapest = _solved(model)
    first = model.n_services + model.n_ways
    least = cheapest
    gains = np.zeros(len(model.rows.lower))
    if cheapest.values[first:] @ weight > _NOTHING * weight.sum():
        least = _solved(replace(model, cost=np.concatenate((np.zeros(first), weight))))
        # Of a row "at most", one unit more lowers what is least: its price is not positive.
        gains = np.maximum(-least.row_dual, 0.0)
    return RelaxedDesign(
        left=np.maximum(least.values[first:], 0.0) * weight,
        cost=cheapest.objective,
        resource_gain=gains[model.first_resource_row :],
        arc_gain=_arc_gains(problem, gains),
    )


def _solved(model: Model) -> Answer:
    answer = Engine(model, model.upper, is_relaxed=True).run(seconds=np.inf)
    assert answer.is_done, "all may be left behind, so there is always an answer"
    return answer


@dataclass(slots=True)
class Corners:
    """Where the relaxation of a week has its answers: near them begins that of a similar week.

    Parameters
    ----------
    cheapest, least : of the cheapest design and of that which leaves least; none at first.
    """

    cheapest: HighsBasis | None = None
    least: HighsBasis | None = None


def least_left(problem: DesignProblem, weight: Floats, corners: Corners) -> tuple[float, float]:
    """Least weight left behind and cost, as `relax` finds them, begun near a known answer.

    Of equally good answers it may take another than `relax`: both numbers are the same for all of
    them, up to roundings of the solver.

    Parameters
    ----------
    problem, weight : as for `relax`.
    corners : of the first week that was solved; filled by it and left alone afterwards, so that an
        answer does not depend on what was asked before.
    """
    model = build(problem)
    first = model.n_services + model.n_ways
    engine = Engine(model, model.upper, is_relaxed=True)
    is_first = corners.cheapest is None
    if corners.cheapest is not None:
        engine.start_at(corners.cheapest)
    cheapest = engine.run(seconds=np.inf)
    if is_first:
        corners.cheapest = engine.basis
    left = float(cheapest.values[first:] @ weight)
    if is_first or left > _NOTHING * weight.sum():
        engine.set_cost(np.concatenate((np.zeros(first), weight)))
        if corners.least is not None:
            engine.start_at(corners.least)
        left = engine.run(seconds=np.inf).objective
    if is_first:
        corners.least = engine.basis
    return max(0.0, left), cheapest.objective


def _arc_gains(problem: DesignProblem, gains: Floats) -> Floats:
    """By arc: the rows of room follow those of the commodities, one for each arc that has room."""
    arcs = np.unique(problem.way_arc[np.isfinite(problem.arc_capacity[problem.way_arc])])
    first = len(problem.amount)
    by_arc = np.zeros(len(problem.arc_service))
    by_arc[arcs] = gains[first : first + len(arcs)]
    return np.where(problem.arc_service < 0, by_arc, 0.0)
