"""What a truck's visit was like: queue before the gate, time inside, their sum.

A truck that brings one box and takes another is one truck, under the box that it brought; shuttles
to a plant nearby are machines of the dry port and no trucks here.

A truck still there at the end counts in every mean and percentile with the time it has been there,
a lower bound: so that a jam cannot look good (conventions §8).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keruen.domain import tables
from keruen.domain.codes import Delivery, Event, Mode
from keruen.domain.tables import Table
from keruen.terminal.measures.window import Window, mean, quantile
from keruen.units import NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """Trucks that came in the measured time and are still there at its end: int64, ms so far.

    Parameters
    ----------
    queue_ms : before the gate, those that are inside by now included.
    terminal_ms : inside, of those that are inside.
    turn_ms : since arrival.
    """

    queue_ms: NDArray[np.int64]
    terminal_ms: NDArray[np.int64]
    turn_ms: NDArray[np.int64]


def truck_results(window: Window) -> tuple[Table, Unfinished]:
    """Table `truck_results` of the trucks that left, and the times of those still there.

    Parameters
    ----------
    window : the run.
    """
    n = len(window.visits)
    arrived = window.time_by(Event.TRUCK_ARRIVED, "visit", n)
    entering = window.start_by(Event.TRUCK_ENTERED, "visit", n)
    left = window.time_by(Event.TRUCK_LEFT, "visit", n)
    # The rows of the two events come in pairs, so the k-th of both are one truck.
    reused, turned = window.rows(Event.TRUCK_REUSED), window.rows(Event.TRUCK_TURNED)
    left[reused["visit"]] = left[turned["visit"]]
    is_truck = window.visits["delivery"] != Delivery.SHUTTLE
    measured = is_truck & (arrived >= window.start_ms)
    chosen = np.flatnonzero(measured & (left != NONE))
    rows = tables.empty("truck_results", len(chosen))
    rows["visit"] = chosen
    rows["arrival_ms"] = arrived[chosen]
    rows["queue_ms"] = (entering - arrived)[chosen]
    rows["terminal_ms"] = (left - entering)[chosen]
    rows["is_delivery"] = window.visits["in_mode"][chosen] == Mode.TRUCK
    still_there = measured & (left == NONE)
    inside = still_there & (entering != NONE)
    queued_until = np.where(entering == NONE, window.end_ms, entering)
    return rows, Unfinished(
        queue_ms=(queued_until - arrived)[still_there],
        terminal_ms=window.end_ms - entering[inside],
        turn_ms=window.end_ms - arrived[still_there],
    )


def truck_measures(window: Window, results: Table, unfinished: Unfinished) -> dict[str, float]:
    """Measures of trucks from their table and those still there.

    Parameters
    ----------
    window : the run.
    results : table `truck_results`.
    unfinished : of `truck_results` too.

    Returns
    -------
    Measures by name, in the units of `measures.toml`.
    """
    queue = np.concatenate([results["queue_ms"], unfinished.queue_ms])
    inside = np.concatenate([results["terminal_ms"], unfinished.terminal_ms])
    turn = np.concatenate([results["queue_ms"] + results["terminal_ms"], unfinished.turn_ms])
    n_arrived = len(window.rows(Event.TRUCK_ARRIVED))
    return {
        "truck_queue_ms_mean": mean(queue),
        "truck_terminal_ms_mean": mean(inside),
        "truck_turn_time_ms_mean": mean(turn),
        "truck_turn_time_ms_p50": quantile(turn, 0.5),
        "truck_turn_time_ms_p90": quantile(turn, 0.9),
        "truck_turn_time_ms_p95": quantile(turn, 0.95),
        "n_trucks_end": float(n_arrived - len(window.rows(Event.TRUCK_LEFT))),
    }
