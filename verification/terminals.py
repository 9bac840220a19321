"""Real terminals in the twin: what they carry at most, beside what was published.

One set of working times for all (`comparators/shared`), only the layout differs
(`comparators/layouts.toml`). The twin's figure is its capacity: the largest flow at which every
service limit holds. Nothing is tuned; each misfit has its sentence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from keruen import scenario
from keruen.study import capacity, processes

_FOLDER: Final = Path(__file__).parent / "comparators"
TEU_PER_BOX: Final = 1.75
"""Of the shared mix: three 40-ft boxes to one of 20 ft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One terminal: published and simulated, TEU a year."""

    name: str
    nameplate_teu: float
    actual_teu: float | None
    twin_teu: float
    low_teu: float
    high_teu: float
    binds: str
    first_limit: str
    boxes_per_h: float | None
    twin_boxes_per_h: float
    assumed: str
    misfit: str
    source: str

    @property
    def error(self) -> float:
        """Twin against what the terminal really carried, else against its nameplate."""
        against = self.actual_teu or self.nameplate_teu
        return self.twin_teu / against - 1


def compare_terminals(tell: Callable[[str], object] | None = None) -> tuple[Comparison, ...]:
    """Search the capacity of every comparator."""
    layouts = tomllib.loads((_FOLDER / "layouts.toml").read_text(encoding="utf-8"))
    found = []
    for name, layout in layouts.items():
        if tell is not None:
            tell(name)
        found.append(_compare(name, layout))
    return tuple(found)


def _compare(name: str, layout: dict[str, Any]) -> Comparison:
    world = scenario.read(_FOLDER / "shared", layout["changes"])
    answer = capacity(world, replications=2, tolerance=0.05, executor=processes(2))
    verdict = answer.verdict
    trials = [trial for trial in answer.trials if not trial.broken]
    best = max(trials, key=lambda trial: trial.factor, default=None)
    return Comparison(
        name=name,
        nameplate_teu=layout["nameplate_teu"],
        actual_teu=layout.get("actual_teu"),
        twin_teu=answer.flow.mean * TEU_PER_BOX,
        low_teu=answer.flow.low * TEU_PER_BOX,
        high_teu=answer.flow.high * TEU_PER_BOX,
        binds=verdict.binding.resource.name.lower() if verdict else "",
        first_limit=answer.first_limit.measure if answer.first_limit else "",
        boxes_per_h=layout.get("boxes_per_h"),
        twin_boxes_per_h=best.measures.get("gantry_moves_per_h", 0.0) if best else 0.0,
        assumed=layout["assumed"],
        misfit=layout["misfit"],
        source=layout["source"],
    )
