"""`keruen runs`: what is kept is shown as it lies there, and only what was named is removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import keruen
from keruen import caches
from keruen.cli.main import run
from keruen.store import alone

Output = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two runs, one of them of two cases, and two things that are none."""
    keruen.run("toy", replications=2, out=tmp_path / "runs" / "one" / "base")
    for case in ("a", "b"):
        keruen.run("toy", replications=1, out=tmp_path / "runs" / "two" / case)
    (tmp_path / "runs" / "mine").mkdir()
    (tmp_path / "runs" / "link").symlink_to(tmp_path / "runs" / "two")
    return tmp_path / "runs"


def listed(folder: Path, capsys: Output) -> dict[str, dict[str, object]]:
    """The runs of the list by name."""
    assert run(["runs", "list", "--folder", str(folder), "--json"]) == 0
    return {one["name"]: one for one in json.loads(capsys.readouterr().out)["runs"]}


def test_runs_are_listed_with_their_size(folder: Path, capsys: Output) -> None:
    """Every run with its cases, complete replications and the bytes of all its files."""
    runs = listed(folder, capsys)
    assert list(runs) == ["one", "two"]
    assert runs["two"]["cases"] == ["a", "b"]
    assert [one["replications"] for one in runs.values()] == [2, 2]
    size = sum(file.stat().st_size for file in (folder / "one").rglob("*") if file.is_file())
    assert runs["one"]["bytes"] == size > 0
    assert run(["runs", "list", "--folder", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "one" in shown
    assert "toy" in shown
    assert "mine" not in shown


def test_only_what_was_named_is_removed(folder: Path, capsys: Output) -> None:
    """A run goes with its cases; a folder that is no run, a link and an unknown name are refused."""
    for name in ("mine", "link", "three", "..", "one/base"):
        assert run(["runs", "remove", "one", name, "--folder", str(folder)]) == 2
        assert name in capsys.readouterr().err
    assert list(listed(folder, capsys)) == ["one", "two"]
    assert run(["runs", "remove", "two", "--folder", str(folder)]) == 0
    assert "two" in capsys.readouterr().out
    assert list(listed(folder, capsys)) == ["one"]
    assert (folder / "mine").is_dir()


def test_a_run_at_work_is_not_removed(folder: Path, capsys: Output) -> None:
    """Nothing is removed while a process writes into one of the named runs."""
    with alone(folder / "two" / "b"):
        assert run(["runs", "remove", "one", "two", "--folder", str(folder)]) == 2
    capsys.readouterr()
    assert list(listed(folder, capsys)) == ["one", "two"]


def test_kept_results_are_counted_and_removed(
    tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Experiments and weeks are counted apart, and go by their own options."""
    monkeypatch.setattr(
        "keruen.cli.run_folders._KINDS",
        {
            "experiments": caches.EXPERIMENTS,
            "weeks": str(tmp_path / "weeks"),
        },
    )
    caches.keep_text(f"{caches.EXPERIMENTS}/ab", "abc", "12345")
    caches.keep_text(f"{caches.EXPERIMENTS}/cd", "cde", "123")
    caches.keep_text(str(tmp_path / "weeks"), "a", "1")

    def kept() -> dict[str, dict[str, int]]:
        assert run(["runs", "list", "--folder", str(tmp_path), "--json"]) == 0
        found: dict[str, dict[str, int]] = json.loads(capsys.readouterr().out)["kept"]
        return found

    assert kept() == {"experiments": {"files": 2, "bytes": 8}, "weeks": {"files": 1, "bytes": 1}}
    assert run(["runs", "remove"]) == 2
    assert run(["runs", "remove", "--experiments"]) == 0
    capsys.readouterr()
    assert kept() == {"experiments": {"files": 0, "bytes": 0}, "weeks": {"files": 1, "bytes": 1}}
    assert run(["runs", "remove", "--weeks"]) == 0
    capsys.readouterr()
    assert kept()["weeks"]["files"] == 0
