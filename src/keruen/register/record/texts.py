"""Texts in several languages whose originals must keep saying the same.

Knows how a change of one language makes the others *behind*; knows nothing of entries, of
signatures or of what a text is about. A language is behind when the fingerprint in `follows` is not
that of today's authentic texts: nobody has compared it with them since they changed.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final, get_args, get_type_hints

from msgspec import Struct

from keruen.domain.joint import MText, Words
from keruen.domain.languages import LANGUAGES, Language
from keruen.register.record.canonical import canonical

_KEPT: Final = 16_384
"""How many fingerprints are remembered: reading a list anew meets the same texts again."""


def fingerprint(text: MText) -> str:
    """SHA-256 of the authentic texts: what every language of the text must follow.

    Parameters
    ----------
    text : the text; an authentic language without words counts for nothing here.

    Returns
    -------
    64 hexadecimal digits.
    """
    named = ((language, words_in(text, language)) for language in sorted(set(text.authentic)))
    return _hashed(tuple((language, words.text) for language, words in named if words is not None))


@lru_cache(maxsize=_KEPT)
def _hashed(texts: tuple[tuple[str, str], ...]) -> str:
    return hashlib.sha256(canonical(dict(texts))).hexdigest()


def words_in(text: MText, language: Language) -> Words | None:
    """One language of a text; none when nobody wrote it."""
    found: Words | None = getattr(text, language)
    return found


def languages(text: MText) -> tuple[Language, ...]:
    """The languages in which something is written, in the order of `LANGUAGES`."""
    return tuple(one for one in LANGUAGES if getattr(text, one) is not None)


@lru_cache(maxsize=_KEPT)
def behind(text: MText) -> tuple[Language, ...]:
    """Languages that nobody has compared with the authentic texts as they are now.

    Returns
    -------
    In the order of `LANGUAGES`; an authentic language without words is among them. Empty for a
    text without authentic languages: it has nothing to follow.
    """
    if not text.authentic:
        return ()
    now = fingerprint(text)
    found: list[Language] = []
    for language in LANGUAGES:
        words = words_in(text, language)
        is_missing = words is None and language in text.authentic
        if is_missing or (words is not None and words.follows != now):
            found.append(language)
    return tuple(found)


def make(*, authentic: Sequence[Language], **texts: str) -> MText:
    """A text in which every language follows the authentic ones.

    Parameters
    ----------
    authentic : languages that the sides sign as originals.
    texts : language → words, for example ``ru="Сухой порт"``; languages that are not authentic are
        drafts.

    Examples
    --------
    >>> behind(make(authentic=("ru", "zh"), ru="Порт", zh="港", en="Port"))
    ()
    """
    order = tuple(one for one in LANGUAGES if one in authentic)
    # Signed letters are compared as bytes: what looks the same has to be written the same.
    texts = {name: unicodedata.normalize("NFC", words) for name, words in texts.items()}
    plain = {name: Words(text=words) for name, words in texts.items()}
    now = fingerprint(MText(**plain, authentic=order))
    made = {
        name: Words(text=words, state="authentic" if name in order else "draft", follows=now)
        for name, words in texts.items()
    }
    return MText(**made, authentic=order)


def mtexts(core: object, path: str = "") -> Iterator[tuple[str, MText]]:
    """Every text inside a record, with its place in it.

    Parameters
    ----------
    core : a record of `keruen.domain.joint`, or a part of one.

    Yields
    ------
    Path (``risks[1].cause``, places from 1) and text, in the order of the record's fields.
    """
    if isinstance(core, MText):
        yield path, core
    elif isinstance(core, Struct):
        for name in _fields_with_texts(type(core)):
            value = getattr(core, name)
            if value:
                yield from mtexts(value, f"{path}.{name}" if path else name)
    elif isinstance(core, tuple | list):
        for place, value in enumerate(core, start=1):
            yield from mtexts(value, f"{path}[{place}]")
    elif isinstance(core, Mapping):
        for name, value in core.items():
            yield from mtexts(value, f"{path}.{name}" if path else str(name))


@cache
def _fields_with_texts(record: type[Struct]) -> tuple[str, ...]:
    """Fields of a record that hold a text, or a record that does: most hold none."""
    hints = get_type_hints(record)
    return tuple(name for name in record.__struct_fields__ if _holds_text(hints[name]))


def _holds_text(kind: Any) -> bool:
    if isinstance(kind, type) and issubclass(kind, Struct):
        return kind is MText or bool(_fields_with_texts(kind))
    return any(_holds_text(part) for part in get_args(kind))


def all_behind(core: object) -> tuple[tuple[str, Language], ...]:
    """Every language of every text inside a record that is behind, with the text's place."""
    return tuple((path, one) for path, text in mtexts(core) for one in behind(text))
