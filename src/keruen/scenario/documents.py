"""Folders of TOML files as one document, with where each key was written.

Knows files, merging, cases and overrides; knows nothing of what the keys mean.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path

from keruen.domain.languages import LANGUAGES
from keruen.errors import Problem, ScenarioError, UsageError
from keruen.scenario.files import parse
from keruen.scenario.origins import PROVENANCE, is_leaf, with_origins
from keruen.scenario.reading import Document, ScenarioReading, TomlValue, written
from keruen.scenario.works import BuiltWork, due, works_of, year_of

_CASE_KEYS = ("remove", "title", "without")

YEARS = "years.toml"
OTHER_WAYS = "other_ways.toml"
BESIDE = (OTHER_WAYS, YEARS)
"""Files that stand beside the scenario and are no part of it: they change no run of its own."""


def packaged_folder() -> Path:
    """The folder of the scenarios that come with the package."""
    with as_file(files("keruen.scenario").joinpath("packaged")) as folder:
        return folder


def names() -> tuple[str, ...]:
    """Names of the scenarios that come with the package, sorted."""
    return tuple(sorted(child.name for child in packaged_folder().iterdir() if child.is_dir()))


def folder_of(path_or_name: str | Path) -> Path:
    """The folder of a scenario: a path if it exists, else a packaged name.

    A folder without a TOML file does not hide a packaged scenario of the same name.

    Raises
    ------
    UsageError
        When there is neither.
    """
    folder = Path(path_or_name)
    known = names()
    try:
        is_packaged = str(path_or_name) in known and not any(folder.glob("*.toml"))
        if folder.is_dir() and not is_packaged:
            return folder
        is_there = folder.exists()
    except OSError:  # a name too long, a loop of links: no folder
        is_packaged = is_there = False
    if is_packaged:
        return packaged_folder() / str(path_or_name)
    if is_there:
        raise UsageError("error.scenario_not_a_folder", path=str(path_or_name))
    raise UsageError(
        "error.scenario_unknown",
        name=str(path_or_name),
        nearest=nearest(str(path_or_name), known),
        known=", ".join(known),
    )


def cases(path_or_name: str | Path) -> tuple[str, ...]:
    """Names of the cases of a scenario, sorted.

    Parameters
    ----------
    path_or_name : str or Path
        A folder, or the name of a packaged scenario.

    Returns
    -------
    tuple[str, ...]
        Names of the files in ``cases/``, without their ending.
    """
    return tuple(sorted(file.stem for file in (folder_of(path_or_name) / "cases").glob("*.toml")))


def case_changes(folder: Path, case: str) -> dict[str, TomlValue]:
    """What a case sets, by path, without where its figures come from.

    Parameters
    ----------
    folder : of a scenario.
    case : one of its cases; a file that cannot be read sets nothing, `load` tells of it.
    """
    document = parse(ScenarioReading(), folder / "cases" / f"{case}.toml", case)
    return dict(_leaves({key: document[key] for key in document if key != "case"}))


def _leaves(table: Mapping[str, TomlValue], at: str = "") -> Iterator[tuple[str, TomlValue]]:
    for key, value in table.items():
        if key in PROVENANCE:
            continue
        if isinstance(value, dict) and not is_leaf(value):
            yield from _leaves(value, f"{at}{key}.")
        else:
            yield (
                f"{at}{key}",
                value["value"] if isinstance(value, dict) and "value" in value else value,
            )


def work_keys(folder: Path) -> frozenset[str]:
    """Keys of everything that is built without a decision of the list, whatever its year.

    Parameters
    ----------
    folder : of a scenario; files that cannot be read are passed over, `load` tells of them.
    """
    return frozenset(_works_in(folder))


def work_titles(folder: Path) -> dict[str, dict[str, str]]:
    """Titles of the same by key and language; a work whose title is none has its key for one."""
    found: dict[str, dict[str, str]] = {}
    for key, work in sorted(_works_in(folder).items()):
        title = work.get("title") if isinstance(work, dict) else None
        told = title if isinstance(title, dict) else {}
        found[key] = {str(one): str(told.get(one, key)) for one in LANGUAGES}
    return found


def _works_in(folder: Path) -> dict[str, TomlValue]:
    reading = ScenarioReading()
    tables = [parse(reading, file, written(file.name)).get("works") for file in _base_files(folder)]
    return {key: work for table in tables if isinstance(table, dict) for key, work in table.items()}


def _base_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.toml") if file.name not in BESIDE)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, or all of them when none is like it.

    Examples
    --------
    >>> nearest("kits", ["wheat", "kit"])
    'kit'
    """
    words = sorted(known)
    near = difflib.get_close_matches(word[:100], words, 1, cutoff=0.6)
    return near[0] if near else ", ".join(words) or "-"


def load(folder: Path, case_names: Iterable[str], overrides: Iterable[str]) -> ScenarioReading:
    """Read the base with what is built by its year, apply cases in order, then single overrides.

    Raises
    ------
    UsageError
        When a case is unknown or an override is not ``key=value``.
    ScenarioError
        When the folder holds no TOML file, or none that can be read.
    """
    reading = ScenarioReading()
    base_files = _base_files(folder)
    if not base_files:
        raise ScenarioError((Problem("problem.empty_folder", {"place": written(folder.name)}),))
    works: list[BuiltWork] = []
    for file in base_files:
        name = written(file.name)
        document = parse(reading, file, name)
        if "works" in document:
            works += works_of(reading, document.pop("works"), name)
        _merge(reading, with_origins(document), name, may_replace=False)
    changes = [_parsed_case(reading, folder, case) for case in case_names]
    overrides = tuple(overrides)
    _apply_works(reading, works, changes, overrides)
    for origin, document in changes:
        _apply_case(reading, origin, document)
    for override in overrides:
        _apply_override(reading, override)
    if reading.problems and not reading.document:
        raise ScenarioError(tuple(reading.problems))
    return reading


def _merge(
    reading: ScenarioReading,
    extra: Mapping[str, TomlValue],
    origin: str,
    *,
    may_replace: bool,
    at: str = "",
) -> None:
    """Merge `extra` into the document below `at`; tables merge, other values replace."""
    target = _table_at(reading.document, at)
    for key in sorted(extra):
        path = f"{at}.{key}" if at else key
        old, new = target.get(key), extra[key]
        if isinstance(old, dict) and isinstance(new, dict) and not is_leaf(new):
            if not is_leaf(old):
                _merge(reading, new, origin, may_replace=may_replace, at=path)
                continue
            if may_replace and "law" in old:
                _merge_law(reading, old, new, origin, path)
                continue
        if key in target and not may_replace:
            reading.complain("key_twice", place=f"{origin}: {path}", other=reading.place(path))
            continue
        target[key] = new
        reading.origin[path] = origin


def _merge_law(
    reading: ScenarioReading,
    law: Document,
    changes: Mapping[str, TomlValue],
    origin: str,
    path: str,
) -> None:
    """Change single parameters of a law; it then stands on the reason given for the change."""
    for key in sorted(changes):
        change = changes[key]
        if isinstance(change, dict) and "value" in change:
            law.update({name: text for name, text in change.items() if name != "value"})
            law[key] = change["value"]
        else:
            law[key] = change
        reading.origin[f"{path}.{key}"] = origin


def _table_at(document: Document, path: str) -> Document:
    table = document
    for key in path.split(".") if path else ():
        table = table[key]
    return table


def _apply_works(
    reading: ScenarioReading,
    works: list[BuiltWork],
    changes: list[tuple[str, Document]],
    overrides: tuple[str, ...],
) -> None:
    """Merge what is built before the year of the scenario, but for what a case does without."""
    known = {work.key for work in works}
    without: set[str] = set()
    for origin, document in changes:
        header = document.get("case", {})
        named = header.get("without", []) if isinstance(header, dict) else []
        place = f"{origin}: case.without"
        if not isinstance(named, list):
            expected = "problem.expected_list"
            reading.complain("wrong_type", place=place, value=written(named), expected=expected)
            continue
        for key in map(str, named):
            if key not in known:
                near = nearest(key, known)
                reading.complain(
                    "no_such_id", place=place, value=written(key), table="works", nearest=near
                )
            without.add(key)
    day = [o.partition("=")[2].strip() for o in overrides if o.startswith("calendar.first_day=")]
    overridden = _override_value(day[-1]) if day else None
    year = year_of([reading.document, *(document for _, document in changes)], overridden)
    for work in due(works, year, frozenset(without)) if year is not None else ():
        reading.works.append((f"{work.origin}: works.{work.key}", work.title))
        _merge(reading, work.changes, work.origin, may_replace=True)


def _parsed_case(reading: ScenarioReading, folder: Path, case: str) -> tuple[str, Document]:
    """The file of a case, by the name that problems give it, and what it says."""
    known = cases(folder)
    if case not in known:
        raise UsageError(
            "error.unknown_case",
            case=case,
            nearest=nearest(case, known),
            known=", ".join(known) or "-",
        )
    file = folder / "cases" / f"{case}.toml"
    origin = f"cases/{written(file.name)}"
    return origin, parse(reading, file, origin)


def _apply_case(reading: ScenarioReading, origin: str, document: Document) -> None:
    if not document:
        return
    header = document.pop("case", {})
    removed = document.pop("remove", [])
    if isinstance(header, dict):
        removed = header.get("remove", removed)
        for key in sorted(header.keys() - set(_CASE_KEYS)):
            reading.complain(
                "unknown_key",
                place=f"{origin}: case.{key}",
                key=key,
                nearest=nearest(key, _CASE_KEYS),
            )
    title = header.get("title") if isinstance(header, dict) else None
    if title is None:
        reading.complain("missing_key", place=f"{origin}: case", key="title")
    else:
        reading.case_titles.append((origin, title))
    _remove(reading, removed, f"{origin}: remove")
    _merge(reading, with_origins(document), origin, may_replace=True)


def _remove(reading: ScenarioReading, paths: object, place: str) -> None:
    if not isinstance(paths, list):
        expected = "problem.expected_list"
        reading.complain("wrong_type", place=place, value=written(paths), expected=expected)
        return
    for path in paths:
        *parents, last = str(path).split(".")
        try:
            del _table_at(reading.document, ".".join(parents))[last]
        except (KeyError, TypeError):
            reading.complain("remove_unknown", place=place, key=written(path))


def _apply_override(reading: ScenarioReading, override: str) -> None:
    path, equals, text = (part.strip() for part in override.partition("="))
    keys = path.split(".")
    if not equals or not all(keys) or len(keys) > 12:
        raise UsageError("error.override_form", override=written(override))
    value = _override_value(text)
    # The reason is the override itself: a person reads it in any language.
    origin = {"source": "assumption", "note": f"{path} = {text}"}
    nested: TomlValue = with_origins(value, path, origin)
    for key in reversed(keys):
        nested = {key: nested}
    try:
        _merge(reading, nested, "", may_replace=True)
    except (TypeError, AttributeError):
        raise UsageError("error.override_form", override=written(override)) from None


def _override_value(text: str) -> TomlValue:
    """The value as TOML would read it; a bare word or quantity is a text."""
    try:
        found = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return found["value"] if len(found) == 1 else text
