"""Railway and dry port in one run: each sees what the other lets go.

Knows what both kernels are handed and what they leave behind; how they take turns is in
`coupled_loop`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keruen import corridor, terminal
from keruen.compiled import Report, compiling, exclusive_cache, gathered
from keruen.corridor import LiveRailway
from keruen.corridor.network.calendar import first_weekday
from keruen.corridor.railway.kernel.state import NUMBER_DTYPE
from keruen.corridor.railway.set_up import empty_record
from keruen.corridor.visits.pickups import truck_week
from keruen.domain import tables
from keruen.domain.results import Demand, Stopped, TerminalRun
from keruen.domain.tables import Table
from keruen.scenario import Scenario
from keruen.scenario.world import PlannedNetwork
from keruen.study.coupled_loop import (
    COUPLING_NUMBERS,
    COUPLING_TABLES,
    DEPARTED_DTYPE,
    LOAD_DTYPE,
    TOLD_EVENTS,
    run_both,
)
from keruen.terminal.inputs import kernel_trains, service_rules
from keruen.terminal.kernel.state import SizeClass
from keruen.terminal.live import LiveTerminal, Setting
from keruen.units import NONE

_compiled_classes: set[str] = set()
"""Capacity classes for which this process has the loop."""


def compile_loop(size: SizeClass, report: Report | None = None) -> None:
    """Compile the loop over both sides for one capacity class, or load it from the cache.

    Parameters
    ----------
    size : of the terminal.
    report : see `keruen.terminal.compile_kernel`.

    Raises
    ------
    StorageError
        When the disk does not take the compiled code.
    """
    if size.name in _compiled_classes:
        return
    none = np.zeros(0, NUMBER_DTYPE)
    coupling = gathered(dict.fromkeys(COUPLING_TABLES, none), dict.fromkeys(COUPLING_NUMBERS, 0))
    # A call that does nothing: no time to go through.
    with exclusive_cache(), compiling(size.name, report):
        terminal.call_empty(
            run_both, size, tables.empty("trace", 0), empty_record(), coupling, 0, False
        )
    _compiled_classes.add(size.name)


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
    longest_ms = railway.longest_step_ms
    step_ms = longest_ms if step_ms is None else step_ms
    assert 0 < step_ms <= longest_ms, "a step longer than the quickest run"
    own, bookings = corridor.visits_by_railway(scenario, railway)
    visits = terminal.with_initial_yard(scenario, own)
    n_initial_boxes = len(visits) - len(own)
    """Boxes that stand in the yard at the start; their rows come first."""
    live = _terminal(scenario, railway, visits, seed, is_paranoid, stopped)
    railway.tables["boxes"]["visit"][bookings] = np.arange(len(own)) + n_initial_boxes
    in_ms = np.zeros(len(railway.trips.bookings), np.int64)
    in_ms[bookings] = live.in_ms[n_initial_boxes:]
    railway.expect(in_ms)
    known = tables.empty("trace", 0) if stopped is None else stopped.departures
    coupling = _Coupling(scenario, railway, bookings)
    record = coupling.record(n_initial_boxes, step_ms, 0 if stopped is None else stopped.at_ms)
    live.drive(run_both, known, railway.record, record, until_ms, is_paranoid)
    trace = live.trace
    is_own = np.isin(trace["kind"], TOLD_EVENTS)
    departures = np.concatenate((known, trace[is_own]))
    trains, order = _note_arrivals(railway, live, visits, n_initial_boxes)
    number = np.full(len(visits) + 1, NONE, np.int32)
    number[order] = np.arange(len(order))
    return Coupled(
        trains=trains,
        visits=visits[order],
        run=live.finished(until_ms, number),
        railway=railway,
        departures=departures,
    )


def _terminal(
    scenario: Scenario,
    railway: LiveRailway,
    visits: Table,
    seed: int,
    is_paranoid: bool,
    stopped: Stopped | None,
) -> LiveTerminal:
    """The dry port that is to be told of the trains."""
    fullest = railway.of_services.copy()
    fullest["n_boxes_in"] = fullest["capacity_teu"]
    size = terminal.size_class(scenario.terminal, len(scenario.services), fullest)
    compile_loop(size)
    return LiveTerminal(
        scenario.terminal,
        size,
        visits,
        railway.most_trains,
        Setting(
            seed=seed,
            horizon_ms=scenario.calendar.horizon_ms,
            patterns=corridor.load_patterns(scenario),
            service_rules=service_rules(scenario),
            first_day=scenario.calendar.starts_on,
            is_paranoid=is_paranoid,
        ),
        None if stopped is None else stopped.state,
    )


class _Coupling:
    """Tables of what is under way between the two, kept alive while they run."""

    def __init__(
        self, scenario: Scenario, railway: LiveRailway, bookings: NDArray[np.int64]
    ) -> None:
        of_services = railway.of_services
        weekdays = scenario.terminal.gate.weekday_shares
        self._tables = {
            "templates": kernel_trains(of_services, np.zeros(0, np.int8), 0),
            "weeks": truck_week(first_weekday(scenario), weekdays),
            "bookings": bookings.astype(np.int64).view(NUMBER_DTYPE),
            "loads": np.full(railway.most_trains, NONE, LOAD_DTYPE),
            "departed": np.zeros(railway.most_trains, DEPARTED_DTYPE),
        }

    def record(
        self, n_initial_boxes: int, step_ms: int, known_until_ms: int
    ) -> Any:  # Any: see `keruen.compiled.gathered`
        """What the loop is handed: it leads to the tables."""
        numbers = dict.fromkeys(COUPLING_NUMBERS, 0)
        numbers |= {
            "n_initial_boxes": n_initial_boxes,
            "step_ms": step_ms,
            "known_until_ms": known_until_ms,
        }
        return gathered({name: self._tables[name] for name in COUPLING_TABLES}, numbers)


def _note_arrivals(
    railway: LiveRailway, live: LiveTerminal, visits: Table, n_initial_boxes: int
) -> tuple[Table, NDArray[np.int64]]:
    """Note in the visits by which train boxes came, and when they are wanted away.

    Returns
    -------
    trains : table `train_arrivals`.
    order : rows of the visits of all boxes that came, in the order of the table.
    """
    trains = corridor.arrivals_of(railway)
    of_booking = railway.tables["boxes"]["visit"]
    rows = of_booking[railway.boxes_on(railway.runs[railway.came])]
    counts = trains["n_boxes_in"].astype(np.int64)
    visits["in_train"][rows] = np.repeat(np.arange(len(trains)), counts)
    visits["in_ms"][rows] = np.repeat(trains["arrival_ms"], counts)
    visits["out_ms"][rows] = live.out_ms[rows]
    came = np.sort(np.concatenate((rows, of_booking[railway.by_truck]))).astype(np.int64)
    order = np.lexsort((visits["booking"][came], visits["flow"][came], visits["in_ms"][came]))
    # Boxes that stand there stay in front, by container number.
    return trains, np.concatenate((np.arange(n_initial_boxes), came[order]))
