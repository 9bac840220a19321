"""The boxes that want to travel in an average week, by flow, station and direction.

Knows bookings and where flows begin and end; knows no train.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from keruen.domain.codes import Mode
from keruen.domain.tables import Table
from keruen.scenario.models import Scenario
from keruen.scenario.network import Network, Origin
from keruen.units import DAYS_PER_WEEK, MS_PER_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Boxes of one flow between one station and one end, in one direction, a week.

    Parameters
    ----------
    flow : key in `flows`.
    origin, destination : keys of stations.
    boxes, teu, tonnes : a week; tonnes are net of nothing: box and goods.
    usd2025_per_box_d : value of a day.
    """

    flow: str
    origin: str
    destination: str
    boxes: float
    teu: float
    tonnes: float
    usd2025_per_box_d: float


def streams_of(scenario: Scenario, network: Network, bookings: Table) -> Iterator[Stream]:
    """Each flow by station and direction; bookings of the horizon, scaled to a week."""
    horizon_d = scenario.calendar.days + scenario.calendar.warm_up_ms / MS_PER_DAY
    per_week = DAYS_PER_WEEK / horizon_d
    everywhere = _laden_origins(scenario, network)
    for index, (key, flow) in enumerate(sorted(scenario.flows.items())):
        origin: Origin | _Ends = network.origins.get(key) or everywhere
        own = bookings[bookings["flow"] == index]
        by_train = own["in_mode"] == Mode.TRAIN
        comes = by_train & (flow.kind != "transit")
        day_usd = network.costs.values_of_time.get(
            flow.commodity, network.costs.value_of_time_usd2025_per_box_d
        )
        for is_west, rows in ((True, own[comes]), (False, own[~comes])):
            for station, share in sorted(origin.shares.items()):
                if not len(rows) or not share:
                    continue
                part = share * per_week
                yield Stream(
                    flow=key,
                    origin=station if is_west else origin.end,
                    destination=origin.end if is_west else station,
                    boxes=len(rows) * part,
                    teu=float(rows["n_teu"].sum(dtype=np.int64)) * part,
                    tonnes=float(rows["gross_mass_kg"].sum(dtype=np.int64)) / 1000 * part,
                    usd2025_per_box_d=day_usd,
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ends:
    """Where boxes begin and end, as an `Origin` of the scenario says it."""

    shares: Mapping[str, float]
    end: str


def _laden_origins(scenario: Scenario, network: Network) -> _Ends:
    """Ends of boxes without an origin of their own, the empty ones: those of the laden imports."""
    totals: dict[str, float] = {}
    for key, origin in sorted(network.origins.items()):
        if scenario.flows[key].kind != "import":
            continue
        for station, part in origin.shares.items():
            totals[station] = totals.get(station, 0.0) + part * scenario.flows[key].boxes
    port = next(k for k, s in sorted(network.stations.items()) if s.kind == "dry-port")
    whole = sum(totals.values())
    shares = {station: total / whole for station, total in sorted(totals.items()) if total > 0}
    return _Ends(shares=shares, end=port)
