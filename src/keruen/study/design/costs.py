"""What a lever costs: capital and yearly, in KZT of 2025, with the range that its source gives.

Knows money, rates and the years of a life. Capital is spread evenly over the life at the stated
rate (an annuity), so that what lasts long and what wears out are compared by one yearly sum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from keruen.scenario import Scenario
from keruen.scenario.levers import OWN_MONEY, Investment, Lever
from keruen.scenario.models import Figure
from keruen.scenario.quantities import split_quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRange:
    """A figure with its range; the ends are the figure where no range was given."""

    low: float
    value: float
    high: float

    def times(self, n: float) -> CostRange:
        """So many of it."""
        return CostRange(low=n * self.low, value=n * self.value, high=n * self.high)

    def plus(self, other: CostRange) -> CostRange:
        """Both together, with all figures at the same end at once."""
        return CostRange(
            low=self.low + other.low, value=self.value + other.value, high=self.high + other.high
        )


NO_COST = CostRange(low=0.0, value=0.0, high=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCost:
    """Of one step of a lever.

    Parameters
    ----------
    capital_kzt2025 : when it is built.
    yearly_kzt2025 : people, upkeep, energy.
    annual_kzt2025 : both, with the capital as an annuity.
    build_time_yr : from the decision until it works.
    """

    capital_kzt2025: CostRange
    yearly_kzt2025: CostRange
    annual_kzt2025: CostRange
    build_time_yr: CostRange


def step_cost(scenario: Scenario, key: str) -> StepCost:
    """Of one step of a lever of a scenario."""
    lever, investment = scenario.levers[key], scenario.investment
    assert investment is not None, "levers without the rates of their costs"
    figures = {f.path: f for f in scenario.figures if f.path.startswith(f"levers.{key}.")}

    def ranged(name: str, value: float, read: Callable[[str], float]) -> CostRange:
        figure: Figure | None = figures.get(f"levers.{key}.{name}")
        low, high = (figure.low, figure.high) if figure else ("", "")
        return CostRange(
            low=read(low) if low else value, value=value, high=read(high) if high else value
        )

    def kzt(text: str) -> float:
        return in_kzt2025(text, investment)

    capital = ranged("capital", kzt(lever.capital), kzt)
    yearly = ranged("yearly", kzt(lever.yearly), kzt)
    share = annuity(investment.discount_rate, lever.life_yr)
    return StepCost(
        capital_kzt2025=capital,
        yearly_kzt2025=yearly,
        annual_kzt2025=capital.times(share).plus(yearly),
        build_time_yr=ranged("build_time", lever.build_time_yr, _years),
    )


def in_kzt2025(text: str, investment: Investment) -> float:
    """A sum as it is written, in KZT of 2025; its currency has a rate (`check_levers`)."""
    split = split_quantity(text)
    assert split is not None, "money that is none"
    amount, unit = split
    return amount * (1.0 if unit == OWN_MONEY or not amount else investment.rates[unit])


def annuity(rate: float, life_yr: float) -> float:
    """The yearly part of a capital that is paid back over a life, with interest.

    Examples
    --------
    >>> annuity(0.0, 20), round(annuity(0.09, 20), 4)
    (0.05, 0.1095)
    """
    return rate / (1 - (1 + rate) ** -life_yr) if rate else 1 / life_yr


def others_units(lever: Lever, n_steps: int) -> float:
    """What others gain of the steps that are built, in the lever's unit."""
    return n_steps * lever.step * (1 - lever.own_share)


def _years(text: str) -> float:
    split = split_quantity(text)
    assert split is not None, "a time that is none"
    return split[0] / 12 if split[1] == "mo" else split[0]
