"""The scenario of a list in later years, with any of its projects built.

Knows how a year, a project's case and a coalition become one scenario; knows no money. Works that
are built anyway come with the calendar (`scenario.works`): a project that is among them changes
nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from keruen.appraisal.interdependence import Coalition
from keruen.scenario import Scenario
from keruen.scenario.models import Calendar, Figure
from keruen.scenario.projects import ProjectDocument
from keruen.scenario.quantities import split_quantity
from keruen.study.appraising.gains import Induced
from keruen.study.appraising.merging import OF_NO_RUN, merged
from keruen.study.sensitivity.points import Subject

_OF_RAILWAY: Final = ("network", "flows", "commodities", "demand")
WITHOUT: Final = "without-"
"""Cases that take a work out begin so; as a member of a coalition such a case stands for itself."""
AT_RUN: Final = -1
"""As a year: the scenario's own, untouched."""


@dataclass(slots=True)
class Worlds:
    """Scenarios by year, demand and coalition; each is read once.

    Parameters
    ----------
    subject : the scenario: where it is, with its cases and changes.
    document : its list.
    """

    subject: Subject
    document: ProjectDocument
    clashes: dict[tuple[str, str, str], None] = field(default_factory=dict)
    _read: dict[tuple[str, int, float], Scenario] = field(default_factory=dict)

    @property
    def own(self) -> Scenario:
        """The scenario itself, in its own year, without any project."""
        return self._alone("", self.own_year, 1.0)

    @property
    def own_year(self) -> int:
        """Year of the first measured day of the scenario itself."""
        key = ("", AT_RUN, 1.0)
        if key not in self._read:
            self._read[key] = self.subject.at(())
        return self._read[key].calendar.first_day.year

    def at(self, built: Coalition, year: int, demand: float) -> Scenario:
        """The scenario of a year with some projects built.

        Parameters
        ----------
        built : keys of projects.
        year : calendar year.
        demand : boxes for each one of the scenario's own year.

        Raises
        ------
        ScenarioError
            When its own rules refuse a project.
        """
        base = self._alone("", year, demand)
        projects = self.document.projects
        effects = {key: projects[key].effect if key in projects else key for key in sorted(built)}
        changes = {key: self._alone(case, year, demand) for key, case in effects.items() if case}
        if len(changes) < 2:
            return next(iter(changes.values()), base)
        together, clashes = merged(base, changes)
        self.clashes.update(dict.fromkeys(clashes))
        return together

    def induced(self, built: Coalition, shares: Mapping[str, float]) -> dict[str, Induced]:
        """Which boxes of a coalition travel only because of it, by flow.

        Parameters
        ----------
        built : keys of projects.
        shares : project → share of new boxes, in place of what its file says.
        """
        found: dict[str, Induced] = {}
        base = self.own.flows
        for key in sorted(built & self.document.projects.keys()):
            project = self.document.projects[key]
            share = shares.get(key, project.induced_share)
            if not share or not project.effect:
                continue
            flows = self._alone(project.effect, self.own_year, 1.0).flows
            one = Induced(share=share, is_claimed=project.induced_worth == "claimed")
            # Of two projects on one flow the larger share counts: the smaller gain.
            found |= {
                flow: one
                for flow in sorted(flows)
                if flows[flow] != base.get(flow)
                and (flow not in found or found[flow].share < share)
            }
        return found

    def is_of_railway(self, key: str, year: int) -> bool:
        """Whether a project changes what a planned week depends on: railway or goods."""
        return self._changes(key, year, _OF_RAILWAY)

    def is_of_port(self, key: str, year: int) -> bool:
        """Whether a project changes the dry port, or anything else that only a run shows."""
        names = Scenario.model_fields.keys() - OF_NO_RUN - set(_OF_RAILWAY) - {"calendar"}
        return self._changes(key, year, sorted(names))

    def _changes(self, key: str, year: int, names: Iterable[str]) -> bool:
        base, other = self.at(frozenset(), year, 1.0), self.at(frozenset((key,)), year, 1.0)
        return any(getattr(base, name) != getattr(other, name) for name in names)

    def _alone(self, effect: str, year: int, demand: float) -> Scenario:
        key = effect, year, demand
        if key not in self._read:
            cases = (*self.subject.cases, effect) if effect else self.subject.cases
            found = replace(self.subject, cases=cases).at(self._of(year, demand))
            # The year says which works are done. On which weekday it begins says nothing of the
            # list, so the calendar stays: years with equal boxes and works are the same question.
            self._read[key] = found.model_copy(update={"calendar": self._own_calendar(found)})
        return self._read[key]

    def _own_calendar(self, found: Scenario) -> Calendar:
        first_day = self._read["", AT_RUN, 1.0].calendar.first_day
        return found.calendar.model_copy(update={"first_day": first_day})

    def _of(self, year: int, demand: float) -> tuple[str, ...]:
        """Changes that bring the scenario to a year; none in its own, so that it stays what it is
        to everybody else who plays it."""
        if (self.own_year, 1.0) == (year, demand):
            return ()
        base = self._read["", AT_RUN, 1.0]
        first = base.calendar.first_day
        day = date(year, first.month, min(first.day, 28))
        changes = () if year == first.year else (f"calendar.first_day={day.isoformat()}",)
        scale = base.demand.scale * demand
        return changes if demand == 1 else (*changes, f"demand.scale={scale!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandAhead:
    """Boxes of a year for each one of the scenario's own, with the range of its source."""

    year: int
    low: float
    value: float
    high: float


def years_ahead(document: ProjectDocument, own_year: int) -> tuple[DemandAhead, ...]:
    """Years in which the list is looked at; the scenario's own alone where none are told."""
    figures = {figure.path: figure for figure in document.figures}
    found = []
    for key, ahead in sorted(document.years.items()):
        figure = figures.get(f"years.{key}.demand")
        low, high = ends_of(figure, ahead.demand, ahead.demand)
        found.append(DemandAhead(year=int(key), low=low, value=ahead.demand, high=high))
    return tuple(found) or (DemandAhead(year=own_year, low=1.0, value=1.0, high=1.0),)


def ends_of(figure: Figure | None, low: float, high: float) -> tuple[float, float]:
    """The range of a plain number, or what is given where it has none."""
    if figure is None:
        return low, high
    return number_of(figure.low, low), number_of(figure.high, high)


def number_of(text: str, otherwise: float) -> float:
    """A number as it is written, in per cent as a share; `otherwise` where nothing is."""
    split = split_quantity(text) if text else None
    if split is None:
        return float(text) if text else otherwise
    return split[0] / 100 if split[1] == "%" else split[0]
