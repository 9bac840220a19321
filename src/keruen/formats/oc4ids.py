"""Packages of OC4IDS projects: written (`oc4ids_writing`), and read back, ours or anybody's.

Knows our own packages and files of others; knows nothing of consent: what is read is a draft to be
offered. What has no place is kept aside by project and named in a note; data of persons are not
taken at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from keruen.domain.joint import Claim, Commitment, Project
from keruen.domain.joint_state import JointState
from keruen.errors import InputError, Problem
from keruen.formats.foreign_projects import Aside, foreign_project
from keruen.formats.joint_json import UnreadableError, record
from keruen.formats.list_content import Content
from keruen.formats.oc4ids_codes import SCHEMA_VERSION, Document, JsonValue
from keruen.formats.oc4ids_writing import package, project_document, written_package

__all__ = ["load", "package", "read", "read_package", "state", "written_package"]

MOST_BYTES: Final = 50_000_000
MOST_DEPTH: Final = 60

_PACKAGE: Final = frozenset(
    {"uri", "publishedDate", "publisher", "version", "license", "publicationPolicy", "projects"}
)
"""Fields of a package that say where it is from, not what is in it."""

_ASIDE: Final = frozenset({"schema", "profile", "foreign", "suspended"})
"""Keys of `x_joint` that are no part of the register's own records."""

_LANGUAGE: Final = "en"
"""What OC4IDS takes when a project names none."""


def load(path: Path) -> Document:
    """The JSON of a file.

    Raises
    ------
    InputError
        When it is missing, too large, or no JSON object in UTF-8.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            limit = MOST_BYTES // 1_000_000
            raise InputError("error.sheet_too_large", place=path.name, limit=limit)
        content = path.read_bytes()
    except OSError as missing:
        reason = missing.strerror or type(missing).__name__
        raise InputError("error.sheet_unreadable", place=path.name, reason=reason) from None
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except json.JSONDecodeError as wrong:
        where = {"line": wrong.lineno, "column": wrong.colno}
        raise InputError("error.oc4ids_not_json", place=path.name, **where) from None
    except (ValueError, RecursionError):
        raise InputError("error.oc4ids_not_json", place=path.name, line=1, column=1) from None
    if not isinstance(document, dict):
        raise InputError("error.oc4ids_no_package", place=path.name)
    if _is_deep(document):
        raise InputError("error.oc4ids_deep", place=path.name, limit=MOST_DEPTH)
    return document


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


def read_package(path: Path) -> Content:
    """The records of a package in a file; see `read`.

    Raises
    ------
    InputError
        When the file as a whole cannot be read.
    """
    return read(load(path), place=path.name)


def read(document: Mapping[str, JsonValue], *, place: str = "oc4ids") -> Content:
    """The records of a package, with a note for everything that did not become one.

    Parameters
    ----------
    document : the package, or a single project as some publishers give it.
    place : name of the file, for notes.

    Raises
    ------
    InputError
        When there is no list of projects in it.
    """
    if "projects" not in document and "id" in document:
        document = {"projects": [document], "version": SCHEMA_VERSION}
    if not isinstance(document.get("projects"), list):
        raise InputError("error.oc4ids_no_package", place=place)
    own = state(document)
    if own is not None:
        return _own(document, own, place)
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
    return _foreign(document, place, [*notes, *whole.notes], {"": whole.parts})


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
        again = project_document(own, one["id"], str(one.get("language", _LANGUAGE)))
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


def _foreign(
    document: Mapping[str, JsonValue], place: str, notes: list[Problem], kept: dict[str, Document]
) -> Content:
    found: dict[str, Project] = {}
    promises: list[Commitment] = []
    for n, one in enumerate(document["projects"]):
        aside = Aside(place=f"{place}: projects[{n}]")
        name = one.get("id") if isinstance(one, dict) else None
        if not isinstance(name, str) or not name.strip():
            notes.append(_note("problem.oc4ids_no_id", aside.place))
            continue
        if name in kept:
            notes.append(_note("problem.oc4ids_twice", aside.place, id=name))
            continue
        drafts = foreign_project(one, aside)
        kept[name] = aside.parts
        notes += aside.notes
        if drafts is not None:
            found[name] = drafts[0]
            promises += drafts[1]
    return Content(
        projects=tuple(found.values()),
        commitments=tuple(promises),
        notes=tuple(notes),
        foreign={name: parts for name, parts in kept.items() if parts},
    )


def _shown(value: JsonValue) -> JsonValue:
    """A part of a project without what stands under `x_joint` in it."""
    if isinstance(value, dict):
        return {key: _shown(part) for key, part in value.items() if key != "x_joint"}
    return [_shown(part) for part in value] if isinstance(value, list) else value
