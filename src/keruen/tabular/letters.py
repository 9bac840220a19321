"""Letters that cannot be seen, and letters that look like those of another alphabet.

Knows single letters; knows nothing of tables. Two texts that look alike and differ are signed as
two: what nobody can see is refused before a text is signed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

_LINE_MARKS: Final = frozenset("\n\r\t\u2028\u2029")
_LINE_SEPARATORS: Final = frozenset("\u2028\u2029")
"""Ends of lines that no terminal and no table shows as such."""
_BLANK_LETTERS: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
)
"""Letters by their category, and yet nothing to be seen."""

_LOOKS_LIKE: Final = dict(
    zip(
        # Cyrillic, then Greek.
        "АВЕЅЗІЈКМНОРСТУҮХавезіјкмнорсѕтуүхһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορυ",
        "ABES3IJKMHOPCTYYXaBe3ijKMHopcsTyYxhdqwABEZHIKMNOPTYXaiKvopu",
        strict=True,
    )
)
"""Letter of another alphabet → the Latin letter or digit that it is taken for."""


def first_unseen(text: str) -> int:
    """Where the first letter stands that cannot be seen; −1 when all can be.

    Control letters, marks that turn the direction of writing, letters without a width and halves of
    letters (lone surrogates) cannot; ends of lines and tabulators are no such letters.

    Examples
    --------
    >>> first_unseen("Tobol\\u202e"), first_unseen("two\\nlines")
    (5, -1)
    """
    if text.isprintable():
        # Most texts are; the blank letters are printable by their category.
        return next((at for at, letter in enumerate(text) if letter in _BLANK_LETTERS), -1)
    return next((at for at, letter in enumerate(text) if is_unseen(letter)), -1)


def is_unseen(letter: str) -> bool:
    """Whether a single letter cannot be seen."""
    if letter in _LINE_MARKS:
        return False
    is_no_letter = ord(letter) & 0xFFFE == 0xFFFE or "\ufdd0" <= letter <= "\ufdef"
    is_hidden = unicodedata.category(letter) in {"Cc", "Cf", "Cs"}
    return is_hidden or is_no_letter or letter in _BLANK_LETTERS


def is_hidden(letter: str) -> bool:
    """Nothing is to be seen of it; a selector of another form of the letter before is such."""
    return is_unseen(letter) or "\ufe00" <= letter <= "\ufe0f" or letter >= "\U000e0100"


def escaped(text: str) -> str:
    """The text with the number of every letter that cannot be seen in its place.

    Examples
    --------
    >>> escaped("Tobol\\u202e\\u200b"), escaped("two\\nlines")
    ('Tobol<U+202E><U+200B>', 'two\\nlines')
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"<{code_point(one)}>" if is_hidden(one) or one in _LINE_SEPARATORS else one for one in text
    )


def escaped_id(name: str) -> str:
    """An id with the number of every letter that is unseen, or taken for a Latin one.

    An id that is plainly of another alphabet stays as it is written, look-alikes in it too.

    Examples
    --------
    >>> escaped_id("КH-0901"), escaped_id("KH-0901"), escaped_id("科-1"), escaped_id("ПР-1")
    ('<U+041A>H-0901', 'KH-0901', '科-1', 'ПР-1')
    """
    if latin_twin(name, ()) is None:
        return escaped(name)
    return "".join(
        one if one.isascii() or latin_reading(one) == one else f"<{code_point(one)}>"
        for one in escaped(name)
    )


def code_point(letter: str) -> str:
    """The number by which tables of letters list it.

    Examples
    --------
    >>> code_point("\\u202e")
    'U+202E'
    """
    return f"U+{ord(letter):04X}"


def latin_reading(text: str) -> str:
    """The text as it looks in Latin letters; what looks like none stays as it is.

    Examples
    --------
    >>> latin_reading("КН-0901"), latin_reading("ПР-1")
    ('KH-0901', 'ПP-1')
    """
    plain = unicodedata.normalize("NFKC", text)
    return "".join(_LOOKS_LIKE.get(letter, letter) for letter in plain)


def foreign_letters(text: str) -> tuple[str, ...]:
    """The letters of other alphabets than the Latin one, each once.

    Examples
    --------
    >>> foreign_letters("КН-0901"), foreign_letters("KH-0901")
    (('К', 'Н'), ())
    """
    return tuple(
        dict.fromkeys(letter for letter in text if letter.isalnum() and not letter.isascii())
    )


def latin_twin(name: str, usual: Collection[str]) -> str | None:
    """What a name is mistaken for that has letters of another alphabet; None when for nothing.

    It is mistaken when it looks like Latin letters, mixes alphabets, or stands among names in Latin
    letters; a list whose names are all in one other alphabet is right as it is.

    Parameters
    ----------
    name : such as the id of a project.
    usual : the names of the same list, this one and its likes among them.

    Returns
    -------
    Its reading in Latin letters, else the nearest of the usual names in them, else an empty text.

    Examples
    --------
    >>> latin_twin("КН-0901", ()), latin_twin("KH-0901", ()), latin_twin("科-1", ["科-2"])
    ('KH-0901', None, None)
    """
    if not foreign_letters(name):
        return None
    reading = latin_reading(name)
    if not foreign_letters(reading):
        return reading
    latin = [one for one in usual if not foreign_letters(one) and any(map(str.isalpha, one))]
    is_mixed = any(letter.isascii() and letter.isalpha() for letter in name)
    if not latin and not is_mixed:
        return None
    return next(iter(get_close_matches(reading, sorted(latin), n=1, cutoff=0.0)), "")
