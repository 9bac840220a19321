"""`keruen corridor show` says what the network is, in every language, and writes it as a map."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from keruen.cli.main import run
from keruen.i18n import LANGUAGES, text
from keruen.scenario import read

Output = pytest.CaptureFixture[str]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_network_is_shown_with_its_counts(language: str, capsys: Output) -> None:
    """Counts of stations, length of sections and open borders are said in the reader's language."""
    assert run(["corridor", "show", "--language", language]) == 0
    said = capsys.readouterr().out
    assert f"{text('cli.kind_dispatch', language)}: 42" in said
    assert text("cli.borders_total", language, n=3, open=3) in said
    for title in ("stations", "sections", "borders"):
        assert text(f"cli.title_{title}", language) in said


def test_a_case_closes_the_third_border(capsys: Output) -> None:
    """With the case `without-bakhty` two borders are open."""
    assert run(["corridor", "show", "--case", "without-bakhty", "--language", "en"]) == 0
    assert "Border crossings: 3, open: 2" in capsys.readouterr().out


def test_the_map_has_every_station_section_and_border(tmp_path: Path, capsys: Output) -> None:
    """The map holds one feature for each, with names in four languages, and is the same each time."""
    network = read("kostanay-hefei").network
    assert network is not None
    texts = []
    for name in ("one.geojson", "two.geojson"):
        path = tmp_path / "maps" / name
        assert run(["corridor", "show", "--geojson", str(path), "--language", "en"]) == 0
        assert str(path) in capsys.readouterr().out.replace("\n", "")
        texts.append(path.read_text(encoding="utf-8"))
    assert texts[0] == texts[1]
    features = json.loads(texts[0])["features"]
    kinds = [feature["geometry"]["type"] for feature in features]
    assert kinds.count("Point") == len(network.stations)
    assert kinds.count("LineString") == len(network.sections) + len(network.borders)
    by_id = {feature["id"]: feature for feature in features}
    kostanay = by_id["station:kostanay"]["properties"]
    assert [kostanay[f"name_{code}"] for code in LANGUAGES] == [
        "Қостанай",
        "Костанай",
        "科斯塔奈",
        "Kostanay",
    ]


def test_a_scenario_without_a_network_is_told_so(capsys: Output) -> None:
    """The toy has no network: one sentence, exit code 2."""
    assert run(["corridor", "show", "toy", "--language", "en"]) == 2
    assert "has no network" in capsys.readouterr().err


def test_a_map_that_cannot_be_written(tmp_path: Path, capsys: Output) -> None:
    """Where a file stands in the place of a folder, the refusal names the map."""
    (tmp_path / "taken").write_text("", encoding="utf-8")
    path = tmp_path / "taken" / "map.geojson"
    assert run(["corridor", "show", "--geojson", str(path), "--language", "en"]) != 0
    said = capsys.readouterr().err
    assert "map.geojson" in said
    assert "Traceback" not in said
