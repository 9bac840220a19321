"""A bundle of any size and content costs little memory, and a stranger's little time."""

from __future__ import annotations

import hashlib
import json
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from keruen.register import Register
from keruen.register.log.signing import MANIFEST, PrivateKey, load_key, new_key, sign_bytes
from keruen.register.record.canonical import canonical, line
from keruen.register.record.entries import Entry, Head
from made_up_pairs import AT, PAPER, Two, claim, evidence, full, parts, sign, two

MOST_MB = 200
MOST_S = 1.0

_CHILD = """
import json, resource, sys, time
from keruen.errors import InputError
from keruen.register import Register
register = Register.open(sys.argv[1])
start, key, applied = time.perf_counter(), "", 0
try:
    applied = register.import_(sys.argv[2], at="2026-11-24T10:00:00Z").applied
except InputError as refused:
    key = refused.problems[0].key
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"key": key, "applied": applied, "seconds": seconds, "mb": peak}))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Two:
    pair = full(tmp_path_factory.mktemp("made"))
    pair.a.evidence(evidence("E-2", PAPER + b"2"), PAPER + b"2", at=AT)
    return pair


@pytest.fixture
def pair(made: Two, tmp_path: Path) -> Two:
    return made.copy(tmp_path)


def taken_in(register: Register, bundle: Path) -> dict[str, object]:
    """What a process of its own says, and needs, to take a bundle in."""
    # Through a shell: a process that is started by this one would count this one's memory as its.
    shell = ["sh", "-c", '"$@"; exit $?', "sh"]
    command = [*shell, sys.executable, "-c", _CHILD, str(register.path), str(bundle)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    found: dict[str, object] = json.loads(told.stdout)
    assert float(str(found["mb"])) < MOST_MB, found
    return found


def key_of(register: Register) -> PrivateKey:
    """The private key of a side."""
    (pem,) = (register.path / "keys").glob("*.pem")
    return load_key(pem.read_bytes(), "x")


def page_of(path: Path, pieces: Iterable[bytes]) -> tuple[Path, str]:
    """A zip of nothing but entries, and their fingerprint."""
    digest = hashlib.sha256()
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made,
        made.open("entries.jsonl", "w") as page,
    ):
        for piece in pieces:
            page.write(piece)
            digest.update(piece)
    return path, digest.hexdigest()


def with_entries(pair: Two, key: PrivateKey, page: tuple[Path, str], **changes: object) -> Path:
    """A bundle from side A with any entries, its manifest signed by any key."""
    found = parts(pair.bundle("A"))
    manifest = {**json.loads(found["manifest.json"]), "entries": page[1], **changes}
    signatures = sign_bytes(MANIFEST, canonical(manifest), [key])
    found["manifest.json"] = canonical(manifest)
    found["manifest.sig.json"] = canonical({"signatures": msgspec.to_builtins(signatures)})
    del found["entries.jsonl"]
    bundle = shutil.copyfile(page[0], pair.folder / "large.jlb")
    with zipfile.ZipFile(bundle, "a", zipfile.ZIP_DEFLATED) as made:
        for name, words in found.items():
            made.writestr(name, words)
    return bundle


@pytest.fixture(scope="module", params=["many lines", "one line"])
def gigabyte(
    made: Two, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> tuple[Path, str]:
    """A true entry, repeated to a gigabyte that packs a hundred times and more."""
    row = (made.a.path / "log" / "A.jsonl").read_bytes().splitlines()[0]
    row += b"\n" if request.param == "many lines" else b""
    piece = row * ((1 << 20) // len(row))
    path = tmp_path_factory.mktemp("gigabyte") / "entries.zip"
    return page_of(path, (piece for _ in range(1 << 10)))


def test_stranger(pair: Two, gigabyte: tuple[Path, str]) -> None:
    """A gigabyte in a few megabytes, signed by a stranger who knows the pair: a second at most."""
    head = len((pair.b.path / "log" / "A.jsonl").read_bytes().splitlines())
    spans = [
        {"A": {"first": 0, "last": 10**9}},
        {"A": {"first": head + 5, "last": 10**9}},
        {"B": {"first": 0, "last": 10**9}},
    ]
    for span in spans:
        bundle = with_entries(pair, new_key("x")[0], gigabyte, ranges=span)
        assert bundle.stat().st_size < 10 << 20
        found = taken_in(pair.b, bundle)
        assert str(found["key"]).startswith("problem."), found
        assert float(str(found["seconds"])) < MOST_S, (span, found)


def test_stolen_key(pair: Two, gigabyte: tuple[Path, str]) -> None:
    """The same signed by a key of the other side: refused, and never held in memory."""
    span = {"A": {"first": 0, "last": 10**9}}
    bundle = with_entries(pair, key_of(pair.a), gigabyte, ranges=span)
    assert str(taken_in(pair.b, bundle)["key"]).startswith("problem.")


def test_other_pair(pair: Two, tmp_path: Path, gigabyte: tuple[Path, str]) -> None:
    """A bundle of another pair is refused by its first page."""
    stranger = two(tmp_path / "stranger")
    bundle = with_entries(stranger, key_of(stranger.a), gigabyte)
    found = taken_in(pair.b, bundle)
    assert found["key"] == "problem.bundle_pair"
    assert float(str(found["seconds"])) < MOST_S


def entries(pair: Two, n_bytes: int, gap: int = 0) -> tuple[list[bytes], dict[str, object]]:
    """So many bytes of good entries that go on where side A's log ends, and their range."""
    last = json.loads((pair.a.path / "log" / "A.jsonl").read_bytes().splitlines()[-1])["entry"]
    key = key_of(pair.a)
    seen = Head(seq=last["seen"]["seq"], id=last["seen"]["id"])
    prev, size = hashlib.sha256(canonical(last)).hexdigest(), 0
    found: list[bytes] = []
    first = last["seq"] + 1 + gap
    while size < n_bytes:
        entry = Entry(
            v=last["v"],
            alg=last["alg"],
            pair=last["pair"],
            side="A",
            seq=first + len(found),
            prev=prev,
            seen=seen,
            policy=last["policy"],
            type="claim",
            at=AT,
            body=msgspec.to_builtins(claim(f"S-{len(found)}")),
        )
        found.append(line(sign(entry, [key])) + b"\n")
        prev = hashlib.sha256(canonical(entry)).hexdigest()
        size += len(found[-1])
    return found, {"A": {"first": first, "last": first + len(found) - 1}}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_mb", "gap", "key"),
    [(12, 0, ""), (13, 0, "error.bundle_unpacked"), (13, 3, "error.bundle_unpacked")],
)
def test_more_entries_than_fit(pair: Two, n_mb: int, gap: int, key: str) -> None:
    """As many good entries as a bundle may bring, and more, in their place or beyond a gap."""
    pair.exchange()
    lines, span = entries(pair, n_mb << 20, gap)
    page = page_of(pair.folder / "entries.zip", lines)
    bundle = with_entries(pair, key_of(pair.a), page, ranges=span)
    found = taken_in(pair.b, bundle)
    assert (found["key"], found["applied"]) == (key, 0 if key else len(lines))


def test_second_directory(pair: Two) -> None:
    """An end for larger zips, which the zip's reader believes before the one that was weighed."""
    bundle = pair.bundle("A")
    rows = bytearray()
    for number in range(300_000):
        name = f"files/{number:064x}".encode()
        row = struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, len(name), *[0] * 6
        )
        rows += row + name
    start = 0
    large = struct.pack(
        "<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 300_000, 300_000, len(rows), start
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, len(rows), 1)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, 76, len(rows), 0)
    bundle.write_bytes(bytes(rows) + large + locator + end)
    assert taken_in(pair.b, bundle)["key"] == "error.bundle_not_zip"
