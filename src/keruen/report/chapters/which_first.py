"""The report "Which first?": a page of answer in words, a page of pictures, a page a project.

Computes nothing that is not in the appraisal of the list. Pages of projects are in `project_page`,
sentences in `which_first_words` and `appraisal_words`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from keruen.i18n import LANGUAGES, text
from keruen.report.chapters.appraisal_names import ListNames
from keruen.report.chapters.appraisal_pictures import (
    N_BARS,
    N_TORNADOES,
    index_picture,
    tornado_picture,
    value_picture,
)
from keruen.report.chapters.appraisal_words import (
    ANSWERS,
    built_sentences,
    note_sentences,
    together_sentences,
    value_rows,
)
from keruen.report.chapters.commands import command_line
from keruen.report.chapters.decision_words import money_scale
from keruen.report.chapters.project_page import project_chapter
from keruen.report.chapters.which_first_words import (
    N_FIND_OUT,
    basis_sentences,
    counts,
    first_names,
    headline,
    in_order,
    large,
    reason,
    say,
    to_find_out,
)
from keruen.report.compose import numbered, words_of_frame
from keruen.report.document import (
    Block,
    Bullets,
    Cell,
    Chapter,
    Code,
    Facts,
    Illustration,
    Paragraph,
    PrintedDocument,
    Subheading,
    TableBlock,
)
from keruen.report.write import FORMATS, put_document, verify_format
from keruen.scenario import Scenario
from keruen.scenario.projects import ProjectDocument
from keruen.study.appraising import ListAppraisal

NAME = "which-first"


def write_appraisal(
    found: ListAppraisal,
    listed: tuple[Scenario, ProjectDocument],
    folder: str | os.PathLike[str],
    *,
    languages: Sequence[str] = LANGUAGES,
    formats: Sequence[Literal["html", "pdf"]] = FORMATS,
) -> tuple[Path, ...]:
    """Write the report "Which first?" about a list.

    Parameters
    ----------
    found : ListAppraisal
        What the list is worth.
    listed : tuple[Scenario, ProjectDocument]
        The scenario with its case, and the list as its files say it: titles, sources, what is
        missing.
    folder : str or os.PathLike[str]
        Made when it does not exist.
    languages : Sequence[str], optional
        Of kk, ru, zh and en; left out: all four.
    formats : Sequence[Literal['html', 'pdf']], optional
        ``html`` (one self-contained file, each figure opens to its parts) and ``pdf`` (tagged,
        PDF/UA-1); left out: both.

    Returns
    -------
    tuple[Path, ...]
        The files, ``which-first-<language>.<format>`` in `folder`, by language and format in the
        order asked for.

    Raises
    ------
    UsageError
        When a format or a language is unknown; nothing is written then.
    StorageError
        When the disk refuses.
    """
    for format_ in formats:
        verify_format(format_)
    documents = {language: compose_appraisal(found, listed, language) for language in languages}
    return tuple(
        put_document(documents[language], Path(folder) / f"{NAME}-{language}.{format_}", format_)
        for language in languages
        for format_ in formats
    )


def compose_appraisal(
    found: ListAppraisal, listed: tuple[Scenario, ProjectDocument], language: str
) -> PrintedDocument:
    """The report as a document."""
    scenario, document = listed
    names = ListNames(found=found, document=document, scenario=scenario, language=language)
    sections = [
        _answer_chapter(names),
        _pictures_chapter(names),
        _list_chapter(names),
        *(project_chapter(one, names) for one in in_order(found.projects)),
        _provenance_chapter(names),
    ]
    return PrintedDocument(
        language=language,
        title=say("title", names, scenario=scenario.scenario.title.in_language(language)),
        summary=f"{headline(names)}{'' if language == 'zh' else ' '}{counts(names)}",
        sections=tuple(numbered(sections, language)),
        words=words_of_frame(language),
    )


def _answer_chapter(names: ListNames) -> Chapter:
    """Page one: every project with its answer and the one reason that matters."""
    blocks: list[Block] = []
    for answer in ANSWERS:
        projects = [one for one in in_order(names.found.projects) if one.answer == answer]
        if not projects:
            continue
        lines = [
            say("line", names, name=names.project(one.key), reason=reason(one, names))
            for one in projects
        ]
        blocks += [Subheading(text=say(f"lead_{answer}", names)), Bullets(items=tuple(lines))]
    basis = ("" if names.language == "zh" else " ").join(basis_sentences(names))
    blocks.append(Paragraph(text=basis))
    return Chapter(name="which", title=say("section_answer", names), blocks=tuple(blocks))


def _pictures_chapter(names: ListNames) -> Chapter:
    """Page two: who holds a project, what it is worth to whom, what moves it, what to find out."""
    first = [one for one in in_order(names.found.projects) if one.tornado][:N_TORNADOES]
    pictures: list[Illustration | None] = [
        index_picture(names),
        value_picture(names),
        tornado_picture(first, names, most=N_BARS, is_grouped=True),
    ]
    blocks: list[Block] = [one for one in pictures if one is not None]
    blocks += _find_out_blocks(names)
    if not blocks:
        blocks.append(Paragraph(text=say("no_pictures", names)))
    return Chapter(name="next", title=say("section_pictures", names), blocks=tuple(blocks))


def _find_out_blocks(names: ListNames) -> list[Block]:
    wanted = to_find_out(names)[:N_FIND_OUT]
    if not wanted:
        return [Paragraph(text=say("nothing_to_find_out", names))]
    rows = tuple(
        (
            Cell(text=one.figure),
            Cell(text=one.stated),
            Cell(text=one.turns or say("no_single_turn", names)),
            Cell(text=first_names(one.projects, names)),
            Cell(text=one.whom),
        )
        for one in wanted
    )
    columns = ("figure", "stated", "turns", "waiting", "whom")
    table = TableBlock(
        caption=say("find_out_caption", names),
        header=tuple(say(f"column_{column}", names) for column in columns),
        rows=rows,
        widths=(24, 16, 18, 26, 16),
        is_small=True,
    )
    return [table]


def _list_chapter(names: ListNames) -> Chapter:
    """Page three: all values in a table, what belongs together, how far the values can be off."""
    blocks: list[Block] = []
    heads, rows = value_rows(names.found, names)
    if rows:
        table = TableBlock(
            caption=names.say("caption", unit=money_scale(names.language)[1]),
            header=heads,
            rows=tuple(tuple(Cell(text=cell) for cell in row) for row in rows),
            widths=(26, 10, 10, 9, 13, 14, 9, 9),
            is_small=True,
        )
        blocks.append(table)
    together = together_sentences(names.found, names)
    if together:
        blocks += [Subheading(text=say("together", names)), Bullets(items=tuple(together))]
    built = built_sentences(names.found, names)
    if built:
        title, *said = built
        blocks += [Subheading(text=title), Bullets(items=tuple(said))]
    notes = note_sentences(names.found, names)
    blocks += [Subheading(text=say("notes", names)), Bullets(items=tuple(notes))]
    pairs = names.found.error.pairs
    if pairs:
        blocks.append(_error_table(names))
    return Chapter(name="detail", title=say("section_list", names), blocks=tuple(blocks))


def _error_table(names: ListNames) -> TableBlock:
    """Every set of projects that was valued by both ways."""
    rows = tuple(
        (
            Cell(text=names.projects(pair.built)),
            *(Cell(text=large(one, names.language)) for one in (pair.cheap, pair.dear, pair.noise)),
        )
        for pair in names.found.error.pairs
    )
    columns = ("built", "cheap", "dear", "noise")
    return TableBlock(
        caption=say("error_caption", names, unit=money_scale(names.language)[1]),
        header=tuple(say(f"column_{column}", names) for column in columns),
        rows=rows,
        widths=(55, 15, 15, 15),
        is_small=True,
    )


def _provenance_chapter(names: ListNames) -> Chapter:
    made = names.found.provenance
    facts = (
        ("version", made.version),
        ("commit", made.commit),
        ("digest", made.scenario_digest),
        ("seed", str(made.seed)),
        ("platform", made.platform),
    )
    items = tuple(
        (text(f"report.row_{name}", names.language), Cell(text=value, is_code=True))
        for name, value in facts
    )
    changes = names.scenario.overrides
    options = ["--replications", str(made.n_replications), "--seed", str(made.seed)]
    return Chapter(
        name="provenance",
        title=text("report.section_provenance", names.language),
        blocks=(
            Facts(items=items),
            Paragraph(text=text("report.command", names.language)),
            Code(text=command_line("appraise", made.scenario, [made.case], changes, options)),
        ),
    )
