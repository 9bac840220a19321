"""Agreed is what one side offered and the other, knowing where the offer stood, countersigned."""

from __future__ import annotations

import pytest

from keruen.domain.joint_state import JointState, Revision
from keruen.i18n import describe
from keruen.register.joint_list.consent import answer_problems, offer_problems
from keruen.register.record.entries import Offer
from made_up_logs import Pair, project, words, write


def texts(state: JointState, name: str = "KH-0001") -> dict[str, Revision]:
    return {one.entry: one for one in state.projects[name].revisions}


def statuses(pair: Pair, today: str = "2026-11-23") -> list[str]:
    return [one.status for one in pair.state(today).projects["KH-0001"].revisions]


def test_silence_is_no_consent() -> None:
    """An offer that nobody answered is offered, and nothing is in force."""
    pair = Pair().begin()
    pair.offer("A", "project", project())
    state = pair.exchange().state("2036-01-01").projects["KH-0001"]
    assert state.agreed is None
    assert [one.status for one in state.revisions] == ["offered"]


def test_a_countersignature_agrees() -> None:
    """The other side's countersignature of the same text makes it agreed, and both are named."""
    pair = Pair().begin()
    offer = pair.offer("A", "project", project())
    signed = pair.exchange().sign("B", offer, at="2026-10-02T08:00:00Z")
    state = pair.state().projects["KH-0001"]
    (revision,) = state.revisions
    assert state.agreed == project()
    assert (revision.status, revision.countersigned) == ("agreed", signed)
    assert revision.countersigned_at == "2026-10-02T08:00:00Z"


def test_nobody_countersigns_his_own_offer() -> None:
    """A side's signature under its own offer counts for nothing."""
    pair = Pair().begin()
    offer = pair.offer("A", "project", project())
    core_hash = pair.logs["A"][-1][1].body["core_hash"]
    pair.write("A", "countersign", {"offer": offer, "core_hash": core_hash})
    assert statuses(pair) == ["offered"]


def test_another_text_is_not_what_was_offered() -> None:
    """A countersignature of another core hash counts for nothing."""
    pair = Pair().begin()
    offer = pair.offer("A", "project", project())
    pair.exchange().write("B", "countersign", {"offer": offer, "core_hash": "ab" * 32})
    assert statuses(pair) == ["offered"]


def test_an_offer_that_was_not_seen_cannot_be_signed() -> None:
    """A countersignature whose author had not seen the offer counts for nothing."""
    pair = Pair().begin()
    offer = pair.offer("A", "project", project())
    pair.sign("B", offer)
    assert statuses(pair) == ["offered"]


@pytest.mark.parametrize(
    ("answer", "by", "status"),
    [("decline", "B", "declined"), ("withdraw", "A", "withdrawn")],
)
def test_after_an_end_no_signature_counts(answer: str, by: str, status: str) -> None:
    """An offer that was declined or withdrawn cannot be signed by who knew it."""
    pair = Pair().begin()
    offer = pair.offer("A", "project", project())
    pair.exchange().answer(by, answer, offer)  # type: ignore[arg-type]
    pair.exchange().sign("B", offer)
    state = pair.state().projects["KH-0001"]
    assert [one.status for one in state.revisions] == [status]
    assert state.revisions[0].answer_reason == words("Because")
    assert state.agreed is None


def test_a_withdrawal_may_come_too_late() -> None:
    """An offer binds until the other side has had the withdrawal."""
    pair = Pair().begin()
    offer = pair.offer("A", "project", project())
    pair.show("B").sign("B", offer)
    pair.answer("A", "withdraw", offer)
    assert statuses(pair.exchange()) == ["agreed"]


def test_only_the_author_withdraws_and_only_the_other_side_declines() -> None:
    """A withdrawal by the other side and a refusal by the author count for nothing."""
    pair = Pair().begin()
    offer = pair.offer("A", "project", project())
    pair.exchange().answer("B", "withdraw", offer)
    pair.answer("A", "decline", offer)
    assert statuses(pair.exchange()) == ["offered"]


def test_a_counter_offer_replaces() -> None:
    """After a counter-offer the first text cannot be signed, and the counter-offer can."""
    pair = Pair().begin()
    first = pair.offer("A", "project", project())
    other = project(title=words("Other"))
    second = pair.exchange().offer("B", "project", other, type="counter", answers=first)
    pair.exchange().sign("B", first)
    pair.sign("A", second)
    assert statuses(pair) == ["countered", "agreed"]
    assert pair.state().projects["KH-0001"].agreed == other


def test_two_offers_on_one_parent_are_both_shown() -> None:
    """Two open offers stand side by side and neither is in force."""
    pair = Pair().begin()
    pair.offer("A", "project", project())
    pair.offer("B", "project", project(title=words("Other")))
    state = pair.exchange().state().projects["KH-0001"]
    assert [one.status for one in state.revisions] == ["offered", "offered"]
    assert state.agreed is None


def test_crossed_signatures_clash_and_a_settlement_ends_it() -> None:
    """Two texts signed at once hold neither, until both sign one that answers one of them."""
    pair = Pair().begin()
    first = pair.agree("project", project())
    a = pair.offer("A", "project", project(title=words("A")), parent=first)
    b = pair.offer("B", "project", project(title=words("B")), parent=first)
    pair.exchange()
    pair.sign("A", b)
    pair.sign("B", a)
    state = pair.exchange().state().projects["KH-0001"]
    assert [one.status for one in state.revisions] == ["agreed", "clash", "clash"]
    assert state.agreed == project()

    stray = pair.offer("A", "project", project(title=words("Stray")), parent=first)
    under = pair.offer("A", "project", project(title=words("Under")), parent=a)
    pair.exchange().sign("B", stray)
    pair.sign("B", under)
    assert pair.state().projects["KH-0001"].agreed == project()

    peace = project(title=words("Peace"))
    settled = pair.exchange().offer("A", "project", peace, parent=first, answers=b)
    assert texts(pair.state())[settled].status == "offered"
    pair.exchange().sign("B", settled)
    state = pair.state().projects["KH-0001"]
    assert state.agreed == peace
    assert texts(pair.state())[a].status == "clash"
    assert texts(pair.state())[stray].status == "superseded"


def test_who_knew_the_first_signature_cannot_sign_a_second_text() -> None:
    """A second text on the same parent is superseded for whoever knew that the first was agreed."""
    pair = Pair().begin()
    a = pair.offer("A", "project", project(title=words("A")))
    b = pair.offer("B", "project", project(title=words("B")))
    pair.exchange().sign("B", a)
    pair.exchange().sign("A", b)
    assert texts(pair.state())[a].status == "agreed"
    assert texts(pair.state())[b].status == "superseded"


def test_a_text_on_a_parent_that_is_not_in_force_cannot_be_agreed() -> None:
    """A text that follows one that nobody signed stays offered, whoever signs it."""
    pair = Pair().begin()
    first = pair.offer("A", "project", project())
    stray = pair.agree("project", project(title=words("Stray")), parent=first)
    assert texts(pair.state())[stray].status == "offered"
    revisions = pair.state().projects["KH-0001"].revisions
    (problem,) = answer_problems(revisions[1], "countersign", "B", revisions)
    assert problem.key == "problem.answer_parent"


def test_a_text_in_force_cannot_be_settled_away() -> None:
    """Answering the only agreed text does not put another one in its place on the same parent."""
    pair = Pair().begin()
    first = pair.agree("project", project())
    beside = pair.agree("project", project(title=words("Beside")), answers=first)
    assert texts(pair.state())[beside].status == "superseded"
    assert pair.state().projects["KH-0001"].agreed == project()


def test_an_offer_lapses_after_its_last_day() -> None:
    """An offer may be signed on its last day and not on the next one."""
    for at, status in (("2026-10-05T23:59:59Z", "agreed"), ("2026-10-06T00:00:00Z", "lapsed")):
        pair = Pair().begin()
        offer = pair.offer("A", "project", project(), lapses="2026-10-05")
        pair.exchange().sign("B", offer, at=at)
        assert statuses(pair) == [status]
    pair = Pair().begin()
    pair.offer("A", "project", project(), lapses="2026-10-05")
    assert statuses(pair, "2026-10-05") == ["offered"]


def test_revisions_are_numbered_along_their_parents() -> None:
    """Each agreed revision follows the one before, the last one is in force."""
    pair = Pair().begin()
    first = pair.agree("project", project())
    second = pair.agree("project", project(title=words("Two")), parent=first)
    state = pair.state().projects["KH-0001"]
    assert [one.number for one in state.revisions] == [1, 2]
    assert state.agreed == project(title=words("Two"))
    assert texts(pair.state())[second].parent == first


def test_a_valid_offer_has_no_problem() -> None:
    """A sound offer passes the check at the door."""
    pair = Pair().begin()
    pair.offer("A", "project", project(), lapses="2027-01-01")
    offer = _offer(pair)
    assert offer_problems(offer, (), "A 1") == ()


def _offer(pair: Pair, **more: object) -> Offer:
    return Offer(**{**pair.logs["A"][-1][1].body, **more})  # type: ignore[arg-type]


def test_a_language_left_behind_blocks_the_offer() -> None:
    """After a change of one authentic language the offer is refused, naming text and languages."""
    pair = Pair().begin()
    pair.offer("A", "project", project(title=write(words("Port"), "ru", "Другой порт")))
    problems = offer_problems(_offer(pair), (), "A 1")
    found = [(one.key, one.parameters["place"], one.parameters["language"]) for one in problems]
    assert found == [
        ("problem.offer_behind", "A 1: title", "kk"),
        ("problem.offer_behind", "A 1: title", "zh"),
    ]
    assert pair.state().projects["KH-0001"].revisions[0].behind == ("kk", "zh")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"core_hash": "00"}, "problem.core_hash"),
        ({"subject": "KH-0002"}, "problem.core_subject"),
        ({"core": {"id": "KH-0001"}}, "problem.core_form"),
        ({"parent": "ab" * 32}, "problem.offer_follows"),
        ({"answers": "ab" * 32}, "problem.offer_follows"),
        ({"lapses": "soon"}, "problem.figure_day"),
    ],
)
def test_what_is_no_offer_is_named(change: dict[str, object], key: str) -> None:
    """Whatever is wrong with an offer is one problem with its place."""
    pair = Pair().begin()
    pair.offer("A", "project", project())
    (problem,) = offer_problems(_offer(pair, **change), (), "A 1")
    assert problem.key == key
    assert "A 1" in str(problem.parameters["place"])


def test_answers_are_checked_before_they_are_written() -> None:
    """Own offers cannot be signed, others' not withdrawn, closed ones not answered at all."""
    pair = Pair().begin()
    pair.offer("A", "project", project())
    (revision,) = revisions = pair.exchange().state().projects["KH-0001"].revisions
    assert answer_problems(revision, "countersign", "B", revisions) == ()
    assert answer_problems(revision, "withdraw", "A", revisions) == ()
    assert answer_problems(revision, "countersign", "A", revisions)[0].key == "problem.answer_own"
    assert answer_problems(revision, "withdraw", "B", revisions)[0].key == "problem.answer_not_own"
    pair.answer("B", "decline", revision.entry)
    (closed,) = revisions = pair.state().projects["KH-0001"].revisions
    assert answer_problems(closed, "countersign", "B", revisions)[0].key == "problem.answer_closed"
    assert "отклонено" in describe(answer_problems(closed, "countersign", "B", revisions)[0], "ru")
