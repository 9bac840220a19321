"""The capacity curve: what each service limit measures against the flow, a panel for each limit.

Knows points with intervals, a bound and the stretch where the capacity lies; knows no study.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from keruen.i18n import duration, number, share, text
from keruen.report.fonts import text_width
from keruen.report.pictures.axes import Scale, duration_ticks_up_to, round_ticks, value_axis
from keruen.report.pictures.colours import ALERT, CASES, FRAME, GRID, PAPER, SOFT_INK
from keruen.report.pictures.svg import SMALL, Drawing, Picture, draw_legend, polyline, wrapped

_PANEL = (268.0, 104.0)
_LEFTS = (80.0, 448.0)
_ROW = 184.0
_TOP = 38.0
_COLOUR = CASES[0]
_CAPACITY = CASES[1]
_HEADROOM = 1.7
"""How far above its bound a panel shows a measure: beyond, the terminal jams and scale is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """A measure at one flow: its mean and interval; `is_kept` when every limit holds there."""

    flow: float
    mean: float
    low: float
    high: float
    is_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePanel:
    """One limit: its title, its unit, its bound and its points by rising flow."""

    title: str
    unit: str
    bound: float
    points: tuple[CurvePoint, ...]


def draw_curve(
    panels: Sequence[CurvePanel],
    capacity: tuple[float, float, float] | None,
    words: tuple[str, str],
    language: str,
) -> Picture:
    """Panels in two columns with the same flows across.

    Parameters
    ----------
    capacity : mean, low and high end of the capacity's interval; None when there is none.
    """
    n_rows = (len(panels) + 1) // 2
    sheet = Drawing(height=n_rows * _ROW + 32)
    flows = [one.flow for panel in panels for one in panel.points]
    margin = 0.04 * (max(flows) - min(flows)) or 1.0
    span = (max(0.0, min(flows) - margin), max(flows) + margin)
    for index, panel in enumerate(panels):
        left, top = _LEFTS[index % 2], _TOP + (index // 2) * _ROW
        across = Scale(low=span[0], high=span[1], start=left, end=left + _PANEL[0])
        _draw_panel(sheet, panel, (across, top), capacity, language)
    entries = [
        (text("capacity.key_measure", language), _COLOUR),
        (text("capacity.key_limit", language), ALERT),
    ]
    if capacity is not None:
        entries.append((text("capacity.key_capacity", language), _CAPACITY))
    draw_legend(sheet, entries, n_rows * _ROW + 10, sheet.width)
    return sheet.finish(*words)


def _draw_panel(
    sheet: Drawing,
    panel: CurvePanel,
    place: tuple[Scale, float],
    capacity: tuple[float, float, float] | None,
    language: str,
) -> None:
    across, top = place
    bottom = top + _PANEL[1]
    ticks, written = _ticks(panel, language)
    up = Scale(low=0.0, high=ticks[-1], start=bottom, end=top)
    if capacity is not None:
        _draw_capacity(sheet, across, (top, bottom), capacity)
    value_axis(sheet, up, across.start, across.end, [(t, written(t)) for t in ticks])
    _draw_title(sheet, panel.title, across, top)
    _flow_axis(sheet, across, bottom, language)
    bound = up.at(panel.bound)
    sheet.line((across.start, bound), (across.end, bound), ALERT, width=1.4, dash="5 3")
    _draw_band(sheet, panel, across, up)
    for part in _visible(panel, up.high):
        places = ((across.at(x), up.at(y)) for x, y in part)
        sheet.path(polyline(places), stroke=_COLOUR, width=1.8)
    for one in panel.points:
        if one.mean <= up.high:
            fill = _COLOUR if one.is_kept else PAPER
            sheet.dot((across.at(one.flow), up.at(one.mean)), 3, fill, _COLOUR)


def _draw_title(sheet: Drawing, title: str, across: Scale, top: float) -> None:
    """The title on one or two lines, its last just above the panel."""
    left = across.start - 62
    # Bold letters are wider than those that the break is measured with.
    lines = wrapped(title, (across.end - left) * 0.92, SMALL + 1)
    for n, line in enumerate(reversed(lines)):
        sheet.text((left, top - 11 - 15 * n), line, size=SMALL + 1, is_bold=True)


def _draw_capacity(
    sheet: Drawing,
    across: Scale,
    stretch: tuple[float, float],
    capacity: tuple[float, float, float],
) -> None:
    mean, low, high = capacity
    top, bottom = stretch
    if math.isfinite(low) and math.isfinite(high):
        corners = [(low, top), (high, top), (high, bottom), (low, bottom)]
        places = ((across.at(x), y) for x, y in corners)
        sheet.path(polyline(places) + "z", fill=_CAPACITY, opacity=0.18)
    sheet.line((across.at(mean), top), (across.at(mean), bottom), _CAPACITY, width=1.6)


def _draw_band(sheet: Drawing, panel: CurvePanel, across: Scale, up: Scale) -> None:
    """The interval of the mean, as far as the panel shows it."""
    shown = [one for one in panel.points if math.isfinite(one.low) and one.mean <= up.high]
    if len(shown) < 2:
        return
    upper = [(across.at(one.flow), up.at(one.high)) for one in shown]
    lower = [(across.at(one.flow), up.at(one.low)) for one in reversed(shown)]
    sheet.path(polyline([*upper, *lower]) + "z", fill=_COLOUR, opacity=0.2)


def _visible(panel: CurvePanel, high: float) -> list[list[tuple[float, float]]]:
    """The line in parts, each cut where it leaves the panel at the top."""
    parts: list[list[tuple[float, float]]] = [[]]
    for one, other in zip(panel.points, panel.points[1:], strict=False):
        start, end = (one.flow, one.mean), (other.flow, other.mean)
        if min(one.mean, other.mean) > high:
            continue
        if one.mean > high:
            parts.append([_crossing(start, end, high)])
        elif not parts[-1]:
            parts[-1].append(start)
        parts[-1].append(_crossing(start, end, high) if other.mean > high else end)
    return [part for part in parts if len(part) > 1]


def _crossing(
    start: tuple[float, float], end: tuple[float, float], high: float
) -> tuple[float, float]:
    part = (high - start[1]) / (end[1] - start[1])
    return start[0] + part * (end[0] - start[0]), high


def _ticks(panel: CurvePanel, language: str) -> tuple[list[float], Callable[[float], str]]:
    """Ticks up to a little above the bound, and how they are written."""
    largest = max((one.mean for one in panel.points), default=0.0)
    wanted = max(_HEADROOM * panel.bound, min(largest, 0.1) if panel.bound == 0 else 0.0)
    if panel.unit == "ms":
        return duration_ticks_up_to(wanted, 5), lambda t: duration(t, language) if t else "0"
    if panel.unit == "share":
        most = min(max(wanted, 0.02), 1.0)
        ticks = [t / 100 for t in round_ticks(100 * most, 5)]
        return ticks, lambda t: share(t, language)
    return round_ticks(max(wanted, 1.0), 5), lambda t: number(t, language)


def _flow_axis(sheet: Drawing, across: Scale, bottom: float, language: str) -> None:
    """Flows below the panel, as far apart as they can be read; what they are, under them."""
    step = round_ticks(across.high - across.low, 5)[1]
    first = math.ceil(across.low / step)
    free_from = -math.inf
    for n in range(first, math.floor(across.high / step) + 1):
        x, label = across.at(n * step), number(n * step, language)
        half = text_width(label, SMALL) / 2
        if x - half >= free_from:
            sheet.line((x, bottom), (x, bottom + 4), FRAME)
            sheet.text((x, bottom + 16), label, size=SMALL, anchor="middle", fill=SOFT_INK)
            free_from = x + half + 8
    middle = (across.start + across.end) / 2
    name = text("capacity.axis_flow", language)
    sheet.text((middle, bottom + 31), name, size=SMALL, anchor="middle", fill=SOFT_INK)
    sheet.line((across.start, bottom), (across.end, bottom), GRID)
