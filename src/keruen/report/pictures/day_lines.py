"""Lines over the year: one value for each day, panel by panel, each panel with its own scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from keruen.i18n import number, text
from keruen.report.fonts import text_width
from keruen.report.pictures.axes import Scale, month_axis, round_ticks, value_axis
from keruen.report.pictures.colours import ALERT, INK, SOFT_INK
from keruen.report.pictures.svg import SMALL, Drawing, Picture, fitted, point, polyline, wrapped

_PANEL = (282.0, 66.0)
_LEFTS = (62.0, 430.0)
_ROW = 118.0
_TOP = 26.0
_FEW_DAYS = 14
"""Up to so many days each value is a dot as well: a line needs two to be seen."""
_MARK = 5.0
_KEY_LINE = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePanel:
    """One line: its title, its colour and a value for each day.

    Parameters
    ----------
    most : the largest of the same days in other histories, a pale area behind the line.
    beside : another quantity of the same unit, a thin line.
    is_marked : bool, days that a mark above the panel points at.
    high : the scale reaches at least so far, so that panels can be compared.
    """

    title: str
    colour: str
    values: NDArray[np.float64]
    most: NDArray[np.float64] | None = None
    beside: NDArray[np.float64] | None = None
    is_marked: NDArray[np.bool_] | None = None
    high: float = 0.0


def draw_lines(
    panels: Sequence[LinePanel],
    first_day: date,
    words: tuple[str, str],
    language: str,
    *,
    note: str = "",
) -> Picture:
    """Panels in two columns, row by row.

    Parameters
    ----------
    note : what the lines are, below the panels; left out: the largest number of each day.
    """
    n_rows = (len(panels) + 1) // 2
    said = note or text("report.key_daily_largest", language)
    lines = wrapped(said, _LEFTS[1] + _PANEL[0] - _LEFTS[0], SMALL, 4)
    sheet = Drawing(height=n_rows * _ROW + 12 + _KEY_LINE * (len(lines) - 1))
    for index, panel in enumerate(panels):
        _draw_panel(
            sheet, panel, (_LEFTS[index % 2], _TOP + (index // 2) * _ROW), first_day, language
        )
    for index, line in enumerate(lines):
        at = (_LEFTS[0], n_rows * _ROW + 7 + _KEY_LINE * index)
        sheet.text(at, line, size=SMALL, fill=SOFT_INK)
    return sheet.finish(*words)


def _draw_panel(
    sheet: Drawing, panel: LinePanel, corner: tuple[float, float], first_day: date, language: str
) -> None:
    left, top = corner
    width, height = _PANEL
    shown = [v for v in (panel.values, panel.most, panel.beside) if v is not None]
    ticks = round_ticks(max(1.0, panel.high, *(float(v.max(initial=0.0)) for v in shown)), most=4)
    scale = Scale(low=0, high=ticks[-1], start=top + height, end=top)
    value_axis(sheet, scale, left, left + width, [(t, number(t, language)) for t in ticks])
    title = fitted(panel.title, width + 44)
    start = min(left - 44, left + width - text_width(title, SMALL + 1, is_bold=True))
    sheet.text((max(start, left - 60), top - 11), title, size=SMALL + 1, is_bold=True)
    days = len(panel.values)
    across = Scale(low=0, high=float(days), start=left, end=left + width)
    behind = panel.values if panel.most is None else panel.most
    sheet.path(_area(behind, across, scale, top + height), fill=panel.colour, opacity=0.2)
    sheet.path(_line(panel.values, across, scale), stroke=panel.colour, width=1.6)
    if panel.beside is not None:
        sheet.path(_line(panel.beside, across, scale), stroke=INK, width=0.7)
    if panel.is_marked is not None:
        _draw_marks(sheet, panel.is_marked, across, top)
    if days <= _FEW_DAYS:
        for n, value in enumerate(panel.values):
            sheet.dot((across.at(n + 0.5), scale.at(float(value))), 3, panel.colour)
    month_axis(sheet, across, top + height, (first_day, days), language)


def _line(values: NDArray[np.float64], across: Scale, scale: Scale) -> str:
    return polyline((across.at(n + 0.5), scale.at(float(v))) for n, v in enumerate(values))


def _area(values: NDArray[np.float64], across: Scale, scale: Scale, bottom: float) -> str:
    ends = point(across.at(len(values) - 0.5), bottom), point(across.at(0.5), bottom)
    return f"{_line(values, across, scale)}L{'L'.join(ends)}z"


def _draw_marks(sheet: Drawing, is_marked: NDArray[np.bool_], across: Scale, top: float) -> None:
    """A bar above each run of marked days, at least wide enough to be seen."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_marked, [False]])))
    for first, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        start, stop = across.at(first), across.at(end)
        width = max(stop - start, 2.5)
        sheet.rect(((start + stop - width) / 2, top - _MARK), (width, _MARK), ALERT)
