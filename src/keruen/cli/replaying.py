"""`keruen replay`: the trace of one replication as lines that a person can read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from keruen import study
from keruen.cli.arguments import check_language, parse_time_ms, stacked
from keruen.cli.replay_files import Files, check_files, write_files
from keruen.cli.resuming import keep_state, saved_state, stopped_at
from keruen.domain.codes import Event, PlaceKind
from keruen.domain.tables import place_parts, slot_parts
from keruen.errors import UsageError
from keruen.i18n import text
from keruen.scenario import Scenario, read
from keruen.terminal import machine_numbers
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND

_ROWS_AT_A_TIME = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which replication to play again: of which study seed, and which index.

    It goes on from a saved state instead when there is one, and is saved when it stops if there is
    a place for it.
    """

    scenario: Scenario
    study_seed: int
    index: int
    from_state: Path | None = None
    to_state: Path | None = None
    files: Files | None = None


def what_to_replay(
    scenario_name: str,
    case: str,
    overrides: tuple[str, ...],
    seed: int | None,
    index: int,
    *,
    yard: Path | None = None,
    from_state: Path | None = None,
    to_state: Path | None = None,
    files: Files | None = None,
) -> Choice:
    """Read the scenario and check the seed and the index."""
    scenario = study.prepare(read(scenario_name, overrides, stacked(case), yard=yard)).scenario
    study_seed = scenario.scenario.seed if seed is None else seed
    if not 0 <= study_seed < 2**63:
        raise UsageError("error.seed", found=study_seed)
    if index < 0:
        raise UsageError("error.replication_index", found=index)
    return Choice(
        scenario=scenario,
        study_seed=study_seed,
        index=index,
        from_state=from_state,
        to_state=to_state,
        files=files,
    )


def print_replay(choice: Choice, until: str, *, is_paranoid: bool, language: str) -> int:
    """Play a replication again and print its trace, or write files of it; then its digest."""
    check_language(language)
    scenario = choice.scenario
    until_ms = parse_time_ms(until)
    files = choice.files or Files()
    check_files(files, until_ms)
    if files and choice.from_state is not None:
        raise UsageError("error.replay_from_state")
    saved = (
        None if choice.from_state is None else saved_state(choice.from_state, scenario, until_ms)
    )
    seed = study.replication_seed(choice.study_seed, choice.index)
    if saved is not None:
        seed = saved.seed
    facts = {"scenario": scenario.name, "case": scenario.case, "index": choice.index, "seed": seed}
    typer.echo(text("cli.replay_seed", language, **facts))
    stopped = None if saved is None else stopped_at(saved)
    played = study.replay(
        scenario, seed, until_ms=until_ms, is_paranoid=is_paranoid, stopped=stopped
    )
    words = Words(scenario, language)
    trace = played.run.trace
    for path in write_files(files, scenario, played, words.machines, language):
        typer.echo(text("cli.file_written", language, path=str(path)))
    for first in range(0, 0 if files else len(trace), _ROWS_AT_A_TIME):
        for row in trace[first : first + _ROWS_AT_A_TIME].tolist():
            typer.echo(words.line(row))
    typer.echo(text("cli.replay_digest", language, digest=played.run.digest))
    if choice.to_state is not None:
        keep_state(choice.to_state, scenario, seed, played)
        typer.echo(text("cli.replay_saved", language, path=str(choice.to_state)))
    return 0


class Words:
    """Rows of a trace as lines: labels instead of codes, numbers as painted on the yard."""

    def __init__(self, scenario: Scenario, language: str) -> None:
        self._language = language
        self.machines = _machine_names(scenario, language)
        blocks = sorted(scenario.terminal.blocks.items())
        self._blocks = [block.title.in_language(language) for _, block in blocks]
        self._rows = [block.n_rows for _, block in blocks]

    def line(self, row: tuple[int, ...]) -> str:
        """Time, event, machine, box, train, from and to, how long the machine worked."""
        time_ms, kind, machine, visit, train, origin, destination, busy_ms = row
        parts = [clock(time_ms), self._say(f"event_{Event(kind).name.lower()}")]
        if machine >= 0:
            parts.append(self.machines[machine])
        if visit >= 0:
            parts.append(self._say("replay_box", n=visit))
        if train >= 0:
            parts.append(self._say("replay_train", n=train))
        if origin >= 0 or destination >= 0:
            places = dict.fromkeys((self.place(origin), self.place(destination)))
            parts.append(" → ".join(places))
        if busy_ms > 0:
            parts.append(self._say("replay_seconds", n=busy_ms / MS_PER_SECOND))
        return " · ".join(parts)

    def place(self, code: int) -> str:
        """The name of a place (conventions §6)."""
        if code < 0:
            return self._say("replay_outside")
        kind, number = place_parts(code)
        if kind == PlaceKind.SLOT:
            index, position, tier = slot_parts(number)
            cell, half = divmod(position, 2)
            bay, row = divmod(cell, self._rows[index])
            where = {"bay": bay + 1, "row": f"{row + 1}{'ab'[half]}", "tier": tier + 1}
            return self._say("place_slot", block=self._blocks[index], **where)
        if kind == PlaceKind.TRACTOR:
            return self.machines[number]
        name = PlaceKind(kind).name.lower()
        if kind in (PlaceKind.RECEPTION_TRACK, PlaceKind.HANDLING_TRACK):
            return self._say(f"place_{name}", n=number + 1)
        return self._say(f"place_{name}")

    def _say(self, key: str, **parameters: Any) -> str:
        return text(f"cli.{key}", self._language, **parameters)


def clock(time_ms: int) -> str:
    """Simulated time as day, hours, minutes and seconds since the start of the simulation.

    Examples
    --------
    >>> clock(90_061_500)
    '1d 01:01:01.500'
    """
    days, rest = divmod(time_ms, MS_PER_DAY)
    hours, rest = divmod(rest, MS_PER_HOUR)
    minutes, rest = divmod(rest, MS_PER_MINUTE)
    return f"{days}d {hours:02d}:{minutes:02d}:{rest / MS_PER_SECOND:06.3f}"


def _machine_names(scenario: Scenario, language: str) -> list[str]:
    """Every machine by its group's title, or by what it is, and its number from 1."""
    groups = scenario.terminal.machines
    names = []
    for resource, key, index in machine_numbers(scenario.terminal):
        if key in groups and groups[key].kind == resource.name.lower():
            names.append(f"{groups[key].title.in_language(language)} {index + 1}")
        else:
            names.append(text(f"cli.machine_{resource.name.lower()}", language, n=index + 1))
    return names
