"""Evidence on pages: the creditor reads it, opens its file, and accepts or disputes it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from keruen.i18n import LANGUAGES, text
from keruen.register import Register
from made_up_pairs import PAPER, Two, claim, full
from writing_pages import NOW, Clerk, words_seen

HEX = set(re.findall("[a-f]{2,}", hashlib.sha256(PAPER).hexdigest()))


@pytest.fixture
def pair(tmp_path: Path) -> Two:
    """Side A says with a file that it has kept a commitment to side B."""
    return full(tmp_path)


def _commitment(register: Register):  # type: ignore[no-untyped-def] # of a test alone
    return Register.open(register.path).state(NOW[:10]).commitments["KH-C01"]


def _at_evidence(clerk: Clerk, language: str = "zh") -> str:
    clerk.open(f"/{language}/sign")
    address = clerk.link(f"/{language}/said/")
    clerk.open(address)
    return address


def test_evidence_is_accepted(pair: Two) -> None:
    """It stands on the page of signing, is read with its file, and then fulfils the commitment."""
    clerk = Clerk(pair.b.path)
    address = _at_evidence(clerk)
    assert "Paper zh" in clerk.page
    latin = set(re.findall(r"[A-Za-z]{2,}", words_seen(clerk.page)))
    # Names of a test, ids, the program and what is folded away: no words and no codes to read.
    assert latin <= {"Keruen", "Side", "KH", "Paper", "Promise", "kk", "ru", "zh", "en", *HEX}, (
        latin
    )
    assert clerk.browser.get(f"{address}/file").content == PAPER
    assert clerk.press("accept").status_code == 422
    assert text("web.read_missing", "zh") in clerk.page
    assert _commitment(pair.b).status == "overdue"
    clerk.press("accept", {"_read": "yes"})
    assert text("web.done_accepted", "zh", subject="KH-C01", after="") in clerk.page
    assert _commitment(pair.b).status == "accepted"
    clerk.open(address)
    assert "_read" not in clerk.page


def test_evidence_is_disputed_with_a_reason(pair: Two) -> None:
    """No reason, no dispute; with it the debtor reads it in the language of the page."""
    clerk = Clerk(pair.b.path)
    _at_evidence(clerk, "kk")
    assert clerk.press("dispute").status_code == 422
    assert text("web.reason_missing", "kk") in clerk.page
    clerk.press("dispute", {"_reason": "Құжатта қол жоқ"})
    (saying,) = _commitment(pair.b).evidence
    assert saying.disputed
    assert saying.dispute_reason.kk.text == "Құжатта қол жоқ"
    pair.exchange()
    debtor = Clerk(pair.a.path)
    debtor.open(f"/ru/said/{saying.entry}")
    assert "Құжатта қол жоқ" in debtor.page


def test_a_side_does_not_answer_itself(pair: Two) -> None:
    """Its own evidence it may read; the two answers are not there, and are not taken."""
    (saying,) = _commitment(pair.a).evidence
    clerk = Clerk(pair.a.path)
    clerk.open(f"/en/said/{saying.entry}")
    assert 'value="accept"' not in clerk.page
    clerk.open("/en/sign")
    token = {"_read": "yes", "_action": "accept", "_token": _token(clerk.page)}
    assert clerk.send(f"/en/said/{saying.entry}", token).status_code == 404
    assert not _commitment(pair.a).evidence[0].accepted


def _token(page: str) -> str:
    return page.partition('name="_token" value="')[2].partition('"')[0]


def test_a_claim_is_disputed_and_never_accepted(pair: Two) -> None:
    """A figure of the other side is disputed from its project; nobody has to accept one."""
    entry = pair.a.claim(claim("S-77", "7"), at=NOW)
    pair.exchange()
    clerk = Clerk(pair.b.path)
    clerk.open("/en/projects/KH-0001")
    assert f"/en/said/{entry}" in clerk.page
    clerk.open(f"/en/said/{entry}")
    assert 'value="accept"' not in clerk.page
    clerk.press("dispute", {"_reason": "No such figure"})
    state = Register.open(pair.b.path).state(NOW[:10])
    (said,) = [one for one in state.all_sayings() if one.entry == entry]
    assert said.disputed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ends_of_both_logs_are_told_in_words(pair: Two, language: str) -> None:
    """How many entries of each side are here, and when the last of them was written."""
    clerk = Clerk(pair.b.path)
    clerk.open(f"/{language}/exchange")
    n = len((pair.b.path / "log" / "A.jsonl").read_bytes().splitlines())
    said = text("web.head_line", language, n=n, date="@").partition("@")[0]
    assert said in words_seen(clerk.page)
    assert pair.b.last_at("A")[:4] in words_seen(clerk.page).partition(said)[2][:40]
