"""One installation: what it refuses, what it finds, what it says."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from keruen.errors import InputError, RegisterError
from keruen.register import Register
from keruen.store.register.bundle import BundleLimits
from made_up_pairs import (
    AT,
    PAPER,
    TODAY,
    Two,
    claim,
    evidence,
    full,
    keys_of,
    lines,
    listing,
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


def test_both_sides_read_the_same_list(pair: Two) -> None:
    """After an exchange both read one agreed project, one kept promise, and are clean."""
    a, b = (register.state(TODAY) for register in pair.sides.values())
    assert a == b
    assert a.projects["KH-0001"].agreed is not None
    assert a.commitments["KH-C01"].status == "overdue"
    assert [one.field for one in a.contradictions] == ["jobs"]
    assert [one.verify() for one in pair.sides.values()] == [(), ()]


def test_status_is_what_the_list_says(pair: Two) -> None:
    """The answer from the database is the one from the logs, on any day, for both sides."""
    from keruen.register.joint_list.fold import status

    for day in (TODAY, "2025-12-31", "2026-01-01", TODAY):
        for register in pair.sides.values():
            told = status(register.state(day), register.side)
            assert register.status(day) == told
            assert Register.open(register.path).status(day) == told
    assert [one.kind for one in pair.b.status(TODAY).waits_for_me] == ["accept"]


def test_status_after_new_entries(pair: Two) -> None:
    """New entries show in the next answer."""
    before = pair.a.status(TODAY)
    pair.a.offer("project", project("KH-0002"), at=AT)
    assert len(pair.a.status(TODAY).waits_for_them) == len(before.waits_for_them) + 1


def test_ids_by_their_beginning(pair: Two) -> None:
    """Six digits are enough; fewer, unknown ones and ambiguous ones are refused."""
    offer = pair.a.offer("project", project("KH-0002"), at=AT)
    pair.carry("A")
    with pytest.raises(RegisterError) as refused:
        pair.b.countersign(offer[:5], at=AT)
    assert keys_of(refused.value) == ["problem.register_no_entry"]
    with pytest.raises(RegisterError):
        pair.b.countersign("f" * 12, at=AT)
    pair.b.countersign(offer[:6].upper(), at=AT)
    assert pair.b.state(TODAY).projects["KH-0002"].agreed is not None


def test_all_problems_at_once_and_nothing_written(pair: Two) -> None:
    """Many entries are written together or not at all; every problem of every one is told."""
    before = listing(pair.a.path)
    bad = msgspec.structs.replace(claim("S-b"), quantity=None)
    worse = msgspec.structs.replace(
        claim("S-c"), quantity=msgspec.structs.replace(claim("x").quantity, value="many", unit=" ")
    )
    with pytest.raises(RegisterError) as refused:
        pair.a.append_many([("claim", bad), ("claim", worse), ("claim", worse)], at=AT)
    assert len(refused.value.problems) == 4
    assert listing(pair.a.path) == before


def test_parent_is_found(pair: Two) -> None:
    """A new offer of an agreed project follows the text in force."""
    first = pair.a.state(TODAY).projects["KH-0001"].revisions[0].entry
    pair.a.offer("project", project("KH-0001", "Larger port"), at=AT)
    assert pair.a.state(TODAY).projects["KH-0001"].revisions[-1].parent == first


@pytest.mark.parametrize("core", [{}, {"id": 5}, {"id": "x", "evil": 1}, [], "x", {"id": "KH-1"}])
def test_cores_that_are_none(pair: Two, core: object) -> None:
    """What is no record of its kind is refused with its place."""
    with pytest.raises(RegisterError) as refused:
        pair.a.offer("project", core, at=AT)  # type: ignore[arg-type]
    assert keys_of(refused.value) == ["problem.core_form"]
    assert "place" in refused.value.parameters


def test_own_offer_is_not_signed_by_its_author(pair: Two) -> None:
    """A side never countersigns, declines or accepts what it said itself."""
    offer = pair.a.offer("project", project("KH-0002"), at=AT)
    said = pair.a.claim(claim("S-x"), at=AT)
    for answer in (
        lambda: pair.a.countersign(offer, at=AT),
        lambda: pair.a.decline(offer, words("No"), at=AT),
        lambda: pair.a.accept(said, at=AT),
        lambda: pair.a.dispute(said, words("No"), at=AT),
        lambda: pair.a.countersign(said, at=AT),
    ):
        with pytest.raises(RegisterError):
            answer()


def test_evidence_is_the_file_that_it_names(pair: Two) -> None:
    """Content with another fingerprint is refused, and no file is left."""
    before = listing(pair.a.path)
    with pytest.raises(RegisterError) as refused:
        pair.a.evidence(evidence("E-9"), PAPER + b"?", at=AT)
    assert keys_of(refused.value) == ["problem.register_other_file"]
    assert listing(pair.a.path) == before


def test_refused_evidence_leaves_no_file(pair: Two) -> None:
    """When the entry is refused, its file goes too."""
    before = listing(pair.a.path)
    with pytest.raises(RegisterError):
        pair.a.evidence(evidence("E-9", b"new"), b"new", at="never")
    assert listing(pair.a.path) == before


def test_changed_and_cited_file(pair: Two) -> None:
    """A file that was changed or removed is found with the entry that cites it."""
    (path,) = (pair.b.path / "files").iterdir()
    path.write_bytes(b"other")
    (found,) = pair.b.verify()
    assert (found.key, found.parameters["side"]) == ("problem.register_file_changed", "A")
    path.unlink()
    assert [one.key for one in pair.b.verify()] == ["problem.register_file_missing"]


def test_joining_twice_or_wrongly(tmp_path: Path) -> None:
    """There is one pair, of two sides with different keys; a card that is none is refused."""
    pair = two(tmp_path / "x")
    with pytest.raises(RegisterError) as refused:
        pair.a.join(pair.b.card, pair_name="P", at=AT)
    assert keys_of(refused.value) == ["problem.register_joined"]
    alone = Register.init(tmp_path / "y", side="A", name=words("Y"), offices=["O"])
    for card, key in (
        (pair.a.card, "problem.register_same_side"),
        (msgspec.structs.replace(alone.card, side="B"), "problem.register_shared_key"),
        (b"{}", "problem.register_card"),
        (b"\xff", "problem.register_card"),
        (b"[" * 100_000, "problem.register_card"),
    ):
        with pytest.raises(RegisterError) as refused:
            alone.join(card, pair_name="P", at=AT)
        assert keys_of(refused.value) == [key]
    with pytest.raises(RegisterError) as refused:
        alone.claim(claim("S"), at=AT)
    assert keys_of(refused.value) == ["problem.register_no_pair"]
    assert alone.verify() == ()


def test_different_names_of_the_pair(tmp_path: Path) -> None:
    """Two sides that wrote different names for the pair are two pairs, and are told so."""
    a = Register.init(tmp_path / "a", side="A", name=words("A"), offices=["O"])
    b = Register.init(tmp_path / "b", side="B", name=words("B"), offices=["O"])
    a.join(b.card, pair_name="One", at=AT)
    b.join(a.card, pair_name="Other", at=AT)
    with pytest.raises(RegisterError) as refused:
        b.import_(a.export(tmp_path / "out", at=AT), at=AT)
    assert keys_of(refused.value) == ["problem.bundle_pair"]


def test_folders_that_are_none(tmp_path: Path) -> None:
    """A folder without a register is told; one with something in it is not begun in."""
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(InputError) as refused:
            Register.open(path)
        assert refused.value.key == "error.register_not_one"
    (tmp_path / "file").write_bytes(b"x")
    for path in (tmp_path, tmp_path / "file"):
        with pytest.raises(InputError) as refused:
            Register.init(path, side="A", name=words("A"), offices=["O"])
        assert refused.value.key == "error.register_exists"


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"\xff",
        b"side = 'C'",
        b"side = 'A'\nx = 1",
        b"side = 'A'\n[limits]\nratio = 0",
        b"side = 'A'\nlimits = 1",
        b"side = 'A'\npair = 1",
        b"side = 'A'\n[limits]\nmembers = true",
    ],
)
def test_settings_that_are_none(made: Two, tmp_path: Path, page: bytes) -> None:
    """A damaged page of settings is refused with its path and the key."""
    register = made.copy(tmp_path).a
    (register.path / "register.toml").write_bytes(page)
    with pytest.raises(RegisterError) as refused:
        Register.open(register.path)
    assert keys_of(refused.value) == ["problem.register_setting"]
    assert "register.toml" in str(refused.value.parameters["place"])
    assert register.verify()


def test_log_holds_canonical_lines(pair: Two) -> None:
    """Each line of a log is an entry with signatures in one form, ended."""
    from keruen.register.record.canonical import line, read_envelope

    for side in ("A", "B"):
        for row in lines(pair.a, side):  # type: ignore[arg-type]
            assert line(read_envelope(row[:-1], "x")) + b"\n" == row


def test_settings_are_changed_through_the_door(pair: Two) -> None:
    """New limits hold at once, are sealed, and are there after opening again; by hand is found."""
    content = b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(40_000))
    pair.a.evidence(evidence("E-large", content), content, at=AT)
    bundle = pair.bundle("A")
    pair.b.configure(limits=BundleLimits(bundle=1 << 20))
    assert pair.b.verify() == ()
    for register in (pair.b, Register.open(pair.b.path)):
        with pytest.raises(InputError) as refused:
            register.import_(bundle, at=AT)
        assert refused.value.key == "error.carrier_size"
    pair.b.configure(limits=BundleLimits())
    assert pair.b.import_(bundle, at=AT).applied == 1
    page = pair.b.path / "register.toml"
    page.write_bytes(page.read_bytes().replace(b"ratio = 200", b"ratio = 100"))
    (found,) = pair.b.verify()
    assert found.parameters["place"] == "register.toml"


@pytest.mark.parametrize(
    "address", ["postgresql+psycopg://127.0.0.1:1/none", "no address", "x://y"]
)
def test_database_that_cannot_be_reached(pair: Two, address: str) -> None:
    """Without its database a register still answers from the logs, and writes on."""
    told = pair.a.status(TODAY)
    pair.a.configure(database=address)
    register = Register.open(pair.a.path)
    assert register.status(TODAY) == told
    register.claim(claim("S-x"), at=AT)
    assert register.verify() == ()
