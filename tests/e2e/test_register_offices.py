"""Two offices of one side: each makes its key at its own place and signs there what it has read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from test_register_command_line import (  # noqa: F401 - fixtures of the two sides
    CHARTER,
    PROJECT,
    Side,
    Sides,
    agreed,
    exchange,
    joined,
    no_settings,
    sides,
    signed,
    written,
)

from keruen import i18n
from keruen.errors import RegisterError
from keruen.register import Register
from keruen.register.waiting import Office, admitted

CLAIM = """
id = "S-0001"
field = "jobs"
quantity = { value = "500", unit = "job" }
[source]
document = "A report"
"""


@pytest.fixture
def offices(sides: Sides, tmp_path: Path) -> tuple[Side, Side, Side]:  # noqa: F811
    """Side A whose second office has its key at its own place; and side B."""
    a, b = sides
    office = Side(tmp_path / "akimat")
    said = Side(tmp_path).does_elsewhere(
        "keys", "request", str(office.folder), "--office", "Office of the Akim"
    )
    card = office.folder / "key-card.json"
    assert str(card) in said
    carried = shutil.copy(card, tmp_path / "card.json")
    a.does("keys", "admit", str(carried), "--threshold", "2")
    signs_away(a, office, tmp_path)
    return a, b, office


def signs_away(a: Side, office: Side, tmp_path: Path, language: str = "en") -> str:
    """Carry what waits to the office, let it sign, and carry it back; what the office read."""
    (waiting,) = (a.folder / "pending").iterdir()
    travelling = str(shutil.copy(waiting, tmp_path / "travelling.json"))
    said = office.does("keys", "sign", travelling, code=2, language=language)
    read = ["--yes", waiting.stem]
    assert "2 signatures" in office.does("keys", "sign", travelling, *read)
    assert "in the log" in a.does("keys", "sign", travelling, *read)
    return said


def test_no_place_has_both_keys(offices: tuple[Side, Side, Side]) -> None:
    """The private key of an office never lies in the installation, nor the other way round."""
    a, _, office = offices
    here, there = ({p.stem for p in (one.folder / "keys").glob("*.pem")} for one in (a, office))
    keys = json.loads(a.does("keys", "list", "--json"))["keys"]["A"]
    assert keys["threshold"] == 2
    assert {one["id"] for one in keys["keys"]} == here | there
    assert not here & there
    assert len(here) == len(there) == 1


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_an_offer_travels_to_the_second_office(
    language: str, offices: tuple[Side, Side, Side], tmp_path: Path
) -> None:
    """It waits as 1 of 2 signed, is read whole at the office, and binds when it has come back."""
    a, b, office = offices
    said = a.does("offer", "charter", "--from", written(tmp_path, "c.toml", CHARTER))
    assert "1 of 2 signed" in said
    read = signs_away(a, office, tmp_path, language)
    for words in ("Бірлескен тізім", "Совместный перечень", "联合清单"):
        assert words in read
    assert {"en": "Title", "ru": "Название", "kk": "Атауы", "zh": "名称"}[language] in read
    exchange(a, b)
    assert "Verified" in b.does("verify")
    assert "Verified" in a.does("verify")


def test_an_office_signs_once(offices: tuple[Side, Side, Side], tmp_path: Path) -> None:
    """The same key counts once: the second time the office is told so."""
    a, _, office = offices
    a.does("offer", "charter", "--from", written(tmp_path, "c.toml", CHARTER))
    (waiting,) = (a.folder / "pending").iterdir()
    path = str(shutil.copy(waiting, tmp_path / "x.json"))
    office.does("keys", "sign", path, "--yes", waiting.stem)
    assert "already" in office.does("keys", "sign", path, "--yes", waiting.stem, code=2)


def test_a_card_that_its_key_has_not_signed(offices: tuple[Side, Side, Side]) -> None:
    """Nobody has a key admitted under another office's name, or one that he does not hold."""
    a, _, office = offices
    card = json.loads((office.folder / "key-card.json").read_bytes())
    keys = Register.open(a.folder).keys["A"]
    card["key"]["office"] = "Another office"
    with pytest.raises(RegisterError) as refused:
        admitted([json.dumps(card).encode()], keys, 2)
    assert refused.value.key == "problem.signature_wrong"
    with pytest.raises(RegisterError):
        admitted([b"{}"], keys, 2)


def test_the_passphrase_of_an_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked key at an office's place opens with its own passphrase only."""
    monkeypatch.setenv("KERUEN_PASSPHRASE", "words of the akimat")
    place = Side(tmp_path / "office")
    Side(tmp_path).does_elsewhere("keys", "request", str(place.folder), "--office", "Akimat")
    (page,) = (place.folder / "keys").iterdir()
    assert b"ENCRYPTED" in page.read_bytes()
    assert not (place.folder / "log").exists()
    with pytest.raises(Exception, match="no entry here"):
        Office(place.folder).sign(tmp_path / "none.json", "words of the akimat")


def test_an_office_has_names_in_several_languages(tmp_path: Path) -> None:
    """At its own place too `--office` takes a name for each language."""
    place = tmp_path / "office"
    named = ("--office", "ru=Аппарат акима; kk=Әкім аппараты")
    said = Side(tmp_path).does_elsewhere("keys", "request", str(place), *named, language="ru")
    assert "«Аппарат акима»" in said
    key = json.loads((place / "key-card.json").read_bytes())["key"]
    assert (key["names"]["ru"]["text"], key["names"]["kk"]["text"]) == (
        "Аппарат акима",
        "Әкім аппараты",
    )
    assert "=" not in key["office"]


def test_init_says_that_one_key_is_one_office(tmp_path: Path) -> None:
    """Whoever makes two keys in one place is told what that means."""
    begin = ["init", "--side", "A", "--name", "ru=x", "--office", "One"]
    assert "keys request" in Side(tmp_path / "one").does(*begin)
    both = Side(tmp_path / "two").does(*begin, "--office", "Two", "--threshold", "2")
    assert "signs for all of them" in both


def test_several_texts_wait_and_nothing_waits_for_them(
    offices: tuple[Side, Side, Side], tmp_path: Path
) -> None:
    """Two offers wait while a claim is written and a bundle comes in; status lists what waits."""
    a, b, office = offices
    a.does("offer", "charter", "--from", written(tmp_path, "c.toml", CHARTER))
    a.does("offer", "project", "--from", written(tmp_path, "p.toml", PROJECT))
    b.does("claim", "--from", written(tmp_path, "s.toml", CLAIM))
    assert "receipt" in exchange(b, a).lower()
    said = a.does("status")
    assert "Waiting for signatures of our offices (2)" in said
    assert said.count("1 of 2 signed") == 2
    signing = json.loads(a.does("status", "--json"))["signing"]
    assert [(one["kind"], one["needed"], one["void"]) for one in signing] == [("offer", 2, "")] * 2
    assert {one["fingerprint"] for one in signing} == {
        path.stem for path in (a.folder / "pending").iterdir()
    }
    for one in signing:
        copy = str(shutil.copy(one["file"], tmp_path / "copy.json"))
        office.does("keys", "sign", copy, "--yes", one["fingerprint"])
        assert "in the log" in a.does("keys", "sign", copy, "--yes", one["fingerprint"])
    assert "Waiting for signatures" not in a.does("status")
    exchange(a, b)
    assert "Verified" in b.does("verify")
    assert "Verified" in a.does("verify")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_an_office_reads_to_what_it_consents(
    language: str, offices: tuple[Side, Side, Side], tmp_path: Path
) -> None:
    """A countersignature carries the other side's text: no office consents to a bare fingerprint."""
    a, b, office = offices
    offer = b.writes("offer", "charter", "--from", written(tmp_path, "c.toml", CHARTER))
    exchange(b, a)
    assert "1 of 2 signed" in a.does("countersign", offer, *a.reads(offer))
    assert a.does("status", language=language)
    read = signs_away(a, office, tmp_path, language)
    for words in ("Бірлескен тізім", "Совместный перечень", "联合清单"):
        assert words in read
    exchange(a, b)
    found = Register.open(b.folder).state("2026-11-23").all_revisions()
    assert [one.status for one in found] == ["agreed"]


def test_new_keys_make_void_what_waits(offices: tuple[Side, Side, Side], tmp_path: Path) -> None:
    """Whoever changes the keys is told which texts must be written again; they can be discarded."""
    a, _, office = offices
    a.does("offer", "charter", "--from", written(tmp_path, "c.toml", CHARTER))
    (offered,) = (a.folder / "pending").iterdir()
    Side(tmp_path).does_elsewhere("keys", "request", str(tmp_path / "third"), "--office", "Third")
    a.does("keys", "admit", str(tmp_path / "third" / "key-card.json"), "--threshold", "2")
    (change,) = (one for one in (a.folder / "pending").iterdir() if one != offered)
    copy = str(shutil.copy(change, tmp_path / "copy.json"))
    read = ["--yes", change.stem]
    office.does("keys", "sign", copy, *read)
    said = a.does("keys", "sign", copy, *read)
    assert "in the log" in said
    assert f"! {offered}: void" in said
    assert "void" in a.does("status")
    assert "void" in a.does("keys", "sign", str(offered), "--yes", offered.stem, code=2)
    a.does("keys", "drop", str(offered))
    assert "void" not in a.does("status")


def test_a_person_is_asked_about_at_the_office(
    offices: tuple[Side, Side, Side], tmp_path: Path
) -> None:
    """A telephone number in a text is signed at the office only where `--allow` names the kind."""
    a, _, office = offices
    number = CHARTER.replace("Бірлескен тізім", "Бірлескен тізім, +7 701 555 12 34")
    assert number != CHARTER
    page = written(tmp_path, "c.toml", number)
    a.does("offer", "charter", "--from", page, "--allow", "phone")
    (waiting,) = (a.folder / "pending").iterdir()
    copy = str(shutil.copy(waiting, tmp_path / "copy.json"))
    refused = office.does("keys", "sign", copy, "--yes", waiting.stem, code=2)
    assert "--allow" in refused
    office.does("keys", "sign", copy, "--yes", waiting.stem, "--allow", "phone")
    assert "in the log" in a.does("keys", "sign", copy, "--yes", waiting.stem, "--allow", "phone")


def test_a_sheet_of_offers_waits_as_so_many_files(
    offices: tuple[Side, Side, Side], tmp_path: Path
) -> None:
    """What a workbook brings waits text by text, and each is named with its file."""
    a, b, _ = offices
    b.does("offer", "project", "--from", written(tmp_path, "p.toml", PROJECT))
    path = str(tmp_path / "list.xlsx")
    b.does("sheet", "export", path)
    said = a.does("sheet", "import", path, "--offer")
    (waiting,) = (a.folder / "pending").iterdir()
    assert "1 of 2 signed" in said
    assert str(waiting) in said
    assert "export" not in said.lower()
