"""The stages of a project's life: the gates between them, what each asks for, how far it has come.

This rule is about *stages*; it is told which sides stand behind an offered step. Whether both have
signed the step's text, as any other text, is `consent`'s rule.

Knows the table of gates; knows nothing of lights or of what a commitment is worth. A step that one
side may take alone counts as soon as it is offered; a step of both counts when it is signed. A gate
looks at what was known to whoever signed it, so that no later word of one side takes a step back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal, get_args

from keruen.domain.joint import Lifecycle, MText, Project, Report, Side
from keruen.domain.joint_state import Saying, Step
from keruen.register.joint_list.appraisals import with_reproductions
from keruen.register.record import figures, texts

Signers = Literal["proposer", "receipt", "both", "host", "host_then_other", "either", "notice"]
"""Who stands behind a step.

``host`` is the side on whose land it happens; ``notice``: both, or one side alone after its notice
has run out since the other side received it.
"""

_STAGES: Final[tuple[Lifecycle, ...]] = get_args(Lifecycle)
_N_ROAD: Final = _STAGES.index("closed") + 1
ROAD: Final = _STAGES[:_N_ROAD]
"""The stages of a life that goes well, in order."""

HALTS: Final = _STAGES[_N_ROAD:]
"""Where a project may stand beside the road: suspended, deferred, cancelled, dropped."""

ENDED: Final[tuple[Lifecycle, ...]] = ("closed", "cancelled", "dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageGate:
    """What a step asks for.

    Parameters
    ----------
    from_, to : stages; ``any`` where the step may be taken from every stage. ``split`` and
        ``merge`` are steps of the list, looked at by `meetings.decision_problems`, and leave the
        stage as it is.
    documents : each group names the types of document of which one must be in evidence.
    needs : further conditions, by the last word of their catalogue key ``joint.gate_…``.
    signers : who stands behind the step.
    """

    from_: str
    to: str
    documents: tuple[tuple[str, ...], ...] = ()
    needs: tuple[str, ...] = ()
    signers: Signers


GATES: Final = (
    StageGate(from_="idea", to="proposed", needs=("two_languages", "one_lead"), signers="proposer"),
    StageGate(from_="proposed", to="under_review", signers="receipt"),
    StageGate(
        from_="under_review",
        to="agreed",
        needs=("scope", "both_leads", "milestones", "cost"),
        signers="both",
    ),
    StageGate(
        from_="agreed",
        to="in_preparation",
        documents=(("budgetApproval", "contractSigned"),),
        needs=("two_languages", "one_lead", "scope", "both_leads", "milestones", "cost"),
        signers="host",
    ),
    StageGate(
        from_="in_preparation",
        to="prepared",
        documents=(("feasibilityStudy",),),
        needs=("appraisal_of_both",),
        signers="both",
    ),
    StageGate(
        from_="prepared",
        to="financed",
        documents=(("financialAgreement",),),
        needs=("money",),
        signers="both",
    ),
    StageGate(
        from_="financed", to="in_construction", documents=(("contractNotice",),), signers="host"
    ),
    StageGate(
        from_="in_construction",
        to="built",
        documents=(("completionCertificate",),),
        signers="host_then_other",
    ),
    StageGate(from_="built", to="operating", needs=("observations",), signers="host_then_other"),
    StageGate(from_="operating", to="closed", documents=(("projectEvaluation",),), signers="both"),
    StageGate(from_="any", to="suspended", needs=("reason", "review"), signers="either"),
    StageGate(from_="any", to="deferred", needs=("reason", "review"), signers="either"),
    StageGate(from_="any", to="cancelled", needs=("reason",), signers="notice"),
    StageGate(from_="any", to="dropped", needs=("reason",), signers="notice"),
    StageGate(from_="any", to="split", needs=("mapping",), signers="both"),
    StageGate(from_="any", to="merge", needs=("mapping",), signers="both"),
)
"""Every step there is. What the signature under the first text leaves open (scope, leads, first
milestones, cost) is asked for again before preparation begins: consent needs only two signatures,
work needs the rest."""

_GATE: Final[Mapping[str, StageGate]] = {gate.to: gate for gate in GATES}
_CORRECTION: Final = StageGate(from_="any", to="earlier", needs=("reason",), signers="both")


@dataclass(frozen=True, slots=True, kw_only=True)
class GateEvidence:
    """What a gate may look at.

    Parameters
    ----------
    core : the project's text in force when the step was signed.
    documents : types of the documents in evidence for the step.
    n_commitments : how many commitments of the project anybody put.
    reason, review : of the step.
    """

    core: Project
    documents: frozenset[str]
    n_commitments: int
    appraisals: Sequence[Saying]
    reports: Sequence[Saying]
    reason: MText | None
    review: str


def _has_appraisal_of_both(known: GateEvidence) -> bool:
    """An appraisal that the other side ran again, by the same inputs and by a seed of its own."""
    return any(one.reproduced for one in with_reproductions(known.appraisals))


def _has_money(known: GateEvidence) -> bool:
    """The sources of money together reach the cost; only figures that compare are added."""
    budget = known.core.budget
    cost = figures.point(budget) if budget is not None else None
    if budget is None or cost is None:
        return False
    found = Fraction(0)
    for source in known.core.finance:
        amount = figures.point(source.amount)
        if amount is not None and figures.measure(source.amount) == figures.measure(budget):
            found += amount
    return found >= cost


def _has_observations(known: GateEvidence) -> bool:
    is_observed = any(isinstance(one.body, Report) and one.body.metrics for one in known.reports)
    return is_observed or "performanceReport" in known.documents


_CONDITIONS: Final[Mapping[str, Callable[[GateEvidence], bool]]] = {
    "two_languages": lambda known: len(texts.languages(known.core.title)) >= 2,
    "one_lead": lambda known: known.core.lead_a is not None or known.core.lead_b is not None,
    "both_leads": lambda known: known.core.lead_a is not None and known.core.lead_b is not None,
    "scope": lambda known: known.core.description is not None,
    "milestones": lambda known: bool(known.core.baseline) or known.n_commitments > 0,
    "cost": lambda known: known.core.budget is not None,
    "appraisal_of_both": _has_appraisal_of_both,
    "money": _has_money,
    "observations": _has_observations,
    "reason": lambda known: known.reason is not None,
    "review": lambda known: figures.day_number(known.review) is not None,
}


def host(core: Project) -> Side | None:
    """The side on whose land a project lies; none when the text does not say.

    It is the side whose lead has the role ``host``, else the only side that has a lead.
    """
    leads: tuple[tuple[Side, object], ...] = (("A", core.lead_a), ("B", core.lead_b))
    there = [side for side, lead in leads if lead is not None]
    hosts = [side for side, lead in leads if "host" in getattr(lead, "roles", ())]
    found = hosts or there
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedStep:
    """A step that somebody offered.

    Parameters
    ----------
    place : when it became complete, in the order of the fold.
    entry, at : the offer.
    author, sides : who offered it; all who stand behind it.
    is_notice_over : the other side has had it for as many days as the charter asks.
    is_decided : a meeting decided it: both signed, and nothing else is asked.
    is_resuming : a meeting put a halted project on the list again; `to` does not count.
    is_dead : the offer was taken back or answered: it is not shown as waiting.
    """

    place: int
    entry: str
    at: str
    to: Lifecycle
    author: Side
    sides: tuple[Side, ...]
    known: GateEvidence
    is_notice_over: bool = False
    is_decided: bool = False
    is_resuming: bool = False
    is_dead: bool = False


@dataclass(slots=True, kw_only=True)
class _Life:
    """Where a project stands while its moves are read."""

    stage: Lifecycle
    halt: Lifecycle | None = None
    halted_by: tuple[Side, ...] = ()

    @property
    def lifecycle(self) -> Lifecycle:
        return self.halt or self.stage


def walk(stage: Lifecycle, moves: Iterable[OfferedStep]) -> tuple[Lifecycle, tuple[Step, ...]]:
    """Take every step that its gate lets through.

    Parameters
    ----------
    stage : how far consent alone has brought the project.
    moves : every step that anybody offered, in any order; the same entry may come once for its
        author alone and once more, later, for both, and is taken once.

    Returns
    -------
    Where the project stands; the steps taken in order, then those that wait, each with what its
    gate still lacks. A step forward whose turn comes later is tried again then; a halt, a
    resumption or a correction counts only at its own place.
    """
    life = _Life(stage=stage)
    taken: dict[str, Step] = {}
    waiting: dict[str, _Waiting] = {}
    for move in sorted(moves, key=lambda one: one.place):
        if move.entry in taken:
            continue
        waiting.pop(move.entry, None)
        if move.is_resuming:
            if life.halt is not None:
                _take(life, replace(move, to=life.stage), taken)
            continue
        missing = _missing(life, move)
        if missing:
            waiting[move.entry] = (move, missing)
            continue
        _take(life, move, taken)
        _try_again(life, waiting, taken)
    shown = (_step(move, missing) for move, missing in waiting.values() if not move.is_dead)
    return life.lifecycle, (*taken.values(), *shown)


_Waiting = tuple[OfferedStep, tuple[str, ...]]


def _try_again(life: _Life, waiting: dict[str, _Waiting], taken: dict[str, Step]) -> None:
    """Take what can be taken now that the project stands elsewhere; the rest waits on."""
    is_moved = True
    while is_moved:
        is_moved = False
        for move, _ in tuple(waiting.values()):
            if _is_next(life, move):
                missing = _missing(life, move)
                waiting[move.entry] = (move, missing)
                if not missing:
                    del waiting[move.entry]
                    _take(life, move, taken)
                    is_moved = True


def _is_next(life: _Life, move: OfferedStep) -> bool:
    return move.to in ROAD and ROAD.index(move.to) == ROAD.index(life.stage) + 1


def _take(life: _Life, move: OfferedStep, taken: dict[str, Step]) -> None:
    if move.to in HALTS:
        # Whoever halts on top of a halt joins it: nobody resumes alone what the other stopped too.
        life.halted_by = tuple(sorted({*life.halted_by, *move.sides}))
        life.halt = move.to
    else:
        life.stage, life.halt, life.halted_by = move.to, None, ()
    taken[move.entry] = _step(move, ())


def _step(move: OfferedStep, missing: tuple[str, ...]) -> Step:
    return Step(entry=move.entry, to=move.to, at=move.at, sides=move.sides, missing=missing)


def _missing(life: _Life, move: OfferedStep) -> tuple[str, ...]:
    """What keeps a step from being taken now, as catalogue keys; empty when nothing does."""
    if life.stage == "closed" and life.halt is None:
        return ("joint.gate_closed",)
    if move.to in HALTS:
        has_ended = life.halt in ENDED
        return ("joint.gate_resume_first",) if has_ended else _missing_at(_GATE[move.to], move)
    if life.halt is not None:
        return _missing_to_resume(life, move)
    ahead = ROAD.index(move.to) - ROAD.index(life.stage)
    if ahead == 0:
        return ("joint.gate_reached",)
    if ROAD.index("agreed") > min(ROAD.index(life.stage), ROAD.index(move.to)) or ahead > 1:
        return ("joint.gate_order",)
    return _missing_at(_CORRECTION if ahead < 0 else _GATE[move.to], move)


def _missing_to_resume(life: _Life, move: OfferedStep) -> tuple[str, ...]:
    """A halted project goes on where it stood: by whoever halted it alone, else by both."""
    if move.to != life.stage:
        return ("joint.gate_resume_first",)
    may_alone = life.halted_by == (move.author,)
    return () if may_alone or len(move.sides) == 2 else ("joint.gate_other_signature",)


def _missing_at(gate: StageGate, move: OfferedStep) -> tuple[str, ...]:
    if move.is_decided:
        return ()
    missing = [
        f"joint.gate_document_{group[0].lower()}"
        for group in gate.documents
        if not any(kind in move.known.documents for kind in group)
    ]
    missing += [f"joint.gate_{name}" for name in gate.needs if not _CONDITIONS[name](move.known)]
    return (*missing, *_missing_signatures(gate, move))


def _missing_signatures(gate: StageGate, move: OfferedStep) -> tuple[str, ...]:
    if len(move.sides) == 2 or gate.signers == "either":
        return ()
    if gate.signers == "notice":
        return () if move.is_notice_over else ("joint.gate_signature_or_notice",)
    owner = host(move.known.core)
    if gate.signers == "host":
        return () if owner in (None, move.author) else ("joint.gate_host",)
    return ("joint.gate_other_signature",)
