"""A record becomes the text of a form again: TOML, a line for each field, its name above.

Knows the order of the fields and how TOML writes values; what stands above a line is said by the
caller. What is written here is read again by `form_text` and `forms` as the same record.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from keruen.register.record.forms import KINDS, is_text, written_short

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


def written_form(kind: str, core: Mapping[str, Any], comment: Callable[[str], str]) -> str:
    """The whole text as a form.

    Parameters
    ----------
    kind : a name of `forms.KINDS`.
    core : the record as plain words.
    comment : path of a field (``baseline.implementation``) → the sentence above its line.
    """
    order = KINDS[kind].__struct_fields__
    words = written_short(core)
    lines: list[str] = []
    for name in sorted(words, key=order.index):
        for path, keys, value in _lines(name, _key(name), words[name]):
            lines += [f"# {comment(path)}", f"{keys} = {_value(value)}"]
    return "\n".join(lines) + "\n"


def _lines(path: str, keys: str, value: Any) -> Iterator[tuple[str, str, Any]]:
    """A table becomes a line for each of its parts, so that one part is changed alone."""
    if isinstance(value, Mapping) and value and not is_text(value):
        for name, one in value.items():
            yield from _lines(f"{path}.{name}", f"{keys}.{_key(name)}", one)
    elif value is not None:
        yield path, keys, value


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = (f"{_key(name)} = {_value(one)}" for name, one in value.items() if one is not None)
        return f"{{ {', '.join(parts)} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, bool):
        return "true" if value else "false"
    # A basic string of TOML escapes as JSON does.
    return json.dumps(value, ensure_ascii=False)
