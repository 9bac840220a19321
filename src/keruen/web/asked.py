"""What a page is asked for and what it answers: no HTML in here, and no HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from keruen.i18n import text
from keruen.report.document import Chapter
from keruen.web.reading import RegisterReader, RunReader
from keruen.web.settings import WebSettings
from keruen.web.tables import WebTable


class PageNotFoundError(Exception):
    """There is no such page, project or run."""


class BadQueryError(Exception):
    """A filter has a value that it does not take."""

    def __init__(self, name: str, found: str, allowed: Sequence[str]) -> None:
        super().__init__(name)
        self.name, self.found, self.allowed = name, found, tuple(allowed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedData:
    """Where pages read."""

    settings: WebSettings
    register: RegisterReader
    runs: RunReader


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """One request, as pages see it.

    Parameters
    ----------
    path : below the language, without a leading stroke: ``projects/KH-0001``.
    names : what the address names: ``project``, ``run``.
    query : filters; of several of one name the last.
    today : the day for which the page is made.
    """

    data: ServedData
    language: str
    path: str
    names: Mapping[str, str]
    query: Mapping[str, str]
    today: str

    def say(self, key: str, /, **parameters: object) -> str:
        """A sentence of the catalogue in the reader's language."""
        return text(key, self.language, **parameters)

    def chosen(self, name: str, allowed: Sequence[str]) -> str:
        """The value of a filter; empty when it is not set.

        Raises
        ------
        BadQueryError
            When the filter does not take that value.
        """
        found = self.query.get(name, "")
        if found and found not in allowed:
            raise BadQueryError(name, found, allowed)
        return found

    def address(self, *parts: str, **query: str) -> str:
        """Of another page in the reader's language."""
        path = "/".join(quote(part, safe="") for part in (self.language, *parts))
        asked = urlencode({name: value for name, value in query.items() if value})
        return f"/{path}?{asked}" if asked else f"/{path}"

    def with_query(self, **changes: str) -> str:
        """The address of this page with other filters."""
        return self.address(*self.path.split("/"), **{**self.query, **changes})


Shown = object
"""What a template is given beside the tables; each template knows its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """An answer before it becomes HTML.

    Parameters
    ----------
    template : which file of `templates` sets it.
    kicker : a line above the title: what kind of thing it is, its number.
    tables : in the order of the page; a file of the page has them all.
    chapters : of the fiche or the report, set by the report's own writer.
    shown : what else the template needs.
    """

    template: str
    title: str
    kicker: str = ""
    lead: str = ""
    tables: tuple[WebTable, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    shown: Mapping[str, Shown] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterField:
    """One field of a filter: a choice, or words to type where there are no options."""

    name: str
    title: str
    value: str
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
