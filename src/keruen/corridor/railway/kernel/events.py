"""The queue of events: by time, and of one moment by what they are.

Knows kinds of events; knows nothing of what happens then. Events are never told apart by when they
were put in: that would depend on the steps. No two have the same time and order, because a train of
a line has one event at a time.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from keruen.compiled import compiled
from keruen.corridor.railway.kernel.state import event_at

ARRIVES: Final = 0
SET_FREE: Final = 1
LEAVES_BORDER: Final = 2
SLOT: Final = 3
"""Kinds of event, in the order in which those of one moment are dealt with."""

_KIND_SHIFT: Final = 48
_LINE_SHIFT: Final = 32
"""The order of an event: its kind, the place of its line, the slot of its train."""
_LINE_MASK: Final = (1 << (_KIND_SHIFT - _LINE_SHIFT)) - 1
_SLOT_MASK: Final = (1 << _LINE_SHIFT) - 1
_NEVER_MS: Final = np.int64(1 << 62)


@compiled
def put(r: Any, time_ms: Any, kind: Any, line: Any, slot: Any, run: Any) -> None:
    """Put an event into the queue, a binary heap in the table `events`."""
    order = (kind << _KIND_SHIFT) + (line << _LINE_SHIFT) + slot
    place = r.n_events
    r.n_events += 1
    while place > 0:
        above = (place - 1) >> 1
        other = event_at(r.events, above)
        if _is_before(other.time_ms, other.order, time_ms, order):
            break
        _move(r, above, place)
        place = above
    event = event_at(r.events, place)
    event.time_ms = time_ms
    event.order = order
    event.run = run


@compiled
def next_ms(r: Any) -> Any:
    """When the next event is; far beyond any run when there is none."""
    return event_at(r.events, 0).time_ms if r.n_events > 0 else _NEVER_MS


@compiled
def drop_first(r: Any) -> None:
    """Take the first event out of the queue."""
    r.n_events -= 1
    last = event_at(r.events, r.n_events)
    time_ms, order, run = last.time_ms, last.order, last.run
    place = 0
    while True:
        below = 2 * place + 1
        if below >= r.n_events:
            break
        if below + 1 < r.n_events and _comes_before(r, below + 1, below):
            below += 1
        other = event_at(r.events, below)
        if _is_before(time_ms, order, other.time_ms, other.order):
            break
        _move(r, below, place)
        place = below
    event = event_at(r.events, place)
    event.time_ms = time_ms
    event.order = order
    event.run = run


@compiled
def _is_before(a_ms: Any, a_order: Any, b_ms: Any, b_order: Any) -> Any:
    return a_ms < b_ms or (a_ms == b_ms and a_order < b_order)


@compiled
def _comes_before(r: Any, one: Any, other: Any) -> Any:
    a, b = event_at(r.events, one), event_at(r.events, other)
    return _is_before(a.time_ms, a.order, b.time_ms, b.order)


@compiled
def _move(r: Any, source: Any, target: Any) -> None:
    event, place = event_at(r.events, source), event_at(r.events, target)
    place.time_ms = event.time_ms
    place.order = event.order
    place.run = event.run


@compiled
def kind_of(order: Any) -> Any:
    """The kind of an event, from its order."""
    return order >> _KIND_SHIFT


@compiled
def line_of(order: Any) -> Any:
    """The place of its line."""
    return (order >> _LINE_SHIFT) & _LINE_MASK


@compiled
def slot_of(order: Any) -> Any:
    """The slot of its train."""
    return order & _SLOT_MASK
