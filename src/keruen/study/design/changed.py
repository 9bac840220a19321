"""A scenario with steps of its levers built: one change for each kind of addition.

Knows what a step changes in a scenario; knows no costs and no search. Of shared capacity the whole
step is built and the corridor gets its share: what others have grows by the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final, TypeVar, get_args

from keruen.scenario import Scenario
from keruen.scenario.dry_port import Appointments, Block, Gate, Machines, Terminal, Tracks
from keruen.scenario.levers import Lever, RailwayTarget
from keruen.scenario.network import Border, BorderIntake, Fleet, Network, OthersShare, Section
from keruen.scenario.value_types import ScenarioTable
from keruen.units import DAYS_PER_YEAR, MS_PER_DAY, MS_PER_HOUR

_Table = TypeVar("_Table", bound=ScenarioTable)

_RAILWAY: Final = frozenset(get_args(RailwayTarget))


def is_railway(lever: Lever) -> bool:
    """Whether a lever widens what trains share outside the dry port."""
    return lever.adds in _RAILWAY


def changes_anything(scenario: Scenario, lever: Lever) -> bool:
    """Whether a lever has something to widen: trucks a day only where they are limited."""
    landside = scenario.terminal.landside
    return lever.adds != "trucks" or (landside is not None and landside.trucks_per_day > 0)


def with_levers(scenario: Scenario, steps: Mapping[str, int]) -> Scenario:
    """The scenario with so many steps of each lever; its week goes where the railway changes.

    Parameters
    ----------
    steps : key in `levers` → whole steps, from 0 to the lever's most.
    """
    terminal, network = scenario.terminal, scenario.network
    is_widened = False
    for key, n in sorted(steps.items()):
        lever = scenario.levers[key]
        if not n:
            continue
        amount = n * lever.step
        if is_railway(lever):
            assert network is not None, "a railway lever without a network"
            network = _RAILWAY_CHANGES[lever.adds](network, lever, amount)
            is_widened = True
        else:
            terminal = _TERMINAL_CHANGES[lever.adds](terminal, lever, amount)
    if is_widened and network is not None:
        network = network.model_copy(update={"week": None})
    return scenario.model_copy(update={"terminal": terminal, "network": network})


def _grown(table: _Table, name: str, amount: int) -> _Table:
    return table.model_copy(update={name: getattr(table, name) + amount})


def _tracks(terminal: Terminal, lever: Lever, amount: int) -> Terminal:
    groups: dict[str, Tracks] = terminal.tracks
    changed = {**groups, lever.to: _grown(groups[lever.to], "count", amount)}
    return terminal.model_copy(update={"tracks": changed})


def _machines(terminal: Terminal, lever: Lever, amount: int) -> Terminal:
    groups: dict[str, Machines] = terminal.machines
    changed = {**groups, lever.to: _grown(groups[lever.to], "count", amount)}
    return terminal.model_copy(update={"machines": changed})


def _blocks(terminal: Terminal, lever: Lever, amount: int) -> Terminal:
    """Further blocks like one that is there, beside it."""
    more = {f"{lever.to}-new-{n}": terminal.blocks[lever.to] for n in range(1, amount + 1)}
    return terminal.model_copy(update={"blocks": {**terminal.blocks, **more}})


def _plugs(terminal: Terminal, lever: Lever, amount: int) -> Terminal:
    """Plugs, and the bays without which no box would reach them."""
    block: Block = terminal.blocks[lever.to]
    n_plugs = block.n_plugs + amount
    n_bays = max(block.n_bays, math.ceil(n_plugs / (block.n_rows * block.n_tiers)))
    changed = block.model_copy(update={"n_plugs": n_plugs, "n_bays": n_bays})
    return terminal.model_copy(update={"blocks": {**terminal.blocks, lever.to: changed}})


def _shift_hours(terminal: Terminal, lever: Lever, amount: int) -> Terminal:
    shift = terminal.shifts[lever.to]
    length_ms = min(MS_PER_DAY, shift.length_ms + amount * MS_PER_HOUR)
    changed = shift.model_copy(update={"length_ms": length_ms})
    return terminal.model_copy(update={"shifts": {**terminal.shifts, lever.to: changed}})


def _gate_lanes(terminal: Terminal, lever: Lever, amount: int) -> Terminal:
    del lever
    gate = _grown(_grown(terminal.gate, "n_lanes_in", amount), "n_lanes_out", amount)
    return terminal.model_copy(update={"gate": gate})


def _gate_hours(terminal: Terminal, lever: Lever, amount: int) -> Terminal:
    """Hours after closing, then before opening; each new hour draws as many trucks as the quietest
    hour with trucks does today, and all are scaled to a day again."""
    del lever
    gate: Gate = terminal.gate
    open_ms = min(MS_PER_DAY, gate.open_time_ms + amount * MS_PER_HOUR)
    opens_ms = max(0, min(gate.opens_ms, MS_PER_DAY - open_ms))
    first, last = math.ceil(opens_ms / MS_PER_HOUR), (opens_ms + open_ms) // MS_PER_HOUR
    quietest = min(share for share in gate.hour_shares if share > 0)
    raised = [
        share if share > 0 or not first <= hour < last else quietest
        for hour, share in enumerate(gate.hour_shares)
    ]
    whole = math.fsum(raised)
    update = {
        "open_time_ms": open_ms,
        "opens_ms": opens_ms,
        "hour_shares": tuple(share / whole for share in raised),
    }
    return terminal.model_copy(update={"gate": gate.model_copy(update=update)})


def _appointments(terminal: Terminal, lever: Lever, amount: int) -> Terminal:
    """More trucks a window; where nobody books, windows of an hour begin with the first step."""
    del lever
    booked = terminal.gate.appointments
    appointments = (
        Appointments.model_construct(window_ms=MS_PER_HOUR, quota=amount, no_show_share=0.0)
        if booked is None
        else _grown(booked, "quota", amount)
    )
    gate = terminal.gate.model_copy(update={"appointments": appointments})
    return terminal.model_copy(update={"gate": gate})


def _locomotives(terminal: Terminal, lever: Lever, amount: int) -> Terminal:
    del lever
    shunting = _grown(terminal.shunting, "n_locomotives", amount)
    return terminal.model_copy(update={"shunting": shunting})


def _inspection_slots(terminal: Terminal, lever: Lever, amount: int) -> Terminal:
    del lever
    return _grown(terminal, "n_inspection_slots", amount)


def _trucks(terminal: Terminal, lever: Lever, amount: int) -> Terminal:
    del lever
    assert terminal.landside is not None, "trucks without a limit cannot be more"
    return terminal.model_copy(
        update={"landside": _grown(terminal.landside, "trucks_per_day", amount)}
    )


def _border_trains(network: Network, lever: Lever, amount: int) -> Network:
    """Trains a day each way: the corridor's own grow by its share of what is built."""
    border: Border = network.borders[lever.to]
    own = amount * lever.own_share
    others = border.others
    update: dict[str, object] = {
        "to_china": _wider(border.to_china, amount),
        "to_kazakhstan": _wider(border.to_kazakhstan, amount),
        "others": others.model_copy(
            update={
                "to_china": _others(
                    others.to_china, border.to_china.mean_trains_per_d, amount, own
                ),
                "to_kazakhstan": _others(
                    others.to_kazakhstan, border.to_kazakhstan.mean_trains_per_d, amount, own
                ),
            }
        ),
    }
    changed = border.model_copy(update=update)
    return network.model_copy(update={"borders": {**network.borders, lever.to: changed}})


def _transshipment(network: Network, lever: Lever, amount: int) -> Network:
    """Boxes a day that both sides together can move from gauge to gauge."""
    border: Border = network.borders[lever.to]
    per_yr = amount * DAYS_PER_YEAR
    others = border.others
    before = border.transshipment_boxes_per_yr
    share = _others(others.transshipment, before, per_yr, per_yr * lever.own_share)
    update: dict[str, object] = {
        "transshipment_boxes_per_yr": before + per_yr,
        "others": others.model_copy(update={"transshipment": share}),
    }
    changed = border.model_copy(update=update)
    return network.model_copy(update={"borders": {**network.borders, lever.to: changed}})


def _section(network: Network, lever: Lever, amount: int) -> Network:
    """Train paths a day that the corridor gets; the others' are neither here nor in its way."""
    section: Section = network.sections[lever.to]
    capacity = section.capacity_trains_per_d + amount * lever.own_share
    changed = section.model_copy(update={"capacity_trains_per_d": capacity})
    return network.model_copy(update={"sections": {**network.sections, lever.to: changed}})


def _platforms(network: Network, lever: Lever, amount: int) -> Network:
    """Wagons: those at work here grow by the corridor's share of what is bought."""
    fleet: Fleet = network.fleet[lever.to]
    n = fleet.n_platforms + amount
    working = fleet.n_platforms * fleet.available_share + amount * lever.own_share
    changed = fleet.model_copy(update={"n_platforms": n, "available_share": working / n})
    return network.model_copy(update={"fleet": {**network.fleet, lever.to: changed}})


def _wider(trains: BorderIntake, amount: int) -> BorderIntake:
    names = ("low_trains_per_d", "mode_trains_per_d", "high_trains_per_d")
    return trains.model_copy(update={name: getattr(trains, name) + amount for name in names})


def _others(others: OthersShare, before: float, amount: float, own: float) -> OthersShare:
    share = 1 - (before * (1 - others.share) + own) / (before + amount)
    return others.model_copy(update={"share": min(max(share, 0.0), 1.0)})


_TERMINAL_CHANGES: Final[Mapping[str, Callable[[Terminal, Lever, int], Terminal]]] = {
    "tracks": _tracks,
    "machines": _machines,
    "blocks": _blocks,
    "plugs": _plugs,
    "shift-hours": _shift_hours,
    "gate-lanes": _gate_lanes,
    "gate-hours": _gate_hours,
    "appointments": _appointments,
    "locomotives": _locomotives,
    "inspection-slots": _inspection_slots,
    "trucks": _trucks,
}
_RAILWAY_CHANGES: Final[Mapping[str, Callable[[Network, Lever, int], Network]]] = {
    "border-trains": _border_trains,
    "transshipment": _transshipment,
    "section": _section,
    "platforms": _platforms,
}
