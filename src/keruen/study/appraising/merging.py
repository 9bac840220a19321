"""Several changes of one scenario at once: the scenario with all of them.

Knows tables, numbers and keys, and nothing of what they mean. Each change is a whole scenario that
was read and checked alone. Where two of them change the same number, both differences count: two
projects of two machines each bring four, though each file tells the number that there is then.
What is no number and is changed to different things is a clash, and is told.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Final

from keruen.scenario import Scenario
from keruen.scenario.value_types import ScenarioTable

OF_NO_RUN: Final = frozenset(
    (
        "scenario", "name", "case", "case_title", "works", "figures", "documents", "notes",
        "overrides", "digest", "claims", "levers", "investment",
    )
)  # fmt: skip
"""Fields of a scenario that change no run."""

_NOT_THERE: Final = object()

Change = tuple[str, object]
"""Who changes, and what there is with that change."""


def merged(
    base: Scenario, changes: Mapping[str, Scenario]
) -> tuple[Scenario, tuple[tuple[str, str, str], ...]]:
    """The scenario with all changes.

    Parameters
    ----------
    base : without any.
    changes : who changes → the scenario with that change alone.

    Returns
    -------
    The scenario, and clashes: key path, whose change is lost, whose stays.
    """
    clashes: list[tuple[str, str, str]] = []
    update = {}
    for name in sorted(Scenario.model_fields.keys() - OF_NO_RUN):
        variants = [(key, getattr(changes[key], name)) for key in sorted(changes)]
        update[name] = _together(getattr(base, name), variants, name, clashes)
    return base.model_copy(update=update), tuple(clashes)


def _together(
    base: object, variants: Sequence[Change], place: str, clashes: list[tuple[str, str, str]]
) -> object:
    changed = [(key, value) for key, value in variants if value != base]
    if not changed:
        return base
    if len(changed) == 1:
        return changed[0][1]
    tables = [value for _, value in changed if isinstance(value, ScenarioTable)]
    if isinstance(base, ScenarioTable) and len(tables) == len(changed):
        update = {
            name: _together(
                getattr(base, name),
                [(key, getattr(value, name)) for key, value in changed],
                f"{place}.{name}",
                clashes,
            )
            for name in type(base).model_fields
        }
        return base.model_copy(update=update)
    if isinstance(base, dict) and all(isinstance(value, dict) for _, value in changed):
        return _entries(base, changed, place, clashes)
    numbers = [
        value
        for _, value in changed
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    if isinstance(base, int | float) and len(numbers) == len(changed):
        # Equal numbers of two projects are two additions all the same.
        return base + sum(number - base for number in numbers)
    for (lost, value), (key, later) in itertools.pairwise(changed):
        if value != later:
            clashes.append((place, lost, key))
    return changed[-1][1]


def _entries(
    base: Mapping[str, object],
    changed: Sequence[Change],
    place: str,
    clashes: list[tuple[str, str, str]],
) -> dict[str, object]:
    tables = {key: value for key, value in changed if isinstance(value, dict)}
    names = sorted({*base, *(name for table in tables.values() for name in table)})
    found = {}
    for name in names:
        variants = [(key, table.get(name, _NOT_THERE)) for key, table in tables.items()]
        value = _together(base.get(name, _NOT_THERE), variants, f"{place}.{name}", clashes)
        if value is not _NOT_THERE:
            found[name] = value
    return found
