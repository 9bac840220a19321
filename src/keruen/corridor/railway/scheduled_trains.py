"""When the trains of a line leave its far end, and what is drawn for each: ahead, for all.

Knows the week, the bookings and the calendar; knows no train that runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.corridor.network.calendar import first_weekday
from keruen.corridor.network.lines import Line
from keruen.domain.alternate_weeks import weeks_of
from keruen.scenario.duration_laws import law_table
from keruen.scenario.models import Scenario
from keruen.scenario.network import Network
from keruen.scenario.world import PlannedNetwork
from keruen.units import MS_PER_DAY, MS_PER_WEEK

_WEEKS_BEFORE: Final = 64
"""Weeks before the simulation that a train's number can tell."""
_TURN_BITS: Final = 8
EXTRA_SHARE: Final = 0.5
"""An extra train is put on in a week when so much of a full load would stay behind. Assumption:
half a train, for less nobody sends one."""
MOST_PER_WEEK: Final = (1 << _TURN_BITS) - 1
_NUMBER_BITS: Final = 18
_KEY_SHIFT: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """The trains of one line, in the order of departure from the far end; int64, one row each.

    Parameters
    ----------
    scheduled_ms : departure from the far end.
    entity : key of the draws of the train.
    near_ms, back_ms : running time over each section, towards the near end and back; shape
        (n_trains, n_sections), in the order of the run.
    turnaround_ms : between two trips, at both ends together.
    dwell_ms, back_dwell_ms : at the border that follows the run towards the near end, and back.
    """

    scheduled_ms: NDArray[np.int64]
    entity: NDArray[np.int64]
    near_ms: NDArray[np.int64]
    back_ms: NDArray[np.int64]
    turnaround_ms: NDArray[np.int64]
    dwell_ms: NDArray[np.int64]
    back_dwell_ms: NDArray[np.int64]


def slots_of(
    scenario: Scenario,
    planned: PlannedNetwork,
    line: Line,
    wanted: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
    span_ms: tuple[int, int],
    seed: int,
) -> Slots:
    """The trains of a line that leave the far end in a time.

    Parameters
    ----------
    wanted : for either direction, when boxes want to use the line, and their TEU.
    span_ms : departures from the first until the second moment.

    Notes
    -----
    A week has the trains of the average week, and extra ones when its bookings, with what earlier
    weeks left, would leave `EXTRA_SHARE` of a full load behind; none when the week is fixed.
    Trains that would leave China on a holiday there do not run, nor does a line's last train in
    the weeks that it leaves out.
    """
    network = planned.network
    from_ms, until_ms = span_ms
    monday_ms = -first_weekday(scenario) * MS_PER_DAY
    first = (from_ms - monday_ms) // MS_PER_WEEK
    last = (until_ms - monday_ms) // MS_PER_WEEK
    loads = [_by_week(times_ms, teu, monday_ms, (first, last)) for times_ms, teu in wanted]
    closed = _closed_days(scenario, network, line, span_ms)
    weeks = []
    for index in range(first, last + 1):
        begins_ms = monday_ms + index * MS_PER_WEEK
        first_day, end_day = (begins_ms // MS_PER_DAY, (begins_ms + MS_PER_WEEK) // MS_PER_DAY)
        is_own = (closed >= first_day) & (closed < end_day)
        monday = scenario.calendar.starts_on + timedelta(days=first_day)
        leaves_out = line.every_other_week not in (None, weeks_of(monday))
        usual = line.trains_per_week - leaves_out
        weeks.append(_Week(begins_ms, index + _WEEKS_BEFORE, closed[is_own], usual))
    counts = [week.usual for week in weeks]
    if not planned.week.is_fixed:
        counts = _trains_by_week(line, loads, weeks)
    parts = [week.trains(line, n) for week, n in zip(weeks, counts, strict=True)]
    scheduled_ms = np.concatenate([part[0] for part in parts])
    number = np.concatenate([part[1] for part in parts])
    runs = (scheduled_ms >= from_ms) & (scheduled_ms < until_ms)
    return _drawn(network, line, scheduled_ms[runs], number[runs], seed)


def _by_week(
    times_ms: NDArray[np.int64],
    teu: NDArray[np.int64],
    monday_ms: int,
    weeks: tuple[int, int],
) -> NDArray[np.float64]:
    """TEU of each week; what comes before the first one counts in it."""
    first, last = weeks
    week = np.clip((times_ms - monday_ms) // MS_PER_WEEK - first, 0, last - first)
    return np.bincount(week, teu, last - first + 1).astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Week:
    """One week: its first moment, its number, the days on which no train leaves, its trains."""

    begins_ms: int
    number: int
    closed: NDArray[np.int64]
    usual: int

    def n_running(self, line: Line, n: int) -> int:
        """How many of `n` trains run."""
        return len(self.trains(line, n)[0]) if len(self.closed) else n

    def trains(self, line: Line, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Departures of those of `n` trains that run, and their numbers."""
        times_ms = self.begins_ms + np.sort(_offsets_ms(line, n))
        numbers = (self.number << _TURN_BITS) + np.arange(n)
        if not len(self.closed):
            return times_ms, numbers
        # A week has few of either: comparing all pairs is quicker than `isin`.
        runs = ~(times_ms[:, np.newaxis] // MS_PER_DAY == self.closed).any(axis=1)
        return times_ms[runs], numbers[runs]


def _trains_by_week(
    line: Line, loads: Sequence[NDArray[np.float64]], weeks: Sequence[_Week]
) -> list[int]:
    """How many trains to put on in each week, for the boxes of both directions."""
    left = [0.0] * len(loads)
    counts = []
    for place, week in enumerate(weeks):
        wanting = [rest + load[place] for rest, load in zip(left, loads, strict=True)]
        needed = max(wanting) / line.capacity_teu - EXTRA_SHARE
        n = week.usual
        n_running = week.n_running(line, n)
        while n_running < needed and n < MOST_PER_WEEK:
            n += 1
            n_running = week.n_running(line, n)
        left = [max(0.0, teu - n_running * line.capacity_teu) for teu in wanting]
        counts.append(n)
    return counts


def _offsets_ms(line: Line, n: int) -> NDArray[np.int64]:
    """Departures in a week with `n` trains: those of the timetable, others between them."""
    given = np.array(line.departures_ms[:n], np.int64)
    if n == 0:
        return given
    if not len(given):
        # Lines that start everywhere at Monday's midnight would meet at the dry port.
        shift_ms = draws.text_key(line.key) % (MS_PER_WEEK // n)
        return shift_ms + np.arange(n, dtype=np.int64) * MS_PER_WEEK // n
    extra = n - len(given)
    return np.concatenate((given, (np.arange(extra) * 2 + 1) * MS_PER_WEEK // (2 * max(extra, 1))))


def _closed_days(
    scenario: Scenario, network: Network, line: Line, span_ms: tuple[int, int]
) -> NDArray[np.int64]:
    """Days on which no train leaves a station in China: holidays there."""
    if network.stations[line.far].country != "CN":
        return np.zeros(0, np.int64)
    starts = scenario.calendar.starts_on
    first, last = (time_ms // MS_PER_DAY for time_ms in span_ms)
    return np.array(
        [
            number
            for number in range(first, last + 1)
            if scenario.terminal.is_holiday("CN", starts + timedelta(days=number))
        ],
        np.int64,
    )


def _drawn(
    network: Network,
    line: Line,
    scheduled_ms: NDArray[np.int64],
    number: NDArray[np.int64],
    seed: int,
) -> Slots:
    entity = ((draws.text_key(line.key) >> _KEY_SHIFT) << _NUMBER_BITS) + number
    fleets = [
        f for _, f in sorted(network.fleet.items()) if f.gauge == network.stations[line.far].gauge
    ]
    bits = draws.bits_array(seed, draws.STREAM_TURNAROUND, entity)
    turnaround = law_table(fleets[0].turnaround) if fleets else draws.fixed_table(0)
    dwell = law_table(network.borders[line.border].dwell) if line.border else draws.fixed_table(0)
    dwells = [
        draws.millis_array(dwell, draws.bits_array(seed, draws.STREAM_BORDER_DWELL, entity, k))
        for k in (0, 1)
    ]
    return Slots(
        scheduled_ms=scheduled_ms,
        entity=entity,
        near_ms=_running(network, line.sections, entity, seed, 0),
        back_ms=_running(network, line.back(), entity, seed, 1),
        turnaround_ms=draws.millis_array(turnaround, bits),
        dwell_ms=dwells[0],
        back_dwell_ms=dwells[1],
    )


def _running(
    network: Network,
    sections: tuple[tuple[str, bool], ...],
    entity: NDArray[np.int64],
    seed: int,
    direction: int,
) -> NDArray[np.int64]:
    times = np.zeros((len(entity), len(sections)), np.int64)
    for place, (key, _) in enumerate(sections):
        table = law_table(network.running_time(network.sections[key]))
        k = (place << 1) + direction
        times[:, place] = draws.millis_array(
            table, draws.bits_array(seed, draws.STREAM_RUNNING, entity, k)
        )
    return times
