"""The stage's one verb: trains and container visits in, a traced history out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from keruen.domain import tables
from keruen.domain.codes import Resource
from keruen.domain.results import Jam, TerminalRun
from keruen.domain.tables import Table
from keruen.scenario.models import Terminal
from keruen.terminal import inputs
from keruen.terminal.kernel import SIZE_CLASSES, begin, run
from keruen.terminal.kernel.compiled import Report, compiling
from keruen.terminal.kernel.state import (
    BLOCKED_ROOM,
    TRAIN_DTYPE,
    VISIT_DTYPE,
    parameters_dtype,
)
from keruen.terminal.kernel.trace import MARGIN_ROWS
from keruen.units import MS_PER_DAY

_ROWS_PER_VISIT = 14
"""Trace rows to make room for at first; the buffer grows when a yard reshuffles more."""

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
    size = inputs.size_class(terminal, n_services)
    p = inputs.parameters(terminal, size, seed, horizon_ms)
    arrays = inputs.kernel_arrays(p[0], trains, visits)
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
    arrays = (visits, trains, np.zeros(0, np.int32))
    with compiling(name, report):
        _call(begin, s, p, *arrays)
        _call(run, s, p, *arrays, tables.empty("trace", 0), 0, False)


def _call(function: Callable[..., Any], s: Any, p: Any, *arguments: Any) -> Any:
    """Call the kernel on records; interpreted runs need attribute access and silent overflow."""
    if numba.config.DISABLE_JIT:
        records = tuple(
            argument.view(np.recarray)
            if isinstance(argument, np.ndarray) and argument.dtype.names
            else argument
            for argument in arguments
        )
        with np.errstate(over="ignore"):
            return function(s.view(np.recarray)[0], p.view(np.recarray)[0], *records)
    return function(s[0], p[0], *arguments)


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
    for g, (resource, _, count) in enumerate(inputs.machine_groups(terminal)):
        first = int(p["group_first"][g])
        busy_ms = int(s["machine_busy_ms"][first : first + count].sum())
        # A tractor is busy while it waits for others, so it is named only when nothing else is.
        weight = 0.5 if resource is Resource.TRACTOR else 1.0
        shares.append((weight * busy_ms / (count * end_ms), resource))
    return max(shares)[1]
