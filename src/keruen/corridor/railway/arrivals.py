"""Between railway and dry port: what comes is put as visits and trains.

Knows bookings, the railway's trains and the tables of the waist; knows nothing of the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.network.time_limits import CUT_OFF_MS
from keruen.corridor.railway.railway import LiveRailway, TrainRun
from keruen.corridor.visits.visits import fetched_ms, visits_of
from keruen.domain.codes import Mode
from keruen.domain.tables import Table
from keruen.scenario.models import Scenario


def visits_by_railway(scenario: Scenario, railway: LiveRailway) -> tuple[Table, NDArray[np.int64]]:
    """Visits of all boxes that a train of the week is to carry, and their rows in the bookings.

    `in_train`, `in_ms` and `out_ms` of those by train are filled when their train comes.

    Parameters
    ----------
    scenario : Scenario
        The scenario that the railway was made of.
    railway : LiveRailway
        At the start of the run.

    Returns
    -------
    tuple[Table, NDArray[np.int64]]
        The table `container_visits`, and for each of its rows the row of the bookings.
    """
    trips = railway.trips
    rows = np.flatnonzero(trips.route >= 0)
    visits = visits_of(trips.bookings, rows, trips.entity, scenario)
    by_truck = visits["in_mode"] == Mode.TRUCK
    stay_ms = np.maximum(trips.bookings["stay_ms"][rows], CUT_OFF_MS)
    visits["out_ms"][by_truck] = (visits["in_ms"] + stay_ms)[by_truck]
    return visits, rows


def _leaving_ms(
    railway: LiveRailway, rows: NDArray[np.int64], in_ms: NDArray[np.int64], seed: int
) -> NDArray[np.int64]:
    """When boxes that trains have brought are wanted away: by truck, or by the next train."""
    bookings = railway.trips.bookings
    out_ms: NDArray[np.int64] = in_ms + CUT_OFF_MS
    fetched = bookings["out_mode"][rows] == Mode.TRUCK
    own = rows[fetched]
    out_ms[fetched] = fetched_ms(
        bookings["stay_ms"][own], in_ms[fetched], railway.trips.entity[own], railway.scenario, seed
    )
    return out_ms


def as_arrivals(
    railway: LiveRailway, runs: Sequence[TrainRun], seed: int
) -> tuple[Table, NDArray[np.int64], NDArray[np.int64]]:
    """Trains that come to the dry port, and their boxes, as the terminal is told of them.

    Parameters
    ----------
    railway : LiveRailway
        The railway that the trains belong to.
    runs : Sequence[TrainRun]
        The trains, by arrival.
    seed : int
        Of the keyed draws.

    Returns
    -------
    trains : table `train_arrivals`.
    boxes : rows in the bookings, train by train.
    out_ms : when each box is wanted away.
    """
    places = [railway.place_of(run.line) for run in runs]
    trains = railway.of_services[places]
    for row, place, run in zip(trains, places, runs, strict=True):
        planned_ms = max(0, run.scheduled_ms + run.line.mean_ms)
        row["scheduled_ms"] = planned_ms
        row["arrival_ms"] = run.arrival_ms
        row["departure_ms"] += planned_ms
        row["entity"] = railway.entity_of(place, run.slot)
        row["n_boxes_in"] = len(run.rows)
    boxes = np.concatenate([np.zeros(0, np.int64), *(run.rows for run in runs)])
    in_ms = np.repeat(trains["arrival_ms"], trains["n_boxes_in"].astype(np.int64))
    return trains, boxes, _leaving_ms(railway, boxes, in_ms, seed)
