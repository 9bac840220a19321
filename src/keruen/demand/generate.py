"""The stage's one verb: yearly flows become bookings, box by box.

A flow's boxes are spread over the horizon by its months: the n-th box lies at a random point of the
n-th equal part of the flow's cumulative intensity, so that yearly totals are exact and single days
vary. Every draw is keyed by a hash of the flow's key and the box's number within the flow: a flow
added, or a row moved, changes nobody else's boxes.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from keruen import draws
from keruen.demand.boxes import BoxGroup, fill_rows, flow_key, owner_prefixes
from keruen.demand.empties import empty_groups
from keruen.domain import iso6346, tables
from keruen.domain.results import Demand
from keruen.scenario.models import Flow, Scenario
from keruen.units import DAYS_PER_YEAR, MS_PER_DAY, MS_PER_WEEK

_TOLERANCE = 1e-6


def generate(scenario: Scenario, seed: int) -> Demand:
    """Draw the bookings of a scenario.

    Parameters
    ----------
    scenario : flows, commodities, customs, services (only how often they run) and the gate's hours.
    seed : of the keyed draws.

    Returns
    -------
    Demand; bookings sorted by ready time, flow and number within the flow. A box that comes by train
    is *ready* one train interval before it is wanted at the dry port; a box that comes by truck is
    ready when its truck is before the gate.
    """
    groups = [
        BoxGroup(
            flow=flow,
            flow_index=index,
            key=flow_key(flow_id),
            by_train=flow.kind != "export",
            to_train=flow.kind != "import",
            n_boxes_per_year=flow.boxes * scenario.demand.scale,
            months=flow.months,
            sizes=dict(sorted(flow.sizes.items())),
        )
        for index, (flow_id, flow) in enumerate(sorted(scenario.flows.items()))
        if flow.kind != "empty"
    ]
    groups += empty_groups(scenario, groups)
    prefixes = owner_prefixes(groups)
    parts = [_rows_of(scenario, group, prefixes[group.key], seed) for group in groups]
    rows = np.concatenate(parts) if parts else tables.empty("bookings", 0)
    rows = rows[np.lexsort((np.arange(len(rows)), rows["flow"], rows["ready_ms"]))]
    tables.verify("bookings", rows)
    return Demand(bookings=rows)


def _rows_of(scenario: Scenario, group: BoxGroup, prefix: str, seed: int) -> tables.Table:
    cumulative = _cumulative_boxes(scenario, group)
    n_boxes = int(np.floor(cumulative[-1] + 0.5 - _TOLERANCE))
    rows = tables.empty("bookings", n_boxes)
    if n_boxes == 0:
        return rows
    entities = group.entities(n_boxes)
    place = np.arange(n_boxes) + draws.uniform_array(seed, draws.STREAM_BOOKING_READY, entities)
    place *= cumulative[-1] / n_boxes
    day = np.searchsorted(cumulative, place, side="right") - 1
    day = np.minimum(day, len(cumulative) - 2)
    within = (place - cumulative[day]) / (cumulative[day + 1] - cumulative[day])
    if group.by_train:
        wanted_ms = ((day + within) * MS_PER_DAY).astype(np.int64)
        service = scenario.services[group.flow.service]
        interval_ms = MS_PER_WEEK // service.trains_per_week
        rows["ready_ms"] = np.maximum(0, wanted_ms - interval_ms)
    else:
        uniform = draws.uniform_array(seed, draws.STREAM_BOOKING_HOUR, entities)
        hours = scenario.terminal.gate.hour_shares
        rows["ready_ms"] = day * MS_PER_DAY + draws.time_of_day_millis(hours, uniform)
    fill_rows(rows, scenario, group, entities, seed)
    rows["container_number"] = iso6346.numbers(prefix, group.serials(n_boxes))
    return rows


def _cumulative_boxes(scenario: Scenario, group: BoxGroup) -> NDArray[np.float64]:
    """Boxes expected until the start of each day of the horizon; one entry more than days."""
    calendar = scenario.calendar
    warm_up_days = calendar.warm_up_ms // MS_PER_DAY
    first = calendar.first_day - timedelta(days=warm_up_days)
    n_days = warm_up_days + calendar.days
    dates = [first + timedelta(days=day) for day in range(n_days)]
    intensity = np.array(
        [group.n_boxes_per_year * group.months[d.month - 1] / _days_in(d.month) for d in dates]
    )
    if not group.by_train:
        weight = np.array(scenario.terminal.gate.weekday_shares)[[d.weekday() for d in dates]]
        intensity = _same_months(intensity, weight, [d.month + 12 * d.year for d in dates])
    return np.concatenate(([0.0], np.cumsum(intensity)))


def _same_months(
    intensity: NDArray[np.float64], weight: NDArray[np.float64], months: list[int]
) -> NDArray[np.float64]:
    """Shift boxes between the days of each month by weekday, keeping the month's total."""
    result = np.zeros_like(intensity)
    label = np.array(months)
    for month in np.unique(label):
        here = label == month
        weights = weight[here]
        if weights.sum() > 0:
            result[here] = intensity[here].sum() * weights / weights.sum()
    return result


def _days_in(month: int) -> float:
    """Days of a month in a year of 365 days."""
    days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    assert sum(days) == DAYS_PER_YEAR
    return days[month - 1]
