"""Keys: too few, counted twice, gone with an officer, brought back from the past."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import msgspec
import pytest

from keruen.errors import InputError, RegisterError
from keruen.register import Register
from keruen.register.log.signing import MANIFEST, load_key, sign_bytes
from keruen.register.record.canonical import canonical, line, read_envelope, read_waiting
from keruen.register.record.entries import Envelope, Keys
from made_up_pairs import (
    AT,
    TODAY,
    claim,
    full,
    keys_of,
    lines,
    packed,
    parts,
    project,
    put_lines,
    sign,
    two,
)


def pems(register: Register) -> list[Path]:
    return sorted((register.path / "keys").glob("*.pem"))


def split_keys(register: Register, folder: Path) -> tuple[Register, Register]:
    """Two officers of one side, each with one of its two keys."""
    folders = [folder / "first", folder / "second"]
    for place, own in enumerate(folders):
        shutil.copytree(register.path, own)
        others = pems(register)
        (own / "keys" / others[1 - place].name).unlink()
    return Register.open(folders[0]), Register.open(folders[1])


def test_two_officers_sign_one_after_the_other(tmp_path: Path) -> None:
    """With one key of two the text waits; the other officer's signature puts it into the log."""
    pair = two(tmp_path, offices=2, threshold=2)
    first, second = split_keys(pair.a, tmp_path / "officers")
    before = lines(first, "A")
    name = first.offer("project", project(), at=AT)
    assert lines(first, "A") == before
    (waiting,) = first.pending
    assert waiting.stem == name
    assert first.sign_pending(waiting, at=AT) == ""
    carried = Path(shutil.copy(waiting, tmp_path / "carried.json"))
    entry = second.sign_pending(carried, at=AT)
    found = json.loads(lines(second, "A")[-1])
    assert (found["entry"]["type"], found["entry"]["v"]) == ("offer", 2)
    assert (len(found["entry"]["offices"]), len(found["signatures"])) == (2, 1)
    assert pair.b.import_(second.export(tmp_path / "x.jlb", at=AT), at=AT).applied == 1
    assert [one.entry for one in pair.b.state(TODAY).all_revisions()] == [entry]


def test_a_forged_signature_in_a_carried_file(tmp_path: Path) -> None:
    """A file that comes back with a signature that is none does not reach the log."""
    pair = two(tmp_path, offices=2, threshold=2)
    first, second = split_keys(pair.a, tmp_path / "officers")
    first.offer("project", project(), at=AT)
    (waiting,) = first.pending
    held = read_waiting(waiting.read_bytes(), "x")
    (own,) = held.signatures
    (other,) = {key.id for key in first.keys["A"].keys} - {own.key}
    forged = msgspec.structs.replace(own, key=other)
    both = tuple(sorted((own, forged), key=lambda one: one.key))
    carried = tmp_path / "carried.json"
    carried.write_bytes(canonical(msgspec.structs.replace(held, signatures=both)))
    before = lines(first, "A")
    with pytest.raises(RegisterError) as refused:
        first.sign_pending(carried, at=AT)
    assert keys_of(refused.value) == ["problem.signature_wrong"]
    assert lines(first, "A") == before
    assert second.sign_pending(waiting, at=AT)


def test_one_key_counted_twice(tmp_path: Path) -> None:
    """Two signatures of one key are no two keys: such an entry is refused wherever it stands."""
    pair = two(tmp_path, offices=2, threshold=2)
    pair.a.offer("project", project(), at=AT)
    bundle = pair.bundle("A")
    found = parts(bundle)
    rows = found["entries.jsonl"].splitlines()
    envelope = read_envelope(rows[-1], "x")
    one = envelope.signatures[0]
    twice = Envelope(entry=envelope.entry, signatures=(one, one))
    found["entries.jsonl"] = b"".join(row + b"\n" for row in [*rows[:-1], line(twice)])
    before = lines(pair.b, "A")
    with pytest.raises(RegisterError) as refused:
        pair.b.import_(resealed(bundle, found, pems(pair.a)[0]), at=AT)
    assert f"A {envelope.entry.seq}" in str(refused.value.parameters["place"])
    assert lines(pair.b, "A") == before
    put_lines(pair.a, "A", [*lines(pair.a, "A")[:-1], line(twice) + b"\n"])
    names = {(f.parameters.get("side"), f.parameters.get("seq")) for f in pair.a.verify()}
    assert ("A", envelope.entry.seq) in names


def resealed(bundle: Path, found: dict[str, bytes], pem: Path) -> Path:
    """A bundle of side A, its manifest signed again with a key."""
    manifest = json.loads(found["manifest.json"])
    manifest["entries"] = hashlib.sha256(found["entries.jsonl"]).hexdigest()
    signatures = sign_bytes(MANIFEST, canonical(manifest), [load_key(pem.read_bytes(), "x")])
    found["manifest.json"] = canonical(manifest)
    found["manifest.sig.json"] = canonical({"signatures": msgspec.to_builtins(signatures)})
    return packed(bundle, found)


def test_departed_officer(tmp_path: Path) -> None:
    """After a rotation the old key signs nothing any more, neither an entry nor a bundle."""
    pair = full(tmp_path)
    old = pems(pair.a)[0]
    pair.a.rotate(["New office"], at=AT)
    pair.exchange()
    assert [key.office for key in pair.b.keys["A"].keys] == ["New office"]
    pair.a.claim(claim("S-x"), at=AT)
    bundle = pair.bundle("A")
    found = parts(bundle)
    rows = found["entries.jsonl"].splitlines()
    envelope = read_envelope(rows[-1], "x")
    forged = line(sign(envelope.entry, [load_key(old.read_bytes(), "x")]))
    found["entries.jsonl"] = b"".join(row + b"\n" for row in [*rows[:-1], forged])
    new = next(path for path in pems(pair.a) if path != old)
    for key in (old, new):
        with pytest.raises(RegisterError) as refused:
            pair.b.import_(resealed(bundle, dict(found), key), at=AT)
        assert keys_of(refused.value) == ["problem.key_unknown"]
        assert f"A {envelope.entry.seq}" in str(refused.value.parameters["place"])
    honest = parts(pair.bundle("A"))
    with pytest.raises(RegisterError) as refused:
        pair.b.import_(resealed(tmp_path / "old-key.jlb", honest, old), at=AT)
    assert "manifest.json" in str(refused.value.parameters["place"])
    assert pair.b.import_(pair.bundle("A"), at=AT).applied == 1
    assert [one.verify() for one in pair.sides.values()] == [(), ()]


def test_officer_without_the_new_key_cannot_write(tmp_path: Path) -> None:
    """Where only the old key lies, nothing is signed."""
    pair = full(tmp_path)
    old = pems(pair.a)[0]
    pair.a.rotate(["New office"], at=AT)
    for path in pems(pair.a):
        if path != old:
            path.unlink()
    with pytest.raises(RegisterError) as refused:
        Register.open(pair.a.path).claim(claim("S-x"), at=AT)
    assert keys_of(refused.value) == ["problem.register_no_key"]


def test_old_policy_never_comes_back(tmp_path: Path) -> None:
    """A policy entry with an old number is refused, by number, though both key sets sign it."""
    pair = full(tmp_path)
    root = pair.a.card.root
    pair.a.rotate(["New office"], at=AT)
    pair.exchange()
    envelope = read_envelope(lines(pair.a, "A")[-1].rstrip(b"\n"), "x")
    keys = [load_key(path.read_bytes(), "x") for path in pems(pair.a)]
    chain = pair.a.keys["A"]
    entry = msgspec.structs.replace(
        envelope.entry,
        seq=envelope.entry.seq + 1,
        prev=json.loads(parts(pair.bundle("A"))["manifest.json"])["heads"]["A"]["id"],
        policy=chain.number,
        seen=envelope.entry.seen,
        type="policy",
        body=msgspec.to_builtins(root),
    )
    put_lines(pair.a, "A", [*lines(pair.a, "A"), line(sign(entry, keys)) + b"\n"])
    (found, *_) = [one for one in pair.a.verify() if one.parameters.get("seq") == entry.seq]
    assert found.key == "problem.policy_rollback"


def test_rotation_needs_the_old_threshold(tmp_path: Path) -> None:
    """One officer of two cannot change the keys alone."""
    pair = two(tmp_path, offices=2, threshold=2)
    first, _ = split_keys(pair.a, tmp_path / "officers")
    first.rotate(["Mine", "Mine too"], threshold=1, at=AT)
    assert len(first.pending) == 1
    assert first.keys["A"].number == 1


def test_keys_made_elsewhere(tmp_path: Path) -> None:
    """A policy of keys that were made elsewhere waits for the signatures of those keys."""
    pair = full(tmp_path)
    other = Register.init(
        tmp_path / "other", side="A", name=pair.a.card.name, offices=["Far office"]
    )
    name = pair.a.rotate(other.card.root, at=AT)
    (waiting,) = pair.a.pending
    shutil.copy(pems(other)[0], pair.a.path / "keys")
    found = {one.key for one in pair.a.verify()}
    assert found == {"problem.register_unsealed"}
    assert Register.open(pair.a.path).sign_pending(waiting, at=AT) == name
    keys: Keys = Register.open(pair.a.path).keys["A"]
    assert keys.number == 2


def test_locked_keys(tmp_path: Path) -> None:
    """A wrong passphrase is refused; without one the register reads, and signs nothing."""
    names = {"name": two(tmp_path / "x").a.card.name, "offices": ["Office"]}
    a = Register.init(tmp_path / "a", side="A", passphrase="right words", **names)
    b = Register.init(tmp_path / "b", side="B", **names)
    a.join(b.card, pair_name="P", at=AT)
    with pytest.raises(RegisterError) as refused:
        Register.open(tmp_path / "a", "wrong words")
    assert keys_of(refused.value) == ["problem.passphrase_wrong"]
    reader = Register.open(tmp_path / "a")
    assert reader.state(TODAY).name == "P"
    assert reader.verify() == ()
    with pytest.raises(RegisterError) as refused:
        reader.claim(claim("S-x", project=""), at=AT)
    assert keys_of(refused.value) == ["problem.register_no_key"]
    (pem,) = pems(a)
    pem.write_bytes(pem.read_bytes().replace(b"A", b"B", 1))
    assert [one.parameters["place"] for one in reader.verify()] == [f"keys/{pem.name}"]


@pytest.mark.parametrize("threshold", [0, 3, -1])
def test_impossible_thresholds(tmp_path: Path, threshold: int) -> None:
    """A threshold that nobody, or anybody, meets is refused before a file is written."""
    name = two(tmp_path / "x").a.card.name
    with pytest.raises(InputError) as refused:
        Register.init(tmp_path / "a", side="A", name=name, offices=["1", "2"], threshold=threshold)
    assert refused.value.key == "problem.threshold"
    assert not (tmp_path / "a").exists()
