"""What a person writes on the command line: a file with ``--set`` over it, and ``--reason ru=…``.

Knows the options; how a form is read is `register.record.form_text`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from keruen.cli.options import check_language
from keruen.domain.joint import MText
from keruen.domain.untyped import JsonTable, JsonValue
from keruen.errors import Problem, RegisterError, UsageError
from keruen.i18n import LANGUAGES
from keruen.register.record import (
    MOST_BYTES,
    MOST_DEPTH,
    read_form,
    text_from,
    written_short,
)


def read_content(
    path: Path | None, changes: Sequence[str], present: Mapping[str, JsonValue] | None = None
) -> JsonTable:
    """The words of a file, or the present text, with the changes of ``--set`` over them.

    Parameters
    ----------
    path : a TOML file, or a JSON file by its ending; none when ``--set`` says everything.
    present : the text that the changes are made to when there is no file; none for a new one.
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
    words = read_words(path) if path is not None else dict(written_short(present or {}))
    for change in changes:
        _apply(words, change)
    return words


def read_words(path: Path) -> JsonTable:
    """The words of one TOML or JSON file, or what is wrong with it.

    Raises
    ------
    RegisterError
        Naming the file, and the line where it is known.
    """
    place = str(path)
    if path.is_dir():
        raise RegisterError((Problem("problem.content_folder", {"place": place}),))
    try:
        with path.open("rb") as page:
            content = page.read(MOST_BYTES + 1)
    except OSError as refused:
        reason = refused.strerror or type(refused).__name__
        named = {"place": place, "reason": reason}
        raise RegisterError((Problem("problem.content_unreadable", named),)) from refused
    return read_form(content, place, is_json=path.suffix.lower() == ".json")


def _apply(words: JsonTable, change: str) -> None:
    path, equals, value = change.partition("=")
    names = [name.strip() for name in path.split(".")]
    if not equals or not all(names) or len(names) > MOST_DEPTH:
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
    texts: dict[str, str] = {}
    for written in options:
        language, equals, words = written.partition("=")
        if not equals or language not in LANGUAGES or not words.strip() or language in texts:
            raise UsageError("error.text_form", option=option, found=written)
        texts[language] = words.strip()
    return texts


def office_of(written: str) -> str | MText:
    """An office as ``--office`` names it: one name, or ``kk=…; ru=…; zh=…; en=…``.

    Raises
    ------
    UsageError
        When a part names no language of ours, twice the same, or says nothing.
    """
    if not any(written.startswith(f"{language}=") for language in LANGUAGES):
        return written
    parts = [part.strip() for part in written.split(";") if part.strip()]
    return text_from(texts_of(parts, "--office"))


def text_of(options: Sequence[str], option: str) -> MText | None:
    """A text from ``language=words`` options; none of none."""
    named = texts_of(options, option)
    return text_from(named) if named else None


def needed_text(options: Sequence[str], option: str) -> MText:
    """…that must not be left out.

    Raises
    ------
    UsageError
        When it is.
    """
    needed = text_of(options, option)
    if needed is None:
        raise UsageError("error.text_needed", option=option)
    return needed


def confirmed(languages: Sequence[str]) -> tuple[str, ...]:
    """The languages of ``--confirm``.

    Raises
    ------
    UsageError
        When one of them is none of ours.
    """
    return tuple(check_language(language) for language in languages)
