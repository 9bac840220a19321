"""Boxes observed in the yard, as container visits beside those that are still to come.

Knows the scenario's list and the table of visits; the kernel puts them down
(`kernel.initial_yard`).
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

import numpy as np

from keruen import draws
from keruen.domain import tables
from keruen.domain.codes import Channel, Delivery, Mode, Storage
from keruen.domain.hazards import hazard_number
from keruen.domain.iso6346 import SIZE_TYPES
from keruen.domain.tables import Table
from keruen.scenario.initial_yard import StandingBox
from keruen.scenario.models import Scenario
from keruen.units import NONE

_ENTITY_SHIFT: Final = 22
"""Boxes of flows have their number within the flow in these bits; here it is the name alone."""


def with_initial_yard(scenario: Scenario, visits: Table) -> Table:
    """The visits, with the boxes of the initial yard before them.

    Parameters
    ----------
    scenario : Scenario
        `standing` lists the boxes.
    visits : Table
        Table `container_visits`.

    Returns
    -------
    Table
        Table `container_visits`: the boxes of the initial yard, by container number, then
        `visits`. Their `in_ms` is 0, since when they came is not known; `visits` itself when
        there are none.
    """
    if not scenario.standing:
        return visits
    starts = datetime.combine(scenario.calendar.starts_on, time())
    rows = tables.empty("container_visits", len(scenario.standing))
    for row, (number, box) in zip(rows, sorted(scenario.standing.items()), strict=True):
        _fill(row, scenario, box, starts)
        row["entity"] = draws.text_key(number) << _ENTITY_SHIFT
    all_visits = np.concatenate((rows, visits))
    tables.verify("container_visits", all_visits)
    return all_visits


def _fill(row: Table, scenario: Scenario, box: StandingBox, starts: datetime) -> None:
    block = scenario.terminal.blocks[box.block]
    for name in ("booking", "flow", "in_train", "out_train", "out_service"):
        row[name] = NONE
    row["n_teu"] = SIZE_TYPES[box.size_type].n_teu
    row["gross_mass_kg"] = box.gross_mass_kg
    row["storage"] = Storage[block.kind.upper()]
    row["hazard"] = hazard_number(box.hazard_class)
    row["channel"] = Channel.NONE
    row["hold_ms"] = box.hold_ms
    row["delivery"] = Delivery[box.delivery.upper()]
    row["in_mode"] = Mode.PRESENT
    row["in_place"] = box.place(sorted(scenario.terminal.blocks).index(box.block), block)
    row["out_mode"] = Mode[box.leaves_by.upper()]
    if box.leaves_by == "train" and box.service is not None:
        row["out_service"] = sorted(scenario.services).index(box.service)
    if box.leaves is not None:
        row["out_ms"] = max(0, round((box.leaves - starts) / timedelta(milliseconds=1)))
