"""Lines over the year: one value for each day, panel by panel, each panel with its own scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from keruen.i18n import number, text
from keruen.report.axes import Scale, month_axis, round_ticks, value_axis
from keruen.report.colours import SOFT_INK
from keruen.report.fonts import text_width
from keruen.report.svg import SMALL, Drawing, Picture, fitted, point

_PANEL = (282.0, 66.0)
_LEFTS = (62.0, 430.0)
_ROW = 118.0
_TOP = 26.0
_FEW_DAYS = 14
"""Up to so many days each value is a dot as well: a line needs two to be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePanel:
    """One line: its title, its colour and a value for each day."""

    title: str
    colour: str
    values: NDArray[np.float64]


def draw_lines(
    panels: Sequence[LinePanel], first_day: date, words: tuple[str, str], language: str
) -> Picture:
    """Panels in two columns, row by row."""
    n_rows = (len(panels) + 1) // 2
    sheet = Drawing(height=n_rows * _ROW + 12)
    for index, panel in enumerate(panels):
        _draw_panel(
            sheet, panel, (_LEFTS[index % 2], _TOP + (index // 2) * _ROW), first_day, language
        )
    note = text("report.key_daily_largest", language)
    sheet.text((_LEFTS[0], n_rows * _ROW + 7), note, size=SMALL, fill=SOFT_INK)
    return sheet.finish(*words)


def _draw_panel(
    sheet: Drawing, panel: LinePanel, corner: tuple[float, float], first_day: date, language: str
) -> None:
    left, top = corner
    width, height = _PANEL
    ticks = round_ticks(max(float(panel.values.max(initial=0.0)), 1.0), most=4)
    scale = Scale(low=0, high=ticks[-1], start=top + height, end=top)
    value_axis(sheet, scale, left, left + width, [(t, number(t, language)) for t in ticks])
    title = fitted(panel.title, width + 44)
    start = min(left - 44, left + width - text_width(title, SMALL + 1, is_bold=True))
    sheet.text((max(start, left - 60), top - 11), title, size=SMALL + 1, is_bold=True)
    days = len(panel.values)
    across = Scale(low=0, high=float(days), start=left, end=left + width)
    places = [point(across.at(n + 0.5), scale.at(float(v))) for n, v in enumerate(panel.values)]
    base = point(across.at(days - 0.5), top + height), point(across.at(0.5), top + height)
    sheet.path(f"M{'L'.join([*places, *base])}z", fill=panel.colour, opacity=0.2)
    sheet.path("M" + "L".join(places), stroke=panel.colour, width=1.6)
    if days <= _FEW_DAYS:
        for n, value in enumerate(panel.values):
            sheet.dot((across.at(n + 0.5), scale.at(float(value))), 3, panel.colour)
    month_axis(sheet, across, top + height, (first_day, days), language)
