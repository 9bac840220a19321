"""What a study can be asked for: how often, by which seed, for how long. Refused before any work.

Knows the ranges; knows nothing of what is then done.
"""

from __future__ import annotations

from typing import Final

from keruen.errors import UsageError
from keruen.scenario import Scenario
from keruen.units import DAYS_PER_YEAR

MOST_REPLICATIONS: Final = 10_000
"""Far more than any interval needs, and few enough for a folder of files."""
MOST_DAYS: Final = 10 * DAYS_PER_YEAR + 10
"""Ten years, leap days and a few more: longer than any scenario's prices and lines hold."""
PLAN_GAP: Final = 0.01
"""Departures are searched for until a planned week costs at most this share more than its bound."""

MOST_SECONDS: Final = 86_400
"""A search that has not ended after a day will hardly gain on the next."""


def replications_and_seed(
    scenario: Scenario, replications: int | None, seed: int | None
) -> tuple[int, int]:
    """How many replications by which seed of a study; None stands for the scenario's own.

    Raises
    ------
    UsageError
        When the number of replications or the seed is impossible.
    """
    n = scenario.scenario.replications if replications is None else replications
    if not 1 <= n <= MOST_REPLICATIONS:
        raise UsageError("error.replications", found=n)
    return n, chosen_seed(scenario, seed)


def chosen_seed(scenario: Scenario, seed: int | None) -> int:
    """The seed of a study; None stands for the scenario's own.

    Raises
    ------
    UsageError
        When it is impossible: draws take 63 bits.
    """
    number = scenario.scenario.seed if seed is None else seed
    if not 0 <= number < 2**63:
        raise UsageError("error.seed", found=number)
    return number


def check_replication(index: int) -> None:
    """Refuse a replication that cannot be; the first is 0.

    Raises
    ------
    UsageError
        When it is negative.
    """
    if index < 0:
        raise UsageError("error.replication_index", found=index)


def days_override(days: int) -> str:
    """The override by which a scenario is measured for so many days.

    Raises
    ------
    UsageError
        When a scenario cannot be.
    """
    if not 1 <= days <= MOST_DAYS:
        raise UsageError("error.days", found=days)
    return f"calendar.days={days}"


def check_search(seconds: float, gap_percent: float) -> None:
    """Refuse seconds of a solver or a gap, in per cent, that cannot be.

    Raises
    ------
    UsageError
        Naming what is allowed.
    """
    if not 1 <= seconds <= MOST_SECONDS or not 0 <= gap_percent <= 100:
        raise UsageError("error.plan_limits", most=MOST_SECONDS)
