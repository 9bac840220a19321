"""What would make a capacity sufficient, as the verdict tells it: from a design, or at a glance.

Knows designs and the plain result that reports show; makes no words. At a glance means: the railway
by its bound alone, the dry port by short runs of one replication; nothing is confirmed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final

from keruen.domain import results
from keruen.i18n import LANGUAGES
from keruen.scenario import Scenario
from keruen.study.design.cheapest import additions_at_a_glance
from keruen.study.design.results import Additions
from keruen.study.executors import n_at_once
from keruen.study.results import Progress

PRICE_YEAR: Final = 2025
"""Of all costs (`scenario.levers.OWN_MONEY`); what is decided is decided in the year after."""

GLANCE_DAYS: Final = 28
"""Measured days of a run at a glance: four weeks, so that every train of the week comes."""


def sufficiency_at_a_glance(
    scenario: Scenario,
    *,
    seed: int | None = None,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> results.Sufficiency | None:
    """What would about make the capacity sufficient, in a fraction of the time of a design.

    Parameters
    ----------
    scenario : Scenario
        Read with its case.
    seed : int, optional
        Of the study; None is the scenario's own.
    executor : Executor, optional
        Plays runs side by side; None: this process, one after the other.
    progress : Callable[[Progress], None], optional
        Told the runs made so far.

    Returns
    -------
    Sufficiency or None
        With `is_confirmed` false: `cheapest_additions` may find more or less to be needed. None
        where the scenario names nothing that can be added.
    """
    if not scenario.levers:
        return None
    found = additions_at_a_glance(
        scenario,
        seed=seed,
        days=GLANCE_DAYS,
        n_at_once=n_at_once(executor),
        executor=executor,
        progress=progress,
    )
    return sufficiency_of(scenario, found)


def sufficiency_of(scenario: Scenario, found: Additions) -> results.Sufficiency:
    """A design as the verdict tells it; amounts are steps, which the levers' names describe.

    Parameters
    ----------
    scenario : with the levers.
    found : its design.
    """
    added = tuple(
        results.Addition(
            lever=one.key,
            name={
                language: scenario.levers[one.key].title.in_language(language)
                for language in LANGUAGES
            },
            amount=one.steps,
            decided_by=scenario.levers[one.key].decided_by,
            cost_low=one.capital_kzt2025.low,
            cost_high=one.capital_kzt2025.high,
        )
        for one in found.additions
    )
    return results.Sufficiency(
        additions=added,
        cost_low=found.capital_kzt2025.low,
        cost_high=found.capital_kzt2025.high,
        price_year=PRICE_YEAR,
        earliest_year=PRICE_YEAR + 1 + math.ceil(found.build_time_yr.value),
        not_kept=tuple(shortage.measure for shortage in found.shortages),
        is_confirmed=found.is_confirmed,
    )
