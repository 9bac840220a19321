"""Trains on the line, queues at the borders and what journeys are made of, as pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from keruen.i18n import day, duration, listing, number, text
from keruen.report.chapters.corridor import measured
from keruen.report.chapters.corridor.line import worst_week
from keruen.report.chapters.corridor.measured import COST_PARTS, TIME_PARTS, Journey
from keruen.report.chapters.verdict import case_title
from keruen.report.pictures import draw_lines, draw_space_time, draw_split
from keruen.report.pictures.colours import case_colour
from keruen.report.pictures.lines import LinePanel
from keruen.report.pictures.space_time import Stop, TrainRun
from keruen.report.pictures.split import PARTS, SplitRow, longest_of
from keruen.report.pictures.svg import Picture
from keruen.study.results import Study
from keruen.units import MS_PER_DAY

_N_NAMED: Final = 3
_COLOURS: Final = dict(zip(TIME_PARTS, PARTS, strict=True))
"""A part of the journey has one colour, in days and in dollars."""


def line_picture(study: Study, language: str) -> Picture | None:
    """The trains between the dry port and the busiest border in the week with most waiting."""
    found = worst_week(study)
    if found is None:
        return None
    network = study.network
    calendar = study.scenario.calendar
    left_edge = calendar.warm_up_ms + found.first_day * MS_PER_DAY
    runs = [
        TrainRun(
            is_away=run.is_away,
            points=[(float(at - left_edge), km) for at, km in run.points],
            waits=[(float(b - left_edge), float(e - left_edge), km) for b, e, km in run.waits],
        )
        for run in found.runs
    ]
    stops = [
        Stop(name=network.stations[key].title.in_language(language), km=km)
        for key, km in found.stations
    ]
    first: date = calendar.first_day + timedelta(days=found.first_day)
    words = (
        text(
            "chapter.line_title",
            language,
            day=day(first, language),
            start=stops[0].name,
            end=stops[-1].name,
            case=case_title(study, language),
        ),
        text(
            "chapter.line_alt",
            language,
            day=day(first, language),
            trains=len(runs),
            waits=sum(len(run.waits) for run in runs),
            waited=duration(found.waited_ms, language),
        ),
    )
    return draw_space_time(stops, runs, (first, found.days), words, language)


def border_pictures(studies: Sequence[Study], language: str) -> list[Picture]:
    """A picture for each border that trains of the corridor came to, all cases below each other."""
    days = [measured.border_days(study) for study in studies]
    borders = sorted({border for one in days for border, _ in one})
    return [_border_picture(studies, days, border, language) for border in borders]


def _border_picture(
    studies: Sequence[Study],
    days: Sequence[dict[tuple[str, bool], measured.BorderDays]],
    border: str,
    language: str,
) -> Picture:
    panels, said = [], []
    for is_to_china in (True, False):
        own = [one[border, is_to_china] for one in days if (border, is_to_china) in one]
        high = max(
            (float(max(one.n_waiting_most.max(), one.intake.max())) for one in own), default=1.0
        )
        for index, (study, one) in enumerate(zip(studies, days, strict=True)):
            key = "chapter.panel_to_china" if is_to_china else "chapter.panel_to_kazakhstan"
            title = text(key, language, case=case_title(study, language))
            found = one.get((border, is_to_china)) or measured.nothing_waits(study)
            panels.append(
                LinePanel(
                    title=title,
                    colour=case_colour(index),
                    values=found.n_waiting,
                    most=found.n_waiting_most,
                    beside=found.intake,
                    is_marked=found.is_low,
                    high=high,
                )
            )
            said.append(f"{title} {number(float(found.n_waiting_most.max(initial=0)), language)}")
    half = len(panels) // 2
    side_by_side = [
        panel for pair in zip(panels[:half], panels[half:], strict=True) for panel in pair
    ]
    networks = [study.network for study in studies]
    titles = (network.borders[border].title for network in networks if border in network.borders)
    name = next(titles).in_language(language)
    words = (
        text("chapter.border_title", language, border=name),
        text("chapter.border_alt", language, values=listing(said, language)),
    )
    first_day = studies[0].scenario.calendar.first_day
    note = text("chapter.key_border", language)
    return draw_lines(side_by_side, first_day, words, language, note=note)


def time_pictures(studies: Sequence[Study], language: str) -> list[Picture]:
    """How long a box is where, by flow, in days; a picture for each case, all on one scale."""
    by_case = [(study, _time_rows(study, language)) for study in studies]
    names = (
        [(text(f"chapter.time_{part}", language), _COLOURS[part]) for part in TIME_PARTS],
        [text("chapter.mark_p50", language), text("chapter.mark_p90", language)],
    )
    unit = text("chapter.days", language)
    high = _highest(by_case)
    pictures = []
    for study, rows in by_case:
        said = [
            text("chapter.time_value", language, flow=row.name, p50=one.p50_ms, p90=one.p90_ms)
            for one, row in rows[:_N_NAMED]
        ]
        words = (
            text("chapter.times_title", language, case=case_title(study, language)),
            text("chapter.times_alt", language, values=listing(said, language)),
        )
        if rows:
            groups = _groups(rows, language)
            pictures.append(draw_split(groups, names, unit, words, language, high=high))
    return pictures


def _time_rows(study: Study, language: str) -> list[tuple[Journey, SplitRow]]:
    return [
        (
            one,
            SplitRow(
                name=_flow_name(study, one, language),
                parts=tuple(ms / MS_PER_DAY for ms in one.times_ms),
                marks=(one.p50_ms / MS_PER_DAY, one.p90_ms / MS_PER_DAY),
            ),
        )
        for one in _with_times(study)
    ]


def cost_pictures(studies: Sequence[Study], language: str) -> list[Picture]:
    """What a box costs where, by flow, in US dollars of 2025; as `time_pictures`."""
    by_case = [(study, _cost_rows(study, language)) for study in studies]
    parts = [(text(f"chapter.cost_{part}", language), _COLOURS[part]) for part in COST_PARTS]
    unit = text("chapter.usd_per_box", language)
    high = _highest(by_case)
    pictures = []
    for study, rows in by_case:
        said = [
            text("chapter.cost_value", language, flow=row.name, usd=sum(row.parts))
            for _, row in rows[:_N_NAMED]
        ]
        words = (
            text("chapter.costs_title", language, case=case_title(study, language)),
            text("chapter.costs_alt", language, values=listing(said, language)),
        )
        if rows:
            groups = _groups(rows, language)
            pictures.append(draw_split(groups, (parts, []), unit, words, language, high=high))
    return pictures


def _cost_rows(study: Study, language: str) -> list[tuple[Journey, SplitRow]]:
    return [
        (one, SplitRow(name=_flow_name(study, one, language), parts=one.costs_usd2025))
        for one in _with_times(study)
    ]


def _highest(by_case: Sequence[tuple[Study, Sequence[tuple[Journey, SplitRow]]]]) -> float:
    return max((longest_of(row) for _, rows in by_case for _, row in rows), default=0.0)


def _with_times(study: Study) -> list[Journey]:
    return [one for one in measured.journeys(study) if not math.isnan(one.p50_ms)]


def _flow_name(study: Study, journey: Journey, language: str) -> str:
    return str(study.scenario.flows[journey.flow].title.in_language(language))


def _groups(
    rows: Sequence[tuple[Journey, SplitRow]], language: str
) -> list[tuple[str, list[SplitRow]]]:
    groups = [
        (text(key, language), [row for one, row in rows if one.is_to_china == is_to_china])
        for key, is_to_china in (
            ("chapter.group_from_china", False),
            ("chapter.group_to_china", True),
        )
    ]
    return [(title, group) for title, group in groups if group]
