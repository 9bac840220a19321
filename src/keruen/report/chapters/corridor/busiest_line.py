"""One line in its busiest week: the trains between the dry port and the border most trains use.

Knows passings and sections; knows no shape and no word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from keruen.domain.tables import Table
from keruen.report.chapters.terminal_data import measured_days
from keruen.study.results import Study
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY

_M_PER_KM: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainOnLine:
    """A train on the line; times since the start of the simulation.

    Parameters
    ----------
    points : time and kilometres from the dry port.
    waits : begin, end and kilometres of each wait for a train path.
    """

    is_away: bool
    points: tuple[tuple[int, float], ...]
    waits: tuple[tuple[int, int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWeek:
    """A line in the week with most waiting for train paths.

    Parameters
    ----------
    stations : key and kilometres from the dry port, ascending.
    first_day : measured day on which the week begins.
    days : seven, or fewer when fewer were measured.
    waited_ms : all waits that began in the week.
    """

    stations: tuple[tuple[str, float], ...]
    runs: tuple[TrainOnLine, ...]
    first_day: int
    days: int
    waited_ms: int


def worst_week(study: Study) -> LineWeek | None:
    """The line to the busiest border in its worst week; nothing when no train ran on it."""
    tables = study.replications[0].tables
    passings: Table = tables["train_passings"]
    line = _busiest_line(study)
    if line is None:
        return None
    stations = _stations(study, line)
    if len(stations) < 2:
        return None
    km = dict(stations)
    network = study.network
    ends = [(s.start, s.end) for _, s in sorted(network.sections.items())]
    is_on = np.array([one in km and other in km for one, other in ends], dtype=bool)
    own = passings[is_on[passings["section"]]]
    first, days, waited = _worst_window(study, own)
    begins = study.scenario.calendar.warm_up_ms + first * MS_PER_DAY
    is_seen = own["left_ms"] > begins
    is_seen &= own["entered_ms"] - own["waited_ms"] < begins + days * MS_PER_DAY
    own = own[is_seen]
    return LineWeek(
        stations=stations,
        runs=tuple(_runs(tables["corridor_trains"], own, ends, km)),
        first_day=first,
        days=days,
        waited_ms=waited,
    )


def _busiest_line(study: Study) -> int | None:
    """Index of the train of the week with most runs between the dry port and a border."""
    network = study.network
    borders = {border.kazakh_station for _, border in sorted(network.borders.items())}
    counts = np.bincount(
        study.replications[0].tables["corridor_trains"]["line"], minlength=len(study.week.trains)
    )
    to_border = [
        index
        for index, (_, train) in enumerate(sorted(study.week.trains.items()))
        if train.start in borders or train.end in borders
    ]
    if not to_border:
        return None
    best = max(to_border, key=lambda index: (int(counts[index]), -index))
    return best if counts[best] else None


def _stations(study: Study, line: int) -> tuple[tuple[str, float], ...]:
    """Stations on the way of a line's trains, from the dry port on, with their distance."""
    tables = study.replications[0].tables
    trains, passings = tables["corridor_trains"], tables["train_passings"]
    on_line = passings[trains["line"][passings["train"]] == line]
    if not len(on_line):
        return ()
    numbers, counts = np.unique(on_line["train"], return_counts=True)
    train = int(numbers[np.argmax(counts)])
    own = on_line[on_line["train"] == train]
    network = study.network
    sections = [section for _, section in sorted(network.sections.items())]
    steps = [(sections[row["section"]], bool(row["is_forward"])) for row in own]
    if not trains["is_away"][train]:
        steps = [(section, not is_forward) for section, is_forward in reversed(steps)]
    first, is_forward = steps[0]
    found = [(first.start if is_forward else first.end, 0.0)]
    for section, is_forward in steps:
        km = found[-1][1] + section.length_m / _M_PER_KM
        found.append((section.end if is_forward else section.start, km))
    return tuple(found)


def _worst_window(study: Study, passings: Table) -> tuple[int, int, int]:
    """First day, length and waits of the week in which most waiting began."""
    days = measured_days(study)
    length = min(DAYS_PER_WEEK, days)
    began = passings["entered_ms"] - passings["waited_ms"]
    day = (began - study.scenario.calendar.warm_up_ms) // MS_PER_DAY
    is_measured = (day >= 0) & (day < days)
    waited = np.zeros(days, dtype=np.int64)
    np.add.at(waited, day[is_measured], passings["waited_ms"][is_measured])
    sums = np.convolve(waited, np.ones(length, dtype=np.int64), mode="valid")
    first = int(np.argmax(sums))
    return first, length, int(sums[first])


def _runs(
    trains: Table, passings: Table, ends: list[tuple[str, str]], km: dict[str, float]
) -> Iterator[TrainOnLine]:
    """Passings of each train in a row as one run; a train that leaves the line begins another."""
    points: list[tuple[int, float]] = []
    waits: list[tuple[int, int, float]] = []
    last: tuple[int, str] | None = None
    for row in passings:
        train = int(row["train"])
        start, end = ends[row["section"]] if row["is_forward"] else ends[row["section"]][::-1]
        if last != (train, start):
            if last is not None:
                yield _run(trains, last[0], points, waits)
            points, waits = [], []
        entered, waited = int(row["entered_ms"]), int(row["waited_ms"])
        if waited > 0:
            points.append((entered - waited, km[start]))
            waits.append((entered - waited, entered, km[start]))
        points += [(entered, km[start]), (int(row["left_ms"]), km[end])]
        last = (train, end)
    if last is not None:
        yield _run(trains, last[0], points, waits)


def _run(
    trains: Table,
    train: int,
    points: list[tuple[int, float]],
    waits: list[tuple[int, int, float]],
) -> TrainOnLine:
    return TrainOnLine(
        is_away=bool(trains["is_away"][train]), points=tuple(points), waits=tuple(waits)
    )
