"""Boxes that trucks fetch, and boxes that are moved away, against what is possible in a day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen.domain.codes import Event, Mode, PlaceKind
from keruen.domain.tables import Table
from keruen.terminal.measures.window import Window
from keruen.units import MS_PER_DAY

_PEAK_DAYS = 28
"""The fullest four weeks, as on the railway: single days are full by chance."""


def fetched_rows(window: Window) -> Table:
    """The rows of the trace in which a truck of its owner gets a box out of the yard.

    Parameters
    ----------
    window : the run.
    """
    rows = window.rows(Event.RETRIEVED)
    removed = np.zeros(len(window.visits), np.bool_)
    removed[window.rows(Event.REMOVED)["visit"]] = True
    is_fetched = (
        (rows["destination"] >> 24 == PlaceKind.TRUCK)
        & (window.visits["out_mode"][rows["visit"]] == Mode.TRUCK)
        & ~removed[rows["visit"]]
    )
    fetched: Table = rows[is_fetched]
    return fetched


def evacuation_measures(window: Window) -> dict[str, float]:
    """How much of the trucks that can fetch boxes is used, and how many boxes are moved away.

    Parameters
    ----------
    window : the run.

    Returns
    -------
    Shares, 0 to 1 (0 where trucks have no limit), and boxes a year.
    """
    removed = window.measured(Event.REMOVED)
    landside = window.terminal.landside
    most = landside.trucks_per_day if landside is not None else 0
    shares = per_day(window, fetched_rows(window)["time_ms"]) / most if most else np.zeros(1)
    n = min(_PEAK_DAYS, len(shares))
    peak = np.convolve(shares, np.ones(n) / n, "valid").max()
    return {
        "removed_per_year": len(removed) * window.per_year,
        "utilisation_share_evacuation": min(1.0, float(shares.mean())),
        "utilisation_peak_share_evacuation": min(1.0, float(peak)),
        "utilisation_peak_hour_evacuation": 0.0,
    }


def per_day(
    window: Window, times_ms: NDArray[np.int64], from_ms: int | None = None
) -> NDArray[np.int64]:
    """How many of some moments lie in each day of the measured time, or from `from_ms` on."""
    start_ms = window.start_ms if from_ms is None else from_ms
    edges = np.arange(start_ms, window.end_ms + 1, MS_PER_DAY)
    counts: NDArray[np.int64] = np.histogram(times_ms, edges)[0]
    return counts
