"""A trace as an object-centric event log: OCEL 2.0 in its JSON form.

Knows the tables of the domain; knows nothing of files and scenarios. Trucks are no objects: the
trace names the box that a truck brings or fetches, never the truck itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

import numpy as np

from keruen.domain.codes import Channel, Event, Storage
from keruen.domain.tables import Table

_ROWS_AT_A_TIME: Final = 10_000
_CONTAINER: Final = ("n_teu", "gross_mass_kg", "flow", "storage", "channel")
_TRAIN: Final = ("service", "n_wagons", "capacity_teu")
_EVENT: Final = ("origin", "destination", "busy_ms")
_CODES: Final = {"storage": Storage, "channel": Channel}
_OBJECTS: Final = (("visit", "container"), ("train", "train"), ("machine", "machine"))


def ocel_json(
    trace: Table,
    visits: Table,
    trains: Table,
    start: datetime,
    names: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Iterator[str]:
    """The parts of an OCEL 2.0 JSON document, to be written one after the other.

    Parameters
    ----------
    trace, visits, trains : Table
        Tables ``trace``, ``container_visits`` and ``train_arrivals``.
    start : datetime
        The moment at which ``time_ms`` is 0, with its time zone; written in UTC.
    names : Mapping[str, Sequence[str]], optional
        Of flows, services and machines by their index (``flow``, ``service``, ``machine``); one
        without a name is its number.

    Returns
    -------
    Iterator[str]
        Pieces of text; joined they are one JSON document.

    Raises
    ------
    AssertionError
        When `start` has no time zone.
    """
    assert start.tzinfo is not None, "start needs a time zone"
    origin = start.astimezone(UTC)
    yield '{"objectTypes":' + _compact(
        [
            {"name": "container", "attributes": _typed(_CONTAINER)},
            {"name": "train", "attributes": _typed(_TRAIN)},
            {"name": "machine", "attributes": _typed(("machine",))},
        ]
    )
    types = [{"name": event.name.lower(), "attributes": _typed(_EVENT)} for event in Event]
    yield ',"eventTypes":' + _compact(types) + ',"objects":['
    yield from _joined(_objects(trace, (visits, trains), origin, names))
    yield '],"events":['
    yield from _joined(_events(trace, origin))
    yield "]}\n"


def _objects(
    trace: Table,
    tables: tuple[Table, Table],
    start: datetime,
    named: Mapping[str, Sequence[str]],
) -> Iterator[dict[str, object]]:
    visits, trains = tables
    sources = (("visit", "container", visits, _CONTAINER), ("train", "train", trains, _TRAIN))
    for column, kind, table, names in sources:
        for row in np.unique(trace[column][trace[column] >= 0]).tolist():
            attributes = [_attribute(name, int(table[name][row]), start, named) for name in names]
            yield {"id": f"{kind}-{row}", "type": kind, "attributes": attributes}
    for row in np.unique(trace["machine"][trace["machine"] >= 0]).tolist():
        attributes = [_attribute("machine", row, start, named)]
        yield {"id": f"machine-{row}", "type": "machine", "attributes": attributes}


def _attribute(
    name: str, value: int, start: datetime, named: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    words = named.get(name, ())
    written = str(value)
    if 0 <= value < len(words):
        written = words[value]
    elif name in _CODES:
        written = _CODES[name](value).name.lower()
    return {"name": name, "time": _moment(start, 0), "value": written}


def _events(trace: Table, start: datetime) -> Iterator[dict[str, object]]:
    names = trace.dtype.names or ()
    for first in range(0, len(trace), _ROWS_AT_A_TIME):
        rows = trace[first : first + _ROWS_AT_A_TIME].tolist()
        for number, values in enumerate(rows, start=first):
            row = dict(zip(names, values, strict=True))
            yield {
                "id": f"event-{number}",
                "type": Event(row["kind"]).name.lower(),
                "time": _moment(start, row["time_ms"]),
                "attributes": [{"name": name, "value": str(row[name])} for name in _EVENT],
                "relationships": [
                    {"objectId": f"{kind}-{row[column]}", "qualifier": kind}
                    for column, kind in _OBJECTS
                    if row[column] >= 0
                ],
            }


def _typed(names: Sequence[str]) -> list[dict[str, str]]:
    words = ("flow", "service", "machine", *_CODES)
    return [{"name": name, "type": "string" if name in words else "integer"} for name in names]


def _moment(start: datetime, time_ms: int) -> str:
    moment = start + timedelta(milliseconds=time_ms)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _joined(items: Iterator[dict[str, object]]) -> Iterator[str]:
    for number, item in enumerate(items):
        yield ("," if number else "") + "\n" + _compact(item)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
