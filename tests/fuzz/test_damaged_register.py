"""Whatever byte of a register was changed, `verify` names it, and nobody meets a traceback.

`scripts/check --long` changes ten thousand places over all files of a folder.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
from pathlib import Path

import pytest

from keruen.cli.main import run
from keruen.errors import KeruenError
from keruen.i18n import text as say
from keruen.register import Register
from made_up_pairs import AT, TODAY, Two, full

N_CHANGES = int(os.environ.get("KERUEN_FUZZ_CHANGES", "500"))

_STRANGE = (
    b"\xff",
    b"\x00",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"\xe2\x80\xae",
    b"[" * 2_000,
    b'{"a":' * 2_000,
    b"9" * 5_000,
    b"1e999",
    b"null",
    b"-",
    b'"',
    b"\n",
)
"""What breaks readers: no UTF-8, halves of letters, deep nesting, endless numbers, other types."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Two:
    return full(tmp_path_factory.mktemp("made"))


def changed(content: bytes, chance: random.Random) -> bytes:
    """The content with one change in a random place."""
    at = chance.randrange(len(content) + 1)
    kind = chance.randrange(5)
    if kind == 0 and at < len(content):
        return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
    if kind == 1:
        return content[:at] + chance.choice(_STRANGE) + content[at:]
    if kind == 2:
        piece = chance.choice(_STRANGE)
        return content[:at] + piece + content[at + len(piece) :]
    if kind == 3:
        return content[:at]
    return content[:at] + content[at + 1 + chance.randrange(40) :]


def check_reads(folder: Path) -> None:
    """The list is read from what lies there, or it is said why not."""
    with contextlib.suppress(KeruenError):
        register = Register.open(folder)
        register.state(TODAY)
        register.status(TODAY)


def is_found(folder: Path) -> bool:
    """`verify` or the opening names something, with its place and a sentence."""
    try:
        found = Register.open(folder).verify()
    except KeruenError as refused:
        return bool(str(refused))
    assert all(say(one.key, "ru", **one.parameters) for one in found)
    assert all(one.parameters["place"] for one in found)
    return bool(found)


def test_no_change_is_missed_and_none_is_a_traceback(made: Two, tmp_path: Path) -> None:
    """Each changed file is found out, each finding has its place and a sentence."""
    folder = made.copy(tmp_path).a.path
    assert Register.open(folder).verify() == ()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    chance = random.Random(20261129)
    missed = []
    for n in range(N_CHANGES):
        path = chance.choice(files)
        whole = path.read_bytes()
        bad = changed(whole, chance)
        if bad == whole:
            continue
        path.write_bytes(bad)
        if not is_found(folder):
            missed.append((n, path.name))
        check_reads(folder)
        for one in folder.rglob("*"):
            if one.is_file() and one not in files:
                one.unlink()
        path.write_bytes(whole)
    assert missed == []


FORGED = "Forged"


def forged(content: bytes, chance: random.Random) -> bytes:
    """The content with a word where another one stood, mostly inside a text."""
    texts = [found.span(1) for found in re.finditer(rb'"text":"([^"]+)"', content)]
    if texts and chance.random() < 0.7:
        first, end = chance.choice(texts)
        return content[:first] + FORGED.encode() + content[end:]
    at = chance.randrange(len(content) + 1)
    return content[:at] + FORGED.encode() + content[at + len(FORGED) :]


def test_list_shows_nothing_unchecked(
    made: Two, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever byte of whatever file was changed: `list` ends well or says what is wrong, and never
    prints a text that no signature covers."""
    folder = made.copy(tmp_path).a.path
    command = ["register", "list", "--folder", str(folder), "--today", TODAY, "--language", "en"]
    assert run(command) == 0
    true = capsys.readouterr().out
    assert "Port" in true
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    logs = {path for path in files if path.parent.name == "log"}
    chance = random.Random(20261201)
    ends = set()
    for n in range(max(100, N_CHANGES // 5)):
        path = chance.choice(sorted(logs) if n % 3 == 0 else files)
        whole = path.read_bytes()
        change = forged if n % 2 else changed
        path.write_bytes(change(whole, chance))
        ends.add(code := run(command))
        said = capsys.readouterr()
        assert code in {0, 2}, (n, path)
        assert "Traceback" not in said.err, (n, path)
        assert FORGED not in said.out, (n, path)
        if path in logs:
            assert FORGED not in said.err, (n, path)
        if code == 0:
            # A log may have lost its end, which is named; nothing of the list becomes other words.
            shown = [line for line in said.out.splitlines() if "KH-" in line]
            assert set(shown) <= set(true.splitlines()), (n, path)
        else:
            assert said.err, (n, path)
        for one in folder.rglob("*"):
            if one.is_file() and one not in files:
                one.unlink()
        path.write_bytes(whole)
    assert ends == {0, 2}


def test_signature_has_one_written_form(made: Two, tmp_path: Path) -> None:
    """A capital in a signature is another byte, though it is the same number."""
    folder = made.copy(tmp_path).a.path
    log = folder / "log" / "B.jsonl"
    head, mark, tail = log.read_bytes().rpartition(b'"sig":"')
    log.write_bytes(head + mark + tail[:128].upper() + tail[128:])
    assert [one.key for one in Register.open(folder).verify()][:1] == ["problem.signature_wrong"]


def test_damaged_bundles_are_refused(made: Two, tmp_path: Path) -> None:
    """A bundle with a changed byte is taken in as it was made, or refused with a sentence."""
    pair = made.copy(tmp_path)
    whole = pair.bundle("A", whole=True).read_bytes()
    chance = random.Random(20261130)
    path = tmp_path / "bad.jlb"
    before = pair.b.state(TODAY).heads
    for _ in range(N_CHANGES // 5):
        path.write_bytes(changed(whole, chance))
        with contextlib.suppress(KeruenError):
            pair.b.import_(path, at=AT)
    assert pair.b.state(TODAY).heads["A"] == before["A"]
