"""Boxes that stand in the yard when a run begins, as they were observed.

Knows the columns of the list and how a slot is named on the yard; knows nothing of files.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from keruen.domain.tables import slot_place
from keruen.scenario.dry_port import Block, HazardClass
from keruen.scenario.quantities import Count, DurationMs, MassKg
from keruen.scenario.value_types import Id, ScenarioTable

_LOCAL_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?")


def _local_time(data: object) -> object:
    """pydantic would read 5 as the fifth second of 1970, and take a time of another zone."""
    if isinstance(data, str) and not _LOCAL_TIME.fullmatch(data):
        raise PydanticCustomError("datetime_type", "not a local time")
    return data


class StandingBox(ScenarioTable):
    """One box in its slot; bays, rows and tiers are numbers as painted, from 1."""

    size_type: str
    """ISO 6346 size-type code."""
    gross_mass_kg: MassKg
    """Box and goods."""
    block: Id
    """Key in `terminal.blocks`."""
    bay: Annotated[Count, Field(ge=1)]
    """40-ft bay, from 1."""
    row: Annotated[Count, Field(ge=1)]
    """Row across the block, from 1."""
    half: Literal["", "a", "b"] = ""
    """20-ft boxes: which half of the bay; blank for 40-ft boxes."""
    tier: Annotated[Count, Field(ge=1)]
    """1 stands on the ground."""
    leaves_by: Literal["truck", "train"]
    """How it is to leave."""
    service: Id | None = None
    """By train: key in `services`."""
    leaves: Annotated[datetime, BeforeValidator(_local_time)] | None = None
    """When it is wanted away, local time (``2027-12-01 14:30``); blank: as soon as it can."""
    hold_ms: DurationMs = 0
    """What is left of a customs or laboratory hold."""
    hazard_class: HazardClass | None = None
    """Class of dangerous goods."""
    delivery: Literal["truck", "shuttle", "warehouse"] = "truck"
    """By truck only: fetched by its own truck, by the `shuttle` machines, or unpacked in the
    warehouse."""

    def place(self, block_index: int, block: Block) -> int:
        """The place code of its slot (`keruen.domain.tables.slot_place`).

        Parameters
        ----------
        block_index : of its block among the blocks sorted by key.
        block : its block.
        """
        cell = (self.bay - 1) * block.n_rows + self.row - 1
        return slot_place(block_index, 2 * cell + (self.half == "b"), self.tier - 1)
