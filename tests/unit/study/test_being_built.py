"""What is built without a decision of the list is valued by taking it out, and is no project."""

from __future__ import annotations

from pathlib import Path

import pytest

from appraised_lists import SOURCE, TITLE, listed, wider
from keruen.study.appraising import AppraisalEffort, Subject, appraise
from scenarios import write

CHEAP = AppraisalEffort(replications=1, days=1, most_run=0, draws=20)


def test_a_work_is_worth_what_the_same_project_gains(tmp_path: Path) -> None:
    """A third train a day, once built anyway and once as a project: the same saving a year."""
    as_project = appraise(
        Subject(path=listed(tmp_path / "project", {"north": {"effect": "wider"}})), effort=CHEAP
    )
    (gain,) = (one.amount for one in as_project.coalitions if one.built == ("north",))
    assert gain > 0
    folder = listed(tmp_path / "work", {"north": {"effect": "widest"}})
    changes = {key: table for key, table in wider(3).items() if key != "case"}
    work = {"year": 2020, "title": TITLE, "changes": changes, **SOURCE}
    write(folder, {"works": {"third": work}}, "base.toml")
    write(folder, {"case": {"without": ["third"], "title": TITLE}}, "cases/without-third.toml")
    found = appraise(Subject(path=folder), effort=CHEAP)
    (built,) = found.being_built
    assert (built.key, built.title["en"]) == ("third", TITLE["en"])
    assert built.amounts == pytest.approx((gain,))
    # 30 years at 8 %, the first undiscounted.
    assert built.value == pytest.approx(sum(gain / 1.08**n for n in range(30)))
    # In the accounts of the list it is nobody's gain.
    assert {key for one in found.coalitions for key in one.built} == {"north"}
    assert [one.key for one in found.projects] == ["north"]
