"""The stage's one verb: trains and container visits in, a traced history out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.compiled import Report
from keruen.domain import tables
from keruen.domain.codes import Mode
from keruen.domain.results import TerminalRun
from keruen.domain.tables import Table
from keruen.scenario.dry_port import Terminal
from keruen.terminal import inputs
from keruen.terminal.kernel import SIZE_CLASSES
from keruen.terminal.kernel.state import MAX_WAGON_20
from keruen.terminal.live import LiveTerminal, Setting, compile_class

_A_MONDAY: Final = date(2030, 1, 7)
"""First day when none is given: the week then begins with the simulation."""


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
    state: NDArray[np.void] | None = None,
    patterns: Sequence[Sequence[str]] = (),
    service_rules: Sequence[inputs.ServiceRule] = (),
    first_day: date = _A_MONDAY,
) -> TerminalRun:
    """Simulate the terminal up to `horizon_ms`.

    Parameters
    ----------
    terminal : Terminal
        The dry port.
    trains, visits : Table
        Tables `train_arrivals` and `container_visits`, sorted by arrival.
    seed : int
        Of the keyed draws, 0 ≤ seed < 2**63.
    horizon_ms : int
        Simulated time to stop at, ms, exclusive, positive.
    n_services : int
        Train services in the scenario; more than any `out_service` of the visits.
    with_trace : bool, default True
        Keep the trace; without it only the events are counted.
    is_paranoid : bool, default False
        Verify the whole state after every event (slow).
    state : NDArray[np.void], optional
        The state of an earlier run of the same inputs, to continue from; it is copied.
    patterns : Sequence[Sequence[str]], optional
        Load patterns of each `wagon_type` of the trains; empty: any that fit the TEU.
    service_rules : Sequence[inputs.ServiceRule], optional
        How the trains of each service are shunted; of others the usual way holds.
    first_day : date, optional
        Of the simulation, its warm-up included: shifts and holidays go by it.

    Returns
    -------
    TerminalRun
        The trace, in the order of events, and what is known at the end; the trace holds the
        rows since the state that was given.

    Raises
    ------
    AssertionError
        When a table is not as `fields.toml` says, or an invariant is broken: a fault of ours.
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
        service_rules=service_rules,
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
    return live.finished(horizon_ms)


def compile_kernel(report: Report | None = None) -> None:
    """Compile the kernel for every capacity class, or load it from the cache.

    Parameters
    ----------
    report : Report, optional
        Called with the class's name, functions compiled so far and functions expected.

    Raises
    ------
    StorageError
        When the disk does not take the compiled code.
    """
    for size in SIZE_CLASSES:
        compile_class(size.name, report)


def _with_patterns(trains: Table) -> tuple[Table, tuple[tuple[str, ...], ...]]:
    """Trains of which only the TEU of a platform are known, with patterns by that number."""
    n_teu = np.ceil(trains["capacity_teu"] / np.maximum(1, trains["n_wagons"])).astype(int)
    trains = trains.copy()
    trains["wagon_type"] = np.clip(n_teu, 0, MAX_WAGON_20 - 1)
    return trains, tuple(inputs.patterns_of_teu(teu) for teu in range(MAX_WAGON_20))
