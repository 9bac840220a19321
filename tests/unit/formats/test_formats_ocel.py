"""A trace as an OCEL 2.0 log."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from keruen.domain import tables
from keruen.domain.codes import Event
from keruen.formats.ocel import ocel_json

_START = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=5)))


def _text() -> str:
    trace = tables.empty("trace", 3)
    trace["machine"] = trace["visit"] = trace["train"] = -1
    trace["origin"] = trace["destination"] = -1
    trace["time_ms"] = (0, 1_500, 86_400_000)
    trace["kind"] = (Event.TRAIN_ARRIVED, Event.UNLOADED, Event.TRUCK_LEFT)
    trace["train"][:2] = 0
    trace["visit"][1:] = 1
    trace["machine"][1:] = (4, 7)
    visits = tables.empty("container_visits", 2)
    visits["n_teu"] = (1, 2)
    return "".join(ocel_json(trace, visits, tables.empty("train_arrivals", 1), _START))


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


def test_the_same_tables_give_the_same_bytes() -> None:
    """Writing twice gives the same text."""
    assert _text() == _text()
