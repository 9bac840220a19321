"""The mixed-integer model as arrays: columns, rows, and which is which.

Flow is a share of its commodity's amount, so that the forcing rows have coefficients of one. Knows
the problem; does not know the solver.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The model without forcing rows. Columns: design units, then flows, then unserved shares.

    Parameters
    ----------
    design_arc : int64, shape (n_designs,), the arc of each design column.
    design_of : int64, shape (n_arcs,), its inverse; −1 on arcs without design.
    pair_commodity, pair_arc : int64, shape (n_pairs,), what each flow column is.
    cost, upper : float64, shape (n_columns,); lower bounds are 0.
    is_integer : bool, shape (n_columns,).
    rows : conservation, capacity, resource and balance rows, in this order.
    capacity_arc : int64, shape (n,), the arcs that have a capacity row.
    n_conservation : number of the conservation rows.
    """

    design_arc: Ints
    design_of: Ints
    pair_commodity: Ints
    pair_arc: Ints
    cost: Floats
    upper: Floats
    is_integer: Flags
    rows: Rows
    capacity_arc: Ints
    n_conservation: int

    @property
    def n_designs(self) -> int:
        """Number of design columns."""
        return len(self.design_arc)

    @property
    def n_pairs(self) -> int:
        """Number of flow columns."""
        return len(self.pair_arc)


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


def _spread(problem: DesignProblem, allowed: Flags, source: Ints, *, is_forward: bool) -> Flags:
    """Nodes that each commodity reaches from its source; bool, shape (n_commodities, n_nodes)."""
    near, far = (problem.tail, problem.head) if is_forward else (problem.head, problem.tail)
    reached = np.zeros((problem.n_commodities, problem.n_nodes), dtype=np.bool_)
    reached[np.arange(problem.n_commodities), source] = True
    n_before = -1
    while (n_now := int(reached.sum())) != n_before:
        n_before = n_now
        commodity, arc = np.nonzero(allowed & reached[:, near] & ~reached[:, far])
        reached[commodity, far[arc]] = True
    return reached


def usable(problem: DesignProblem) -> tuple[Ints, Ints]:
    """The pairs (commodity, arc) on some way from origin to destination, sorted."""
    shape = (problem.n_commodities, problem.n_arcs)
    if len(problem.allowed_start):
        allowed = np.zeros(shape, dtype=np.bool_)
        commodity = np.repeat(np.arange(shape[0]), np.diff(problem.allowed_start))
        allowed[commodity, problem.allowed_arc] = True
    else:
        allowed = np.ones(shape, dtype=np.bool_)
    is_moving = (problem.amount > 0) & (problem.origin != problem.destination)
    allowed &= is_moving[:, None] & (problem.tail != problem.head)
    # Flow never gains by going back to its origin or on from its destination.
    allowed &= problem.head != problem.origin[:, None]
    allowed &= problem.tail != problem.destination[:, None]
    forward = _spread(problem, allowed, problem.origin, is_forward=True)
    backward = _spread(problem, allowed, problem.destination, is_forward=False)
    allowed &= forward[:, problem.tail] & backward[:, problem.head]
    commodities, arcs = np.nonzero(allowed)
    return commodities.astype(np.int64), arcs.astype(np.int64)


def _conservation(problem: DesignProblem, pairs: tuple[Ints, Ints], n_designs: int) -> Rows:
    """What enters a node leaves it; the origin sends what is served (Gendron et al. 1999, 2)."""
    commodity, arc = pairs
    n_pairs, n_commodities = len(arc), problem.n_commodities
    everyone = np.arange(n_commodities)
    keys = np.concatenate(
        (
            commodity * problem.n_nodes + problem.tail[arc],
            commodity * problem.n_nodes + problem.head[arc],
            everyone * problem.n_nodes + problem.origin,
            everyone * problem.n_nodes + problem.destination,
        )
    )
    _, place = np.unique(keys, return_inverse=True)
    tails, heads, origins, destinations = np.split(
        place, np.cumsum([n_pairs, n_pairs, n_commodities])
    )
    is_moving = (problem.amount > 0) & (problem.origin != problem.destination)
    flows = n_designs + np.arange(n_pairs)
    unserved = (n_designs + n_pairs + everyone)[is_moving]
    right = np.zeros(int(place.max(initial=-1)) + 1)
    right[origins[is_moving]] = 1.0
    right[destinations[is_moving]] = -1.0
    ones, served = np.ones(n_pairs), np.ones(len(unserved))
    return rows_of(
        np.concatenate((tails, heads, origins[is_moving], destinations[is_moving])),
        np.concatenate((flows, flows, unserved, unserved)),
        np.concatenate((ones, -ones, served, -served)),
        right,
        right,
    )


def _capacities(
    problem: DesignProblem, pairs: tuple[Ints, Ints], design_of: Ints, n_designs: int
) -> tuple[Rows, Ints]:
    """Flow keeps within the units' capacity (Gendron et al. 1999, 3); also the arcs, in order."""
    commodity, arc = pairs
    arcs = np.unique(arc[np.isfinite(problem.capacity[arc])])
    row_of = np.full(problem.n_arcs, -1)
    row_of[arcs] = np.arange(len(arcs))
    is_kept = row_of[arc] >= 0
    is_design = design_of[arcs] >= 0
    rows = rows_of(
        np.concatenate((row_of[arc[is_kept]], np.flatnonzero(is_design))),
        np.concatenate((n_designs + np.flatnonzero(is_kept), design_of[arcs[is_design]])),
        np.concatenate(
            (problem.amount[commodity[is_kept]], -problem.capacity[arcs[is_design]]),
        ),
        np.full(len(arcs), -np.inf),
        np.where(is_design, 0.0, problem.capacity[arcs]),
    )
    return rows, arcs


def _resources(problem: DesignProblem, design_of: Ints) -> Rows:
    """Limits that design units share."""
    row = np.repeat(np.arange(len(problem.resource_limit)), np.diff(problem.resource_start))
    column = design_of[problem.resource_arc]
    is_kept = column >= 0
    limit = problem.resource_limit.astype(np.float64)
    return rows_of(
        row[is_kept],
        column[is_kept],
        problem.resource_use[is_kept],
        np.full(len(limit), -np.inf),
        limit,
    )


def _balances(problem: DesignProblem, design_of: Ints) -> Rows:
    """Units of a group enter a node as often as they leave it (Pedersen et al. 2009, 4)."""
    if not len(problem.balance_group):
        none = np.zeros(0, dtype=np.int64)
        return rows_of(none, none, np.zeros(0), np.zeros(0), np.zeros(0))
    is_kept = (problem.balance_group >= 0) & (design_of >= 0) & (problem.tail != problem.head)
    arcs = np.flatnonzero(is_kept)
    group = problem.balance_group[arcs] * problem.n_nodes
    keys = np.concatenate((group + problem.tail[arcs], group + problem.head[arcs]))
    _, row = np.unique(keys, return_inverse=True)
    zeros = np.zeros(int(row.max(initial=-1)) + 1)
    column = np.concatenate((design_of[arcs], design_of[arcs]))
    signs = np.concatenate((np.ones(len(arcs)), -np.ones(len(arcs))))
    return rows_of(row, column, signs, zeros, zeros)


def _stacked(parts: tuple[Rows, ...]) -> Rows:
    shifts = np.cumsum([0, *(len(part.column) for part in parts)])
    starts = [part.start[:-1] + shift for part, shift in zip(parts, shifts, strict=False)]
    return Rows(
        lower=np.concatenate([part.lower for part in parts]),
        upper=np.concatenate([part.upper for part in parts]),
        start=np.concatenate([*starts, shifts[-1:]]).astype(np.int32),
        column=np.concatenate([part.column for part in parts]),
        value=np.concatenate([part.value for part in parts]),
    )


def build(problem: DesignProblem) -> Model:
    """Make the model; its columns are only what some commodity can use."""
    design_arc = np.flatnonzero(problem.most_units > 0)
    n_designs = len(design_arc)
    design_of = np.full(problem.n_arcs, -1)
    design_of[design_arc] = np.arange(n_designs)
    pairs = usable(problem)
    commodity, arc = pairs
    price = problem.flow_cost[arc].astype(np.float64)
    if len(problem.special_arc):
        prices = np.tile(problem.flow_cost.astype(np.float64), (problem.n_commodities, 1))
        prices[problem.special_commodity, problem.special_arc] = problem.special_cost
        price = prices[commodity, arc]
    is_priced = np.isfinite(problem.unserved_price)
    whole = problem.is_whole if len(problem.is_whole) else np.zeros(problem.n_commodities, np.bool_)
    conservation = _conservation(problem, pairs, n_designs)
    capacities, capacity_arc = _capacities(problem, pairs, design_of, n_designs)
    return Model(
        design_arc=design_arc,
        design_of=design_of,
        pair_commodity=commodity,
        pair_arc=arc,
        cost=np.concatenate(
            (
                problem.fixed_cost[design_arc],
                price * problem.amount[commodity],
                np.where(is_priced, problem.unserved_price, 0.0) * problem.amount,
            )
        ),
        upper=np.concatenate(
            (problem.most_units[design_arc], np.ones(len(arc)), is_priced.astype(np.float64))
        ),
        is_integer=np.concatenate((problem.is_integer[design_arc], whole[commodity], whole)),
        rows=_stacked(
            (
                conservation,
                capacities,
                _resources(problem, design_of),
                _balances(problem, design_of),
            )
        ),
        capacity_arc=capacity_arc,
        n_conservation=len(conservation.lower),
    )


def forcing_rows(problem: DesignProblem, model: Model, pairs: Ints) -> Rows:
    """Return the strong forcing rows of some flow columns (Gendron et al. 1999, 5).

    Parameters
    ----------
    problem, model : what is asked, and its model.
    pairs : int64, shape (n,), flow columns, counted from the first flow column.
    """
    n = len(pairs)
    row = np.arange(n)
    return rows_of(
        np.concatenate((row, row)),
        np.concatenate((model.n_designs + pairs, model.design_of[model.pair_arc[pairs]])),
        np.concatenate((np.ones(n), -_share(problem, model)[pairs])),
        np.full(n, -np.inf),
        np.zeros(n),
    )


def _share(problem: DesignProblem, model: Model) -> Floats:
    """The share of its commodity that one unit carries; float64, shape (n_pairs,).

    At most 1 where units come whole; a part of a unit that carries more than all carries all.
    """
    shares = problem.capacity[model.pair_arc] / problem.amount[model.pair_commodity]
    is_whole = problem.is_integer[model.pair_arc]
    return np.asarray(np.where(is_whole, np.minimum(1.0, shares), shares))


def violated(problem: DesignProblem, model: Model, values: Floats, tolerance: float) -> Ints:
    """Flow columns whose strong forcing row the values break by more than `tolerance`."""
    design = model.design_of[model.pair_arc]
    flows = values[model.n_designs : model.n_designs + model.n_pairs]
    units = np.where(design >= 0, values[np.maximum(design, 0)], 1.0) if len(values) else flows
    is_broken = (design >= 0) & (flows > _share(problem, model) * units + tolerance)
    return np.flatnonzero(is_broken)
