"""The departures of a cyclic week as a mixed-integer model.

Columns: trains by service and slot, boarding by queue and slot, waiting by queue and slot, left by
queue, trains too many by limit and slot. Does not know the solver.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from keruen.corridor.plan.design.departures import DeparturesProblem
from keruen.corridor.plan.design.model import Rows, rows_of
from keruen.corridor.plan.design.problem import Flags, Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class DeparturesModel:
    """Columns and rows without the inequalities that only strengthen it.

    Parameters
    ----------
    cost, upper : float64, shape (n_columns,); lower bounds are 0.
    is_integer : bool, shape (n_columns,).
    rows : balances, capacities, trains of the week, limits.
    """

    cost: Floats
    upper: Floats
    is_integer: Flags
    rows: Rows


@dataclass(slots=True)
class _Entries:
    """Entries of rows, one row after the other."""

    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, entries: dict[int, float], lower: float, upper: float) -> None:
        for column, value in entries.items():
            self.row.append(len(self.lower))
            self.column.append(column)
            self.value.append(value)
        self.lower.append(lower)
        self.upper.append(upper)

    def rows(self) -> Rows:
        return rows_of(
            np.array(self.row, np.int64),
            np.array(self.column, np.int64),
            np.array(self.value, np.float64),
            np.array(self.lower, np.float64),
            np.array(self.upper, np.float64),
        )


@dataclass(frozen=True, slots=True)
class Places:
    """Where each column is."""

    problem: DeparturesProblem

    def train(self, service: int, slot: int) -> int:
        """Trains that leave the far end."""
        return service * self.problem.n_slots + slot % self.problem.n_slots

    def board(self, queue: int, slot: int) -> int:
        """What leaves a queue."""
        return self.train(self.problem.n_services + queue, slot)

    def wait(self, queue: int, slot: int) -> int:
        """What waits from a slot to the next."""
        return self.board(self.problem.n_queues + queue, slot)

    def left(self, queue: int) -> int:
        """What is left behind of a queue."""
        return self.wait(self.problem.n_queues, 0) + queue

    def excess(self, limit: int, slot: int) -> int:
        """Trains too many in the window that ends with a slot."""
        n = self.problem.n_slots
        return self.left(self.problem.n_queues) + limit * n + slot % n


def build_departures(problem: DeparturesProblem) -> DeparturesModel:
    """Make the model."""
    n, n_queues = problem.n_slots, problem.n_queues
    n_trains, n_excess = problem.n_services * n, problem.n_limits * n
    entries = _Entries()
    for rows in (_balances, _capacities, _counts, _limits):
        for one in rows(problem):
            entries.add(*one)
    is_integer = np.zeros(n_trains + 2 * n_queues * n + n_queues + n_excess, np.bool_)
    is_integer[:n_trains] = True
    return DeparturesModel(
        cost=np.concatenate(
            (
                np.zeros(n_trains + n_queues * n),
                np.repeat(problem.queue_price, n),
                problem.left_price,
                np.full(n_excess, problem.excess_price),
            )
        ),
        upper=np.concatenate(
            (
                np.repeat(problem.trains, n).astype(np.float64),
                np.full(2 * n_queues * n, np.inf),
                problem.queue_amount,
                np.full(n_excess, np.inf),
            )
        ),
        is_integer=is_integer,
        rows=entries.rows(),
    )


_Row = tuple[dict[int, float], float, float]


def _balances(problem: DeparturesProblem) -> Iterator[_Row]:
    """What waited or came leaves or waits; what comes in a slot can leave in it."""
    at, n = Places(problem), problem.n_slots
    before = _before(problem)
    for queue in range(problem.n_queues):
        comes = float(problem.queue_amount[queue]) / n
        for slot in range(n):
            row = {at.wait(queue, slot): 1.0, at.board(queue, slot): 1.0}
            last = at.wait(queue, slot - 1)
            row[last] = row.get(last, 0.0) - 1.0
            if comes > 0:
                row[at.left(queue)] = 1.0 / n
            for other in before[queue]:
                row[at.board(other, slot - int(problem.queue_lag[other]))] = -1.0
            yield row, comes, comes


def _before(problem: DeparturesProblem) -> list[list[int]]:
    """The queues that lead to each queue."""
    found: list[list[int]] = [[] for _ in range(problem.n_queues)]
    for queue, follower in enumerate(problem.queue_next.tolist()):
        if follower >= 0:
            found[follower].append(queue)
    return found


def _capacities(problem: DeparturesProblem) -> Iterator[_Row]:
    """All that boards in a slot has room on the trains that leave in it."""
    at = Places(problem)
    sides: dict[tuple[int, bool], list[int]] = {}
    for queue in range(problem.n_queues):
        side = int(problem.queue_service[queue]), bool(problem.queue_is_back[queue])
        sides.setdefault(side, []).append(queue)
    for (service, _), queues in sorted(sides.items()):
        shift = problem.shift(queues[0])
        for slot in range(problem.n_slots):
            row = {at.board(queue, slot): 1.0 for queue in queues}
            row[at.train(service, slot - shift)] = -float(problem.capacity[service])
            yield row, -np.inf, 0.0


def _counts(problem: DeparturesProblem) -> Iterator[_Row]:
    """As many trains as the week has."""
    at = Places(problem)
    for service, trains in enumerate(problem.trains.tolist()):
        yield (
            {at.train(service, slot): 1.0 for slot in range(problem.n_slots)},
            trains,
            trains,
        )


def _limits(problem: DeparturesProblem) -> Iterator[_Row]:
    """No window counts more trains than it may, but at the price of those too many."""
    at = Places(problem)
    for limit in range(problem.n_limits):
        terms = problem.counted(limit)
        for slot in range(problem.n_slots):
            row = {at.excess(limit, slot): -1.0}
            for earlier in range(int(problem.limit_slots[limit])):
                for service, shift in terms:
                    column = at.train(service, slot - earlier - shift)
                    row[column] = row.get(column, 0.0) + 1.0
            yield row, -np.inf, float(problem.limit_most[limit])


def strengthening(problem: DeparturesProblem) -> Rows:
    """Inequalities that every whole answer keeps and broken trains break.

    What came in the last k slots and found no train of a service since still waits, before it or
    before an earlier one: for each queue and slot e, Σ waiting ≥ Σ_{τ=e−k+1..e} a·(1 − trains in
    τ..e), with a what comes in a slot. These are the (l, S) inequalities of lot sizing, for the
    stock of all stages up to a queue: Barany, Van Roy, Wolsey (1984), Management Science 30,
    1255–1261; Pochet, Wolsey (2006), Production Planning by Mixed Integer Programming.
    """
    entries, at, n = _Entries(), Places(problem), problem.n_slots
    before = _before(problem)
    for queue in range(problem.n_queues):
        stock = _stock(problem, before, queue)
        comes = float(sum(problem.queue_amount[one] for one, _ in stock)) / n
        service = int(problem.queue_service[queue])
        length = n // int(problem.trains[service])
        if not comes or not length:
            continue
        for slot in range(n):
            row = {at.left(one): length / n for one, _ in stock}
            for one, lag in stock:
                row[at.wait(one, slot - lag)] = 1.0
            for earlier in range(length):
                column = at.train(service, slot - earlier - problem.shift(queue))
                row[column] = comes * (length - earlier)
            entries.add(row, comes * length, np.inf)
    return entries.rows()


def even_relaxation(problem: DeparturesProblem) -> DeparturesModel:
    """The strengthened relaxation, of a size that does not depend on the slots.

    A week that is turned costs the same. So the mean of all turns of an answer of the relaxation is
    one too, costs as much, and is the same in every slot: its trains are n-th parts, and only the
    inequalities of `strengthening` hold boxes back. Columns: waiting of a week by queue, left by
    queue.
    """
    n, n_queues = problem.n_slots, problem.n_queues
    entries, before = _Entries(), _before(problem)
    for queue in range(n_queues):
        stock = _stock(problem, before, queue)
        trains = int(problem.trains[problem.queue_service[queue]])
        length = n // trains
        held = length - trains * length * (length + 1) / (2 * n)
        row = {one: 1.0 for one, _ in stock}
        row |= {n_queues + one: held for one, _ in stock}
        comes = float(sum(problem.queue_amount[one] for one, _ in stock))
        entries.add(row, held * comes, np.inf)
    return DeparturesModel(
        cost=np.concatenate((problem.queue_price, problem.left_price)),
        upper=np.concatenate((np.full(n_queues, np.inf), problem.queue_amount)),
        is_integer=np.zeros(2 * n_queues, np.bool_),
        rows=entries.rows(),
    )


def _stock(
    problem: DeparturesProblem, before: list[list[int]], queue: int
) -> list[tuple[int, int]]:
    """A queue and those that lead to it, with slots from their departures to its own.

    Without those whose trains are fewer, and what leads to them: they hold back more by themselves.
    """
    trains = problem.trains[problem.queue_service]
    found = [(queue, 0)]
    for one, lag in found:
        found.extend(
            (other, lag + int(problem.queue_lag[other]))
            for other in before[one]
            if trains[other] >= trains[queue]
        )
    return found
