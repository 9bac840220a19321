"""What was typed becomes the words of a record; what cannot be read is named at its input.

Only figures and days are looked at here, because only they are typed otherwise than they are
written. Whether the words are a record is the register's to say; `with_places` brings what it says
back to the inputs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from keruen.domain.languages import LANGUAGES
from keruen.domain.untyped import JsonValue
from keruen.errors import Problem
from keruen.i18n.field_names import LACKING, PATH, RECORD, field_name
from keruen.i18n.typed import read_day, read_number
from keruen.web.forms.shapes import InputShape, shape_of

_NOTHING: Final = object()
"""Nothing was typed: the key stays out."""
_MOST_ROWS: Final = 200


@dataclass(slots=True)
class ReadForm:
    """What a form says.

    Parameters
    ----------
    words : of the record, as far as they could be read.
    places : path in the record → name of the input.
    unread : name of an input → key of the sentence that says how it is typed.
    """

    typed: Mapping[str, str]
    language: str
    words: dict[str, JsonValue] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


def read_typed(kind: str, typed: Mapping[str, str], language: str) -> ReadForm:
    """The words of a record as they were typed in its form."""
    found = ReadForm({name: words for name, words in typed.items() if words.strip()}, language)
    words = _read(found, shape_of(kind), "", "")
    found.words = words if isinstance(words, dict) else {}
    return found


def with_places(found: ReadForm, problems: Iterable[Problem]) -> list[tuple[str, Problem]]:
    """Each problem with the name of its input; empty where it is about no single one.

    The sentence speaks of the field alone: which form it is in, the reader sees.
    """
    return [(_input_of(found, one), _of_field(one, found.language)) for one in problems]


def _input_of(found: ReadForm, problem: Problem) -> str:
    path = str(problem.parameters.get(PATH, ""))
    lacking = str(problem.parameters.get(LACKING, ""))
    path = ".".join(part for part in (path, lacking) if part)
    while path and path not in found.places:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return found.places.get(path, "")


def _of_field(problem: Problem, language: str) -> Problem:
    shown = dict(problem.parameters)
    path, lacking = str(shown.get(PATH, "")), str(shown.get(LACKING, ""))
    if problem.key == "problem.content_missing":
        return Problem("web.problem_missing", {})
    if RECORD in shown and path and not lacking:
        # The field by its name alone: its key is for whoever must find it in a file.
        shown["place"] = field_name(str(shown.pop(RECORD)), str(shown.pop(PATH)), language)
    return replace(problem, parameters=shown)


def _read(found: ReadForm, shape: InputShape, path: str, real: str) -> JsonValue:
    found.places[real] = path
    readers = {"record": _record, "texts": _texts, "rows": _rows, "named_rows": _named_rows}
    if shape.kind in readers:
        return readers[shape.kind](found, shape, path, real)
    return _single(found, shape, path)


def _is_typed(found: ReadForm, path: str) -> bool:
    return any(name == path or name.startswith((f"{path}.", f"{path}[")) for name in found.typed)


def _record(found: ReadForm, shape: InputShape, path: str, real: str) -> JsonValue:
    words = {}
    for part in shape.parts:
        name = f"{path}.{part.name}".lstrip(".")
        value = _read(found, part, name, f"{real}.{part.name}".lstrip("."))
        if value is not _NOTHING:
            words[part.name] = value
    return words or _NOTHING


def _texts(found: ReadForm, shape: InputShape, path: str, real: str) -> JsonValue:
    del shape
    words = {}
    for one in LANGUAGES:
        found.places[f"{real}.{one}"] = f"{path}.{one}"
        if f"{path}.{one}" in found.typed:
            words[one] = found.typed[f"{path}.{one}"].strip()
    return words or _NOTHING


def _rows(found: ReadForm, shape: InputShape, path: str, real: str) -> JsonValue:
    rows: list[JsonValue] = []
    for n in _numbers(found, path):
        rows.append(_read(found, shape.parts[0], f"{path}[{n}]", f"{real}[{len(rows) + 1}]"))
    return rows or _NOTHING


def _named_rows(found: ReadForm, shape: InputShape, path: str, real: str) -> JsonValue:
    rows: dict[str, JsonValue] = {}
    for n in _numbers(found, path):
        name = found.typed.get(f"{path}[{n}].@name", "").strip()
        value = _read(found, shape.parts[0], f"{path}[{n}]", f"{real}.{name}")
        if not name or name in rows:
            found.unread[f"{path}[{n}].@name"] = "web.problem_row_name"
        elif value is not _NOTHING:
            rows[name] = value
        else:
            found.unread[f"{path}[{n}]"] = "web.problem_missing"
    return rows or _NOTHING


def _numbers(found: ReadForm, path: str) -> list[int]:
    """The rows in which something was typed, in their order."""
    return [n for n in range(1, n_rows(found.typed, path) + 1) if _is_typed(found, f"{path}[{n}]")]


def n_rows(typed: Mapping[str, str], path: str) -> int:
    """The number of the last row in which something was typed."""
    numbers = [
        name.removeprefix(f"{path}[").partition("]")[0]
        for name, words in typed.items()
        if name.startswith(f"{path}[") and words.strip()
    ]
    return min(max((int(one) for one in numbers if one.isdecimal()), default=0), _MOST_ROWS)


def _single(found: ReadForm, shape: InputShape, path: str) -> JsonValue:
    words = found.typed.get(path, "").strip()
    if not words:
        return _NOTHING
    if shape.kind == "kept":
        return _kept(words)
    if shape.kind in {"codes", "list"}:
        marks = words.replace("，", ",").replace("、", ",").replace(";", ",")
        return [one.strip() for one in marks.split(",") if one.strip()]
    if shape.kind == "yes_no":
        return {"yes": True, "no": False}.get(words, words)
    if shape.kind in {"number", "day"}:
        return _figure(found, shape, path, words)
    return words


def _figure(found: ReadForm, shape: InputShape, path: str, words: str) -> str:
    is_day = shape.kind == "day"
    read = (read_day if is_day else read_number)(words, found.language)
    # A source may be dated by its month or year alone: the register looks at those.
    is_part = is_day and shape.name == "date" and words[:4].isdecimal() and len(words) in (4, 7)
    if read is None and not is_part:
        found.unread[path] = f"web.problem_{'day' if is_day else 'number'}"
    return read or words


def _kept(words: str) -> JsonValue:
    try:
        return json.loads(words)
    except (ValueError, RecursionError):
        # Not as this server wrote it: the register refuses it at its place.
        return words
