"""What a design answers: the additions, what they cost, what they promise. Typed; no words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keruen.domain.results import LimitCheck
from keruen.study.design.certificate import StepRemoval
from keruen.study.design.costs import NO_COST, CostRange, StepCost


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverUse:
    """A lever that is used.

    Parameters
    ----------
    key : of the lever in the scenario, which has its name, unit and who decides.
    steps, units : how much is built, in steps and in the lever's unit.
    own_units, others_units : of them, for the corridor and for others.
    cost : of one step.
    """

    key: str
    steps: int
    units: int
    own_units: float
    others_units: float
    cost: StepCost

    @property
    def capital_kzt2025(self) -> CostRange:
        """Of all steps."""
        return self.cost.capital_kzt2025.times(self.steps)

    @property
    def annual_kzt2025(self) -> CostRange:
        """Of all steps, capital as an annuity."""
        return self.cost.annual_kzt2025.times(self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A limit that is broken with everything that may be added.

    Parameters
    ----------
    measure, bound, value : the limit, and its mean with all levers at their most.
    levers : keys of those that touch it, all at their most; empty where none does.
    missing : kinds of lever that would touch it and are not among the scenario's.
    """

    measure: str
    bound: float
    value: float
    levers: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RailwayPart:
    """The additions to what trains share, with their bound.

    Parameters
    ----------
    bound_kzt2025 : no cheaper set of railway levers lets any plan keep the limit, a year.
    cost_kzt2025 : of those that were chosen, a year.
    planned_share : of the boxes, that any plan with them leaves at least.
    margin_share : boxes beyond those of the week that they were asked to carry, because runs leave
        more than the relaxation of the week; infinite where no margin was enough.
    """

    bound_kzt2025: float
    cost_kzt2025: float
    planned_share: float
    margin_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """The cheapest additions that were found with which every limit is kept.

    Parameters
    ----------
    is_sufficient : every limit is kept with them, on average over all replications.
    additions : by key; where they do not suffice, all that can be added to what falls short.
    before, after : limits without any, and with the additions, over all replications.
    shortages : limits that stay broken.
    railway : None without a network or without levers of it.
    idle : keys of levers that change nothing here: what they widen nobody uses, or is not limited.
    is_cheapest : no cheaper set of terminal levers keeps the limits (all were tried).
    dry_port_bound_kzt2025 : no set of terminal levers keeps the limits of the search for less
        a year, as long as no addition does harm; 0 where nothing is known.
    removals : what breaks without one step of each, together true at `confidence`.
    confidence : see `removals`.
    boxes_per_year : that pass with them, mean.
    offered_per_year : that want to travel, mean.
    n_runs : replications that were simulated.
    n_replications, days : of the confirmation.
    is_confirmed : false at a glance: short runs, the railway by its bound, no certificate.
    """

    is_sufficient: bool
    additions: tuple[LeverUse, ...]
    before: tuple[LimitCheck, ...]
    after: tuple[LimitCheck, ...]
    shortages: tuple[Shortage, ...] = ()
    railway: RailwayPart | None = None
    idle: tuple[str, ...] = ()
    is_cheapest: bool = False
    dry_port_bound_kzt2025: float = 0.0
    removals: tuple[StepRemoval, ...] = ()
    confidence: float
    boxes_per_year: float
    offered_per_year: float
    n_runs: int
    n_replications: int
    days: int
    is_confirmed: bool = True

    @property
    def capital_kzt2025(self) -> CostRange:
        """Of everything that is added."""
        return _summed([addition.capital_kzt2025 for addition in self.additions])

    @property
    def annual_kzt2025(self) -> CostRange:
        """Of everything that is added, a year, capital as an annuity."""
        return _summed([addition.annual_kzt2025 for addition in self.additions])

    @property
    def build_time_yr(self) -> CostRange:
        """Until the last of them works, when all are decided at once."""
        return added_together(self.additions)[1]


def added_together(additions: Sequence[LeverUse]) -> tuple[CostRange, CostRange]:
    """Capital of some additions, and the years until the last of them works when all are decided
    at once."""
    if not additions:
        return NO_COST, NO_COST
    times = [addition.cost.build_time_yr for addition in additions]
    years = CostRange(
        low=max(time.low for time in times),
        value=max(time.value for time in times),
        high=max(time.high for time in times),
    )
    return _summed([addition.capital_kzt2025 for addition in additions]), years


def _summed(costs: list[CostRange]) -> CostRange:
    total = NO_COST
    for cost in costs:
        total = total.plus(cost)
    return total
