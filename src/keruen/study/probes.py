"""Experiments that support a verdict: one unit more of a resource, all else and all luck equal.

A load is a sign, an experiment is evidence. When a limit fails, the three most likely constraints
are each relieved by one unit in a shorter run of the first replication's seed, and the measure
that is furthest beyond its limit is watched. When every limit holds there is nothing to relieve.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from keruen import terminal
from keruen.domain.codes import Resource
from keruen.domain.results import LimitCheck, Pressure, Probe, Verdict
from keruen.domain.tables import Table
from keruen.domain.untyped import JsonValue
from keruen.scenario import Scenario
from keruen.scenario.dry_port import Block, Machines, Tracks
from keruen.scenario.network import BorderIntake
from keruen.scenario.world import PlannedWorld, network_of
from keruen.study.verdict import RAILWAY, ROOT_SHARE, ROOTS, in_order_of_binding

_Counted = TypeVar("_Counted", Machines, Tracks)

N_PROBED = 3
PROBED_DAYS = 91
"""Measured days of an experiment at most: a quarter of a year shows what one more machine does."""

LEAST_GAIN = 0.02
"""An experiment speaks when it improves the watched measure by this share."""

_COUNTED = {
    "LOCOMOTIVE": ("shunting", "n_locomotives"),
    "INSPECTION_SLOT": ("", "n_inspection_slots"),
    "LANE_IN": ("gate", "n_lanes_in"),
    "LANE_OUT": ("gate", "n_lanes_out"),
    "WEIGHBRIDGE": ("gate", "n_weighbridges"),
    "SCANNER": ("", "n_scanners"),
    "DOOR": ("warehouse", "n_doors"),
    "TEAM": ("warehouse", "n_teams"),
}
"""Resource by name → the table of the terminal that counts it (none: the terminal itself), and
the key there. What stands in no table of this kind is a group of machines."""
_BEHIND_FULL_YARD = (Resource.EVACUATION, Resource.YARD_SLOT)
_YARD_PART = 10
_TRUCK_PART = 10
_WAGON_PART = 10
_TRACK_USES = {Resource.RECEPTION_TRACK: "reception", Resource.HANDLING_TRACK: "handling"}


def variants(
    world: PlannedWorld, verdict: Verdict, machine_results: Table, most: int = N_PROBED
) -> dict[Resource, Scenario]:
    """Scenarios of a world with one unit more of each of the most likely constraints.

    They are the first in the order of binding. A terminal that would not fit its compiled capacity
    class any more is left out, because an experiment must not cost a compilation.
    """
    scenario = world.scenario
    n_services = len(scenario.services)
    size = terminal.size_class(scenario.terminal, n_services)
    found: dict[Resource, Scenario] = {}
    order = in_order_of_binding(verdict.pressures, verdict.jam)
    if verdict.jam is not None and verdict.jam.cause is Resource.YARD_SLOT:
        # Machines stand about in front of a full yard: loads do not bring it among the first.
        order.sort(key=lambda pressure: pressure.resource not in _BEHIND_FULL_YARD)
    for pressure in order:
        resource = pressure.resource
        if len(found) == most:
            break
        if resource in RAILWAY:
            found[resource] = railway_with_one_more(scenario, pressure)
            continue
        changed = with_one_more(scenario, resource, busiest_group(scenario, machine_results))
        if terminal.size_class(changed.terminal, n_services) == size:
            found[resource] = changed
    return found


def busiest_group(scenario: Scenario, machine_results: Table) -> dict[Resource, str]:
    """The key of the group of each kind of machine whose machines have most to do."""
    loads: dict[tuple[Resource, str], list[float]] = {}
    numbers = terminal.machine_numbers(scenario.terminal)
    for (resource, key, _), row in zip(numbers, machine_results, strict=True):
        load = float(row["working_share"] + row["waiting_share"])
        loads.setdefault((resource, key), []).append(load)
    means = {group: sum(shares) / len(shares) for group, shares in loads.items()}
    # By rising load, then falling key: of equals, the first key is written last.
    order = sorted(means, key=lambda group: group[1], reverse=True)
    return dict(sorted(order, key=lambda group: means[group]))


def probes_of(
    limits: Sequence[LimitCheck],
    resources: Sequence[Resource],
    values: Sequence[Mapping[str, float]],
) -> list[Probe]:
    """The experiments, on the measure that is furthest beyond its limit in the short run.

    `values` are the measures without any change, then with one more of each resource.
    """
    worst = max(limits, key=lambda check: excess(values[0][check.measure], check.bound)).measure
    return [
        Probe(resource=resource, measure=worst, before=values[0][worst], after=after[worst])
        for resource, after in zip(resources, values[1:], strict=True)
    ]


def excess(value: float, bound: float) -> float:
    """How many times its limit a measure is; a limit of zero is broken by anything at all."""
    if bound > 0:
        return value / bound
    return math.inf if value > 0 else 0.0


def with_one_more(
    scenario: Scenario, resource: Resource, groups: Mapping[Resource, str]
) -> Scenario:
    """The scenario with one unit more of a resource; `groups` says in which group of machines.

    A larger yard is one with a tenth more bays in every block, one at least; more trucks that can
    fetch boxes are a tenth more.
    """
    words = scenario.terminal
    if resource is Resource.EVACUATION:
        assert words.landside is not None, "trucks without a limit cannot be more"
        n_trucks = words.landside.trucks_per_day
        more_trucks = {"trucks_per_day": n_trucks + math.ceil(n_trucks / _TRUCK_PART)}
        update: dict[str, object] = {"landside": words.landside.model_copy(update=more_trucks)}
    elif resource is Resource.YARD_SLOT:
        update = {"blocks": {k: _longer(b) for k, b in words.blocks.items()}}
    elif resource in _TRACK_USES:
        use = _TRACK_USES[resource]
        key = next(key for key, group in sorted(words.tracks.items()) if group.use == use)
        update = {"tracks": {**words.tracks, key: _one_more(words.tracks[key], "count")}}
    elif resource.name in _COUNTED:
        table, name = _COUNTED[resource.name]
        one = words if not table else getattr(words, table)
        more = {name: getattr(one, name) + 1}
        update = {table: one.model_copy(update=more)} if table else more
    else:
        key = groups[resource]
        update = {"machines": {**words.machines, key: _one_more(words.machines[key], "count")}}
    return scenario.model_copy(update={"terminal": words.model_copy(update=update)})


def railway_with_one_more(scenario: Scenario, pressure: Pressure) -> Scenario:
    """The scenario with one train a day more at a border or on a section, or a tenth more wagons.

    Its week is planned anew: what more there is must be used by somebody. One set of wagons more
    would be lost in the gap that a plan may have.
    """
    network, key = network_of(scenario), pressure.where
    if pressure.resource is Resource.BORDER:
        border = network.borders[key]
        one: object = border.model_copy(
            update={
                "to_china": _wider(border.to_china, 1 / border.own_share(to_china=True)),
                "to_kazakhstan": _wider(border.to_kazakhstan, 1 / border.own_share(to_china=False)),
            }
        )
        update: dict[str, object] = {"borders": {**network.borders, key: one}}
    elif pressure.resource is Resource.SECTION:
        section = network.sections[key]
        one = section.model_copy(
            update={"capacity_trains_per_d": section.capacity_trains_per_d + 1}
        )
        update = {"sections": {**network.sections, key: one}}
    else:
        fleet = network.fleet[key]
        more = math.ceil(fleet.n_platforms / _WAGON_PART)
        one = fleet.model_copy(update={"n_platforms": fleet.n_platforms + more})
        update = {"fleet": {**network.fleet, key: one}}
    update["week"] = None
    return scenario.model_copy(update={"network": network.model_copy(update=update)})


def _wider(trains: BorderIntake, more: float) -> BorderIntake:
    names = ("low_trains_per_d", "mode_trains_per_d", "high_trains_per_d")
    return trains.model_copy(update={name: getattr(trains, name) + more for name in names})


def _one_more(table: _Counted, name: str) -> _Counted:
    return table.model_copy(update={name: getattr(table, name) + 1})


def _longer(block: Block) -> Block:
    return block.model_copy(update={"n_bays": block.n_bays + max(1, block.n_bays // _YARD_PART)})


def with_probes(verdict: Verdict, probes: Sequence[Probe]) -> Verdict:
    """The verdict with its experiments; the one that helps most names what binds.

    When one helps, what was tried with effect comes first, by its effect; then full roots, and
    the rest: of each first what was not tried, by its load, then what was tried and changed
    nothing. When none helps, loads are all there is.
    """
    if not probes:
        return verdict
    left = {probe.resource: _left(probe) for probe in probes}
    helps = {resource for resource, part in left.items() if part < 1 - LEAST_GAIN}

    def rank(pressure: Pressure) -> tuple[int, float]:
        resource = pressure.resource
        if resource in helps:
            return 0, left[resource]
        is_full = resource in ROOTS and pressure.peak_share >= ROOT_SHARE
        return (1 if is_full else 3) + (resource in left), 0.0

    order = in_order_of_binding(verdict.pressures, verdict.jam)
    if helps:
        order.sort(key=rank)
    return replace(
        verdict,
        binding=order[0],
        next_binding=order[1] if len(order) > 1 else None,
        probes=tuple(probes),
    )


def _left(probe: Probe) -> float:
    """The part of the watched measure that is left with one unit more."""
    return probe.after / probe.before if probe.before > 0 else 1.0


def as_words(probe: Probe) -> dict[str, str | float]:
    """An experiment as it is kept on disk."""
    return {
        "resource": probe.resource.name,
        "measure": probe.measure,
        "before": probe.before,
        "after": probe.after,
    }


def from_words(words: Mapping[str, JsonValue]) -> Probe:
    """An experiment back from disk; `KeyError`, `TypeError` or `ValueError` when it is none."""
    return Probe(
        resource=Resource[words["resource"]],
        measure=str(words["measure"]),
        before=float(words["before"]),
        after=float(words["after"]),
    )
