"""`keruen replay`: the trace of one replication as lines that a person can read."""

from __future__ import annotations

import re

import typer

from keruen import study
from keruen.cli.running import check_language, stacked
from keruen.domain.codes import Event, PlaceKind
from keruen.domain.tables import place_parts, slot_parts
from keruen.errors import UsageError
from keruen.scenario import Scenario, read
from keruen.terminal import machine_numbers
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND

_TIME = re.compile(r"^(\d+(?:\.\d+)?)(min|h|d)$")
_UNITS = {"min": MS_PER_MINUTE, "h": MS_PER_HOUR, "d": MS_PER_DAY}


def print_replay(
    scenario_name: str,
    case: str,
    overrides: tuple[str, ...],
    seed_and_index: tuple[int | None, int],
    until: str,
    is_paranoid: bool,
    language: str,
) -> int:
    """Play a replication again and print its trace, then its digest."""
    check_language(language)
    scenario = read(scenario_name, overrides, stacked(case))
    seed, index = seed_and_index
    study_seed = scenario.scenario.seed if seed is None else seed
    if not 0 <= study_seed < 2**63:
        raise UsageError("error.seed", found=study_seed)
    if index < 0:
        raise UsageError("error.replications", found=index)
    own_seed = study.replication_seed(study_seed, index)
    played = study.replay(
        scenario, own_seed, until_ms=parse_time_ms(until), is_paranoid=is_paranoid
    )
    names = [f"{key} {number + 1}" for _, key, number in machine_numbers(scenario.terminal)]
    for row in played.run.trace.tolist():
        typer.echo(trace_line(scenario, names, row))
    typer.echo(f"trace {played.run.digest}")
    return 0


def parse_time_ms(words: str) -> int:
    """Simulated time from ``30min``, ``12h`` or ``2d``, in ms."""
    match = _TIME.match(words.replace(" ", ""))
    if match is None:
        raise UsageError("error.until", found=words)
    return round(float(match[1]) * _UNITS[match[2]])


def trace_line(scenario: Scenario, machine_names: list[str], row: tuple[int, ...]) -> str:
    """One row of the trace: time, event, box or train, from, to, machine."""
    time_ms, kind, machine, visit, train, origin, destination, busy_ms = row
    days, rest = divmod(time_ms, MS_PER_DAY)
    hours, rest = divmod(rest, MS_PER_HOUR)
    minutes, rest = divmod(rest, MS_PER_MINUTE)
    clock = f"{days:3d} {hours:02d}:{minutes:02d}:{rest / MS_PER_SECOND:06.3f}"
    parts = [f"{clock}  {Event(kind).name.lower():<18}"]
    if visit >= 0:
        parts.append(f"box {visit}")
    if train >= 0:
        parts.append(f"train {train}")
    if origin >= 0 or destination >= 0:
        parts.append(
            f"{_place(scenario, machine_names, origin)} → "
            f"{_place(scenario, machine_names, destination)}"
        )
    if machine >= 0:
        parts.append(f"by {machine_names[machine]}")
    if busy_ms > 0:
        parts.append(f"{busy_ms / MS_PER_SECOND:g} s")
    return "  ".join(parts)


def _place(scenario: Scenario, machine_names: list[str], code: int) -> str:
    """A place as it is painted on the yard: numbers count from 1."""
    if code < 0:
        return "outside"
    kind, number = place_parts(code)
    if kind == PlaceKind.SLOT:
        index, position, tier = slot_parts(number)
        key = sorted(scenario.terminal.blocks)[index]
        cell, half = divmod(position, 2)
        bay, row = divmod(cell, scenario.terminal.blocks[key].n_rows)
        return f"{key} bay {bay + 1} row {row + 1}{'ab'[half]} tier {tier + 1}"
    if kind == PlaceKind.TRACTOR:
        return machine_names[number]
    if kind in (PlaceKind.RECEPTION_TRACK, PlaceKind.HANDLING_TRACK):
        return f"{PlaceKind(kind).name.lower().replace('_', ' ')} {number + 1}"
    return PlaceKind(kind).name.lower()
