"""Bars of load: how much of its time each resource works or is occupied, on average and in the
busiest hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keruen.i18n import share, text
from keruen.report.fonts import text_width
from keruen.report.pictures.axes import Scale, tick_lines
from keruen.report.pictures.colours import INK, SOFT_INK
from keruen.report.pictures.svg import SMALL, WIDTH, Drawing, Picture, draw_legend, wrapped

_BAR = 11.5
_GAP = 5.0
_LEFT = 218.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBar:
    """One resource in one case; `mark` is said at the end of the bar, mostly empty."""

    colour: str
    load: float
    peak: float
    mark: str = ""


def draw_bars(
    rows: Sequence[tuple[str, Sequence[LoadBar]]],
    cases: Sequence[tuple[str, str]],
    words: tuple[str, str],
    language: str,
) -> Picture:
    """Rows of bars, one bar for each case; `cases` are names with their colours."""
    sheet = Drawing()
    top = draw_legend(sheet, cases, 4, WIDTH)
    key = text("report.key_load", language)
    sheet.text((0, top + 8), key, size=SMALL, fill=SOFT_INK)
    top += 14
    bottom = top + sum(_GAP + max(_BAR * len(bars), 30) for _, bars in rows)
    sheet.height = bottom + 28
    longest = max(
        text_width(_words(bar, language), SMALL, is_bold=True) for _, bars in rows for bar in bars
    )
    scale = Scale(low=0, high=1, start=_LEFT, end=WIDTH - longest - 12)
    ticks = [(tick, share(tick, language)) for tick in (0.0, 0.25, 0.5, 0.75, 1.0)]
    tick_lines(sheet, scale, (top, bottom), ticks, below=17)
    y = top
    for label, bars in rows:
        y += _GAP
        room = max(_BAR * len(bars), 30)
        lines = wrapped(label, _LEFT - 14)
        first = y + room / 2 + 4.5 - 8 * (len(lines) - 1)
        for index, line in enumerate(lines):
            sheet.text((_LEFT - 10, first + 16 * index), line, anchor="end")
        _draw_group(sheet, bars, scale, y + (room - _BAR * len(bars)) / 2, language)
        y += room
    return sheet.finish(*words)


def _draw_group(
    sheet: Drawing, bars: Sequence[LoadBar], scale: Scale, top: float, language: str
) -> None:
    for index, bar in enumerate(bars):
        y = top + index * _BAR
        sheet.rect((_LEFT, y + 1), (scale.at(bar.load) - _LEFT, _BAR - 3), bar.colour)
        peak = scale.at(bar.peak)
        if peak > scale.at(bar.load) + 0.5:
            middle = y + _BAR / 2 - 0.5
            sheet.line((scale.at(bar.load), middle), (peak, middle), bar.colour, width=1.5)
        sheet.line((peak, y), (peak, y + _BAR - 1), INK, width=2)
        at = (max(peak, scale.at(bar.load)) + 6, y + _BAR - 2.5)
        sheet.text(at, _words(bar, language), size=SMALL, is_bold=bool(bar.mark))


def _words(bar: LoadBar, language: str) -> str:
    """Mean and peak, in the order of the picture's key."""
    both = f"{share(bar.load, language)} | {share(bar.peak, language)}"
    return f"{both} {bar.mark}" if bar.mark else both
