"""What a project would change in a scenario, held against the scenario itself.

Knows the effect that a project names and the packaged scenarios; knows nothing of logs and of
consent. It runs no scenario: only whether the case can be read.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from keruen.domain.joint import Effect, Project
from keruen.errors import Problem, ScenarioError, UsageError
from keruen.scenario import cases, names, read
from keruen.scenario.documents import nearest
from keruen.scenario.origins import is_leaf

_ABOUT_FIGURES = frozenset({"source", "note", "as_of"})
_MOST_BYTES = 100_000
"""A case is written by people; a larger file is none."""
_MOST_DOTS = 500
"""In one line: keys nested deeper than any scenario would keep the parser busy for minutes."""


def packaged_cases() -> dict[str, tuple[str, ...]]:
    """The cases of every scenario that comes with the package, by its name."""
    return {name: cases(name) for name in names()}


def effect_problems(
    project: Project,
    scenario_cases: Mapping[str, Sequence[str]] | None = None,
    case_file: bytes | None = None,
) -> tuple[Problem, ...]:
    """What is wrong with the effect that a project names.

    Parameters
    ----------
    project : its `effect` names a packaged scenario with a case of it, or a case file, or both.
    scenario_cases : scenario → its cases; the packaged ones when not given.
    case_file : content of the file that the effect names; None when it is not here, and then it is
        not checked.

    Returns
    -------
    Every problem with its place and the nearest known name; empty when all is well. A case file may
    change and add; it may not remove.

    Examples
    --------
    >>> from keruen.register.seed import seed
    >>> effect_problems(seed().projects[0])
    ()
    """
    effect = project.effect
    if effect is None:
        return ()
    known = packaged_cases() if scenario_cases is None else scenario_cases
    place = f"{project.id}: effect"
    if effect.scenario not in known:
        at, key = f"{place}.scenario", "problem.effect_scenario_unknown"
        return (_unknown(key, effect.scenario, list(known), at),)
    if not effect.case and not effect.file:
        return (Problem("problem.effect_empty", {"place": place}),)
    if effect.case and effect.case not in known[effect.scenario]:
        at, key = f"{place}.case", "problem.effect_case_unknown"
        return (_unknown(key, effect.case, known[effect.scenario], at),)
    if case_file is None or not effect.file:
        return ()
    return _file_problems(effect, case_file, f"{place}.file: {effect.file}")


def _unknown(key: str, name: str, known: Sequence[str], place: str) -> Problem:
    return Problem(key, {"place": place, "name": name, "nearest": nearest(name, known)})


def _file_problems(effect: Effect, content: bytes, place: str) -> tuple[Problem, ...]:
    if effect.sha256 and hashlib.sha256(content).hexdigest() != effect.sha256:
        return (Problem("problem.effect_file_differs", {"place": place}),)
    try:
        document = _parsed(content)
        read(effect.scenario, list(_changes(document)), [effect.case] if effect.case else [])
    except (ScenarioError, UsageError) as wrong:
        return tuple(_placed(problem, place) for problem in wrong.problems)
    except (ValueError, RecursionError):
        return (Problem("problem.effect_file_unreadable", {"place": place}),)
    return ()


def _parsed(content: bytes) -> dict[str, Any]:
    """What the case file changes; its title is only for people."""
    dots = max((line.count(b".") for line in content.splitlines()), default=0)
    if len(content) > _MOST_BYTES or dots > _MOST_DOTS:
        raise ValueError(len(content))
    document = tomllib.loads(content.decode("utf-8"))
    header = document.pop("case", {})
    if "remove" in document or (isinstance(header, dict) and "remove" in header):
        raise UsageError("problem.effect_file_removes")
    return document


def _changes(table: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Every changed key of a case file as ``path=value``, without where its figure comes from."""
    for key in sorted(table.keys() - _ABOUT_FIGURES):
        value, at = table[key], f"{path}.{key}" if path else key
        if isinstance(value, dict) and not is_leaf(value):
            yield from _changes(value, at)
        else:
            yield f"{at}={_toml(_bare(value))}"


def _bare(value: Any) -> Any:
    if isinstance(value, dict) and "value" in value:
        return value["value"]
    return value


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(key)} = {_toml(value[key])}" for key in sorted(value))
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, bool | int | float | str):
        return json.dumps(value, ensure_ascii=False)
    return str(value)  # a date, as TOML writes it


def _placed(problem: Problem, place: str) -> Problem:
    """The same problem, with the case file before the place that the scenario names."""
    within = str(problem.parameters.get("place", "")).strip(": ")
    named = f"{place}: {within}" if within else place
    return replace(problem, parameters={**problem.parameters, "place": named})
