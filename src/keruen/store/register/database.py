"""The register's database: made from the logs, asked quickly, thrown away without loss.

Knows connections, stamps and digests; knows nothing of entries. The logs are the truth: when the
stamp of the database is not theirs, its tables are made anew. Only the private tables (drafts,
contacts) exist nowhere else; they are carried over, and brought to their newest form step by step.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import (
    Connection,
    Table,
    create_engine,
    delete,
    event,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from keruen.errors import InputError, StorageError
from keruen.store.disk import settle, storing
from keruen.store.register.folder import DATABASE, SEAL, JointFolder
from keruen.store.register.intents import Change
from keruen.store.register.tables import DERIVED, PRIVATE, Row, Rows, derived_metadata, in_order

SQLITE: Final = "sqlite"
_HEAD: Final = "0001"
"""Newest revision of the private tables."""
_PARTIAL: Final = f".{DATABASE}.partial"


def stamp(folder: JointFolder, where: str) -> Mapping[str, str]:
    """What the database was made from; empty when there is none that can be trusted."""
    found = read_rows(folder, where, ("stamp",))
    return {row["name"]: row["value"] for row in found.get("stamp", ())}


def read_rows(folder: JointFolder, where: str, names: Sequence[str]) -> Rows:
    """All rows of some tables in the order of their keys; empty when there is no database.

    Parameters
    ----------
    where : ``sqlite``, or the address of a PostgreSQL database.
    """
    if where == SQLITE and not (folder.path / DATABASE).is_file():
        return {}
    tables = {**DERIVED, **PRIVATE}
    try:
        with _connected(folder, where) as connection:
            there = inspect(connection).get_table_names()
            found = {name: _read(connection, tables[name]) for name in names if name in there}
            return found if where == SQLITE else _with_nul(found)
    except (SQLAlchemyError, sqlite3.Error, TypeError, ModuleNotFoundError):
        return {}


def _read(connection: Connection, table: Table) -> list[Row]:
    """All rows of a table, as the driver gives them: its texts and whole numbers need no change.

    A row object for each of twenty thousand rows takes longer than the reading itself.
    """
    found = connection.execute(select(table).order_by(*table.primary_key))
    names = list(found.keys())
    assert found.cursor is not None, "a question has rows"
    return [dict(zip(names, row, strict=True)) for row in found.cursor.fetchall()]


def is_sealed(folder: JointFolder, where: str) -> bool:
    """The database's file is the one that was sealed; a database elsewhere has no seal."""
    if where != SQLITE:
        return True
    return folder.digest(DATABASE) in (folder.seal() or {}).get(DATABASE, ())


def write_rows(folder: JointFolder, where: str, rows: Rows) -> None:
    """Make the derived tables anew; the private ones stay. Only while `working`.

    Raises
    ------
    InputError
        When a database on a server refuses.
    StorageError
        When the disk refuses; the old database is left.
    """

    def fill(connection: Connection) -> None:
        _empty(connection)
        for name, found in (rows if where == SQLITE else _without_nul(rows)).items():
            if found:
                _insert(connection, DERIVED[name], found)

    _change(folder, where, fill)


def _empty(connection: Connection) -> None:
    """Empty the derived tables; made anew where any is missing or has other columns.

    To drop a table of a server waits for everybody who reads it, and they for each other; rows are
    deleted beside them.
    """
    wanted = {(None, name): [one.name for one in table.columns] for name, table in DERIVED.items()}
    there = inspect(connection).get_multi_columns(filter_names=list(DERIVED))
    metadata = derived_metadata()
    if {key: [one["name"] for one in columns] for key, columns in there.items()} == wanted:
        for table in metadata.sorted_tables:
            connection.execute(delete(table))
        return
    metadata.drop_all(connection)
    metadata.create_all(connection)


_MARK: Final = "\uf8ff"
"""Begins the sign for U+0000, which no text of PostgreSQL may hold; a letter that nobody uses."""


def _without_nul(rows: Rows) -> Rows:
    """Rows as a server can keep them: the other side may have signed U+0000."""
    return _each_text(
        rows, lambda said: said.replace(_MARK, f"{_MARK}1").replace("\0", f"{_MARK}0")
    )


def _with_nul(rows: Rows) -> Rows:
    """…and as they were."""
    return _each_text(
        rows, lambda said: said.replace(f"{_MARK}0", "\0").replace(f"{_MARK}1", _MARK)
    )


def _each_text(rows: Rows, change: Callable[[str], str]) -> Rows:
    return {
        table: [
            {
                name: change(value) if isinstance(value, str) else value
                for name, value in row.items()
            }
            for row in found
        ]
        for table, found in rows.items()
    }


def _insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert many rows: the values go to the driver as they are, which halves the time."""
    compiled = insert(table).compile(dialect=connection.dialect)
    if not compiled.positional:
        connection.execute(insert(table), list(rows))
        return
    names = [column.name for column in table.columns]
    assert list(compiled.positiontup or ()) == names, "columns in another order"
    values = [tuple(row[name] for name in names) for row in rows]
    connection.exec_driver_sql(str(compiled), values)


def differing_rows(expected: Rows, found: Rows) -> Iterator[tuple[str, Row]]:
    """Rows that are not as the logs would make them: (table, row as it should be, or as it is)."""
    for name in expected:
        ours = {_key(name, row): row for row in expected[name]}
        theirs = {_key(name, row): row for row in in_order(name, found.get(name, ()))}
        for key in sorted({**ours, **theirs}, key=repr):
            if ours.get(key) != theirs.get(key):
                yield name, ours.get(key) or theirs[key]


def _key(name: str, row: Row) -> tuple[object, ...]:
    return tuple(row[column.name] for column in DERIVED[name].primary_key)


def _change(folder: JointFolder, where: str, fill: Callable[[Connection], None]) -> None:
    if where == SQLITE:
        _change_file(folder, fill)
        return
    try:
        with _connected(folder, where) as connection:
            _migrate(connection)
            fill(connection)
            connection.commit()
    except (SQLAlchemyError, ModuleNotFoundError) as refused:
        reason = str(refused).splitlines()[0][:200]
        raise InputError(
            "error.register_database", path=where.rsplit("@", maxsplit=1)[-1], reason=reason
        ) from (refused)


def _change_file(folder: JointFolder, fill: Callable[[Connection], None]) -> None:
    """Change a copy, seal both, and put the copy in its place: a kill leaves the old or the new."""
    path, partial = folder.path / DATABASE, folder.path / _PARTIAL
    try:
        with storing(path):
            partial.unlink(missing_ok=True)
            if path.exists() and is_sealed(folder, SQLITE):
                shutil.copyfile(path, partial)
            with _connected(folder, f"sqlite:///{partial}") as connection:
                _migrate(connection)
                fill(connection)
                connection.commit()
            settle(partial)
            digest, old = folder.digest(_PARTIAL), folder.digest(DATABASE)
            # The empty one is that of no file: a kill before the first one is in its place.
            both = [digest, old] if old != digest else [digest]
            folder.carry_out(Change(put={SEAL: folder.resealed({DATABASE: both})}))
            os.replace(partial, path)  # noqa: PTH105
            settle(folder.path)
            if len(both) > 1:
                folder.carry_out(Change(put={SEAL: folder.resealed({DATABASE: [digest]})}))
    except SQLAlchemyError as refused:
        raise StorageError("error.disk", path=str(path), reason=_first_line(refused)) from refused
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _first_line(refused: Exception) -> str:
    return str(refused).splitlines()[0][:200]


@contextmanager
def _connected(folder: JointFolder, where: str) -> Iterator[Connection]:
    is_file = where.startswith(SQLITE)
    # Only looked at: no journal that somebody put beside the file is ever carried out.
    look = f"sqlite:///file:{quote(str(folder.path / DATABASE))}?mode=ro&immutable=1&uri=true"
    engine = create_engine(look if where == SQLITE else where)
    if not is_file:
        # Several tables are one answer: all are read as they were at one moment.
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    if is_file and where != SQLITE:
        event.listen(engine, "connect", _one_file)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _one_file(connection: sqlite3.Connection, _: object) -> None:
    """The folder holds one file, whole after each change; what was deleted leaves no trace."""
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")


def _migrate(connection: Connection) -> None:
    """Bring the private tables to their newest form."""
    if "alembic_version" in inspect(connection).get_table_names():
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found == _HEAD:
            return
    # Only a new database, or one from an older version, needs what takes long to load.
    from alembic.config import Config  # noqa: PLC0415
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    scripts = ScriptDirectory.from_config(config)

    def steps(revision: str, _: object) -> object:
        return scripts._upgrade_revs("head", revision)

    with EnvironmentContext(config, scripts, fn=steps) as environment:
        environment.configure(connection=connection)
        with environment.begin_transaction():
            environment.run_migrations()
