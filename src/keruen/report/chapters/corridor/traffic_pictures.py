"""Trains on the line, queues at the borders and what journeys are made of, as pictures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

from keruen.i18n import day, duration, listing, number, text
from keruen.report.chapters.corridor import traffic_data
from keruen.report.chapters.corridor.busiest_line import worst_week
from keruen.report.chapters.corridor.traffic_data import COST_PARTS, TIME_PARTS, Journey
from keruen.report.chapters.verdict import case_title
from keruen.report.pictures import draw_lines, draw_space_time, draw_split
from keruen.report.pictures.colours import case_colour
from keruen.report.pictures.day_lines import LinePanel
from keruen.report.pictures.space_time import StationOnLine, TrainTrajectory
from keruen.report.pictures.stacked_bars import PARTS, SplitRow, longest_of
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
    trajectories = [
        TrainTrajectory(
            is_away=run.is_away,
            points=[(float(at - left_edge), km) for at, km in run.points],
            waits=[(float(b - left_edge), float(e - left_edge), km) for b, e, km in run.waits],
        )
        for run in found.runs
    ]
    stops = [
        StationOnLine(name=network.stations[key].title.in_language(language), km=km)
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
            trains=len(trajectories),
            waits=sum(len(drawn.waits) for drawn in trajectories),
            waited=duration(found.waited_ms, language),
        ),
    )
    return draw_space_time(stops, trajectories, (first, found.days), words, language)


def border_pictures(studies: Sequence[Study], language: str) -> list[Picture]:
    """A picture for each border that trains of the corridor came to, all cases below each other."""
    days = [traffic_data.border_days(study) for study in studies]
    borders = sorted({border for one in days for border, _ in one})
    return [_border_picture(studies, days, border, language) for border in borders]


def _border_picture(
    studies: Sequence[Study],
    days: Sequence[dict[tuple[str, bool], traffic_data.BorderDays]],
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
            found = one.get((border, is_to_china)) or traffic_data.nothing_waits(study)
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


def time_pictures(studies: Sequence[Study], language: str) -> list[Picture | None]:
    """How long a box is where, by flow, in days; a picture for each case, all on one scale.

    None stands for a case of which no box arrived.
    """

    def row(name: str, journey: Journey) -> SplitRow:
        marks = (journey.p50_ms / MS_PER_DAY, journey.p90_ms / MS_PER_DAY)
        return SplitRow(
            name=name, parts=tuple(ms / MS_PER_DAY for ms in journey.times_ms), marks=marks
        )

    def said(name: str, journey: Journey) -> str:
        days = {"p50": journey.p50_ms, "p90": journey.p90_ms}
        return text("chapter.time_value", language, flow=name, **days)

    names = (
        [(text(f"chapter.time_{part}", language), _COLOURS[part]) for part in TIME_PARTS],
        [text("chapter.mark_p50", language), text("chapter.mark_p90", language)],
    )
    unit = text("chapter.days", language)
    return _split_pictures(studies, (row, said), names, ("times", unit), language)


def cost_pictures(studies: Sequence[Study], language: str) -> list[Picture | None]:
    """What a box costs where, by flow, in US dollars of 2025; as `time_pictures`."""

    def row(name: str, journey: Journey) -> SplitRow:
        return SplitRow(name=name, parts=journey.costs_usd2025)

    def said(name: str, journey: Journey) -> str:
        return text("chapter.cost_value", language, flow=name, usd=sum(journey.costs_usd2025))

    parts = [(text(f"chapter.cost_{part}", language), _COLOURS[part]) for part in COST_PARTS]
    unit = text("chapter.usd_per_box", language)
    return _split_pictures(studies, (row, said), (parts, []), ("costs", unit), language)


def _split_pictures(
    studies: Sequence[Study],
    of_journey: tuple[Callable[[str, Journey], SplitRow], Callable[[str, Journey], str]],
    names: tuple[Sequence[tuple[str, str]], Sequence[str]],
    axis: tuple[str, str],
    language: str,
) -> list[Picture | None]:
    """A picture for each case, all on one scale; None where no box arrived.

    Parameters
    ----------
    of_journey : name of a flow and its journey → its bar, and what the description says of it.
    names : of parts with their colours, and of marks.
    axis : what the picture is called in the catalogue, and the unit below it.
    """
    as_row, as_words = of_journey
    kind, unit = axis
    by_case = []
    for study in studies:
        journeys = [one for one in traffic_data.journeys(study) if not math.isnan(one.p50_ms)]
        flows = study.scenario.flows
        named = [(flows[one.flow].title.in_language(language), one) for one in journeys]
        by_case.append((study, named, [(one, as_row(name, one)) for name, one in named]))
    high = max((longest_of(row) for _, _, rows in by_case for _, row in rows), default=0.0)
    pictures: list[Picture | None] = []
    for study, named, rows in by_case:
        values = [as_words(name, one) for name, one in named[:_N_NAMED]]
        words = (
            text(f"chapter.{kind}_title", language, case=case_title(study, language)),
            text(f"chapter.{kind}_alt", language, values=listing(values, language)),
        )
        groups = _groups(rows, language)
        picture = draw_split(groups, names, unit, words, language, high=high) if rows else None
        pictures.append(picture)
    return pictures


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
