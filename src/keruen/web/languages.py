"""Which language a reader gets: the one of the address, else the one the browser asks for."""

from __future__ import annotations

from typing import Final

from keruen.i18n import LANGUAGES

TAGS: Final = {"kk": "kk", "ru": "ru", "zh": "zh-Hans", "en": "en"}
"""Language → what ``lang`` and ``Content-Language`` say (BCP 47)."""
NAMES: Final = {"kk": "Қазақша", "ru": "Русский", "zh": "中文", "en": "English"}
"""A language is called by its own name: who looks for it may read no other."""
FALLBACK: Final = "en"
_MOST: Final = 20
"""Languages of a header that are looked at; nobody asks for more."""


def accepted(header: str) -> str:
    """The best of our languages for an ``Accept-Language`` header.

    Examples
    --------
    >>> accepted("de, kk-KZ;q=0.8, ru;q=0.9")
    'ru'
    >>> accepted("")
    'en'
    """
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:_MOST]):
        tag, _, weight = part.partition(";")
        code = tag.strip().lower().partition("-")[0]
        if code in LANGUAGES and (share := _weight(weight)) > 0:
            # Of equal weight the first stands: hence the place, counted down.
            wanted.append((share, -place, code))
    return max(wanted)[2] if wanted else FALLBACK


def _weight(words: str) -> float:
    name, _, value = words.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(float(value), 1.0)
    except ValueError:
        return 0.0


def language_of(path: str, header: str) -> str:
    """The language in which to answer an address, also one that is not there."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in LANGUAGES else accepted(header)
