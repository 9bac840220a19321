"""What a study cannot be asked for is refused before any work, at the very edge of its range."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from keruen.cli import options
from keruen.errors import UsageError
from keruen.scenario import read
from keruen.study import limits

TOY = read("toy")


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        (partial(limits.replications_and_seed, TOY, 0, 1), "error.replications"),
        (partial(limits.replications_and_seed, TOY, 10_001, 1), "error.replications"),
        (partial(limits.replications_and_seed, TOY, 1, -1), "error.seed"),
        (partial(limits.chosen_seed, TOY, 2**63), "error.seed"),
        (partial(limits.check_replication, -1), "error.replication_index"),
        (partial(limits.days_override, 0), "error.days"),
        (partial(limits.days_override, 3_661), "error.days"),
        (partial(limits.check_search, 0.9, 2.0), "error.plan_limits"),
        (partial(limits.check_search, 86_401.0, 2.0), "error.plan_limits"),
        (partial(limits.check_search, 60.0, -0.1), "error.plan_limits"),
        (partial(limits.check_search, 60.0, 100.1), "error.plan_limits"),
    ],
)
def test_beyond_the_edge(asked: Callable[[], object], key: str) -> None:
    """One step beyond what is allowed is refused with the sentence of that limit."""
    with pytest.raises(UsageError) as caught:
        asked()
    assert caught.value.key == key


def test_on_the_edge() -> None:
    """The least and the most that are allowed are taken as they are."""
    assert limits.replications_and_seed(TOY, 1, 0) == (1, 0)
    assert limits.replications_and_seed(TOY, 10_000, 2**63 - 1) == (10_000, 2**63 - 1)
    assert [limits.days_override(days) for days in (1, 3_660)] == [
        "calendar.days=1",
        "calendar.days=3660",
    ]
    limits.check_replication(0)
    for seconds, gap_percent in ((1.0, 0.0), (86_400.0, 100.0)):
        limits.check_search(seconds, gap_percent)


def test_the_command_line_has_the_same_limits_of_a_plan() -> None:
    """Its help loads without the study, so the numbers stand there again."""
    assert options.PLAN_SECONDS == limits.MOST_SECONDS
    assert options.PLAN_GAP_PERCENT == 100 * limits.PLAN_GAP


def test_what_is_not_asked_for_is_the_scenarios_own() -> None:
    """None stands for the number and the seed that the scenario states."""
    stated = TOY.scenario
    assert limits.replications_and_seed(TOY, None, None) == (stated.replications, stated.seed)
