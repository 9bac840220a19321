"""The joint list as plain JSON and back, without loss.

Knows the records of `domain.joint_state`; knows nothing of OC4IDS. What a record leaves at its
default is not written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec

from keruen.domain.joint import Appraisal, Claim, Evidence, Report
from keruen.domain.joint_state import CommitmentState, ProjectState, Saying
from keruen.domain.untyped import JointRecord, JsonValue

_BODIES: Final[Mapping[str, type[Claim | Report | Evidence | Appraisal]]] = {
    "claim": Claim,
    "report": Report,
    "evidence": Evidence,
    "appraisal": Appraisal,
}
_TYPE_OF: Final = {body: name for name, body in _BODIES.items()}


class UnreadableError(ValueError):
    """The JSON is not what `plain` makes; the message says where, for a developer."""


def plain(value: object) -> JsonValue:
    """A record of the joint list, or a collection of them, as JSON's own types."""
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value, str_keys=True)
    if is_dataclass(value) and not isinstance(value, type):
        document = {
            field.name: plain(found)
            for field in fields(value)
            if (found := getattr(value, field.name)) != _default(field)
        }
        if isinstance(value, Saying):
            document["type"] = _TYPE_OF[type(value.body)]
        if document.get("agreed") is not None and document.get("latest") == document["agreed"]:
            # The newest text is the one that both signed: once is enough.
            del document["latest"]
        return document
    if isinstance(value, Mapping):
        return {str(key): plain(found) for key, found in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [plain(found) for found in value]
    return value


def _default(field: Field[object]) -> object:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def record(kind: object, value: JsonValue) -> JointRecord:
    """What `plain` was given, from what it made.

    Parameters
    ----------
    kind : the record's class, or a type such as ``tuple[Saying, ...]``.

    Raises
    ------
    UnreadableError
        When the JSON does not fit the class.
    """
    try:
        return _read(kind, value)
    except (msgspec.ValidationError, TypeError, ValueError, LookupError, AttributeError) as wrong:
        raise UnreadableError(str(wrong)) from wrong


def _read(kind: object, value: JsonValue) -> JointRecord:
    origin, inside = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind, value)
    if origin is tuple and isinstance(value, list | tuple):
        if inside[1:] == (...,):
            return tuple(_read(inside[0], found) for found in value)
        return tuple(_read(one, found) for one, found in zip(inside, value, strict=True))
    is_mapping = isinstance(origin, type) and issubclass(origin, Mapping)
    if is_mapping and inside[1] is not Any:  # Any: what is kept as it came
        return {_read(inside[0], key): _read(inside[1], found) for key, found in value.items()}
    if origin in {Union, UnionType}:
        classes = [one for one in inside if isinstance(one, type) and is_dataclass(one)]
        if classes and value is not None:
            return _dataclass(classes[0], value)
    return msgspec.convert(value, kind)


def _dataclass(kind: Callable[..., JointRecord], value: Mapping[str, JsonValue]) -> JointRecord:
    hints = dict(_hints(kind))
    document = dict(value)
    if kind is Saying:
        hints["body"] = _BODIES[document.pop("type")]
    if kind in {ProjectState, CommitmentState}:
        document.setdefault("latest", document.get("agreed"))
    return kind(**{name: _read(hints[name], found) for name, found in document.items()})


@cache
def _hints(kind: object) -> Mapping[str, object]:
    return get_type_hints(kind)
