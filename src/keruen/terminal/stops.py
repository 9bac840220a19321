"""When machines stand still: table `outages` from shifts, breaks, holidays, weather and failures.

Knows calendars and luck; knows nothing of what machines do. Standing still does not depend on the
work, so it is made before the run: a policy or a machine more changes nobody else's.

Failures come by calendar time. Where two reasons overlap, the machine stands still until the last
of them is over, and the reason that began first is written down.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.domain import tables
from keruen.domain.codes import Outage, Resource
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Failures, Holiday, Maintenance, Shift, Terminal
from keruen.scenario.duration_laws import law_table
from keruen.terminal.groups import Group, machine_groups, machines_of
from keruen.units import DAYS_PER_YEAR, MS_PER_DAY

_PERMILLE = 1000

Stop = tuple[int, int, Outage]
"""From when, until when (ms since simulation start), why."""


def outages_of(terminal: Terminal, first_day: date, horizon_ms: int, seed: int) -> Table:
    """Every stop of every machine.

    Parameters
    ----------
    terminal : shifts, holidays, weather, and the machines' own.
    first_day : of the simulation, its warm-up included.
    horizon_ms : simulated time.
    seed : of the keyed draws.

    Returns
    -------
    Table `outages`, sorted by begin and machine; the stops of one machine do not touch.
    """
    winds = list(_winds(terminal, horizon_ms, seed))
    rows: list[tuple[int, int, int, int]] = []
    first = 0
    for group in machine_groups(terminal):
        shared = list(_shared_stops(terminal, group, first_day, horizon_ms, winds))
        for index in range(group[2]):
            own = list(_own_stops(terminal, group, index, horizon_ms, seed))
            for begins_ms, ends_ms, cause in _merged(shared + own, horizon_ms):
                rows.append((begins_ms, ends_ms, first + index, int(cause)))
        first += group[2]
    rows.sort()
    table = tables.empty("outages", len(rows))
    for name, column in zip(table.dtype.names or (), zip(*rows, strict=True), strict=False):
        table[name] = column
    tables.verify("outages", table)
    return table


def paces_permille(
    terminal: Terminal, first_day: date, n_days: int, seed: int
) -> NDArray[np.int64]:
    """Pace of outdoor work on each day, in thousandths."""
    pace = np.full(n_days, _PERMILLE, np.int64)
    cold = terminal.weather.cold if terminal.weather else None
    if cold is None:
        return pace
    days = np.arange(n_days, dtype=np.int64)
    months = [(first_day + timedelta(days=int(day))).month - 1 for day in days]
    shares = np.array(cold.day_share_by_month)[months]
    is_cold = draws.uniform_array(seed, draws.STREAM_COLD, days) < shares
    pace[is_cold] = max(1, round(_PERMILLE * cold.pace))
    return pace


def _merged(stops: list[Stop], horizon_ms: int) -> Iterator[Stop]:
    """Stops without overlap, in order."""
    current: Stop | None = None
    for begins_ms, ends_ms, cause in sorted(stops):
        if ends_ms <= 0 or begins_ms >= horizon_ms or ends_ms <= begins_ms:
            continue
        if current is not None and begins_ms <= current[1]:
            current = (current[0], max(current[1], ends_ms), current[2])
            continue
        if current is not None:
            yield current
        current = (max(0, begins_ms), ends_ms, cause)
    if current is not None:
        yield current


def _shared_stops(
    terminal: Terminal, group: Group, first_day: date, horizon_ms: int, winds: list[Stop]
) -> Iterator[Stop]:
    """What stops a whole group: its shift, and the wind."""
    key = _shift_of(terminal, group)
    if key is not None:
        days = range(-1, horizon_ms // MS_PER_DAY + 2)
        yield from _off_shift(terminal, terminal.shifts[key], first_day, days)
    machines = machines_of(terminal, group)
    if machines is not None and machines.stops_in_wind:
        yield from winds


def _shift_of(terminal: Terminal, group: Group) -> str | None:
    machines = machines_of(terminal, group)
    if machines is not None:
        return machines.shift
    resource = group[0]
    if resource is Resource.LOCOMOTIVE:
        return terminal.shunting.shift
    if resource in (Resource.INSPECTION_SLOT, Resource.SCANNER):
        return terminal.inspection_shift
    if resource is Resource.TEAM and terminal.warehouse is not None:
        return terminal.warehouse.shift
    if resource in (Resource.LANE_IN, Resource.LANE_OUT, Resource.WEIGHBRIDGE):
        return terminal.gate.shift
    return None


def _off_shift(terminal: Terminal, shift: Shift, first_day: date, days: range) -> Iterator[Stop]:
    """The times between the shifts, and the breaks within them."""
    at_work: list[tuple[int, int]] = []
    holidays = {
        day for day in days if _is_holiday(terminal.holidays, first_day + timedelta(days=day))
    }
    for day in days:
        start_ms = day * MS_PER_DAY
        weekday = (first_day + timedelta(days=day)).weekday()
        if not shift.weekdays[weekday]:
            continue
        begins_ms = start_ms + shift.starts_ms
        if day in holidays and shift.closes_on_holidays:
            yield begins_ms, begins_ms + shift.length_ms, Outage.HOLIDAY
            continue
        at_work.append((begins_ms, begins_ms + shift.length_ms))
        for pause in shift.breaks:
            # A break named by a time before the shift's start is that of the next morning.
            into_ms = (pause.starts_ms - shift.starts_ms) % MS_PER_DAY
            yield begins_ms + into_ms, begins_ms + into_ms + pause.length_ms, Outage.BREAK
    free_from_ms = days.start * MS_PER_DAY
    for begins_ms, ends_ms in at_work:
        if begins_ms > free_from_ms:
            yield free_from_ms, begins_ms, Outage.OFF_SHIFT
        free_from_ms = max(free_from_ms, ends_ms)
    yield free_from_ms, days.stop * MS_PER_DAY, Outage.OFF_SHIFT


def _is_holiday(holidays: dict[str, Holiday], day: date) -> bool:
    """Whether the dry port's own country rests."""
    return any(
        day in holiday.days or (holiday.month, holiday.day) == (day.month, day.day)
        for _, holiday in sorted(holidays.items())
        if holiday.country == "KZ"
    )


def _own_stops(
    terminal: Terminal, group: Group, index: int, horizon_ms: int, seed: int
) -> Iterator[Stop]:
    """What stops one machine: failures and its turn of maintenance."""
    machines = machines_of(terminal, group)
    if machines is None:
        return
    entity = (draws.text_key(group[1]) << 12) + index
    if machines.failures is not None:
        yield from _failures(machines.failures, entity, horizon_ms, seed)
    if machines.maintenance is not None:
        yield from _maintenance(machines.maintenance, index, machines.count, horizon_ms)


def _failures(failures: Failures, entity: int, horizon_ms: int, seed: int) -> Iterator[Stop]:
    between, repair = law_table(failures.between), law_table(failures.repair)
    at_ms, k = 0, 0
    while at_ms < horizon_ms:
        begins_ms = at_ms + _drawn_ms(between, seed, draws.STREAM_FAILURE, entity, k)
        ends_ms = begins_ms + _drawn_ms(repair, seed, draws.STREAM_REPAIR, entity, k)
        yield begins_ms, ends_ms, Outage.FAILURE
        at_ms, k = max(ends_ms, at_ms + 1), k + 1


def _maintenance(
    maintenance: Maintenance, index: int, count: int, horizon_ms: int
) -> Iterator[Stop]:
    """The machines of a group take turns, evenly through the interval, at the same time of day."""
    every_days = max(1, round(maintenance.every_ms / MS_PER_DAY))
    day = index * every_days // count
    while day * MS_PER_DAY < horizon_ms:
        begins_ms = day * MS_PER_DAY + maintenance.starts_ms
        yield begins_ms, begins_ms + maintenance.time_ms, Outage.MAINTENANCE
        day += every_days


def _winds(terminal: Terminal, horizon_ms: int, seed: int) -> Iterator[Stop]:
    wind = terminal.weather.wind if terminal.weather else None
    if wind is None or wind.stops_per_year == 0:
        return
    mean_ms = DAYS_PER_YEAR * MS_PER_DAY / wind.stops_per_year
    between, lasting = draws.exponential_table(mean_ms), law_table(wind.stop_time)
    at_ms, k = 0, 0
    while at_ms < horizon_ms:
        begins_ms = at_ms + _drawn_ms(between, seed, draws.STREAM_WIND, 0, k)
        ends_ms = begins_ms + _drawn_ms(lasting, seed, draws.STREAM_WIND_TIME, 0, k)
        yield begins_ms, ends_ms, Outage.WIND
        at_ms, k = max(ends_ms, at_ms + 1), k + 1


def _drawn_ms(table: NDArray[np.int64], seed: int, stream: int, entity: int, k: int) -> int:
    random_bits = draws.bits_array(seed, stream, np.array([entity], np.int64), k)
    return int(draws.millis_array(table, random_bits)[0])
