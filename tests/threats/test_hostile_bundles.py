"""A bundle that is broken, foreign or malicious is refused with one message, and kept apart."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from keruen.errors import InputError, RegisterError
from keruen.register import Register
from keruen.register.log.signing import MANIFEST, load_key, sign_bytes
from keruen.register.record.canonical import canonical
from made_up_pairs import (
    AT,
    PAPER,
    Two,
    claim,
    evidence,
    full,
    keep_private,
    keys_of,
    listing,
    packed,
    parts,
    reason_of,
    two,
)

Change = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Two:
    return full(tmp_path_factory.mktemp("made"))


@pytest.fixture
def pair(made: Two, tmp_path: Path) -> Two:
    pair = made.copy(tmp_path)
    pair.a.evidence(evidence("E-2", PAPER + b"2"), PAPER + b"2", at=AT)
    return pair


def data(register: Register) -> dict[str, bytes]:
    """Everything of a folder but its quarantine."""
    return {
        name: words
        for name, words in listing(register.path).items()
        if not name.startswith("quarantine/")
    }


def refusal(pair: Two, bundle: Path) -> InputError:
    """What is said when side B takes a bundle in; nothing of it is applied."""
    before = data(pair.b)
    with pytest.raises(InputError) as refused:
        pair.b.import_(bundle, at=AT)
    assert data(pair.b) == before
    assert str(bundle) in str(refused.value.parameters)
    assert len(refused.value.problems) == 1
    return refused.value


def sealed(pair: Two, bundle: Path, found: dict[str, bytes], **changes: object) -> Path:
    """A bundle whose manifest was changed and signed again by side A."""
    manifest = {**json.loads(found["manifest.json"]), **changes}
    manifest["entries"] = hashlib.sha256(found["entries.jsonl"]).hexdigest()
    (pem,) = (pair.a.path / "keys").glob("*.pem")
    signatures = sign_bytes(MANIFEST, canonical(manifest), [load_key(pem.read_bytes(), "x")])
    found["manifest.json"] = canonical(manifest)
    found["manifest.sig.json"] = canonical({"signatures": msgspec.to_builtins(signatures)})
    return packed(bundle, found)


def test_good_bundle_is_taken_in_once(pair: Two) -> None:
    """A bundle is applied once; every further time it changes nothing."""
    bundle = pair.bundle("A")
    first = pair.b.import_(bundle, at=AT)
    assert (first.applied, first.duplicates) == (1, 0)
    assert first.receipt
    before = listing(pair.b.path)
    again = pair.b.import_(bundle, at=AT)
    assert (again.applied, again.duplicates, again.receipt) == (0, 1, "")
    assert listing(pair.b.path) == before


def test_old_bundle_is_harmless(pair: Two) -> None:
    """A bundle of the past, replayed after much has happened, changes nothing."""
    old = pair.bundle("A", whole=True)
    pair.exchange()
    pair.a.claim(claim("S-new"), at=AT)
    pair.exchange()
    before = listing(pair.b.path)
    assert pair.b.import_(old, at=AT).applied == 0
    assert listing(pair.b.path) == before


def test_truncated_anywhere(pair: Two, tmp_path: Path) -> None:
    """A bundle that was cut anywhere is one message."""
    whole = pair.bundle("A").read_bytes()
    for size in (0, 1, 30, len(whole) // 2, len(whole) - 1):
        bundle = tmp_path / f"cut-{size}.jlb"
        bundle.write_bytes(whole[:size])
        assert refusal(pair, bundle).key == "error.bundle_not_zip"


def test_flipped_anywhere(pair: Two, tmp_path: Path) -> None:
    """A bundle with any byte changed is refused, or is the same bundle in another wrapping."""
    whole = pair.bundle("A").read_bytes()
    before = data(pair.b)
    taken = 0
    for offset in range(0, len(whole), max(1, len(whole) // 60)):
        bundle = tmp_path / "flipped.jlb"
        bundle.write_bytes(whole[:offset] + bytes([whole[offset] ^ 1]) + whole[offset + 1 :])
        fresh = Register.open(shutil.copytree(pair.b.path, tmp_path / f"b{offset}"))
        try:
            fresh.import_(bundle, at=AT)
        except InputError:
            assert data(fresh) == before, offset
        else:
            taken += 1
            assert fresh.verify() == (), offset
        shutil.rmtree(fresh.path)
    assert taken < 12


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("../evil", "error.bundle_name"),
        ("/etc/evil", "error.bundle_name"),
        ("files/../../evil", "error.bundle_name"),
        ("files\\evil", "error.bundle_name"),
        ("files/" + "0" * 63, "error.bundle_name"),
        ("files/" + "A" * 64, "error.bundle_name"),
        ("files/", "error.bundle_name"),
        ("readme.txt", "error.bundle_name"),
        ("files/" + "0" * 64, "problem.bundle_file"),
    ],
)
def test_names_that_no_bundle_has(pair: Two, tmp_path: Path, name: str, key: str) -> None:
    """A name that leads elsewhere, or is not listed, is refused; nothing is written outside."""
    bundle = packed(tmp_path / "names.jlb", {**parts(pair.bundle("A")), name: b"x"})
    assert refusal(pair, bundle).key == key
    assert not list(tmp_path.rglob("evil"))
    (kept,) = reason_of(pair.b)
    assert kept["problems"][0]["key"] == key
    assert (pair.b.path / "quarantine" / kept["content"]).read_bytes() == bundle.read_bytes()


def test_link_in_a_bundle(pair: Two, tmp_path: Path) -> None:
    """A part that says that it is a link is refused."""
    found = parts(pair.bundle("A"))
    bundle = packed(tmp_path / "link.jlb", found)
    member = zipfile.ZipInfo("files/" + "1" * 64)
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(bundle, "a") as more:
        more.writestr(member, "/etc/passwd")
    assert refusal(pair, bundle).key == "error.bundle_name"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_part_that_stands_there_twice(pair: Two, tmp_path: Path) -> None:
    """Two parts of one name are refused: two readers might read different ones."""
    bundle = packed(tmp_path / "twice.jlb", parts(pair.bundle("A")))
    with zipfile.ZipFile(bundle, "a") as more:
        more.writestr("entries.jsonl", b"")
    assert refusal(pair, bundle).key == "error.bundle_name"


def test_encrypted_part(pair: Two, tmp_path: Path) -> None:
    """A part that says that it is encrypted is refused."""
    bundle = packed(tmp_path / "locked.jlb", parts(pair.bundle("A")))
    words = bytearray(bundle.read_bytes())
    place = words.find(b"PK\x01\x02")
    words[place + 8] |= 1
    bundle.write_bytes(words)
    assert refusal(pair, bundle).key == "error.bundle_locked"


def test_bomb(pair: Two, tmp_path: Path) -> None:
    """Forty megabytes of zeros packed into forty kilobytes are refused before they are unpacked."""
    found = {**parts(pair.bundle("A")), "files/" + "2" * 64: bytes(40 << 20)}
    bundle = packed(tmp_path / "bomb.jlb", found)
    assert bundle.stat().st_size < 100_000
    assert refusal(pair, bundle).key == "error.bundle_unpacked"


def test_too_many_parts(pair: Two, tmp_path: Path) -> None:
    """A directory of more names than allowed is refused before it is read."""
    found = {**parts(pair.bundle("A"))}
    found.update({f"files/{n:064x}": b"" for n in range(20_001)})
    assert refusal(pair, packed(tmp_path / "many.jlb", found)).key == "error.bundle_members"


def test_five_gigabytes(pair: Two, tmp_path: Path) -> None:
    """A file of five gigabytes is refused by its size; nothing of it is read or kept."""
    bundle = tmp_path / "large.jlb"
    with bundle.open("wb") as page:
        page.truncate(5 << 30)
    refused = refusal(pair, bundle)
    assert refused.key == "error.carrier_size"
    assert refused.parameters["size"] == 5 << 10
    assert not list((pair.b.path / "quarantine").iterdir())


def test_other_pair(pair: Two, tmp_path: Path) -> None:
    """A bundle of another pair names both pairs."""
    stranger = two(tmp_path / "stranger")
    stranger.a.claim(claim("S-x", project=""), at=AT)
    refused = refusal(pair, stranger.bundle("A"))
    assert refused.key == "problem.bundle_pair"
    assert refused.parameters["found"] == stranger.a.pair
    assert refused.parameters["own"] == pair.b.pair


def test_wrong_key(pair: Two, tmp_path: Path) -> None:
    """A manifest that a stranger signed names the key."""
    stranger = two(tmp_path / "stranger")
    found = parts(pair.bundle("A"))
    bundle = sealed(stranger, tmp_path / "wrong.jlb", found)
    assert refusal(pair, bundle).key == "problem.key_unknown"


def _future(found: dict[str, bytes]) -> None:
    found["manifest.json"] = canonical({**json.loads(found["manifest.json"]), "v": 2, "x": 1})


def _unsigned(found: dict[str, bytes]) -> None:
    found["manifest.sig.json"] = canonical({"signatures": []})


def _no_manifest(found: dict[str, bytes]) -> None:
    del found["manifest.json"]


def _no_json(found: dict[str, bytes]) -> None:
    found["manifest.json"] = b"\xff\xfe{"


def _more_entries(found: dict[str, bytes]) -> None:
    found["entries.jsonl"] += b"{}\n"


def _other_file(found: dict[str, bytes]) -> None:
    name = next(name for name in found if name.startswith("files/"))
    found[name] = b"x" * len(found[name])


def _file_missing(found: dict[str, bytes]) -> None:
    del found[next(name for name in found if name.startswith("files/"))]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (_future, "problem.future_version"),
        (_unsigned, "problem.signatures_few"),
        (_no_manifest, "error.bundle_incomplete"),
        (_no_json, "problem.bundle_page"),
        (_more_entries, "problem.bundle_entries"),
        (_other_file, "problem.bundle_file"),
        (_file_missing, "problem.bundle_file"),
    ],
)
def test_changed_after_signature(pair: Two, tmp_path: Path, change: Change, key: str) -> None:
    """Whatever was changed after the manifest was signed is one message."""
    found = parts(pair.bundle("A"))
    change(found)
    assert refusal(pair, packed(tmp_path / "changed.jlb", found)).key == key


def test_manifest_that_hides_an_entry(pair: Two, tmp_path: Path) -> None:
    """Ranges that do not fit the entries are refused, also when they are huge."""
    for last in (0, 10**12):
        found = parts(pair.bundle("A"))
        ranges = {
            "A": {"first": json.loads(found["manifest.json"])["ranges"]["A"]["first"], "last": last}
        }
        bundle = sealed(pair, tmp_path / f"hides-{last}.jlb", found, ranges=ranges)
        assert refusal(pair, bundle).key == "problem.bundle_ranges"


def test_page_that_knows_another_history(pair: Two, tmp_path: Path) -> None:
    """A page that names another end of the reader's own log than the reader has tells of a fork."""
    found = parts(pair.bundle("A"))
    heads = json.loads(found["manifest.json"])["heads"]
    heads["B"]["id"] = "0" * 64
    refused = refusal(pair, sealed(pair, tmp_path / "fork.jlb", found, heads=heads))
    assert refused.key == "problem.bundle_fork"
    assert (refused.parameters["side"], refused.parameters["seq"]) == ("B", heads["B"]["seq"])


def test_evidence_without_its_file(pair: Two, tmp_path: Path) -> None:
    """An entry that cites a file which is nowhere is refused by name."""
    found = parts(pair.bundle("A"))
    del found[next(name for name in found if name.startswith("files/"))]
    bundle = sealed(pair, tmp_path / "missing.jlb", found, files={})
    before = data(pair.b)
    with pytest.raises(RegisterError) as refused:
        pair.b.import_(bundle, at=AT)
    assert keys_of(refused.value) == ["problem.register_file_missing"]
    assert str(refused.value.parameters["place"]).startswith("A ")
    assert data(pair.b) == before


def test_gap_is_parked_and_closes(pair: Two) -> None:
    """Entries beyond a gap wait, and are taken in with the ones that were missing."""
    pair.exchange()
    early = pair.bundle("A")
    pair.a.claim(claim("S-1st"), at=AT)
    middle = pair.bundle("A")
    found = parts(middle)
    n_known = json.loads(parts(early)["manifest.json"])["ranges"]["A"]["last"]
    pair.a.claim(claim("S-2nd"), at=AT)
    late = pair.bundle("A")
    rows = parts(late)["entries.jsonl"].splitlines(keepends=True)
    late_found = {**parts(late), "entries.jsonl": rows[-1]}
    span = {"A": {"first": n_known + 2, "last": n_known + 2}}
    result = pair.b.import_(sealed(pair, late, late_found, ranges=span), at=AT)
    assert (result.applied, result.parked) == (0, 1)
    assert pair.b.state("2026-11-23").parked == (("A", n_known + 2),)
    assert pair.b.verify() == ()
    assert found
    closed = pair.b.import_(middle, at=AT)
    assert closed.applied == 2
    assert pair.b.state("2026-11-23").parked == ()
    assert not list((pair.b.path / "parked").iterdir())
    pair.exchange()
    assert pair.a.state("2026-11-23") == pair.b.state("2026-11-23")


def test_folder_of_bundles(pair: Two, tmp_path: Path) -> None:
    """Every bundle of a folder is taken in; a bad one among them is named and stops no other."""
    out = tmp_path / "usb"
    out.mkdir()
    (out / "000.jlb").write_bytes(b"no zip")
    (out / "readme.txt").write_bytes(b"not looked at")
    pair.a.export(out, at=AT)
    with pytest.raises(InputError) as refused:
        pair.b.import_(out, at=AT)
    assert refused.value.key == "error.bundle_not_zip"
    assert "000.jlb" in str(refused.value)
    (out / "000.jlb").unlink()
    assert pair.b.import_(out, at=AT).duplicates == 1


def test_same_content_gives_the_same_bundle(pair: Two, tmp_path: Path) -> None:
    """What is exported twice is the same file, byte for byte."""
    first, second = (pair.a.export(tmp_path / name, at=AT) for name in ("x", "y"))
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


def test_nothing_private_leaves(pair: Two) -> None:
    """Drafts and contacts are in no bundle, whole or not."""
    from keruen.store.register import database

    folder = pair.a._folder
    row = {
        "id": "1",
        "office": "Office",
        "person": "SECRET-PERSON",
        "reach": "SECRET",
        "note": "SECRET",
    }
    keep_private(folder, "contacts", row)
    draft = {"id": "1", "kind": "project", "content": "SECRET-DRAFT", "changed": AT}
    keep_private(folder, "drafts", draft)
    assert b"SECRET" in (pair.a.path / "state.sqlite").read_bytes()
    for bundle in (pair.bundle("A"), pair.bundle("A", whole=True)):
        assert not [name for name, words in parts(bundle).items() if b"SECRET" in words]
    pair.a.claim(claim("S-x"), at=AT)
    pair.a.status("2026-11-23")
    assert database.read_rows(folder, "sqlite", ("contacts",)) == {"contacts": [row]}
    assert pair.a.verify() == ()
