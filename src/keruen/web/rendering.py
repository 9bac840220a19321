"""Pages as HTML: Jinja escapes every text, words are the catalogue's, chapters the report's."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from keruen.i18n import LANGUAGES, text
from keruen.report.compose import words_of_frame
from keruen.report.document import Chapter
from keruen.report.html import SIGNS, chapter_fragment
from keruen.report.joint.sentences import date_in_words
from keruen.web.accounts import ADMINISTRATOR
from keruen.web.asked import PageRequest, WebPage
from keruen.web.assets import stamp
from keruen.web.languages import NAMES, TAGS

MENU: Final = ("start", "list", "results", "figures", "help")
"""Pages of the menu, in the order in which a reader comes to ask."""
WRITING_MENU: Final = ("start", "list", "sign", "write", "exchange", "results", "figures", "help")
"""…where something may be written."""
_OWN_SIDE: Final = frozenset({"clerk", "signatory", "auditor"})
_SECTIONS: Final = {"projects": "list", "waiting": "sign", "drafts": "write"}
"""Beginning of an address → the page of the menu to which it belongs."""
_HAN: Final = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+"
_CHINESE: Final = re.compile(f"{_HAN}(?:—{_HAN})*")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("keruen.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["tongues"] = tongues
    return made


def tongues(words: str) -> Markup:
    """A name that both sides wrote: its Chinese is marked, since no other language's font has it.

    Examples
    --------
    >>> print(tongues("Қостанай · 科斯塔奈"))
    Қостанай · <span lang="zh-Hans">科斯塔奈</span>
    """
    # As plain letters: what is put into `Markup` is escaped once more.
    safe = str(escape(words))
    return Markup(_CHINESE.sub(rf'<span lang="{TAGS["zh"]}">\g<0></span>', safe))


def fragment(chapter: Chapter, language: str) -> Markup:
    """A chapter as the report writes it: that has escaped every text itself."""
    return Markup(chapter_fragment(chapter, words_of_frame(language)))


def page_html(page: WebPage, asked: PageRequest) -> str:
    """The whole page."""
    return _environment().get_template(page.template).render(**_frame(asked), page=page)


def problem_html(language: str, path: str, title: str, lines: tuple[str, ...]) -> str:
    """A page that says what is wrong and where to go on."""
    template = _environment().get_template("refused.html")
    frame = _words(language, path, {}, is_demo=False)
    return template.render(**frame, heading=title, lines=lines, today="")


def _frame(asked: PageRequest) -> dict[str, object]:
    is_demo = asked.data.settings.is_demo
    words = _words(asked.language, asked.path, asked.query, is_demo=is_demo)
    words["may_write"] = asked.data.settings.place == "office"
    words["may_sign_in"] = asked.data.settings.place == "shared"
    words["who"] = asked.account.name if asked.account else ""
    words["menu"] = _menu(_names_of(asked), asked.language)
    here = asked.address(*asked.path.split("/"))

    def file_address(format_: str, table: str) -> str:
        query = {**asked.query, **({"table": table} if table else {})}
        return asked.address(*asked.path.split("/"), **query).replace(here, f"{here}.{format_}", 1)

    return {
        **words,
        "asked": asked,
        "here": here,
        "address": file_address,
        "today": date_in_words(asked.today, asked.language),
    }


def _names_of(asked: PageRequest) -> tuple[str, ...]:
    """Pages of the menu: of what the reader may do here."""
    place = asked.data.settings.place
    if place == "reading" or (place == "shared" and asked.account is None):
        return MENU
    names = WRITING_MENU if asked.may(_OWN_SIDE) else MENU
    more = [("audit", {ADMINISTRATOR, "auditor"})]
    if place == "office":
        more.append(("backup", set()))
    if place == "shared":
        more.insert(0, ("accounts", {ADMINISTRATOR}))
    return (*names, *(name for name, roles in more if asked.may(frozenset(roles))))


def _words(language: str, path: str, query: object, *, is_demo: bool) -> dict[str, object]:
    return {
        "say": partial(_said, language),
        "fragment": partial(fragment, language=language),
        "language": language,
        "tag": TAGS[language],
        "languages": [(code, TAGS[code], NAMES[code]) for code in LANGUAGES],
        "menu": _menu(MENU, language),
        "may_write": False,
        "may_sign_in": False,
        "who": "",
        "signatory": frozenset({"signatory"}),
        "clerk": frozenset({"clerk"}),
        "path": path,
        "section": _SECTIONS.get(path.partition("/")[0], path.partition("/")[0]),
        "query": query,
        "stamp": stamp(),
        "is_demo": is_demo,
        "signs": SIGNS,
    }


def _menu(names: tuple[str, ...], language: str) -> list[tuple[str, str]]:
    return [(name, text(f"web.menu_{name}", language)) for name in names]


def _said(language: str, key: str, /, **parameters: object) -> str:
    return text(key, language, **parameters)
