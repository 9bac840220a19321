"""Decisions make the history of the list, and no commitment vanishes by them."""

from __future__ import annotations

import pytest

from keruen.domain.joint import Decision, DecisionItem
from keruen.i18n import describe
from keruen.register.joint_list.meetings import decision_problems
from made_up_logs import Pair, commitment, evidence, project, words


def decision(*items: DecisionItem, name: str = "D-1", date: str = "2026-10-20") -> Decision:
    return Decision(id=name, meeting=words("Meeting"), date=date, items=items)


def item(action: str, where: str = "KH-0001", **more: object) -> DecisionItem:
    return DecisionItem(project=where, action=action, reason=words("Why"), **more)  # type: ignore[arg-type]


def listed() -> Pair:
    """Two projects; the first owes KH-C01, the second KH-C02."""
    pair = Pair().begin()
    pair.agree("project", project())
    pair.agree("project", project("KH-0002"))
    pair.agree("commitment", commitment())
    pair.agree("commitment", commitment("KH-C02", project="KH-0002"))
    return pair


SPLIT = item("split", into=("KH-0002",), mapping={"KH-C01": "KH-C02"})


def keys(pair: Pair, *items: DecisionItem) -> list[str]:
    return [one.key for one in decision_problems(pair.state(), decision(*items))]


def test_a_decision_holds_when_both_signed() -> None:
    """An offered decision is shown as offered and changes nothing; signed, it takes effect."""
    pair = listed()
    drop = decision(item("drop", mapping={"KH-C01": "KH-C01"}))
    offer = pair.offer("A", "decision", drop)
    state = pair.exchange().state()
    assert [(one.action, one.is_agreed) for one in state.history] == [("drop", False)]
    assert state.projects["KH-0001"].is_listed
    pair.sign("B", offer)
    state = pair.state()
    assert [(one.action, one.is_agreed) for one in state.history] == [("drop", True)]
    assert not state.projects["KH-0001"].is_listed
    assert state.projects["KH-0001"].lifecycle == "dropped"


def test_a_project_is_listed_by_its_text_or_by_a_decision() -> None:
    """An offered project is not on the list; agreed or included by a meeting it is."""
    pair = Pair().begin()
    pair.offer("A", "project", project())
    assert not pair.state().projects["KH-0001"].is_listed
    pair.agree("decision", decision(item("include")))
    assert pair.state().projects["KH-0001"].is_listed


def test_deferred_stays_listed_and_comes_back() -> None:
    """A deferred project stays on the list and goes on where it stood when included again."""
    pair = listed()
    pair.agree("decision", decision(item("defer", review="2027-01-01")))
    state = pair.state().projects["KH-0001"]
    assert (state.lifecycle, state.is_listed) == ("deferred", True)
    pair.agree("decision", decision(item("include"), name="D-2"))
    assert pair.state().projects["KH-0001"].lifecycle == "agreed"


def test_a_split_carries_the_commitments_on() -> None:
    """After a split the old commitment names its heir and is not overdue; the heir is."""
    pair = listed()
    pair.agree("decision", decision(SPLIT))
    state = pair.state("2027-02-01")
    old, new = state.commitments["KH-C01"], state.commitments["KH-C02"]
    assert (old.carried_by, old.status, old.days_late) == ("KH-C02", "open", 0)
    assert (new.carried_by, new.status) == ("", "overdue")
    assert not state.projects["KH-0001"].is_listed
    assert state.projects["KH-0002"].is_listed


def test_an_heir_that_nobody_agreed_to_carries_nothing() -> None:
    """While the heir is only offered the old commitment stays owed."""
    pair = Pair().begin()
    pair.agree("project", project())
    pair.agree("commitment", commitment())
    pair.offer("A", "commitment", commitment("KH-C02", project="KH-0002"))
    pair.agree("decision", decision(SPLIT))
    assert pair.state("2027-02-01").commitments["KH-C01"].status == "overdue"


def test_two_commitments_cannot_carry_each_other() -> None:
    """A ring of heirs, over two decisions, loses neither."""
    pair = listed()
    pair.agree("decision", decision(SPLIT))
    back = item("split", "KH-0002", into=("KH-0001",), mapping={"KH-C02": "KH-C01"})
    pair.agree("decision", decision(back, name="D-2"))
    carried = {one: state.carried_by for one, state in pair.state().commitments.items()}
    assert carried == {"KH-C01": "KH-C02", "KH-C02": ""}


@pytest.mark.parametrize("action", ["split", "merge", "drop"])
def test_a_decision_that_leaves_a_commitment_out_is_refused(action: str) -> None:
    """A project is not split, merged or dropped while a commitment of it is named nowhere."""
    into = () if action == "drop" else ("KH-0002",)
    pair = listed()
    (problem,) = decision_problems(pair.state(), decision(item(action, into=into)))
    assert problem.key == "problem.decision_loses"
    assert problem.parameters["place"] == "D-1: items[1]"
    assert problem.parameters["commitment"] == "KH-C01"
    paper = pair.say("A", evidence("E-1", "KH-C01", claims_met=True))
    pair.exchange().answer("B", "accept", paper)
    assert keys(pair, item(action, into=into)) == []


def test_sound_decisions_have_no_problem() -> None:
    """A split with an heir, a drop that leaves the debt standing, a merger into itself pass."""
    pair = listed()
    assert keys(pair, SPLIT) == []
    assert keys(pair, item("drop", mapping={"KH-C01": "KH-C01"})) == []
    assert keys(pair, item("merge", into=("KH-0001",))) == []
    assert keys(pair, item("include"), item("defer", "KH-0002")) == []


@pytest.mark.parametrize(
    ("bad", "key"),
    [
        (item("include", "KH-0009"), "problem.decision_project"),
        (
            item("merge", into=("KH-0002", "KH-0009"), mapping=SPLIT.mapping),
            "problem.decision_project",
        ),
        (item("split", mapping={"KH-C01": "KH-C02"}), "problem.decision_into"),
        (item("split", into=("KH-0002",), mapping={"KH-C01": "KH-C01"}), "problem.decision_heir"),
        (item("split", into=("KH-0002",), mapping={"KH-C01": "KH-C09"}), "problem.decision_heir"),
        (item("defer", mapping={"KH-C02": "KH-C01"}), "problem.decision_not_own"),
    ],
)
def test_what_is_wrong_with_a_decision_is_named(bad: DecisionItem, key: str) -> None:
    """Each fault of a decision is a problem with the place of its item."""
    problems = decision_problems(listed().state(), decision(bad))
    assert key in [one.key for one in problems]
    assert all(str(one.parameters["place"]).startswith("D-1: items[1]") for one in problems)
    assert all("D-1: Жобалар бойынша шешімдер 1" in describe(one, "kk") for one in problems)


def test_a_project_stands_once_in_a_decision_and_an_empty_one_decides_nothing() -> None:
    """A decision names each project at most once, and at least one."""
    pair = listed()
    assert keys(pair, item("include"), item("defer")) == ["problem.decision_twice"]
    assert keys(pair) == ["problem.decision_empty"]


def test_a_revised_decision_stands_once_in_the_history() -> None:
    """When both sign a new text of a decision, the history shows the one in force."""
    pair = listed()
    first = pair.agree("decision", decision(item("defer")))
    pair.agree("decision", decision(item("include")), parent=first)
    assert [one.action for one in pair.state().history] == ["include"]


def test_history_runs_by_the_days_of_the_meetings() -> None:
    """History is in the order of the meetings; a refused proposal is no part of it."""
    pair = listed()
    pair.agree("decision", decision(item("include"), name="D-2", date="2026-10-22"))
    pair.agree("decision", decision(item("defer", "KH-0002"), name="D-1", date="2026-10-20"))
    refused = pair.offer("A", "decision", decision(item("drop"), name="D-3"))
    pair.exchange().answer("B", "decline", refused)
    state = pair.state()
    assert [one.decision for one in state.history] == ["D-1", "D-2"]
    assert state.decisions["D-3"][1][0].status == "declined"
