"""A commitment is kept when the other side accepts it, late when its last day has passed."""

from __future__ import annotations

from keruen.domain.joint import Interval
from keruen.domain.joint_state import CommitmentState
from keruen.register.joint_list.fold import status, waiting
from made_up_logs import Pair, commitment, evidence, project, words


def pair() -> Pair:
    begun = Pair().begin()
    begun.agree("project", project())
    return begun


def stands(pair: Pair, today: str = "2026-11-23", name: str = "KH-C01") -> CommitmentState:
    return pair.state(today).commitments[name]


def test_offered_is_not_owed() -> None:
    """A commitment that only one side put is offered, and never overdue."""
    logs = pair()
    logs.offer("A", "commitment", commitment())
    state = stands(logs, "2030-01-01")
    assert (state.status, state.agreed, state.days_late) == ("offered", None, 0)


def test_open_until_its_last_day_and_overdue_after() -> None:
    """An agreed commitment is open on its last day and one day late on the next."""
    logs = pair()
    logs.agree("commitment", commitment())
    assert stands(logs, "2026-12-31").status == "open"
    late = stands(logs, "2027-01-01")
    assert (late.status, late.days_late) == ("overdue", 1)
    assert status(logs.state("2027-01-01"), "A").overdue == ("KH-C01",)


def test_without_a_date_nothing_is_overdue() -> None:
    """A commitment whose date nobody has said yet stays open."""
    logs = pair()
    logs.agree("commitment", commitment(due=None, open_questions=("when",)))
    assert stands(logs, "2036-01-01").status == "open"


def test_the_debtor_claims_and_the_creditor_accepts() -> None:
    """A claim waits for the other side; accepted, it is never overdue."""
    logs = pair()
    logs.agree("commitment", commitment())
    paper = logs.say("A", evidence("E-1", "KH-C01", claims_met=True))
    state = logs.exchange().state()
    assert state.commitments["KH-C01"].status == "claimed_met"
    assert [(one.kind, one.entry) for one in waiting(state, "B")] == [("accept", paper)]
    assert waiting(state, "A") == ()
    logs.answer("B", "accept", paper)
    assert stands(logs, "2036-01-01").status == "accepted"
    assert waiting(logs.state(), "B") == ()
    logs.say("A", evidence("E-2", "KH-C01", claims_met=True))
    assert (stands(logs).status, stands(logs).claimed) == ("accepted", paper)


def test_a_claim_that_nobody_accepted_is_overdue_after_its_day() -> None:
    """The clock does not stop for a claim that the creditor has not accepted."""
    logs = pair()
    logs.agree("commitment", commitment())
    logs.say("A", evidence("E-1", "KH-C01", claims_met=True))
    assert stands(logs.exchange(), "2027-02-01").status == "overdue"


def test_only_the_debtor_claims() -> None:
    """Evidence of the creditor, and evidence that claims nothing, leave the commitment open."""
    logs = pair()
    logs.agree("commitment", commitment())
    logs.say("B", evidence("E-1", "KH-C01", claims_met=True))
    logs.say("A", evidence("E-2", "KH-C01"))
    state = stands(logs.exchange())
    assert (state.status, len(state.evidence)) == ("open", 2)


def test_without_a_debtor_either_side_claims_and_the_other_accepts() -> None:
    """While nobody said who owes it, the side that did not claim accepts."""
    logs = pair()
    logs.agree("commitment", commitment(debtor=None, creditor=None))
    paper = logs.say("B", evidence("E-1", "KH-C01", claims_met=True))
    logs.answer("B", "accept", paper)
    assert stands(logs.exchange()).status == "claimed_met"
    logs.answer("A", "accept", paper)
    assert stands(logs).status == "accepted"


def test_a_dispute_and_better_evidence() -> None:
    """A disputed claim waits for its author; newer evidence is claimed again."""
    logs = pair()
    logs.agree("commitment", commitment())
    first = logs.say("A", evidence("E-1", "KH-C01", claims_met=True))
    logs.exchange().answer("B", "dispute", first)
    state = logs.exchange().state()
    assert state.commitments["KH-C01"].status == "disputed"
    assert state.commitments["KH-C01"].evidence[0].dispute_reason == words("Because")
    assert [one.kind for one in waiting(state, "A")] == ["answer_dispute"]
    assert waiting(state, "B") == ()
    second = logs.say("A", evidence("E-2", "KH-C01", claims_met=True))
    assert stands(logs.exchange()).claimed == second
    logs.answer("B", "accept", second)
    assert stands(logs).status == "accepted"


def test_an_acceptance_binds() -> None:
    """Evidence that was accepted cannot be disputed by the same side later."""
    logs = pair()
    logs.agree("commitment", commitment())
    paper = logs.say("A", evidence("E-1", "KH-C01", claims_met=True))
    logs.exchange().answer("B", "accept", paper)
    logs.answer("B", "dispute", paper)
    assert stands(logs).status == "accepted"
    assert not stands(logs).evidence[0].disputed


def test_a_new_date_needs_both_and_is_a_slip() -> None:
    """A date moves only when both sign it; who asked, who agreed and why stay readable."""
    logs = pair()
    first = logs.agree("commitment", commitment())
    later = Interval(first="2027-03-01", last="2027-03-31")
    offer = logs.offer(
        "A",
        "commitment",
        commitment(due=later),
        parent=first,
        reason=words("Snow"),
    )
    assert stands(logs.exchange(), "2027-01-15").status == "overdue"
    logs.sign("B", offer)
    state = stands(logs, "2027-01-15")
    assert state.status == "open"
    (slip,) = state.slips
    assert (slip.entry, slip.asked_by, slip.agreed_by) == (offer, "A", "B")
    assert slip.before == commitment().due
    assert slip.after == later
    assert slip.reason == words("Snow")


def test_new_terms_open_an_accepted_commitment_again() -> None:
    """Both sign new terms after an acceptance that they knew: it is owed again. Words alone not."""
    logs = pair()
    first = logs.agree("commitment", commitment())
    paper = logs.say("A", evidence("E-1", "KH-C01", claims_met=True))
    logs.exchange().answer("B", "accept", paper)
    logs.exchange()
    office = logs.agree("commitment", commitment(debtor_office=words("Office")), parent=first)
    assert stands(logs).status == "accepted"
    later = Interval(first="2027-03-01", last="2027-03-31")
    logs.agree("commitment", commitment(due=later), parent=office)
    assert stands(logs).status == "open"


def test_the_latest_commitment_is_named_first() -> None:
    """What is overdue is told by days late, the most first, whatever the names."""
    logs = pair()
    for name, last in (("KH-C01", "2027-01-31"), ("KH-C02", "2026-12-31")):
        due = Interval(first=last, last=last)
        logs.agree("commitment", commitment(name, due=due))
    assert status(logs.state("2027-02-10"), "A").overdue == ("KH-C02", "KH-C01")
