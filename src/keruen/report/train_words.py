"""How often block trains run, in words: so many a week, or every other week.

Knows counts and weeks; knows no scenario.
"""

from __future__ import annotations

from keruen.domain.alternate_weeks import AlternateWeeks
from keruen.i18n import number, text


def trains_in_words(
    trains_per_week: float, every_other_week: AlternateWeeks | None, language: str
) -> str:
    """Trains of a mean week, and in which weeks the last of them runs.

    Parameters
    ----------
    trains_per_week : in the mean of even and odd weeks, each way.
    every_other_week : the weeks of the last train; None where all run every week.
    language : ``kk``, ``ru``, ``zh`` or ``en``.

    Examples
    --------
    >>> trains_in_words(3, None, "en"), trains_in_words(0.5, "even", "en")
    ('3', '0.5 (one in even weeks only)')
    """
    if every_other_week is None:
        return str(trains_per_week)
    n = number(trains_per_week, language, 1)
    return text(f"plan.trains_{every_other_week}", language, n=n)
