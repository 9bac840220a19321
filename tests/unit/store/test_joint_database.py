"""The register's database: one file, made anew without loss of what is private."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from keruen.errors import InputError
from keruen.store import JointFolder
from keruen.store.register import database
from keruen.store.register.tables import DERIVED, PRIVATE, Rows
from made_up_pairs import keep_private

CONTACT = {"id": "1", "office": "Office", "person": "Somebody", "reach": "a@b", "note": ""}


@pytest.fixture
def folder(tmp_path: Path) -> JointFolder:
    return JointFolder.create(tmp_path / "x", {"register.toml": b"x"})


def rows(value: str = "1") -> Rows:
    """Rows of every table, most of them none."""
    found: dict[str, list[dict[str, object]]] = {name: [] for name in DERIVED}
    found["stamp"] = [{"name": "schema", "value": value}]
    found["decisions"] = [{"id": "D", "entry": "e", "date": "2026-01-01", "status": "agreed"}]
    return found


def write(folder: JointFolder, value: str = "1") -> None:
    with folder.working():
        database.write_rows(folder, "sqlite", rows(value))


def kept(folder: JointFolder) -> object:
    """All contacts."""
    return database.read_rows(folder, "sqlite", ("contacts",))["contacts"]


def test_written_and_read(folder: JointFolder) -> None:
    """What is written is read; the folder holds one file of it, sealed."""
    assert database.stamp(folder, "sqlite") == {}
    write(folder)
    assert database.stamp(folder, "sqlite") == {"schema": "1"}
    assert database.is_sealed(folder, "sqlite")
    assert (
        list(database.differing_rows(rows(), database.read_rows(folder, "sqlite", tuple(DERIVED))))
        == []
    )
    assert folder.names() == ("register.toml", "seal.json", "state.sqlite")


def test_reading_changes_nothing(folder: JointFolder) -> None:
    """A journal that somebody put beside the file is not carried out, and not removed."""
    write(folder)
    before = (folder.path / "state.sqlite").read_bytes()
    journal = folder.path / "state.sqlite-journal"
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(600))
    assert database.stamp(folder, "sqlite") == {"schema": "1"}
    assert (folder.path / "state.sqlite").read_bytes() == before
    assert journal.exists()


def test_private_rows_outlive_the_derived_ones(folder: JointFolder) -> None:
    """Making the tables anew loses no draft and no contact."""
    keep_private(folder, "contacts", CONTACT)
    write(folder, "2")
    write(folder, "3")
    assert kept(folder) == [CONTACT]
    keep_private(folder, "contacts", {**CONTACT, "person": "Other"})
    assert kept(folder) == [{**CONTACT, "person": "Other"}]
    assert database.stamp(folder, "sqlite") == {"schema": "3"}


def test_what_was_replaced_is_gone(folder: JointFolder) -> None:
    """A contact that was overwritten stands nowhere in the file any more."""
    keep_private(folder, "contacts", CONTACT)
    keep_private(folder, "contacts", {**CONTACT, "person": "-"})
    assert b"Somebody" not in (folder.path / "state.sqlite").read_bytes()


def test_migrations_make_what_is_used(folder: JointFolder) -> None:
    """The steps of the private tables end in the tables that the code uses."""
    write(folder)
    with sqlite3.connect(folder.path / "state.sqlite") as connection:
        for name, table in PRIVATE.items():
            found = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            assert found == [column.name for column in table.columns]
        (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    assert version == "0001"


@pytest.mark.parametrize("damage", [b"", b"no database", None])
def test_damaged_database_is_none(folder: JointFolder, damage: bytes | None) -> None:
    """A file that is no database, or is cut, gives no rows and raises nothing."""
    write(folder)
    path = folder.path / "state.sqlite"
    path.write_bytes(path.read_bytes()[:5000] if damage is None else damage)
    assert database.stamp(folder, "sqlite") in ({}, {"schema": "1"})
    assert not database.is_sealed(folder, "sqlite")


@pytest.mark.parametrize("name", sorted({*DERIVED, *PRIVATE}))
def test_tables_for_postgresql(name: str) -> None:
    """Every table can be made in PostgreSQL as well."""
    table = {**DERIVED, **PRIVATE}[name]
    words = str(CreateTable(table).compile(dialect=postgresql.dialect()))
    assert f"CREATE TABLE {name}" in words
    assert "PRIMARY KEY" in words
    assert "SERIAL" not in words


def test_server_that_is_not_there(folder: JointFolder) -> None:
    """A database on a server that cannot be reached is one message without the user's name."""
    address = "postgresql+psycopg://clerk@127.0.0.1:1/none"
    with folder.working(), pytest.raises(InputError) as refused:
        database.write_rows(folder, address, rows())
    assert refused.value.key == "error.register_database"
    assert "clerk" not in str(refused.value.parameters["path"])
