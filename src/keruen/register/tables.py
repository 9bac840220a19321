"""The register's database as the logs would make it: kept, asked, and compared with them.

Knows what a database was made from; knows nothing of SQL.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Final

import msgspec

from keruen.domain.joint import SIDES
from keruen.domain.joint_state import JointState, Status
from keruen.register import checked
from keruen.register.log.logs import Checked, PairLogs
from keruen.register.record.entries import Entry
from keruen.register.settings import PAGE, Settings
from keruen.store import JointFolder
from keruen.store.register import database
from keruen.store.register.folder import DATABASE
from keruen.store.register.tables import DERIVED, SCHEMA, Row, Rows, in_order, rows_of, status_of

_ANSWER: Final = ("stamp", "waiting", "commitments", "claims", "contradictions", "checks")


def known_status(folder: JointFolder, settings: Settings, today: str) -> Status | None:
    """The answer as it lies ready; none when the database was made from anything else.

    It is believed only when this user made it from checked logs: the seal lies beside the file,
    and whoever keeps a server can write there.
    """
    is_file = is_kept_in_file(settings)
    if is_file and not checked.is_own_database(folder, settings.pair, folder.digest(DATABASE)):
        return None
    stamp = dict(database.stamp(folder, settings.database))
    wanted = {**_base(folder, settings), "today": today}
    for side in SIDES:
        content = folder.digest(f"log/{side}.jsonl")
        size = folder.log_size(side)
        wanted[f"log_{side}"] = Checked(size, content).words() if size else Checked().words()
    wanted["parked"] = _parked(folder)
    if stamp != wanted:
        return None
    with _no_collection():
        rows = database.read_rows(folder, settings.database, _ANSWER)
        if _stamp_in(rows) != wanted:
            return None  # Somebody wrote meanwhile.
        if not is_file and not checked.is_own_database(folder, settings.pair, _digest(rows)):
            return None
        return status_of(rows, settings.side)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Look for no garbage meanwhile: every claim is a handful of objects, all of them are kept.

    Ten thousand claims of each side set off so many searches through everything that the program
    has loaded that they take half of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _stamp_in(rows: Rows) -> dict[str, str]:
    return {row["name"]: row["value"] for row in rows.get("stamp", ())}


def _digest(rows: Rows) -> str:
    """Fingerprint of the short answer's rows, in an order that no server's language changes."""
    told = {name: in_order(name, rows[name]) for name in _ANSWER}
    return sha256(msgspec.json.encode(told, order="sorted")).hexdigest()


def _base(folder: JointFolder, settings: Settings) -> dict[str, str]:
    return {
        "schema": str(SCHEMA),
        "pair": settings.pair,
        "side": settings.side,
        "settings": folder.digest(PAGE),
    }


def _parked(folder: JointFolder) -> str:
    return " ".join((*folder.names("parked"), *folder.names("quarantine")))


def rows_from(
    folder: JointFolder, settings: Settings, held: PairLogs, state: JointState, status: Status
) -> Rows:
    """All rows as the logs make them."""
    stamp = {**_base(folder, settings), "today": state.today, "parked": _parked(folder)}
    for side in SIDES:
        stamp[f"log_{side}"] = held.logs[side].checked().words()
    entries = [_row(name, entry) for side in SIDES for name, entry in held.logs[side].entries]
    return rows_of(stamp, entries, state, status)


def _row(name: str, entry: Entry) -> Row:
    subject = entry.body.get("subject") or entry.body.get("id") or entry.body.get("offer") or ""
    return {
        "side": entry.side,
        "seq": entry.seq,
        "entry": name,
        "type": entry.type,
        "at": entry.at,
        "policy": entry.policy,
        "subject": str(subject),
    }


def refresh(
    folder: JointFolder, settings: Settings, held: PairLogs, state: JointState, status: Status
) -> None:
    """Make the database anew from what was read.

    Raises
    ------
    StorageError
        When the disk refuses.
    InputError
        When another process is at work, or a server refuses.
    """
    with folder.working():
        is_there = is_kept_in_file(settings) and folder.digest(DATABASE)
        if is_there and not database.is_sealed(folder, settings.database):
            return  # Somebody changed it: it stays as it is, for `verify` to name.
        rows = rows_from(folder, settings, held, state, status)
        database.write_rows(folder, settings.database, rows)
        made = folder.digest(DATABASE) if is_kept_in_file(settings) else _digest(rows)
        checked.note_database(folder, settings.pair, made)


def is_kept_in_file(settings: Settings) -> bool:
    """Whether the database is a file of the folder, and not on a server."""
    return settings.database == database.SQLITE


def stamped_today(folder: JointFolder, settings: Settings) -> str:
    """The day for which the database was made; empty when there is none."""
    return database.stamp(folder, settings.database).get("today", "")


def is_current(folder: JointFolder, settings: Settings, rows: Rows) -> bool:
    """The database says that it was made from what these rows were made from."""
    return dict(database.stamp(folder, settings.database)) == _stamp_in(rows)


def differences(
    folder: JointFolder, settings: Settings, rows: Rows
) -> list[tuple[str, Mapping[str, object]]]:
    """Rows of the database that the logs would make otherwise; none while it is out of date."""
    found = database.read_rows(folder, settings.database, tuple(DERIVED))
    return list(database.differing_rows(rows, found))
