"""Days, moments and periods as people write them in Kazakh, Russian, Chinese and English.

Knows months, quarters and the forms of four languages; knows nothing of columns. Points always mean
day.month.year. Slashes and hyphens between short numbers are refused when day and month can be
exchanged; both readings are named.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

_FIRST_YEAR: Final = 1800
_LAST_YEAR: Final = 2200
_SHORT_YEARS_FROM: Final = 1970
"""A year of two digits lies in the hundred years from here: ``25`` is 2025, ``85`` is 1985."""


class DateError(ValueError):
    """What is written is no date; `readings` holds both dates of one that can be read two ways."""

    def __init__(self, reason: str, readings: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        """``form``: not a date. ``day``: no such day. ``two_ways``. ``order``: ends too early."""
        self.readings = readings


@dataclass(frozen=True, slots=True)
class Period:
    """All days from `first` to `last`, both included.

    `text` is the shortest ISO form of the period: a day, a month (``2027-10``), a year, or two of
    them with a stroke between.
    """

    first: date
    last: date
    text: str


# fmt: off
_MONTHS: Final = (
    ("января", "январь", "янв", "қаңтар", "january", "jan"),
    ("февраля", "февраль", "фев", "февр", "ақпан", "february", "feb"),
    ("марта", "март", "мар", "наурыз", "march", "mar"),
    ("апреля", "апрель", "апр", "сәуір", "april", "apr"),
    ("мая", "май", "мамыр", "may"),
    ("июня", "июнь", "июн", "маусым", "june", "jun"),
    ("июля", "июль", "июл", "шілде", "july", "jul"),
    ("августа", "август", "авг", "тамыз", "august", "aug"),
    ("сентября", "сентябрь", "сен", "сент", "қыркүйек", "september", "sep", "sept"),
    ("октября", "октябрь", "окт", "қазан", "october", "oct"),
    ("ноября", "ноябрь", "ноя", "нояб", "қараша", "november", "nov"),
    ("декабря", "декабрь", "дек", "желтоқсан", "december", "dec"),
)
# fmt: on
_MONTH_OF: Final = {word: str(number) for number, words in enumerate(_MONTHS, 1) for word in words}
_ORDINALS: Final = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "first": "1",
    "second": "2",
    "third": "3",
    "fourth": "4",
    "last": "4",
    "первый": "1",
    "второй": "2",
    "третий": "3",
    "четвёртый": "4",
    "четвертый": "4",
    "первое": "1",
    "второе": "2",
    "бірінші": "1",
    "екінші": "2",
    "үшінші": "3",
    "төртінші": "4",
    "一": "1",
    "二": "2",
    "三": "3",
    "四": "4",
    "上": "1",
    "下": "2",
}
_KAZAKH_ENDINGS: Final = "(?:дың|дің|тың|тің|ның|нің|ы|і|да|де|та|те|нда|нде|ына|іне)?"
# A word before a number or behind it, as it is declined, becomes one letter: q, h, m or nothing.
_WORDS: Final = (
    (re.compile(r"\b(?:квартал[а-я]*|кв|quarters?|тоқсан[а-яәғқңөұүһі]*)(?:\.|\b)"), " q "),
    (re.compile(r"\b(?:полугоди[а-я]*|half|halves|жартыжылды[а-яәғқңөұүһі]*)\b"), " h "),
    (re.compile(r"\b(?:года|году|годы|годов|год|гг|г)(?:\.|\b)"), " "),
    (re.compile(rf"\b(?:жылдар{_KAZAKH_ENDINGS}|жылғы|жылы|жылдың|жылда|жыл|жж|ж)(?:\.|\b)"), " "),
    (re.compile(r"\b(?:of|the|in|в|у|во)\b"), " "),
    (re.compile(r"(?<=\d)-?(?:й|ый|ой|е|ое|го|ші|шы|st|nd|rd|th)\b"), ""),
)
_CHINESE_WORDS: Final = (
    (re.compile(r"第?\s*([一二三四1-4])\s*季度"), r" \1 q "),
    (re.compile(r"([上下])半年"), r" \1 h "),
    (re.compile(r"([0-9]{4})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]"), r"\1-\2-\3"),
    (re.compile(r"([0-9]{4})\s*年\s*([0-9]{1,2})\s*月(?:份)?"), r"\1-\2"),
    (re.compile(r"([0-9]{1,2})\s*月(?:份)?"), r" m\1 "),
    (re.compile(r"([0-9]{4})\s*年(?:度)?"), r" \1 "),
)
_Y: Final = r"(?P<y>[0-9]{4})"
_N: Final = r"(?P<n>[1-4])"
_PERIODS: Final = tuple(
    (kind, re.compile(form))
    for kind, form in (
        ("year", _Y),
        ("month", rf"{_Y}-(?P<m>[0-9]{{1,2}})"),
        ("month", rf"(?P<m>[0-9]{{1,2}})\.{_Y}"),
        ("month", rf"m(?P<m>[0-9]+) {_Y}"),
        ("month", rf"{_Y} m(?P<m>[0-9]+)"),
        ("quarter", rf"{_N} ?q {_Y}"),
        ("quarter", rf"{_Y}[ -]{_N} ?q"),
        ("quarter", rf"q ?{_N} {_Y}"),
        ("quarter", rf"{_Y}[ -]?q ?{_N}"),
        ("half", rf"{_N} ?h {_Y}"),
        ("half", rf"{_Y}[ -]{_N} ?h"),
        ("half", rf"h ?{_N} {_Y}"),
        ("half", rf"{_Y}[ -]?h ?{_N}"),
    )
)
_DAYS: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_Y}-(?P<m>[0-9]{{1,2}})-(?P<d>[0-9]{{1,2}})",
        rf"{_Y}/(?P<m>[0-9]{{1,2}})/(?P<d>[0-9]{{1,2}})",
        rf"{_Y}\.(?P<m>[0-9]{{1,2}})\.(?P<d>[0-9]{{1,2}})",
        r"(?P<d>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\.(?P<y>[0-9]{4}|[0-9]{2})",
        rf"(?P<d>[0-9]{{1,2}}) m(?P<m>[0-9]+),? {_Y}",
        rf"m(?P<m>[0-9]+) (?P<d>[0-9]{{1,2}}),? {_Y}",
        rf"{_Y},? (?P<d>[0-9]{{1,2}}) m(?P<m>[0-9]+)",
        rf"{_Y},? m(?P<m>[0-9]+) (?P<d>[0-9]{{1,2}})",
    )
)
_TWO_WAYS: Final = re.compile(r"([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_TIME: Final = re.compile(r"[ t]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]0+)?)?$")
_BETWEEN: Final = re.compile(
    r"\s*(?:…|\.\.\.?|–|—|至|到|~)\s*|\s+(?:/|-|to|till|until|по|до|бастап)\s+"
)
_BEFORE_PERIOD: Final = re.compile(r"^(?:с|со|от|from)\s+")
_AFTER_PERIOD: Final = re.compile(r"\s+(?:дейін|аралығы|аралығында)$")
_FULL_YEARS: Final = re.compile(r"([0-9]{4})\s*[-/]\s*([0-9]{4})")


def day_of(written: str) -> date:
    """A day.

    Raises
    ------
    DateError
        When it is no day, or two.

    Examples
    --------
    >>> str(day_of("12 августа 2025 г.")), str(day_of("31.12.27")), str(day_of("2027年10月1日"))
    ('2025-08-12', '2027-12-31', '2027-10-01')
    """
    return _day(_plain(written))


def moment_of(written: str) -> datetime:
    """A day with or without a time of day; without one it is midnight.

    Raises
    ------
    DateError
        As of `day_of`; also when there is no such time.

    Examples
    --------
    >>> str(moment_of("07.01.2030 10:00"))
    '2030-01-07 10:00:00'
    """
    said = " ".join(unicodedata.normalize("NFKC", written).casefold().split())
    found = _TIME.search(said)
    hour, minute, second = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    day = _day(_plain(said[: found.start()] if found else said))
    try:
        return datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001
    except ValueError:
        raise DateError("day") from None


def period_of(written: str) -> Period:
    """A day, month, quarter, half year or year, or from one of them to another.

    Raises
    ------
    DateError
        When it is no period, can be read two ways, or ends before it begins.

    Examples
    --------
    >>> period_of("4 квартал 2027 года").text, period_of("2025–2027 гг.").text
    ('2027-10-01/2027-12-31', '2025/2027')
    >>> period_of("2027 жылғы 4-тоқсан") == period_of("2027年第四季度") == period_of("Q4 2027")
    True
    """
    said = " ".join(unicodedata.normalize("NFKC", written).casefold().split())
    whole = _span_or_none(_plain(said))
    if whole is not None:
        return whole
    ends = _ends(said)
    if ends is None:
        # The reason why the whole is no date says more than that its parts are none.
        _day(_plain(said))
        raise DateError("form")
    first, last = ends
    if first.first > last.last:
        raise DateError("order", (first.first.isoformat(), last.last.isoformat()))
    return Period(first.first, last.last, f"{first.text}/{last.text}")


def _ends(said: str) -> tuple[Period, Period] | None:
    """The two ends of a written period; None when it does not have two."""
    years = _FULL_YEARS.fullmatch(_plain(said))
    if years:
        return _span(years.group(1)), _span(years.group(2))
    trimmed = _AFTER_PERIOD.sub("", _BEFORE_PERIOD.sub("", said))
    for first, last in _halves(trimmed):
        begins, ends = _plain(first), _plain(last)
        # "October – December 2027": the first month stands without its year.
        year = re.search(r"[0-9]{4}", ends)
        if year and not re.search(r"[0-9]{4}", begins) and not re.search(r"[./-]", begins):
            begins = f"{begins} {year.group()}"
        back = re.match(r"([0-9]{4})-[0-9]{1,2}$", begins)
        if back and re.fullmatch(r"m[0-9]+", ends):
            ends = f"{ends} {back.group(1)}"
        found = _span_or_none(begins), _span_or_none(ends)
        if found[0] is not None and found[1] is not None:
            return found[0], found[1]
    return None


def _halves(said: str) -> Iterator[tuple[str, str]]:
    parts = _BETWEEN.split(said)
    if len(parts) == 2:
        yield parts[0], parts[1]
    elif len(parts) == 1 and said.count("/") == 1:
        first, last = said.split("/")
        yield first, last
    elif len(parts) == 1 and said.count("-") == 1:
        first, last = said.split("-")
        yield first, last


def _plain(written: str) -> str:
    """What is written with every word of four languages made one letter, blanks single."""
    said = unicodedata.normalize("NFKC", written).casefold()
    for form, letter in (*_CHINESE_WORDS, *_WORDS):
        said = form.sub(letter, said)
    said = re.sub(r"(?<=[0-9iv])-(?= [qh] )", " ", said)
    words = [_word(word) for word in said.split()]
    return " ".join(words).strip(" ,.")


def _word(word: str) -> str:
    bare = word.rstrip(".,")
    comma = "," if word.endswith(",") else ""
    stem = re.sub(f"{_KAZAKH_ENDINGS}$", "", bare)
    month = _MONTH_OF.get(bare) or _MONTH_OF.get(stem)
    if month:
        return f"m{month}{comma}"
    return _ORDINALS.get(bare, word)


def _day(said: str) -> date:
    for form in _DAYS:
        found = form.fullmatch(said)
        if found:
            return _checked(_year(found["y"]), int(found["m"]), int(found["d"]))
    doubtful = _TWO_WAYS.fullmatch(said)
    if doubtful:
        return _one_way(int(doubtful[1]), int(doubtful[3]), _year(doubtful[4]))
    raise DateError("form")


def _one_way(first: int, second: int, year: int) -> date:
    """Day and month, whichever comes first, when only one order is possible."""
    if first > 12 or first == second:
        return _checked(year, second, first)
    if second > 12:
        return _checked(year, first, second)
    readings = date(year, second, first).isoformat(), date(year, first, second).isoformat()
    raise DateError("two_ways", readings)


def _span_or_none(said: str) -> Period | None:
    try:
        return _span(said)
    except DateError as wrong:
        if wrong.reason in {"day", "two_ways"}:
            raise
        return None


def _span(said: str) -> Period:
    for kind, form in _PERIODS:
        found = form.fullmatch(said)
        if found:
            return _months_of(kind, found)
    day = _day(said)
    return Period(day, day, day.isoformat())


def _months_of(kind: str, found: re.Match[str]) -> Period:
    year = _year(found["y"])
    if kind == "year":
        return Period(_checked(year, 1, 1), date(year, 12, 31), f"{year}")
    if kind == "month":
        first = _checked(year, int(found["m"]), 1)
        last = first.replace(day=monthrange(year, first.month)[1])
        return Period(first, last, first.isoformat()[:7])
    number, length = int(found["n"]), 3 if kind == "quarter" else 6
    if number * length > 12:
        raise DateError("day")
    first = _checked(year, (number - 1) * length + 1, 1)
    last_month = number * length
    last = date(year, last_month, monthrange(year, last_month)[1])
    return Period(first, last, f"{first.isoformat()}/{last.isoformat()}")


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return _SHORT_YEARS_FROM + (year - _SHORT_YEARS_FROM) % 100


def _checked(year: int, month: int, day: int) -> date:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise DateError("day")
    try:
        return date(year, month, day)
    except ValueError:
        raise DateError("day") from None
