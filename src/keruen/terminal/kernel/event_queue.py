"""A binary heap of future events, in a total order.

Knows times, ranks and serial numbers; knows nothing of what an event means.

Events are ordered by time, then by the rank of their kind, then by the order in which they were
put in: equal keys are impossible (conventions §2). The rank of a kind is its number below: the
gate's hours come before completions, those before stops, stops before arrivals and departures.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.terminal.kernel.compiled import compiled

GATE_OPENS = 0
TRAIN_INSPECTED = 1
TRAIN_PLACED = 2
TRAIN_PULLED = 3
TRAIN_TESTED = 4
GANTRY_DONE = 5
TRACTOR_AT_BLOCK = 6
TRACTOR_AT_TRACK = 7
TRACTOR_BACK = 8
TRACTOR_AT_DOOR = 9
YARD_MACHINE_DONE = 10
TRUCK_WEIGHED = 11
GATE_IN_DONE = 12
TRUCK_AT_BLOCK = 13
TRUCK_AT_EXIT = 14
GATE_OUT_DONE = 15
SHUTTLE_BACK = 16
UNPACKED = 17
CALLED_OFF = 18
HOLD_ENDED = 19
SCANNED = 20
OUTAGE_ENDS = 21
OUTAGE_BEGINS = 22
TRAIN_ARRIVES = 23
TRUCK_ARRIVES = 24
PICKUP_ARRIVES = 25
TRAIN_DUE = 26
N_EVENTS = 27

_RANK_SHIFT = 48
_WHAT_SHIFT = 32
_WHAT_MASK = (1 << _WHAT_SHIFT) - 1


@compiled
def put(s: Any, time_ms: Any, kind: Any, subject: Any) -> None:
    """Put an event into the queue: `kind` happens to `subject` at `time_ms`."""
    assert time_ms >= s.now_ms
    assert s.queue_length < s.queue_time_ms.shape[0]
    s.serial += 1
    order = (kind << _RANK_SHIFT) + s.serial
    place = s.queue_length
    s.queue_length = place + 1
    while place > 0:
        above = (place - 1) >> 1
        above_ms = s.queue_time_ms[above]
        if above_ms < time_ms or (above_ms == time_ms and s.queue_order[above] < order):
            break
        s.queue_time_ms[place] = above_ms
        s.queue_order[place] = s.queue_order[above]
        s.queue_what[place] = s.queue_what[above]
        place = above
    s.queue_time_ms[place] = time_ms
    s.queue_order[place] = order
    s.queue_what[place] = (kind << _WHAT_SHIFT) + np.int64(subject)


@compiled
def take(s: Any) -> Any:
    """Take the first event: sets the clock, returns it packed (see `kind_of`, `subject_of`)."""
    what = s.queue_what[0]
    s.now_ms = s.queue_time_ms[0]
    length = s.queue_length - 1
    s.queue_length = length
    time_ms = s.queue_time_ms[length]
    order = s.queue_order[length]
    last = s.queue_what[length]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= length:
            break
        right = below + 1
        if right < length and (
            s.queue_time_ms[right] < s.queue_time_ms[below]
            or (
                s.queue_time_ms[right] == s.queue_time_ms[below]
                and s.queue_order[right] < s.queue_order[below]
            )
        ):
            below = right
        below_ms = s.queue_time_ms[below]
        if time_ms < below_ms or (time_ms == below_ms and order < s.queue_order[below]):
            break
        s.queue_time_ms[place] = below_ms
        s.queue_order[place] = s.queue_order[below]
        s.queue_what[place] = s.queue_what[below]
        place = below
    s.queue_time_ms[place] = time_ms
    s.queue_order[place] = order
    s.queue_what[place] = last
    return what


@compiled
def kind_of(what: Any) -> Any:
    """The kind of a packed event."""
    return what >> _WHAT_SHIFT


@compiled
def subject_of(what: Any) -> Any:
    """Whom a packed event happens to."""
    return what & _WHAT_MASK
