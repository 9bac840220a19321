"""A tornado: how far each figure moves one measure, the widest bar on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from keruen.i18n import quantity
from keruen.report.fonts import text_width
from keruen.report.pictures.axes import (
    Scale,
    duration_ticks_up_to,
    round_ticks,
    signed_ticks,
    tick_lines,
)
from keruen.report.pictures.colours import ALERT, CASES, INK, PAPER
from keruen.report.pictures.svg import SMALL, WIDTH, Drawing, Picture, draw_legend, wrapped

_BAR: Final = 14.0
_ROW: Final = 36.0
_LEFT: Final = 300.0
_DENSE_ROW: Final = 26.0
_DENSE_TEXT: Final = 10.5
_HEAD: Final = 21.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TornadoBar:
    """One figure: the measure at the low end of its range, at its value and at the high end.

    `group` is whose bars these are, written above the first of them; they stand closer then. None
    where all bars are of one thing.
    """

    name: str
    low: float | None
    base: float
    high: float | None
    group: str | None = None


def draw_tornado(
    bars: Sequence[TornadoBar],
    limit: float | None,
    unit: str,
    keys: tuple[str, str],
    words: tuple[str, str],
    language: str,
) -> Picture:
    """Draw one bar for each figure.

    Parameters
    ----------
    bars : in the order from top to bottom; at least one.
    limit : of the measure; drawn where it lies on the sheet.
    unit : of the measure, as in ``domain/measures.toml``.
    keys : names of the low and of the high end.
    words : title and description.
    """
    sheet = Drawing()
    colours = CASES[0], CASES[1]
    top = draw_legend(sheet, list(zip(keys, colours, strict=True)), 4, WIDTH) + 4
    places, bottom = _places(bars, top)
    sheet.height = bottom + 28
    values = [v for bar in bars for v in (bar.low, bar.base, bar.high) if v is not None]
    largest = max([*values, limit or 0.0])
    ticks = _ticks(min(values), largest, unit)
    room = text_width(quantity(largest, unit, language), SMALL) + 12
    scale = Scale(low=ticks[0], high=ticks[-1], start=_LEFT, end=WIDTH - room)
    named = [(tick, quantity(tick, unit, language)) for tick in ticks]
    tick_lines(sheet, scale, (top, bottom), named, below=17)
    group = None
    for bar, middle in zip(bars, places, strict=True):
        if bar.group and bar.group != group:
            at = middle - (_DENSE_ROW + _HEAD) / 2
            sheet.rect((0, at - 9), (WIDTH, 18), PAPER)
            sheet.text((0, at + 4), bar.group, size=SMALL + 1, is_bold=True)
        group = bar.group
        size = SMALL if group is None else _DENSE_TEXT
        lines = wrapped(bar.name, _LEFT - 14, size)
        for number, line in enumerate(lines):
            at = middle + 4 + (size + 2.5) * number - (size + 2.5) / 2 * (len(lines) - 1)
            sheet.text((_LEFT - 10, at), line, anchor="end", size=size)
        _draw_bar(sheet, bar, scale, middle, colours)
    if limit is not None:
        x = scale.at(limit)
        sheet.line((x, top), (x, bottom), ALERT, width=1.5, dash="4 3")
    return sheet.finish(*words)


def _draw_bar(
    sheet: Drawing, bar: TornadoBar, scale: Scale, middle: float, colours: tuple[str, str]
) -> None:
    base = scale.at(bar.base)
    for value, colour in zip((bar.low, bar.high), colours, strict=True):
        if value is not None:
            end = scale.at(value)
            width = max(abs(end - base), 0.5)
            sheet.rect((min(base, end), middle - _BAR / 2), (width, _BAR), colour)
    sheet.line((base, middle - _BAR / 2 - 2), (base, middle + _BAR / 2 + 2), INK, width=1.5)


def _places(bars: Sequence[TornadoBar], top: float) -> tuple[list[float], float]:
    """The middle of each bar, and where the last one ends."""
    places: list[float] = []
    y, group = top, None
    for bar in bars:
        row = _ROW if bar.group is None else _DENSE_ROW
        y += _HEAD if bar.group and bar.group != group else 0.0
        places.append(y + row / 2)
        y, group = y + row, bar.group
    return places, y


def _ticks(smallest: float, largest: float, unit: str) -> list[float]:
    """Round values from 0 to at least the largest; of shares round percentages."""
    if smallest < 0:
        return signed_ticks(smallest, largest)
    if unit == "ms":
        return duration_ticks_up_to(largest, most=5)
    if unit == "share":
        return [tick / 100 for tick in round_ticks(100 * largest)]
    return round_ticks(largest)
