"""Trains under way: over the sections of their line, or left standing at a station of it.

Knows sections, paths and stations with tracks to stand on; knows no wagons and no border. A train
for a dry port that is full is left at the last station of its way that has a track for it, and
keeps its wagons. The paths that it had beyond that station are lost.
"""

from __future__ import annotations

from typing import Any

from keruen.compiled import compiled
from keruen.corridor.railway.kernel import events
from keruen.corridor.railway.kernel.state import (
    NEVER_MS,
    UNKNOWN_MS,
    line_at,
    passing_at,
    run_at,
    running_at,
    section_at,
    stand_at,
    station_at,
)
from keruen.corridor.railway.kernel.train_paths import enter


@compiled
def start(r: Any, number: Any, at_ms: Any, has_path: Any) -> Any:
    """Run a train to the other end of its line; `has_path`: it has one over the first section.

    Returns
    -------
    When it departs: it may have to wait.
    """
    run = run_at(r.runs, number)
    run.departure_ms = at_ms
    run.first_passing = r.n_passings
    r.n_passings += line_at(r.lines, run.line).n_sections
    _go_on(r, number, 0, at_ms, has_path)
    return run.departure_ms


@compiled
def _go_on(r: Any, number: Any, first: Any, at_ms: Any, has_path: Any) -> None:
    """Run over the sections of the way from the `first` on, counted from where the train began."""
    run = run_at(r.runs, number)
    own = line_at(r.lines, run.line)
    n = own.n_sections
    for k in range(first, n):
        if run.is_away:
            side = section_at(r.sections, own.first_section + n - 1 - k).back
            running_ms = running_at(r.running, own.first_back + run.slot * n + k).ms
        else:
            side = section_at(r.sections, own.first_section + k).there
            running_ms = running_at(r.running, own.first_near + run.slot * n + k).ms
        entered_ms = at_ms
        if k > 0 or not has_path:
            entered_ms = enter(r, side, at_ms)
        if k == 0:
            run.first_wait_ms = entered_ms - at_ms
            run.departure_ms = entered_ms
        run.path_wait_ms += entered_ms - at_ms
        passing = passing_at(r.passings, run.first_passing + k)
        passing.run = number
        passing.side = side
        passing.waited_ms = entered_ms - at_ms
        passing.entered_ms = entered_ms
        at_ms = entered_ms + running_ms
        passing.left_ms = at_ms
    run.arrival_ms = at_ms
    events.put(r, at_ms, events.ARRIVES, run.line, run.slot, number)


@compiled
def has_place(r: Any, own: Any, first: Any) -> Any:
    """Whether a station behind the `first` section of a line, or a later one, has a free track."""
    return _place(r, own, first) >= 0


@compiled
def _place(r: Any, own: Any, first: Any) -> Any:
    """The last section of a line, from `first` on, whose near end has a free track, or −1."""
    # The near end of the last section is the dry port itself.
    for k in range(own.n_sections - 2, first - 1, -1):
        station = station_at(r.stations, section_at(r.sections, own.first_section + k).near_station)
        if station.n_standing < station.n_tracks:
            return k
    return -1


@compiled
def leave_standing(r: Any, now_ms: Any, number: Any) -> None:
    """Leave a train that runs to the dry port at a station that it has not passed, if one has room.

    Where none has, it comes all the same, and is held before the dry port.
    """
    run = run_at(r.runs, number)
    own = line_at(r.lines, run.line)
    first = 0
    while (
        first < own.n_sections
        and passing_at(r.passings, run.first_passing + first).left_ms < now_ms
    ):
        first += 1
    last = _place(r, own, first)
    if last < 0:
        return
    place = section_at(r.sections, own.first_section + last).near_station
    station_at(r.stations, place).n_standing += 1
    stand = stand_at(r.stands, r.n_stands)
    r.n_stands += 1
    stand.run = number
    stand.station = place
    stand.section = last + 1
    stand.from_ms = passing_at(r.passings, run.first_passing + last).left_ms
    stand.until_ms = UNKNOWN_MS
    for k in range(last + 1, own.n_sections):
        passing = passing_at(r.passings, run.first_passing + k)
        run.path_wait_ms -= passing.waited_ms
        passing.entered_ms = UNKNOWN_MS
    run.is_standing = 1
    run.arrival_ms = NEVER_MS


@compiled
def let_go(r: Any, now_ms: Any) -> None:
    """Let all trains that stand go on, who was left standing first first."""
    for place in range(r.n_stands):
        stand = stand_at(r.stands, place)
        if stand.until_ms != UNKNOWN_MS:
            continue
        stand.until_ms = max(now_ms, stand.from_ms)
        station_at(r.stations, stand.station).n_standing -= 1
        run_at(r.runs, stand.run).is_standing = 0
        _go_on(r, stand.run, stand.section, stand.until_ms, 0)
