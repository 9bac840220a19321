"""What a face keeps for itself beside a register: drafts, accounts, and who did what when.

The register's own database is made anew from its logs; this one is not, so it lies in a file of its
own. A change and the line that tells of it are written in one transaction: neither is there alone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from keruen.errors import StorageError

_WAIT_S: Final = 20.0
"""How long a second writer waits for the first: longer than a signature with its locks takes."""
_TABLES: Final = """
create table if not exists drafts (
  id integer primary key autoincrement, kind text not null, typed text not null, at text not null,
  who text not null, content blob, content_name text not null default ''
);
create table if not exists audit (
  id integer primary key, at text not null, who text not null, what text not null,
  subject text not null, before text not null, after text not null
);
create table if not exists begun (
  id integer primary key, at text not null, who text not null, what text not null,
  subject text not null, before text not null, draft integer not null, mark text not null
);
create table if not exists accounts (
  name text primary key, roles text not null, hashed text not null,
  is_open integer not null, at text not null
) without rowid;
create table if not exists sessions (
  digest text primary key, name text not null, begun text not null, seen text not null
) without rowid;
create table if not exists attempts (
  id integer primary key, at text not null, name text not null, address text not null
);
"""
SqlValue = str | int | bytes | None
SqlRow = tuple[SqlValue, ...]


def notebook_of(register: Path) -> Path:
    """The file of an installation: beside its folder, which names every file inside it."""
    return register.with_name(f"{register.name}-web.sqlite3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form that somebody began to fill.

    Parameters
    ----------
    id : 0 before it is kept.
    kind : of the record that it shall become.
    typed : name of each input → what was typed in it, as it was typed.
    content, content_name : a file that goes with it, and what it was called.
    """

    id: int = 0
    kind: str
    typed: Mapping[str, str]
    at: str = ""
    who: str = ""
    content: bytes = b""
    content_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A line of the audit: who did what when, and what stood before and after.

    Parameters
    ----------
    what : a code: ``countersigned``, ``draft_kept``.
    subject : what it is about: an id of the list, or the number of a draft.
    after : of an entry its id; of a draft what was typed.
    """

    id: int = 0
    at: str
    who: str
    what: str
    subject: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunDeed:
    """What was about to be done elsewhere, of which nobody has said yet how it ended.

    Parameters
    ----------
    deed : what would be told of it, without its end.
    draft : that it was to become; 0 for none.
    mark : how it stood elsewhere before.
    """

    id: int
    deed: Deed
    draft: int
    mark: str


@dataclass(slots=True)
class NotebookChange:
    """What is changed in one transaction, with the line that tells of it."""

    _connection: sqlite3.Connection
    deed: int = field(default=0)

    def keep_draft(self, draft: Draft) -> int:
        """Keep a draft in place of the one with its number; its number."""
        values = (
            draft.kind,
            json.dumps(dict(draft.typed), ensure_ascii=False),
            draft.at,
            draft.who,
            draft.content or None,
            draft.content_name,
        )
        columns = "kind, typed, at, who, content, content_name"
        if draft.id:
            statement = f"replace into drafts (id, {columns}) values (?, ?, ?, ?, ?, ?, ?)"
            self._connection.execute(statement, (draft.id, *values))
            return draft.id
        statement = f"insert into drafts ({columns}) values (?, ?, ?, ?, ?, ?)"
        return int(self._connection.execute(statement, values).lastrowid or 0)

    def drop_draft(self, number: int) -> None:
        """Take a draft away."""
        self._connection.execute("delete from drafts where id = ?", (number,))

    def begin(self, deed: Deed, draft: int, mark: str) -> int:
        """Note what is about to be done elsewhere; the number under which it is settled.

        Parameters
        ----------
        draft : that becomes what is done; 0 for none.
        mark : how it stood elsewhere before, by which is seen later whether it was done.
        """
        noted = self._connection.execute(
            "insert into begun (at, who, what, subject, before, draft, mark) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            (deed.at, deed.who, deed.what, deed.subject, deed.before, draft, mark),
        )
        return int(noted.lastrowid or 0)

    def settle(self, number: int) -> None:
        """Take away what was noted as begun."""
        self._connection.execute("delete from begun where id = ?", (number,))

    def run(self, statement: str, values: tuple[SqlValue, ...] = ()) -> list[SqlRow]:
        """Carry out a statement on other tables of the file; the rows that it gives."""
        rows: list[SqlRow] = self._connection.execute(statement, values).fetchall()
        return rows

    def tell(self, deed: Deed) -> int:
        """Add a line to the audit; its number."""
        values = (deed.at, deed.who, deed.what, deed.subject, deed.before, deed.after)
        told = self._connection.execute(
            "insert into audit (at, who, what, subject, before, after) values (?, ?, ?, ?, ?, ?)",
            values,
        )
        self.deed = int(told.lastrowid or 0)
        return self.deed


@dataclass(frozen=True, slots=True)
class Notebook:
    """The file; it is made when something is first kept.

    Every method raises `StorageError` when the disk refuses.
    """

    path: Path

    @contextmanager
    def change(self) -> Iterator[NotebookChange]:
        """Everything that is done inside is kept together, or nothing of it."""
        with self._open() as connection:
            connection.execute("begin immediate")
            try:
                yield NotebookChange(connection)
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def draft(self, number: int) -> Draft | None:
        """A draft by its number; None when there is none."""
        found = self.read("select * from drafts where id = ?", (number,))
        return _draft(found[0]) if found else None

    def drafts(self) -> list[Draft]:
        """All drafts, the newest first, without their files."""
        statement = "select id, kind, typed, at, who, null, content_name from drafts order by id"
        return [_draft(row) for row in reversed(self.read(statement))]

    def files_beside(self, number: int) -> tuple[int, int]:
        """How many other drafts than this one have a file, and the bytes of them all."""
        ((n, size),) = self.read(
            "select count(*), coalesce(sum(length(content)), 0) from drafts "
            "where content is not null and id != ?",
            (number,),
        ) or [(0, 0)]
        return int(n or 0), int(size or 0)

    def copied(self, target: Path) -> None:
        """A whole copy, while others may write, of what outlives this machine.

        Sessions stay behind: who was signed in when it was made is not signed in where it comes
        back. So do attempts to sign in.
        """
        target.touch(mode=0o600)
        with self._open() as connection, closing(sqlite3.connect(target)) as copy:
            connection.backup(copy)
            copy.executescript("delete from sessions; delete from attempts; vacuum;")

    def deed(self, number: int) -> Deed | None:
        """A line of the audit by its number; None when there is none."""
        found = self.read("select * from audit where id = ?", (number,))
        return _deed(found[0]) if found else None

    def is_empty(self) -> bool:
        """Nobody has kept anything in it; a file that is none of ours is not empty."""
        count = "(select count(*) from drafts) + (select count(*) from audit)"
        try:
            return self.read(f"select {count} + (select count(*) from accounts)") == [(0,)]
        except StorageError:
            return False

    def last_deed(self, what: str) -> Deed | None:
        """The newest line of the audit that says this; None when there is none."""
        found = self.read("select * from audit where what = ? order by id desc limit 1", (what,))
        return _deed(found[0]) if found else None

    def deeds(self) -> list[Deed]:
        """The whole audit, the oldest first."""
        return [_deed(row) for row in self.read("select * from audit order by id")]

    def begun(self) -> list[BegunDeed]:
        """What was begun and is not settled, the oldest first."""
        found = []
        for row in self.read("select * from begun order by id"):
            number, at, who, what, subject, before, draft, mark = (str(one) for one in row)
            deed = Deed(at=at, who=who, what=what, subject=subject, before=before)
            found.append(BegunDeed(id=int(number), deed=deed, draft=int(draft), mark=mark))
        return found

    def newest_deeds(self, *, before: int, most: int) -> list[Deed]:
        """Lines of the audit, the newest first; before the one with a number, where it is not 0."""
        statement = "select * from audit where ? = 0 or id < ? order by id desc limit ?"
        rows = self.read(statement, (before, before, most))
        return [_deed(row) for row in rows]

    def read(self, statement: str, values: tuple[SqlValue, ...] = ()) -> list[SqlRow]:
        """The rows of a question; none where the file is not made yet."""
        if not self.path.is_file():
            return []
        with self._open() as connection:
            found: list[SqlRow] = connection.execute(statement, values).fetchall()
            return found

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            # Transactions are begun and ended here, not where the module guesses.
            opened = sqlite3.connect(self.path, timeout=_WAIT_S, isolation_level=None)
            with closing(opened) as connection:
                # Drafts are nobody else's: the file is private before anything is in it.
                self.path.chmod(0o600)
                # A draft that is thrown away takes the bytes of its file along.
                connection.execute("pragma secure_delete = on")
                connection.executescript(_TABLES)
                yield connection
        except (sqlite3.Error, OSError) as refused:
            raise StorageError(
                "error.web_notes", path=str(self.path), reason=str(refused)
            ) from refused


def _draft(row: SqlRow) -> Draft:
    number, kind, typed, at, who, content, name = row
    return Draft(
        id=int(str(number)),
        kind=str(kind),
        typed=json.loads(str(typed)),
        at=str(at),
        who=str(who),
        content=content if isinstance(content, bytes) else b"",
        content_name=str(name),
    )


def _deed(row: SqlRow) -> Deed:
    number, at, who, what, subject, before, after = (str(one) for one in row)
    return Deed(
        id=int(number), at=at, who=who, what=what, subject=subject, before=before, after=after
    )
