"""Time by hour: the one-pass sums are those of counting hour by hour, whatever the intervals."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keruen.domain import tables
from keruen.scenario import Scenario, read
from keruen.terminal.measures.window import (
    Window,
    stock_by_hour,
    time_by_hour_of_busiest_day,
    window_of,
)
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY, MS_PER_HOUR
from terminals import terminal, trains, visits

TOY = read("toy").model_copy(update={"terminal": terminal()})


def window(days: int, warm_up_days: int) -> Window:
    """A window without any event."""
    calendar = SimpleNamespace(days=days, warm_up_ms=warm_up_days * MS_PER_DAY)
    world: Any = SimpleNamespace(calendar=calendar, terminal=TOY.terminal)
    scenario: Scenario = world
    return window_of(scenario, tables.empty("trace", 0), trains(), visits())


SPANS = st.lists(
    st.tuples(st.integers(0, 30 * MS_PER_DAY), st.integers(0, 3 * MS_PER_DAY)), max_size=12
)


@settings(deadline=None, max_examples=60)
@given(days=st.integers(1, 16), warm_up_days=st.integers(0, 9), spans=SPANS)
def test_hours_of_the_busiest_day(
    days: int, warm_up_days: int, spans: list[tuple[int, int]]
) -> None:
    """Total and hours of the busiest weekday are what one gets hour by hour, interval by interval."""
    place = window(days, warm_up_days)
    starts = np.array([start for start, _ in spans], np.int64)
    ends = np.array([start + length for start, length in spans], np.int64)
    by_day: dict[int, list[list[int]]] = {}
    for day in range(warm_up_days, warm_up_days + days):
        hours = []
        for hour in range(24):
            begin = day * MS_PER_DAY + hour * MS_PER_HOUR
            covered = [
                min(start + length, begin + MS_PER_HOUR) - max(start, begin)
                for start, length in spans
            ]
            hours.append(sum(max(0, part) for part in covered))
        by_day.setdefault(day % DAYS_PER_WEEK, []).append(hours)
    means = [np.mean(rows, axis=0) for rows in by_day.values()]
    total, found = time_by_hour_of_busiest_day(place, starts, ends)
    assert total == sum(sum(map(sum, rows)) for rows in by_day.values())
    assert found.sum() == pytest.approx(max(mean.sum() for mean in means))
    assert any(found == pytest.approx(mean) for mean in means)


@settings(deadline=None, max_examples=60)
@given(spans=SPANS, order=st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(spans: list[tuple[int, int]], order: Any) -> None:
    """Intervals in another order give the same hours, to the last bit."""
    place = window(9, 2)
    turned = list(spans)
    order.shuffle(turned)
    results = []
    for rows in (spans, turned):
        starts = np.array([start for start, _ in rows], np.int64)
        ends = starts + np.array([length for _, length in rows], np.int64)
        total, hours = time_by_hour_of_busiest_day(place, starts, ends)
        results.append((total, hours.tolist()))
    assert results[0] == results[1]


@settings(deadline=None, max_examples=60)
@given(spans=SPANS)
def test_stock_at_the_end_of_each_hour(spans: list[tuple[int, int]]) -> None:
    """The stock of an hour is the number of those that came before its end and have not gone."""
    place = window(9, 2)
    kept = [(s, s + length) for s, length in spans if s + length < place.end_ms]
    starts = np.array([start for start, _ in kept], np.int64)
    ends = np.array([end for _, end in kept], np.int64)
    found = stock_by_hour(place, starts, ends)
    assert len(found) == 9 * 24
    for hour, n in enumerate(found.tolist()):
        at = place.start_ms + (hour + 1) * MS_PER_HOUR
        assert n == sum(start < at <= end for start, end in kept)
