"""Boxes by the services they come by and leave by, counted by hand."""

from __future__ import annotations

from types import SimpleNamespace

from keruen.domain import tables
from keruen.domain.codes import Mode
from keruen.terminal.measures.flow_services import flow_services

START_MS, END_MS = 1_000, 2_000


def test_boxes_of_the_measured_time_by_service_in_and_out() -> None:
    """Too early, too late and boxes that stood there from the start do not count."""
    trains = tables.empty("train_arrivals", 2)
    trains["service"] = (4, 7)
    rows = (
        # flow, TEU, in_mode, in_train, in_ms, out_mode, out_service
        (0, 2, Mode.TRAIN, 1, START_MS, Mode.TRUCK, -1),
        (0, 1, Mode.TRAIN, 1, END_MS - 1, Mode.TRUCK, -1),
        (0, 2, Mode.TRAIN, 0, 1_500, Mode.TRAIN, 7),
        (3, 2, Mode.TRUCK, -1, 1_500, Mode.TRAIN, 4),
        (3, 2, Mode.TRUCK, -1, START_MS - 1, Mode.TRAIN, 4),
        (3, 2, Mode.TRUCK, -1, END_MS, Mode.TRAIN, 4),
        (3, 2, Mode.PRESENT, -1, 1_500, Mode.TRAIN, 4),
    )
    visits = tables.empty("container_visits", len(rows))
    names = ("flow", "n_teu", "in_mode", "in_train", "in_ms", "out_mode", "out_service")
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        visits[name] = values
    window = SimpleNamespace(visits=visits, trains=trains, start_ms=START_MS, end_ms=END_MS)
    found = flow_services(window)  # type: ignore[arg-type]
    assert [tuple(row) for row in found.tolist()] == [
        (0, 4, 7, 1, 2),
        (0, 7, -1, 2, 3),
        (3, -1, 4, 1, 2),
    ]
