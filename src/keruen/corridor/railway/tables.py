"""What the railway did, as tables: trains, sections passed, borders by day, ways of boxes.

Knows the railway after its run; judges nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.railway.railway import LiveRailway
from keruen.domain import tables
from keruen.domain.tables import Table
from keruen.units import MS_PER_DAY


def train_tables(railway: LiveRailway) -> tuple[Table, Table]:
    """Tables `corridor_trains` and `train_passings`."""
    runs = railway.runs
    rows = tables.empty("corridor_trains", len(runs))
    rows["line"] = np.array([line.number for line in railway.all_lines])[runs["line"]]
    for name in ("is_away", "scheduled_ms", "departure_ms", "arrival_ms", "path_wait_ms"):
        rows[name] = runs[name]
    rows["n_boxes"] = runs["end_box"] - runs["first_box"]
    rows["load_teu"] = railway.load_teu(runs)
    # In which order trains were met depends on the steps of the run; when they left does not.
    order = np.lexsort((rows["scheduled_ms"], rows["is_away"], rows["line"], rows["departure_ms"]))
    number = np.empty(len(rows), np.int64)
    number[order] = np.arange(len(rows))
    return rows[order], _passings(railway, number)


def _passings(railway: LiveRailway, number: NDArray[np.int64]) -> Table:
    passings = railway.passings
    rows = tables.empty("train_passings", len(passings))
    rows["train"] = number[passings["run"]]
    rows["section"], rows["is_forward"] = np.divmod(passings["side"], 2)
    for name in ("waited_ms", "entered_ms", "left_ms"):
        rows[name] = passings[name]
    return rows[np.lexsort((rows["entered_ms"], rows["train"]))]


def border_days(railway: LiveRailway, start_ms: int, end_ms: int) -> Table:
    """Table `border_days` of the measured time."""
    edges = np.arange(start_ms, end_ms + 1, MS_PER_DAY)
    n_days = len(edges) - 1
    parts = [tables.empty("border_days", 0)]
    for number, (key, border) in enumerate(sorted(railway.network.borders.items())):
        if not border.is_open:
            continue
        for to_china in (False, True):
            own = railway.crossings_of(number, to_china)
            arrived, taken, boxes = own["arrived_ms"], own["taken_in_ms"], own["n_boxes"]
            rows = tables.empty("border_days", n_days)
            rows["day"] = np.arange(n_days)
            rows["border"] = number
            rows["is_to_china"] = to_china
            rows["n_arrived"] = np.histogram(arrived, edges)[0]
            rows["n_taken_in"] = np.histogram(taken, edges)[0]
            came, went = _up_to(arrived, edges[1:], None), _up_to(taken, edges[1:], None)
            rows["n_waiting"] = came - went
            rows["n_boxes_waiting"] = _up_to(arrived, edges[1:], boxes) - _up_to(
                taken, edges[1:], boxes
            )
            rows["intake_trains_per_d"] = railway.intakes[key, to_china].offered(edges)
            parts.append(rows)
    found = np.concatenate(parts)
    return found[np.lexsort((found["is_to_china"], found["border"], found["day"]))]


def _up_to(
    times: NDArray[np.int64], moments: NDArray[np.int64], weights: NDArray[np.int64] | None
) -> NDArray[np.int64]:
    """How many (or how much) came before each moment."""
    order = np.argsort(times, kind="stable")
    amounts = np.ones(len(times), np.int64) if weights is None else weights
    sums = np.concatenate(([0], np.cumsum(amounts[order])))
    found: NDArray[np.int64] = sums[np.searchsorted(times[order], moments, side="left")]
    return found


def route_boxes(railway: LiveRailway, measured: NDArray[np.bool_]) -> Table:
    """Table `route_boxes`: ways of the boxes for which `measured` holds."""
    trips = railway.trips
    n = len(railway.planned.week.routes)
    rows = tables.empty("route_boxes", n)
    rows["route"] = np.arange(n)
    own = measured & (trips.route >= 0)
    rows["n_boxes"] = np.bincount(trips.route[own & ~railway.is_gone], minlength=n)
    rows["n_refused"] = np.bincount(trips.route[own & railway.is_gone], minlength=n)
    return rows
