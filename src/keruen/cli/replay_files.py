"""Files of a replayed run: a process-mining log, the movements, a film of the yard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path
from typing import Final

from keruen import report, terminal
from keruen.cli.arguments import parse_time_ms
from keruen.errors import UsageError
from keruen.formats import ocel_json
from keruen.scenario import Scenario
from keruen.store import write_table
from keruen.store.disk import replace_text
from keruen.study.results import Played
from keruen.units import MS_PER_HOUR, MS_PER_MINUTE

MOST_FRAMES: Final = 1000
_HOURS_OF_A_FILM: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where the files go; None for one that is not wanted."""

    ocel: Path | None = None
    movements: Path | None = None
    frames: Path | None = None
    from_: str | None = None
    step: str = "5min"

    def __bool__(self) -> bool:
        return any(path is not None for path in (self.ocel, self.movements, self.frames))

    def film_times_ms(self, until_ms: int) -> tuple[int, int]:
        """First frame and step of the film.

        Raises
        ------
        UsageError
            When there would be no frame, or too many.
        """
        before = max(0, until_ms - _HOURS_OF_A_FILM * MS_PER_HOUR)
        from_ms = before if self.from_ is None else parse_time_ms(self.from_)
        step_ms = parse_time_ms(self.step)
        length_ms = until_ms - from_ms
        if length_ms <= 0 or not MS_PER_MINUTE <= step_ms <= length_ms:
            raise UsageError("error.film_times", most=MOST_FRAMES)
        if length_ms > MOST_FRAMES * step_ms:
            raise UsageError("error.film_times", most=MOST_FRAMES)
        return from_ms, step_ms


def check_files(files: Files, until_ms: int) -> None:
    """Refuse what cannot be written before a long run, not after it.

    Raises
    ------
    UsageError
        When a name has the wrong ending or the times of the film do not fit.
    """
    for path, needed in (
        (files.ocel, ".json"),
        (files.movements, ".parquet"),
        (files.frames, ".svg"),
    ):
        if path is not None and path.suffix.lower() != needed:
            raise UsageError("error.file_ending", path=str(path), needed=needed)
    if files.frames is not None:
        files.film_times_ms(until_ms)


def write_files(
    files: Files, scenario: Scenario, played: Played, machines: list[str], language: str
) -> Iterable[Path]:
    """Write what is wanted, each whole or not at all; gives each path when it is written.

    Parameters
    ----------
    machines : names of the machines by number.
    """
    run = played.run
    if files.ocel is not None:
        zone = timezone(timedelta(milliseconds=scenario.calendar.utc_offset_ms))
        start = report.starts_at(scenario).replace(tzinfo=zone)
        names = {
            "flow": sorted(scenario.flows),
            "service": sorted(scenario.services),
            "machine": machines,
        }
        parts = ocel_json(run.trace, played.visits, played.trains, start, names)
        replace_text(files.ocel, "".join(parts))
        yield files.ocel
    if files.movements is not None:
        write_table(files.movements, terminal.movements(run.trace, played.visits, run.end_ms))
        yield files.movements
    if files.frames is not None:
        from_ms, step_ms = files.film_times_ms(run.end_ms)
        film = report.yard_film(scenario, played, from_ms, run.end_ms, step_ms, language)
        replace_text(files.frames, film)
        yield files.frames
