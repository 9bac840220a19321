"""A file that was chosen once need not be chosen again, and goes when its draft goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_web_accounts import BASE, Clock

from keruen.i18n import LANGUAGES, text
from keruen.store.notebook import Draft, Notebook
from keruen.web.tokens import SESSION
from made_up_pairs import Two, project, two
from writing_pages import NOW, PASSWORD, Clerk, Forms

PAPER = ("minutes.pdf", b"the minutes of a meeting, as they were signed")
TYPED = {"document.kind": "minutes", "document.title.kk": "Хаттама"}
FORM = "/kk/write/evidence?about=KH-0001"


def _agreed(folder: Path) -> Two:
    """A pair with one agreed project, about which evidence can be given."""
    pair = two(folder)
    entry = pair.a.offer("project", project(), at=NOW)
    pair.exchange()
    pair.b.countersign(entry, at=NOW)
    return pair.exchange()


def _person(pair: Two, *roles: str, clock: Clock) -> Clerk:
    return Clerk(pair.b.path, place="shared", base=BASE, roles=roles, now=clock)


def _notebook(pair: Two, side: str = "b") -> Notebook:
    return Notebook(pair.sides[side.upper()].path.with_name(f"{side}-web.sqlite3"))  # type: ignore[index]


def _files(pair: Two, side: str = "b") -> list[tuple[str, bytes]]:
    notebook = _notebook(pair, side)
    drafts = [notebook.draft(one.id) for one in notebook.drafts()]
    return [(one.content_name, one.content) for one in drafts if one is not None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_session_that_ends_keeps_the_file(tmp_path: Path, language: str) -> None:
    """Sign in again, and the form has what was typed and its file; it goes on as if nothing were."""
    pair, clock = _agreed(tmp_path), Clock()
    person = _person(pair, "clerk", clock=clock)
    person.open(FORM.replace("kk", language, 1))
    clock.forward(45)
    # A colleague comes in meanwhile: that ends nobody's form.
    _person(pair, "clerk", "signatory", clock=clock)
    assert person.press("next", TYPED, PAPER).status_code == 403
    assert text("web.login_kept_file", language) in person.page
    assert _files(pair) == [PAPER]
    person.press("in", {"_user": "clerk", "_password": PASSWORD})
    assert text("web.file_kept", language, name=PAPER[0]) in person.page
    form = next(one for one in Forms(person.page).forms if "document.kind" in one[1])
    assert {name: form[1][name] for name in TYPED} == TYPED
    assert person.press("next").status_code == 200
    assert "/drafts/" in person.address
    # It is one draft, told of under the name of its sender.
    assert _files(pair) == [PAPER]
    assert [one.who for one in _notebook(pair).deeds() if one.what == "draft_kept"] == ["clerk"] * 2


@pytest.mark.parametrize(
    "way", ["signed out", "closed", "password", "next day", "token", "auditor", "no file"]
)
def test_nothing_is_kept_for_a_stranger(tmp_path: Path, way: str) -> None:
    """Only of a session that ran out by itself within its day, by a form of it, for its clerk."""
    pair, clock = _agreed(tmp_path), Clock()
    person = _person(pair, "auditor" if way == "auditor" else "clerk", clock=clock)
    person.open(FORM)
    held = person.browser.cookies[SESSION]
    clock.forward(45 if way != "next day" else 13 * 60)
    if way == "signed out":
        person.desk.sign_out(held, person.name)
    elif way == "closed":
        person.desk.add("boss", frozenset({"administrator"}), PASSWORD, who="local")
        person.desk.close(person.name, who="boss")
    elif way == "password":
        person.desk.set_password(person.name, "another quiet harbour wall", who="boss")
    if way == "token":
        person.page = person.page.replace('name="_token" value="', 'name="_token" value="x')
    person.press("next", TYPED, None if way == "no file" else PAPER)
    assert _notebook(pair).drafts() == []
    assert text("web.login_kept_file", "kk") not in person.page


def test_an_idle_session_opens_no_page(tmp_path: Path) -> None:
    """That its form is kept signs nobody in."""
    pair, clock = _agreed(tmp_path), Clock()
    person = _person(pair, "clerk", clock=clock)
    person.open(FORM)
    clock.forward(45)
    person.press("draft", TYPED, PAPER)
    for path in ("write", "drafts/1", "write/evidence?draft=1"):
        assert person.browser.get(f"/kk/{path}").status_code == 303


def test_a_field_that_is_wrong_keeps_the_file(tmp_path: Path) -> None:
    """The file of the first try is signed with what was mended in the second."""
    pair = _agreed(tmp_path)
    clerk = Clerk(pair.a.path)
    clerk.open(FORM)
    assert clerk.press("next", {"document.kind": "minutes"}, PAPER).status_code == 422
    assert text("web.file_kept", "kk", name=PAPER[0]) in clerk.page
    clerk.press("next", {"document.title.kk": "Хаттама"})
    assert _files(pair, "a") == [PAPER]
    clerk.press("sign", {"_read": "yes"})
    found = [one for one in pair.a.path.rglob("*") if one.is_file()]
    assert PAPER[1] in [one.read_bytes() for one in found]
    # It lies in the register now, and not among the drafts as well.
    assert _files(pair, "a") == []
    assert PAPER[1] not in _notebook(pair, "a").path.read_bytes()


def test_a_form_that_is_too_old_does_not_claim_a_file(tmp_path: Path) -> None:
    """Where nothing was acted upon, the page does not say that the file is kept."""
    pair = _agreed(tmp_path)
    clerk = Clerk(pair.a.path)
    clerk.open(FORM)
    clerk.page = clerk.page.replace('name="_token" value="', 'name="_token" value="x')
    assert clerk.press("next", TYPED, PAPER).status_code == 403
    assert text("web.form_expired", "kk") in clerk.page
    assert PAPER[0] not in clerk.page
    assert _notebook(pair, "a").drafts() == []


def test_a_dropped_draft_takes_its_file_along(tmp_path: Path) -> None:
    """Not a byte of it stays in the file of drafts."""
    pair = _agreed(tmp_path)
    clerk = Clerk(pair.a.path)
    clerk.open(FORM)
    clerk.press("next", TYPED, PAPER)
    assert PAPER[1] in _notebook(pair, "a").path.read_bytes()
    clerk.press("drop")
    assert _notebook(pair, "a").drafts() == []
    assert PAPER[1] not in _notebook(pair, "a").path.read_bytes()


@pytest.mark.parametrize("size", [1, 300_000])
def test_files_among_drafts_have_a_limit(tmp_path: Path, size: int) -> None:
    """In number and in bytes; what was typed is kept all the same, and a file may be replaced."""
    pair = _agreed(tmp_path)
    notebook, n = _notebook(pair, "a"), 20 if size == 1 else 17
    with notebook.change() as change:
        for _ in range(n):
            change.keep_draft(Draft(kind="evidence", typed=TYPED, content=b"x" * size))
    clerk = Clerk(pair.a.path, most_mb=1)
    clerk.open(FORM)
    paper = (PAPER[0], b"y" * (size + 300_000))
    assert clerk.press("next", {"document.kind": "minutes"}, paper).status_code == 422
    assert text("web.files_full", "kk", n=20) in clerk.page
    assert paper[0] not in clerk.page
    newest = notebook.drafts()[0]
    assert newest.id == n + 1
    assert newest.typed["document.kind"] == "minutes"
    assert notebook.files_beside(0) == (n, n * size)
    clerk.open(f"/kk/write/evidence?draft={n}")
    clerk.press("draft", {}, ("other.pdf", b"z" * size))
    assert notebook.files_beside(0) == (n, n * size)
    kept = notebook.draft(n)
    assert kept is not None
    assert kept.content == b"z" * size
