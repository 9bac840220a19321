"""What decides a case, in words: the answer first, then on what it stands and what was left out.

Knows what an examination found; computes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from keruen.i18n import listing, quantity, text
from keruen.report.chapters.decision_words import deciding_sentences
from keruen.report.chapters.verdict import over_ranges_sentences, within_sentence
from keruen.report.measure_units import unit_of
from keruen.scenario import Scenario
from keruen.study.sensitivity.deciding import (
    SensitivityStudy,
    amount_inside,
    factor_name,
    leading_variation,
    unit_of_variation,
)
from keruen.study.sensitivity.examine import WATCHED
from keruen.study.sensitivity.results import BoxSide, FutureBox

N_TOLD: Final = 5
"""Figures that are told in sentences: more than a meeting can ask for at once."""
_COLON: Final = re.compile("[:：]")


def study_title(scenario: Scenario, language: str) -> str:
    """The title of a study of a case: the short name of the case in it."""
    named = scenario.case_title
    whole = text("report.base_case", language) if named is None else named.in_language(language)
    return text("sensitivity.title", language, case=_COLON.split(whole, maxsplit=1)[0].strip())


def sensitivity_sentences(study: SensitivityStudy, language: str) -> list[str]:
    """Title, then what decides, then the combinations, then what all that stands on.

    Parameters
    ----------
    study : SensitivityStudy
        Of one case.
    language : str
        One of kk, ru, zh and en.

    Returns
    -------
    list[str]
        The title first.
    """
    deciding = deciding_sentences(study.deciding[:N_TOLD], language)
    return [
        study_title(study.scenario, language),
        *(deciding or [text("sensitivity.none", language)]),
        *combination_sentences(study, language),
        *basis_sentences(study, language),
    ]


def combination_sentences(study: SensitivityStudy, language: str) -> list[str]:
    """In how many of the tried combinations limits are kept, where not, and what full runs say."""
    sentences = []
    futures = study.found.futures
    if futures is not None and study.over_ranges is not None:
        sentences += over_ranges_sentences(study.over_ranges, WATCHED, language)
        if futures.box is not None and futures.box.sides:
            sentences.append(_box(futures.box, study, language))
    for one in study.found.finding_out:
        turn = one.switching
        if turn.full is not None and turn.level is not None:
            told = leading_variation(study.factors[one.factor])
            at = quantity(amount_inside(told, turn.level), unit_of_variation(told), language)
            name = factor_name(study.factors[one.factor], study.scenario, language)
            sentences.append(
                text(
                    "sensitivity.full",
                    language,
                    value=f"{at} ({name})",
                    measure=within_sentence(turn.measure, language),
                    found=quantity(turn.full, unit_of(turn.measure), language),
                )
            )
    return sentences


def basis_sentences(study: SensitivityStudy, language: str) -> list[str]:
    """On what the answer stands, and what was left out and why."""
    found, effort, limits = study.found, study.effort, study.scenario.limits
    sentences = []
    has_plan = study.scenario.network is not None
    if has_plan:
        base = next((s.base for s in found.plan_swings if s.measure == "unserved_share"), 0.0)
        words = {"value": base, "most": limits.unserved_share}
        sentences.append(text("sensitivity.basis_plan", language, **words))
    if found.full_swings:
        days = min(effort.run_days, study.scenario.calendar.days)
        sentences.append(text("sensitivity.basis_runs", language, days=days))
    elif has_plan:
        key = "terminal_far" if effort.most_runs else "terminal_unasked"
        sentences.append(text(f"sensitivity.{key}", language))
    if found.default_ranges:
        sentences.append(text("sensitivity.defaults", language, n=len(found.default_ranges)))
    if found.left_out:
        reasons = reasons_left_out(study, language)
        sentences.append(text("sensitivity.left_out", language, reasons=reasons))
    if found.refused:
        sentences.append(text("sensitivity.refused", language, n=len(found.refused)))
    return sentences


def reasons_left_out(study: SensitivityStudy, language: str) -> str:
    """Why figures were not varied, with how many, the most frequent first."""
    counts: Mapping[str, int] = Counter(one.reason for one in study.found.left_out)
    said = [
        text(
            "sensitivity.left_out_part",
            language,
            reason=text(f"sensitivity.reason_{reason}", language),
            n=n,
        )
        for reason, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
    return listing(said, language)


def _box(box: FutureBox, study: SensitivityStudy, language: str) -> str:
    return text(
        "sensitivity.box",
        language,
        conditions=listing([_side(side, study, language) for side in box.sides], language),
        density=box.density,
        coverage=box.coverage,
        fresh_density=box.fresh_density,
        fresh_coverage=box.fresh_coverage,
    )


def _side(side: BoxSide, study: SensitivityStudy, language: str) -> str:
    """A side of a box; an end of the range is no bound, since nothing beyond it was tried."""
    factor = study.factors[side.factor]
    told = leading_variation(factor)
    ends = {
        name: quantity(amount_inside(told, level), unit_of_variation(told), language)
        for name, level in (("low", side.low), ("high", side.high))
    }
    kind = "between" if side.low > -1 and side.high < 1 else "above" if side.low > -1 else "below"
    name = factor_name(factor, study.scenario, language)
    return text(f"sensitivity.side_{kind}", language, name=name, **ends)
