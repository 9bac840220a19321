"""What must hold between the tables of a scenario, beyond what one table says of itself.

The rules for goods and trains are in `check_goods`, those for the dry port in `check_terminal`,
`check_processes`, `check_landside` and `check_initial_yard`, those for the railway in
`check_network`, those for its planned week in `check_week`, those for claims in `check_claims`;
here are the laws, the calendar and the customs channels.
Every rule is silent on tables that were left out because they are wrong themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from statistics import NormalDist
from typing import Final

from pydantic import BaseModel

from keruen.scenario.check_claims import check_claims
from keruen.scenario.check_goods import check_goods
from keruen.scenario.check_initial_yard import check_standing
from keruen.scenario.check_landside import check_landside
from keruen.scenario.check_levers import check_levers
from keruen.scenario.check_network import check_network
from keruen.scenario.check_processes import check_processes
from keruen.scenario.check_terminal import check_terminal
from keruen.scenario.check_week import check_week
from keruen.scenario.models import Scenario
from keruen.scenario.reading import ScenarioReading
from keruen.scenario.value_types import DurationLaw
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY, MS_PER_HOUR

MOST_DRAWN_MS: Final = 2**38 - 1
"""Quantile tables multiply by 2**24 in 64 bits: no single drawn duration of 8.7 years or more."""

_LAST_QUANTILE: Final = NormalDist().inv_cdf(1 - 1 / 2048)
_NINTH_DECILE: Final = NormalDist().inv_cdf(0.9)
"""Standard normal quantiles: where quantile tables are cut, and where `p90` lies."""

_LAW_PARAMETERS: Final = {
    "fixed": ("value_ms",),
    "exponential": ("mean_ms",),
    "triangular": ("least_ms", "mode_ms", "most_ms"),
    "lognormal": ("median_ms", "p90_ms"),
}


def check(reading: ScenarioReading, scenario: Scenario) -> None:
    """Note every broken rule in `reading`."""
    _check_laws(reading, scenario, "")
    _check_calendar(reading, scenario)
    customs = scenario.customs
    total = customs.yellow_share + customs.red_share
    if total > 1 and reading.is_whole("customs"):
        reading.complain_at("customs", "shares_above_one", total=round(total, 6))
    check_goods(reading, scenario)
    check_terminal(reading, scenario)
    check_processes(reading, scenario)
    check_landside(reading, scenario)
    check_standing(reading, scenario)
    check_network(reading, scenario)
    check_week(reading, scenario)
    check_levers(reading, scenario)
    check_claims(reading, scenario)


def _check_calendar(reading: ScenarioReading, scenario: Scenario) -> None:
    if not reading.is_whole("calendar"):
        return
    calendar = scenario.calendar
    if calendar.warm_up_ms % MS_PER_DAY:
        reading.complain_at("calendar.warm_up", "not_whole_days")
    if calendar.utc_offset_ms > 14 * MS_PER_HOUR:
        reading.complain_at(
            "calendar.utc_offset",
            "too_large",
            value=f"{calendar.utc_offset_ms / MS_PER_HOUR:g} h",
            bound="14 h",
        )
    for key, service in sorted(scenario.services.items()):
        if service.first_arrival_ms >= DAYS_PER_WEEK * MS_PER_DAY:
            reading.complain_at(
                f"services.{key}.first_arrival",
                "not_below",
                value=f"{service.first_arrival_ms / MS_PER_DAY:g} d",
                bound="7 d",
            )


def _check_laws(reading: ScenarioReading, node: object, path: str) -> None:
    """Each law has exactly its parameters, in order and not too long."""
    if isinstance(node, DurationLaw):
        if not reading.is_left_out(path):
            _check_law(reading, node, path)
    elif isinstance(node, Mapping):
        for key in sorted(node):
            _check_laws(reading, node[key], f"{path}.{key}" if path else str(key))
    elif isinstance(node, BaseModel):
        for name, field in type(node).model_fields.items():
            if not field.exclude:
                key = field.alias or name
                _check_laws(reading, getattr(node, name), f"{path}.{key}" if path else key)


def _check_law(reading: ScenarioReading, law: DurationLaw, path: str) -> None:
    needed = _LAW_PARAMETERS[law.law]
    names = [name for name in DurationLaw.model_fields if name != "law"]
    given = [name for name in names if getattr(law, name) is not None]
    place = reading.place(path)
    if sorted(given) != sorted(needed):
        reading.complain(
            "law_parameters",
            place=place,
            law=law.law,
            needed=_keys(needed),
            found=_keys(given) or "-",
        )
        return
    values = [getattr(law, name) for name in needed]
    if values != sorted(values) or (law.law == "lognormal" and values[0] in (0, values[1])):
        signs = " < " if law.law == "lognormal" else " ≤ "
        reading.complain("law_order", place=place, needed=signs.join(map(_key, needed)))
    elif (longest_ms := _longest_ms(law.law, values)) > MOST_DRAWN_MS:
        reading.complain("law_too_long", place=place, longest=longest_ms, most=MOST_DRAWN_MS)


def _longest_ms(law: str, values: list[int]) -> float:
    """An upper bound of the last entry of the law's quantile table (`draws`), ms.

    A table is cut at probability 1 − 1/2048, and its last entry is moved so that the mean is right:
    down for usual spreads, up for a `sigma` above 2.
    """
    if law == "exponential":
        return values[0] * math.log(2048)
    if law == "lognormal":
        sigma = math.log(values[1] / values[0]) / _NINTH_DECILE
        return values[0] * 1.02 * math.exp(sigma * _LAST_QUANTILE + max(0.0, sigma - 2))
    return values[-1]


def _key(name: str) -> str:
    return name.removesuffix("_ms")


def _keys(names: Iterable[str]) -> str:
    return ", ".join(map(_key, names))
