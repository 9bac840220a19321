"""What is built by the year of a scenario without a decision of the joint list: the table `works`.

Knows years, names and the changes of each; knows nothing of what the changed keys mean. A work is
done by the end of its `year` and counts from the next one on; a case takes it out by naming it in
`without`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from keruen.scenario.origins import PROVENANCE, with_origins
from keruen.scenario.reading import Document, ScenarioReading, TomlValue, written

_NEEDED: Final = ("year", "title", "changes")


@dataclass(frozen=True, slots=True)
class BuiltWork:
    """One thing that is built.

    Parameters
    ----------
    key, origin : its name, and the file that tells of it.
    year : by whose end it is done.
    title : its name for a person, as written.
    changes : keys of the scenario with what they are once it is done, each with its source.
    """

    key: str
    origin: str
    year: int
    title: object
    changes: Document


def works_of(reading: ScenarioReading, table: object, origin: str) -> list[BuiltWork]:
    """The works that a file tells of, each wrong one noted in `reading` and left out."""
    if not isinstance(table, dict):
        _complain_type(reading, f"{origin}: works", table, "problem.expected_table")
        return []
    found = [_work(reading, key, table[key], f"{origin}: works.{key}") for key in sorted(table)]
    return [
        BuiltWork(work.key, origin, work.year, work.title, work.changes)
        for work in found
        if work is not None
    ]


def due(works: Iterable[BuiltWork], year: int, without: frozenset[str]) -> list[BuiltWork]:
    """The works that are done before a year begins, the earliest first.

    Parameters
    ----------
    works : all that are told of.
    year : of the first measured day.
    without : keys of those that are taken out.
    """
    done = [work for work in works if work.year < year and work.key not in without]
    return sorted(done, key=lambda work: (work.year, work.key))


def year_of(documents: Iterable[Mapping[str, TomlValue]], overridden: object) -> int | None:
    """The year of the first measured day, by the last of the documents that names it.

    Parameters
    ----------
    documents : the base and then the cases, in the order in which they are applied.
    overridden : the day that a single change names; None without one.
    """
    days = [
        table.get("first_day") for d in documents if isinstance(table := d.get("calendar"), dict)
    ]
    named = [day for day in (*days, overridden) if isinstance(day, date)]
    return named[-1].year if named else None


def _work(reading: ScenarioReading, key: str, table: object, place: str) -> BuiltWork | None:
    if not isinstance(table, dict):
        _complain_type(reading, place, table, "problem.expected_table")
        return None
    allowed = (*_NEEDED, *PROVENANCE)
    for name in sorted(table.keys() - set(allowed)):
        nearest = ", ".join(allowed)
        reading.complain("unknown_key", place=f"{place}.{name}", key=name, nearest=nearest)
    missing = [name for name in _NEEDED if name not in table]
    for name in missing:
        reading.complain("missing_key", place=place, key=name)
    if missing:
        return None
    year, changes = table["year"], table["changes"]
    if not isinstance(year, int) or isinstance(year, bool):
        _complain_type(reading, f"{place}.year", year, "problem.expected_whole_number")
        return None
    if not isinstance(changes, dict):
        _complain_type(reading, f"{place}.changes", changes, "problem.expected_table")
        return None
    inherited = {name: str(table[name]) for name in PROVENANCE if name in table}
    sourced = {name: with_origins(changes[name], name, inherited) for name in changes}
    return BuiltWork(key, "", year, table["title"], sourced)


def _complain_type(reading: ScenarioReading, place: str, value: object, expected: str) -> None:
    reading.complain("wrong_type", place=place, value=written(value), expected=expected)
