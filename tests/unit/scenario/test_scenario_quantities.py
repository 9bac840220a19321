"""Quantities are read as people write them, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from keruen.scenario.quantities import (
    EXAMPLES,
    AngleDeg,
    AreaM2,
    BoxesPerYear,
    Count,
    DurationMs,
    EmissionGPerTkm,
    EmissionKgPerKwh,
    EmissionKgPerL,
    FuelLPerH,
    LengthM,
    MassKg,
    MoneyKztPerH,
    PowerKw,
    PriceKztPerKwh,
    PriceKztPerL,
    PriceUsdPerBox,
    PriceUsdPerBoxDay,
    PriceUsdPerT,
    PriceUsdPerTeuKm,
    PriceUsdPerTrainKm,
    Share,
    SpeedMPerS,
    TemperatureC,
    TrainsPerDay,
    YearsSpan,
    plain_number,
    split_quantity,
    without_unit,
)

READ: list[tuple[Any, object, float]] = [
    (LengthM, "750 m", 750.0),
    (LengthM, "1 050 m", 1050.0),
    (LengthM, "1\u00a0050 m", 1050.0),
    (LengthM, "6280 km", 6_280_000.0),
    (LengthM, "14.62 m", 14.62),
    (LengthM, "20 cm", 0.2),
    (AreaM2, "12 ha", 120_000.0),
    (AreaM2, "30000 m2", 30_000.0),
    (DurationMs, "55 min", 55 * 60_000),
    (DurationMs, "28 d", 28 * 86_400_000),
    (DurationMs, "1.5 h", 5_400_000),
    (DurationMs, "4 wk", 28 * 86_400_000),
    (DurationMs, 0, 0),
    (MassKg, "41 t", 41_000),
    (MassKg, "2250 kg", 2_250),
    (SpeedMPerS, "36 km/h", 10.0),
    (Share, "20 %", 0.2),
    (Share, "20%", 0.2),
    (Share, 0.2, 0.2),
    (Share, 1, 1.0),
    (BoxesPerYear, "5300 boxes/yr", 5300.0),
    (BoxesPerYear, "2 boxes/d", 730.0),
    (BoxesPerYear, "400 thousand boxes/yr", 400_000.0),
]


@pytest.mark.parametrize(("kind", "text", "value"), READ)
def test_a_quantity_is_read_into_inside_units(kind: Any, text: object, value: float) -> None:
    """A number with a unit becomes the same amount in SI units, times in whole milliseconds."""
    found = TypeAdapter(kind).validate_python(text)
    assert found == pytest.approx(value, rel=1e-12)
    assert isinstance(found, type(value))


REFUSED: list[tuple[Any, object, str]] = [
    (LengthM, "750", "quantity_no_unit"),
    (LengthM, 750, "quantity_no_unit"),
    (LengthM, "750 kg", "quantity_unit"),
    (LengthM, "750 M", "quantity_unit"),
    (MoneyKztPerH, "5000 KZT/h", "quantity_price_year"),
    (MoneyKztPerH, "5000 KZT2024/h", "quantity_unit"),
    (MoneyKztPerH, "5000", "quantity_no_unit"),
    (PriceKztPerL, "300 KZT/l", "quantity_price_year"),
    (LengthM, "-5 m", "quantity_negative"),
    (LengthM, "−5 m", "quantity_negative"),
    (LengthM, "1,050 m", "quantity_text"),
    (LengthM, "3 4 m", "quantity_text"),
    (LengthM, "10 50 m", "quantity_text"),
    (LengthM, "long", "quantity_text"),
    (LengthM, "", "quantity_text"),
    (LengthM, "m", "quantity_text"),
    (LengthM, "1" * 101 + " m", "quantity_text"),
    (LengthM, True, "quantity_type"),
    (LengthM, [], "quantity_type"),
    (LengthM, None, "quantity_type"),
    (LengthM, "1e999 m", "quantity_finite"),
    (LengthM, "1e9 m", "quantity_large"),
    (MassKg, "1e7 kg", "quantity_large"),
    (DurationMs, "12 yr", "quantity_unit"),
    (DurationMs, "4000 d", "quantity_large"),
    (Share, "120 %", "quantity_share"),
    (Share, 1.2, "quantity_share"),
    (Share, -0.1, "quantity_negative"),
    (Share, float("nan"), "quantity_finite"),
    (Share, 10**400, "quantity_finite"),
    (Share, "0.2", "quantity_no_unit"),
    (BoxesPerYear, 5300, "quantity_no_unit"),
    (BoxesPerYear, "5300 t/yr", "quantity_unit"),
    (Count, "5", "int_type"),
    (Count, 5.0, "int_type"),
]


@pytest.mark.parametrize(("kind", "text", "problem"), REFUSED)
def test_what_is_no_such_quantity_is_refused(kind: Any, text: object, problem: str) -> None:
    """A missing or wrong unit, a sign, a comma, infinity: each has its own problem."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(text)
    assert [error["type"] for error in caught.value.errors()] == [problem]


def test_every_example_can_be_read() -> None:
    """The example that a problem shows is a good quantity of its dimension."""
    kinds = {
        "length": LengthM,
        "area": AreaM2,
        "duration": DurationMs,
        "mass": MassKg,
        "speed": SpeedMPerS,
        "share": Share,
        "boxes a year": BoxesPerYear,
        "power": PowerKw,
        "fuel use": FuelLPerH,
        "cost": MoneyKztPerH,
        "electricity price": PriceKztPerKwh,
        "fuel price": PriceKztPerL,
        "electricity emission": EmissionKgPerKwh,
        "fuel emission": EmissionKgPerL,
        "temperature": TemperatureC,
        "angle": AngleDeg,
        "trains a day": TrainsPerDay,
        "price a train-km": PriceUsdPerTrainKm,
        "price a TEU-km": PriceUsdPerTeuKm,
        "price a box": PriceUsdPerBox,
        "price a box-day": PriceUsdPerBoxDay,
        "price a tonne": PriceUsdPerT,
        "transport emission": EmissionGPerTkm,
        "years": YearsSpan,
    }
    assert kinds.keys() == EXAMPLES.keys()
    for dimension, kind in kinds.items():
        assert TypeAdapter(kind).validate_python(EXAMPLES[dimension])


def test_only_a_temperature_may_be_below_zero() -> None:
    """Frozen goods travel at −18 °C; a hundred degrees of either sign are the most."""
    assert TypeAdapter(TemperatureC).validate_python("-18 degC") == -18
    for said, kind in (("-101 degC", TemperatureC), ("-1 m", LengthM)):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(said)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("64 bn KZT", (64e9, "KZT")),
        ("11 Mt/yr", (11.0, "Mt/yr")),
        ("310500 t/yr", (310_500.0, "t/yr")),
        ("500 jobs", (500.0, "jobs")),
        ("42", (42.0, "")),
        ("end of 2027", None),
        ("2027-12", None),
        ("2026-12/2027-03", None),
        ("", None),
        ("%", None),
    ],
)
def test_a_claimed_figure_is_split(text: str, found: tuple[float, str] | None) -> None:
    """Any unit may stand in a claim; a date or a word is no figure."""
    assert split_quantity(text) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [("2 h", (7_200_000.0, "duration")), (7, (7.0, "")), (True, None), ([], None), ("x", None)],
)
def test_values_compare_in_inside_units(value: object, found: tuple[float, str] | None) -> None:
    """A range is compared in inside units, by dimension."""
    assert plain_number(value) == found


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("wagon_length_m", "wagon_length"),
        ("speed_m_per_s", "speed"),
        ("truck_turn_time_p90_ms", "truck_turn_time_p90"),
        ("net_load_20_kg", "net_load_20"),
        ("site_area_m2", "site_area"),
        ("kind", "kind"),
        ("n_rows", "n_rows"),
    ],
)
def test_a_key_is_its_attribute_without_the_unit(name: str, key: str) -> None:
    """A TOML key has no unit: the value carries it."""
    assert without_unit(name) == key
