"""Places and lines as GeoJSON (RFC 7946), which every map program reads.

Knows points, lines and their properties; knows nothing of scenarios. The same input gives the same
bytes: features stand in the order of their ids, one on a line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_DECIMALS: Final = 5
"""A metre or so: more would be a precision that no station has (RFC 7946, section 11.2)."""

Property = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointFeature:
    """A point of the map.

    Parameters
    ----------
    key : unique among all features.
    longitude_deg, latitude_deg : WGS 84, east and north positive.
    properties : what a map may show.
    """

    key: str
    longitude_deg: float
    latitude_deg: float
    properties: Mapping[str, Property]

    def __post_init__(self) -> None:
        """Refuse a point that is not on the Earth."""
        assert -180 <= self.longitude_deg <= 180, self.key
        assert -90 <= self.latitude_deg <= 90, self.key

    @property
    def position(self) -> list[float]:
        """Longitude first, as the standard asks (section 3.1.1)."""
        return [round(self.longitude_deg, _DECIMALS), round(self.latitude_deg, _DECIMALS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFeature:
    """A straight line of the map from one place to another.

    Parameters
    ----------
    key : unique among all features.
    start, end : its ends.
    properties : what a map may show.
    """

    key: str
    start: PointFeature
    end: PointFeature
    properties: Mapping[str, Property]


def feature_collection(places: Iterable[PointFeature], lines: Iterable[LineFeature]) -> str:
    """The text of a FeatureCollection, points first, ended by a line break.

    Parameters
    ----------
    places : Iterable[PointFeature]
        Points: stations and junctions.
    lines : Iterable[LineFeature]
        Lines between points: sections.

    Returns
    -------
    str
        GeoJSON, longitude before latitude.

    Examples
    --------
    >>> tobol = Place(key="tobol", longitude_deg=62.58, latitude_deg=52.69, properties={})
    >>> json.loads(feature_collection([tobol], []))["features"][0]["geometry"]["coordinates"]
    [62.58, 52.69]
    """
    features = [
        _feature(place.key, {"type": "Point", "coordinates": place.position}, place.properties)
        for place in sorted(places, key=lambda place: place.key)
    ]
    for line in sorted(lines, key=lambda line: line.key):
        ends = [line.start.position, line.end.position]
        geometry = {"type": "LineString", "coordinates": ends}
        features.append(_feature(line.key, geometry, line.properties))
    keys = [feature["id"] for feature in features]
    assert len(set(keys)) == len(keys), "two features of one id"
    written = ",\n".join(
        json.dumps(feature, ensure_ascii=False, allow_nan=False) for feature in features
    )
    return f'{{"type": "FeatureCollection", "features": [\n{written}\n]}}\n'


def _feature(
    key: str, geometry: Mapping[str, object], properties: Mapping[str, Property]
) -> dict[str, object]:
    return {
        "type": "Feature",
        "id": key,
        "geometry": dict(geometry),
        "properties": dict(sorted(properties.items())),
    }
