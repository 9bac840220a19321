"""A capacity in words: how much, what breaks first above it, what binds, what was assumed.

Knows a `Capacity` and the catalogue; the search itself was made in `keruen.study`.
"""

from __future__ import annotations

import math
from typing import Final

from keruen.domain.results import Estimate, FlowPoint, LimitCheck, Probe
from keruen.i18n import listing, number, quantity, share, text
from keruen.report.chapters.verdict import (
    basis_sentence,
    case_title,
    estimate_text,
    pressure_sentence,
    resource_key,
    with_days,
    within_sentence,
)
from keruen.report.measure_units import unit_of
from keruen.study.basis import basis_of
from keruen.study.results import Capacity

TIMETABLE_LIMIT: Final = "unserved_share"
"""The limit that full trains break, whatever the terminal does."""

_HELPS: Final = 0.98
"""An experiment is worth a sentence when it leaves less than this part of the watched measure."""


def capacity_sentences(capacity: Capacity, language: str) -> list[str]:
    """The capacity of one case, the most important sentence first.

    Parameters
    ----------
    capacity : Capacity
        What the search found.
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
    world = capacity.scenario
    basis = basis_of(world, capacity.provenance)
    sentences = [with_days(_headline(capacity, language), basis, language)]
    sentences += [basis_sentence(basis, language), *_context(capacity, language)]
    if capacity.first_limit is not None:
        sentences.append(_first_limit(capacity, capacity.first_limit, language))
        if capacity.first_limit.limit == TIMETABLE_LIMIT:
            sentences.append(text("capacity.timetable_first", language))
    if capacity.verdict is not None:
        sentences.append(pressure_sentence("binds", capacity.verdict.binding, world, language))
        if capacity.verdict.next_binding is not None:
            sentences.append(
                pressure_sentence("next", capacity.verdict.next_binding, world, language)
            )
        sentences += _probes(capacity.verdict.probes, language)
    if any(one.again_at for one in capacity.brackets):
        n = sum(bool(one.again_at) for one in capacity.brackets)
        sentences.append(text("capacity.again", language, k=n, n=len(capacity.brackets)))
    if len(capacity.brackets) == 1:
        sentences.append(text("report.one_replication", language))
    sentences.append(_trains(capacity, language))
    return sentences


def flow_text(value: float, language: str) -> str:
    """Boxes a year, as exactly as a search can know them."""
    return number(round(value, _rounding(value)), language)


def own_point(capacity: Capacity) -> FlowPoint:
    """The case as it is written: every search begins there."""
    return next(point for point in capacity.curve if point.factor == 1.0)


def _rounding(value: float) -> int:
    return -3 if value >= 20_000 else -2 if value >= 2_000 else 0


def _headline(capacity: Capacity, language: str) -> str:
    at_end = [one for one in capacity.brackets if one.end == capacity.outcome]
    words = {
        "case": case_title(capacity, language),
        "terminal": capacity.scenario.terminal.title.in_language(language),
    }
    if capacity.outcome != "found":
        counts = {"k": len(at_end), "n": len(capacity.brackets)}
        boxes = flow_text(_end_flow(capacity), language)
        key = f"capacity.{capacity.outcome}"
        return text(key, language, boxes=boxes, **counts, **words)
    flow = capacity.flow
    boxes, low, high = (flow_text(max(0.0, v), language) for v in (flow.mean, flow.low, flow.high))
    if flow.n == 1 or low == high:
        return text("capacity.found_single", language, boxes=boxes, **words)
    return text("capacity.found", language, boxes=boxes, low=low, high=high, **words)


def _end_flow(capacity: Capacity) -> float:
    """The flow that says how a search without a capacity ended."""
    if capacity.outcome == "impossible":
        return capacity.curve[0].offered.mean
    flows = [one.flow_per_year for one in capacity.brackets if one.end == capacity.outcome]
    return min(flows)


def _context(capacity: Capacity, language: str) -> list[str]:
    """The capacity beside the flow of the case, and how far luck moves it."""
    if capacity.outcome != "found":
        return []
    own = own_point(capacity).offered.mean
    factor = capacity.flow.mean / own if own > 0 else math.nan
    sentences = [
        text("capacity.against_own", language, own=flow_text(own, language), factor=factor)
    ]
    flows = [one.flow_per_year for one in capacity.brackets]
    least, most = (flow_text(value, language) for value in (min(flows), max(flows)))
    if least != most:
        sentences.append(text("capacity.by_luck", language, n=len(flows), least=least, most=most))
    above = capacity.above
    if above is not None and above.n_keeping == 0:
        boxes = flow_text(above.flow.mean, language)
        sentences.append(text("capacity.above", language, boxes=boxes))
    return sentences


def _first_limit(capacity: Capacity, check: LimitCheck, language: str) -> str:
    return text(
        "capacity.first_limit",
        language,
        measure=within_sentence(check.measure, language),
        value=estimate_text(check.estimate, language),
        bound=quantity(check.bound, unit_of(check.measure), language),
        k=check.estimate.n,
        n=len(capacity.brackets),
    )


def _probes(probes: tuple[Probe, ...], language: str) -> list[str]:
    """A sentence for each experiment that helps, and one for all that do not."""
    helpful = sorted((probe for probe in probes if _left(probe) < _HELPS), key=_left)
    sentences = [_probe(probe, language) for probe in helpful]
    idle = [
        text(f"{resource_key(probe.resource)}_one_more", language)
        for probe in probes
        if probe not in helpful
    ]
    if idle:
        sentences.append(text("capacity.probes_idle", language, names=listing(idle, language)))
    return sentences


def _left(probe: Probe) -> float:
    return probe.after / probe.before if probe.before > 0 else 1.0


def _probe(probe: Probe, language: str) -> str:
    unit = unit_of(probe.measure)
    change = _left(probe) - 1
    return text(
        "capacity.probe_helps",
        language,
        one_more=f"{resource_key(probe.resource)}_one_more",
        measure=within_sentence(probe.measure, language),
        before=quantity(probe.before, unit, language),
        after=quantity(probe.after, unit, language),
        change=share(change, language, 1 if abs(change) > 0.99 else 0),
    )


def _trains(capacity: Capacity, language: str) -> str:
    own = sum(service.trains_per_week for service in capacity.scenario.services.values())
    return text(f"capacity.trains_{capacity.trains}", language, n=own)


def interval_of(estimate: Estimate) -> tuple[float, float, float]:
    """Mean, low and high end; the ends are not-a-number for one replication."""
    return estimate.mean, estimate.low, estimate.high
