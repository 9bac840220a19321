"""Stacked bars: what a sum is made of, row by row, with marks beside it.

Light and dark parts take turns, and each has an outline: they stay apart in grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from keruen.i18n import number
from keruen.report.fonts import text_width
from keruen.report.pictures.axes import Scale, round_ticks, tick_lines
from keruen.report.pictures.colours import INK, PAPER, SOFT_INK, ink_on
from keruen.report.pictures.svg import (
    SMALL,
    WIDTH,
    Drawing,
    Picture,
    draw_legend,
    polyline,
    wrapped,
)

PARTS: Final = ("#6f7c86", "#f7dd8f", "#8f1a0a", "#86bde3", "#00332a")
"""One for each part, in order: dark, light, dark, light, dark, and each another grey."""

_LEFT: Final = 200.0
_BAR: Final = 15.0
_ROW: Final = 24.0
_LINE: Final = 13.0
_GROUP: Final = 30.0
_FIGURE: Final = 10.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitRow:
    """One bar.

    Parameters
    ----------
    parts : as many as the picture has names for, in the same order; not negative.
    marks : values marked on the same axis, one for each name of a mark.
    """

    name: str
    parts: tuple[float, ...]
    marks: tuple[float, ...] = ()


def draw_split(
    groups: Sequence[tuple[str, Sequence[SplitRow]]],
    names: tuple[Sequence[tuple[str, str]], Sequence[str]],
    unit: str,
    words: tuple[str, str],
    language: str,
    *,
    high: float = 0.0,
) -> Picture:
    """Groups of bars below one another, with their sums.

    Parameters
    ----------
    groups : title and rows of each.
    names : of the parts with their colours, and of at most two marks: a stroke and a diamond.
    unit : what the axis counts, written below it.
    high : the axis reaches at least so far, so that pictures can be compared.
    """
    parts, marks = names
    rows = [row for _, group in groups for row in group]
    digits = 1 if max(sum(row.parts) for row in rows) < 100 else 0
    sheet = Drawing()
    top = draw_legend(sheet, parts, 4, WIDTH)
    if marks:
        top = _draw_mark_key(sheet, marks, top)
    top += 4
    sums = max(text_width(number(sum(row.parts), language, digits), SMALL) for row in rows)
    longest = max(high, *(longest_of(row) for row in rows))
    ticks = round_ticks(longest, most=6)
    scale = Scale(low=0, high=ticks[-1], start=_LEFT, end=WIDTH - sums - 14)
    bottom = top + sum(_GROUP + sum(_height(row) for row in group) for _, group in groups)
    sheet.height = bottom + 26
    tick_lines(sheet, scale, (top, bottom), [(tick, number(tick, language)) for tick in ticks])
    sheet.text((_LEFT - 12, bottom + 16), unit, size=SMALL, anchor="end", fill=SOFT_INK)
    y = top
    for title, group in groups:
        sheet.rect((0, y + 6), (WIDTH, 18), PAPER)
        sheet.text((0, y + 19), title, size=SMALL + 1, is_bold=True)
        y += _GROUP
        for row in group:
            _draw_row(sheet, row, [colour for _, colour in parts], (scale, y), (language, digits))
            y += _height(row)
    return sheet.finish(*words)


def longest_of(row: SplitRow) -> float:
    """How far a row reaches: its sum, or its furthest mark."""
    return max(sum(row.parts), *row.marks, 0.0)


def _height(row: SplitRow) -> float:
    return max(_ROW, _LINE * len(_name(row)) + 6)


def _name(row: SplitRow) -> list[str]:
    return wrapped(row.name, _LEFT - 12, SMALL, 3)


def _draw_row(
    sheet: Drawing,
    row: SplitRow,
    colours: Sequence[str],
    place: tuple[Scale, float],
    form: tuple[str, int],
) -> None:
    scale, top = place
    language, digits = form
    height = _height(row)
    lines = _name(row)
    for index, line in enumerate(lines):
        y = top + height / 2 + 4 + _LINE * (index - (len(lines) - 1) / 2)
        sheet.text((_LEFT - 8, y), line, size=SMALL, anchor="end")
    bar, so_far = top + (height - _BAR) / 2, 0.0
    for value, colour in zip(row.parts, colours, strict=True):
        start, end = scale.at(so_far), scale.at(so_far + value)
        so_far += value
        if end - start < 0.3:
            continue
        sheet.rect((start, bar), (end - start, _BAR), colour, stroke=INK)
        label = number(value, language, digits)
        middle, half = (start + end) / 2, text_width(label, _FIGURE) / 2 + 2.5
        is_hidden = any(abs(scale.at(mark) - middle) < half + 3 for mark in row.marks)
        if 2 * half <= end - start and not is_hidden:
            at = (middle, bar + _BAR - 4)
            sheet.text(at, label, size=_FIGURE, anchor="middle", fill=ink_on(colour))
    for index, mark in enumerate(row.marks):
        _draw_mark(sheet, index, scale.at(mark), bar + _BAR / 2)
    total = number(so_far, language, digits)
    sheet.text((WIDTH, bar + _BAR - 3.5), total, size=SMALL, anchor="end", is_bold=True)


def _draw_mark(sheet: Drawing, index: int, x: float, y: float) -> None:
    if index == 0:
        sheet.line((x, y - _BAR / 2 - 3), (x, y + _BAR / 2 + 3), PAPER, width=4.5)
        sheet.line((x, y - _BAR / 2 - 3), (x, y + _BAR / 2 + 3), INK, width=2.2)
        return
    corners = ((x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y))
    sheet.path(polyline(corners) + "z", fill=PAPER, stroke=INK, width=1.8)


def _draw_mark_key(sheet: Drawing, marks: Sequence[str], top: float) -> float:
    x = 0.0
    for index, name in enumerate(marks):
        _draw_mark(sheet, index, x + 9, top + 7)
        sheet.text((x + 25, top + 11.5), name)
        x += 25 + text_width(name, 13) + 24
    return top + 24
