"""One stolen key of an office that needs two binds nobody, and keeps nobody from working."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from keruen.domain.joint import Appraisal, Report
from keruen.errors import RegisterError
from keruen.register.log.signing import MANIFEST, load_key, sign_bytes
from keruen.register.record.canonical import canonical, entry_id, line, plain, read_envelope
from keruen.register.record.entries import BINDING, BODIES, Entry, Head
from made_up_pairs import (
    AT,
    PAPER,
    TODAY,
    Two,
    claim,
    evidence,
    keys_of,
    lines,
    packed,
    parts,
    project,
    sign,
    two,
    words,
)


def bodies(offer: str, said: str) -> dict[str, Any]:
    """A body for every kind of entry that one key may sign."""
    digest = "0" * 64
    return {
        "decline": {"offer": offer, "reason": words("No")},
        "claim": claim("S-forged"),
        "dispute": {"target": said, "reason": words("No")},
        "report": Report(project="KH-0001", quarter="2026Q3", summary=words("Report")),
        "evidence": evidence("E-forged"),
        "appraisal": Appraisal(
            id="AP-1",
            projects=("KH-0001",),
            model="m",
            scenario_digest=digest,
            inputs_sha256=digest,
            outputs_sha256=digest,
            seed=1,
            n_runs=1,
        ),
        "receipt": {},
    }


def forged(pair: Two, kind: str, body: Any, seq: int, seen: Head) -> Path:
    """A bundle of side B with one entry more, all of it signed with one key of B only."""
    pem = sorted((pair.b.path / "keys").glob("*.pem"))[0]
    private = load_key(pem.read_bytes(), "x")
    last = read_envelope(lines(pair.b, "B")[-1].rstrip(), "x").entry
    entry = msgspec.structs.replace(
        last, seq=seq, prev=entry_id(last), seen=seen, at=AT, type=kind, body=plain(body)
    )
    assert isinstance(entry, Entry)
    rows = line(sign(entry, [private])) + b"\n"
    bundle = pair.bundle("B")
    found = parts(bundle)
    manifest = json.loads(found["manifest.json"])
    manifest["ranges"] = {"B": {"first": seq, "last": seq}}
    manifest["heads"]["B"] = {"seq": seq, "id": entry_id(entry)}
    manifest["entries"] = hashlib.sha256(rows).hexdigest()
    files = {}
    if kind == "evidence":
        sha256 = hashlib.sha256(PAPER).hexdigest()
        manifest["files"] = {sha256: len(PAPER)}
        files[f"files/{sha256}"] = PAPER
    signatures = sign_bytes(MANIFEST, canonical(manifest), [private])
    page = {
        "manifest.json": canonical(manifest),
        "manifest.sig.json": canonical({"signatures": msgspec.to_builtins(signatures)}),
        "entries.jsonl": rows,
    }
    return packed(pair.folder / f"forged-{kind}.jlb", {**page, **files})


def test_every_kind_that_one_key_signs_is_tried() -> None:
    """The list of attacks below is complete: one key signs these kinds and no others."""
    assert set(bodies("", "")) == set(BODIES) - BINDING


@pytest.mark.parametrize("kind", sorted(set(BODIES) - BINDING))
@pytest.mark.parametrize("gap", [0, 5])
def test_an_impossible_sight_is_refused_and_stops_nobody(
    tmp_path: Path, kind: str, gap: int
) -> None:
    """One key says it has seen a million entries: refused, and both sides work on as before."""
    pair = two(tmp_path, offices=3, threshold=2)
    offer = pair.a.offer("project", project(), at=AT)
    said = pair.a.claim(claim("S-1st"), at=AT)
    pair.exchange()
    body = bodies(offer, said)[kind]
    seq = len(lines(pair.b, "B")) + gap
    before = lines(pair.a, "B")
    with pytest.raises(RegisterError) as refused:
        pair.a.import_(forged(pair, kind, body, seq, Head(seq=1_000_000, id="f" * 64)), at=AT)
    assert keys_of(refused.value) == ["problem.register_never_written"]
    assert lines(pair.a, "B") == before
    pair.a.claim(claim("S-2nd"), at=AT)
    pair.a.rotate(["New office"], at=AT)
    pair.b.countersign(offer, at=AT)
    pair.exchange()
    assert pair.a.state(TODAY).projects["KH-0001"].agreed is not None
    assert pair.a.state(TODAY) == pair.b.state(TODAY)
    assert pair.a.state(TODAY).equivocations == ()
    assert [one.verify() for one in pair.sides.values()] == [(), ()]


def test_an_own_entry_that_nobody_signed_keeps_nobody_from_writing(tmp_path: Path) -> None:
    """Only a signed entry of this side proves that one was lost here."""
    pair = two(tmp_path)
    real = read_envelope(lines(pair.a, "A")[-1].rstrip(), "x")
    entry = msgspec.structs.replace(real.entry, seq=real.entry.seq + 9)
    envelope = msgspec.structs.replace(real, entry=entry)
    name = f"parked/A-{entry.seq:08d}-{entry_id(entry)}.json"
    (pair.a.path / name).write_bytes(line(envelope))
    assert pair.a.claim(claim("S-1st", project=""), at=AT)
