"""What a replication, a study, a search for capacity and a comparison find: frozen, no logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from keruen import corridor
from keruen.domain import tables
from keruen.domain.results import (
    Bracket,
    DecidingFigure,
    Difference,
    Estimate,
    FlowPoint,
    LimitCheck,
    Provenance,
    Replication,
    SearchEnd,
    Stopped,
    Sufficiency,
    TerminalRun,
    Trial,
    Verdict,
)
from keruen.domain.tables import Table
from keruen.domain.transit import TransitTime
from keruen.scenario import Scenario
from keruen.scenario.network import Network
from keruen.scenario.week import Week
from keruen.scenario.world import PlannedWorld, network_of


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a study is: `done` of `total` replications, then experiments when they are needed.

    In a search for capacity they are trials, and `total` is an estimate.
    """

    done: int
    total: int
    stage: Literal["replications", "experiments", "search", "points"] = "replications"


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """Everything of one replication, for whoever wants to look inside."""

    trains: Table
    visits: Table
    run: TerminalRun
    offered: dict[str, float]
    demand_rows: dict[str, int]
    railway: corridor.LiveRailway | None = None
    departures: Table | None = None
    """What a run that goes on later must know of the trains that left; None without a railway."""

    @property
    def stopped(self) -> Stopped:
        """From where a later call can go on."""
        departures = tables.empty("trace", 0) if self.departures is None else self.departures
        return Stopped(state=self.run.state, at_ms=self.run.end_ms, departures=departures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """All replications of one scenario and case, with what follows from them.

    Parameters
    ----------
    world : what was run.
    demand_rows : summary of the demand of the first replication, one row for each flow:
        flow id → boxes offered in the measured time.
    folder : where the run lies on disk; empty when it was not stored.
    """

    world: PlannedWorld
    provenance: Provenance
    replications: tuple[Replication, ...]
    estimates: Mapping[str, Estimate]
    verdict: Verdict
    demand_rows: Mapping[str, int] = field(default_factory=dict)
    folder: str = ""
    deciding: tuple[DecidingFigure, ...] | None = None
    """What the verdict depends on most, the most deciding first; None when nobody asked."""
    sufficiency: Sufficiency | None = None
    """What would make the capacity sufficient; None when nobody asked."""

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run, with the services of its week."""
        return self.world.scenario

    @property
    def network(self) -> Network:
        """The railway that was run; only of a scenario that has one."""
        return network_of(self.scenario)

    @property
    def week(self) -> Week:
        """The week that its trains followed; only of a scenario with a railway."""
        assert self.world.railway is not None, "a scenario without a railway"
        return self.world.railway.week


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """The largest yearly flow at which every service limit is kept.

    Parameters
    ----------
    scenario : what was searched; with an open railway where trains grow.
    tolerance : a flow this share above a replication's capacity was tried and fails.
    trains : whether train services grew with the flow, rounded up, or stayed as they are.
    outcome : `found` when every replication has a capacity; else how the worst search ended.
    flow : boxes a year through the terminal, over the capacities of the replications.
    brackets : the capacity of each replication.
    curve : flows that all replications tried, ascending.
    first_limit : the limit that breaks first above capacity, measured at the first failing flow of
        the replications that break it there; None when nothing failed.
    above : the flow at which no replication keeps all limits any more; None when none broke one.
    verdict : on all replications at that flow, with experiments.
    trials : every trial, by replication and flow.
    """

    scenario: Scenario
    provenance: Provenance
    tolerance: float
    trains: Literal["grow", "fixed"]
    outcome: SearchEnd
    flow: Estimate
    brackets: tuple[Bracket, ...]
    curve: tuple[FlowPoint, ...]
    first_limit: LimitCheck | None = None
    above: FlowPoint | None = None
    verdict: Verdict | None = None
    trials: tuple[Trial, ...] = ()
    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowTransit:
    """The transit time of the boxes of a flow in one direction; None where none arrived."""

    flow: str
    is_to_china: bool
    transit: TransitTime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two designs under the same luck.

    Parameters
    ----------
    first, second : the two studies.
    n : pairs of replications.
    differences : one for each measure compared.
    """

    first: Study
    second: Study
    n: int
    differences: tuple[Difference, ...]
