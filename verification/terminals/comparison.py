"""Each terminal replayed at its published flow, and searched for what it carries within its limits.

Throughput at the replayed flow reproduces its input and is no result; what is compared is how the
trains and trucks fare there. What a terminal carries at most is found by its own limits, in steps
of five percent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from keruen import scenario, study
from keruen.cli.verifying import TerminalRow
from keruen.domain.codes import Event
from keruen.scenario.world import PlannedWorld
from keruen.study.capacity import attempt
from keruen.study.intervals import estimates
from keruen.study.prepare import prepare
from keruen.study.probes import excess
from keruen.study.replicate import measured
from keruen.study.results import Played
from keruen.study.verdict import limit_checks
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, NONE
from verification.terminals.cells import Cell, read_cells

FOLDER: Final = Path(__file__).parent
_STEP: Final = 1.05
_STRIDE: Final = 8
"""Steps of the first bracket: half as much again."""
_FARTHEST: Final = 40
"""Steps that are tried at most, either way: a seventh to seven times the flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """What the twin says of one terminal.

    Parameters
    ----------
    figures : quantity → value; rates of a year in boxes.
    teu_per_box : of all boxes.
    first_limit : measure whose limit breaks first above what is carried; empty when none does.
    aside : measure → value at the replayed flow, shown for whoever knows the terminal.
    """

    figures: Mapping[str, float]
    teu_per_box: float
    first_limit: str
    aside: Mapping[str, float]

    def value(self, cell: Cell) -> float:
        """The figure that stands beside a published one, in its unit."""
        name = "best_year" if cell.quantity == "capacity" else cell.quantity
        return self.figures[name] * (self.teu_per_box if cell.unit == "TEU/yr" else 1.0)


def compare_terminals(
    cells: Sequence[Cell] | None = None,
    tell: Callable[[str], object] = lambda _: None,
    folder: Path = FOLDER,
) -> tuple[TerminalRow, ...]:
    """A row for each cell, in their order; each terminal is simulated once."""
    cells = read_cells() if cells is None else cells
    twins: dict[str, Twin] = {}
    rows = []
    for cell in cells:
        read = scenario.read(folder / cell.terminal)
        if cell.terminal not in twins:
            tell(cell.terminal)
            twins[cell.terminal] = twin_of(prepare(read))
        twin = twins[cell.terminal]
        rows.append(
            TerminalRow(
                terminal=cell.terminal,
                title=read.scenario.title,
                summary=read.scenario.summary,
                quantity=cell.quantity,
                unit=cell.unit,
                published=cell.published,
                year=cell.year,
                test=cell.test,
                why=cell.why,
                twin=twin.value(cell),
                first_limit=twin.first_limit,
                source=cell.source,
                aside=twin.aside,
            )
        )
    return tuple(rows)


def twin_of(world: PlannedWorld) -> Twin:
    """Replay a terminal and search what it carries; the first replication of its own seed."""
    seed = world.scenario.scenario.seed
    played = study.replay(world, study.replication_seed(seed, 0))
    measures, _ = measured(world.scenario, played)
    carried, first_limit = carried_within_limits(world, seed)
    seen = observed(world, played)
    names = (
        *("gantry_moves_per_h", "train_turnaround_ms_mean", "train_handling_ms_mean"),
        *("dwell_ms_mean_laden", "yard_occupancy_share_p95"),
        # Where no truck comes a turn time of nought would look like a very quick one.
        *(("truck_turn_time_ms_p90",) if seen["trucks_on_busy_day"] > 0 else ()),
    )
    return Twin(
        figures={
            **seen,
            "train_turnaround_h": measures["train_turnaround_ms_mean"] / MS_PER_HOUR,
            "best_year": carried,
        },
        teu_per_box=measures["teu_per_year"] / max(1.0, measures["boxes_per_year"]),
        first_limit=first_limit,
        aside={name: measures[name] for name in names},
    )


def carried_within_limits(world: PlannedWorld, seed: int) -> tuple[float, str]:
    """Boxes a year at the largest flow that keeps every limit, and the limit that breaks above it,
    of several the one that is exceeded furthest.

    Limits that are kept at one flow are taken to be kept at every smaller one. 0 when none is kept.
    """
    held: dict[int, float] = {}
    broken: dict[int, str] = {}

    def is_kept(step: int) -> bool:
        trial = attempt(world, seed, "grow", _STEP**step, 0)
        if trial.broken:
            checks = limit_checks(world.scenario, estimates([trial.measures]))
            furthest = max(checks, key=lambda one: excess(one.estimate.mean, one.bound))
            broken[step] = furthest.measure
        else:
            held[step] = trial.measures["boxes_per_year"]
        return not trial.broken

    direction = _STRIDE if is_kept(0) else -_STRIDE
    step = direction
    while abs(step) <= _FARTHEST and is_kept(step) == (direction > 0):
        step += direction
    while held and broken and min(broken) - max(held) > 1:
        is_kept((min(broken) + max(held)) // 2)
    return held[max(held)] if held else 0.0, broken[min(broken)] if broken else ""


def observed(world: PlannedWorld, played: Played) -> dict[str, float]:
    """What an observer beside the tracks and at the gate would write down.

    A train that brought boxes is at work from the lift of its first box until its last is off: a
    time that is published for emptying a train holds no waiting for machines that still work at
    another. Each box counts once; what the same machines do meanwhile at other trains and at trucks
    does not.
    """
    n_trains, trace = len(played.trains), played.run.trace
    since_ms = world.scenario.calendar.warm_up_ms
    off = trace[trace["kind"] == Event.UNLOADED]
    begun = np.full(n_trains, np.iinfo(np.int64).max, np.int64)
    np.minimum.at(begun, off["train"], off["time_ms"] - off["busy_ms"])
    emptied = np.full(n_trains, NONE, np.int64)
    np.maximum.at(emptied, off["train"], off["time_ms"])
    n_boxes = np.bincount(off["train"], minlength=n_trains)
    seen = (n_boxes > 0) & (begun >= since_ms)
    at_work_h = union_ms(begun[seen], emptied[seen]) / MS_PER_HOUR
    machines = world.scenario.terminal.machines.values()
    n_cranes = sum(one.count for one in machines if one.kind == "gantry" or one.tracks)
    trucks = trace[(trace["kind"] == Event.TRUCK_ENTERED) & (trace["time_ms"] >= since_ms)]
    by_day = np.bincount((trucks["time_ms"] - since_ms) // MS_PER_DAY, minlength=1)
    return {
        "boxes_per_crane_h": float(n_boxes[seen].sum()) / max(1e-9, at_work_h * n_cranes),
        "train_emptied_min": float(np.mean(emptied[seen] - begun[seen])) / MS_PER_MINUTE,
        "trucks_on_busy_day": float(np.quantile(by_day, 0.95)),
    }


def union_ms(starts: np.ndarray, ends: np.ndarray) -> int:
    """Time in which at least one of the intervals runs."""
    order = np.argsort(starts, kind="stable")
    until = np.maximum.accumulate(ends[order])
    begins = np.maximum(starts[order], np.concatenate(([np.iinfo(np.int64).min], until[:-1])))
    return int(np.maximum(0, ends[order] - begins).sum())
