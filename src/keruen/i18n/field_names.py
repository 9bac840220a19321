"""What the fields of the register's forms are called, in the reader's language.

Knows the table of the catalogue (``field.…``) and how a path of keys becomes one name; knows no
record. The key stays beside the name where a person must find it in a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from keruen.domain.languages import LANGUAGES
from keruen.i18n.messages import catalogue
from keruen.i18n.system_reasons import reason_in_words

_STEP: Final = re.compile(r"\[(\d+)\]|[^.\[\]]+")
RECORD: Final = "record"
"""Parameter of a problem: the kind of record whose field is wrong."""
PATH: Final = "field_path"
"""…and the path of that field inside the record, the end of its ``place``."""
LACKING: Final = "lacking"
"""…and the key that is missing there."""


def field_key(context: str, name: str, language: str = "en") -> str:
    """The key of the catalogue for a field; empty for a name that a person chose.

    Parameters
    ----------
    context : kind of the record, or the field whose part this is: it decides where one name means
        two things (the `text` of a commitment).
    """
    if name in LANGUAGES:
        return f"field.language_{name}"
    known = catalogue(language)
    keys = (f"field.{context}.{name}", f"field.{name}")
    return next((key for key in keys if key in known), "")


def field_name(record: str, path: str, language: str) -> str:
    """What a field is called.

    Parameters
    ----------
    record : kind of the record: ``project``, ``commitment``, ``offer`` …
    path : its keys with dots, places of a list in brackets.

    Examples
    --------
    >>> field_name("project", "baseline.implementation.first", "ru")
    'Срок реализации, начало'
    >>> field_name("decision", "items[2].reason.zh", "en")
    'Decisions by project 2, reason, Chinese'
    """
    known = catalogue(language)
    name, context = "", record
    for step in _STEP.finditer(path):
        part = step[0]
        if step[1]:
            name += f" {step[1]}"
            continue
        key = field_key(context, part, language)
        words = known[key] if key else part
        # The name of a planned stage says by itself that it is a plan.
        is_whole = not name or key == f"field.baseline.{part}"
        context = part
        name = (
            words
            if is_whole
            else known["field.separator"].format(
                whole=name,
                part=_inside(words, is_named=key.startswith("field.") and part not in LANGUAGES),
            )
        )
    return name


def _inside(words: str, *, is_named: bool) -> str:
    """The words in the middle of a name: small letters but for SHA-256 and what people chose."""
    is_kept = not is_named or words[1:2].isupper()
    return words if is_kept else words[:1].lower() + words[1:]


def with_field_names(parameters: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The parameters of a problem, the path in its place said by name, the key behind it.

    What the system says of a file (``reason``) is said in the language too.
    """
    shown = dict(parameters)
    if isinstance(shown.get("reason"), str):
        shown["reason"] = reason_in_words(shown["reason"], language)
    record, path = shown.pop(RECORD, ""), str(shown.pop(PATH, ""))
    lacking = str(shown.pop(LACKING, ""))
    if not record:
        return shown
    if path and str(shown["place"]).endswith(path):
        beginning = str(shown["place"])[: -len(path)]
        shown["place"] = beginning + _with_key(record, path, language)
    if lacking:
        whole = f"{path}.{lacking}".lstrip(".")
        shown["key"] = _with_key(record, whole, language, lacking)
    return shown


def _with_key(record: str, path: str, language: str, key: str = "") -> str:
    name = field_name(record, path, language)
    form = catalogue(language)["field.with_key"]
    return path if name == path else form.format(name=name, path=key or path)
