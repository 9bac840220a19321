"""The first steps of two offices through pages alone, from nothing to the same joint list."""

from __future__ import annotations

from pathlib import Path

import pytest

from keruen.i18n import LANGUAGES, text
from keruen.register import Register
from keruen.store.notebook import Notebook
from keruen.web.pages.first import strength
from writing_pages import NOW, Clerk, Forms, words_seen

PASSPHRASE = "seven grey horses run"
SIDE = {
    "side": "A",
    "name.kk": "Қостанай облысы",
    "name.zh": "库斯塔奈州",
    "office1.ru": "Акимат",
    "office1.en": "Akimat",
    "office2.kk": "Теміржол",
    "threshold": "2",
    "_passphrase": PASSPHRASE,
    "_again": PASSPHRASE,
}


def _begun(folder: Path, side: str, language: str = "ru") -> Clerk:
    clerk = Clerk(folder)
    clerk.open(f"/{language}/first")
    answer = clerk.press("begin", {**SIDE, "side": side})
    assert answer.status_code == 200, words_seen(clerk.page)
    return clerk


def test_two_offices_begin_through_pages_alone(tmp_path: Path) -> None:
    """Keys, annex, cards out and in, compared: both have the same pair, and nothing was exported."""
    here, there = _begun(tmp_path / "a", "A", "kk"), _begun(tmp_path / "b", "B", "zh")
    assert text("web.first_strong", "kk") in here.page
    for clerk, other, language in ((here, there, "kk"), (there, here, "zh")):
        card = other.browser.get("/en/first/card").content
        clerk.open(f"/{language}/first")
        clerk.press("card", file=("../../card.json", card))
        assert text("web.first_compare", language) in clerk.page
        register = Register.open(clerk.desk.settings.register)
        # The whole of each key of both sides is shown, as it stands on paper.
        shown = words_seen(clerk.page).replace(" ", "")
        for key in register.card.root.keys:
            assert key.public in clerk.page.replace(" ", "")
        assert not shown.count("PRIVATE")
        refused = clerk.press("join", {"pair_name": "A – B", "_passphrase": PASSPHRASE})
        assert refused.status_code == 422
        assert text("web.first_compare_missing", language) in clerk.page
        clerk.press("join", {"pair_name": "A – B", "_read": "yes", "_passphrase": PASSPHRASE})
        assert clerk.address == f"/{language}/start"
    ours, theirs = (Register.open(tmp_path / side) for side in ("a", "b"))
    assert ours.pair == theirs.pair != ""
    assert ours.card.root.threshold == 2
    assert len(ours.card.root.keys) == 2
    kept = Notebook(tmp_path / "a-web.sqlite3")
    assert [one.what for one in kept.deeds()] == ["side_begun", "card_taken", "joined"]
    assert kept.drafts() == []
    assert PASSPHRASE.encode() not in kept.path.read_bytes()
    here.open("/kk/first")
    assert here.address == "/kk/start"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "key", "words"),
    [
        ({"side": ""}, "web.first_side_missing", {}),
        ({"name.kk": "", "name.zh": " "}, "web.first_name_missing", {}),
        ({"office1.ru": "", "office1.en": "", "office2.kk": ""}, "web.first_office_missing", {}),
        ({"threshold": "3"}, "web.first_threshold_wrong", {"most": 2}),
        ({"_passphrase": "", "_again": ""}, "web.first_weak", {"shortest": 12}),
        ({"_passphrase": "aaaaaaaaaaaaaaaaaaaa"}, "web.first_weak", {"shortest": 12}),
        ({"_again": "other words here"}, "web.passphrases_differ", {}),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_made(
    tmp_path: Path, language: str, typed: dict[str, str], key: str, words: dict[str, int]
) -> None:
    """Every problem in the reader's words; what was typed stays, but for the passphrase."""
    clerk = Clerk(tmp_path / "a")
    clerk.open(f"/{language}/first")
    assert clerk.press("begin", {**SIDE, **typed}).status_code == 422
    assert text(key, language, **words) in clerk.page
    assert not (tmp_path / "a").exists()
    form = next(one for one in Forms(clerk.page).forms if "name.kk" in one[1])
    assert form[1]["office2.kk"] == {**SIDE, **typed}["office2.kk"]
    assert PASSPHRASE not in clerk.page


def test_a_file_that_is_no_card_and_a_card_of_the_same_letter(tmp_path: Path) -> None:
    """Both are refused with what to do, and none is kept."""
    here = _begun(tmp_path / "a", "A")
    same = _begun(tmp_path / "c", "A").browser.get("/en/first/card").content
    own = here.browser.get("/en/first/card").content
    for content in (b"no card", b"{}", b"[" * 70_000, same, own, b""):
        here.open("/ru/first")
        assert here.press("card", file=("x.json", content)).status_code == 422
        assert text("web.fault_title", "ru") not in here.page
    assert Notebook(tmp_path / "a-web.sqlite3").drafts() == []


def test_a_wrong_passphrase_begins_nothing(tmp_path: Path) -> None:
    """The list begins with the key's own passphrase; what was typed beside it stays."""
    here, there = _begun(tmp_path / "a", "A"), _begun(tmp_path / "b", "B")
    here.open("/ru/first")
    here.press("card", file=("x.json", there.browser.get("/en/first/card").content))
    wrong = here.press("join", {"pair_name": "A – B", "_read": "yes", "_passphrase": "wrong"})
    assert wrong.status_code == 422
    assert text("web.passphrase_wrong", "ru") in here.page
    assert 'value="A – B"' in here.page
    assert not Register.open(tmp_path / "a").pair
    here.press("another")
    assert text("web.first_card_in", "ru") in here.page


def test_a_side_is_begun_once(tmp_path: Path) -> None:
    """A form that was open in another window makes no second set of keys."""
    late = Clerk(tmp_path / "a")
    late.open("/ru/first")
    _begun(tmp_path / "a", "A")
    before = Register.open(tmp_path / "a").card
    late.press("begin", {**SIDE, "side": "B"})
    assert Register.open(tmp_path / "a").card == before


@pytest.mark.parametrize("place", ["reading", "shared"])
def test_keys_are_made_at_the_own_machine_alone(tmp_path: Path, place: str) -> None:
    """Neither a server for reading nor a shared one makes keys or takes a passphrase."""
    clerk = Clerk(tmp_path / "a", place=place, base="http://127.0.0.1:8420")  # type: ignore[arg-type]
    assert clerk.browser.get("/ru/first").status_code == 403
    sent = clerk.browser.post(
        "/ru/first", data={**SIDE, "_action": "begin"}, headers={"origin": clerk.base}
    )
    assert sent.status_code == 403
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("passphrase", "said"),
    [
        ("", "weak"),
        ("short", "weak"),
        ("abababababababababab", "weak"),
        ("grey horses!", "fair"),
        ("seven grey horses run", "strong"),
        ("七匹灰马跑过草原河流山谷", "fair"),
    ],
)
def test_how_strong_a_passphrase_is(passphrase: str, said: str) -> None:
    """Few or repeated letters are weak, four words in a row strong."""
    assert strength(passphrase) == said


def test_the_start_page_leads_there(tmp_path: Path) -> None:
    """Where no list is yet, the first button of an office's own machine begins one."""
    clerk = Clerk(tmp_path / "a")
    clerk.open("/kk/start")
    assert clerk.link("/kk/first")
    reading = Clerk(tmp_path / "a", place="reading").browser.get("/kk/start")
    assert "/kk/first" not in reading.text
    assert NOW[:4] in reading.text
