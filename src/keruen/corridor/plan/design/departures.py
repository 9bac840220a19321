"""When trains of a cyclic week depart: what is asked, and what is answered.

Knows services with so many trains a week, queues of goods that wait for them, and limits in any
window of the week. Does not know stations, calendars or the solver.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from keruen.corridor.plan.design.problem import Flags, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class DeparturesProblem:
    """A week of equal slots that comes again for ever: services, queues, limits.

    A train set leaves the far end of its service and, a fixed time later, the near end. Goods wait
    in a queue for one side of one service; a train takes them to the next queue or to their end.

    Parameters
    ----------
    n_slots : slots of the week.
    trains : int64, shape (n_services,), that depart in the week, from the far end as from the near.
    capacity : float64, shape (n_services,), of one train, each way.
    back_slots : int64, shape (n_services,), from the departure at the far end to the same set's
        departure at the near end.
    queue_service : int64, shape (n_queues,), whose trains a queue waits for.
    queue_is_back : bool, shape (n_queues,), at the near end.
    queue_next : int64, shape (n_queues,), where its goods wait next; −1 at their end.
    queue_lag : int64, shape (n_queues,), slots from the departure until they are ready there.
    queue_amount : float64, shape (n_queues,), that come from outside, evenly through the week.
    queue_price : float64, shape (n_queues,), money for a unit that waits a slot.
    left_price : float64, shape (n_queues,), money for a unit from outside that is left behind.
    limit_start, limit_service, limit_shift : int64, shapes (n_limits + 1,), (n,) and (n,), trains
        that each limit counts, compressed by limit, and slots after their departure from the far
        end when it counts them.
    limit_slots, limit_most : int64, shape (n_limits,), a window of so many slots, wherever it
        begins, may count so many trains.
    excess_price : money for each train too many in a window.
    """

    n_slots: int
    trains: Ints
    capacity: Floats
    back_slots: Ints
    queue_service: Ints
    queue_is_back: Flags
    queue_next: Ints
    queue_lag: Ints
    queue_amount: Floats
    queue_price: Floats
    left_price: Floats
    limit_start: Ints
    limit_service: Ints
    limit_shift: Ints
    limit_slots: Ints
    limit_most: Ints
    excess_price: float

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together."""
        for name in ("capacity", "back_slots"):
            assert len(getattr(self, name)) == self.n_services, name
        for name in ("is_back", "next", "lag", "amount", "price"):
            assert len(getattr(self, f"queue_{name}")) == self.n_queues, name
        assert len(self.left_price) == self.n_queues
        assert len(self.limit_start) == self.n_limits + 1
        assert len(self.limit_most) == self.n_limits
        assert len(self.limit_service) == len(self.limit_shift) == self.limit_start[-1]
        assert np.all(self.trains >= 1)
        assert np.all(self.queue_price >= 0)
        assert np.all(self.left_price >= 0)
        assert np.all(self.queue_next != np.arange(self.n_queues))

    @property
    def n_services(self) -> int:
        """Number of services."""
        return len(self.trains)

    @property
    def n_queues(self) -> int:
        """Number of queues."""
        return len(self.queue_service)

    @property
    def n_limits(self) -> int:
        """Number of limits."""
        return len(self.limit_slots)

    def shift(self, queue: int) -> int:
        """Slots from the far end's departure to the departure that a queue waits for."""
        return int(self.back_slots[self.queue_service[queue]]) if self.queue_is_back[queue] else 0

    def counted(self, limit: int) -> list[tuple[int, int]]:
        """Service and shift of what a limit counts."""
        own = slice(self.limit_start[limit], self.limit_start[limit + 1])
        return list(
            zip(self.limit_service[own].tolist(), self.limit_shift[own].tolist(), strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Departures:
    """Departures, what boards and waits, and what other departures could save.

    Parameters
    ----------
    trains : int64, shape (n_services, n_slots), that leave the far end in each slot.
    boarding : float64, shape (n_queues, n_slots), that leaves in each slot.
    waiting : float64, shape (n_queues, n_slots), that waits from each slot to the next.
    left : float64, shape (n_queues,), of what comes from outside.
    used : int64, shape (n_limits, n_slots), trains in the window that ends with each slot.
    objective : money of waiting, of what is left and of trains too many.
    bound : no other departures of these trains cost less.
    seconds : of the solver.
    n_columns, n_rows, n_nonzeros : of its model, without what branch and bound adds.
    """

    trains: Ints
    boarding: Floats
    waiting: Floats
    left: Floats
    used: Ints
    objective: float
    bound: float
    seconds: float
    n_columns: int
    n_rows: int
    n_nonzeros: int
