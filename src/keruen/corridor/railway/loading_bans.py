"""Loading bans: decided each midnight, who may begin a journey on the day.

Knows how many boxes wait at either end of the lines of the dry port, and when trucks are to come;
knows no train that runs. When more boxes wait at one end of a line than its trains take away in
`LOADING_STOP_MS`, no more are let in until the next day.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.railway.railway import LiveRailway
from keruen.domain.codes import Mode
from keruen.units import MS_PER_DAY, MS_PER_WEEK

LOADING_STOP_MS: Final = 7 * MS_PER_DAY
"""A line with more boxes waiting than its trains take in this time lets no more in. Assumption: the
recorded bans were of 5 and 13 days."""

_LEAST_LOADS: Final = 2
"""So many full trains may always wait: a weekly train must be able to be full."""


class LoadingBans:
    """The bans of a run, and the trucks that they let through.

    Parameters
    ----------
    railway : whose bans they are, before its first day.
    in_ms : when the truck of each booking comes to the dry port, int64, shape (n_bookings,); of
        bookings without one it is not looked at.
    """

    def __init__(self, railway: LiveRailway, in_ms: NDArray[np.int64]) -> None:
        self._railway = railway
        trips = railway.trips
        is_truck = trips.bookings["in_mode"] == Mode.TRUCK
        begins_ms = np.where(is_truck, in_ms, trips.ready_ms)
        self._by_begin = np.argsort(begins_ms, kind="stable")
        self._begins_ms = begins_ms[self._by_begin]

    def trucks_of_day(self, day_ms: int) -> NDArray[np.int64]:
        """Decide at midnight who may begin a journey on a day.

        Parameters
        ----------
        day_ms : int
            The midnight at which the day begins; all that was before it has been told.

        Returns
        -------
        NDArray[np.int64]
            Boxes that trucks bring to the dry port on the day, as rows in the bookings.
        """
        railway, trips = self._railway, self._railway.trips
        stopped = np.array([self._is_stopped(n, day_ms) for n in range(len(railway.lines.port))])
        first, end = np.searchsorted(self._begins_ms, (day_ms, day_ms + MS_PER_DAY))
        rows = self._by_begin[first:end]
        is_refused = _lookup(stopped[:, 0], trips.into_line[rows])
        is_refused |= _lookup(stopped[:, 1], trips.out_line[rows])
        railway.is_gone[rows[is_refused]] = True
        is_truck = trips.bookings["in_mode"][rows] == Mode.TRUCK
        coming: NDArray[np.int64] = rows[is_truck & ~railway.is_gone[rows]]
        railway.note_at_port(coming)
        return coming

    def _is_stopped(self, place: int, day_ms: int) -> tuple[bool, bool]:
        """Whether too many boxes wait at the far end of a line, and for it at the dry port."""
        state = self._railway.states[place]
        line = state.line
        span = np.searchsorted(state.slots.scheduled_ms, (day_ms - LOADING_STOP_MS, day_ms))
        n_usual = line.trains_per_week * LOADING_STOP_MS / MS_PER_WEEK
        most = max(float(span[1] - span[0]), n_usual, _LEAST_LOADS) * line.capacity_teu
        # What waits from the beginning at an end beyond the dry port is not a backlog.
        far_teu = state.far.teu if line.border else 0
        return far_teu > most, int(self._railway.at_port_teu[place]) > most


def _lookup(flags: NDArray[np.bool_], lines: NDArray[np.int16]) -> NDArray[np.bool_]:
    return np.where(lines >= 0, flags[np.maximum(lines, 0)], False)
