"""Figures are exact, have their range and their unit, and are compared only when they compare."""

from __future__ import annotations

from decimal import Decimal

import pytest

from keruen.domain.joint import Claim, Interval, Quantity, Source
from keruen.register.record import figures
from made_up_logs import project


def quantity(**more: object) -> Quantity:
    return Quantity(**{"unit": "job", **more})  # type: ignore[arg-type]


def claim(value: str, unit: str, where: str = "KH-0001", **more: object) -> Claim:
    figure = Quantity(**{"value": value, "unit": unit, **more})  # type: ignore[arg-type]
    return Claim(id=unit, project=where, field=unit, quantity=figure, source=Source(document="x"))


@pytest.mark.parametrize(
    ("figure", "low", "high"),
    [
        (quantity(value="5"), "5", "5"),
        (quantity(low="1", high="9"), "1", "9"),
        (quantity(value="5", low="1", high="9"), "1", "9"),
        (quantity(value="5", high="9"), "5", "9"),
        (quantity(low="1"), "1", None),
        (quantity(high="9"), None, "9"),
    ],
)
def test_range(figure: Quantity, low: str | None, high: str | None) -> None:
    """A bound alone leaves the other end open; one missing beside a value is the value."""
    ends = tuple(None if end is None else Decimal(end) for end in (low, high))
    assert figures.span(figure) == ends


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (quantity(value="500"), quantity(value="50"), "apart"),
        (quantity(value="0.1"), quantity(value="0.10"), "meet"),
        (quantity(value="0.3"), quantity(value="0.30000000000000004"), "apart"),
        (quantity(low="11"), quantity(value="12"), "meet"),
        (quantity(low="11"), quantity(value="10"), "apart"),
        (quantity(low="1", high="5"), quantity(low="5", high="9"), "meet"),
        (quantity(value="5"), Quantity(value="5", unit="ha"), "not_comparable"),
        (
            Quantity(value="5", unit="KZT", currency="KZT", price_year=2023),
            Quantity(value="5", unit="KZT", currency="KZT", price_year=2025),
            "not_comparable",
        ),
    ],
)
def test_meeting(one: Quantity, other: Quantity, said: str) -> None:
    """Two figures meet when some value lies in both ranges, both ways round, to the last digit."""
    assert figures.meet(one, other) == said
    assert figures.meet(other, one) == said


def test_eleven_million_tonnes_in_400_000_boxes_are_noticed() -> None:
    """27.5 t in every box is more than a 40-foot box carries, and less than a 20-foot one can."""
    ((key, said),) = figures.checks([claim("11000000", "t/yr"), claim("400000", "container/yr")])
    assert key == "joint.check_box_full"
    assert said == {
        "project": "KH-0001",
        "above": 11_000_000,
        "below": 400_000,
        "ratio": 27.5,
        "limit": 26.5,
    }


def test_more_than_any_box_carries_is_said_once() -> None:
    """Above the limit of any box only the stricter rule speaks."""
    ((key, said),) = figures.checks([claim("12000000", "t/yr"), claim("400000", "container/yr")])
    assert (key, said["ratio"]) == ("joint.check_box_overfull", 30.0)


def test_plausible_or_unrelated_figures_are_not_noticed() -> None:
    """A load that boxes carry, an open range, and figures of two projects raise nothing."""
    boxes = claim("400000", "container/yr")
    assert figures.checks([claim("8000000", "t/yr"), boxes]) == ()
    assert figures.checks([claim("12000000", "t/yr", "KH-0002"), boxes]) == ()
    assert figures.checks([claim("12000000", "t/yr"), claim("0", "container/yr")]) == ()


@pytest.mark.parametrize(
    ("budget", "key", "place"),
    [
        (Quantity(unit="KZT"), "problem.figure_none", "core: budget"),
        (Quantity(value="1e3", unit="KZT"), "problem.figure_decimal", "core: budget.value"),
        (Quantity(value="1,5", unit="KZT"), "problem.figure_decimal", "core: budget.value"),
        (Quantity(value="NaN", unit="KZT"), "problem.figure_decimal", "core: budget.value"),
        (Quantity(low="9", high="1", unit="KZT"), "problem.figure_order", "core: budget"),
        (Quantity(value="1", unit=" "), "problem.figure_unit", "core: budget"),
    ],
)
def test_what_is_no_figure_is_named(budget: Quantity, key: str, place: str) -> None:
    """Whatever is wrong with a figure inside a record is one problem with its place."""
    (problem,) = figures.problems(project(budget=budget), "core")
    assert (problem.key, problem.parameters["place"]) == (key, place)


@pytest.mark.parametrize(
    ("interval", "key"),
    [
        (Interval(first="2027-02-30", last="2027-12-31"), "problem.figure_day"),
        (Interval(first="2027", last="2027-12-31"), "problem.figure_day"),
        (Interval(first="2027-12-31", last="2027-01-01"), "problem.figure_interval"),
    ],
)
def test_what_is_no_interval_is_named(interval: Interval, key: str) -> None:
    """A day that the calendar does not know, and an end before the beginning, are problems."""
    (problem,) = figures.problems(project(baseline={"completion": interval}), "core")
    assert problem.key == key
    assert str(problem.parameters["place"]).startswith("core: baseline.completion")


def test_days_are_counted_without_falling_over_nonsense() -> None:
    """Days between two days; nothing between words that are no days."""
    assert figures.days_between("2026-02-27", "2026-03-01T23:59:59Z") == 2
    assert figures.days_between("soon", "2026-03-01") == 0
