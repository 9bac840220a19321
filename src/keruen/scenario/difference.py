"""What differs between two scenarios, key by key, as their files say it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from keruen.scenario.models import Scenario
from keruen.scenario.reading import TomlValue, written
from keruen.scenario.value_types import LocalText

Row = tuple[str, str | None, str | None]
"""Key path, text before, text after; None where a side does not have the key."""


def diff(before: Scenario, after: Scenario) -> tuple[Row, ...]:
    """The keys whose values differ between two scenarios or cases, sorted by path.

    Titles are left out, and so are sources and notes: two scenarios with no rows describe the same
    world.

    Parameters
    ----------
    before : Scenario
        What the differences are told from.
    after : Scenario
        What it is held against.

    Returns
    -------
    tuple[Row, ...]
        A row for each key; a value that one of them lacks is empty there.

    Examples
    --------
    >>> from keruen.scenario import read
    >>> diff(read("toy"), read("toy", ["terminal.gate.n_lanes_in=2"]))
    (('terminal.gate.n_lanes_in', '1', '2'),)
    """
    old, new = _flat(before), _flat(after)
    said = _flat(before, given_only=True).keys() | _flat(after, given_only=True).keys()
    old_text, new_text = _texts(before), _texts(after)
    return tuple(
        (path, _text(old, old_text, path), _text(new, new_text, path))
        for path in sorted(said)
        if old.get(path) != new.get(path)
    )


def _texts(scenario: Scenario) -> dict[str, str]:
    return {figure.path: figure.text for figure in scenario.figures}


def _text(values: Mapping[str, TomlValue], texts: Mapping[str, str], path: str) -> str | None:
    if path not in values:
        return None
    return texts.get(path, written(values[path]))


def _flat(scenario: Scenario, *, given_only: bool = False) -> dict[str, TomlValue]:
    """Key path → value; a law is one value, as it is one figure."""
    flat: dict[str, TomlValue] = {}
    figures = {figure.path for figure in scenario.figures}
    _flatten(scenario, "", flat, figures, given_only=given_only)
    return flat


def _flatten(
    node: object, path: str, flat: dict[str, TomlValue], figures: set[str], *, given_only: bool
) -> None:
    if isinstance(node, LocalText):
        return
    if path in figures:
        flat[path] = node.model_dump() if isinstance(node, BaseModel) else node
    elif isinstance(node, BaseModel):
        for name, field in type(node).model_fields.items():
            if field.exclude or (given_only and name not in node.model_fields_set):
                continue
            key = field.alias or name
            below = f"{path}.{key}" if path else key
            _flatten(getattr(node, name), below, flat, figures, given_only=given_only)
    elif isinstance(node, Mapping):
        for key in sorted(node):
            _flatten(node[key], f"{path}.{key}", flat, figures, given_only=given_only)
    elif node is not None:
        flat[path] = node
