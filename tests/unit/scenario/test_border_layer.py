"""Outlines of countries: what a file may hold, and whose file is taken."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from keruen.errors import ScenarioError
from keruen.scenario import read
from keruen.scenario.border_layer import NAME, LayerError, parse_layer
from keruen.scenario.documents import packaged_folder

SQUARE = [[70, 40], [80, 40], [80, 50], [70, 50], [70, 40]]


def collection(*geometries: Any, **properties: str) -> str:
    """A collection with a feature for each geometry."""
    features = [
        {"type": "Feature", "properties": properties, "geometry": geometry}
        for geometry in geometries
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_areas_lines_and_names_are_taken_apart() -> None:
    """Polygons are land, lines stay lines, points are the places of names."""
    layer = parse_layer(
        collection(
            {"type": "Polygon", "coordinates": [SQUARE]},
            {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE, SQUARE]]},
            {"type": "LineString", "coordinates": [[70, 40], [71, 41]]},
            {"type": "Point", "coordinates": [75, 45, 300]},
            name_kk="Дала",
            name_en="Steppe",
        )
    )
    assert [len(area) for area in layer.areas] == [1, 1, 2]
    assert layer.lines == (((70.0, 40.0), (71.0, 41.0)),)
    assert layer.names == (((75.0, 45.0), {"kk": "Дала", "en": "Steppe"}),)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("{", 0),
        ("[]", 0),
        ('{"features": 3}', 0),
        (collection({"type": "Circle", "coordinates": [1, 2]}), 1),
        (
            collection(
                {"type": "Point", "coordinates": [75, 45]},
                {"type": "Point", "coordinates": [75, 145]},
            ),
            2,
        ),
        (collection({"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}), 1),
        (collection({"type": "LineString", "coordinates": [["a", 2]]}), 1),
        ('{"features": [null]}', 1),
    ],
)
def test_a_wrong_layer_names_the_feature(text: str, number: int) -> None:
    """What cannot be drawn is refused with the number of the feature; 0 is the whole file."""
    with pytest.raises(LayerError) as refused:
        parse_layer(text)
    assert refused.value.number == number


def test_the_packaged_layer_is_small_and_says_its_source() -> None:
    """It is below 60 kB, in the public domain, and names three countries in four languages."""
    raw = files("keruen.report").joinpath(NAME).read_text(encoding="utf-8")
    layer = parse_layer(raw)
    assert len(raw.encode()) < 60_000
    assert "public domain" in json.loads(raw)["attribution"]
    assert len(layer.areas) > 20
    names = {names["en"] for _, names in layer.names}
    assert {"China", "Kazakhstan", "Russia"} <= names
    assert all(set(names) == {"kk", "ru", "zh", "en"} for _, names in layer.names)


def test_a_folder_may_bring_its_own_layer(tmp_path: Path) -> None:
    """The layer is kept with the scenario and changes no result: the digest is the same."""
    folder = tmp_path / "toy"
    shutil.copytree(packaged_folder() / "toy", folder)
    before = read(folder)
    own = collection({"type": "Polygon", "coordinates": [SQUARE]})
    (folder / NAME).write_text(own, encoding="utf-8")
    after = read(folder)
    assert NAME not in before.documents
    assert after.documents[NAME] == own
    assert after.digest == before.digest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "borders.geojson: this is not a GeoJSON feature collection"),
        (
            collection({"type": "Point", "coordinates": [700, 0]}),
            "borders.geojson: feature 1 cannot",
        ),
    ],
)
def test_a_wrong_layer_is_a_problem_of_the_scenario(tmp_path: Path, text: str, said: str) -> None:
    """A folder with a layer that cannot be drawn is refused, with the file and what is allowed."""
    folder = tmp_path / "toy"
    shutil.copytree(packaged_folder() / "toy", folder)
    (folder / NAME).write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=said):
        read(folder)
