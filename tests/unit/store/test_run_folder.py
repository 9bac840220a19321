"""Runs on disk: whole or not at all, never mixed, and readable again."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from keruen import store
from keruen.domain import tables
from keruen.domain.codes import Resource
from keruen.domain.results import Jam, Provenance, Replication
from keruen.errors import RunFolderError, StorageError

MADE_BY = Provenance(
    version="1",
    commit="abc",
    scenario="toy",
    case="base",
    scenario_digest="d",
    seed=1,
    n_replications=2,
    days=1,
    platform="here",
)


def replication(index: int = 0) -> Replication:
    """A replication with a table of every kind of column."""
    trains = tables.empty("train_results", 3)
    trains["arrival_ms"] = [1, 2**40, 3]
    machines = tables.empty("machine_results", 2)
    machines["working_share"] = [0.1, 1 / 3]
    jam = Jam(since_ms=5, cause=Resource.GANTRY, n_trains_held=2, n_trucks_waiting=3)
    return Replication(
        index=index,
        seed=7,
        measures={"boxes_per_year": 1 / 3, "x": 2.0},
        tables={"train_results": trains, "machine_results": machines},
        n_events=9,
        trace_digest="ff",
        jam=jam,
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """A replication comes back equal, to the last bit of every number."""
    folder = store.open_run(tmp_path / "run", MADE_BY)
    folder.write(replication())
    back = folder.read(0)
    assert back.measures == replication().measures
    assert back.jam == replication().jam
    for name, table in replication().tables.items():
        assert (back.tables[name] == table).all()
    assert folder.complete() == (0,)
    assert folder.provenance() == MADE_BY


def test_same_table_same_bytes(tmp_path: Path) -> None:
    """Writing a table twice gives the same file."""
    table = tables.empty("trace", 5000)
    table["time_ms"] = np.arange(5000) ** 2
    for name in ("a.parquet", "b.parquet"):
        store.write_table(tmp_path / name, table)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


@pytest.mark.parametrize("what", ["version", "seed", "scenario_digest", "days", "case", "commit"])
def test_another_run_is_refused_and_untouched(tmp_path: Path, what: str) -> None:
    """A folder with another run is named, with what differs, and not changed."""
    store.open_run(tmp_path, MADE_BY).write(replication())
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    value = 99 if what in ("seed", "days") else "other"
    with pytest.raises(RunFolderError) as refused:
        store.open_run(tmp_path, dataclasses.replace(MADE_BY, **{what: value}))
    assert refused.value.key == "error.run_differs"
    assert refused.value.parameters["what"] == what
    assert before == {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}


def test_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    """A folder with somebody's files is not taken over."""
    (tmp_path / "thesis.doc").write_text("x")
    with pytest.raises(RunFolderError, match=r"."):
        store.open_run(tmp_path, MADE_BY)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """A file where the folder should be is named."""
    (tmp_path / "run").write_text("x")
    with pytest.raises(RunFolderError) as refused:
        store.open_run(tmp_path / "run", MADE_BY)
    assert refused.value.key == "error.run_not_a_folder"


@pytest.mark.parametrize("name", ["measures.json", "train_results.parquet"])
def test_damage_is_named(tmp_path: Path, name: str) -> None:
    """A damaged file is named; there is no traceback of a library."""
    folder = store.open_run(tmp_path, MADE_BY)
    folder.write(replication())
    damaged = tmp_path / "replication-0000" / name
    damaged.write_bytes(damaged.read_bytes()[: len(damaged.read_bytes()) // 2])
    with pytest.raises(RunFolderError) as refused:
        folder.read(0)
    assert refused.value.key == "error.run_damaged"


def test_full_disk_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full while a replication is written, the others stay and no part of it does."""
    folder = store.open_run(tmp_path, MADE_BY)
    folder.write(replication(0))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("keruen.store.folder.write_table", full)
    with pytest.raises(StorageError) as refused:
        folder.write(replication(1))
    assert "No space left" in str(refused.value.parameters["reason"])
    assert folder.complete() == (0,)
    assert sorted(child.name for child in tmp_path.iterdir()) == [
        "provenance.json",
        "replication-0000",
    ]


def test_sql_over_all_replications(tmp_path: Path) -> None:
    """One query sees the rows of every replication, with its index."""
    folder = store.open_run(tmp_path, MADE_BY)
    folder.write(replication(0))
    folder.write(replication(1))
    answer = store.query(
        tmp_path,
        "SELECT replication, count(*) AS n, max(arrival_ms) AS latest "
        "FROM train_results GROUP BY replication ORDER BY replication",
    )
    assert answer == [
        {"replication": 0, "n": 3, "latest": 2**40},
        {"replication": 1, "n": 3, "latest": 2**40},
    ]
    with pytest.raises(RunFolderError):
        store.query(tmp_path, "SELECT nonsense FROM nowhere")
    with pytest.raises(RunFolderError):
        store.query(tmp_path / "empty", "SELECT 1")
