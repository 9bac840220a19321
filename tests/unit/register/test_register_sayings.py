"""What contradicts stands side by side; nothing said is removed."""

from __future__ import annotations

from itertools import permutations

import pytest

from keruen.domain.joint import Claim, Interval, Quantity, Report, Side, Source
from keruen.register.joint_list.fold import waiting
from made_up_logs import OTHER, Pair, project, words


def claim(name: str, value: str | None, field: str = "jobs", **more: object) -> Claim:
    usual: dict[str, object] = {"quantity": Quantity(value=value, unit="job") if value else None}
    source = Source(document="Newspaper")
    return Claim(id=name, project="KH-0001", field=field, source=source, **{**usual, **more})  # type: ignore[arg-type]


def torn(*claims: tuple[Side, Claim]) -> list[list[str]]:
    pair = Pair().begin()
    for side, body in claims:
        pair.say(side, body)
    found = pair.exchange().state().contradictions
    return [[one.body.id for one in torn.claims] for torn in found]  # type: ignore[union-attr]


def test_two_figures_that_do_not_meet_contradict() -> None:
    """500 jobs and 50 jobs are shown together, whoever said them."""
    assert torn(("A", claim("C-1", "500")), ("B", claim("C-2", "50"))) == [["C-1", "C-2"]]
    assert torn(("A", claim("C-1", "500")), ("A", claim("C-2", "50"))) == [["C-1", "C-2"]]


def test_figures_that_meet_do_not_contradict() -> None:
    """The same figure, an overlapping range, another field and another project are no matter."""
    wide = claim("C-2", None, quantity=Quantity(low="400", high="600", unit="job"))
    assert torn(("A", claim("C-1", "500")), ("B", wide)) == []
    assert torn(("A", claim("C-1", "500")), ("B", claim("C-2", "500.0"))) == []
    assert torn(("A", claim("C-1", "500")), ("B", claim("C-2", "50", "seats"))) == []


def test_only_those_that_miss_another_are_named() -> None:
    """A range that meets all others is not part of the contradiction, in whatever order."""
    wide = claim("C-3", None, quantity=Quantity(low="1", high="600", unit="job"))
    said = (claim("C-1", "500"), claim("C-2", "50"), wide)
    for order in permutations(said):
        assert sorted(torn(*(("A", one) for one in order))[0]) == ["C-1", "C-2"]


def test_claims_for_different_times_do_not_contradict() -> None:
    """Figures contradict only when they hold on the same days; no days named means always."""
    early = Interval(first="2023-01-01", last="2023-12-31")
    late = Interval(first="2025-01-01", last="2025-12-31")
    first, second = claim("C-1", "500", valid=early), claim("C-2", "50", valid=late)
    assert torn(("A", first), ("B", second)) == []
    assert torn(("A", first), ("B", second), ("B", claim("C-3", "50"))) == [["C-1", "C-3"]]


def test_dates_contradict_too() -> None:
    """Two intervals that do not meet are a contradiction."""
    end = claim("C-1", None, "launch", interval=Interval(first="2027-10-01", last="2027-12-31"))
    next_year = Interval(first="2028-01-01", last="2028-03-31")
    assert torn(("A", end), ("B", claim("C-2", None, "launch", interval=next_year))) == [
        ["C-1", "C-2"]
    ]


def test_prices_of_two_years_are_not_compared_but_named() -> None:
    """A cost in prices of another year stands apart from the two that contradict."""
    pair = Pair().begin()
    for n, (value, year) in enumerate((("37", 2023), ("63.8", 2025), ("70", 2025))):
        cost = Quantity(value=value, unit="KZT", currency="KZT", price_year=year)
        pair.say("A", claim(f"C-{n}", None, "cost", quantity=cost))
    (found,) = pair.state().contradictions
    assert [one.body.id for one in found.claims] == ["C-1", "C-2"]  # type: ignore[union-attr]
    assert [one.body.id for one in found.not_comparable] == ["C-0"]  # type: ignore[union-attr]


def test_a_newer_word_of_the_same_side_takes_the_place() -> None:
    """A claim with the same number corrects the earlier one, which stays readable."""
    assert torn(("A", claim("C-1", "500")), ("A", claim("C-1", "50"))) == []
    pair = Pair().begin()
    pair.say("A", claim("C-1", "500"))
    pair.say("A", claim("C-1", "50"))
    assert len(pair.state().claims) == 2


def test_claims_and_their_disputes_are_shown_with_the_project() -> None:
    """A disputed claim keeps its place, its dispute and the reason, and waits for its author."""
    pair = Pair().begin()
    pair.agree("project", project())
    said = pair.say("A", claim("C-1", "500"))
    dispute = pair.exchange().answer("B", "dispute", said)
    state = pair.exchange().state()
    (saying,) = state.projects["KH-0001"].claims
    assert (saying.disputed, saying.dispute_reason) == (dispute, words("Because"))
    (wait,) = waiting(state, "A")
    assert (wait.kind, wait.entry, wait.subject) == ("answer_dispute", said, "jobs")
    assert waiting(state, "B") == ()


@pytest.mark.parametrize("kind", ["accept", "dispute"])
def test_nobody_answers_himself_or_what_he_has_not_seen(kind: str) -> None:
    """A side's word on its own saying, or on one it had not seen, counts for nothing."""
    for by in ("A", "B"):
        pair = Pair().begin()
        said = pair.say("A", claim("C-1", "500"))
        pair.answer(by, kind, said)  # type: ignore[arg-type]
        (saying,) = pair.exchange().state().claims
        assert not saying.accepted
        assert not saying.disputed


def report(**more: object) -> Report:
    return Report(project="KH-0001", quarter="2026Q3", summary=words("Report"), **more)  # type: ignore[arg-type]


def test_reports_of_both_sides_are_compared() -> None:
    """What both wrote and wrote otherwise is a difference; what only one wrote is none."""
    pair = Pair().begin()
    due = Interval(first="2026-12-01", last="2026-12-31")
    spend = {side: Quantity(value=value, unit="KZT") for side, value in (("A", "4"), ("B", "3"))}
    for side in OTHER:
        pair.say(
            side,
            report(
                spend=spend[side],
                milestones={"KH-C01": "0.5" if side == "A" else "0.50", "KH-C02": side},
                forecast={"KH-C01": due} if side == "A" else {},
                metrics={"jobs": Quantity(value="7", unit="job")},
            ),
        )
    found = pair.exchange().state().differences
    assert [(one.field, one.a, one.b) for one in found] == [
        ("milestones.KH-C02", "A", "B"),
        ("spend", "4 KZT", "3 KZT"),
    ]


def test_only_the_newest_reports_are_compared() -> None:
    """A side that corrects its report of a quarter no longer differs."""
    pair = Pair().begin()
    pair.say("A", report(spend=Quantity(value="4", unit="KZT")))
    pair.say("B", report(spend=Quantity(value="3", unit="KZT")))
    pair.say("A", report(spend=Quantity(value="3", unit="KZT")))
    assert pair.exchange().state().differences == ()
