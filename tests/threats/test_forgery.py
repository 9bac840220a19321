"""Whoever edits, deletes, backdates or forks is found, and the exact entry is named."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from keruen.domain.joint import Side
from keruen.errors import RegisterError
from keruen.register import Register
from keruen.register.log.signing import ENTRY, load_key, sign_bytes
from keruen.register.record.canonical import canonical, entry_id, fingerprint, line, read_envelope
from keruen.register.record.entries import Envelope
from made_up_logs import write
from made_up_pairs import (
    AT,
    TODAY,
    Two,
    claim,
    full,
    keys_of,
    lines,
    packed,
    parts,
    project,
    put_lines,
    reason_of,
    sign,
    words,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Two:
    return full(tmp_path_factory.mktemp("made"))


@pytest.fixture
def pair(made: Two, tmp_path: Path) -> Two:
    return made.copy(tmp_path)


def named(register: Register) -> set[tuple[object, object]]:
    """Side and place of every entry that `verify` names."""
    found = Register.open(register.path).verify()
    assert all("place" in one.parameters for one in found)
    return {(one.parameters.get("side"), one.parameters.get("seq")) for one in found}


def envelope_of(register: Register, side: Side, seq: int) -> Envelope:
    return read_envelope(lines(register, side)[seq].rstrip(b"\n"), "x")


def resigned(register: Register, side: Side, seq: int, **changes: object) -> bytes:
    """The line of an entry with changes, signed again with the side's own key."""
    envelope = envelope_of(register, side, seq)
    entry = msgspec.structs.replace(envelope.entry, **changes)
    (pem,) = (register.path / "keys").glob("*.pem")
    return line(sign(entry, [load_key(pem.read_bytes(), "x")])) + b"\n"


@pytest.mark.parametrize("owner", ["A", "B"])
@pytest.mark.parametrize("side", ["A", "B"])
def test_silent_edit(pair: Two, owner: Side, side: Side) -> None:
    """A word changed in either log of either folder is found at its entry."""
    register = pair.sides[owner]
    found = lines(register, side)
    seq = len(found) - 1
    edited = found[seq].replace(b'"at":"2026', b'"at":"2025')
    assert edited != found[seq]
    put_lines(register, side, [*found[:seq], edited])
    assert (side, seq) in named(register)
    with pytest.raises(RegisterError) as refused:
        Register.open(register.path).state(TODAY)
    assert f"{side} {seq}" in str(refused.value.parameters["place"])


def test_edit_signed_again_by_its_author(pair: Two) -> None:
    """An author who edits and signs again breaks the chain behind; the last entry breaks the seal."""
    found = lines(pair.a, "A")
    earlier = resigned(pair.a, "A", 3, at="2026-01-01T00:00:00Z")
    put_lines(pair.a, "A", [*found[:3], earlier, *found[4:]])
    assert ("A", 4) in named(pair.a)
    last = len(found) - 1
    put_lines(pair.a, "A", [*found[:last], resigned(pair.a, "A", last, at="2026-01-01T00:00:00Z")])
    assert ("A", last) in named(pair.a)


@pytest.mark.parametrize("place", [0, 2, -1])
@pytest.mark.parametrize("side", ["A", "B"])
def test_deletion(pair: Two, side: Side, place: int) -> None:
    """An entry taken out of the beginning, the middle or the end of a log is missed there."""
    found = lines(pair.b, side)
    place %= len(found)
    put_lines(pair.b, side, [one for seq, one in enumerate(found) if seq != place])
    assert (side, place) in named(pair.b)


def test_whole_log_deleted(pair: Two) -> None:
    """A log that is gone is missed, with the last entry that it had."""
    last = len(lines(pair.a, "B")) - 1
    (pair.a.path / "log" / "B.jsonl").unlink()
    assert ("B", last) in named(pair.a)


def test_backdating(pair: Two) -> None:
    """An earlier date moves an entry to no other place, and is shown to both sides."""
    before = {one: found.revisions for one, found in pair.a.state(TODAY).projects.items()}
    name = pair.a.claim(claim("S-back"), at="2020-01-01T00:00:00Z")
    pair.carry("A")
    for register in pair.sides.values():
        state = register.state(TODAY)
        assert state.claims[-1].entry == name
        (told,) = [words for key, words in state.checks if key == "exchange.clock_back"]
        assert told["side"] == "A"
        assert told["entry"] == name[:12]
        assert register.verify() == ()
    after = pair.a.state(TODAY).projects
    assert before == {one: found.revisions for one, found in after.items()}


def test_clock_that_jumps_ahead(pair: Two) -> None:
    """A clock that jumps a century ahead and back changes no consent and no order."""
    first = pair.b.claim(claim("S-late"), at="2126-01-01T00:00:00Z")
    second = pair.b.claim(claim("S-now"), at=AT)
    pair.exchange()
    states = [register.state(TODAY) for register in pair.sides.values()]
    assert [one.entry for one in states[0].claims[-2:]] == [first, second]
    assert states[0] == states[1]


def test_impossible_moment_is_refused(pair: Two) -> None:
    """What is no moment is never written."""
    before = lines(pair.a, "A")
    for at in ("2026-13-01T00:00:00Z", "yesterday", "2026-11-23", "2026-11-23T10:00:00+05:00"):
        with pytest.raises(RegisterError) as refused:
            pair.a.claim(claim("x"), at=at)
        assert keys_of(refused.value) == ["problem.moment"]
    assert lines(pair.a, "A") == before


def test_fork_shown_to_different_people(pair: Two, tmp_path: Path) -> None:
    """A side that shows two histories is caught, with both entries kept as proof."""
    other = pair.copy(tmp_path / "other")
    pair.a.claim(claim("S-one"), at=AT)
    other.a.claim(claim("S-two"), at=AT)
    pair.carry("A")
    before = lines(pair.b, "A")
    with pytest.raises(RegisterError) as refused:
        pair.b.import_(other.bundle("A"), at=AT)
    (problem,) = refused.value.problems
    assert problem.key == "problem.register_equivocation"
    assert lines(pair.b, "A") == before
    seq = len(before) - 1
    (proof,) = pair.b.state(TODAY).equivocations
    assert (proof.side, proof.seq) == ("A", seq)
    assert {proof.first, proof.second} == {
        entry_id(envelope_of(register, "A", seq).entry) for register in (pair.a, other.a)
    }
    assert ("A", seq) in named(pair.b)


def test_fork_is_seen_by_what_the_other_side_shows(pair: Two, tmp_path: Path) -> None:
    """Where a side wrote two histories, the entry that the other had seen comes back as a proof."""
    other = pair.copy(tmp_path / "other")
    pair.a.claim(claim("S-one"), at=AT)
    other.a.claim(claim("S-two"), at=AT)
    other.carry("A")
    with pytest.raises(RegisterError) as refused:
        pair.a.import_(other.bundle("B"), at=AT)
    assert keys_of(refused.value) == ["problem.register_equivocation"]
    assert refused.value.parameters["place"].startswith("A ")


def test_forged_entry_without_key(pair: Two, tmp_path: Path) -> None:
    """An entry that somebody else signed is refused by name, and nothing of the bundle is taken."""
    stranger = Register.init(tmp_path / "stranger", side="A", name=words("X"), offices=["X"])
    pair.a.claim(claim("S-x"), at=AT)
    bundle = pair.bundle("A")
    (pem,) = (stranger.path / "keys").glob("*.pem")
    found = parts(bundle)
    envelope = read_envelope(found["entries.jsonl"].splitlines()[-1], "x")
    forged = line(sign(envelope.entry, [load_key(pem.read_bytes(), "x")])) + b"\n"
    before = lines(pair.b, "A")
    repacked(pair, bundle, found, [*found["entries.jsonl"].splitlines(keepends=True)[:-1], forged])
    with pytest.raises(RegisterError) as refused:
        pair.b.import_(bundle, at=AT)
    assert keys_of(refused.value) == ["problem.key_unknown"]
    assert f"A {envelope.entry.seq}" in str(refused.value.parameters["place"])
    assert lines(pair.b, "A") == before


def repacked(pair: Two, bundle: Path, found: dict[str, bytes], entries: list[bytes]) -> None:
    """Put other entries into a bundle of side A and sign its manifest again."""
    import hashlib

    manifest = json.loads(found["manifest.json"])
    manifest["entries"] = hashlib.sha256(b"".join(entries)).hexdigest()
    signed(pair.a, bundle, found, manifest, b"".join(entries))


def signed(
    register: Register, bundle: Path, found: dict[str, bytes], manifest: object, entries: bytes
) -> None:
    """A bundle with another manifest, signed with the register's own key."""
    (pem,) = (register.path / "keys").glob("*.pem")
    kind = "application/vnd.keruen.manifest.v1+json"
    signatures = sign_bytes(kind, canonical(manifest), [load_key(pem.read_bytes(), "x")])
    packed(
        bundle,
        {
            **found,
            "manifest.json": canonical(manifest),
            "manifest.sig.json": canonical({"signatures": msgspec.to_builtins(signatures)}),
            "entries.jsonl": entries,
        },
    )


def test_signature_of_an_entry_never_serves_for_a_manifest(pair: Two) -> None:
    """The type of what is signed is inside the signature."""
    pair.a.claim(claim("S-x"), at=AT)
    bundle = pair.bundle("A")
    found = parts(bundle)
    (pem,) = (pair.a.path / "keys").glob("*.pem")
    signatures = sign_bytes(ENTRY, found["manifest.json"], [load_key(pem.read_bytes(), "x")])
    found["manifest.sig.json"] = canonical({"signatures": msgspec.to_builtins(signatures)})
    packed(bundle, found)
    with pytest.raises(RegisterError) as refused:
        pair.b.import_(bundle, at=AT)
    assert keys_of(refused.value) == ["problem.signature_wrong"]
    assert reason_of(pair.b)[0]["problems"][0]["key"] == "problem.signature_wrong"


def test_translation_changed_after_signature(pair: Two) -> None:
    """A language changed behind an agreed text breaks the entry, and blocks a new offer."""
    found = lines(pair.b, "A")
    seq = next(n for n, one in enumerate(found) if b"Port ru" in one)
    put_lines(pair.b, "A", [one.replace(b"Port zh", b"Harbour zh") for one in found])
    assert ("A", seq) in named(pair.b)
    agreed = pair.a.state(TODAY).projects["KH-0001"].agreed
    assert agreed is not None
    changed = msgspec.structs.replace(agreed, title=write(agreed.title, "ru", "Другое"))
    before = lines(pair.a, "A")
    with pytest.raises(RegisterError) as refused:
        pair.a.offer("project", changed, at=AT)
    assert set(keys_of(refused.value)) == {"problem.offer_behind"}
    assert {one.parameters["language"] for one in refused.value.problems} == {"kk", "zh"}
    assert lines(pair.a, "A") == before


def test_text_behind_is_refused_when_it_comes_in(pair: Two) -> None:
    """An offer whose languages do not follow each other is refused at the door, by name."""
    pair.a.offer("project", project("KH-0002"), at=AT)
    bundle = pair.bundle("A")
    found = parts(bundle)
    rows = found["entries.jsonl"].splitlines(keepends=True)
    envelope = read_envelope(rows[-1].rstrip(b"\n"), "x")
    body = json.loads(json.dumps(envelope.entry.body))
    body["core"]["title"]["zh"]["text"] = "别的"
    body["core_hash"] = fingerprint(body["core"])
    (pem,) = (pair.a.path / "keys").glob("*.pem")
    entry = msgspec.structs.replace(envelope.entry, body=body)
    rows[-1] = line(sign(entry, [load_key(pem.read_bytes(), "x")])) + b"\n"
    manifest = json.loads(found["manifest.json"])
    manifest["heads"]["A"]["id"] = entry_id(entry)
    found["manifest.json"] = canonical(manifest)
    repacked(pair, bundle, found, rows)
    with pytest.raises(RegisterError) as refused:
        pair.b.import_(bundle, at=AT)
    assert set(keys_of(refused.value)) == {"problem.offer_behind"}
    assert f"A {entry.seq}" in str(refused.value.parameters["place"])


def test_lost_own_log_is_noticed_and_brought_back(pair: Two, tmp_path: Path) -> None:
    """A server restored from an old copy may not write until the other side gave its log back."""
    old = pair.copy(tmp_path / "old").a
    pair.a.claim(claim("S-later"), at=AT)
    pair.a.claim(claim("S-last"), at=AT)
    pair.carry("A")
    old.import_(pair.bundle("B"), at=AT)
    with pytest.raises(RegisterError) as refused:
        old.claim(claim("S-fork"), at=AT)
    assert "problem.register_behind" in keys_of(refused.value)
    old.import_(pair.bundle("B", whole=True), at=AT)
    assert lines(old, "A") == lines(pair.b, "A")
    old.claim(claim("S-again"), at=AT)
    assert old.verify() == ()
