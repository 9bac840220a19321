"""The railway alone, replicated: the planned week under uncertainty, without a terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from keruen import corridor, demand
from keruen.domain.results import Estimate
from keruen.domain.tables import Table
from keruen.scenario import Scenario
from keruen.scenario.world import PlannedWorld
from keruen.study.intervals import estimates
from keruen.study.prepare import prepare
from keruen.study.replicate import replication_seed
from keruen.study.results import FlowTransit, Progress
from keruen.study.transit import flow_transits


@dataclass(frozen=True, slots=True, kw_only=True)
class RailwayStudy:
    """Replications of the railway alone.

    Parameters
    ----------
    world : what was run.
    estimates : of every measure of the railway.
    tables : of each replication, as `corridor.measure` makes them.
    """

    world: PlannedWorld
    estimates: dict[str, Estimate]
    tables: tuple[dict[str, Table], ...]

    @property
    def flows(self) -> tuple[FlowTransit, ...]:
        """Transit times by flow and direction, over all replications."""
        return flow_transits(self.scenario, [found["flow_journeys"] for found in self.tables])

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run, with the services of its week."""
        return self.world.scenario


def run_railway(
    scenario: Scenario | PlannedWorld,
    *,
    replications: int,
    seed: int,
    progress: Callable[[Progress], None] | None = None,
) -> RailwayStudy:
    """Run the planned week of a scenario under uncertainty, with a dry port that keeps nobody.

    Parameters
    ----------
    scenario : with a network; its week is planned when it brings none.
    replications, seed : as of a study: the same luck.
    progress : called after each replication.
    """
    world = prepare(scenario)
    assert world.railway is not None, "a railway without a network"
    measured, tables = [], []
    for index in range(replications):
        own_seed = replication_seed(seed, index)
        bookings = demand.generate(world.scenario, own_seed)
        railway, left_ms = corridor.run_alone(world.scenario, world.railway, bookings, own_seed)
        measures, found = corridor.measure(railway, left_ms)
        measured.append(measures)
        tables.append(found)
        if progress is not None:
            progress(Progress(index + 1, replications))
    return RailwayStudy(world=world, estimates=estimates(measured), tables=tuple(tables))
