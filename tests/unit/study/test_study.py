"""Studies: the same result however it is computed, and nothing lost on the way."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

import keruen
from keruen import study
from keruen.errors import CancelledError, KeruenError, RunFolderError, UsageError
from keruen.scenario import Scenario, read
from keruen.scenario.documents import packaged_folder
from keruen.study.kept_replications import replay_kept
from keruen.study.results import Progress, Study


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


def test_paths_and_names_may_be_strings(tmp_path: Path) -> None:
    """A scenario is named or given by its path, and a run is written and read, by plain strings."""
    folder = shutil.copytree(packaged_folder() / "toy", tmp_path / "mine")
    out = str(tmp_path / "run")
    by_name = keruen.run("toy", replications=1, out=out)
    by_path = keruen.run(str(folder), replications=1)
    assert digests(by_name) == digests(by_path) == digests(keruen.load(out))
    assert by_name.scenario.name == "toy"
    assert by_path.scenario.name == "mine"
    with pytest.raises(UsageError):
        keruen.run("no such scenario")
    with pytest.raises(RunFolderError):
        keruen.load(str(folder))


def test_stored_and_loaded(fortnight: Scenario, alone: Study, tmp_path: Path) -> None:
    """A stored run is read back with the same estimates and verdict."""
    stored = study.run(fortnight, replications=3, seed=5, out=tmp_path)
    loaded = study.load(tmp_path)
    assert loaded.estimates == stored.estimates == alone.estimates
    assert loaded.verdict == stored.verdict
    assert loaded.demand_rows == stored.demand_rows
    assert loaded.scenario.digest == study.prepare(fortnight).scenario.digest
    for back, made in zip(loaded.replications, stored.replications, strict=True):
        assert back.tables.keys() == made.tables.keys()
        assert all((back.tables[name] == table).all() for name, table in made.tables.items())
    assert (tmp_path / "replication-0000" / "trace.parquet").exists()
    assert not (tmp_path / "replication-0001" / "trace.parquet").exists()


def test_offered_boxes_by_flow(fortnight: Scenario, alone: Study) -> None:
    """The boxes offered by flow are those of the first replication, every flow named."""
    offered = alone.replications[0].measures["offered_per_year"] * 14 / 365
    assert sum(alone.demand_rows.values()) == round(offered) > 0
    assert sorted(alone.demand_rows) == sorted(fortnight.flows)


def test_cancelled_work_goes_on(fortnight: Scenario, alone: Study, tmp_path: Path) -> None:
    """Work stopped after one replication keeps it, and the same call finishes the rest only."""

    def stop_after_one(progress: Progress) -> None:
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
    assert [n for n in seen if n <= 3][:3] == [1, 2, 3]
    assert (tmp_path / "replication-0000" / "measures.json").stat().st_mtime_ns == kept
    assert digests(again) == digests(alone)
    assert again.estimates == alone.estimates


_ENDLESS = """
from pathlib import Path
import sys
from keruen import study
from keruen.scenario import read

def main():
    s = read("kostanay-hefei", ["calendar.days=14", 'calendar.warm_up="7 d"'])
    study.run(
        s,
        replications=200,
        seed=5,
        out=Path(sys.argv[1]),
        executor=study.processes(2) if sys.argv[2] == "2" else None,
        progress=lambda p: print(p.done, flush=True),
    )

if __name__ == "__main__":
    main()
"""


def killed(script: Path, out: Path, n_workers: int) -> None:
    """Start a long study in another process, and kill it when one replication is done."""
    script.write_text(_ENDLESS, encoding="utf-8")
    child = subprocess.Popen(
        [sys.executable, str(script), str(out), str(n_workers)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    for line in child.stdout:
        if line.strip() == "1":
            break
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    # The pipe ends when the last process that may write to it has ended: the workers too.
    child.stdout.read()
    child.stdout.close()


@pytest.mark.slow
@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_killed_run_goes_on(
    alone: Study, fortnight: Scenario, tmp_path: Path, n_workers: int
) -> None:
    """After kill -9 the finished replications are there, and the same call ends as if unbroken.

    Workers of a killed run end too, or this test would hang.
    """
    out = tmp_path / "run"
    killed(tmp_path / "endless.py", out, n_workers)
    done = [child.name for child in out.glob("replication-*")]
    assert len(done) >= 1
    again = study.run(fortnight, replications=3, seed=5, out=out)
    assert digests(again) == digests(alone)
    assert again.demand_rows == alone.demand_rows
    assert again.estimates == alone.estimates


def test_a_kill_between_the_last_files(fortnight: Scenario, alone: Study, tmp_path: Path) -> None:
    """All replications but not yet the last note: loading says so, and the same call mends it."""
    study.run(fortnight, replications=3, seed=5, out=tmp_path)
    (tmp_path / "study.json").unlink()
    with pytest.raises(RunFolderError) as unfinished:
        study.load(tmp_path)
    assert unfinished.value.key == "error.run_unfinished"
    again = study.run(fortnight, replications=3, seed=5, out=tmp_path)
    assert again.demand_rows == alone.demand_rows
    assert study.load(tmp_path).estimates == alone.estimates


def test_a_longer_study_in_the_same_folder(
    fortnight: Scenario, alone: Study, tmp_path: Path
) -> None:
    """One replication, then three in the same folder: the first is kept, the rest is added."""
    study.run(fortnight, replications=1, seed=5, out=tmp_path)
    longer = study.run(fortnight, replications=3, seed=5, out=tmp_path)
    assert longer.estimates == alone.estimates
    assert study.load(tmp_path).provenance.n_replications == 3
    shorter = study.run(fortnight, replications=1, seed=5, out=tmp_path)
    assert len(study.load(tmp_path).replications) == len(shorter.replications) == 1


def test_experiments_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finished run that fails a limit keeps its experiments: the same call makes none again."""
    hurried = 'limits.truck_turn_time_p90="1 min"'
    jammed = read("starter", ["calendar.days=14", 'calendar.warm_up="7 d"', hurried])
    seen: list[Progress] = []
    first = study.run(jammed, replications=1, seed=5, out=tmp_path, progress=seen.append)
    # As it is, and three times with one unit more.
    assert seen[1:] == [Progress(1, 1), *(Progress(1 + n, 5, "experiments") for n in range(5))]
    assert first.verdict.outcome == "broken"
    assert len(first.verdict.probes) == 3

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("keruen.study.experiments.play", never)
    assert study.run(jammed, replications=1, seed=5, out=tmp_path).verdict == first.verdict
    assert study.load(tmp_path).verdict == first.verdict


def test_a_folder_of_another_run_is_refused(fortnight: Scenario, tmp_path: Path) -> None:
    """Another seed, another version and another scenario are named; the folder stays as it was."""
    study.run(fortnight, replications=1, seed=5, out=tmp_path)
    with pytest.raises(RunFolderError) as differs:
        study.run(fortnight, replications=1, seed=6, out=tmp_path)
    assert differs.value.parameters["what"] == "seed"
    text = (tmp_path / "provenance.json").read_text(encoding="utf-8")
    words = json.loads(text)
    (tmp_path / "provenance.json").write_text(
        json.dumps({**words, "version": "0.0.1"}), encoding="utf-8"
    )
    with pytest.raises(RunFolderError) as old:
        study.load(tmp_path)
    assert old.value.key == "error.run_other_version"
    (tmp_path / "provenance.json").write_text(
        json.dumps({**words, "scenario_digest": "0" * 64}), encoding="utf-8"
    )
    with pytest.raises(RunFolderError) as changed:
        study.load(tmp_path)
    assert changed.value.key == "error.run_scenario_changed"


def test_a_damaged_replication_is_named_and_can_be_made_again(
    fortnight: Scenario, alone: Study, tmp_path: Path
) -> None:
    """A cut-off table is named; without its folder the same call makes that replication anew."""
    # As many as `alone` has: with two the verdict is unsure, and experiments would be made.
    study.run(fortnight, replications=3, seed=5, out=tmp_path)
    broken = tmp_path / "replication-0001" / "hourly.parquet"
    broken.write_bytes(broken.read_bytes()[:100])
    with pytest.raises(RunFolderError):
        study.load(tmp_path)
    with pytest.raises(RunFolderError) as damaged:
        study.run(fortnight, replications=3, seed=5, out=tmp_path)
    assert damaged.value.parameters["path"] == str(broken)
    shutil.rmtree(broken.parent)
    mended = study.run(fortnight, replications=3, seed=5, out=tmp_path)
    assert digests(mended) == digests(alone)


class DyingExecutor(Executor):
    """An executor whose workers are gone after so many calls."""

    def __init__(self, n_calls: int) -> None:
        self.n_calls = n_calls

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run at once, or fail as a pool whose worker was killed."""
        future: Future[Any] = Future()
        self.n_calls -= 1
        if self.n_calls < 0:
            future.set_exception(BrokenProcessPool())
        else:
            future.set_result(fn(*args, **kwargs))
        return future


@pytest.mark.parametrize("n_calls", [0, 1, 2])
def test_a_worker_that_dies(tmp_path: Path, n_calls: int) -> None:
    """Workers that die, among replications or experiments, are one sentence; what is done is kept."""
    jammed = read("kostanay-hefei", ["calendar.days=7", 'calendar.warm_up="7 d"'], ("nameplate",))
    with pytest.raises(KeruenError) as died:
        study.run(jammed, replications=2, seed=5, out=tmp_path, executor=DyingExecutor(n_calls))
    assert died.value.key == "error.worker_died"
    assert len(list(tmp_path.glob("replication-*"))) == n_calls


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


def test_a_kept_replication_is_played_again_and_checked(tmp_path: Path) -> None:
    """A trace that was not kept comes back from its seed; one that differs, or none, is told."""
    kept = keruen.run("toy", replications=2, seed=5, out=tmp_path / "run")
    names = [sorted(file.stem for file in folder.glob("*.parquet")) for folder in _folders(kept)]
    assert "trace" in names[0]
    assert "trace" not in names[1]
    again = replay_kept(kept.folder, 1)
    assert again.run.digest == kept.replications[1].trace_digest
    assert hashlib.sha256(again.run.trace.tobytes()).hexdigest() == again.run.digest
    with pytest.raises(UsageError) as refused:
        replay_kept(kept.folder, 2)
    assert refused.value.key == "error.replication_not_kept"
    measures = _folders(kept)[1] / "measures.json"
    changed = measures.read_text(encoding="utf-8").replace(again.run.digest, "0" * 64)
    measures.write_text(changed, encoding="utf-8")
    with pytest.raises(RunFolderError) as refused:
        replay_kept(kept.folder, 1)
    assert refused.value.key == "error.replay_differs"
    provenance = Path(kept.folder) / "provenance.json"
    older = {**json.loads(provenance.read_text(encoding="utf-8")), "version": "0.0.1"}
    provenance.write_text(json.dumps(older), encoding="utf-8")
    with pytest.raises(RunFolderError) as refused:
        replay_kept(kept.folder, 1)
    assert refused.value.key == "error.run_other_version"


def _folders(one: Study) -> list[Path]:
    return sorted(Path(one.folder).glob("replication-*"))
