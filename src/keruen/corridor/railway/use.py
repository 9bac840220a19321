"""How much of what trains share is used: borders, sections, wagons.

Knows the railway after its run; knows nothing of the dry port's own resources. The peak is the
fullest four weeks: what comes by chance evens out, a season does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.railway.railway import LiveRailway
from keruen.domain import tables
from keruen.domain.codes import Resource
from keruen.domain.tables import Table
from keruen.units import MS_PER_DAY

PEAK_DAYS: Final = 28

_Row = tuple[Resource, int, bool, NDArray[np.float64], NDArray[np.float64]]
"""Resource, place, direction; used and available on each day."""


def corridor_use(railway: LiveRailway, passings: Table, start_ms: int, end_ms: int) -> Table:
    """Table `corridor_use` of the measured time.

    Parameters
    ----------
    passings : table `train_passings`.
    """
    edges = np.arange(start_ms, end_ms + 1, MS_PER_DAY)
    found = [
        *_borders(railway, edges),
        *_sections(railway, passings, edges),
        *_fleets(railway, edges),
    ]
    rows = tables.empty("corridor_use", len(found))
    for row, (resource, place, is_reverse, used, room) in zip(rows, found, strict=True):
        row["resource"] = resource
        row["place"] = place
        row["is_reverse"] = is_reverse
        row["trains_per_d"] = room.mean()
        row["load_share"] = used.sum() / max(room.sum(), 1e-9)
        row["peak_share"] = _peak(used, room)
    return rows


def _peak(used: NDArray[np.float64], room: NDArray[np.float64]) -> float:
    """The largest share in `PEAK_DAYS` days on end; of all, when there are fewer."""
    n = min(PEAK_DAYS, len(used))
    sums = [np.convolve(values, np.ones(n), "valid") for values in (used, room)]
    return float((sums[0] / np.maximum(sums[1], 1e-9)).max(initial=0.0))


def _borders(railway: LiveRailway, edges: NDArray[np.int64]) -> Iterator[_Row]:
    for place, (key, border) in enumerate(sorted(railway.network.borders.items())):
        for to_china in (False, True):
            taken_ms = railway.crossings_of(place, to_china)["taken_in_ms"]
            if border.is_open and len(taken_ms):
                used = np.histogram(taken_ms, edges)[0].astype(np.float64)
                room = railway.intakes[key, to_china].offered(edges)
                yield Resource.BORDER, place, to_china, used, room


def _sections(railway: LiveRailway, passings: Table, edges: NDArray[np.int64]) -> Iterator[_Row]:
    for place, key in enumerate(sorted(railway.network.sections)):
        own = passings[passings["section"] == place]
        for is_forward in (True, False):
            times = own["entered_ms"][own["is_forward"] == is_forward]
            if len(times):
                used = np.histogram(times, edges)[0].astype(np.float64)
                free = railway.paths.free_by_day(key, is_forward, int(edges[0]))
                room = free[: len(used)].astype(np.float64)
                yield Resource.SECTION, place, not is_forward, used, room


def _fleets(railway: LiveRailway, edges: NDArray[np.int64]) -> Iterator[_Row]:
    stations = railway.network.stations
    states = railway.line_states
    for place, (_, fleet) in enumerate(sorted(railway.network.fleet.items())):
        own = [
            number
            for number, line in enumerate(railway.all_lines)
            if stations[line.far].gauge == fleet.gauge
        ]
        if own:
            sets = np.full(len(edges) - 1, float(states["n_sets"][own].sum()))
            free = np.sum([_free_by_day(railway, number, edges) for number in own], axis=0)
            yield Resource.WAGON_SET, place, False, sets - free, sets


def _free_by_day(
    railway: LiveRailway, number: int, edges: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Sets of a line that wait at the far end for a train that is due, mean of each day."""
    changes = railway.set_changes
    own = changes[changes["line"] == number]
    # Set-milliseconds up to a moment: each change counts from when it was, in the order of time.
    n_before = np.searchsorted(own["time_ms"], edges)
    steps = np.concatenate(([0], np.cumsum(own["step"])))[n_before]
    moments = np.concatenate(([0], np.cumsum(own["step"] * own["time_ms"])))[n_before]
    totals = (railway.line_states["n_sets"][number] + steps) * edges - moments
    by_day: NDArray[np.float64] = np.diff(totals) / MS_PER_DAY
    return by_day
