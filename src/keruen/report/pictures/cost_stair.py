"""Cost against flow as a stair: the cheapest additions for each flow, with names on its steps.

Knows flows, costs and names; knows no design.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keruen.i18n import number, text
from keruen.report.fonts import text_width
from keruen.report.pictures.axes import Scale, round_ticks, value_axis
from keruen.report.pictures.colours import ALERT, CASES, FRAME, SOFT_INK
from keruen.report.pictures.svg import SMALL, WIDTH, Drawing, Picture, polyline, wrapped

_LEFT, _TOP, _HEIGHT = 66.0, 30.0, 300.0
_RIGHT = WIDTH - 12
_LINE = 14.0
_COLOUR = CASES[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class StairStep:
    """Flows up to `flow` boxes a year cost so much, bn KZT a year; `names` are new on this step."""

    flow: float
    cost: float
    names: tuple[str, ...]


def draw_stair(
    steps: Sequence[StairStep],
    none_from: float | None,
    words: tuple[str, str],
    language: str,
) -> Picture:
    """The stair, its names numbered below it.

    Parameters
    ----------
    steps : by rising flow; costs never fall. At least one.
    none_from : the first flow that nothing is enough for; None where every flow asked has a step.
    words : title and description of the picture.
    """
    lists = [
        wrapped(f"{n}. {', '.join(step.names)}", WIDTH - 8, SMALL, most=6)
        for n, step in enumerate(steps, 1)
        if step.names
    ]
    bottom = _TOP + _HEIGHT
    sheet = Drawing(height=bottom + 52 + _LINE * sum(len(lines) for lines in lists))
    most = max(steps[-1].flow, none_from or 0.0)
    across = Scale(low=0.0, high=1.05 * most, start=_LEFT, end=_RIGHT)
    ticks = round_ticks(max(step.cost for step in steps) or 1.0)
    up = Scale(low=0.0, high=ticks[-1], start=bottom, end=_TOP)
    value_axis(sheet, up, _LEFT, _RIGHT, [(tick, number(tick, language)) for tick in ticks])
    sheet.text((0, _TOP - 14), text("design.column_cost", language), size=SMALL, fill=SOFT_INK)
    _flow_axis(sheet, across, bottom, language)
    _draw_steps(sheet, steps, across, up)
    if none_from is not None:
        x = across.at(none_from)
        sheet.line((x, _TOP), (x, bottom), ALERT, width=1.4, dash="5 3")
    y = bottom + 52
    for lines in lists:
        for line in lines:
            sheet.text((0, y), line, size=SMALL)
            y += _LINE
    return sheet.finish(*words)


def _draw_steps(sheet: Drawing, steps: Sequence[StairStep], across: Scale, up: Scale) -> None:
    begin, places = 0.0, []
    for step in steps:
        places += [(across.at(begin), up.at(step.cost)), (across.at(step.flow), up.at(step.cost))]
        begin = step.flow
    sheet.path(polyline(places), stroke=_COLOUR, width=2.2)
    begin = 0.0
    for n, step in enumerate(steps, 1):
        sheet.dot((across.at(step.flow), up.at(step.cost)), 3, _COLOUR)
        if step.names:
            middle = (across.at(begin) + across.at(step.flow)) / 2
            sheet.text(
                (middle, up.at(step.cost) - 7), str(n), size=SMALL, anchor="middle", is_bold=True
            )
        begin = step.flow


def _flow_axis(sheet: Drawing, across: Scale, bottom: float, language: str) -> None:
    for tick in round_ticks(across.high):
        if tick > across.high:
            break
        x, label = across.at(tick), number(tick, language)
        sheet.line((x, bottom), (x, bottom + 4), FRAME)
        if x + text_width(label, SMALL) / 2 <= WIDTH:
            sheet.text((x, bottom + 16), label, size=SMALL, anchor="middle", fill=SOFT_INK)
    middle = (across.start + across.end) / 2
    name = text("design.column_flow", language)
    sheet.text((middle, bottom + 32), name, size=SMALL, anchor="middle", fill=SOFT_INK)
