"""Scales and axes: from values to places on the sheet, with ticks a reader would choose."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from keruen.i18n import duration
from keruen.i18n.numbers import month_names
from keruen.report.fonts import text_width
from keruen.report.pictures.colours import FRAME, GRID, SOFT_INK
from keruen.report.pictures.svg import SMALL, Drawing
from keruen.units import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE

LOG_TICKS_MS: Final = tuple(
    [n * MS_PER_MINUTE for n in (1, 2, 5, 10, 20, 30)]
    + [n * MS_PER_HOUR for n in (1, 2, 4, 8)]
    + [n * MS_PER_DAY for n in (1, 2, 5, 10, 20, 50, 100, 200)]
)
_LINEAR_STEPS_MS: Final = tuple(
    [n * MS_PER_MINUTE for n in (1, 2, 5, 10, 15, 20, 30)]
    + [n * MS_PER_HOUR for n in (1, 2, 3, 6, 12)]
    + [n * MS_PER_DAY for n in (1, 2, 5, 10, 20, 50, 100)]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A stretch of values laid on a stretch of the sheet, linear or logarithmic."""

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def at(self, value: float) -> float:
        """The place of a value; values outside are put on the nearer end."""
        inside = min(max(value, self.low), self.high)
        if self.is_log:
            part = math.log(inside / self.low) / math.log(self.high / self.low)
        else:
            part = (inside - self.low) / (self.high - self.low)
        return self.start + part * (self.end - self.start)


def round_ticks(high: float, most: int = 5) -> list[float]:
    """Ticks from 0 to the first round number that is at least `high`.

    Examples
    --------
    >>> round_ticks(87)
    [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    """
    if high <= 0:
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(high / most))
    steps = (f * power for f in (1, 2, 2.5, 5, 10))
    # Whole steps only: what is counted has no halves.
    whole = (step if step.is_integer() else max(1.0, math.ceil(step)) for step in steps)
    step = next(one for one in whole if one * most >= high * (1 - 1e-9))
    return [n * step for n in range(math.ceil(high / step - 1e-9) + 1)]


def signed_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Ticks from a round number at most `low` over 0 to one at least `high`.

    Examples
    --------
    >>> signed_ticks(-12, 31)
    [-20.0, 0.0, 20.0, 40.0]
    """
    low, high = min(low, 0.0), max(high, 0.0)
    span = high - low
    if span <= 0:
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(f * power for f in (1, 2, 2.5, 5, 10) if f * power * most >= span * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [n * step for n in range(first, last + 1)]


def duration_scale(low_ms: float, high_ms: float, start: float, end: float) -> Scale:
    """A scale for durations: logarithmic when the longest is far from the shortest."""
    is_log = low_ms > 0 and high_ms / low_ms > 15
    if is_log:
        below = [t for t in LOG_TICKS_MS if t <= low_ms]
        above = [t for t in LOG_TICKS_MS if t >= high_ms]
        low = float(below[-1] if below else low_ms)
        return Scale(
            low=low, high=float(above[0] if above else high_ms), start=start, end=end, is_log=True
        )
    return Scale(low=0.0, high=duration_ticks_up_to(high_ms)[-1], start=start, end=end)


def duration_ticks_up_to(high_ms: float, most: int = 6) -> list[float]:
    """Ticks of a linear axis of durations, from 0 to at least `high_ms`."""
    step = next((s for s in _LINEAR_STEPS_MS if s * most >= high_ms), _LINEAR_STEPS_MS[-1])
    return [float(n * step) for n in range(max(1, math.ceil(high_ms / step)) + 1)]


def duration_axis(sheet: Drawing, scale: Scale, top: float, bottom: float, language: str) -> None:
    """Vertical grid lines with durations written below `bottom`; crowded ones are left out."""
    if scale.is_log:
        ticks = [float(t) for t in LOG_TICKS_MS if scale.low <= t <= scale.high]
    else:
        ticks = duration_ticks_up_to(scale.high)
    free_from = -math.inf
    for tick in ticks:
        x = scale.at(tick)
        label = duration(tick, language) if tick else "0"
        half = text_width(label, SMALL) / 2
        if x - half >= free_from:
            sheet.line((x, top), (x, bottom), GRID)
            sheet.text((x, bottom + 16), label, size=SMALL, anchor="middle", fill=SOFT_INK)
            free_from = x + half + 8


def value_axis(
    sheet: Drawing, scale: Scale, left: float, right: float, ticks: Sequence[tuple[float, str]]
) -> None:
    """Horizontal grid lines with their labels to the left of `left`."""
    for value, label in ticks:
        y = scale.at(value)
        sheet.line((left, y), (right, y), FRAME if value == scale.low else GRID)
        sheet.text((left - 6, y + 4), label, size=SMALL, anchor="end", fill=SOFT_INK)


def tick_lines(
    sheet: Drawing,
    scale: Scale,
    sides: tuple[float, float],
    ticks: Sequence[tuple[float, str]],
    below: float = 16,
) -> None:
    """Vertical grid lines between `sides` with their labels `below` the lower one."""
    top, bottom = sides
    for value, label in ticks:
        x = scale.at(value)
        sheet.line((x, top), (x, bottom), FRAME if value == 0 else GRID)
        sheet.text((x, bottom + below), label, size=SMALL, anchor="middle", fill=SOFT_INK)


def month_starts(first_day: date, days: int) -> list[tuple[int, date]]:
    """Day number and date of each first of a month within `days` from `first_day`."""
    dates = (first_day + timedelta(days=n) for n in range(days))
    return [(n, when) for n, when in enumerate(dates) if when.day == 1]


def month_axis(
    sheet: Drawing, scale: Scale, y: float, span: tuple[date, int], language: str
) -> None:
    """Months written below `y` at the middle of each, as far as they fit; days for a short time."""
    first_day, days = span
    starts = month_starts(first_day, days)
    if days < 45:
        _day_axis(sheet, scale, y, span)
        return
    names = month_names(language)
    bounds = [n for n, _ in starts] + [days]
    widest = max(text_width(name, SMALL) for name in names)
    month_width = (scale.at(30) - scale.at(0)) if days > 30 else 0.0
    every = max(1, math.ceil((widest + 4) / month_width))
    for index, (n, when) in enumerate(starts):
        sheet.line((scale.at(n), y), (scale.at(n), y + 4), FRAME)
        middle = scale.at((n + bounds[index + 1]) / 2)
        if index % every == 0 and bounds[index + 1] - n > 20:
            name = names[when.month - 1]
            sheet.text((middle, y + 15), name, size=SMALL, anchor="middle", fill=SOFT_INK)


def _day_axis(sheet: Drawing, scale: Scale, y: float, span: tuple[date, int]) -> None:
    first_day, days = span
    every = max(1, math.ceil(days / 8))
    for n in range(0, days, every):
        when = first_day + timedelta(days=n)
        middle = scale.at(n + 0.5)
        label = f"{when.day:02d}.{when.month:02d}"
        sheet.text((middle, y + 15), label, size=SMALL, anchor="middle", fill=SOFT_INK)
