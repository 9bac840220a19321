"""A register comes back from one file, and signs nothing before the other side has shown its log."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from keruen.errors import InputError, RegisterError
from keruen.register import Register
from keruen.register.backup import back_up, restore
from made_up_pairs import AT, Two, claim, full

LATER = "2026-11-24T10:00:00Z"
AFTER = "2026-11-24T11:00:00Z"


@pytest.fixture
def pair(tmp_path: Path) -> Two:
    """A pair with something of every kind."""
    return full(tmp_path / "pair")


def lost(pair: Two, tmp_path: Path) -> Path:
    """A's backup; then A says one thing more, B takes it in, and A's computer is gone."""
    file = tmp_path / "a.backup"
    back_up(pair.a.path, file, at=AT)
    pair.a.claim(claim("S-later"), at=AT)
    pair.exchange()
    shutil.rmtree(pair.a.path)
    return file


def found(register: Register) -> set[str]:
    return {one.key for one in register.verify()}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {"seal.json", "state.sqlite"}
    }


def test_everything_comes_back(pair: Two, tmp_path: Path) -> None:
    """Every file but the derived database, to the byte; the keys are closed to others."""
    before = contents(pair.a.path)
    back_up(pair.a.path, tmp_path / "a.backup", at=AT)
    restore(tmp_path / "a.backup", tmp_path / "new", at=LATER)
    came = contents(tmp_path / "new")
    assert came == {name: words for name, words in before.items() if name in came}
    assert {name for name in before if not name.startswith(".")} <= set(came)
    key = next((tmp_path / "new" / "keys").iterdir())
    assert key.stat().st_mode & 0o077 == 0
    assert (tmp_path / "a.backup").stat().st_mode & 0o077 == 0


def test_a_restored_register_signs_only_after_the_other_side_has_shown_its_log(
    pair: Two, tmp_path: Path
) -> None:
    """Its lost entry comes back first; a second entry in that place would be a second history."""
    restore(lost(pair, tmp_path), tmp_path / "new", at=LATER)
    new = Register.open(tmp_path / "new")
    assert found(new) == {"problem.register_restored"}
    with pytest.raises(RegisterError) as refused:
        new.claim(claim("S-other"), at=AFTER)
    assert {one.key for one in refused.value.problems} == {"problem.register_restored"}
    new.import_(pair.b.export(tmp_path / "b.jlb", at=AFTER, whole=True), at=AFTER)
    assert found(new) == set()
    assert any(one.body.id == "S-later" for one in new.state("2026-11-24").claims)
    new.claim(claim("S-other"), at=AFTER)
    pair.b.import_(new.export(tmp_path / "a.jlb", at=AFTER), at=AFTER)
    assert pair.b.verify() == ()


def test_a_bundle_made_before_confirms_nothing(pair: Two, tmp_path: Path) -> None:
    """An older bundle of the other side may not know of what was lost."""
    old = pair.b.export(tmp_path / "old.jlb", at=AT, whole=True)
    restore(lost(pair, tmp_path), tmp_path / "new", at=LATER)
    new = Register.open(tmp_path / "new")
    new.import_(old, at=AFTER)
    with pytest.raises(RegisterError):
        new.claim(claim("S-other"), at=AFTER)


def test_a_register_without_a_pair_goes_on_at_once(tmp_path: Path) -> None:
    """Nobody has seen an entry of a side that has not joined yet."""
    from made_up_pairs import words

    Register.init(tmp_path / "a", side="A", name=words("North"), offices=["Office"])
    back_up(tmp_path / "a", tmp_path / "a.backup", at=AT)
    restore(tmp_path / "a.backup", tmp_path / "new", at=LATER)
    assert Register.open(tmp_path / "new").verify() == ()


def test_what_is_there_is_never_written_over(pair: Two, tmp_path: Path) -> None:
    """Neither a file by a backup nor a register by a restoring."""
    file = tmp_path / "a.backup"
    back_up(pair.a.path, file, at=AT)
    before = file.read_bytes()
    with pytest.raises(InputError) as refused:
        back_up(pair.a.path, file, at=AT)
    assert refused.value.problems[0].key == "error.backup_exists"
    assert file.read_bytes() == before
    with pytest.raises(InputError) as refused:
        restore(file, pair.b.path, at=LATER)
    assert refused.value.problems[0].key == "error.register_exists"


@pytest.mark.parametrize("how", ["text", "changed", "missing", "foreign"])
def test_a_damaged_backup_leaves_nothing(pair: Two, tmp_path: Path, how: str) -> None:
    """Whatever is wrong with the file: it is named, and no folder is left."""
    whole, file = tmp_path / "a.backup", tmp_path / "bad.backup"
    back_up(pair.a.path, whole, at=AT)
    if how == "text":
        file.write_text("no backup")
    else:
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(file, "w") as target:
            for name in source.namelist():
                words = source.read(name)
                if name == "log/A.jsonl":
                    if how == "missing":
                        continue
                    words = words[:-2] + b"x\n" if how == "changed" else words
                if name == "backup.json" and how == "foreign":
                    words = words.replace(b"log/A.jsonl", b"log/../../A.jsonl")
                target.writestr(name, words)
    with pytest.raises(InputError) as refused:
        restore(file, tmp_path / "new", at=LATER)
    damaged = how in {"changed", "missing"}
    key = "error.backup_damaged" if damaged else "error.backup_not_one"
    assert refused.value.problems[0].key == key
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob(".new*"))


def test_files_behind_a_broken_entry_are_named_as_theirs(pair: Two) -> None:
    """A paper that a good entry cites stays a paper of the register when an earlier one breaks."""
    log = pair.a.path / "log" / "A.jsonl"
    lines = log.read_bytes().split(b"\n")
    papers = [path.name for path in (pair.a.path / "files").iterdir()]
    (at,) = [n for n, line in enumerate(lines) if papers[0].encode() in line][:1]
    assert at > 1
    lines[1] = lines[1].replace(b"20", b"19", 1)
    log.write_bytes(b"\n".join(lines))
    told = Register.open(pair.a.path).verify()
    assert "problem.register_unknown_file" not in {one.key for one in told}
    behind = [dict(one.parameters) for one in told if one.key == "problem.register_file_behind"]
    assert {"place": f"files/{papers[0]}", "side": "A", "seq": at} in behind


def test_offices_are_called_in_the_readers_language(tmp_path: Path) -> None:
    """Names in several languages go into the card and the list; one name alone stays as it was.

    Nobody who signs is left out because his office has one name."""
    from keruen.report.joint import meeting_sheet
    from made_up_pairs import words

    a = Register.init(tmp_path / "a", side="A", name=words("North"), offices=[words("Office")])
    b = Register.init(tmp_path / "b", side="B", name=words("South"), offices=["Bureau"])
    assert a.card.root.keys[0].office == "Office kk"
    assert b"names" not in (tmp_path / "b" / "card.json").read_bytes()
    a.join(b.card, pair_name="Pair", at=AT)
    b.join(a.card, pair_name="Pair", at=AT)
    state = a.state("2026-11-24")
    assert state.offices["A"] == (words("Office"),)
    for language in ("kk", "ru", "zh"):
        foot = meeting_sheet(state, language=language).words["foot"]
        assert f"Office {language}" in foot
        assert "Bureau" in foot
    a.rotate([words("Chamber")], at=AT)
    assert a.state("2026-11-24").offices["A"] == (words("Chamber"),)
