"""Numbers, shares, durations, dates and quantities as the reader's language writes them.

The conventions are those of the Unicode CLDR, through Babel, which is loaded with the first figure
and not before. Between a number and its unit stands a no-break space.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Final

from keruen.i18n.messages import catalogue, message
from keruen.units import MS_PER_DAY, MS_PER_MINUTE, MS_PER_SECOND

LOCALES: Final = {"kk": "kk", "ru": "ru", "zh": "zh_Hans_CN", "en": "en_GB"}
"""Language → CLDR locale."""

_NO_BREAK: Final = "\u00a0"
_NO_VALUE: Final = "–"


def number(value: float, language: str, digits: int = 0) -> str:
    """A plain number with grouped thousands and exactly `digits` decimals.

    Not-a-number is an en dash.

    Parameters
    ----------
    value : float
        Any finite number.
    language : str
        One of kk, ru, zh and en.
    digits : int, default 0
        Decimals, not negative.

    Returns
    -------
    str
        Groups of three digits apart, as the language has them.

    Examples
    --------
    >>> number(1234567.891, "en", 2)
    '1,234,567.89'
    >>> number(1234567.891, "kk", 2).replace("\\xa0", " ")
    '1 234 567,89'
    """
    if not math.isfinite(value):
        return _NO_VALUE
    from babel.numbers import format_decimal  # noqa: PLC0415 - Babel is slow to import

    rounded = round(value, digits) + 0.0
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    written: str = format_decimal(rounded, format=pattern, locale=_locale(language))
    return written.replace("-", "−")


def share(value: float, language: str, digits: int = 0) -> str:
    """A share of one as a percentage with `digits` decimals.

    Parameters
    ----------
    value : float
        0.2 is 20 %.
    language : str
        One of kk, ru, zh and en.
    digits : int, default 0
        Decimals, not negative.

    Returns
    -------
    str
        Such as ``20%``.

    Examples
    --------
    >>> share(0.1234, "en", 1)
    '12.3%'
    """
    if not math.isfinite(value):
        return _NO_VALUE
    sign = {"en": "%", "zh": "%"}.get(language, _NO_BREAK + "%")
    return number(100.0 * value, language, digits) + sign


def duration(ms: float, language: str) -> str:
    """A length of time in the one or two units a person would say it in.

    Parameters
    ----------
    ms : float
        Milliseconds.
    language : str
        One of kk, ru, zh and en.

    Returns
    -------
    str
        Such as ``2 h 35 min``.

    Examples
    --------
    >>> [duration(t * 60_000, "en").replace("\\xa0", " ") for t in (0.5, 7.5, 155, 4896)]
    ['30 s', '7.5 min', '2 h 35 min', '3.4 d']
    """
    if not math.isfinite(ms):
        return _NO_VALUE
    if ms < 0:
        return "−" + duration(-ms, language)
    if ms < MS_PER_MINUTE - MS_PER_SECOND // 2:
        written = _with_unit("unit.s", number(ms / MS_PER_SECOND, language), language)
    elif round(ms / MS_PER_MINUTE, 1) < 10:
        written = _with_unit("unit.min", _short(ms / MS_PER_MINUTE, language, 1), language)
    elif round(ms / MS_PER_MINUTE) < 60:
        written = _with_unit("unit.min", number(ms / MS_PER_MINUTE, language), language)
    elif round(ms / MS_PER_MINUTE) < 48 * 60:
        written = _hours_and_minutes(round(ms / MS_PER_MINUTE), language)
    else:
        digits = 1 if ms < 100 * MS_PER_DAY else 0
        written = _with_unit("unit.d", _short(ms / MS_PER_DAY, language, digits), language)
    return written


def day(date: dt.date, language: str) -> str:
    """A calendar day, written out.

    Parameters
    ----------
    date : dt.date
        The day.
    language : str
        One of kk, ru, zh and en.

    Returns
    -------
    str
        Such as ``7 January 2030``.

    Examples
    --------
    >>> day(dt.date(2026, 11, 23), "zh")
    '2026年11月23日'
    """
    from babel.dates import format_date  # noqa: PLC0415 - Babel is slow to import

    written: str = format_date(date, "long", locale=_locale(language))
    return written


def month_names(language: str) -> list[str]:
    """The twelve short names of the months, January first.

    From our catalogue, not from Babel: Babel 2.18 keeps the first language's words in data that all
    languages share, so that the months of Kazakh are Chinese once a Chinese date was written.
    """
    return message("general.months", language).split()


def month(date: dt.date, language: str) -> str:
    """A calendar month with its year, written out.

    Examples
    --------
    >>> month(dt.date(2030, 10, 1), "en"), month(dt.date(2030, 10, 1), "zh")
    ('October 2030', '2030年10月')
    """
    names = message("general.full_months", language).split()
    written: str = message("general.month_of_year", language).format(
        month=names[date.month - 1], year=date.year
    )
    return written


def quantity(value: float, unit: str, language: str) -> str:
    """A value with its unit, rounded to what a reader can use.

    Parameters
    ----------
    value : float
        In `unit`.
    unit : str
        As in ``domain/measures.toml`` and ``domain/fields.toml``; ``"ms"`` is written as a
        duration, ``"share"`` as a percentage, ``""`` without a unit.
    language : str
        One of kk, ru, zh and en.

    Returns
    -------
    str
        Number and unit with a no-break space between them.

    Examples
    --------
    >>> quantity(399_512.4, "boxes/yr", "en").replace("\\xa0", " ")
    '399,512 boxes/yr'
    """
    if not math.isfinite(value):
        return _NO_VALUE
    if unit == "ms":
        return duration(value, language)
    if unit == "share":
        is_plain = abs(value) >= 0.0995 or round(100 * value, 1).is_integer()
        return share(value, language, 0 if is_plain else 1)
    is_whole = abs(value) >= 99.5 or float(value).is_integer()
    digits = 0 if is_whole else 1 if abs(value) > 9.95 else 2
    written = number(value, language, digits)
    return _with_unit(unit_key(unit), written, language) if unit else written


def unit_key(unit: str) -> str:
    """The catalogue key of a unit.

    Examples
    --------
    >>> unit_key("boxes/yr")
    'unit.boxes_per_yr'
    """
    return "unit." + unit.lower().replace("/", "_per_")


def _locale(language: str) -> str:
    catalogue(language)  # an unknown language is refused here, once, with its sentence
    return LOCALES[language]


def _short(value: float, language: str, digits: int) -> str:
    return number(value, language, 0 if round(value, digits).is_integer() else digits)


def _hours_and_minutes(minutes: int, language: str) -> str:
    hour = _with_unit("unit.h", number(minutes // 60, language), language)
    if minutes % 60 == 0:
        return hour
    return hour + _NO_BREAK + _with_unit("unit.min", number(minutes % 60, language), language)


def _with_unit(key: str, written: str, language: str) -> str:
    return message(key, language).format(value=written).replace(" ", _NO_BREAK)
