"""Runs are killed, stopped, moved and mistaken for one another: nothing is lost or overwritten."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import resource
import shlex
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import keruen
from keruen import terminal
from keruen.cli.main import run

Output = pytest.CaptureFixture[str]
KERUEN = [sys.executable, "-m", "keruen"]
LISTENING = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from keruen.cli import main; main()"
)
"""Keruen that hears Ctrl-C even where tests run in the background, with the signal ignored."""

MANY = "5000"
"""More replications than a test waits for."""


def in_json(capsys: Output, *arguments: str) -> dict[str, Any]:
    """The one study that a command prints as JSON."""
    assert run(["run", "toy", "--json", *arguments]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    (study,) = found
    return study


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file below a folder: when it was written, and what is in it."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def interrupted(out: Path, number: signal.Signals) -> tuple[int, str]:
    """Start a long run, send it a signal once two replications lie on disk; code and complaint."""
    terminal.compile_class("S")  # A first compilation would keep the run waiting.
    command = [sys.executable, "-c", LISTENING]
    command += ["run", "toy", "--out", str(out), "--replications", MANY]
    command += ["--executor", "serial", "--language", "en"]
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as work:
        for _ in range(1_200):
            if len(list(out.glob("*/replication-*"))) >= 2 or work.poll() is not None:
                break
            time.sleep(0.05)
        work.send_signal(number)
        try:
            _, said = work.communicate(timeout=60)
        finally:
            work.kill()
        return work.returncode, said


def test_workers_change_nothing(tmp_path: Path, capsys: Output) -> None:
    """One worker and two give the same traces and the same measures, byte for byte."""
    alone = in_json(
        capsys, "--out", str(tmp_path / "1"), "--replications", "3", "--executor", "serial"
    )
    both = in_json(
        capsys, "--out", str(tmp_path / "2"), "--replications", "3", "--executor", "processes:2"
    )
    assert len(set(alone["trace_digests"])) == 3, "replications have their own luck"
    assert alone["trace_digests"] == both["trace_digests"]
    assert alone["measures"] == both["measures"]
    assert alone["verdict"] == both["verdict"]


def test_a_killed_run_goes_on(tmp_path: Path, capsys: Output) -> None:
    """After a kill the same command keeps what was complete and makes only what is missing."""
    out = tmp_path / "run"
    interrupted(out, signal.SIGKILL)
    complete = sorted((out / "base").glob("replication-*"))
    assert len(complete) >= 2
    before = contents(out / "base")
    n = str(len(complete) + 1)
    resumed = in_json(capsys, "--out", str(out), "--replications", n, "--executor", "serial")
    after = contents(out / "base")
    kept = [name for name in before if name.startswith("replication-")]
    assert kept
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    fresh = in_json(
        capsys, "--out", str(tmp_path / "fresh"), "--replications", n, "--executor", "serial"
    )
    assert resumed["trace_digests"] == fresh["trace_digests"]
    assert resumed["measures"] == fresh["measures"]


def test_a_stopped_run_says_how_to_go_on(tmp_path: Path) -> None:
    """Ctrl-C ends with code 130 and one sentence, and keeps what was complete."""
    out = tmp_path / "run"
    code, said = interrupted(out, signal.SIGINT)
    assert code == 130
    assert "Traceback" not in said
    assert "continues from there" in said
    assert len(list((out / "base").glob("replication-*"))) >= 2
    assert not list((out / "base").glob(".*partial*"))


@pytest.fixture
def finished(tmp_path: Path, capsys: Output) -> Path:
    """A finished run of the toy."""
    out = tmp_path / "finished"
    in_json(capsys, "--out", str(out), "--replications", "1", "--executor", "serial")
    return out


def refused(arguments: list[str], capsys: Output) -> str:
    assert run([*arguments, "--language", "en"]) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    return said


def test_a_run_of_another_version_is_not_touched(finished: Path, capsys: Output) -> None:
    """A run that another version wrote is refused, by name, and stays as it is."""
    provenance = finished / "base" / "provenance.json"
    words = json.loads(provenance.read_text(encoding="utf-8"))
    provenance.write_text(json.dumps({**words, "version": "0.0.1"}), encoding="utf-8")
    before = contents(finished)
    said = refused(["run", "toy", "--out", str(finished), "--replications", "1"], capsys)
    assert "0.0.1" in said
    assert contents(finished) == before


def test_a_run_with_a_provenance_of_another_form_is_not_touched(
    finished: Path, capsys: Output
) -> None:
    """A provenance with unknown keys belongs to another version."""
    provenance = finished / "base" / "provenance.json"
    provenance.write_text('{"who": "knows"}', encoding="utf-8")
    before = contents(finished)
    refused(["run", "toy", "--out", str(finished), "--replications", "1"], capsys)
    refused(["report", str(finished)], capsys)
    assert contents(finished) == before


def test_a_foreign_folder_is_not_touched(tmp_path: Path, capsys: Output) -> None:
    """A folder in which something else lies is refused, and nothing in it changes."""
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "letter.txt").write_text("do not lose me", encoding="utf-8")
    before = contents(tmp_path)
    assert "--out" in refused(["run", "toy", "--out", str(tmp_path)], capsys)
    assert contents(tmp_path) == before


def test_a_damaged_replication_is_named(finished: Path, capsys: Output) -> None:
    """A cut-off file in a run is named, with what to do."""
    measures = finished / "base" / "replication-0000" / "measures.json"
    measures.write_text(measures.read_text(encoding="utf-8")[:40], encoding="utf-8")
    said = refused(["report", str(finished)], capsys)
    assert "replication-0000" in said


def test_out_is_a_file(tmp_path: Path, capsys: Output) -> None:
    """A file where the folder should be is named, and stays."""
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    assert "file" in refused(["run", "toy", "--out", str(file), "--executor", "serial"], capsys)
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("most_bytes", [0, 600, 3_000])
def test_a_disk_that_is_full(most_bytes: int, tmp_path: Path) -> None:
    """When the disk refuses, early or late, the run ends with one sentence and code 2."""
    terminal.compile_class("S")  # What is compiled is kept elsewhere; its refusal is tested apart.

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    command = [*KERUEN, "run", "toy", "--out", str(tmp_path / "run"), "--replications", "1"]
    answer = subprocess.run(
        [*command, "--executor", "serial", "--language", "en"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=no_room,
    )
    assert answer.returncode == 2, answer.stderr
    assert "Traceback" not in answer.stderr
    assert str(tmp_path) in answer.stderr.replace("\n", "")
    assert not list(tmp_path.rglob("replication-*"))


def test_a_disk_that_does_not_take_the_compiled_kernel(tmp_path: Path) -> None:
    """When the compiled code cannot be kept, that is one sentence and code 2 as well."""

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))

    answer = subprocess.run(
        [*KERUEN, "run", "toy", "--out", str(tmp_path / "run"), "--language", "en"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=no_room,
        env={**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "KERUEN_CACHE_DIR": ""},
    )
    assert answer.returncode == 2, answer.stderr
    assert "Traceback" not in answer.stderr
    assert "compiled kernel" in answer.stderr.replace("\n", " ")


def test_a_reader_that_leaves() -> None:
    """A pipe that is closed early (``| head -1``) is no error."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        answer = subprocess.run(
            [*KERUEN, "replay", "toy"], stdout=pipe, stderr=subprocess.PIPE, text=True, check=False
        )
    assert answer.stderr == ""
    assert answer.returncode == 0


def test_a_console_without_the_letters() -> None:
    """A console that cannot show a letter shows something else, and no traceback."""
    answer = subprocess.run(
        [*KERUEN, "scenario", "list", "--language", "zh"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert answer.returncode == 0, answer.stderr
    assert "toy" in answer.stdout


def test_the_printed_command_makes_the_same_run(tmp_path: Path, capsys: Output) -> None:
    """What a report tells its reader to type gives the digests that stand beside it, changes included;
    its next questions ask of the same changed scenario."""
    changes = ["terminal.gate.in_time=7 min", "calendar.warm_up=0 d"]
    given = [word for change in changes for word in ("--set", change)]
    words = [
        "run",
        "toy",
        *given,
        "--days",
        "9",
        "--replications",
        "1",
        "--seed",
        "3",
        "--language",
        "en",
    ]
    assert run([*words, "--out", str(tmp_path / "first")]) == 0
    page = (tmp_path / "first" / "report-en.html").read_text(encoding="utf-8")
    found = re.findall(r"keruen (?:run|sensitivity) toy [^<]*", page)
    again, *others = [shlex.split(html.unescape(line))[1:] for line in sorted(set(found))]
    for printed in (again, *others):
        asked = [word for flag, word in pairwise(printed) if flag == "--set"]
        assert set(changes) <= set(asked), printed
    assert others
    assert run([*again, "--out", str(tmp_path / "second")]) == 0
    capsys.readouterr()
    first, second = (keruen.load(tmp_path / name / "base") for name in ("first", "second"))
    assert first.provenance.scenario_digest == second.provenance.scenario_digest
    digests = [[one.trace_digest for one in study.replications] for study in (first, second)]
    assert digests[0] == digests[1]
