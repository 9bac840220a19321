"""Figures and days as a person types them in the reader's language, and the one form of a record.

Strict: what could be meant in two ways is refused, never guessed. Digits are kept as they stand; no
figure goes through a machine's fraction. Browsers have no Kazakh formats, and libraries read
``1234567,89`` as a whole number where the comma groups, so both ways are written here.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from keruen.i18n.messages import catalogue

_BLANK: Final = "[ \u00a0\u202f]"
_COMMA_LANGUAGES: Final = frozenset({"kk", "ru"})
"""Languages whose decimal sign is a comma and which group with blanks; the others turn it round."""
_WITH_COMMA: Final = re.compile(rf"-?(?:\d{{1,3}}(?:{_BLANK}\d{{3}})+|\d+)(?:,\d+)?", re.ASCII)
_WITH_POINT: Final = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_CANONICAL: Final = re.compile(r"(-?)(\d+)(?:\.(\d+))?", re.ASCII)

_ISO: Final = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})", re.ASCII)
_DAYS: Final = {
    "kk": (_ISO, re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})", re.ASCII)),
    "ru": (_ISO, re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})", re.ASCII)),
    "zh": (
        _ISO,
        re.compile(r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})", re.ASCII),
        re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日", re.ASCII),
    ),
    # 03/04/2027 is two days, so English readers type the one form that everybody reads alike.
    "en": (_ISO,),
}


def read_number(words: str, language: str) -> str | None:
    """A figure in the form of a record (``1234.5``); None when it is not typed as in the language.

    Examples
    --------
    >>> read_number("63 800 000 000,5", "ru"), read_number("1,234.5", "zh")
    ('63800000000.5', '1234.5')
    >>> read_number("1234.5", "kk") is None
    True
    """
    catalogue(language)
    written = words.strip().replace("\u2212", "-")
    is_comma = language in _COMMA_LANGUAGES
    if not (_WITH_COMMA if is_comma else _WITH_POINT).fullmatch(written):
        return None
    plain = re.sub(_BLANK, "", written) if is_comma else written.replace(",", "")
    return plain.replace(",", ".")


def typed_number(figure: str, language: str) -> str:
    """A figure of a record as a person would type it; anything else as it is.

    Examples
    --------
    >>> typed_number("63800000000.5", "en")
    '63,800,000,000.5'
    """
    found = _CANONICAL.fullmatch(figure)
    if found is None:
        return figure
    is_comma = language in _COMMA_LANGUAGES
    grouped = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", "\u00a0" if is_comma else ",", found[2])
    part = found[3]
    return found[1] + grouped + (("," if is_comma else ".") + part if part else "")


def read_day(words: str, language: str) -> str | None:
    """A day in the form of a record (``2027-12-31``); None when it is none of the calendar.

    Examples
    --------
    >>> read_day("31.12.2027", "kk"), read_day("2027年12月31日", "zh")
    ('2027-12-31', '2027-12-31')
    >>> read_day("12/31/2027", "en") is None
    True
    """
    catalogue(language)
    for form in _DAYS[language]:
        found = form.fullmatch(words.strip())
        if found is not None:
            try:
                return dt.date(int(found["y"]), int(found["m"]), int(found["d"])).isoformat()
            except ValueError:
                return None
    return None


def typed_day(day: str, language: str) -> str:
    """A day of a record as a person would type it; a month, a year and anything else as it is."""
    try:
        date = dt.date.fromisoformat(day)
    except ValueError:
        return day
    is_dotted = language in _COMMA_LANGUAGES
    return f"{date.day:02}.{date.month:02}.{date.year:04}" if is_dotted else date.isoformat()
