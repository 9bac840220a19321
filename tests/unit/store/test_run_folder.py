"""Runs on disk: whole or not at all, never mixed, and readable again."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest

from keruen import store
from keruen.domain import tables
from keruen.domain.codes import Resource
from keruen.domain.results import Jam, Provenance, Replication
from keruen.errors import RunFolderError, StorageError
from keruen.store.disk import storing

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
        demand_rows={"kits": 3},
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """A replication comes back equal, to the last bit of every number."""
    folder = store.open_run(tmp_path / "run", MADE_BY)
    folder.write(replication())
    back = folder.read(0)
    assert back.measures == replication().measures
    assert back.jam == replication().jam
    assert back.demand_rows == replication().demand_rows
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


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (duckdb.InterruptException("INTERRUPT Error: Interrupted!"), KeyboardInterrupt),
        (RuntimeError("Query interrupted"), KeyboardInterrupt),
        (RuntimeError("KeyboardInterrupt: \n\nAt:\n  _dtype.py(37)"), KeyboardInterrupt),
        (RuntimeError("something else"), RuntimeError),
    ],
    ids=["its own", "plain", "within Python", "another"],
)
def test_ctrl_c_within_the_database_stays_ctrl_c(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    raised: Exception,
    expected: type[BaseException],
) -> None:
    """However DuckDB answers Ctrl-C, the run is stopped by it, and nothing half is left."""

    def refuse(**_: object) -> duckdb.DuckDBPyConnection:
        raise raised

    monkeypatch.setattr(duckdb, "connect", refuse)
    with pytest.raises(expected):
        store.write_table(tmp_path / "rows.parquet", tables.empty("hourly", 1))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "what", ["version", "seed", "scenario_digest", "days", "case", "commit", "platform"]
)
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
    """When the disk is full while a replication is written, no part of it stays, and the others do."""
    folder = store.open_run(tmp_path, MADE_BY)
    folder.write(replication(0))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("keruen.store.runs.folder.write_tables", full)
    with pytest.raises(StorageError) as refused:
        folder.write(replication(1))
    assert refused.value.key == "error.disk_full"
    assert folder.complete() == (0,)
    assert sorted(child.name for child in tmp_path.iterdir()) == [
        "provenance.json",
        "replication-0000",
    ]


_IN_SMALL_SPACE = """
import resource, sys
from pathlib import Path
import numpy as np
from keruen import store
from keruen.domain import tables
from keruen.errors import StorageError
store.write_table(Path(sys.argv[1]) / "small.parquet", tables.empty("trace", 10))
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
table = tables.empty("trace", 50_000)
table["time_ms"] = np.arange(50_000) ** 2 * 7919 % 1_000_003
try:
    store.write_table(Path(sys.argv[1]) / "large.parquet", table)
except StorageError as refused:
    print(refused.key)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of file size are those of Linux")
def test_the_system_refuses_to_write_on(tmp_path: Path) -> None:
    """A table that the system itself stops in the middle is no file at all, and a sentence."""
    child = subprocess.run(
        [sys.executable, "-c", _IN_SMALL_SPACE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.stdout.strip() == "error.disk_full", child.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["small.parquet"]


@pytest.mark.parametrize(
    ("number", "key"),
    [
        (errno.ENOSPC, "error.disk_full"),
        (errno.EROFS, "error.disk_read_only"),
        (errno.EACCES, "error.disk_forbidden"),
        (errno.EIO, "error.disk"),
    ],
)
def test_what_the_disk_refuses_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, key: str
) -> None:
    """Each refusal of the disk has its own sentence, told by Python or by DuckDB."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("keruen.store.runs.tables.settle", refuse)
    with pytest.raises(StorageError) as refused:
        store.write_table(tmp_path / "a.parquet", tables.empty("trace", 1))
    assert refused.value.key == key
    assert str(refused.value.parameters["path"]).endswith("a.parquet")
    with pytest.raises(StorageError) as told, storing(tmp_path):
        raise duckdb.IOException(f'Could not write "x": {os.strerror(number)}')
    assert told.value.key == key
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A run folder below a file cannot be made: a sentence, and the file stays."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError):
        store.open_run(tmp_path / "file" / "run", MADE_BY)
    assert (tmp_path / "file").read_text() == "x"


def test_leftovers_of_a_kill_are_no_replication(tmp_path: Path) -> None:
    """What a kill left half written is not read, and does not stand in the way."""
    (tmp_path / ".provenance.json.partial").write_text("{")
    folder = store.open_run(tmp_path, MADE_BY)
    (tmp_path / ".replication-0000.partial").mkdir()
    (tmp_path / ".replication-0000.partial" / "trace.parquet").write_text("half")
    (tmp_path / "replication-of-mine").mkdir()
    assert folder.complete() == ()
    folder.write(replication())
    assert folder.complete() == (0,)
    assert not (tmp_path / ".replication-0000.partial").exists()


def test_provenance_of_another_version(tmp_path: Path) -> None:
    """A provenance with other words is another version's, one with other kinds of value is damaged."""
    folder = store.open_run(tmp_path, MADE_BY)
    path = tmp_path / "provenance.json"
    words = json.loads(path.read_text())
    path.write_text(json.dumps({**words, "weather": "fine"}))
    with pytest.raises(RunFolderError) as other:
        folder.provenance()
    assert other.value.key == "error.run_other_version"
    assert other.value.parameters["found"] == MADE_BY.version
    path.write_text(json.dumps({**words, "seed": "one"}))
    with pytest.raises(RunFolderError) as damaged:
        folder.provenance()
    assert damaged.value.key == "error.run_damaged"


def test_one_at_a_time(tmp_path: Path) -> None:
    """Two cannot work in one folder; when the first is done, the second can."""
    with store.alone(tmp_path):
        with pytest.raises(RunFolderError) as busy, store.alone(tmp_path):
            pass
        assert busy.value.key == "error.run_busy"
    with store.alone(tmp_path):
        pass


def test_names_with_marks(tmp_path: Path) -> None:
    """Folders may have any name: quotes, brackets and stars are no patterns."""
    (tmp_path / "o1").mkdir()
    folder = store.open_run(tmp_path / "replication-7" / "o[1]'*é", MADE_BY)
    folder.write(replication())
    assert folder.read(0).measures == replication().measures
    assert store.query(folder.path, "SELECT max(replication) AS last FROM train_results") == [
        {"last": 0}
    ]


def test_the_database_draws_no_bar_of_its_own() -> None:
    """A program without a file, as in a worker process: by itself DuckDB would draw one there."""
    asks = "execute(\"SELECT current_setting('enable_progress_bar')\").fetchone()[0]"
    program = (
        "import duckdb\nfrom keruen.store.runs.tables import _connected\n"
        f"print(duckdb.connect().{asks})\nwith _connected() as ours:\n    print(ours.{asks})\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["True", "False"]


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
