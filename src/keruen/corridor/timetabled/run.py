"""The plan as it happens: trains come late, connections are missed, boxes become visits."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.corridor.timetabled.boarding import TrainCapacity, board
from keruen.corridor.timetabled.plan import (
    in_order,
    leaving_ms,
    queue_of,
    ready_to_leave_ms,
    room_of,
)
from keruen.corridor.visits.visits import box_entities, fetched_ms, visits_of
from keruen.domain import tables
from keruen.domain.codes import Mode
from keruen.domain.results import CorridorPlan
from keruen.domain.tables import Table
from keruen.scenario.duration_laws import law_table
from keruen.scenario.models import Scenario
from keruen.units import NONE

_TRAIN_BITS: Final = 20


def run(plan: CorridorPlan, scenario: Scenario, seed: int) -> tuple[Table, Table]:
    """Draw the delays of the trains and make the visits.

    Parameters
    ----------
    plan : CorridorPlan
        Which train is to take which box.
    scenario : Scenario
        Services, and the gate's profile for the trucks that fetch boxes.
    seed : int
        Of the keyed draws.

    Returns
    -------
    train_arrivals : by arrival, then service and schedule. Trains that come after the horizon are
    left
        out. The scheduled departure stays: a late train leaves late.
    container_visits : by arrival, flow and order in the bookings. Boxes that are not served, or
    whose
        train comes after the horizon, are left out. A box that misses its onward train takes the
        next one with room, if there is one.

    Notes
    -----
    Delays are keyed by service and number of the train, the hours of trucks by flow and number of
    the box in its flow: a flow or a service added changes nobody else's luck.

    Examples
    --------
    >>> from keruen import demand
    >>> from keruen.corridor.timetabled.plan import plan
    >>> from keruen.scenario import read
    >>> toy = read("toy")
    >>> trains, visits = run(plan(toy, demand.generate(toy, seed=1)), toy, seed=1)
    >>> trains["n_boxes_in"].tolist(), visits["in_train"].tolist()
    ([3], [-1, -1, 0, 0, 0])
    """
    bookings = plan.bookings
    trains, new_row = _trains_that_come(plan, scenario, seed)
    in_train = new_row[plan.in_train]
    comes = plan.is_served & ((bookings["in_mode"] == Mode.TRUCK) | (in_train >= 0))
    out_train = np.where(comes, new_row[plan.out_train], NONE)
    ready_ms = ready_to_leave_ms(bookings, in_train, trains["arrival_ms"])
    _catch_later_trains(bookings, out_train, trains, ready_ms, scenario)
    rows = np.flatnonzero(comes)
    entity = box_entities(bookings, scenario)
    visits = visits_of(bookings, rows, entity, scenario)
    visits["in_train"] = in_train[rows]
    visits["out_train"] = out_train[rows]
    visits["out_ms"] = ready_ms[rows]
    _fill_train_times(visits, trains)
    fetched = visits["out_mode"] == Mode.TRUCK
    visits["out_ms"][fetched] = fetched_ms(
        bookings["stay_ms"][rows[fetched]],
        visits["in_ms"][fetched],
        entity[rows[fetched]],
        scenario,
        seed,
    )
    visits = visits[np.lexsort((visits["booking"], visits["flow"], visits["in_ms"]))]
    by_train = visits["in_train"][visits["in_train"] >= 0]
    trains["n_boxes_in"] = np.bincount(by_train, minlength=len(trains))
    tables.verify("train_arrivals", trains)
    tables.verify("container_visits", visits)
    return trains, visits


def _trains_that_come(
    plan: CorridorPlan, scenario: Scenario, seed: int
) -> tuple[Table, NDArray[np.int32]]:
    """The trains as they come, and where each train of the plan is among them.

    The second array has one entry more than trains: the last one, which index −1 reads, is −1.
    """
    trains = plan.trains.copy()
    for index, (key, service) in enumerate(sorted(scenario.services.items())):
        own = np.flatnonzero(trains["service"] == index)
        entities = (draws.text_key(key) << _TRAIN_BITS) + np.arange(len(own), dtype=np.int64)
        bits = draws.bits_array(seed, draws.STREAM_TRAIN_DELAY, entities)
        trains["arrival_ms"][own] += draws.millis_array(law_table(service.delay), bits)
    order = np.lexsort((trains["scheduled_ms"], trains["service"], trains["arrival_ms"]))
    order = order[trains["arrival_ms"][order] < scenario.calendar.horizon_ms]
    new_row = np.full(len(trains) + 1, NONE, np.int32)
    new_row[order] = np.arange(len(order))
    return trains[order], new_row


def _catch_later_trains(
    bookings: Table,
    out_train: NDArray[np.int32],
    trains: Table,
    ready_ms: NDArray[np.int64],
    scenario: Scenario,
) -> None:
    """Give boxes whose own train came too late for their planned one the next that has room.

    Changes `out_train`. Nobody else's train changes: only room that is left is given away. Nobody
    is refused any more, for all these boxes do come.
    """
    leaves_ms = leaving_ms(trains)
    is_planned = out_train >= 0
    has_missed = is_planned & (bookings["in_mode"] == Mode.TRAIN)
    has_missed[has_missed] = leaves_ms[out_train[has_missed]] < ready_ms[has_missed]
    out_train[has_missed] = NONE
    for index, (_, service) in enumerate(sorted(scenario.services.items())):
        rows = np.flatnonzero(has_missed & (bookings["out_service"] == index))
        own = np.flatnonzero(trains["service"] == index)
        own = own[np.argsort(leaves_ms[own], kind="stable")]
        if not len(rows) or not len(own):
            continue
        rows = in_order(rows, ready_ms)
        room = _room_left(bookings, out_train, room_of(trains, own, service, leaves_ms), own)
        taken = board(queue_of(bookings, rows, ready_ms), room, scenario.calendar.horizon_ms)
        has_train = taken >= 0
        out_train[rows[has_train]] = own[taken[has_train]]


def _room_left(
    bookings: Table, out_train: NDArray[np.int32], room: TrainCapacity, own: NDArray[np.int64]
) -> TrainCapacity:
    """`room` of the trains `own` without what is planned to leave by them."""
    n_trains = int(own.max()) + 1
    planned = np.flatnonzero((out_train >= 0) & (out_train < n_trains))
    used = [
        np.bincount(out_train[planned], bookings[name][planned], n_trains)[own].astype(np.int64)
        for name in ("n_teu", "gross_mass_kg")
    ]
    return TrainCapacity(at_ms=room.at_ms, teu=room.teu - used[0], mass_kg=room.mass_kg - used[1])


def _fill_train_times(visits: Table, trains: Table) -> None:
    """Arrival of the train that brings a box, scheduled departure of that which is to take it."""
    comes = visits["in_train"] >= 0
    visits["in_ms"][comes] = trains["arrival_ms"][visits["in_train"][comes]]
    leaves = visits["out_train"] >= 0
    visits["out_ms"][leaves] = trains["departure_ms"][visits["out_train"][leaves]]
