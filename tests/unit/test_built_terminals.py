"""Built terminals beside the twin: what scores, one set of parameters, sentences that fit their row."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from verification.terminals import CELLS, FOLDER, comparison, read_cells
from verification.terminals.comparison import observed, union_ms
from verification.terminals.page import page_of

from keruen import scenario
from keruen.cli.main import run
from keruen.cli.verifying import TerminalRow, line_of, sentence_of, summary_of
from keruen.domain import tables
from keruen.domain.codes import Event
from keruen.i18n import LANGUAGES, quantity
from keruen.scenario.value_types import LocalText
from keruen.study.verdict import LIMITS
from keruen.units import MS_PER_DAY

NAMES = sorted(file.parent.name for file in FOLDER.glob("*/terminal.toml"))
TITLE = LocalText(en="A", ru="А", kk="Ә", zh="甲")


def row(test: str, twin: float, published: float = 100.0, why: str = "") -> TerminalRow:
    """A made-up row."""
    quantities = {"at_least": "best_year", "within": "trucks_on_busy_day"}
    name = quantities.get(test, "capacity")
    unit = "trucks/d" if name == "trucks_on_busy_day" else "boxes/yr"
    return TerminalRow(
        terminal="a",
        title=TITLE,
        summary=TITLE,
        quantity=name,
        unit=unit,
        published=published,
        year="2020",
        test=test,
        why=why,
        twin=twin,
        first_limit="train_turnaround_ms_p90",
        source="https://example.org",
        aside={"gantry_moves_per_h": 18.0},
    )


def test_every_terminal_has_cells_and_every_cell_a_terminal() -> None:
    """No folder lies there for nothing."""
    assert {cell.terminal for cell in read_cells()} == set(NAMES)


def test_one_set_of_parameters() -> None:
    """The file is the same, byte for byte, in every folder."""
    assert len({(FOLDER / name / "parameters.toml").read_bytes() for name in NAMES}) == 1


@pytest.mark.parametrize("name", NAMES)
def test_machines_limits_and_stoppages_are_the_packaged_ones(name: str) -> None:
    """Nothing is tuned to a terminal: all but counts, tracks and lanes is as at Tobol."""
    packaged, read = scenario.read("kostanay-hefei"), scenario.read(FOLDER / name)
    packaged_limits = packaged.limits.model_dump(exclude={"reefers_without_plug_share"})
    assert read.limits.model_dump(exclude={"reefers_without_plug_share"}) == packaged_limits
    own = {
        "count", "tracks", "title", "carries_within_m", "carrying_speed_m_per_s",
        "power_kw", "idle_power_kw", "fuel_l_per_h", "idle_fuel_l_per_h", "cost_kzt2025_per_h",
    }  # fmt: skip
    of_kind = {one.kind: one for one in packaged.terminal.machines.values()}
    for machines in read.terminal.machines.values():
        found, wanted = (one.model_dump(exclude=own) for one in (machines, of_kind[machines.kind]))
        for words in (found, wanted):
            if words["portal"]:
                del words["portal"]["n_lanes"]
        assert found == wanted
    assert read.terminal.weather == packaged.terminal.weather
    # The rules of road terminals, in all of them: `test_one_set_of_parameters`.
    of_road_terminals = {
        "job_order": "trucks_first",
        "slot": "reshuffle_index",
        "departure_window_ms": MS_PER_DAY,
        "fetch_order": "least_work",
        "direct_share": 0.44,
    }
    rules = packaged.terminal.policy.model_copy(update=of_road_terminals)
    assert read.terminal.policy == rules
    own_of_gate = {"n_lanes_in", "n_lanes_out", "opens_ms", "open_time_ms", "hour_shares"}
    gate, packaged_gate = read.terminal.gate, packaged.terminal.gate
    assert gate.model_dump(exclude=own_of_gate) == packaged_gate.model_dump(exclude=own_of_gate)
    assert (gate.opens_ms, gate.open_time_ms) == (0, MS_PER_DAY)
    by_day = gate.hour_shares[6:22]
    assert 1 - sum(by_day) == pytest.approx(0.1)
    assert by_day == pytest.approx([0.9 * share for share in packaged_gate.hour_shares[6:22]])


def test_the_limit_that_breaks_is_one_that_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """From twice the flow on too many trains are held (8%, 5% may be), and trucks take an hour and a half
    instead of one: exceeded by three fifths and by a half. The first in the list of limits, broken at no
    flow or less, is not named."""
    base = dict.fromkeys(LIMITS.values(), 0.0)

    beyond = {"trains_held_share": 0.08, "truck_turn_time_ms_p90": 5_400_000.0}

    def attempt(*asked: Any) -> SimpleNamespace:
        factor = asked[3]
        more = beyond if factor > 2 else {}
        broken = ("truck_turn_time_p90_ms", "trains_held_share") if more else ()
        measures = {**base, **more, "boxes_per_year": 100.0 * factor}
        return SimpleNamespace(broken=broken, measures=measures)

    monkeypatch.setattr(comparison, "attempt", attempt)
    world: Any = SimpleNamespace(scenario=scenario.read(FOLDER / "koeln-eifeltor"))
    carried, first_limit = comparison.carried_within_limits(world, 1)
    assert first_limit == "trains_held_share"
    assert carried == pytest.approx(100.0 * 1.05**14)


def test_dostyk_exercises_reach_stackers_that_carry() -> None:
    """Its yard lies within the stated distance."""
    terminal = scenario.read(FOLDER / "dostyk-transterminal-1").terminal
    stackers = terminal.machines["stacker"]
    assert all(
        0 < block.distance_m <= stackers.carries_within_m for block in terminal.blocks.values()
    )


@pytest.mark.parametrize(
    ("test", "twin", "holds"),
    [
        ("within", 124.0, True), ("within", 76.0, True), ("within", 126.0, False), ("within", 74.0, False),
        ("at_least", 100.0, True), ("at_least", 300.0, True), ("at_least", 99.0, False),
    ],
)  # fmt: skip
def test_a_scored_figure_holds(test: str, twin: float, holds: bool) -> None:
    """A quarter both ways, or at least what was carried."""
    assert row(test, twin).holds is holds


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("twin", [10.0, 74.0, 99.0, 101.0, 126.0, 400.0])
@pytest.mark.parametrize(
    ("test", "why"), [("within", ""), ("at_least", ""), ("shown", "nameplate")]
)
def test_a_sentence_says_the_figures_of_its_row(
    test: str, why: str, twin: float, language: str
) -> None:
    """Both figures stand in it, and only a row that misses its test says so."""
    one = row(test, twin, why=why)
    sentence = sentence_of(one, language)
    for value in (one.twin, one.published):
        assert quantity(value, one.unit, language) in sentence
    if test == "within":
        assert line_of(one, language)[4] in sentence
    kept = 100.0 if test != "shown" else twin
    same_as_a_kept_row = _words(sentence) == _words(sentence_of(row(test, kept, why=why), language))
    assert same_as_a_kept_row is one.holds


def _words(sentence: str) -> str:
    return re.sub(r"[+−]?\d[\d.,]*", "#", sentence)


def test_the_summary_counts_the_rows() -> None:
    """Two of three within a quarter, errors 10, 20 and 50 %; one of two has carried enough."""
    rows = [row("within", 110.0), row("within", 80.0), row("within", 150.0)]
    rows += [row("at_least", 100.0), row("at_least", 90.0), row("shown", 1.0, why="nameplate")]
    assert summary_of(rows, "en") == (
        "Within 25%: 2 of 3 figures, median error 20%. One-sided tests passed: 1 of 2."
    )


def test_the_page_holds_every_row() -> None:
    """Table, sentences and sources are of the same rows as on a terminal."""
    rows = [row("within", 110.0), row("at_least", 90.0)]
    page = page_of(rows)
    for one in rows:
        assert " | ".join(line_of(one, "en")) in page
        assert sentence_of(one, "en") in page
        assert one.source in page


def test_the_published_page_is_of_these_cells() -> None:
    """Every published figure and source of the cells stands on the page of the docs."""
    file = FOLDER.parents[1] / "docs" / "verification-terminals.md"
    if not file.exists():
        pytest.skip("the page is not written yet: keruen verify terminals")
    page = file.read_text(encoding="utf-8")
    for cell in read_cells():
        assert quantity(cell.published, cell.unit, "en") in page
        assert cell.source in page


def test_time_at_work_counts_overlaps_once() -> None:
    """0–10, 5–8 and 20–30 are 20."""
    assert union_ms(np.array([20, 0, 5]), np.array([30, 10, 8])) == 20


def test_a_train_is_at_work_from_its_first_lift() -> None:
    """Two gantries. Train 0 is placed at 0; boxes are off at 4 and 6 min after 2 min of work each:
    at work 2–6. Train 1 is placed at 1 and waits; its boxes come off at 8 (2 min of work) and 11:
    at work 6–11, so both together 9 min, and 4 boxes / (9 min × 2) are 13.33 an hour; 4 and 5 min
    are 4.5. Train 2 brought nothing."""
    minute = 60_000
    trace = tables.empty("trace", 7)
    kinds = [Event.TRAIN_PLACED] * 3 + [Event.UNLOADED] * 4
    trace["kind"], trace["train"] = kinds, [0, 1, 2, 0, 0, 1, 1]
    trace["time_ms"] = np.array([0, 1, 2, 4, 6, 8, 11]) * minute
    trace["busy_ms"] = np.array([0, 0, 0, 2, 2, 2, 2]) * minute
    gantries = SimpleNamespace(kind="gantry", count=2, tracks="handling")
    world = SimpleNamespace(
        scenario=SimpleNamespace(
            calendar=SimpleNamespace(warm_up_ms=0),
            terminal=SimpleNamespace(machines={"gantry": gantries}),
        )
    )
    played = SimpleNamespace(trains=range(3), run=SimpleNamespace(trace=trace))
    seen = observed(world, played)  # type: ignore[arg-type]
    assert seen["train_emptied_min"] == pytest.approx(4.5)
    assert seen["boxes_per_crane_h"] == pytest.approx(4 / (9 / 60 * 2))
    assert seen["trucks_on_busy_day"] == 0


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('terminal = "bazaikha"', 'terminal = "nowhere"', "no folder"),
        ('unit = "min"', 'unit = "TEU/yr"', "unit"),
        ('quantity = "capacity"', 'quantity = "guess"', "unit"),
        ('test = "shown"\nwhy = "nameplate"', 'test = "within"', "no test"),
        ('why = "nameplate"', 'why = "because"', "says why"),
        ("published = 18.0", "published = -18.0", "published"),
        ("published = 18.0", "published = nan", "published"),
        ('year = "2021"', 'yaer = "2021"', "yaer"),
        ('terminal = "ludwigshafen-2011"', 'terminal = "ludwigshafen"', "more than once"),
        ('source = "http', 'source = "none', "no source"),
    ],
)
def test_bad_cells_are_refused_with_their_place(
    old: str, new: str, problem: str, tmp_path: Path
) -> None:
    """Each with the file, and the cell where there is one."""
    words = CELLS.read_text(encoding="utf-8")
    assert old in words
    for name in NAMES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "terminal.toml").touch()
    file = tmp_path / "cells.toml"
    file.write_text(words.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=problem) as refused:
        read_cells(file)
    assert "cells.toml" in str(refused.value)


def test_nothing_else_is_verified(capsys: pytest.CaptureFixture[str]) -> None:
    """A word that is no part of the programme is refused, and the two that are stand there."""
    assert run(["verify", "bridges"]) == 2
    assert "all, terminals" in capsys.readouterr().err
