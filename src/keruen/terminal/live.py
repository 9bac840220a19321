"""A terminal that runs in steps, and is told of trains and trucks while it runs.

Knows the kernel's records and who may call it; knows no measure, and nothing of where trains come
from. What is told for a step must not lie before its begin. In how many steps a time is gone
through changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from keruen.compiled import IS_INTERPRETED, Report, call, compiling, exclusive_cache
from keruen.domain import tables
from keruen.domain.codes import Mode, Resource
from keruen.domain.results import Jam, TerminalRun
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Terminal
from keruen.terminal import inputs
from keruen.terminal.groups import machine_groups
from keruen.terminal.kernel import SIZE_CLASSES, begin, run, tell
from keruen.terminal.kernel.state import (
    BLOCKED_ROOM,
    MAX_DAYS,
    N_KINDS,
    ORDER_DTYPE,
    OUTAGE_DTYPE,
    TRAIN_DTYPE,
    TRUCK_AT_GATE,
    VISIT_DTYPE,
    SizeClass,
    parameters_dtype,
)
from keruen.terminal.kernel.trace import MARGIN_ROWS
from keruen.terminal.outages import outages_of, paces_permille
from keruen.units import MS_PER_DAY

_JAM_MS: Final = 7 * MS_PER_DAY
"""Trains have waited outside without a break for this long at the end: a jam. A week, because in
every week of a regular timetable the yard has its quiet hours (conventions §8)."""

_ROWS_PER_VISIT: Final = 14
"""Trace rows to make room for at first, about those of a box from train to truck with an
inspection; the buffer grows when a yard reshuffles more."""
_ROWS_PER_TRAIN: Final = 16
"""The same for a train that is worked in two portions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a terminal is to run.

    Parameters
    ----------
    seed : of the keyed draws, 0 ≤ seed < 2**63.
    horizon_ms : end of the simulated time: outages are drawn up to it.
    patterns : load patterns of each `wagon_type` of the trains.
    service_rules : of each service, by number; of others the usual ones hold.
    first_day : of the simulation, its warm-up included: shifts and holidays go by it.
    with_trace : keep the trace; without it only the events are counted.
    is_paranoid : verify the whole state after every event (slow).
    """

    seed: int
    horizon_ms: int
    patterns: Sequence[Sequence[str]]
    first_day: date
    service_rules: Sequence[inputs.ServiceRule] = ()
    with_trace: bool = True
    is_paranoid: bool = False


_compiled_classes: set[str] = set()
"""Capacity classes whose code this process has."""
_begun_classes: set[str] = set()
"""Those of which it has what stands before the loop: the loop over a railway and a terminal is
another one, and either takes as long to compile as all the rest."""


def compile_class(name: str, report: Report | None = None) -> None:
    """Compile the kernel for one capacity class, or load it from the cache.

    Parameters
    ----------
    name : str
        S, M or L.
    report : Report, optional
        See `compile_kernel`.

    Raises
    ------
    StorageError
        When the disk does not take the compiled code.
    """
    if name in _compiled_classes:
        return
    (size,) = (size for size in SIZE_CLASSES if size.name == name)
    # Calls that do nothing: no train, no box, no time to go through.
    with exclusive_cache(), compiling(name, report):
        call_empty(run, size, 0, False)
    _compiled_classes.add(name)


def call_empty(
    function: Callable[..., object],
    size: SizeClass,
    *arguments: Any,  # Any: its own
) -> None:
    """Call a compiled loop over a terminal without trains and boxes: what it does is compiled.

    Parameters
    ----------
    function : Callable[..., object]
        As `LiveTerminal.drive` takes it.
    size : SizeClass
        A capacity class.
    arguments : Any
        The function's further ones.
    """
    call(function, *_begin_empty(size), tables.empty("trace", 0), *arguments)


def _begin_empty(size: SizeClass) -> tuple[Any, ...]:  # Any: see `record`
    """Begin a terminal without trains and boxes, and tell it of none; all that a loop takes."""
    p = np.zeros(1, parameters_dtype(size))
    both = record(inputs.fresh_state(size, p[0])), record(p)
    visits, trains, order, outages = (
        np.zeros(0, dtype) for dtype in (VISIT_DTYPE, TRAIN_DTYPE, ORDER_DTYPE, OUTAGE_DTYPE)
    )
    call(begin, *both, outages)
    call(tell, *both, visits, trains, order, 0)
    _begun_classes.add(size.name)
    return *both, visits, trains, order, outages


class LiveTerminal:
    """One running terminal.

    Parameters
    ----------
    terminal : the dry port.
    size : a capacity class that holds it and the longest of the trains.
    visits : table `container_visits` of every box that may come. `in_ms` of those by truck and all
        of those that stand there must be known; `in_train`, `in_ms` and `out_ms` of those by
        train are told with the train.
    most_trains : so many trains come at most; not negative.
    setting : how to run.
    state : of an earlier run of the same terminal that was told the same, copied; None: an empty
    one.

    Attributes
    ----------
    parameters, state : the kernel's records, arrays of one.
    outages : table `outages`, drawn up to `Setting.horizon_ms`.
    """

    def __init__(
        self,
        terminal: Terminal,
        size: SizeClass,
        visits: Table,
        most_trains: int,
        setting: Setting,
        state: NDArray[np.void] | None = None,
    ) -> None:
        if size.name not in _begun_classes:
            with exclusive_cache():
                _begin_empty(size)
        self._terminal, self._setting, self._size = terminal, setting, size
        p = inputs.parameters(terminal, size, setting.seed, setting.patterns)
        inputs.fill_services(p[0], setting.service_rules)
        p[0]["pace_permille"] = paces_permille(terminal, setting.first_day, MAX_DAYS, setting.seed)
        self.parameters = p
        self.outages = outages_of(terminal, setting.first_day, setting.horizon_ms, setting.seed)
        p[0]["n_outages"] = len(self.outages)
        self._outages = inputs.with_same_columns(self.outages, OUTAGE_DTYPE)
        self._visits = inputs.kernel_visits(terminal, visits, setting.seed)
        self._order = np.zeros(len(visits), ORDER_DTYPE)
        self._order["wagon"] = -1
        self._trains = np.zeros(most_trains, TRAIN_DTYPE)
        self._n_by_train = 0
        self._make_room(visits["in_mode"])
        self.state = inputs.fresh_state(size, p[0]) if state is None else np.copy(state)
        self.state[0]["n_trace"] = 0
        n_rows = 2 * MARGIN_ROWS + _ROWS_PER_VISIT * len(visits) + _ROWS_PER_TRAIN * most_trains
        # np.empty costs only address space until a row is written.
        self._trace = np.empty(n_rows if setting.with_trace else 0, tables.dtype("trace"))
        if state is None:
            call(begin, record(self.state), record(p), self._outages)

    def _make_room(self, in_mode: NDArray[np.int8]) -> None:
        """Lay out `order`: boxes by train, trucks by kind of box, boxes of the initial yard."""
        p, visits = self.parameters[0], self._visits
        p["stream_first"][0] = int((in_mode == Mode.TRAIN).sum())
        by_truck = in_mode == Mode.TRUCK
        counts = np.bincount(visits["kind"][by_truck], minlength=N_KINDS)
        p["stream_first"][1:] = p["stream_first"][0] + np.cumsum(counts)
        p["stream_end"] = p["stream_first"][:-1]
        present = np.flatnonzero(in_mode == Mode.PRESENT)
        # Lower tiers first, so that each box finds what it stands on.
        tiers = visits["in_place"][present] & tables.TIER_MASK
        present = present[np.argsort(tiers, kind="stable")]
        self._order["visit"][len(visits) - len(present) :] = present
        p["n_initial_boxes"] = len(present)

    def tell(
        self, trains: Table, on_trains: NDArray[np.int64], by_truck: NDArray[np.int64]
    ) -> None:
        """Tell of trains that will come and of trucks that will bring boxes.

        Parameters
        ----------
        trains : Table
            Table `train_arrivals`, by arrival, none before those told earlier, nor before the time
            up to which the terminal has run.
        on_trains : NDArray[np.int64]
            Rows of the boxes on them, train by train, ``n_boxes_in`` of each.
        by_truck : NDArray[np.int64]
            Rows of boxes that trucks bring, none before those told earlier.

        Raises
        ------
        AssertionError
            When more trains are told of than there is room for, or something lies in the past.
        """
        p = self.parameters[0]
        first = int(p["n_trains"])
        end = first + len(trains)
        assert end <= len(self._trains), "more trains than there is room for"
        boxes_end = self._n_by_train + len(on_trains)
        self._order["visit"][self._n_by_train : boxes_end] = on_trains
        self._trains[first:end] = inputs.kernel_trains(
            trains, self._visits["n_teu"][on_trains], self._n_by_train
        )
        self._n_by_train = boxes_end
        p["n_trains"] = end
        self._tell_trucks(by_truck)
        call(tell, *self._records(), *self._arrays()[:3], first)

    def _tell_trucks(self, by_truck: NDArray[np.int64]) -> None:
        p, visits = self.parameters[0], self._visits
        by_truck = by_truck[np.argsort(visits["in_ms"][by_truck], kind="stable")]
        kinds = visits["kind"][by_truck]
        for kind in np.unique(kinds).tolist():
            own = by_truck[kinds == kind]
            first = int(p["stream_end"][kind])
            self._order["visit"][first : first + len(own)] = own
            p["stream_end"][kind] = first + len(own)

    @property
    def in_ms(self) -> NDArray[np.int64]:
        """When the truck of each visit comes, by its appointment where there are any: int64 ms, one
        for each visit."""
        times: NDArray[np.int64] = self._visits["in_ms"]
        return times

    @property
    def out_ms(self) -> NDArray[np.int64]:
        """When each visit is wanted away, as far as it was told: int64 ms."""
        times: NDArray[np.int64] = self._visits["out_ms"]
        return times

    def advance(self, until_ms: int) -> Table:
        """Run on.

        Parameters
        ----------
        until_ms : int
            Simulated time, ms, exclusive; nothing happens when it has been reached.

        Returns
        -------
        Table
            The rows that the trace has got, a view of it; none when it is not kept.
        """
        compile_class(self._size.name)
        first = int(self.state[0]["n_trace"])
        self.drive(run, until_ms, self._setting.is_paranoid)
        return self.trace[first:]

    def drive(self, function: Callable[..., bool], *arguments: Any) -> None:  # Any: its own
        """Call a compiled loop over this terminal until it says that it has come to its end.

        Parameters
        ----------
        function : Callable[..., bool]
            As `kernel.run`: takes state, parameters, visits, trains, order, outages and trace,
            answers False when the trace must be enlarged.
        arguments : Any
            Its further ones.
        """
        while not call(function, *self._records(), *self._arrays(), self._trace, *arguments):
            # Doubled: however long the trace gets, each row is copied about once.
            self._trace = np.concatenate((self._trace, np.empty_like(self._trace)))

    @property
    def trace(self) -> Table:
        """All rows since the begin, or since the state that was given; none when not kept."""
        return self._trace[: int(self.state[0]["n_trace"])]

    def finished(self, end_ms: int, number: NDArray[np.int32] | None = None) -> TerminalRun:
        """What the terminal leaves behind when it was run up to `end_ms`.

        Parameters
        ----------
        end_ms : int
            Ms, as far as `advance` went.
        number : NDArray[np.int32], optional
            What each visit is to be called in the trace, int32, and −1 at the end, for no

        Returns
        -------
        TerminalRun
            Trace, tables and final state.
        """
        trace = self.trace
        if number is not None:
            # In place: nobody runs on from here. Row −1 is the last one of `number`.
            trace["visit"] = number[trace["visit"]]
        state = self.state
        return TerminalRun(
            trace=trace,
            n_events=int(state[0]["n_events"]),
            digest=hashlib.sha256(trace.view(np.uint8).data).hexdigest() if len(trace) else "",
            end_ms=end_ms,
            state=state,
            outages=self.outages,
            jam=_jam(self._terminal, state[0], end_ms),
        )

    def _records(self) -> tuple[Any, Any]:  # Any: see `record`
        return record(self.state), record(self.parameters)

    def _arrays(self) -> tuple[NDArray[np.void], ...]:
        return self._visits, self._trains, self._order, self._outages


def record(table: NDArray[np.void]) -> Any:  # Any: a record as Numba, or plain Python, sees it
    """The only row of an array, as a kernel is handed it: state or parameters.

    Parameters
    ----------
    table : of shape (1,).
    """
    return table.view(np.recarray if IS_INTERPRETED else np.ndarray)[0]


def trucks_outside(s: np.void) -> int:
    """Trucks that have come and are not in yet: those that bring boxes and wait for room, and those
    that stand before the gate or in its lane.

    Parameters
    ----------
    s : the state, one record.
    """
    n_without_room = int((s["n_trucks_arrived"] - s["n_trucks_admitted"]).sum())
    return n_without_room + int(np.count_nonzero(s["row_truck"] == TRUCK_AT_GATE))


def _jam(terminal: Terminal, s: np.void, end_ms: int) -> Jam | None:
    n_trains_held = int(s["n_trains_arrived"] - s["n_trains_admitted"])
    if n_trains_held == 0 or end_ms - int(s["held_since_ms"]) < _JAM_MS:
        return None
    return Jam(
        since_ms=int(s["held_since_ms"]),
        cause=_busiest(terminal, s, end_ms),
        n_trains_held=n_trains_held,
        n_trucks_waiting=trucks_outside(s),
    )


def _busiest(terminal: Terminal, s: np.void, end_ms: int) -> Resource:
    """The yard when gantries mostly waited for room; else the busiest group of machines.

    Of groups that are equally busy the one with the higher code of `Resource`: any would do.
    """
    # A quarter of the time: with free room a gantry never waits for it, so it need not be most.
    if int(s["blocked_ms"][BLOCKED_ROOM]) > end_ms // 4:
        return Resource.YARD_SLOT
    shares: list[tuple[float, Resource]] = []
    for group in machine_groups(terminal):
        busy_ms = int(s["machine_busy_ms"][group.numbers].sum())
        # A tractor is busy while it waits for others, so it is named only when nothing else is.
        weight = 0.5 if group.resource is Resource.TRACTOR else 1.0
        shares.append((weight * busy_ms / (group.n_machines * end_ms), group.resource))
    return max(shares)[1]
