"""What is asked of the network design, and what it answers: arrays, no logic but their checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def _no_ints() -> Ints:
    return np.zeros(0, dtype=np.int64)


def _no_floats() -> Floats:
    return np.zeros(0, dtype=np.float64)


def _one_start() -> Ints:
    return np.zeros(1, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignProblem:
    """Capacitated multicommodity fixed-charge network design, with limits that arcs share.

    Parameters
    ----------
    n_nodes : nodes are numbered from 0.
    tail, head : int64, shape (n_arcs,), node indexes.
    capacity : float64, shape (n_arcs,), flow that one design unit carries; may be infinite only
        on an arc that needs no design.
    fixed_cost : float64, shape (n_arcs,), money for each design unit, at least 0.
    most_units : int64, shape (n_arcs,), most design units; 0 marks an arc that needs no design
        (waiting), open with its capacity.
    flow_cost : float64, shape (n_arcs,), money for each unit of flow, at least 0.
    is_integer : bool, shape (n_arcs,), design units come whole.
    origin, destination : int64, shape (n_commodities,), node indexes.
    amount : float64, shape (n_commodities,), units of flow, at least 0.
    unserved_price : float64, shape (n_commodities,), money for each unit left behind; infinite
        where the commodity must be served.
    is_whole : bool, shape (n_commodities,), the commodity may not split; empty: all may.
    allowed_start, allowed_arc : int64, shapes (n_commodities + 1,) and (n,), the arcs that each
        commodity may use, compressed by commodity; both empty: every arc.
    special_commodity, special_arc : int64, shape (n_special,), pairs with a flow cost of their own.
    special_cost : float64, shape (n_special,), that cost; stands for `flow_cost` there.
    resource_start, resource_arc : int64, shapes (n_resources + 1,) and (n,), the design units
        that each shared limit counts, compressed by limit.
    resource_use : float64, shape (n,), what one unit takes of the limit.
    resource_limit : float64, shape (n_resources,).
    balance_group : int64, shape (n_arcs,), arcs of one group enter each node as often as they
        leave it; −1 for no group; empty: none.
    """

    n_nodes: int
    tail: Ints
    head: Ints
    capacity: Floats
    fixed_cost: Floats
    most_units: Ints
    flow_cost: Floats
    is_integer: Flags
    origin: Ints
    destination: Ints
    amount: Floats
    unserved_price: Floats
    is_whole: Flags = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    allowed_start: Ints = field(default_factory=_no_ints)
    allowed_arc: Ints = field(default_factory=_no_ints)
    special_commodity: Ints = field(default_factory=_no_ints)
    special_arc: Ints = field(default_factory=_no_ints)
    special_cost: Floats = field(default_factory=_no_floats)
    resource_start: Ints = field(default_factory=_one_start)
    resource_arc: Ints = field(default_factory=_no_ints)
    resource_use: Floats = field(default_factory=_no_floats)
    resource_limit: Floats = field(default_factory=_no_floats)
    balance_group: Ints = field(default_factory=_no_ints)

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together."""
        for name in ("head", "capacity", "fixed_cost", "most_units", "flow_cost", "is_integer"):
            assert len(getattr(self, name)) == self.n_arcs, name
        for name in ("destination", "amount", "unserved_price"):
            assert len(getattr(self, name)) == self.n_commodities, name
        assert len(self.allowed_start) in {0, self.n_commodities + 1}
        assert len(self.is_whole) in {0, self.n_commodities}
        assert len(self.balance_group) in {0, self.n_arcs}
        assert len(self.resource_start) == len(self.resource_limit) + 1
        assert len(self.resource_arc) == len(self.resource_use) == self.resource_start[-1]
        assert np.all(self.flow_cost >= 0)
        assert np.all(self.special_cost >= 0)
        assert np.all(self.fixed_cost >= 0)
        assert np.all(self.amount >= 0)
        assert np.all(self.unserved_price >= 0)
        assert np.all(self.capacity >= 0)
        assert np.all(np.isfinite(self.capacity) | (self.most_units == 0))

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.tail)

    @property
    def n_commodities(self) -> int:
        """Number of commodities."""
        return len(self.origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSize:
    """How large the solver's model is.

    Parameters
    ----------
    full_columns : of the arc-flow model with every pair of commodity and arc.
    full_rows : of that model with every strong forcing row.
    n_columns, n_rows, n_nonzeros : of the model that was solved, with the forcing rows and
        inequalities it needed.
    """

    full_columns: int
    full_rows: int
    n_columns: int
    n_rows: int
    n_nonzeros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPlan:
    """A design, its flows, and a proof of how far from the best it can be.

    Parameters
    ----------
    status : ``optimal`` (within the gap asked for), ``limit`` (stopped earlier) or ``infeasible``
        (a commodity that must be served cannot be).
    units : float64, shape (n_arcs,), design units; 0 on arcs that need none.
    flow_commodity, flow_arc : int64, shape (n_flows,), where flow is, sorted by commodity, arc.
    flow_amount : float64, shape (n_flows,), how much.
    unserved : float64, shape (n_commodities,), units left behind.
    objective : money of the plan; infinite where there is none.
    bound : no plan costs less.
    gap : (objective − bound) / objective; infinite where there is no plan.
    seconds : the solver's own seconds; on the answer's clock only, nothing depends on it but
        where a limit cut off.
    iterations : simplex iterations of the relaxation and of the branch and bound.
    n_forcing : strong forcing rows that were needed.
    resource_price : float64, shape (n_resources,), at least 0: what one more unit of the limit
        saves, in the relaxation strengthened by forcing rows (units may be broken there).
    capacity_price : float64, shape (n_arcs,), at least 0: what one more unit of the arc's
        capacity saves with this design held fixed.
    size : of the model.
    """

    status: str
    units: Floats
    flow_commodity: Ints
    flow_arc: Ints
    flow_amount: Floats
    unserved: Floats
    objective: float
    bound: float
    gap: float
    seconds: float
    iterations: int
    n_forcing: int
    resource_price: Floats
    capacity_price: Floats
    size: ModelSize


Progress = Callable[[str, float, float], object]
"""Told the step's name, the best plan's cost and the bound."""
