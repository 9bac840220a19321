"""What is written in one cell: words, decimals, days, intervals, codes.

Knows how people write them in four languages; knows nothing of sheets and files. Whatever can be
meant in two ways is refused: ``03/04/2027`` is the third of April or the fourth of March.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Final, Literal

from keruen.errors import InputError

Kind = Literal["text", "decimal", "whole", "date", "partial", "interval", "code", "codes", "unit"]
"""``partial`` is a day, a month or a year; ``codes`` are several codes apart by semicolons."""

Raw = str | int | float | bool | datetime | date | time | None
"""What a spreadsheet keeps in a cell."""

_FIRST_YEAR: Final = 1800
_LAST_YEAR: Final = 2200
_UNIT_LETTERS: Final = 40
_DECIMAL: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DOTTED: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_SLASHED: Final = re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})")
_CHINESE: Final = re.compile(r"([0-9]{4})年(?:([0-9]{1,2})月(?:([0-9]{1,2})日)?)?")
_TWO_WAYS: Final = re.compile(r"[0-9]{1,2}[/\-][0-9]{1,2}[/\-][0-9]{2,4}")
_MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})")
_YEAR: Final = re.compile(r"([0-9]{4})")
_QUARTER: Final = re.compile(r"([0-9]{4})[- ]?Q([1-4])")
_BETWEEN: Final = re.compile(r"\s*(?:…|\.\.\.?|–|—|\s/\s|\s-\s)\s*")
_LINE_ENDS: Final = re.compile("\r\n|[\r\u2028\u2029]")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control letters, and what XML forbids."""
_APART: Final = re.compile(r"[;；,，、\n]+")


class CellError(InputError):
    """A cell cannot be read; its key and parameters still lack the cell's place."""


def tidy(text: str) -> str:
    """Text as a cell can hold it: no control letters, one kind of line end, no blanks at the ends.

    Examples
    --------
    >>> tidy("  two\\r\\nlines\\x07 ")
    'two\\nlines'
    """
    return _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", text)).strip()


def read(raw: Raw, kind: Kind, codes: Mapping[str, str] | None = None) -> str:
    """A cell as a record keeps it; empty for an empty cell.

    Parameters
    ----------
    raw : what the spreadsheet keeps, or the text of a CSV field.
    codes : for ``code`` and ``codes``: every accepted word, in small letters → its code; an empty
        word among them lets other codes pass as well.

    Raises
    ------
    CellError
        When it is not what its column asks for, or can be meant in two ways.
    """
    if raw is None or (isinstance(raw, str) and not tidy(raw)):
        return ""
    if isinstance(raw, bool):
        raise CellError("problem.sheet_yes_no")
    if kind in {"decimal", "whole"}:
        return _decimal(raw) if kind == "decimal" else _whole(raw)
    if kind in {"date", "partial", "interval"}:
        return _time(raw, kind)
    return _coded(_words(raw), kind, codes or {})


def _coded(said: str, kind: Kind, codes: Mapping[str, str]) -> str:
    if kind == "code":
        return _code(said, codes)
    if kind == "codes":
        parts = [tidy(part) for part in _APART.split(said)]
        return "; ".join(dict.fromkeys(_code(part, codes) for part in parts if part))
    if kind == "unit" and (len(said) > _UNIT_LETTERS or "\n" in said):
        raise CellError("problem.sheet_unit", found=shortened(said))
    return said


def _words(raw: Raw) -> str:
    if isinstance(raw, str):
        return tidy(raw)
    if isinstance(raw, int | float):
        return plain(raw)
    return _day(raw)


def plain(number: float) -> str:
    """A number as decimal digits, without an exponent.

    Examples
    --------
    >>> plain(63.8), plain(4e5), plain(1e-7)
    ('63.8', '400000', '0.0000001')
    """
    exact = Decimal(number) if isinstance(number, int) else Decimal(repr(number))
    if exact == exact.to_integral_value():
        return format(exact.to_integral_value(), "f")
    return format(exact.normalize(), "f")


def _decimal(raw: Raw) -> str:
    if isinstance(raw, int | float):
        if not isfinite(raw):
            raise CellError("problem.sheet_decimal", found=str(raw))
        return plain(raw)
    if not isinstance(raw, str):
        raise CellError("problem.sheet_decimal", found=_words(raw))
    said = re.sub(r"[\s\u00a0\u202f\u2009'’]", "", unicodedata.normalize("NFKC", raw))
    said = said.replace("−", "-").replace("–", "-")
    if _DECIMAL.fullmatch(said):
        return said.lstrip("+")
    if re.fullmatch(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}", said):
        raise CellError("problem.sheet_comma", found=shortened(raw))
    told = _without_groups(said)
    if told is None:
        raise CellError("problem.sheet_decimal", found=shortened(raw))
    return told.lstrip("+")


def _without_groups(said: str) -> str | None:
    """Digits with a decimal point, from a comma or from groups that can be meant in one way."""
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", said):
        return said.replace(",", ".")
    if re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3}){2,}(\.[0-9]+)?", said):
        return said.replace(",", "")
    if re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+", said):
        return said.replace(",", "")
    if re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{3}){2,}(,[0-9]+)?", said):
        return said.replace(".", "").replace(",", ".")
    if re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+", said):
        return said.replace(".", "").replace(",", ".")
    return None


def _whole(raw: Raw) -> str:
    found = _decimal(raw)
    try:
        number = Decimal(found)
    except InvalidOperation:
        raise CellError("problem.sheet_whole", found=found) from None
    if number != number.to_integral_value() or abs(number) >= 10**9:
        raise CellError("problem.sheet_whole", found=shortened(found))
    return str(int(number))


def _time(raw: Raw, kind: Kind) -> str:
    if isinstance(raw, int | float) and float(raw).is_integer() and kind != "date":
        raw = str(int(raw))
    if not isinstance(raw, str):
        day = _day(raw)
        return f"{day}/{day}" if kind == "interval" else day
    said = tidy(unicodedata.normalize("NFKC", raw))
    if kind == "date":
        return _written_day(said)
    if kind == "partial":
        return _partial(said)
    return _interval(said)


def _day(raw: Raw) -> str:
    if isinstance(raw, datetime):
        if raw.time() != time(0):
            raise CellError("problem.sheet_date_hour", found=raw.isoformat(sep=" "))
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    raise CellError("problem.sheet_date", found=str(raw))


def _written_day(said: str) -> str:
    for form in (_ISO, _SLASHED, _CHINESE):
        if (found := form.fullmatch(said)) and found.group(3):
            return _checked(found.group(1), found.group(2), found.group(3), said)
    if found := _DOTTED.fullmatch(said):
        return _checked(found.group(3), found.group(2), found.group(1), said)
    if _TWO_WAYS.fullmatch(said):
        raise CellError("problem.sheet_date_two_ways", found=said)
    raise CellError("problem.sheet_date", found=shortened(said))


def _checked(year: str, month: str, day: str, said: str) -> str:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise CellError("problem.sheet_no_day", found=said) from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise CellError("problem.sheet_no_day", found=said)
    return found.isoformat()


def _partial(said: str) -> str:
    """A day, a month (``2025-08``) or a year, as it was written."""
    if found := _YEAR.fullmatch(said):
        _checked(found.group(1), "1", "1", said)
        return said
    if found := _MONTH.fullmatch(said):
        _checked(found.group(1), found.group(2), "1", said)
        return said
    if (found := _CHINESE.fullmatch(said)) and not found.group(3):
        year, month = found.group(1), found.group(2)
        first = _checked(year, month or "1", "1", said)
        return first[:7] if month else first[:4]
    return _written_day(said)


def _interval(said: str) -> str:
    """First and last day with a stroke between; a year, month or quarter is all of its days."""
    parts = _BETWEEN.split(said)
    if len(parts) != 2 and said.count("/") == 1:
        parts = said.split("/")
    first, last = _span(parts[0])[0], _span(parts[-1])[1]
    if len(parts) > 2:
        raise CellError("problem.sheet_date", found=shortened(said))
    if first > last:
        raise CellError("problem.sheet_interval_order", first=first, last=last)
    return f"{first}/{last}"


def _span(said: str) -> tuple[str, str]:
    if found := _QUARTER.fullmatch(said.upper()):
        year, quarter = int(found.group(1)), int(found.group(2))
        _checked(str(year), "1", "1", said)
        return _months(year, 3 * quarter - 2, 3 * quarter)
    day = _partial(said)
    if len(day) == 4:
        return _months(int(day), 1, 12)
    if len(day) == 7:
        return _months(int(day[:4]), int(day[5:]), int(day[5:]))
    return day, day


def _months(year: int, first: int, last: int) -> tuple[str, str]:
    after = date(year + last // 12, last % 12 + 1, 1)
    return date(year, first, 1).isoformat(), date.fromordinal(after.toordinal() - 1).isoformat()


def _code(said: str, codes: Mapping[str, str]) -> str:
    found = codes.get(said.casefold())
    is_open = "" in codes
    if found is None and is_open and re.fullmatch(r"[A-Za-z][\w.]{0,79}", said):
        return said
    if found is None:
        known = ", ".join(dict.fromkeys(code for code in codes.values() if code))
        raise CellError("problem.sheet_code", found=shortened(said), known=known)
    return found


def shortened(said: str, letters: int = 60) -> str:
    """The beginning of what was found, for a sentence about it."""
    flat = " ".join(said.split())
    return flat if len(flat) <= letters else f"{flat[: letters - 1]}…"
