"""What a design found, in words: what it takes, who decides, what breaks without each step.

Knows designs and the catalogue; searches for nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

from keruen.i18n import listing, number, quantity, text
from keruen.report.chapters.decision_words import (
    OFFICES,
    cost_text,
    sufficiency_sentences,
    times_text,
)
from keruen.report.chapters.verdict import series
from keruen.report.measure_units import unit_of
from keruen.scenario import Scenario
from keruen.study.design.certificate import StepRemoval
from keruen.study.design.costs import CostRange
from keruen.study.design.results import Additions, LeverUse, Shortage, added_together
from keruen.study.design.sufficiency import sufficiency_of

UNITS: Final = {
    "border-trains": "trains/d",
    "transshipment": "boxes/d",
    "section": "trains/d",
    "platforms": "",
}
"""Kind of lever whose capacity may be shared → the unit of what is built."""


def design_sentences(found: Additions, scenario: Scenario, language: str) -> list[str]:
    """A design in words: a title, then the answer, who decides, the certificate.

    Parameters
    ----------
    found : Additions
        The design.
    scenario : Scenario
        That it was made for.
    language : str
        One of kk, ru, zh and en.

    Returns
    -------
    list[str]
        One string for each sentence or pair of sentences, the title first.
    """
    return [
        text("design.of_case", language, case=case_name(scenario, language)),
        *answer_sentences(found, scenario, language),
        *decider_sentences(found, scenario, language),
        *proof_sentences(found, scenario, language),
    ]


def answer_sentences(found: Additions, scenario: Scenario, language: str) -> list[str]:
    """What it takes and costs, or what stays broken and which lever is missing."""
    if found.shortages:
        return [
            *sufficiency_sentences(sufficiency_of(scenario, found), scenario, language)[:1],
            *(said for one in found.shortages for said in _shortage(one, language)),
        ]
    sentences = sufficiency_sentences(sufficiency_of(scenario, found), scenario, language)
    if found.additions:
        annual = found.annual_kzt2025
        cost = cost_text(annual.low, annual.high, language)
        sentences.append(text("design.annual", language, cost=cost))
    return sentences


def decider_sentences(found: Additions, scenario: Scenario, language: str) -> list[str]:
    """Who decides what, and how long it takes; then what others gain of shared capacity."""
    sentences = []
    for office in OFFICES:
        own = [a for a in found.additions if scenario.levers[a.key].decided_by == office]
        if own and not found.shortages:
            capital, years = added_together(own)
            sentences.append(
                text(
                    "design.who",
                    language,
                    office=text(f"design.office_{office}", language),
                    additions=series([steps_text(a, scenario, language) for a in own], language),
                    cost=cost_text(capital.low, capital.high, language),
                    years=_years(years, language),
                )
            )
    sentences += [
        text(
            "design.shared",
            language,
            name=lever_name(a.key, scenario, language),
            total=quantity(a.units, UNITS[scenario.levers[a.key].adds], language),
            own=quantity(a.own_units, UNITS[scenario.levers[a.key].adds], language),
            others=quantity(a.others_units, UNITS[scenario.levers[a.key].adds], language),
        )
        for a in found.additions
        if a.others_units > 0
    ]
    return sentences


def proof_sentences(found: Additions, scenario: Scenario, language: str) -> list[str]:
    """What breaks without each step, the gap to the bound, what has no effect, the basis."""
    sentences = []
    if found.removals:
        sentences.append(text("design.certificate", language, confidence=found.confidence))
        sentences += [removal_sentence(one, scenario, language) for one in found.removals]
        n_open = sum(removal.outcome != "needed" for removal in found.removals)
        key = "not_proved" if n_open else "no_single"
        sentences.append(text(f"design.{key}", language, n=n_open))
    if found.railway is not None:
        cost, bound = found.railway.cost_kzt2025, found.railway.bound_kzt2025
        words = {"cost": cost_text(cost, cost, language)}
        if math.isfinite(bound):
            words["bound"] = cost_text(bound, bound, language)
        key = "gap" if math.isfinite(bound) else "no_bound"
        sentences.append(text(f"design.{key}", language, **words))
    if found.additions and not found.shortages:
        sentences.append(_dry_port_sentence(found, scenario, language))
    if found.idle:
        names = series([lever_name(key, scenario, language) for key in found.idle], language)
        sentences.append(text("design.idle", language, names=names))
    sentences.append(
        text(
            "design.confirmed",
            language,
            n=found.n_replications,
            days=found.days,
            runs=found.n_runs,
        )
    )
    return sentences


def _dry_port_sentence(found: Additions, scenario: Scenario, language: str) -> str:
    """How far the dry port's part is from the cheapest, as far as that is known."""
    if found.is_cheapest:
        return text("design.all_tried", language)
    bound = found.dry_port_bound_kzt2025
    if not 0 < bound < math.inf:
        return text("design.searched", language)
    own = [a for a in found.additions if scenario.levers[a.key].adds not in UNITS]
    cost = sum(a.annual_kzt2025.value for a in own)
    words = {"cost": cost_text(cost, cost, language), "bound": cost_text(bound, bound, language)}
    return text("design.searched_bound", language, **words)


def removal_sentence(removal: StepRemoval, scenario: Scenario, language: str) -> str:
    """What happens without one step of a lever."""
    unit = unit_of(removal.measure)
    return text(
        f"design.{removal.outcome}_{removal.by}",
        language,
        name=lever_name(removal.key, scenario, language),
        measure=text(f"measure.{removal.measure}", language),
        value=quantity(removal.value, unit, language),
        bound=quantity(removal.bound, unit, language),
    )


def lever_name(key: str, scenario: Scenario, language: str) -> str:
    """The name of one step of a lever."""
    return scenario.levers[key].title.in_language(language)


def steps_text(added: LeverUse, scenario: Scenario, language: str) -> str:
    """A lever with its steps, as it stands in a sentence."""
    return times_text(lever_name(added.key, scenario, language), added.steps, language)


def case_name(scenario: Scenario, language: str) -> str:
    """The case by its title up to the first colon, or that it is the base."""
    title = scenario.case_title
    if title is None:
        is_base = scenario.case in ("", "base")
        return text("report.base_case", language) if is_base else scenario.case
    return re.split("[:：]", title.in_language(language), maxsplit=1)[0].strip()


def _shortage(shortage: Shortage, language: str) -> list[str]:
    unit = unit_of(shortage.measure)
    said = [
        text(
            "design.shortage" if shortage.levers else "design.untouched",
            language,
            measure=text(f"measure.{shortage.measure}", language),
            value=quantity(shortage.value, unit, language),
            bound=quantity(shortage.bound, unit, language),
        )
    ]
    if shortage.missing:
        kinds = [text(f"design.kind_{kind}", language) for kind in shortage.missing]
        said.append(text("design.missing", language, kinds=listing(kinds, language)))
    return said


def _years(years: CostRange, language: str) -> str:
    low, high = (_short(value, language) for value in (years.low, years.high))
    return low if low == high else text("decision.range", language, low=low, high=high)


def _short(years: float, language: str) -> str:
    digits = 0 if float(years).is_integer() else 2 if (4 * years) % 2 else 1
    return number(years, language, digits)


def names_of_more(
    steps: Sequence[LeverUse], before: Sequence[LeverUse], scenario: Scenario, language: str
) -> list[str]:
    """What a set has more of than another, as steps of a stair name it."""
    had = {one.key: one.steps for one in before}
    more = [(one, one.steps - had.get(one.key, 0)) for one in steps]
    return [
        times_text(lever_name(one.key, scenario, language), n, language) for one, n in more if n > 0
    ]
