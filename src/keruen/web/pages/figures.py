"""Figures: every number that results stand on, with its source or the reason for an assumption."""

from __future__ import annotations

import re
from typing import Final

from keruen.i18n.typed import typed_number
from keruen.report.chapters.evidence import addresses
from keruen.report.joint.whole_text import unit_in_words
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
_WRITTEN: Final = re.compile(r"(-?\d+(?:\.\d+)?)(?: (\S.*))?", re.ASCII)
_KEYS: Final = ("path", "value", "low", "high", "origin", "as_of", "note")


def figures(asked: PageRequest) -> WebPage:
    """The figures of a run's scenario: of the newest run, or of the one that is named.

    Raises
    ------
    PageNotFoundError
        When there is no such run.
    """
    run, found = _of_run(asked)
    only = asked.chosen("only", _KINDS)
    wanted = asked.query.get("q", "").strip().casefold()
    shown = [
        figure
        for figure in found
        if (not only or figure.is_assumption == (only == "assumptions"))
        and (not wanted or wanted in f"{figure.path} {figure.source} {figure.note}".casefold())
    ]
    n_pages = max(1, -(-len(shown) // _PER_PAGE))
    page = _page(asked, n_pages)
    n_assumed = sum(figure.is_assumption for figure in found)
    return WebPage(
        template="figures.html",
        title=asked.say("web.menu_figures"),
        lead=asked.say("web.figures_lead", n=len(found), assumed=n_assumed) if found else "",
        tables=(_table(shown, run, asked),),
        shown={
            "filters": _filters(asked),
            "first": (page - 1) * _PER_PAGE,
            "last": page * _PER_PAGE,
            "n_found": len(shown),
            "pages": [(n, asked.with_query(page=str(n)), n == page) for n in range(1, n_pages + 1)],
            "is_filtered": bool(asked.query),
        },
    )


def _of_run(asked: PageRequest) -> tuple[str, tuple[Figure, ...]]:
    name = asked.query.get("run", "")
    if not name:
        newest = asked.data.runs.newest()
        return (newest[0].folder.name, newest[1][0].scenario.figures) if newest else ("", ())
    run = asked.data.runs.named(name)
    if run is None:
        raise PageNotFoundError
    return name, asked.data.runs.studies(run)[0].scenario.figures


def _page(asked: PageRequest, n_pages: int) -> int:
    written = asked.query.get("page", "1")
    if not (written.isascii() and written.isdecimal() and 1 <= int(written[:9]) <= n_pages):
        raise BadQueryError("page", written, (f"1 – {n_pages}",))
    return int(written)


def _table(shown: list[Figure], run: str, asked: PageRequest) -> WebTable:
    numbers = {"value", "low", "high"}
    return WebTable(
        name="figures",
        title=asked.say("web.menu_figures"),
        columns=tuple(
            TableColumn(key=key, title=asked.say(f"web.column_{key}"), is_number=key in numbers)
            for key in _KEYS
        ),
        rows=tuple(_row(figure, asked) for figure in shown),
        command=f"keruen report runs/{run}" if run else "keruen scenario show",
        python=f'study.load("runs/{run}/base").scenario.figures',
    )


def _row(figure: Figure, asked: PageRequest) -> tuple[TableCell, ...]:
    links = addresses(figure.source)
    assumed = TableCell(text=asked.say("report.assumption"), value="assumption", sign="amber")
    return (
        TableCell(text=figure.path),
        *(
            TableCell(text=_amount(one, asked.language) or "–", value=one)
            for one in (figure.text, figure.low, figure.high)
        ),
        assumed
        if figure.is_assumption
        else TableCell(text=figure.source, href=links[0] if links else ""),
        TableCell(text=figure.as_of or "–", value=figure.as_of),
        TableCell(
            text=figure.note or "–",
            value=figure.note,
            language="en" if figure.note and asked.language != "en" else "",
        ),
    )


def _amount(written: str, language: str) -> str:
    """A number with its unit as the language writes both; anything else as it is in the file."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return written
    words = typed_number(found[1], language)
    if not found[2]:
        return words
    unit = unit_in_words(found[2], language)
    # In English and Chinese nothing stands before the sign.
    return words + unit if unit == "%" and language in {"en", "zh"} else f"{words}\u00a0{unit}"


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
