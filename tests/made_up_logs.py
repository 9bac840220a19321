"""Two made-up logs without signatures: what two sides write, and how much each has seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec.structs import replace

from keruen.domain.joint import (
    Commitment,
    Document,
    Evidence,
    Interval,
    MText,
    Organisation,
    Project,
    Quantity,
    Side,
    TextState,
    Transition,
    Words,
)
from keruen.domain.joint_state import JointState
from keruen.domain.languages import Language
from keruen.register.joint_list.fold import fold
from keruen.register.record import texts
from keruen.register.record.canonical import entry_id, fingerprint
from keruen.register.record.entries import (
    ALGORITHM,
    VERSION,
    Entry,
    Genesis,
    Head,
    Key,
    Keys,
    SideCard,
)
from keruen.register.record.texts import make

TODAY = "2026-11-23"
OTHER: dict[Side, Side] = {"A": "B", "B": "A"}


def words(text: str) -> MText:
    """A text in three languages that says the same thing."""
    return make(authentic=("kk", "ru", "zh"), kk=f"{text} kk", ru=f"{text} ru", zh=f"{text} zh")


def project(name: str = "KH-0001", **more: Any) -> Project:
    """A project with all that its first gates ask for."""
    usual: dict[str, Any] = {
        "title": words("Port"),
        "description": words("Scope"),
        "kind": "infrastructure",
        "lead_a": Organisation(name=words("Office"), roles=("host",)),
        "lead_b": Organisation(name=words("Bureau")),
        "budget": Quantity(value="100", unit="KZT", currency="KZT", price_year=2025),
        "baseline": {"completion": Interval(first="2027-10-01", last="2027-12-31")},
    }
    return Project(id=name, **{**usual, **more})


def commitment(name: str = "KH-C01", **more: Any) -> Commitment:
    """Side A owes side B something by the end of 2026."""
    usual: dict[str, Any] = {
        "project": "KH-0001",
        "text": words("Promise"),
        "debtor": "A",
        "creditor": "B",
        "strength": "protocol",
        "due": Interval(first="2026-12-01", last="2026-12-31"),
    }
    return Commitment(id=name, **{**usual, **more})


def evidence(name: str, about: str, about_kind: str = "commitment", **more: Any) -> Evidence:
    """A file about something; `document` is its type."""
    kind = more.pop("document", "physicalProgressReport")
    paper = Document(sha256=fingerprint(name), kind=kind, title=words("Paper"))
    return Evidence(id=name, about=about, about_kind=about_kind, document=paper, **more)  # type: ignore[arg-type]


def step(name: str, to: str, *papers: str, **more: Any) -> Transition:
    """A step of the made-up project."""
    return Transition(id=name, project="KH-0001", to=to, evidence=papers, **more)  # type: ignore[arg-type]


def write(text: MText, language: Language, words: str) -> MText:
    """The text with other words in one language, compared with the originals by who wrote them."""
    changed = replace(text, **{language: Words(text=words)})
    state: TextState = "authentic" if language in text.authentic else "machine"
    new = Words(text=words, state=state, follows=texts.fingerprint(changed))
    return replace(changed, **{language: new})


@dataclass
class Pair:
    """Both logs, and how many entries of the other one each side has seen."""

    logs: dict[Side, list[tuple[str, Entry]]] = field(default_factory=lambda: {"A": [], "B": []})
    seen: dict[Side, int] = field(default_factory=lambda: {"A": 0, "B": 0})
    at: str = "2026-10-01T10:00:00Z"

    def write(self, side: Side, kind: str, body: Any, at: str = "") -> str:
        """Write an entry to a side's own log; its id."""
        log, known = self.logs[side], self.logs[OTHER[side]][: self.seen[side]]
        entry = Entry(
            v=VERSION,
            alg=ALGORITHM,
            pair="00" * 32,
            side=side,
            seq=len(log),
            prev=log[-1][0] if log else "",
            seen=Head(seq=len(known) - 1, id=known[-1][0]) if known else Head(),
            at=at or self.at,
            policy=1,
            type=kind,  # type: ignore[arg-type]
            body=msgspec.to_builtins(body),
        )
        name = entry_id(entry)
        log.append((name, entry))
        return name

    def begin(self) -> Pair:
        """Write the genesis of both sides and show each the other's."""
        cards = {
            side: SideCard(
                side=side,
                name=words(f"Side {side}"),
                root=Keys(
                    number=1, threshold=1, keys=(Key(id=side, public="00", office="Office"),)
                ),
            )
            for side in OTHER
        }
        for side in OTHER:
            self.write(side, "genesis", Genesis(pair="A – B", a=cards["A"], b=cards["B"]))
        return self.exchange()

    def show(self, side: Side) -> Pair:
        """The side sees everything that the other wrote."""
        self.seen[side] = len(self.logs[OTHER[side]])
        return self

    def exchange(self) -> Pair:
        """Both sides see everything."""
        return self.show("A").show("B")

    def offer(self, side: Side, kind: str, core: Any, **more: Any) -> str:
        """Offer a text; `type` may be ``counter``."""
        plain = msgspec.to_builtins(core)
        body = {
            "kind": kind,
            "subject": core.id,
            "core": plain,
            "core_hash": fingerprint(plain),
            **{name: value for name, value in more.items() if name not in {"type", "at"}},
        }
        return self.write(side, more.get("type", "offer"), body, more.get("at", ""))

    def sign(self, side: Side, offer: str, at: str = "") -> str:
        """Countersign an offer of the other side."""
        entry = next(entry for name, entry in self.logs[OTHER[side]] if name == offer)
        body = {"offer": offer, "core_hash": entry.body["core_hash"]}
        return self.write(side, "countersign", body, at)

    def agree(self, kind: str, core: Any, **more: Any) -> str:
        """Side A offers, side B signs, both see it; the offer's id."""
        offer = self.offer("A", kind, core, **more)
        self.exchange().sign("B", offer, more.get("at", ""))
        self.exchange()
        return offer

    def say(self, side: Side, body: Any, at: str = "") -> str:
        """Claim, report, put evidence or an appraisal."""
        return self.write(side, type(body).__name__.lower(), body, at)

    def answer(self, side: Side, kind: str, target: str, at: str = "") -> str:
        """Accept, dispute, decline or withdraw."""
        key = "target" if kind in {"accept", "dispute"} else "offer"
        body: dict[str, Any] = {key: target}
        if kind != "accept":
            body["reason"] = words("Because")
        return self.write(side, kind, body, at)

    def state(self, today: str = TODAY) -> JointState:
        """What both logs say together."""
        return fold(self.logs["A"], self.logs["B"], today=today)
