"""What time does to goods that spoil: how long they keep, how cold, and what a day more costs.

Knows commodities and prices; knows no way.
"""

from __future__ import annotations

from dataclasses import dataclass

from keruen.scenario.models import Commodity
from keruen.scenario.network import Network
from keruen.units import MS_PER_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoilage:
    """Of goods that spoil.

    Parameters
    ----------
    shelf_life_d : days that they keep at `temperature_c`, which is None where none is asked for.
    delay_usd2025_per_box_d : what each day of delay costs their owner.
    """

    shelf_life_d: float
    temperature_c: float | None
    delay_usd2025_per_box_d: float


def spoilage(network: Network, key: str, commodity: Commodity) -> Spoilage | None:
    """What a delay does to a commodity.

    Parameters
    ----------
    network : whose `costs.values_of_time` say what a day costs.
    key, commodity : the commodity.

    Returns
    -------
    Spoilage; None where the commodity has no shelf life.
    """
    if commodity.shelf_life_ms is None:
        return None
    costs = network.costs
    return Spoilage(
        shelf_life_d=commodity.shelf_life_ms / MS_PER_DAY,
        temperature_c=commodity.temperature_c,
        delay_usd2025_per_box_d=costs.values_of_time.get(
            key, costs.value_of_time_usd2025_per_box_d
        ),
    )
