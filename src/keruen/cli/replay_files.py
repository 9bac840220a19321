"""Files of a replayed run: a process-mining log, the movements, a film of the yard."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final

from keruen import report, terminal
from keruen.cli.arguments import parse_time_ms
from keruen.errors import UsageError
from keruen.formats import ocel_json
from keruen.scenario import Scenario
from keruen.store import write_table
from keruen.store.disk import replace_text
from keruen.study import Played
from keruen.units import MS_PER_HOUR, MS_PER_MINUTE

if TYPE_CHECKING:
    from keruen.cli.commands import ReplayOptions

MOST_FRAMES: Final = 1000
_HOURS_OF_A_FILM: Final = 6


def _film_times_ms(asked: ReplayOptions, until_ms: int) -> tuple[int, int]:
    """First frame and step of the film; refused when there would be no frame, or too many."""
    before = max(0, until_ms - _HOURS_OF_A_FILM * MS_PER_HOUR)
    from_ms = before if asked.film_from is None else parse_time_ms(asked.film_from)
    step_ms = parse_time_ms(asked.film_step)
    length_ms = until_ms - from_ms
    if length_ms <= 0 or not MS_PER_MINUTE <= step_ms <= length_ms:
        raise UsageError("error.film_times", most=MOST_FRAMES)
    if length_ms > MOST_FRAMES * step_ms:
        raise UsageError("error.film_times", most=MOST_FRAMES)
    return from_ms, step_ms


def check_files(asked: ReplayOptions, until_ms: int) -> bool:
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


def write_files(
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
