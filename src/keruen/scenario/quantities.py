"""Quantities as people write them, "1050 m" or "64 bn KZT", and as the models hold them.

Knows units and numbers; knows no key of a scenario. A quantity is a number, an optional scale word
(``thousand``, ``mln``, ``bn``) and a unit; inside, lengths are metres, areas square metres, masses
kilograms, speeds metres a second, times integer milliseconds and shares plain numbers.
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Final

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, MS_PER_WEEK

_UNITS: Final[dict[str, dict[str, float]]] = {
    "length": {"mm": 1e-3, "cm": 1e-2, "m": 1.0, "km": 1e3},
    "area": {"m2": 1.0, "m²": 1.0, "ha": 1e4, "km2": 1e6, "km²": 1e6},
    "duration": {
        "ms": 1.0,
        "s": MS_PER_SECOND,
        "min": MS_PER_MINUTE,
        "h": MS_PER_HOUR,
        "d": MS_PER_DAY,
        "wk": MS_PER_WEEK,
    },
    "mass": {"kg": 1.0, "t": 1e3},
    "speed": {"m/s": 1.0, "km/h": 1 / 3.6, "km/d": 1 / 86.4},
    "share": {"%": 0.01},
    "boxes a year": {"boxes/yr": 1.0, "boxes/d": 365.0},
    "power": {"kW": 1.0, "MW": 1e3},
    "fuel use": {"l/h": 1.0},
    "cost": {"KZT/h": 1.0},
    "electricity price": {"KZT/kWh": 1.0},
    "fuel price": {"KZT/l": 1.0},
    "electricity emission": {"kg/kWh": 1.0, "g/kWh": 1e-3},
    "fuel emission": {"kg/l": 1.0},
    "angle": {"deg": 1.0},
    "trains a day": {"trains/d": 1.0, "trains/wk": 1 / 7},
    "price a train-km": {"USD2025/train-km": 1.0},
    "price a TEU-km": {"USD2025/TEU-km": 1.0},
    "price a box": {"USD2025/box": 1.0},
    "price a box-day": {"USD2025/box-d": 1.0},
    "price a tonne": {"USD2025/t": 1.0},
    "transport emission": {"g/tkm": 1.0},
}
"""Dimension → unit → factor to the unit inside."""

EXAMPLES: Final = {
    "length": "750 m",
    "area": "12 ha",
    "duration": "55 min",
    "mass": "41 t",
    "speed": "15 km/h",
    "share": "20 %",
    "boxes a year": "5300 boxes/yr",
    "power": "150 kW",
    "fuel use": "18 l/h",
    "cost": "5000 KZT/h",
    "electricity price": "29 KZT/kWh",
    "fuel price": "320 KZT/l",
    "electricity emission": "0.8 kg/kWh",
    "fuel emission": "3.2 kg/l",
    "angle": "53.23 deg",
    "trains a day": "14 trains/d",
    "price a train-km": "22 USD2025/train-km",
    "price a TEU-km": "0.12 USD2025/TEU-km",
    "price a box": "329 USD2025/box",
    "price a box-day": "20 USD2025/box-d",
    "price a tonne": "50 USD2025/t",
    "transport emission": "20.5 g/tkm",
}

_MOST: Final = {
    "length": 1e8,
    "area": 1e10,
    "duration": 10 * 366.0 * MS_PER_DAY,
    "mass": 1e6,
    "speed": 100.0,
    "boxes a year": 1e8,
    "power": 1e5,
    "fuel use": 1e4,
    "cost": 1e9,
    "electricity price": 1e6,
    "fuel price": 1e6,
    "electricity emission": 100.0,
    "fuel emission": 100.0,
    "angle": 180.0,
    "trains a day": 1e3,
    "price a train-km": 1e4,
    "price a TEU-km": 1e3,
    "price a box": 1e6,
    "price a box-day": 1e5,
    "price a tonne": 1e5,
    "transport emission": 1e3,
}
"""Far beyond any terminal: a larger number is a slip, and would not fit the arrays."""

_SCALES: Final = {"": 1.0, "thousand": 1e3, "mln": 1e6, "bn": 1e9}
_QUANTITY = re.compile(
    r"(?P<number>[-+−]?(?:[0-9]{1,3}(?:[ _\u00a0\u202f][0-9]{3})+|[0-9]+)?"
    r"(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)"
    r"\s*(?P<scale>thousand|mln|bn)?(?![0-9.,])\s*(?P<unit>(?:[^\W\d_]|%)[^\n]*)?"
)
_MOST_LETTERS: Final = 100
"""A longer text is no quantity: it is not even looked at."""


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


def dimension_of(unit: str) -> str | None:
    """The dimension of a unit, or None when the unit is unknown."""
    return next((name for name, units in _UNITS.items() if unit in units), None)


def units_of(dimension: str) -> tuple[str, ...]:
    """The units in which a dimension may be written.

    Examples
    --------
    >>> units_of("mass")
    ('kg', 't')
    """
    return tuple(_UNITS[dimension])


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
    return value if dimension is None else value * _UNITS[dimension][unit]


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
    if value < 0:
        raise _wrong("quantity_negative", dimension)
    if dimension == "share" and value > 1:
        raise _wrong("quantity_share", dimension)
    if value > _MOST.get(dimension, 1.0):
        raise _wrong("quantity_large", dimension)
    return value


def _written(dimension: str, text: str) -> float:
    split = split_quantity(text)
    if split is None:
        raise _wrong("quantity_text", dimension)
    value, unit = split
    if unit not in _UNITS[dimension]:
        raise _wrong("quantity_unit" if unit else "quantity_no_unit", dimension)
    return value * _UNITS[dimension][unit]


def _plain(number: float) -> float:
    """A number as it is; a whole number too long for a float is infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _wrong(kind: str, dimension: str) -> PydanticCustomError:
    return PydanticCustomError(
        kind,
        "{dimension}",
        {
            "dimension": dimension,
            "units": ", ".join(_UNITS[dimension]),
            "example": EXAMPLES[dimension],
            "most": _most_written(dimension),
        },
    )


def _most_written(dimension: str) -> str:
    """The largest value of a dimension, in the unit that people would say it in."""
    if dimension not in _MOST:
        return "100 %"
    unit = EXAMPLES[dimension].partition(" ")[2]
    return f"{_MOST[dimension] / _UNITS[dimension][unit]:.0f} {unit}"


def _parser(dimension: str) -> BeforeValidator:
    def parse(data: object) -> float:
        return _parse(dimension, data)

    return BeforeValidator(parse)


def _whole_parser(dimension: str) -> BeforeValidator:
    def parse(data: object) -> int:
        return round(_parse(dimension, data))

    return BeforeValidator(parse)


LengthM = Annotated[float, _parser("length"), Field(json_schema_extra={"dimension": "length"})]
AreaM2 = Annotated[float, _parser("area"), Field(json_schema_extra={"dimension": "area"})]
SpeedMPerS = Annotated[float, _parser("speed"), Field(json_schema_extra={"dimension": "speed"})]
Share = Annotated[float, _parser("share"), Field(json_schema_extra={"dimension": "share"})]
BoxesPerYear = Annotated[
    float, _parser("boxes a year"), Field(json_schema_extra={"dimension": "boxes a year"})
]
DurationMs = Annotated[
    int, _whole_parser("duration"), Field(json_schema_extra={"dimension": "duration"})
]
PowerKw = Annotated[float, _parser("power"), Field(json_schema_extra={"dimension": "power"})]
FuelLPerH = Annotated[
    float, _parser("fuel use"), Field(json_schema_extra={"dimension": "fuel use"})
]
MoneyKztPerH = Annotated[float, _parser("cost"), Field(json_schema_extra={"dimension": "cost"})]
PriceKztPerKwh = Annotated[
    float, _parser("electricity price"), Field(json_schema_extra={"dimension": "electricity price"})
]
PriceKztPerL = Annotated[
    float, _parser("fuel price"), Field(json_schema_extra={"dimension": "fuel price"})
]
EmissionKgPerKwh = Annotated[
    float,
    _parser("electricity emission"),
    Field(json_schema_extra={"dimension": "electricity emission"}),
]
EmissionKgPerL = Annotated[
    float, _parser("fuel emission"), Field(json_schema_extra={"dimension": "fuel emission"})
]
AngleDeg = Annotated[float, _parser("angle"), Field(json_schema_extra={"dimension": "angle"})]
TrainsPerDay = Annotated[
    float, _parser("trains a day"), Field(json_schema_extra={"dimension": "trains a day"})
]
PriceUsdPerTrainKm = Annotated[
    float, _parser("price a train-km"), Field(json_schema_extra={"dimension": "price a train-km"})
]
PriceUsdPerTeuKm = Annotated[
    float, _parser("price a TEU-km"), Field(json_schema_extra={"dimension": "price a TEU-km"})
]
PriceUsdPerBox = Annotated[
    float, _parser("price a box"), Field(json_schema_extra={"dimension": "price a box"})
]
PriceUsdPerBoxDay = Annotated[
    float, _parser("price a box-day"), Field(json_schema_extra={"dimension": "price a box-day"})
]
PriceUsdPerT = Annotated[
    float, _parser("price a tonne"), Field(json_schema_extra={"dimension": "price a tonne"})
]
EmissionGPerTkm = Annotated[
    float,
    _parser("transport emission"),
    Field(json_schema_extra={"dimension": "transport emission"}),
]
MassKg = Annotated[int, _whole_parser("mass"), Field(json_schema_extra={"dimension": "mass"})]
Count = Annotated[int, Field(strict=True)]

_SUFFIXES = (
    "_usd2025_per_train_km",
    "_usd2025_per_teu_km",
    "_usd2025_per_box_d",
    "_usd2025_per_box",
    "_usd2025_per_t",
    "_trains_per_d",
    "_boxes_per_yr",
    "_g_per_tkm",
    "_deg",
    "_kzt_per_kwh",
    "_kzt_per_h",
    "_kzt_per_l",
    "_kg_per_kwh",
    "_kg_per_l",
    "_l_per_h",
    "_m_per_s",
    "_kw",
    "_ms",
    "_m2",
    "_kg",
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
