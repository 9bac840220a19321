"""Which field of which record a problem is about, beside the place where a person finds it.

Knows how a place is written (``file: path``); the names of the fields are in the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from keruen.errors import Problem


def with_fields(problems: Iterable[Problem], record: str, place: str) -> tuple[Problem, ...]:
    """The problems, each with its record and the path of the field.

    Parameters
    ----------
    record : kind of the record: ``project``, ``offer`` …
    place : the file or the entry; what stands behind it in a problem's place is the path.
    """
    return tuple(_with_field(one, record, place) for one in problems)


def _with_field(problem: Problem, record: str, place: str) -> Problem:
    at = str(problem.parameters["place"])
    path = at.removeprefix(place).lstrip(":. ") if at.startswith(place) else ""
    lacking = problem.parameters["key"] if problem.key == "problem.content_missing" else ""
    if "record" in problem.parameters or not (path or lacking):
        return problem
    named = {"record": record, "field_path": path, **({"lacking": lacking} if lacking else {})}
    where = f"{place}: {path}" if path else at
    return replace(problem, parameters={**problem.parameters, "place": where, **named})
