"""Studies: the same result however it is computed, and nothing lost on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest

from keruen import study
from keruen.domain.results import Study
from keruen.errors import CancelledError, RunFolderError, UsageError
from keruen.scenario import Scenario, read


@pytest.fixture(scope="module")
def fortnight() -> Scenario:
    """Two weeks of the real dry port without warm-up: small, and with every process."""
    return read("kostanay-hefei", ["calendar.days=14", 'calendar.warm_up="7 d"'])


@pytest.fixture(scope="module")
def alone(fortnight: Scenario) -> Study:
    return study.run(fortnight, replications=3, seed=5)


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Executor]:
    with study.processes(2) as pool:
        yield pool


def digests(one: Study) -> list[str]:
    """Trace digests in the order of replications."""
    return [replication.trace_digest for replication in one.replications]


@pytest.mark.slow
def test_workers_change_nothing(fortnight: Scenario, alone: Study, two_workers: Executor) -> None:
    """One process and two give the same traces, measures, estimates and verdict."""
    shared = study.run(fortnight, replications=3, seed=5, executor=two_workers)
    assert digests(shared) == digests(alone)
    assert shared.estimates == alone.estimates
    assert shared.verdict == alone.verdict


def test_any_executor_will_do(fortnight: Scenario, alone: Study) -> None:
    """The seam takes threads as well."""
    with ThreadPoolExecutor(2) as pool:
        assert digests(study.run(fortnight, replications=3, seed=5, executor=pool)) == digests(
            alone
        )


def test_replications_differ_and_repeat(fortnight: Scenario, alone: Study) -> None:
    """Replications have seeds of their own, and a shorter study is the beginning of a longer one."""
    assert len(set(digests(alone))) == 3
    assert digests(study.run(fortnight, replications=1, seed=5)) == digests(alone)[:1]
    assert digests(study.run(fortnight, replications=1, seed=6)) != digests(alone)[:1]


def test_stored_and_loaded(fortnight: Scenario, alone: Study, tmp_path: Path) -> None:
    """A stored run is read back with the same estimates and verdict."""
    stored = study.run(fortnight, replications=3, seed=5, out=tmp_path)
    loaded = study.load(tmp_path)
    assert loaded.estimates == stored.estimates == alone.estimates
    assert loaded.verdict == stored.verdict
    assert loaded.demand_rows == stored.demand_rows
    assert loaded.scenario.digest == fortnight.digest
    assert (tmp_path / "replication-0000" / "trace.parquet").exists()
    assert not (tmp_path / "replication-0001" / "trace.parquet").exists()


def test_cancelled_work_goes_on(fortnight: Scenario, alone: Study, tmp_path: Path) -> None:
    """Work stopped after one replication keeps it, and the same call finishes the rest only."""

    def stop_after_one(progress: study.Progress) -> None:
        if progress.done == 1:
            raise KeyboardInterrupt

    with pytest.raises(CancelledError) as stopped:
        study.run(fortnight, replications=3, seed=5, out=tmp_path, progress=stop_after_one)
    assert stopped.value.exit_code == 130
    with pytest.raises(RunFolderError):
        study.load(tmp_path)
    kept = (tmp_path / "replication-0000" / "measures.json").stat().st_mtime_ns
    seen: list[int] = []
    again = study.run(
        fortnight, replications=3, seed=5, out=tmp_path, progress=lambda p: seen.append(p.done)
    )
    assert seen == [1, 2, 3]
    assert (tmp_path / "replication-0000" / "measures.json").stat().st_mtime_ns == kept
    assert digests(again) == digests(alone)
    assert again.estimates == alone.estimates


_ENDLESS = """
from pathlib import Path
import sys
from keruen import study
from keruen.scenario import read
s = read("kostanay-hefei", ["calendar.days=14", 'calendar.warm_up="7 d"'])
study.run(s, replications=3, seed=5, out=Path(sys.argv[1]), progress=lambda p: print(p.done, flush=True))
"""


@pytest.mark.slow
def test_a_killed_run_goes_on(alone: Study, fortnight: Scenario, tmp_path: Path) -> None:
    """After kill -9 the finished replications are there, and the same call ends as if unbroken."""
    child = subprocess.Popen(
        [sys.executable, "-c", _ENDLESS, str(tmp_path / "run")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    for line in child.stdout:
        if line.strip() == "1":
            break
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    time.sleep(0.1)
    again = study.run(fortnight, replications=3, seed=5, out=tmp_path / "run")
    assert digests(again) == digests(alone)


@pytest.mark.parametrize(("replications", "seed"), [(0, 1), (10_001, 1), (1, -1), (1, 2**63)])
def test_impossible_wishes(fortnight: Scenario, replications: int, seed: int) -> None:
    """A number of replications or a seed out of range is refused before anything runs."""
    with pytest.raises(UsageError):
        study.run(fortnight, replications=replications, seed=seed)


def test_row_order_changes_no_digest(fortnight: Scenario, alone: Study) -> None:
    """Every table of the scenario turned upside down: the same traces."""
    turned = fortnight.model_copy(
        update={
            name: dict(reversed(getattr(fortnight, name).items()))
            for name in ("flows", "services", "commodities")
        }
    )
    terminal = turned.terminal.model_copy(
        update={
            name: dict(reversed(getattr(turned.terminal, name).items()))
            for name in ("blocks", "machines", "tracks")
        }
    )
    turned = turned.model_copy(update={"terminal": terminal})
    assert digests(study.run(turned, replications=1, seed=5)) == digests(alone)[:1]
