"""What the stages hand to one another: frozen, without logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from keruen.domain.codes import Resource
from keruen.domain.tables import Table
from keruen.domain.untyped import KernelState


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
class JamStep:
    """One link in the chain of causes of a jam.

    Parameters
    ----------
    cause : `fetching` (more boxes come than trucks fetch), `yard` (it is full), `slots` (gantries
        wait for room), `held` (trains stand before the dry port), `stand` (trains are left at
        stations), `ban` (loading is banned at the origins).
    since_ms : when it began.
    values : figures of the cause by name: boxes a day, a share, trains, wagons.
    """

    cause: Literal["fetching", "yard", "slots", "held", "stand", "ban"]
    since_ms: int
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jam:
    """Nothing moves any more, or a stock only grows: not an error, a result.

    Parameters
    ----------
    since_ms : when it began.
    cause : the resource that everything waits for.
    n_trains_held, n_trucks_waiting : how many stood outside at the end.
    chain : how it came about, by time; empty when no stock of boxes is behind it.
    """

    since_ms: int
    cause: Resource
    n_trains_held: int
    n_trucks_waiting: int
    chain: tuple[JamStep, ...] = ()


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
    outages : table `outages`: when machines stood still, and why.
    jam : set when the terminal jammed.
    """

    trace: Table
    n_events: int
    digest: str
    end_ms: int
    state: KernelState
    outages: Table
    jam: Jam | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Where a run was stopped.

    Parameters
    ----------
    state : the terminal's.
    at_ms : until when it ran.
    departures : rows of the trace, with the run's own numbers of visits: what was put on trains and
        when they left. From it the railway, which has no luck of its own left, is made again.
    """

    state: KernelState
    at_ms: int
    departures: Table


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


Outcome = Literal["kept", "broken", "inconclusive"]
"""Of a limit: `kept` or `broken` when its whole interval lies on one side of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnservedProof:
    """What a planned week leaves behind, and what any planned week must: shares of all boxes.

    Both are the plan's. They bound no run: a plan keeps a reserve and knows the most usual day of a
    border, where a run has every day, and sends more trains in weeks with more bookings.

    Parameters
    ----------
    planned : that the week does not carry.
    least : no week that keeps the limits of the plan leaves less.
    """

    planned: float
    least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalPart:
    """One reason why a measure may lie beside its mean.

    Parameters
    ----------
    cause : `replications` (95 % interval of the mean), `planner` (a better week may exist than the
        one that runs), `week` (all replications share a week planned from one draw of bookings),
        `season` (less than a year was measured).
    below, above : how far, in the measure's unit, at least 0; infinite where nothing is known.
    """

    cause: Literal["replications", "planner", "week", "season"]
    below: float
    above: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitCheck:
    """A service limit held against its measure.

    Parameters
    ----------
    limit : key in the scenario's `limits`, for example ``truck_turn_time_p90_ms``.
    measure : its name (`domain/measures.toml`).
    bound : the most that is promised, in the measure's unit.
    estimate : of the measure.
    low, high : ends of the interval that `parts` make; the mean where there are none.
    parts : of that interval; empty with one replication and no other doubt.
    """

    limit: str
    measure: str
    bound: float
    estimate: Estimate
    outcome: Outcome
    low: float
    high: float
    parts: tuple[IntervalPart, ...] = ()


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
    where : of the railway's: key of the fullest border, section or fleet. Its peak is that of the
        fullest four weeks, and has no hours.
    """

    resource: Resource
    n_units: int
    load_share: float
    peak_share: float
    peak_hour_start: int
    peak_hour_end: int
    where: str = ""


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
class OverRanges:
    """How often limits are kept when figures move within their ranges: a count, no probability.

    Parameters
    ----------
    n_tried : combinations of figures that were tried.
    n_kept : of them those with every limit kept.
    n_kept_by_limit : the same for each limit alone, by its key.
    """

    n_tried: int
    n_kept: int
    n_kept_by_limit: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a verdict stands on.

    Parameters
    ----------
    first_day, last_day : measured, both inclusive.
    days : measured.
    n_replications : runs.
    seed : of the study.
    n_figures : figures of the scenario and case.
    n_assumed : of them those that nobody published.
    """

    first_day: date
    last_day: date
    days: int
    n_replications: int
    seed: int
    n_figures: int
    n_assumed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """So much of one lever.

    Parameters
    ----------
    lever : its key in the scenario's levers.
    name : what is added, in every language, as the head of a list: "reach stackers".
    amount : how much is added, in `unit`, greater than 0.
    unit : as in ``domain/measures.toml``; empty for things that are counted.
    decided_by : who decides on it, by the code of the scenario's levers; empty where nobody is
        named.
    cost_low, cost_high : capital of all of it, in tenge.
    """

    lever: str
    name: Mapping[str, str]
    amount: float
    unit: str = ""
    decided_by: str = ""
    cost_low: float = 0.0
    cost_high: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sufficiency:
    """What would make the capacity sufficient.

    Parameters
    ----------
    additions : the cheapest set found; empty when none is needed, or none is enough.
    cost_low, cost_high : what they cost together, in tenge of `price_year`.
    price_year : year of the prices.
    earliest_year : the first year in which all of them can stand.
    binding : the bottleneck with them; None where it is not known.
    not_kept : measures whose limits no amount of the levers brings to be kept; then `additions`
        says nothing.
    is_confirmed : found with full runs; else by short runs and the railway's bound alone.
    """

    additions: tuple[Addition, ...]
    cost_low: float
    cost_high: float
    price_year: int
    earliest_year: int
    binding: Pressure | None = None
    not_kept: tuple[str, ...] = ()
    is_confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidingFigure:
    """A figure of the scenario on which the verdict depends.

    Parameters
    ----------
    path : its key path.
    name : what it is, in every language, as the head of a list: "share of others at Dostyk".
    unit : of the four values, as in ``domain/measures.toml``.
    value, low, high : as the scenario has it, and its range.
    switching : the value at which the outcome of the verdict changes, all else equal; None when
        nothing tried changes it. It may lie outside the range.
    office : who can tell it, in every language; empty where nobody is named.
    """

    path: str
    name: Mapping[str, str]
    unit: str
    value: float
    low: float
    high: float
    switching: float | None
    office: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Is the capacity sufficient, what is the bottleneck, what comes next.

    Parameters
    ----------
    outcome : `broken` when one limit is, `kept` when all are, else `inconclusive`.
    limits : every service limit with its measure.
    binding : the bottleneck, or what would be it if the flow grew.
    next_binding : the one behind it.
    pressures : every resource, heaviest first.
    jam : of the first replication that jammed.
    probes : experiments that support the choice of `binding`; empty when none was made.
    unserved : the plan's own figures, where a week was planned for the scenario.
    over_ranges : of the sensitivity study; None when none was made.
    """

    outcome: Outcome
    limits: tuple[LimitCheck, ...]
    binding: Pressure
    next_binding: Pressure | None
    pressures: tuple[Pressure, ...]
    jam: Jam | None = None
    probes: tuple[Probe, ...] = ()
    unserved: UnservedProof | None = None
    over_ranges: OverRanges | None = None


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
class Trial:
    """One replication at one flow, held against every service limit.

    Parameters
    ----------
    replication : index of the replication whose luck it has.
    factor : multiple of the flow of the case as it is written.
    measures : as of a `Replication`.
    broken : keys of the service limits that are not kept; empty when all are.
    """

    replication: int
    factor: float
    measures: Mapping[str, float]
    broken: tuple[str, ...] = ()


SearchEnd = Literal["found", "unlimited", "timetable", "impossible"]
"""How a search ended: between a flow that keeps all limits and one that breaks one; with every flow
keeping them; with trains that let no more flow through; with every flow breaking one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """The capacity of one replication.

    Parameters
    ----------
    end : how its search ended.
    kept_at : multiple of the case's own flow: the largest below `broken_at` that keeps all limits.
    broken_at : the smallest multiple that breaks a limit; whatever keeps all above does not count.
    flow_per_year : boxes a year that passed the terminal at `kept_at`; 0 when none keeps all.
    again_at : multiples above `broken_at` at which all limits were kept again.
    """

    replication: int
    end: SearchEnd
    kept_at: float | None
    broken_at: float | None
    flow_per_year: float
    again_at: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPoint:
    """All replications at one flow.

    Parameters
    ----------
    factor : multiple of the case's own flow.
    offered, flow : boxes a year that wanted to travel, and that passed the terminal.
    checks : every service limit, held against the interval of its measure.
    n_keeping : replications in which every limit is kept.
    """

    factor: float
    offered: Estimate
    flow: Estimate
    checks: tuple[LimitCheck, ...]
    n_keeping: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One measure in two designs, replication by replication.

    Parameters
    ----------
    first, second : the measure in either design.
    change : second − first, over the pairs of replications.
    p_value : of the paired t-test that there is no difference.
    p_adjusted : the same after Holm's correction for all measures compared.
    outcome : of the second against the first; `higher` and `lower` where neither is better;
        `same` when every pair is equal; `unsure` when no difference can be told from chance.
    n_needed : replications that would show a difference of this size; None when it is shown
        already, or when more than 10 000 would be needed.
    """

    measure: str
    first: Estimate
    second: Estimate
    change: Estimate
    p_value: float
    p_adjusted: float
    outcome: Literal["better", "worse", "higher", "lower", "same", "unsure"]
    n_needed: int | None = None
