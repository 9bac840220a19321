"""`scripts/bench terminal`: the kernel beside SimPy, its size, its trace and its replications.

Everything in one run on one machine, as ratios; SimPy's figure is that of the simplified terminal
of `verification.simpy_terminal`, which both play.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from verification.simpy_terminal import YEARLY_400_000, SimpyTerminal, play

from benchmarks.registry import MODELS, prepared, simulate
from benchmarks.table import Row, loop_seconds, seconds, tell
from keruen import study, terminal
from keruen.terminal.kernel import SIZE_CLASSES
from keruen.terminal.kernel.state import state_dtype


def rows() -> Iterator[Row]:
    """Everything, one after the other."""
    terminal.compile_kernel()
    world = prepared(MODELS["nameplate"])
    n_rows = world.run.n_events

    def untraced() -> object:
        return simulate(world.scenario, world.trains, world.visits, with_trace=False)

    def simplified() -> object:
        return play(1, YEARLY_400_000, with_trace=False)

    full, loop = seconds(untraced), loop_seconds(untraced)
    traced = seconds(lambda: simulate(world.scenario, world.trains, world.visits))
    yield Row("nameplate year, everything on, no trace", full, _rate(n_rows, full))
    yield Row("its event loop alone", loop, _rate(n_rows, loop))
    yield Row("its set-up", full - loop)
    yield Row("the same with trace", traced, f"{traced / full:.2f} × without")
    n_simple = play(1, YEARLY_400_000, with_trace=False).n_events
    simple, simple_loop = seconds(simplified), loop_seconds(simplified)
    other = SimpyTerminal(1, YEARLY_400_000)
    simpy = seconds(other.run, 1)
    simpy_rate = other.n_rows / simpy
    yield Row("simplified terminal, kernel", simple, _rate(n_simple, simple))
    yield Row("the event loop of that", simple_loop, _rate(n_simple, simple_loop))
    yield Row("simplified terminal, SimPy", simpy, _rate(other.n_rows, simpy))
    for name, rate in (
        ("kernel against SimPy, same terminal", n_simple / simple),
        ("its event loop against SimPy", n_simple / simple_loop),
        ("everything on against SimPy's simple one", n_rows / full),
        ("its event loop against that", n_rows / loop),
    ):
        yield Row(name, None, f"{rate / simpy_rate:.0f} ×")
    for size in SIZE_CLASSES:
        mib = state_dtype(size).itemsize / 2**20
        yield Row(f"state of a replication, class {size.name}", None, f"{mib:.2f} MiB")
    one, two = (_replications(n) for n in (1, 2))
    yield Row("8 replications, 1 process", one)
    yield Row("8 replications, 2 processes", two, f"{one / two:.2f} × faster")


def _rate(n_rows: int, time: float) -> str:
    return f"{n_rows / time:,.0f} rows/s"


def _replications(n_workers: int) -> float:
    world = study.prepare(MODELS["growth"].read())

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
    raise SystemExit(tell("terminal", rows()))
