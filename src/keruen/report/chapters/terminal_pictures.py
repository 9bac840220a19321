"""The figures of the report: each a picture of one case, or of all cases together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from keruen.domain.codes import Resource, Storage
from keruen.i18n import duration, listing, number, share, text
from keruen.report.chapters import terminal_data
from keruen.report.chapters.terminal_data import FlowWay
from keruen.report.chapters.verdict import case_title, resource_key
from keruen.report.pictures import (
    draw_bars,
    draw_box_plot,
    draw_heat_map,
    draw_lines,
    draw_sankey,
    draw_yard_plan,
)
from keruen.report.pictures.box_plot import BoxPlot
from keruen.report.pictures.colours import KINDS, case_colour
from keruen.report.pictures.day_lines import LinePanel
from keruen.report.pictures.heat_map import HeatPanel
from keruen.report.pictures.load_bars import LoadBar
from keruen.report.pictures.sankey import Band
from keruen.report.pictures.svg import Picture
from keruen.study.results import Study
from keruen.study.verdict import in_order_of_binding, is_threatened

_N_NAMED = 3
"""Flows that the description of a flow diagram names."""


def flow_picture(study: Study, language: str) -> Picture | None:
    """How the boxes of a case come and are to leave; nothing when none came."""
    flow_ways = terminal_data.flow_ways(study)
    if not flow_ways:
        return None
    bands = _bands(study, flow_ways, language)
    of_flow: dict[str, float] = {}
    for band in bands:
        of_flow[band.stops[1]] = of_flow.get(band.stops[1], 0.0) + band.boxes
    numbers = {name: number(boxes, language) for name, boxes in of_flow.items()}
    largest = sorted(of_flow, key=lambda name: (-of_flow[name], name))[:_N_NAMED]
    words = (
        text("report.sankey_title", language, case=case_title(study, language)),
        text(
            "report.sankey_alt",
            language,
            flows=listing([f"{name} {numbers[name]}" for name in largest], language),
        ),
    )
    kinds = [
        (text(f"report.kind_{kind}", language), colour)
        for kind, colour in KINDS.items()
        if any(study.scenario.flows[way.flow].kind == kind for way in flow_ways)
    ]
    heads = (
        text("report.sankey_heads_in", language),
        text("report.sankey_heads_flow", language),
        text("report.sankey_heads_out", language),
    )
    notes = {(1, name): shown for name, shown in numbers.items()}
    for column in (0, 2):
        notes |= _end_notes(study, flow_ways, column, language)
    return draw_sankey(bands, notes, kinds, heads, words)


def _bands(study: Study, flow_ways: Sequence[FlowWay], language: str) -> list[Band]:
    flows, order = study.scenario.flows, list(KINDS)
    boxes_of: dict[str, float] = {}
    for way in flow_ways:
        boxes_of[way.flow] = boxes_of.get(way.flow, 0.0) + way.boxes
    return [
        Band(
            stops=(
                _end_name(study, way.in_service, language),
                flows[way.flow].title.in_language(language),
                _end_name(study, way.out_service, language),
            ),
            boxes=way.boxes,
            colour=KINDS[flows[way.flow].kind],
        )
        for way in sorted(
            flow_ways,
            key=lambda way: (order.index(flows[way.flow].kind), -boxes_of[way.flow], way.flow),
        )
    ]


def _end_name(study: Study, service_id: str, language: str) -> str:
    if not service_id:
        return text("report.by_truck", language)
    return str(study.scenario.services[service_id].title.in_language(language))


def _end_notes(
    study: Study, flow_ways: Sequence[FlowWay], column: int, language: str
) -> dict[tuple[int, str], str]:
    """Boxes a year at each end of the diagram and, of a train service, how full its trains are."""
    sums: dict[str, tuple[float, float]] = {}
    for way in flow_ways:
        service = way.out_service if column else way.in_service
        boxes, teu = sums.get(service, (0.0, 0.0))
        sums[service] = (boxes + way.boxes, teu + way.teu)
    notes = {}
    for service, (boxes, teu) in sums.items():
        said = text("report.end_boxes", language, boxes=boxes)
        if service:
            part = teu / terminal_data.room_teu_per_year(study, service)
            said = text("report.end_boxes_full", language, boxes=boxes, part=part)
        notes[column, _end_name(study, service, language)] = said
    return notes


def truck_picture(studies: Sequence[Study], language: str) -> Picture | None:
    """Turn times of trucks in all cases."""
    by_case = [
        [
            (
                text(f"report.truck_{key}", language),
                terminal_data.truck_turn_times(study, is_delivery=is_delivery),
            )
            for is_delivery, key in ((False, "fetches"), (True, "brings"))
        ]
        for study in studies
    ]
    limit_ms = studies[0].scenario.limits.truck_turn_time_p90_ms
    return _time_picture(studies, by_case, ("trucks", "truck_turn_time"), limit_ms, language)


def train_picture(studies: Sequence[Study], language: str) -> Picture | None:
    """Turnarounds of trains in all cases, service by service."""
    by_case = [
        [
            (
                _end_name(study, service_id, language),
                terminal_data.train_turnarounds(study, service),
            )
            for service, service_id in enumerate(sorted(study.scenario.services))
        ]
        for study in studies
    ]
    limit_ms = studies[0].scenario.limits.train_turnaround_p90_ms
    return _time_picture(studies, by_case, ("trains", "train_turnaround"), limit_ms, language)


def _time_picture(
    studies: Sequence[Study],
    by_case: Sequence[Sequence[tuple[str, NDArray[np.float64]]]],
    names: tuple[str, str],
    limit_ms: float,
    language: str,
) -> Picture | None:
    """Box plots of named durations in ms, case by case; nothing when there are none.

    `names` are the picture's in the catalogue and the measure's whose median is told.
    """
    picture, measure = names
    cases = [case_title(study, language) for study in studies]
    boxes = [
        BoxPlot.of(case, name, case_colour(index), times_ms)
        for index, (case, rows) in enumerate(zip(cases, by_case, strict=True))
        for name, times_ms in rows
        if len(times_ms)
    ]
    if not boxes:
        return None
    medians = [
        f"{case} {duration(study.estimates[f'{measure}_ms_p50'].mean, language)}"
        for case, study in zip(cases, studies, strict=True)
    ]
    words = (
        text(f"report.{picture}_title", language),
        text(f"report.{picture}_alt", language, values=listing(medians, language)),
    )
    return draw_box_plot(boxes, limit_ms, words, language)


def yard_picture(study: Study, language: str) -> Picture:
    """Occupancy of the yard of a case by hour and week, a panel for each kind of block."""
    panels, values, per_column = [], [], 7
    for kind, teu in terminal_data.capacity_teu(study).items():
        cells, per_column = terminal_data.heat_cells(study, kind)
        key = f"general.storage_{kind.name.lower()}"
        title = text("report.heat_panel", language, kind=key, teu=teu)
        panels.append(HeatPanel(title=title, cells=cells, days_per_column=per_column))
        by_hour = terminal_data.occupancy_by_hour(study, kind)
        mean, most = float(by_hour.mean()), float(by_hour.max())
        values.append(text("report.heat_value", language, kind=key, mean=mean, most=most))
    title = "report.heat_title" if per_column == 7 else "report.heat_title_days"
    words = (
        text(title, language, case=case_title(study, language)),
        text("report.heat_alt", language, values=listing(values, language)),
    )
    return draw_heat_map(panels, study.scenario.calendar.first_day, words, language)


def load_picture(studies: Sequence[Study], language: str, most: int | None = None) -> Picture:
    """Load of resources in all cases, in the order in which loads name the bottleneck.

    Where only so many as `most` are shown, they are those at the top.
    """
    loads = [{p.resource: p for p in study.verdict.pressures} for study in studies]
    orders = [
        [p.resource for p in in_order_of_binding(study.verdict.pressures, study.verdict.jam)]
        for study in studies
    ]
    # What is first in a case stands above what is second in any, and of equals the earlier case's:
    # so the verdict of every case is found at the top.
    places: dict[Resource, tuple[int, int]] = {}
    for index, order in enumerate(orders):
        for place, resource in enumerate(order):
            places[resource] = min((place, index), places.get(resource, (place, index)))
    resources = sorted(places, key=lambda resource: places[resource])[:most]
    rows = []
    for resource in resources:
        bars = [
            LoadBar(
                colour=case_colour(index),
                load=by_resource[resource].load_share,
                peak=by_resource[resource].peak_share,
                mark=_binding_mark(studies[index], resource, language),
            )
            for index, by_resource in enumerate(loads)
            if resource in by_resource
        ]
        rows.append((text(resource_key(resource), language), bars))
    cases = [(case_title(s, language), case_colour(i)) for i, s in enumerate(studies)]
    heaviest = [
        f"{case_title(study, language)} – {text(resource_key(order[0]), language)} "
        f"{share(by_resource[order[0]].load_share, language)}"
        for study, order, by_resource in zip(studies, orders, loads, strict=True)
    ]
    words = (
        text("report.bars_title", language),
        text("report.bars_alt", language, values=listing(heaviest, language)),
    )
    return draw_bars(rows, cases, words, language)


def _binding_mark(study: Study, resource: Resource, language: str) -> str:
    if resource != study.verdict.binding.resource:
        return ""
    key = "report.mark_binds" if is_threatened(study.verdict) else "report.mark_first"
    return f"← {text(key, language)}"


def queue_picture(studies: Sequence[Study], language: str) -> Picture:
    """Trucks and held trains by day, a row of two panels for each case."""
    panels, values = [], []
    for index, study in enumerate(studies):
        case = case_title(study, language)
        for key, column in (
            ("report.queue_trucks", "n_trucks"),
            ("report.queue_trains", "n_trains_held"),
        ):
            line = terminal_data.largest_by_day(study, column)
            title = text(key, language, case=case)
            panels.append(LinePanel(title=title, colour=case_colour(index), values=line))
            values.append(f"{title} {number(float(line.max(initial=0.0)), language)}")
    words = (
        text("report.queues_title", language),
        text("report.queues_alt", language, values=listing(values, language)),
    )
    return draw_lines(panels, studies[0].scenario.calendar.first_day, words, language)


def plan_picture(study: Study, language: str) -> Picture:
    """The dry port of a case, shaded by load."""
    terminal = study.scenario.terminal
    loads = {p.resource: p.load_share for p in study.verdict.pressures}
    occupancy: dict[str, float] = {}
    values = []
    for kind in terminal_data.capacity_teu(study):
        mean = float(terminal_data.occupancy_by_hour(study, Storage(kind)).mean())
        occupancy[kind.name.lower()] = mean
        name = text(f"general.storage_{kind.name.lower()}", language)
        values.append(f"{name} {share(mean, language)}")
    tracks = [
        f"{group.title.in_language(language)} {group.count}"
        for _, group in sorted(terminal.tracks.items())
    ]
    words = (
        text("report.plan_title", language, case=case_title(study, language)),
        text(
            "report.plan_alt",
            language,
            tracks=listing(tracks, language),
            blocks=len(terminal.blocks),
            teu=sum(block.capacity_teu for block in terminal.blocks.values()),
            values=listing(values, language),
        ),
    )
    return draw_yard_plan(terminal, loads, occupancy, words, language)
