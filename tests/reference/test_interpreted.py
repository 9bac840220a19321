"""The kernel means the same interpreted and compiled: the trace agrees row by row."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from keruen.terminal import simulate
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from terminals import imports, terminal, trains, visits

_PRINT_DIGEST = "import test_interpreted as t; print(t.busy_days().digest)"


def busy_days() -> object:
    """Two days with every law, both box lengths, reshuffles, holds and two services."""
    law = {"law": "lognormal", "median": "4 min", "p90": "9 min"}
    small = terminal(
        machines__stacker__cycle_time=law,
        machines__gantry__cycle_time={"law": "exponential", "mean": "3 min"},
        gate__in_time={"law": "triangular", "least": "1 min", "mode": "2 min", "most": "6 min"},
        gate__opens="6 h",
        gate__open_time="16 h",
        blocks__a__n_bays=3,
        policy={"slot": "random"},
    )
    boxes = [
        *imports(6, out_ms=20 * MS_PER_HOUR, channel=3, hold_ms=MS_PER_HOUR),
        *imports(6, 1, in_ms=MS_PER_HOUR, out_ms=30 * MS_PER_HOUR, n_teu=1),
        *[{"in_ms": i * MS_PER_HOUR, "out_service": i % 2, "n_teu": 1 + i % 2} for i in range(12)],
    ]
    train_table = trains(0, MS_PER_HOUR, 12 * MS_PER_HOUR, 26 * MS_PER_HOUR)
    train_table["service"] = [0, 1, 0, 1]
    return simulate(
        small, train_table, visits(*boxes), seed=11, horizon_ms=2 * MS_PER_DAY, n_services=2
    )


@pytest.mark.slow
def test_interpreted_and_compiled_traces_are_the_same() -> None:
    """A run without compilation, in a process of its own, has the digest of the compiled one."""
    here = Path(__file__).parent
    paths = [str(here), str(here.parent), *sys.path]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(paths)}
    interpreted = subprocess.run(
        [sys.executable, "-W", "error", "-c", _PRINT_DIGEST],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert interpreted.returncode == 0, interpreted.stderr
    compiled = busy_days()
    assert compiled.n_events > 200  # type: ignore[attr-defined]
    assert interpreted.stdout.strip() == compiled.digest  # type: ignore[attr-defined]
