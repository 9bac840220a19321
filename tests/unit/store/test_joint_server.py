"""A register whose state a PostgreSQL server keeps: as good as the file, and no more trusted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection

from keruen.errors import InputError
from keruen.register import Register
from keruen.store import JointFolder
from keruen.store.register import database
from keruen.store.register.tables import DERIVED, PRIVATE, Rows, in_order
from made_up_pairs import AT, TODAY, Two, claim, full, project
from postgres_server import Server, running

NUMBERS = count()
HOME = "A"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One for all tests of this file."""
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Two:
    return full(tmp_path_factory.mktemp("made"))


@pytest.fixture
def name() -> str:
    """Of a database that no other test uses."""
    return f"register_{next(NUMBERS)}"


@pytest.fixture
def pair(made: Two, tmp_path: Path, server: Server, name: str) -> Two:
    """A pair whose side A keeps its state on the server; B keeps it in a file."""
    pair = made.copy(tmp_path)
    pair.a.configure(database=server.database(name))
    return pair


def address(register: Register) -> str:
    found: str = register._reading.settings.database
    return found


def rows_in(register: Register) -> Rows:
    """All derived rows as they are kept, in an order that no database decides."""
    folder, where = JointFolder(register.path), address(register)
    found = database.read_rows(folder, where, tuple(DERIVED))
    return {name: in_order(name, rows) for name, rows in found.items()}


def test_same_rows_as_in_a_file(made: Two, pair: Two) -> None:
    """The server keeps what the file keeps, row by row; only the stamp names other settings."""
    in_file = made.a
    assert pair.a.status(TODAY) == in_file.status(TODAY)
    kept, wanted = dict(rows_in(pair.a)), dict(rows_in(in_file))
    stamps = [{row["name"]: row["value"] for row in rows.pop("stamp")} for rows in (kept, wanted)]
    assert kept == wanted
    assert [len(wanted[name]) for name in ("claims", "projects", "commitments")] == [4, 1, 1]
    assert {name for name in stamps[1] if stamps[0][name] != stamps[1][name]} == {"settings"}
    assert pair.a.verify() == ()


def test_answer_comes_from_the_server(pair: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second answer of a day is read there, without the logs; another day is another answer."""
    first = pair.a.status(TODAY)

    def not_asked(*_: object) -> None:
        raise AssertionError("the logs were read")

    with monkeypatch.context() as watched:
        watched.setattr("keruen.register.reading.fold", not_asked)
        assert Register.open(pair.a.path).status(TODAY) == first
    assert pair.a.status("2025-12-31").overdue == ()
    assert pair.a.status(TODAY) == first


def test_made_anew_from_the_logs(pair: Two, server: Server, name: str) -> None:
    """Tables that somebody dropped, or gave other columns, come back with the next question."""
    first, kept = pair.a.status(TODAY), rows_in(pair.a)
    for words in ("DROP TABLE waiting, stamp", "ALTER TABLE claims ADD COLUMN other TEXT"):
        server.ask(name, words)
        assert Register.open(pair.a.path).status(TODAY) == first
        # A table too wide is read all the same: it is seen when it is written.
        Register.open(pair.a.path).status("2026-11-24")
        Register.open(pair.a.path).status(TODAY)
        assert rows_in(pair.a) == kept
    columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 'claims'"
    assert sorted(server.ask(name, columns)) == sorted(
        (column.name,) for column in DERIVED["claims"].columns
    )


@pytest.mark.parametrize(
    "words",
    ["UPDATE waiting SET subject = 'FORGED'", "DELETE FROM waiting", "UPDATE claims SET body = ''"],
)
def test_row_that_somebody_changed(pair: Two, server: Server, name: str, words: str) -> None:
    """Whoever keeps the server changes rows: `verify` names them, and no answer comes from them."""
    pair.b.offer("project", project("KH-0002"), at=AT)
    pair.exchange()
    true = pair.a.status(TODAY)
    server.ask(name, words)
    found = pair.a.verify()
    assert found
    assert {one.key for one in found} == {"problem.register_row_server"}
    assert not any("@" in str(one.parameters["place"]) or "sqlite" in str(one) for one in found)
    assert Register.open(pair.a.path).status(TODAY) == true
    assert pair.a.verify() == ()


def test_private_rows_outlive_the_derived_ones(pair: Two, server: Server, name: str) -> None:
    """What exists there only stays when the rest is made anew; its tables are those of the code."""
    pair.a.status(TODAY)
    server.ask(name, "INSERT INTO contacts VALUES ('1', 'Office', 'Somebody', 'a@b', '')")
    pair.a.claim(claim("S-more"), at=AT)
    pair.a.status(TODAY)
    server.ask(name, "DROP TABLE projects")
    pair.a.status("2026-11-24")
    assert server.ask(name, "SELECT id, person FROM contacts") == [("1", "Somebody")]
    assert server.ask(name, "SELECT version_num FROM alembic_version") == [("0001",)]
    for table, made in PRIVATE.items():
        found = server.ask(
            name, f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"
        )
        assert sorted(found) == sorted((column.name,) for column in made.columns)


def impatient(where: str) -> str:
    """The address for somebody who waits for no lock, so that a wait is an error."""
    return f"{where}&options=-clock_timeout%3D1"


def test_nobody_waits_for_who_writes(pair: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody writes, a reader gets the answer of before, whole and at once."""
    pair.a.status(TODAY)
    kept, where = rows_in(pair.a), address(pair.a)
    pair.a.claim(claim("S-more"), at=AT)
    folder = JointFolder(pair.a.path)
    seen: list[Rows] = []
    insert = database._insert

    def watched(connection: Connection, table: object, rows: object) -> None:
        insert(connection, table, rows)  # type: ignore[arg-type]
        found = database.read_rows(folder, impatient(where), tuple(DERIVED))
        seen.append({name: in_order(name, found[name]) for name in found})

    monkeypatch.setattr(database, "_insert", watched)
    pair.a.status("2025-12-31")
    assert len(seen) > 5
    assert all(one == kept for one in seen)
    assert len(rows_in(pair.a)["claims"]) == len(kept["claims"]) + 1


def test_who_writes_waits_for_nobody(pair: Two) -> None:
    """A reader in the middle of its tables keeps nobody from writing, and reads on as it began."""
    pair.a.status(TODAY)
    folder, where, kept = JointFolder(pair.a.path), address(pair.a), rows_in(pair.a)
    with database._connected(folder, where) as reader:
        first = database._read(reader, DERIVED["stamp"])
        with folder.working():
            changed = {**kept, "stamp": [{"name": "schema", "value": "other"}], "claims": []}
            database.write_rows(folder, impatient(where), changed)
        assert in_order("stamp", first) == kept["stamp"]
        assert in_order("claims", database._read(reader, DERIVED["claims"])) == kept["claims"]
    assert rows_in(pair.a)["claims"] == []


def test_refused_change_changes_nothing(pair: Two) -> None:
    """Rows that a server refuses leave the rows of before, and are one message."""
    pair.a.status(TODAY)
    folder, where, kept = JointFolder(pair.a.path), address(pair.a), rows_in(pair.a)
    twice = {**kept, "claims": [*kept["claims"], kept["claims"][0]]}
    with folder.working(), pytest.raises(InputError) as refused:
        database.write_rows(folder, where, twice)
    assert refused.value.key == "error.register_database"
    assert "\n" not in str(refused.value.parameters["reason"])
    assert rows_in(pair.a) == kept


@pytest.mark.parametrize("strange", ["a\0b", "\uf8ff0", "\uf8ff", "\\x00", "ш中𐍈", "'; DROP --"])
def test_letters_that_a_server_has_not(pair: Two, strange: str) -> None:
    """Texts that the other side signed are kept letter by letter, U+0000 as well."""
    pair.a.status(TODAY)
    folder, where = JointFolder(pair.a.path), address(pair.a)
    rows = {
        **rows_in(pair.a),
        "decisions": [{"id": strange, "entry": "e", "date": "", "status": ""}],
    }
    with folder.working():
        database.write_rows(folder, where, rows)
    assert rows_in(pair.a)["decisions"] == rows["decisions"]


def test_large_whole_number(pair: Two) -> None:
    """The largest number that an entry may hold has room, in a key as elsewhere."""
    pair.a.status(TODAY)
    folder, where, kept = JointFolder(pair.a.path), address(pair.a), rows_in(pair.a)
    rows = {**kept, "entries": [{**kept["entries"][0], "seq": 2**53 - 1, "policy": 2**53 - 1}]}
    with folder.working():
        database.write_rows(folder, where, rows)
    assert rows_in(pair.a)["entries"] == rows["entries"]


def test_id_that_no_server_takes(pair: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """An id that is too long for a key of PostgreSQL: the answer comes from the logs, as signed."""
    monkeypatch.setattr("keruen.register.joint_list.rules.form_problems", lambda *_: ())
    long = "".join(f"{number:x}" for number in range(5_000))
    pair.b.offer("project", project(long), at=AT)
    pair.exchange()
    monkeypatch.undo()
    assert [one.subject for one in pair.a.status(TODAY).waits_for_me][-1] == long
    assert pair.a.status(TODAY) == Register.open(pair.a.path).status(TODAY)
    assert pair.a.verify() == ()


def test_server_that_has_ended(pair: Two, server: Server) -> None:
    """Without the server every answer comes from the logs, nothing is lost, and it is used again."""
    first = pair.a.status(TODAY)
    server.stop()
    try:
        assert Register.open(pair.a.path).status(TODAY) == first
        pair.a.claim(claim("S-more"), at=AT)
        assert pair.a.verify() == ()
    finally:
        server.start()
    pair.a.status(TODAY)
    entries = [row["type"] for row in rows_in(pair.a)["entries"] if row["side"] == HOME]
    assert entries.count("claim") == 4
