"""The verdict: is the capacity sufficient, what is the bottleneck, what comes next.

Knows measures, limits and resources; knows no words. The rule, in words (docs/concepts/study.md):

A machine, lane or locomotive that works 85 % of the busiest three hours of the week, or more, is a
root: what is queued behind it is its queue. So is a border, a section or a fleet of the railway
that is used so far in its fullest four weeks. Tracks and yard slots fill up *because* something
behind them is slow, so they bind only when no root is that loaded. Tractors are busy while they
wait for others, so they bind only when gantries and yard machines are not. When nothing is that
loaded, the resource with the highest load in its busiest hours would bind first if the flow grew.
Where the trucks that fetch boxes are a full root, or the yard has jammed, it comes right behind the
full roots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from keruen.domain.codes import Resource
from keruen.domain.results import (
    Estimate,
    IntervalPart,
    Jam,
    LimitCheck,
    Outcome,
    Pressure,
    Replication,
    Verdict,
)
from keruen.domain.tables import Table
from keruen.scenario import Scenario
from keruen.scenario.network import Network
from keruen.scenario.world import PlannedWorld
from keruen.study.basis import doubts_of
from keruen.study.intervals import widened
from keruen.terminal import machine_numbers

ROOT_SHARE = 0.85
"""Load in the busiest hours from which a resource counts as full."""

PEAK_HOURS = 3

LIMITS = {
    "truck_turn_time_p90_ms": "truck_turn_time_ms_p90",
    "train_turnaround_p90_ms": "train_turnaround_ms_p90",
    "trains_held_share": "trains_held_share",
    "yard_occupancy_p95": "yard_occupancy_share_p95",
    "unserved_share": "unserved_share",
    "reefers_without_plug_share": "reefers_without_plug_share",
}
"""Service limit → the measure that it is held against."""

ROOTS = (
    Resource.LOCOMOTIVE,
    Resource.GANTRY,
    Resource.REACH_STACKER,
    Resource.EMPTY_HANDLER,
    Resource.LANE_IN,
    Resource.LANE_OUT,
    Resource.INSPECTION_SLOT,
    Resource.WEIGHBRIDGE,
    Resource.BORDER,
    Resource.SECTION,
    Resource.WAGON_SET,
    Resource.EVACUATION,
)
"""What is queued behind one of these is its queue."""

RAILWAY = (Resource.BORDER, Resource.SECTION, Resource.WAGON_SET)
"""Shared by the trains outside the dry port."""
_BESIDE = (Resource.SHUTTLE, Resource.SCANNER, Resource.DOOR, Resource.TEAM)
"""They hold up boxes in the yard, which has its own limit: full after a night's rest, they stand in
nobody's way."""
_PASSIVE = (Resource.RECEPTION_TRACK, Resource.HANDLING_TRACK, Resource.YARD_SLOT)


def verdict_on(
    world: PlannedWorld,
    estimates: Mapping[str, Estimate],
    replications: Sequence[Replication],
) -> Verdict:
    """The verdict on one case, from its estimates."""
    limits = tuple(
        limit_check(check.limit, check.measure, check.bound, check.estimate, doubts)
        for check in limit_checks(world.scenario, estimates)
        for doubts in (doubts_of(world, check.measure),)
    )
    outcomes = {check.outcome for check in limits}
    outcome: Outcome = (
        "broken"
        if "broken" in outcomes
        else "inconclusive"
        if "inconclusive" in outcomes
        else "kept"
    )
    pressures = _pressures(world.scenario, estimates)
    if world.railway is not None and replications:
        pressures += _of_railway(
            world.railway.network, estimates, replications[0].tables["corridor_use"]
        )
        pressures = tuple(sorted(pressures, key=lambda p: (-p.peak_share, int(p.resource))))
    jams = [replication.jam for replication in replications if replication.jam is not None]
    jam = jams[0] if jams else None
    order = in_order_of_binding(pressures, jam)
    return Verdict(
        outcome=outcome,
        limits=limits,
        binding=order[0],
        next_binding=order[1] if len(order) > 1 else None,
        pressures=pressures,
        jam=jam,
        unserved=None if world.railway is None else world.railway.unserved,
    )


def limit_checks(scenario: Scenario, estimates: Mapping[str, Estimate]) -> list[LimitCheck]:
    """Every service limit held against the replications alone."""
    return [
        limit_check(limit, measure, float(getattr(scenario.limits, limit)), estimates[measure])
        for limit, measure in LIMITS.items()
    ]


def limit_check(
    limit: str,
    measure: str,
    bound: float,
    estimate: Estimate,
    doubts: Sequence[IntervalPart] = (),
) -> LimitCheck:
    """Hold a measure against its limit: certain only when the whole interval is on one side.

    Parameters
    ----------
    limit, measure : names of both.
    bound : the most that is promised, in the measure's unit.
    estimate : the measure over the replications.
    doubts : what widens the interval of the replications.
    """
    low, high = widened(estimate, doubts)
    parts = tuple(doubts)
    if estimate.n > 1:
        half = (estimate.high - estimate.low) / 2
        parts = (IntervalPart(cause="replications", below=half, above=half), *parts)
    return LimitCheck(
        limit=limit,
        measure=measure,
        bound=bound,
        estimate=estimate,
        outcome="kept" if high <= bound else "broken" if low > bound else "inconclusive",
        low=low,
        high=high,
        parts=parts,
    )


def within_measured_days(check: LimitCheck) -> LimitCheck:
    """The same check without what the rest of the year may bring."""
    doubts = [part for part in check.parts if part.cause not in ("replications", "season")]
    return limit_check(check.limit, check.measure, check.bound, check.estimate, doubts)


def is_threatened(verdict: Verdict) -> bool:
    """Whether a limit is broken, or may be, in the days that were measured.

    Only then is there something that an experiment could relieve.
    """
    return any(within_measured_days(check).outcome != "kept" for check in verdict.limits)


def in_order_of_binding(pressures: Sequence[Pressure], jam: Jam | None = None) -> list[Pressure]:
    """All resources, the one that binds first in front: the rule at the top of this file."""
    is_yard_jammed = jam is not None and jam.cause is Resource.YARD_SLOT
    full_roots = {
        p.resource for p in pressures if p.resource in ROOTS and p.peak_share >= ROOT_SHARE
    }
    roots_full = bool(full_roots)

    def rank(pressure: Pressure) -> tuple[int, float, int]:
        full = pressure.peak_share >= ROOT_SHARE
        if pressure.resource in _BESIDE:
            group = 6
        elif pressure.resource is Resource.YARD_SLOT and (
            is_yard_jammed or (full and Resource.EVACUATION in full_roots)
        ):
            group = 1
        elif pressure.resource in ROOTS:
            group = 0 if full else 3
        elif pressure.resource in _PASSIVE:
            group = 4 if roots_full else 2 if full else 3
        else:
            group = 2 if full and not roots_full else 5
        return group, -pressure.peak_share, int(pressure.resource)

    return sorted(pressures, key=rank)


def _pressures(scenario: Scenario, estimates: Mapping[str, Estimate]) -> tuple[Pressure, ...]:
    found = []
    for resource, n_units in sorted(units(scenario).items()):
        if n_units == 0:
            continue
        name = resource.name.lower()
        first = round(estimates[f"utilisation_peak_hour_{name}"].mean) % 24
        found.append(
            Pressure(
                resource=resource,
                n_units=n_units,
                load_share=estimates[f"utilisation_share_{name}"].mean,
                peak_share=estimates[f"utilisation_peak_share_{name}"].mean,
                peak_hour_start=first,
                peak_hour_end=(first + PEAK_HOURS) % 24,
            )
        )
    return tuple(sorted(found, key=lambda p: (-p.peak_share, int(p.resource))))


def _of_railway(
    network: Network, estimates: Mapping[str, Estimate], use: Table
) -> tuple[Pressure, ...]:
    """How heavily the railway is used; the fullest of each kind, by the first replication."""
    keys = {
        Resource.BORDER: sorted(network.borders),
        Resource.SECTION: sorted(network.sections),
        Resource.WAGON_SET: sorted(network.fleet),
    }
    found = []
    for resource in RAILWAY:
        own = use[use["resource"] == resource]
        if len(own):
            fullest = own[np.argmax(own["peak_share"])]
            name = resource.name.lower()
            found.append(
                Pressure(
                    resource=resource,
                    n_units=max(1, round(float(fullest["trains_per_d"]))),
                    load_share=estimates[f"utilisation_share_{name}"].mean,
                    peak_share=estimates[f"utilisation_peak_share_{name}"].mean,
                    peak_hour_start=0,
                    peak_hour_end=0,
                    where=keys[resource][int(fullest["place"])],
                )
            )
    return tuple(found)


def units(scenario: Scenario) -> dict[Resource, int]:
    """How many there are of each resource; yard slots in TEU."""
    terminal = scenario.terminal
    counts = dict.fromkeys(Resource, 0)
    for resource, _, _ in machine_numbers(terminal):
        counts[resource] += 1
    for group in terminal.tracks.values():
        reception = group.use == "reception"
        counts[Resource.RECEPTION_TRACK if reception else Resource.HANDLING_TRACK] += group.count
    counts[Resource.EVACUATION] = terminal.landside.trucks_per_day if terminal.landside else 0
    counts[Resource.YARD_SLOT] = sum(block.capacity_teu for block in terminal.blocks.values())
    return counts
