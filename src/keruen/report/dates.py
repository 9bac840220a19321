"""Days, months and years written out in the reader's language.

Knows dates as texts, such as ``2025-08-13`` or ``2025-08``; knows nothing of who wrote them.
"""

from __future__ import annotations

import datetime as dt

from keruen.i18n import day, text


def partial_date(date: str, language: str) -> str:
    """A day, month or year (``2025-08-13``, ``2025-08``, ``2025``) written out, never its hour.

    Returns
    -------
    Empty when `date` is none of these.

    Examples
    --------
    >>> [partial_date(date, "en") for date in ("2025-08-13", "2025-08", "2025", "soon")]
    ['13 August 2025', 'August 2025', '2025', '']
    """
    try:
        if len(date) == 4:
            return text("fiche.year", language, year=str(dt.date(int(date), 1, 1).year))
        if len(date) == 7:
            first = dt.date.fromisoformat(f"{date}-01")
            return month_span(first, first, language)
        return day(dt.date.fromisoformat(date[:10]), language)
    except ValueError:
        return ""


def month_span(first: dt.date, last: dt.date, language: str) -> str:
    """The months from one date to another of the same year; the year alone for all twelve."""
    names = text("fiche.months", language).split()
    year = str(first.year)
    if (first.month, last.month) == (1, 12):
        return text("fiche.year", language, year=year)
    begin, end = names[first.month - 1], names[last.month - 1]
    if begin == end:
        return text("fiche.month", language, month=begin, year=year)
    return text("fiche.month_span", language, first=begin, last=end, year=year)
