"""Sankey diagram: how the boxes come, what they carry, how they leave.

The width of a band is its number of boxes. Bands are drawn in the colour of the kind of flow; the
names of the kinds stand in the key, and the name and number of each flow on its band.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from keruen.report.colours import INK, SOFT_INK
from keruen.report.fonts import text_width
from keruen.report.svg import (
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

_SIDE = 132.0
_NODE = 9.0
_COLUMNS = (_SIDE + 8, 288.0, WIDTH - _SIDE - 8 - _NODE)
_TOP = 58.0
_HEIGHT = 285.0
_LINE = 16.0
_SIDE_GAP = 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Boxes a year from `origin` through `flow` to `destination`; `label` is their number."""

    origin: str
    flow: str
    destination: str
    boxes: float
    colour: str
    label: str


@dataclass(frozen=True, slots=True)
class _Node:
    top: float
    size: float
    room: float


def draw_sankey(
    bands: Sequence[Band],
    notes: Mapping[str, str],
    key: Sequence[tuple[str, str]],
    heads: tuple[str, str, str],
    words: tuple[str, str],
) -> Picture:
    """The diagram of one case.

    Parameters
    ----------
    notes : a second line for a node of the outer columns.
    key : kinds of flow with their colours.
    heads : titles of the three columns.
    """
    total = max(sum(band.boxes for band in bands), 1.0)
    per_box = _HEIGHT / total
    middle = _stack([(band.flow, band.boxes) for band in bands], per_box, _LINE, 2.0)
    sides = [
        _stack(_sums(ends), per_box, 44.0, _SIDE_GAP)
        for ends in (
            [(band.origin, band.boxes) for band in bands],
            [(band.destination, band.boxes) for band in bands],
        )
    ]
    bottom = max(node.top + node.room for column in (middle, *sides) for node in column.values())
    sheet = Drawing(height=_TOP + bottom + 12)
    columns = [_centred(column, bottom) for column in (sides[0], middle, sides[1])]
    draw_legend(sheet, key, 4, WIDTH)
    _draw_heads(sheet, heads)
    _draw_bands(sheet, bands, columns, per_box)
    _draw_nodes(sheet, bands, columns, notes)
    return sheet.finish(*words)


def _sums(pairs: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    sums: dict[str, float] = {}
    for name, boxes in pairs:
        sums[name] = sums.get(name, 0.0) + boxes
    return list(sums.items())


def _stack(
    pairs: Sequence[tuple[str, float]], per_box: float, least: float, gap: float
) -> dict[str, _Node]:
    """Nodes below one another; each takes at least the room of its label."""
    nodes: dict[str, _Node] = {}
    y = 0.0
    for name, boxes in pairs:
        size = boxes * per_box
        room = max(size, least)
        nodes[name] = _Node(y, size, room)
        y += room + gap
    return nodes


def _centred(column: dict[str, _Node], bottom: float) -> dict[str, _Node]:
    used = max(node.top + node.room for node in column.values())
    shift = _TOP + (bottom - used) / 2
    return {
        name: _Node(node.top + shift + (node.room - node.size) / 2, node.size, node.room)
        for name, node in column.items()
    }


def _draw_heads(sheet: Drawing, heads: tuple[str, str, str]) -> None:
    places: tuple[tuple[float, Anchor], ...] = (
        (_SIDE, "end"),
        (_COLUMNS[1], "start"),
        (WIDTH - _SIDE, "start"),
    )
    for (x, anchor), head in zip(places, heads, strict=True):
        sheet.text((x, 42), head, size=SMALL, anchor=anchor, fill=SOFT_INK, is_bold=True)


def _draw_bands(
    sheet: Drawing, bands: Sequence[Band], columns: Sequence[dict[str, _Node]], per_box: float
) -> None:
    used: list[dict[str, float]] = [{}, {}]
    for band in bands:
        width = max(band.boxes * per_box, 0.6)
        flow_top = columns[1][band.flow].top
        for side, name in ((0, band.origin), (1, band.destination)):
            column = columns[0] if side == 0 else columns[2]
            offset = used[side].get(name, 0.0)
            used[side][name] = offset + band.boxes * per_box
            outer = column[name].top + offset
            if side == 0:
                span = (_COLUMNS[0] + _NODE, outer, _COLUMNS[1], flow_top)
            else:
                span = (_COLUMNS[1] + _NODE, flow_top, _COLUMNS[2], outer)
            sheet.path(_ribbon(span, width), fill=band.colour, opacity=0.32)


def _ribbon(span: tuple[float, float, float, float], width: float) -> str:
    x0, y0, x1, y1 = span
    bend = (x0 + x1) / 2
    return (
        f"M{point(x0, y0)}C{point(bend, y0)} {point(bend, y1)} {point(x1, y1)}"
        f"L{point(x1, y1 + width)}"
        f"C{point(bend, y1 + width)} {point(bend, y0 + width)} {point(x0, y0 + width)}z"
    )


def _draw_nodes(
    sheet: Drawing,
    bands: Sequence[Band],
    columns: Sequence[dict[str, _Node]],
    notes: Mapping[str, str],
) -> None:
    for band in bands:
        node = columns[1][band.flow]
        sheet.rect((_COLUMNS[1], node.top), (_NODE, max(node.size, 1)), band.colour)
        number = f" · {band.label}"
        room = _COLUMNS[2] - _COLUMNS[1] - 30 - text_width(number, SMALL)
        label = fitted(band.flow, room, SMALL) + number
        middle = node.top + node.size / 2 + 4
        sheet.text((_COLUMNS[1] + _NODE + 5, middle), label, size=SMALL)
    for index in (0, 2):
        for name, node in columns[index].items():
            sheet.rect((_COLUMNS[index], node.top), (_NODE, max(node.size, 1)), INK)
            _label_side(sheet, name, node, notes.get(name, ""), is_left=index == 0)


def _label_side(sheet: Drawing, name: str, node: _Node, note: str, *, is_left: bool) -> None:
    lines = wrapped(name, _SIDE - 4, SMALL)
    note_lines = wrapped(note, _SIDE - 4, SMALL) if note else []
    y = node.top + node.size / 2 + 4 - 7 * (len(lines) + len(note_lines) - 1)
    x = _SIDE if is_left else WIDTH - _SIDE
    anchor: Anchor = "end" if is_left else "start"
    for index, line in enumerate([*lines, *note_lines]):
        fill = INK if index < len(lines) else SOFT_INK
        sheet.text((x, y + 14 * index), line, size=SMALL, anchor=anchor, fill=fill)
