"""When trains come by schedule: each service evenly through the week, every week the same."""

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


def first_weekday(scenario: Scenario) -> int:
    """Weekday on which the simulation starts; 0 is Monday."""
    warm_up = timedelta(milliseconds=scenario.calendar.warm_up_ms)
    return (scenario.calendar.first_day - warm_up).weekday()


def timetable(scenario: Scenario) -> Table:
    """All trains that are to arrive within the horizon.

    Returns
    -------
    Table `train_arrivals` by schedule: sorted by arrival, then service; arrival as scheduled, no
    boxes. A service of n trains a week arrives at `first_arrival` after Monday's midnight and then
    every n-th part of a week; it runs in the same pattern before the horizon.
    """
    end_ms = horizon_ms(scenario)
    # A week early: the later trains of the week before may come within the horizon.
    origin_ms = -first_weekday(scenario) * MS_PER_DAY - MS_PER_WEEK
    parts = [tables.empty("train_arrivals", 0)]
    for index, (_, service) in enumerate(sorted(scenario.services.items())):
        n_weeks = end_ms // MS_PER_WEEK + 4
        number = np.arange(n_weeks * service.trains_per_week, dtype=np.int64)
        week, turn = np.divmod(number, service.trains_per_week)
        arrival_ms = origin_ms + service.first_arrival_ms % MS_PER_WEEK + week * MS_PER_WEEK
        arrival_ms += turn * MS_PER_WEEK // service.trains_per_week
        arrival_ms = arrival_ms[(arrival_ms >= 0) & (arrival_ms < end_ms)]
        trains = tables.empty("train_arrivals", len(arrival_ms))
        trains["service"] = index
        trains["scheduled_ms"] = trains["arrival_ms"] = arrival_ms
        trains["departure_ms"] = arrival_ms + service.layover_ms
        trains["n_wagons"] = service.n_wagons
        trains["length_m"] = service.n_wagons * service.wagon_length_m
        trains["capacity_teu"] = service.n_wagons * service.teu_per_wagon
        parts.append(trains)
    rows = np.concatenate(parts)
    return rows[np.lexsort((rows["service"], rows["scheduled_ms"]))]
