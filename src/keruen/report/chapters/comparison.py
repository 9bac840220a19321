"""A comparison in words: per measure better, worse, or no real difference, and how sure that is.

Knows a `Comparison` and the catalogue; the test itself was made in `keruen.study`.
"""

from __future__ import annotations

from collections import Counter

from keruen.domain.results import Difference
from keruen.i18n import number, quantity, text
from keruen.report.chapters.verdict import case_title
from keruen.report.measure_units import unit_of
from keruen.study.results import Comparison, Study


def comparison_sentences(comparison: Comparison, language: str) -> list[str]:
    """The second design against the first, a sentence for each measure.

    Parameters
    ----------
    comparison : Comparison
        Two designs with the same random draws.
    language : str
        One of kk, ru, zh and en.

    Returns
    -------
    list[str]
        The summary first, then the measures in their order, then how it was judged; without
        markup.

    Raises
    ------
    UsageError
        When the language is unknown.
    """
    first, second = names_of(comparison, language)
    counts = Counter(one.outcome for one in comparison.differences)
    head = text(
        "compare.headline",
        language,
        first=first,
        second=second,
        n=comparison.n,
        better=counts["better"],
        worse=counts["worse"],
        other=counts["higher"] + counts["lower"],
        none=counts["unsure"] + counts["same"],
    )
    measures = [difference_sentence(one, language) for one in comparison.differences]
    n_tested = sum(bool(d.first.mean or d.second.mean) for d in comparison.differences)
    method = text("compare.method", language, n=n_tested)
    return [head, *measures, method]


def names_of(comparison: Comparison, language: str) -> tuple[str, str]:
    """What the two designs are called, so that they can be told apart."""
    studies = (comparison.first, comparison.second)
    titles = [case_title(study, language) for study in studies]
    if titles[0] == titles[1]:
        cases = [study.provenance.case for study in studies]
        marks = cases if cases[0] != cases[1] else [_own_mark(study) for study in studies]
        titles = [f"{title} ({mark})" for title, mark in zip(titles, marks, strict=True)]
    return titles[0], titles[1]


def _own_mark(study: Study) -> str:
    return study.folder or study.provenance.scenario_digest[:8]


def difference_sentence(one: Difference, language: str) -> str:
    """One measure in words."""
    unit = _shown_unit(one.measure)
    words = {
        "measure": text(f"measure.{one.measure}", language),
        "before": quantity(one.first.mean, unit, language),
        "after": quantity(one.second.mean, unit, language),
    }
    if one.outcome == "same":
        return text("compare.same", language, measure=words["measure"], before=words["before"])
    if one.outcome != "unsure":
        return text(f"compare.{one.outcome}", language, change=change_text(one, language), **words)
    if one.n_needed is None:
        return text("compare.unsure", language, **words)
    return text("compare.unsure_needs", language, n=one.n_needed, **words)


def change_text(one: Difference, language: str) -> str:
    """The change with its sign and half the width of its interval."""
    unit = _shown_unit(one.measure)
    change, half = one.change.mean, (one.change.high - one.change.low) / 2
    sign = "+" if change > 0 else ""
    if unit == "share":
        # A change of a share in per cent could be read as a part of it.
        digits = 1 if abs(100 * change) >= 0.1 else 2
        value = f"{sign}{number(100 * change, language, digits)}"
        written = f"{value} ± {number(100 * half, language, digits)}"
        return text("compare.points", language, value=written)
    return f"{sign}{quantity(change, unit, language)} ± {quantity(half, unit, language)}"


def _shown_unit(measure: str) -> str:
    """Only durations and shares carry their unit: the name of any other measure says it."""
    unit = unit_of(measure)
    return unit if unit in ("ms", "share") else ""
