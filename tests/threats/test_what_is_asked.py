"""What an append-only log could never forget is asked about before it is signed, on every path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer

from keruen.cli.main import run
from keruen.domain.joint import Organisation, Project, Quantity, Source
from keruen.errors import RegisterError
from keruen.formats import package
from keruen.formats.access_profiles import limited
from keruen.register import Register, asking
from keruen.register.record.texts import make
from keruen.tabular.persons import REMOVED
from made_up_pairs import (
    AT,
    TODAY,
    Two,
    claim,
    commitment,
    evidence,
    full,
    keys_of,
    listing,
    project,
    two,
    words,
)

Output = pytest.CaptureFixture[str]
PHONE = "8 (7142) 00-00-00"
SECRET = f"тел. {PHONE}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Two:
    return full(tmp_path_factory.mktemp("made"))


@pytest.fixture
def pair(made: Two, tmp_path: Path) -> Two:
    return made.copy(tmp_path)


def personal() -> Any:
    """A text of one language with a telephone."""
    return make(authentic=("ru",), ru=f"Порт, {SECRET}")


def entry_of(register: Register, side: str, status: str) -> str:
    found = register.state(TODAY).all_revisions()
    return next(one.entry for one in found if (one.side, one.status) == (side, status))


def calls(pair: Two) -> dict[str, Any]:
    """Every way to sign words of one's own, each with a telephone in them."""
    theirs = pair.b.offer("project", project("KH-0005"), at=AT)
    own = pair.a.offer("project", project("KH-0006"), at=AT)
    pair.exchange()
    said = next(one.entry for one in pair.a.state(TODAY).claims if one.side == "B")
    named = msgspec.structs.replace(project("KH-2"), title=personal())
    paper = evidence("E-9", b"new")
    titled = msgspec.structs.replace(
        paper, document=msgspec.structs.replace(paper.document, title=personal())
    )
    a = pair.a
    return {
        "offer": lambda: a.offer("project", named, at=AT),
        "reason": lambda: a.offer("project", project("KH-2"), at=AT, reason=personal()),
        "counter": lambda: a.counter(theirs, project("KH-0005"), at=AT, reason=personal()),
        "decline": lambda: a.decline(theirs, personal(), at=AT),
        "withdraw": lambda: a.withdraw(own, personal(), at=AT),
        "commit": lambda: a.commit(
            msgspec.structs.replace(commitment("C-9"), debtor_office=personal()), at=AT
        ),
        "claim": lambda: a.claim(claim("S-x", source=Source(document=SECRET)), at=AT),
        "evidence": lambda: a.evidence(titled, b"new", at=AT),
        "dispute": lambda: a.dispute(said, personal(), at=AT),
        "rotate": lambda: a.rotate([f"Office {PHONE}"], at=AT),
        "many": lambda: a.append_many([("claim", claim("S-x", text=personal()))], at=AT),
    }


def test_every_path_asks(pair: Two) -> None:
    """Nobody to ask: refused with place and words; the answer yes: signed; nothing else is asked."""
    for name, call in calls(pair).items():
        before = listing(pair.a.path)
        pair.a.ask = None
        with pytest.raises(RegisterError) as caught:
            call()
        assert keys_of(caught.value) == ["problem.ask_phone", "problem.ask_refused"], name
        assert listing(pair.a.path) == before, name
        asked: list[Any] = []
        pair.a.ask = lambda found, asked=asked: asked.append(found) or False
        with pytest.raises(RegisterError):
            call()
        assert [[asking.kind_of(one) for one in found] for found in asked] == [["phone"]], name
        asked.clear()
        # An offer can be answered once: the others of its kind have been refused by now.
        pair.a.ask = lambda _: True
        if name != "counter":
            assert call(), name


def test_the_first_entry_asks(tmp_path: Path) -> None:
    """The names of both cards and of the pair are asked about when they are signed."""
    sides = [
        Register.init(tmp_path / one, side=one, name=words(one), offices=["O"])
        for one in ("A", "B")
    ]
    with pytest.raises(RegisterError) as caught:
        sides[0].join(sides[1].card, pair_name="Pair, a@example.org", at=AT)
    assert keys_of(caught.value) == ["problem.ask_mail", "problem.ask_refused"]


def test_figures_and_fingerprints_are_no_persons(pair: Two) -> None:
    """An amount of eleven digits that begins like a telephone is an amount."""
    figure = Quantity(value="87010000000", unit="KZT", currency="KZT")
    assert pair.a.claim(claim("S-x", quantity=figure), at=AT)


def claimed(folder: Path, *more: str) -> list[str]:
    figures = ["quantity.value=5", "quantity.unit=t", f"source.document={SECRET}"]
    named = ["id=S-x", "project=KH-0001", "field=jobs", *figures]
    sets = [part for one in named for part in ("--set", one)]
    return ["register", "claim", *sets, "--folder", str(folder), "--language", "en", *more]


def test_command_line_asks(pair: Two, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal a flag must name the kind; at a terminal the answer decides."""
    folder = pair.a.path
    before = listing(folder)
    assert run(claimed(folder)) == 2
    page = capsys.readouterr().err
    assert PHONE in page
    assert "--allow" in page
    assert run(claimed(folder, "--allow", "mail")) == 2
    assert run(claimed(folder, "--allow", "telephone")) == 2
    assert "chinese_id" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    for answer, code in (("no", 130), ("", 130), ("yes", 0)):

        def said(*_: object, answer: str = answer, **__: object) -> str:
            return answer

        monkeypatch.setattr(typer, "prompt", said)
        assert listing(folder) == before
        assert run(claimed(folder)) == code
        assert PHONE in capsys.readouterr().out
    monkeypatch.undo()
    assert run([*claimed(folder, "--allow", "phone"), "--set", "id=S-y"]) == 0


def test_import_asks(pair: Two, tmp_path: Path, capsys: Output) -> None:
    """A filled table is asked about like a form."""
    sheet = tmp_path / "projects.csv"
    head = "projects.id,projects.title_ru,projects.kind\nNumber,Title (ru),Kind\n"
    sheet.write_text(head + f'KH-0008,"Порт, {SECRET}",infrastructure\n', "utf-8")
    asked = ["register", "sheet", "import", str(sheet), "--offer", "--folder", str(pair.a.path)]
    assert run([*asked, "--language", "en"]) == 2
    page = capsys.readouterr()
    assert "--allow" in page.err, page
    assert run([*asked, "--language", "en", "--allow", "phone"]) == 0


def test_public_profile_leaves_persons_out(tmp_path: Path) -> None:
    """What was signed all the same does not reach the public; every removal is marked."""
    pair = two(tmp_path)
    for side in pair.sides.values():
        side.ask = lambda _: True
    title = make(authentic=("ru", "zh"), ru=f"Порт, {SECRET}", zh="港口，李先生负责")
    bad = Project(
        id="KH-0001",
        title=title,
        kind="infrastructure",
        lead_a=Organisation(name=words("Office a@example.org"), identifier="000101500001"),
        source=Source(document="Paper", address="ftp://files.example.org/x"),
    )
    name = pair.a.offer("project", bad, at=AT)
    pair.exchange()
    pair.b.countersign(name, at=AT)
    pair.exchange()
    state = pair.a.state(TODAY)
    page = json.dumps(
        package(state, profile="public", language="ru", uri="urn:x", published=AT),
        ensure_ascii=False,
    )
    for secret in (PHONE, "李先生", "a@example.org", "000101500001", "ftp:"):
        assert secret not in page
    core = limited(state, "public").projects["KH-0001"].core
    assert core.title.ru is not None
    assert core.title.zh is not None
    assert (core.title.ru.text, core.title.zh.text) == (f"Порт, {REMOVED}", f"港口，{REMOVED}负责")
    assert core.source == Source(document=f"Paper {REMOVED}")
    assert PHONE in json.dumps(
        package(state, profile="partner", language="ru", uri="urn:x", published=AT),
        ensure_ascii=False,
    )


@pytest.mark.parametrize("title", ["Пoрт", "ПОРТ", "Порт "])
def test_titles_that_look_alike_are_asked_about(pair: Two, title: str) -> None:
    """A title like another project's is asked about and may be meant; the same project's is not."""
    first = Project(id="KH-7", title=make(authentic=("ru",), ru="Порт"), kind="trade")
    pair.a.offer("project", first, at=AT)
    again = Project(id="KH-8", title=make(authentic=("ru",), ru=title), kind="trade")
    with pytest.raises(RegisterError) as caught:
        pair.a.offer("project", again, at=AT)
    assert keys_of(caught.value) == ["problem.ask_title", "problem.ask_refused"]
    assert pair.a.offer("project", msgspec.structs.replace(again, id="KH-7"), at=AT)
    pair.a.ask = lambda _: True
    assert pair.a.offer("project", again, at=AT)
    other = Project(id="KH-9", title=make(authentic=("ru",), ru="Порт 2"), kind="trade")
    pair.a.ask = None
    assert pair.a.offer("project", other, at=AT)
