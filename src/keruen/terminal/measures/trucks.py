"""What a truck's visit was like: queue before the gate, time inside, their sum.

A truck still there at the end counts in every mean and percentile of the turn time with the time it
has been there, a lower bound.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen.domain import tables
from keruen.domain.codes import Event, Mode
from keruen.domain.tables import Table
from keruen.terminal.measures.window import Window, mean, quantile
from keruen.units import NONE


def truck_results(window: Window) -> tuple[Table, NDArray[np.int64]]:
    """Table `truck_results`, and the times since arrival (ms) of trucks still there at the end."""
    n = len(window.visits)
    arrived = window.time_by(Event.TRUCK_ARRIVED, "visit", n)
    entering = window.start_by(Event.TRUCK_ENTERED, "visit", n)
    left = window.time_by(Event.TRUCK_LEFT, "visit", n)
    measured = arrived >= window.start_ms
    chosen = np.flatnonzero(measured & (left != NONE))
    rows = tables.empty("truck_results", len(chosen))
    rows["visit"] = chosen
    rows["arrival_ms"] = arrived[chosen]
    rows["queue_ms"] = (entering - arrived)[chosen]
    rows["terminal_ms"] = (left - entering)[chosen]
    rows["is_delivery"] = window.visits["in_mode"][chosen] == Mode.TRUCK
    still_there = measured & (left == NONE)
    return rows, window.end_ms - arrived[still_there]


def truck_measures(
    window: Window, results: Table, still_there_ms: NDArray[np.int64]
) -> dict[str, float]:
    """Measures of trucks from their table."""
    turn = np.concatenate([results["queue_ms"] + results["terminal_ms"], still_there_ms])
    n_arrived = len(window.rows(Event.TRUCK_ARRIVED))
    return {
        "truck_queue_ms_mean": mean(results["queue_ms"]),
        "truck_terminal_ms_mean": mean(results["terminal_ms"]),
        "truck_turn_time_ms_mean": mean(turn),
        "truck_turn_time_ms_p50": quantile(turn, 0.5),
        "truck_turn_time_ms_p90": quantile(turn, 0.9),
        "truck_turn_time_ms_p95": quantile(turn, 0.95),
        "n_trucks_end": float(n_arrived - len(window.rows(Event.TRUCK_LEFT))),
    }
