"""What is built by the scenario's year: merged by year, taken out by a case, wrong ones told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keruen.scenario import read
from scenarios import keys, problems, toy, write

TITLE = dict.fromkeys(("en", "ru", "kk", "zh"), "Lanes")
LANES: dict[str, Any] = {
    "year": 2028,
    "title": TITLE,
    "source": "assumption",
    "note": "by hand",
    "changes": {"terminal": {"gate": {"n_lanes_in": {"value": 7, "low": 1, "high": 9}}}},
}


def folder(path: Path, *, year: int = 2028, without: list[str] | None = None, **more: Any) -> Path:
    """The toy with one work, and a case that goes without some."""
    write(path, toy())
    write(path, {"works": {"lanes": {**LANES, "year": year, **more}}}, "base.toml")
    case = {"title": TITLE, "without": ["lanes"] if without is None else without}
    return write(path, {"case": case}, "cases/less.toml")


@pytest.fixture
def first_year() -> int:
    """The year of the toy."""
    return read("toy").calendar.first_day.year


def test_a_work_counts_from_the_year_after_its_own(tmp_path: Path, first_year: int) -> None:
    """It is done by the end of its year: not yet in it, and in the next one."""
    base = read("toy").terminal.gate.n_lanes_in
    for year, lanes in ((first_year - 1, 7), (first_year, base), (first_year + 1, base)):
        found = read(folder(tmp_path / str(year), year=year))
        assert found.terminal.gate.n_lanes_in == lanes
        assert [work.en for work in found.works] == (["Lanes"] if lanes == 7 else [])


def test_another_first_day_has_other_works(tmp_path: Path, first_year: int) -> None:
    """The year is that of the first measured day, also where a single change sets it."""
    path = folder(tmp_path, year=first_year)
    later = read(path, [f"calendar.first_day={first_year + 1}-01-01"])
    assert later.terminal.gate.n_lanes_in == 7
    assert not read(path).works


def test_a_case_goes_without_a_work(tmp_path: Path, first_year: int) -> None:
    """The case has the base as it was, to the digest."""
    path = folder(tmp_path, year=first_year - 1)
    without = read(path, cases=["less"])
    assert without.works == ()
    assert without.digest == read("toy").digest != read(path).digest


def test_a_work_says_where_its_figures_come_from(tmp_path: Path, first_year: int) -> None:
    """Source and reason of the work hold for its figures, with the range of each."""
    found = read(folder(tmp_path, year=first_year - 1))
    lanes = next(f for f in found.figures if f.path == "terminal.gate.n_lanes_in")
    assert (lanes.low, lanes.high, lanes.source, lanes.note) == ("1", "9", "assumption", "by hand")


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"year": "2028"}, "wrong_type"),
        ({"changes": 3}, "wrong_type"),
        ({"yaer": 2028}, "unknown_key"),
        ({"title": {"en": "x"}}, "missing_key"),
    ],
)
def test_a_wrong_work_is_told_with_its_place(
    tmp_path: Path, more: dict[str, Any], key: str
) -> None:
    """Each slip is a problem of the file that holds it."""
    work = {**LANES, "year": 2000, **more}
    path = write(write(tmp_path, toy()), {"works": {"lanes": work}}, "base.toml")
    found = problems(path)
    assert key in keys(found)
    assert str(found[0].parameters["place"]).startswith("base.toml: works.lanes")


def test_no_such_work_cannot_be_taken_out(tmp_path: Path) -> None:
    """A misspelt work is told, with the nearest known one."""
    found = problems(folder(tmp_path, without=["lane"]), cases=["less"])
    assert keys(found) == ["no_such_id"]
    assert found[0].parameters["nearest"] == "lanes"
