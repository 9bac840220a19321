"""The figures that decide a case, as the report and the command line tell them.

Knows what a factor is called and who can tell its figures; searches for nothing. A factor of many
figures is told by one of them, the one whose range is the widest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

from keruen.domain.results import DecidingFigure, OverRanges
from keruen.i18n import LANGUAGES, text
from keruen.i18n.messages import catalogue
from keruen.scenario import Scenario
from keruen.scenario.name_lookup import stations_between
from keruen.scenario.quantities import dimension_of, in_inside_units
from keruen.study.results import Progress
from keruen.study.sensitivity.examine import Effort, examine
from keruen.study.sensitivity.factors import (
    Factor,
    FactorList,
    cause_of,
    factors_of,
    office_of,
)
from keruen.study.sensitivity.points import Subject
from keruen.study.sensitivity.ranges import Variation
from keruen.study.sensitivity.results import Futures, Sensitivity

QUICK: Final = Effort(n_trajectories=2, most_runs=0, n_deciding=5, n_futures=20)
"""What a run may wait for: the railway only, with as many combinations as show a tendency."""
_ENTITY_AT: Final = 2
"""Place of an entity's key in a path such as ``terminal.blocks.KEY.n_bays``…"""
_SHORT_PATHS: Final = ("flows", "commodities", "services")
"""…but for these tables of the scenario, where it is the second: ``flows.KEY.boxes``."""
_PLAIN_TABLES: Final = ("gate", "shunting", "warehouse", "costs", "landside")
"""Tables whose third key is a field and no entity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityStudy:
    """What an examination found, with what is needed to tell it.

    Parameters
    ----------
    effort : that was asked for.
    deciding : the most deciding first.
    over_ranges : of the tried combinations; None when none was tried.
    """

    scenario: Scenario
    factors: FactorList
    effort: Effort
    found: Sensitivity
    deciding: tuple[DecidingFigure, ...]
    over_ranges: OverRanges | None


def study_sensitivity(
    subject: Subject,
    effort: Effort | None = None,
    *,
    seed: int | None = None,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> SensitivityStudy:
    """What decides a case, with names and offices.

    Parameters
    ----------
    subject, effort, seed, executor, progress
        As for `examine`.

    Returns
    -------
    SensitivityStudy
        The same for any executor.

    Raises
    ------
    ScenarioError, UsageError
        As `examine`.
    """
    effort = effort or Effort()
    found = examine(subject, effort, seed=seed, executor=executor, progress=progress)
    scenario = subject.at(())
    factors = factors_of(scenario)
    return SensitivityStudy(
        scenario=scenario,
        factors=factors,
        effort=effort,
        found=found,
        deciding=tuple(
            deciding_figure(factors[one.factor], one.switching.level, scenario)
            for one in found.finding_out
        ),
        over_ranges=None if found.futures is None else over_ranges_of(found.futures),
    )


def deciding_figures(
    subject: Subject,
    *,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[tuple[DecidingFigure, ...], OverRanges | None]:
    """A quick look at what decides a case: its railway, on the relaxation of the week.

    Parameters
    ----------
    subject : Subject
        The scenario with its case and changes.
    executor : Executor, optional
        Where points are computed; left out: here.
    progress : Callable[[Progress], None], optional
        As for `examine`.

    Returns
    -------
    tuple
        For `Study.deciding`, the most deciding first; and for `Verdict.over_ranges`, None when no
        combination was tried.
    """
    study = study_sensitivity(subject, QUICK, executor=executor, progress=progress)
    return study.deciding, study.over_ranges


def over_ranges_of(futures: Futures) -> OverRanges:
    """How many of the tried combinations keep the limits that were asked."""
    n = len(futures.levels)
    return OverRanges(
        n_tried=n,
        n_kept=round(futures.kept_share * n),
        n_kept_by_limit=futures.n_kept_by_limit,
    )


def deciding_figure(factor: Factor, switching: float | None, scenario: Scenario) -> DecidingFigure:
    """A factor as the report tells it.

    Parameters
    ----------
    switching : level at which the outcome changes; None when nothing tried changes it.
    scenario : names the places of its figures.
    """
    told = leading_variation(factor)
    return DecidingFigure(
        path=told.figures[0].path,
        name={language: factor_name(factor, scenario, language) for language in LANGUAGES},
        unit=unit_of_variation(told),
        value=amount_inside(told, 0.0),
        low=amount_inside(told, -1.0),
        high=amount_inside(told, 1.0),
        switching=None if switching is None else amount_inside(told, switching),
        office=_in_every_language(f"factor.office_{office_of(factor)}")
        if office_of(factor)
        else {},
    )


def leading_variation(factor: Factor) -> Variation:
    """The figure that tells a factor: of the widest range for its size, of equals the first."""

    def width(one: Variation) -> tuple[bool, float]:
        return one.is_stated, (one.high - one.low) / max(abs(one.value), 1e-9)

    return max(factor.variations, key=width)


def unit_of_variation(one: Variation) -> str:
    """Its unit, as `keruen.i18n.quantity` takes it."""
    if one.form in ("share", "parts", "law"):
        return "share"
    if one.form == "profile":
        return ""
    return "ms" if dimension_of(one.unit) == "duration" else one.unit


def amount_inside(one: Variation, level: float) -> float:
    """What it is at a level, in that unit."""
    amount = one.amount_at(level)
    if one.unit and dimension_of(one.unit) in ("share", "duration") and one.form != "law":
        return in_inside_units(amount, one.unit)
    return amount


def factor_name(factor: Factor, scenario: Scenario, language: str) -> str:
    """What a factor is called; a figure without a name of its own is told by its key."""
    told = leading_variation(factor)
    path = told.figures[0].path
    place = _place(path, scenario, language)
    cause = factor.key.partition(".")[0].replace("-", "_")
    key = next(
        (
            key
            for key in (f"factor.{cause}", f"factor.{'_'.join(_fields(path))}")
            if key in catalogue("en")
        ),
        None,
    )
    name = path if key is None else text(key, language, place=place)
    around = {"law": "of_scenario", "profile": "shifted", "parts": "largest"}.get(told.form)
    return name if around is None else text(f"factor.{around}", language, name=name)


def figure_name(path: str, scenario: Scenario, language: str) -> str:
    """What a figure is called by itself, or by the cause that moves it; empty without a name.

    Parameters
    ----------
    path : of the figure in `scenario`.
    language : one of kk, ru, zh and en.
    """
    cause = (cause_of(path) or "").replace("-", "_")
    keys = (f"factor.{cause}", f"factor.{'_'.join(_fields(path))}")
    key = next((key for key in keys if key in catalogue("en")), None)
    return "" if key is None else text(key, language, place=_place(path, scenario, language))


def _in_every_language(key: str) -> Mapping[str, str]:
    return {language: text(key, language) for language in LANGUAGES}


def _fields(path: str) -> Sequence[str]:
    """The keys of a path without those that a person chose."""
    parts = path.split(".")
    at = _entity_at(parts)
    kept = parts if at is None else parts[:at] + parts[at + 1 :]
    # A share of one size or origin is told as the table of shares.
    return kept[: kept.index("shares") + 1] if "shares" in kept else kept


def _entity_at(parts: Sequence[str]) -> int | None:
    if parts[0] in _SHORT_PATHS and len(parts) > 2:
        return 1
    is_table = len(parts) > _ENTITY_AT + 1 and parts[1] not in _PLAIN_TABLES
    return _ENTITY_AT if is_table else None


def _place(path: str, scenario: Scenario, language: str) -> str:
    """The name of what a path is about; empty where it is about the whole scenario."""
    parts = path.split(".")
    at = _entity_at(parts)
    if at is None:
        return ""
    key, network = parts[at], scenario.network
    if network is not None and parts[:2] == ["network", "sections"]:
        section = network.sections[key]
        return stations_between(network, section.start, section.end, language)
    if parts[:2] == ["network", "origins"]:
        return scenario.flows[key].title.in_language(language)
    table = (
        getattr(scenario, parts[0])
        if at == 1
        else getattr(getattr(scenario, parts[0]), parts[1], {})
    )
    entity = table.get(key) if isinstance(table, Mapping) else None
    title = getattr(entity, "title", None)
    name = key if title is None else str(title.in_language(language))
    direction = next((part for part in parts if part in ("to_china", "to_kazakhstan")), None)
    return name if direction is None else text(f"factor.{direction}", language, place=name)
