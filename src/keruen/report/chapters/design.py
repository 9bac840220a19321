"""The page on what would make a capacity sufficient: the answer, the additions, cost against flow.

Beside it lie the same figures as a workbook, and the picture alone where there is one.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from keruen.formats.workbooks import plain_workbook
from keruen.i18n import listing, number, quantity, text
from keruen.report.chapters.decision_words import cost_text
from keruen.report.chapters.design_words import (
    answer_sentences,
    case_name,
    decider_sentences,
    lever_name,
    names_of_more,
    proof_sentences,
)
from keruen.report.compose import numbered, words_of_frame
from keruen.report.document import (
    Block,
    Bullets,
    Cell,
    Chapter,
    Illustration,
    Paragraph,
    PrintedDocument,
    TableBlock,
)
from keruen.report.measure_units import unit_of
from keruen.report.pictures.cost_stair import StairStep, draw_stair
from keruen.report.pictures.svg import Picture
from keruen.report.write import put_document, put_file, verify_format
from keruen.scenario import Scenario
from keruen.study.design.envelope import CostStep
from keruen.study.design.results import Additions

Table = tuple[Sequence[str], Sequence[Sequence[str | float]]]
_MILLION = 1e6
_BILLION = 1e9


def write_design(
    found: Additions,
    scenario: Scenario,
    folder: str | os.PathLike[str],
    *,
    frontier: Sequence[CostStep] = (),
    format: Literal["html", "pdf"] = "html",  # noqa: A002 - the word a person would say
    language: str = "en",
) -> Path:
    """Write the page on one design, and beside it the workbook and the picture.

    Parameters
    ----------
    found : Additions
        The design.
    scenario : Scenario
        That it was made for.
    folder : str or os.PathLike[str]
        Made when it does not exist.
    frontier : Sequence[CostStep], optional
        Cost against flow, by rising flow; none where nobody asked.
    format : Literal['html', 'pdf'], optional
        ``html`` (one self-contained file) or ``pdf`` (tagged, PDF/UA-1).
    language : str, optional
        One of kk, ru, zh and en.

    Returns
    -------
    Path
        The page, ``design-<language>.<format>`` in `folder`; ``design-<language>.xlsx`` and, with a
        frontier, ``frontier-<language>.svg`` lie beside it.

    Raises
    ------
    UsageError
        When the format or the language is unknown.
    StorageError
        When the disk refuses.
    """
    verify_format(format)
    page = Path(folder) / f"design-{language}.{format}"
    path = put_document(compose_design(found, scenario, frontier, language), page, format)
    put_file(
        page.with_suffix(".xlsx"),
        plain_workbook(design_tables(found, scenario, frontier, language)),
    )
    picture = frontier_picture(frontier, scenario, language)
    if picture is not None:
        put_file(page.with_name(f"frontier-{language}.svg"), picture.svg.encode())
    return path


def compose_design(
    found: Additions, scenario: Scenario, frontier: Sequence[CostStep], language: str
) -> PrintedDocument:
    """The page as a document."""
    answer = answer_sentences(found, scenario, language)
    blocks: list[Block] = [
        Paragraph(text=text("design.of_case", language, case=case_name(scenario, language))),
        *(Paragraph(text=said) for said in answer),
    ]
    deciders = decider_sentences(found, scenario, language)
    if deciders:
        blocks.append(Bullets(items=tuple(deciders)))
    blocks.append(Bullets(items=tuple(proof_sentences(found, scenario, language))))
    chapters = [
        Chapter(name="answer", title=text("design.section_answer", language), blocks=tuple(blocks)),
        *_tables(found, scenario, language),
    ]
    picture = frontier_picture(frontier, scenario, language)
    if picture is not None:
        note = [text("design.frontier_note", language), *_none_from(frontier, language)]
        chapters.append(
            Chapter(
                name="frontier",
                title=text("design.section_frontier", language),
                blocks=(
                    Illustration(picture=picture, caption=picture.title, paper_share=1.0),
                    *(Paragraph(text=said) for said in note),
                ),
            )
        )
    title = scenario.scenario.title.in_language(language)
    return PrintedDocument(
        language=language,
        title=text("design.title", language, scenario=title),
        summary=text("design.summary", language),
        sections=tuple(numbered(chapters, language)),
        words=words_of_frame(language),
    )


def frontier_picture(
    frontier: Sequence[CostStep], scenario: Scenario, language: str
) -> Picture | None:
    """Cost against flow; None where no flow has additions that are enough."""
    steps: list[StairStep] = []
    before: Additions | None = None
    for one in frontier:
        if one.additions is None:
            continue
        names = names_of_more(
            one.additions.additions, before.additions if before else (), scenario, language
        )
        cost = one.additions.annual_kzt2025.value / _BILLION
        steps.append(StairStep(flow=one.flow, cost=cost, names=tuple(names)))
        before = one.additions
    if not steps:
        return None
    none_from = next((one.flow for one in frontier if one.additions is None), None)
    values = listing(
        [text("design.frontier_point", language, flow=s.flow, cost=s.cost) for s in steps], language
    )
    words = (
        text("design.frontier_title", language),
        text("design.frontier_alt", language, values=values),
    )
    return draw_stair(steps, none_from, words, language)


def design_tables(
    found: Additions, scenario: Scenario, frontier: Sequence[CostStep], language: str
) -> dict[str, Table]:
    """The sheets of the workbook: additions, limits, what breaks, cost against flow."""
    money = [
        f"{text(f'design.column_{kind}', language)}{end}"
        for kind in ("capital", "annual")
        for end in (
            f" ({text('design.column_capital_low', language)})",
            "",
            f" ({text('design.column_capital_high', language)})",
        )
    ]
    heads = [_head(name, language) for name in ("lever", "steps", "built", "own", "others")]
    heads += [*money, _head("decided", language), _head("years", language)]
    rows: list[list[str | float]] = []
    for one in found.additions:
        sums = [
            value / _MILLION
            for cost in (one.capital_kzt2025, one.annual_kzt2025)
            for value in (cost.low, cost.value, cost.high)
        ]
        lever = scenario.levers[one.key]
        rows.append(
            [
                lever_name(one.key, scenario, language),
                one.steps,
                one.units,
                one.own_units,
                one.others_units,
                *sums,
                text(f"design.office_{lever.decided_by}", language),
                one.cost.build_time_yr.value,
            ]
        )
    tables: dict[str, Table] = {
        text("design.section_table", language): (heads, rows),
        text("design.section_limits", language): (
            [_head(name, language) for name in ("measure", "limit", "before", "after")],
            [
                [text(f"measure.{b.measure}", language), b.bound, b.estimate.mean, a.estimate.mean]
                for b, a in zip(found.before, found.after, strict=True)
            ],
        ),
    }
    if frontier:
        tables[text("design.section_frontier", language)] = (
            [_head(name, language) for name in ("flow", "cost", "additions")],
            [_frontier_row(one, scenario, language) for one in frontier],
        )
    return tables


def _head(name: str, language: str) -> str:
    return text(f"design.column_{name}", language)


def _frontier_row(step: CostStep, scenario: Scenario, language: str) -> list[str | float]:
    if step.additions is None:
        return [step.flow, "", text("decision.not_enough_short", language)]
    names = names_of_more(step.additions.additions, (), scenario, language)
    said = listing(names, language) if names else text("design.nothing", language)
    return [step.flow, step.additions.annual_kzt2025.value / _BILLION, said]


def _none_from(frontier: Sequence[CostStep], language: str) -> list[str]:
    flow = next((one.flow for one in frontier if one.additions is None), None)
    return [] if flow is None else [text("design.frontier_none", language, flow=flow)]


def _tables(found: Additions, scenario: Scenario, language: str) -> list[Chapter]:
    limits = TableBlock(
        caption=text("design.limits_caption", language),
        header=tuple(_head(name, language) for name in ("measure", "limit", "before", "after")),
        rows=tuple(
            (
                Cell(text=text(f"measure.{b.measure}", language)),
                Cell(text=quantity(b.bound, unit_of(b.measure), language)),
                Cell(text=quantity(b.estimate.mean, unit_of(b.measure), language), mark=b.outcome),
                Cell(text=quantity(a.estimate.mean, unit_of(a.measure), language), mark=a.outcome),
            )
            for b, a in zip(found.before, found.after, strict=True)
        ),
        widths=(40, 20, 20, 20),
    )
    chapters = [("limits", limits)]
    if found.additions:
        chapters.insert(0, ("table", _additions_table(found, scenario, language)))
    return [
        Chapter(name=name, title=text(f"design.section_{name}", language), blocks=(table,))
        for name, table in chapters
    ]


def _additions_table(found: Additions, scenario: Scenario, language: str) -> TableBlock:
    def row(named: Mapping[str, str]) -> tuple[Cell, ...]:
        return tuple(Cell(text=named[name]) for name in columns)

    columns = ("lever", "steps", "own", "others", "capital", "decided", "years")
    return TableBlock(
        caption=text("design.additions_caption", language),
        header=tuple(_head(name, language) for name in columns),
        rows=tuple(
            row(
                {
                    "lever": lever_name(one.key, scenario, language),
                    "steps": number(one.steps, language),
                    "own": quantity(one.own_units, "", language),
                    "others": quantity(one.others_units, "", language),
                    "capital": cost_text(
                        one.capital_kzt2025.low, one.capital_kzt2025.high, language
                    ),
                    "decided": text(
                        f"design.office_{scenario.levers[one.key].decided_by}", language
                    ),
                    "years": quantity(one.cost.build_time_yr.value, "", language),
                }
            )
            for one in found.additions
        ),
        widths=(30, 8, 10, 10, 16, 18, 8),
        is_small=True,
    )
