"""Designs as a search hands them over, made up."""

from __future__ import annotations

from keruen.domain.results import Estimate
from keruen.study.design.certificate import StepRemoval
from keruen.study.design.costs import NO_COST, CostRange, StepCost
from keruen.study.design.results import Additions, LeverUse, RailwayPart, Shortage
from keruen.study.verdict import LIMITS, limit_check


def addition(key: str, steps: int, annual: float, others: float = 0.0) -> LeverUse:
    """So many steps of a lever that cost so much a year together."""
    cost = CostRange(low=annual / steps, value=annual / steps, high=2 * annual / steps)
    return LeverUse(
        key=key,
        steps=steps,
        units=steps,
        own_units=steps - others,
        others_units=others,
        cost=StepCost(
            capital_kzt2025=cost.times(10),
            yearly_kzt2025=NO_COST,
            annual_kzt2025=cost,
            build_time_yr=CostRange(low=1.0, value=2.0, high=3.5),
        ),
    )


def answer(
    *,
    annual: float = 1.0,
    key: str = "gantry",
    is_sufficient: bool = True,
    offered: float = 100.0,
    additions: tuple[LeverUse, ...] | None = None,
    removals: tuple[StepRemoval, ...] = (),
    shortages: tuple[Shortage, ...] = (),
    railway: RailwayPart | None = None,
    idle: tuple[str, ...] = (),
) -> Additions:
    """A design of one step of one lever."""
    checks = tuple(
        limit_check(limit, measure, 1.0, Estimate(name=measure, mean=0.5, low=0.4, high=0.6, n=4))
        for limit, measure in LIMITS.items()
    )
    return Additions(
        is_sufficient=is_sufficient,
        additions=(addition(key, 1, annual),) if additions is None else additions,
        before=checks,
        after=checks,
        removals=removals,
        shortages=shortages,
        railway=railway,
        idle=idle,
        confidence=0.95,
        boxes_per_year=offered,
        offered_per_year=offered,
        n_runs=7,
        n_replications=4,
        days=365,
    )
