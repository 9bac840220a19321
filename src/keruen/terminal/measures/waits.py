"""Waits by cause: who waited, and for what.

Knows when each stage could have begun and when it did; never says "waiting" without saying for
what. Only waits that have ended count; who is still waiting is in the measures of trains and
trucks (conventions §8).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from keruen.domain import tables
from keruen.domain.codes import Event, PlaceKind, Resource, Waiter
from keruen.domain.tables import Table
from keruen.terminal.measures.machines import resources_of
from keruen.terminal.measures.window import Window, mean, quantile
from keruen.units import NONE

_TRUCK = PlaceKind.TRUCK

Times = NDArray[np.int64]
Wait = tuple[Waiter, Resource, Times, Times]
"""Who, for what, from when and until when (ms; −1 where it did not happen)."""


def wait_results(window: Window) -> Table:
    """Table `wait_results`: one row for each kind of wait of trains, trucks and boxes.

    Parameters
    ----------
    window : the run. A wait belongs to the measured time by its end.
    """
    rows = []
    for waiter, resource, begin, end in all_waits(window):
        is_over = (begin != NONE) & (end != NONE) & (end >= window.start_ms)
        waited_ms = np.maximum(0, end - begin)[is_over]
        row = tables.empty("wait_results", 1)
        row["waiter"] = waiter
        row["resource"] = resource
        row["n"] = len(waited_ms)
        row["waited_ms_sum"] = waited_ms.sum()
        row["waited_ms_mean"] = mean(waited_ms)
        row["waited_ms_p90"] = quantile(waited_ms, 0.9)
        rows.append(row)
    return np.concatenate(rows)


def all_waits(window: Window) -> Iterator[Wait]:
    """Every kind of wait: who, for what, from when and until when.

    Parameters
    ----------
    window : the run.

    Yields
    ------
    Times are int64 ms, one for each train or visit; −1 where it did not happen.
    """
    yield from _of_trains(window)
    yield from _of_trucks(window)
    yield from _of_boxes(window)


def _of_trains(window: Window) -> Iterator[Wait]:
    n = len(window.trains)

    def when(kind: Event) -> Times:
        return window.time_by(kind, "train", n)

    placing = window.first_start_by(Event.TRAIN_PLACED, "train", n)
    pulling = window.start_by(Event.TRAIN_PULLED, "train", n)
    arrived, received = when(Event.TRAIN_ARRIVED), when(Event.TRAIN_RECEIVED)
    yield Waiter.TRAIN, Resource.RECEPTION_TRACK, arrived, received
    yield Waiter.TRAIN, Resource.HANDLING_TRACK, when(Event.TRAIN_INSPECTED), placing
    yield Waiter.TRAIN, Resource.LOCOMOTIVE, when(Event.TRAIN_WORKED), pulling
    ready, departed = when(Event.TRAIN_READY), when(Event.TRAIN_DEPARTED)
    booked = np.where(ready == NONE, NONE, np.maximum(ready, window.trains["departure_ms"]))
    yield Waiter.TRAIN, Resource.TRAIN_PATH, booked, departed


def _of_trucks(window: Window) -> Iterator[Wait]:
    n = len(window.visits)
    arrived = window.time_by(Event.TRUCK_ARRIVED, "visit", n)
    weighing = window.start_by(Event.TRUCK_WEIGHED, "visit", n)
    weighed = window.time_by(Event.TRUCK_WEIGHED, "visit", n)
    entering = window.start_by(Event.TRUCK_ENTERED, "visit", n)
    if window.terminal.gate.weighing_time is not None:
        yield Waiter.TRUCK, Resource.WEIGHBRIDGE, arrived, weighing
        yield Waiter.TRUCK, Resource.LANE_IN, weighed, entering
    else:
        yield Waiter.TRUCK, Resource.LANE_IN, arrived, entering
    entered = window.time_by(Event.TRUCK_ENTERED, "visit", n)
    served, served_by = _served(window, n)
    for resource in (Resource.REACH_STACKER, Resource.EMPTY_HANDLER, Resource.GANTRY):
        own = np.where(served_by == resource, served, NONE)
        # The drive from the gate to the block is in it: it is drawn and not in the trace.
        yield Waiter.TRUCK, resource, entered, own


def _served(window: Window, n: int) -> tuple[Times, NDArray[np.int64]]:
    """When a machine began to serve the truck of each box, and what it was."""
    resources = resources_of(window)
    begun = np.full(n, NONE, np.int64)
    by = np.full(n, NONE, np.int64)
    at_train = (Event.LOADED, "origin")
    for kind, side in ((Event.STACKED, "origin"), at_train, (Event.RETRIEVED, "destination")):
        rows = window.rows(kind)
        rows = rows[rows[side] >> 24 == _TRUCK]
        begun[rows["visit"]] = rows["time_ms"] - rows["busy_ms"]
        by[rows["visit"]] = resources[rows["machine"]]
    return begun, by


def _of_boxes(window: Window) -> Iterator[Wait]:
    n = len(window.visits)
    stacked = window.time_by(Event.STACKED, "visit", n)
    started = window.rows(Event.HOLD_STARTED)
    in_slot = np.full(n, NONE, np.int64)
    opened = started[started["machine"] != NONE]
    in_slot[opened["visit"]] = opened["time_ms"]
    yield Waiter.BOX, Resource.INSPECTION_SLOT, stacked, in_slot
    released = window.time_by(Event.HOLD_ENDED, "visit", n)
    scanning = window.start_by(Event.SCANNED, "visit", n)
    yield Waiter.BOX, Resource.SCANNER, released, scanning
    at_door = window.time_by(Event.AT_DOOR, "visit", n)
    unpacking = window.start_by(Event.UNPACKED, "visit", n)
    yield Waiter.BOX, Resource.TEAM, at_door, unpacking
