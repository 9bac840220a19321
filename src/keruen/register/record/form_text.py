"""The text of a form, TOML or JSON, becomes plain words: what a record is read from.

Knows how such files go wrong; knows neither records nor disks. Figures stay the letters that were
typed: a decimal is never a machine's fraction, because a signature covers its letters.
"""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date, datetime
from typing import Any, Final

from keruen.errors import RegisterError
from keruen.tabular.letters import code_point, first_unseen

MOST_BYTES: Final = 4 * 1024 * 1024
"""No form that a person fills is larger; a face reads no more than this."""
MOST_DEPTH: Final = 32
"""Tables inside tables: deeper than any record, shallow enough for every reader's stack."""
_LETTERS_BEFORE: Final = 20
"""So much of a text shows where in it something stands."""


def read_form(content: bytes, place: str, *, is_json: bool = False) -> dict[str, Any]:
    """The words of a form as JSON's own types; days become ISO 8601 texts.

    Parameters
    ----------
    content : the file's bytes, TOML unless `is_json`; a byte order mark is passed over.
    place : what to call it in a problem: the file's path, or what a web form is called.

    Raises
    ------
    RegisterError
        When it is too large, no UTF-8, empty, malformed, nested deeper than `MOST_DEPTH`, names a
        key twice, or holds a letter that cannot be seen; the line is named where it is known.
    """
    if len(content) > MOST_BYTES:
        raise RegisterError.of("content_too_large", place, limit=MOST_BYTES // 1024 // 1024)
    try:
        # Editors of some systems put a mark at the beginning of a text.
        written = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise RegisterError.of("content_not_text", place, byte=wrong.start) from wrong
    if not written.strip():
        raise RegisterError.of("content_empty", place)
    words = _parse(written, place, is_json=is_json)
    return {name: _plain(value, place, 0) for name, value in words.items()}


def _parse(written: str, place: str, *, is_json: bool) -> dict[str, Any]:
    try:
        if is_json:
            found = json.loads(
                written, parse_float=str, parse_int=_whole, object_pairs_hook=_unrepeated
            )
        else:
            found = tomllib.loads(written, parse_float=str)
    except tomllib.TOMLDecodeError as wrong:
        line, column = _where(str(wrong), written)
        raise RegisterError.of("content_no_toml", place, line=line, column=column) from wrong
    except json.JSONDecodeError as wrong:
        raise RegisterError.of(
            "content_no_json", place, line=wrong.lineno, column=wrong.colno
        ) from wrong
    except _RepeatedError as wrong:
        raise RegisterError.of("content_repeated", place, key=str(wrong)) from wrong
    except (RecursionError, ValueError) as wrong:
        raise RegisterError.of("content_too_deep", place, limit=MOST_DEPTH) from wrong
    if not isinstance(found, dict):
        raise RegisterError.of("content_no_table", place)
    return found


def _where(reason: str, written: str) -> tuple[int, int]:
    """Line and column of which a parser's English sentence speaks; else the end of the text."""
    said = re.search(r"line (\d+), column (\d+)", reason)
    if said is not None:
        return int(said[1]), int(said[2])
    lines = written.splitlines()
    return len(lines), len(lines[-1]) + 1


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
    if depth > MOST_DEPTH:
        raise RegisterError.of("content_too_deep", place, limit=MOST_DEPTH)
    if isinstance(value, dict):
        for name in value:
            _refuse_unseen(name, place)
        return {name: _plain(one, place, depth + 1) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, place, depth + 1) for one in value]
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, str):
        _refuse_unseen(value, place)
    return value


def _refuse_unseen(written: str, place: str) -> None:
    """Refuse a letter that nobody can see: it would be signed with the text."""
    at = first_unseen(written)
    if at >= 0:
        before = " ".join(written[:at].split())[-_LETTERS_BEFORE:]
        code = code_point(written[at])
        raise RegisterError.of("content_unseen", place, found=before, code=code, position=at + 1)
