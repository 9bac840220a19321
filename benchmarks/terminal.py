"""`scripts/bench terminal`: the kernel beside SimPy, its size, its trace and its replications.

Everything in one run on one machine, as ratios; SimPy's figure is that of the simplified terminal
of `verification.simpy_terminal`, which both play.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from unittest.mock import patch

from verification.simpy_terminal import YEARLY_400_000, SimpyTerminal, play

from benchmarks.registry import MODELS, prepared, simulate
from keruen import study, terminal
from keruen.domain.tables import Table
from keruen.terminal import LiveTerminal
from keruen.terminal.kernel import SIZE_CLASSES
from keruen.terminal.kernel.state import state_dtype

REPEATS = 5


def seconds(call: Callable[[], Any], repeats: int = REPEATS) -> float:
    """Median time of a call."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return median(times)


def loop_seconds(call: Callable[[], Any]) -> float:
    """Median time that a call spends in the event loop: the rest of it is set-up."""
    times: list[float] = []
    advance = LiveTerminal.advance

    def timed(self: LiveTerminal, until_ms: int) -> Table:
        start = perf_counter()
        rows = advance(self, until_ms)
        times.append(perf_counter() - start)
        return rows

    with patch.object(LiveTerminal, "advance", timed):
        for _ in range(REPEATS):
            call()
    return median(times)


def main() -> int:
    """Measure and print."""
    terminal.compile_kernel()
    world = prepared(MODELS["nameplate"])
    n_rows = world.run.n_events

    def untraced() -> object:
        return simulate(world.scenario, world.trains, world.visits, with_trace=False)

    full, loop = seconds(untraced), loop_seconds(untraced)
    traced = seconds(lambda: simulate(world.scenario, world.trains, world.visits))
    simple_run = play(1, YEARLY_400_000, with_trace=False)
    simple = seconds(lambda: play(1, YEARLY_400_000, with_trace=False))
    simple_loop = loop_seconds(lambda: play(1, YEARLY_400_000, with_trace=False))
    other = SimpyTerminal(1, YEARLY_400_000)
    start = perf_counter()
    other.run()
    simpy = perf_counter() - start
    kernel_rate, simpy_rate = simple_run.n_events / simple, other.n_rows / simpy
    rows = [
        (
            "nameplate year, everything on, no trace",
            f"{full:.2f} s",
            f"{n_rows / full:,.0f} rows/s",
        ),
        ("its event loop alone", f"{loop:.2f} s", f"{n_rows / loop:,.0f} rows/s"),
        ("its set-up", f"{full - loop:.2f} s", ""),
        ("the same with trace", f"{traced:.2f} s", f"{traced / full:.2f} × without"),
        ("simplified terminal, kernel", f"{simple:.3f} s", f"{kernel_rate:,.0f} rows/s"),
        (
            "its event loop alone",
            f"{simple_loop:.3f} s",
            f"{simple_run.n_events / simple_loop:,.0f} rows/s",
        ),
        ("simplified terminal, SimPy", f"{simpy:.2f} s", f"{simpy_rate:,.0f} rows/s"),
        ("kernel against SimPy, same terminal", "", f"{kernel_rate / simpy_rate:.0f} ×"),
        ("everything on against SimPy's simple one", "", f"{n_rows / full / simpy_rate:.0f} ×"),
        ("its event loop against that", "", f"{n_rows / loop / simpy_rate:.0f} ×"),
    ]
    for size in SIZE_CLASSES:
        mib = state_dtype(size).itemsize / 2**20
        rows.append((f"state of a replication, class {size.name}", "", f"{mib:.2f} MiB"))
    one, two = (_replications(n) for n in (1, 2))
    rows.append(("8 replications, 1 process", f"{one:.1f} s", ""))
    rows.append(("8 replications, 2 processes", f"{two:.1f} s", f"{one / two:.2f} × faster"))
    for name, time, ratio in rows:
        sys.stdout.write(f"| {name} | {time} | {ratio} |\n")
    return 0


def _replications(n_workers: int) -> float:
    world = MODELS["growth"].read()

    def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            study.run(
                world,
                replications=8,
                seed=1,
                executor=study.processes(n_workers),
                out=Path(folder) / "run",
            )

    return seconds(run, 1)


if __name__ == "__main__":
    raise SystemExit(main())
