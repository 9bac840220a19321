"""A damaged register, a full disk, no cookies, no such language: said in words, and nothing lost."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from test_web_accounts import BASE

from keruen.i18n import LANGUAGES, describe, text
from keruen.register import Register
from keruen.store.notebook import Notebook, NotebookChange
from keruen.web.routes import ROUTES
from made_up_pairs import FailingDisk, Two, disk_full, full, lines, listing, project, put_lines, two
from writing_pages import NOW, PASSWORD, Clerk, Forms

PROJECT = {"kind": "infrastructure", "title.kk": "Қойма", "title.ru": "Склад", "title.zh": "仓库"}
NAMES = {"entry": "x", "text": "1", "draft": "1", "bundle": "x.jlb", "project": "KH-0001"}
OF_THE_LIST = [
    *("start", "list", "projects/KH-0001", "sign", "write", "write/project", "drafts/1"),
    *("exchange", "backup"),
]


def _notebook(folder: Path) -> Notebook:
    return Notebook(folder.with_name(f"{folder.name}-web.sqlite3"))


def _damage(pair: Two) -> str:
    """One byte of the newest entry of the other side's log; what `verify` says of it."""
    content = lines(pair.a, "B")
    at = content[-1].index(b'"sig"') if b'"sig"' in content[-1] else len(content[-1]) // 2
    changed = bytearray(content[-1])
    changed[at + 12] ^= 1
    content[-1] = bytes(changed)
    put_lines(pair.a, "B", content)
    return content[-1].decode("utf-8", "replace")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_says_what_verify_says(tmp_path: Path, language: str) -> None:
    """Of a register with one changed byte no page shows a list, and none writes."""
    pair = full(tmp_path)
    clerk = Clerk(pair.a.path)
    clerk.open(f"/{language}/write/project")
    clerk.press("draft", PROJECT)
    clerk.open(f"/{language}/write/project")
    forms = clerk.page
    _damage(pair)
    told = {describe(one, language) for one in Register.open(pair.a.path).verify()}
    assert told
    before, drafts = listing(pair.a.path / "log"), _notebook(pair.a.path).drafts()
    for path in OF_THE_LIST:
        answer = clerk.browser.get(f"/{language}/{path}")
        assert answer.status_code == 503, path
        shown = re.sub(r"&#39;|&#34;", '"', answer.text)
        assert any(one.replace("'", '"') in shown for one in told), (path, told)
        assert "KH-C01" not in answer.text
    (_, there, _) = next(one for one in Forms(forms).forms if "_token" in one[1])
    for path, action in (
        ("write/project", "draft"),
        ("write/project", "next"),
        ("drafts/1", "sign"),
        ("exchange", "out"),
        ("exchange", "in"),
        ("backup", "make"),
    ):
        sent = {**there, **PROJECT, "_action": action, "_read": "yes"}
        answer = clerk.send(f"/{language}/{path}", sent, ("x.jlb", b"bundle"))
        assert answer.status_code == 503, (path, action)
    assert listing(pair.a.path / "log") == before
    assert _notebook(pair.a.path).drafts() == drafts
    # Help and results stand on no list.
    for path in ("help", "help/clerk", "results", "figures"):
        assert clerk.browser.get(f"/{language}/{path}").status_code == 200


def _no_room(*_: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", ["draft", "next"])
def test_a_full_disk_loses_nothing_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, action: str
) -> None:
    """The form comes back with a sentence; once there is room, the same form goes through."""
    clerk = Clerk(two(tmp_path).a.path)
    clerk.open(f"/{language}/write/project")
    with monkeypatch.context() as patch:
        patch.setattr(NotebookChange, "keep_draft", _no_room)
        answer = clerk.press(action, PROJECT)
        assert answer.status_code == 503
        assert text("web.disk_full", language) in clerk.page
        assert str(tmp_path) not in clerk.page
        form = next(one for one in Forms(clerk.page).forms if "title.ru" in one[1])
        assert {name: form[1][name] for name in PROJECT} == PROJECT
    assert _notebook(tmp_path / "a").deeds() == []
    assert clerk.press(action).status_code == 200
    (draft,) = _notebook(tmp_path / "a").drafts()
    assert {name: draft.typed[name] for name in PROJECT} == PROJECT


@pytest.mark.parametrize("at", [1, 2, 4, 7])
def test_a_disk_that_fills_while_signing_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """Either the text is entered or its draft is there still, and the register is whole."""
    pair = two(tmp_path)
    clerk = Clerk(pair.a.path)
    clerk.open("/ru/write/project")
    clerk.press("next", PROJECT)
    with monkeypatch.context() as patch:
        FailingDisk(patch, at, disk_full)
        answer = clerk.press("sign", {"_read": "yes"})
    assert text("web.fault_title", "ru") not in clerk.page
    assert answer.status_code in {422, 503}
    assert text("web.disk_full", "ru") in clerk.page
    # A disk that fills after the register has made up its mind: the next page tells of the entry.
    clerk.open("/ru/write")
    notebook = _notebook(pair.a.path)
    if notebook.drafts():
        clerk.open("/ru/drafts/1")
        clerk.press("sign", {"_read": "yes"})
        assert "done=" in clerk.address
    assert notebook.drafts() == []
    register = Register.open(pair.a.path)
    assert register.verify() == ()
    entries = [one.entry for one in register.state(NOW[:10]).all_revisions()]
    assert [one.after for one in notebook.deeds() if one.what == "put_forward"] == entries
    assert len(entries) == 1


def test_no_page_of_a_full_disk_names_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signing in writes as well: where it cannot, the page says so and the name stays."""
    person = Clerk(two(tmp_path).b.path, place="shared", base=BASE, roles=())
    person.desk.add("dana", frozenset({"clerk"}), PASSWORD, who="local")
    person.open("/zh/login")
    with monkeypatch.context() as patch:
        patch.setattr(NotebookChange, "run", _no_room)
        answer = person.press("in", {"_user": "dana", "_password": PASSWORD})
    assert answer.status_code == 503
    assert text("web.disk_full", "zh") in person.page
    assert str(tmp_path) not in person.page
    assert PASSWORD not in person.page
    assert Forms(person.page).forms[0][1]["_user"] == "dana"
    assert person.press("in", {"_password": PASSWORD}).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["office", "shared"])
def test_a_browser_without_cookies_is_told(tmp_path: Path, language: str, place: str) -> None:
    """A page is read as ever; a form does nothing, says why, and has all that was typed."""
    is_shared = place == "shared"
    more = {"place": "shared", "base": BASE, "roles": ()} if is_shared else {}
    clerk = Clerk(two(tmp_path).b.path, **more)  # type: ignore[arg-type] # a place, an address
    typed = {"_user": "dana"} if is_shared else PROJECT
    for n in range(2):
        if n == 0:
            clerk.open(f"/{language}/{'login' if is_shared else 'write/project'}")
        clerk.browser.cookies.clear()
        answer = clerk.press("in" if is_shared else "next", typed)
        assert answer.status_code == 403
        assert text("web.no_cookies", language) in clerk.page
        assert text("web.form_expired", language) not in clerk.page
        form = next(one for one in Forms(clerk.page).forms if next(iter(typed)) in one[1])
        assert {name: form[1][name] for name in typed} == typed
    assert _notebook(tmp_path / "b").drafts() == []
    # With cookies allowed the same form goes through.
    if not is_shared:
        assert clerk.press("next").status_code == 200


@pytest.mark.parametrize("language", ["xx", "KK", "..", "%00", "static"])
def test_a_language_that_is_not_there(tmp_path: Path, language: str) -> None:
    """No page, no form and no file of it; and the reader is told where to go on."""
    pair = two(tmp_path)
    pair.a.offer("project", project(), at=NOW)
    pair.exchange()
    clerk = Clerk(pair.b.path)
    before = listing(tmp_path)
    for route in ROUTES:
        path = re.sub(r"{(\w+)}", lambda found: NAMES.get(found[1], "x"), route.path)
        answer = clerk.browser.get(f"/{language}/{path}", headers={"accept-language": "kk"})
        assert answer.status_code == 404, path
        if route.take is not None:
            sent = clerk.browser.post(
                f"/{language}/{path}", data={"_action": "x"}, headers={"origin": clerk.base}
            )
            assert sent.status_code in {404, 405}, path
    answer = clerk.browser.get(f"/{language}/list", headers={"accept-language": "kk"})
    if language not in {"..", "static"}:
        assert text("web.not_found_title", "kk") in answer.text
        assert 'href="/kk/start"' in answer.text
    assert listing(tmp_path) == before
