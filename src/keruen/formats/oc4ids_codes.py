"""How our codes stand to those of OC4IDS 0.9.5, and how plain values are written in it.

Knows code lists, money, days; knows nothing of the joint list's state.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import Final

from keruen.domain.joint import Interval, Lifecycle, Quantity
from keruen.domain.untyped import JsonTable, JsonValue
from keruen.formats.cells import plain as digits
from keruen.formats.positions import LISTS_AROUND

Document = JsonTable

SCHEMA_VERSION: Final = "0.9"
"""The schema takes a version of two numbers only; `x_joint.schema` names the third."""

STATUS: Final[Mapping[Lifecycle, str]] = {
    "idea": "identification",
    "proposed": "identification",
    "under_review": "identification",
    "agreed": "identification",
    "in_preparation": "preparation",
    "prepared": "preparation",
    "financed": "preparation",
    "in_construction": "implementation",
    "built": "completion",
    "operating": "maintenance",
    "closed": "decommissioned",
    "cancelled": "cancelled",
    "dropped": "cancelled",
}
"""Not here: suspended and deferred keep the status of the stage before them."""

PERIODS: Final[Mapping[str, str]] = {
    "period": "period",
    "identification": "identificationPeriod",
    "preparation": "preparationPeriod",
    "implementation": "implementationPeriod",
    "completion": "completionPeriod",
    "maintenance": "maintenancePeriod",
    "decommissioning": "decommissioningPeriod",
}
"""Key of a project's `baseline` → field of OC4IDS."""

GEOMETRIES: Final = frozenset(LISTS_AROUND)
CURRENCIES: Final = frozenset(
    {"AED", "CNY", "EUR", "GBP", "HKD", "JPY", "KGS", "KZT", "RUB", "TRY", "USD", "UZS"}
)
"""Currencies that the list's two sides pay in; all are codes of OC4IDS, which takes no others."""


def number(decimal: str | None) -> int | float | None:
    """A decimal string as a JSON number; none when it is no plain decimal."""
    if decimal is None or not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", decimal):
        return None
    return float(decimal) if "." in decimal else int(decimal)


def decimal(number: object) -> str | None:
    """A JSON number as the decimal string of our records."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    return digits(number) if abs(number) < 10**18 else None


def money(quantity: Quantity | None) -> Document | None:
    """A sum as OC4IDS writes it; none for what is no sum in a single currency's own unit."""
    if quantity is None or quantity.currency not in CURRENCIES:
        return None
    amount = number(quantity.value)
    # "KZT bn" is a unit too: a number without its thousands would be another sum.
    if amount is None or quantity.unit not in {"", quantity.currency}:
        return None
    return {"amount": amount, "currency": quantity.currency}


def period(interval: Interval | None) -> Document | None:
    """First and last day as OC4IDS writes them."""
    if interval is None or not (is_day(interval.first) and is_day(interval.last)):
        return None
    return {"startDate": moment(interval.first), "endDate": moment(interval.last)}


def is_day(said: object) -> bool:
    """The text is a day of the calendar, written 2027-12-31."""
    if not isinstance(said, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said):
        return False
    try:
        date.fromisoformat(said)
    except ValueError:
        return False
    return True


def moment(day: str) -> str:
    """A day as a date and time, which is all that OC4IDS knows."""
    return f"{day}T00:00:00Z"


def written(**parts: JsonValue) -> Document:
    """The parts that say something: OC4IDS wants no empty texts, lists and objects."""
    return {name: part for name, part in parts.items() if part not in (None, "", [], {}, ())}


def once(found: Iterable[JsonValue]) -> list[JsonValue]:
    """Each different thing once, in the order of its first place: OC4IDS wants no twins."""
    kept: dict[Hashable, JsonValue] = {}
    for one in found:
        kept.setdefault(_frozen(one), one)
    return list(kept.values())


def _frozen(value: JsonValue) -> Hashable:
    if isinstance(value, dict):
        return tuple((key, _frozen(found)) for key, found in sorted(value.items()))
    if isinstance(value, list):
        return tuple(_frozen(found) for found in value)
    frozen: Hashable = value
    return frozen
