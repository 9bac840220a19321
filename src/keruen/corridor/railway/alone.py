"""The railway without a model of the dry port: a port in which nothing ever waits for a machine.

Knows when trains and boxes may leave such a port; knows no track and no crane. For questions to the
railway alone: with the real dry port it can only be slower.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.network.time_limits import CUT_OFF_MS
from keruen.corridor.railway.arrivals import as_arrivals
from keruen.corridor.railway.loading_bans import LoadingBans
from keruen.corridor.railway.railway import LiveRailway, TrainRun
from keruen.corridor.railway.waiting import Boxes, BoxQueue
from keruen.domain.codes import Mode
from keruen.domain.results import Demand
from keruen.scenario.models import Scenario
from keruen.scenario.world import PlannedNetwork
from keruen.units import MS_PER_DAY, NONE

LATE_STAY_MS: Final = 6 * 3_600_000
"""A train that has missed its departure stays so long. Assumption: inspection, working and brake
test without any wait."""


def run_alone(
    scenario: Scenario, planned: PlannedNetwork, demand: Demand, seed: int
) -> tuple[LiveRailway, NDArray[np.int64]]:
    """Run the railway for the whole horizon with a dry port that never keeps a train waiting.

    Parameters
    ----------
    scenario : Scenario
        Its `services` are the lines of the dry port.
    planned : PlannedNetwork
        Its railway and week.
    demand : Demand
        The bookings of the horizon.
    seed : int
        Of the keyed draws.

    Returns
    -------
    railway : after its run.
    left_ms : when each booking left the dry port by truck, int64; −1 if it did not.

    Notes
    -----
    A train leaves at its booked departure with the boxes of its line that have been at the dry port
    for twelve hours or longer, first come, first served, as far as they fit. One that is late stays
    for `LATE_STAY_MS`, or for its layover if that is shorter.
    """
    railway = LiveRailway(scenario, planned, demand, seed)
    port = _OpenPort(railway, seed)
    railway.advance(0)
    for starts_ms, ends_ms in railway.steps(0, scenario.calendar.horizon_ms):
        port.step(starts_ms, ends_ms)
    return railway, port.left_ms


class _OpenPort:
    """Trains in, boxes out and in, trains out."""

    def __init__(self, railway: LiveRailway, seed: int) -> None:
        self._railway, self._seed = railway, seed
        bookings = railway.trips.bookings
        boxes = Boxes(
            teu=bookings["n_teu"].astype(np.int64),
            mass_kg=bookings["gross_mass_kg"].astype(np.int64),
            is_gone=railway.is_gone,
        )
        self._queues = [BoxQueue(boxes) for _ in railway.lines.port]
        self.left_ms = np.full(len(bookings), NONE, np.int64)
        self._bans = LoadingBans(railway, bookings["ready_ms"].astype(np.int64))
        self._leaving: list[tuple[int, int, TrainRun]] = []

    def step(self, starts_ms: int, ends_ms: int) -> None:
        railway = self._railway
        ready = [leaving for leaving in self._leaving if leaving[0] < starts_ms]
        self._leaving = [leaving for leaving in self._leaving if leaving[0] >= starts_ms]
        for time_ms, place, run in sorted(ready, key=lambda leaving: leaving[:2]):
            line = run.line
            queue = self._queues[place]
            rows = queue.take(time_ms, teu=line.capacity_teu, mass_kg=line.capacity_kg)
            railway.take_over(time_ms, run, rows)
        if starts_ms % MS_PER_DAY == 0:
            rows = self._bans.trucks_of_day(starts_ms)
            self._wait(rows, railway.trips.bookings["ready_ms"][rows] + CUT_OFF_MS)
        runs = railway.advance(ends_ms)
        trains, rows, out_ms = as_arrivals(railway, runs, self._seed)
        for train, run in zip(trains, runs, strict=True):
            place = railway.place_of(run.line)
            layover_ms = int(railway.of_services["departure_ms"][place])
            ready_ms = int(train["arrival_ms"]) + min(LATE_STAY_MS, layover_ms)
            self._leaving.append((max(int(train["departure_ms"]), ready_ms), place, run))
        fetched = railway.trips.bookings["out_mode"][rows] == Mode.TRUCK
        self.left_ms[rows[fetched]] = out_ms[fetched]
        self._wait(rows[~fetched], out_ms[~fetched])

    def _wait(self, rows: NDArray[np.int64], ready_ms: NDArray[np.int64]) -> None:
        """Boxes wait for the train of their line."""
        order = np.argsort(ready_ms, kind="stable")
        rows, ready_ms = rows[order], ready_ms[order].astype(np.int64)
        lines = self._railway.trips.out_line[rows]
        for line in np.unique(lines).tolist():
            own = lines == line
            self._queues[line].add(rows[own], ready_ms[own])
