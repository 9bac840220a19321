"""Tables as Parquet files, through DuckDB.

Knows files and columns; knows nothing of runs. The same table gives the same bytes: one thread,
fixed compression, rows in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from keruen.domain.tables import Table, columns, empty
from keruen.errors import RunFolderError
from keruen.store.disk import settle, storing


def write_table(path: Path, table: Table) -> None:
    """Write a structured array as one Parquet file (zstd), complete or not at all.

    Parameters
    ----------
    path : Path
        The Parquet file to write.
    table : Table
        A structured array.

    Raises
    ------
    StorageError
        When the disk refuses.
    """
    write_tables({path: table})


def write_tables(files: Mapping[Path, Table]) -> None:
    """As `write_table`, for several files: to open DuckDB takes as long as to write a table."""
    with _connected() as connection:
        for path, table in files.items():
            partial = path.with_name(f".{path.name}.partial")
            data = {name: np.ascontiguousarray(table[name]) for name in table.dtype.names or ()}
            with storing(path):
                try:
                    connection.register("rows", data)
                    connection.execute(
                        f"COPY (SELECT * FROM rows) TO {_quoted(partial)} "
                        "(FORMAT parquet, COMPRESSION zstd)"
                    )
                    connection.unregister("rows")
                    settle(partial)
                    partial.replace(path)
                finally:
                    partial.unlink(missing_ok=True)


def read_table(path: Path, name: str) -> Table:
    """Read one table of ``fields.toml`` back.

    Parameters
    ----------
    path : Path
        The Parquet file.
    name : str
        Name of the table in ``domain/fields.toml``.

    Returns
    -------
    Table
        A structured array, its columns as ``fields.toml`` has them.

    Raises
    ------
    RunFolderError
        When the file is missing, damaged, or has other columns.
    """
    try:
        with _connected() as connection:
            source = f"SELECT * FROM read_parquet({_quoted(path)})"
            found = connection.execute(source).fetchnumpy()
        table = empty(name, len(next(iter(found.values()))) if found else 0)
        for column in columns(name):
            table[column.name] = found[column.name]
    except (duckdb.Error, KeyError, ValueError) as broken:
        raise RunFolderError("error.run_damaged", path=str(path)) from broken
    return table


def query(folder: Path, sql: str) -> list[dict[str, Any]]:  # Any: the query decides
    """Ask a run with SQL: each table is a view over all replications, with their index.

    Parameters
    ----------
    folder : Path
        A run folder; views are named as its tables (`hourly`, `train_results`, …) and have a
        column `replication`.
    sql : str
        One query of DuckDB.

    Returns
    -------
    list[dict[str, Any]]
        One dictionary for each row.

    Raises
    ------
    RunFolderError
        When the folder holds no replications, or the query is wrong.
    """
    files: dict[str, list[Path]] = {}
    for file in sorted(folder.glob("replication-[0-9]*/*.parquet")):
        files.setdefault(file.stem, []).append(file)
    if not files:
        raise RunFolderError("error.run_empty", path=str(folder))
    try:
        with _connected() as connection:
            for name, parts in files.items():
                connection.execute(_view(name, parts))
            answer = connection.execute(sql)
            titles = [description[0] for description in answer.description or ()]
            return [dict(zip(titles, row, strict=True)) for row in answer.fetchall()]
    except duckdb.Error as wrong:
        raise RunFolderError(
            "error.query", path=str(folder), detail=str(wrong).splitlines()[0]
        ) from wrong


@contextmanager
def _connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory, on one thread; Ctrl-C stays Ctrl-C.

    DuckDB answers it with an error of its own, or, where it was calling Python at that moment,
    with a plain `RuntimeError` whose text says so.
    """
    try:
        with duckdb.connect(config={"threads": 1}) as connection:
            # In a worker process, whose `__main__` is no file, DuckDB takes itself for a session of
            # its own and after two seconds draws a bar on stdout, in the middle of our figures.
            connection.execute("SET enable_progress_bar = false")
            yield connection
    except duckdb.InterruptException as stopped:
        raise KeyboardInterrupt from stopped
    except RuntimeError as stopped:
        # Errors of DuckDB's own name columns of a reader's query: no word in them means Ctrl-C.
        if isinstance(stopped, duckdb.Error) or "interrupt" not in str(stopped).lower():
            raise
        raise KeyboardInterrupt from stopped


def _view(name: str, parts: list[Path]) -> str:
    """The view of one table over the files of all replications."""
    # Files are listed one by one: a star or a bracket in a folder's name is no pattern then.
    listed = ", ".join(_quoted(part) for part in parts)
    index = "regexp_extract(filename, 'replication-(\\d+)[^0-9][^/\\\\]+$', 1)"
    return (
        f'CREATE VIEW "{name}" AS SELECT * EXCLUDE (filename), CAST({index} AS INTEGER) '
        f"AS replication FROM read_parquet([{listed}], filename = true)"
    )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
