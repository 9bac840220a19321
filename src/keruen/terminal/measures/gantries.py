"""What the machines of the tracks do while a train stands there to be worked.

The rate is counted as terminals publish it: boxes off and on the trains, by the cranes and the
hours in which a train was worked (50 boxes in 55 minutes by three cranes are 18). A box lifted
from train to train is one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen.domain.codes import Event, Resource
from keruen.domain.tables import Table
from keruen.terminal.groups import machine_groups
from keruen.terminal.measures.window import Window
from keruen.units import MS_PER_HOUR, NONE

_AT_TRAINS = (Event.UNLOADED, Event.LOADED)
_IN_ROWS = (Event.STACKED, Event.RETRIEVED, Event.RESHUFFLED)


def gantry_measures(window: Window) -> dict[str, float]:
    """The rate of the machines of the tracks, and where their time with a train goes.

    Parameters
    ----------
    window : the run.

    Returns
    -------
    `gantry_moves_per_h`, and shares of the machines' time while a train is worked: lifting for
    trains, at the rows under them (trucks, tractors, reshuffles), stopped, waiting; they add up
    to 1. All are 0 when no train was worked.
    """
    numbers = _machines_of_tracks(window)
    bounds_ms, covered_ms = _time_with_trains(window)
    machine_ms = float(covered_ms[-1]) * len(numbers)
    if machine_ms <= 0:
        names = ("train", "rows", "stopped", "waiting")
        return {"gantry_moves_per_h": 0.0} | {f"gantry_{name}_share": 0.0 for name in names}

    def with_trains(starts_ms: NDArray[np.int64], ends_ms: NDArray[np.int64]) -> float:
        within = np.interp(ends_ms, bounds_ms, covered_ms) - np.interp(
            starts_ms, bounds_ms, covered_ms
        )
        return float(within.sum()) / machine_ms

    moves = _moves(window, _AT_TRAINS, numbers)
    shares = [
        with_trains(rows["time_ms"] - rows["busy_ms"], rows["time_ms"])
        for rows in (moves, _moves(window, _IN_ROWS, numbers))
    ]
    stops = window.outages[np.isin(window.outages["machine"], numbers)]
    # A move that has begun is ended in a stop: then it counts as a move.
    stopped = min(with_trains(stops["begins_ms"], stops["ends_ms"]), max(0.0, 1 - sum(shares)))
    return {
        "gantry_moves_per_h": len(moves) / (machine_ms / MS_PER_HOUR),
        "gantry_train_share": shares[0],
        "gantry_rows_share": shares[1],
        "gantry_stopped_share": stopped,
        "gantry_waiting_share": max(0.0, 1 - sum(shares) - stopped),
    }


def _machines_of_tracks(window: Window) -> NDArray[np.int64]:
    numbers: list[int] = []
    for group in machine_groups(window.terminal):
        is_of_tracks = group.machines is not None and group.machines.tracks is not None
        if group.resource is Resource.GANTRY or is_of_tracks:
            numbers += range(group.first, group.first + group.n_machines)
    return np.array(numbers, np.int64)


def _moves(window: Window, kinds: tuple[Event, ...], numbers: NDArray[np.int64]) -> Table:
    """Rows of moves of the machines; what the same move ends besides names no machine."""
    rows = np.concatenate([window.measured(kind) for kind in kinds])
    return rows[np.isin(rows["machine"], numbers)]


def _time_with_trains(window: Window) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Moments in order, and the measured time up to each in which a train was worked, ms."""
    n = len(window.trains)
    placed = window.time_by(Event.TRAIN_PLACED, "train", n)
    worked = window.time_by(Event.TRAIN_WORKED, "train", n)
    started = placed != NONE
    ends = np.where(worked == NONE, window.end_ms, worked)[started]
    starts = np.maximum(placed[started], window.start_ms)
    order = np.argsort(starts, kind="stable")
    bounds = [window.start_ms]
    covered = [0]
    for start, end in zip(starts[order].tolist(), ends[order].tolist(), strict=True):
        begin = max(start, bounds[-1])
        if end > begin:
            bounds += [begin, end]
            covered += [covered[-1], covered[-1] + end - begin]
    return np.array(bounds, np.int64), np.array(covered, np.int64)
