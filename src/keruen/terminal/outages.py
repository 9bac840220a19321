"""When machines are out of work: table `outages`, from shifts, breaks, holidays, weather, failures.

Knows calendars and luck; knows nothing of what machines do. Outages do not depend on the work, so
they are made before the run: a policy or a machine more changes nobody else's.

Failures come by calendar time, at work or not: else who breaks down would depend on the policy.
Where two reasons overlap, the machine is out until the last of them is over, and the reason that
began first is written down, of those that began together the one with the lower code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import count

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.domain import tables
from keruen.domain.codes import Outage, Resource
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Maintenance, Shift, Terminal
from keruen.scenario.duration_laws import law_table
from keruen.terminal.groups import MachineGroup, machine_groups
from keruen.units import DAYS_PER_YEAR, MS_PER_DAY

_PERMILLE = 1000
_DRAWS_AT_ONCE = 64
"""Outages by chance that are drawn together: a machine has some dozens a year."""

OutageSpan = tuple[int, int, Outage]
"""From when, until when (ms since simulation start), why."""


def outages_of(terminal: Terminal, first_day: date, horizon_ms: int, seed: int) -> Table:
    """Every outage of every machine.

    Parameters
    ----------
    terminal : shifts, holidays, weather, and the machines' own.
    first_day : of the simulation, its warm-up included.
    horizon_ms : simulated time, ms: none begins later.
    seed : of the keyed draws, 0 ≤ seed < 2**63.

    Returns
    -------
    Table `outages`, sorted by begin, end and machine; those of one machine do not touch, which the
    kernel takes for granted (`kernel.outages`).
    """
    winds = list(_winds(terminal, horizon_ms, seed))
    machines: list[NDArray[np.int64]] = []
    spans: list[NDArray[np.int64]] = []
    for group in machine_groups(terminal):
        shared = _as_columns(_shared_outages(terminal, group, first_day, horizon_ms, winds))
        merged = _merged(shared, horizon_ms)
        for index in range(group.n_machines):
            own = _as_columns(_own_outages(group, index, horizon_ms, seed))
            # Most machines have no outages but those of their group, which are merged once.
            of_machine = _merged(np.hstack((shared, own)), horizon_ms) if own.size else merged
            spans.append(of_machine)
            machines.append(np.full(of_machine.shape[1], group.first + index))
    begins_ms, ends_ms, cause = np.hstack(spans)
    machine = np.concatenate(machines)
    table = tables.empty("outages", len(machine))
    order = np.lexsort((machine, ends_ms, begins_ms))
    table["begins_ms"], table["ends_ms"] = begins_ms[order], ends_ms[order]
    table["machine"], table["cause"] = machine[order], cause[order]
    tables.verify("outages", table)
    return table


def _as_columns(outages: Iterable[OutageSpan]) -> NDArray[np.int64]:
    """Begins, ends and causes: int64, shape (3, n)."""
    return np.array(list(outages), np.int64).reshape(-1, 3).T


def paces_permille(
    terminal: Terminal, first_day: date, n_days: int, seed: int
) -> NDArray[np.int64]:
    """Pace of outdoor work on each day.

    Parameters
    ----------
    terminal : its weather.
    first_day : of the simulation, its warm-up included.
    n_days : how many days.
    seed : of the keyed draws, 0 ≤ seed < 2**63.

    Returns
    -------
    int64, shape (n_days,), thousandths, from 1 to 1000: the kernel divides by them.
    """
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


def _merged(outages: NDArray[np.int64], horizon_ms: int) -> NDArray[np.int64]:
    """Outages without overlap, in order; those that touch are one. Columns as `_as_columns`."""
    begins_ms, ends_ms, _ = outages
    outages = outages[:, (ends_ms > 0) & (begins_ms < horizon_ms) & (ends_ms > begins_ms)]
    begins_ms, ends_ms, cause = outages[:, np.lexsort(outages[::-1])]
    # The first of each run of outages that touch begins after all before it have ended.
    until_ms = np.maximum.accumulate(ends_ms)
    is_first = np.ones(len(begins_ms), np.bool_)
    is_first[1:] = begins_ms[1:] > until_ms[:-1]
    is_last = np.append(is_first[1:], True)[: len(is_first)]
    # What began before the simulation is there from its start.
    return np.stack((np.maximum(0, begins_ms[is_first]), until_ms[is_last], cause[is_first]))


def _shared_outages(
    terminal: Terminal,
    group: MachineGroup,
    first_day: date,
    horizon_ms: int,
    winds: list[OutageSpan],
) -> Iterator[OutageSpan]:
    """What stops a whole group: its shift, and the wind."""
    key = _shift_of(terminal, group)
    if key is not None:
        # From the day before: a night shift that began then may last into the first day.
        days = range(-1, horizon_ms // MS_PER_DAY + 2)
        yield from _off_shift(terminal, terminal.shifts[key], first_day, days)
    if group.machines is not None and group.machines.stops_in_wind:
        yield from winds


def _shift_of(terminal: Terminal, group: MachineGroup) -> str | None:
    if group.machines is not None:
        return group.machines.shift
    resource = group.resource
    if resource is Resource.LOCOMOTIVE:
        return terminal.shunting.shift
    if resource in (Resource.INSPECTION_SLOT, Resource.SCANNER):
        return terminal.inspection_shift
    if resource is Resource.TEAM and terminal.warehouse is not None:
        return terminal.warehouse.shift
    if resource in (Resource.LANE_IN, Resource.LANE_OUT, Resource.WEIGHBRIDGE):
        return terminal.gate.shift
    return None


def _off_shift(
    terminal: Terminal, shift: Shift, first_day: date, days: range
) -> Iterator[OutageSpan]:
    """The times between the shifts, and the breaks within them."""
    at_work: list[tuple[int, int]] = []
    for day in days:
        day_date = first_day + timedelta(days=day)
        if not shift.weekdays[day_date.weekday()]:
            continue
        begins_ms = day * MS_PER_DAY + shift.starts_ms
        if shift.closes_on_holidays and terminal.is_holiday("KZ", day_date):
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


def _own_outages(
    group: MachineGroup, index: int, horizon_ms: int, seed: int
) -> Iterator[OutageSpan]:
    """What stops one machine: failures and its turn of maintenance."""
    machines = group.machines
    if machines is None:
        return
    # By its group's key and its index there: another group more shifts nobody's luck.
    entity = (draws.text_key(group.key) << 12) + index
    if machines.failures is not None:
        between, repair = law_table(machines.failures.between), law_table(machines.failures.repair)
        key = (seed, draws.STREAM_FAILURE, draws.STREAM_REPAIR, entity)
        yield from _by_chance(between, repair, key, horizon_ms, Outage.FAILURE)
    if machines.maintenance is not None:
        yield from _maintenance(machines.maintenance, index, machines.count, horizon_ms)


def _maintenance(
    maintenance: Maintenance, index: int, count: int, horizon_ms: int
) -> Iterator[OutageSpan]:
    """The machines of a group take turns, evenly through the interval, at the same time of day."""
    every_days = max(1, round(maintenance.every_ms / MS_PER_DAY))
    day = index * every_days // count
    while day * MS_PER_DAY < horizon_ms:
        begins_ms = day * MS_PER_DAY + maintenance.starts_ms
        yield begins_ms, begins_ms + maintenance.time_ms, Outage.MAINTENANCE
        day += every_days


def _winds(terminal: Terminal, horizon_ms: int, seed: int) -> Iterator[OutageSpan]:
    wind = terminal.weather.wind if terminal.weather else None
    if wind is None or wind.stops_per_year == 0:
        return
    # Exponential times between: winds that are independent of one another, so many a year.
    between = draws.exponential_table(DAYS_PER_YEAR * MS_PER_DAY / wind.stops_per_year)
    key = (seed, draws.STREAM_WIND, draws.STREAM_WIND_TIME, 0)
    yield from _by_chance(between, law_table(wind.stop_time), key, horizon_ms, Outage.WIND)


def _by_chance(
    between: NDArray[np.int64],
    lasting: NDArray[np.int64],
    key: tuple[int, int, int, int],
    horizon_ms: int,
    cause: Outage,
) -> Iterator[OutageSpan]:
    """Outages one after another, by quantile tables of the time between and of how long each lasts.

    `key` is the seed, the streams of both and the entity; the k-th outage has the k-th draw.
    """
    seed, stream_between, stream_lasting, entity = key
    at_ms = 0
    for first in count(step=_DRAWS_AT_ONCE):
        k = np.arange(first, first + _DRAWS_AT_ONCE)
        for between_ms, lasts_ms in zip(
            _drawn_ms(between, seed, stream_between, entity, k),
            _drawn_ms(lasting, seed, stream_lasting, entity, k),
            strict=True,
        ):
            if at_ms >= horizon_ms:
                return
            begins_ms = at_ms + between_ms
            ends_ms = begins_ms + lasts_ms
            yield begins_ms, ends_ms, cause
            # At least 1 ms on: with tables of zeros this would never end.
            at_ms = max(ends_ms, at_ms + 1)


def _drawn_ms(
    table: NDArray[np.int64], seed: int, stream: int, entity: int, k: NDArray[np.int64]
) -> list[int]:
    random_bits = draws.bits_array(seed, stream, np.array([entity], np.int64), k)
    drawn: list[int] = draws.millis_array(table, random_bits).tolist()
    return drawn
