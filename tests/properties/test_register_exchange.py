"""Two installations, any work on both sides, bundles lost, repeated and late: the five invariants."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from keruen.domain.joint import Side
from keruen.domain.joint_state import JointState, Revision
from keruen.errors import RegisterError
from keruen.register import Register
from keruen.register.log.causal_order import merge
from keruen.register.record.canonical import fingerprint, read_envelope
from made_up_pairs import (
    AT,
    OTHER,
    PAPER,
    TODAY,
    claim,
    commitment,
    evidence,
    lines,
    project,
    two,
    words,
)

SIDES = st.sampled_from(["A", "B"])
NAMES = st.sampled_from(["KH-0001", "KH-0002"])


class Exchange(RuleBasedStateMachine):
    """Both sides write what they like; bundles travel, get lost, come twice and in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="keruen-exchange-"))
        self.pair = two(self.folder)
        # What the rules speak about must be in the list of whoever speaks.
        first = [("project", project()), ("commitment", commitment())]
        self.pair.a.append_many(first, at=AT)
        self.pair.exchange()
        self.bundles: list[tuple[Side, Path]] = []
        self.agreed: dict[str, tuple[str, str]] = {}
        self.n = 0

    def teardown(self) -> None:
        """Bring everything to both sides: they end equal and clean."""
        self.pair.exchange()
        a, b = (register.state(TODAY) for register in self.pair.sides.values())
        assert a == b
        assert lines(self.pair.a, "A") == lines(self.pair.b, "A")
        assert lines(self.pair.a, "B") == lines(self.pair.b, "B")
        for register in self.pair.sides.values():
            assert register.verify() == ()
            # What is shown is what anybody would derive from the entries again.
            assert Register.open(register.path).state(TODAY) == register.state(TODAY)
            assert set(self.agreed) <= {one.entry for one in agreed(register.state(TODAY))}
        shutil.rmtree(self.folder)

    @rule(side=SIDES, name=NAMES)
    def offer(self, side: Side, name: str) -> None:
        self.n += 1
        self.pair.sides[side].offer("project", project(name, f"Port {self.n}"), at=AT)

    @rule(side=SIDES)
    def promise(self, side: Side) -> None:
        self.n += 1
        self.pair.sides[side].commit(commitment(f"C-{self.n}"), at=AT)

    @rule(
        side=SIDES, pick=st.integers(0, 99), answer=st.sampled_from(["sign", "decline", "counter"])
    )
    def answer(self, side: Side, pick: int, answer: str) -> None:
        register = self.pair.sides[side]
        found = [one for one in register.state(TODAY).all_revisions() if one.side != side]
        if not found:
            return
        target = found[pick % len(found)]
        try:
            if answer == "sign":
                register.countersign(target.entry, at=AT)
            elif answer == "decline":
                register.decline(target.entry, words("No"), at=AT)
            else:
                register.counter(target.entry, target.core, at=AT, reason=words("Other"))
        except RegisterError as refused:
            keys = [one.key for one in refused.problems]
            assert all(key.startswith("problem.answer") for key in keys), keys

    @rule(side=SIDES, pick=st.integers(0, 99))
    def withdraw(self, side: Side, pick: int) -> None:
        register = self.pair.sides[side]
        found = [
            one
            for one in register.state(TODAY).all_revisions()
            if one.side == side and one.status == "offered"
        ]
        if found:
            register.withdraw(found[pick % len(found)].entry, words("Mistake"), at=AT)

    @rule(side=SIDES)
    def show(self, side: Side) -> None:
        self.n += 1
        content = PAPER + str(self.n).encode()
        self.pair.sides[side].evidence(evidence(f"E-{self.n}", content), content, at=AT)

    @rule(side=SIDES)
    def say(self, side: Side) -> None:
        self.n += 1
        self.pair.sides[side].claim(claim(f"S-{self.n}", str(self.n)), at=AT)

    @rule(side=SIDES)
    def rotate(self, side: Side) -> None:
        self.n += 1
        self.pair.sides[side].rotate([f"Office {self.n}"], at=AT)

    @rule(side=SIDES)
    def pack(self, side: Side) -> None:
        self.bundles.append((side, self.pair.bundle(side)))

    @precondition(lambda self: self.bundles)
    @rule(pick=st.integers(0, 99))
    def deliver(self, pick: int) -> None:
        """Any bundle that ever was made; none is ever taken away, so many come twice or late."""
        side, bundle = self.bundles[pick % len(self.bundles)]
        self.pair.sides[OTHER[side]].import_(bundle, at=AT)

    @rule(side=SIDES)
    def open_again(self, side: Side) -> None:
        self.pair.sides[side] = Register.open(self.pair.sides[side].path)

    @invariant()
    def what_is_agreed_stays_agreed(self) -> None:
        """An agreed text has two sides' signatures, and its fingerprint never changes."""
        for register in self.pair.sides.values():
            for one in agreed(register.state(TODAY)):
                assert one.core_hash == fingerprint(one.core)
                signer = entry_of(register, OTHER[one.side], one.countersigned)
                assert signer["core_hash"] == one.core_hash
                told = (one.core_hash, one.countersigned)
                assert self.agreed.setdefault(one.entry, told)[0] == one.core_hash


def agreed(state: JointState) -> list[Revision]:
    """Texts that both sides signed, also where two of them clash."""
    return [one for one in state.all_revisions() if one.countersigned]


def entry_of(register: Register, side: Side, name: str) -> dict[str, object]:
    """Body of an entry of a side, by its id."""
    held = register._reading.logs()
    assert held.places[name][0] == side
    return held.entry(name).body


TestExchange = Exchange.TestCase
TestExchange.settings = settings(max_examples=6, stateful_step_count=16, deadline=None)


def test_order_does_not_depend_on_delivery(tmp_path: Path) -> None:
    """Bundles delivered in any order, some twice, give the same state as in the order of writing."""
    pair = two(tmp_path)
    bundles = []
    for n in range(4):
        pair.a.claim(claim(f"S-{n}", project=""), at=AT)
        bundles.append(pair.bundle("A"))
    straight, mixed = (pair.copy(tmp_path / name).b for name in ("straight", "mixed"))
    for bundle in bundles:
        straight.import_(bundle, at=AT)
    for place in (3, 0, 3, 2, 1, 0):
        mixed.import_(bundles[place], at=AT)
    assert straight.state(TODAY).claims == mixed.state(TODAY).claims
    assert lines(straight, "A") == lines(mixed, "A")
    assert mixed.verify() == ()
    named = [
        [
            (str(n), read_envelope(row.rstrip(b"\n"), "x").entry)
            for n, row in enumerate(lines(mixed, s))
        ]
        for s in ("A", "B")
    ]
    ordered, waiting = merge(*named)
    assert len(ordered) == sum(map(len, named))
    assert not waiting
    assert msgspec.to_builtins(ordered[0][1])["seq"] == 0
