"""What to know of sources: those that speak of another year or of another quantity.

Knows figures and years; a remark is no fault, for most of what is known of 2030 is older.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from keruen.errors import Problem
from keruen.scenario.models import Figure, Scenario
from keruen.scenario.quantities import plain_number
from keruen.scenario.reading import written

_MOST_PATHS: Final = 3
"""So many figures of a year are named; `keruen scenario show` has them all."""


def source_remarks(scenario: Scenario) -> tuple[Problem, ...]:
    """Remarks on each other year of the sources, oldest first, then on each other quantity.

    Parameters
    ----------
    scenario : Scenario
        As `read` gave it; its year is that of the first measured day.

    Returns
    -------
    tuple[Problem, ...]
        None of them refuses the scenario.
    """
    by_year: dict[int, list[Figure]] = defaultdict(list)
    for figure in scenario.figures:
        if not figure.is_assumption and figure.as_of[:4].isdigit():
            by_year[int(figure.as_of[:4])].append(figure)
    own = scenario.calendar.first_day.year
    years = [_of_year(year, own, by_year[year]) for year in sorted(by_year.keys() - {own})]
    return (*years, *(_of_quantity(f) for f in scenario.figures if _is_other_quantity(f)))


def _of_year(year: int, own: int, figures: list[Figure]) -> Problem:
    paths = ", ".join(figure.path for figure in figures[:_MOST_PATHS])
    more = ", …" if len(figures) > _MOST_PATHS else ""
    facts: dict[str, str | int | float] = {
        "year": str(year),
        "n": len(figures),
        "paths": paths + more,
    }
    if year > own:
        return Problem("problem.source_later", facts)
    return Problem("problem.source_earlier", {**facts, "age": own - year})


def _is_other_quantity(figure: Figure) -> bool:
    """Whether what the source counts is told, and is not the figure itself."""
    if not figure.published:
        return False
    number = plain_number(figure.published)
    return number is None or number != plain_number(figure.text)


def _of_quantity(figure: Figure) -> Problem:
    facts = {"path": figure.path, "value": written(figure.text)}
    return Problem(
        "problem.source_quantity", {**facts, "published": written(figure.published, 200)}
    )
