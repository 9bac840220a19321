"""Which train is to take which box: first come, first served, service by service.

Knows capacities of trains in TEU and mass, and what one wagon can bear. How boxes are paired on a
wagon is not looked at: with platforms for two TEU the totals of the train are what binds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.network.time_limits import CUT_OFF_MS, PATIENCE_MS
from keruen.corridor.timetabled.boarding import TrainCapacity, WaitingBoxes, board
from keruen.corridor.timetabled.timetable import timetable
from keruen.domain.results import CorridorPlan, Demand
from keruen.domain.tables import Table
from keruen.scenario.models import Scenario, Service
from keruen.units import NONE


def plan(scenario: Scenario, demand: Demand) -> CorridorPlan:
    """Assign boxes to the trains of their services.

    Parameters
    ----------
    scenario : Scenario
        Services and calendar.
    demand : Demand
        The bookings.

    Returns
    -------
    CorridorPlan
        A box by train takes the first train of its service that arrives when it is ready or
        later and has room. It leaves by the first train with room that departs when it is
        wanted there (by truck: ready time and stay) and has been at the dry port for
        `CUT_OFF_MS` or longer. A box is *not served*, and does not come at all, when it has
        waited longer than `PATIENCE_MS` for the train of either leg, or when no wagon of the
        service can bear it. A box that is only too late for the last trains of the horizon is
        served, without a train: one that would come by train comes after the horizon, one
        brought by truck is still in the yard at the end.

    Notes
    -----
    The room that a transit box took on its inbound train is not given back when its outbound leg
    turns out not to be served.

    Examples
    --------
    >>> from keruen import demand
    >>> from keruen.scenario import read
    >>> toy = read("toy")
    >>> plan(toy, demand.generate(toy, seed=1)).in_train.tolist()
    [0, 0, 0, -1, -1]
    """
    bookings = demand.bookings
    trains = timetable(scenario)
    inbound = _Leg(
        service=bookings["in_service"],
        ready_ms=bookings["ready_ms"],
        train_ms=trains["arrival_ms"],
    )
    in_train, is_refused_in = _assign(scenario, bookings, trains, inbound)
    # Who does not come within the horizon does not leave within it either.
    comes = (bookings["in_service"] < 0) | (in_train >= 0)
    outbound = _Leg(
        service=np.where(comes, bookings["out_service"], NONE),
        ready_ms=ready_to_leave_ms(bookings, in_train, trains["arrival_ms"]),
        train_ms=leaving_ms(trains),
    )
    out_train, is_refused_out = _assign(scenario, bookings, trains, outbound)
    is_served = ~(is_refused_in | is_refused_out)
    in_train[~is_served] = NONE
    return CorridorPlan(
        bookings=bookings,
        trains=trains,
        in_train=in_train,
        out_train=out_train,
        is_served=is_served,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leg:
    """One leg of all boxes.

    Parameters
    ----------
    service : the service of each box, shape (n_bookings,); −1 for a box without this leg.
    ready_ms : from when each box may board, shape (n_bookings,).
    train_ms : when each train takes boxes, shape (n_trains,).
    """

    service: NDArray[np.int16]
    ready_ms: NDArray[np.int64]
    train_ms: NDArray[np.int64]


def _assign(
    scenario: Scenario, bookings: Table, trains: Table, leg: _Leg
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """The train of each box, −1 for none, and which boxes are refused for good."""
    train_of = np.full(len(bookings), NONE, np.int32)
    is_refused = np.zeros(len(bookings), np.bool_)
    for index, (_, service) in enumerate(sorted(scenario.services.items())):
        wants = leg.service == index
        fits = (bookings["n_teu"] <= service.teu_per_wagon) & (
            bookings["gross_mass_kg"] <= service.payload_per_wagon_kg
        )
        is_refused |= wants & ~fits
        rows = in_order(np.flatnonzero(wants & fits), leg.ready_ms)
        own = np.flatnonzero(trains["service"] == index)
        room = room_of(trains, own, service, leg.train_ms)
        taken = board(queue_of(bookings, rows, leg.ready_ms), room, PATIENCE_MS)
        has_train = taken >= 0
        train_of[rows[has_train]] = own[taken[has_train]]
        has_waited_ms = scenario.calendar.horizon_ms - leg.ready_ms[rows]
        is_refused[rows] = ~has_train & (has_waited_ms > PATIENCE_MS)
    return train_of, is_refused


def leaving_ms(trains: Table) -> NDArray[np.int64]:
    """When each train takes outbound boxes away: by schedule, but not before it has come."""
    leaves_ms: NDArray[np.int64] = np.maximum(trains["departure_ms"], trains["arrival_ms"])
    return leaves_ms


def ready_to_leave_ms(
    bookings: Table, in_train: NDArray[np.int32], arrival_ms: NDArray[np.int64]
) -> NDArray[np.int64]:
    """From when each box may leave by train: int64 ms, shape (n_bookings,).

    Parameters
    ----------
    bookings : the boxes.
    in_train : the train that brings each box, −1 if a truck does.
    arrival_ms : of each train, shape (n_trains,).
    """
    leaves_ms: NDArray[np.int64] = bookings["ready_ms"] + np.maximum(
        bookings["stay_ms"], CUT_OFF_MS
    )
    by_train = in_train >= 0
    leaves_ms[by_train] = arrival_ms[in_train[by_train]] + CUT_OFF_MS
    return leaves_ms


def in_order(rows: NDArray[np.int64], ready_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """`rows` by their ready time; equal ones stay in the order of the bookings."""
    return rows[np.argsort(ready_ms[rows], kind="stable")]


def queue_of(bookings: Table, rows: NDArray[np.int64], ready_ms: NDArray[np.int64]) -> WaitingBoxes:
    """The boxes of `rows`, which stand in the order of their `ready_ms` (one for each booking)."""
    return WaitingBoxes(
        ready_ms=ready_ms[rows],
        n_teu=bookings["n_teu"][rows].astype(np.int64),
        mass_kg=bookings["gross_mass_kg"][rows].astype(np.int64),
    )


def room_of(
    trains: Table, own: NDArray[np.int64], service: Service, train_ms: NDArray[np.int64]
) -> TrainCapacity:
    """The whole room of the trains `own` of a service, which take boxes at `train_ms`."""
    return TrainCapacity(
        at_ms=train_ms[own],
        teu=trains["capacity_teu"][own].astype(np.int64),
        mass_kg=trains["n_wagons"][own].astype(np.int64) * service.payload_per_wagon_kg,
    )
