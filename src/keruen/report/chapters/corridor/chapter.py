"""The corridor's part of the report: what is said first, then the table of flows, then pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from keruen.i18n import day, number, quantity, text
from keruen.report.chapters.corridor import route_pictures, traffic_data, traffic_pictures
from keruen.report.chapters.corridor.traffic_data import Journey
from keruen.report.chapters.of_each import illustrations, of_each
from keruen.report.chapters.verdict import case_title, leading
from keruen.report.document import Block, Cell, Chapter, Folded, Illustration, Paragraph, TableBlock
from keruen.report.pictures.svg import Picture
from keruen.report.train_words import trains_in_words
from keruen.report.transit_words import (
    period_of_run,
    transit_about,
    transit_cells,
    transit_heads,
)
from keruen.scenario.name_lookup import stations_between
from keruen.study.results import Study
from keruen.units import MS_PER_DAY


def corridor_sections(studies: Sequence[Study], language: str) -> list[Chapter]:
    """The chapters on the corridor; none when no case simulated its railway.

    Parameters
    ----------
    studies : the cases of the report, in their order; those without a railway are left out.
    language : ``kk``, ``ru``, ``zh`` or ``en``.
    """
    cases = [study for study in studies if traffic_data.has_corridor(study)]
    if not cases:
        return []
    tops = route_pictures.tops_of(cases)
    first: list[Block] = [Paragraph(text=_sentences(study, language)) for study in cases]
    own = [leading(cases)]
    tables: list[Block] = [
        _flow_table(own, language),
        _transit_table(own, language),
        Paragraph(text=_transit_about(own[0], language)),
    ]
    if len(cases) > 1:
        compared = (_flow_table(cases, language), _transit_table(cases, language))
        tables.append(Folded(title=text("report.all_cases", language), blocks=compared))

    kinds: dict[str, Sequence[Picture | None]] = {
        "map": [route_pictures.route_picture(one, tops, language) for one in cases],
        "ways": [route_pictures.ways_picture(one, language) for one in cases],
        "line": [traffic_pictures.line_picture(one, language) for one in cases],
        "times": traffic_pictures.time_pictures(cases, language),
        "costs": traffic_pictures.cost_pictures(cases, language),
    }
    drawn = {
        kind: of_each(cases, pictures, language, _note(kind, own[0], language))
        for kind, pictures in kinds.items()
    }
    borders = traffic_pictures.border_pictures(cases, language)
    # The leading case's map stands on page two.
    other_maps = [block for block in drawn["map"] if isinstance(block, Folded)]
    chapters: list[tuple[str, list[Block]]] = [
        ("corridor", [*first, *tables, *other_maps, *drawn["ways"]]),
        ("corridor_line", drawn["line"]),
        ("corridor_borders", [*illustrations(borders, _note("borders", own[0], language))]),
        ("corridor_journeys", [*drawn["times"], *drawn["costs"]]),
    ]
    return [
        Chapter(name=name, title=text(f"chapter.section_{name}", language), blocks=tuple(blocks))
        for name, blocks in chapters
        if blocks
    ]


def map_of(study: Study, studies: Sequence[Study], language: str) -> list[Illustration]:
    """The map of one case, drawn as those of the others; empty without a railway."""
    cases = [one for one in studies if traffic_data.has_corridor(one)]
    if study not in cases:
        return []
    picture = route_pictures.route_picture(study, route_pictures.tops_of(cases), language)
    return illustrations([picture], _note("map", study, language))


def _note(kind: str, study: Study, language: str) -> str:
    """How the pictures of a kind were made, and what they do not show."""
    is_bare = kind == "map" and not route_pictures.has_outlines(study, language)
    return text("chapter.note_map_bare" if is_bare else f"chapter.note_{kind}", language)


def _sentences(study: Study, language: str) -> str:
    """What a case's boxes went through, in a few sentences."""
    whole = traffic_data.overall(traffic_data.journeys(study))
    case = case_title(study, language)
    if whole is None:
        return text("chapter.case_nothing", language, case=case)
    said = [
        text(
            "chapter.case_travel",
            language,
            case=case,
            boxes=whole.boxes_per_year,
            part=1 - whole.left_share,
        ),
        _refused_sentence(study, language),
        text("chapter.case_time", language, p50=whole.p50_ms, p90=whole.p90_ms),
        text("chapter.case_cost", language, usd=sum(whole.costs_usd2025), kg=whole.co2e_kg),
        _queue_sentence(study, language),
        _section_sentence(study, language),
        _alternate_sentence(study, language),
    ]
    # Chinese sentences stand without blanks between them.
    return ("" if language == "zh" else " ").join(one for one in said if one)


def _alternate_sentence(study: Study, language: str) -> str:
    """Which block trains run every other week; empty where all run every week."""
    trains = [
        f"{stations_between(study.network, train.start, train.end, language)}: "
        + trains_in_words(train.mean_trains_per_week, train.every_other_week, language)
        for _, train in sorted(study.week.trains.items())
        if train.every_other_week is not None
    ]
    return text("chapter.case_alternate", language, trains="; ".join(trains)) if trains else ""


def _refused_sentence(study: Study, language: str) -> str:
    refused = traffic_data.refused_per_year(study)
    return text("chapter.case_refused", language, boxes=refused) if refused >= 0.5 else ""


def _queue_sentence(study: Study, language: str) -> str:
    worst = traffic_data.worst_queue(study)
    if worst is None:
        return text("chapter.case_no_queue", language)
    first: date = study.scenario.calendar.first_day
    border = study.network.borders[worst.border]
    return text(
        "chapter.case_queue_to_china" if worst.is_to_china else "chapter.case_queue_to_kazakhstan",
        language,
        border=border.title.in_language(language),
        trains=worst.n_trains,
        day=day(first + timedelta(days=worst.day), language),
    )


def _section_sentence(study: Study, language: str) -> str:
    network = study.network
    use = traffic_data.section_use(study)
    key = max(sorted(use), key=lambda one: use[one].share, default="")
    if not key or use[key].trains_per_d <= 0:
        return ""
    return text(
        "chapter.case_section",
        language,
        name=route_pictures.section_name(network, key, language),
        trains=use[key].trains_per_d,
        part=use[key].share,
    )


def _transit_about(study: Study, language: str) -> str:
    calendar = study.scenario.calendar
    last = calendar.first_day + timedelta(days=calendar.days - 1)
    return transit_about(language, period=period_of_run(calendar.first_day, last, language))


def _transit_table(studies: Sequence[Study], language: str) -> TableBlock:
    """Transit times with their parts."""
    return TableBlock(
        caption=text("chapter.transit_caption", language),
        header=(*_heads_of_flows(studies, language), *transit_heads(language)),
        rows=_rows_of_flows(
            studies,
            lambda journey: tuple(
                Cell(text=one) for one in transit_cells(journey.transit, language)
            ),
            language,
        ),
        widths=(26, *([14] if len(studies) > 1 else []), *[9] * len(transit_heads(language))),
        is_small=True,
    )


def _flow_table(studies: Sequence[Study], language: str) -> TableBlock:
    """What became of the boxes of each flow."""
    has_cases = len(studies) > 1
    return TableBlock(
        caption=text("chapter.flows_caption", language),
        header=(
            *_heads_of_flows(studies, language),
            *(
                text(f"chapter.column_{column}", language)
                for column in ("boxes", "left", "p50", "p90", "usd", "co2e")
            ),
        ),
        rows=_rows_of_flows(studies, lambda journey: _cells(journey, language), language),
        # The longest word of a head decides: Kazakh and Russian ones have no place to break.
        widths=(22, *([13] if has_cases else []), 11, 19, 14, 13, 11, 10),
        is_small=True,
    )


def _heads_of_flows(studies: Sequence[Study], language: str) -> tuple[str, ...]:
    names = ("flow", "case") if len(studies) > 1 else ("flow",)
    return tuple(text(f"chapter.column_{name}", language) for name in names)


def _rows_of_flows(
    studies: Sequence[Study], cells_of: Callable[[Journey], tuple[Cell, ...]], language: str
) -> tuple[tuple[Cell, ...], ...]:
    """Flows below one another; the cases of one flow stand together, to be compared."""
    by_case = [{(j.flow, j.is_to_china): j for j in traffic_data.journeys(s)} for s in studies]
    keys = list(dict.fromkeys(key for journeys in by_case for key in journeys))
    has_cases = len(studies) > 1
    rows = []
    for flow, is_to_china in keys:
        title = next(s.scenario.flows[flow].title for s in studies if flow in s.scenario.flows)
        way = text("chapter.to_china" if is_to_china else "chapter.from_china", language)
        name = text("chapter.flow_way", language, flow=title.in_language(language), way=way)
        cases = [
            (study, journeys[flow, is_to_china])
            for study, journeys in zip(studies, by_case, strict=True)
            if (flow, is_to_china) in journeys
        ]
        for n, (study, journey) in enumerate(cases):
            case = [Cell(text=case_title(study, language))] if has_cases else []
            rows.append((Cell(text="" if n else name), *case, *cells_of(journey)))
    return tuple(rows)


def _cells(journey: Journey, language: str) -> tuple[Cell, ...]:
    left = quantity(journey.left_share, "share", language) if journey.left_share else "0"
    days = (journey.p50_ms / MS_PER_DAY, journey.p90_ms / MS_PER_DAY)
    said = (
        number(journey.boxes_per_year, language),
        left,
        *(number(one, language, 1) for one in days),
        number(sum(journey.costs_usd2025), language),
        number(journey.co2e_kg, language),
    )
    return tuple(Cell(text=one) for one in said)
