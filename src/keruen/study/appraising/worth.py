"""Gains of coalitions through the years, stated and draw by draw.

Knows coalition-years, openings and rates; knows no answer. Between the years that were looked at
gains go straight, before the first and after the last they stay. A coalition of a year is those of
its projects that work then. What only runs show grows with the boxes of the year.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.cash_flows import AppraisalYears, OwnLine, Yearly
from keruen.appraisal.interdependence import Coalition
from keruen.appraisal.sides import ACCOUNTS, Account
from keruen.appraisal.uncertainty import CommonDraws
from keruen.scenario.projects import ProjectDocument
from keruen.study.appraising.accounts import DEMAND, PartyRules, drawn, figure_of, sides_of, summed
from keruen.study.appraising.gains import Parts
from keruen.study.appraising.values import Ask, CoalitionYears
from keruen.study.appraising.worlds import DemandAhead

Matrix = NDArray[np.float64]
BySide = dict[Account, NDArray[np.float64]]

ENDS = ("low", "value", "high")


def noise_figure(key: str) -> str:
    """The drawn figure that stands for the luck of the replications of a project."""
    return f"projects.{key}.noise"


def is_noise_figure(name: str) -> bool:
    """Whether a figure is the luck of a project's replications, which nobody could find out."""
    return name.startswith("projects.") and name.endswith(".noise")


@dataclass(slots=True)
class CoalitionWorth:
    """What coalitions bring through the years.

    Parameters
    ----------
    values : coalition-years, asked before.
    ahead : years that were looked at, ascending.
    rules : who pays and who gains.
    period : years of the accounts.
    rate : common to all sides.
    """

    values: CoalitionYears
    ahead: tuple[DemandAhead, ...]
    rules: PartyRules
    period: AppraisalYears
    rate: float
    _grid: Matrix = field(init=False)
    _parts: dict[tuple[Coalition, str], list[Parts]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """How much of each looked-at year is in each year of the accounts."""
        years, known = np.array(self.period.years), [one.year for one in self.ahead]
        columns = [np.interp(years, known, row) for row in np.eye(len(known))]
        self._grid = np.column_stack(columns)

    @property
    def document(self) -> ProjectDocument:
        """The list."""
        return self.values.worlds.document

    def asks(self, built: Coalition, *, with_ends: bool) -> list[Ask]:
        """What the relaxation is asked for a coalition; nothing where only runs show it."""
        rail = built - self.values.of_port
        if built and not rail:
            return []
        return [
            (rail, one.year, demand)
            for one in self.ahead
            for demand in sorted({one.low, one.value, one.high} if with_ends else {one.value})
        ]

    def opening(self, key: str, later: float = 1.0) -> int:
        """First year in which a project works, with all that it requires.

        Parameters
        ----------
        later : how much longer building takes than is said.
        """
        project = self.document.projects[key]
        own = project.earliest + math.ceil(round(project.build_time_yr * later, 9))
        return max([own, *(self.opening(other) for other in project.requires)])

    def by_year(self, amounts: Sequence[float]) -> Yearly:
        """What is known of the looked-at years, in every year of the accounts."""
        return np.asarray(self._grid @ np.array(amounts))

    def feasible(self, built: Coalition) -> Coalition:
        """The projects of a coalition for which all that they require is there."""
        while True:
            kept = frozenset(
                key for key in built if set(self.document.projects[key].requires) <= built
            )
            if kept == built:
                return kept
            built = kept

    def closure(self, key: str) -> Coalition:
        """A project with all that it requires."""
        found, waiting = {key}, [key]
        while waiting:
            for other in self.document.projects[waiting.pop()].requires:
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return frozenset(found)

    def parts_at(self, built: Coalition, end: str) -> list[Parts]:
        """Parts of a coalition's gain in each looked-at year, at an end of the demand's range."""
        if (built, end) not in self._parts:
            port = built & self.values.of_port
            by_year: list[Parts] = []
            for one in self.ahead:
                heap: list[Parts] = []
                demand = getattr(one, end)
                if built - port:
                    heap.append(self.values.gain(built - port, one.year, demand).parts)
                if port:
                    runs = self.values.run_gains(port)
                    mean = summed([run.parts for run in runs])
                    heap.append({k: v * demand / len(runs) for k, v in mean.items()})
                by_year.append(summed(heap))
            self._parts[built, end] = by_year
        return self._parts[built, end]

    def yearly(self, built: Coalition) -> dict[str, Yearly]:
        """Parts of a coalition's gain by year of the accounts, as stated."""
        found: dict[str, Yearly] = {}
        for working, mask in self._shifts(built):
            parts = self.parts_at(working, "value")
            for name in sorted({name for one in parts for name in one}):
                column = self._grid @ np.array([one.get(name, 0.0) for one in parts])
                found[name] = found.get(name, np.zeros(self.period.n_years)) + mask * column
        return found

    def present(self, built: Coalition) -> NDArray[np.float64]:
        """Present value of a coalition's gains at the common rate, by replication.

        Of one number where the relaxation alone says it.
        """
        total = np.zeros(1)
        for working, mask in self._shifts(self.feasible(built)):
            weights = (mask * self._discount()) @ self._grid
            port = working & self.values.of_port
            if working - port:
                amounts = [
                    self.values.gain(working - port, one.year, one.value).amount
                    for one in self.ahead
                ]
                total = total + float(weights @ np.array(amounts))
            if port:
                runs = np.array([run.amount for run in self.values.run_gains(port)])
                total = total + runs * float(weights @ np.array([o.value for o in self.ahead]))
        return total

    def drawn_sides(
        self, built: Coalition, draws: CommonDraws, *, later: Mapping[str, str] | None = None
    ) -> BySide:
        """Present value of a coalition's gains by side and draw.

        Parameters
        ----------
        built : who; what they require is among them.
        later : project → the figure that says how much longer its building takes; others open as
            they say.
        """
        found: BySide = {account: np.zeros(draws.n) for account in ACCOUNTS}
        for openings, rows in self._openings(built, draws, later or {}):
            for working, mask in self._shifts(built, openings):
                weights = (mask * self._discount()) @ self._grid
                sides = self._sides(built, self._drawn_parts(working, weights, draws), draws)
                for account, amount in sides.items():
                    found[account] = found[account] + np.where(rows, amount, 0.0)
        return found

    def _sides(
        self, built: Coalition, parts: Mapping[str, NDArray[np.float64]], draws: CommonDraws
    ) -> BySide:
        """Parts, each worth so much in each draw, by side."""
        found: BySide = {account: np.zeros(draws.n) for account in ACCOUNTS}
        for name, worth in parts.items():
            for line in self.rules.lines({name: np.ones(1)}, sorted(built)):
                signed = worth * float(line.amounts[0])
                for account, amount in sides_of(line, draws, signed).items():
                    found[account] = found[account] + amount
        return found

    def _drawn_parts(
        self, working: Coalition, weights: Yearly, draws: CommonDraws
    ) -> dict[str, NDArray[np.float64]]:
        """What each part is worth in each draw, before it is told whose it is."""
        luck = draws.of(DEMAND) if DEMAND in draws.names else np.zeros(draws.n)
        port = working & self.values.of_port
        found: dict[str, NDArray[np.float64]] = {}
        for built in (working - port, port):
            if not built:
                continue
            noise = [drawn(draws, noise_figure(key)) for key in sorted(built & port)]
            factor = np.mean(noise, axis=0) if noise else np.ones(draws.n)
            at = {end: self.parts_at(built, end) for end in ENDS}
            for name in sorted({name for parts in at.values() for one in parts for name in one}):
                low, value, high = (
                    float(weights @ np.array([one.get(name, 0.0) for one in at[end]]))
                    for end in ENDS
                )
                worth = value + np.where(luck < 0, luck * (value - low), luck * (high - value))
                worth = worth * factor * drawn(draws, figure_of(name))
                found[name] = found.get(name, np.zeros(draws.n)) + worth
        for key in sorted(working - port):
            for name, worth in self._by_new_share(working - port, key, weights, draws).items():
                found[name] = found.get(name, np.zeros(draws.n)) + worth
        return found

    def _by_new_share(
        self, built: Coalition, key: str, weights: Yearly, draws: CommonDraws
    ) -> dict[str, NDArray[np.float64]]:
        """What parts are worth more or less where another share of a project's boxes is new."""
        figure = f"projects.{key}.induced_share"
        if figure not in draws.names:
            return {}
        span = self.rules.figures_of(key)[figure]
        shares = draws.of(figure)
        stated = self._parts_of_shares(built, {}, weights)
        found: dict[str, NDArray[np.float64]] = {}
        for end, is_here in ((span.low, shares < span.value), (span.high, shares > span.value)):
            if end == span.value:
                continue
            there = self._parts_of_shares(built, {key: end}, weights)
            way = np.where(is_here, (shares - span.value) / (end - span.value), 0.0)
            for name in sorted(stated.keys() | there.keys()):
                gap = there.get(name, 0.0) - stated.get(name, 0.0)
                if gap:
                    found[name] = found.get(name, np.zeros(draws.n)) + way * gap
        return found

    def _parts_of_shares(
        self, built: Coalition, shares: Mapping[str, float], weights: Yearly
    ) -> dict[str, float]:
        by_year = [self.values.gain(built, one.year, one.value, shares).parts for one in self.ahead]
        names = sorted({name for one in by_year for name in one})
        return {
            name: float(weights @ np.array([one.get(name, 0.0) for one in by_year]))
            for name in names
        }

    def _openings(
        self, built: Coalition, draws: CommonDraws, later: Mapping[str, str]
    ) -> list[tuple[dict[str, int], NDArray[np.bool_]]]:
        """Which projects open when, and in which draws it is so."""
        by_key = {}
        for key in sorted(built):
            figure = later.get(key, "")
            factors = drawn(draws, figure)
            by_key[key] = np.array([self.opening(key, factor) for factor in factors.tolist()])
        if not by_key:
            return []
        table = np.column_stack([by_key[key] for key in sorted(built)])
        rows, place = np.unique(table, axis=0, return_inverse=True)
        return [
            (dict(zip(sorted(built), row.tolist(), strict=True)), place.ravel() == n)
            for n, row in enumerate(rows)
        ]

    def _shifts(
        self, built: Coalition, openings: Mapping[str, int] | None = None
    ) -> list[tuple[Coalition, Yearly]]:
        """Who works in which years: coalitions with the share of each year that is theirs."""
        if openings is None:
            openings = {key: self.opening(key) for key in built}
        masks = {
            key: self.rules.works(self.document.projects[key], openings[key])
            for key in sorted(built)
        }
        found: dict[Coalition, Yearly] = {}
        for year in range(self.period.n_years):
            # A year that a project serves in part is parted: with it, and without.
            ends = sorted({0.0, 1.0, *(float(mask[year]) for mask in masks.values())})
            for begin, end in itertools.pairwise(ends):
                working = self.feasible(
                    frozenset(key for key, mask in masks.items() if mask[year] >= end)
                )
                if working:
                    mask = found.setdefault(working, np.zeros(self.period.n_years))
                    mask[year] += end - begin
        return sorted(found.items(), key=lambda item: sorted(item[0]))

    def _discount(self) -> Yearly:
        return (1.0 + self.rate) ** -np.arange(self.period.n_years, dtype=np.float64)

    def drawn_costs(self, key: str, draws: CommonDraws) -> BySide:
        """Present value of a project's costs and claims by side and draw."""
        found: BySide = {account: np.zeros(draws.n) for account in ACCOUNTS}
        place = f"projects.{key}"
        discount = self._discount()
        for openings, rows in self._openings(
            frozenset((key,)), draws, {key: f"{place}.build_time"}
        ):
            for line in self.rules.costs(key, openings[key]):
                assert isinstance(line, OwnLine), "a cost is a party's own"
                what, _, name = line.key.partition(":")
                figure = {
                    "capital": "capital",
                    "residual": "capital",
                    "yearly": "yearly",
                    "others": "others_gain",
                }.get(what, f"benefits.{name}.amount")
                worth = float(line.amounts @ discount) * drawn(draws, f"{place}.{figure}")
                for account, amount in sides_of(line, draws, worth).items():
                    found[account] = found[account] + np.where(rows, amount, 0.0)
        return found
