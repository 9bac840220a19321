"""Outlines of countries for maps (GeoJSON, RFC 7946): drawn, never calculated with.

A scenario folder may bring its own, because a line on a map is a statement that people differ
about; how the file in use was made is in decision 0019.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from keruen.domain.untyped import JsonValue
from keruen.scenario.files import text_of
from keruen.scenario.reading import ScenarioReading

NAME: Final = "borders.geojson"
"""The file of a scenario folder that takes the place of the packaged layer."""

KINDS: Final = ("Polygon", "MultiPolygon", "LineString", "MultiLineString", "Point")
"""Geometries that a layer may hold; a point is the place of a name."""

Place = tuple[float, float]
"""Degrees east and north, WGS 84."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderLayer:
    """What a map draws below everything else.

    Parameters
    ----------
    areas : land; each a sequence of closed rings, the outer one first.
    lines : further lines.
    names : where a name stands, and the name by language.
    """

    areas: tuple[tuple[tuple[Place, ...], ...], ...] = ()
    lines: tuple[tuple[Place, ...], ...] = ()
    names: tuple[tuple[Place, Mapping[str, str]], ...] = ()


class LayerError(ValueError):
    """A layer that cannot be drawn; `number` is the feature's, 0 for the whole file."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def parse_layer(text: str) -> BorderLayer:
    """The layer that a GeoJSON text describes.

    Raises
    ------
    LayerError
        When it is no collection of features, or one of them cannot be drawn.
    """
    try:
        document = json.loads(text)
        features = list(document["features"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise LayerError(0) from None
    areas: list[tuple[tuple[Place, ...], ...]] = []
    lines: list[tuple[Place, ...]] = []
    names: list[tuple[Place, Mapping[str, str]]] = []
    for number, feature in enumerate(features, start=1):
        try:
            geometry, properties = feature["geometry"], feature["properties"] or {}
            kind, found = geometry["type"], geometry["coordinates"]
            if kind == "Point":
                names.append((_place(found), _names(properties)))
            elif kind in ("LineString", "MultiLineString"):
                parts = found if kind.startswith("Multi") else [found]
                lines.extend(tuple(map(_place, part)) for part in parts)
            elif kind in ("Polygon", "MultiPolygon"):
                parts = found if kind.startswith("Multi") else [found]
                areas.extend(tuple(_rings(part)) for part in parts)
            else:
                raise LayerError(number)
        except (TypeError, KeyError, ValueError):
            raise LayerError(number) from None
    return BorderLayer(areas=tuple(areas), lines=tuple(lines), names=tuple(names))


def take_layer(reading: ScenarioReading, folder: Path) -> None:
    """Keep the folder's own layer with the scenario, where there is one that can be drawn."""
    file = folder / NAME
    if not file.exists():
        return
    text = text_of(reading, file, NAME)
    if text is None:
        return
    try:
        parse_layer(text)
    except LayerError as wrong:
        allowed = ", ".join(KINDS)
        if wrong.number:
            reading.complain("borders_feature", place=NAME, number=wrong.number, allowed=allowed)
        else:
            reading.complain("borders_file", place=NAME)


def _rings(part: JsonValue) -> Iterator[tuple[Place, ...]]:
    for ring in part:
        places = tuple(map(_place, ring))
        if len(places) < 4:
            raise ValueError(ring)
        yield places


def _place(found: JsonValue) -> Place:
    longitude, latitude, *_ = found
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError(found)
    return float(longitude), float(latitude)


def _names(properties: Mapping[str, JsonValue]) -> dict[str, str]:
    """Names by language from ``name_kk``, ``name_en`` …, as our own maps write them."""
    return {
        key.removeprefix("name_"): str(value)
        for key, value in properties.items()
        if key.startswith("name_")
    }
