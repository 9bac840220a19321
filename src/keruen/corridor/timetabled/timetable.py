"""When trains come by schedule: each service evenly through the week, every week the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.corridor.network.calendar import first_weekday
from keruen.corridor.network.service_trains import train_of_each
from keruen.domain import tables
from keruen.domain.tables import Table
from keruen.scenario.duration_laws import law_table
from keruen.scenario.models import Scenario, Service
from keruen.units import MS_PER_DAY, MS_PER_WEEK

_TRAIN_BITS: Final = 20


def timetable(scenario: Scenario) -> Table:
    """All trains that are to arrive within the horizon.

    Returns
    -------
    Table `train_arrivals` by schedule: sorted by arrival, then service; arrival as scheduled, no
    boxes. A service of n trains a week arrives at `first_arrival` after Monday's midnight and then
    every n-th part of a week; it runs in the same pattern before the horizon. A train through a
    border that would leave China on a holiday there does not run.
    """
    end_ms = scenario.calendar.horizon_ms
    # A week early: the later trains of the week before may come within the horizon.
    origin_ms = -first_weekday(scenario) * MS_PER_DAY - MS_PER_WEEK
    parts = [tables.empty("train_arrivals", 0)]
    of_services = train_of_each(scenario)
    for index, (key, service) in enumerate(sorted(scenario.services.items())):
        n_weeks = end_ms // MS_PER_WEEK + 4
        number = np.arange(n_weeks * service.trains_per_week, dtype=np.int64)
        week, turn = np.divmod(number, service.trains_per_week)
        arrival_ms = origin_ms + service.first_arrival_ms % MS_PER_WEEK + week * MS_PER_WEEK
        arrival_ms += turn * MS_PER_WEEK // service.trains_per_week
        comes = (arrival_ms >= 0) & (arrival_ms < end_ms)
        comes &= ~_leaves_on_holiday(scenario, service, arrival_ms)
        arrival_ms, number = arrival_ms[comes], number[comes]
        trains = np.repeat(of_services[index : index + 1], len(arrival_ms))
        trains["scheduled_ms"] = trains["arrival_ms"] = arrival_ms
        trains["departure_ms"] += arrival_ms
        trains["entity"] = (draws.text_key(key) << _TRAIN_BITS) + number
        parts.append(trains)
    rows = np.concatenate(parts)
    return rows[np.lexsort((rows["service"], rows["scheduled_ms"]))]


def _leaves_on_holiday(
    scenario: Scenario, service: Service, arrival_ms: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether a train of a service through a border would leave China on a holiday there."""
    if not service.border:
        return np.zeros(len(arrival_ms), np.bool_)
    median_ms = int(law_table(service.transit_time)[draws.TABLE_INTERVALS // 2])
    starts = scenario.calendar.starts_on
    day = (arrival_ms - median_ms) // MS_PER_DAY
    closed = [
        number
        for number in range(int(day.min(initial=0)), int(day.max(initial=0)) + 1)
        if scenario.terminal.is_holiday("CN", starts + timedelta(days=number))
    ]
    return np.isin(day, closed)
