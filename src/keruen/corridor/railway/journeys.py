"""From door to door: how long a box takes, what it costs and emits, by flow and by part.

Knows the railway's moments and prices, and when boxes left the dry port; knows no machine there.
Emissions are tonne-kilometres by transport chain element (ISO 14083:2023, clause 7): railway of
1435 mm, railway of 1520 mm; those of the dry port are measured there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.corridor.network.lines import dry_port_of
from keruen.corridor.network.ways import Ways
from keruen.corridor.railway.kernel.state import UNKNOWN_MS
from keruen.corridor.railway.railway import LiveRailway
from keruen.corridor.railway.trips import RouteLines, Trips, lines_of_route
from keruen.domain import tables
from keruen.domain.codes import Mode
from keruen.domain.tables import Table
from keruen.domain.transit import TRANSIT_COLUMNS, TRANSIT_PARTS, TransitPart, transit_time
from keruen.units import MS_PER_DAY, NONE

_MEANS: Final = {
    "origin": "origin_ms_mean",
    "china": "china_ms_mean",
    "border": "border_ms_mean",
    "railway": "railway_ms_mean",
    "dry_port": "dry_port_ms_mean",
}
"""Part of a journey → its column."""

_PRICES: Final = {
    "china": "china_usd2025_per_box",
    "border": "border_usd2025_per_box",
    "railway": "railway_usd2025_per_box",
    "dry_port": "dry_port_usd2025_per_box",
}
"""Part that has a price → its column."""

_Moments = Mapping[str, NDArray[np.int64]]
"""By moment of a journey: when, one for each booking (`LiveRailway.times`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journeys:
    """Boxes whose journey ended in the measured time; arrays with one entry for each.

    Parameters
    ----------
    rows : int64, in the bookings.
    is_to_china : bool.
    parts_ms : by part, int64; from door to door.
    transit_ms : by part of the transit time (`domain/transit.py`), int64.
    parts_usd2025 : by part but the origin, float64.
    co2e_kg : float64.
    """

    rows: NDArray[np.int64]
    is_to_china: NDArray[np.bool_]
    parts_ms: Mapping[str, NDArray[np.int64]]
    transit_ms: Mapping[TransitPart, NDArray[np.int64]]
    parts_usd2025: Mapping[str, NDArray[np.float64]]
    co2e_kg: NDArray[np.float64]

    @property
    def whole_ms(self) -> NDArray[np.int64]:
        """From ready at the origin to the end."""
        whole: NDArray[np.int64] = np.sum([self.parts_ms[part] for part in _MEANS], axis=0)
        return whole

    @property
    def transit_whole_ms(self) -> NDArray[np.int64]:
        """The transit time."""
        whole: NDArray[np.int64] = np.sum([self.transit_ms[part] for part in TRANSIT_PARTS], axis=0)
        return whole

    @property
    def whole_usd2025(self) -> NDArray[np.float64]:
        """The cost of the journey."""
        parts = [self.parts_usd2025[part] for part in _PRICES]
        whole: NDArray[np.float64] = np.sum(parts, axis=0)
        return whole


def journeys_of(
    railway: LiveRailway, left_ms: NDArray[np.int64], start_ms: int, end_ms: int
) -> Journeys:
    """The journeys that ended from `start_ms` until `end_ms`.

    Parameters
    ----------
    left_ms : when each booking left the dry port by truck; −1 if it did not, int64,
        shape (n_bookings,).
    """
    # Moments lie far apart in the rows of boxes and are read many times.
    t = {moment: np.ascontiguousarray(times) for moment, times in railway.times.items()}
    west_parts, west_end = _westward(railway.trips, t, left_ms)
    east_parts, east_end = _eastward(railway.trips, t)
    is_west = railway.trips.is_west
    ends = np.where(is_west, west_end, east_end)
    rows = np.flatnonzero(~railway.is_gone & (ends >= start_ms) & (ends < end_ms))
    parts = {part: np.where(is_west, west_parts[part], east_parts[part])[rows] for part in _MEANS}
    west_transit, east_transit = (
        _westward_transit(railway.trips, t),
        _eastward_transit(railway.trips, t),
    )
    transit = {
        part: np.where(is_west, west_transit[part], east_transit[part])[rows]
        for part in TRANSIT_PARTS
    }
    usd, co2e_kg = _prices(railway, rows)
    return Journeys(
        rows=rows,
        is_to_china=~is_west[rows],
        parts_ms=parts,
        transit_ms=transit,
        parts_usd2025=usd,
        co2e_kg=co2e_kg,
    )


def _westward(
    trips: Trips, t: _Moments, left_ms: NDArray[np.int64]
) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.int64]]:
    """Parts of the journeys from China, and when they end: by truck from the dry port."""
    parts = {
        "origin": t["left_china"] - trips.ready_ms,
        "china": t["at_border"] - t["left_china"],
        "border": t["other_gauge"] - t["at_border"],
        "railway": t["at_port"] - t["other_gauge"],
        "dry_port": left_ms - t["at_port"],
    }
    return parts, np.where(left_ms == NONE, UNKNOWN_MS, left_ms)


def _westward_transit(trips: Trips, t: _Moments) -> dict[TransitPart, NDArray[np.int64]]:
    """Transit time from China: until the train is at the dry port."""
    group_ms = trips.group_running_ms
    return {
        "train_wait": t["left_china"] - trips.ready_ms - group_ms,
        "running": group_ms + t["at_border"] - t["left_china"] + t["at_port"] - t["left_far"],
        "border": t["other_gauge"] - t["shifted"],
        "border_wait": t["shifted"] - t["at_border"] + t["left_far"] - t["other_gauge"],
    }


def _eastward_transit(trips: Trips, t: _Moments) -> dict[TransitPart, NDArray[np.int64]]:
    """Transit time away from the dry port, or over it in transit: until the last station."""
    by_truck = trips.bookings["in_mode"] == Mode.TRUCK
    # A box in transit has run to the dry port and waits there for its second train.
    first_ms = np.where(by_truck, 0, t["at_port"] - t["left_far"])
    ready_ms = np.where(by_truck, trips.bookings["ready_ms"], trips.ready_ms)
    has_border = trips.china_line >= 0
    group_ms = trips.group_running_ms
    arrives_ms = np.where(has_border, t["at_border_back"], t["ended"])
    queue_ms = t["shifted_back"] - t["at_border_back"]
    next_gauge_ms = t["left_border"] - t["other_gauge_back"]
    spread_ms = t["ended"] - t["left_border"] - trips.group_ms
    return {
        "train_wait": t["left_port"] - ready_ms - first_ms + trips.group_ms - group_ms,
        "running": first_ms
        + arrives_ms
        - t["left_port"]
        + np.where(has_border, spread_ms, 0)
        + group_ms,
        "border": np.where(has_border, t["other_gauge_back"] - t["shifted_back"], 0),
        "border_wait": np.where(has_border, queue_ms + next_gauge_ms, 0),
    }


def _eastward(trips: Trips, t: _Moments) -> tuple[dict[str, NDArray[np.int64]], NDArray[np.int64]]:
    """Parts of the journeys away from the dry port, and when they end at a station."""
    by_truck = trips.bookings["in_mode"] == Mode.TRUCK
    came_ms = np.where(by_truck, trips.bookings["ready_ms"], t["at_port"])
    has_border = trips.china_line >= 0
    at_border = np.where(has_border, t["at_border_back"], t["ended"])
    ready_ms = np.where(has_border, t["other_gauge_back"], at_border)
    left_border = np.where(has_border, t["left_border"], at_border)
    before_ms = np.where(by_truck, 0, t["at_port"] - trips.ready_ms)
    return {
        "origin": left_border - ready_ms + trips.group_ms,
        "china": t["ended"] - left_border - trips.group_ms,
        "border": ready_ms - at_border,
        "railway": at_border - t["left_port"] + before_ms,
        "dry_port": t["left_port"] - came_ms,
    }, t["ended"]


def _prices(
    railway: LiveRailway, rows: NDArray[np.int64]
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64]]:
    """Dollars by part and kilograms of CO2e of each box: by its route, TEU and tonnes."""
    network, trips = railway.network, railway.trips
    per_teu = _usd_per_teu(railway)
    port = dry_port_of(network)
    along = Ways(network)
    legs = [
        lines_of_route(route.stations, railway.lines, port)
        for _, route in sorted(railway.planned.week.routes.items())
    ]
    table = np.array([_price(railway, leg, per_teu, along) for leg in legs])
    own = table[trips.route[rows]]
    teu = trips.bookings["n_teu"][rows].astype(np.float64)
    tonnes = trips.bookings["gross_mass_kg"][rows] / 1000.0
    usd = {
        "china": own[:, 0] * teu,
        "border": own[:, 1],
        "railway": own[:, 2] * teu,
        "dry_port": own[:, 3],
    }
    return usd, own[:, 4] * tonnes / 1000.0


def _price(
    railway: LiveRailway, leg: RouteLines, per_teu: Mapping[int, float], along: Ways
) -> tuple[float, ...]:
    """Of one route: dollars for a TEU in China, for a box at the border, for a TEU on 1520 mm, for
    a box at the dry port; grams of CO2e for a tonne."""
    network = railway.network
    lines = [railway.lines.port[n] for n in (leg.into_line, leg.out_line) if n >= 0]
    chinese = [railway.lines.china[leg.china_line]] if leg.china_line >= 0 else []
    crossings = [network.borders[line.border] for line in chinese]
    ways = [line.way for line in (*lines, *chinese)]
    ways += [along.of(start)[end] for start, end in leg.hops]
    groups = [along.group_usd2025_per_teu(*hop) for hop in leg.hops]
    return (
        sum(per_teu[line.number] for line in chinese) + sum(groups),
        sum(b.gauge_change_usd2025_per_box + b.fee_usd2025_per_box for b in crossings),
        sum(per_teu[line.number] for line in lines),
        network.costs.handling_usd2025_per_box,
        sum(way.co2e_g_per_t for way in ways),
    )


def _usd_per_teu(railway: LiveRailway) -> dict[int, float]:
    """By number of a line what a TEU costs on it: round trips are one product, shared by all that
    they carried."""
    n = len(railway.all_lines)
    place = railway.runs["line"]
    n_runs = np.bincount(place, minlength=n).tolist()
    carried = np.bincount(place, railway.load_teu(railway.runs), n).astype(np.int64).tolist()
    return {
        line.number: runs * line.way.train_usd2025 / max(teu, 1) + line.way.teu_usd2025
        for line, runs, teu in zip(railway.all_lines, n_runs, carried, strict=True)
    }


def flow_journeys(
    railway: LiveRailway, journeys: Journeys, wanted: NDArray[np.bool_], n_flows: int
) -> Table:
    """Table `flow_journeys`.

    Parameters
    ----------
    wanted : the bookings of the measured time.
    n_flows : flows of the scenario.
    """
    trips = railway.trips
    flow = trips.bookings["flow"].astype(np.int64)
    whole_ms = journeys.whole_ms
    parts = [tables.empty("flow_journeys", 0)]
    side = 2 * flow + ~trips.is_west
    n_boxes = np.bincount(side[wanted], minlength=2 * n_flows)
    n_left = np.bincount(side[wanted & railway.is_gone], minlength=2 * n_flows)
    ended = side[journeys.rows]
    order = np.argsort(ended, kind="stable")
    bounds = np.searchsorted(ended[order], np.arange(2 * n_flows + 1))
    for number in np.flatnonzero(n_boxes).tolist():
        row = _row(journeys, whole_ms, order[bounds[number] : bounds[number + 1]])
        row["flow"], row["is_to_china"] = divmod(number, 2)
        row["n_boxes"] = n_boxes[number]
        row["n_left"] = n_left[number]
        parts.append(row)
    return np.concatenate(parts)


def _row(journeys: Journeys, whole_ms: NDArray[np.int64], chosen: NDArray[np.int64]) -> Table:
    row = tables.empty("flow_journeys", 1)
    row["n_arrived"] = len(chosen)
    if len(chosen):
        shares = (0.5, 0.9)
        quantiles = np.quantile(whole_ms[chosen], shares)
        row["door_to_door_ms_p50"], row["door_to_door_ms_p90"] = quantiles
        transit = transit_time({p: times[chosen] for p, times in journeys.transit_ms.items()})
        row["transit_ms_p50"], row["transit_ms_p90"] = (
            (days or 0.0) * MS_PER_DAY for days in (transit.p50_d, transit.p90_d)
        )
        for transit_part, column in TRANSIT_COLUMNS.items():
            row[column] = journeys.transit_ms[transit_part][chosen].mean()
        for part, column in _MEANS.items():
            row[column] = journeys.parts_ms[part][chosen].mean()
        for part, column in _PRICES.items():
            row[column] = journeys.parts_usd2025[part][chosen].mean()
        row["co2e_kg_per_box"] = journeys.co2e_kg[chosen].mean()
    return row
