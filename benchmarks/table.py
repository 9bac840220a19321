"""What a benchmark says: rows of a table for a person, and the same as JSON beside it."""

from __future__ import annotations

import json
import platform
import resource
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from unittest.mock import patch

from keruen.domain.tables import Table
from keruen.terminal import LiveTerminal

RESULTS = Path("benchmarks") / "results"
REPEATS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was measured: its time, or nothing, and what is to be said of it."""

    name: str
    seconds: float | None = None
    note: str = ""

    def line(self) -> str:
        """As a row of a table in Markdown; milliseconds where seconds say too little."""
        time = "" if self.seconds is None else f"{self.seconds:.{3 if self.seconds < 1 else 2}f} s"
        return f"| {self.name} | {time} | {self.note} |"


def peak_memory_mib() -> float:
    """Largest resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


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


def tell(name: str, rows: Iterable[Row]) -> int:
    """Print each row when it is measured, then write all of them to `results/NAME.json`."""
    sys.stdout.write("| what | time | |\n|---|---|---|\n")
    found = []
    for row in rows:
        sys.stdout.write(row.line() + "\n")
        sys.stdout.flush()
        found.append(asdict(row))
    memory = Row("resident memory of this process at most", None, f"{peak_memory_mib():.0f} MiB")
    sys.stdout.write(memory.line() + "\n")
    document = {
        "rows": [*found, asdict(memory)],
        "python": sys.version,
        "machine": platform.machine(),
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0
