"""Costs and gains of projects as lines of parties, and what sides get of them, draw by draw.

Knows parts of gains, prices and who pays whom; knows no run. Goods are their receiver's: who gets
a box bears its freight and its time, unless a project names another payer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from keruen.appraisal.cash_flows import (
    AppraisalYears,
    Line,
    OwnLine,
    Payment,
    ResourceShare,
    Yearly,
)
from keruen.appraisal.indicators import straight_line
from keruen.appraisal.sides import ACCOUNTS, PARTIES, Account
from keruen.appraisal.uncertainty import CommonDraws, FigureRange
from keruen.scenario import Scenario
from keruen.scenario.check_projects import in_own_money
from keruen.scenario.models import Figure
from keruen.scenario.projects import ListedProject, NamedPrice, ProjectDocument
from keruen.scenario.quantities import split_quantity
from keruen.scenario.world import network_of
from keruen.study.appraising.gains import Parts
from keruen.study.appraising.worlds import ends_of

OWNERS: Mapping[str, str] = {
    "import": "shippers-a",
    "export": "shippers-b",
    "transit": "third",
    "empty": "shippers-a",
}
"""Whose the goods of a kind are: the receiver's. No contract of the corridor is published; empty
boxes come for the exports of side A."""

OWNERS_OF_CLAIMS: Mapping[str, str] = {"A": "akimat", "B": "hefei", "third": "third"}
"""Whose a gain is that a side claims, and who is asked about it."""
_COUNTRY_RAILWAYS: Mapping[str, str] = {"CN": "china-railway", "KZ": "ktz"}
VALUE_OF_TIME = "network.costs.value_of_time"
CO2E_PRICE = "network.costs.co2e"
DEMAND = "years.demand"
"""Figures that are drawn, beside those of projects and other ways. Of all years' demand there is
one luck: −1 is the low end of each, 1 the high end."""


@dataclass(slots=True)
class PartyRules:
    """Who pays and who gains by each part.

    Parameters
    ----------
    document, scenario : the list and its scenario.
    period : years and money of lines.
    """

    document: ProjectDocument
    scenario: Scenario
    period: AppraisalYears
    _figures: dict[str, Figure] = field(init=False)

    def __post_init__(self) -> None:
        """Sort figures by their paths."""
        self._figures = {figure.path: figure for figure in self.document.figures}
        shared = (VALUE_OF_TIME, CO2E_PRICE)
        self._figures.update({f.path: f for f in self.scenario.figures if f.path in shared})

    def kzt(self, text: str) -> float:
        """A sum of the list in KZT of 2025."""
        amount = in_own_money(text, self.rates)
        assert amount is not None, "a currency without a rate is refused when the list is read"
        return amount

    @property
    def rates(self) -> Mapping[str, float]:
        """KZT of 2025 for one unit of money."""
        return rates_of(self.document, self.scenario)

    def range_of(self, path: str) -> FigureRange:
        """How far a figure may lie off, as a share of it; 1 where it has no range."""
        figure = self._figures.get(path)
        value = split_quantity(figure.text) if figure else None
        low, high = (
            split_quantity(text) if text else value
            for text in ((figure.low, figure.high) if figure else ("", ""))
        )
        if not value or not low or not high or not value[0]:
            return FigureRange(low=1.0, value=1.0, high=1.0)
        if {value[1], low[1], high[1]} != {value[1]}:
            return FigureRange(low=1.0, value=1.0, high=1.0)
        ends = sorted((low[0] / value[0], 1.0, high[0] / value[0]))
        return FigureRange(low=ends[0], value=1.0, high=ends[2])

    def share_of(self, path: str, share: float | None) -> ResourceShare | None:
        """A resource share with its range."""
        if share is None:
            return None
        low, high = ends_of(self._figures.get(path), share, share)
        return ResourceShare(low=min(low, share), value=share, high=max(high, share))

    def lines(self, parts: Mapping[str, Yearly], projects: Sequence[str]) -> tuple[Line, ...]:
        """The gains of some projects together as lines.

        Parameters
        ----------
        parts : what each part saves by year, KZT of 2025.
        projects : whose named prices say who pays whom; the first that names one says it.
        """
        return tuple(
            line
            for name, amounts in sorted(parts.items())
            for line in self._lines(name, amounts, projects)
        )

    def _lines(self, name: str, amounts: Yearly, projects: Sequence[str]) -> tuple[Line, ...]:
        what, about, kind = name.split("|")
        basis = self.period.basis
        if what == "price":
            return (self._price(about, kind, amounts, projects),)
        way, _, of_way = about.partition(":")
        other = self.document.other_ways.get(way)
        if what == "way" and of_way == "cost" and other is not None:
            share = self.share_of(f"other_ways.{way}.resource_share", other.resource_share)
            return tuple(
                Payment(
                    key=f"way:{way}",
                    payer=other.payer,
                    payee=payee,
                    basis=basis,
                    amounts=-amounts * part,
                    resource_share=share,
                )
                for payee, part in sorted(other.paid_to.items())
            )
        if what == "induced":
            party = self._new_shipper(projects) or OWNERS[kind]
            return (OwnLine(key=what, party=party, basis=basis, amounts=amounts),)
        # Nobody pays for CO2e: it is everybody's.
        party = "third" if "co2e" in (what, of_way) else OWNERS[kind]
        if what == "way" and other is not None and party != "third":
            party = other.payer
        key = what if what != "way" else f"way:{way}:{of_way}"
        return (OwnLine(key=key, party=party, basis=basis, amounts=amounts),)

    def _price(self, price: str, kind: str, amounts: Yearly, projects: Sequence[str]) -> Payment:
        named, owner = self._named(price, projects)
        share = named.resource_share if named else None
        return Payment(
            key=f"price:{price}",
            payer=named.payer if named else OWNERS[kind],
            payee=named.payee if named else self._payee(price),
            basis=self.period.basis,
            amounts=-amounts,
            resource_share=self.share_of(f"projects.{owner}.prices.{price}.resource_share", share),
        )

    def _named(self, price: str, projects: Sequence[str]) -> tuple[NamedPrice | None, str]:
        for key in sorted(projects):
            if price in self.document.projects[key].prices:
                return self.document.projects[key].prices[price], key
        return None, ""

    def _new_shipper(self, projects: Sequence[str]) -> str:
        """Who pays the freight of new boxes, and so has what they are worth; blank where no project
        names one."""
        payers = sorted(
            {
                price.payer
                for key in projects
                if self.document.projects[key].induced_share
                for _, price in sorted(self.document.projects[key].prices.items())
            }
        )
        return payers[0] if len(payers) == 1 else ""

    def _payee(self, price: str) -> str:
        railway = network_of(self.scenario).railways.get(price.removeprefix("carriage-"))
        if railway is not None:
            return _COUNTRY_RAILWAYS.get(railway.country, "third")
        return "company" if price == "handling" else "ktz"

    def costs(self, key: str, opening: int) -> tuple[Line, ...]:
        """What a project costs and what is claimed for it, by year.

        Parameters
        ----------
        key : the project.
        opening : first year in which it works.
        """
        project, basis = self.document.projects[key], self.period.basis
        years = np.array(self.period.years)
        works = self.works(project, opening)
        capital = np.zeros(len(years))
        for year, text in sorted(project.capital.items()):
            capital[years == int(year)] += self.kzt(text)
        left = self._residual(project, opening, float(capital.sum()))
        yearly = self.kzt(project.yearly) * works
        lines: list[Line] = []
        for party, share in sorted(project.paid_by.items() or {"company": 1.0}.items()):
            lines += [
                OwnLine(key="capital", party=party, basis=basis, amounts=-share * capital),
                OwnLine(key="yearly", party=party, basis=basis, amounts=-share * yearly),
                OwnLine(key="residual", party=party, basis=basis, amounts=share * left),
            ]
        for name, claim in sorted(project.benefits.items()):
            since = works * (years >= claim.first)
            party = OWNERS_OF_CLAIMS[claim.side]
            amounts = self.kzt(claim.amount) * since
            lines.append(OwnLine(key=f"claim:{name}", party=party, basis=basis, amounts=amounts))
        if project.others_gain is not None:
            amounts = self.kzt(project.others_gain) * works
            lines.append(OwnLine(key="others", party="third", basis=basis, amounts=amounts))
        return tuple(line for line in lines if np.any(line.amounts))

    def works(self, project: ListedProject, opening: int) -> Yearly:
        """1 in years in which a project works, else 0."""
        years = np.array(self.period.years)
        end = opening + project.life_yr
        return np.clip(end - years, 0.0, 1.0) * (years >= opening)

    def _residual(self, project: ListedProject, opening: int, capital: float) -> Yearly:
        """Capital less what was used up evenly, in the last year."""
        served = self.period.first_year + self.period.n_years - opening
        left = np.zeros(self.period.n_years)
        left[-1] = straight_line(capital, project.life_yr, max(0.0, float(served)))
        return left

    def figures_of(self, key: str) -> dict[str, FigureRange]:
        """Figures of a project that are drawn, each as a share of its value."""
        project = self.document.projects[key]
        place = f"projects.{key}"
        found = {f"{place}.capital": self._capital_range(key, project)}
        paths = ["yearly", "build_time", "others_gain"]
        paths += [f"benefits.{name}.amount" for name in sorted(project.benefits)]
        found.update({f"{place}.{path}": self.range_of(f"{place}.{path}") for path in paths})
        share = self.share_of(f"{place}.induced_share", project.induced_share)
        assert share is not None, "no share of new boxes is nought"
        found[f"{place}.induced_share"] = FigureRange(
            low=share.low, value=share.value, high=share.high
        )
        return {name: one for name, one in found.items() if one.low < one.high}

    def _capital_range(self, key: str, project: ListedProject) -> FigureRange:
        """All years of a project have one luck: what is dear at first is dear to the end."""
        sums = [0.0, 0.0, 0.0]
        for year, text in sorted(project.capital.items()):
            one, amount = self.range_of(f"projects.{key}.capital.{year}"), self.kzt(text)
            for place, share in enumerate((one.low, one.value, one.high)):
                sums[place] += share * amount
        whole = sums[1]
        if not whole:
            return FigureRange(low=1.0, value=1.0, high=1.0)
        return FigureRange(low=sums[0] / whole, value=1.0, high=sums[2] / whole)

    def common_figures(self) -> dict[str, FigureRange]:
        """Figures that all projects share."""
        ways = [f"other_ways.{key}.cost" for key in sorted(self.document.other_ways)]
        found = {path: self.range_of(path) for path in (VALUE_OF_TIME, CO2E_PRICE, *ways)}
        return {name: one for name, one in found.items() if one.low < one.high}


def rates_of(document: ProjectDocument, scenario: Scenario) -> dict[str, float]:
    """KZT of 2025 for one unit of money, of a list in its scenario."""
    investment = scenario.investment
    return {"KZT2025": 1.0, **document.rates, **(investment.rates if investment else {})}


def figure_of(part: str) -> str:
    """Which drawn figure a part of a gain grows with; blank for none."""
    what, about, _ = part.split("|")
    way, _, of_way = about.partition(":")
    if "time" in (what, of_way):
        return VALUE_OF_TIME
    if "co2e" in (what, of_way):
        return CO2E_PRICE
    return f"other_ways.{way}.cost" if of_way == "cost" else ""


def share_figure(line: Payment) -> tuple[str, FigureRange]:
    """The drawn resource share of a price; nobody's guess stands anywhere from nothing to all."""
    share = line.resource_share
    if share is None:
        return f"{line.key}.resource_share", FigureRange(low=0.0, value=0.5, high=1.0)
    return (
        f"{line.key}.resource_share",
        FigureRange(low=share.low, value=share.value, high=share.high),
    )


def drawn(draws: CommonDraws, name: str) -> NDArray[np.float64]:
    """A figure's draws; 1 where it has no range."""
    return draws.of(name) if name in draws.names else np.ones(draws.n)


def sides_of(
    line: Line, draws: CommonDraws, worth: NDArray[np.float64]
) -> dict[Account, NDArray[np.float64]]:
    """What each side gets of a line that is worth so much in each draw.

    Parameters
    ----------
    line : whose; of a payment what is paid.
    worth : shape (n_draws,), of the line's amounts.
    """
    found = {account: np.zeros(draws.n) for account in ACCOUNTS}
    if isinstance(line, OwnLine):
        account = PARTIES[line.party].account
        found[account] = found[account] + worth
        return found
    name, span = share_figure(line)
    used = draws.of(name) if name in draws.names else span.value
    payer, payee = PARTIES[line.payer].account, PARTIES[line.payee].account
    found[payer] = found[payer] - worth
    found[payee] = found[payee] + worth * (1.0 - used)
    return found


def summed(parts: Sequence[Parts]) -> dict[str, float]:
    """Parts of several gains, added name by name."""
    names = sorted({name for one in parts for name in one})
    return {name: math.fsum(one.get(name, 0.0) for one in parts) for name in names}
