"""The schema and codelists of OC4IDS 0.9.5, which lie beside the project, not in it."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "bench" / "oc4ids-0.9.5"
LEVEL = FOLDER / "schema" / "project-level"
EXAMPLE = FOLDER / "docs" / "examples" / "example.json"

needs_schema = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="../shared/bench/oc4ids-0.9.5 is not here"
)


@cache
def _validator() -> Draft4Validator:
    package = json.loads((LEVEL / "project-package-schema.json").read_text(encoding="utf-8"))
    project = json.loads((LEVEL / "project-schema.json").read_text(encoding="utf-8"))
    known = Registry().with_resource(project["id"], Resource(project, DRAFT4))
    return Draft4Validator(package, registry=known)


def faults(document: Mapping[str, Any]) -> list[tuple[list[str | int], str]]:
    """What the schema has against a package: place and words."""
    return [
        (list(fault.absolute_path), fault.message[:300])
        for fault in _validator().iter_errors(document)
    ]


def codes(codelist: str) -> set[str]:
    """The codes of a codelist."""
    path = LEVEL / "codelists" / f"{codelist}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["Code"] for row in csv.DictReader(file)}


def project_fields() -> set[str]:
    """The fields that a project may have."""
    project = json.loads((LEVEL / "project-schema.json").read_text(encoding="utf-8"))
    return set(project["properties"])
