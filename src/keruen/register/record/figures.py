"""Figures and days of the joint list as exact numbers: their ranges, and whether two agree.

Knows decimals, units, price years and the calendar; knows nothing of entries or sides. Nothing is
converted: two figures that differ in unit, currency or price year are *not comparable*.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct

from keruen.domain.joint import Claim, Interval, Quantity
from keruen.errors import Problem
from keruen.register.record.field_places import with_fields

Meeting = Literal["meet", "apart", "not_comparable"]
Span = tuple[Decimal | None, Decimal | None]
"""Lowest and highest possible value; none for an open end."""

_DECIMAL: Final = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@lru_cache(maxsize=16_384)
def decimal(written: str) -> Decimal | None:
    """The exact value of a decimal string; none when it is no plain decimal."""
    return Decimal(written) if _DECIMAL.fullmatch(written) else None


@lru_cache(maxsize=16_384)
def day_number(written: str) -> int | None:
    """Days since the first of the year 1, to count with; none when it is no day of the calendar.

    Only the first ten letters count, so that an hour may follow.
    """
    first = written[:10]
    if not _DAY.fullmatch(first):
        return None
    try:
        return dt.date.fromisoformat(first).toordinal()
    except ValueError:
        return None


def days_between(first: str, last: str) -> int:
    """Days from one day to another, negative when the second is earlier; 0 when one is no day."""
    begin, end = day_number(first), day_number(last)
    return 0 if begin is None or end is None else end - begin


def span(quantity: Quantity) -> Span:
    """What the figure may be at least and at most.

    A value alone is exact; a bound that stands alone leaves the other end open; a bound that is
    missing beside a value is the value.

    Examples
    --------
    >>> span(Quantity(low="11000000", unit="t/yr"))
    (Decimal('11000000'), None)
    """
    value = decimal(quantity.value) if quantity.value is not None else None
    low = decimal(quantity.low) if quantity.low is not None else value
    high = decimal(quantity.high) if quantity.high is not None else value
    return low, high


def measure(quantity: Quantity) -> tuple[str, str, int]:
    """What must be the same before two figures can be compared: unit, currency, price year."""
    return quantity.unit, quantity.currency, quantity.price_year or 0


def point(quantity: Quantity) -> Fraction | None:
    """The figure as one number: its value, else the middle of its range, else its only bound.

    A fraction, so that sums and shares of figures are exact.
    """
    if quantity.value is not None:
        value = decimal(quantity.value)
        return None if value is None else Fraction(value)
    ends = [Fraction(end) for end in span(quantity) if end is not None]
    return sum(ends, Fraction(0)) / len(ends) if ends else None


def spans_meet(one: Span, other: Span) -> bool:
    """Some value lies in both ranges."""
    (low, high), (other_low, other_high) = one, other
    is_above = low is not None and other_high is not None and low > other_high
    is_below = high is not None and other_low is not None and high < other_low
    return not (is_above or is_below)


def meet(one: Quantity, other: Quantity) -> Meeting:
    """Whether two figures can both be true.

    Examples
    --------
    >>> meet(Quantity(value="500", unit="job"), Quantity(value="50", unit="job"))
    'apart'
    """
    if measure(one) != measure(other):
        return "not_comparable"
    return "meet" if spans_meet(span(one), span(other)) else "apart"


def days(interval: Interval) -> Span:
    """An interval as a range of day numbers; open where no day is written."""
    first, last = day_number(interval.first), day_number(interval.last)
    return (
        None if first is None else Decimal(first),
        None if last is None else Decimal(last),
    )


def written(quantity: Quantity) -> str:
    """The figure in one line of code words, for a comparison of two sides' tables.

    Examples
    --------
    >>> written(Quantity(value="4.1", unit="KZT", currency="KZT", price_year=2025))
    '4.1 KZT 2025'
    """
    bounds = f"{quantity.low or '…'}–{quantity.high or '…'}"
    figure = quantity.value if quantity.value is not None else bounds
    parts = [figure, quantity.unit]
    if quantity.currency and quantity.currency != quantity.unit:
        parts.append(quantity.currency)
    if quantity.price_year:
        parts.append(str(quantity.price_year))
    return " ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A ratio of two figures of one project that cannot be larger than a limit.

    Parameters
    ----------
    key : catalogue key of what to say when it is; takes project, above, below, ratio and limit.
    above, below : units of the two figures.
    most : the limit.
    """

    key: str
    above: str
    below: str
    most: Decimal


RATIOS: Final = (
    # 30.48 t gross less the 2.28 t of an empty 20-foot box: no ordinary box carries more.
    Ratio(key="joint.check_box_overfull", above="t/yr", below="container/yr", most=Decimal("28.2")),
    # What a 40-foot box carries: above it every box is a 20-foot one, full, and none goes empty.
    Ratio(key="joint.check_box_full", above="t/yr", below="container/yr", most=Decimal("26.5")),
)
"""The strictest rule of a pair of units stands first: only it speaks."""


def checks(claims: Sequence[Claim]) -> tuple[tuple[str, Mapping[str, str | int | float]], ...]:
    """Figures that cannot stand together, though no two of them are about the same thing.

    Parameters
    ----------
    claims : of any projects, in any order.

    Returns
    -------
    Catalogue keys with parameters, sorted by project: of the two claims of each project that are
    furthest apart, what breaks a rule of `RATIOS` even at the most favourable ends of their ranges.
    """
    most: dict[tuple[str, str], Decimal] = {}
    least: dict[tuple[str, str], Decimal] = {}
    for claim in claims:
        if claim.quantity is None:
            continue
        about = (claim.project, claim.quantity.unit)
        low, high = span(claim.quantity)
        if low is not None:
            most[about] = max(low, most.get(about, low))
        if high is not None and high > 0:
            least[about] = min(high, least.get(about, high))
    found: list[tuple[str, Mapping[str, str | int | float]]] = []
    for project in sorted({project for project, _ in most if project}):
        spoken: list[tuple[str, str]] = []
        for rule in RATIOS:
            above, below = most.get((project, rule.above)), least.get((project, rule.below))
            units = (rule.above, rule.below)
            if above is None or below is None or units in spoken:
                continue
            if Fraction(above) <= Fraction(rule.most) * Fraction(below):
                continue
            spoken.append(units)
            found.append((rule.key, _in_words(project, rule, above, below)))
    return tuple(found)


def _in_words(
    project: str, rule: Ratio, above: Decimal, below: Decimal
) -> dict[str, str | int | float]:
    tenths = round(Fraction(above) / Fraction(below) * 10)
    return {
        "project": project,
        "above": round(above),
        "below": round(below),
        "ratio": tenths / 10,
        "limit": float(rule.most),
    }


def problems(record: object, place: str) -> tuple[Problem, ...]:
    """Every figure and every interval inside a record that is none.

    Parameters
    ----------
    record : a record of `keruen.domain.joint`.
    place : what to call it; the path inside the record is added.

    Returns
    -------
    Problems with the place of each; empty when all are sound.
    """
    return with_fields(_problems(record, place), type(record).__name__.lower(), place)


def single_problems(value: object, place: str) -> Iterator[Problem]:
    """…of one figure or interval; anything else has none."""
    if isinstance(value, Quantity):
        yield from _quantity_problems(value, place)
    elif isinstance(value, Interval):
        yield from _interval_problems(value, place)


def _problems(value: object, place: str) -> Iterator[Problem]:
    yield from single_problems(value, place)
    if isinstance(value, Struct):
        for name in value.__struct_fields__:
            inner = getattr(value, name)
            if not isinstance(inner, str) and inner is not None:
                yield from _problems(inner, f"{place}.{name}")
    elif isinstance(value, tuple):
        for index, inner in enumerate(value, start=1):
            yield from _problems(inner, f"{place}[{index}]")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _problems(inner, f"{place}.{name}")


def _quantity_problems(quantity: Quantity, place: str) -> Iterator[Problem]:
    named = {name: getattr(quantity, name) for name in ("low", "value", "high")}
    given = {name: found for name, found in named.items() if found is not None}
    if not given:
        yield Problem("problem.figure_none", {"place": place})
    for name, found in given.items():
        if decimal(found) is None:
            yield Problem(
                "problem.figure_decimal", {"place": f"{place}.{name}", "found": found[:80]}
            )
    exact = [number for found in given.values() if (number := decimal(found)) is not None]
    if exact != sorted(exact):
        listed = " ≤ ".join(given.values())
        yield Problem("problem.figure_order", {"place": place, "found": listed[:120]})
    if not quantity.unit.strip():
        yield Problem("problem.figure_unit", {"place": place})


def _interval_problems(interval: Interval, place: str) -> Iterator[Problem]:
    for name in ("first", "last"):
        found = getattr(interval, name)
        if len(found) != 10 or day_number(found) is None:
            yield Problem("problem.figure_day", {"place": f"{place}.{name}", "found": found[:80]})
            return
    if interval.first > interval.last:
        both = f"{interval.first} … {interval.last}"
        yield Problem("problem.figure_interval", {"place": place, "found": both})
