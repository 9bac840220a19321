"""Flows, trains and ways of a planned week as a workbook, and the rows of a filled one.

Knows the three sheets and their columns; knows nothing of stations, flows and rules. What the rows
mean is checked where the scenario is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from keruen.formats.list_content import Say
from keruen.formats.sheets import FilledSheets, Sheet, SheetColumn, read_sheets
from keruen.formats.workbooks import workbook

FLOWS: Final = Sheet(
    key="flows",
    title="timetable.sheet_flows",
    about="timetable.about_flows",
    columns=(
        SheetColumn(key="flow", title="timetable.column_flow", is_required=True, width=24),
        SheetColumn(key="title", title="timetable.column_title", width=40),
        SheetColumn(key="boxes", title="timetable.column_boxes", kind="decimal"),
    ),
)
TRAINS: Final = Sheet(
    key="trains",
    title="timetable.sheet_trains",
    about="timetable.about_trains",
    columns=(
        SheetColumn(key="train", title="timetable.column_train", is_required=True, width=30),
        SheetColumn(key="title", title="timetable.column_title", width=40),
        SheetColumn(key="start", title="timetable.column_start", is_required=True, width=22),
        SheetColumn(key="end", title="timetable.column_end", is_required=True, width=22),
        SheetColumn(
            key="trains_per_week", title="timetable.column_trains", kind="whole", is_required=True
        ),
        SheetColumn(key="departures", title="timetable.column_departures", width=60),
        SheetColumn(
            key="every_other_week",
            title="timetable.column_every_other_week",
            kind="code",
            codes={"even": "timetable.weeks_even", "odd": "timetable.weeks_odd"},
            width=30,
        ),
    ),
)
ROUTES: Final = Sheet(
    key="routes",
    title="timetable.sheet_routes",
    about="timetable.about_routes",
    columns=(
        SheetColumn(key="flow", title="timetable.column_flow", is_required=True, width=24),
        SheetColumn(key="title", title="timetable.column_title", width=40),
        SheetColumn(key="share", title="timetable.column_share", kind="decimal", is_required=True),
        SheetColumn(key="stations", title="timetable.column_stations", is_required=True, width=80),
    ),
)
SHEETS: Final = (FLOWS, TRAINS, ROUTES)

_ADVICE: Final = ("sheets.guide_rows", "timetable.guide_required", "timetable.guide_names")

Rows = Mapping[str, Sequence[Mapping[str, str]]]
"""Sheet key → rows, each column key → text."""


def week_workbook(rows: Rows, *, language: str, say: Say) -> bytes:
    """The rows as a workbook with a guide.

    Parameters
    ----------
    rows : of the sheets ``flows``, ``trains`` and ``routes``.
    language : of titles and guide.
    say : words of a catalogue key in a language (`keruen.i18n.text`).

    Returns
    -------
    The file; the same for the same arguments.
    """
    return workbook(SHEETS, rows, language, say, advice=_ADVICE)


def read_week_sheets(path: Path, say: Say) -> FilledSheets:
    """The rows of a filled workbook, with every cell that cannot be read.

    Parameters
    ----------
    say : words of a catalogue key in a language; titles may be in any of the four.

    Raises
    ------
    InputError
        When the file as a whole cannot be read.
    """
    return read_sheets(path, SHEETS, say)
