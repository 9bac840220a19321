"""Railway and dry port in one run: each sees what the other lets go.

Both are advanced in steps no longer than the quickest run between them, so that nothing which
leaves one in a step can reach the other in the same step. What the terminal has sent off is handed
to the railway, what the railway brings is told to the terminal. The length of a step changes
nothing; every midnight ends one, because loading bans are decided then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keruen import corridor, terminal
from keruen.corridor import LiveRailway
from keruen.domain import tables
from keruen.domain.codes import Event
from keruen.domain.results import Demand, Stopped, TerminalRun
from keruen.domain.tables import Table
from keruen.domain.untyped import KernelState
from keruen.scenario import Scenario
from keruen.scenario.world import PlannedNetwork
from keruen.terminal.live import Setting
from keruen.units import MS_PER_DAY, NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupled:
    """Both sides of a run.

    Parameters
    ----------
    trains, visits : tables `train_arrivals` and `container_visits` of what came.
    run : the terminal's.
    railway : as it stands at the end.
    departures : as of a `Stopped`.
    """

    trains: Table
    visits: Table
    run: TerminalRun
    railway: LiveRailway
    departures: Table


def run_coupled(  # noqa: PLR0913 - keyword-only: how to run
    scenario: Scenario,
    planned: PlannedNetwork,
    demand: Demand,
    seed: int,
    *,
    until_ms: int,
    is_paranoid: bool = False,
    step_ms: int | None = None,
    stopped: Stopped | None = None,
) -> Coupled:
    """Run railway and dry port up to `until_ms`.

    Parameters
    ----------
    scenario : its `services` are the lines of the dry port.
    planned : its railway and week.
    demand : the bookings of the horizon.
    seed : of the keyed draws.
    until_ms : simulated time to stop at, exclusive.
    is_paranoid : verify the terminal's whole state after every event.
    step_ms : length of a step; None: as long as it may be. It changes nothing but the pace.
    stopped : from where to go on; the trace then holds the rows since.
    """
    railway = LiveRailway(scenario, planned, demand, seed)
    state = None if stopped is None else stopped.state
    sides = _Sides(scenario, railway, _Way(seed, until_ms, is_paranoid), state)
    begins_ms = 0
    if stopped is not None:
        begins_ms = stopped.at_ms
        for starts_ms, ends_ms in railway.steps(0, begins_ms):
            sides.step(starts_ms, ends_ms, stopped.departures)
    for starts_ms, ends_ms in railway.steps(begins_ms, until_ms, step_ms):
        sides.step(starts_ms, ends_ms)
    return sides.finished(until_ms)


@dataclass(frozen=True, slots=True)
class _Way:
    """How to run."""

    seed: int
    until_ms: int
    is_paranoid: bool


class _Sides:
    """The two sides and what is under way between them."""

    def __init__(
        self, scenario: Scenario, railway: LiveRailway, way: _Way, state: KernelState
    ) -> None:
        self._scenario, self._railway, self._seed = scenario, railway, way.seed
        own, self._bookings = corridor.visits_by_railway(scenario, railway)
        self._visits = terminal.with_initial_yard(scenario, own)
        self._n_initial_boxes = len(self._visits) - len(own)
        """Boxes that stand in the yard at the start; their rows come first."""
        self._row_of = np.full(len(railway.trips.bookings), NONE, np.int64)
        self._row_of[self._bookings] = np.arange(len(own)) + self._n_initial_boxes
        fullest = railway.of_services.copy()
        fullest["n_boxes_in"] = fullest["capacity_teu"]
        self._live = terminal.LiveTerminal(
            scenario.terminal,
            terminal.size_class(scenario.terminal, len(scenario.services), fullest),
            self._visits,
            railway.most_trains,
            Setting(
                seed=way.seed,
                horizon_ms=scenario.calendar.horizon_ms,
                patterns=corridor.load_patterns(scenario),
                first_day=scenario.calendar.starts_on,
                is_paranoid=way.is_paranoid,
            ),
            state,
        )
        in_ms = np.zeros(len(railway.trips.bookings), np.int64)
        in_ms[self._bookings] = self._live.in_ms[self._n_initial_boxes :]
        self._bans = corridor.LoadingBans(railway, in_ms)
        railway.advance(0)
        self._came: list[corridor.TrainRun] = []
        self._loaded: dict[int, list[int]] = {}
        self._departed: list[tuple[int, corridor.TrainRun, NDArray[np.int64]]] = []
        self._trains: list[Table] = []
        self._log = [tables.empty("trace", 0)]
        self._told = np.zeros(len(self._visits), np.bool_)
        self._told[: self._n_initial_boxes] = True

    def step(self, starts_ms: int, ends_ms: int, known: Table | None = None) -> None:
        """Advance both sides by one step; what left the dry port may be known already."""
        railway, live = self._railway, self._live
        is_midnight = starts_ms % MS_PER_DAY == 0
        for departure in self._departed:
            railway.take_over(*departure)
        by_truck = np.zeros(0, np.int64)
        if is_midnight:
            by_truck = self._row_of[self._bans.trucks_of_day(starts_ms)]
        arriving = railway.advance(ends_ms)
        trains, boxes, out_ms = corridor.as_arrivals(railway, arriving, self._seed)
        rows = self._row_of[boxes]
        self._note_arrivals(trains, arriving, rows, out_ms)
        live.note_leaving(rows, self._visits["out_ms"][rows])
        live.tell(trains, rows, by_truck)
        self._told[rows] = self._told[by_truck] = True
        if known is None:
            trace = live.advance(ends_ms)
            trace = trace[(trace["kind"] == Event.LOADED) | (trace["kind"] == Event.TRAIN_DEPARTED)]
        else:
            first, end = np.searchsorted(known["time_ms"], (starts_ms, ends_ms))
            trace = known[first:end]
        self._log.append(trace.copy())
        self._departed = self._departures(trace)

    def _note_arrivals(
        self,
        trains: Table,
        arriving: list[corridor.TrainRun],
        rows: NDArray[np.int64],
        out_ms: NDArray[np.int64],
    ) -> None:
        """Note in the visits by which train boxes come, and when they are wanted away."""
        visits = self._visits
        counts = trains["n_boxes_in"].astype(np.int64)
        visits["in_train"][rows] = np.repeat(len(self._came) + np.arange(len(trains)), counts)
        visits["in_ms"][rows] = np.repeat(trains["arrival_ms"], counts)
        visits["out_ms"][rows] = out_ms
        self._came += arriving
        self._trains.append(trains)

    def _departures(self, trace: Table) -> list[tuple[int, corridor.TrainRun, NDArray[np.int64]]]:
        """Trains that left the dry port, with the boxes that were put on them."""
        left = []
        for time_ms, kind, train, visit in zip(
            trace["time_ms"].tolist(),
            trace["kind"].tolist(),
            trace["train"].tolist(),
            trace["visit"].tolist(),
            strict=True,
        ):
            if kind == Event.LOADED:
                self._loaded.setdefault(train, []).append(visit)
            else:
                rows = np.array(self._loaded.pop(train, []), np.int64)
                rows = rows[rows >= self._n_initial_boxes] - self._n_initial_boxes
                left.append((time_ms, self._came[train], self._bookings[rows]))
        return left

    def finished(self, until_ms: int) -> Coupled:
        """The tables of what came, with the trace in their numbers."""
        empty = tables.empty("train_arrivals", 0)
        trains = np.concatenate([empty, *self._trains])
        visits = self._visits
        came = np.flatnonzero(self._told)
        order = np.lexsort((visits["booking"][came], visits["flow"][came], visits["in_ms"][came]))
        # Boxes that stand there stay in front, by container number.
        order = np.concatenate(
            (np.arange(self._n_initial_boxes), order[came[order] >= self._n_initial_boxes])
        )
        came = came[order]
        number = np.full(len(visits) + 1, NONE, np.int32)
        number[came] = np.arange(len(came))
        run = self._live.finished(until_ms, number)
        return Coupled(
            trains=trains,
            visits=visits[came],
            run=run,
            railway=self._railway,
            departures=np.concatenate(self._log),
        )
