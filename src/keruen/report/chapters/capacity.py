"""The page on a capacity: the answer in words, the curve of service against flow, and its table."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal

from keruen.domain.results import FlowPoint, LimitCheck, Outcome
from keruen.i18n import listing, number, quantity, text
from keruen.report.chapters.capacity_words import (
    capacity_sentences,
    flow_text,
    interval_of,
    own_point,
)
from keruen.report.chapters.commands import command_line
from keruen.report.chapters.evidence import made_again
from keruen.report.chapters.verdict import case_subtitle, case_title, estimate_text, within_sentence
from keruen.report.compose import numbered, words_of_frame
from keruen.report.document import (
    Block,
    CaseVerdict,
    Cell,
    Chapter,
    Illustration,
    Paragraph,
    PrintedDocument,
    TableBlock,
)
from keruen.report.measure_units import unit_of
from keruen.report.pictures.capacity_curve import CurvePanel, CurvePoint, draw_curve
from keruen.report.pictures.svg import Picture
from keruen.report.write import put_document, verify_format
from keruen.study.results import Capacity

_SHOWN: Final = (0.45, 1.5)
"""Flows in the picture, as parts of the capacity: above all is jam, below all is calm."""


def write_capacity(
    capacity: Capacity,
    folder: str | os.PathLike[str],
    *,
    format: Literal["html", "pdf"] = "html",  # noqa: A002 - the word a person would say
    language: str = "en",
) -> Path:
    """Write the page on one capacity.

    Parameters
    ----------
    capacity : Capacity
        What the search found.
    folder : str or os.PathLike[str]
        Made when it does not exist.
    format : Literal['html', 'pdf'], optional
        ``html`` (one self-contained file) or ``pdf`` (tagged, PDF/UA-1).
    language : str, optional
        One of kk, ru, zh and en.

    Returns
    -------
    Path
        The file, ``capacity-<language>.<format>`` in `folder`.

    Raises
    ------
    UsageError
        When the format or the language is unknown.
    StorageError
        When the disk refuses.
    """
    verify_format(format)
    document = compose_capacity(capacity, language)
    return put_document(document, Path(folder) / f"capacity-{language}.{format}", format)


def compose_capacity(capacity: Capacity, language: str) -> PrintedDocument:
    """The page as a document."""
    header = capacity.scenario.scenario
    sections = [
        _answer(capacity, language),
        _curve_section(capacity, language),
        _replications(capacity, language),
        made_again(
            [capacity], (), "capacity.provenance_caption", command(capacity, language), language
        ),
    ]
    return PrintedDocument(
        language=language,
        title=text("capacity.title", language, scenario=header.title.in_language(language)),
        summary=text("capacity.summary", language),
        sections=tuple(numbered(sections, language)),
        words=words_of_frame(language),
    )


def curve_picture(capacity: Capacity, language: str) -> Picture:
    """What each service limit measures against the flow."""
    points = _shown(capacity)
    panels = [
        CurvePanel(
            title=text(f"measure.{check.measure}", language),
            unit=unit_of(check.measure),
            bound=check.bound,
            points=tuple(_curve_point(point, check.measure) for point in points),
        )
        for check in points[0].checks
    ]
    is_found = capacity.outcome == "found"
    values = [
        f"{flow_text(point.offered.mean, language)} – "
        + text("capacity.n_of_n", language, k=point.n_keeping, n=len(capacity.brackets))
        for point in points
    ]
    words = (
        text("capacity.curve_title", language, case=case_title(capacity, language)),
        text("capacity.curve_alt", language, values=listing(values, language)),
    )
    return draw_curve(panels, interval_of(capacity.flow) if is_found else None, words, language)


def _curve_point(point: FlowPoint, measure: str) -> CurvePoint:
    estimate = next(c.estimate for c in point.checks if c.measure == measure)
    return CurvePoint(
        flow=point.offered.mean,
        mean=estimate.mean,
        low=estimate.low,
        high=estimate.high,
        is_kept=point.n_keeping == estimate.n,
    )


def _shown(capacity: Capacity) -> list[FlowPoint]:
    if capacity.outcome != "found":
        return list(capacity.curve)
    low, high = (part * capacity.flow.mean for part in _SHOWN)
    return [p for p in capacity.curve if low <= p.offered.mean <= high] or list(capacity.curve)


def _answer(capacity: Capacity, language: str) -> Chapter:
    first, *others = capacity_sentences(capacity, language)
    return Chapter(
        name="verdict",
        title=text("capacity.section_answer", language),
        blocks=(
            CaseVerdict(
                outcome=own_outcome(capacity),
                headline=first,
                about=case_subtitle(capacity, language),
                sentences=tuple(others),
            ),
            Paragraph(text=text("capacity.method", language, tolerance=capacity.tolerance)),
        ),
    )


def own_outcome(capacity: Capacity) -> Outcome:
    """Whether the capacity covers the flow of the case as it is written."""
    point = own_point(capacity)
    if point.n_keeping in (0, len(capacity.brackets)):
        return "kept" if point.n_keeping else "broken"
    return "inconclusive"


def _curve_section(capacity: Capacity, language: str) -> Chapter:
    picture = curve_picture(capacity, language)
    blocks: list[Block] = [
        Paragraph(text=text("capacity.curve_note", language)),
        Illustration(picture=picture, caption=picture.title),
        _curve_table(capacity, language),
        Paragraph(text=text("report.marks", language)),
    ]
    title = text("capacity.section_curve", language)
    return Chapter(name="curve", title=title, blocks=tuple(blocks))


def _curve_table(capacity: Capacity, language: str) -> TableBlock:
    points = _shown(capacity)
    checks = points[0].checks
    return TableBlock(
        caption=text("capacity.curve_caption", language),
        header=(
            text("capacity.column_offered", language),
            text("capacity.column_passed", language),
            text("capacity.column_kept", language),
            *(_limit_title(check, language) for check in checks),
        ),
        rows=tuple(_curve_row(capacity, point, language) for point in points),
        widths=(11, 11, 11, *([67 / len(checks)] * len(checks))),
        is_small=True,
    )


def _limit_title(check: LimitCheck, language: str) -> str:
    bound = quantity(check.bound, unit_of(check.measure), language)
    return f"{text(f'measure.{check.measure}', language)}, ≤ {bound}"


def _curve_row(capacity: Capacity, point: FlowPoint, language: str) -> tuple[Cell, ...]:
    holding = text("capacity.n_of_n", language, k=point.n_keeping, n=len(capacity.brackets))
    return (
        Cell(text=flow_text(point.offered.mean, language)),
        Cell(text=flow_text(point.flow.mean, language)),
        Cell(text=holding),
        *(
            Cell(text=estimate_text(check.estimate, language), mark=check.outcome)
            for check in point.checks
        ),
    )


def _replications(capacity: Capacity, language: str) -> Chapter:
    rows = []
    for one in capacity.brackets:
        trials = {t.factor: t for t in capacity.trials if t.replication == one.replication}
        broken = trials[one.broken_at].broken if one.broken_at is not None else ()
        checks = {check.limit: check.measure for check in capacity.curve[0].checks}
        names = [within_sentence(checks[limit], language) for limit in broken]
        rows.append(
            (
                Cell(text=number(one.replication, language)),
                Cell(text=number(one.flow_per_year, language)),
                Cell(text="–" if one.kept_at is None else number(one.kept_at, language, 3)),
                Cell(text="–" if one.broken_at is None else number(one.broken_at, language, 3)),
                Cell(text=listing(names, language) if names else "–"),
                Cell(text=number(len(trials), language)),
            )
        )
    table = TableBlock(
        caption=text("capacity.replications_caption", language),
        header=tuple(
            text(f"capacity.column_{name}", language)
            for name in ("replication", "capacity", "kept_at", "broken_at", "breaks", "trials")
        ),
        rows=tuple(rows),
        widths=(12, 16, 14, 14, 34, 10),
        is_small=True,
    )
    return Chapter(
        name="replications",
        title=text("capacity.section_replications", language),
        blocks=(table,),
    )


def command(capacity: Capacity, language: str) -> str:
    """The command that makes the page again."""
    made = capacity.provenance
    options = ["--replications", str(made.n_replications), "--seed", str(made.seed)]
    options += ["--tolerance", f"{100 * capacity.tolerance:g}%"]
    if capacity.trains == "fixed":
        options.append("--fixed-trains")
    options += ["--language", language]
    changes = capacity.scenario.overrides
    return command_line("capacity", made.scenario, [made.case], changes, options)
