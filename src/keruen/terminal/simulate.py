"""The stage's one verb: trains and container visits in, a traced history out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

import numba
import numpy as np

from keruen.domain import tables
from keruen.domain.codes import Resource
from keruen.domain.results import Jam, TerminalRun
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Terminal
from keruen.terminal import inputs
from keruen.terminal.groups import machine_groups
from keruen.terminal.kernel import SIZE_CLASSES, begin, load, run
from keruen.terminal.kernel.compiled import Report, compiling
from keruen.terminal.kernel.state import (
    BLOCKED_ROOM,
    MAX_DAYS,
    MAX_WAGON_20,
    ORDER_DTYPE,
    OUTAGE_DTYPE,
    TRAIN_DTYPE,
    VISIT_DTYPE,
    parameters_dtype,
)
from keruen.terminal.kernel.trace import MARGIN_ROWS
from keruen.terminal.stops import outages_of, paces_permille
from keruen.units import MS_PER_DAY

_ROWS_PER_VISIT = 14
"""Trace rows to make room for at first; the buffer grows when a yard reshuffles more."""

_A_MONDAY: Final = date(2030, 1, 7)

_JAM_MS = 7 * MS_PER_DAY
"""Trains have waited outside without a break for this long at the end: a jam."""


def simulate(  # noqa: PLR0913 - keyword-only: the stage's inputs and how to run it
    terminal: Terminal,
    trains: Table,
    visits: Table,
    *,
    seed: int,
    horizon_ms: int,
    n_services: int,
    with_trace: bool = True,
    is_paranoid: bool = False,
    state: Any = None,
    patterns: Sequence[Sequence[str]] = (),
    first_day: date = _A_MONDAY,
) -> TerminalRun:
    """Simulate the terminal up to `horizon_ms`.

    Parameters
    ----------
    terminal : the dry port.
    trains, visits : tables `train_arrivals` and `container_visits`.
    seed : of the keyed draws, 0 ≤ seed < 2**63.
    horizon_ms : simulated time to stop at, exclusive.
    n_services : train services in the scenario.
    with_trace : keep the trace; without it only the events are counted.
    is_paranoid : verify the whole state after every event (slow).
    state : the state of an earlier run of the same inputs, to continue from; it is copied.
    patterns : load patterns of each `wagon_type` of the trains; empty: any that fit the TEU.
    first_day : of the simulation, its warm-up included: shifts and holidays go by it.

    Returns
    -------
    TerminalRun; its trace holds the rows since the state that was given.

    Raises
    ------
    AssertionError
        When an invariant is broken: a fault of ours.
    """
    tables.verify("train_arrivals", trains)
    tables.verify("container_visits", visits)
    size = inputs.fitting_class(inputs.size_class(terminal, n_services), trains)
    if not patterns:
        trains, patterns = _with_patterns(trains)
    p = inputs.parameters(terminal, size, seed, patterns)
    p[0]["pace_permille"] = paces_permille(terminal, first_day, MAX_DAYS, seed)
    outages = outages_of(terminal, first_day, horizon_ms, seed)
    made = inputs.kernel_arrays(terminal, p[0], trains, visits, outages, seed)
    _call(load, p, made.visits, made.trains, made.order)
    arrays = (made.visits, made.trains, made.order, made.outages)
    if state is None:
        s = inputs.fresh_state(size, p[0])
        _call(begin, s, p, *arrays)
    else:
        s = np.copy(state)
        s[0]["n_trace"] = 0
    trace = _advance(s, p, arrays, horizon_ms, is_paranoid, with_trace)
    digest = hashlib.sha256(trace.tobytes()).hexdigest() if with_trace else ""
    return TerminalRun(
        trace=trace,
        n_events=int(s[0]["n_events"]),
        digest=digest,
        end_ms=horizon_ms,
        state=s,
        outages=outages,
        jam=_jam(terminal, s[0], p[0], horizon_ms),
    )


def compile_kernel(report: Report | None = None) -> None:
    """Compile the kernel for every capacity class, or load it from the cache.

    Parameters
    ----------
    report : called with the class's name, functions compiled so far and functions expected.
    """
    for size in SIZE_CLASSES:
        compile_class(size.name, report)


def compile_class(name: str, report: Report | None = None) -> None:
    """Compile the kernel for one capacity class, or load it from the cache.

    Parameters
    ----------
    name : S, M or L.
    report : see `compile_kernel`.
    """
    (size,) = (size for size in SIZE_CLASSES if size.name == name)
    p = np.zeros(1, parameters_dtype(size))
    s = inputs.fresh_state(size, p[0])
    visits = np.zeros(0, VISIT_DTYPE)
    trains = np.zeros(0, TRAIN_DTYPE)
    order = np.zeros(0, ORDER_DTYPE)
    outages = np.zeros(0, OUTAGE_DTYPE)
    with compiling(name, report):
        _call(load, p, visits, trains, order)
        _call(begin, s, p, visits, trains, order, outages)
        _call(run, s, p, visits, trains, order, outages, tables.empty("trace", 0), 0, False)


def _with_patterns(trains: Table) -> tuple[Table, tuple[tuple[str, ...], ...]]:
    """Trains of which only the TEU of a platform are known, with patterns by that number."""
    n_teu = np.ceil(trains["capacity_teu"] / np.maximum(1, trains["n_wagons"])).astype(int)
    trains = trains.copy()
    trains["wagon_type"] = np.clip(n_teu, 0, MAX_WAGON_20 - 1)
    return trains, tuple(inputs.patterns_of_teu(teu) for teu in range(MAX_WAGON_20))


def _call(function: Callable[..., Any], *arrays: Any) -> Any:
    """Call the kernel on records; interpreted runs need attribute access and silent overflow."""
    if numba.config.DISABLE_JIT:
        arrays = tuple(
            argument.view(np.recarray)
            if isinstance(argument, np.ndarray) and argument.dtype.names
            else argument
            for argument in arrays
        )
    # State and parameters are one record each; all other arrays are tables.
    records = tuple(
        array[0] if hasattr(array, "dtype") and _is_record(array) else array for array in arrays
    )
    if numba.config.DISABLE_JIT:
        with np.errstate(over="ignore"):
            return function(*records)
    return function(*records)


def _is_record(array: Any) -> bool:
    names = array.dtype.names or ()
    return "queue_length" in names or "n_groups" in names


def _advance(
    s: Any, p: Any, arrays: tuple[Any, ...], horizon_ms: int, is_paranoid: bool, with_trace: bool
) -> Table:
    if not with_trace:
        _call(run, s, p, *arrays, tables.empty("trace", 0), horizon_ms, is_paranoid)
        return tables.empty("trace", 0)
    n_rows = 2 * MARGIN_ROWS + _ROWS_PER_VISIT * len(arrays[0]) + 16 * len(arrays[1])
    # np.empty costs only address space until a row is written.
    trace = np.empty(n_rows, tables.dtype("trace"))
    while not _call(run, s, p, *arrays, trace, horizon_ms, is_paranoid):
        grown = np.empty(2 * len(trace), trace.dtype)
        grown[: len(trace)] = trace
        trace = grown
    return trace[: int(s[0]["n_trace"])]


def _jam(terminal: Terminal, s: Any, p: Any, end_ms: int) -> Jam | None:
    n_trains_held = int(s["n_trains_arrived"] - s["n_trains_admitted"])
    n_trucks = int((s["n_trucks_arrived"] - s["n_trucks_admitted"]).sum())
    if n_trains_held == 0 or end_ms - int(s["held_since_ms"]) < _JAM_MS:
        return None
    return Jam(
        since_ms=int(s["held_since_ms"]),
        cause=_busiest(terminal, s, p, end_ms),
        n_trains_held=n_trains_held,
        n_trucks_waiting=n_trucks,
    )


def _busiest(terminal: Terminal, s: Any, p: Any, end_ms: int) -> Resource:
    """The yard when gantries mostly waited for room; else the busiest group of machines."""
    if int(s["blocked_ms"][BLOCKED_ROOM]) > end_ms // 4:
        return Resource.YARD_SLOT
    shares: list[tuple[float, Resource]] = []
    for g, (resource, _, count) in enumerate(machine_groups(terminal)):
        first = int(p["group_first"][g])
        busy_ms = int(s["machine_busy_ms"][first : first + count].sum())
        # A tractor is busy while it waits for others, so it is named only when nothing else is.
        weight = 0.5 if resource is Resource.TRACTOR else 1.0
        shares.append((weight * busy_ms / (count * end_ms), resource))
    return max(shares)[1]
