"""What the pictures of the corridor show, taken from the tables of the replications.

Pure functions from a `Study` to numbers. Journeys and ways are means over the replications; trains
on the line and the days of a border are those of the first replication, because a mean of histories
is no history.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.domain.tables import Table
from keruen.domain.transit import TransitTime
from keruen.report.chapters.terminal_data import measured_days
from keruen.study.results import Study
from keruen.study.transit import transit_of_rows
from keruen.units import DAYS_PER_YEAR, MS_PER_DAY

TIME_PARTS: Final = ("origin", "china", "border", "railway", "dry_port")
COST_PARTS: Final = ("china", "border", "railway", "dry_port")
_LOW_INTAKE: Final = 0.5
"""A day on which a border takes in less than this part of its median is marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What the boxes of a flow in one direction went through.

    Parameters
    ----------
    flow : key in the scenario's flows.
    boxes_per_year : that wanted to travel.
    left_share : of these, boxes that no train was to carry.
    p50_ms, p90_ms : from door to door.
    transit : transit time; None where no box arrived.
    times_ms : means of `TIME_PARTS`.
    costs_usd2025 : means of `COST_PARTS` for a box.
    """

    flow: str
    is_to_china: bool
    boxes_per_year: float
    left_share: float
    p50_ms: float
    p90_ms: float
    transit: TransitTime | None
    times_ms: tuple[float, ...]
    costs_usd2025: tuple[float, ...]
    co2e_kg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionUse:
    """Container trains of the corridor on a section.

    Parameters
    ----------
    trains_per_d : both ways together.
    share : of the train paths that other traffic leaves, in the busier direction.
    """

    trains_per_d: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderDays:
    """One border and direction, day by day.

    Parameters
    ----------
    n_waiting : trains at the end of each measured day, first replication.
    n_waiting_most : the largest of all replications on each day.
    intake : trains that could be taken in, first replication.
    is_low : days on which the intake was less than half its median.
    """

    n_waiting: NDArray[np.float64]
    n_waiting_most: NDArray[np.float64]
    intake: NDArray[np.float64]
    is_low: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstQueue:
    """The longest queue of a study: where, how long, on which measured day."""

    border: str
    is_to_china: bool
    n_trains: int
    day: int


def has_corridor(study: Study) -> bool:
    """Whether trains of a planned week were simulated."""
    return study.world.railway is not None and all(
        "flow_journeys" in replication.tables for replication in study.replications
    )


def journeys(study: Study) -> list[Journey]:
    """Journeys by flow and direction, those with most boxes first."""
    flows = sorted(study.scenario.flows)
    rows = _all_rows(study, "flow_journeys")
    found = []
    for flow, is_to_china in sorted({(int(r["flow"]), int(r["is_to_china"])) for r in rows}):
        own = rows[(rows["flow"] == flow) & (rows["is_to_china"] == is_to_china)]
        found.append(_journey(study, flows[flow], own))
    return sorted(found, key=lambda one: (-one.boxes_per_year, one.flow, one.is_to_china))


def _journey(study: Study, flow: str, rows: Table) -> Journey:
    n_boxes = int(rows["n_boxes"].sum())

    def mean(column: str) -> float:
        """Mean over the replications, weighted by the boxes that arrived."""
        weights = rows["n_arrived"].astype(np.float64)
        if weights.sum() <= 0:
            return float("nan")
        return float(np.average(rows[column].astype(np.float64), weights=weights))

    return Journey(
        flow=flow,
        is_to_china=bool(rows["is_to_china"][0]),
        boxes_per_year=n_boxes * _per_year(study),
        left_share=float(rows["n_left"].sum()) / n_boxes if n_boxes else 0.0,
        p50_ms=mean("door_to_door_ms_p50"),
        p90_ms=mean("door_to_door_ms_p90"),
        transit=transit_of_rows(rows),
        times_ms=tuple(mean(f"{part}_ms_mean") for part in TIME_PARTS),
        costs_usd2025=tuple(mean(f"{part}_usd2025_per_box") for part in COST_PARTS),
        co2e_kg=mean("co2e_kg_per_box"),
    )


def overall(found: list[Journey]) -> Journey | None:
    """The journeys of a study as one: means weighted by the boxes that travel."""
    weights = [one.boxes_per_year * (1 - one.left_share) for one in found]
    travelling = [
        0.0 if math.isnan(one.p50_ms) else w for one, w in zip(found, weights, strict=True)
    ]
    if sum(travelling) <= 0:
        return None

    def mean(values: list[float]) -> float:
        kept = [(v, w) for v, w in zip(values, travelling, strict=True) if w > 0]
        return sum(v * w for v, w in kept) / sum(w for _, w in kept)

    boxes = sum(one.boxes_per_year for one in found)
    return Journey(
        flow="",
        is_to_china=False,
        boxes_per_year=boxes,
        left_share=1 - sum(weights) / boxes,
        p50_ms=mean([one.p50_ms for one in found]),
        p90_ms=mean([one.p90_ms for one in found]),
        transit=None,
        times_ms=tuple(mean([one.times_ms[n] for one in found]) for n in range(len(TIME_PARTS))),
        costs_usd2025=tuple(
            mean([one.costs_usd2025[n] for one in found]) for n in range(len(COST_PARTS))
        ),
        co2e_kg=mean([one.co2e_kg for one in found]),
    )


def boxes_by_route(study: Study) -> dict[str, float]:
    """Boxes a year by key of the route; routes without boxes are left out."""
    routes = sorted(study.week.routes)
    rows = _all_rows(study, "route_boxes")
    sums = np.bincount(rows["route"], weights=rows["n_boxes"], minlength=len(routes))
    scale = _per_year(study)
    return {route: float(n) * scale for route, n in zip(routes, sums, strict=True) if n > 0}


def refused_per_year(study: Study) -> float:
    """Boxes a year that were to take a way and were refused, because too many waited already."""
    return float(_all_rows(study, "route_boxes")["n_refused"].sum()) * _per_year(study)


def section_use(study: Study) -> dict[str, SectionUse]:
    """Use of each section by key, measured days of the first replication."""
    network = study.network
    keys = sorted(network.sections)
    passings = measured_passings(study)
    counts = np.zeros((len(keys), 2))
    np.add.at(counts, (passings["section"], passings["is_forward"]), 1.0)
    per_day = counts / measured_days(study)
    found = {}
    for key, (back, forward) in zip(keys, per_day.tolist(), strict=True):
        section = network.sections[key]
        free = section.capacity_trains_per_d - network.others_on(section).mean_trains_per_d
        share = max(back, forward) / free if free > 0 else 1.0
        found[key] = SectionUse(trains_per_d=back + forward, share=share)
    return found


def measured_passings(study: Study) -> Table:
    """Passings of the first replication that began in the measured time."""
    passings: Table = study.replications[0].tables["train_passings"]
    start = study.scenario.calendar.warm_up_ms
    end = start + measured_days(study) * MS_PER_DAY
    entered = passings["entered_ms"]
    measured: Table = passings[(entered >= start) & (entered < end)]
    return measured


def border_days(study: Study) -> dict[tuple[str, bool], BorderDays]:
    """The days of each border and direction that trains of the corridor came to."""
    borders = sorted(study.network.borders)
    tables = [replication.tables["border_days"] for replication in study.replications]
    found = {}
    for index, border in enumerate(borders):
        for is_to_china in (True, False):
            if not any(_of(t, index, is_to_china)["n_arrived"].any() for t in tables):
                continue
            waiting = [_by_day(study, t, index, is_to_china, "n_waiting") for t in tables]
            intake = _by_day(study, tables[0], index, is_to_china, "intake_trains_per_d")
            found[border, is_to_china] = BorderDays(
                n_waiting=waiting[0],
                n_waiting_most=np.max(waiting, axis=0),
                intake=intake,
                is_low=intake < _LOW_INTAKE * np.median(intake),
            )
    return found


def nothing_waits(study: Study) -> BorderDays:
    """The days of a border that no train came to."""
    nothing = np.zeros(measured_days(study))
    return BorderDays(
        n_waiting=nothing, n_waiting_most=nothing, intake=nothing, is_low=nothing.astype(bool)
    )


def _of(table: Table, border: int, is_to_china: bool) -> Table:
    rows: Table = table[(table["border"] == border) & (table["is_to_china"] == int(is_to_china))]
    return rows


def _by_day(
    study: Study, table: Table, border: int, is_to_china: bool, column: str
) -> NDArray[np.float64]:
    rows = _of(table, border, is_to_china)
    values = np.zeros(measured_days(study))
    values[rows["day"]] = rows[column]
    return values


def worst_queue(study: Study) -> WorstQueue | None:
    """The most trains that waited at one border in one direction, in any replication."""
    borders = sorted(study.network.borders)
    rows = _all_rows(study, "border_days")
    if not len(rows) or not rows["n_waiting"].any():
        return None
    row = rows[int(np.argmax(rows["n_waiting"]))]
    return WorstQueue(
        border=borders[int(row["border"])],
        is_to_china=bool(row["is_to_china"]),
        n_trains=int(row["n_waiting"]),
        day=int(row["day"]),
    )


def mean_waiting(study: Study) -> dict[str, tuple[float, int]]:
    """Trains waiting at each border, both directions together: the mean, and the most on a day."""
    found = {}
    for index, border in enumerate(sorted(study.network.borders)):
        tables = [replication.tables["border_days"] for replication in study.replications]
        both = [
            _by_day(study, table, index, True, "n_waiting")
            + _by_day(study, table, index, False, "n_waiting")
            for table in tables
        ]
        found[border] = (float(np.mean(both)), int(np.max(both)))
    return found


def _all_rows(study: Study, name: str) -> Table:
    rows: Table = np.concatenate([replication.tables[name] for replication in study.replications])
    return rows


def _per_year(study: Study) -> float:
    """What a count over all replications is multiplied with to be one year."""
    return DAYS_PER_YEAR / measured_days(study) / len(study.replications)
