"""The pictures of an appraised list: core indices, values by side, tornadoes, values by rate.

Knows what `study.appraising` hands over and how a picture is drawn; each picture says its numbers
in words too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from keruen.appraisal.uncertainty import EnpvSpread
from keruen.i18n import listing, share, text
from keruen.report.chapters.appraisal_names import ListNames
from keruen.report.chapters.appraisal_words import at_rate
from keruen.report.chapters.decision_words import money_scale
from keruen.report.chapters.which_first_words import in_order, large, rate_text, say
from keruen.report.document import Illustration
from keruen.report.pictures.index_bars import IndexRow, draw_index_bars
from keruen.report.pictures.rate_curve import RateLine, draw_rate_curve
from keruen.report.pictures.tornado import TornadoBar, draw_tornado
from keruen.report.pictures.value_bars import ValueBar, ValueRow, draw_value_bars
from keruen.study.appraising.results import ProjectAppraisal

N_VALUES: Final = 5
"""Projects in the picture of values on page two; the pages of projects have all."""
N_TORNADOES: Final = 3
N_BARS: Final = 3
"""Figures of each tornado on page two, so that the page holds it."""
N_OWN_BARS: Final = 4
"""Figures of the tornado on a project's own page."""
SIDES: Final = ("a", "b", "joint")


def side_names(names: ListNames) -> list[str]:
    """Both sides and the joint account, as a picture names them."""
    return [say(f"side_{side}", names) for side in SIDES]


def index_picture(names: ListNames) -> Illustration | None:
    """Core indices of A, B and both, for every project that is judged."""
    judged = [one for one in in_order(names.found.projects) if one.risk is not None]
    if not judged:
        return None
    language = names.language
    rows, said = [], []
    for one in judged:
        core = one.core
        shares = (core.a, core.b, core.joint) if core else (None, None, None)
        title = names.project(one.key)
        rows.append(IndexRow(name=title, group=names.say(f"answer_{one.answer}"), shares=shares))
        told = ["–" if value is None else share(value, language) for value in shares]
        said.append(say("index_row", names, name=title, a=told[0], b=told[1], joint=told[2]))
    title = say("index_title", names)
    alt = say("index_alt", names, values="; ".join(said))
    picture = draw_index_bars(rows, side_names(names), (title, alt), language)
    note = say("index_note", names)
    return Illustration(picture=picture, caption=title, note=note)


def value_picture(names: ListNames) -> Illustration | None:
    """ENPV by side with its range, of the first projects."""
    judged = [one for one in in_order(names.found.projects) if one.risk is not None][:N_VALUES]
    if not judged:
        return None
    language = names.language
    rows, said = [], []
    for one in judged:
        bars = side_bars(one, names)
        title = names.project(one.key)
        rows.append(ValueRow(name=title, bars=tuple(bars)))
        told = {
            side: bar
            if isinstance(bar, str)
            else text(
                "appraisal.value",
                language,
                **{
                    word: large(amount * money_scale(language)[0], language)
                    for word, amount in (("value", bar.value), ("low", bar.low), ("high", bar.high))
                },
            )
            for side, bar in zip(SIDES, bars, strict=True)
        }
        said.append(say("value_row", names, name=title, **told))
    unit = money_scale(language)[1]
    title = say("value_title", names, unit=unit)
    alt = say("value_alt", names, values="; ".join(said))
    keys = [*side_names(names)[:2], say("side_joint_key", names)]
    letters = list(zip(("A", "B", "Σ"), keys, strict=True))
    picture = draw_value_bars(rows, letters, unit, (title, alt), language)
    note = say(
        "value_note", names, rate=rate_text(names.found.common_rate, language), n=len(judged)
    )
    return Illustration(picture=picture, caption=title, note=note)


def side_bars(project: ProjectAppraisal, names: ListNames) -> list[ValueBar | str]:
    """Median and range of A, B and both, in the large unit; a text where a side is not known."""
    assert project.risk is not None, "judged"
    step, _ = money_scale(names.language)
    known = at_rate(project, names.found.common_rate)
    found: list[ValueBar | str] = []
    for side in SIDES:
        if side != "joint" and (known.a if side == "a" else known.b) is None:
            found.append(say("split_unknown", names))
            continue
        spread = project.risk[side]
        found.append(_bar(spread, step))
    return found


def _bar(spread: EnpvSpread, step: float) -> ValueBar:
    return ValueBar(low=spread.p5 / step, value=spread.p50 / step, high=spread.p95 / step)


def tornado_picture(
    projects: Sequence[ProjectAppraisal], names: ListNames, *, most: int, is_grouped: bool
) -> Illustration | None:
    """How far single figures move the joint ENPV, the widest first.

    Parameters
    ----------
    projects : whose.
    most : figures of each.
    is_grouped : each project's title stands above its bars.
    """
    language = names.language
    step, unit = money_scale(language)
    bars, said = [], []
    for one in projects:
        title = names.project(one.key)
        base = _stated(one, names) / step
        for name, low, high in one.tornado[:most]:
            figure = names.figure(name).what
            bars.append(
                TornadoBar(
                    name=figure,
                    low=low / step,
                    base=base,
                    high=high / step,
                    group=title if is_grouped else "",
                )
            )
            words = {"low": large(low, language), "high": large(high, language)}
            said.append(say("tornado_row", names, project=title, figure=figure, **words))
    if not bars:
        return None
    keys = say("key_low", names), say("key_high", names)
    if is_grouped:
        title = caption = say("tornado_title", names, unit=unit)
    else:
        project = names.project(projects[0].key)
        title = say("tornado_own_title", names, project=project, unit=unit)
        caption = say("tornado_caption", names, unit=unit)
    alt = say("tornado_alt", names, values="; ".join(said))
    picture = draw_tornado(bars, None, "", keys, (title, alt), language)
    return Illustration(picture=picture, caption=caption)


def _stated(project: ProjectAppraisal, names: ListNames) -> float:
    """The joint ENPV with every figure as stated; the middle of its ends where a split is open."""
    value = at_rate(project, names.found.common_rate)
    return (value.joint_low + value.joint_high) / 2


def curve_picture(project: ProjectAppraisal, names: ListNames) -> Illustration:
    """ENPV by rate: both sides and together; where the split is open, the two ends of together."""
    language = names.language
    step, unit = money_scale(language)
    is_known = all(one.a is not None and one.b is not None for one in project.curve)
    lines = []
    if is_known:
        for side in ("a", "b"):
            values = tuple((getattr(one, side) or 0.0) / step for one in project.curve)
            lines.append(RateLine(name=say(f"side_{side}", names), values=values))
        joint = tuple(one.joint_low / step for one in project.curve)
        lines.append(RateLine(name=say("side_joint", names), values=joint))
    else:
        for end in ("low", "high"):
            values = tuple(getattr(one, f"joint_{end}") / step for one in project.curve)
            lines.append(RateLine(name=say(f"joint_{end}", names), values=values))
    rates = [one.rate for one in project.curve]
    said = []
    for line in lines:
        points = [
            say(
                "curve_point",
                names,
                rate=rate_text(rate, language),
                value=large(value * step, language),
            )
            for rate, value in zip(rates, line.values, strict=True)
        ]
        said.append(say("curve_line", names, name=line.name, points=listing(points, language)))
    title = say("curve_title", names, project=names.project(project.key), unit=unit)
    alt = say("curve_alt", names, values="; ".join(said))
    picture = draw_rate_curve(lines, rates, unit, (title, alt), language)
    return Illustration(picture=picture, caption=say("curve_caption", names, unit=unit))
