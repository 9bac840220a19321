"""When trains come by schedule: each service evenly through the week."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from keruen.domain import tables
from keruen.domain.tables import Table
from keruen.scenario.models import Scenario
from keruen.units import MS_PER_DAY, MS_PER_WEEK


def horizon_ms(scenario: Scenario) -> int:
    """Simulated time: warm-up and measured days."""
    return scenario.calendar.warm_up_ms + scenario.calendar.days * MS_PER_DAY


def timetable(scenario: Scenario) -> Table:
    """All trains of the horizon as scheduled: table `train_arrivals`, by arrival, service and order."""
    calendar = scenario.calendar
    start = calendar.first_day - timedelta(milliseconds=calendar.warm_up_ms)
    monday_ms = -start.weekday() * MS_PER_DAY
    parts = []
    for index, (_, service) in enumerate(sorted(scenario.services.items())):
        n_weeks = horizon_ms(scenario) // MS_PER_WEEK + 2
        number = np.arange(n_weeks * service.trains_per_week, dtype=np.int64)
        week, turn = np.divmod(number, service.trains_per_week)
        arrival_ms = monday_ms + service.first_arrival_ms + week * MS_PER_WEEK
        arrival_ms += turn * MS_PER_WEEK // service.trains_per_week
        arrival_ms = arrival_ms[(arrival_ms >= 0) & (arrival_ms < horizon_ms(scenario))]
        trains = tables.empty("train_arrivals", len(arrival_ms))
        trains["service"] = index
        trains["scheduled_ms"] = trains["arrival_ms"] = arrival_ms
        trains["departure_ms"] = arrival_ms + service.layover_ms
        trains["n_wagons"] = service.n_wagons
        trains["length_m"] = service.n_wagons * service.wagon_length_m
        trains["capacity_teu"] = service.n_wagons * service.teu_per_wagon
        parts.append(trains)
    rows = np.concatenate(parts) if parts else tables.empty("train_arrivals", 0)
    return rows[np.lexsort((rows["service"], rows["scheduled_ms"]))]
