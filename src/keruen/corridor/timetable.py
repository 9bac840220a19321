"""When trains come by schedule: each service evenly through the week, every week the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.domain import tables
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Holiday
from keruen.scenario.laws import law_table
from keruen.scenario.models import Scenario, Service
from keruen.units import MS_PER_DAY, MS_PER_WEEK

_TRAIN_BITS: Final = 20
WagonType = tuple[str, int]
"""Key in `wagon_types`, empty where only the TEU of a platform are known, and those TEU."""


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


def train_of_each(scenario: Scenario) -> Table:
    """One train of each service by key, as if it were to arrive at 0 and leave after the layover.

    Returns
    -------
    Table `train_arrivals`, one row for each service.
    """
    types = wagon_types(scenario)
    trains = tables.empty("train_arrivals", len(scenario.services))
    for index, (_, service) in enumerate(sorted(scenario.services.items())):
        train = trains[index]
        train["service"] = index
        train["departure_ms"] = service.layover_ms
        train["n_wagons"] = service.n_wagons
        train["length_m"] = service.n_wagons * service.wagon_length_m
        train["capacity_teu"] = service.n_wagons * service.teu_per_wagon
        train["wagon_type"] = types.index(_type_of(service))
        train["wagon_limit_kg"], train["load_limit_kg"] = _limits_kg(scenario, service)
    return trains


def _leaves_on_holiday(
    scenario: Scenario, service: Service, arrival_ms: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether a train of a service through a border would leave China on a holiday there."""
    holidays = [h for _, h in sorted(scenario.terminal.holidays.items()) if h.country == "CN"]
    if not service.border or not holidays:
        return np.zeros(len(arrival_ms), np.bool_)
    median_ms = int(law_table(service.transit_time)[draws.TABLE_INTERVALS // 2])
    starts = scenario.calendar.first_day - timedelta(milliseconds=scenario.calendar.warm_up_ms)
    day = (arrival_ms - median_ms) // MS_PER_DAY
    closed = [
        number
        for number in range(int(day.min(initial=0)), int(day.max(initial=0)) + 1)
        if is_on(holidays, starts + timedelta(days=number))
    ]
    return np.isin(day, closed)


def is_on(holidays: Sequence[Holiday], day: date) -> bool:
    """Whether a day is one of the holidays."""
    return any(
        day in holiday.days or (holiday.month, holiday.day) == (day.month, day.day)
        for holiday in holidays
    )


def wagon_types(scenario: Scenario) -> tuple[WagonType, ...]:
    """The platforms of all services, in the order of the numbers in `train_arrivals.wagon_type`."""
    return tuple(sorted({_type_of(service) for service in scenario.services.values()}))


def load_patterns(scenario: Scenario) -> tuple[tuple[str, ...], ...]:
    """The load patterns of each of `wagon_types`.

    Examples
    --------
    >>> from keruen.scenario import read
    >>> load_patterns(read("toy"))
    (('20+20', '40'),)
    """
    return tuple(
        scenario.wagon_types[key].patterns if key else _patterns_of_teu(n_teu)
        for key, n_teu in wagon_types(scenario)
    )


def _patterns_of_teu(n_teu: int) -> tuple[str, ...]:
    """All ways to fill a platform of which only the TEU are known."""
    return tuple(
        "+".join(["40"] * n_40 + ["20"] * (n_teu - 2 * n_40)) for n_40 in range(n_teu // 2 + 1)
    )


def _type_of(service: Service) -> WagonType:
    return service.wagon_type or "", service.teu_per_wagon


def _limits_kg(scenario: Scenario, service: Service) -> tuple[int, int]:
    """Greatest mass of the boxes on one platform and on the whole train (0: no limit)."""
    wagon_kg, tare_kg = service.payload_per_wagon_kg, 0
    if service.wagon_type:
        wagon = scenario.wagon_types[service.wagon_type]
        wagon_kg, tare_kg = min(wagon_kg, wagon.load_limit_kg), wagon.tare_kg
    if not service.mass_limit_kg:
        return wagon_kg, 0
    return wagon_kg, max(1, service.mass_limit_kg - service.n_wagons * tare_kg)
