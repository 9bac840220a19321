"""Every server that a page needs, and every page with an address that is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from keruen.register import Register
from keruen.report.kept_document import keep_in_all_languages
from keruen.store.notebook import Draft, Notebook, notebook_of
from keruen.web import WebSettings, accounts
from keruen.web.accounts import AccountDesk
from keruen.web.forms import RECORDS
from keruen.web.pages.how_to import READERS
from made_up_pages import which_first
from real_browser import Visitor
from served_pages import AT, Served, demonstration, finished_run, served, served_beside
from writing_pages import LIGHT, PASSWORD

PERSON = "dana"
HOSTILE = "\"'><b class=hostile>&lt;<img class=hostile src=x onerror=alert(1)><script class=hostile>alert(1)</script>"
"""What would become markup wherever one place forgets that it is a text."""
PAGES = (
    # Address below the language, and the server that has it.
    ("start", "office"),
    ("list", "office"),
    ("projects/KH-0001", "office"),
    ("projects/{offered}", "office"),
    ("results", "office"),
    ("results/toy", "office"),
    ("results/toy/appraisal/nameplate", "office"),
    ("figures", "office"),
    ("help", "office"),
    *((f"help/{role}", "office") for role in READERS),
    ("sign", "office"),
    ("sign/{entry}", "office"),
    ("said/{saying}", "office"),
    ("waiting/{waiting}", "lone"),
    ("write", "office"),
    *((f"write/{kind}", "office") for kind in RECORDS),
    ("drafts/{draft}", "office"),
    ("exchange", "office"),
    ("backup", "office"),
    ("start", "new"),
    ("first", "new"),
    ("start", "shared"),
    ("login", "shared"),
    ("account", "shared"),
    ("accounts", "shared"),
    ("audit", "shared"),
)
_DRAFT: Mapping[str, str] = {
    "id": "KH-0077-A",
    "kind": "infrastructure",
    "title.kk": "Қойма",
    "title.ru": "Склад",
    "title.zh": "仓库",
}


@dataclass(frozen=True, kw_only=True)
class World:
    """Servers by name, and what stands in their addresses."""

    homes: Mapping[str, str]
    names: Mapping[str, str]
    office: Served
    other: Path
    """The other side's register, to be served by whoever needs it."""
    runs: Path

    def address(self, path: str, language: str) -> str:
        return f"/{language}/{path.format(**self.names)}"


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """The demonstration as an office has it, one that lacks a key, a shared one, and a new one."""
    here, other = demonstration(folder / "register")
    runs = folder / "runs"
    finished_run(runs)
    keep_in_all_languages(which_first, runs / "toy" / "appraisal" / "nameplate", "which-first")
    state = Register.open(here).state(AT[:10])
    offers = {one.side: one for one in state.all_revisions() if one.status == "offered"}
    lone = folder / "lone" / "side-a"
    shutil.copytree(here, lone)
    next((lone / "keys").iterdir()).unlink()
    # Of two offices one has signed: what waits is the same text.
    Register.open(lone).countersign(offers["B"].entry, at=AT)
    waiting = next(one.fingerprint for one in Register.open(lone).waiting())
    with Notebook(notebook_of(here)).change() as change:
        draft = change.keep_draft(Draft(kind="project", typed=_DRAFT, at=AT, who="local"))
    with ExitStack() as stack:
        office = stack.enter_context(served(here, runs))
        homes = {"office": office.address}
        for name, settings in _others(folder, lone, other, runs).items():
            homes[name] = stack.enter_context(served_beside(settings))
        yield World(
            homes=homes,
            names={
                "entry": offers["B"].entry,
                "offered": offers["A"].subject,
                "saying": next(one.entry for one in state.all_sayings() if one.side == "B"),
                "waiting": waiting,
                "draft": str(draft),
            },
            office=office,
            other=other,
            runs=runs,
        )


def _others(folder: Path, lone: Path, other: Path, runs: Path) -> dict[str, WebSettings]:
    shared = folder / "shared" / "side-b"
    shutil.copytree(other, shared)
    settings = WebSettings(register=shared, runs=runs, place="shared")
    vars(accounts).update(_HASHER=LIGHT, _NOBODY=LIGHT.hash("nobody"))
    roles = frozenset({"clerk", "signatory", "auditor", "administrator"})
    AccountDesk(settings).add(PERSON, roles, PASSWORD, who="local")
    return {
        "lone": WebSettings(register=lone, runs=runs, place="office"),
        "shared": settings,
        "new": WebSettings(register=folder / "new", runs=folder / "none", place="office"),
    }


def sign_in(visitor: Visitor, language: str) -> None:
    """Sign in on the page for it, as a person does."""
    visitor.go(f"/{language}/login")
    visitor.page.fill("[name=_user]", PERSON)
    visitor.page.fill("[name=_password]", PASSWORD)
    visitor.press("[name=_action][value=in]")
