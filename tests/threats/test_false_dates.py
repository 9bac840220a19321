"""A false date of one side harms that side only, and is named, however the entries arrive."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations, product
from pathlib import Path

import pytest

from keruen.domain.joint import Side
from keruen.register import Register
from keruen.register.joint_list import rules
from keruen.register.joint_list.fold import fold
from keruen.register.log.causal_order import Named, merge, moments
from made_up_pairs import AT, OTHER, Two, claim, project, two

LAST = "2026-11-30"
TIMELY = "2026-11-29T10:00:00Z"
FUTURE = "2099-01-01T00:00:00Z"
LATE = "2026-12-05T10:00:00Z"


@pytest.fixture
def pair(tmp_path: Path) -> Two:
    made = two(tmp_path)
    made.exchange()
    return made


def status(register: Register, entry: str, day: str = "2026-12-31") -> str:
    """How an offer stands."""
    return next(one.status for one in register.state(day).all_revisions() if one.entry == entry)


def apart(register: Register) -> list[tuple[object, object]]:
    """Side and place of the entries that are named for their dates."""
    return [
        (words["side"], words["seq"])
        for key, words in register.state("2026-12-31").checks
        if key == "exchange.clock_apart"
    ]


@pytest.mark.parametrize("when", ["before the offer", "with the offer", "after the offer"])
def test_far_future_of_the_author_lapses_nothing(
    pair: Two, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An author who dates an entry to 2099 cannot take from the other side its days to sign."""
    # Our own program refuses a last day that is over; the author's is another one.
    monkeypatch.setattr(rules, "_lapsed_problems", lambda *_: ())
    if when == "before the offer":
        pair.a.claim(claim("S-1", project=""), at=FUTURE)
    offered_at = FUTURE if when == "with the offer" else AT
    offer = pair.a.offer("project", project("KH-2"), at=offered_at, lapses=LAST)
    if when == "after the offer":
        pair.a.claim(claim("S-1", project=""), at=FUTURE)
    pair.b.import_(pair.bundle("A"), at=TIMELY)
    pair.b.countersign(offer, at=TIMELY)
    pair.a.import_(pair.bundle("B"), at=TIMELY)
    for side in pair.sides.values():
        assert status(side, offer) == "agreed"
        assert len(apart(side)) == 1
        assert apart(side)[0][0] == "A"
        assert side.verify() == ()


def test_far_future_of_the_signer_harms_the_signer(pair: Two) -> None:
    """Who once wrote in 2099 cannot sign in time any more: its own date counts against it."""
    offer = pair.a.offer("project", project("KH-2"), at=AT, lapses=LAST)
    pair.b.import_(pair.bundle("A"), at=TIMELY)
    pair.b.claim(claim("S-1", project=""), at=FUTURE)
    pair.b.countersign(offer, at=TIMELY)
    pair.a.import_(pair.bundle("B"), at=TIMELY)
    assert {status(side, offer) for side in pair.sides.values()} == {"lapsed"}


def test_dates_a_day_apart_are_clocks(pair: Two) -> None:
    """Clocks that differ by less than a day are not named."""
    pair.a.claim(claim("S-1", project=""), at="2026-11-24T09:00:00Z")
    pair.b.import_(pair.bundle("A"), at=AT)
    assert apart(pair.b) == []


def small_cases(folder: Path) -> Iterator[tuple[str, dict[Side, list[Named]]]]:
    """Both logs of an offer and its signature, with a false date at every place of either side."""
    for n, (a_first, a_after, b_receipt) in enumerate(
        product((AT, FUTURE), (None, AT, FUTURE), (TIMELY, LATE))
    ):
        pair = two(folder / str(n))
        pair.exchange()
        pair.a.claim(claim("S-1", project=""), at=a_first)
        offer = pair.a.offer("project", project("KH-2"), at=AT, lapses=LAST)
        if a_after:
            pair.a.claim(claim("S-2", project=""), at=a_after)
        pair.b.import_(pair.bundle("A"), at=b_receipt)
        pair.b.countersign(offer, at=TIMELY)
        pair.a.import_(pair.bundle("B"), at=FUTURE)
        logs = pair.a._reading.logs().logs
        wanted = "agreed" if b_receipt == TIMELY else "lapsed"
        yield wanted, {side: list(log.entries) for side, log in logs.items()}


def test_every_order_of_delivery(tmp_path: Path) -> None:
    """Whatever came first, the end is the same, and in between no signature turns and turns back."""
    for wanted, logs in small_cases(tmp_path):
        a, b = logs["A"], logs["B"]
        n_steps = len(a) + len(b)
        for of_a in combinations(range(n_steps), len(a)):
            n_a = n_b = 0
            seen = []
            for step in range(n_steps):
                n_a, n_b = (n_a + 1, n_b) if step in of_a else (n_a, n_b + 1)
                state = fold(a[:n_a], b[:n_b], today=LAST)
                seen += [one.status for one in state.all_revisions() if one.subject == "KH-2"]
            assert fold(a, b, today="2026-12-31").projects["KH-2"].revisions[0].status == wanted
            first = seen.index("agreed") if "agreed" in seen else len(seen)
            assert set(seen[first:]) <= {"agreed"}
            assert ("agreed" in seen) == (wanted == "agreed")


DATES = (AT, FUTURE, LATE, "2026-01-01T00:00:00Z")


def moments_in(register: Register) -> dict[str, str]:
    """The moment of every entry that this side has, by its id."""
    logs = register._reading.logs().logs
    ordered, waiting = merge(logs["A"].entries, logs["B"].entries)
    assert waiting == ()
    return {name: at for (name, _), at in zip(ordered, moments(ordered), strict=True)}


def by_hand(register: Register) -> dict[str, str]:
    """…as the rule has it: the latest time that its own side has said by then, text by text."""
    return {
        name: max(entry.at for _, entry in log.entries[: number + 1])
        for log in register._reading.logs().logs.values()
        for number, (name, _) in enumerate(log.entries)
    }


def test_moment_is_the_same_in_every_order_of_delivery(pair: Two, tmp_path: Path) -> None:
    """Four bundles of both sides with dates to and fro, in all twenty-four orders: an entry has the
    moment of its own side's times from the first sight on, here and there."""
    bundles: list[tuple[Side, Path]] = []
    for n, (of_a, of_b) in enumerate((DATES[:2], DATES[2:])):
        for side, at in (("A", of_a), ("B", of_b)):
            pair.sides[side].claim(claim(f"S-{side}{n}", project=""), at=at)
            pair.sides[side].claim(claim(f"S-{side}{n}-2", project=""), at=AT)
            bundles.append((side, pair.bundle(side)))
    seen: dict[str, str] = {}
    for number, order in enumerate(permutations(bundles)):
        there = pair.copy(tmp_path / str(number))
        for side, bundle in order:
            reader = there.sides[OTHER[side]]
            reader.import_(bundle, at=AT)
            found = moments_in(reader)
            assert found == by_hand(reader)
            assert all(seen.setdefault(name, at) == at for name, at in found.items())
        assert there.a.state(LAST).heads["B"][0] >= pair.b.state(LAST).heads["B"][0]
    assert number == 23


def test_moment_of_what_was_parked(tmp_path: Path) -> None:
    """Entries that came before what they knew have the moment that they have in the usual order."""
    for _, logs in small_cases(tmp_path):
        a, b = logs["A"], logs["B"]
        ordered, waiting = merge(a, b)
        assert waiting == ()
        whole = {name: at for (name, _), at in zip(ordered, moments(ordered), strict=True)}
        for n_a, n_b in product(range(len(a) + 1), range(len(b) + 1)):
            part, _ = merge(a[:n_a], b[:n_b])
            assert all(whole[name] == at for (name, _), at in zip(part, moments(part), strict=True))
