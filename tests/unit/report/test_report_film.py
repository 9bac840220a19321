"""A film of the yard: what its frames show, and that the file is whole."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from keruen import study, terminal
from keruen.cli.main import run
from keruen.domain.codes import Event, Mover, PlaceKind
from keruen.report import yard_film
from keruen.report.film_frames import AT_WORK, frames_of
from keruen.scenario import Scenario, read
from keruen.study.results import Played
from keruen.units import MS_PER_HOUR, MS_PER_MINUTE

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def toy() -> Scenario:
    return read("toy")


@pytest.fixture(scope="module")
def played(toy: Scenario) -> Played:
    return study.replay(toy, study.replication_seed(1, 0))


def test_frames_count_what_the_trace_says(toy: Scenario, played: Played) -> None:
    """Boxes in the yard, on the train and trucks are those of the trace at every frame."""
    times = np.arange(0, 24 * MS_PER_HOUR, 7 * MS_PER_MINUTE, dtype=np.int64)
    trace = played.run.trace
    moves = terminal.movements(trace, played.visits, played.run.end_ms)
    frames = frames_of(toy.terminal, (trace, moves, played.visits, played.run.outages), times)
    teu = played.visits["n_teu"]
    slots_teu = 2.0 * toy.terminal.blocks["a"].n_tiers
    for k, at in enumerate(times.tolist()):
        before = trace[trace["time_ms"] <= at]
        ins = before[before["kind"] == Event.STACKED]["visit"]
        outs = before[before["kind"] == Event.RETRIEVED]["visit"]
        held = teu[ins].sum() - teu[outs].sum()
        assert frames.fullness[k].sum() * slots_teu == pytest.approx(held)
        n_in = (before["kind"] == Event.TRUCK_ENTERED).sum() - (
            before["kind"] == Event.TRUCK_LEFT
        ).sum()
        assert frames.inside[k] == n_in
        if (frames.tracks[k] >= 0).any():
            n_off = (before["kind"] == Event.UNLOADED).sum()
            assert frames.to_unload[k].max() == 3 - n_off
    assert (frames.machines == AT_WORK).any()


@pytest.mark.parametrize("language", ["en", "ru", "kk", "zh"])
def test_a_film_is_one_svg_without_anything_from_outside(
    toy: Scenario, played: Played, language: str
) -> None:
    """Well-formed, the same bytes twice, as many clock words as moments, no link."""
    film = yard_film(toy, played, 8 * MS_PER_HOUR, 14 * MS_PER_HOUR, 5 * MS_PER_MINUTE, language)
    assert film == yard_film(
        toy, played, 8 * MS_PER_HOUR, 14 * MS_PER_HOUR, 5 * MS_PER_MINUTE, language
    )
    root = ET.fromstring(film)
    words = [node.text for node in root.iter(f"{SVG}text")]
    assert "08:00" in words
    assert "13:55" in words
    assert "14:00" not in words
    assert toy.terminal.title.in_language(language) in words
    moving = list(root.iter(f"{SVG}animate"))
    assert len({node.get("dur") for node in moving}) == 1
    for node in moving:
        times = [float(t) for t in (node.get("keyTimes") or "").split(";")]
        assert times[0] == 0
        assert times == sorted(set(times))
        assert len(times) == len((node.get("values") or "").split(";"))
    assert "http" not in film.replace("http://www.w3.org/2000/svg", "")


def test_files_of_a_replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All three files are written by one command, and read back."""
    import json

    from keruen.store import read_table

    names = [tmp_path / "log.json", tmp_path / "moves.parquet", tmp_path / "yard.svg"]
    words = ["replay", "toy", "--ocel", str(names[0]), "--movements", str(names[1])]
    assert run([*words, "--frames", str(names[2]), "--language", "en"]) == 0
    assert all(str(name) in capsys.readouterr().out or name.exists() for name in names)
    log = json.loads(names[0].read_text())
    machines = {
        thing["id"]: thing["attributes"][0]["value"]
        for thing in log["objects"]
        if thing["type"] == "machine"
    }
    assert "Gantry crane 1" in machines.values()
    assert len(read_table(names[1], "movements")) > 10


@pytest.mark.parametrize(
    "words",
    [
        ["--ocel", "log.xml"],
        ["--movements", "moves.csv"],
        ["--frames", "yard.gif"],
        ["--frames", "yard.svg", "--from", "30h"],
        ["--frames", "yard.svg", "--step", "10h"],
        ["--frames", "yard.svg", "--step", "0min"],
        ["--frames", "yard.svg", "--from", "0h", "--until", "90d"],
        ["--frames", "nowhere/yard.svg", "--from-state", "x"],
    ],
)
def test_files_that_cannot_be_written_are_refused_first(
    tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, and nothing was written."""
    monkeypatch.chdir(tmp_path)
    assert run(["replay", "toy", *words]) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_door_is_at_work_while_a_box_stands_at_it() -> None:
    """In the growth case every door with a box is shown at work, in every frame."""
    scenario = read("kostanay-hefei", [], ("growth",))
    replayed = study.replay(scenario, 5, until_ms=72 * MS_PER_HOUR)
    moves = terminal.movements(replayed.run.trace, replayed.visits, replayed.run.end_ms)
    times = np.arange(48, 72, 2, dtype=np.int64) * MS_PER_HOUR
    tables = (replayed.run.trace, moves, replayed.visits, replayed.run.outages[:0])
    frames = frames_of(scenario.terminal, tables, times)
    boxes = moves[(moves["mover"] == Mover.BOX) & (moves["place"] >> 24 == PlaceKind.DOOR)]
    n_seen = 0
    for k, at in enumerate(times.tolist()):
        here = boxes[(boxes["begins_ms"] <= at) & (boxes["ends_ms"] > at)]
        assert (frames.machines[k, here["place"] & 0xFFFFFF] == AT_WORK).all()
        n_seen += len(here)
    assert n_seen > 10
