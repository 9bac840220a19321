"""Accounts of a shared server: who may what, and everything that somebody without one may try."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from keruen.errors import InputError
from keruen.i18n import LANGUAGES, text
from keruen.register import backup
from keruen.store.notebook import Notebook, NotebookChange
from keruen.web.routes import ROUTES
from keruen.web.tokens import COOKIE, SESSION
from made_up_pairs import Two, project, two
from writing_pages import NOW, PASSWORD, Clerk, Forms, words_seen

BASE = "https://register.example.kz"
ROLES = ("clerk", "signatory", "planner", "auditor", "administrator")
OWN_SIDE = {"clerk", "signatory", "auditor"}
PROJECT = {"kind": "infrastructure", "title.kk": "Қойма", "title.ru": "Склад", "title.zh": "仓库"}

MATRIX: dict[str, tuple[set[str], dict[str, set[str]]]] = {
    # Page → who may look at it, and who may press which of its buttons; "public" is everybody.
    "start": ({"public"}, {}),
    "list": ({"public"}, {}),
    "projects/{project}": ({"public"}, {}),
    "results": ({"public"}, {}),
    "results/{run}": ({"public"}, {}),
    "figures": ({"public"}, {}),
    "help": ({"public"}, {}),
    "help/{role}": ({"public"}, {}),
    "sign": (OWN_SIDE, {"bring": {"clerk", "signatory"}}),
    "sign/{entry}": (
        OWN_SIDE,
        {"sign": {"signatory"}, "decline": {"signatory"}, "withdraw": {"signatory"}},
    ),
    "results/{run}/{study}/{case}": ({"public"}, {}),
    "results/{run}/files/{study}/{case}/{file}": ({"public"}, {}),
    "said/{entry}": (OWN_SIDE, {"accept": {"signatory"}, "dispute": {"signatory"}}),
    "said/{entry}/file": (OWN_SIDE, {}),
    "waiting/{text}": (OWN_SIDE, {"sign": {"signatory"}}),
    "waiting/{text}/file": ({"clerk", "signatory"}, {}),
    "write": (OWN_SIDE, {}),
    "write/{kind}": (OWN_SIDE, {"next": {"clerk"}, "draft": {"clerk"}}),
    "drafts/{draft}": (OWN_SIDE, {"sign": {"signatory"}, "drop": {"clerk"}}),
    "exchange": (OWN_SIDE, {"in": {"clerk", "signatory"}, "out": {"clerk", "signatory"}}),
    "exchange/{bundle}": (OWN_SIDE, {}),
    "login": ({"public"}, {"in": {"public"}}),
    "account": (set(ROLES), {"out": set(ROLES), "password": set(ROLES)}),
    "accounts": (
        {"administrator"},
        {one: {"administrator"} for one in ("add", "roles", "close", "reopen", "password")},
    ),
    "audit": ({"administrator", "auditor"}, {}),
    # Keys are made, and a passphrase is taken, at an office's own machine alone.
    "first": (set(), {one: set() for one in ("begin", "restore", "card", "join", "another")}),
    "first/card": (set(), {}),
    "backup": (set(), {"make": set()}),
}


class Clock:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.at = datetime.fromisoformat(NOW)

    def __call__(self) -> str:
        return self.at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def forward(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)


def _person(pair: Two, *roles: str, clock: Clock | None = None) -> Clerk:
    """Somebody at a shared server of side B, signed in when there are roles."""
    return Clerk(pair.b.path, place="shared", base=BASE, roles=roles, now=clock or (lambda: NOW))


def _notebook(pair: Two) -> Notebook:
    return Notebook(pair.b.path.with_name("b-web.sqlite3"))


def _token(person: Clerk) -> str:
    """Of a form for this browser, in its session; every page of signing in has one."""
    page = person.browser.get("/en/login").text
    return Forms(page).forms[0][1]["_token"]


def test_every_page_has_its_roles() -> None:
    """A page that nobody has said who may see, or whose form nobody has said who may send."""
    assert {route.path for route in ROUTES} == set(MATRIX)
    for route in ROUTES:
        assert (route.take is not None) == bool(MATRIX[route.path][1]), route.path


@pytest.mark.parametrize("role", ["public", *ROLES])
def test_each_role_sees_and_does_what_is_its_own(tmp_path: Path, role: str) -> None:
    """Of every page and every button: whoever may not is refused, and whoever may is not."""
    pair = two(tmp_path)
    entry = pair.a.offer("project", project(), at=NOW)
    pair.exchange()
    names = {"entry": entry, "text": "1", "kind": "project", "draft": "1", "bundle": "x.jlb"}
    names |= {
        "project": "KH-0001",
        "run": "x",
        "study": "x",
        "case": "x",
        "file": "x",
        "role": "clerk",
    }
    person = _person(pair, *(() if role == "public" else (role,)))
    for path, (readers, takers) in MATRIX.items():
        address = f"/en/{path.format(**names)}"
        if path in {"login", "account"} and role != "public":
            continue  # these change who is signed in: the tests below press their buttons
        shown = person.browser.get(address)
        if {role, "public"} & readers:
            is_sent_on = "/login" not in shown.headers.get("location", "/login")
            assert shown.status_code in {200, 404} or is_sent_on, (path, role)
            assert text("web.no_role", "en") not in shown.text, (path, role)
        elif role == "public":
            assert shown.status_code == 303, (path, role)
            assert shown.headers["location"].startswith("/en/login"), (path, role)
        else:
            assert shown.status_code == 403, (path, role)
            assert text("web.no_role", "en") in shown.text, (path, role)
        for action, allowed in takers.items():
            deeds = len(_notebook(pair).deeds())
            sent = person.browser.post(
                address,
                data={"_action": action, "_token": _token(person)},
                headers={"origin": BASE},
            )
            if {role, "public"} & allowed:
                assert sent.status_code in {200, 303, 404, 422}, (path, role, action)
                continue
            assert sent.status_code == 403, (path, role, action)
            expected = 'name="_password"' if role == "public" else text("web.no_role", "en")
            assert expected in sent.text, (path, role, action)
            assert len(_notebook(pair).deeds()) == deeds, (path, role, action)
    # What is sent where no form is, is taken from nobody.
    for route in ROUTES:
        if route.take is None:
            address = f"/en/{route.path.format(**names)}"
            assert person.browser.post(address, headers={"origin": BASE}).status_code == 405


def test_guessing_is_slow(tmp_path: Path) -> None:
    """After ten wrong passwords not even the right one is tried, for a quarter of an hour."""
    clock = Clock()
    person = _person(two(tmp_path), clock=clock)
    person.desk.add("dana", frozenset({"clerk"}), PASSWORD, who="local")
    person.desk.add("erlan", frozenset({"clerk"}), PASSWORD, who="local")
    for n in range(10):
        assert person.sign_in("dana", f"wrong {n}").status_code == 422
    late = person.sign_in("Dana")
    assert late.status_code == 429
    assert text("web.login_too_many", "en") in late.text
    assert SESSION not in person.browser.cookies
    # A colleague in the same office is not kept out by it.
    assert person.sign_in("erlan").status_code == 200
    person.browser.cookies.clear()
    clock.forward(16)
    assert person.sign_in("dana").status_code == 200
    assert SESSION in person.browser.cookies


def test_an_address_that_guesses_at_many_names_is_slowed(tmp_path: Path) -> None:
    """Thirty failures from one address, each at another name, close the door to that address."""
    person = _person(two(tmp_path))
    person.desk.add("dana", frozenset({"clerk"}), PASSWORD, who="local")
    answers = [person.sign_in(f"name{n}", PASSWORD).status_code for n in range(31)]
    assert answers == [422] * 30 + [429]
    assert person.sign_in("dana").status_code == 429


def test_an_unknown_name_and_a_wrong_password_look_alike(tmp_path: Path) -> None:
    """Nothing on the page tells which names there are."""
    person = _person(two(tmp_path))
    person.desk.add("dana", frozenset({"clerk"}), PASSWORD, who="local")
    pages = []
    for name in ("dana", "nobody"):
        person.sign_in(name, "some other words")
        pages.append(re.sub(r'value="[^"]*"', "", person.page))
    assert pages[0] == pages[1]


def test_a_session_that_was_planted_is_worth_nothing(tmp_path: Path) -> None:
    """The secret of a session is drawn at signing in, whatever the browser held before."""
    pair = two(tmp_path)
    person = _person(pair)
    person.desk.add("dana", frozenset({"clerk"}), PASSWORD, who="local")
    planted = "A" * 43
    person.browser.cookies.set(SESSION, planted, domain="register.example.kz")
    person.open("/en/login")
    answer = person.browser.post(
        "/en/login",
        data={
            "_action": "in",
            "_user": "dana",
            "_password": PASSWORD,
            "_token": Forms(person.page).forms[0][1]["_token"],
        },
        headers={"origin": BASE},
    )
    cookie = answer.headers["set-cookie"]
    assert SESSION in cookie
    assert planted not in cookie
    for part in ("HttpOnly", "SameSite=lax", "Secure"):
        assert part in cookie
    stranger = _person(pair)
    stranger.browser.cookies.set(SESSION, planted, domain="register.example.kz")
    assert stranger.browser.get("/en/write").status_code == 303


def test_signing_in_again_ends_the_session_before(tmp_path: Path) -> None:
    """Of one browser one session holds: the one before it opens nothing any more."""
    pair = two(tmp_path)
    person = _person(pair, "clerk")
    before = person.browser.cookies[SESSION]
    person.sign_in(person.name)
    assert person.browser.cookies[SESSION] != before
    thief = _person(pair)
    thief.browser.cookies.set(SESSION, before, domain="register.example.kz")
    assert thief.browser.get("/en/write").status_code == 303


def test_a_stolen_cookie_ends_with_the_session(tmp_path: Path) -> None:
    """Whoever copied a cookie is out when its owner signs out, and when the password is changed."""
    pair = two(tmp_path)
    person, thief = _person(pair, "clerk"), _person(pair)
    for way in ("out", "password"):
        person.sign_in(person.name)
        stolen = person.browser.cookies[SESSION]
        thief.browser.cookies.clear()
        thief.browser.cookies.set(SESSION, stolen, domain="register.example.kz")
        assert thief.browser.get("/en/write").status_code == 200
        person.open("/en/account")
        new = "another quiet harbour wall"
        words = {"_password": PASSWORD, "_new": new, "_again": new}
        person.press(way, words if way == "password" else {})
        assert thief.browser.get("/en/write").status_code == 303
        assert person.browser.get("/en/write").status_code == 303
    assert person.sign_in(person.name).status_code == 422
    assert person.sign_in(person.name, "another quiet harbour wall").status_code == 200


@pytest.mark.parametrize(("step", "n_steps"), [(31, 1), (20, 37)])
def test_a_session_ends_idle_and_after_a_day(tmp_path: Path, step: float, n_steps: int) -> None:
    """Half an hour without a page ends it; a working day ends it however busy somebody is."""
    clock = Clock()
    person = _person(two(tmp_path), "clerk", clock=clock)
    for n in range(n_steps):
        assert person.browser.get("/en/write").status_code == 200, n
        clock.forward(step)
    assert person.browser.get("/en/write").status_code == 303


def test_a_form_of_another_session_does_nothing(tmp_path: Path) -> None:
    """A token that was given before signing in, or in a colleague's session, is none."""
    pair = two(tmp_path)
    person, other = _person(pair, "clerk"), _person(pair, "clerk", "signatory")
    outside = _person(pair)
    cookie = person.browser.cookies[COOKIE]
    outside.browser.cookies.set(COOKIE, cookie, domain="register.example.kz")
    typed = {**PROJECT, "_action": "draft"}
    for token in (_token(other), _token(outside), ""):
        sent = person.browser.post(
            "/ru/write/project", data={**typed, "_token": token}, headers={"origin": BASE}
        )
        assert sent.status_code == 403
        assert "Склад" in sent.text
    elsewhere = person.browser.post(
        "/ru/write/project",
        data={**typed, "_token": _token(person)},
        headers={"origin": "https://evil.example"},
    )
    assert elsewhere.status_code == 403
    assert not _notebook(pair).drafts()
    own = person.browser.post(
        "/ru/write/project", data={**typed, "_token": _token(person)}, headers={"origin": BASE}
    )
    assert own.status_code == 303
    assert [one.who for one in _notebook(pair).drafts()] == ["clerk"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_session_that_ends_in_a_form_loses_nothing(tmp_path: Path, language: str) -> None:
    """Sign in again, and the form is there with all that was typed; then it is sent as ever."""
    pair, clock = two(tmp_path), Clock()
    person = _person(pair, "clerk", clock=clock)
    person.open(f"/{language}/write/project")
    clock.forward(45)
    typed = {**PROJECT, "title.ru": 'Склад\n"второй" <b>'}
    assert person.press("next", typed).status_code == 403
    assert text("web.login_kept", language) in person.page
    assert not _notebook(pair).drafts()
    again = person.press("in", {"_user": person.name, "_password": PASSWORD})
    assert again.status_code == 200
    form = next(one for one in Forms(person.page).forms if "title.ru" in one[1])
    assert {name: form[1][name] for name in typed} == typed
    assert person.press("draft").status_code == 200
    (draft,) = _notebook(pair).drafts()
    assert {name: draft.typed[name] for name in typed} == typed


def test_a_wrong_password_on_the_way_back_loses_nothing_either(tmp_path: Path) -> None:
    """The form goes through a mistyped password too."""
    pair, clock = two(tmp_path), Clock()
    person = _person(pair, "clerk", clock=clock)
    person.open("/kk/write/project")
    clock.forward(45)
    person.press("next", PROJECT)
    assert person.press("in", {"_user": "clerk", "_password": "wrong"}).status_code == 422
    person.press("in", {"_password": PASSWORD})
    form = next(one for one in Forms(person.page).forms if "title.ru" in one[1])
    assert form[1]["title.zh"] == "仓库"


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "../../x", "a//b"]
)
def test_signing_in_leads_nowhere_else(tmp_path: Path, wanted: str) -> None:
    """Where to go on is a page of this server, whatever the link said."""
    person = _person(two(tmp_path))
    person.desk.add("dana", frozenset({"clerk"}), PASSWORD, who="local")
    person.browser.get("/en/login", params={"next": wanted})
    form = Forms(person.browser.get("/en/login", params={"next": wanted}).text).forms[0][1]
    sent = {**form, "_action": "in", "_user": "dana", "_password": PASSWORD}
    answer = person.browser.post("/en/login", data=sent, headers={"origin": BASE})
    assert answer.headers["location"].startswith("/en/")
    assert not answer.headers["location"].startswith("//")
    assert "evil" not in answer.headers["location"]


def test_an_administrator_keeps_accounts(tmp_path: Path) -> None:
    """Make one, change its roles, close it: at once, with who did it, and never a password."""
    pair = two(tmp_path)
    chief = _person(pair, "administrator")
    chief.open("/zh/accounts")
    target, there, _ = next(one for one in Forms(chief.page).forms if ("_action", "add") in one[2])
    words = {**there, "_account": "Dana", "_password": PASSWORD, "_again": PASSWORD}
    assert chief.send(target, {**words, "_role": "clerk", "_action": "add"}).status_code == 200
    assert text("web.audit_account_added", "zh") in chief.page
    dana = _person(pair)
    dana.sign_in("dana")
    assert dana.browser.get("/en/write").status_code == 200
    chief.send(target, {**there, "_account": "dana", "_role": "planner", "_action": "roles"})
    assert dana.browser.get("/en/write").status_code == 403
    chief.send(target, {**there, "_account": "dana", "_action": "close"})
    assert dana.browser.get("/en/account").status_code == 303
    assert dana.sign_in("dana").status_code == 422
    deeds = [one for one in _notebook(pair).deeds() if one.subject == "dana"]
    assert [(one.who, one.what, one.before, one.after) for one in deeds[:3]] == [
        ("administrator", "account_added", "", "open: clerk"),
        ("administrator", "roles_changed", "open: clerk", "open: planner"),
        ("administrator", "account_closed", "open: planner", "closed: planner"),
    ]
    chief.open("/kk/audit")
    assert text("web.audit_account_closed", "kk") in chief.page
    planner, closed = text("web.role_planner", "kk"), text("web.account_is_closed", "kk")
    assert f"{planner} ({closed})" in chief.page
    table = words_seen(chief.page[chief.page.index("<table") :])
    names = {"dana", "administrator", "testclient"}
    assert set(re.findall(r"[A-Za-z]{2,}", table)) <= names
    content = _notebook(pair).path.read_bytes()
    assert PASSWORD.encode() not in content
    assert chief.browser.cookies[SESSION].encode() not in content
    assert b"$argon2id$" in content


def test_the_last_administrator_stays(tmp_path: Path) -> None:
    """Nobody closes the last account that could open another, nor takes its role away."""
    chief = _person(two(tmp_path), "administrator")
    for act in (
        lambda: chief.desk.close("administrator", who="x"),
        lambda: chief.desk.change_roles("administrator", frozenset({"clerk"}), who="x"),
    ):
        with pytest.raises(InputError) as refused:
            act()
        assert refused.value.key == "error.account_last"
    chief.desk.add("second", frozenset({"administrator"}), PASSWORD, who="x")
    chief.desk.close("administrator", who="x")
    assert chief.browser.get("/en/accounts").status_code == 303


@pytest.mark.parametrize(
    ("name", "roles", "password", "key"),
    [
        ("Дана", {"clerk"}, PASSWORD, "error.account_name"),
        ("local", {"clerk"}, PASSWORD, "error.account_name"),
        ("d", {"clerk"}, PASSWORD, "error.account_name"),
        ("dana", {"king"}, PASSWORD, "error.account_role"),
        ("dana", set(), PASSWORD, "error.account_role"),
        ("dana", {"clerk"}, "short", "error.account_password"),
        ("dana", {"clerk"}, "dana" * 4, "error.account_password"),
        ("dana", {"clerk"}, "a" * 300, "error.account_password"),
        ("CLERK", {"clerk"}, PASSWORD, "error.account_exists"),
    ],
)
def test_what_is_no_account(
    tmp_path: Path, name: str, roles: set[str], password: str, key: str
) -> None:
    """Names that not every keyboard has, roles that are none, passwords that are guessed."""
    person = _person(two(tmp_path), "clerk")
    with pytest.raises(InputError) as refused:
        person.desk.add(name, frozenset(roles), password, who="x")
    assert refused.value.key == key
    assert [one.name for one in person.desk.accounts()] == ["clerk"]


def test_a_change_of_an_account_and_its_line_are_kept_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the line cannot be written, the account stays as it was."""
    person = _person(two(tmp_path), "clerk")

    def fail(*_: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(NotebookChange, "tell", fail)
    for act in (
        lambda: person.desk.close("clerk", who="x"),
        lambda: person.desk.add("dana", frozenset({"clerk"}), PASSWORD, who="x"),
        lambda: person.desk.sign_out(person.browser.cookies[SESSION], "clerk"),
    ):
        with pytest.raises(RuntimeError):
            act()
    assert [(one.name, one.is_open) for one in person.desk.accounts()] == [("clerk", True)]
    assert person.browser.get("/en/write").status_code == 200


def test_pages_of_who_is_signed_in_are_kept_by_nobody(tmp_path: Path) -> None:
    """A page that names a person is in no cache, though the same page is public without it."""
    pair = two(tmp_path)
    answer = _person(pair, "clerk").browser.get("/en/list")
    assert answer.headers["cache-control"] == "no-store"
    assert ">clerk</a>" in answer.text
    public = _person(pair).browser.get("/en/list")
    assert "Cookie" in public.headers["vary"].split(", ")
    assert text("web.menu_sign", "en") not in public.text


def test_no_account_counts_where_none_is_asked_for(tmp_path: Path) -> None:
    """An office's own machine and a server for reading sign nobody in."""
    pair = two(tmp_path)
    for place in ("office", "reading"):
        clerk = Clerk(pair.b.path, place=place)  # type: ignore[arg-type] # one of the places
        for path in ("login", "account"):
            assert clerk.browser.get(f"/en/{path}").status_code == 403


def test_a_backup_has_accounts_drafts_and_the_audit(tmp_path: Path) -> None:
    """All of it comes back, but nobody is signed in; what lies in the way is not written over."""
    pair = two(tmp_path)
    person = _person(pair, "clerk")
    person.open("/ru/write/project")
    person.press("draft", PROJECT)
    stolen = person.browser.cookies[SESSION]
    person.sign_in("clerk", "a wrong password")
    target, there = tmp_path / "all.keruen", tmp_path / "there" / "b"
    backup.back_up(pair.b.path, target, at=NOW)
    assert target.stat().st_mode & 0o077 == 0
    there.parent.mkdir()
    backup.restore(target, there, at=NOW)
    restored, kept = Notebook(there.with_name("b-web.sqlite3")), _notebook(pair)
    assert restored.path.stat().st_mode & 0o077 == 0
    assert restored.drafts() == kept.drafts()
    assert restored.deeds() == kept.deeds()
    assert restored.deeds()[0].what == "account_added"
    assert restored.read("select * from sessions") == restored.read("select * from attempts") == []
    again = Clerk(there, place="shared", base=BASE, roles=())
    again.browser.cookies.set(SESSION, stolen, domain="register.example.kz")
    assert again.browser.get("/en/write").status_code == 303
    assert again.sign_in("clerk").status_code == 200
    assert not list(tmp_path.glob(".keruen-*"))
    (tmp_path / "third").mkdir()
    (tmp_path / "third" / "b-web.sqlite3").write_bytes(b"somebody's")
    with pytest.raises(InputError) as refused:
        backup.restore(target, tmp_path / "third" / "b", at=NOW)
    assert refused.value.key == "error.restore_notes"
    assert not (tmp_path / "third" / "b").exists()
    assert (tmp_path / "third" / "b-web.sqlite3").read_bytes() == b"somebody's"


def test_a_backup_without_a_face_is_as_it_was(tmp_path: Path) -> None:
    """Where nothing was kept beside the register, nothing is made beside the restored one."""
    pair = two(tmp_path)
    backup.back_up(pair.b.path, tmp_path / "all.keruen", at=NOW)
    (tmp_path / "there").mkdir()
    backup.restore(tmp_path / "all.keruen", tmp_path / "there" / "b", at=NOW)
    assert [one.name for one in (tmp_path / "there").iterdir()] == ["b"]
