"""What a person calls a station or a commodity: its key, or its name in any of four languages.

Knows keys and titles; makes no sentence.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping
from typing import Protocol

from keruen.scenario.network import Network
from keruen.scenario.value_types import LocalText

_MOST_LETTERS = 100
_MOST_NAMES = 3
_QUOTES = "\"'«»“”„‘’"


class Titled(Protocol):
    """Anything with a name in four languages."""

    @property
    def title(self) -> LocalText:
        """Its name."""


def one_named(said: str, table: Mapping[str, Titled]) -> str | None:
    """The key of what a person named; None when there is none, or more than one.

    Parameters
    ----------
    said : a key or a title in any language; blanks, case and quotation marks do not matter.
    table : key → anything with a `title`.

    Examples
    --------
    >>> from keruen.scenario import read
    >>> one_named(" ХЭФЭЙ-СЕВЕРНЫЙ ", read("kostanay-hefei").network.stations)
    'hefei-north'
    """
    wanted = _plain(said)
    if wanted in table:
        return wanted
    found = [key for key, words in _names(table) if wanted in words]
    return found[0] if len(found) == 1 else None


def nearest_names(said: str, table: Mapping[str, Titled], language: str) -> str:
    """Names most like what a person said, in the reader's language, with their keys.

    Parameters
    ----------
    table : key → anything with a `title`; not empty.
    """
    wanted = _plain(said)[:_MOST_LETTERS]
    owners: dict[str, str] = {}
    for key, words in _names(table):
        for word in words:
            owners.setdefault(word, key)
    parts = [word for word in owners if len(wanted) > 1 and wanted in word]
    alike = difflib.get_close_matches(wanted, list(owners), _MOST_NAMES, cutoff=0.5)
    chosen = parts or alike or difflib.get_close_matches(wanted, list(owners), 1, cutoff=0.0)
    keys = list(dict.fromkeys(owners[word] for word in (chosen or list(owners))))
    return ", ".join(
        f"{table[key].title.in_language(language)} ({key})" for key in keys[:_MOST_NAMES]
    )


def shown_station(network: Network, key: str, language: str) -> str:
    """A station by its name and key."""
    return f"{network.stations[key].title.in_language(language)} ({key})"


def stations_between(network: Network, start: str, end: str, language: str) -> str:
    """Two stations by their names, as the ends of what lies between them."""
    return " – ".join(network.stations[key].title.in_language(language) for key in (start, end))


def _names(table: Mapping[str, Titled]) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (key, (key, *(_plain(entry.title.in_language(name)) for name in LocalText.model_fields)))
        for key, entry in sorted(table.items())
    ]


def _plain(said: str) -> str:
    text = unicodedata.normalize("NFKC", said).casefold()
    for mark in _QUOTES:
        text = text.replace(mark, "")
    return " ".join(text.split())
