"""Weeks as files on the command line, and two weeks side by side."""

from __future__ import annotations

import json
import re
import zipfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from keruen.cli.main import run
from keruen.i18n import LANGUAGES, text
from networks import network
from scenarios import changed, write

Output = pytest.CaptureFixture[str]

WEEK: dict[str, Any] = {
    "trains": {
        "east": {"start": "origin", "end": "east", "trains_per_week": 2},
        "west": {"start": "west", "end": "port", "trains_per_week": 3},
    },
    "routes": {
        "in": {
            "flow": "arrivals",
            "stations": ["origin", "east", "west", "port"],
            "share": "100 %",
        }
    },
}


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A scenario with a network and a week."""
    document = {**network(), "week": deepcopy(WEEK)}
    return str(write(tmp_path / "world", changed({"network": document})))


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """The same without a week."""
    return str(write(tmp_path / "bare", changed({"network": network()})))


def said(output: str) -> str:
    """What was printed, without line breaks."""
    return "".join(output.split())


def test_sizes_of_the_solver_are_for_who_asks(bare: str, capsys: Output) -> None:
    """One sentence says how good the plan is; columns, rows and bounds come with `--verbose`."""
    printed = {}
    for more in ((), ("--verbose",)):
        assert run(["corridor", "plan", bare, "--language", "en", *more]) == 0
        printed[more] = capsys.readouterr().out
    short, long = printed[()], printed["--verbose",]
    assert short.count("the best plan that carries as much is at most") == 1
    assert not {"columns", "Bound"} & set(re.findall(r"\w+", short))
    assert {"columns", "Bound"} <= set(re.findall(r"\w+", long))


@pytest.mark.parametrize("name", ["feed", "feed.zip"])
def test_the_timetable_is_a_folder_or_a_zip(
    folder: str, name: str, tmp_path: Path, capsys: Output
) -> None:
    """Eight tables, whichever of the two it is; writing again gives the same bytes."""
    path = tmp_path / "out" / name
    seen = []
    for _ in range(2):
        assert run(["corridor", "show", folder, "--gtfs", str(path), "--language", "en"]) == 0
        if path.is_dir():
            seen.append({file.name: file.read_bytes() for file in path.iterdir()})
        else:
            with zipfile.ZipFile(path) as packed:
                seen.append({n: packed.read(n) for n in packed.namelist()})
    assert seen[0] == seen[1]
    assert len(seen[0]) == 8
    assert said(str(path)) in said(capsys.readouterr().out)
    assert len(seen[0]["trips.txt"].splitlines()) == 1 + 2 * (2 + 3)


def test_the_map_counts_trains(folder: str, bare: str, tmp_path: Path) -> None:
    """With a week every section says how many trains run on it; without one it does not."""
    counts = []
    for name in (folder, bare):
        path = tmp_path / "map.geojson"
        assert run(["corridor", "show", name, "--geojson", str(path)]) == 0
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        sections = {f["id"]: f["properties"] for f in features if f["id"].startswith("section:")}
        counts.append(
            {key: found.get("planned_trains_per_week") for key, found in sections.items()}
        )
    assert counts[0] == {"section:china": 2, "section:steppe": 3}
    assert set(counts[1].values()) == {None}


def test_a_workbook_goes_out_and_in(folder: str, bare: str, tmp_path: Path, capsys: Output) -> None:
    """The week of one scenario, saved, is the week of another one."""
    path = tmp_path / "week.xlsx"
    assert run(["corridor", "show", folder, "--save-workbook", str(path), "--language", "kk"]) == 0
    capsys.readouterr()
    feed = tmp_path / "feed.zip"
    words = ["corridor", "show", bare, "--workbook", str(path), "--gtfs", str(feed)]
    assert run([*words, "--language", "en"]) == 0
    assert text("timetable.title_trains", "en") in capsys.readouterr().out
    assert feed.exists()


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--save-workbook", "week.csv"], ".xlsx"),
        (["--gtfs", "{taken}"], "is a file"),
        (["--gtfs", "{full}"], "thesis.docx"),
        (["--workbook", "missing.xlsx"], "missing.xlsx"),
    ],
)
def test_names_that_cannot_be_meant_are_refused(
    folder: str, words: list[str], named: str, tmp_path: Path, capsys: Output
) -> None:
    """Exit code 2 and a sentence, before any work is done."""
    (tmp_path / "taken").write_text("", encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.docx").write_text("", encoding="utf-8")
    words = [w.format(taken=tmp_path / "taken", full=tmp_path / "full") for w in words]
    assert run(["corridor", "show", folder, *words, "--language", "en"]) == 2
    output = capsys.readouterr()
    assert named in output.err
    assert not output.out
    assert not list(Path.cwd().glob("week.csv"))


def test_no_week_no_files(bare: str, tmp_path: Path, capsys: Output) -> None:
    """A scenario without a week has no timetable to be written."""
    path = tmp_path / "feed.zip"
    assert run(["corridor", "show", bare, "--gtfs", str(path), "--language", "en"]) == 2
    assert "no planned week" in capsys.readouterr().err
    assert not path.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_weeks_are_compared(bare: str, language: str, capsys: Output) -> None:
    """Half the trains at the border: both designs, the change, and what is certain of it."""
    dear = "network.borders.gate.fee=5000 USD2025/box"
    words = ["corridor", "compare", bare, "--against-set", dear, "--gap", "0"]
    assert run([*words, "--language", language]) == 0
    output = capsys.readouterr().out
    assert "network.borders.gate.fee" in output
    certain = text("quote.weeks_certain", language, first=0, second=0)
    assert said(certain)[:25] in said(output)
    assert text("quote.weeks_trains", language) in output


def test_two_weeks_are_compared_as_json_and_as_they_run(bare: str, capsys: Output) -> None:
    """What differs stands with both values; days and a seed let both run under the same luck."""
    dear = "network.borders.gate.fee=5000 USD2025/box"
    words = ["corridor", "compare", bare, "--against-set", dear, "--days", "14", "--seed", "3"]
    assert run([*words, "--replications", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["inputs"] == {
        "network.borders.gate.fee": {"first": "50 USD2025/box", "second": "5000 USD2025/box"}
    }
    costs = [found["weeks"][side]["cost_usd2025_per_week"] for side in ("first", "second")]
    assert costs[0] < costs[1]
    assert found["measures"]["transit_ms_p50"]["first"]["unit"] == "ms"


def test_one_design_is_not_compared_with_itself(capsys: Output) -> None:
    """The same case twice is refused, and so is what no plan can be made with."""
    assert run(["corridor", "compare", "--language", "en"]) == 2
    assert "same design" in capsys.readouterr().err
    assert run(["corridor", "compare", "toy", "--set", "demand.scale=2", "--language", "en"]) == 2
    assert "has no network" in capsys.readouterr().err
    assert run(["corridor", "compare", "--against", "without-bakthy", "--language", "en"]) == 2
    assert "without-bakhty" in capsys.readouterr().err


def test_a_plan_is_saved_and_keeps_its_own_rules(bare: str, tmp_path: Path, capsys: Output) -> None:
    """What the design finds is written, and is a week that may be brought."""
    path = tmp_path / "week.xlsx"
    assert run(["corridor", "plan", bare, "--save-workbook", str(path), "--language", "en"]) == 0
    assert run(["corridor", "show", bare, "--workbook", str(path), "--language", "en"]) == 0
    assert text("timetable.title_trains", "en") in capsys.readouterr().out
    assert run(["corridor", "plan", bare, "--workbook", str(path), "--language", "en"]) == 0
    assert "gets a new plan" in capsys.readouterr().err


def test_a_quote_takes_the_frequencies_of_a_workbook(
    folder: str, bare: str, tmp_path: Path, capsys: Output
) -> None:
    """Without a week the trains are assumed; with the workbook the week says how often they run."""
    path = tmp_path / "week.xlsx"
    assert run(["corridor", "show", folder, "--save-workbook", str(path)]) == 0
    capsys.readouterr()
    asked = ["quote", "--from", "origin", "--to", "port", "--commodity", "goods", "--json"]
    asked += ["--when", "2030-05", "--scenario", bare]
    found = []
    for more in ([], ["--workbook", str(path)]):
        assert run([*asked, *more]) == 0
        (option,) = json.loads(capsys.readouterr().out)["options"]
        trains = [leg for leg in option["legs"] if leg["kind"] == "block-train"]
        found.append([(leg["trains_per_week"], leg["frequency_from"]) for leg in trains])
    assert found == [[(1, "assumption")] * 2, [(2, "week"), (3, "week")]]
