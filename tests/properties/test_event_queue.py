"""The event queue keeps a total order."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from keruen.terminal.kernel import SIZE_CLASSES, event_queue
from keruen.terminal.kernel.state import state_dtype

EVENTS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, event_queue.TRAIN_DUE)), min_size=1, max_size=200
)


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_events_leave_by_time_rank_and_order_of_entry(events: list[tuple[int, int]]) -> None:
    """Events are taken by time, then by rank of kind, then in the order they were put in."""
    state = np.zeros(1, state_dtype(SIZE_CLASSES[0]))[0]
    for subject, (time_ms, kind) in enumerate(events):
        event_queue.put(state, time_ms, kind, subject)
    taken = []
    while state["queue_length"] > 0:
        what = event_queue.take(state)
        taken.append(
            (int(state["now_ms"]), event_queue.kind_of(what), event_queue.subject_of(what))
        )
    expected = sorted((time, kind, subject) for subject, (time, kind) in enumerate(events))
    assert taken == expected
