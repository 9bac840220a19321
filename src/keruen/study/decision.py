"""What decides a verdict and what would make the capacity sufficient, kept with the run.

Knows how both answers are written down and read back; the answers themselves are found by
`sensitivity` and `design`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from keruen.domain.codes import Resource
from keruen.domain.results import Addition, DecidingFigure, OverRanges, Pressure, Sufficiency
from keruen.domain.untyped import JsonTable, JsonValue
from keruen.errors import RunFolderError
from keruen.store import RunFolder
from keruen.study.results import Study

_NOTE: Final = "decision"


def keep_decision(study: Study) -> None:
    """Write the answers of a study that has a folder beside its replications.

    Raises
    ------
    StorageError
        When the disk refuses.
    """
    if not study.folder:
        return
    RunFolder(Path(study.folder)).note(_NOTE, decision_in_words(study))


def decision_in_words(study: Study) -> JsonTable:
    """The answers as JSON words; what was not asked is None."""
    ranges = study.verdict.over_ranges
    return {
        "deciding": None if study.deciding is None else [asdict(one) for one in study.deciding],
        "over_ranges": None if ranges is None else asdict(ranges),
        "sufficiency": None if study.sufficiency is None else _as_words(study.sufficiency),
    }


def with_kept_decision(study: Study) -> Study:
    """The study with the answers that were kept beside it; as it is where there are none.

    Raises
    ------
    RunFolderError
        When what was kept is damaged.
    """
    if not study.folder:
        return study
    path = Path(study.folder)
    words = RunFolder(path).noted(_NOTE)
    if not words:
        return study
    try:
        deciding, ranges = words["deciding"], words["over_ranges"]
        sufficiency = words["sufficiency"]
        return replace(
            study,
            verdict=replace(
                study.verdict, over_ranges=None if ranges is None else OverRanges(**ranges)
            ),
            deciding=None
            if deciding is None
            else tuple(DecidingFigure(**figure) for figure in deciding),
            sufficiency=None if sufficiency is None else _from_words(sufficiency),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as broken:
        damaged = str(path / f"{_NOTE}.json")
        raise RunFolderError("error.run_damaged", path=damaged) from broken


def _as_words(found: Sufficiency) -> JsonTable:
    words: JsonTable = asdict(found)
    if found.binding is not None:
        words["binding"]["resource"] = found.binding.resource.name
    return words


def _from_words(words: Mapping[str, JsonValue]) -> Sufficiency:
    binding = words["binding"]
    given = {
        **words,
        "additions": tuple(Addition(**one) for one in words["additions"]),
        "not_kept": tuple(words["not_kept"]),
        "binding": None
        if binding is None
        else Pressure(**{**binding, "resource": Resource[binding["resource"]]}),
    }
    return Sufficiency(**given)
