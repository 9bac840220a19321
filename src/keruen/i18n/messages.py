"""The catalogues as they lie on disk: one folder for each language, one file for each area.

A key is ``area.rest``; it exists in all four languages with the same placeholders. A missing key is
a fault of ours and raises `KeyError`: no text falls back to English unseen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from keruen.domain.languages import LANGUAGES
from keruen.errors import UsageError


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All messages of `language` by key.

    Raises
    ------
    UsageError
        When `language` is not one of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise UsageError(
            "error.unknown_language", language=language, known=", ".join(sorted(LANGUAGES))
        )
    messages: dict[str, str] = {}
    folder = files("keruen.i18n").joinpath("catalogue").joinpath(language)
    for area in sorted(folder.iterdir(), key=lambda file: file.name):
        if not area.name.endswith(".json"):
            continue
        found: dict[str, str] = json.loads(area.read_text(encoding="utf-8"))
        twice = sorted(found.keys() & messages.keys())
        assert not twice, f"catalogue {language}/{area.name} repeats {twice}"
        messages.update(found)
    return messages


def message(key: str, language: str) -> str:
    """The message as written, placeholders and all.

    Raises
    ------
    KeyError
        When the catalogue has no such key: a fault of ours.
    """
    try:
        return catalogue(language)[key]
    except KeyError:
        missing = f"the catalogue {language!r} has no text {key!r}"
        raise KeyError(missing) from None
