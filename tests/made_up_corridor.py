"""Made-up results of the railway, for the tests of the report: chosen, not simulated.

The tables are those of `domain/fields.toml`, filled by plain arithmetic from a network and a week.
Times of waits, queues and boxes are known to the tests.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from keruen.domain import tables
from keruen.scenario import read
from keruen.scenario.network import Network
from keruen.scenario.week import Route, Week, WeekTrain
from keruen.scenario.world import PlannedWorld
from keruen.study.results import Study
from made_up_studies import DAY, HOUR

SPEED_KM_PER_H = 35.0
LOW_DAYS = 5
"""From day 3 on, so many days have next to no intake at each border."""


def made_up_week() -> Week:
    """Two origins over one border and a third over another, to the dry port and one end."""
    trains = {
        "hefei-alashankou": ("hefei-north", "alashankou", 4),
        "xian-khorgos": ("xian", "khorgos", 3),
        "dostyk-port": ("dostyk", "tobol-dry-port", 9),
        "altynkol-port": ("altynkol", "tobol-dry-port", 3),
        "port-chelyabinsk": ("chelyabinsk", "tobol-dry-port", 2),
    }
    ways = {
        "kits-1": ("car-kits", ("wuhu", "hefei-north", "alashankou", "dostyk", "tobol-dry-port")),
        "kits-2": ("car-kits", ("xian", "khorgos", "altynkol", "tobol-dry-port")),
        "back": ("asbestos", ("tobol-dry-port", "dostyk", "alashankou", "hefei-north")),
        "on": (
            "machinery",
            ("hefei-north", "alashankou", "dostyk", "tobol-dry-port", "chelyabinsk"),
        ),
    }
    return Week(
        trains={
            key: WeekTrain(start=start, end=end, trains_per_week=n)
            for key, (start, end, n) in trains.items()
        },
        routes={
            key: Route(flow=flow, stations=stations, share=0.5)
            for key, (flow, stations) in ways.items()
        },
    )


def packaged_network() -> Network:
    """The network of the packaged scenario."""
    network = read("kostanay-hefei").network
    assert network is not None
    return network


def with_corridor(study: Study, network: Network, week: Week, *, wait_h: int = 6) -> Study:
    """The study as if its trains had run by `week` on `network`.

    Every seventh train waits `wait_h` hours before the third section of its way.
    """
    flows = study.scenario.flows
    known = {key: flows.get(key) or next(iter(flows.values())) for key in _flows(week)}
    described = study.scenario.model_copy(
        update={
            "network": network.model_copy(update={"week": week}),
            "flows": {**flows, **known},
        }
    )
    replications = tuple(
        replace(r, tables={**r.tables, **_tables(described, network, week, r.index, wait_h)})
        for r in study.replications
    )
    return replace(study, world=PlannedWorld.of(described), replications=replications)


def _flows(week: Week) -> list[str]:
    return sorted({route.flow for route in week.routes.values()})


def _tables(
    described: Any, network: Network, week: Week, index: int, wait_h: int
) -> dict[str, Any]:
    trains, passings = _trains(described, network, week, wait_h)
    return {
        "corridor_trains": trains,
        # Kept of the first replication only.
        "train_passings": passings if index == 0 else passings[:0],
        "border_days": _border_days(described, network, week, index),
        "route_boxes": _route_boxes(week),
        "flow_journeys": _journeys(described, week),
    }


def path(network: Network, start: str, end: str) -> list[tuple[str, bool]]:
    """Sections of one gauge from `start` to `end`, and whether each is run forwards."""
    gauge = network.stations[start].gauge
    beside: dict[str, list[tuple[str, str, bool]]] = {}
    for key, section in sorted(network.sections.items()):
        if network.stations[section.start].gauge == gauge:
            beside.setdefault(section.start, []).append((section.end, key, True))
            beside.setdefault(section.end, []).append((section.start, key, False))
    from_start = {start: 0.0}
    before: dict[str, tuple[str, str, bool]] = {}
    todo = [start]
    while todo:  # Bellman and Ford, small
        at = todo.pop(0)
        for other, key, is_forward in beside.get(at, []):
            far = from_start[at] + network.sections[key].length_m
            if far < from_start.get(other, np.inf):
                from_start[other], before[other] = far, (at, key, is_forward)
                todo.append(other)
    way: list[tuple[str, bool]] = []
    while end != start:
        end, key, is_forward = before[end]
        way.append((key, is_forward))
    return way[::-1]


def _trains(described: Any, network: Network, week: Week, wait_h: int) -> tuple[Any, Any]:
    sections = sorted(network.sections)
    end = described.calendar.warm_up_ms + described.calendar.days * DAY
    rows: list[tuple[int, int, int]] = []
    for line, (_, train) in enumerate(sorted(week.trains.items())):
        step = 7 * DAY // train.trains_per_week
        for n, departure in enumerate(range(step // 3, end, step)):
            rows.append((departure, line, 0))
            rows.append((departure + step // 2 + n % 5 * HOUR, line, 1))
    rows.sort()
    trains = tables.empty("corridor_trains", len(rows))
    passed: list[tuple[int, ...]] = []
    week_trains = [train for _, train in sorted(week.trains.items())]
    ways: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for number, (departure, line, is_away) in enumerate(rows):
        train = week_trains[line]
        # Trains end at the dry port, or start there: either way `is_away` is away from it.
        ends = (train.end, train.start) if is_away else (train.start, train.end)
        if "port" in train.start:
            ends = ends[::-1]
        at, waited_in_all = departure, 0
        way = ways.get(ends) or ways.setdefault(ends, path(network, *ends))
        for n, (key, is_forward) in enumerate(way):
            waited = wait_h * HOUR if number % 7 == 3 and n == 2 else 0
            entered = at + waited
            at = entered + round(network.sections[key].length_m / 1000 / SPEED_KM_PER_H * HOUR)
            passed.append((number, sections.index(key), int(is_forward), waited, entered, at))
            waited_in_all += waited
        trains[number] = (line, is_away, departure, departure, at, waited_in_all, 50, 100)
    passings = tables.empty("train_passings", len(passed))
    passings[:] = passed
    return trains, passings


def _border_days(described: Any, network: Network, week: Week, index: int) -> Any:
    days = described.calendar.days
    used = {s for train in week.trains.values() for s in (train.start, train.end)}
    found = []
    for number, (_, border) in enumerate(sorted(network.borders.items())):
        if border.china_station not in used:
            continue
        for is_to_china in (0, 1):
            rows = tables.empty("border_days", days)
            day = np.arange(days)
            is_low = (day >= 3 + 20 * index) & (day < 3 + 20 * index + LOW_DAYS)
            since = np.clip(day - 3 - 20 * index, 0, None)
            rows["day"], rows["border"], rows["is_to_china"] = day, number, is_to_china
            rows["n_arrived"] = 2
            rows["intake_trains_per_d"] = np.where(is_low, 0.3, 4 - number)
            grown = np.where(
                is_low, 2 * (since + 1), np.clip(2 * LOW_DAYS - since + LOW_DAYS, 0, None)
            )
            rows["n_waiting"] = np.where(day < 3 + 20 * index, day % 3 == 0, grown) + is_to_china
            rows["n_taken_in"] = 2
            rows["n_boxes_waiting"] = rows["n_waiting"] * 41
            found.append(rows)
    return np.concatenate(found) if found else tables.empty("border_days", 0)


def _route_boxes(week: Week) -> Any:
    rows = tables.empty("route_boxes", len(week.routes))
    for number, (_, route) in enumerate(sorted(week.routes.items())):
        rows[number] = (number, 10 + round(400 * route.share) * (1 + number % 3), number % 2)
    return rows


def _journeys(described: Any, week: Week) -> Any:
    flows = sorted(described.flows)
    dispatch = {r.flow: [] for r in week.routes.values()}
    for route in week.routes.values():
        dispatch[route.flow].append("port" in route.stations[0])
    pairs = sorted({(flow, is_away) for flow, ways in dispatch.items() for is_away in ways})
    rows = tables.empty("flow_journeys", len(pairs))
    for n, (flow, is_away) in enumerate(pairs):
        rows[n]["flow"], rows[n]["is_to_china"] = flows.index(flow), is_away
        rows[n]["n_boxes"] = 900 - 37 * n
        rows[n]["n_left"] = 0 if n % 2 else 9 * n
        rows[n]["n_arrived"] = rows[n]["n_boxes"] - rows[n]["n_left"] - 20
        parts = np.array([1.2 + n % 3, 6.0 + n % 4, 2.0 + n % 5 * 0.8, 3.1, 1.0 + n % 2]) * DAY
        for name, part in zip(
            ("origin", "china", "border", "railway", "dry_port"), parts, strict=True
        ):
            rows[n][f"{name}_ms_mean"] = part
        ways = dict(zip(("train_wait", "running", "border", "border_wait"), parts, strict=False))
        for name, part in ways.items():
            rows[n][f"transit_{name}_ms_mean"] = part
        rows[n]["transit_ms_p50"] = sum(ways.values()) * 0.94
        rows[n]["transit_ms_p90"] = sum(ways.values()) * 1.35
        rows[n]["door_to_door_ms_p50"] = parts.sum() * 0.94
        rows[n]["door_to_door_ms_p90"] = parts.sum() * 1.35
        for name, usd in (
            ("china", 2400 + 60 * n),
            ("border", 260),
            ("railway", 1250),
            ("dry_port", 90),
        ):
            rows[n][f"{name}_usd2025_per_box"] = usd
        rows[n]["co2e_kg_per_box"] = 1350 + 11 * n
    return rows
