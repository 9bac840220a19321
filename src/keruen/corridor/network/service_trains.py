"""What a train of each service is: its wagons, length, room and mass limits.

Knows services and wagon types of the scenario; knows no day on which a train runs.
"""

from __future__ import annotations

from keruen.domain import tables
from keruen.domain.tables import Table
from keruen.scenario.models import Scenario, Service

WagonType = tuple[str, int]
"""Key in `wagon_types`, empty where only the TEU of a platform are known, and those TEU."""


def train_of_each(scenario: Scenario) -> Table:
    """One train of each service by key, as if it were to arrive at 0 and leave after the layover.

    Returns
    -------
    Table `train_arrivals`, one row for each service.
    """
    types = wagon_types(scenario)
    trains = tables.empty("train_arrivals", len(scenario.services))
    for index, (_, service) in enumerate(sorted(scenario.services.items())):
        train = trains[index]
        train["service"] = index
        train["departure_ms"] = service.layover_ms
        train["n_wagons"] = service.n_wagons
        train["length_m"] = service.n_wagons * service.wagon_length_m
        train["capacity_teu"] = service.n_wagons * service.teu_per_wagon
        train["wagon_type"] = types.index(_type_of(service))
        train["wagon_limit_kg"], train["load_limit_kg"] = _limits_kg(scenario, service)
    return trains


def wagon_types(scenario: Scenario) -> tuple[WagonType, ...]:
    """The platforms of all services, in the order of the numbers in `train_arrivals.wagon_type`."""
    return tuple(sorted({_type_of(service) for service in scenario.services.values()}))


def load_patterns(scenario: Scenario) -> tuple[tuple[str, ...], ...]:
    """The load patterns of each of `wagon_types`.

    Parameters
    ----------
    scenario : Scenario
        With its types of wagons.

    Returns
    -------
    tuple[tuple[str, ...], ...]
        Wagon type, in the order of its key → its load patterns.

    Examples
    --------
    >>> from keruen.scenario import read
    >>> load_patterns(read("toy"))
    (('20+20', '40'),)
    """
    return tuple(
        scenario.wagon_types[key].patterns if key else _patterns_of_teu(n_teu)
        for key, n_teu in wagon_types(scenario)
    )


def _patterns_of_teu(n_teu: int) -> tuple[str, ...]:
    """All ways to fill a platform of which only the TEU are known."""
    return tuple(
        "+".join(["40"] * n_40 + ["20"] * (n_teu - 2 * n_40)) for n_40 in range(n_teu // 2 + 1)
    )


def _type_of(service: Service) -> WagonType:
    return service.wagon_type or "", service.teu_per_wagon


def _limits_kg(scenario: Scenario, service: Service) -> tuple[int, int]:
    """Greatest mass of the boxes on one platform and on the whole train (0: no limit)."""
    wagon_kg, tare_kg = service.payload_per_wagon_kg, 0
    if service.wagon_type:
        wagon = scenario.wagon_types[service.wagon_type]
        wagon_kg, tare_kg = min(wagon_kg, wagon.load_limit_kg), wagon.tare_kg
    if not service.mass_limit_kg:
        return wagon_kg, 0
    return wagon_kg, max(1, service.mass_limit_kg - service.n_wagons * tare_kg)
