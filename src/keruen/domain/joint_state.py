"""What two logs say together: the joint list as anybody may read it. Made by `register`, no logic.

Dates are ISO 8601 days; ids of entries are their SHA-256 fingerprints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from keruen.domain.joint import (
    Appraisal,
    Charter,
    Claim,
    Commitment,
    Decision,
    Evidence,
    Interval,
    Lifecycle,
    MText,
    Project,
    Report,
    Side,
    SubjectKind,
    Transition,
)
from keruen.domain.untyped import JsonValue

OfferStatus = Literal[
    "offered", "agreed", "superseded", "countered", "declined", "withdrawn", "lapsed", "clash"
]
CommitmentStatus = Literal["offered", "open", "overdue", "claimed_met", "accepted", "disputed"]
Light = Literal["green", "amber", "red", "grey"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One text of a subject, put by one side.

    Parameters
    ----------
    entry, side, at : the offer's entry, its author, and when the author says it was written.
    number : 1, 2, … along the chain of agreed parents.
    parent, answers : ids of offers; empty when there is none.
    core : the text, as JSON.
    status : ``clash`` when two agreed texts follow one parent: both are shown, neither holds.
    countersigned, countersigned_at : id of the other side's entry and when that side says it was
        written; empty when there is none.
    behind : languages that no longer follow the authentic texts.
    """

    entry: str
    side: Side
    at: str
    number: int
    kind: SubjectKind
    subject: str
    parent: str
    answers: str
    core: Mapping[str, JsonValue]
    core_hash: str
    status: OfferStatus
    countersigned: str = ""
    countersigned_at: str = ""
    lapses: str = ""
    reason: MText | None = None
    answer_reason: MText | None = None
    behind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A new date of a commitment: who asked, who agreed, why."""

    entry: str
    asked_by: Side
    agreed_by: Side
    before: Interval | None
    after: Interval | None
    reason: MText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A claim, report, evidence or appraisal of one side, with the entry that says it."""

    entry: str
    side: Side
    at: str
    body: Claim | Report | Evidence | Appraisal
    accepted: str = ""
    """Entry of the other side that accepts it."""
    disputed: str = ""
    """Entry of the other side that disputes it."""
    dispute_reason: MText | None = None
    disputed_at: str = ""
    reproduced: str = ""
    """Of an appraisal: entry of the other side that ran it again and found the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentState:
    """A commitment and how it stands on the day of the reading."""

    agreed: Commitment | None
    """The text that both signed; none while it is only offered."""
    latest: Commitment
    """The newest text that anybody put."""
    status: CommitmentStatus
    revisions: tuple[Revision, ...]
    evidence: tuple[Saying, ...] = ()
    slips: tuple[Slip, ...] = ()
    days_late: int = 0
    carried_by: str = ""
    """Id of the commitment that carries it on after a split or merge."""
    claimed: str = ""
    """Entry of the evidence by which the debtor says that the text in force is kept."""

    @property
    def core(self) -> Commitment:
        """The text to show: the one in force, else the newest that is offered."""
        return self.agreed or self.latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Claims about one field that cannot all be true: their ranges do not meet."""

    project: str
    field: str
    claims: tuple[Saying, ...]
    not_comparable: tuple[Saying, ...] = ()
    """Claims about the same in another unit, currency or price year: nobody can compare them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The traffic light, its reasons as catalogue keys with parameters."""

    light: Light
    reasons: tuple[tuple[str, Mapping[str, str | int]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDifference:
    """Where the two sides' reports of one quarter do not say the same."""

    project: str
    quarter: str
    field: str
    a: str
    b: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListChange:
    """One step in the history of the list."""

    entry: str
    date: str
    decision: str
    project: str
    action: str
    into: tuple[str, ...]
    reason: MText
    is_agreed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a project's life and who stands behind it."""

    entry: str
    to: Lifecycle
    at: str
    sides: tuple[Side, ...]
    missing: tuple[str, ...] = ()
    """Evidence or signatures that the gate still lacks, as catalogue keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectState:
    """A project and everything said about it."""

    agreed: Project | None
    latest: Project
    lifecycle: Lifecycle
    is_listed: bool
    """The agreed decisions of meetings leave it on the list."""
    revisions: tuple[Revision, ...]
    steps: tuple[Step, ...] = ()
    commitments: tuple[str, ...] = ()
    claims: tuple[Saying, ...] = ()
    reports: tuple[Saying, ...] = ()
    appraisals: tuple[Saying, ...] = ()
    documents: tuple[Saying, ...] = ()
    health: Health = field(default_factory=lambda: Health(light="grey"))

    @property
    def core(self) -> Project:
        """The text to show: the one in force, else the newest that is offered."""
        return self.agreed or self.latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivocation:
    """Proof that a side showed two different entries for one place of its log."""

    side: Side
    seq: int
    first: str
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JointState:
    """The joint list on one day: a pure function of two logs and that day.

    Parameters
    ----------
    pair : fingerprint of the genesis document.
    heads : the end of each side's log, as (seq, id).
    today : the day for which overdue, lapsed and the lights were computed.
    parked : entries that wait for earlier ones of either log, as (side, seq).
    """

    pair: str
    name: str
    side_names: Mapping[str, MText]
    today: str
    heads: Mapping[str, tuple[int, str]]
    charter: Charter | None
    projects: Mapping[str, ProjectState]
    commitments: Mapping[str, CommitmentState]
    decisions: Mapping[str, tuple[Decision, tuple[Revision, ...]]]
    history: tuple[ListChange, ...]
    claims: tuple[Saying, ...]
    contradictions: tuple[Contradiction, ...]
    differences: tuple[ReportDifference, ...]
    parked: tuple[tuple[Side, int], ...] = ()
    equivocations: tuple[Equivocation, ...] = ()
    checks: tuple[tuple[str, Mapping[str, str | int | float]], ...] = ()
    """Figures that cannot stand together though each may: catalogue keys with parameters."""
    charter_revisions: tuple[Revision, ...] = ()
    transitions: Mapping[str, tuple[Transition, tuple[Revision, ...]]] = field(default_factory=dict)
    """Every step of a project's life that anybody offered, by its id."""

    offices: Mapping[str, tuple[MText, ...]] = field(default_factory=dict)
    """Side → the offices whose keys sign now."""

    def all_revisions(self) -> Iterator[Revision]:
        """Every text that anybody put, of any subject: the only walk over them."""
        for project in self.projects.values():
            yield from project.revisions
        for commitment in self.commitments.values():
            yield from commitment.revisions
        for _, revisions in (*self.decisions.values(), *self.transitions.values()):
            yield from revisions
        yield from self.charter_revisions

    def all_sayings(self) -> Iterator[Saying]:
        """Every claim, report, appraisal and piece of evidence, each once."""
        yield from self.claims
        for project in self.projects.values():
            yield from (*project.reports, *project.appraisals, *project.documents)
        for commitment in self.commitments.values():
            yield from commitment.evidence


WaitingKind = Literal["countersign", "settle", "accept", "answer_dispute", "transition"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing that a side has to do next.

    Parameters
    ----------
    kind : ``countersign`` an offer or answer it; ``settle`` two agreed texts that clash;
        ``accept`` or dispute that a commitment is kept; ``answer_dispute`` of one's own saying;
        ``transition``: sign a step of a project's life.
    side : who has to do it.
    entry : the entry that waits for an answer.
    subject, project : what it is about; `project` is empty when it is about none.
    since : when the author of `entry` says it was written.
    lapses : last day for it; empty for none.
    """

    kind: WaitingKind
    side: Side
    entry: str
    subject: str
    project: str
    since: str
    lapses: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is to be done, as one side sees it.

    Parameters
    ----------
    overdue : ids of commitments whose last day has passed, the latest first.
    """

    side: Side
    today: str
    waits_for_me: tuple[Waiting, ...]
    waits_for_them: tuple[Waiting, ...]
    overdue: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]
    checks: tuple[tuple[str, Mapping[str, str | int | float]], ...] = ()
