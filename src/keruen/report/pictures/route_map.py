"""Map of the corridor: stations, lines by trains and by use of their paths, borders with queues.

Drawn from numbers alone, without a request to anywhere. Lines are straight between stations.
Outlines of countries are a layer below, which may be left out or exchanged.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from keruen.i18n import number, quantity, share, text
from keruen.report.fonts import text_width
from keruen.report.label_placement import Box, Placed, Wanted, place_labels
from keruen.report.pictures.axes import round_ticks
from keruen.report.pictures.colours import (
    ALERT,
    FRAME,
    GRID,
    INK,
    PAPER,
    SOFT_INK,
    share_colour,
)
from keruen.report.pictures.projection import Cone
from keruen.report.pictures.svg import SMALL, WIDTH, Drawing, Picture, point, polyline, wrapped

Place = tuple[float, float]
"""Degrees east and north."""

Shape = Literal["dry-port", "hub", "dispatch", "destination", "junction"]

_LEFT: Final = 46.0
_TOP: Final = 4.0
_MARGIN: Final = (42.0, 24.0)
"""Between the outermost stations and the frame, to the sides and above."""
_HEIGHTS: Final = (300.0, 560.0)
_OUTLINE: Final = "#a6a6a6"
_SEA: Final = "#e4ebf0"
_NAME: Final = 10.5
_LINE: Final = 12.0
_NAME_ROOM: Final = 104.0
_BORDER_ROOM: Final = 180.0
_WIDEST: Final = 9.0
_LEAST: Final = 1.6
_RADII: Final[Mapping[Shape, float]] = {
    "dry-port": 6.0,
    "hub": 4.4,
    "dispatch": 3.0,
    "destination": 3.4,
    "junction": 1.8,
}
_BORDER: Final = 5.5
_LEAST_STEP: Final = 0.7
"""Points of an outline that are nearer to the one before are left out."""
_LEAST_SIDE_M: Final = 300_000.0
_WIDE_M: Final = 2_000_000
"""A map wider than this has a line every ten degrees, else every two."""
_N_PER_STEP: Final = 40
_DEGREES: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MapPlace:
    """A station; of two labels that cannot both stand, that of the lower `rank` does."""

    name: str
    place: Place
    shape: Shape
    rank: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLine:
    """A line between two stations.

    Parameters
    ----------
    trains_per_d : container trains of the corridor, both ways together.
    share : of its free train paths that they use, in the busier direction.
    """

    start: Place
    end: Place
    trains_per_d: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MapBorder:
    """A border: how many trains wait on average, and what is said of it under its name."""

    name: str
    note: str
    place: Place
    n_waiting: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """The layer of countries: rings of land, further lines, names with their places."""

    areas: Sequence[Sequence[Sequence[Place]]] = ()
    lines: Sequence[Sequence[Place]] = ()
    names: Sequence[tuple[Place, str]] = ()


@dataclass(slots=True)
class _Map:
    """A cone laid on the sheet, and what already stands there."""

    cone: Cone
    west_m: float
    north_m: float
    per_m: float
    frame: Box
    window: tuple[float, float, float, float]
    taken: list[Box] = field(default_factory=list)

    @classmethod
    def around(cls, places: Sequence[Place]) -> _Map:
        cone = Cone.over(places)
        flat = cone.project([p[0] for p in places], [p[1] for p in places])
        low, high = flat.min(axis=0), flat.max(axis=0)
        middle = (low + high) / 2
        wide, tall = (max(float(side), _LEAST_SIDE_M) for side in high - low)
        width = WIDTH - _LEFT - 1
        per_m = (width - 2 * _MARGIN[0]) / wide
        height = tall * per_m + 2 * _MARGIN[1]
        if height > _HEIGHTS[1]:
            per_m *= (_HEIGHTS[1] - 2 * _MARGIN[1]) / (height - 2 * _MARGIN[1])
        height = min(max(height, _HEIGHTS[0]), _HEIGHTS[1])
        return cls(
            cone=cone,
            west_m=float(middle[0]) - width / 2 / per_m,
            north_m=float(middle[1]) - height / 2 / per_m,
            per_m=per_m,
            frame=Box(_LEFT, _TOP, _LEFT + width, _TOP + height),
            window=(
                min(p[0] for p in places),
                min(p[1] for p in places),
                max(p[0] for p in places),
                max(p[1] for p in places),
            ),
        )

    def at(self, places: Iterable[Place]) -> list[tuple[float, float]]:
        """Points on the sheet."""
        found = list(places)
        flat = self.cone.project([p[0] for p in found], [p[1] for p in found])
        return [
            (
                self.frame.left + (float(x) - self.west_m) * self.per_m,
                self.frame.top + (float(y) - self.north_m) * self.per_m,
            )
            for x, y in flat
        ]


def draw_route_map(
    stations: tuple[Sequence[MapPlace], Sequence[MapBorder]],
    lines: Sequence[MapLine],
    outlines: Outlines,
    tops: tuple[float, float],
    words: tuple[str, str],
    language: str,
) -> Picture:
    """The map of one case.

    Parameters
    ----------
    stations : places, and borders.
    tops : trains a day of the widest line, and the share of the darkest one; the same for all
        cases that are compared.
    """
    places, borders = stations
    shown = _Map.around([*(p.place for p in places), *(b.place for b in borders)])
    frame = shown.frame
    sheet = Drawing(height=frame.bottom + 118)
    sheet.rect((frame.left, frame.top), (frame.right - frame.left, frame.bottom - frame.top), _SEA)
    _draw_land(sheet, shown, outlines)
    _draw_graticule(sheet, shown, language)
    segments = _draw_lines(sheet, shown, lines, tops)
    _draw_places(sheet, shown, places)
    _draw_borders(sheet, shown, borders)
    _draw_scale_bar(sheet, shown, language)
    _draw_labels(sheet, shown, places, borders, segments)
    _draw_country_names(sheet, shown, outlines)
    sheet.rect(
        (frame.left, frame.top),
        (frame.right - frame.left, frame.bottom - frame.top),
        stroke=FRAME,
    )
    _draw_key(sheet, frame.bottom + 34, tops, language)
    return sheet.finish(*words)


def line_width(trains_per_d: float, most_trains_per_d: float) -> float:
    """Width of a line on the sheet: it grows with the trains, and can always be seen."""
    return max(_LEAST, _WIDEST * trains_per_d / max(most_trains_per_d, 1e-9))


# --- land and degrees -------------------------------------------------------------------------


def _draw_land(sheet: Drawing, shown: _Map, outlines: Outlines) -> None:
    for area in outlines.areas:
        rings = [clipped(_thinned(shown.at(ring)), shown.frame) for ring in area]
        paths = [polyline(ring) + "z" for ring in rings if len(ring) > 2]
        if paths:
            sheet.path("".join(paths), fill=PAPER, stroke=_OUTLINE, width=0.8)
    for line in outlines.lines:
        for part in _inside(shown.at(line), shown.frame):
            sheet.path(polyline(part), stroke=_OUTLINE, width=0.8)


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    kept = list(points[:1])
    for one in points[1:]:
        if math.dist(one, kept[-1]) >= _LEAST_STEP:
            kept.append(one)
    return kept


def clipped(ring: Sequence[tuple[float, float]], frame: Box) -> list[tuple[float, float]]:
    """The part of a ring within the frame (Sutherland and Hodgman 1974)."""
    found = list(ring)
    sides = ((0, frame.left, 1), (0, frame.right, -1), (1, frame.top, 1), (1, frame.bottom, -1))
    for axis, bound, sign in sides:
        before, found = found, []
        for index, one in enumerate(before):
            last = before[index - 1]
            is_in, was_in = (sign * (p[axis] - bound) >= 0 for p in (one, last))
            if is_in != was_in:
                part = (bound - last[axis]) / (one[axis] - last[axis])
                found.append(
                    (last[0] + part * (one[0] - last[0]), last[1] + part * (one[1] - last[1]))
                )
            if is_in:
                found.append(one)
    return found


def _inside(line: Sequence[tuple[float, float]], frame: Box) -> list[list[tuple[float, float]]]:
    """Runs of points of a line that lie within the frame."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in line:
        if frame.holds_point(x, y):
            runs[-1].append((x, y))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _draw_graticule(sheet: Drawing, shown: _Map, language: str) -> None:
    frame, (west, south, east, north) = shown.frame, shown.window
    step = 10 if (frame.right - frame.left) / shown.per_m > _WIDE_M else 2
    fine = step / _N_PER_STEP
    up = np.arange(south - 2 * step, north + 2 * step, fine).tolist()
    across = np.arange(west - 4 * step, east + 4 * step, fine).tolist()
    for longitude in _round_degrees(across, step):
        for run in _inside(shown.at((longitude, latitude) for latitude in up), frame):
            _draw_degree(sheet, run)
            x, y = max(run, key=lambda one: one[1])
            label = text("chapter.degrees_east", language, degrees=longitude)
            half = text_width(label, _DEGREES) / 2
            if frame.bottom - y < 12 and frame.left + half < x < frame.right - half:
                at = (x, frame.bottom + 13)
                sheet.text(at, label, size=_DEGREES, anchor="middle", fill=SOFT_INK)
    for latitude in _round_degrees(up, step):
        for run in _inside(shown.at((longitude, latitude) for longitude in across), frame):
            _draw_degree(sheet, run)
            label = text("chapter.degrees_north", language, degrees=latitude)
            if run[0][0] - frame.left < 12 and frame.top + 8 < run[0][1] < frame.bottom - 4:
                at = (frame.left - 5, run[0][1] + 3.5)
                sheet.text(at, label, size=_DEGREES, anchor="end", fill=SOFT_INK)


def _round_degrees(values: Sequence[float], step: int) -> range:
    """Round degrees from the first to the last of ascending values."""
    return range(math.ceil(values[0] / step) * step, math.floor(values[-1]) + 1, step)


def _draw_degree(sheet: Drawing, run: Sequence[tuple[float, float]]) -> None:
    points = [*run[:-1:4], run[-1]]
    sheet.path(polyline(points), stroke=GRID, width=0.7)


def _draw_scale_bar(sheet: Drawing, shown: _Map, language: str) -> None:
    frame = shown.frame
    lengths = [d * 10.0**p for p in range(3, 7) for d in (1, 2, 5)]
    metres = max((m for m in lengths if m * shown.per_m <= 130), default=lengths[0])
    width, x, y = metres * shown.per_m, frame.left + 14, frame.bottom - 14
    label = quantity(metres / 1000, "km", language)
    bracket = ((x, y - 5), (x, y), (x + width, y), (x + width, y - 5))
    sheet.path(polyline(bracket), stroke=INK, width=1.4)
    sheet.open_halo()
    sheet.text((x + width / 2, y - 5), label, size=_NAME, anchor="middle")
    sheet.close_group()
    shown.taken.append(Box(x - 8, y - 22, x + width + 8, frame.bottom))


# --- what runs --------------------------------------------------------------------------------


def _draw_lines(
    sheet: Drawing, shown: _Map, lines: Sequence[MapLine], tops: tuple[float, float]
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    segments = []
    for line in sorted(lines, key=lambda one: one.trains_per_d):
        start, end = shown.at((line.start, line.end))
        segments.append((start, end))
        if line.trains_per_d <= 0:
            sheet.line(start, end, FRAME, width=0.9, dash="4 3")
            continue
        width = line_width(line.trains_per_d, tops[0])
        sheet.line(start, end, INK, width=width + 1.6)
        sheet.line(start, end, share_colour(line.share / tops[1]), width=width)
    return segments


def _draw_places(sheet: Drawing, shown: _Map, places: Sequence[MapPlace]) -> None:
    for place in sorted(places, key=lambda one: -one.rank):
        ((x, y),) = shown.at((place.place,))
        _draw_sign(sheet, place.shape, x, y)
        radius = _RADII[place.shape]
        if place.shape != "junction":
            shown.taken.append(Box(x - radius, y - radius, x + radius, y + radius))


def _draw_sign(sheet: Drawing, shape: Shape, x: float, y: float) -> None:
    radius = _RADII[shape]
    if shape == "dry-port":
        sheet.rect((x - radius, y - radius), (2 * radius, 2 * radius), INK, stroke=PAPER)
    elif shape == "hub":
        sheet.dot((x, y), radius, PAPER, stroke=INK)
        sheet.dot((x, y), radius - 2, INK)
    elif shape == "destination":
        d = f"M{point(x, y - radius - 1)}L{point(x + radius, y + radius - 1)}"
        sheet.path(f"{d}L{point(x - radius, y + radius - 1)}z", fill=INK, stroke=PAPER)
    else:
        sheet.dot((x, y), radius, INK if shape == "junction" else PAPER, stroke=INK)


def _draw_borders(sheet: Drawing, shown: _Map, borders: Sequence[MapBorder]) -> None:
    for border in borders:
        ((x, y),) = shown.at((border.place,))
        radius = queue_radius(border.n_waiting)
        if radius > 0:
            circle = (
                f"M{point(x - radius, y)}a{point(radius, radius)} 0 1 0 {point(2 * radius, 0)}"
                f"a{point(radius, radius)} 0 1 0 {point(-2 * radius, 0)}z"
            )
            sheet.path(circle, fill=ALERT, opacity=0.3)
            sheet.path(circle, stroke=ALERT, width=1.2)
        _draw_diamond(sheet, x, y)
        room = max(_BORDER, radius)
        shown.taken.append(Box(x - room, y - room, x + room, y + room))


def queue_radius(n_waiting: float) -> float:
    """Radius of the circle of a queue: its area goes with the trains that wait."""
    return min(3.6 * math.sqrt(max(n_waiting, 0.0)), 28.0)


def _draw_diamond(sheet: Drawing, x: float, y: float) -> None:
    corners = ((x, y - _BORDER), (x + _BORDER, y), (x, y + _BORDER), (x - _BORDER, y))
    sheet.path(polyline(corners) + "z", fill=PAPER, stroke=INK, width=1.6)


# --- words ------------------------------------------------------------------------------------


def _draw_labels(
    sheet: Drawing,
    shown: _Map,
    places: Sequence[MapPlace],
    borders: Sequence[MapBorder],
    segments: Sequence[tuple[tuple[float, float], tuple[float, float]]],
) -> None:
    labels: list[tuple[Wanted, list[tuple[str, bool]]]] = []
    for border in borders:
        said = [(line, True) for line in wrapped(border.name, _BORDER_ROOM, _NAME, 2)]
        said += [(line, False) for line in wrapped(border.note, _BORDER_ROOM, _NAME, 2)]
        ((x, y),) = shown.at((border.place,))
        labels.append((_wanted(x, y, queue_radius(border.n_waiting), said), said))
    for place in sorted(places, key=lambda one: one.rank):
        is_main = place.shape == "dry-port"
        said = [(line, is_main) for line in wrapped(place.name, _NAME_ROOM, _NAME, 3)]
        ((x, y),) = shown.at((place.place,))
        labels.append(
            (
                _wanted(
                    x, y, _RADII[place.shape], said, may_wander=place.shape in ("dry-port", "hub")
                ),
                said,
            )
        )
    found = place_labels([wanted for wanted, _ in labels], shown.taken, segments, shown.frame)
    for (wanted, said), placed in zip(labels, found, strict=True):
        if placed is not None:
            shown.taken.append(placed.box)
            _draw_label(sheet, wanted, placed, said)


def _wanted(
    x: float, y: float, radius: float, said: list[tuple[str, bool]], *, may_wander: bool = True
) -> Wanted:
    return Wanted(
        x=x,
        y=y,
        width=max(text_width(line, _NAME, is_bold=is_bold) for line, is_bold in said) + 2,
        height=_LINE * len(said) + 1,
        gap=max(radius, _BORDER if len(said) > 2 else 0) + 4,
        may_wander=may_wander,
    )


def _draw_label(
    sheet: Drawing, wanted: Wanted, placed: Placed, said: list[tuple[str, bool]]
) -> None:
    box = placed.box
    if placed.reach > 1:
        nearest = (
            min(max(wanted.x, box.left), box.right),
            min(max(wanted.y, box.top + 2), box.bottom - 2),
        )
        sheet.line((wanted.x, wanted.y), nearest, SOFT_INK, width=0.7)
    sheet.open_halo()
    x = {"start": box.left + 1, "middle": (box.left + box.right) / 2, "end": box.right - 1}
    for index, (line, is_bold) in enumerate(said):
        at = (x[placed.side], box.top + _LINE * (index + 1) - 2.5)
        sheet.text(at, line, size=_NAME, anchor=placed.side, is_bold=is_bold)
    sheet.close_group()


def _draw_country_names(sheet: Drawing, shown: _Map, outlines: Outlines) -> None:
    """Names of countries, where nothing else stands."""
    sheet.open_halo()
    for place, name in outlines.names:
        ((x, y),) = shown.at((place,))
        wanted = Wanted(
            x=x,
            y=y,
            width=text_width(name, SMALL, is_bold=True) + 4,
            height=16,
            gap=8,
            may_wander=True,
        )
        (placed,) = place_labels([wanted], shown.taken, (), shown.frame)
        if placed is not None:
            shown.taken.append(placed.box)
            at = (placed.box.left + 2, placed.box.top + 12)
            sheet.text(at, name, size=SMALL, fill="#767676", is_bold=True)
    sheet.close_group()


def _draw_key(sheet: Drawing, top: float, tops: tuple[float, float], language: str) -> None:
    half = WIDTH / 2
    titles = [
        wrapped(text(key, language), half - 14, SMALL)
        for key in ("chapter.key_width", "chapter.key_share")
    ]
    for left, lines in zip((0.0, half), titles, strict=True):
        for index, line in enumerate(lines):
            sheet.text((left, top + _LINE * 1.15 * index), line, size=SMALL)
    top += _LINE * 1.15 * (max(map(len, titles)) - 1)
    x = 0.0
    ticks = [t for t in round_ticks(tops[0], most=4) if 0 < t <= tops[0]]
    for trains in ticks or [1.0]:
        width = line_width(trains, tops[0])
        sheet.line((x, top + 16), (x + 30, top + 16), INK, width=width + 1.6)
        sheet.line((x, top + 16), (x + 30, top + 16), FRAME, width=width)
        label = number(trains, language)
        sheet.text((x + 36, top + 20), label, size=SMALL)
        x += 36 + text_width(label, SMALL) + 22
    sheet.line((x, top + 16), (x + 30, top + 16), FRAME, width=0.9, dash="4 3")
    sheet.text((x + 36, top + 20), text("chapter.key_no_trains", language), size=SMALL)
    _draw_shares(sheet, half, (top + 10, tops[1]), language)
    _draw_signs(sheet, top + 54, language)


def _draw_shares(sheet: Drawing, left: float, place: tuple[float, float], language: str) -> None:
    top, highest = place
    n, width = 5, 46.0
    for index in range(n):
        sheet.rect(
            (left + index * width, top), (width, 12), share_colour(index / (n - 1)), stroke=INK
        )
        part = highest * index / (n - 1)
        label = share(part, language, 0 if round(100 * part, 6).is_integer() else 1)
        at = (left + (index + 0.5) * width, top + 24)
        sheet.text(at, label, size=10.5, anchor="middle", fill=SOFT_INK)


def _draw_signs(sheet: Drawing, top: float, language: str) -> None:
    signs: tuple[Shape | Literal["border"], ...] = (
        *("dry-port", "border", "hub", "dispatch", "destination", "junction"),
    )
    x, y = 0.0, top
    for sign in signs:
        name = text(f"chapter.sign_{sign.replace('-', '_')}", language)
        needed = 22 + text_width(name, SMALL)
        if x > 0 and x + needed > WIDTH:
            x, y = 0.0, y + 19
        if sign == "border":
            sheet.dot((x + 8, y - 4), 8.0, "#e5bcb5", stroke=ALERT)
            _draw_diamond(sheet, x + 8, y - 4)
        else:
            _draw_sign(sheet, sign, x + 8, y - 4)
        sheet.text((x + 22, y), name, size=SMALL)
        x += needed + 18
    sheet.height = y + 10
