"""Shares of one in columns: a row for each project, a column for each side, the figure beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from keruen.i18n import share
from keruen.report.fonts import text_width
from keruen.report.pictures.colours import CASES, EMPTY, FRAME
from keruen.report.pictures.svg import SMALL, WIDTH, Drawing, Picture, wrapped

_ROW: Final = 17.0
_BAR: Final = 11.0
_LEFT: Final = 400.0
_GAP: Final = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """A project and its share in each column; None where nobody knows it.

    `group` is written above the first row of it.
    """

    name: str
    group: str
    shares: tuple[float | None, ...]


def draw_index_bars(
    rows: Sequence[IndexRow], columns: Sequence[str], words: tuple[str, str], language: str
) -> Picture:
    """Draw a row for each project.

    Parameters
    ----------
    rows : from top to bottom; at least one, each with as many shares as there are columns.
    columns : their names.
    words : title and description.
    """
    sheet = Drawing()
    width = (WIDTH - _LEFT) / len(columns)
    figure = text_width(share(1.0, language), SMALL) + 6
    for place, name in enumerate(columns):
        lines = wrapped(name, width - _GAP, SMALL)
        for number, line in enumerate(lines):
            at = (_LEFT + place * width, 12 + 14 * number)
            sheet.text(at, line, size=SMALL, is_bold=True)
    y, group = 34.0, ""
    for row in rows:
        if row.group != group:
            sheet.text((0, y + 13), row.group, size=SMALL + 1, is_bold=True)
            group, y = row.group, y + _ROW + 2
        (name,) = wrapped(row.name, _LEFT - 14, SMALL, 1)
        sheet.text((_LEFT - 10, y + 12), name, anchor="end", size=SMALL)
        for place, value in enumerate(row.shares):
            left, whole = _LEFT + place * width, width - _GAP - figure
            top = y + (_ROW - _BAR) / 2
            sheet.rect((left, top), (whole, _BAR), EMPTY, stroke=FRAME)
            if value:
                sheet.rect((left, top), (whole * value, _BAR), CASES[place % len(CASES)])
            said = "–" if value is None else share(value, language)
            sheet.text((left + whole + 5, top + 10), said, size=SMALL)
        y += _ROW
    sheet.height = y + 6
    return sheet.finish(*words)
