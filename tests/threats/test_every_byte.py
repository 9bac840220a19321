"""A byte changed anywhere in an installation is a finding that names the file or the entry."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from keruen.errors import KeruenError
from keruen.register import Register
from made_up_pairs import AT, TODAY, Two, claim, full, listing, packed, parts

_PER_FILE = 9


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """A pair with something in every folder: logs, files, parked, quarantine, database."""
    pair = full(tmp_path_factory.mktemp("made"))
    pair.a.status(TODAY)
    return pair


def offsets(size: int) -> list[int]:
    """Both ends, and places between them."""
    step = max(1, size // _PER_FILE)
    return sorted({0, size - 1, *range(step // 2, size, step)})


@pytest.mark.parametrize("side", ["A", "B"])
def test_flipped_byte(made: Two, side: str, tmp_path: Path) -> None:
    """At sampled offsets of every file of both folders, one changed bit gives a finding."""
    folder = tmp_path / "x"
    shutil.copytree(made.sides[side].path, folder)
    register = Register.open(folder)
    assert register.verify() == ()
    missed = []
    for name, words in listing(folder).items():
        for offset in offsets(len(words)) if words else ():
            (folder / name).write_bytes(
                words[:offset] + bytes([words[offset] ^ 1]) + words[offset + 1 :]
            )
            if not told(register, name):
                missed.append((name, offset))
        (folder / name).write_bytes(words)
    assert not missed
    assert register.verify() == ()


def told(register: Register, name: str) -> bool:
    """The change is found, and its file or entry named."""
    found = register.verify()
    if name.startswith("log/"):
        side = name[4]
        return any(one.parameters.get("side") == side and "seq" in one.parameters for one in found)
    if name.startswith("files/"):
        return any("seq" in one.parameters for one in found)
    return bool(found) and (
        name == "seal.json" or any(str(one.parameters["place"]).endswith(name) for one in found)
    )


def test_named_entry_is_the_changed_one(made: Two, tmp_path: Path) -> None:
    """Whatever line of a log is changed, the finding names that very place."""
    folder = tmp_path / "x"
    shutil.copytree(made.a.path, folder)
    register = Register.open(folder)
    for side in ("A", "B"):
        path = folder / "log" / f"{side}.jsonl"
        words = path.read_bytes()
        start = 0
        for seq, row in enumerate(words.splitlines(keepends=True)):
            for offset in (start, start + len(row) // 2, start + len(row) - 2):
                path.write_bytes(words[:offset] + bytes([words[offset] ^ 1]) + words[offset + 1 :])
                first = next(one for one in register.verify() if "seq" in one.parameters)
                assert (first.parameters["side"], first.parameters["seq"]) == (side, seq)
            start += len(row)
        path.write_bytes(words)


def test_row_of_the_database_changed_and_sealed_again(made: Two, tmp_path: Path) -> None:
    """A row changed by somebody who also mends the seal is found, with its entry."""
    folder = tmp_path / "x"
    shutil.copytree(made.a.path, folder)
    register = Register.open(folder)
    inner = register._folder
    with sqlite3.connect(folder / "state.sqlite") as database:
        database.execute("UPDATE commitments SET status = 'accepted'")
    database.close()
    (folder / "seal.json").write_bytes(
        inner.resealed({"state.sqlite": [inner.digest("state.sqlite")]})
    )
    (found,) = register.verify()
    assert found.key == "problem.register_row"
    assert found.parameters["table"] == "commitments"
    promise = register.state(TODAY).commitments["KH-C01"]
    assert found.parameters["entry"] == promise.revisions[-1].entry
    assert (found.parameters["side"], found.parameters["seq"]) == ("A", 3)


def test_damaged_database_is_never_believed(made: Two, tmp_path: Path) -> None:
    """The answer comes from the logs when the database was changed; and it is not repaired behind
    one's back."""
    folder = tmp_path / "x"
    shutil.copytree(made.a.path, folder)
    before = Register.open(folder).status(TODAY)
    path = folder / "state.sqlite"
    for words in (path.read_bytes()[:-7], b"", b"no database at all"):
        path.write_bytes(words)
        assert Register.open(folder).status(TODAY) == before
        assert path.read_bytes() == words
        assert Register.open(folder).verify()
    path.unlink()
    assert Register.open(folder).verify()
    assert Register.open(folder).status(TODAY) == before
    assert Register.open(folder).verify() == ()


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "log/C.jsonl",
        "log/A.jsonl.bak",
        "files/x",
        "keys/x",
        "keys/x.pem",
        "parked/x.json",
        "quarantine/x",
        "pending/x.json",
        ".hidden",
        "state.sqlite-journal",
        "sub/folder/x",
    ],
)
def test_file_that_nobody_put_there(made: Two, tmp_path: Path, name: str) -> None:
    """A strange file in any folder is reported by name."""
    folder = tmp_path / "x"
    shutil.copytree(made.a.path, folder)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(b"strange")
    register = Register.open(made.a.path)
    with contextlib.suppress(KeruenError):
        register = Register.open(folder)
    if register.path == folder:
        assert name in [one.parameters["place"] for one in register.verify()]
    else:
        with pytest.raises(KeruenError, match=name):
            Register.open(folder)


def test_link_is_reported(made: Two, tmp_path: Path) -> None:
    """A link in the folder is reported, wherever it leads."""
    folder = tmp_path / "x"
    shutil.copytree(made.a.path, folder)
    (folder / "files" / ("0" * 64)).symlink_to("/etc/passwd")
    assert [one.key for one in Register.open(folder).verify()] == ["problem.register_unknown_file"]


@pytest.mark.parametrize("folder_name", ["parked", "quarantine"])
def test_flipped_byte_of_what_waits(made: Two, tmp_path: Path, folder_name: str) -> None:
    """What is parked or in quarantine is covered as well."""
    pair = made.copy(tmp_path)
    pair.a.claim(claim("S-1st"), at=AT)
    pair.a.claim(claim("S-2nd"), at=AT)
    bundle = pair.bundle("A")
    found = parts(bundle)
    packed(tmp_path / "bad.jlb", {**found, "evil": b"x"})
    with pytest.raises(KeruenError):
        pair.b.import_(tmp_path / "bad.jlb", at=AT)
    row = found["entries.jsonl"].splitlines()[-1]
    from keruen.register.record.canonical import entry_id, read_envelope

    entry = read_envelope(row, "x").entry
    name = f"{entry.side}-{entry.seq:08d}-{entry_id(entry)}.json"
    (pair.b.path / "parked" / name).write_bytes(row)
    assert pair.b.verify() == ()
    for path in sorted((pair.b.path / folder_name).iterdir()):
        words = path.read_bytes()
        for offset in offsets(len(words)):
            path.write_bytes(words[:offset] + bytes([words[offset] ^ 1]) + words[offset + 1 :])
            assert told(pair.b, f"{folder_name}/{path.name}"), (path.name, offset)
        path.write_bytes(words)
