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

OFFICES: Final = ("akimat", "ktz", "china-railway", "company")
"""In the order in which a decision needs them: whoever builds outside the dry port last."""

N_NAMED: Final = 2
"""Additions that a cell of a table names, the dearest first: more would fill page one."""


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


def needed_sentences(found: Sufficiency, scenario: Scenario, language: str) -> list[str]:
    """The same by who decides: what it costs together, then each office with its part.

    Parameters
    ----------
    found, scenario, language : as of `sufficiency_sentences`.

    Returns
    -------
    list[str]
        One string for each office; where the additions name none, as of `sufficiency_sentences`.
    """
    sentences = sufficiency_sentences(found, scenario, language)
    named = [one for one in found.additions if one.decided_by]
    if found.not_kept or not named or len(named) < len(found.additions):
        return sentences
    first = text(
        "decision.together",
        language,
        cost=cost_text(found.cost_low, found.cost_high, language),
        price_year=found.price_year,
        earliest_year=found.earliest_year,
    )
    parts = [_office_part(office, own, language) for office, own in _by_office(named)]
    return [first, *parts, *sentences[1:]]


def _office_part(office: str, own: Sequence[Addition], language: str) -> str:
    """What an office decides on, and the capital of it: longer hours need none."""
    high = sum(one.cost_high for one in own)
    cost = {"cost": cost_text(sum(one.cost_low for one in own), high, language)} if high else {}
    return text(
        "decision.office_part" if cost else "decision.office_part_free",
        language,
        office=text(f"design.office_{office}", language),
        additions=series([_addition(one, language) for one in own], language),
        **cost,
    )


def _by_office(additions: Sequence[Addition]) -> list[tuple[str, list[Addition]]]:
    """The additions of each office that decides on some, the dearest first."""
    dearest = sorted(additions, key=lambda one: (-one.cost_high, one.lever))
    grouped = [(office, [a for a in dearest if a.decided_by == office]) for office in OFFICES]
    return [(office, own) for office, own in grouped if own]


def additions_in_words(found: Sufficiency, language: str) -> str:
    """What would make the capacity sufficient, as short as a cell of a table wants it."""
    if found.not_kept or not found.additions:
        key = "not_enough_short" if found.not_kept else "none_needed"
        return text(f"decision.{key}", language)
    dearest = sorted(found.additions, key=lambda one: (-one.cost_high, one.lever))
    named = [_addition(one, language) for one in dearest[:N_NAMED]]
    if len(dearest) > N_NAMED:
        more = number(len(dearest) - N_NAMED, language)
        named.append(text("decision.more_additions", language, n=more))
    offices = [text(f"decision.office_{o}", language) for o, _ in _by_office(found.additions)]
    return text(
        "decision.additions_decided" if offices else "decision.additions_short",
        language,
        additions=listing(named, language),
        cost=cost_text(found.cost_low, found.cost_high, language),
        earliest_year=found.earliest_year,
        **({"offices": series(offices, language)} if offices else {}),
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
    if not one.unit:
        return times_text(one.name[language], one.amount, language)
    amount = quantity(one.amount, one.unit, language)
    return text("decision.addition", language, name=one.name[language], amount=amount)


def times_text(name: str, n: float, language: str) -> str:
    """So many of what has a name, which may tell a number of its own: "6 × two train pairs".

    One is the name alone: "gate open two hours longer".
    """
    if n == 1:
        return name
    return text("decision.addition_times", language, name=name, n=number(n, language))


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
    # What changes no verdict need not be found out; who wants to know more hears whom to ask.
    is_asked = figure.switching is not None
    if not figure.office:
        return text("decision.figure_unasked", language, figure=said) if is_asked else said
    key = "decision.figure_asked" if is_asked else "decision.figure_told"
    return text(key, language, figure=said, office=figure.office[language])
