"""The factors of a scenario: figures that move together, in groups by the limit that they touch.

Knows `factors.toml`, which says so as data, and which figures a case does not use; does not know
what a factor does to a result.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from keruen.scenario import Scenario
from keruen.scenario.models import Figure
from keruen.study.sensitivity.ranges import Variation, parts_of, variation_of

Answerer = Literal["plan", "run"]

Levels = Mapping[str, float]
"""Key of a factor → its level; a factor that is not there stands at its own value, 0."""

_TABLES_OF_SHARES = (".shares", ".sizes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """Figures that move together.

    Parameters
    ----------
    key : of the common cause, or the path of its only figure.
    group : the limit that it touches; a group is screened at once.
    by : who shows what the group does: the relaxation of the plan, or a run.
    variations : at equal level all move at once; sorted by path.
    """

    key: str
    group: str
    by: Answerer
    variations: tuple[Variation, ...]

    def overrides_at(self, level: float) -> tuple[str, ...]:
        """The changes of the scenario that bring all its figures to a level."""
        return tuple(change for one in self.variations for change in one.overrides_at(level))

    @property
    def sources(self) -> tuple[str, ...]:
        """Where its figures come from, sorted: who could say more."""
        return tuple(sorted({f.source for one in self.variations for f in one.figures}))


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLeftOut:
    """A figure that is not varied, and why (a key of the catalogue's reasons)."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorList:
    """All factors of a scenario by key, and what is left out by path."""

    factors: tuple[Factor, ...]
    left_out: tuple[FigureLeftOut, ...]

    def groups(self, by: Answerer) -> tuple[str, ...]:
        """The groups that the plan, or a run, answers for."""
        return tuple(sorted({factor.group for factor in self.factors if factor.by == by}))

    def __getitem__(self, key: str) -> Factor:
        """The factor of a key."""
        return next(factor for factor in self.factors if factor.key == key)


def factors_of(scenario: Scenario) -> FactorList:
    """The factors of a scenario with its case.

    Raises
    ------
    ScenarioError
        When a figure lies outside of its own range.
    """
    rules = _rules()
    left_out: list[FigureLeftOut] = []
    members: dict[tuple[str, str], list[Variation]] = {}
    for path, figures in _units(scenario.figures):
        place = None
        varied: Variation | str | None = _reason(scenario, path)
        if varied is None:
            place = _place(path)
            varied = _variation(figures, path) if place else "no_limit"
        if isinstance(varied, str):
            left_out += [FigureLeftOut(path=figure.path, reason=varied) for figure in figures]
        else:
            assert place is not None
            members.setdefault(place, []).append(varied)
    factors = [
        Factor(key=key, group=group, by=rules["groups"][group]["by"], variations=tuple(variations))
        for (key, group), variations in sorted(members.items())
    ]
    return FactorList(
        factors=tuple(factors), left_out=tuple(sorted(left_out, key=lambda one: one.path))
    )


def overrides_at(factors: FactorList, levels: Levels) -> tuple[str, ...]:
    """The changes of the scenario at some levels, in the order of the factors' keys."""
    return tuple(
        change
        for factor in factors.factors
        if levels.get(factor.key)
        for change in factor.overrides_at(levels[factor.key])
    )


def office_of(factor: Factor) -> str:
    """Who can tell the figures of a factor (a key of `offices`); empty where nobody is named."""
    path = factor.variations[0].figures[0].path
    offices = _rules()["offices"]
    return next((key for key, patterns in offices.items() if _fits(path, patterns)), "")


def is_harmful_low(factor: Factor) -> bool:
    """Whether it does harm where it is low, as capacities do; all others do where they are high."""
    path = factor.variations[0].figures[0].path
    harmful = _rules()["harmful"]
    return not _fits(path, harmful["high"]) and _fits(path, harmful["low"])


def _units(figures: Sequence[Figure]) -> Iterator[tuple[str, tuple[Figure, ...]]]:
    """What varies as one: a figure, or all shares of a table."""
    tables: dict[str, list[Figure]] = {}
    for figure in sorted(figures, key=lambda one: one.path):
        table = figure.path.rpartition(".")[0]
        path = table if table.endswith(_TABLES_OF_SHARES) else figure.path
        tables.setdefault(path, []).append(figure)
    for path, members in tables.items():
        yield path, tuple(members)


def _variation(figures: tuple[Figure, ...], path: str) -> Variation | str:
    rules = _rules()
    if figures[0].path.rpartition(".")[0].endswith(_TABLES_OF_SHARES):
        return parts_of(figures, rules["spread"]["parts"])
    cause = cause_of(path)
    moves_published = bool(cause and rules["causes"][cause].get("together"))
    return variation_of(figures[0], rules["spread"], moves_published=moves_published)


def cause_of(path: str) -> str | None:
    """The common cause that moves a figure, or None where it moves alone."""
    causes = _rules()["causes"]
    return next((key for key, cause in causes.items() if _fits(path, cause["figures"])), None)


def _reason(scenario: Scenario, path: str) -> str | None:
    """Why a figure cannot matter whatever its range, or None."""
    rules = _rules()
    tables = [rules["left_out"]]
    if scenario.network is not None:
        tables.append(rules["left_out_with_network"])
    for table in tables:
        for reason, patterns in table.items():
            if _fits(path, patterns):
                return str(reason)
    return "unused" if _is_unused(scenario, path) else None


def _is_unused(scenario: Scenario, path: str) -> bool:
    """Whether it describes something that the case does without."""
    parts = path.split(".")
    network = scenario.network
    if network is not None and parts[:2] == ["network", "borders"]:
        return not network.borders[parts[2]].is_open
    if network is not None and parts[:2] == ["network", "disruptions"]:
        return not network.borders[network.disruptions[parts[2]].border].is_open
    if parts[0] == "commodities":
        return all(flow.commodity != parts[1] for flow in scenario.flows.values())
    if parts[0] == "flows":
        return scenario.flows[parts[1]].boxes == 0
    return False


def _place(path: str) -> tuple[str, str] | None:
    """Key and group of the factor of a path; None where no limit is touched."""
    rules = _rules()
    group = next((key for key, one in rules["groups"].items() if _fits(path, one["figures"])), None)
    if group is None:
        return None
    cause = cause_of(path)
    if cause is None:
        return path, group
    parts = path.split(".")
    apart = [parts[place] for place in rules["causes"][cause].get("apart", ())]
    return ".".join((cause, *apart)), group


def _fits(path: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


@cache
def _rules() -> dict[str, Any]:  # Any: as read from TOML
    text = files(__package__).joinpath("factors.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
