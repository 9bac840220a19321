"""Answers kept beside a run come back as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from keruen.domain.codes import Resource
from keruen.domain.results import Addition, DecidingFigure, OverRanges, Pressure, Sufficiency
from keruen.errors import RunFolderError
from keruen.study.decision import keep_decision, with_kept_decision
from keruen.study.results import Study
from made_up_studies import local, scenario, study

FIGURE = DecidingFigure(
    path="network.borders.dostyk.others.to_china.share",
    name=local("share of others at Dostyk"),
    unit="share",
    value=0.87,
    low=0.74,
    high=0.97,
    switching=0.9,
    office=local("KTZ"),
)
SUFFICIENCY = Sufficiency(
    additions=(Addition(lever="gantries", name=local("gantry cranes"), amount=1.0),),
    cost_low=2e9,
    cost_high=3e9,
    price_year=2025,
    earliest_year=2028,
    binding=Pressure(
        resource=Resource.BORDER,
        n_units=9,
        load_share=0.8,
        peak_share=0.9,
        peak_hour_start=0,
        peak_hour_end=0,
        where="dostyk",
    ),
    not_kept=("unserved_share",),
)
RANGES = OverRanges(n_tried=60, n_kept=41, n_kept_by_limit={"unserved_share": 41})


def asked(folder: Path) -> Study:
    """A study that was asked everything, with a folder."""
    made = study(scenario(), n_replications=1)
    return replace(
        made,
        folder=str(folder),
        deciding=(FIGURE,),
        sufficiency=SUFFICIENCY,
        verdict=replace(made.verdict, over_ranges=RANGES),
    )


def test_answers_come_back_as_they_were(tmp_path: Path) -> None:
    """What was kept is read back into a study that nobody asked."""
    whole = asked(tmp_path)
    keep_decision(whole)
    bare = replace(
        whole,
        deciding=None,
        sufficiency=None,
        verdict=replace(whole.verdict, over_ranges=None),
    )
    back = with_kept_decision(bare)
    assert back.deciding == (FIGURE,)
    assert back.sufficiency == SUFFICIENCY
    assert back.verdict.over_ranges == RANGES


def test_nothing_kept_is_nothing_known(tmp_path: Path) -> None:
    """Not asked is not the same as asked and found nothing."""
    bare = replace(study(scenario(), n_replications=1), folder=str(tmp_path))
    assert with_kept_decision(bare) is bare
    found_nothing = replace(bare, deciding=())
    keep_decision(found_nothing)
    back = with_kept_decision(bare)
    assert back.deciding == ()
    assert back.sufficiency is None


@pytest.mark.parametrize(
    "damage",
    [
        {"deciding": 7, "over_ranges": None, "sufficiency": None},
        {"deciding": [{"path": "x"}], "over_ranges": None, "sufficiency": None},
        {"deciding": None, "over_ranges": {"n": 1}, "sufficiency": None},
        {"deciding": None, "over_ranges": None, "sufficiency": {"binding": None}},
        {"other": 1},
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, damage: dict[str, object]) -> None:
    """Whatever is wrong with the file, the reader learns which file it is."""
    whole = asked(tmp_path)
    keep_decision(whole)
    (tmp_path / "decision.json").write_text(json.dumps(damage), encoding="utf-8")
    with pytest.raises(RunFolderError) as refused:
        with_kept_decision(whole)
    assert refused.value.key == "error.run_damaged"
