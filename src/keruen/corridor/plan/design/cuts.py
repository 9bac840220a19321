"""Cutset inequalities by mixed-integer rounding: what must cross a border of the network.

For a set of nodes S and some commodities L, flow out of S less flow into S, plus what stays
unserved, is at least what L sends out of S less what L brings in. Flow on an arc is at most units
times min(capacity, amount of L); put in for some of the flows, and rounded (Marchand, Wolsey 2001),
this gives cover, flow cover, flow pack and cutset inequalities in one (Raack, Koster, Orlowski,
Wessäly 2011; Chouman, Crainic, Gendron 2017). Knows arrays; does not know the solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keruen.corridor.plan.design.model import Model, Rows, rows_of
from keruen.corridor.plan.design.problem import DesignProblem, Flags, Floats, Ints

N_STEPS = 7
N_USED = 12
N_ASLEEP = 4
MOST_PAIRS = 1_000_000
ZERO = 1e-6
LEAST_BREAK = 2e-3
BIG = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One inequality: value·column ≥ lower.

    Parameters
    ----------
    column, value : int64 and float64, shape (n,); the largest value is 1 in size.
    lower : right side.
    depth : how far the point at hand lies behind it, in the space of the columns.
    """

    column: Ints
    value: Floats
    lower: float
    depth: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutset:
    """Arcs that cross the border of a set of nodes, and the point, for lists of commodities.

    Parameters
    ----------
    sign : float64, shape (n_arcs,), 1 out of the set and −1 into it.
    units, most : float64, shape (n_arcs,), design units at the point, and their bound.
    is_integer : bool, shape (n_arcs,).
    capacity : float64, shape (n_lists, n_arcs), what one unit can carry of the list.
    flow : float64, shape (n_lists, n_arcs), at the point.
    demand : float64, shape (n_lists,), what must go out less what comes in.
    unserved : float64, shape (n_lists,), at the point.
    """

    sign: Floats
    units: Floats
    most: Floats
    is_integer: Flags
    capacity: Floats
    flow: Floats
    demand: Floats
    unserved: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounded:
    """Inequalities units·column + flow·share·sign + unserved ≥ lower, one for each list at most.

    Parameters
    ----------
    of_list : int64, shape (n,), the list of commodities.
    broken : float64, shape (n,), by how much the point breaks it.
    units, flow : float64, shape (n, n_arcs), factors of design units and of flow.
    lower : float64, shape (n,).
    """

    of_list: Ints
    broken: Floats
    units: Floats
    flow: Floats
    lower: Floats


def rounded(border: Cutset) -> Rounded | None:
    """The most broken rounding for each list, over divisors and complemented units."""
    is_out, signed = border.sign > 0, border.sign * border.capacity
    flipped, divisor = _flips(border), _divisors(border)
    asked = border.demand[:, None] - ((signed * border.most)[:, None, :] * flipped).sum(2)
    quotient = asked[:, :, None] / np.maximum(divisor[:, None, :], ZERO)
    whole = np.floor(quotient)
    part = quotient - whole
    is_fit = (part > 0.02) & (part < 0.98) & (np.abs(quotient) < 1e4)
    of_list, flip, step = np.nonzero(is_fit & (divisor[:, None, :] > ZERO))
    if not len(of_list):
        return None
    step_size = divisor[of_list, step][:, None]
    rest, ceiling = part[of_list, flip, step][:, None], whole[of_list, flip, step] + 1.0
    is_flipped = flipped[of_list, flip]
    factor = _round(np.where(is_flipped, -1.0, 1.0) * signed[of_list] / step_size, rest)
    factor *= step_size * rest
    slack = np.maximum(border.capacity * border.units - border.flow, 0.0)
    count = np.where(is_flipped, border.most - border.units, border.units)
    by_units = factor * count + np.where(is_out, 0.0, slack[of_list])
    by_flow = np.where(is_out, border.flow[of_list], 0.0)
    is_flow = ((by_flow < by_units) & ~is_flipped) | ~border.is_integer
    left = np.where(is_flow, by_flow, by_units).sum(1) + border.unserved[of_list]
    right = ceiling * (step_size * rest)[:, 0]
    best = _best_of_each(of_list, (right - left) / np.abs(border.capacity).max(1)[of_list])
    if not len(best):
        return None
    factor, is_flipped, is_flow = factor[best], is_flipped[best], is_flow[best]
    units = np.where(is_flipped, -factor, factor)
    units += np.where(is_out, 0.0, border.capacity[of_list[best]])
    return Rounded(
        of_list=of_list[best],
        broken=(right - left)[best],
        units=np.where(is_flow, 0.0, units),
        flow=np.where(is_out, is_flow, ~is_flow).astype(np.float64),
        lower=right[best] - (factor * border.most * is_flipped).sum(1),
    )


def _round(value: Floats, rest: Floats) -> Floats:
    """The rounding function of a row ≥ whose right side has the fraction `rest`."""
    floor = np.floor(value + 1e-9)
    return np.asarray(floor + np.minimum(1.0, np.maximum(value - floor, 0.0) / rest))


def _divisors(border: Cutset) -> Floats:
    """What to divide by: the capacities of the most broken units, and the largest."""
    away = np.minimum(border.units, border.most - border.units)
    broken = np.flatnonzero(border.is_integer & (away > ZERO))
    broken = broken[np.argsort(-away[broken], kind="stable")][:N_STEPS]
    largest = np.where(border.is_integer, border.capacity, 0.0).max(1)
    return np.concatenate((border.capacity[:, broken], largest[:, None]), axis=1)


def _flips(border: Cutset) -> Flags:
    """Which units to count down from their most; bool, shape (n_lists, n_choices, n_arcs)."""
    is_near = border.is_integer & (border.units > 0.5 * border.most) & (border.most > 0)
    is_full = border.capacity * border.units - border.flow <= 1e-4 * border.capacity
    is_out = np.broadcast_to(is_near & (border.sign > 0), is_full.shape)
    none = np.zeros_like(is_full)
    return np.stack((none, is_out, is_out & is_full, is_near & is_full), axis=1)


def _best_of_each(of_list: Ints, broken: Floats) -> Ints:
    """The place of the most broken of each list; none that is hardly broken."""
    order = np.lexsort((-broken, of_list))
    is_first = np.concatenate(([True], np.diff(of_list[order]) != 0))
    best = order[is_first]
    return np.asarray(best[broken[best] > LEAST_BREAK])


class Cutter:
    """Finds broken cutset inequalities for one model.

    A border that gave none is left alone for some rounds. ``n_lists`` counts the lists of
    commodities looked at, over all borders: a measure of its work.
    """

    def __init__(self, problem: DesignProblem, model: Model) -> None:
        self._problem, self._model = problem, model
        self.n_lists = 0
        self._round, self._asleep = 0, dict[bytes, int]()
        self._shape = (problem.n_commodities, problem.n_arcs)
        self._has_design = model.design_of >= 0
        self._is_integer = self._has_design & problem.is_integer
        self._most = problem.most_units.astype(np.float64)
        self._room = np.where(self._has_design, problem.capacity, BIG)
        self._column = np.full(self._shape if self.is_able else (0, 0), -1, dtype=np.int64)
        if self.is_able:
            flows = model.n_designs + np.arange(model.n_pairs)
            self._column[model.pair_commodity, model.pair_arc] = flows
        self._amount = (self._column >= 0) * problem.amount[:, None] if self.is_able else None

    @property
    def is_able(self) -> bool:
        """Whether the problem is small enough for the tables, and has whole units."""
        is_small = self._shape[0] * self._shape[1] <= MOST_PAIRS
        return bool(is_small and self._is_integer.any())

    def cuts(self, values: Floats, most: int) -> list[Cut]:
        """Return up to `most` inequalities that the values break, the deepest first."""
        n, n_pairs = self._model.n_designs, self._model.n_pairs
        problem, found = self._problem, dict[bytes, Cut]()
        flow = np.zeros(self._shape)
        flow[self._model.pair_commodity, self._model.pair_arc] = values[n : n + n_pairs]
        flow = np.where(flow > 1e-9, flow * problem.amount[:, None], 0.0)
        design = self._model.design_of
        units = np.where(design >= 0, values[np.maximum(design, 0)], 1.0)
        unserved = values[n + n_pairs :] * problem.amount
        is_broken = self._is_integer & (units > ZERO) & (units < self._most - ZERO)
        for inside in _node_sets(problem, units, flow.sum(0)):
            arcs = np.flatnonzero(inside[problem.tail] != inside[problem.head])
            name = inside.tobytes()
            if is_broken[arcs].any() and self._asleep.get(name, 0) <= self._round:
                used = (flow[:, arcs[is_broken[arcs]]] > ZERO).T[:N_USED]
                lists = _lists(problem, inside, used)
                self.n_lists += len(lists)
                border = self._border(inside, arcs, lists, (flow, units, unserved))
                if not self._collect(border, inside, arcs, lists, found):
                    self._asleep[name] = self._round + N_ASLEEP
        self._round += 1
        return sorted(found.values(), key=lambda cut: -cut.depth)[:most]

    def _border(
        self, inside: Flags, arcs: Ints, lists: Flags, point: tuple[Floats, Floats, Floats]
    ) -> Cutset:
        assert self._amount is not None
        problem, share = self._problem, lists.astype(np.float64)
        flow, units, unserved = point
        carried = np.minimum(problem.capacity[arcs], share @ self._amount[:, arcs])
        sends = _goes(problem, inside)
        return Cutset(
            sign=np.where(inside[problem.tail[arcs]], 1.0, -1.0),
            units=units[arcs],
            most=self._most[arcs],
            is_integer=self._is_integer[arcs],
            capacity=np.where(self._is_integer[arcs], carried, self._room[arcs]),
            flow=share @ flow[:, arcs],
            demand=share @ sends,
            unserved=share @ np.where(sends > 0, unserved, 0.0),
        )

    def _collect(
        self, border: Cutset, inside: Flags, arcs: Ints, lists: Flags, found: dict[bytes, Cut]
    ) -> bool:
        """Write the roundings of a border as inequalities; whether there are any."""
        result = rounded(border)
        if result is None:
            return False
        problem, model = self._problem, self._model
        can_stay = model.upper[model.n_designs + model.n_pairs :] > 0
        can_stay &= _goes(problem, inside) > 0
        for i, of_list in enumerate(result.of_list):
            members = np.flatnonzero(lists[of_list])
            stayers = np.flatnonzero(lists[of_list] & can_stay)
            with_units = np.flatnonzero(np.abs(result.units[i]) > 1e-9)
            with_flow = self._column[np.ix_(members, arcs)] * (result.flow[i] > 0)
            who, where = np.nonzero(with_flow > 0)
            column = np.concatenate(
                (
                    model.design_of[arcs[with_units]],
                    with_flow[who, where],
                    model.n_designs + model.n_pairs + stayers,
                )
            )
            value = np.concatenate(
                (
                    result.units[i][with_units],
                    problem.amount[members[who]] * border.sign[where],
                    problem.amount[stayers],
                )
            )
            is_kept = value != 0
            column, value = column[is_kept], value[is_kept]
            scale = float(np.abs(value).max(initial=ZERO))
            depth = float(result.broken[i] / np.sqrt(np.square(value).sum() + ZERO))
            value = value / scale
            key = column.tobytes() + np.round(value, 6).tobytes()
            lower = float(result.lower[i]) / scale
            found.setdefault(key, Cut(column=column, value=value, lower=lower, depth=depth))
        return True


def _goes(problem: DesignProblem, inside: Flags) -> Floats:
    """What each commodity sends out of the set; negative where it must come in."""
    out = inside[problem.origin].astype(np.float64) - inside[problem.destination]
    return np.asarray(problem.amount * out)


def _lists(problem: DesignProblem, inside: Flags, used: Flags) -> Flags:
    """Lists of commodities worth a look: all, those that must go out, and users of an arc."""
    goes = _goes(problem, inside)
    every = np.ones_like(goes, dtype=np.bool_)
    is_out, is_not_in = goes > 0, goes >= 0
    lists = np.concatenate(
        (np.stack((every, is_out, is_not_in)), used, used & is_not_in, used & is_out, used | is_out)
    )
    return np.unique(lists[lists.any(axis=1)], axis=0)


def _node_sets(problem: DesignProblem, units: Floats, load: Floats) -> list[Flags]:
    """Single nodes, ends of used arcs, and what grows when arcs with room are shrunk."""
    n, found = problem.n_nodes, dict[bytes, Flags]()
    used = np.flatnonzero((units > ZERO) & (problem.tail != problem.head))

    def add(inside: Flags) -> None:
        for one in (inside, ~inside):
            found.setdefault(one.tobytes(), one)

    for node in range(n):
        add(np.arange(n) == node)
    for arc in used:
        add(np.isin(np.arange(n), (problem.tail[arc], problem.head[arc])))
    room = np.minimum(problem.capacity, BIG)
    for weight in (room * units - load, units - load / np.maximum(room, ZERO), units, load):
        part = np.arange(n)
        for arc in used[np.argsort(-weight[used], kind="stable")]:
            one, other = part[problem.tail[arc]], part[problem.head[arc]]
            if one != other:
                part[part == other] = one
                if not (inside := part == one).all():
                    add(inside)
    return list(found.values())


def cut_rows(cuts: list[Cut]) -> Rows:
    """Return the inequalities as rows of the model."""
    sizes = [len(cut.column) for cut in cuts]
    return rows_of(
        np.repeat(np.arange(len(cuts)), sizes),
        np.concatenate([cut.column for cut in cuts]),
        np.concatenate([cut.value for cut in cuts]),
        np.array([cut.lower for cut in cuts]),
        np.full(len(cuts), np.inf),
    )
