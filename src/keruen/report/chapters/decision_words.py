"""What would make the capacity sufficient, and what to find out first, in words.

Knows what the two studies hand over; searches for nothing and ranks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from keruen.domain.results import Addition, DecidingFigure, Sufficiency
from keruen.i18n import listing, number, quantity, text
from keruen.report.chapters.verdict import pressure_sentence, series, within_sentence
from keruen.scenario import Scenario

_MONEY_STEPS: Final[Mapping[str, tuple[float, float]]] = {"zh": (1e8, 1e4)}
"""Tenge in what a language counts large and small sums by; Chinese has steps of ten thousand."""
_PLAIN_STEPS: Final = (1e9, 1e6)


def sufficiency_sentences(found: Sufficiency, scenario: Scenario, language: str) -> list[str]:
    """What would make the capacity sufficient, what it costs, and the bottleneck then.

    Parameters
    ----------
    found : Sufficiency
        Of one case.
    scenario : Scenario
        That of the case: it names the places of its railway.
    language : str
        One of kk, ru, zh and en.

    Returns
    -------
    list[str]
        One string for each sentence or pair of sentences, the answer first.
    """
    if found.not_kept:
        measures = series([within_sentence(name, language) for name in found.not_kept], language)
        return [text("decision.not_enough", language, measures=measures)]
    if not found.additions:
        return [text("decision.none_needed", language)]
    sentences = [
        text(
            "decision.additions",
            language,
            additions=listing([_addition(one, language) for one in found.additions], language),
            cost=cost_text(found.cost_low, found.cost_high, language),
            price_year=found.price_year,
            earliest_year=found.earliest_year,
        )
    ]
    if found.binding is not None:
        sentences.append(pressure_sentence("would_bind", found.binding, scenario, language))
    if not found.is_confirmed:
        sentences.append(text("decision.unconfirmed", language))
    return sentences


def additions_in_words(found: Sufficiency, language: str) -> str:
    """What would make the capacity sufficient, as short as a cell of a table wants it."""
    if found.not_kept or not found.additions:
        key = "not_enough_short" if found.not_kept else "none_needed"
        return text(f"decision.{key}", language)
    return text(
        "decision.additions_short",
        language,
        additions=listing([_addition(one, language) for one in found.additions], language),
        cost=cost_text(found.cost_low, found.cost_high, language),
        earliest_year=found.earliest_year,
    )


def deciding_sentences(figures: Sequence[DecidingFigure], language: str) -> list[str]:
    """What to find out, a string for each figure in the order given.

    Parameters
    ----------
    figures : Sequence[DecidingFigure]
        The most deciding first.
    language : str
        One of kk, ru, zh and en.

    Returns
    -------
    list[str]
        Value, range, where the verdict changes, and who can tell.
    """
    return [_figure(figure, language) for figure in figures]


def _addition(one: Addition, language: str) -> str:
    amount = quantity(one.amount, one.unit, language)
    return text("decision.addition", language, name=one.name[language], amount=amount)


def cost_text(low_kzt: float, high_kzt: float, language: str) -> str:
    """The range of a cost, its ends in one unit; one sum where both are written alike."""
    large, small = _MONEY_STEPS.get(language, _PLAIN_STEPS)
    is_large = high_kzt >= large
    step, key = (large, "money_large") if is_large else (small, "money_small")
    low, high = (_two_digits(cost / step, language) for cost in (low_kzt, high_kzt))
    if low != high:
        high = text("decision.range", language, low=low, high=high)
    return text(f"decision.{key}", language, value=high)


def large_step(language: str) -> float:
    """Tenge in one of what a language counts large sums by."""
    return _MONEY_STEPS.get(language, _PLAIN_STEPS)[0]


def money_scale(language: str) -> tuple[float, str]:
    """Tenge in the large sum that a language counts by, and what that is called."""
    return large_step(language), text("decision.money_large", language, value="").strip()


def signed_money(kzt: float, language: str) -> str:
    """A sum that may be below nought, as exactly as `cost_text` tells one."""
    said = cost_text(abs(kzt), abs(kzt), language)
    return said if kzt >= 0 else f"−{said}"


def _two_digits(value: float, language: str) -> str:
    """A sum as exactly as a range can know it: two digits that count."""
    if value >= 10:
        digits = len(str(int(value))) - 2
        return number(round(value, -digits), language)
    return number(value, language, 1)


def _figure(figure: DecidingFigure, language: str) -> str:
    words = {
        name: quantity(value, figure.unit, language)
        for name, value in (("value", figure.value), ("low", figure.low), ("high", figure.high))
    }
    kind = "never"
    if figure.switching is not None:
        words["switching"] = quantity(figure.switching, figure.unit, language)
        kind = "inside" if figure.low <= figure.switching <= figure.high else "outside"
    said = text(f"decision.figure_{kind}", language, name=figure.name[language], **words)
    if not figure.office:
        return text("decision.figure_unasked", language, figure=said)
    return text("decision.figure_asked", language, figure=said, office=figure.office[language])
