"""The measured time, and the trace looked at by kind of event.

Knows times and rows; knows no measure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keruen.domain import tables
from keruen.domain.codes import Event
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Terminal
from keruen.scenario.models import Scenario
from keruen.units import (
    DAYS_PER_WEEK,
    DAYS_PER_YEAR,
    MS_PER_DAY,
    MS_PER_HOUR,
    NONE,
)

HOURS_PER_DAY = 24
PEAK_HOURS = 3
"""The busiest part of the day is looked for in so many consecutive hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was simulated and which part of it is measured: start_ms ≤ t < end_ms."""

    terminal: Terminal
    trains: Table
    visits: Table
    outages: Table
    by_kind: dict[Event, Table]
    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        """Measured time."""
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
        return rows[rows["time_ms"] >= self.start_ms]

    def time_by(self, kind: Event, column: str, n: int) -> NDArray[np.int64]:
        """When the event happened to each train or visit; −1 where it did not."""
        times = np.full(n, NONE, np.int64)
        rows = self.by_kind[kind]
        times[rows[column]] = rows["time_ms"]
        return times

    def first_by(self, kind: Event, column: str, n: int) -> NDArray[np.int64]:
        """When the event happened first to each: a train in portions is placed more than once."""
        times = np.full(n, NONE, np.int64)
        rows = self.by_kind[kind][::-1]
        times[rows[column]] = rows["time_ms"]
        return times

    def start_by(self, kind: Event, column: str, n: int) -> NDArray[np.int64]:
        """When the work that last ended with the event began, for each; −1 if never."""
        times = np.full(n, NONE, np.int64)
        rows = self.by_kind[kind]
        times[rows[column]] = rows["time_ms"] - rows["busy_ms"]
        return times

    def first_start_by(self, kind: Event, column: str, n: int) -> NDArray[np.int64]:
        """When the work that first ended with the event began, for each; −1 if never."""
        times = np.full(n, NONE, np.int64)
        rows = self.by_kind[kind][::-1]
        times[rows[column]] = rows["time_ms"] - rows["busy_ms"]
        return times


def window_of(
    scenario: Scenario, trace: Table, trains: Table, visits: Table, outages: Table | None = None
) -> Window:
    """The measured window of a run, with the rows of the trace sorted by kind."""
    order = np.argsort(trace["kind"], kind="stable")
    bounds = np.searchsorted(trace["kind"][order], np.arange(len(Event) + 1))
    by_kind = {kind: trace[order[bounds[kind] : bounds[kind + 1]]] for kind in Event}
    calendar = scenario.calendar
    return Window(
        terminal=scenario.terminal,
        trains=trains,
        visits=visits,
        outages=tables.empty("outages", 0) if outages is None else outages,
        by_kind=by_kind,
        start_ms=calendar.warm_up_ms,
        end_ms=calendar.warm_up_ms + calendar.days * MS_PER_DAY,
    )


def stock_by_hour(
    window: Window, times_in: NDArray[np.int64], times_out: NDArray[np.int64]
) -> NDArray[np.int64]:
    """How many are there at the end of each measured hour, from when each came and went."""
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
    """`stock_by_hour` with a weight for each: int64, one entry for each measured hour."""
    n_hours = window.end_ms // MS_PER_HOUR
    change = np.bincount(times_in // MS_PER_HOUR, weights_in, n_hours)
    change -= np.bincount(times_out // MS_PER_HOUR, weights_out, n_hours)
    stock: NDArray[np.int64] = np.cumsum(np.rint(change).astype(np.int64))
    return stock[window.start_ms // MS_PER_HOUR : n_hours]


def time_by_hour_of_busiest_day(
    window: Window, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[float, NDArray[np.float64]]:
    """Measured time of intervals, and how it lies on the weekday that has most of it.

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
    """First hour and mean value of the busiest `PEAK_HOURS` consecutive hours of the day."""
    sums = sum(np.roll(by_hour, -shift) for shift in range(PEAK_HOURS)) / PEAK_HOURS
    first = int(np.argmax(sums))
    return first, float(sums[first])  # type: ignore[index]


def quantile(values: NDArray[np.float64] | NDArray[np.int64], q: float) -> float:
    """A quantile, 0 for an empty sample."""
    return float(np.quantile(values, q)) if len(values) else 0.0


def mean(values: NDArray[np.float64] | NDArray[np.int64]) -> float:
    """The mean, 0 for an empty sample."""
    return float(values.mean()) if len(values) else 0.0
