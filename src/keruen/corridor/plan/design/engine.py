"""HiGHS behind arrays: pass a model, run it, read values, prices and bound.

One thread and a fixed seed, so that the same model gives the same answer; only a limit in seconds
can cut it off at another place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import highspy
import numpy as np
from numpy.typing import NDArray

from keruen.corridor.plan.design.model import Rows
from keruen.corridor.plan.design.problem import Flags, Floats, Ints
from keruen.corridor.plan.design.quiet import new_solver

OPTIONS: tuple[tuple[str, bool | int | float | str], ...] = (
    ("output_flag", False),
    ("random_seed", 0),
    # All solvers of a process share one number of threads; a second number gave an empty answer.
    ("threads", 1),
    ("parallel", "off"),
    # Four times the default: on the packaged weeks good plans come from the heuristics, and the
    # bound is close from the start.
    ("mip_heuristic_effort", 0.2),
)
LEAST_SLACK = 1e-6
"""What the solver takes for nothing."""


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
    values : float64, shape (n_columns,); empty where there is none.
    row_dual : float64; empty where there are none.
    objective : what `values` cost, reckoned from them; infinite where there are none.
    bound : no solution costs less; minus infinity where unknown.
    seconds : of this run.
    nodes : of branch and bound.
    """

    is_done: bool
    values: Floats
    row_dual: Floats
    objective: float
    bound: float
    seconds: float
    nodes: int


class Engine:
    """One model in the solver; rows can be added, costs and bounds changed."""

    def __init__(self, model: Programme, upper: Floats, *, is_relaxed: bool) -> None:
        self._highs = new_solver()
        for name, value in OPTIONS:
            self._highs.setOptionValue(name, value)
        self._is_mip = bool(not is_relaxed and model.is_integer.any())
        self._highs.passModel(_lp(model, upper, model.is_integer & self._is_mip))
        self._cost = model.cost

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

    def set_bounds(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Change bounds."""
        self._highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def start_from(self, values: Floats) -> None:
        """Give a first solution."""
        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        self._highs.setSolution(solution)

    def start_at(self, basis: highspy.HighsBasis) -> None:
        """Begin at a corner that was found before; one of another shape is not taken."""
        shape = self._highs.getNumCol(), self._highs.getNumRow()
        if shape == (len(basis.col_status), len(basis.row_status)):
            self._highs.setBasis(basis)

    @property
    def basis(self) -> highspy.HighsBasis:
        """The corner at which the last run ended."""
        basis: highspy.HighsBasis = self._highs.getBasis()
        return basis

    def set_cost(self, cost: Floats) -> None:
        """Ask the same for another cost."""
        self._cost = cost
        self._highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def run(
        self, *, seconds: float, gap: float = 0.0, slack: float = 0.0, nodes: int | None = None
    ) -> Answer:
        """Solve within these limits.

        Parameters
        ----------
        seconds, nodes : at most.
        gap, slack : (objective − bound), as a share of the objective and as such, that is enough.
        """
        highs = self._highs
        before = highs.getRunTime()
        highs.setOptionValue("time_limit", before + max(seconds, 0.01))
        highs.setOptionValue("mip_rel_gap", gap)
        highs.setOptionValue("mip_abs_gap", max(slack, LEAST_SLACK))
        if nodes is not None:
            highs.setOptionValue("mip_max_nodes", nodes)
        highs.run()
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
            values=values,
            row_dual=_floats(solution.row_dual if has_duals else ()),
            objective=float(self._cost @ values) if is_feasible else np.inf,
            bound=bound,
            seconds=seconds,
            nodes=max(int(info.mip_node_count), 0),
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
