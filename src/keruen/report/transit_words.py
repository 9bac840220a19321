"""Transit times in words: the same columns and the same sentence in every face.

Knows the parts of a transit time and the catalogue; knows no quote, no plan and no run.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from keruen.domain.transit import TRANSIT_PARTS, TransitTime
from keruen.i18n import day, number, text
from keruen.i18n.numbers import month

COLUMNS: Final = ("p50", "p90", "mean", *TRANSIT_PARTS, "moving")


def transit_about(
    language: str, *, period: str, start: str | None = None, end: str | None = None
) -> str:
    """From where to where days are counted, when, and with which waiting.

    Parameters
    ----------
    period : one of the sentences below.
    start, end : names of the stations; None is the origin and the destination of each flow.
    """
    return text(
        "transit.about",
        language,
        start=start or text("transit.any_origin", language),
        end=end or text("transit.any_destination", language),
        period=period,
    )


def period_of_month(first_day: date, language: str) -> str:
    """Boxes that are ready in a month."""
    return text("transit.period_month", language, month=month(first_day, language))


def period_of_week(year: int, language: str) -> str:
    """The average week of a year."""
    return text("transit.period_week", language, year=str(year))


def period_of_run(first_day: date, last_day: date, language: str) -> str:
    """Journeys that ended in the measured time."""
    first, last = day(first_day, language), day(last_day, language)
    return text("transit.period_run", language, first=first, last=last)


def transit_heads(language: str) -> tuple[str, ...]:
    """Heads of the columns; `transit_cells` has what stands below them."""
    return tuple(text(f"transit.column_{name}", language) for name in COLUMNS)


def transit_cells(transit: TransitTime | None, language: str) -> tuple[str, ...]:
    """Days by column; a dash where there are none."""
    if transit is None:
        return ("–",) * len(COLUMNS)
    days = [getattr(transit, f"{name}_d") for name in COLUMNS]
    return tuple("–" if value is None else number(value, language, 1) for value in days)
