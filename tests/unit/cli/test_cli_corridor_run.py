"""`keruen corridor run`: a week of the real railway, in words, in JSON, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from keruen.cli.main import run
from keruen.i18n import LANGUAGES

SHORT = ["--set", "calendar.days=7", "--set", "calendar.warm_up=0 d", "--replications", "1"]
RUN = ["corridor", "run", "kostanay-hefei", *SHORT]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_flows_borders_and_use(
    language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four tables in eighty columns, each flow with its direction, and no English in the others."""
    monkeypatch.setenv("COLUMNS", "80")
    assert run([*RUN, "--language", language]) == 0
    said = capsys.readouterr().out
    assert all(len(line) <= 80 for line in said.splitlines()[2:-1])
    assert said.count("→") >= 8
    assert said.count("←") >= 7
    assert ("railway alone" in said) == (language == "en")


def test_measures_come_as_json_with_units(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing but JSON on the screen: every measure of the railway with its unit."""
    assert run([*RUN, "--json"]) == 0
    words = json.loads(capsys.readouterr().out)
    assert words["measures"]["door_to_door_ms_p50"]["unit"] == "ms"
    assert 0 <= words["measures"]["unserved_share"]["mean"] <= 1
    assert words["measures"]["corridor_usd2025_per_box"]["unit"] == "USD2025/box"


def test_days_are_those_of_the_calendar(capsys: pytest.CaptureFixture[str]) -> None:
    """`--days 7` measures the seven days that `--set calendar.days=7` does."""
    figures = []
    for days in (["--days", "7"], ["--set", "calendar.days=7"]):
        once = ["--set", "calendar.warm_up=0 d", "--replications", "1", "--json", *days]
        assert run(["corridor", "run", "kostanay-hefei", *once]) == 0
        figures.append(json.loads(capsys.readouterr().out)["measures"])
    assert figures[0] == figures[1]


def test_tables_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder holds one file for each table of the railway."""
    assert run([*RUN, "--out", str(tmp_path / "tables")]) == 0
    assert str(tmp_path / "tables") in capsys.readouterr().out
    assert {path.stem for path in (tmp_path / "tables").glob("*.parquet")} == {
        *("corridor_trains", "train_passings", "border_days", "route_boxes"),
        *("flow_journeys", "corridor_use"),
    }


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["toy"], "has no network"),
        (["kostanay-hefei", "--replications", "0"], "0"),
        (["kostanay-hefei", "--seed", "-1"], "-1"),
        (["kostanay-hefei", "--days", "0"], "--days"),
        (["kostanay-hefei", "--workbook", "nowhere.xlsx"], "nowhere.xlsx"),
        (["kostanay-hefei", "--set", "network.fleet.platforms-1520.n_platforms=-4"], "n_platforms"),
        (["kostanay-hefei", "--case", "nameplat"], "nameplate"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and one sentence that names it; no traceback."""
    assert run(["corridor", "run", *words, "--language", "en"]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said
