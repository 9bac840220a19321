"""The measured time, and the trace looked at by kind of event.

Knows times and rows; knows no measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from keruen.compiled import call, exclusive_cache
from keruen.domain import tables
from keruen.domain.codes import Event
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Terminal
from keruen.scenario.models import Scenario
from keruen.terminal.groups import machine_groups
from keruen.terminal.measures.sorting import sort_by_kind
from keruen.units import (
    DAYS_PER_WEEK,
    DAYS_PER_YEAR,
    MS_PER_DAY,
    MS_PER_HOUR,
    NONE,
)

HOURS_PER_DAY = 24
PEAK_HOURS = 3
"""The busiest part of the day is looked for in so many consecutive hours: one hour would be luck,
and half a day no peak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was simulated and which part of it is measured: start_ms ≤ t < end_ms.

    Parameters
    ----------
    terminal : the dry port.
    trains, visits, outages : tables `train_arrivals`, `container_visits`, `outages`.
    by_kind : kind of event → its rows of the trace, in order, warm-up included.
    n_reshuffles : of each visit, those that fetching it needed, int64.
    start_ms, end_ms : the measured time, ms since simulation start.
    """

    terminal: Terminal
    trains: Table
    visits: Table
    outages: Table
    by_kind: dict[Event, Table]
    n_reshuffles: NDArray[np.int64]
    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        """Measured time, ms, positive."""
        return self.end_ms - self.start_ms

    @property
    def per_year(self) -> float:
        """Factor from a count in the window to a year of 365 days."""
        return DAYS_PER_YEAR * MS_PER_DAY / self.length_ms

    def rows(self, kind: Event) -> Table:
        """All rows of one kind, warm-up included."""
        return self.by_kind[kind]

    def measured(self, kind: Event) -> Table:
        """The rows of one kind in the measured time."""
        rows = self.by_kind[kind]
        # The rows of a kind are in the order of time: the measured ones are a slice, not a copy.
        return rows[np.searchsorted(rows["time_ms"], self.start_ms) :]

    def time_by(self, kind: Event, column: str, n: int) -> NDArray[np.int64]:
        """When the event happened last to each train or visit.

        Parameters
        ----------
        kind : the event.
        column : ``"train"`` or ``"visit"``: whom it happens to.
        n : how many there are.

        Returns
        -------
        int64 ms, shape (n,); −1 where it did not happen. The three below are alike.
        """
        return _last_of_each(self.by_kind[kind], column, n, is_start=False)

    def first_by(self, kind: Event, column: str, n: int) -> NDArray[np.int64]:
        """When the event happened first to each: a train in portions is placed more than once."""
        return _last_of_each(self.by_kind[kind][::-1], column, n, is_start=False)

    def start_by(self, kind: Event, column: str, n: int) -> NDArray[np.int64]:
        """When the work that last ended with the event began, for each."""
        return _last_of_each(self.by_kind[kind], column, n, is_start=True)

    def first_start_by(self, kind: Event, column: str, n: int) -> NDArray[np.int64]:
        """When the work that first ended with the event began, for each."""
        return _last_of_each(self.by_kind[kind][::-1], column, n, is_start=True)


def _last_of_each(rows: Table, column: str, n: int, *, is_start: bool) -> NDArray[np.int64]:
    times = np.full(n, NONE, np.int64)
    # Of several rows of one train or visit the last that is written stays.
    times[rows[column]] = rows["time_ms"] - rows["busy_ms"] if is_start else rows["time_ms"]
    return times


def window_of(
    scenario: Scenario, trace: Table, trains: Table, visits: Table, outages: Table | None = None
) -> Window:
    """The measured window of a run, with the rows of the trace sorted by kind.

    Parameters
    ----------
    scenario : its calendar says what is measured.
    trace, trains, visits, outages : tables of the run; no outages: there were none.
    """
    groups = machine_groups(scenario.terminal)
    n_machines = sum(group.n_machines for group in groups)
    by_kind, n_reshuffles = _by_kind(trace, len(visits), n_machines)
    calendar = scenario.calendar
    return Window(
        terminal=scenario.terminal,
        trains=trains,
        visits=visits,
        outages=tables.empty("outages", 0) if outages is None else outages,
        by_kind=by_kind,
        n_reshuffles=n_reshuffles,
        start_ms=calendar.warm_up_ms,
        end_ms=calendar.warm_up_ms + calendar.days * MS_PER_DAY,
    )


def _by_kind(
    trace: Table, n_visits: int, n_machines: int
) -> tuple[dict[Event, Table], NDArray[np.int64]]:
    """The rows of each kind of event, in order, and the reshuffles that fetching each box needed.

    `n_visits` and `n_machines` are above all numbers in the trace.
    """
    _compile()
    rows = np.empty(len(trace), trace.dtype)
    ends = np.zeros(len(Event), np.int64)
    n_reshuffles = np.zeros(n_visits, np.int64)
    since = np.zeros(n_machines + 1, np.int64)
    call(sort_by_kind, np.ascontiguousarray(trace), rows, ends, n_reshuffles, since)
    return dict(zip(Event, np.split(rows, ends[:-1]), strict=True)), n_reshuffles


@cache
def _compile() -> None:
    """Once in a process, by a call that does nothing: two must not compile at once."""
    empty, none = tables.empty("trace", 0), np.zeros(1, np.int64)
    with exclusive_cache():
        call(sort_by_kind, empty, empty, none, none, none)


def stock_by_hour(
    window: Window, times_in: NDArray[np.int64], times_out: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many are there at the end of each measured hour, from when each came and went.

    Parameters
    ----------
    window : the measured time.
    times_in, times_out : int64 ms, of any order and length; who has not gone is only in the first.

    Returns
    -------
    int64, one for each measured hour.
    """
    return weighted_stock_by_hour(
        window,
        times_in,
        np.ones(len(times_in), np.int64),
        times_out,
        np.ones(len(times_out), np.int64),
    )


def weighted_stock_by_hour(
    window: Window,
    times_in: NDArray[np.int64],
    weights_in: NDArray[np.int64],
    times_out: NDArray[np.int64],
    weights_out: NDArray[np.int64],
) -> NDArray[np.int64]:
    """`stock_by_hour` with a weight for each.

    Parameters
    ----------
    window : the measured time.
    times_in, times_out : int64 ms, of any order and length.
    weights_in, weights_out : int64, shapes of the times; what came must go with the same weight.

    Returns
    -------
    int64, one for each measured hour, in the unit of the weights.
    """
    n_hours = window.end_ms // MS_PER_HOUR
    change = np.bincount(times_in // MS_PER_HOUR, weights_in, n_hours)
    change -= np.bincount(times_out // MS_PER_HOUR, weights_out, n_hours)
    stock: NDArray[np.int64] = np.cumsum(np.rint(change).astype(np.int64))
    return stock[window.start_ms // MS_PER_HOUR : n_hours]


def time_by_hour_of_busiest_day(
    window: Window, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[float, NDArray[np.float64]]:
    """Measured time of intervals, and how it lies on the weekday that has most of it.

    The weekday of most, not the mean day: a terminal that rests on Sundays would seem quieter than
    it is. Weekdays count from the first simulated day; of equal ones the first.

    Parameters
    ----------
    window : the measured time.
    starts, ends : int64 ms, of the same shape; what lies outside the window is cut off.

    Returns
    -------
    total : ms in the measured time.
    by_hour : mean ms in each hour of that weekday, float64, shape (24,).
    """
    first_hour, end_hour = window.start_ms // MS_PER_HOUR, window.end_ms // MS_PER_HOUR
    by_hour = _after_by_hour(window, starts, end_hour) - _after_by_hour(window, ends, end_hour)
    days = by_hour[first_hour:].reshape(-1, HOURS_PER_DAY)
    weekday = (first_hour // HOURS_PER_DAY + np.arange(len(days))) % DAYS_PER_WEEK
    means = [
        days[weekday == day].mean(axis=0) for day in range(DAYS_PER_WEEK) if (weekday == day).any()
    ]
    return float(days.sum()), max(means, key=lambda hours: float(hours.sum()))


def _after_by_hour(window: Window, times: NDArray[np.int64], n_hours: int) -> NDArray[np.float64]:
    """Time in each simulated hour that lies after each of `times`, summed over them.

    One pass whatever the number of hours: an hour after that of a time lies wholly behind it, its
    own hour in part. The sums are whole milliseconds far below 2**53, so they are exact.
    """
    hour, part = np.divmod(np.clip(times, window.start_ms, window.end_ms), MS_PER_HOUR)
    n = np.bincount(hour, minlength=n_hours + 1)[:n_hours]
    rest = np.bincount(hour, MS_PER_HOUR - part, n_hours + 1)[:n_hours]
    whole = MS_PER_HOUR * (np.cumsum(n) - n).astype(np.float64)
    return whole + rest


def busiest_hours(by_hour: NDArray[np.float64]) -> tuple[int, float]:
    """First hour and mean value of the busiest `PEAK_HOURS` consecutive hours of the day.

    Parameters
    ----------
    by_hour : shape (24,), any unit; the hours wrap around midnight.

    Returns
    -------
    first : hour of the day, 0 to 23, of equal ones the earliest.
    peak : mean over the hours, in the unit of `by_hour`.
    """
    sums = sum(np.roll(by_hour, -shift) for shift in range(PEAK_HOURS)) / PEAK_HOURS
    first = int(np.argmax(sums))
    return first, float(sums[first])  # type: ignore[index]


def quantile(values: NDArray[np.float64] | NDArray[np.int64], q: float) -> float:
    """A quantile, linear between the two nearest values, 0 for an empty sample (conventions §8).

    Parameters
    ----------
    values : shape (n,), any order.
    q : 0 ≤ q ≤ 1.
    """
    return float(np.quantile(values, q)) if len(values) else 0.0


def mean(values: NDArray[np.float64] | NDArray[np.int64]) -> float:
    """The mean of `values`, 0 for an empty sample (conventions §8)."""
    return float(values.mean()) if len(values) else 0.0
