"""A value by the rate at which it is discounted: a line for each side, its points marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from keruen.i18n import quantity, share
from keruen.report.fonts import text_width
from keruen.report.pictures.axes import Scale, signed_ticks, value_axis
from keruen.report.pictures.colours import CASES, INK, SOFT_INK
from keruen.report.pictures.svg import (
    SMALL,
    TEXT,
    WIDTH,
    Drawing,
    Picture,
    polyline,
)

_HEIGHT: Final = 90.0
_DASHES: Final = ("", "7 4", "2 3", "9 3 2 3")
"""One for each line: they stay apart in grey."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLine:
    """A name and its values, one for each rate."""

    name: str
    values: tuple[float, ...]


def draw_rate_curve(
    lines: Sequence[RateLine],
    rates: Sequence[float],
    unit: str,
    words: tuple[str, str],
    language: str,
) -> Picture:
    """Draw the lines over the rates.

    Parameters
    ----------
    lines : at least one.
    rates : ascending, at least two.
    unit : what the upright axis counts.
    words : title and description.
    """
    sheet = Drawing()
    top = _draw_key(sheet, lines) + 8
    bottom = top + _HEIGHT
    sheet.height = bottom + 24
    ends = [value for line in lines for value in line.values]
    ticks = signed_ticks(min(ends), max(ends), most=4)
    labels = [(tick, quantity(tick, "", language)) for tick in ticks]
    left = max(text_width(label, SMALL) for _, label in labels) + 12
    left = max(left, text_width(unit, SMALL) + 8)
    upright = Scale(low=ticks[0], high=ticks[-1], start=bottom, end=top)
    across = Scale(low=rates[0], high=rates[-1], start=left + 16, end=WIDTH - 30)
    value_axis(sheet, upright, left, WIDTH, labels)
    sheet.line((left, upright.at(0.0)), (WIDTH, upright.at(0.0)), INK)
    sheet.text((0, bottom + 18), unit, size=SMALL, fill=SOFT_INK)
    for rate in rates:
        at = (across.at(rate), bottom + 18)
        sheet.text(at, share(rate, language), size=SMALL, anchor="middle", fill=SOFT_INK)
    for index, line in enumerate(lines):
        colour, dash = CASES[index % len(CASES)], _DASHES[index % len(_DASHES)]
        points = [
            (across.at(rate), upright.at(value))
            for rate, value in zip(rates, line.values, strict=True)
        ]
        sheet.path(polyline(points), stroke=colour, width=2.2, dash=dash)
        for at in points:
            sheet.dot(at, 3.2, colour)
    return sheet.finish(*words)


def _draw_key(sheet: Drawing, lines: Sequence[RateLine]) -> float:
    x, y = 0.0, 4.0
    for index, line in enumerate(lines):
        needed = 44 + text_width(line.name, TEXT)
        if x > 0 and x + needed > WIDTH:
            x, y = 0.0, y + 21
        dash = _DASHES[index % len(_DASHES)]
        sheet.line((x, y + 6), (x + 32, y + 6), CASES[index % len(CASES)], width=2.2, dash=dash)
        sheet.text((x + 38, y + 10.5), line.name)
        x += needed + 18
    return y + 21
