"""The four READMEs give the same commands and the same figures, each in its own language."""

from __future__ import annotations

import re

import pytest
from source_tree import ROOT

from keruen.i18n import LANGUAGES

OTHERS = tuple(language for language in LANGUAGES if language != "en")
MOST_LINES = 120
"""A README that does not fit on two screens is not read."""

FENCE = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"\s+#\s.*$", re.MULTILINE)
VERDICTS = re.compile(r"<!-- verdicts:begin.*?-->\n(.*?)<!-- verdicts:end -->", re.DOTALL)
FIGURE = re.compile(r"\d+(?:[ ,\u00a0]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
"""Digits with separators of thousands, or with decimals."""


def readme(language: str) -> str:
    name = "README.md" if language == "en" else f"README.{language}.md"
    return (ROOT / name).read_text(encoding="utf-8")


def commands(text: str) -> list[str]:
    """Every fenced block without its comments, which are in the reader's language."""
    return [COMMENT.sub("", block) for block in FENCE.findall(text)]


def plain(figure: str) -> float:
    """A figure as a number: a comma before three digits separates thousands, any other decimals."""
    return float(re.sub(r"[ ,\u00a0](?=\d{3})", "", figure).replace(",", "."))


def figures(text: str) -> list[list[float]]:
    """The figures of each row of the table of verdicts, in order of size."""
    (table,) = VERDICTS.findall(text)
    # The head and the line below it have no result; words such as P90 stand there.
    rows = table.strip().splitlines()[2:]
    return [sorted(plain(figure) for figure in FIGURE.findall(row)) for row in rows]


@pytest.mark.parametrize("language", OTHERS)
def test_every_readme_gives_the_same_commands(language: str) -> None:
    """What a reader types is the same in every language."""
    assert commands(readme(language)) == commands(readme("en"))


@pytest.mark.parametrize("language", OTHERS)
def test_every_readme_gives_the_same_figures(language: str) -> None:
    """Each row of the table of verdicts has the same figures in every language."""
    assert figures(readme(language)) == figures(readme("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_readme_is_short_and_leads_to_the_others(language: str) -> None:
    """A README is read in one go, and its reader finds it in another language."""
    text = readme(language)
    assert len(text.splitlines()) < MOST_LINES
    for other in LANGUAGES:
        name = "README.md" if other == "en" else f"README.{other}.md"
        assert other == language or f"({name})" in text, other


def test_a_changed_figure_or_command_is_noticed() -> None:
    """The checks themselves see a figure or a command that differs, and no mere way of writing it."""
    table = "<!-- verdicts:begin -->\n| a | b |\n|---|---|\n| {} | {} |\n<!-- verdicts:end -->"
    assert figures(table.format("154,000", "2.2%")) == figures(table.format("154 000", "2,2 %"))
    assert figures(table.format("154,000", "2.2%")) != figures(table.format("154,000", "2.3%"))
    assert commands("```\nscripts/run  # a\n```\n") == commands("```\nscripts/run  # б\n```\n")
    assert commands("```\nscripts/run\n```\n") != commands("```\nscripts/test\n```\n")
