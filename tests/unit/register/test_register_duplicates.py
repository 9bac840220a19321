"""Two projects that may be one are named before anybody signs the second."""

from __future__ import annotations

from typing import Any

import pytest

from keruen.domain.joint import Location, Organisation
from keruen.register.joint_list.duplicates import DUPLICATE, similar_projects
from made_up_logs import Pair, project, words


def listed(*more: dict[str, Any]) -> Pair:
    pair = Pair().begin()
    for number, facts in enumerate(more, start=1):
        pair.offer("A", "project", project(f"KH-{number:04d}", **facts))
    return pair.exchange()


def named(pair: Pair) -> list[tuple[str, str]]:
    found = [facts for key, facts in pair.state("2026-10-10").checks if key == DUPLICATE]
    return [(str(facts["project"]), str(facts["other"])) for facts in found]


def place(name: str) -> dict[str, Any]:
    return {"locations": (Location(name=words(name)),)}


def test_the_same_words_are_named_once() -> None:
    """Case and one other word of five do not make another project; the pair is named once."""
    first, second = {"title": words("Dry port at Tobol")}, {"title": words("DRY PORT at Tobol")}
    assert named(listed(first, second)) == [("KH-0001", "KH-0002")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"title": words("Dry port, stage 1")}, {"title": words("Dry port, stage 2")}),
        ({"title": words("Cold chain")}, {"title": words("School of drones")}),
        (place("Tobol"), place("Rudny")),
        (
            {"lead_b": Organisation(name=words("Bureau"))},
            {"lead_b": Organisation(name=words("University"))},
        ),
    ],
)
def test_a_number_place_or_lead_tells_two_apart(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    """Other numbers, words, places or leads: two projects."""
    assert named(listed(first, second)) == []


def test_what_is_to_be_offered_is_compared_with_the_list() -> None:
    """A new text is named beside the project that it repeats; a new text of that one is not."""
    projects = listed({}).state("2026-10-10").projects
    assert similar_projects(project("KH-0002"), projects) == ("KH-0001",)
    assert similar_projects(project("KH-0001"), projects) == ()


def test_many_of_one_title_are_named_once_each() -> None:
    """A hundred projects of one title are as many sentences, not one for each two of them."""
    pairs = named(listed(*({} for _ in range(100))))
    assert pairs == [("KH-0001", f"KH-{number:04d}") for number in range(2, 101)]


def test_what_comes_together_is_compared() -> None:
    """Texts that are in no list yet are named beside one another."""
    other = project("KH-0009")
    assert similar_projects(project("KH-0002"), {}, (other,)) == ("KH-0009",)
    assert similar_projects(other, {}, (other,)) == ()
