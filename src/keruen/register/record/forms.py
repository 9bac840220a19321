"""Plain words become a record of the joint list, or every problem with its place.

Knows the form of the records from their types, and how a text in several languages is written
short; knows nothing of files and of the list. Every face reads what a person filled in through
here, so that all of them accept and refuse the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final, cast

import msgspec
from msgspec import inspect

from keruen.domain import joint
from keruen.domain.joint import Interval, Quantity
from keruen.domain.languages import LANGUAGES
from keruen.errors import Problem, RegisterError
from keruen.register.record import figures, signable, texts
from keruen.register.record.canonical import CORES
from keruen.register.record.entries import BODIES
from keruen.register.record.field_places import with_fields

KINDS: Final[Mapping[str, type[Any]]] = {
    **CORES,
    **{name: BODIES[name] for name in ("claim", "report", "evidence", "appraisal")},
}
"""What a person may write, by the name that a person gives it."""

AUTHENTIC: Final = ("kk", "ru", "zh")
"""Languages that are originals where a text does not say: those of them that it has, else all."""

_TEXT_KEYS: Final = frozenset({*LANGUAGES, "authentic"})
_MOST_SHOWN: Final = 60
"""Letters of what was written that a sentence about it repeats."""


def record_of(
    words: Mapping[str, Any],
    kind: str,
    place: str,
    before: Mapping[str, Any] | None = None,
    confirmed: tuple[str, ...] = (),
    listed: signable.ListedIds | None = None,
) -> Any:
    """The record that the words say, its texts in Unicode's composed form.

    Parameters
    ----------
    kind : a name of `KINDS`.
    place : the file, for the sentences about problems.
    before : the text in force that these words are to replace; none for a first text.
    confirmed : languages that a person has read again and found to say the same.
    listed : what the list holds; none for a draft that is not to be signed yet.

    Raises
    ------
    RegisterError
        With every problem found.
    """
    wanted = KINDS[kind]
    form = inspect.type_info(wanted)
    made = _fitted(_written_out(signable.tidy(words), before, confirmed), form)
    problems = [*_problems(made, form, place, "")]
    record = None if problems else msgspec.convert(made, wanted)
    problems += signable.problems(made, wanted, place, listed)
    for path, figure in _figures(made, form, ""):
        problems += figures.single_problems(figure, f"{place}: {path}")
    if problems:
        raise RegisterError(with_fields(problems, kind, place))
    return record


def text_from(named: Mapping[str, str]) -> joint.MText:
    """A text of languages and their words, originals as usual."""
    given = [one for one in LANGUAGES if one in named]
    usual = [one for one in given if one in AUTHENTIC]
    return texts.make(authentic=usual or given, **named)


def is_text(value: Any) -> bool:
    """Whether the words are a text in several languages."""
    return isinstance(value, Mapping) and bool(value) and set(value) <= _TEXT_KEYS


def is_short_text(value: Any) -> bool:
    """…in the short form: a language and its words, without state."""
    return is_text(value) and any(isinstance(value.get(one), str) for one in LANGUAGES)


def written_short(value: Any) -> Any:
    """The words of a record with every text in its short form, as a person writes it.

    What is read again from that finds out anew which language follows which.
    """
    if is_text(value):
        spoken = {one: value[one]["text"] for one in LANGUAGES if one in value}
        named = value.get("authentic")
        return {**spoken, "authentic": list(named)} if named else spoken
    if isinstance(value, Mapping):
        return {name: written_short(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [written_short(one) for one in value]
    return value


def _written_out(value: Any, before: Any, confirmed: tuple[str, ...]) -> Any:
    """The words with every text in its full form.

    A language that was left as it was while another one changed keeps the mark of what it was last
    compared with, so that it is *behind* until a person says that it was read again.
    """
    if is_short_text(value):
        short = {one: value[one] for one in LANGUAGES if isinstance(value.get(one), str)}
        if len(short) < sum(one in value for one in LANGUAGES):
            return value
        named = value.get("authentic") or [one for one in AUTHENTIC if one in short] or list(short)
        authentic = [one for one in named if one in short] if isinstance(named, list) else []
        made: dict[str, Any] = msgspec.to_builtins(texts.make(authentic=tuple(authentic), **short))
        return _with_old_marks(made, before, confirmed) if is_text(before) else made
    if isinstance(value, Mapping):
        inner = before if isinstance(before, Mapping) else {}
        return {k: _written_out(v, inner.get(k), confirmed) for k, v in value.items()}
    if isinstance(value, list | tuple):
        old = list(before) if isinstance(before, list | tuple) else []
        old += [None] * (len(value) - len(old))
        return [_written_out(v, o, confirmed) for v, o in zip(value, old, strict=False)]
    return value


def _with_old_marks(
    made: dict[str, Any], before: Mapping[str, Any], confirmed: tuple[str, ...]
) -> dict[str, Any]:
    left = [
        one
        for one in LANGUAGES
        if one in made and one in before and made[one]["text"] == before[one].get("text")
    ]
    for one in left:
        if one not in confirmed and before[one].get("follows"):
            made[one]["follows"] = before[one]["follows"]
    return made


def _fitted(value: Any, kind: Any) -> Any:
    """The words with figures, yes and no, and lists as the type wants them, where that is plain."""
    kind = _wanted(kind)
    if isinstance(kind, inspect.StructType) and isinstance(value, Mapping):
        types = {one.encode_name: one.type for one in kind.fields}
        return {k: _fitted(v, types[k]) if k in types else v for k, v in value.items()}
    if isinstance(kind, inspect.DictType) and isinstance(value, Mapping):
        return {str(k): _fitted(v, kind.value_type) for k, v in value.items()}
    if isinstance(kind, inspect.VarTupleType):
        parts = [one.strip() for one in value.split(",")] if isinstance(value, str) else value
        is_list = isinstance(parts, list | tuple)
        return [_fitted(one, kind.item_type) for one in parts] if is_list else value
    return _fitted_single(value, kind)


def _fitted_single(value: Any, kind: Any) -> Any:
    if isinstance(kind, inspect.StrType) and isinstance(value, int):
        return value if isinstance(value, bool) else str(value)
    if isinstance(kind, inspect.IntType) and isinstance(value, str):
        return int(value) if value.isdecimal() and len(value) < 19 else value
    if isinstance(kind, inspect.BoolType) and value in ("true", "false"):
        return value == "true"
    return value


def _figures(value: Any, kind: Any, path: str) -> Iterator[tuple[str, Quantity | Interval]]:
    """Each figure and interval of the words with its path, also where the rest is no record yet."""
    kind = _wanted(kind)
    if isinstance(kind, inspect.StructType) and kind.cls in (Quantity, Interval):
        figure = _figure(value, kind)
        if figure is not None:
            yield path, figure
    elif isinstance(kind, inspect.StructType) and isinstance(value, Mapping):
        for field in kind.fields:
            inner = f"{path}.{field.encode_name}".lstrip(".")
            yield from _figures(value.get(field.encode_name), field.type, inner)
    elif isinstance(kind, inspect.DictType) and isinstance(value, Mapping):
        for name, one in value.items():
            yield from _figures(one, kind.value_type, f"{path}.{name}".lstrip("."))
    elif isinstance(kind, inspect.VarTupleType) and isinstance(value, list | tuple):
        for n, one in enumerate(value, start=1):
            yield from _figures(one, kind.item_type, f"{path}[{n}]")


def _figure(value: Any, kind: inspect.StructType) -> Quantity | Interval | None:
    """The figure as far as it is there; what it lacks has been named as lacking."""
    if not isinstance(value, Mapping):
        return None
    given = {
        one.encode_name: value[one.encode_name] for one in kind.fields if one.encode_name in value
    }
    rest = {"first": given.get("last"), "last": given.get("first")}
    lacking = {"unit": "–"} if kind.cls is Quantity else rest
    try:
        return cast("Quantity | Interval", msgspec.convert({**lacking, **given}, kind.cls))
    except msgspec.ValidationError:
        return None


def _wanted(kind: Any) -> Any:
    """The type, of "this or nothing" the first."""
    if not isinstance(kind, inspect.UnionType):
        return kind
    return next(one for one in kind.types if not isinstance(one, inspect.NoneType))


def _problems(value: Any, kind: Any, place: str, path: str) -> Iterator[Problem]:
    """Everything that keeps the words from being of this type."""
    if value is None and isinstance(kind, inspect.UnionType):
        return
    kind = _wanted(kind)
    at = {"place": f"{place}: {path}" if path else place}
    if isinstance(kind, inspect.StructType):
        yield from _of_table(value, kind, place, path)
    elif isinstance(kind, inspect.LiteralType):
        if value not in kind.values:
            known = ", ".join(str(one) for one in kind.values)
            yield Problem("problem.content_word", {**at, "found": _shown(value), "known": known})
    elif isinstance(kind, inspect.VarTupleType):
        yield from _of_list(value, kind, place, path)
    elif isinstance(kind, inspect.DictType):
        yield from _of_names(value, kind, place, path)
    else:
        yield from _of_single(value, kind, at)


def _of_list(value: Any, kind: Any, place: str, path: str) -> Iterator[Problem]:
    if not isinstance(value, list | tuple):
        at = {"place": f"{place}: {path}"}
        yield Problem("problem.content_list", {**at, "found": _shown(value)})
        return
    for n, one in enumerate(value, start=1):
        yield from _problems(one, kind.item_type, place, f"{path}[{n}]")


def _of_names(value: Any, kind: Any, place: str, path: str) -> Iterator[Problem]:
    if not isinstance(value, Mapping):
        at = {"place": f"{place}: {path}"}
        yield Problem("problem.content_table", {**at, "found": _shown(value)})
        return
    for name, one in value.items():
        yield from _problems(one, kind.value_type, place, f"{path}.{name}".lstrip("."))


def _of_single(value: Any, kind: Any, at: dict[str, str]) -> Iterator[Problem]:
    wanted: dict[Any, tuple[type, str]] = {
        inspect.StrType: (str, "problem.content_letters"),
        inspect.IntType: (int, "problem.content_whole"),
        inspect.BoolType: (bool, "problem.content_yes_no"),
    }
    expected, key = wanted.get(type(kind), (object, ""))
    is_yes_no = isinstance(value, bool) and expected is int
    if not isinstance(value, expected) or is_yes_no:
        yield Problem(key, {**at, "found": _shown(value)})


def _of_table(value: Any, kind: Any, place: str, path: str) -> Iterator[Problem]:
    at = {"place": f"{place}: {path}" if path else place}
    if not isinstance(value, Mapping):
        yield Problem("problem.content_table", {**at, "found": _shown(value)})
        return
    fields = {one.encode_name: one for one in kind.fields}
    for name, one in value.items():
        inner = f"{path}.{name}".lstrip(".")
        if name in fields:
            yield from _problems(one, fields[name].type, place, inner)
            continue
        close = get_close_matches(str(name), list(fields), n=3, cutoff=0.5)
        known = ", ".join(close or list(fields))
        yield Problem("problem.content_key", {**at, "key": _shown(name), "known": known})
    for name, field in fields.items():
        if field.required and name not in value:
            yield Problem("problem.content_missing", {**at, "key": name})


def _shown(value: Any) -> str:
    """The value as it may stand in a sentence, short and without letters that steer a terminal."""
    if is_text(value):
        # As a person wrote it, not in the full form that a text was brought into.
        value = {one: _said(value[one]) for one in LANGUAGES if one in value}
    words = printable(str(value))
    return words if len(words) <= _MOST_SHOWN else f"{words[: _MOST_SHOWN - 1]}…"


def _said(words: Any) -> Any:
    return words.get("text", words) if isinstance(words, Mapping) else words


def printable(words: str) -> str:
    """The words with � for every letter that is not to be seen: it could steer a terminal."""
    return "".join(letter if letter.isprintable() else "�" for letter in words)
