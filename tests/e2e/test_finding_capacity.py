"""From a scenario to its capacity, and from two designs to a comparison, on the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from keruen import i18n
from keruen.cli.main import run

Output = pytest.CaptureFixture[str]
MONTH = ["--days", "30", "--executor", "serial", "--replications", "2"]


def test_the_real_dry_port_has_a_capacity(tmp_path: Path, capsys: Output) -> None:
    """One command says how much the stage-1 layout carries, what binds, and writes its page."""
    command = ["capacity", "kostanay-hefei", "--case", "growth", *MONTH, "--tolerance", "10%"]
    assert run([*command, "--out", str(tmp_path), "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "capacity is" in said
    assert "Bottleneck: " in said
    assert "Next bottleneck: " in said
    assert "Assumption: train services" in said
    folder = tmp_path / "capacity" / "growth"
    assert {p.suffix for p in folder.glob("capacity-en.*")} == {".html", ".pdf", ".json"}
    # In another language only the page is new: no trial is made again.
    kept = {file: file.stat().st_mtime_ns for file in folder.glob("trials-*.json")}
    for language in i18n.LANGUAGES:
        again = [*command, "--out", str(tmp_path), "--format", "html", "--language", language]
        assert run(again) == 0
        assert (folder / f"capacity-{language}.html").exists()
    assert {file: file.stat().st_mtime_ns for file in kept} == kept


def test_two_cases_compared(tmp_path: Path, capsys: Output) -> None:
    """Two cases of one scenario are run and compared; their runs can be compared again."""
    cases = ["--case", "growth", "--case", "growth+stage-2"]
    command = ["compare", "kostanay-hefei", *cases, "--days", "30", "--executor", "serial"]
    assert run([*command, "--replications", "4", "--out", str(tmp_path), "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "compared with Growth" in said
    assert "Train turnaround, median: better" in said
    runs = [str(tmp_path / name) for name in ("growth", "growth+stage-2")]
    assert run(["compare", *runs, "--language", "en"]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == said.splitlines()[2:]
    assert run(["compare", runs[0], str(tmp_path / "nowhere"), "--language", "en"]) == 2


def test_runs_of_different_seeds_are_refused(tmp_path: Path, capsys: Output) -> None:
    """Another seed is another luck: one sentence."""
    for seed in ("1", "2"):
        command = ["run", "toy", "--executor", "serial", "--replications", "2", "--seed", seed]
        assert run([*command, "--out", str(tmp_path / seed), "--format", "html"]) == 0
    capsys.readouterr()
    assert run(["compare", *(str(tmp_path / seed) for seed in "12"), "--language", "en"]) == 2
    said = capsys.readouterr().err
    assert "seeds differ (1 and 2)" in said
    assert len(said.strip().splitlines()) == 1


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_tried(tmp_path: Path) -> None:
    """Ctrl-C in the middle of a search ends with 130 and one sentence; the same command goes on."""
    out = tmp_path / "out"
    # What runs in the background of a shell hears no Ctrl-C, and its children hear none either.
    hears = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    start = f"{hears} from keruen.cli import main; main()"
    command = [sys.executable, "-c", start, "capacity", "kostanay-hefei", "--case", "growth"]
    command += ["--days", "120", "--replications", "2", "--executor", "serial", "--language", "en"]
    command += ["--out", str(out)]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    while not list(out.rglob("trials-*.json")) and child.poll() is None:
        time.sleep(0.05)
    os.kill(child.pid, signal.SIGINT)
    try:
        _, said = child.communicate(timeout=3)
    except subprocess.TimeoutExpired:
        # Python drops an interruption that meets it in a destructor; a person presses again.
        os.kill(child.pid, signal.SIGINT)
        _, said = child.communicate(timeout=120)
    assert child.returncode == 130
    assert "the same command continues from there" in said
    assert "Traceback" not in said
