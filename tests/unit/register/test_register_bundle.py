"""Bundles: what is packed, from where, and what the page in them promises."""

from __future__ import annotations

import hashlib
import io
import json
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from keruen.errors import InputError, StorageError
from keruen.register import Imported, Register
from keruen.register.record.canonical import canonical
from keruen.store.register.bundle import BundleLimits
from made_up_pairs import (
    AT,
    PAPER,
    Two,
    claim,
    commitment,
    evidence,
    full,
    lines,
    packed,
    parts,
    project,
    two,
    words,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Two:
    return full(tmp_path_factory.mktemp("made"))


@pytest.fixture
def pair(made: Two, tmp_path: Path) -> Two:
    return made.copy(tmp_path)


def manifest(bundle: Path) -> dict[str, object]:
    """The page of a bundle."""
    found: dict[str, object] = json.loads(parts(bundle)["manifest.json"])
    return found


def test_what_was_not_confirmed_is_packed(pair: Two) -> None:
    """A bundle begins behind what the other side has confirmed, and repeats what got lost."""
    known = pair.a.keys  # both logs are read
    assert known
    n_before = len(lines(pair.a, "A"))
    pair.a.claim(claim("S-1st"), at=AT)
    lost = manifest(pair.bundle("A"))
    pair.a.claim(claim("S-2nd"), at=AT)
    again = manifest(pair.bundle("A"))
    end = len(lines(pair.a, "B")) - 1
    shown = {"B": {"first": end, "last": end}}
    assert lost["ranges"] == {"A": {"first": n_before, "last": n_before}, **shown}
    assert again["ranges"] == {"A": {"first": n_before, "last": n_before + 1}, **shown}
    assert pair.carry("A").applied == 2
    pair.carry("B")
    assert manifest(pair.bundle("A"))["ranges"]["A"]["last"] == n_before + 1  # type: ignore[index]


def test_page_is_canonical_and_names_both_heads(pair: Two) -> None:
    """The page is canonical JSON with the ends of both logs, so each side witnesses the other."""
    found = manifest(pair.bundle("B"))
    assert canonical(found) == parts(pair.bundle("B"))["manifest.json"]
    assert (found["from"], found["to"], found["v"]) == ("B", "A", 1)
    heads = pair.b.state("2026-11-23").heads
    assert found["heads"] == {s: {"seq": heads[s][0], "id": heads[s][1]} for s in ("A", "B")}


def test_bundle_is_plain(pair: Two) -> None:
    """Names in order, no times, nothing but files: the same bytes anywhere."""
    pair.a.evidence(evidence("E-2", PAPER + b"2"), PAPER + b"2", at=AT)
    with zipfile.ZipFile(pair.bundle("A")) as found:
        names = found.namelist()
        assert names[:3] == ["manifest.json", "manifest.sig.json", "entries.jsonl"]
        assert names[3:] == sorted(names[3:])
        assert {member.date_time for member in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_receipts_end(pair: Two) -> None:
    """A confirmation is confirmed by nobody: the exchange comes to rest."""
    pair.a.claim(claim("S-x"), at=AT)
    assert pair.carry("A").receipt
    assert pair.carry("B") == Imported(applied=1)
    assert pair.carry("A").applied == 0


def test_without_a_key_there_is_no_receipt(pair: Two) -> None:
    """Whoever has no key may take bundles in, confirms nothing, and exports nothing."""
    pair.a.claim(claim("S-x"), at=AT)
    for path in (pair.b.path / "keys").glob("*.pem"):
        path.unlink()
    auditor = Register.open(pair.b.path)
    assert auditor.import_(pair.bundle("A"), at=AT) == Imported(applied=1)
    with pytest.raises(InputError) as refused:
        auditor.export(pair.folder / "x", at=AT)
    assert refused.value.key == "problem.register_no_key"


def test_large_files_go_one_after_the_other(tmp_path: Path) -> None:
    """A bundle never grows beyond what the other side takes: what does not fit goes with the next."""
    pair = two(tmp_path)
    for register in pair.sides.values():
        page = register.path / "register.toml"
        page.write_bytes(page.read_bytes().replace(b"bundle_mb = 200", b"bundle_mb = 1"))
    pair = pair.again()
    pair.a.append_many([("project", project()), ("commitment", commitment())], at=AT)
    pair.exchange()
    contents = [bytes([n]) * 600_000 for n in range(3)]
    for n, content in enumerate(contents):
        pair.a.evidence(evidence(f"E-{n}", content), content, at=AT)
    applied = [pair.carry("A").applied for _ in range(1)]
    for _ in range(3):
        pair.carry("B")
        applied.append(pair.carry("A").applied)
    assert applied[:3] == [1, 1, 1]
    assert pair.b.keys["A"].number == 1
    assert len(list((pair.b.path / "files").iterdir())) == 3


def test_own_bundle_is_harmless(pair: Two) -> None:
    """A side that takes its own bundle in learns nothing new."""
    bundle = pair.bundle("A", whole=True)
    found = pair.a.import_(bundle, at=AT)
    assert (found.applied, found.receipt) == (0, "")
    assert pair.a.verify() == ()


def test_where_bundles_are_written(pair: Two) -> None:
    """Into a folder under a telling name, or to the path that was named."""
    out = pair.folder / "usb"
    first = pair.a.export(out, at=AT)
    assert first.parent == out
    assert first.name.startswith(f"{pair.a.pair[:8]}-A-")
    named = pair.a.export(pair.folder / "mine.jlb", at=AT)
    assert named == pair.folder / "mine.jlb"
    (pair.folder / "file").write_bytes(b"x")
    with pytest.raises(StorageError) as refused:
        pair.a.export(pair.folder / "file", at=AT)
    assert refused.value.key == "error.disk_path"


class _Web:
    """An opener that knows one address, and whether the register is busy while it answers."""

    def __init__(self, content: bytes, other: Register) -> None:
        self.content, self.other, self.asked = content, other, ""

    def open(self, request: urllib.request.Request, timeout: float) -> Any:
        """Answer; meanwhile somebody else may write."""
        assert timeout > 0
        self.asked = request.full_url
        self.other.claim(claim("S-meanwhile"), at=AT)
        answer = io.BytesIO(self.content)
        answer.headers = {}  # type: ignore[attr-defined]
        return answer


def test_bundle_from_an_address(pair: Two) -> None:
    """A bundle is taken in from an address, and nobody is kept from writing while it travels."""
    pair.a.claim(claim("S-x"), at=AT)
    web = _Web(pair.bundle("A").read_bytes(), Register.open(pair.b.path))
    found = pair.b.import_("https://example.org/x.jlb", at=AT, opener=web)
    assert (found.applied, web.asked) == (1, "https://example.org/x.jlb")
    assert pair.b.verify() == ()
    assert len(lines(pair.b, "B")) == len(lines(pair.a, "B")) + 2
    with pytest.raises(InputError) as refused:
        pair.b.import_("http://example.org/x.jlb", at=AT, opener=web)
    assert refused.value.key == "error.carrier_scheme"


def test_content_that_packs_too_well(pair: Two) -> None:
    """Three megabytes of zeros pack better than any bomb: they travel as they are, and arrive."""
    content = bytes(3 << 20)
    pair.a.evidence(evidence("E-zeros", content), content, at=AT)
    bundle = pair.bundle("A")
    with zipfile.ZipFile(bundle) as found:
        methods = {one.filename[:5]: one.compress_type for one in found.infolist()}
    assert methods == {"manif": zipfile.ZIP_DEFLATED, "entri": zipfile.ZIP_DEFLATED} | {
        "files": zipfile.ZIP_STORED
    }
    assert bundle.stat().st_size > len(content)
    assert pair.b.import_(bundle, at=AT).applied == 1
    assert pair.b.verify() == ()


def test_lines_count_as_well(tmp_path: Path) -> None:
    """Entries without files also go in several bundles when one would exceed what may be taken in."""
    pair = two(tmp_path)
    small = BundleLimits(bundle=1 << 20, members=5)
    for register in pair.sides.values():
        register.configure(limits=small)
    pair.a.append_many([("project", project()), ("commitment", commitment())], at=AT)
    pair.exchange()
    text = words("x" * 9_000)
    many = [("claim", claim(f"S-{n}", quantity=None, text=text)) for n in range(60)]
    pair.a.append_many(many, at=AT)
    sizes = []
    for _ in range(4):
        bundle = pair.bundle("A")
        sizes.append(sum(map(len, parts(bundle).values())))
        pair.b.import_(bundle, at=AT)
        pair.carry("B")
    assert max(sizes) <= small.bundle < sum(sizes)
    assert lines(pair.a, "A") == lines(pair.b, "A")
    for n in range(6):
        pair.a.evidence(evidence(f"E-{n}", bytes([n])), bytes([n]), at=AT)
    assert sum(name.startswith("files/") for name in parts(pair.bundle("A"))) == small.members - 3


def test_file_that_no_entry_cites(pair: Two) -> None:
    """A file that comes along without an entry that names it refuses the bundle."""
    from keruen.register.log.signing import MANIFEST, load_key, sign_bytes

    found = parts(pair.bundle("A"))
    content = b"something else"
    sha256 = hashlib.sha256(content).hexdigest()
    page = {**json.loads(found["manifest.json"]), "files": {sha256: len(content)}}
    (pem,) = (pair.a.path / "keys").glob("*.pem")
    signed = sign_bytes(MANIFEST, canonical(page), [load_key(pem.read_bytes(), "x")])
    found[f"files/{sha256}"] = content
    found["manifest.json"] = canonical(page)
    found["manifest.sig.json"] = canonical({"signatures": msgspec.to_builtins(signed)})
    with pytest.raises(InputError) as refused:
        pair.b.import_(packed(pair.folder / "more.jlb", found), at=AT)
    assert (refused.value.key, refused.value.parameters["file"]) == ("problem.bundle_file", sha256)
    assert not (pair.b.path / "files" / sha256).exists()
