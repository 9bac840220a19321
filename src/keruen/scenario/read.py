"""A scenario folder becomes one frozen, checked `Scenario`, or all its problems at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from keruen.errors import ScenarioError
from keruen.scenario import border_layer, checks, documents, yard_file
from keruen.scenario.documents import nearest
from keruen.scenario.error_recovery import COLLECTIONS, sound_remains
from keruen.scenario.models import Scenario
from keruen.scenario.provenance import take_figures
from keruen.scenario.reading import Document, ScenarioReading, TomlValue
from keruen.scenario.translate import translate
from keruen.scenario.value_types import LocalText


def read(
    path_or_name: str | Path,
    overrides: Iterable[str] = (),
    cases: Sequence[str] = (),
    *,
    yard: Path | None = None,
    encoding: str = "",
) -> Scenario:
    """Read, merge and check a scenario.

    Parameters
    ----------
    path_or_name : str or Path
        A folder, or the name of a packaged scenario.
    overrides : Iterable[str], optional
        Single changes, ``"terminal.machines.gantry.count=5"``, applied last.
    cases : Sequence[str], optional
        Names of cases, applied in order.
    yard : Path, optional
        List of the boxes in the yard when the run begins; left out: ``yard.csv`` of the folder,
        or an empty yard.
    encoding : str, optional
        Of that list, a key of `keruen.tabular.decoding.ENCODINGS`; empty: found out.

    Returns
    -------
    Scenario
        The scenario; `figures` tells where every number comes from.

    Raises
    ------
    ScenarioError
        With every problem found.
    UsageError
        When the scenario or a case is unknown, or an override has no ``=``.

    Examples
    --------
    >>> read("toy").name
    'toy'
    """
    overrides = tuple(overrides)
    folder = documents.folder_of(path_or_name)
    reading = documents.load(folder, cases, overrides)
    document, figures = take_figures(reading)
    _take_standing(reading, document, (folder, yard), encoding)
    border_layer.take_layer(reading, folder)
    scenario = _validated(reading, document)
    checked = scenario if scenario is not None else sound_remains(reading, document)
    if checked is not None:
        checks.check(reading, checked)
    case_title = _together(_titles(reading, reading.case_titles, "case.title"))
    works = tuple(_titles(reading, reading.works, "title"))
    if reading.problems or scenario is None:
        raise ScenarioError(tuple(reading.problems))
    return scenario.model_copy(
        update={
            # Bytes of a folder's name that are no text must not reach tables and pages.
            "name": folder.resolve().name.encode("utf-8", "backslashreplace").decode(),
            "case": "+".join(cases) or "base",
            "case_title": case_title,
            "works": works,
            "figures": figures,
            "documents": reading.texts,
            "notes": tuple(reading.notes),
            "overrides": overrides,
            "digest": digest_of(scenario),
        }
    )


def _take_standing(
    reading: ScenarioReading,
    document: Document,
    places: tuple[Path, Path | None],
    encoding: str,
) -> None:
    """Put the list of the boxes in the yard into the document, where there is one."""
    folder, yard = places
    _refuse_table_of_boxes(reading, document)
    own = folder / yard_file.NAME
    if yard is not None or own.exists():
        document["standing"] = yard_file.read_standing(reading, yard or own, encoding)


def _refuse_table_of_boxes(reading: ScenarioReading, document: Document) -> None:
    if "standing" in document:
        del document["standing"]
        reading.complain_at("standing", "unknown_key", key="standing", nearest=yard_file.NAME)


def _validated(reading: ScenarioReading, document: Document) -> Scenario | None:
    _refuse_keys_of_ours(reading, document)
    if reading.is_cut:
        reading.left_out += [".".join(collection) for collection in COLLECTIONS]
    try:
        return Scenario.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False):
            if not (reading.is_cut and error["type"] == "missing"):
                translate(reading, error, Scenario)
        return None


def _refuse_keys_of_ours(reading: ScenarioReading, document: Document) -> None:
    """What `read` itself sets (``digest``, ``figures`` …) is no key of a file."""
    known = [name for name, field in Scenario.model_fields.items() if not field.exclude]
    for key in sorted(document.keys() & (Scenario.model_fields.keys() - set(known))):
        del document[key]
        reading.complain_at(key, "unknown_key", key=key, nearest=nearest(key, known))


def _titles(
    reading: ScenarioReading, written: Iterable[tuple[str, object]], at: str
) -> list[LocalText]:
    """Titles as they are written, by the place of each; a wrong one is noted and left out."""
    titles = []
    for origin, title in written:
        try:
            titles.append(LocalText.model_validate(title))
        except ValidationError as invalid:
            for error in invalid.errors(include_url=False):
                translate(reading, error, LocalText, at=at, origin=origin)
    return titles


def _together(titles: Sequence[LocalText]) -> LocalText | None:
    """The titles of all applied cases as one."""
    if not titles:
        return None
    return LocalText(
        **{
            language: " + ".join(title.in_language(language) for title in titles)
            for language in LocalText.model_fields
        }
    )


def digest_of(scenario: Scenario) -> str:
    """SHA-256 of all that can change a result: no names, no claims, no levers, no origins."""
    words = scenario.model_dump(mode="json", exclude={"scenario", "claims", "levers", "investment"})
    if scenario.network is None:
        del words["network"]  # so that a scenario without one keeps the digest it had
    canonical = json.dumps(_without_titles(words), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _without_titles(node: TomlValue) -> TomlValue:
    if isinstance(node, dict):
        return {
            key: _without_titles(child)
            for key, child in node.items()
            if key not in {"title", "partner", "evidence", "reason", "season"}
        }
    return node
