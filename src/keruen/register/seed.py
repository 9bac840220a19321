"""The first list: what was reported of the two sides, and the projects that can be offered.

Knows the packaged files and turns them into records; knows nothing of logs, keys and consent, and
offers nothing itself. What is loaded is a claim or an offer, never an agreement.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

import msgspec

from keruen.domain.joint import Charter, Claim, Commitment, MText, Project, Side
from keruen.domain.languages import Language
from keruen.register.record import texts
from keruen.scenario.documents import folder_of
from keruen.scenario.read_projects import register_effects

SIGNED_LANGUAGES: Final[tuple[Language, ...]] = ("kk", "ru", "zh")
"""Languages that both sides sign as originals in what they offer each other."""

LANGUAGES_OF: Final[Mapping[Side, tuple[Language, ...]]] = {"A": ("kk", "ru"), "B": ("zh",)}
"""Languages in which a side speaks for itself, in what it claims alone."""

SCENARIO: Final = "kostanay-hefei"
"""The packaged scenario whose ``projects/`` say what the projects of the list change."""

TomlTable = dict[str, Any]

_CLAIMS: Final = (
    "claims-visit.toml",
    "claims-cities.toml",
    "claims-dry-port.toml",
    "claims-topics.toml",
    "claims-events.toml",
)
_PROJECTS: Final = ("projects-port-and-trade.toml", "projects-technology-and-city.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """The first list, nothing of it offered yet.

    Parameters
    ----------
    charter : the rules of the list, as a proposal.
    projects : what can be offered, by id.
    commitments : what was promised according to the reports; `open_questions` names what was not
        said.
    claims : what was reported, by the side that enters it.
    effects : case files that projects name in `effect.file`, by name: those of the scenario.
    """

    charter: Charter
    projects: tuple[Project, ...]
    commitments: tuple[Commitment, ...]
    claims: Mapping[Side, tuple[Claim, ...]]
    effects: Mapping[str, bytes]


@cache
def seed() -> Seed:
    """The first list that comes with the package.

    Returns
    -------
    The same frozen records on every call.

    Examples
    --------
    >>> [project.id for project in seed().projects][:2]
    ['KH-0001', 'KH-0002']
    """
    offices, sources = _offices(), document("sources.toml")["sources"]
    claims: dict[Side, list[Claim]] = {"A": [], "B": []}
    for name in _CLAIMS:
        for row in document(name)["claims"]:
            claims[row["side"]].append(_claim(row, offices, sources))
    return Seed(
        charter=_charter(document("charter.toml")["charter"]),
        projects=_projects(offices, sources),
        commitments=tuple(
            _commitment(row, offices, sources)
            for row in document("commitments.toml")["commitments"]
        ),
        claims={side: tuple(rows) for side, rows in claims.items()},
        effects={f"{case}.toml": _case_file(case) for case in _effects().values()},
    )


def document(name: str) -> TomlTable:
    """One of the packaged files, parsed."""
    text = files("keruen.register").joinpath("packaged").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def words(table: Mapping[str, str], languages: tuple[Language, ...] = SIGNED_LANGUAGES) -> MText:
    """A text of all four languages; those of `languages` are the originals.

    Parameters
    ----------
    table : language → words.
    """
    return texts.make(authentic=languages, **table)


def _offices() -> dict[str, Mapping[str, str]]:
    return cast("dict[str, Mapping[str, str]]", document("offices.toml")["offices"])


def _plain(table: Mapping[str, str], languages: tuple[Language, ...]) -> TomlTable:
    """A text as plain tables, for a record that is still being put together."""
    return cast("TomlTable", msgspec.to_builtins(words(table, languages)))


def _charter(row: TomlTable) -> Charter:
    return msgspec.convert({**row, "title": _plain(row["title"], SIGNED_LANGUAGES)}, Charter)


def _claim(row: TomlTable, offices: Mapping[str, Mapping[str, str]], sources: TomlTable) -> Claim:
    row = dict(row)
    side: Side = row.pop("side")
    languages = LANGUAGES_OF[side]
    row["source"] = _source(row, sources)
    row["text"] = _plain(row["text"], languages)
    row["said_by"] = _plain(offices[row["said_by"]], languages)
    if "quantity" in row:
        row["quantity"] = {"side": side, **row["quantity"]}
    return msgspec.convert(row, Claim)


def _commitment(
    row: TomlTable, offices: Mapping[str, Mapping[str, str]], sources: TomlTable
) -> Commitment:
    row = dict(row)
    row["source"] = _source(row, sources)
    row["text"] = _plain(row["text"], SIGNED_LANGUAGES)
    if "debtor_office" in row:
        row["debtor_office"] = _plain(offices[row["debtor_office"]], SIGNED_LANGUAGES)
    return msgspec.convert(row, Commitment)


def _projects(offices: Mapping[str, Mapping[str, str]], sources: TomlTable) -> tuple[Project, ...]:
    places = document("places.toml")["places"]
    rows = [row for name in _PROJECTS for row in document(name)["projects"]]
    found = [_project(row, offices, sources, places) for row in rows]
    return tuple(sorted(found, key=lambda project: project.id))


def _project(
    row: TomlTable,
    offices: Mapping[str, Mapping[str, str]],
    sources: TomlTable,
    places: TomlTable,
) -> Project:
    row = dict(row)
    row["source"] = _source(row, sources)
    for key in ("title", "description", "purpose"):
        if key in row:
            row[key] = _plain(row[key], SIGNED_LANGUAGES)
    for key, side in (("lead_a", "A"), ("lead_b", "B")):
        if key in row:
            row[key] = {"name": _plain(offices[row[key]], SIGNED_LANGUAGES), "side": side}
    row["locations"] = [
        {**places[place], "name": _plain(places[place]["name"], SIGNED_LANGUAGES)}
        for place in row["locations"]
    ]
    row["dependencies"] = [
        {**found, "reason": _plain(found["reason"], SIGNED_LANGUAGES)}
        for found in row.get("dependencies", ())
    ]
    if case := _effects().get(row["id"]):
        sha256 = hashlib.sha256(_case_file(case)).hexdigest()
        row["effect"] = {
            "scenario": SCENARIO,
            "case": case,
            "file": f"{case}.toml",
            "sha256": sha256,
        }
    return msgspec.convert(row, Project)


def _source(row: TomlTable, sources: TomlTable) -> TomlTable:
    """The source that the row names, with the row's own quote."""
    quote = row.pop("quote", "")
    return {**sources[row["source"]], **({"quote": quote} if quote else {})}


@cache
def _effects() -> Mapping[str, str]:
    """The cases of the scenario's projects, by their numbers in this list."""
    return register_effects(SCENARIO)


def _case_file(case: str) -> bytes:
    return (folder_of(SCENARIO) / "cases" / f"{case}.toml").read_bytes()
