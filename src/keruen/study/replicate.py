"""One replication: the stages in their order, on one seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import numpy as np

from keruen import corridor, demand, draws, terminal
from keruen.domain.results import Replication, TerminalRun
from keruen.domain.tables import Table
from keruen.scenario import Scenario
from keruen.store import RunFolder
from keruen.units import DAYS_PER_YEAR, MS_PER_DAY

_STREAM_REPLICATION = 1_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a study is: `done` of `total` replications, then experiments when they are needed.

    In a search for capacity they are trials, and `total` is an estimate.
    """

    done: int
    total: int
    stage: Literal["replications", "experiments", "search"] = "replications"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """Everything of one replication, for whoever wants to look inside."""

    trains: Table
    visits: Table
    run: TerminalRun
    offered: dict[str, float]
    demand_rows: dict[str, int]


def replication_seed(seed: int, index: int) -> int:
    """The seed of a replication: 62 random bits of the study's seed and the index."""
    return int(draws.bits_array(seed, _STREAM_REPLICATION, np.array([index]))[0] >> np.uint64(2))


def horizon_ms(scenario: Scenario) -> int:
    """Simulated time: warm-up and measured days."""
    return scenario.calendar.warm_up_ms + scenario.calendar.days * MS_PER_DAY


def replay(
    scenario: Scenario,
    seed: int,
    *,
    until_ms: int | None = None,
    is_paranoid: bool = False,
    state: Any = None,
) -> Played:
    """Play one seed again, up to `until_ms` of simulated time (default: the whole horizon).

    From `state` on, when the terminal's state of an earlier call on the same scenario and seed is
    given: the trace then holds the rows since that state.
    """
    boxes = demand.generate(scenario, seed)
    plan = corridor.plan(scenario, boxes)
    trains, visits = corridor.run(plan, scenario, seed)
    visits = terminal.with_standing(scenario, visits)
    run = terminal.simulate(
        scenario.terminal,
        trains,
        visits,
        seed=seed,
        horizon_ms=horizon_ms(scenario) if until_ms is None else until_ms,
        n_services=len(scenario.services),
        patterns=corridor.load_patterns(scenario),
        first_day=scenario.calendar.first_day
        - timedelta(milliseconds=scenario.calendar.warm_up_ms),
        is_paranoid=is_paranoid,
        state=state,
    )
    measured = boxes.bookings["ready_ms"] >= scenario.calendar.warm_up_ms
    n_measured = max(1, int(measured.sum()))
    per_year = DAYS_PER_YEAR / scenario.calendar.days
    flows = np.bincount(boxes.bookings["flow"][measured], minlength=len(scenario.flows))
    return Played(
        trains=trains,
        visits=visits,
        run=run,
        offered={
            "offered_per_year": float(measured.sum()) * per_year,
            "unserved_share": float((measured & ~plan.is_served).sum()) / n_measured,
        },
        demand_rows={key: int(n) for key, n in zip(sorted(scenario.flows), flows, strict=True)},
    )


def replicate(scenario: Scenario, seed: int, index: int, folder: Path | None) -> Replication:
    """Play and measure replication `index`; write it when there is a folder.

    Only the first replication's trace is kept: any other is made again from its seed.
    """
    own_seed = replication_seed(seed, index)
    played = replay(scenario, own_seed)
    measures, tables = terminal.measure(
        scenario, played.run.trace, played.trains, played.visits, played.run.outages
    )
    replication = Replication(
        index=index,
        seed=own_seed,
        measures={**played.offered, **measures},
        tables=tables,
        n_events=played.run.n_events,
        trace_digest=played.run.digest,
        jam=played.run.jam,
        demand_rows=played.demand_rows,
    )
    if folder is not None:
        extra = {"train_arrivals": played.trains, "container_visits": played.visits}
        if index == 0:
            extra["trace"] = played.run.trace
            extra["outages"] = played.run.outages
        RunFolder(folder).write(replication, extra)
    return replication
