"""Bookings as container visits: what a box is, and when a truck fetches it.

Knows bookings and the gate's profile; knows no train.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.corridor.network.calendar import first_weekday
from keruen.corridor.visits.pickups import pickups_ms
from keruen.corridor.visits.truck_days import LEAST_STAY_MS
from keruen.domain import tables
from keruen.domain.codes import Delivery, Storage
from keruen.domain.hazards import hazard_number
from keruen.domain.tables import Table
from keruen.scenario.models import Scenario
from keruen.units import NONE

_COPIED: Final = (
    "flow",
    "n_teu",
    "gross_mass_kg",
    "storage",
    "channel",
    "hold_ms",
    "in_mode",
    "out_mode",
    "out_service",
)
_RANK_BITS: Final = 22


def box_entities(bookings: Table, scenario: Scenario) -> NDArray[np.int64]:
    """A key for each booking: its flow and its number there, whatever other flows there are."""
    flows = bookings["flow"]
    by_flow = np.argsort(flows, kind="stable")
    counts = np.bincount(flows, minlength=len(scenario.flows))
    rank = np.empty(len(bookings), np.int64)
    rank[by_flow] = np.arange(len(bookings)) - np.repeat(np.cumsum(counts) - counts, counts)
    keys = np.array([draws.text_key(key) for key in sorted(scenario.flows)], np.int64)
    entities: NDArray[np.int64] = (keys[flows] << _RANK_BITS) + rank
    return entities


def visits_of(
    bookings: Table, rows: NDArray[np.int64], entity: NDArray[np.int64], scenario: Scenario
) -> Table:
    """Table `container_visits` of some bookings, without their trains and times of leaving.

    Parameters
    ----------
    rows : of the bookings.
    entity : of every booking (`box_entities`).
    """
    visits = tables.empty("container_visits", len(rows))
    visits["booking"] = rows
    for name in _COPIED:
        visits[name] = bookings[name][rows]
    for name in ("in_train", "in_place", "out_train"):
        visits[name] = NONE
    visits["in_ms"] = bookings["ready_ms"][rows]
    visits["entity"] = entity[rows]
    _fill_goods(visits, bookings["commodity"][rows], scenario)
    return visits


def _fill_goods(visits: Table, commodities: NDArray[np.int16], scenario: Scenario) -> None:
    """The class of dangerous boxes, and how import boxes are delivered."""
    hazards = [hazard_number(c.hazard_class) for _, c in sorted(scenario.commodities.items())]
    is_dangerous = visits["storage"] == Storage.DANGEROUS
    visits["hazard"] = np.where(is_dangerous, np.array(hazards, np.int8)[commodities], 0)
    deliveries = [Delivery[flow.delivery.upper()] for _, flow in sorted(scenario.flows.items())]
    visits["delivery"] = np.array(deliveries, np.int8)[visits["flow"]]


def fetched_ms(
    stay_ms: NDArray[np.int64],
    in_ms: NDArray[np.int64],
    entity: NDArray[np.int64],
    scenario: Scenario,
    seed: int,
) -> NDArray[np.int64]:
    """When the truck that fetches each box is wanted, int64 ms.

    Parameters
    ----------
    stay_ms : from the arrival of the box until its owner wants it.
    in_ms : arrival of the box.
    entity : key of its draws.
    """
    return pickups_ms(
        in_ms + np.maximum(stay_ms, LEAST_STAY_MS),
        in_ms + LEAST_STAY_MS,
        draws.uniform_array(seed, draws.STREAM_PICKUP_HOUR, entity),
        gate=scenario.terminal.gate,
        first_weekday=first_weekday(scenario),
    )
