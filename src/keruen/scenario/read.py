"""A scenario folder becomes one frozen, checked `Scenario`, or all its problems at once."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from keruen.errors import ScenarioError
from keruen.scenario import checks, documents
from keruen.scenario.documents import Reading
from keruen.scenario.models import LocalText, Scenario
from keruen.scenario.provenance import take_figures


def read(
    path_or_name: str | Path,
    overrides: Iterable[str] = (),
    cases: Sequence[str] = (),
) -> Scenario:
    """Read, merge and check a scenario.

    Parameters
    ----------
    path_or_name : a folder, or the name of a packaged scenario.
    overrides : single changes, ``"terminal.machines.gantry.count=5"``, applied last.
    cases : names of cases, applied in order.

    Returns
    -------
    The scenario; `figures` tells where every number comes from.

    Raises
    ------
    ScenarioError
        With every problem found.
    UsageError
        When the scenario or a case is unknown, or an override has no ``=``.

    Examples
    --------
    >>> read("toy").name
    'toy'
    """
    folder = documents.folder_of(path_or_name)
    overrides = tuple(overrides)
    reading = documents.load(folder, cases, overrides)
    case_title = reading.document.pop("case_title", None)
    document, figures = take_figures(reading)
    scenario = _validated(reading, document)
    if scenario is not None:
        checks.check(reading, scenario)
    if reading.problems or scenario is None:
        unique = dict.fromkeys(
            (problem.key, tuple(sorted(problem.parameters.items()))) for problem in reading.problems
        )
        kept = {(p.key, tuple(sorted(p.parameters.items()))): p for p in reading.problems}
        raise ScenarioError(tuple(kept[key] for key in unique))
    return scenario.model_copy(
        update={
            "name": folder.name,
            "case": "+".join(cases) or "base",
            "case_title": LocalText.model_validate(case_title) if case_title else None,
            "figures": figures,
            "documents": reading.texts,
            "overrides": overrides,
            "digest": _digest(scenario),
        }
    )


def _digest(scenario: Scenario) -> str:
    """SHA-256 of all that can change a result: no names, no claims, no origins."""
    words = scenario.model_dump(mode="json", exclude={"scenario", "claims"})
    canonical = json.dumps(_without_titles(words), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _without_titles(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            key: _without_titles(child)
            for key, child in node.items()
            if key not in {"title", "partner"}
        }
    return node


def _validated(reading: Reading, document: dict[str, Any]) -> Scenario | None:
    try:
        return Scenario.model_validate(document)
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False):
            _translate(reading, document, error)
        return None


def _translate(reading: Reading, document: dict[str, Any], error: Any) -> None:
    """One of pydantic's errors as a problem of ours, without a word of pydantic's."""
    path = ".".join(str(part) for part in error["loc"])
    place = reading.place(path)
    found = _short(error.get("input"))
    context = error.get("ctx", {})
    kind = error["type"]
    key = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "extra_forbidden":
        known = _keys_at(error["loc"][:-1])
        near = difflib.get_close_matches(key, known, 1, cutoff=0.5)
        reading.complain(
            "unknown_key", place=place, key=key, nearest=near[0] if near else ", ".join(known)
        )
    elif kind == "missing":
        reading.complain("missing_key", place=place.removesuffix(f".{key}"), key=key)
    elif kind.startswith("quantity_"):
        reading.complain(
            kind,
            place=place,
            value=found,
            units=str(context["units"]),
            example=str(context["example"]),
        )
    elif kind == "literal_error":
        reading.complain("not_a_choice", place=place, value=found, allowed=str(context["expected"]))
    elif kind in {"greater_than_equal", "greater_than"}:
        least = context.get("ge", context.get("gt"))
        reading.complain("too_small", place=place, value=found, least=str(least))
    elif kind in {"less_than_equal", "less_than"}:
        most = context.get("le", context.get("lt"))
        reading.complain("too_large", place=place, value=found, most=str(most))
    elif kind in {"too_short", "too_long"}:
        needed = context.get("min_length", context.get("max_length"))
        reading.complain(
            "list_length", place=place, needed=str(needed), found=str(context["actual_length"])
        )
    else:
        _translate_type(reading, place, found, kind, path)


_EXPECTED = {
    "int": "expected.whole_number",
    "float": "expected.number",
    "string": "expected.text",
    "bool": "expected.yes_or_no",
    "date": "expected.date",
    "dict": "expected.table",
    "model": "expected.table",
    "tuple": "expected.list",
    "finite": "expected.number",
}


def _translate_type(reading: Reading, place: str, found: str, kind: str, path: str) -> None:
    if kind == "string_pattern_mismatch" or path.endswith("[key]"):
        reading.complain("bad_id", place=place.removesuffix(".[key]"), value=found)
        return
    first = kind.partition("_")[0]
    expected = _EXPECTED.get(first, "expected.table")
    reading.complain("wrong_type", place=place, value=found, expected=expected)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _keys_at(location: Sequence[str | int]) -> list[str]:
    """The keys allowed in the table at a location of the document."""
    model: Any = Scenario
    for part in location:
        if isinstance(model, type) and issubclass(model, BaseModel):
            field = next(
                (f for n, f in model.model_fields.items() if part in (f.alias, n)), None
            )
            model = _model_in(field.annotation) if field is not None else None
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [
        field.alias or name
        for name, field in model.model_fields.items()
        if not field.exclude
    ]


def _model_in(annotation: Any) -> Any:
    """The model inside an annotation such as ``dict[Id, Block]`` or ``Warehouse | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_in(argument)
        if found is not None:
            return found
    return None
