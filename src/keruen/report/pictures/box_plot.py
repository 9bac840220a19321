"""Box plots of durations, lying: the box holds the middle half, the line in it is the median, the
whiskers reach from the 5th to the 95th percentile, the dot is the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keruen.i18n import duration, text
from keruen.report.fonts import text_width
from keruen.report.pictures.axes import Scale, duration_axis, duration_scale
from keruen.report.pictures.colours import ALERT, FRAME, INK, PAPER, SOFT_INK
from keruen.report.pictures.svg import SMALL, TEXT, WIDTH, Drawing, Picture, fitted

_ROW = 26.0
_TOP = 34.0
_RIGHT = WIDTH - 22


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxPlot:
    """One distribution: 5th, 25th, 50th, 75th, 95th percentile and mean, all in ms."""

    group: str
    label: str
    colour: str
    marks: tuple[float, float, float, float, float]
    mean: float

    @staticmethod
    def of(group: str, label: str, colour: str, values_ms: NDArray[np.float64]) -> BoxPlot:
        """The box of some durations in ms; there must be at least one."""
        marks = np.percentile(values_ms, (5, 25, 50, 75, 95))
        p5, p25, p50, p75, p95 = (float(mark) for mark in marks)
        return BoxPlot(
            group=group,
            label=label,
            colour=colour,
            marks=(p5, p25, p50, p75, p95),
            mean=float(values_ms.mean()),
        )


def draw_box_plot(
    boxes: Sequence[BoxPlot], limit_ms: float | None, words: tuple[str, str], language: str
) -> Picture:
    """Boxes below one another under the headings of their groups, with the limit across all."""
    left = min(264.0, 24 + max(text_width(box.label, TEXT) for box in boxes))
    headings = _headings(boxes)
    bottom = _TOP + _ROW * len(boxes) + 24 * len(headings) + 6
    sheet = Drawing()
    longest = max([box.marks[4] for box in boxes] + [box.mean for box in boxes] + [limit_ms or 0.0])
    shortest = max(min(box.marks[0] for box in boxes), 1.0)
    scale = duration_scale(shortest, longest, left, _RIGHT)
    sheet.height = bottom + (42 if scale.is_log else 24)
    duration_axis(sheet, scale, _TOP, bottom, language)
    if limit_ms is not None:
        _draw_limit(sheet, scale.at(limit_ms), bottom, text_of_limit(limit_ms, language))
    y = _TOP
    for index, box in enumerate(boxes):
        if index in headings:
            sheet.text((0, y + 18), fitted(box.group, left + 200), is_bold=True)
            y += 24
        sheet.text((12, y + _ROW / 2 + 4), fitted(box.label, left - 22))
        _draw_box(sheet, box, scale, y + _ROW / 2)
        y += _ROW
    if scale.is_log:
        words_of_axis = text("report.axis_log", language)
        at = (_RIGHT, bottom + 36)
        sheet.text(at, words_of_axis, size=SMALL, anchor="end", fill=SOFT_INK)
    return sheet.finish(*words)


def text_of_limit(limit_ms: float, language: str) -> str:
    """The words at a limit."""
    return text("report.mark_limit", language, bound=duration(limit_ms, language))


def _headings(boxes: Sequence[BoxPlot]) -> frozenset[int]:
    """Rows above which the name of a group stands; none when no box has a group."""
    return frozenset(
        index
        for index, box in enumerate(boxes)
        if box.group and (index == 0 or boxes[index - 1].group != box.group)
    )


def _draw_limit(sheet: Drawing, x: float, bottom: float, label: str) -> None:
    sheet.line((x, _TOP - 8), (x, bottom), ALERT, width=1.5, dash="5 3")
    room = text_width(label, SMALL, is_bold=True)
    at = min(max(x - room / 2, 0.0), WIDTH - room - 2)
    sheet.text((at, _TOP - 14), label, size=SMALL, fill=ALERT, is_bold=True)


def _draw_box(sheet: Drawing, box: BoxPlot, scale: Scale, y: float) -> None:
    p5, p25, p50, p75, p95 = (scale.at(mark) for mark in box.marks)
    sheet.line((p5, y), (p25, y), INK)
    sheet.line((p75, y), (p95, y), INK)
    for whisker in (p5, p95):
        sheet.line((whisker, y - 4), (whisker, y + 4), INK)
    sheet.rect((p25, y - 7), (max(p75 - p25, 1.5), 14), box.colour, stroke=FRAME)
    sheet.line((p50, y - 7), (p50, y + 7), PAPER, width=2.5)
    sheet.dot((scale.at(box.mean), y), 3.2, PAPER, INK)
