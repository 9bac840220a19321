"""Cooled boxes and plugs: which boxes were there while every plug was taken.

Knows cooled boxes, from when each asked for a plug and until when it kept one; knows no machine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen.domain.codes import Event, Mode, Storage
from keruen.terminal.measures.window import Window
from keruen.units import NONE


def plug_measures(window: Window) -> dict[str, float]:
    """Share of the cooled boxes that came and found every plug taken.

    Parameters
    ----------
    window : the run.

    Returns
    -------
    One measure, a share from 0 to 1, of the boxes that asked in the measured time.

    Notes
    -----
    A box asks for a plug from when its train stands on a handling track or its truck is before the
    gate. It keeps one from when it is lifted off the wagon or its truck is inside, because its
    place is promised then, until it is fetched. A box finds every plug taken when as many are kept
    at any time between its asking and its getting one.
    """
    n_plugs = sum(b.n_plugs for b in window.terminal.blocks.values() if b.kind == "reefer")
    cooled = np.flatnonzero(window.visits["storage"] == Storage.REEFER)
    asked, kept, given_back = _times(window, cooled)
    is_measured = (asked >= window.start_ms) & (asked != NONE)
    without = _meets_full(asked, kept, given_back, n_plugs, window.end_ms)
    n_measured = int(is_measured.sum())
    share = float(without[is_measured].sum()) / n_measured if n_measured else 0.0
    return {"reefers_without_plug_share": share}


def _times(
    window: Window, cooled: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """When each cooled box asked for a plug, got it and gave it back; −1 where it did not."""
    n = len(window.visits)
    in_train = window.visits["in_train"]
    placed = window.first_by(Event.TRAIN_PLACED, "train", len(window.trains))
    # The truck that fetches the box arrives and enters too, later.
    arrived = window.first_by(Event.TRUCK_ARRIVED, "visit", n)
    by_train = in_train >= 0
    asked = np.where(by_train, placed[in_train] if len(placed) else NONE, arrived)
    lifted = window.start_by(Event.UNLOADED, "visit", n)
    entered = window.first_start_by(Event.TRUCK_ENTERED, "visit", n)
    kept = np.where(by_train, lifted, entered)
    is_present = window.visits["in_mode"] == Mode.PRESENT
    asked, kept = np.where(is_present, 0, asked), np.where(is_present, 0, kept)
    given_back = window.time_by(Event.RETRIEVED, "visit", n)
    # A box that its truck brings straight to the train gives it back there.
    on_train = window.time_by(Event.LOADED, "visit", n)
    given_back = np.where(given_back == NONE, on_train, given_back)
    return asked[cooled], kept[cooled], given_back[cooled]


def _meets_full(
    asked: NDArray[np.int64],
    kept: NDArray[np.int64],
    given_back: NDArray[np.int64],
    n_plugs: int,
    end_ms: int,
) -> NDArray[np.bool_]:
    """Whether all plugs were kept by others at some time between asking and getting one."""
    starts = np.sort(kept[kept != NONE])
    ends = np.sort(given_back[given_back != NONE])
    until = np.where(kept == NONE, end_ms, kept)
    waits = (asked != NONE) & (until > asked)
    found = np.zeros(len(asked), np.bool_)
    for index in np.flatnonzero(waits):
        # The number kept rises only where one is got: look at the asking and at those moments.
        moments = starts[(starts > asked[index]) & (starts < until[index])]
        moments = np.concatenate(([asked[index]], moments))
        n_kept = np.searchsorted(starts, moments, "right") - np.searchsorted(ends, moments, "right")
        found[index] = bool((n_kept >= n_plugs).any())
    return found
