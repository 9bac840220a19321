"""Every number knows where it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keruen.scenario import Scenario, read
from scenarios import DROP, changed, keys, problems, problems_of, read_changed, write

COUNT = "terminal.machines.gantry.count"


def figure(scenario: Scenario, path: str) -> Any:
    """The figure at a path."""
    return {f.path: f for f in scenario.figures}[path]


def test_a_figure_carries_range_and_source(tmp_path: Path) -> None:
    """A value in a table with low, high, source, date and note is one number and one figure."""
    site = {
        "value": "133 ha",
        "low": "1 330 000 m2",
        "high": "157 ha",
        "source": "https://example.org",
        "as_of": 2025,
        "note": "n",
    }
    scenario = read_changed(tmp_path, {"terminal.site_area": site})
    assert scenario.terminal.site_area_m2 == 1_330_000
    found = figure(scenario, "terminal.site_area")
    assert (found.text, found.low, found.high) == ("133 ha", "1 330 000 m2", "157 ha")
    assert (found.source, found.as_of, found.note) == ("https://example.org", "2025", "n")
    assert not found.is_assumption


def test_tables_lend_their_source(tmp_path: Path) -> None:
    """A figure without a source has that of the nearest table above; a note alone refines it."""
    changes = {
        "terminal.source": "https://a",
        "terminal.as_of": "2024",
        "terminal.machines.note": "machines",
        "terminal.machines.tractor.source": "https://b",
    }
    scenario = read_changed(tmp_path, changes)
    gantry = figure(scenario, COUNT)
    assert (gantry.source, gantry.as_of, gantry.note) == ("https://a", "2024", "machines")
    tractor = figure(scenario, "terminal.machines.tractor.count")
    assert (tractor.source, tractor.as_of, tractor.note) == ("https://b", "", "")
    assert figure(scenario, "limits.unserved_share").is_assumption


def test_a_law_is_one_figure(tmp_path: Path) -> None:
    """A law with its parameters has one source and is written in one line."""
    law = {"law": "lognormal", "median": "1 d", "p90": "3 d", "source": "s"}
    scenario = read_changed(tmp_path, {"flows.arrivals.stay": law})
    assert figure(scenario, "flows.arrivals.stay").text == "law lognormal, median 1 d, p90 3 d"
    assert figure(scenario, "flows.arrivals.stay").source == "s"


def test_figures_are_sorted_and_complete() -> None:
    """There is one figure for each number that a file gives, sorted by path."""
    scenario = read("toy")
    paths = [f.path for f in scenario.figures]
    assert paths == sorted(set(paths))
    assert {"terminal.gate.hour_shares", "services.shuttle.trains_per_week"} <= set(paths)
    exempt = {"calendar.days", "calendar.first_day", "scenario.seed", "scenario.replications"}
    assert not exempt & set(paths)


@pytest.mark.parametrize(
    ("changes", "wanted", "place"),
    [
        ({"note": DROP, COUNT: {"value": 1, "source": "assumption"}}, "no_reason", COUNT),
        ({COUNT: {"value": 1, "source": "assumption"}}, "no_reason", COUNT),
        ({COUNT: {"value": 1, "low": 2}}, "range_order", COUNT),
        ({COUNT: {"value": 1, "high": 0}}, "range_order", COUNT),
        ({COUNT: {"value": 1, "low": "1 m"}}, "range_units", COUNT),
        ({COUNT: {"value": 1, "low": "few"}}, "range_units", COUNT),
        ({COUNT: {"value": 1, "lowest": 0}}, "unknown_key", f"{COUNT}.lowest"),
        (
            {"terminal.site_area": {"value": "1 ha", "high": "2 km"}},
            "range_units",
            "terminal.site_area",
        ),
    ],
)
def test_a_figure_without_ground_is_refused(
    changes: dict[str, Any], wanted: str, place: str, tmp_path: Path
) -> None:
    """A missing reason, a range upside down or in another unit is a problem of that figure."""
    found = problems_of(tmp_path, changes)
    assert wanted in keys(found)
    at = [p.parameters["place"] for p in found if p.key == f"problem.{wanted}"]
    assert f"scenario.toml: {place}" in at


def test_every_number_needs_a_source(tmp_path: Path) -> None:
    """Without the toy's one source, every number of it is a problem."""
    folder = write(tmp_path, changed({"source": DROP, "note": DROP}))
    found = problems(folder)
    assert set(keys(found)) == {"no_source"}
    assert len(found) == len(read("toy").figures)


def test_sources_change_no_digest(tmp_path: Path) -> None:
    """Another reason, title or claim leaves the digest; another number does not."""
    plain = read("toy").digest
    document = changed({"note": "other", "scenario.seed": 5, "scenario.replications": 7})
    document["terminal"]["title"]["en"] = "Other"
    document["services"]["shuttle"]["partner"]["en"] = "Other"
    assert read(write(tmp_path / "a", document)).digest == plain
    for number, change in enumerate(
        [{COUNT: 2}, {"limits.unserved_share": 0.5}, {"calendar.days": 2}]
    ):
        assert read_changed(tmp_path / str(number), change).digest != plain


def test_the_same_amount_in_another_unit_is_the_same_scenario(tmp_path: Path) -> None:
    """100 m and 0.1 km, 60 min and 1 h, 5 % and 0.05 give the same digest."""
    changes = {
        "terminal.blocks.a.distance": "0.1 km",
        "limits.truck_turn_time_p90": "1 h",
        "limits.trains_held_share": 0.05,
        "flows.arrivals.stay": {"law": "fixed", "value": "72 h"},
    }
    assert read_changed(tmp_path, changes).digest == read("toy").digest
