"""A changed result is a breaking change, and says so in the CHANGELOG; a changed page is meant.

What is pinned, and how a meant change is written down: `pinned.py`.
"""

from __future__ import annotations

import pytest
from pinned import WORDS, complaint, digest, known, made_by
from source_tree import ROOT

SHOWN = 12
"""Characters of a digest that the CHANGELOG names."""


def assert_pinned(table: str, name: str) -> None:
    """A text is what it was when its digest was written down."""
    text = WORDS[table][name]()
    is_same = digest(text) == known()[table].get(name)
    assert is_same, complaint(table, name, text)


def check_planner() -> None:
    """Weeks are held only against those of the same solver; another processor is no fault."""
    weeks, here = known()["weeks"], made_by()
    assert weeks["solver"] == here["solver"], (
        f"the pinned weeks were planned with {weeks['solver']}, and {here['solver']} is installed:"
        " install the versions of constraints.txt, or pin the weeks of the new solver with"
        " `python tests/contracts/pinned.py --update`"
    )
    if weeks["machine"] != here["machine"]:
        pytest.skip(f"the weeks were planned on {weeks['machine']}, this is {here['machine']}")


@pytest.mark.parametrize("name", ["toy", "starter"])
def test_traces_of_the_small_terminals(name: str) -> None:
    """A terminal without a network is simulated byte for byte as when its digest was written down."""
    assert_pinned("traces", name)


@pytest.mark.parametrize("name", WORDS["weeks"])
def test_planned_weeks(name: str) -> None:
    """Each case of the real scenario is given the same trains, departures and ways."""
    check_planner()
    assert_pinned("weeks", name)


@pytest.mark.parametrize("name", WORDS["weeks"])
def test_traces_of_the_cases(name: str) -> None:
    """Each case of the real scenario is simulated byte for byte as it was."""
    check_planner()
    assert_pinned("traces", name)


@pytest.mark.parametrize("name", WORDS["register"])
def test_demonstration_of_the_register(name: str) -> None:
    """Logs and bundles of the demonstration are byte for byte what they were, for equal keys."""
    assert_pinned("register", name)


@pytest.mark.parametrize("name", WORDS["pages"])
def test_what_a_person_reads(name: str) -> None:
    """Reports, help and JSON say what they said when their digest was written down."""
    assert_pinned("pages", name)


def test_every_digest_is_of_something() -> None:
    """No digest stands in the file that nothing is held against."""
    pinned = {table: {*named} - {*made_by()} for table, named in known().items()}
    assert pinned == {table: {*named} for table, named in WORDS.items()}


def test_changelog_names_the_digests() -> None:
    """Every trace's digest is in the CHANGELOG, under a heading that says that results change."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    changes = "".join(
        part.split("\n### ")[0] for part in changelog.split("### Changes results\n")[1:]
    )
    assert changes, "CHANGELOG.md has no heading 'Changes results'"
    assert not [name for name, one in known()["traces"].items() if one[:SHOWN] not in changes]
