"""What is written in one cell: words, decimals, days, intervals, codes.

Knows what each kind of column takes; knows nothing of sheets and files. How people write numbers
and dates is known to `keruen.tabular`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Final, Literal

from keruen.errors import InputError
from keruen.tabular import day_of, decimal_of, period_of
from keruen.tabular.dates import DateError
from keruen.tabular.letters import code_point, first_unseen, is_unseen
from keruen.tabular.numbers import is_two_ways

Kind = Literal["text", "decimal", "whole", "date", "partial", "interval", "code", "codes", "unit"]
"""``partial`` is a day, a month or a year; ``codes`` are several codes apart by semicolons."""

Raw = str | int | float | bool | datetime | date | time | None
"""What a spreadsheet keeps in a cell."""

_UNIT_LETTERS: Final = 40
_LETTERS_BEFORE: Final = 20
"""So much of a text shows where in it something stands."""
_NO_TIME: Final[Mapping[Kind, str]] = {
    "date": "problem.sheet_date",
    "partial": "problem.sheet_partial",
    "interval": "problem.sheet_interval",
}
"""The forms that are allowed depend on the column: a day only, or longer periods as well."""
_LINE_ENDS: Final = re.compile("\r\n|[\r\u2028\u2029]")
_APART: Final = re.compile(r"[;；,，、\n]+")


class CellError(InputError):
    """A cell cannot be read; its parameters lack the cell's place and the words of its column."""


def tidy(text: str) -> str:
    """Text as a cell shows it: letters to be seen, one kind of line end, no blanks at the ends.

    Examples
    --------
    >>> tidy("  two\\r\\nlines\\x07 ")
    'two\\nlines'
    """
    lines = _LINE_ENDS.sub("\n", text)
    if first_unseen(lines) >= 0:
        lines = "".join(letter for letter in lines if not is_unseen(letter))
    return lines.strip()


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
        When it is not what its column asks for, can be meant in two ways, or holds a letter that
        cannot be seen.
    """
    if isinstance(raw, str):
        _refuse_unseen(raw)
    if raw is None or (isinstance(raw, str) and not tidy(raw)):
        return ""
    if isinstance(raw, bool):
        raise CellError("problem.sheet_yes_no")
    if kind in {"decimal", "whole"}:
        return _decimal(raw) if kind == "decimal" else _whole(raw)
    if kind in {"date", "partial", "interval"}:
        return _time(raw, kind)
    return _coded(_words(raw), kind, codes or {})


def _refuse_unseen(written: str) -> None:
    at = first_unseen(written)
    if at >= 0:
        before = shortened(tidy(written[:at])[-_LETTERS_BEFORE:])
        code = code_point(written[at])
        raise CellError("problem.sheet_unseen", found=before, code=code, position=at + 1)


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
    told = decimal_of(raw)
    if told is None:
        key = "problem.sheet_comma" if is_two_ways(raw) else "problem.sheet_decimal"
        raise CellError(key, found=shortened(raw))
    return told


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
    try:
        return _written_time(raw, kind)
    except DateError as wrong:
        found = shortened(raw)
        if wrong.reason in {"two_ways", "order"}:
            first, second = wrong.readings
            key = (
                "problem.sheet_date_order"
                if wrong.reason == "order"
                else "problem.sheet_date_two_ways"
            )
            raise CellError(key, found=found, first=first, second=second) from None
        key = "problem.sheet_no_day" if wrong.reason == "day" else _NO_TIME[kind]
        raise CellError(key, found=found) from None


def _written_time(written: str, kind: Kind) -> str:
    if kind == "date":
        return day_of(written).isoformat()
    period = period_of(written)
    if kind == "interval":
        return f"{period.first.isoformat()}/{period.last.isoformat()}"
    if "/" in period.text:
        raise DateError("form")
    return period.text


def _day(raw: Raw) -> str:
    if isinstance(raw, datetime):
        if raw.time() != time(0):
            raise CellError("problem.sheet_date_hour", found=raw.isoformat(sep=" "))
        return raw.date().isoformat()
    if isinstance(raw, date):
        return raw.isoformat()
    raise CellError("problem.sheet_date", found=str(raw))


def _code(said: str, codes: Mapping[str, str]) -> str:
    found = codes.get(said.casefold())
    is_open = "" in codes
    if found is None and is_open and re.fullmatch(r"[A-Za-z][\w.]{0,79}", said):
        return said
    if found is None:
        raise CellError("problem.sheet_code", found=shortened(said))
    return found


def shortened(said: str, letters: int = 60) -> str:
    """The beginning of what was found, for a sentence about it."""
    flat = " ".join(said.split())
    return flat if len(flat) <= letters else f"{flat[: letters - 1]}…"
