"""The order of the search: what is cheapest, how little must be left behind, and the plan.

1. The linear relaxation, strengthened by the forcing rows that its answer breaks, round by round
   (Gendron, Crainic, Frangioni 1999).
2. Branch and bound on it gives the cheapest design, where what is left behind has its price.
3. Branch and bound for the least that any design leaves behind.
4. Unless the cheapest design leaves no more than that: branch and bound for the cheapest of the
   designs that do not.

Each step is one run of the solver, which ends by the gap or by a number of nodes, so that equal
problems give equal plans whatever the machine has to do. Nothing is begun from an earlier answer:
HiGHS 1.16 can take a start for cheaper than it is, once presolve has changed the model.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from keruen.corridor.plan.design.engine import Answer, Engine
from keruen.corridor.plan.design.model import broken, build, forcing_rows, rows_of
from keruen.corridor.plan.design.problem import (
    DesignPlan,
    DesignProblem,
    Floats,
    Ints,
    ModelSize,
    Progress,
)

N_NODES: Final = 2_000
"""Nodes of one branch and bound; on the packaged scenario it ends by the gap after 1 to 114."""
N_ROUNDS: Final = 60
BROKEN: Final = 1e-6
"""A forcing row is added when its commodity's share exceeds the units' by more than this."""
LEAST_SHARE: Final = 1e-9
"""Smaller shares of a commodity are roundings of the solver."""
NOTHING: Final[Ints] = np.zeros(0, np.int64)
LEAST_LEFT: Final = 1e-5
"""Share of all flow: two designs that leave so nearly the same behind leave the same."""


def solve(
    problem: DesignProblem,
    *,
    gap: float,
    time_limit_s: float = np.inf,
    node_limit: int = N_NODES,
    progress: Progress | None = None,
) -> DesignPlan:
    """Find the cheapest of the designs that leave least behind, with proofs.

    Parameters
    ----------
    problem : what is asked.
    gap : each branch and bound ends when (objective − bound) / objective is at most this.
    time_limit_s : seconds of the solver; where they cut off, the answer depends on the machine.
    node_limit : most nodes of one branch and bound.
    progress : told after each step.

    Returns
    -------
    The plan. Where a limit came first its bounds say what is not proved.
    """
    search = _Search(problem, time_limit_s, node_limit, progress)
    prices = search.relax()
    cost, amounts = search.model.cost, search.model.flow_left(problem)
    total = float(problem.amount.sum())
    cheapest = search.branch("cheapest", cost, gap)
    least = search.branch("least left behind", amounts, 0.0, LEAST_LEFT * total / 2)
    enough = least.objective + LEAST_LEFT * total
    plan = cheapest
    if float(amounts @ cheapest.values) > enough:
        search.allow(amounts, enough)
        plan = search.branch("plan", cost, gap)
        if float(amounts @ plan.values) > enough:
            plan = replace(plan, values=least.values, objective=float(cost @ least.values))
    return _written(search, plan, prices, (least.bound, cheapest.bound))


class _Search:
    """The model, the rows found for it, and what the solver may still do."""

    def __init__(
        self,
        problem: DesignProblem,
        seconds: float,
        node_limit: int,
        progress: Progress | None,
    ) -> None:
        self.problem, self.model = problem, build(problem)
        self.seconds, self.nodes = 0.0, 0
        self._seconds_left, self._node_limit = seconds, node_limit
        self._progress, self._bound = progress, 0.0

    def relax(self) -> Floats:
        """Strengthen the model; return the prices of its shared limits."""
        first, last_row = self.model.first_resource_row, len(self.model.rows.lower)
        engine = Engine(self.model, self.model.upper, is_relaxed=True)
        answer = self._run(engine)
        for _ in range(N_ROUNDS):
            pairs = broken(self.model, answer.values, BROKEN) if answer.is_done else NOTHING
            if not len(pairs):
                break
            rows = forcing_rows(self.model, pairs)
            engine.add(rows)
            self.model = self.model.with_rows(rows)
            answer = self._run(engine)
        self._tell("relaxation", np.inf, answer.bound)
        if not len(answer.row_dual):
            return np.zeros(last_row - first)
        return np.maximum(-answer.row_dual[first:last_row], 0.0)

    def allow(self, amounts: Floats, most: float) -> None:
        """From now on no more than `most` may be left behind."""
        columns = np.flatnonzero(amounts)
        row = rows_of(
            np.zeros(len(columns), np.int64),
            columns,
            amounts[columns],
            np.array([-np.inf]),
            np.array([most]),
        )
        self.model = self.model.with_rows(row)

    def branch(self, step: str, cost: Floats, gap: float, slack: float = 0.0) -> Answer:
        """Branch and bound over the units; where nothing was found, nothing runs."""
        model = replace(self.model, cost=cost)
        engine = Engine(model, model.upper, is_relaxed=False)
        answer = self._run(engine, gap, slack)
        self.nodes += answer.nodes
        if not len(answer.values):
            nothing = (np.arange(len(cost)) >= model.n_services + model.n_ways).astype(np.float64)
            answer = replace(answer, values=nothing, objective=float(cost @ nothing))
        bound = max(0.0, answer.bound)
        if cost is self.model.cost:
            self._bound = bound
        self._tell(step, float(self.model.cost @ answer.values), self._bound)
        return replace(answer, bound=bound)

    def _run(self, engine: Engine, gap: float = 0.0, slack: float = 0.0) -> Answer:
        seconds = max(self._seconds_left, 1.0)
        answer = engine.run(seconds=seconds, gap=gap, slack=slack, nodes=self._node_limit)
        self.seconds += answer.seconds
        self._seconds_left -= answer.seconds
        return answer

    def _tell(self, step: str, cost: float, bound: float) -> None:
        if self._progress is not None:
            self._progress(step, cost, bound)


def _written(
    search: _Search, answer: Answer, prices: Floats, bounds: tuple[float, float]
) -> DesignPlan:
    """The plan in the problem's words: units whole, flows by a linear programme for them."""
    problem, model = search.problem, search.model
    n, n_ways = model.n_services, model.n_ways
    units = np.round(answer.values[:n])
    fixed = Engine(model, model.upper, is_relaxed=True)
    fixed.set_bounds(np.arange(n), units, units)
    fitted = fixed.run(seconds=np.inf)
    values = fitted.values if len(fitted.values) else answer.values
    shares = np.where(values > LEAST_SHARE, values, 0.0)
    objective = float(model.cost @ values)
    return DesignPlan(
        units=units.astype(np.int64),
        way_amount=shares[n : n + n_ways] * problem.amount[problem.way_commodity],
        unserved=shares[n + n_ways :] * problem.amount,
        least_unserved=bounds[0],
        objective=objective,
        bound=min(answer.bound, objective),
        cheapest=min(bounds[1], objective),
        seconds=search.seconds,
        nodes=search.nodes,
        resource_price=prices,
        size=ModelSize(
            n_columns=len(model.cost),
            n_rows=len(model.rows.lower),
            n_nonzeros=len(model.rows.column),
        ),
    )
