"""Whether dry port or railway jammed, and the chain of causes over both.

Knows what was played; the part of the dry port is in `terminal.measures.jam_causes`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from keruen.corridor import LiveRailway
from keruen.corridor.railway.kernel.state import UNKNOWN_MS
from keruen.domain.codes import Resource
from keruen.domain.results import Jam, JamStep, TerminalRun
from keruen.domain.tables import Table
from keruen.scenario import Scenario
from keruen.study.results import Played
from keruen.terminal.live import trucks_outside
from keruen.terminal.measures.jam_causes import causes_of_jam
from keruen.terminal.measures.window import window_of
from keruen.units import MS_PER_DAY, NONE

_LAST_DAYS: Final = 28
_CLOSED_SHARE: Final = 0.1
"""A dry port that takes no trains in a tenth of the last four weeks is jammed: stopped and let go
by turns, it never clears. Single days would be a holiday's backlog."""


def jam_of(scenario: Scenario, played: Played, by_hour: Table) -> Jam | None:
    """The jam of a run with its chain of causes, or None.

    Parameters
    ----------
    scenario : as it was played.
    played : the run.
    by_hour : table `hourly` of it.
    """
    jam, railway = played.run.jam, played.railway
    if jam is None and railway is not None:
        jam = _of_stops(railway, played.run)
    if jam is None:
        return None
    window = window_of(scenario, played.run.trace, played.trains, played.visits)
    held_ms = NONE if played.run.jam is None else played.run.jam.since_ms
    steps = causes_of_jam(window, by_hour, held_ms)
    if not steps:
        return jam
    if railway is not None:
        steps = (*steps, *_on_railway(railway))
    chain = tuple(sorted(steps, key=lambda step: step.since_ms))
    return replace(jam, cause=Resource.YARD_SLOT, chain=chain)


def _of_stops(railway: LiveRailway, run: TerminalRun) -> Jam | None:
    """Trains were stopped too often at the end for a yard that clears."""
    end_ms = run.end_ms
    changes = railway.fullness
    if not len(changes):
        return None
    edges = np.append(changes["time_ms"], end_ms)
    begin_ms = end_ms - _LAST_DAYS * MS_PER_DAY
    closed_ms = np.diff(np.maximum(edges, begin_ms))[changes["is_full"] != 0].sum()
    if closed_ms < _CLOSED_SHARE * _LAST_DAYS * MS_PER_DAY:
        return None
    n_standing = int((railway.stands["until_ms"] == UNKNOWN_MS).sum())
    return Jam(
        since_ms=int(changes["time_ms"][0]),
        cause=Resource.YARD_SLOT,
        n_trains_held=n_standing,
        n_trucks_waiting=trucks_outside(run.state[0]),
    )


def _on_railway(railway: LiveRailway) -> list[JamStep]:
    """Trains left at stations, most at a time, and bookings refused while loading was banned."""
    steps = []
    stands = railway.stands
    if len(stands):
        goes_ms = np.where(stands["until_ms"] == UNKNOWN_MS, np.int64(1) << 60, stands["until_ms"])
        n_at = [int(((stands["from_ms"] <= at) & (goes_ms > at)).sum()) for at in stands["from_ms"]]
        most = int(np.argmax(n_at))
        at_ms = stands["from_ms"][most]
        there = stands[(stands["from_ms"] <= at_ms) & (goes_ms > at_ms)]
        lines = railway.runs["line"][there["run"]]
        n_wagons = sum(railway.all_lines[line].n_wagons for line in lines.tolist())
        steps.append(
            JamStep(
                cause="stand",
                since_ms=int(stands["from_ms"].min()),
                values={"n_trains": float(len(there)), "n_wagons": float(n_wagons)},
            )
        )
    full = railway.fullness[railway.fullness["is_full"] != 0]
    ban_ms = (
        int(full["time_ms"][0]) + int(railway.record.ban_delay_ms) if len(full) else int(UNKNOWN_MS)
    )
    refused = railway.is_gone & (railway.trips.into_line >= 0) & (railway.trips.route >= 0)
    n_refused = int((refused & (railway.trips.ready_ms >= ban_ms)).sum())
    if len(full) and n_refused:
        steps.append(JamStep(cause="ban", since_ms=ban_ms, values={"n_boxes": float(n_refused)}))
    return steps
