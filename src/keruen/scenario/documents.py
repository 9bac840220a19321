"""Folders of TOML files as one document, with where each key was written.

Knows files, merging, cases and overrides; knows nothing of what the keys mean.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from keruen.errors import Problem, ScenarioError, UsageError
from keruen.scenario.origins import is_leaf, with_origins

Document = dict[str, Any]
MOST_BYTES = 5_000_000
"""Largest file that is read: a scenario is written by people."""


class Reading:
    """A document being put together, with its problems and the file of every key."""

    def __init__(self) -> None:
        self.document: Document = {}
        self.origin: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.problems: list[Problem] = []

    def complain(self, key: str, **parameters: str | int | float) -> None:
        """Note a problem; reading goes on, so that all are found at once."""
        self.problems.append(Problem(f"problem.{key}", parameters))

    def place(self, path: str) -> str:
        """File and key of a path, for a person."""
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            origin = self.origin.get(".".join(parts[:length]))
            if origin:
                return f"{origin}: {path}"
        return path


def packaged_folder() -> Path:
    """The folder of the scenarios that come with the package."""
    with as_file(files("keruen.scenario").joinpath("packaged")) as folder:
        return folder


def names() -> tuple[str, ...]:
    """Names of the scenarios that come with the package, sorted."""
    return tuple(sorted(child.name for child in packaged_folder().iterdir() if child.is_dir()))


def folder_of(path_or_name: str | Path) -> Path:
    """The folder of a scenario: a path if it exists, else a packaged name.

    Raises
    ------
    UsageError
        When there is neither.
    """
    folder = Path(path_or_name)
    if folder.is_dir():
        return folder
    if str(path_or_name) in names():
        return packaged_folder() / str(path_or_name)
    if folder.exists():
        raise UsageError("error.scenario_not_a_folder", path=str(path_or_name))
    raise UsageError(
        "error.scenario_unknown", name=str(path_or_name), known=", ".join(names())
    )


def cases(path_or_name: str | Path) -> tuple[str, ...]:
    """Names of the cases of a scenario, sorted."""
    return tuple(sorted(file.stem for file in (folder_of(path_or_name) / "cases").glob("*.toml")))


def load(folder: Path, case_names: Iterable[str], overrides: Iterable[str]) -> Reading:
    """Read the base, apply cases in order, then single overrides.

    Raises
    ------
    UsageError
        When a case is unknown or an override is not ``key=value``.
    ScenarioError
        When a file cannot be read at all.
    """
    reading = Reading()
    base_files = sorted(folder.glob("*.toml"))
    if not base_files:
        raise ScenarioError((Problem("problem.empty_folder", {"place": str(folder)}),))
    for file in base_files:
        _merge(reading, _parse(reading, file), file.name, may_replace=False)
    for case in case_names:
        file = folder / "cases" / f"{case}.toml"
        if not file.is_file():
            known = cases(folder)
            near = difflib.get_close_matches(case, known, 1)
            raise UsageError(
                "error.unknown_case",
                case=case,
                known=", ".join(known) or "-",
                nearest=near[0] if near else "-",
            )
        _apply_case(reading, _parse(reading, file), f"cases/{file.name}")
    for override in overrides:
        _apply_override(reading, override)
    if reading.problems and not reading.document:
        raise ScenarioError(tuple(reading.problems))
    return reading


def _parse(reading: Reading, file: Path) -> Document:
    try:
        if file.stat().st_size > MOST_BYTES:
            reading.complain("file_too_large", place=file.name, most=MOST_BYTES)
            return {}
        raw = file.read_bytes()
    except OSError as fault:
        reading.complain("file_unreadable", place=file.name, reason=fault.strerror or "")
        return {}
    try:
        text = raw.decode("utf-8-sig")
        document: Document = with_origins(tomllib.loads(text))
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        reading.complain("not_utf8", place=f"{file.name}:{line}")
    except tomllib.TOMLDecodeError as fault:
        reading.complain("not_toml", place=file.name, detail=str(fault))
    else:
        name = file.name if file.parent.name != "cases" else f"cases/{file.name}"
        reading.texts[name] = text
        return document
    return {}


def _merge(
    reading: Reading, extra: Mapping[str, Any], origin: str, *, may_replace: bool, at: str = ""
) -> None:
    """Merge `extra` into the document below `at`; tables merge, other values replace."""
    target = _table_at(reading.document, at)
    for key in sorted(extra):
        path = f"{at}.{key}" if at else key
        old, new = target.get(key), extra[key]
        # A figure, a law or a list is replaced whole; only tables of tables merge.
        if isinstance(old, dict) and isinstance(new, dict) and not is_leaf(new):
            _merge(reading, new, origin, may_replace=may_replace, at=path)
            continue
        if key in target and not may_replace:
            reading.complain("key_twice", place=f"{origin}: {path}", other=reading.place(path))
            continue
        target[key] = new
        reading.origin[path] = origin


def _table_at(document: Document, path: str) -> Document:
    table = document
    for key in path.split(".") if path else ():
        table = table[key]
    return table


def _apply_case(reading: Reading, case: Document, origin: str) -> None:
    header = case.pop("case", {})
    removed = case.pop("remove", [])
    if isinstance(header, dict) and "title" in header:
        reading.document.setdefault("case_title", header["title"])
        reading.origin.setdefault("case_title", origin)
    else:
        reading.complain("missing_key", place=f"{origin}: case", key="title")
    for path in removed if isinstance(removed, list) else ():
        *parents, last = str(path).split(".")
        try:
            del _table_at(reading.document, ".".join(parents))[last]
        except (KeyError, TypeError):
            reading.complain("remove_unknown", place=f"{origin}: remove", key=str(path))
    _merge(reading, case, origin, may_replace=True)


def _apply_override(reading: Reading, override: str) -> None:
    path, equals, text = override.partition("=")
    path = path.strip()
    if not equals or not path:
        raise UsageError("error.override_form", override=override)
    try:
        value = tomllib.loads(f"value = {text.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    origin = {"source": "assumption", "note": "set for this run alone"}
    nested: Any = with_origins(value, path, origin)
    for key in reversed(path.split(".")):
        nested = {key: nested}
    try:
        _merge(reading, nested, "override", may_replace=True)
    except (TypeError, AttributeError):
        raise UsageError("error.override_form", override=override) from None
