"""Several texts wait for offices at once: whatever the order and whatever is written meanwhile."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keruen.errors import RegisterError
from keruen.register import Register
from keruen.register.log.chain import Chain, extend, start
from keruen.register.log.signing import load_key
from keruen.register.record.canonical import line, read_envelope
from keruen.register.record.entries import STATED, Drafted, Entry
from keruen.register.waiting import Office
from made_up_pairs import AT, TODAY, Two, claim, lines, project, sign, two, words

N_TEXTS = 3
ORDERS = st.permutations(range(N_TEXTS))
WRITES = st.lists(st.sampled_from(["claim", "take in", "send", "their offer", ""]), max_size=3)
MEANWHILE = st.lists(WRITES, min_size=2 * N_TEXTS, max_size=2 * N_TEXTS)


class Sides:
    """Side A, whose second office has its key elsewhere, and side B."""

    def __init__(self, folder: Path) -> None:
        self.pair: Two = two(folder / "pair", offices=2, threshold=2)
        stolen, away = sorted((self.pair.a.path / "keys").glob("*.pem"))
        self.key = load_key(stolen.read_bytes(), "x")
        self.office = Office(folder / "office")
        (self.office.folder / "keys").mkdir(parents=True)
        away.rename(self.office.folder / "keys" / away.name)
        self.pair.sides["A"] = Register.open(self.pair.a.path)
        self.folder = folder
        self.n_written = 0

    def write(self, kind: str) -> None:
        """Something else that a side writes, or a bundle that travels."""
        a, b = self.pair.a, self.pair.b
        self.n_written += 1
        if kind == "claim":
            a.claim(claim(f"S-{self.n_written}", project=""), at=AT)
        elif kind == "take in":
            b.claim(claim(f"S-{self.n_written}", project=""), at=AT)
            assert a.import_(self.pair.bundle("B"), at=AT).receipt
        elif kind == "send":
            b.import_(self.pair.bundle("A"), at=AT)
        elif kind == "their offer":
            name = f"KH-9{self.n_written:03d}"
            b.offer("project", project(name, f"Road {self.n_written}"), at=AT)

    def signed_away(self, path: Path) -> Path:
        """A copy of what waits, signed by the office at its own place."""
        copy = Path(shutil.copy(path, self.folder / path.name))
        self.office.sign(copy, None)
        return copy


@contextmanager
def sides() -> Iterator[Sides]:
    folder = Path(tempfile.mkdtemp(prefix="keruen-statements-"))
    try:
        yield Sides(folder)
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("entering", list(permutations(range(N_TEXTS))), ids=str)
@given(signing=ORDERS, meanwhile=MEANWHILE)
@settings(max_examples=6, deadline=None)
def test_texts_wait_and_are_entered_in_any_order(
    entering: tuple[int, ...], signing: list[int], meanwhile: list[list[str]]
) -> None:
    """Nothing that waits stops a write, no write makes it void, and both sides read the same."""
    with sides() as world:
        a, b = world.pair.a, world.pair.b
        steps = iter(meanwhile)
        for n in range(N_TEXTS):
            a.offer("project", project(f"KH-000{n}", f"Port {n}"), at=AT)
        waiting = {one.body["subject"]: one.path for one in a.waiting()}
        copies = {}
        for n in signing:
            for kind in next(steps):
                world.write(kind)
            assert a.verify() == ()
            path = waiting[f"KH-000{n}"]
            # With the key that lies here alone it is never enough.
            assert a.sign_pending(path, at=AT) == ""
            copies[n] = world.signed_away(path)
        for n in entering:
            for kind in next(steps):
                world.write(kind)
            assert a.sign_pending(copies[n], at=AT)
            with pytest.raises(RegisterError) as refused:
                a.sign_pending(copies[n], at=AT)
            assert refused.value.key == "problem.statement_repeated"
        assert a.waiting() == ()
        world.pair.exchange()
        assert a.state(TODAY).projects == b.state(TODAY).projects
        found = [one.core["id"] for one in a.state(TODAY).all_revisions() if one.side == "A"]
        assert sorted(found) == [f"KH-000{n}" for n in range(N_TEXTS)]
        assert [one.verify() for one in (a, b)] == [(), ()]


def chain_of(register: Register) -> tuple[Chain, list[Entry]]:
    """Side A's log as it lies in a folder."""
    chain, entries = start(register.genesis, "A"), []
    for row in lines(register, "A"):
        envelope = read_envelope(row.rstrip(b"\n"), "x")
        chain, _ = extend(chain, envelope)
        entries.append(envelope.entry)
    return chain, entries


@pytest.fixture(scope="module")
def entered() -> Iterator[Sides]:
    """Side A has entered three texts that its offices signed, and withdrawn one of them."""
    with sides() as world:
        a = world.pair.a
        for n in range(N_TEXTS):
            a.offer("project", project(f"KH-000{n}", f"Port {n}"), at=AT)
        names = [a.sign_pending(world.signed_away(path), at=AT) for path in a.pending]
        a.withdraw(names[0], words("Mistake"), at=AT)
        assert a.sign_pending(world.signed_away(a.pending[0]), at=AT)
        world.pair.exchange()
        yield world


@given(
    n=st.integers(0, N_TEXTS),
    donor=st.integers(0, N_TEXTS),
    kind=st.sampled_from(["repeat", "body", "one office", "moved", "draft", "own seal twice"]),
)
@settings(max_examples=60, deadline=None)
def test_one_stolen_key_enters_changes_and_repeats_nothing(
    entered: Sides, n: int, donor: int, kind: str
) -> None:
    """The key of the installation alone makes no statement, whatever it has seen of others."""
    chain, entries = chain_of(entered.pair.b)
    said = [one for one in entries if one.v == STATED]
    one, other = said[n], said[donor]
    last: dict[str, Any] = {
        "seq": chain.head.seq + 1,
        "prev": chain.head.id,
        "seen": chain.seen,
    }
    if kind == "own seal twice":
        own = [signature for signature in one.offices if signature.key == other.offices[0].key]
        last |= {"offices": (*own, *own), "drafted": Drafted(at=AT, seen=chain.seen)}
    elif kind == "body":
        last["body"] = {**one.body, "reason": msgspec.to_builtins(words("Other"))}
    elif kind == "one office":
        last["offices"] = one.offices[:1]
    elif kind == "moved" and n != donor:
        last["offices"] = other.offices
    elif kind == "draft":
        last["drafted"] = Drafted(at="2026-11-23T09:00:00Z", seen=chain.seen)
    forged = sign(msgspec.structs.replace(one, **last), [entered.key])
    with pytest.raises(RegisterError):
        extend(chain, read_envelope(line(forged), "x"))
