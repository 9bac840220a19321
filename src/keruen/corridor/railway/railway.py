"""The railway outside the dry port, as it happens: trains, wagons, queues at the borders, boxes.

Knows lines, borders and the boxes that wait for trains; knows nothing of tracks and stacks. It runs
in steps: what left the dry port before a step is told, what comes to it in the step is answered. A
step is no longer than the quickest run to or from the dry port, so in how many steps a time is gone
through changes nothing.

Trains leave the far end of their line by the timetable when a set of wagons is there; a train that
gets none within a week is cancelled. Sets belong to their line. Each train takes paths over the
whole of its way when it departs. At a border each direction has its own intake and change of gauge,
first come, first served. Who may begin a journey at all is in `loading_bans`.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.network.borders import Intake, intake_of, transshipment_of
from keruen.corridor.network.disruptions import closures
from keruen.corridor.network.lines import Line, Lines, lines_of
from keruen.corridor.network.service_trains import train_of_each
from keruen.corridor.network.time_limits import PATIENCE_MS
from keruen.corridor.railway.scheduled_trains import Slots, slots_of
from keruen.corridor.railway.train_paths import Paths
from keruen.corridor.railway.trips import UNKNOWN_MS, Trips, trips_of
from keruen.corridor.railway.wagon_sets import wagon_sets
from keruen.corridor.railway.waiting import Boxes, BoxQueue
from keruen.domain.results import Demand
from keruen.scenario.models import Scenario
from keruen.scenario.world import PlannedNetwork
from keruen.units import MS_PER_DAY, MS_PER_WEEK

CANCELLED_MS: Final = MS_PER_WEEK
"""A train that gets no wagons so long after its time does not run."""

_ARRIVES, _SET_FREE, _LEAVES_BORDER, _SLOT = range(4)
"""Kinds of event, in the order in which those of one moment are dealt with."""

TIMES: Final = (
    *("left_china", "at_border", "shifted", "other_gauge", "left_far", "at_port", "left_port"),
    *("at_border_back", "shifted_back", "other_gauge_back", "left_border", "ended"),
)
"""Moments of a journey; those of a box that does not have one stay `UNKNOWN_MS`. A box is `shifted`
when its turn has come at the border and on the crane that changes its gauge: the queue is behind
it, and the dwell begins."""


@dataclass(slots=True, kw_only=True)
class TrainRun:
    """One train from one end of its line to the other.

    Parameters
    ----------
    line : its line.
    slot : place among the trains of the line.
    is_away : away from the dry port, or from the border into China.
    rows : boxes on it, as rows in the bookings.
    path_wait_ms, first_wait_ms : for train paths on the whole way, and for the first one alone.
    """

    line: Line
    slot: int
    is_away: bool
    scheduled_ms: int
    departure_ms: int
    rows: NDArray[np.int64]
    arrival_ms: int = 0
    path_wait_ms: int = 0
    first_wait_ms: int = 0


@dataclass(slots=True, kw_only=True)
class BorderPass:
    """One train before a border: when it came and was taken in, with how many boxes."""

    border: str
    is_to_china: bool
    arrived_ms: int
    taken_in_ms: int
    n_boxes: int


@dataclass(slots=True, kw_only=True)
class LineState:
    """What a line has at a moment."""

    line: Line
    slots: Slots
    n_sets: int
    n_free: int
    far: BoxQueue
    near: BoxQueue
    due: deque[int] = field(default_factory=deque)
    n_cancelled: int = 0
    free_log: list[tuple[int, int]] = field(default_factory=list)
    """Moments at which a set became free (+1) or was taken (−1)."""


class LiveRailway:
    """The trains of the corridor outside the dry port.

    Parameters
    ----------
    scenario : its `services` are the lines of the dry port.
    planned : its railway and week.
    demand : the bookings of the whole horizon.
    seed : of the keyed draws.
    """

    def __init__(
        self, scenario: Scenario, planned: PlannedNetwork, demand: Demand, seed: int
    ) -> None:
        self.scenario, self.planned, self.network = scenario, planned, planned.network
        self.lines: Lines = lines_of(planned, scenario.services)
        self.trips: Trips = trips_of(scenario, planned, demand, self.lines, seed)
        bookings = self.trips.bookings
        self.is_gone = self.trips.route < 0
        self.times = {name: np.full(len(bookings), UNKNOWN_MS) for name in TIMES}
        self.runs: list[TrainRun] = []
        self.passes: list[BorderPass] = []
        self.passings: list[tuple[int, str, bool, int, int, int]] = []
        self._boxes = Boxes(
            teu=bookings["n_teu"].astype(np.int64),
            mass_kg=bookings["gross_mass_kg"].astype(np.int64),
            is_gone=self.is_gone,
        )
        self._end_ms = scenario.calendar.horizon_ms
        self.of_services = train_of_each(scenario)
        """One train of each line of the dry port, table `train_arrivals`."""
        lead_ms = -int(self.trips.ready_ms.min(initial=0))
        self.begin_ms = -((lead_ms // MS_PER_WEEK + 1) * MS_PER_WEEK)
        self._set_up_borders(seed)
        self._set_up_lines(seed)
        self._layover_ms = [service.layover_ms for _, service in sorted(scenario.services.items())]
        self.at_port_teu = np.zeros(len(self.lines.port), np.int64)
        """TEU at the dry port that wait for the trains of each of its lines."""
        self._arrivals: list[TrainRun] = []

    @property
    def most_trains(self) -> int:
        """Trains that may come to the dry port at most."""
        return sum(len(t.slots.scheduled_ms) for t in self.states[: len(self.lines.port)])

    @property
    def longest_step_ms(self) -> int:
        """The quickest run to or from the dry port."""
        return min(line.least_ms for line in self.lines.port)

    def steps(
        self, starts_ms: int, until_ms: int, step_ms: int | None = None
    ) -> Iterator[tuple[int, int]]:
        """Steps of a time: no longer than may be, and every midnight ends one.

        Parameters
        ----------
        step_ms : int, optional
            Length of a step; None: `longest_step_ms`.
        """
        length_ms = self.longest_step_ms if step_ms is None else step_ms
        assert 0 < length_ms <= self.longest_step_ms, "a step longer than the quickest run"
        while starts_ms < until_ms:
            midnight_ms = (starts_ms // MS_PER_DAY + 1) * MS_PER_DAY
            ends_ms = min(starts_ms + length_ms, midnight_ms, until_ms)
            yield starts_ms, ends_ms
            starts_ms = ends_ms

    # --- before the first train ---------------------------------------------------------------

    def _set_up_borders(self, seed: int) -> None:
        network = self.network
        starts = self.scenario.calendar.starts_on
        last_ms = self._end_ms + 60 * MS_PER_DAY
        closed = closures(network, seed, first_day=starts, from_ms=self.begin_ms, until_ms=last_ms)
        days = np.arange(self.begin_ms // MS_PER_DAY, last_ms // MS_PER_DAY)
        self.intakes: dict[tuple[str, bool], Intake] = {}
        self._gauge_changes: dict[tuple[str, bool], Intake] = {}
        for key, border in sorted(network.borders.items()):
            own = [c for c in closed if c.border == key]
            for to_china in (False, True):
                self.intakes[key, to_china] = intake_of(
                    border, key, seed, to_china=to_china, days=days, closed=own
                )
                self._gauge_changes[key, to_china] = transshipment_of(border, days, own)
        storms = {
            key: [c for c in closed if c.border == key and c.is_wind] for key in network.borders
        }
        self.closures = closed
        self.paths = Paths(network, seed, from_ms=self.begin_ms, until_ms=last_ms, storms=storms)

    def _set_up_lines(self, seed: int) -> None:
        self._queue: list[tuple[int, int, int, int, int, TrainRun | None]] = []
        self._serial = 0
        lines = (*self.lines.port, *self.lines.china)
        sets = wagon_sets(self.network, lines)
        self.states: list[LineState] = []
        for place, line in enumerate(lines):
            is_port = place < len(self.lines.port)
            # The first train of a line of the dry port comes when the simulation begins.
            first_ms = -line.least_ms if is_port else self.begin_ms
            slots = slots_of(
                self.scenario,
                self.planned,
                line,
                self._wanted(place),
                (first_ms, self._end_ms),
                seed,
            )
            far = BoxQueue(self._boxes, PATIENCE_MS if not line.border or not is_port else None)
            state = LineState(
                line=line,
                slots=slots,
                n_sets=sets[place],
                n_free=sets[place],
                far=far,
                near=BoxQueue(self._boxes),
            )
            self.states.append(state)
            self._fill(place, far)
            if len(slots.scheduled_ms):
                self._put(int(slots.scheduled_ms[0]), _SLOT, place, 0)

    def _wanted(self, place: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """When the boxes of a line want to use it, about, and their TEU, for either direction."""
        trips, bookings = self.trips, self.trips.bookings
        teu = self._boxes.teu
        if place < len(self.lines.port):
            into = np.flatnonzero(trips.into_line == place)
            out = np.flatnonzero(trips.out_line == place)
            out_ms = bookings["ready_ms"][out] + bookings["stay_ms"][out]
            return [(bookings["ready_ms"][into], teu[into]), (out_ms, teu[out])]
        own = trips.china_line == place - len(self.lines.port)
        west, east = np.flatnonzero(own & trips.is_west), np.flatnonzero(own & ~trips.is_west)
        return [
            (trips.ready_ms[west] + trips.group_ms[west], teu[west]),
            (bookings["ready_ms"][east] + bookings["stay_ms"][east], teu[east]),
        ]

    def _fill(self, place: int, queue: BoxQueue) -> None:
        """Boxes that begin their journey at the far end of a line."""
        trips = self.trips
        if place < len(self.lines.port):
            rows = np.flatnonzero((trips.into_line == place) & ~trips.is_west)
        else:
            own = trips.china_line == place - len(self.lines.port)
            rows = np.flatnonzero(own & trips.is_west)
        ready_ms = trips.ready_ms[rows] + np.where(trips.is_west[rows], trips.group_ms[rows], 0)
        order = np.argsort(ready_ms, kind="stable")
        queue.add(rows[order], ready_ms[order])

    # --- step by step -------------------------------------------------------------------------

    def take_over(self, time_ms: int, came_as: TrainRun, rows: NDArray[np.int64]) -> None:
        """A train has left the dry port; to be told before the railway runs on.

        Parameters
        ----------
        time_ms : int
            When it left, on a path that it waited for.
        came_as : TrainRun
            The train as which its wagons came.
        rows : NDArray[np.int64]
            Boxes on it.
        """
        place = self.place_of(came_as.line)
        self.times["left_port"][rows] = time_ms
        self.at_port_teu[place] -= int(self._boxes.teu[rows].sum())
        run = TrainRun(
            line=came_as.line,
            slot=came_as.slot,
            is_away=True,
            scheduled_ms=time_ms,
            departure_ms=time_ms,
            rows=rows,
        )
        self._start(place, run, has_path=True)

    def advance(self, until_ms: int) -> list[TrainRun]:
        """Run up to `until_ms`, exclusive: no further than `longest_step_ms` at once.

        Returns
        -------
        Trains that come to the dry port meanwhile, in the order of arrival.
        """
        self._arrivals = []
        while self._queue and self._queue[0][0] < until_ms:
            time_ms, kind, place, slot, _, run = heapq.heappop(self._queue)
            if kind == _SLOT:
                self._on_slot(time_ms, place, slot)
            elif kind == _SET_FREE:
                self._on_set_free(time_ms, place)
            elif run is not None:
                self._on_arrival(time_ms, place, run)
            else:
                self._depart(place, time_ms, slot, is_away=True)
        return self._arrivals

    def _put(
        self, time_ms: int, kind: int, place: int, slot: int, run: TrainRun | None = None
    ) -> None:
        # Events of one moment are told apart by what they are, not by when they were put in: that
        # would depend on the steps.
        self._serial += 1
        heapq.heappush(self._queue, (time_ms, kind, place, slot, self._serial, run))

    def _on_slot(self, time_ms: int, place: int, slot: int) -> None:
        state = self.states[place]
        if slot + 1 < len(state.slots.scheduled_ms):
            self._put(int(state.slots.scheduled_ms[slot + 1]), _SLOT, place, slot + 1)
        state.due.append(slot)
        self._send(time_ms, place)

    def _on_set_free(self, time_ms: int, place: int) -> None:
        state = self.states[place]
        state.free_log.append((time_ms, 1))
        state.n_free += 1
        self._send(time_ms, place)

    def _send(self, time_ms: int, place: int) -> None:
        """Let the trains that are due leave the far end, as far as there are wagons."""
        state = self.states[place]
        while state.due and state.slots.scheduled_ms[state.due[0]] < time_ms - CANCELLED_MS:
            state.due.popleft()
            state.n_cancelled += 1
        while state.due and state.n_free > 0:
            state.free_log.append((time_ms, -1))
            state.n_free -= 1
            self._depart(place, time_ms, state.due.popleft(), is_away=False)

    def _depart(self, place: int, time_ms: int, slot: int, *, is_away: bool) -> None:
        """A train leaves the far end, or (of China) the border, with the boxes that wait."""
        state = self.states[place]
        line = state.line
        queue = state.near if is_away else state.far
        run = TrainRun(
            line=line,
            slot=slot,
            is_away=is_away,
            scheduled_ms=time_ms if is_away else int(state.slots.scheduled_ms[slot]),
            departure_ms=time_ms,
            rows=queue.take(time_ms, teu=line.capacity_teu, mass_kg=line.capacity_kg),
        )
        self._start(place, run)
        is_port = place < len(self.lines.port)
        name = "left_border" if is_away else "left_far" if is_port else "left_china"
        self.times[name][run.rows] = run.departure_ms

    def place_of(self, line: Line) -> int:
        """Place of a line among all, those of the dry port first."""
        return next(n for n, state in enumerate(self.states) if state.line is line)

    def entity_of(self, place: int, slot: int) -> int:
        """Key of the draws of a train of the line at a place."""
        return int(self.states[place].slots.entity[slot])

    def _start(self, place: int, run: TrainRun, *, has_path: bool = False) -> None:
        """Run a train to the other end of its line; `has_path`: it has one over the first section.

        Changes the departure, which may have to wait, and the arrival of `run`.
        """
        slots = self.states[place].slots
        sections = run.line.back() if run.is_away else run.line.sections
        running = (slots.back_ms if run.is_away else slots.near_ms)[run.slot].tolist()
        number = len(self.runs)
        at_ms = run.departure_ms
        for k, ((key, is_forward), own_ms) in enumerate(zip(sections, running, strict=True)):
            entered_ms = at_ms
            if k or not has_path:
                entered_ms = self.paths.enter(key, is_forward, at_ms)
            if not k:
                run.first_wait_ms = entered_ms - at_ms
                run.departure_ms = entered_ms
            run.path_wait_ms += entered_ms - at_ms
            ends_ms = entered_ms + own_ms
            self.passings.append((number, key, is_forward, entered_ms - at_ms, entered_ms, ends_ms))
            at_ms = ends_ms
        run.arrival_ms = at_ms
        self.runs.append(run)
        self._put(at_ms, _ARRIVES, place, run.slot, run)

    # --- arrivals -----------------------------------------------------------------------------

    def _on_arrival(self, time_ms: int, place: int, run: TrainRun) -> None:
        is_port = place < len(self.lines.port)
        if is_port and not run.is_away:
            self.times["at_port"][run.rows] = time_ms
            self.note_at_port(run.rows)
            self._arrivals.append(run)
        elif is_port and run.line.border:
            self._at_border_from_port(time_ms, place, run)
        elif is_port:
            self.times["ended"][run.rows] = time_ms
            self._free_after(time_ms, place, run, time_ms)
        elif run.is_away:
            self.times["ended"][run.rows] = time_ms + self.trips.group_ms[run.rows]
            half_ms = int(self.states[place].slots.turnaround_ms[run.slot]) // 2
            self._put(time_ms + half_ms, _SET_FREE, place, run.slot)
        else:
            self._at_border_from_china(time_ms, place, run)

    def note_at_port(self, rows: NDArray[np.int64]) -> None:
        """Count boxes at the dry port that are to leave by train."""
        lines = self.trips.out_line[rows]
        leaves = lines >= 0
        np.add.at(self.at_port_teu, lines[leaves], self._boxes.teu[rows[leaves]])

    def _free_after(self, time_ms: int, place: int, run: TrainRun, taken_ms: int) -> None:
        """The wagons of a train from the dry port are ready for the next one.

        The turnaround holds the layover at the dry port, which has passed already.
        """
        turnaround_ms = int(self.states[place].slots.turnaround_ms[run.slot])
        rest_ms = max(0, turnaround_ms - self._layover_ms[place])
        self._put(max(taken_ms, time_ms + rest_ms), _SET_FREE, place, run.slot)

    def _at_border_from_port(self, time_ms: int, place: int, run: TrainRun) -> None:
        taken_ms, shifted_ms = self._pass_border(time_ms, run, to_china=True)
        rows = run.rows
        dwell_ms = int(self.states[place].slots.back_dwell_ms[run.slot])
        ready_ms = shifted_ms + dwell_ms
        self.times["at_border_back"][rows] = time_ms
        self.times["shifted_back"][rows] = shifted_ms
        self.times["other_gauge_back"][rows] = ready_ms
        chinese = self.trips.china_line[rows]
        for line in np.unique(chinese).tolist():
            own = rows[chinese == line]
            state = self.states[len(self.lines.port) + line]
            state.near.add(own, np.full(len(own), ready_ms))
        self._free_after(time_ms, place, run, taken_ms)

    def _at_border_from_china(self, time_ms: int, place: int, run: TrainRun) -> None:
        taken_ms, shifted_ms = self._pass_border(time_ms, run, to_china=False)
        rows = run.rows
        slots = self.states[place].slots
        ready_ms = shifted_ms + int(slots.dwell_ms[run.slot])
        self.times["at_border"][rows] = time_ms
        self.times["shifted"][rows] = shifted_ms
        self.times["other_gauge"][rows] = ready_ms
        lines = self.trips.into_line[rows]
        for line in np.unique(lines).tolist():
            own = rows[lines == line]
            self.states[line].far.add(own, np.full(len(own), ready_ms))
        half_ms = int(slots.turnaround_ms[run.slot]) // 2
        self._put(max(taken_ms, time_ms + half_ms), _LEAVES_BORDER, place, run.slot)

    def _pass_border(self, time_ms: int, run: TrainRun, *, to_china: bool) -> tuple[int, int]:
        """When the border takes a train in, and when the change of gauge of its boxes begins."""
        side = run.line.border, to_china
        taken_ms = self.intakes[side].admit(time_ms, 1.0)
        load_teu = float(self._boxes.teu[run.rows].sum())
        shifted_ms = self._gauge_changes[side].admit(taken_ms, load_teu)
        self.passes.append(
            BorderPass(
                border=run.line.border,
                is_to_china=to_china,
                arrived_ms=time_ms,
                taken_in_ms=taken_ms,
                n_boxes=len(run.rows),
            )
        )
        return taken_ms, shifted_ms
