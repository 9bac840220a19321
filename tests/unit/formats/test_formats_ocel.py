"""A trace as an OCEL 2.0 log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from keruen.domain import tables
from keruen.domain.codes import Event
from keruen.formats.ocel import ocel_json

_START = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=5)))


def _text(
    *,
    start: datetime = _START,
    n_visits: int = 2,
    n_trains: int = 1,
    names: Mapping[str, Sequence[str]] | None = None,
) -> str:
    trace = tables.empty("trace", 3)
    trace["machine"] = trace["visit"] = trace["train"] = -1
    trace["origin"] = trace["destination"] = -1
    trace["time_ms"] = (0, 1_500, 86_400_000)
    trace["kind"] = (Event.TRAIN_ARRIVED, Event.UNLOADED, Event.TRUCK_LEFT)
    trace["train"][:2] = 0
    trace["visit"][1:] = 1
    trace["machine"][1:] = (4, 7)
    visits = tables.empty("container_visits", n_visits)
    visits["n_teu"][:2] = (1, 2)
    trains = tables.empty("train_arrivals", n_trains)
    return "".join(ocel_json(trace, visits, trains, start, names or {}))


def _log() -> dict[str, Any]:
    log: dict[str, Any] = json.loads(_text())
    return log


def test_each_row_is_one_event_at_its_moment_in_utc() -> None:
    """Every row of the trace is one event, in order, in UTC to the millisecond."""
    events = _log()["events"]
    assert [event["type"] for event in events] == ["train_arrived", "unloaded", "truck_left"]
    assert [event["time"] for event in events] == [
        "2025-12-31T19:00:00.000Z",
        "2025-12-31T19:00:01.500Z",
        "2026-01-01T19:00:00.000Z",
    ]


def test_objects_are_those_that_the_trace_names_once_each() -> None:
    """An object stands in the log once, and only when an event names it."""
    log = _log()
    ids = [thing["id"] for thing in log["objects"]]
    assert ids == ["container-1", "train-0", "machine-4", "machine-7"]
    named = {link["objectId"] for event in log["events"] for link in event["relationships"]}
    assert named == set(ids)
    assert log["objects"][0]["attributes"][0]["value"] == "2"


@pytest.mark.parametrize(
    ("types", "things"), [("objectTypes", "objects"), ("eventTypes", "events")]
)
def test_every_type_and_attribute_is_declared(types: str, things: str) -> None:
    """Whatever an object or an event carries, its type declares."""
    log = _log()
    declared = {kind["name"]: {one["name"] for one in kind["attributes"]} for kind in log[types]}
    for thing in log[things]:
        assert {one["name"] for one in thing["attributes"]} == declared[thing["type"]]


def test_a_text_is_written_to_the_byte() -> None:
    """One object and one event a line, in the order of the standard's keys, without spaces."""
    lines = _text(names={"machine": ["кран"] * 8}).splitlines()
    assert lines[1] == (
        '{"id":"container-1","type":"container","attributes":['
        '{"name":"n_teu","time":"2025-12-31T19:00:00.000Z","value":"2"},'
        '{"name":"gross_mass_kg","time":"2025-12-31T19:00:00.000Z","value":"0"},'
        '{"name":"flow","time":"2025-12-31T19:00:00.000Z","value":"0"},'
        '{"name":"storage","time":"2025-12-31T19:00:00.000Z","value":"laden"},'
        '{"name":"channel","time":"2025-12-31T19:00:00.000Z","value":"none"}]},'
    )
    assert lines[3] == (
        '{"id":"machine-4","type":"machine","attributes":['
        '{"name":"machine","time":"2025-12-31T19:00:00.000Z","value":"кран"}]},'
    )
    assert lines[6] == (
        '{"id":"event-1","type":"unloaded","time":"2025-12-31T19:00:01.500Z","attributes":['
        '{"name":"origin","value":"-1"},{"name":"destination","value":"-1"},'
        '{"name":"busy_ms","value":"0"}],"relationships":['
        '{"objectId":"container-1","qualifier":"container"},'
        '{"objectId":"train-0","qualifier":"train"},'
        '{"objectId":"machine-4","qualifier":"machine"}]},'
    )


def test_the_same_log_gives_the_same_bytes() -> None:
    """In whatever zone the start is told, and whatever else the tables hold that no event names."""
    text = _text()
    assert _text(start=_START.astimezone(UTC)) == text
    assert _text(start=_START.astimezone(timezone(timedelta(hours=-9, minutes=-30)))) == text
    assert _text(n_visits=9, n_trains=9) == text
    assert _text(start=_START + timedelta(milliseconds=1)) != text
