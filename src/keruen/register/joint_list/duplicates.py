"""Projects that may be one: same words, and neither place nor lead that tells them apart.

Knows titles, places and leads; decides nothing: two sides read both texts and say what they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from keruen.domain.joint import MText, Project
from keruen.domain.joint_state import ProjectState
from keruen.domain.languages import LANGUAGES
from keruen.register.joint_list.lifecycle import ENDED

DUPLICATE: Final = "joint.duplicate_project"
"""The catalogue key of the check that names two such projects."""
_ALIKE: Final = 0.75
"""Share of words that two titles have in common: one word of four may be another."""
_WORD: Final = re.compile(r"\w+")


def similar_projects(project: Project, projects: Mapping[str, ProjectState]) -> tuple[str, ...]:
    """Ids of the projects of a list that may be the same as one that is to be offered or signed.

    Parameters
    ----------
    project : the text to offer or sign; the list may hold earlier texts of it.
    projects : of the list, by id; those that ended or were taken off are left out.
    """
    return tuple(
        name
        for name, other in sorted(projects.items())
        if name != project.id and _is_going_on(other) and _is_alike(project, other.core)
    )


def duplicate_checks(
    projects: Mapping[str, ProjectState],
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every two projects of a list that may be one, each pair once, as catalogue keys."""
    for name, project in sorted(projects.items()):
        if _is_going_on(project):
            for other in similar_projects(project.core, projects):
                if name < other:
                    yield DUPLICATE, {"project": name, "other": other}


def _is_going_on(project: ProjectState) -> bool:
    is_taken_off = project.agreed is not None and not project.is_listed
    return project.lifecycle not in ENDED and not is_taken_off


def _is_alike(one: Project, other: Project) -> bool:
    is_apart = _are_apart(_places(one), _places(other)) or any(
        _are_apart(first, second) for first, second in zip(_leads(one), _leads(other), strict=True)
    )
    return not is_apart and _say_the_same(one.title, other.title)


def _are_apart(first: frozenset[str], second: frozenset[str]) -> bool:
    """Both say something, and nothing of it is the same."""
    return bool(first and second) and not first & second


def _places(project: Project) -> frozenset[str]:
    nodes = {place.twin_node for place in project.locations if place.twin_node}
    return frozenset(nodes) | _written(place.name for place in project.locations)


def _leads(project: Project) -> tuple[frozenset[str], frozenset[str]]:
    return tuple(  # type: ignore[return-value] # two leads, always
        _written([lead.name] if lead is not None else ())
        for lead in (project.lead_a, project.lead_b)
    )


def _written(texts: Iterable[MText]) -> frozenset[str]:
    """What names say in all their languages, without case and width."""
    return frozenset(
        _plain(words.text)
        for text in texts
        for language in LANGUAGES
        if (words := getattr(text, language)) is not None
    )


def _say_the_same(one: MText, other: MText) -> bool:
    """In some language that both have, the titles share most of their words and all numbers."""
    for language in LANGUAGES:
        first, second = getattr(one, language), getattr(other, language)
        if first is None or second is None:
            continue
        words, others = _words(first.text), _words(second.text)
        # "Stage 1" and "stage 2" are two projects though all other words are the same.
        if _numbers(words) != _numbers(others):
            return False
        if words and len(words & others) >= _ALIKE * len(words | others):
            return True
    return False


def _numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if any(letter.isdigit() for letter in word))


def _words(title: str) -> frozenset[str]:
    """The words of a title; of Chinese, which writes none apart, its pairs of letters."""
    found: set[str] = set()
    for word in _WORD.findall(_plain(title)):
        is_han = any("\u4e00" <= letter <= "\u9fff" for letter in word)
        found.update((a + b for a, b in pairwise(word)) if is_han else (word,))
    return frozenset(found)


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words).casefold().strip()
