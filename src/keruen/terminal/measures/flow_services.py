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
    # One whole number sorts much faster than three columns do, and in the same order: `NONE` is
    # below every service.
    width = int(np.max(np.maximum(in_service, out_service), initial=NONE)) + 1 - NONE
    key = measured["flow"].astype(np.int64) * width + in_service - NONE
    keys, way = np.unique(key * width + out_service - NONE, return_inverse=True)
    found = tables.empty("flow_services", len(keys))
    found["flow"] = keys // width**2
    found["in_service"] = keys // width % width + NONE
    found["out_service"] = keys % width + NONE
    found["n_boxes"] = np.bincount(way, minlength=len(keys))
    found["n_teu"] = np.bincount(way, measured["n_teu"], len(keys))
    tables.verify("flow_services", found)
    return found
