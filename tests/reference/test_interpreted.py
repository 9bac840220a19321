"""The kernel means the same interpreted and compiled: the trace agrees row by row."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from keruen import demand
from keruen.domain.codes import Event
from keruen.study.coupled import run_coupled
from keruen.terminal import simulate
from keruen.units import MS_PER_DAY, MS_PER_HOUR
from railways import halfway, plain, railway_of
from terminals import imports, terminal, trains, visits
from two_modules import busy_modules

_PRINT = "import test_interpreted as t; print(t.{run}())"


def busy_days() -> str:
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
    run = simulate(
        small, train_table, visits(*boxes), seed=11, horizon_ms=2 * MS_PER_DAY, n_services=2
    )
    assert run.n_events > 200
    return run.digest


def busy_railway() -> str:
    """Eight days of a railway and a dry port together, whose border, wagons and paths are scarce.

    Every event and every step is verified.
    """
    scarce = dict.fromkeys(("low", "mode", "high"), "0.8 trains/d")
    scenario = plain(
        boxes=7300,
        borders__gate__to_kazakhstan=scarce,
        fleet__flat__n_platforms=244,
        fleet__flat__turnaround="40 h",
    )
    both = run_coupled(
        scenario,
        railway_of(scenario),
        demand.generate(scenario, 1),
        1,
        until_ms=8 * MS_PER_DAY,
        is_paranoid=True,
    )
    assert len(both.railway.runs) > 30
    digest = hashlib.sha256(both.run.digest.encode())
    for name in ("boxes", "lines", "queues"):
        digest.update(both.railway.tables[name].tobytes())
    for table in ("runs", "crossings", "passings", "set_changes"):
        digest.update(getattr(both.railway, table).tobytes())
    return digest.hexdigest()


def full_yard() -> str:
    """Twenty days in which a small yard stops trains, with few trucks, removal and a train that stays."""
    landside = {
        "trucks_per_day": 3,
        "free_time": "2 d",
        "long_stay_share": 0.3,
        "long_stay": "5 d",
        "removal": {"after": "4 d", "boxes_per_day": 1},
        "intake_stop": {"stop_share": 0.6, "resume_share": 0.4, "ban_delay": "2 d"},
    }
    scenario = halfway(3, landside=landside)
    services = {
        key: service.model_copy(update={"departure_standing": "handling_track"})
        for key, service in scenario.services.items()
    }
    scenario = scenario.model_copy(update={"services": services})
    both = run_coupled(
        scenario,
        railway_of(scenario),
        demand.generate(scenario, 1),
        1,
        until_ms=20 * MS_PER_DAY,
        is_paranoid=True,
    )
    trace = both.run.trace
    assert (trace["kind"] == Event.REMOVED).sum() > 1
    assert len(both.railway.stands) > 2
    digest = hashlib.sha256(both.run.digest.encode())
    for table in ("stands", "fullness", "runs", "passings"):
        digest.update(getattr(both.railway, table).tobytes())
    return digest.hexdigest()


def busy_rows() -> str:
    """Rows under two modules of gantries, stacked by departures and by chance."""
    by_departure = busy_modules(3, "expected_minimum", "score", "least_work")
    assert (by_departure.trace["kind"] == Event.RESHUFFLED).sum() > 0
    return by_departure.digest + busy_modules(3, "random", "reshuffle_index").digest


@pytest.mark.slow
@pytest.mark.parametrize("run", [busy_days, busy_railway, full_yard, busy_rows])
def test_interpreted_and_compiled_runs_are_the_same(run: Callable[[], str]) -> None:
    """A run without compilation, in a process of its own, has the digest of the compiled one."""
    here = Path(__file__).parent
    paths = [str(here), str(here.parent), *sys.path]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(paths)}
    interpreted = subprocess.run(
        [sys.executable, "-W", "error", "-c", _PRINT.format(run=run.__name__)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert interpreted.returncode == 0, interpreted.stderr
    assert interpreted.stdout.strip() == run()
