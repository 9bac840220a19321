"""Maps are GeoJSON as RFC 7946 describes it, and the same network gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from keruen.formats.geojson import LineFeature, PointFeature, Property, feature_collection


def place(key: str, longitude: float, latitude: float, **properties: Property) -> PointFeature:
    """A point with properties."""
    return PointFeature(
        key=key, longitude_deg=longitude, latitude_deg=latitude, properties=properties
    )


def made(text: str) -> Mapping[str, Any]:
    """The collection as a program reads it."""
    found: Mapping[str, Any] = json.loads(text)
    return found


def test_longitude_stands_first() -> None:
    """A position is longitude, then latitude (section 3.1.1)."""
    point = made(feature_collection([place("tobol", 62.58209, 52.693)], []))["features"][0]
    assert point["geometry"] == {"type": "Point", "coordinates": [62.58209, 52.693]}
    assert (point["type"], point["id"]) == ("Feature", "tobol")


def test_a_line_joins_its_places() -> None:
    """A line has the positions of its two ends."""
    ends = place("a", 1, 2), place("b", 3, 4)
    line = LineFeature(key="a-b", start=ends[0], end=ends[1], properties={"length_km": 5})
    features = made(feature_collection(ends, [line]))["features"]
    assert features[2]["geometry"] == {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}
    assert features[2]["properties"] == {"length_km": 5}


def test_order_does_not_matter() -> None:
    """Features stand by their ids, and properties by their names."""
    one, other = place("a", 1, 2, y=1, x=2), place("b", 3, 4)
    assert feature_collection([other, one], []) == feature_collection([one, other], [])
    turned = place("a", 1, 2, x=2, y=1)
    assert feature_collection([turned], []) == feature_collection([one], [])


def test_an_empty_map_is_a_map() -> None:
    """A collection without features is valid."""
    assert made(feature_collection([], [])) == {"type": "FeatureCollection", "features": []}


def test_letters_of_every_language_stay() -> None:
    """Names are written as they are, in UTF-8."""
    assert "Қостанай 科斯塔奈" in feature_collection(
        [place("k", 63, 53, name="Қостанай 科斯塔奈")], []
    )


@pytest.mark.parametrize(("longitude", "latitude"), [(181, 0), (0, 91), (-181, 0)])
def test_a_point_off_the_earth_is_a_fault(longitude: float, latitude: float) -> None:
    """Coordinates that no place has are refused."""
    with pytest.raises(AssertionError):
        place("x", longitude, latitude)


def test_two_features_of_one_id_are_a_fault() -> None:
    """An id names one feature."""
    with pytest.raises(AssertionError):
        feature_collection([place("a", 1, 2), place("a", 3, 4)], [])
