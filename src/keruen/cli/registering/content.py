"""What a person writes, as a TOML or JSON file and ``--set``, becomes plain words of a record.

Knows how such files go wrong and how short forms are written out; knows nothing of signatures.
Figures stay the letters that were typed: a decimal is never a machine's fraction.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from keruen.errors import Problem, RegisterError, UsageError

LANGUAGES: Final = ("kk", "ru", "zh", "en")
_MOST_BYTES: Final = 4 * 1024 * 1024
_MOST_DEPTH: Final = 32
_TEXT_KEYS: Final = frozenset({*LANGUAGES, "authentic"})


def read_content(path: Path | None, changes: Sequence[str]) -> dict[str, Any]:
    """The words of a file with the changes of ``--set`` over them.

    Parameters
    ----------
    path : a TOML file, or a JSON file by its ending; none when ``--set`` says everything.
    changes : ``key=value`` each, the key dotted: ``quantity.unit=ha``, ``title.ru=…``.

    Raises
    ------
    UsageError
        When there is neither, or a change is not written so.
    RegisterError
        When the file cannot be read; the place is named.
    """
    if path is None and not changes:
        raise UsageError("error.content_none")
    words = read_words(path) if path is not None else {}
    for change in changes:
        _apply(words, change)
    return words


def read_words(path: Path) -> dict[str, Any]:
    """The words of one TOML or JSON file, or what is wrong with it.

    Raises
    ------
    RegisterError
        Naming the file, and the line where it is known.
    """
    place = str(path)
    if path.is_dir():
        raise _refused("problem.content_folder", place)
    try:
        with path.open("rb") as page:
            raw = page.read(_MOST_BYTES + 1)
    except OSError as refused:
        reason = refused.strerror or type(refused).__name__
        raise _refused("problem.content_unreadable", place, reason=reason) from refused
    if len(raw) > _MOST_BYTES:
        raise _refused("problem.content_too_large", place, limit=_MOST_BYTES // 1024 // 1024)
    try:
        # Editors of some systems put a mark at the beginning of a text.
        written = raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise _refused("problem.content_not_text", place, byte=wrong.start) from wrong
    if not written.strip():
        raise _refused("problem.content_empty", place)
    words = _parse(written, place, is_json=path.suffix.lower() == ".json")
    return {name: _plain(value, place, 0) for name, value in words.items()}


def _refused(problem: str, place: str, /, **parameters: str | int) -> RegisterError:
    return RegisterError((Problem(problem, {"place": place, **parameters}),))


def _parse(written: str, place: str, *, is_json: bool) -> dict[str, Any]:
    try:
        if is_json:
            found = json.loads(
                written, parse_float=str, parse_int=_whole, object_pairs_hook=_unrepeated
            )
        else:
            found = tomllib.loads(written, parse_float=str)
    except tomllib.TOMLDecodeError as wrong:
        raise _refused("problem.content_no_toml", place, reason=str(wrong)) from wrong
    except json.JSONDecodeError as wrong:
        raise _refused(
            "problem.content_no_json", place, line=wrong.lineno, column=wrong.colno
        ) from wrong
    except _RepeatedError as wrong:
        raise _refused("problem.content_repeated", place, key=str(wrong)) from wrong
    except (RecursionError, ValueError) as wrong:
        raise _refused("problem.content_too_deep", place, limit=_MOST_DEPTH) from wrong
    if not isinstance(found, dict):
        raise _refused("problem.content_no_table", place)
    return found


class _RepeatedError(Exception):
    """A key of a JSON object stands in it twice."""


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedError(next(name for name in names if names.count(name) > 1))
    return found


def _whole(digits: str) -> int | str:
    # Python refuses to read very long numbers, and they are no figures of this world anyway.
    return int(digits) if len(digits) < 19 else digits


def _plain(value: Any, place: str, depth: int) -> Any:
    """The value in JSON's words: days as ISO 8601 texts; not deeper than anybody writes."""
    if depth > _MOST_DEPTH:
        raise _refused("problem.content_too_deep", place, limit=_MOST_DEPTH)
    if isinstance(value, dict):
        return {name: _plain(one, place, depth + 1) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, place, depth + 1) for one in value]
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return value


def _apply(words: dict[str, Any], change: str) -> None:
    path, equals, value = change.partition("=")
    names = [name.strip() for name in path.split(".")]
    if not equals or not all(names) or len(names) > _MOST_DEPTH:
        raise UsageError("error.set_form", found=change)
    table = words
    for name in names[:-1]:
        inner = table.setdefault(name, {})
        if not isinstance(inner, dict):
            raise UsageError("error.set_form", found=change)
        table = inner
    table[names[-1]] = value.strip()


def texts_of(options: Sequence[str], option: str) -> dict[str, str]:
    """The languages of ``--reason ru=… --reason zh=…``.

    Raises
    ------
    UsageError
        When one is not written so, names no language of ours, or says nothing.
    """
    found: dict[str, str] = {}
    for written in options:
        language, equals, words = written.partition("=")
        if not equals or language not in LANGUAGES or not words.strip() or language in found:
            raise UsageError("error.text_form", option=option, found=written)
        found[language] = words.strip()
    return found


def is_text(value: Any) -> bool:
    """The words are a text in several languages."""
    return isinstance(value, Mapping) and bool(value) and set(value) <= _TEXT_KEYS


def is_short_text(value: Any) -> bool:
    """…in the short form: a language and its words, without state."""
    return is_text(value) and any(isinstance(value.get(one), str) for one in LANGUAGES)
