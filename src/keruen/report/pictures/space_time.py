"""Space-time diagram: every train of a week on one line, and where trains had to wait.

Stations stand at their distance, time runs to the right, one line of points is one train. What is
horizontal and thick is a wait for a train path.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from keruen.i18n import number, text
from keruen.report.fonts import text_width
from keruen.report.pictures.axes import Scale
from keruen.report.pictures.colours import FRAME, GRID, INK, PAPER, SOFT_INK
from keruen.report.pictures.svg import SMALL, TEXT, WIDTH, Drawing, Picture, polyline, wrapped
from keruen.units import MS_PER_DAY

AWAY: Final = "#8a6d00"
TOWARDS: Final = "#0a4f8f"
WAITING: Final = "#d55e00"

_LEFT: Final = 128.0
_RIGHT: Final = WIDTH - 56.0
_HEIGHT: Final = 400.0
_LEAST_GAP: Final = 13.0
_LINE: Final = 12.0
_WAIT: Final = 4.0
_LEAST_WAIT: Final = 2.5
"""A wait is drawn at least this wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StationOnLine:
    """A station: its name and its distance from the first one, in kilometres."""

    name: str
    km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainTrajectory:
    """Where one train was from moment to moment, on the line that is drawn.

    Parameters
    ----------
    is_away : from the dry port.
    points : milliseconds since the left edge, and kilometres; in the order of time.
    waits : begin and end of each wait in milliseconds since the left edge, and where.
    """

    is_away: bool
    points: Sequence[tuple[float, float]]
    waits: Sequence[tuple[float, float, float]] = ()


def draw_space_time(
    stops: Sequence[StationOnLine],
    trajectories: Sequence[TrainTrajectory],
    span: tuple[date, int],
    words: tuple[str, str],
    language: str,
) -> Picture:
    """The diagram of one week.

    Parameters
    ----------
    stops : at least two, ascending by distance.
    trajectories : in any order; what lies outside the span is cut off.
    span : first day and number of days.
    """
    first_day, days = span
    sheet = Drawing()
    top = _draw_key(sheet, language) + 14
    bottom = top + _HEIGHT
    across = Scale(low=0, high=float(days * MS_PER_DAY), start=_LEFT, end=_RIGHT)
    down = Scale(low=stops[0].km, high=max(stops[-1].km, stops[0].km + 1), start=top, end=bottom)
    sheet.height = bottom + 24
    _draw_days(sheet, across, (top, bottom), first_day, days)
    _draw_stops(sheet, stops, down, language)
    for trajectory in sorted(trajectories, key=lambda one: one.is_away):
        for part in _within(trajectory.points, across.high):
            places = ((across.at(at), down.at(km)) for at, km in part)
            sheet.path(polyline(places), stroke=AWAY if trajectory.is_away else TOWARDS, width=1.1)
    for trajectory in trajectories:
        for begin, end, km in trajectory.waits:
            if end > 0 and begin < across.high:
                _draw_wait(sheet, across.at(begin), across.at(end), down.at(km))
    sheet.rect((_LEFT, top), (_RIGHT - _LEFT, bottom - top), stroke=FRAME)
    return sheet.finish(*words)


def _draw_key(sheet: Drawing, language: str) -> float:
    """What slopes down, what slopes up, what stands; returns where the key ends."""
    x, y = 0.0, 4.0
    for name in ("away", "towards", "waiting"):
        said = text(f"chapter.trains_{name}", language)
        needed = 30 + text_width(said, TEXT)
        if x > 0 and x + needed > WIDTH:
            x, y = 0.0, y + 21
        if name == "waiting":
            _draw_wait(sheet, x, x + 22, y + 6)
        else:
            ends = (y + 1, y + 12) if name == "away" else (y + 12, y + 1)
            colour = AWAY if name == "away" else TOWARDS
            sheet.line((x, ends[0]), (x + 22, ends[1]), colour, width=1.6)
        sheet.text((x + 30, y + 10.5), said)
        x += needed + 24
    return y + 21


def _draw_days(
    sheet: Drawing, across: Scale, sides: tuple[float, float], first_day: date, days: int
) -> None:
    top, bottom = sides
    for n in range(days):
        x = across.at(n * MS_PER_DAY)
        sheet.line((x, top), (x, bottom), FRAME, width=0.8)
        noon = across.at((n + 0.5) * MS_PER_DAY)
        sheet.line((noon, top), (noon, bottom), GRID, width=0.8)
        when = first_day + timedelta(days=n)
        label = f"{when.day:02d}.{when.month:02d}"
        sheet.text((noon, bottom + 16), label, size=SMALL, anchor="middle", fill=SOFT_INK)


def _draw_stops(sheet: Drawing, stops: Sequence[StationOnLine], down: Scale, language: str) -> None:
    """Lines at all stations, names where there is room: both ends first, then from the top."""
    taken: list[tuple[float, float]] = []
    for stop in (stops[0], stops[-1], *stops[1:-1]):
        y = down.at(stop.km)
        sheet.line((_LEFT, y), (_RIGHT, y), GRID, width=0.8)
        lines = wrapped(stop.name, _LEFT - 8, SMALL, 3)
        half = max(_LEAST_GAP, _LINE * len(lines)) / 2
        if any(y - half < low and high < y + half for high, low in taken):
            continue
        taken.append((y - half, y + half))
        for index, line in enumerate(lines):
            at = (_LEFT - 6, y + 4 + _LINE * (index - (len(lines) - 1) / 2))
            sheet.text(at, line, size=SMALL, anchor="end")
        label = number(stop.km, language)
        sheet.text((_RIGHT + 5, y + 4), label, size=SMALL, fill=SOFT_INK)
    unit = text("chapter.km", language)
    x = _RIGHT + 5 + text_width(number(stops[-1].km, language), SMALL) / 2
    sheet.text((x, down.end + 17), unit, size=SMALL, anchor="middle", fill=SOFT_INK)


def _within(points: Sequence[tuple[float, float]], high: float) -> list[list[tuple[float, float]]]:
    """The parts of a train's way within the span, cut at its edges."""
    parts: list[list[tuple[float, float]]] = []
    for one, other in itertools.pairwise(points):
        if other[0] <= 0 or one[0] >= high:
            continue
        start, end = (_cut(one, other, max(one[0], 0.0)), _cut(one, other, min(other[0], high)))
        if parts and parts[-1][-1] == start:
            parts[-1].append(end)
        else:
            parts.append([start, end])
    return parts


def _cut(one: tuple[float, float], other: tuple[float, float], at: float) -> tuple[float, float]:
    if at in (one[0], other[0]):
        return one if at == one[0] else other
    part = (at - one[0]) / (other[0] - one[0])
    return at, one[1] + part * (other[1] - one[1])


def _draw_wait(sheet: Drawing, start: float, end: float, y: float) -> None:
    if end - start < _LEAST_WAIT:
        start, end = (start + end - _LEAST_WAIT) / 2, (start + end + _LEAST_WAIT) / 2
    sheet.line((start, y), (end, y), PAPER, width=_WAIT + 2)
    sheet.line((start, y), (end, y), INK, width=_WAIT + 0.8)
    sheet.line((start, y), (end, y), WAITING, width=_WAIT - 0.8)
