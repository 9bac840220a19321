"""A study on a cluster: the same bytes, whoever dies, and no wait without an end."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import keruen
from clusters import cluster, killed_always, killed_once, own_fault, wait_for_word
from keruen.cli.main import run
from keruen.errors import KeruenError, UsageError
from keruen.scenario import read
from keruen.study import cluster as clusters
from keruen.study.cluster import on_cluster
from keruen.study.experiments import Experiment, measures_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A scheduler and two workers, for tests that leave them alive."""
    with cluster() as at:
        yield at


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a run folder."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_the_same_bytes_as_serial(address: str, tmp_path: Path) -> None:
    """Workers that see no folder of ours bring everything home, and every file is the same."""
    toy = read("toy", ["limits.trains_held_share=0"])
    alone = keruen.run(toy, replications=3, out=tmp_path / "alone")
    with on_cluster(address) as executor:
        shared = keruen.run(toy, replications=3, out=tmp_path / "shared", executor=executor)
    assert shared.verdict == alone.verdict
    assert files(tmp_path / "shared") == files(tmp_path / "alone")
    assert "replication-0000/trace.parquet" in files(tmp_path / "shared")


def test_experiments_on_a_cluster(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Experiments travel, large ones as parcels, and come back as they are played here."""
    experiments = [Experiment(scenario=read("toy"), seed=seed, days=2) for seed in (1, 2, 1)]
    monkeypatch.setattr(clusters, "_LARGE", 1)
    with on_cluster(address) as executor:
        away = measures_of(experiments, executor)
    monkeypatch.setattr("keruen.study.experiments.kept_measures", lambda _key: None)
    assert away == measures_of(experiments)
    assert away[0] == away[2] != away[1]


def test_a_task_fails_by_itself(address: str) -> None:
    """What is wrong with a task is told as it is, at once."""
    with on_cluster(address) as executor:
        failing = executor.submit(own_fault, {"why": "no reason"})
        with pytest.raises(ValueError, match="no reason"):
            failing.result()


def test_a_worker_is_killed_in_the_middle(tmp_path: Path) -> None:
    """The task that it had is made by another worker, and nothing else is lost."""
    with cluster() as at, on_cluster(at) as executor:
        marker = str(tmp_path / "marker")
        tasks = [executor.submit(killed_once, marker, number) for number in range(20)]
        assert [task.result() for task in tasks] == list(range(20))
    assert (tmp_path / "marker").exists()


def test_a_task_that_kills_its_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up under our own count, with a sentence."""
    monkeypatch.setattr(clusters, "MOST_LOSSES", 1)
    with cluster() as at, on_cluster(at) as executor:
        task = executor.submit(killed_always)
        with pytest.raises(KeruenError) as lost:
            task.result()
    assert (lost.value.key, lost.value.parameters) == ("error.cluster_task_lost", {"times": 2})


def test_no_worker_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for ever for workers that are all dead."""
    monkeypatch.setattr(clusters, "_TICK_S", 0.1)
    monkeypatch.setattr(clusters, "_MOST_IDLE", 5)
    with cluster(1) as at, on_cluster(at) as executor:
        task = executor.submit(killed_always)
        with pytest.raises(KeruenError) as alone:
            task.result()
    assert alone.value.key == "error.cluster_no_workers"


def test_nothing_ends_any_more(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that never ends is submitted again, then given up."""
    monkeypatch.setattr(clusters, "_TICK_S", 0.1)
    monkeypatch.setattr(clusters, "_MOST_STILL", 2)
    monkeypatch.setattr(clusters, "MOST_LOSSES", 0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with on_cluster(address) as executor:
            waiting = executor.submit(wait_for_word, silent.getsockname()[1])
            with pytest.raises(KeruenError) as lost:
                waiting.result()
    assert lost.value.key == "error.cluster_task_lost"


def test_a_worker_of_another_version() -> None:
    """It is refused by its name, with both versions."""
    with (
        cluster(1, n_of_another_version=1) as at,
        pytest.raises(UsageError) as other,
        on_cluster(at),
    ):
        pass
    assert other.value.key == "error.cluster_version"
    assert str(other.value.parameters["found"]).startswith("9.9.9-")
    assert str(other.value.parameters["worker"]).startswith("tcp://127.0.0.1:")


def test_a_worker_of_another_version_comes_later() -> None:
    """One that joins when the others were looked at refuses the call itself."""
    with cluster(0, n_of_another_version=1) as at, pytest.MonkeyPatch.context() as patch:
        patch.setattr(clusters, "_verify_workers", lambda *_: None)
        with on_cluster(at) as executor, pytest.raises(UsageError) as other:
            executor.submit(killed_always).result()
    assert other.value.key == "error.cluster_version"


def test_nobody_answers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address where nothing is, and one that takes the call and says nothing: a sentence, 2."""
    monkeypatch.setattr(clusters, "CONNECT_S", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        closed = silent.getsockname()[1]
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        for port in (closed, silent.getsockname()[1]):
            assert run(["run", "toy", "--executor", f"dask://127.0.0.1:{port}"]) == 2
            assert f"127.0.0.1:{port}" in capsys.readouterr().err
    with cluster(0) as at:
        assert run(["run", "toy", "--executor", f"dask://{at}"]) == 2
        assert "no workers" in capsys.readouterr().err


def test_the_command_on_this_machine(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--executor dask` starts a cluster, and prints what `serial` prints."""
    monkeypatch.chdir(tmp_path)
    command = ["run", "toy", "--replications", "2", "--format", "html", "--out"]
    assert run([*command, "one", "--executor", "serial"]) == 0
    alone = capsys.readouterr().out
    assert run([*command, "two", "--executor", "dask"]) == 0
    assert capsys.readouterr().out == alone.replace("one", "two")
