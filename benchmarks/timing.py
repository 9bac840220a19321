"""How it is measured: medians of repeats, and a ratio to a loop of plain Python in the same run.

Seconds differ from machine to machine and from hour to hour; the ratio is what can be compared.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.registry import MODELS, PHASES, prepared
from benchmarks.table import peak_memory_mib
from keruen import terminal

CALIBRATION_STEPS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """One phase on one model."""

    model: str
    phase: str
    seconds: float
    """Median over the repeats."""
    fastest: float
    slowest: float
    ratio: float
    """Median in units of the calibration loop's median."""
    n_repeats: int


def calibration() -> int:
    """A million steps of a mixing function in plain Python."""
    z = 1
    for step in range(CALIBRATION_STEPS):
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB + step) & 0xFFFFFFFFFFFFFFFF
    return z


def seconds_of(call: Callable[[], Any], n_repeats: int) -> list[float]:
    """Durations of `n_repeats` calls."""
    durations = []
    for _ in range(n_repeats):
        start = perf_counter()
        call()
        durations.append(perf_counter() - start)
    return durations


def timings(models: Iterable[str], phases: Iterable[str], n_repeats: int) -> list[Timing]:
    """Measure every phase on every model; compiling is done before and not counted."""
    unit = median(seconds_of(calibration, max(3, n_repeats)))
    found = []
    phases = tuple(phases)
    for name in models:
        model = MODELS[name]
        start = prepared(model)
        size = terminal.size_class(start.scenario.terminal, len(start.scenario.services))
        terminal.compile_class(size.name)
        for phase in phases:
            durations = seconds_of(PHASES[phase](model), n_repeats)
            found.append(
                Timing(
                    model=name,
                    phase=phase,
                    seconds=median(durations),
                    fastest=min(durations),
                    slowest=max(durations),
                    ratio=median(durations) / unit,
                    n_repeats=n_repeats,
                )
            )
    return found


def facts(models: Iterable[str]) -> dict[str, dict[str, float]]:
    """What a second means for each model: its boxes, events, and the size of the kernel's state."""
    sizes = {}
    for name in models:
        start = prepared(MODELS[name])
        sizes[name] = {
            "n_boxes": len(start.visits),
            "n_events": start.run.n_events,
            "state_mib": start.run.state.nbytes / 2**20,
        }
    return sizes


def as_document(found: list[Timing], sizes: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Everything as JSON words."""
    return {
        "timings": [asdict(timing) for timing in found],
        "models": sizes,
        "peak_memory_mib": peak_memory_mib(),
        "python": sys.version,
    }


def as_table(found: list[Timing], sizes: dict[str, dict[str, float]]) -> str:
    """Everything as lines for a person."""
    lines = [f"{'model':<18} {'phase':<16} {'median s':>9} {'ratio':>8} {'events/s':>11}"]
    for timing in found:
        rate = ""
        if timing.phase.startswith("terminal") and timing.seconds > 0:
            rate = f"{sizes[timing.model]['n_events'] / timing.seconds:>11,.0f}"
        lines.append(
            f"{timing.model:<18} {timing.phase:<16} {timing.seconds:>9.4f}"
            f" {timing.ratio:>8.2f} {rate:>11}"
        )
    for name, size in sizes.items():
        lines.append(
            f"{name}: {size['n_boxes']:,.0f} boxes, {size['n_events']:,.0f} events,"
            f" state {size['state_mib']:.2f} MiB"
        )
    lines.append(f"peak memory of this process {peak_memory_mib():.0f} MiB")
    lines.append(f"ratio 1.00 is {CALIBRATION_STEPS:,} steps of plain Python in the same run")
    return "\n".join(lines)
