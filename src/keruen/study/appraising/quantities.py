"""What a year of the corridor carries and costs, as plain numbers by name: cheap, or from a run.

Knows the relaxation of the week and the measures of a run; knows no project and no money but the
dollars of the scenario. Names are words joined by `|`, so that a year is kept like the measures of
an experiment:

- ``flow|KEY|KIND|west|boxes``, ``…|carried``, ``…|own_usd``: boxes a year of a flow and
  direction, and what carriage and time of the carried ones cost;
- ``KIND|usd|PRICE``, ``KIND|time``, ``KIND|co2e``: of all boxes of a kind (import, export, transit,
  empty) what is paid by a price, what their days are worth, and tonnes of CO2e, a year;
- ``KIND|tonnes``, ``KIND|tkm``; ``hours|p50``, ``hours|p90``;
- ``limit|KEY|most``, ``limit|KEY|usd``: shared limits, and what a unit more would save a week.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from importlib.metadata import version

import numpy as np

from keruen import demand
from keruen.appraisal.emissions import TransportElement, co2e_t
from keruen.scenario import Scenario
from keruen.scenario.read import digest_of
from keruen.scenario.world import network_of
from keruen.store import platform_name
from keruen.store.runs.provenance import code_digest
from keruen.study.plan import year_of
from keruen.units import DAYS_PER_WEEK, DAYS_PER_YEAR, MS_PER_HOUR

Quantities = Mapping[str, float]

_WEEKS: float = DAYS_PER_YEAR / DAYS_PER_WEEK
_HOURS_PER_DAY = 24.0
_GRAMS_PER_T = 1e6


def key_of(scenario: Scenario) -> str:
    """A digest of everything that the relaxation of a scenario depends on."""
    words = [
        "carriage",
        digest_of(scenario),
        scenario.scenario.seed,
        code_digest(),
        version("highspy"),
        platform_name(),
    ]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def relaxed(scenario: Scenario) -> Quantities:
    """A year by the relaxation of its week: half a second, and no luck in it."""
    from keruen.corridor.plan.carriage import carriage_of  # noqa: PLC0415 - loads the solver
    from keruen.corridor.plan.week_problem import week_of  # noqa: PLC0415 - loads the solver

    network = network_of(scenario)
    bookings = demand.generate(year_of(scenario), scenario.scenario.seed).bookings
    week = carriage_of(network, week_of(year_of(scenario), network, bookings))
    sums: dict[str, list[float]] = {}

    def add(name: str, amount: float) -> None:
        sums.setdefault(name, []).append(amount * _WEEKS)

    for stream in week.streams:
        kind = scenario.flows[stream.flow].kind
        place = f"flow|{stream.flow}|{kind}|{'east' if stream.is_to_china else 'west'}"
        add(f"{place}|boxes", stream.boxes)
        add(f"{place}|carried", stream.carried)
        add(f"{place}|days_usd", stream.boxes * stream.usd2025_per_box_d)
        time_usd = stream.box_days * stream.usd2025_per_box_d
        add(f"{place}|own_usd", math.fsum((*stream.usd2025.values(), time_usd)))
        for price, usd in stream.usd2025.items():
            add(f"{kind}|usd|{price}", usd)
        add(f"{kind}|time", stream.box_days * stream.usd2025_per_box_d)
        add(f"{kind}|tonnes", stream.tonnes)
        add(f"{kind}|tkm", stream.tonne_km)
        add(f"{kind}|co2e", _co2e(stream.tonne_km, stream.co2e_t))
    found = {name: math.fsum(amounts) for name, amounts in sorted(sums.items())}
    for limit in week.limits:
        found[f"limit|{limit.key}|most"] = limit.most
        found[f"limit|{limit.key}|usd"] = limit.usd2025_per_unit
    journeys = sorted(journey for stream in week.streams for journey in stream.journeys)
    for name, share in (("p50", 0.5), ("p90", 0.9)):
        found[f"hours|{name}"] = _quantile(journeys, share) * _HOURS_PER_DAY
    return found


def _co2e(tonne_km: float, grams_t: float) -> float:
    """By transport activity and mean intensity, as ISO 14083 tells a transport chain element."""
    if tonne_km <= 0:
        return 0.0
    intensity = grams_t * _GRAMS_PER_T / tonne_km
    chain = [
        TransportElement(
            key="rail", mass_t=tonne_km, distance_km=1.0, intensity_g_per_tkm=intensity
        )
    ]
    return co2e_t(chain)


def _quantile(journeys: list[tuple[float, float]], share: float) -> float:
    """Days within which a share of the boxes travel; journeys ascending."""
    if not journeys:
        return 0.0
    reached = np.cumsum([boxes for _, boxes in journeys])
    place = int(np.searchsorted(reached, share * reached[-1]))
    return journeys[min(place, len(journeys) - 1)][0]


def of_run(relaxation: Quantities, measures: Mapping[str, float]) -> Quantities:
    """A year by a run of the twin, told by the names of the relaxation.

    A run measures sums over all boxes; by flow, kind and price they are told apart as in the
    relaxation of the same scenario. Its boxes are those of the relaxation, so that quantities stay
    fixed whatever luck the bookings had. The terminal's own crews and machines are not in it: of a
    project they are its yearly cost, and would count twice.

    Parameters
    ----------
    relaxation : of the same scenario.
    measures : of one replication.
    """
    served = 1.0 - measures["unserved_share"]
    boxes = total_of(relaxation, "boxes")
    carried = boxes * served
    days_usd = total_of(relaxation, "days_usd") / boxes if boxes else 0.0
    days = measures["door_to_door_ms_p50"] / MS_PER_HOUR / _HOURS_PER_DAY
    kg = measures["corridor_co2e_kg_per_box"] + measures["co2e_kg_per_box"]
    usd = carried * measures["corridor_usd2025_per_box"]
    wanted = {"usd": usd, "time": carried * days * days_usd, "co2e": carried * kg / 1000}
    found = dict(relaxation)
    for what, amount in wanted.items():
        names = [name for name in relaxation if name.split("|")[1:2] == [what]]
        whole = math.fsum(relaxation[name] for name in names)
        for name in names:
            found[name] = relaxation[name] * (amount / whole if whole else 0.0)
    for name in relaxation:
        if name.endswith("|own_usd"):
            was = relaxation[name.removesuffix("own_usd") + "carried"]
            now = relaxation[name.removesuffix("own_usd") + "boxes"] * served
            found[name] = relaxation[name] * (now / was if was else 0.0)
        if name.endswith("|carried"):
            found[name] = relaxation[name.removesuffix("carried") + "boxes"] * served
    found["hours|p50"] = measures["door_to_door_ms_p50"] / MS_PER_HOUR
    found["hours|p90"] = measures["door_to_door_ms_p90"] / MS_PER_HOUR
    return found


def total_of(quantities: Quantities, what: str) -> float:
    """The sum over all flows of their ``boxes``, ``carried`` or ``days_usd``."""
    return math.fsum(
        amount
        for name, amount in sorted(quantities.items())
        if name.startswith("flow|") and name.endswith(f"|{what}")
    )
