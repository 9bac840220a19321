"""`keruen appraise`: what it asks, says first, prints, keeps and refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from appraised_lists import SOURCE, listed
from keruen import i18n
from keruen.cli import appraising
from keruen.cli.main import run
from keruen.i18n import LANGUAGES
from keruen.report.kept_document import ENDING, read_kept
from keruen.study.appraising import values

Output = pytest.CaptureFixture[str]
CHEAP = ["--days", "1", "--runs", "0", "--executor", "serial"]


def named(name: str) -> dict[str, str]:
    """A title in every language."""
    return dict.fromkeys(("en", "ru", "kk", "zh"), name)


PROJECTS: dict[str, dict[str, Any]] = {
    "north": {"title": named("North line"), "effect": "wider"},
    "palace": {
        "title": named("Palace"),
        "effect": "wider",
        "capital": {"2030": "900 bn KZT2025"},
    },
    "school": {
        "title": named("School"),
        "capital": {},
        "paid_by": {},
        "missing": {"cost": {"what": named("cost of building"), "whom": named("the ministry")}},
    },
}


@pytest.fixture
def small(tmp_path: Path) -> str:
    """A list of three: one worth it, one not, one unknown."""
    return str(listed(tmp_path / "list", PROJECTS))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_answers_in_every_language(
    language: str, small: str, tmp_path: Path, capsys: Output
) -> None:
    """Five answers under their titles, the table, and what all stands on."""
    out = ["--out", str(tmp_path / "out"), "--language", language]
    assert run(["appraise", small, *CHEAP, *out]) == 0
    printed = capsys.readouterr().out
    places = [
        printed.index(i18n.text(f"appraisal.answer_{answer}", language))
        for answer in ("do_now", "talk_about", "find_out_first", "leave", "not_yet")
    ]
    assert places == sorted(places)
    do_now, talk, _, leave, not_yet = places
    assert do_now < printed.index("North line") < talk
    assert leave < printed.index("Palace") < not_yet
    missing = i18n.text("appraisal.missing", language, what="cost of building", whom="the ministry")
    assert missing in printed[not_yet:]


def test_work_is_said_first_and_measured_here(
    small: str, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard error, by what a relaxation costs on this machine."""
    cost = appraising.WorkCost(relaxation_s=600.0, week_s=0.0, run_s=0.0)
    monkeypatch.setattr(appraising, "measured_cost", lambda _: cost)
    assert run(["appraise", small, *CHEAP, "--out", str(tmp_path / "out")]) == 0
    said = " ".join(capsys.readouterr().err.split())
    # Nobody, two projects, and the two together.
    assert said.startswith("At most 5 weeks relaxed, 0 weeks planned and 0 runs: up to 50 min")


def test_json_is_kept_and_printed_alone(small: str, tmp_path: Path, capsys: Output) -> None:
    """`--json` prints what the folder keeps; the workbook lies beside it."""
    out = tmp_path / "out"
    assert run(["appraise", small, *CHEAP, "--out", str(out), "--json"]) == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert printed.err == ""
    answers = {one["key"]: one["answer"] for one in found["projects"]}
    assert answers == {"north": "do_now", "palace": "leave", "school": "not_yet"}
    folder = out / "appraisal" / "base"
    assert json.loads((folder / "which-first.json").read_text(encoding="utf-8")) == found
    assert (folder / "which-first-en.xlsx").exists()
    # …and the page of it in every language, for the web face.
    pages = folder.glob(f"which-first-*{ENDING}")
    assert {read_kept(page).language for page in pages} == {*LANGUAGES}


def test_named_projects_alone(small: str, tmp_path: Path, capsys: Output) -> None:
    """Others of the list are not looked at."""
    out = ["--out", str(tmp_path / "out"), "--json"]
    assert run(["appraise", small, *CHEAP, *out, "--project", "palace"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["key"] for one in found["projects"]] == ["palace"]


def test_a_budget_that_is_too_small_for_both(small: str, tmp_path: Path, capsys: Output) -> None:
    """A budget of side A is that of the list, whatever its terms say."""
    out = ["--out", str(tmp_path / "out"), "--json"]
    assert run(["appraise", small, *CHEAP, *out, "--budget", "A=2 bn KZT2025"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["portfolios"]["best"] == ["north"]


def test_everything_wrong_is_told_at_once(small: str, tmp_path: Path, capsys: Output) -> None:
    """A project that is not there, a budget, a currency, weights: one sentence each, code 2."""
    weights = tmp_path / "weights.toml"
    bound = '{ low = "70 %" }'
    weights.write_text(f"[weights.A.bounds]\nenpv-a = {bound}\nenpv-b = {bound}\n")
    asked = ["--project", "nort", "--budget", "A=5 KZT2025", "--budget", "B=5 EUR2025"]
    assert run(["appraise", small, *CHEAP, *asked, "--weights", str(weights)]) == 2
    said = capsys.readouterr().err
    assert said.count("Error: ") == 4
    for words in ("`nort`", "`north`", "EUR2025", "pays for no project", "no weights keep"):
        assert words in said
    assert "weights.toml" in said


@pytest.mark.parametrize("budget", ["A", "C=1 bn KZT2025", "A=", "=1 bn KZT2025"])
def test_a_budget_in_another_form(budget: str, small: str, capsys: Output) -> None:
    """The form is said with an example."""
    assert run(["appraise", small, *CHEAP, "--budget", budget]) == 2
    assert "A=5 bn KZT2025" in capsys.readouterr().err


def test_a_scenario_without_a_list(tmp_path: Path, capsys: Output) -> None:
    """No list, no railway: each is said."""
    empty = listed(tmp_path / "empty", {})
    (empty / "projects" / "terms.toml").unlink()
    assert run(["appraise", str(empty), *CHEAP]) == 2
    assert "no list of projects" in capsys.readouterr().err
    assert run(["appraise", "toy", *CHEAP]) == 2
    assert capsys.readouterr().err.startswith("Error: ")


def test_a_stop_keeps_what_is_done(
    small: str, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C says how to go on; the second call does not relax again what the first did."""
    monkeypatch.setattr(appraising, "measured_cost", lambda _: appraising.WorkCost())
    relaxed = values.relaxed
    asked: list[str] = []

    def stops(scenario: Any) -> Any:
        if len(asked) == 2:
            raise KeyboardInterrupt
        asked.append(scenario.name)
        return relaxed(scenario)

    line = ["appraise", small, *CHEAP, "--seed", "77", "--set", "demand.scale=1.01"]
    line += ["--out", str(tmp_path / "out")]
    monkeypatch.setenv("KERUEN_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir(mode=0o700)
    monkeypatch.setattr(values, "relaxed", stops)
    assert run(line) == 130
    assert "the same command continues" in " ".join(capsys.readouterr().err.split())
    counted: list[str] = []

    def counts(scenario: Any) -> Any:
        counted.append(scenario.name)
        return relaxed(scenario)

    monkeypatch.setattr(values, "relaxed", counts)
    assert run(line) == 0
    # Nobody, one of the two equal projects, and both: the first call did two of them.
    assert len(counted) == 1


def test_sources_of_what_is_asked(small: str) -> None:
    """Who asks is the source of a budget: no figure is without one."""
    from keruen.scenario.read_projects import ListRequest, read_projects

    document = read_projects(small, request=ListRequest(budgets={"A": "5 bn KZT2025"}))
    (figure,) = (one for one in document.figures if one.path == "terms.budgets.A")
    assert (figure.source, figure.note) == (SOURCE["source"], "--budget")
