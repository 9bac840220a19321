"""What the stages hand to one another: frozen, without logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from keruen.domain.codes import Resource
from keruen.domain.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """The boxes that want to travel: table `bookings`."""

    bookings: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorPlan:
    """Which train is to take which box.

    Parameters
    ----------
    bookings : the demand that was planned.
    trains : table `train_arrivals` as scheduled (arrival = scheduled), sorted by schedule.
    in_train, out_train : int32, shape (n_bookings,), row in `trains`; −1 where a truck does it or
        no train had room.
    is_served : bool, shape (n_bookings,); false for a box that trains refuse: it goes another
        way and does not come. A box that is only too late for the trains of the horizon is served.
    """

    bookings: Table
    trains: Table
    in_train: NDArray[np.int32]
    out_train: NDArray[np.int32]
    is_served: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Jam:
    """Nothing moves any more, or a stock only grows: not an error, a result.

    Parameters
    ----------
    since_ms : when it began.
    cause : the resource that everything waits for.
    n_trains_held, n_trucks_waiting : how many stood outside at the end.
    """

    since_ms: int
    cause: Resource
    n_trains_held: int
    n_trucks_waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalRun:
    """One simulated history of the terminal.

    Parameters
    ----------
    trace : table `trace`; empty when the run was made without.
    n_events : rows of the trace, whether kept or not.
    digest : SHA-256 of the trace's bytes; empty when the run was made without.
    end_ms : simulated time at the end.
    state : the kernel's state, one structured record; continue from it.
    jam : set when the terminal jammed.
    """

    trace: Table
    n_events: int
    digest: str
    end_ms: int
    state: Any
    jam: Jam | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """One seeded run, measured.

    Parameters
    ----------
    index : 0 for the first.
    seed : its own seed, derived from the study's.
    measures : name (`domain/measures.toml`) → value in the measure's unit.
    tables : `hourly`, `train_results`, `truck_results`, `dwell_results`, `machine_results`.
    n_events : rows of the trace.
    trace_digest : SHA-256 of the trace.
    jam : set when the terminal jammed.
    demand_rows : flow id → boxes offered in the measured time.
    """

    index: int
    seed: int
    measures: Mapping[str, float]
    tables: Mapping[str, Table]
    n_events: int
    trace_digest: str
    jam: Jam | None = None
    demand_rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A measure over replications: mean and 95 % interval (Student t, n − 1 degrees of freedom).

    With one replication there is no interval: `low` and `high` are not-a-number.
    """

    name: str
    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitCheck:
    """A service limit held against its measure."""

    limit: str
    """Key in the scenario's `limits`, for example ``truck_turn_time_p90_ms``."""
    measure: str
    bound: float
    estimate: Estimate
    outcome: Literal["holds", "fails", "unsure"]
    """`unsure`: the interval contains the bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """How heavily one resource is loaded.

    Parameters
    ----------
    resource : what it is.
    n_units : how many there are.
    load_share : working share (machines) or occupied share (tracks, yard), mean of measured time.
    peak_share : the same in the busiest hours of the day.
    peak_hour_start, peak_hour_end : those hours, local time of day.
    """

    resource: Resource
    n_units: int
    load_share: float
    peak_share: float
    peak_hour_start: int
    peak_hour_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """An experiment: the same run with one unit more of one resource.

    Parameters
    ----------
    resource : what there was one more of.
    measure : the measure that was watched (`domain/measures.toml`).
    before, after : its value without and with the extra unit, in the measure's unit.
    """

    resource: Resource
    measure: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Does it hold, what binds, what comes next.

    Parameters
    ----------
    outcome : `holds` when every limit holds, `fails` when one fails, else `unsure`.
    limits : every service limit with its measure.
    binding : the resource that binds first, or would if the flow grew.
    next_binding : the one behind it.
    pressures : every resource, heaviest first.
    jam : of the first replication that jammed.
    probes : experiments that support the choice of `binding`; empty when none was made.
    """

    outcome: Literal["holds", "fails", "unsure"]
    limits: tuple[LimitCheck, ...]
    binding: Pressure
    next_binding: Pressure | None
    pressures: tuple[Pressure, ...]
    jam: Jam | None = None
    probes: tuple[Probe, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Enough to make the same bytes again."""

    version: str
    commit: str
    scenario: str
    case: str
    scenario_digest: str
    seed: int
    n_replications: int
    days: int
    platform: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """All replications of one scenario and case, with what follows from them.

    Parameters
    ----------
    scenario : the `keruen.scenario.models.Scenario` that was run (not typed here: a lower floor
        must not know it).
    demand_rows : summary of the demand of the first replication, one row for each flow:
        flow id → boxes offered in the measured time.
    folder : where the run lies on disk; empty when it was not stored.
    """

    scenario: Any
    provenance: Provenance
    replications: tuple[Replication, ...]
    estimates: Mapping[str, Estimate]
    verdict: Verdict
    demand_rows: Mapping[str, int] = field(default_factory=dict)
    folder: str = ""
