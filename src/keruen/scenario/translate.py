"""pydantic's findings as problems of ours, without a word of pydantic's.

Knows the kinds of pydantic's errors and the tables of the models; makes no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel

from keruen.scenario.documents import nearest
from keruen.scenario.reading import ScenarioReading, written

_EXPECTED: Final = {
    "int": "problem.expected_whole_number",
    "float": "problem.expected_number",
    "finite": "problem.expected_number",
    "string": "problem.expected_text",
    "bool": "problem.expected_yes_or_no",
    "date": "problem.expected_date",
    "datetime": "problem.expected_date",
    "tuple": "problem.expected_list",
    "list": "problem.expected_list",
}
_BOUNDS: Final = {
    "greater_than_equal": ("too_small", "ge"),
    "greater_than": ("not_above", "gt"),
    "less_than_equal": ("too_large", "le"),
    "less_than": ("not_below", "lt"),
}

Finding = Mapping[str, Any]
"""One of pydantic's errors: its kind decides what its values are."""


def translate(
    reading: ScenarioReading,
    error: Finding,
    model: type[BaseModel],
    *,
    at: str = "",
    origin: str = "",
) -> None:
    """Note one of pydantic's errors as a problem.

    Parameters
    ----------
    error : one of ``ValidationError.errors()``.
    model : what was to be made of the document.
    at, origin : path and file of the document, when it is only a part.
    """
    location = [str(part) for part in error["loc"]]
    is_key = location[-1:] == ["[key]"]
    if is_key:
        location.pop()
    elif location[-1:] == ["value"] and str(error["type"]).startswith("quantity_"):
        location.pop()  # a plain "55 min" stands for a law whose value it is
    path = ".".join([at, *location] if at else location)
    place = f"{origin}: {written(path)}" if origin else reading.place(path)
    kind = "bad_id" if is_key else str(error["type"])
    if kind == "missing":
        _complain_missing(reading, error, place, path)
    elif kind == "extra_forbidden":
        known = _keys_at(model, error["loc"][:-1])
        key = location[-1]
        reading.complain("unknown_key", place=place, key=written(key), nearest=nearest(key, known))
    else:
        is_quantity = kind.startswith("quantity_")  # those of `quantities`, all with the same facts
        translator = _quantity if is_quantity else _TRANSLATORS.get(kind, _other)
        translator(reading, place, error)


def _complain_missing(reading: ScenarioReading, error: Finding, place: str, path: str) -> None:
    key = str(error["loc"][-1])
    parent = path.rpartition(".")[0]
    own_place = place.removesuffix(key).removesuffix(".") if parent else "*.toml"
    reading.complain("missing_key", place=own_place, key=key)


def _quantity(reading: ScenarioReading, place: str, error: Finding) -> None:
    context = error["ctx"]
    reading.complain(
        str(error["type"]),
        place=place,
        value=written(error.get("input")),
        units=str(context["units"]),
        example=str(context["example"]),
        most=str(context["most"]),
    )


def _choice(reading: ScenarioReading, place: str, error: Finding) -> None:
    # pydantic joins the choices with an English "or".
    allowed = ", ".join(re.findall(r"'([^']*)'", str(error["ctx"]["expected"])))
    reading.complain(
        "not_a_choice", place=place, value=written(error.get("input")), allowed=allowed
    )


def _bound(reading: ScenarioReading, place: str, error: Finding) -> None:
    ours, name = _BOUNDS[error["type"]]
    value, bound = written(error.get("input")), written(error["ctx"][name])
    reading.complain(ours, place=place, value=value, bound=bound)


def _length(reading: ScenarioReading, place: str, error: Finding) -> None:
    context = error["ctx"]
    needed = context.get("min_length", context.get("max_length"))
    reading.complain(
        "list_length", place=place, needed=int(needed), found=len(error.get("input") or ())
    )


def _day_beyond(reading: ScenarioReading, place: str, error: Finding) -> None:
    limits = {name: str(error["ctx"][name]) for name in ("first", "last")}
    reading.complain("day_beyond", place=place, value=written(error.get("input")), **limits)


def _bad_id(reading: ScenarioReading, place: str, error: Finding) -> None:
    reading.complain("bad_id", place=place, value=written(error.get("input")))


def _other(reading: ScenarioReading, place: str, error: Finding) -> None:
    """A value of the wrong type: the first word of pydantic's kind names the right one."""
    expected = _EXPECTED.get(error["type"].partition("_")[0], "problem.expected_table")
    reading.complain(
        "wrong_type", place=place, value=written(error.get("input")), expected=expected
    )


_TRANSLATORS: Final[Mapping[str, Callable[[ScenarioReading, str, Finding], None]]] = {
    **dict.fromkeys(_BOUNDS, _bound),
    "literal_error": _choice,
    "too_short": _length,
    "too_long": _length,
    "bad_id": _bad_id,
    "day_beyond": _day_beyond,
    "string_pattern_mismatch": _bad_id,
    "string_too_long": _bad_id,
}


def _keys_at(model: object, location: Sequence[str | int]) -> list[str]:
    """The keys allowed in the table at a location of the document."""
    annotation = model
    for part in location:
        if get_origin(annotation) is dict:
            annotation = get_args(annotation)[1]  # the part is an id, any id
            continue
        table = _model_in(annotation)
        fields = table.model_fields.items() if table is not None else ()
        field = next((f for name, f in fields if part in (f.alias, name)), None)
        annotation = field.annotation if field is not None else None
    table = _model_in(annotation)
    if table is None or get_origin(annotation) is dict:
        return []
    return [field.alias or name for name, field in table.model_fields.items() if not field.exclude]


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The model inside an annotation such as ``dict[Id, Block]`` or ``Warehouse | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
