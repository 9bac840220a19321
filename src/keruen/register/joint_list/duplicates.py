"""Projects that may be one: same words, and neither place nor lead that tells them apart.

Knows titles, places and leads; decides nothing: two sides read both texts and say what they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from keruen.domain.joint import MText, Project
from keruen.domain.joint_state import ProjectState
from keruen.domain.languages import LANGUAGES, Language
from keruen.register.joint_list.lifecycle import ENDED

DUPLICATE: Final = "joint.duplicate_project"
"""The catalogue key of the check that names two such projects."""
_ALIKE: Final = 0.75
"""Share of words that two titles have in common: one word of four may be another."""
_WORD: Final = re.compile(r"\w+")


def similar_projects(
    project: Project,
    projects: Mapping[str, ProjectState],
    beside: Iterable[Project] = (),
) -> tuple[str, ...]:
    """Ids of the projects that may be the same as one that is to be offered, signed or taken in.

    Parameters
    ----------
    project : the text to offer or sign; the list may hold earlier texts of it.
    projects : of the list, by id; those that ended or were taken off are left out.
    beside : further texts that come together with it and are in no list yet.
    """
    others = {name: one.core for name, one in projects.items() if _is_going_on(one)}
    others |= {one.id: one for one in beside}
    mine = _told(project)
    return tuple(
        name
        for name, other in sorted(others.items())
        if name != project.id and _is_alike(mine, _told(other))
    )


def duplicate_checks(
    projects: Mapping[str, ProjectState],
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each project of a list that may be another one, beside the first such one, as catalogue keys.

    All pairs of a hundred projects of one title would be five thousand sentences.
    """
    before: dict[str, _Told] = {}
    for name, project in sorted(projects.items()):
        if not _is_going_on(project):
            continue
        mine = _told(project.core)
        first = next((other for other, told in before.items() if _is_alike(told, mine)), None)
        if first is not None:
            yield DUPLICATE, {"project": first, "other": name}
        before[name] = mine


def _is_going_on(project: ProjectState) -> bool:
    is_taken_off = project.agreed is not None and not project.is_listed
    return project.lifecycle not in ENDED and not is_taken_off


class _Told(NamedTuple):
    """What tells a project from others: words of the title by language, places, both leads."""

    titles: Mapping[Language, frozenset[str]]
    apart: tuple[frozenset[str], ...]


def _told(project: Project) -> _Told:
    nodes = {place.twin_node for place in project.locations if place.twin_node}
    leads = (project.lead_a, project.lead_b)
    return _Told(
        {
            language: _words(said.text)
            for language in LANGUAGES
            if (said := getattr(project.title, language)) is not None
        },
        (
            frozenset(nodes) | _written(place.name for place in project.locations),
            *(_written([lead.name] if lead is not None else ()) for lead in leads),
        ),
    )


def _is_alike(one: _Told, other: _Told) -> bool:
    """The titles say the same, and neither place nor lead tells the two apart."""
    is_apart = any(
        # Both say something, and nothing of it is the same.
        first and second and not first & second
        for first, second in zip(one.apart, other.apart, strict=True)
    )
    return not is_apart and _say_the_same(one.titles, other.titles)


def _written(texts: Iterable[MText]) -> frozenset[str]:
    """What names say in all their languages, without case and width."""
    return frozenset(
        _plain(words.text)
        for text in texts
        for language in LANGUAGES
        if (words := getattr(text, language)) is not None
    )


def _say_the_same(
    one: Mapping[Language, frozenset[str]], other: Mapping[Language, frozenset[str]]
) -> bool:
    """In some language that both have, the titles share most of their words and all numbers."""
    for language, words in one.items():
        others = other.get(language)
        if others is None:
            continue
        # "Stage 1" and "stage 2" are two projects though all other words are the same.
        if words != others and _numbers(words) != _numbers(others):
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
