"""Two heaps of future events, near and far, in one total order.

Knows times, ranks and serial numbers; knows nothing of what an event means.

Events are ordered by time, then by the rank of their kind, then by the order in which they were
put in: equal keys are impossible (conventions §2). Time is in whole ms, and many durations of a
scenario are whole minutes, so equal times are frequent; without a total order the result would
depend on how the heap happens to lie.

The rank of a kind is its number below:

* The gate's hours and the initial yard come first: each box of it puts in the next at the same
  moment, so the yard is whole before anything else happens.
* Completions come before arrivals: whoever comes at a moment finds free what became free at it. A
  truck that has just put down its box takes a released one before the truck ordered for that comes.
* Among completions the order is about that of a box's way in; it must be one, and no rule needs it.
* A move that ends as its machine is stopped comes before the stop: the machine may begin one more,
  and ends that too (`outages`).
* Stops end before stops begin: one that begins asserts that its machine is not stopped.
* Departures come last: a train that comes at the same moment takes another reception track, or this
  one as soon as it is left, without a wait.

The sentence under each kind stands in conventions §2 too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from keruen.compiled import compiled, inlined
from keruen.units import MS_PER_HOUR

GATE_OPENS = np.int64(0)
"""The gate opens for the day: trucks that wait before it may enter."""
INITIAL_BOX = np.int64(1)
"""A box stands in the yard when the run begins; the next one follows at once."""
TRAIN_INSPECTED = np.int64(2)
"""Papers and technical inspection of a train are done: it may be placed."""
TRAIN_PLACED = np.int64(3)
"""A locomotive has put a train, or a portion of it, on a handling track."""
TRAIN_PULLED = np.int64(4)
"""A locomotive has put a train, or a portion of it, back on a reception track."""
TRAIN_TESTED = np.int64(5)
"""The brake test is done: the train is ready to depart."""
GANTRY_DONE = np.int64(6)
"""A machine of a handling track has taken a box off its wagon, or put one on it."""
TRACTOR_AT_BLOCK = np.int64(7)
"""A tractor is at the block to which it brings a box, or from which it fetches one."""
TRACTOR_AT_TRACK = np.int64(8)
"""A tractor with a box for a train is at the handling track."""
TRACTOR_BACK = np.int64(9)
"""A tractor is back from the yard at the tracks, empty."""
TRACTOR_AT_DOOR = np.int64(10)
"""A tractor has brought a box to its door of the warehouse."""
YARD_MACHINE_DONE = np.int64(11)
"""A yard machine has completed one move."""
TRUCK_WEIGHED = np.int64(12)
"""A weighbridge is done with a truck."""
GATE_IN_DONE = np.int64(13)
"""A lane in is done with a truck, which drives on to its block or train."""
TRUCK_AT_BLOCK = np.int64(14)
"""A truck is at its block or train and asks for its box, or gives it."""
TRUCK_AT_EXIT = np.int64(15)
"""A truck is at the gate and queues for a lane out."""
GATE_OUT_DONE = np.int64(16)
"""A lane out is done with a truck: it has left."""
SHUTTLE_BACK = np.int64(17)
"""A shuttle is back from the plant, empty."""
UNPACKED = np.int64(18)
"""A team has emptied a box at a door of the warehouse."""
CALLED_OFF = np.int64(19)
"""The plant has taken the goods of a box from the warehouse's floor."""
HOLD_ENDED = np.int64(20)
"""Customs or the laboratory has released a box."""
SCANNED = np.int64(21)
"""A box has been through the scanner and is released."""
OUTAGE_ENDS = np.int64(22)
"""A machine may work again."""
OUTAGE_BEGINS = np.int64(23)
"""A machine takes no new work (shift, weather, maintenance, failure)."""
TRAIN_ARRIVES = np.int64(24)
"""A train is at the station."""
TRUCK_ARRIVES = np.int64(25)
"""A truck that brings a box is before the gate."""
PICKUP_ARRIVES = np.int64(26)
"""A truck that fetches a box is before the gate."""
TRAIN_DUE = np.int64(27)
"""A train that is ready leaves."""
N_EVENTS = 28

NOBODY = np.int64(0)
"""Subject of an event that happens to nobody in particular."""

# Columns of `queue`: an event lies in one piece of memory.
TIME = 0
ORDER = 1
WHAT = 2
NEAR = 0
FAR = 1
"""Most events are minutes ahead; the trucks of the coming days would only make their heap deep."""
_FAR_MS = 2 * MS_PER_HOUR
"""Longer than a move, a drive or a service. In which heap an event lies changes nothing but speed:
the earlier of the two first events is taken."""
_NEVER_MS = np.int64(1 << 62)
"""Later than any time of a run, and still far from an overflow when something is added."""
_BRANCH_SHIFT = 2
"""Four branches, not two: half the levels, and the four below a place lie side by side in
memory."""
_BRANCHES = 1 << _BRANCH_SHIFT
_RANK_SHIFT = 48
"""Rank above, serial number below: one comparison instead of two. 2**48 events are enough for any
run, and 28 ranks above them stay within an int64."""
_WHAT_SHIFT = 32
"""Kind above, subject below: a row with its turn (`rows`) takes 31 bits."""
_WHAT_MASK = (1 << _WHAT_SHIFT) - 1


@inlined
def is_before(a_ms: Any, a_order: Any, b_ms: Any, b_order: Any) -> Any:
    """Whether an event of the first time and order comes before one of the second."""
    return a_ms < b_ms or (a_ms == b_ms and a_order < b_order)


@compiled
def put(s: Any, time_ms: Any, kind: Any, subject: Any) -> None:
    """Put an event into the queue: `kind` happens to `subject` at `time_ms`.

    `subject` is a machine, a row, a place of a train, a visit or a stream of trucks, by the kind;
    it must not be negative.
    """
    assert time_ms >= s.now_ms
    # The serial number counts every event that was ever put in, so it also tells whether anything
    # has been started (`run`, `handling`), and makes a fresh part of a key (`yard`).
    s.serial += 1
    order = (kind << _RANK_SHIFT) + s.serial
    heap = FAR if time_ms - s.now_ms > _FAR_MS else NEAR
    place = s.queue_length[heap]
    assert place < s.queue.shape[1]
    s.queue_length[heap] = place + 1
    # From the last place up: later ones step down until the event has found its place.
    while place > 0:
        above = (place - 1) >> _BRANCH_SHIFT
        above_ms = s.queue[heap, above, TIME]
        if is_before(above_ms, s.queue[heap, above, ORDER], time_ms, order):
            break
        s.queue[heap, place, TIME] = above_ms
        s.queue[heap, place, ORDER] = s.queue[heap, above, ORDER]
        s.queue[heap, place, WHAT] = s.queue[heap, above, WHAT]
        place = above
    s.queue[heap, place, TIME] = time_ms
    s.queue[heap, place, ORDER] = order
    s.queue[heap, place, WHAT] = (kind << _WHAT_SHIFT) + np.int64(subject)


@inlined
def _first_heap(s: Any) -> Any:
    """The heap that holds the next event; one of them is not empty."""
    if s.queue_length[NEAR] == 0:
        return FAR
    if s.queue_length[FAR] == 0:
        return NEAR
    is_far = is_before(
        s.queue[FAR, 0, TIME],
        s.queue[FAR, 0, ORDER],
        s.queue[NEAR, 0, TIME],
        s.queue[NEAR, 0, ORDER],
    )
    return FAR if is_far else NEAR


@compiled
def next_ms(s: Any) -> Any:
    """When the next event is; far beyond any run when there is none."""
    near_ms = s.queue[NEAR, 0, TIME] if s.queue_length[NEAR] > 0 else _NEVER_MS
    far_ms = s.queue[FAR, 0, TIME] if s.queue_length[FAR] > 0 else _NEVER_MS
    return min(near_ms, far_ms)


@compiled
def take(s: Any) -> Any:
    """Take the first event: sets the clock, returns it packed (see `kind_of`, `subject_of`)."""
    heap = _first_heap(s)
    what = s.queue[heap, 0, WHAT]
    # The last event goes to the first place, and from there down behind all that are earlier.
    s.now_ms = s.queue[heap, 0, TIME]
    length = s.queue_length[heap] - 1
    s.queue_length[heap] = length
    time_ms = s.queue[heap, length, TIME]
    order = s.queue[heap, length, ORDER]
    last = s.queue[heap, length, WHAT]
    place = np.int64(0)
    while True:
        below = _earliest_below(s, heap, place, length)
        if below < 0:
            break
        below_ms = s.queue[heap, below, TIME]
        if is_before(time_ms, order, below_ms, s.queue[heap, below, ORDER]):
            break
        s.queue[heap, place, TIME] = below_ms
        s.queue[heap, place, ORDER] = s.queue[heap, below, ORDER]
        s.queue[heap, place, WHAT] = s.queue[heap, below, WHAT]
        place = below
    s.queue[heap, place, TIME] = time_ms
    s.queue[heap, place, ORDER] = order
    s.queue[heap, place, WHAT] = last
    return what


@inlined
def _earliest_below(s: Any, heap: Any, place: Any, length: Any) -> Any:
    """The first of the (up to four) events below a place, or −1."""
    first = (place << _BRANCH_SHIFT) + 1
    if first >= length:
        return -1
    best = first
    best_ms = s.queue[heap, first, TIME]
    for other in range(first + 1, min(first + _BRANCHES, length)):
        other_ms = s.queue[heap, other, TIME]
        if is_before(other_ms, s.queue[heap, other, ORDER], best_ms, s.queue[heap, best, ORDER]):
            best = other
            best_ms = other_ms
    return best


@compiled
def kind_of(what: Any) -> Any:
    """The kind of a packed event."""
    return what >> _WHAT_SHIFT


@compiled
def subject_of(what: Any) -> Any:
    """Whom a packed event happens to."""
    return what & _WHAT_MASK
