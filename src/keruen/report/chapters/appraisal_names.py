"""Names of an appraised list: projects, figures that were drawn and who can tell them, prices.

Knows how `study.appraising` names its figures; says no sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from keruen.i18n import listing, number, text
from keruen.report.chapters.decision_words import large_step
from keruen.report.chapters.design_words import case_name
from keruen.scenario import Scenario
from keruen.scenario.projects import ProjectDocument
from keruen.study.appraising import ListAppraisal
from keruen.study.appraising.accounts import CO2E_PRICE, DEMAND, OWNERS_OF_CLAIMS, VALUE_OF_TIME
from keruen.study.appraising.results import YearState

_RESOURCE_SHARE: Final = ".resource_share"
_SHARES: Final = (_RESOURCE_SHARE, ".induced_share")
"""Figures that are shares themselves, not shares of what is stated."""
_CARRIAGE: Final = "carriage-"
_ASKED: Final = {VALUE_OF_TIME: "shippers", CO2E_PRICE: "ministries"}


@dataclass(frozen=True, slots=True)
class AskedFigure:
    """A figure by name, and who can tell it."""

    what: str
    whom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNames:
    """Names of one list in one language.

    Parameters
    ----------
    found : the list.
    document : its files.
    scenario : its own, with its case.
    language : one of kk, ru, zh and en.
    """

    found: ListAppraisal
    document: ProjectDocument
    scenario: Scenario
    language: str

    @property
    def case(self) -> str:
        """The case by its title."""
        return case_name(self.scenario, self.language)

    def say(self, key: str, **parameters: object) -> str:
        """A sentence of the appraisal."""
        return text(f"appraisal.{key}", self.language, **parameters)

    def project(self, key: str) -> str:
        """A project by its title."""
        return self.document.projects[key].title.in_language(self.language)

    def projects(self, keys: Sequence[str]) -> str:
        """Projects in a sentence, each in quotation marks: titles have commas of their own."""
        return listing([self.say("quoted", name=self.project(key)) for key in keys], self.language)

    def office(self, key: str) -> str:
        """Who decides a project."""
        return self.say(f"office_{self.document.projects[key].decided_by}")

    def party(self, key: str) -> str:
        """Who pays or gains."""
        return self.say(f"party_{key}")

    def missing(self, project: str, key: str) -> tuple[str, str]:
        """What is missing, and from whom it is to be had."""
        one = self.document.projects[project].missing[key]
        return one.what.in_language(self.language), one.whom.in_language(self.language)

    def way(self, key: str) -> str:
        """Another way of a box; blank where the list tells none."""
        way = self.document.other_ways.get(key)
        return way.title.in_language(self.language) if way else key

    def price(self, line: str) -> str:
        """A price, by the key of its line: ``price:handling``, ``way:road``."""
        what, _, key = line.partition(":")
        if what == "way":
            return self.say("price_way", way=self.way(key))
        if key.startswith(_CARRIAGE):
            railway = key.removeprefix(_CARRIAGE)
            network = self.scenario.network
            known = network.railways.get(railway) if network else None
            title = known.title.in_language(self.language) if known else railway
            return self.say("price_carriage", railway=title)
        return self.say(f"price_{key}")

    def line(self, key: str, project: str = "") -> str:
        """A line of an account.

        Parameters
        ----------
        key : as in `AccountLine`.
        project : whose account it is; needed for its claims.
        """
        what, _, about = key.partition(":")
        if what == "claim":
            benefit = self.document.projects[project].benefits[about]
            return benefit.title.in_language(self.language)
        way, _, of_way = about.partition(":")
        if what == "price" or (what == "way" and not of_way):
            return self.price(key)
        if what == "way":
            return self.say(f"line_way_{of_way}", way=self.way(way))
        return self.say(f"line_{what}")

    def figure(self, name: str) -> AskedFigure:
        """A figure that was drawn, and who can tell it.

        Parameters
        ----------
        name : as in `ListAppraisal.figures`.
        """
        if name == DEMAND:
            what = self.say("figure_demand", year=self._widest_year().year)
            return AskedFigure(what, self.say("ask_shippers"))
        if name in _ASKED:
            key = name.rpartition(".")[2]
            return AskedFigure(self.say(f"figure_{key}"), self.say(f"ask_{_ASKED[name]}"))
        if name.endswith(_RESOURCE_SHARE):
            line = name.removesuffix(_RESOURCE_SHARE)
            what = self.say("figure_resource_share", price=self.price(line))
            return AskedFigure(what, self.payees([line]))
        table, key, *rest = name.split(".")
        if table == "other_ways":
            what = self.say("figure_way_cost", way=self.way(key))
            return AskedFigure(what, self.say("ask_forwarders"))
        return self._of_project(key, rest)

    def _of_project(self, key: str, rest: Sequence[str]) -> AskedFigure:
        project, title = self.document.projects[key], self.project(key)
        if rest[0] == "benefits":
            benefit = project.benefits[rest[1]]
            name = benefit.title.in_language(self.language)
            what = self.say("figure_benefit", benefit=name, project=title)
            return AskedFigure(what, self.party(OWNERS_OF_CLAIMS[benefit.side]))
        what = self.say(f"figure_{rest[0]}", project=title)
        if rest[0] == "noise":
            return AskedFigure(what, self.say("ask_runs"))
        return AskedFigure(what, self.party(project.decided_by))

    def payees(self, lines: Sequence[str]) -> str:
        """Who is paid by some prices, and so can tell what of them is used up."""
        found = sorted(
            {
                one.payee
                for project in self.found.projects
                for one in project.lines
                if one.key in lines and one.payee
            }
        )
        return listing([self.party(key) for key in found], self.language)

    def _widest_year(self) -> YearState:
        """The year whose demand is known worst: the luck of demand is told by it."""
        return max(self.found.years, key=lambda one: (one.demand_high - one.demand_low, one.year))

    def amount(self, name: str, value: float) -> str:
        """A drawn value of a figure as a person reads it: most are shares of what is stated."""
        if name.endswith(_SHARES):
            return text("appraisal.share", self.language, value=value)
        if name == DEMAND:
            year = self._widest_year()
            end = year.demand_high if value > 0 else year.demand_low
            value = (year.demand + abs(value) * (end - year.demand)) / year.demand
        return self.say("of_stated", share=value)

    def stated(self, name: str, value: float) -> str:
        """What is stated of a figure, in its unit; a guess where nothing is."""
        if name == DEMAND:
            year = self._widest_year()
            return self.say("times_own_year", value=year.demand)
        if name.endswith(_SHARES):
            return text("appraisal.share", self.language, value=value)
        for figure in (*self.document.figures, *self.scenario.figures):
            if figure.path == name and figure.text:
                return figure.text
        return self._written(name)

    def _written(self, name: str) -> str:
        """Capital is told by year: its sum has no figure of its own."""
        table, key, *rest = name.split(".")
        if table == "projects" and rest == ["capital"]:
            capital = self.document.projects[key].capital
            return "; ".join(f"{year}: {amount}" for year, amount in sorted(capital.items()))
        return self.say("of_stated", share=1.0)

    def large_sums(self, amounts: Sequence[float]) -> str:
        """A sum in what the language counts large sums by, or a range; alike ends are one."""
        step = large_step(self.language)
        # + 0: no minus zero.
        said = [number(round(one / step, 1) + 0.0, self.language, 1) for one in amounts]
        alike = list(dict.fromkeys(said))
        if len(alike) == 1:
            return alike[0]
        return text("decision.range", self.language, low=alike[0], high=alike[1])
