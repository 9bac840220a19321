"""Sources of another year or of another quantity are remarks, no faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keruen.cli.main import run
from keruen.i18n import LANGUAGES, text
from keruen.scenario import read, source_remarks
from scenarios import changed, toy, write

PLACE = "terminal.gate.n_lanes_in"


def lanes(folder: Path, **provenance: Any) -> list[tuple[str, dict[str, Any]]]:
    """The remarks on the toy, but for what it says itself, with the origin of one figure changed."""
    figure = {"value": 3, "source": "https://example.org", **provenance}
    before = [remark.parameters for remark in source_remarks(read("toy"))]
    found = source_remarks(read(write(folder, changed({PLACE: figure}, toy()))))
    return [(r.key, dict(r.parameters)) for r in found if r.parameters not in before]


def test_a_source_of_another_year_is_told_with_its_age(tmp_path: Path) -> None:
    """Ten years before the scenario; a source of the year itself is silent."""
    own = read("toy").calendar.first_day.year
    facts: dict[str, Any] = {"year": str(own - 10), "n": 1, "paths": PLACE, "age": 10}
    assert lanes(tmp_path / "a", as_of=f"{own - 10}-05") == [("problem.source_earlier", facts)]
    assert lanes(tmp_path / "b", as_of=str(own)) == []
    later = lanes(tmp_path / "c", as_of=str(own + 2))
    assert [key for key, _ in later] == ["problem.source_later"]


def test_an_assumption_has_no_year_of_its_own(tmp_path: Path) -> None:
    """Nobody published it: there is no source to be old."""
    assert lanes(tmp_path, source="assumption", note="by hand", as_of="1999") == []


@pytest.mark.parametrize(
    ("published", "is_told"), [("3", False), ("4", True), ("3 trucks", True), ("many lanes", True)]
)
def test_another_quantity_is_told(tmp_path: Path, published: str, is_told: bool) -> None:
    """What the source counts is silent only where it is the very figure."""
    found = lanes(tmp_path, published=published)
    facts = {"path": PLACE, "value": "3", "published": published}
    assert found == ([("problem.source_quantity", facts)] if is_told else [])


def test_what_a_source_counts_is_not_inherited(tmp_path: Path) -> None:
    """`published` of a table does not speak for the figures in it."""
    document = changed({"limits.published": "something else"}, toy())
    found = read(write(tmp_path, document)).figures
    assert not [figure.path for figure in found if figure.published]


@pytest.mark.parametrize("language", LANGUAGES)
def test_check_prints_the_remarks(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Old sources, other quantities and what is built, in each language."""
    assert run(["scenario", "check", "kostanay-hefei", "--language", language]) == 0
    said = capsys.readouterr().out
    remarks = source_remarks(read("kostanay-hefei"))
    assert {"problem.source_earlier", "problem.source_quantity"} <= {r.key for r in remarks}
    for remark in remarks:
        assert text(remark.key, language, **remark.parameters) in said
    for work in read("kostanay-hefei").works:
        assert work.in_language(language) in said
