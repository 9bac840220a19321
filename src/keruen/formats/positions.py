"""Whether the shapes of a foreign file lie on the Earth, and where two numbers are exchanged.

Knows GeoJSON geometries (RFC 7946); knows nothing of projects.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from keruen.domain.untyped import JsonValue

Fault = Literal["form", "no_position", "swapped", "maybe_swapped"]

LISTS_AROUND: Final[Mapping[str, int]] = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""Geometry → how many lists stand around each of its positions."""

_HOME: Final = ((46.0, 136.0), (18.0, 56.0))
"""Degrees east and north of Central Asia and China: a place outside of them that lies within when
its numbers are exchanged is worth a second look. Nothing is refused for it."""


def position_fault(shape: JsonValue) -> tuple[Fault, JsonValue] | None:
    """The first fault of a geometry, and what stands there; None when it is sound.

    Parameters
    ----------
    shape : the geometry as JSON has it: `type` and `coordinates`, longitude first.

    Examples
    --------
    >>> position_fault({"type": "Point", "coordinates": [63.6, 53.2]})
    >>> position_fault({"type": "Point", "coordinates": [31.8, 117.2]})
    ('swapped', [31.8, 117.2])
    """
    if not isinstance(shape, dict) or str(shape.get("type")) not in LISTS_AROUND:
        return "form", shape
    try:
        positions = list(_positions(shape.get("coordinates"), LISTS_AROUND[str(shape["type"])]))
    except ValueError:
        return "form", shape
    if not positions:
        return "form", shape
    doubtful: tuple[Fault, JsonValue] | None = None
    for position in positions:
        longitude, latitude = position[0], position[1]
        if not _is_on_earth(longitude, latitude):
            return "swapped" if _is_on_earth(latitude, longitude) else "no_position", position
        if not _is_at_home(longitude, latitude) and _is_at_home(latitude, longitude):
            doubtful = doubtful or ("maybe_swapped", position)
    return doubtful


def _positions(value: JsonValue, n_lists: int) -> Iterator[list[float]]:
    """The positions in so many lists.

    Raises
    ------
    ValueError
        When something else stands there.
    """
    if not isinstance(value, list):
        raise ValueError(value)
    if n_lists:
        for part in value:
            yield from _positions(part, n_lists - 1)
    elif len(value) in {2, 3} and all(map(_is_number, value)):
        yield value
    else:
        raise ValueError(value)


def _is_number(value: JsonValue) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and (isinstance(value, int) or math.isfinite(value))


def _is_on_earth(longitude: float, latitude: float) -> bool:
    return -180 <= longitude <= 180 and -90 <= latitude <= 90


def _is_at_home(longitude: float, latitude: float) -> bool:
    (west, east), (south, north) = _HOME
    return west <= longitude <= east and south <= latitude <= north
