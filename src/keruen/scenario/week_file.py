"""A planned week as a file of a scenario: what was planned can be read, changed and run again."""

from __future__ import annotations

import tomllib
from typing import Final

from keruen.scenario.models import Scenario
from keruen.scenario.read import digest_of
from keruen.scenario.week import Week
from keruen.scenario.world import network_of

NAME: Final = "week.toml"

_HEAD: Final = """# Trains of an average week and ways of the flows, planned from the bookings.

[network.week]
source = "computed"
note = "planned from the bookings of the scenario; see docs/concepts/corridor.md"
"""


def week_text(week: Week) -> str:
    """The week as TOML, as a scenario folder may hold it.

    Examples
    --------
    >>> print(week_text(Week(trains={}, routes={})).splitlines()[2])
    [network.week]
    """
    parts = [_HEAD]
    if week.is_fixed:
        parts[0] += "is_fixed = true\n"
    for key, train in sorted(week.trains.items()):
        parts.append(f"[network.week.trains.{key}]")
        parts.append(f'start = "{train.start}"\nend = "{train.end}"')
        parts.append(f"trains_per_week = {train.trains_per_week}")
        if train.departures_ms:
            times = ", ".join(f'"{time_ms} ms"' for time_ms in train.departures_ms)
            parts.append(f"departures = [{times}]")
        if train.every_other_week is not None:
            parts.append(f'every_other_week = "{train.every_other_week}"')
        parts.append("")
    for key, route in sorted(week.routes.items()):
        stations = ", ".join(f'"{station}"' for station in route.stations)
        parts.append(f'[network.week.routes.{key}]\nflow = "{route.flow}"')
        parts.append(f"stations = [{stations}]\nshare = {route.share!r}\n")
    return "\n".join(parts)


def week_from(text: str) -> Week | None:
    """The week of such a text; None when it is none."""
    try:
        words = tomllib.loads(text)["network"]["week"]
        return Week.model_validate(
            {key: words[key] for key in ("is_fixed", "trains", "routes") if key in words}
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def with_planned_week(scenario: Scenario, week: Week) -> Scenario:
    """The scenario with a week that was planned for it, its file and its digest.

    Parameters
    ----------
    scenario : Scenario
        One that has a network.
    week : Week
        Trains, departures and routes, by the keys of the network.

    Returns
    -------
    Scenario
        A new scenario; the given one is unchanged.
    """
    network = network_of(scenario).model_copy(update={"week": week})
    changed = scenario.model_copy(
        update={
            "network": network,
            "documents": {**scenario.documents, NAME: week_text(week)},
        }
    )
    return changed.model_copy(update={"digest": digest_of(changed)})
