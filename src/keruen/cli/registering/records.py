"""Plain words become a record of the joint list, or every problem with its place.

Knows the form of the records from their types; knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

import msgspec
from msgspec import inspect

from keruen.cli.registering.content import LANGUAGES, is_short_text, is_text
from keruen.domain import joint
from keruen.errors import Problem, RegisterError

KINDS: Final[Mapping[str, type[Any]]] = {
    "charter": joint.Charter,
    "project": joint.Project,
    "commitment": joint.Commitment,
    "decision": joint.Decision,
    "transition": joint.Transition,
    "claim": joint.Claim,
    "report": joint.Report,
    "evidence": joint.Evidence,
    "appraisal": joint.Appraisal,
}
"""What a person may write, by its name on the command line."""

AUTHENTIC: Final = ("kk", "ru", "zh")
"""Languages that are originals where a text does not say: those of them that it has, else all."""


def record_of(
    words: Mapping[str, Any],
    kind: str,
    place: str,
    before: Mapping[str, Any] | None = None,
    confirmed: tuple[str, ...] = (),
) -> Any:
    """The record that the words say.

    Parameters
    ----------
    kind : a name of `KINDS`.
    place : the file, for the sentences about problems.
    before : the text in force that these words are to replace; none for a first text.
    confirmed : languages that a person has read again and found to say the same.

    Raises
    ------
    RegisterError
        With every problem found.
    """
    wanted = KINDS[kind]
    form = inspect.type_info(wanted)
    made = _fitted(written_out(words, before, confirmed), form)
    problems = tuple(_problems(made, form, place, ""))
    if problems:
        raise RegisterError(problems)
    return msgspec.convert(made, wanted)


def text_from(named: Mapping[str, str]) -> joint.MText:
    """A text of languages and their words, originals as usual."""
    from keruen.register.record import texts

    originals: tuple[joint.Language, ...] = ("kk", "ru", "zh", "en")
    given = [one for one in originals if one in named]
    usual = [one for one in given if one in AUTHENTIC]
    made: joint.MText = texts.make(authentic=usual or given, **named)
    return made


def written_out(value: Any, before: Any, confirmed: tuple[str, ...]) -> Any:
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
        from keruen.register.record import texts

        made: dict[str, Any] = msgspec.to_builtins(texts.make(authentic=tuple(authentic), **short))
        return _with_old_marks(made, before, confirmed) if is_text(before) else made
    if isinstance(value, Mapping):
        inner = before if isinstance(before, Mapping) else {}
        return {k: written_out(v, inner.get(k), confirmed) for k, v in value.items()}
    if isinstance(value, list | tuple):
        old = list(before) if isinstance(before, list | tuple) else []
        old += [None] * (len(value) - len(old))
        return [written_out(v, o, confirmed) for v, o in zip(value, old, strict=False)]
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
    words = "".join(letter if letter.isprintable() else "�" for letter in str(value))
    return words if len(words) <= 60 else f"{words[:59]}…"
