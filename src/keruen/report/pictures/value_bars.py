"""Values by side: bars from nought to either side, with the range that nine of ten draws lie in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from keruen.i18n import quantity
from keruen.report.pictures.axes import Scale, signed_ticks, tick_lines
from keruen.report.pictures.colours import CASES, GRID, INK, PAPER, SOFT_INK
from keruen.report.pictures.svg import SMALL, WIDTH, Drawing, Picture, draw_legend, wrapped

_LEFT: Final = 300.0
_BAR: Final = 7.0
_STEP: Final = 9.5
_SPACE: Final = 7.0
_END: Final = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueBar:
    """A value between its percentiles."""

    low: float
    value: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRow:
    """A project: one bar for each side in the order of the names; a text where there is none."""

    name: str
    bars: tuple[ValueBar | str, ...]


def draw_value_bars(
    rows: Sequence[ValueRow],
    names: Sequence[tuple[str, str]],
    unit: str,
    words: tuple[str, str],
    language: str,
) -> Picture:
    """Draw the bars of each project under one another.

    Parameters
    ----------
    rows : from top to bottom; at least one.
    names : letter and name of each side; the letter stands before its bars.
    unit : what the axis counts, written below it.
    words : title and description.
    """
    sheet = Drawing()
    keys = [(name, colour) for (_, name), colour in zip(names, CASES, strict=False)]
    top = draw_legend(sheet, keys, 4, WIDTH) + 4
    height = _STEP * len(names) + _SPACE
    bottom = top + height * len(rows)
    sheet.height = bottom + 28
    known = [bar for row in rows for bar in row.bars if isinstance(bar, ValueBar)]
    ends = [end for bar in known for end in (bar.low, bar.value, bar.high)]
    ticks = signed_ticks(min(ends, default=0.0), max(ends, default=1.0))
    scale = Scale(low=ticks[0], high=ticks[-1], start=_LEFT, end=WIDTH - _END)
    named = [(tick, quantity(tick, "", language)) for tick in ticks]
    tick_lines(sheet, scale, (top, bottom), named, below=17)
    sheet.text((_LEFT - 12, bottom + 17), unit, size=SMALL, anchor="end", fill=SOFT_INK)
    for place, row in enumerate(rows):
        y = top + height * place
        if place:
            sheet.line((0, y), (WIDTH, y), GRID)
        lines = wrapped(row.name, _LEFT - 60, SMALL)
        for number, line in enumerate(lines):
            at = y + height / 2 + 4 + 13 * number - 6.5 * (len(lines) - 1)
            sheet.text((0, at), line, size=SMALL)
        for index, bar in enumerate(row.bars):
            _draw_bar(sheet, bar, scale, (y + _SPACE / 2 + _STEP * index, index), names[index][0])
    return sheet.finish(*words)


def _draw_bar(
    sheet: Drawing, bar: ValueBar | str, scale: Scale, place: tuple[float, int], letter: str
) -> None:
    y, index = place
    middle = y + _STEP / 2
    # The letter of a side stands before its bar: colour alone tells nobody.
    sheet.text((_LEFT - 10, middle + 3.5), letter, size=9.5, anchor="end", fill=SOFT_INK)
    if isinstance(bar, str):
        sheet.text((_LEFT + 4, middle + 3.5), bar, size=9.5, fill=SOFT_INK)
        return
    nought, end = scale.at(0.0), scale.at(bar.value)
    size = (max(abs(end - nought), 0.8), _BAR)
    sheet.rect((min(nought, end), middle - _BAR / 2), size, CASES[index % len(CASES)])
    low, high = scale.at(bar.low), scale.at(bar.high)
    for width, colour in ((2.2, PAPER), (1.2, INK)):
        sheet.line((low, middle), (high, middle), colour, width=width)
        for x in (low, high):
            sheet.line((x, middle - 3.5), (x, middle + 3.5), colour, width=width)
