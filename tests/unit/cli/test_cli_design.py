"""`keruen design`: what it reads, writes, prints and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from keruen import i18n
from keruen.cli import designing
from keruen.cli.main import run
from keruen.i18n import LANGUAGES
from keruen.report.kept_document import ENDING, read_kept
from levers import toy_with_lane

Output = pytest.CaptureFixture[str]
DAY = ["--days", "1", "--executor", "serial", "--replications", "1"]


@pytest.fixture
def with_lane(tmp_path: Path) -> str:
    """The toy, which may get a lane."""
    return toy_with_lane(tmp_path)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_help_in_every_language(language: str, capsys: Output) -> None:
    """The help names each option in the reader's language."""
    assert run(["design", "--help", "--language", language]) == 0
    page = capsys.readouterr().out
    assert i18n.text("cli.design", language)[:20] in page
    assert "--frontier" in page


def test_json_alone(with_lane: str, tmp_path: Path, capsys: Output) -> None:
    """`--json` prints the answer and nothing else; the folder keeps the same words."""
    out = tmp_path / "out"
    assert run(["design", with_lane, *DAY, "--out", str(out), "--json", "--frontier"]) == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert found["is_sufficient"]
    assert found["additions"] == []
    assert [step["factor"] for step in found["frontier"]] == list(designing.FACTORS)
    flows = [step["flow"] for step in found["frontier"]]
    assert flows == sorted(flows)
    assert flows[0] < flows[-1]
    kept = out / "design" / "base" / "design.json"
    assert json.loads(kept.read_text(encoding="utf-8")) == found
    assert (kept.parent / "design-en.xlsx").exists()
    assert (kept.parent / "design-en.pdf").exists()
    # …and the page of it in every language, for the web face.
    assert {read_kept(page).language for page in kept.parent.glob(f"design-*{ENDING}")} == {
        *LANGUAGES
    }


def test_runs_and_minutes_are_said_first(with_lane: str, tmp_path: Path, capsys: Output) -> None:
    """On standard error, before the progress."""
    assert run(["design", with_lane, *DAY, "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr()
    assert printed.err.startswith("About ")
    assert "min on this computer" in " ".join(printed.err.split())
    assert "Nothing needs to be added" in printed.out


def test_a_limit_that_no_lever_touches_is_said(
    with_lane: str, tmp_path: Path, capsys: Output
) -> None:
    """With the kinds of lever that would."""
    full = ["--set", "limits.yard_occupancy_p95=5 %"]
    assert run(["design", with_lane, *DAY, *full, "--out", str(tmp_path / "out")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "No lever of the scenario touches it" in said
    assert "yard blocks" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["toy"], "levers.toml"),
        (["LANE", "--replications", "0"], "0"),
        (["LANE", "--days", "0"], "0"),
        (["LANE", "--executor", "threads"], "threads"),
        (["LANE", "--format", "odt"], "odt"),
        (["LANE", "--set", "levers.lane.capital=-3 mln KZT2025"], "levers.lane.capital"),
        (["LANE", "--set", "levers.lane.step=0"], "levers.lane.step"),
        (["LANE", "--set", "levers.lane.step=2"], "levers.lane.most"),
        (["LANE", "--set", "levers.lane.to=north"], "levers.lane.to"),
        (["LANE", "--set", "levers.lane.adds=trains"], "levers.lane.adds"),
        (["LANE", "--set", "levers.lane.yearly=1 mln EUR2025"], "EUR2025"),
    ],
)
def test_bad_questions_are_refused(
    with_lane: str, options: list[str], said: str, capsys: Output
) -> None:
    """Each with a sentence that names what is wrong, and exit code 2."""
    named = [with_lane if option == "LANE" else option for option in options]
    assert run(["design", *named]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert "Traceback" not in complaint


def test_stopping_keeps_what_was_run(
    with_lane: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """Ctrl-C after the first runs: said, with exit code 130."""

    def interrupted(_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("keruen.study.experiments.play", interrupted)
    assert run(["design", with_lane, *DAY, "--out", str(tmp_path / "out")]) == 130
    assert "the same command continues" in " ".join(capsys.readouterr().err.split())
