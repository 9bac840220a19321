"""The plan as it happens: trains come late, and boxes become visits at the dry port."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.corridor.timetable import horizon_ms
from keruen.domain import tables
from keruen.domain.codes import Mode
from keruen.domain.results import CorridorPlan
from keruen.domain.tables import Table
from keruen.scenario.laws import law_table
from keruen.scenario.models import Scenario
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY, MS_PER_HOUR, NONE

_LEAST_STAY_MS = 3 * MS_PER_HOUR
"""No truck is ordered sooner after its train than this (facts: minimum import dwell 3 h)."""

_COPIED = ("flow", "n_teu", "gross_mass_kg", "storage", "channel", "hold_ms", "in_mode", "out_mode")


def run(plan: CorridorPlan, scenario: Scenario, seed: int) -> tuple[Table, Table]:
    """Draw the delays of the trains and make the visits.

    Parameters
    ----------
    plan : from `plan`.
    scenario : services and the gate's profile.
    seed : of the keyed draws.

    Returns
    -------
    train_arrivals, container_visits : sorted by arrival; trains that come after the horizon are left
        out with their boxes, and so are boxes that are not served.
    """
    order, trains = _delayed_trains(plan, scenario, seed)
    new_row = np.full(len(plan.trains) + 1, NONE, np.int32)
    new_row[order] = np.arange(len(order))
    bookings = plan.bookings
    in_train = new_row[plan.in_train]
    comes = plan.is_served & ((bookings["in_mode"] == Mode.TRUCK) | (in_train >= 0))
    rows = np.flatnonzero(comes)
    visits = tables.empty("container_visits", len(rows))
    visits["booking"] = rows
    for name in _COPIED:
        visits[name] = bookings[name][rows]
    visits["in_train"] = in_train[rows]
    visits["out_train"] = new_row[plan.out_train[rows]]
    visits["out_service"] = bookings["out_service"][rows]
    by_train = visits["in_train"] >= 0
    visits["in_ms"] = bookings["ready_ms"][rows]
    if len(trains):
        visits["in_ms"][by_train] = trains["arrival_ms"][visits["in_train"][by_train]]
        planned = visits["out_train"] >= 0
        visits["out_ms"][planned] = trains["departure_ms"][visits["out_train"][planned]]
    _order_trucks(visits, bookings, scenario, seed)
    visits = visits[np.lexsort((visits["booking"], visits["flow"], visits["in_ms"]))]
    counts = np.bincount(visits["in_train"][visits["in_train"] >= 0], minlength=len(trains))
    trains["n_boxes_in"] = counts
    tables.verify("train_arrivals", trains)
    tables.verify("container_visits", visits)
    return trains, visits


def _delayed_trains(
    plan: CorridorPlan, scenario: Scenario, seed: int
) -> tuple[NDArray[np.int64], Table]:
    """The trains as they come, and the plan's row of each."""
    trains = plan.trains.copy()
    for index, (key, service) in enumerate(sorted(scenario.services.items())):
        own = np.flatnonzero(trains["service"] == index)
        entities = (draws.text_key(key) << 20) + np.arange(len(own))
        bits = draws.bits_array(seed, draws.STREAM_TRAIN_DELAY, entities)
        trains["arrival_ms"][own] += draws.millis_array(law_table(service.delay), bits)
    order = np.lexsort((trains["scheduled_ms"], trains["service"], trains["arrival_ms"]))
    order = order[trains["arrival_ms"][order] < horizon_ms(scenario)]
    return order, trains[order]


def _order_trucks(visits: Table, bookings: Table, scenario: Scenario, seed: int) -> None:
    """When the truck that fetches a box is wanted: after the stay, at an hour when trucks come."""
    fetched = np.flatnonzero(visits["out_mode"] == Mode.TRUCK)
    rows = visits["booking"][fetched]
    stay_ms = np.maximum(bookings["stay_ms"][rows], _LEAST_STAY_MS)
    wanted_ms = visits["in_ms"][fetched] + stay_ms
    calendar, gate = scenario.calendar, scenario.terminal.gate
    start = calendar.first_day - timedelta(milliseconds=calendar.warm_up_ms)
    # A truck is not ordered for a weekday on which none come: it is ordered for the next.
    shift = _days_until_trucks(gate.weekday_shares)
    day = wanted_ms // MS_PER_DAY
    day += shift[(start.weekday() + day) % DAYS_PER_WEEK]
    entities = _entities(bookings, rows)
    uniform = draws.uniform_array(seed, draws.STREAM_PICKUP_HOUR, entities)
    time_of_day_ms = draws.time_of_day_millis(gate.hour_shares, uniform)
    out_ms = day * MS_PER_DAY + time_of_day_ms
    too_soon = out_ms < visits["in_ms"][fetched] + _LEAST_STAY_MS
    day[too_soon] += 1
    day += shift[(start.weekday() + day) % DAYS_PER_WEEK]
    visits["out_ms"][fetched] = day * MS_PER_DAY + time_of_day_ms


def _entities(bookings: Table, rows: NDArray[np.int32]) -> NDArray[np.int64]:
    """A key for each box that does not depend on other flows: its container number's bytes."""
    numbers = np.ascontiguousarray(bookings["container_number"][rows]).view("u1").reshape(-1, 11)
    letters = numbers[:, :3].astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    digits = (numbers[:, 4:10].astype(np.int64) - ord("0")) @ 10 ** np.arange(5, -1, -1)
    return letters * 1_000_000 + digits


def _days_until_trucks(weekday_shares: tuple[float, ...]) -> NDArray[np.int64]:
    """For each weekday, days until the next one (itself included) on which trucks come."""
    shifts = []
    for weekday in range(DAYS_PER_WEEK):
        later = [s for s in range(DAYS_PER_WEEK) if weekday_shares[(weekday + s) % DAYS_PER_WEEK] > 0]
        shifts.append(later[0])
    return np.array(shifts, np.int64)

