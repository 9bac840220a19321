"""`keruen register fiche|meeting`: papers to print."""

from __future__ import annotations

from pathlib import Path

from keruen.cli.arguments import check_language
from keruen.cli.registering.opening import day, open_reader
from keruen.cli.registering.words import tell


def fiche(folder: Path | None, project: str, out: Path | None, today: str, language: str) -> int:
    """Write the fiche of one project."""
    from keruen.report.joint import write_fiche

    check_language(language)
    state = open_reader(folder).state(day(today))
    path = write_fiche(state, project, out or Path(), language=language)
    tell("written", language, path=str(path))
    return 0


def meeting(folder: Path | None, out: Path | None, today: str, language: str) -> int:
    """Write the sheet for the meeting."""
    from keruen.report.joint import write_meeting_sheet

    check_language(language)
    state = open_reader(folder).state(day(today))
    path = write_meeting_sheet(state, out or Path(), language=language)
    tell("written", language, path=str(path))
    return 0
