"""Whatever somebody does to the lines of the logs: nothing is signed on it, and all comes back."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keruen.domain.joint import Side
from keruen.errors import RegisterError
from keruen.register import Register
from made_up_pairs import (
    AT,
    OTHER,
    TODAY,
    Two,
    claim,
    commitment,
    evidence,
    full,
    keys_of,
    lines,
    listing,
    project,
    put_lines,
    words,
)

SIDES = st.sampled_from(["A", "B"])
REMEDIES = {
    "problem.register_cut",
    "problem.register_behind",
    "problem.register_damaged",
    "problem.register_seal",
}
"""Sentences that say how lost entries come back."""


def open_offer(register: Register, side: Side) -> str:
    """An offer of a side that nobody has answered."""
    found = register.state(TODAY).all_revisions()
    return next(one.entry for one in found if one.side == side and one.status == "offered")


def said(register: Register, side: Side) -> str:
    """A claim of a side."""
    return next(one.entry for one in register.state(TODAY).claims if one.side == side)


def every_write(pair: Two, side: Side) -> dict[str, Callable[[Register], object]]:
    """One call of each kind that signs, prepared while the logs were whole."""
    whole = pair.sides[side]
    own, theirs = (open_offer(whole, one) for one in (side, OTHER[side]))
    target = said(whole, OTHER[side])
    core = project("KH-0009")
    calls: dict[str, Callable[[Register], object]] = {
        "offer": lambda r: r.offer("project", core, at=AT),
        "counter": lambda r: r.counter(theirs, core, at=AT, reason=words("Other")),
        "countersign": lambda r: r.countersign(theirs, at=AT),
        "decline": lambda r: r.decline(theirs, words("No"), at=AT),
        "withdraw": lambda r: r.withdraw(own, words("Mistake"), at=AT),
        "commit": lambda r: r.commit(commitment("KH-C09"), at=AT),
        "claim": lambda r: r.claim(claim("S-new"), at=AT),
        "evidence": lambda r: r.evidence(evidence("E-9", b"new"), b"new", at=AT),
        "accept": lambda r: r.accept(target, at=AT),
        "dispute": lambda r: r.dispute(target, words("No"), at=AT),
        "rotate": lambda r: r.rotate(["New office"], at=AT),
        "many": lambda r: r.append_many([("claim", claim("S-many"))], at=AT),
    }
    return calls


@contextmanager
def fresh() -> Iterator[Two]:
    """A pair with something of every kind, an open offer of each side, all exchanged."""
    folder = Path(tempfile.mkdtemp(prefix="keruen-guard-"))
    try:
        yield MADE().copy(folder)
    finally:
        shutil.rmtree(folder)


def MADE() -> Two:  # noqa: N802
    """The pair that every example begins with; made once."""
    if not _made:
        pair = full(Path(tempfile.mkdtemp(prefix="keruen-guard-made-")))
        for side, register in pair.sides.items():
            register.offer("project", project(f"KH-000{5 + (side == 'B')}"), at=AT)
        _made.append(pair.exchange())
    return _made[0]


_made: list[Two] = []


@pytest.fixture(scope="module", autouse=True)
def _clean() -> Iterator[None]:
    yield
    for pair in _made:
        shutil.rmtree(pair.folder)


def meddle(content: list[bytes], how: str, first: int, second: int) -> list[bytes]:
    """Some lines of a log without one, with one twice, with two exchanged, or cut."""
    found = list(content)
    first, second = first % len(found), second % len(found)
    if how == "remove":
        del found[first]
    elif how == "repeat":
        found.insert(second, found[first])
    elif how == "swap":
        found[first], found[second] = found[second], found[first]
    else:
        del found[first:]
    return found


@given(
    whose=SIDES,
    log=SIDES,
    how=st.sampled_from(["remove", "repeat", "swap", "cut"]),
    first=st.integers(0, 99),
    second=st.integers(0, 99),
    is_open=st.booleans(),
)
@settings(max_examples=40, deadline=None)
def test_nothing_is_signed_on_a_damaged_log(
    whose: Side, log: Side, how: str, first: int, second: int, is_open: bool
) -> None:
    """Every kind of write is refused with what helps, and the other side's export does help."""
    with fresh() as pair:
        before = lines(pair.sides[whose], log)
        after = meddle(before, how, first, second)
        calls = every_write(pair, whose)
        register = pair.sides[whose] if is_open else pair.again().sides[whose]
        put_lines(register, log, after)
        damaged = listing(register.path)
        if after == before:
            return
        for kind, write in calls.items():
            with pytest.raises(RegisterError) as refused:
                write(register)
            assert REMEDIES & set(keys_of(refused.value)), kind
        assert listing(register.path) == damaged
        assert register.verify()
        register.import_(pair.bundle(OTHER[whose], whole=True), at=AT)
        assert lines(register, log)[: len(before)] == before
        assert register.verify() == ()
        register.claim(claim("S-after"), at=AT)
        both = pair.again().exchange()
        states = [one.state(TODAY) for one in both.sides.values()]
        assert states[0] == states[1]
        assert [one.verify() for one in both.sides.values()] == [(), ()]


def test_a_lost_seal_comes_back_with_the_other_sides_export() -> None:
    """Without a seal nobody could say what the logs had: nothing is signed until they are confirmed."""
    with fresh() as pair:
        (pair.a.path / "seal.json").unlink()
        with pytest.raises(RegisterError) as refused:
            pair.a.claim(claim("S-x"), at=AT)
        assert keys_of(refused.value) == ["problem.register_seal"]
        pair.a.import_(pair.bundle("B", whole=True), at=AT)
        assert pair.a.claim(claim("S-x"), at=AT)


@pytest.mark.parametrize("log", ["A", "B"])
def test_a_removed_entry_stays_noticed(log: Side) -> None:
    """An own entry that was never sent, and one of the other side: no later work hides the loss."""
    with fresh() as pair:
        pair.a.claim(claim("S-unsent"), at=AT)
        put_lines(pair.a, log, lines(pair.a, log)[:-1])
        pair.b.claim(claim("S-theirs"), at=AT)
        pair.carry("B")
        pair.a.status(TODAY)
        with pytest.raises(RegisterError):
            pair.a.claim(claim("S-x"), at=AT)
        found = [one for one in pair.again().a.verify() if one.key == "problem.register_cut"]
        assert [one.parameters["place"] for one in found] == [f"log/{log}.jsonl"]
        assert "problem.register_cut" in [key for key, _ in pair.a.status(TODAY).checks]
        assert "problem.register_cut" in [key for key, _ in pair.again().a.status(TODAY).checks]


def test_what_both_sides_lost_each_brings_back_from_the_other() -> None:
    """Both logs are damaged on both sides, in other places: two complete exports mend both."""
    with fresh() as pair:
        whole = {side: lines(pair.a, side) for side in OTHER}
        put_lines(pair.a, "A", meddle(whole["A"], "swap", 2, 3))
        put_lines(pair.b, "B", meddle(whole["B"], "cut", 3, 0))
        for side in ("A", "B", "A"):
            bundle = pair.bundle(side, whole=True)
            pair.sides[OTHER[side]].import_(bundle, at=AT)
        for register in pair.sides.values():
            assert [lines(register, side)[: len(whole[side])] for side in OTHER] == [
                *whole.values()
            ]
            assert register.verify() == ()


def test_status_command_shows_damage() -> None:
    """`status` says what is lost, not only `verify`."""
    with fresh() as pair:
        put_lines(pair.a, "B", lines(pair.a, "B")[:-1])
        command = [sys.executable, "-m", "keruen", "register", "status", "--folder"]
        shown = subprocess.run(
            [*command, str(pair.a.path), "--language", "en"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Entries were removed or replaced" in shown.stdout
