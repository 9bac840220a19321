"""The report's order of thought: two pages that decide, then pictures and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from keruen.domain.results import LimitCheck
from keruen.i18n import quantity, text
from keruen.report.chapters import terminal_pictures
from keruen.report.chapters.claims import claims_section
from keruen.report.chapters.corridor import corridor_sections, map_of
from keruen.report.chapters.crane_rate import crane_rate_sentences
from keruen.report.chapters.decision import answer_section, next_section
from keruen.report.chapters.evidence import (
    limitations_section,
    provenance_section,
    sources_chapters,
    sources_section,
)
from keruen.report.chapters.of_each import illustrations, of_each
from keruen.report.chapters.verdict import (
    case_subtitle,
    case_title,
    estimate_text,
    leading,
    verdict_sentences,
)
from keruen.report.document import (
    Block,
    CaseVerdict,
    Cell,
    Chapter,
    Folded,
    Illustration,
    Paragraph,
    PrintedDocument,
    TableBlock,
)
from keruen.report.measure_units import unit_of
from keruen.study.results import Study

HEADLINES: Final = (
    "offered_per_year",
    "boxes_per_year",
    "teu_per_year",
    "trains_per_day",
    "unserved_share",
    "train_turnaround_ms_p50",
    "train_turnaround_ms_p90",
    "trains_held_share",
    "truck_turn_time_ms_p50",
    "truck_turn_time_ms_p90",
    "yard_occupancy_share_p95",
    "reefers_without_plug_share",
    "dwell_ms_mean_laden",
    "reshuffles_per_retrieval",
    "gantry_moves_per_h",
)
"""Measures of the comparison, in this order; measures with a limit are added at the end."""

N_LOADS: Final = 10
"""Resources in the appendix on paper; the page on the screen has them all."""

_WORDS: Final = (
    "contents",
    "skip",
    "marks",
    "mark_kept",
    "mark_broken",
    "mark_inconclusive",
)


def compose(studies: Sequence[Study], language: str) -> PrintedDocument:
    """One document about the cases of one scenario.

    Parameters
    ----------
    studies : at least one; all of the same scenario, in the order in which to show them.
    """
    assert studies, "a report about nothing"
    header = studies[0].scenario.scenario
    sections = [
        answer_section(studies, language),
        next_section(studies, map_of(leading(studies), studies, language), language),
        _detail_section(studies, language),
        *_picture_sections(studies, language),
        *corridor_sections(studies, language),
        claims_section(studies[0], language),
        limitations_section(language),
        provenance_section(studies, language),
        sources_section(studies, language),
    ]
    return PrintedDocument(
        language=language,
        title=text("report.title", language, scenario=header.title.in_language(language)),
        summary=header.summary.in_language(language),
        sections=tuple(numbered(sections, language)),
        words=words_of_frame(language),
    )


def compose_sources(studies: Sequence[Study], language: str) -> PrintedDocument:
    """All figures of the cases with their origins, as a page beside the report."""
    header = studies[0].scenario.scenario
    return PrintedDocument(
        language=language,
        title=text("report.sources_title", language, scenario=header.title.in_language(language)),
        summary="",
        sections=tuple(sources_chapters(studies, language)),
        words=words_of_frame(language),
    )


def words_of_frame(language: str) -> dict[str, str]:
    """Words around the sections, the same in every document."""
    return {word: text(f"report.{word}", language) for word in _WORDS}


def _detail_section(studies: Sequence[Study], language: str) -> Chapter:
    verdicts = []
    for study in studies:
        first, *others = verdict_sentences(study, language)
        verdicts.append(
            CaseVerdict(
                outcome=study.verdict.outcome,
                headline=first,
                about=case_subtitle(study, language),
                sentences=tuple(others),
            )
        )
    return Chapter(
        name="detail",
        title=text("report.section_detail", language),
        blocks=(
            *verdicts,
            _headline_table(studies, language),
            Paragraph(text=text("report.marks", language)),
        ),
    )


def _headline_table(studies: Sequence[Study], language: str) -> TableBlock:
    checks = [{check.measure: check for check in study.verdict.limits} for study in studies]
    limited = sorted({measure for by_measure in checks for measure in by_measure})
    measures = [
        name
        for name in (*HEADLINES, *(m for m in limited if m not in HEADLINES))
        if any(name in study.estimates for study in studies)
    ]
    rows = []
    for name in measures:
        bound = next((by[name].bound for by in checks if name in by), None)
        limit = "" if bound is None else _at_most(name, bound, language)
        cells = [
            _value_cell(study, name, by.get(name), language)
            for study, by in zip(studies, checks, strict=True)
        ]
        rows.append((Cell(text=text(f"measure.{name}", language)), Cell(text=limit), *cells))
    return TableBlock(
        caption=text("report.headline_caption", language),
        header=(
            text("report.column_measure", language),
            text("report.column_limit", language),
            *(case_title(study, language) for study in studies),
        ),
        rows=tuple(rows),
        widths=(30, 12, *([58 / len(studies)] * len(studies))),
    )


def _at_most(measure: str, bound: float, language: str) -> str:
    return text("report.at_most", language, bound=quantity(bound, unit_of(measure), language))


def _value_cell(study: Study, name: str, check: LimitCheck | None, language: str) -> Cell:
    if name not in study.estimates:
        return Cell(text="–")
    mark = check.outcome if check else ""
    return Cell(text=estimate_text(study.estimates[name], language), mark=mark)


def _picture_sections(studies: Sequence[Study], language: str) -> list[Chapter]:
    times = [
        terminal_pictures.truck_picture(studies, language),
        terminal_pictures.train_picture(studies, language),
    ]
    flows = [terminal_pictures.flow_picture(study, language) for study in studies]
    yards = [terminal_pictures.yard_picture(study, language) for study in studies]
    plans = [terminal_pictures.plan_picture(study, language) for study in studies]
    loads: list[Block] = [
        *illustrations([terminal_pictures.load_picture(studies, language, most=N_LOADS)])
    ]
    if len(studies[0].verdict.pressures) > N_LOADS:
        every = illustrations([terminal_pictures.load_picture(studies, language)])
        loads.append(Folded(title=text("report.all_loads", language), blocks=tuple(every)))
    rates = [crane_rate_sentences(study, language) for study in studies]
    loads += [Paragraph(text=sentences) for sentences in rates if sentences]
    queues = [terminal_pictures.queue_picture(studies, language)]
    chapters: list[tuple[str, str, Sequence[Block]]] = [
        ("flows", "report.sankey_note", of_each(studies, flows, language)),
        ("times", "report.box_note", illustrations(times)),
        ("yard", "report.yard_note", of_each(studies, yards, language)),
        ("queues", "report.queues_note", illustrations(queues)),
        ("machines", "report.bars_note", loads),
        ("plan", "", of_each(studies, plans, language)),
    ]
    return [
        Chapter(
            name=name,
            title=text(f"report.section_{name}", language),
            blocks=(*([Paragraph(text=text(note, language))] if note else []), *blocks),
        )
        for name, note, blocks in chapters
        if blocks
    ]


def numbered(sections: Sequence[Chapter], language: str) -> list[Chapter]:
    """Captions with their numbers, counted through the report."""
    n_figures, n_tables = 0, 0
    found = []
    for section in sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Illustration):
                n_figures += 1
                caption = text("report.figure", language, n=n_figures, title=block.caption)
                blocks.append(replace(block, caption=caption))
            elif isinstance(block, TableBlock):
                n_tables += 1
                caption = text("report.table", language, n=n_tables, title=block.caption)
                blocks.append(replace(block, caption=caption))
            else:
                blocks.append(block)
        found.append(replace(section, blocks=tuple(blocks)))
    return found
