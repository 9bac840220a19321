"""Packages of OC4IDS projects: written (`oc4ids_writing`), and read back, ours or anybody's.

Knows our own packages and files of others; knows nothing of consent: what is read is a draft to be
offered. What has no place is kept aside by project and named in a note; data of persons are not
taken at all. Letters that cannot be seen, ids that are taken for others and texts in an unknown
language are refused, for they would be signed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Final, cast

from keruen.domain.joint import Claim, Commitment, Project
from keruen.domain.joint_state import JointState
from keruen.domain.untyped import JsonValue
from keruen.errors import InputError, Problem, RegisterError
from keruen.formats.cells import shortened, tidy
from keruen.formats.foreign_projects import Aside, foreign_project, states_language
from keruen.formats.joint_json import UnreadableError, record
from keruen.formats.list_content import Content
from keruen.formats.oc4ids_codes import SCHEMA_VERSION, Document
from keruen.formats.oc4ids_writing import package, project_document, written_package
from keruen.tabular.letters import code_point, first_unseen, foreign_letters, latin_twin

__all__ = ["load", "package", "read", "read_package", "state", "written_package"]

MOST_BYTES: Final = 50_000_000
MOST_DEPTH: Final = 60

_PACKAGE: Final = frozenset(
    {"uri", "publishedDate", "publisher", "version", "license", "publicationPolicy", "projects"}
)
"""Fields of a package that say where it is from, not what is in it."""

_ASIDE: Final = frozenset({"schema", "profile", "foreign", "suspended"})
"""Keys of `x_joint` that are no part of the register's own records."""

_OWN_LANGUAGE: Final = "en"
"""Of the plain fields of a package of ours from which somebody took the language."""
_UNREAD: Final = frozenset(
    {
        "problem.oc4ids_unreadable",
        "problem.oc4ids_incomplete",
        "problem.oc4ids_order",
        "problem.oc4ids_no_position",
        "problem.oc4ids_swapped",
        "problem.oc4ids_maybe_swapped",
    }
)
"""Notes about values that have a place in our records and cannot be read, or only with doubt."""
_LETTERS_BEFORE: Final = 20
"""So much of a text shows where in it something stands."""


def load(path: Path) -> Document:
    """The JSON of a file.

    Raises
    ------
    InputError
        When it is missing, too large, too deep, no JSON object in UTF-8, or has a key twice in one
        object: which of the two counts, each program decides otherwise.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            limit = MOST_BYTES // 1_000_000
            raise InputError("error.sheet_too_large", place=path.name, limit=limit)
        content = path.read_bytes()
    except OSError as missing:
        reason = missing.strerror or type(missing).__name__
        raise InputError("error.sheet_unreadable", place=path.name, reason=reason) from None
    twice: list[tuple[Document, str]] = []

    def unique(pairs: list[tuple[str, JsonValue]]) -> Document:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice.append((found, next(name for name in names if names.count(name) > 1)))
        return found

    try:
        document = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=unique,
            parse_constant=_refuse,
            parse_float=_finite,
        )
    except json.JSONDecodeError as wrong:
        where = {"line": wrong.lineno, "column": wrong.colno}
        raise InputError("error.oc4ids_not_json", place=path.name, **where) from None
    except (ValueError, RecursionError):
        raise InputError("error.oc4ids_not_json", place=path.name, line=1, column=1) from None
    if not isinstance(document, dict):
        raise InputError("error.oc4ids_no_package", place=path.name)
    if _is_deep(document):
        raise InputError("error.oc4ids_deep", place=path.name, limit=MOST_DEPTH)
    if twice:
        _refuse_twice(document, twice, path.name)
    return document


def _refuse_twice(document: Document, twice: list[tuple[Document, str]], place: str) -> None:
    """Name the outermost object that has a key twice; inner ones may be gone with an outer one."""
    for where, part in _parts(document, ""):
        for found, key in twice:
            if part is found:
                inside = f"{place}: {where}" if where else place
                raise InputError("error.oc4ids_key_twice", place=inside, key=_plain_key(key))


def _parts(value: JsonValue, path: str) -> Iterator[tuple[str, JsonValue]]:
    """Everything in a document with its path, itself first; no deeper than `MOST_DEPTH`."""
    yield path, value
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _parts(part, f"{path}.{_plain_key(key)}".lstrip("."))
    elif isinstance(value, list):
        for n, part in enumerate(value):
            yield from _parts(part, f"{path}[{n}]")


def _plain_key(key: str) -> str:
    return shortened(tidy(key))


def _is_deep(document: object) -> bool:
    level: list[object] = [document]
    for _ in range(MOST_DEPTH):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def _refuse(word: str) -> None:
    # NaN and Infinity are not JSON, though Python would read them.
    raise ValueError(word)


def _finite(digits: str) -> float:
    # 1e999 would be read as infinite, which no JSON can say again.
    number = float(digits)
    if not isfinite(number):
        raise ValueError(digits)
    return number


def state(document: Mapping[str, JsonValue]) -> JointState | None:
    """The state of the list in a package of ours; none in anybody else's.

    Returns
    -------
    Of a package in the profile ``full``, exactly the state that was written.
    """
    beside = document.get("x_joint")
    projects = document.get("projects")
    if not isinstance(beside, dict) or not isinstance(projects, list) or "pair" not in beside:
        return None
    try:
        whole = {key: part for key, part in beside.items() if key not in _ASIDE}
        whole["projects"] = {
            one["id"]: {key: part for key, part in one["x_joint"].items() if key not in _ASIDE}
            for one in projects
        }
        promised = {
            milestone["id"]: milestone["x_joint"]
            for one in projects
            for milestone in one.get("milestones", ())
        }
        whole["commitments"] = {**whole["commitments"], **promised}
        return cast("JointState", record(JointState, whole))
    except (UnreadableError, KeyError, TypeError, AttributeError):
        return None


def read_package(path: Path, text_language: str = "", known: Collection[str] = ()) -> Content:
    """The records of a package in a file; see `read`.

    Parameters
    ----------
    path : Path
        A JSON file.
    text_language : str, optional
        Language of projects that do not say theirs: kk, ru, zh or en; empty to refuse them.
    known : Collection[str], optional
        Ids that the register has; they are right, whatever letters they are written in.

    Returns
    -------
    Content
        Drafts, and notes about what was set aside.

    Raises
    ------
    InputError
        When the file as a whole cannot be read.
    RegisterError
        As of `read`.
    """
    return read(load(path), place=path.name, text_language=text_language, known=known)


def read(
    document: Mapping[str, JsonValue],
    *,
    place: str = "oc4ids",
    text_language: str = "",
    known: Collection[str] = (),
) -> Content:
    """The records of a package, with a note for everything that did not become one.

    Parameters
    ----------
    document : the package, or a single project as some publishers give it.
    place : name of the file, for notes.
    text_language : of the texts of projects that do not say it: kk, ru, zh or en; empty: not known.
    known : ids that the register has; they are right, whatever letters they are written in.

    Raises
    ------
    InputError
        When there is no list of projects in it.
    RegisterError
        With every letter that cannot be seen, every id that is taken for another, and every project
        whose language is known from nowhere; packages of ours keep what was signed.
    """
    if "projects" not in document and "id" in document:
        document = {"projects": [document], "version": SCHEMA_VERSION}
    if not isinstance(document.get("projects"), list):
        raise InputError("error.oc4ids_no_package", place=place)
    own = state(document)
    if own is not None:
        return _own(document, own, place)
    problems = (
        *_unseen_letters(document, place),
        *_foreign_ids(document, place, known),
        *(() if text_language else _without_language(document, place)),
    )
    notes: list[Problem] = []
    version = document.get("version")
    if str(version) not in {SCHEMA_VERSION, "0.9.5"}:
        notes.append(_note("problem.oc4ids_version", place, version=str(version)))
    if "x_joint" in document:
        notes.append(_note("problem.oc4ids_own", place))
    whole = Aside(place=place)
    for name in document:
        if name not in _PACKAGE:
            whole.keep(name, document[name])
    found = _Found(notes=[*notes, *whole.notes], kept={"": whole.parts})
    for n, one in enumerate(document["projects"]):
        # Where no language is known, nothing but what cannot be read is taken from here.
        found.take(one, f"{place}: projects[{n}]", text_language or _OWN_LANGUAGE)
    if problems:
        # Whoever mends the file wants to know at once what else in it cannot be read.
        unread = [note for note in found.notes if note.key in _UNREAD]
        raise RegisterError((*problems, *unread))
    return found.content()


def _unseen_letters(document: Mapping[str, JsonValue], place: str) -> Iterator[Problem]:
    for path, value in _parts(document, ""):
        texts = [value] if isinstance(value, str) else value if isinstance(value, dict) else ()
        for written in texts:
            at = first_unseen(written)
            if at >= 0:
                before = shortened(tidy(written[:at])[-_LETTERS_BEFORE:])
                more: dict[str, str | int] = {
                    "found": before,
                    "code": code_point(written[at]),
                    "position": at + 1,
                }
                where = f"{place}: {path}" if path else place
                yield Problem("problem.oc4ids_unseen", {"place": where, **more})


def _projects(document: Mapping[str, JsonValue], place: str) -> list[tuple[str, Document]]:
    """The projects that are read, each with its place."""
    return [
        (f"{place}: projects[{n}]", one)
        for n, one in enumerate(document["projects"])
        if isinstance(one, dict) and isinstance(one.get("id"), str)
    ]


def _foreign_ids(
    document: Mapping[str, JsonValue], place: str, known: Collection[str]
) -> Iterator[Problem]:
    projects = _projects(document, place)
    usual = {*known, *(one["id"] for _, one in projects)}
    for where, one in projects:
        name = one["id"]
        nearest = None if name in known else latin_twin(name, usual)
        if nearest:
            letters = " ".join(foreign_letters(name))
            more = {"found": shortened(tidy(name)), "letters": letters, "nearest": nearest}
            yield Problem("problem.oc4ids_id_letters", {"place": f"{where}.id", **more})


def _without_language(document: Mapping[str, JsonValue], place: str) -> Iterator[Problem]:
    for where, one in _projects(document, place):
        if not states_language(one):
            yield Problem("problem.oc4ids_language_unstated", {"place": where})


def _note(key: str, place: str, **more: str) -> Problem:
    return Problem(key, {"place": place, **more})


def _own(document: Mapping[str, JsonValue], own: JointState, place: str) -> Content:
    """What we wrote ourselves, and where somebody has changed it beside the signed content."""
    notes: list[Problem] = []
    foreign = {
        one.get("id", ""): one["x_joint"]["foreign"]
        for one in (document, *document["projects"])
        if isinstance(one["x_joint"].get("foreign"), dict)
    }
    for n, one in enumerate(document["projects"]):
        again = project_document(own, one["id"], str(one.get("language", _OWN_LANGUAGE)))
        for name in sorted((one.keys() | again.keys()) - {"x_joint"}):
            if _shown(one.get(name)) != _shown(again.get(name)):
                where = f"{place}: projects[{n}]"
                notes.append(_note("problem.oc4ids_differs", where, field=name))
    sayings = [said for found in own.projects.values() for said in found.claims]
    claims = {said.entry: said.body for said in (*own.claims, *sayings)}
    return Content(
        projects=tuple(found.agreed or found.latest for found in own.projects.values()),
        commitments=tuple(found.agreed or found.latest for found in own.commitments.values()),
        claims=tuple(body for body in claims.values() if isinstance(body, Claim)),
        decisions=tuple(decision for decision, _ in own.decisions.values()),
        notes=tuple(notes),
        foreign=foreign,
    )


@dataclass(slots=True, kw_only=True)
class _Found:
    """What was found in somebody else's package so far.

    Parameters
    ----------
    kept : project id → what of it has no place.
    """

    notes: list[Problem]
    kept: dict[str, Document]
    projects: list[Project] = field(default_factory=list)
    promises: list[Commitment] = field(default_factory=list)

    def take(self, one: JsonValue, place: str, text_language: str) -> None:
        """One project, as far as it can be read."""
        aside = Aside(place=place)
        name = one.get("id") if isinstance(one, dict) else None
        if not isinstance(name, str) or not name.strip():
            self.notes.append(_note("problem.oc4ids_no_id", place))
            return
        if name in self.kept:
            self.notes.append(_note("problem.oc4ids_twice", place, id=name))
            return
        drafts = foreign_project(one, aside, text_language)
        self.kept[name] = aside.parts
        self.notes += aside.notes
        if drafts is not None:
            self.projects.append(drafts[0])
            self.promises += drafts[1]

    def content(self) -> Content:
        """All of it."""
        return Content(
            projects=tuple(self.projects),
            commitments=tuple(self.promises),
            notes=tuple(self.notes),
            foreign={name: parts for name, parts in self.kept.items() if parts},
        )


def _shown(value: JsonValue) -> JsonValue:
    """A part of a project without what stands under `x_joint` in it."""
    if isinstance(value, dict):
        return {key: _shown(part) for key, part in value.items() if key != "x_joint"}
    return [_shown(part) for part in value] if isinstance(value, list) else value
