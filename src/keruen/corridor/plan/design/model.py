"""The mixed-integer model as arrays: columns, rows, and which is which.

The flow on a way is a share of its commodity's amount, so that forcing rows have coefficients of
one. Knows the problem; does not know the solver.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from keruen.corridor.plan.design.problem import DesignProblem, Flags, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows lower ≤ A·column ≤ upper, compressed by row.

    Parameters
    ----------
    lower, upper : float64, shape (n_rows,).
    start : int32, shape (n_rows + 1,).
    column : int32, shape (n_nonzeros,).
    value : float64, shape (n_nonzeros,).
    """

    lower: Floats
    upper: Floats
    start: np.ndarray[tuple[int], np.dtype[np.int32]]
    column: np.ndarray[tuple[int], np.dtype[np.int32]]
    value: Floats


def rows_of(row: Ints, column: Ints, value: Floats, lower: Floats, upper: Floats) -> Rows:
    """Compress entries (row, column, value); equal entries must not occur twice."""
    order = np.lexsort((column, row))
    counts = np.bincount(row, minlength=len(lower))
    start = np.concatenate(([0], np.cumsum(counts)))
    return Rows(
        lower=lower,
        upper=upper,
        start=start.astype(np.int32),
        column=column[order].astype(np.int32),
        value=value[order].astype(np.float64),
    )


def stacked(*parts: Rows) -> Rows:
    """Return rows one below the other."""
    shifts = np.cumsum([0, *(len(part.column) for part in parts)])
    starts = [part.start[:-1] + shift for part, shift in zip(parts, shifts, strict=False)]
    return Rows(
        lower=np.concatenate([part.lower for part in parts]),
        upper=np.concatenate([part.upper for part in parts]),
        start=np.concatenate([*starts, shifts[-1:]]).astype(np.int32),
        column=np.concatenate([part.column for part in parts]),
        value=np.concatenate([part.value for part in parts]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The model without forcing rows. Columns: units, then shares on ways, then shares left behind.

    Parameters
    ----------
    cost, upper : float64, shape (n_columns,); lower bounds are 0.
    is_integer : bool, shape (n_columns,).
    rows : what is served or left (one for each commodity), room of arcs, shared limits.
    n_services, n_ways : numbers of the first two kinds of columns.
    first_resource_row : the rows of shared limits are the last that `build` makes.
    forcing : what a forcing row can say, see `_Forcing`.
    """

    cost: Floats
    upper: Floats
    is_integer: Flags
    rows: Rows
    n_services: int
    n_ways: int
    first_resource_row: int
    forcing: _Forcing

    def with_rows(self, rows: Rows) -> Model:
        """Return the model with more rows."""
        return replace(self, rows=stacked(self.rows, rows))

    def flow_left(self, problem: DesignProblem) -> Floats:
        """Flow that each column leaves behind, float64, shape (n_columns,)."""
        return np.concatenate((np.zeros(self.n_services + self.n_ways), problem.amount))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forcing:
    """Pairs of a commodity and an arc with a service: all its ways over it need the units.

    Parameters
    ----------
    service : int64, shape (n_pairs,).
    share : float64, shape (n_pairs,), of the commodity that one unit carries, at most 1.
    entry_pair, entry_way : int64, shape (n,), the ways of each pair.
    """

    service: Ints
    share: Floats
    entry_pair: Ints
    entry_way: Ints


def build(problem: DesignProblem) -> Model:
    """Make the model."""
    n_services, n_ways = len(problem.unit_cost), len(problem.way_cost)
    n_commodities = len(problem.amount)
    served = _served(problem, n_services, n_ways)
    room = _room(problem, n_services)
    row = np.repeat(np.arange(len(problem.resource_limit)), np.diff(problem.resource_start))
    limits = problem.resource_limit.astype(np.float64)
    least = np.full(len(limits), -np.inf)
    resources = rows_of(row, problem.resource_service, problem.resource_use, least, limits)
    shares = np.ones(n_ways + n_commodities)
    return Model(
        cost=np.concatenate(
            (
                problem.unit_cost,
                problem.way_cost * problem.amount[problem.way_commodity],
                problem.unserved_price * problem.amount,
            )
        ),
        upper=np.concatenate((problem.most_units, shares)).astype(np.float64),
        is_integer=np.arange(n_services + len(shares)) < n_services,
        rows=stacked(served, room, resources),
        n_services=n_services,
        n_ways=n_ways,
        first_resource_row=len(served.lower) + len(room.lower),
        forcing=_forcing(problem),
    )


def _served(problem: DesignProblem, n_services: int, n_ways: int) -> Rows:
    """Of each commodity, shares on ways and the share left behind are one."""
    commodities = np.arange(len(problem.amount))
    ones = np.ones(len(commodities))
    return rows_of(
        np.concatenate((problem.way_commodity, commodities)),
        n_services + np.arange(n_ways + len(commodities)),
        np.ones(n_ways + len(commodities)),
        ones,
        ones,
    )


def _room(problem: DesignProblem, n_services: int) -> Rows:
    """Flow on an arc keeps within its capacity (Gendron, Crainic, Frangioni 1999, 3)."""
    way = problem.way_of_entry
    arcs = np.unique(problem.way_arc[np.isfinite(problem.arc_capacity[problem.way_arc])])
    row_of = np.full(len(problem.arc_service), -1)
    row_of[arcs] = np.arange(len(arcs))
    is_kept = row_of[problem.way_arc] >= 0
    service = problem.arc_service[arcs]
    has_service = service >= 0
    capacity = problem.arc_capacity[arcs].astype(np.float64)
    return rows_of(
        np.concatenate((row_of[problem.way_arc[is_kept]], np.flatnonzero(has_service))),
        np.concatenate((n_services + way[is_kept], service[has_service])),
        np.concatenate(
            (problem.amount[problem.way_commodity[way[is_kept]]], -capacity[has_service])
        ),
        np.full(len(arcs), -np.inf),
        np.where(has_service, 0.0, capacity),
    )


def _forcing(problem: DesignProblem) -> _Forcing:
    is_kept = problem.arc_service[problem.way_arc] >= 0
    arc, way = problem.way_arc[is_kept], problem.way_of_entry[is_kept]
    n_arcs = len(problem.arc_service)
    key = problem.way_commodity[way] * n_arcs + arc
    keys, pair = np.unique(key, return_inverse=True)
    arcs = keys % n_arcs
    return _Forcing(
        service=problem.arc_service[arcs],
        share=np.minimum(1.0, problem.arc_capacity[arcs] / problem.amount[keys // n_arcs]),
        entry_pair=pair.astype(np.int64),
        entry_way=way,
    )


def broken(model: Model, values: Floats, tolerance: float) -> Ints:
    """Pairs whose forcing row the values break by more than `tolerance`."""
    forcing = model.forcing
    on_ways = values[model.n_services : model.n_services + model.n_ways][forcing.entry_way]
    flow = np.bincount(forcing.entry_pair, on_ways, len(forcing.service))
    return np.flatnonzero(flow > forcing.share * values[forcing.service] + tolerance)


def forcing_rows(model: Model, pairs: Ints) -> Rows:
    """Return the strong forcing rows of some pairs (Gendron, Crainic, Frangioni 1999, 5)."""
    forcing, n = model.forcing, len(pairs)
    row_of = np.full(len(forcing.service), -1)
    row_of[pairs] = np.arange(n)
    is_kept = row_of[forcing.entry_pair] >= 0
    ways = model.n_services + forcing.entry_way[is_kept]
    return rows_of(
        np.concatenate((row_of[forcing.entry_pair[is_kept]], np.arange(n))),
        np.concatenate((ways, forcing.service[pairs])),
        np.concatenate((np.ones(len(ways)), -forcing.share[pairs])),
        np.full(n, -np.inf),
        np.zeros(n),
    )
