"""The railway outside the dry port, as it happens: trains, wagons, queues at the borders, boxes.

Knows what the kernel is handed and what it leaves behind; knows nothing of tracks and stacks. The
railway runs in steps: what left the dry port before a step is told, what comes to it in the step is
answered. A step is no longer than the quickest run to or from the dry port, so in how many steps a
time is gone through changes nothing.

Trains leave the far end of their line by the timetable when a set of wagons is there. Each takes
paths over the whole of its way when it departs. At a border each direction has its own intake and
change of gauge, first come, first served. The rules are in `kernel`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from keruen.compiled import call, gathered
from keruen.corridor.network.borders import Intake, intake_of, transshipment_of
from keruen.corridor.network.disruptions import Closure, closures
from keruen.corridor.network.lines import Line, Lines, lines_of
from keruen.corridor.network.service_trains import train_of_each
from keruen.corridor.railway.kernel import begin
from keruen.corridor.railway.kernel.state import MOMENTS, NOTHING, NUMBERS, TABLES, UNKNOWN_MS
from keruen.corridor.railway.scheduled_trains import Slots, slots_of
from keruen.corridor.railway.set_up import (
    box_table,
    empty_tables,
    fill_far_ends,
    line_tables,
    near_stations,
    server_tables,
    station_table,
)
from keruen.corridor.railway.train_paths import Paths
from keruen.corridor.railway.trips import Trips, trips_of
from keruen.corridor.railway.wagon_sets import wagon_sets
from keruen.domain.codes import Mode
from keruen.domain.results import Demand
from keruen.scenario.models import Scenario
from keruen.scenario.world import PlannedNetwork
from keruen.units import MS_PER_DAY, MS_PER_WEEK


class LiveRailway:
    """The trains of the corridor outside the dry port.

    Parameters
    ----------
    scenario : its `services` are the lines of the dry port.
    planned : its railway and week.
    demand : the bookings of the whole horizon.
    seed : of the keyed draws.

    Attributes
    ----------
    all_lines : those of the dry port, then those of China: rows of the kernel's `lines`.
    tables : of the kernel, by name (`kernel.state`).
    record : what the kernel is handed: it leads to the tables.
    intakes : by border and direction (to China), what it takes in.
    of_services : one train of each line of the dry port, table `train_arrivals`.
    """

    def __init__(
        self, scenario: Scenario, planned: PlannedNetwork, demand: Demand, seed: int
    ) -> None:
        self.scenario, self.planned, self.network = scenario, planned, planned.network
        self.lines: Lines = lines_of(planned, scenario.services)
        self.all_lines: tuple[Line, ...] = (*self.lines.port, *self.lines.china)
        self.trips: Trips = trips_of(scenario, planned, demand, self.lines, seed)
        self.of_services = train_of_each(scenario)
        lead_ms = -int(self.trips.ready_ms.min(initial=0))
        self.begin_ms = -((lead_ms // MS_PER_WEEK + 1) * MS_PER_WEEK)
        boxes = box_table(scenario, self.trips, seed)
        closed = self._closures(seed)
        self.intakes, gauge_changes = self._servers(seed, closed)
        self.paths = self._paths(seed, closed)
        layovers_ms = [service.layover_ms for _, service in sorted(scenario.services.items())]
        self.tables = {
            "boxes": boxes,
            **line_tables(self.all_lines, self._slots(seed), layovers_ms, self.paths),
            **self.paths.tables,
            **server_tables(
                [
                    servers[side]
                    for side in self.intakes
                    for servers in (self.intakes, gauge_changes)
                ]
            ),
            "begins": np.zeros(len(boxes), TABLES["begins"]),
        }
        lines = self.tables["lines"]
        lines["n_sets"] = lines["n_free"] = wagon_sets(self.network, self.all_lines)
        borders = sorted(self.network.borders)
        lines["border"] = [
            borders.index(line.border) if line.border else NOTHING for line in self.all_lines
        ]
        self.tables["stations"] = station_table(self.network)
        self.tables["sections"]["near_station"] = near_stations(self.all_lines, self.network)
        n_days = scenario.calendar.horizon_ms // MS_PER_DAY + 1
        self.tables |= empty_tables(lines, self.tables["stations"], len(boxes), n_days)
        filled = fill_far_ends(self.tables, self.trips, self.all_lines)
        numbers = dict.fromkeys(NUMBERS, 0) | filled
        numbers |= {"n_lines": len(lines), "n_port": len(layovers_ms)}
        landside = scenario.terminal.landside
        if landside is not None and landside.intake_stop is not None:
            numbers["ban_delay_ms"] = landside.intake_stop.ban_delay_ms
        self.record = gathered({name: self.tables[name] for name in TABLES}, numbers)
        call(begin, self.record)
        self.expect(self.trips.bookings["ready_ms"])

    # --- before the first train ---------------------------------------------------------------

    @property
    def _last_ms(self) -> int:
        """Draws are made up to here: no train is longer under way than sixty days."""
        return self.scenario.calendar.horizon_ms + 60 * MS_PER_DAY

    def _closures(self, seed: int) -> tuple[Closure, ...]:
        starts = self.scenario.calendar.starts_on
        return closures(
            self.network, seed, first_day=starts, from_ms=self.begin_ms, until_ms=self._last_ms
        )

    def _servers(
        self, seed: int, closed: tuple[Closure, ...]
    ) -> tuple[dict[tuple[str, bool], Intake], dict[tuple[str, bool], Intake]]:
        """What borders take in, and onto the other gauge, by border and direction."""
        days = np.arange(self.begin_ms // MS_PER_DAY, self._last_ms // MS_PER_DAY)
        intakes, gauge_changes = {}, {}
        for key, border in sorted(self.network.borders.items()):
            own = [closure for closure in closed if closure.border == key]
            for to_china in (False, True):
                intakes[key, to_china] = intake_of(
                    border, key, seed, to_china=to_china, days=days, closed=own
                )
                gauge_changes[key, to_china] = transshipment_of(border, days, own)
        return intakes, gauge_changes

    def _paths(self, seed: int, closed: tuple[Closure, ...]) -> Paths:
        storms = {
            key: [closure for closure in closed if closure.border == key and closure.is_wind]
            for key in self.network.borders
        }
        used = {side for line in self.all_lines for side in (*line.sections, *line.back())}
        return Paths(
            self.network,
            seed,
            from_ms=self.begin_ms,
            until_ms=self._last_ms,
            storms=storms,
            used=used,
        )

    def _slots(self, seed: int) -> list[Slots]:
        """The trains of each line."""
        # The first train of a line of the dry port comes when the simulation begins.
        firsts_ms = [-line.least_ms for line in self.lines.port]
        firsts_ms += [self.begin_ms] * len(self.lines.china)
        end_ms = self.scenario.calendar.horizon_ms
        return [
            slots_of(
                self.scenario, self.planned, line, self._wanted(place), (first_ms, end_ms), seed
            )
            for place, (line, first_ms) in enumerate(zip(self.all_lines, firsts_ms, strict=True))
        ]

    def _wanted(self, place: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """When the boxes of a line want to use it, about, and their TEU, for either direction."""
        trips, bookings = self.trips, self.trips.bookings
        teu = bookings["n_teu"].astype(np.int64)
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

    def expect(self, in_ms: NDArray[np.int64]) -> None:
        """Note when journeys are to begin, before the first day.

        Parameters
        ----------
        in_ms : NDArray[np.int64]
            When the truck of each booking comes to the dry port, ms, shape (n_bookings,); of
            bookings without one it is not looked at.
        """
        is_truck = self.trips.bookings["in_mode"] == Mode.TRUCK
        begins_ms = np.where(is_truck, in_ms, self.trips.ready_ms)
        order = np.argsort(begins_ms, kind="stable")
        self.tables["begins"]["time_ms"] = begins_ms[order]
        self.tables["begins"]["box"] = order
        self.record.n_begins = len(order)

    # --- what a run leaves behind -------------------------------------------------------------

    @property
    def most_trains(self) -> int:
        """Trains that may come to the dry port at most."""
        return int(self.line_states["n_slots"][: len(self.lines.port)].sum())

    @property
    def longest_step_ms(self) -> int:
        """The quickest run to or from the dry port."""
        return min(line.least_ms for line in self.lines.port)

    @property
    def line_states(self) -> NDArray[np.void]:
        """What each line has: table `lines` of the kernel, rows as in `all_lines`."""
        return self.tables["lines"]

    @property
    def times(self) -> dict[str, NDArray[np.int64]]:
        """By moment of a journey: int64 ms, one for each booking, or `UNKNOWN_MS`."""
        return {moment: self.tables["boxes"][moment] for moment in MOMENTS}

    @property
    def is_gone(self) -> NDArray[np.bool_]:
        """Which bookings were refused, or have gone another way."""
        return self.tables["boxes"]["is_gone"].view(np.bool_)

    @property
    def runs(self) -> NDArray[np.void]:
        """Table `runs` of the kernel: trains in the order in which they departed."""
        return self._filled("runs")

    @property
    def came(self) -> NDArray[np.int64]:
        """Rows of `runs` that came to the dry port, in this order."""
        return self._filled("came")["number"]

    @property
    def crossings(self) -> NDArray[np.void]:
        """Table `crossings` of the kernel: trains before borders."""
        return self._filled("crossings")

    def crossings_of(self, border: int, to_china: bool) -> NDArray[np.void]:
        """Those of one border and direction.

        Parameters
        ----------
        border : int
            Its place among all by key.
        to_china : bool
            The direction.
        """
        rows = self.crossings
        own: NDArray[np.void] = rows[(rows["border"] == border) & (rows["is_to_china"] == to_china)]
        return own

    @property
    def passings(self) -> NDArray[np.void]:
        """Table `passings` of the kernel: trains over sections."""
        rows = self._filled("passings")
        is_on_its_way = rows["entered_ms"] != UNKNOWN_MS
        # Of a train that stands, what lies ahead has not been.
        return rows if is_on_its_way.all() else rows[is_on_its_way]

    @property
    def stands(self) -> NDArray[np.void]:
        """Table `stands` of the kernel: trains that were left standing at stations."""
        return self._filled("stands")

    @property
    def fullness(self) -> NDArray[np.void]:
        """Table `fullness` of the kernel: when the dry port began and ceased to be full."""
        return self._filled("fullness")

    @property
    def set_changes(self) -> NDArray[np.void]:
        """Table `set_changes` of the kernel: wagons taken and given back."""
        return self._filled("set_changes")

    @property
    def by_truck(self) -> NDArray[np.int64]:
        """Bookings that trucks have brought to the dry port, by time."""
        return self._filled("by_truck")["number"]

    def _filled(self, name: str) -> NDArray[np.void]:
        return self.tables[name][: int(getattr(self.record, f"n_{name}"))]

    def scheduled_ms(self, place: int) -> NDArray[np.int64]:
        """When the trains of a line leave the far end by the timetable, int64 ms.

        Parameters
        ----------
        place : int
            Among `all_lines`.
        """
        line = self.line_states[place]
        first = int(line["first_slot"])
        return self.tables["slots"]["scheduled_ms"][first : first + int(line["n_slots"])]

    def load_teu(self, runs: NDArray[np.void]) -> NDArray[np.int64]:
        """TEU on each of some trains.

        Parameters
        ----------
        runs : NDArray[np.void]
            Rows of `runs`.
        """
        teu = np.cumsum(self.tables["boxes"]["teu"][self.boxes_on(runs)], dtype=np.int64)
        sums = np.concatenate(([0], teu))
        ends = np.cumsum(runs["end_box"] - runs["first_box"])
        return np.diff(sums[np.concatenate(([0], ends))])

    def boxes_on(self, runs: NDArray[np.void]) -> NDArray[np.int64]:
        """Bookings on some trains, train by train.

        Parameters
        ----------
        runs : NDArray[np.void]
            Rows of `runs`.
        """
        counts = runs["end_box"] - runs["first_box"]
        places = np.repeat(runs["first_box"] - np.cumsum(counts) + counts, counts)
        return self.tables["on_board"]["box"][places + np.arange(len(places))]
