"""The event queue keeps a total order."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keruen.terminal.kernel import SIZE_CLASSES, event_queue
from keruen.terminal.kernel.state import state_dtype
from keruen.units import MS_PER_HOUR

pytestmark = pytest.mark.usefixtures("alone_in_the_cache")

# Some minutes ahead, some days: both heaps are used.
TIMES = st.one_of(st.integers(0, 50), st.integers(0, 60 * MS_PER_HOUR))
EVENTS = st.lists(
    st.tuples(TIMES, st.integers(0, event_queue.N_EVENTS - 1)), min_size=1, max_size=200
)


@numba.njit
def put_all(s: Any, times_ms: Any, kinds: Any) -> None:
    """Put every event in, the subject is its place."""
    for subject in range(len(times_ms)):
        event_queue.put(s, times_ms[subject], kinds[subject], subject)


@numba.njit
def take_all(s: Any, taken: Any) -> None:
    """Take them all: time, kind, subject."""
    for row in range(taken.shape[0]):
        what = event_queue.take(s)
        taken[row, 0] = s.now_ms
        taken[row, 1] = event_queue.kind_of(what)
        taken[row, 2] = event_queue.subject_of(what)


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_events_leave_by_time_rank_and_order_of_entry(events: list[tuple[int, int]]) -> None:
    """Events are taken by time, then by rank of kind, then in the order they were put in."""
    state = np.zeros(1, state_dtype(SIZE_CLASSES[0]))
    s = state.view(np.recarray)[0] if numba.config.DISABLE_JIT else state[0]
    put_all(s, *np.array(events, np.int64).T.copy())
    taken = np.zeros((len(events), 3), np.int64)
    take_all(s, taken)
    expected = sorted((time, kind, subject) for subject, (time, kind) in enumerate(events))
    assert [tuple(row) for row in taken.tolist()] == expected
