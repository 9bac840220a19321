"""The verdict in words: the outcome, what it stands on, the bottleneck, what an experiment says.

Knows a `Study` and the catalogue; the decision itself was made in `keruen.study`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import reduce
from typing import Final

from keruen.domain.codes import Resource
from keruen.domain.results import (
    Basis,
    Estimate,
    Jam,
    JamStep,
    LimitCheck,
    OverRanges,
    Pressure,
    Probe,
    Verdict,
)
from keruen.i18n import day, number, plural, quantity, share, text
from keruen.i18n.numbers import month
from keruen.report.measure_units import unit_of
from keruen.scenario import Scenario
from keruen.study.basis import UNSERVED, basis_of
from keruen.study.results import Capacity, Study
from keruen.study.verdict import in_order_of_binding, is_threatened, within_measured_days
from keruen.units import DAYS_PER_YEAR, MS_PER_DAY

PASSIVE: Final = (Resource.RECEPTION_TRACK, Resource.HANDLING_TRACK, Resource.YARD_SLOT)
"""Places that are occupied, where machines are at work."""

_COLON: Final = re.compile("[:：]")
_NO_CHANGE: Final = 0.005
_NEGLIGIBLE: Final = 0.0005
"""An interval below this share of its mean is not worth a figure."""


def verdict_sentences(study: Study, language: str) -> list[str]:
    """The verdict on one case, the most important sentence first.

    Parameters
    ----------
    study : Study
        One scenario and case, measured.
    language : str
        One of kk, ru, zh and en.

    Returns
    -------
    list[str]
        One string for each sentence or pair of sentences, without markup.

    Raises
    ------
    UsageError
        When the language is unknown.
    """
    verdict = study.verdict
    basis = basis_of(study.scenario, study.provenance)
    sentences = [with_days(_outcome(study, language), basis, language)]
    sentences.append(basis_sentence(basis, language))
    if verdict.over_ranges is not None:
        measures = {check.limit: check.measure for check in verdict.limits}
        sentences += over_ranges_sentences(verdict.over_ranges, measures, language)
    sentences += _limits(verdict, language)
    sentences += _plan_least(verdict, language)
    if verdict.jam is not None:
        sentences.append(_jam(study, verdict.jam, language))
        sentences += [_jam_step(study, step, language) for step in verdict.jam.chain]
    manner = "binds" if is_threatened(verdict) else "would_bind"
    sentences.append(pressure_sentence(manner, verdict.binding, study.scenario, language))
    sentences += _load_first(verdict, language)
    if verdict.next_binding is not None:
        sentences.append(pressure_sentence("next", verdict.next_binding, study.scenario, language))
    sentences += [probe_sentence(probe, language) for probe in verdict.probes]
    if len(study.replications) == 1:
        sentences.append(text("report.one_replication", language))
    return sentences


def leading(studies: Sequence[Study]) -> Study:
    """The case whose pictures are shown: the first that is not kept, else the last."""
    return next((one for one in studies if one.verdict.outcome != "kept"), studies[-1])


def case_title(study: Study | Capacity, language: str) -> str:
    """The short name of the study's case: its title up to the first colon."""
    return _COLON.split(_whole_title(study, language), maxsplit=1)[0].strip()


def case_subtitle(study: Study | Capacity, language: str) -> str:
    """What the title of the case says behind its first colon; empty when nothing."""
    _, *rest = _COLON.split(_whole_title(study, language), maxsplit=1)
    said = "".join(rest).strip()
    return said[:1].upper() + said[1:]


def _whole_title(study: Study | Capacity, language: str) -> str:
    title = study.scenario.case_title
    if title is not None:
        return str(title.in_language(language))
    if study.provenance.case in ("", "base"):
        return text("report.base_case", language)
    return study.provenance.case


def estimate_text(estimate: Estimate, language: str) -> str:
    """A measure with half the width of its 95 % interval, if it has one.

    Only durations and shares carry their unit: the name of any other measure says it.
    """
    unit = unit_of(estimate.name)
    shown = unit if unit in ("ms", "share") else ""
    mean = quantity(estimate.mean, shown, language)
    half = (estimate.high - estimate.low) / 2
    if not math.isfinite(half) or half < _NEGLIGIBLE * abs(estimate.mean):
        return mean
    if unit == "ms" and estimate.mean >= 2 * MS_PER_DAY:
        # The same unit on both sides of the sign, even where the half width is only hours.
        spread = text("unit.d", language, value=number(half / MS_PER_DAY, language, 1))
    else:
        spread = quantity(half, shown, language)
    return mean if spread == quantity(0.0, shown, language) else f"{mean} ± {spread}"


def resource_key(resource: Resource) -> str:
    """The catalogue key of a resource's name."""
    return f"resource.{resource.name.lower()}"


def _outcome(study: Study, language: str) -> str:
    offered = study.estimates["offered_per_year"].mean
    step = -3 if offered >= 20_000 else -2 if offered >= 2_000 else 0
    return text(
        f"report.verdict_{study.verdict.outcome}",
        language,
        case=case_title(study, language),
        boxes=number(round(offered, step), language),
        terminal=study.scenario.terminal.title.in_language(language),
    )


def with_days(outcome: str, basis: Basis, language: str) -> str:
    """The first sentence of a verdict; where less than a year was measured it says so."""
    if basis.days >= DAYS_PER_YEAR:
        return outcome
    period = _period(basis, language)
    return plural("report.short_run", basis.days, language, verdict=outcome, period=period)


def basis_sentence(basis: Basis, language: str) -> str:
    """What a verdict stands on, in one sentence."""
    return text(
        "report.basis",
        language,
        period=_period(basis, language),
        days=basis.days,
        replications=basis.n_replications,
        seed=basis.seed,
        assumed=basis.n_assumed,
        figures=basis.n_figures,
        part=basis.n_assumed / max(1, basis.n_figures),
    )


def _period(basis: Basis, language: str) -> str:
    """The months that were measured, first and last."""
    first, last = (month(one, language) for one in (basis.first_day, basis.last_day))
    return first if first == last else text("report.period", language, first=first, last=last)


def over_ranges_sentences(
    found: OverRanges, measures: Mapping[str, str], language: str
) -> list[str]:
    """In how many of the tried combinations limits are kept: all of them, and each alone.

    Parameters
    ----------
    measures : limit → the measure that is held against it.
    """
    by_limit = [
        text(
            "report.over_ranges_limit",
            language,
            measure=within_sentence(measures[limit], language),
            kept=kept,
            n=found.n_tried,
        )
        for limit, kept in found.n_kept_by_limit.items()
    ]
    sentences = [text("report.over_ranges", language, kept=found.n_kept, n=found.n_tried)]
    if by_limit:
        limits = series(by_limit, language)
        sentences.append(text("report.over_ranges_limits", language, limits=limits))
    return sentences


def _limits(verdict: Verdict, language: str) -> list[str]:
    """A sentence for each limit that is or may be broken, and one for what the year leaves open."""
    measured = [within_measured_days(one) for one in verdict.limits if one.outcome != "kept"]
    sentences = [_limit(check, language) for check in measured if check.outcome != "kept"]
    only_season = [
        within_sentence(check.measure, language) for check in measured if check.outcome == "kept"
    ]
    if only_season:
        measures = series(only_season, language)
        sentences.append(text("report.limit_season", language, measures=measures))
    return sentences


def _limit(check: LimitCheck, language: str) -> str:
    """A limit that is not kept, by what the days measured say."""
    unit = unit_of(check.measure)
    words = {
        "measure": within_sentence(check.measure, language),
        "value": estimate_text(check.estimate, language),
        "bound": quantity(check.bound, unit, language),
    }
    if check.outcome == "inconclusive":
        words["low"] = quantity(check.low, unit, language)
        words["high"] = quantity(check.high, unit, language)
        words["causes"] = " ".join(
            f"report.cause_{part.cause}" for part in check.parts if part.below or part.above
        )
    return text(f"report.limit_{check.outcome}", language, **words)


def _plan_least(verdict: Verdict, language: str) -> list[str]:
    """What the plan says of boxes that are not carried, where their limit is not kept."""
    is_kept = all(one.outcome == "kept" for one in verdict.limits if one.measure == UNSERVED)
    if verdict.unserved is None or is_kept:
        return []
    planned, least = verdict.unserved.planned, verdict.unserved.least
    if planned < _NEGLIGIBLE:
        return [text("report.plan_all_carried", language)]
    return [text("report.plan_least", language, planned=planned, least=least)]


def _load_first(verdict: Verdict, language: str) -> list[str]:
    """Said where experiments name another bottleneck than the picture of loads shows first."""
    first = in_order_of_binding(verdict.pressures, verdict.jam)[0]
    if first.resource is verdict.binding.resource:
        return []
    key = resource_key(first.resource)
    return [text("report.load_first", language, resource=key, peak=first.peak_share)]


def series(names: Sequence[str], language: str) -> str:
    """Names that have commas of their own, apart by semicolons; at least one."""

    def joined(before: str, following: str) -> str:
        return text("report.series", language, before=before, next=following)

    return reduce(joined, names)


def within_sentence(measure: str, language: str) -> str:
    """The name of a measure as it is written in the middle of a sentence."""
    name = text(f"measure.{measure}", language)
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def _jam_step(study: Study, step: JamStep, language: str) -> str:
    """A link of the chain of causes; figures are whole boxes, trains and wagons, and shares."""
    return text(
        f"report.jam_{step.cause}",
        language,
        date=_day_of(study, step.since_ms, language),
        **{name: v if name == "share" else round(v) for name, v in step.values.items()},
    )


def _day_of(study: Study, time_ms: int, language: str) -> str:
    calendar = study.scenario.calendar
    first: date = calendar.first_day
    return day(first + timedelta(days=(time_ms - calendar.warm_up_ms) // MS_PER_DAY), language)


def _jam(study: Study, jam: Jam, language: str) -> str:
    return text(
        "report.jam",
        language,
        date=_day_of(study, jam.since_ms, language),
        resource=resource_key(jam.cause),
        trains=jam.n_trains_held,
        trucks=jam.n_trucks_waiting,
    )


def pressure_sentence(manner: str, pressure: Pressure, scenario: Scenario, language: str) -> str:
    """A resource and its load; `manner` is ``binds``, ``would_bind`` or ``next``."""
    if pressure.where:
        return text(
            f"report.{manner}_railway",
            language,
            resource=resource_key(pressure.resource),
            where=place_on_railway(pressure, scenario, language),
            load=pressure.load_share,
            peak=pressure.peak_share,
        )
    if pressure.resource is Resource.EVACUATION:
        return text(
            f"report.{manner}_daily",
            language,
            resource=resource_key(pressure.resource),
            n=pressure.n_units,
            load=pressure.load_share,
            peak=pressure.peak_share,
        )
    nature = "passive" if pressure.resource in PASSIVE else "active"
    return text(
        f"report.{manner}_{nature}",
        language,
        resource=resource_key(pressure.resource),
        n=pressure.n_units,
        load=pressure.load_share,
        peak=pressure.peak_share,
        start=f"{pressure.peak_hour_start:02d}:00",
        end=f"{pressure.peak_hour_end:02d}:00",
    )


def place_on_railway(pressure: Pressure, scenario: Scenario, language: str) -> str:
    """The name of a border, section or fleet of the railway."""
    network, key = scenario.network, pressure.where
    assert network is not None, "a railway without a network"
    if pressure.resource is Resource.SECTION:
        section = network.sections[key]
        ends = (network.stations[end].title for end in (section.start, section.end))
        return " – ".join(title.in_language(language) for title in ends)
    one = network.borders if pressure.resource is Resource.BORDER else network.fleet
    return one[key].title.in_language(language)


def probe_sentence(probe: Probe, language: str) -> str:
    """What one unit more of a likely bottleneck did."""
    unit = unit_of(probe.measure)
    before = quantity(probe.before, unit, language)
    after = quantity(probe.after, unit, language)
    one_more = f"{resource_key(probe.resource)}_one_more"
    measure = within_sentence(probe.measure, language)
    change = probe.after / probe.before - 1 if probe.before else 0.0
    if abs(change) < _NO_CHANGE or before == after:
        return text(
            "report.probe_same", language, one_more=one_more, measure=measure, before=before
        )
    sign = "+" if change > 0 else ""
    return text(
        "report.probe_changes",
        language,
        one_more=one_more,
        measure=measure,
        before=before,
        after=after,
        change=sign + share(change, language, 1 if abs(change) > 0.99 else 0),
    )
