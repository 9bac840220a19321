"""The command line as careless and hostile people use it: one clear message, exit 2, nothing lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from keruen import i18n
from keruen.cli.main import chosen_language, run
from keruen.scenario.documents import packaged_folder

Output = pytest.CaptureFixture[str]
QUICK = ["--executor", "serial", "--replications", "1"]


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A copy of the toy scenario to break."""
    shutil.copytree(packaged_folder() / "toy", tmp_path / "toy")
    return tmp_path / "toy"


def complaint(arguments: list[str], capsys: Output) -> str:
    """What is said on standard error by a command that must end with code 2 and no traceback."""
    assert run([*arguments, "--language", "en"]) == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert said.strip()
    return said


def test_toy_from_scenario_to_report(tmp_path: Path, capsys: Output) -> None:
    """One command makes a run folder and a report in both formats, and says where they are."""
    assert run(["run", "toy", "--out", str(tmp_path), *QUICK, "--language", "en"]) == 0
    said = capsys.readouterr().out
    for name in ("report-en.html", "report-en.pdf"):
        assert (tmp_path / name).stat().st_size > 10_000
        assert name in said
    assert "Toy terminal: at these figures, capacity is sufficient" in said


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_language_says_its_verdict(language: str, tmp_path: Path, capsys: Output) -> None:
    """The verdict and the help are in the language that was asked for."""
    command = ["run", "toy", "--out", str(tmp_path), *QUICK, "--format", "html"]
    assert run([*command, "--language", language]) == 0
    verdict = capsys.readouterr().out
    terminal = {"en": "Toy", "ru": "Учебный", "kk": "Оқу", "zh": "教学"}[language]
    assert terminal in verdict
    assert run(["run", "--help", "--language", language]) == 0
    assert i18n.text("cli.option_seed", language)[:20] in capsys.readouterr().out


def test_json_is_json_and_nothing_else(tmp_path: Path, capsys: Output) -> None:
    """`--json` prints measures with units and intervals, machine-readable, alone."""
    command = ["run", "toy", "--out", str(tmp_path), "--executor", "serial", "--replications", "2"]
    assert run([*command, "--json"]) == 0
    captured = capsys.readouterr()
    (found,) = json.loads(captured.out)
    assert found["verdict"]["outcome"] == "kept"
    turn = found["measures"]["truck_turn_time_ms_mean"]
    assert turn == {"mean": 360_000.0, "low": 360_000.0, "high": 360_000.0, "unit": "ms"}
    assert len(found["trace_digests"]) == 2


def test_report_of_a_stored_run(tmp_path: Path, capsys: Output) -> None:
    """A finished run is told again in another language without being run again."""
    assert run(["run", "toy", "--out", str(tmp_path), *QUICK, "--format", "html"]) == 0
    assert run(["report", str(tmp_path), "--language", "zh", "--format", "html"]) == 0
    assert "无水港" in (tmp_path / "report-zh.html").read_text(encoding="utf-8")
    capsys.readouterr()
    assert "base" in complaint(["report", str(tmp_path / "base" / "replication-0000")], capsys)


def test_unknown_case_names_the_known(capsys: Output) -> None:
    """A mistyped case is answered with the nearest."""
    assert "nameplate" in complaint(["run", "kostanay-hefei", "--case", "nameplat"], capsys)


def test_unknown_scenario(capsys: Output) -> None:
    """A scenario that is neither folder nor packaged is answered with the packaged ones."""
    assert "kostanay-hefei" in complaint(["run", "kostanai"], capsys)


@pytest.mark.parametrize(
    "options",
    [
        ["--executor", "cluster"],
        ["--executor", "processes:0"],
        ["--format", "docx"],
        ["--days", "0"],
        ["--replications", "0"],
        ["--seed", "-1"],
        ["--seed", "twelve"],
        ["--set", "nonsense"],
        ["--set", "terminal.machines.gantry.count=-3"],
        ["--set", "terminal.machines.gantri.count=3"],
        ["--unknown"],
    ],
)
def test_impossible_options(options: list[str], tmp_path: Path, capsys: Output) -> None:
    """Whatever is wrong with an option is one message and code 2, before anything is written."""
    out = tmp_path / "run"
    complaint(["run", "toy", "--out", str(out), *options], capsys)
    assert not out.exists() or not list(out.rglob("replication-*"))


@pytest.mark.parametrize("until", ["", "1", "d", "1 week", "-1d", "1e9d"])
def test_impossible_times(until: str, capsys: Output) -> None:
    """A time that cannot be read is answered with how to write one."""
    complaint(["replay", "toy", "--until", until], capsys)


def test_cut_off_file(toy: Path, capsys: Output) -> None:
    """A TOML file that ends in the middle is named."""
    file = next(iter(toy.glob("*.toml")))
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: len(text) // 2].rstrip() + '\nx = "', encoding="utf-8")
    assert file.name in complaint(["run", str(toy)], capsys)


def test_empty_folder(tmp_path: Path, capsys: Output) -> None:
    """A folder without files is named."""
    assert tmp_path.name in complaint(["scenario", "check", str(tmp_path)], capsys)


def test_a_run_of_another_scenario_is_kept(toy: Path, tmp_path: Path, capsys: Output) -> None:
    """A changed scenario does not write into the run of the old one."""
    out = tmp_path / "run"
    assert run(["run", str(toy), "--out", str(out), *QUICK, "--format", "html"]) == 0
    capsys.readouterr()
    command = ["run", str(toy), "--out", str(out), *QUICK]
    said = complaint([*command, "--set", 'terminal.gate.in_time="2 min"'], capsys)
    assert "--out" in said


def test_all_problems_at_once(toy: Path, capsys: Output) -> None:
    """Three faults in a scenario are three messages."""
    faults = ["--set", "services.shuttle.n_wagon=3", "--set", 'calendar.warm_up="2 kg"']
    said = complaint(
        ["scenario", "check", str(toy), *faults, "--set", 'terminal.site_area="-1 ha"'], capsys
    )
    assert len(said.strip().splitlines()) == 3
    assert "n_wagons" in said


@pytest.mark.parametrize("command", ["show", "claims", "list", "schema", "check"])
def test_looking_into_scenarios(command: str, capsys: Output) -> None:
    """Each way of looking into the real scenario prints something and ends well."""
    assert run(["scenario", command]) == 0
    assert len(capsys.readouterr().out) > 40


def test_difference_of_cases(capsys: Output) -> None:
    """A case is told from the base by what it changes."""
    assert run(["scenario", "diff", "kostanay-hefei", "stage-2", "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "terminal.machines.gantry.count" in said


def test_a_fault_of_ours_says_how_to_report_it(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """A real fault keeps its traceback and gives the command to report."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("keruen.scenario.names", broken)
    assert run(["scenario", "list", "--language", "en"]) == 1
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "keruen scenario list" in said


def test_language_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line decides first, then Keruen's own variable, then the system's."""
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.delenv("KERUEN_LANGUAGE", raising=False)
    assert chosen_language([]) == "ru"
    monkeypatch.setenv("KERUEN_LANGUAGE", "kk")
    assert chosen_language([]) == "kk"
    assert chosen_language(["run", "--language", "zh"]) == "zh"
    assert chosen_language(["run", "--language=en"]) == "en"


def test_help_is_light() -> None:
    """`keruen --help` loads neither the compiler nor the report: it answers at once."""
    code = (
        "import sys\nfrom keruen.cli.main import run\nrun(['--help'])\n"
        "heavy = {'numba', 'numpy', 'pydantic', 'duckdb', 'typst', 'babel'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
