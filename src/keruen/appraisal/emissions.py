"""CO2e of a transport chain in the terms of ISO 14083.

Knows masses, distances and intensities; knows no price. A *transport chain* is cut into *transport
chain elements* (TCE): each a transport operation with its activity in tonne-kilometres, or a hub
operation with its throughput in tonnes. Intensities are well to wheel: from making the energy to
using it. What a project changes is the difference of two chains, for the same goods.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportElement:
    """A transport operation.

    Parameters
    ----------
    key : its name.
    mass_t : of the freight with its packaging; of a container its own mass is no freight.
    distance_km : transport activity distance: the shortest feasible one, not what was driven.
    intensity_g_per_tkm : g CO2e for a tonne-kilometre, well to wheel, empty trips included.
    """

    key: str
    mass_t: float
    distance_km: float
    intensity_g_per_tkm: float

    @property
    def co2e_kg(self) -> float:
        """Well to wheel."""
        return self.mass_t * self.distance_km * self.intensity_g_per_tkm / 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HubElement:
    """A hub operation: transshipment, storage, a terminal.

    Parameters
    ----------
    key : its name.
    mass_t : throughput.
    intensity_kg_per_t : kg CO2e for a tonne, well to wheel.
    """

    key: str
    mass_t: float
    intensity_kg_per_t: float

    @property
    def co2e_kg(self) -> float:
        """Well to wheel."""
        return self.mass_t * self.intensity_kg_per_t


def co2e_t(chain: Sequence[TransportElement | HubElement]) -> float:
    """Tonnes of CO2e of a transport chain, well to wheel.

    Examples
    --------
    Twenty tonnes over 5 000 km by rail at 20 g and one hub at 1 kg a tonne.

    >>> rail = TransportElement(key="rail", mass_t=20, distance_km=5000, intensity_g_per_tkm=20)
    >>> co2e_t([rail, HubElement(key="hub", mass_t=20, intensity_kg_per_t=1)])
    2.02
    """
    return math.fsum(element.co2e_kg for element in chain) / 1000.0
