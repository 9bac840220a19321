"""Rules for boxes that stand in the yard when a run begins: each stands, alone, on something."""

from __future__ import annotations

from collections import defaultdict

from keruen.domain.iso6346 import SIZE_TYPES
from keruen.scenario.check_goods import is_known
from keruen.scenario.dry_port import Block
from keruen.scenario.initial_yard import StandingBox
from keruen.scenario.models import Scenario
from keruen.scenario.reading import ScenarioReading

_Cell = tuple[str, int, int]


def check_standing(reading: ScenarioReading, scenario: Scenario) -> None:
    """Note every box that cannot stand where it is said to, or cannot leave as it is to."""
    blocks = scenario.terminal.blocks
    cells: dict[_Cell, list[str]] = defaultdict(list)
    for number, box in sorted(scenario.standing.items()):
        path = f"standing.{number}"
        if not is_known(reading, SIZE_TYPES, f"{path}.size_type", box.size_type, "ISO 6346"):
            continue
        if box.leaves_by == "train":
            service = box.service or ""
            is_known(reading, scenario.services, f"{path}.service", service, "services")
        if is_known(reading, blocks, f"{path}.block", box.block, "terminal.blocks") and _is_inside(
            reading, path, box, blocks[box.block]
        ):
            cells[box.block, box.bay, box.row].append(number)
    for _, numbers in sorted(cells.items()):
        _check_cell(reading, scenario, numbers)
    _check_plugs(reading, scenario)


def _is_inside(reading: ScenarioReading, path: str, box: StandingBox, block: Block) -> bool:
    """Whether the slot is one of the block, and the half goes with the length."""
    is_inside = True
    for key, value, most in (
        ("bay", box.bay, block.n_bays),
        ("row", box.row, block.n_rows),
        ("tier", box.tier, block.n_tiers),
    ):
        if value > most:
            reading.complain_at(f"{path}.{key}", "too_large", value=value, bound=most)
            is_inside = False
    length_ft = SIZE_TYPES[box.size_type].length_ft
    if (length_ft == 20) != bool(box.half):
        # Not the code: a code that is mapped stands otherwise in the list.
        reading.complain_at(path, "standing_half", length=length_ft)
        is_inside = False
    return is_inside


def _check_cell(reading: ScenarioReading, scenario: Scenario, numbers: list[str]) -> None:
    """One length in a cell, no two boxes in one slot, nothing on air."""
    piles: dict[str, dict[int, str]] = defaultdict(dict)
    for number in numbers:
        box = scenario.standing[number]
        place = reading.place(f"standing.{number}")
        if bool(box.half) != bool(scenario.standing[numbers[0]].half):
            reading.complain("standing_mixed", place=place, other=numbers[0])
            return
        if box.tier in piles[box.half]:
            other = piles[box.half][box.tier]
            reading.complain("standing_twice", place=place, other=other)
            return
        piles[box.half][box.tier] = number
    for pile in piles.values():
        for tier, number in sorted(pile.items()):
            if tier > 1 and tier - 1 not in pile:
                reading.complain_at(f"standing.{number}", "standing_on_air", tier=tier - 1)


def _check_plugs(reading: ScenarioReading, scenario: Scenario) -> None:
    for key, block in sorted(scenario.terminal.blocks.items()):
        n_boxes = sum(box.block == key for box in scenario.standing.values())
        if block.kind == "reefer" and n_boxes > block.n_plugs:
            reading.complain_at(
                f"terminal.blocks.{key}.n_plugs",
                "standing_plugs",
                found=n_boxes,
                plugs=block.n_plugs,
            )
