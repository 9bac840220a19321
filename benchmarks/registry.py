"""What is measured: models (a scenario with its cases) × phases (one step of a replication).

To add a phase, write a function that prepares everything and returns the call to be measured, and
register it: ``@phase("name")``. To add a model, add a line to `MODELS`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from keruen import corridor, demand, report, scenario, study, terminal
from keruen.domain.results import Replication, TerminalRun
from keruen.domain.tables import Table
from keruen.scenario import Scenario
from keruen.store import RunFolder
from keruen.study.results import Study
from keruen.units import MS_PER_DAY

SEED = 1

Call = Callable[[], Any]
Phase = Callable[["Model"], Call]


@dataclass(frozen=True, slots=True)
class Model:
    """A world to measure on."""

    name: str
    scenario: str
    cases: tuple[str, ...] = ()

    def read(self) -> Scenario:
        """The scenario with its cases."""
        return scenario.read(self.scenario, (), self.cases)


MODELS = {
    model.name: model
    for model in (
        Model("toy", "toy"),
        Model("bottom-up", "kostanay-hefei", ("bottom-up",)),
        Model("growth", "kostanay-hefei", ("growth",)),
        Model("nameplate", "kostanay-hefei", ("nameplate",)),
        Model("nameplate+stage-2", "kostanay-hefei", ("nameplate", "stage-2")),
    )
}

PHASES: dict[str, Phase] = {}


def phase(name: str) -> Callable[[Phase], Phase]:
    """Register a phase under `name`."""

    def register(prepare: Phase) -> Phase:
        assert name not in PHASES, name
        PHASES[name] = prepare
        return prepare

    return register


@dataclass(frozen=True, slots=True)
class Prepared:
    """One replication, step by step, so that each step can be measured alone."""

    scenario: Scenario
    demand: Any
    plan: Any
    trains: Table
    visits: Table
    run: TerminalRun


@cache
def prepared(model: Model) -> Prepared:
    """Everything that the phases of a model start from; made once."""
    world = model.read()
    boxes = demand.generate(world, SEED)
    plan = corridor.plan_timetabled(world, boxes)
    trains, visits = corridor.run_timetabled(plan, world, SEED)
    return Prepared(world, boxes, plan, trains, visits, simulate(world, trains, visits))


def simulate(
    world: Scenario, trains: Table, visits: Table, *, with_trace: bool = True
) -> TerminalRun:
    """The terminal over the whole horizon."""
    return terminal.simulate(
        world.terminal,
        trains,
        visits,
        seed=SEED,
        horizon_ms=world.calendar.warm_up_ms + world.calendar.days * MS_PER_DAY,
        n_services=len(world.services),
        patterns=corridor.load_patterns(world),
        first_day=world.calendar.first_day - timedelta(milliseconds=world.calendar.warm_up_ms),
        with_trace=with_trace,
    )


@phase("read")
def _read(model: Model) -> Call:
    return model.read


@phase("demand")
def _demand(model: Model) -> Call:
    world = prepared(model).scenario
    return lambda: demand.generate(world, SEED)


@phase("corridor")
def _corridor(model: Model) -> Call:
    start = prepared(model)
    return lambda: corridor.run_timetabled(
        corridor.plan_timetabled(start.scenario, start.demand), start.scenario, SEED
    )


@phase("terminal")
def _terminal(model: Model) -> Call:
    start = prepared(model)
    return lambda: simulate(start.scenario, start.trains, start.visits, with_trace=False)


@phase("terminal-traced")
def _terminal_traced(model: Model) -> Call:
    start = prepared(model)
    return lambda: simulate(start.scenario, start.trains, start.visits)


@phase("measures")
def _measures(model: Model) -> Call:
    start = prepared(model)
    return lambda: terminal.measure(
        start.scenario, start.run.trace, start.trains, start.visits, start.run.outages
    )


@phase("store")
def _store(model: Model) -> Call:
    start = prepared(model)
    measures, tables = terminal.measure(
        start.scenario, start.run.trace, start.trains, start.visits, start.run.outages
    )
    replication = Replication(
        index=0,
        seed=SEED,
        measures=measures,
        tables=tables,
        n_events=start.run.n_events,
        trace_digest=start.run.digest,
    )

    def write() -> None:
        folder = Path(tempfile.mkdtemp(prefix="keruen-bench-"))
        try:
            RunFolder(folder).write(replication, {"trace": start.run.trace})
        finally:
            shutil.rmtree(folder)

    return write


@cache
def _study(model: Model) -> Study:
    return study.run(model.read(), replications=1, seed=SEED)


@phase("report")
def _report(model: Model) -> Call:
    one = _study(model)

    def write() -> None:
        folder = Path(tempfile.mkdtemp(prefix="keruen-bench-"))
        try:
            report.write([one], folder, format="html", language="kk")
        finally:
            shutil.rmtree(folder)

    return write
