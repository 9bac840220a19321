"""What a page is asked for and what it answers: no HTML in here, and no HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode

from keruen.i18n import text
from keruen.report.document import Chapter
from keruen.store.accounts import Account
from keruen.web.accounts import EVERYBODY, AccountDesk, Roles
from keruen.web.reading import RegisterReader, RunReader
from keruen.web.settings import WebSettings
from keruen.web.tables import WebTable
from keruen.web.writing import LOCAL, RegisterWriter, SigningInput


class PageNotFoundError(Exception):
    """There is no such page, project or run."""


class BadQueryError(Exception):
    """A filter has a value that it does not take."""

    def __init__(self, name: str, found: str, allowed: Sequence[str]) -> None:
        super().__init__(name)
        self.name, self.found, self.allowed = name, found, tuple(allowed)


FilterSchema = Mapping[str, str | list[str]]
"""What a filter takes, as OpenAPI says it."""
WORDS: Final[FilterSchema] = {"type": "string"}
DAY: Final[FilterSchema] = {"type": "string", "format": "date"}


def one_of(values: Sequence[str]) -> FilterSchema:
    """A filter that takes one of these; left empty, as a form sends it, it is not set."""
    return {"type": "string", "enum": ["", *values]}


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedData:
    """Where pages read."""

    settings: WebSettings
    register: RegisterReader
    runs: RunReader
    writer: RegisterWriter
    desk: AccountDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedForm:
    """A form that came back.

    Parameters
    ----------
    typed : name of each input → what was typed; of a choice of several, the codes with commas.
    content, content_name : an uploaded file, and what the browser calls it: never a path here.
    is_file_kept : it lies among the drafts already, and need not be chosen again.
    """

    typed: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    content_name: str = ""
    is_file_kept: bool = False

    @property
    def action(self) -> str:
        """Which button was pressed."""
        return self.typed.get("_action", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """One request, as pages see it.

    Parameters
    ----------
    path : below the language, without a leading stroke: ``projects/KH-0001``.
    names : what the address names: ``project``, ``run``.
    query : filters; of several of one name the last.
    today : the day for which the page is made.
    posted : the form that came back; None when a page is only asked for.
    token : what every form of the page holds, so that it is taken when it comes back.
    is_expired : what came back is shown again, and was not acted upon: its token is too old.
    trouble : why what came back is shown again, where that is no fault of what was typed.
    account : that has signed in; None of nobody, and where no account is asked for.
    session : secret of the session that the browser holds, whether it goes on or is over.
    address_of_caller : from which the request comes.
    """

    data: ServedData
    language: str
    path: str
    names: Mapping[str, str]
    query: Mapping[str, str]
    today: str
    posted: PostedForm | None = None
    token: str = ""
    is_expired: bool = False
    trouble: tuple[str, ...] = ()
    account: Account | None = None
    session: str = ""
    address_of_caller: str = ""

    @property
    def who(self) -> str:
        """Who writes, as the audit names them."""
        return self.account.name if self.account else LOCAL

    @property
    def signature(self) -> SigningInput:
        """What was given to sign."""
        typed = self.posted.typed if self.posted else {}
        return SigningInput(
            who=self.who,
            passphrase=typed.get("_passphrase", ""),
            meant=typed.get("_meant", "").split(","),
        )

    def may(self, roles: Roles) -> bool:
        """The caller has one of the roles; where none is asked for, whoever writes has all."""
        if EVERYBODY in roles or self.data.settings.place != "shared":
            return True
        return self.account is not None and bool(self.account.roles & roles)

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
    status : of the answer: 422 where what came back is shown again with what is wrong in it.
    """

    template: str
    title: str
    kicker: str = ""
    lead: str = ""
    tables: tuple[WebTable, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    shown: Mapping[str, Shown] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SeeOther:
    """It is done: the browser goes on to `address`, so that to load again does not do it twice."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file for the reader; one that is `shown` opens in the browser, where it may run nothing."""

    name: str
    content: bytes
    kind: str = "application/octet-stream"

    @property
    def is_shown(self) -> bool:
        """A page, to be looked at where it is."""
        return self.kind.startswith("text/html")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChange:
    """Somebody signed in or out.

    Parameters
    ----------
    session : the secret of the new session; empty when it is over.
    path : where to go on, below the language.
    kept : a form that was sent when the session before was over: shown again, not acted upon.
    """

    session: str
    path: str
    kept: Mapping[str, str] = field(default_factory=dict)


Answer = WebPage | SeeOther | Download | SessionChange


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterField:
    """One field of a filter: a choice, or words to type where there are no options."""

    name: str
    title: str
    value: str
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
