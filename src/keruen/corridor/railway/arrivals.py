"""Between railway and dry port: bookings as visits, and trains as the dry port is told of them.

Knows bookings, the railway's trains and the tables of the waist; knows nothing of the terminal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.network.time_limits import CUT_OFF_MS
from keruen.corridor.railway.railway import LiveRailway
from keruen.corridor.visits.visits import visits_of
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


def arrivals_of(railway: LiveRailway) -> Table:
    """Trains that have come to the dry port, table `train_arrivals`, by arrival.

    Parameters
    ----------
    railway : LiveRailway
        As far as it has run.
    """
    runs = railway.runs[railway.came]
    lines = railway.line_states[runs["line"]]
    trains: Table = railway.of_services[runs["line"]]
    planned_ms = np.maximum(0, runs["scheduled_ms"] + lines["mean_ms"])
    trains["scheduled_ms"] = planned_ms
    trains["arrival_ms"] = runs["arrival_ms"]
    trains["departure_ms"] += planned_ms
    trains["entity"] = railway.tables["slots"]["entity"][lines["first_slot"] + runs["slot"]]
    trains["n_boxes_in"] = runs["end_box"] - runs["first_box"]
    return trains
