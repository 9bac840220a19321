"""Rules for what can be added: its target is there, its currency has a rate, a step fits its most.

Knows which table each kind of addition changes; what it does there is the study's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from keruen.scenario.documents import nearest
from keruen.scenario.levers import OWN_MONEY, Lever
from keruen.scenario.models import Scenario
from keruen.scenario.quantities import split_quantity
from keruen.scenario.reading import ScenarioReading, written

_TABLES: Final[Mapping[str, str]] = {
    "tracks": "terminal.tracks",
    "machines": "terminal.machines",
    "blocks": "terminal.blocks",
    "plugs": "terminal.blocks",
    "shift-hours": "terminal.shifts",
    "border-trains": "network.borders",
    "transshipment": "network.borders",
    "section": "network.sections",
    "platforms": "network.fleet",
}
"""Kind of addition → the table in which its target has a key; others are there once."""


def check_levers(reading: ScenarioReading, scenario: Scenario) -> None:
    """Note every broken rule for the levers in `reading`; there may be none."""
    rates = {OWN_MONEY}
    if scenario.investment is not None:
        rates |= scenario.investment.rates.keys()
    elif scenario.levers and reading.is_whole("investment"):
        reading.complain_at("levers", "goes_together", first="levers", second="investment")
        return
    for key, lever in sorted(scenario.levers.items()):
        _check_target(reading, scenario, key, lever)
        if lever.most < lever.step:
            reading.complain_at(
                f"levers.{key}.most", "too_small", value=lever.most, bound=lever.step
            )
        for name in ("capital", "yearly"):
            split = split_quantity(getattr(lever, name))
            assert split is not None, "money that is none"
            if split[0] and split[1] not in rates and reading.is_whole("investment"):
                reading.complain_at(
                    f"levers.{key}.{name}",
                    "no_rate",
                    value=split[1],
                    known=", ".join(sorted(rates)),
                )


def _check_target(reading: ScenarioReading, scenario: Scenario, key: str, lever: Lever) -> None:
    path = _TABLES.get(lever.adds, "")
    if path and not reading.is_whole(path):
        return
    known = _keys(scenario, path)
    if lever.to not in known:
        reading.complain_at(
            f"levers.{key}.to",
            "no_such_id",
            value=written(lever.to),
            table=path or "terminal",
            nearest=nearest(lever.to, known),
        )


def _keys(scenario: Scenario, path: str) -> Collection[str]:
    """Keys of a table of the scenario; of none the empty one, for what is there once."""
    if not path:
        return ("",)
    first, _, second = path.partition(".")
    table = getattr(scenario, first)
    return () if table is None else getattr(table, second).keys()
