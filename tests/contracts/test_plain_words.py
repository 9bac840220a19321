"""Retired words are gone from everything that a person reads: catalogues and documents."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from source_tree import ROOT

from keruen.i18n import LANGUAGES
from keruen.i18n.messages import catalogue

RETIRED = tomllib.loads(
    (Path(__file__).with_name("retired_words.toml")).read_text(encoding="utf-8")
)
DOCUMENTS = tuple(
    path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if path.parent.name != "decisions" and path.name != "glossary.md"
)
"""Decisions and the glossary name the retired words on purpose."""


def retired_in(text: str, language: str) -> list[str]:
    """Retired words of a language that a text contains, each with its replacement."""
    return [
        f"«{match.group()}»: say {instead}"
        for pattern, instead in RETIRED[language].items()
        for match in [re.search(pattern, text, re.IGNORECASE)]
        if match
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_retired_word_stands_in_a_catalogue(language: str) -> None:
    """A sentence for a person has no word that the glossary retired."""
    wrong = {
        key: problems
        for key, message in catalogue(language).items()
        if (problems := retired_in(message, language))
    }
    assert not wrong


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_retired_word_stands_in_a_document(path: Path) -> None:
    """A document in English has no word that the glossary retired."""
    assert not retired_in(path.read_text(encoding="utf-8"), "en")


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_no_retired_word_stands_in_a_translated_readme(language: str) -> None:
    """A README in another language has no word that was retired in that language."""
    readme = ROOT / f"README.{language}.md"
    assert not retired_in(readme.read_text(encoding="utf-8"), language)


def test_a_retired_word_is_noticed() -> None:
    """The check itself notices a retired word in each language."""
    assert retired_in("What binds: wagons", "en")
    assert retired_in("Оборот поезда", "ru")
    assert retired_in("тар жер", "kk")
    assert retired_in("列车周转时间", "zh")
