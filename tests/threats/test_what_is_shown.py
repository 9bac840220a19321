"""What is shown was checked against signatures, whatever else was changed beside it."""

from __future__ import annotations

import hashlib
import html
import json
import zipfile
from pathlib import Path

import msgspec
import pytest

from keruen import caches
from keruen.cli.main import run
from keruen.register import Register
from keruen.register.log import chain
from keruen.register.record.texts import make
from keruen.report import joint
from made_up_pairs import AT, TODAY, Two, claim, full, project

Output = pytest.CaptureFixture[str]
FORGED = "Forged"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Two:
    return full(tmp_path_factory.mktemp("made"))


@pytest.fixture
def folder(made: Two, tmp_path: Path) -> Path:
    """Side A's folder as it lies after its list was read and its database made."""
    path: Path = made.copy(tmp_path).a.path
    Register.open(path).status(TODAY)
    return path


def forge(folder: Path) -> None:
    """Change the titles in both logs, and make the seal say that this was checked."""
    seal = json.loads((folder / "seal.json").read_text("utf-8"))
    for side in ("A", "B"):
        log = folder / "log" / f"{side}.jsonl"
        content = log.read_bytes().replace(b'"text":"Port ', f'"text":"{FORGED} '.encode())
        log.write_bytes(content)
        last = content.splitlines()[-1]
        entry = hashlib.sha256(last[len(b'{"entry":') : last.rfind(b',"signatures":[')]).hexdigest()
        head = f"{content.count(10) - 1} {entry}"
        mark = f"{len(content)} {hashlib.sha256(content).hexdigest()}"
        seal[f"log/{side}.jsonl: head"] = [head, mark]
    words = json.dumps(seal, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
    (folder / "seal.json").write_text(words, "utf-8")
    (folder / "state.sqlite").unlink()


@pytest.mark.parametrize(
    "command",
    [
        ["list"],
        ["show", "KH-0001"],
        ["fiche", "KH-0001"],
        ["meeting"],
        ["status"],
        ["list", "--json"],
    ],
    ids=" ".join,
)
def test_forged_title_is_not_shown(
    folder: Path, tmp_path: Path, capsys: Output, command: list[str]
) -> None:
    """A title changed in the log, with a seal that fits, is refused and never shown."""
    forge(folder)
    out = ["--out", str(tmp_path / "out")] if command[0] in {"fiche", "meeting"} else []
    asked = ["register", *command, "--folder", str(folder), "--language", "en", *out]
    assert run(asked) != 0
    page = capsys.readouterr()
    assert FORGED not in page.out + page.err
    assert "log/A.jsonl" in page.err


def test_forged_database_is_not_asked(folder: Path) -> None:
    """A database that somebody else made, sealed as ours, answers nothing."""
    from sqlalchemy import create_engine, text

    true = Register.open(folder).status(TODAY)
    path = folder / "state.sqlite"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE waiting SET subject = '{FORGED}'"))
    engine.dispose()
    seal = json.loads((folder / "seal.json").read_text("utf-8"))
    seal["state.sqlite"] = [hashlib.sha256(path.read_bytes()).hexdigest()]
    words = json.dumps(seal, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
    (folder / "seal.json").write_text(words, "utf-8")
    assert true.waits_for_me or true.waits_for_them
    assert Register.open(folder).status(TODAY) == true


def test_cards_of_another_pair(folder: Path) -> None:
    """Cards that are not those of the pair are refused before a word is shown."""
    genesis = folder / "genesis.json"
    genesis.write_bytes(genesis.read_bytes().replace(b'"pair":"', b'"pair":"Other ', 1))
    with pytest.raises(Exception, match="pair"):
        Register.open(folder).state(TODAY)


def test_signatures_are_looked_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was checked is not checked again; what came since is, and all of it without a note."""
    looked: list[str] = []
    extend = chain.extend

    def watched(*given: object) -> object:
        looked.append("")
        return extend(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("keruen.register.log.logs.extend", watched)
    Register.open(folder).state(TODAY)
    assert looked == []
    writer = Register.open(folder)
    writer.claim(claim("S-more"), at=AT)
    looked.clear()
    Register.open(folder).state(TODAY)
    assert len(looked) == 1
    monkeypatch.setattr(caches, "kept_text", lambda *_: None)
    looked.clear()
    n_lines = sum((folder / "log" / f"{one}.jsonl").read_bytes().count(10) for one in "AB")
    Register.open(folder).state(TODAY)
    assert len(looked) == n_lines


@pytest.fixture
def twisted(made: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Side A has what B signed by other rules: a Cyrillic КН-0001 with a title that turns round."""
    from keruen.register.record import signable

    pair = made.copy(tmp_path / "pair")
    title = make(authentic=("ru",), ru="По\u202eрт\u200b\x07")
    with monkeypatch.context() as without:
        without.setattr(signable, "_walk", lambda *_: iter(()))
        bad = msgspec.structs.replace(project("КН-0001"), title=title)
        pair.b.offer("project", bad, at=AT)
    pair.carry("B")
    path: Path = pair.a.path
    return path


ESCAPED_TITLE = "По<U+202E>рт<U+200B><U+0007>"
ESCAPED_ID = "<U+041A><U+041D>-0001"


@pytest.mark.parametrize("command", [["list"], ["show", "КН-0001"], ["status"]], ids=" ".join)
def test_unseen_letters_on_a_terminal(
    twisted: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    """Letters that nobody sees, and an id in other letters, stand by their numbers and are named."""
    monkeypatch.setenv("COLUMNS", "240")
    folder = ["--folder", str(twisted), "--language", "en"]
    assert run(["register", *command, *folder]) == 0
    page = "".join(capsys.readouterr().out.split())
    assert ESCAPED_ID in page
    assert ESCAPED_TITLE in page
    assert "cannotbeseen:U+202E" in page
    assert "lookslike“KH-0001”" in page
    assert not set("\u202e\u200b\x07К") & set(page)


def test_unseen_letters_on_paper(twisted: Path) -> None:
    """Fiche and meeting sheet show the letters by their numbers and name the entry's part."""
    state = Register.open(twisted).state(TODAY)
    for document in (
        joint.fiche(state, "КН-0001", language="en"),
        joint.meeting_sheet(state, language="en"),
    ):
        page = repr(document)
        assert ESCAPED_ID in page
        assert ESCAPED_TITLE in page
        assert "cannot be seen: U+202E" in page
        assert not set("\u202e\u200b\x07") & set(page)
    assert "cannot be seen" not in repr(joint.fiche(state, "KH-0001", language="en"))


def test_unseen_letters_in_tables(twisted: Path, tmp_path: Path, capsys: Output) -> None:
    """Tables and workbook show them by their numbers; read back, nothing has changed."""
    folder = ["--folder", str(twisted), "--language", "en"]
    assert run(["register", "sheet", "export", str(tmp_path / "tables"), *folder]) == 0
    assert "cannot be seen: U+202E" in " ".join(capsys.readouterr().out.split())
    page = (tmp_path / "tables" / "list.csv").read_text("utf-8-sig")
    assert ESCAPED_ID in page
    assert ESCAPED_TITLE in page
    assert "title.ru (U+202E)" in page
    book = tmp_path / "list.xlsx"
    assert run(["register", "sheet", "export", str(book), *folder]) == 0
    with zipfile.ZipFile(book) as parts:
        sheets = "".join(parts.read(one).decode() for one in parts.namelist() if "xml" in one)
    assert html.unescape(sheets).count(ESCAPED_ID) >= 1
    assert ESCAPED_TITLE in html.unescape(sheets)
    assert not set("\u202e\u200b") & set(sheets)
    capsys.readouterr()
    assert run(["register", "sheet", "import", str(book), *folder]) == 0
    assert "contains nothing new" in capsys.readouterr().out.lower()
