"""A text on its way through pages only, in two languages, and everything that must be refused."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from keruen.i18n import text
from keruen.register import Register
from keruen.register.waiting import Office
from keruen.store.notebook import Notebook
from keruen.web import WebSettings, create_app
from keruen.web.routes import ROUTES
from made_up_lists import BREAKING
from made_up_pairs import Two, commitment, project, two, words
from writing_pages import HERE, NOW, Clerk, Forms, words_seen

WRITING = [route for route in ROUTES if route.is_writing]
PASSPHRASE = "seven grey horses"
PROJECT = {
    "kind": "infrastructure",
    "title.kk": "Қойма",
    "title.ru": "Склад",
    "title.zh": "仓库",
}


def _locked(folder: Path) -> Two:
    """A pair of which both sides' keys have a passphrase."""
    made = {
        side: Register.init(
            folder / side.lower(),
            side=side,
            name=words(f"Side {side}"),
            offices=[words("Office")],
            passphrase=PASSPHRASE,
        )
        for side in ("A", "B")
    }
    for side, other in (("A", "B"), ("B", "A")):
        made[side].join(made[other].card, pair_name="A – B", at=NOW)
    return Two(folder, made).exchange()


def _offered(pair: Two, core: object = None) -> str:
    """An offer of side A that side B has."""
    entry = pair.a.offer("project", core or project(), at=NOW)
    pair.exchange()
    return entry


def _state(register: Register):  # type: ignore[no-untyped-def] # of a test alone
    return Register.open(register.path).state(NOW[:10])


def test_a_project_is_agreed_through_pages_alone(tmp_path: Path) -> None:
    """Offer in Kazakh, bundle, countersign in Chinese, bundle back: without one English word."""
    pair = _locked(tmp_path)
    here, there = Clerk(pair.a.path), Clerk(pair.b.path)
    here.open("/kk/write/project")
    here.press(
        "next",
        {**PROJECT, "budget.value": "63 800 000,5", "budget.unit": "KZT", "_lapses": "31.12.2026"},
    )
    assert here.address.startswith("/kk/drafts/")
    assert "63 800 000,5" in here.page.replace("\u00a0", " ") or "63800000.5" in here.page
    here.press("sign", {"_read": "yes", "_passphrase": PASSPHRASE})
    assert here.address.startswith("/kk/write?done=")
    here.open("/kk/exchange")
    here.press("out", {"_passphrase": PASSPHRASE})
    bundle = here.browser.get(here.link("/kk/exchange/")).content
    there.open("/zh/exchange")
    there.press("in", {"_passphrase": PASSPHRASE}, ("新.jlb", bundle))
    assert text("web.done_imported", "zh", subject="", after="1")[:6] in there.page
    n_actions = len(there.seen)
    there.open("/zh/sign")
    there.open(there.link("/zh/sign/"))
    assert "仓库" in there.page
    there.press("sign", {"_read": "yes", "_passphrase": PASSPHRASE})
    assert len(there.seen) - n_actions <= 6
    there.open("/zh/exchange")
    there.press("out", {"_passphrase": PASSPHRASE})
    back = there.browser.get(there.link("/zh/exchange/")).content
    here.open("/kk/exchange")
    here.press("in", {"_passphrase": PASSPHRASE}, ("back.jlb", back))
    name = next(iter(_state(pair.a).projects))
    for side in (pair.a, pair.b):
        agreed = _state(side).projects[name].agreed
        assert agreed is not None
        assert agreed.budget is not None
        assert (agreed.title.zh.text, agreed.budget.value) == ("仓库", "63800000.5")
    for clerk in (here, there):
        for address, page in clerk.seen:
            latin = set(re.findall(r"[A-Za-z]{2,}", words_seen(page)))
            # Names of the two sides of a test, of the program and of the project are no words.
            assert latin <= {"Keruen", "Side", "KH", "kk", "ru", "zh"}, (address, latin)


def test_a_bundle_taken_in_twice_says_so(tmp_path: Path) -> None:
    """The second time nothing is new, and the page says that it was taken in before."""
    pair = two(tmp_path)
    pair.a.offer("project", project(), at=NOW)
    content = pair.bundle("A").read_bytes()
    clerk = Clerk(pair.b.path)
    clerk.open("/ru/exchange")
    clerk.press("in", file=("x.jlb", content))
    assert text("web.known_bundle", "ru") not in clerk.page
    clerk.press("in", file=("x.jlb", content))
    assert text("web.known_bundle", "ru") in clerk.page


def test_a_refused_bundle_stands_with_its_reason(tmp_path: Path) -> None:
    """What is no bundle is refused in the reader's words, by no path of the server, and is kept."""
    pair = two(tmp_path)
    clerk = Clerk(pair.b.path)
    clerk.open("/zh/exchange")
    answer = clerk.press("in", file=("../../../evil.jlb", b"PK no bundle"))
    assert answer.status_code == 422
    assert "/tmp" not in clerk.page
    assert "keruen-" not in re.sub(r'"keruen-[^"]*"', "", words_seen(clerk.page))
    clerk.open("/zh/exchange")
    assert text("web.nothing", "zh") in clerk.page
    assert len(list((pair.b.path / "quarantine").glob("*.reason.json"))) == 1
    assert not list(tmp_path.glob("**/evil*"))


def test_parked_entries_are_named(tmp_path: Path) -> None:
    """Entries that came before earlier ones are named, with whom to ask for what is missing."""
    pair = two(tmp_path)
    pair.a.offer("project", project("KH-0001"), at=NOW)
    receipt = Two(tmp_path, pair.sides).bundle("A")
    other = pair.copy(tmp_path / "there")
    other.b.import_(receipt, at=NOW)
    other.a.import_(other.bundle("B"), at=NOW)
    other.a.offer("project", project("KH-0002", "Bridge"), at=NOW)
    late = other.bundle("A").read_bytes()
    clerk = Clerk(pair.b.path)
    clerk.open("/en/exchange")
    clerk.press("in", file=("late.jlb", late))
    assert _state(pair.b).parked
    assert text("web.parked_why", "en", side="Side A ru")[:40] in clerk.page


@pytest.mark.parametrize("drop", ["token", "cookie", "both"])
def test_a_form_that_is_none_of_ours_does_nothing(tmp_path: Path, drop: str) -> None:
    """Without its token or cookie a form is refused with 403; what was typed is there again."""
    pair = two(tmp_path)
    clerk = Clerk(pair.a.path)
    clerk.open("/ru/write/project")
    target, there, _ = next(one for one in Forms(clerk.page).forms if "title.ru" in one[1])
    typed = {**there, **PROJECT, "_action": "next"}
    if drop in {"token", "both"}:
        typed.pop("_token")
    if drop in {"cookie", "both"}:
        clerk.browser.cookies.clear()
    answer = clerk.send(target, typed)
    assert answer.status_code == 403
    assert "Склад" in answer.text
    why = "web.form_expired" if drop == "token" else "web.no_cookies"
    assert text(why, "ru") in answer.text
    assert not Notebook(tmp_path / "a-web.sqlite3").drafts()
    again = clerk.press("next")
    assert again.status_code == 200
    assert clerk.address.startswith("/ru/drafts/")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "", "referer": "https://evil.example/x"},
        {"host": "evil.example", "origin": "http://evil.example"},
    ],
)
def test_another_site_sends_nothing_in(tmp_path: Path, headers: dict[str, str]) -> None:
    """A form from another origin, or under another name of the host, is refused, token or not."""
    pair = two(tmp_path)
    entry = _offered(pair)
    clerk = Clerk(pair.b.path)
    clerk.open(f"/en/sign/{entry}")
    target, there, _ = next(one for one in Forms(clerk.page).forms if ("_action", "sign") in one[2])
    answer = clerk.send(target, {**there, "_read": "yes", "_action": "sign"}, **headers)
    assert answer.status_code == 403
    assert _state(pair.b).projects["KH-0001"].agreed is None


@pytest.mark.parametrize("route", WRITING, ids=lambda one: one.path)
def test_nothing_is_written_on_a_server_for_reading(tmp_path: Path, route) -> None:  # type: ignore[no-untyped-def]
    """Pages that write are refused there, to look at and to send to."""
    pair = two(tmp_path)
    entry = _offered(pair)
    clerk = Clerk(pair.b.path, place="reading")
    names = {"entry": entry, "text": "1", "kind": "project", "draft": "1", "bundle": "x.jlb"}
    address = f"/en/{route.path.format(**names)}"
    assert clerk.browser.get(address).status_code == 403
    if route.take is not None:
        sent = clerk.browser.post(address, data={"_action": "sign"}, headers={"origin": HERE})
        assert sent.status_code == 403
    assert text("web.menu_sign", "en") not in clerk.browser.get("/en/start").text


@pytest.mark.parametrize("route", WRITING, ids=lambda one: one.path)
def test_no_page_that_writes_is_answered_to_a_strange_name(tmp_path: Path, route) -> None:  # type: ignore[no-untyped-def]
    """A name that was bent to this address gets no page with a token in it."""
    names = {"entry": "0" * 64, "text": "1", "kind": "project", "draft": "1", "bundle": "x.jlb"}
    clerk = Clerk(two(tmp_path).a.path)
    address = f"/en/{route.path.format(**names)}"
    answer = clerk.browser.get(address, headers={"host": "evil.example"})
    assert answer.status_code == 403


def test_a_passphrase_is_taken_on_loopback_alone(tmp_path: Path) -> None:
    """A server that several offices use refuses a passphrase before it is tried, and asks for none."""
    pair = _locked(tmp_path)
    entry = _offered(pair)
    base = "https://register.example.kz"
    clerk = Clerk(pair.b.path, place="shared", base=base)
    clerk.open(f"/en/sign/{entry}")
    assert "_passphrase" not in clerk.page
    target, there, _ = next(one for one in Forms(clerk.page).forms if ("_action", "sign") in one[2])
    sent = {**there, "_read": "yes", "_passphrase": PASSPHRASE, "_action": "sign"}
    assert clerk.send(target, sent).status_code == 403
    assert _state(pair.b).projects["KH-0001"].agreed is None


def test_offices_sign_at_their_own_places(tmp_path: Path) -> None:
    """The server gives the text as a file; an office reads and signs it; it comes back and counts."""
    pair = two(tmp_path)
    place = Office.request(tmp_path / "office", words("Akimat"), PASSPHRASE)
    from keruen.register.waiting import admitted

    keys = admitted([place.card.read_bytes()], pair.b.keys["B"], 2)
    pair.b.rotate(keys, at=NOW)
    (change,) = pair.b.pending
    place.sign(change, PASSPHRASE)
    assert pair.b.sign_pending(change, at=NOW)
    entry = _offered(pair)
    server = Clerk(pair.b.path, place="shared", base="https://register.example.kz")
    server.open(f"/zh/sign/{entry}")
    server.press("sign", {"_read": "yes"})
    assert server.address.startswith("/zh/waiting/")
    assert text("web.signed_of", "zh", n=1, needed=2) in server.page
    page = server.file_to_sign()
    office = Clerk(place.folder)
    office.open("/kk/sign")
    office.press("bring", file=("..\\..\\sign.json", page))
    assert "Port zh" in office.page or "Port kk" in office.page
    wrong = office.press("sign", {"_read": "yes", "_passphrase": "nonsense"})
    assert wrong.status_code == 422
    office.press("sign", {"_read": "yes", "_passphrase": PASSPHRASE})
    assert text("web.done_office_signed", "kk", subject="", after="") in office.page
    signed = office.file_to_sign()
    assert signed != page
    server.open("/zh/sign")
    server.press("bring", file=("sign.json", signed))
    server.press("sign", {"_read": "yes"})
    assert server.address.startswith("/zh/sign?done=")
    assert _state(pair.b).projects["KH-0001"].agreed is not None


def test_a_server_of_one_signature_prepares_nothing(tmp_path: Path) -> None:
    """An open key on a shared server would bind its side with nobody's signature."""
    pair = two(tmp_path)
    entry = _offered(pair)
    clerk = Clerk(pair.b.path, place="shared", base="https://register.example.kz")
    clerk.open(f"/en/sign/{entry}")
    answer = clerk.press("sign", {"_read": "yes"})
    assert answer.status_code == 422
    assert text("web.shared_one_signature", "en") in clerk.page
    assert _state(pair.b).projects["KH-0001"].agreed is None


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"_read": "yes"}, "web.passphrase_missing"),
        ({"_read": "yes", "_passphrase": "wrong"}, "web.passphrase_wrong"),
        ({"_passphrase": PASSPHRASE}, "web.read_missing"),
    ],
)
def test_nothing_is_signed_by_mistake(tmp_path: Path, typed: dict[str, str], key: str) -> None:
    """Without its passphrase, or unread, a text is not signed, and the page says why."""
    pair = _locked(tmp_path)
    entry = _offered(pair)
    clerk = Clerk(pair.b.path)
    clerk.open(f"/kk/sign/{entry}")
    answer = clerk.press("sign", typed)
    assert answer.status_code == 422
    assert text(key, "kk") in clerk.page
    assert PASSPHRASE not in clerk.page
    assert _state(pair.b).projects["KH-0001"].agreed is None


def test_a_text_is_declined_with_its_reason(tmp_path: Path) -> None:
    """No reason, no answer; with it the other side reads it in the language of the page."""
    pair = two(tmp_path)
    entry = _offered(pair)
    clerk = Clerk(pair.b.path)
    clerk.open(f"/zh/sign/{entry}")
    assert clerk.press("decline").status_code == 422
    assert text("web.reason_missing", "zh") in clerk.page
    clerk.press("decline", {"_reason": "预算不明确"})
    offer = next(one for one in _state(pair.b).all_revisions() if one.entry == entry)
    assert offer.status == "declined"
    assert offer.answer_reason is not None
    assert offer.answer_reason.zh is not None
    assert offer.answer_reason.zh.text == "预算不明确"


def test_the_page_shows_what_changes_and_what_follows(tmp_path: Path) -> None:
    """Of an agreed text the differences field by field; of a commitment who owes what until when."""
    pair = two(tmp_path)
    entry = _offered(pair)
    pair.b.countersign(entry, at=NOW)
    pair.exchange()
    later = pair.a.offer("project", project(title="Harbour"), at=NOW)
    owed = pair.a.commit(commitment(), at=NOW)
    pair.exchange()
    clerk = Clerk(pair.b.path)
    clerk.open(f"/ru/sign/{later}")
    assert "<del>Port ru</del>" in clerk.page
    assert "<ins>Harbour ru</ins>" in clerk.page
    assert text("web.follows_replaces", "ru") in clerk.page
    clerk.open(f"/ru/sign/{owed}")
    assert "31 декабря 2025" in words_seen(clerk.page).replace("\u00a0", " ")
    end = words_seen(clerk.page).rindex(text("web.fingerprint_last", "ru"))
    assert end > words_seen(clerk.page).index(text("web.sign_button", "ru"))


def test_two_signers_at_once(tmp_path: Path) -> None:
    """One signature is written; the second person gets a sentence and no fault."""
    pair = two(tmp_path)
    entry = _offered(pair)
    clerks = [Clerk(pair.b.path) for _ in range(2)]
    answers: list[int] = []
    for clerk in clerks:
        clerk.open(f"/zh/sign/{entry}")

    def sign(clerk: Clerk) -> None:
        answers.append(clerk.press("sign", {"_read": "yes"}).status_code)

    threads = [threading.Thread(target=sign, args=(clerk,)) for clerk in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 422]
    late = next(clerk for clerk in clerks if text("web.wrong_title", "zh") in clerk.page)
    assert text("web.fault_title", "zh") not in late.page
    deeds = [one.what for one in Notebook(tmp_path / "b-web.sqlite3").deeds()]
    assert deeds.count("countersigned") == 1


def test_another_text_than_the_one_that_was_shown_is_not_signed(tmp_path: Path) -> None:
    """The form names what was read; with another fingerprint nothing is signed."""
    pair = two(tmp_path)
    entry = _offered(pair)
    clerk = Clerk(pair.b.path)
    clerk.open(f"/en/sign/{entry}")
    answer = clerk.press("sign", {"_read": "yes", "_fingerprint": "0" * 64})
    assert answer.status_code == 404
    assert _state(pair.b).projects["KH-0001"].agreed is None


def test_a_draft_that_was_changed_behind_the_page_is_not_signed(tmp_path: Path) -> None:
    """What was read is what is signed: a draft that another page changed is shown again."""
    pair = two(tmp_path)
    reader, other = Clerk(pair.a.path), Clerk(pair.a.path)
    reader.open("/zh/write/project")
    reader.press("next", PROJECT)
    other.open("/zh/write")
    other.open(other.link("/zh/write/project?draft="))
    other.press("next", {"title.zh": "别的仓库"})
    answer = reader.press("sign", {"_read": "yes"})
    assert answer.status_code == 422
    assert text("web.draft_changed", "zh") in reader.page
    assert "别的仓库" in reader.page
    assert not _state(pair.a).projects
    reader.press("sign", {"_read": "yes"})
    assert len(_state(pair.a).projects) == 1


def test_an_upload_has_a_limit(tmp_path: Path) -> None:
    """Too large a file is refused with 413 by its length and by what really comes."""
    pair = two(tmp_path)
    clerk = Clerk(pair.b.path, most_mb=1)
    clerk.open("/en/exchange")
    _, there, _ = next(one for one in Forms(clerk.page).forms if ("_action", "in") in one[2])
    sent = {**there, "_action": "in"}
    answer = clerk.send("/en/exchange", sent, ("x.jlb", b"0" * (6 << 20)))
    assert answer.status_code == 413
    assert text("web.too_large_title", "en") in clerk.page
    little = clerk.send("/en/exchange", sent, ("x.jlb", b"0" * (2 << 20)))
    assert little.status_code == 413
    # A sender that says no length and never ends its file: what comes is counted.
    begun = b'--x\r\ncontent-disposition: form-data; name="_file"; filename="x"\r\n\r\n'
    chunks = (begun if n == 0 else b"0" * (1 << 20) for n in range(8))
    form = {"origin": HERE, "content-type": "multipart/form-data; boundary=x"}
    unsaid = clerk.browser.post("/en/exchange", content=chunks, headers=form)
    assert unsaid.status_code == 413


@pytest.mark.parametrize(
    ("language", "words_typed", "value"),
    [
        ("kk", "63 800,5", "63800.5"),
        ("ru", "1\u00a0234", "1234"),
        ("zh", "1,234.5", "1234.5"),
        ("en", "0.5", "0.5"),
        ("kk", "1234.5", None),
        ("zh", "1234567,89", None),
        ("en", "1,23", None),
        ("ru", "1 23", None),
    ],
)
def test_figures_as_they_are_typed_in_a_country(
    tmp_path: Path, language: str, words_typed: str, value: str | None
) -> None:
    """A figure is read as its country types it, or the input says how it is typed."""
    pair = two(tmp_path)
    clerk = Clerk(pair.a.path)
    clerk.open(f"/{language}/write/claim")
    typed = {
        "field": "jobs",
        "quantity.value": words_typed,
        "quantity.unit": "job",
        "source.document": "X 1",
    }
    answer = clerk.press("next", typed)
    if value is None:
        assert answer.status_code == 422
        assert text("web.problem_number", language) in clerk.page
        assert words_typed in Forms(clerk.page).forms[0][1]["quantity.value"]
        return
    clerk.press("sign", {"_read": "yes"})
    (claim,) = _state(pair.a).claims
    assert claim.body.quantity.value == value


def test_every_problem_stands_at_its_input(tmp_path: Path) -> None:
    """What is missing and what cannot be read is said at the inputs, and nothing typed is lost."""
    pair = two(tmp_path)
    clerk = Clerk(pair.a.path)
    clerk.open("/ru/write/commitment")
    typed = {"text.ru": "Передать проект", "due.first": "2027/31/12", "due.last": "31.12.2027"}
    answer = clerk.press("next", typed)
    assert answer.status_code == 422
    page = clerk.page
    assert re.search(r'id="i-strength"|href="#i-strength"', page)
    assert 'href="#i-due.first"' in page
    assert text("web.problem_missing", "ru") in page
    assert Forms(page).forms[0][1]["text.ru"] == "Передать проект"
    assert Forms(page).forms[0][1]["due.first"] == "2027/31/12"
    # It is a draft already, and can be found again.
    clerk.open("/ru/write")
    clerk.open(clerk.link("/ru/write/commitment?draft="))
    assert Forms(clerk.page).forms[0][1]["text.ru"] == "Передать проект"


def test_evidence_comes_with_its_file(tmp_path: Path) -> None:
    """A file is kept with the draft, and its bytes stand in the register under their fingerprint."""
    pair = two(tmp_path)
    entry = _offered(pair)
    pair.b.countersign(entry, at=NOW)
    pair.exchange()
    clerk = Clerk(pair.a.path)
    clerk.open("/kk/write/evidence?about=KH-0001")
    typed = {"document.kind": "minutes", "document.title.kk": "Хаттама"}
    assert clerk.press("next", typed).status_code == 422
    assert text("web.file_missing", "kk") in clerk.page
    clerk.press("next", typed, ("../../../../etc/passwd", b"minutes of a meeting"))
    clerk.press("sign", {"_read": "yes"})
    (paper,) = _state(pair.a).projects["KH-0001"].documents
    assert (pair.a.path / "evidence" / paper.body.document.sha256).exists() or list(
        pair.a.path.glob(f"**/{paper.body.document.sha256}*")
    )
    assert paper.body.document.size == len(b"minutes of a meeting")


def test_an_answer_with_another_text(tmp_path: Path) -> None:
    """A counter-offer begins with the other side's text and needs its reason."""
    pair = two(tmp_path)
    entry = _offered(pair)
    clerk = Clerk(pair.b.path)
    clerk.open(f"/zh/sign/{entry}")
    clerk.open(clerk.link("/zh/write/project?answers="))
    there = Forms(clerk.page).forms[0][1]
    assert there["title.zh"] == "Port zh"
    assert (
        clerk.press(
            "next", {"title.zh": "港口", "title.kk": "Порт", "title.ru": "Порт"}
        ).status_code
        == 422
    )
    clerk.press("next", {"_reason": "名称有误"})
    clerk.press("sign", {"_read": "yes"})
    offers = {one.entry: one for one in _state(pair.b).all_revisions()}
    assert offers[entry].status == "countered"
    (ours,) = [one for one in offers.values() if one.answers == entry]
    assert ours.core["title"]["zh"]["text"] == "港口"


def test_a_change_leaves_other_languages_behind_until_confirmed(tmp_path: Path) -> None:
    """A text of which one language was changed is refused until the others were read again."""
    pair = two(tmp_path)
    entry = _offered(pair)
    pair.b.countersign(entry, at=NOW)
    pair.exchange()
    clerk = Clerk(pair.a.path)
    clerk.open("/ru/write/project?subject=KH-0001")
    clerk.press("next", {"title.ru": "Сухой порт"})
    assert clerk.press("sign", {"_read": "yes"}).status_code == 422
    clerk.open(clerk.link("/ru/write/project?draft="))
    form = next(one for one in Forms(clerk.page).forms if "title.ru" in one[1])
    assert form[1]["title.ru"] == "Сухой порт"


def test_what_points_to_a_person_is_asked_about(tmp_path: Path) -> None:
    """A telephone number is signed only when its box is ticked."""
    pair = two(tmp_path)
    clerk = Clerk(pair.a.path)
    clerk.open("/en/write/claim")
    typed = {"field": "jobs", "quantity.value": "5", "quantity.unit": "job"}
    typed |= {"source.document": "Call +7 701 123 45 67"}
    clerk.press("next", typed)
    answer = clerk.press("sign", {"_read": "yes"})
    assert answer.status_code in {200, 422}
    assert text("web.questions_title", "en") in clerk.page
    assert not _state(pair.a).claims
    clerk.press("sign", {"_read": "yes", "_meant": "phone"})
    assert len(_state(pair.a).claims) == 1


def test_hostile_words_stay_words_in_every_input(tmp_path: Path) -> None:
    """Markup in any input of any form is shown as text, in the form and wherever it comes back."""
    pair = two(tmp_path)
    clerk = Clerk(pair.a.path)
    for kind in ("project", "commitment", "claim", "report", "decision", "transition", "evidence"):
        clerk.open(f"/en/write/{kind}")
        form = next(one for one in Forms(clerk.page).forms if ("_action", "next") in one[2])
        typed = {
            name: f'{BREAKING}"><script>alert(1)</script>'
            for name in form[1]
            if not name.startswith("_")
        }
        for action in ("next", "draft"):
            clerk.open(f"/en/write/{kind}")
            clerk.press(
                action, typed, (f'{BREAKING}"><b>.pdf', b"x") if kind == "evidence" else None
            )
            for _, page in clerk.seen:
                assert "<script" not in page
                assert "<b>" not in page
    clerk.open("/en/write")
    assert "<script" not in clerk.page


def test_pages_that_write_are_kept_by_nobody(tmp_path: Path) -> None:
    """No cache keeps a page with a token, a draft or a file to sign; its cookie is closed to pages."""
    pair = two(tmp_path)
    _offered(pair)
    clerk = Clerk(pair.b.path)
    for path in ("sign", "write", "write/project", "exchange"):
        answer = clerk.browser.get(f"/en/{path}")
        assert answer.headers["cache-control"] == "no-store"
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie


@pytest.mark.parametrize("name", ["../a/register.toml", "..%2fregister.toml", "x.jlb", "%2e%2e"])
@pytest.mark.parametrize("place", ["exchange", "waiting", "drafts", "write", "sign"])
def test_no_name_of_a_writing_page_leads_out(tmp_path: Path, place: str, name: str) -> None:
    """Names are looked up among what there is, and are never paths."""
    clerk = Clerk(two(tmp_path).a.path)
    answer = clerk.browser.get(f"/en/{place}/{name}")
    assert answer.status_code == 404


def test_a_draft_and_its_line_are_kept_together(tmp_path: Path) -> None:
    """What fails inside a change leaves neither the draft nor the line that tells of it."""
    from keruen.store.notebook import Deed, Draft

    notebook = Notebook(tmp_path / "notes.sqlite3")

    def fail() -> None:
        with notebook.change() as change:
            change.keep_draft(Draft(kind="project", typed={"id": "X"}))
            change.tell(Deed(at=NOW, who="local", what="draft_kept"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert notebook.drafts() == []
    assert notebook.deeds() == []
    with notebook.change() as change:
        number = change.keep_draft(Draft(kind="project", typed={"id": "X"}))
        change.tell(Deed(at=NOW, who="local", what="draft_kept", subject=str(number)))
    assert notebook.draft(number) is not None
    assert [one.subject for one in notebook.deeds()] == [str(number)]
    assert (tmp_path / "notes.sqlite3").stat().st_mode & 0o077 == 0


def test_a_register_that_is_none_offers_nothing(tmp_path: Path) -> None:
    """Where no list is, the pages that write say so or are not found."""
    settings = WebSettings(register=tmp_path / "none", runs=tmp_path, place="office")
    with TestClient(create_app(settings), base_url=HERE) as browser:
        assert browser.get("/zh/sign").status_code == 200
        assert browser.get("/zh/write").status_code == 404


def test_nothing_is_offered_that_is_known_or_over(tmp_path: Path) -> None:
    """The text in force unchanged, and a last day that is over, come back with what to do."""
    pair = two(tmp_path)
    pair.b.countersign(_offered(pair), at=NOW)
    pair.exchange()
    clerk = Clerk(pair.a.path)
    clerk.open("/kk/write/project?subject=KH-0001")
    assert clerk.press("next").status_code == 422
    assert text("web.problem_unchanged", "kk") in clerk.page
    changed = {"title.ru": "Другой порт"}
    assert clerk.press("next", {**changed, "_lapses": "28.11.2026"}).status_code == 422
    assert text("web.problem_past", "kk") in clerk.page
    assert text("web.problem_unchanged", "kk") not in clerk.page
    clerk.press("next", {"_lapses": "29.11.2026"})
    assert clerk.address.startswith("/kk/drafts/")


def test_a_wrong_field_is_named_without_its_key(tmp_path: Path) -> None:
    """A form has no keys to look for, and the list of what is wrong names each field once."""
    clerk = Clerk(two(tmp_path).a.path)
    clerk.open("/en/write/commitment")
    clerk.press("next", {"due.first": "2027-12-31", "due.last": "2027-01-01"})
    name = text("field.due", "en")
    assert f"{name}: " in clerk.page
    assert "`" not in words_seen(clerk.page)
    assert f"{name}: {name}" not in clerk.page


def test_evidence_about_nothing_is_not_blamed_for_its_number(tmp_path: Path) -> None:
    """The number is made from the file and what it is about: nobody typed it."""
    clerk = Clerk(two(tmp_path).a.path)
    clerk.open("/kk/write/evidence")
    clerk.press("next")
    assert text("web.problem_missing", "kk") in clerk.page
    assert text("web.file_missing", "kk") in clerk.page
    assert "E-" not in words_seen(clerk.page)


def test_the_audit_says_a_draft_in_words(tmp_path: Path) -> None:
    """What was filled in, each field by its name, and the beginning of an id; no key, no braces."""
    pair = two(tmp_path)
    clerk = Clerk(pair.a.path)
    clerk.open("/ru/write/project")
    clerk.press("next", PROJECT)
    clerk.press("sign", {"_read": "yes"})
    (name,) = _state(pair.a).all_revisions()
    clerk.open("/ru/audit")
    assert f"{text('field.title', 'ru')}, {text('field.language_ru', 'ru')}: Склад" in clerk.page
    assert "title.ru" not in clerk.page
    assert name.entry[:12] in clerk.page
    assert name.entry not in clerk.page
