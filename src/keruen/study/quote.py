"""A quote for one box, for a forwarder: the door for faces to what the corridor knows of ways."""

from __future__ import annotations

from keruen.corridor.quote import quote as ways_quoted
from keruen.corridor.quote.border_queue import MOST_LOAD_SHARE
from keruen.corridor.quote.offered_ways import (
    FILL_SHARE,
    HUB_TRAINS_PER_WEEK,
    STATION_TRAINS_PER_WEEK,
    can_end,
)
from keruen.corridor.quote.quote import LATE_D, N_JOURNEYS, Option, QuoteRequest, sizes_of
from keruen.corridor.quote.spoilage import spoilage
from keruen.errors import UsageError
from keruen.scenario import Scenario

__all__ = [
    "FILL_SHARE",
    "HUB_TRAINS_PER_WEEK",
    "LATE_D",
    "MOST_LOAD_SHARE",
    "N_JOURNEYS",
    "STATION_TRAINS_PER_WEEK",
    "Option",
    "QuoteRequest",
    "can_end",
    "quote",
    "sizes_of",
    "spoilage",
]


def quote(scenario: Scenario, request: QuoteRequest) -> tuple[Option, ...]:
    """Every way of one box over every border that is open in the month.

    Parameters
    ----------
    scenario : Scenario
        With a network; its week, if it brings one, says how often trains run.
    request : QuoteRequest
        Names that exist, and a size that the commodity goes in.

    Returns
    -------
    tuple[Option, ...]
        Options with days, US dollars of 2025, kilograms of CO2e and risk: the cheapest, the
        fastest and the surest first, then the others by cost. None when no open border joins
        the two stations.

    Raises
    ------
    UsageError
        When the scenario has no network.
    """
    if scenario.network is None:
        raise UsageError("error.no_network", name=scenario.name)
    return ways_quoted.quote(scenario, scenario.network, request)
