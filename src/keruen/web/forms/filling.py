"""A text that is there already, as it would have been typed: what a form begins with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from keruen.domain.languages import LANGUAGES
from keruen.domain.untyped import JsonValue
from keruen.i18n.typed import typed_day, typed_number
from keruen.register.record import written_short
from keruen.web.forms.shapes import InputShape, shape_of


def filled(kind: str, core: Mapping[str, JsonValue], language: str) -> dict[str, str]:
    """Name of each input → what would have been typed.

    Parameters
    ----------
    core : the text, as plain words.
    language : of the reader, who types figures and days in its way.
    """
    words = written_short(core)
    return {path: value for path, value in _typed(shape_of(kind), "", words, language) if value}


def _typed(
    shape: InputShape,
    path: str,
    value: JsonValue,
    language: str,
) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    if shape.kind == "record" and isinstance(value, Mapping):
        for part in shape.parts:
            yield from _typed(part, _below(path, part.name), value.get(part.name), language)
    elif shape.kind == "texts" and isinstance(value, Mapping):
        yield from ((f"{path}.{one}", str(value[one])) for one in LANGUAGES if one in value)
    elif shape.kind == "rows" and isinstance(value, Sequence):
        for n, one in enumerate(value, start=1):
            yield from _typed(shape.parts[0], f"{path}[{n}]", one, language)
    elif shape.kind == "named_rows" and isinstance(value, Mapping):
        for n, (name, one) in enumerate(value.items(), start=1):
            yield f"{path}[{n}].@name", name
            yield from _typed(shape.parts[0], f"{path}[{n}]", one, language)
    else:
        yield path, _single(shape, value, language)


def _single(shape: InputShape, value: JsonValue, language: str) -> str:
    if shape.kind == "kept":
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return (", " if shape.kind == "list" else ",").join(str(one) for one in value)
    as_typed = {"number": typed_number, "day": typed_day}.get(shape.kind)
    return as_typed(str(value), language) if as_typed else str(value)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}".lstrip(".")
