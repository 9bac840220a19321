"""A scenario whose container trains are those of its planned week.

Knows how a week becomes services of the dry port; knows no solver. They live in the scenario of a
`PlannedWorld`, in the place of those that were read (decision 0009).
"""

from __future__ import annotations

from typing import Final

from keruen.corridor.network.lines import dry_port_of
from keruen.corridor.network.ways import ways_from
from keruen.scenario.models import Flow, Scenario, Service
from keruen.scenario.network import Network
from keruen.scenario.value_types import DurationLaw
from keruen.scenario.week import Route, Week
from keruen.scenario.world import network_of
from keruen.units import MS_PER_DAY

_M_PER_KM: Final = 1000


def with_week(scenario: Scenario, week: Week) -> Scenario:
    """The scenario with a planned week; its services and those of its flows follow from it.

    Parameters
    ----------
    scenario : with a network.
    week : trains and routes.

    Returns
    -------
    Scenario: one service for each line of the dry port, by the key of its far end. Wagons and
    layover are those of the given service through the same border, else of the first one. Late
    trains leave by the paths of the section that the dry port stands on.
    """
    network = network_of(scenario).model_copy(update={"week": week})
    services = dict(sorted(_services(scenario, network, week)))
    flows = {
        key: _on_its_service(key, flow, network, week, min(services))
        for key, flow in scenario.flows.items()
    }
    return scenario.model_copy(
        update={
            "network": network,
            "services": services,
            "flows": flows,
            "terminal": _with_paths(scenario, network),
        }
    )


def _services(scenario: Scenario, network: Network, week: Week) -> list[tuple[str, Service]]:
    port = dry_port_of(network)
    ways = ways_from(network, port, network.stations[port].gauge)
    n_feu = max(border.n_feu_1520 for border in network.borders.values())
    found = []
    for _, train in sorted(week.trains.items()):
        if port not in (train.start, train.end):
            continue
        far = train.start if train.end == port else train.end
        borders = [b for _, b in sorted(network.borders.items()) if b.kazakh_station == far]
        border = borders[0] if borders else None
        place = network.stations[far].title
        like = _alike(scenario, place.en if border else "")
        mean_ms = round(ways[far].days * MS_PER_DAY)
        found.append(
            (
                far,
                like.model_copy(
                    update={
                        "title": border.title if border else place,
                        "partner": place,
                        "border": place.en if border else "",
                        "distance_m": ways[far].length_km * _M_PER_KM,
                        "trains_per_week": train.trains_per_week,
                        "first_arrival_ms": 0,
                        "n_wagons": border.n_feu_1520 if border else n_feu,
                        "transit_time": DurationLaw.model_validate(f"{mean_ms} ms"),
                        "delay": DurationLaw.model_validate("0 ms"),
                    }
                ),
            )
        )
    return found


def _alike(scenario: Scenario, border: str) -> Service:
    """The given service through a border, else the first one."""
    ordered = [service for _, service in sorted(scenario.services.items())]
    same = [s for s in ordered if border and s.border.casefold() == border.casefold()]
    return (same or ordered)[0]


def _on_its_service(key: str, flow: Flow, network: Network, week: Week, first: str) -> Flow:
    """The flow on the services that most of its boxes take."""
    port = dry_port_of(network)
    inward: dict[str, float] = {}
    outward: dict[str, float] = {}
    for _, route in sorted(week.routes.items()):
        if route.flow != key:
            continue
        before, after = beside(route, port)
        if before:
            inward[before] = inward.get(before, 0.0) + route.share
        if after:
            outward[after] = outward.get(after, 0.0) + route.share
    into = max(sorted(inward), key=inward.__getitem__, default=first)
    out_of = max(sorted(outward), key=outward.__getitem__, default=first)
    if flow.kind == "transit":
        return flow.model_copy(update={"service": into, "onward_service": out_of})
    return flow.model_copy(update={"service": out_of if flow.kind == "export" else into})


def beside(route: Route, port: str) -> tuple[str, str]:
    """The stations before and after the dry port on a route; empty where it begins or ends."""
    at = route.stations.index(port)
    before = route.stations[at - 1] if at > 0 else ""
    after = route.stations[at + 1] if at + 1 < len(route.stations) else ""
    return before, after


def _with_paths(scenario: Scenario, network: Network) -> object:
    """The terminal, with the paths of the one section that ends at it, if there is but one."""
    port = dry_port_of(network)
    own = [s for _, s in sorted(network.sections.items()) if port in (s.start, s.end)]
    if len(own) != 1:
        return scenario.terminal
    (section,) = own
    taken = section.other_traffic.mean_trains_per_d / section.capacity_trains_per_d
    shunting = scenario.terminal.shunting.model_copy(
        update={
            "path_interval_ms": int(MS_PER_DAY / section.capacity_trains_per_d),
            "path_taken_share": min(taken, 1.0),
        }
    )
    return scenario.terminal.model_copy(update={"shunting": shunting})
