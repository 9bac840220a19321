"""What a train's visit was like: held, placed, worked, ready.

A train that is not ready at the end counts in every mean and percentile with the time it has been
there: a lower bound, so that a jam cannot look good (conventions §8). The mean of a part of the
visit, such as the handling, is over the trains that have begun that part.
"""

from __future__ import annotations

import numpy as np

from keruen.domain import tables
from keruen.domain.codes import Event
from keruen.domain.tables import Table
from keruen.terminal.measures.window import Window, mean, quantile
from keruen.units import MS_PER_DAY, NONE


def train_results(window: Window) -> Table:
    """Table `train_results`: the trains that arrived in the measured time.

    Parameters
    ----------
    window : the run. What has begun and not ended lasts until its end.
    """
    trains = window.trains
    n = len(trains)
    arrived = window.time_by(Event.TRAIN_ARRIVED, "train", n)
    received = window.time_by(Event.TRAIN_RECEIVED, "train", n)
    inspected = window.time_by(Event.TRAIN_INSPECTED, "train", n)
    placing = window.first_start_by(Event.TRAIN_PLACED, "train", n)
    placed = window.first_by(Event.TRAIN_PLACED, "train", n)
    pulling = window.start_by(Event.TRAIN_PULLED, "train", n)
    # A train that stays on its handling track is there until it leaves.
    departed = window.time_by(Event.TRAIN_DEPARTED, "train", n)
    pulling = np.where(pulling == NONE, departed, pulling)
    ready = window.time_by(Event.TRAIN_READY, "train", n)
    chosen = np.flatnonzero(arrived >= window.start_ms)
    rows = tables.empty("train_results", len(chosen))
    rows["train"] = chosen
    rows["service"] = trains["service"][chosen]
    rows["arrival_ms"] = arrived[chosen]
    for name, begin, end in (
        ("held_ms", arrived, received),
        ("placed_wait_ms", inspected, placing),
        ("handling_ms", placed, pulling),
    ):
        until = np.where(end == NONE, window.end_ms, end)
        rows[name] = np.where(begin == NONE, 0, until - begin)[chosen]
    rows["turnaround_ms"] = np.where(ready == NONE, NONE, ready - arrived)[chosen]
    for name, kind in (("n_boxes_in", Event.UNLOADED), ("n_boxes_out", Event.LOADED)):
        rows[name] = np.bincount(window.rows(kind)["train"], minlength=n)[chosen]
    return rows


def train_measures(window: Window, results: Table) -> dict[str, float]:
    """Measures of trains from their table.

    Parameters
    ----------
    window : the run.
    results : table `train_results`.

    Returns
    -------
    Measures by name, in the units of `measures.toml`.
    """
    so_far = window.end_ms - results["arrival_ms"]
    turnaround = np.where(results["turnaround_ms"] == NONE, so_far, results["turnaround_ms"])
    n = len(window.trains)
    is_inspected = (window.time_by(Event.TRAIN_INSPECTED, "train", n) != NONE)[results["train"]]
    is_placed = (window.time_by(Event.TRAIN_PLACED, "train", n) != NONE)[results["train"]]
    n_received = len(window.rows(Event.TRAIN_RECEIVED))
    return {
        "trains_per_day": len(results) * MS_PER_DAY / window.length_ms,
        "train_turnaround_ms_mean": mean(turnaround),
        "train_turnaround_ms_p50": quantile(turnaround, 0.5),
        "train_turnaround_ms_p90": quantile(turnaround, 0.9),
        "train_held_ms_mean": mean(results["held_ms"]),
        "train_placed_wait_ms_mean": mean(results["placed_wait_ms"][is_inspected]),
        "train_handling_ms_mean": mean(results["handling_ms"][is_placed]),
        "trains_held_share": mean((results["held_ms"] > 0).astype(np.float64)),
        "n_trains_held_end": float(len(window.rows(Event.TRAIN_ARRIVED)) - n_received),
    }
