"""A backup made and restored through pages: all of it comes back, or nothing is there."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from damage import damaged
from keruen.errors import StorageError
from keruen.i18n import LANGUAGES, text
from keruen.register import Register, backup
from keruen.store import accounts
from keruen.store.accounts import Account, Session
from keruen.store.notebook import Deed, Notebook
from made_up_pairs import AT, full, listing, two, words
from writing_pages import NOW, Clerk, words_seen

PROJECT = {"kind": "infrastructure", "title.kk": "Қойма", "title.ru": "Склад", "title.zh": "仓库"}


def _notebook(folder: Path) -> Notebook:
    return Notebook(folder.with_name(f"{folder.name}-web.sqlite3"))


def _findings(folder: Path) -> list[str]:
    """What `verify` says of a register; that it was restored, until the other side has confirmed."""
    return [one.key for one in Register.open(folder).verify()]


def _backup(clerk: Clerk, language: str = "ru") -> bytes:
    clerk.open(f"/{language}/backup")
    answer = clerk.press("make")
    assert answer.headers["content-disposition"].startswith("attachment")
    return answer.content


def test_a_register_is_lost_and_restored_through_pages(tmp_path: Path) -> None:
    """Logs, keys, drafts, accounts and the audit are back, sessions are not; then both go on."""
    pair = full(tmp_path)
    here, there = Clerk(pair.a.path), Clerk(pair.b.path)
    here.open("/ru/write/project")
    here.press("draft", PROJECT)
    notebook = _notebook(pair.a.path)
    account = Account(name="dana", roles=frozenset({"clerk"}), hashed="x", at=NOW)
    with notebook.change() as change:
        accounts.keep_account(change, account)
        accounts.begin_session(change, Session(digest="d", account=account, begun=NOW, seen=NOW))
    content = _backup(here)
    drafts, deeds = notebook.drafts(), notebook.deeds()
    kept = {name: words for name, words in listing(pair.a.path).items() if name != "seal.json"}
    shutil.rmtree(pair.a.path)
    notebook.path.unlink()
    here.open("/ru/start")
    assert text("web.no_list", "ru") in here.page
    here.open("/ru/first")
    here.press("restore", file=("../../backup", content))
    assert here.address.startswith("/ru/exchange")
    assert text("web.done_restored", "ru") in here.page
    assert _findings(pair.a.path) == ["problem.register_restored"]
    found = listing(pair.a.path)
    for name, before in kept.items():
        if name.partition("/")[0] in {"keys", "log", "files"}:
            assert found[name] == before, name
    assert notebook.drafts() == drafts
    # The backup itself was told of after it was made, so it is not in its own audit.
    assert notebook.deeds()[:-1] == deeds[:-1]
    assert [one.what for one in (deeds[-1], notebook.deeds()[-1])] == ["backed_up", "restored"]
    assert accounts.accounts_in(notebook) == [account]
    assert notebook.read("select * from sessions") == []
    # Nothing is signed until the other side has shown what it has seen.
    here.open("/ru/write/project?draft=1")
    here.press("next")
    assert here.press("sign", {"_read": "yes"}).status_code == 422
    there.open("/kk/exchange")
    there.press("out", {"_whole": "yes"})
    bundle = there.browser.get(there.link("/kk/exchange/")).content
    here.open("/ru/exchange")
    here.press("in", file=("whole.jlb", bundle))
    here.open("/ru/drafts/1")
    assert here.press("sign", {"_read": "yes"}).status_code == 200, words_seen(here.page)
    assert _findings(pair.a.path) == []


def test_a_bundle_that_is_not_whole_lets_nobody_sign(tmp_path: Path) -> None:
    """Without the tick the other side's bundle has only what is new to this one."""
    pair = full(tmp_path)
    there = Clerk(pair.b.path)
    sizes = []
    for typed in ({}, {"_whole": "yes"}):
        there.open("/en/exchange")
        there.press("out", typed)
        sizes.append(len(there.browser.get(there.link("/en/exchange/")).content))
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["none", "no file", "card", "cut", "changed", "stranger"])
def test_a_file_that_is_no_backup_restores_nothing(
    tmp_path: Path, language: str, kind: str
) -> None:
    """It is said at its input in the reader's language, by no path of this machine."""
    pair = two(tmp_path / "lost")
    backup.back_up(pair.a.path, tmp_path / "all.backup", at=AT)
    whole = (tmp_path / "all.backup").read_bytes()
    middle = len(whole) // 2
    content = {
        "none": b"",
        "no file": b"a picture",
        "card": (pair.a.path / "card.json").read_bytes(),
        "cut": whole[:middle],
        "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "stranger": pair.bundle("B").read_bytes(),
    }[kind]
    folder = tmp_path / "place" / "a"
    clerk = Clerk(folder)
    clerk.open(f"/{language}/first")
    answer = clerk.press("restore", file=("x.backup", content) if content else None)
    assert answer.status_code == 422
    assert 'href="#i-_file"' in clerk.page
    assert str(tmp_path) not in clerk.page
    assert text("web.fault_title", language) not in clerk.page
    assert not folder.exists()
    assert not folder.parent.exists() or list(folder.parent.iterdir()) == []


def test_a_damaged_backup_is_restored_whole_or_not(tmp_path: Path) -> None:
    """However a file was damaged, what is restored is what was kept; else nothing is there."""
    pair = two(tmp_path)
    with _notebook(pair.a.path).change() as change:
        change.tell(Deed(at=NOW, who="local", what="side_begun"))
    backup.back_up(pair.a.path, tmp_path / "all.backup", at=AT)
    whole = (tmp_path / "all.backup").read_bytes()
    place = tmp_path / "place"
    n_refused = 0
    for seed in range(60):
        luck = random.Random(seed)
        place.mkdir()
        clerk = Clerk(place / "a")
        clerk.open("/en/first")
        broken = damaged(whole, luck)
        answer = clerk.press("restore", file=("x.backup", broken))
        assert text("web.fault_title", "en") not in clerk.page, seed
        if answer.status_code == 422:
            n_refused += 1
            assert list(place.iterdir()) == [], seed
        else:
            assert _findings(place / "a") == ["problem.register_restored"], seed
        shutil.rmtree(place)
    assert n_refused > 30


def test_a_place_that_is_taken_stays_as_it_is(tmp_path: Path) -> None:
    """Neither another register nor its drafts are written over; a begun form of nobody is."""
    pair, other = two(tmp_path), two(tmp_path / "other")
    _backup(Clerk(pair.a.path))
    content = _backup(Clerk(pair.a.path), "zh")
    late = Clerk(tmp_path / "new" / "a")
    late.open("/zh/first")
    shutil.copytree(other.b.path, tmp_path / "new" / "a")
    before = listing(tmp_path / "new" / "a")
    late.press("restore", file=("x.backup", content))
    assert late.address == "/zh/start"
    assert listing(tmp_path / "new" / "a") == before
    shutil.rmtree(tmp_path / "new" / "a")
    with _notebook(tmp_path / "new" / "a").change() as change:
        change.tell(Deed(at=NOW, who="local", what="side_begun"))
    late.open("/zh/first")
    assert late.press("restore", file=("x.backup", content)).status_code == 422
    assert not (tmp_path / "new" / "a").exists()
    assert [one.what for one in _notebook(tmp_path / "new" / "a").deeds()] == ["side_begun"]
    # A form that could not be carried out leaves a file with nothing in it: that is nobody's.
    with _notebook(tmp_path / "empty").change():
        pass
    empty = Clerk(tmp_path / "empty")
    empty.open("/zh/first")
    empty.press("restore", file=("x.backup", content))
    assert empty.address.startswith("/zh/exchange")


def test_a_side_without_a_pair_goes_on_where_it_was(tmp_path: Path) -> None:
    """A register of one side alone may sign at once: nobody has seen anything of it."""
    register = Register.init(tmp_path / "a", side="A", name=words("Сторона"), offices=["Акимат"])
    content = _backup(Clerk(register.path))
    clerk = Clerk(tmp_path / "b")
    clerk.open("/ru/first")
    clerk.press("restore", file=("x", content))
    assert clerk.address.startswith("/ru/first")
    assert text("web.done_restored_alone", "ru") in clerk.page
    assert text("web.first_card_in", "ru") in clerk.page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_when_the_last_one_was_made(tmp_path: Path, language: str) -> None:
    """Here and on the first page; and that keys without a passphrase are open to whoever has it."""
    clerk = Clerk(two(tmp_path).a.path)
    clerk.open(f"/{language}/start")
    assert text("web.backup_none", language) in clerk.page
    _backup(clerk, language)
    for path in ("backup", "start"):
        clerk.open(f"/{language}/{path}")
        assert text("web.backup_none", language) not in clerk.page
        assert "2026" in words_seen(clerk.page)
    clerk.open(f"/{language}/backup")
    assert text("web.backup_unlocked", language) in clerk.page
    assert not list(tmp_path.glob(".keruen-*"))


@pytest.mark.parametrize("place", ["reading", "shared"])
def test_keys_leave_the_own_machine_alone(tmp_path: Path, place: str) -> None:
    """Neither a server for reading nor a shared one gives a backup or takes one."""
    pair = two(tmp_path)
    clerk = Clerk(pair.a.path, place=place, base="http://127.0.0.1:8420")  # type: ignore[arg-type]
    assert clerk.browser.get("/ru/backup").status_code == 403
    sent = clerk.browser.post(
        "/ru/backup", data={"_action": "make"}, headers={"origin": clerk.base}
    )
    assert sent.status_code == 403
    assert b"PRIVATE" not in sent.content


def test_a_full_disk_makes_no_backup_and_restores_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both say so on their page, and leave nothing behind."""
    pair = two(tmp_path)
    content = _backup(Clerk(pair.a.path))

    def full_disk(*_: object, **__: object) -> None:
        raise StorageError("error.disk_full", path="register.backup")

    monkeypatch.setattr(backup, "back_up", full_disk)
    monkeypatch.setattr(backup, "restore", full_disk)
    clerk = Clerk(pair.a.path)
    clerk.open("/kk/backup")
    assert clerk.press("make").status_code == 422
    told = text("web.disk_full", "kk")
    assert told in clerk.page
    new = Clerk(tmp_path / "place" / "a")
    new.open("/kk/first")
    assert new.press("restore", file=("x", content)).status_code == 422
    assert told in new.page
    assert list((tmp_path / "place").iterdir()) == []
