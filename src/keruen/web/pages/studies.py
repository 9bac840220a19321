"""What was asked of a run beyond its replications: which first, what decides, what it takes.

Shows the documents that were composed when each study ended, by the report's own writer: a page has
no figure that the paper has not. Studies of an older version have their files alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from keruen.report.document import Cell, TableBlock
from keruen.report.joint.sentences import plain
from keruen.report.kept_document import ENDING, UnfitDocumentError, read_kept, tables_of
from keruen.store.runs.kept_runs import KeptRun
from keruen.web.asked import Answer, Download, PageNotFoundError, PageRequest, WebPage
from keruen.web.tables import TableCell, TableColumn, WebTable


@dataclass(frozen=True, slots=True)
class KindOfStudy:
    """A kind of study.

    Parameters
    ----------
    name : beginning of its files.
    verb : of the command that makes it.
    python : the call that makes it, of a scenario and its cases.
    """

    name: str
    verb: str
    python: str


STUDIES: Final = {
    "appraisal": KindOfStudy(
        "which-first", "appraise", "study.appraising.appraise(study.appraising.Subject({}))"
    ),
    "sensitivity": KindOfStudy(
        "sensitivity",
        "sensitivity",
        "study.sensitivity.study_sensitivity(study.sensitivity.Subject({}))",
    ),
    "design": KindOfStudy("design", "design", "study.design.cheapest_additions(keruen.read({}))"),
    "capacity": KindOfStudy("capacity", "capacity", "keruen.capacity(keruen.read({}))"),
}
"""Folder of a run → what it holds; in the order of the page."""
_KINDS: Final = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def case_name(name: str, asked: PageRequest) -> str:
    """A case as people call it."""
    return asked.say("report.base_case") if name == "base" else plain(name)


def studies_of(run: KeptRun, asked: PageRequest) -> list[tuple[str, list[tuple[str, str]]]]:
    """Kinds of studies beside the run: a page of each case, then the files in the language."""
    found: dict[str, list[tuple[str, str]]] = {}
    for study, case, _ in _documents(run, asked.language):
        href = asked.address("results", run.folder.name, study, case)
        found.setdefault(study, []).append((case_name(case, asked), href))
    for study, case, name in _study_files(run):
        beginning, _, rest = name.rpartition("-")
        language, _, ending = rest.partition(".")
        if beginning and language == asked.language:
            words = f"{case_name(case, asked)}, {ending.upper()}"
            href = asked.address("results", run.folder.name, "files", study, case, name)
            found.setdefault(study, []).append((words, href))
    return [(asked.say(f"web.study_{one}"), found[one]) for one in STUDIES if one in found]


def _beside(run: KeptRun, pattern: str) -> list[tuple[str, Path]]:
    """Study and path of each file of a study; a link is none of them."""
    return [
        (study, path)
        for study in STUDIES
        for path in sorted((run.folder / study).glob(pattern))
        if path.is_file() and not path.is_symlink()
        if not path.parent.is_symlink() and not path.parent.parent.is_symlink()
    ]


def _study_files(run: KeptRun) -> list[tuple[str, str, str]]:
    """Study, case and name of each file that may be given out."""
    return [
        (study, path.parent.name, path.name)
        for study, path in _beside(run, "*/*-*.*")
        if path.suffix in _KINDS
    ]


def _documents(run: KeptRun, language: str) -> list[tuple[str, str, Path]]:
    """Study, case and path of each kept document in a language."""
    return [
        (study, path.parent.name, path)
        for study, path in _beside(run, f"*/*-{language}{ENDING}")
        if path.name == f"{STUDIES[study].name}-{language}{ENDING}"
    ]


def study_file(asked: PageRequest) -> Answer:
    """One file of a study, to be looked at: a page of it may run nothing and send nothing.

    Raises
    ------
    PageNotFoundError
        When there is none of that name: names are looked up, and are never a path.
    """
    run = asked.data.runs.named(asked.names["run"])
    wanted = tuple(asked.names[name] for name in ("study", "case", "file"))
    if run is None or wanted not in _study_files(run):
        raise PageNotFoundError
    path = run.folder.joinpath(*wanted)
    return Download(name=path.name, content=path.read_bytes(), kind=_KINDS[path.suffix])


def study_page(asked: PageRequest) -> WebPage:
    """One study of one case, as its report says it.

    Raises
    ------
    PageNotFoundError
        When there is none, or its document is damaged.
    """
    run = asked.data.runs.named(asked.names["run"])
    study, case = asked.names["study"], asked.names["case"]
    found = _documents(run, asked.language) if run is not None else []
    path = next((path for *named, path in found if named == [study, case]), None)
    if run is None or path is None:
        raise PageNotFoundError
    try:
        document = read_kept(path)
    except UnfitDocumentError as wrong:
        raise PageNotFoundError from wrong
    kind = STUDIES[study]
    shown_case = "" if case == "base" else f" --case {plain(case)}"
    cases = "" if case == "base" else f', cases=("{plain(case)}",)'
    command = f"keruen {kind.verb} {plain(run.scenario)}{shown_case}"
    python = kind.python.format(f'"{plain(run.scenario)}"{cases}')
    tables = tables_of(document)
    captions = Counter(table.caption for _, table in tables)
    return WebPage(
        template="study.html",
        title=document.title,
        kicker=asked.say(f"web.study_{study}"),
        lead=document.summary,
        chapters=document.sections,
        tables=tuple(
            _table(
                f"{chapter.name}-{n}",
                # Pages of projects have tables of one name: a sheet needs one of its own.
                table.caption
                if captions[table.caption] == 1
                else f"{chapter.title}: {table.caption}",
                table,
                (command, python),
            )
            for n, (chapter, table) in enumerate(tables, start=1)
        ),
        shown={"back": asked.address("results", run.folder.name), "run": plain(run.folder.name)},
    )


def _table(name: str, title: str, table: TableBlock, same: tuple[str, str]) -> WebTable:
    """A table of the document, for programs and sheets as well."""
    return WebTable(
        name=name,
        title=title,
        columns=tuple(
            TableColumn(key=f"column_{n}", title=words) for n, words in enumerate(table.header, 1)
        ),
        rows=tuple(tuple(_cell(cell) for cell in row) for row in table.rows),
        command=same[0],
        python=same[1],
    )


def _cell(cell: Cell) -> TableCell:
    return TableCell(text=cell.text, value=cell.text, sign=cell.sign, language=cell.language)
