"""Tables of the register's database: what the two logs say, laid out to be asked.

Knows columns, and how a state becomes rows and rows become the short answer again; knows nothing
of files. Every row names the entry that it comes from, so that a row that was changed can be named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from keruen.domain.joint import Claim, MText, Side
from keruen.domain.joint_state import (
    Contradiction,
    JointState,
    Saying,
    Status,
    Waiting,
)

SCHEMA: Final = 1
"""Version of the derived tables: a database with another one is made anew."""

Row = dict[str, Any]
"""Column → what it holds: the table's columns decide whether a text or a whole number."""

Rows = Mapping[str, list[Row]]

_WHOLE: Final = Integer().with_variant(BigInteger(), "postgresql")
"""A signed number may be as large as 2**53; a whole number of SQLite holds it as it is."""

_DERIVED = MetaData()
_PRIVATE = MetaData()


def _table(metadata: MetaData, name: str, *columns: str) -> Table:
    """A table; a column's name ends with ``#`` for whole numbers and begins with ``*`` in a key."""
    made = [
        Column(
            column.strip("*#"),
            _WHOLE if column.endswith("#") else Text(),
            primary_key=column.startswith("*"),
            nullable=False,
            autoincrement=False,
        )
        for column in columns
    ]
    return Table(name, metadata, *made)


DERIVED: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        _table(_DERIVED, "stamp", "*name", "value"),
        _table(_DERIVED, "entries", "*side", "*seq#", "entry", "type", "at", "policy#", "subject"),
        _table(
            *(_DERIVED, "revisions", "*entry", "kind", "subject", "side", "number#", "status"),
            *("countersigned", "core_hash"),
        ),
        _table(_DERIVED, "projects", "*id", "entry", "lifecycle", "light", "is_listed#"),
        _table(
            *(_DERIVED, "commitments", "*id", "entry", "project", "status", "debtor", "creditor"),
            *("due_first", "due_last", "days_late#"),
        ),
        _table(
            *(_DERIVED, "claims", "*entry", "side", "at", "id", "project", "field", "body"),
            *("accepted", "disputed", "dispute_reason", "disputed_at"),
        ),
        _table(_DERIVED, "decisions", "*id", "entry", "date", "status"),
        _table(
            *(_DERIVED, "history", "*place#", "entry", "date", "decision", "project", "action"),
            "is_agreed#",
        ),
        _table(
            *(_DERIVED, "contradictions", "*place#", "*number#", "entry", "project", "field"),
            "is_comparable#",
        ),
        _table(
            *(_DERIVED, "waiting", "*place#", "side", "entry", "kind", "subject", "project"),
            *("since", "lapses"),
        ),
        _table(_DERIVED, "checks", "*place#", "key", "parameters"),
    )
}
"""Tables that are made from the logs alone."""

PRIVATE: Final[Mapping[str, Table]] = {
    table.name: table
    for table in (
        _table(_PRIVATE, "drafts", "*id", "kind", "content", "changed"),
        _table(_PRIVATE, "contacts", "*id", "office", "person", "reach", "note"),
    )
}
"""Tables that exist here only: no entry, bundle or export has anything of them."""


def derived_metadata() -> MetaData:
    """All derived tables together, to be made or dropped."""
    return _DERIVED


def rows_of(
    stamp: Mapping[str, str], entries: Sequence[Row], state: JointState, status: Status
) -> Rows:
    """Everything as rows, in the order of their keys.

    Parameters
    ----------
    stamp : what the rows were made from.
    entries : rows of the table `entries`.
    state, status : the list and the short answer of one day.
    """
    found: dict[str, Iterable[Row]] = {
        "stamp": ({"name": name, "value": value} for name, value in stamp.items()),
        "entries": entries,
        "revisions": (_fields(one, _REVISION) for one in state.all_revisions()),
        "projects": (
            {
                "id": name,
                "entry": one.revisions[-1].entry,
                "lifecycle": one.lifecycle,
                "light": one.health.light,
                "is_listed": int(one.is_listed),
            }
            for name, one in state.projects.items()
        ),
        "commitments": _commitments(state),
        "claims": _claims(state, status.contradictions),
        "decisions": (
            {"id": name, "entry": texts[-1].entry, "date": one.date, "status": texts[-1].status}
            for name, (one, texts) in state.decisions.items()
        ),
        "history": (
            {"place": place, "is_agreed": int(one.is_agreed), **_fields(one, _HISTORY)}
            for place, one in enumerate(state.history)
        ),
        "contradictions": _contradictions(status.contradictions),
        "waiting": (
            {"place": place, **_fields(one, _WAITING)}
            for place, one in enumerate((*status.waits_for_me, *status.waits_for_them))
        ),
        "checks": (
            {"place": place, "key": key, "parameters": _json(dict(parameters))}
            for place, (key, parameters) in enumerate(status.checks)
        ),
    }
    return {name: in_order(name, rows) for name, rows in found.items()}


_HISTORY: Final = ("entry", "date", "decision", "project", "action")
_SAYING: Final = ("entry", "side", "at", "accepted", "disputed", "disputed_at")
_REVISION: Final = (
    *("entry", "kind", "subject", "side", "number", "status", "countersigned", "core_hash"),
)
_WAITING: Final = ("side", "entry", "kind", "subject", "project", "since", "lapses")


def in_order(name: str, rows: Iterable[Row]) -> list[Row]:
    """Rows of a table in the order of its key."""
    key = [column.name for column in DERIVED[name].primary_key]
    return sorted(rows, key=lambda row: tuple(row[column] for column in key))


def _fields(record: object, names: Sequence[str]) -> Row:
    """The columns that are called and written as the record's fields are."""
    return {name: getattr(record, name) for name in names}


def _commitments(state: JointState) -> Iterator[Row]:
    for name, one in state.commitments.items():
        core = one.core
        yield {
            "id": name,
            "entry": one.revisions[-1].entry,
            "project": core.project,
            "status": one.status,
            "debtor": core.debtor or "",
            "creditor": core.creditor or "",
            "due_first": core.due.first if core.due is not None else "",
            "due_last": core.due.last if core.due is not None else "",
            "days_late": one.days_late,
        }


def _claims(state: JointState, torn: Sequence[Contradiction]) -> Iterator[Row]:
    known = {one.entry: one for one in state.claims}
    known.update({s.entry: s for one in torn for s in (*one.claims, *one.not_comparable)})
    for one in known.values():
        if not isinstance(one.body, Claim):
            continue
        yield {
            **_fields(one, _SAYING),
            **_fields(one.body, ("id", "project", "field")),
            "body": _json(msgspec.to_builtins(one.body)),
            "dispute_reason": _json(msgspec.to_builtins(one.dispute_reason)),
        }


def _contradictions(torn: Sequence[Contradiction]) -> Iterator[Row]:
    for place, one in enumerate(torn):
        told = [(saying, 1) for saying in one.claims] + [(s, 0) for s in one.not_comparable]
        for number, (saying, is_comparable) in enumerate(told):
            yield {
                "place": place,
                "number": number,
                "entry": saying.entry,
                "project": one.project,
                "field": one.field,
                "is_comparable": is_comparable,
            }


def status_of(rows: Rows, side: Side) -> Status:
    """The short answer again, from its rows.

    Parameters
    ----------
    rows : of the tables `stamp`, `waiting`, `commitments`, `claims`, `contradictions`, `checks`.
    side : whose answer it is.
    """
    told = {row["entry"]: row for row in rows["claims"]}
    late = [(-row["days_late"], row["id"]) for row in rows["commitments"] if row["days_late"]]
    waits = [
        Waiting(**{name: row[name] for name in _WAITING})
        for row in sorted(rows["waiting"], key=lambda row: row["place"])
    ]
    torn: dict[int, list[Row]] = {}
    for row in in_order("contradictions", rows["contradictions"]):
        torn.setdefault(row["place"], []).append(row)
    return Status(
        side=side,
        today={row["name"]: row["value"] for row in rows["stamp"]}["today"],
        waits_for_me=tuple(one for one in waits if one.side == side),
        waits_for_them=tuple(one for one in waits if one.side != side),
        overdue=tuple(name for _, name in sorted(late)),
        contradictions=tuple(_contradiction(group, told) for group in torn.values()),
        checks=tuple(
            (row["key"], json.loads(row["parameters"]))
            for row in in_order("checks", rows["checks"])
        ),
    )


def _contradiction(group: Sequence[Row], told: Mapping[str, Row]) -> Contradiction:
    sayings = [(_saying(told[row["entry"]]), row["is_comparable"]) for row in group]
    return Contradiction(
        project=group[0]["project"],
        field=group[0]["field"],
        claims=tuple(saying for saying, is_comparable in sayings if is_comparable),
        not_comparable=tuple(saying for saying, is_comparable in sayings if not is_comparable),
    )


_claim: Final = msgspec.json.Decoder(Claim)
_reason: Final = msgspec.json.Decoder[MText | None](MText | None)


def _saying(row: Row) -> Saying:
    # Field by field and without asking for a reason that is none: this runs for every claim.
    reason = row["dispute_reason"]
    return Saying(
        entry=row["entry"],
        side=row["side"],
        at=row["at"],
        accepted=row["accepted"],
        disputed=row["disputed"],
        disputed_at=row["disputed_at"],
        body=_claim.decode(row["body"]),
        dispute_reason=None if reason == "null" else _reason.decode(reason),
    )


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
