"""Which train is to take which box: first come, first served, by service.

Knows capacities in TEU and mass. A wagon's own loading pattern is not looked at: with platforms for
two TEU and boxes up to their rated mass, the train's totals are what binds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.timetable import horizon_ms, timetable
from keruen.domain.results import CorridorPlan, Demand
from keruen.domain.tables import Table
from keruen.scenario.models import Scenario
from keruen.units import MS_PER_DAY, MS_PER_HOUR, NONE

CUT_OFF_MS = 12 * MS_PER_HOUR
"""A box is at the dry port this long before the scheduled departure of its train (facts: 12 h)."""

PATIENCE_MS = 14 * MS_PER_DAY
"""A box that no train takes within this time goes another way: it is not served."""


def plan(scenario: Scenario, demand: Demand) -> CorridorPlan:
    """Assign boxes to the trains of their services.

    Parameters
    ----------
    scenario : services and calendar.
    demand : the bookings.

    Returns
    -------
    CorridorPlan. A box is *not served* when it is ready but no train of its inbound service takes it,
    or no train of its outbound service would, within `PATIENCE_MS`. A box that is only too late for
    the last train of the horizon stays served, without a train.
    """
    bookings = demand.bookings
    trains = timetable(scenario)
    end_ms = horizon_ms(scenario)
    in_train = np.full(len(bookings), NONE, np.int32)
    out_train = np.full(len(bookings), NONE, np.int32)
    is_served = np.ones(len(bookings), np.bool_)
    for index, (_, service) in enumerate(sorted(scenario.services.items())):
        mass_kg = service.n_wagons * service.payload_per_wagon_kg
        own = np.flatnonzero(trains["service"] == index)
        inbound = np.flatnonzero(bookings["in_service"] == index)
        taken = _first_come(bookings, inbound, bookings["ready_ms"], trains, own, "arrival_ms", mass_kg)
        in_train[inbound] = taken
        waited_ms = np.where(
            taken >= 0, trains["arrival_ms"][taken] if len(trains) else 0, end_ms
        ) - bookings["ready_ms"][inbound]
        is_served[inbound] &= (taken >= 0) & (waited_ms <= PATIENCE_MS)
        in_train[inbound[~is_served[inbound]]] = NONE
    for index, (_, service) in enumerate(sorted(scenario.services.items())):
        mass_kg = service.n_wagons * service.payload_per_wagon_kg
        own = np.flatnonzero(trains["service"] == index)
        outbound = np.flatnonzero((bookings["out_service"] == index) & is_served)
        ready_ms = _ready_to_leave_ms(bookings, trains, in_train)
        outbound = outbound[np.argsort(ready_ms[outbound], kind="stable")]
        taken = _first_come(bookings, outbound, ready_ms, trains, own, "departure_ms", mass_kg)
        out_train[outbound] = taken
        leaves_ms = np.where(
            taken >= 0, trains["departure_ms"][taken] if len(trains) else 0, end_ms
        )
        is_served[outbound] &= leaves_ms - ready_ms[outbound] <= PATIENCE_MS
    for column in (in_train, out_train):
        column[~is_served] = NONE
    return CorridorPlan(
        bookings=bookings,
        trains=trains,
        in_train=in_train,
        out_train=out_train,
        is_served=is_served,
    )


def _ready_to_leave_ms(
    bookings: Table, trains: Table, in_train: NDArray[np.int32]
) -> NDArray[np.int64]:
    """When a box may leave: after its wish and the cut-off (truck), or after its train (transit)."""
    by_truck = bookings["ready_ms"] + np.maximum(bookings["stay_ms"], CUT_OFF_MS)
    if not len(trains):
        return by_truck
    by_train = trains["arrival_ms"][in_train] + CUT_OFF_MS
    return np.where(in_train >= 0, by_train, by_truck)


def _first_come(  # noqa: PLR0913 - one call, spelled out
    bookings: Table,
    rows: NDArray[np.int64],
    ready_ms: NDArray[np.int64],
    trains: Table,
    own: NDArray[np.int64],
    time_column: str,
    mass_kg: int,
) -> NDArray[np.int32]:
    """Fill trains in order with boxes in order; returns the train of each row, −1 if none is left.

    The queue is first come, first served without overtaking: a box that does not fit waits for the
    next train, and so do those behind it.
    """
    taken = np.full(len(rows), NONE, np.int32)
    teu = np.cumsum(bookings["n_teu"][rows], dtype=np.int64)
    mass = np.cumsum(bookings["gross_mass_kg"][rows], dtype=np.int64)
    ready = ready_ms[rows]
    first = 0
    for train in own:
        is_ready = int(np.searchsorted(ready, trains[time_column][train], side="right"))
        teu_before = teu[first - 1] if first else 0
        mass_before = mass[first - 1] if first else 0
        by_teu = int(np.searchsorted(teu, teu_before + trains["capacity_teu"][train], "right"))
        by_mass = int(np.searchsorted(mass, mass_before + mass_kg, "right"))
        last = max(first, min(is_ready, by_teu, by_mass))
        taken[first:last] = train
        first = last
    return taken
