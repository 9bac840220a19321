"""The stage's one verb: yearly flows become bookings, box by box.

Every draw is keyed by a hash of the flow's key and the box's number within the flow: a flow added,
or a row moved, changes nobody else's boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from keruen.demand import spread
from keruen.demand.boxes import MOST_BOXES_OF_A_GROUP, BoxGroup, fill_rows, group_key
from keruen.demand.empties import empty_groups
from keruen.demand.numbering import container_numbers, first_places
from keruen.domain import tables
from keruen.domain.results import Demand
from keruen.errors import Problem, ScenarioError
from keruen.scenario.models import Scenario
from keruen.units import MS_PER_WEEK

MOST_BOXES: Final = 10_000_000
"""Boxes in one run: ten years of a million, far beyond any dry port; they still fit in memory."""


def generate(scenario: Scenario, seed: int) -> Demand:
    """Draw the bookings of a scenario, for the warm-up and the measured days.

    Parameters
    ----------
    scenario : Scenario
        Flows, commodities, customs, the gate's profile, and how often the services run.
    seed : int
        Of the keyed draws.

    Returns
    -------
    Demand
        Bookings sorted by ready time, flow and number within the flow. A box that comes by
        truck is ready when its truck is before the gate. A box that comes by train is wanted at
        the dry port at a time of its own; it is ready for trains that arrive there from one
        train interval of its service earlier (but not before 0), so that trains are full from
        the first day of the horizon.

    Raises
    ------
    ScenarioError
        When there would be more than `MOST_BOXES` boxes.

    Notes
    -----
    Each flow has the whole number of boxes nearest to what its yearly rate and months give for the
    horizon, whatever the seed; the seed decides when exactly, which size, how heavy, how held.

    Examples
    --------
    >>> from keruen.scenario import read
    >>> generate(read("toy"), seed=1).bookings["flow"].tolist()
    [0, 0, 0, 1, 1]
    """
    groups = _laden_groups(scenario)
    groups += empty_groups(scenario, groups)
    expected = _expected_by_day(scenario, groups)
    counts = [spread.whole_boxes(boxes) for boxes in expected]
    _refuse_too_many(scenario, groups, counts)
    places = first_places([group.key for group in groups], counts)
    parts = [tables.empty("bookings", 0)]
    for group, boxes, n_boxes in zip(groups, expected, counts, strict=True):
        if n_boxes > 0:
            rows = _rows_of(scenario, group, boxes, n_boxes, seed)
            rows["container_number"] = container_numbers(places[group.key], n_boxes)
            parts.append(rows)
    bookings = np.concatenate(parts)
    bookings = bookings[np.lexsort((bookings["flow"], bookings["ready_ms"]))]
    tables.verify("bookings", bookings)
    return Demand(bookings=bookings)


def _laden_groups(scenario: Scenario) -> list[BoxGroup]:
    return [
        BoxGroup(
            flow=flow,
            flow_index=index,
            key=group_key(flow_id),
            by_train=flow.kind != "export",
            to_train=flow.kind != "import",
            n_boxes_per_year=flow.boxes * scenario.demand.scale,
            months=flow.months,
            sizes=dict(sorted(flow.sizes.items())),
        )
        for index, (flow_id, flow) in enumerate(sorted(scenario.flows.items()))
        if flow.kind != "empty"
    ]


def _expected_by_day(scenario: Scenario, groups: Sequence[BoxGroup]) -> list[NDArray[np.float64]]:
    days = spread.days_of(scenario)
    by_group = []
    for group in groups:
        expected = spread.boxes_by_day(days, group.n_boxes_per_year, group.months)
        if not group.by_train:
            shares = scenario.terminal.gate.weekday_shares
            expected = spread.on_truck_days(days, expected, shares)
        by_group.append(expected)
    return by_group


def _refuse_too_many(scenario: Scenario, groups: Sequence[BoxGroup], counts: Sequence[int]) -> None:
    found = {"flows": (sum(counts), MOST_BOXES)}
    for group, count in zip(groups, counts, strict=True):
        place = f"flows.{sorted(scenario.flows)[group.flow_index]}"
        found[place] = max(found.get(place, (0, 0)), (count, MOST_BOXES_OF_A_GROUP))
    problems = tuple(
        Problem("problem.too_many", {"place": place, "found": count, "most": most})
        for place, (count, most) in found.items()
        if count > most
    )
    if problems:
        raise ScenarioError(problems)


def _rows_of(
    scenario: Scenario, group: BoxGroup, expected: NDArray[np.float64], n_boxes: int, seed: int
) -> tables.Table:
    """The bookings of a group, in the order of its boxes; the container number is left blank."""
    entities = group.entities(n_boxes)
    times_ms = spread.times_ms(
        scenario, expected, entities, seed=seed, is_at_gate=not group.by_train
    )
    if group.by_train:
        interval_ms = MS_PER_WEEK // scenario.services[group.flow.service].trains_per_week
        times_ms = np.maximum(0, times_ms - interval_ms)
    rows = tables.empty("bookings", n_boxes)
    rows["ready_ms"] = times_ms
    fill_rows(rows, scenario, group, entities, seed)
    return rows
