"""Figures: every number that results stand on, with its source or the reason for an assumption."""

from __future__ import annotations

from typing import Final

from keruen.report.chapters.evidence import addresses
from keruen.report.figure_words import amount_in_words, name_of
from keruen.scenario import Scenario
from keruen.scenario.models import Figure
from keruen.web.asked import (
    WORDS,
    BadQueryError,
    FilterField,
    PageNotFoundError,
    PageRequest,
    WebPage,
    one_of,
)
from keruen.web.tables import TableCell, TableColumn, WebTable

_KINDS: Final = ("assumptions", "sources")
FILTERS: Final = {"run": WORDS, "only": one_of(_KINDS), "q": WORDS}
"""A file has the figures of all pages."""
_PER_PAGE: Final = 100
"""More rows at once are slow on an office's line; a file has all."""
_KEYS: Final = ("figure", "path", "value", "low", "high", "origin", "as_of", "note")


def figures(asked: PageRequest) -> WebPage:
    """The figures of a run's scenario: of the newest run, or of the one that is named.

    Raises
    ------
    PageNotFoundError
        When there is no such run.
    """
    run, scenario = _of_run(asked)
    found = scenario.input_figures if scenario else ()
    only = asked.chosen("only", _KINDS)
    wanted = asked.query.get("q", "").strip().casefold()
    shown = [
        figure
        for figure in found
        if (not only or figure.is_assumption == (only == "assumptions"))
        and (not wanted or wanted in _searched(figure, scenario, asked.language))
    ]
    n_pages = max(1, -(-len(shown) // _PER_PAGE))
    page = _page(asked, n_pages)
    n_assumed = sum(figure.is_assumption for figure in found)
    return WebPage(
        template="figures.html",
        title=asked.say("web.menu_figures"),
        lead=asked.say("web.figures_lead", n=len(found), assumed=n_assumed) if found else "",
        tables=(_table(shown, run, scenario, asked),),
        shown={
            "filters": _filters(asked),
            "first": (page - 1) * _PER_PAGE,
            "last": page * _PER_PAGE,
            "n_found": len(shown),
            "pages": [(n, asked.with_query(page=str(n)), n == page) for n in range(1, n_pages + 1)],
            "is_filtered": bool(asked.query),
        },
    )


def _of_run(asked: PageRequest) -> tuple[str, Scenario | None]:
    name = asked.query.get("run", "")
    if not name:
        newest = asked.data.runs.newest()
        return (newest[0].folder.name, newest[1][0].scenario) if newest else ("", None)
    run = asked.data.runs.named(name)
    if run is None:
        raise PageNotFoundError
    return name, asked.data.runs.studies(run)[0].scenario


def _searched(figure: Figure, scenario: Scenario | None, language: str) -> str:
    name = name_of(figure.path, scenario, language) if scenario else ""
    return f"{name} {figure.path} {figure.source} {figure.note}".casefold()


def _page(asked: PageRequest, n_pages: int) -> int:
    written = asked.query.get("page", "1")
    if not (written.isascii() and written.isdecimal() and 1 <= int(written[:9]) <= n_pages):
        raise BadQueryError("page", written, (f"1 – {n_pages}",))
    return int(written)


def _table(
    shown: list[Figure], run: str, scenario: Scenario | None, asked: PageRequest
) -> WebTable:
    numbers = {"value", "low", "high"}
    # Remarks and titles of sources are kept in one language: the head says in which they are.
    titles = (
        {"note": "note_english", "origin": "origin_published"} if asked.language != "en" else {}
    )
    return WebTable(
        name="figures",
        title=asked.say("web.menu_figures"),
        columns=tuple(
            TableColumn(
                key=key,
                title=asked.say(f"web.column_{titles.get(key, key)}"),
                is_number=key in numbers,
            )
            for key in _KEYS
        ),
        rows=tuple(_row(figure, scenario, asked) for figure in shown),
        command=f"keruen report runs/{run}" if run else "keruen scenario show",
        python=f'study.load("runs/{run}/base").scenario.figures',
    )


def _row(figure: Figure, scenario: Scenario | None, asked: PageRequest) -> tuple[TableCell, ...]:
    links = addresses(figure.source)
    assumed = TableCell(text=asked.say("report.assumption"), value="assumption", sign="amber")
    name = name_of(figure.path, scenario, asked.language) if scenario else ""
    return (
        TableCell(text=name or "–", value=name),
        TableCell(text=figure.path, language="" if asked.language == "en" else "en"),
        *(
            TableCell(text=amount_in_words(one, asked.language) or "–", value=one)
            for one in (figure.text, figure.low, figure.high)
        ),
        assumed
        if figure.is_assumption
        else TableCell(
            text=figure.source,
            href=links[0] if links else "",
            language=_foreign(figure.source, asked.language),
        ),
        TableCell(text=figure.as_of or "–", value=figure.as_of),
        TableCell(
            text=figure.note or "–",
            value=figure.note,
            language=_foreign(figure.note, asked.language),
        ),
    )


def _foreign(words: str, language: str) -> str:
    """English, where words are read in another language; an address alone is in none."""
    is_address = " " not in words and words.startswith("http")
    return "en" if words and language != "en" and words.isascii() and not is_address else ""


def _filters(asked: PageRequest) -> list[FilterField]:
    options = tuple((one, asked.say(f"web.only_{one}")) for one in ("assumptions", "sources"))
    return [
        FilterField(
            name="only",
            title=asked.say("web.column_origin"),
            value=asked.query.get("only", ""),
            options=options,
        ),
        FilterField(name="q", title=asked.say("web.search"), value=asked.query.get("q", "")),
    ]
