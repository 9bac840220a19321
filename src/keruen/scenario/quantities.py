"""Quantities as people write them, "1050 m" or "64 bn KZT", and as the models hold them.

Knows units and numbers; knows no key of a scenario. A quantity is a number, an optional scale word
(``thousand``, ``mln``, ``bn``) and a unit; inside, lengths are metres, areas square metres, masses
kilograms, speeds metres a second, times integer milliseconds and shares plain numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Final

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, MS_PER_WEEK


@dataclass(frozen=True, slots=True)
class _Dimension:
    """What can be said in one dimension.

    Parameters
    ----------
    units : unit → factor to the unit inside.
    example : how a person writes one.
    most : far beyond any terminal: a larger number is a slip, and would not fit the arrays.
    """

    units: Mapping[str, float]
    example: str
    most: float


_DIMENSIONS: Final = {
    "length": _Dimension({"mm": 1e-3, "cm": 1e-2, "m": 1.0, "km": 1e3}, "750 m", 1e8),
    "area": _Dimension({"m2": 1.0, "m²": 1.0, "ha": 1e4, "km2": 1e6, "km²": 1e6}, "12 ha", 1e10),
    "duration": _Dimension(
        {
            "ms": 1.0,
            "s": MS_PER_SECOND,
            "min": MS_PER_MINUTE,
            "h": MS_PER_HOUR,
            "d": MS_PER_DAY,
            "wk": MS_PER_WEEK,
        },
        "55 min",
        10 * 366.0 * MS_PER_DAY,
    ),
    "mass": _Dimension({"kg": 1.0, "t": 1e3}, "41 t", 1e6),
    "speed": _Dimension({"m/s": 1.0, "km/h": 1 / 3.6, "km/d": 1 / 86.4}, "15 km/h", 100.0),
    "share": _Dimension({"%": 0.01}, "20 %", 1.0),
    "boxes a year": _Dimension({"boxes/yr": 1.0, "boxes/d": 365.0}, "5300 boxes/yr", 1e8),
    "power": _Dimension({"kW": 1.0, "MW": 1e3}, "150 kW", 1e5),
    "fuel use": _Dimension({"l/h": 1.0}, "18 l/h", 1e4),
    "cost": _Dimension({"KZT2025/h": 1.0}, "5000 KZT2025/h", 1e9),
    "electricity price": _Dimension({"KZT2025/kWh": 1.0}, "29 KZT2025/kWh", 1e6),
    "fuel price": _Dimension({"KZT2025/l": 1.0}, "320 KZT2025/l", 1e6),
    "electricity emission": _Dimension({"kg/kWh": 1.0, "g/kWh": 1e-3}, "0.8 kg/kWh", 100.0),
    "fuel emission": _Dimension({"kg/l": 1.0}, "3.2 kg/l", 100.0),
    "temperature": _Dimension({"degC": 1.0}, "-18 degC", 100.0),
    "angle": _Dimension({"deg": 1.0}, "53.23 deg", 180.0),
    "trains a day": _Dimension({"trains/d": 1.0, "trains/wk": 1 / 7}, "14 trains/d", 1e3),
    "price a train-km": _Dimension({"USD2025/train-km": 1.0}, "22 USD2025/train-km", 1e4),
    "price a TEU-km": _Dimension({"USD2025/TEU-km": 1.0}, "0.12 USD2025/TEU-km", 1e3),
    "price a box": _Dimension({"USD2025/box": 1.0}, "329 USD2025/box", 1e6),
    "price a box-day": _Dimension({"USD2025/box-d": 1.0}, "20 USD2025/box-d", 1e5),
    "price a tonne": _Dimension({"USD2025/t": 1.0}, "50 USD2025/t", 1e5),
    "transport emission": _Dimension({"g/tkm": 1.0}, "20.5 g/tkm", 1e3),
    "years": _Dimension({"yr": 1.0, "mo": 1 / 12}, "18 mo", 100.0),
}
EXAMPLES: Final = {name: one.example for name, one in _DIMENSIONS.items()}

_SCALES: Final = {"": 1.0, "thousand": 1e3, "mln": 1e6, "bn": 1e9}
_QUANTITY = re.compile(
    r"(?P<number>[-+−]?(?:[0-9]{1,3}(?:[ _\u00a0\u202f][0-9]{3})+|[0-9]+)?"
    r"(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)"
    r"\s*(?P<scale>thousand|mln|bn)?(?![0-9.,])\s*(?P<unit>(?:[^\W\d_]|%)[^\n]*)?"
)
_PRICE_YEAR: Final = re.compile("^([A-Z]{3})[0-9]{4}/")
_MONEY: Final = re.compile("[A-Z]{3}[0-9]{4}")
_MOST_LETTERS: Final = 100
"""A longer text is no quantity: it is not even looked at."""


@lru_cache(maxsize=16_384)
def split_quantity(text: str) -> tuple[float, str] | None:
    """Number and unit of a written quantity, or None when it is not one.

    Examples
    --------
    >>> split_quantity("64 bn KZT")
    (64000000000.0, 'KZT')
    >>> split_quantity("1 050 m")
    (1050.0, 'm')
    >>> split_quantity("end of 2027") is None
    True
    """
    if len(text) > _MOST_LETTERS:
        return None
    match = _QUANTITY.fullmatch(text.strip())
    if match is None or not any(letter.isdigit() for letter in match["number"]):
        return None
    digits = re.sub(r"[_ \u00a0\u202f]", "", match["number"]).replace("−", "-")
    try:
        value = float(digits)
    except ValueError:
        return None
    return value * _SCALES[match["scale"] or ""], (match["unit"] or "").strip()


def is_money(unit: str) -> bool:
    """Whether a unit is that of a sum of money: a currency with the year of its prices.

    Examples
    --------
    >>> is_money("KZT2025"), is_money("KZT")
    (True, False)
    """
    return _MONEY.fullmatch(unit) is not None


def dimension_of(unit: str) -> str | None:
    """The dimension of a unit, or None when the unit is unknown."""
    return next((name for name, one in _DIMENSIONS.items() if unit in one.units), None)


def units_of(dimension: str) -> tuple[str, ...]:
    """The units in which a dimension may be written.

    Examples
    --------
    >>> units_of("mass")
    ('kg', 't')
    """
    return tuple(_DIMENSIONS[dimension].units)


def plain_number(value: object) -> tuple[float, str] | None:
    """A value in inside units and its dimension ("" for a bare number); None when it is no number.

    Examples
    --------
    >>> plain_number("12 ha"), plain_number(3), plain_number("soon")
    ((120000.0, 'area'), (3.0, ''), None)
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if not isinstance(value, str):
        return _plain(value), ""
    split = split_quantity(value)
    if split is None:
        return None
    return in_inside_units(*split), dimension_of(split[1]) or split[1]


def in_inside_units(value: float, unit: str) -> float:
    """A value in the unit that the models hold; unknown units are left alone."""
    dimension = dimension_of(unit)
    return value if dimension is None else value * _DIMENSIONS[dimension].units[unit]


def _parse(dimension: str, data: object) -> float:
    if isinstance(data, bool) or not isinstance(data, str | int | float):
        raise _wrong("quantity_type", dimension)
    if isinstance(data, str):
        value = _written(dimension, data)
    elif dimension == "share" or data == 0:
        value = _plain(data)
    else:
        raise _wrong("quantity_no_unit", dimension)
    if not math.isfinite(value):
        raise _wrong("quantity_finite", dimension)
    if value < 0 and dimension != "temperature":
        raise _wrong("quantity_negative", dimension)
    if dimension == "share" and value > 1:
        raise _wrong("quantity_share", dimension)
    if abs(value) > _DIMENSIONS[dimension].most:
        raise _wrong("quantity_large", dimension)
    return value


def _written(dimension: str, text: str) -> float:
    split = split_quantity(text)
    if split is None:
        raise _wrong("quantity_text", dimension)
    value, unit = split
    units = _DIMENSIONS[dimension].units
    if unit not in units:
        if any(unit == _PRICE_YEAR.sub(r"\1/", known) != known for known in units):
            raise _wrong("quantity_price_year", dimension)
        raise _wrong("quantity_unit" if unit else "quantity_no_unit", dimension)
    return value * units[unit]


def _plain(number: float) -> float:
    """A number as it is; a whole number too long for a float is infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _wrong(kind: str, dimension: str) -> PydanticCustomError:
    units, example, most = (
        getattr(_DIMENSIONS[dimension], part) for part in ("units", "example", "most")
    )
    # The largest value is told in the unit that people would say it in.
    unit = example.partition(" ")[2]
    told = {
        "units": ", ".join(units),
        "example": example,
        "most": f"{most / units[unit]:.0f} {unit}",
    }
    return PydanticCustomError(kind, "{dimension}", {"dimension": dimension, **told})


@dataclass(frozen=True, slots=True)
class _Written:
    """Of a field: a quantity of one dimension, which a person writes with its unit."""

    dimension: str
    is_whole: bool = False

    def __get_pydantic_core_schema__(
        self, source: type[float], handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """What pydantic does before it looks at the number itself."""
        return core_schema.no_info_before_validator_function(self._parsed, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The number's schema with its dimension, from which `schema` writes text and units."""
        return handler(schema) | {"dimension": self.dimension}

    def _parsed(self, data: object) -> float:
        value = _parse(self.dimension, data)
        return round(value) if self.is_whole else value


LengthM = Annotated[float, _Written("length")]
AreaM2 = Annotated[float, _Written("area")]
SpeedMPerS = Annotated[float, _Written("speed")]
Share = Annotated[float, _Written("share")]
BoxesPerYear = Annotated[float, _Written("boxes a year")]
DurationMs = Annotated[int, _Written("duration", is_whole=True)]
PowerKw = Annotated[float, _Written("power")]
FuelLPerH = Annotated[float, _Written("fuel use")]
MoneyKztPerH = Annotated[float, _Written("cost")]
PriceKztPerKwh = Annotated[float, _Written("electricity price")]
PriceKztPerL = Annotated[float, _Written("fuel price")]
EmissionKgPerKwh = Annotated[float, _Written("electricity emission")]
EmissionKgPerL = Annotated[float, _Written("fuel emission")]
TemperatureC = Annotated[float, _Written("temperature")]
YearsSpan = Annotated[float, _Written("years")]
AngleDeg = Annotated[float, _Written("angle")]
TrainsPerDay = Annotated[float, _Written("trains a day")]
PriceUsdPerTrainKm = Annotated[float, _Written("price a train-km")]
PriceUsdPerTeuKm = Annotated[float, _Written("price a TEU-km")]
PriceUsdPerBox = Annotated[float, _Written("price a box")]
PriceUsdPerBoxDay = Annotated[float, _Written("price a box-day")]
PriceUsdPerT = Annotated[float, _Written("price a tonne")]
EmissionGPerTkm = Annotated[float, _Written("transport emission")]
MassKg = Annotated[int, _Written("mass", is_whole=True)]
Count = Annotated[int, Field(strict=True)]

_SUFFIXES = (
    "_c",
    "_usd2025_per_train_km",
    "_usd2025_per_teu_km",
    "_usd2025_per_box_d",
    "_usd2025_per_box",
    "_usd2025_per_t",
    "_trains_per_d",
    "_boxes_per_yr",
    "_g_per_tkm",
    "_deg",
    "_kzt2025_per_kwh",
    "_kzt2025_per_h",
    "_kzt2025_per_l",
    "_kg_per_kwh",
    "_kg_per_l",
    "_l_per_h",
    "_m_per_s",
    "_kw",
    "_ms",
    "_m2",
    "_kg",
    "_yr",
    "_m",
)


def without_unit(name: str) -> str:
    """The TOML key of an attribute: its name without the unit.

    Examples
    --------
    >>> without_unit("speed_m_per_s"), without_unit("useful_length_m"), without_unit("kind")
    ('speed', 'useful_length', 'kind')
    """
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return name
