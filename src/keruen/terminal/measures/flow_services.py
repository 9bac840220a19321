"""Which train service, or the road, the boxes of a flow come by and are to leave by."""

from __future__ import annotations

import numpy as np

from keruen.domain import tables
from keruen.domain.codes import Mode
from keruen.domain.tables import Table
from keruen.terminal.measures.window import Window
from keruen.units import NONE


def flow_services(window: Window) -> Table:
    """Boxes that came in the measured time: table `flow_services`, by flow, service in and out."""
    visits = window.visits
    measured = visits[
        (visits["in_ms"] >= window.start_ms)
        & (visits["in_ms"] < window.end_ms)
        & (visits["in_mode"] != Mode.PRESENT)
    ]
    in_service = np.full(len(measured), NONE, np.int16)
    by_train = measured["in_train"] >= 0
    in_service[by_train] = window.trains["service"][measured["in_train"][by_train]]
    out_service = np.where(measured["out_mode"] == Mode.TRAIN, measured["out_service"], NONE)
    ways, way = np.unique(
        np.column_stack((measured["flow"], in_service, out_service)), axis=0, return_inverse=True
    )
    found = tables.empty("flow_services", len(ways))
    for column, values in zip(("flow", "in_service", "out_service"), ways.T, strict=True):
        found[column] = values
    way = way.reshape(-1)
    found["n_boxes"] = np.bincount(way, minlength=len(ways))
    found["n_teu"] = np.bincount(way, measured["n_teu"], len(ways))
    tables.verify("flow_services", found)
    return found
