"""Files of a planned week: a workbook in, a workbook or a timetable out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import typer

from keruen.errors import StorageError, UsageError
from keruen.i18n import text
from keruen.scenario import Scenario
from keruen.scenario.week import Week


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekFiles:
    """What the command line asked for.

    Parameters
    ----------
    workbook : flows, and trains with routes, that replace those of the scenario.
    save_workbook : where the week is written as a workbook.
    gtfs : where it is written as a timetable: a folder, or a zip when its name ends so.
    """

    workbook: Path | None = None
    save_workbook: Path | None = None
    gtfs: Path | None = None

    def check(self) -> None:
        """Refuse names that cannot be meant, before any work is done.

        Raises
        ------
        UsageError
            When a workbook would not end in ``.xlsx``, or a folder holds other files.
        """
        if self.save_workbook is not None and self.save_workbook.suffix.lower() != ".xlsx":
            raise UsageError("error.workbook_name", found=str(self.save_workbook))
        if self.gtfs is None or _is_zip(self.gtfs) or not self.gtfs.exists():
            return
        if not self.gtfs.is_dir():
            raise UsageError("error.gtfs_name", found=str(self.gtfs))
        other = sorted(file.name for file in self.gtfs.iterdir() if file.suffix != ".txt")
        if other:
            found = ", ".join(other[:3])
            raise UsageError("error.gtfs_folder", path=str(self.gtfs), found=found)

    def applied(self, scenario: Scenario) -> Scenario:
        """The scenario with what the workbook holds, if one was given."""
        if self.workbook is None:
            return scenario
        from keruen.study.workbook import with_workbook

        return with_workbook(scenario, self.workbook)

    def write(self, scenario: Scenario, week: Week, language: str) -> None:
        """Write the week to every file that was asked for, and say where.

        Raises
        ------
        StorageError
            When the disk refuses.
        """
        if self.save_workbook is not None:
            from keruen.study.workbook import week_as_workbook

            write_whole(self.save_workbook, week_as_workbook(scenario, week, language))
            _tell("workbook_at", self.save_workbook, language)
        if self.gtfs is not None:
            self._write_gtfs(self.gtfs, scenario, week)
            _tell("gtfs_at", self.gtfs, language)

    @staticmethod
    def _write_gtfs(path: Path, scenario: Scenario, week: Week) -> None:
        from keruen.formats.gtfs import gtfs_files, zipped
        from keruen.study.timetable import timetable_of

        files = gtfs_files(timetable_of(scenario, week))
        if _is_zip(path):
            write_whole(path, zipped(files))
            return
        for name, content in sorted(files.items()):
            write_whole(path / name, content.encode())


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip"


def _tell(key: str, path: Path, language: str) -> None:
    typer.echo(text(f"timetable.{key}", language, path=str(path)))


def write_whole(path: Path, content: bytes, refusal: str = "error.file_not_written") -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    refusal : key of the sentence that names the file when the disk refuses.

    Raises
    ------
    StorageError
        When it does.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as refused:
        with suppress(OSError):  # there may be no folder for it to lie in
            partial.unlink(missing_ok=True)
        reason = refused.strerror or str(refused)
        raise StorageError(refusal, path=str(path), reason=reason) from refused
