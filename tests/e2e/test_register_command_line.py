"""Two sides at their command lines: from the first key to an agreed text, and careless hands."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from keruen import i18n
from keruen.cli.main import run

CHARTER = """
id = "charter"
title = { kk = "Бірлескен тізім", ru = "Совместный перечень", zh = "联合清单" }
authentic = ["kk", "ru", "zh"]
"""
PROJECT = """
id = "KH-0001"
kind = "infrastructure"
title = { kk = "Құрғақ порт", ru = "Сухой порт", zh = "无水港", en = "Dry port" }
open_questions = ["who_pays"]
"""
COMMITMENT = """
id = "C-0001"
project = "KH-0001"
text = { kk = "Іске қосу", ru = "Запуск", zh = "投运" }
strength = "statement"
debtor = "A"
creditor = "B"
due = { first = 2025-10-01, last = 2025-12-31 }
open_questions = ["how_much"]
[source]
document = "A report"
"""


class Side:
    """One side at its terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def does(self, *words: str, code: int = 0, language: str = "en") -> str:
        """Run one command of the register in this side's folder; what it said."""
        options = [] if words[0] == "template" else ["--folder", str(self.folder)]
        return self.does_elsewhere(*words, *options, code=code, language=language)

    def does_elsewhere(self, *words: str, code: int = 0, language: str = "en") -> str:
        """…of one that has nothing to do with this side's folder."""
        options = ["--language", language]
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            ended = run(["register", *words, *options])
        assert ended == code, said.getvalue()
        assert "Traceback" not in said.getvalue()
        return said.getvalue()

    def reads(self, *entries: str) -> list[str]:
        """The fingerprints of texts that were read whole, as `--yes` wants them."""
        ends = [re.findall(r"[0-9a-f]{64}", self.does("show", one))[-1] for one in entries]
        return [word for end in ends for word in ("--yes", end)]

    def writes(self, *words: str) -> str:
        """…of one that writes an entry: the beginning of its id."""
        return re.findall(r"[0-9a-f]{12}", self.does(*words))[-1]


Sides = tuple[Side, Side]


@pytest.fixture(scope="session", autouse=True)
def no_settings() -> Iterator[None]:
    """The person's own settings do not reach the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("KERUEN_PASSPHRASE", "KERUEN_REGISTER"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pair that has just joined, to copy."""
    base = tmp_path_factory.mktemp("joined")
    a, b = Side(base / "a"), Side(base / "b")
    name = ["--name", "ru=Область", "--name", "kk=Облыс"]
    a.does("init", "--side", "A", *name, "--office", "Office A")
    b.does("init", "--side", "B", "--name", "zh=市", "--office", "Office B")
    cards = {one: shutil.copy(base / one / "card.json", base / f"card-{one}.json") for one in "ab"}
    said = [
        side.does("join", str(cards[other]), "--pair-name", "Pair").splitlines()[0]
        for side, other in ((a, "b"), (b, "a"))
    ]
    assert said[0] == said[1]
    exchange(a, b)
    exchange(b, a)
    return base


@pytest.fixture(scope="session")
def signed(joined: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pair with one agreed project and one agreed commitment, to copy."""
    base = tmp_path_factory.mktemp("signed")
    a, b = copied(joined, base)
    offers = [
        a.writes("offer", "project", "--from", written(base, "p.toml", PROJECT)),
        a.writes("commit", "--from", written(base, "c.toml", COMMITMENT)),
    ]
    exchange(a, b)
    b.does("countersign", *offers, *b.reads(*offers))
    exchange(b, a)
    return base


def copied(base: Path, to: Path) -> Sides:
    """Both installations in another place: nothing in them knows where it lies."""
    return tuple(Side(Path(shutil.copytree(base / one, to / one))) for one in "ab")  # type: ignore[return-value]


@pytest.fixture
def sides(joined: Path, tmp_path: Path) -> Sides:
    """A pair that has just joined."""
    return copied(joined, tmp_path)


@pytest.fixture
def agreed(signed: Path, tmp_path: Path) -> Sides:
    """A pair with one agreed project and one agreed commitment."""
    return copied(signed, tmp_path)


def exchange(one: Side, other: Side) -> str:
    """Carry a bundle from one side to the other; what the other says."""
    out = one.folder.parent / f"from-{one.folder.name}"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    one.does("export", str(out))
    return other.does("import", str(out))


def written(tmp_path: Path, name: str, words: str) -> str:
    """A file with words in it, as a person saves one."""
    path = tmp_path / name
    path.write_text(words, encoding="utf-8")
    return str(path)


def test_a_text_is_agreed_by_two_command_lines(agreed: Sides) -> None:
    """Offered here, countersigned there: both sides read the same agreed project, and are equal."""
    a, b = agreed
    exchange(a, b)
    exchange(b, a)
    for side in (a, b):
        assert "Verified" in side.does("verify")
        found = json.loads(side.does("show", "KH-0001", "--json"))
        assert found["agreed"]["title"]["ru"]["text"] == "Сухой порт"
    said = a.does("diff", "--against", str(b.folder))
    assert "equal" in said or "Log" in said


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_status_is_in_the_language(language: str, agreed: Sides, tmp_path: Path) -> None:
    """What waits, what is overdue: the reader's own words, each thing named by its title."""
    a, _ = agreed
    a.does("offer", "charter", "--from", written(tmp_path, "charter.toml", CHARTER))
    said = a.does("status", language=language)
    assert {"kk": "Іске қосу", "ru": "Запуск", "zh": "投运", "en": "C-0001"}[language] in said
    listed = a.does("list", language=language)
    title = {"kk": "Құрғақ порт", "ru": "Сухой порт", "zh": "无水港", "en": "Dry port"}[language]
    assert title in listed


def test_status_for_machines(agreed: Sides) -> None:
    """`status --json` is JSON and nothing else, with the four lists."""
    a, _ = agreed
    found = json.loads(a.does("status", "--json"))
    assert {"waits_for_me", "waits_for_them", "overdue", "contradictions"} <= set(found)
    assert len(found["overdue"]) == 1


def test_what_is_offered_waits_for_the_other(sides: Sides, tmp_path: Path) -> None:
    """An offer waits for the other side, never for its author."""
    a, b = sides
    a.does("offer", "project", "--from", written(tmp_path, "p.toml", PROJECT))
    exchange(a, b)
    ours, theirs = (json.loads(side.does("status", "--json")) for side in (a, b))
    assert (len(ours["waits_for_me"]), len(ours["waits_for_them"])) == (0, 1)
    assert (len(theirs["waits_for_me"]), len(theirs["waits_for_them"])) == (1, 0)


def test_refusals_need_a_reason_and_take_it(sides: Sides, tmp_path: Path) -> None:
    """A no without a reason is refused; with one it is an entry."""
    a, b = sides
    offer = a.writes("offer", "project", "--from", written(tmp_path, "p.toml", PROJECT))
    exchange(a, b)
    assert "--reason" in b.does("decline", offer, code=2)
    b.does("decline", offer, "--reason", "zh=不同意")
    exchange(b, a)
    assert "declined" in a.does("show", "KH-0001")
    other = a.writes("offer", "project", "--from", written(tmp_path, "p.toml", PROJECT))
    a.does("withdraw", other, "--reason", "ru=ошибка")


def test_counter_offer(sides: Sides, tmp_path: Path) -> None:
    """Another text in place of theirs answers it; the author may sign that one, and says so."""
    a, b = sides
    offer = a.writes("offer", "project", "--from", written(tmp_path, "p.toml", PROJECT))
    exchange(a, b)
    path = written(tmp_path, "p2.toml", PROJECT.replace("infrastructure", "trade"))
    other = b.writes("counter", offer, "--from", path, "--reason", "zh=改")
    exchange(b, a)
    assert "--yes" in a.does("countersign", other, code=2), "nobody sits at a terminal here"
    a.does("countersign", other, *a.reads(other))
    assert json.loads(a.does("show", "KH-0001", "--json"))["agreed"]["kind"] == "trade"


def test_changed_language_blocks_until_confirmed(agreed: Sides, tmp_path: Path) -> None:
    """One language changed after signature: the others are named, and nothing is written."""
    a, _ = agreed
    path = written(tmp_path, "p.toml", PROJECT.replace("Сухой порт", "Сухой порт Тобыл"))
    said = a.does("offer", "project", "--from", path, code=2)
    assert "zh" in said or "Chinese" in said
    confirm = [word for one in ("kk", "zh", "en") for word in ("--confirm", one)]
    a.does("offer", "project", "--from", path, *confirm)


def test_evidence_and_acceptance(agreed: Sides, tmp_path: Path) -> None:
    """The debtor shows a file, the creditor accepts it: the commitment is kept."""
    a, b = agreed
    paper = written(tmp_path, "act.txt", "done")
    title = ["--title", "ru=Акт"]
    about = ["--about", "C-0001", "--type", "completionCertificate"]
    entry = a.writes("evidence", paper, *about, *title, "--claims-met")
    exchange(a, b)
    b.does("accept", entry)
    exchange(b, a)
    assert json.loads(a.does("show", "C-0001", "--json"))["status"] == "accepted"


def test_claims_reports_and_disputes(agreed: Sides) -> None:
    """Claims and reports are written by parts or from a file; the other side may dispute them."""
    a, b = agreed
    parts = ["id=S-1", "project=KH-0001", "field=jobs", "quantity.value=500", "quantity.unit=job"]
    changes = [word for one in (*parts, "source.document=d") for word in ("--set", one)]
    claim = a.writes("claim", *changes)
    b.does("claim", *changes, "--set", "id=S-2", "--set", "quantity.value=50")
    a.does(
        "report", "--set", "project=KH-0001", "--set", "quarter=2026Q4", "--set", "summary.ru=идёт"
    )
    exchange(a, b)
    exchange(b, a)
    b.does("dispute", claim, "--reason", "zh=不对")
    assert len(json.loads(a.does("status", "--json"))["contradictions"]) == 1


def test_changed_byte_is_named(agreed: Sides) -> None:
    """A byte changed in the log makes `verify` name the entry, with exit code 2."""
    a, _ = agreed
    path = a.folder / "log" / "A.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole.replace("Сухой".encode(), "Сырой".encode(), 1))
    said = a.does("verify", code=2)
    assert "Verification failed" in said
    assert "A" in said
    found = json.loads(a.does("verify", "--json", code=2))
    assert not found["clean"]
    assert found["findings"]


@pytest.mark.parametrize(
    ("words", "must_say"),
    [
        (["show", "KH-9999"], "KH-9999"),
        (["show", ""], "id"),
        (["countersign", "ffffffffffff", "--yes", "ffffffffffff"], "ffffffffffff"),
        (["countersign", "zz", "--yes", "ffffffffffff"], "zz"),
        (["decline", "../../etc/passwd", "--reason", "en=no"], "passwd"),
        (["accept", "ffffffffffff"], "ffffffffffff"),
        (["fiche", "KH-9999"], "KH-9999"),
        (["move", "KH-9999", "prepared"], "KH-9999"),
        (["move", "KH-0001", "finished"], "finished"),
        (["status", "--today", "tomorrow"], "tomorrow"),
        (["diff", "--since", "2026"], "2026"),
        (["import", "none.jlb"], "none.jlb"),
        (["import", "ftp://example.org/x.jlb"], "ftp"),
        (["offer", "contract", "--set", "id=1"], "contract"),
        (["offer", "project"], "--from"),
        (["offer", "project", "--from", "none.toml"], "none.toml"),
        (["evidence", "none.pdf", "--about", "x", "--type", "y", "--title", "ru=z"], "none.pdf"),
        (["oc4ids", "export", "x.json", "--profile", "secret"], "secret"),
        (["keys", "sign", "none.json"], "none.json"),
        (["join", "none.json", "--pair-name", "x"], "none.json"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_careless_words(
    words: list[str],
    must_say: str,
    agreed: Sides,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What cannot be is one clear sentence with the word in it, exit code 2, and nothing written."""
    monkeypatch.chdir(tmp_path)
    a, _ = agreed
    before = (a.folder / "log" / "A.jsonl").read_bytes()
    assert must_say in a.does(*words, code=2)
    assert (a.folder / "log" / "A.jsonl").read_bytes() == before


def test_impossible_beginnings(tmp_path: Path) -> None:
    """A register is not begun with another side, no office, or a threshold that cannot be met."""
    side = Side(tmp_path / "x")
    name = ["--name", "ru=x"]
    side.does("init", "--side", "C", *name, "--office", "o", code=2)
    side.does("init", "--side", "A", *name, code=2)
    side.does("init", "--side", "A", *name, "--office", "o", "--threshold", "2", code=2)
    side.does("init", "--side", "A", "--name", "x", "--office", "o", code=2)
    assert not (tmp_path / "x" / "card.json").exists()
    side.does("init", "--side", "A", *name, "--office", "o")
    before = (side.folder / "card.json").read_bytes()
    side.does("init", "--side", "A", *name, "--office", "o", code=2)
    assert (side.folder / "card.json").read_bytes() == before


def test_two_officers_sign_one_after_the_other(agreed: Sides, tmp_path: Path) -> None:
    """With a key short, an entry waits in a file; the officer who has it completes it."""
    a, _ = agreed
    a.does("keys", "rotate", "--office", "One", "--office", "Two", "--threshold", "2")
    here = {key["id"] for key in json.loads(a.does("keys", "list", "--json"))["keys"]["A"]["keys"]}
    away = a.folder / "keys" / f"{min(here)}.pem"
    away.rename(tmp_path / away.name)
    said = a.does("offer", "charter", "--from", written(tmp_path, "c.toml", CHARTER))
    (pending,) = (a.folder / "pending").iterdir()
    assert str(pending) in said
    asked = a.does("keys", "sign", str(pending), code=2)
    assert "Совместный перечень" in asked
    assert f"--yes {pending.stem[:12]}" in asked
    read = ["--yes", pending.stem]
    assert str(pending) in a.does("keys", "sign", str(pending), *read)
    (tmp_path / away.name).rename(away)
    assert "in the log" in a.does("keys", "sign", str(pending), *read)
    assert not list((a.folder / "pending").iterdir())
    assert "Verified" in a.does("verify")


def test_sheet_and_package_come_back(agreed: Sides, tmp_path: Path) -> None:
    """What was written as a workbook or a package says nothing new when it is read again."""
    a, _ = agreed
    for name, target in (("sheet", "list.xlsx"), ("oc4ids", "list.json")):
        path = str(tmp_path / target)
        a.does(name, "export", path, *(["--profile", "full"] if name == "oc4ids" else []))
        assert "nothing new to the register" in a.does(name, "import", path)


def test_what_a_file_does_not_say_is_said_beside_it(agreed: Sides, tmp_path: Path) -> None:
    """The language of a package and the encoding of a list are options of their imports."""
    a, _ = agreed
    package = tmp_path / "theirs.json"
    package.write_text(
        '{"version": "0.9", "projects": [{"id": "x-1", "title": "Дорога"}]}', "utf-8"
    )
    said = a.does("oc4ids", "import", str(package), code=2, language="ru")
    assert "--text-language" in said
    assert "projects[0]" in said
    said = a.does("oc4ids", "import", str(package), "--text-language", "ru", language="ru")
    assert "x-1 Дорога" in said
    a.does("oc4ids", "import", str(package), "--text-language", "fr", code=2)
    table = tmp_path / "list.csv"
    row = "KH-0901;Мост через Тобол;инфраструктура"
    content = f"Номер в перечне;Название: русский;Вид проекта\n{row}\n"
    table.write_bytes(content.encode("cp1251"))
    assert "Мост" in a.does("sheet", "import", str(table), "--encoding", "cp1251")
    assert "UTF-8" in a.does("sheet", "import", str(table), "--encoding", "utf-8", code=2)
    assert "cp1251" in a.does("sheet", "import", str(table), "--encoding", "cp1252", code=2)


def test_possible_duplicates_are_named_on_import(agreed: Sides, tmp_path: Path) -> None:
    """What a workbook or a package brings is held against the list and against itself, each once."""
    a, b = agreed
    table = tmp_path / "list.csv"
    rows = ("KH-0901;Сухой порт", "KH-0902;Мост через Тобол", "KH-0903;Мост через ТОБОЛ")
    head = "Номер в перечне;Название: русский;Вид проекта"
    table.write_text("\n".join([head, *(f"{row};инфраструктура" for row in rows)]), "utf-8")
    package = tmp_path / "theirs.json"
    projects = [dict(zip(("id", "title"), row.split(";"), strict=True)) for row in rows]
    package.write_text(json.dumps({"version": "0.9", "projects": projects}), "utf-8")
    for told in (
        a.does("sheet", "import", str(table)),
        a.does("oc4ids", "import", str(package), "--text-language", "ru"),
        b.does("sheet", "import", str(table), "--offer"),
    ):
        pairs = re.findall(r"(\S+) and (\S+) may be the same project", told)
        assert pairs == [("KH-0901", "KH-0001"), ("KH-0903", "KH-0902")]
    checks = b.does("status")
    assert "Possible duplicate projects (2)" in checks


def test_demonstration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demonstration ends with two equal registers, papers in four languages, and both clean."""
    monkeypatch.chdir(tmp_path)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
        assert run(["register", "demo", "here", "--json"]) == 0
    found = json.loads(said.getvalue())
    assert found["equal"]
    names = {Path(path).name for path in found["outputs"]}
    assert {f"fiche-KH-0001-{language}.pdf" for language in i18n.LANGUAGES} <= names
    assert {"list-oc4ids.json", "list.xlsx", "list-diff.txt"} <= names
    a, b = Side(tmp_path / "here" / "side-a"), Side(tmp_path / "here" / "side-b")
    assert "equal" in a.does("diff", "--against", str(b.folder))
    for side in (a, b):
        assert "Verified" in side.does("verify")
    log = a.folder / "log" / "B.jsonl"
    log.write_bytes(log.read_bytes().replace(b"2025", b"2024", 1))
    assert "log/B.jsonl" in a.does("verify", code=2)
    with contextlib.redirect_stderr(io.StringIO()) as refused:
        assert run(["register", "demo", "here", "--language", "en"]) == 2
    assert "here" in refused.getvalue()


def test_locked_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locked keys ask for the passphrase, refuse a wrong one, and never show it."""
    side = Side(tmp_path / "x")
    monkeypatch.setenv("KERUEN_PASSPHRASE", "right words")
    side.does("init", "--side", "A", "--name", "ru=x", "--office", "o")
    other = Side(tmp_path / "y")
    other.does("init", "--side", "B", "--name", "zh=x", "--office", "o")
    card = str(other.folder / "card.json")
    monkeypatch.delenv("KERUEN_PASSPHRASE")
    assert "KERUEN_PASSPHRASE" in side.does("join", card, "--pair-name", "p", code=2)
    monkeypatch.setenv("KERUEN_PASSPHRASE", "wrong words")
    said = side.does("join", card, "--pair-name", "p", code=2)
    assert "wrong words" not in said
    monkeypatch.setenv("KERUEN_PASSPHRASE", "right words")
    side.does("join", card, "--pair-name", "p")
    monkeypatch.delenv("KERUEN_PASSPHRASE")
    side.does("list")
    side.does("verify")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder(agreed: Sides, tmp_path: Path) -> None:
    """A disk that refuses is named; what was there is left."""
    a, _ = agreed
    path = written(tmp_path, "charter.toml", CHARTER)
    before = (a.folder / "log" / "A.jsonl").read_bytes()
    a.folder.chmod(0o500)
    try:
        assert str(a.folder) in a.does("offer", "charter", "--from", path, code=2)
    finally:
        a.folder.chmod(0o700)
    assert (a.folder / "log" / "A.jsonl").read_bytes() == before
