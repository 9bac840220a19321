"""Sankey diagram: how boxes go from stop to stop, from the left column to the right one.

The width of a band is its number of boxes. A band may begin late, end early and pass a column by
without a stop there; what it passes by leaves it room. A node that one colour of bands alone goes
through is drawn in that colour, with its name and note on one line where they fit.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from keruen.report.fonts import text_width
from keruen.report.pictures.colours import INK, SOFT_INK
from keruen.report.pictures.svg import (
    SMALL,
    WIDTH,
    Anchor,
    Drawing,
    Picture,
    draw_legend,
    fitted,
    point,
    wrapped,
)

_SIDE: Final = 132.0
_NODE: Final = 9.0
_FIRST: Final = _SIDE + 8
_LAST: Final = WIDTH - _SIDE - 8 - _NODE
_FIRST_GAP: Final = 0.523
"""Width of the first gap beside the others: no name stands in it."""
_TOP: Final = 58.0
_HEIGHT: Final = 285.0
_LINE: Final = 14.0
_GAP: Final = 16.0
_NARROW_GAP: Final = 2.0
_PASS_GAP: Final = 0.6
_MANY: Final = 6
"""From so many nodes on a column is set closer."""

_Key = tuple[int, str]
"""Column, and name of the node; a band that stops nowhere in it has a node of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Boxes a year along `stops`, one for each column; an empty one is passed by."""

    stops: tuple[str, ...]
    boxes: float
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    key: _Key
    boxes: float
    lines: tuple[tuple[str, bool], ...] = ()
    """What is said of it, and whether it is a note."""
    top: float = 0.0

    @property
    def is_stop(self) -> bool:
        return not self.key[1].startswith("\0")


def draw_sankey(
    bands: Sequence[Band],
    notes: Mapping[tuple[int, str], str],
    key: Sequence[tuple[str, str]],
    heads: Sequence[str],
    words: tuple[str, str],
) -> Picture:
    """The diagram of one case.

    Parameters
    ----------
    bands : each with as many stops as there are columns; nodes stand in the order in which bands
        first come to them.
    notes : what is said of a node beside its name, by column and stop.
    key : what the colours mean.
    heads : titles of the columns, three or more.
    """
    assert all(len(band.stops) == len(heads) for band in bands), "a stop for each column"
    ways = [_way(band, index) for index, band in enumerate(bands)]
    per_box = _HEIGHT / max(sum(band.boxes for band in bands), 1.0)
    places = _places(len(heads))
    columns = [
        _stack(_nodes(bands, ways, column, notes, places), per_box) for column in range(len(heads))
    ]
    bottom = max(_bottom(column, per_box) for column in columns)
    nodes = {node.key: node for column in columns for node in _centred(column, bottom, per_box)}
    sheet = Drawing(height=_TOP + bottom + 12)
    draw_legend(sheet, key, 4, WIDTH)
    _draw_heads(sheet, heads, places)
    _draw_bands(sheet, bands, ways, (nodes, places), per_box)
    for node in nodes.values():
        if node.is_stop:
            _draw_node(sheet, node, _colour(node, bands), places, per_box)
    return sheet.finish(*words)


def _way(band: Band, index: int) -> list[_Key]:
    """The nodes of a band, those that it only passes by included."""
    stops = [column for column, stop in enumerate(band.stops) if stop]
    return [
        (column, band.stops[column] or f"\0{index}") for column in range(stops[0], stops[-1] + 1)
    ]


def _places(n: int) -> list[float]:
    """Left edges of the columns."""
    step = (_LAST - _FIRST) / (_FIRST_GAP + n - 2)
    return [_FIRST, *(_FIRST + step * (_FIRST_GAP + index) for index in range(n - 1))]


def _nodes(
    bands: Sequence[Band],
    ways: Sequence[Sequence[_Key]],
    column: int,
    notes: Mapping[tuple[int, str], str],
    places: Sequence[float],
) -> Iterator[_Node]:
    boxes: dict[_Key, float] = {}
    for band, way in zip(bands, ways, strict=True):
        for key in way:
            if key[0] == column:
                boxes[key] = boxes.get(key, 0.0) + band.boxes
    is_outer = column in (0, len(places) - 1)
    room = _SIDE - 4 if is_outer else places[column + 1] - places[column] - _NODE - 12
    for key, total in boxes.items():
        is_stop = not key[1].startswith("\0")
        lines = _lines(key[1], notes.get(key, ""), room, is_outer) if is_stop else ()
        yield _Node(key=key, boxes=total, lines=lines)


def _lines(name: str, note: str, room: float, is_outer: bool) -> tuple[tuple[str, bool], ...]:
    both = f"{name} · {note}" if note else name
    if not is_outer and text_width(both, SMALL) <= room:
        return ((both, False),)
    lines = [(line, False) for line in wrapped(name, room, SMALL, 3)]
    return (*lines, *((line, True) for line in wrapped(note, room, SMALL)))


def _room(node: _Node, per_box: float) -> float:
    """Height that a node takes: its boxes, or its words."""
    return max(node.boxes * per_box, _LINE * len(node.lines) + 2 if node.is_stop else 0.0)


def _stack(column: Iterator[_Node], per_box: float) -> list[_Node]:
    """Nodes below one another."""
    found: list[_Node] = []
    nodes = list(column)
    gap = _NARROW_GAP if sum(node.is_stop for node in nodes) >= _MANY else _GAP
    y = 0.0
    for node in nodes:
        found.append(_Node(key=node.key, boxes=node.boxes, lines=node.lines, top=y))
        y += _room(node, per_box) + (gap if node.is_stop else _PASS_GAP)
    return found


def _bottom(column: Sequence[_Node], per_box: float) -> float:
    return max((node.top + _room(node, per_box) for node in column), default=0.0)


def _centred(column: Sequence[_Node], bottom: float, per_box: float) -> Iterator[_Node]:
    shift = _TOP + (bottom - _bottom(column, per_box)) / 2
    for node in column:
        size = node.boxes * per_box
        top = node.top + shift + (_room(node, per_box) - size) / 2
        yield _Node(key=node.key, boxes=node.boxes, lines=node.lines, top=top)


def _draw_heads(sheet: Drawing, heads: Sequence[str], places: Sequence[float]) -> None:
    for index, head in enumerate(heads):
        is_outer = index in (0, len(heads) - 1)
        room = _SIDE if is_outer else places[index + 1] - places[index] - 8
        x, side = _words_at(index, places, beside=0)
        # Bold letters are wider than those that `fitted` measures.
        shown = fitted(head, room / 1.08, SMALL)
        sheet.text((x, 42), shown, size=SMALL, anchor=side, fill=SOFT_INK, is_bold=True)


def _words_at(column: int, places: Sequence[float], *, beside: float) -> tuple[float, Anchor]:
    """Where words of a column stand: outside the outer ones, right of the others' left edge."""
    if column == 0:
        return _SIDE, "end"
    is_last = column == len(places) - 1
    return (WIDTH - _SIDE if is_last else places[column] + beside), "start"


def _draw_bands(
    sheet: Drawing,
    bands: Sequence[Band],
    ways: Sequence[Sequence[_Key]],
    grid: tuple[Mapping[_Key, _Node], Sequence[float]],
    per_box: float,
) -> None:
    nodes, places = grid
    leaves = _edges(bands, ways, nodes, per_box, step=1)
    comes = _edges(bands, ways, nodes, per_box, step=-1)
    for index, (band, way) in enumerate(zip(bands, ways, strict=True)):
        width = max(band.boxes * per_box, 0.6)
        path = ""
        for one, other in itertools.pairwise(way):
            start = places[one[0]] + (_NODE if nodes[one].is_stop else 0)
            span = (start, leaves[one, index], places[other[0]], comes[other, index])
            path += _ribbon(span, width)
        if path:
            sheet.path(path, fill=band.colour, opacity=0.32)


def _edges(
    bands: Sequence[Band],
    ways: Sequence[Sequence[_Key]],
    nodes: Mapping[_Key, _Node],
    per_box: float,
    *,
    step: int,
) -> dict[tuple[_Key, int], float]:
    """Upper edge of each band at each node, on its right side (`step` 1) or its left one (−1).

    Bands lie in the order of the nodes that they go to or come from, so that few of them cross, and
    those of one colour lie together.
    """
    touching: dict[_Key, list[tuple[float, str, int]]] = {}
    for index, way in enumerate(ways):
        for n, key in enumerate(way):
            beside = n + step
            beyond = nodes[way[beside]].top if 0 <= beside < len(way) else nodes[key].top
            touching.setdefault(key, []).append((beyond, bands[index].colour, index))
    edges = {}
    for key, found in touching.items():
        y = nodes[key].top
        for _, _, index in sorted(found):
            edges[key, index] = y
            y += bands[index].boxes * per_box
    return edges


def _ribbon(span: tuple[float, float, float, float], width: float) -> str:
    x0, y0, x1, y1 = span
    bend = (x0 + x1) / 2
    return (
        f"M{point(x0, y0)}C{point(bend, y0)} {point(bend, y1)} {point(x1, y1)}"
        f"L{point(x1, y1 + width)}"
        f"C{point(bend, y1 + width)} {point(bend, y0 + width)} {point(x0, y0 + width)}z"
    )


def _colour(node: _Node, bands: Sequence[Band]) -> str:
    """The colour of the bands of an inner node, when it is one; else ink."""
    column, name = node.key
    if column in (0, len(bands[0].stops) - 1):
        return INK
    colours = [band.colour for band in bands if band.stops[column] == name]
    return colours[0] if len(colours) == 1 else INK


def _draw_node(
    sheet: Drawing, node: _Node, colour: str, places: Sequence[float], per_box: float
) -> None:
    column = node.key[0]
    size = node.boxes * per_box
    sheet.rect((places[column], node.top), (_NODE, max(size, 1)), colour)
    x, side = _words_at(column, places, beside=_NODE + 5)
    y = node.top + size / 2 + 4 - _LINE / 2 * (len(node.lines) - 1)
    for index, (line, is_note) in enumerate(node.lines):
        fill = SOFT_INK if is_note else INK
        sheet.text((x, y + _LINE * index), line, size=SMALL, anchor=side, fill=fill)
