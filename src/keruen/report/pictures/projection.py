"""From degrees to a flat map: the conformal cone of Lambert on a sphere.

Snyder (1987), "Map Projections: A Working Manual", USGS Professional Paper 1395, equations 15-1 to
15-5. The two parallels that keep their length lie a sixth of the height inside the map.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keruen.scenario.geography import EARTH_RADIUS_M

_LEAST_SPAN_DEG = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cone:
    """A Lambert cone.

    Parameters
    ----------
    n : sine of the cone.
    f : its size, in radii of the Earth.
    longitude_deg : the meridian that stands upright.
    """

    n: float
    f: float
    longitude_deg: float

    @classmethod
    def over(cls, places: Iterable[tuple[float, float]]) -> Cone:
        """The cone that suits places given as degrees east and north."""
        found = np.array(list(places), dtype=np.float64)
        (west, south), (east, north) = found.min(axis=0), found.max(axis=0)
        span = max(north - south, _LEAST_SPAN_DEG)
        middle = (north + south) / 2
        one, two = np.radians([middle - span / 3, middle + span / 3])
        stretched = [np.tan(np.pi / 4 + angle / 2) for angle in (one, two)]
        n = float(np.log(np.cos(one) / np.cos(two)) / np.log(stretched[1] / stretched[0]))
        f = float(np.cos(one) * stretched[0] ** n / n)
        return cls(n=n, f=f, longitude_deg=float(west + east) / 2)

    def project(self, longitudes: ArrayLike, latitudes: ArrayLike) -> NDArray[np.float64]:
        """Metres east of the upright meridian and south of the tip of the cone, shape (n, 2)."""
        # A pole would lie on the tip or infinitely far away.
        latitude = np.radians(np.clip(np.asarray(latitudes, dtype=np.float64), -80.0, 89.9))
        rho = self.f / np.tan(np.pi / 4 + latitude / 2) ** self.n
        turned = np.radians(np.asarray(longitudes, dtype=np.float64) - self.longitude_deg) * self.n
        flat = np.stack([rho * np.sin(turned), rho * np.cos(turned)], axis=-1)
        found: NDArray[np.float64] = flat * EARTH_RADIUS_M
        return found
