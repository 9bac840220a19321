"""What a film of the yard shows in each of its frames: numbers only, no drawing.

Knows the trace and the movements made of it; knows nothing of colours and words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.domain.codes import Event, Mover, PlaceKind
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Terminal
from keruen.terminal import machine_numbers

IDLE: Final = 0
AT_WORK: Final = 1
STOPPED: Final = 2

_TRUCKS_OUTSIDE: Final = {Event.TRUCK_ARRIVED: 1, Event.TRUCK_ENTERED: -1}
_TRUCKS_INSIDE: Final = {
    Event.TRUCK_ENTERED: 1,
    Event.TRUCK_LEFT: -1,
    Event.TRUCK_REUSED: -1,
    Event.TRUCK_TURNED: 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """Frame by frame; the first axis of each array is the frame.

    Parameters
    ----------
    times_ms : when each frame is, int64.
    fullness : of every 40-ft ground position, blocks by key, share of its slots, float.
    tracks : train on each track, reception tracks first, or −1.
    to_unload, loaded : boxes still to be taken off and already put on, on each track.
    machines : `IDLE`, `AT_WORK` or `STOPPED` for each machine by number.
    outside, inside : trucks before the gate and within it.
    """

    times_ms: NDArray[np.int64]
    fullness: NDArray[np.float64]
    tracks: NDArray[np.int64]
    to_unload: NDArray[np.int64]
    loaded: NDArray[np.int64]
    machines: NDArray[np.int64]
    outside: NDArray[np.int64]
    inside: NDArray[np.int64]


def frames_of(
    terminal: Terminal,
    tables: tuple[Table, Table, Table, Table],
    times_ms: NDArray[np.int64],
) -> Frames:
    """The frames at the given times.

    Parameters
    ----------
    tables : `trace` from the beginning of the run, its `movements`, `container_visits` and
        `outages`.
    times_ms : of the frames, evenly spaced, ascending.
    """
    trace, moves, visits, outages = tables
    tracks = _tracks(terminal, moves, times_ms)
    to_unload, loaded = _boxes_of_trains(trace, visits, times_ms)
    none = len(to_unload[0]) - 1
    on_track = np.where(tracks < 0, none, tracks)
    rows = np.arange(len(times_ms))[:, None]
    return Frames(
        times_ms=times_ms,
        fullness=_fullness(terminal, moves, visits, times_ms),
        tracks=tracks,
        to_unload=to_unload[rows, on_track],
        loaded=loaded[rows, on_track],
        machines=_machines(terminal, moves, outages, times_ms),
        outside=_balance(trace, _TRUCKS_OUTSIDE, times_ms),
        inside=_balance(trace, _TRUCKS_INSIDE, times_ms),
    )


def _frame_of(moments_ms: NDArray[np.int64], times_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """The first frame at each moment or later; the number of frames when there is none."""
    return np.searchsorted(times_ms, moments_ms, side="left")


def _fullness(
    terminal: Terminal, moves: Table, visits: Table, times_ms: NDArray[np.int64]
) -> NDArray[np.float64]:
    blocks = [terminal.blocks[key] for key in sorted(terminal.blocks)]
    n_cells = [block.n_bays * block.n_rows for block in blocks]
    first_cell = np.concatenate(([0], np.cumsum(n_cells)))
    stays = moves[(moves["mover"] == Mover.BOX) & (moves["place"] >= 0)]
    stays = stays[stays["place"] >> 24 == PlaceKind.SLOT]
    cell = first_cell[stays["place"] >> 16] + ((stays["place"] >> 4) & 0xFFF) // 2
    teu = visits["n_teu"][stays["number"]].astype(np.float64)
    change = np.zeros((len(times_ms) + 1, int(first_cell[-1])))
    np.add.at(change, (_frame_of(stays["begins_ms"], times_ms), cell), teu)
    np.add.at(change, (_frame_of(stays["ends_ms"], times_ms), cell), -teu)
    slots_teu = np.repeat([2.0 * block.n_tiers for block in blocks], n_cells)
    fullness: NDArray[np.float64] = np.cumsum(change[:-1], axis=0) / slots_teu
    return fullness


def _tracks(terminal: Terminal, moves: Table, times_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    groups = terminal.tracks.values()
    n_reception = sum(group.count for group in groups if group.use == "reception")
    n_handling = sum(group.count for group in groups if group.use == "handling")
    found = np.full((len(times_ms), n_reception + n_handling), -1, np.int64)
    stays = moves[(moves["mover"] == Mover.TRAIN) & (moves["place"] >= 0)]
    first = _frame_of(stays["begins_ms"], times_ms)
    end = _frame_of(stays["ends_ms"], times_ms)
    for stay, begins, ends in zip(stays, first.tolist(), end.tolist(), strict=True):
        is_handling = stay["place"] >> 24 == PlaceKind.HANDLING_TRACK
        track = int(stay["place"] & 0xFFFFFF) + (n_reception if is_handling else 0)
        found[begins:ends, track] = stay["number"]
    return found


def _boxes_of_trains(
    trace: Table, visits: Table, times_ms: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Boxes left to unload and boxes put on, by frame and train; a last column of zeros."""
    n_trains = int(trace["train"].max(initial=-1)) + 1
    brought = visits["in_train"]
    brought = brought[(brought >= 0) & (brought < n_trains)]
    counts = []
    for kind in (Event.UNLOADED, Event.LOADED):
        rows = trace[trace["kind"] == kind]
        done = np.zeros((len(times_ms) + 1, n_trains + 1), np.int64)
        np.add.at(done, (_frame_of(rows["time_ms"], times_ms), rows["train"]), 1)
        counts.append(np.cumsum(done[:-1], axis=0))
    unloaded, loaded = counts
    return np.bincount(brought, minlength=n_trains + 1)[None, :] - unloaded, loaded


def _machines(
    terminal: Terminal, moves: Table, outages: Table, times_ms: NDArray[np.int64]
) -> NDArray[np.int64]:
    """A machine that worked at any time since the last frame is at work in this one."""
    boxes = moves[(moves["mover"] == Mover.BOX) & (moves["place"] >> 24 == PlaceKind.DOOR)]
    doing = np.full((len(times_ms), len(machine_numbers(terminal))), IDLE, np.int64)
    work = moves[moves["mover"] == Mover.MACHINE]
    for rows, machine, code in (
        (work, work["number"], AT_WORK),
        (boxes, boxes["place"] & 0xFFFFFF, AT_WORK),
        (outages, outages["machine"], STOPPED),
    ):
        first = _frame_of(rows["begins_ms"], times_ms)
        end = _frame_of(rows["ends_ms"], times_ms)
        end += code == AT_WORK
        near = np.flatnonzero((first < len(times_ms)) & (end > 0))
        for row in near.tolist():
            doing[first[row] : end[row], machine[row]] = code
    return doing


def _balance(
    trace: Table, signs: dict[Event, int], times_ms: NDArray[np.int64]
) -> NDArray[np.int64]:
    change = np.zeros(len(times_ms) + 1, np.int64)
    for kind, sign in signs.items():
        rows = trace[trace["kind"] == kind]
        np.add.at(change, _frame_of(rows["time_ms"], times_ms), sign)
    balance: NDArray[np.int64] = np.cumsum(change[:-1])
    return balance
