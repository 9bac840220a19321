"""What is asked of the network design, and what it answers: arrays, no logic but their checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignProblem:
    """Services that come in whole units, and the ways that each commodity may take over them.

    A way is a list of arcs. An arc has room of its own, or as much as the units of its service
    bring; a service may bring room to several arcs, there and back.

    Parameters
    ----------
    unit_cost : float64, shape (n_services,), money for each unit, at least 0.
    most_units : int64, shape (n_services,); 0 for a service that never runs.
    arc_service : int64, shape (n_arcs,), the service that brings an arc's room; −1 for none.
    arc_capacity : float64, shape (n_arcs,), flow for each unit of the service, or of the arc
        itself; infinite only where there is no service.
    amount : float64, shape (n_commodities,), units of flow, more than 0.
    unserved_price : float64, shape (n_commodities,), money for each unit left behind, at least 0.
    way_commodity : int64, shape (n_ways,), ascending.
    way_cost : float64, shape (n_ways,), money for each unit of flow, at least 0.
    way_start, way_arc : int64, shapes (n_ways + 1,) and (n,), the arcs of each way in order,
        compressed by way; no arc twice in one way.
    resource_start, resource_service : int64, shapes (n_resources + 1,) and (n,), the services
        that each shared limit counts, compressed by limit.
    resource_use : float64, shape (n,), what one unit takes of the limit.
    resource_limit : float64, shape (n_resources,).
    """

    unit_cost: Floats
    most_units: Ints
    arc_service: Ints
    arc_capacity: Floats
    amount: Floats
    unserved_price: Floats
    way_commodity: Ints
    way_cost: Floats
    way_start: Ints
    way_arc: Ints
    resource_start: Ints
    resource_service: Ints
    resource_use: Floats
    resource_limit: Floats

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together."""
        assert len(self.most_units) == len(self.unit_cost)
        assert len(self.arc_capacity) == len(self.arc_service)
        assert len(self.unserved_price) == len(self.amount)
        assert len(self.way_cost) == len(self.way_commodity) == len(self.way_start) - 1
        assert len(self.way_arc) == self.way_start[-1]
        assert np.all(np.diff(self.way_commodity) >= 0)
        assert len(self.resource_start) == len(self.resource_limit) + 1
        assert len(self.resource_service) == len(self.resource_use) == self.resource_start[-1]
        for name in ("unit_cost", "way_cost", "unserved_price", "arc_capacity", "resource_use"):
            assert np.all(getattr(self, name) >= 0), name
        assert np.all(self.amount > 0)
        assert np.all(np.isfinite(self.arc_capacity) | (self.arc_service < 0))

    @property
    def way_of_entry(self) -> Ints:
        """The way of each entry of `way_arc`."""
        return np.repeat(np.arange(len(self.way_cost)), np.diff(self.way_start))

    def arc_flow(self, way_amount: Floats) -> Floats:
        """Flow on each arc, shape (n_arcs,), of amounts by way, shape (n_ways,)."""
        by_entry = way_amount[self.way_of_entry]
        return np.bincount(self.way_arc, by_entry, len(self.arc_service)).astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSize:
    """How large the solver's model is: with the forcing rows that it needed."""

    n_columns: int
    n_rows: int
    n_nonzeros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPlan:
    """Of the designs that leave least behind the cheapest, and proofs of how far from both it is.

    Parameters
    ----------
    units : int64, shape (n_services,), of each service.
    way_amount : float64, shape (n_ways,), flow on each way.
    unserved : float64, shape (n_commodities,), flow left behind.
    least_unserved : no plan leaves less flow behind.
    objective : money of the plan, with what is left behind at its price.
    bound : no plan that leaves as little behind costs less.
    cheapest : no plan at all costs less, whatever it leaves behind at its price.
    seconds : the solver's own; measured only.
    nodes : of branch and bound.
    resource_price : float64, shape (n_resources,), at least 0: what one more unit of the limit
        saves where flow left behind has its price, in the strengthened relaxation (units may be
        broken there).
    size : of the model.
    """

    units: Ints
    way_amount: Floats
    unserved: Floats
    least_unserved: float
    objective: float
    bound: float
    cheapest: float
    seconds: float
    nodes: int
    resource_price: Floats
    size: ModelSize

    @property
    def gap(self) -> float:
        """(objective − bound) / objective."""
        return (self.objective - self.bound) / max(abs(self.objective), 1e-9)


Progress = Callable[[str, float, float], object]
"""Told the step's name, the best plan's cost and the bound."""
