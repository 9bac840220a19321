"""Whatever two sides write, and however it is delivered, the joint list keeps its promises.

Two installations are simulated by two lists of entries: each has its own log and what has reached
it of the other's. Bundles are lost, doubled, delayed and delivered in any order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from keruen.domain.joint import (
    Claim,
    Decision,
    DecisionItem,
    Interval,
    Quantity,
    Side,
    Source,
)
from keruen.domain.joint_state import JointState, Revision, Saying
from keruen.register.joint_list.fold import fold, status
from keruen.register.joint_list.meetings import decision_problems
from keruen.register.joint_list.statements import contradictions
from keruen.register.record.entries import Entry
from keruen.register.record.figures import days as days_of
from keruen.register.record.figures import span, spans_meet
from made_up_logs import OTHER, Pair, commitment, evidence, project, step, words

TODAY = "2027-02-01"
SIDES = st.sampled_from(("A", "B"))
PROJECTS = st.sampled_from(("KH-0001", "KH-0002"))
PROMISES = st.sampled_from(("KH-C01", "KH-C02"))
Log = list[tuple[str, Entry]]


@dataclass
class Installation:
    """One side's own log and what has reached it of the other's, in the order of arrival."""

    side: Side
    arrived: dict[int, tuple[str, Entry]] = field(default_factory=dict)

    def n_whole(self) -> int:
        """How many entries of the other log are here without a gap."""
        count = 0
        while count in self.arrived:
            count += 1
        return count


def revisions(state: JointState) -> dict[str, Revision]:
    found = list(state.charter_revisions)
    for one in state.projects.values():
        found += one.revisions
    for promise in state.commitments.values():
        found += promise.revisions
    for _, several in (*state.decisions.values(), *state.transitions.values()):
        found += several
    return {one.entry: one for one in found}


class TwoSides(RuleBasedStateMachine):
    """Both sides write what they like; bundles travel as badly as they can."""

    def __init__(self) -> None:
        super().__init__()
        self.pair = Pair()
        self.here: dict[Side, Installation] = {"A": Installation("A"), "B": Installation("B")}
        self.sent: list[tuple[Side, Log]] = []
        self.count = 0
        self.agreed: dict[str, str] = {}
        self.promised: set[str] = set()

    def view(self, side: Side) -> JointState:
        """What one installation shows: its own log and what has reached it without a gap."""
        other = self.here[side]
        theirs = [other.arrived[place] for place in range(other.n_whole())]
        logs = {side: self.pair.logs[side], OTHER[side]: theirs}
        return fold(logs["A"], logs["B"], today=TODAY)

    def write(self, side: Side, kind: str, body: Any) -> str:
        self.pair.seen[side] = self.here[side].n_whole()
        return self.pair.write(side, kind, body)

    def offer(self, side: Side, kind: str, core: Any, **more: Any) -> str:
        self.pair.seen[side] = self.here[side].n_whole()
        return self.pair.offer(side, kind, core, **more)

    def in_force(self, side: Side, kind: str, subject: str) -> str:
        found = [
            one
            for one in revisions(self.view(side)).values()
            if (one.kind, one.subject, one.status) == (kind, subject, "agreed")
        ]
        return found[-1].entry if found else ""

    @rule(side=SIDES, name=PROJECTS, n=st.integers(1, 3))
    def offer_project(self, side: Side, name: str, n: int) -> None:
        parent = self.in_force(side, "project", name)
        self.offer(side, "project", project(name, title=words(f"T{n}")), parent=parent)

    @rule(side=SIDES, name=PROMISES, where=PROJECTS, month=st.integers(10, 12))
    def offer_commitment(self, side: Side, name: str, where: str, month: int) -> None:
        due = Interval(first=f"2026-{month}-01", last=f"2026-{month}-28")
        parent = self.in_force(side, "commitment", name)
        self.offer(side, "commitment", commitment(name, project=where, due=due), parent=parent)

    @rule(
        side=SIDES,
        to=st.sampled_from(("suspended", "agreed", "in_preparation", "cancelled", "dropped")),
    )
    def offer_step(self, side: Side, to: str) -> None:
        self.count += 1
        move = step(f"T-{self.count}", to, "E-0", reason=words("Why"), review="2027-03-01")
        self.offer(side, "transition", move)

    @rule(
        side=SIDES,
        action=st.sampled_from(("drop", "split", "merge", "defer", "include")),
        keeps=st.booleans(),
    )
    def offer_decision(self, side: Side, action: str, keeps: bool) -> None:
        self.count += 1
        mapping = {"KH-C01": "KH-C02"} if keeps else {}
        into = ("KH-0002",) if action in {"split", "merge"} else ()
        item = DecisionItem(
            project="KH-0001",
            action=action,  # type: ignore[arg-type]
            into=into,
            mapping=mapping,
            reason=words("Why"),
        )
        core = Decision(id=f"D-{self.count}", meeting=words("M"), date="2026-10-01", items=(item,))
        if not decision_problems(self.view(side), core):
            self.offer(side, "decision", core)

    def known(self, side: Side) -> list[Revision]:
        """Offers that an installation shows, the newest first."""
        place = {name: entry.seq for log in self.pair.logs.values() for name, entry in log}
        shown = revisions(self.view(side)).values()
        return sorted(shown, key=lambda one: (place[one.entry], one.side), reverse=True)

    @rule(side=SIDES, which=st.integers(0, 3))
    def countersign(self, side: Side, which: int) -> None:
        """Sign one of the newest open offers of the other side."""
        theirs = [
            one for one in self.known(side) if (one.status, one.side) == ("offered", OTHER[side])
        ]
        if theirs:
            one = theirs[which % len(theirs)]
            self.write(side, "countersign", {"offer": one.entry, "core_hash": one.core_hash})

    @rule(
        side=SIDES,
        which=st.integers(0, 10_000),
        kind=st.sampled_from(("countersign", "decline", "withdraw", "counter")),
    )
    def answer_anything(self, side: Side, which: int, kind: str) -> None:
        """Answer any offer, also where it makes no sense."""
        known = self.known(side)
        if not known:
            return
        one = known[which % len(known)]
        if kind == "countersign":
            self.write(side, kind, {"offer": one.entry, "core_hash": one.core_hash})
        elif kind == "counter":
            body = {
                "kind": one.kind,
                "subject": one.subject,
                "core": dict(one.core),
                "core_hash": one.core_hash,
                "parent": one.parent,
                "answers": one.entry,
            }
            self.write(side, kind, body)
        else:
            self.write(side, kind, {"offer": one.entry, "reason": words("Because")})

    @rule(side=SIDES, which=st.integers(0, 3))
    def settle(self, side: Side, which: int) -> None:
        """Put a third text between two that clash."""
        torn = [one for one in self.known(side) if one.status == "clash"]
        if torn:
            one = torn[which % len(torn)]
            body = {
                "kind": one.kind,
                "subject": one.subject,
                "core": dict(one.core),
                "core_hash": one.core_hash,
                "parent": one.parent,
                "answers": one.entry,
            }
            self.write(side, "offer", body)

    @rule(name=PROJECTS, n=st.integers(1, 3), is_crossed=st.booleans())
    def agree_project(self, name: str, n: int, is_crossed: bool) -> None:
        """Both sides offer at once and sign what came, one after the other or crosswise."""
        self.meet()
        parent = self.in_force("A", "project", name)
        made = {
            side: self.offer(
                side, "project", project(name, title=words(f"{side}{n}")), parent=parent
            )
            for side in OTHER
        }
        self.meet()
        for side in OTHER:
            entry = next(one for one in self.known(side) if one.entry == made[OTHER[side]])
            body = {"offer": entry.entry, "core_hash": entry.core_hash}
            self.write(side, "countersign", body)
            if not is_crossed:
                self.meet()

    @rule(name=PROMISES, where=PROJECTS)
    def agree_commitment(self, name: str, where: str) -> None:
        """Side A promises and side B signs."""
        self.meet()
        parent = self.in_force("A", "commitment", name)
        due = Interval(first="2026-10-01", last="2026-12-31")
        core = commitment(name, project=where, due=due)
        offer = self.offer("A", "commitment", core, parent=parent)
        self.meet()
        core_hash = self.pair.logs["A"][-1][1].body["core_hash"]
        self.write("B", "countersign", {"offer": offer, "core_hash": core_hash})

    @rule(action=st.sampled_from(("split", "merge", "drop")), is_back=st.booleans())
    def agree_decision(self, action: str, is_back: bool) -> None:
        """A meeting hands commitments on; side A offers what is sound and side B signs."""
        self.meet()
        self.count += 1
        old, new = ("KH-C02", "KH-C01") if is_back else ("KH-C01", "KH-C02")
        promises = self.view("A").commitments
        where, into = (
            (promises[name].agreed or promises[name].latest).project if name in promises else ""
            for name in (old, new)
        )
        item = DecisionItem(
            project=where,
            action=action,  # type: ignore[arg-type]
            into=(into,) if action != "drop" else (),
            mapping={old: new},
            reason=words("Why"),
        )
        core = Decision(id=f"D-{self.count}", meeting=words("M"), date="2026-10-01", items=(item,))
        if not decision_problems(self.view("A"), core):
            offer = self.offer("A", "decision", core)
            self.meet()
            core_hash = self.pair.logs["A"][-1][1].body["core_hash"]
            self.write("B", "countersign", {"offer": offer, "core_hash": core_hash})

    @rule(side=SIDES, about=PROMISES, claims=st.booleans(), n=st.integers(0, 2))
    def put_evidence(self, side: Side, about: str, claims: bool, n: int) -> None:
        paper = evidence(f"E-{n}", about, claims_met=claims, document="budgetApproval")
        self.write(side, "evidence", paper)

    @rule(side=SIDES, value=st.integers(1, 3))
    def claim(self, side: Side, value: int) -> None:
        jobs = Quantity(value=str(value), unit="job")
        source = Source(document="Newspaper")
        self.write(
            side,
            "claim",
            Claim(id="C-1", project="KH-0001", field="jobs", quantity=jobs, source=source),
        )

    @rule(side=SIDES, which=st.integers(0, 10_000), kind=st.sampled_from(("accept", "dispute")))
    def judge(self, side: Side, which: int, kind: str) -> None:
        known = [
            name
            for name, entry in self.pair.logs[OTHER[side]][: self.here[side].n_whole()]
            if entry.type in {"evidence", "claim"}
        ]
        if known:
            self.pair.seen[side] = self.here[side].n_whole()
            self.pair.answer(side, kind, known[which % len(known)])

    @rule(side=SIDES)
    def hand_over(self, side: Side) -> None:
        """A side gets everything that the other wrote."""
        for name, entry in self.pair.logs[OTHER[side]]:
            self.here[side].arrived[entry.seq] = (name, entry)

    @rule(side=SIDES, first=st.integers(0, 20))
    def export(self, side: Side, first: int) -> None:
        """Put a bundle on its way; it may leave out what was sent before."""
        log = self.pair.logs[side]
        self.sent.append((side, log[min(first, len(log)) :]))

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 10_000), is_lost=st.booleans())
    def deliver(self, which: int, is_lost: bool) -> None:
        """Any bundle arrives, again or for the first time, or is lost."""
        place = which % len(self.sent)
        side, entries = self.sent[place]
        if is_lost:
            self.sent.pop(place)
            return
        for name, entry in entries:
            self.here[OTHER[side]].arrived[entry.seq] = (name, entry)

    @rule()
    def meet(self) -> None:
        """Both sides exchange everything: from here on they show the same."""
        for side in OTHER:
            self.hand_over(side)
        assert self.view("A") == self.view("B") == self.pair.state(TODAY)

    @invariant()
    def nothing_is_agreed_without_two_signatures(self) -> None:
        """Behind every agreed core stand an offer and a countersignature of the two sides."""
        entries = {name: entry for log in self.pair.logs.values() for name, entry in log}
        for side in OTHER:
            for one in revisions(self.view(side)).values():
                is_signed = one.status in {"agreed", "clash"}
                assert is_signed is bool(one.countersigned)
                if is_signed:
                    offer, signed = entries[one.entry], entries[one.countersigned]
                    assert {offer.side, signed.side} == {"A", "B"}
                    assert offer.body["core_hash"] == signed.body["core_hash"] == one.core_hash

    @invariant()
    def nobody_takes_back_alone_what_was_agreed(self) -> None:
        """What was agreed stays agreed, or clashes with another text that both signed."""
        now = revisions(self.pair.state(TODAY))
        for entry, core_hash in self.agreed.items():
            assert now[entry].core_hash == core_hash
            assert now[entry].status in {"agreed", "clash"}
        self.agreed = {
            one.entry: one.core_hash for one in now.values() if one.status in {"agreed", "clash"}
        }

    @invariant()
    def no_commitment_vanishes(self) -> None:
        """An agreed commitment is owed, kept, or carried on by another agreed one, for ever."""
        state = self.pair.state(TODAY)
        for name, one in state.commitments.items():
            if one.agreed is not None:
                self.promised.add(name)
            heir = one.carried_by
            seen = [name]
            while heir:
                assert heir not in seen
                assert state.commitments[heir].agreed is not None
                seen.append(heir)
                heir = state.commitments[heir].carried_by
        assert self.promised <= set(state.commitments)

    @invariant()
    def the_state_is_a_function_of_the_logs(self) -> None:
        """Folding again gives the same; what is parked says nothing; nobody waits for himself."""
        state = self.pair.state(TODAY)
        assert state == self.pair.state(TODAY)
        assert state.parked == ()
        for side in OTHER:
            theirs = {name for name, _ in self.pair.logs[OTHER[side]]}
            for one in status(state, side).waits_for_me:
                is_theirs = one.entry in theirs
                assert is_theirs or one.kind in {"settle", "answer_dispute"}


DAYS = st.sampled_from(("2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", ""))
FIGURES = st.tuples(st.integers(0, 4), st.integers(0, 2), DAYS, DAYS)


@given(figures=st.lists(FIGURES, max_size=7))
def test_contradictions_are_those_of_comparing_each_with_each(
    figures: list[tuple[int, int, str, str]],
) -> None:
    """The sweep over claims finds exactly the claims that fail to meet some other one."""
    claims = []
    for n, (low, width, *days) in enumerate(figures):
        first, last = sorted(days) if all(days) else days
        jobs = Quantity(low=str(low), high=str(low + width), unit="job")
        body = Claim(
            id=f"C-{n}",
            project="KH-0001",
            field="jobs",
            quantity=jobs,
            source=Source(document="Newspaper"),
            valid=Interval(first=first, last=last),
        )
        claims.append(Saying(entry=str(n), side="A", at="", body=body))
    wanted = {
        one.entry
        for one, other in permutations(claims, 2)
        if not spans_meet(span(one.body.quantity), span(other.body.quantity))  # type: ignore
        and spans_meet(days_of(one.body.valid), days_of(other.body.valid))  # type: ignore
    }
    found = [one.entry for torn in contradictions(claims) for one in torn.claims]
    assert found == sorted(wanted, key=int)


TwoSides.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, derandomize=True
)
TestTwoSides = TwoSides.TestCase
