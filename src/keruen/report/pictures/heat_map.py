"""Heat map: occupancy by hour of the day (down) and week of the year (across).

Each kind of block is a panel; light is empty, dark is full. All panels of a figure share one scale,
which ends at 25, 50 or 100 %, so that the pattern of a nearly empty yard can be seen as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from keruen.i18n import share, text
from keruen.report.pictures.axes import Scale, month_axis
from keruen.report.pictures.colours import EMPTY, FRAME, SOFT_INK, share_colour
from keruen.report.pictures.svg import SMALL, TEXT, Anchor, Drawing, Picture, fitted, point

_N_SHADES = 25
_PANEL = (306.0, 84.0)
_LEFTS = (44.0, 406.0)
_ROW = 134.0
_TOP = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatPanel:
    """One kind of block.

    Parameters
    ----------
    title : what is shown.
    cells : float, shape (24, n_columns), shares; not-a-number where nothing was measured.
    days_per_column : 7 for weeks, 1 for days.
    """

    title: str
    cells: NDArray[np.float64]
    days_per_column: int


def draw_heat_map(
    panels: Sequence[HeatPanel], first_day: date, words: tuple[str, str], language: str
) -> Picture:
    """The heat map of one case; `words` are its title and its description."""
    n_rows = (len(panels) + 1) // 2
    sheet = Drawing(height=n_rows * _ROW + 30)
    top = scale_top([panel.cells for panel in panels])
    for index, panel in enumerate(panels):
        corner = (_LEFTS[index % 2], _TOP + (index // 2) * _ROW)
        scaled = replace(panel, cells=panel.cells / top)
        _draw_panel(sheet, scaled, corner, first_day, language)
    label = text("report.key_occupancy", language)
    sheet.text((_LEFTS[0], n_rows * _ROW + 10), label, size=SMALL, fill=SOFT_INK)
    draw_share_key(sheet, (_LEFTS[1], n_rows * _ROW - 1), _PANEL[0], language, top=top)
    return sheet.finish(*words)


def scale_top(cells: Sequence[NDArray[np.float64]]) -> float:
    """Where the scale of shades ends: at the first of 25, 50, 100 % that no cell exceeds."""
    most = max((float(np.nanmax(c)) for c in cells if not np.isnan(c).all()), default=0.0)
    return next((end for end in (0.25, 0.5) if most <= end), 1.0)


def _draw_panel(
    sheet: Drawing, panel: HeatPanel, corner: tuple[float, float], first_day: date, language: str
) -> None:
    left, top = corner
    width, height = _PANEL
    sheet.text((left, top - 9), fitted(panel.title, width), size=TEXT, is_bold=True)
    sheet.rect((left, top), _PANEL, EMPTY)
    n_columns = panel.cells.shape[1]
    _draw_cells(sheet, panel.cells, corner, (width / n_columns, height / 24))
    sheet.rect((left, top), _PANEL, stroke=FRAME)
    for hour in (0, 6, 12, 18, 24):
        y = top + hour * height / 24
        sheet.line((left - 4, y), (left, y), FRAME)
        sheet.text((left - 7, y + 4), f"{hour:02d}", size=SMALL, anchor="end", fill=SOFT_INK)
    days = n_columns * panel.days_per_column
    scale = Scale(low=0, high=float(days), start=left, end=left + width)
    month_axis(sheet, scale, top + height, (first_day, days), language)


def _draw_cells(
    sheet: Drawing,
    cells: NDArray[np.float64],
    corner: tuple[float, float],
    size: tuple[float, float],
) -> None:
    """One path for each shade and all darker ones, the lightest first.

    Each layer lies on the one before, so no gap between neighbours can show; and a few paths draw
    what would be thousands of shapes.
    """
    shades = np.where(np.isnan(cells), -1, np.rint(np.nan_to_num(cells) * (_N_SHADES - 1)))
    shades = np.minimum(shades, _N_SHADES - 1).astype(int)
    for shade in range(_N_SHADES):
        runs = [
            f"M{point(corner[0] + first * size[0], corner[1] + row * size[1])}"
            f"h{point(length * size[0] + 0.2, 0)[:-2]}v{point(size[1] + 0.2, 0)[:-2]}"
            f"h-{point(length * size[0] + 0.2, 0)[:-2]}z"
            for row in range(shades.shape[0])
            for first, length in _runs(shades[row] >= shade)
        ]
        if runs:
            sheet.path("".join(runs), fill=share_colour(shade / (_N_SHADES - 1)))


def _runs(chosen: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First place and length of each run of true values."""
    edges = np.diff(np.concatenate(([0], chosen.astype(np.int8), [0])))
    firsts = np.flatnonzero(edges == 1)
    lengths = np.flatnonzero(edges == -1) - firsts
    return [(int(first), int(length)) for first, length in zip(firsts, lengths, strict=True)]


def draw_share_key(
    sheet: Drawing,
    corner: tuple[float, float],
    width: float,
    language: str,
    *,
    top: float = 1.0,
) -> None:
    """The scale of shades from 0 to `top`, with its figures below."""
    left, y = corner
    step = width / _N_SHADES
    for shade in range(_N_SHADES):
        colour = share_colour(shade / (_N_SHADES - 1))
        sheet.rect((left + shade * step, y), (step + 0.2, 10), colour)
    sheet.rect((left, y), (width, 10), stroke=FRAME)
    digits = 1 if top == 0.25 else 0
    for part in (0.0, 0.5, 1.0) if top < 1 else (0.0, 0.25, 0.5, 0.75, 1.0):
        x = left + part * width
        anchor: Anchor = "start" if part == 0 else "end" if part == 1 else "middle"
        sheet.text(
            (x, y + 24),
            share(part * top, language, digits),
            size=SMALL,
            anchor=anchor,
            fill=SOFT_INK,
        )
