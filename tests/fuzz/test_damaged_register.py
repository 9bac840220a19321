"""Whatever byte of a register was changed, `verify` names it, and nobody meets a traceback.

`scripts/check --long` changes ten thousand places over all files of a folder.
"""

from __future__ import annotations

import contextlib
import os
import random
from pathlib import Path

import pytest

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
