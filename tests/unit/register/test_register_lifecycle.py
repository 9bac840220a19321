"""A project goes on only through its gates, and no word of one side takes a step back."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, get_args

import msgspec
import pytest

from keruen.domain.appraised import inputs_digest, outputs_digest
from keruen.domain.joint import (
    Appraisal,
    AppraisalBasis,
    Charter,
    Finance,
    Lifecycle,
    ListAction,
    OwnSeed,
    Project,
    Quantity,
    Report,
    Side,
    Strength,
)
from keruen.domain.joint_state import (
    CommitmentStatus,
    Light,
    OfferStatus,
    ProjectState,
)
from keruen.i18n import LANGUAGES
from keruen.i18n.messages import catalogue
from keruen.register.joint_list.fold import waiting
from keruen.register.joint_list.lifecycle import GATES, HALTS, ROAD, GateEvidence, OfferedStep, walk
from made_up_logs import Pair, evidence, project, step, words

HASH = "ab" * 32


def agreed(core: Project | None = None) -> Pair:
    pair = Pair().begin()
    pair.agree("charter", Charter(title=words("Rules"), notice_days=90))
    pair.agree("project", core or project())
    return pair


def stands(pair: Pair, today: str = "2026-11-23") -> ProjectState:
    return pair.state(today).projects["KH-0001"]


def paper(pair: Pair, kind: str) -> str:
    """Evidence of one type by side A; its id."""
    name = f"E-{kind}"
    pair.say("A", evidence(name, "KH-0001", "project", document=kind))
    return name


def money(value: str) -> Quantity:
    return Quantity(value=value, unit="KZT", currency="KZT", price_year=2025)


def take(pair: Pair, to: str, *papers: str, both: bool = True) -> str:
    move = pair.offer("A", "transition", step(f"T-{to}", to, *papers))
    pair.exchange()
    if both:
        pair.sign("B", move)
        pair.exchange()
    return move


def test_first_stages_come_by_consent_alone() -> None:
    """Proposed by the first offer, under review when the other side had it, agreed when signed."""
    pair = Pair().begin()
    offer = pair.offer("A", "project", project())
    assert stands(pair).lifecycle == "proposed"
    seen = pair.exchange().write("B", "receipt", {})
    assert stands(pair).lifecycle == "under_review"
    signed = pair.sign("B", offer)
    state = stands(pair)
    assert state.lifecycle == "agreed"
    assert [(one.entry, one.to) for one in state.steps] == [
        (offer, "proposed"),
        (seen, "under_review"),
        (signed, "agreed"),
    ]


def test_a_whole_life() -> None:
    """With its evidence and its signatures a project goes the whole road, one gate at a time."""
    pair = agreed(
        project(finance=(Finance(source=words("Bank"), kind="loan", amount=money("100")),))
    )
    take(pair, "in_preparation", paper(pair, "budgetApproval"), both=False)
    pair.say("A", appraisal())
    pair.say("B", run_again())
    take(pair, "prepared", paper(pair, "feasibilityStudy"))
    take(pair, "financed", paper(pair, "financialAgreement"))
    take(pair, "in_construction", paper(pair, "contractNotice"), both=False)
    take(pair, "built", paper(pair, "completionCertificate"))
    metrics = {"containers": Quantity(value="9", unit="container")}
    pair.say(
        "A", Report(project="KH-0001", quarter="2026Q3", summary=words("Open"), metrics=metrics)
    )
    take(pair, "operating")
    take(pair, "closed", paper(pair, "projectEvaluation"))
    state = stands(pair)
    assert tuple(one.to for one in state.steps) == ROAD[1:]
    assert not [one for one in state.steps if one.missing]
    assert state.lifecycle == "closed"
    pair.offer(
        "A", "transition", step("T-late", "suspended", reason=words("R"), review="2027-01-01")
    )
    assert stands(pair).steps[-1].missing == ("joint.gate_closed",)


def quantity(value: int) -> Quantity:
    """A figure with a range."""
    return Quantity(value=str(value), low="0", high="900", unit="KZT")


def appraisal(side: Side = "A", value: int = 500, **more: Any) -> Appraisal:
    """What a side computed, with its fingerprints."""
    basis = AppraisalBasis(
        scenario="two",
        list_sha256=HASH,
        key="north",
        code_sha256=HASH,
        run_by=side,
        price_year=2025,
        first_year=2026,
        n_years=30,
        years=(2026,),
        rates={"common": Quantity(value="0.08", unit="1/yr")},
        sides={"ktz": "A"},
        draws=100,
        most_played=0,
    )
    outputs = {"enpv_joint": quantity(value)}
    usual: dict[str, Any] = {
        "id": f"AP-{side}",
        "projects": ("KH-0001",),
        "model": "m",
        "scenario_digest": HASH,
        "inputs_sha256": "",
        "outputs_sha256": outputs_digest(outputs),
        "seed": 1,
        "n_runs": 1,
        "outputs": outputs,
        "basis": basis,
    }
    record = Appraisal(**{**usual, **more})
    return msgspec.structs.replace(record, inputs_sha256=inputs_digest(record))


def own_seed(seed: int = 2, value: int = 480) -> OwnSeed:
    """The same by another seed."""
    outputs = {"enpv_joint": quantity(value)}
    return OwnSeed(seed=seed, outputs=outputs, outputs_sha256=outputs_digest(outputs))


def run_again(side: Side = "B", **more: Any) -> Appraisal:
    """The same by the other side, with a seed of its own."""
    return appraisal(side, **{"reproduces": "AP-A", "own_seed": own_seed(), **more})


def test_a_gate_names_what_it_lacks() -> None:
    """A step without evidence is not taken, and every thing that lacks is named."""
    pair = agreed(project(description=None, lead_b=None, budget=None, baseline={}))
    take(pair, "in_preparation", both=False)
    state = stands(pair)
    assert state.lifecycle == "agreed"
    assert state.steps[-1].missing == (
        "joint.gate_document_budgetapproval",
        "joint.gate_scope",
        "joint.gate_both_leads",
        "joint.gate_milestones",
        "joint.gate_cost",
    )


def test_late_evidence_lets_a_waiting_step_through() -> None:
    """A step is taken as soon as its evidence is there, and the next one that waited after it."""
    pair = agreed()
    take(pair, "in_preparation", "E-budgetApproval", both=False)
    assert stands(pair).lifecycle == "agreed"
    paper(pair, "budgetApproval")
    assert stands(pair).lifecycle == "in_preparation"


def test_a_step_cannot_be_jumped() -> None:
    """A step that is not the next one waits for those before it."""
    pair = agreed()
    take(pair, "built", paper(pair, "completionCertificate"))
    state = stands(pair)
    assert (state.lifecycle, state.steps[-1].missing) == ("agreed", ("joint.gate_order",))


def test_the_hosts_step_is_the_hosts() -> None:
    """The side that is not the host cannot take the host's step alone; with both signatures it can."""
    pair = agreed()
    papers = paper(pair, "budgetApproval")
    move = pair.exchange().offer("B", "transition", step("T-1", "in_preparation", papers))
    assert stands(pair.exchange()).steps[-1].missing == ("joint.gate_host",)
    pair.sign("A", move)
    assert stands(pair).lifecycle == "in_preparation"


def test_what_needs_both_waits_for_the_other() -> None:
    """A step of both is not taken by one, and waits for the other side to sign."""
    pair = agreed()
    take(pair, "in_preparation", paper(pair, "budgetApproval"), both=False)
    move = take(pair, "prepared", paper(pair, "feasibilityStudy"), both=False)
    state = pair.state()
    assert state.projects["KH-0001"].steps[-1].missing == (
        "joint.gate_appraisal_of_both",
        "joint.gate_other_signature",
    )
    assert [(one.kind, one.entry) for one in waiting(state, "B")] == [("transition", move)]
    assert waiting(state, "A") == ()


@pytest.mark.parametrize(
    ("finance", "is_enough"),
    [((money("60"), money("40")), True), ((money("60"), money("39.99")), False)],
)
def test_money_is_added_up(finance: tuple[Quantity, ...], is_enough: bool) -> None:
    """Financed means that the named sources together reach the cost, to the last tenge."""
    sources = tuple(Finance(source=words("Bank"), kind="loan", amount=one) for one in finance)
    known = GateEvidence(
        core=project(finance=sources),
        documents=frozenset({"financialAgreement"}),
        n_commitments=0,
        appraisals=(),
        reports=(),
        reason=None,
        review="",
    )
    move = OfferedStep(
        place=1, entry="e", at="", to="financed", author="A", sides=("A", "B"), known=known
    )
    standing, (taken,) = walk("prepared", [move])
    assert standing == ("financed" if is_enough else "prepared")
    assert taken.missing == (() if is_enough else ("joint.gate_money",))


def halt(pair: Pair, side: str, to: str, name: str = "T-halt", **more: object) -> str:
    usual: dict[str, object] = {"reason": words("Why"), "review": "2027-01-01"}
    return pair.offer(side, "transition", step(name, to, **{**usual, **more}))  # type: ignore[arg-type]


def test_either_side_suspends_and_alone_resumes() -> None:
    """A side may suspend alone with reason and date, and only it takes that back alone."""
    pair = agreed()
    halt(pair, "B", "suspended", reason=None, review="")
    assert stands(pair).steps[-1].missing == ("joint.gate_reason", "joint.gate_review")
    halt(pair, "B", "suspended", "T-2")
    assert stands(pair.exchange()).lifecycle == "suspended"
    pair.offer("A", "transition", step("T-3", "agreed"))
    assert stands(pair).lifecycle == "suspended"
    pair.exchange().offer("B", "transition", step("T-4", "agreed"))
    assert stands(pair).lifecycle == "agreed"


def test_while_suspended_nothing_goes_on() -> None:
    """A suspended project takes no step forward; what was offered is taken when it resumes."""
    pair = agreed()
    halt(pair, "A", "suspended")
    take(pair, "in_preparation", paper(pair, "budgetApproval"), both=False)
    assert stands(pair).steps[-1].missing == ("joint.gate_resume_first",)
    pair.offer("A", "transition", step("T-4", "agreed"))
    assert stands(pair).lifecycle == "in_preparation"


def test_nobody_resumes_alone_what_both_stopped() -> None:
    """Who suspends on top of a cancellation or of the other's halt does not get to undo it."""
    pair = agreed()
    pair.agree("transition", step("T-1", "cancelled", reason=words("Why")))
    assert stands(pair).lifecycle == "cancelled"
    halt(pair, "A", "suspended")
    pair.offer("A", "transition", step("T-3", "agreed"))
    assert stands(pair).lifecycle == "cancelled"
    other = agreed()
    halt(other, "B", "suspended", "T-1")
    halt(other.exchange(), "A", "deferred", "T-2")
    other.offer("A", "transition", step("T-3", "agreed"))
    assert stands(other.exchange()).lifecycle == "deferred"


def test_a_step_of_both_counts_when_it_is_signed() -> None:
    """A cancellation that is signed after a resumption is not undone by that."""
    pair = agreed()
    stop = halt(pair, "A", "cancelled", "T-1")
    pair.agree("transition", step("T-2", "agreed"))
    pair.sign("B", stop)
    assert stands(pair).lifecycle == "cancelled"


_FIRST_FORM: dict[str, Any] = {"basis": None, "own_seed": None}


@pytest.mark.parametrize(
    ("first", "side", "second", "is_open"),
    [
        (appraisal(), "B", run_again(), True),
        (appraisal(), "A", run_again("A"), False),
        (appraisal(), "B", run_again(reproduces="AP-9"), False),
        # Copied: the fields of the other side, with or without its name, or its figures twice.
        (appraisal(), "B", run_again("A"), False),
        (appraisal(), "B", run_again(own_seed=None), False),
        (appraisal(), "B", run_again(own_seed=own_seed(seed=1)), False),
        (appraisal(), "B", run_again(own_seed=own_seed(value=500)), False),
        # Another scenario, model, seed, list or result.
        (appraisal(), "B", run_again(scenario_digest="cd" * 32), False),
        (appraisal(), "B", run_again(model="n"), False),
        (appraisal(), "B", run_again(seed=3), False),
        (appraisal(), "B", run_again(value=501), False),
        # Fingerprints that are not those of what is said.
        (appraisal(value=9, outputs_sha256=HASH), "B", run_again(outputs_sha256=HASH), False),
        # The first form says too little.
        (appraisal(**_FIRST_FORM), "B", run_again(**_FIRST_FORM), False),
    ],
)
def test_an_appraisal_is_run_again_by_the_other_side(
    first: Appraisal, side: Side, second: Appraisal, is_open: bool
) -> None:
    """Scenario, model, inputs and outputs are the same, and a seed of one's own is beside them."""
    pair = agreed()
    take(pair, "in_preparation", paper(pair, "budgetApproval"), both=False)
    pair.say("A", first)
    entry = pair.say(side, second)
    take(pair, "prepared", paper(pair, "feasibilityStudy"))
    state = stands(pair)
    assert state.lifecycle == ("prepared" if is_open else "in_preparation")
    assert [one.reproduced for one in state.appraisals] == [entry if is_open else "", ""]


def test_figures_without_any_range_may_be_the_same_by_another_seed() -> None:
    """Where nothing is drawn another seed changes nothing."""
    outputs = {"enpv_joint": Quantity(value="5", unit="KZT")}
    digest = outputs_digest(outputs)
    own = OwnSeed(seed=2, outputs=outputs, outputs_sha256=digest)
    same: dict[str, Any] = {"outputs": outputs, "outputs_sha256": digest}
    pair = agreed()
    pair.say("A", appraisal(**same))
    entry = pair.say("B", run_again(own_seed=own, **same))
    assert [one.reproduced for one in stands(pair).appraisals] == [entry, ""]


def test_an_old_resumption_does_not_lift_a_later_halt() -> None:
    """A resumption counts at its own place only."""
    pair = agreed()
    pair.offer("A", "transition", step("T-early", "agreed"))
    halt(pair, "A", "suspended")
    assert stands(pair).lifecycle == "suspended"


@pytest.mark.parametrize("to", HALTS[2:])
def test_one_side_leaves_after_its_notice(to: str) -> None:
    """Alone one leaves only after the notice, counted from the day when the other side had it."""
    pair = agreed()
    halt(pair, "A", to)
    assert stands(pair, "2036-01-01").lifecycle == "agreed"
    pair.exchange().write("B", "receipt", {}, at="2026-11-01T00:00:00Z")
    assert stands(pair, "2027-01-30").lifecycle == "agreed"
    assert stands(pair, "2027-01-30").steps[-1].missing == ("joint.gate_signature_or_notice",)
    left = stands(pair, "2027-01-31")
    assert (left.lifecycle, left.is_listed) == (to, False)
    assert left.steps[-1].sides == ("A",)


def test_without_a_charter_there_is_no_notice() -> None:
    """While both signed no rules, nobody leaves alone."""
    pair = Pair().begin()
    pair.agree("project", project())
    halt(pair, "A", "cancelled")
    pair.exchange().write("B", "receipt", {})
    assert stands(pair, "2036-01-01").lifecycle == "agreed"


def test_a_withdrawal_takes_no_step_back_that_the_other_side_saw() -> None:
    """A step that one side took alone stands once the other side has had it."""
    pair = agreed()
    move = take(pair, "in_preparation", paper(pair, "budgetApproval"), both=False)
    pair.write("B", "receipt", {})
    pair.exchange().answer("A", "withdraw", move)
    assert stands(pair.exchange()).lifecycle == "in_preparation"
    early = agreed()
    move = early.offer(
        "A", "transition", step("T-1", "in_preparation", paper(early, "budgetApproval"))
    )
    early.answer("A", "withdraw", move)
    assert stands(early.exchange()).lifecycle == "agreed"


def test_a_mistake_is_corrected_by_both() -> None:
    """Back to an earlier stage it goes with a reason and both signatures, never before agreement."""
    pair = agreed()
    take(pair, "in_preparation", paper(pair, "budgetApproval"), both=False)
    back = pair.offer("A", "transition", step("T-back", "agreed", reason=words("Mistake")))
    assert stands(pair.exchange()).lifecycle == "in_preparation"
    pair.sign("B", back)
    assert stands(pair).lifecycle == "agreed"
    pair.agree("transition", step("T-back-2", "proposed", reason=words("Mistake")))
    assert stands(pair).lifecycle == "agreed"


def test_the_table_is_the_whole_road() -> None:
    """Each stage has one gate, and so have every halt, a split and a merger."""
    assert [(gate.from_, gate.to) for gate in GATES][: len(ROAD) - 1] == list(pairwise(ROAD))
    assert [gate.to for gate in GATES][len(ROAD) - 1 :] == [*HALTS, "split", "merge"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_and_reason_has_words(language: str) -> None:
    """Every stage, status, action, kind of waiting and reason of a gate has its title."""
    codes = {
        "lifecycle": get_args(Lifecycle),
        "light": get_args(Light),
        "commitment": get_args(CommitmentStatus),
        "offer": get_args(OfferStatus),
        "strength": get_args(Strength),
        "action": get_args(ListAction),
        "question": ("who", "when", "how_much", "where", "who_pays"),
        "gate": [
            *(need for gate in GATES for need in gate.needs),
            *(f"document_{group[0].lower()}" for gate in GATES for group in gate.documents),
        ],
    }
    known = catalogue(language)
    wanted = [f"joint.{group}_{code}" for group, listed in codes.items() for code in listed]
    assert not [key for key in wanted if key not in known]
