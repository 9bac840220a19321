"""The page on what decides a case: the answer in words, the tornado, the table of figures.

Beside it lie the same figures as a workbook and the picture alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from keruen.formats.workbooks import plain_workbook
from keruen.i18n import listing, quantity, text
from keruen.report.chapters.decision_words import deciding_sentences
from keruen.report.chapters.sensitivity_words import (
    N_TOLD,
    basis_sentences,
    combination_sentences,
    study_title,
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
from keruen.report.pictures.svg import Picture
from keruen.report.pictures.tornado import TornadoBar, draw_tornado
from keruen.report.write import put_document, put_file, verify_format
from keruen.study.sensitivity.deciding import SensitivityStudy, factor_name
from keruen.study.sensitivity.examine import WATCHED
from keruen.study.sensitivity.results import Swing

_N_BARS: Final = 12
"""Figures of a picture; all are in the workbook."""
_LEAST_SPAN: Final = 1e-9
"""What is less is a rounding of the solver."""
_LEAST_BAR: Final = 0.01
"""A bar shorter than this part of the longest is a line to the eye."""

Table = tuple[Sequence[str], Sequence[Sequence[str | float]]]


def write_sensitivity(
    study: SensitivityStudy,
    folder: str | os.PathLike[str],
    *,
    format: str = "html",  # noqa: A002 - the word a person would say
    language: str = "en",
) -> Path:
    """Write the page on what decides a case, and beside it the workbook and the pictures.

    Parameters
    ----------
    study : SensitivityStudy
        Of one case.
    folder : str or os.PathLike[str]
        Made when it does not exist.
    format : str, optional
        ``html`` (one self-contained file) or ``pdf`` (tagged, PDF/UA-1).
    language : str, optional
        One of kk, ru, zh and en.

    Returns
    -------
    Path
        The page, ``sensitivity-<language>.<format>`` in `folder`; the workbook
        ``sensitivity-<language>.xlsx`` and a picture ``tornado-<measure>-<language>.svg`` for each
        measure lie beside it.

    Raises
    ------
    UsageError
        When the format or the language is unknown.
    StorageError
        When the disk refuses.
    """
    verify_format(format)
    folder = Path(folder)
    page = folder / f"sensitivity-{language}.{format}"
    path = put_document(compose_sensitivity(study, language), page, format)
    put_file(page.with_suffix(".xlsx"), plain_workbook(sensitivity_tables(study, language)))
    for measure, picture in tornadoes(study, language).items():
        name = f"tornado-{measure.replace('_', '-')}-{language}.svg"
        put_file(folder / name, picture.svg.encode())
    return path


def compose_sensitivity(study: SensitivityStudy, language: str) -> PrintedDocument:
    """The page as a document."""
    sentences = deciding_sentences(study.deciding[:N_TOLD], language)
    answer: list[Block] = [
        Bullets(items=tuple(sentences))
        if sentences
        else Paragraph(text=text("sensitivity.none", language))
    ]
    answer += [Paragraph(text=said) for said in combination_sentences(study, language)]
    for picture in tornadoes(study, language).values():
        answer.append(Illustration(picture=picture, caption=picture.title, paper_share=1.0))
    about: list[Block] = [Paragraph(text=said) for said in basis_sentences(study, language)]
    if study.deciding:
        about.insert(0, _table(study, language))
    sections = [
        Chapter(name="decides", title=text("sensitivity.decides", language), blocks=tuple(answer)),
        Chapter(name="about", title=text("sensitivity.about", language), blocks=tuple(about)),
    ]
    return PrintedDocument(
        language=language,
        title=study_title(study.scenario, language),
        summary=text("sensitivity.summary", language),
        sections=tuple(numbered(sections, language)),
        words=words_of_frame(language),
    )


def tornadoes(study: SensitivityStudy, language: str) -> Mapping[str, Picture]:
    """Measure → its picture, of the measures that are held against limits and move at all."""
    pictures = {}
    for limit, measure in WATCHED.items():
        most = float(getattr(study.scenario.limits, limit))
        kinds = {"title": _swings(study), "strained": study.found.strained_swings}
        for kind, all_swings in kinds.items():
            swings = [s for s in all_swings if s.measure == measure and s.span > _LEAST_SPAN]
            if swings:
                name = measure if kind == "title" else f"{measure}_{kind}"
                title = text(
                    f"sensitivity.tornado_{kind}",
                    language,
                    measure=text(f"measure.{measure}", language),
                )
                pictures[name] = _tornado(study, swings, most, title, language)
    return pictures


def sensitivity_tables(study: SensitivityStudy, language: str) -> Mapping[str, Table]:
    """Title of a sheet → its heads and rows: figures, swings, combinations, what was left out."""
    sheets = {
        text("sensitivity.decides", language): _figures(study, language),
        text("sensitivity.sheet_swings", language): _swing_rows(study, language),
        text("sensitivity.sheet_left_out", language): (
            _heads(("path", "reason"), language),
            [
                (one.path, text(f"sensitivity.reason_{one.reason}", language))
                for one in study.found.left_out
            ],
        ),
    }
    futures = study.found.futures
    if futures is not None:
        names = [
            factor_name(study.factors[key], study.scenario, language) for key in futures.factors
        ]
        rows = [
            (number, *levels, value)
            for number, (levels, value) in enumerate(
                zip(futures.levels, futures.unserved_share, strict=True), 1
            )
        ]
        heads = (text("sensitivity.column_no", language), *names)
        sheets[text("sensitivity.sheet_futures", language)] = (
            (*heads, text("measure.unserved_share", language)),
            rows,
        )
    return sheets


def _swings(study: SensitivityStudy) -> Sequence[Swing]:
    return (*study.found.plan_swings, *study.found.full_swings)


def _tornado(
    study: SensitivityStudy, swings: Sequence[Swing], most: float, title: str, language: str
) -> Picture:
    unit = unit_of(swings[0].measure)
    widest = [s for s in swings if s.span >= _LEAST_BAR * swings[0].span][:_N_BARS]
    bars = [
        TornadoBar(
            name=factor_name(study.factors[s.factor], study.scenario, language),
            low=s.low,
            base=s.base,
            high=s.high,
        )
        for s in widest
    ]
    values = [
        text(
            "sensitivity.tornado_bar",
            language,
            name=bar.name,
            **{
                end: "–" if value is None else quantity(value, unit, language)
                for end, value in (("low", bar.low), ("high", bar.high))
            },
        )
        for bar in bars
    ]
    words = title, text("sensitivity.tornado_alt", language, values=listing(values, language))
    keys = text("sensitivity.key_low", language), text("sensitivity.key_high", language)
    return draw_tornado(bars, most, unit, keys, words, language)


_COLUMNS: Final = ("figure", "value", "low", "high", "switching", "inside", "office")


def _table(study: SensitivityStudy, language: str) -> TableBlock:
    rows = []
    for figure in study.deciding:
        inside = figure.switching is not None and figure.low <= figure.switching <= figure.high
        values = [
            "–" if value is None else quantity(value, figure.unit, language)
            for value in (figure.value, figure.low, figure.high, figure.switching)
        ]
        told = "–" if figure.switching is None else _yes_or_no(inside, language)
        office = figure.office.get(language, "–")
        cells = (figure.name[language], *values, told, office)
        rows.append(tuple(Cell(text=one) for one in cells))
    return TableBlock(
        caption=text("sensitivity.caption", language),
        header=tuple(_heads(_COLUMNS, language)),
        rows=tuple(rows),
        widths=(30, 11, 11, 11, 13, 9, 15),
        is_small=True,
    )


def _figures(study: SensitivityStudy, language: str) -> Table:
    """Every figure of the deciding factors, with its own switching value, as it is written."""
    columns = ("figure", "path", "value", "low", "high", "switching", "inside", "measure")
    rows: list[Sequence[str | float]] = []
    for one in study.found.finding_out:
        factor, turn = study.factors[one.factor], one.switching
        for varied in factor.variations:
            path = varied.figures[0].path
            ends = [varied.text_of(varied.amount_at(level)) for level in (0.0, -1.0, 1.0)]
            rows.append(
                (
                    factor_name(factor, study.scenario, language),
                    path,
                    *ends,
                    turn.figures.get(path, "–"),
                    _yes_or_no(turn.is_inside, language),
                    text(f"measure.{turn.measure}", language),
                    "–" if one.settled_share is None else one.settled_share,
                    varied.figures[0].source,
                )
            )
    return _heads((*columns, "settled", "source"), language), rows


def _swing_rows(study: SensitivityStudy, language: str) -> Table:
    heads = ("figure", "path", "measure", "at_low", "base", "at_high")
    rows: list[Sequence[str | float]] = [
        (
            factor_name(study.factors[s.factor], study.scenario, language),
            s.factor,
            s.measure,
            "–" if s.low is None else s.low,
            s.base,
            "–" if s.high is None else s.high,
        )
        for s in _swings(study)
    ]
    return _heads(heads, language), rows


def _heads(columns: Sequence[str], language: str) -> list[str]:
    return [text(f"sensitivity.column_{column}", language) for column in columns]


def _yes_or_no(is_so: bool, language: str) -> str:
    return text("sensitivity.yes" if is_so else "sensitivity.no", language)
