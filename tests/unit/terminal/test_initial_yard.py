"""An observed yard: boxes that stand there at the start, and a run that is stopped and goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from keruen import study
from keruen.domain.codes import Event
from keruen.domain.results import Stopped
from keruen.domain.tables import place_parts, slot_parts
from keruen.errors import RunFolderError, ScenarioError
from keruen.i18n import LANGUAGES, describe
from keruen.scenario import read
from keruen.store.runs.saved_state import SavedState, read_state, write_state
from keruen.units import MS_PER_HOUR

HEADER = "container_number,size_type,gross_mass_kg,block,bay,row,half,tier,leaves_by,service,leaves,hold_h\n"
NUMBERS = ("CSQU3054383", "MSKU1234565", "TGHU1234567", "TCLU1234568")
LIST = HEADER + (
    "CSQU3054383,45G1,24000,a,1,1,,1,truck,,2030-01-08 10:00,\n"
    "MSKU1234565,42G1,20000,a,1,1,,2,train,shuttle,,\n"
    "TGHU1234567,22G1,20000,a,2,1,b,1,truck,,2030-01-07 09:00,30\n"
)


@pytest.fixture
def yard(tmp_path: Path) -> Path:
    file = tmp_path / "list.csv"
    file.write_text(LIST, encoding="utf-8")
    return file


def _places(trace: np.ndarray) -> list[tuple[int, int, int, int]]:
    standing = trace[(trace["kind"] == Event.STACKED) & (trace["machine"] < 0)]
    return [
        (int(v), *slot_parts(place_parts(int(d))[1]))
        for v, d in zip(standing["visit"], standing["destination"], strict=True)
    ]


def test_boxes_stand_where_they_were_seen(yard: Path) -> None:
    scenario = read("toy", ["calendar.days=4"], yard=yard)
    played = study.replay(scenario, 1, is_paranoid=True)
    # By container number: CSQU is visit 0, MSKU 1, TGHU 2. Lower tiers are put down first.
    n_rows = scenario.terminal.blocks["a"].n_rows
    second_bay = 2 * n_rows + 1
    assert _places(played.run.trace) == [(0, 0, 0, 0), (2, 0, second_bay, 0), (1, 0, 0, 1)]
    assert (played.run.trace[:3]["time_ms"] == 0).all()


def test_cells_may_be_apart_by_semicolons(tmp_path: Path, yard: Path) -> None:
    file = tmp_path / "semicolons.csv"
    file.write_text(LIST.replace(",", ";"), encoding="utf-8")
    assert read("toy", yard=file).standing == read("toy", yard=yard).standing


def test_boxes_that_stand_leave_as_they_are_to(yard: Path) -> None:
    scenario = read("toy", ["calendar.days=4"], yard=yard)
    trace = study.replay(scenario, 1, is_paranoid=True).run.trace
    left = trace[(trace["kind"] == Event.TRUCK_LEFT) & (trace["visit"] < 3)]
    loaded = trace[(trace["kind"] == Event.LOADED) & (trace["visit"] == 1)]
    held = trace[(trace["kind"] == Event.HOLD_ENDED) & (trace["visit"] == 2)]
    assert sorted(left["visit"].tolist()) == [0, 2]
    assert len(loaded) == 1
    assert held["time_ms"].tolist() == [30 * MS_PER_HOUR]


def test_an_empty_yard_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(HEADER, encoding="utf-8")
    assert (
        study.replay(read("toy", yard=file), 1).run.digest
        == study.replay(read("toy"), 1).run.digest
    )


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("CSQU3054384,45G1,24000,a,1,1,,1,truck,,,", "problem.container_check"),
        ("CSQU3054383,45G1,24000,mian,1,1,,1,truck,,,", "problem.no_such_id"),
        ("CSQU3054383,45G1,24000,a,99,1,,1,truck,,,", "problem.too_large"),
        ("CSQU3054383,45G1,24000,a,1,1,a,1,truck,,,", "problem.standing_half"),
        ("CSQU3054383,22G1,24000,a,1,1,,1,truck,,,", "problem.standing_half"),
        ("CSQU3054383,45G1,24000,a,1,1,,2,truck,,,", "problem.standing_on_air"),
        ("CSQU3054383,45G1,heavy,a,1,1,,1,truck,,,", "problem.quantity_text"),
        ("CSQU3054383,45G1,24000,a,1,1,,1,truck,,5,", "problem.local_time"),
        ("CSQU3054383,45G1,24000,a,1,1,,1,train,,,", "problem.no_such_id"),
        ("CSQU3054383,45G1,24000,a,one,1,,1,truck,,,", "problem.wrong_type"),
        ("CSQU3054383,45G1,24000", "problem.csv_cells"),
        ('"CSQU3054383', "error.table_quotes"),
        ("MSKU1234565,45G1,24000,a,1,1,,1,truck,,,", "problem.key_twice"),
        ("CSQU3054383,45G1,24000,a,5,1,,1,truck,,,", "problem.standing_twice"),
        ("CSQU3054383,22G1,24000,a,5,1,a,1,truck,,,", "problem.standing_mixed"),
    ],
)
def test_a_box_that_cannot_stand_is_named(tmp_path: Path, line: str, key: str) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        HEADER + "MSKU1234565,42G1,20000,a,5,1,,1,train,shuttle,,\n" + line + "\n", encoding="utf-8"
    )
    with pytest.raises(ScenarioError) as refused:
        read("toy", yard=file)
    assert key in [problem.key for problem in refused.value.problems]
    assert all("list.csv" in str(problem.parameters["place"]) for problem in refused.value.problems)


def test_a_box_in_the_wrong_half_is_told_by_its_length(tmp_path: Path) -> None:
    """An open top is mapped to a plain box, whose code its office never wrote."""
    file = tmp_path / "list.csv"
    file.write_text(HEADER + "CSQU3054383,22U1,24000,a,1,1,,1,truck,,,\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        read("toy", yard=file)
    (problem,) = refused.value.problems
    assert problem.parameters["length"] == 20
    assert not any("22G1" in describe(problem, language) for language in LANGUAGES)


@pytest.mark.parametrize("stop_h", [1, 37, 60])
def test_a_run_goes_on_as_if_it_had_not_stopped(tmp_path: Path, yard: Path, stop_h: int) -> None:
    scenario = read("toy", ["calendar.days=4"], yard=yard)
    whole = study.replay(scenario, 7)
    first = study.replay(scenario, 7, until_ms=stop_h * MS_PER_HOUR)
    file = tmp_path / "state"
    saved = SavedState(
        version="0",
        kernel="k",
        scenario_digest=scenario.digest,
        seed=7,
        at_ms=stop_h * MS_PER_HOUR,
        state=first.run.state,
    )
    write_state(file, saved)
    bytes_before = file.read_bytes()
    write_state(file, saved)
    assert file.read_bytes() == bytes_before
    back = read_state(file)
    stopped = Stopped(state=back.state, at_ms=back.at_ms, departures=back.departures)
    rest = study.replay(scenario, 7, stopped=stopped)
    assert len(first.run.trace) < len(whole.run.trace)
    assert np.array_equal(np.concatenate((first.run.trace, rest.run.trace)), whole.run.trace)


def test_a_damaged_state_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "state"
    write_state(
        file,
        SavedState(
            version="0",
            kernel="k",
            scenario_digest="d",
            seed=1,
            at_ms=0,
            state=np.zeros(1, [("a", "i8")]),
        ),
    )
    raw = bytearray(file.read_bytes())
    for place in range(0, len(raw), 7):
        broken = bytearray(raw)
        broken[place] ^= 0xFF
        file.write_bytes(broken)
        try:
            assert read_state(file).state["a"][0] == 0
        except RunFolderError:
            continue
    file.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(RunFolderError):
        read_state(file)
    with pytest.raises(RunFolderError):
        read_state(tmp_path / "none")
