"""The reference page of scenario files, from the models and the docstrings of their keys."""

from __future__ import annotations

import inspect
from datetime import date, datetime
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from keruen.scenario import (
    dry_port,
    initial_yard,
    landside,
    levers,
    models,
    network,
    projects,
    value_types,
    week,
)
from keruen.scenario.quantities import EXAMPLES, units_of

_HIDDEN: Final = ("Scenario", "ScenarioTable", "Figure", "ProjectDocument")
_BOUNDS: Final = (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<"))
_PLAIN: Final[dict[Any, str]] = {
    int: "whole number",
    float: "number",
    str: "text",
    bool: "yes or no",
    date: "date",
    datetime: "local date and time",
}


def scenario_page() -> str:
    """Every table of a scenario with its keys."""
    text = (
        "# Scenario files\n\nEvery key of a scenario folder, from the models that read it. A key is written without its unit,"
        ' because the value\ncarries it; in Python the attribute bears the unit that it holds (`useful_length = "1050 m"` in a file,'
        " `useful_length_m`\nof 1050.0 in the scenario). How to write one: [write a scenario](../how-to/write-a-scenario.md); what holds between"
        " tables:\n[the scenario](../concepts/scenario.md).\n\n## Units\n\n| dimension | units | example |\n|---|---|---|\n"
    )
    for dimension, example in EXAMPLES.items():
        text += f"| {dimension} | {', '.join(units_of(dimension))} | `{example}` |\n"
    text += "\n## Top level\n\n" + _keys(models.Scenario)
    tables = (
        models,
        dry_port,
        landside,
        network,
        week,
        initial_yard,
        levers,
        projects,
        value_types,
    )
    for module in tables:
        for name, model in vars(module).items():
            is_own = inspect.isclass(model) and model.__module__ == module.__name__
            if is_own and name not in _HIDDEN:
                text += f"\n## {name}\n\n{inspect.getdoc(model)}\n\n{_keys(model)}"
    return text


def _keys(model: type[BaseModel]) -> str:
    lines = ["| key | value | if left out | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        if field.exclude:
            continue
        dimension = next(
            (part.dimension for part in field.metadata if hasattr(part, "dimension")), ""
        )
        value = str(dimension) if dimension else _kind(field.annotation)
        bounds = _bounds(field.metadata)
        cells = (
            f"`{field.alias or name}`",
            f"{value}, {bounds}" if bounds else value,
            _default(field),
            " ".join((field.description or "").split()),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _default(field: Any) -> str:
    if field.is_required():
        return "needed"
    default = field.default
    if default is PydanticUndefined or default is None or default in ("", (), {}):
        return "none"
    if isinstance(default, BaseModel):
        return "its defaults"
    if isinstance(default, tuple):
        return "equal shares"
    return f"`{str(default).lower()}`"


def _bounds(metadata: list[Any]) -> str:
    found = []
    for item in metadata:
        for part in (item, *getattr(item, "metadata", ())):
            found += [
                f"{sign} {getattr(part, name)}"
                for name, sign in _BOUNDS
                if getattr(part, name, None) is not None
            ]
    return " and ".join(found)


def _kind(annotation: Any) -> str:
    """What a value is, in words; a table is linked."""
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    arguments = get_args(annotation)
    dimensions = [part.dimension for part in arguments[1:] if hasattr(part, "dimension")]
    if dimensions:
        return str(dimensions[0])
    if get_origin(annotation) is dict:
        return f"table of {_kind(arguments[1])} by name"
    if arguments and all(isinstance(choice, str) for choice in arguments):
        return " or ".join(f"`{choice}`" for choice in arguments)
    prefix = "list of " if get_origin(annotation) is tuple else ""
    inner = [choice for choice in arguments if choice is not type(None)]
    return prefix + _kind(inner[0])
