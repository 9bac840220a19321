"""One replication: the stages in their order, on one seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from keruen import corridor, demand, draws, terminal
from keruen.domain.codes import Mode
from keruen.domain.results import Replication, Stopped
from keruen.domain.tables import Table
from keruen.scenario import Scenario
from keruen.scenario.world import PlannedWorld
from keruen.store import RunFolder
from keruen.study.coupled import run_coupled
from keruen.study.jams import jam_of
from keruen.study.prepare import prepare
from keruen.study.results import Played
from keruen.terminal.inputs import service_rules
from keruen.units import DAYS_PER_YEAR, NONE

_STREAM_REPLICATION = 1_000


def replication_seed(seed: int, index: int) -> int:
    """The seed of a replication: 62 random bits of the study's seed and the index.

    Parameters
    ----------
    seed : int
        Seed of the study, not negative.
    index : int
        Number of the replication; the first is 0.

    Returns
    -------
    int
        0 ≤ seed < 2**62.
    """
    return int(draws.bits_array(seed, _STREAM_REPLICATION, np.array([index]))[0] >> np.uint64(2))


def replay(
    scenario: Scenario | PlannedWorld,
    seed: int,
    *,
    until_ms: int | None = None,
    is_paranoid: bool = False,
    stopped: Stopped | None = None,
) -> Played:
    """Play one seed again, up to `until_ms` of simulated time (default: the whole horizon).

    From where an earlier call on the same scenario and seed `stopped`, when it is given: the trace
    then holds the rows since. A scenario with a network and no week of trains is planned first.

    Parameters
    ----------
    scenario : Scenario or PlannedWorld
        Read with its case.
    seed : int
        Of one replication (`replication_seed`), 0 ≤ seed < 2**63.
    until_ms : int, optional
        Simulated time to stop at, ms since the start, exclusive; None is the whole horizon.
    is_paranoid : bool, default False
        Verify the whole state after every event (slow).
    stopped : Stopped, optional
        Where an earlier call stopped, to continue from.

    Returns
    -------
    Played
        The run of the terminal and, where there is one, of the railway.
    """
    world = prepare(scenario)
    scenario = world.scenario
    boxes = demand.generate(scenario, seed)
    end_ms = scenario.calendar.horizon_ms if until_ms is None else until_ms
    wanted = boxes.bookings["ready_ms"] >= scenario.calendar.warm_up_ms
    offered = {"offered_per_year": float(wanted.sum()) * DAYS_PER_YEAR / scenario.calendar.days}
    flows = np.bincount(boxes.bookings["flow"][wanted], minlength=len(scenario.flows))
    demand_rows = {key: int(n) for key, n in zip(sorted(scenario.flows), flows, strict=True)}
    if world.railway is not None:
        both = run_coupled(
            scenario,
            world.railway,
            boxes,
            seed,
            until_ms=end_ms,
            is_paranoid=is_paranoid,
            stopped=stopped,
        )
        return Played(
            trains=both.trains,
            visits=both.visits,
            run=both.run,
            offered=offered,
            demand_rows=demand_rows,
            railway=both.railway,
            departures=both.departures,
        )
    plan = corridor.plan_timetabled(scenario, boxes)
    trains, visits = corridor.run_timetabled(plan, scenario, seed)
    visits = terminal.with_initial_yard(scenario, visits)
    run = terminal.simulate(
        scenario.terminal,
        trains,
        visits,
        seed=seed,
        horizon_ms=end_ms,
        n_services=len(scenario.services),
        patterns=corridor.load_patterns(scenario),
        service_rules=service_rules(scenario),
        first_day=scenario.calendar.starts_on,
        is_paranoid=is_paranoid,
        state=None if stopped is None else stopped.state,
    )
    n_wanted = max(1, int(wanted.sum()))
    offered["unserved_share"] = float((wanted & ~plan.is_served).sum()) / n_wanted
    return Played(trains=trains, visits=visits, run=run, offered=offered, demand_rows=demand_rows)


def measured(scenario: Scenario, played: Played) -> tuple[dict[str, float], dict[str, Table]]:
    """Measures and tables of what was played: of the dry port, and of the railway if there is one.

    Returns
    -------
    measures : name (`domain/measures.toml`) → value in its unit.
    tables : as of a `Replication`.
    """
    found, results = terminal.measure(
        scenario, played.run.trace, played.trains, played.visits, played.run.outages
    )
    found = {**played.offered, **found}
    if played.railway is None:
        return found, results
    left_ms = np.full(len(played.railway.trips.bookings), NONE, np.int64)
    dwells = results["dwell_results"]
    visits = played.visits[dwells["visit"]]
    by_truck = visits["out_mode"] == Mode.TRUCK
    left_ms[visits["booking"][by_truck]] = (visits["in_ms"] + dwells["dwell_ms"])[by_truck]
    own, railway_tables = corridor.measure(played.railway, left_ms)
    return {**found, **own}, {**results, **railway_tables}


def replicate(world: PlannedWorld, seed: int, index: int, folder: Path | None) -> Replication:
    """Play and measure replication `index`; write it when there is a folder."""
    replication, extra = made(world, seed, index)
    if folder is not None:
        RunFolder(folder).write(replication, extra)
    return replication


def made(world: PlannedWorld, seed: int, index: int) -> tuple[Replication, dict[str, Table]]:
    """Play and measure replication `index`, and give what a run folder keeps beside it.

    Only the first replication's trace is kept: any other is made again from its seed.
    """
    own_seed = replication_seed(seed, index)
    played = replay(world, own_seed)
    measures, results = measured(world.scenario, played)
    extra = {"train_arrivals": played.trains, "container_visits": played.visits}
    if index == 0:
        extra |= {"trace": played.run.trace, "outages": played.run.outages}
    else:
        results.pop("train_passings", None)
    replication = Replication(
        index=index,
        seed=own_seed,
        measures=measures,
        tables=results,
        n_events=played.run.n_events,
        trace_digest=played.run.digest,
        jam=jam_of(world.scenario, played, results["hourly"]),
        demand_rows=played.demand_rows,
    )
    return replication, extra
