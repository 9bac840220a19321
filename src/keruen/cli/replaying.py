"""`keruen replay`: the trace of one replication as lines that a person can read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from keruen import report, study, terminal
from keruen.cli.options import parse_time_ms, stacked
from keruen.cli.running import print_notes
from keruen.domain.codes import Event, PlaceKind
from keruen.domain.tables import Table, place_parts, slot_parts
from keruen.errors import UsageError
from keruen.formats import ocel_json
from keruen.i18n import text
from keruen.scenario import Scenario, read
from keruen.store import write_table
from keruen.store.disk import replace_text
from keruen.study.limits import check_replication, chosen_seed
from keruen.study.results import Played
from keruen.study.resuming import keep_state, saved_state, stopped_at
from keruen.tabular.decoding import check_encoding
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND

if TYPE_CHECKING:
    from keruen.cli.commands import ReplayOptions

_MOST_FRAMES: Final = 1000
_HOURS_OF_A_FILM: Final = 6
_ROWS_AT_A_TIME: Final = 10_000


def print_replay(asked: ReplayOptions) -> int:
    """Play a replication again and print its trace, or write files of it; then its digest.

    It goes on from a saved state when there is one, and the state at its end is saved when there is
    a place for it.
    """
    overrides, language = tuple(asked.overrides), asked.language
    check_encoding(asked.encoding)
    scenario = read(
        asked.scenario,
        overrides,
        stacked(asked.case),
        yard=asked.yard,
        encoding=asked.encoding,
    )
    print_notes(scenario, language)
    scenario = study.prepare(scenario).scenario
    study_seed = chosen_seed(scenario, asked.seed)
    check_replication(asked.replication)
    until_ms = parse_time_ms(asked.until)
    has_files = _check_files(asked, until_ms)
    if has_files and asked.from_state is not None:
        raise UsageError("error.replay_from_state")
    seed = study.replication_seed(study_seed, asked.replication)
    stopped = None
    if asked.from_state is not None:
        saved = saved_state(asked.from_state, scenario, until_ms)
        seed, stopped = saved.seed, stopped_at(saved)
    case, index = scenario.case, asked.replication
    facts = {"scenario": scenario.name, "case": case, "index": index, "seed": seed}
    typer.echo(text("cli.replay_seed", language, **facts))
    played = study.replay(
        scenario, seed, until_ms=until_ms, is_paranoid=asked.is_paranoid, stopped=stopped
    )
    lines = TraceLines(scenario, language)
    for path in _write_files(asked, scenario, played, lines.machines):
        typer.echo(text("cli.file_written", language, path=str(path)))
    if not has_files:
        _print_trace(played.run.trace, lines)
    typer.echo(text("cli.replay_digest", language, digest=played.run.digest))
    if asked.save_state is not None:
        keep_state(asked.save_state, scenario, seed, played)
        typer.echo(text("cli.replay_saved", language, path=str(asked.save_state)))
    return 0


def _print_trace(trace: Table, lines: TraceLines) -> None:
    # A year's trace as a list of Python numbers would fill the memory.
    for first in range(0, len(trace), _ROWS_AT_A_TIME):
        for row in trace[first : first + _ROWS_AT_A_TIME].tolist():
            typer.echo(lines.line(row))


def _film_times_ms(asked: ReplayOptions, until_ms: int) -> tuple[int, int]:
    """First frame and step of the film; refused when there would be no frame, or too many."""
    before = max(0, until_ms - _HOURS_OF_A_FILM * MS_PER_HOUR)
    from_ms = before if asked.film_from is None else parse_time_ms(asked.film_from)
    step_ms = parse_time_ms(asked.film_step)
    length_ms = until_ms - from_ms
    if length_ms <= 0 or not MS_PER_MINUTE <= step_ms <= length_ms:
        raise UsageError("error.film_times", most=_MOST_FRAMES)
    if length_ms > _MOST_FRAMES * step_ms:
        raise UsageError("error.film_times", most=_MOST_FRAMES)
    return from_ms, step_ms


def _check_files(asked: ReplayOptions, until_ms: int) -> bool:
    """Whether files are wanted; refuse what cannot be written before a long run, not after it.

    Raises
    ------
    UsageError
        When a name has the wrong ending or the times of the film do not fit.
    """
    for path, needed in (
        (asked.ocel, ".json"),
        (asked.movements, ".parquet"),
        (asked.frames, ".svg"),
    ):
        if path is not None and path.suffix.lower() != needed:
            raise UsageError("error.file_ending", path=str(path), needed=needed)
    if asked.frames is not None:
        _film_times_ms(asked, until_ms)
    return any(path is not None for path in (asked.ocel, asked.movements, asked.frames))


def _write_files(
    asked: ReplayOptions, scenario: Scenario, played: Played, machines: list[str]
) -> Iterable[Path]:
    """Write what is wanted, each whole or not at all; gives each path when it is written.

    Parameters
    ----------
    machines : names of the machines by number.
    """
    run = played.run
    if asked.ocel is not None:
        zone = timezone(timedelta(milliseconds=scenario.calendar.utc_offset_ms))
        start = report.starts_at(scenario).replace(tzinfo=zone)
        names = {
            "flow": sorted(scenario.flows),
            "service": sorted(scenario.services),
            "machine": machines,
        }
        parts = ocel_json(run.trace, played.visits, played.trains, start, names)
        replace_text(asked.ocel, "".join(parts))
        yield asked.ocel
    if asked.movements is not None:
        write_table(asked.movements, terminal.movements(run.trace, played.visits, run.end_ms))
        yield asked.movements
    if asked.frames is not None:
        from_ms, step_ms = _film_times_ms(asked, run.end_ms)
        film = report.yard_film(scenario, played, from_ms, run.end_ms, step_ms, asked.language)
        replace_text(asked.frames, film)
        yield asked.frames


class TraceLines:
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

    def _say(self, key: str, **parameters: object) -> str:
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
    for resource, key, index in terminal.machine_numbers(scenario.terminal):
        if key in groups and groups[key].kind == resource.name.lower():
            names.append(f"{groups[key].title.in_language(language)} {index + 1}")
        else:
            names.append(text(f"cli.machine_{resource.name.lower()}", language, n=index + 1))
    return names
