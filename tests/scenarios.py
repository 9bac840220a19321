"""Scenario folders for tests: the packaged toy, changed in a few words."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from keruen.errors import Problem, ScenarioError
from keruen.scenario import Scenario, read
from keruen.scenario.documents import packaged_folder

DROP = object()
"""As a value in `changed`: the key is taken out."""

_TOY = tomllib.loads((packaged_folder() / "toy" / "scenario.toml").read_text(encoding="utf-8"))


def toy() -> dict[str, Any]:
    """The toy scenario's document, free to change."""
    return deepcopy(_TOY)


def changed(changes: Mapping[str, Any], document: dict[str, Any] | None = None) -> dict[str, Any]:
    """The document with the values at some key paths replaced, added or dropped."""
    document = toy() if document is None else document
    for path, value in changes.items():
        *parents, last = path.split("/") if "/" in path else path.split(".")
        table = document
        for key in parents:
            table = table.setdefault(key, {})
        if value is DROP:
            del table[last]
        else:
            table[last] = value
    return document


def as_toml(value: Any) -> str:
    """A value on one line of TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {as_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_toml, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, date) else repr(value)


def write(folder: Path, document: Mapping[str, Any], name: str = "scenario.toml") -> Path:
    """Write a document as one file of a scenario folder; returns the folder."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{json.dumps(key)} = {as_toml(value)}\n" for key, value in document.items()]
    file.write_text("".join(lines), encoding="utf-8")
    return folder


def read_changed(folder: Path, changes: Mapping[str, Any]) -> Scenario:
    """Read the toy with changes."""
    return read(write(folder, changed(changes)))


def problems(folder: Path, *args: Any, **kwargs: Any) -> tuple[Problem, ...]:
    """All problems of a folder; fails when there is none."""
    with pytest.raises(ScenarioError) as caught:
        read(folder, *args, **kwargs)
    return caught.value.problems


def problems_of(folder: Path, changes: Mapping[str, Any]) -> tuple[Problem, ...]:
    """All problems of the toy with changes."""
    return problems(write(folder, changed(changes)))


def keys(found: tuple[Problem, ...]) -> list[str]:
    """Keys of problems, without their area."""
    return [problem.key.removeprefix("problem.") for problem in found]
