"""What the verdict stands on: claims, sources and assumptions, limits of the model, provenance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from keruen.i18n import number, text
from keruen.report.chapters.commands import command_line
from keruen.report.chapters.verdict import case_title
from keruen.report.document import Bullets, Cell, Chapter, Code, Facts, Paragraph, TableBlock
from keruen.scenario.models import Figure
from keruen.study.results import Capacity, Study

LIMITATIONS: Final = ("line", "locomotives", "shippers", "road", "platforms", "tractors")
_BESIDE: Final = ("network.stations.", "network.sections.", "network.origins.", "network.episodes.")
"""Figures of single stations and lines, by the hundred: the report counts them."""
_OF_NO_RUN: Final = ("levers.", "investment.")
"""Figures of what could be added: no run depends on them."""
_PLAIN: Final = ("version", "replications", "days", "platform")
"""Rows of a study's provenance that are no keys or digests; a capacity's are all set as such."""
_ADDRESS: Final = re.compile(r"https?://[^\s;,<>\"'|]+")


def sources_section(studies: Sequence[Study], language: str) -> Chapter:
    """How many figures there are, and the files beside the report that list them."""
    files = (("sources_page", "html"), ("sources_workbook", "xlsx"))
    items = tuple(
        (
            text(f"report.{name}", language),
            Cell(text=sources_name(language, form), links=(sources_name(language, form),)),
        )
        for name, form in files
    )
    return Chapter(
        name="sources",
        title=text("report.section_sources", language),
        blocks=(
            *_counts(studies[0], language),
            Paragraph(text=text("report.sources_files", language)),
            Facts(items=items),
        ),
    )


def sources_name(language: str, form: str) -> str:
    """The name of a file with all figures, beside the report."""
    return f"sources-{language}.{form}"


def sources_chapters(studies: Sequence[Study], language: str) -> list[Chapter]:
    """Every figure of the first case with its origin, then what differs in the others."""
    first = studies[0]
    tables = [_figures_table(first, _used(first), "report.figures_caption", language)]
    tables += [
        _figures_table(study, changed, "report.figures_changes", language)
        for study in studies[1:]
        if (changed := _changed(study, first))
    ]
    titles = [text("report.section_sources", language)]
    titles += [table.caption for table in tables[1:]]
    notes = [_counts(first, language), *([()] * (len(tables) - 1))]
    return [
        Chapter(name=f"sources-{n}", title=title, blocks=(*note, table))
        for n, (title, note, table) in enumerate(zip(titles, notes, tables, strict=True))
    ]


def sources_table(
    studies: Sequence[Study], language: str
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Heads and rows of all figures, those of single stations and lines too, for a workbook."""
    columns = ("case", "path", "value", "low", "high", "assumption", "source", "as_of", "note")
    first = studies[0]
    of_case = [(first, first.scenario.input_figures)]
    of_case += [
        (study, _changed(study, first, study.scenario.input_figures)) for study in studies[1:]
    ]
    assumed = text("report.assumption", language)
    rows: list[tuple[str, ...]] = [
        (
            *(case_title(study, language), figure.path, figure.text, figure.low, figure.high),
            *(assumed if figure.is_assumption else "", figure.source, figure.as_of, figure.note),
        )
        for study, figures in of_case
        for figure in figures
    ]
    return tuple(text(f"report.column_{column}", language) for column in columns), rows


def _changed(
    study: Study, first: Study, figures: Sequence[Figure] | None = None
) -> tuple[Figure, ...]:
    known = {figure.path: figure for figure in first.scenario.input_figures}
    own = _used(study) if figures is None else figures
    return tuple(figure for figure in own if known.get(figure.path) != figure)


def _counts(study: Study, language: str) -> tuple[Paragraph, ...]:
    """How many figures a scenario has, and how many of them are assumptions."""
    figures = _used(study)
    beside = [f for f in study.scenario.input_figures if f.path.startswith(_BESIDE)]
    return tuple(
        Paragraph(
            text=text(
                f"report.sources_{key}",
                language,
                n=len(counted),
                assumed=sum(figure.is_assumption for figure in counted),
            )
        )
        for key, counted in (("note", figures), ("beside", beside))
        if counted
    )


def _used(study: Study) -> tuple[Figure, ...]:
    """The figures that are listed one by one."""
    not_listed = (*_BESIDE, *_OF_NO_RUN)
    return tuple(f for f in study.scenario.input_figures if not f.path.startswith(not_listed))


def _figures_table(
    study: Study, figures: Sequence[Figure], caption: str, language: str
) -> TableBlock:
    return TableBlock(
        caption=text(caption, language, case=case_title(study, language)),
        header=tuple(
            text(f"report.column_{column}", language)
            for column in ("path", "value", "range", "origin")
        ),
        rows=tuple(_figure_row(figure, language) for figure in figures),
        widths=(27, 15, 15, 43),
        is_small=True,
    )


def _figure_row(figure: Figure, language: str) -> tuple[Cell, ...]:
    span = " – ".join(_unbroken(end) for end in (figure.low, figure.high) if end)
    dated = f"{figure.source}, {figure.as_of}" if figure.as_of else figure.source
    origin = text("report.assumption", language) if figure.is_assumption else dated
    return (
        Cell(text=figure.path, is_code=True),
        Cell(text=_unbroken(figure.text)),
        Cell(text=span),
        Cell(
            text=f"{origin}." if figure.note else origin,
            links=addresses(figure.source),
            note=figure.note,
        ),
    )


def _unbroken(quantity: str) -> str:
    """A written quantity whose unit stays on the line of its number."""
    return re.sub(r"(?<=\d) (?=\S)", "\u00a0", quantity)


def addresses(source: str) -> tuple[str, ...]:
    """The web addresses in a source, in order.

    Examples
    --------
    >>> addresses("table 3; https://example.org/a.")
    ('https://example.org/a',)
    """
    return tuple(found.rstrip(".)") for found in _ADDRESS.findall(source))


def limitations_section(language: str) -> Chapter:
    """What the model leaves out."""
    items = tuple(text(f"report.limitation_{name}", language) for name in LIMITATIONS)
    return Chapter(
        name="limitations",
        title=text("report.section_limitations", language),
        blocks=(Paragraph(text=text("report.limitations_note", language)), Bullets(items=items)),
    )


def provenance_section(studies: Sequence[Study], language: str) -> Chapter:
    """Enough to make every number of the report again, and to see that it was."""
    traces = [_trace_digests(study) for study in studies]
    rows = (("traces", traces),)
    return made_again(
        studies, rows, "report.provenance_caption", command(studies, language), language
    )


def made_again(
    results: Sequence[Study | Capacity],
    more: Sequence[tuple[str, Sequence[str]]],
    caption: str,
    command_line: str,
    language: str,
) -> Chapter:
    """What results were made from, side by side, and the command that makes them again.

    Parameters
    ----------
    more : further rows, below the others: the end of its title's catalogue key, and its values.
    caption : catalogue key of the table's caption.
    """
    made = [result.provenance for result in results]
    rows = [
        ("version", [one.version for one in made]),
        ("commit", [one.commit for one in made]),
        ("scenario", [f"{one.scenario} · {one.case}" for one in made]),
        ("digest", [one.scenario_digest for one in made]),
        ("seed", [str(one.seed) for one in made]),
        ("replications", [number(one.n_replications, language) for one in made]),
        ("days", [number(one.days, language) for one in made]),
        ("platform", [one.platform for one in made]),
        *more,
    ]
    is_capacity = any(isinstance(result, Capacity) for result in results)
    table = TableBlock(
        caption=text(caption, language),
        header=("", *(case_title(result, language) for result in results)),
        rows=tuple(
            (
                Cell(text=text(f"report.row_{name}", language)),
                *(Cell(text=value, is_code=is_capacity or name not in _PLAIN) for value in values),
            )
            for name, values in rows
        ),
        widths=(22, *([78 / len(results)] * len(results))),
        is_small=True,
    )
    return Chapter(
        name="provenance",
        title=text("report.section_provenance", language),
        blocks=(
            Paragraph(text=text("report.provenance_note", language)),
            table,
            Paragraph(text=text("report.command", language)),
            Code(text=command_line),
        ),
    )


def command(studies: Sequence[Study], language: str) -> str:
    """The command that makes the report again."""
    first = studies[0].provenance
    options = ["--replications", str(first.n_replications), "--seed", str(first.seed)]
    return command_line(
        "run",
        first.scenario,
        [study.provenance.case for study in studies],
        studies[0].scenario.overrides,
        [*options, "--days", str(first.days), "--language", language],
    )


def _trace_digests(study: Study) -> str:
    # Half a digest still tells any two traces apart, and three cases fit on a page.
    return " ".join(replication.trace_digest[:16] for replication in study.replications)
