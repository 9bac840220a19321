"""`keruen capacity` and `keruen compare`: what they read, write and refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from keruen import i18n
from keruen.cli.main import run
from keruen.cli.options import parse_share
from keruen.errors import UsageError
from keruen.i18n import LANGUAGES
from keruen.report.kept_document import ENDING, read_kept

Output = pytest.CaptureFixture[str]
WEEK = ["--days", "7", "--executor", "serial"]


@pytest.mark.parametrize(
    ("words", "share"), [("2%", 0.02), ("0.5 %", 0.005), ("0.02", 0.02), ("1", 1.0)]
)
def test_shares(words: str, share: float) -> None:
    """A share is a number, or a number in per cent."""
    assert parse_share(words) == pytest.approx(share)


@pytest.mark.parametrize("words", ["", "%", "two", "-1%", "2 percent", "1e-2"])
def test_impossible_shares(words: str) -> None:
    """Anything else is refused."""
    with pytest.raises(UsageError):
        parse_share(words)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("command", ["capacity", "compare"])
def test_help_in_every_language(command: str, language: str, capsys: Output) -> None:
    """The help names each option in the reader's language."""
    assert run([command, "--help", "--language", language]) == 0
    page = capsys.readouterr().out
    assert i18n.text(f"cli.{command}", language)[:20] in page
    assert "--replications" in page


def test_json_alone(tmp_path: Path, capsys: Output) -> None:
    """`--json` prints the answer and nothing else; the folder keeps the same words."""
    command = ["capacity", "toy", *WEEK, "--replications", "2", "--tolerance", "10%"]
    assert run([*command, "--out", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["outcome"] == "found"
    assert found["capacity"]["unit"] == "boxes/yr"
    assert found["first_limit"]["limit"] == "yard_occupancy_p95"
    assert found["binding"] == "yard_slot"
    assert {point["factor"] for point in found["curve"]} >= {1.0}
    kept = tmp_path / "capacity" / "base" / "capacity.json"
    assert json.loads(kept.read_text(encoding="utf-8")) == found
    # …and the page of it in every language, for the web face.
    assert {read_kept(page).language for page in kept.parent.glob(f"capacity-*{ENDING}")} == {
        *LANGUAGES
    }


@pytest.mark.parametrize(
    ("arguments", "must_say"),
    [
        (["capacity", "toy", "--tolerance", "0"], "--tolerance"),
        (["capacity", "toy", "--tolerance", "much"], "--tolerance"),
        (["capacity", "toy", "--case", "x"], "x"),
        (["capacity", "toy", "--days", "0"], "--days"),
        (["compare", "toy"], "--case"),
        (["compare", "kostanay-hefei", "--case", "growth"], "--case"),
        (["compare", "a", "b", "c"], "--case"),
        (["compare", "a", "b", "--case", "growth"], "--case"),
        (["compare", "a", "b", "--seed", "3"], "--seed"),
        (["compare", "a", "b"], "provenance.json"),
        (["compare"], "COMPARED"),
    ],
    ids=" ".join,
)
def test_impossible_wishes(
    arguments: list[str],
    must_say: str,
    capsys: Output,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What cannot be done is one sentence and code 2, before anything is written."""
    monkeypatch.chdir(tmp_path)
    assert run([*arguments, "--language", "en"]) == 2
    said = capsys.readouterr().err
    assert must_say in said
    assert "Traceback" not in said
    assert not list(tmp_path.rglob("trials-*"))


def test_a_case_is_compared_with_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both sides of the comparison lie in one folder: the second finds what the first has run."""
    out = ["--replications", "2", "--days", "7", "--executor", "serial", "--out", str(tmp_path)]
    assert run(["compare", "toy", "--case", "base", "--case", "base", *out]) == 0
    assert "the same in every replication" in capsys.readouterr().out
