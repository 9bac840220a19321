"""``projects/``, ``years.toml`` and ``other_ways.toml`` of a scenario become one document.

Knows files and their order; what holds between projects is in `check_projects`. Each file of the
folder is one project, its name the project's key; `terms.toml` there says how the list is chosen.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from keruen.errors import ScenarioError
from keruen.scenario import documents
from keruen.scenario.check_projects import are_apart, check_projects
from keruen.scenario.files import parse
from keruen.scenario.models import Scenario
from keruen.scenario.origins import with_origins
from keruen.scenario.projects import ProjectDocument
from keruen.scenario.provenance import ASSUMPTION, take_figures
from keruen.scenario.read import read
from keruen.scenario.reading import Document, ScenarioReading, TomlValue, written
from keruen.scenario.translate import translate

FOLDER: Final = "projects"
TERMS: Final = "terms.toml"
_MOST_ROUNDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRequest:
    """What somebody asks of a list beside its files, checked together with them.

    Parameters
    ----------
    projects : keys of projects that must be on the list.
    budgets : side → money, in place of those of the terms.
    weights : a file with a table `weights`, in place of that of the terms.
    """

    projects: Sequence[str] = ()
    budgets: Mapping[str, str] = field(default_factory=dict)
    weights: Path | None = None


def read_projects(
    path_or_name: str | Path,
    scenario: Scenario | None = None,
    request: ListRequest | None = None,
) -> ProjectDocument:
    """Read and check the projects of a scenario.

    Parameters
    ----------
    path_or_name : str or Path
        A folder, or the name of a packaged scenario.
    scenario : Scenario, optional
        That scenario, where it is read already; its works, cases and currencies are held against.
    request : ListRequest, optional
        What is asked beside the files.

    Returns
    -------
    ProjectDocument
        Projects, years and other ways by key, terms; `figures` tells where every number comes from.

    Raises
    ------
    ScenarioError
        With every problem found.
    UsageError
        When there is no such scenario.
    """
    folder = documents.folder_of(path_or_name)
    world = read(folder) if scenario is None else scenario
    reading = _loaded(folder)
    asked = request or ListRequest()
    _put_request(reading, asked)
    document, figures = take_figures(reading)
    projects = _validated(reading, document)
    if projects is not None:
        for key in sorted(set(asked.projects) - projects.projects.keys()):
            if not reading.is_left_out(f"projects.{key}"):
                near = documents.nearest(key, projects.projects)
                reading.complain(
                    "no_such_id", place="--project", value=key, table="projects", nearest=near
                )
        check_projects(reading, projects, world, documents.work_keys(folder))
        _check_effects(reading, projects, folder)
    if reading.problems or projects is None:
        raise ScenarioError(tuple(reading.problems))
    return projects.model_copy(update={"figures": figures})


def _loaded(folder: Path) -> ScenarioReading:
    reading = ScenarioReading()
    beside = [folder / name for name in documents.BESIDE if (folder / name).exists()]
    for file in [*sorted((folder / FOLDER).glob("*.toml")), *beside]:
        name = written(file.name if file in beside else f"{FOLDER}/{file.name}")
        document = with_origins(parse(reading, file, name))
        if file in beside or file.name == TERMS:
            _put(reading, document, name)
        else:
            reading.document.setdefault("projects", {})[file.stem] = document
            reading.origin[f"projects.{file.stem}"] = name
    return reading


def _put_request(reading: ScenarioReading, request: ListRequest) -> None:
    """Budgets and weights that are asked for, over those of the terms; who asks is their source."""
    _over_terms(reading, "budgets", dict(request.budgets), "--budget")
    if request.weights is not None:
        name = written(request.weights.name)
        found = parse(reading, request.weights, name)
        for key in sorted(found.keys() - {"weights"}):
            reading.complain("unknown_key", place=f"{name}: {key}", key=key, nearest="weights")
        _over_terms(reading, "weights", found.get("weights", {}), name)


def _over_terms(reading: ScenarioReading, key: str, asked: TomlValue, name: str) -> None:
    if not asked:
        return
    told = with_origins(asked, f"terms.{key}", {"source": ASSUMPTION, "note": name})
    terms = reading.document.setdefault("terms", {})
    if not isinstance(terms, dict):
        return
    own = terms.get(key)
    terms[key] = {**own, **told} if isinstance(own, dict) and isinstance(told, dict) else told
    for entry in told if isinstance(told, dict) else ("",):
        reading.origin[f"terms.{key}.{entry}".rstrip(".")] = name


def _put(reading: ScenarioReading, document: Document, name: str) -> None:
    for key in sorted(document):
        if key in reading.document:
            reading.complain("key_twice", place=f"{name}: {key}", other=reading.place(key))
        else:
            reading.document[key], reading.origin[key] = document[key], name


def _validated(reading: ScenarioReading, document: Document) -> ProjectDocument | None:
    """The document; with its wrong entries told and left out, so that the others are checked."""
    for _ in range(_MOST_ROUNDS):
        try:
            return ProjectDocument.model_validate(document, by_alias=True, by_name=False)
        except ValidationError as invalid:
            for error in invalid.errors(include_url=False):
                translate(reading, error, ProjectDocument)
                _leave_out(reading, document, [str(part) for part in error["loc"]])
    return None


def _leave_out(reading: ScenarioReading, document: Document, location: list[str]) -> None:
    table, *entry = location
    inner = document.get(table)
    if entry and isinstance(inner, dict) and table in ("other_ways", "projects", "years"):
        inner.pop(entry[0], None)
        reading.left_out.append(f"{table}.{entry[0]}")
    else:
        document.pop(table, None)
        reading.left_out.append(table)


def register_effects(path_or_name: str | Path) -> dict[str, str]:
    """The cases of the projects that have a number in the register, by that number.

    Parameters
    ----------
    path_or_name : str or Path
        A folder, or the name of a packaged scenario. Only the files of its projects are read, and
        nothing is checked; of several sizes of one project the first by key counts.

    Returns
    -------
    dict[str, str]
        Number in the register → case.

    Examples
    --------
    >>> register_effects("kostanay-hefei")["KH-0002"]
    'stage-2'
    """
    projects = _loaded(documents.folder_of(path_or_name)).document.get("projects", {})
    found: dict[str, str] = {}
    for _, project in sorted(projects.items()):
        if project.get("register_id") and project.get("effect"):
            found.setdefault(project["register_id"], project["effect"])
    return found


def _check_effects(reading: ScenarioReading, projects: ProjectDocument, folder: Path) -> None:
    """Every effect is a case that the scenario takes, and no two set one key each to its own."""
    known = documents.cases(folder)
    changes: dict[str, dict[str, TomlValue]] = {}
    for key, project in sorted(projects.projects.items()):
        place = f"projects.{key}.effect"
        if project.effect and project.effect not in known:
            reading.complain_at(
                place,
                "no_such_id",
                value=written(project.effect),
                table="cases",
                nearest=documents.nearest(project.effect, known),
            )
        elif project.effect:
            changes[key] = documents.case_changes(folder, project.effect)
            try:
                read(folder, cases=[project.effect])
            except ScenarioError as refused:
                reading.complain_at(
                    place, "effect_refused", value=project.effect, n=len(refused.problems)
                )
                reading.problems += refused.problems
    for (one, first), (other, second) in itertools.combinations(changes.items(), 2):
        both = sorted(path for path in first.keys() & second.keys() if first[path] != second[path])
        if both and not are_apart(projects, one, other):
            where = f"projects.{other}.effect"
            reading.complain_at(where, "effects_meet", key=other, other=one, path=both[0])
