"""The stage's one verb: trains and container visits in, a traced history out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from keruen.domain import tables
from keruen.domain.codes import Mode, Resource
from keruen.domain.results import Jam, TerminalRun
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Terminal
from keruen.terminal import inputs
from keruen.terminal.groups import machine_groups
from keruen.terminal.kernel import SIZE_CLASSES, begin, run, tell
from keruen.terminal.kernel.compiled import Report, compiling
from keruen.terminal.kernel.state import (
    BLOCKED_ROOM,
    MAX_WAGON_20,
    ORDER_DTYPE,
    OUTAGE_DTYPE,
    TRAIN_DTYPE,
    VISIT_DTYPE,
    parameters_dtype,
)
from keruen.terminal.live import LiveTerminal, Setting, call
from keruen.units import MS_PER_DAY

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
    size = inputs.size_class(terminal, n_services, trains)
    if not patterns:
        trains, patterns = _with_patterns(trains)
    setting = Setting(
        seed=seed,
        horizon_ms=horizon_ms,
        patterns=patterns,
        first_day=first_day,
        with_trace=with_trace,
        is_paranoid=is_paranoid,
    )
    live = LiveTerminal(terminal, size, visits, len(trains), setting, state)
    on_trains = np.argsort(visits["in_train"], kind="stable")
    on_trains = on_trains[visits["in_train"][on_trains] >= 0]
    trains = trains.copy()
    trains["n_boxes_in"] = np.bincount(visits["in_train"][on_trains], minlength=len(trains))
    live.tell(trains, on_trains, np.flatnonzero(visits["in_mode"] == Mode.TRUCK))
    live.advance(horizon_ms)
    return finished(terminal, live, horizon_ms)


def finished(
    terminal: Terminal,
    live: LiveTerminal,
    end_ms: int,
    number: NDArray[np.int32] | None = None,
) -> TerminalRun:
    """What a terminal that was run up to `end_ms` leaves behind.

    Parameters
    ----------
    number : what each visit is to be called in the trace; −1 at the end, for no visit.
    """
    trace = live.trace
    if number is not None:
        trace["visit"] = number[trace["visit"]]
    state = live.state
    return TerminalRun(
        trace=trace,
        n_events=int(state[0]["n_events"]),
        digest=trace_digest(trace),
        end_ms=end_ms,
        state=state,
        outages=live.outages,
        jam=_jam(terminal, state[0], live.parameters[0], end_ms),
    )


def trace_digest(trace: Table) -> str:
    """SHA-256 of the trace's bytes, in hexadecimal; empty without a trace."""
    return hashlib.sha256(trace.tobytes()).hexdigest() if len(trace) else ""


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
        call(begin, s, p, outages)
        call(tell, s, p, visits, trains, order, 0)
        call(run, s, p, visits, trains, order, outages, tables.empty("trace", 0), 0, False)


def _with_patterns(trains: Table) -> tuple[Table, tuple[tuple[str, ...], ...]]:
    """Trains of which only the TEU of a platform are known, with patterns by that number."""
    n_teu = np.ceil(trains["capacity_teu"] / np.maximum(1, trains["n_wagons"])).astype(int)
    trains = trains.copy()
    trains["wagon_type"] = np.clip(n_teu, 0, MAX_WAGON_20 - 1)
    return trains, tuple(inputs.patterns_of_teu(teu) for teu in range(MAX_WAGON_20))


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
