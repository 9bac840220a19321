"""HiGHS behind arrays: pass a model, run it, read values, prices and bound.

One thread, unless more are asked for, and a fixed seed, so that the same model gives the same
answer; only a limit in seconds can cut it off at another place.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Thread
from typing import Protocol

import highspy
import numpy as np
from numpy.typing import NDArray

from keruen.corridor.plan.design.model import Rows
from keruen.corridor.plan.design.problem import Flags, Floats, Ints
from keruen.corridor.plan.design.quiet import new_solver

OPTIONS: tuple[tuple[str, bool | int | str], ...] = (
    ("output_flag", False),
    ("random_seed", 0),
)
QUIET = (
    "mip_heuristic_run_feasibility_jump",
    "mip_heuristic_run_rins",
    "mip_heuristic_run_rens",
    "mip_heuristic_run_root_reduced_cost",
)


class Programme(Protocol):
    """What the solver takes: costs, kinds and rows of columns whose lower bounds are 0."""

    @property
    def cost(self) -> Floats:
        """Money of one unit of each column."""

    @property
    def is_integer(self) -> Flags:
        """Whether a column comes whole."""

    @property
    def rows(self) -> Rows:
        """What holds between columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a run of the solver left.

    Parameters
    ----------
    is_done : it ended by itself.
    is_infeasible : it proved that there is no solution.
    values : float64, shape (n_columns,); empty where there is none.
    column_dual, row_dual : float64; empty where there are none.
    objective : what `values` cost, reckoned from them; infinite where there are none.
    claimed : what the solver says that they cost. HiGHS 1.16 can return the start solution's values
        beside the cost of a better one, when presolve has improved the start.
    bound : no solution costs less; minus infinity where unknown.
    seconds : of this run.
    iterations : of the simplex method.
    """

    is_done: bool
    is_infeasible: bool
    values: Floats
    column_dual: Floats
    row_dual: Floats
    objective: float
    claimed: float
    bound: float
    seconds: float
    iterations: int


class Engine:
    """One model in the solver; rows can be added, costs and bounds changed."""

    def __init__(
        self, model: Programme, upper: Floats, *, is_relaxed: bool, n_threads: int = 1
    ) -> None:
        self._highs = new_solver()
        for name, value in OPTIONS:
            self._highs.setOptionValue(name, value)
        self._highs.setOptionValue("threads", n_threads)
        self._highs.setOptionValue("parallel", "on" if n_threads > 1 else "off")
        self._n_threads = n_threads
        self._is_mip = bool(not is_relaxed and model.is_integer.any())
        self._highs.passModel(_lp(model, upper, model.is_integer & self._is_mip))
        self._cost = model.cost.copy()

    def add(self, rows: Rows) -> None:
        """Add rows."""
        self._highs.addRows(
            len(rows.lower),
            rows.lower,
            rows.upper,
            len(rows.column),
            rows.start[:-1],
            rows.column,
            rows.value,
        )

    def set_costs(self, columns: Ints, costs: Floats) -> None:
        """Change costs."""
        self._cost[columns] = costs
        self._highs.changeColsCost(len(columns), columns.astype(np.int32), costs)

    def set_bounds(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Change bounds."""
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def leave_guessing(self) -> None:
        """Spend no time on heuristics: somebody else looks for better plans."""
        for name in QUIET:
            self._highs.setOptionValue(name, False)
        self._highs.setOptionValue("mip_heuristic_effort", 0.0)

    def start_from(self, values: Floats) -> None:
        """Give a first solution."""
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        self._highs.setSolution(solution)

    def run(self, *, seconds: float, gap: float = 0.0, nodes: int | None = None) -> Answer:
        """Solve within these limits."""
        highs = self._highs
        before = highs.getRunTime()
        highs.setOptionValue("time_limit", before + max(seconds, 0.01))
        highs.setOptionValue("mip_rel_gap", gap)
        if nodes is not None:
            highs.setOptionValue("mip_max_nodes", nodes)
        if self._n_threads == 1:
            highs.run()
        else:
            # The solver keeps a pool of workers for each thread that calls it, of a fixed size.
            caller = Thread(target=highs.run)
            caller.start()
            caller.join()
        return self._answer(highs.getRunTime() - before)

    def _answer(self, seconds: float) -> Answer:
        highs, status = self._highs, self._highs.getModelStatus()
        info, solution = highs.getInfo(), highs.getSolution()
        is_feasible = info.primal_solution_status == 2
        is_done = status in {
            highspy.HighsModelStatus.kOptimal,
            highspy.HighsModelStatus.kModelEmpty,
        }
        has_duals = is_done and not self._is_mip and solution.dual_valid
        bound = float(info.mip_dual_bound) if self._is_mip else -np.inf
        if is_done and not self._is_mip:
            bound = float(info.objective_function_value)
        values = _floats(solution.col_value if is_feasible else ())
        return Answer(
            is_done=is_done,
            is_infeasible=status
            in {
                highspy.HighsModelStatus.kInfeasible,
                highspy.HighsModelStatus.kUnboundedOrInfeasible,
            },
            values=values,
            column_dual=_floats(solution.col_dual if has_duals else ()),
            row_dual=_floats(solution.row_dual if has_duals else ()),
            objective=float(self._cost @ values) if is_feasible else np.inf,
            claimed=float(info.objective_function_value) if is_feasible else np.inf,
            bound=bound,
            seconds=seconds,
            iterations=max(int(info.simplex_iteration_count), 0),
        )


def _floats(values: object) -> NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


def _lp(model: Programme, upper: Floats, is_integer: Flags) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(upper), len(model.rows.lower)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, np.zeros(len(upper)), upper
    lp.row_lower_, lp.row_upper_ = model.rows.lower, model.rows.upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = model.rows.start
    lp.a_matrix_.index_ = model.rows.column
    lp.a_matrix_.value_ = model.rows.value
    if is_integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[whole] for whole in is_integer.tolist()]
    return lp
